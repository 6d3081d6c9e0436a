//! What stood fixed before the data were there, and where the analysis departs from it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    outcomes::Outcome,
    plan::{OutcomePattern, Plan},
    snapshot,
};

/// A plan as it was locked, with what was known then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LockedPlan {
    /// The day, as YYYY-MM-DD.
    pub locked_on: String,
    /// The program that locked it, with its version.
    pub program: String,
    /// The hash of `plan`.
    pub plan_hash: String,
    /// The hash of the plan file as it was, if there was one.
    pub plan_file: Option<String>,
    /// The waves of which there were data.
    pub waves: Vec<String>,
    /// Everything that decides what the findings are, besides the data.
    pub plan: Value,
}

impl LockedPlan {
    pub fn of(
        plan: &Plan,
        locked_on: String,
        plan_file: Option<String>,
        waves: Vec<String>,
    ) -> Self {
        Self {
            locked_on,
            program: concat!("schakel ", env!("CARGO_PKG_VERSION")).to_owned(),
            plan_hash: snapshot::of_plan(plan),
            plan_file,
            waves,
            plan: as_value(plan),
        }
    }

    /// Whether nobody changed the plan after it was locked, in so far as a hash can tell.
    pub fn is_whole(&self) -> bool {
        snapshot::of_plan_value(&self.plan) == self.plan_hash
    }

    fn patterns(&self, field: &str) -> Option<Vec<OutcomePattern>> {
        let list = self.plan.get(field)?.as_array()?;
        let texts = list.iter().filter_map(Value::as_str);
        Some(texts.filter_map(OutcomePattern::parse).collect())
    }
}

/// On what the plan rests.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum PlanBasis {
    /// Nothing shows that it was there before the data.
    #[default]
    None,
    /// It follows from the design of the study, which is fixed when the first wave opens.
    Design,
    Locked(Box<LockedPlan>),
}

/// What the findings say of the plan.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PlanStanding {
    pub basis: Basis,
    pub locked_on: Option<String>,
    pub locked_by: Option<String>,
    pub locked_hash: Option<String>,
    /// Waves of which there were data when the plan was locked, and those that came after it.
    #[serde(default)]
    pub waves_before: Vec<String>,
    #[serde(default)]
    pub waves_after: Vec<String>,
    /// Where the plan that was used is not the locked one.
    #[serde(default)]
    pub deviations: Vec<Deviation>,
    /// Of the plan that was used: g within this is called equivalent.
    #[serde(default)]
    pub equivalence_margin: Option<f64>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    #[default]
    None,
    Design,
    Locked,
}

/// One field of the plan that is not what was locked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deviation {
    pub field: String,
    pub locked: String,
    pub used: String,
    /// Whether it bears on the tests of the plan, and not only on which tables stand beside them.
    pub bears_on_tests: bool,
}

/// Whether a comparison was planned before its data, or found in looking around.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Planned,
    #[default]
    Exploratory,
}

impl Standing {
    /// The name that files carry.
    pub fn name(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Exploratory => "exploratory",
        }
    }
}

/// Fields that decide which tables stand beside the tests, and no test.
const BESIDE: [&str; 7] = [
    "actors",
    "bounds",
    "every_cut",
    "layers",
    "baselines",
    "draws",
    "model_requests",
];

impl PlanBasis {
    /// What is to be said of the plan that was used on data of these waves.
    pub fn standing(&self, used: &Plan, waves: &[String]) -> PlanStanding {
        let unlocked = |basis| PlanStanding {
            basis,
            equivalence_margin: used.equivalence_margin,
            ..PlanStanding::default()
        };
        match self {
            Self::None => unlocked(Basis::None),
            Self::Design => unlocked(Basis::Design),
            Self::Locked(locked) => PlanStanding {
                basis: Basis::Locked,
                locked_on: Some(locked.locked_on.clone()),
                locked_by: Some(locked.program.clone()),
                locked_hash: Some(locked.plan_hash.clone()),
                waves_before: locked.waves.clone(),
                waves_after: waves
                    .iter()
                    .filter(|wave| !locked.waves.contains(wave))
                    .cloned()
                    .collect(),
                deviations: deviations(&locked.plan, used),
                equivalence_margin: used.equivalence_margin,
            },
        }
    }

    /// Whether this outcome is one of the tests that were planned. `in_family` is what the used plan says of it.
    pub fn of_outcome(&self, outcome: &Outcome<'_>, in_family: bool) -> Standing {
        let planned = match self {
            Self::None => false,
            Self::Design => in_family,
            Self::Locked(locked) => match locked.patterns("family") {
                Some(family) => outcome.in_family(Some(&family)),
                None => outcome.is_asked(locked.patterns("outcomes").as_deref()),
            },
        };
        if planned {
            Standing::Planned
        } else {
            Standing::Exploratory
        }
    }
}

/// Field by field, in the order of their names. A field that a later version added counts where it was given.
pub fn deviations(locked: &Value, used: &Plan) -> Vec<Deviation> {
    let (used, usual) = (as_value(used), as_value(&Plan::default()));
    let empty = serde_json::Map::new();
    let [locked, used, usual] =
        [locked, &used, &usual].map(|plan| plan.as_object().unwrap_or(&empty));
    let mut fields: Vec<&String> = locked.keys().chain(used.keys()).collect();
    fields.sort();
    fields.dedup();
    fields
        .into_iter()
        .filter_map(|field| {
            let then = locked.get(field).or_else(|| usual.get(field));
            let now = used.get(field);
            (then != now).then(|| Deviation {
                field: field.clone(),
                locked: shown(then),
                used: shown(now),
                bears_on_tests: !BESIDE.contains(&field.as_str()),
            })
        })
        .collect()
}

fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "not given".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

fn as_value(plan: &Plan) -> Value {
    serde_json::to_value(plan).expect("plans are made of numbers, text and lists")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_shows_what_changed_and_that_it_was_changed() {
        let plan = Plan {
            equivalence_margin: Some(0.5),
            family: Some(vec![OutcomePattern::parse("density@T3").unwrap()]),
            ..Plan::default()
        };
        let mut locked = LockedPlan::of(&plan, "2026-05-01".into(), None, vec!["T1".into()]);
        assert!(locked.is_whole());
        assert!(deviations(&locked.plan, &plan).is_empty());
        let other = Plan {
            alpha: 0.1,
            equivalence_margin: None,
            actors: false,
            ..plan.clone()
        };
        let basis = PlanBasis::Locked(Box::new(locked.clone()));
        let standing = basis.standing(&other, &["T1".to_owned(), "T3".to_owned()]);
        assert_eq!(standing.waves_after, ["T3"]);
        let told: Vec<(&str, &str, &str, bool)> = standing
            .deviations
            .iter()
            .map(|d| {
                (
                    d.field.as_str(),
                    d.locked.as_str(),
                    d.used.as_str(),
                    d.bears_on_tests,
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("actors", "true", "false", false),
                ("alpha", "0.05", "0.1", true),
                ("equivalence_margin", "0.5", "not given", true)
            ]
        );
        // The lock is read back from text and is the same; a margin that is widened in it is seen.
        let text = serde_json::to_string(&locked).unwrap();
        let again: LockedPlan = serde_json::from_str(&text).unwrap();
        assert_eq!(again, locked);
        locked.plan["equivalence_margin"] = 0.8.into();
        assert!(!locked.is_whole());
    }
}
