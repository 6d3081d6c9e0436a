//! From items to a scale: the score of one respondent, and how well the items hang together.

pub mod reliability;
pub mod score;

pub use reliability::{alpha_complete, alpha_pairwise};
pub use score::{ScaleRule, scale_score};
