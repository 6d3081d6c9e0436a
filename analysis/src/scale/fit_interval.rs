//! How far off the misfit of a model may be.

use super::confirmatory::ConfirmatoryFit;
use crate::numeric::noncentral_chi_square::lambda_at;
use crate::outcome::{Interval, Undefined};

/// The interval of RMSEA: from what misfit to what misfit per degree of freedom these answers can come.
///
/// # Definition
/// sqrt(groups lambda / (n df)), lambda the non-centralities under which chi2 is at its upper and at its lower (1 - confidence) / 2 point; zero where even none is too much
/// # Shape and unit
/// two numbers of at least 0, confidence usually .90; `n` respondents in all groups
/// # Missing
/// as the model
/// # Undefined
/// NoVariation where df = 0; TooFewUnits without respondents or groups; NotFinite if the confidence is not in (0, 1); NoConvergence
/// # Source
/// Browne & Cudeck (1992), Sociol. Methods Res. 21, 230-258; groups: Steiger (1998), Struct. Equ. Modeling 5, 411-419
/// # Agrees with
/// lavaan `fitMeasures` 0.6-14 (rmsea.ci.lower, rmsea.ci.upper), 1e-5 (its search stops earlier)
/// # Cost
/// some forty sums over a Poisson distribution
pub fn rmsea_interval(
    fit: &ConfirmatoryFit,
    n: usize,
    groups: usize,
    confidence: f64,
) -> Result<Interval, Undefined> {
    if fit.df <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    if n == 0 || groups == 0 {
        return Err(Undefined::TooFewUnits);
    }
    if !(confidence > 0.0 && confidence < 1.0) {
        return Err(Undefined::NotFinite);
    }
    let tail = 0.5 * (1.0 - confidence);
    let end = |share: f64| {
        let lambda = lambda_at(fit.chi_square, fit.df, share)?;
        Ok((groups as f64 * lambda / (n as f64 * fit.df)).sqrt())
    };
    Ok(Interval {
        lower: end(1.0 - tail)?,
        upper: end(tail)?,
    })
}
