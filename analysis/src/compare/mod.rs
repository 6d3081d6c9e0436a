//! Two groups of units compared: numbers in, numbers out; what they measure is not its business.

pub mod adjust;
mod assignment_blocks;
pub mod assignments;
pub mod effect_size;
pub mod freedman_lane;
mod half_table;
pub mod permutation;
pub mod power;
pub mod shift_interval;
pub mod studentised;
pub mod verdict;

pub use adjust::{benjamini_hochberg, holm};
pub use effect_size::{EffectSize, hedges_g, minimal_detectable_d};
pub use freedman_lane::{AdjustedDifference, freedman_lane};
pub use permutation::{GroupTest, MaxT, Options, max_t, two_groups};
pub use power::{PlannedStudy, Share, SimulatedPower, simulated_power};
pub use shift_interval::{ShiftInterval, shift_interval};
pub use studentised::{StudentisedTest, studentised_two_groups};
pub use verdict::{Verdict, verdict};
