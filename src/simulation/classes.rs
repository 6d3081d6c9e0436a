//! Classes of pupils and what they say about the teaching: higher where the effect is large, more gain where it is small
//! because these schools begin lower.

use super::dice::Dice;
use super::study::{Class, ClassWave, Member, Role};

/// The scales of the pupils' questionnaire, as their items are named, six each.
const SCALES: [&str; 5] = ["climate", "tasks", "explain", "stimulate", "goals"];
const ITEMS: usize = 6;

/// The level of all schools at the first wave, on the scale from 1 to 4, and what the pull of a school adds to it.
const LEVEL: f64 = 2.75;
const LEVEL_BY_PULL: f64 = 0.22;
/// What all schools gain, and what the pull takes away of it.
const GAIN: f64 = 0.20;
const GAIN_BY_PULL: f64 = -0.14;
/// How much lower or higher the scales lie.
const EASE: [f64; 5] = [0.25, -0.05, 0.1, -0.1, -0.2];
const SCALE_SD: f64 = 0.03;
const CLASS_SD: f64 = 0.06;
const PUPIL_SD: f64 = 0.35;
const ITEM_SD: f64 = 0.55;
const ABSENT: f64 = 0.04;
const MISSING: f64 = 0.01;

/// Classes of a school.
const CLASSES: [(&str, &str); 3] = [("Groep 6", "6"), ("Groep 7", "7"), ("Groep 8", "8")];

/// The item of a place among the answers of a pupil.
pub fn item(place: usize) -> String {
    format!("pup_{}_{}", SCALES[place / ITEMS], place % ITEMS + 1)
}

/// `pull` from -1 to 1, as the school's on culture; `waves` are those in which pupils are asked.
pub fn classes(
    school: usize,
    pull: f64,
    (members, first_member): (&[Member], usize),
    waves: [usize; 2],
    dice: &mut Dice,
) -> Vec<Class> {
    let teachers: Vec<usize> = (0..members.len())
        .filter(|&m| members[m].primary_role() == Role::Teacher)
        .filter(|&m| waves.iter().all(|&wave| members[m].on_roster(wave)))
        .collect();
    let around: [f64; 5] = [0; 5].map(|_| SCALE_SD * dice.normal());
    CLASSES
        .iter()
        .enumerate()
        .map(|(place, (name, year_group))| {
            let class = CLASS_SD * dice.normal();
            let n_pupils = 12 + dice.below(3);
            let pupils: Vec<f64> = (0..n_pupils).map(|_| PUPIL_SD * dice.normal()).collect();
            let asked = waves.iter().enumerate().map(|(time, &wave)| ClassWave {
                wave,
                sheets: pupils
                    .iter()
                    .map(|pupil| {
                        let gain = time as f64 * (GAIN + GAIN_BY_PULL * pull);
                        let level = LEVEL + LEVEL_BY_PULL * pull + gain + class + pupil;
                        let answers = sheet(level, &around, dice);
                        (!dice.chance(ABSENT)).then_some(answers)
                    })
                    .collect(),
            });
            Class {
                school,
                name: (*name).to_owned(),
                year_group: (*year_group).to_owned(),
                teacher: teachers
                    .get(place * teachers.len() / CLASSES.len())
                    .map(|teacher| first_member + teacher),
                n_pupils,
                waves: asked.collect(),
            }
        })
        .collect()
}

/// Answers from 1 to 4 in the order of the items; 0 where one was skipped.
fn sheet(level: f64, around: &[f64; 5], dice: &mut Dice) -> Vec<u8> {
    (0..SCALES.len() * ITEMS)
        .map(|place| {
            let scale = place / ITEMS;
            let value = level + EASE[scale] + around[scale] + ITEM_SD * dice.normal();
            if dice.chance(MISSING) {
                0
            } else {
                (value + 0.5).floor().clamp(1.0, 4.0) as u8
            }
        })
        .collect()
}
