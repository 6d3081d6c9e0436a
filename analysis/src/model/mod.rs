//! Inference on networks: what the cells that nobody knows could hold, and what chance alone would make of the ties.

pub mod association;
pub mod cug;
mod dyad_likelihood;
pub mod imputation;
pub mod logit;
pub mod matrix;
pub mod missing_study;
pub mod mrqap;
pub mod predictor;
pub mod qap;
pub mod resample;
mod sender_receiver;
mod silent_rows;
pub mod tally;

pub use association::{AssociationModel, AssociationRow, AssociationValue, association_rows};
pub use cug::{Condition, CugTest, cug};
pub use imputation::{Pooled, impute, pooled, pooled_measure};
pub use logit::{LogitMrqap, logit_mrqap};
pub use matrix::Matrix;
pub use missing_study::{MissingStudy, MissingStudyFault, missing_study};
pub use mrqap::{Constants, Design, Mrqap, TermTest, mrqap};
pub use qap::{QapTest, graph_correlation, qap_test};
pub use resample::{Bootstrap, Jackknife, jackknife, vertex_bootstrap};
pub use tally::Chance;
