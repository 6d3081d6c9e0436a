//! All schools side by side in one relation at one wave: small pictures with everyone in a fixed place, and the measures of
//! each school with the range that its missing answers leave.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use schakel_analysis::network::Network;

use super::desk::{self, Desk, Head, Tick};
use super::tables::{Shown, made};
use crate::evaluation::findings::NetworkMeasure;
use crate::evaluation::school_networks::SchoolNetworks;
use crate::locale::Words;
use crate::reports::apa::{ApaTable, Cell, Column, Form, Row};
use crate::reports::definition;
use crate::reports::figure::network_picture::{Dot, Drawing, Line, ManyWords, many, small};
use crate::reports::figure::{Figure, Heading};
use crate::reports::scale_words;
use crate::reports::school::relation_name;
use crate::web::access::Researcher;
use crate::web::app::App;
use crate::web::figure::{self, AsFile};
use crate::web::form::Fields;
use crate::web::frame::Frame;
use crate::web::problem::{Problem, show};
use crate::web::research::contrast::measure_name;

const PATH: &str = "/research/networks";

/// Measures that count people or parts and may be beyond one.
const COUNTS: [&str; 4] = ["weak_components", "isolates", "in_isolates", "out_isolates"];
const OF_COLLEAGUES: [&str; 2] = ["mean_degree", "in_degree_sd"];

#[derive(Template)]
#[template(path = "web/pages/networks.html")]
struct NetworksPage {
    frame: Frame,
    head: Head,
    waves: Vec<Tick>,
    relations: Vec<Tick>,
    /// Why some pictures are not there.
    missing: String,
    pictures: Vec<Picture>,
    /// All of them as one figure.
    together: Option<Figure>,
    /// Where its files are.
    files: String,
    table: Shown,
}

struct Picture {
    school: String,
    href: String,
    svg: String,
}

/// How a measure is written.
pub fn form_of(measure: &str) -> Form {
    if COUNTS.contains(&measure) {
        Form::Count
    } else if OF_COLLEAGUES.contains(&measure) {
        Form::Decimals(2)
    } else {
        Form::Share(2)
    }
}

/// The old address of the measures of all schools.
pub async fn moved(_: Researcher, Query(fields): Query<Fields>) -> Response {
    let to = format!("{PATH}{}", super::recipe::query(&fields));
    Redirect::permanent(&to).into_response()
}

pub async fn show_networks(
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
    let schools = desk::networks(&app, w, &desk.key.snapshot_hash).await?;
    let (wave, relation) = chosen(&desk);
    let drawings: Vec<(String, Drawing)> = schools
        .iter()
        .filter_map(|school| {
            let net = school.network(&wave, &relation, desk.recipe.cut)?;
            Some((school.school.clone(), drawn(school, &wave, &net)))
        })
        .collect();
    let together = (!drawings.is_empty()).then(|| together(w, &drawings, (&wave, &relation)));
    if let Some(file) = figure::as_file(&app, w, &file, &together).await {
        return file;
    }
    let shown_now = [("wave", wave.as_str()), ("relation", relation.as_str())];
    let files = figure::address(&desk.link(PATH, &shown_now));
    let pictures: Vec<Picture> = drawings
        .iter()
        .enumerate()
        .map(|(place, (school, drawing))| {
            let title = title(w, school, drawing);
            Picture {
                school: school.clone(),
                href: of_school(&desk, school, &wave, &relation),
                svg: small(&Heading::new(format!("net-{place}"), title, "", w), drawing),
            }
        })
        .collect();
    let table = table(w, &desk);
    let n_missing = table.rows.len().saturating_sub(pictures.len());
    let missing = if schools.is_empty() {
        w.t("networks-none")
    } else if n_missing > 0 {
        w.t1("networks-missing-some", "n", n_missing)
    } else {
        String::new()
    };
    Ok(show(&NetworksPage {
        frame: desk.frame(&app, &visitor, w.t("networks-title"), PATH),
        head: desk.head(&visitor, PATH),
        waves: ticks(&desk.findings.contents.waves, &wave, str::to_owned),
        relations: ticks(&desk.findings.contents.relations, &relation, |key| {
            relation_name(w, key)
        }),
        missing,
        pictures,
        together,
        files,
        table: shown(w, &desk, &table, (&wave, &relation)),
    }))
}

/// Things of which one is chosen.
pub fn ticks(keys: &[String], chosen: &str, name: impl Fn(&str) -> String) -> Vec<Tick> {
    keys.iter()
        .map(|key| Tick {
            key: key.clone(),
            label: name(key),
            on: key == chosen,
        })
        .collect()
}

/// The wave and the relation that the address asks for.
pub fn chosen(desk: &Desk) -> (String, String) {
    let contents = &desk.findings.contents;
    let wave = desk.pick("wave", &contents.waves);
    let asked: Vec<String> = contents
        .relations
        .iter()
        .filter(|relation| {
            let mut rows = desk.findings.networks.iter();
            rows.any(|row| row.wave == wave && row.relation == **relation)
        })
        .cloned()
        .collect();
    let relation = desk.pick_or("relation", &asked, asked.first());
    (wave, relation)
}

pub fn of_school(desk: &Desk, school: &str, wave: &str, relation: &str) -> String {
    desk.link(
        &format!("{PATH}/{school}"),
        &[("wave", wave), ("relation", relation)],
    )
}

/// What a picture says to who does not see it.
pub fn title(w: Words, of: &str, drawing: &Drawing) -> String {
    let mut args = fluent_bundle::FluentArgs::new();
    args.set("school", of);
    args.set("n", drawing.dots.len());
    args.set("ties", drawing.n_ties());
    w.with("networks-picture", &args)
}

fn together(w: Words, drawings: &[(String, Drawing)], (wave, relation): (&str, &str)) -> Figure {
    let of = format!("{}, {wave}", relation_name(w, relation));
    let title = format!("{}: {of}", w.t("networks-pictures"));
    let heading = Heading::new("together", title, w.t("networks-more"), w);
    let words = ManyWords {
        school: w.t("apa-col-school"),
        people: w.t("schools-n"),
        ties: w.t("networks-ties"),
    };
    many(&heading, &words, drawings)
}

/// Everyone who was there, in place, and the ties between them.
pub fn drawn(school: &SchoolNetworks, wave: &str, net: &Network) -> Drawing {
    let here = school.wave(wave).map(|wave| wave.here.as_slice());
    // Which dot each position is.
    let mut dot_of: Vec<Option<usize>> = vec![None; net.n_positions()];
    let mut dots: Vec<Dot> = Vec::new();
    for member in here.unwrap_or_default() {
        let index = member.person as usize;
        let Some(at) = school.persons.get(index).and_then(|person| person.place) else {
            continue;
        };
        dot_of[index] = Some(dots.len());
        dots.push(Dot {
            at,
            answered: member.responded,
            number: index + 1,
        });
    }
    let is_tie = |ego: usize, alter: usize| net.successors(ego).contains(&(alter as u32));
    let lines = net
        .ties()
        .filter_map(|(ego, alter, _)| {
            let both = is_tie(alter, ego);
            // A tie both ways is one line.
            if both && ego > alter {
                return None;
            }
            Some(Line {
                from: dot_of[ego]?,
                to: dot_of[alter]?,
                both,
            })
        })
        .collect();
    Drawing { dots, lines }
}

/// One measure with the range that missing answers leave.
pub fn cell(w: Words, row: &NetworkMeasure) -> Cell {
    match (row.value, row.bounds) {
        (Ok(value), Some((lower, upper))) if upper - lower > 1e-9 => {
            Cell::Within(value, (lower, upper))
        }
        (Ok(value), _) => Cell::Number(value),
        (Err(why), _) => Cell::Why(scale_words::why(w, why)),
    }
}

/// The measures of all schools, sorted as the address asks.
pub fn table(w: Words, desk: &Desk) -> ApaTable {
    let (wave, relation) = chosen(desk);
    let of_these: Vec<&NetworkMeasure> = desk
        .findings
        .networks
        .iter()
        .filter(|row| row.wave == wave && row.relation == relation)
        .collect();
    let mut measures: Vec<&str> = Vec::new();
    for row in &of_these {
        if !measures.contains(&row.measure.as_str()) {
            measures.push(&row.measure);
        }
    }
    let measure = |key: &str| w.t(&format!("measure-{key}"));
    let mut columns = vec![
        Column::text("school", w.t("apa-col-school")),
        Column::number("n_actors", w.t("schools-n"), Form::Count, "n_actors"),
        Column::number(
            "response_rate",
            measure("response_rate"),
            Form::Percent,
            "response_rate",
        ),
    ];
    columns.extend(measures.iter().map(|name| Column {
        about: definition::of(name).map(|one| one.name.to_owned()),
        ..Column::number(name, measure_name(w, name), form_of(name), name)
    }));
    let mut rows: Vec<Row> = of_these
        .chunk_by(|a, b| a.school == b.school)
        .map(|rows| {
            let first = rows[0];
            let mut cells = vec![
                Cell::Text(first.school.clone()),
                Cell::Number(first.n_actors as f64),
                Cell::of(first.response_rate),
            ];
            cells.extend(measures.iter().map(|name| {
                let row = rows.iter().find(|row| row.measure == **name);
                row.map_or(Cell::Empty, |row| cell(w, row))
            }));
            Row {
                leads_to: Some(of_school(desk, &first.school, &wave, &relation)),
                ..Row::of(cells)
            }
        })
        .collect();
    let (by, falling) = sorting(desk, &columns);
    sort(&mut rows, by, falling);
    let mut notes = vec![w.t("apa-note-range")];
    notes.extend(made(w, desk));
    notes.push(w.t("networks-more"));
    ApaTable {
        name: "networks".to_owned(),
        title: w.t2(
            "apa-title-networks",
            "relation",
            relation_name(w, &relation),
            "wave",
            wave.as_str(),
        ),
        columns,
        rows,
        notes,
    }
}

fn said<'d>(desk: &'d Desk, name: &str) -> &'d str {
    let found = desk.beside.iter().find(|(own, _)| own == name);
    found.map_or("", |(_, value)| value.as_str())
}

/// The column that the address sorts by, and whether from high to low. Schools by name when it says nothing.
fn sorting(desk: &Desk, columns: &[Column]) -> (usize, bool) {
    let asked = said(desk, "sort");
    let by = columns.iter().position(|column| column.key == asked);
    (by.unwrap_or(0), said(desk, "order") == "falling")
}

/// Rows without a number come last, whichever way.
fn sort(rows: &mut [Row], by: usize, falling: bool) {
    let number = |row: &Row| match row.cells.get(by) {
        Some(Cell::Number(value) | Cell::Within(value, _)) => Some(*value),
        _ => None,
    };
    if by == 0 {
        if falling {
            rows.reverse();
        }
        return;
    }
    // The order of the schools decides where two are equal.
    rows.sort_by(|a, b| match (number(a), number(b)) {
        (Some(a), Some(b)) if falling => b.total_cmp(&a),
        (Some(a), Some(b)) => a.total_cmp(&b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    });
}

fn shown(w: Words, desk: &Desk, table: &ApaTable, (wave, relation): (&str, &str)) -> Shown {
    let (by, falling) = sorting(desk, &table.columns);
    let key = table.columns[by].key.as_str();
    let order = if falling { "falling" } else { "rising" };
    let state = [
        ("wave", wave),
        ("relation", relation),
        ("sort", key),
        ("order", order),
    ];
    let mut shown = Shown::of(w, desk, table, &state);
    for (place, heading) in shown.heads.iter_mut().enumerate() {
        // Numbers are asked for from high to low first.
        let falls = if place == by { !falling } else { place > 0 };
        let order = if falls { "falling" } else { "rising" };
        heading.sort = desk.link(
            PATH,
            &[
                ("wave", wave),
                ("relation", relation),
                ("sort", &table.columns[place].key),
                ("order", order),
            ],
        );
        if place == by {
            heading.sorted = if falling { "descending" } else { "ascending" };
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_sorted_and_who_has_no_number_comes_last() {
        let row = |name: &str, cell: Cell| Row::of(vec![Cell::Text(name.into()), cell]);
        let mut rows = vec![
            row("a", Cell::Why("no ties".into())),
            row("b", Cell::Number(0.2)),
            row("c", Cell::Within(0.4, (0.3, 0.5))),
            row("d", Cell::Number(0.2)),
        ];
        let names = |rows: &[Row]| -> String {
            let name = |row: &Row| match &row.cells[0] {
                Cell::Text(text) => text.clone(),
                _ => String::new(),
            };
            rows.iter().map(name).collect()
        };
        sort(&mut rows, 1, true);
        assert_eq!(names(&rows), "cbda");
        sort(&mut rows, 1, false);
        assert_eq!(names(&rows), "bdca");
    }
}
