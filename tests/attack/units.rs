//! Classes of pupils and the leadership card, told version after version while pupils and colleagues come, go and take their
//! word back: no answer can be worked out, whichever two answers somebody knows. He who attacks sees every class, the school,
//! and all that the principal sees.

use std::collections::{BTreeMap, BTreeSet};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use schakel::domain::card::{ENDS, Place, Rater};
use schakel::domain::disclosure::{Ledger, TeamRules};
use schakel::domain::records::{
    CardSheet, PupilRecord, Records, SchoolRecord, ScoreRecord, UnitRecord, UnitSheet,
};
use schakel::evaluation::achievement_portrait::{References, achievement_portrait};
use schakel::evaluation::card_portrait::card_portrait;
use schakel::evaluation::leadership_portrait::Leaders;
use schakel::evaluation::pupil_portrait::{Spreads, pupil_portraits};
use schakel::evaluation::scales::ScaleDefinition;
use serde_json::Value;

use super::attacker::{conspiracies, isolated, pinned};
use super::reader::{Scores, assert_rounded, fields, list, number, text};
use super::{Count, nothing_is_found};

/// Pupils, and colleagues about their principal.
const K_PUPIL: usize = 10;
const K_PRINCIPAL: usize = 7;
const WAVES: [&str; 2] = ["T1", "T2b"];
const STATEMENT: &str = "1_1";

/// Answers of a group, as groups answer or as somebody would who wants the rules to fail.
fn answers(rng: &mut ChaCha12Rng, n: usize, (low, high): (i64, i64)) -> Vec<i64> {
    let mood = rng.random_range(0..7);
    (0..n)
        .map(|place| match mood {
            0 => low,
            1 => high,
            2 if place == 0 => low,
            2 => high,
            3 if place < 2 => high,
            3 => low,
            4 => [low, high][place % 2],
            5 => (low + high) / 2,
            _ => rng.random_range(low..=high),
        })
        .collect()
}

/// Who is left out in each version: nobody, some, one more, and one of them comes back.
fn decisions(rng: &mut ChaCha12Rng, everyone: &[String]) -> [BTreeSet<String>; 5] {
    let one = |rng: &mut ChaCha12Rng| everyone[rng.random_range(0..everyone.len())].clone();
    let first: BTreeSet<String> = (0..rng.random_range(0..4)).map(|_| one(rng)).collect();
    let mut more = first.clone();
    more.insert(one(rng));
    let mut back = more.clone();
    back.pop_first();
    [BTreeSet::new(), first.clone(), first, more, back]
}

/// What is told, if it is.
fn told<'v>(count: &mut Count, disclosed: &'v Value) -> Option<&'v Value> {
    match disclosed.get("Ok") {
        Some(value) => {
            count.told += 1;
            Some(value)
        }
        None => {
            text(&disclosed["Err"]);
            count.withheld += 1;
            None
        }
    }
}

fn try_all(count: &mut Count, scores: &Scores, k: usize, what: &str) {
    count.attacks += 1;
    if let Some(cell) = isolated(&scores.facts, scores.truth.len(), k) {
        count.cells += 1;
        count.example(format!("{what}: {} answers stand alone", cell.len()));
    }
    for known in conspiracies(&scores.of_person, &scores.truth, &scores.parts) {
        count.attacks += 1;
        for pin in pinned(&scores.facts, &scores.truth, &known, scores.ends) {
            count.pins += 1;
            count.example(format!(
                "{what}: {} knowing {} lies in {:.2}..{:.2}; {:?}",
                pin.answer,
                known.len(),
                pin.low,
                pin.high,
                scores.facts
            ));
        }
    }
}

// --- pupils --------------------------------------------------------------------------------------------------------------

fn statement() -> ScaleDefinition {
    ScaleDefinition {
        key: "climate".to_owned(),
        items: vec!["q".to_owned()],
        needed: 1,
        min: 1.0,
        max: 4.0,
        ..ScaleDefinition::default()
    }
}

/// By class, wave and pupil.
type School = Vec<[BTreeMap<String, i64>; 2]>;

fn classes(rng: &mut ChaCha12Rng) -> School {
    (0..rng.random_range(1..=5))
        .map(|class| {
            let n = [4, 9, 10, 11, 12, 13, 20][rng.random_range(0..7)];
            [0, 1].map(|_| {
                let given = answers(rng, n, (1, 4));
                let pupils = (0..n).map(|pupil| format!("c{class}p{pupil:02}"));
                pupils.zip(given).collect()
            })
        })
        .collect()
}

fn version(school: &School, n_waves: usize, gone: &BTreeSet<String>) -> Records {
    let units = school.iter().enumerate().flat_map(|(class, waves)| {
        waves[..n_waves].iter().enumerate().map(move |(wave, all)| {
            let there = all.iter().filter(|(pupil, _)| !gone.contains(*pupil));
            UnitRecord {
                key: format!("class:eik:{class}"),
                board: None,
                school: Some(0),
                wave,
                n_listed: all.len(),
                sheets: there
                    .map(|(pupil, answer)| UnitSheet {
                        respondent: pupil.clone(),
                        role: Some("pupil".to_owned()),
                        items: [("q", *answer as f64)].into(),
                    })
                    .collect(),
            }
        })
    });
    Records {
        waves: WAVES[..n_waves]
            .iter()
            .map(|wave| (*wave).to_owned())
            .collect(),
        schools: vec![SchoolRecord::default()],
        units: units.collect(),
        ..Records::default()
    }
}

fn attack_classes(seed: u64, memory: bool) -> Count {
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    let school = classes(&mut rng);
    let everyone: Vec<String> = school.iter().flat_map(|c| c[0].keys().cloned()).collect();
    let mut count = Count {
        schools: 1,
        ..Count::default()
    };
    let scales = [statement()];
    let mut scores = Scores {
        ends: (1.0, 4.0),
        ..Scores::default()
    };
    let mut before = Vec::new();
    for (n, gone) in decisions(&mut rng, &everyone).iter().enumerate() {
        let records = version(&school, if n < 2 { 1 } else { 2 }, gone);
        let mut ledger = match memory {
            true => Ledger::new(before),
            false => Ledger::without_memory(),
        };
        let spreads = Spreads::of(&records, &scales);
        let (of_class, whole) =
            pupil_portraits(&records, &scales, K_PUPIL, (0, &spreads), &mut ledger);
        before = ledger.told().to_vec();
        let mut with_result = [Vec::new(), Vec::new()];
        let mut all = of_class
            .iter()
            .map(|(key, part)| (Some(key), part))
            .collect::<Vec<_>>();
        all.extend(whole.as_ref().map(|part| (None, part)));
        for (class, part) in all {
            let part = serde_json::to_value(part).expect("plain values");
            let [waves, gains] = fields(&part, ["waves", "gains"]);
            for wave in list(waves) {
                let [key, n_classes, of_scales] = fields(wave, ["wave", "n_classes", "scales"]);
                assert!(n_classes.is_u64());
                let at = usize::from(text(key) == WAVES[1]);
                for scale in list(of_scales) {
                    let [_, _, _, n, mean] =
                        fields(scale, ["scale", "minimum", "maximum", "n", "mean"]);
                    let own = |unit: &&UnitRecord| unit.wave == at && Some(&unit.key) == class;
                    let units = records.units.iter().filter(own);
                    let mut over: Vec<usize> = Vec::new();
                    for sheet in units.flat_map(|unit| &unit.sheets) {
                        let person = everyone.iter().position(|one| *one == sheet.respondent);
                        let answer = sheet.items.get("q").expect("one question");
                        over.push(scores.answer(person.expect("a pupil"), at, answer));
                    }
                    if class.is_none() {
                        over.clone_from(&with_result[at]);
                    }
                    if let Some(n) = told(&mut count, n) {
                        assert_eq!(n.as_u64(), Some(over.len() as u64));
                    }
                    if let Some(mean) = told(&mut count, mean) {
                        scores.add_mean(&over, number(mean), "pupils");
                        with_result[at].extend(over);
                    }
                }
            }
            for row in list(gains) {
                let [_, _, _, gain] = fields(row, ["scale", "from", "to", "gain"]);
                if let Some(gain) = told(&mut count, gain) {
                    let [gain, lower, upper] = fields(gain, ["gain", "lower", "upper"]);
                    assert_rounded(number(gain));
                    // Its width follows from how many there are, and is never nothing.
                    assert!(number(upper) - number(lower) > 0.2);
                }
            }
        }
    }
    try_all(&mut count, &scores, K_PUPIL, "pupils");
    count
}

// --- the card ------------------------------------------------------------------------------------------------------------

/// By colleague: placed, cannot judge, to develop.
type Team = BTreeMap<String, (Option<i64>, bool)>;

fn team(rng: &mut ChaCha12Rng) -> Team {
    let n = [5, 6, 7, 8, 9, 12, 20][rng.random_range(0..7)];
    let (low, high) = (ENDS.0 as i64, ENDS.1 as i64);
    let placed = answers(rng, n, (low, high));
    let unable = answers(rng, n, (0, 1));
    let ticked = answers(rng, n, (0, 1));
    let few = rng.random_range(0..3) > 0;
    (0..n)
        .map(|place| {
            let cannot = unable[place] == 1 && (!few || place < 2);
            let position = (!cannot).then_some(placed[place]);
            (format!("t{place:02}"), (position, ticked[place] == 1))
        })
        .collect()
}

fn attack_card(seed: u64, memory: bool) -> Count {
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    let team = team(&mut rng);
    let everyone: Vec<String> = team.keys().cloned().collect();
    let mut count = Count {
        schools: 1,
        ..Count::default()
    };
    let rules = TeamRules::default();
    let leaders = Leaders::from([(WAVES[0].to_owned(), BTreeSet::from(["leads".to_owned()]))]);
    let whole = |ends| Scores {
        ends,
        ..Scores::default()
    };
    let mut placed = whole(ENDS);
    let mut unable = whole((0.0, 1.0));
    let mut to_develop = whole((0.0, 1.0));
    let mut before = Vec::new();
    for gone in decisions(&mut rng, &everyone) {
        let there: Vec<(usize, &String, Place)> = team
            .iter()
            .enumerate()
            .filter(|(_, (who, _))| !gone.contains(*who))
            .map(|(at, (who, (position, ticked)))| {
                let place = Place {
                    position: *position,
                    ticked: *ticked,
                    cannot_judge: position.is_none(),
                };
                (at, who, place)
            })
            .collect();
        let card = |(_, who, place): &(usize, &String, Place)| CardSheet {
            school: 0,
            wave: 0,
            by: Rater::Team,
            respondent: (*who).clone(),
            by_name: false,
            places: [(STATEMENT.to_owned(), *place)].into(),
        };
        let records = Records {
            waves: vec![WAVES[0].to_owned()],
            schools: vec![SchoolRecord::default()],
            cards: there.iter().map(card).collect(),
            ..Records::default()
        };
        let mut ledger = match memory {
            true => Ledger::new(before),
            false => Ledger::without_memory(),
        };
        let portrait = card_portrait(&records, &rules, (0, &leaders), &mut ledger);
        before = ledger.told().to_vec();
        let part = serde_json::to_value(&portrait).expect("plain values");
        let [waves] = fields(&part, ["waves"]);
        for wave in list(waves) {
            let [_, _, n_team, board, statements] =
                fields(wave, ["wave", "led_by", "n_team", "board", "statements"]);
            told(&mut count, n_team);
            assert!(list(board).is_empty());
            let names = ["own", "team", "n", "cannot_judge", "ticked", "board"];
            let [own, mean, n, cannot, ticked, _] = fields(&list(statements)[0], names);
            assert!(own.is_null());
            let mut all = [Vec::new(), Vec::new(), Vec::new()];
            for (at, _, place) in &there {
                if let Some(position) = place.position {
                    all[0].push(placed.answer(*at, 0, position as f64));
                }
                let yes = |said| f64::from(u8::from(said));
                all[1].push(unable.answer(*at, 0, yes(place.cannot_judge)));
                all[2].push(to_develop.answer(*at, 0, yes(place.ticked)));
            }
            if let Some(n) = told(&mut count, n) {
                assert_eq!(n.as_u64(), Some(all[0].len() as u64));
            }
            let figures = [mean, cannot, ticked];
            let scores = [&mut placed, &mut unable, &mut to_develop];
            for ((figure, scores), over) in figures.into_iter().zip(scores).zip(&all) {
                if let Some(mean) = told(&mut count, figure) {
                    scores.add_mean(over, number(mean), "the card");
                }
            }
        }
    }
    for (scores, what) in [
        (&placed, "placed"),
        (&unable, "cannot judge"),
        (&to_develop, "to develop"),
    ] {
        try_all(&mut count, scores, K_PRINCIPAL, what);
    }
    count
}

fn together(n: u64, attack: impl Fn(u64) -> Count) -> Count {
    let mut count = Count::default();
    (0..n).for_each(|seed| count.add(attack(seed)));
    count
}

#[test]
fn nothing_told_of_classes_tells_what_one_pupil_answered() {
    let count = together(300, |seed| attack_classes(seed, true));
    println!("pupils: {count:?}");
    assert!(count.told > 600 && count.withheld > 600 && count.attacks > 3_000);
    nothing_is_found(&count);
    // The attack is one: where each figure is judged by itself, it finds.
    let forgetful = together(300, |seed| attack_classes(seed, false));
    assert!(forgetful.cells + forgetful.pins > 20, "{forgetful:?}");
}

#[test]
fn nothing_told_of_the_card_tells_what_one_colleague_said_of_the_principal() {
    let count = together(150, |seed| attack_card(seed, true));
    println!("the card: {count:?}");
    assert!(count.told > 300 && count.withheld > 300 && count.attacks > 1_000);
    nothing_is_found(&count);
    let forgetful = together(150, |seed| attack_card(seed, false));
    assert!(forgetful.cells + forgetful.pins > 10, "{forgetful:?}");
}

// --- year groups -----------------------------------------------------------------------------------------------------------

/// Scores at one test: how many of each year group are above the mean of the country.
fn attack_year_groups(seed: u64, memory: bool) -> Count {
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    let mut pupils: Vec<(String, u8, bool)> = Vec::new();
    for group in 3..=rng.random_range(4..=8) {
        let n = [4, 9, 10, 12, 15, 30][rng.random_range(0..6)];
        for above in answers(&mut rng, n, (0, 1)) {
            pupils.push((format!("g{group}p{:03}", pupils.len()), group, above == 1));
        }
    }
    let everyone: Vec<String> = pupils.iter().map(|(key, ..)| key.clone()).collect();
    let mut count = Count {
        schools: 1,
        ..Count::default()
    };
    let whole = || Scores {
        ends: (0.0, 1.0),
        ..Scores::default()
    };
    let (mut means, mut above) = (whole(), whole());
    let mut before = Vec::new();
    for gone in decisions(&mut rng, &everyone) {
        let there: Vec<&(String, u8, bool)> = pupils
            .iter()
            .filter(|(key, ..)| !gone.contains(key))
            .collect();
        let pupil = |(key, group, above): &&(String, u8, bool)| PupilRecord {
            key: key.clone(),
            school: 0,
            weight: None,
            attributes: BTreeMap::new(),
            scores: vec![ScoreRecord {
                month: 6.0,
                score: if *above { 61.0 } else { 42.0 },
                year_group: Some(*group),
                national: Some(50.0),
            }],
        };
        let records = Records {
            waves: vec![WAVES[0].to_owned()],
            schools: vec![SchoolRecord::default()],
            pupils: there.iter().map(pupil).collect(),
            ..Records::default()
        };
        let mut ledger = match memory {
            true => Ledger::new(before),
            false => Ledger::without_memory(),
        };
        let references = References::of(&records, K_PUPIL);
        let portrait = achievement_portrait(&records, references.as_ref(), K_PUPIL, 0, &mut ledger);
        before = ledger.told().to_vec();
        let part = serde_json::to_value(&portrait).expect("plain values");
        let [moments, _] = fields(&part, ["moments", "reference"]);
        for moment in list(moments) {
            let names = ["month", "n_pupils", "mean", "above", "year_groups"];
            let [_, n, mean, share, groups] = fields(moment, names);
            let mut told_of = vec![(None, n, mean, share)];
            for group in list(groups) {
                let names = ["year_group", "n_pupils", "mean", "above"];
                let [group, n, mean, share] = fields(group, names);
                told_of.push((group.as_u64(), n, mean, share));
            }
            for (group, n, mean, share) in told_of {
                let of_group = there
                    .iter()
                    .filter(|(_, own, _)| group.is_none_or(|group| u64::from(*own) == group));
                let mut over = [Vec::new(), Vec::new()];
                for (key, _, is_above) in of_group {
                    let person = everyone.iter().position(|one| one == key);
                    let (person, value) =
                        (person.expect("a pupil"), f64::from(u8::from(*is_above)));
                    over[0].push(means.answer(person, 0, value));
                    over[1].push(above.answer(person, 0, value));
                }
                if let Some(n) = told(&mut count, n) {
                    assert_eq!(n.as_u64(), Some(over[0].len() as u64));
                }
                if let Some(mean) = told(&mut count, mean) {
                    assert_rounded(number(mean));
                    // Of scores only who is behind a mean is attacked: they have no ends.
                    means.add_between(&over[0], (0.0, over[0].len() as f64), ("mean", true));
                }
                if let Some(share) = told(&mut count, share) {
                    let [low, high, of] = fields(share, ["low", "high", "of"]);
                    assert_eq!(of.as_u64(), Some(over[1].len() as u64));
                    let ends = (number(low), number(high));
                    above.add_between(&over[1], ends, ("above", ends.0 == ends.1));
                }
            }
        }
    }
    count.attacks += 1;
    if let Some(cell) = isolated(&means.facts, means.truth.len(), K_PUPIL) {
        count.cells += 1;
        count.example(format!("year groups: {} scores stand alone", cell.len()));
    }
    try_all(&mut count, &above, K_PUPIL, "above the mean");
    count
}

#[test]
fn nothing_told_of_year_groups_tells_how_one_pupil_scored() {
    let count = together(200, |seed| attack_year_groups(seed, true));
    println!("year groups: {count:?}");
    assert!(count.told > 500 && count.withheld > 300 && count.attacks > 1_000);
    nothing_is_found(&count);
    let forgetful = together(200, |seed| attack_year_groups(seed, false));
    assert!(forgetful.cells + forgetful.pins > 10, "{forgetful:?}");
}
