//! Numbers about numbers: distributions and roots that the modules above need.

pub mod gram_schmidt;
pub mod least_squares;
pub mod minimize;
pub mod noncentral_t;
pub mod quadrature;
pub mod rank;
pub mod root;
pub mod student_t;
