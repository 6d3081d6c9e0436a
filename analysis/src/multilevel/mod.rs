//! Units within groups.

pub mod agreement;
pub mod growth;
pub mod intraclass;
pub mod rater_icc;
pub mod within_group;

pub use agreement::{
    Aggregation, AggregationRule, Check, Criterion, Icc1Rule, TeamMean, aggregation,
};
pub use growth::{Growth, PupilSeries, school_growth};
pub use intraclass::{Intraclass, MixedIntraclass, intraclass, mixed_intraclass};
pub use rater_icc::{RaterIcc, RaterIccs, rater_icc};
pub use within_group::{
    Agreement, AgreementSpread, ChanceAgreement, NullDistribution, NullFault, ad_upper_limit,
    agreement_spread, chance_agreement, within_group,
};
