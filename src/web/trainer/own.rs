//! The schools of one trainer, and everything her pages are made of. What is not hers is not there.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::domain::id::SchoolId;
use crate::domain::opening::{Audience, Part};
use crate::domain::training::LoggedMeeting;
use crate::evaluation::cockpit::{self, Flag, Trust, trust};
use crate::evaluation::portrait::{Portrait, WavePortrait};
use crate::fieldwork::study::Study;
use crate::fieldwork::trainer_report::{closed_waves, last_wave, may_open};
use crate::storage::invitations::{self, Progress};
use crate::storage::schools::{self, School};
use crate::storage::trainer_reports::{self, TrainerReport};
use crate::storage::windows::{self, Phase, Window};
use crate::storage::{StorageError, Tx, conclusions, openings, training_log};
use crate::web::access::Trainer;
use crate::web::app::App;
use crate::web::frame::Frame;
use crate::web::problem::{Kind, Problem};

/// One school as its trainer may know it now.
pub struct Own {
    pub school: School,
    /// Newest first.
    pub waves: Vec<Wave>,
    pub meetings: Vec<LoggedMeeting>,
    pub last: Option<String>,
    pub report: Option<TrainerReport>,
    pub flags: Vec<Flag>,
}

/// One wave that has begun.
pub struct Wave {
    pub window: Window,
    pub phase: Phase,
    pub progress: Progress,
    pub trust: Option<Trust>,
    pub results: Results,
}

pub enum Results {
    /// The wave is open, or nothing is shown of it yet.
    NotThere,
    /// Her report on the school comes first.
    ReportFirst,
    /// They open when she presses the button.
    Waiting,
    Opened(Box<WavePortrait>),
}

impl Own {
    /// The newest wave whose results she has opened.
    pub fn newest(&self) -> Option<&WavePortrait> {
        self.waves.iter().find_map(Wave::opened)
    }

    pub fn is_filed(&self) -> bool {
        self.report
            .as_ref()
            .is_some_and(|report| report.filed_at.is_some())
    }
}

impl Wave {
    pub fn opened(&self) -> Option<&WavePortrait> {
        match &self.results {
            Results::Opened(wave) => Some(wave),
            _ => None,
        }
    }
}

pub fn frame(app: &App, visitor: &Trainer, title: String, path: String) -> Frame {
    Frame::new(app, visitor.0.words, title, path)
        .for_visit(&visitor.0.study.design.contact)
        .with_menu(&[("/trainer", "role-trainer")])
}

/// One of her schools; anyone else's is not found, as one that does not exist.
pub async fn school(app: &App, visitor: &Trainer, id: &str) -> Result<School, Problem> {
    let w = visitor.0.words;
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let gone = || Problem::new(app, w, Kind::NotFound);
    let id = SchoolId(Uuid::parse_str(id).map_err(|_| gone())?);
    if !visitor.0.link.schools.contains(&id) {
        return Err(gone());
    }
    let mut tx = app.store().read().await.map_err(failed)?;
    let all = schools::of_study(&mut tx, visitor.0.study.study_id)
        .await
        .map_err(failed)?;
    all.into_iter()
        .find(|school| school.school_id == id)
        .ok_or_else(gone)
}

/// These schools, in the order of the study.
pub async fn load(app: &App, study: &Study, wanted: &[SchoolId]) -> Result<Vec<Own>, StorageError> {
    let mut tx = app.store().read().await?;
    let tx = &mut tx;
    let mut all = schools::of_study(tx, study.study_id).await?;
    all.retain(|school| wanted.contains(&school.school_id));
    let windows = windows::of_study(tx, study.study_id).await?;
    let progress = invitations::progress(tx, study.study_id).await?;
    let mut own = Vec::with_capacity(all.len());
    for school in all {
        own.push(one(tx, study, school, &windows, &progress, app.now()).await?);
    }
    Ok(own)
}

async fn one(
    tx: &mut Tx,
    study: &Study,
    school: School,
    windows: &[Window],
    progress: &BTreeMap<(SchoolId, String), Progress>,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Own, StorageError> {
    let design = &study.design;
    let last = last_wave(design, &school.cohort).map(str::to_owned);
    let report = match &last {
        Some(last) => trainer_reports::of_school(tx, school.school_id, last).await?,
        None => None,
    };
    let filed = report
        .as_ref()
        .is_some_and(|report| report.filed_at.is_some());
    let closed = closed_waves(design, windows, &school.cohort);
    let allowed = may_open(closed.iter().copied(), last.as_deref(), filed);
    let opened: BTreeSet<String> = openings::of_school(tx, school.school_id)
        .await?
        .into_iter()
        .filter(|known| known.audience == Audience::Trainer && known.part == Part::Team)
        .map(|known| known.wave)
        .collect();
    let kept = conclusions::part(tx, study.study_id, school.school_id, Part::Team).await?;
    let mut portrait = match kept {
        Some((text, _)) => {
            serde_json::from_str::<Portrait>(&text).map_err(|error| StorageError::Inconsistent {
                table: "school_parts",
                column: "content",
                why: error.to_string(),
            })?
        }
        None => Portrait::default(),
    };
    let meetings = training_log::of_school(tx, school.school_id).await?;

    let mut waves = Vec::new();
    let mut rates = Vec::new();
    for wave in &design.waves {
        let window = windows
            .iter()
            .find(|known| known.cohort == school.cohort && known.wave == wave.key);
        let Some(window) = window.filter(|window| window.phase(now) != Phase::NotYetOpen) else {
            continue;
        };
        let told = progress
            .get(&(school.school_id, wave.key.clone()))
            .copied()
            .unwrap_or_default();
        let count = |n: i64| usize::try_from(n).unwrap_or_default();
        let phase = window.phase(now);
        let trust = trust(
            count(told.submitted),
            count(told.invited),
            design.response.report,
            design.response.flag,
        )
        .filter(|_| phase == Phase::Closed);
        if let Some(trust) = &trust {
            rates.push((wave.key.clone(), trust.rate));
        }
        let place = portrait
            .waves
            .iter()
            .position(|known| known.wave == wave.key);
        let results = match place {
            None => Results::NotThere,
            Some(_) if !closed.contains(&wave.key.as_str()) => Results::NotThere,
            Some(_) if !allowed.contains(&wave.key.as_str()) => Results::ReportFirst,
            Some(_) if !opened.contains(&wave.key) => Results::Waiting,
            Some(place) => Results::Opened(Box::new(portrait.waves.remove(place))),
        };
        waves.push(Wave {
            window: window.clone(),
            phase,
            progress: told,
            trust,
            results,
        });
    }
    waves.reverse();
    let shares: Vec<f64> = meetings
        .iter()
        .filter_map(|logged| logged.meeting.share_of_invited())
        .collect();
    let mut own = Own {
        school,
        waves,
        meetings,
        last,
        report,
        flags: Vec::new(),
    };
    let of_results = own.newest().map(cockpit::flags_of_wave).unwrap_or_default();
    own.flags = cockpit::response_falls(&rates)
        .into_iter()
        .chain(cockpit::presence_falls(&shares))
        .chain(of_results)
        .collect();
    Ok(own)
}
