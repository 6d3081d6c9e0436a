//! Units within groups.

pub mod growth;

pub use growth::{Growth, PupilSeries, school_growth};
