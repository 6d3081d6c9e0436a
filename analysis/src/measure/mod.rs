//! What the ties of one network, or of two, amount to. One family a file.

pub mod agreement;
pub mod centralization;
pub mod change;
pub mod cohesion;
pub mod components;
pub mod degree;
pub mod density;
pub mod density_change;
pub mod multiplexity;
pub mod reciprocity;
pub mod transitivity;
pub mod triads;

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
pub use cohesion::{
    connectedness, efficiency, hierarchy, least_upper_boundedness, topmost_upper_boundedness,
};
pub use components::{
    actor_core_number, actor_is_cutpoint, actor_is_isolate, actor_strong_component,
    actor_total_core_number, actor_weak_component, bridge_pairs, bridges, cutpoints, in_isolates,
    isolates, isolates_bounds, out_isolates, strong_component_sizes, strong_components,
    weak_component_sizes, weak_components,
};
pub use degree::{actor_in_degree, actor_out_degree, in_degree_ranges, out_degree_ranges};
pub use density::{network_density, network_density_bounds};
pub use density_change::{DensityChange, density_change};
pub use multiplexity::{Multiplexity, dyad_multiplexity, multiplexity_overlap, tie_multiplexity};
pub use reciprocity::{
    all_dyads_reciprocity, all_dyads_reciprocity_bounds, asymmetric_dyads, asymmetric_dyads_bounds,
    dyadic_reciprocity, dyadic_reciprocity_bounds, garlaschelli_loffredo_reciprocity,
    garlaschelli_loffredo_reciprocity_bounds, log_odds_reciprocity, log_odds_reciprocity_bounds,
    mutual_dyads, mutual_dyads_bounds, null_dyads, null_dyads_bounds, tie_reciprocity,
    tie_reciprocity_bounds,
};
pub use transitivity::{
    strong_transitivity, undirected_transitivity, undirected_transitivity_outer_bounds,
    weak_transitivity, weak_transitivity_outer_bounds,
};
pub use triads::{TriadCensus, Triads, triad_census, triads};
