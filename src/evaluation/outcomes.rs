//! What is compared: network measures, team means of scales, and how much either changed between two waves; per school a
//! value or the reason why there is none.

use std::collections::BTreeMap;

use crate::domain::records::Records;

use super::{
    catalogue,
    findings::{NetworkMeasure, ScaleMeasure, Value},
    plan::{OutcomePattern, Plan},
};

/// One network measure of one school, whichever way it is kept.
#[derive(Debug, Clone, Copy)]
pub struct SchoolValue<'a> {
    pub school: &'a str,
    pub wave: &'a str,
    pub relation: &'a str,
    pub measure: &'a str,
    pub value: Value,
    /// The size of the team, on which measures of a network rest.
    pub n_actors: usize,
}

impl<'a> From<&'a NetworkMeasure> for SchoolValue<'a> {
    fn from(row: &'a NetworkMeasure) -> Self {
        Self {
            school: &row.school,
            wave: &row.wave,
            relation: &row.relation,
            measure: &row.measure,
            value: row.value,
            n_actors: row.n_actors,
        }
    }
}

/// One outcome at one wave, or its change between two.
#[derive(Debug, Clone)]
pub struct Outcome<'a> {
    pub name: &'a str,
    /// A wave, or the earlier and the later one with a hyphen between them.
    pub wave: String,
    pub is_change: bool,
    /// Empty for a scale.
    pub relation: &'a str,
    /// Compared when the plan does not say what is: scales and the principal measures of a network, at each wave and as
    /// change since the first wave that has them.
    pub is_principal: bool,
    pub values: BTreeMap<&'a str, Value>,
    /// Team size per school, of a network; of a change the mean of both waves.
    pub team_sizes: BTreeMap<&'a str, f64>,
}

impl Outcome<'_> {
    pub fn key(&self) -> String {
        let (name, wave) = (self.name, &self.wave);
        if self.relation.is_empty() {
            format!("{name}@{wave}")
        } else {
            format!("{name}@{wave}/{}", self.relation)
        }
    }

    pub fn matches(&self, pattern: &OutcomePattern) -> bool {
        pattern.fits(self.name, &self.wave, self.is_change, self.relation)
    }

    /// Whether the plan compares this outcome.
    pub fn is_asked(&self, outcomes: Option<&[OutcomePattern]>) -> bool {
        match outcomes {
            Some(list) => list.iter().any(|pattern| self.matches(pattern)),
            None => self.is_principal,
        }
    }

    /// Whether the p-value is adjusted with others; without a family, with all that are compared.
    pub fn in_family(&self, family: Option<&[OutcomePattern]>) -> bool {
        family.is_none_or(|list| list.iter().any(|pattern| self.matches(pattern)))
    }

    /// The values of these schools, in their order, and the schools without one with the reason.
    pub fn of_schools<'s>(&self, schools: &'s [String]) -> (Vec<f64>, Vec<(&'s str, String)>) {
        let (mut values, mut missing) = (Vec::new(), Vec::new());
        for school in schools {
            match self.values.get(school.as_str()) {
                Some(Ok(value)) => values.push(*value),
                Some(Err(reason)) => missing.push((school.as_str(), reason.to_string())),
                None => missing.push((school.as_str(), "not measured".to_owned())),
            }
        }
        (values, missing)
    }
}

/// Where an outcome stands in the tables: measures in their own order, then scales; waves, then changes, then relations.
type Place<'a> = (usize, &'a str, usize, &'a str);

/// Every outcome there is: each measure and scale at each wave, and the change of the principal ones between any two.
pub fn outcomes<'a>(
    records: &'a Records,
    nets: impl Iterator<Item = SchoolValue<'a>>,
    scales: &'a [ScaleMeasure],
) -> Vec<Outcome<'a>> {
    let mut found: BTreeMap<Place<'a>, Outcome<'a>> = BTreeMap::new();
    let place = |wave: &str| {
        let known = records.waves.iter().position(|own| own == wave);
        known.unwrap_or(records.waves.len())
    };
    for row in nets {
        let rank = catalogue::network_names()
            .position(|own| own == row.measure)
            .unwrap_or(usize::MAX - 1);
        let outcome = found
            .entry((rank, "", place(row.wave), row.relation))
            .or_insert_with(|| Outcome {
                name: row.measure,
                wave: row.wave.to_owned(),
                is_change: false,
                relation: row.relation,
                is_principal: catalogue::PRINCIPAL.contains(&row.measure),
                values: BTreeMap::new(),
                team_sizes: BTreeMap::new(),
            });
        outcome.values.insert(row.school, row.value);
        outcome.team_sizes.insert(row.school, row.n_actors as f64);
    }
    for row in scales
        .iter()
        .filter(|row| row.measure == "mean" && !row.group.is_empty())
    {
        let outcome = found
            .entry((usize::MAX, &row.scale, place(&row.wave), ""))
            .or_insert_with(|| Outcome {
                name: &row.scale,
                wave: row.wave.clone(),
                is_change: false,
                relation: "",
                is_principal: true,
                values: BTreeMap::new(),
                team_sizes: BTreeMap::new(),
            });
        outcome.values.insert(&row.group, row.value);
    }
    let changed = changes(records, &found);
    found.extend(changed);
    found.into_values().collect()
}

fn changes<'a>(
    records: &'a Records,
    found: &BTreeMap<Place<'a>, Outcome<'a>>,
) -> BTreeMap<Place<'a>, Outcome<'a>> {
    let n_waves = records.waves.len();
    let mut changed = BTreeMap::new();
    for (&(rank, scale, from, relation), earlier) in found {
        if !earlier.is_principal || from >= n_waves {
            continue;
        }
        let is_first = (0..from).all(|wave| !found.contains_key(&(rank, scale, wave, relation)));
        for to in from + 1..n_waves {
            let Some(later) = found.get(&(rank, scale, to, relation)) else {
                continue;
            };
            let change = between(earlier, later, is_first);
            // Behind the waves; a wave that is called as the change would be is left its name.
            let behind = n_waves + 1 + from * n_waves + to;
            if !change.values.is_empty() && !records.waves.contains(&change.wave) {
                changed.insert((rank, scale, behind, relation), change);
            }
        }
    }
    changed
}

/// Later less earlier, of the schools that were measured at both.
fn between<'a>(earlier: &Outcome<'a>, later: &Outcome<'a>, since_the_first: bool) -> Outcome<'a> {
    let both = earlier
        .values
        .iter()
        .filter_map(|(&school, &first)| Some((school, first, *later.values.get(school)?)));
    let values = both
        .map(|(school, first, second)| (school, first.and_then(|first| Ok(second? - first))))
        .collect();
    let team_sizes = earlier
        .team_sizes
        .iter()
        .filter_map(|(&school, first)| {
            Some((school, 0.5 * (first + later.team_sizes.get(school)?)))
        })
        .collect();
    Outcome {
        name: earlier.name,
        wave: format!("{}-{}", earlier.wave, later.wave),
        is_change: true,
        relation: earlier.relation,
        is_principal: since_the_first,
        values,
        team_sizes,
    }
}

/// Whether a row of a network is wanted of a comparison by this plan: itself, or for a change that is.
pub fn is_wanted(plan: &Plan, measure: &str, wave: &str, relation: &str) -> bool {
    let Some(asked) = &plan.outcomes else {
        return true;
    };
    asked.iter().any(|pattern| {
        let fits_itself = pattern.fits(measure, wave, false, relation);
        let of_a_pair = pattern.wave.as_deref().is_some_and(|own| {
            own == super::plan::CHANGE
                || own
                    .strip_prefix(wave)
                    .is_some_and(|rest| rest.starts_with('-'))
                || own
                    .strip_suffix(wave)
                    .is_some_and(|rest| rest.ends_with('-'))
        });
        let of_relation = pattern
            .relation
            .as_deref()
            .is_none_or(|own| own == relation);
        fits_itself || (of_a_pair && of_relation && pattern.outcome == measure)
    })
}

#[cfg(test)]
mod tests {
    use schakel_analysis::outcome::Undefined;

    use super::*;

    fn net<'a>(school: &'a str, wave: &'a str, measure: &'a str, value: Value) -> SchoolValue<'a> {
        SchoolValue {
            school,
            wave,
            relation: "goals",
            measure,
            value,
            n_actors: if wave == "T1" { 10 } else { 14 },
        }
    }

    #[test]
    fn a_change_is_of_schools_with_both_waves() {
        let records = Records {
            waves: vec!["T1".into(), "T2".into(), "T3".into()],
            ..Records::default()
        };
        let rows = [
            net("a", "T1", "density", Ok(0.25)),
            net("a", "T3", "density", Ok(0.75)),
            net("b", "T1", "density", Ok(0.25)),
            net("c", "T1", "density", Err(Undefined::NoTies)),
            net("c", "T3", "density", Ok(0.5)),
            net("a", "T2", "density", Ok(0.5)),
            net("a", "T1", "diameter", Ok(2.0)),
            net("a", "T3", "diameter", Ok(3.0)),
        ];
        let all = outcomes(&records, rows.into_iter(), &[]);
        let keys: Vec<String> = all.iter().map(Outcome::key).collect();
        assert_eq!(
            keys,
            [
                "density@T1/goals",
                "density@T2/goals",
                "density@T3/goals",
                "density@T1-T2/goals",
                "density@T1-T3/goals",
                "density@T2-T3/goals",
                "diameter@T1/goals",
                "diameter@T3/goals"
            ]
        );
        let change = &all[4];
        assert_eq!(
            change.values,
            BTreeMap::from([("a", Ok(0.5)), ("c", Err(Undefined::NoTies))])
        );
        assert_eq!(change.team_sizes["a"], 12.0);
        // Since the first wave unless asked otherwise, and only of the principal measures.
        let asked: Vec<&str> = all
            .iter()
            .filter(|outcome| outcome.is_asked(None))
            .map(|outcome| outcome.wave.as_str())
            .collect();
        assert_eq!(asked, ["T1", "T2", "T3", "T1-T2", "T1-T3"]);
        let schools = ["a", "b", "c"].map(str::to_owned);
        let (values, missing) = change.of_schools(&schools);
        assert_eq!(values, [0.5]);
        assert_eq!(missing[0], ("b", "not measured".to_owned()));
        assert_eq!(missing[1], ("c", "not defined: no ties".to_owned()));
    }

    #[test]
    fn a_change_wants_both_of_its_waves() {
        let plan = Plan {
            outcomes: Some(vec![OutcomePattern::parse("density@T1-T3/goals").unwrap()]),
            ..Plan::default()
        };
        assert!(is_wanted(&plan, "density", "T1", "goals"));
        assert!(is_wanted(&plan, "density", "T3", "goals"));
        assert!(!is_wanted(&plan, "density", "T2", "goals"));
        assert!(!is_wanted(&plan, "density", "T1", "approach"));
        assert!(!is_wanted(&plan, "diameter", "T1", "goals"));
    }
}
