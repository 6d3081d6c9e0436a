//! What every comparison asks of its two groups.

use crate::outcome::Undefined;

/// A group in three numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moments {
    pub n: f64,
    pub mean: f64,
    /// Sum of squares around the mean; exactly 0 if all values are equal.
    pub squares: f64,
}

impl Moments {
    /// Variance with n - 1.
    pub fn variance(&self) -> f64 {
        self.squares / (self.n - 1.0)
    }
}

/// Both groups in numbers, if each has `least` units and every value is finite.
pub(super) fn moments(
    high: &[f64],
    low: &[f64],
    least: usize,
) -> Result<(Moments, Moments), Undefined> {
    enough(high, low, least)?;
    let (high, low) = (moments_of(high), moments_of(low));
    if (high.squares + low.squares + high.mean - low.mean).is_finite() {
        Ok((high, low))
    } else {
        Err(Undefined::NotFinite)
    }
}

/// Whether both groups have `least` units and every value is finite.
pub(super) fn enough(high: &[f64], low: &[f64], least: usize) -> Result<(), Undefined> {
    if high.len() < least.max(1) || low.len() < least.max(1) {
        return Err(Undefined::TooFewUnits);
    }
    if high.iter().chain(low).any(|x| !x.is_finite()) {
        return Err(Undefined::NotFinite);
    }
    Ok(())
}

/// `(1 - confidence) / 2`, if the confidence lies between 0 and 1.
pub(super) fn tail_of(confidence: f64) -> Result<f64, Undefined> {
    if confidence > 0.0 && confidence < 1.0 {
        Ok(0.5 * (1.0 - confidence))
    } else {
        Err(Undefined::NotFinite)
    }
}

fn moments_of(group: &[f64]) -> Moments {
    let n = group.len() as f64;
    if group.iter().all(|&x| x == group[0]) {
        return Moments {
            n,
            mean: group[0],
            squares: 0.0,
        };
    }
    let mean = group.iter().sum::<f64>() / n;
    Moments {
        n,
        mean,
        squares: group.iter().map(|x| (x - mean).powi(2)).sum(),
    }
}
