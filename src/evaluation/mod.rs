//! From records to findings, without touching the world.

pub mod association;
pub mod baseline;
pub mod catalogue;
pub mod change;
pub mod contrast;
pub mod evaluate;
pub mod findings;
pub mod growth_model;
pub mod layers;
pub mod missing_study;
pub mod model_fit;
pub mod models;
pub mod networks;
pub mod plan;
pub mod portrait;
pub mod pupil_weights;
pub mod scales;
pub mod school_by_school;
pub mod school_effects;
pub mod sensitivity;
pub mod snapshot;
