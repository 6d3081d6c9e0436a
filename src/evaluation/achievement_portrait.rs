//! How the pupils of one school scored over the test moments: means of whole schools, and nothing of an effect.

use std::collections::BTreeMap;

use super::portrait::{AchievementPortrait, Moment};
use crate::domain::disclosure::{Disclosed, Ledger, Suppressed, headcount};
use crate::domain::records::Records;

/// Tests of one moment are taken within so many months of the first of them.
const WIDEST: f64 = 2.0;

/// A school's pupils are told about from so many classes on. Classes are not known here: there must be as many pupils as
/// fill so many of the smallest size.
const FEWEST_CLASSES: usize = 3;

/// Records hold scores of cohorts whose every wave is closed, and of no other: there is nothing here before.
pub fn achievement_portrait(
    records: &Records,
    k: usize,
    school: usize,
    ledger: &mut Ledger,
) -> AchievementPortrait {
    let mut scores: Vec<(f64, &str, f64)> = records
        .pupils
        .iter()
        .filter(|pupil| pupil.school == school)
        .flat_map(|pupil| {
            let own = pupil.scores.iter();
            own.map(|score| (score.month, pupil.key.as_str(), score.score))
        })
        .collect();
    scores.sort_by(|a, b| {
        a.0.total_cmp(&b.0)
            .then_with(|| a.1.cmp(b.1))
            .then_with(|| a.2.total_cmp(&b.2))
    });
    let mut moments = Vec::new();
    let mut rest = scores.as_slice();
    while let Some((first, ..)) = rest.first() {
        let n = rest.partition_point(|(month, ..)| month - first <= WIDEST);
        let (own, later) = rest.split_at(n);
        moments.push(moment(own, k, ledger));
        rest = later;
    }
    AchievementPortrait { moments }
}

/// `scores` by month: the month of the middle one stands for the moment.
fn moment(scores: &[(f64, &str, f64)], k: usize, ledger: &mut Ledger) -> Moment {
    // A test that was taken again counts once, as it was last.
    let last: BTreeMap<&str, f64> = scores
        .iter()
        .map(|(_, pupil, score)| (*pupil, *score))
        .collect();
    let month = scores[scores.len() / 2].0.round() as i32;
    let mean = if last.len() < FEWEST_CLASSES * k {
        Disclosed::withheld(Suppressed::TooFewPeople)
    } else {
        ledger.pupil_mean(&format!("month {month}"), &last, k)
    };
    Moment {
        month,
        n_pupils: headcount(last.len()),
        mean,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::records::{PupilRecord, ScoreRecord};

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
            },
        );
        pupils.push(pupil(99, 1, &[(9.0, 500.0)]));
        let records = Records {
            pupils,
            ..Records::default()
        };
        let told = achievement_portrait(&records, 10, 0, &mut Ledger::default());
        let months: Vec<i32> = told.moments.iter().map(|moment| moment.month).collect();
        assert_eq!(months, [4, 9]);
        assert_eq!(told.moments[0].n_pupils.shown(), Ok(&30));
        // (40 + ... + 69) / 30, with the first 40 as a 70; and the middle of 60 to 89.
        assert_eq!(told.moments[0].mean.shown(), Ok(&55.5));
        assert_eq!(told.moments[1].mean.shown(), Ok(&74.5));
        let few = achievement_portrait(&records, 11, 0, &mut Ledger::default());
        assert_eq!(few.moments[0].mean.shown(), Err(Suppressed::TooFewPeople));
        let none = achievement_portrait(&records, 10, 2, &mut Ledger::default());
        assert!(none.moments.is_empty());
    }
}
