//! The people of a school who agreed to being drawn by name, each in one place over all waves and relations, with the ties
//! among them. What others said, and whom the drawn named beyond them, is neither drawn nor used for the places.
//!
//! What a picture publishes: every cell between two drawn people who were there, as named or not; for someone who did not
//! answer that looks like nobody named. Whoever judges other figures of the same relation and wave (density,
//! reciprocity, blocks) has to hold those cells for known to everybody: what is left to protect are the rows of those who
//! are not drawn and what the drawn said about them. With nobody left out nothing is left to protect; otherwise the
//! unknown cells belong to at least the threshold of people. The same picture is kept for every version of the results; a
//! consent that is taken back ends all pictures of the school on the page, but what was seen stays known.

use std::collections::{BTreeMap, BTreeSet};

use schakel_analysis::drawing::stress::{Place, stress_layout};
use schakel_analysis::network::network::Network;

use super::networks::network;
use super::portrait::{DrawnPerson, PersonPicture, Portrait};
use crate::domain::disclosure::{Disclosed, Ledger, SMALLEST_TEAM, Suppressed, TeamRules, drawn};
use crate::domain::records::{NominationRecord, Records, RosterRecord};

/// Fills in the pictures of persons of one school. `agreed`: keys of those whose latest word is yes.
pub fn draw_persons(
    portrait: &mut Portrait,
    records: &Records,
    rules: &TeamRules,
    school: usize,
    agreed: &BTreeSet<String>,
    ledger: &Ledger,
) {
    let rosters: Vec<&RosterRecord> = records
        .rosters
        .iter()
        .filter(|roster| roster.school == school)
        .collect();
    // Everyone who agreed in some wave has a place; the pictures of all waves and relations are laid out together, once
    // one of them may be shown.
    let among: Vec<RosterRecord> = rosters.iter().map(|roster| only(roster, agreed)).collect();
    let keys: BTreeSet<&str> = among
        .iter()
        .flat_map(|roster| roster.persons.iter().map(|person| person.key.as_str()))
        .collect();
    let position: BTreeMap<&str, usize> = keys.iter().copied().zip(0..).collect();
    let mut places: Option<Option<Vec<Option<Place>>>> = None;
    for wave in &mut portrait.waves {
        let found = rosters
            .iter()
            .zip(&among)
            .find(|(roster, _)| records.waves[roster.wave] == wave.wave);
        let Some((whole, roster)) = found else {
            continue;
        };
        let n_present = whole.persons.iter().filter(|person| person.present).count();
        for relation in &mut wave.relations {
            let index = records
                .relations
                .iter()
                .position(|known| *known == relation.relation);
            let Some((index, net)) =
                index.and_then(|index| Some((index, network(whole, index, 0.0, None)?)))
            else {
                continue;
            };
            let n_drawn = roster.persons.len();
            let left_out = n_present - n_drawn;
            let rate = net.response_rate().unwrap_or(0.0);
            relation.persons = if n_present < SMALLEST_TEAM {
                Disclosed::withheld(Suppressed::TeamTooSmall)
            } else if n_drawn < SMALLEST_TEAM || (left_out > 0 && left_out < rules.k) {
                Disclosed::withheld(Suppressed::NoConsent)
            } else if rate < rules.flag {
                Disclosed::withheld(Suppressed::ResponseTooLow)
            } else if left_out > 0 && has_figures(ledger, &wave.wave, &relation.relation) {
                // Taken from what is told of the whole team, the drawn ties would tell those of the others.
                Disclosed::withheld(Suppressed::WouldTellOthers)
            } else {
                let places = places.get_or_insert_with(|| laid_out(records, &among, &position));
                let made = places
                    .as_ref()
                    .and_then(|places| picture(roster, index, left_out, &position, places));
                made.map_or_else(
                    || Disclosed::withheld(Suppressed::NotDefined),
                    |picture| drawn(picture, rules.k),
                )
            };
        }
    }
}

/// Whether anything about the ties of this relation and wave was told over the whole team.
fn has_figures(ledger: &Ledger, wave: &str, relation: &str) -> bool {
    let measures = [
        Ledger::density_of(relation),
        Ledger::reciprocity_of(relation),
        Ledger::blocks_of(relation),
    ];
    ledger
        .told()
        .iter()
        .any(|release| release.wave == wave && measures.contains(&release.measure))
}

/// The part of a roster that may be drawn, with what they said about each other.
fn only(roster: &RosterRecord, agreed: &BTreeSet<String>) -> RosterRecord {
    let kept: Vec<usize> = (0..roster.persons.len())
        .filter(|&index| {
            let person = &roster.persons[index];
            person.present && agreed.contains(&person.key)
        })
        .collect();
    let place: BTreeMap<u32, u32> = (0_u32..)
        .zip(&kept)
        .filter_map(|(new, old)| Some((u32::try_from(*old).ok()?, new)))
        .collect();
    let moved = |claim: &NominationRecord| {
        Some(NominationRecord {
            ego: *place.get(&claim.ego)?,
            alter: *place.get(&claim.alter)?,
            value: claim.value,
        })
    };
    RosterRecord {
        school: roster.school,
        wave: roster.wave,
        persons: kept
            .iter()
            .map(|&index| roster.persons[index].clone())
            .collect(),
        nominations: roster
            .nominations
            .iter()
            .map(|asked| {
                asked
                    .as_ref()
                    .map(|claims| claims.iter().filter_map(moved).collect())
            })
            .collect(),
    }
}

fn laid_out(
    records: &Records,
    among: &[RosterRecord],
    position: &BTreeMap<&str, usize>,
) -> Option<Vec<Option<Place>>> {
    let networks: Vec<Network> = among
        .iter()
        .flat_map(|roster| {
            (0..records.relations.len())
                .filter_map(|relation| network(roster, relation, 0.0, Some(position)))
        })
        .collect();
    let networks: Vec<&Network> = networks.iter().collect();
    stress_layout(&networks).ok()
}

fn picture(
    roster: &RosterRecord,
    relation: usize,
    n_not_drawn: usize,
    position: &BTreeMap<&str, usize>,
    places: &[Option<Place>],
) -> Option<PersonPicture> {
    let people: Vec<DrawnPerson> = roster
        .persons
        .iter()
        .map(|person| {
            let place = places[position[person.key.as_str()]]?;
            // Four decimals: more than a pixel, and short where it is kept.
            let round = |value: f64| (value * 1e4).round() / 1e4;
            Some(DrawnPerson {
                person: person.key.clone(),
                x: round(place.x),
                y: round(place.y),
            })
        })
        .collect::<Option<_>>()?;
    let net = network(roster, relation, 0.0, None)?;
    Some(PersonPicture {
        drawn: people,
        ties: net.ties().map(|(ego, alter, _)| (ego, alter)).collect(),
        n_not_drawn,
    })
}

impl PersonPicture {
    /// The names of the drawn, in their order: `None` as soon as one of them no longer agrees, because a picture without
    /// them would point at who is missing. `names` are of those who agree now, by what the records call them.
    pub fn names<'n>(&self, names: &'n BTreeMap<String, String>) -> Option<Vec<&'n str>> {
        self.drawn
            .iter()
            .map(|drawn| names.get(&drawn.person).map(String::as_str))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::disclosure::Ledger;
    use crate::domain::records::{PersonRecord, SchoolRecord};
    use crate::evaluation::portrayal::portrait;

    fn roster(wave: usize, n: u32) -> RosterRecord {
        let person = |index: u32| PersonRecord {
            key: format!("p{index:02}"),
            role: None,
            groups: Vec::new(),
            responded: index != 3,
            present: true,
            attributes: BTreeMap::new(),
        };
        let claim = |ego: u32| NominationRecord {
            ego,
            alter: (ego + 1 + wave as u32) % n,
            value: Some(1.0),
        };
        RosterRecord {
            school: 0,
            wave,
            persons: (0..n).map(person).collect(),
            nominations: vec![Some((0..n).filter(|ego| *ego != 3).map(claim).collect())],
        }
    }

    fn school(n: u32, agreed: u32) -> Portrait {
        let records = Records {
            waves: vec!["T1".into(), "T2".into()],
            relations: vec!["goals".into()],
            schools: vec![SchoolRecord::default()],
            rosters: vec![roster(0, n), roster(1, n)],
            ..Records::default()
        };
        let rules = TeamRules::default();
        let mut portrait = portrait(&records, &rules, &[], 0, &mut Ledger::default());
        let agreed = (0..agreed).map(|index| format!("p{index:02}")).collect();
        draw_persons(
            &mut portrait,
            &records,
            &rules,
            0,
            &agreed,
            &Ledger::default(),
        );
        portrait
    }

    #[test]
    fn everyone_has_one_place_and_only_ties_among_the_drawn_are_there() {
        let portrait = school(16, 11);
        let of = |wave: usize| portrait.waves[wave].relations[0].persons.shown().unwrap();
        let (first, second) = (of(0), of(1));
        assert_eq!(first.drawn, second.drawn);
        assert_eq!((first.drawn.len(), first.n_not_drawn), (11, 5));
        assert!(
            first
                .ties
                .iter()
                .all(|(ego, alter)| *ego < 11 && *alter < 11)
        );
        // 0 to 9 named the next one, but for the one who did not answer.
        assert_eq!(first.ties.len(), 9);
        assert_ne!(first.ties, second.ties);
    }

    #[test]
    fn nobody_is_drawn_when_one_of_a_few_could_be_missing() {
        for (n, agreed) in [(16, 15), (16, 12), (12, 7), (12, 0)] {
            let portrait = school(n, agreed);
            let shown = portrait.waves[0].relations[0].persons.shown();
            assert_eq!(shown.err(), Some(Suppressed::NoConsent), "{agreed} of {n}");
        }
        let small = school(7, 7);
        let shown = small.waves[0].relations[0].persons.shown();
        assert_eq!(shown.err(), Some(Suppressed::TeamTooSmall));
    }

    #[test]
    fn a_consent_that_was_taken_back_ends_the_picture() {
        let portrait = school(12, 12);
        let picture = portrait.waves[0].relations[0].persons.shown().unwrap();
        let mut names: BTreeMap<String, String> = picture
            .drawn
            .iter()
            .map(|drawn| (drawn.person.clone(), format!("name of {}", drawn.person)))
            .collect();
        assert_eq!(picture.names(&names).map(|names| names.len()), Some(12));
        names.remove("p05");
        assert_eq!(picture.names(&names), None);
    }
}
