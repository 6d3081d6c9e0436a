//! What each unit has that the others have not: shrunken, unshrunken, and how far each can be relied on.

use nalgebra::{Cholesky, DMatrix, DVector};

use super::{
    design::Design,
    fit::Fit,
    posterior::{Posterior, Rows, lies_in},
};
use crate::outcome::Undefined;

/// How one unit differs from the fixed part, term by term.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitEffect {
    pub unit: String,
    /// Conditional means (empirical Bayes).
    pub shrunken: DVector<f64>,
    /// Covariance of the conditional distribution, the uncertainty of the fixed effects included.
    pub shrunken_covariance: DMatrix<f64>,
    /// The same as if the fixed effects were known.
    pub shrunken_covariance_given_fixed: DMatrix<f64>,
    /// What the unit's own rows say, by generalised least squares; its covariance as if the fixed effects were known.
    pub unshrunken: Result<DVector<f64>, Undefined>,
    pub unshrunken_covariance: Result<DMatrix<f64>, Undefined>,
    /// Per term: variance between units / (that + sampling variance of this unit).
    pub reliability: Result<DVector<f64>, Undefined>,
}

/// What a unit amounts to: a weighted sum of fixed effects and of the unit's own deviations, for instance slope change + the school's deviation from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Combination {
    /// One weight per fixed column of the design.
    pub fixed: Vec<f64>,
    /// One weight per term of the grouping.
    pub terms: Vec<f64>,
}

/// What one unit amounts to.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitValue {
    pub unit: String,
    pub estimate: f64,
    pub se: f64,
}

/// How far each unit lies from what the fixed part expects of it, drawn towards the others where its own rows say little, and as its own rows
/// alone would have it.
///
/// # Definition
/// with y = X beta + sum of Z b + e: shrunken = E(b_j | y) at the fitted variances, its covariance Var(b_j - E(b_j | y)) with and without the
/// uncertainty of beta; unshrunken b_j = (Z_j' W_j Z_j)^-1 Z_j' W_j (y_j - X_j beta), W_j the inverse covariance of the unit's rows from the
/// residual and the other groupings, V_j = (Z_j' W_j Z_j)^-1. Of a grouping whose units lie within those of another one (pupils in schools) the
/// conditional means of the outer one are taken off first, and W_j is without it. Reliability of a term = tau2 / (tau2 + its diagonal of V_j)
/// # Shape and unit
/// one record per unit in the order of the grouping; vectors in the order of the terms, in units of the outcome per unit of the term; reliability
/// in \[0, 1\]
/// # Missing
/// the design holds complete rows, and no unit without
/// # Undefined
/// NothingObserved if there is no such grouping or theta has another length, NoVariation if the residual variance is not positive; of the
/// unshrunken parts, per unit: TooFewUnits with fewer rows than terms, NoVariation where a term does not vary within the unit
/// # Source
/// Robinson (1991), Statistical Science 6, 15-32; Raudenbush & Bryk (2002), ch. 3
/// # Agrees with
/// lme4 1.1.31 `ranef(condVar = TRUE)` for the means and the covariance given the fixed effects, the full mixed-model equations and generalised
/// least squares in base R 4.2.2 for the rest, 1e-6 at the same variances
/// # Cost
/// O(rows x columns²), and cubic in the connected units of all groupings but the most numerous one
pub fn unit_effects(
    design: &Design,
    fit: &Fit,
    grouping: usize,
) -> Result<Vec<UnitEffect>, Undefined> {
    let own = design
        .groupings()
        .get(grouping)
        .ok_or(Undefined::NothingObserved)?;
    let posterior = Posterior::new(design, fit)?;
    let modes = posterior.modes(grouping)?;
    let tau = posterior.covariance_of_terms(grouping);
    let alone = alone(design, fit, grouping, &posterior)?;
    let q = own.terms.len();
    Ok(own
        .units
        .iter()
        .zip(modes)
        .zip(alone)
        .map(|((unit, mode), alone)| {
            let reliability = alone.as_ref().map(|own| {
                DVector::from_fn(q, |k, _| {
                    tau[(k, k)] / (tau[(k, k)] + own.covariance[(k, k)])
                })
            });
            UnitEffect {
                unit: unit.clone(),
                shrunken: mode.mean,
                shrunken_covariance: mode.covariance,
                shrunken_covariance_given_fixed: mode.covariance_given_fixed,
                reliability: reliability.map_err(|&reason| reason),
                unshrunken: alone
                    .as_ref()
                    .map(|own| own.effect.clone())
                    .map_err(|&reason| reason),
                unshrunken_covariance: alone.map(|own| own.covariance),
            }
        })
        .collect())
}

/// What each unit amounts to, and how surely: the number that stands beside its name.
///
/// # Definition
/// fixed' beta + terms' E(b_j | y); se² = Var(fixed' (beta hat - beta) + terms' (E(b_j | y) - b_j)), their covariance included
/// # Shape and unit
/// one record per unit, in units of the outcome per unit of the column
/// # Missing
/// the design holds complete rows, and no unit without
/// # Undefined
/// NothingObserved if there is no such grouping, TooFewItems if the weights are not one per column and term, and as [`unit_effects`]
/// # Source
/// Robinson (1991), Statistical Science 6, 15-32
/// # Agrees with
/// the inverse of the full mixed-model equations in base R 4.2.2, 1e-6 at the same variances
/// # Cost
/// as [`unit_effects`]
pub fn unit_values(
    design: &Design,
    fit: &Fit,
    grouping: usize,
    combination: &Combination,
) -> Result<Vec<UnitValue>, Undefined> {
    let (fixed, terms) = weights(design, grouping, combination)?;
    let posterior = Posterior::new(design, fit)?;
    let phi = &fit.fixed_covariance;
    let middle = fixed.dot(&posterior.beta());
    Ok(design.groupings()[grouping]
        .units
        .iter()
        .zip(posterior.modes(grouping)?)
        .map(|(unit, mode)| {
            let on_fixed = &fixed - mode.slope.tr_mul(&terms);
            let variance = terms.dot(&(&mode.covariance_given_fixed * &terms))
                + on_fixed.dot(&(phi * &on_fixed));
            UnitValue {
                unit: unit.clone(),
                estimate: middle + terms.dot(&mode.mean),
                se: variance.max(0.0).sqrt(),
            }
        })
        .collect())
}

/// What each unit amounts to by its own rows, not drawn towards the others, and how surely: for regressing unit effects on what units have.
///
/// # Definition
/// fixed' beta + terms' b_j, b_j unshrunken as in [`unit_effects`]; se² = Var(that - fixed' beta - terms' b_j), the uncertainty of the fixed effects
/// and its covariance with the unit's rows included
/// # Shape and unit
/// one result per unit in the order of the grouping, in units of the outcome per unit of the column; weigh by 1 / (tau2 + se²)
/// # Missing
/// the design holds complete rows
/// # Undefined
/// as [`unit_values`], and NothingObserved of a grouping whose units lie within those of another one: by their own rows alone they cannot be told from
/// what the outer unit shares; per unit as the unshrunken parts of [`unit_effects`]
/// # Source
/// Raudenbush & Bryk (2002), ch. 3; the variance follows from beta hat = Phi X' V^-1 y
/// # Agrees with
/// the definition with the full covariance of the rows, 1e-8
/// # Cost
/// as [`unit_effects`]
pub fn unshrunken_values(
    design: &Design,
    fit: &Fit,
    grouping: usize,
    combination: &Combination,
) -> Result<Vec<Result<UnitValue, Undefined>>, Undefined> {
    let (fixed, terms) = weights(design, grouping, combination)?;
    let around =
        |other: usize| lies_in(design, grouping, other) && !lies_in(design, other, grouping);
    if (0..design.groupings().len()).any(|other| other != grouping && around(other)) {
        return Err(Undefined::NothingObserved);
    }
    let posterior = Posterior::new(design, fit)?;
    let phi = &fit.fixed_covariance;
    let middle = fixed.dot(&posterior.beta());
    let alone = alone(design, fit, grouping, &posterior)?;
    Ok(design.groupings()[grouping]
        .units
        .iter()
        .zip(posterior.modes(grouping)?)
        .zip(alone)
        .map(|((unit, mode), alone)| {
            let own = alone?;
            let on_fixed = &fixed - own.slope.tr_mul(&terms);
            // The unit's noise goes into the fixed effects too.
            let shared = (&own.slope - &mode.slope).tr_mul(&terms);
            let variance = terms.dot(&(&own.covariance * &terms))
                + on_fixed.dot(&(phi * (&on_fixed + shared * 2.0)));
            Ok(UnitValue {
                unit: unit.clone(),
                estimate: middle + terms.dot(&own.effect),
                se: variance.max(0.0).sqrt(),
            })
        })
        .collect())
}

/// The weights as vectors, if they fit the design.
pub(super) fn weights(
    design: &Design,
    grouping: usize,
    combination: &Combination,
) -> Result<(DVector<f64>, DVector<f64>), Undefined> {
    let own = design
        .groupings()
        .get(grouping)
        .ok_or(Undefined::NothingObserved)?;
    if combination.fixed.len() != design.fixed().len() || combination.terms.len() != own.terms.len()
    {
        return Err(Undefined::TooFewItems);
    }
    let all = combination.fixed.iter().chain(&combination.terms);
    if all.clone().any(|weight| !weight.is_finite()) {
        return Err(Undefined::NotFinite);
    }
    Ok((
        DVector::from_column_slice(&combination.fixed),
        DVector::from_column_slice(&combination.terms),
    ))
}

/// What a unit's own rows say.
struct Alone {
    effect: DVector<f64>,
    /// Sampling covariance, the fixed effects being known.
    covariance: DMatrix<f64>,
    /// How far the effect falls as the fixed effects rise.
    slope: DMatrix<f64>,
}

fn alone(
    design: &Design,
    fit: &Fit,
    grouping: usize,
    posterior: &Posterior,
) -> Result<Vec<Result<Alone, Undefined>>, Undefined> {
    let groupings = design.groupings();
    let own = &groupings[grouping];
    let mut residuals = design.outcome().to_vec();
    for (column, coefficient) in design.fixed().iter().zip(&fit.fixed) {
        for (residual, x) in residuals.iter_mut().zip(&column.values) {
            *residual -= coefficient.estimate * x;
        }
    }
    // A grouping around this one is a condition, not noise; of two groupings of the same units neither is around the other.
    let mut beside = Vec::new();
    for other in (0..groupings.len()).filter(|&other| other != grouping) {
        if lies_in(design, grouping, other) && !lies_in(design, other, grouping) {
            let modes = posterior.modes(other)?;
            for (row, residual) in residuals.iter_mut().enumerate() {
                let mode = &modes[groupings[other].unit_of[row] as usize];
                for (term, b) in groupings[other].terms.iter().zip(&mode.mean) {
                    *residual -= term.values[row] * b;
                }
            }
        } else {
            beside.push(other);
        }
    }
    let eliminate = beside
        .iter()
        .copied()
        .max_by_key(|&other| groupings[other].units.len());
    beside.retain(|&other| Some(other) != eliminate);
    let rows = Rows {
        design,
        factors: posterior.factors(),
        sigma: fit.residual_variance.sqrt(),
    };
    let mut rows_of = vec![Vec::new(); own.units.len()];
    for (row, &unit) in own.unit_of.iter().enumerate() {
        rows_of[unit as usize].push(row);
    }
    let q = own.terms.len();
    let mut extra: Vec<&[f64]> = own.terms.iter().map(|term| &term.values[..]).collect();
    extra.push(&residuals);
    extra.extend(design.fixed().iter().map(|column| &column.values[..]));
    rows_of
        .iter()
        .map(|mine| {
            if mine.len() < q {
                return Ok(Err(Undefined::TooFewUnits));
            }
            let products = rows
                .absorb(mine, eliminate, &beside, &extra)?
                .weighted_products()?;
            let information = products.view((0, 0), (q, q)).into_owned();
            let right = DVector::from_fn(q, |k, _| products[(k, q)]);
            let on_fixed = products
                .view((0, q + 1), (q, design.fixed().len()))
                .into_owned();
            Ok(inverse(&information)
                .map(|v| Alone {
                    effect: &v * right,
                    slope: &v * on_fixed,
                    covariance: v,
                })
                .ok_or(Undefined::NoVariation))
        })
        .collect()
}

/// The inverse of an information matrix; none where a direction has no information to speak of.
fn inverse(information: &DMatrix<f64>) -> Option<DMatrix<f64>> {
    let n = information.nrows();
    let scale = DVector::from_fn(n, |k, _| information[(k, k)].max(0.0).sqrt().recip());
    if scale.iter().any(|s| !s.is_finite()) {
        return None;
    }
    let scaled = DMatrix::from_fn(n, n, |i, j| information[(i, j)] * scale[i] * scale[j]);
    let least = scaled.clone().symmetric_eigenvalues().min();
    if least < 1e-10 {
        return None;
    }
    let inverse = Cholesky::new(scaled)?.inverse();
    Some(DMatrix::from_fn(n, n, |i, j| {
        inverse[(i, j)] * scale[i] * scale[j]
    }))
}
