//! Two standard normal variables that are correlated.

use std::f64::consts::TAU;

/// Nodes and weights of Gauss-Legendre rules of 6, 12 and 20 points on \[-1, 1\], positive half.
const SIX: [(f64, f64); 3] = [
    (0.932_469_514_203_151_7, 0.171_324_492_379_170_58),
    (0.661_209_386_466_264_6, 0.360_761_573_048_138_55),
    (0.238_619_186_083_196_8, 0.467_913_934_572_691_15),
];
const TWELVE: [(f64, f64); 6] = [
    (0.981_560_634_246_719_7, 0.047_175_336_386_511_47),
    (0.904_117_256_370_475, 0.106_939_325_995_319_3),
    (0.769_902_674_194_304_8, 0.160_078_328_543_346_1),
    (0.587_317_954_286_617_7, 0.203_167_426_723_065_9),
    (0.367_831_498_998_180_13, 0.233_492_536_538_355_03),
    (0.125_233_408_511_469, 0.249_147_045_813_402_52),
];
const TWENTY: [(f64, f64); 10] = [
    (0.993_128_599_185_095_1, 0.017_614_007_139_152_035),
    (0.963_971_927_277_913_8, 0.040_601_429_800_386_786),
    (0.912_234_428_251_326, 0.062_672_048_334_109_36),
    (0.839_116_971_822_218_9, 0.083_276_741_576_704_91),
    (0.746_331_906_460_150_6, 0.101_930_119_817_240_75),
    (0.636_053_680_726_514_8, 0.118_194_531_961_517_79),
    (0.510_867_001_950_827, 0.131_688_638_449_177_14),
    (0.373_706_088_715_419_55, 0.142_096_109_318_381_76),
    (0.227_785_851_141_644_7, 0.149_172_986_472_604_24),
    (0.076_526_521_133_497_59, 0.152_753_387_130_725_98),
];

/// P(Z <= z) of the standard normal; absolute error below 1e-15, relative error below 1e-12.
///
/// Marsaglia's series (2004), J. Stat. Softw. 11(4), near zero; Laplace's continued fraction in the tails. The error function of the library this crate uses is off by
/// some 1e-12, which differences of probabilities do not bear.
pub fn normal_cdf(z: f64) -> f64 {
    let size = z.abs();
    if size > 39.0 {
        return if z > 0.0 { 1.0 } else { 0.0 };
    }
    let height = (-0.5 * z * z).exp() / TAU.sqrt();
    let beyond = if size < 3.0 {
        let (mut term, mut sum, mut odd) = (size, size, 1.0);
        while term > 1e-17 * sum {
            odd += 2.0;
            term *= size * size / odd;
            sum += term;
        }
        0.5 - height * sum
    } else {
        let fraction = (1..80)
            .rev()
            .fold(size, |below, n| size + f64::from(n) / below);
        height / fraction
    };
    if z > 0.0 { 1.0 - beyond } else { beyond }
}

/// P(X <= h, Y <= k) for standard normal X and Y with correlation `r` in \[-1, 1\]; absolute error below 1e-14. Infinite ends are what they say.
///
/// Plackett's integral over the angle from independence to `r`; above .925 from the other side, where X and Y are one, by the expansion of
/// Drezner & Wesolowsky (1990), J. Stat. Comput. Simul. 35, 101-107, as refined by Genz (2004), Stat. Comput. 14, 251-260.
pub fn cdf(h: f64, k: f64, r: f64) -> f64 {
    if h == f64::NEG_INFINITY || k == f64::NEG_INFINITY {
        return 0.0;
    }
    if h == f64::INFINITY {
        return normal_cdf(k);
    }
    if k == f64::INFINITY {
        return normal_cdf(h);
    }
    let rule: &[(f64, f64)] = match r.abs() {
        size if size < 0.3 => &SIX,
        size if size < 0.75 => &TWELVE,
        _ => &TWENTY,
    };
    let sum = |f: &dyn Fn(f64) -> f64| -> f64 {
        rule.iter()
            .map(|&(node, weight)| weight * (f(1.0 - node) + f(1.0 + node)))
            .sum()
    };
    if r.abs() < 0.925 {
        let (both, product, half) = (0.5 * (h * h + k * k), h * k, 0.5 * r.asin());
        let angle = |t: f64| {
            let sine = (half * t).sin();
            ((sine * product - both) / (1.0 - sine * sine)).exp()
        };
        let integral = if r == 0.0 { 0.0 } else { half * sum(&angle) };
        return (integral / TAU + normal_cdf(h) * normal_cdf(k)).clamp(0.0, 1.0);
    }
    // From here on both ends count from above: P(X > h, Y > k) of the mirrored pair.
    let (h, mut k) = (-h, -k);
    let mut product = h * k;
    if r < 0.0 {
        (k, product) = (-k, -product);
    }
    let mut left = 0.0;
    if r.abs() < 1.0 {
        let squared = (1.0 - r) * (1.0 + r);
        let a = squared.sqrt();
        let gap = (h - k) * (h - k);
        let c = (4.0 - product) / 8.0;
        let d = (12.0 - product) / 16.0;
        let from = -0.5 * (gap / squared + product);
        if from > -100.0 {
            left = a
                * from.exp()
                * (1.0 - c * (gap - squared) * (1.0 - d * gap / 5.0) / 3.0
                    + c * d * squared * squared / 5.0);
        }
        if product > -100.0 {
            let b = gap.sqrt();
            left -= (-0.5 * product).exp()
                * TAU.sqrt()
                * normal_cdf(-b / a)
                * b
                * (1.0 - c * gap * (1.0 - d * gap / 5.0) / 3.0);
        }
        let half = 0.5 * a;
        let rest = |t: f64| {
            let x = (half * t) * (half * t);
            let exponent = -0.5 * (gap / x + product);
            if exponent <= -100.0 {
                return 0.0;
            }
            let root = (1.0 - x).sqrt();
            let series = 1.0 + c * x * (1.0 + d * x);
            exponent.exp() * ((-0.5 * product * (1.0 - root) / (1.0 + root)).exp() / root - series)
        };
        left = -(left + half * sum(&rest)) / TAU;
    }
    let value = if r > 0.0 {
        left + normal_cdf(-h.max(k))
    } else {
        let apart = if k > h {
            if h < 0.0 {
                normal_cdf(k) - normal_cdf(h)
            } else {
                normal_cdf(-h) - normal_cdf(-k)
            }
        } else {
            0.0
        };
        apart - left
    };
    value.clamp(0.0, 1.0)
}

/// The density of such a pair at (h, k), |r| < 1: how fast [`cdf`] grows with `r`. Zero at infinite ends.
pub fn density(h: f64, k: f64, r: f64) -> f64 {
    if !(h.is_finite() && k.is_finite()) {
        return 0.0;
    }
    let left = (1.0 - r) * (1.0 + r);
    (-0.5 * (h * h - 2.0 * r * h * k + k * k) / left).exp() / (TAU * left.sqrt())
}
