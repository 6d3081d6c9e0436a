//! Every shipped instrument loads, is complete in both languages and scores its worked example; every fault of a bad
//! file is told at once, with its place.

use std::collections::BTreeSet;

use schakel::domain::fault::Fault;
use schakel::domain::language::Language;
use schakel::exchange::study_toml;
use schakel::instrument::definition::{Format, Status};
use schakel::instrument::diff::{Change, Kind, Place, Wording, differences};
use schakel::instrument::library::{Library, SHIPPED};
use schakel::instrument::parse::parse;

const EVERY_KIND: &str = include_str!("support/every_kind.v1.toml");
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
        .due(Some("s"), "T1", &["principal".to_owned()])
        .iter()
        .map(|row| row.instrument.as_str())
        .collect();
    assert_eq!(due, ["background", "whole-network"]);
    assert!(
        design
            .due(Some("s"), "T2b", &["teacher".to_owned()])
            .is_empty()
    );
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

#[test]
fn an_instrument_of_every_kind_is_read() {
    let instrument =
        parse("every_kind.v1.toml", EVERY_KIND).unwrap_or_else(|faults| panic!("{faults:#?}"));
    assert!(instrument.separate);
    let kinds: BTreeSet<&str> = instrument
        .items
        .values()
        .map(|item| match &item.format {
            Format::Rating(_) => "rating",
            Format::Single(_) => "single",
            Format::Multiple { most, .. } => {
                assert_eq!(*most, Some(2));
                "multiple"
            }
            Format::Test { .. } => "test",
            Format::Card { .. } => "card",
            Format::Date { earliest, .. } => {
                assert!(earliest.is_some());
                "date"
            }
            Format::Number { .. } => "number",
            Format::Text { .. } => "text",
            Format::Roster { strengths, .. } if strengths.is_empty() => "ticks",
            Format::Roster { .. } => "strengths",
        })
        .collect();
    assert_eq!(kinds.len(), 10, "{kinds:?}");
    let rules: Vec<String> = instrument
        .items
        .values()
        .filter_map(|item| item.when.as_ref())
        .chain(
            instrument
                .pages
                .iter()
                .filter_map(|page| page.when.as_ref()),
        )
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        rules,
        [
            "ek_years >= 1",
            "ek_subjects includes 4 and not ek_post == 3",
            "ek_data >= 3 or answered(ek_burden)"
        ]
    );
}

#[test]
fn a_test_scores_what_is_right_and_a_card_its_position() {
    for (wrong, because) in [
        ("ek_knowledge = 1", "one of two is right"),
        ("ek_attitude = 3", "the reversed rating"),
        ("ek_fit = 2", "the position"),
    ] {
        let scale = wrong.split(' ').next().expect("a key");
        let line = EVERY_KIND
            .lines()
            .find(|line| line.starts_with("scores"))
            .expect("an example");
        let rest: Vec<&str> = line["scores = { ".len()..line.len() - " }".len()]
            .split(", ")
            .map(|entry| {
                if entry.starts_with(scale) {
                    wrong
                } else {
                    entry
                }
            })
            .collect();
        let text = EVERY_KIND.replace(line, &format!("scores = {{ {} }}", rest.join(", ")));
        assert_ne!(text, EVERY_KIND);
        let faults = parse("x.toml", &text).expect_err(because);
        assert_eq!(codes(&faults), ["example_differs"], "{because}");
    }
}

/// The fixture with one thing changed; the change must be one.
fn changed(from: &str, to: &str) -> String {
    assert_eq!(EVERY_KIND.matches(from).count(), 1, "{from}");
    EVERY_KIND.replace(from, to)
}

fn codes(faults: &[Fault]) -> Vec<&'static str> {
    faults.iter().map(|fault| fault.code).collect()
}

#[test]
fn every_kind_tells_its_own_faults() {
    for (from, to, code) in [
        ("most = 2", "most = 5", "most_out_of_range"),
        ("key = 1\n", "key = 4\n", "key_is_no_option"),
        (
            "earliest = \"1970-01-01\"",
            "earliest = \"2036-01-01\"",
            "empty_range",
        ),
        (
            "earliest = \"1970-01-01\"",
            "earliest = \"1-1-1970\"",
            "not_a_date",
        ),
        ("positions = [", "options = [", "missing_key"),
        ("longest = 300", "longest = 0", "empty_range"),
        (
            "{ value = 1, nl = \"een paar",
            "{ value = 0, nl = \"een paar",
            "strength_too_low",
        ),
        (
            "{ value = 2, nl = \"elke maand",
            "{ value = 5, nl = \"elke maand",
            "strength_not_higher",
        ),
        (", en = \"every week\" }", " }", "missing_key"),
        (
            "[item.ek_years]",
            "[item.ek_years]\nmost = 3",
            "unknown_key",
        ),
        (
            "reverse = [\"ek_burden\"]",
            "reverse = [\"ek_burden\"]\nmax = 4",
            "toml_syntax",
        ),
        (
            "items = [\"ek_card_open\", \"ek_card_plan\"]",
            "items = [\"ek_card_open\", \"ek_subjects\"]",
            "not_scored",
        ),
        (
            "items = [\"ek_median\", \"ek_median_again\"]",
            "items = [\"ek_median\", \"ek_median_again\"]\nreverse = [\"ek_median\"]",
            "reverse_not_a_rating",
        ),
        (
            "needed = 2\nmin = 0\nmax = 1",
            "needed = 2\nmin = 1\nmax = 3",
            "outside_scale",
        ),
        (
            "ek_card_open = 3 }",
            "ek_card_open = 4 }",
            "impossible_answer",
        ),
        ("version = 1", "version = 0", "version_too_low"),
        ("key = \"every-kind\"", "key = \"every kind\"", "bad_key"),
    ] {
        let faults = parse("x.toml", &changed(from, to)).expect_err(to);
        assert!(codes(&faults).contains(&code), "{to}: {faults:#?}");
        assert!(
            faults
                .iter()
                .all(|fault| fault.line > 0 && fault.column > 0 && !fault.hint.is_empty()),
            "{faults:#?}"
        );
    }
}

/// The fault of a file in which `ek_since` has another rule, by its place within the text of the rule; -1 is the quote in
/// front of it, where the rule as a whole is wrong.
fn of_rule(rule: &str) -> (&'static str, i64, String) {
    let text = changed("when = \"ek_years >= 1\"", &format!("when = \"{rule}\""));
    let line = text
        .lines()
        .position(|line| line.contains(rule))
        .expect("there")
        + 1;
    let faults = parse("x.toml", &text).expect_err(rule);
    assert_eq!(faults.len(), 1, "{rule}: {faults:#?}");
    assert_eq!(faults[0].line as usize, line, "{rule}: {faults:#?}");
    // The rule begins after `when = "`.
    let place = faults[0].column as i64 - "when = \"".len() as i64 - 1;
    (faults[0].code, place, faults[0].message.clone())
}

#[test]
fn a_rule_is_typed_and_says_where_it_is_wrong() {
    for (rule, code, place) in [
        ("ek_years >=", "rule_unreadable", 11),
        ("ek_years >= 51", "rule_outside_range", 12),
        ("ek_post == 1 and ek_data >= 6", "rule_no_such_option", 28),
        ("ek_subjects == 1", "rule_mistyped", 0),
        ("ek_subjects includes 5", "rule_no_such_option", 21),
        ("not ek_post includes 1", "rule_mistyped", 4),
        ("ek_yeers >= 1", "unknown_item", 0),
        ("answered(ek_median)", "rule_asked_later", 9),
        ("answered(ek_why_none)", "rule_asked_later", 9),
        ("ek_years > 49 and ek_years < 3", "never_reached", -1),
        (
            "ek_data == 1 and not answered(ek_data)",
            "never_reached",
            -1,
        ),
        ("ek_years > 50", "never_reached", -1),
        (
            "ek_subjects includes 1 and ek_subjects includes 2 and ek_subjects includes 3",
            "never_reached",
            -1,
        ),
    ] {
        let (found, at, message) = of_rule(rule);
        assert_eq!((found, at), (code, place), "{rule}: {message}");
    }
    for good in [
        "ek_years > 49 or ek_years < 3",
        "ek_subjects includes 1 and ek_subjects includes 2",
        "not answered(ek_years) and not answered(ek_post)",
        "ek_years > 3 and ek_years < 4",
    ] {
        let text = changed("when = \"ek_years >= 1\"", &format!("when = \"{good}\""));
        assert!(parse("x.toml", &text).is_ok(), "{good}");
    }
}

#[test]
fn a_circle_of_rules_is_told_with_its_chain() {
    let text = changed(
        "answer = \"post\"",
        "answer = \"post\"\nwhen = \"answered(ek_since)\"",
    )
    .replace("when = \"ek_years >= 1\"", "when = \"answered(ek_post)\"");
    let faults = parse("x.toml", &text).expect_err("a circle");
    assert_eq!(codes(&faults), ["rule_cycle"], "{faults:#?}");
    assert!(
        faults[0]
            .message
            .ends_with("`ek_post` waits for `ek_since`, which waits for `ek_post`"),
        "{}",
        faults[0].message
    );
    let text = changed(
        "ek_data >= 3 or answered(ek_burden)",
        "answered(ek_card_plan)",
    );
    assert_eq!(
        codes(&parse("x.toml", &text).expect_err("itself")),
        ["rule_cycle"]
    );
}

#[test]
fn what_waits_for_something_that_is_never_asked_is_never_asked_either() {
    let text = changed(
        "when = \"ek_years >= 1\"",
        "when = \"ek_years > 40 and ek_years < 10\"",
    )
    .replace("ek_data >= 3 or answered(ek_burden)", "answered(ek_since)");
    let faults = parse("x.toml", &text).expect_err("neither can hold");
    assert_eq!(codes(&faults), ["never_reached", "never_reached"]);
    assert!(
        faults[1]
            .message
            .contains("waits for `ek_since`, which is never asked"),
        "{faults:#?}"
    );
    // What excludes the answers it is itself asked after, over two pages.
    let text = changed("when = \"ek_years >= 1\"", "when = \"ek_years >= 30\"").replace(
        "ek_data >= 3 or answered(ek_burden)",
        "answered(ek_since) and ek_years < 30",
    );
    assert_eq!(
        codes(&parse("x.toml", &text).expect_err("no one")),
        ["never_reached"]
    );
    let text = changed("when = \"ek_years >= 1\"", "when = \"ek_years >= 30\"").replace(
        "ek_data >= 3 or answered(ek_burden)",
        "not answered(ek_since) and ek_years < 30",
    );
    assert!(parse("x.toml", &text).is_ok());
}

#[test]
fn two_versions_are_told_apart_item_by_item() {
    let old = parse("x.toml", EVERY_KIND).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let mut text = EVERY_KIND.to_owned();
    for (from, to) in [
        ("version = 1", "version = 2"),
        ("separate = true\n", ""),
        (
            "Looking at results takes too much time",
            "Looking at results takes far too much time",
        ),
        (
            "{ value = 3, nl = \"op afroep\", en = \"on call\" }",
            "{ value = 4, nl = \"anders\", en = \"otherwise\" }",
        ),
        (" and not ek_post == 3", ""),
        ("longest = 300", "longest = 500"),
        (
            "ask = [\"ek_since\", \"ek_why_none\"]",
            "ask = [\"ek_why_none\", \"ek_burden_2\"]",
        ),
        (
            "ask = [\"ek_median\", \"ek_median_again\"]",
            "ask = [\"ek_median_again\", \"ek_median\", \"ek_since\"]",
        ),
        ("reverse = [\"ek_burden\"]\n", ""),
        ("ek_attitude = 4,", "ek_attitude = 3,"),
        (
            "[item.ek_years]",
            "[item.ek_burden_2]\nanswer = \"agree5\"\nnl = \"Nieuw\"\nen = \"New\"\n\n[item.ek_years]",
        ),
        ("answer = \"tick\"", "answer = \"often\""),
        ("key = 1\n", "key = 3\n"),
        ("ek_median_again = 3", "ek_median_again = 1"),
        ("relation = \"goals\"", "relation = \"progress\""),
        // A page in front moves the numbers of all others, and no item to another page.
        (
            "[[page]]\ntitle = { nl = \"Uw mening\"",
            "[[page]]\ntitle = { nl = \"Vooraf\", en = \"First\" }\nask = [\"ek_first\"]\n\n[[page]]\ntitle = { nl = \"Uw mening\"",
        ),
        (
            "[item.ek_data]",
            "[item.ek_first]\nanswer = \"words\"\nnl = \"Vooraf\"\nen = \"First\"\n\n[item.ek_data]",
        ),
    ] {
        assert_eq!(text.matches(from).count(), 1, "{from}");
        text = text.replace(from, to);
    }
    let new = parse("x.toml", &text).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let found = differences(&old, &new);
    let told = |place: Place| -> Vec<&Change> {
        found
            .iter()
            .filter(|d| d.of == place)
            .map(|d| &d.change)
            .collect()
    };
    let item = |key: &str| told(Place::Item(key.to_owned()));
    assert_eq!(told(Place::Instrument), [&Change::Separate(false)]);
    assert_eq!(told(Place::Page(1)), [&Change::Added]);
    assert_eq!(told(Place::Page(5)), [&Change::Ordered]);
    assert_eq!(item("ek_first"), [&Change::Added]);
    assert_eq!(item("ek_data"), Vec::<&Change>::new());
    let reworded = Change::Worded {
        language: Language::En,
        which: Wording::Question,
        before: "Looking at results takes too much time".to_owned(),
        after: "Looking at results takes far too much time".to_owned(),
    };
    let not_reversed = Change::Reversed {
        scale: "ek_attitude".to_owned(),
        now: false,
    };
    assert_eq!(item("ek_burden"), [&reworded, &not_reversed]);
    assert!(matches!(
        item("ek_post")[..],
        [Change::OptionRemoved(gone), Change::OptionAdded(new)] if gone.code == 3 && new.code == 4
    ));
    assert!(matches!(
        item("ek_why_none")[..],
        [Change::Rule { before: Some(_), after: Some(after) }, Change::LimitsChanged { .. }]
            if after.to_string() == "ek_subjects includes 4"
    ));
    assert_eq!(
        item("ek_since"),
        [&Change::Moved {
            before: 3,
            after: 5
        }]
    );
    let blocking: Vec<(&Place, &Change)> = found
        .iter()
        .filter(|difference| difference.blocks())
        .map(|difference| (&difference.of, &difference.change))
        .collect();
    let of = |key: &str| Place::Item(key.to_owned());
    assert_eq!(
        blocking,
        [
            (
                &of("ek_advice"),
                &Change::Relation {
                    before: "goals".to_owned(),
                    after: "progress".to_owned()
                }
            ),
            (
                &of("ek_lessons"),
                &Change::TypeChanged {
                    before: Kind::RosterTicks,
                    after: Kind::RosterStrengths
                }
            ),
            (
                &of("ek_median_again"),
                &Change::RightAnswer {
                    before: 1,
                    after: 3
                }
            ),
        ]
    );
    assert_eq!(differences(&new, &new), []);
}

#[test]
fn check_tells_minutes_hints_and_what_changed_between_two_files() {
    let folder = tempfile::TempDir::with_prefix("schakel-check-").expect("a temporary folder");
    let (file, text) = SHIPPED
        .iter()
        .find(|(file, _)| file.starts_with("leadership.v"))
        .expect("shipped");
    let second = text
        .replace("version = 1", "version = 2")
        .replace("bevordert samenwerking", "bevordert samen leren");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("the file is written");
        path
    };
    let files = [write(file, text), write("second.toml", &second)];
    let run = |files: &[std::path::PathBuf]| {
        std::process::Command::new(env!("CARGO_BIN_EXE_schakel"))
            .arg("check")
            .args(files)
            .output()
            .expect("the program starts")
    };
    let told = String::from_utf8(run(&files).stdout).expect("text");
    for line in [
        "instrument `leadership.v2`, 5 items, 1 scales",
        "takes about 1 minutes in Dutch and 1 in English",
        "hint: lead_03 (English): perhaps two questions in one, because of “and”.",
        "changes since leadership.v1: 1",
        "question lead_04: question changed (Dutch)",
    ] {
        assert!(told.contains(line), "{line} is not in {told}");
    }
    let bad = write("bad.toml", &second.replace("needed = ", "needed = 9 # "));
    let output = run(&[files[0].clone(), bad]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("`needed` is 9, with 5 items"));
}
