//! Where a continuous function crosses zero.

use std::cmp::Ordering;

use crate::outcome::Undefined;

/// The root between two ends at which the function has opposite signs, to the last few bits.
///
/// Regula falsi with the Illinois step (Dowell & Jarratt 1971), halved by force when it crawls.
///
/// # Errors
/// `NoConvergence` if the ends do not bracket a root or the search does not settle.
pub fn between(f: impl Fn(f64) -> f64, low: f64, high: f64) -> Result<f64, Undefined> {
    let (mut a, mut b) = (low, high);
    let (mut fa, mut fb) = (f(a), f(b));
    if fa == 0.0 {
        return Ok(a);
    }
    if fb == 0.0 {
        return Ok(b);
    }
    if (fa * fb).partial_cmp(&0.0) != Some(Ordering::Less) {
        return Err(Undefined::NoConvergence);
    }
    for step in 0..200 {
        let width = (b - a).abs();
        if width <= 4.0 * f64::EPSILON * (a.abs() + b.abs()).max(f64::MIN_POSITIVE) {
            return Ok(0.5 * (a + b));
        }
        let falsi = (a * fb - b * fa) / (fb - fa);
        let inside = falsi > a.min(b) && falsi < a.max(b);
        // Every fourth step halves, so that the bracket shrinks whatever the shape.
        let x = if inside && step % 4 != 3 {
            falsi
        } else {
            0.5 * (a + b)
        };
        let fx = f(x);
        if fx == 0.0 || x == a || x == b {
            return Ok(x);
        }
        if fx * fb < 0.0 {
            (a, fa) = (b, fb);
        } else {
            fa *= 0.5;
        }
        (b, fb) = (x, fx);
        if fx.abs() < 1e-15 {
            return Ok(x);
        }
    }
    Err(Undefined::NoConvergence)
}

/// The root of a decreasing or increasing function, looked for ever further out from `start`.
///
/// # Errors
/// `NoConvergence` if no change of sign is found within 2^40 steps of size `step`.
pub fn outward(f: impl Fn(f64) -> f64, start: f64, step: f64) -> Result<f64, Undefined> {
    let here = f(start);
    let mut reach = step;
    for _ in 0..40 {
        for end in [start - reach, start + reach] {
            if f(end) * here <= 0.0 {
                return between(&f, start.min(end), start.max(end));
            }
        }
        reach *= 2.0;
    }
    Err(Undefined::NoConvergence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_square_root_of_two() {
        let root = between(|x| x * x - 2.0, 0.0, 10.0).unwrap();
        assert!((root - 2.0_f64.sqrt()).abs() < 1e-14);
        let root = outward(|x| 1000.0 - x, 0.0, 1.0).unwrap();
        assert!((root - 1000.0).abs() < 1e-9);
    }

    #[test]
    fn without_a_crossing_there_is_no_root() {
        assert_eq!(
            between(|x| x * x + 1.0, -1.0, 1.0),
            Err(Undefined::NoConvergence)
        );
        assert_eq!(
            between(|_| f64::NAN, -1.0, 1.0),
            Err(Undefined::NoConvergence)
        );
    }
}
