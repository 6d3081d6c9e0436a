//! Enters what principals, IB'ers and trainers said. Only statements without names are kept: the text as it was spoken is in
//! the hands of the reviewer while the names are taken out, and nowhere afterwards. Nothing in the study needs it, and what is
//! not there cannot leak or be forgotten at an erasure.

use chrono::NaiveDate;
use rand::Rng;

use crate::domain::coding::{Interview, Source, Statement, Step};
use crate::domain::id::{InterviewId, SchoolId, StatementId, StudyId};
use crate::domain::masking::Known;
use crate::domain::roster::{BOARD_MEMBER, PRINCIPAL};
use crate::storage::audit::{self, Act};
use crate::storage::schools::School;
use crate::storage::{StorageError, Tx, codings, interviews, rosters, schools, studies};

/// Of one statement, in characters.
pub const LONGEST: usize = 4_000;
/// Statements of one interview.
pub const MOST: usize = 400;

#[derive(Debug, thiserror::Error)]
pub enum InterviewRefusal {
    #[error("the study has no such school")]
    UnknownSchool,
    #[error("there is no such interview")]
    Unknown,
    #[error("there is no text")]
    Empty,
    #[error("there are more than {MOST} statements")]
    TooMany,
    #[error("a statement is longer than {LONGEST} characters")]
    TooLong,
    #[error("the first codes of this cohort are closed")]
    Closed,
    #[error("the interview was coded, and stays")]
    Coded,
    #[error(transparent)]
    Failed(#[from] StorageError),
}

impl InterviewRefusal {
    /// The words in which a page tells it.
    pub fn key(&self) -> &'static str {
        match self {
            Self::UnknownSchool | Self::Unknown | Self::Failed(_) => "interview-unknown",
            Self::Empty => "interview-empty",
            Self::TooMany => "interview-too-many",
            Self::TooLong => "interview-too-long",
            Self::Closed => "interview-closed",
            Self::Coded => "interview-coded",
        }
    }
}

/// What is entered: statements from which the names were taken out.
#[derive(Debug, Clone)]
pub struct Entered {
    pub school_id: SchoolId,
    pub source: Source,
    pub held_on: NaiveDate,
    pub statements: Vec<String>,
    pub n_masks: usize,
}

/// The names that may stand in what is said at a school: of everyone who ever stood on its list, of the school and of its
/// board; each with what stands in its place.
pub async fn names(
    tx: &mut Tx,
    study_id: StudyId,
    school: &School,
) -> Result<Vec<Known>, StorageError> {
    let mut known: Vec<Known> = rosters::of_school(tx, school.school_id)
        .await?
        .into_iter()
        .map(|member| Known {
            mask: match member.primary_role() {
                PRINCIPAL => "schoolleider",
                "coach" => "IB'er",
                BOARD_MEMBER => "bestuurder",
                _ => "collega",
            }
            .to_owned(),
            name: member.name,
            person: true,
        })
        .collect();
    let lists = schools::lists_of_study(tx, study_id).await?;
    for list in lists {
        let own = list.school.school_id == school.school_id;
        known.push(Known {
            name: list.school.name,
            person: false,
            mask: if own { "school" } else { "andere school" }.to_owned(),
        });
        known.extend(list.board.filter(|_| own).map(|name| Known {
            name,
            person: false,
            mask: "bestuur".to_owned(),
        }));
    }
    Ok(known)
}

async fn own_school(
    tx: &mut Tx,
    study_id: StudyId,
    school_id: SchoolId,
) -> Result<Option<School>, StorageError> {
    let all = schools::of_study(tx, study_id).await?;
    Ok(all.into_iter().find(|school| school.school_id == school_id))
}

async fn is_closed(tx: &mut Tx, study_id: StudyId, cohort: &str) -> Result<bool, StorageError> {
    let steps = codings::steps(tx, study_id).await?;
    Ok(steps
        .iter()
        .any(|taken| taken.cohort == cohort && taken.step >= Step::Compared))
}

/// Keeps the statements of a conversation or report.
pub async fn enter(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    study_id: StudyId,
    entered: &Entered,
) -> Result<InterviewId, InterviewRefusal> {
    studies::hold(tx, study_id).await?;
    let school = own_school(tx, study_id, entered.school_id)
        .await?
        .ok_or(InterviewRefusal::UnknownSchool)?;
    if entered.statements.is_empty() {
        return Err(InterviewRefusal::Empty);
    }
    if entered.statements.len() > MOST {
        return Err(InterviewRefusal::TooMany);
    }
    if entered
        .statements
        .iter()
        .any(|said| said.chars().count() > LONGEST)
    {
        return Err(InterviewRefusal::TooLong);
    }
    if is_closed(tx, study_id, &school.cohort).await? {
        return Err(InterviewRefusal::Closed);
    }
    let interview = Interview {
        interview_id: InterviewId::new(act.at, rng),
        school_id: school.school_id,
        source: entered.source,
        held_on: entered.held_on,
        n_masks: entered.n_masks as i64,
    };
    let statements: Vec<Statement> = entered
        .statements
        .iter()
        .enumerate()
        .map(|(place, said)| Statement {
            statement_id: StatementId::new(act.at, rng),
            interview_id: interview.interview_id,
            place: place as i64,
            text: said.clone(),
        })
        .collect();
    interviews::insert(tx, act, &interview, &statements).await?;
    let detail = format!(
        "{} of {}: {} statements, {} masks",
        interview.source.key(),
        school.school_id,
        statements.len(),
        entered.n_masks
    );
    let noun = interview.interview_id.to_string();
    audit::record(tx, act, "enter interview", &noun, &detail);
    Ok(interview.interview_id)
}

/// Takes back what was entered, while nobody has coded any of it.
pub async fn discard(
    tx: &mut Tx,
    act: &Act,
    study_id: StudyId,
    interview_id: InterviewId,
) -> Result<(), InterviewRefusal> {
    studies::hold(tx, study_id).await?;
    let all = interviews::of_study(tx, study_id).await?;
    if !all.iter().any(|one| one.interview_id == interview_id) {
        return Err(InterviewRefusal::Unknown);
    }
    if codings::count(tx, interview_id).await? > 0 {
        return Err(InterviewRefusal::Coded);
    }
    interviews::delete(tx, interview_id).await?;
    let noun = interview_id.to_string();
    audit::record(tx, act, "discard interview", &noun, "");
    Ok(())
}
