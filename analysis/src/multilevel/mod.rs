//! Units within groups.

mod cross_products;
mod crossed;
pub mod design;
pub mod deviance;
pub mod fit;
pub mod growth;
mod nested;
mod packed;
pub mod unit_effects;

pub use design::{Column, Design, DesignFault, Grouping};
pub use deviance::Criterion;
pub use fit::{Fit, FitFault, FitOptions, fit};
pub use growth::{Growth, PupilSeries, school_growth};
pub use unit_effects::{UnitEffect, unit_effects};
