//! What the pages of accounts share: a password that is tried, a new one that is read, and the cookies of the way in.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use rand::RngExt;

use crate::domain::account::{PasswordFault, password_fault};
use crate::fieldwork::sign_in::{self, Asked, Opened, Try};
use crate::fieldwork::step::Underway;
use crate::locale::Words;
use crate::storage::StorageError;
use crate::storage::accounts;
use crate::web::account_page::AccountPage;
use crate::web::app::App;
use crate::web::enter::{step_cookie, visit_cookie};
use crate::web::form::{Fields, field};
use crate::web::frame::{ACCOUNT_MENU, ADMINISTRATOR_MENU};
use crate::web::problem::{Kind, Problem, show};
use crate::web::visitor::{SignedIn, home_of};

/// What came of a password.
pub enum Password {
    Right(Try),
    Wrong,
    Wait(DateTime<Utc>),
    /// Too many are being tried.
    Busy,
}

/// Tries a password, for whoever has this address or nobody: both take as long and look the same.
pub async fn try_password(
    app: &App,
    address: &str,
    password: &str,
    from: &str,
) -> Result<Password, StorageError> {
    let act = app.act("visitor");
    let (whose, from) = (address.to_owned(), from.to_owned());
    let asked = app
        .store()
        .write::<_, StorageError, _>(move |tx| {
            async move { sign_in::ask(tx, &act, &whose, &from).await }.boxed()
        })
        .await?;
    let tried = match asked {
        Asked::Wait(then) => return Ok(Password::Wait(then)),
        Asked::Try(tried) => tried,
    };
    Ok(match app.hashing().is_right(password, &tried.hash).await {
        Some(true) => Password::Right(tried),
        Some(false) => Password::Wrong,
        None => Password::Busy,
    })
}

/// The own password once more, before something changes: none where it is right, or what to say.
pub async fn confirm(
    app: &App,
    visitor: &SignedIn,
    fields: &Fields,
    from: &str,
) -> Result<Option<(StatusCode, String)>, StorageError> {
    let w = visitor.words;
    let mut tx = app.store().read().await?;
    let account = accounts::load(&mut tx, visitor.session.account_id).await?;
    drop(tx);
    let address = account.map(|account| account.address).unwrap_or_default();
    let password = field(fields, "password").unwrap_or_default();
    match try_password(app, &address, password, from).await? {
        Password::Right(tried) => {
            app.store()
                .write::<_, StorageError, _>(move |tx| {
                    async move { sign_in::right(tx, &tried).await }.boxed()
                })
                .await?;
            Ok(None)
        }
        Password::Wrong => Ok(Some((
            StatusCode::UNPROCESSABLE_ENTITY,
            w.t("password-wrong"),
        ))),
        Password::Wait(then) => Ok(Some((StatusCode::TOO_MANY_REQUESTS, wait(app, w, then)))),
        Password::Busy => Ok(Some((StatusCode::TOO_MANY_REQUESTS, w.t("sign-in-busy")))),
    }
}

/// How long until the next try is taken up, in words.
pub fn wait(app: &App, w: Words, then: DateTime<Utc>) -> String {
    let seconds = (then - app.now()).num_seconds().max(1);
    if seconds > 90 {
        w.t1("sign-in-wait-minutes", "n", (seconds + 59) / 60)
    } else {
        w.t1("sign-in-wait-seconds", "n", seconds)
    }
}

/// A new password as it was filled in twice: its hash, or what is wrong with it.
pub async fn new_password(
    app: &App,
    w: Words,
    fields: &Fields,
    address: &str,
) -> Result<String, String> {
    let password = field(fields, "new").unwrap_or_default();
    match password_fault(password, address) {
        Some(PasswordFault::Short) => return Err(w.t("password-short")),
        Some(PasswordFault::Long) => return Err(w.t("password-long")),
        Some(PasswordFault::Guessable) => return Err(w.t("password-guessable")),
        None => {}
    }
    if field(fields, "again") != Some(password) {
        return Err(w.t("password-differs"));
    }
    let salt: [u8; 16] = app.rng().random();
    let hashed = app.hashing().hash(password, salt).await;
    hashed.ok_or_else(|| w.t("sign-in-busy"))
}

/// On to the next step, whose secret is a cookie.
pub fn to_step(app: &App, secret: &str, path: &str) -> Response {
    let set = step_cookie(app, secret);
    let headers = AppendHeaders([(header::SET_COOKIE, set)]);
    (headers, Redirect::to(path)).into_response()
}

/// The cookies of a session that begins: its own, and that of the way in, which is over.
pub fn session_cookies(
    app: &App,
    opened: &Opened,
) -> AppendHeaders<[(header::HeaderName, String); 2]> {
    AppendHeaders([
        (header::SET_COOKIE, visit_cookie(app, &opened.cookie)),
        (header::SET_COOKIE, step_cookie(app, "") + "; Max-Age=0"),
    ])
}

/// Into a session: to the pages of its role, or to the roles.
pub fn enter(app: &App, opened: &Opened) -> Response {
    let to = opened.role.as_deref().map_or("/account", home_of);
    (session_cookies(app, opened), Redirect::to(to)).into_response()
}

/// The step that this visitor is in, if they are in one.
pub async fn underway(app: &App, headers: &HeaderMap) -> Result<Option<Underway>, StorageError> {
    crate::web::visitor::load_underway(app, headers).await
}

/// A page for someone who is signed in.
pub fn own_page(app: &App, visitor: &SignedIn, title: &str, path: &str) -> AccountPage {
    let mut page = AccountPage::new(app, visitor.words, title, path);
    page.frame.signed_in = true;
    // The menu leads there already.
    page.frame.account = false;
    page.frame = if visitor.session.administrator {
        page.frame.with_menu(&ADMINISTRATOR_MENU)
    } else {
        page.frame.with_menu(&ACCOUNT_MENU)
    };
    page
}

pub fn refused(status: StatusCode, page: &AccountPage) -> Response {
    (status, show(page)).into_response()
}

/// The step is over: whoever was in it begins anew.
pub fn over(app: &App, w: Words) -> Problem {
    Problem::new(app, w, Kind::StepOver)
}
