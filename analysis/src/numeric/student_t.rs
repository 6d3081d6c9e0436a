//! The t distribution, also with a broken number of degrees of freedom.

use statrs::function::beta::beta_reg;

use crate::numeric::root;
use crate::outcome::Undefined;

/// P(|T| >= |t|), to full relative precision far out in the tails.
pub fn two_sided_p(t: f64, df: f64) -> f64 {
    if df.is_infinite() {
        return statrs::function::erf::erfc(t.abs() / std::f64::consts::SQRT_2);
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
