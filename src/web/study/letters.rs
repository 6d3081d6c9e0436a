//! Printable letters with link, QR code and typed code, a page a person; and the same links as a file.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use qrcode::{Color, EcLevel, QrCode};

use super::choice::{Choice, Tab, tabs};
use super::invitations::no_windows;
use crate::domain::invitation::Letter;
use crate::exchange::letters_csv;
use crate::fieldwork::post;
use crate::fieldwork::study::Study;
use crate::fieldwork::wording::{self, Kind, Values};
use crate::locale::Words;
use crate::storage::invitations::{self, Status};
use crate::storage::outbox::{self, State as MailState};
use crate::storage::schools::School;
use crate::storage::windows::{self, Window};
use crate::storage::{StorageError, schools};
use crate::web::access::Owner;
use crate::web::app::App;
use crate::web::frame::{Frame, OWNER_MENU};
use crate::web::problem::{Kind as ProblemKind, Problem, show};

#[derive(Template)]
#[template(path = "web/pages/letters.html")]
struct LettersPage {
    frame: Frame,
    tabs: Vec<Tab>,
    window: String,
    /// Id and name of each school; empty once letters are shown.
    schools: Vec<(String, String)>,
    csv: String,
    made: String,
    letters: Vec<Printed>,
    chosen: bool,
}

struct Printed {
    tag: &'static str,
    w: Words,
    subject: String,
    paragraphs: Vec<String>,
    address: String,
    link: String,
    code: String,
    qr: Qr,
}

struct Qr {
    size: usize,
    path: String,
}

/// The dark squares of a QR code as one path, in runs; the quiet zone of four squares is around it.
fn qr(text: &str) -> Option<Qr> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let (width, colors) = (code.width(), code.to_colors());
    let mut path = String::new();
    for (y, row) in colors.chunks(width).enumerate() {
        let mut x = 0;
        while x < width {
            let dark = row[x..]
                .iter()
                .take_while(|color| **color == Color::Dark)
                .count();
            if dark > 0 {
                path += &format!("M{} {}h{dark}v1h-{dark}z", x + 4, y + 4);
            }
            x += dark.max(1);
        }
    }
    Some(Qr {
        size: width + 8,
        path,
    })
}

/// What a request asks to see: the invitations of a window that are still to be answered.
struct Asked {
    windows: Vec<Window>,
    window: Window,
    own: Vec<School>,
    /// None: nothing was chosen yet.
    statuses: Option<Vec<Status>>,
}

async fn asked(app: &App, visitor: &Owner, choice: &Choice) -> Result<Option<Asked>, Problem> {
    let w = visitor.0.words;
    let study = &visitor.0.study;
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let windows = windows::of_study(&mut tx, study.study_id)
        .await
        .map_err(failed)?;
    let Some(window) = choice.window(&windows, app.now()).cloned() else {
        return Ok(None);
    };
    let mut own = schools::units_of_study(&mut tx, study.study_id)
        .await
        .map_err(failed)?;
    own.retain(|school| {
        school.cohort == window.cohort && study.design.asks_at(&school.key, &window.wave)
    });
    let all = choice.school.as_deref() == Some("all");
    let school = choice.school(&own).map(|school| school.school_id);
    if choice.school.is_some() && !all && school.is_none() {
        return Err(Problem::new(app, w, ProblemKind::NotFound));
    }
    let mut statuses = None;
    if all || school.is_some() {
        let mut found =
            invitations::statuses(&mut tx, study.study_id, &window.cohort, &window.wave)
                .await
                .map_err(failed)?;
        let mails = outbox::of_study(&mut tx, study.study_id)
            .await
            .map_err(failed)?;
        let unreachable = |status: &Status| {
            status.email.is_none()
                || mails.iter().any(|mail| {
                    mail.invitation_id == status.invitation_id
                        && matches!(mail.state, MailState::Bounced | MailState::Failed)
                })
        };
        found.retain(|status| {
            status.submitted_at.is_none()
                && status.withdrawn_at.is_none()
                && status.silent.is_none()
                && own.iter().any(|one| one.school_id == status.school_id)
                && school.is_none_or(|id| id == status.school_id)
                && choice
                    .invitation
                    .as_ref()
                    .is_none_or(|id| *id == status.invitation_id.to_string())
                && (choice.only.as_deref() != Some("paper") || unreachable(status))
        });
        let order = |status: &Status| own.iter().position(|one| one.school_id == status.school_id);
        found.sort_by_key(order);
        statuses = Some(found);
    }
    Ok(Some(Asked {
        windows,
        window,
        own,
        statuses,
    }))
}

/// Every look at links is written down before they are shown.
async fn write_down(
    app: &App,
    visitor: &Owner,
    window: &Window,
    how: &'static str,
    n: usize,
) -> Result<(), Problem> {
    let act = app.act(visitor.0.actor());
    let noun = window.window_id.to_string();
    app.store()
        .write(move |tx| {
            async move {
                let detail = format!("{how}: {n}");
                post::look(tx, &act, "letters shown", &noun, &detail).await
            }
            .boxed()
        })
        .await
        .map_err(|error| Problem::storage(app, visitor.0.words, &error))
}

pub async fn show_letters(
    visitor: Owner,
    State(app): State<App>,
    Query(choice): Query<Choice>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let study = &visitor.0.study;
    let frame = Frame::new(&app, w, w.t("letters-title"), "/study/letters")
        .for_visit(&study.design.contact)
        .with_menu(&OWNER_MENU);
    let Some(asked) = asked(&app, &visitor, &choice).await? else {
        return Ok(no_windows(frame));
    };
    let window = &asked.window;
    let chosen = asked.statuses.is_some();
    let statuses = asked.statuses.unwrap_or_default();
    if chosen {
        write_down(&app, &visitor, window, "page", statuses.len()).await?;
    }
    let letters = statuses
        .iter()
        .map(|status| {
            let n = statuses
                .iter()
                .filter(|one| one.school_id == status.school_id)
                .count();
            let school = asked
                .own
                .iter()
                .find(|school| school.school_id == status.school_id)
                .map_or("", |school| school.name.as_str());
            printed(&app, study, window, status, school, n)
        })
        .collect();
    let zone = study.design.time_zone;
    let page = LettersPage {
        tabs: tabs("/study/letters", (&study.design, w), &asked.windows, window),
        window: window.window_id.to_string(),
        schools: if chosen {
            Vec::new()
        } else {
            let pair = |school: &School| (school.school_id.to_string(), school.name.clone());
            asked.own.iter().map(pair).collect()
        },
        csv: format!(
            "/study/letters.csv?window={}&school={}",
            window.window_id,
            if chosen {
                choice.school.as_deref().unwrap_or("all")
            } else {
                "all"
            }
        ),
        made: w.t1("invitations-sent-by", "at", w.day_and_time(app.now(), zone)),
        letters,
        chosen,
        frame: Frame {
            path: format!("/study/letters?window={}", window.window_id),
            ..frame
        },
    };
    Ok(show(&page))
}

fn printed(
    app: &App,
    study: &Study,
    window: &Window,
    status: &Status,
    school: &str,
    n_colleagues: usize,
) -> Printed {
    let w = Words(status.language);
    let (id, issue) = (status.invitation_id.0, status.issue);
    let mut due = study.due(None, &window.wave, std::slice::from_ref(&status.role));
    due.retain(|instrument| !instrument.separate);
    let minutes = wording::minutes(study, &window.wave, &due, status.language, n_colleagues);
    let values = Values {
        name: status.name.clone(),
        school: school.to_owned(),
        link: format!("{}/r#{}", app.base(), app.key().token(id, issue)),
        code: app.key().code(id, issue),
        closes: w.day_and_time(window.closes_at, study.design.time_zone),
        minutes: w.t1("minutes", "n", minutes),
    };
    let (subject, body) = wording::wording(&study.design, Kind::Letter, status.language, &values);
    Printed {
        tag: status.language.tag(),
        w,
        subject,
        paragraphs: body.split("\n\n").map(str::to_owned).collect(),
        address: format!("{}/r", app.base()),
        qr: qr(&values.link).unwrap_or(Qr {
            size: 1,
            path: String::new(),
        }),
        link: values.link,
        code: values.code,
    }
}

/// The same links as a file, for a mailing of the owner's own.
pub async fn letters_csv(
    visitor: Owner,
    State(app): State<App>,
    Query(choice): Query<Choice>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let missing = || Problem::new(&app, w, ProblemKind::NotFound);
    let asked = asked(&app, &visitor, &choice).await?.ok_or_else(missing)?;
    let statuses = asked.statuses.ok_or_else(missing)?;
    write_down(&app, &visitor, &asked.window, "file", statuses.len()).await?;
    let letters: Vec<(String, Letter)> = statuses
        .into_iter()
        .map(|status| {
            let school = asked
                .own
                .iter()
                .find(|school| school.school_id == status.school_id)
                .map_or(String::new(), |school| school.name.clone());
            let (id, issue) = (status.invitation_id.0, status.issue);
            let letter = Letter {
                invitation_id: status.invitation_id,
                member_id: status.member_id,
                name: status.name,
                email: status.email,
                language: status.language,
                token: app.key().token(id, issue),
                code: app.key().code(id, issue),
                new: false,
            };
            (school, letter)
        })
        .collect();
    let mut text = Vec::new();
    letters_csv::write(&mut text, app.base(), &letters)
        .map_err(|error| Problem::failure(&app, w, &error))?;
    let name = format!(
        "attachment; filename=\"letters-{}.csv\"",
        asked.window.window_id
    );
    Ok((
        [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
            (header::CONTENT_DISPOSITION, name),
        ],
        text,
    )
        .into_response())
}
