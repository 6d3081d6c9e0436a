//! From items to a scale: the score of one respondent, and how well the items hang together.

pub mod bootstrap;
pub mod card;
pub mod change_score;
pub mod coder_agreement;
pub mod confirmatory;
pub mod covariance;
pub mod dimension;
pub mod fit_interval;
pub mod item_analysis;
pub mod measurement_model;
pub mod omega;
pub mod ordinal;
pub mod refusal;
pub mod reliability;
pub mod response_quality;
pub mod scalability;
pub mod score;
pub mod summary;
pub mod test_items;

pub use bootstrap::{BootstrapInterval, BootstrapOptions, ReliabilityBootstrap, cluster_bootstrap};
pub use card::{
    Card, SectionMean, SelfOther, TickShare, development_ticks, section_mean, section_rows,
    self_minus_others,
};
pub use change_score::{change_reliability, reliable_change_index, standard_error_of_measurement};
pub use coder_agreement::{
    Coefficient, CohenKappa, Distance, Weighting, bootstrap_agreement, coder_agreement,
    cohen_kappa, fleiss_kappa, gwet_agreement, krippendorff_alpha,
};
pub use confirmatory::{
    ConfirmatoryFit, Invariance, InvarianceLoss, InvarianceStep, Parameter, confirmatory,
    invariance_over_groups, invariance_over_waves,
};
pub use covariance::{Answers, Cases, CovarianceMatrix, covariance_matrix};
pub use dimension::{
    FactorSolution, ParallelAnalysis, factor_analysis, minimum_residual, minimum_residual_omega,
    parallel_analysis,
};
pub use fit_interval::rmsea_interval;
pub use item_analysis::{
    ItemAnalysis, ItemStatistics, SamplingAdequacy, Sphericity, alphas_if_dropped, eigenvalues,
    item_analysis, item_rest_correlations, item_total_correlations, sampling_adequacy, sphericity,
};
pub use measurement_model::{Cell, GroupMoments};
pub use omega::{FactorFit, Omega, OneFactor, omega_total, one_factor};
pub use ordinal::{EmptyCells, Polychoric, ordinal_alpha, ordinal_omega, polychoric};
pub use refusal::Refusal;
pub use reliability::{
    alpha, alpha_complete, alpha_pairwise, feldt_interval, lambda_six, mean_correlation,
    spearman_brown, standardised_alpha,
};
pub use response_quality::{
    Page, QualityFlag, QualityThresholds, ResponseQuality, Wording, quality_flags,
    response_quality, typical_seconds_per_item,
};
pub use scalability::{Scalability, scalability};
pub use score::{ScaleRule, scale_score};
pub use summary::{ScaleReliability, scale_reliability};
pub use test_items::{
    Gain, ItemQuality, OptionUse, TestReliability, Unanswered, distractors, gain, gain_over_groups,
    guessing_floor, item_quality, kr_20, marks,
};
