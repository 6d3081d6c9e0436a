//! What chance would have done: permutations, baselines and resampling of networks.

pub mod association;
pub mod cug;
pub mod logit;
pub mod matrix;
pub mod mrqap;
pub mod predictor;
pub mod qap;
pub mod resample;
pub mod tally;

pub use association::{AssociationModel, AssociationRow, AssociationValue, association_rows};
pub use cug::{Condition, CugTest, cug};
pub use logit::{LogitMrqap, logit_mrqap};
pub use matrix::Matrix;
pub use mrqap::{Constants, Design, Mrqap, TermTest, mrqap};
pub use qap::{QapTest, graph_correlation, qap_test};
pub use resample::{Bootstrap, Jackknife, jackknife, vertex_bootstrap};
pub use tally::Chance;
