//! What a server measures of itself, for Prometheus: on an address of its own, so that it is never public. Rows of the url
//! map, never addresses that somebody asked for.

use std::sync::atomic::AtomicU64;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;
use tokio::time::Instant;

use super::access::Row;
use super::app::App;
use crate::storage::{StorageError, jobs, links, outbox};

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRow {
    method: &'static str,
    row: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    row: &'static str,
    class: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct InState {
    state: &'static str,
}

pub struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    seconds: Family<OfRow, Histogram, fn() -> Histogram>,
    writes: Gauge,
    commits: Gauge,
    waiting: Gauge,
    connections: Family<InState, Gauge>,
    jobs: Family<InState, Gauge>,
    mails: Family<InState, Gauge>,
    visits: Gauge,
    /// 1 where an acknowledged answer survives it.
    survives: Family<InState, Gauge>,
    room: Gauge<f64, AtomicU64>,
}

impl Default for Metrics {
    fn default() -> Self {
        let buckets = || Histogram::new(exponential_buckets(0.001, 2.0, 14));
        let mut all = Self {
            registry: Registry::with_prefix("schakel"),
            requests: Family::default(),
            seconds: Family::new_with_constructor(buckets as fn() -> Histogram),
            writes: Gauge::default(),
            commits: Gauge::default(),
            waiting: Gauge::default(),
            connections: Family::default(),
            jobs: Family::default(),
            mails: Family::default(),
            visits: Gauge::default(),
            survives: Family::default(),
            room: Gauge::default(),
        };
        let version = [("version", env!("CARGO_PKG_VERSION"))];
        let r = &mut all.registry;
        r.register("build", "The program", Info::new(version.to_vec()));
        r.register(
            "requests",
            "Answers by row of the url map",
            all.requests.clone(),
        );
        r.register("request_seconds", "Time to the answer", all.seconds.clone());
        r.register("writes", "Writes since the start", all.writes.clone());
        r.register(
            "commits",
            "Commits since the start; several writes may share one",
            all.commits.clone(),
        );
        r.register(
            "writes_waiting",
            "Writes that wait for their turn",
            all.waiting.clone(),
        );
        r.register(
            "connections",
            "Connections to the database",
            all.connections.clone(),
        );
        r.register(
            "jobs",
            "Work that is longer than a request",
            all.jobs.clone(),
        );
        r.register("mails", "Mails by state", all.mails.clone());
        r.register("visits", "Visits that have not ended", all.visits.clone());
        r.register(
            "survives",
            "Whether an acknowledged answer survives it",
            all.survives.clone(),
        );
        r.register(
            "disk_free",
            "Share of the disk that is free, where the database is a file",
            all.room.clone(),
        );
        all
    }
}

fn name_of(method: &axum::http::Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        _ => "other",
    }
}

/// Notes which row an answer came from.
pub fn mark(row: &'static Row, mut response: Response) -> Response {
    response.extensions_mut().insert(row);
    response
}

/// Counts and times every answer. What reached no row, or was cut off before its end, is counted as `other`.
pub async fn measure(State(app): State<App>, request: Request, next: Next) -> Response {
    let method = name_of(request.method());
    let begun = Instant::now();
    let response = next.run(request).await;
    let row = response.extensions().get::<&'static Row>();
    let row = row.map_or("other", |row| row.path);
    let status = response.status().as_u16();
    let class = match status {
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    };
    let took = begun.elapsed();
    let metrics = app.metrics();
    metrics
        .requests
        .get_or_create(&Answered { method, row, class })
        .inc();
    metrics
        .seconds
        .get_or_create(&OfRow { method, row })
        .observe(took.as_secs_f64());
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    tracing::info!(target: "schakel::request", row, method, status, ms, "answered");
    response
}

impl Metrics {
    /// What is read when it is asked for.
    async fn look(&self, app: &App) -> Result<(), StorageError> {
        let counts = app.store().counts();
        let whole = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        self.writes.set(whole(counts.writes));
        self.commits.set(whole(counts.commits));
        self.waiting.set(whole(counts.waiting));
        let set = |family: &Family<InState, Gauge>, state, n: i64| {
            family.get_or_create(&InState { state }).set(n);
        };
        set(&self.connections, "open", counts.connections.into());
        set(&self.connections, "idle", counts.idle.into());
        let promise = app.store().promise();
        set(&self.survives, "power_cut", promise.power_cut.into());
        if let Some(survives) = promise.fail_over {
            set(&self.survives, "fail_over", survives.into());
        }
        self.room.set(app.store().room().unwrap_or(f64::NAN));
        let mut tx = app.store().read().await?;
        let (queued, running) = jobs::counts(&mut tx).await?;
        set(&self.jobs, "queued", queued);
        set(&self.jobs, "running", running);
        for (state, n) in outbox::counts(&mut tx).await? {
            set(&self.mails, state.key(), n);
        }
        self.visits
            .set(links::count_visits(&mut tx, app.now()).await?);
        Ok(())
    }
}

async fn show(State(app): State<App>) -> Response {
    let metrics = app.metrics();
    if let Err(error) = metrics.look(&app).await {
        // What is counted in memory is still told.
        tracing::warn!(%error, "not everything could be measured");
    }
    let mut text = String::new();
    if encode(&mut text, &metrics.registry).is_err() {
        return axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

/// Serves the measures, and nothing else, until the server ends.
pub async fn serve(listener: TcpListener, app: App) -> std::io::Result<()> {
    let router = Router::new().route("/metrics", get(show)).with_state(app);
    axum::serve(listener, router).await
}
