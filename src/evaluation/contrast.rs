//! The schools of one group against those of the other, on every network measure and every scale.
//!
//! Schools are the units. Up to 200,000 assignments are all counted; beyond that they are drawn, each outcome from its own
//! stream of the seed, so that neither order nor company changes a p-value. Within the family p-values are adjusted by
//! step-down maxT (over the outcomes that every compared school has, on the same assignments), Holm, and Benjamini-Hochberg.

use std::collections::{BTreeMap, BTreeSet};

use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;
use schakel_analysis::{
    compare::{
        adjust::{benjamini_hochberg, holm},
        effect_size::{hedges_g, minimal_detectable_d},
        permutation::{Options, max_t, two_groups},
        verdict::verdict,
    },
    outcome::{Interval, Method},
};
use sha2::{Digest, Sha256};

use crate::domain::records::Records;

use super::{
    catalogue,
    findings::{
        Contrast, ContrastTest, EffectGroups, Exclusion, NetworkMeasure, ScaleMeasure,
        SchoolEffect, Value,
    },
    plan::{Grouping, OutcomePattern, Plan, PlanFault, listed},
};

/// The probability with which the detectable d would have been found.
const POWER: f64 = 0.80;

/// Which schools are high and which are low; `None` when the plan compares nothing.
pub fn groups(
    records: &Records,
    effects: &[SchoolEffect],
    plan: &Plan,
) -> Result<Option<EffectGroups>, PlanFault> {
    match &plan.groups {
        None => Ok(None),
        Some(Grouping::Column { column, high, low }) => {
            by_column(records, column, high.as_deref(), low.as_deref()).map(Some)
        }
        Some(Grouping::ByEffect { high, low }) => by_effect(effects, *high, *low).map(Some),
    }
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
    Ok(EffectGroups {
        rule: format!("{column}: {high} (high) against {low} (low)"),
        high: with(&high),
        low: with(&low),
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

/// Highest and lowest unshrunken effect; equal effects by key.
fn by_effect(effects: &[SchoolEffect], high: usize, low: usize) -> Result<EffectGroups, PlanFault> {
    let mut ranked: Vec<(f64, &str)> = effects
        .iter()
        .filter_map(|school| Some((school.effect.ok()?, school.school.as_str())))
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
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
    Ok(EffectGroups {
        rule: format!(
            "the {high} schools with the highest and the {low} with the lowest unshrunken effect"
        ),
        high: keys(&ranked[..high]),
        low: keys(&ranked[ranked.len() - low..]),
    })
}

/// One network measure of one school, whichever way it is kept.
#[derive(Debug, Clone, Copy)]
pub struct SchoolValue<'a> {
    pub school: &'a str,
    pub wave: &'a str,
    pub relation: &'a str,
    pub measure: &'a str,
    pub value: Value,
}

impl<'a> From<&'a NetworkMeasure> for SchoolValue<'a> {
    fn from(row: &'a NetworkMeasure) -> Self {
        Self {
            school: &row.school,
            wave: &row.wave,
            relation: &row.relation,
            measure: &row.measure,
            value: row.value,
        }
    }
}

/// One outcome: a value, or the reason why there is none, per school.
struct Outcome<'a> {
    name: &'a str,
    wave: &'a str,
    relation: &'a str,
    values: BTreeMap<&'a str, Value>,
}

impl Outcome<'_> {
    fn key(&self) -> String {
        let (name, wave) = (self.name, self.wave);
        if self.relation.is_empty() {
            format!("{name}@{wave}")
        } else {
            format!("{name}@{wave}/{}", self.relation)
        }
    }

    /// What is compared when the plan does not say: the scales and the principal measures of a network.
    fn is_principal(&self) -> bool {
        self.relation.is_empty() || catalogue::PRINCIPAL.contains(&self.name)
    }

    fn fits(&self, patterns: Option<&Vec<OutcomePattern>>) -> bool {
        patterns.is_none_or(|list| {
            list.iter()
                .any(|pattern| pattern.fits(self.name, self.wave, self.relation))
        })
    }
}

/// Measures in the order of the tables, then scales; waves in their order, relations by key.
fn outcomes<'a>(
    records: &'a Records,
    nets: impl Iterator<Item = SchoolValue<'a>>,
    scales: &'a [ScaleMeasure],
) -> Vec<Outcome<'a>> {
    let mut found: BTreeMap<(usize, &str, usize, &str), Outcome<'a>> = BTreeMap::new();
    let place = |wave: &str| {
        records
            .waves
            .iter()
            .position(|own| own == wave)
            .unwrap_or(usize::MAX)
    };
    for row in nets {
        let rank = catalogue::network_names()
            .position(|own| own == row.measure)
            .unwrap_or(usize::MAX - 1);
        let outcome = found
            .entry((rank, "", place(row.wave), row.relation))
            .or_insert_with(|| Outcome {
                name: row.measure,
                wave: row.wave,
                relation: row.relation,
                values: BTreeMap::new(),
            });
        outcome.values.insert(row.school, row.value);
    }
    for row in scales
        .iter()
        .filter(|row| row.measure == "mean" && !row.group.is_empty())
    {
        let outcome = found
            .entry((usize::MAX, &row.scale, place(&row.wave), ""))
            .or_insert_with(|| Outcome {
                name: &row.scale,
                wave: &row.wave,
                relation: "",
                values: BTreeMap::new(),
            });
        outcome.values.insert(&row.group, row.value);
    }
    found.into_values().collect()
}

#[derive(Debug, Default)]
pub struct Contrasted {
    pub contrasts: Vec<Contrast>,
    pub exclusions: Vec<Exclusion>,
}

/// Every contrast that the plan asks for, between these groups.
pub fn contrasts<'a>(
    records: &'a Records,
    plan: &Plan,
    groups: &EffectGroups,
    nets: impl Iterator<Item = SchoolValue<'a>>,
    scales: &'a [ScaleMeasure],
) -> Result<Contrasted, PlanFault> {
    let all = outcomes(records, nets, scales);
    for pattern in plan.outcomes.iter().chain(&plan.family).flatten() {
        if !all
            .iter()
            .any(|outcome| pattern.fits(outcome.name, outcome.wave, outcome.relation))
        {
            let known: BTreeSet<&str> = all.iter().map(|outcome| outcome.name).collect();
            let (waves, relations) = (records.waves.join(", "), records.relations.join(", "));
            let known = known.into_iter().collect::<Vec<_>>().join(", ");
            return Err(PlanFault::UnknownOutcome {
                pattern: pattern.to_string(),
                known: format!("{known}; waves: {waves}; relations: {relations}"),
            });
        }
    }
    let options = Options::default();
    let mut done = Contrasted::default();
    // The values that maxT needs, with the place of their contrast.
    let mut complete: Vec<(usize, Vec<f64>)> = Vec::new();
    for outcome in all.iter().filter(|outcome| match &plan.outcomes {
        Some(asked) => outcome.fits(Some(asked)),
        None => outcome.is_principal(),
    }) {
        let in_family = outcome.fits(plan.family.as_ref());
        let mut side = |schools: &[String]| -> Vec<f64> {
            let mut values = Vec::new();
            for school in schools {
                match outcome.values.get(school.as_str()) {
                    Some(Ok(value)) => values.push(*value),
                    Some(Err(reason)) => done.exclusions.push(Exclusion {
                        what: format!("school {school} from the contrast of {}", outcome.key()),
                        reason: reason.to_string(),
                    }),
                    None => done.exclusions.push(Exclusion {
                        what: format!("school {school} from the contrast of {}", outcome.key()),
                        reason: "not measured".to_owned(),
                    }),
                }
            }
            values
        };
        let (high, low) = (side(&groups.high), side(&groups.low));
        if in_family && high.len() == groups.high.len() && low.len() == groups.low.len() {
            complete.push((
                done.contrasts.len(),
                high.iter().chain(&low).copied().collect(),
            ));
        }
        let mean = |values: &[f64]| {
            (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
        };
        let (mean_high, mean_low) = (mean(&high), mean(&low));
        let test = two_groups(
            &high,
            &low,
            &options,
            &mut stream(plan.seed, &outcome.key()),
        );
        done.contrasts.push(Contrast {
            outcome: outcome.name.to_owned(),
            wave: outcome.wave.to_owned(),
            relation: outcome.relation.to_owned(),
            n_high: high.len(),
            n_low: low.len(),
            mean_high,
            mean_low,
            difference: test.map(|test| test.difference),
            test: test.ok().map(|test| {
                let interval = |confidence| {
                    let g = hedges_g(&high, &low, confidence).ok();
                    g.map(|g| (g.interval.lower, g.interval.upper))
                };
                let (Method::Exact {
                    assignments: n_assignments,
                }
                | Method::Sampled {
                    draws: n_assignments,
                }) = test.method;
                ContrastTest {
                    p_value: test.p_value,
                    p_method: test.method.name().to_owned(),
                    n_assignments,
                    p_max_t: None,
                    p_holm: None,
                    p_bh: None,
                    hedges_g: hedges_g(&high, &low, 0.95).ok().map(|g| g.g),
                    g_interval: interval(0.95),
                    g_interval_90: interval(0.90),
                    detectable_d: minimal_detectable_d(high.len(), low.len(), plan.alpha, POWER)
                        .ok(),
                    verdict: String::new(),
                }
            }),
            in_family,
        });
    }
    adjust(&mut done.contrasts, &complete, groups, plan, &options);
    // One rule for the whole family: two halves that each spend alpha would together spend two.
    let incomplete = |row: &Contrast| {
        row.in_family && row.test.as_ref().is_some_and(|test| test.p_max_t.is_none())
    };
    let by_holm = done.contrasts.iter().any(incomplete);
    for test in done
        .contrasts
        .iter_mut()
        .filter_map(|contrast| contrast.test.as_mut())
    {
        // Outside the family there is neither; inside, Holm stands in for all where some school has no value.
        let in_family = if by_holm { test.p_holm } else { test.p_max_t };
        let p = in_family.unwrap_or(test.p_value);
        let everything = (f64::NEG_INFINITY, f64::INFINITY);
        let (lower, upper) = test.g_interval_90.unwrap_or(everything);
        let word = verdict(
            p,
            plan.alpha,
            &Interval { lower, upper },
            plan.equivalence_margin,
        );
        test.verdict = word.name().to_owned();
    }
    Ok(done)
}

fn adjust(
    contrasts: &mut [Contrast],
    complete: &[(usize, Vec<f64>)],
    groups: &EffectGroups,
    plan: &Plan,
    options: &Options,
) {
    let values: Vec<Vec<f64>> = complete.iter().map(|(_, values)| values.clone()).collect();
    let n = groups.high.len() + groups.low.len();
    let is_high: Vec<bool> = (0..n).map(|unit| unit < groups.high.len()).collect();
    let adjusted =
        max_t(&values, &is_high, options, &mut stream(plan.seed, "family")).unwrap_or_default();
    for ((place, _), p) in complete.iter().zip(adjusted) {
        if let Some(test) = contrasts[*place].test.as_mut() {
            test.p_max_t = Some(p.p_step_down);
        }
    }
    let mut tests: Vec<&mut ContrastTest> = contrasts
        .iter_mut()
        .filter(|contrast| contrast.in_family)
        .filter_map(|c| c.test.as_mut())
        .collect();
    let raw: Vec<f64> = tests.iter().map(|test| test.p_value).collect();
    for ((test, by_holm), by_bh) in tests
        .iter_mut()
        .zip(holm(&raw))
        .zip(benjamini_hochberg(&raw))
    {
        test.p_holm = Some(by_holm);
        test.p_bh = Some(by_bh);
    }
}

/// The seed's own dice for one outcome.
fn stream(seed: u64, outcome: &str) -> ChaCha12Rng {
    let name = Sha256::digest(outcome.as_bytes());
    let number = name
        .iter()
        .take(8)
        .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    rng.set_stream(number);
    rng
}

#[cfg(test)]
mod tests {
    use schakel_analysis::outcome::Undefined;

    use super::*;
    use crate::domain::records::SchoolRecord;

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

    #[test]
    fn ranks_by_effect_break_ties_by_key() {
        let effect = |key: &str, effect: Value| SchoolEffect {
            school: key.into(),
            effect,
            se: None,
            before: None,
            during: None,
            n_pupils: 5,
        };
        let effects = [
            effect("a", Ok(1.0)),
            effect("b", Ok(3.0)),
            effect("c", Ok(3.0)),
            effect("d", Err(Undefined::TooFewUnits)),
            effect("e", Ok(-1.0)),
        ];
        let groups = by_effect(&effects, 1, 2).unwrap();
        assert_eq!(
            (groups.high, groups.low),
            (vec!["b".to_owned()], vec!["a".to_owned(), "e".to_owned()])
        );
        assert!(by_effect(&effects, 3, 2).is_err());
    }

    fn measured(outcome: &str, values: &[f64]) -> Vec<ScaleMeasure> {
        let row = |(i, value): (usize, &f64)| ScaleMeasure {
            scale: outcome.into(),
            wave: "T1".into(),
            group: format!("s{i}"),
            measure: "mean".into(),
            value: if value.is_nan() {
                Err(Undefined::TooFewAnswers)
            } else {
                Ok(*value)
            },
            n: 9,
            ..ScaleMeasure::default()
        };
        values.iter().enumerate().map(row).collect()
    }

    #[test]
    fn six_schools_by_hand() {
        let records = schools(&["1", "1", "1", "0", "0", "0"]);
        let plan = Plan {
            groups: Some(Grouping::Column {
                column: "group".into(),
                high: None,
                low: None,
            }),
            ..Plan::default()
        };
        let groups = groups(&records, &[], &plan).unwrap().unwrap();
        let mut rows = measured("apart", &[7.0, 8.0, 9.0, 1.0, 2.0, 3.0]);
        rows.extend(measured("gap", &[7.0, f64::NAN, 9.0, 1.0, 2.0, 3.0]));
        rows.extend(measured("same", &[2.0; 6]));
        let done = contrasts(&records, &plan, &groups, std::iter::empty(), &rows).unwrap();
        let [apart, gap, same] = &done.contrasts[..] else {
            panic!("{:?}", done.contrasts)
        };
        // Twenty assignments, of which two are as far apart.
        let test = apart.test.as_ref().unwrap();
        assert_eq!(
            (apart.difference, test.p_value, test.n_assignments),
            (Ok(6.0), 0.1, 20)
        );
        assert_eq!(
            (test.p_max_t, test.p_holm, test.p_bh),
            (Some(0.1), Some(0.2), Some(0.1))
        );
        assert_eq!(test.verdict, "cannot_tell");
        let test = gap.test.as_ref().unwrap();
        assert_eq!(
            (gap.n_high, gap.n_low, test.p_value, test.p_max_t),
            (2, 3, 0.1, None)
        );
        assert_eq!(same.difference, Err(Undefined::NoVariation));
        assert!(same.test.is_none());
        assert_eq!(done.exclusions.len(), 1);

        let alone = Plan {
            family: Some(vec![OutcomePattern::parse("gap").unwrap()]),
            ..plan.clone()
        };
        let done = contrasts(&records, &alone, &groups, std::iter::empty(), &rows).unwrap();
        assert_eq!(done.contrasts[0].test.as_ref().unwrap().p_holm, None);
        assert_eq!(done.contrasts[1].test.as_ref().unwrap().p_holm, Some(0.1));
        let unknown = Plan {
            outcomes: Some(vec![OutcomePattern::parse("gap@T9").unwrap()]),
            ..plan
        };
        assert!(contrasts(&records, &unknown, &groups, std::iter::empty(), &rows).is_err());
    }
}
