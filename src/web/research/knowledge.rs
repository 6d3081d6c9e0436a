//! Knowledge of the monitoring system: what schools scored on the test of their own system, what the questions are worth, what
//! was gained, and whether schools with a large and a small effect differ in it.

use axum::extract::{Query, State};
use axum::response::Response;
use fluent_bundle::FluentArgs;

use super::contrast::{verdict_name, wave_name};
use super::desk::{self, Desk};
use super::evidence::{EvidencePage, EvidencePart, plain};
use super::tables::{made, scale_cell, scale_row};
use crate::evaluation::findings::ScaleMeasure;
use crate::evaluation::knowledge_test::KNOWLEDGE;
use crate::instrument::definition::{Format, Instrument, Scale};
use crate::locale::Words;
use crate::reports::apa::{ApaTable, Cell, Column, Form, Row};
use crate::reports::{scale_words, sentence};
use crate::web::access::Researcher;
use crate::web::app::App;
use crate::web::form::Fields;
use crate::web::problem::{Problem, show};

const PATH: &str = "/research/knowledge";

pub async fn show_knowledge(
    visitor: Researcher,
    State(app): State<App>,
    Query(fields): Query<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let desk = match desk::open(&app, &visitor, &fields, PATH).await? {
        Ok(desk) => desk,
        Err(page) => return Ok(page),
    };
    let mut parts = Vec::new();
    if !waves(&desk).is_empty() {
        let part = |key: &str| EvidencePart::new(w.t(key));
        parts.push(
            part("kn-groups")
                .say(compared(w, &desk))
                .say(w.t("kn-caveat"))
                .quote(w, "kn-quote-groups")
                .table(w, &desk, &groups(w, &desk), &[]),
        );
        parts.push(
            part("kn-gain")
                .say(gained(w, &desk))
                .say(w.t("kn-gain-growth"))
                .quote(w, "kn-quote-gain"),
        );
        parts.push(
            part("kn-systems")
                .say(without_system(&visitor, &desk))
                .table(w, &desk, &systems(&visitor, &desk), &[]),
        );
        parts.push(part("kn-schools").table(w, &desk, &schools(&visitor, &desk), &[]));
        parts.push(part("kn-items").say(w.t("kn-items-lead")).table(
            w,
            &desk,
            &items(&visitor, &desk),
            &[],
        ));
    }
    let page = EvidencePage::of(&app, &visitor, &desk, ("kn", PATH), parts);
    Ok(show(&page))
}

/// The waves in which a test was taken.
fn waves(desk: &Desk) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    let own = desk.findings.scales.iter();
    for row in own.filter(|row| row.scale == KNOWLEDGE) {
        if !found.contains(&row.wave.as_str()) {
            found.push(&row.wave);
        }
    }
    found
}

/// The tests of the study: the instrument with its scale, in the order of the design.
fn tests(visitor: &Researcher) -> Vec<(&Instrument, &Scale)> {
    let study = &visitor.0.study;
    let mut found: Vec<(&Instrument, &Scale)> = Vec::new();
    for row in &study.design.collect {
        let Some(instrument) = study.library.get(&row.instrument) else {
            continue;
        };
        let tests = instrument.scales.iter().filter(|scale| {
            !scale.items.is_empty()
                && scale
                    .items
                    .iter()
                    .all(|item| scale.right.contains_key(item))
        });
        for scale in tests {
            if found.iter().all(|(_, known)| known.key != scale.key) {
                found.push((instrument, scale));
            }
        }
    }
    found
}

/// The schools that a test is for; `None` where it is for all.
fn schools_of<'v>(visitor: &'v Researcher, instrument: &str) -> Option<Vec<&'v String>> {
    let design = &visitor.0.study.design;
    let row = design
        .collect
        .iter()
        .find(|row| row.instrument == instrument)?;
    let only = row.only.as_ref()?;
    let of = design.facts.get(&only.fact).into_iter().flatten();
    Some(
        of.filter(|(_, value)| **value == only.value)
            .map(|(school, _)| school)
            .collect(),
    )
}

fn compared(w: Words, desk: &Desk) -> String {
    let tests: Vec<_> = desk
        .findings
        .contrasts
        .iter()
        .filter(|row| row.outcome == KNOWLEDGE)
        .filter_map(|row| row.test.as_ref())
        .collect();
    let n = |verdict: &str| tests.iter().filter(|test| test.verdict == verdict).count();
    let mut args = FluentArgs::new();
    args.set("n", tests.len());
    args.set("different", n("different"));
    args.set("equivalent", n("equivalent"));
    args.set("unclear", tests.len() - n("different") - n("equivalent"));
    let key = match (tests.len(), n("different")) {
        (0, _) => "kn-not-compared",
        (_, 0) => "kn-no-difference",
        _ => "kn-difference",
    };
    w.with(key, &args)
}

/// The contrast of the groups on the share right, over the systems.
fn groups(w: Words, desk: &Desk) -> ApaTable {
    let measure = |key: &str| w.t(&format!("measure-{key}"));
    let rows = desk.findings.contrasts.iter();
    ApaTable {
        name: "knowledge_groups".to_owned(),
        title: w.t("kn-table-groups"),
        columns: vec![
            Column::text("wave", w.t("apa-col-wave")),
            Column::number("n_high", w.t("apa-col-n-high"), Form::Count, "n_schools"),
            Column::number("n_low", w.t("apa-col-n-low"), Form::Count, "n_schools"),
            Column::number(
                "mean_high",
                measure("mean_high"),
                Form::Share(2),
                "mean_high",
            ),
            Column::number("mean_low", measure("mean_low"), Form::Share(2), "mean_low"),
            Column::number(
                "difference",
                measure("difference"),
                Form::Share(2),
                "difference",
            ),
            Column::symbol("p", "p", Form::Probability, "p_value"),
            Column::number(
                "p_adjusted",
                measure("p_adjusted"),
                Form::Probability,
                "p_adjusted",
            ),
            Column::text("verdict", measure("verdict")),
        ],
        rows: rows
            .filter(|row| row.outcome == KNOWLEDGE)
            .map(|row| {
                let test = row.test.as_ref();
                let ends = test.and_then(|test| test.difference_interval);
                let difference = match (row.difference, ends) {
                    (Ok(difference), Some(ends)) => Cell::Within(difference, ends),
                    (Ok(difference), None) => Cell::Number(difference),
                    (Err(why), _) => Cell::Why(scale_words::why(w, why)),
                };
                Row::of(vec![
                    Cell::Text(wave_name(w, row)),
                    Cell::Number(row.n_high as f64),
                    Cell::Number(row.n_low as f64),
                    Cell::of(row.mean_high),
                    Cell::of(row.mean_low),
                    difference,
                    Cell::of(test.map(|test| test.p_value)),
                    Cell::of(test.map(|test| test.p_verdict)),
                    Cell::Text(
                        test.map_or_else(String::new, |test| verdict_name(w, &test.verdict)),
                    ),
                ])
            })
            .collect(),
        notes: made(w, desk),
    }
}

/// The row of a gain of one school, or of all for an empty key, at the last wave that has one.
fn gain_row<'d>(desk: &'d Desk, school: &str, measure: &str) -> Option<&'d ScaleMeasure> {
    desk.findings.scales.iter().rev().find(|row| {
        row.scale == KNOWLEDGE
            && row.measure == measure
            && row.group == school
            && row.from.is_some()
    })
}

fn gained(w: Words, desk: &Desk) -> String {
    let Some(row) = gain_row(desk, "", "gain_over_schools") else {
        return w.t("kn-gain-none");
    };
    let (Ok(gain), Some(lower), Some(upper)) = (row.value, row.lower, row.upper) else {
        return w.t("kn-gain-none");
    };
    let of_schools = desk.findings.scales.iter().filter(|own| {
        own.scale == KNOWLEDGE
            && own.measure == "gain"
            && !own.group.is_empty()
            && own.wave == row.wave
    });
    let up = of_schools
        .filter(|own| own.value.is_ok_and(|gain| gain > 0.0))
        .count();
    let people = gain_row(desk, "", "gain").map_or(0, |row| row.n);
    let points = |share: f64| w.decimal(100.0 * share, 0);
    let mut args = FluentArgs::new();
    args.set("gain", points(gain));
    args.set("lower", points(lower));
    args.set("upper", points(upper));
    args.set("schools", row.n);
    args.set("people", people);
    args.set("up", up);
    args.set("from", row.from.clone().unwrap_or_default());
    args.set("to", row.wave.as_str());
    w.with("kn-gained", &args)
}

fn without_system(visitor: &Researcher, desk: &Desk) -> String {
    let w = visitor.0.words;
    let with: usize = tests(visitor)
        .iter()
        .filter_map(|(instrument, _)| Some(schools_of(visitor, &instrument.key)?.len()))
        .sum();
    let all = desk.findings.contents.schools;
    w.t2("kn-systems-lead", "with", with, "all", all)
}

/// Each test in each wave.
fn systems(visitor: &Researcher, desk: &Desk) -> ApaTable {
    let w = visitor.0.words;
    let mut rows = Vec::new();
    for (instrument, scale) in tests(visitor) {
        for wave in waves(desk) {
            let of = |measure: &str| scale_row(desk, &scale.key, wave, measure);
            let Some(mean) = of("mean") else { continue };
            let schools = schools_of(visitor, &instrument.key);
            rows.push(Row::of(vec![
                Cell::Text(scale.title.say(w.0).to_owned()),
                Cell::Text(wave.to_owned()),
                Cell::of(schools.map(|schools| schools.len() as f64)),
                Cell::Number(mean.n as f64),
                scale_cell(w, Some(mean)),
                scale_cell(w, of("number_right")),
                scale_cell(w, of("kr_20")),
                scale_cell(w, of("sem")),
            ]));
        }
    }
    ApaTable {
        name: "knowledge_systems".to_owned(),
        title: w.t("kn-table-systems"),
        columns: vec![
            Column::text("test", w.t("kn-col-test")),
            Column::text("wave", w.t("apa-col-wave")),
            plain("schools", w.t("kn-col-schools"), Form::Count),
            plain("n", w.t("kn-col-people"), Form::Count),
            plain("share_right", w.t("kn-col-share"), Form::Share(2)),
            plain("number_right", w.t("kn-col-number"), Form::Decimals(1)),
            plain("kr_20", w.t("kn-col-kr20"), Form::Share(2)),
            plain("sem", w.t("kn-col-sem"), Form::Decimals(2)),
        ],
        rows,
        notes: vec![w.t("kn-note-systems")],
    }
}

/// Score per wave and gain of each school.
fn schools(visitor: &Researcher, desk: &Desk) -> ApaTable {
    let w = visitor.0.words;
    let waves = waves(desk);
    let tests: Vec<(Vec<&String>, &Scale)> = tests(visitor)
        .into_iter()
        .filter_map(|(instrument, scale)| Some((schools_of(visitor, &instrument.key)?, scale)))
        .collect();
    let mut keys: Vec<&str> = Vec::new();
    for row in &desk.findings.scales {
        if row.scale == KNOWLEDGE && !row.group.is_empty() && !keys.contains(&row.group.as_str()) {
            keys.push(&row.group);
        }
    }
    keys.sort_unstable();
    let mut columns = vec![
        Column::text("school", w.t("apa-col-school")),
        Column::text("test", w.t("kn-col-test")),
    ];
    for wave in &waves {
        columns.push(plain(
            &format!("n_{wave}"),
            w.t1("kn-col-n-at", "wave", *wave),
            Form::Count,
        ));
        let share = w.t1("kn-col-share-at", "wave", *wave);
        columns.push(plain(&format!("share_right_{wave}"), share, Form::Share(2)));
    }
    columns.push(plain("n_both", w.t("kn-col-both"), Form::Count));
    columns.push(plain("gain", w.t("kn-col-gain"), Form::Share(2)));
    let rows = keys.into_iter().map(|school| {
        let test = tests
            .iter()
            .find(|(own, _)| own.iter().any(|key| *key == school));
        let mut cells = vec![
            Cell::Text(school.to_owned()),
            Cell::Text(test.map_or_else(String::new, |(_, scale)| scale.title.say(w.0).to_owned())),
        ];
        for wave in &waves {
            let row = desk.findings.scales.iter().find(|row| {
                row.scale == KNOWLEDGE
                    && row.measure == "mean"
                    && row.wave == **wave
                    && row.group == school
            });
            cells.push(Cell::of(row.map(|row| row.n as f64)));
            cells.push(scale_cell(w, row));
        }
        let gain = gain_row(desk, school, "gain");
        cells.push(Cell::of(gain.map(|row| row.n as f64)));
        cells.push(scale_cell(w, gain));
        Row::of(cells)
    });
    ApaTable {
        name: "knowledge".to_owned(),
        title: w.t("kn-table-schools"),
        rows: rows.collect(),
        columns,
        notes: vec![w.t("kn-note-schools")],
    }
}

/// What each question does, and who is drawn by its wrong options.
fn items(visitor: &Researcher, desk: &Desk) -> ApaTable {
    let w = visitor.0.words;
    let mut rows = Vec::new();
    for (instrument, scale) in tests(visitor) {
        for item in &scale.items {
            for wave in waves(desk) {
                let about = |measure: &str| {
                    desk.findings.scales.iter().find(|row| {
                        row.scale == scale.key
                            && row.wave == wave
                            && row.measure == measure
                            && row.option.is_none()
                            && row.item.as_deref() == Some(item)
                    })
                };
                let Some(difficulty) = about("difficulty") else {
                    continue;
                };
                let guessed = about("guessing_p_value").and_then(|row| row.verdict.as_deref());
                let text = &instrument.items[item].text;
                rows.push(Row {
                    marked: guessed == Some("at_guessing_floor"),
                    ..Row::of(vec![
                        Cell::Text(item.clone()),
                        Cell::Text(wave.to_owned()),
                        Cell::Number(difficulty.n as f64),
                        scale_cell(w, Some(difficulty)),
                        scale_cell(w, about("item_total")),
                        Cell::Text(match guessed {
                            Some("at_guessing_floor") => w.t("kn-guessing"),
                            Some(_) => w.t("kn-above-guessing"),
                            None => String::new(),
                        }),
                        Cell::Text(options(
                            w,
                            desk,
                            (&scale.key, wave),
                            item,
                            &instrument.items[item].format,
                        )),
                        Cell::Text(text.say(w.0).to_owned()),
                    ])
                });
            }
        }
    }
    ApaTable {
        name: "knowledge_items".to_owned(),
        title: w.t("kn-table-items"),
        columns: vec![
            Column::text("item", w.t("kn-col-item")),
            Column::text("wave", w.t("apa-col-wave")),
            plain("n", w.t("kn-col-people"), Form::Count),
            plain("difficulty", w.t("kn-col-difficulty"), Form::Share(2)),
            plain("item_total", w.t("kn-col-item-total"), Form::Share(2)),
            Column::text("guessing", w.t("kn-col-guessing")),
            Column::text("options", w.t("kn-col-options")),
            Column::text("text", w.t("kn-col-text")),
        ],
        rows,
        notes: vec![w.t("kn-note-items")],
    }
}

/// Each option: how often, and how much those who chose it had right otherwise.
fn options(
    w: Words,
    desk: &Desk,
    (scale, wave): (&str, &str),
    item: &str,
    format: &Format,
) -> String {
    let Format::Test { options, key } = format else {
        return String::new();
    };
    let found = |measure: &str, code: i64| {
        desk.findings.scales.iter().find(|row| {
            row.scale == scale
                && row.wave == wave
                && row.measure == measure
                && row.option == Some(code)
                && row.item.as_deref() == Some(item)
        })
    };
    let told: Vec<String> = options
        .iter()
        .map(|option| {
            let share = found("option_share", option.code).and_then(|row| row.value.ok());
            let rest = found("option_mean_rest", option.code).and_then(|row| row.value.ok());
            let mut args = FluentArgs::new();
            args.set("option", option.code);
            args.set("share", w.decimal(100.0 * share.unwrap_or(0.0), 0));
            args.set(
                "rest",
                rest.map_or_else(|| "–".to_owned(), |rest| sentence::number(w, rest, 1)),
            );
            w.with(
                if option.code == *key {
                    "kn-option-right"
                } else {
                    "kn-option"
                },
                &args,
            )
        })
        .collect();
    told.join("; ")
}

/// A table of this page by its name.
pub fn table(visitor: &Researcher, desk: &Desk, name: &str) -> Option<ApaTable> {
    match name {
        "knowledge" => Some(schools(visitor, desk)),
        "knowledge_items" => Some(items(visitor, desk)),
        "knowledge_systems" => Some(systems(visitor, desk)),
        "knowledge_groups" => Some(groups(visitor.0.words, desk)),
        _ => None,
    }
}
