//! The values that are shown, and the type that says they may be.

use serde::{Deserialize, Serialize};

use super::rules::SMALLEST_TEAM;

/// A value that has passed the rules of disclosure. Pages for schools and trainers accept nothing else, and nothing
/// outside this folder can make one; what was kept of one is read back as it was disclosed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Disclosed<T>(pub(super) Result<T, Suppressed>);

/// Why a figure is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Suppressed {
    /// Fewer people than the threshold, or a remainder from which one could subtract.
    TooFewPeople,
    /// Fewer than eight people: no index of structure.
    TeamTooSmall,
    /// Too few of the team answered.
    ResponseTooLow,
    /// There is no such number (nothing was named, nothing was asked).
    NotDefined,
    /// So close to an end of the scale that it tells what everyone answered.
    NearlyUnanimous,
    /// With what was told before, it would tell what fewer people than the threshold answered.
    WouldTellOthers,
    /// Too few agreed to being drawn, or too few would not be.
    NoConsent,
}

impl Suppressed {
    pub fn key(self) -> &'static str {
        match self {
            Self::TooFewPeople => "too-few-people",
            Self::TeamTooSmall => "team-too-small",
            Self::ResponseTooLow => "response-too-low",
            Self::NotDefined => "not-defined",
            Self::NearlyUnanimous => "nearly-unanimous",
            Self::WouldTellOthers => "would-tell-others",
            Self::NoConsent => "no-consent",
        }
    }
}

impl<T> Disclosed<T> {
    pub fn shown(&self) -> Result<&T, Suppressed> {
        self.0.as_ref().map_err(|reason| *reason)
    }

    pub fn withheld(reason: Suppressed) -> Self {
        Self(Err(reason))
    }
}

/// A fifth of the scale from 0 to 1: ends are part of the outer fifths, so that "none" and "all" are never told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Band(u8);

impl Band {
    pub const COUNT: u8 = 5;

    pub(super) fn of(share: f64) -> Self {
        let fifth = (share.clamp(0.0, 1.0) * f64::from(Self::COUNT)).floor();
        Self((fifth as u8).min(Self::COUNT - 1))
    }

    /// 0 for the lowest fifth, 4 for the highest.
    pub fn level(self) -> u8 {
        self.0
    }

    /// In tenths: "of every ten times that it could have happened, between 2 and 4".
    pub fn tenths(self) -> (u8, u8) {
        (self.0 * 2, self.0 * 2 + 2)
    }
}

/// A share in whole tenths, with the range that rounding and unknown answers leave open. "None" and "all" are never told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// From 1 to 9: "about so many of every ten times".
    pub about: u8,
    /// In halves of a tenth, from 0 to 20.
    pub from: u8,
    pub to: u8,
}

impl Share {
    pub(super) fn of(share: f64, lower: f64, upper: f64) -> Self {
        let about = ((share * 10.0).round() as u8).clamp(1, 9);
        let half = |tenths: f64| (tenths * 2.0).clamp(0.0, 20.0);
        // As wide as rounding at least; a share near an end may lie anywhere up to it.
        let rounded = (f64::from(about) - 0.5, f64::from(about) + 0.5);
        let from = if about == 1 {
            0.0
        } else {
            rounded.0.min(lower * 10.0)
        };
        let to = if about == 9 {
            10.0
        } else {
            rounded.1.max(upper * 10.0)
        };
        Self {
            about,
            from: half(from).floor() as u8,
            to: half(to).ceil() as u8,
        }
    }
}

/// What became of a number since the wave before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Within what missing answers and chance alone would do.
    TooSmall,
    More,
    Less,
}

/// How the answers of a team to one item lie. Never told is whether all of them do: each of these fits answers of
/// which one or two lie elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// More than half are above the middle of the scale, and fewer than a third below it.
    MostAgree,
    /// More than half are below the middle, and fewer than a third above it.
    MostDisagree,
    /// At least a third on either side of the middle.
    Divided,
    /// None of these: most are about the middle.
    InBetween,
}

impl Said {
    pub(super) fn of(above: usize, below: usize, n: usize) -> Self {
        if above.min(below) * 3 >= n {
            Self::Divided
        } else if above * 2 > n {
            Self::MostAgree
        } else if below * 2 > n {
            Self::MostDisagree
        } else {
            Self::InBetween
        }
    }
}

/// The middle half of comparable schools, in tenths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usual {
    pub from: u8,
    pub to: u8,
    pub n_schools: usize,
}

/// A picture of people who agreed to being drawn.
pub trait Drawn {
    fn n_drawn(&self) -> usize;
    fn n_not_drawn(&self) -> usize;
}

/// Shown if enough people are drawn, and nobody or enough are not: those left out are not to be told from the rest.
pub fn drawn<T: Drawn>(picture: T, k: usize) -> Disclosed<T> {
    let left_out = picture.n_not_drawn();
    Disclosed(
        if picture.n_drawn() < SMALLEST_TEAM || (left_out > 0 && left_out < k) {
            Err(Suppressed::NoConsent)
        } else {
            Ok(picture)
        },
    )
}

/// A count of people, shown as it is: who has answered is not in it.
pub fn headcount(n: usize) -> Disclosed<usize> {
    Disclosed(Ok(n))
}

/// How many have answered, for someone who knows everyone on the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tallied {
    FewerThan { n: usize, of: usize },
    AtLeast { n: usize, of: usize },
}

/// How many of a team answered, in steps of the threshold, and never so far that fewer than the threshold could still
/// be missing: neither who answered nor who did not can be told from it.
pub fn answered_band(n_answered: usize, n_members: usize, k: usize) -> Disclosed<Tallied> {
    let of = n_members;
    let Some(most) = n_members.checked_sub(k).filter(|most| *most >= k && k > 0) else {
        return Disclosed(Err(Suppressed::TooFewPeople));
    };
    let n = n_answered.min(most) / k * k;
    Disclosed(Ok(if n < k {
        Tallied::FewerThan { n: k, of }
    } else {
        Tallied::AtLeast { n, of }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_and_all_are_told_as_the_outer_bands() {
        assert_eq!(Band::of(0.0), Band::of(0.19));
        assert_eq!(Band::of(1.0), Band::of(0.81));
        assert_eq!(Band::of(0.5).tenths(), (4, 6));
    }

    #[test]
    fn a_tally_points_at_nobody() {
        for k in [3, 5, 7] {
            for members in 0..40 {
                for answered in 0..=members {
                    let shown = answered_band(answered, members, k);
                    // All the counts of which the same is told.
                    let same: Vec<usize> = (0..=members)
                        .filter(|other| answered_band(*other, members, k) == shown)
                        .collect();
                    let (fewest, most) = (same[0], same[same.len() - 1]);
                    assert!(
                        same.len() >= k.min(members + 1),
                        "{answered} of {members}: {same:?}"
                    );
                    // Whoever one points at may belong to at least k who did not answer.
                    assert!(
                        members < k || members - fewest >= k,
                        "{answered} of {members}"
                    );
                    match shown.shown() {
                        Ok(Tallied::AtLeast { n, .. }) => {
                            assert!(fewest >= k && answered >= *n && members - n >= k);
                        }
                        Ok(Tallied::FewerThan { .. }) => assert!(fewest == 0 && most < k),
                        Err(why) => assert!(members < 2 * k && why == Suppressed::TooFewPeople),
                    }
                }
            }
        }
    }
}
