//! Inference on networks: what the cells that nobody knows could hold, and what chance alone would make of the ties.

mod dyad_likelihood;
pub mod imputation;
pub mod missing_study;
mod sender_receiver;
mod silent_rows;

pub use imputation::{Pooled, impute, pooled, pooled_measure};
pub use missing_study::{MissingStudy, MissingStudyFault, missing_study};
