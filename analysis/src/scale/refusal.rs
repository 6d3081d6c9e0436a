//! What a short scale cannot be asked, in words.

use thiserror::Error;

use crate::outcome::Undefined;

/// Why a question about a scale has no answer, and what can be asked instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum Refusal {
    #[error(
        "not defined: one item has no internal consistency; ask it again later and correlate the two answers"
    )]
    OneItem,
    #[error(
        "not defined: with two items a factor model has more unknowns than correlations; the Spearman-Brown reliability of the two is given instead"
    )]
    TwoItems,
    #[error(
        "not defined: with three items the rest of the scale is a pair, and a factor model fits whatever the answers are; alpha and omega are given with their intervals, \
         the items are read by their wording"
    )]
    ThreeItems,
    #[error("not defined: Spearman-Brown is for two items; ask alpha and omega of this scale")]
    MoreThanTwoItems,
    #[error(
        "not defined: this many factors leave no correlation to test them by; ask for fewer factors or add items"
    )]
    TooManyFactors,
    #[error(
        "not defined: the polychoric correlations contradict one another (not positive definite); take complete rows, join options that hardly anyone chose, or leave out an \
         item that repeats another"
    )]
    NotPositiveDefinite,
    #[error(
        "not defined: nobody gave some combination of answers to two items, and their polychoric correlation runs to 1; join options that hardly anyone chose, or leave out one \
         of the two"
    )]
    EmptyCorner,
    #[error(
        "not defined: an item has more than 20 different answers, which are no steps any more; take the ordinary correlations"
    )]
    TooManyOptions,
    #[error("{0}")]
    Undefined(#[from] Undefined),
}

impl Refusal {
    /// The name that files carry, in snake case.
    pub fn name(self) -> &'static str {
        match self {
            Self::OneItem => "one_item",
            Self::TwoItems => "two_items",
            Self::ThreeItems => "three_items",
            Self::MoreThanTwoItems => "more_than_two_items",
            Self::TooManyFactors => "too_many_factors",
            Self::NotPositiveDefinite => "not_positive_definite",
            Self::EmptyCorner => "empty_corner",
            Self::TooManyOptions => "too_many_options",
            Self::Undefined(reason) => reason.name(),
        }
    }

    /// Of a scale with fewer than four items, why it is not analysed item by item.
    pub fn of_short_scale(n_items: usize) -> Option<Self> {
        match n_items {
            0 => Some(Self::Undefined(Undefined::TooFewItems)),
            1 => Some(Self::OneItem),
            2 => Some(Self::TwoItems),
            3 => Some(Self::ThreeItems),
            _ => None,
        }
    }
}
