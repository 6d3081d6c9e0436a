//! Who may see what: values that a school or a trainer sees pass through here, and carry it in their type.

use serde::{Deserialize, Serialize};

mod persons;

pub use persons::people_drawn;

use super::study::StudyDesign;

/// What the figures of a team are held to.
#[derive(Debug, Clone, PartialEq)]
pub struct TeamRules {
    /// The smallest number of people behind a figure.
    pub k: usize,
    /// The response rate under which nothing is said about structure.
    pub flag: f64,
    /// Roles held by one or two people: never a group of their own.
    pub single_roles: Vec<String>,
}

impl TeamRules {
    pub fn of(design: &StudyDesign) -> Self {
        let single = design.roles.iter().filter(|role| role.single);
        Self {
            k: design.disclosure.k,
            flag: design.response.flag,
            single_roles: single.map(|role| role.key.clone()).collect(),
        }
    }
}

impl Default for TeamRules {
    fn default() -> Self {
        Self {
            k: 5,
            flag: 0.60,
            single_roles: Vec::new(),
        }
    }
}

/// A value that has passed the rules of disclosure. Pages for schools and trainers accept nothing else, and nothing
/// outside this module can make one; what was kept of one is read back as it was disclosed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Disclosed<T>(Result<T, Suppressed>);

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

    fn of(share: f64) -> Self {
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
    fn of(share: f64, lower: f64, upper: f64) -> Self {
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

/// The fewest people over whom an index of network structure is shown.
pub const SMALLEST_TEAM: usize = 8;

/// A count of people, shown as it is: who has answered is not in it.
pub fn headcount(n: usize) -> Disclosed<usize> {
    Disclosed(Ok(n))
}

/// A share among the ties of a whole team, with its bounds over the unknown answers.
pub fn team_share(
    share: Option<(f64, f64, f64)>,
    n_actors: usize,
    response_rate: f64,
    flag: f64,
) -> Disclosed<Share> {
    Disclosed(if n_actors < SMALLEST_TEAM {
        Err(Suppressed::TeamTooSmall)
    } else if response_rate < flag {
        Err(Suppressed::ResponseTooLow)
    } else {
        // Where everything is known and there is still no share, nobody named anybody: that is not to be told.
        share
            .map(|(share, lower, upper)| Share::of(share, lower, upper))
            .ok_or(Suppressed::NearlyUnanimous)
    })
}

/// A share among the ties from one group to another, as a band: both groups need the threshold, in people and in
/// people who answered.
pub fn block_share(
    share: Option<f64>,
    n_from: usize,
    n_from_answered: usize,
    n_to: usize,
    k: usize,
) -> Disclosed<Band> {
    Disclosed(if n_from < k || n_to < k || n_from_answered < k {
        Err(Suppressed::TooFewPeople)
    } else {
        share.map(Band::of).ok_or(Suppressed::NotDefined)
    })
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

/// The mean of a rating scale over a team, to one decimal. Someone who knows up to two of the answers must not be able
/// to narrow any other answer to less than half of the scale.
pub fn team_mean(scores: &[f64], minimum: f64, maximum: f64, k: usize) -> Disclosed<f64> {
    if scores.len() < k {
        return Disclosed(Err(Suppressed::TooFewPeople));
    }
    if narrowest_range(scores, minimum, maximum) < (maximum - minimum) / 2.0 {
        return Disclosed(Err(Suppressed::NearlyUnanimous));
    }
    let mean = scores.iter().sum::<f64>() / scores.len() as f64;
    Disclosed(Ok((mean * 10.0).round() / 10.0))
}

/// How narrow the range of one answer gets for someone who knows the mean and up to two of the other answers: the
/// lowest or the highest ones tell most.
fn narrowest_range(scores: &[f64], minimum: f64, maximum: f64) -> f64 {
    let mut sorted = scores.to_vec();
    sorted.sort_by(f64::total_cmp);
    let total: f64 = sorted.iter().sum();
    let highest: Vec<f64> = sorted.iter().rev().copied().collect();
    (0..=2_usize.min(sorted.len().saturating_sub(1)))
        .flat_map(|known| {
            [&sorted, &highest].map(|order| (known, order[..known].iter().sum::<f64>()))
        })
        .map(|(known, sum)| {
            let rest = total - sum;
            let others = (sorted.len() - known - 1) as f64;
            let low = (rest - others * maximum).max(minimum);
            let high = (rest - others * minimum).min(maximum);
            high - low
        })
        .fold(maximum - minimum, f64::min)
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
    fn a_group_under_the_threshold_is_withheld_from_both_sides() {
        assert_eq!(
            block_share(Some(0.4), 4, 4, 9, 5).shown(),
            Err(Suppressed::TooFewPeople)
        );
        assert_eq!(
            block_share(Some(0.4), 9, 9, 4, 5).shown(),
            Err(Suppressed::TooFewPeople)
        );
        assert_eq!(
            block_share(Some(0.4), 9, 4, 9, 5).shown(),
            Err(Suppressed::TooFewPeople)
        );
        assert!(block_share(Some(0.4), 9, 5, 5, 5).shown().is_ok());
    }

    #[test]
    fn a_small_team_or_a_silent_one_has_no_structure_to_show() {
        assert_eq!(
            team_share(Some((0.4, 0.4, 0.4)), 7, 1.0, 0.6).shown(),
            Err(Suppressed::TeamTooSmall)
        );
        assert_eq!(
            team_share(Some((0.4, 0.4, 0.4)), 12, 0.59, 0.6).shown(),
            Err(Suppressed::ResponseTooLow)
        );
        assert_eq!(
            team_share(None, 12, 0.9, 0.6).shown(),
            Err(Suppressed::NearlyUnanimous)
        );
        assert!(
            team_share(Some((0.4, 0.4, 0.4)), 8, 0.6, 0.6)
                .shown()
                .is_ok()
        );
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

    #[test]
    fn a_mean_that_tells_everyones_answer_is_withheld() {
        assert_eq!(
            team_mean(&[5.0; 9], 1.0, 5.0, 5).shown(),
            Err(Suppressed::NearlyUnanimous)
        );
        assert_eq!(
            team_mean(&[1.0; 9], 1.0, 5.0, 5).shown(),
            Err(Suppressed::NearlyUnanimous)
        );
        assert_eq!(
            team_mean(&[3.0; 4], 1.0, 5.0, 5).shown(),
            Err(Suppressed::TooFewPeople)
        );
        assert_eq!(
            team_mean(&[2.0, 3.0, 4.0, 3.0, 3.0, 4.0, 2.0], 1.0, 5.0, 5).shown(),
            Ok(&3.0)
        );
    }

    #[test]
    fn two_known_answers_are_reckoned_with() {
        // Whoever knows two of the fours knows that the other three add up to 13: none of them is under 3.
        assert_eq!(narrowest_range(&[5.0, 4.0, 4.0, 4.0, 4.0], 1.0, 5.0), 2.0);
        // Whoever knows the four and a five knows that all others said five.
        assert_eq!(narrowest_range(&[5.0, 5.0, 5.0, 5.0, 4.0], 1.0, 5.0), 0.0);
        assert_eq!(
            team_mean(&[5.0, 5.0, 5.0, 5.0, 4.0], 1.0, 5.0, 5).shown(),
            Err(Suppressed::NearlyUnanimous)
        );
    }
}
