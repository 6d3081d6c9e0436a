//! The attack: nobody can work out from what a school is told what one colleague answered.
//!
//! On schools made for it, over every wave, version and part, with none, one or two answers known. The attacker is no part
//! of the product and shares nothing with its rules.

mod arithmetic;
mod attacker;
mod items;
mod reader;
mod telling;
mod units;
mod world;
mod worlds;

use std::collections::BTreeSet;

use attacker::{Fact, isolated, pinned};
use reader::{Seen, Telling};
use telling::Method;
use world::World;

/// Schools of one study.
const TOGETHER: usize = 8;

/// What an attack on some schools came to.
#[derive(Debug, Default)]
struct Count {
    schools: usize,
    told: usize,
    withheld: usize,
    attacks: usize,
    /// Sets of fewer people than the threshold that stand alone.
    cells: usize,
    /// Answers in less than half of their scale.
    pins: usize,
    /// Ties that are surely there or surely not.
    ties: usize,
    /// Schools that were told two numbers over different sets of people with somebody in both, and those of them of which
    /// something was worked out.
    overlapping: usize,
    overlapping_broken: usize,
    /// The first few, in words.
    examples: Vec<String>,
}

impl Count {
    fn add(&mut self, other: Self) {
        self.schools += other.schools;
        self.told += other.told;
        self.withheld += other.withheld;
        self.attacks += other.attacks;
        self.cells += other.cells;
        self.pins += other.pins;
        self.ties += other.ties;
        self.overlapping += other.overlapping;
        self.overlapping_broken += other.overlapping_broken;
        self.examples.extend(other.examples);
    }

    fn example(&mut self, text: String) {
        if self.examples.len() < 3 {
            self.examples.push(text);
        }
    }
}

/// Everything the attacker tries on one school.
fn attack(seen: &Seen, school: usize) -> Count {
    let mut count = Count {
        schools: 1,
        told: seen.n_told,
        withheld: seen.n_withheld,
        ..Count::default()
    };
    for (scale, scores) in &seen.scores {
        let k = if seen.about_principal.contains(scale) {
            7
        } else {
            5
        };
        count.attacks += 1;
        if let Some(cell) = isolated(&scores.facts, scores.truth.len(), k) {
            count.cells += 1;
            let from: Vec<&str> = scores.facts.iter().map(|fact| fact.from.as_str()).collect();
            count.example(format!(
                "school {school}, {scale}: {} answers stand alone in {from:?}",
                cell.len()
            ));
        }
        for known in attacker::conspiracies(&scores.of_person, &scores.truth, &scores.parts) {
            count.attacks += 1;
            for pin in pinned(&scores.facts, &scores.truth, &known, scores.ends) {
                count.pins += 1;
                count.example(format!(
                    "school {school}, {scale}: {} knowing {} lies in {:.2}..{:.2}; {:?}",
                    pin.answer,
                    known.len(),
                    pin.low,
                    pin.high,
                    scores.facts
                ));
            }
        }
    }
    for fact in &seen.items {
        count.attacks += 1;
        for (known, low, high) in items::pinned(fact) {
            count.pins += 1;
            count.example(format!(
                "school {school}, wave {}, {}: {} and {known:?} known: the others lie in {low}..{high}; {:?}",
                fact.wave, fact.item, fact.said, fact.answers
            ));
        }
    }
    for ((wave, relation), ties) in &seen.ties {
        for known in ties.conspiracies() {
            count.attacks += 1;
            for certain in ties.certain(&known) {
                count.ties += certain.n_cells;
                count.example(format!(
                    "school {school}, wave {wave}, relation {relation}: {} ties are {} for who knows {known:?}: {}",
                    certain.n_cells,
                    if certain.present { "there" } else { "not there" },
                    certain.how
                ));
            }
        }
    }
    for (month, who) in &seen.pupils {
        for (_, other) in seen.pupils.iter().filter(|(same, _)| same == month) {
            count.attacks += 1;
            let apart: BTreeSet<_> = who.symmetric_difference(other).collect();
            if (1..10).contains(&apart.len()) || who.len() < 10 {
                count.cells += 1;
                count.example(format!(
                    "school {school}, month {month}: {} pupils stand alone",
                    apart.len()
                ));
            }
        }
    }
    if seen.scores.values().any(|scores| overlap(&scores.facts)) {
        count.overlapping = 1;
        count.overlapping_broken = usize::from(count.cells + count.pins + count.ties > 0);
    }
    count
}

/// Whether two numbers are over different people, of whom some are the same.
fn overlap(facts: &[Fact]) -> bool {
    let sets: Vec<BTreeSet<usize>> = facts
        .iter()
        .map(|fact| fact.coefficients.keys().copied().collect())
        .collect();
    sets.iter().any(|one| {
        sets.iter()
            .any(|other| one != other && !one.is_disjoint(other))
    })
}

#[track_caller]
fn nothing_is_found(count: &Count) {
    assert_eq!(
        (count.cells, count.pins, count.ties),
        (0, 0, 0),
        "{:#?}",
        count.examples
    );
}

/// Every version of every school, told by the product and read by the attacker.
fn attack_world(world: &World, memory: bool, draws: bool) -> Count {
    let method = Method {
        draws,
        ..Method::new(world.scales.clone(), world.about_principal.clone())
    };
    let scales = method.all_scales();
    let n = world.n_schools();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut total = Count::default();
    // Some schools at a time, so that there is something to say of schools alike.
    let few = |first: usize| {
        let schools = first..(first + TOGETHER).min(n);
        let truth = world.truth(schools.clone());
        let versions = world.versions.iter();
        let conclusions: Vec<_> = versions
            .map(|version| method.gathered(world.records(version, schools.clone())))
            .collect();
        let mut count = Count::default();
        for school in 0..schools.len() {
            let mut seen = Seen::default();
            for ((records, _), parts) in
                conclusions
                    .iter()
                    .zip(method.tell(&conclusions, school, memory))
            {
                seen.read(&Telling { records, parts }, school, &scales, &truth);
            }
            count.add(attack(&seen, first + school));
        }
        count
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|worker| {
                let few = &few;
                scope.spawn(move || {
                    let mut count = Count::default();
                    for first in (worker * TOGETHER..n).step_by(threads * TOGETHER) {
                        count.add(few(first));
                    }
                    count
                })
            })
            .collect();
        for worker in workers {
            total.add(worker.join().expect("an attack comes to its end"));
        }
    });
    total
}

/// How many, unless the environment says otherwise.
fn number_of(name: &str, by_default: usize) -> usize {
    let said = std::env::var(name).ok();
    said.and_then(|said| said.parse().ok())
        .unwrap_or(by_default)
}

#[test]
fn nothing_told_of_a_school_tells_what_one_colleague_answered() {
    let count = attack_world(
        &World::new(number_of("SCHAKEL_ATTACK_SCHOOLS", 100), 2056),
        true,
        false,
    );
    println!("{count:#?}");
    assert!(
        count.told > 20 * count.schools,
        "there is something to attack"
    );
    nothing_is_found(&count);
}

#[test]
#[ignore = "minutes: a thousand schools, for docs/VALIDATION.md"]
fn nothing_told_of_a_thousand_schools_tells_what_one_colleague_answered() {
    let count = attack_world(&World::new(1000, 4711), true, false);
    println!("{count:#?}");
    nothing_is_found(&count);
}

/// With a picture of those who agreed, beside the figures about everyone: what is left is about those who did not.
#[test]
fn a_picture_of_persons_tells_nothing_of_those_who_are_not_drawn() {
    let count = attack_world(&World::new(60, 5), true, true);
    println!("with pictures: {count:#?}");
    nothing_is_found(&count);
}

/// The attacker can attack: without the ledger's memory he breaks nearly every school that was told two overlapping groups.
#[test]
fn without_memory_the_attacker_succeeds() {
    let count = attack_world(
        &World::new(number_of("SCHAKEL_ATTACK_SCHOOLS", 60), 99),
        false,
        false,
    );
    println!("without memory: {count:#?}");
    assert!(count.overlapping > count.schools / 3);
    assert!(
        count.overlapping_broken * 10 >= count.overlapping * 9,
        "{} of {}",
        count.overlapping_broken,
        count.overlapping
    );
}

/// Effects, ranks and effect groups come from pupils: with the pupils of others, what is told of a team is the same.
#[test]
fn what_is_told_of_a_team_knows_nothing_of_its_pupils() {
    let world = World::new(24, 7);
    let method = Method::new(world.scales.clone(), world.about_principal.clone());
    let last = world.versions.last().expect("conclusions");
    let records = world.records(last, 0..world.n_schools());
    let elsewhere = World::with_pupils_elsewhere(&records);
    assert_ne!(records.pupils, elsewhere.pupils);
    let (here, elsewhere) = ([method.gathered(records)], [method.gathered(elsewhere)]);
    let mut n_other = 0;
    for school in 0..world.n_schools() {
        let (mut told, mut other) = (
            method.tell(&here, school, true),
            method.tell(&elsewhere, school, true),
        );
        let (told, other) = (told.remove(0), other.remove(0));
        assert_eq!(told[..2], other[..2]);
        n_other += usize::from(told[2] != other[2]);
    }
    assert!(n_other > 5, "achievement is of these pupils");
}

/// An attacker who has the program runs it on every team that could be his, and on networks near his own: neither that a
/// figure is told, nor that it is withheld, nor why, tells what one colleague answered.
#[test]
fn nothing_is_told_by_what_is_withheld() {
    let mut faults = Vec::new();
    for n in [5, 6, 7, 8, 10, 11] {
        let (all, told, given) = worlds::one_statement(n);
        println!(
            "{n} answers: {told} of {all} teams told, {} given away",
            given.len()
        );
        assert!(told > 0);
        faults.extend(given.first().map(|given| format!("{n} answers: {given:?}")));
    }
    faults.extend(networks_given_away(&[
        (vec![8], 8),
        (vec![8], 5),
        (vec![9], 7),
        (vec![10], 10),
    ]));
    assert!(faults.is_empty(), "{faults:#?}");
}

/// The same for pictures of groups.
#[test]
fn nothing_is_told_by_what_is_withheld_of_groups() {
    let faults = networks_given_away(&[
        (vec![5, 5], 10),
        (vec![6, 9], 13),
        (vec![5, 6], 11),
        (vec![5, 5, 5], 15),
        (vec![7, 8], 14),
        (vec![12, 8], 20),
    ]);
    assert!(faults.is_empty(), "{faults:#?}");
}

fn networks_given_away(teams: &[(Vec<usize>, usize)]) -> Vec<String> {
    let mut faults = Vec::new();
    for (groups, answered) in teams {
        let (tried, given) = worlds::networks_given_away(groups, *answered);
        println!(
            "{groups:?} of whom {answered} answered: {tried} ties, {} given away",
            given.len()
        );
        faults.extend(
            given
                .iter()
                .take(4)
                .map(|given| format!("{groups:?}: {given}")),
        );
    }
    faults
}
