//! A study that is read school by school gives what one that is read at once gives: the same tables to the byte, the same
//! findings beside them, the same faults.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Command, Output},
};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use tempfile::TempDir;

fn folder(files: &[(&str, Vec<u8>)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

fn analyse(folder: &Path, out: &Path, flags: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_schakel"))
        .arg("analyse")
        .arg(folder)
        .arg("--out")
        .arg(out)
        .args(flags)
        .output()
        .unwrap()
}

/// The files written, by name, and what was said.
fn results(folder: &Path, flags: &[&str]) -> (BTreeMap<String, Vec<u8>>, String) {
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("out");
    let done = analyse(folder, &out, flags);
    assert!(
        done.status.success(),
        "{flags:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
    let left: Vec<_> = fs::read_dir(place.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "something was left beside the result");
    let files = fs::read_dir(&out).unwrap().map(|entry| {
        let entry = entry.unwrap();
        let bytes = fs::read(entry.path()).unwrap();
        (entry.file_name().into_string().unwrap(), bytes)
    });
    let said = String::from_utf8(done.stdout).unwrap();
    let said = said.replace(&place.path().display().to_string(), "");
    (files.collect(), said)
}

const ROWS: [&str; 4] = ["networks", "actors", "changes", "multiplexity"];

/// Both ways, with the same flags; the streamed findings name the tables in the place of the rows.
fn both_ways(folder: &Path, flags: &[&str]) {
    let at_once = [flags, &["--no-html", "--cores", "1"]].concat();
    let (whole, said) = results(folder, &at_once);
    for cores in ["1", "2", "3"] {
        let in_parts = [
            flags,
            &["--no-html", "--stream-above", "3", "--cores", cores],
        ]
        .concat();
        let (mut parts, said_of_parts) = results(folder, &in_parts);
        let mut wanted = whole.clone();
        let read = |bytes: Option<Vec<u8>>| -> serde_json::Value {
            serde_json::from_slice(&bytes.unwrap()).unwrap()
        };
        let mut findings = read(wanted.remove("findings.json"));
        let mut streamed = read(parts.remove("findings.json"));
        assert!(wanted == parts, "{flags:?}, {cores} cores: tables differ");
        assert_eq!(said, said_of_parts);
        let tables = streamed.as_object_mut().unwrap().remove("rows_in").unwrap();
        let named: Vec<&str> = tables
            .as_array()
            .unwrap()
            .iter()
            .map(|name| name.as_str().unwrap())
            .collect();
        assert!(named.contains(&"network_measures.csv"));
        assert!(named.iter().all(|name| wanted.contains_key(*name)));
        for rows in ROWS {
            assert_eq!(streamed[rows], serde_json::json!([]));
            findings[rows] = serde_json::json!([]);
        }
        assert_eq!(findings, streamed, "{flags:?}");
        // What was written is read back by the program itself.
        let text = serde_json::to_vec(&streamed).unwrap();
        let again: schakel::evaluation::findings::Findings = serde_json::from_slice(&text).unwrap();
        assert!(again.rows_in.is_empty());
    }
    let (many, _) = results(folder, &[flags, &["--no-html", "--cores", "3"]].concat());
    assert!(many == whole, "{flags:?}: cores change the result");
}

struct Study {
    persons: String,
    ties: String,
}

/// Schools of one to nine with everything that files may have: silence, unknown cells, people who left, strangers, values under
/// the cut, a school that was not asked, one without any tie, and keys that are no plain words.
fn study(seed: u64) -> Study {
    let mut dice = ChaCha12Rng::seed_from_u64(seed);
    let mut persons = "school,wave,person,role,responded,present,age\n".to_owned();
    let mut ties = "school,wave,relation,ego,alter,value\n".to_owned();
    let mut schools: Vec<String> = (0..11).map(|number| format!("s{number}")).collect();
    schools.extend(["Zoë".to_owned(), "a b".to_owned()]);
    for school in schools {
        for wave in ["9", "10", "11"] {
            let n: usize = dice.random_range(1..9);
            for person in 0..n {
                let responded = u8::from(dice.random_bool(0.8));
                let present = u8::from(dice.random_bool(0.95));
                let age = dice.random_range(20..60);
                persons +=
                    &format!("{school},{wave},p{person},teacher,{responded},{present},{age}\n");
            }
            for relation in ["goals", "approach"] {
                if dice.random_bool(0.1) {
                    continue;
                }
                for ego in 0..n {
                    // One more than there are: a stranger.
                    for alter in 0..=n {
                        if ego == alter || dice.random_bool(0.6) {
                            continue;
                        }
                        let value = ["0", "1", "2.5", "NA", "-1"][dice.random_range(0..5)];
                        ties += &format!("{school},{wave},{relation},p{ego},p{alter},{value}\n");
                    }
                }
            }
        }
    }
    Study { persons, ties }
}

const PLAN: &str = "groups = \"kind\"\noutcomes = [\"density\", \"tie_reciprocity@9\"]\nfamily = [\"density@10\"]\nseed = 3\n";

fn schools_csv() -> Vec<u8> {
    let mut text = "school,kind\n".to_owned();
    for number in 0..11 {
        text += &format!("s{number},{}\n", ["high", "low"][number % 2]);
    }
    text += "without anyone,high\n";
    text.into_bytes()
}

#[test]
fn every_table_is_the_same_to_the_byte() {
    for seed in 1..=4 {
        let Study { persons, ties } = study(seed);
        let plain = folder(&[
            ("persons.csv", persons.clone().into_bytes()),
            ("ties.csv", ties.clone().into_bytes()),
        ]);
        both_ways(plain.path(), &[]);
        both_ways(plain.path(), &["--no-actors", "--treatment", "null"]);
        both_ways(
            plain.path(),
            &["--cut", "1", "--measures", "density,jaccard"],
        );
        let planned = folder(&[
            ("persons.csv", persons.into_bytes()),
            ("ties.csv", ties.into_bytes()),
            ("schools.csv", schools_csv()),
            ("plan.toml", PLAN.as_bytes().to_vec()),
        ]);
        both_ways(planned.path(), &[]);
    }
}

#[test]
fn other_forms_of_the_files_are_streamed_too() {
    let Study { persons, ties } = study(9);
    let windows = |text: &str| -> Vec<u8> {
        text.chars()
            .map(|letter| u8::try_from(u32::from(letter)).unwrap())
            .collect()
    };
    let quoted = |text: &str| -> Vec<u8> {
        let lines: Vec<String> = text
            .lines()
            .map(|line| format!("\"{}\"", line.replace(',', "\",\"")))
            .collect();
        lines.join("\n\n").into_bytes()
    };
    let dutch = |text: &str| -> Vec<u8> {
        let text = text.replace(',', ";").replace('.', ",");
        format!("\u{feff}{}", text.replace('\n', "\r\n")).into_bytes()
    };
    let windows_lines = |text: &str| windows(&text.replace('\n', "\r\n"));
    let utf_16 = |text: &str| -> Vec<u8> {
        let units = format!("\u{feff}{text}");
        units.encode_utf16().flat_map(u16::to_le_bytes).collect()
    };
    let school_last = |text: &str| -> Vec<u8> {
        let lines = text.lines().map(|line| {
            let (school, rest) = line.split_once(',').unwrap();
            format!("{rest},{school}\n")
        });
        lines.collect::<String>().into_bytes()
    };
    let mut mixed: Vec<&str> = persons.lines().skip(1).collect();
    mixed.sort_by_key(|line| line.split(',').nth(2));
    let mixed = format!(
        "{}\n{}\n",
        persons.lines().next().unwrap(),
        mixed.join("\n")
    );
    type Form<'a> = &'a dyn Fn(&str) -> Vec<u8>;
    let forms: [(&str, Form); 6] = [
        ("windows", &windows),
        ("quoted", &quoted),
        ("dutch", &dutch),
        ("windows with CRLF", &windows_lines),
        ("utf-16", &utf_16),
        ("school last", &school_last),
    ];
    let base = folder(&[
        ("persons.csv", persons.clone().into_bytes()),
        ("ties.csv", ties.clone().into_bytes()),
    ]);
    let (wanted, _) = results(base.path(), &["--no-html"]);
    for (name, form) in forms {
        let odd = folder(&[("persons.csv", form(&mixed)), ("ties.csv", form(&ties))]);
        let (found, _) = results(odd.path(), &["--no-html", "--stream-above", "3"]);
        for (table, bytes) in &wanted {
            if table != "findings.json" {
                assert!(found[table] == *bytes, "{name}: {table} differs");
            }
        }
        if name != "utf-16" {
            both_ways(odd.path(), &[]);
        }
    }
}

/// Both ways of a study that is refused: the same words, and nothing written.
fn refused_alike(persons: &str, ties: &str, flags: &[&str]) -> String {
    let bad = folder(&[
        ("persons.csv", persons.as_bytes().to_vec()),
        ("ties.csv", ties.as_bytes().to_vec()),
        ("schools.csv", b"school,x\ns1,1\ns1,2\n".to_vec()),
    ]);
    let mut said = Vec::new();
    for stream in [&["--stream-above", "3"][..], &[]] {
        let place = tempfile::tempdir().unwrap();
        let done = analyse(
            bad.path(),
            &place.path().join("out"),
            &[flags, stream].concat(),
        );
        assert_eq!(done.status.code(), Some(2));
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
        said.push(String::from_utf8(done.stderr).unwrap());
    }
    assert_eq!(said[0], said[1]);
    said.remove(0)
}

#[test]
fn faults_are_those_of_a_study_read_at_once() {
    let Study { persons, ties } = study(5);
    let mut rows: Vec<String> = ties.lines().map(str::to_owned).collect();
    let (twice, last) = (rows[5].clone(), rows.len() / 2);
    rows.insert(6, twice);
    rows[20] = rows[20].replace(",p", ",nobody");
    rows[30] += ",more";
    let own = rows[last].split(',').next().unwrap().to_owned();
    rows[last] = format!("{own},9,goals,p0,p0,x");
    rows[last + 1] = format!("{own},9,goals,p0");
    rows.push("nowhere,9,goals,p0,p1,1".to_owned());
    rows.push(",9,goals,p0,p1,1".to_owned());
    let mut people: Vec<String> = persons.lines().map(str::to_owned).collect();
    let again = people[3].clone();
    people.push(again);
    people[40] = people[40].replacen(",teacher,", ",teacher,9", 1);
    let said = refused_alike(&people.join("\n"), &rows.join("\n"), &[]);
    for code in [
        "is already in school",
        "is neither 0 nor 1",
        "is already on line",
        "more than the 6",
        "fewer than the 6",
        "is tied to itself",
        "persons.csv has nobody of school nowhere",
        "this cell is empty",
        "schools.csv:3:1",
    ] {
        assert!(said.contains(code), "{code} is missing from\n{said}");
    }
    let said = refused_alike(&persons, &ties, &["--strict"]);
    assert!(said.contains("is not in persons.csv for this school and wave"));
    let many = ties.replace(",1\n", ",often\n").replace(",0\n", ",never\n");
    assert!(refused_alike(&persons, &many, &[]).contains("more faults of this kind"));
}

#[test]
fn a_long_file_that_is_not_grouped_is_refused_with_the_way_out() {
    let Study { persons, ties } = study(6);
    let (header, rows) = ties.split_once('\n').unwrap();
    let mut rows: Vec<&str> = rows.lines().collect();
    rows.sort_by_key(|row| row.split(',').nth(1));
    let mixed = format!("{header}\n{}\n", rows.join("\n"));
    let study = folder(&[
        ("persons.csv", persons.into_bytes()),
        ("ties.csv", mixed.into_bytes()),
    ]);
    // As many as may come in any order.
    results(study.path(), &["--no-html"]);
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("out");
    let done = analyse(study.path(), &out, &["--stream-above", "50"]);
    let said = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(2), "{said}");
    assert!(
        said.contains("more than 50 rows, and not grouped by school; sort the file by its column"),
        "{said}"
    );
    assert!(!out.exists());
}

#[test]
fn a_plan_that_cannot_be_followed_leaves_nothing_behind() {
    let Study { persons, ties } = study(7);
    for (plan, wanted) in [
        (
            "outcomes = [\"densty\"]\ngroups = \"kind\"\n",
            "no outcome fits `densty`",
        ),
        ("groups = \"colour\"\n", "no school has a fact `colour`"),
        ("alpha = 3\n", "plan.toml:1:9: 3 is out of range"),
    ] {
        let planned = folder(&[
            ("persons.csv", persons.clone().into_bytes()),
            ("ties.csv", ties.clone().into_bytes()),
            ("schools.csv", schools_csv()),
            ("plan.toml", plan.as_bytes().to_vec()),
        ]);
        let mut said = Vec::new();
        for stream in [&["--stream-above", "3"][..], &[]] {
            let place = tempfile::tempdir().unwrap();
            let done = analyse(planned.path(), &place.path().join("out"), stream);
            assert_eq!(done.status.code(), Some(2));
            assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
            said.push(String::from_utf8(done.stderr).unwrap());
        }
        assert_eq!(said[0], said[1]);
        assert!(said[0].contains(wanted), "{}", said[0]);
    }
}

/// Every cell of every table is a number that reads as one, empty, or a word; never NaN or infinite.
fn only_numbers(files: &BTreeMap<String, Vec<u8>>) {
    for (name, bytes) in files {
        let text = String::from_utf8(bytes.clone()).unwrap();
        for broken in ["NaN", "inf", "Infinity"] {
            assert!(
                !text
                    .split([',', '\n', ':', '}', ']'])
                    .any(|cell| cell.trim_start_matches('-') == broken),
                "{name} holds {broken}"
            );
        }
    }
}

#[test]
fn odd_networks_are_answered_or_refused_and_never_not_a_number() {
    let ties = |rows: &str| format!("school,wave,relation,ego,alter,value\n{rows}");
    let persons = |rows: &str| format!("school,wave,person,responded,present\n{rows}");
    let everyone = "A,1,a,1,1\nA,1,b,1,1\nA,1,c,1,1\n";
    let silent = "A,1,a,0,1\nA,1,b,0,1\nA,1,c,0,1\n";
    let pairs = ["a,b", "a,c", "b,a", "b,c", "c,a", "c,b"];
    let all = |value: &str| -> String {
        let rows = pairs.map(|pair| format!("A,1,r,{pair},{value}\n"));
        rows.concat()
    };
    let answered = [
        (
            "nobody is present",
            "A,1,a,1,0\nA,1,b,1,0\n".to_owned(),
            "A,1,r,a,b,0\n".to_owned(),
        ),
        ("one", "A,1,a,1,1\n".to_owned(), "A,1,r,a,x,NA\n".to_owned()),
        (
            "one and a leaver",
            "A,1,a,1,1\nA,1,b,1,0\n".to_owned(),
            "A,1,r,a,b,0\n".to_owned(),
        ),
        (
            "two, no tie",
            "A,1,a,1,1\nA,1,b,1,1\n".to_owned(),
            "A,1,r,a,b,0\n".to_owned(),
        ),
        (
            "two, one tie",
            "A,1,a,1,1\nA,1,b,1,1\n".to_owned(),
            "A,1,r,a,b,1\n".to_owned(),
        ),
        (
            "two, both",
            "A,1,a,1,1\nA,1,b,1,1\n".to_owned(),
            "A,1,r,a,b,1\nA,1,r,b,a,1\n".to_owned(),
        ),
        (
            "two, silent",
            "A,1,a,0,1\nA,1,b,0,1\n".to_owned(),
            "A,1,r,a,b,NA\n".to_owned(),
        ),
        ("all unknown", everyone.to_owned(), all("NA")),
        ("all silent", silent.to_owned(), "A,1,r,a,b,NA\n".to_owned()),
        ("no ties", everyone.to_owned(), all("0")),
        ("negative", everyone.to_owned(), all("-3.5")),
        ("everyone tied", everyone.to_owned(), all("1")),
        (
            "as large as numbers go",
            everyone.to_owned(),
            all("1.7e308"),
        ),
        ("as small as numbers go", everyone.to_owned(), all("5e-324")),
    ];
    for (name, rows, named) in answered {
        for second in ["", "A,2,a,1,1\nA,2,d,1,1\n"] {
            let later = if second.is_empty() {
                ""
            } else {
                "A,2,r,a,d,1\n"
            };
            let study = folder(&[
                (
                    "persons.csv",
                    persons(&format!("{rows}{second}")).into_bytes(),
                ),
                ("ties.csv", ties(&format!("{named}{later}")).into_bytes()),
            ]);
            for treatment in ["available", "null", "exclusion", "reconstruction"] {
                let (files, _) = results(study.path(), &["--treatment", treatment]);
                // Of a school without anyone there is no network to measure.
                let measured = files.contains_key("network_measures.csv");
                assert!(
                    measured || name.contains("leaver") || name.contains("nobody"),
                    "{name}"
                );
                only_numbers(&files);
            }
        }
    }
    for (value, wanted) in [
        ("NaN", "is not a finite number"),
        ("inf", "is not a finite number"),
        ("-inf", "is not a finite number"),
        ("1e999", "is not a finite number"),
        ("1,5", "cells"),
    ] {
        let study = folder(&[
            ("persons.csv", persons(everyone).into_bytes()),
            (
                "ties.csv",
                ties(&format!("A,1,r,a,b,{value}\n")).into_bytes(),
            ),
        ]);
        let out = study.path().join("out");
        let done = analyse(study.path(), &out, &[]);
        let said = String::from_utf8(done.stderr).unwrap();
        assert_eq!(done.status.code(), Some(2), "{value}: {said}");
        assert!(said.contains(wanted) && !out.exists(), "{value}: {said}");
    }
}

#[test]
fn one_network_of_very_many_is_answered() {
    let (n, m) = (2_000_u32, 10_000);
    let mut dice = ChaCha12Rng::seed_from_u64(1);
    let mut persons = "school,wave,person,responded\n".to_owned();
    for person in 0..n {
        persons += &format!("A,1,p{person},{}\n", u8::from(person % 10 != 3));
    }
    let mut pairs = std::collections::BTreeSet::new();
    while pairs.len() < m {
        let (ego, alter) = (dice.random_range(0..n), dice.random_range(0..n));
        if ego != alter && ego % 10 != 3 {
            pairs.insert((ego, alter));
        }
    }
    let mut ties = "school,wave,relation,ego,alter,value\n".to_owned();
    for (ego, alter) in pairs {
        ties += &format!("A,1,r,p{ego},p{alter},1\n");
    }
    let study = folder(&[
        ("persons.csv", persons.into_bytes()),
        ("ties.csv", ties.into_bytes()),
    ]);
    let (files, _) = results(study.path(), &["--no-html", "--no-actors"]);
    only_numbers(&files);
    let text = String::from_utf8(files["network_measures.csv"].clone()).unwrap();
    let density = text
        .lines()
        .find(|line| line.contains(",density,"))
        .unwrap();
    let value: f64 = density.split(',').nth(4).unwrap().parse().unwrap();
    let known = f64::from(n / 10 * 9) * f64::from(n - 1);
    assert!((value - m as f64 / known).abs() < 1e-12, "{density}");
}
