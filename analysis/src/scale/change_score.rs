//! How far a change of one respondent between two waves can be trusted.

use crate::outcome::Undefined;

/// How reliable the difference between two waves is: far less than the scores themselves if most keep their place.
///
/// # Definition
/// (s1^2 r1 + s2^2 r2 - 2 r s1 s2) / (s1^2 + s2^2 - 2 r s1 s2), s the standard deviations of the scores in the two waves, r1 and r2 their reliabilities, r
/// their correlation
/// # Shape and unit
/// one number, at most 1; negative where the waves correlate more than their reliabilities allow
/// # Missing
/// the caller hands in figures of the respondents of both waves
/// # Undefined
/// NotFinite if a figure is not finite, a deviation negative, a reliability above 1 or r not between -1 and 1; NoVariation if all change alike
/// # Source
/// Lord (1956), Educ. Psychol. Meas. 16, 421-437
/// # Agrees with
/// by definition
/// # Cost
/// O(1)
pub fn change_reliability(
    deviations: [f64; 2],
    reliabilities: [f64; 2],
    correlation: f64,
) -> Result<f64, Undefined> {
    let fine = deviations.iter().all(|s| s.is_finite() && *s >= 0.0)
        && reliabilities.iter().all(|r| r.is_finite() && *r <= 1.0)
        && (-1.0..=1.0).contains(&correlation);
    if !fine {
        return Err(Undefined::NotFinite);
    }
    let [s1, s2] = deviations;
    let [r1, r2] = reliabilities;
    let together = 2.0 * correlation * s1 * s2;
    let observed = s1 * s1 + s2 * s2 - together;
    if observed <= 1e-14 * (s1 * s1 + s2 * s2) {
        return Err(Undefined::NoVariation);
    }
    Ok((s1 * s1 * r1 + s2 * s2 * r2 - together) / observed)
}

/// How far a score would stray from itself if the same respondent could be asked again as if for the first time.
///
/// # Definition
/// s sqrt(1 - reliability)
/// # Shape and unit
/// in units of the scale, 0 or more; 1.96 of them to either side is a 95 % band
/// # Missing
/// none
/// # Undefined
/// NotFinite if a figure is not finite, the deviation negative or the reliability above 1
/// # Source
/// Lord & Novick (1968), Statistical theories of mental test scores, ch. 3
/// # Agrees with
/// by definition
/// # Cost
/// O(1)
pub fn standard_error_of_measurement(deviation: f64, reliability: f64) -> Result<f64, Undefined> {
    if !(deviation.is_finite() && deviation >= 0.0 && reliability.is_finite() && reliability <= 1.0)
    {
        return Err(Undefined::NotFinite);
    }
    Ok(deviation * (1.0 - reliability).sqrt())
}

/// Whether one respondent's change is more than the scale's own wobble: beyond -/+ 1.96 it is (in 95 of 100 who did not change it is not).
///
/// # Definition
/// (after - before) / (sqrt(2) SEM), SEM = s sqrt(1 - reliability) at the first wave
/// # Shape and unit
/// one number without unit
/// # Missing
/// none
/// # Undefined
/// NotFinite as [`standard_error_of_measurement`], or if a score is not finite; NoVariation if the standard error is 0
/// # Source
/// Jacobson & Truax (1991), J. Consult. Clin. Psychol. 59, 12-19
/// # Agrees with
/// the worked example there: 47.5 to 32.5, s 7.5, reliability .80: -3.16
/// # Cost
/// O(1)
pub fn reliable_change_index(
    before: f64,
    after: f64,
    deviation: f64,
    reliability: f64,
) -> Result<f64, Undefined> {
    let error = standard_error_of_measurement(deviation, reliability)?;
    if !(before.is_finite() && after.is_finite()) {
        return Err(Undefined::NotFinite);
    }
    if error <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    Ok((after - before) / (std::f64::consts::SQRT_2 * error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jacobson_and_truax() {
        let found = reliable_change_index(47.5, 32.5, 7.5, 0.8).unwrap();
        assert!((found + 10.0_f64.sqrt()).abs() < 1e-12, "{found}");
        assert_eq!(
            reliable_change_index(1.0, 2.0, 1.0, 1.0),
            Err(Undefined::NoVariation)
        );
        assert_eq!(
            reliable_change_index(1.0, 2.0, 1.0, 1.1),
            Err(Undefined::NotFinite)
        );
        assert_eq!(
            reliable_change_index(f64::NAN, 2.0, 1.0, 0.5),
            Err(Undefined::NotFinite)
        );
    }

    #[test]
    fn the_change_is_less_reliable_the_more_the_waves_agree() {
        // Equal spread and reliability: (r1 - r) / (1 - r).
        let of = |r| change_reliability([2.0, 2.0], [0.8, 0.8], r);
        assert!((of(0.5).unwrap() - 0.6).abs() < 1e-14);
        assert!((of(0.0).unwrap() - 0.8).abs() < 1e-14);
        assert_eq!(of(1.0), Err(Undefined::NoVariation));
        assert_eq!(of(1.1), Err(Undefined::NotFinite));
        assert_eq!(
            change_reliability([0.0; 2], [0.8; 2], 0.2),
            Err(Undefined::NoVariation)
        );
    }
}
