//! How many pupils scored above a reference: a count that, beside others, pins nobody to one side of it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::ledger::{Ledger, Release, Told, listed};
use super::values::{Disclosed, Suppressed};

/// Whoever knows this many of the scores still cannot tell the side of another.
const KNOWN: usize = 2;

/// How many of so many are above: a count, or within these two near an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Above {
    pub low: usize,
    pub high: usize,
    pub of: usize,
}

impl Above {
    /// Near an end only that it is there: none and all are never told.
    fn of(pupils: &BTreeMap<&str, bool>) -> Self {
        let (of, n) = (
            pupils.len(),
            pupils.values().filter(|above| **above).count(),
        );
        let edge = KNOWN + 1;
        let (low, high) = if n <= edge {
            (0, edge)
        } else if n + edge >= of {
            (of - edge, of)
        } else {
            (n, n)
        };
        Self { low, high, of }
    }

    /// In percent, as it is told: the count, or the inner of the two ends.
    pub fn percent(self) -> f64 {
        let n = if self.low == 0 { self.high } else { self.low };
        100.0 * n as f64 / self.of as f64
    }

    pub fn is_at_most(self) -> bool {
        self.low == 0
    }

    pub fn is_at_least(self) -> bool {
        self.high == self.of
    }
}

/// Whether so many of so many, at least and at most, leave either side open to everyone for whoever knows some.
fn leaves_room(low: usize, high: usize, of: usize) -> bool {
    high > KNOWN && low + KNOWN < of
}

/// Whether no group can be reckoned to one side: each of them and the rest, from the whole less the others.
fn pins_nobody(whole: Option<Above>, parts: &[Above]) -> bool {
    let Some(whole) = whole else {
        return parts
            .iter()
            .all(|one| leaves_room(one.low, one.high, one.of));
    };
    let told: usize = parts.iter().map(|one| one.of).sum();
    let rest = whole.of.saturating_sub(told);
    let rest = (rest > 0).then_some(Above {
        low: 0,
        high: rest,
        of: rest,
    });
    let all: Vec<Above> = parts.iter().copied().chain(rest).collect();
    let (lows, highs): (usize, usize) = all
        .iter()
        .fold((0, 0), |(low, high), one| (low + one.low, high + one.high));
    all.iter().all(|one| {
        let low = one.low.max(whole.low.saturating_sub(highs - one.high));
        let high = one.high.min(whole.high.saturating_sub(lows - one.low));
        leaves_room(low, high, one.of)
    })
}

impl Ledger {
    /// How many pupils of a test moment are above, as a whole (where that may be told) and in parts that do not overlap.
    /// Parts are told together or not at all.
    pub fn pupils_above(
        &mut self,
        moment: &str,
        whole: Option<&BTreeMap<&str, bool>>,
        parts: &[BTreeMap<&str, bool>],
        k: usize,
    ) -> (Disclosed<Above>, Vec<Disclosed<Above>>) {
        const MEASURE: &str = "pupils above";
        let people = |pupils: &BTreeMap<&str, bool>| -> Vec<String> {
            listed(&pupils.keys().copied().collect::<BTreeSet<&str>>())
        };
        let now: Vec<Vec<String>> = whole.into_iter().chain(parts).map(people).collect();
        let tell = |ledger: &mut Self, pupils: &BTreeMap<&str, bool>| {
            if pupils.len() < k {
                return Err(Suppressed::TooFewPeople);
            }
            let above = Above::of(pupils);
            let (over, told) = (people(pupils), Told::Above { above });
            for before in ledger.about(moment, MEASURE) {
                let other = before.over != over;
                let overlaps = || {
                    pupils
                        .keys()
                        .any(|one| before.over.iter().any(|b| b == one))
                };
                // What was told of almost the same pupils, or otherwise of the same, would tell of those who differ.
                if !other && before.told != told
                    || other && !now.contains(&before.over) && overlaps()
                {
                    return Err(Suppressed::WouldTellOthers);
                }
            }
            let set: BTreeSet<&str> = pupils.keys().copied().collect();
            ledger.not_isolating(moment, MEASURE, &set, k)?;
            ledger.note(Release {
                wave: moment.to_owned(),
                measure: MEASURE.to_owned(),
                over,
                told,
            });
            Ok(above)
        };
        let told = match whole {
            Some(whole) => tell(self, whole),
            None => Err(Suppressed::TooFewPeople),
        };
        let large: Vec<Above> = parts
            .iter()
            .filter(|part| part.len() >= k)
            .map(Above::of)
            .collect();
        let open = pins_nobody(told.ok(), &large);
        let parts = parts
            .iter()
            .map(|part| {
                Disclosed(if part.len() >= k && !open {
                    Err(Suppressed::NearlyUnanimous)
                } else {
                    tell(self, part)
                })
            })
            .collect();
        (Disclosed(told), parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn above(low: usize, high: usize, of: usize) -> Above {
        Above { low, high, of }
    }

    #[test]
    fn groups_that_with_the_whole_pin_somebody_are_not_told() {
        // 15 of 20 and 18 of 40 leave 3 of the other 20; 15 of 40 leave none.
        assert!(pins_nobody(Some(above(18, 18, 40)), &[above(15, 15, 20)]));
        assert!(!pins_nobody(Some(above(15, 15, 40)), &[above(15, 15, 20)]));
        assert!(!pins_nobody(Some(above(35, 35, 40)), &[above(15, 15, 20)]));
        assert!(!pins_nobody(
            Some(above(17, 17, 40)),
            &[above(15, 15, 20), above(0, 3, 20)]
        ));
        assert!(pins_nobody(None, &[above(0, 3, 10), above(7, 10, 10)]));
    }

    /// Every way in which three groups can be above or below: whoever knows two pupils cannot tell the side of a third.
    #[test]
    fn nobody_who_knows_two_pupils_learns_the_side_of_a_third() {
        let names: Vec<String> = (0..36).map(|n| format!("p{n:02}")).collect();
        let sizes = [10, 11, 15];
        let group = |at: usize, n: usize| -> BTreeMap<&str, bool> {
            let start: usize = sizes[..at].iter().sum();
            (0..sizes[at])
                .map(|i| (names[start + i].as_str(), i < n))
                .collect()
        };
        // What is told, to every set of counts that gives it.
        let mut same: BTreeMap<String, Vec<[usize; 3]>> = BTreeMap::new();
        for a in 0..=sizes[0] {
            for b in 0..=sizes[1] {
                for c in 0..=sizes[2] {
                    let parts = [group(0, a), group(1, b), group(2, c)];
                    let whole = parts.iter().flatten().map(|(k, v)| (*k, *v)).collect();
                    let mut ledger = Ledger::default();
                    let told = ledger.pupils_above("m", Some(&whole), &parts, 10);
                    let key = serde_json::to_string(&told).unwrap();
                    // Where groups are withheld nothing but the whole is a number to reckon with.
                    if told.1.iter().all(|part| part.shown().is_ok()) {
                        same.entry(key).or_default().push([a, b, c]);
                    }
                }
            }
        }
        assert!(same.len() > 100);
        for (told, ways) in same {
            for (at, size) in sizes.into_iter().enumerate() {
                let most = ways.iter().map(|way| way[at]).max().unwrap();
                let fewest = ways.iter().map(|way| way[at]).min().unwrap();
                assert!(
                    most > 2 && fewest + 2 < size,
                    "{told}: {at} {fewest}..{most}"
                );
            }
        }
    }

    #[test]
    fn almost_the_same_pupils_are_not_told_twice() {
        let names: Vec<String> = (0..40).map(|n| format!("p{n:02}")).collect();
        let set = |n: usize| -> BTreeMap<&str, bool> {
            names[..n]
                .iter()
                .enumerate()
                .map(|(i, key)| (key.as_str(), i % 2 == 0))
                .collect()
        };
        let mut ledger = Ledger::default();
        assert!(
            ledger
                .pupils_above("m", Some(&set(40)), &[], 10)
                .0
                .shown()
                .is_ok()
        );
        assert!(
            ledger
                .pupils_above("m", Some(&set(40)), &[], 10)
                .0
                .shown()
                .is_ok()
        );
        let fewer = ledger.pupils_above("m", Some(&set(20)), &[], 10).0;
        assert_eq!(fewer.shown(), Err(Suppressed::WouldTellOthers));
    }
}
