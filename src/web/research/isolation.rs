//! Isolation and communication networks: who stands alone in which relation, and schools by how much is discussed in them
//! beside whether the principal is isolated, with how far teachers are the links.

use axum::extract::{Query, State};
use axum::response::Response;
use fluent_bundle::FluentArgs;

use super::desk::{self, Desk};
use super::evidence::{EvidencePage, EvidencePart, plain};
use super::networks::ticks;
use super::tables::made;
use crate::evaluation::isolation::{Alone, Amount, SchoolRow, median_density};
use crate::locale::Words;
use crate::reports::apa::{ApaTable, Cell, Column, Form, Row};
use crate::reports::school::relation_name;
use crate::reports::sentence;
use crate::web::access::Researcher;
use crate::web::app::App;
use crate::web::form::Fields;
use crate::web::problem::{Problem, show};

const PATH: &str = "/research/isolation";

pub async fn show_isolation(
    visitor: Researcher,
    State(app): State<App>,
    Query(fields): Query<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let desk = match desk::open(&app, &visitor, &fields, PATH).await? {
        Ok(desk) => desk,
        Err(page) => return Ok(page),
    };
    let wave = wave(&desk);
    let state = [("wave", wave.as_str())];
    let mut parts = Vec::new();
    if !desk.findings.isolation.is_empty() {
        let part = |key: &str| EvidencePart::new(w.t(key));
        parts.push(
            part("iso-communication")
                .say(in_words(w, &desk, &wave))
                .say(w.t("iso-cut"))
                .quote(w, "iso-quote")
                .table(w, &desk, &communication(w, &desk, &wave), &state),
        );
        parts.push(part("iso-people").say(w.t("iso-people-lead")).table(
            w,
            &desk,
            &people(w, &desk, &wave),
            &state,
        ));
        parts.push(part("iso-task").say(w.t("iso-task-lead")).table(
            w,
            &desk,
            &by_task(w, &desk, &wave),
            &state,
        ));
        parts.push(
            part("iso-schools")
                .table(w, &desk, &schools(w, &desk, &wave), &state)
                .folded(),
        );
    }
    let waves = &desk.findings.contents.waves;
    let page = EvidencePage::of(&app, &visitor, &desk, ("iso", PATH), parts).with_choice(
        "wave",
        w.t("research-wave"),
        ticks(waves, &wave, str::to_owned),
    );
    Ok(show(&page))
}

fn wave(desk: &Desk) -> String {
    desk.pick("wave", &desk.findings.contents.waves)
}

/// The rows of a wave, relation by relation.
fn by_relation<'d>(desk: &'d Desk, wave: &str) -> Vec<(&'d str, Vec<&'d SchoolRow>)> {
    let relations = desk.findings.contents.relations.iter();
    let all = &desk.findings.isolation.rows;
    relations
        .map(|relation| {
            let own = all
                .iter()
                .filter(|row| row.wave == wave && row.relation == *relation);
            (relation.as_str(), own.collect::<Vec<_>>())
        })
        .filter(|(_, rows)| !rows.is_empty())
        .collect()
}

fn alone_name(w: Words, alone: Option<Alone>) -> String {
    w.t(&format!(
        "iso-principal-{}",
        alone.map_or("none", Alone::key)
    ))
}

/// In how many schools with much communication the principal may be isolated.
fn in_words(w: Words, desk: &Desk, wave: &str) -> String {
    let mut schools: Vec<&str> = Vec::new();
    let mut without: Vec<&str> = Vec::new();
    for (_, rows) in by_relation(desk, wave) {
        let Some(cut) = median_density(&rows) else {
            continue;
        };
        for row in rows {
            if row.principal().is_none_or(|alone| alone == Alone::No) {
                continue;
            }
            let much = row
                .amount(cut)
                .is_some_and(|(amount, _)| amount == Amount::Much);
            let list = if much { &mut schools } else { &mut without };
            if !list.contains(&row.school.as_str()) {
                list.push(&row.school);
            }
        }
    }
    let mut args = FluentArgs::new();
    args.set("much", schools.len());
    args.set("little", without.len());
    args.set("wave", wave);
    w.with("iso-in-words", &args)
}

/// Schools by how much is discussed, beside whether the principal is isolated.
fn communication(w: Words, desk: &Desk, wave: &str) -> ApaTable {
    let mut rows = Vec::new();
    for (relation, all) in by_relation(desk, wave) {
        let Some(cut) = median_density(&all) else {
            continue;
        };
        for amount in [Amount::Much, Amount::Little] {
            for alone in [Alone::Yes, Alone::CannotTell, Alone::No] {
                let own: Vec<(&SchoolRow, bool)> = all
                    .iter()
                    .filter(|row| row.principal() == Some(alone))
                    .filter_map(|row| {
                        let (side, otherwise) = row.amount(cut)?;
                        (side == amount).then_some((*row, otherwise))
                    })
                    .collect();
                let mean = |of: fn(&SchoolRow) -> Option<f64>| {
                    let values: Vec<f64> = own.iter().filter_map(|(row, _)| of(row)).collect();
                    let n = values.len();
                    Cell::of((n > 0).then(|| values.iter().sum::<f64>() / n as f64))
                };
                let much = match amount {
                    Amount::Much => w.t1("iso-much", "cut", sentence::share(w, cut, 2)),
                    Amount::Little => w.t1("iso-little", "cut", sentence::share(w, cut, 2)),
                };
                rows.push(Row {
                    marked: amount == Amount::Much && alone != Alone::No && !own.is_empty(),
                    ..Row::of(vec![
                        Cell::Text(relation_name(w, relation)),
                        Cell::Text(much),
                        Cell::Text(alone_name(w, Some(alone))),
                        Cell::Number(own.len() as f64),
                        Cell::Number(own.iter().filter(|(_, otherwise)| *otherwise).count() as f64),
                        mean(|row| row.share_of_people),
                        mean(|row| row.share_of_in_degree),
                        mean(|row| row.share_of_betweenness),
                    ])
                });
            }
        }
    }
    ApaTable {
        name: "isolation".to_owned(),
        title: w.t1("iso-table", "wave", wave),
        columns: vec![
            Column::text("relation", w.t("apa-col-relation")),
            Column::text("communication", w.t("iso-col-communication")),
            Column::text("principal", w.t("iso-col-principal")),
            plain("schools", w.t("iso-col-schools"), Form::Count),
            plain("otherwise", w.t("iso-col-otherwise"), Form::Count),
            plain(
                "teachers_of_people",
                w.t("iso-col-of-people"),
                Form::Percent,
            ),
            plain(
                "teachers_of_in_degree",
                w.t("iso-col-of-in-degree"),
                Form::Percent,
            ),
            plain(
                "teachers_of_betweenness",
                w.t("iso-col-of-betweenness"),
                Form::Percent,
            ),
        ],
        rows,
        notes: std::iter::once(w.t("iso-note"))
            .chain(made(w, desk))
            .collect(),
    }
}

/// Isolated teachers and principals per relation.
fn people(w: Words, desk: &Desk, wave: &str) -> ApaTable {
    let mut rows = Vec::new();
    for (relation, all) in by_relation(desk, wave) {
        let sum = |of: fn(&SchoolRow) -> usize| all.iter().map(|row| of(row)).sum::<usize>();
        let mut add = |who: String, n: usize, alone: usize, unclear: usize, unnamed: usize| {
            let share = |part: usize| part as f64 / n as f64;
            let ends = (share(alone), share(alone + unclear));
            rows.push(Row::of(vec![
                Cell::Text(relation_name(w, relation)),
                Cell::Text(who),
                Cell::Number(n as f64),
                Cell::Number(alone as f64),
                Cell::Number(unclear as f64),
                if n > 0 { Cell::Ends(ends) } else { Cell::Empty },
                Cell::Number(unnamed as f64),
            ]));
        };
        add(
            w.t("iso-teachers"),
            sum(|row| row.n_teachers),
            sum(|row| row.teachers_alone),
            sum(|row| row.teachers_cannot_tell),
            sum(|row| row.teachers_unnamed),
        );
        let states = |state: Alone| {
            let all = all.iter().flat_map(|row| &row.principals);
            all.filter(|own| **own == state).count()
        };
        add(
            w.t("iso-principals"),
            sum(|row| row.principals.len()),
            states(Alone::Yes),
            states(Alone::CannotTell),
            sum(|row| {
                row.principals_unnamed
                    .iter()
                    .filter(|unnamed| **unnamed)
                    .count()
            }),
        );
    }
    ApaTable {
        name: "isolation_people".to_owned(),
        title: w.t1("iso-table-people", "wave", wave),
        columns: vec![
            Column::text("relation", w.t("apa-col-relation")),
            Column::text("who", w.t("iso-col-who")),
            plain("n", w.t("iso-col-n"), Form::Count),
            plain("alone", w.t("iso-col-alone"), Form::Count),
            plain("cannot_tell", w.t("iso-col-cannot-tell"), Form::Count),
            plain("share", w.t("iso-col-share"), Form::Percent),
            plain("unnamed", w.t("iso-col-unnamed"), Form::Count),
        ],
        rows,
        notes: vec![w.t("iso-note-people")],
    }
}

/// How many people are without a known tie in how many relations.
fn by_task(w: Words, desk: &Desk, wave: &str) -> ApaTable {
    let n_relations = desk.findings.contents.relations.len();
    let mut columns = vec![Column::text("who", w.t("iso-col-who"))];
    columns.extend((0..=n_relations).map(|n| {
        let head = match n {
            0 => w.t("iso-col-in-none"),
            n if n == n_relations => w.t("iso-col-in-all"),
            n => w.t1("iso-col-in", "n", n),
        };
        plain(&format!("without_in_{n}"), head, Form::Count)
    }));
    let own = desk
        .findings
        .isolation
        .by_task
        .iter()
        .filter(|row| row.wave == wave);
    let rows = own.map(|row| {
        let who = w.t(if row.principals {
            "iso-principals"
        } else {
            "iso-teachers"
        });
        let counts = row.n_people.iter().map(|n| Cell::Number(*n as f64));
        Row::of(std::iter::once(Cell::Text(who)).chain(counts).collect())
    });
    ApaTable {
        name: "isolation_tasks".to_owned(),
        title: w.t1("iso-table-task", "wave", wave),
        columns,
        rows: rows.collect(),
        notes: vec![w.t("iso-note-task")],
    }
}

fn schools(w: Words, desk: &Desk, wave: &str) -> ApaTable {
    let mut rows = Vec::new();
    for (relation, all) in by_relation(desk, wave) {
        let cut = median_density(&all);
        for row in all {
            let amount = cut.and_then(|cut| row.amount(cut));
            let said = amount.map_or_else(String::new, |(amount, otherwise)| {
                let key = match (amount, otherwise) {
                    (Amount::Much, false) => "iso-is-much",
                    (Amount::Much, true) => "iso-maybe-much",
                    (Amount::Little, false) => "iso-is-little",
                    (Amount::Little, true) => "iso-maybe-little",
                };
                w.t(key)
            });
            rows.push(Row::of(vec![
                Cell::Text(row.school.clone()),
                Cell::Text(relation_name(w, relation)),
                Cell::Number(row.n_responded as f64),
                Cell::Number(row.n_actors as f64),
                match (row.density, row.bounds) {
                    (Some(density), Some(ends)) => Cell::Within(density, ends),
                    (density, _) => Cell::of(density),
                },
                Cell::Text(said),
                Cell::Text(alone_name(w, row.principal())),
                Cell::Number(row.teachers_alone as f64),
                Cell::Number(row.teachers_cannot_tell as f64),
                Cell::of(row.share_of_people),
                Cell::of(row.share_of_in_degree),
                Cell::of(row.share_of_betweenness),
            ]));
        }
    }
    ApaTable {
        name: "isolation_schools".to_owned(),
        title: w.t1("iso-table-schools", "wave", wave),
        columns: vec![
            Column::text("school", w.t("apa-col-school")),
            Column::text("relation", w.t("apa-col-relation")),
            plain("n_responded", w.t("iso-col-responded"), Form::Count),
            plain("n_actors", w.t("iso-col-n"), Form::Count),
            plain("density", w.t("iso-col-density"), Form::Share(2)),
            Column::text("communication", w.t("iso-col-communication")),
            Column::text("principal", w.t("iso-col-principal")),
            plain("teachers_alone", w.t("iso-col-alone"), Form::Count),
            plain(
                "teachers_cannot_tell",
                w.t("iso-col-cannot-tell"),
                Form::Count,
            ),
            plain(
                "teachers_of_people",
                w.t("iso-col-of-people"),
                Form::Percent,
            ),
            plain(
                "teachers_of_in_degree",
                w.t("iso-col-of-in-degree"),
                Form::Percent,
            ),
            plain(
                "teachers_of_betweenness",
                w.t("iso-col-of-betweenness"),
                Form::Percent,
            ),
        ],
        rows,
        notes: vec![w.t("iso-note-schools")],
    }
}

/// A table of this page by its name.
pub fn table(w: Words, desk: &Desk, name: &str) -> Option<ApaTable> {
    let wave = wave(desk);
    match name {
        "isolation" => Some(communication(w, desk, &wave)),
        "isolation_people" => Some(people(w, desk, &wave)),
        "isolation_tasks" => Some(by_task(w, desk, &wave)),
        "isolation_schools" => Some(schools(w, desk, &wave)),
        _ => None,
    }
}
