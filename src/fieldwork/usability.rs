//! What a school's answers so far still carry: how many pairs are observed, and which measures that is enough for.

use crate::domain::study::ResponseDesign;

/// What can be said about one relation in one school.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carries {
    /// Every measure.
    Report,
    /// Every measure, flagged and with its bounds.
    Flag,
    /// Shares of pairs with their bounds; nothing about the shape of the whole.
    PairsOnly,
    /// Too few people to have pairs.
    Nothing,
}

impl Carries {
    pub fn key(self) -> &'static str {
        match self {
            Self::Report => "carries-report",
            Self::Flag => "carries-flag",
            Self::PairsOnly => "carries-pairs",
            Self::Nothing => "carries-nothing",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usability {
    pub n_members: usize,
    pub n_answered: usize,
    pub n_dyads: usize,
    /// Pairs of which both answered, and of which at least one did.
    pub n_both: usize,
    pub n_either: usize,
    pub carries: Carries,
    /// So many answers more, and density and the rest are reported without a flag.
    pub more_to_report: usize,
    /// So many more, and there are measures of structure at all.
    pub more_to_flag: usize,
}

pub fn usability(n_members: usize, n_answered: usize, response: &ResponseDesign) -> Usability {
    let n_answered = n_answered.min(n_members);
    let pairs = |n: usize| n * n.saturating_sub(1) / 2;
    let reached = |answered: usize, share: f64| answered as f64 / n_members as f64 >= share;
    let more = |share: f64| {
        (n_answered..=n_members)
            .find(|answered| n_members > 0 && reached(*answered, share))
            .map_or(0, |answered| answered - n_answered)
    };
    let carries = if n_members < 2 {
        Carries::Nothing
    } else if reached(n_answered, response.report) {
        Carries::Report
    } else if reached(n_answered, response.flag) {
        Carries::Flag
    } else {
        Carries::PairsOnly
    };
    Usability {
        n_members,
        n_answered,
        n_dyads: pairs(n_members),
        n_both: pairs(n_answered),
        n_either: pairs(n_members) - pairs(n_members - n_answered),
        carries,
        more_to_report: more(response.report),
        more_to_flag: more(response.flag),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESPONSE: ResponseDesign = ResponseDesign {
        report: 0.8,
        flag: 0.6,
    };

    #[test]
    fn pairs_are_as_many_as_one_counts_by_hand() {
        for n in 0..14_usize {
            for answered in 0..=n {
                let (mut both, mut either, mut all) = (0, 0, 0);
                for i in 0..n {
                    for j in i + 1..n {
                        all += 1;
                        both += usize::from(i < answered && j < answered);
                        either += usize::from(i < answered || j < answered);
                    }
                }
                let found = usability(n, answered, &RESPONSE);
                assert_eq!(
                    (found.n_dyads, found.n_both, found.n_either),
                    (all, both, either),
                    "{answered} of {n}"
                );
                // With so many more it is reported, and with one less it is not.
                let then = |more: usize| usability(n, answered + more, &RESPONSE).carries;
                if n >= 2 {
                    assert_eq!(
                        then(found.more_to_report),
                        Carries::Report,
                        "{answered} of {n}"
                    );
                    assert!(
                        found.more_to_report == 0
                            || then(found.more_to_report - 1) != Carries::Report
                    );
                    assert_ne!(
                        then(found.more_to_flag),
                        Carries::PairsOnly,
                        "{answered} of {n}"
                    );
                    assert!(
                        found.more_to_flag == 0
                            || then(found.more_to_flag - 1) == Carries::PairsOnly
                    );
                }
            }
        }
    }

    #[test]
    fn the_thresholds_themselves_are_reached() {
        assert_eq!(usability(10, 8, &RESPONSE).carries, Carries::Report);
        assert_eq!(usability(10, 7, &RESPONSE).carries, Carries::Flag);
        assert_eq!(usability(10, 6, &RESPONSE).carries, Carries::Flag);
        assert_eq!(usability(10, 5, &RESPONSE).carries, Carries::PairsOnly);
        assert_eq!(usability(10, 5, &RESPONSE).more_to_report, 3);
        assert_eq!(usability(1, 1, &RESPONSE).carries, Carries::Nothing);
    }
}
