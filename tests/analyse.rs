//! `schakel analyse` from folder to folder: equal to reference software, exact, repeatable, and clear about bad input.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;

const PERSONS: &str = "school,wave,person,responded,age\nA,1,ann,1,30.5\nA,1,bob,1,41\nA,1,zoë,1,NA\nB,1,ann,1,50\nB,1,cas,1,51\n";
const TIES: &str = "school,wave,relation,ego,alter,value\nA,1,goals,ann,bob,1\nA,1,goals,bob,ann,2.5\nA,1,goals,zoë,ann,1\nB,1,goals,ann,cas,1\n";

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

fn analyse(folder: &Path, out: &Path, flags: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_schakel"));
    command
        .arg("analyse")
        .arg(folder)
        .arg("--out")
        .arg(out)
        .args(flags);
    command.output().unwrap()
}

/// Runs and insists on success; the files written, by name.
fn results(folder: &Path, flags: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("out");
    let done = analyse(folder, &out, flags);
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    let files: BTreeMap<String, Vec<u8>> = fs::read_dir(&out)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            (
                entry.file_name().into_string().unwrap(),
                fs::read(entry.path()).unwrap(),
            )
        })
        .collect();
    assert!(files.contains_key("findings.json"));
    assert_eq!(
        fs::read_dir(place.path()).unwrap().count(),
        1,
        "something was left beside the result"
    );
    files
}

/// Rows of a table by column name.
fn rows(files: &BTreeMap<String, Vec<u8>>, name: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(files[name].as_slice());
    let rows: Vec<_> = reader.deserialize().map(|row| row.unwrap()).collect();
    assert!(!rows.is_empty(), "{name} has no rows");
    rows
}

/// A folder of the shared data, or none, said out loud.
fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data")
        .join(name);
    if !path.exists() {
        eprintln!("SKIPPED: {} is not here", path.display());
        return None;
    }
    Some(path)
}

fn near(ours: &str, theirs: f64, what: &str) {
    let ours: f64 = ours
        .parse()
        .unwrap_or_else(|_| panic!("{what}: `{ours}` is no number"));
    assert!(
        (ours - theirs).abs() <= 1e-9 * theirs.abs().max(1.0),
        "{what}: {ours} is not {theirs}"
    );
}

#[test]
fn every_measure_equals_the_reference_software() {
    for dataset in [
        "pitts_spillane_a",
        "krackhardt_hightech",
        "s50",
        "mcfarland_classes_a",
    ] {
        let (Some(data), Some(golden)) = (
            shared(dataset),
            shared(&format!("golden/networks_{dataset}.json")),
        ) else {
            continue;
        };
        let golden: serde_json::Value = serde_json::from_slice(&fs::read(golden).unwrap()).unwrap();
        let files = results(&data, &["--treatment", "null", "--no-html"]);
        let mut networks: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        let mut sizes: BTreeMap<String, String> = BTreeMap::new();
        for row in rows(&files, "network_measures.csv") {
            let key = format!("{}/{}/{}", row["school"], row["wave"], row["relation"]);
            sizes.insert(key.clone(), row["n_actors"].clone());
            networks
                .entry(key)
                .or_default()
                .insert(row["measure"].clone(), row["value"].clone());
        }
        let mut degrees: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in rows(&files, "actor_measures.csv") {
            // Persons come by key as bytes, as the nodes of the reference do.
            let key = format!(
                "{}/{}/{}/{}",
                row["school"], row["wave"], row["relation"], row["measure"]
            );
            degrees.entry(key).or_default().push(row["value"].clone());
        }

        let references = golden["networks"].as_array().unwrap();
        assert_eq!(references.len(), networks.len(), "{dataset}");
        assert!(!references.is_empty());
        for reference in references {
            let text = |name: &str| reference[name].as_str().unwrap().to_owned();
            let key = format!("{}/{}/{}", text("school"), text("wave"), text("relation"));
            let wanted = |id: &str| {
                let records = reference["records"].as_array().unwrap();
                &records
                    .iter()
                    .find(|record| record["id"] == id)
                    .unwrap_or_else(|| panic!("no {id}"))["value"]
            };
            near(&sizes[&key], wanted("n").as_f64().unwrap(), &key);
            for (ours, theirs) in [
                ("density", "density"),
                ("dyadic_reciprocity", "reciprocity_dyadic_nonnull"),
                ("tie_reciprocity", "reciprocity_edgewise"),
                ("in_degree_centralization", "centralization_degree_indegree"),
                (
                    "out_degree_centralization",
                    "centralization_degree_outdegree",
                ),
                ("degree_centralization", "centralization_degree_freeman"),
                (
                    "betweenness_centralization",
                    "centralization_betweenness_directed",
                ),
                ("all_dyads_reciprocity", "reciprocity_dyadic"),
                (
                    "garlaschelli_loffredo_reciprocity",
                    "reciprocity_correlation",
                ),
                ("weak_transitivity", "transitivity_weak"),
                ("strong_transitivity", "transitivity_strong"),
                ("undirected_transitivity", "clustering_global_undirected"),
                ("weak_components", "components_weak"),
                ("strong_components", "components_strong"),
                ("bridges", "bridges_undirected"),
                ("connectedness", "krackhardt_connectedness"),
                ("hierarchy", "krackhardt_hierarchy"),
                ("efficiency", "krackhardt_efficiency"),
                ("mean_distance", "mean_distance_directed"),
                ("diameter", "diameter_finite_directed"),
                ("degree_assortativity", "assortativity_degree_directed"),
            ] {
                let what = format!("{dataset} {key} {ours}");
                match wanted(theirs).as_f64() {
                    Some(value) => near(&networks[&key][ours], value, &what),
                    None => assert_eq!(networks[&key][ours], "", "{what}"),
                }
            }
            for (ours, theirs) in [
                ("in_degree", "degree_indegree"),
                ("out_degree", "degree_outdegree"),
                ("betweenness", "betweenness_directed"),
                ("harmonic_out", "closeness_suminvdir"),
                ("page_rank", "pagerank_0.85"),
                ("core_number", "coreness_undirected"),
                ("constraint", "constraint_binary"),
            ] {
                let what = format!("{dataset} {key} {ours}");
                let theirs = wanted(theirs).as_array().unwrap();
                let ours = &degrees[&format!("{key}/{ours}")];
                assert_eq!(ours.len(), theirs.len(), "{what}");
                for (ours, theirs) in ours.iter().zip(theirs) {
                    match theirs.as_f64() {
                        Some(theirs) => near(ours, theirs, &what),
                        None => assert_eq!(ours, "", "{what}"),
                    }
                }
            }
        }
    }
}

#[test]
fn the_exact_p_value_is_that_of_every_assignment() {
    let Some(data) = shared("pitts_spillane_a") else {
        return;
    };
    let files = results(&data, &["--groups", "catholic"]);
    let high = ["1", "3", "5", "7", "9", "11"];
    let contrasts = rows(&files, "contrasts.csv");
    assert_eq!(contrasts.len(), 5);
    for contrast in contrasts {
        let measured = rows(&files, "network_measures.csv");
        let (mut values, mut is_high) = (Vec::new(), 0_u32);
        for row in measured
            .iter()
            .filter(|row| row["measure"] == contrast["outcome"])
        {
            if high.contains(&row["school"].as_str()) {
                is_high |= 1 << values.len();
            }
            values.push(row["value"].parse::<f64>().unwrap());
        }
        let difference = |chosen: u32| {
            let sum = |inside: bool| {
                let side = values
                    .iter()
                    .enumerate()
                    .filter(|(i, _)| (chosen >> i & 1 == 1) == inside);
                let side: Vec<f64> = side.map(|(_, value)| *value).collect();
                side.iter().sum::<f64>() / side.len() as f64
            };
            sum(true) - sum(false)
        };
        let all: Vec<u32> = (0..256_u32)
            .filter(|chosen| chosen.count_ones() == 6)
            .collect();
        let observed = difference(is_high);
        let as_far = all
            .iter()
            .filter(|chosen| difference(**chosen).abs() >= observed.abs() - 1e-12)
            .count();
        assert_eq!((values.len(), all.len()), (8, 28));
        near(&contrast["difference"], observed, &contrast["outcome"]);
        near(
            &contrast["p_value"],
            as_far as f64 / 28.0,
            &contrast["outcome"],
        );
        assert_eq!(
            (contrast["p_method"].as_str(), contrast["n_high"].as_str()),
            ("exact", "6")
        );
        assert!(["different", "cannot_tell"].contains(&contrast["verdict"].as_str()));
    }
    let report = String::from_utf8(files["report.html"].clone()).unwrap();
    assert!(report.contains(
        "A factor that explains no difference between the groups is not therefore unimportant."
    ));
    assert!(
        report.contains("cannot tell")
            && !report.contains("no effect")
            && !report.contains("<script")
    );
}

#[test]
fn odd_but_valid_files_give_the_same_bytes() {
    let plain = folder(&[
        ("persons.csv", PERSONS.as_bytes()),
        ("ties.csv", TIES.as_bytes()),
    ]);
    let wanted = results(plain.path(), &[]);
    assert!(String::from_utf8_lossy(&wanted["actor_measures.csv"]).contains("zoë"));
    assert_eq!(wanted, results(plain.path(), &[]), "twice is once");

    let dutch = |text: &str| {
        text.replace('.', "\u{1}")
            .replace(',', ";")
            .replace('\u{1}', ",")
            .replace('\n', "\r\n")
    };
    let with_mark = |text: &str| format!("\u{feff}{text}").into_bytes();
    let windows = |text: &str| {
        text.chars()
            .map(|letter| u8::try_from(u32::from(letter)).unwrap())
            .collect::<Vec<u8>>()
    };
    let shuffled = |text: &str| {
        let mut lines: Vec<&str> = text.lines().collect();
        lines[1..].reverse();
        lines.join("\n").into_bytes()
    };
    let moved = |text: &str| {
        // Columns in another order, one more, spaces and capitals in the header, quotes, a blank line.
        let row = |line: &str| {
            let mut cells: Vec<&str> = line.split(',').collect();
            cells.reverse();
            format!("\"{}\"", cells.join("\",\""))
        };
        let text: Vec<String> = text.lines().map(row).collect();
        text.join("\n")
            .replacen("school", " School ", 1)
            .replace('\n', "\n\n")
            .into_bytes()
    };
    type Form<'a> = (&'a str, &'a dyn Fn(&str) -> Vec<u8>);
    let forms: [Form; 6] = [
        ("byte order mark", &with_mark),
        ("semicolon, decimal comma and CRLF", &|text| {
            dutch(text).into_bytes()
        }),
        ("the same with a mark", &|text| with_mark(&dutch(text))),
        ("the same in Windows-1252", &|text| windows(&dutch(text))),
        ("rows in another order", &shuffled),
        ("columns in another order, in quotes", &moved),
    ];
    for (name, form) in forms {
        let odd = folder(&[("persons.csv", &form(PERSONS)), ("ties.csv", &form(TIES))]);
        assert_ne!(form(TIES), TIES.as_bytes(), "{name} changes nothing");
        assert!(
            wanted == results(odd.path(), &[]),
            "{name} gives another result"
        );
    }
}

/// Runs on bad input and gives back what was said; nothing may have been written.
fn refused(files: &[(&str, &[u8])], flags: &[&str]) -> String {
    let folder = folder(files);
    let out = folder.path().join("out");
    let done = analyse(folder.path(), &out, flags);
    assert_eq!(
        done.status.code(),
        Some(2),
        "{}",
        String::from_utf8_lossy(&done.stdout)
    );
    assert!(!out.exists(), "a refusal wrote something");
    String::from_utf8(done.stderr).unwrap()
}

#[test]
fn bad_input_is_refused_with_its_line_and_the_way_out() {
    let ties = |rows: &str| format!("school,wave,relation,ego,alter,value\n{rows}");
    let persons = |rows: &str| format!("school,wave,person,responded\n{rows}");
    let good = "A,1,ann,1\nA,1,bob,1\n";
    let cases: Vec<(String, String, &str)> = vec![
        (
            String::new(),
            ties(""),
            "persons.csv: the file is empty; the first line names the columns",
        ),
        (
            persons(""),
            ties(""),
            "persons.csv: there is a header and no row; add one row for everyone",
        ),
        (
            "school,person\nA,ann\n".into(),
            ties(""),
            "persons.csv:1 (wave): there is no column `wave`; add it to the header",
        ),
        (
            "school,wave,person,Wave\nA,1,ann,1\n".into(),
            ties(""),
            "persons.csv:1:4 (wave): the header names this column twice; remove or rename",
        ),
        (
            persons("A,1,ann\n"),
            ties(""),
            "persons.csv:2: 3 cells, fewer than the 4 of the header; look for",
        ),
        (
            persons("A,1,ann,1,x\n"),
            ties(""),
            "persons.csv:2: 5 cells, more than the 4 of the header; look for",
        ),
        (
            persons("A,1,,1\n"),
            ties(""),
            "persons.csv:2:3 (person): this cell is empty; every row needs it",
        ),
        (
            persons("A,1,ann,yes\n"),
            ties(""),
            "persons.csv:2:4 (responded): `yes` is neither 0 nor 1; write 1 for yes",
        ),
        (
            persons("A,1,ann,1\nA,1,bob,1\nA,1,ann,1\n"),
            ties(""),
            "persons.csv:4:3 (person): `ann` is already in school A, wave 1, on line 2; keep one",
        ),
        (
            persons(good),
            ties("A,1,goals,ann,bob,often\n"),
            "ties.csv:2:6 (value): `often` is not a number; write digits",
        ),
        (
            persons(good),
            ties("A,1,goals,ann,bob,NaN\n"),
            "ties.csv:2:6 (value): `NaN` is not a finite number; leave the cell empty",
        ),
        (
            persons(good),
            ties("A,1,goals,ann,bob,inf\n"),
            "ties.csv:2:6 (value): `inf` is not a finite number; leave the cell empty",
        ),
        (
            persons(good),
            ties("A,1,goals,ann,ann,1\n"),
            "ties.csv:2:5 (alter): `ann` is tied to itself; remove the row",
        ),
        (
            persons(good),
            ties("A,1,goals,ann,bob,1\nA,1,goals,bob,ann,1\nA,1,goals,ann,bob,2\n"),
            "ties.csv:4: ann -> bob is already on line 2; keep one",
        ),
        (
            persons(good),
            ties("A,1,goals,eve,bob,1\n"),
            "ties.csv:2:4 (ego): `eve` answered and is not in persons.csv for this school and wave; add this person",
        ),
        (
            persons(good),
            ties("A,2,goals,ann,bob,1\n"),
            "ties.csv:2:2 (wave): persons.csv has nobody of school A in wave 2; add its roster",
        ),
    ];
    assert!(!cases.is_empty());
    for (persons, ties, wanted) in &cases {
        let said = refused(
            &[
                ("persons.csv", persons.as_bytes()),
                ("ties.csv", ties.as_bytes()),
            ],
            &[],
        );
        assert!(
            said.lines().any(|line| line.starts_with(wanted)),
            "wanted: {wanted}\nsaid: {said}"
        );
        assert!(said.ends_with("nothing was written\n"), "{said}");
    }

    let files: [(&str, &[u8]); 2] = [
        ("persons.csv", PERSONS.as_bytes()),
        ("ties.csv", TIES.as_bytes()),
    ];
    let with =
        |name: &'static str, text: &'static str| [files[0], files[1], (name, text.as_bytes())];
    for (said, wanted) in [
        (
            refused(&[], &[]),
            "there is nothing to analyse here; a study has persons.csv with ties.csv",
        ),
        (
            refused(&files[1..], &[]),
            "persons.csv: ties.csv is here and persons.csv is not",
        ),
        (
            refused(&files[..1], &[]),
            "ties.csv: there are persons and no ties; add ties.csv",
        ),
        (
            refused(&with("plan.toml", "alpha = 0.05\nsede = 3\n"), &[]),
            "plan.toml:2:1: unknown field `sede`",
        ),
        (
            refused(&with("plan.toml", "alpha = \n"), &[]),
            "plan.toml:1:9: ",
        ),
        (
            refused(&with("schools.csv", "school,type\nA,x\nA,y\n"), &[]),
            "schools.csv:3:1 (school): school `A` is already on line 2",
        ),
        (
            refused(&with("ties.csv", "PK\u{3}\u{4}\0"), &[]),
            "ties.csv: this is not a text file; save the sheet as CSV",
        ),
        (
            refused(
                &with("schools.csv", "school,type\nA,x\nB,y\n"),
                &["--groups", "type"],
            ),
            "`type` does not say which schools are high",
        ),
        (
            refused(&files, &["--groups", "type"]),
            "no school has a fact `type`; add that column to schools.csv",
        ),
        (
            refused(&files, &["--measures", "densty"]),
            "there is no measure `densty`; choose from: density",
        ),
        (
            refused(&files, &["--plan", "/nowhere/plan.toml"]),
            "/nowhere/plan.toml: there is no such file; check the path",
        ),
    ] {
        assert!(said.contains(wanted), "wanted: {wanted}\nsaid: {said}");
    }
}

#[test]
fn all_faults_are_said_at_once_and_the_rest_is_counted() {
    let persons = b"school,wave,person\nA,1,ann\nA,1,ann\n";
    let said = refused(
        &[
            ("persons.csv", persons),
            ("ties.csv", b"school,wave,relation,ego,alter,value\nA,1,goals,ann,ann,x\n"),
            ("scores.csv", b"school,pupil,month,score\nA,p,0,1\nA,p,0,2\n"),
            ("items.csv", b"respondent,school,wave,x\nann,A,1,9\n"),
            ("scales.toml", b"[scale]\nuse = { items = [\"x\"], min = 1, max = 5 }\nodd = { items = [], min = 1, max = 5 }\n"),
        ],
        &[],
    );
    let places: Vec<&str> = said
        .lines()
        .filter_map(|line| line.split(": ").next())
        .collect();
    let wanted = [
        "persons.csv:3:3 (person)",
        "ties.csv:2:6 (value)",
        "ties.csv:2:5 (alter)",
        "scales.toml:3:7",
        "items.csv:2:4 (x)",
        "scores.csv:3:3 (month)",
    ];
    assert_eq!(places[..6], wanted);
    assert_eq!(said.lines().last(), Some("6 faults; nothing was written"));

    let mut many = String::from("school,wave,relation,ego,alter,value\n");
    for _ in 0..203 {
        many.push_str("A,1,goals,ann,ann,1\n");
    }
    let said = refused(
        &[
            ("persons.csv", b"school,wave,person\nA,1,ann\n"),
            ("ties.csv", many.as_bytes()),
        ],
        &[],
    );
    assert_eq!(said.lines().count(), 202);
    assert!(
        said.contains("and 3 more faults") && said.contains("203 faults"),
        "{said}"
    );
}

#[test]
fn silence_is_unknown_and_an_empty_row_is_not() {
    // Answered: ann and bob. zoë did not, and what ann says of her is not known; eve is on no list.
    let persons = "school,wave,person,responded\nA,1,ann,1\nA,1,bob,1\nA,1,zoë,0\n";
    let ties = "school,wave,relation,ego,alter,value\nA,1,goals,ann,bob,1\nA,1,goals,ann,zoë,NA\n";
    let silent = folder(&[
        ("persons.csv", persons.as_bytes()),
        ("ties.csv", ties.as_bytes()),
    ]);
    let files = results(silent.path(), &[]);
    let measured = rows(&files, "network_measures.csv");
    let density = measured
        .iter()
        .find(|row| row["measure"] == "density")
        .unwrap();
    // Known: ann->bob, bob->ann, bob->zoë. Unknown: ann->zoë, zoë->ann, zoë->bob.
    near(&density["value"], 1.0 / 3.0, "density");
    near(&density["lower"], 1.0 / 6.0, "lower");
    near(&density["upper"], 4.0 / 6.0, "upper");
    near(&density["response_rate"], 2.0 / 3.0, "response");
    let actors = rows(&files, "actor_measures.csv");
    let zoe = actors
        .iter()
        .find(|row| row["person"] == "zoë" && row["measure"] == "out_degree")
        .unwrap();
    assert_eq!(
        (zoe["value"].as_str(), zoe["undefined"].as_str()),
        ("", "nothing_observed")
    );

    let with_stranger = format!("{ties}A,1,goals,bob,eve,1\nA,1,goals,ann,eve,1\n");
    let strange = folder(&[
        ("persons.csv", persons.as_bytes()),
        ("ties.csv", with_stranger.as_bytes()),
    ]);
    let out = tempfile::tempdir().unwrap();
    let done = analyse(strange.path(), out.path(), &[]);
    let said = String::from_utf8(done.stdout).unwrap();
    assert!(
        said.contains("1 person in ties.csv is not in persons.csv"),
        "{said}"
    );
    // Two of four answered: the shape of the whole is not reported, density is.
    let written = fs::read_to_string(out.path().join("network_measures.csv")).unwrap();
    assert!(
        written
            .contains("A,1,goals,in_degree_centralization,,,,,,,available,4,0.5,response_too_low"),
        "{written}"
    );
    let said = refused(
        &[
            ("persons.csv", persons.as_bytes()),
            ("ties.csv", with_stranger.as_bytes()),
        ],
        &["--strict"],
    );
    assert!(
        said.starts_with("ties.csv:4:5 (alter): `eve` is not in persons.csv"),
        "{said}"
    );
}

#[test]
fn a_school_without_a_row_was_not_asked_unless_it_says_so() {
    let persons = format!("{PERSONS}C,1,dan,1,20\nC,1,eve,1,21\n");
    let folder_with = |ties: String| {
        folder(&[
            ("persons.csv", persons.as_bytes()),
            ("ties.csv", ties.as_bytes()),
        ])
    };
    let of_c = |files: &BTreeMap<String, Vec<u8>>| {
        let measured = rows(files, "network_measures.csv").into_iter();
        measured
            .filter(|row| row["school"] == "C" && row["measure"] == "density")
            .map(|row| row["value"].clone())
            .collect::<Vec<_>>()
    };
    let files = results(folder_with(TIES.to_owned()).path(), &[]);
    assert!(of_c(&files).is_empty());
    assert!(
        String::from_utf8_lossy(&files["findings.json"])
            .contains("others in their wave have: 1 (if nobody")
    );
    let files = results(
        folder_with(format!("{TIES}C,1,goals,dan,eve,0\n")).path(),
        &[],
    );
    assert_eq!(of_c(&files), ["0"]);
}

#[test]
fn flags_leave_things_out() {
    let plain = folder(&[
        ("persons.csv", PERSONS.as_bytes()),
        ("ties.csv", TIES.as_bytes()),
    ]);
    let all = results(plain.path(), &[]);
    assert!(all.contains_key("report.html") && all.contains_key("actor_measures.csv"));
    assert!(!results(plain.path(), &["--no-html"]).contains_key("report.html"));
    let without = results(plain.path(), &["--no-actors"]);
    assert!(!without.contains_key("actor_measures.csv"));
    assert!(!String::from_utf8_lossy(&without["findings.json"]).contains("bob"));
    let some = results(plain.path(), &["--measures", "density,in_degree"]);
    let measures: Vec<String> = rows(&some, "network_measures.csv")
        .into_iter()
        .map(|row| row["measure"].clone())
        .collect();
    assert_eq!(measures, ["density", "density"]);
    assert!(
        rows(&some, "actor_measures.csv")
            .iter()
            .all(|row| row["measure"] == "in_degree")
    );
    let cut = rows(
        &results(plain.path(), &["--cut", "1", "--measures", "density"]),
        "network_measures.csv",
    );
    near(&cut[0]["value"], 1.0 / 6.0, "one value above 1");
}

#[test]
fn another_result_is_replaced_and_other_files_are_not() {
    let plain = folder(&[
        ("persons.csv", PERSONS.as_bytes()),
        ("ties.csv", TIES.as_bytes()),
    ]);
    let out = tempfile::tempdir().unwrap();
    assert!(analyse(plain.path(), out.path(), &[]).status.success());
    fs::write(out.path().join("notes.txt"), "mine").unwrap();
    assert!(
        analyse(plain.path(), out.path(), &["--no-html", "--no-actors"])
            .status
            .success()
    );
    assert!(
        !out.path().join("report.html").exists() && !out.path().join("actor_measures.csv").exists()
    );
    assert_eq!(
        fs::read_to_string(out.path().join("notes.txt")).unwrap(),
        "mine"
    );
    let done = analyse(plain.path(), plain.path(), &[]);
    assert_eq!(done.status.code(), Some(2));
    assert!(
        String::from_utf8(done.stderr)
            .unwrap()
            .contains("holds other files; give --out a new folder")
    );
}

#[test]
fn a_whole_study_with_waves_scales_scores_and_a_plan() {
    let (mut persons, mut ties) = (
        "school,wave,person\n".to_owned(),
        "school,wave,relation,ego,alter,value\n".to_owned(),
    );
    let (mut items, mut schools) = (
        "respondent,school,wave,x,y\n".to_owned(),
        "school,kind\n".to_owned(),
    );
    let mut scores = "school,pupil,month,score,weight\n".to_owned();
    for school in 0..6_usize {
        schools += &format!("s{school},{}\n", if school < 3 { "high" } else { "low" });
        for wave in ["T1", "T2"] {
            for person in 0..5_usize {
                persons += &format!("s{school},{wave},p{person}\n");
                let x = 1 + (person + school) % 4;
                items += &format!("p{person},s{school},{wave},{x},{}\n", 5 - x);
                for relation in ["goals", "approach"] {
                    for step in 1..=1 + (school + person + relation.len() + wave.len()) % 3 {
                        ties += &format!(
                            "s{school},{wave},{relation},p{person},p{},1\n",
                            (person + step) % 5
                        );
                    }
                }
            }
        }
        for pupil in 0..3_usize {
            for (month, score) in [(-12, 10), (0, 20 + pupil), (12, 32 + 2 * school + pupil)] {
                scores += &format!("s{school},u{pupil},{month},{score},0.0\n");
            }
        }
    }
    let scales =
        "[scale]\nusefulness = { items = [\"x\", \"y\"], reverse = [\"y\"], min = 1, max = 5 }\n";
    let plan = "groups = \"kind\"\nfamily = [\"density@T2\", \"usefulness@T2\"]\nseed = 7\n";
    let study = folder(&[
        ("persons.csv", persons.as_bytes()),
        ("ties.csv", ties.as_bytes()),
        ("items.csv", items.as_bytes()),
        ("schools.csv", schools.as_bytes()),
        ("scores.csv", scores.as_bytes()),
        ("scales.toml", scales.as_bytes()),
        ("plan.toml", plan.as_bytes()),
        (
            "model.toml",
            b"outcome = \"score\"\nfixed = [\"s\", \"c\"]\nrandom = [{ group = \"school\", slopes = [\"c\"] }]\n",
        ),
    ]);
    let files = results(study.path(), &[]);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let wanted = [
        "actor_measures.csv",
        "all_schools.csv",
        "change_measures.csv",
        "contrast_alternatives.csv",
        "contrasts.csv",
        "findings.json",
        "models.csv",
        "multiplexity.csv",
        "network_measures.csv",
        "one_step.csv",
        "report.html",
        "scale_measures.csv",
        "school_effects.csv",
    ];
    assert_eq!(names, wanted);
    assert_eq!(rows(&files, "change_measures.csv").len(), 6 * 2 * 16);
    // Jaccard, overlap and phi of the two relations; pairs and dyads tied in none, one or both.
    assert_eq!(rows(&files, "multiplexity.csv").len(), 6 * 2 * (3 + 2 * 3));
    let effects = rows(&files, "school_effects.csv");
    // Growth before is 10 plus the pupil, during 12 plus twice the school.
    near(
        &effects[4]["effect"],
        12.0 + 8.0 - 11.0,
        "effect of the fifth school",
    );
    let alpha = rows(&files, "scale_measures.csv")
        .into_iter()
        .find(|row| row["measure"] == "alpha_complete")
        .unwrap();
    near(
        &alpha["value"],
        1.0,
        "the second item is the first one turned round",
    );
    assert_eq!(alpha["n"], "30");
    let contrasts = rows(&files, "contrasts.csv");
    // Five measures of two relations and a scale: at both waves, and as the change between them.
    assert_eq!(contrasts.len(), (5 * 2 + 1) * 3);
    let family = contrasts.iter().filter(|row| !row["p_holm"].is_empty());
    assert!(family.clone().count() >= 1 && family.clone().all(|row| row["wave"] == "T2"));
    let findings: serde_json::Value = serde_json::from_slice(&files["findings.json"]).unwrap();
    assert_eq!(findings["provenance"]["seed"], 7);
    assert_eq!(
        findings["provenance"]["snapshot"].as_str().map(str::len),
        Some(64)
    );
    let models = rows(&files, "models.csv");
    let slope = models
        .iter()
        .find(|row| row["model"] == "model" && row["term"] == "c" && row["kind"] == "fixed")
        .unwrap();
    // During less before, on average: 12 + 5 - 11.
    near(&slope["estimate"], 6.0, "the mean effect");
    let again: schakel::evaluation::findings::Findings =
        serde_json::from_slice(&files["findings.json"]).unwrap();
    assert_eq!((again.contrasts.len(), again.provenance.seed), (33, 7));
}
