//! Answers as the reliability of a scale needs them, and how the items vary together.

use crate::outcome::Undefined;

/// Answers of respondents to items, row by row; an open item is no answer, and every answer is a finite number.
#[derive(Debug, Clone, PartialEq)]
pub struct Answers {
    n_items: usize,
    /// Row by row; 0 where the item is open.
    values: Vec<f64>,
    answered: Vec<bool>,
    /// Per row.
    complete: Vec<bool>,
}

impl Answers {
    /// One row per respondent. The longest row says how many items there are; a shorter one left the rest open.
    ///
    /// # Errors
    /// `NotFinite` if an answer is not a finite number.
    pub fn from_rows(rows: &[Vec<Option<f64>>]) -> Result<Self, Undefined> {
        let n_items = rows.iter().map(Vec::len).max().unwrap_or(0);
        let mut answers = Self::empty(n_items, rows.len());
        for row in rows {
            for item in 0..n_items {
                let answer = row.get(item).copied().flatten();
                if answer.is_some_and(|answer| !answer.is_finite()) {
                    return Err(Undefined::NotFinite);
                }
                answers.values.push(answer.unwrap_or(0.0));
                answers.answered.push(answer.is_some());
            }
            answers
                .complete
                .push(row.len() == n_items && row.iter().all(Option::is_some));
        }
        Ok(answers)
    }

    fn empty(n_items: usize, rows: usize) -> Self {
        Self {
            n_items,
            values: Vec::with_capacity(n_items * rows),
            answered: Vec::with_capacity(n_items * rows),
            complete: Vec::with_capacity(rows),
        }
    }

    /// The same respondents and these items, in this order. Items that do not exist are left out.
    pub fn select(&self, items: &[usize]) -> Self {
        let items: Vec<usize> = items
            .iter()
            .copied()
            .filter(|&i| i < self.n_items)
            .collect();
        let mut selected = Self::empty(items.len(), self.n_rows());
        for row in 0..self.n_rows() {
            let (values, answered) = self.row(row);
            selected
                .values
                .extend(items.iter().map(|&item| values[item]));
            selected
                .answered
                .extend(items.iter().map(|&item| answered[item]));
            selected
                .complete
                .push(items.iter().all(|&item| answered[item]));
        }
        selected
    }

    pub fn n_rows(&self) -> usize {
        self.complete.len()
    }

    pub fn n_items(&self) -> usize {
        self.n_items
    }

    /// Rows without an open item.
    pub fn n_complete(&self) -> usize {
        self.complete.iter().filter(|complete| **complete).count()
    }

    /// What this respondent answered to this item.
    pub fn answer(&self, row: usize, item: usize) -> Option<f64> {
        let (values, answered) = self.row(row);
        answered.get(item)?.then(|| values[item])
    }

    pub(super) fn is_complete(&self, row: usize) -> bool {
        self.complete[row]
    }

    /// Values (0 where open) and whether they are answers.
    pub(super) fn row(&self, row: usize) -> (&[f64], &[bool]) {
        let cells = row * self.n_items..(row + 1) * self.n_items;
        (&self.values[cells.clone()], &self.answered[cells])
    }

    /// Per item the first answer: an origin from which whole numbers stay whole, so that their sums are exact.
    pub(super) fn origin(&self) -> Vec<f64> {
        let mut origin = vec![None; self.n_items];
        for row in 0..self.n_rows() {
            let (values, answered) = self.row(row);
            for item in 0..self.n_items {
                if origin[item].is_none() && answered[item] {
                    origin[item] = Some(values[item]);
                }
            }
            if origin.iter().all(Option::is_some) {
                break;
            }
        }
        origin
            .into_iter()
            .map(|first| first.unwrap_or(0.0))
            .collect()
    }
}

/// Which rows a covariance rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cases {
    /// Rows without an open item.
    Complete,
    /// For each pair of items the rows that answered both.
    Pairwise,
}

/// How the items vary together, item by item.
#[derive(Debug, Clone, PartialEq)]
pub struct CovarianceMatrix {
    n_items: usize,
    values: Vec<f64>,
    /// Rows behind it; by pairs, the fewest behind any of them.
    n_rows: usize,
}

impl CovarianceMatrix {
    /// From covariances that were found elsewhere, row by row; `None` unless they are square, finite and symmetric with no negative variance.
    pub fn from_values(n_items: usize, values: Vec<f64>, n_rows: usize) -> Option<Self> {
        let square = values.len() == n_items * n_items && values.iter().all(|x| x.is_finite());
        let matrix = Self {
            n_items,
            values,
            n_rows,
        };
        let fits = square
            && (0..n_items).all(|i| {
                matrix.at(i, i) >= 0.0
                    && (0..i).all(|j| {
                        let (here, there) = (matrix.at(i, j), matrix.at(j, i));
                        (here - there).abs() <= 1e-12 * here.abs().max(there.abs())
                    })
            });
        fits.then_some(matrix)
    }

    pub fn n_items(&self) -> usize {
        self.n_items
    }

    /// Rows behind it; by pairs, the fewest behind any of them.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    pub fn at(&self, a: usize, b: usize) -> f64 {
        self.values[a * self.n_items + b]
    }

    /// Row by row.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Standard deviation of one item.
    pub fn deviation(&self, item: usize) -> f64 {
        self.at(item, item).sqrt()
    }

    /// Sum of the variances of the items.
    pub fn trace(&self) -> f64 {
        (0..self.n_items).map(|item| self.at(item, item)).sum()
    }

    /// Variance of the sum of the items.
    pub fn total(&self) -> f64 {
        self.values.iter().sum()
    }

    /// Covariances over the product of the standard deviations.
    ///
    /// # Errors
    /// `NoVariation` if an item does not vary.
    pub fn correlation(&self) -> Result<Self, Undefined> {
        let mut scaled = self.clone();
        self.correlation_into(&mut scaled.values)?;
        Ok(scaled)
    }

    /// The same into memory that is there already.
    pub(super) fn correlation_into(&self, into: &mut [f64]) -> Result<(), Undefined> {
        let k = self.n_items;
        if (0..k).any(|item| self.at(item, item) <= 0.0) {
            return Err(Undefined::NoVariation);
        }
        for a in 0..k {
            into[a * k + a] = 1.0;
            for b in 0..a {
                let r = self.at(a, b) / (self.at(a, a) * self.at(b, b)).sqrt();
                into[a * k + b] = r;
                into[b * k + a] = r;
            }
        }
        Ok(())
    }

    /// The matrix of all items but one.
    pub fn without(&self, item: usize) -> Self {
        let kept: Vec<usize> = (0..self.n_items).filter(|&i| i != item).collect();
        let values = kept
            .iter()
            .flat_map(|&a| kept.iter().map(move |&b| self.at(a, b)))
            .collect();
        Self {
            n_items: kept.len(),
            values,
            n_rows: self.n_rows,
        }
    }
}

/// How the items of a scale vary together.
///
/// # Definition
/// sum over the rows of (x_a - mean_a)(x_b - mean_b) / (n - 1); by pairs, means and n are those of the rows that answered both
/// # Shape and unit
/// items x items, in squared units of the items
/// # Missing
/// `cases`: rows without an open item, or for each pair of items the rows that answered both
/// # Undefined
/// TooFewUnits below two rows, or if two items share fewer than two; TooFewItems without items
/// # Source
/// sums of squares and products about an origin among the data, so that sums of whole numbers are exact: Chan, Golub & LeVeque (1983), Am. Stat. 37, 242-247
/// # Agrees with
/// R stats `cov` 4.2.2 (complete cases; use = "pairwise"), 1e-9
/// # Cost
/// O(rows items^2)
pub fn covariance_matrix(answers: &Answers, cases: Cases) -> Result<CovarianceMatrix, Undefined> {
    let origin = answers.origin();
    let mut products = Products::new(answers.n_items(), cases);
    let mut sums = products.zero();
    for row in 0..answers.n_rows() {
        products.add_row(&mut sums, answers, row, &origin);
    }
    let mut matrix = products.matrix();
    products.covariances(&sums, &mut matrix)?;
    Ok(matrix)
}

/// Sums from which covariances follow, in one list of numbers, so that the sums of parts add up to those of the whole.
///
/// Complete rows: their number, the sums of the items, the products of the items. By pairs there follow, for the other rows: the number of rows
/// that answered both, the sum of the one item over those that answered the other, the products.
#[derive(Debug, Clone)]
pub(super) struct Products {
    k: usize,
    cases: Cases,
    shifted: Vec<f64>,
}

impl Products {
    pub(super) fn new(n_items: usize, cases: Cases) -> Self {
        Self {
            k: n_items,
            cases,
            shifted: vec![0.0; n_items],
        }
    }

    pub(super) fn len(&self) -> usize {
        let k = self.k;
        match self.cases {
            Cases::Complete => 1 + k + k * k,
            Cases::Pairwise => 1 + k + 4 * k * k,
        }
    }

    pub(super) fn zero(&self) -> Vec<f64> {
        vec![0.0; self.len()]
    }

    pub(super) fn matrix(&self) -> CovarianceMatrix {
        CovarianceMatrix {
            n_items: self.k,
            values: vec![0.0; self.k * self.k],
            n_rows: 0,
        }
    }

    /// Whether this row adds anything.
    pub(super) fn counts(&self, answers: &Answers, row: usize) -> bool {
        match self.cases {
            Cases::Complete => answers.is_complete(row),
            Cases::Pairwise => answers.row(row).1.contains(&true),
        }
    }

    pub(super) fn add_row(
        &mut self,
        sums: &mut [f64],
        answers: &Answers,
        row: usize,
        origin: &[f64],
    ) {
        let k = self.k;
        let (values, answered) = answers.row(row);
        let complete = answers.is_complete(row);
        if !complete && self.cases == Cases::Complete {
            return;
        }
        for item in 0..k {
            let open = !complete && !answered[item];
            self.shifted[item] = if open {
                0.0
            } else {
                values[item] - origin[item]
            };
        }
        let x = &self.shifted;
        if complete {
            sums[0] += 1.0;
            let (single, products) = sums[1..].split_at_mut(k);
            for a in 0..k {
                single[a] += x[a];
                let line = &mut products[a * k..(a + 1) * k];
                // From the diagonal on; the other half is its mirror.
                for (sum, other) in line[a..].iter_mut().zip(&x[a..]) {
                    *sum += x[a] * other;
                }
            }
            return;
        }
        let (counts, rest) = sums[1 + k + k * k..].split_at_mut(k * k);
        let (single, products) = rest.split_at_mut(k * k);
        for a in (0..k).filter(|&a| answered[a]) {
            for b in (0..k).filter(|&b| answered[b]) {
                counts[a * k + b] += 1.0;
                single[a * k + b] += x[a];
                products[a * k + b] += x[a] * x[b];
            }
        }
    }

    pub(super) fn covariances(
        &self,
        sums: &[f64],
        into: &mut CovarianceMatrix,
    ) -> Result<(), Undefined> {
        let k = self.k;
        if k == 0 {
            return Err(Undefined::TooFewItems);
        }
        let mut fewest = f64::INFINITY;
        let pairs = 1 + k + k * k;
        for a in 0..k {
            for b in a..k {
                let (ab, ba) = (a * k + b, b * k + a);
                let mut n = sums[0];
                let (mut sum_a, mut sum_b) = (sums[1 + a], sums[1 + b]);
                let mut product = sums[1 + k + ab];
                if self.cases == Cases::Pairwise {
                    n += sums[pairs + ab];
                    sum_a += sums[pairs + k * k + ab];
                    sum_b += sums[pairs + k * k + ba];
                    product += sums[pairs + 2 * k * k + ab];
                }
                if n < 2.0 {
                    return Err(Undefined::TooFewUnits);
                }
                fewest = fewest.min(n);
                let mut covariance = (product - sum_a * sum_b / n) / (n - 1.0);
                // A constant item away from the origin (in a part of the rows) leaves rounding only.
                if a == b && covariance * (n - 1.0) <= 4.0 * f64::EPSILON * product {
                    covariance = 0.0;
                }
                if !covariance.is_finite() {
                    return Err(Undefined::NotFinite);
                }
                into.values[ab] = covariance;
                into.values[ba] = covariance;
            }
        }
        into.n_rows = fewest as usize;
        Ok(())
    }
}
