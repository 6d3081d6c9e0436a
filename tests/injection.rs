//! Text that is more than text to somebody else: formulas to a spreadsheet, paths to a file system, statements to a database. Put
//! through every field, parameter, address and file name, it stays text.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at whatever is not as it should be"
)]

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::json;
use support::databases::seal_key;
use support::explore::{encoded, everywhere, explore};
use support::figures::record;
use support::hostile::{Heard, Uploader, founded};
use support::server::{Installation, Visitor, rows};
use support::tables::schema;

use crate::support;

/// What a spreadsheet would run.
const FORMULAS: [&str; 16] = [
    "=1+1",
    "=HYPERLINK(\"http://evil.example\")",
    "=cmd|'/c calc'!A0",
    "+1+cmd|'/c calc'!A0",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "=DDE(\"cmd\";\"/c calc\";\"x\")",
    "=IMPORTXML(\"http://evil.example\";\"//a\")",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1)",
    "=\"a\"&\"b\"",
    "-(1)",
];

const STATEMENTS: [&str; 30] = [
    "'",
    "''",
    "\"",
    "`",
    "\\'",
    "';",
    "'--",
    "' OR 1=1--",
    "' OR '1'='1",
    "\" OR \"\"=\"",
    "') OR ('1'='1",
    "'; DROP TABLE persons;--",
    "'; DELETE FROM answers;--",
    "'; UPDATE access_links SET role='owner';--",
    "1; DROP TABLE studies",
    "1 OR 1=1",
    "' UNION SELECT 1--",
    "' UNION SELECT name FROM sqlite_master--",
    "'||(SELECT 1)||'",
    "' AND (SELECT pg_sleep(9))--",
    "'; SELECT load_extension('x');--",
    "'; ATTACH DATABASE '/tmp/schakel-attached' AS x;--",
    "'; COPY (SELECT 1) TO '/tmp/schakel-copied';--",
    "'; PRAGMA writable_schema=1;--",
    "$1",
    "$9999",
    "?1",
    ":name",
    "%' AND '%'='",
    "\u{2019} OR 1=1--",
];

/// Paths that lead elsewhere, written in every way that has been tried somewhere.
fn paths() -> Vec<String> {
    let targets = [
        "etc/passwd",
        "tmp/schakel-out",
        "contacts.key",
        "schakel.key",
        "windows/win.ini",
    ];
    let ways = [
        "../",
        "../../../../../../",
        "..\\",
        "..\\..\\..\\",
        "/",
        "//",
        "file:///",
        "....//....//",
        "..;/..;/",
        "%2e%2e%2f%2e%2e%2f",
        "%252e%252e%252f",
        "..%2f..%2f",
        "..%5c..%5c",
        "..%c0%af..%c0%af",
        "C:\\",
        "\\\\evil.example\\share\\",
        "./../../",
        "~/",
        "a/../../../",
        "\u{ff0e}\u{ff0e}\u{2215}",
    ];
    let all = ways
        .iter()
        .flat_map(|way| targets.iter().map(move |target| format!("{way}{target}")));
    all.collect()
}

/// Every file below a folder.
fn files(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.display().to_string());
        }
    }
    found
}

/// A study with a list on which these are names, and somebody of each kind.
fn open(what: &str, names: &[&str]) -> (Installation, Vec<(&'static str, String)>) {
    let (place, owner) = founded(what);
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut list = "school,school_name,cohort,board,person,name,email,role,groups\n".to_owned();
    for (number, name) in names.iter().enumerate() {
        let text = quoted(name);
        list += &format!(
            "wilg,De Wilg,focus2,{},w{number},{text},w{number}@example.org,teacher,{text}\n",
            quoted(names[0])
        );
    }
    let file = place.file("roster.csv", &list);
    place.must(&["study", "enrol", "focus", file.to_str().unwrap()]);
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
    let secret = |line: &str| line.rsplit_once('#').unwrap().1.trim().to_owned();
    let researcher = place.must(&["study", "link", "focus", "researcher"]);
    let trainer = place.must(&["study", "link", "focus", "trainer", "--school", "wilg"]);
    let link = |said: &str| {
        secret(
            said.split_whitespace()
                .find(|word| word.contains('#'))
                .unwrap(),
        )
    };
    let codes = vec![
        ("owner", owner),
        ("researcher", link(&researcher)),
        ("trainer", link(&trainer)),
        ("respondent", secret(&rows(&letters)[0]["link"])),
        ("other respondent", secret(&rows(&letters)[1]["link"])),
    ];
    (place, codes)
}

#[tokio::test(flavor = "multi_thread")]
async fn t9_and_t10_statements_and_paths_are_text() {
    let (place, before, after, tried, sent) =
        tokio::task::spawn_blocking(put_through).await.unwrap();
    let store = schakel::storage::Store::open(&place.database, &seal_key())
        .await
        .unwrap();
    let tables = schema(&store).await;
    assert!(tables.contains_key("persons") && tables.contains_key("answers"));
    let studies = &support::tables::everything(&store).await["studies"];
    assert_eq!(studies.len(), 1, "the study is still there");
    let new: Vec<_> = after.difference(&before).collect();
    assert!(new.is_empty(), "files were made: {new:?}");
    assert!(before.is_subset(&after), "files are gone");
    for left in ["schakel-out", "schakel-attached", "schakel-copied"] {
        assert!(!Path::new("/tmp").join(left).exists(), "{left}");
    }
    record(
        "statements_and_paths",
        &json!({
            "promises": ["T9", "T10"],
            "statements": STATEMENTS.len(),
            "paths": paths().len(),
            "values_sent": tried,
            "answers_read": sent,
            "failures": 0,
            "files_outside": new.len(),
        }),
    );
}

type PutThrough = (
    Installation,
    BTreeSet<String>,
    BTreeSet<String>,
    usize,
    usize,
);

fn put_through() -> PutThrough {
    let (place, codes) = open("injection", &["Anna", "Bram", "Cor", "Dina", "Els"]);
    let server = Heard::serve(&place, &[], &[("RUST_LOG", "error")]);
    let kept = |folder: &Path| {
        let mut all = files(folder);
        // What the database writes beside itself.
        all.retain(|file| !file.contains(".db") && !file.ends_with("said.txt"));
        all
    };
    let before = kept(place.folder.path());
    let values: Vec<String> = STATEMENTS
        .iter()
        .map(|one| (*one).to_owned())
        .chain(paths())
        .collect();
    let (mut next, mut sent) = (0, 0);
    let mut faults = BTreeSet::new();
    let mut read = |path: &str, page: &support::server::Page| {
        sent += 1;
        if page.status >= 500 {
            faults.insert(format!("{path}: {}", page.status));
        }
        let leak = ["root:x:0:0", "[extensions]", "2a2a2a2a2a"]
            .iter()
            .find(|leak| page.html.contains(**leak));
        if let Some(leak) = leak {
            faults.insert(format!("{path}: holds {leak}"));
        }
    };
    for (role, code) in codes.iter().rev() {
        let visitor = Visitor::new(&server.base);
        visitor.enter(code);
        if role.ends_with("respondent") {
            visitor.take_part();
        }
        let take = || {
            next += 1;
            values[next % values.len()].clone()
        };
        everywhere(&visitor, take, &mut read);
    }
    // Every one of them in every place that an address leaves open, and as the name of a file.
    let owner = Uploader::enter(&server.base, &codes[0].1);
    for value in &values {
        for row in schakel::web::router::table() {
            if row.method == "GET" && row.path.contains('{') {
                let path: Vec<String> = row
                    .path
                    .split('/')
                    .map(|part| {
                        if part.contains('{') {
                            encoded(value)
                        } else {
                            part.to_owned()
                        }
                    })
                    .collect();
                let path = path.join("/");
                read(&path, &owner.visitor.get(&path));
            }
        }
        let name = value.replace(['"', '\r', '\n'], "");
        for path in ["/study/rosters/upload", "/study/instruments"] {
            read(
                path,
                &owner.upload(path, &name, b"school,name\nx,y\n", "nl"),
            );
        }
    }
    let after = kept(place.folder.path());
    drop(server);
    assert!(faults.is_empty(), "{faults:#?}");
    (place, before, after, next, sent)
}

#[test]
fn t7_no_cell_of_any_file_is_a_formula() {
    let (place, codes) = open("formulas", &FORMULAS);
    let server = Heard::serve(&place, &[], &[("RUST_LOG", "error")]);
    // A respondent writes one in, and a trainer logs some.
    let mut number = 0;
    for (role, code) in &codes {
        if *role == "owner" || *role == "researcher" {
            continue;
        }
        let visitor = Visitor::new(&server.base);
        visitor.enter(code);
        if role.ends_with("respondent") {
            visitor.take_part();
        }
        let take = || {
            number += 1;
            FORMULAS[number % FORMULAS.len()].to_owned()
        };
        everywhere(&visitor, take, |path, page| {
            assert!(page.status < 500, "{path}")
        });
    }
    let (mut tables, mut cells, mut quoted) = (0, 0, 0);
    let mut faults = Vec::new();
    let mut read = |what: &str, text: &str| {
        tables += 1;
        let separator = if text.lines().next().is_some_and(|line| line.contains(';')) {
            b';'
        } else {
            b','
        };
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        for record in reader.records() {
            for cell in &record.unwrap() {
                cells += 1;
                quoted += usize::from(cell.starts_with("'=") || cell.starts_with("'@"));
                let runs = cell.starts_with([
                    '=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠',
                ]);
                if runs && cell.parse::<f64>().is_err() {
                    faults.push(format!("{what}: {cell:?}"));
                }
            }
        }
    };
    read(
        "letters of the command line",
        &std::fs::read_to_string(place.path("letters.csv")).unwrap(),
    );
    let out = place.path("export");
    place.must(&["study", "export", "focus", "--out", out.to_str().unwrap()]);
    for file in files(&out).iter().filter(|file| file.ends_with(".csv")) {
        read(file, &std::fs::read_to_string(file).unwrap());
    }
    for (role, code) in &codes {
        let visitor = Visitor::new(&server.base);
        visitor.enter(code);
        let explored = explore(&visitor, |path, page| {
            if page.status == 200
                && path
                    .split('?')
                    .next()
                    .is_some_and(|path| path.ends_with(".csv"))
            {
                read(&format!("{role} {path}"), &page.html);
            }
        });
        for form in explored
            .forms
            .iter()
            .filter(|form| form.action.ends_with("/exports"))
        {
            let fields = form.filled(|_, _| None);
            let fields: Vec<(&str, &str)> = fields
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            let page = visitor.post(&form.action, &fields);
            let is_table = fields.iter().any(|(_, value)| value.ends_with(".csv"));
            if page.status == 200 && is_table {
                read(&format!("{role} {fields:?}"), &page.html);
            }
        }
    }
    println!("{tables} tables, {cells} cells, {quoted} made harmless");
    assert!(
        faults.is_empty(),
        "{} formulas: {:#?}",
        faults.len(),
        &faults[..faults.len().min(20)]
    );
    assert!(
        tables >= 8 && quoted >= 4,
        "{tables} tables, {quoted} formulas met"
    );
    record(
        "formulas",
        &json!({
            "promises": ["T7", "G26"],
            "formulas": FORMULAS.len(),
            "tables": tables,
            "cells": cells,
            "made_harmless": quoted,
            "live": faults.len(),
        }),
    );
}
