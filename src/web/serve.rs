//! Serves the pages on a listener until told to stop. So many visitors at a time and no more, each with an end to how slow
//! they may be; at the end requests that are under way are finished, and who comes then is told to come back.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, HeaderValue, header};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::app::App;
use super::impatient::{Course, Impatient, Patience};
use super::router::{closing, router_within};
use super::work::workshop;

/// What one server allows its visitors together and each.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at the same time; whoever comes besides waits until one ends.
    pub connections: usize,
    pub patience: Patience,
    /// For requests that are under way when the server is told to stop.
    pub farewell: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 2_000,
            patience: Patience::default(),
            farewell: Duration::from_secs(10),
        }
    }
}

/// Of the address and the headers of one request, together.
const LARGEST_HEAD: usize = 64 * 1024;
/// Between two tries when the machine gives no connection: it has no more files, or the visitor is gone.
const BREATH: Duration = Duration::from_millis(50);
/// For someone who is about to speak when the server ends.
const LAST_WORD: Duration = Duration::from_millis(200);

pub async fn serve(
    listener: TcpListener,
    app: App,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    serve_within(listener, app, Limits::default(), stop).await
}

pub async fn serve_within(
    listener: TcpListener,
    app: App,
    limits: Limits,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let jobs = tokio::spawn(Arc::new(workshop(&app)).run());
    let proxied = app.https();
    let pages = TowerToHyperService::new(router_within(app.clone(), &limits.patience));
    let all = u32::try_from(limits.connections).unwrap_or(u32::MAX);
    let places = Arc::new(Semaphore::new(all as usize));
    let (end, ending) = watch::channel(false);
    let mut stop = pin!(stop);
    loop {
        let place = tokio::select! {
            place = places.clone().acquire_owned() => place,
            () = &mut stop => break,
        };
        let (stream, from) = tokio::select! {
            accepted = accept(&listener) => accepted,
            () = &mut stop => break,
        };
        let from = From {
            peer: from,
            proxied,
        };
        let visit = visit(stream, from, pages.clone(), limits.patience, ending.clone());
        tokio::spawn(async move {
            visit.await;
            drop(place);
        });
    }
    // What runs is taken up again: by another server, or by this one when it starts again.
    jobs.abort();
    end.send_replace(true);
    // The door stays open until the last visitor has left, so that who comes is told when to come back.
    let closed = TowerToHyperService::new(closing(app));
    let mut away = JoinSet::new();
    let mut drained = pin!(timeout(limits.farewell, places.acquire_many(all)));
    loop {
        let (stream, peer) = tokio::select! {
            _ = &mut drained => break,
            accepted = accept(&listener) => accepted,
        };
        let from = From { peer, proxied };
        away.spawn(visit(
            stream,
            from,
            closed.clone(),
            limits.patience,
            ending.clone(),
        ));
    }
    drop(listener);
    let _ = timeout(LAST_WORD, away.join_all()).await;
    Ok(())
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) => {
                tracing::debug!(%error, "no connection");
                sleep(BREATH).await;
            }
        }
    }
}

/// Where a connection comes from.
#[derive(Debug, Clone, Copy)]
struct From {
    peer: SocketAddr,
    /// Visitors come over https, and so through a proxy.
    proxied: bool,
}

impl From {
    /// The address by which wrong codes are counted. A proxy on this machine says whose request it hands on: the last address
    /// in the list is what it saw itself, and what stands before it anybody can have written.
    fn visitor(self, headers: &HeaderMap) -> SocketAddr {
        if !(self.proxied && self.peer.ip().is_loopback()) {
            return self.peer;
        }
        let told = headers.get_all("x-forwarded-for").iter().next_back();
        let last = told
            .and_then(|list| list.to_str().ok())
            .and_then(|list| list.rsplit(',').next())
            .and_then(|address| address.trim().parse::<IpAddr>().ok());
        last.map_or(self.peer, |address| SocketAddr::new(address, 0))
    }
}

/// One connection, from its first request to its last.
async fn visit(
    stream: TcpStream,
    from: From,
    pages: TowerToHyperService<Router>,
    patience: Patience,
    mut ending: watch::Receiver<bool>,
) {
    // Pages are written in one go: nothing is gained by waiting for more.
    let _ = stream.set_nodelay(true);
    let course = Arc::new(Course::default());
    let connection = Impatient::new(stream, patience, course.clone());
    let (told, last) = (course.clone(), ending.clone());
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        let visitor = from.visitor(request.headers());
        request.extensions_mut().insert(ConnectInfo(visitor));
        told.begin_answer();
        let (answer, told, last) = (pages.call(request), told.clone(), last.clone());
        async move {
            let mut answer = answer.await?;
            told.end_answer();
            if *last.borrow() {
                let close = HeaderValue::from_static("close");
                answer.headers_mut().insert(header::CONNECTION, close);
            }
            Ok::<_, Infallible>(answer)
        }
    });
    let mut http = http1::Builder::new();
    http.max_buf_size(LARGEST_HEAD);
    let mut served = pin!(http.serve_connection(connection, service));
    tokio::select! {
        // A visitor who breaks off is not our failure.
        _ = served.as_mut() => return,
        _ = ending.wait_for(|ended| *ended) => {}
    }
    // Whoever is speaking at this moment is heard, and told that it was the last time.
    tokio::select! {
        _ = served.as_mut() => return,
        () = sleep(LAST_WORD) => served.as_mut().graceful_shutdown(),
    }
    // Who has not said a word by then is not waited for.
    if course.has_spoken() {
        let _ = served.await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_on_this_machine_says_whose_request_it_is_and_nobody_else_does() {
        let mut headers = HeaderMap::new();
        headers.insert(
            "x-forwarded-for",
            HeaderValue::from_static("9.9.9.9, 192.0.2.7"),
        );
        let from = |peer: &str, proxied| From {
            peer: peer.parse().expect("an address"),
            proxied,
        };
        let seen = |from: From, headers: &HeaderMap| from.visitor(headers).ip().to_string();
        assert_eq!(seen(from("127.0.0.1:4000", true), &headers), "192.0.2.7");
        assert_eq!(seen(from("127.0.0.1:4000", false), &headers), "127.0.0.1");
        assert_eq!(
            seen(from("198.51.100.4:4000", true), &headers),
            "198.51.100.4"
        );
        assert_eq!(
            seen(from("127.0.0.1:4000", true), &HeaderMap::new()),
            "127.0.0.1"
        );
        headers.insert("x-forwarded-for", HeaderValue::from_static("nobody"));
        assert_eq!(seen(from("127.0.0.1:4000", true), &headers), "127.0.0.1");
    }
}
