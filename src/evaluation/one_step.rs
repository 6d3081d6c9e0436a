//! Whether what pupils gained since the start goes with a fact about their school, in one step: the model of their growth with
//! the factor in it, over all schools.
//!
//! score ~ s + c + weight (+ cohort + s:cohort + c:cohort) + factor + s:factor + c:factor + (1 + s + c | school) + (1 + s | pupil).
//! The slope of c:factor is the answer. An effect that is estimated first and compared later carries an error that the second
//! step has to be told of; here pupils, schools and the factor are weighed at once. Where schools come from several cohorts they
//! are compared within cohorts, as they are where the estimated effects are set against the factor.
//!
//! Which outcomes: those of the plan's family; without a family those that the plan names; without either the scales and the
//! principal measures of the networks, at the last wave.

use std::collections::{BTreeMap, BTreeSet};

use schakel_analysis::{compare::adjust::holm, outcome::Undefined};
use serde::{Deserialize, Serialize};

use crate::domain::records::{Records, ScoreCells, ScoreColumn};

use super::{
    findings::{FittedModel, TermKind},
    growth_model::{BEFORE, EFFECT, GrowthTable},
    model_fit::{ModelResult, fit_model_near},
    model_requests::ModelTrace,
    models::ModelDefinition,
    outcomes::Outcome,
    plan::Plan,
    plan_lock::{PlanBasis, Standing},
    side_by_side::{AT_ONCE, side_by_side},
};

/// The column of the factor, standardised over schools.
const FACTOR: &str = "factor";
/// Schools that have to be left for the slope of the factor to be more than a line through some points.
const FREE_SCHOOLS: usize = 3;
/// The fact of a school that says with which schools it began.
const COHORT: &str = "cohort";

/// One outcome, over every school with a value on it and scores of pupils.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OneStep {
    pub outcome: String,
    pub wave: String,
    pub relation: String,
    pub standing: Standing,
    pub n_schools: usize,
    pub n_cohorts: usize,
    pub n_pupils: usize,
    /// Standard deviation of the outcome between these schools: the slope is per this much.
    pub sd: Option<f64>,
    #[serde(with = "super::findings::value")]
    pub slope: Result<FactorSlope, Undefined>,
    /// Why there is no slope, and what to do.
    pub told: Option<String>,
    /// The whole model, where it was tried.
    pub model: Option<FittedModel>,
    /// How it was found, where that is asked.
    #[serde(skip)]
    pub trace: Option<ModelTrace>,
}

/// How many points a school year more (or less) pupils gained since the start, for each standard deviation of the factor.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FactorSlope {
    pub estimate: f64,
    pub se: f64,
    pub df: f64,
    pub p_value: f64,
    /// Among all outcomes that were asked.
    pub p_holm: Option<f64>,
    pub interval: (f64, f64),
    /// Whether it differs from zero by the adjusted p-value.
    pub is_related: bool,
}

impl FactorSlope {
    /// The name that files carry.
    pub fn verdict(&self) -> &'static str {
        if self.is_related {
            "related"
        } else {
            "cannot_tell"
        }
    }
}

/// What the models rest on.
#[derive(Debug, Clone, Copy)]
pub struct OneStepGround<'a> {
    pub records: &'a Records,
    pub plan: &'a Plan,
    pub basis: &'a PlanBasis,
    /// Of the model of growth: whether pupils differ in their growth, and where its search ended. `None` without that model.
    pub growth: Option<&'a GrowthFit>,
}

/// What is kept of the model of growth.
#[derive(Debug, Clone, PartialEq)]
pub struct GrowthFit {
    pub pupil_slopes: bool,
    pub theta: Vec<f64>,
}

/// The outcomes that are put into the model of growth.
pub fn planned<'o, 'a>(
    records: &Records,
    plan: &Plan,
    chosen: &[&'o Outcome<'a>],
) -> Vec<&'o Outcome<'a>> {
    let is_planned = |outcome: &Outcome<'_>| match (&plan.family, &plan.outcomes) {
        (Some(family), _) => outcome.in_family(Some(family)),
        (None, Some(_)) => true,
        (None, None) => !outcome.is_change && records.waves.last() == Some(&outcome.wave),
    };
    let planned = chosen.iter().copied();
    planned.filter(|outcome| is_planned(outcome)).collect()
}

/// The model of each of these outcomes; nothing without pupils.
pub fn one_steps(ground: &OneStepGround<'_>, chosen: &[&Outcome<'_>]) -> Vec<OneStep> {
    if ground.records.pupils.is_empty() || chosen.is_empty() {
        return Vec::new();
    }
    let growth = GrowthTable::of(ground.records);
    let one = |place: usize| of_outcome(ground, &growth, chosen[place]);
    let mut rows = side_by_side(AT_ONCE, chosen.len(), one);
    adjust(&mut rows, ground.plan.alpha);
    rows
}

/// One rule for all that were asked: Holm.
fn adjust(rows: &mut [OneStep], alpha: f64) {
    let mut slopes: Vec<&mut FactorSlope> = rows
        .iter_mut()
        .filter_map(|row| row.slope.as_mut().ok())
        .collect();
    let raw: Vec<f64> = slopes.iter().map(|slope| slope.p_value).collect();
    for (slope, p) in slopes.iter_mut().zip(holm(&raw)) {
        slope.p_holm = Some(p);
        slope.is_related = p < alpha;
    }
}

fn of_outcome(ground: &OneStepGround<'_>, growth: &GrowthTable, outcome: &Outcome<'_>) -> OneStep {
    let values: BTreeMap<&str, f64> = growth
        .schools
        .iter()
        .filter_map(|school| {
            let value = (*outcome.values.get(school.as_str())?).ok()?;
            Some((school.as_str(), value))
        })
        .collect();
    let cohorts = cohorts(ground.records, growth, &values);
    let in_family = outcome.in_family(ground.plan.family.as_deref());
    let mut row = OneStep {
        outcome: outcome.name.to_owned(),
        wave: outcome.wave.clone(),
        relation: outcome.relation.to_owned(),
        standing: ground.basis.of_outcome(outcome, in_family),
        n_schools: values.len(),
        n_cohorts: cohorts,
        n_pupils: values.keys().map(|school| growth.pupils_of[*school]).sum(),
        sd: None,
        slope: Err(Undefined::TooFewUnits),
        told: None,
        model: None,
        trace: None,
    };
    // A constant and a slope, and one constant more for each cohort after the first.
    let wanted = 2 + (cohorts.max(1) - 1) + FREE_SCHOOLS;
    if values.len() < wanted {
        row.told = Some(format!(
            "schools with both a value and scores of pupils: {}, and {wanted} are needed; complete the others, or leave the \
             outcome out of the plan",
            values.len()
        ));
        return row;
    }
    let Some((mean, sd)) = spread(&values) else {
        row.slope = Err(Undefined::NoVariation);
        row.told = Some(format!(
            "the outcome is the same in all {} schools: what does not differ goes with no difference; leave it out of the plan",
            values.len()
        ));
        return row;
    };
    row.sd = Some(sd);
    let Some(fitted) = ground.growth else {
        row.told = Some(
            "there is no model of growth to put the outcome in; what stood in its way is said among the warnings".to_owned(),
        );
        return row;
    };
    let definition = definition(growth, fitted.pupil_slopes, cohorts > 1, &outcome.key());
    let standardised = |school: &str| Some((values.get(school)? - mean) / sd);
    let mut table = growth.table.clone();
    table.columns.push(of_schools(growth, standardised));
    let confidence = 1.0 - ground.plan.alpha;
    let ModelResult {
        row: model,
        fitted: found,
        ..
    } = fit_model_near(&table, &definition, confidence, &fitted.theta);
    if let (true, Some(found)) = (ground.plan.model_requests.traces, &found) {
        row.trace = Some(ModelTrace::of(&model.model, found));
    }
    match slope(&model) {
        Some(slope) => row.slope = Ok(slope),
        None => {
            row.slope = Err(Undefined::NoConvergence);
            row.told = Some(model.not_fitted.clone().unwrap_or_else(|| {
                "the slope has no degrees of freedom; the model rests on too little".to_owned()
            }));
        }
    }
    row.model = Some(model);
    row
}

/// Among how many cohorts these schools are; none where the model knows no cohorts.
fn cohorts(records: &Records, growth: &GrowthTable, values: &BTreeMap<&str, f64>) -> usize {
    if !growth.facts.contains(&COHORT) {
        return 0;
    }
    let schools = records.schools.iter();
    let of: BTreeSet<Option<&String>> = schools
        .filter(|school| values.contains_key(school.key.as_str()))
        .map(|school| school.attributes.get(COHORT))
        .collect();
    of.len()
}

/// Mean and standard deviation; `None` where nothing differs by more than rounding.
fn spread(values: &BTreeMap<&str, f64>) -> Option<(f64, f64)> {
    let n = values.len() as f64;
    let mean = values.values().sum::<f64>() / n;
    let squares: f64 = values.values().map(|value| (value - mean).powi(2)).sum();
    let sd = (squares / (n - 1.0)).sqrt();
    let largest = values.values().fold(0.0_f64, |m, value| m.max(value.abs()));
    (sd > 1e-12 * largest).then_some((mean, sd))
}

fn definition(
    growth: &GrowthTable,
    pupil_slopes: bool,
    within_cohorts: bool,
    key: &str,
) -> ModelDefinition {
    let mut own = growth.growth(pupil_slopes);
    own.name = format!("growth_by:{key}");
    let product = |slope: &str, with: &str| format!("{slope}:{with}");
    if within_cohorts {
        own.fixed
            .extend([BEFORE, EFFECT].map(|slope| product(slope, COHORT)));
    } else {
        own.fixed.retain(|term| term != COHORT);
    }
    own.fixed.push(FACTOR.to_owned());
    own.fixed
        .extend([BEFORE, EFFECT].map(|slope| product(slope, FACTOR)));
    own
}

/// A number of each school in each of its rows.
fn of_schools<'g>(growth: &'g GrowthTable, of: impl Fn(&'g str) -> Option<f64>) -> ScoreColumn {
    let cells = match growth.table.column("school").map(|column| &column.cells) {
        Some(ScoreCells::Words { words, word_of }) => {
            let numbers: Vec<Option<f64>> = words.iter().map(|school| of(school)).collect();
            let rows = word_of.iter();
            rows.map(|school| numbers[(*school)? as usize]).collect()
        }
        _ => Vec::new(),
    };
    ScoreColumn {
        name: FACTOR.to_owned(),
        cells: ScoreCells::Numbers(cells),
    }
}

fn slope(model: &FittedModel) -> Option<FactorSlope> {
    let name = format!("{EFFECT}:{FACTOR}");
    let mut terms = model.terms.iter();
    let term = terms.find(|term| term.kind == TermKind::Fixed && term.term == name)?;
    Some(FactorSlope {
        estimate: term.estimate,
        se: term.se?,
        df: term.df?,
        p_value: term.p_value?,
        p_holm: None,
        interval: term.interval?,
        is_related: false,
    })
}
