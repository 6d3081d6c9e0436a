//! One school from close by: its people in the same place over the waves, who names whom, where each stands, and where those
//! stand who hold a role alone. Pseudonyms only, and on this desk alone.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use schakel_analysis::measure::position_of;
use schakel_analysis::network::{Cell as NetworkCell, Network, Symmetry, symmetrize};

use super::desk::{self, Desk, Head, Tick};
use super::networks::{cell, chosen, drawn, form_of, ticks, title};
use crate::evaluation::school_networks::{Member, SchoolNetworks};
use crate::locale::Words;
use crate::reports::apa;
use crate::reports::figure::network_picture::{PictureWords, large};
use crate::reports::figure::sociomatrix::{MatrixCell, MatrixPerson, MatrixWords, sociomatrix};
use crate::reports::figure::{Figure, Heading};
use crate::reports::school::relation_name;
use crate::reports::sentence;
use crate::web::access::Researcher;
use crate::web::app::App;
use crate::web::figure::{self, AsFile};
use crate::web::form::Fields;
use crate::web::frame::Frame;
use crate::web::problem::{Kind, Problem, show};
use crate::web::research::contrast::measure_name;

/// More people than this have no matrix: nobody could read it.
const MOST_IN_MATRIX: usize = 80;

#[derive(Template)]
#[template(path = "web/pages/one_school.html")]
struct SchoolPage {
    frame: Frame,
    head: Head,
    back: String,
    path: String,
    waves: Vec<Tick>,
    relations: Vec<Tick>,
    rules: Vec<Tick>,
    /// What the rule says, where the relation is read without direction.
    rule: String,
    waves_title: String,
    /// Wave and its picture; none where the relation was not asked.
    pictures: Vec<(String, Option<Figure>)>,
    /// Name, definition, value.
    measures: Vec<(String, String, String)>,
    actors: Vec<Actor>,
    definitions: Vec<(String, String)>,
    single: Vec<Single>,
    matrix: Option<Figure>,
    /// Where its files are.
    files: String,
}

struct Actor {
    number: usize,
    key: String,
    role: String,
    answered: bool,
    /// In-degree, out-degree, share, place.
    values: [String; 4],
}

/// Someone who holds a role alone.
struct Single {
    role: String,
    key: String,
    /// Named by, share, place, isolated.
    values: [String; 4],
}

pub async fn show_school(
    visitor: Researcher,
    State(app): State<App>,
    Path(key): Path<String>,
    Query(fields): Query<Fields>,
    Query(file): Query<AsFile>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let path = format!("/research/networks/{key}");
    let desk = match desk::open(&app, &visitor, &fields, "/research/networks").await? {
        Ok(desk) => desk,
        Err(page) => return Ok(page),
    };
    let schools = desk::networks(&app, w, &desk.key.snapshot_hash).await?;
    let Some(school) = schools.iter().find(|school| school.school == key) else {
        return Err(Problem::new(&app, w, Kind::NotFound));
    };
    let (wave, relation) = chosen(&desk);
    let asked = desk.beside.iter().find(|(name, _)| name == "symmetry");
    let symmetry = asked.and_then(|(_, name)| Symmetry::from_name(name));
    let read = |wave: &str| {
        let net = school.network(wave, &relation, desk.recipe.cut)?;
        match symmetry {
            Some(rule) => symmetrize(&net, rule).ok(),
            None => Some(net),
        }
    };
    let net = read(&wave);
    let matrix = net
        .as_ref()
        .filter(|_| members(school, &wave).len() <= MOST_IN_MATRIX)
        .map(|net| matrix(&visitor, school, (&wave, &relation), net));
    let waves = &desk.findings.contents.waves;
    let pictures: Vec<(String, Option<Figure>)> = waves
        .iter()
        .enumerate()
        .map(|(place, wave)| {
            let figure = read(wave).map(|net| picture(w, school, (place, wave), &relation, &net));
            (wave.clone(), figure)
        })
        .collect();
    let figures = pictures.iter().filter_map(|(_, figure)| figure.as_ref());
    if let Some(file) = figure::as_file(&app, w, &file, figures.chain(&matrix)).await {
        return file;
    }
    let mut shown = vec![("wave", wave.as_str()), ("relation", relation.as_str())];
    shown.extend(symmetry.map(|rule| ("symmetry", rule.name())));
    let files = figure::address(&desk.link(&path, &shown));
    Ok(show(&SchoolPage {
        frame: desk.frame(
            &app,
            &visitor,
            w.t1("desk-school-title", "school", key.as_str()),
            &path,
        ),
        head: desk.head(&visitor, &path),
        back: desk.link(
            "/research/networks",
            &[("wave", &wave), ("relation", &relation)],
        ),
        path,
        waves: ticks(&desk.findings.contents.waves, &wave, str::to_owned),
        relations: ticks(&desk.findings.contents.relations, &relation, |key| {
            relation_name(w, key)
        }),
        rules: rules(w, symmetry),
        rule: symmetry.map_or_else(String::new, |rule| {
            let rule = w.t(&format!("symmetry-{}", rule.name()));
            w.t1("school-symmetry-lead", "rule", rule)
        }),
        waves_title: w.t1("school-waves", "relation", relation_name(w, &relation)),
        pictures,
        measures: measures(w, &desk, &key, (&wave, &relation)),
        actors: net
            .as_ref()
            .map(|net| actors(&visitor, school, &wave, net))
            .unwrap_or_default(),
        definitions: [
            "in_degree",
            "out_degree",
            "in_degree_share",
            "in_degree_rank",
        ]
        .map(|name| {
            let about = desk.link(&format!("/research/measure/{name}"), &[]);
            (measure_name(w, name), about)
        })
        .into(),
        single: net
            .as_ref()
            .filter(|_| symmetry.is_none())
            .map(|net| single(&visitor, school, &wave, net))
            .unwrap_or_default(),
        matrix,
        files,
    }))
}

/// The network of one wave. What stands in it is numbered as in the list of positions.
fn picture(
    w: Words,
    school: &SchoolNetworks,
    (place, wave): (usize, &str),
    relation: &str,
    net: &Network,
) -> Figure {
    let drawing = drawn(school, wave, net);
    let of = format!("{}, {wave}, {}", school.school, relation_name(w, relation));
    let heading = Heading::new(
        format!("wave-{}", place + 1),
        title(w, &of, &drawing),
        w.t("school-waves-lead"),
        w,
    );
    let words = PictureWords {
        number: w.t("school-number"),
        named: w.t("matrix-named"),
    };
    large(&heading, &words, &drawing)
}

fn members<'s>(school: &'s SchoolNetworks, wave: &str) -> &'s [Member] {
    school.wave(wave).map_or(&[], |wave| wave.here.as_slice())
}

fn rules(w: Words, chosen: Option<Symmetry>) -> Vec<Tick> {
    let directed = Tick {
        key: String::new(),
        label: w.t("symmetry-directed"),
        on: chosen.is_none(),
    };
    let others = Symmetry::ALL.into_iter().map(|rule| Tick {
        key: rule.name().to_owned(),
        label: w.t(&format!("symmetry-{}", rule.name())),
        on: chosen == Some(rule),
    });
    std::iter::once(directed).chain(others).collect()
}

fn measures(
    w: Words,
    desk: &Desk,
    school: &str,
    (wave, relation): (&str, &str),
) -> Vec<(String, String, String)> {
    desk.findings
        .networks
        .iter()
        .filter(|row| row.school == school && row.wave == wave && row.relation == relation)
        .map(|row| {
            (
                measure_name(w, &row.measure),
                desk.link(&format!("/research/measure/{}", row.measure), &[]),
                apa::shown(w, form_of(&row.measure), &cell(w, row)),
            )
        })
        .collect()
}

fn role_name(visitor: &Researcher, role: &str) -> String {
    let w = visitor.0.words;
    let title = visitor.0.study.design.role_title(role);
    title.map_or_else(|| role.to_owned(), |title| title.say(w.0).to_owned())
}

/// Where each stands by the ties that are known; nothing where nothing is.
fn actors(visitor: &Researcher, school: &SchoolNetworks, wave: &str, net: &Network) -> Vec<Actor> {
    let w = visitor.0.words;
    let out_degrees = schakel_analysis::measure::actor_out_degree(net);
    members(school, wave)
        .iter()
        .map(|member| {
            let index = member.person as usize;
            let position = position_of(net, index).ok();
            let none = || "–".to_owned();
            let out = out_degrees.get(index).and_then(|degree| degree.ok());
            Actor {
                number: index + 1,
                key: school.persons[index].key.clone(),
                role: member
                    .role
                    .as_deref()
                    .map(|role| role_name(visitor, role))
                    .unwrap_or_default(),
                answered: member.responded,
                values: [
                    position
                        .as_ref()
                        .map_or_else(none, |at| at.in_degree.to_string()),
                    out.map_or_else(none, |degree| degree.to_string()),
                    position
                        .as_ref()
                        .map_or_else(none, |at| sentence::share(w, at.in_degree_share, 2)),
                    position.as_ref().map_or_else(none, |at| place(w, at.rank)),
                ],
            }
        })
        .collect()
}

/// A place may be shared: then it is a half.
fn place(w: Words, rank: f64) -> String {
    w.decimal(rank, usize::from(rank.fract() != 0.0))
}

fn single(visitor: &Researcher, school: &SchoolNetworks, wave: &str, net: &Network) -> Vec<Single> {
    let w = visitor.0.words;
    let roles = visitor.0.study.design.roles.iter();
    let here = members(school, wave);
    roles
        .filter(|role| role.single)
        .flat_map(|role| {
            let holders = here
                .iter()
                .filter(|member| member.role.as_ref() == Some(&role.key));
            holders.map(|member| (role.key.as_str(), member.person as usize))
        })
        .map(|(role, index)| Single {
            role: role_name(visitor, role),
            key: school.persons[index].key.clone(),
            values: match position_of(net, index) {
                Ok(at) => [
                    at.in_degree.to_string(),
                    sentence::share(w, at.in_degree_share, 2),
                    place(w, at.rank),
                    w.t(match at.isolated {
                        Some(true) => "school-yes",
                        Some(false) => "school-no",
                        None => "school-maybe",
                    }),
                ],
                Err(_) => ["–", "–", "–", "–"].map(str::to_owned),
            },
        })
        .collect()
}

/// Who names whom, with those of one role side by side.
fn matrix(
    visitor: &Researcher,
    school: &SchoolNetworks,
    (wave, relation): (&str, &str),
    net: &Network,
) -> Figure {
    let w = visitor.0.words;
    let here = members(school, wave);
    let person = |member: &Member| MatrixPerson {
        label: school.persons[member.person as usize].key.clone(),
        number: member.person as usize + 1,
        group: member.role.as_deref().map(|role| role_name(visitor, role)),
    };
    let cell =
        |ego: &Member, alter: &Member| match net.cell(ego.person as usize, alter.person as usize) {
            NetworkCell::Present(_) => MatrixCell::Named,
            NetworkCell::Absent => MatrixCell::NotNamed,
            NetworkCell::Unknown => MatrixCell::Unknown,
            NetworkCell::Impossible => MatrixCell::Impossible,
        };
    let cells: Vec<Vec<MatrixCell>> = here
        .iter()
        .map(|ego| here.iter().map(|alter| cell(ego, alter)).collect())
        .collect();
    let words = MatrixWords {
        named: w.t("matrix-named"),
        not_named: w.t("matrix-not-named"),
        unknown: w.t("matrix-unknown"),
        person: w.t("school-person"),
    };
    let of = format!("{}, {wave}, {}", school.school, relation_name(w, relation));
    let title = format!("{}: {of}", w.t("school-matrix"));
    let heading = Heading::new("matrix", title, w.t("school-matrix-lead"), w);
    let people: Vec<MatrixPerson> = here.iter().map(person).collect();
    sociomatrix(&heading, &words, &people, &cells)
}
