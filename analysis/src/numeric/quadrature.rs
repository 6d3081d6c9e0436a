//! Integrals of smooth functions over a finite range: the panels that are worst are split until the whole is right.

use crate::outcome::Undefined;

/// Nodes on \[0, 1\], weights of the 15-point Kronrod rule, weights of the 7-point Gauss rule inside it (0 where it has no node).
const RULE: [(f64, f64, f64); 8] = [
    (0.991_455_371_120_812_6, 0.022_935_322_010_529_224, 0.0),
    (
        0.949_107_912_342_758_5,
        0.063_092_092_629_978_55,
        0.129_484_966_168_869_7,
    ),
    (0.864_864_423_359_769_1, 0.104_790_010_322_250_18, 0.0),
    (
        0.741_531_185_599_394_4,
        0.140_653_259_715_525_92,
        0.279_705_391_489_276_7,
    ),
    (0.586_087_235_467_691_1, 0.169_004_726_639_267_9, 0.0),
    (
        0.405_845_151_377_397_2,
        0.190_350_578_064_785_4,
        0.381_830_050_505_118_9,
    ),
    (0.207_784_955_007_898_47, 0.204_432_940_075_298_9, 0.0),
    (0.0, 0.209_482_141_084_727_82, 0.417_959_183_673_469_4),
];

/// ∫ f from `low` to `high`, to a relative accuracy of about `accuracy`.
///
/// Gauss-Kronrod, globally adaptive (Piessens et al. 1983, QUADPACK, QAG).
///
/// # Errors
/// `NotFinite` if the function or an end is not finite; `NoConvergence` if 2,000 panels do not do.
pub fn integral(
    f: impl Fn(f64) -> f64,
    low: f64,
    high: f64,
    accuracy: f64,
) -> Result<f64, Undefined> {
    let mut panels = vec![Panel::of(&f, low, high)];
    while panels.len() < 2000 {
        let sum: f64 = panels.iter().map(|panel| panel.sum).sum();
        let error: f64 = panels.iter().map(|panel| panel.error).sum();
        if !sum.is_finite() {
            return Err(Undefined::NotFinite);
        }
        if error <= accuracy * sum.abs() {
            return Ok(sum);
        }
        let mut worst = 0;
        for (place, panel) in panels.iter().enumerate() {
            if panel.error > panels[worst].error {
                worst = place;
            }
        }
        let Panel { low, high, .. } = panels.swap_remove(worst);
        let middle = 0.5 * (low + high);
        panels.push(Panel::of(&f, low, middle));
        panels.push(Panel::of(&f, middle, high));
    }
    Err(Undefined::NoConvergence)
}

/// The nodes and weights of one panel, for a sum that is formed again and again.
pub fn nodes(low: f64, high: f64) -> impl Iterator<Item = (f64, f64)> {
    let (middle, reach) = (0.5 * (low + high), 0.5 * (high - low));
    RULE.into_iter().flat_map(move |(node, weight, _)| {
        let pair = [
            Some((middle - reach * node, reach * weight)),
            (node > 0.0).then_some((middle + reach * node, reach * weight)),
        ];
        pair.into_iter().flatten()
    })
}

struct Panel {
    low: f64,
    high: f64,
    sum: f64,
    error: f64,
}

impl Panel {
    fn of(f: impl Fn(f64) -> f64, low: f64, high: f64) -> Self {
        let (middle, reach) = (0.5 * (low + high), 0.5 * (high - low));
        let (mut kronrod, mut gauss) = (0.0, 0.0);
        for (node, fine, coarse) in RULE {
            let both = if node > 0.0 {
                f(middle - reach * node) + f(middle + reach * node)
            } else {
                f(middle)
            };
            kronrod += fine * both;
            gauss += coarse * both;
        }
        Self {
            low,
            high,
            sum: reach * kronrod,
            // Below the rounding of the sum itself nothing is left to gain.
            error: (reach * (kronrod - gauss)).abs()
                - 50.0 * f64::EPSILON * (reach * kronrod).abs(),
        }
        .with_error_at_least_zero()
    }

    fn with_error_at_least_zero(mut self) -> Self {
        self.error = self.error.max(0.0);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polynomials_and_a_peak() {
        let sum: f64 = nodes(-1.0, 2.0)
            .map(|(x, weight)| weight * x.powi(22))
            .sum();
        assert!((sum * 23.0 / (2.0_f64.powi(23) + 1.0) - 1.0).abs() < 1e-13);
        let peak = integral(|x| (1.0 + (1e4 * x).powi(2)).recip(), -1.0, 1.0, 1e-12).unwrap();
        assert!((peak / (2e-4 * 1e4_f64.atan()) - 1.0).abs() < 1e-12);
        assert_eq!(
            integral(|x| x.ln(), -1.0, 1.0, 1e-9),
            Err(Undefined::NotFinite)
        );
    }
}
