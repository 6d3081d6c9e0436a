//! The attack: nobody can work out from what a school is told what one colleague answered.
//!
//! On schools made for it, over every wave, version and part, with none, one or two answers known. The attacker is no part
//! of the product and shares nothing with its rules.

mod arithmetic;
mod attacker;
mod reader;
mod telling;
mod world;

use std::collections::BTreeSet;

use attacker::{isolated, pinned};
use reader::{Seen, Telling};
use world::World;

/// What an attack on some schools came to.
#[derive(Debug, Default)]
struct Count {
    schools: usize,
    told: usize,
    withheld: usize,
    attacks: usize,
    cells: usize,
    pins: usize,
    ties: usize,
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
    let mut count = Count { schools: 1, told: seen.n_told, withheld: seen.n_withheld, ..Count::default() };
    for (scale, scores) in &seen.scores {
        let k = if scores.about_principal { 7 } else { 5 };
        count.attacks += 1;
        if let Some(cell) = isolated(&scores.facts, scores.truth.len(), k) {
            count.cells += 1;
            let from: Vec<&str> = scores.facts.iter().map(|fact| fact.from.as_str()).collect();
            count.example(format!("school {school}, {scale}: {} answers stand alone in {from:?}", cell.len()));
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
                count.example(format!("school {school}, month {month}: {} pupils stand alone", apart.len()));
            }
        }
    }
    count
}

/// Every version of every school, told by the product and read by the attacker.
fn attack_world(world: &World, memory: bool) -> Count {
    let truth = world.truth();
    let records: Vec<_> = world.versions.iter().map(|version| world.records(version)).collect();
    let told = telling::tell(world, &records, memory);
    let scales = [world.scales.clone(), world.about_principal.clone()].concat();
    let n = world.n_schools();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut total = Count::default();
    std::thread::scope(|scope| {
        let (truth, records, told, scales) = (&truth, &records, &told, &scales);
        let workers: Vec<_> = (0..threads)
            .map(|worker| {
                scope.spawn(move || {
                    let mut count = Count::default();
                    for school in (worker..n).step_by(threads) {
                        let mut seen = Seen::default();
                        for (records, parts) in records.iter().zip(told) {
                            let telling = Telling { records, parts: parts[school].clone() };
                            seen.read(&telling, school, scales, truth);
                        }
                        count.add(attack(&seen, school));
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

#[test]
fn nothing_told_of_a_school_tells_what_one_colleague_answered() {
    let world = World::new(150, 2056);
    let count = attack_world(&world, true);
    println!("{count:#?}");
    assert_eq!((count.cells, count.pins, count.ties), (0, 0, 0));
}
