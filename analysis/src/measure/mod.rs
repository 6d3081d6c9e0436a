//! What the ties of one network, or of two, amount to. One family a file.

pub mod agreement;
pub mod centralization;
pub mod change;
pub mod degree;
pub mod density;
pub mod density_change;
pub mod multiplexity;
pub mod reciprocity;

pub use agreement::{
    report_agreement, report_correlation, report_kappa, report_weighted_agreement,
};
pub use centralization::{
    centralization, in_degree_centralization, in_degree_centralization_bounds,
    out_degree_centralization, out_degree_centralization_bounds,
};
pub use change::{
    ChangeCounts, change_born, change_counts, change_ended, change_kept, multiplexity_jaccard,
    network_correlation, network_hamming, network_jaccard, network_phi, proportion_kept,
};
pub use degree::{actor_in_degree, actor_out_degree, in_degree_ranges, out_degree_ranges};
pub use density::{network_density, network_density_bounds};
pub use density_change::{DensityChange, density_change};
pub use multiplexity::{Multiplexity, dyad_multiplexity, multiplexity_overlap, tie_multiplexity};
pub use reciprocity::{
    dyadic_reciprocity, dyadic_reciprocity_bounds, tie_reciprocity, tie_reciprocity_bounds,
};
