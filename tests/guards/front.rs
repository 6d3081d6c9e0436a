//! What stands before every guard: headers, forms from elsewhere, addresses and forms that are too large.

use axum::http::header;
use schakel::web::router::{router, table};

use super::expected;
use super::matrix::{form_of, lets_in, name_of};
use super::support::figures::record;
use super::support::tables::everything;
use super::world::{Answer, ROLES, World, ask, ask_with, pages};

/// What every answer carries; the first that is not there.
pub fn wrong_headers(path: &str, answer: &Answer) -> Option<String> {
    let of = |name: &str| {
        let value = answer
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let policy = of("content-security-policy");
    let is_asset = path.starts_with("/assets/");
    let is_https = !of("strict-transport-security").is_empty();
    let held = [
        (
            "an inline script or style may run",
            !policy.contains("unsafe-inline") || is_file(&policy),
        ),
        (
            "text may be run as a script",
            !policy.contains("unsafe-eval"),
        ),
        (
            "anything may be loaded",
            policy.contains("default-src 'none'"),
        ),
        (
            "it may be framed",
            policy.contains("frame-ancestors 'none'"),
        ),
        (
            "a base may be set",
            policy.contains("base-uri 'none'") || is_file(&policy),
        ),
        (
            "its kind may be guessed",
            of("x-content-type-options") == "nosniff",
        ),
        (
            "its address is passed on",
            of("referrer-policy") == "same-origin",
        ),
        (
            "its window may be held",
            // Over plain http browsers put it aside and complain of it.
            (of("cross-origin-opener-policy") == "same-origin") == is_https
                && (is_https || of("cross-origin-opener-policy").is_empty()),
        ),
        (
            "it may be embedded",
            of("cross-origin-resource-policy") == "same-origin",
        ),
        (
            "the camera may be asked for",
            of("permissions-policy").contains("camera=()"),
        ),
        (
            "it may be kept",
            is_asset || of("cache-control") == "no-store",
        ),
        ("a file opens in the browser", {
            let kind = of("content-type");
            let shown = [
                "text/html",
                "text/css",
                "text/javascript",
                "image/svg",
                "text/plain",
            ];
            kind.is_empty()
                || shown.iter().any(|shown| kind.starts_with(shown))
                || kind.starts_with("application/json")
                || of("content-disposition").starts_with("attachment")
        }),
        (
            "it names no time to come back",
            answer.status != 503 || !of("retry-after").is_empty(),
        ),
    ];
    let wrong = held.into_iter().find(|(_, holds)| !holds);
    wrong.map(|(what, _)| what.to_owned())
}

/// A report that stands alone carries its own style sheet, and runs nothing.
fn is_file(policy: &str) -> bool {
    policy.contains("sandbox") || !policy.contains("script-src")
}

/// Every row that takes a form, from three kinds of elsewhere, with the rights of who may send it: refused, and nothing
/// is changed.
pub async fn forms_from_elsewhere(world: &World) {
    let lines = expected::table().lines;
    let all = pages(&world.app);
    let elsewhere: [&[(&str, &str)]; 4] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[
            ("origin", "https://elsewhere.example"),
            ("host", "127.0.0.1:8080"),
        ],
        &[("origin", "null"), ("host", "127.0.0.1:8080")],
    ];
    let rows: Vec<_> = table().filter(|row| row.method == "POST").collect();
    let mut visits = Vec::new();
    for row in &rows {
        let role = ROLES.iter().rfind(|role| lets_in(row.who, role));
        let role = role.unwrap_or(&"owner");
        visits.push(world.visit(role).await);
    }
    let before = everything(&world.store).await;
    let (mut asked, mut passed) = (0, Vec::new());
    for (row, cookie) in rows.iter().zip(&visits) {
        let form = world.own.fill(&form_of(row, lines.get(&name_of(row))));
        let path = world.own.fill(row.path);
        for headers in elsewhere {
            asked += 1;
            let answer = ask_with(&all, "POST", &path, cookie, &form, headers).await;
            if answer.status != 403 || answer.headers.contains_key(header::SET_COOKIE) {
                passed.push(format!("{path} {headers:?}: {}", answer.status));
            }
        }
    }
    assert_eq!(
        everything(&world.store).await,
        before,
        "something was changed"
    );
    record(
        "guards.csrf",
        &serde_json::json!({
            "post_rows": rows.len(), "asked": asked, "passed": passed.len(),
        }),
    );
    assert!(passed.is_empty(), "{passed:#?}");
}

#[tokio::test]
async fn behind_https_cookies_are_bound_to_the_host() {
    let world = World::make().await;
    let app = world.plain_app().behind_https();
    let all = hyper_util::service::TowerToHyperService::new(router(app));
    let form = format!("code={}", world.secret("owner"));
    let entered = ask(&all, "POST", "/r", "", &form).await;
    assert_eq!(entered.status, 303, "{}", entered.body);
    let strict = &entered.headers[header::STRICT_TRANSPORT_SECURITY];
    assert!(
        strict
            .to_str()
            .is_ok_and(|it| it.starts_with("max-age=3153"))
    );
    let cookies: Vec<&str> = entered
        .headers
        .get_all(header::SET_COOKIE)
        .iter()
        .map(|it| it.to_str().unwrap())
        .collect();
    assert!(!cookies.is_empty());
    for cookie in cookies {
        assert!(cookie.starts_with("__Host-"), "{cookie}");
        for part in ["; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
    // What is too much, and what is asked in a way that there is not.
    let long = format!("/?{}", "a".repeat(9_000));
    assert_eq!(ask(&all, "GET", &long, "", "").await.status, 414);
    let large = "a".repeat(300 * 1024);
    let told = ask(&all, "POST", "/r", "", &large).await;
    assert!([400, 413].contains(&told.status), "{}", told.status);
    let told = ask(&all, "DELETE", "/study", "", "").await;
    assert_eq!(told.status, 405);
    assert!(told.headers.contains_key(header::ALLOW));
    assert!(wrong_headers("/study", &told).is_none());
    // Every page says over https what it says over http, and that its window is its own.
    for row in table().filter(|row| row.method == "GET") {
        let path = world.own.fill(row.path);
        let told = ask(&all, "GET", &path, "", "").await;
        assert!(
            told.headers.contains_key(header::STRICT_TRANSPORT_SECURITY),
            "{path}"
        );
        let wrong = wrong_headers(&path, &told);
        assert!(wrong.is_none(), "{path}: {wrong:?}");
    }
}
