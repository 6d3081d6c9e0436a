//! Five years of scores per school for the research desk: who was tested at which moment, what they scored, how many were
//! above the mean, by year group. Pupils as counts and means of enough of them; no pupil and no effect.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::achievement_portrait::{References, by_moment};
use super::growth_model::mathematics;
use super::portrait::Reference;
use super::pupil_weights;
use crate::domain::records::{Records, ScoreRecord};

/// The trend is of so many months up to the last test.
pub const FIVE_YEARS: i32 = 60;

/// One school.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SchoolTrend {
    pub school: String,
    pub cohort: String,
    /// `throughout`, `part` or `not`, where it is known.
    pub mathematics: Option<String>,
    pub reference: Option<Reference>,
    pub moments: Vec<TrendMoment>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrendMoment {
    /// Months since the intervention began at this school.
    pub month: i32,
    pub n_pupils: usize,
    /// Tested now and not at the moment before, and the other way round.
    pub n_came: usize,
    pub n_went: usize,
    /// Of those whose weight is known, the share of the category that describes a school.
    pub share: Option<f64>,
    /// None of fewer pupils than the threshold, as in everything below.
    pub mean: Option<f64>,
    pub above: Option<f64>,
    pub year_groups: Vec<TrendGroup>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrendGroup {
    pub year_group: u8,
    pub n_pupils: usize,
    pub mean: Option<f64>,
    pub above: Option<f64>,
}

/// Every school with scores, in their order.
pub fn achievement_trends(records: &Records, k: usize) -> Vec<SchoolTrend> {
    let references = References::of(records, k);
    let weights = pupil_weights::table();
    let mut weight_of: Vec<BTreeMap<&str, &str>> = vec![BTreeMap::new(); records.schools.len()];
    for pupil in &records.pupils {
        if let Some(weight) = &pupil.weight {
            weight_of[pupil.school].insert(&pupil.key, weights.category(weight));
        }
    }
    let schools = records.schools.iter().enumerate();
    schools
        .filter_map(|(index, school)| {
            let mut moments = by_moment(records, index);
            let last = moments.last()?.0;
            moments.retain(|(month, _)| *month > last - FIVE_YEARS);
            let mut before: BTreeSet<&str> = BTreeSet::new();
            let mut first = true;
            let moments = moments
                .iter()
                .map(|(month, own)| {
                    let now: BTreeSet<&str> = own.keys().copied().collect();
                    let known = now.iter().filter_map(|key| weight_of[index].get(key));
                    let (n, shared) = known.fold((0usize, 0usize), |(n, of), weight| {
                        (n + 1, of + usize::from(**weight == weights.composition))
                    });
                    let told = TrendMoment {
                        month: *month,
                        n_pupils: now.len(),
                        n_came: if first {
                            0
                        } else {
                            now.difference(&before).count()
                        },
                        n_went: before.difference(&now).count(),
                        share: (n >= k).then(|| shared as f64 / n as f64),
                        mean: mean(own.values().copied(), k),
                        above: above(references.as_ref(), own.values().copied(), k),
                        year_groups: groups(references.as_ref(), own, k),
                    };
                    (before, first) = (now, false);
                    told
                })
                .collect();
            Some(SchoolTrend {
                school: school.key.clone(),
                cohort: school.attributes.get("cohort").cloned().unwrap_or_default(),
                mathematics: mathematics(school),
                reference: references.as_ref().map(References::kind),
                moments,
            })
        })
        .collect()
}

fn groups(
    references: Option<&References>,
    own: &BTreeMap<&str, &ScoreRecord>,
    k: usize,
) -> Vec<TrendGroup> {
    let mut groups: BTreeMap<u8, Vec<&ScoreRecord>> = BTreeMap::new();
    for score in own.values() {
        if let Some(group) = score.year_group {
            groups.entry(group).or_default().push(score);
        }
    }
    let told = |(year_group, scores): (u8, Vec<&ScoreRecord>)| TrendGroup {
        year_group,
        n_pupils: scores.len(),
        mean: mean(scores.iter().copied(), k),
        above: above(references, scores.iter().copied(), k),
    };
    groups.into_iter().map(told).collect()
}

fn mean<'r>(scores: impl Iterator<Item = &'r ScoreRecord>, k: usize) -> Option<f64> {
    let (n, sum) = scores.fold((0usize, 0.0), |(n, sum), at| (n + 1, sum + at.score));
    (n >= k && n > 0).then(|| sum / n as f64)
}

fn above<'r>(
    references: Option<&References>,
    scores: impl Iterator<Item = &'r ScoreRecord>,
    k: usize,
) -> Option<f64> {
    let references = references?;
    let sides = scores.filter_map(|at| references.is_above(at));
    let (n, above) = sides.fold((0usize, 0usize), |(n, all), above| {
        (n + 1, all + usize::from(above))
    });
    (n >= k && n > 0).then(|| above as f64 / n as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::records::{PupilRecord, SchoolRecord};

    #[test]
    fn who_came_and_went_is_counted_and_few_are_not_told() {
        let pupil = |n: usize, months: &[f64]| PupilRecord {
            key: n.to_string(),
            school: 0,
            weight: Some(if n < 6 { "1.2" } else { "0" }.to_owned()),
            attributes: BTreeMap::new(),
            scores: months
                .iter()
                .map(|month| ScoreRecord {
                    month: *month,
                    score: 50.0,
                    year_group: Some(if n < 4 { 5 } else { 6 }),
                    national: Some(49.0),
                })
                .collect(),
        };
        let mut pupils: Vec<PupilRecord> = (0..12).map(|n| pupil(n, &[-80.0, 0.0, 6.0])).collect();
        pupils.push(pupil(12, &[0.0]));
        pupils.extend((13..16).map(|n| pupil(n, &[6.0])));
        let school = SchoolRecord {
            key: "eik".to_owned(),
            attributes: [("subject_year1", "1"), ("subject_year2", "2")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
        };
        let records = Records {
            schools: vec![school],
            pupils,
            ..Records::default()
        };
        let told = achievement_trends(&records, 10);
        let moments: Vec<(i32, usize, usize, usize)> = told[0]
            .moments
            .iter()
            .map(|moment| (moment.month, moment.n_pupils, moment.n_came, moment.n_went))
            .collect();
        assert_eq!(moments, [(0, 13, 0, 0), (6, 15, 3, 1)]);
        let last = &told[0].moments[1];
        assert_eq!(
            (last.mean, last.above, last.share),
            (Some(50.0), Some(1.0), Some(0.4))
        );
        assert_eq!(
            (last.year_groups[0].mean, last.year_groups[1].mean),
            (None, Some(50.0))
        );
        assert_eq!(told[0].mathematics.as_deref(), Some("part"));
    }
}
