//! Small symmetric matrices as the columns of their upper triangle, and what eliminating the effects of one unit leaves of them.

/// Where column `j` of a packed triangle starts.
pub(super) const fn column(j: usize) -> usize {
    j * (j + 1) / 2
}

/// How many numbers a packed triangle of this order holds.
pub(super) const fn size(order: usize) -> usize {
    column(order)
}

/// Adds x x'.
pub(super) fn add_square(packed: &mut [f64], x: &[f64]) {
    for (j, &xj) in x.iter().enumerate() {
        let start = column(j);
        for (sum, &xi) in packed[start..=start + j].iter_mut().zip(x) {
            *sum += xi * xj;
        }
    }
}

/// K = F (I + F'MF)^-1 F' of one unit, and H = log |I + F'MF|.
///
/// M holds the cross-products of the unit's random columns, F its relative factor; both full, row by row. M is symmetric. `room` takes 2 q^2 numbers.
pub(super) fn kernel(m: &[f64], f: &[f64], q: usize, k: &mut [f64], room: &mut [f64]) -> f64 {
    if q == 1 {
        let a = 1.0 + f[0] * m[0] * f[0];
        k[0] = f[0] * f[0] / a;
        return a.ln();
    }
    let (a, x) = room[..2 * q * q].split_at_mut(q * q);
    // x = M F, a = I + F' x.
    for i in 0..q {
        for j in 0..q {
            x[i * q + j] = (0..q).map(|t| m[i * q + t] * f[t * q + j]).sum();
        }
    }
    for i in 0..q {
        for j in 0..=i {
            let sum: f64 = (0..q).map(|t| f[t * q + i] * x[t * q + j]).sum();
            a[i * q + j] = sum + f64::from(u8::from(i == j));
        }
    }
    let mut log_det = 0.0;
    for i in 0..q {
        for j in 0..=i {
            let mut sum = a[i * q + j];
            for t in 0..j {
                sum -= a[i * q + t] * a[j * q + t];
            }
            a[i * q + j] = if i == j {
                // At least 1 by definition; only rounding takes it below.
                let pivot = if sum < 1.0 { 1.0 } else { sum };
                log_det += pivot.ln();
                pivot.sqrt()
            } else {
                sum / a[j * q + j]
            };
        }
    }
    // x = L^-1 F', K = x'x.
    for i in 0..q {
        for b in 0..q {
            let mut sum = f[b * q + i];
            for t in 0..i {
                sum -= a[i * q + t] * x[t * q + b];
            }
            x[i * q + b] = sum / a[i * q + i];
        }
    }
    for i in 0..q {
        for j in 0..=i {
            let sum = (0..q).map(|t| x[t * q + i] * x[t * q + j]).sum();
            k[i * q + j] = sum;
            k[j * q + i] = sum;
        }
    }
    log_det
}

/// Adds to `sum` N (C + M) N' of which the part of M is M - MKM, with N = I - MK: what one unit says of the covariance of its effects.
///
/// `c` is the derivative by K. All full, row by row. `room` takes 2 q^2 numbers.
pub(super) fn add_slope(
    m: &[f64],
    k: &[f64],
    c: &[f64],
    times: f64,
    q: usize,
    sum: &mut [f64],
    room: &mut [f64],
) {
    let (n, nc) = room[..2 * q * q].split_at_mut(q * q);
    for i in 0..q {
        for j in 0..q {
            let mk: f64 = (0..q).map(|t| m[i * q + t] * k[t * q + j]).sum();
            n[i * q + j] = f64::from(u8::from(i == j)) - mk;
        }
    }
    for i in 0..q {
        for j in 0..q {
            nc[i * q + j] = (0..q).map(|t| n[i * q + t] * c[t * q + j]).sum();
        }
    }
    for i in 0..q {
        for j in 0..q {
            let of_k: f64 = (0..q).map(|t| nc[i * q + t] * n[j * q + t]).sum();
            let of_m: f64 = (0..q).map(|t| n[i * q + t] * m[t * q + j]).sum();
            sum[i * q + j] += of_k + times * of_m;
        }
    }
}
