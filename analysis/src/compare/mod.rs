//! Two groups of units compared, and the same relation over all units: numbers in, numbers out; what they measure is not its business.

pub mod adjust;
pub mod assignments;
pub mod bayes_factor;
pub mod brunner_munzel;
pub mod contingency;
pub mod correlation;
pub mod effect_size;
pub mod equivalence;
pub mod kolmogorov_smirnov;
pub mod meta_regression;
pub mod permutation;
pub mod rank_sum;
pub mod regression;
pub mod student;
mod sum_distribution;
mod units;
pub mod verdict;

pub use adjust::{benjamini_hochberg, holm};
pub use adjust::{benjamini_yekutieli, bonferroni, hochberg, hommel};
pub use bayes_factor::{BayesFactor, TOf, bayes_factor, bayes_factor_of_t};
pub use brunner_munzel::{BrunnerMunzel, PermutedBrunnerMunzel, brunner_munzel};
pub use brunner_munzel::{brunner_munzel_permuted, superiority};
pub use contingency::{Fisher, Trend, fisher_exact, trend_exact};
pub use correlation::{Correlation, PermutedCorrelation};
pub use correlation::{partial_correlation, pearson, permuted_correlation, spearman};
pub use effect_size::{EffectSize, hedges_g, minimal_detectable_d};
pub use effect_size::{GlassDelta, RankBiserial, glass_delta, rank_biserial};
pub use equivalence::{Equivalence, equivalence, equivalence_g, excluded_beyond};
pub use kolmogorov_smirnov::{KolmogorovSmirnov, kolmogorov_smirnov};
pub use meta_regression::{Heterogeneity, MetaRegression, meta_regression};
pub use permutation::{GroupTest, MaxT, Options, max_t, two_groups};
pub use rank_sum::{RankSum, Shift, hodges_lehmann, rank_sum};
pub use regression::{Coefficient, Regression, regression};
pub use student::{Spread, TTest, t_test};
pub use verdict::{Verdict, verdict};
