//! Units within groups.

pub mod agreement;
pub mod bootstrap;
mod cross_products;
mod crossed;
pub mod design;
pub mod deviance;
pub mod fit;
pub mod growth;
pub mod influence;
pub mod intervals;
pub mod intraclass;
pub mod kenward_roger;
mod nested;
mod packed;
mod posterior;
pub mod ranks;
pub mod rater_icc;
pub mod satterthwaite;
pub mod unit_effects;
pub mod within_group;

pub use agreement::{
    Aggregation, AggregationCriterion, AggregationRule, Check, Icc1Rule, TeamMean, aggregation,
};
pub use bootstrap::{Bootstrap, BootstrapFault, parametric_bootstrap};
pub use design::{Column, Design, DesignFault, Grouping};
pub use deviance::Criterion;
pub use fit::{Fit, FitFault, FitOptions, fit, fit_near};
pub use growth::{Growth, PupilSeries, school_growth};
pub use influence::{Influence, InfluenceFault, RankChange, Without, leave_one_out, leave_out};
pub use intervals::{Parameter, Profile};
pub use intraclass::{Intraclass, MixedIntraclass, intraclass, mixed_intraclass};
pub use kenward_roger::{KenwardRoger, KenwardRogerFault};
pub use ranks::{RankOptions, UnitRank, comparison_z, unit_ranks};
pub use rater_icc::{RaterIcc, RaterIccs, rater_icc};
pub use satterthwaite::{ContrastTest, Satterthwaite};
pub use unit_effects::{
    Combination, UnitEffect, UnitValue, unit_effects, unit_values, unshrunken_values,
};
pub use within_group::{
    Agreement, AgreementSpread, ChanceAgreement, NullDistribution, NullFault, ad_upper_limit,
    agreement_spread, chance_agreement, within_group,
};
