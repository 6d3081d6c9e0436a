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
        if !pins_nobody(ratings, &[(people.clone(), tenths)]) {
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
    // Whatever two answers somebody may know: judged by the answers that are there, that something is told would tell them.
    let answers: Vec<Answers> = atoms
        .iter()
        .map(|atom| Answers {
            n: atom.people.len(),
            scores: Vec::new(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NAMES: [&str; 24] = [
        "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r",
        "s", "t", "u", "v", "w", "x",
    ];
    const FIVE: AnswerScale = AnswerScale {
        minimum: 1.0,
        maximum: 5.0,
        steps_per_unit: Some(1),
    };

    fn ratings(scores: &[f64], k: usize) -> Ratings<'static> {
        Ratings {
            wave: "T1",
            measure: "mean:culture",
            scale: FIVE,
            k,
            scores: NAMES.into_iter().zip(scores.iter().copied()).collect(),
        }
    }

    fn people(range: std::ops::Range<usize>) -> BTreeSet<&'static str> {
        NAMES[range].iter().copied().collect()
    }

    #[test]
    fn a_mean_that_tells_everyones_answer_is_withheld() {
        let judge = |scores: &[f64]| {
            let mean = Ledger::default().team_mean(&ratings(scores, 5));
            mean.shown().copied()
        };
        assert_eq!(judge(&[5.0; 9]), Err(Suppressed::NearlyUnanimous));
        assert_eq!(judge(&[1.0; 9]), Err(Suppressed::NearlyUnanimous));
        // Were it withheld, that would tell that all said the same; the mean alone does not.
        assert_eq!(judge(&[3.0; 9]), Ok(3.0));
        assert_eq!(judge(&[3.0; 4]), Err(Suppressed::TooFewPeople));
        assert_eq!(
            judge(&[5.0, 5.0, 5.0, 5.0, 4.0]),
            Err(Suppressed::NearlyUnanimous)
        );
        assert_eq!(judge(&[2.0, 3.0, 4.0, 3.0, 3.0, 4.0, 2.0]), Ok(3.0));
    }

    #[test]
    fn groups_do_not_leave_a_remainder_under_the_threshold() {
        let scores: Vec<f64> = (0..18).map(|i| [2.0, 3.0, 4.0, 3.0][i % 4]).collect();
        let asked = ratings(&scores, 5);
        let mut ledger = Ledger::default();
        assert!(ledger.team_mean(&asked).shown().is_ok());
        // Seven, seven and four: the four would remain of the team without the others.
        let groups = [people(0..7), people(7..14), people(14..18)];
        let told = ledger.group_means(&asked, &groups);
        let why: Vec<_> = told.iter().map(|mean| mean.shown().err()).collect();
        assert_eq!(
            why,
            [
                None,
                Some(Suppressed::WouldTellOthers),
                Some(Suppressed::TooFewPeople)
            ]
        );
        let mut forgets = Ledger::without_memory();
        forgets.team_mean(&asked);
        assert!(forgets.group_means(&asked, &groups)[1].shown().is_ok());
    }

    #[test]
    fn a_mean_without_one_who_withdrew_is_withheld_and_the_same_mean_is_not() {
        let scores: Vec<f64> = (0..20).map(|i| [2.0, 3.0, 4.0, 3.0][i % 4]).collect();
        let mut first = Ledger::default();
        assert!(first.team_mean(&ratings(&scores, 5)).shown().is_ok());
        let kept = first.into_new();
        assert_eq!(kept.len(), 1);
        let judge = |scores: &[f64]| {
            let mut ledger = Ledger::new(kept.clone());
            let told = ledger.team_mean(&ratings(scores, 5)).shown().copied();
            (told, ledger.into_new().len())
        };
        assert_eq!(judge(&scores), (Ok(3.0), 0));
        for fewer in 16..20 {
            assert_eq!(
                judge(&scores[..fewer]),
                (Err(Suppressed::WouldTellOthers), 0),
                "{fewer}"
            );
        }
        assert_eq!(judge(&scores[..12]), (Ok(3.0), 1), "eight went");
        // Other answers of the same people.
        let mut others = scores.clone();
        others[0] = 5.0;
        assert_eq!(judge(&others), (Err(Suppressed::WouldTellOthers), 0));
    }

    #[test]
    fn items_and_pupils_are_told_of_ten_and_once() {
        let ten = [1.0, 4.0, 4.0, 5.0, 4.0, 5.0, 4.0, 2.0, 4.0, 3.0, 4.0];
        let mut ledger = Ledger::default();
        assert_eq!(
            ledger.said(&ratings(&ten[..9], 10)).shown(),
            Err(Suppressed::TooFewPeople)
        );
        assert_eq!(
            ledger.said(&ratings(&ten, 10)).shown(),
            Ok(&Said::MostAgree)
        );
        assert_eq!(
            ledger.said(&ratings(&ten[..10], 10)).shown(),
            Err(Suppressed::WouldTellOthers),
            "one went"
        );
        let pupils = ratings(
            &[
                30.0, 41.0, 29.0, 55.0, 33.5, 61.0, 44.0, 28.0, 39.0, 50.0, 47.0,
            ],
            10,
        )
        .scores;
        let mut ledger = Ledger::default();
        assert_eq!(ledger.pupil_mean("0", &pupils, 10).shown(), Ok(&41.6));
        let fewer: BTreeMap<&str, f64> = pupils.iter().skip(1).map(|(a, b)| (*a, *b)).collect();
        assert_eq!(
            ledger.pupil_mean("0", &fewer, 10).shown(),
            Err(Suppressed::WouldTellOthers)
        );
        assert!(ledger.pupil_mean("1", &fewer, 10).shown().is_ok());
        let few: BTreeMap<&str, f64> = fewer.into_iter().skip(1).collect();
        assert_eq!(
            ledger.pupil_mean("2", &few, 10).shown(),
            Err(Suppressed::TooFewPeople)
        );
    }

    /// Every way in which ten people can answer five options, by how many chose each.
    fn ways(n: usize) -> Vec<[usize; 5]> {
        let mut ways = Vec::new();
        for a in 0..=n {
            for b in 0..=n - a {
                for c in 0..=n - a - b {
                    ways.extend((0..=n - a - b - c).map(|d| [a, b, c, d, n - a - b - c - d]));
                }
            }
        }
        ways
    }

    /// Where an item is a scale of its own, its mean and what is said of it are told together: still, whoever knows two
    /// of the answers can narrow no other to less than half of the scale.
    #[test]
    fn what_is_said_of_an_item_pins_nobody_even_beside_its_mean() {
        let mut alike: BTreeMap<(Said, i64), Vec<[usize; 5]>> = BTreeMap::new();
        for way in ways(10) {
            let said = Said::of(way[3] + way[4], way[0] + way[1], 10);
            let sum: usize = way.iter().zip(1..).map(|(n, value)| n * value).sum();
            alike.entry((said, sum as i64)).or_default().push(way);
        }
        for ((said, sum), ways) in &alike {
            for way in ways {
                let scores: Vec<f64> = way
                    .iter()
                    .zip([1.0, 2.0, 3.0, 4.0, 5.0])
                    .flat_map(|(n, value)| std::iter::repeat_n(value, *n))
                    .collect();
                if Ledger::default()
                    .team_mean(&ratings(&scores, 5))
                    .shown()
                    .is_err()
                {
                    continue;
                }
                for (a, b) in (0..5).flat_map(|a| (0..=a).map(move |b| (a, b))) {
                    let mut known = [0; 5];
                    known[a] += 1;
                    known[b] += 1;
                    if (0..5).any(|value| known[value] > way[value]) {
                        continue;
                    }
                    let open = |value: usize| {
                        ways.iter().any(|other| {
                            (0..5).all(|v| other[v] >= known[v]) && other[value] > known[value]
                        })
                    };
                    let values: Vec<usize> = (0..5).filter(|value| open(*value)).collect();
                    let width = values[values.len() - 1] - values[0];
                    assert!(
                        width >= 2,
                        "{said:?} {sum} {way:?} knowing {a} {b}: {values:?}"
                    );
                }
            }
        }
    }

    proptest! {
        #[test]
        fn a_higher_threshold_never_shows_more(
            scores in prop::collection::vec(1_u8..6, 8..24),
            cuts in prop::collection::btree_set(1_usize..23, 0..3),
            k in 3_usize..10,
        ) {
            let scores: Vec<f64> = scores.into_iter().map(f64::from).collect();
            let mut ends: Vec<usize> = cuts.into_iter().filter(|cut| *cut < scores.len()).collect();
            ends.push(scores.len());
            let mut first = 0;
            let groups: Vec<_> = ends.iter().map(|end| people(std::mem::replace(&mut first, *end)..*end)).collect();
            let shown = |k: usize| -> Vec<bool> {
                let asked = ratings(&scores, k);
                let mut ledger = Ledger::default();
                let team = ledger.team_mean(&asked);
                let told = ledger.group_means(&asked, &groups);
                std::iter::once(&team).chain(&told).map(|mean| mean.shown().is_ok()).collect()
            };
            let (lower, higher) = (shown(k), shown(k + 1));
            prop_assert!(lower.iter().zip(&higher).all(|(lower, higher)| *lower || !*higher), "{lower:?} {higher:?}");
        }

        #[test]
        fn the_order_of_groups_makes_no_difference(
            scores in prop::collection::vec(1_u8..6, 12..24),
            (one, two, three) in (0_usize..6, 6_usize..9, 9_usize..12),
        ) {
            let scores: Vec<f64> = scores.into_iter().map(f64::from).collect();
            let n = scores.len();
            // They overlap.
            let groups = [people(0..two), people(one..n), people(three..n), people(0..three)];
            let asked = ratings(&scores, 5);
            let judge = |groups: &[BTreeSet<&str>]| {
                let mut ledger = Ledger::default();
                ledger.team_mean(&asked);
                ledger.group_means(&asked, groups)
            };
            let forward = judge(&groups);
            let mut turned = groups.clone();
            turned.reverse();
            let mut backward = judge(&turned);
            backward.reverse();
            prop_assert_eq!(forward, backward);
        }
    }
}
