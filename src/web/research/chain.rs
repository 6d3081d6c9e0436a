//! Alignment in the chain: how each layer sees itself and the layers beside it, what is done with goals and results, and
//! how often people of two layers name one another. Described, and not scored.

use axum::extract::{Query, State};
use axum::response::Response;
use fluent_bundle::FluentArgs;

use super::desk::{self, Desk};
use super::evidence::{EvidencePage, EvidencePart, plain};
use super::tables::made;
use crate::evaluation::chain::{Chain, LAYER};
use crate::instrument::definition::{Format, Instrument};
use crate::locale::Words;
use crate::reports::apa::{ApaTable, Cell, Column, Form, Row};
use crate::reports::scale_words;
use crate::reports::school::relation_name;
use crate::web::access::Researcher;
use crate::web::app::App;
use crate::web::form::Fields;
use crate::web::problem::{Problem, show};

const PATH: &str = "/research/chain";

pub async fn show_chain(
    visitor: Researcher,
    State(app): State<App>,
    Query(fields): Query<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let desk = match desk::open(&app, &visitor, &fields, PATH).await? {
        Ok(desk) => desk,
        Err(page) => return Ok(page),
    };
    let chain = &desk.findings.chain;
    let mut parts = Vec::new();
    if !chain.is_empty() {
        let part = |key: &str| EvidencePart::new(w.t(key));
        parts.push(
            part("chain-agreement")
                .say(who(w, chain))
                .say(w.t("chain-agreement-lead"))
                .table(w, &desk, &agreement(&visitor, &desk), &[]),
        );
        parts.push(
            part("chain-loose")
                .say(w.t("chain-loose-lead"))
                .quote(w, "chain-quote-loose"),
        );
        parts.push(part("chain-own").say(w.t("chain-own-lead")).table(
            w,
            &desk,
            &own(&visitor, &desk),
            &[],
        ));
        parts.push(part("chain-ties").say(w.t("chain-ties-lead")).table(
            w,
            &desk,
            &ties(&visitor, &desk),
            &[],
        ));
        parts.push(
            part("chain-schools")
                .say(w.t("chain-schools-lead"))
                .table(w, &desk, &schools(&visitor, &desk), &[])
                .folded(),
        );
    }
    let page = EvidencePage::of(&app, &visitor, &desk, ("chain", PATH), parts);
    Ok(show(&page))
}

fn who(w: Words, chain: &Chain) -> String {
    let mut schools: Vec<&str> = chain
        .schools
        .iter()
        .map(|row| row.school.as_str())
        .collect();
    schools.sort_unstable();
    schools.dedup();
    let mut args = FluentArgs::new();
    args.set("schools", schools.len());
    args.set("boards", chain.boards);
    w.with("chain-who", &args)
}

/// The questionnaire by which the chain was asked.
fn questionnaire(visitor: &Researcher) -> Option<&Instrument> {
    let mut all = visitor.0.study.library.iter();
    all.find(|instrument| instrument.items.contains_key(LAYER))
}

/// What a layer is called: the option by which people say that they belong to it.
fn layer_name(visitor: &Researcher, layer: i64) -> String {
    let format = questionnaire(visitor).map(|instrument| &instrument.items[LAYER].format);
    let known = match format {
        Some(Format::Single(options)) => options.iter().find(|option| option.code == layer),
        _ => None,
    };
    known.map_or_else(
        || layer.to_string(),
        |option| option.text.say(visitor.0.words.0).to_owned(),
    )
}

fn item_text(visitor: &Researcher, item: &str) -> String {
    let known = questionnaire(visitor).and_then(|instrument| instrument.items.get(item));
    known.map_or_else(
        || item.to_owned(),
        |item| item.text.say(visitor.0.words.0).to_owned(),
    )
}

fn agreement(visitor: &Researcher, desk: &Desk) -> ApaTable {
    let w = visitor.0.words;
    let rows = desk.findings.chain.over_all.iter().map(|row| {
        let difference = match (row.difference, row.interval) {
            (Ok(difference), Some(ends)) => Cell::Within(difference, ends),
            (Ok(difference), None) => Cell::Number(difference),
            (Err(why), _) => Cell::Why(scale_words::why(w, why)),
        };
        let units = w.t1(
            if row.of_boards {
                "chain-n-boards"
            } else {
                "chain-n-schools"
            },
            "n",
            row.n_units,
        );
        Row::of(vec![
            Cell::Text(item_text(visitor, &row.action)),
            Cell::Text(layer_name(visitor, row.layer)),
            Cell::Text(layer_name(visitor, row.by)),
            Cell::Text(row.wave.clone()),
            Cell::of(row.own),
            Cell::of(row.other),
            difference,
            Cell::Text(units),
            Cell::Number(row.n_alike as f64),
        ])
    });
    ApaTable {
        name: "chain".to_owned(),
        title: w.t("chain-table"),
        columns: vec![
            Column::text("action", w.t("chain-col-action")),
            Column::text("layer", w.t("chain-col-layer")),
            Column::text("by", w.t("chain-col-by")),
            Column::text("wave", w.t("apa-col-wave")),
            plain("own", w.t("chain-col-own"), Form::Decimals(1)),
            plain("other", w.t("chain-col-other"), Form::Decimals(1)),
            plain("difference", w.t("chain-col-difference"), Form::Decimals(1)),
            Column::text("units", w.t("chain-col-units")),
            plain("alike", w.t("chain-col-alike"), Form::Count),
        ],
        rows: rows.collect(),
        notes: std::iter::once(w.t("chain-note"))
            .chain(made(w, desk))
            .collect(),
    }
}

fn schools(visitor: &Researcher, desk: &Desk) -> ApaTable {
    let w = visitor.0.words;
    let rows = desk.findings.chain.schools.iter().map(|row| {
        Row::of(vec![
            Cell::Text(row.school.clone()),
            Cell::Text(item_text(visitor, &row.action)),
            Cell::Text(layer_name(visitor, row.layer)),
            Cell::Text(layer_name(visitor, row.by)),
            Cell::Text(row.wave.clone()),
            Cell::of(row.own),
            Cell::Number(row.n_own as f64),
            Cell::of(row.other),
            Cell::Number(row.n_other as f64),
            Cell::of(row.own.zip(row.other).map(|(own, other)| other - own)),
        ])
    });
    ApaTable {
        name: "chain_schools".to_owned(),
        title: w.t("chain-table-schools"),
        columns: vec![
            Column::text("school", w.t("apa-col-school")),
            Column::text("action", w.t("chain-col-action")),
            Column::text("layer", w.t("chain-col-layer")),
            Column::text("by", w.t("chain-col-by")),
            Column::text("wave", w.t("apa-col-wave")),
            plain("own", w.t("chain-col-own"), Form::Decimals(1)),
            plain("n_own", w.t("chain-col-n-own"), Form::Count),
            plain("other", w.t("chain-col-other"), Form::Decimals(1)),
            plain("n_other", w.t("chain-col-n-other"), Form::Count),
            plain("difference", w.t("chain-col-difference"), Form::Decimals(1)),
        ],
        rows: rows.collect(),
        notes: vec![w.t("chain-note-schools")],
    }
}

fn own(visitor: &Researcher, desk: &Desk) -> ApaTable {
    let w = visitor.0.words;
    let rows = desk.findings.chain.own.iter().map(|row| {
        Row::of(vec![
            Cell::Text(item_text(visitor, &row.item)),
            Cell::Text(layer_name(visitor, row.layer)),
            Cell::Text(row.wave.clone()),
            Cell::of(row.mean),
            Cell::Number(row.n as f64),
        ])
    });
    ApaTable {
        name: "chain_own".to_owned(),
        title: w.t("chain-table-own"),
        columns: vec![
            Column::text("item", w.t("chain-col-item")),
            Column::text("layer", w.t("chain-col-by")),
            Column::text("wave", w.t("apa-col-wave")),
            plain("mean", w.t("chain-col-mean"), Form::Decimals(1)),
            plain("n", w.t("chain-col-people"), Form::Count),
        ],
        rows: rows.collect(),
        notes: vec![w.t("chain-note-own")],
    }
}

fn ties(visitor: &Researcher, desk: &Desk) -> ApaTable {
    let w = visitor.0.words;
    let rows = desk.findings.chain.ties.iter().map(|row| {
        let share = (row.known > 0).then(|| row.ties as f64 / row.known as f64);
        let all = (row.known + row.unknown) as f64;
        let ends = (row.ties as f64 / all, (row.ties + row.unknown) as f64 / all);
        let around = if row.of_board {
            "chain-around-board"
        } else {
            "chain-around-school"
        };
        Row::of(vec![
            Cell::Text(w.t(around)),
            Cell::Text(layer_name(visitor, row.from)),
            Cell::Text(layer_name(visitor, row.to)),
            Cell::Text(relation_name(w, &row.relation)),
            Cell::Text(row.wave.clone()),
            Cell::Number(row.ties as f64),
            Cell::Number(row.known as f64),
            Cell::Number(row.unknown as f64),
            share.map_or(Cell::Empty, |share| Cell::Within(share, ends)),
        ])
    });
    ApaTable {
        name: "chain_ties".to_owned(),
        title: w.t("chain-table-ties"),
        columns: vec![
            Column::text("around", w.t("chain-col-around")),
            Column::text("from", w.t("chain-col-from")),
            Column::text("to", w.t("chain-col-to")),
            Column::text("relation", w.t("apa-col-relation")),
            Column::text("wave", w.t("apa-col-wave")),
            plain("ties", w.t("chain-col-ties"), Form::Count),
            plain("known", w.t("chain-col-known"), Form::Count),
            plain("unknown", w.t("chain-col-unknown"), Form::Count),
            plain("share", w.t("chain-col-share"), Form::Share(2)),
        ],
        rows: rows.collect(),
        notes: vec![w.t("chain-note-ties")],
    }
}

/// A table of this page by its name.
pub fn table(visitor: &Researcher, desk: &Desk, name: &str) -> Option<ApaTable> {
    match name {
        "chain" => Some(agreement(visitor, desk)),
        "chain_schools" => Some(schools(visitor, desk)),
        "chain_own" => Some(own(visitor, desk)),
        "chain_ties" => Some(ties(visitor, desk)),
        _ => None,
    }
}
