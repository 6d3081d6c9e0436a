//! What became of a team since the wave before: who came and went, and whether a number changed by more than missing
//! answers and chance alone would do.
//!
//! A relation is compared among those who were there at both moments, so that a change is what they did and not who they
//! are; where telling that would tell of those who came or went, everyone is compared at each moment. More or less is said
//! only where both hold:
//! - whatever those who did not answer would have said, the direction is the same: the bounds of the two moments do not
//!   overlap;
//! - the 95 % interval of the change leaves out zero. Its standard error takes the two moments as independent (jackknife
//!   over people at each of them). Who named each other then mostly do so now, so that the true one is smaller.
//!
//! A scale is compared over those who answered it both times, else over everyone: the 95 % interval of the change leaves
//! out zero, and the means that are shown moved the same way. Whatever does not get that far is too small.

use std::collections::{BTreeMap, BTreeSet};

use schakel_analysis::measure::centralization::{
    in_degree_centralization, in_degree_centralization_bounds,
};
use schakel_analysis::measure::density::{network_density, network_density_bounds};
use schakel_analysis::model::jackknife_all;
use schakel_analysis::network::Network;
use schakel_analysis::numeric::student_t::two_sided_quantile;
use schakel_analysis::outcome::{Interval, Undefined};

use super::networks::network;
use super::portrait::{Change, Portrait, RelationChange, Since};
use super::scales::ScaleDefinition;
use crate::domain::disclosure::{
    Disclosed, Ledger, SMALLEST_TEAM, Share, Suppressed, TeamRules, headcount,
};
use crate::domain::records::{Records, RosterRecord};

/// Confidence of every interval of a change.
const LEVEL: f64 = 0.95;

/// Sets each wave of a portrait beside the one before it in which the team was asked.
pub fn set_beside_before(
    portrait: &mut Portrait,
    records: &Records,
    rules: &TeamRules,
    scales: &[ScaleDefinition],
    school: usize,
    ledger: &mut Ledger,
) {
    let roster_of = |wave: &str| {
        records
            .rosters
            .iter()
            .find(|roster| roster.school == school && records.waves[roster.wave] == wave)
    };
    for index in 1..portrait.waves.len() {
        let (before, from) = portrait.waves.split_at_mut(index);
        let (Some(earlier), Some(later)) = (before.last(), from.first_mut()) else {
            continue;
        };
        let (Some(first), Some(second)) = (roster_of(&earlier.wave), roster_of(&later.wave)) else {
            continue;
        };
        let (then, now) = (present(first), present(second));
        later.since = Some(Since {
            wave: earlier.wave.clone(),
            n_came: headcount(now.difference(&then).count()),
            n_went: headcount(then.difference(&now).count()),
        });
        let mut beside = Beside {
            records,
            rules,
            rosters: (first, second),
            ledger: &mut *ledger,
        };
        for relation in &mut later.relations {
            let asked_then = earlier
                .relations
                .iter()
                .find(|known| known.relation == relation.relation);
            // A number that is not told at one of the moments has no change to tell either.
            let hidden = |share: &Disclosed<Share>| share.shown().err();
            relation.change = asked_then.and_then(|asked_then| {
                match hidden(&asked_then.density).or(hidden(&relation.density)) {
                    Some(why) => Some(RelationChange {
                        density: Disclosed::withheld(why),
                        evenness: Disclosed::withheld(why),
                        among_stayers: false,
                    }),
                    None => beside.relation(&relation.relation),
                }
            });
        }
        for scale in &mut later.scales {
            let asked_then = earlier
                .scales
                .iter()
                .find(|known| known.scale == scale.scale);
            let definition = scales.iter().find(|known| known.key == scale.scale);
            let (Some(asked_then), Some(definition)) = (asked_then, definition) else {
                continue;
            };
            scale.change = Some(match (asked_then.mean.shown(), scale.mean.shown()) {
                (Err(why), _) | (_, Err(why)) => Disclosed::withheld(why),
                (Ok(was), Ok(is)) => beside.scale(definition, is - was),
            });
        }
    }
}

type People<'r> = BTreeSet<&'r str>;

fn present(roster: &RosterRecord) -> People<'_> {
    let persons = roster.persons.iter().filter(|person| person.present);
    persons.map(|person| person.key.as_str()).collect()
}

/// A team at two moments.
struct Beside<'a> {
    records: &'a Records,
    rules: &'a TeamRules,
    rosters: (&'a RosterRecord, &'a RosterRecord),
    ledger: &'a mut Ledger,
}

impl<'a> Beside<'a> {
    fn wave(&self, roster: &RosterRecord) -> &'a str {
        &self.records.waves[roster.wave]
    }

    fn judge(
        &mut self,
        of: &str,
        (then, now): (&People<'_>, &People<'_>),
        change: Change,
    ) -> Disclosed<Change> {
        let (first, second) = self.rosters;
        let waves = (self.wave(first), self.wave(second));
        let k = self.rules.k;
        self.ledger
            .compared(of, (waves.0, then), (waves.1, now), k, change)
    }

    fn relation(&mut self, relation: &str) -> Option<RelationChange> {
        let (first, second) = self.rosters;
        let mut known = self.records.relations.iter();
        let place = known.position(|known| known == relation)?;
        let of = Ledger::density_of(relation);
        let (then, now) = (present(first), present(second));
        let stayed: People<'_> = then.intersection(&now).copied().collect();
        let mut told = None;
        for (then, now, among_stayers) in [(&stayed, &stayed, true), (&then, &now, false)] {
            let pair = (
                Moment::of(first, place, then)?,
                Moment::of(second, place, now)?,
            );
            if pair.0.n_people < SMALLEST_TEAM || pair.1.n_people < SMALLEST_TEAM {
                continue;
            }
            let heard = pair.0.rate.min(pair.1.rate) >= self.rules.flag;
            let larger = |then: Measured, now: Measured| match heard {
                true => larger(then, now, pair.0.n_people.min(pair.1.n_people)),
                // Too few answers: nothing follows from them.
                false => Change::TooSmall,
            };
            let answered = (&pair.0.answered, &pair.1.answered);
            let density = larger(pair.0.density, pair.1.density);
            // The more the naming hangs on one colleague, the less evenly it is spread.
            let evenness = larger(pair.1.centralization, pair.0.centralization);
            let found = RelationChange {
                density: self.judge(&of, answered, density),
                evenness: self.judge(&of, answered, evenness),
                among_stayers,
            };
            let is_told = found.density.shown().is_ok();
            told = Some(found);
            if is_told {
                break;
            }
        }
        Some(told.unwrap_or(RelationChange {
            density: Disclosed::withheld(Suppressed::TeamTooSmall),
            evenness: Disclosed::withheld(Suppressed::TeamTooSmall),
            among_stayers: false,
        }))
    }

    /// `shown` is how far the means of the whole team moved.
    fn scale(&mut self, scale: &ScaleDefinition, shown: f64) -> Disclosed<Change> {
        let (first, second) = self.rosters;
        let (then, now) = (
            scores(self.records, scale, first),
            scores(self.records, scale, second),
        );
        let of = Ledger::mean_of(&scale.key);
        let both: People<'_> = then
            .keys()
            .filter(|key| now.contains_key(*key))
            .copied()
            .collect();
        let pairs: Vec<f64> = both.iter().map(|key| now[key] - then[key]).collect();
        if pairs.len() >= self.rules.k {
            let found = moved(mean(&pairs), spread_of_mean(&pairs), pairs.len(), shown);
            let told = self.judge(&of, (&both, &both), found);
            if told.shown().is_ok() {
                return told;
            }
        }
        let all =
            |scores: &BTreeMap<&'a str, f64>| -> Vec<f64> { scores.values().copied().collect() };
        let (was, is) = (all(&then), all(&now));
        let se = spread_of_mean(&was).hypot(spread_of_mean(&is));
        let found = moved(mean(&is) - mean(&was), se, was.len().min(is.len()), shown);
        let (then, now) = (then.into_keys().collect(), now.into_keys().collect());
        self.judge(&of, (&then, &now), found)
    }
}

/// One relation among these people only.
fn among(roster: &RosterRecord, relation: usize, people: &BTreeSet<&str>) -> Option<Network> {
    let mut reduced = roster.clone();
    for person in &mut reduced.persons {
        person.present &= people.contains(person.key.as_str());
    }
    network(&reduced, relation, 0.0, None)
}

/// What missing answers leave possible of a number, and how far chance may have moved it.
#[derive(Debug, Clone, Copy)]
struct Measured {
    value: f64,
    bounds: Interval,
    se: f64,
}

/// One relation among some people at one moment.
struct Moment<'r> {
    n_people: usize,
    rate: f64,
    answered: People<'r>,
    density: Measured,
    centralization: Measured,
}

impl<'r> Moment<'r> {
    /// None where the relation was not asked.
    fn of(roster: &'r RosterRecord, relation: usize, people: &People<'_>) -> Option<Self> {
        let net = among(roster, relation, people)?;
        let numbers = |net: &Network| vec![network_density(net), in_degree_centralization(net)];
        let spread = jackknife_all(&net, numbers, LEVEL);
        let measured = |place: usize, value: Result<f64, Undefined>, bounds| {
            let found = spread.as_ref().map_err(|why| *why)?;
            Ok::<_, Undefined>(Measured {
                value: value?,
                bounds: bounds?,
                se: found[place].as_ref().map_err(|why| *why)?.se,
            })
        };
        // Where there is no such number, every value is possible.
        let unknown = Measured {
            value: 0.5,
            bounds: Interval {
                lower: 0.0,
                upper: 1.0,
            },
            se: 1.0,
        };
        let (density, bounds) = (network_density(&net), network_density_bounds(&net));
        let density = measured(0, density, bounds).unwrap_or(unknown);
        let (value, bounds) = (
            in_degree_centralization(&net),
            in_degree_centralization_bounds(&net),
        );
        Some(Self {
            n_people: net.n_actors(),
            rate: net.response_rate().unwrap_or(0.0),
            answered: (0..roster.persons.len())
                .filter(|&place| net.is_present(place) && net.observed(place))
                .map(|place| roster.persons[place].key.as_str())
                .collect(),
            density,
            centralization: measured(1, value, bounds).unwrap_or(unknown),
        })
    }
}

/// Whether `now` is larger than `then`, whatever was not answered and beyond chance.
fn larger(then: Measured, now: Measured, n_people: usize) -> Change {
    let Ok(t) = two_sided_quantile(LEVEL, n_people.saturating_sub(1) as f64) else {
        return Change::TooSmall;
    };
    let margin = t * then.se.hypot(now.se);
    if now.bounds.lower > then.bounds.upper && now.value - then.value > margin {
        Change::More
    } else if now.bounds.upper < then.bounds.lower && then.value - now.value > margin {
        Change::Less
    } else {
        Change::TooSmall
    }
}

/// Who has a score on the scale, and which.
fn scores<'r>(
    records: &'r Records,
    scale: &ScaleDefinition,
    roster: &RosterRecord,
) -> BTreeMap<&'r str, f64> {
    records
        .answers
        .iter()
        .filter(|sheet| sheet.school == roster.school && sheet.wave == roster.wave)
        .filter_map(|sheet| Some((sheet.respondent.as_str(), scale.score(&sheet.items).ok()?)))
        .collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// The standard error of the mean; without two values anything is possible.
fn spread_of_mean(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return f64::INFINITY;
    }
    let (n, mean) = (values.len() as f64, mean(values));
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (squares / (n - 1.0) / n).sqrt()
}

/// A mean that moved `by` so much, with this standard error, over at least so many people; and as it is shown.
fn moved(by: f64, se: f64, n: usize, shown: f64) -> Change {
    let Ok(t) = two_sided_quantile(LEVEL, n.saturating_sub(1) as f64) else {
        return Change::TooSmall;
    };
    // The shown means have one decimal.
    let is_shown = |by: f64| by > 0.05;
    if by > t * se && is_shown(shown) {
        Change::More
    } else if -by > t * se && is_shown(-shown) {
        Change::Less
    } else {
        Change::TooSmall
    }
}

#[cfg(test)]
mod tests {
    use super::super::portrayal::portrait;
    use super::*;
    use crate::domain::records::{AnswerSheet, NominationRecord, PersonRecord, SchoolRecord};

    /// A team at one wave: who is there, who is silent, and whom each names.
    fn roster(
        wave: usize,
        people: &[usize],
        silent: &[usize],
        names: impl Fn(usize, usize) -> bool,
    ) -> RosterRecord {
        let persons = people
            .iter()
            .map(|number| PersonRecord {
                key: format!("p{number:02}"),
                role: None,
                groups: Vec::new(),
                responded: !silent.contains(number),
                present: true,
                attributes: BTreeMap::new(),
            })
            .collect();
        let mut listed = Vec::new();
        for (ego, a) in people.iter().enumerate() {
            for (alter, b) in people.iter().enumerate() {
                if a != b && !silent.contains(a) && names(*a, *b) {
                    listed.push(NominationRecord {
                        ego: ego as u32,
                        alter: alter as u32,
                        value: Some(1.0),
                    });
                }
            }
        }
        RosterRecord {
            school: 0,
            wave,
            persons,
            nominations: vec![Some(listed)],
        }
    }

    fn beside(rosters: Vec<RosterRecord>, answers: Vec<AnswerSheet>) -> Portrait {
        let records = Records {
            waves: vec!["T1".into(), "T2".into()],
            relations: vec!["goals".into()],
            schools: vec![SchoolRecord::default()],
            rosters,
            answers,
            ..Records::default()
        };
        let rules = TeamRules::default();
        let mut ledger = Ledger::default();
        let mut made = portrait(&records, &rules, &[scale()], 0, &mut ledger);
        set_beside_before(&mut made, &records, &rules, &[scale()], 0, &mut ledger);
        made
    }

    fn scale() -> ScaleDefinition {
        ScaleDefinition {
            key: "attitude".into(),
            items: vec!["a".into()],
            needed: 1,
            min: 1.0,
            max: 5.0,
            ..ScaleDefinition::default()
        }
    }

    fn change(
        rosters: [RosterRecord; 2],
    ) -> (Result<Change, Suppressed>, Result<Change, Suppressed>) {
        let made = beside(rosters.into(), Vec::new());
        let change = made.waves[1].relations[0]
            .change
            .clone()
            .expect("asked twice");
        (
            change.density.shown().copied(),
            change.evenness.shown().copied(),
        )
    }

    const TEAM: [usize; 12] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

    /// Everyone names so many of those who follow in a ring.
    fn ring(n_named: usize) -> impl Fn(usize, usize) -> bool {
        move |a, b| (b + 12 - a) % 12 <= n_named
    }

    #[test]
    fn who_came_and_who_went_is_counted() {
        let made = beside(
            vec![
                roster(0, &TEAM, &[], ring(3)),
                roster(1, &[2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], &[], ring(3)),
            ],
            Vec::new(),
        );
        let since = made.waves[1]
            .since
            .as_ref()
            .expect("there is a wave before");
        assert_eq!(since.wave, "T1");
        assert_eq!(since.n_came.shown(), Ok(&1));
        assert_eq!(since.n_went.shown(), Ok(&2));
        assert!(made.waves[0].since.is_none() && made.waves[0].relations[0].change.is_none());
    }

    #[test]
    fn a_clear_change_is_told_and_a_small_one_is_not() {
        let then = || roster(0, &TEAM, &[], ring(3));
        assert_eq!(
            change([then(), roster(1, &TEAM, &[], ring(6))]).0,
            Ok(Change::More)
        );
        assert_eq!(
            change([then(), roster(1, &TEAM, &[], ring(1))]).0,
            Ok(Change::Less)
        );
        assert_eq!(change([then(), then_later()]).0, Ok(Change::TooSmall));
        // One person who names everyone is not the team.
        let one = roster(1, &TEAM, &[], |a, b| a == 0 || ring(3)(a, b));
        assert_eq!(change([then(), one]).0, Ok(Change::TooSmall));
    }

    fn then_later() -> RosterRecord {
        roster(1, &TEAM, &[], ring(3))
    }

    #[test]
    fn missing_answers_make_a_change_too_small() {
        let then = || roster(0, &TEAM, &[], ring(3));
        assert_eq!(
            change([then(), roster(1, &TEAM, &[], ring(4))]).0,
            Ok(Change::More)
        );
        // Had those who are silent named nobody, there would be no more than before.
        let silent = roster(1, &TEAM, &[0, 3, 6, 9], ring(4));
        assert_eq!(change([then(), silent]).0, Ok(Change::TooSmall));
    }

    #[test]
    fn evenness_rises_when_the_naming_no_longer_hangs_on_a_few() {
        let few = |wave| roster(wave, &TEAM, &[], |a, b| b < 2 || (b + 12 - a) % 12 == 1);
        let even = |wave| roster(wave, &TEAM, &[], ring(2));
        assert_eq!(change([few(0), even(1)]).1, Ok(Change::More));
        assert_eq!(change([even(0), few(1)]).1, Ok(Change::Less));
        // What hangs on one colleague alone could be chance, and would point at them.
        let one = |wave| roster(wave, &TEAM, &[], |a, b| b == 0 || (b + 12 - a) % 12 == 1);
        assert_eq!(change([one(0), even(1)]).1, Ok(Change::TooSmall));
        assert_eq!(change([even(0), even(1)]).1, Ok(Change::TooSmall));
    }

    #[test]
    fn where_fewer_than_eight_stayed_everyone_is_compared() {
        let half = [6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
        let names = |a: usize, b: usize| !(a + b).is_multiple_of(3);
        let then = roster(0, &TEAM, &[], ring(2));
        let made = beside(vec![then, roster(1, &half, &[], names)], Vec::new());
        let change = made.waves[1].relations[0]
            .change
            .clone()
            .expect("asked twice");
        assert!(!change.among_stayers);
        assert_eq!(change.density.shown(), Ok(&Change::More));
    }

    #[test]
    fn a_scale_changed_when_those_who_answered_twice_did() {
        let sheets = |values: [[f64; 8]; 2]| -> Vec<AnswerSheet> {
            let of = |wave: usize| {
                values[wave]
                    .iter()
                    .enumerate()
                    .map(move |(person, value)| AnswerSheet {
                        respondent: format!("p{person:02}"),
                        school: 0,
                        wave,
                        items: [("a".to_owned(), *value)].into(),
                        seconds_per_item: None,
                    })
            };
            of(0).chain(of(1)).collect()
        };
        let changed = |values| {
            let rosters = vec![roster(0, &TEAM, &[], ring(3)), then_later()];
            let made = beside(rosters, sheets(values));
            let change = made.waves[1].scales[0].change.clone().expect("asked twice");
            change.shown().copied()
        };
        let then = [2.0, 3.0, 2.0, 3.0, 2.0, 4.0, 2.0, 3.0];
        let now = [3.0, 4.0, 3.0, 3.0, 3.0, 5.0, 3.0, 4.0];
        assert_eq!(changed([then, now]), Ok(Change::More));
        assert_eq!(changed([now, then]), Ok(Change::Less));
        let mixed = [3.0, 2.0, 4.0, 3.0, 1.0, 4.0, 3.0, 3.0];
        assert_eq!(changed([then, mixed]), Ok(Change::TooSmall));
    }
}
