//! Units within groups.

pub mod design;
pub mod deviance;
pub mod fit;
pub mod growth;
pub mod unit_effects;

pub use design::{Column, Design, DesignFault, Grouping};
pub use deviance::Criterion;
pub use fit::{Fit, FitFault, FitOptions, fit};
pub use growth::{Growth, PupilSeries, school_growth};
pub use unit_effects::{UnitEffect, unit_effects};
