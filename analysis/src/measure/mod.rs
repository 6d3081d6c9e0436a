//! What the ties of one network, or of two, amount to. One family a file.

pub mod agreement;
pub mod assortativity;
pub mod betweenness_bounds;
pub mod blocks;
pub mod brokerage;
pub mod centralization;
pub mod change;
pub mod cohesion;
pub mod components;
mod contacts;
pub mod core;
pub mod degree;
pub mod degree_bounds;
pub mod density;
pub mod density_change;
pub mod eigenvector;
pub mod homophily;
pub mod inequality;
pub mod isolates;
pub mod multiplexity;
pub mod paths;
pub mod reciprocity;
pub mod transitivity;
pub mod triads;
pub mod walk;

pub use agreement::{
    report_agreement, report_correlation, report_kappa, report_weighted_agreement,
};
pub use assortativity::{
    degree_assortativity, degree_assortativity_undirected, nominal_assortativity,
};
pub use betweenness_bounds::{
    actor_betweenness_outer_ranges, betweenness_centralization_outer_bounds,
};
pub use blocks::{Block, BlockTable, block_table};
pub use brokerage::{
    BrokerageRoles, actor_brokerage, actor_constraint, actor_effective_size,
    actor_effective_size_undirected,
};
pub use centralization::{
    betweenness_centralization, betweenness_centralization_undirected,
    closeness_centralization_undirected, degree_centralization, degree_centralization_undirected,
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
    actor_core_number, actor_is_cutpoint, actor_strong_component, actor_total_core_number,
    actor_weak_component, bridge_pairs, bridges, cutpoints, strong_component_sizes,
    strong_components, weak_component_sizes, weak_components,
};
pub use core::{BetweenBlocks, CorePeriphery, core_periphery};
pub use degree::actor_degree;
pub use degree::{actor_in_degree, actor_out_degree, in_degree_ranges, out_degree_ranges};
pub use degree_bounds::degree_centralization_bounds;
pub use density::{network_density, network_density_bounds};
pub use density_change::{DensityChange, density_change};
pub use eigenvector::{actor_eigenvector, actor_eigenvector_undirected, actor_page_rank};
pub use homophily::{
    ColemanIndex, EiPermutation, HomophilyTable, actor_ei_index, coleman_index, ei_index,
    ei_index_bounds, ei_index_undirected, ei_permutation, homophily_table,
};
pub use inequality::{
    IsolateShares, Position, Share, in_degree_gini, in_degree_sd, isolate_shares, mean_degree,
    position_of,
};
pub use isolates::{
    actor_is_isolate, in_isolates, in_isolates_bounds, isolates, isolates_bounds, out_isolates,
    out_isolates_bounds,
};
pub use multiplexity::{
    Multiplexity, dyad_multiplexity, multiplexities, multiplexity_overlap, tie_multiplexity,
};
pub use paths::{
    Arrows, Paths, actor_betweenness, actor_closeness, actor_harmonic_in, actor_harmonic_out,
    network_diameter, network_mean_distance, paths, paths_from, paths_with,
};
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
pub use walk::{Geodesic, PathBuffers, geodesics_from};
