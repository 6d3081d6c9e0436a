//! What the report of a study is made from, read from the database: by the page that shows it and by the commands that
//! write and check it.

use std::collections::BTreeMap;

use crate::conclude;
use crate::domain::id::SchoolId;
use crate::domain::language::{Language, Text};
use crate::domain::opening::Part;
use crate::evaluation::findings::Findings;
use crate::evaluation::plan::Plan;
use crate::evaluation::portrait::Portrait;
use crate::fieldwork::study::Study;
use crate::instrument::definition::Format;
use crate::locale::Words;
use crate::reports;
use crate::reports::whole_study::{Closed, Collected, Origin, Question, Seen, WholeStudy};
use crate::storage::schools::School;
use crate::storage::{StorageError, Tx, conclusions, openings, schools, windows};

/// Everything but the language.
#[derive(Debug)]
pub struct Material {
    pub findings: Findings,
    pub plan: Plan,
    pub portraits: Vec<(String, Portrait)>,
    pub collected: Collected,
}

#[derive(Debug, thiserror::Error)]
pub enum MaterialError {
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error("what was kept cannot be read")]
    Kept(#[from] serde_json::Error),
    #[error("the page cannot be written")]
    Page(#[from] askama::Error),
}

impl Material {
    /// Of the newest conclusion; `None` as long as no wave is closed.
    pub async fn newest(tx: &mut Tx, study: &Study) -> Result<Option<Self>, MaterialError> {
        let Some((key, _)) = conclusions::newest(tx, study.study_id).await? else {
            return Ok(None);
        };
        let Some(findings) = conclusions::findings(tx, &key).await? else {
            return Ok(None);
        };
        let mut portraits = Vec::new();
        for (school, text) in conclusions::parts(tx, &key, Part::Team).await? {
            portraits.push((school, serde_json::from_str(&text)?));
        }
        let findings = serde_json::from_str(&findings)?;
        Ok(Some(Self::of(tx, study, findings, portraits).await?))
    }

    /// Of findings that were made in whatever way.
    pub async fn of(
        tx: &mut Tx,
        study: &Study,
        findings: Findings,
        portraits: Vec<(SchoolId, Portrait)>,
    ) -> Result<Self, StorageError> {
        let schools = schools::of_study(tx, study.study_id).await?;
        let collected = collected(tx, study, &schools).await?;
        let mut named: Vec<(String, Portrait)> = portraits
            .into_iter()
            .filter_map(|(id, portrait)| {
                let school = schools.iter().find(|school| school.school_id == id)?;
                Some((school.key.clone(), portrait))
            })
            .collect();
        named.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(Self {
            findings,
            plan: conclude::plan(study),
            portraits: named,
            collected,
        })
    }

    pub fn page(&self, language: Language) -> Result<String, askama::Error> {
        reports::analysis::page(&WholeStudy {
            words: Words(language),
            findings: &self.findings,
            plan: &self.plan,
            portraits: &self.portraits,
            origin: Origin::Collected(&self.collected),
        })
    }
}

async fn collected(
    tx: &mut Tx,
    study: &Study,
    schools: &[School],
) -> Result<Collected, StorageError> {
    let mut closed: Vec<Closed> = windows::of_study(tx, study.study_id)
        .await?
        .into_iter()
        .filter_map(|window| {
            Some(Closed {
                cohort: window.cohort,
                wave: window.wave,
                opened_at: window.opens_at,
                closed_at: window.closed_at?,
            })
        })
        .collect();
    closed
        .sort_by(|a, b| (a.opened_at, &a.cohort, &a.wave).cmp(&(b.opened_at, &b.cohort, &b.wave)));
    let mut seen: Vec<Seen> = openings::of_study(tx, study.study_id)
        .await?
        .into_iter()
        .filter_map(|opening| {
            let school = schools
                .iter()
                .find(|school| school.school_id == opening.school_id)?;
            Some(Seen {
                school: school.key.clone(),
                cohort: school.cohort.clone(),
                wave: opening.wave,
                part: opening.part,
                audience: opening.audience,
                first_at: opening.first_at,
            })
        })
        .collect();
    seen.sort_by(|a, b| {
        (&a.school, &a.wave, a.part, a.audience).cmp(&(&b.school, &b.wave, b.part, b.audience))
    });
    let mut questions: BTreeMap<(String, String), Question> = BTreeMap::new();
    let mut titles: BTreeMap<String, Text> = BTreeMap::new();
    for row in &study.design.collect {
        let Some(instrument) = study.library.get(&row.instrument) else {
            continue;
        };
        for scale in &instrument.scales {
            titles.insert(scale.key.clone(), scale.title.clone());
        }
        for item in instrument.items.values() {
            if let Format::Roster {
                relation,
                strengths,
            } = &item.format
            {
                let question = Question {
                    relation: relation.clone(),
                    text: item.text.clone(),
                    instrument: instrument.pin(),
                    n_strengths: strengths.len(),
                };
                questions.insert((relation.clone(), instrument.pin()), question);
            }
        }
    }
    Ok(Collected {
        design: study.design.clone(),
        titles,
        questions: questions.into_values().collect(),
        closed,
        seen,
    })
}
