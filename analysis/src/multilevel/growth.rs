//! How fast scores rose before a starting moment and after it.

use crate::outcome::Undefined;

/// The scores of one pupil in the order of the months; months count from the start (0), before it they are negative.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PupilSeries {
    pub months: Vec<f64>,
    pub scores: Vec<f64>,
}

/// Growth before and during, and the difference, in score points per year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Growth {
    pub before: f64,
    pub during: f64,
    /// During minus before.
    pub effect: f64,
    /// Standard error of the effect.
    pub se: f64,
    /// Pupils with a slope on both sides; the others do not count.
    pub n_pupils: usize,
}

/// How much faster the pupils of one school gained after the start than before it.
///
/// The plain estimator: one line per pupil and side. A mixed model with random slopes uses every pupil, weighs long series more heavily and
/// is the better estimator; this one says what can be checked by hand.
///
/// # Definition
/// per pupil b = least-squares slope of score on months / 12 over months <= 0, and over months >= 0; effect = mean of (during - before);
/// se = sd of those differences / sqrt(number of pupils)
/// # Shape and unit
/// score points per year; the before and during means are over the pupils that count
/// # Missing
/// a pupil counts if each side has at least two different months, month 0 belonging to both; months without a score (or the reverse) are ignored
/// # Undefined
/// TooFewUnits below two pupils that count; NotFinite if a month or score is not finite
/// # Source
/// two-stage analysis of growth curves, Rogosa & Willett (1985), Psychometrika 50, 203-228
/// # Agrees with
/// R `coef(lm(score ~ I(months / 12)))` per pupil and side, by definition
/// # Cost
/// O(scores)
pub fn school_growth(pupils: &[PupilSeries]) -> Result<Growth, Undefined> {
    let mut before = Vec::new();
    let mut during = Vec::new();
    for pupil in pupils {
        let points: Vec<(f64, f64)> = pupil
            .months
            .iter()
            .zip(&pupil.scores)
            .map(|(&month, &score)| (month / 12.0, score))
            .collect();
        if points.iter().any(|(x, y)| !x.is_finite() || !y.is_finite()) {
            return Err(Undefined::NotFinite);
        }
        let early = slope(points.iter().copied().filter(|point| point.0 <= 0.0));
        let late = slope(points.iter().copied().filter(|point| point.0 >= 0.0));
        if let (Some(early), Some(late)) = (early, late) {
            before.push(early);
            during.push(late);
        }
    }
    let n_pupils = before.len();
    if n_pupils < 2 {
        return Err(Undefined::TooFewUnits);
    }
    let n = n_pupils as f64;
    let mean = |values: &[f64]| values.iter().sum::<f64>() / n;
    let gains: Vec<f64> = during.iter().zip(&before).map(|(d, b)| d - b).collect();
    let effect = mean(&gains);
    let squares: f64 = gains.iter().map(|gain| (gain - effect).powi(2)).sum();
    Ok(Growth {
        before: mean(&before),
        during: mean(&during),
        effect,
        se: (squares / (n - 1.0) / n).sqrt(),
        n_pupils,
    })
}

/// Least-squares slope; none without two different x.
fn slope(points: impl Iterator<Item = (f64, f64)> + Clone) -> Option<f64> {
    let n = points.clone().count() as f64;
    let (sum_x, sum_y) = points
        .clone()
        .fold((0.0, 0.0), |sum, (x, y)| (sum.0 + x, sum.1 + y));
    let (mean_x, mean_y) = (sum_x / n, sum_y / n);
    let first = points.clone().next()?.0;
    if points.clone().all(|(x, _)| x == first) {
        return None;
    }
    let (products, squares) = points.fold((0.0, 0.0), |sum, (x, y)| {
        let dx = x - mean_x;
        (sum.0 + dx * (y - mean_y), sum.1 + dx * dx)
    });
    Some(products / squares)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pupil(points: &[(f64, f64)]) -> PupilSeries {
        PupilSeries {
            months: points.iter().map(|p| p.0).collect(),
            scores: points.iter().map(|p| p.1).collect(),
        }
    }

    #[test]
    fn two_pupils_by_hand() {
        // Before: +10 and +20 a year; during: +14 and +22; one without a second moment before does not count.
        let pupils = [
            pupil(&[(-12.0, 0.0), (0.0, 10.0), (12.0, 24.0)]),
            pupil(&[(-6.0, 0.0), (0.0, 10.0), (6.0, 21.0)]),
            pupil(&[(0.0, 5.0), (12.0, 500.0)]),
        ];
        let growth = school_growth(&pupils).unwrap();
        assert_eq!(growth.n_pupils, 2);
        assert!((growth.before - 15.0).abs() < 1e-12);
        assert!((growth.during - 18.0).abs() < 1e-12);
        assert!((growth.effect - 3.0).abs() < 1e-12);
        assert!((growth.se - 1.0).abs() < 1e-12); // sd(4, 2) / sqrt 2
    }

    #[test]
    fn one_pupil_has_no_standard_error() {
        let one = [pupil(&[(-12.0, 0.0), (0.0, 10.0), (12.0, 24.0)])];
        assert_eq!(school_growth(&one), Err(Undefined::TooFewUnits));
    }
}
