//! Comparisons of schools to tables: the planned one, the same by other methods, over all schools, and at other group sizes.

use crate::evaluation::findings::{Contrast, ContrastTest, Findings};

use super::measures_csv::{number, table, undefined};

pub fn contrasts(findings: &Findings) -> Option<String> {
    let header = [
        "outcome",
        "wave",
        "relation",
        "n_high",
        "n_low",
        "difference",
        "p_value",
        "p_method",
        "p_max_t",
        "p_holm",
        "p_bh",
        "hedges_g",
        "g_lower",
        "g_upper",
        "verdict",
        "undefined",
        "standing",
        "p_verdict",
        "adjusted_by",
        "n_assignments",
        "mean_high",
        "mean_low",
        "difference_lower",
        "difference_upper",
        "excluded_below",
        "excluded_above",
        "g_excluded_below",
        "g_excluded_above",
        "detectable_d",
        "detectable_difference",
    ];
    table(&header, 3, findings.contrasts.iter().map(contrast))
}

fn contrast(row: &Contrast) -> Vec<String> {
    let test = row.test.as_ref();
    let of = |cell: fn(&ContrastTest) -> Option<f64>| number(test.and_then(cell));
    vec![
        row.outcome.clone(),
        row.wave.clone(),
        row.relation.clone(),
        row.n_high.to_string(),
        row.n_low.to_string(),
        number(row.difference.ok()),
        of(|test| Some(test.p_value)),
        test.map(|test| test.p_method.clone()).unwrap_or_default(),
        of(|test| test.p_max_t),
        of(|test| test.p_holm),
        of(|test| test.p_bh),
        of(|test| test.hedges_g),
        of(|test| Some(test.g_interval?.0)),
        of(|test| Some(test.g_interval?.1)),
        test.map(|test| test.verdict.clone()).unwrap_or_default(),
        undefined(&row.difference),
        row.standing.name().to_owned(),
        of(|test| Some(test.p_verdict)),
        test.map(|test| test.adjusted_by.clone())
            .unwrap_or_default(),
        test.map(|test| test.n_assignments.to_string())
            .unwrap_or_default(),
        number(row.mean_high),
        number(row.mean_low),
        of(|test| Some(test.difference_interval?.0)),
        of(|test| Some(test.difference_interval?.1)),
        of(|test| Some(test.difference_interval_90?.0)),
        of(|test| Some(test.difference_interval_90?.1)),
        of(|test| Some(test.g_interval_90?.0)),
        of(|test| Some(test.g_interval_90?.1)),
        of(|test| test.detectable_d),
        of(|test| test.detectable_difference),
    ]
}

pub fn alternatives(findings: &Findings) -> Option<String> {
    let header = [
        "outcome",
        "wave",
        "relation",
        "method",
        "estimate",
        "lower",
        "upper",
        "statistic",
        "df",
        "p_value",
        "undefined",
    ];
    let rows = findings.alternatives.iter().map(|row| {
        let told = row.value.unwrap_or_default();
        let (lower, upper) = told.interval.unzip();
        let key = [&row.outcome, &row.wave, &row.relation, &row.method].map(Clone::clone);
        let numbers = [
            told.estimate,
            lower,
            upper,
            told.statistic,
            told.df,
            told.p_value,
        ];
        let undefined = row.value.as_ref().err().map_or("", |reason| reason.name());
        key.into_iter()
            .chain(numbers.map(number))
            .chain([undefined.to_owned()])
            .collect()
    });
    table(&header, 4, rows)
}

pub fn all_schools(findings: &Findings) -> Option<String> {
    let header = [
        "outcome",
        "wave",
        "relation",
        "n_schools",
        "n_cohorts",
        "slope",
        "se",
        "lower",
        "upper",
        "slope_per_sd",
        "t",
        "df",
        "p_value",
        "p_holm",
        "r",
        "r_lower",
        "r_upper",
        "r_excluded_below",
        "r_excluded_above",
        "detectable_r",
        "tau2",
        "verdict",
        "standing",
        "undefined",
    ];
    let rows = findings.all_schools.iter().map(|row| {
        let found = row.relation_with_effect.as_ref().ok();
        let of = |cell: fn(&crate::evaluation::all_schools::Relation) -> Option<f64>| {
            number(found.and_then(cell))
        };
        vec![
            row.outcome.clone(),
            row.wave.clone(),
            row.relation.clone(),
            row.n_schools.to_string(),
            row.n_cohorts.to_string(),
            of(|found| Some(found.slope)),
            of(|found| Some(found.se)),
            of(|found| Some(found.slope_interval.0)),
            of(|found| Some(found.slope_interval.1)),
            of(|found| Some(found.slope_per_sd)),
            of(|found| Some(found.t)),
            of(|found| Some(found.df)),
            of(|found| Some(found.p_value)),
            of(|found| found.p_holm),
            of(|found| Some(found.r)),
            of(|found| Some(found.r_interval.0)),
            of(|found| Some(found.r_interval.1)),
            of(|found| Some(found.r_interval_90.0)),
            of(|found| Some(found.r_interval_90.1)),
            number(row.detectable_r),
            of(|found| Some(found.tau2)),
            found.map(|found| found.verdict.clone()).unwrap_or_default(),
            row.standing.name().to_owned(),
            row.relation_with_effect
                .as_ref()
                .err()
                .map_or_else(String::new, |reason| reason.name().to_owned()),
        ]
    });
    table(&header, 3, rows)
}

pub fn group_sizes(findings: &Findings) -> Option<String> {
    let header = [
        "outcome",
        "wave",
        "relation",
        "size",
        "size_high",
        "size_low",
        "of_the_plan",
        "n_high",
        "n_low",
        "difference",
        "p_value",
        "p_method",
        "p_holm",
        "hedges_g",
        "g_lower",
        "g_upper",
        "detectable_d",
        "standing",
        "undefined",
    ];
    let rows = findings.group_sizes.iter().map(|row| {
        let (lower, upper) = row.g_interval.unzip();
        vec![
            row.outcome.clone(),
            row.wave.clone(),
            row.relation.clone(),
            // By bytes the sizes stand in their order too.
            format!("{:03}+{:03}", row.size_high, row.size_low),
            row.size_high.to_string(),
            row.size_low.to_string(),
            u8::from(row.of_the_plan).to_string(),
            row.n_high.to_string(),
            row.n_low.to_string(),
            number(row.difference.ok()),
            number(row.p_value),
            row.p_method.clone().unwrap_or_default(),
            number(row.p_holm),
            number(row.hedges_g),
            number(lower),
            number(upper),
            number(row.detectable_d),
            row.standing.name().to_owned(),
            undefined(&row.difference),
        ]
    });
    table(&header, 4, rows)
}
