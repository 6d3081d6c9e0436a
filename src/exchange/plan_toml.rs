//! `plan.toml`: the analysis plan, written before the numbers are seen.
//!
//! ```toml
//! outcomes = ["density", "in_degree_centralization", "usefulness"]  # what is contrasted; scales and principal measures when left out
//! family = ["density@T3/goals", "usefulness@T1-T3"]                 # adjusted together; all contrasts when left out
//! groups = "effect_group"                                           # a column of schools.csv
//! high = "A"                                                        # its value for the first group
//! low = "B"                                                         # and for the second
//! treatment = "available"                                           # null, reconstruction, profile, multiple, exclusion
//! equivalence_margin = 0.5                                          # in standard deviations between schools
//! cut = 0.0                                                         # a value above this is a tie
//! response_withhold = 0.6                                           # below this response the shape of a network is not told
//! response_flag = 0.8                                               # and below this one with its bounds alone
//! alpha = 0.05
//! seed = 1
//! ```
//! An outcome is a measure or a scale, then `@wave` and `/relation` where only that one is meant; `@T1-T3` is what T3 is
//! above T1, and `@change` any change between two waves. Flags of the command line go before the file. Instead of a column,
//! `groups` may be one of
//!
//! ```toml
//! groups = { by = "effect", high = 10, low = 10 }                   # the largest and smallest effects on pupils
//! groups = { by = "effect", quantile = 0.2 }                        # a fifth of the schools on either side
//! groups = { by = "hand", high = ["s07", "s12"], low = ["s03", "s31"], reason = "matched on size", date = 2026-07-01 }
//! ```
//! A reason and a date may stand with each of them.

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

use crate::domain::fault::Faults;
use crate::evaluation::plan::Grouping;
use crate::evaluation::plan::OutcomePattern;
use crate::evaluation::plan::Plan;
use crate::evaluation::plan::UnknownCells;

use super::scales_toml::{fault_at, parse};

/// What the file said; `None` where it was silent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PlanFile {
    pub family: Option<Vec<OutcomePattern>>,
    pub outcomes: Option<Vec<OutcomePattern>>,
    pub groups: Option<GroupsFile>,
    pub high: Option<String>,
    pub low: Option<String>,
    pub treatment: Option<UnknownCells>,
    pub equivalence_margin: Option<f64>,
    pub cut: Option<f64>,
    pub response_withhold: Option<f64>,
    pub response_flag: Option<f64>,
    pub alpha: Option<f64>,
    pub seed: Option<u64>,
}

/// How the file divides the schools.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupsFile {
    pub rule: GroupsRule,
    pub reason: Option<String>,
    /// As YYYY-MM-DD.
    pub decided_on: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum GroupsRule {
    /// By a column, whose values stand beside it or in `high` and `low` of the file.
    Column(String),
    Other(Grouping),
}

/// A table that says how the schools are divided.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupsTable {
    by: String,
    high: Option<toml::Value>,
    low: Option<toml::Value>,
    quantile: Option<f64>,
    reason: Option<String>,
    date: Option<toml::Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    family: Option<Vec<Spanned<String>>>,
    outcomes: Option<Vec<Spanned<String>>>,
    groups: Option<Spanned<toml::Value>>,
    high: Option<Spanned<toml::Value>>,
    low: Option<Spanned<toml::Value>>,
    treatment: Option<Spanned<String>>,
    equivalence_margin: Option<Spanned<f64>>,
    cut: Option<Spanned<f64>>,
    response_withhold: Option<Spanned<f64>>,
    response_flag: Option<Spanned<f64>>,
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
    let groups = written.groups.and_then(|groups| {
        let at = groups.span().start;
        let found = groups_of(groups.into_inner());
        let told = |message| wrong(at, "groups_invalid", message, GROUPS);
        found.map_err(told).ok()
    });
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
        "give a positive number of standard deviations",
    );
    let cut = number(written.cut, f64::is_finite, "give a number");
    let share = "give a share between 0 and 1";
    let of_all = |share: f64| (0.0..=1.0).contains(&share);
    let response_withhold = number(written.response_withhold, of_all, share);
    let response_flag = number(written.response_flag, of_all, share);
    let alpha = number(
        written.alpha,
        |a| a > 0.0 && a < 0.5,
        "give a number between 0 and 0.5",
    );
    PlanFile {
        family,
        outcomes,
        groups,
        high,
        low,
        treatment,
        equivalence_margin,
        cut,
        response_withhold,
        response_flag,
        alpha,
        seed: written.seed,
    }
}

/// A plan as the file that gives it: what it compares, with which rules. Scales and models have files of their own.
pub fn written(plan: &Plan) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let patterns = |list: &[OutcomePattern]| {
        let list: Vec<String> = list.iter().map(|one| quoted(&one.to_string())).collect();
        format!("[{}]", list.join(", "))
    };
    let keys = |list: &[String]| {
        let list: Vec<String> = list.iter().map(|key| quoted(key)).collect();
        format!("[{}]", list.join(", "))
    };
    let mut lines: Vec<String> = Vec::new();
    let mut line = |name: &str, value: String| lines.push(format!("{name} = {value}\n"));
    if let Some(outcomes) = &plan.outcomes {
        line("outcomes", patterns(outcomes));
    }
    if let Some(family) = &plan.family {
        line("family", patterns(family));
    }
    let mut stands = String::new();
    if let Some(reason) = &plan.groups_reason {
        stands += &format!(", reason = {}", quoted(reason));
    }
    if let Some(on) = &plan.groups_on {
        stands += &format!(", date = {}", quoted(on));
    }
    match &plan.groups {
        None => {}
        Some(Grouping::Column { column, high, low }) => {
            line("groups", quoted(column));
            if let (Some(high), Some(low)) = (high, low) {
                line("high", quoted(high));
                line("low", quoted(low));
            }
        }
        Some(Grouping::ByEffect { high, low }) => line(
            "groups",
            format!("{{ by = \"effect\", high = {high}, low = {low}{stands} }}"),
        ),
        Some(Grouping::ByEffectShare { share }) => line(
            "groups",
            format!("{{ by = \"effect\", quantile = {share:?}{stands} }}"),
        ),
        Some(Grouping::ByHand { high, low }) => line(
            "groups",
            format!(
                "{{ by = \"hand\", high = {}, low = {}{stands} }}",
                keys(high),
                keys(low)
            ),
        ),
    }
    line("treatment", quoted(plan.treatment.name()));
    if let Some(margin) = plan.equivalence_margin {
        line("equivalence_margin", format!("{margin:?}"));
    }
    line("cut", format!("{:?}", plan.cut));
    line("response_withhold", format!("{:?}", plan.response_withhold));
    line("response_flag", format!("{:?}", plan.response_flag));
    line("alpha", format!("{:?}", plan.alpha));
    line("seed", plan.seed.to_string());
    lines.concat()
}

/// How groups are written.
const GROUPS: &str = "write a column of schools.csv, or { by = \"effect\", high = 10, low = 10 }, { by = \"effect\", quantile = 0.2 } or \
                      { by = \"hand\", high = [...], low = [...], reason = \"...\", date = 2026-07-01 }";

fn groups_of(value: toml::Value) -> Result<GroupsFile, String> {
    if let toml::Value::String(column) = value {
        return Ok(GroupsFile {
            rule: GroupsRule::Column(column),
            reason: None,
            decided_on: None,
        });
    }
    let table: GroupsTable = value
        .try_into()
        .map_err(|error: toml::de::Error| error.message().to_owned())?;
    let count = |side: &Option<toml::Value>, name: &str| match side {
        Some(toml::Value::Integer(n)) if *n > 0 => usize::try_from(*n).map_err(|e| e.to_string()),
        _ => Err(format!("`{name}` is not a number of schools")),
    };
    let keys = |side: Option<toml::Value>, name: &str| -> Result<Vec<String>, String> {
        let wrong = || format!("`{name}` is not a list of school keys");
        side.ok_or_else(wrong)?.try_into().map_err(|_| wrong())
    };
    let rule = match (table.by.as_str(), table.quantile) {
        ("effect", Some(share)) if table.high.is_none() && table.low.is_none() => {
            if !(share > 0.0 && share <= 0.5) {
                return Err(format!(
                    "a quantile of {share} is not above 0 and at most 0.5"
                ));
            }
            Grouping::ByEffectShare { share }
        }
        ("effect", None) => Grouping::ByEffect {
            high: count(&table.high, "high")?,
            low: count(&table.low, "low")?,
        },
        ("effect", Some(_)) => return Err("high, low and quantile are two ways at once".to_owned()),
        ("hand", None) => Grouping::ByHand {
            high: keys(table.high, "high")?,
            low: keys(table.low, "low")?,
        },
        (by, _) => return Err(format!("groups cannot be made so by `{by}`")),
    };
    let decided_on = table.date.map(|date| day(&date)).transpose()?;
    let reason = table.reason.filter(|reason| !reason.trim().is_empty());
    let by_hand = matches!(rule, Grouping::ByHand { .. });
    if by_hand && (reason.is_none() || decided_on.is_none()) {
        return Err("groups that are made by hand need a reason and a date".to_owned());
    }
    Ok(GroupsFile {
        rule: GroupsRule::Other(rule),
        reason,
        decided_on,
    })
}

fn day(date: &toml::Value) -> Result<String, String> {
    let text = match date {
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match text.parse::<NaiveDate>() {
        Ok(day) => Ok(day.to_string()),
        Err(_) => Err(format!("`{text}` is no day; write YYYY-MM-DD")),
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

    #[test]
    fn what_is_written_of_a_plan_is_read_back() {
        let patterns = |list: &[&str]| {
            list.iter()
                .filter_map(|text| OutcomePattern::parse(text))
                .collect()
        };
        let plan = |groups| Plan {
            outcomes: Some(patterns(&["density@T3/goals", "culture"])),
            family: Some(patterns(&["density"])),
            groups: Some(groups),
            groups_reason: Some("size \"and\" age".into()),
            groups_on: Some("2026-07-01".into()),
            cut: 1.0,
            equivalence_margin: Some(0.5),
            seed: 7,
            ..Plan::default()
        };
        for groups in [
            Grouping::ByEffect { high: 3, low: 2 },
            Grouping::ByEffectShare { share: 0.2 },
            Grouping::ByHand {
                high: vec!["a".into()],
                low: vec!["b".into()],
            },
            Grouping::Column {
                column: "kind".into(),
                high: Some("A".into()),
                low: Some("B".into()),
            },
        ] {
            let plan = plan(groups.clone());
            let mut faults = Faults::default();
            let file = read("plan.toml", written(&plan).as_bytes(), &mut faults);
            assert!(faults.is_empty(), "{faults}");
            assert_eq!(
                (&file.outcomes, &file.family),
                (&plan.outcomes, &plan.family)
            );
            assert_eq!(
                (file.cut, file.seed, file.alpha),
                (Some(1.0), Some(7), Some(0.05))
            );
            assert_eq!(file.response_withhold, Some(plan.response_withhold));
            assert_eq!(file.equivalence_margin, Some(0.5));
            let found = file.groups.unwrap();
            match (&groups, found.rule) {
                (Grouping::Column { column, high, low }, GroupsRule::Column(own)) => {
                    assert_eq!((column, high, low), (&own, &file.high, &file.low));
                }
                (_, GroupsRule::Other(own)) => {
                    assert_eq!((&groups, found.reason), (&own, plan.groups_reason));
                }
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn groups_are_a_column_a_rule_or_a_list() {
        let groups = |text: &str| {
            let mut faults = Faults::default();
            let plan = read(
                "plan.toml",
                format!("groups = {text}\n").as_bytes(),
                &mut faults,
            );
            match plan.groups {
                Some(groups) if faults.is_empty() => Ok(groups),
                _ => Err(faults.reported()[0].message.clone()),
            }
        };
        let column = groups("\"kind\"").unwrap();
        assert_eq!(column.rule, GroupsRule::Column("kind".into()));
        let counted = groups("{ by = \"effect\", high = 10, low = 8, reason = \"r\" }").unwrap();
        assert_eq!(
            counted.rule,
            GroupsRule::Other(Grouping::ByEffect { high: 10, low: 8 })
        );
        assert_eq!(counted.reason.as_deref(), Some("r"));
        let share = groups("{ by = \"effect\", quantile = 0.2, date = 2026-07-01 }").unwrap();
        assert_eq!(
            share.rule,
            GroupsRule::Other(Grouping::ByEffectShare { share: 0.2 })
        );
        assert_eq!(share.decided_on.as_deref(), Some("2026-07-01"));
        let hand = "{ by = \"hand\", high = [\"a\"], low = [\"b\", \"c\"], reason = \"r\", date = \"2026-07-01\" }";
        assert!(matches!(
            groups(hand).unwrap().rule,
            GroupsRule::Other(Grouping::ByHand { high, low }) if high == ["a"] && low.len() == 2
        ));
        for (text, told) in [
            (
                "{ by = \"hand\", high = [\"a\"], low = [\"b\"] }",
                "need a reason and a date",
            ),
            (
                "{ by = \"effect\", high = 10 }",
                "`low` is not a number of schools",
            ),
            ("{ by = \"effect\", quantile = 0.7 }", "at most 0.5"),
            (
                "{ by = \"effect\", quantile = 0.2, high = 3 }",
                "two ways at once",
            ),
            ("{ by = \"size\" }", "by `size`"),
            (
                "{ by = \"effect\", high = 1, low = 1, date = \"soon\" }",
                "no day",
            ),
            ("{ by = \"effect\", lo = 1 }", "unknown field"),
            ("7", "invalid type"),
        ] {
            let said = groups(text).unwrap_err();
            assert!(said.contains(told), "{text}: {said}");
        }
    }
}
