//! What the data say for a difference and for none, weighed against each other.

use std::f64::consts::PI;

use super::student::{Spread, difference_and_error};
use super::units::tail_of;
use crate::numeric::quadrature::{integral, nodes};
use crate::numeric::root;
use crate::outcome::{Interval, Undefined};

/// The evidence of one comparison under a named prior.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BayesFactor {
    /// How many times likelier the data are with a difference than without.
    pub bf10: f64,
    /// 1 / `bf10`: how many times likelier without.
    pub bf01: f64,
    /// The scale of the Cauchy prior on the standardised difference.
    pub prior_scale: f64,
    /// Of the standardised difference, given that there is one.
    pub posterior_median: f64,
    /// Equal tails.
    pub posterior_interval: Interval,
}

/// How strongly the data speak for a difference between the groups, or for none: the Bayes factor with a Cauchy prior on the standardised difference.
///
/// # Definition
/// δ ~ Cauchy(0, r), Jeffreys priors on mean and variance; BF10 = ∫ p(t | δ) Cauchy(δ; 0, r) dδ / p(t | 0), t pooled, p(t | δ) non-central t with
/// δ sqrt(n1 n2 / (n1 + n2)); by quadrature over the scale z of the prior, δ | z ~ N(0, (r / z)^2), z half-normal
/// # Shape and unit
/// ratios above 0; `scale` r > 0, .707 is customary; posterior in standard deviations; confidence in (0, 1)
/// # Missing
/// the caller hands in the units that have a value
/// # Undefined
/// TooFewUnits if a group has fewer than two; NoVariation if neither group varies; NotFinite if a value is not finite, the ratio beyond the range of
/// numbers, the scale not positive or the confidence out of range; NoConvergence if the quadrature does not settle
/// # Source
/// Rouder, Speckman, Sun, Morey & Iverson (2009), Psychon. Bull. Rev. 16, 225-237, with the scale r of Morey & Rouder (2011)
/// # Agrees with
/// R `integrate` 4.2.2 over the variance of the prior, ratio 1e-9, and over δ, posterior 1e-6; the worked example of BayesFactor 0.9.12 (sleep,
/// paired: 17.25888)
/// # Cost
/// about 3 ms
pub fn bayes_factor(
    high: &[f64],
    low: &[f64],
    scale: f64,
    confidence: f64,
) -> Result<BayesFactor, Undefined> {
    let (difference, error, df) = difference_and_error(high, low, Spread::Pooled)?;
    let (n_high, n_low) = (high.len() as f64, low.len() as f64);
    let sample = TOf {
        t: difference / error,
        df,
        n: n_high * n_low / (n_high + n_low),
    };
    bayes_factor_of_t(&sample, scale, confidence)
}

/// All that the Bayes factor needs to know of the data.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TOf {
    pub t: f64,
    pub df: f64,
    /// t = (standardised difference) sqrt n: n1 n2 / (n1 + n2) for two groups, the number of pairs for one.
    pub n: f64,
}

/// The same from a published t value.
///
/// # Definition
/// as [`bayes_factor`]
/// # Shape and unit
/// as [`bayes_factor`]
/// # Missing
/// as [`bayes_factor`]
/// # Undefined
/// NotFinite if t is not finite, df or n not positive, or as [`bayes_factor`]; NoConvergence if the quadrature does not settle
/// # Source
/// as [`bayes_factor`]
/// # Agrees with
/// as [`bayes_factor`]
/// # Cost
/// about 3 ms; more where |t| is many times sqrt(df)
pub fn bayes_factor_of_t(
    sample: &TOf,
    scale: f64,
    confidence: f64,
) -> Result<BayesFactor, Undefined> {
    let tail = tail_of(confidence)?;
    let TOf { t, df, n } = *sample;
    let positive = |x: f64| x > 0.0 && x.is_finite();
    if !(t.is_finite() && positive(df) && positive(n) && positive(scale)) {
        return Err(Undefined::NotFinite);
    }
    // ln of the ratio given z, times the half-normal density of z.
    let weighed = |z: f64| {
        let spread = 1.0 + n * (scale / z).powi(2);
        let squared = t * t / df;
        0.5 * (df + 1.0) * (squared.ln_1p() - (squared / spread).ln_1p())
            - 0.5 * spread.ln()
            - 0.5 * z * z
            + 0.5 * (2.0 / PI).ln()
    };
    // Beyond 39 the density of z is below the smallest number; the highest point is taken out so that nothing overflows on the way.
    let highest = (1..=400)
        .map(|step| weighed(39.0 * f64::from(step) / 400.0))
        .fold(f64::NEG_INFINITY, f64::max);
    let ratio = integral(
        |z| {
            if z > 0.0 {
                (weighed(z) - highest).exp()
            } else {
                0.0
            }
        },
        0.0,
        39.0,
        1e-12,
    )?;
    let log_bf10 = highest + ratio.ln();
    let (bf10, bf01) = (log_bf10.exp(), (-log_bf10).exp());
    if !(positive(bf10) && positive(bf01)) {
        return Err(Undefined::NotFinite);
    }
    let posterior = Posterior::of(sample, scale)?;
    Ok(BayesFactor {
        bf10,
        bf01,
        prior_scale: scale,
        posterior_median: posterior.quantile(0.5)?,
        posterior_interval: Interval {
            lower: posterior.quantile(tail)?,
            upper: posterior.quantile(1.0 - tail)?,
        },
    })
}

/// Likelihood of t times prior over δ, panel by panel.
struct Posterior {
    /// s = sqrt(χ² / ν) of the non-central t, and its weight s^ν exp(-ν s² / 2).
    spreads: Vec<(f64, f64)>,
    sample: TOf,
    scale: f64,
    edges: Vec<f64>,
    /// Mass below each edge, not divided by the whole.
    below: Vec<f64>,
}

impl Posterior {
    fn of(sample: &TOf, scale: f64) -> Result<Self, Undefined> {
        let TOf { t, df, n } = *sample;
        let width = df.sqrt().recip();
        let (from, to) = ((1.0 - 9.0 * width).max(0.0), 1.0 + 9.0 * width);
        // Fine enough for the weight (one width a panel) and for the bell in t s, which is 1 / |t| wide.
        let panels = 18 + (9.0 * (t.abs() * width).min(400.0)).ceil() as usize;
        let edge = |panel: usize| from + (to - from) * panel as f64 / panels as f64;
        let spreads = (0..panels)
            .flat_map(|panel| nodes(edge(panel), edge(panel + 1)))
            .map(|(s, weight)| (s, weight * (df * (s.ln() - 0.5 * (s * s - 1.0))).exp()))
            .collect();
        // The likelihood falls off at least as fast as a bell of this width; the prior is steep around 0.
        let (centre, reach) = (t / n.sqrt(), 14.0 * ((1.0 + t * t / df) / n).sqrt());
        let mut edges: Vec<f64> = (0..=56)
            .map(|step| centre + reach * (f64::from(step) / 28.0 - 1.0))
            .collect();
        let (low, high) = (edges[0], edges[56]);
        let near_zero = (-3..12).flat_map(|power| {
            let end = scale * 2.0_f64.powi(power);
            [-end, end]
        });
        edges.extend(near_zero.chain([0.0]).filter(|&x| x > low && x < high));
        edges.sort_by(f64::total_cmp);
        let mut posterior = Self {
            spreads,
            sample: *sample,
            scale,
            below: vec![0.0],
            edges,
        };
        for pair in 1..posterior.edges.len() {
            let mass = posterior.mass(posterior.edges[pair - 1], posterior.edges[pair]);
            posterior.below.push(posterior.below[pair - 1] + mass);
        }
        let whole = posterior.below[posterior.below.len() - 1];
        if whole > 0.0 && whole.is_finite() {
            Ok(posterior)
        } else {
            Err(Undefined::NotFinite)
        }
    }

    fn mass(&self, low: f64, high: f64) -> f64 {
        nodes(low, high)
            .map(|(delta, weight)| weight * self.density(delta))
            .sum()
    }

    fn density(&self, delta: f64) -> f64 {
        let TOf { t, n, .. } = self.sample;
        let shift = delta * n.sqrt();
        let likelihood: f64 = self
            .spreads
            .iter()
            .map(|&(s, weight)| weight * (-0.5 * (t * s - shift).powi(2)).exp())
            .sum();
        likelihood / (1.0 + (delta / self.scale).powi(2))
    }

    fn quantile(&self, probability: f64) -> Result<f64, Undefined> {
        let wanted = probability * self.below[self.below.len() - 1];
        let panel = self.below.partition_point(|&mass| mass < wanted).max(1);
        let (low, high) = (self.edges[panel - 1], self.edges[panel]);
        let whole = self.below[panel] - self.below[panel - 1];
        let missing = (wanted - self.below[panel - 1]) / whole;
        root::between(|x| self.mass(low, x) / whole - missing, low, high)
    }
}
