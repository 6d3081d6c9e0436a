//! Pupils and their scores on the vertical scale, before and during the intervention.

use super::dice::Dice;
use super::study::{Move, Pupil, Score};

/// Points per school year before the intervention, and how pupils and schools differ.
const GROWTH: f64 = 12.0;
const GROWTH_SD: f64 = 2.0;
const SCHOOL_GROWTH_SD: f64 = 0.8;
/// What a pupil gains beyond the school and the weight.
const GAIN_SD: f64 = 1.0;
const LEVEL_SD: f64 = 9.0;
const SCHOOL_LEVEL_SD: f64 = 3.0;
const ERROR_SD: f64 = 4.8;
const MISSING: f64 = 0.05;
const MOVING: f64 = 0.008;

/// Category, points by which the level lies lower, points a year gained beyond the school's mean: not monotone.
const WEIGHTS: [(&str, f64, f64); 3] = [("0.0", 0.0, 0.4), ("0.3", -4.0, -1.2), ("1.2", -7.0, 0.9)];

/// What is planted at one school.
#[derive(Debug, Clone, Copy)]
pub struct Planting<'a> {
    pub school: usize,
    pub key: &'a str,
    pub n_teachers: usize,
    pub share_of_12: f64,
    /// Effects of all schools, for pupils who move.
    pub effects: &'a [f64],
    /// Schools to which a pupil may move.
    pub neighbours: &'a [usize],
}

pub fn pupils(planting: &Planting, dice: &mut Dice) -> Vec<Pupil> {
    let n = (planting.n_teachers as f64 * 7.14 * dice.between(0.9, 1.1) + 0.5) as usize;
    let share_of_03 = dice.between(0.06, 0.14);
    let odds = [
        (0, 1.0 - planting.share_of_12 - share_of_03),
        (1, share_of_03),
        (2, planting.share_of_12),
    ];
    let weights: Vec<usize> = (0..n).map(|_| dice.weighted(&odds)).collect();
    // Centred, so that the effect of the school is the mean over its own pupils, whatever their weights.
    let mean_gain = weights.iter().map(|&w| WEIGHTS[w].2).sum::<f64>() / n as f64;
    let school_level = SCHOOL_LEVEL_SD * dice.normal();
    let school_growth = GROWTH + SCHOOL_GROWTH_SD * dice.normal();

    (0..n)
        .map(|i| {
            let group = 4 + (i * 4 / n) as u8;
            let (weight, lower, gain) = WEIGHTS[weights[i]];
            let before = school_growth + GROWTH_SD * dice.normal();
            let own_gain = gain - mean_gain + GAIN_SD * dice.normal();
            let start = 40.0
                + GROWTH * f64::from(group - 4)
                + school_level
                + lower
                + LEVEL_SD * dice.normal();
            let moved = moves(planting, dice);
            let curve = Curve {
                start,
                before,
                own_gain,
                moved,
            };
            Pupil {
                key: format!("{}-{:03}", planting.key, i + 1),
                school: planting.school,
                group,
                weight,
                scores: scores(&curve, group, planting, dice),
                moved,
            }
        })
        .collect()
}

struct Curve {
    start: f64,
    before: f64,
    own_gain: f64,
    moved: Option<Move>,
}

impl Curve {
    /// True level at a month, gaining during the intervention what the school of the moment adds.
    fn at(&self, month: i32, own: usize, effects: &[f64]) -> f64 {
        let years = |months: i32| f64::from(months) / 12.0;
        let during = month.max(0);
        let (here, there) = match self.moved {
            Some(moved) if during > moved.month => {
                (moved.month, (during - moved.month, moved.to_school))
            }
            _ => (during, (0, own)),
        };
        let added = years(here) * effects[own] + years(there.0) * effects[there.1];
        self.start + self.before * years(month) + self.own_gain * years(during) + added
    }
}

fn moves(planting: &Planting, dice: &mut Dice) -> Option<Move> {
    let moving = dice.chance(MOVING);
    let month = dice.pick(&[6, 12]);
    let neighbour = dice.uniform();
    let to = (neighbour * planting.neighbours.len() as f64) as usize;
    let to_school = *planting.neighbours.get(to)?;
    moving.then_some(Move { month, to_school })
}

/// The moments that fit: testing twice a year from the last months of kindergarten to the middle of the last group.
fn scores(curve: &Curve, group: u8, planting: &Planting, dice: &mut Dice) -> Vec<Score> {
    let months = match group {
        4 => -18..=24,
        5 | 6 => -24..=24,
        _ => -24..=18,
    };
    let mut scores = Vec::with_capacity(9);
    for month in months.step_by(6) {
        let error = ERROR_SD * dice.normal();
        if !dice.chance(MISSING) {
            let score = curve.at(month, planting.school, planting.effects) + error;
            scores.push(Score {
                month,
                score: (score + 0.5).floor(),
            });
        }
    }
    scores
}

#[cfg(test)]
mod tests {
    use super::*;

    const EFFECTS: [f64; 2] = [1.0, 4.0];

    #[test]
    fn growth_is_steeper_by_the_effect_once_it_has_begun() {
        let curve = Curve {
            start: 50.0,
            before: 12.0,
            own_gain: 0.5,
            moved: None,
        };
        assert_eq!(curve.at(-24, 0, &EFFECTS), 26.0);
        assert_eq!(curve.at(0, 0, &EFFECTS), 50.0);
        assert_eq!(curve.at(24, 0, &EFFECTS), 50.0 + 2.0 * (12.0 + 0.5 + 1.0));
    }

    #[test]
    fn who_moves_gains_from_then_on_what_the_other_school_adds() {
        let moved = Some(Move {
            month: 12,
            to_school: 1,
        });
        let curve = Curve {
            start: 50.0,
            before: 12.0,
            own_gain: 0.0,
            moved,
        };
        assert_eq!(curve.at(12, 0, &EFFECTS), 50.0 + 12.0 + 1.0);
        assert_eq!(curve.at(24, 0, &EFFECTS), 50.0 + 24.0 + 1.0 + 4.0);
    }
}
