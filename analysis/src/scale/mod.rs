//! From items to a scale: the score of one respondent, and how well the items hang together.

pub mod card;
pub mod reliability;
pub mod score;
pub mod test_items;

pub use card::{
    Card, SectionMean, SelfOther, TickShare, development_ticks, section_mean, section_rows,
    self_minus_others,
};
pub use reliability::{alpha_complete, alpha_pairwise};
pub use score::{ScaleRule, scale_score};
pub use test_items::{
    Gain, ItemQuality, OptionUse, TestReliability, Unanswered, distractors, gain, gain_over_groups,
    guessing_floor, item_quality, kr_20, marks,
};
