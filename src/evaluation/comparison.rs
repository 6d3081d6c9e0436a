//! Everything that is said about the groups: the planned comparison, and what stands behind it.

use std::collections::BTreeSet;

use schakel_analysis::multilevel::TeamMean;

use crate::domain::records::Records;

use super::{
    aggregation::team_mean,
    all_schools::{self, AllSchools},
    alternatives::{self, Alternative},
    contrast,
    findings::{Contrast, EffectGroups, Exclusion, ScaleMeasure, SchoolEffect},
    group_sizes::{self, AtGroupSize},
    one_step::{self, GrowthFit, OneStep, OneStepGround},
    outcomes::{Outcome, SchoolValue, outcomes},
    plan::{Grouping, Plan, PlanFault},
    plan_lock::PlanBasis,
};

#[derive(Debug, Default)]
pub struct Compared {
    pub contrasts: Vec<Contrast>,
    pub alternatives: Vec<Alternative>,
    pub all_schools: Vec<AllSchools>,
    pub one_step: Vec<OneStep>,
    pub group_sizes: Vec<AtGroupSize>,
    pub exclusions: Vec<Exclusion>,
}

/// What a comparison rests on besides the values.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    pub records: &'a Records,
    pub plan: &'a Plan,
    pub basis: &'a PlanBasis,
    pub effects: &'a [SchoolEffect],
    pub groups: &'a EffectGroups,
    pub growth_fit: Option<&'a GrowthFit>,
}

/// Every comparison that the plan asks for, between these groups and over all schools.
pub fn compared<'a>(
    ground: Ground<'a>,
    nets: impl Iterator<Item = SchoolValue<'a>>,
    scales: &'a [ScaleMeasure],
) -> Result<Compared, PlanFault> {
    let Ground {
        records,
        plan,
        basis,
        groups,
        ..
    } = ground;
    let all = outcomes(records, nets, scales);
    check(records, plan, &all)?;
    let chosen: Vec<&Outcome<'_>> = all
        .iter()
        .filter(|outcome| outcome.is_asked(plan.outcomes.as_deref()))
        .collect();
    let mut done = Compared::default();
    let contrasts = contrast::contrasts(plan, basis, groups, &chosen, &mut done.exclusions);
    for (outcome, (_, sides)) in chosen.iter().zip(&contrasts) {
        let sizes = alternatives::team_sizes(outcome, groups);
        let rows = alternatives::alternatives(plan, outcome, sides, sizes.as_deref());
        done.alternatives.extend(rows);
    }
    done.all_schools = all_schools::relations(&ground, &chosen);
    let of_growth = OneStepGround {
        records,
        plan,
        basis,
        growth: ground.growth_fit,
    };
    done.one_step = one_step::one_steps(&of_growth, &one_step::planned(records, plan, &chosen));
    if plan.groups.as_ref().is_some_and(Grouping::is_by_effect) {
        done.group_sizes = group_sizes::at_sizes(&ground, &chosen);
    }
    done.contrasts = contrasts
        .into_iter()
        .map(|(mut contrast, _)| {
            contrast.team_mean = may_be_formed(scales, &contrast);
            contrast
        })
        .collect();
    Ok(done)
}

/// The verdict on the means that a comparison of a scale rests on.
fn may_be_formed(scales: &[ScaleMeasure], contrast: &Contrast) -> Option<String> {
    if !contrast.relation.is_empty() {
        return None;
    }
    let waves = match contrast.wave.split_once('-') {
        Some((from, to)) if contrast.is_change => vec![from, to],
        _ => vec![contrast.wave.as_str()],
    };
    let rank = |verdict: &TeamMean| TeamMean::ALL.iter().position(|own| own == verdict);
    waves
        .into_iter()
        .filter_map(|wave| team_mean(scales, &contrast.outcome, wave))
        .max_by_key(rank)
        .map(|verdict| verdict.name().to_owned())
}

/// Every pattern of the plan names an outcome.
fn check(records: &Records, plan: &Plan, all: &[Outcome<'_>]) -> Result<(), PlanFault> {
    for pattern in plan.outcomes.iter().chain(&plan.family).flatten() {
        if !all.iter().any(|outcome| outcome.matches(pattern)) {
            let known: BTreeSet<&str> = all.iter().map(|outcome| outcome.name).collect();
            let (waves, relations) = (records.waves.join(", "), records.relations.join(", "));
            let known = known.into_iter().collect::<Vec<_>>().join(", ");
            return Err(PlanFault::UnknownOutcome {
                pattern: pattern.to_string(),
                known: format!(
                    "{known}; waves: {waves}, and two with a hyphen between for the change; relations: {relations}"
                ),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use schakel_analysis::outcome::Undefined;

    use super::*;
    use crate::domain::records::SchoolRecord;
    use crate::evaluation::effect_groups::groups;
    use crate::evaluation::plan::OutcomePattern;
    use crate::evaluation::plan_lock::Standing;

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
        let compare = |plan: &Plan, basis: &PlanBasis| {
            let ground = Ground {
                records: &records,
                plan,
                basis,
                effects: &[],
                groups: &groups,
                growth_fit: None,
            };
            compared(ground, std::iter::empty(), &rows)
        };
        let done = compare(&plan, &PlanBasis::None).unwrap();
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
        assert_eq!(
            (
                test.verdict.as_str(),
                test.adjusted_by.as_str(),
                test.p_verdict
            ),
            ("cannot_tell", "holm", 0.2)
        );
        assert_eq!(apart.standing, Standing::Exploratory);
        // Both groups have a standard deviation of one, and d is six.
        let detectable = (
            test.detectable_d.unwrap(),
            test.detectable_difference.unwrap(),
        );
        assert!(
            (detectable.0 - detectable.1).abs() < 1e-12,
            "{detectable:?}"
        );
        let (lower, upper) = test.difference_interval_90.unwrap();
        // 6 -+ 2.13184678 * sqrt(2 / 3)
        assert!((lower - 4.259_354).abs() < 1e-5 && (upper - 7.740_646).abs() < 1e-5);
        let test = gap.test.as_ref().unwrap();
        assert_eq!(
            (gap.n_high, gap.n_low, test.p_value, test.p_max_t),
            (2, 3, 0.1, None)
        );
        assert_eq!(same.difference, Err(Undefined::NoVariation));
        assert!(same.test.is_none());
        assert_eq!(done.exclusions.len(), 1);
        assert!(done.all_schools.is_empty() && done.group_sizes.is_empty());

        let alone = Plan {
            family: Some(vec![OutcomePattern::parse("gap").unwrap()]),
            ..plan.clone()
        };
        let done = compare(&alone, &PlanBasis::Design).unwrap();
        assert_eq!(done.contrasts[0].test.as_ref().unwrap().p_holm, None);
        assert_eq!(done.contrasts[1].test.as_ref().unwrap().p_holm, Some(0.1));
        let standings: Vec<Standing> = done.contrasts.iter().map(|row| row.standing).collect();
        assert_eq!(
            standings,
            [
                Standing::Exploratory,
                Standing::Planned,
                Standing::Exploratory
            ]
        );
        let unknown = Plan {
            outcomes: Some(vec![OutcomePattern::parse("gap@T9").unwrap()]),
            ..plan
        };
        assert!(compare(&unknown, &PlanBasis::None).is_err());
    }
}
