//! The law of the house: which part may lean on which, and how a file may look. Architecture, held as data.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// What each folder (or single file) of `src` may name of ours. `analysis` is the crate `schakel_analysis`.
const ARROWS: [(&str, &[&str]); 21] = [
    ("domain", &[]),
    ("locale", &["domain"]),
    ("instrument", &["domain"]),
    (
        "exchange",
        &["domain", "instrument", "evaluation", "analysis"],
    ),
    ("storage", &["domain"]),
    ("fieldwork", &["storage", "instrument", "domain", "locale"]),
    ("mail", &["domain"]),
    ("providers", &["fieldwork"]),
    ("deliver", &["mail", "fieldwork", "storage", "domain"]),
    ("forget", &["exchange", "fieldwork", "storage", "domain"]),
    ("evaluation", &["domain", "instrument", "analysis"]),
    ("reports", &["evaluation", "domain", "locale", "analysis"]),
    ("simulation", &["domain", "analysis"]),
    (
        "conclude",
        &["storage", "fieldwork", "evaluation", "instrument", "domain"],
    ),
    (
        "work",
        &["conclude", "evaluation", "fieldwork", "storage", "domain"],
    ),
    (
        "rehearsal",
        &["conclude", "fieldwork", "storage", "instrument", "domain"],
    ),
    (
        "rehearse",
        &[
            "simulation",
            "fieldwork",
            "storage",
            "exchange",
            "instrument",
            "domain",
        ],
    ),
    (
        "web",
        &[
            "domain",
            "locale",
            "instrument",
            "exchange",
            "storage",
            "fieldwork",
            "evaluation",
            "reports",
            "simulation",
            "conclude",
            "rehearsal",
            "rehearse",
            "forget",
            "providers",
            "work",
            "analysis",
        ],
    ),
    (
        "cli",
        &[
            "domain",
            "locale",
            "instrument",
            "exchange",
            "storage",
            "fieldwork",
            "evaluation",
            "reports",
            "simulation",
            "conclude",
            "rehearsal",
            "rehearse",
            "forget",
            "mail",
            "deliver",
            "providers",
            "web",
            "work",
            "analysis",
        ],
    ),
    ("main", &["cli"]),
    ("lib", &[]),
];

/// Crates of others that only these folders may name.
const OUTSIDE: [(&str, &[&str]); 11] = [
    ("sqlx", &["storage"]),
    ("axum", &["web"]),
    ("tower_http", &["web"]),
    ("askama", &["web", "reports"]),
    (
        "tokio",
        &[
            "storage",
            "conclude",
            "deliver",
            "providers",
            "work",
            "web",
            "cli",
        ],
    ),
    ("clap", &["cli", "main"]),
    ("anyhow", &["cli", "main"]),
    ("lettre", &["mail"]),
    ("openidconnect", &["providers"]),
    ("hyper_rustls", &["providers"]),
    ("resvg", &["reports"]),
];

/// Folders of `web` with an audience each: none of them knows another.
const AUDIENCES: [&str; 12] = [
    "account",
    "respond",
    "response",
    "school",
    "principal",
    "board",
    "coding",
    "custodian",
    "trainer",
    "research",
    "study",
    "setup",
];

/// Layers of the analysis, lowest first: a folder uses layers below its own, never a neighbour, never upward.
const LAYERS: [&[&str]; 5] = [
    &["outcome"],
    &["numeric"],
    &["network", "scale", "multilevel", "compare"],
    &["measure", "simulate"],
    &["model", "drawing"],
];

/// What the analysis knows nothing of: the world, the app, and what it is used for.
const UNKNOWN_TO_ANALYSIS: [&str; 18] = [
    "schakel",
    "serde",
    "serde_json",
    "axum",
    "askama",
    "sqlx",
    "tokio",
    "http",
    "html",
    "url",
    "csv",
    "chrono",
    "uuid",
    "async",
    "school",
    "schools",
    "database",
    "SystemTime",
];
const WORLD: [&str; 6] = [
    "std::fs",
    "std::io",
    "std::net",
    "std::env",
    "std::process",
    "std::time",
];

const DEFINITIONS: [&str; 9] = [
    "fn",
    "struct",
    "enum",
    "union",
    "impl",
    "trait",
    "const",
    "static",
    "macro_rules",
];

const NO_NAMES: [&str; 9] = [
    "util", "utils", "helper", "helpers", "common", "manager", "service", "services", "misc",
];

const LONGEST: usize = 600;

/// Known breaches: file, line and reason. One that is mended has to go from this list too.
const TOLERATED: [(&str, &str, &str); 0] = [];

#[test]
fn every_arrow_points_the_right_way() {
    let tree = tree("src");
    let ours = modules(&tree);
    assert!(ours.contains("domain") && ours.contains("storage"));
    let mut breaches = Breaches::default();
    for module in &ours {
        if !ARROWS.iter().any(|(name, _)| name == module) {
            breaches.add(
                Path::new("src"),
                0,
                &format!("{module} has no row in the table of arrows"),
                module,
            );
        }
    }
    for (file, text) in &tree {
        let part = part_of(file);
        let allowed = ARROWS
            .iter()
            .find(|(name, _)| *name == part)
            .map(|(_, allowed)| *allowed)
            .unwrap_or_default();
        for found in names_of_ours(text, depth(file), &ours) {
            if found.name != part && !allowed.contains(&found.name.as_str()) {
                breaches.add(
                    file,
                    found.line,
                    &format!("{part} may not use {}", found.name),
                    &found.text,
                );
            }
        }
        for found in words(text) {
            let outside = OUTSIDE.iter().find(|(name, _)| *name == found.name);
            if outside.is_some_and(|(_, folders)| !folders.contains(&part.as_str())) {
                breaches.add(
                    file,
                    found.line,
                    &format!("{part} may not name {}", found.name),
                    &found.text,
                );
            }
        }
    }
    breaches.none();
}

/// Study data is written by the verbs of `fieldwork`, which leave a line in the audit; conclusions by `conclude`.
#[test]
fn only_verbs_write() {
    let tree = tree("src");
    let mut writing = BTreeSet::new();
    for (file, text) in tree.iter().filter(|(file, _)| part_of(file) == "storage") {
        let noun = file
            .file_stem()
            .and_then(|stem| stem.to_str())
            .expect("a name");
        let public = without_tests(text).replace("pub async fn ", "pub fn ");
        for function in public.split("pub fn ").skip(1) {
            if [
                "INSERT INTO",
                "UPDATE ",
                "DELETE FROM",
                "Batch",
                "lines.push",
            ]
            .iter()
            .any(|write| function.contains(write))
            {
                writing.insert(format!("{noun}::{}(", group(function)[0]));
            }
        }
    }
    assert!(
        ["answers::put(", "audit::record(", "conclusions::keep("]
            .iter()
            .all(|write| writing.contains(*write)),
        "{writing:?}"
    );
    let mut breaches = Breaches::default();
    for (file, text) in tree {
        let part = part_of(&file);
        if ["storage", "fieldwork"].contains(&part.as_str()) {
            continue;
        }
        for (line, code) in code(&text) {
            let write = writing.iter().find(|write| code.contains(write.as_str()));
            if let Some(write) = write.filter(|write| {
                !(part == "conclude"
                    && ["conclusions::keep(", "releases::keep("].contains(&write.as_str()))
            }) {
                breaches.add(
                    &file,
                    line,
                    &format!("{part} writes past fieldwork: {write}..)"),
                    &code,
                );
            }
        }
    }
    breaches.none();
}

#[test]
fn one_audience_does_not_know_another() {
    let mut breaches = Breaches::default();
    for (file, text) in tree("src") {
        let mut parts = file.iter().skip(1).filter_map(|part| part.to_str());
        let (Some("web"), Some(own)) = (parts.next(), parts.next()) else {
            continue;
        };
        if !AUDIENCES.contains(&own) {
            continue;
        }
        for found in names_below(&text, "web", depth(&file)) {
            if found.name != own && AUDIENCES.contains(&found.name.as_str()) {
                breaches.add(
                    &file,
                    found.line,
                    &format!("{own} may not use {}", found.name),
                    &found.text,
                );
            }
        }
    }
    breaches.none();
}

#[test]
fn the_analysis_is_pure_and_its_layers_hold() {
    let tree = tree("analysis/src");
    let layer = |name: &str| LAYERS.iter().position(|layer| layer.contains(&name));
    let mut breaches = Breaches::default();
    for module in modules(&tree) {
        if module != "lib" && layer(&module).is_none() {
            breaches.add(
                Path::new("analysis/src"),
                0,
                &format!("{module} has no layer"),
                &module,
            );
        }
    }
    for (file, text) in &tree {
        let part = file
            .iter()
            .nth(2)
            .and_then(|part| part.to_str())
            .expect("a file of the analysis");
        let part = part.trim_end_matches(".rs");
        let names: BTreeSet<String> = LAYERS
            .iter()
            .flat_map(|layer| layer.iter().map(|name| (*name).to_owned()))
            .collect();
        for found in names_of_ours(text, depth(file) - 1, &names) {
            if found.name != part && layer(&found.name) >= layer(part) {
                breaches.add(
                    file,
                    found.line,
                    &format!("{part} may not use {}", found.name),
                    &found.text,
                );
            }
        }
        for (line, code) in code(text) {
            if let Some(world) = WORLD.iter().find(|world| code.contains(**world)) {
                breaches.add(
                    file,
                    line,
                    &format!("the analysis does not touch {world}"),
                    &code,
                );
            }
        }
        for found in words(text) {
            if UNKNOWN_TO_ANALYSIS.contains(&found.name.as_str()) {
                breaches.add(
                    file,
                    found.line,
                    &format!("the analysis knows nothing of {}", found.name),
                    &found.text,
                );
            }
        }
    }
    breaches.none();
}

#[test]
fn a_door_defines_nothing() {
    let mut breaches = Breaches::default();
    let doors: Vec<_> = both_trees()
        .into_iter()
        .filter(|(file, _)| file.ends_with("mod.rs"))
        .collect();
    assert!(!doors.is_empty());
    for (file, text) in doors {
        for found in words(&text) {
            if DEFINITIONS.contains(&found.name.as_str()) {
                breaches.add(
                    &file,
                    found.line,
                    "a mod.rs lists and defines nothing",
                    &found.text,
                );
            }
        }
    }
    breaches.none();
}

#[test]
fn a_file_is_no_longer_than_one_can_hold() {
    let mut breaches = Breaches::default();
    for (file, text) in both_trees() {
        let lines = without_tests(&text).lines().count();
        if lines > LONGEST {
            breaches.add(
                &file,
                LONGEST,
                &format!("{lines} lines without its tests; {LONGEST} at most"),
                "",
            );
        }
    }
    breaches.none();
}

/// An example in a doc comment would be compiled by nobody: what a function gives stands in a test.
#[test]
fn no_doc_comment_holds_code() {
    let mut breaches = Breaches::default();
    for (file, text) in both_trees() {
        let mut inside = false;
        for (line, said) in text.lines().enumerate() {
            let said = said.trim_start();
            let doc = said.strip_prefix("///").or(said.strip_prefix("//!"));
            let Some(kind) = doc.and_then(|doc| doc.trim().strip_prefix("```")) else {
                continue;
            };
            if !inside && (kind.is_empty() || kind.starts_with("rust")) {
                breaches.add(&file, line + 1, "code in a doc comment", said);
            }
            inside = !inside;
        }
    }
    breaches.none();
}

/// Both binaries of tests are put together by hand: a file that they do not name is a test that never runs.
#[test]
fn every_file_of_tests_is_run() {
    let mut breaches = Breaches::default();
    for folder in ["tests", "analysis/tests"] {
        let files = tree(folder);
        let all = Path::new(folder).join("all.rs");
        for file in files.keys() {
            // `tests/jobs.rs`, or `tests/guards/main.rs`: what stands deeper belongs to one of these.
            let subject = match file.strip_prefix(folder) {
                Ok(own) if own.ends_with("main.rs") => own.parent().and_then(Path::to_str),
                Ok(own) if own.iter().count() == 1 => own.file_stem().and_then(|own| own.to_str()),
                _ => None,
            };
            let named = |name: &str| {
                files[&all]
                    .lines()
                    .any(|line| line == format!("mod {name};"))
            };
            if subject.is_some_and(|name| name != "all" && !named(name)) {
                breaches.add(file, 0, "all.rs does not name it", "");
            }
        }
    }
    breaches.none();
}

#[test]
fn every_name_says_what_it_holds() {
    let mut breaches = Breaches::default();
    let mut files = both_trees();
    files.extend(tree("tests"));
    for (file, _) in files {
        for part in file
            .with_extension("")
            .iter()
            .filter_map(|part| part.to_str())
        {
            if NO_NAMES.contains(&part) {
                breaches.add(&file, 0, &format!("`{part}` says nothing"), "");
            }
        }
    }
    breaches.none();
}

// --- how it is read --------------------------------------------------------------------------------------------------

#[derive(Debug, PartialEq)]
struct Found {
    name: String,
    line: usize,
    text: String,
}

#[derive(Default)]
struct Breaches(Vec<(PathBuf, usize, String, String)>);

impl Breaches {
    fn add(&mut self, file: &Path, line: usize, what: &str, text: &str) {
        self.0.push((
            file.to_owned(),
            line,
            what.to_owned(),
            text.trim().to_owned(),
        ));
    }

    #[track_caller]
    fn none(self) {
        let mut told = String::new();
        for (file, line, what, text) in &self.0 {
            let tolerated = TOLERATED
                .iter()
                .any(|(path, known, _)| file == Path::new(path) && text.contains(known));
            if !tolerated {
                writeln!(told, "{}:{line}: {what}\n    {text}", file.display())
                    .expect("a string takes text");
            }
        }
        assert!(told.is_empty(), "the house is out of order\n{told}");
    }
}

/// Every Rust file under a folder, by its path from the root of the project.
fn tree(folder: &str) -> BTreeMap<PathBuf, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = BTreeMap::new();
    let mut open = vec![root.join(folder)];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).expect("readable");
                files.insert(
                    path.strip_prefix(root).expect("under the root").to_owned(),
                    text,
                );
            }
        }
    }
    assert!(!files.is_empty(), "{folder} is empty");
    files
}

fn both_trees() -> BTreeMap<PathBuf, String> {
    let mut files = tree("src");
    files.extend(tree("analysis/src"));
    files
}

/// The first name under `src`: `src/web/router.rs` is of `web`, `src/locale.rs` of `locale`.
fn part_of(file: &Path) -> String {
    let name = file
        .iter()
        .skip_while(|part| *part != "src")
        .nth(1)
        .and_then(|part| part.to_str());
    name.expect("a file under src")
        .trim_end_matches(".rs")
        .to_owned()
}

fn modules(tree: &BTreeMap<PathBuf, String>) -> BTreeSet<String> {
    tree.keys().map(|file| part_of(file)).collect()
}

/// How many `super::` lead from this file's module to the root of the crate.
fn depth(file: &Path) -> usize {
    let parts = file.iter().count() - 1;
    if file.ends_with("mod.rs") {
        parts - 1
    } else {
        parts
    }
}

/// The text without comments, line by line, with the tests at the foot told apart.
fn code(text: &str) -> Vec<(usize, String)> {
    let mut lines = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let end = line
            .match_indices("//")
            .map(|(at, _)| at)
            .find(|at| !line[..*at].ends_with(':'));
        lines.push((number, line[..end.unwrap_or(line.len())].to_owned()));
    }
    lines
}

fn without_tests(text: &str) -> &str {
    let tests = text.match_indices("#[cfg(test)]").find(|(at, found)| {
        text[at + found.len()..].trim_start().starts_with("mod ")
            && text[at + found.len()..]
                .lines()
                .nth(1)
                .is_some_and(|line| line.ends_with('{'))
    });
    tests.map_or(text, |(at, _)| &text[..at])
}

/// Words as Rust reads them, outside comments and outside strings.
fn words(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    for (line, code) in code(text) {
        for (index, piece) in code.split('"').enumerate() {
            if index % 2 == 1 {
                continue;
            }
            for word in piece
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .filter(|word| !word.is_empty())
            {
                found.push(Found {
                    name: word.to_owned(),
                    line,
                    text: code.clone(),
                });
            }
        }
    }
    found
}

/// Modules of our own that a file names from the root: `crate::NAME`, `schakel::NAME`, `super::NAME` where that is the
/// root, also in groups; and the crate of the analysis. `depth` is how deep the file's own module lies.
fn names_of_ours(text: &str, depth: usize, ours: &BTreeSet<String>) -> Vec<Found> {
    let mut found = names_below(text, "", depth);
    found.retain(|found| ours.contains(&found.name) || found.name == "analysis");
    found
}

/// The names that follow `crate::` (for `parent` empty) or `crate::parent::`.
fn names_below(text: &str, parent: &str, depth: usize) -> Vec<Found> {
    let tests_begin = without_tests(text).lines().count();
    // One string, so that a group may run over lines; positions tell the line.
    let lines = code(text);
    let mut whole = String::new();
    let mut starts = Vec::new();
    for (_, line) in &lines {
        starts.push(whole.len());
        whole.push_str(line);
        whole.push('\n');
    }
    let line_at = |at: usize| starts.partition_point(|start| *start <= at);
    let below = if parent.is_empty() { 0 } else { 1 };
    let mut found = Vec::new();
    let mut push = |name: &str, at: usize| {
        let line = line_at(at);
        found.push(Found {
            name: name.to_owned(),
            line,
            text: lines[line - 1].1.clone(),
        });
    };
    for (at, _) in whole.match_indices("schakel_analysis") {
        if below == 0 {
            push("analysis", at);
        }
    }
    let roots = ["crate::", "schakel::"].into_iter().flat_map(|root| {
        whole
            .match_indices(root)
            .map(|(at, root)| (at, at + root.len()))
    });
    let mut starts_of_paths: Vec<(usize, usize)> = roots
        .filter(|(at, _)| !is_word_before(&whole, *at))
        .collect();
    // `super::super::` counts as the root where it is as deep as the file.
    for (at, _) in whole.match_indices("super::") {
        if whole[..at].ends_with("super::") || is_word_before(&whole, at) {
            continue;
        }
        let mut end = at;
        let mut steps = 0;
        while whole[end..].starts_with("super::") {
            end += "super::".len();
            steps += 1;
        }
        let deeper = usize::from(line_at(at) > tests_begin);
        if steps + below == depth + deeper && below == 0 {
            starts_of_paths.push((at, end));
        } else if steps == depth + deeper - 1 && below == 1 {
            for name in group(&whole[end..]) {
                push(&name, at);
            }
        }
    }
    for (at, end) in starts_of_paths {
        if below == 0 {
            for name in group(&whole[end..]) {
                push(&name, at);
            }
        } else if let Some(rest) = whole[end..]
            .strip_prefix(parent)
            .and_then(|rest| rest.strip_prefix("::"))
        {
            for name in group(rest) {
                push(&name, at);
            }
        }
    }
    found.sort_by_key(|found| found.line);
    found
}

fn is_word_before(text: &str, at: usize) -> bool {
    text[..at]
        .chars()
        .next_back()
        .is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
}

/// The first names of `name::...` or of `{name::..., other}`.
fn group(text: &str) -> Vec<String> {
    let word = |text: &str| -> String {
        text.trim_start()
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect()
    };
    let Some(inner) = text.strip_prefix('{') else {
        return vec![word(text)];
    };
    let (mut level, mut names, mut begin) = (0, Vec::new(), 0);
    for (at, c) in inner.char_indices() {
        match c {
            '{' => level += 1,
            '}' if level == 0 => {
                names.push(word(&inner[begin..at]));
                break;
            }
            '}' => level -= 1,
            ',' if level == 0 => {
                names.push(word(&inner[begin..at]));
                begin = at + 1;
            }
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

// --- that it is read rightly -----------------------------------------------------------------------------------------

#[test]
fn uses_are_found_however_they_are_written() {
    let ours = BTreeSet::from(["domain", "storage", "web"].map(str::to_owned));
    let names = |text: &str, depth: usize| -> Vec<(String, usize)> {
        names_of_ours(text, depth, &ours)
            .into_iter()
            .map(|found| (found.name, found.line))
            .collect()
    };
    let one = |name: &str, line| vec![(name.to_owned(), line)];
    assert_eq!(names("use crate::web::router;", 2), one("web", 1));
    assert_eq!(names("\nlet x = crate::storage::Tx;", 2), one("storage", 2));
    assert_eq!(names("use schakel::web;", 2), one("web", 1));
    assert_eq!(names("use super::super::web::router;", 2), one("web", 1));
    assert_eq!(
        names("use super::web::router;", 2),
        [],
        "a sibling of that name"
    );
    assert_eq!(names("use super::web::router;", 1), one("web", 1));
    assert_eq!(
        names(
            "// use crate::web;\n/// [`crate::web`]\nlet x = 1; // crate::web",
            2
        ),
        []
    );
    assert_eq!(names("use other_crate::web;", 2), []);
    assert_eq!(
        names("use schakel_analysis::network::Network;", 2),
        one("analysis", 1)
    );
    assert_eq!(
        names(
            "use crate::{\n    domain::{id, web},\n    storage::Tx,\n};",
            2
        ),
        [("domain".to_owned(), 1), ("storage".to_owned(), 1)]
    );
    assert_eq!(
        names(
            "fn f() {}\n#[cfg(test)]\nmod tests {\n    use super::super::web;\n}",
            2
        ),
        []
    );
    assert_eq!(
        names(
            "fn f() {}\n#[cfg(test)]\nmod tests {\n    use super::super::super::web;\n}",
            2
        ),
        one("web", 4)
    );
}

#[test]
fn audiences_are_found_from_the_root_and_from_beside() {
    let names = |text: &str, depth: usize| -> Vec<String> {
        names_below(text, "web", depth)
            .into_iter()
            .map(|found| found.name)
            .collect()
    };
    assert_eq!(names("use crate::web::school::portrait;", 3), ["school"]);
    assert_eq!(
        names("use crate::web::{form, trainer::schools};", 3),
        ["form", "trainer"]
    );
    assert_eq!(names("use super::super::school::portrait;", 3), ["school"]);
    assert_eq!(names("use super::school;", 3), Vec::<String>::new());
    assert_eq!(
        names("use crate::storage::schools;", 3),
        Vec::<String>::new()
    );
}

#[test]
fn words_are_read_outside_comments_and_strings() {
    let read =
        |text: &str| -> Vec<String> { words(text).into_iter().map(|found| found.name).collect() };
    assert_eq!(read("pub fn f() // enum"), ["pub", "fn", "f"]);
    assert_eq!(read("let a = \"sqlx is not named\";"), ["let", "a"]);
    assert_eq!(depth(Path::new("src/web/school/portrait.rs")), 3);
    assert_eq!(depth(Path::new("src/web/mod.rs")), 1);
    assert_eq!(
        without_tests("a\n#[cfg(test)]\nmod tests {\n}\n")
            .lines()
            .count(),
        1
    );
    assert_eq!(
        without_tests("#[cfg(test)]\nmod measured;\na\n")
            .lines()
            .count(),
        3
    );
}

#[test]
fn what_is_tolerated_is_still_there() {
    let files = both_trees();
    for (path, known, reason) in TOLERATED {
        let there = files
            .get(Path::new(path))
            .is_some_and(|text| text.contains(known));
        assert!(
            there,
            "`{known}` is gone from {path}, and so should its line be ({reason})"
        );
    }
}
