//! `docs/PROMISES.md` is made from `docs/promises.toml` and from what harnesses measured last (`docs/figures`). It says
//! nothing that is not in them, every promise names a proof that exists, and no promise is left out.
//!
//! After a run of the harnesses: `SCHAKEL_WRITE=1 cargo test --test all promises::` takes over the figures and writes the page.

#![expect(
    clippy::unwrap_used,
    reason = "a file that cannot be read is a failed test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Once;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Promises {
    threat: Vec<Promise>,
    failure: Vec<Promise>,
    goal: Vec<Promise>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Promise {
    id: String,
    /// What is promised, in one line.
    says: String,
    /// Files of tests, or commands that begin with `schakel` or `bash`.
    proof: Vec<String>,
    /// Names of figures.
    #[serde(default)]
    figures: Vec<String>,
    /// What does not hold, or was not measured.
    #[serde(default)]
    open: String,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn promises() -> Promises {
    let text = std::fs::read_to_string(root().join("docs/promises.toml")).unwrap();
    toml::from_str(&text).unwrap()
}

/// Figures by name, then by profile: what stands in the file, and the day on which it was measured.
type Figures = BTreeMap<String, BTreeMap<String, Value>>;

fn figures() -> Figures {
    static TAKEN_OVER: Once = Once::new();
    TAKEN_OVER.call_once(|| {
        if std::env::var("SCHAKEL_WRITE").is_ok() {
            take_over();
        }
    });
    let mut all = Figures::new();
    for entry in std::fs::read_dir(root().join("docs/figures")).unwrap() {
        let file = entry.unwrap().path();
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let (name, profile) = name.rsplit_once('.').unwrap();
        let value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        all.entry(name.to_owned())
            .or_default()
            .insert(profile.to_owned(), value);
    }
    all
}

/// Takes over what harnesses have measured since.
fn take_over() {
    let Ok(measured) = std::fs::read_dir(root().join("target/promises")) else {
        return;
    };
    for entry in measured {
        let file = entry.unwrap().path();
        let on: DateTime<Utc> = file.metadata().unwrap().modified().unwrap().into();
        let mut value: Value =
            serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        value["measured_on"] = on.format("%Y-%m-%d").to_string().into();
        let text = serde_json::to_string_pretty(&value).unwrap() + "\n";
        let kept = root().join("docs/figures").join(file.file_name().unwrap());
        std::fs::write(kept, text).unwrap();
    }
}

/// `lost 0, cycles 30`: figures in a line.
fn in_a_line(value: &Value) -> String {
    let Value::Object(fields) = value else {
        return value.to_string();
    };
    let told: Vec<String> = fields
        .iter()
        .filter(|(name, _)| *name != "measured_on")
        .map(|(name, value)| {
            let name = name.replace('_', " ");
            match value {
                Value::Object(_) => format!("{name}: {}", in_a_line(value)),
                Value::String(text) => format!("{name} {text}"),
                other => format!("{name} {other}"),
            }
        })
        .collect();
    told.join(", ")
}

fn page(promises: &Promises, figures: &Figures) -> String {
    let mut page = String::from(
        "# Promises, their proof, and what was measured last\n\n\
         Made from `docs/promises.toml` and `docs/figures` by `SCHAKEL_WRITE=1 cargo test --test all promises::`; do not edit.\n\
         *ci*: what every run of the tests measures, in a few minutes; *release*: `bash tests/release`. What does not hold\n\
         stands in the last column.\n",
    );
    for (title, rows) in [
        ("Threats", &promises.threat),
        ("Failures", &promises.failure),
        ("Goals", &promises.goal),
    ] {
        let _ = write!(
            page,
            "\n## {title}\n\n| id | promise | proof | measured | open |\n| --- | --- | --- | --- | --- |\n"
        );
        for row in rows {
            let proof: Vec<String> = row.proof.iter().map(|proof| format!("`{proof}`")).collect();
            let mut measured = Vec::new();
            for name in &row.figures {
                for (profile, value) in figures.get(name).into_iter().flatten() {
                    let day = value["measured_on"].as_str().unwrap_or("no day");
                    measured.push(format!("{name}, {profile}, {day}: {}", in_a_line(value)));
                }
            }
            let _ = writeln!(
                page,
                "| {} | {} | {} | {} | {} |",
                row.id,
                row.says,
                proof.join("<br>"),
                measured.join("<br>"),
                row.open
            );
        }
    }
    page
}

#[test]
fn the_page_says_what_was_measured() {
    let made = page(&promises(), &figures());
    let file = root().join("docs/PROMISES.md");
    if std::env::var("SCHAKEL_WRITE").is_ok() {
        std::fs::write(&file, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap();
    assert!(
        kept == made,
        "docs/PROMISES.md is not what its sources give: SCHAKEL_WRITE=1 cargo test --test all promises::"
    );
}

#[test]
fn every_promise_has_a_proof_that_exists() {
    let promises = promises();
    let figures = figures();
    for (letter, count, rows) in [
        ('T', 24, &promises.threat),
        ('F', 21, &promises.failure),
        ('G', 39, &promises.goal),
    ] {
        let expected: BTreeSet<String> = (1..=count).map(|n| format!("{letter}{n}")).collect();
        let there: BTreeSet<String> = rows.iter().map(|row| row.id.clone()).collect();
        assert_eq!(there, expected);
        for row in rows {
            assert!(
                !row.proof.is_empty() || !row.open.is_empty(),
                "{} has neither a proof nor a word on why not",
                row.id
            );
            for proof in &row.proof {
                let first = proof.split_whitespace().next().unwrap();
                let is_command = first == "schakel";
                let file = proof.strip_prefix("bash ").unwrap_or(proof);
                let file = file.split_whitespace().next().unwrap();
                assert!(
                    is_command || Path::new(&root()).join(file).exists(),
                    "{}: there is no {file}",
                    row.id
                );
            }
            for name in &row.figures {
                assert!(
                    figures.contains_key(name),
                    "{}: nothing measured {name}",
                    row.id
                );
            }
        }
    }
}
