//! What comes out: a study as plain values, in a fixed order, for a loader to store along the real paths.
//!
//! An index named after a plural of [`SimulatedStudy`] (`school`, `person`, `member`, `wave`, ...) points into it.

use chrono::NaiveDate;
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SimulatedStudy {
    pub seed: u64,
    pub cohorts: Vec<Cohort>,
    /// T1, T2a, T2b, T3, in the order of measuring.
    pub waves: Vec<Wave>,
    /// Keys of the relations, in the order of [`Sitting::nominations`].
    pub relations: Vec<&'static str>,
    pub boards: Vec<Board>,
    pub schools: Vec<School>,
    pub persons: Vec<Person>,
    /// By school, in order of joining; someone who leads two schools is two members.
    pub members: Vec<Member>,
    /// By school and then wave; one for every wave that asks the staff.
    pub rosters: Vec<Roster>,
    /// By school.
    pub pupils: Vec<Pupil>,
    /// By school; of the schools whose pupils are asked about the teaching.
    pub classes: Vec<Class>,
    /// What was planted. For the researcher's desk and for tests: never for a page of a school.
    pub truth: Truth,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cohort {
    pub key: String,
    /// First day of the intervention: month 0 of the scores.
    pub starts_on: NaiveDate,
    /// One per wave, same order.
    pub windows: Vec<Window>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Window {
    pub opens_on: NaiveDate,
    /// Last day on which one can answer.
    pub closes_on: NaiveDate,
    /// Still open on the day of the demo: answers are there, results are not.
    pub open: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Wave {
    pub key: &'static str,
    /// Whether staff are asked; T2b asks pupils only.
    pub asks_staff: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Board {
    pub key: String,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct School {
    pub key: String,
    pub name: String,
    pub board: usize,
    pub cohort: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Person {
    pub key: String,
    pub name: String,
    /// Unique, at a domain reserved for examples.
    pub email: String,
    /// `nl` or `en`.
    pub language: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Role {
    Teacher,
    Principal,
    Coach,
    Coordinator,
}

impl Role {
    pub fn key(self) -> &'static str {
        match self {
            Role::Teacher => "teacher",
            Role::Principal => "principal",
            Role::Coach => "coach",
            Role::Coordinator => "coordinator",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Member {
    pub person: usize,
    pub school: usize,
    /// All roles, the primary one first.
    pub roles: Vec<Role>,
    /// Keys of the grouping units: none for principal and IB'er, two for a teacher who works in two of them.
    pub groups: Vec<&'static str>,
    pub joined_on: NaiveDate,
    pub left_on: Option<NaiveDate>,
    /// First and last wave on whose roster this member stands.
    pub first_wave: usize,
    pub last_wave: usize,
}

impl Member {
    pub fn primary_role(&self) -> Role {
        self.roles[0]
    }

    pub fn on_roster(&self, wave: usize) -> bool {
        (self.first_wave..=self.last_wave).contains(&wave)
    }
}

/// Who stood on the list of one school at one wave, and what each of them sent in.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Roster {
    pub school: usize,
    pub wave: usize,
    pub seats: Vec<Seat>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Seat {
    pub member: usize,
    pub sitting: Sitting,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum State {
    NotAnswered,
    /// Some pages saved, never submitted.
    Started,
    Submitted,
}

/// What one member sent in at one wave. `None`: not asked of this role, or not reached.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sitting {
    pub state: State,
    pub attitude: Option<Vec<ItemAnswer>>,
    pub leadership: Option<Vec<ItemAnswer>>,
    pub culture: Option<Vec<ItemAnswer>>,
    pub background: Option<Background>,
    /// One per relation, same order; empty when the page was not reached.
    pub nominations: Vec<Nominations>,
    pub answered_on: Option<NaiveDate>,
    /// Minutes from the first page to the last one saved; 0 when nothing was.
    pub minutes: u32,
}

/// An answer on the five-point scale, as the respondent gave it; an item left open is not listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ItemAnswer {
    pub item: &'static str,
    pub value: u8,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Nominations {
    Named(Vec<Nomination>),
    /// "I discuss this with nobody": an answer.
    Nobody,
    /// The question was seen and left open.
    Skipped,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Nomination {
    /// The member named, who stands on the same roster.
    pub alter: usize,
    /// 1 a few times a year, 2 monthly, 3 weekly, 4 daily.
    pub frequency: u8,
}

/// What the principal says about the school at the first wave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Background {
    /// Hours a week for internal coaching.
    pub ib_hours: u8,
    /// Who decided to take part: `team`, `principal` or `board`.
    pub decided_by: &'static str,
    /// Staff who left in the year before.
    pub turnover: u8,
    /// `mathematics`, `language` or `other`.
    pub subject_year1: &'static str,
    pub subject_year2: &'static str,
}

/// A class whose pupils are asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Class {
    pub school: usize,
    pub name: String,
    pub year_group: String,
    /// A member.
    pub teacher: Option<usize>,
    pub n_pupils: usize,
    pub waves: Vec<ClassWave>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClassWave {
    pub wave: usize,
    /// Per pupil, by seat: answers from 1 to 4 in the order of the items, 0 where one was skipped; none of who was away.
    pub sheets: Vec<Option<Vec<u8>>>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pupil {
    pub key: String,
    pub school: usize,
    /// Year group at the start of the intervention, 4 to 7.
    pub group: u8,
    /// `0.0`, `0.3` or `1.2`: a category, never a number.
    pub weight: &'static str,
    pub scores: Vec<Score>,
    pub moved: Option<Move>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Score {
    /// Months since the start of the intervention; negative before it.
    pub month: i32,
    /// Points on the vertical scale of the pupil monitoring system.
    pub score: f64,
}

/// Scores later than this month were taken at the other school.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Move {
    pub month: i32,
    pub to_school: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Truth {
    /// One per school, same order.
    pub schools: Vec<SchoolTruth>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum EffectGroup {
    High,
    Low,
    Other,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SchoolTruth {
    /// Growth during the intervention minus growth before, in points per school year, as the mean over its pupils.
    pub effect: f64,
    /// 1 = largest effect of its cohort.
    pub rank: usize,
    pub group: EffectGroup,
    /// Share of pupils with weight 1.2 from which they were drawn.
    pub share_of_12: f64,
    pub subjects: [&'static str; 2],
    /// Nobody discusses anything with the principal, however much the others talk.
    pub isolated_principal: bool,
    /// For the trainer's report alone: an IB'er without time or without hold on colleagues.
    pub coach_without_time: bool,
}
