//! What goes with a relation: other relations and facts about people, alone and all together, tested by dealing people
//! anew within each school.

use std::collections::BTreeMap;
use std::fmt;

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use schakel_analysis::model::{
    AssociationModel, AssociationRow, AssociationValue, Constants, Design, Matrix, TermTest,
    association_rows, logit_mrqap, predictor,
};
use schakel_analysis::network::Network;
use schakel_analysis::outcome::Undefined;
use thiserror::Error;

use super::findings::Exclusion;
use super::layers;
use super::networks::network;
use crate::domain::records::{Records, RosterRecord};

/// One table of pairs, as it is asked for: `approach@T1`, `same:role`, `difference:years`, `sender:years`,
/// `receiver:years`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pairs {
    Relation { relation: String, wave: String },
    Fact { how: How, column: String },
}

/// What two people's values of a column make of their pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    Same,
    Difference,
    Sender,
    Receiver,
}

impl How {
    const ALL: [(&'static str, Self); 4] = [
        ("same", Self::Same),
        ("difference", Self::Difference),
        ("sender", Self::Sender),
        ("receiver", Self::Receiver),
    ];
}

impl Pairs {
    pub fn parse(text: &str) -> Option<Self> {
        if let Some((how, column)) = text.split_once(':') {
            let how = How::ALL.into_iter().find(|(name, _)| *name == how)?.1;
            let column = column.trim().to_owned();
            return (!column.is_empty()).then_some(Self::Fact { how, column });
        }
        let (relation, wave) = text.rsplit_once('@')?;
        let (relation, wave) = (relation.trim().to_owned(), wave.trim().to_owned());
        (!relation.is_empty() && !wave.is_empty()).then_some(Self::Relation { relation, wave })
    }
}

impl fmt::Display for Pairs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Relation { relation, wave } => write!(f, "{relation}@{wave}"),
            Self::Fact { how, column } => {
                let name = How::ALL.into_iter().find(|(_, own)| own == how);
                write!(f, "{}:{column}", name.map_or("", |(name, _)| name))
            }
        }
    }
}

/// What is asked of a study.
#[derive(Debug, Clone)]
pub struct Question {
    /// A relation in a wave.
    pub outcome: Pairs,
    pub predictors: Vec<Pairs>,
    /// Only these schools; all when empty.
    pub schools: Vec<String>,
    /// How often a relation was named counts, not only whether.
    pub values: bool,
    /// A value above this is a tie.
    pub cut: f64,
    /// A constant for each school.
    pub per_school: bool,
    /// Odds of a tie in place of the tie itself.
    pub logistic: bool,
    pub draws: u64,
    pub seed: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum QuestionFault {
    #[error("the outcome is a relation in a wave, such as goals@T1")]
    OutcomeIsNoRelation,
    #[error("there is no relation {relation}; there are: {known}")]
    UnknownRelation { relation: String, known: String },
    #[error("there is no wave {wave}; there are: {known}")]
    UnknownWave { wave: String, known: String },
    #[error("there is no school {school}")]
    UnknownSchool { school: String },
    #[error("persons.csv has no column {column}; there are: {known}")]
    UnknownColumn { column: String, known: String },
    #[error("{column} of {person} is {value:?}, not a number; use same:{column} for words")]
    NotANumber {
        column: String,
        person: String,
        value: String,
    },
    #[error("{0} is asked to explain itself")]
    ExplainsItself(String),
    #[error("no school was asked {0}")]
    NoSchool(String),
    #[error("no cell of {0}: {1}")]
    Unmeasured(String, Undefined),
}

/// The table, with the schools it is over and those that were left out.
#[derive(Debug, Clone)]
pub struct Associations {
    pub rows: Vec<AssociationRow>,
    pub schools: Vec<String>,
    pub exclusions: Vec<Exclusion>,
}

/// The same records, question and seed give the same table, to the last bit.
pub fn associations(records: &Records, question: &Question) -> Result<Associations, QuestionFault> {
    check(records, question)?;
    let mut blocks = Vec::new();
    let (mut schools, mut exclusions) = (Vec::new(), Vec::new());
    for (index, school) in records.schools.iter().enumerate() {
        if !question.schools.is_empty() && !question.schools.contains(&school.key) {
            continue;
        }
        match block(records, question, index)? {
            Ok(design) => {
                blocks.push(design);
                schools.push(school.key.clone());
            }
            Err(reason) => exclusions.push(Exclusion {
                what: format!("school {}", school.key),
                reason,
            }),
        }
    }
    if blocks.is_empty() {
        return Err(QuestionFault::NoSchool(question.outcome.to_string()));
    }
    let names: Vec<String> = question.predictors.iter().map(Pairs::to_string).collect();
    let terms: Vec<&str> = names.iter().map(String::as_str).collect();
    let constants = if question.per_school {
        Constants::PerBlock
    } else {
        Constants::Shared
    };
    let mut rng = ChaCha12Rng::seed_from_u64(question.seed);
    let mut rows = association_rows(&blocks, &terms, constants, question.draws, &mut rng);
    if question.logistic {
        rows.retain(|row| row.model == AssociationModel::Correlation);
        rows.extend(odds(&blocks, &terms, question.draws, &mut rng));
    }
    Ok(Associations {
        rows,
        schools,
        exclusions,
    })
}

fn odds(
    blocks: &[Design],
    terms: &[&str],
    draws: u64,
    rng: &mut ChaCha12Rng,
) -> Vec<AssociationRow> {
    let row = |term: &str, value| AssociationRow {
        model: AssociationModel::Odds,
        term: term.to_owned(),
        value,
    };
    let value = |test: TermTest| {
        Ok(AssociationValue {
            estimate: test.estimate,
            t: Some(test.t),
            p_value: test.chance.p_value,
            mc_se: test.chance.mc_se,
        })
    };
    match logit_mrqap(blocks, draws, rng) {
        Ok(fit) => std::iter::once(row("intercept", value(fit.intercept)))
            .chain(
                terms
                    .iter()
                    .zip(fit.predictors)
                    .map(|(term, test)| row(term, value(test))),
            )
            .collect(),
        Err(reason) => terms.iter().map(|term| row(term, Err(reason))).collect(),
    }
}

fn check(records: &Records, question: &Question) -> Result<(), QuestionFault> {
    if !matches!(question.outcome, Pairs::Relation { .. }) {
        return Err(QuestionFault::OutcomeIsNoRelation);
    }
    if let Some(school) = question
        .schools
        .iter()
        .find(|key| !records.schools.iter().any(|school| school.key == **key))
    {
        let school = school.clone();
        return Err(QuestionFault::UnknownSchool { school });
    }
    for pairs in std::iter::once(&question.outcome).chain(&question.predictors) {
        match pairs {
            Pairs::Relation { relation, wave } => {
                if !records.relations.contains(relation) {
                    return Err(QuestionFault::UnknownRelation {
                        relation: relation.clone(),
                        known: records.relations.join(", "),
                    });
                }
                if !records.waves.contains(wave) {
                    return Err(QuestionFault::UnknownWave {
                        wave: wave.clone(),
                        known: records.waves.join(", "),
                    });
                }
            }
            Pairs::Fact { column, .. } => {
                let known = layers::columns(records);
                if !known.contains(column) {
                    return Err(QuestionFault::UnknownColumn {
                        column: column.clone(),
                        known: known.join(", "),
                    });
                }
            }
        }
    }
    match question.predictors.iter().find(|p| **p == question.outcome) {
        Some(same) => Err(QuestionFault::ExplainsItself(same.to_string())),
        None => Ok(()),
    }
}

/// The tables of one school, or why it has none. People are those on the roster of any wave that is asked about; who was
/// not on one of them has no cells there.
fn block(
    records: &Records,
    question: &Question,
    school: usize,
) -> Result<Result<Design, String>, QuestionFault> {
    let roster = |wave: &str| {
        records
            .rosters
            .iter()
            .find(|roster| roster.school == school && records.waves[roster.wave] == wave)
    };
    let all = || std::iter::once(&question.outcome).chain(&question.predictors);
    let mut positions: BTreeMap<&str, usize> = BTreeMap::new();
    for pairs in all() {
        let Pairs::Relation { wave, .. } = pairs else {
            continue;
        };
        let Some(roster) = roster(wave) else {
            return Ok(Err(format!("was not there in wave {wave}")));
        };
        positions.extend(roster.persons.iter().map(|person| (person.key.as_str(), 0)));
    }
    for (position, place) in positions.values_mut().enumerate() {
        *place = position;
    }
    let Pairs::Relation { wave, .. } = &question.outcome else {
        return Err(QuestionFault::OutcomeIsNoRelation);
    };
    let home = roster(wave).expect("every wave of the question was found above");
    let mut matrices = Vec::new();
    for pairs in all() {
        let matrix = match pairs {
            Pairs::Relation { relation, wave } => {
                let at = records.relations.iter().position(|own| own == relation);
                let net = roster(wave)
                    .zip(at)
                    .and_then(|(roster, at)| network(roster, at, question.cut, Some(&positions)));
                let Some(net) = net else {
                    return Ok(Err(format!("was not asked {pairs}")));
                };
                of_network(&net, question.values)
            }
            Pairs::Fact { how, column } => fact(home, &positions, *how, column)?,
        };
        match matrix {
            Ok(matrix) => matrices.push(matrix),
            Err(reason) => return Err(QuestionFault::Unmeasured(pairs.to_string(), reason)),
        }
    }
    let outcome = matrices.remove(0);
    Ok(Ok(Design {
        outcome,
        predictors: matrices,
    }))
}

fn of_network(net: &Network, values: bool) -> Result<Matrix, Undefined> {
    if values {
        Matrix::of_values(net)
    } else {
        Matrix::of_ties(net)
    }
}

/// A column of the outcome's roster as a table of pairs; who is not on it has no value.
fn fact(
    home: &RosterRecord,
    positions: &BTreeMap<&str, usize>,
    how: How,
    column: &str,
) -> Result<Result<Matrix, Undefined>, QuestionFault> {
    let mut words: Vec<Option<String>> = vec![None; positions.len()];
    for person in &home.persons {
        words[positions[person.key.as_str()]] = layers::fact(person, column);
    }
    if how == How::Same {
        return Ok(predictor::same(&words));
    }
    let mut numbers = vec![None; positions.len()];
    for person in &home.persons {
        let place = positions[person.key.as_str()];
        let Some(word) = &words[place] else { continue };
        let number = word.replace(',', ".").parse::<f64>();
        match number {
            Ok(number) if number.is_finite() => numbers[place] = Some(number),
            _ => {
                return Err(QuestionFault::NotANumber {
                    column: column.to_owned(),
                    person: person.key.clone(),
                    value: word.clone(),
                });
            }
        }
    }
    Ok(match how {
        How::Difference => predictor::difference(&numbers),
        How::Sender => predictor::sender(&numbers),
        How::Receiver | How::Same => predictor::receiver(&numbers),
    })
}
