//! Where most comparable schools lie: a range over schools, from which no school can be told.

use super::values::{Disclosed, Suppressed, Usual};

/// The fewest other schools that a range is over.
pub const FEWEST_SCHOOLS: usize = 5;

/// The middle half of what is told of other schools, rounded outwards to `step`. Withheld under five schools, and where
/// one of them stands apart so far that the range would tell it.
pub fn usual_range(others: &[f64], step: f64) -> Disclosed<(f64, f64)> {
    Disclosed(quartiles(others).map(|(low, high)| {
        // A hair within, so that a value on a step stays on it.
        let down = ((low / step) + 1e-9).floor() * step;
        let up = ((high / step) - 1e-9).ceil() * step;
        let tidy = |value: f64| (value * 1e6).round() / 1e6;
        (tidy(down), tidy(up))
    }))
}

/// The same for shares from 0 to 1, in whole tenths.
pub fn usual_shares(others: &[f64]) -> Disclosed<Usual> {
    let range = usual_range(others, 0.1);
    Disclosed(range.0.map(|(low, high)| {
        let tenth = |share: f64| (share * 10.0).round().clamp(0.0, 10.0) as u8;
        Usual {
            from: tenth(low),
            to: tenth(high),
            n_schools: others.len(),
        }
    }))
}

/// The quartiles as means of neighbours: at least two schools stand behind each end.
fn quartiles(others: &[f64]) -> Result<(f64, f64), Suppressed> {
    if others.len() < FEWEST_SCHOOLS || others.iter().any(|value| !value.is_finite()) {
        return Err(Suppressed::TooFewPeople);
    }
    let mut sorted = others.to_vec();
    sorted.sort_by(f64::total_cmp);
    let quarter = (sorted.len() - 1) / 4;
    let between = |index: usize| (sorted[index] + sorted[index + 1]) / 2.0;
    let last = sorted.len() - 1;
    Ok((between(quarter), between(last - quarter - 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_over_five_schools_and_rounded_outwards() {
        assert_eq!(
            usual_range(&[3.0, 3.1, 3.2, 3.3], 0.1).shown(),
            Err(Suppressed::TooFewPeople)
        );
        let told = usual_range(&[3.5, 3.1, 3.2, 3.3, 3.4], 0.1);
        // Between 3.2 and 3.3, and between 3.3 and 3.4.
        assert_eq!(told.shown(), Ok(&(3.2, 3.4)));
        let apart = usual_range(&[3.5, 3.1, 3.2, 3.3, 4.9], 0.1);
        assert_eq!(
            apart.shown(),
            Ok(&(3.2, 3.4)),
            "who stands apart is not told"
        );
        let shares = usual_shares(&[0.31, 0.38, 0.22, 0.45, 0.4]);
        assert_eq!(
            shares.shown(),
            Ok(&Usual {
                from: 3,
                to: 4,
                n_schools: 5
            })
        );
    }
}
