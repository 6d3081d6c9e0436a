//! The design of a study: who is asked what, when, about whom, and what may be shown of it.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::language::Text;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StudyDesign {
    pub key: String,
    pub title: Text,
    pub time_zone: Tz,
    pub feedback: Feedback,
    /// Who answers questions about the study; shown to every respondent.
    pub contact: String,
    pub cohorts: Vec<CohortDesign>,
    /// In the order in which they are measured.
    pub waves: Vec<WaveDesign>,
    pub windows: Vec<WindowDesign>,
    pub collect: Vec<Collect>,
    pub roles: Vec<RoleDesign>,
    pub network: NetworkDesign,
    pub disclosure: DisclosureDesign,
    pub response: ResponseDesign,
    pub effect: EffectDesign,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CohortDesign {
    pub key: String,
    pub title: Text,
    /// The day on which the intervention starts: what "before" and "during" are reckoned from.
    pub starts_on: NaiveDate,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaveDesign {
    pub key: String,
}

/// When one cohort answers one wave. Closing is per window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowDesign {
    pub cohort: String,
    pub wave: String,
    pub opens_at: DateTime<Utc>,
    pub closes_at: DateTime<Utc>,
}

/// One row of the design matrix: this instrument, in these waves, from these roles, about this subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collect {
    pub instrument: String,
    pub waves: Vec<String>,
    pub roles: Vec<String>,
    pub about: Subject,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// Oneself, or one's own school as one sees it.
    #[serde(rename = "self")]
    Own,
    Principal,
    Roster,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleDesign {
    pub key: String,
    pub title: Text,
    /// Held by one or two people in a school: nothing about such a role leaves the research desk.
    pub single: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkDesign {
    pub relations: Vec<String>,
    pub boundary: Boundary,
    pub objection: Objection,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Boundary {
    School,
    Board,
}

/// What happens to someone who objects to being listed: A kept as alter, B listed without name or role, C left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Objection {
    A,
    B,
    C,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feedback {
    NoneUntilEnd,
    AfterEachWave,
}

/// The smallest numbers of people that a figure may be about. Raised only, never lowered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisclosureDesign {
    pub k: usize,
    pub k_principal: usize,
    pub k_pupil: usize,
}

/// Response rates from which a network is reported, and from which it is reported with a flag.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ResponseDesign {
    pub report: f64,
    pub flag: f64,
}

/// How many schools with the largest and the smallest effect are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EffectDesign {
    pub high: usize,
    pub low: usize,
}

impl StudyDesign {
    pub fn window(&self, cohort: &str, wave: &str) -> Option<&WindowDesign> {
        self.windows
            .iter()
            .find(|window| window.cohort == cohort && window.wave == wave)
    }

    /// Instruments that someone with these roles answers in a wave, in the order of the design.
    pub fn due(&self, wave: &str, roles: &[String]) -> Vec<&Collect> {
        self.collect
            .iter()
            .filter(|row| {
                row.waves.iter().any(|w| w == wave)
                    && row.roles.iter().any(|role| roles.contains(role))
            })
            .collect()
    }

    pub fn role_title(&self, key: &str) -> Option<&Text> {
        self.roles
            .iter()
            .find(|role| role.key == key)
            .map(|role| &role.title)
    }
}

/// A design with one cohort, one wave and one relation, for tests of what is made from a design.
#[cfg(test)]
pub fn test_design() -> StudyDesign {
    StudyDesign {
        key: "x".into(),
        title: Text::default(),
        time_zone: Tz::UTC,
        feedback: Feedback::AfterEachWave,
        contact: "x".into(),
        cohorts: vec![CohortDesign {
            key: "c".into(),
            title: Text::default(),
            starts_on: NaiveDate::default(),
        }],
        waves: vec![WaveDesign { key: "T1".into() }],
        windows: vec![],
        collect: vec![],
        roles: vec![],
        network: NetworkDesign {
            relations: vec!["goals".into()],
            boundary: Boundary::School,
            objection: Objection::A,
        },
        disclosure: DisclosureDesign {
            k: 5,
            k_principal: 7,
            k_pupil: 10,
        },
        response: ResponseDesign {
            report: 0.8,
            flag: 0.6,
        },
        effect: EffectDesign { high: 2, low: 2 },
    }
}
