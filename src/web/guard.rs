//! What stands in front of every page: a form is read to its end before anything is answered, forms from other sites are
//! refused, and codes cannot be guessed at speed.

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;

use axum::body::{Body, HttpBody, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::StreamExt;

use super::app::App;
use super::problem::{Kind, Problem};
use super::visitor::words_of;

/// The largest form without a file.
pub const LARGEST_FORM: usize = 256 * 1024;
/// Of what is larger than is taken at all, so much is read before it is said: a mistaken file, and not the whole world.
const LARGEST_MISTAKE: u64 = 64 * 1024 * 1024;

/// Reads a form before anyone looks at it. A server that answers while a browser is still sending has to close the
/// connection, and the visitor is then told of a broken connection in the place of the refusal. What says that it is
/// larger than `largest` is refused here, after it has gone by.
pub async fn read_whole(
    State((app, largest)): State<(App, usize)>,
    request: Request,
    next: Next,
) -> Response {
    let size = request.body().size_hint().exact().unwrap_or_default();
    let bad =
        |headers: &HeaderMap| Problem::new(&app, words_of(headers), Kind::BadForm).into_response();
    if size > largest as u64 {
        let (head, body) = request.into_parts();
        let mut body = body.into_data_stream();
        if size <= LARGEST_MISTAKE {
            while let Some(Ok(_)) = body.next().await {}
        }
        return bad(&head.headers);
    }
    if size == 0 || size > LARGEST_FORM as u64 {
        return next.run(request).await;
    }
    let (head, body) = request.into_parts();
    match to_bytes(body, LARGEST_FORM).await {
        // No browser sends a character 0, and no database keeps one.
        Ok(bytes) if is_form(&head.headers) && holds_nought(&bytes) => bad(&head.headers),
        Ok(bytes) => next.run(Request::from_parts(head, Body::from(bytes))).await,
        Err(_) => bad(&head.headers),
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| {
        kind.as_bytes()
            .starts_with(b"application/x-www-form-urlencoded")
    })
}

fn holds_nought(form: &[u8]) -> bool {
    form.contains(&0) || form.windows(3).any(|three| three == b"%00")
}

/// Refuses a form that another site sent. Browsers say where a request comes from; where they do not, `Origin` must
/// name this host.
pub async fn same_site(State(app): State<App>, request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD) || from_here(request.headers()) {
        return next.run(request).await;
    }
    Problem::new(&app, words_of(request.headers()), Kind::OtherSite).into_response()
}

fn from_here(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match text(header::HeaderName::from_static("sec-fetch-site")) {
        Some(site) => matches!(site, "same-origin" | "none"),
        None => match (text(header::ORIGIN), text(header::HOST)) {
            (Some(origin), Some(host)) => origin
                .split_once("://")
                .is_some_and(|(_, named)| named == host),
            // Neither header: no browser, so no visitor whose cookie could be misused.
            (None, _) => true,
            (Some(_), None) => false,
        },
    }
}

/// Wrong codes of the last minute, from everywhere and per address.
#[derive(Debug, Default)]
pub struct Attempts {
    all: VecDeque<DateTime<Utc>>,
    by_address: BTreeMap<IpAddr, VecDeque<DateTime<Utc>>>,
}

const WINDOW: TimeDelta = TimeDelta::minutes(1);
const PER_ADDRESS: usize = 10;
const IN_ALL: usize = 100;

impl Attempts {
    /// Whether one more try is allowed from here.
    pub fn allowed(&mut self, address: IpAddr, now: DateTime<Utc>) -> bool {
        forget(&mut self.all, now);
        self.by_address.retain(|_, times| {
            forget(times, now);
            !times.is_empty()
        });
        self.all.len() < IN_ALL
            && self
                .by_address
                .get(&address)
                .is_none_or(|times| times.len() < PER_ADDRESS)
    }

    pub fn failed(&mut self, address: IpAddr, now: DateTime<Utc>) {
        self.all.push_back(now);
        self.by_address.entry(address).or_default().push_back(now);
    }
}

fn forget(times: &mut VecDeque<DateTime<Utc>>, now: DateTime<Utc>) {
    while times.front().is_some_and(|time| *time <= now - WINDOW) {
        times.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (
                    header::HeaderName::from_static(name),
                    value.parse().unwrap(),
                )
            })
            .collect()
    }

    #[test]
    fn a_form_from_elsewhere_is_known_by_its_headers() {
        assert!(from_here(&headers(&[("sec-fetch-site", "same-origin")])));
        assert!(!from_here(&headers(&[("sec-fetch-site", "cross-site")])));
        assert!(!from_here(&headers(&[("sec-fetch-site", "same-site")])));
        assert!(from_here(&headers(&[
            ("origin", "http://localhost:8080"),
            ("host", "localhost:8080")
        ])));
        assert!(!from_here(&headers(&[
            ("origin", "http://evil.example"),
            ("host", "localhost:8080")
        ])));
        assert!(!from_here(&headers(&[
            ("origin", "null"),
            ("host", "localhost:8080")
        ])));
    }

    #[test]
    fn ten_wrong_codes_a_minute_and_no_more() {
        let (here, there): (IpAddr, IpAddr) = ([127, 0, 0, 1].into(), [127, 0, 0, 2].into());
        let start = DateTime::UNIX_EPOCH;
        let mut attempts = Attempts::default();
        for _ in 0..10 {
            assert!(attempts.allowed(here, start));
            attempts.failed(here, start);
        }
        assert!(!attempts.allowed(here, start));
        assert!(attempts.allowed(there, start));
        assert!(attempts.allowed(here, start + TimeDelta::minutes(1)));
    }
}
