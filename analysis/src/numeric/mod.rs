//! Numbers about numbers: distributions and roots that the modules above need.

pub mod least_squares;
pub mod noncentral_t;
pub mod quadrature;
pub mod rank;
pub mod root;
pub mod student_t;
