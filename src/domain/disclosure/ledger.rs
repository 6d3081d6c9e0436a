//! What a school has been told so far: per wave and measure the people each figure is over, and the figure. A new figure
//! is held against all of it, so that nobody can subtract one from another, whichever report or version they stand in.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::isolation::{atoms, isolates};
use super::pupils::Above;
use super::values::{Band, Change, Disclosed, Said, Share, Suppressed};

/// A figure that was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    pub wave: String,
    pub measure: String,
    /// Whose answers it is over, as the records call them, in order.
    pub over: Vec<String>,
    pub told: Told,
}

impl Release {
    /// The same with someone under another name, in the order of the new names; none if that one is not in it.
    pub fn renamed(&self, old: &str, new: &str) -> Option<Self> {
        let silent: &[String] = match &self.told {
            Told::Share { silent, .. } | Told::Picture { silent, .. } => silent,
            _ => &[],
        };
        if !self.over.iter().chain(silent).any(|person| person == old) {
            return None;
        }
        let mut grouped = match &self.told {
            Told::Picture { group, .. } => group.clone(),
            _ => Vec::new(),
        };
        grouped.resize(self.over.len() + silent.len(), None);
        let sorted = |people: &[String], groups: &[Option<usize>]| {
            let named = |person: &String| if person == old { new } else { person }.to_owned();
            let mut rows: Vec<_> = people.iter().map(named).zip(groups.to_vec()).collect();
            rows.sort();
            rows.into_iter().unzip::<_, _, Vec<String>, Vec<_>>()
        };
        let (over, mut group) = sorted(&self.over, &grouped[..self.over.len()]);
        let (silent, others) = sorted(silent, &grouped[self.over.len()..]);
        group.extend(others);
        let told = match self.told.clone() {
            Told::Share { share, .. } => Told::Share { share, silent },
            Told::Picture { bands, .. } => Told::Picture {
                bands,
                silent,
                group,
            },
            other => other,
        };
        Some(Self {
            wave: self.wave.clone(),
            measure: self.measure.clone(),
            over,
            told,
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// To one decimal.
    Mean {
        tenths: i64,
    },
    Said {
        said: Said,
    },
    /// A share among all ties; `silent` are those who could be named and did not answer.
    Share {
        share: Share,
        silent: Vec<String>,
    },
    /// Shares from group to group, row by row; `group` says for whom answered and then for who is silent which they are in.
    Picture {
        bands: Vec<Option<Band>>,
        silent: Vec<String>,
        group: Vec<Option<usize>>,
    },
    /// How many pupils scored above a reference.
    Above {
        above: Above,
    },
    /// What became of it since another wave.
    Compared {
        with: String,
        change: Change,
    },
}

/// All that was told about one school.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    told: Vec<Release>,
    /// How many of them were told before.
    n_before: usize,
    forgetful: bool,
    /// What was asked for and not told, over whom, and why.
    withheld: Vec<Withheld>,
}

#[derive(Debug, Clone)]
struct Withheld {
    wave: String,
    measure: String,
    over: BTreeSet<String>,
    why: Suppressed,
}

impl Ledger {
    /// `before` is what was told in earlier conclusions.
    pub fn new(before: Vec<Release>) -> Self {
        Self {
            n_before: before.len(),
            told: before,
            ..Self::default()
        }
    }

    /// Judges each figure by itself, as if nothing else were told. For the control of the tests that attack what is told:
    /// an attacker who finds nothing has to find something here. No page is made with it.
    pub fn without_memory() -> Self {
        Self {
            forgetful: true,
            ..Self::default()
        }
    }

    pub(super) fn remembers(&self) -> bool {
        !self.forgetful
    }

    /// Everything that was told, before and now.
    pub fn told(&self) -> &[Release] {
        &self.told
    }

    /// What is told for the first time.
    pub fn into_new(mut self) -> Vec<Release> {
        self.told.split_off(self.n_before)
    }

    /// What became of a figure since another wave, where the figure itself is told in both. `of` is the measure, as
    /// [`Ledger::mean_of`] and [`Ledger::density_of`] name it; each wave comes with whose answers are compared.
    pub fn compared(
        &mut self,
        of: &str,
        before: (&str, &BTreeSet<&str>),
        after: (&str, &BTreeSet<&str>),
        k: usize,
        change: Change,
    ) -> Disclosed<Change> {
        let judged = [before, after]
            .into_iter()
            .try_for_each(|(wave, people)| self.judge_subset(wave, of, people, k));
        if let Err(why) = judged {
            return Disclosed(Err(why));
        }
        for ((wave, people), (with, _)) in [(before, after), (after, before)] {
            self.note(Release {
                wave: wave.to_owned(),
                measure: of.to_owned(),
                over: listed(people),
                told: Told::Compared {
                    with: with.to_owned(),
                    change,
                },
            });
        }
        Disclosed(Ok(change))
    }

    fn judge_subset(
        &self,
        wave: &str,
        measure: &str,
        people: &BTreeSet<&str>,
        k: usize,
    ) -> Result<(), Suppressed> {
        if people.len() < k {
            return Err(Suppressed::TooFewPeople);
        }
        let of_more = |row: &&Withheld| {
            row.wave == wave
                && row.measure == measure
                && people.iter().all(|person| row.over.contains(*person))
        };
        if let Some(row) = self.withheld.iter().find(of_more) {
            return Err(row.why);
        }
        self.not_isolating(wave, measure, people, k)
    }

    /// Refuses a set of people that with the earlier ones would isolate fewer than `k`.
    pub(super) fn not_isolating(
        &self,
        wave: &str,
        measure: &str,
        people: &BTreeSet<&str>,
        k: usize,
    ) -> Result<(), Suppressed> {
        let mut sets: Vec<BTreeSet<&str>> = self
            .about(wave, measure)
            .map(|release| release.over.iter().map(String::as_str).collect())
            .collect();
        if sets.contains(people) {
            return Ok(());
        }
        sets.push(people.clone());
        sets.sort();
        sets.dedup();
        if isolates(&atoms(&sets), k) {
            return Err(Suppressed::WouldTellOthers);
        }
        Ok(())
    }

    /// What was told of a measure in a wave.
    pub(super) fn about<'a>(
        &'a self,
        wave: &'a str,
        measure: &'a str,
    ) -> impl Iterator<Item = &'a Release> {
        self.told.iter().filter(move |release| {
            !self.forgetful && release.wave == wave && release.measure == measure
        })
    }

    pub(super) fn note(&mut self, release: Release) {
        if !self.told.contains(&release) {
            self.told.push(release);
        }
    }

    pub(super) fn note_withheld(
        &mut self,
        wave: &str,
        measure: &str,
        over: impl IntoIterator<Item = impl Into<String>>,
        why: Suppressed,
    ) {
        self.withheld.push(Withheld {
            wave: wave.to_owned(),
            measure: measure.to_owned(),
            over: over.into_iter().map(Into::into).collect(),
            why,
        });
    }

    /// The measure that the means of a scale are.
    pub fn mean_of(scale: &str) -> String {
        format!("mean:{scale}")
    }

    /// The measure of how answers to an item lie.
    pub fn item_of(item: &str) -> String {
        format!("item:{item}")
    }

    /// The measure of who names whom: density, and whatever else is said of the whole network.
    pub fn density_of(relation: &str) -> String {
        format!("density:{relation}")
    }

    pub fn reciprocity_of(relation: &str) -> String {
        format!("reciprocity:{relation}")
    }

    pub fn blocks_of(relation: &str) -> String {
        format!("blocks:{relation}")
    }
}

pub(super) fn listed(people: &BTreeSet<&str>) -> Vec<String> {
    people.iter().map(|person| (*person).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 16] = [
        "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p",
    ];

    fn people(range: std::ops::Range<usize>) -> BTreeSet<&'static str> {
        NAMES[range].iter().copied().collect()
    }

    #[test]
    fn stayers_are_compared_only_if_those_who_came_and_went_are_none_or_enough() {
        let of = Ledger::mean_of("culture");
        let mut ledger = Ledger::default();
        for (wave, team) in [("T1", people(0..12)), ("T2", people(0..12))] {
            ledger.note(Release {
                wave: wave.to_owned(),
                measure: of.clone(),
                over: listed(&team),
                told: Told::Mean { tenths: 31 },
            });
        }
        let mut judge = |stayers: &BTreeSet<&str>| {
            *ledger
                .compared(&of, ("T1", stayers), ("T2", stayers), 5, Change::More)
                .shown()
                .unwrap_or(&Change::TooSmall)
        };
        assert_eq!(
            judge(&people(1..12)),
            Change::TooSmall,
            "one more was there"
        );
        assert_eq!(judge(&people(5..12)), Change::More, "five more were there");
        assert_eq!(judge(&people(0..12)), Change::More);
        assert_eq!(
            judge(&people(0..6)),
            Change::TooSmall,
            "one is in both halves"
        );
    }

    #[test]
    fn what_is_withheld_is_not_told_by_comparing_it() {
        let of = Ledger::density_of("goals");
        let mut ledger = Ledger::default();
        ledger.note_withheld("T1", &of, listed(&people(0..9)), Suppressed::ResponseTooLow);
        let team = people(0..9);
        let told = ledger.compared(&of, ("T1", &team), ("T2", &team), 5, Change::More);
        assert_eq!(told.shown(), Err(Suppressed::ResponseTooLow));
        assert!(ledger.into_new().is_empty());
    }
}
