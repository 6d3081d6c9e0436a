//! The leadership card of one wave for the principal, in the card's own manner: headings, statements, a range from the
//! beginning to achieved with one's own place, the team's and the board's on it, and points to develop. On paper as on screen.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::home::passed;
use super::standing::{Standing, frame};
use crate::domain::card::{HEADINGS, Place, Rater};
use crate::domain::disclosure::Disclosed;
use crate::domain::opening::Part;
use crate::domain::roster::raters_key;
use crate::evaluation::card_portrait::{CardWave, Told};
use crate::locale::Words;
use crate::storage::records::pseudonym;
use crate::storage::{StorageError, rosters, schools};
use crate::web::access::Principal;
use crate::web::app::App;
use crate::web::frame::Frame;
use crate::web::problem::{Problem, show};
use crate::web::told;

#[derive(Template)]
#[template(path = "web/pages/principal_card.html")]
struct CardPage {
    frame: Frame,
    answered: String,
    begin: String,
    achieved: String,
    headings: Vec<Heading>,
    /// Names of those from outside who agreed to being shown.
    board: Vec<String>,
    /// One row per heading: before, now, for oneself and the team.
    over_waves: Vec<OverWaves>,
    waves: Vec<String>,
    passed: Vec<String>,
    links: Vec<(String, String)>,
}

struct Heading {
    title: String,
    own: String,
    team: String,
    difference: String,
    board: Vec<String>,
    rows: Vec<Row>,
}

struct Row {
    text: String,
    /// The same in words, for who does not see the range.
    spoken: String,
    marks: Vec<Mark>,
    own: String,
    team: String,
    difference: String,
    board: Vec<String>,
    own_tick: bool,
    /// Of every ten who handed in a card.
    ticks: String,
    cannot_judge: String,
}

/// A mark on the range, of 400 wide: a square for oneself, a circle for the team, a triangle for the board.
struct Mark {
    kind: &'static str,
    x: f64,
}

struct OverWaves {
    title: String,
    /// Per wave: own, team and their difference.
    cells: Vec<[String; 3]>,
}

#[derive(serde::Deserialize)]
pub struct Asked {
    wave: Option<String>,
}

pub async fn show_card(
    visitor: Principal,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let standing = Standing::load(&app, &visitor).await?;
    let (w, study) = (visitor.0.words, &visitor.0.study);
    let asked = asked.wave.unwrap_or_default();
    // What was not opened by its button is not shown.
    let Some(wave) = standing.opened_card(&asked) else {
        return Ok(Redirect::to("/principal").into_response());
    };
    let names = names_of_raters(&app, &visitor, &standing.school.key)
        .await
        .map_err(|error| Problem::storage(&app, w, &error))?;
    let board: Vec<String> = wave
        .board
        .iter()
        .map(|key| names.get(key).cloned().unwrap_or_else(|| w.t("own-gone")))
        .collect();
    let title = |heading| told::heading_text(w, study, Rater::Own, heading);
    let headings = (1..=HEADINGS.len())
        .map(|number| Heading {
            title: title(number),
            own: decimal(w, wave.own(number), 1),
            team: decimal(w, wave.team(number), 1),
            difference: difference(w, wave.above_team(number)),
            board: (0..board.len())
                .map(|rater| decimal(w, wave.board(number, rater), 1))
                .collect(),
            rows: wave
                .under(number)
                .map(|(statement, told)| {
                    row(
                        w,
                        told::statement_text(w, study, Rater::Own, statement),
                        told,
                    )
                })
                .collect(),
        })
        .collect();
    // Oldest first, and only what was opened.
    let mut opened: Vec<&CardWave> = standing
        .card
        .iter()
        .filter(|known| standing.has_opened(Part::Card, &known.wave))
        .collect();
    opened.reverse();
    let over_waves = (1..=HEADINGS.len())
        .map(|number| OverWaves {
            title: title(number),
            cells: opened
                .iter()
                .map(|known| {
                    let (own, team) = (known.own(number), known.team(number));
                    [
                        decimal(w, own, 1),
                        decimal(w, team, 1),
                        difference(w, known.above_team(number)),
                    ]
                })
                .collect(),
        })
        .collect();
    let path = format!("/principal/card?wave={}", wave.wave);
    let (passed, links) = passed(&visitor, &standing, Part::Card, &wave.wave);
    let answered = match wave.n_team.shown() {
        Ok(n) => w.t1("card-answered", "n", *n),
        Err(reason) => w.t(&format!("withheld-{}", reason.key())),
    };
    Ok(show(&CardPage {
        frame: frame(
            &app,
            &visitor.0,
            w.t1("card-title", "wave", wave.wave.as_str()),
            path,
        ),
        answered,
        begin: w.t("card-begin"),
        achieved: w.t("card-achieved"),
        headings,
        board,
        over_waves: if opened.len() > 1 {
            over_waves
        } else {
            Vec::new()
        },
        waves: opened.iter().map(|known| known.wave.clone()).collect(),
        passed,
        links,
    }))
}

/// Who is on the list of raters of a school, by what records call them.
async fn names_of_raters(
    app: &App,
    visitor: &Principal,
    school: &str,
) -> Result<BTreeMap<String, String>, StorageError> {
    let mut tx = app.store().read().await?;
    let key = raters_key(school);
    let units = schools::units_of_study(&mut tx, visitor.0.study.study_id).await?;
    let Some(unit) = units.iter().find(|unit| unit.key == key) else {
        return Ok(BTreeMap::new());
    };
    let members = rosters::of_school(&mut tx, unit.school_id).await?;
    Ok(members
        .into_iter()
        .map(|member| (pseudonym(member.person_id.0), member.name))
        .collect())
}

fn row(w: Words, text: String, told: &Told) -> Row {
    let own = told.own.and_then(|place| place.position);
    let team = told.team.shown().ok().copied();
    let mut marks = Vec::new();
    let mut mark = |kind, at: f64| {
        marks.push(Mark {
            kind,
            x: 20.0 + (at - 1.0) * 90.0,
        });
    };
    for place in told.board.iter().flatten().filter_map(|p| p.position) {
        mark("board", place as f64);
    }
    if let Some(mean) = team {
        mark("team", mean);
    }
    if let Some(place) = own {
        mark("own", place as f64);
    }
    let team_text = match told.team.shown() {
        Ok(mean) => match told.n.shown() {
            Ok(n) => format!("{} ({n})", w.decimal(*mean, 1)),
            Err(_) => w.decimal(*mean, 1),
        },
        Err(_) => "–".to_owned(),
    };
    let own_text = decimal(w, own.map(|place| place as f64), 0);
    Row {
        spoken: w.t2(
            "card-spoken",
            "own",
            own_text.as_str(),
            "team",
            team_text.as_str(),
        ),
        text,
        marks,
        difference: difference(w, own.zip(team).map(|(own, team)| own as f64 - team)),
        own: own_text,
        team: team_text,
        board: told.board.iter().map(|place| placed(w, *place)).collect(),
        own_tick: told.own.is_some_and(|place| place.ticked),
        ticks: of_ten(w, &told.ticked),
        cannot_judge: of_ten(w, &told.cannot_judge),
    }
}

fn placed(w: Words, place: Option<Place>) -> String {
    match place {
        Some(place) if place.cannot_judge => "?".to_owned(),
        Some(Place {
            position: Some(position),
            ticked,
            ..
        }) => {
            let tick = if ticked { " ✓" } else { "" };
            format!("{position}{tick}")
        }
        Some(place) if place.ticked => "✓".to_owned(),
        _ => w.t("card-open"),
    }
}

/// A share as so many of ten; a dash where it may not be told.
fn of_ten(w: Words, share: &Disclosed<f64>) -> String {
    match share.shown() {
        Ok(share) => w.t1("card-of-ten", "n", (share * 10.0).round() as i64),
        Err(_) => "–".to_owned(),
    }
}

fn decimal(w: Words, value: Option<f64>, decimals: usize) -> String {
    value.map_or_else(|| "–".to_owned(), |value| w.decimal(value, decimals))
}

/// Own less team, where both are shown.
fn difference(w: Words, above: Option<f64>) -> String {
    let Some(above) = above else {
        return "–".to_owned();
    };
    let tenths = (above * 10.0).round();
    let size = w.decimal(tenths.abs() / 10.0, 1);
    match tenths {
        t if t > 0.0 => format!("+{size}"),
        t if t < 0.0 => format!("−{size}"),
        _ => size,
    }
}
