//! What an evaluation found, with its provenance: the one value that files, pages and reports are made from.

use std::collections::BTreeMap;

use schakel_analysis::model::CugTest;
use schakel_analysis::outcome::Undefined;
use serde::{Deserialize, Serialize};

use super::achievement_trend::SchoolTrend;
use super::all_schools::AllSchools;
use super::alternatives::Alternative;
use super::card_findings::CardFinding;
use super::catalogue::Kind;
use super::chain::Chain;
pub use super::effect_basis::{EffectBasis, Estimator};
use super::group_sizes::AtGroupSize;
use super::influence::UnitInfluence;
use super::isolation::Isolation;
use super::model_requests::{IntervalMethod, ModelTrace};
use super::one_step::OneStep;
use super::plan::Plan;
use super::plan_lock::{PlanStanding, Standing};
use super::work_findings::WorkFinding;

/// A number, or the reason why there is none.
pub type Value = Result<f64, Undefined>;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    pub provenance: Provenance,
    #[serde(default)]
    pub contents: Contents,
    pub networks: Vec<NetworkMeasure>,
    pub actors: Vec<ActorMeasure>,
    pub changes: Vec<ChangeMeasure>,
    pub multiplexity: Vec<MultiplexityMeasure>,
    #[serde(default)]
    pub cuts: Vec<CutMeasure>,
    #[serde(default)]
    pub blocks: Vec<BlockMeasure>,
    #[serde(default)]
    pub baselines: Vec<BaselineMeasure>,
    pub scales: Vec<ScaleMeasure>,
    pub effects: Vec<SchoolEffect>,
    /// The same per weight category of the pupils, which stands where a school's key would.
    #[serde(default)]
    pub effects_by_weight: Vec<SchoolEffect>,
    /// How the effects were found; `None` where there are none.
    #[serde(default)]
    pub effect_basis: Option<EffectBasis>,
    /// Mixed models, those of the effects first.
    #[serde(default)]
    pub models: Vec<FittedModel>,
    /// Outcomes in the model of growth, over all schools.
    #[serde(default)]
    pub one_step: Vec<OneStep>,
    /// How the pupils of each school scored over five years, and who they were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub achievement: Vec<SchoolTrend>,
    /// On request: the model of the effects without each school.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub influence: Vec<UnitInfluence>,
    /// On request: how each model was found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub traces: Vec<ModelTrace>,
    pub groups: Option<EffectGroups>,
    /// What shows that the plan was there before the data, and where the analysis departs from it.
    #[serde(default)]
    pub plan_standing: PlanStanding,
    /// One test, one effect and one verdict per outcome.
    pub contrasts: Vec<Contrast>,
    /// The same comparisons by other methods, the relation over all schools, and other sizes of the groups: one step behind.
    #[serde(default)]
    pub alternatives: Vec<Alternative>,
    #[serde(default)]
    pub all_schools: Vec<AllSchools>,
    #[serde(default)]
    pub group_sizes: Vec<AtGroupSize>,
    /// The leadership card over schools, where it is asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<CardFinding>,
    /// How open groups see the work of a teacher.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub work: Vec<WorkFinding>,
    /// How the layers of the chain see themselves and one another; empty where it is not asked.
    #[serde(default, skip_serializing_if = "Chain::is_empty")]
    pub chain: Chain,
    /// Who stands alone, by school, wave and relation; of studies in the program alone.
    #[serde(default, skip_serializing_if = "Isolation::is_empty")]
    pub isolation: Isolation,
    pub warnings: Vec<String>,
    /// Tables that stand in files beside these findings and whose rows are not repeated here: they are too many to be held
    /// together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows_in: Vec<String>,
}

impl Findings {
    /// Mixed models, those with an outcome of schools in them behind the others.
    pub fn all_models(&self) -> impl Iterator<Item = &FittedModel> {
        let one_step = self.one_step.iter().filter_map(|row| row.model.as_ref());
        self.models.iter().chain(one_step)
    }
}

/// What was read, in counts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Contents {
    pub schools: usize,
    /// Everyone who was on a roster in some wave, counted once per school.
    pub persons: usize,
    pub waves: Vec<String>,
    pub relations: Vec<String>,
    /// One per school, wave and relation that was asked.
    pub networks: usize,
    pub answer_sheets: usize,
    pub pupils: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    pub snapshot: String,
    pub plan: String,
    /// Instrument key and version to content hash.
    pub instruments: BTreeMap<String, String>,
    pub program: String,
    pub seed: u64,
    pub treatment: String,
    pub exclusions: Vec<Exclusion>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exclusion {
    pub what: String,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NetworkMeasure {
    pub school: String,
    pub wave: String,
    pub relation: String,
    pub measure: String,
    #[serde(with = "value")]
    pub value: Value,
    pub bounds: Option<(f64, f64)>,
    /// The bounds hold every value that the missing answers leave possible, and perhaps more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub outer: bool,
    /// Over what was drawn: actors, or answers that are missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub se: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<(f64, f64)>,
    pub treatment: String,
    pub n_actors: usize,
    pub response_rate: Option<f64>,
    #[serde(default)]
    pub trust: Trust,
}

/// How far a measure can be relied on at this response.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// As it stands.
    #[default]
    Report,
    /// With its bounds.
    Flag,
    /// Not at all.
    Withhold,
}

impl Trust {
    /// A ratio of pairs stays readable with its bounds at any response; the shape of a network does not.
    pub fn of(response_rate: Option<f64>, kind: Kind, plan: &Plan) -> Self {
        match response_rate {
            Some(rate) if rate < plan.response_withhold && kind == Kind::Structure => {
                Self::Withhold
            }
            Some(rate) if rate < plan.response_flag => Self::Flag,
            _ => Self::Report,
        }
    }

    /// The name that files carry.
    pub fn name(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Flag => "flag",
            Self::Withhold => "withhold",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ActorMeasure {
    pub school: String,
    pub wave: String,
    pub relation: String,
    pub person: String,
    pub measure: String,
    #[serde(with = "value")]
    pub value: Value,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChangeMeasure {
    pub school: String,
    pub relation: String,
    pub from: String,
    pub to: String,
    pub measure: String,
    #[serde(with = "value")]
    pub value: Value,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MultiplexityMeasure {
    pub school: String,
    pub wave: String,
    pub relation_a: String,
    pub relation_b: String,
    pub measure: String,
    #[serde(with = "value")]
    pub value: Value,
}

/// A measure of the network in which only ties of at least this value count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CutMeasure {
    pub school: String,
    pub wave: String,
    pub relation: String,
    pub at_least: f64,
    pub measure: String,
    #[serde(with = "value")]
    pub value: Value,
}

/// What runs within and between the layers of a school (roles, year groups or another column). Without layers the row is
/// about all of them; with one, about that layer; with two, about the ties from the one to the other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BlockMeasure {
    pub school: String,
    pub wave: String,
    pub relation: String,
    /// The column of people's facts that the layers are taken from.
    pub grouping: String,
    pub from: String,
    pub to: String,
    pub measure: String,
    #[serde(with = "value")]
    pub value: Value,
    pub bounds: Option<(f64, f64)>,
}

/// A measure beside networks drawn under a condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BaselineMeasure {
    pub school: String,
    pub wave: String,
    pub relation: String,
    /// What the drawn networks share with the observed one.
    pub condition: String,
    pub measure: String,
    #[serde(with = "value")]
    pub test: Result<Baseline, Undefined>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    pub observed: f64,
    pub mean: f64,
    pub sd: f64,
    /// None where all draws are equal.
    pub z: Option<f64>,
    pub p_greater: f64,
    pub p_less: f64,
    pub draws: u64,
}

impl From<CugTest> for Baseline {
    fn from(test: CugTest) -> Self {
        Self {
            observed: test.observed,
            mean: test.mean,
            sd: test.sd,
            z: test.z.ok(),
            p_greater: test.p_greater,
            p_less: test.p_less,
            draws: test.draws,
        }
    }
}

/// `group` is a school key, or empty for all schools together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScaleMeasure {
    pub scale: String,
    pub wave: String,
    pub group: String,
    pub measure: String,
    #[serde(with = "value")]
    pub value: Value,
    /// The ends of the 95 % interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lower: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upper: Option<f64>,
    pub n: usize,
    /// The item that the measure is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// The option of that item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub option: Option<i64>,
    /// The wave that `wave` is compared with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// A judgement by its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<String>,
    /// In words, why there is no value or what it may not be taken for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Default for ScaleMeasure {
    /// About nothing, and with no value.
    fn default() -> Self {
        Self {
            scale: String::new(),
            wave: String::new(),
            group: String::new(),
            measure: String::new(),
            value: Err(Undefined::NothingObserved),
            lower: None,
            upper: None,
            n: 0,
            item: None,
            option: None,
            from: None,
            verdict: None,
            reason: None,
        }
    }
}

/// What the pupils of one school gained a school year since the start over and above what they gained before it, in points of
/// the test scale.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SchoolEffect {
    pub school: String,
    /// What the school's own pupils say, not drawn towards the other schools.
    #[serde(with = "value")]
    pub effect: Value,
    pub se: Option<f64>,
    pub before: Option<f64>,
    pub during: Option<f64>,
    pub n_pupils: usize,
    /// The same drawn towards the mean of all schools, the more the less the school's own pupils say.
    #[serde(default)]
    pub shrunken: Option<f64>,
    #[serde(default)]
    pub shrunken_se: Option<f64>,
    /// Share of the spread of the effects that is of the schools and not of the estimation.
    #[serde(default)]
    pub reliability: Option<f64>,
    /// How probable it is that the true effect is among the largest.
    #[serde(default)]
    pub p_top: Option<f64>,
    /// Months of schooling that the effect is worth a school year: 12 x effect / the mean growth before.
    #[serde(default)]
    pub months: Option<f64>,
    /// About the effect: where the intervals of two schools do not overlap, they differ at about the 5 % level.
    #[serde(default)]
    pub comparison: Option<(f64, f64)>,
    /// Degrees of freedom of the standard error, where it is of a fixed effect.
    #[serde(default)]
    pub df: Option<f64>,
}

impl SchoolEffect {
    /// An effect of which nothing else is known.
    pub fn new(school: String, effect: Value) -> Self {
        Self {
            school,
            effect,
            se: None,
            before: None,
            during: None,
            n_pupils: 0,
            shrunken: None,
            shrunken_se: None,
            reliability: None,
            p_top: None,
            months: None,
            comparison: None,
            df: None,
        }
    }

    /// 1.96 standard errors to either side of the effect.
    pub fn interval_95(&self) -> Option<(f64, f64)> {
        let (effect, se) = (self.effect.ok()?, self.se?);
        Some((effect - 1.96 * se, effect + 1.96 * se))
    }
}

/// A mixed model, or why it was not fitted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedModel {
    pub model: String,
    /// As statistical software writes it.
    pub formula: String,
    /// `REML` or `ML`.
    pub method: String,
    pub n_rows: usize,
    /// Rows without a value that the model needs.
    pub n_left_out: usize,
    /// Units per grouping, in the order of the formula.
    pub n_units: Vec<(String, usize)>,
    /// A variance is zero or two terms move as one.
    pub at_boundary: bool,
    /// Empty where there is no fit.
    pub terms: Vec<ModelTerm>,
    /// Why there is no fit, and what to do.
    pub not_fitted: Option<String>,
}

/// A number of a mixed model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelTerm {
    pub term: String,
    pub kind: TermKind,
    pub estimate: f64,
    pub se: Option<f64>,
    pub df: Option<f64>,
    pub p_value: Option<f64>,
    pub interval: Option<(f64, f64)>,
    /// What the interval rests on.
    #[serde(default)]
    pub interval_by: Option<IntervalMethod>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermKind {
    Fixed,
    Variance,
    Covariance,
    Correlation,
    Residual,
    /// -2 log likelihood, restricted where the method is.
    Criterion,
}

impl TermKind {
    /// The name that files carry.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Variance => "variance",
            Self::Covariance => "covariance",
            Self::Correlation => "correlation",
            Self::Residual => "residual",
            Self::Criterion => "criterion",
        }
    }
}

/// Which schools are compared, and how they were chosen.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct EffectGroups {
    pub rule: String,
    pub high: Vec<String>,
    pub low: Vec<String>,
    /// Schools that could have been in a group and are in neither.
    #[serde(default)]
    pub other: Vec<String>,
    /// Why they were divided so, and on which day, where the plan says it.
    #[serde(default)]
    pub reason: Option<String>,
    #[serde(default)]
    pub decided_on: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contrast {
    /// A network measure or a scale.
    pub outcome: String,
    /// A wave; or two of them with a hyphen between, where the change is compared.
    pub wave: String,
    /// Empty for a scale.
    pub relation: String,
    #[serde(default)]
    pub is_change: bool,
    #[serde(default)]
    pub standing: Standing,
    pub n_high: usize,
    pub n_low: usize,
    pub mean_high: Option<f64>,
    pub mean_low: Option<f64>,
    /// The comparison, or why there is none.
    #[serde(with = "value")]
    pub difference: Value,
    pub test: Option<ContrastTest>,
    /// In the family of the analysis plan, over which the p-values are adjusted.
    pub in_family: bool,
    /// For a scale, whether the mean of a team may be formed; of a change, the worse of its two waves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team_mean: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContrastTest {
    pub p_value: f64,
    /// `exact` or `sampled`, with the number of assignments.
    pub p_method: String,
    pub n_assignments: u64,
    pub p_max_t: Option<f64>,
    pub p_holm: Option<f64>,
    pub p_bh: Option<f64>,
    /// The p-value of the verdict, and how it allows for the other outcomes: `max_t` or `holm` within the family, `bh` outside it.
    #[serde(default)]
    pub p_verdict: f64,
    #[serde(default)]
    pub adjusted_by: String,
    /// Of the difference, in its own units.
    #[serde(default)]
    pub difference_interval: Option<(f64, f64)>,
    #[serde(default)]
    pub difference_interval_90: Option<(f64, f64)>,
    pub hedges_g: Option<f64>,
    pub g_interval: Option<(f64, f64)>,
    /// The 90 % interval of g: differences outside it are excluded at the 5 % level.
    pub g_interval_90: Option<(f64, f64)>,
    /// The 90 % interval of d: on it rests whether the groups are called equivalent.
    #[serde(default)]
    pub d_interval_90: Option<(f64, f64)>,
    /// The smallest true d that this comparison would have found with 80 % probability.
    pub detectable_d: Option<f64>,
    /// The same in units of the outcome, by the spread that these schools have.
    #[serde(default)]
    pub detectable_difference: Option<f64>,
    /// `different`, `equivalent` or `cannot_tell`.
    pub verdict: String,
}

/// `Result<f64, Undefined>` as `{"value": 0.4}` or `{"undefined": "no_ties"}`.
pub(super) mod value {
    use schakel_analysis::outcome::Undefined;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Written<T> {
        Value(T),
        Undefined(String),
    }

    pub fn serialize<T: Serialize, S: Serializer>(
        value: &Result<T, Undefined>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match value {
            Ok(value) => Written::Value(value),
            Err(reason) => Written::Undefined(reason.name().to_owned()),
        }
        .serialize(serializer)
    }

    pub fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Result<T, Undefined>, D::Error> {
        match Written::deserialize(deserializer)? {
            Written::Value(value) => Ok(Ok(value)),
            Written::Undefined(name) => Undefined::from_name(&name)
                .map(Err)
                .ok_or_else(|| D::Error::custom(format!("unknown reason `{name}`"))),
        }
    }
}
