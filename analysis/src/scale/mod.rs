//! From items to a scale: the score of one respondent, and how well the items hang together.

pub mod bootstrap;
pub mod card;
pub mod change_score;
pub mod covariance;
pub mod item_analysis;
pub mod omega;
pub mod refusal;
pub mod reliability;
pub mod response_quality;
pub mod score;
pub mod test_items;

pub use bootstrap::{BootstrapInterval, BootstrapOptions, ReliabilityBootstrap, cluster_bootstrap};
pub use card::{
    Card, SectionMean, SelfOther, TickShare, development_ticks, section_mean, section_rows,
    self_minus_others,
};
pub use change_score::{change_reliability, reliable_change_index, standard_error_of_measurement};
pub use covariance::{Answers, Cases, CovarianceMatrix, covariance_matrix};
pub use item_analysis::{
    ItemAnalysis, ItemStatistics, SamplingAdequacy, Sphericity, alphas_if_dropped, eigenvalues,
    item_analysis, item_rest_correlations, item_total_correlations, sampling_adequacy, sphericity,
};
pub use omega::{FactorFit, Omega, OneFactor, omega_total, one_factor};
pub use refusal::Refusal;
pub use reliability::{
    alpha, alpha_complete, alpha_pairwise, feldt_interval, lambda_six, mean_correlation,
    spearman_brown, standardised_alpha,
};
pub use response_quality::{
    Page, QualityFlag, QualityThresholds, ResponseQuality, Wording, quality_flags,
    response_quality, typical_seconds_per_item,
};
pub use score::{ScaleRule, scale_score};
pub use test_items::{
    Gain, ItemQuality, OptionUse, TestReliability, Unanswered, distractors, gain, gain_over_groups,
    guessing_floor, item_quality, kr_20, marks,
};
