//! A whole study in a real browser: set up by its owner from the template, answered on a phone and on another device,
//! watched, reminded, closed and taken out as data.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::{Days, NaiveDate};
use schakel::domain::time::{Clock, SystemClock};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

use super::owner::{
    close, invite, look_around, match_name, read_staff, record_conditions, rehearse, remind,
    set_up, take_out,
};
use super::respondent::{begin, in_two_places, interrupted, resume};
use super::support::browser::{Browser, Size};
use super::support::server::{Installation, Server};
use super::walks::fits;

#[test]
fn a_study_is_set_up_answered_reminded_closed_and_taken_out() {
    let what = "the walk through a whole study";
    let Some(owner) = Browser::start(what, Size::Desk, "nl") else {
        return;
    };
    let place = empty();
    let post = place.path("post");
    let server = place.serve_with(&["--mail-folder", &post.display().to_string()]);

    set_up(&owner, &server);
    record_conditions(&owner);
    read_staff(&owner, &place);
    look_around(&owner);
    rehearse(&owner);
    let link = invite(&owner, &post);

    let (first, code) = (&link, link.rsplit_once('#').expect("a secret").1);
    {
        let phone = Browser::start(what, Size::Phone, "nl").expect("a second browser");
        begin(&phone, first);
        interrupted(&phone);
        in_two_places(&phone, &server, code);
    }
    // The board of the owner goes along, without anybody reloading it.
    assert_eq!(tally(&owner, &server), [5, 1, 1, 0]);
    {
        let desk = Browser::start(what, Size::Desk, "nl").expect("a third browser");
        resume(&desk, first);
    }
    renewed(&owner, [5, 1, 1, 1]);
    fits(&owner);
    owner.screenshot("study-response-board");

    remind(&owner, &server, &place, &post);
    match_name(&owner);
    close(&owner);
    take_out(&owner, &place);
}

/// A place with an empty database of its own.
pub fn empty() -> Installation {
    let place = Installation::new("");
    Installation {
        database: format!("sqlite:{}", place.path("study.db").display()),
        ..place
    }
}

/// Every moment that counts for a reminder.
const MOMENTS: [(&str, &[&str]); 5] = [
    ("invitations", &["created_at", "opened_at"]),
    (
        "outbox",
        &["not_before", "queued_at", "tried_at", "settled_at"],
    ),
    ("responses", &["started_at"]),
    ("answers", &["saved_at"]),
    ("page_saves", &["first_at", "last_at"]),
];

/// As if everything so far was done that many days earlier: between two mails to one person lie days, and no test waits.
pub fn days_pass(database: &str, days: u32) {
    let earlier = async {
        let mut there = SqliteConnection::connect(database).await?;
        for (table, columns) in MOMENTS {
            for column in columns {
                let sql = format!(
                    "UPDATE {table} SET {column} = strftime('%Y-%m-%dT%H:%M:%f', {column}, '-{days} days')
                        || '000+00:00' WHERE {column} IS NOT NULL"
                );
                sqlx::query(AssertSqlSafe(sql)).execute(&mut there).await?;
            }
        }
        there.close().await
    };
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(earlier)
        .expect("the clock is set back");
}

/// The link that stands in a mail.
pub fn link_in(mail: &str) -> String {
    let from = mail.find("http://").expect("a link in the mail");
    let link = mail[from..].split_whitespace().next();
    link.expect("a link ends").to_owned()
}

/// A day counted from today, in the study's own time zone or a few hours off.
pub fn day(from_now: i64) -> NaiveDate {
    let today = SystemClock.now().date_naive();
    let days = Days::new(from_now.unsigned_abs());
    let there = if from_now < 0 {
        today.checked_sub_days(days)
    } else {
        today.checked_add_days(days)
    };
    there.expect("a day on the calendar")
}

pub fn go(browser: &Browser, path: &str) {
    let address = browser.address();
    let base: Vec<&str> = address.splitn(4, '/').take(3).collect();
    browser.visit(&format!("{}{path}", base.join("/")));
}

/// Fits, but for the one thing that the browser itself says of a refusal or of a line that is cut.
#[track_caller]
pub fn fits_after(browser: &Browser, refusal: &str) {
    let complaints = browser.complaints();
    assert!(
        complaints.iter().all(|line| line.contains(refusal)),
        "{complaints:?}"
    );
    fits(browser);
}

/// Invited, opened, started and submitted at De Eik, as the board says.
fn tally(owner: &Browser, server: &Server) -> [u64; 4] {
    owner.visit(&format!("{}/response", server.base));
    counted(owner)
}

fn counted(owner: &Browser) -> [u64; 4] {
    let cells = owner.script(
        "const row = [...document.querySelectorAll('[data-live] tbody tr')].find((row) =>
            row.textContent.startsWith('De Eik') && row.textContent.includes('T1'));
        return [...row.querySelectorAll('td.n')].slice(0, 4).map((cell) => Number(cell.textContent))",
    );
    let numbers: Vec<u64> = cells
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_u64)
        .collect();
    numbers.try_into().expect("four numbers")
}

/// Waits until the board in sight says so: it renews itself, here as if someone came back to its tab.
#[track_caller]
fn renewed(owner: &Browser, wanted: [u64; 4]) {
    owner.script("document.dispatchEvent(new Event('visibilitychange'))");
    let deadline = Instant::now() + Duration::from_secs(20);
    while counted(owner) != wanted {
        assert!(Instant::now() < deadline, "{:?}", counted(owner));
        std::thread::park_timeout(Duration::from_millis(50));
    }
}

/// The mail in the folder, as it is read.
pub fn mails(folder: &Path) -> Vec<String> {
    let files: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|file| file.expect("a file").path())
        .filter(|file| file.extension().is_some_and(|kind| kind == "eml"))
        .collect();
    files
        .iter()
        .map(|file| {
            let text = std::fs::read_to_string(file).expect("a mail");
            // Quoted-printable: a line that goes on ends with =, and = itself is =3D.
            text.replace("=\r\n", "").replace("=3D", "=")
        })
        .collect()
}

/// Waits until there are this many.
#[track_caller]
pub fn arrived(folder: &Path, number: usize) -> Vec<String> {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let mails = mails(folder);
        if mails.len() >= number {
            let to = |mail: &String| {
                mail.lines()
                    .find(|line| line.starts_with("To:"))
                    .map(str::to_owned)
            };
            let to: Vec<_> = mails.iter().map(to).collect();
            assert_eq!(mails.len(), number, "{to:?}");
            return mails;
        }
        assert!(
            Instant::now() < deadline,
            "{} of {number} mails",
            mails.len()
        );
        std::thread::park_timeout(Duration::from_millis(50));
    }
}
