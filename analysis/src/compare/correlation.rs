//! How closely two properties of the units go together, over all units.

use rand::{Rng, RngExt};

use super::permutation::Options;
use super::units::tail_of;
use crate::numeric::least_squares::{design, fit};
use crate::numeric::rank::mid_ranks;
use crate::numeric::student_t::{self, normal_upper_quantile};
use crate::outcome::{Interval, Method, Undefined};

/// A correlation judged by the t distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Correlation {
    pub r: f64,
    pub t: f64,
    pub df: f64,
    /// Two-sided.
    pub p_value: f64,
    /// By Fisher's z.
    pub interval: Interval,
}

/// A correlation judged by all orders, or many drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PermutedCorrelation {
    pub r: f64,
    /// Two-sided.
    pub p_value: f64,
    pub method: Method,
}

/// How closely two properties of the units follow a straight line.
///
/// # Definition
/// r = sum of products / sqrt(product of sums of squares), centred; t = r sqrt((n - 2) / (1 - r²)); interval = tanh(atanh r -/+ z / sqrt(n - 3))
/// # Shape and unit
/// -1 .. 1; one value of each property per unit; confidence in (0, 1)
/// # Missing
/// the caller hands in the units that have both values
/// # Undefined
/// TooFewUnits below four or if the lists differ in length; NoVariation if one of the two is constant, or nothing is left around the line (r = -1 or 1);
/// NotFinite if a value is not finite or the confidence not between 0 and 1
/// # Source
/// Pearson (1896); Fisher (1921), Metron 1, 3-32
/// # Agrees with
/// R `cor.test` 4.2.2, 1e-9
/// # Cost
/// O(n)
pub fn pearson(x: &[f64], y: &[f64], confidence: f64) -> Result<Correlation, Undefined> {
    partial_correlation(x, y, &[], confidence)
}

/// How closely two properties of the units go together among units that are alike in other respects, such as team size.
///
/// # Definition
/// [`pearson`] of the residuals of x and y after a regression on the covariates, c of them: t with n - 2 - c degrees of freedom, interval with
/// n - 3 - c
/// # Shape and unit
/// -1 .. 1; one column per covariate; confidence in (0, 1)
/// # Missing
/// the caller hands in the units that have all values
/// # Undefined
/// TooFewUnits below 4 + c or if the lists differ in length; NoVariation if x or y is constant or follows from the covariates, a covariate is constant or
/// follows from the others, or r = -1 or 1; NotFinite if a value is not finite or the confidence not between 0 and 1
/// # Source
/// Yule (1907), Proc. R. Soc. A 79, 182-193; Fisher (1924), Metron 3, 329-332
/// # Agrees with
/// R 4.2.2, `cor` of the residuals of `lm`, 1e-9
/// # Cost
/// O(n c^2)
pub fn partial_correlation(
    x: &[f64],
    y: &[f64],
    covariates: &[Vec<f64>],
    confidence: f64,
) -> Result<Correlation, Undefined> {
    let tail = tail_of(confidence)?;
    let n = x.len();
    if y.len() != n || n < 4 + covariates.len() {
        return Err(Undefined::TooFewUnits);
    }
    finite(x, y)?;
    let design = design(n, covariates)?;
    let rest = |values: &[f64]| -> Result<Vec<f64>, Undefined> {
        let line = fit(values, &design, &vec![1.0; n])?;
        // As with the columns themselves: what is left must be more than rounding.
        let size: f64 = values.iter().map(|x| x * x).sum();
        if line.squares > 1e-24 * size {
            Ok(line.residuals)
        } else {
            Err(Undefined::NoVariation)
        }
    };
    let r = product_moment(&rest(x)?, &rest(y)?);
    let unexplained = (1.0 - r) * (1.0 + r);
    if unexplained <= 1e-15 {
        return Err(Undefined::NoVariation);
    }
    let df = (n - 2 - covariates.len()) as f64;
    let t = r * (df / unexplained).sqrt();
    let half = normal_upper_quantile(tail)? / (df - 1.0).sqrt();
    Ok(Correlation {
        r,
        t,
        df,
        p_value: student_t::two_sided(t, df),
        interval: Interval {
            lower: (r.atanh() - half).tanh(),
            upper: (r.atanh() + half).tanh(),
        },
    })
}

/// How closely two properties go together, judged without a normal curve: how often a chance order of the units does as well.
///
/// # Definition
/// share of all n! orders of y with |sum of centred products| >= |observed| (1 - 1e-9); sampled: (b + 1) / (B + 1)
/// # Shape and unit
/// r in -1 .. 1, p in (0, 1\]
/// # Missing
/// the caller hands in the units that have both values
/// # Undefined
/// TooFewUnits below two or if the lists differ in length; NoVariation if one of the two is constant; NotFinite if a value is not finite
/// # Source
/// Pitman (1937), Suppl. JRSS 4, 225-232; Phipson & Smyth (2010) for the sampled p
/// # Agrees with
/// R 4.2.2, all orders looked at, 1e-12
/// # Cost
/// O(orders n): all up to eight units with the default options, then the drawn ones
pub fn permuted_correlation(
    x: &[f64],
    y: &[f64],
    options: &Options,
    rng: &mut impl Rng,
) -> Result<PermutedCorrelation, Undefined> {
    let n = x.len();
    if y.len() != n || n < 2 {
        return Err(Undefined::TooFewUnits);
    }
    finite(x, y)?;
    let (x, mut y) = (centred(x)?, centred(y)?);
    let r = product_moment(&x, &y);
    let products = |y: &[f64]| -> f64 { x.iter().zip(y).map(|(x, y)| x * y).sum() };
    let total: f64 = x.iter().zip(&y).map(|(x, y)| (x * y).abs()).sum();
    let threshold = products(&y).abs() * (1.0 - 1e-9) - 1e-14 * total;
    let orders = (1..=n as u64).try_fold(1_u64, |all, k| all.checked_mul(k));
    let mut far = 0_u64;
    let mut look = |y: &[f64]| far += u64::from(products(y).abs() >= threshold);
    if let Some(assignments) = orders.filter(|&all| all <= options.max_exact) {
        every_order(&mut y, &mut look);
        return Ok(PermutedCorrelation {
            r,
            p_value: far as f64 / assignments as f64,
            method: Method::Exact { assignments },
        });
    }
    for _ in 0..options.draws {
        for place in 0..n - 1 {
            y.swap(place, rng.random_range(place..n));
        }
        look(&y);
    }
    Ok(PermutedCorrelation {
        r,
        p_value: (far + 1) as f64 / (options.draws + 1) as f64,
        method: Method::Sampled {
            draws: options.draws,
        },
    })
}

/// How closely the order of the units on one property follows their order on another.
///
/// # Definition
/// [`permuted_correlation`] of the mid-ranks
/// # Shape and unit
/// -1 .. 1, p in (0, 1\]
/// # Missing
/// the caller hands in the units that have both values
/// # Undefined
/// as [`permuted_correlation`]
/// # Source
/// Spearman (1904), Am. J. Psychol. 15, 72-101
/// # Agrees with
/// R `cor.test(method = "spearman")` 4.2.2, rho 1e-9, exact p without ties 1e-12; with ties R gives no exact p
/// # Cost
/// as [`permuted_correlation`]
pub fn spearman(
    x: &[f64],
    y: &[f64],
    options: &Options,
    rng: &mut impl Rng,
) -> Result<PermutedCorrelation, Undefined> {
    permuted_correlation(&mid_ranks(x)?, &mid_ranks(y)?, options, rng)
}

fn finite(x: &[f64], y: &[f64]) -> Result<(), Undefined> {
    if x.iter().chain(y).all(|x| x.is_finite()) {
        Ok(())
    } else {
        Err(Undefined::NotFinite)
    }
}

fn centred(values: &[f64]) -> Result<Vec<f64>, Undefined> {
    if values.iter().all(|&x| x == values[0]) {
        return Err(Undefined::NoVariation);
    }
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    Ok(values.iter().map(|x| x - mean).collect())
}

/// Of values that are centred.
fn product_moment(x: &[f64], y: &[f64]) -> f64 {
    let sum = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
    (sum(x, y) / (sum(x, x).sqrt() * sum(y, y).sqrt())).clamp(-1.0, 1.0)
}

/// Every order of the values once, each one swap from the last (Heap 1963).
fn every_order(values: &mut [f64], look: &mut impl FnMut(&[f64])) {
    look(values);
    let mut counters = vec![0; values.len()];
    let mut place = 1;
    while place < values.len() {
        if counters[place] < place {
            let other = if place % 2 == 0 { 0 } else { counters[place] };
            values.swap(other, place);
            look(values);
            counters[place] += 1;
            place = 1;
        } else {
            counters[place] = 0;
            place += 1;
        }
    }
}
