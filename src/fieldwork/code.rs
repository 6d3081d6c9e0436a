//! Coding: what a coder says of a statement, what two of them agree on where they differed, and the steps by which a cohort's
//! codes are closed and locked. First codes never change once they were compared; no code does once they are locked.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::coding::{
    Code, Codebook, Coding, Factor, Interview, Round, Statement, Step, Taken, differs,
};
use crate::domain::id::{SchoolId, StatementId, StudyId};
use crate::domain::language::Text;
use crate::storage::audit::{self, Act};
use crate::storage::{StorageError, Tx, codings, interviews, schools, studies};

/// Of the name of a factor, and of its rule.
pub const LONGEST: usize = 400;

#[derive(Debug, thiserror::Error)]
pub enum CodeRefusal {
    #[error("the study has no such statement")]
    Unknown,
    #[error("the codebook has no such factor")]
    UnknownFactor,
    #[error("a factor was coded twice")]
    Twice,
    #[error("the first codes of this cohort are closed")]
    Closed,
    #[error("the first codes are not closed yet")]
    NotCompared,
    #[error("the coding of this cohort is locked")]
    Locked,
    #[error("{0} statements were not coded by two coders")]
    NotDone(usize),
    #[error("{0} statements on which coders differ are not talked over")]
    NotSettled(usize),
    #[error("there is nothing to close")]
    Nothing,
    #[error("a factor needs a name and a rule in both languages")]
    NoName,
    #[error("the codebook has this factor")]
    Known,
    #[error(transparent)]
    Failed(#[from] StorageError),
}

impl CodeRefusal {
    /// The words in which a page tells it.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Unknown | Self::Failed(_) => "coding-unknown",
            Self::UnknownFactor | Self::Twice => "coding-unknown-factor",
            Self::Closed => "coding-closed",
            Self::NotCompared => "coding-not-compared",
            Self::Locked => "coding-is-locked",
            Self::NotDone(_) => "coding-not-done",
            Self::NotSettled(_) => "coding-not-settled",
            Self::Nothing => "coding-nothing",
            Self::NoName => "codebook-no-name",
            Self::Known => "codebook-known",
        }
    }
}

/// Everything that is coded in a study, and how far each cohort is.
#[derive(Debug, Clone)]
pub struct Material {
    pub codebook: Codebook,
    pub cohorts: BTreeMap<SchoolId, String>,
    pub interviews: Vec<Interview>,
    pub statements: Vec<Statement>,
    pub codings: Vec<Coding>,
    pub steps: Vec<Taken>,
}

impl Material {
    pub async fn load(tx: &mut Tx, study_id: StudyId) -> Result<Self, StorageError> {
        let schools = schools::of_study(tx, study_id).await?;
        Ok(Self {
            codebook: interviews::codebook(tx, study_id).await?,
            cohorts: schools
                .into_iter()
                .map(|school| (school.school_id, school.cohort))
                .collect(),
            interviews: interviews::of_study(tx, study_id).await?,
            statements: interviews::statements(tx, study_id).await?,
            codings: codings::of_study(tx, study_id).await?,
            steps: codings::steps(tx, study_id).await?,
        })
    }

    pub fn step(&self, cohort: &str, step: Step) -> Option<&Taken> {
        let mut taken = self.steps.iter();
        taken.find(|taken| taken.cohort == cohort && taken.step == step)
    }

    pub fn interview(&self, statement: &Statement) -> Option<&Interview> {
        let mut all = self.interviews.iter();
        all.find(|one| one.interview_id == statement.interview_id)
    }

    /// The cohort whose school a statement is about.
    pub fn cohort(&self, statement: &Statement) -> &str {
        self.interview(statement)
            .and_then(|interview| self.cohorts.get(&interview.school_id))
            .map_or("", String::as_str)
    }

    pub fn of_cohort<'m>(&'m self, cohort: &'m str) -> impl Iterator<Item = &'m Statement> {
        self.statements
            .iter()
            .filter(move |statement| self.cohort(statement) == cohort)
    }

    /// What was said of each statement.
    pub fn by_statement(&self) -> BTreeMap<StatementId, Vec<&Coding>> {
        let mut of: BTreeMap<StatementId, Vec<&Coding>> = BTreeMap::new();
        for coding in &self.codings {
            of.entry(coding.statement_id).or_default().push(coding);
        }
        of
    }

    /// Statements of a cohort on which coders differ and that nobody talked over yet.
    pub fn unsettled<'m>(&'m self, cohort: &'m str) -> Vec<&'m Statement> {
        let of = self.by_statement();
        let open = |statement: &&Statement| {
            let known = of.get(&statement.statement_id);
            known.is_some_and(|known| {
                differs(known) && known.iter().all(|one| one.round == Round::First)
            })
        };
        self.of_cohort(cohort).filter(open).collect()
    }
}

fn check(book: &Codebook, codes: &[Code]) -> Result<(), CodeRefusal> {
    let mut seen = BTreeSet::new();
    for code in codes {
        if book.factor(&code.factor).is_none() {
            return Err(CodeRefusal::UnknownFactor);
        }
        if !seen.insert(&code.factor) {
            return Err(CodeRefusal::Twice);
        }
    }
    Ok(())
}

/// Keeps what coders said of statements, all of it or nothing. In the first round each says what she thinks; once the first
/// codes are closed, the statements on which they differ get one more row, which is nobody's alone.
pub async fn code(
    tx: &mut Tx,
    act: &Act,
    study_id: StudyId,
    said: &[Coding],
) -> Result<(), CodeRefusal> {
    studies::hold(tx, study_id).await?;
    let material = Material::load(tx, study_id).await?;
    let of: BTreeMap<StatementId, &Statement> = material
        .statements
        .iter()
        .map(|statement| (statement.statement_id, statement))
        .collect();
    let known = material.by_statement();
    for coding in said {
        let statement = of.get(&coding.statement_id).ok_or(CodeRefusal::Unknown)?;
        check(&material.codebook, &coding.codes)?;
        let cohort = material.cohort(statement);
        let compared = material.step(cohort, Step::Compared).is_some();
        if material.step(cohort, Step::Locked).is_some() {
            return Err(CodeRefusal::Locked);
        }
        match coding.round {
            Round::First if compared => return Err(CodeRefusal::Closed),
            Round::Consensus if !compared => return Err(CodeRefusal::NotCompared),
            Round::Consensus
                if !known
                    .get(&coding.statement_id)
                    .is_some_and(|codings| differs(codings)) =>
            {
                return Err(CodeRefusal::Unknown);
            }
            _ => {}
        }
    }
    codings::keep(tx, act, material.codebook.version, said).await?;
    let verb = match said.first().map(|coding| coding.round) {
        Some(Round::Consensus) => "settle codes",
        _ => "code statements",
    };
    let (noun, detail) = match said {
        [one] => (
            one.statement_id.to_string(),
            format!("{} codes", one.codes.len()),
        ),
        all => (study_id.to_string(), format!("{} statements", all.len())),
    };
    audit::record(tx, act, verb, &noun, &detail);
    Ok(())
}

/// Takes the next step of a cohort: first its first codes are closed, when two coders have coded every statement; then all of
/// them are locked, when every difference was talked over. Neither is taken back.
pub async fn take_step(
    tx: &mut Tx,
    act: &Act,
    study_id: StudyId,
    cohort: &str,
    step: Step,
) -> Result<(), CodeRefusal> {
    studies::hold(tx, study_id).await?;
    let material = Material::load(tx, study_id).await?;
    let of = material.by_statement();
    let statements: Vec<&Statement> = material.of_cohort(cohort).collect();
    if statements.is_empty() {
        return Err(CodeRefusal::Nothing);
    }
    match step {
        Step::Compared => {
            let coders = |statement: &&&Statement| {
                let known = of.get(&statement.statement_id);
                known.map_or(0, Vec::len) < 2
            };
            let missing = statements.iter().filter(coders).count();
            if missing > 0 {
                return Err(CodeRefusal::NotDone(missing));
            }
        }
        Step::Locked => {
            if material.step(cohort, Step::Compared).is_none() {
                return Err(CodeRefusal::NotCompared);
            }
            let open = material.unsettled(cohort).len();
            if open > 0 {
                return Err(CodeRefusal::NotSettled(open));
            }
        }
    }
    let n_codings = statements
        .iter()
        .filter_map(|statement| of.get(&statement.statement_id))
        .map(Vec::len)
        .sum::<usize>();
    let content = format!("{} statements, {n_codings} codings", statements.len());
    if !codings::take_step(tx, act, study_id, (cohort, step), &content).await? {
        return Err(CodeRefusal::Locked);
    }
    let verb = match step {
        Step::Compared => "close first codes",
        Step::Locked => "lock coding",
    };
    let noun = format!("{study_id} {cohort}");
    audit::record(tx, act, verb, &noun, &content);
    Ok(())
}

/// A factor that was found on the way: the next version of the codebook has it besides the others.
pub async fn add_factor(
    tx: &mut Tx,
    act: &Act,
    study_id: StudyId,
    name: Text,
    about: Text,
) -> Result<i64, CodeRefusal> {
    studies::hold(tx, study_id).await?;
    let texts = [&name.nl, &name.en, &about.nl, &about.en];
    if texts
        .iter()
        .any(|text| text.trim().is_empty() || text.chars().count() > LONGEST)
    {
        return Err(CodeRefusal::NoName);
    }
    let mut book = interviews::codebook(tx, study_id).await?;
    let letters = name.en.to_lowercase();
    let words = letters.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let key = words.join("_");
    if key.is_empty() {
        return Err(CodeRefusal::NoName);
    }
    if book.factor(&key).is_some() {
        return Err(CodeRefusal::Known);
    }
    book.version += 1;
    book.factors.push(Factor { key, name, about });
    interviews::insert_codebook(tx, act, study_id, &book).await?;
    let detail = format!("version {}", book.version);
    audit::record(tx, act, "extend codebook", &study_id.to_string(), &detail);
    Ok(book.version)
}
