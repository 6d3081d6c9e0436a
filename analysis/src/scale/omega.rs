//! Omega total: reliability under a model in which one factor drives all items, each in its own measure.

use nalgebra::{DMatrix, SymmetricEigen};
use statrs::function::gamma::gamma_ur;

use super::covariance::CovarianceMatrix;
use super::refusal::Refusal;
use super::reliability::inverse;
use crate::outcome::Undefined;

/// The least share of an item that is its own; a search that runs below it stops there (a Heywood case).
pub const LEAST_UNIQUENESS: f64 = 0.005;

const MOST_STEPS: usize = 500;

/// Omega total with the model it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Omega {
    /// In the units of the items: the reliability of their sum or mean.
    pub total: f64,
    /// Of the sum of the items, each in its own standard deviations.
    pub standardised: f64,
    pub factor: OneFactor,
}

/// One factor behind all items.
#[derive(Debug, Clone, PartialEq)]
pub struct OneFactor {
    /// Correlations of the items with the factor, turned so that they sum to zero or more.
    pub loadings: Vec<f64>,
    /// Share of each item's variance that is its own.
    pub uniquenesses: Vec<f64>,
    /// Items whose own share ran into [`LEAST_UNIQUENESS`]: read the model with suspicion.
    pub heywood: Vec<usize>,
    /// ln |S fitted| - ln |R| + tr(R S fitted^-1) - k; 0 = the correlations as the model says.
    pub discrepancy: f64,
    /// How well the model fits; three items leave nothing to test.
    pub fit: Option<FactorFit>,
    pub steps: usize,
}

/// Whether the correlations could come from the model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FactorFit {
    pub chi_square: f64,
    pub df: f64,
    pub p_value: f64,
}

/// How much of the differences between respondents on this scale comes from what its items share: 1 = all of it, 0 = nothing.
///
/// # Definition
/// model: item = mean + loading x factor + own part, loadings and own parts free (congeneric), own parts independent; by maximum likelihood.
/// total = (sum l s)^2 / ((sum l s)^2 + sum u s^2), l loadings, u uniquenesses, s standard deviations of the items; standardised: s = 1
/// # Shape and unit
/// numbers between 0 and 1. Items worded against the scale are reversed beforehand
/// # Missing
/// as the covariances; complete cases are what the likelihood is meant for
/// # Undefined
/// in words: one item, two items (not identified; see [`super::reliability::spearman_brown`]). NoVariation if an item does not vary, follows from
/// the others, or the pairwise correlations contradict one another; NoConvergence if the search does not settle; TooFewItems without items
/// # Source
/// McDonald (1999), Test theory, ch. 6; the model's fit: Joreskog (1967), Psychometrika 32, 443-482
/// # Agrees with
/// R stats `factanal(factors = 1)` 4.2.2, loadings and omega 1e-6. psych `omega` (its default: three minres factors, Schmid-Leiman) is another
/// number
/// # Cost
/// O(k^3) per step, fewer than ten steps as a rule
pub fn omega_total(covariances: &CovarianceMatrix) -> Result<Omega, Refusal> {
    let factor = one_factor(covariances)?;
    let deviations: Vec<f64> = (0..covariances.n_items())
        .map(|item| covariances.deviation(item))
        .collect();
    Ok(Omega {
        total: omega_from(&factor.loadings, &factor.uniquenesses, &deviations),
        standardised: omega_from(
            &factor.loadings,
            &factor.uniquenesses,
            &vec![1.0; deviations.len()],
        ),
        factor,
    })
}

fn omega_from(loadings: &[f64], uniquenesses: &[f64], deviations: &[f64]) -> f64 {
    let each = loadings.iter().zip(uniquenesses).zip(deviations);
    let (shared, own) = each.fold((0.0, 0.0), |(shared, own), ((l, u), s)| {
        (shared + l * s, own + u * s * s)
    });
    shared * shared / (shared * shared + own)
}

/// What one factor behind all items says about each of them.
///
/// # Definition
/// R = l l' + diag(u) by maximum likelihood, R the correlations: u minimises sum over m > 1 of (t_m - ln t_m - 1), t the eigenvalues, largest first, of
/// u^-1/2 R u^-1/2; l from the first. Newton steps with second derivatives in ln u; own shares held at 0.005 or more. chi2 =
/// (n - 1 - (2k + 5) / 6 - 2 / 3) times the discrepancy, df = ((k - 1)^2 - (k + 1)) / 2
/// # Shape and unit
/// loadings between -1 and 1, one per item
/// # Missing
/// as the covariances
/// # Undefined
/// as [`omega_total`]
/// # Source
/// Joreskog (1967), Psychometrika 32, 443-482; Lawley & Maxwell (1971), Factor analysis as a statistical method, ch. 4; Clarke (1970), Br. J. Math.
/// Stat. Psychol. 23, 43-52; Bartlett (1951) for the factor of chi2
/// # Agrees with
/// R stats `factanal(factors = 1)` 4.2.2, 1e-6
/// # Cost
/// O(k^3) per step
pub fn one_factor(covariances: &CovarianceMatrix) -> Result<OneFactor, Refusal> {
    let k = covariances.n_items();
    if k < 3 {
        return Err(Refusal::of_short_scale(k).unwrap_or(Refusal::TwoItems));
    }
    let correlations = covariances.correlation()?;
    let inverse = inverse(&correlations)?;
    let mut search = OneFactorSearch::new(k);
    search.correlations.copy_from_slice(correlations.values());
    for (log_unique, diagonal) in search.log_unique.iter_mut().zip(inverse.diagonal().iter()) {
        *log_unique = ((1.0 - 0.5 / k as f64) / diagonal).ln();
    }
    let steps = search.run(1e-11)?;
    let deviations: Vec<f64> = (0..k).map(|item| covariances.deviation(item)).collect();
    let (loadings, uniquenesses) = search.solution(&deviations);
    let log_determinant = -inverse
        .cholesky()
        .ok_or(Undefined::NoVariation)?
        .l_dirty()
        .diagonal()
        .map(|pivot| 2.0 * pivot.ln())
        .sum();
    // Zero for three items and a perfect fit: rounding may leave less.
    let discrepancy = (search.value - (k - 1) as f64 - log_determinant).max(0.0);
    let items = k as f64;
    let df = ((items - 1.0).powi(2) - (items + 1.0)) / 2.0;
    let chi_square = discrepancy
        * (covariances.n_rows() as f64 - 1.0 - (2.0 * items + 5.0) / 6.0 - 2.0 / 3.0).max(0.0);
    let fit = (df > 0.0).then(|| FactorFit {
        chi_square,
        df,
        p_value: if chi_square > 0.0 {
            gamma_ur(0.5 * df, 0.5 * chi_square)
        } else {
            1.0
        },
    });
    Ok(OneFactor {
        heywood: search.heywood(),
        loadings,
        uniquenesses,
        discrepancy,
        fit,
        steps,
    })
}

/// The search for one factor, in memory that is used again: for one fit, or for thousands that begin where another ended.
pub(super) struct OneFactorSearch {
    k: usize,
    /// Row by row, put here by the caller, who also says in `log_unique` where to begin.
    pub(super) correlations: Vec<f64>,
    pub(super) log_unique: Vec<f64>,
    /// The function at `log_unique`, up to what the correlations alone say.
    value: f64,
    scaled: Vec<f64>,
    /// First eigenvalue and eigenvector of `scaled`.
    first: f64,
    vector: Vec<f64>,
    product: Vec<f64>,
    gradient: Vec<f64>,
    hessian: Vec<f64>,
    inverse: Vec<f64>,
    step: Vec<f64>,
    before: Vec<f64>,
    free: Vec<usize>,
}

impl OneFactorSearch {
    pub(super) fn new(k: usize) -> Self {
        Self {
            k,
            correlations: vec![0.0; k * k],
            log_unique: vec![-std::f64::consts::LN_2; k],
            value: f64::INFINITY,
            scaled: vec![0.0; k * k],
            first: 0.0,
            vector: vec![(k as f64).sqrt().recip(); k],
            product: vec![0.0; k],
            gradient: vec![0.0; k],
            hessian: vec![0.0; k * k],
            inverse: vec![0.0; k * k],
            step: vec![0.0; k],
            before: vec![0.0; k],
            free: Vec::with_capacity(k),
        }
    }

    /// To the lowest value within reach; how many steps it took.
    pub(super) fn run(&mut self, tolerance: f64) -> Result<usize, Undefined> {
        let least = LEAST_UNIQUENESS.ln();
        for log in &mut self.log_unique {
            *log = log.clamp(least, 0.0);
        }
        self.evaluate()?;
        for taken in 0..MOST_STEPS {
            self.differentiate();
            self.free.clear();
            for item in 0..self.k {
                // On the edge with the slope outward: it stays there.
                if self.log_unique[item] > least || self.gradient[item] < 0.0 {
                    self.free.push(item);
                }
            }
            let steepest = self.free.iter().map(|&i| self.gradient[i].abs());
            if steepest.fold(0.0, f64::max) < tolerance {
                return Ok(taken);
            }
            self.newton_step()?;
            let value = self.value;
            let slope: f64 = self
                .free
                .iter()
                .map(|&i| self.gradient[i] * self.step[i])
                .sum();
            self.before.copy_from_slice(&self.log_unique);
            let mut length = 1.0_f64;
            loop {
                for place in 0..self.free.len() {
                    let item = self.free[place];
                    // No further than a factor e^2 at once; own shares above 1 are allowed on the way.
                    let step = (length * self.step[item]).clamp(-2.0, 2.0);
                    self.log_unique[item] = (self.before[item] + step).clamp(least, 3.0);
                }
                self.evaluate()?;
                // Close to the end the change drowns in rounding.
                let noise = 1e-13 * (1.0 + value.abs());
                if self.value <= value + 1e-4 * length * slope + noise {
                    break;
                }
                length *= 0.5;
                if length < 1e-10 {
                    return Err(Undefined::NoConvergence);
                }
            }
            let moved = self.before.iter().zip(&self.log_unique);
            let furthest = moved.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            if furthest < 1e-14 {
                return Ok(taken + 1);
            }
        }
        Err(Undefined::NoConvergence)
    }

    /// Loadings and uniquenesses, turned so that the loadings in the units of the items sum to zero or more.
    pub(super) fn solution(&self, deviations: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let uniquenesses: Vec<f64> = self.log_unique.iter().map(|log| log.exp()).collect();
        let size = (self.first - 1.0).max(0.0).sqrt();
        let mut loadings: Vec<f64> = self
            .vector
            .iter()
            .zip(&uniquenesses)
            .map(|(v, u)| size * v * u.sqrt())
            .collect();
        if loadings
            .iter()
            .zip(deviations)
            .map(|(l, s)| l * s)
            .sum::<f64>()
            < 0.0
        {
            loadings.iter_mut().for_each(|loading| *loading = -*loading);
        }
        (loadings, uniquenesses)
    }

    /// Omega total in the units of the items.
    pub(super) fn omega(&self, deviation: impl Fn(usize) -> f64) -> f64 {
        let size = (self.first - 1.0).max(0.0).sqrt();
        let (mut shared, mut own) = (0.0, 0.0);
        for item in 0..self.k {
            let unique = self.log_unique[item].exp();
            let deviation = deviation(item);
            shared += size * self.vector[item] * unique.sqrt() * deviation;
            own += unique * deviation * deviation;
        }
        shared * shared / (shared * shared + own)
    }

    pub(super) fn heywood(&self) -> Vec<usize> {
        let least = LEAST_UNIQUENESS.ln() + 1e-9;
        (0..self.k)
            .filter(|&item| self.log_unique[item] <= least)
            .collect()
    }

    pub(super) fn at_the_edge(&self) -> bool {
        let least = LEAST_UNIQUENESS.ln() + 1e-9;
        self.log_unique.iter().any(|&log| log <= least)
    }

    /// tr - t_1 + ln t_1 + sum ln u, which is the discrepancy plus k - 1 + ln |R|.
    fn evaluate(&mut self) -> Result<(), Undefined> {
        let k = self.k;
        for (scale, log) in self.product.iter_mut().zip(&self.log_unique) {
            *scale = (-0.5 * log).exp();
        }
        for a in 0..k {
            for b in 0..k {
                self.scaled[a * k + b] =
                    self.correlations[a * k + b] * self.product[a] * self.product[b];
            }
        }
        self.first_eigenpair();
        let trace: f64 = (0..k).map(|item| self.scaled[item * k + item]).sum();
        self.value = trace - self.first + self.first.ln() + self.log_unique.iter().sum::<f64>();
        if self.value.is_finite() {
            Ok(())
        } else {
            Err(Undefined::NoConvergence)
        }
    }

    /// By powers from the last vector; where the second eigenvalue is close, by a full decomposition.
    fn first_eigenpair(&mut self) {
        let k = self.k;
        for _ in 0..60 {
            let mut norm = 0.0;
            let mut along = 0.0;
            for a in 0..k {
                let line = &self.scaled[a * k..(a + 1) * k];
                let sum: f64 = line.iter().zip(&self.vector).map(|(x, v)| x * v).sum();
                self.product[a] = sum;
                norm += sum * sum;
                along += sum * self.vector[a];
            }
            let norm = norm.sqrt();
            let mut off = 0.0_f64;
            for a in 0..k {
                off = off.max((self.product[a] - along * self.vector[a]).abs());
                self.vector[a] = self.product[a] / norm;
            }
            if off < 1e-14 * along {
                self.first = along;
                return;
            }
        }
        let eigen = SymmetricEigen::new(DMatrix::from_row_slice(k, k, &self.scaled));
        let place = eigen.eigenvalues.imax();
        self.first = eigen.eigenvalues[place];
        for (here, there) in self
            .vector
            .iter_mut()
            .zip(eigen.eigenvectors.column(place).iter())
        {
            *here = *there;
        }
    }

    /// First and second derivatives in ln u, from the first eigenpair alone.
    ///
    /// g_i = 1 - w_i^2 - S_ii + t w_i^2; H_ij = d_ij (S_ii - (1 - t) w_i^2) + w_i^2 w_j^2 (1 - 2t) + 2 t (1 - t) w_i w_j M_ij,
    /// M = (t I - S + w w')^-1 - w w', for scaled S with first eigenpair (t, w).
    fn differentiate(&mut self) {
        let (k, t) = (self.k, self.first);
        for a in 0..k {
            let square = self.vector[a] * self.vector[a];
            self.gradient[a] = 1.0 - square - self.scaled[a * k + a] + t * square;
        }
        for a in 0..k {
            for b in 0..k {
                let own = if a == b { t } else { 0.0 };
                self.inverse[a * k + b] =
                    own - self.scaled[a * k + b] + self.vector[a] * self.vector[b];
            }
        }
        let exact = invert(&mut self.inverse, k);
        for a in 0..k {
            for b in 0..k {
                let (wa, wb) = (self.vector[a], self.vector[b]);
                let cross = wa * wb;
                self.hessian[a * k + b] = if exact {
                    let between = self.inverse[a * k + b] - cross;
                    cross * cross * (1.0 - 2.0 * t) + 2.0 * t * (1.0 - t) * cross * between
                } else {
                    cross * cross
                };
            }
            let square = self.vector[a] * self.vector[a];
            self.hessian[a * k + a] += if exact {
                self.scaled[a * k + a] - (1.0 - t) * square
            } else {
                1.0 - 2.0 * square
            };
        }
    }

    /// Where the second derivatives do not point down, those of a model that fits do (they are squares).
    fn newton_step(&mut self) -> Result<(), Undefined> {
        let n = self.free.len();
        for attempt in 0..3 {
            for (place, &a) in self.free.iter().enumerate() {
                for (other, &b) in self.free.iter().enumerate() {
                    let cross = self.vector[a] * self.vector[b];
                    let same = if a == b { 1.0 } else { 0.0 };
                    self.inverse[place * n + other] = match attempt {
                        0 => self.hessian[a * self.k + b],
                        1 => (same - cross).powi(2) + 1e-3 * same,
                        _ => same,
                    };
                }
            }
            if !factorise(&mut self.inverse[..n * n], n) {
                continue;
            }
            for place in 0..n {
                self.product[place] = -self.gradient[self.free[place]];
            }
            solve(&self.inverse[..n * n], &mut self.product[..n]);
            for place in 0..n {
                self.step[self.free[place]] = self.product[place];
            }
            return Ok(());
        }
        Err(Undefined::NoConvergence)
    }
}

/// The lower Cholesky root in place; false if the matrix is not positive definite.
fn factorise(matrix: &mut [f64], n: usize) -> bool {
    for j in 0..n {
        let below = &mut matrix[j * n..];
        let squares: f64 = below[..j].iter().map(|x| x * x).sum();
        let pivot = below[j] - squares;
        if pivot.is_nan() || pivot <= 1e-12 * below[j].abs() {
            return false;
        }
        let pivot = pivot.sqrt();
        below[j] = pivot;
        let (row, rest) = below.split_at_mut(n);
        for line in rest.chunks_exact_mut(n) {
            let inner: f64 = row[..j].iter().zip(&line[..j]).map(|(x, y)| x * y).sum();
            line[j] = (line[j] - inner) / pivot;
        }
    }
    true
}

fn solve(root: &[f64], right: &mut [f64]) {
    let n = right.len();
    for i in 0..n {
        let inner: f64 = root[i * n..i * n + i]
            .iter()
            .zip(&right[..i])
            .map(|(l, x)| l * x)
            .sum();
        right[i] = (right[i] - inner) / root[i * n + i];
    }
    for i in (0..n).rev() {
        let inner: f64 = (i + 1..n).map(|j| root[j * n + i] * right[j]).sum();
        right[i] = (right[i] - inner) / root[i * n + i];
    }
}

/// In place, by the Cholesky root; false (and nothing of use left) if the matrix is not positive definite.
fn invert(matrix: &mut [f64], n: usize) -> bool {
    if !factorise(matrix, n) {
        return false;
    }
    // The inverse of the root, column by column, in the lower half.
    for i in 0..n {
        let diagonal = matrix[i * n + i].recip();
        for j in 0..i {
            let inner: f64 = (j..i).map(|m| matrix[i * n + m] * matrix[m * n + j]).sum();
            matrix[i * n + j] = -inner * diagonal;
        }
        matrix[i * n + i] = diagonal;
    }
    for i in 0..n {
        for j in i..n {
            let product: f64 = (j..n).map(|m| matrix[m * n + i] * matrix[m * n + j]).sum();
            matrix[i * n + j] = product;
        }
    }
    for i in 0..n {
        for j in 0..i {
            matrix[i * n + j] = matrix[j * n + i];
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inverse_times_the_matrix_is_one() {
        let matrix = [4.0, 1.0, 0.5, 1.0, 3.0, -0.2, 0.5, -0.2, 2.0];
        let mut inverse = matrix;
        assert!(invert(&mut inverse, 3));
        for a in 0..3 {
            for b in 0..3 {
                let product: f64 = (0..3).map(|m| matrix[a * 3 + m] * inverse[m * 3 + b]).sum();
                assert!((product - f64::from(u8::from(a == b))).abs() < 1e-14);
            }
        }
        assert!(!invert(&mut [1.0, 2.0, 2.0, 1.0], 2));
    }
}
