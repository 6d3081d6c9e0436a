//! How the pupils of one school scored over the test moments, as a whole and by year group: nothing of an effect.

use std::collections::BTreeMap;

use super::portrait::{AchievementPortrait, Moment, Reference, YearGroup};
use crate::domain::disclosure::{Disclosed, Ledger, Suppressed, headcount};
use crate::domain::records::{Records, ScoreRecord};

/// Tests of one moment are taken within so many months of the first of them.
const WIDEST: f64 = 2.0;

/// A school's pupils are told about from so many classes on. Classes are not known here: there must be as many pupils as
/// fill so many of the smallest size.
const FEWEST_CLASSES: usize = 3;

/// A mean of the study is one of so many schools at least.
const FEWEST_SCHOOLS: usize = 3;

/// What pupils of a year group are held against.
#[derive(Debug, Clone, PartialEq)]
pub struct References {
    kind: Reference,
    /// By year group and time of the school year; empty where the country's are known.
    study: BTreeMap<(u8, i32), f64>,
}

/// Which half of a school year a month lies in, counted from the start of the intervention.
fn season(month: f64) -> i32 {
    (month.round() as i32 + 3).rem_euclid(12) / 6
}

impl References {
    /// None where no year group is known.
    pub fn of(records: &Records, k: usize) -> Option<Self> {
        let scores = || {
            let pupils = records.pupils.iter();
            pupils.flat_map(|pupil| pupil.scores.iter().map(|score| (pupil.school, score)))
        };
        if !scores().any(|(_, score)| score.year_group.is_some()) {
            return None;
        }
        if scores().any(|(_, score)| score.national.is_some()) {
            return Some(Self {
                kind: Reference::National,
                study: BTreeMap::new(),
            });
        }
        // Per year group and season: scores by school.
        let mut all: BTreeMap<(u8, i32), BTreeMap<usize, (usize, f64)>> = BTreeMap::new();
        for (school, score) in scores() {
            if let Some(group) = score.year_group {
                let of_group = all.entry((group, season(score.month))).or_default();
                let (n, sum) = of_group.entry(school).or_default();
                *n += 1;
                *sum += score.score;
            }
        }
        let study = all.into_iter().filter_map(|(key, schools)| {
            let large = schools.values().filter(|(n, _)| *n >= k).count();
            let n: usize = schools.values().map(|(n, _)| n).sum();
            let sum: f64 = schools.values().map(|(_, sum)| sum).sum();
            (large >= FEWEST_SCHOOLS).then(|| (key, sum / n as f64))
        });
        Some(Self {
            kind: Reference::Study,
            study: study.collect(),
        })
    }

    pub fn kind(&self) -> Reference {
        self.kind
    }

    /// Whether a score is above the mean it is held against; none where there is no such mean.
    pub fn is_above(&self, score: &ScoreRecord) -> Option<bool> {
        let mean = match self.kind {
            Reference::National => score.national?,
            Reference::Study => *self.study.get(&(score.year_group?, season(score.month)))?,
        };
        Some(score.score > mean)
    }
}

/// Scores of pupils by test moment: the month that stands for each, and each pupil's last score in it.
pub fn by_moment(records: &Records, school: usize) -> Vec<(i32, BTreeMap<&str, &ScoreRecord>)> {
    let mut scores: Vec<(&str, &ScoreRecord)> = records
        .pupils
        .iter()
        .filter(|pupil| pupil.school == school)
        .flat_map(|pupil| {
            let own = pupil.scores.iter();
            own.map(|score| (pupil.key.as_str(), score))
        })
        .collect();
    scores.sort_by(|a, b| {
        (a.1.month.total_cmp(&b.1.month))
            .then_with(|| a.0.cmp(b.0))
            .then_with(|| a.1.score.total_cmp(&b.1.score))
    });
    let mut moments = Vec::new();
    let mut rest = scores.as_slice();
    while let Some((_, first)) = rest.first() {
        let n = rest.partition_point(|(_, score)| score.month - first.month <= WIDEST);
        let (own, later) = rest.split_at(n);
        // The month of the middle one stands for the moment.
        let month = own[own.len() / 2].1.month.round() as i32;
        // A test that was taken again counts once, as it was last.
        moments.push((month, own.iter().copied().collect()));
        rest = later;
    }
    moments
}

/// Records hold scores of cohorts whose every wave is closed, and of no other: there is nothing here before.
pub fn achievement_portrait(
    records: &Records,
    references: Option<&References>,
    k: usize,
    school: usize,
    ledger: &mut Ledger,
) -> AchievementPortrait {
    let moments: Vec<Moment> = by_moment(records, school)
        .iter()
        .map(|(month, own)| moment(*month, own, references, k, ledger))
        .collect();
    let grouped = moments.iter().any(|moment| !moment.year_groups.is_empty());
    AchievementPortrait {
        reference: references.filter(|_| grouped).map(References::kind),
        moments,
    }
}

fn moment(
    month: i32,
    last: &BTreeMap<&str, &ScoreRecord>,
    references: Option<&References>,
    k: usize,
    ledger: &mut Ledger,
) -> Moment {
    let name = format!("month {month}");
    let enough = last.len() >= FEWEST_CLASSES * k;
    let points: BTreeMap<&str, f64> = last.iter().map(|(key, at)| (*key, at.score)).collect();
    let mean = if enough {
        ledger.pupil_mean(&name, &points, k)
    } else {
        Disclosed::withheld(Suppressed::TooFewPeople)
    };
    // The whole first, so that what a year group would tell of the others is known when it is judged.
    let mut groups: BTreeMap<u8, BTreeMap<&str, &ScoreRecord>> = BTreeMap::new();
    for (key, at) in last {
        if let Some(group) = at.year_group {
            groups.entry(group).or_default().insert(key, at);
        }
    }
    let side = |at: &ScoreRecord| references.and_then(|known| known.is_above(at));
    let all: BTreeMap<&str, bool> = last
        .iter()
        .filter_map(|(key, at)| Some((*key, side(at)?)))
        .collect();
    let parts: Vec<BTreeMap<&str, bool>> = groups
        .values()
        .map(|own| {
            own.keys()
                .filter_map(|key| Some((*key, *all.get(key)?)))
                .collect()
        })
        .collect();
    let whole = (all.len() >= FEWEST_CLASSES * k).then_some(&all);
    let (above, of_groups) = ledger.pupils_above(&name, whole, &parts, k);
    let year_groups = groups
        .iter()
        .zip(of_groups)
        .map(|((group, own), above)| {
            let points: BTreeMap<&str, f64> =
                own.iter().map(|(key, at)| (*key, at.score)).collect();
            YearGroup {
                year_group: *group,
                n_pupils: headcount(own.len()),
                mean: ledger.pupil_mean(&name, &points, k),
                above: references.map(|_| above),
            }
        })
        .collect();
    Moment {
        month,
        n_pupils: headcount(last.len()),
        mean,
        above: references.map(|_| above),
        year_groups,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::records::PupilRecord;

    fn pupil(n: usize, school: usize, scores: &[(f64, f64)]) -> PupilRecord {
        PupilRecord {
            key: format!("p{n:03}"),
            school,
            weight: None,
            attributes: BTreeMap::new(),
            scores: scores
                .iter()
                .map(|(month, score)| ScoreRecord {
                    month: *month,
                    score: *score,
                    ..ScoreRecord::default()
                })
                .collect(),
        }
    }

    #[test]
    fn moments_are_told_apart_and_a_pupil_counts_once_in_each() {
        let mut pupils: Vec<PupilRecord> = (0..30)
            .map(|n| {
                // Tested over three weeks around January, and in June; one of them twice.
                let spread = f64::from(n as u32) / 40.0;
                pupil(
                    n,
                    0,
                    &[(3.6 + spread, 40.0 + n as f64), (9.0, 60.0 + n as f64)],
                )
            })
            .collect();
        pupils[0].scores.insert(
            1,
            ScoreRecord {
                month: 5.0,
                score: 70.0,
                ..ScoreRecord::default()
            },
        );
        pupils.push(pupil(99, 1, &[(9.0, 500.0)]));
        let records = Records {
            pupils,
            ..Records::default()
        };
        let told = achievement_portrait(&records, None, 10, 0, &mut Ledger::default());
        let months: Vec<i32> = told.moments.iter().map(|moment| moment.month).collect();
        assert_eq!(months, [4, 9]);
        assert_eq!(told.moments[0].n_pupils.shown(), Ok(&30));
        // (40 + ... + 69) / 30, with the first 40 as a 70; and the middle of 60 to 89.
        assert_eq!(told.moments[0].mean.shown(), Ok(&55.5));
        assert_eq!(told.moments[1].mean.shown(), Ok(&74.5));
        let few = achievement_portrait(&records, None, 11, 0, &mut Ledger::default());
        assert_eq!(few.moments[0].mean.shown(), Err(Suppressed::TooFewPeople));
        let none = achievement_portrait(&records, None, 10, 2, &mut Ledger::default());
        assert!(none.moments.is_empty());
    }

    /// Forty in year group 5, thirty in 6 and six in 7; five schools alike.
    fn grouped() -> Records {
        let sizes = [(5u8, 40), (6, 30), (7, 6)];
        let pupils = (0..5).flat_map(|school| {
            sizes.into_iter().flat_map(move |(group, n)| {
                (0..n).map(move |i| {
                    let mut own = pupil(
                        i,
                        school,
                        &[(6.0, 50.0 + f64::from(i as u32 % 10) + school as f64)],
                    );
                    own.key = format!("{school}-{group}-{i:02}");
                    own.scores[0].year_group = Some(group);
                    own
                })
            })
        });
        Records {
            pupils: pupils.collect(),
            ..Records::default()
        }
    }

    #[test]
    fn a_small_year_group_is_told_by_nothing_and_not_by_subtraction() {
        let records = grouped();
        let references = References::of(&records, 10).unwrap();
        assert_eq!(references.kind(), Reference::Study);
        let told = achievement_portrait(&records, Some(&references), 10, 0, &mut Ledger::default());
        let moment = &told.moments[0];
        assert!(moment.mean.shown().is_ok());
        let why: Vec<Option<Suppressed>> = moment
            .year_groups
            .iter()
            .map(|group| group.mean.shown().err())
            .collect();
        // The first is told; with the second whoever has the whole would have the six of the third.
        assert_eq!(
            why,
            [
                None,
                Some(Suppressed::WouldTellOthers),
                Some(Suppressed::TooFewPeople)
            ]
        );
        // Of group 7 no school has ten, so that there is no mean of the study to hold them against.
        let above = moment.above.as_ref().and_then(|above| above.shown().ok());
        assert!(above.is_some_and(|above| above.of == 70 && above.low > 3));
    }

    #[test]
    fn the_mean_of_the_country_goes_before_that_of_the_study() {
        let mut records = grouped();
        for pupil in &mut records.pupils {
            pupil.scores[0].national = Some(50.5);
        }
        let references = References::of(&records, 10).unwrap();
        assert_eq!(references.kind(), Reference::National);
        // 1 to 9 of each ten are above 50,5 at the first school.
        let told = achievement_portrait(&records, Some(&references), 10, 0, &mut Ledger::default());
        let above = told.moments[0].year_groups[0].above.as_ref().unwrap();
        assert_eq!(
            above.shown().map(|above| (above.low, above.of)),
            Ok((36, 40))
        );
        records.pupils.retain(|pupil| pupil.school < 2);
        for pupil in &mut records.pupils {
            pupil.scores[0].national = None;
        }
        // Of two schools one would be told what the other scored.
        let few = References::of(&records, 10).unwrap();
        assert_eq!(few.is_above(&records.pupils[0].scores[0]), None);
    }
}
