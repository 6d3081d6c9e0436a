//! Making an account, or making one anew: address and password, the app, and the codes on paper.

use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use qrcode::QrCode;
use qrcode::render::svg;

use super::trying::{self, over, refused};
use crate::domain::account::{is_address, plain_address};
use crate::domain::second_factor::TotpSecret;
use crate::fieldwork::make_account::{self, MakeRefusal};
use crate::fieldwork::step::{Step, Why};
use crate::fieldwork::{administer, sign_in};
use crate::locale::Words;
use crate::storage::{StorageError, accounts, links};
use crate::web::account_page::{AccountPage, Entry, EntryForm};
use crate::web::app::App;
use crate::web::form::{Fields, field};
use crate::web::problem::{Problem, show};
use crate::web::visitor::{OnTheWay, SignedIn, load_account};

/// What was wrong with what was filled in.
#[derive(Default)]
struct Faults {
    address: Option<String>,
    password: Option<String>,
}

pub fn password_entries(w: Words, fault: Option<String>) -> Vec<Entry> {
    vec![
        Entry::new("new", "password", "new-password", w.t("password-new"))
            .help(w.t("password-help"))
            .fault(fault),
        Entry::new("again", "password", "new-password", w.t("password-again")),
    ]
}

async fn page(
    app: &App,
    visitor: &OnTheWay,
    (address, faults): (&str, Faults),
    signed_in: bool,
) -> Result<AccountPage, Problem> {
    let w = visitor.words;
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let mut entries = vec![
        Entry::new("address", "email", "username", w.t("account-address"))
            .value(address)
            .help(w.t("account-address-help"))
            .fault(faults.address),
    ];
    let mut page = AccountPage::new(app, w, "make-account-title", "/sign-in/new");
    match &visitor.underway.step {
        Step::Claim { link, .. } => {
            let link = links::load(&mut tx, *link).await.map_err(failed)?;
            let link = link.ok_or_else(|| over(app, w))?;
            let study = app.study(link.study_id, link.revision).await;
            let study = study.map_err(failed)?.ok_or_else(|| over(app, w))?;
            let role = w.t(&format!("people-{}", link.role));
            let title = study.design.title.say(w.0).to_owned();
            page.lead = w.t2("make-account-claim", "role", role, "study", title);
            page.links = vec![("/sign-in".to_owned(), w.t("make-account-have"))];
            if signed_in {
                page.forms.push(EntryForm {
                    action: "/sign-in/add",
                    title: w.t("make-account-add"),
                    button: w.t("make-account-add-go"),
                    ..EntryForm::default()
                });
            }
        }
        Step::Administrator { .. } => page.lead = w.t("make-account-administrator"),
        Step::Recover { restart, .. } => {
            let account = match visitor.underway.account_id {
                Some(id) => accounts::load(&mut tx, id).await.map_err(failed)?,
                None => None,
            };
            let account = account.ok_or_else(|| over(app, w))?;
            let key = if *restart {
                "make-account-restart"
            } else {
                "make-account-recover"
            };
            page.frame.title = w.t("make-account-recover-title");
            page.lead = w.t1(key, "address", account.address);
            entries.clear();
        }
        _ => return Err(over(app, w)),
    }
    entries.extend(password_entries(w, faults.password));
    page.forms.push(EntryForm {
        action: "/sign-in/new",
        entries,
        button: w.t("make-account-go"),
        ..EntryForm::default()
    });
    Ok(page)
}

pub async fn show_form(
    visitor: OnTheWay,
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let signed_in = load_account(&app, &headers)
        .await
        .map_err(|error| Problem::storage(&app, visitor.words, &error))?
        .is_some();
    let page = page(&app, &visitor, ("", Faults::default()), signed_in).await?;
    Ok(show(&page))
}

pub async fn choose(
    visitor: OnTheWay,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.words;
    let given = field(&fields, "address").unwrap_or_default();
    let address = plain_address(given);
    let recovers = matches!(visitor.underway.step, Step::Recover { .. });
    let mut faults = Faults::default();
    if !recovers && !is_address(&address) {
        faults.address = Some(w.t("filled-not-an-address"));
    }
    let hash = match trying::new_password(&app, w, &fields, &address).await {
        Ok(hash) => hash,
        Err(fault) => {
            faults.password = Some(fault);
            String::new()
        }
    };
    if faults.address.is_some() || faults.password.is_some() {
        let page = page(&app, &visitor, (given, faults), false).await?;
        return Ok(refused(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    let (act, mut rng, underway) = (app.act("visitor"), app.rng(), visitor.underway.clone());
    let mends = matches!(underway.step, Step::Recover { restart: false, .. });
    let chosen = app
        .store()
        .write::<_, MakeRefusal, _>(move |tx| {
            async move {
                if mends {
                    let next = administer::mend(tx, &act, &mut rng, &underway, hash).await?;
                    return next.ok_or(MakeRefusal::LinkUsed);
                }
                make_account::choose(tx, &act, &mut rng, &underway, (address, hash)).await
            }
            .boxed()
        })
        .await;
    match chosen {
        Ok(secret) if mends => Ok(trying::to_step(&app, &secret, "/sign-in/code")),
        Ok(secret) => Ok(trying::to_step(&app, &secret, "/sign-in/app")),
        Err(MakeRefusal::Taken) => {
            let faults = Faults {
                address: Some(w.t("make-account-taken")),
                ..Faults::default()
            };
            let page = page(&app, &visitor, (given, faults), false).await?;
            Ok(refused(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(MakeRefusal::Failed(error)) => Err(Problem::storage(&app, w, &error)),
        Err(MakeRefusal::LinkUsed | MakeRefusal::WrongCode) => Err(over(&app, w)),
    }
}

/// The secret of an app as a picture, and in groups as it is typed.
pub fn picture(address: &str, secret: &str) -> Option<(String, String)> {
    let secret = TotpSecret::from_text(secret)?;
    let code = QrCode::new(secret.address(address)).ok()?;
    let drawn = code
        .render::<svg::Color<'_>>()
        .min_dimensions(220, 220)
        .build();
    let from = drawn.find("<svg")?;
    // It says the same as the text below it.
    let drawn = drawn[from..].replacen("<svg", "<svg aria-hidden=\"true\"", 1);
    let text = secret.text();
    let groups: Vec<&str> = text
        .as_bytes()
        .chunks(4)
        .filter_map(|group| std::str::from_utf8(group).ok())
        .collect();
    Some((drawn, groups.join(" ")))
}

pub fn app_form(w: Words, action: &'static str) -> EntryForm {
    EntryForm {
        action,
        entries: vec![
            Entry::new("code", "text", "one-time-code", w.t("app-code")).help(w.t("app-code-help")),
        ],
        button: w.t("app-go"),
        ..EntryForm::default()
    }
}

fn app_page(app: &App, visitor: &OnTheWay) -> Result<AccountPage, Problem> {
    let w = visitor.words;
    let Step::Enrol(enrol) = &visitor.underway.step else {
        return Err(over(app, w));
    };
    let mut page = AccountPage::new(app, w, "app-title", "/sign-in/app");
    page.lead = w.t("app-lead");
    page.picture = picture(&enrol.address, &enrol.secret);
    page.forms = vec![app_form(w, "/sign-in/app")];
    Ok(page)
}

pub async fn show_app(visitor: OnTheWay, State(app): State<App>) -> Result<Response, Problem> {
    Ok(show(&app_page(&app, &visitor)?))
}

pub async fn make(
    visitor: OnTheWay,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.words;
    let code = field(&fields, "code").unwrap_or_default().to_owned();
    let (act, mut rng, underway) = (app.act("visitor"), app.rng(), visitor.underway.clone());
    let made = app
        .store()
        .write::<_, MakeRefusal, _>(move |tx| {
            async move { make_account::make(tx, &act, &mut rng, &underway, &code).await }.boxed()
        })
        .await;
    match made {
        Ok(made) => {
            let anew = matches!(
                &visitor.underway.step,
                Step::Enrol(enrol) if matches!(enrol.why, Why::Restart { .. })
            );
            let mut page = codes_page(&app, w, made.codes);
            if !anew {
                page.done = w.t("make-account-made");
            }
            Ok((trying::session_cookies(&app, &made.opened), show(&page)).into_response())
        }
        Err(MakeRefusal::WrongCode) => {
            let mut page = app_page(&app, &visitor)?;
            page.problem = w.t("app-code-wrong");
            Ok(refused(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(MakeRefusal::Failed(error)) => Err(Problem::storage(&app, w, &error)),
        Err(MakeRefusal::LinkUsed | MakeRefusal::Taken) => Err(over(&app, w)),
    }
}

/// Codes on paper, told once.
pub fn codes_page(app: &App, w: Words, codes: Vec<String>) -> AccountPage {
    let mut page = AccountPage::new(app, w, "codes-title", "/account");
    page.lead = w.t("codes-lead");
    page.shown = codes;
    page.links = vec![("/account".to_owned(), w.t("codes-kept"))];
    page
}

/// Someone who is signed in already adds the role of the link that was opened.
pub async fn add(
    visitor: SignedIn,
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let w = visitor.words;
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let underway = trying::underway(&app, &headers).await.map_err(failed)?;
    let claim = underway.as_ref().and_then(|underway| underway.claim());
    let Some((link, issue)) = claim else {
        return Err(over(&app, w));
    };
    let (act, mut rng) = (app.act(visitor.actor()), app.rng());
    let opened = app
        .store()
        .write::<_, StorageError, _>(move |tx| {
            async move {
                let held = (visitor.session.clone(), visitor.visit_hash.clone());
                if !sign_in::hold(tx, &act, held.0.account_id, link, issue).await? {
                    return Ok(None);
                }
                let session = (&held.0, held.1.as_slice());
                sign_in::choose_role(tx, &act, &mut rng, session, Some(link)).await
            }
            .boxed()
        })
        .await
        .map_err(failed)?;
    match opened {
        Some(opened) => Ok(trying::enter(&app, &opened)),
        None => Err(over(&app, w)),
    }
}
