//! How a school's portrait is made: response, collaboration between groups, and scales, each figure judged by the ledger
//! of what the school was told.
//!
//! The order is fixed: wave by wave; of a wave each relation, then each scale; of a scale the mean of the team, then
//! those of its groups, then its items.

use std::collections::{BTreeMap, BTreeSet};

use schakel_analysis::network::{Cell, Network};

use super::networks::network;
use super::portrait::{
    Block, Group, GroupMean, ItemPortrait, Portrait, RelationPortrait, ScalePortrait, WavePortrait,
};
use super::scales::ScaleDefinition;
use crate::domain::disclosure::{
    AnswerScale, Cells, Disclosed, Ledger, NetworkFigures, Ratings, Suppressed, TeamRules,
    headcount,
};
use crate::domain::records::{AnswerSheet, Records, RosterRecord};
use crate::domain::roster::PRINCIPAL;
use crate::domain::study::Subject;

/// `scales` are those whose means a school sees; what is about one person (the principal) is not among them. `ledger` holds
/// what this school was told before, and takes in what it is told now.
pub fn portrait(
    records: &Records,
    rules: &TeamRules,
    scales: &[ScaleDefinition],
    school: usize,
    ledger: &mut Ledger,
) -> Portrait {
    let rosters = records
        .rosters
        .iter()
        .filter(|roster| roster.school == school);
    Portrait {
        waves: rosters
            .map(|roster| wave_portrait(records, rules, scales, roster, ledger))
            // A wave in which the team was asked nothing has nothing to show.
            .filter(|wave| !wave.relations.is_empty() || !wave.scales.is_empty())
            .collect(),
    }
}

fn wave_portrait(
    records: &Records,
    rules: &TeamRules,
    scales: &[ScaleDefinition],
    roster: &RosterRecord,
    ledger: &mut Ledger,
) -> WavePortrait {
    let teams = teams(roster, rules);
    let wave = &records.waves[roster.wave];
    let relations = records
        .relations
        .iter()
        .enumerate()
        .filter_map(|(index, relation)| {
            let net = network(roster, index, 0.0, None)?;
            let cells = cells(roster, &net, &teams);
            let told = ledger.network(wave, relation, &cells, rules);
            Some(relation_portrait(relation, told, &teams, &net, rules))
        })
        .collect();
    let asked = Asked {
        records,
        roster,
        rules,
        about: Subject::Own,
    };
    let scales = scales
        .iter()
        .filter_map(|scale| judged_scale(&asked, scale, &teams, ledger))
        .collect();
    let present = || roster.persons.iter().filter(|person| person.present);
    WavePortrait {
        wave: wave.clone(),
        grouped: present().any(|person| !person.groups.is_empty()),
        n_members: headcount(present().count()),
        n_answered: headcount(present().filter(|person| person.responded).count()),
        since: None,
        groups: teams.groups,
        relations,
        scales,
    }
}

fn relation_portrait(
    relation: &str,
    told: NetworkFigures,
    teams: &Teams,
    net: &Network,
    rules: &TeamRules,
) -> RelationPortrait {
    let n = teams.groups.len();
    // Of a silent team there is no picture at all.
    let enough = net.response_rate().unwrap_or(0.0) >= rules.flag;
    let blocks = told.blocks.into_iter().enumerate().filter(|_| enough);
    RelationPortrait {
        relation: relation.to_owned(),
        density: told.density,
        reciprocity: told.reciprocity,
        blocks: blocks
            .map(|(cell, share)| Block {
                from: cell / n,
                to: cell % n,
                share,
            })
            .collect(),
        change: None,
        alike: Disclosed::withheld(Suppressed::NotDefined),
        persons: Disclosed::withheld(Suppressed::NoConsent),
    }
}

/// A network as the ledger judges it: those who were on the list, and what is known of whom they named.
fn cells<'a>(roster: &'a RosterRecord, net: &Network, teams: &Teams) -> Cells<'a> {
    let here: Vec<usize> = (0..roster.persons.len())
        .filter(|&person| net.is_present(person))
        .collect();
    let picture = teams.groups.len() >= 2;
    let named = here.iter().flat_map(|&ego| {
        here.iter().map(move |&alter| {
            if ego == alter {
                return None;
            }
            match net.cell(ego, alter) {
                Cell::Present(_) => Some(true),
                Cell::Absent => Some(false),
                Cell::Unknown | Cell::Impossible => None,
            }
        })
    });
    let people = here
        .iter()
        .map(|&person| roster.persons[person].key.as_str());
    Cells {
        people: people.collect(),
        answered: here.iter().map(|&person| net.observed(person)).collect(),
        named: named.collect(),
        group: here
            .iter()
            .map(|&person| teams.of_person[person].filter(|_| picture))
            .collect(),
        n_groups: if picture { teams.groups.len() } else { 0 },
    }
}

/// Whose answers are judged, about what, and by which rules.
pub struct Asked<'a> {
    pub records: &'a Records,
    pub roster: &'a RosterRecord,
    pub rules: &'a TeamRules,
    /// About the principal, the principal's own answers do not count, and the threshold is its own.
    pub about: Subject,
}

/// A scale in one wave: the mean of the team, of its groups, and what it says about each item. `None` where nobody
/// answered it. Without groups ([`Teams::default`]) there are no group means.
pub fn judged_scale(
    asked: &Asked<'_>,
    scale: &ScaleDefinition,
    teams: &Teams,
    ledger: &mut Ledger,
) -> Option<ScalePortrait> {
    let sheets = sheets(asked);
    let scores: BTreeMap<&str, f64> = sheets
        .iter()
        .filter_map(|sheet| Some((sheet.respondent.as_str(), scale.score(&sheet.items).ok()?)))
        .collect();
    if scores.is_empty() {
        return None;
    }
    let wave = &asked.records.waves[asked.roster.wave];
    let k = match asked.about {
        Subject::Principal => asked.rules.k_principal,
        _ => asked.rules.k,
    };
    let (minimum, maximum) = scale.ends();
    let measure = Ledger::mean_of(&scale.key);
    let ratings = Ratings {
        wave,
        measure: &measure,
        scale: AnswerScale {
            minimum,
            maximum,
            steps_per_unit: steps_per_unit(scale),
        },
        k,
        scores,
    };
    let mean = ledger.team_mean(&ratings);
    let members: Vec<BTreeSet<&str>> = (0..teams.groups.len())
        .filter(|_| teams.groups.len() >= 2)
        .map(|group| teams.members(asked.roster, group))
        .collect();
    let means = ledger.group_means(&ratings, &members);
    let groups = means
        .into_iter()
        .enumerate()
        .map(|(group, mean)| {
            let answered = members[group]
                .iter()
                .filter(|person| ratings.scores.contains_key(*person));
            GroupMean {
                group,
                n: match answered.count() {
                    n if n >= k => headcount(n),
                    _ => Disclosed::withheld(Suppressed::TooFewPeople),
                },
                mean,
            }
        })
        .collect();
    let k = k.max(asked.rules.k_distribution);
    // Right or wrong is not a matter of opinion.
    let rated = scale.items.iter().filter(|_| scale.test.is_none());
    let items = rated
        .map(|item| {
            let answers = sheets
                .iter()
                .filter_map(|sheet| Some((sheet.respondent.as_str(), sheet.items.get(item)?)));
            // Where the mean lies too near an end to be told, the items would tell which end it is.
            let said = match mean.shown() {
                Err(why) => Disclosed::withheld(why),
                Ok(_) => ledger.said(&Ratings {
                    wave,
                    measure: &Ledger::item_of(item),
                    scale: AnswerScale {
                        steps_per_unit: Some(1),
                        ..ratings.scale
                    },
                    k,
                    scores: answers.collect(),
                }),
            };
            ItemPortrait {
                item: item.clone(),
                said,
            }
        })
        .collect();
    Some(ScalePortrait {
        scale: scale.key.clone(),
        minimum: scale.min,
        maximum: scale.max,
        n: headcount(ratings.scores.len()),
        mean,
        change: None,
        usual: Disclosed::withheld(Suppressed::NotDefined),
        groups,
        items,
    })
}

/// What the people on the list answered in this wave.
fn sheets<'a>(asked: &Asked<'a>) -> Vec<&'a AnswerSheet> {
    let is_principal = |sheet: &AnswerSheet| {
        let person = asked
            .roster
            .persons
            .iter()
            .find(|person| person.key == sheet.respondent);
        person.is_some_and(|person| person.role.as_deref() == Some(PRINCIPAL))
    };
    asked
        .records
        .answers
        .iter()
        .filter(|sheet| sheet.school == asked.roster.school && sheet.wave == asked.roster.wave)
        .filter(|sheet| asked.about != Subject::Principal || !is_principal(sheet))
        .collect()
}

/// Scores are means of as many items as were answered: the steps in which they can differ, unless these are so small
/// that nothing can be told from them.
pub(super) fn steps_per_unit(scale: &ScaleDefinition) -> Option<u32> {
    const FINE: u32 = 60;
    scale.n_options()?;
    let fewest = scale.needed.max(1);
    let mut steps: u32 = 1;
    for n_items in fewest..=scale.items.len() {
        let n_items = u32::try_from(n_items).ok()?;
        steps = steps / gcd(steps, n_items) * n_items;
        if steps > FINE {
            return None;
        }
    }
    Some(steps)
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// The groups of a team that may be named, and who is in which.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Teams {
    pub groups: Vec<Group>,
    /// Per person of the roster.
    pub of_person: Vec<Option<usize>>,
}

impl Teams {
    /// The people of one group, as the records call them.
    pub fn members<'a>(&self, roster: &'a RosterRecord, group: usize) -> BTreeSet<&'a str> {
        let people = roster.persons.iter().zip(&self.of_person);
        people
            .filter(|(_, own)| **own == Some(group))
            .map(|(person, _)| person.key.as_str())
            .collect()
    }
}

/// The groups of the picture and, per person, which of them. A group under the threshold is merged with the smallest
/// other one; leadership, and whoever belongs to no group, goes with the smallest group, so that no circle is a person.
pub fn teams(roster: &RosterRecord, rules: &TeamRules) -> Teams {
    let single = |role: &Option<String>| {
        role.as_ref()
            .is_some_and(|role| rules.single_roles.contains(role))
    };
    // Per person who was there, the group they bring.
    let own: Vec<Option<Option<&str>>> = roster
        .persons
        .iter()
        .map(|person| {
            let group = person.groups.first().map(String::as_str);
            person
                .present
                .then(|| group.filter(|_| !single(&person.role)))
        })
        .collect();
    let mut names: Vec<&str> = own.iter().flatten().flatten().copied().collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() {
        return Teams {
            groups: Vec::new(),
            of_person: vec![None; own.len()],
        };
    }
    // Which of the merged groups each name stands in.
    let mut merged: Vec<Vec<&str>> = names.into_iter().map(|name| vec![name]).collect();
    let size = |names: &[&str]| {
        own.iter()
            .flatten()
            .flatten()
            .filter(|name| names.contains(name))
            .count()
    };
    let loose = own.iter().flatten().filter(|name| name.is_none()).count();
    loop {
        merged.sort_by_key(|names| (size(names), names.clone()));
        // The smallest takes in those without a group before it is judged too small.
        if merged.len() < 2 || size(&merged[0]) + loose >= rules.k && size(&merged[1]) >= rules.k {
            break;
        }
        let smallest = merged.remove(0);
        merged[0].extend(smallest);
        merged[0].sort_unstable();
    }
    let home = merged[0].clone();
    merged.sort();
    let of_person: Vec<Option<usize>> = own
        .iter()
        .map(|name| {
            let name = (*name)?.unwrap_or(home[0]);
            merged.iter().position(|names| names.contains(&name))
        })
        .collect();
    let groups = merged
        .iter()
        .enumerate()
        .map(|(index, names)| Group {
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            n: of_person
                .iter()
                .filter(|group| **group == Some(index))
                .count(),
        })
        .collect();
    Teams { groups, of_person }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::records::{PersonRecord, SchoolRecord};

    fn rules() -> TeamRules {
        TeamRules {
            single_roles: vec!["principal".to_owned()],
            ..TeamRules::default()
        }
    }

    fn person(key: &str, role: &str, group: Option<&str>) -> PersonRecord {
        PersonRecord {
            key: key.to_owned(),
            role: Some(role.to_owned()),
            groups: group.map(str::to_owned).into_iter().collect(),
            responded: true,
            present: true,
            attributes: Default::default(),
        }
    }

    fn roster(sizes: &[(&str, usize)], leaders: usize) -> RosterRecord {
        let mut persons: Vec<PersonRecord> = sizes
            .iter()
            .flat_map(|(group, n)| {
                (0..*n).map(move |i| person(&format!("{group}{i}"), "teacher", Some(group)))
            })
            .collect();
        persons.extend((0..leaders).map(|i| person(&format!("z{i}"), "principal", None)));
        RosterRecord {
            school: 0,
            wave: 0,
            persons,
            nominations: vec![Some(Vec::new())],
        }
    }

    #[test]
    fn leadership_is_never_a_circle_of_its_own_and_small_groups_are_merged() {
        let rules = rules();
        let Teams {
            groups: found,
            of_person,
        } = teams(
            &roster(&[("boven", 6), ("midden", 2), ("onder", 5)], 2),
            &rules,
        );
        let names: Vec<Vec<String>> = found.iter().map(|group| group.names.clone()).collect();
        assert_eq!(
            names,
            [
                vec!["boven".to_owned()],
                vec!["midden".to_owned(), "onder".to_owned()]
            ]
        );
        assert_eq!(found.iter().map(|group| group.n).sum::<usize>(), 15);
        assert_eq!(of_person.len(), 15);
        assert!(found.iter().all(|group| group.n >= rules.k));
    }

    #[test]
    fn leadership_fills_up_the_smallest_group() {
        let rules = rules();
        let Teams { groups: found, .. } = teams(&roster(&[("boven", 6), ("onder", 4)], 2), &rules);
        assert_eq!(
            found.iter().map(|group| group.n).collect::<Vec<_>>(),
            [6, 6]
        );
    }

    #[test]
    fn a_small_team_has_no_picture_and_says_why() {
        let rules = rules();
        let records = Records {
            waves: vec!["T1".into()],
            relations: vec!["goals".into()],
            schools: vec![SchoolRecord::default()],
            rosters: vec![roster(&[("boven", 3), ("onder", 3)], 1)],
            ..Records::default()
        };
        let portrait = portrait(&records, &rules, &[], 0, &mut Ledger::default());
        let relation = &portrait.waves[0].relations[0];
        assert_eq!(
            portrait.waves[0].picture_withheld(relation),
            Some(Suppressed::TeamTooSmall)
        );
        assert!(relation.blocks.is_empty());
    }
}
