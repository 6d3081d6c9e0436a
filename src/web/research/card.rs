//! The leadership card over schools: principals beside their teams, heading by heading, and the effect groups.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;

use super::desk::{self, Desk};
use super::tables::{Shown, made};
use crate::domain::card::Rater;
use crate::evaluation::card_findings::{CardFinding, GroupContrast, Within};
use crate::reports::apa::{ApaTable, Cell, Column, Form, Row};
use crate::web::access::Researcher;
use crate::web::app::App;
use crate::web::form::Fields;
use crate::web::frame::Frame;
use crate::web::problem::{Problem, show};
use crate::web::told;

const PATH: &str = "/research/card";

#[derive(Template)]
#[template(path = "web/pages/research_card.html")]
struct CardPage {
    frame: Frame,
    agreement: Shown,
    groups: Shown,
    use_of: Shown,
}

pub async fn show_card(
    visitor: Researcher,
    State(app): State<App>,
    Query(fields): Query<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let desk = match desk::open(&app, &visitor, &fields, PATH).await? {
        Ok(desk) => desk,
        Err(page) => return Ok(page),
    };
    let shown = |name| Shown::of(w, &desk, &table(&visitor, &desk, name), &[]);
    Ok(show(&CardPage {
        frame: desk.frame(&app, &visitor, w.t("desk-card-title"), PATH),
        agreement: shown(Which::Agreement),
        groups: shown(Which::Groups),
        use_of: shown(Which::Use),
    }))
}

/// The tables of this page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    Agreement,
    Groups,
    /// How the card was used: what could not be judged, was left open or ticked.
    Use,
}

impl Which {
    fn name(self) -> &'static str {
        match self {
            Self::Agreement => "card_agreement",
            Self::Groups => "card_groups",
            Self::Use => "card_use",
        }
    }
}

pub fn table(visitor: &Researcher, desk: &Desk, which: Which) -> ApaTable {
    let (w, study) = (visitor.0.words, &visitor.0.study);
    let label = |key: &str| w.t(&format!("desk-card-{key}"));
    let number = |key: &str, form: Form| Column {
        form,
        ..Column::text(key, label(key))
    };
    let two = Form::Decimals(2);
    let mut columns = vec![
        Column::text("wave", w.t("apa-col-wave")),
        Column::text("heading", label("heading")),
    ];
    columns.extend(match which {
        Which::Agreement => vec![
            number("n-own", Form::Count),
            number("own", two),
            number("own-sd", two),
            number("n-team", Form::Count),
            number("team", two),
            number("team-sd", two),
            number("n-pairs", Form::Count),
            number("difference", two),
            number("correlation", Form::Share(2)),
        ],
        Which::Groups => vec![
            number("n-high", Form::Count),
            number("n-low", Form::Count),
            number("contrast", two),
            number("p", Form::Probability),
            number("contrast-own", two),
            number("p-own", Form::Probability),
        ],
        Which::Use => vec![
            number("cannot", Form::Percent),
            number("open", Form::Percent),
            number("ticked-own", Form::Percent),
            number("ticked-team", Form::Percent),
        ],
    });
    let rows = desk.findings.cards.iter().map(|found| {
        let heading = match found.heading {
            0 => label("whole"),
            heading => told::heading_text(w, study, Rater::Own, heading),
        };
        let mut cells = vec![Cell::Text(found.wave.clone()), Cell::Text(heading)];
        cells.extend(match which {
            Which::Agreement => agreement(found),
            Which::Groups => groups(found),
            Which::Use => [
                found.cannot_judge,
                found.left_open,
                found.ticked_own,
                found.ticked_team,
            ]
            .map(Cell::of)
            .to_vec(),
        });
        Row {
            marked: found.heading == 0,
            ..Row::of(cells)
        }
    });
    let mut notes = vec![label(&format!("note-{}", which.name().replace('_', "-")))];
    notes.extend(made(w, desk));
    ApaTable {
        name: which.name().to_owned(),
        title: label(&format!("title-{}", which.name().replace('_', "-"))),
        columns,
        rows: rows.collect(),
        notes,
    }
}

fn within(value: Option<Within>) -> Cell {
    value.map_or(Cell::Empty, |found| {
        Cell::Within(found.value, (found.lower, found.upper))
    })
}

fn agreement(found: &CardFinding) -> Vec<Cell> {
    vec![
        Cell::Number(found.own.n as f64),
        Cell::of(found.own.mean),
        Cell::of(found.own.sd),
        Cell::Number(found.team.n as f64),
        Cell::of(found.team.mean),
        Cell::of(found.team.sd),
        Cell::Number(found.n_pairs as f64),
        within(found.difference),
        within(found.correlation),
    ]
}

fn groups(found: &CardFinding) -> Vec<Cell> {
    let (team, own) = (found.contrast, found.contrast_own);
    let of =
        |test: Option<GroupContrast>, value: fn(GroupContrast) -> f64| Cell::of(test.map(value));
    vec![
        of(team, |test| test.n_high as f64),
        of(team, |test| test.n_low as f64),
        of(team, |test| test.difference),
        of(team, |test| test.p_value),
        of(own, |test| test.difference),
        of(own, |test| test.p_value),
    ]
}
