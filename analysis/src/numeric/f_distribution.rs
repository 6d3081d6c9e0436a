//! The F distribution, by the continued fraction of the incomplete beta function, with as many terms as it takes.

use statrs::function::gamma::ln_gamma;

use crate::numeric::root;
use crate::outcome::Undefined;

/// The fraction needs about the square root of the larger degrees of freedom; this is enough for thousands of millions.
const MOST_TERMS: usize = 200_000;

/// P(F <= f), F with `df1` and `df2` degrees of freedom; NaN if an argument is not a positive number.
///
/// I_x(df1/2, df2/2) with x = df1 f / (df1 f + df2) (Abramowitz & Stegun 1964, 26.5.8 and 26.6.2), the fraction by modified Lentz.
pub fn cdf(f: f64, df1: f64, df2: f64) -> f64 {
    if f <= 0.0 {
        return 0.0;
    }
    let (a, b) = (0.5 * df1, 0.5 * df2);
    let whole = df1 * f + df2;
    let (x, rest) = (df1 * f / whole, df2 / whole);
    let log_front = a * x.ln() + b * rest.ln() + ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b);
    let front = log_front.exp();
    // On its own side of the mean the fraction converges fast.
    if x < (a + 1.0) / (a + b + 2.0) {
        front * fraction(a, b, x) / a
    } else {
        1.0 - front * fraction(b, a, rest) / b
    }
}

/// The value below which a share `probability` of the F distribution lies.
///
/// # Errors
/// `NotFinite` unless the probability lies between 0 and 1 and the degrees of freedom are positive; `NoConvergence` if the search does not settle.
pub fn quantile(probability: f64, df1: f64, df2: f64) -> Result<f64, Undefined> {
    let positive = df1 > 0.0 && df2 > 0.0 && (df1 + df2).is_finite();
    if !(positive && probability > 0.0 && probability < 1.0) {
        return Err(Undefined::NotFinite);
    }
    let step = 2.0 * (2.0 / df1 + 2.0 / df2).sqrt();
    root::outward(|log| cdf(log.exp(), df1, df2) - probability, 0.0, step).map(f64::exp)
}

fn fraction(a: f64, b: f64, x: f64) -> f64 {
    let away_from_zero = |value: f64| {
        if value.abs() < 1e-300 { 1e-300 } else { value }
    };
    let mut c = 1.0;
    let mut d = away_from_zero(1.0 - (a + b) * x / (a + 1.0)).recip();
    let mut value = d;
    for term in 1..MOST_TERMS {
        let m = term as f64;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = away_from_zero(1.0 + even * d).recip();
        c = away_from_zero(1.0 + even / c);
        value *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = away_from_zero(1.0 + odd * d).recip();
        c = away_from_zero(1.0 + odd / c);
        let change = d * c;
        value *= change;
        if (change - 1.0).abs() < 1e-16 {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R 4.2.2: `qf(p, df1, df2)` and `pf(f, df1, df2)`. Above df2 = 400,000 R's `qf` takes a chi-square in its place, and is off by 2e-4.
    #[test]
    fn as_in_r() {
        for (p, df1, df2, f) in [
            (0.975, 9.0, 36.0, FROM_R[0]),
            (0.025, 2708.0, 10832.0, FROM_R[1]),
            (0.975, 2708.0, 10832.0, FROM_R[2]),
            (0.025, 1.0, 1.0, FROM_R[3]),
            (0.995, 9_999.0, 199_980.0, FROM_R[4]),
        ] {
            let found = quantile(p, df1, df2).unwrap();
            assert!((found / f - 1.0).abs() < 1e-11, "{found}, not {f}");
            assert!((cdf(f, df1, df2) - p).abs() < 1e-11);
        }
        assert_eq!(quantile(1.0, 2.0, 2.0), Err(Undefined::NotFinite));
        assert_eq!(quantile(0.5, 0.0, 2.0), Err(Undefined::NotFinite));
        assert_eq!(cdf(0.0, 2.0, 2.0), 0.0);
    }

    const FROM_R: [f64; 5] = [
        2.492_244_508_891_609,
        0.941_669_494_539_185_7,
        1.0607987095208742,
        0.0015437125086741332,
        1.037_753_266_475_558_4,
    ];
}
