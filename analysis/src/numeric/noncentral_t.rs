//! The non-central t distribution, by direct integration: no series that runs dry far from zero.

use statrs::function::erf::erfc;
use statrs::function::gamma::ln_gamma;

use crate::numeric::root;
use crate::outcome::Undefined;

/// Nodes and weights of the 16-point Gauss-Legendre rule on \[-1, 1\], positive half.
const GAUSS: [(f64, f64); 8] = [
    (0.9894009349916499, 0.027152459411754096),
    (0.9445750230732326, 0.062253523938647894),
    (0.8656312023878318, 0.09515851168249279),
    (0.755404408355003, 0.12462897125553388),
    (0.6178762444026438, 0.14959598881657674),
    (0.45801677765722737, 0.16915651939500254),
    (0.2816035507792589, 0.18260341504492358),
    (0.09501250983763744, 0.1894506104550685),
];

/// P(Z <= x) of the standard normal.
fn normal_cdf(x: f64) -> f64 {
    0.5 * erfc(-x / std::f64::consts::SQRT_2)
}

/// P(T <= t), T non-central t with `df` >= 1 degrees of freedom and non-centrality `delta`; absolute error below 1e-12 in the range of |t| / sqrt(df) < 100.
///
/// T = (Z + δ) / s with s = sqrt(χ²_ν / ν), so P(T <= t) = ∫ Φ(t s - δ) f(s) ds, and
/// ln f(s) = ln 2 + ν/2 ln(ν/2) - ln Γ(ν/2) + (ν - 1) ln s - ν s² / 2 (Johnson, Kotz & Balakrishnan 1995, ch. 31).
pub fn cdf(t: f64, df: f64, delta: f64) -> f64 {
    let half = 0.5 * df;
    let constant = std::f64::consts::LN_2 + half * half.ln() - ln_gamma(half);
    // f falls at least as fast as exp(-ν (s - mode)² / 2): beyond nine of these widths lies less than 1e-17.
    let mode = ((df - 1.0).max(0.0) / df).sqrt();
    let width = df.sqrt().recip();
    let from = (mode - 9.0 * width).max(0.0);
    let to = mode + 9.0 * width;
    // Fine enough for the density (one width a panel) and for the step of Φ, which is 1 / |t| wide.
    let steepness = (t.abs() * width).min(400.0);
    let panels = 18 + (9.0 * steepness).ceil() as usize;
    let reach = 0.5 * (to - from) / panels as f64;
    let at = |s: f64| {
        let log_density = constant + (df - 1.0) * s.ln() - half * s * s;
        normal_cdf(t * s - delta) * log_density.exp()
    };
    let mut sum = 0.0;
    for panel in 0..panels {
        let centre = from + (2 * panel + 1) as f64 * reach;
        for (node, weight) in GAUSS {
            sum += weight * (at(centre - reach * node) + at(centre + reach * node));
        }
    }
    (sum * reach).clamp(0.0, 1.0)
}

/// The non-centrality under which a share `probability` of the t values lies at or below `t`.
///
/// # Errors
/// `NoConvergence` if the search does not settle; `NotFinite` if `t` is not finite.
pub fn delta_at(t: f64, df: f64, probability: f64) -> Result<f64, Undefined> {
    if !t.is_finite() {
        return Err(Undefined::NotFinite);
    }
    // δ is about t, give or take a few of its standard errors sqrt(1 + t² / 2ν).
    let step = 3.0 * (1.0 + t * t / (2.0 * df)).sqrt();
    root::outward(|delta| cdf(t, df, delta) - probability, t, step)
}

/// The t below which a share `probability` of the central t distribution lies.
///
/// # Errors
/// `NoConvergence` if the search does not settle.
pub fn central_quantile(probability: f64, df: f64) -> Result<f64, Undefined> {
    root::outward(|t| cdf(t, df, 0.0) - probability, 0.0, 2.0)
}
