//! Whether the effects hang on one school: their model fitted again without each school in turn.

use schakel_analysis::{
    multilevel::{Combination, FitOptions, Influence, Without, fit::Variation, leave_out},
    outcome::Undefined,
};
use serde::{Deserialize, Serialize};

use super::{
    findings::TermKind,
    model_fit::Fitted,
    side_by_side::{AT_ONCE, side_by_side},
};

/// The model without one unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnitInfluence {
    pub model: String,
    pub unit: String,
    pub n_rows: usize,
    /// How far all fixed effects moved together, in their own covariance.
    pub cook_distance: Option<f64>,
    /// The farthest any other unit moved in the list of shrunken effects.
    pub rank_change: Option<usize>,
    /// The effect over all units, with this one and without it.
    pub mean: (f64, Option<f64>),
    /// Standard deviation of the true effects.
    pub sd: (f64, Option<f64>),
    pub terms: Vec<TermWithout>,
    /// Why there is no model without it.
    pub told: Option<String>,
}

/// One number of the model, with all units and without one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TermWithout {
    pub term: String,
    pub kind: TermKind,
    pub with_all: f64,
    pub without: Option<f64>,
}

impl TermWithout {
    pub fn change(&self) -> Option<f64> {
        Some(self.without? - self.with_all)
    }
}

/// The model without each unit of a grouping, in the order of its units. Places among them go by `combination`.
pub fn influence(
    model: &str,
    fitted: &Fitted,
    grouping: usize,
    combination: &Combination,
) -> Vec<UnitInfluence> {
    let Some(own) = fitted.design.groupings().get(grouping) else {
        return Vec::new();
    };
    let options = FitOptions::by(fitted.fit.criterion);
    side_by_side(AT_ONCE, own.units.len(), |unit| {
        let (design, fit) = (&fitted.design, &fitted.fit);
        let found = leave_out(design, fit, (grouping, unit), combination, &options);
        UnitInfluence {
            model: model.to_owned(),
            ..of_unit(fitted, &own.units[unit], found, (grouping, combination))
        }
    })
}

fn of_unit(
    fitted: &Fitted,
    unit: &str,
    found: Result<Influence, Undefined>,
    (grouping, combination): (usize, &Combination),
) -> UnitInfluence {
    let (n_rows, without) = match found {
        Ok(found) => (found.rows, found.without.map_err(|fault| fault.to_string())),
        Err(reason) => (0, Err(reason.to_string())),
    };
    let smaller = without.as_ref().ok();
    let fixed: Vec<f64> = fitted.fit.fixed.iter().map(|own| own.estimate).collect();
    let sd = |all: &[Variation]| deviation(&all[grouping], &combination.terms);
    UnitInfluence {
        model: String::new(),
        unit: unit.to_owned(),
        n_rows,
        cook_distance: smaller.map(|without| without.cooks_distance),
        rank_change: smaller.map(|without| without.largest_rank_change),
        mean: (
            sum(&combination.fixed, &fixed),
            smaller.map(|without| sum(&combination.fixed, &without.fixed)),
        ),
        sd: (
            sd(&fitted.fit.variation),
            smaller.map(|without| sd(&without.variation)),
        ),
        terms: terms(fitted, smaller),
        told: without.err(),
    }
}

fn sum(weights: &[f64], of: &[f64]) -> f64 {
    weights
        .iter()
        .zip(of)
        .map(|(weight, own)| weight * own)
        .sum()
}

/// Of a sum of terms with these weights.
fn deviation(of: &Variation, weights: &[f64]) -> f64 {
    let rows = weights.iter().enumerate().flat_map(|(i, a)| {
        let row = weights.iter().enumerate();
        row.map(move |(k, b)| a * b * of.covariance[(i, k)])
    });
    rows.sum::<f64>().max(0.0).sqrt()
}

/// Fixed effects and variances.
fn terms(fitted: &Fitted, without: Option<&Without>) -> Vec<TermWithout> {
    let fit = &fitted.fit;
    let fixed = fit
        .fixed
        .iter()
        .enumerate()
        .map(|(place, own)| TermWithout {
            term: own.name.clone(),
            kind: TermKind::Fixed,
            with_all: own.estimate,
            without: without.map(|without| without.fixed[place]),
        });
    let variances = fit.variation.iter().enumerate().flat_map(|(at, own)| {
        own.terms
            .iter()
            .enumerate()
            .map(move |(i, name)| TermWithout {
                term: format!("{}.{name}", own.grouping),
                kind: TermKind::Variance,
                with_all: own.covariance[(i, i)],
                without: without.map(|without| without.variation[at].covariance[(i, i)]),
            })
    });
    let residual = TermWithout {
        term: "residual".to_owned(),
        kind: TermKind::Residual,
        with_all: fit.residual_variance,
        without: without.map(|without| without.residual_variance),
    };
    fixed.chain(variances).chain([residual]).collect()
}
