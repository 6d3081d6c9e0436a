//! Weighted least squares by QR, with the columns that cannot be told apart refused.

use nalgebra::{DMatrix, DVector};

use crate::outcome::Undefined;

/// A line, plane or more through weighted points.
#[derive(Debug, Clone)]
pub struct Fit {
    pub coefficients: Vec<f64>,
    /// (X' W X)^-1.
    pub unscaled: DMatrix<f64>,
    /// y - X b, not weighted.
    pub residuals: Vec<f64>,
    /// Sum of weight times squared residual.
    pub squares: f64,
}

/// A column whose part not explained by those before it is smaller than this share of it is taken as explained.
const TOLERANCE: f64 = 1e-7;

/// A column of ones, then the given ones.
///
/// # Errors
/// `TooFewUnits` if a column has not `n` values or there are no more units than columns; `NotFinite` if a value is not finite.
pub fn design(n: usize, columns: &[Vec<f64>]) -> Result<DMatrix<f64>, Undefined> {
    if columns.iter().any(|column| column.len() != n) || n <= columns.len() + 1 {
        return Err(Undefined::TooFewUnits);
    }
    if columns.iter().flatten().any(|x| !x.is_finite()) {
        return Err(Undefined::NotFinite);
    }
    Ok(DMatrix::from_fn(n, columns.len() + 1, |unit, place| {
        if place == 0 {
            1.0
        } else {
            columns[place - 1][unit]
        }
    }))
}

/// The coefficients that make the weighted sum of squared residuals least.
///
/// # Errors
/// `NoVariation` if a column follows from those before it; `NotFinite` if the values leave the range of numbers.
pub fn fit(y: &[f64], x: &DMatrix<f64>, weights: &[f64]) -> Result<Fit, Undefined> {
    let roots: Vec<f64> = weights.iter().map(|weight| weight.sqrt()).collect();
    let weighted = DMatrix::from_fn(x.nrows(), x.ncols(), |i, j| roots[i] * x[(i, j)]);
    let lengths: Vec<f64> = weighted.column_iter().map(|column| column.norm()).collect();
    let qr = weighted.qr();
    let r = qr.r();
    // Not "<": a length that is not a number is refused here too.
    let is_apart = |j: usize| r[(j, j)].abs() > TOLERANCE * lengths[j];
    if !(0..x.ncols()).all(is_apart) {
        return Err(Undefined::NoVariation);
    }
    let mut rotated = DVector::from_iterator(y.len(), y.iter().zip(&roots).map(|(y, w)| y * w));
    qr.q_tr_mul(&mut rotated);
    let top = rotated.rows(0, x.ncols()).into_owned();
    let solved = r.solve_upper_triangular(&top);
    let inverse = r.solve_upper_triangular(&DMatrix::identity(x.ncols(), x.ncols()));
    let (Some(coefficients), Some(inverse)) = (solved, inverse) else {
        return Err(Undefined::NoVariation);
    };
    let fitted = x * &coefficients;
    let residuals: Vec<f64> = y.iter().zip(&fitted).map(|(y, fit)| y - fit).collect();
    let squares: f64 = residuals.iter().zip(weights).map(|(e, w)| w * e * e).sum();
    if !squares.is_finite() {
        return Err(Undefined::NotFinite);
    }
    Ok(Fit {
        coefficients: coefficients.iter().copied().collect(),
        unscaled: &inverse * inverse.transpose(),
        residuals,
        squares,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_by_hand() {
        let x = design(3, &[vec![0.0, 1.0, 2.0]]).unwrap();
        let line = fit(&[1.0, 2.0, 6.0], &x, &[1.0, 1.0, 1.0]).unwrap();
        assert!((line.coefficients[0] - 0.5).abs() < 1e-12);
        assert!((line.coefficients[1] - 2.5).abs() < 1e-12);
        assert!((line.squares - 1.5).abs() < 1e-12);
        assert!((line.unscaled[(1, 1)] - 0.5).abs() < 1e-12);
        let twice = vec![vec![1.0, 2.0, 3.0, 5.0], vec![2.0, 4.0, 6.0, 10.0]];
        let x = design(4, &twice).unwrap();
        let refused = fit(&[1.0, 2.0, 6.0, 5.0], &x, &[1.0; 4]);
        assert_eq!(refused.err(), Some(Undefined::NoVariation));
        assert_eq!(
            design(2, &[vec![1.0, 2.0]]).err(),
            Some(Undefined::TooFewUnits)
        );
        assert_eq!(
            design(3, &[vec![1.0, 2.0, f64::NAN]]).err(),
            Some(Undefined::NotFinite)
        );
    }
}
