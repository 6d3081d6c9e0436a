//! Scales from folder to files through `schakel analyse`: equal to reference software, in words where there is nothing to compute.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;
use tempfile::TempDir;

type Row = BTreeMap<String, String>;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// Rows of scale_measures.csv, the report, and the findings.
fn analysed(folder: &Path, flags: &[&str]) -> (Vec<Row>, String, Value) {
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("out");
    let done = Command::new(env!("CARGO_BIN_EXE_schakel"))
        .arg("analyse")
        .arg(folder)
        .arg("--out")
        .arg(&out)
        .args(flags)
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    let table = fs::read(out.join("scale_measures.csv")).unwrap();
    let text = String::from_utf8(table.clone()).unwrap();
    assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
    let rows = csv::Reader::from_reader(table.as_slice())
        .deserialize()
        .map(|row| row.unwrap())
        .collect();
    let report = fs::read_to_string(out.join("report.html")).unwrap_or_default();
    let findings = serde_json::from_slice(&fs::read(out.join("findings.json")).unwrap()).unwrap();
    (rows, report, findings)
}

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

#[track_caller]
fn near(ours: &str, theirs: f64, tolerance: f64, what: &str) {
    let ours: f64 = ours
        .parse()
        .unwrap_or_else(|_| panic!("{what}: `{ours}` is no number"));
    assert!(
        (ours - theirs).abs() <= tolerance * theirs.abs() + 1e-12,
        "{what}: {ours} is not {theirs}"
    );
}

#[track_caller]
fn only<'a>(rows: &'a [Row], wanted: &[(&str, &str)]) -> &'a Row {
    let found: Vec<&Row> = rows
        .iter()
        .filter(|row| wanted.iter().all(|(column, value)| row[*column] == *value))
        .collect();
    assert_eq!(found.len(), 1, "{wanted:?}");
    found[0]
}

/// Every scale of the shared collection whose items are whole steps, from its folder to the table.
#[test]
fn every_record_of_the_reference_software() {
    let Some(golden) = shared("golden/scales.json") else {
        return;
    };
    let golden: Value = serde_json::from_slice(&fs::read(golden).unwrap()).unwrap();
    let mut compared: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, min, max) in [
        ("lq2002_leadership", 1, 5),
        ("bfi", 1, 6),
        ("swmdk_pupil_wellbeing", 1, 5),
    ] {
        let data = shared(name).unwrap();
        let scales = golden["scales"][name].as_array().unwrap();
        let listed = |value: &Value| -> Vec<String> {
            let names = value.as_array().unwrap().iter();
            names
                .map(|name| name.as_str().unwrap().to_owned())
                .collect()
        };
        let mut definition = "[scale]\n".to_owned();
        for scale in scales {
            // Hostility is rated from 0 to 4.
            let low = if scale["scale"] == "HOSTIL" { 0 } else { min };
            writeln!(
                definition,
                "{} = {{ items = {:?}, reverse = {:?}, needed = 1, min = {low}, max = {} }}",
                scale["scale"].as_str().unwrap(),
                listed(&scale["items"]),
                listed(&scale["reversed"]),
                max + low - min,
            )
            .unwrap();
        }
        let items = fs::read_to_string(data.join("items.csv")).unwrap();
        // People who were not drawn from schools are one school here.
        let items = if items.lines().next().unwrap().contains("\"group\"") {
            items
        } else {
            let mut lines = items.lines().map(|line| format!("\"x\",{line}"));
            let header = lines.next().unwrap().replacen("\"x\"", "\"school\"", 1);
            header + "\n" + &lines.collect::<Vec<_>>().join("\n") + "\n"
        };
        let place = folder(&[("items.csv", &items), ("scales.toml", &definition)]);
        let (rows, _, _) = analysed(place.path(), &["--no-html"]);
        for scale in scales {
            let key = scale["scale"].as_str().unwrap();
            let of = |measure: &str, column: &str| {
                let wanted = [("scale", key), ("group", ""), ("measure", measure)];
                only(&rows, &wanted)[column].clone()
            };
            let by_item = |measure: &str| -> Vec<String> {
                let items = listed(&scale["items"]);
                let items = items.iter().map(|item| {
                    let wanted = [("scale", key), ("measure", measure), ("item", item)];
                    only(&rows, &wanted)["value"].clone()
                });
                items.collect()
            };
            for record in scale["records"].as_array().unwrap() {
                let (id, value) = (record["id"].as_str().unwrap(), &record["value"]);
                let what = format!("{name} {key} {id}");
                let number = || value.as_f64().unwrap();
                let closed = |measure: &str| near(&of(measure, "value"), number(), 1e-9, &what);
                match id {
                    "n_complete" => assert_eq!(of("alpha_complete", "n"), value.to_string()),
                    "alpha_raw_listwise" => closed("alpha_complete"),
                    "alpha_raw_pairwise" => closed("alpha_pairwise"),
                    "alpha_feldt_ci95_listwise" => {
                        for end in ["lower", "upper"] {
                            let theirs = value[end].as_f64().unwrap();
                            near(&of("alpha_complete", end), theirs, 1e-9, &what);
                        }
                    }
                    "omega_total_1f_ml_raw" => {
                        near(&of("omega_total", "value"), number(), 1e-6, &what)
                    }
                    "item_rest_correlation_pairwise" | "alpha_if_dropped_pairwise" => {
                        let theirs = value.as_array().unwrap();
                        if theirs.len() < 4 {
                            continue;
                        }
                        let measure = if id.starts_with("item") {
                            "item_rest"
                        } else {
                            "alpha_if_dropped"
                        };
                        for (ours, theirs) in by_item(measure).iter().zip(theirs) {
                            near(ours, theirs.as_f64().unwrap(), 1e-9, &what);
                        }
                    }
                    "icc1_anova" => closed("icc_1"),
                    "icc2_anova" => closed("icc_2"),
                    "icc1_reml" => near(&of("icc_mixed", "value"), number(), 1e-3, &what),
                    "rwgj_mean" => closed("rwg_j_mean"),
                    "rwgj_median" => closed("rwg_j_median"),
                    "rwgj_lindell_mean" => closed("r_star_wg_j_mean"),
                    "rwgj_by_group" => {
                        for (group, theirs) in value.as_object().unwrap() {
                            let wanted = [("scale", key), ("group", group), ("measure", "rwg_j")];
                            near(
                                &only(&rows, &wanted)["value"],
                                theirs.as_f64().unwrap(),
                                1e-9,
                                &what,
                            );
                        }
                    }
                    _ => continue,
                }
                *compared.entry(id).or_default() += 1;
            }
        }
        let verdict = |key: &str| {
            let wanted = [("scale", key), ("measure", "team_mean_verdict")];
            only(&rows, &wanted)["verdict"].clone()
        };
        match name {
            "lq2002_leadership" => {
                assert_eq!(verdict("LEAD"), "aggregate");
                // The members of half of the groups disagree on task significance and on hostility.
                assert_eq!(verdict("TSIG"), "aggregate_with_care");
                assert_eq!(verdict("HOSTIL"), "aggregate_with_care");
            }
            "bfi" => assert_eq!(verdict("A"), "do_not_aggregate"),
            _ => assert_eq!(verdict("teachers"), "aggregate"),
        }
    }
    assert_eq!(compared["alpha_raw_listwise"], 10, "{compared:?}");
    assert_eq!(compared["omega_total_1f_ml_raw"], 10);
    assert_eq!(compared["item_rest_correlation_pairwise"], 9);
    assert_eq!(compared["rwgj_by_group"], 5);
    assert_eq!(compared["icc1_reml"], 5);
}

const SCALES: &str = "[scale]\nuse = { items = [\"a\", \"b\", \"c\", \"d\"], reverse = [\"d\"], needed = 2, min = 1, max = 5 }\n";

/// Answers of `n` people in each of `schools` schools; `answer` says what to which item.
fn items(schools: usize, n: usize, answer: impl Fn(usize, usize, usize) -> String) -> String {
    let mut text = "respondent,school,a,b,c,d\n".to_owned();
    for school in 0..schools {
        for person in 0..n {
            let cells: Vec<String> = (0..4).map(|item| answer(school, person, item)).collect();
            writeln!(text, "p{person},s{school},{}", cells.join(",")).unwrap();
        }
    }
    text
}

/// Something between 1 and 5 that hangs together within a school.
fn varied(school: usize, person: usize, item: usize) -> usize {
    let level = 1 + (school * 2 + person % 2 + usize::from(item + person % 3 == 2)) % 5;
    if item == 3 { 6 - level } else { level }
}

fn value<'a>(rows: &'a [Row], measure: &str) -> &'a Row {
    only(rows, &[("group", ""), ("measure", measure), ("item", "")])
}

#[test]
fn what_cannot_be_told_is_told_in_words() {
    // Everybody says the same to one item.
    let constant = items(6, 8, |s, p, i| {
        if i == 1 {
            "3".into()
        } else {
            varied(s, p, i).to_string()
        }
    });
    let place = folder(&[("items.csv", &constant), ("scales.toml", SCALES)]);
    let (rows, report, _) = analysed(place.path(), &[]);
    assert_eq!(value(&rows, "omega_total")["undefined"], "no_variation");
    assert!(!value(&rows, "alpha_complete")["value"].is_empty());
    let flat = only(&rows, &[("measure", "item_rest"), ("item", "b")]);
    assert_eq!(
        (flat["undefined"].as_str(), flat["value"].as_str()),
        ("no_variation", "")
    );
    assert!(
        report.contains("omega total, item rest of b: not defined: no variation"),
        "{report}"
    );

    // Two respondents of one school.
    let two = items(1, 2, |s, p, i| varied(s, p, i).to_string());
    let place = folder(&[("items.csv", &two), ("scales.toml", SCALES)]);
    let (rows, report, _) = analysed(place.path(), &[]);
    assert_eq!(value(&rows, "icc_1")["undefined"], "too_few_units");
    let verdict = value(&rows, "team_mean_verdict");
    assert_eq!(verdict["verdict"], "do_not_aggregate");
    assert!(
        verdict["reason"].contains("the p-value of ICC(1) is not defined: too few units"),
        "{verdict:?}"
    );
    assert!(report.contains("no team mean: these answers say too little about schools"));

    // One school with many answers: reliable or not, nothing can be said about schools.
    let one = items(1, 30, |_, p, i| varied(p / 3, p, i).to_string());
    let place = folder(&[("items.csv", &one), ("scales.toml", SCALES)]);
    let (rows, _, _) = analysed(place.path(), &[]);
    assert!(!value(&rows, "alpha_complete")["lower"].is_empty());
    let over_schools = value(&rows, "alpha_over_schools");
    assert_eq!(
        (
            over_schools["lower"].as_str(),
            over_schools["reason"].is_empty()
        ),
        ("", false)
    );
    assert_eq!(value(&rows, "icc_mixed")["undefined"], "too_few_units");

    // Everybody says the same to everything.
    let same = items(4, 5, |_, _, i| if i == 3 { "2".into() } else { "4".into() });
    let place = folder(&[("items.csv", &same), ("scales.toml", SCALES)]);
    let (rows, _, _) = analysed(place.path(), &[]);
    for measure in [
        "alpha_complete",
        "alpha_pairwise",
        "omega_total",
        "icc_1",
        "icc_2",
        "icc_mixed",
    ] {
        assert_eq!(
            value(&rows, measure)["undefined"],
            "no_variation",
            "{measure}"
        );
    }
    assert_eq!(value(&rows, "rwg_j_median")["value"], "1");
    assert_eq!(value(&rows, "sd")["value"], "0");

    // Four in ten answers are missing, and one school answered one item only.
    let holes = items(6, 12, |s, p, i| {
        let open = (7 * s + 3 * p + 5 * i) % 10 < 4 || (s == 5 && i > 0);
        if open {
            String::new()
        } else {
            varied(s, p, i).to_string()
        }
    });
    let place = folder(&[("items.csv", &holes), ("scales.toml", SCALES)]);
    let (rows, _, _) = analysed(place.path(), &[]);
    let missing: f64 = value(&rows, "missing_share")["value"].parse().unwrap();
    assert!((0.35..0.55).contains(&missing), "{missing}");
    let silent = only(&rows, &[("group", "s5"), ("measure", "mean")]);
    assert_eq!(silent["undefined"], "too_few_answers");
    let silent = only(&rows, &[("group", "s5"), ("measure", "rwg_j")]);
    assert_eq!(silent["undefined"], "too_few_units");
    assert!(!value(&rows, "icc_1")["value"].is_empty());
    for row in &rows {
        assert!(
            row["value"].is_empty() != row["undefined"].is_empty(),
            "{row:?}"
        );
    }
}

#[test]
fn short_scales_are_refused_what_they_cannot_tell() {
    let text = items(6, 8, |s, p, i| varied(s, p, i).to_string());
    let scales = "[scale]\none = { items = [\"a\"], min = 1, max = 5 }\ntwo = { items = [\"a\", \"b\"], min = 1, max = 5 }\nthree = { items = [\"a\", \"b\", \"c\"], min = 1, max = 4.5 }\nfew = { items = [\"a\", \"b\", \"c\"], min = 0, max = 100 }\n";
    let place = folder(&[
        ("items.csv", &text.replace(",5", ",4")),
        ("scales.toml", scales),
    ]);
    let (rows, report, _) = analysed(place.path(), &[]);
    let of = |scale: &str, measure: &str| {
        only(
            &rows,
            &[("scale", scale), ("group", ""), ("measure", measure)],
        )
        .clone()
    };
    assert_eq!(of("one", "alpha_complete")["undefined"], "too_few_items");
    assert!(of("one", "omega_total")["reason"].contains("one item has no internal consistency"));
    assert!(!of("one", "icc_1")["value"].is_empty());
    assert!(!of("two", "alpha_complete")["lower"].is_empty());
    assert!(!of("two", "spearman_brown")["value"].is_empty());
    assert!(of("two", "omega_total")["reason"].contains("with two items"));
    assert!(!of("few", "alpha_complete")["upper"].is_empty());
    assert!(of("few", "item_rest")["reason"].contains("with three items"));
    assert!(
        report.contains("alpha if dropped, item rest")
            || report.contains("item rest, alpha if dropped")
    );
    // 101 options have no published skewed distribution, and 1 to 4.5 no options.
    assert!(of("few", "rwg_j_skewed_median")["reason"].contains("published for 5 to 11 options"));
    assert!(of("three", "rwg_j_median")["reason"].contains("one step apart"));
    assert!(of("one", "straight_lining")["reason"].contains("worded against"));
}

#[test]
fn the_same_seed_gives_the_same_intervals_and_more_draws_on_request() {
    let text = items(8, 9, |s, p, i| varied(s + p / 4, p, i).to_string());
    let place = folder(&[("items.csv", &text), ("scales.toml", SCALES)]);
    let interval = |flags: &[&str]| {
        let (rows, _, _) = analysed(place.path(), flags);
        ["alpha_over_schools", "omega_total"].map(|measure| {
            let row = value(&rows, measure);
            [row["lower"].clone(), row["upper"].clone()]
        })
    };
    let first = interval(&["--no-html", "--seed", "3"]);
    assert!(
        first.iter().flatten().all(|end| !end.is_empty()),
        "{first:?}"
    );
    assert_eq!(
        first,
        interval(&["--no-html", "--seed", "3", "--cores", "1"])
    );
    assert_ne!(first, interval(&["--no-html", "--seed", "4"]));
    let more = [
        "--no-html",
        "--seed",
        "3",
        "--uncertainty",
        "bootstrap",
        "--draws",
        "1500",
    ];
    assert_ne!(first, interval(&more));
}

#[test]
fn a_stated_distribution_decides_the_verdict() {
    let text = items(8, 9, |s, p, i| varied(s, p, i).to_string());
    let with = |null: &str| {
        let scales = SCALES.replace("max = 5", &format!("max = 5, null = {null}"));
        let place = folder(&[("items.csv", &text), ("scales.toml", &scales)]);
        analysed(place.path(), &["--no-html"]).0
    };
    let shares = "[0.0, 0.02, 0.06, 0.22, 0.70]";
    let rows = with(shares);
    let stated = value(&rows, "rwg_j_stated_median")["value"]
        .parse::<f64>()
        .unwrap();
    let rectangular = value(&rows, "rwg_j_median")["value"]
        .parse::<f64>()
        .unwrap();
    assert!(stated < rectangular, "{stated} {rectangular}");
    let verdict =
        |rows: &[Row]| value(rows, "team_mean_verdict")["reason"].contains("median agreement");
    assert!(verdict(&rows) && !verdict(&with("\"rectangular\"")));
}

#[test]
fn a_test_with_a_key_from_folder_to_table() {
    let scales = "[scale]\nlvs = { items = [\"q1\", \"q2\", \"q3\", \"q4\"], key = [1, 2, 3, 4], min = 1, max = 4 }\n";
    let mut text = "respondent,school,wave,q1,q2,q3,q4\n".to_owned();
    for (wave, skill) in [("T1", 0), ("T3", 1)] {
        for school in 0..4 {
            for person in 0..10 {
                let knows = skill + (person + school) % 4;
                let answer =
                    |question: usize| match (knows >= question, question == 4 && person == 0) {
                        (_, true) => String::new(),
                        (true, _) => question.to_string(),
                        (false, _) => (1 + question % 4).to_string(),
                    };
                let cells: Vec<String> = (1..=4).map(answer).collect();
                writeln!(text, "p{person},s{school},{wave},{}", cells.join(",")).unwrap();
            }
        }
    }
    let place = folder(&[("items.csv", &text), ("scales.toml", scales)]);
    let (rows, report, findings) = analysed(place.path(), &[]);
    let at = |wanted: &[(&str, &str)]| only(&rows, wanted).clone();
    let kr_20 = at(&[("wave", "T1"), ("measure", "kr_20")]);
    let alpha = at(&[("wave", "T1"), ("group", ""), ("measure", "alpha_complete")]);
    for column in ["value", "lower", "upper"] {
        let alpha: f64 = alpha[column].parse().unwrap();
        near(&kr_20[column], alpha, 1e-9, "KR-20 is alpha of marks");
    }
    // An open question counts as not known: everybody has four marks.
    assert_eq!(kr_20["n"], "40");
    let hard = at(&[("wave", "T1"), ("measure", "difficulty"), ("item", "q4")]);
    assert_eq!((hard["value"].as_str(), hard["n"].as_str()), ("0", "40"));
    let guess = at(&[
        ("wave", "T1"),
        ("measure", "guessing_p_value"),
        ("item", "q4"),
    ]);
    assert_eq!(
        (guess["verdict"].as_str(), guess["n"].as_str()),
        ("at_guessing_floor", "36")
    );
    let easy = at(&[
        ("wave", "T3"),
        ("measure", "guessing_p_value"),
        ("item", "q1"),
    ]);
    assert_eq!(easy["verdict"], "above_guessing");
    let share = |option: &str| {
        at(&[
            ("wave", "T1"),
            ("measure", "option_share"),
            ("item", "q3"),
            ("option", option),
        ])
    };
    near(
        &share("3")["value"],
        0.225,
        0.2,
        "about a quarter know the third",
    );
    assert_eq!(
        (share("3")["verdict"].as_str(), share("1")["value"].as_str()),
        ("right", "0")
    );
    // Everyone knows one more, but the first ones could not: at most 4, and the open one stays open.
    let gain = at(&[("wave", "T3"), ("measure", "gain"), ("group", "")]);
    assert_eq!((gain["n"].as_str(), gain["from"].as_str()), ("40", "T1"));
    assert!(gain["lower"].parse::<f64>().unwrap() > 0.15);
    assert_eq!(at(&[("measure", "gain_over_schools")])["n"], "4");
    let alike = at(&[("measure", "gain"), ("group", "s0")]);
    assert_eq!(
        (alike["value"].as_str(), alike["lower"].as_str()),
        ("0.25", "")
    );
    assert!(alike["reason"].contains("all gained the same"));
    assert_eq!(
        rows.iter().filter(|row| row["measure"] == "gain").count(),
        5
    );
    assert!(report.contains("T1 to T3") && report.contains("no better than guessing"));
    assert!(
        findings["scales"]
            .as_array()
            .unwrap()
            .iter()
            .any(|row| row["option"] == 3)
    );

    // Left out instead of wrong: who left the last one open has three marks.
    let lenient = scales.replace("min = 1", "unanswered = \"missing\", needed = 3, min = 1");
    let place = folder(&[("items.csv", &text), ("scales.toml", &lenient)]);
    let (rows, _, _) = analysed(place.path(), &["--no-html"]);
    let found = only(
        &rows,
        &[("wave", "T1"), ("measure", "difficulty"), ("item", "q4")],
    );
    assert_eq!(found["n"], "36");
    assert_eq!(
        only(&rows, &[("wave", "T1"), ("measure", "kr_20")])["n"],
        "36"
    );
    assert_eq!(
        only(&rows, &[("wave", "T1"), ("group", ""), ("measure", "mean")])["n"],
        "40"
    );
}
