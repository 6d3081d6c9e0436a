//! What is told of models when it is asked for: intervals of other kinds, the course of the search, and what each school does to
//! the model of the effects.

use std::collections::BTreeMap;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use schakel_analysis::{
    multilevel::{Bootstrap, FitOptions, Parameter, Profile, parametric_bootstrap},
    outcome::{Interval, Undefined},
};
use serde::{Deserialize, Serialize};

use super::{
    findings::{ModelTerm, TermKind},
    model_fit::{Fitted, ModelResult},
    side_by_side::{AT_ONCE, side_by_side},
};

/// What is asked of models over and above their estimates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ModelRequests {
    pub intervals: IntervalMethod,
    /// What becomes of the model of the effects without each school.
    pub influence: bool,
    pub traces: bool,
}

impl ModelRequests {
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// Where intervals come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntervalMethod {
    /// Standard errors, with the degrees of freedom of the model; none of variances.
    #[default]
    Wald,
    /// How much worse the model fits elsewhere, by maximum likelihood.
    Profile,
    /// Outcomes drawn from the model and fitted again.
    Bootstrap,
}

impl IntervalMethod {
    pub const ALL: [Self; 3] = [Self::Wald, Self::Profile, Self::Bootstrap];

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    /// The name that files carry.
    pub fn name(self) -> &'static str {
        match self {
            Self::Wald => "wald",
            Self::Profile => "profile",
            Self::Bootstrap => "bootstrap",
        }
    }
}

/// Every step of the search for the best model, in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelTrace {
    pub model: String,
    pub steps: Vec<TraceStep>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TraceStep {
    pub deviance: f64,
    /// Relative factors of the random terms, grouping after grouping.
    pub theta: Vec<f64>,
}

impl ModelTrace {
    pub fn of(model: &str, fitted: &Fitted) -> Self {
        let steps = fitted.fit.trace.iter().map(|step| TraceStep {
            deviance: step.deviance,
            theta: step.theta.clone(),
        });
        Self {
            model: model.to_owned(),
            steps: steps.collect(),
        }
    }
}

/// Chance, where intervals are drawn.
#[derive(Debug, Clone, Copy)]
pub struct Draws {
    pub n: u64,
    pub seed: u64,
}

/// Puts intervals of this kind in the place of those that the model has; where one cannot be found there is none, and a warning.
pub fn set_intervals(
    result: &mut ModelResult,
    method: IntervalMethod,
    confidence: f64,
    draws: Draws,
) {
    let ModelResult {
        row,
        fitted: Some(fitted),
        warnings,
    } = result
    else {
        return;
    };
    if method == IntervalMethod::Wald {
        return;
    }
    let parameters = parameters(fitted);
    let mut asked: Vec<(&mut ModelTerm, Parameter)> = row
        .terms
        .iter_mut()
        .filter_map(|term| {
            let parameter = parameters.get(&(term.kind.name(), term.term.clone()))?;
            Some((term, *parameter))
        })
        .collect();
    let wanted: Vec<Parameter> = asked.iter().map(|(_, parameter)| *parameter).collect();
    let found = match method {
        IntervalMethod::Bootstrap => drawn(fitted, &wanted, confidence, draws, AT_ONCE),
        IntervalMethod::Wald | IntervalMethod::Profile => profiled(fitted, &wanted, confidence),
    };
    let Found { intervals, notes } = found;
    let mut without: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for ((term, _), interval) in asked.iter_mut().zip(intervals) {
        (term.interval, term.interval_by) = (None, None);
        match interval {
            Ok(ends) => {
                let squared = matches!(term.kind, TermKind::Variance | TermKind::Residual);
                let of = |end: f64| if squared { end * end } else { end };
                term.interval = Some((of(ends.lower), of(ends.upper)));
                term.interval_by = Some(method);
            }
            Err(why) => without.entry(why).or_default().push(&term.term),
        }
    }
    let model = &row.model;
    for note in notes {
        warnings.push(format!("model {model}: {note}"));
    }
    for (why, terms) in without {
        warnings.push(format!(
            "model {model}: no {} interval of {}: {why}",
            method.name(),
            terms.join(", ")
        ));
    }
}

/// One interval per parameter, or in words why there is none; and what is to be said of all.
struct Found {
    intervals: Vec<Result<Interval, String>>,
    notes: Vec<String>,
}

/// The numbers of a model that have an interval, by kind and term.
fn parameters(fitted: &Fitted) -> BTreeMap<(&'static str, String), Parameter> {
    let mut all = BTreeMap::new();
    let mut add = |kind: TermKind, term: String, parameter| {
        all.insert((kind.name(), term), parameter);
    };
    for (place, fixed) in fitted.fit.fixed.iter().enumerate() {
        add(TermKind::Fixed, fixed.name.clone(), Parameter::Fixed(place));
    }
    for (grouping, variation) in fitted.fit.variation.iter().enumerate() {
        let (group, names) = (&variation.grouping, &variation.terms);
        for (i, name) in names.iter().enumerate() {
            let parameter = Parameter::Deviation { grouping, term: i };
            add(TermKind::Variance, format!("{group}.{name}"), parameter);
            for (k, other) in names.iter().enumerate().skip(i + 1) {
                let parameter = Parameter::Correlation {
                    grouping,
                    first: i,
                    second: k,
                };
                let term = format!("{group}.{name}~{other}");
                add(TermKind::Correlation, term, parameter);
            }
        }
    }
    add(
        TermKind::Residual,
        "residual".to_owned(),
        Parameter::Residual,
    );
    all
}

fn profiled(fitted: &Fitted, wanted: &[Parameter], confidence: f64) -> Found {
    let most = FitOptions::by(fitted.fit.criterion).max_evaluations;
    let intervals = match Profile::new(&fitted.design, most) {
        Err(fault) => vec![Err(fault.to_string()); wanted.len()],
        Ok(profile) => side_by_side(AT_ONCE, wanted.len(), |place| {
            let found = profile.interval(wanted[place], confidence);
            found.map_err(|why: Undefined| why.to_string())
        }),
    };
    Found {
        intervals,
        notes: Vec::new(),
    }
}

/// Draws that are made in one piece: each piece has its own stream, so that it does not matter who makes it.
const PIECE: u64 = 10;

fn drawn(
    fitted: &Fitted,
    wanted: &[Parameter],
    confidence: f64,
    draws: Draws,
    at_once: usize,
) -> Found {
    let options = FitOptions::by(fitted.fit.criterion);
    let pieces = usize::try_from(draws.n.div_ceil(PIECE)).unwrap_or(usize::MAX);
    let parts = side_by_side(at_once, pieces, |piece| {
        let place = piece as u64;
        let mut rng = ChaCha8Rng::seed_from_u64(draws.seed);
        rng.set_stream(place);
        // Ten at most.
        let n = PIECE.min(draws.n - place * PIECE) as usize;
        parametric_bootstrap(&fitted.design, &fitted.fit, n, &options, &mut rng)
    });
    let parts: Result<Vec<Bootstrap>, Undefined> = parts.into_iter().collect();
    match parts {
        Err(why) => Found {
            intervals: vec![Err(why.to_string()); wanted.len()],
            notes: Vec::new(),
        },
        Ok(parts) => {
            let whole = Bootstrap::joined(parts);
            let interval = |parameter: &Parameter| {
                let found = whole.interval(*parameter, confidence);
                found.map_err(|fault| fault.to_string())
            };
            let notes = whole.failures().iter().map(|(reason, n)| {
                format!(
                    "{n} of {} draws could not be fitted ({reason}); the intervals are of the others",
                    draws.n
                )
            });
            Found {
                intervals: wanted.iter().map(interval).collect(),
                notes: notes.collect(),
            }
        }
    }
}
