//! The attack: nobody can work out from what a school is told what one colleague answered.
//!
//! On schools made for it, over every wave, version and part, with none, one or two answers known. The attacker is no part
//! of the product and shares nothing with its rules.

mod arithmetic;
mod attacker;
mod items;
mod reader;
mod telling;
mod world;
mod worlds;

use std::collections::BTreeSet;

use attacker::{isolated, pinned};
use reader::{Seen, Telling};
use telling::Method;
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
        let k = if seen.about_principal.contains(scale) { 7 } else { 5 };
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
                count.example(format!("school {school}, month {month}: {} pupils stand alone", apart.len()));
            }
        }
    }
    count
}

/// Every version of every school, told by the product and read by the attacker.
fn attack_world(world: &World, memory: bool) -> Count {
    let method = Method::new(world.scales.clone(), world.about_principal.clone());
    let scales = method.all_scales();
    let n = world.n_schools();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut total = Count::default();
    let one = |school: usize| {
        let truth = world.truth(school..school + 1);
        let versions = world.versions.iter();
        let conclusions: Vec<_> = versions.map(|version| world.records(version, school..school + 1)).collect();
        let mut seen = Seen::default();
        for (records, parts) in conclusions.iter().zip(method.tell(&conclusions, memory)) {
            seen.read(&Telling { records, parts }, 0, &scales, &truth);
        }
        attack(&seen, school)
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|worker| {
                let one = &one;
                scope.spawn(move || {
                    let mut count = Count::default();
                    for school in (worker..n).step_by(threads) {
                        count.add(one(school));
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
    said.and_then(|said| said.parse().ok()).unwrap_or(by_default)
}

#[test]
fn nothing_told_of_a_school_tells_what_one_colleague_answered() {
    let world = World::new(number_of("SCHAKEL_ATTACK_SCHOOLS", 60), 2056);
    let count = attack_world(&world, true);
    println!("{count:#?}");
    assert_eq!((count.cells, count.pins, count.ties), (0, 0, 0));
}

#[test]
fn nothing_is_told_by_what_is_not_told() {
    for n in 5..=8 {
        let started = std::time::Instant::now();
        let (all, told, given) = worlds::one_statement(n);
        println!("{n} answers: {told} of {all} told; {} given away, e.g. {:?}; {:?}", given.len(), &given[..given.len().min(4)], started.elapsed());
    }
    for (groups, answered) in [(vec![8], 8), (vec![8], 5), (vec![10], 10), (vec![5, 5], 10)] {
        let started = std::time::Instant::now();
        let (tried, given) = worlds::networks_given_away(&groups, answered);
        println!("{groups:?} of whom {answered} answered: {tried} tried, {} given away; {:?}", given.len(), started.elapsed());
        for tie in given.iter().take(6) {
            println!("   {tie:?}");
        }
    }
}
