//! Whether the answers of a team may be taken together as the answer of the team: agreement within schools, differences
//! between them, and a verdict that every comparison of team means carries.

use schakel_analysis::{
    multilevel::{
        AggregationRule, Agreement, Criterion, NullDistribution, TeamMean, aggregation as judged,
        agreement_spread, intraclass, mixed_intraclass, within_group,
    },
    outcome::{Interval, Undefined},
};

use super::findings::{ScaleMeasure, Value};
use super::scales::{NoAgreement, Rows, Team};

/// Of all intervals.
const LEVEL: f64 = 0.95;

/// From this on the members of a school are said to agree.
const AGREED: f64 = 0.70;

/// The verdict on the team means of a scale in a wave; none where nobody answered it.
pub fn team_mean(scales: &[ScaleMeasure], scale: &str, wave: &str) -> Option<TeamMean> {
    scales
        .iter()
        .find(|row| row.measure == "team_mean_verdict" && row.scale == scale && row.wave == wave)
        .and_then(|row| TeamMean::from_name(row.verdict.as_deref()?))
}

/// Agreement within each school, intraclass correlations, and the verdict.
pub(super) fn aggregation(rows: &mut Rows<'_>, teams: &[Team]) {
    let rectangular = against(rows, teams, "rwg_j", &NullDistribution::Rectangular);
    let skewed = against(rows, teams, "rwg_j_skewed", &NullDistribution::SlightSkew);
    let median = match &rows.scale.null {
        NoAgreement::Rectangular => rectangular,
        NoAgreement::SlightSkew => skewed,
        stated @ NoAgreement::Stated(_) => {
            against(rows, teams, "rwg_j_stated", &stated.distribution())
        }
    };

    let scores: Vec<Vec<f64>> = teams.iter().map(Team::scores).collect();
    let n = scores.iter().map(Vec::len).sum();
    let anova = intraclass(&scores, LEVEL);
    let icc_2 = anova.and_then(|found| found.icc_2);
    let mut put = |measure: &str, value: Value, interval: Option<Interval>| {
        rows.all(measure, value, n).within(interval);
    };
    let of_mean_size = anova.ok().map(|found| found.icc_1_interval);
    put("icc_1", anova.map(|found| found.icc_1), of_mean_size);
    let of_exact_size = anova.ok().map(|found| found.icc_1_exact_interval);
    put(
        "icc_1_exact_k",
        anova.map(|found| found.icc_1_exact),
        of_exact_size,
    );
    put("icc_1_p_value", anova.map(|found| found.p_value), None);
    let of_means = anova.ok().filter(|found| found.icc_2.is_ok());
    put("icc_2", icc_2, of_means.map(|found| found.icc_2_interval));
    let mixed = mixed_intraclass(&scores);
    put("icc_mixed", mixed.map(|found| found.icc), None);

    let verdict = judged(
        anova.map(|found| found.icc_1),
        anova.map(|found| found.p_value),
        icc_2,
        median,
        &AggregationRule::default(),
    );
    let met = verdict.checks.iter().filter(|check| check.met).count();
    let missed = verdict.checks.iter().filter(|check| !check.met);
    let why: Vec<String> = missed
        .map(|check| {
            let (name, asked) = match check.criterion {
                Criterion::Icc1PValue => ("the p-value of ICC(1)", "less than"),
                Criterion::Icc1 => ("ICC(1)", "at least"),
                Criterion::Icc2 => ("ICC(2)", "at least"),
                Criterion::MedianRwgJ => ("the median agreement in schools", "at least"),
            };
            let threshold = check.threshold;
            match check.value {
                Ok(value) => format!("{name} is {value:.3}, asked is {asked} {threshold:.2}"),
                Err(reason) => format!("{name} is {reason}"),
            }
        })
        .collect();
    let row = rows.all("team_mean_verdict", Ok(met as f64), teams.len());
    row.verdict = Some(verdict.verdict.name().to_owned());
    if !why.is_empty() {
        row.because(why.join("; "));
    }
}

/// Agreement within each school beside what it would be without any, and how it is spread over the schools; the median.
fn against(rows: &mut Rows<'_>, teams: &[Team], name: &str, null: &NullDistribution) -> Value {
    let median_of = format!("{name}_median");
    let variance = match rows.scale.n_options().map(|options| null.variance(options)) {
        Some(Ok(variance)) => variance,
        Some(Err(fault)) => {
            let none = Err(Undefined::NothingObserved);
            rows.all(&median_of, none, teams.len())
                .because(fault.to_string());
            return none;
        }
        None => {
            let none = Err(Undefined::NothingObserved);
            rows.all(&median_of, none, teams.len())
                .because("the answers do not lie one step apart: what they would be without agreement is not known");
            return none;
        }
    };
    // What does not depend on the distribution, or is told of one alone, is told once.
    let first = *null == NullDistribution::Rectangular;
    let mut agreed: Vec<Agreement> = Vec::with_capacity(teams.len());
    for team in teams {
        let found = within_group(&team.scored, variance);
        let complete = team
            .scored
            .iter()
            .filter(|row| row.iter().all(Option::is_some));
        let n = complete.count();
        let row = rows.of(team.school, name, found.map(|found| found.r_wg_j), n);
        if found.is_ok_and(|found| found.set_to_zero) {
            row.because("answers differ more than they would without agreement: 0 stands where the number would have no meaning");
        }
        if first {
            let star = found.map(|found| found.r_star_wg_j);
            rows.of(team.school, "r_star_wg_j", star, n);
            rows.of(team.school, "ad_m_j", found.map(|found| found.ad_m_j), n);
        }
        agreed.extend(found);
    }
    let n = agreed.len();
    let values: Vec<f64> = agreed.iter().map(|found| found.r_wg_j).collect();
    let spread = agreement_spread(&values, AGREED);
    rows.all(&median_of, spread.map(|spread| spread.median), n);
    if first {
        rows.all("rwg_j_mean", spread.map(|spread| spread.mean), n);
        let quartile = spread.map(|spread| spread.first_quartile);
        rows.all("rwg_j_first_quartile", quartile, n);
        let quartile = spread.map(|spread| spread.third_quartile);
        rows.all("rwg_j_third_quartile", quartile, n);
        let share = spread.map(|spread| spread.share_at_least);
        rows.all("rwg_j_share_agreed", share, n);
        let zeros = agreed.iter().filter(|found| found.set_to_zero).count();
        rows.all("rwg_j_set_to_zero", Ok(zeros as f64), n);
        for (measure, of) in [
            (
                "r_star_wg_j_mean",
                (|found| found.r_star_wg_j) as fn(&Agreement) -> f64,
            ),
            ("ad_m_j_mean", |found| found.ad_m_j),
        ] {
            let values: Vec<f64> = agreed.iter().map(of).collect();
            let mean = agreement_spread(&values, AGREED).map(|spread| spread.mean);
            rows.all(measure, mean, n);
        }
    }
    spread.map(|spread| spread.median)
}
