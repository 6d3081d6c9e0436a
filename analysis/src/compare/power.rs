//! What a planned study would find, by simulating it.

use rand::{Rng, RngExt};

use super::adjust::holm;
use super::permutation::{Options, max_t, two_groups};
use crate::numeric::noncentral_t;
use crate::outcome::Undefined;

/// A design that is not carried out yet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlannedStudy {
    /// Schools in the high and in the low group.
    pub n_high: usize,
    pub n_low: usize,
    /// Teachers who answer, per school; `None` for outcomes that are measured of the school itself.
    pub teachers: Option<usize>,
    /// The share of the variance of teachers' true scores that lies between schools, in (0, 1\].
    pub icc: f64,
    /// The share of the variance of a teacher's scale score that is true, in (0, 1\].
    pub reliability: f64,
    /// The true difference, in standard deviations of the true school means within a group.
    pub d: f64,
    /// Outcomes in the family. One of them differs by d, the others do not differ.
    pub n_outcomes: usize,
    /// The correlation between any two outcomes over schools, in [0, 1).
    pub correlation: f64,
    /// The level of the test, in (0, 1).
    pub alpha: f64,
    /// How often the study is simulated.
    pub n_studies: u64,
}

/// A share of the simulated studies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    pub share: f64,
    /// Its Monte Carlo standard error.
    pub standard_error: f64,
}

/// In which share of the simulated studies the difference is found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SimulatedPower {
    /// By the permutation test, as if the outcome stood alone.
    pub permutation: Share,
    /// By Student's t test, as if the outcome stood alone.
    pub t_test: Share,
    /// By step-down maxT within the family.
    pub max_t: Share,
    /// By Holm's procedure within the family.
    pub holm: Share,
    /// The d of the observed school means: d, less what teachers and items blur.
    pub observed_d: f64,
}

/// How likely a study of this design is to find a difference of this size.
///
/// # Definition
/// observed school mean = true mean + noise; true means are normal with standard deviation 1 within a group and lie d apart between the groups; the
/// noise is that of m teachers: variance (σ_w² + σ_e²)/m, σ_w² = (1 - ICC)/ICC between teachers of a school, σ_e² = (1 + σ_w²)(1 - r)/r of the
/// items. Outcomes of a family correlate alike, in truth and in noise. Found: p <= alpha, two-sided, with the permutation test
/// ([`two_groups`]), Student's t, step-down maxT ([`max_t`]) and Holm; the last two within a family of which only one outcome differs
/// # Shape and unit
/// shares in \[0, 1\], each with sqrt(q (1 - q) / studies), q the share but at least 1/(studies + 1) from either end
/// # Missing
/// groups and teachers are those expected to answer
/// # Undefined
/// TooFewUnits if a group is empty, there are fewer than three schools, no teacher, no outcome, or no study to simulate; NotFinite if ICC, reliability,
/// correlation, alpha or d is outside its range
/// # Source
/// the definition; Snijders & Bosker (2012), Multilevel Analysis, ch. 3, for the reliability of a school mean
/// # Agrees with
/// R `power.t.test(strict = TRUE)` 4.2.2 on the observed d, within 4 Monte Carlo standard errors
/// # Cost
/// O(studies) tests: 10 + 10 and one outcome some 0.05 ms a study; maxT is asked only where the outcome by itself is found
pub fn simulated_power(
    study: &PlannedStudy,
    options: &Options,
    rng: &mut impl Rng,
) -> Result<SimulatedPower, Undefined> {
    let (n_high, n) = (study.n_high, study.n_high + study.n_low);
    if study.n_high == 0
        || study.n_low == 0
        || n < 3
        || study.teachers == Some(0)
        || study.n_outcomes == 0
        || study.n_studies == 0
    {
        return Err(Undefined::TooFewUnits);
    }
    let share = |x: f64| x > 0.0 && x <= 1.0;
    if !(share(study.icc)
        && share(study.reliability)
        && (0.0..1.0).contains(&study.correlation)
        && study.alpha > 0.0
        && study.alpha < 1.0
        && study.d.is_finite())
    {
        return Err(Undefined::NotFinite);
    }
    let spread = study.observed_variance().sqrt();
    let df = (n - 2) as f64;
    let critical = noncentral_t::central_quantile(1.0 - 0.5 * study.alpha, df)?;
    let is_high: Vec<bool> = (0..n).map(|school| school < n_high).collect();
    let own = (1.0 - study.correlation).sqrt() * spread;
    let shared = study.correlation.sqrt() * spread;
    let mut found = [0_u64; 4];
    for _ in 0..study.n_studies {
        let mut outcomes = vec![vec![0.0; n]; study.n_outcomes];
        for school in 0..n {
            let common = shared * normal(rng);
            for outcome in &mut outcomes {
                outcome[school] = common + own * normal(rng);
            }
        }
        for value in &mut outcomes[0][..n_high] {
            *value += study.d;
        }
        let raw = |outcome: &[f64], rng: &mut _| {
            let (high, low) = outcome.split_at(n_high);
            two_groups(high, low, options, rng).map(|test| test.p_value)
        };
        let p = raw(&outcomes[0], rng)?;
        found[1] += u64::from(student_t(&outcomes[0], n_high).abs() >= critical);
        if p > study.alpha {
            continue; // An adjusted p is never smaller.
        }
        found[0] += 1;
        if study.n_outcomes == 1 {
            found[2] += 1;
            found[3] += 1;
            continue;
        }
        let adjusted = max_t(&outcomes, &is_high, options, rng)?;
        found[2] += u64::from(adjusted[0].p_step_down <= study.alpha);
        let mut family = vec![p];
        for outcome in &outcomes[1..] {
            family.push(raw(outcome, rng)?);
        }
        found[3] += u64::from(holm(&family)[0] <= study.alpha);
    }
    let [permutation, t_test, max_t, holm] = found.map(|found| Share::of(found, study.n_studies));
    Ok(SimulatedPower {
        permutation,
        t_test,
        max_t,
        holm,
        observed_d: study.d / spread,
    })
}

impl PlannedStudy {
    /// Of school means within a group, in units of the variance of the true ones.
    fn observed_variance(&self) -> f64 {
        let between_teachers = (1.0 - self.icc) / self.icc;
        let of_items = (1.0 + between_teachers) * (1.0 - self.reliability) / self.reliability;
        let noise = |teachers: usize| (between_teachers + of_items) / teachers as f64;
        1.0 + self.teachers.map_or(0.0, noise)
    }
}

impl Share {
    fn of(found: u64, studies: u64) -> Self {
        let share = found as f64 / studies as f64;
        let least = ((studies + 1) as f64).recip();
        let q = share.clamp(least, 1.0 - least);
        Self {
            share,
            standard_error: (q * (1.0 - q) / studies as f64).sqrt(),
        }
    }
}

fn student_t(values: &[f64], n_high: usize) -> f64 {
    let (high, low) = values.split_at(n_high);
    let moments = |group: &[f64]| {
        let mean = group.iter().sum::<f64>() / group.len() as f64;
        (mean, group.iter().map(|x| (x - mean).powi(2)).sum::<f64>())
    };
    let ((mean_high, squares_high), (mean_low, squares_low)) = (moments(high), moments(low));
    let variance = (squares_high + squares_low) / (values.len() - 2) as f64;
    let per_school = (high.len() as f64).recip() + (low.len() as f64).recip();
    (mean_high - mean_low) / (variance * per_school).sqrt()
}

/// A draw from the standard normal distribution (Box & Muller 1958).
fn normal(rng: &mut impl Rng) -> f64 {
    let radius = (-2.0 * (1.0 - rng.random::<f64>()).ln()).sqrt();
    radius * (std::f64::consts::TAU * rng.random::<f64>()).cos()
}
