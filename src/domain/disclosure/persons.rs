//! When people may be drawn: only with the consent of each of them, and only so that whoever is not drawn is nobody, or
//! one of at least the threshold.

use super::{Disclosed, SMALLEST_TEAM, Suppressed, TeamRules};

/// A picture of persons, or why there is none. `draw` is asked only where it may be shown.
pub fn people_drawn<T>(
    n_drawn: usize,
    n_not_drawn: usize,
    response_rate: f64,
    rules: &TeamRules,
    draw: impl FnOnce() -> Option<T>,
) -> Disclosed<T> {
    Disclosed(if n_drawn + n_not_drawn < SMALLEST_TEAM {
        Err(Suppressed::TeamTooSmall)
    } else if n_drawn < SMALLEST_TEAM || (n_not_drawn > 0 && n_not_drawn < rules.k) {
        Err(Suppressed::NoConsent)
    } else if response_rate < rules.flag {
        Err(Suppressed::ResponseTooLow)
    } else {
        draw().ok_or(Suppressed::NotDefined)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_drawn_when_nobody_else_can_be_pointed_at() {
        let rules = TeamRules::default();
        let drawn = |n, others, rate| {
            people_drawn(n, others, rate, &rules, || Some(()))
                .shown()
                .copied()
        };
        assert_eq!(drawn(8, 0, 1.0), Ok(()));
        assert_eq!(drawn(8, 5, 0.6), Ok(()));
        assert_eq!(drawn(7, 0, 1.0), Err(Suppressed::TeamTooSmall));
        assert_eq!(drawn(7, 6, 1.0), Err(Suppressed::NoConsent));
        for others in 1..5 {
            assert_eq!(drawn(20, others, 1.0), Err(Suppressed::NoConsent));
        }
        assert_eq!(drawn(20, 0, 0.59), Err(Suppressed::ResponseTooLow));
        assert!(
            people_drawn(20, 0, 1.0, &rules, || None::<()>)
                .shown()
                .is_err()
        );
    }
}
