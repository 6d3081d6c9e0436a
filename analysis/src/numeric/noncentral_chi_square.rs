//! The non-central chi-square distribution, as a mixture of central ones.

use statrs::function::gamma::{gamma_lr, ln_gamma};

use crate::numeric::root;
use crate::outcome::Undefined;

/// P(X <= x), X non-central chi-square with `df` degrees of freedom and non-centrality `lambda` >= 0; absolute error below 1e-12.
///
/// Central distributions with df + 2j degrees of freedom, weighed by a Poisson of mean lambda / 2 (Johnson, Kotz & Balakrishnan 1995, ch. 29),
/// from its mode outward until nothing is left.
pub fn cdf(x: f64, df: f64, lambda: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let mean = 0.5 * lambda;
    if mean == 0.0 {
        return gamma_lr(0.5 * df, 0.5 * x);
    }
    let mode = mean.floor();
    let term = |j: f64| {
        let weight = (j * mean.ln() - mean - ln_gamma(j + 1.0)).exp();
        (weight, weight * gamma_lr(0.5 * df + j, 0.5 * x))
    };
    let mut sum = 0.0;
    let mut j = mode;
    loop {
        let (weight, part) = term(j);
        sum += part;
        if weight < 1e-17 {
            break;
        }
        j += 1.0;
    }
    j = mode - 1.0;
    while j >= 0.0 {
        let (weight, part) = term(j);
        sum += part;
        if weight < 1e-17 {
            break;
        }
        j -= 1.0;
    }
    sum.clamp(0.0, 1.0)
}

/// The non-centrality under which a share `probability` of the values lies at or below `x`; zero if even without any it is less.
///
/// # Errors
/// `NoConvergence` if the search does not settle; `NotFinite` if `x` or `df` is not finite.
pub fn lambda_at(x: f64, df: f64, probability: f64) -> Result<f64, Undefined> {
    if !(x.is_finite() && df.is_finite()) {
        return Err(Undefined::NotFinite);
    }
    let above = |lambda: f64| cdf(x, df, lambda) - probability;
    if above(0.0) <= 0.0 {
        return Ok(0.0);
    }
    // Beyond x by some of its standard deviations lies nearly nothing.
    let mut high = x.max(10.0);
    for _ in 0..8 {
        if above(high) <= 0.0 {
            return root::between(above, 0.0, high);
        }
        high *= 2.0;
    }
    Err(Undefined::NoConvergence)
}
