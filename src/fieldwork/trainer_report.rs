//! The trainer's report on a school at the last wave: a draft, then filed and locked. The results of that wave open to
//! her only afterwards, so that they do not colour what she writes; what she had seen before is kept with it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::open;
use super::study::Study;
use crate::domain::answer::{Answer, Pin};
use crate::domain::opening::{Audience, Part};
use crate::domain::study::StudyDesign;
use crate::domain::training::Seen;
use crate::instrument::check::{self, AnswerFault, RawAnswer};
use crate::instrument::definition::Instrument;
use crate::instrument::library::Library;
use crate::storage::audit::{self, Act};
use crate::storage::schools::School;
use crate::storage::trainer_reports::{self, TrainerReport};
use crate::storage::windows::{self, Phase, Window};
use crate::storage::{StorageError, Tx, openings};

/// The key of the questionnaire that a report answers.
pub const INSTRUMENT: &str = "trainer-progress";

static SHIPPED: LazyLock<Library> = LazyLock::new(Library::shipped);

#[derive(Debug, thiserror::Error)]
pub enum ReportRefusal {
    #[error("the study has no wave for this school to report at")]
    NoWave,
    #[error("the wave of the report has not begun")]
    TooEarly,
    #[error("there is nothing in the report yet")]
    Empty,
    #[error("the report was filed, and no longer changes")]
    Filed,
    #[error(transparent)]
    Failed(#[from] StorageError),
}

impl ReportRefusal {
    /// The words in which a page tells it.
    pub fn key(&self) -> &'static str {
        match self {
            Self::NoWave | Self::Failed(_) => "report-no-wave",
            Self::TooEarly => "report-too-early",
            Self::Empty => "report-empty",
            Self::Filed => "report-filed",
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum OpenRefusal {
    #[error("the wave is not closed")]
    NotClosed,
    #[error("the trainer's report on this school comes first")]
    ReportFirst,
    #[error(transparent)]
    Failed(#[from] StorageError),
}

impl OpenRefusal {
    /// The words in which a page tells it.
    pub fn key(&self) -> &'static str {
        match self {
            Self::NotClosed | Self::Failed(_) => "trainer-not-closed",
            Self::ReportFirst => "trainer-report-first",
        }
    }
}

/// The questionnaire of a report: the version it is pinned to, or the newest one. A study's own file takes the place of
/// the one that ships with the program.
pub fn instrument<'s>(study: &'s Study, pin: Option<&Pin>) -> Option<&'s Instrument> {
    match pin {
        None => study
            .library
            .get(INSTRUMENT)
            .or_else(|| SHIPPED.get(INSTRUMENT)),
        Some(pin) => [&study.library, &SHIPPED]
            .into_iter()
            .filter_map(|library| library.version(&pin.instrument, pin.version))
            .find(|known| known.hash == pin.hash),
    }
}

/// The wave at which a cohort is reported on: the last of the design that it answers.
pub fn last_wave<'d>(design: &'d StudyDesign, cohort: &str) -> Option<&'d str> {
    design
        .waves
        .iter()
        .rev()
        .find(|wave| design.window(cohort, &wave.key).is_some())
        .map(|wave| wave.key.as_str())
}

/// Which waves of a school its trainer may open: every closed one, but the last of the design only when her report on
/// the school is filed.
pub fn may_open<'w>(
    closed: impl IntoIterator<Item = &'w str>,
    last: Option<&str>,
    filed: bool,
) -> Vec<&'w str> {
    closed
        .into_iter()
        .filter(|wave| filed || Some(*wave) != last)
        .collect()
}

/// The closed waves of a cohort, in the order of the design.
pub fn closed_waves<'d>(design: &'d StudyDesign, windows: &[Window], cohort: &str) -> Vec<&'d str> {
    let closed = |wave: &str| {
        windows
            .iter()
            .any(|known| known.cohort == cohort && known.wave == wave && known.closed_at.is_some())
    };
    design
        .waves
        .iter()
        .map(|wave| wave.key.as_str())
        .filter(|wave| closed(wave))
        .collect()
}

/// Notes that the trainer opens the results of a wave.
pub async fn open_results(
    tx: &mut Tx,
    act: &Act,
    study: &Study,
    school: &School,
    wave: &str,
) -> Result<(), OpenRefusal> {
    let windows = windows::of_study(tx, study.study_id).await?;
    let closed = closed_waves(&study.design, &windows, &school.cohort);
    if !closed.contains(&wave) {
        return Err(OpenRefusal::NotClosed);
    }
    let last = last_wave(&study.design, &school.cohort);
    let filed = match last {
        Some(last) => is_filed(tx, school, last).await?,
        None => false,
    };
    if !may_open(closed, last, filed).contains(&wave) {
        return Err(OpenRefusal::ReportFirst);
    }
    open::open(
        tx,
        act,
        school.school_id,
        Part::Team,
        Audience::Trainer,
        &[wave.to_owned()],
    )
    .await?;
    Ok(())
}

async fn is_filed(tx: &mut Tx, school: &School, wave: &str) -> Result<bool, StorageError> {
    let report = trainer_reports::of_school(tx, school.school_id, wave).await?;
    Ok(report.is_some_and(|report| report.filed_at.is_some()))
}

/// Keeps the answers of a draft that can be taken; those that cannot are told, and stay as they were.
pub async fn save(
    tx: &mut Tx,
    act: &Act,
    study: &Study,
    school: &School,
    raw: &BTreeMap<String, RawAnswer>,
) -> Result<BTreeMap<String, AnswerFault>, ReportRefusal> {
    let wave = last_wave(&study.design, &school.cohort).ok_or(ReportRefusal::NoWave)?;
    let known = trainer_reports::of_school(tx, school.school_id, wave).await?;
    if known.as_ref().is_some_and(|known| known.filed_at.is_some()) {
        return Err(ReportRefusal::Filed);
    }
    let instrument =
        instrument(study, known.as_ref().map(|known| &known.pin)).ok_or(ReportRefusal::NoWave)?;
    let mut answers: BTreeMap<String, Answer> =
        known.map(|known| known.answers).unwrap_or_default();
    let mut faults = BTreeMap::new();
    let nobody = Default::default();
    for (key, item) in &instrument.items {
        let Some(raw) = raw.get(key) else { continue };
        match check::check(item, raw, &nobody) {
            Ok(Some(answer)) => {
                answers.insert(key.clone(), answer);
            }
            Ok(None) => {
                answers.remove(key);
            }
            Err(fault) => {
                faults.insert(key.clone(), fault);
            }
        }
    }
    let report = TrainerReport {
        school_id: school.school_id,
        wave: wave.to_owned(),
        pin: Pin {
            instrument: instrument.key.clone(),
            version: instrument.version,
            hash: instrument.hash.clone(),
        },
        answers,
        filed_at: None,
        seen_before: Vec::new(),
    };
    if !trainer_reports::save(tx, act, &report).await? {
        return Err(ReportRefusal::Filed);
    }
    let detail = format!("{} answers", report.answers.len());
    let noun = school.school_id.to_string();
    audit::record(tx, act, "save trainer report", &noun, &detail);
    Ok(faults)
}

/// Files a report and locks it, with what the trainer had opened of the school before.
pub async fn file(
    tx: &mut Tx,
    act: &Act,
    study: &Study,
    school: &School,
) -> Result<(), ReportRefusal> {
    let wave = last_wave(&study.design, &school.cohort).ok_or(ReportRefusal::NoWave)?;
    let known = trainer_reports::of_school(tx, school.school_id, wave).await?;
    match &known {
        Some(known) if known.filed_at.is_some() => return Err(ReportRefusal::Filed),
        Some(known) if !known.answers.is_empty() => {}
        _ => return Err(ReportRefusal::Empty),
    }
    let windows = windows::of_study(tx, study.study_id).await?;
    let begun = windows.iter().any(|window| {
        window.cohort == school.cohort
            && window.wave == wave
            && window.phase(act.at) != Phase::NotYetOpen
    });
    if !begun {
        return Err(ReportRefusal::TooEarly);
    }
    let mut seen: Vec<Seen> = openings::of_school(tx, school.school_id)
        .await?
        .into_iter()
        .filter(|opening| opening.audience == Audience::Trainer)
        .map(|opening| Seen {
            wave: opening.wave,
            part: opening.part.key().to_owned(),
            at: opening.first_at,
        })
        .collect();
    seen.sort_by(|a, b| (a.at, &a.wave, &a.part).cmp(&(b.at, &b.wave, &b.part)));
    if !trainer_reports::file(tx, act, school.school_id, wave, &seen).await? {
        return Err(ReportRefusal::Filed);
    }
    let detail = format!("{wave}, {} openings before", seen.len());
    let noun = school.school_id.to_string();
    audit::record(tx, act, "file trainer report", &noun, &detail);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::study::{WaveDesign, WindowDesign, test_design};

    #[test]
    fn the_last_wave_waits_for_the_report_and_no_other_does() {
        let closed = ["T1", "T2a", "T3"];
        assert_eq!(may_open(closed, Some("T3"), false), ["T1", "T2a"]);
        assert_eq!(may_open(closed, Some("T3"), true), closed);
        // While the last one is open there is nothing of it to open, filed or not.
        assert_eq!(may_open(["T1", "T2a"], Some("T3"), true), ["T1", "T2a"]);
        // A study of one wave has a last one too.
        assert_eq!(may_open(["T1"], Some("T1"), false), Vec::<&str>::new());
        assert_eq!(may_open([], None, false), Vec::<&str>::new());
    }

    #[test]
    fn the_last_wave_is_what_the_design_says() {
        let mut design = test_design();
        let waves = ["T1", "T2", "T3"];
        design.waves = waves
            .map(|key| WaveDesign { key: key.into() })
            .into_iter()
            .collect();
        let window = |cohort: &str, wave: &str| WindowDesign {
            cohort: cohort.into(),
            wave: wave.into(),
            opens_at: Default::default(),
            closes_at: Default::default(),
        };
        design.windows = vec![window("c", "T3"), window("c", "T1"), window("d", "T2")];
        assert_eq!(last_wave(&design, "c"), Some("T3"));
        assert_eq!(last_wave(&design, "d"), Some("T2"));
        assert_eq!(last_wave(&design, "e"), None);
    }

    #[test]
    fn what_is_about_one_person_is_marked_in_the_questionnaire() {
        let report = SHIPPED.get(INSTRUMENT).expect("shipped");
        for (key, item) in &report.items {
            let words = format!("{} {}", item.text.nl, item.text.en).to_lowercase();
            let about = ["ib'er", "schoolleider", "principal"]
                .iter()
                .any(|word| words.contains(word));
            assert!(!about || item.desk_only, "{key}");
        }
        let marked: Vec<&String> = report
            .items
            .iter()
            .filter(|(_, item)| item.desk_only)
            .map(|(key, _)| key)
            .collect();
        assert_eq!(marked.len(), 6, "{marked:?}");
    }
}
