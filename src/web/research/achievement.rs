//! Five years of scores per school: who was tested, what they scored, how many were above the mean, and each year group of
//! one school. Of the plan alone: no other choice changes it.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use chrono::NaiveDate;

use super::desk;
use crate::evaluation::achievement_trend::{SchoolTrend, TrendMoment};
use crate::evaluation::portrait::Reference;
use crate::locale::Words;
use crate::reports::achievement::moment_name;
use crate::reports::figure::trend::{TrendPoint, trend};
use crate::web::access::Researcher;
use crate::web::app::App;
use crate::web::form::{Fields, field};
use crate::web::frame::Frame;
use crate::web::problem::{Problem, show};

const PATH: &str = "/research/achievement";

#[derive(Template)]
#[template(path = "web/pages/desk_achievement.html")]
struct AchievementPage {
    frame: Frame,
    reference: String,
    schools: Vec<SchoolRow>,
    one: Option<OneSchool>,
}

struct SchoolRow {
    key: String,
    href: String,
    cohort: String,
    mathematics: String,
    share: String,
    n_moments: usize,
    n_pupils: usize,
    mean_first: String,
    mean_last: String,
    above_first: String,
    above_last: String,
}

struct OneSchool {
    title: String,
    figure: String,
    year_groups: Vec<u8>,
    rows: Vec<MomentRow>,
}

struct MomentRow {
    when: String,
    n: usize,
    came: usize,
    went: usize,
    share: String,
    mean: String,
    above: String,
    /// Mean and percentage, per year group.
    groups: Vec<(String, String)>,
}

pub async fn show_achievement(
    visitor: Researcher,
    State(app): State<App>,
    Query(fields): Query<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let findings = match desk::findings(&app, &visitor).await? {
        Ok(findings) => findings,
        Err(page) => return Ok(page),
    };
    let trends = &findings.achievement;
    let cohorts = &visitor.0.study.design.cohorts;
    let starts_on = |key: &str| {
        let cohort = cohorts.iter().find(|cohort| cohort.key == key);
        cohort.map_or(NaiveDate::MIN, |cohort| cohort.starts_on)
    };
    let chosen = field(&fields, "school");
    let one = trends
        .iter()
        .find(|trend| Some(trend.school.as_str()) == chosen)
        .or(trends.first());
    let key = match trends.first().and_then(|trend| trend.reference) {
        None => "desk-achievement-no-groups",
        Some(Reference::National) => "trend-national",
        Some(Reference::Study) => "trend-study",
    };
    Ok(show(&AchievementPage {
        frame: desk::frame(&app, &visitor, w.t("desk-achievement-title"), PATH),
        reference: w.t(key),
        schools: trends.iter().map(|trend| row(w, trend)).collect(),
        one: one.map(|trend| one_school(w, trend, starts_on(&trend.cohort))),
    }))
}

fn number(w: Words, value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| w.decimal(value, 1))
}

fn share(w: Words, value: Option<f64>) -> String {
    value.map_or_else(
        || "–".to_owned(),
        |value| w.t1("trend-percent", "n", w.decimal(100.0 * value, 0)),
    )
}

fn row(w: Words, trend: &SchoolTrend) -> SchoolRow {
    let (first, last) = (trend.moments.first(), trend.moments.last());
    let of = |at: Option<&TrendMoment>, value: fn(&TrendMoment) -> Option<f64>| at.and_then(value);
    let mathematics = trend.mathematics.as_deref();
    SchoolRow {
        href: format!("{PATH}?school={}#one", encoded(&trend.school)),
        key: trend.school.clone(),
        cohort: trend.cohort.clone(),
        mathematics: match mathematics {
            Some(known @ ("throughout" | "part" | "not")) => w.t(&format!("desk-maths-{known}")),
            Some(other) => other.to_owned(),
            None => "–".to_owned(),
        },
        share: share(w, of(last, |at| at.share)),
        n_moments: trend.moments.len(),
        n_pupils: last.map_or(0, |at| at.n_pupils),
        mean_first: number(w, of(first, |at| at.mean)),
        mean_last: number(w, of(last, |at| at.mean)),
        above_first: share(w, of(first, |at| at.above)),
        above_last: share(w, of(last, |at| at.above)),
    }
}

/// A key in an address: it may hold anything.
fn encoded(key: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    key.bytes()
        .map(|byte| match plain(byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect()
}

fn one_school(w: Words, trend_of: &SchoolTrend, starts_on: NaiveDate) -> OneSchool {
    let mut groups: Vec<u8> = trend_of
        .moments
        .iter()
        .flat_map(|at| at.year_groups.iter().map(|group| group.year_group))
        .collect();
    groups.sort_unstable();
    groups.dedup();
    let when = |at: &TrendMoment| moment_name(w, starts_on, i64::from(at.month));
    let drawn: Vec<TrendPoint> = trend_of
        .moments
        .iter()
        .map(|at| TrendPoint {
            month: at.month,
            label: when(at),
            mean: at.above.map(|above| (100.0 * above, share(w, Some(above)))),
            goal: None,
        })
        .collect();
    let told: Vec<String> = drawn
        .iter()
        .filter_map(|point| Some(format!("{}: {}", point.label, point.mean.as_ref()?.1)))
        .collect();
    let title = w.t1("trend-figure", "school", trend_of.school.as_str());
    // Two words for a month are too wide for a figure with many of them.
    let short = |point: &TrendPoint| {
        let (month, year) = point.label.split_once(' ').unwrap_or((&point.label, ""));
        let month: String = month.chars().take(3).collect();
        format!("{month} {year}")
    };
    let labelled: Vec<TrendPoint> = drawn
        .iter()
        .map(|point| TrendPoint {
            label: short(point),
            ..point.clone()
        })
        .collect();
    OneSchool {
        figure: if told.is_empty() {
            String::new()
        } else {
            trend("above", &title, &told.join("; "), &labelled)
        },
        title,
        rows: trend_of
            .moments
            .iter()
            .map(|at| MomentRow {
                when: when(at),
                n: at.n_pupils,
                came: at.n_came,
                went: at.n_went,
                share: share(w, at.share),
                mean: number(w, at.mean),
                above: share(w, at.above),
                groups: groups
                    .iter()
                    .map(|key| {
                        let mut own = at.year_groups.iter();
                        let own = own.find(|group| group.year_group == *key);
                        own.map_or_else(Default::default, |group| {
                            (number(w, group.mean), share(w, group.above))
                        })
                    })
                    .collect(),
            })
            .collect(),
        year_groups: groups,
    }
}
