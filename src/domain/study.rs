//! The design of a study: who is asked what, when, about whom, and what may be shown of it.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::card::RATER;
use super::language::{Language, Text};
use super::roster::{BOARD_MEMBER, OUTSIDE, PUPIL, Unit};

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
    /// What must be in order before anyone is asked anything.
    #[serde(default)]
    pub conditions: Conditions,
    /// When no mail goes out.
    #[serde(default)]
    pub quiet: Quiet,
    /// The study's own wording, by name of the text (`invitation_subject`, `invitation_body`, `reminder_subject`,
    /// `reminder_body`, `letter`, `who_asks`); the program has its own for what is not here.
    #[serde(default)]
    pub texts: BTreeMap<String, Text>,
    /// What the last rehearsal measured; nothing until there was one.
    #[serde(default)]
    pub rehearsed: Option<Rehearsed>,
    /// What decides what is asked where: by name of the fact, and then by key of the school or office.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, BTreeMap<String, String>>,
}

/// How long answering takes, by key of the wave and of the instrument, as the last rehearsal found it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rehearsed {
    pub at: DateTime<Utc>,
    pub minutes: BTreeMap<String, BTreeMap<String, f64>>,
}

/// What is recorded before a wave can open. Contact person and feedback policy belong to it too; no design is without.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Conditions {
    /// The day on which the schools' boards agreed.
    pub board_agreement: Option<NaiveDate>,
    /// The day on which the participation councils were informed.
    pub council_informed: Option<NaiveDate>,
    /// Number of the ethics committee's decision.
    pub ethics_reference: Option<String>,
    /// The day on which names and addresses are destroyed.
    pub retention_until: Option<NaiveDate>,
    /// The last day on which a respondent can withdraw; `None`: until the wave closes.
    pub withdraw_until: Option<NaiveDate>,
    /// What the parents of pupils have to say before these are asked anything.
    pub pupil_consent: PupilConsent,
}

/// How parents decide about the questions to pupils.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PupilConsent {
    /// They are informed, and their child takes part unless they object.
    #[default]
    Passive,
    /// Their child takes part when they say yes.
    Active,
}

impl PupilConsent {
    pub fn key(self) -> &'static str {
        match self {
            Self::Passive => "passive",
            Self::Active => "active",
        }
    }

    /// Whether a pupil of these parents is asked.
    pub fn lets_take_part(self, permitted: Option<bool>) -> bool {
        match self {
            Self::Passive => permitted != Some(false),
            Self::Active => permitted == Some(true),
        }
    }
}

/// One of the things that must be recorded before a wave can open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    BoardAgreement,
    CouncilInformed,
    EthicsReference,
    RetentionUntil,
    Contact,
}

impl Condition {
    pub fn key(self) -> &'static str {
        match self {
            Self::BoardAgreement => "board_agreement",
            Self::CouncilInformed => "council_informed",
            Self::EthicsReference => "ethics_reference",
            Self::RetentionUntil => "retention_until",
            Self::Contact => "contact",
        }
    }
}

/// When no mail goes out, in the study's own time zone: at night, in weekends, and in these holidays (both days in).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Quiet {
    /// Hour of the day from which nothing is sent, and the hour from which it is again.
    pub from_hour: u32,
    pub to_hour: u32,
    pub weekends: bool,
    pub holidays: Vec<(NaiveDate, NaiveDate)>,
}

impl Default for Quiet {
    fn default() -> Self {
        Self {
            from_hour: 19,
            to_hour: 7,
            weekends: true,
            holidays: Vec::new(),
        }
    }
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
    /// Asked only where this holds; everywhere without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<SchoolFact>,
}

/// A fact of a school, or of the office of a board, that decides what is asked there: its monitoring system, or whether it
/// takes part in something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SchoolFact {
    pub fact: String,
    pub value: String,
}

impl SchoolFact {
    /// As a study file has it: `lvs == lvs-a`.
    pub fn parse(text: &str) -> Option<Self> {
        let (fact, value) = text.split_once("==")?;
        let (fact, value) = (fact.trim(), value.trim());
        let is_word = |word: &str| {
            !word.is_empty()
                && word
                    .chars()
                    .all(|c| c.is_alphanumeric() || c == '-' || c == '_')
        };
        (is_word(fact) && is_word(value)).then(|| Self {
            fact: fact.to_owned(),
            value: value.to_owned(),
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// Oneself, or one's own school as one sees it.
    #[serde(rename = "self")]
    Own,
    Principal,
    Roster,
    /// The members of the board, and the principals and coaches of its schools: a network of its own.
    Board,
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
    #[serde(default)]
    pub layout: Layout,
    #[serde(default)]
    pub order: Order,
    #[serde(default)]
    pub grouping: Grouping,
    /// Show whom one named in the last wave, beside the list and never ticked. Marked in the data.
    #[serde(default)]
    pub hint: bool,
    /// Colleagues who are missing from the list can be written in.
    #[serde(default)]
    pub write_in: bool,
}

/// How the list of colleagues is asked: one relation after the other, or all relations person by person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    #[default]
    Relation,
    Person,
}

/// The order of colleagues: by name, or shuffled for each respondent by a stored seed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    #[default]
    Name,
    Random,
}

/// The headings under which colleagues stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grouping {
    #[default]
    None,
    Group,
    Role,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Boundary {
    School,
    Board,
}

/// What happens to someone who objects to being listed: A kept as alter, B kept as an alter without role or groups,
/// C left out of the list and of every tie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Objection {
    A,
    B,
    C,
}

impl Objection {
    pub const ALL: [Self; 3] = [Self::A, Self::B, Self::C];

    pub fn letter(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
        }
    }

    pub fn from_letter(letter: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|policy| policy.letter() == letter)
    }
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

    /// Instruments that someone with these roles answers in a wave at a school or office, in the order of the design;
    /// without a place wherever it is asked.
    pub fn due(&self, place: Option<&str>, wave: &str, roles: &[String]) -> Vec<&Collect> {
        self.collect
            .iter()
            .filter(|row| {
                row.waves.iter().any(|w| w == wave)
                    && row.roles.iter().any(|role| roles.contains(role))
                    && place.is_none_or(|place| self.is_for(row, place))
            })
            .collect()
    }

    /// Whether a row of the design is for this school or office.
    pub fn is_for(&self, row: &Collect, place: &str) -> bool {
        let holds = |only: &SchoolFact| self.fact(place, &only.fact) == Some(only.value.as_str());
        row.only.as_ref().is_none_or(holds)
    }

    pub fn fact(&self, place: &str, fact: &str) -> Option<&str> {
        self.facts.get(fact)?.get(place).map(String::as_str)
    }

    /// The facts that decide what is asked, with the values that are asked for, in the order of the design.
    pub fn facts_asked_for(&self) -> Vec<(&str, Vec<&str>)> {
        let mut found: Vec<(&str, Vec<&str>)> = Vec::new();
        for only in self.collect.iter().filter_map(|row| row.only.as_ref()) {
            let place = found.iter().position(|(fact, _)| *fact == only.fact);
            let values = match place {
                Some(place) => &mut found[place].1,
                None => {
                    found.push((&only.fact, Vec::new()));
                    let last = found.len() - 1;
                    &mut found[last].1
                }
            };
            if !values.contains(&only.value.as_str()) {
                values.push(&only.value);
            }
        }
        found
    }

    pub fn asks_about_boards(&self) -> bool {
        self.collect.iter().any(|row| row.about == Subject::Board)
    }

    /// When the training of the first cohort begins.
    pub fn begins_on(&self) -> Option<NaiveDate> {
        self.cohorts.iter().map(|cohort| cohort.starts_on).min()
    }

    /// Whether anything is asked at this place in a wave: of the staff of a school, of a board's members at its office, of
    /// the pupils of a class, of those who rate a principal from outside. A wave that asks nobody anything is taken for one of the staff.
    pub fn asks_at(&self, place: &str, wave: &str) -> bool {
        let mut asked = self
            .collect
            .iter()
            .filter(|row| row.waves.iter().any(|asked| asked == wave) && self.is_for(row, place))
            .flat_map(|row| &row.roles)
            .peekable();
        match Unit::of_key(place) {
            Unit::School => {
                asked.peek().is_none() || asked.any(|role| !OUTSIDE.contains(&role.as_str()))
            }
            Unit::Office => asked.any(|role| role == BOARD_MEMBER),
            Unit::Class => asked.any(|role| role == PUPIL),
            Unit::Raters => asked.any(|role| role == RATER),
            Unit::Group => asked.peek().is_some(),
        }
    }

    /// Whether an instrument asks about the board's network rather than the school's.
    pub fn is_about_board(&self, instrument: &str) -> bool {
        self.collect
            .iter()
            .any(|row| row.instrument == instrument && row.about == Subject::Board)
    }

    /// What is still to be recorded before any wave can open.
    pub fn unmet(&self) -> Vec<Condition> {
        let kept = &self.conditions;
        let filled = |text: &str| !text.trim().is_empty();
        [
            (Condition::BoardAgreement, kept.board_agreement.is_some()),
            (Condition::CouncilInformed, kept.council_informed.is_some()),
            (
                Condition::EthicsReference,
                kept.ethics_reference.as_deref().is_some_and(filled),
            ),
            (Condition::RetentionUntil, kept.retention_until.is_some()),
            (Condition::Contact, filled(&self.contact)),
        ]
        .into_iter()
        .filter(|(_, met)| !met)
        .map(|(condition, _)| condition)
        .collect()
    }

    /// A window as people call it: the title of its cohort, and the wave.
    pub fn window_title(&self, cohort: &str, wave: &str, language: Language) -> String {
        format!("{} {wave}", self.cohort_title(cohort, language))
    }

    pub fn cohort_title(&self, key: &str, language: Language) -> String {
        let known = self.cohorts.iter().find(|cohort| cohort.key == key);
        known
            .map(|cohort| cohort.title.say(language))
            .filter(|title| !title.is_empty())
            .unwrap_or(key)
            .to_owned()
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
            layout: Layout::Relation,
            order: Order::Name,
            grouping: Grouping::None,
            hint: false,
            write_in: false,
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
        conditions: Conditions::default(),
        quiet: Quiet::default(),
        texts: BTreeMap::new(),
        rehearsed: None,
        facts: BTreeMap::new(),
    }
}
