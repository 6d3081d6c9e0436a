//! The attacker's own arithmetic: elimination without rounding, and a small linear programme.

/// Rank of a matrix of whole numbers, without rounding (Bareiss).
pub fn rank(mut rows: Vec<Vec<i128>>) -> usize {
    let n_columns = rows.first().map_or(0, Vec::len);
    let (mut rank, mut before) = (0, 1);
    for column in 0..n_columns {
        let Some(pivot) = (rank..rows.len()).find(|row| rows[*row][column] != 0) else {
            continue;
        };
        rows.swap(rank, pivot);
        let (above, below) = rows.split_at_mut(rank + 1);
        let top = &above[rank];
        for row in below {
            let factor = row[column];
            for c in column..n_columns {
                // Exact by Sylvester's identity.
                row[c] = (row[c] * top[column] - factor * top[c]) / before;
            }
        }
        before = top[column];
        rank += 1;
    }
    rank
}

/// `low <= coefficients . x <= high`.
#[derive(Debug, Clone)]
pub struct Between {
    pub coefficients: Vec<f64>,
    pub low: f64,
    pub high: f64,
}

const EPSILON: f64 = 1e-9;

/// The smallest and the largest `objective . x` over `0 <= x <= upper` and `rows`; `None` where nothing satisfies them.
pub fn extremes(upper: &[f64], rows: &[Between], objective: &[f64]) -> Option<(f64, f64)> {
    let negated: Vec<f64> = objective.iter().map(|value| -value).collect();
    let highest = maximum(upper, rows, objective)?;
    let lowest = -maximum(upper, rows, &negated)?;
    Some((lowest, highest))
}

/// Two phases of the simplex method on a dense table, with Bland's rule: small, slow and sure.
fn maximum(upper: &[f64], rows: &[Between], objective: &[f64]) -> Option<f64> {
    let n = upper.len();
    let mut limits: Vec<(Vec<f64>, f64)> = Vec::new();
    for row in rows {
        if row.high.is_finite() {
            limits.push((row.coefficients.clone(), row.high));
        }
        if row.low.is_finite() {
            limits.push((
                row.coefficients.iter().map(|value| -value).collect(),
                -row.low,
            ));
        }
    }
    for (j, most) in upper.iter().enumerate() {
        let mut unit = vec![0.0; n];
        unit[j] = 1.0;
        limits.push((unit, *most));
    }
    let m = limits.len();
    // Columns: variables, slacks, one artificial variable, right-hand side.
    let (artificial, right) = (n + m, n + m + 1);
    let mut table = vec![vec![0.0; n + m + 2]; m];
    let mut basis = Vec::with_capacity(m);
    for (i, (coefficients, limit)) in limits.iter().enumerate() {
        table[i][..n].copy_from_slice(coefficients);
        table[i][n + i] = 1.0;
        table[i][artificial] = -1.0;
        table[i][right] = *limit;
        basis.push(n + i);
    }
    let worst = (0..m).min_by(|a, b| table[*a][right].total_cmp(&table[*b][right]))?;
    if table[worst][right] < -EPSILON {
        let mut first = vec![0.0; n + m + 1];
        first[artificial] = -1.0;
        pivot(&mut table, &mut basis, worst, artificial);
        let left = climb(&mut table, &mut basis, &first);
        if left < -1e-7 {
            return None;
        }
        // The artificial variable leaves the basis for good.
        if let Some(row) = basis.iter().position(|variable| *variable == artificial)
            && let Some(column) = (0..n + m).find(|c| table[row][*c].abs() > EPSILON)
        {
            pivot(&mut table, &mut basis, row, column);
        }
    }
    for row in &mut table {
        row[artificial] = 0.0;
    }
    let mut second = vec![0.0; n + m + 1];
    second[..n].copy_from_slice(objective);
    Some(climb(&mut table, &mut basis, &second))
}

fn pivot(table: &mut [Vec<f64>], basis: &mut [usize], row: usize, column: usize) {
    let by = table[row][column];
    for value in &mut table[row] {
        *value /= by;
    }
    let top = table[row].clone();
    for (i, other) in table.iter_mut().enumerate() {
        let factor = other[column];
        if i != row && factor != 0.0 {
            for (value, above) in other.iter_mut().zip(&top) {
                *value -= factor * above;
            }
        }
    }
    basis[row] = column;
}

fn climb(table: &mut [Vec<f64>], basis: &mut [usize], objective: &[f64]) -> f64 {
    let right = objective.len();
    loop {
        let gain = |column: usize| -> f64 {
            let priced = basis
                .iter()
                .zip(table.iter())
                .map(|(variable, row)| objective[*variable] * row[column]);
            objective[column] - priced.sum::<f64>()
        };
        let Some(column) = (0..right).find(|column| gain(*column) > EPSILON) else {
            break;
        };
        let leaving = (0..table.len())
            .filter(|row| table[*row][column] > EPSILON)
            .min_by(|a, b| {
                let ratio = |row: usize| table[row][right] / table[row][column];
                ratio(*a)
                    .total_cmp(&ratio(*b))
                    .then(basis[*a].cmp(&basis[*b]))
            });
        let Some(row) = leaving else {
            return f64::INFINITY;
        };
        pivot(table, basis, row, column);
    }
    basis
        .iter()
        .zip(table.iter())
        .map(|(variable, row)| objective[*variable] * row[right])
        .sum()
}

#[test]
fn the_arithmetic_is_right() {
    assert_eq!(rank(vec![vec![1, 1, 0], vec![0, 1, 1], vec![1, 2, 1]]), 2);
    assert_eq!(rank(vec![vec![1, 1, 0], vec![0, 1, 1], vec![1, 0, 1]]), 3);
    // x + y between 7 and 8, x - y at most 1, both at most 5.
    let rows = [
        Between {
            coefficients: vec![1.0, 1.0],
            low: 7.0,
            high: 8.0,
        },
        Between {
            coefficients: vec![1.0, -1.0],
            low: f64::NEG_INFINITY,
            high: 1.0,
        },
    ];
    let (low, high) = extremes(&[5.0, 5.0], &rows, &[1.0, 0.0]).expect("there is a solution");
    assert!(
        (low - 2.0).abs() < 1e-9 && (high - 4.5).abs() < 1e-9,
        "{low} {high}"
    );
    let none = [Between {
        coefficients: vec![1.0, 1.0],
        low: 11.0,
        high: 12.0,
    }];
    assert_eq!(extremes(&[5.0, 5.0], &none, &[1.0, 0.0]), None);
}
