//! Likert answers, and the principal's facts about the school.

use super::dice::Dice;
use super::study::{Background, ItemAnswer};

/// An item and whether agreeing with it speaks against the scale.
type Item = (&'static str, bool);

const ATTITUDE: [Item; 4] = [
    ("att_01", false),
    ("att_02", false),
    ("att_03", true),
    ("att_04", true),
];
const LEADERSHIP: [Item; 5] = [
    ("lead_01", false),
    ("lead_02", false),
    ("lead_03", false),
    ("lead_04", false),
    ("lead_05", false),
];
const CULTURE: [Item; 3] = [("cult_01", false), ("cult_02", false), ("cult_03", false)];

/// How easily one agrees with the first, second, ... item of a scale, in points.
const EASE: [f64; 5] = [0.15, -0.1, 0.05, -0.15, 0.05];
/// Standard deviations on the five-point scale: between persons, between items of one person, between schools beyond
/// what is planted, between principals.
const PERSON_SD: f64 = 0.45;
const ITEM_SD: f64 = 0.6;
const SCHOOL_SD: f64 = 0.08;
const PRINCIPAL_SD: f64 = 0.3;
const MISSING: f64 = 0.01;

/// Where the answers of one school lie, per wave.
#[derive(Debug, Clone)]
pub struct Climate {
    attitude: Vec<f64>,
    leadership: Vec<f64>,
    culture: Vec<f64>,
}

/// What one teacher answers at one wave, before anything is lost.
#[derive(Debug, Clone)]
pub struct Opinions {
    pub attitude: Vec<ItemAnswer>,
    pub leadership: Vec<ItemAnswer>,
    pub culture: Vec<ItemAnswer>,
}

/// What a teacher brings along to every wave, on attitude, leadership and culture.
#[derive(Debug, Clone, Copy)]
pub struct Leanings([f64; 3]);

impl Climate {
    /// `culture` from -1 to 1 at every wave; `turning` from 0 to 1 after the first; leadership owes nothing to either.
    pub fn of_school(culture: f64, turning: f64, n_waves: usize, dice: &mut Dice) -> Self {
        let principal = PRINCIPAL_SD * dice.normal();
        let mut around = |level: f64| level + SCHOOL_SD * dice.normal();
        let waves = 0..n_waves;
        Self {
            attitude: waves
                .clone()
                .map(|w| around(2.75 + turning * turn_by(w, n_waves)))
                .collect(),
            leadership: waves.clone().map(|_| around(3.55 + principal)).collect(),
            culture: waves
                .map(|w| around(3.35 + 0.05 * w as f64 + 0.45 * culture))
                .collect(),
        }
    }

    pub fn opinions(&self, leanings: Leanings, wave: usize, dice: &mut Dice) -> Opinions {
        let Leanings([attitude, leadership, culture]) = leanings;
        Opinions {
            attitude: rated(&ATTITUDE, self.attitude[wave] + attitude, dice),
            leadership: rated(&LEADERSHIP, self.leadership[wave] + leadership, dice),
            culture: rated(&CULTURE, self.culture[wave] + culture, dice),
        }
    }
}

impl Leanings {
    pub fn of_teacher(dice: &mut Dice) -> Self {
        Self([0; 3].map(|_| PERSON_SD * dice.normal()))
    }
}

/// Points by which the attitude has turned at a wave: not at the first, wholly at the last.
fn turn_by(wave: usize, n_waves: usize) -> f64 {
    match wave {
        0 => 0.0,
        _ if wave + 1 == n_waves => 1.05,
        _ => 0.8,
    }
}

fn rated(items: &[Item], level: f64, dice: &mut Dice) -> Vec<ItemAnswer> {
    let mut answers = Vec::with_capacity(items.len());
    for (&(item, reverse), ease) in items.iter().zip(EASE) {
        let agreement = level + ease + ITEM_SD * dice.normal();
        let value = (agreement + 0.5).floor().clamp(1.0, 5.0) as u8;
        if !dice.chance(MISSING) {
            answers.push(ItemAnswer {
                item,
                value: if reverse { 6 - value } else { value },
            });
        }
    }
    answers
}

pub fn background(subjects: [&'static str; 2], dice: &mut Dice) -> Background {
    Background {
        ib_hours: dice.below(25) as u8,
        decided_by: dice.weighted(&[("team", 0.35), ("principal", 0.45), ("board", 0.2)]),
        turnover: dice.weighted(&[(0, 0.3), (1, 0.35), (2, 0.2), (3, 0.1), (5, 0.05)]),
        subject_year1: subjects[0],
        subject_year2: subjects[1],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulation::dice::Topic;

    #[test]
    fn negatively_worded_items_are_answered_the_other_way() {
        let mut dice = Dice::for_study(2, Topic::Answers);
        let answers = rated(&ATTITUDE, 5.5, &mut dice);
        let value = |key| answers.iter().find(|a| a.item == key).unwrap().value;
        assert!(value("att_01") >= 4 && value("att_02") >= 4);
        assert!(value("att_03") <= 2 && value("att_04") <= 2);
    }

    #[test]
    fn about_one_item_in_a_hundred_is_left_open() {
        let mut dice = Dice::for_study(2, Topic::Answers);
        let n: usize = (0..2_500)
            .map(|_| rated(&ATTITUDE, 3.0, &mut dice).len())
            .sum();
        let open = 1.0 - n as f64 / 10_000.0;
        assert!((0.005..0.015).contains(&open), "{open}");
    }

    #[test]
    fn only_a_school_that_turns_changes_its_attitude() {
        let mut dice = Dice::for_study(2, Topic::Answers);
        let turning = Climate::of_school(1.0, 1.0, 4, &mut dice);
        let still = Climate::of_school(1.0, 0.0, 4, &mut dice);
        assert!((turning.attitude[0] - still.attitude[0]).abs() < 0.4);
        assert!(turning.attitude[3] - turning.attitude[0] > 0.7);
        assert!((still.attitude[3] - still.attitude[0]).abs() < 0.4);
    }
}
