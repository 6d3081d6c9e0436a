//! Forgetting a person at their request: told what goes and what stays, with the choice that is the person's, and confirmed
//! by the name.

use askama::Template;
use axum::Form as Sent;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::rosters::{frame, list_path};
use crate::conclude;
use crate::domain::id::MemberId;
use crate::domain::roster::{Member, likeness};
use crate::domain::study::Objection;
use crate::fieldwork::erase::EraseRefusal;
use crate::forget::{self, ForgetFailure, Request};
use crate::storage::schools::School;
use crate::storage::{StorageError, rosters, schools};
use crate::web::access::Owner;
use crate::web::app::App;
use crate::web::filled::{Filled, Form, Section};
use crate::web::form::Fields;
use crate::web::frame::Frame;
use crate::web::problem::{Kind, Problem, show};

#[derive(Template)]
#[template(path = "web/pages/erase.html")]
struct ErasePage {
    frame: Frame,
    /// The page of the member.
    back: String,
    name: String,
    goes: Vec<String>,
    /// What may be chosen, with what it means.
    choices: Vec<(String, String)>,
    stays: Vec<String>,
    faults: Vec<(String, String)>,
    forms: Vec<Form>,
}

#[derive(Template)]
#[template(path = "web/pages/erased.html")]
struct ErasedPage {
    frame: Frame,
    lines: Vec<String>,
    back: String,
}

/// A member of a school of this study.
pub(super) async fn member(
    app: &App,
    visitor: &Owner,
    key: &str,
    id: Uuid,
) -> Result<(School, Member), Problem> {
    let w = visitor.0.words;
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let units = schools::units_of_study(&mut tx, visitor.0.study.study_id)
        .await
        .map_err(failed)?;
    let nobody = || Problem::new(app, w, Kind::NotFound);
    let school = units.into_iter().find(|school| school.key == key);
    let school = school.ok_or_else(nobody)?;
    let all = rosters::of_school(&mut tx, school.school_id)
        .await
        .map_err(failed)?;
    let member = all
        .into_iter()
        .find(|member| member.member_id == MemberId(id));
    Ok((school, member.ok_or_else(nobody)?))
}

fn page(
    app: &App,
    visitor: &Owner,
    (school, member): &(School, Member),
    filled: &Filled,
) -> ErasePage {
    let w = visitor.0.words;
    let back = format!("{}/{}", list_path(&school.key), member.member_id);
    let policies = Objection::ALL.map(|policy| {
        let letter = policy.letter();
        let key = letter.to_lowercase();
        let title = w.t(&format!("erase-{key}"));
        (letter.to_owned(), title, w.t(&format!("erase-{key}-means")))
    });
    let mut options = vec![(String::new(), String::new())];
    options.extend(
        policies
            .iter()
            .map(|(letter, title, _)| (letter.clone(), title.clone())),
    );
    let forms = vec![Form {
        action: format!("{back}/erase"),
        sections: vec![Section {
            fields: vec![
                filled
                    .field("policy", "select", w.t("erase-policy"))
                    .options(options),
                filled
                    .field("confirm", "text", w.t("erase-confirm"))
                    .help(w.t1("erase-confirm-help", "name", member.name.as_str())),
            ],
            ..Section::default()
        }],
        button: w.t("erase-do"),
        ..Form::default()
    }];
    let told = |keys: &[&str]| keys.iter().map(|key| w.t(key)).collect();
    ErasePage {
        frame: frame(app, visitor, "erase-title", &format!("{back}/erase")),
        name: member.name.clone(),
        goes: told(&[
            "erase-goes-contact",
            "erase-goes-answers",
            "erase-goes-written",
            "erase-goes-results",
        ]),
        choices: policies
            .into_iter()
            .map(|(_, title, means)| (title, means))
            .collect(),
        stays: told(&[
            "erase-stays-told",
            "erase-stays-links",
            "erase-stays-texts",
            "erase-stays-backups",
            "erase-stays-list",
        ]),
        faults: filled.faults(&forms),
        forms,
        back,
    }
}

pub async fn show_erase(
    visitor: Owner,
    State(app): State<App>,
    Path((key, id)): Path<(String, Uuid)>,
) -> Result<Response, Problem> {
    let found = member(&app, &visitor, &key, id).await?;
    Ok(show(&page(&app, &visitor, &found, &Filled::default())))
}

pub async fn erase(
    visitor: Owner,
    State(app): State<App>,
    Path((key, id)): Path<(String, Uuid)>,
    Sent(fields): Sent<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let found = member(&app, &visitor, &key, id).await?;
    let mut filled = Filled::of(&fields);
    let policy = Objection::from_letter(filled.value("policy"));
    if policy.is_none() {
        filled.refuse("policy", w.t("filled-choose"));
    }
    if likeness(filled.value("confirm")) != likeness(&found.1.name) {
        filled.refuse("confirm", w.t("erase-not-the-name"));
    }
    let Some(policy) = policy.filter(|_| filled.is_good()) else {
        let page = show(&page(&app, &visitor, &found, &filled));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    let request = Request {
        person_id: found.1.person_id,
        policy,
    };
    let (act, study) = (app.act(visitor.0.actor()), visitor.0.study.clone());
    let (at, ledger) = (act.at, app.erasures());
    let mut rng = app.rng();
    let done = forget::forget(app.store(), ledger, &study, request, act, &mut rng).await;
    let (erased, wiped) = match done {
        Ok(erased) => (erased, true),
        Err(ForgetFailure::NotWiped { erased, error }) => {
            tracing::warn!(%error, "a person is forgotten, and the files are not wiped yet");
            (erased, false)
        }
        Err(ForgetFailure::Refused(EraseRefusal::Unknown)) => {
            return Err(Problem::new(&app, w, Kind::NotFound));
        }
        Err(ForgetFailure::Refused(EraseRefusal::Failed(error))) => {
            return Err(Problem::storage(&app, w, &error));
        }
        Err(error) => return Err(Problem::failure(&app, w, &error)),
    };
    let mut lines = vec![w.t("erased-lead")];
    if erased.free_texts > 0 {
        lines.push(w.t1("erased-texts", "n", erased.free_texts));
    }
    if erased.concluded {
        lines.push(w.t("erased-results"));
        // Computing them anew may take longer than a visitor waits.
        let store = app.store().clone();
        tokio::spawn(async move {
            if let Err(error) = conclude::conclude(&store, &study, at).await {
                tracing::error!(%error, "a study could not be concluded anew");
            }
        });
    }
    if !wiped {
        lines.push(w.t("erased-not-wiped"));
    } else if !app.store().is_embedded() {
        lines.push(w.t("erased-postgres"));
    }
    let back = list_path(&key);
    Ok(show(&ErasedPage {
        frame: frame(&app, &visitor, "erased-title", &back),
        lines,
        back,
    }))
}
