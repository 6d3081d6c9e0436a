//! Names, addresses, answers, tokens and codes that nobody else has, put through every route while the server logs everything that
//! it can: not one of them may stand in what it says, in its audit, or in a file that it leaves.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at whatever is not as it should be"
)]

use std::cell::Cell;
use std::process::Command;

use serde_json::json;
use support::databases::seal_key;
use support::explore::everywhere;
use support::figures::{profile, record};
use support::hostile::{Heard, Uploader, founded};
use support::server::{Visitor, rows};

use crate::support;

/// In every canary, and in nothing else.
const SONG: &str = "kanarie";

fn roster() -> String {
    let mut text = "school,school_name,cohort,person,name,email,role,groups\n".to_owned();
    for i in 0..8 {
        text += &format!(
            "wilg,De Wilg,focus2,w{i},{SONG}naam{i} Vogel,{SONG}adres{i}@example.org,teacher,a\n"
        );
    }
    text + &format!("wilg,De Wilg,focus2,wp,{SONG}hoofd Vogel,,principal,\n")
}

/// Where a text holds one of these, with what stands around it.
fn hits(text: &str, secrets: &[String]) -> Vec<String> {
    let songs = text.match_indices(SONG).map(|(at, _)| at);
    let others = secrets
        .iter()
        .filter_map(|secret| text.find(secret.as_str()));
    songs
        .chain(others)
        .map(|at| {
            let from = text[..at].char_indices().rev().take(160).last();
            let to = text[at..].char_indices().take(60).last();
            let (from, to) = (
                from.map_or(0, |(at, _)| at),
                to.map_or(0, |(to, _)| at + to),
            );
            text[from..to].to_owned()
        })
        .collect()
}

/// Requests that no form sends: secrets in every header, bodies that are none, files that are none.
fn odd(base: &str, session: &Uploader, take: &dyn Fn() -> String) {
    for name in [
        "/study/rosters/upload",
        "/study/instruments",
        "/study/instruments/publish",
    ] {
        let file = format!("school,name\n{},\"{}\n", take(), take());
        session.upload(name, &format!("{}.csv", take()), file.as_bytes(), "nl");
        session.upload(
            name,
            "a.xlsx",
            format!("PK\u{3}\u{4}{}", take()).as_bytes(),
            "en",
        );
        session.upload(name, "a.toml", format!("{} = [[[", take()).as_bytes(), "en");
    }
    for row in schakel::web::router::table() {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .build()
            .into();
        let path = row.path.replace(['{', '}'], "");
        let address = format!("{base}{path}?token={}", take());
        let answer = if row.method == "GET" {
            agent
                .get(address)
                .header(
                    "cookie",
                    format!("schakel_visit={}; schakel={}", take(), take()),
                )
                .header("authorization", format!("Bearer {}", take()))
                .header("user-agent", take())
                .header("referer", format!("http://x/{}", take()))
                .header("accept-language", take())
                .call()
        } else {
            agent
                .post(address)
                .header("cookie", format!("schakel_visit={}", take()))
                .header("origin", format!("http://{}", take()))
                .header(
                    "content-type",
                    format!("application/json; charset={}", take()),
                )
                .send(format!("{{\"password\": \"{}\"", take()))
        };
        assert!(answer.unwrap().status().as_u16() < 500, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn t16_no_canary_sings_in_what_the_server_says_or_keeps() {
    let told = tokio::task::spawn_blocking(put_through).await.unwrap();
    let (database, secrets, canaries, said) = told;
    // What stands in the audit, seen past the program.
    let store = schakel::storage::Store::open(&database.database, &seal_key())
        .await
        .unwrap();
    let audit = support::tables::everything(&store)
        .await
        .remove("audit")
        .unwrap();
    let audited: Vec<String> = audit.iter().flat_map(|line| hits(line, &secrets)).collect();
    let told: Vec<_> = audited.iter().take(10).collect();
    assert!(
        audited.is_empty(),
        "{} in the audit: {told:#?}",
        audited.len()
    );
    record(
        "canaries",
        &json!({
            "promises": ["T16", "G27"],
            "canaries": canaries,
            "secrets_of_its_own": secrets.len(),
            "characters_said": said,
            "audit_lines": audit.len(),
            "hits": audited.len(),
        }),
    );
}

fn put_through() -> (support::server::Installation, Vec<String>, usize, usize) {
    let (place, owner) = founded("canaries");
    let list = place.file("roster.csv", &roster());
    place.must(&["study", "enrol", "focus", list.to_str().unwrap()]);
    let letters = place.path("letters.csv");
    place.must(&[
        "study",
        "invite",
        "focus",
        "focus2",
        "T1",
        "--out",
        letters.to_str().unwrap(),
    ]);
    let letters = rows(&letters);
    let secret = |line: &str| line.rsplit_once('#').unwrap().1.trim().to_owned();
    let mut codes = vec![("owner", owner)];
    for role in ["researcher", "trainer", "school", "principal"] {
        let schools: &[&str] = if role == "researcher" {
            &[]
        } else {
            &["--school", "wilg"]
        };
        let said = place.must(&[&["study", "link", "focus", role], schools].concat());
        let link = said
            .split_whitespace()
            .find(|word| word.contains('#'))
            .unwrap();
        codes.push((role, secret(link)));
    }
    for letter in letters.iter().take(3) {
        codes.push(("respondent", secret(&letter["link"])));
    }
    codes.push(("stranger", String::new()));
    let mut secrets: Vec<String> = letters
        .iter()
        .map(|letter| secret(&letter["link"]))
        .collect();
    secrets.extend(letters.iter().map(|letter| letter["code"].clone()));
    secrets.extend(
        codes
            .iter()
            .map(|(_, code)| code.clone())
            .filter(|code| !code.is_empty()),
    );

    let (mails, temporary) = (place.path("mails"), place.path("tmp"));
    std::fs::create_dir_all(&mails).unwrap();
    std::fs::create_dir_all(&temporary).unwrap();
    let settings = [
        ("RUST_LOG", "trace"),
        ("SCHAKEL_LOG", "json"),
        ("RUST_BACKTRACE", "full"),
        ("TMPDIR", temporary.to_str().unwrap()),
    ];
    let server = Heard::serve(
        &place,
        &["--mail-folder", mails.to_str().unwrap()],
        &settings,
    );
    let cores = std::fs::read_to_string(format!("/proc/{}/limits", server.id())).unwrap();
    let core = cores
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .unwrap();
    assert_eq!(
        core.split_whitespace().nth(4),
        Some("0"),
        "no core dumps: {core}"
    );
    let sung = Cell::new(0);
    let take = || {
        sung.set(sung.get() + 1);
        format!("{SONG}{:06}", sung.get())
    };
    let most = profile().of(1_000, 10_000);
    let uploader = Uploader::enter(&server.base, &codes[0].1);
    // The owner last: who stands on a list that was changed may be asked no more.
    let visitors: Vec<(&str, Visitor)> = codes
        .iter()
        .rev()
        .map(|(role, code)| {
            let visitor = Visitor::new(&server.base);
            if !code.is_empty() {
                visitor.enter(code);
            }
            if *role == "respondent" {
                visitor.take_part();
            }
            (*role, visitor)
        })
        .collect();
    while sung.get() < most {
        for (role, visitor) in &visitors {
            everywhere(visitor, take, |path, page| {
                assert!(page.status < 500, "{role} {path}: {}", page.status);
            });
        }
        odd(&server.base, &uploader, &take);
    }
    // Wrong codes at the very end: after ten of them nobody gets in from here.
    for _ in 0..12 {
        visitors[0].1.post("/r", &[("code", &take())]);
    }
    let said = server.said();
    drop(server);
    assert!(
        said.len() > 100_000,
        "it says a lot when asked to: {}",
        said.len()
    );
    let found = hits(&said, &secrets);
    let told: Vec<_> = found.iter().take(10).collect();
    assert!(
        found.is_empty(),
        "{} hits in what was said: {told:#?}",
        found.len()
    );
    let left: Vec<_> = std::fs::read_dir(&temporary).unwrap().collect();
    assert!(left.is_empty(), "files are left behind: {left:?}");
    (place, secrets, sung.get(), said.len())
}

/// A failure tells where it was, and not what it was about. In a process of its own: how failures are told is one for all.
#[test]
fn t16_a_failure_tells_its_place_alone() {
    const CHILD: &str = "SCHAKEL_TEST_FAILS";
    if std::env::var_os(CHILD).is_some() {
        schakel::cli::discretion::keep().unwrap();
        tracing_subscriber::fmt()
            .with_writer(std::io::stderr)
            .init();
        let answer = format!("{SONG}000000");
        let failed = std::thread::spawn(move || answer.parse::<u32>().expect(&answer)).join();
        assert!(failed.is_err());
        return;
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "canaries::t16_a_failure_tells_its_place_alone",
            "--nocapture",
        ])
        .env(CHILD, "1")
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(said.contains("tests/canaries.rs"), "{said}");
    assert!(!said.contains(SONG), "{said}");
}
