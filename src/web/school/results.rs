//! What was concluded about a school, and which waves of it this audience has opened.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::agreed::agreed;
use crate::domain::opening::{Audience, Part};
use crate::evaluation::portrait::Portrait;
use crate::storage::schools::School;
use crate::storage::{StorageError, conclusions, consents, openings, schools};
use crate::web::access::SchoolVisitor;
use crate::web::app::App;
use crate::web::problem::{Kind, Problem};

pub struct Results {
    pub school: School,
    /// What the team agreed on before and has to look back on now.
    pub agreed: Vec<String>,
    /// None while there is nothing to show: no wave is closed, or the study gives results at its end.
    pub kept: Option<Kept>,
}

pub struct Kept {
    /// The opened waves only.
    pub portrait: Portrait,
    pub concluded_at: DateTime<Utc>,
    /// Those who may be drawn by name now, as the records call them.
    pub names: BTreeMap<String, String>,
    /// Waves whose results are ready and not opened yet.
    pub unopened: Vec<String>,
}

/// The principal opens for themselves; everyone else with a link of the school opens for the team.
pub fn audience(visitor: &SchoolVisitor) -> Audience {
    match visitor.0.link.role.as_str() {
        "principal" => Audience::Principal,
        _ => Audience::Team,
    }
}

pub async fn results(app: &App, visitor: &SchoolVisitor) -> Result<Results, Problem> {
    let w = visitor.0.words;
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let gone = || Problem::new(app, w, Kind::NoVisit);
    let study_id = visitor.0.study.study_id;
    let school_id = visitor.0.school().ok_or_else(gone)?;
    let mut tx = app.store().read().await.map_err(failed)?;
    let school = schools::of_study(&mut tx, study_id)
        .await
        .map_err(failed)?
        .into_iter()
        .find(|school| school.school_id == school_id)
        .ok_or_else(gone)?;
    let part = conclusions::part(&mut tx, study_id, school_id, Part::Team)
        .await
        .map_err(failed)?;
    let noted = openings::of_school(&mut tx, school_id)
        .await
        .map_err(failed)?;
    let agreed = agreed(&mut tx, w, &visitor.0.study, school_id)
        .await
        .map_err(failed)?;
    let names = consents::drawn_by_name(&mut tx, school_id)
        .await
        .map_err(failed)?;
    drop(tx);
    let Some((text, concluded_at)) = part else {
        return Ok(Results {
            school,
            agreed,
            kept: None,
        });
    };
    let mut portrait: Portrait =
        serde_json::from_str(&text).map_err(|error| Problem::failure(app, w, &error))?;
    let audience = audience(visitor);
    let is_open = |wave: &str| {
        noted.iter().any(|opening| {
            opening.part == Part::Team && opening.audience == audience && opening.wave == wave
        })
    };
    let unopened: Vec<String> = portrait
        .waves
        .iter()
        .map(|wave| wave.wave.clone())
        .filter(|wave| !is_open(wave))
        .collect();
    portrait.waves.retain(|wave| is_open(&wave.wave));
    let nothing = portrait.waves.is_empty() && unopened.is_empty();
    let kept = (!nothing).then_some(Kept {
        portrait,
        concluded_at,
        names,
        unopened,
    });
    Ok(Results {
        school,
        agreed,
        kept,
    })
}
