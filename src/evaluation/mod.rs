//! From records to findings, without touching the world.

pub mod aggregation;
pub mod association;
pub mod baseline;
pub mod catalogue;
pub mod change;
pub mod contrast;
pub mod dimensions;
pub mod evaluate;
pub mod findings;
pub mod growth;
pub mod knowledge_test;
pub mod layers;
pub mod measurement;
pub mod missing_study;
pub mod networks;
pub mod plan;
pub mod portrait;
pub mod scale_quality;
pub mod scales;
pub mod school_by_school;
pub mod sensitivity;
pub mod snapshot;
