//! Every shipped instrument loads, is complete in both languages and scores its worked example; every fault of a bad
//! file is told at once, with its place.

use std::collections::BTreeSet;

use schakel::domain::language::Language;
use schakel::exchange::study_toml;
use schakel::instrument::definition::{Format, Status};
use schakel::instrument::library::{Library, SHIPPED};
use schakel::instrument::parse::parse;

const FOCUS: &str = include_str!("../instruments/studies/focus.toml");

#[test]
fn every_shipped_instrument_loads_and_scores_its_example() {
    assert!(!SHIPPED.is_empty());
    for (file, text) in SHIPPED {
        let instrument = parse(file, text).unwrap_or_else(|faults| panic!("{faults:#?}"));
        assert_eq!(format!("{}.toml", instrument.pin()), file);
        for (key, item) in &instrument.items {
            for language in Language::ALL {
                assert!(!item.text.say(language).is_empty(), "{key}");
            }
        }
        if !instrument.scales.is_empty() {
            let example = instrument
                .example
                .as_ref()
                .expect("an instrument with scales has a worked example");
            assert_eq!(example.scores.len(), instrument.scales.len(), "{file}");
        }
    }
}

#[test]
fn the_folder_and_the_program_hold_the_same_instruments() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/instruments");
    let on_disk: BTreeSet<String> = std::fs::read_dir(folder)
        .expect("the folder is part of the project")
        .filter_map(|entry| entry.expect("readable").file_name().into_string().ok())
        .filter(|name| name.ends_with(".toml"))
        .collect();
    let shipped: BTreeSet<String> = SHIPPED.iter().map(|(file, _)| (*file).to_owned()).collect();
    assert_eq!(on_disk, shipped);
}

#[test]
fn the_printed_items_are_counted_and_the_negative_ones_reversed() {
    let library = Library::shipped();
    let attitude = library.get("attitude").expect("shipped");
    assert_eq!(
        (attitude.items.len(), attitude.scales[0].reverse.as_slice()),
        (4, ["att_03".to_owned(), "att_04".to_owned()].as_slice())
    );
    assert_eq!(library.get("leadership").expect("shipped").items.len(), 5);
    assert_eq!(library.get("culture").expect("shipped").items.len(), 3);
    let network = library.get("whole-network").expect("shipped");
    let relations: BTreeSet<&str> = network
        .roster_relations()
        .map(|(_, relation)| relation)
        .collect();
    assert_eq!(relations, BTreeSet::from(["approach", "goals", "progress"]));
    assert!(
        network
            .items
            .values()
            .all(|item| matches!(item.format, Format::Roster { .. }))
    );
    assert_eq!(
        library.get("background").expect("shipped").status,
        Status::WrittenForThisProject
    );
}

#[test]
fn the_focus_template_is_a_study() {
    let design = study_toml::parse("focus.toml", FOCUS, &Library::shipped())
        .unwrap_or_else(|faults| panic!("{faults:#?}"));
    let due: Vec<&str> = design
        .due("T1", &["principal".to_owned()])
        .iter()
        .map(|row| row.instrument.as_str())
        .collect();
    assert_eq!(due, ["background", "whole-network"]);
    assert!(design.due("T2b", &["teacher".to_owned()]).is_empty());
    // 08:00 in Amsterdam is 06:00 UTC in September and 07:00 in January.
    assert_eq!(
        design
            .window("focus2", "T1")
            .expect("there")
            .opens_at
            .to_rfc3339(),
        "2024-09-02T06:00:00+00:00"
    );
    assert_eq!(
        design
            .window("focus3", "T1")
            .expect("there")
            .opens_at
            .to_rfc3339(),
        "2025-01-06T07:00:00+00:00"
    );
}

#[test]
fn a_bad_instrument_tells_all_its_faults_with_their_places() {
    let text = r#"[instrument]
key = "x"
version = "one"
title = { nl = "x" }
intro = { nl = "x", en = "x" }
source = "x"
status = "found somewhere"
colour = "red"

[answer.agree]
kind = "rating"
options = [{ value = 1, nl = "x", en = "x" }, { value = 1, nl = "y", en = "y" }]

[item.a]
answer = "agree"
nl = "x"
en = "x"

[item.b]
answer = "agreed"
nl = "x"
en = "x"

[scale.s]
title = { nl = "x", en = "x" }
items = ["a", "c"]
reverse = ["d"]
needed = 9
min = 1
max = 5

[[page]]
title = { nl = "x", en = "x" }
ask = ["a", "a", "zz"]
"#;
    let faults = parse("x.toml", text).expect_err("the file is bad");
    let found: BTreeSet<(u64, &str)> = faults
        .iter()
        .map(|fault| (fault.line, fault.code))
        .collect();
    let expected = BTreeSet::from([
        (3, "wrong_kind"),
        (4, "missing_key"),
        (7, "unknown_word"),
        (8, "unknown_key"),
        (12, "code_twice"),
        (19, "never_asked"),
        (20, "unknown_answer"),
        (26, "unknown_item"),
        (27, "reverse_not_in_scale"),
        (28, "needed_out_of_range"),
        (34, "asked_twice"),
        (34, "unknown_item"),
    ]);
    assert_eq!(found, expected, "{faults:#?}");
    assert!(
        faults
            .iter()
            .all(|fault| fault.column > 0 && !fault.hint.is_empty())
    );
}

#[test]
fn an_example_that_scores_otherwise_is_a_fault() {
    let (file, text) = SHIPPED[0];
    let wrong = text.replace(
        "scores = { attitude = 4.5 }",
        "scores = { attitude = 4.25 }",
    );
    assert_ne!(wrong, text);
    let faults = parse(file, &wrong).expect_err("the example is wrong");
    assert_eq!(
        faults.iter().map(|fault| fault.code).collect::<Vec<_>>(),
        ["example_differs"]
    );
}

#[test]
fn a_bad_study_tells_all_its_faults() {
    let text = FOCUS
        .replace("Europe/Amsterdam", "Europe/Amsterdamn")
        .replace("k = 5\n", "k = 4\n")
        .replace(
            "opens_at = \"2024-09-02T08:00:00\"",
            "opens_at = \"2 september\"",
        )
        .replace("instrument = \"attitude\"", "instrument = \"atitude\"")
        .replace(
            "cohort = \"focus3\"\nwave = \"T3\"",
            "cohort = \"focus4\"\nwave = \"T3\"",
        );
    let faults =
        study_toml::parse("study.toml", &text, &Library::shipped()).expect_err("the file is bad");
    let codes: BTreeSet<&str> = faults.iter().map(|fault| fault.code).collect();
    let expected = BTreeSet::from([
        "unknown_time_zone",
        "threshold_too_low",
        "not_a_time",
        "unknown_key_named",
    ]);
    assert_eq!(codes, expected, "{faults:#?}");
    assert!(faults.iter().all(|fault| fault.line > 0));
}

#[test]
fn a_time_that_the_clock_skips_is_refused() {
    let text = FOCUS.replace("2025-06-02T08:00:00", "2025-03-30T02:30:00");
    let faults = study_toml::parse("study.toml", &text, &Library::shipped())
        .expect_err("that hour does not exist");
    assert_eq!(
        faults.iter().map(|fault| fault.code).collect::<Vec<_>>(),
        ["skipped_hour"]
    );
}

#[test]
fn a_study_uses_a_key_once() {
    let (_, culture) = SHIPPED
        .iter()
        .find(|(file, _)| file.starts_with("culture"))
        .expect("shipped");
    let mut library = Library::shipped();
    library
        .load(
            "mine.toml",
            &culture.replace("key = \"culture\"", "key = \"mine\""),
        )
        .unwrap_or_else(|faults| panic!("{faults:#?}"));
    let text = FOCUS.replace("instrument = \"attitude\"", "instrument = \"mine\"");
    let faults = study_toml::parse("study.toml", &text, &library).expect_err("keys are shared");
    assert_eq!(
        faults
            .iter()
            .map(|fault| fault.code)
            .collect::<BTreeSet<_>>(),
        BTreeSet::from(["key_shared"])
    );
    assert_eq!(faults.len(), 4, "three items and a scale: {faults:#?}");
}
