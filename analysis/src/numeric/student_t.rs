//! Tails and quantiles of the t, F and χ² distributions, and of the normal one as their limit.

use std::f64::consts::SQRT_2;

use statrs::function::beta::beta_reg;
use statrs::function::erf::{erfc, erfc_inv};
use statrs::function::gamma::gamma_ur;

use crate::numeric::root;
use crate::outcome::Undefined;

/// P(|T| >= |t|), T Student's t with `df` > 0 degrees of freedom.
pub fn two_sided(t: f64, df: f64) -> f64 {
    f_upper(t * t, 1.0, df)
}

/// P(T >= t).
pub fn upper(t: f64, df: f64) -> f64 {
    let tail = 0.5 * two_sided(t, df);
    if t > 0.0 { tail } else { 1.0 - tail }
}

/// P(F >= f), F with `df1` and `df2` > 0 degrees of freedom.
pub fn f_upper(f: f64, df1: f64, df2: f64) -> f64 {
    if f <= 0.0 {
        return 1.0;
    }
    beta_reg(0.5 * df2, 0.5 * df1, df2 / (df2 + df1 * f)).clamp(0.0, 1.0)
}

/// P(χ² >= x), χ² with `df` > 0 degrees of freedom.
pub fn chi_squared_upper(x: f64, df: f64) -> f64 {
    if x > 0.0 {
        gamma_ur(0.5 * df, 0.5 * x).clamp(0.0, 1.0)
    } else {
        1.0
    }
}

/// The t that Student's T with `df` degrees of freedom exceeds with probability `tail`.
///
/// # Errors
/// `NotFinite` unless 0 < `tail` < 1 and `df` > 0; `NoConvergence` if the search does not settle.
pub fn upper_quantile(tail: f64, df: f64) -> Result<f64, Undefined> {
    if !(tail > 0.0 && tail < 1.0 && df > 0.0 && df.is_finite()) {
        return Err(Undefined::NotFinite);
    }
    if tail > 0.5 {
        return Ok(-upper_quantile(1.0 - tail, df)?);
    }
    // The tail is searched on its logarithm: it is steep where it is small.
    root::outward(|t| upper(t.max(0.0), df).ln() - tail.ln(), 0.0, 4.0).map(|t| t.max(0.0))
}

/// P(Z >= z), Z standard normal.
pub fn normal_upper(z: f64) -> f64 {
    0.5 * erfc(z / SQRT_2)
}

/// The z that a standard normal exceeds with probability `tail`.
///
/// # Errors
/// `NotFinite` unless 0 < `tail` < 1.
pub fn normal_upper_quantile(tail: f64) -> Result<f64, Undefined> {
    if !(tail > 0.0 && tail < 1.0) {
        return Err(Undefined::NotFinite);
    }
    let z = SQRT_2 * erfc_inv(2.0 * tail);
    // One step of Newton takes off what the approximation leaves.
    let density = (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt();
    Ok(z + (normal_upper(z) - tail) / density)
}

/// P(|T| >= |t|), to full relative precision far out in the tails.
pub fn two_sided_p(t: f64, df: f64) -> f64 {
    if df.is_infinite() {
        return erfc(t.abs() / SQRT_2);
    }
    // Near t = 0 the complement, so that nothing is lost in df + t²; farther out never, so that nothing is lost in 1 - p.
    if t * t < 1.0 {
        1.0 - beta_reg(0.5, 0.5 * df, t * t / (df + t * t))
    } else {
        beta_reg(0.5 * df, 0.5, df / (df + t * t))
    }
}

/// The t that a share `confidence` of all |T| stays below.
///
/// # Errors
/// `NotFinite` if the confidence is not between 0 and 1 or `df` not positive; `NoConvergence` if the search does not settle.
pub fn two_sided_quantile(confidence: f64, df: f64) -> Result<f64, Undefined> {
    if !(confidence > 0.0 && confidence < 1.0 && df > 0.0) {
        return Err(Undefined::NotFinite);
    }
    // On the scale of ln t the tails are straight, however few degrees of freedom.
    let excess = |ln_t: f64| two_sided_p(ln_t.exp(), df).ln() - (1.0 - confidence).ln();
    Ok(root::outward(excess, 0.5, 0.5)?.exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R 4.2.2: 2 * pt(-t, df), pf(f, df1, df2, lower.tail = FALSE), qt, qnorm.
    #[test]
    fn tails_as_in_r() {
        let near = |ours: f64, theirs: f64| {
            assert!(
                ((ours - theirs) / theirs).abs() < 1e-11,
                "{ours}, not {theirs}"
            )
        };
        near(two_sided(2.0, 18.0), 0.0608214656693325);
        near(upper(-1.0, 3.5), 0.8093313732182772);
        near(f_upper(3.0, 2.0, 50.0), 0.05882330655225375);
        near(chi_squared_upper(30.0, 11.0), 0.001584595257306605);
        near(upper_quantile(0.025, 18.0).unwrap(), 2.100922040241038);
        near(upper_quantile(0.975, 2.3).unwrap(), -3.807163208232131);
        near(upper_quantile(0.0005, 1000.0).unwrap(), 3.300282648423912);
        near(normal_upper_quantile(0.025).unwrap(), 1.959963984540054);
        near(normal_upper(-8.0), 0.9999999999999994);
        assert_eq!(upper_quantile(0.0, 5.0), Err(Undefined::NotFinite));
    }

    #[test]
    fn as_r_has_them() {
        // R 4.2.2: 2 * pt(-t, df) and qt(.975, df).
        for (t, df, p) in [
            (2.0, 7.5, 0.082_896_995_298_166_22),
            (0.01, 3.2, 0.992_612_424_849_299_2),
            (30.0, 60.7, 4.173_506_729_907_603_5e-38),
            (1.3, 4000.25, 0.193_675_869_065_512_8),
            (12.0, 0.7, 0.109_058_714_983_932_1),
            (22.0, 2000.5, 3.0314542582847895e-96),
            (1e-9, 8.0, 1.0 - 7.734e-10),
        ] {
            let ours = two_sided_p(t, df);
            assert!((ours - p).abs() <= 1e-10 * p, "{ours} {p}");
        }
        for (df, t) in [
            (0.7, 36.611_415_031_588_32),
            (1.0, 12.706_204_736_174_69),
            (5.04, 2.564_457_648_875_980_5),
            (60.732, 1.999_802_059_706_62),
            (4050.35, 1.960_549_851_993_27),
        ] {
            let ours = two_sided_quantile(0.95, df).unwrap();
            assert!((ours - t).abs() <= 1e-10 * t, "{ours} {t}");
        }
    }

    #[test]
    fn without_an_end_the_tails_are_normal() {
        assert!((two_sided_p(1.959_963_984_540_054, f64::INFINITY) - 0.05).abs() < 1e-10);
        assert_eq!(two_sided_quantile(1.0, 3.0), Err(Undefined::NotFinite));
        assert_eq!(two_sided_quantile(0.95, 0.0), Err(Undefined::NotFinite));
    }
}
