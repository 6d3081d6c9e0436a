//! From records to findings, without touching the world.

pub mod all_schools;
pub mod alternatives;
pub mod association;
pub mod baseline;
pub mod catalogue;
pub mod change;
pub mod comparison;
pub mod contrast;
pub mod effect_groups;
pub mod evaluate;
pub mod findings;
pub mod group_sizes;
pub mod growth;
pub mod layers;
pub mod missing_study;
pub mod networks;
pub mod outcomes;
pub mod plan;
pub mod plan_lock;
pub mod portrait;
pub mod scales;
pub mod school_by_school;
pub mod sensitivity;
pub mod snapshot;
