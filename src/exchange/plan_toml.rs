//! `plan.toml`: the analysis plan, written before the numbers are seen.
//!
//! ```toml
//! outcomes = ["density", "in_degree_centralization", "usefulness"]  # what is contrasted; everything when left out
//! family = ["density@T3/goals", "usefulness@T3"]                    # adjusted together; all contrasts when left out
//! groups = "effect_group"                                           # a column of schools.csv
//! high = "A"                                                        # its value for the first group
//! low = "B"                                                         # and for the second
//! treatment = "available"                                           # null, reconstruction, profile, multiple, exclusion
//! equivalence_margin = 0.5                                          # in units of Hedges' g
//! alpha = 0.05
//! seed = 1
//! ```
//! An outcome is a measure or a scale, then `@wave` and `/relation` where only that one is meant. Flags of the command
//! line go before the file.

use serde::Deserialize;
use toml::Spanned;

use crate::domain::fault::Faults;
use crate::evaluation::plan::OutcomePattern;
use crate::evaluation::plan::UnknownCells;

use super::scales_toml::{fault_at, parse};

/// What the file said; `None` where it was silent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PlanFile {
    pub family: Option<Vec<OutcomePattern>>,
    pub outcomes: Option<Vec<OutcomePattern>>,
    pub groups: Option<String>,
    pub high: Option<String>,
    pub low: Option<String>,
    pub treatment: Option<UnknownCells>,
    pub equivalence_margin: Option<f64>,
    pub alpha: Option<f64>,
    pub seed: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    family: Option<Vec<Spanned<String>>>,
    outcomes: Option<Vec<Spanned<String>>>,
    groups: Option<String>,
    high: Option<Spanned<toml::Value>>,
    low: Option<Spanned<toml::Value>>,
    treatment: Option<Spanned<String>>,
    equivalence_margin: Option<Spanned<f64>>,
    alpha: Option<Spanned<f64>>,
    seed: Option<u64>,
}

pub fn read(file: &str, bytes: &[u8], faults: &mut Faults) -> PlanFile {
    let Some((text, written)) = parse::<Written>(file, bytes, faults) else {
        return PlanFile::default();
    };
    let mut wrong = |at: usize, code, message: String, hint: &str| {
        faults.push(fault_at(file, &text, at, code, message, hint));
    };
    let mut patterns = |list: Option<Vec<Spanned<String>>>| {
        list.map(|list| {
            let mut patterns = Vec::new();
            for entry in list {
                match OutcomePattern::parse(entry.get_ref()) {
                    Some(pattern) => patterns.push(pattern),
                    None => {
                        let message = format!("`{}` names no outcome", entry.get_ref());
                        let way_out =
                            "write density, density@T3, density/goals or density@T3/goals";
                        wrong(entry.span().start, "outcome_invalid", message, way_out);
                    }
                }
            }
            patterns
        })
    };
    let (family, outcomes) = (patterns(written.family), patterns(written.outcomes));
    let mut word = |value: Option<Spanned<toml::Value>>| {
        let value = value?;
        match value.get_ref() {
            toml::Value::String(text) => Some(text.clone()),
            toml::Value::Integer(number) => Some(number.to_string()),
            toml::Value::Float(number) => Some(number.to_string()),
            _ => {
                let message = "this is neither text nor a number".to_owned();
                wrong(
                    value.span().start,
                    "group_invalid",
                    message,
                    "write a value of the groups column",
                );
                None
            }
        }
    };
    let (high, low) = (word(written.high), word(written.low));
    let treatment = written.treatment.and_then(|name| {
        let found = UnknownCells::from_name(name.get_ref());
        if found.is_none() {
            let message = format!("there is no treatment `{}`", name.get_ref());
            let way_out = format!(
                "choose from: {}",
                UnknownCells::ALL.map(UnknownCells::name).join(", ")
            );
            wrong(name.span().start, "treatment_unknown", message, &way_out);
        }
        found
    });
    let mut number = |value: Option<Spanned<f64>>, fits: fn(f64) -> bool, rule: &str| {
        let value = value?;
        if !fits(*value.get_ref()) {
            let message = format!("{} is out of range", value.get_ref());
            wrong(value.span().start, "out_of_range", message, rule);
        }
        Some(*value.get_ref())
    };
    let margin = written.equivalence_margin;
    let equivalence_margin = number(
        margin,
        |m| m > 0.0 && m.is_finite(),
        "give a positive number of units of g",
    );
    let alpha = number(
        written.alpha,
        |a| a > 0.0 && a < 0.5,
        "give a number between 0 and 0.5",
    );
    PlanFile {
        family,
        outcomes,
        groups: written.groups,
        high,
        low,
        treatment,
        equivalence_margin,
        alpha,
        seed: written.seed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_read_and_its_faults_have_their_place() {
        let mut faults = Faults::default();
        let plan = read(
            "plan.toml",
            b"family = [\"density@T3\"]\nhigh = 1\nalpha = 0.1\n",
            &mut faults,
        );
        assert!(faults.is_empty(), "{faults}");
        assert_eq!(plan.high.as_deref(), Some("1"));
        assert_eq!(plan.family.unwrap()[0].to_string(), "density@T3");

        let text = b"family = [\"density@\"]\ntreatment = \"zero\"\nalpha = 2.0\n";
        read("plan.toml", text, &mut faults);
        let met: Vec<_> = faults
            .reported()
            .iter()
            .map(|f| (f.code, f.line, f.column))
            .collect();
        assert_eq!(
            met,
            [
                ("outcome_invalid", 1, 11),
                ("treatment_unknown", 2, 13),
                ("out_of_range", 3, 9)
            ]
        );

        let mut faults = Faults::default();
        read("plan.toml", b"alpha = 0.05\nsede = 3\n", &mut faults);
        assert_eq!(
            (faults.reported()[0].line, faults.reported()[0].column),
            (2, 1)
        );
    }
}
