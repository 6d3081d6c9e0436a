//! About seventy students on the work of a teacher, as the source reports it: wished for as a profession first and mass
//! production last, experienced the other way round.

use super::dice::{Dice, Topic};
use crate::domain::teachers_work::{CHARACTERISTICS, experienced, wished};

pub const N_STUDENTS: usize = 70;

/// Per student, item and the code that was chosen; about one in a hundred was left open.
pub fn students(seed: u64) -> Vec<Vec<(String, i64)>> {
    let mut dice = Dice::for_study(seed, Topic::Work);
    (0..N_STUDENTS)
        .map(|_| {
            let mut choices = Vec::new();
            for key in CHARACTERISTICS {
                // 1 mass production, 2 craft, 3 profession.
                let wish = dice.weighted(&[(3, 0.60), (2, 0.30), (1, 0.10)]);
                let now = dice.weighted(&[(1, 0.57), (2, 0.30), (3, 0.13)]);
                for (item, code) in [(wished(key), wish), (experienced(key), now)] {
                    if !dice.chance(0.01) {
                        choices.push((item, code));
                    }
                }
            }
            choices
        })
        .collect()
}
