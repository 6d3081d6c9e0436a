//! One table for a question of the kind "what goes with this relation?": each predictor alone, and all of them together.

use rand::Rng;

use super::mrqap::{Constants, Design, TermTest, mrqap};
use super::qap::qap_test;
use crate::outcome::Undefined;

/// Which model a row belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssociationModel {
    /// The correlation of outcome and predictor, alone.
    Correlation,
    /// All predictors together.
    Regression,
    /// All predictors together, on the log odds.
    Odds,
}

impl AssociationModel {
    /// The name that files carry.
    pub fn name(self) -> &'static str {
        match self {
            Self::Correlation => "qap",
            Self::Regression => "mrqap",
            Self::Odds => "mrqap_logit",
        }
    }
}

/// What one row says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AssociationValue {
    /// A correlation or a coefficient.
    pub estimate: f64,
    /// Only of a coefficient.
    pub t: Option<f64>,
    /// Two-sided.
    pub p_value: f64,
    pub mc_se: f64,
}

/// One row of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct AssociationRow {
    pub model: AssociationModel,
    pub term: String,
    pub value: Result<AssociationValue, Undefined>,
}

/// Which relations and attributes go with a relation, each alone and all together, over all blocks.
///
/// # Definition
/// [`qap_test`] of the outcome with each predictor, then [`mrqap`] with all of them
/// # Shape and unit
/// one row per predictor, then the intercept (where the blocks share one) and one row per predictor again
/// # Missing
/// as the two tests say: the correlation uses the cells known in the pair, the regression those known in all
/// # Undefined
/// row by row; a regression that does not exist says why in each of its rows
/// # Source
/// Krackhardt (1988), Social Networks 10, 359-381; Dekker, Krackhardt & Snijders (2007), Psychometrika 72, 563-581
/// # Agrees with
/// as the two tests say
/// # Cost
/// the sum of theirs
pub fn association_rows(
    blocks: &[Design],
    terms: &[&str],
    constants: Constants,
    draws: u64,
    rng: &mut impl Rng,
) -> Vec<AssociationRow> {
    let mut rows = Vec::with_capacity(2 * terms.len() + 1);
    for (k, term) in terms.iter().enumerate() {
        let pairs: Option<Vec<_>> = blocks
            .iter()
            .map(|block| Some((&block.outcome, block.predictors.get(k)?)))
            .collect();
        let test = match pairs {
            Some(pairs) => qap_test(&pairs, draws, rng),
            None => Err(Undefined::TooFewUnits),
        };
        rows.push(AssociationRow {
            model: AssociationModel::Correlation,
            term: (*term).to_owned(),
            value: test.map(|test| AssociationValue {
                estimate: test.correlation,
                t: None,
                p_value: test.chance.p_value,
                mc_se: test.chance.mc_se,
            }),
        });
    }
    let fit = mrqap(blocks, constants, draws, rng);
    let mut push = |term: &str, test: Result<TermTest, Undefined>| {
        rows.push(AssociationRow {
            model: AssociationModel::Regression,
            term: term.to_owned(),
            value: test.map(|test| AssociationValue {
                estimate: test.estimate,
                t: Some(test.t),
                p_value: test.chance.p_value,
                mc_se: test.chance.mc_se,
            }),
        });
    };
    match &fit {
        Ok(fit) => {
            if let Some(intercept) = fit.intercept {
                push("intercept", Ok(intercept));
            }
            for (term, test) in terms.iter().zip(&fit.predictors) {
                push(term, Ok(*test));
            }
        }
        Err(reason) => {
            for term in terms {
                push(term, Err(*reason));
            }
        }
    }
    rows
}
