//! What goes with a relation, what missing answers would have done, and the layers of a school: from folder to table.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

type Row = BTreeMap<String, String>;

fn schakel(verb: &str, folder: &Path, out: &Path, flags: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_schakel"));
    command
        .arg(verb)
        .arg(folder)
        .arg("--out")
        .arg(out)
        .args(flags);
    command.output().unwrap()
}

/// Runs and insists on success; the bytes of one table.
fn table(verb: &str, folder: &Path, flags: &[&str], name: &str) -> Vec<u8> {
    let out = tempfile::tempdir().unwrap();
    let done = schakel(verb, folder, &out.path().join("out"), flags);
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    fs::read(out.path().join("out").join(name)).unwrap()
}

fn rows(bytes: &[u8]) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(bytes);
    let rows: Vec<Row> = reader.deserialize().map(|row| row.unwrap()).collect();
    assert!(!rows.is_empty());
    rows
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
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

/// Two teams of six, everyone answered: a ring both ways, with one who is named by all.
fn two_teams() -> TempDir {
    let mut persons = "school,wave,person,role,years\n".to_owned();
    let mut ties = "school,wave,relation,ego,alter,value\n".to_owned();
    for school in ["A", "B"] {
        for i in 0..6 {
            let role = if i == 0 { "ib" } else { "teacher" };
            persons += &format!("{school},1,p{i},{role},{}\n", 3 * i + 1);
            let (next, before) = ((i + 1) % 6, (i + 5) % 6);
            for alter in [next, before] {
                ties += &format!("{school},1,goals,p{i},p{alter},2\n");
                ties += &format!("{school},1,approach,p{i},p{alter},1\n");
            }
            if i != 0 && next != 0 && before != 0 {
                ties += &format!("{school},1,goals,p{i},p0,1\n");
            }
        }
    }
    folder(&[("persons.csv", &persons), ("ties.csv", &ties)])
}

#[test]
fn a_regression_on_ties_equals_the_reference_software() {
    let (Some(data), Some(golden)) = (shared("krackhardt_hightech"), shared("golden/qap.json"))
    else {
        return;
    };
    let golden: serde_json::Value = serde_json::from_slice(&fs::read(golden).unwrap()).unwrap();
    let fit = golden["fits"]
        .as_array()
        .unwrap()
        .iter()
        .find(|fit| fit["dataset"] == "krackhardt_hightech friendship" && fit["model"] == "linear")
        .unwrap();
    let flags = [
        "--outcome",
        "friendship@1",
        "--predictor",
        "advice@1",
        "--predictor",
        "reports_to@1",
    ];
    let bytes = table("qap", &data, &flags, "qap.csv");
    assert_eq!(
        table("qap", &data, &flags, "qap.csv"),
        bytes,
        "the same seed, the same bytes"
    );
    let found = rows(&bytes);
    let row = |model: &str, term: &str| -> &Row {
        found
            .iter()
            .find(|row| row["model"] == model && row["term"] == term)
            .unwrap()
    };
    let number = |row: &Row, column: &str| row[column].parse::<f64>().unwrap();
    for (place, term) in ["intercept", "advice@1", "reports_to@1"]
        .into_iter()
        .enumerate()
    {
        let ours = row("mrqap", term);
        for (column, theirs) in [("estimate", "coefficients"), ("t", "tstat")] {
            let theirs = fit[theirs][place].as_f64().unwrap();
            let ours = number(ours, column);
            assert!(
                (ours - theirs).abs() <= 1e-6 * theirs.abs(),
                "{term} {column}: {ours}, not {theirs}"
            );
        }
        let theirs = fit["p_two_sided_monte_carlo"][place].as_f64().unwrap();
        let both =
            (number(ours, "mc_se").powi(2) + fit["p_se"][place].as_f64().unwrap().powi(2)).sqrt();
        let least = (1.0_f64 / 1001.0 / 1000.0).sqrt();
        assert!(
            (number(ours, "p_value") - theirs).abs() <= 4.0 * (both + least),
            "{term}"
        );
    }
    let correlation = fit["qap_correlation_with_y"]["advice"]["gcor"]
        .as_f64()
        .unwrap();
    assert!((number(row("qap", "advice@1"), "estimate") - correlation).abs() < 1e-9);
}

#[test]
fn schools_are_stacked_and_facts_are_tables_of_pairs() {
    let study = two_teams();
    let flags = [
        "--outcome",
        "goals@1",
        "--predictor",
        "approach@1",
        "--predictor",
        "receiver:years",
        "--per-school",
        "--draws",
        "199",
    ];
    let found = rows(&table("qap", study.path(), &flags, "qap.csv"));
    // A constant for each school is not tested.
    assert!(found.iter().all(|row| row["term"] != "intercept"));
    let approach = found
        .iter()
        .find(|row| row["model"] == "mrqap" && row["term"] == "approach@1")
        .unwrap();
    assert!(approach["estimate"].parse::<f64>().unwrap() > 0.7);
    let flags = [
        "--outcome",
        "goals@1",
        "--predictor",
        "same:role",
        "--logistic",
        "--draws",
        "99",
    ];
    let found = rows(&table("qap", study.path(), &flags, "qap.csv"));
    assert!(found.iter().any(|row| row["model"] == "mrqap_logit"));
}

#[test]
fn a_question_that_cannot_be_asked_is_refused_with_the_way_out() {
    let study = two_teams();
    let out = tempfile::tempdir().unwrap();
    for (flags, said) in [
        (
            vec!["--outcome", "goals@2", "--predictor", "approach@1"],
            "there is no wave 2; there are: 1",
        ),
        (
            vec!["--outcome", "goals@1", "--predictor", "friends@1"],
            "no relation friends; there are: approach, goals",
        ),
        (
            vec!["--outcome", "goals@1", "--predictor", "goals@1"],
            "goals@1 is asked to explain itself",
        ),
        (
            vec!["--outcome", "goals@1", "--predictor", "same:colour"],
            "no column colour; there are: role, groups, years",
        ),
        (
            vec!["--outcome", "goals@1", "--predictor", "sender:role"],
            "not a number; use same:role for words",
        ),
        (
            vec!["--outcome", "same:role", "--predictor", "goals@1"],
            "the outcome is a relation in a wave",
        ),
        (
            vec![
                "--outcome",
                "goals@1",
                "--predictor",
                "approach@1",
                "--schools",
                "C",
            ],
            "there is no school C; there are: A, B",
        ),
        (
            vec![
                "--outcome",
                "goals@1",
                "--predictor",
                "same:role",
                "--predictor",
                "same:role",
            ],
            "same:role is given twice; give each predictor once",
        ),
        (
            vec![
                "--outcome",
                "goals@1",
                "--predictor",
                "same:role",
                "--cut",
                "NaN",
            ],
            "the cut must be a finite number",
        ),
    ] {
        let done = schakel("qap", study.path(), &out.path().join("out"), &flags);
        let told = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(2), "{flags:?}: {told}");
        assert!(told.contains(said), "{flags:?}: {told}");
        assert!(!out.path().join("out").exists());
    }
}

#[test]
fn taking_answers_away_never_takes_the_truth_out_of_the_bounds() {
    let study = two_teams();
    let flags = [
        "--repeats",
        "30",
        "--imputations",
        "5",
        "--share",
        "0.34",
        "--seed",
        "7",
    ];
    let bytes = table("missing-study", study.path(), &flags, "missing_study.csv");
    assert_eq!(
        table("missing-study", study.path(), &flags, "missing_study.csv"),
        bytes
    );
    let found = rows(&bytes);
    // 2 schools, 2 relations, 5 measures, 6 treatments.
    assert_eq!(found.len(), 2 * 2 * 5 * 6);
    for row in &found {
        if !row["truth"].is_empty() {
            assert_eq!(row["bounds_coverage"], "1", "{row:?}");
        }
    }
    let density = |treatment: &str| {
        let row = found
            .iter()
            .find(|row| row["measure"] == "density" && row["treatment"] == treatment);
        row.unwrap()["rmse"].parse::<f64>().unwrap()
    };
    assert!(density("available") < density("null"));
}

#[test]
fn a_share_or_cut_that_cannot_be_is_refused_with_the_way_out() {
    let study = two_teams();
    let out = tempfile::tempdir().unwrap();
    for (flags, said) in [
        (["--share", "0"], "give --share 0.2 for a fifth"),
        (["--share", "1"], "give --share 0.2 for a fifth"),
        (["--share", "NaN"], "give --share 0.2 for a fifth"),
        (["--cut", "inf"], "the cut must be a finite number"),
    ] {
        let done = schakel(
            "missing-study",
            study.path(),
            &out.path().join("out"),
            &flags,
        );
        let told = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(2), "{flags:?}: {told}");
        assert!(told.contains(said), "{flags:?}: {told}");
        assert!(!out.path().join("out").exists());
    }
}

#[test]
fn the_index_of_a_layer_per_person_is_known_and_a_column_without_values_is_said() {
    let persons = "school,wave,person,level\nA,1,a,x\nA,1,b,y\n";
    let ties = "school,wave,relation,ego,alter,value\nA,1,goals,a,b,1\n";
    let study = folder(&[("persons.csv", persons), ("ties.csv", ties)]);
    let out = tempfile::tempdir().unwrap();
    let result = out.path().join("out");
    let flags = ["--layers", "level,role", "--no-html"];
    let done = schakel("analyse", study.path(), &result, &flags);
    let told = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(told.contains("nobody has a value of `role`"), "{told}");
    let found = rows(&fs::read(result.join("block_measures.csv")).unwrap());
    let whole = |measure: &str| {
        let mut rows = found.iter();
        let row = rows.find(|row| row["from"].is_empty() && row["measure"] == measure);
        let row = row.unwrap();
        (row["value"].as_str(), row["undefined"].as_str())
    };
    assert_eq!(whole("ei_index"), ("1", ""));
    assert_eq!(whole("ei_p_value"), ("", "no_variation"));
}

/// Five people who are all there twice; at T2 three of them did not answer.
fn most_silent() -> TempDir {
    let mut persons = "school,wave,person,role,responded\n".to_owned();
    let mut ties = "school,wave,relation,ego,alter,value\n".to_owned();
    for wave in ["T1", "T2"] {
        for i in 0..5 {
            let answered = wave == "T1" || i < 2;
            let role = ["ib", "teacher"][usize::from(i > 0)];
            persons += &format!("A,{wave},p{i},{role},{}\n", u8::from(answered));
            if answered {
                ties += &format!("A,{wave},goals,p{i},p{},{}\n", (i + 1) % 5, i + 1);
                ties += &format!("A,{wave},goals,p{i},p{},1\n", (i + 3) % 5);
            }
        }
    }
    folder(&[("persons.csv", &persons), ("ties.csv", &ties)])
}

#[test]
fn who_did_not_answer_has_not_left() {
    let study = most_silent();
    for treatment in ["available", "null", "exclusion", "multiple"] {
        let flags = ["--treatment", treatment, "--no-html"];
        let found = rows(&table(
            "analyse",
            study.path(),
            &flags,
            "change_measures.csv",
        ));
        for (measure, people) in [("stayers", "5"), ("joiners", "0"), ("leavers", "0")] {
            let row = found.iter().find(|row| row["measure"] == measure).unwrap();
            assert_eq!(row["value"], people, "{treatment} {measure}");
        }
    }
}

#[test]
fn bounds_of_layers_are_of_what_was_told() {
    let study = most_silent();
    let ends = |treatment: &str| -> Vec<[String; 5]> {
        let flags = ["--treatment", treatment, "--layers", "role", "--no-html"];
        let found = rows(&table(
            "analyse",
            study.path(),
            &flags,
            "block_measures.csv",
        ));
        found
            .iter()
            .filter(|row| row["wave"] == "T2" && !row["lower"].is_empty())
            .map(|row| ["from", "to", "measure", "lower", "upper"].map(|of| row[of].clone()))
            .collect()
    };
    let told = ends("available");
    assert!(told.iter().any(|[.., lower, upper]| lower != upper));
    for treatment in ["null", "reconstruction", "profile"] {
        assert_eq!(ends(treatment), told, "{treatment}");
    }
}

#[test]
fn at_every_cut_the_shape_is_withheld_and_no_dyad_mirrors_itself() {
    let study = most_silent();
    let flags = ["--treatment", "reconstruction", "--every-cut", "--no-html"];
    let cuts = rows(&table("analyse", study.path(), &flags, "cut_measures.csv"));
    let plain = rows(&table(
        "analyse",
        study.path(),
        &flags,
        "network_measures.csv",
    ));
    let of = |rows: &[Row], wave: &str, measure: &str| {
        let found = rows
            .iter()
            .find(|row| row["wave"] == wave && row["measure"] == measure);
        let row = found.unwrap();
        (row["value"].clone(), row["undefined"].clone())
    };
    // The first cut leaves every tie in.
    for measure in ["density", "dyadic_reciprocity", "in_degree_centralization"] {
        for wave in ["T1", "T2"] {
            let (ours, theirs) = (of(&cuts, wave, measure), of(&plain, wave, measure));
            assert_eq!(ours, theirs, "{wave} {measure}");
        }
    }
    for row in cuts.iter().filter(|row| row["wave"] == "T2") {
        let shape = row["measure"].ends_with("centralization");
        assert_eq!(row["undefined"] == "response_too_low", shape, "{row:?}");
    }
}

#[test]
fn networks_with_silent_people_are_not_studied() {
    let persons = "school,wave,person,responded\nA,1,a,1\nA,1,b,0\nA,1,c,1\n";
    let ties = "school,wave,relation,ego,alter,value\nA,1,goals,a,b,1\n";
    let study = folder(&[("persons.csv", persons), ("ties.csv", ties)]);
    let out = tempfile::tempdir().unwrap();
    let done = schakel("missing-study", study.path(), &out.path().join("out"), &[]);
    assert_eq!(done.status.code(), Some(2));
    let told = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(told.contains("unknown cells"), "{told}");
    assert!(!out.path().join("out").exists());
}

#[test]
fn the_chain_is_counted_layer_by_layer() {
    let study = two_teams();
    let bytes = table(
        "analyse",
        study.path(),
        &["--layers", "role", "--no-html"],
        "block_measures.csv",
    );
    let found = rows(&bytes);
    let value = |relation: &str, from: &str, to: &str, measure: &str| {
        let row = found.iter().find(|row| {
            let own =
                ["school", "relation", "from", "to", "measure"].map(|column| row[column].as_str());
            own == ["A", relation, from, to, measure]
        });
        row.unwrap_or_else(|| panic!("no {measure} {from} {to}"))["value"].clone()
    };
    // The internal coach names two neighbours; all five teachers name the coach.
    assert_eq!(value("goals", "ib", "teacher", "ties"), "2");
    assert_eq!(value("goals", "teacher", "ib", "density"), "1");
    assert_eq!(value("goals", "teacher", "teacher", "pairs"), "20");
    assert_eq!(value("goals", "ib", "", "ei_index"), "1");
    // 8 ties among teachers, 7 with the coach.
    let index: f64 = value("goals", "", "", "ei_index").parse().unwrap();
    assert!((index + 1.0 / 15.0).abs() < 1e-12, "{index}");
    let out = tempfile::tempdir().unwrap();
    let done = schakel(
        "analyse",
        study.path(),
        &out.path().join("out"),
        &["--layers", "colour"],
    );
    assert_eq!(done.status.code(), Some(2));
    let told = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(
        told.contains("`colour`") && told.contains("role, groups, years"),
        "{told}"
    );
}

#[test]
fn reciprocity_is_told_beside_what_its_ties_alone_would_bring() {
    let study = two_teams();
    let flags = [
        "--baseline",
        "ties,dyad_census",
        "--draws",
        "200",
        "--no-html",
        "--no-actors",
    ];
    let bytes = table("analyse", study.path(), &flags, "baseline_measures.csv");
    assert_eq!(
        table("analyse", study.path(), &flags, "baseline_measures.csv"),
        bytes
    );
    let found = rows(&bytes);
    let row = |condition: &str| {
        let row = found.iter().find(|row| {
            let own =
                ["school", "relation", "condition", "measure"].map(|column| row[column].as_str());
            own == ["A", "approach", condition, "dyadic_reciprocity"]
        });
        row.unwrap().clone()
    };
    // A ring both ways is all mutual: more than twelve ties by chance bring, and exactly what its dyads say.
    assert_eq!(row("ties")["observed"], "1");
    assert!(row("ties")["z"].parse::<f64>().unwrap() > 3.0);
    assert!(row("ties")["p_greater"].parse::<f64>().unwrap() < 0.02);
    assert_eq!(
        (
            row("dyad_census")["z"].as_str(),
            row("dyad_census")["sd"].as_str()
        ),
        ("", "0")
    );
}

#[test]
fn a_table_of_relations_stands_beside_a_result_whichever_came_first() {
    let study = two_teams();
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("out");
    let asked = [
        "--outcome",
        "goals@1",
        "--predictor",
        "approach@1",
        "--draws",
        "9",
    ];
    let insist = |done: Output| {
        let told = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.success(), "{told}");
    };
    insist(schakel("qap", study.path(), &out, &asked));
    insist(schakel("analyse", study.path(), &out, &[]));
    insist(schakel("qap", study.path(), &out, &asked));
    assert!(out.join("qap.csv").exists() && out.join("findings.json").exists());
    // Somebody else's file is still nobody's to write beside.
    let other = place.path().join("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("letter.txt"), "dear").unwrap();
    let refused = schakel("analyse", study.path(), &other, &[]);
    assert_eq!(refused.status.code(), Some(2));
    assert_eq!(fs::read_dir(&other).unwrap().count(), 1);
}
