//! Columns made orthogonal, and which of them are sums of the others.

use nalgebra::DMatrix;

/// Below this share of its own length what a column adds to those before it is taken for rounding.
const NOTHING: f64 = 1e-7;

/// Orthogonal columns of length sqrt(rows), and the upper triangle that brings the originals back: columns = orthogonal * triangle.
///
/// Modified Gram-Schmidt, each column passed twice (Giraud, Langou & Rozložník 2005: twice is enough).
///
/// # Errors
/// The place of the first column that is a sum of those before it (or zero).
pub fn orthogonal(columns: &[&[f64]]) -> Result<(Vec<Vec<f64>>, DMatrix<f64>), usize> {
    let mut done: Vec<Vec<f64>> = Vec::with_capacity(columns.len());
    let mut triangle = DMatrix::zeros(columns.len(), columns.len());
    for (j, column) in columns.iter().enumerate() {
        let rows = column.len() as f64;
        // Numbers near the ends of the range would overflow when squared.
        let largest = column.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
        if largest == 0.0 {
            return Err(j);
        }
        let mut rest: Vec<f64> = column.iter().map(|x| x / largest).collect();
        let before = dot(&rest, &rest);
        for _ in 0..2 {
            for (i, direction) in done.iter().enumerate() {
                let along = dot(direction, &rest) / rows;
                triangle[(i, j)] += along * largest;
                for (x, d) in rest.iter_mut().zip(direction) {
                    *x -= along * d;
                }
            }
        }
        let left = dot(&rest, &rest);
        if left.sqrt() <= NOTHING * before.sqrt() {
            return Err(j);
        }
        let length = (left / rows).sqrt();
        triangle[(j, j)] = length * largest;
        for x in &mut rest {
            *x /= length;
        }
        done.push(rest);
    }
    Ok((done, triangle))
}

pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_triangle_brings_the_columns_back() {
        let columns: [&[f64]; 3] = [
            &[1.0, 1.0, 1.0, 1.0],
            &[2010.0, 2011.0, 2012.0, 2014.0],
            &[0.0, 1e-9, 0.0, 3e-9],
        ];
        let (done, triangle) = orthogonal(&columns).unwrap();
        for (j, column) in columns.iter().enumerate() {
            for (row, &value) in column.iter().enumerate() {
                let back: f64 = (0..=j).map(|i| done[i][row] * triangle[(i, j)]).sum();
                assert!((back - value).abs() < 1e-12 * (1.0 + value.abs()));
            }
            for i in 0..j {
                assert!(dot(&done[i], &done[j]).abs() < 1e-13);
            }
        }
    }

    #[test]
    fn a_sum_is_found_where_it_stands() {
        let columns: [&[f64]; 3] = [&[1.0, 1.0, 1.0], &[1.0, 2.0, 4.0], &[3.0, 4.0, 6.0]];
        assert_eq!(orthogonal(&columns).unwrap_err(), 2);
        assert_eq!(orthogonal(&[&[0.0, 0.0]]).unwrap_err(), 0);
    }
}
