//! How far alpha and omega can be trusted when respondents come in groups: whole groups drawn again.

use rand::{Rng, RngExt};

use super::covariance::{Answers, Cases, CovarianceMatrix, Products, covariance_matrix};
use super::omega::{OneFactorSearch, one_factor};
use super::refusal::Refusal;
use super::reliability::alpha;
use crate::outcome::{Interval, Undefined};

/// Good to six digits and more: the interval's own Monte Carlo error is a thousand times larger.
const TOLERANCE: f64 = 1e-7;

/// How often to draw, and what to report.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BootstrapOptions {
    pub replicates: u64,
    /// For instance 0.95.
    pub confidence: f64,
    /// Which rows alpha and omega rest on.
    pub cases: Cases,
}

/// How a value varies over groups drawn again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BootstrapInterval {
    /// From the lower to the upper percentile of the replicates in which the value exists.
    pub percentile: Interval,
    /// Standard deviation over those replicates.
    pub se: f64,
    /// Replicates in which the value exists.
    pub replicates: u64,
    /// Replicates in which it does not: no variation, too few rows, no convergence.
    pub degenerate: u64,
}

/// How alpha and omega vary over groups drawn again.
#[derive(Debug, Clone, PartialEq)]
pub struct ReliabilityBootstrap {
    pub alpha: Result<BootstrapInterval, Undefined>,
    pub omega: Result<BootstrapInterval, Refusal>,
    /// Groups with at least one row that counts.
    pub clusters: usize,
    /// Replicates in which an item's own share ran into its lower edge (Heywood cases); they are among those counted for omega.
    pub heywood: u64,
}

/// How far alpha and omega can be trusted if other groups could as well have been asked.
///
/// # Definition
/// per replicate as many groups as there are, drawn with replacement, each with all its respondents; alpha and omega total (one factor, maximum
/// likelihood) of those; percentiles at (1 -/+ confidence) / 2, interpolated linearly
/// # Shape and unit
/// `clusters` names the group of each row; intervals of numbers without unit; the same generator gives the same draws to any scale
/// # Missing
/// `cases` says which rows count; a group none of whose rows count is not drawn
/// # Undefined
/// TooFewUnits with fewer than two groups, fewer than two replicates in which the value exists, or a list of groups that does not fit the rows;
/// NotFinite if the confidence is not in (0, 1); of omega in words where the scale is too short, or the sample's own reason
/// # Source
/// Davison & Hinkley (1997), Bootstrap methods, 3.8; Field & Welsh (2007), J. R. Stat. Soc. B 69, 369-390. Below some twenty groups percentiles
/// are too narrow
/// # Agrees with
/// alpha and omega of the drawn rows written out one below the other, 1e-6; R 4.2.2 `cov` and `factanal` on the same procedure within Monte Carlo error
/// # Cost
/// per replicate O(groups items^2 + items^3): sums of squares and products per group are found once, and omega begins at the value of all rows
pub fn cluster_bootstrap(
    answers: &Answers,
    clusters: &[usize],
    options: &BootstrapOptions,
    rng: &mut impl Rng,
) -> Result<ReliabilityBootstrap, Undefined> {
    if clusters.len() != answers.n_rows() {
        return Err(Undefined::TooFewUnits);
    }
    if !(options.confidence > 0.0 && options.confidence < 1.0) {
        return Err(Undefined::NotFinite);
    }
    let mut products = Products::new(answers.n_items(), options.cases);
    let sums = sums_by_cluster(answers, clusters, &mut products);
    let length = products.len();
    let n_clusters = sums.len() / length;
    if n_clusters < 2 {
        return Err(Undefined::TooFewUnits);
    }
    let whole = covariance_matrix(answers, options.cases)?;
    let mut omega = OmegaReplicate::new(&whole);
    let mut alphas = Replicates::default();
    let mut omegas = Replicates::default();
    let mut heywood = 0;
    let mut drawn = products.zero();
    let mut times = vec![0_u32; n_clusters];
    let mut matrix = products.matrix();
    for _ in 0..options.replicates {
        times.fill(0);
        for _ in 0..n_clusters {
            times[rng.random_range(0..n_clusters)] += 1;
        }
        drawn.fill(0.0);
        for (cluster, &times) in sums.chunks_exact(length).zip(&times) {
            if times > 0 {
                let times = f64::from(times);
                for (sum, part) in drawn.iter_mut().zip(cluster) {
                    *sum += times * part;
                }
            }
        }
        let covariances = products.covariances(&drawn, &mut matrix);
        alphas.add(covariances.and_then(|()| alpha(&matrix)));
        if let Ok(omega) = &mut omega {
            let value = covariances.and_then(|()| omega.of(&matrix));
            heywood += u64::from(value.is_ok() && omega.at_the_edge);
            omegas.add(value);
        }
    }
    Ok(ReliabilityBootstrap {
        alpha: alphas.interval(options.confidence),
        omega: match omega {
            Ok(_) => omegas.interval(options.confidence).map_err(Refusal::from),
            Err(refusal) => Err(refusal),
        },
        clusters: n_clusters,
        heywood,
    })
}

/// One list of sums after the other, for the groups that have a row that counts, in the order in which they first appear.
fn sums_by_cluster(answers: &Answers, clusters: &[usize], products: &mut Products) -> Vec<f64> {
    let origin = answers.origin();
    let length = products.len();
    let mut place_of = std::collections::BTreeMap::new();
    let mut sums: Vec<f64> = Vec::new();
    for (row, &cluster) in clusters.iter().enumerate() {
        if !products.counts(answers, row) {
            continue;
        }
        let next = place_of.len();
        let place = *place_of.entry(cluster).or_insert(next);
        if place == next {
            sums.resize(sums.len() + length, 0.0);
        }
        let own = &mut sums[place * length..(place + 1) * length];
        products.add_row(own, answers, row, &origin);
    }
    sums
}

/// Omega of one replicate after another, each begun at the model of all rows.
struct OmegaReplicate {
    search: OneFactorSearch,
    start: Vec<f64>,
    at_the_edge: bool,
}

impl OmegaReplicate {
    fn new(whole: &CovarianceMatrix) -> Result<Self, Refusal> {
        let factor = one_factor(whole)?;
        Ok(Self {
            search: OneFactorSearch::new(whole.n_items()),
            start: factor.uniquenesses.iter().map(|own| own.ln()).collect(),
            at_the_edge: false,
        })
    }

    fn of(&mut self, covariances: &CovarianceMatrix) -> Result<f64, Undefined> {
        self.at_the_edge = false;
        covariances.correlation_into(&mut self.search.correlations)?;
        self.search.log_unique.copy_from_slice(&self.start);
        if self.search.run(TOLERANCE).is_err() {
            // Once more from the middle.
            self.search.log_unique.fill(-std::f64::consts::LN_2);
            self.search.run(TOLERANCE)?;
        }
        self.at_the_edge = self.search.at_the_edge();
        Ok(self.search.omega(|item| covariances.deviation(item)))
    }
}

/// The values of one number over replicates.
#[derive(Default)]
pub(super) struct Replicates {
    values: Vec<f64>,
    degenerate: u64,
}

impl Replicates {
    pub(super) fn add(&mut self, value: Result<f64, Undefined>) {
        match value {
            Ok(value) if value.is_finite() => self.values.push(value),
            _ => self.degenerate += 1,
        }
    }

    pub(super) fn interval(mut self, confidence: f64) -> Result<BootstrapInterval, Undefined> {
        let n = self.values.len();
        if n < 2 {
            return Err(Undefined::TooFewUnits);
        }
        let mean = self.values.iter().sum::<f64>() / n as f64;
        let squares: f64 = self.values.iter().map(|x| (x - mean).powi(2)).sum();
        self.values.sort_by(f64::total_cmp);
        let tail = 0.5 * (1.0 - confidence);
        Ok(BootstrapInterval {
            percentile: Interval {
                lower: percentile(&self.values, tail),
                upper: percentile(&self.values, 1.0 - tail),
            },
            se: (squares / (n - 1) as f64).sqrt(),
            replicates: n as u64,
            degenerate: self.degenerate,
        })
    }
}

/// Interpolated linearly between the two values around it.
fn percentile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (place - below as f64) * (sorted[above] - sorted[below])
}
