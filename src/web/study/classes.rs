//! Classes of pupils: which there are, and making them, one by one or from a list.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form as Sent;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;

use super::amending::frame;
use crate::domain::id::{MemberId, SchoolId};
use crate::domain::roster::Unit;
use crate::exchange::classes_csv::{self, ClassLine};
use crate::fieldwork::classes::{self, ClassRefusal, NewClass};
use crate::locale::Words;
use crate::storage::schools::School;
use crate::storage::{StorageError, Tx, classes as kept, rosters, schools};
use crate::web::access::Owner;
use crate::web::app::App;
use crate::web::filled::{Filled, Form, Section};
use crate::web::form::{Fields, field};
use crate::web::frame::Frame;
use crate::web::problem::{Problem, show};

#[derive(Template)]
#[template(path = "web/pages/classes.html")]
struct ClassesPage {
    frame: Frame,
    rows: Vec<ClassRow>,
    faults: Vec<(String, String)>,
    forms: Vec<Form>,
    policy: String,
}

struct ClassRow {
    href: String,
    name: String,
    school: String,
    year_group: String,
    counts: [i64; 3],
}

pub const PATH: &str = "/study/classes";

/// Faults of a list by their code, and the words in which each is told.
const FAULTS: [(&str, &str); 11] = [
    ("school_unknown", "classes-fault-school-unknown"),
    ("class_size", "classes-fault-class-size"),
    ("class_twice", "classes-fault-class-twice"),
    ("empty_file", "classes-fault-empty-file"),
    ("file_empty", "classes-fault-file-empty"),
    ("not_text", "classes-fault-not-text"),
    ("not_a_table", "classes-fault-not-a-table"),
    ("column_missing", "classes-fault-column-missing"),
    ("column_twice", "classes-fault-column-twice"),
    ("value_missing", "classes-fault-value-missing"),
    ("not_a_number", "classes-fault-not-a-number"),
];

pub async fn show_classes(visitor: Owner, State(app): State<App>) -> Result<Response, Problem> {
    page(&app, &visitor, &Filled::default()).await
}

async fn rows(tx: &mut Tx, visitor: &Owner) -> Result<(Vec<School>, Vec<ClassRow>), StorageError> {
    let study_id = visitor.0.study.study_id;
    let own = schools::of_study(tx, study_id).await?;
    let mut counts: BTreeMap<SchoolId, (String, [i64; 3])> = kept::counts(tx, study_id)
        .await?
        .into_iter()
        .map(|(id, year, counts)| (id, (year, counts)))
        .collect();
    let parts = schools::parts_of_study(tx, study_id, Unit::Class).await?;
    let row = |part: schools::Part| {
        let school = own
            .iter()
            .find(|school| Some(school.school_id) == part.part_of);
        let (year_group, counts) = counts.remove(&part.unit.school_id).unwrap_or_default();
        ClassRow {
            href: format!("{PATH}/{}", part.unit.school_id),
            name: part.unit.name,
            school: school.map(|school| school.name.clone()).unwrap_or_default(),
            year_group,
            counts,
        }
    };
    let rows = parts.into_iter().map(row).collect();
    Ok((own, rows))
}

async fn page(app: &App, visitor: &Owner, filled: &Filled) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let (own, rows) = rows(&mut tx, visitor).await.map_err(failed)?;
    drop(tx);
    let forms = vec![one(w, filled, &own), many(w, filled)];
    let policy = visitor.0.study.design.conditions.pupil_consent;
    let page = ClassesPage {
        frame: frame(app, visitor, w.t("classes-title"), PATH),
        rows,
        faults: filled.faults(&forms),
        forms,
        policy: w.t(&format!("pupil-{}", policy.key())),
    };
    let code = match filled.is_good() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok((code, show(&page)).into_response())
}

fn one(w: Words, filled: &Filled, schools: &[School]) -> Form {
    let options = schools
        .iter()
        .map(|school| (school.key.clone(), school.name.clone()));
    Form {
        action: PATH.into(),
        sections: vec![Section {
            title: w.t("classes-one"),
            fields: vec![
                filled
                    .field("school", "select", w.t("classes-school"))
                    .options(options.collect()),
                filled
                    .field("name", "text", w.t("classes-name"))
                    .help(w.t("classes-name-help")),
                filled
                    .field("year_group", "text", w.t("classes-year"))
                    .optional(),
                filled.field("pupils", "number", w.t("classes-pupils")),
            ],
            ..Section::default()
        }],
        button: w.t("classes-make"),
        ..Form::default()
    }
}

fn many(w: Words, filled: &Filled) -> Form {
    Form {
        action: format!("{PATH}/file"),
        sections: vec![Section {
            title: w.t("classes-many"),
            fields: vec![
                filled
                    .field("list", "area", w.t("classes-list"))
                    .help(w.t("classes-list-help")),
            ],
            ..Section::default()
        }],
        button: w.t("classes-make-many"),
        second: true,
        ..Form::default()
    }
}

/// What a page says of a class that was not made.
pub fn told(w: Words, refusal: &ClassRefusal) -> String {
    match refusal {
        ClassRefusal::NotInformed(n) => w.t1(refusal.key(), "n", *n),
        other => w.t(other.key()),
    }
}

pub async fn make(
    visitor: Owner,
    State(app): State<App>,
    Sent(fields): Sent<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let mut filled = Filled::of(&fields);
    let name = filled.text(w, "name");
    let n_pupils = filled.number(w, "pupils").unwrap_or(0.0) as usize;
    let line = ClassLine {
        line: 1,
        school: filled.value("school").to_owned(),
        class: name,
        year_group: filled.value("year_group").chars().take(20).collect(),
        pupils: n_pupils,
        teachers: Vec::new(),
    };
    if filled.is_good() {
        match make_all(&app, &visitor, vec![line]).await? {
            Ok(class) => {
                let to = class.map_or(PATH.to_owned(), |class| format!("{PATH}/{class}"));
                return Ok(Redirect::to(&to).into_response());
            }
            Err((_, refusal)) => {
                let name = match refusal {
                    ClassRefusal::Size => "pupils",
                    ClassRefusal::NotATeacher => "school",
                    _ => "name",
                };
                filled.refuse(name, told(w, &refusal));
            }
        }
    }
    page(&app, &visitor, &filled).await
}

pub async fn make_many(
    visitor: Owner,
    State(app): State<App>,
    Sent(fields): Sent<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let mut filled = Filled::of(&fields);
    let mut tx = app.store().read().await.map_err(failed)?;
    let own = schools::of_study(&mut tx, visitor.0.study.study_id)
        .await
        .map_err(failed)?;
    drop(tx);
    let keys: Vec<String> = own.into_iter().map(|school| school.key).collect();
    let list = field(&fields, "list").unwrap_or_default();
    match classes_csv::read("classes.csv", list.as_bytes(), &keys) {
        Err(faults) => {
            for (place, fault) in faults.reported().iter().enumerate() {
                let known = FAULTS.iter().find(|(code, _)| *code == fault.code);
                let what = w.t(known.map_or("classes-fault-other", |(_, key)| key));
                let told = match fault.line {
                    0 => format!("{}: {what}", w.t("rosters-fault-file")),
                    line => w.t2("classes-fault", "line", line, "what", what),
                };
                filled.refuse(format!("line {place}"), told);
            }
        }
        Ok(lines) => match make_all(&app, &visitor, lines).await? {
            Ok(_) => return Ok(Redirect::to(PATH).into_response()),
            Err((line, refusal)) => {
                let what = told(w, &refusal);
                let told = w.t2("classes-fault", "line", line, "what", what);
                filled.refuse("list", told);
            }
        },
    }
    page(&app, &visitor, &filled).await
}

/// Makes all of them or, with the first that cannot be made, none. The last one made.
async fn make_all(
    app: &App,
    visitor: &Owner,
    lines: Vec<ClassLine>,
) -> Result<Result<Option<SchoolId>, (u64, ClassRefusal)>, Problem> {
    let (act, mut rng, study) = (
        app.act(visitor.0.actor()),
        app.rng(),
        visitor.0.study.clone(),
    );
    let made = app
        .store()
        .write(move |tx| {
            async move {
                let own = schools::of_study(tx, study.study_id)
                    .await
                    .map_err(|error| (0, error.into()))?;
                let mut made = None;
                for line in lines {
                    let at = line.line;
                    let one = one_of(tx, &study, &own, line).await;
                    let class = one.map_err(|refusal| (at, refusal))?;
                    let unit = classes::make(tx, &act, &mut rng, &study, &class).await;
                    made = Some(unit.map_err(|refusal| (at, refusal))?);
                }
                Ok::<_, Refused>(made)
            }
            .boxed()
        })
        .await;
    match made {
        Ok(made) => Ok(Ok(made)),
        Err(Refused(_, ClassRefusal::Failed(error))) => {
            Err(Problem::storage(app, visitor.0.words, &error))
        }
        Err(Refused(line, refusal)) => Ok(Err((line, refusal))),
    }
}

/// The line on which making classes ended, and why.
struct Refused(u64, ClassRefusal);

impl From<(u64, ClassRefusal)> for Refused {
    fn from((line, refusal): (u64, ClassRefusal)) -> Self {
        Self(line, refusal)
    }
}

impl From<StorageError> for Refused {
    fn from(error: StorageError) -> Self {
        Self(0, error.into())
    }
}

async fn one_of(
    tx: &mut Tx,
    study: &crate::fieldwork::study::Study,
    own: &[School],
    line: ClassLine,
) -> Result<NewClass, ClassRefusal> {
    let Some(school) = own.iter().find(|school| school.key == line.school) else {
        return Err(ClassRefusal::NotATeacher);
    };
    let mut teachers: Vec<MemberId> = Vec::new();
    for key in &line.teachers {
        let person = rosters::person_by_key(tx, study.study_id, key).await?;
        let member = match person {
            Some(person) => rosters::member_of(tx, person, school.school_id).await?,
            None => None,
        };
        teachers.push(member.ok_or(ClassRefusal::NotATeacher)?);
    }
    Ok(NewClass {
        school: school.clone(),
        name: line.class,
        year_group: line.year_group,
        n_pupils: line.pupils,
        teachers,
    })
}
