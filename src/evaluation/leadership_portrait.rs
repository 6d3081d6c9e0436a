//! What teachers said about their principal, as the principal may see it: scale means over the whole team, never by
//! group, and never with an answer of whoever leads the school.

use std::collections::{BTreeMap, BTreeSet};

use super::portrait::{LeadershipPortrait, LeadershipWave};
use super::portrayal::{Asked, Teams, judged_scale};
use super::scales::ScaleDefinition;
use crate::domain::disclosure::{Ledger, TeamRules};
use crate::domain::records::Records;
use crate::domain::study::Subject;

/// Who led a school in each wave, as records call them, in whichever of their roles; by wave.
pub type Leaders = BTreeMap<String, BTreeSet<String>>;

/// `scales` are those about the principal; the school is an index into the records, with who led it.
pub fn leadership_portrait(
    records: &Records,
    rules: &TeamRules,
    scales: &[ScaleDefinition],
    (school, leaders): (usize, &Leaders),
    ledger: &mut Ledger,
) -> LeadershipPortrait {
    let none = BTreeSet::new();
    let rosters = records
        .rosters
        .iter()
        .filter(|roster| roster.school == school);
    let waves = rosters.filter_map(|roster| {
        let wave = &records.waves[roster.wave];
        let led_by = leaders.get(wave).unwrap_or(&none);
        // Nobody who leads the school, if only beside teaching, is among those who speak of it.
        let team = Records {
            waves: records.waves.clone(),
            answers: records
                .answers
                .iter()
                .filter(|sheet| sheet.school == school && sheet.wave == roster.wave)
                .filter(|sheet| !led_by.contains(&sheet.respondent))
                .cloned()
                .collect(),
            ..Records::default()
        };
        let asked = Asked {
            records: &team,
            roster,
            rules,
            about: Subject::Principal,
        };
        let scales: Vec<_> = scales
            .iter()
            .filter_map(|scale| judged_scale(&asked, scale, &Teams::default(), ledger))
            .collect();
        (!scales.is_empty()).then(|| LeadershipWave {
            wave: wave.clone(),
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
    use crate::domain::disclosure::Suppressed;
    use crate::domain::records::{AnswerSheet, PersonRecord, RosterRecord, SchoolRecord};

    fn records(answers: &[(&str, f64)]) -> Records {
        Records {
            waves: vec!["T1".to_owned(), "T2".to_owned()],
            schools: vec![SchoolRecord::default(), SchoolRecord::default()],
            rosters: vec![RosterRecord {
                persons: answers
                    .iter()
                    .map(|(key, _)| PersonRecord {
                        key: (*key).to_owned(),
                        // Teaches first, and leads beside it.
                        role: Some("teacher".to_owned()),
                        groups: Vec::new(),
                        responded: true,
                        present: true,
                        attributes: BTreeMap::new(),
                    })
                    .collect(),
                ..RosterRecord::default()
            }],
            answers: answers
                .iter()
                .map(|(respondent, value)| AnswerSheet {
                    respondent: (*respondent).to_owned(),
                    school: 0,
                    wave: 0,
                    items: [("q", *value)].into(),
                    seconds_per_item: None,
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
        let rules = TeamRules::default();
        let told = |answers: &[(&str, f64)], school: usize| {
            leadership_portrait(
                &records(answers),
                &rules,
                &[scale()],
                (school, &leaders),
                &mut Ledger::default(),
            )
        };
        let without = told(&TEAM, 0);
        assert_eq!(without.waves.len(), 1);
        assert_eq!(without.waves[0].scales[0].mean.shown(), Ok(&3.0));
        assert_eq!(without.waves[0].led_by, ["z"]);
        let with: Vec<_> = TEAM.iter().copied().chain([("z", 5.0)]).collect();
        assert_eq!(told(&with, 0), without);
        // Nor does the principal make up the number: six others and the principal are six.
        let six: Vec<_> = TEAM[..6].iter().copied().chain([("z", 3.0)]).collect();
        let withheld = &told(&six, 0).waves[0].scales[0];
        assert_eq!(withheld.mean.shown(), Err(Suppressed::TooFewPeople));
        // Another school is not this one.
        assert!(told(&TEAM, 1).waves.is_empty());
    }
}
