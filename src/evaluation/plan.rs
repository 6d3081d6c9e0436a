//! The analysis plan: what is measured, what is compared with what, and by which rules; plain values, whatever they
//! were read from.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use schakel_analysis::model::Condition;
use schakel_analysis::network::transform::Treatment;
use serde::{Deserialize, Serialize, Serializer};
use thiserror::Error;

use super::catalogue::ON_REQUEST;
use super::model_requests::ModelRequests;
use super::models::ModelDefinition;
use super::scales::ScaleDefinition;

/// Everything that decides what the findings are, besides the records. Two equal plans on equal records give equal
/// findings.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// Network, actor and change measures to compute; all of them when `None`.
    pub measures: Option<Vec<String>>,
    /// Whether values of single persons are part of the findings.
    pub actors: bool,
    /// What is made of unknown cells before measuring; bounds are always those of the untreated network.
    #[serde(serialize_with = "name_of")]
    pub treatment: UnknownCells,
    /// Whether each measure is told with the range that the missing answers leave.
    pub bounds: bool,
    /// Whether the principal measures are told at every cut.
    pub every_cut: bool,
    /// Columns of people's facts (role, groups or an attribute) whose values are layers of the school.
    pub layers: Vec<String>,
    /// What drawn networks share with the observed one, where measures are told beside chance.
    #[serde(serialize_with = "names_of")]
    pub baselines: Vec<Condition>,
    /// Networks drawn for each baseline.
    pub draws: u64,
    /// How many completed networks are drawn where unknown cells are.
    pub imputations: usize,
    /// How far chance may have moved a value, over and above what is not known.
    pub uncertainty: Uncertainty,
    /// A nomination is a tie when its value lies above this.
    pub cut: f64,
    /// Below this response rate structure indices are withheld.
    pub response_withhold: f64,
    /// Below this response rate the report asks the reader to look at the bounds first.
    pub response_flag: f64,
    pub scales: Vec<ScaleDefinition>,
    /// Mixed models of the columns of the scores, besides those that every study with growth gets.
    pub models: Vec<ModelDefinition>,
    /// What is told of models over and above their estimates.
    #[serde(skip_serializing_if = "ModelRequests::is_usual")]
    pub model_requests: ModelRequests,
    pub groups: Option<Grouping>,
    /// Why the schools were divided so, and on which day (as it was written); said with the groups wherever they stand.
    pub groups_reason: Option<String>,
    pub groups_on: Option<String>,
    /// What is contrasted; the scales and the principal measures, at each wave and as change since the first, when `None`.
    pub outcomes: Option<Vec<OutcomePattern>>,
    /// Over which contrasts the p-values are adjusted; over all that are made when `None`.
    pub family: Option<Vec<OutcomePattern>>,
    /// In standard deviations between schools: groups whose 90 % interval of d lies within it are called equivalent.
    pub equivalence_margin: Option<f64>,
    pub alpha: f64,
    pub seed: u64,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            measures: None,
            actors: true,
            treatment: UnknownCells::default(),
            bounds: true,
            every_cut: false,
            layers: Vec::new(),
            baselines: Vec::new(),
            draws: 1000,
            imputations: 20,
            uncertainty: Uncertainty::None,
            cut: 0.0,
            response_withhold: 0.60,
            response_flag: 0.80,
            scales: Vec::new(),
            models: Vec::new(),
            model_requests: ModelRequests::default(),
            groups: None,
            groups_reason: None,
            groups_on: None,
            outcomes: None,
            family: None,
            equivalence_margin: None,
            alpha: 0.05,
            seed: 1,
        }
    }
}

impl Plan {
    pub fn measures(&self, name: &str) -> bool {
        match &self.measures {
            Some(list) => list.iter().any(|measure| measure == name),
            None => !ON_REQUEST.contains(&name),
        }
    }
}

/// What is made of the cells that nobody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownCells {
    Treated(Treatment),
    /// Completed several times by chance; what differs between the completed networks is the uncertainty. What needs one
    /// network (positions of people, change, layers) is told of the known cells.
    Drawn,
}

impl Default for UnknownCells {
    fn default() -> Self {
        Self::Treated(Treatment::Available)
    }
}

impl UnknownCells {
    pub const ALL: [Self; 6] = [
        Self::Treated(Treatment::Available),
        Self::Treated(Treatment::Null),
        Self::Treated(Treatment::Reconstruction),
        Self::Treated(Treatment::Profile),
        Self::Drawn,
        Self::Treated(Treatment::Exclusion),
    ];

    /// The name that files carry.
    pub fn name(self) -> &'static str {
        match self {
            Self::Treated(treatment) => treatment.name(),
            Self::Drawn => "multiple",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    /// The network of which single values are told.
    pub fn one(self) -> Treatment {
        match self {
            Self::Treated(treatment) => treatment,
            Self::Drawn => Treatment::Available,
        }
    }
}

/// Where the standard error of a measure comes from, if it is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Uncertainty {
    #[default]
    None,
    /// Each actor left out in turn.
    Jackknife,
    /// Actors drawn with replacement.
    Bootstrap { draws: u64 },
}

/// Which schools are compared.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Grouping {
    /// By a fact about the school.
    Column {
        column: String,
        high: Option<String>,
        low: Option<String>,
    },
    /// The schools with the highest and the lowest unshrunken effect on pupil growth.
    ByEffect { high: usize, low: usize },
    /// The same, this share of the schools that have an effect on either side.
    ByEffectShare { share: f64 },
    /// By hand, school by school; a reason and a day belong to it.
    ByHand { high: Vec<String>, low: Vec<String> },
}

impl Grouping {
    /// Whether schools were chosen by how large their effect was estimated.
    pub fn is_by_effect(&self) -> bool {
        matches!(self, Self::ByEffect { .. } | Self::ByEffectShare { .. })
    }
}

/// What stands for a wave where the change between any two of them is meant.
pub const CHANGE: &str = "change";

/// Contrasts by name: `density`, `density@T3`, `density@T3/goals` or `density/goals`. What is not said fits everything, but
/// for changes, which are asked for: `density@T1-T3` is what T3 is above T1, `density@change` any change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomePattern {
    pub outcome: String,
    pub wave: Option<String>,
    pub relation: Option<String>,
}

impl OutcomePattern {
    pub fn parse(text: &str) -> Option<Self> {
        let part = |part: &str| (!part.trim().is_empty()).then(|| part.trim().to_owned());
        let (head, relation) = match text.split_once('/') {
            Some((head, relation)) => (head, Some(part(relation)?)),
            None => (text, None),
        };
        let (outcome, wave) = match head.split_once('@') {
            Some((outcome, wave)) => (outcome, Some(part(wave)?)),
            None => (head, None),
        };
        Some(Self {
            outcome: part(outcome)?,
            wave,
            relation,
        })
    }

    /// `is_change` where the wave is a pair of waves.
    pub fn fits(&self, outcome: &str, wave: &str, is_change: bool, relation: &str) -> bool {
        let of_wave = match self.wave.as_deref() {
            None => !is_change,
            Some(own) => own == wave || (is_change && own == CHANGE),
        };
        self.outcome == outcome
            && of_wave
            && self.relation.as_deref().is_none_or(|own| own == relation)
    }
}

impl fmt::Display for OutcomePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.outcome)?;
        if let Some(wave) = &self.wave {
            write!(f, "@{wave}")?;
        }
        if let Some(relation) = &self.relation {
            write!(f, "/{relation}")?;
        }
        Ok(())
    }
}

impl Serialize for OutcomePattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

fn names_of<S: Serializer>(conditions: &[Condition], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(conditions.iter().map(|condition| condition.name()))
}

fn name_of<S: Serializer>(treatment: &UnknownCells, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(treatment.name())
}

/// Why these records cannot be evaluated by this plan.
#[derive(Debug, Clone, PartialEq, Error, Serialize, Deserialize)]
pub enum PlanFault {
    #[error("there is no measure `{name}`; choose from: {known}")]
    UnknownMeasure { name: String, known: String },
    #[error("no outcome fits `{pattern}`; the outcomes are: {known}")]
    UnknownOutcome { pattern: String, known: String },
    #[error("people have no `{column}` to take layers from; there are: {known}")]
    UnknownLayers { column: String, known: String },
    #[error(
        "no school has a fact `{column}`; add that column to schools.csv, which now has: {known}"
    )]
    UnknownColumn { column: String, known: String },
    #[error(
        "`{column}` does not say which schools are high and which low; name two of its values with --high and --low: {values}"
    )]
    UnclearGroups { column: String, values: String },
    #[error("no school has `{value}` in `{column}`; its values are: {values}")]
    EmptyGroup {
        column: String,
        value: String,
        values: String,
    },
    #[error("high and low are both `{value}`; name two different values")]
    SameGroup { value: String },
    #[error("the groups name school `{school}`, which is not in the data; correct its key")]
    UnknownSchool { school: String },
    #[error("the groups name school `{school}` twice; keep it in one of them")]
    SchoolTwice { school: String },
    #[error("the groups are given by hand: name at least one school in each of high and low")]
    NobodyInGroup,
    #[error(
        "groups that are given by hand need the reason and the day: add reason = \"...\" and date = \"YYYY-MM-DD\""
    )]
    GroupsWithoutReason,
    #[error(
        "only {schools} schools have an effect, too few for {high} high and {low} low; compare fewer"
    )]
    TooFewEffects {
        schools: usize,
        high: usize,
        low: usize,
    },
    #[error("{what} must be {rule}, and is {value}; change it")]
    OutOfRange {
        what: Cow<'static, str>,
        rule: Cow<'static, str>,
        value: f64,
    },
}

/// Values of a fact over the schools, with how many schools have each.
pub(super) fn listed(values: &BTreeMap<String, usize>) -> String {
    let shown: Vec<String> = values
        .iter()
        .take(12)
        .map(|(value, n)| format!("{value} ({n})"))
        .collect();
    let more = if values.len() > 12 { ", ..." } else { "" };
    format!("{}{more}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_fits_what_it_does_not_say() {
        let pattern = |text: &str| OutcomePattern::parse(text).unwrap();
        assert!(pattern("density").fits("density", "T3", false, "goals"));
        assert!(pattern("density@T3").fits("density", "T3", false, "goals"));
        assert!(pattern("density/goals").fits("density", "T3", false, "goals"));
        assert!(!pattern("density@T1/goals").fits("density", "T3", false, "goals"));
        assert!(!pattern("density@T3/approach").fits("density", "T3", false, "goals"));
        assert!(!pattern("density").fits("density", "T1-T3", true, "goals"));
        for named in ["density@change", "density@T1-T3", "density@T1-T3/goals"] {
            assert!(
                pattern(named).fits("density", "T1-T3", true, "goals"),
                "{named}"
            );
            assert!(
                !pattern(named).fits("density", "T3", false, "goals"),
                "{named}"
            );
        }
        assert_eq!(
            pattern(" density @ T3 / goals ").to_string(),
            "density@T3/goals"
        );
        for broken in ["", "@T3", "density@", "density/", "density@/goals"] {
            assert_eq!(OutcomePattern::parse(broken), None, "{broken}");
        }
    }
}
