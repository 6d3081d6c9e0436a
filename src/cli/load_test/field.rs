//! The study of the load test: founded, enrolled and invited through the real verbs, on a database of its own.

use anyhow::Context;
use chrono::{NaiveDate, TimeDelta};
use clap::ValueEnum;
use futures_util::FutureExt;
use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;

use crate::cli::settings::entropy;
use crate::domain::id::InvitationId;
use crate::domain::language::Language;
use crate::domain::roster::RosterLine;
use crate::domain::time::{Clock, SystemClock};
use crate::domain::token::LinkKey;
use crate::exchange::study_toml;
use crate::fieldwork::study::Study;
use crate::fieldwork::{enrol, found, invite};
use crate::instrument::library::Library;
use crate::storage::audit::Act;
use crate::storage::{StorageError, Store, schools, windows};

/// What the respondents answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Survey {
    /// Attitude, leadership, culture and the network question: what Focus asks of a teacher.
    Focus,
    /// Eight and ten statements, and three relations on one page: the pages and fields that the survey server was given
    /// with which it is compared.
    Limesurvey,
}

/// Each of a school's staff sees the other seventeen.
pub const STAFF: usize = 18;

/// Someone with a link who has not answered yet.
#[derive(Debug, Clone)]
pub struct Invited {
    pub invitation_id: InvitationId,
    pub token: String,
}

/// At least so many people with a link, in whole schools.
pub async fn prepare(
    store: &Store,
    key: &LinkKey,
    survey: Survey,
    people: usize,
) -> anyhow::Result<Vec<Invited>> {
    let now = SystemClock.now();
    let act = || Act {
        actor: "load test".to_owned(),
        at: now,
    };
    let mut library = Library::shipped();
    library
        .load("load.v1.toml", include_str!("load.v1.toml"))
        .map_err(|faults| anyhow::anyhow!("{faults:?}"))?;
    let design = study_toml::parse("study.toml", &design(survey), &library)
        .map_err(|faults| anyhow::anyhow!("{faults:?}"))?;
    let mut rng = ChaCha12Rng::from_seed(entropy()?);
    let (founding, mut own) = (act(), ChaCha12Rng::from_rng(&mut rng));
    let study_id = store
        .write(move |tx| {
            async move { found::found(tx, &founding, &mut own, &design, &library).await }.boxed()
        })
        .await?;
    let mut tx = store.read().await?;
    let study = Study::load(&mut tx, study_id)
        .await?
        .context("the study was just founded")?;
    let window = windows::of_study(&mut tx, study_id)
        .await?
        .pop()
        .context("the study has a window")?;
    drop(tx);
    for school in 0..people.div_ceil(STAFF) {
        let (act, mut rng, study) = (act(), ChaCha12Rng::from_rng(&mut rng), study.clone());
        let lines = staff(school);
        store
            .write(move |tx| {
                async move { enrol::enrol(tx, &act, &mut rng, &study, &lines).await }.boxed()
            })
            .await?;
    }
    let mut tx = store.read().await?;
    let schools = schools::of_study(&mut tx, study_id).await?;
    drop(tx);
    let mut invited = Vec::with_capacity(people);
    for school in schools {
        let (act, mut rng, key) = (act(), ChaCha12Rng::from_rng(&mut rng), key.clone());
        let (study, window) = (study.clone(), window.clone());
        let letters = store
            .write::<_, StorageError, _>(move |tx| {
                async move {
                    let school = school.school_id;
                    invite::invite(tx, &act, &mut rng, &key, &study, school, &window).await
                }
                .boxed()
            })
            .await?;
        invited.extend(letters.into_iter().map(|letter| Invited {
            invitation_id: letter.invitation_id,
            token: letter.token,
        }));
    }
    Ok(invited)
}

fn design(survey: Survey) -> String {
    let at = |days: i64| {
        let at = SystemClock.now() + TimeDelta::days(days);
        at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
    };
    let asked: &[(&str, &str)] = match survey {
        Survey::Focus => &[
            ("attitude", "self"),
            ("leadership", "principal"),
            ("culture", "self"),
            ("whole-network", "roster"),
        ],
        Survey::Limesurvey => &[("load", "self"), ("whole-network", "roster")],
    };
    let layout = match survey {
        Survey::Focus => "relation",
        Survey::Limesurvey => "person",
    };
    let collect: String = asked
        .iter()
        .map(|(instrument, about)| {
            format!(
                "[[collect]]\ninstrument = \"{instrument}\"\nwaves = [\"T1\"]\nroles = [\"teacher\"]\nabout = \"{about}\"\n\n"
            )
        })
        .collect();
    include_str!("study.toml")
        .replace("LAYOUT", layout)
        .replace("OPENS", &at(-1))
        .replace("CLOSES", &at(7))
        .replace("COLLECT\n", &collect)
}

fn staff(school: usize) -> Vec<RosterLine> {
    (0..STAFF)
        .map(|person| RosterLine {
            school: format!("s{school:04}"),
            school_name: Some(format!("School {school:04}")),
            cohort: "c".to_owned(),
            board: None,
            person: format!("s{school:04}-{person:02}"),
            name: format!("Leerkracht {person:02} van der School {school:04}"),
            email: None,
            language: Some(Language::Nl),
            roles: vec!["teacher".to_owned()],
            groups: Some(vec![
                if person < STAFF / 2 {
                    "onderbouw"
                } else {
                    "bovenbouw"
                }
                .to_owned(),
            ]),
            joined_on: NaiveDate::from_ymd_opt(2020, 8, 1),
            left_on: None,
        })
        .collect()
}
