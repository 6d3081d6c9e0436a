//! Which schools are compared: by a fact, by their effect (so many, or a share), or by hand with a reason and a day.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::records::Records;

use super::{
    findings::{EffectGroups, SchoolEffect},
    plan::{Grouping, Plan, PlanFault, listed},
};

/// Which schools are high and which are low; `None` when the plan compares nothing.
pub fn groups(
    records: &Records,
    effects: &[SchoolEffect],
    plan: &Plan,
) -> Result<Option<EffectGroups>, PlanFault> {
    let found = match &plan.groups {
        None => return Ok(None),
        Some(Grouping::Column { column, high, low }) => {
            by_column(records, column, high.as_deref(), low.as_deref())
        }
        Some(Grouping::ByEffect { high, low }) => by_effect(effects, *high, *low),
        Some(Grouping::ByEffectShare { share }) => by_share(effects, *share),
        Some(Grouping::ByHand { high, low }) => {
            if plan.groups_reason.is_none() || plan.groups_on.is_none() {
                return Err(PlanFault::GroupsWithoutReason);
            }
            by_hand(records, high, low)
        }
    }?;
    Ok(Some(EffectGroups {
        reason: plan.groups_reason.clone(),
        decided_on: plan.groups_on.clone(),
        ..found
    }))
}

fn by_column(
    records: &Records,
    column: &str,
    high: Option<&str>,
    low: Option<&str>,
) -> Result<EffectGroups, PlanFault> {
    let column = column.trim().to_lowercase();
    let mut values: BTreeMap<String, usize> = BTreeMap::new();
    for value in records
        .schools
        .iter()
        .filter_map(|school| school.attributes.get(&column))
    {
        *values.entry(value.clone()).or_default() += 1;
    }
    if values.is_empty() {
        let names: BTreeSet<&str> = records
            .schools
            .iter()
            .flat_map(|school| school.attributes.keys().map(String::as_str))
            .collect();
        let known = names.into_iter().collect::<Vec<_>>().join(", ");
        let known = if known.is_empty() {
            "no columns besides school".to_owned()
        } else {
            known
        };
        return Err(PlanFault::UnknownColumn { column, known });
    }
    let (high, low) = match (high, low) {
        (Some(high), Some(low)) => (high.to_owned(), low.to_owned()),
        _ => named(&values).ok_or_else(|| PlanFault::UnclearGroups {
            column: column.clone(),
            values: listed(&values),
        })?,
    };
    if high == low {
        return Err(PlanFault::SameGroup { value: high });
    }
    for value in [&high, &low] {
        if !values.contains_key(value) {
            return Err(PlanFault::EmptyGroup {
                column,
                value: value.clone(),
                values: listed(&values),
            });
        }
    }
    let with = |wanted: &str| -> Vec<String> {
        let schools = records.schools.iter();
        schools
            .filter(|s| s.attributes.get(&column).is_some_and(|v| v == wanted))
            .map(|s| s.key.clone())
            .collect()
    };
    let (in_high, in_low) = (with(&high), with(&low));
    Ok(EffectGroups {
        rule: format!("{column}: {high} (high) against {low} (low)"),
        other: others(
            records.schools.iter().map(|s| s.key.as_str()),
            &in_high,
            &in_low,
        ),
        high: in_high,
        low: in_low,
        ..EffectGroups::default()
    })
}

/// The two values of a column that names its groups itself: `high` and `low`, or two numbers.
fn named(values: &BTreeMap<String, usize>) -> Option<(String, String)> {
    if values.contains_key("high") && values.contains_key("low") {
        return Some(("high".to_owned(), "low".to_owned()));
    }
    let mut numbers = Vec::new();
    for value in values.keys() {
        numbers.push((
            value
                .parse::<f64>()
                .ok()
                .filter(|number| number.is_finite())?,
            value,
        ));
    }
    numbers.sort_by(|a, b| a.0.total_cmp(&b.0));
    match numbers.as_slice() {
        [low, high] if low.0 < high.0 => Some((high.1.clone(), low.1.clone())),
        _ => None,
    }
}

/// Schools by their unshrunken effect, the highest first; equal effects by key.
fn ranked(effects: &[SchoolEffect]) -> Vec<(f64, &str)> {
    let mut ranked: Vec<(f64, &str)> = effects
        .iter()
        .filter_map(|school| Some((school.effect.ok()?, school.school.as_str())))
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    ranked
}

/// Highest and lowest unshrunken effect; equal effects by key.
pub(super) fn by_effect(
    effects: &[SchoolEffect],
    high: usize,
    low: usize,
) -> Result<EffectGroups, PlanFault> {
    let ranked = ranked(effects);
    if high == 0 || low == 0 || ranked.len() < high + low {
        return Err(PlanFault::TooFewEffects {
            schools: ranked.len(),
            high,
            low,
        });
    }
    let keys = |part: &[(f64, &str)]| {
        let mut keys: Vec<String> = part.iter().map(|(_, key)| (*key).to_owned()).collect();
        keys.sort();
        keys
    };
    let from_below = ranked.len() - low;
    Ok(EffectGroups {
        rule: format!(
            "the {high} schools with the highest and the {low} with the lowest unshrunken effect"
        ),
        high: keys(&ranked[..high]),
        low: keys(&ranked[from_below..]),
        other: keys(&ranked[high..from_below]),
        ..EffectGroups::default()
    })
}

/// This share of the schools with an effect on either side, rounded down.
fn by_share(effects: &[SchoolEffect], share: f64) -> Result<EffectGroups, PlanFault> {
    let schools = ranked(effects).len();
    let side = (share * schools as f64 + 1e-9).floor() as usize;
    let found = by_effect(effects, side, side)?;
    Ok(EffectGroups {
        rule: format!(
            "the highest and the lowest {} % of {schools} schools by unshrunken effect: {side} and {side}",
            share * 100.0
        ),
        ..found
    })
}

fn by_hand(records: &Records, high: &[String], low: &[String]) -> Result<EffectGroups, PlanFault> {
    if high.is_empty() || low.is_empty() {
        return Err(PlanFault::NobodyInGroup);
    }
    let mut seen = BTreeSet::new();
    for school in high.iter().chain(low) {
        if !records.schools.iter().any(|known| known.key == *school) {
            return Err(PlanFault::UnknownSchool {
                school: school.clone(),
            });
        }
        if !seen.insert(school) {
            return Err(PlanFault::SchoolTwice {
                school: school.clone(),
            });
        }
    }
    let sorted = |keys: &[String]| {
        let mut keys = keys.to_vec();
        keys.sort();
        keys
    };
    Ok(EffectGroups {
        rule: format!("by hand: {} high and {} low schools", high.len(), low.len()),
        other: others(records.schools.iter().map(|s| s.key.as_str()), high, low),
        high: sorted(high),
        low: sorted(low),
        ..EffectGroups::default()
    })
}

/// The schools that stand in neither group.
fn others<'a>(all: impl Iterator<Item = &'a str>, high: &[String], low: &[String]) -> Vec<String> {
    all.filter(|key| !high.iter().chain(low).any(|own| own == key))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use schakel_analysis::outcome::Undefined;

    use super::*;
    use crate::domain::records::SchoolRecord;
    use crate::evaluation::findings::Value;

    fn schools(values: &[&str]) -> Records {
        let school = |(i, value): (usize, &&str)| SchoolRecord {
            key: format!("s{i}"),
            attributes: BTreeMap::from([("group".to_owned(), (*value).to_owned())]),
        };
        Records {
            waves: vec!["T1".into()],
            schools: values.iter().enumerate().map(school).collect(),
            ..Records::default()
        }
    }

    fn column(
        values: &[&str],
        high: Option<&str>,
        low: Option<&str>,
    ) -> Result<(usize, usize), String> {
        let found = by_column(&schools(values), "Group", high, low);
        found
            .map(|groups| (groups.high.len(), groups.low.len()))
            .map_err(|fault| fault.to_string())
    }

    #[test]
    fn a_column_names_its_groups_or_is_asked_to() {
        assert_eq!(column(&["1", "0", "0"], None, None), Ok((1, 2)));
        assert_eq!(column(&["9", "10", "10"], None, None), Ok((2, 1)));
        assert_eq!(
            column(&["high", "low", "middle", "low"], None, None),
            Ok((1, 2))
        );
        assert_eq!(column(&["A", "B", "B"], Some("B"), Some("A")), Ok((2, 1)));
        assert!(
            column(&["A", "B"], None, None)
                .unwrap_err()
                .contains("--high and --low: A (1), B (1)")
        );
        assert!(
            column(&["1", "2", "3"], None, None)
                .unwrap_err()
                .contains("--high and --low")
        );
        assert!(
            column(&["A", "B"], Some("A"), Some("C"))
                .unwrap_err()
                .contains("no school has `C`")
        );
        assert!(
            column(&["A", "B"], Some("A"), Some("A"))
                .unwrap_err()
                .contains("two different values")
        );
        let unknown = by_column(&schools(&["A"]), "effect", None, None)
            .unwrap_err()
            .to_string();
        assert!(unknown.contains("now has: group"), "{unknown}");
    }

    fn effect(key: &str, effect: Value) -> SchoolEffect {
        SchoolEffect::new(key.into(), effect)
    }

    #[test]
    fn ranks_by_effect_break_ties_by_key() {
        let effects = [
            effect("a", Ok(1.0)),
            effect("b", Ok(3.0)),
            effect("c", Ok(3.0)),
            effect("d", Err(Undefined::TooFewUnits)),
            effect("e", Ok(-1.0)),
        ];
        let groups = by_effect(&effects, 1, 2).unwrap();
        assert_eq!(
            (groups.high, groups.low, groups.other),
            (
                vec!["b".to_owned()],
                vec!["a".to_owned(), "e".to_owned()],
                vec!["c".to_owned()]
            )
        );
        assert!(by_effect(&effects, 3, 2).is_err());
        // Of four schools with an effect, half is two on either side and a fifth is nobody.
        let half = by_share(&effects, 0.5).unwrap();
        assert_eq!((half.high.len(), half.low.len()), (2, 2));
        assert!(half.rule.contains("50 % of 4 schools"), "{}", half.rule);
        assert!(by_share(&effects, 0.2).is_err());
    }

    #[test]
    fn groups_by_hand_have_a_reason_and_a_day() {
        let records = schools(&["x", "x", "x", "x"]);
        let by_hand = |high: &[&str], low: &[&str], reason: Option<&str>| {
            let keys = |list: &[&str]| list.iter().map(|&key| key.to_owned()).collect();
            let plan = Plan {
                groups: Some(Grouping::ByHand {
                    high: keys(high),
                    low: keys(low),
                }),
                groups_reason: reason.map(str::to_owned),
                groups_on: Some("2026-07-01".to_owned()),
                ..Plan::default()
            };
            groups(&records, &[], &plan)
        };
        let found = by_hand(&["s2", "s0"], &["s3"], Some("matched on size"))
            .unwrap()
            .unwrap();
        assert_eq!(found.high, ["s0", "s2"]);
        assert_eq!(
            (found.low, found.other),
            (vec!["s3".to_owned()], vec!["s1".to_owned()])
        );
        assert_eq!(found.reason.as_deref(), Some("matched on size"));
        assert_eq!(found.decided_on.as_deref(), Some("2026-07-01"));
        let refused = |high: &[&str], low: &[&str], reason| {
            by_hand(high, low, reason).unwrap_err().to_string()
        };
        assert!(refused(&["s0"], &["s1"], None).contains("need the reason and the day"));
        assert!(refused(&["s0"], &["s9"], Some("r")).contains("`s9`, which is not in the data"));
        assert!(refused(&["s0"], &["s0"], Some("r")).contains("twice"));
        assert!(refused(&[], &["s0"], Some("r")).contains("at least one school"));
    }
}
