//! What each unit does to the conclusions: everything fitted again without it.

use nalgebra::{Cholesky, DVector};
use thiserror::Error;

use super::{
    design::{Column, Design, DesignFault, Grouping},
    fit::{Fit, FitFault, FitOptions, Step, Variation, fit_near},
    unit_effects::{Combination, unit_values},
};
use crate::outcome::Undefined;

/// What is left of the conclusions without one unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Influence {
    /// The unit that was left out.
    pub unit: String,
    /// How many rows went with it.
    pub rows: usize,
    pub without: Result<Without, InfluenceFault>,
}

/// A fit without one unit, beside the fit with all.
#[derive(Debug, Clone, PartialEq)]
pub struct Without {
    /// In the order of the design.
    pub fixed: Vec<f64>,
    /// Without the unit minus with it.
    pub change: Vec<f64>,
    /// How far all fixed effects moved together, in their own covariance.
    pub cooks_distance: f64,
    pub variation: Vec<Variation>,
    pub residual_variance: f64,
    /// The units that stayed, in the order of the grouping.
    pub ranks: Vec<RankChange>,
    /// The farthest any unit moved in the list.
    pub largest_rank_change: usize,
    pub trace: Vec<Step>,
}

/// Where a unit stands among those that stayed, 1 being the highest.
#[derive(Debug, Clone, PartialEq)]
pub struct RankChange {
    pub unit: String,
    pub before: usize,
    pub after: usize,
}

/// Why there is no fit without a unit.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum InfluenceFault {
    #[error("without it {0}")]
    Design(#[from] DesignFault),
    #[error("without it {0}")]
    Fit(#[from] FitFault),
    #[error(transparent)]
    Undefined(#[from] Undefined),
}

/// Whether the conclusions hang on one unit: the model fitted again without each unit of a grouping in turn.
///
/// # Definition
/// change = beta without the unit - beta; Cook's distance = change' C^-1 change / number of fixed effects, C the covariance of beta with all units;
/// ranks of the units that stayed by fixed' beta + terms' (conditional mean), with and without
/// # Shape and unit
/// one record per unit in the order of the grouping; change in units of the coefficient, Cook's distance without unit (4 / units is often taken as
/// worth a look)
/// # Missing
/// the other groupings lose the units whose rows all went
/// # Undefined
/// NothingObserved if there is no such grouping, TooFewItems if the weights do not fit it; per unit, in words: what the rows left over cannot tell,
/// or why no best model was found
/// # Source
/// Cook (1977), Technometrics 19, 15-18; Demidenko & Stukel (2005), Statistics in Medicine 24, 893-909
/// # Agrees with
/// lme4 1.1.31 fitted again without each unit, fixed effects 1e-4, Cook's distance 1e-3
/// # Cost
/// a fit per unit
pub fn leave_one_out(
    design: &Design,
    fit: &Fit,
    grouping: usize,
    combination: &Combination,
    options: &FitOptions,
) -> Result<Vec<Influence>, Undefined> {
    let own = design.groupings().get(grouping);
    let n = own.ok_or(Undefined::NothingObserved)?.units.len();
    (0..n)
        .map(|unit| leave_out(design, fit, (grouping, unit), combination, options))
        .collect()
}

/// Whether the conclusions hang on this unit: the model fitted again without it.
///
/// # Definition
/// as [`leave_one_out`]
/// # Shape and unit
/// one record; the unit by the places of its grouping and of itself
/// # Missing
/// as [`leave_one_out`]
/// # Undefined
/// as [`leave_one_out`]; NothingObserved if there is no such unit
/// # Source
/// as [`leave_one_out`]
/// # Agrees with
/// as [`leave_one_out`]
/// # Cost
/// a fit, from the theta of the fit with all
pub fn leave_out(
    design: &Design,
    fit: &Fit,
    (grouping, unit): (usize, usize),
    combination: &Combination,
    options: &FitOptions,
) -> Result<Influence, Undefined> {
    let values = unit_values(design, fit, grouping, combination)?;
    let precision = Cholesky::new(fit.fixed_covariance.clone())
        .ok_or(Undefined::NotFinite)?
        .inverse();
    let own = &design.groupings()[grouping];
    let name = own.units.get(unit).ok_or(Undefined::NothingObserved)?;
    let stays: Vec<bool> = own.unit_of.iter().map(|&u| u as usize != unit).collect();
    let others = values
        .iter()
        .enumerate()
        .filter(|(place, _)| *place != unit);
    let before: Vec<f64> = others.map(|(_, value)| value.estimate).collect();
    let without = (|| -> Result<Without, InfluenceFault> {
        let smaller = subset(design, &stays)?;
        let again = fit_near(&smaller, options, &fit.theta)?;
        let change = DVector::from_iterator(
            fit.fixed.len(),
            again
                .fixed
                .iter()
                .zip(&fit.fixed)
                .map(|(a, b)| a.estimate - b.estimate),
        );
        let distance = change.dot(&(&precision * &change)) / change.len() as f64;
        let after = unit_values(&smaller, &again, grouping, combination)?;
        let estimates: Vec<f64> = after.iter().map(|value| value.estimate).collect();
        let ranks: Vec<RankChange> = after
            .into_iter()
            .zip(places(&before).into_iter().zip(places(&estimates)))
            .map(|(value, (before, after))| RankChange {
                unit: value.unit,
                before,
                after,
            })
            .collect();
        Ok(Without {
            fixed: again.fixed.iter().map(|c| c.estimate).collect(),
            change: change.iter().copied().collect(),
            cooks_distance: distance,
            variation: again.variation,
            residual_variance: again.residual_variance,
            largest_rank_change: ranks
                .iter()
                .map(|rank| rank.before.abs_diff(rank.after))
                .max()
                .unwrap_or(0),
            ranks,
            trace: again.trace,
        })
    })();
    Ok(Influence {
        unit: name.clone(),
        rows: stays.iter().filter(|&&stays| !stays).count(),
        without,
    })
}

/// 1 + how many are higher.
fn places(values: &[f64]) -> Vec<usize> {
    let higher = |value: f64| values.iter().filter(|&&other| other > value).count();
    values.iter().map(|&value| 1 + higher(value)).collect()
}

fn subset(design: &Design, stays: &[bool]) -> Result<Design, DesignFault> {
    let kept = |values: &[f64]| -> Vec<f64> {
        let both = values.iter().zip(stays);
        both.filter(|(_, stays)| **stays)
            .map(|(value, _)| *value)
            .collect()
    };
    let columns = |columns: &[Column]| -> Vec<Column> {
        columns
            .iter()
            .map(|column| Column {
                name: column.name.clone(),
                values: kept(&column.values),
            })
            .collect()
    };
    let groupings = design
        .groupings()
        .iter()
        .map(|grouping| Grouping {
            name: grouping.name.clone(),
            units: grouping.units.clone(),
            unit_of: grouping
                .unit_of
                .iter()
                .zip(stays)
                .filter(|(_, stays)| **stays)
                .map(|(unit, _)| *unit)
                .collect(),
            terms: columns(&grouping.terms),
        })
        .collect();
    Design::new(kept(design.outcome()), columns(design.fixed()), groupings)
}
