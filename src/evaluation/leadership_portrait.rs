//! What teachers said about their principal, as the principal may see it: scale means over the whole team, never by
//! group, and never with an answer of whoever leads the school.

use std::collections::{BTreeMap, BTreeSet};

use super::portrait::{LeadershipPortrait, LeadershipWave, ScalePortrait};
use super::scales::ScaleDefinition;
use crate::domain::disclosure::{Disclosed, Suppressed, headcount, team_mean};
use crate::domain::records::Records;

/// Who led a school in each wave, as records call them; by wave.
pub type Leaders = BTreeMap<String, BTreeSet<String>>;

/// `scales` are those about the principal, `k` the smallest number of people who may be behind a figure about one.
pub fn leadership_portrait(
    records: &Records,
    k: usize,
    scales: &[ScaleDefinition],
    school: usize,
    leaders: &Leaders,
) -> LeadershipPortrait {
    let none = BTreeSet::new();
    let waves = records.waves.iter().enumerate().filter_map(|(wave, key)| {
        let led_by = leaders.get(key).unwrap_or(&none);
        let sheets: Vec<_> = records
            .answers
            .iter()
            .filter(|sheet| sheet.school == school && sheet.wave == wave)
            .filter(|sheet| !led_by.contains(&sheet.respondent))
            .collect();
        let scales: Vec<ScalePortrait> = scales
            .iter()
            .filter_map(|scale| {
                let scores: Vec<f64> = sheets
                    .iter()
                    .filter_map(|sheet| scale.score(&sheet.items).ok())
                    .collect();
                (!scores.is_empty()).then(|| ScalePortrait {
                    scale: scale.key.clone(),
                    minimum: scale.min,
                    maximum: scale.max,
                    n: headcount(scores.len()),
                    mean: team_mean(&scores, scale.min, scale.max, k),
                    change: None,
                    usual: Disclosed::withheld(Suppressed::NotDefined),
                    groups: Vec::new(),
                    items: Vec::new(),
                })
            })
            .collect();
        (!scales.is_empty()).then(|| LeadershipWave {
            wave: key.clone(),
            led_by: led_by.iter().cloned().collect(),
            scales,
        })
    });
    LeadershipPortrait {
        waves: waves.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::records::{AnswerSheet, SchoolRecord};

    fn records(answers: &[(&str, f64)]) -> Records {
        Records {
            waves: vec!["T1".to_owned(), "T2".to_owned()],
            schools: vec![SchoolRecord::default(), SchoolRecord::default()],
            answers: answers
                .iter()
                .map(|(respondent, value)| AnswerSheet {
                    respondent: (*respondent).to_owned(),
                    school: 0,
                    wave: 0,
                    items: BTreeMap::from([("q".to_owned(), *value)]),
                })
                .collect(),
            ..Records::default()
        }
    }

    fn scale() -> ScaleDefinition {
        ScaleDefinition {
            key: "leadership".to_owned(),
            items: vec!["q".to_owned()],
            needed: 1,
            min: 1.0,
            max: 5.0,
            ..ScaleDefinition::default()
        }
    }

    const TEAM: [(&str, f64); 7] = [
        ("a", 2.0),
        ("b", 3.0),
        ("c", 4.0),
        ("d", 3.0),
        ("e", 3.0),
        ("f", 4.0),
        ("g", 2.0),
    ];

    #[test]
    fn what_the_principal_answered_counts_for_nothing() {
        let leaders = Leaders::from([("T1".to_owned(), BTreeSet::from(["z".to_owned()]))]);
        let told = |answers: &[(&str, f64)]| {
            leadership_portrait(&records(answers), 7, &[scale()], 0, &leaders)
        };
        let without = told(&TEAM);
        assert_eq!(without.waves.len(), 1);
        assert_eq!(without.waves[0].scales[0].mean.shown(), Ok(&3.0));
        assert_eq!(without.waves[0].led_by, ["z"]);
        let with: Vec<_> = TEAM.iter().copied().chain([("z", 5.0)]).collect();
        assert_eq!(told(&with), without);
        // Nor does the principal make up the number: six others and the principal are six.
        let six: Vec<_> = TEAM[..6].iter().copied().chain([("z", 3.0)]).collect();
        let withheld = &told(&six).waves[0].scales[0];
        assert_eq!(withheld.mean.shown(), Err(Suppressed::TooFewPeople));
        // Another school is not this one.
        let other = leadership_portrait(&records(&TEAM), 7, &[scale()], 1, &leaders);
        assert!(other.waves.is_empty());
    }
}
