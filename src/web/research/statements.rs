//! The statements behind a cell of the joint display: what was said of a factor, by whom, at which schools. Only of cohorts
//! whose coding is locked.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;

use super::desk::{self, Desk};
use super::interviews::{load, source_name};
use crate::domain::coding::{Code, Codebook, Source, Step, settled};
use crate::domain::id::SchoolId;
use crate::evaluation::explanation::{Said, Voice};
use crate::fieldwork::code::Material;
use crate::locale::Words;
use crate::storage::{StorageError, schools};
use crate::web::access::Researcher;
use crate::web::app::App;
use crate::web::form::{Fields, field};
use crate::web::frame::Frame;
use crate::web::problem::{Problem, show};

const PATH: &str = "/research/statements";

#[derive(Template)]
#[template(path = "web/pages/statements.html")]
struct StatementsPage {
    frame: Frame,
    back: String,
    lead: String,
    lines: Vec<Line>,
}

struct Line {
    school: String,
    group: String,
    source: String,
    text: String,
    codes: String,
}

/// A statement of a cohort whose coding is locked.
pub struct Coded {
    pub said: Said,
    pub text: String,
}

/// Every statement that may stand beside the effects.
pub async fn coded(
    app: &App,
    visitor: &Researcher,
    material: &Material,
) -> Result<Vec<Coded>, Problem> {
    let failed = |error: StorageError| Problem::storage(app, visitor.0.words, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let keys: BTreeMap<SchoolId, String> = schools::of_study(&mut tx, visitor.0.study.study_id)
        .await
        .map_err(failed)?
        .into_iter()
        .map(|school| (school.school_id, school.key))
        .collect();
    drop(tx);
    let of = material.by_statement();
    let mut all = Vec::new();
    for statement in &material.statements {
        let locked = material.step(material.cohort(statement), Step::Locked);
        let (Some(_), Some(interview)) = (locked, material.interview(statement)) else {
            continue;
        };
        let Some(school) = keys.get(&interview.school_id) else {
            continue;
        };
        let known = of.get(&statement.statement_id);
        all.push(Coded {
            said: Said {
                school: school.clone(),
                source: interview.source,
                codes: known.and_then(|known| settled(known)).unwrap_or_default(),
            },
            text: statement.text.clone(),
        });
    }
    all.sort_by(|a, b| (&a.said.school, a.said.source).cmp(&(&b.said.school, b.said.source)));
    Ok(all)
}

/// Codes in words.
pub fn codes_in_words(w: Words, book: &Codebook, codes: &[Code]) -> String {
    if codes.is_empty() {
        return w.t("coding-no-factor");
    }
    let one = |code: &Code| {
        let factor = book.factor(&code.factor);
        let name = factor.map_or(code.factor.as_str(), |factor| factor.name.say(w.0));
        let direction = w.t(&format!("direction-{}", code.direction.key()));
        if code.implicit {
            format!("{name}: {direction} ({})", w.t("coding-implicit-short"))
        } else {
            format!("{name}: {direction}")
        }
    };
    codes.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// Which group a school is in, in words.
pub fn group_name(w: Words, desk: &Desk, school: &str) -> String {
    let of = |list: &[String]| list.iter().any(|key| key == school);
    match &desk.findings.groups {
        Some(groups) if of(&groups.high) => w.t("effects-high"),
        Some(groups) if of(&groups.low) => w.t("effects-low"),
        _ => String::new(),
    }
}

pub async fn show_statements(
    visitor: Researcher,
    State(app): State<App>,
    Query(fields): Query<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let desk = match desk::open(&app, &visitor, &fields, PATH).await? {
        Ok(desk) => desk,
        Err(page) => return Ok(page),
    };
    let material = load(&app, &visitor).await?;
    let all = coded(&app, &visitor, &material).await?;
    let factor = field(&fields, "factor").unwrap_or_default();
    let voice = field(&fields, "voice").and_then(Voice::from_key);
    let speaks = |source: Source| voice.is_none_or(|voice| voice.speaks_in(source));
    let in_groups = |school: &str| {
        desk.findings.groups.as_ref().is_none_or(|groups| {
            let mut both = groups.high.iter().chain(&groups.low);
            both.any(|key| key == school)
        })
    };
    let lines: Vec<Line> = all
        .iter()
        .filter(|one| speaks(one.said.source) && in_groups(&one.said.school))
        .filter(|one| one.said.codes.iter().any(|code| code.factor == factor))
        .map(|one| Line {
            school: one.said.school.clone(),
            group: group_name(w, &desk, &one.said.school),
            source: source_name(w, one.said.source),
            text: one.text.clone(),
            codes: codes_in_words(w, &material.codebook, &one.said.codes),
        })
        .collect();
    let name = material
        .codebook
        .factor(factor)
        .map_or(String::new(), |factor| factor.name.say(w.0).to_owned());
    let schools: std::collections::BTreeSet<&str> =
        lines.iter().map(|line| line.school.as_str()).collect();
    let title = w.t1("statements-title", "factor", name);
    let mut frame = desk.frame(&app, &visitor, title, PATH);
    for entry in &mut frame.menu {
        entry.current = entry.href.starts_with("/research/explanation");
    }
    Ok(show(&StatementsPage {
        frame,
        back: desk.link("/research/explanation", &[]),
        lead: w.t2(
            "statements-lead",
            "n",
            lines.len(),
            "schools",
            schools.len(),
        ),
        lines,
    }))
}
