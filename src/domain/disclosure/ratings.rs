//! Judging what is told of rated answers: means of teams and groups, how the answers to an item lie, means of pupils.

use std::collections::{BTreeMap, BTreeSet};

use super::bounds::{Answers, Sum, leaves_half};
use super::isolation::{Atom, atoms};
use super::ledger::{Ledger, Release, Told, listed};
use super::values::{Disclosed, Said, Suppressed};

/// The values that an answer can have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AnswerScale {
    pub minimum: f64,
    pub maximum: f64,
    /// How many equal steps a unit has; `None` if answers can be anything in between.
    pub steps_per_unit: Option<u32>,
}

impl AnswerScale {
    /// The widest distance between two possible answers within these ends.
    pub(super) fn on_grid_width(&self, low: f64, high: f64) -> f64 {
        const HAIR: f64 = 1e-5;
        let Some(steps) = self.steps_per_unit.map(f64::from) else {
            return high - low;
        };
        let first = ((low - self.minimum) * steps - HAIR).ceil();
        let last = ((high - self.minimum) * steps + HAIR).floor();
        (last - first) / steps
    }

    /// The sums that can be within these ends are no wider than those on the grid.
    fn tightened(&self, from: f64, to: f64, n: usize) -> (f64, f64) {
        const HAIR: f64 = 1e-6;
        let Some(steps) = self.steps_per_unit.map(f64::from) else {
            return (from, to);
        };
        let least = self.minimum * n as f64;
        let first = ((from - least) * steps - HAIR).ceil();
        let last = ((to - least) * steps + HAIR).floor();
        (least + first / steps, least + last / steps)
    }
}

/// What was answered on one measure in one wave, by person.
#[derive(Debug, Clone, PartialEq)]
pub struct Ratings<'a> {
    pub wave: &'a str,
    /// As [`Ledger::mean_of`] or [`Ledger::item_of`] names it.
    pub measure: &'a str,
    pub scale: AnswerScale,
    /// The fewest people a figure is told of.
    pub k: usize,
    pub scores: BTreeMap<&'a str, f64>,
}

impl Ledger {
    /// The mean of everyone who answered, to one decimal.
    pub fn team_mean(&mut self, ratings: &Ratings<'_>) -> Disclosed<f64> {
        let team = ratings.scores.keys().copied().collect();
        self.mean(ratings, &team)
    }

    /// The means of some of them, after the mean of all. Larger groups come first, so that the order in which they are
    /// handed in makes no difference.
    pub fn group_means(
        &mut self,
        ratings: &Ratings<'_>,
        groups: &[BTreeSet<&str>],
    ) -> Vec<Disclosed<f64>> {
        let answered: Vec<BTreeSet<&str>> = groups
            .iter()
            .map(|group| {
                let answered = group.iter().copied();
                answered
                    .filter(|person| ratings.scores.contains_key(person))
                    .collect()
            })
            .collect();
        let mut order: Vec<usize> = (0..groups.len()).collect();
        order.sort_by(|&a, &b| {
            let (a, b) = (&answered[a], &answered[b]);
            b.len().cmp(&a.len()).then_with(|| a.cmp(b))
        });
        let mut means = vec![Disclosed::withheld(Suppressed::TooFewPeople); groups.len()];
        for group in order {
            means[group] = self.mean(ratings, &answered[group]);
        }
        means
    }

    fn mean(&mut self, ratings: &Ratings<'_>, people: &BTreeSet<&str>) -> Disclosed<f64> {
        let judged = self.judge_mean(ratings, people);
        match judged {
            Ok(tenths) => {
                self.note(Release {
                    wave: ratings.wave.to_owned(),
                    measure: ratings.measure.to_owned(),
                    over: listed(people),
                    told: Told::Mean { tenths },
                });
                Disclosed(Ok(tenths as f64 / 10.0))
            }
            Err(why) => {
                self.note_withheld(ratings.wave, ratings.measure, listed(people), why);
                Disclosed(Err(why))
            }
        }
    }

    fn judge_mean(
        &self,
        ratings: &Ratings<'_>,
        people: &BTreeSet<&str>,
    ) -> Result<i64, Suppressed> {
        if people.len() < ratings.k {
            return Err(Suppressed::TooFewPeople);
        }
        let scores: Vec<f64> = people.iter().map(|person| ratings.scores[person]).collect();
        let mean = scores.iter().sum::<f64>() / scores.len() as f64;
        let tenths = (mean * 10.0).round() as i64;
        let all_the_same = scores.iter().all(|score| *score == scores[0]);
        if all_the_same || !pins_nobody(ratings, &[(people.clone(), tenths)]) {
            return Err(Suppressed::NearlyUnanimous);
        }
        let mut told = self.means_told(ratings.wave, ratings.measure);
        // The same people's mean told again tells nothing new; another one tells what became of their answers.
        if let Some((_, before)) = told.iter().find(|(over, _)| over == people) {
            let same = *before == tenths;
            return same.then_some(tenths).ok_or(Suppressed::WouldTellOthers);
        }
        self.not_isolating(ratings.wave, ratings.measure, people, ratings.k)?;
        told.push((people.clone(), tenths));
        if told.len() > 1 && !pins_nobody(ratings, &told) {
            return Err(Suppressed::WouldTellOthers);
        }
        Ok(tenths)
    }

    fn means_told<'a>(&'a self, wave: &'a str, measure: &'a str) -> Vec<(BTreeSet<&'a str>, i64)> {
        self.about(wave, measure)
            .filter_map(|release| match release.told {
                Told::Mean { tenths } => {
                    Some((release.over.iter().map(String::as_str).collect(), tenths))
                }
                _ => None,
            })
            .collect()
    }

    /// How the answers of everyone who answered lie about the middle of the scale.
    pub fn said(&mut self, ratings: &Ratings<'_>) -> Disclosed<Said> {
        let people: BTreeSet<&str> = ratings.scores.keys().copied().collect();
        if people.len() < ratings.k {
            return Disclosed(Err(Suppressed::TooFewPeople));
        }
        let middle = (ratings.scale.minimum + ratings.scale.maximum) / 2.0;
        let count = |holds: fn(f64, f64) -> bool| {
            let scores = ratings.scores.values();
            scores.filter(|score| holds(**score, middle)).count()
        };
        let said = Said::of(
            count(|score, middle| score > middle),
            count(|score, middle| score < middle),
            people.len(),
        );
        self.tell_once(
            ratings.wave,
            ratings.measure,
            &people,
            ratings.k,
            Told::Said { said },
        )
        .map_or_else(|why| Disclosed(Err(why)), |()| Disclosed(Ok(said)))
    }

    /// The mean score of pupils, to one decimal, on a scale without ends. `moment` is what is a wave for them.
    pub fn pupil_mean(
        &mut self,
        moment: &str,
        scores: &BTreeMap<&str, f64>,
        k: usize,
    ) -> Disclosed<f64> {
        let pupils: BTreeSet<&str> = scores.keys().copied().collect();
        if pupils.len() < k {
            return Disclosed(Err(Suppressed::TooFewPeople));
        }
        let first = scores.values().next();
        if scores.values().all(|score| Some(score) == first) {
            return Disclosed(Err(Suppressed::NearlyUnanimous));
        }
        let mean = scores.values().sum::<f64>() / scores.len() as f64;
        let tenths = (mean * 10.0).round() as i64;
        self.tell_once(moment, "pupils", &pupils, k, Told::Mean { tenths })
            .map_or_else(
                |why| Disclosed(Err(why)),
                |()| Disclosed(Ok(tenths as f64 / 10.0)),
            )
    }

    /// Tells something of these people unless something else was told of them, or of so nearly the same people that the
    /// difference would be of fewer than the threshold.
    fn tell_once(
        &mut self,
        wave: &str,
        measure: &str,
        people: &BTreeSet<&str>,
        k: usize,
        told: Told,
    ) -> Result<(), Suppressed> {
        let over = listed(people);
        let otherwise = |release: &Release| release.over == over && release.told != told;
        if self.about(wave, measure).any(otherwise) {
            return Err(Suppressed::WouldTellOthers);
        }
        self.not_isolating(wave, measure, people, k)?;
        self.note(Release {
            wave: wave.to_owned(),
            measure: measure.to_owned(),
            over,
            told,
        });
        Ok(())
    }
}

/// Whether whoever knows these means, and two of the answers, can narrow no other answer to less than half of the scale.
fn pins_nobody(ratings: &Ratings<'_>, told: &[(BTreeSet<&str>, i64)]) -> bool {
    let atoms: Vec<Atom<&str>> = atoms(told.iter().map(|(people, _)| people));
    let answers: Vec<Answers> = atoms
        .iter()
        .map(|atom| {
            let mut scores: Vec<f64> = atom
                .people
                .iter()
                .filter_map(|person| ratings.scores.get(person).copied())
                .collect();
            scores.sort_by(f64::total_cmp);
            Answers {
                n: atom.people.len(),
                scores,
            }
        })
        .collect();
    let sums: Vec<Sum> = told
        .iter()
        .enumerate()
        .map(|(set, (people, tenths))| {
            let n = people.len() as f64;
            let half_tenths = *tenths as f64 * 2.0;
            let (from, to) = ratings.scale.tightened(
                (half_tenths - 1.0) * n / 20.0,
                (half_tenths + 1.0) * n / 20.0,
                people.len(),
            );
            Sum {
                over: atoms.iter().map(|atom| atom.within[set]).collect(),
                from,
                to,
            }
        })
        .collect();
    leaves_half(&answers, &sums, &ratings.scale)
}
