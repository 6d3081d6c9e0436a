//! The relation of each outcome with the effect over all schools, the middle ones too: two groups of extremes throw the middle
//! away and make what they find look larger.
//!
//! The unshrunken effect of each school, weighted by how well it is known, on the outcome; where schools come from several
//! cohorts, within cohorts. Shrunken effects would pull every relation towards nothing.

use std::collections::BTreeSet;

use schakel_analysis::{
    compare::{
        adjust::holm,
        meta_regression::{Heterogeneity, meta_regression},
    },
    numeric::student_t::normal_upper_quantile,
    outcome::Undefined,
};
use serde::{Deserialize, Serialize};

use super::{comparison::Ground, contrast::POWER, outcomes::Outcome, plan_lock::Standing};

/// The fact of a school that says with which schools it began.
const COHORT: &str = "cohort";

/// One outcome, over every school that has a value on it and an effect.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AllSchools {
    pub outcome: String,
    pub wave: String,
    pub relation: String,
    pub standing: Standing,
    pub n_schools: usize,
    pub n_cohorts: usize,
    #[serde(with = "super::findings::value")]
    pub relation_with_effect: Result<Relation, Undefined>,
    /// The smallest true correlation with the effects as they were estimated that so many schools would have shown with
    /// 80 % probability.
    pub detectable_r: Option<f64>,
}

/// How the effect goes with the outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Relation {
    /// Points of effect per unit of the outcome, its 95 % interval, and per standard deviation between these schools.
    pub slope: f64,
    pub slope_interval: (f64, f64),
    pub slope_per_sd: f64,
    pub se: f64,
    pub t: f64,
    pub df: f64,
    pub p_value: f64,
    /// Within the family of the plan.
    pub p_holm: Option<f64>,
    /// The same as a correlation, from t.
    pub r: f64,
    pub r_interval: (f64, f64),
    /// The 90 % interval: correlations outside it are excluded at the 5 % level.
    pub r_interval_90: (f64, f64),
    /// Variance of the true effects that the outcome does not go with.
    pub tau2: f64,
    /// `related` or `cannot_tell`.
    pub verdict: String,
}

/// The relation of each of these outcomes with the effect; nothing where no school has an effect with a standard error.
pub fn relations(ground: &Ground<'_>, chosen: &[&Outcome<'_>]) -> Vec<AllSchools> {
    let schools = known(ground);
    if schools.is_empty() {
        return Vec::new();
    }
    let mut rows: Vec<(bool, AllSchools)> = chosen
        .iter()
        .map(|outcome| {
            let in_family = outcome.in_family(ground.plan.family.as_deref());
            let mut row = of_outcome(outcome, &schools, ground.plan.alpha);
            row.standing = ground.basis.of_outcome(outcome, in_family);
            (in_family, row)
        })
        .collect();
    adjust(&mut rows, ground.plan.alpha);
    rows.into_iter().map(|(_, row)| row).collect()
}

/// A school of which it is known how large its effect is, and how sure that is.
struct Known<'a> {
    school: &'a str,
    effect: f64,
    variance: f64,
    cohort: Option<&'a str>,
}

fn known<'a>(ground: &Ground<'a>) -> Vec<Known<'a>> {
    let effects = ground.effects.iter();
    effects
        .filter_map(|row| {
            let school = ground.records.schools.iter();
            let mut same = school.filter(|school| school.key == row.school);
            let attributes = same.next().map(|school| &school.attributes);
            let se = row.se.filter(|se| *se > 0.0)?;
            Some(Known {
                school: &row.school,
                effect: row.effect.ok()?,
                variance: se * se,
                cohort: attributes
                    .and_then(|own| own.get(COHORT))
                    .map(String::as_str),
            })
        })
        .collect()
}

fn of_outcome(outcome: &Outcome<'_>, schools: &[Known<'_>], alpha: f64) -> AllSchools {
    let with_value: Vec<(&Known<'_>, f64)> = schools
        .iter()
        .filter_map(|school| Some((school, (*outcome.values.get(school.school)?).ok()?)))
        .collect();
    let cohorts: BTreeSet<Option<&str>> = with_value.iter().map(|(s, _)| s.cohort).collect();
    let n = with_value.len();
    // A constant for the first cohort and one more for each of the others: schools are compared within cohorts.
    let mut predictors: Vec<Vec<f64>> = vec![with_value.iter().map(|(_, value)| *value).collect()];
    for cohort in cohorts.iter().skip(1) {
        let is_of = |(school, _): &(&Known<'_>, f64)| f64::from(u8::from(school.cohort == *cohort));
        predictors.push(with_value.iter().map(is_of).collect());
    }
    let of_freedom = n as f64 - 1.0 - predictors.len() as f64;
    AllSchools {
        outcome: outcome.name.to_owned(),
        wave: outcome.wave.clone(),
        relation: outcome.relation.to_owned(),
        standing: Standing::default(),
        n_schools: n,
        n_cohorts: cohorts.len(),
        relation_with_effect: fitted(&with_value, &predictors),
        detectable_r: detectable_correlation(of_freedom, alpha),
    }
}

fn fitted(schools: &[(&Known<'_>, f64)], predictors: &[Vec<f64>]) -> Result<Relation, Undefined> {
    let effects: Vec<f64> = schools.iter().map(|(school, _)| school.effect).collect();
    let variances: Vec<f64> = schools.iter().map(|(school, _)| school.variance).collect();
    let fit = meta_regression(&effects, &variances, predictors, Heterogeneity::Reml, 0.95)?;
    // The constant comes first.
    let term = fit.coefficients.get(1).ok_or(Undefined::TooFewUnits)?;
    let values = &predictors[0];
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let sd = (squares / (values.len() as f64 - 1.0)).sqrt();
    let r = term.t / (term.t * term.t + fit.df).sqrt();
    Ok(Relation {
        slope: term.estimate,
        slope_interval: (term.interval.lower, term.interval.upper),
        slope_per_sd: term.estimate * sd,
        se: term.standard_error,
        t: term.t,
        df: fit.df,
        p_value: term.p_value,
        p_holm: None,
        r,
        r_interval: around(r, fit.df, 0.95)?,
        r_interval_90: around(r, fit.df, 0.90)?,
        tau2: fit.tau_squared,
        verdict: String::new(),
    })
}

/// One rule for the family: Holm, as the schools are others for each outcome.
fn adjust(rows: &mut [(bool, AllSchools)], alpha: f64) {
    let mut family: Vec<&mut Relation> = rows
        .iter_mut()
        .filter(|(in_family, _)| *in_family)
        .filter_map(|(_, row)| row.relation_with_effect.as_mut().ok())
        .collect();
    let raw: Vec<f64> = family.iter().map(|relation| relation.p_value).collect();
    for (relation, p) in family.iter_mut().zip(holm(&raw)) {
        relation.p_holm = Some(p);
    }
    for (_, row) in rows {
        if let Ok(relation) = &mut row.relation_with_effect {
            let p = relation.p_holm.unwrap_or(relation.p_value);
            let word = if p < alpha { "related" } else { "cannot_tell" };
            word.clone_into(&mut relation.verdict);
        }
    }
}

/// The interval of a correlation with so many degrees of freedom, by Fisher's z.
fn around(r: f64, df: f64, confidence: f64) -> Result<(f64, f64), Undefined> {
    // Two units that are free to vary have no spread to speak of.
    if df <= 1.0 {
        return Err(Undefined::TooFewUnits);
    }
    if r.abs() >= 1.0 {
        return Err(Undefined::NoVariation);
    }
    let half = normal_upper_quantile(0.5 * (1.0 - confidence))? / (df - 1.0).sqrt();
    Ok(((r.atanh() - half).tanh(), (r.atanh() + half).tanh()))
}

/// The smallest true correlation that so many degrees of freedom show with 80 % probability, by Fisher's z; `None` with less
/// than two.
pub fn detectable_correlation(df: f64, alpha: f64) -> Option<f64> {
    if df <= 1.0 {
        return None;
    }
    let z = normal_upper_quantile(0.5 * alpha).ok()? + normal_upper_quantile(1.0 - POWER).ok()?;
    Some((z / (df - 1.0).sqrt()).tanh())
}
