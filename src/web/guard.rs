//! What stands in front of every page: a form is read to its end before anything is answered, and forms from other sites
//! are refused.

use std::io::{Error, ErrorKind};
use std::time::Duration;

use axum::body::{Body, HttpBody, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use tokio::time::timeout;

use super::app::App;
use super::problem::{Kind, Problem};
use super::visitor::words_of;

/// The largest form without a file.
pub const LARGEST_FORM: usize = 256 * 1024;
/// Of what is larger than is taken at all, so much is read before it is said: a mistaken file, and not the whole world.
const LARGEST_MISTAKE: u64 = 64 * 1024 * 1024;

/// The longest path and query. The desk keeps its whole choice in the address.
const LONGEST_ADDRESS: usize = 8 * 1024;

/// Reads a form before anyone looks at it. A server that answers while a browser is still sending has to close the
/// connection, and the visitor is then told of a broken connection in the place of the refusal. What says that it is
/// larger than `largest` is refused here, after it has gone by.
pub async fn read_whole(
    State((app, largest, patience)): State<(App, usize, Duration)>,
    request: Request,
    next: Next,
) -> Response {
    let size = request.body().size_hint();
    let (head, body) = request.into_parts();
    if body.is_end_stream() {
        return next.run(Request::from_parts(head, body)).await;
    }
    let bad =
        |headers: &HeaderMap| Problem::new(&app, words_of(headers), Kind::BadForm).into_response();
    let body = in_time(body, patience);
    let size = size.exact();
    if size.is_some_and(|size| size > largest as u64) {
        if size.is_some_and(|size| size <= LARGEST_MISTAKE) {
            let mut body = body.into_data_stream();
            while let Some(Ok(_)) = body.next().await {}
        }
        return bad(&head.headers);
    }
    // A file is read by whoever takes it.
    if largest > LARGEST_FORM && size.is_none_or(|size| size > LARGEST_FORM as u64) {
        return next.run(Request::from_parts(head, body)).await;
    }
    match to_bytes(body, LARGEST_FORM).await {
        // No browser sends a character 0, and no database keeps one.
        Ok(bytes) if is_form(&head.headers) && holds_nought(&bytes) => bad(&head.headers),
        Ok(bytes) => next.run(Request::from_parts(head, Body::from(bytes))).await,
        Err(error) if is_slow(&error) => StatusCode::REQUEST_TIMEOUT.into_response(),
        Err(_) => bad(&head.headers),
    }
}

/// A body that ends in an error where its next piece does not come in time.
fn in_time(body: Body, patience: Duration) -> Body {
    let pieces = body.into_data_stream();
    Body::from_stream(stream::unfold(Some(pieces), move |rest| async move {
        let mut rest = rest?;
        match timeout(patience, rest.next()).await {
            Ok(None) => None,
            Ok(Some(Ok(piece))) => Some((Ok(piece), Some(rest))),
            Ok(Some(Err(error))) => Some((Err(Error::other(error)), None)),
            Err(_) => {
                let slow = Error::new(ErrorKind::TimedOut, "the rest did not come");
                Some((Err(slow), None))
            }
        }
    }))
}

/// Whether a form was not read because the rest of it did not come.
fn is_slow(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let known = error.downcast_ref::<Error>();
        if known.is_some_and(|known| known.kind() == ErrorKind::TimedOut) {
            return true;
        }
        cause = error.source();
    }
    false
}

/// Addresses of ours are short, whatever is asked of them.
pub async fn short_address(request: Request, next: Next) -> Response {
    let address = request.uri().path_and_query().map_or("", |it| it.as_str());
    if address.len() > LONGEST_ADDRESS {
        return StatusCode::URI_TOO_LONG.into_response();
    }
    next.run(request).await
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
}
