//! The words all modules share: why a number does not exist, an interval, how a p-value was found.

use thiserror::Error;

/// Why a number does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum Undefined {
    /// No cell, answer or unit that the number rests on was observed.
    #[error("not defined: nothing observed")]
    NothingObserved,
    /// The number is a share of the ties, and there are none.
    #[error("not defined: no ties")]
    NoTies,
    /// Fewer actors than the definition needs.
    #[error("not defined: too few actors")]
    TooFewActors,
    /// The share of actors who answered is below what the study asks for.
    #[error("not defined: response too low")]
    ResponseTooLow,
    /// All values are equal where the number divides by their spread.
    #[error("not defined: no variation")]
    NoVariation,
    /// Fewer units (respondents, groups, pupils) than the definition needs.
    #[error("not defined: too few units")]
    TooFewUnits,
    /// Fewer items than the definition needs.
    #[error("not defined: too few items")]
    TooFewItems,
    /// Fewer items answered than the scale asks for.
    #[error("not defined: too few answers")]
    TooFewAnswers,
    /// A value that went in is not a finite number, or the result leaves the range of numbers.
    #[error("not defined: not a finite number")]
    NotFinite,
    /// The search for the value did not settle.
    #[error("not defined: no convergence")]
    NoConvergence,
    /// More actors than the value can be found for in reasonable time and memory.
    #[error("not defined: too many actors")]
    TooManyActors,
    /// The number is a share of the paths over one colleague to another, and there are none.
    #[error("not defined: no two-paths")]
    NoTwoPaths,
    /// The number needs a path to everyone, and there is none to someone.
    #[error("not defined: someone cannot be reached")]
    Unreachable,
}

impl Undefined {
    /// Every reason, in the order of the declaration.
    pub const ALL: [Self; 13] = [
        Self::NothingObserved,
        Self::NoTies,
        Self::TooFewActors,
        Self::ResponseTooLow,
        Self::NoVariation,
        Self::TooFewUnits,
        Self::TooFewItems,
        Self::TooFewAnswers,
        Self::NotFinite,
        Self::NoConvergence,
        Self::TooManyActors,
        Self::NoTwoPaths,
        Self::Unreachable,
    ];

    /// The name that files carry, in snake case.
    pub fn name(self) -> &'static str {
        match self {
            Self::NothingObserved => "nothing_observed",
            Self::NoTies => "no_ties",
            Self::TooFewActors => "too_few_actors",
            Self::ResponseTooLow => "response_too_low",
            Self::NoVariation => "no_variation",
            Self::TooFewUnits => "too_few_units",
            Self::TooFewItems => "too_few_items",
            Self::TooFewAnswers => "too_few_answers",
            Self::NotFinite => "not_finite",
            Self::NoConvergence => "no_convergence",
            Self::TooManyActors => "too_many_actors",
            Self::NoTwoPaths => "no_two_paths",
            Self::Unreachable => "unreachable",
        }
    }

    /// The reason that carries this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

/// A lower and an upper end, both included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    pub lower: f64,
    pub upper: f64,
}

impl Interval {
    /// Whether the value lies between the ends or on one of them.
    pub fn contains(&self, value: f64) -> bool {
        self.lower <= value && value <= self.upper
    }
}

/// How a permutation p-value was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Every assignment was counted.
    Exact { assignments: u64 },
    /// Assignments were drawn at random.
    Sampled { draws: u64 },
}

impl Method {
    /// The name that files carry.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact { .. } => "exact",
            Self::Sampled { .. } => "sampled",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_found_by_its_name_and_says_it_in_words() {
        for reason in Undefined::ALL {
            assert_eq!(Undefined::from_name(reason.name()), Some(reason));
            assert!(reason.to_string().starts_with("not defined: "));
        }
        assert_eq!(Undefined::NoTies.to_string(), "not defined: no ties");
        assert_eq!(Undefined::from_name("no ties"), None);
    }
}
