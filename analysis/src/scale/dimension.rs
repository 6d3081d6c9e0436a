//! How many things a set of items measures, and which items measure which.

use nalgebra::{DMatrix, DVector, SymmetricEigen};
use rand::{Rng, RngExt};
use statrs::function::gamma::gamma_ur;

use super::covariance::CovarianceMatrix;
use super::item_analysis::eigenvalues;
use super::omega::{FactorFit, LEAST_UNIQUENESS};
use super::refusal::Refusal;
use super::reliability::inverse;
use crate::outcome::Undefined;

const MOST_STEPS: usize = 300;

/// The eigenvalues beside those of answers without any structure.
#[derive(Debug, Clone, PartialEq)]
pub struct ParallelAnalysis {
    /// Largest first.
    pub observed: Vec<f64>,
    pub random_mean: Vec<f64>,
    /// The percentile asked for.
    pub random_percentile: Vec<f64>,
    /// How many from the first on are above that percentile.
    pub components: usize,
    pub draws: u64,
}

/// How many things the items measure: as many as stand out from answers that have nothing in common.
///
/// # Definition
/// eigenvalues of the correlations beside those of as many independent normal answers, drawn `draws` times; the first ones in a row above the percentile
/// # Shape and unit
/// one eigenvalue per item; percentile in (0, 1), for instance 0.95, interpolated linearly
/// # Missing
/// as the covariances; random answers have as many rows as are behind them (by pairs, the fewest)
/// # Undefined
/// in words below four items; NoVariation if an item does not vary; TooFewUnits without draws or with no more rows than items; NotFinite if the percentile is not
/// in (0, 1)
/// # Source
/// Horn (1965), Psychometrika 30, 179-185; Glorfeld (1995), Educ. Psychol. Meas. 55, 377-393, for the percentile. Random correlations are drawn by
/// the triangular root of their products (Bartlett 1933), not row by row
/// # Agrees with
/// random answers drawn row by row, within Monte Carlo error
/// # Cost
/// O(items^3) per draw, whatever the number of rows
pub fn parallel_analysis(
    covariances: &CovarianceMatrix,
    draws: u64,
    percentile: f64,
    rng: &mut impl Rng,
) -> Result<ParallelAnalysis, Refusal> {
    let k = covariances.n_items();
    if let Some(refusal) = Refusal::of_short_scale(k) {
        return Err(refusal);
    }
    if !(percentile > 0.0 && percentile < 1.0) {
        return Err(Undefined::NotFinite.into());
    }
    if draws == 0 || covariances.n_rows() <= k {
        return Err(Undefined::TooFewUnits.into());
    }
    let observed = eigenvalues(covariances)?;
    let mut random = vec![Vec::new(); k];
    for _ in 0..draws {
        let values = random_eigenvalues(k, covariances.n_rows(), rng);
        for (list, value) in random.iter_mut().zip(values) {
            list.push(value);
        }
    }
    for list in &mut random {
        list.sort_by(f64::total_cmp);
    }
    let random_percentile: Vec<f64> = random
        .iter()
        .map(|sorted| {
            let place = percentile * (sorted.len() - 1) as f64;
            let below = place.floor() as usize;
            let above = (below + 1).min(sorted.len() - 1);
            sorted[below] + (place - below as f64) * (sorted[above] - sorted[below])
        })
        .collect();
    let above = observed
        .iter()
        .zip(&random_percentile)
        .take_while(|(o, r)| o > r);
    Ok(ParallelAnalysis {
        components: above.count(),
        random_mean: random
            .iter()
            .map(|list| list.iter().sum::<f64>() / draws as f64)
            .collect(),
        observed,
        random_percentile,
        draws,
    })
}

/// Of the correlations of `rows` independent normal answers to `k` items, largest first.
fn random_eigenvalues(k: usize, rows: usize, rng: &mut impl Rng) -> Vec<f64> {
    let mut root = DMatrix::zeros(k, k);
    for a in 0..k {
        for b in 0..a {
            root[(a, b)] = normal(rng);
        }
        root[(a, a)] = chi_square((rows - 1 - a) as f64, rng).sqrt();
    }
    for mut line in root.row_iter_mut() {
        let length = line.norm();
        line /= length;
    }
    let correlations = &root * root.transpose();
    let mut values: Vec<f64> = SymmetricEigen::new(correlations)
        .eigenvalues
        .iter()
        .copied()
        .collect();
    values.sort_by(|a, b| b.total_cmp(a));
    values
}

/// A standard normal draw: Box & Muller (1958).
fn normal(rng: &mut impl Rng) -> f64 {
    let radius = (-2.0 * (1.0 - rng.random::<f64>()).ln()).sqrt();
    radius * (std::f64::consts::TAU * rng.random::<f64>()).cos()
}

/// A chi-square draw with at least one degree of freedom: twice a gamma draw, Marsaglia & Tsang (2000).
fn chi_square(df: f64, rng: &mut impl Rng) -> f64 {
    // A gamma of shape below 1 is one of shape + 1 times a power of a uniform.
    let half = 0.5 * df;
    let (shape, less) = if half < 1.0 {
        (half + 1.0, true)
    } else {
        (half, false)
    };
    let d = shape - 1.0 / 3.0;
    let c = (9.0 * d).sqrt().recip();
    loop {
        let x = normal(rng);
        let v = (1.0 + c * x).powi(3);
        let u = 1.0 - rng.random::<f64>();
        if v > 0.0 && u.ln() < 0.5 * x * x + d - d * v + d * v.ln() {
            let small = if less {
                (1.0 - rng.random::<f64>()).powf(half.recip())
            } else {
                1.0
            };
            return 2.0 * d * v * small;
        }
    }
}

/// Factors behind a set of items.
#[derive(Debug, Clone, PartialEq)]
pub struct FactorSolution {
    /// Per item, per factor: unrotated, the factor that explains most first, each turned so that its loadings sum to zero or more.
    pub loadings: Vec<Vec<f64>>,
    /// The same turned by varimax; for one factor, as they are.
    pub rotated: Vec<Vec<f64>>,
    pub uniquenesses: Vec<f64>,
    /// Items whose own share ran into its lower edge: read the model with suspicion.
    pub heywood: Vec<usize>,
    pub discrepancy: f64,
    /// None where nothing is left to test.
    pub fit: Option<FactorFit>,
    pub steps: usize,
}

/// Which items go with which of a given number of factors.
///
/// # Definition
/// R = L L' + diag(u) by maximum likelihood: u minimises sum over m > factors of (t_m - ln t_m - 1), t the eigenvalues, largest first, of u^-1/2 R u^-1/2;
/// Newton steps with second derivatives in ln u, own shares held at 0.005 or more. chi2 = (n - 1 - (2k + 5) / 6 - 2 factors / 3) times the
/// discrepancy, df = ((k - factors)^2 - (k + factors)) / 2. Rotation: varimax of the rows brought to length 1
/// # Shape and unit
/// items x factors, correlations of items and (uncorrelated) factors
/// # Missing
/// as the covariances
/// # Undefined
/// in words below four items and where df would be negative; NoVariation if an item does not vary or follows from the others; NoConvergence if
/// the search does not settle; TooFewUnits without factors
/// # Source
/// Joreskog (1967), Psychometrika 32, 443-482; Clarke (1970), Br. J. Math. Stat. Psychol. 23, 43-52; Kaiser (1958), Psychometrika 23, 187-200
/// # Agrees with
/// R stats `factanal` 4.2.2, 1e-6; `varimax` (eps = 1e-14), 1e-5, because its search stops early
/// # Cost
/// O(items^4) per step, some ten steps
pub fn factor_analysis(
    covariances: &CovarianceMatrix,
    n_factors: usize,
) -> Result<FactorSolution, Refusal> {
    let k = covariances.n_items();
    if let Some(refusal) = Refusal::of_short_scale(k) {
        return Err(refusal);
    }
    let (mut solution, df) = extracted(covariances, n_factors, Extraction::Likelihood)?;
    let (items, factors) = (k as f64, n_factors as f64);
    let chi_square = solution.discrepancy
        * (covariances.n_rows() as f64 - 1.0 - (2.0 * items + 5.0) / 6.0 - 2.0 * factors / 3.0)
            .max(0.0);
    solution.fit = (df > 0.0).then(|| FactorFit {
        chi_square,
        df,
        p_value: if chi_square > 0.0 {
            gamma_ur(0.5 * df, 0.5 * chi_square)
        } else {
            1.0
        },
    });
    Ok(solution)
}

/// Which items go with which of a given number of factors, without the presumption of normal answers: the factors that leave least of the correlations.
///
/// # Definition
/// R = L L' + diag(u) with the least sum of squares of what is left between different items ("minres"): u minimises half the sum over m > factors of t_m^2, t the
/// eigenvalues, largest first, of R - diag(u); Newton steps with second derivatives in ln u, own shares held at 0.005 or more. Rotation: varimax, rows of length 1
/// # Shape and unit
/// as [`factor_analysis`]; `discrepancy` is that half sum; no test of fit
/// # Missing
/// as the covariances
/// # Undefined
/// in words below three items and where there would be more unknowns than correlations; else as [`factor_analysis`]
/// # Source
/// Harman & Jones (1966), Psychometrika 31, 351-368; as eigenvalues: Joreskog (1977), in Statistical methods for digital computers, 125-153
/// # Agrees with
/// the same sum minimised in R 4.2.2, 1e-7; psych `fa(fm = "minres")` 2.2.9, 1e-4, because its search stops early
/// # Cost
/// O(items^4) per step, some ten steps
pub fn minimum_residual(
    covariances: &CovarianceMatrix,
    n_factors: usize,
) -> Result<FactorSolution, Refusal> {
    let k = covariances.n_items();
    if let Some(refusal) = Refusal::of_short_scale(k).filter(|_| k < 3) {
        return Err(refusal);
    }
    Ok(extracted(covariances, n_factors, Extraction::Residual)?.0)
}

/// How much of the sum of the items, each in its own standard deviations, comes from what they share, by the factor that leaves least of the correlations.
///
/// # Definition
/// 1 - sum u / sum of all R, u the own shares of one factor by [`minimum_residual`]
/// # Shape and unit
/// one number, at most 1. Items worded against the scale are reversed beforehand
/// # Missing
/// as the covariances
/// # Undefined
/// as [`minimum_residual`]; NoVariation if the correlations sum to zero or less
/// # Source
/// McDonald (1999), Test theory, ch. 6
/// # Agrees with
/// psych `omega(nfactors = 1)$omega.tot` 2.2.9, 1e-5. [`super::omega::omega_total`] has the likelihood's factor, and is what reports give
/// # Cost
/// O(items^4) per step
pub fn minimum_residual_omega(covariances: &CovarianceMatrix) -> Result<f64, Refusal> {
    let solution = minimum_residual(covariances, 1)?;
    let all = covariances.correlation()?.total();
    if all <= 0.0 {
        return Err(Undefined::NoVariation.into());
    }
    Ok(1.0 - solution.uniquenesses.iter().sum::<f64>() / all)
}

/// What the own shares of the items are to make least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extraction {
    Likelihood,
    Residual,
}

/// The factors, without a test of their fit, and the degrees of freedom that it would have.
fn extracted(
    covariances: &CovarianceMatrix,
    n_factors: usize,
    extraction: Extraction,
) -> Result<(FactorSolution, f64), Refusal> {
    let k = covariances.n_items();
    if n_factors == 0 {
        return Err(Undefined::TooFewUnits.into());
    }
    let (items, factors) = (k as f64, n_factors as f64);
    let df = ((items - factors).powi(2) - (items + factors)) / 2.0;
    if n_factors >= k || df < 0.0 {
        return Err(Refusal::TooManyFactors);
    }
    let correlations = covariances.correlation()?;
    let inverse = inverse(&correlations)?;
    let mut search = FactorSearch {
        factors: n_factors,
        extraction,
        correlations: DMatrix::from_row_slice(k, k, correlations.values()),
        log_unique: inverse
            .diagonal()
            .map(|d| ((1.0 - 0.5 * factors / items) / d).ln()),
    };
    let (at_end, steps) = search.run()?;
    let uniquenesses: Vec<f64> = search.log_unique.iter().map(|log| log.exp()).collect();
    let loading = |item: usize, factor: usize| {
        let (size, unit) = match extraction {
            Extraction::Likelihood => (at_end.values[factor] - 1.0, uniquenesses[item].sqrt()),
            Extraction::Residual => (at_end.values[factor], 1.0),
        };
        size.max(0.0).sqrt() * at_end.vectors[(item, factor)] * unit
    };
    let mut loadings: Vec<Vec<f64>> = (0..k)
        .map(|item| (0..n_factors).map(|factor| loading(item, factor)).collect())
        .collect();
    towards_the_items(&mut loadings);
    let least = LEAST_UNIQUENESS + 1e-9;
    let solution = FactorSolution {
        rotated: varimax(&loadings),
        loadings,
        heywood: (0..k).filter(|&item| uniquenesses[item] <= least).collect(),
        uniquenesses,
        discrepancy: at_end.value.max(0.0),
        fit: None,
        steps,
    };
    Ok((solution, df))
}

struct FactorSearch {
    factors: usize,
    extraction: Extraction,
    correlations: DMatrix<f64>,
    log_unique: DVector<f64>,
}

/// The function and the eigenpairs it rests on, largest first.
struct Spectrum {
    value: f64,
    values: Vec<f64>,
    vectors: DMatrix<f64>,
}

impl FactorSearch {
    fn run(&mut self) -> Result<(Spectrum, usize), Undefined> {
        let least = LEAST_UNIQUENESS.ln();
        self.log_unique.apply(|log| *log = log.clamp(least, 0.0));
        let mut here = self.spectrum()?;
        for taken in 0..MOST_STEPS {
            let (gradient, hessian) = self.derivatives(&here);
            let free: Vec<usize> = (0..gradient.len())
                .filter(|&item| self.log_unique[item] > least || gradient[item] < 0.0)
                .collect();
            let steepest = free
                .iter()
                .map(|&item| gradient[item].abs())
                .fold(0.0, f64::max);
            if steepest < 1e-11 {
                return Ok((here, taken));
            }
            let direction = direction(&free, &gradient, &hessian);
            let slope: f64 = free
                .iter()
                .zip(direction.iter())
                .map(|(&item, step)| gradient[item] * step)
                .sum();
            let before = self.log_unique.clone();
            let mut length = 1.0;
            let next = loop {
                self.log_unique.copy_from(&before);
                for (&item, step) in free.iter().zip(direction.iter()) {
                    let step: f64 = length * step;
                    self.log_unique[item] =
                        (before[item] + step.clamp(-2.0, 2.0)).clamp(least, 3.0);
                }
                let next = self.spectrum()?;
                if next.value <= here.value + 1e-4 * length * slope + 1e-13 * (1.0 + here.value) {
                    break next;
                }
                length *= 0.5;
                if length < 1e-10 {
                    return Err(Undefined::NoConvergence);
                }
            };
            here = next;
            if (&before - &self.log_unique).amax() < 1e-14 {
                return Ok((here, taken + 1));
            }
        }
        Err(Undefined::NoConvergence)
    }

    fn spectrum(&self) -> Result<Spectrum, Undefined> {
        let scaled = match self.extraction {
            Extraction::Likelihood => {
                let scale = self.log_unique.map(|log| (-0.5 * log).exp());
                self.correlations
                    .component_mul(&(&scale * scale.transpose()))
            }
            Extraction::Residual => {
                &self.correlations - DMatrix::from_diagonal(&self.log_unique.map(f64::exp))
            }
        };
        let eigen = SymmetricEigen::new(scaled);
        let mut order: Vec<usize> = (0..self.log_unique.len()).collect();
        order.sort_by(|&a, &b| eigen.eigenvalues[b].total_cmp(&eigen.eigenvalues[a]));
        let values: Vec<f64> = order
            .iter()
            .map(|&place| eigen.eigenvalues[place])
            .collect();
        let value: f64 = values[self.factors..]
            .iter()
            .map(|t| match self.extraction {
                Extraction::Likelihood => t - t.ln() - 1.0,
                Extraction::Residual => 0.5 * t * t,
            })
            .sum();
        if !value.is_finite() {
            return Err(Undefined::NoConvergence);
        }
        let vectors = eigen.eigenvectors.select_columns(&order);
        Ok(Spectrum {
            value,
            values,
            vectors,
        })
    }

    /// In ln u, with n running over the eigenpairs that the factors leave and l over all: g_i = sum (1 - t_n) w_in^2; H_ij = sum over n and l of
    /// w_in w_jn w_il w_jl times (t_n + t_l) / 2 where l is left too, and (t_n - 1)(t_n + t_l) / (t_n - t_l) where l is a factor.
    ///
    /// Of the squares, in u: g_i = - sum t_n w_in^2, and the same products times 1 or 2 t_n / (t_n - t_l); brought to ln u at the end.
    fn derivatives(&self, at: &Spectrum) -> (Vec<f64>, DMatrix<f64>) {
        let k = at.values.len();
        let mut gradient = vec![0.0; k];
        let mut hessian = DMatrix::zeros(k, k);
        for n in self.factors..k {
            let t = at.values[n];
            let likely = self.extraction == Extraction::Likelihood;
            let pull = if likely { 1.0 - t } else { -t };
            for (slope, own) in gradient.iter_mut().zip(at.vectors.column(n).iter()) {
                *slope += pull * own * own;
            }
            for l in 0..k {
                let other = at.values[l];
                let weight = match (l >= self.factors, likely) {
                    (true, true) => 0.5 * (t + other),
                    (true, false) => 1.0,
                    _ if other <= t => 0.0,
                    (false, true) => (t - 1.0) * (t + other) / (t - other),
                    (false, false) => 2.0 * t / (t - other),
                };
                let product = at.vectors.column(n).component_mul(&at.vectors.column(l));
                hessian.ger(weight, &product, &product, 1.0);
            }
        }
        if self.extraction == Extraction::Residual {
            let unique = self.log_unique.map(f64::exp);
            hessian.component_mul_assign(&(&unique * unique.transpose()));
            for (item, slope) in gradient.iter_mut().enumerate() {
                *slope *= unique[item];
                hessian[(item, item)] += *slope;
            }
        }
        (gradient, hessian)
    }
}

/// Newton's; where the second derivatives do not point down, straight down.
fn direction(free: &[usize], gradient: &[f64], hessian: &DMatrix<f64>) -> DVector<f64> {
    let down = DVector::from_iterator(free.len(), free.iter().map(|&item| -gradient[item]));
    let part = hessian.select_rows(free).select_columns(free);
    match part.cholesky() {
        Some(root) => root.solve(&down),
        None => down,
    }
}

/// Each factor turned so that its loadings sum to zero or more.
fn towards_the_items(loadings: &mut [Vec<f64>]) {
    let factors = loadings.first().map_or(0, Vec::len);
    for factor in 0..factors {
        if loadings.iter().map(|line| line[factor]).sum::<f64>() < 0.0 {
            loadings
                .iter_mut()
                .for_each(|line| line[factor] = -line[factor]);
        }
    }
}

/// Two factors at a time through the angle that spreads the squared loadings most, until none turns; the largest first.
fn varimax(loadings: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let factors = loadings.first().map_or(0, Vec::len);
    let lengths: Vec<f64> = loadings
        .iter()
        .map(|line| {
            line.iter()
                .map(|l| l * l)
                .sum::<f64>()
                .sqrt()
                .max(f64::MIN_POSITIVE)
        })
        .collect();
    let mut turned: Vec<Vec<f64>> = loadings
        .iter()
        .zip(&lengths)
        .map(|(line, length)| line.iter().map(|l| l / length).collect())
        .collect();
    let k = turned.len() as f64;
    for _ in 0..1000 {
        let mut furthest = 0.0_f64;
        for a in 0..factors {
            for b in a + 1..factors {
                let (mut u_sum, mut v_sum, mut square, mut product) = (0.0, 0.0, 0.0, 0.0);
                for line in &turned {
                    let u = line[a] * line[a] - line[b] * line[b];
                    let v = 2.0 * line[a] * line[b];
                    u_sum += u;
                    v_sum += v;
                    square += u * u - v * v;
                    product += u * v;
                }
                let angle = 0.25
                    * (2.0 * (product - u_sum * v_sum / k))
                        .atan2(square - (u_sum * u_sum - v_sum * v_sum) / k);
                furthest = furthest.max(angle.abs());
                let (sin, cos) = angle.sin_cos();
                for line in &mut turned {
                    let (x, y) = (line[a], line[b]);
                    line[a] = cos * x + sin * y;
                    line[b] = cos * y - sin * x;
                }
            }
        }
        if furthest < 1e-14 {
            break;
        }
    }
    for (line, length) in turned.iter_mut().zip(&lengths) {
        line.iter_mut().for_each(|l| *l *= length);
    }
    let mut order: Vec<usize> = (0..factors).collect();
    let explained = |factor: usize| turned.iter().map(|line| line[factor].powi(2)).sum::<f64>();
    order.sort_by(|&a, &b| explained(b).total_cmp(&explained(a)));
    let mut sorted: Vec<Vec<f64>> = turned
        .iter()
        .map(|line| order.iter().map(|&factor| line[factor]).collect())
        .collect();
    towards_the_items(&mut sorted);
    sorted
}
