//! Tests with a key: what each question and each of its options does, how reliable the number right is, and what was gained.

use std::collections::BTreeMap;

use schakel_analysis::{
    outcome::Undefined,
    scale::{Gain, distractors, gain, gain_over_groups, guessing_floor, item_quality, kr_20},
};

use super::findings::Value;
use super::scales::{Rows, ScaleDefinition, Team, TestKey, mean, option};

/// What the tests of a study have in common: a share right, over the systems. Every school takes the test of its own system.
pub const KNOWLEDGE: &str = "knowledge";

/// Puts the tests together behind one outcome.
pub fn together(scales: &mut Vec<ScaleDefinition>) {
    let mut whole = ScaleDefinition {
        key: KNOWLEDGE.to_owned(),
        min: f64::INFINITY,
        max: f64::NEG_INFINITY,
        needed: usize::MAX,
        ..ScaleDefinition::default()
    };
    let mut right = Vec::new();
    for scale in scales.iter_mut() {
        let Some(test) = &scale.test else { continue };
        right.extend(&test.right);
        whole.items.extend(scale.items.iter().cloned());
        whole.needed = whole.needed.min(scale.needed);
        whole.min = whole.min.min(scale.min);
        whole.max = whole.max.max(scale.max);
        scale.part_of = Some(KNOWLEDGE.to_owned());
    }
    if !right.is_empty() {
        whole.test = Some(TestKey {
            right,
            open_is_wrong: false,
        });
        scales.push(whole);
    }
}

const LEVEL: f64 = 0.95;

/// A question that is answered no better than by guessing is told at this level.
const FLOOR: f64 = 0.05;

/// Options listed for a question at most: with more it is no choice but a number.
const MOST_OPTIONS: i64 = 50;

/// Reliability of the number right, and per question its difficulty, its part in the whole, and its options.
pub(super) fn questions(rows: &mut Rows<'_>, teams: &[Team], test: &TestKey) {
    let marks: Vec<Vec<Option<f64>>> = teams.iter().flat_map(|team| team.scored.clone()).collect();
    let chosen: Vec<Vec<Option<i64>>> = teams
        .iter()
        .flat_map(|team| &team.given)
        .map(|row| row.iter().copied().map(option).collect())
        .collect();
    let whole = kr_20(&marks, LEVEL);
    let n = whole.map_or(0, |found| found.n);
    let interval = whole.ok().map(|found| found.interval);
    rows.all("kr_20", whole.map(|found| found.kr_20), n)
        .within(interval);
    rows.all("number_right", whole.map(|found| found.mean), n);
    rows.all("sem", whole.map(|found| found.sem), n);

    let (first, last) = (rows.scale.min as i64, rows.scale.max as i64);
    let options: Vec<i64> = (first..=last.min(first.saturating_add(MOST_OPTIONS))).collect();
    let keys = rows.scale.items.clone();
    let qualities = item_quality(&marks);
    for (place, key) in keys.iter().enumerate() {
        let quality = qualities
            .get(place)
            .copied()
            .unwrap_or(Err(Undefined::NothingObserved));
        let mut put = |measure: &str, value: Value, n: usize| {
            rows.all(measure, value, n).item = Some(key.clone());
        };
        let n = quality.map_or(0, |quality| quality.n);
        put("difficulty", quality.map(|quality| quality.difficulty), n);
        let total = quality.and_then(|quality| quality.item_total);
        put(
            "item_total",
            total,
            quality.map_or(0, |quality| quality.n_complete),
        );
        let Ok(uses) = distractors(&chosen, &test.right, place, &options) else {
            continue;
        };
        let answered: usize = uses.iter().map(|used| used.n).sum();
        let n_right: usize = uses
            .iter()
            .filter(|used| used.right)
            .map(|used| used.n)
            .sum();
        let floor = guessing_floor(n_right, answered, options.len(), FLOOR);
        let row = rows.all("guessing_p_value", floor.map(|floor| floor.0), answered);
        row.item = Some(key.clone());
        if let Ok((_, at_floor)) = floor {
            row.verdict = Some(
                if at_floor {
                    "at_guessing_floor"
                } else {
                    "above_guessing"
                }
                .to_owned(),
            );
        }
        for used in uses {
            let mut put = |measure: &str, value: Value, n: usize| {
                let row = rows.all(measure, value, n);
                row.item = Some(key.clone());
                row.option = Some(used.option);
                if used.right {
                    row.verdict = Some("right".to_owned());
                }
            };
            put("option_share", Ok(used.share), answered);
            put("option_mean_rest", used.mean_rest, used.n);
        }
    }
}

/// What those who answered both times gained: over people, over schools, and in each school. In shares right.
pub(super) fn gains(rows: &mut Rows<'_>, from: &str, before: &[Team], after: &[Team]) {
    let scores = |team: &Team| -> BTreeMap<String, f64> {
        let scored = team.respondents.iter();
        scored
            .filter_map(|(key, score)| Some((key.clone(), (*score)?)))
            .collect()
    };
    let mut schools: Vec<(usize, Vec<(f64, f64)>)> = Vec::new();
    for team in after {
        let Some(earlier) = before.iter().find(|earlier| earlier.school == team.school) else {
            continue;
        };
        let earlier = scores(earlier);
        let pairs = scores(team);
        let pairs = pairs
            .iter()
            .filter_map(|(key, after)| Some((*earlier.get(key)?, *after)))
            .collect();
        schools.push((team.school, pairs));
    }
    let mut put = |school: Option<usize>, pairs: &[(f64, f64)]| {
        let found = gain(pairs, LEVEL);
        let n = pairs.len();
        let row = match school {
            Some(school) => rows.of(school, "gain", gained(found), n),
            None => rows.all("gain", gained(found), n),
        };
        row.within(found.ok().map(|found| found.interval));
        row.from = Some(from.to_owned());
        if found == Err(Undefined::NoVariation) {
            let gains = pairs.iter().map(|(before, after)| after - before);
            row.value = mean(&gains.collect::<Vec<_>>());
            row.because("all gained the same, so that there is no interval");
        }
    };
    for (school, pairs) in &schools {
        put(Some(*school), pairs);
    }
    let groups: Vec<Vec<(f64, f64)>> = schools.into_iter().map(|(_, pairs)| pairs).collect();
    let people: Vec<(f64, f64)> = groups.iter().flatten().copied().collect();
    put(None, &people);
    let found = gain_over_groups(&groups, LEVEL);
    let counted = groups.iter().filter(|pairs| !pairs.is_empty()).count();
    let row = rows.all("gain_over_schools", gained(found), counted);
    row.within(found.ok().map(|found| found.interval));
    row.from = Some(from.to_owned());
}

fn gained(found: Result<Gain, Undefined>) -> Value {
    found.map(|found| found.mean)
}
