//! One outcome from every side: the planned test in full, other methods, all schools, other sizes of the groups.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};

use crate::evaluation::all_schools::AllSchools;
use crate::evaluation::alternatives::{Alternative, Told};
use crate::evaluation::findings::{Contrast, ContrastTest, Findings};
use crate::evaluation::group_sizes::AtGroupSize;
use crate::evaluation::one_step::OneStep;
use crate::evaluation::plan_lock::Standing;
use crate::locale::Words;
use crate::reports::scale_words;
use crate::reports::school::relation_name;
use crate::reports::sentence::{self, interval, number, share, share_interval};
use crate::web::access::Researcher;
use crate::web::app::App;
use crate::web::form::{Fields, field};
use crate::web::frame::Frame;
use crate::web::problem::{Problem, show};
use crate::web::research::contrast::{outcome_name, p_in_table, wave_name};
use crate::web::research::desk::{self, Head};

#[derive(Template)]
#[template(path = "web/pages/outcome.html")]
struct OutcomePage {
    frame: Frame,
    head: Head,
    back: String,
    name: String,
    standing: String,
    said: Vec<String>,
    /// What is asked, and the number.
    test: Vec<(String, String)>,
    /// Method, estimate, statistic, degrees of freedom, p; or the reason.
    methods: Vec<(String, Result<[String; 4], String>)>,
    all: Vec<(String, String)>,
    /// Size, n, g, p, p Holm, detectable d.
    sizes: Vec<[String; 6]>,
}

#[derive(Default)]
struct Which {
    outcome: String,
    wave: String,
    relation: String,
}

impl Which {
    fn is(&self, outcome: &str, wave: &str, relation: &str) -> bool {
        (
            self.outcome.as_str(),
            self.wave.as_str(),
            self.relation.as_str(),
        ) == (outcome, wave, relation)
    }
}

pub async fn show_outcome(
    visitor: Researcher,
    State(app): State<App>,
    Query(fields): Query<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let given = |name: &str| field(&fields, name).unwrap_or_default().to_owned();
    let which = Which {
        outcome: given("outcome"),
        wave: given("wave"),
        relation: given("relation"),
    };
    let desk = match desk::open(&app, &visitor, &fields, "/research/outcome").await? {
        Ok(desk) => desk,
        Err(page) => return Ok(page),
    };
    let findings = &desk.findings;
    let mut same = findings
        .contrasts
        .iter()
        .filter(|row| which.is(&row.outcome, &row.wave, &row.relation));
    // An address that names no outcome leads to the list of them.
    let Some(row) = same.next() else {
        return Ok(Redirect::to(&desk.link("/research", &[])).into_response());
    };
    let outcome = outcome_name(&visitor, &row.outcome);
    let place = if row.relation.is_empty() {
        wave_name(w, row)
    } else {
        format!("{}, {}", relation_name(w, &row.relation), wave_name(w, row))
    };
    let name = format!("{outcome} ({place})");
    let all = findings
        .all_schools
        .iter()
        .find(|all| which.is(&all.outcome, &all.wave, &all.relation));
    let mut said = vec![sentence::contrast(w, &name, row, &findings.plan_standing)];
    said.extend(all.map(|all| sentence::all_schools(w, all)));
    Ok(show(&OutcomePage {
        frame: desk.frame(&app, &visitor, w.t("outcome-title"), "/research/outcome"),
        head: desk.head(&visitor, "/research/outcome"),
        back: desk.link("/research", &[]),
        name,
        standing: w.t(match row.standing {
            Standing::Planned => "outcome-planned",
            Standing::Exploratory => "outcome-exploratory",
        }),
        said,
        test: row
            .test
            .as_ref()
            .map(|test| numbers(w, row, test))
            .unwrap_or_default(),
        methods: methods(w, findings, &which),
        all: {
            let mut rows = all.map(|all| over_all(w, all)).unwrap_or_default();
            let mut one_step = findings.one_step.iter();
            let found = one_step.find(|row| which.is(&row.outcome, &row.wave, &row.relation));
            rows.extend(found.and_then(|row| in_one_step(w, row)));
            rows
        },
        sizes: findings
            .group_sizes
            .iter()
            .filter(|at| which.is(&at.outcome, &at.wave, &at.relation))
            .map(|at| size(w, at))
            .collect(),
    }))
}

fn optional(value: Option<String>) -> String {
    value.unwrap_or_else(|| "–".to_owned())
}

fn numbers(w: Words, row: &Contrast, test: &ContrastTest) -> Vec<(String, String)> {
    let mean = |value: Option<f64>| optional(value.map(|value| number(w, value, 3)));
    let difference = row.difference.ok().map(|difference| {
        let ends = test.difference_interval.map(|ends| interval(w, ends, 3));
        format!("{} {}", number(w, difference, 3), ends.unwrap_or_default())
    });
    let g = test.hedges_g.zip(test.g_interval);
    let method = if test.p_method == "exact" {
        w.t("sentence-exact")
    } else {
        w.t("sentence-sampled")
    };
    let assignments = w.t2(
        "outcome-assignments",
        "method",
        method,
        "n",
        test.n_assignments.to_string(),
    );
    let p = |p: Option<f64>| optional(p.map(|p| p_in_table(w, p)));
    let detectable = test.detectable_d.map(|d| {
        let units = test
            .detectable_difference
            .map(|units| format!(" ({})", number(w, units, 3)));
        format!(
            "d = {}{}",
            number(w, sentence::at_least(d), 2),
            units.unwrap_or_default()
        )
    });
    let mut told = vec![
        (w.t("outcome-n"), format!("{} / {}", row.n_high, row.n_low)),
        (
            w.t("outcome-means"),
            format!("{} / {}", mean(row.mean_high), mean(row.mean_low)),
        ),
        (w.t("outcome-difference"), optional(difference)),
        (
            w.t("research-g"),
            optional(g.map(|(g, ends)| format!("{} {}", number(w, g, 2), interval(w, ends, 2)))),
        ),
        (
            w.t("outcome-p-raw"),
            format!("{} ({assignments})", p_in_table(w, test.p_value)),
        ),
        (w.t("research-p-maxt"), p(test.p_max_t)),
        (
            w.t1("research-p-of", "by", w.t("sentence-holm")),
            p(test.p_holm),
        ),
        (w.t("outcome-p-bh"), p(test.p_bh)),
        (
            w.t("outcome-excluded-units"),
            optional(test.difference_interval_90.map(|ends| interval(w, ends, 3))),
        ),
        (w.t("outcome-detectable"), optional(detectable)),
    ];
    told.extend(sentence::team_mean(w, row).map(|said| (w.t("outcome-team-mean"), said)));
    told
}

fn methods(
    w: Words,
    findings: &Findings,
    which: &Which,
) -> Vec<(String, Result<[String; 4], String>)> {
    let of_outcome = |row: &&Alternative| which.is(&row.outcome, &row.wave, &row.relation);
    let told = |told: &Told| {
        let estimate = match (told.estimate, told.interval) {
            (Some(estimate), Some(ends)) => {
                format!("{} {}", number(w, estimate, 3), interval(w, ends, 3))
            }
            (Some(estimate), None) => number(w, estimate, 3),
            (None, _) => "–".to_owned(),
        };
        [
            estimate,
            optional(told.statistic.map(|value| number(w, value, 3))),
            optional(told.df.map(|value| number(w, value, 1))),
            optional(told.p_value.map(|p| p_in_table(w, p))),
        ]
    };
    findings
        .alternatives
        .iter()
        .filter(of_outcome)
        .map(|row| {
            let why = |why: &schakel_analysis::outcome::Undefined| scale_words::why(w, *why);
            let name = w.t(&format!("method-{}", row.method));
            (name, row.value.as_ref().map(told).map_err(why))
        })
        .collect()
}

/// The same relation inside the model of the pupils, where neither effects nor their uncertainty are taken out first.
fn in_one_step(w: Words, row: &OneStep) -> Option<(String, String)> {
    let found = row.slope.as_ref().ok()?;
    let told = format!(
        "{} {}, p {} (df = {})",
        number(w, found.estimate, 3),
        interval(w, found.interval, 3),
        sentence::probability(w, found.p_value),
        number(w, found.df, 1)
    );
    Some((w.t("outcome-one-step"), told))
}

fn over_all(w: Words, row: &AllSchools) -> Vec<(String, String)> {
    let Ok(found) = &row.relation_with_effect else {
        return Vec::new();
    };
    let mut rows = vec![
        (
            "r [95 %]".to_owned(),
            format!(
                "{} {}",
                share(w, found.r, 2),
                share_interval(w, found.r_interval, 2)
            ),
        ),
        (
            w.t("outcome-slope"),
            format!(
                "{} {}",
                number(w, found.slope, 3),
                interval(w, found.slope_interval, 3)
            ),
        ),
        (w.t("outcome-slope-sd"), number(w, found.slope_per_sd, 3)),
        (
            w.t("outcome-p-raw"),
            format!(
                "{} (t = {}, df = {})",
                p_in_table(w, found.p_value),
                number(w, found.t, 2),
                number(w, found.df, 0)
            ),
        ),
        (
            w.t1("research-p-of", "by", w.t("sentence-holm")),
            optional(found.p_holm.map(|p| p_in_table(w, p))),
        ),
        (w.t("outcome-tau2"), number(w, found.tau2, 3)),
        (
            w.t("outcome-detectable-r"),
            optional(row.detectable_r.map(|r| share(w, sentence::at_least(r), 2))),
        ),
    ];
    if row.n_cohorts > 1 {
        rows.push((w.t("outcome-cohorts"), row.n_cohorts.to_string()));
    }
    rows
}

fn size(w: Words, row: &AtGroupSize) -> [String; 6] {
    let size = if row.size_high == row.size_low {
        row.size_high.to_string()
    } else {
        format!("{} / {}", row.size_high, row.size_low)
    };
    let size = if row.of_the_plan {
        w.t1("outcome-size-plan", "size", size)
    } else {
        size
    };
    let g = row.hedges_g.zip(row.g_interval);
    let p = |p: Option<f64>| optional(p.map(|p| p_in_table(w, p)));
    [
        size,
        format!("{} / {}", row.n_high, row.n_low),
        match row.difference {
            Ok(_) => {
                optional(g.map(|(g, ends)| format!("{} {}", number(w, g, 2), interval(w, ends, 2))))
            }
            Err(why) => scale_words::why(w, why),
        },
        p(row.p_value),
        p(row.p_holm),
        optional(
            row.detectable_d
                .map(|d| number(w, sentence::at_least(d), 2)),
        ),
    ]
}
