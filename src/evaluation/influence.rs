//! Whether the effects hang on one school: their model fitted again without each school in turn.

use schakel_analysis::{
    multilevel::{Combination, FitOptions, Influence, Without, leave_out},
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
    /// The slope that is the effect.
    pub effect: String,
    pub unit: String,
    pub n_rows: usize,
    /// How far all fixed effects moved together, in their own covariance.
    pub cook_distance: Option<f64>,
    /// The farthest any other unit moved in the list of shrunken effects.
    pub rank_change: Option<usize>,
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
    (grouping, effect): (usize, &str),
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
            effect: effect.to_owned(),
            ..of_unit(fitted, &own.units[unit], found)
        }
    })
}

fn of_unit(fitted: &Fitted, unit: &str, found: Result<Influence, Undefined>) -> UnitInfluence {
    let (n_rows, without) = match found {
        Ok(found) => (found.rows, found.without.map_err(|fault| fault.to_string())),
        Err(reason) => (0, Err(reason.to_string())),
    };
    let smaller = without.as_ref().ok();
    UnitInfluence {
        model: String::new(),
        effect: String::new(),
        unit: unit.to_owned(),
        n_rows,
        cook_distance: smaller.map(|without| without.cooks_distance),
        rank_change: smaller.map(|without| without.largest_rank_change),
        terms: terms(fitted, smaller),
        told: without.err(),
    }
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
