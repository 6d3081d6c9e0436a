//! How a school's portrait is made: response, collaboration between groups, and scale means, judged figure by figure.

use schakel_analysis::measure::density::{network_density, network_density_bounds};
use schakel_analysis::measure::reciprocity::{dyadic_reciprocity, dyadic_reciprocity_bounds};
use schakel_analysis::network::{Cell, Network};
use schakel_analysis::outcome::{Interval, Undefined};

use super::networks::network;
use super::portrait::{Block, Group, Portrait, RelationPortrait, ScalePortrait, WavePortrait};
use super::scales::ScaleDefinition;
use crate::domain::disclosure::{
    Disclosed, Suppressed, TeamRules, block_share, headcount, team_mean, team_share,
};
use crate::domain::records::{Records, RosterRecord};

/// `scales` are those whose means a school sees; what is about one person (the principal) is not among them.
pub fn portrait(
    records: &Records,
    rules: &TeamRules,
    scales: &[ScaleDefinition],
    school: usize,
) -> Portrait {
    let rosters = records
        .rosters
        .iter()
        .filter(|roster| roster.school == school);
    Portrait {
        waves: rosters
            .map(|roster| wave_portrait(records, rules, scales, roster))
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
) -> WavePortrait {
    let (groups, of_person) = groups(roster, rules);
    let relations = records
        .relations
        .iter()
        .enumerate()
        .filter_map(|(index, relation)| {
            let net = network(roster, index, 0.0, None)?;
            Some(relation_portrait(
                relation, &net, rules, &groups, &of_person,
            ))
        })
        .collect();
    let scales = scales
        .iter()
        .filter_map(|scale| {
            let scores: Vec<f64> = records
                .answers
                .iter()
                .filter(|sheet| sheet.school == roster.school && sheet.wave == roster.wave)
                .filter_map(|sheet| scale.score(&sheet.items).ok())
                .collect();
            (!scores.is_empty()).then(|| ScalePortrait {
                scale: scale.key.clone(),
                minimum: scale.min,
                maximum: scale.max,
                n: headcount(scores.len()),
                mean: team_mean(&scores, scale.min, scale.max, rules.k),
                change: None,
                usual: Disclosed::withheld(Suppressed::NotDefined),
                groups: Vec::new(),
                items: Vec::new(),
            })
        })
        .collect();
    let present = || roster.persons.iter().filter(|person| person.present);
    WavePortrait {
        wave: records.waves[roster.wave].clone(),
        grouped: present().any(|person| !person.groups.is_empty()),
        n_members: headcount(present().count()),
        n_answered: headcount(present().filter(|person| person.responded).count()),
        since: None,
        groups,
        relations,
        scales,
    }
}

fn relation_portrait(
    relation: &str,
    net: &Network,
    rules: &TeamRules,
    groups: &[Group],
    of_person: &[Option<usize>],
) -> RelationPortrait {
    let rate = net.response_rate().unwrap_or(0.0);
    let (n, flag) = (net.n_actors(), rules.flag);
    let blocks = if groups.len() < 2 || rate < flag {
        Vec::new()
    } else {
        let counts = block_counts(net, groups.len(), of_person);
        let answered: Vec<usize> = (0..groups.len())
            .map(|group| {
                (0..of_person.len())
                    .filter(|&i| of_person[i] == Some(group) && net.observed(i))
                    .count()
            })
            .collect();
        counts
            .into_iter()
            .enumerate()
            .map(|(cell, (ties, known))| {
                let (from, to) = (cell / groups.len(), cell % groups.len());
                let share = (known > 0).then(|| ties as f64 / known as f64);
                let share =
                    block_share(share, groups[from].n, answered[from], groups[to].n, rules.k);
                Block { from, to, share }
            })
            .collect()
    };
    RelationPortrait {
        relation: relation.to_owned(),
        density: team_share(
            bounded(network_density(net), network_density_bounds(net)),
            n,
            rate,
            flag,
        ),
        reciprocity: team_share(
            bounded(dyadic_reciprocity(net), dyadic_reciprocity_bounds(net)),
            n,
            rate,
            flag,
        ),
        blocks,
        change: None,
        alike: Disclosed::withheld(Suppressed::NotDefined),
        persons: Disclosed::withheld(Suppressed::NoConsent),
    }
}

fn bounded(
    value: Result<f64, Undefined>,
    bounds: Result<Interval, Undefined>,
) -> Option<(f64, f64, f64)> {
    let (value, bounds) = (value.ok()?, bounds.ok()?);
    Some((value, bounds.lower, bounds.upper))
}

/// Per pair of groups, row by row: ties, and cells that are known.
fn block_counts(
    net: &Network,
    n_groups: usize,
    of_person: &[Option<usize>],
) -> Vec<(usize, usize)> {
    let mut counts = vec![(0, 0); n_groups * n_groups];
    let placed = || {
        of_person
            .iter()
            .enumerate()
            .filter_map(|(i, group)| Some((i, (*group)?)))
    };
    for (i, from) in placed() {
        for (j, to) in placed().filter(|(j, _)| *j != i) {
            let (ties, known) = &mut counts[from * n_groups + to];
            match net.cell(i, j) {
                Cell::Present(_) => (*ties, *known) = (*ties + 1, *known + 1),
                Cell::Absent => *known += 1,
                Cell::Unknown | Cell::Impossible => {}
            }
        }
    }
    counts
}

/// The groups of the picture and, per person, which of them. A group under the threshold is merged with the smallest
/// other one; leadership, and whoever belongs to no group, goes with the smallest group, so that no circle is a person.
fn groups(roster: &RosterRecord, rules: &TeamRules) -> (Vec<Group>, Vec<Option<usize>>) {
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
        return (Vec::new(), vec![None; own.len()]);
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
    (groups, of_person)
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
        let (found, of_person) = groups(
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
        let (found, _) = groups(&roster(&[("boven", 6), ("onder", 4)], 2), &rules);
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
        let portrait = portrait(&records, &rules, &[], 0);
        let relation = &portrait.waves[0].relations[0];
        assert_eq!(
            portrait.waves[0].picture_withheld(relation),
            Some(Suppressed::TeamTooSmall)
        );
        assert!(relation.blocks.is_empty());
    }
}
