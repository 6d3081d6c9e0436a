//! Two groups of units compared: numbers in, numbers out; what they measure is not its business.

pub mod adjust;
pub mod assignments;
pub mod effect_size;
pub mod permutation;
pub mod verdict;

pub use adjust::{benjamini_hochberg, holm};
pub use effect_size::{EffectSize, hedges_g, minimal_detectable_d};
pub use permutation::{GroupTest, MaxT, Options, max_t, two_groups};
pub use verdict::{Verdict, verdict};
