//! What the ties of one network, or of two, amount to. One family a file.

pub mod centralization;
pub mod change;
pub mod degree;
pub mod density;
pub mod reciprocity;

pub use centralization::{
    centralization, in_degree_centralization, in_degree_centralization_bounds,
    out_degree_centralization, out_degree_centralization_bounds,
};
pub use change::{
    ChangeCounts, change_counts, multiplexity_jaccard, network_hamming, network_jaccard,
};
pub use degree::{actor_in_degree, actor_out_degree, in_degree_ranges, out_degree_ranges};
pub use density::{network_density, network_density_bounds};
pub use reciprocity::{
    dyadic_reciprocity, dyadic_reciprocity_bounds, tie_reciprocity, tie_reciprocity_bounds,
};
