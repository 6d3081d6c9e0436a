//! Numbers about numbers: distributions and roots that the modules above need.

pub mod bivariate_normal;
pub mod f_distribution;
pub mod noncentral_chi_square;
pub mod noncentral_t;
pub mod root;
pub mod variance_ratio;
