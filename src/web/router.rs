//! The whole url map. GET changes nothing, but that whoever comes back from a provider is on the way in; every POST is a
//! form of our own pages.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use super::access::{self, Guard, Row, Who};
use super::app::App;
use super::guard::LARGEST_FORM;
use super::impatient::Patience;
use super::problem::{Kind, Problem};
use super::visitor::words_of;
use super::{
    account, board, coding, custodian, door, enter, guard, metrics, principal, ready, research,
    respond, response, school, setup, study, trainer,
};
use crate::reports::figure::look::PAGE_CSS;

/// Larger than any list that is read, so that one that is too large can be told so.
const LARGEST_UPLOAD: usize = 8 * 1024 * 1024;
const LONGEST: Duration = Duration::from_secs(60);

/// The url map, which is the table of guards at the same time: a page that stands in no row cannot be reached, and a row
/// without someone it is for cannot be written.
macro_rules! rows {
    ($name:ident, $wire:ident: $($method:ident $path:literal $who:ident $($names:ident)? => $page:path,)*) => {
        static $name: LazyLock<Vec<Row>> = LazyLock::new(|| vec![$(Row {
            method: rows!(@method $method),
            path: $path,
            who: Who::$who,
            names: rows!(@names $($names)?),
        }),*]);

        fn $wire(mut wire: Wire) -> Router<App> {
            $(wire.add($path, $method($page));)*
            wire.router
        }
    };
    (@method get) => { Method::GET };
    (@method post) => { Method::POST };
    (@names names) => { true };
    (@names) => { false };
}

// `names`: people are shown by name to someone who is not one of them.
rows! { FORMS, forms:
    // everyone
    get "/" Anyone => enter::home,
    get "/r" Anyone => enter::form,
    post "/r" Anyone => enter::open,
    post "/leave" Anyone => enter::leave,
    post "/language" Anyone => enter::language,
    // respondent
    get "/answer" Respondent => respond::start::show_start,
    get "/answer/{page}" Respondent => respond::page::show_page,
    post "/answer/{page}" Respondent => respond::page::save,
    get "/answer/check" Respondent => respond::check::show_check,
    get "/answer/check/{part}" Respondent => respond::check::show_check_part,
    post "/answer/submit" Respondent => respond::check::submit,
    get "/answer/later" Respondent => respond::start::show_later,
    get "/answer/consent" Respondent => respond::consent::show_consent,
    post "/answer/consent" Respondent => respond::consent::save,
    get "/answer/own" Respondent => respond::own::show_own,
    get "/answer/objection" Respondent => respond::objection::show_objection,
    post "/answer/objection" Respondent => respond::objection::save,
    get "/answer/withdraw" Respondent => respond::withdraw::show_withdraw,
    post "/answer/withdraw" Respondent => respond::withdraw::confirm,
    // school
    get "/school" Team => school::portrait::show_school,
    post "/school/open" Team => school::opening::open_results,
    // trainer
    get "/trainer" Trainer => trainer::cockpit::show_cockpit,
    get "/trainer/school/{school}" Trainer => trainer::school::show_school,
    post "/trainer/school/{school}/open" Trainer => trainer::school::open,
    get "/trainer/log/{school}" Trainer => trainer::log::show_log,
    post "/trainer/log/{school}" Trainer => trainer::log::add,
    get "/trainer/log/{school}/training.csv" Trainer => trainer::log::download,
    get "/trainer/log/{school}/{meeting}" Trainer => trainer::log::show_meeting,
    post "/trainer/log/{school}/{meeting}" Trainer => trainer::log::correct,
    get "/trainer/report/{school}" Trainer => trainer::report::show_report,
    post "/trainer/report/{school}" Trainer => trainer::report::save,
    get "/trainer/report/{school}/preview" Trainer => trainer::report::show_preview,
    post "/trainer/report/{school}/file" Trainer => trainer::report::file,
    // owner
    get "/response" Owner => response::board::show_board,
    post "/response/close" Owner => response::closing::close_window,
    // owner: questionnaires
    get "/study/instruments" Owner => study::instruments::show_instruments,
    post "/study/instruments" Owner => study::instruments::check_file,
    post "/study/instruments/publish" Owner => study::instruments::publish,
    get "/study/instruments/{key}" Owner => study::preview::show_instrument,
    // owner: design
    get "/setup" Founder => setup::founding::show_form,
    post "/setup" Founder => setup::founding::found,
    get "/study" Owner => study::home::show_study,
    get "/study/welcome" Owner => study::people::show_welcome,
    get "/study/conditions" Owner => study::conditions::show_conditions,
    post "/study/conditions" Owner => study::conditions::save,
    get "/study/design" Owner => study::design::show_design,
    post "/study/design" Owner => study::design::save,
    post "/study/design/cohort" Owner => study::design::add_cohort,
    post "/study/design/wave" Owner => study::design::add_wave,
    get "/study/texts" Owner => study::texts::show_texts,
    post "/study/texts" Owner => study::texts::save,
    get "/study/people" Owner names => study::people::show_people,
    post "/study/people" Owner names => study::people::hand_out,
    post "/study/people/reissue" Owner => study::people::reissue,
    post "/study/people/revoke" Owner => study::people::revoke,
    get "/study/rehearsal" Owner => study::rehearsal::show_rehearsal,
    post "/study/rehearsal" Owner => study::rehearsal::rehearse,
    // owner: staff lists
    get "/study/rosters" Owner => study::rosters::show_rosters,
    get "/study/rosters/template.csv" Owner => study::rosters::template,
    get "/study/rosters/preview/{upload}" Owner names => study::rosters::show_preview,
    post "/study/rosters/commit" Owner names => study::rosters::commit,
    get "/study/rosters/{school}" Owner names => study::roster_list::show_list,
    post "/study/rosters/{school}" Owner names => study::roster_list::change,
    get "/study/rosters/{school}/{member}" Owner names => study::roster_list::show_member,
    post "/study/rosters/{school}/{member}/objection" Owner names => study::objection::decide,
    get "/study/write-ins" Owner names => study::write_ins::show_write_ins,
    post "/study/write-ins" Owner names => study::write_ins::decide,
    // researcher
    get "/research" Researcher => research::contrast::show_contrast,
    get "/research/outcome" Researcher => research::outcome::show_outcome,
    get "/research/schools" Researcher => research::networks::moved,
    get "/research/data" Researcher => research::data::show_data,
    get "/research/networks" Researcher => research::networks::show_networks,
    get "/research/networks/{school}" Researcher => research::one_school::show_school,
    get "/research/change" Researcher => research::change::show_change,
    get "/research/plan" Researcher => research::plan::show_plan,
    get "/research/plan.toml" Researcher => research::recipes::plan_file,
    get "/research/seen" Researcher => research::seen::show_seen,
    get "/research/measure/{name}" Researcher => research::measure::show_measure,
    get "/research/table/{file}" Researcher => research::tables::show_table,
    post "/research/compute" Researcher => research::recipes::compute,
    post "/research/recipes" Researcher => research::recipes::keep,
    post "/research/recipes/delete" Researcher => research::recipes::delete,
    get "/research/effects" Researcher => research::effects::show_effects,
    get "/research/scales" Researcher => research::scales::show_scales,
    get "/research/report" Researcher => research::report::show_report,
    get "/research/reports" Researcher => research::reports::show_reports,
    get "/research/reports.csv" Researcher => research::reports::download,
    get "/research/report/whole" Researcher => research::report::show_whole,
    // inviting and watching
    get "/study/invitations" Owner names => study::invitations::show_invitations,
    post "/study/invitations/invite" Owner => study::invitations::invite,
    post "/study/invitations/mail" Owner => study::invitations::about_mail,
    post "/study/invitations/reissue" Owner => study::invitations::reissue,
    get "/study/letters" Owner names => study::letters::show_letters,
    get "/study/letters.csv" Owner names => study::letters::letters_csv,
    get "/study/reminders" Owner names => study::reminders::show_reminders,
    post "/study/reminders" Owner => study::reminders::remind,
    get "/response/live" Owner => response::board::show_live,
    get "/response/waiting" Owner => response::waiting::show_waiting,
    post "/response/compute" Owner => response::closing::compute_again,
    get "/school/response" Team => school::response::show_response,
    // data
    get "/study/exports" Owner => study::exports::show_exports,
    post "/study/exports" Owner => study::exports::download,
    get "/research/exports" Researcher => research::exports::show_exports,
    post "/research/exports" Researcher => research::exports::download,
    // principal, agreements of a team, board
    get "/principal" Principal => principal::home::show_home,
    post "/principal/open" Principal => principal::home::open,
    get "/principal/leadership" Principal => principal::leadership::show_leadership,
    get "/principal/pass-on" Principal => principal::pass_on::show_pass_on,
    post "/principal/pass-on" Principal => principal::pass_on::pass_on,
    get "/principal/goals" Principal => principal::goals::show_goals,
    post "/principal/goals" Principal => principal::goals::save,
    get "/school/leadership" Team => school::leadership::show_leadership,
    post "/school/leadership" Team => school::leadership::open,
    get "/school/actions" Team => school::actions::show_actions,
    post "/school/actions" Team => school::actions::save,
    post "/school/actions/review" Team => school::actions::review,
    get "/board" Board => board::overview::show_board,
    post "/board/open" Board => board::overview::open,
    // machine
    get "/healthz" Anyone => healthz,
    get "/assets/schakel.css" Anyone => style_sheet,
    get "/assets/schakel.js" Anyone => script,
    get "/assets/answering.js" Anyone => answering_script,
    get "/assets/schakel.svg" Anyone => mark,
    // owner: one person's rights
    get "/study/rosters/{school}/{member}/erase" Owner names => study::erase::show_erase,
    post "/study/rosters/{school}/{member}/erase" Owner => study::erase::erase,
    get "/study/rosters/{school}/{member}/subject.html" Owner names => study::subject::as_page,
    get "/study/rosters/{school}/{member}/subject.json" Owner names => study::subject::as_json,
    // accounts: the way in
    get "/sign-in" Anyone => account::sign_in::show_form,
    post "/sign-in" Anyone => account::sign_in::try_password,
    post "/sign-in/passkey" Anyone => account::passkeys::sign_in,
    post "/sign-in/passkey/challenge" Anyone => account::passkeys::begin_sign_in,
    post "/sign-in/with" Anyone => account::providers::begin_sign_in,
    get "/sign-in/back/{provider}" OnTheWay => account::providers::come_back,
    get "/sign-in/code" OnTheWay => account::sign_in::show_code,
    post "/sign-in/code" OnTheWay => account::sign_in::try_code,
    get "/sign-in/new" OnTheWay => account::making::show_form,
    post "/sign-in/new" OnTheWay => account::making::choose,
    get "/sign-in/app" OnTheWay => account::making::show_app,
    post "/sign-in/app" OnTheWay => account::making::make,
    post "/sign-in/add" Account => account::making::add,
    get "/assets/passkey.js" Anyone => passkey_script,
    // accounts: one's own
    get "/account" Account => account::home::show_home,
    post "/account/role" Account => account::home::choose_role,
    get "/account/security" Account => account::own::show_security,
    post "/account/password" Account => account::own::change_password,
    post "/account/app" Account => account::own::begin_app,
    get "/account/app" Account => account::own::show_app,
    post "/account/app/code" Account => account::own::change_app,
    post "/account/codes" Account => account::own::new_codes,
    get "/account/sessions" Account => account::own::show_sessions,
    post "/account/sessions" Account => account::own::end_session,
    get "/account/passkeys" Account => account::passkeys::show_passkeys,
    post "/account/passkeys" Account => account::passkeys::make,
    post "/account/passkeys/challenge" Account => account::passkeys::begin_making,
    post "/account/passkeys/remove" Account => account::passkeys::remove,
    post "/account/providers" Account => account::providers::begin_link,
    post "/account/providers/remove" Account => account::providers::remove,
    // administrator
    get "/accounts" Administrator names => account::administration::show_accounts,
    post "/accounts" Administrator names => account::administration::change,
    // the key table
    get "/custodian" Custodian => custodian::home::show_home,
    post "/custodian/ask" Custodian => custodian::home::ask,
    post "/custodian/take" Custodian names => custodian::home::take,
    get "/study/key-table" Owner => study::key_table::show_requests,
    post "/study/key-table" Owner => study::key_table::decide,
    // work that is longer than a request, and whether this server can take requests
    get "/readyz" Anyone => ready::readyz,
    post "/research/cancel" Researcher => research::recipes::cancel,
    post "/response/cancel" Owner => response::closing::cancel,
    // the leadership card, and the work of a teacher
    get "/study/raters" Owner names => study::raters::show_raters,
    post "/study/raters" Owner => study::raters::add,
    get "/study/groups" Owner => study::groups::show_groups,
    post "/study/groups" Owner => study::groups::change,
    get "/study/groups/sheet" Owner => study::groups::show_sheet,
    get "/principal/card" Principal names => principal::card::show_card,
    get "/school/card" Team => school::card::show_card,
    post "/school/card" Team => school::card::open,
    get "/research/card" Researcher => research::card::show_card,
    get "/research/work" Researcher => research::work::show_work,
    // classes of pupils, and doors behind a code
    get "/door" Anyone => door::show_door,
    post "/door" Anyone => door::come_in,
    post "/door/next" Anyone => door::next,
    get "/study/classes" Owner names => study::classes::show_classes,
    post "/study/classes" Owner names => study::classes::make,
    post "/study/classes/file" Owner names => study::classes::make_many,
    get "/study/classes/{class}" Owner names => study::class_page::show_class,
    post "/study/classes/{class}" Owner names => study::class_page::change,
    get "/study/classes/{class}/sheet" Owner => study::class_sheet::show_sheet,
    get "/answer/class" Respondent => respond::class::show_class,
    post "/answer/class" Respondent => respond::class::open_class,
    get "/school/pupils" Team => school::pupils::show_pupils,
    post "/school/pupils" Team => school::pupils::open_pupils,
    get "/research/pupils" Researcher => research::pupils::show_pupils,
    // knowledge of the monitoring system, the chain, isolation
    get "/research/knowledge" Researcher => research::knowledge::show_knowledge,
    get "/research/chain" Researcher => research::chain::show_chain,
    get "/research/isolation" Researcher => research::isolation::show_isolation,
    get "/study/facts" Owner => study::facts::show_facts,
    post "/study/facts" Owner => study::facts::save,
    // coder
    get "/coding" Coder => coding::home::show_home,
    get "/coding/statement/{statement}" Coder => coding::statement::show_statement,
    post "/coding/statement/{statement}" Coder => coding::statement::save,
    get "/coding/differences" Coder => coding::differences::show_differences,
    get "/coding/differences/{statement}" Coder => coding::differences::show_difference,
    post "/coding/differences/{statement}" Coder => coding::differences::settle,
    // what principals, IB'ers and trainers said
    get "/research/interviews" Researcher => research::interviews::show_interviews,
    get "/research/interviews/new" Researcher => research::review::show_form,
    post "/research/interviews/keep" Researcher names => research::review::keep,
    get "/research/interviews/{interview}" Researcher => research::interviews::show_interview,
    post "/research/interviews/{interview}/discard" Researcher => research::interviews::discard,
    get "/research/codebook" Researcher => research::codebook::show_codebook,
    post "/research/codebook" Researcher => research::codebook::add,
    get "/research/agreement" Researcher => research::agreement::show_agreement,
    post "/research/agreement/close" Researcher => research::agreement::close,
    post "/research/agreement/lock" Researcher => research::agreement::lock,
    get "/research/statements" Researcher => research::statements::show_statements,
    get "/research/explanation" Researcher => research::explanation::show_explanation,
    get "/research/explanation.csv" Researcher => research::explanation::download,
    // scores of pupils, and the three conversations
    get "/study/achievement" Owner => study::achievement::show_scores,
    get "/study/achievement/mapping.toml" Owner => study::achievement::example,
    get "/study/achievement/preview/{upload}" Owner => study::achievement::show_preview,
    post "/study/achievement/commit" Owner => study::achievement::commit,
    get "/school/conversations" Team => school::conversations::show_teachers,
    post "/school/conversations" Team => school::conversations::save_teachers,
    get "/principal/conversations" Principal => principal::conversations::show_coach,
    post "/principal/conversations" Principal => principal::conversations::save_coach,
    get "/principal/conversations/board" Principal => principal::conversations::show_board,
    post "/principal/conversations/board" Principal => principal::conversations::save_board,
    get "/board/conversations/{school}" Board => board::conversations::show_school,
    post "/board/conversations/{school}" Board => board::conversations::save_school,
    get "/research/achievement" Researcher => research::achievement::show_achievement,
}

// With a file, which may be larger than a form.
rows! { UPLOADS, uploads:
    post "/study/rosters/upload" Owner names => study::rosters::upload,
    post "/research/interviews/upload" Researcher names => research::review::check,
    post "/study/achievement/upload" Owner => study::achievement::upload,
}

/// Every row, in the order in which `router_without` counts them.
pub fn table() -> impl Iterator<Item = &'static Row> {
    FORMS.iter().chain(UPLOADS.iter())
}

/// Puts each page behind the guard of its row.
struct Wire {
    app: App,
    rows: std::slice::Iter<'static, Row>,
    dropped: Option<&'static Row>,
    router: Router<App>,
}

impl Wire {
    fn new(app: &App, rows: &'static [Row], dropped: Option<&'static Row>) -> Self {
        Self {
            app: app.clone(),
            rows: rows.iter(),
            dropped,
            router: Router::new(),
        }
    }

    fn add(&mut self, path: &str, page: MethodRouter<App>) {
        let row = self
            .rows
            .next()
            .expect("rows and pages are written together");
        let guard = Arc::new(Guard {
            row: row.clone(),
            dropped: self.dropped == Some(row),
        });
        let guarded = page.route_layer(middleware::from_fn_with_state(
            (self.app.clone(), guard),
            access::guard,
        ));
        let marked = guarded.route_layer(middleware::map_response(move |response| async move {
            metrics::mark(row, response)
        }));
        self.router = std::mem::take(&mut self.router).route(path, marked);
    }
}

pub fn router(app: App) -> Router {
    router_without(app, None)
}

/// As `router`, for visitors who may be this slow.
pub fn router_within(app: App, patience: &Patience) -> Router {
    wired(app, None, patience)
}

/// As `router`, with one row as if it had no guard: for the proof that every guard is held by a test.
pub fn router_without(app: App, dropped: Option<&'static Row>) -> Router {
    wired(app, dropped, &Patience::default())
}

/// What a server that is about to end says to whoever still comes.
pub fn closing(app: App) -> Router {
    let away = async |State(app): State<App>, request: Request| {
        Problem::new(&app, words_of(request.headers()), Kind::Renewed)
    };
    Router::new()
        .fallback(away)
        .layer(middleware::from_fn_with_state(app.clone(), headers))
        .with_state(app)
}

fn wired(app: App, dropped: Option<&'static Row>, patience: &Patience) -> Router {
    let uploads = uploads(Wire::new(&app, &UPLOADS, dropped))
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(LARGEST_UPLOAD))
        .layer(middleware::from_fn_with_state(
            app.clone(),
            guard::same_site,
        ))
        .layer(middleware::from_fn_with_state(
            (app.clone(), LARGEST_UPLOAD, patience.body),
            guard::read_whole,
        ));
    let forms = forms(Wire::new(&app, &FORMS, dropped))
        .fallback(not_found)
        .layer(RequestBodyLimitLayer::new(LARGEST_FORM))
        .layer(middleware::from_fn_with_state(
            app.clone(),
            guard::same_site,
        ))
        .layer(middleware::from_fn_with_state(
            (app.clone(), LARGEST_FORM, patience.body),
            guard::read_whole,
        ));
    forms
        .merge(uploads)
        .layer(middleware::from_fn(guard::short_address))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            LONGEST,
        ))
        .layer(CatchPanicLayer::custom(failed))
        .layer(middleware::from_fn_with_state(app.clone(), in_words))
        .layer(middleware::from_fn_with_state(app.clone(), headers))
        .layer(middleware::from_fn_with_state(
            app.clone(),
            metrics::measure,
        ))
        .with_state(app)
}

/// What a failure would have said is nobody's: its place is in the log.
fn failed(_: Box<dyn std::any::Any + Send>) -> Response {
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

async fn healthz() -> &'static str {
    "ok\n"
}

async fn style_sheet() -> Response {
    asset("text/css; charset=utf-8", &STYLES)
}

async fn script() -> Response {
    let text = include_str!("assets/schakel.js");
    asset("text/javascript; charset=utf-8", text)
}

async fn answering_script() -> Response {
    let text = include_str!("assets/answering.js");
    asset("text/javascript; charset=utf-8", text)
}

async fn passkey_script() -> Response {
    let text = include_str!("assets/passkey.js");
    asset("text/javascript; charset=utf-8", text)
}

async fn mark() -> Response {
    asset("image/svg+xml", include_str!("assets/schakel.svg"))
}

/// The sheet of all pages, with the looks of figures.
static STYLES: LazyLock<String> =
    LazyLock::new(|| include_str!("assets/schakel.css").to_owned() + PAGE_CSS.as_str());

fn asset(kind: &'static str, text: &'static str) -> Response {
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
    let allowed = response.headers().get(header::ALLOW).cloned();
    let mut told = Problem::new(&app, words, kind).into_response();
    // To a visitor these are one; a program is told which it is.
    if matches!(
        status,
        StatusCode::METHOD_NOT_ALLOWED
            | StatusCode::REQUEST_TIMEOUT
            | StatusCode::PAYLOAD_TOO_LARGE
            | StatusCode::URI_TOO_LONG
    ) {
        *told.status_mut() = status;
        if let Some(allowed) = allowed {
            told.headers_mut().insert(header::ALLOW, allowed);
        }
    }
    told
}

/// What no page needs of a browser.
const NEVER_ASKED: &str = "accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), \
     gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()";

/// Nothing from elsewhere, nothing framed, nothing kept by the browser, no address passed on.
async fn headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let passes = response.status() == StatusCode::SERVICE_UNAVAILABLE;
    let headers = response.headers_mut();
    if passes {
        // Nothing was kept, and the same request may be sent again.
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
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
    let named = header::HeaderName::from_static;
    set(named("cross-origin-resource-policy"), "same-origin");
    set(named("permissions-policy"), NEVER_ASKED);
    if app.https() {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
        // Over plain http browsers put it aside and complain of it.
        set(named("cross-origin-opener-policy"), "same-origin");
    }
    response
}
