//! How far estimates scatter when the fitted model is true: outcomes drawn from it and fitted again.

use std::collections::BTreeMap;

use nalgebra::DVector;
use rand::Rng;
use thiserror::Error;

use super::{
    design::Design,
    fit::{Fit, FitFault, FitOptions, fit_near},
    intervals::Parameter,
    posterior::factors,
    ranks::normal,
};
use crate::outcome::{Interval, Undefined};

/// What the fits to drawn outcomes found.
#[derive(Debug, Clone, PartialEq)]
pub struct Bootstrap {
    /// One per draw that could be fitted.
    fits: Vec<Fit>,
    draws: usize,
    failures: BTreeMap<String, usize>,
}

/// Why an interval cannot be read from the draws.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum BootstrapFault {
    #[error(
        "{failed} of {draws} draws could not be fitted, more than one in twenty: the others are no fair sample of what could have happened"
    )]
    TooManyFailures { failed: usize, draws: usize },
    #[error("{draws} draws are too few for an interval of this confidence; {wanted} are needed")]
    TooFewDraws { draws: usize, wanted: usize },
    #[error(transparent)]
    Undefined(#[from] Undefined),
}

/// Draw outcomes from a fitted model and fit each of them: how the estimates would scatter if the model were true.
///
/// # Definition
/// y* = X beta + sum over groupings of Z b* + e*, b* and e* normal with the fitted variances, everything else as in the design; each y* is
/// fitted as the model was
/// # Shape and unit
/// as many fits as draws, less those that fail; failures are counted by their reason
/// # Missing
/// the design holds complete rows, and the drawn outcomes have the same rows
/// # Undefined
/// NoVariation if the residual variance is not positive; NothingObserved without draws, or if theta does not fit the design
/// # Source
/// Davison & Hinkley (1997), section 4.2; Bates, Mächler, Bolker & Walker (2015), section 5.1
/// # Agrees with
/// lme4 1.1.31 `bootMer(type = "parametric", use.u = FALSE)` in distribution
/// # Cost
/// a fit per draw
pub fn parametric_bootstrap(
    design: &Design,
    fit: &Fit,
    draws: usize,
    options: &FitOptions,
    rng: &mut impl Rng,
) -> Result<Bootstrap, Undefined> {
    if draws == 0 || fit.fixed.len() != design.fixed().len() {
        return Err(Undefined::NothingObserved);
    }
    if fit.residual_variance.partial_cmp(&0.0) != Some(std::cmp::Ordering::Greater) {
        return Err(Undefined::NoVariation);
    }
    let sigma = fit.residual_variance.sqrt();
    let factors = factors(design, &fit.theta)?;
    let mut middle = vec![0.0; design.n_rows()];
    for (column, coefficient) in design.fixed().iter().zip(&fit.fixed) {
        for (y, x) in middle.iter_mut().zip(&column.values) {
            *y += coefficient.estimate * x;
        }
    }
    let mut fits = Vec::with_capacity(draws);
    let mut failures = BTreeMap::new();
    for _ in 0..draws {
        let mut outcome: Vec<f64> = middle.iter().map(|y| y + sigma * normal(rng)).collect();
        for (grouping, factor) in design.groupings().iter().zip(&factors) {
            let q = grouping.terms.len();
            let units: Vec<DVector<f64>> = (0..grouping.units.len())
                .map(|_| factor * DVector::from_fn(q, |_, _| sigma * normal(rng)))
                .collect();
            for (row, y) in outcome.iter_mut().enumerate() {
                let unit = &units[grouping.unit_of[row] as usize];
                for (term, b) in grouping.terms.iter().zip(unit) {
                    *y += term.values[row] * b;
                }
            }
        }
        let again = Design::new(
            outcome,
            design.fixed().to_vec(),
            design.groupings().to_vec(),
        )
        .map_err(|fault| fault.to_string())
        .and_then(|drawn| {
            // What was drawn from a model fits near to it.
            fit_near(&drawn, options, &fit.theta).map_err(|fault| reason(&fault))
        });
        match again {
            Ok(mut again) => {
                // Thousands of traces serve nobody.
                again.trace.clear();
                fits.push(again);
            }
            Err(reason) => *failures.entry(reason).or_insert(0) += 1,
        }
    }
    Ok(Bootstrap {
        fits,
        draws,
        failures,
    })
}

/// In words that are the same for the same kind of failure.
fn reason(fault: &FitFault) -> String {
    match fault {
        FitFault::NoConvergence { .. } => "the search did not settle".to_owned(),
        other => other.to_string(),
    }
}

impl Bootstrap {
    /// Draws that were made in parts, so that they can be made side by side, as one.
    ///
    /// # Definition
    /// the fits of all parts in their order; draws and failures added up
    /// # Shape and unit
    /// as [`parametric_bootstrap`]; the parts are of one model, each from a stream of its own
    /// # Missing
    /// as [`parametric_bootstrap`]
    /// # Undefined
    /// never; without parts there are no draws, and no interval
    /// # Source
    /// none needed
    /// # Agrees with
    /// the parts
    /// # Cost
    /// none
    pub fn joined(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut whole = Self {
            fits: Vec::new(),
            draws: 0,
            failures: BTreeMap::new(),
        };
        for part in parts {
            whole.fits.extend(part.fits);
            whole.draws += part.draws;
            for (reason, n) in part.failures {
                *whole.failures.entry(reason).or_insert(0) += n;
            }
        }
        whole
    }

    /// The fits to the drawn outcomes, without their traces.
    ///
    /// # Definition
    /// as [`parametric_bootstrap`]
    /// # Shape and unit
    /// one per draw that could be fitted
    /// # Missing
    /// draws that could not be fitted
    /// # Undefined
    /// never; may be empty
    /// # Source
    /// as [`parametric_bootstrap`]
    /// # Agrees with
    /// as [`parametric_bootstrap`]
    /// # Cost
    /// none
    pub fn fits(&self) -> &[Fit] {
        &self.fits
    }

    /// Why draws could not be fitted, and how often each reason occurred.
    ///
    /// # Definition
    /// counts of the reasons in words
    /// # Shape and unit
    /// reason and count, in the order of the reasons; with the fits they add up to the draws
    /// # Missing
    /// none
    /// # Undefined
    /// never; empty if every draw was fitted
    /// # Source
    /// none needed
    /// # Agrees with
    /// none
    /// # Cost
    /// none
    pub fn failures(&self) -> &BTreeMap<String, usize> {
        &self.failures
    }

    /// Between which values a parameter lies, as far as fits to drawn outcomes tell.
    ///
    /// # Definition
    /// percentile interval: the order statistics at (R + 1) (1 ∓ confidence) / 2 of the R values, linear in between
    /// # Shape and unit
    /// as the parameter; confidence in (0, 1)
    /// # Missing
    /// for a correlation, draws in which a term does not vary
    /// # Undefined
    /// in words: more than one draw in twenty failed, or too few for the confidence; NothingObserved if there is no such parameter; NotFinite if the
    /// confidence is not in (0, 1)
    /// # Source
    /// Davison & Hinkley (1997), section 5.3
    /// # Agrees with
    /// lme4 1.1.31 `confint(method = "boot", boot.type = "perc")` in distribution
    /// # Cost
    /// O(R log R)
    pub fn interval(
        &self,
        parameter: Parameter,
        confidence: f64,
    ) -> Result<Interval, BootstrapFault> {
        if !(confidence > 0.0 && confidence < 1.0) {
            return Err(Undefined::NotFinite.into());
        }
        let mut values = Vec::with_capacity(self.fits.len());
        for fit in &self.fits {
            match parameter.value(fit) {
                Ok(value) => values.push(value),
                Err(Undefined::NoVariation) => {}
                Err(reason) => return Err(reason.into()),
            }
        }
        let failed = self.draws - values.len();
        if failed * 20 > self.draws {
            return Err(BootstrapFault::TooManyFailures {
                failed,
                draws: self.draws,
            });
        }
        let tail = 0.5 * (1.0 - confidence);
        let wanted = (1.0 / tail - 1e-9).ceil() as usize - 1;
        if values.len() < wanted {
            return Err(BootstrapFault::TooFewDraws {
                draws: values.len(),
                wanted,
            });
        }
        values.sort_unstable_by(f64::total_cmp);
        let at = |share: f64| {
            let place = share * (values.len() + 1) as f64;
            let below = (place.floor() as usize).clamp(1, values.len());
            let above = (below + 1).min(values.len());
            let part = (place - below as f64).clamp(0.0, 1.0);
            values[below - 1] + part * (values[above - 1] - values[below - 1])
        };
        Ok(Interval {
            lower: at(tail),
            upper: at(1.0 - tail),
        })
    }
}
