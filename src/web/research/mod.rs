//! The researcher: the comparison, the measures per school, the effects; pseudonyms only.

pub mod contrast;
pub mod desk;
pub mod effects;
pub mod exports;
pub mod outcome;
pub mod report;
pub mod reports;
pub mod scales;
pub mod schools;
