//! The whole url map. GET changes nothing; every POST is a form of our own pages.

use std::sync::LazyLock;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use super::app::App;
use super::guard::LARGEST_FORM;
use super::problem::{Kind, Problem};
use super::visitor::words_of;
use super::{
    board, enter, guard, principal, research, respond, response, school, setup, study, trainer,
};
use crate::reports::figure::look::PAGE_CSS;

/// Larger than any list that is read, so that one that is too large can be told so.
const LARGEST_UPLOAD: usize = 8 * 1024 * 1024;
const LONGEST: Duration = Duration::from_secs(60);

pub fn router(app: App) -> Router {
    let uploads = Router::new()
        .route("/study/rosters/upload", post(study::rosters::upload))
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(LARGEST_UPLOAD))
        .layer(middleware::from_fn_with_state(
            app.clone(),
            guard::same_site,
        ))
        .layer(middleware::from_fn_with_state(
            (app.clone(), LARGEST_UPLOAD),
            guard::read_whole,
        ));
    let forms = Router::new()
        // everyone
        .route("/", get(enter::home))
        .route("/r", get(enter::form).post(enter::open))
        .route("/leave", post(enter::leave))
        .route("/language", post(enter::language))
        // respondent
        .route("/answer", get(respond::start::show_start))
        .route(
            "/answer/{page}",
            get(respond::page::show_page).post(respond::page::save),
        )
        .route("/answer/check", get(respond::check::show_check))
        .route("/answer/check/{part}", get(respond::check::show_check_part))
        .route("/answer/submit", post(respond::check::submit))
        .route("/answer/later", get(respond::start::show_later))
        .route(
            "/answer/consent",
            get(respond::consent::show_consent).post(respond::consent::save),
        )
        .route("/answer/own", get(respond::own::show_own))
        .route(
            "/answer/objection",
            get(respond::objection::show_objection).post(respond::objection::save),
        )
        .route(
            "/answer/withdraw",
            get(respond::withdraw::show_withdraw).post(respond::withdraw::confirm),
        )
        // school
        .route("/school", get(school::portrait::show_school))
        .route("/school/open", post(school::opening::open_results))
        // trainer
        .route("/trainer", get(trainer::cockpit::show_cockpit))
        .route(
            "/trainer/school/{school}",
            get(trainer::school::show_school),
        )
        .route("/trainer/school/{school}/open", post(trainer::school::open))
        .route(
            "/trainer/log/{school}",
            get(trainer::log::show_log).post(trainer::log::add),
        )
        .route(
            "/trainer/log/{school}/training.csv",
            get(trainer::log::download),
        )
        .route(
            "/trainer/log/{school}/{meeting}",
            get(trainer::log::show_meeting).post(trainer::log::correct),
        )
        .route(
            "/trainer/report/{school}",
            get(trainer::report::show_report).post(trainer::report::save),
        )
        .route(
            "/trainer/report/{school}/preview",
            get(trainer::report::show_preview),
        )
        .route("/trainer/report/{school}/file", post(trainer::report::file))
        // owner
        .route("/response", get(response::board::show_board))
        .route("/response/close", post(response::board::close_window))
        // owner: questionnaires
        .route(
            "/study/instruments",
            get(study::instruments::show_instruments).post(study::instruments::check_file),
        )
        .route(
            "/study/instruments/publish",
            post(study::instruments::publish),
        )
        .route(
            "/study/instruments/{key}",
            get(study::preview::show_instrument),
        )
        // owner: design
        .route(
            "/setup",
            get(setup::founding::show_form).post(setup::founding::found),
        )
        .route("/study", get(study::home::show_study))
        .route("/study/welcome", get(study::people::show_welcome))
        .route(
            "/study/conditions",
            get(study::conditions::show_conditions).post(study::conditions::save),
        )
        .route(
            "/study/design",
            get(study::design::show_design).post(study::design::save),
        )
        .route("/study/design/cohort", post(study::design::add_cohort))
        .route("/study/design/wave", post(study::design::add_wave))
        .route(
            "/study/texts",
            get(study::texts::show_texts).post(study::texts::save),
        )
        .route(
            "/study/people",
            get(study::people::show_people).post(study::people::hand_out),
        )
        .route("/study/people/reissue", post(study::people::reissue))
        .route("/study/people/revoke", post(study::people::revoke))
        .route(
            "/study/rehearsal",
            get(study::rehearsal::show_rehearsal).post(study::rehearsal::rehearse),
        )
        // owner: staff lists
        .route("/study/rosters", get(study::rosters::show_rosters))
        .route("/study/rosters/template.csv", get(study::rosters::template))
        .route(
            "/study/rosters/preview/{upload}",
            get(study::rosters::show_preview),
        )
        .route("/study/rosters/commit", post(study::rosters::commit))
        .route(
            "/study/rosters/{school}",
            get(study::roster_list::show_list).post(study::roster_list::change),
        )
        .route(
            "/study/rosters/{school}/{member}",
            get(study::roster_list::show_member),
        )
        .route(
            "/study/rosters/{school}/{member}/objection",
            post(study::objection::decide),
        )
        .route(
            "/study/write-ins",
            get(study::write_ins::show_write_ins).post(study::write_ins::decide),
        )
        // researcher
        .route("/research", get(research::contrast::show_contrast))
        .route("/research/outcome", get(research::outcome::show_outcome))
        .route("/research/schools", get(research::networks::moved))
        .route("/research/data", get(research::data::show_data))
        .route("/research/networks", get(research::networks::show_networks))
        .route(
            "/research/networks/{school}",
            get(research::one_school::show_school),
        )
        .route("/research/change", get(research::change::show_change))
        .route("/research/plan", get(research::plan::show_plan))
        .route("/research/plan.toml", get(research::recipes::plan_file))
        .route("/research/seen", get(research::seen::show_seen))
        .route(
            "/research/measure/{name}",
            get(research::measure::show_measure),
        )
        .route("/research/table/{file}", get(research::tables::show_table))
        .route("/research/compute", post(research::recipes::compute))
        .route("/research/recipes", post(research::recipes::keep))
        .route("/research/recipes/delete", post(research::recipes::delete))
        .route("/research/effects", get(research::effects::show_effects))
        .route("/research/scales", get(research::scales::show_scales))
        .route("/research/report", get(research::report::show_report))
        .route("/research/reports", get(research::reports::show_reports))
        .route("/research/reports.csv", get(research::reports::download))
        .route("/research/report/whole", get(research::report::show_whole))
        // inviting and watching
        .route(
            "/study/invitations",
            get(study::invitations::show_invitations),
        )
        .route(
            "/study/invitations/invite",
            post(study::invitations::invite),
        )
        .route(
            "/study/invitations/mail",
            post(study::invitations::about_mail),
        )
        .route(
            "/study/invitations/reissue",
            post(study::invitations::reissue),
        )
        .route("/study/letters", get(study::letters::show_letters))
        .route("/study/letters.csv", get(study::letters::letters_csv))
        .route(
            "/study/reminders",
            get(study::reminders::show_reminders).post(study::reminders::remind),
        )
        .route("/response/live", get(response::board::show_live))
        .route("/response/waiting", get(response::waiting::show_waiting))
        .route("/response/compute", post(response::board::compute_again))
        .route("/school/response", get(school::response::show_response))
        // data
        .route(
            "/study/exports",
            get(study::exports::show_exports).post(study::exports::download),
        )
        .route(
            "/research/exports",
            get(research::exports::show_exports).post(research::exports::download),
        )
        // principal, agreements of a team, board
        .route("/principal", get(principal::home::show_home))
        .route("/principal/open", post(principal::home::open))
        .route(
            "/principal/leadership",
            get(principal::leadership::show_leadership),
        )
        .route(
            "/principal/pass-on",
            get(principal::pass_on::show_pass_on).post(principal::pass_on::pass_on),
        )
        .route(
            "/principal/goals",
            get(principal::goals::show_goals).post(principal::goals::save),
        )
        .route(
            "/school/leadership",
            get(school::leadership::show_leadership).post(school::leadership::open),
        )
        .route(
            "/school/actions",
            get(school::actions::show_actions).post(school::actions::save),
        )
        .route("/school/actions/review", post(school::actions::review))
        .route("/board", get(board::overview::show_board))
        .route("/board/open", post(board::overview::open))
        // machine
        .route("/healthz", get(|| async { "ok\n" }))
        .route(
            "/assets/schakel.css",
            get(|| asset("text/css; charset=utf-8", &STYLES)),
        )
        .route(
            "/assets/schakel.js",
            get(|| {
                asset(
                    "text/javascript; charset=utf-8",
                    include_str!("assets/schakel.js"),
                )
            }),
        )
        .route(
            "/assets/answering.js",
            get(|| {
                asset(
                    "text/javascript; charset=utf-8",
                    include_str!("assets/answering.js"),
                )
            }),
        )
        .route(
            "/assets/schakel.svg",
            get(|| asset("image/svg+xml", include_str!("assets/schakel.svg"))),
        )
        .fallback(not_found)
        .layer(RequestBodyLimitLayer::new(LARGEST_FORM))
        .layer(middleware::from_fn_with_state(
            app.clone(),
            guard::same_site,
        ))
        .layer(middleware::from_fn_with_state(
            (app.clone(), LARGEST_FORM),
            guard::read_whole,
        ));
    forms
        .merge(uploads)
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            LONGEST,
        ))
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn_with_state(app.clone(), in_words))
        .layer(middleware::from_fn_with_state(app.clone(), headers))
        .with_state(app)
}

/// The sheet of all pages, with the looks of figures.
static STYLES: LazyLock<String> =
    LazyLock::new(|| include_str!("assets/schakel.css").to_owned() + PAGE_CSS.as_str());

async fn asset(kind: &'static str, text: &'static str) -> Response {
    (
        [
            (header::CONTENT_TYPE, kind),
            (header::CACHE_CONTROL, "max-age=300"),
        ],
        text,
    )
        .into_response()
}

async fn not_found(State(app): State<App>, request: Request) -> Problem {
    Problem::new(&app, words_of(request.headers()), Kind::NotFound)
}

/// What the layers below refuse in technical English (an address that is no page, a form that is none, a request that
/// took too long), the visitor is told in words, on a page.
async fn in_words(State(app): State<App>, request: Request, next: Next) -> Response {
    let words = words_of(request.headers());
    let response = next.run(request).await;
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE);
    // A script that saves is told in its own way.
    let is_told = kind.is_some_and(|kind| {
        kind.as_bytes().starts_with(b"text/html") || kind.as_bytes() == b"application/json"
    });
    if is_told || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let kind = match status {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Kind::NotFound,
        StatusCode::SERVICE_UNAVAILABLE => Kind::NotSaved,
        other if other.is_client_error() => Kind::BadForm,
        _ => Kind::Failure,
    };
    Problem::new(&app, words, kind).into_response()
}

/// Nothing from elsewhere, nothing framed, nothing kept by the browser, no address passed on.
async fn headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    // A page may be stricter or carry its own style sheet, and then says so itself.
    let mut set = |name, value| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    set(
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
         img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    // Not `no-referrer`: under it browsers send `Origin: null` with our own forms, and the guard would refuse them.
    set(header::REFERRER_POLICY, "same-origin");
    set(header::CACHE_CONTROL, "no-store");
    if app.https() {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    response
}
