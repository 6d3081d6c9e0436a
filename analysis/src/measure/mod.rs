//! What the ties of one network, or of two, amount to. One family a file.

pub mod assortativity;
pub mod betweenness_bounds;
pub mod blocks;
pub mod brokerage;
pub mod centralization;
pub mod change;
mod contacts;
pub mod core;
pub mod degree;
pub mod degree_bounds;
pub mod density;
pub mod eigenvector;
pub mod homophily;
pub mod inequality;
pub mod paths;
pub mod reciprocity;
pub mod walk;

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
    ChangeCounts, change_counts, multiplexity_jaccard, network_hamming, network_jaccard,
};
pub use core::{BetweenBlocks, CorePeriphery, core_periphery};
pub use degree::actor_degree;
pub use degree::{actor_in_degree, actor_out_degree, in_degree_ranges, out_degree_ranges};
pub use degree_bounds::degree_centralization_bounds;
pub use density::{network_density, network_density_bounds};
pub use eigenvector::{actor_eigenvector, actor_eigenvector_undirected, actor_page_rank};
pub use homophily::{
    ColemanIndex, EiPermutation, HomophilyTable, actor_ei_index, coleman_index, ei_index,
    ei_index_bounds, ei_index_undirected, ei_permutation, homophily_table,
};
pub use inequality::{
    IsolateShares, Position, Share, in_degree_gini, in_degree_sd, isolate_shares, mean_degree,
    position_of,
};
pub use paths::{
    Arrows, Paths, actor_betweenness, actor_closeness, actor_harmonic_in, actor_harmonic_out,
    network_diameter, network_mean_distance, paths, paths_from, paths_with,
};
pub use reciprocity::{
    dyadic_reciprocity, dyadic_reciprocity_bounds, tie_reciprocity, tie_reciprocity_bounds,
};
pub use walk::{Geodesic, PathBuffers, geodesics_from};
