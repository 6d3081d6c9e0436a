//! What there is to analyse: who was there and who answered, how much of each network is known, what was left out and what
//! to look out for.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use fluent_bundle::FluentArgs;
use schakel_analysis::network::{Cell as NetworkCell, Network};

use super::desk::{self, Desk, Head};
use super::networks::of_school;
use super::tables::{Shown, made};
use crate::evaluation::findings::Exclusion;
use crate::locale::Words;
use crate::reports::apa::{ApaTable, Cell, Column, Form, Row};
use crate::reports::figure::response_matrix::{ResponseRow, ResponseWords, response_matrix};
use crate::reports::figure::{Figure, Heading};
use crate::web::access::Researcher;
use crate::web::app::App;
use crate::web::figure::{self, AsFile};
use crate::web::form::Fields;
use crate::web::frame::Frame;
use crate::web::problem::{Problem, show};

const PATH: &str = "/research/data";

#[derive(Template)]
#[template(path = "web/pages/data.html")]
struct DataPage {
    frame: Frame,
    head: Head,
    lead: String,
    warnings: Vec<String>,
    exclusions: Vec<Exclusion>,
    table: Shown,
    figure: Option<Figure>,
    /// Where its files are.
    files: String,
}

pub async fn show_data(
    visitor: Researcher,
    State(app): State<App>,
    Query(fields): Query<Fields>,
    Query(file): Query<AsFile>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let desk = match desk::open(&app, &visitor, &fields, PATH).await? {
        Ok(desk) => desk,
        Err(page) => return Ok(page),
    };
    let figure = response_figure(&app, w, &desk).await?;
    if let Some(file) = figure::as_file(&app, w, &file, &figure).await {
        return file;
    }
    let table = table(&app, w, &desk).await?;
    let contents = &desk.findings.contents;
    let mut args = FluentArgs::new();
    for (name, n) in [
        ("schools", contents.schools),
        ("persons", contents.persons),
        ("networks", contents.networks),
        ("sheets", contents.answer_sheets),
        ("pupils", contents.pupils),
    ] {
        args.set(name, n);
    }
    Ok(show(&DataPage {
        frame: desk.frame(&app, &visitor, w.t("data-title"), PATH),
        head: desk.head(&visitor, PATH),
        lead: w.with("data-lead", &args),
        warnings: desk.findings.warnings.clone(),
        exclusions: desk.provenance().exclusions.clone(),
        table: Shown::of(w, &desk, &table, &[]),
        figure,
        files: figure::address(&desk.link(PATH, &[])),
    }))
}

/// Who answered, school by school and wave by wave; nothing where there is no network.
async fn response_figure(app: &App, w: Words, desk: &Desk) -> Result<Option<Figure>, Problem> {
    let schools = desk::networks(app, w, &desk.key.snapshot_hash).await?;
    let waves = &desk.findings.contents.waves;
    let rows: Vec<ResponseRow> = schools
        .iter()
        .map(|school| ResponseRow {
            label: school.school.clone(),
            waves: waves
                .iter()
                .map(|wave| {
                    let own = school.wave(wave)?;
                    Some((own.n_responded(), own.here.len()))
                })
                .collect(),
        })
        .collect();
    if rows.is_empty() {
        return Ok(None);
    }
    let threshold = desk.base.response_withhold;
    let words = ResponseWords {
        school: w.t("apa-col-school"),
        none: w.t("data-not-asked"),
        threshold: w.t1("data-threshold", "percent", (threshold * 100.0).round()),
    };
    let heading = Heading::new(
        "response",
        w.t("apa-title-response"),
        w.t1("data-figure", "schools", rows.len()),
        w,
    );
    let figure = response_matrix(&heading, &words, waves, &rows, threshold);
    Ok(Some(figure))
}

/// Of a network: ordered pairs that nobody knows, dyads known from both sides, dyads there are.
fn known(net: &Network, members: &[usize]) -> (usize, usize, usize) {
    let says = |ego: usize, alter: usize| {
        matches!(
            net.cell(ego, alter),
            NetworkCell::Absent | NetworkCell::Present(_)
        )
    };
    let (mut both, mut all) = (0, 0);
    for (place, &ego) in members.iter().enumerate() {
        for &alter in &members[place + 1..] {
            all += 1;
            both += usize::from(says(ego, alter) && says(alter, ego));
        }
    }
    (net.n_unknown_pairs(), both, all)
}

/// One row per school and wave, the relations of a wave together.
pub async fn table(app: &App, w: Words, desk: &Desk) -> Result<ApaTable, Problem> {
    let schools = desk::networks(app, w, &desk.key.snapshot_hash).await?;
    let measure = |key: &str| w.t(&format!("measure-{key}"));
    let mut rows = Vec::new();
    for school in schools.iter() {
        for wave in &school.waves {
            let members: Vec<usize> = wave.here.iter().map(|one| one.person as usize).collect();
            let (mut unknown, mut both, mut all) = (0, 0, 0);
            for claims in &wave.relations {
                let Some(net) = school.network(&wave.wave, &claims.relation, desk.recipe.cut)
                else {
                    continue;
                };
                let found = known(&net, &members);
                unknown += found.0;
                both += found.1;
                all += found.2;
            }
            let n = wave.here.len();
            let answered = wave.n_responded();
            let first = wave
                .relations
                .first()
                .map(|claims| claims.relation.as_str());
            let share = |part: usize, whole: usize| {
                Cell::of((whole > 0).then(|| part as f64 / whole as f64))
            };
            rows.push(Row {
                leads_to: first
                    .map(|relation| of_school(desk, &school.school, &wave.wave, relation)),
                ..Row::of(vec![
                    Cell::Text(school.school.clone()),
                    Cell::Text(wave.wave.clone()),
                    Cell::Number(n as f64),
                    Cell::Number(answered as f64),
                    share(answered, n),
                    Cell::Number(unknown as f64),
                    share(both, all),
                ])
            });
        }
    }
    Ok(ApaTable {
        name: "response".to_owned(),
        title: w.t("apa-title-response"),
        columns: vec![
            Column::text("school", w.t("apa-col-school")),
            Column::text("wave", w.t("apa-col-wave")),
            Column::number("n_actors", measure("n_actors"), Form::Count, "n_actors"),
            Column::number(
                "n_responded",
                measure("n_responded"),
                Form::Count,
                "n_responded",
            ),
            Column::number(
                "response_rate",
                measure("response_rate"),
                Form::Percent,
                "response_rate",
            ),
            Column::number("n_missing", measure("n_missing"), Form::Count, "n_missing"),
            Column::number(
                "dyads_observed",
                measure("dyads_observed"),
                Form::Percent,
                "dyads_observed",
            ),
        ],
        rows,
        notes: made(w, desk),
    })
}
