//! The comparison of schools from folder to folder: changes, groups by effect and by hand, a plan held fast, every method
//! beside the planned one, all schools, other sizes; and what a planned study could see.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;

/// Number of schools in the folder of [`study`].
const SCHOOLS: usize = 34;

/// What chance would be, without chance: between -1 and 1.
fn wobble(a: usize, b: usize) -> f64 {
    let x = (a * 2_654_435_761 + b * 40_503 + 12_345) % 10_007;
    x as f64 / 5_003.0 - 1.0
}

/// Pupils whose gain rises with the number of the school; culture that rises with it at both waves, attitude that rises with
/// it between them, and a third scale that goes with nothing.
fn study(plan: &str, waves: &[&str]) -> TempDir {
    let (mut persons, mut ties) = (
        "school,wave,person\n".to_owned(),
        "school,wave,relation,ego,alter,value\n".to_owned(),
    );
    let mut items = "respondent,school,wave,culture,attitude,leadership\n".to_owned();
    let mut schools = "school,kind\n".to_owned();
    let mut scores = "school,pupil,month,score\n".to_owned();
    for school in 0..SCHOOLS {
        let key = format!("s{school:02}");
        schools += &format!("{key},{}\n", if school < 17 { "low" } else { "high" });
        let strength = school as f64 / SCHOOLS as f64;
        for (time, wave) in waves.iter().enumerate() {
            let size = 6 + school * 7 % 5;
            for person in 0..size {
                persons += &format!("{key},{wave},p{person}\n");
                let culture = 3.0 + 2.0 * strength + 0.3 * wobble(school, person + 20 * time);
                let turned = if time > 0 { 2.0 * strength } else { 0.0 };
                let attitude = 2.0 + turned + 0.4 * wobble(school + 100, person + 20 * time);
                let leadership =
                    3.0 + wobble(school + 200, time) + 0.2 * wobble(school + 300, person);
                items +=
                    &format!("p{person},{key},{wave},{culture:.3},{attitude:.3},{leadership:.3}\n");
                for step in 1..=1 + (school * 13 + person * 7 + time * 5) % 4 {
                    ties += &format!(
                        "{key},{wave},goals,p{person},p{},1\n",
                        (person + step) % size
                    );
                }
            }
        }
        for pupil in 0..12 {
            let before = 10.0 + 2.0 * wobble(school + 400, pupil);
            let during = before + 6.0 * strength + 1.5 * wobble(school + 500, pupil);
            for (month, score) in [(-12, 0.0), (0, before), (12, before + during)] {
                scores += &format!("{key},u{pupil},{month},{score:.3}\n");
            }
        }
    }
    let scale = |name: &str| format!("{name} = {{ items = [\"{name}\"], min = 0, max = 6 }}\n");
    let scales = format!(
        "[scale]\n{}{}{}",
        scale("culture"),
        scale("attitude"),
        scale("leadership")
    );
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("persons.csv", &persons),
        ("ties.csv", &ties),
        ("items.csv", &items),
        ("schools.csv", &schools),
        ("scores.csv", &scores),
        ("scales.toml", &scales),
        ("plan.toml", &plan.to_owned()),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

const PLAN: &str = "groups = { by = \"effect\", high = 10, low = 10 }\n\
                    family = [\"culture\", \"attitude\", \"attitude@T1-T3\", \"leadership\", \"density/goals\"]\n\
                    equivalence_margin = 0.4\n";

fn schakel(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_schakel"))
        .args(arguments)
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    let text = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    String::from_utf8(text).unwrap()
}

struct Result {
    place: TempDir,
    stdout: String,
}

impl Result {
    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.place.path().join("out").join(name)).unwrap()
    }

    fn has(&self, name: &str) -> bool {
        self.place.path().join("out").join(name).exists()
    }

    fn rows(&self, name: &str) -> Vec<BTreeMap<String, String>> {
        let text = self.text(name);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let rows: Vec<_> = reader.deserialize().map(|row| row.unwrap()).collect();
        assert!(!rows.is_empty(), "{name} has no rows");
        rows
    }

    /// The row of a table about one outcome.
    fn row(&self, name: &str, outcome: &str, wave: &str) -> BTreeMap<String, String> {
        let mut rows = self.rows(name).into_iter();
        rows.find(|row| row["outcome"] == outcome && row["wave"] == wave)
            .unwrap_or_else(|| panic!("{outcome} at {wave} in {name}"))
    }
}

fn analyse(folder: &Path, flags: &[&str]) -> Result {
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("out");
    let mut arguments = vec![
        "analyse",
        folder.to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
    ];
    arguments.extend(flags);
    let done = schakel(&arguments);
    assert!(done.status.success(), "{}", said(&done));
    Result {
        place,
        stdout: String::from_utf8(done.stdout).unwrap(),
    }
}

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row[column]
        .parse()
        .unwrap_or_else(|_| panic!("{column} is `{}` in {row:?}", row[column]))
}

#[test]
fn the_plan_comes_first_and_everything_else_stands_behind_it() {
    let folder = study(PLAN, &["T1", "T3"]);
    let found = analyse(folder.path(), &[]);
    // What was planted comes out, and only that.
    for (outcome, wave, verdict) in [
        ("culture", "T1", "different"),
        ("culture", "T3", "different"),
        ("attitude", "T1", "cannot_tell"),
        ("attitude", "T3", "different"),
        ("attitude", "T1-T3", "different"),
        ("leadership", "T3", "cannot_tell"),
        ("density", "T3", "cannot_tell"),
    ] {
        let row = found.row("contrasts.csv", outcome, wave);
        assert_eq!(row["verdict"], verdict, "{outcome} at {wave}: {row:?}");
        assert_eq!(row["adjusted_by"], "max_t");
        assert_eq!(
            (row["p_method"].as_str(), row["n_assignments"].as_str()),
            ("exact", "184756")
        );
        // g lies in its interval, and what is excluded is told in g and in units of the outcome.
        assert!(number(&row, "g_lower") < number(&row, "hedges_g"));
        assert!(number(&row, "g_excluded_below") > number(&row, "g_lower"));
        assert!(number(&row, "excluded_below") < number(&row, "difference"));
        assert!((number(&row, "detectable_d") - 1.325).abs() < 0.001);
    }
    // The change of a school is its own, and of schools with both waves.
    let change = found.row("contrasts.csv", "attitude", "T1-T3");
    let (first, last) = (
        found.row("contrasts.csv", "attitude", "T1"),
        found.row("contrasts.csv", "attitude", "T3"),
    );
    let wanted = number(&last, "difference") - number(&first, "difference");
    assert!((number(&change, "difference") - wanted).abs() < 1e-12);
    // A change that the family does not name is compared and adjusted with what else is outside.
    let outside = found.row("contrasts.csv", "culture", "T1-T3");
    assert_eq!(
        (outside["adjusted_by"].as_str(), outside["p_holm"].as_str()),
        ("bh", "")
    );
    assert!(number(&outside, "p_bh") >= number(&outside, "p_value"));

    // The same comparison by thirteen methods where a network is measured, by twelve where none is.
    let methods = |outcome: &str| -> Vec<String> {
        let rows = found.rows("contrast_alternatives.csv").into_iter();
        rows.filter(|row| row["outcome"] == outcome && row["wave"] == "T3")
            .map(|row| row["method"].clone())
            .collect()
    };
    assert_eq!(
        (methods("density").len(), methods("culture").len()),
        (13, 12)
    );
    assert!(methods("density").contains(&"team_size_adjusted".to_owned()));
    for row in found.rows("contrast_alternatives.csv") {
        let told = ["estimate", "statistic", "p_value"]
            .iter()
            .any(|cell| !row[*cell].is_empty());
        assert_ne!(told, !row["undefined"].is_empty(), "{row:?}");
    }
    // Equal groups: the studentised p is the plain one, and the interval of the permutation test holds the difference.
    let culture = found.row("contrasts.csv", "leadership", "T3");
    let by = |method: &str| {
        let rows = found.rows("contrast_alternatives.csv").into_iter();
        let mut same = rows.filter(|row| {
            row["outcome"] == "leadership" && row["wave"] == "T3" && row["method"] == method
        });
        same.next().unwrap()
    };
    let close = |a: f64, b: f64| (a - b).abs() < 1e-9;
    assert!(close(
        number(&by("studentised_permutation"), "p_value"),
        number(&culture, "p_value")
    ));
    let interval = by("permutation_interval");
    assert!(number(&interval, "lower") < number(&culture, "difference"));
    assert!(number(&interval, "upper") > number(&culture, "difference"));
    assert!(close(
        number(&by("cliffs_delta"), "estimate"),
        2.0 * number(&by("brunner_munzel"), "estimate") - 1.0
    ));

    // Over all schools: what goes with the effect, what cannot be told, and how small a correlation could have been seen.
    let culture = found.row("all_schools.csv", "culture", "T3");
    assert_eq!(
        (culture["verdict"].as_str(), culture["n_schools"].as_str()),
        ("related", "34")
    );
    let leadership = found.row("all_schools.csv", "leadership", "T3");
    assert_eq!(leadership["verdict"], "cannot_tell");
    // (1.959964 + 0.841621) / sqrt(34 - 3), as Fisher's z.
    assert!(close_to(
        number(&leadership, "detectable_r"),
        0.464_60,
        1e-4
    ));

    // Eight, ten, twelve and fifteen a side: ten is the plan and gives the planned numbers.
    let sizes: Vec<_> = found
        .rows("group_sizes.csv")
        .into_iter()
        .filter(|row| row["outcome"] == "leadership" && row["wave"] == "T3")
        .collect();
    let listed: Vec<&str> = sizes.iter().map(|row| row["size_high"].as_str()).collect();
    assert_eq!(listed, ["8", "10", "12", "15"]);
    let own = &sizes[1];
    let planned = found.row("contrasts.csv", "leadership", "T3");
    assert_eq!(own["of_the_plan"], "1");
    for column in ["difference", "p_value", "hedges_g", "g_lower"] {
        assert_eq!(own[column], planned[column], "{column}");
    }
    assert!(
        sizes.iter().all(|row| row["p_method"] == "exact"),
        "{sizes:?}"
    );

    // Without a lock everything is exploratory, and nothing says that there is no effect.
    assert!(
        found
            .rows("contrasts.csv")
            .iter()
            .all(|row| row["standing"] == "exploratory")
    );
    assert!(
        found.stdout.contains("There is no locked plan"),
        "{}",
        found.stdout
    );
    let report = found.text("report.html");
    assert!(report.contains("One cannot tell whether leadership, T3"));
    assert!(report.contains(
        "A factor that explains no difference between the groups is not therefore unimportant."
    ));
    // The comparison: from its heading to the end of its section.
    let from = report.find("id=\"contrasts\"").unwrap();
    let lower = report[from..]
        .split("</section>")
        .next()
        .unwrap()
        .to_lowercase();
    for never in [
        "no effect",
        "not significant",
        "no significant",
        "nan",
        "inf]",
    ] {
        assert!(!lower.contains(never), "{never}");
    }
    // Twice is once, on any number of cores.
    let again = analyse(folder.path(), &["--cores", "1"]);
    for name in [
        "contrasts.csv",
        "contrast_alternatives.csv",
        "all_schools.csv",
        "group_sizes.csv",
        "findings.json",
    ] {
        assert_eq!(found.text(name), again.text(name), "{name}");
    }
}

fn close_to(a: f64, b: f64, within: f64) -> bool {
    (a - b).abs() < within
}

#[test]
fn groups_are_chosen_by_share_and_by_hand() {
    let share = study(
        "groups = { by = \"effect\", quantile = 0.2 }\noutcomes = [\"culture@T1\"]\n",
        &["T1"],
    );
    let found = analyse(share.path(), &["--no-html"]);
    let row = found.row("contrasts.csv", "culture", "T1");
    // A fifth of 34 schools is six.
    assert_eq!((row["n_high"].as_str(), row["n_low"].as_str()), ("6", "6"));
    let hand = "groups = { by = \"hand\", high = [\"s30\", \"s31\", \"s29\"], low = [\"s01\", \"s02\", \"s03\"], \
                reason = \"visited by the same trainer\", date = 2026-07-01 }\noutcomes = [\"culture@T1\"]\n";
    let hand = study(hand, &["T1"]);
    let found = analyse(hand.path(), &[]);
    assert_eq!(
        found.row("contrasts.csv", "culture", "T1")["p_value"],
        "0.1"
    );
    assert!(
        !found.has("group_sizes.csv"),
        "only groups that are chosen by effect have other sizes"
    );
    let findings: serde_json::Value = serde_json::from_str(&found.text("findings.json")).unwrap();
    let groups = &findings["groups"];
    assert_eq!(groups["reason"], "visited by the same trainer");
    assert_eq!(groups["decided_on"], "2026-07-01");
    assert_eq!(groups["high"].as_array().unwrap().len(), 3);
    assert_eq!(groups["other"].as_array().unwrap().len(), SCHOOLS - 6);
    assert!(
        found
            .text("report.html")
            .contains("visited by the same trainer (decided on 2026-07-01)")
    );

    fs::write(
        hand.path().join("plan.toml"),
        "groups = { by = \"hand\", high = [\"s30\"], low = [\"s99\"], reason = \"r\", date = 2026-07-01 }\n",
    )
    .unwrap();
    let out = hand.path().join("out");
    let done = schakel(&[
        "analyse",
        hand.path().to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
    ]);
    assert_eq!(done.status.code(), Some(2));
    assert!(
        said(&done).contains("names school `s99`")
            || said(&done).contains("`s99`, which is not in the data")
    );
}

#[test]
fn a_column_still_names_the_groups() {
    let folder = study("groups = \"kind\"\noutcomes = [\"culture@T1\"]\n", &["T1"]);
    let found = analyse(folder.path(), &["--no-html"]);
    let row = found.row("contrasts.csv", "culture", "T1");
    // Seventeen against seventeen is counted in full.
    assert_eq!(
        (row["n_high"].as_str(), row["verdict"].as_str()),
        ("17", "different")
    );
    assert!(!found.has("group_sizes.csv"));
}

/// A plan that is locked after T1 and used after T3.
#[test]
fn a_model_is_part_of_the_plan_that_is_locked() {
    let folder = tempfile::tempdir().unwrap();
    let mut scores = "school,pupil,occasion,t1,score\n".to_owned();
    for pupil in 0..40 {
        for occasion in 0..3 {
            let (school, noise) = (pupil % 5, (pupil * 7 + occasion * 11) % 13);
            let score = 50 + school + 3 * occasion + noise;
            scores += &format!("s{school},p{pupil},{occasion},{occasion},{score}\n");
        }
    }
    let model = "outcome = \"score\"\nfixed = [\"t1\"]\nrandom = [{ group = \"pupil\" }]\nmethod = \"REML\"\n";
    fs::write(folder.path().join("scores.csv"), scores).unwrap();
    fs::write(folder.path().join("model.toml"), model).unwrap();
    let shown = folder.path().to_str().unwrap();
    let locked = schakel(&["plan", "lock", shown, "--on", "2026-05-01"]);
    assert!(locked.status.success(), "{}", said(&locked));
    let found = analyse(folder.path(), &[]);
    assert!(found.stdout.contains("no departure"), "{}", found.stdout);

    fs::write(
        folder.path().join("model.toml"),
        model.replace("REML", "ML"),
    )
    .unwrap();
    let checked = schakel(&["plan", "check", shown]);
    assert_eq!(checked.status.code(), Some(2), "{}", said(&checked));
    assert!(
        said(&checked).contains("one departure from it: models"),
        "{}",
        said(&checked)
    );
}

#[test]
fn a_locked_plan_shows_what_was_planned_and_what_departs_from_it() {
    let plan = "groups = { by = \"effect\", high = 10, low = 10 }\nfamily = [\"culture\", \"leadership\"]\n\
                equivalence_margin = 0.5\n";
    let early = study(plan, &["T1"]);
    let path = |folder: &Path| -> PathBuf { folder.join("plan.lock") };
    let shown = early.path().to_str().unwrap();
    let locked = schakel(&["plan", "lock", shown, "--on", "2026-05-01"]);
    assert!(locked.status.success(), "{}", said(&locked));
    assert!(said(&locked).contains("waves     T1"), "{}", said(&locked));
    let text = fs::read_to_string(path(early.path())).unwrap();
    let again = schakel(&["plan", "lock", shown, "--on", "2026-06-01"]);
    assert_eq!(again.status.code(), Some(2));
    assert_eq!(
        fs::read_to_string(path(early.path())).unwrap(),
        text,
        "a lock is not replaced"
    );

    let late = study(plan, &["T1", "T3"]);
    fs::write(path(late.path()), &text).unwrap();
    let shown = late.path().to_str().unwrap();
    let checked = schakel(&["plan", "check", shown]);
    assert!(checked.status.success(), "{}", said(&checked));
    assert!(
        said(&checked).contains("locked on 2026-05-01, before T3"),
        "{}",
        said(&checked)
    );
    let found = analyse(late.path(), &["--no-actors"]);
    let standing =
        |outcome: &str, wave: &str| found.row("contrasts.csv", outcome, wave)["standing"].clone();
    assert_eq!(standing("culture", "T3"), "planned");
    assert_eq!(standing("attitude", "T3"), "exploratory");
    assert_eq!(standing("culture", "T1-T3"), "exploratory");
    let findings: serde_json::Value = serde_json::from_str(&found.text("findings.json")).unwrap();
    let of_plan = &findings["plan_standing"];
    assert_eq!(of_plan["basis"], "locked");
    assert_eq!(of_plan["waves_after"], serde_json::json!(["T3"]));
    // Leaving the values of persons out is told, and bears on no test.
    let deviations = of_plan["deviations"].as_array().unwrap();
    assert_eq!(
        (deviations.len(), &deviations[0]["field"]),
        (1, &"actors".into())
    );
    assert_eq!(deviations[0]["bears_on_tests"], false);

    // A wider margin and another level are departures, field by field.
    let widened = plan.replace("0.5", "0.9") + "alpha = 0.1\n";
    fs::write(late.path().join("plan.toml"), widened).unwrap();
    let checked = schakel(&["plan", "check", shown]);
    assert_eq!(checked.status.code(), Some(2));
    for told in [
        "2 departures",
        "alpha (locked 0.05, used 0.1)",
        "equivalence_margin (locked 0.5, used 0.9)",
    ] {
        assert!(said(&checked).contains(told), "{told}: {}", said(&checked));
    }
    let found = analyse(late.path(), &[]);
    assert!(found.stdout.contains("2 departures"), "{}", found.stdout);
    let report = found.text("report.html");
    assert!(report.contains("equivalence_margin (locked 0.5, used 0.9)"));
    assert!(report.contains("Planned comparisons") && report.contains("Exploratory comparisons"));

    // A lock that was changed afterwards is refused, and so is one that is none.
    fs::write(path(late.path()), text.replace("0.5", "0.9")).unwrap();
    let out = late.path().join("out");
    let refused = schakel(&["analyse", shown, "--out", out.to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        said(&refused).contains("it was changed after it was locked"),
        "{}",
        said(&refused)
    );
    fs::write(path(late.path()), "locked").unwrap();
    let refused = schakel(&["plan", "check", shown]);
    assert!(
        said(&refused).contains("this is not a locked plan"),
        "{}",
        said(&refused)
    );
    assert!(!out.exists());
}

#[test]
fn a_study_read_school_by_school_is_compared_alike() {
    let folder = study(PLAN, &["T1", "T3"]);
    let whole = analyse(folder.path(), &["--no-html"]);
    let streamed = analyse(folder.path(), &["--no-html", "--stream-above", "100"]);
    for name in [
        "contrasts.csv",
        "contrast_alternatives.csv",
        "all_schools.csv",
        "group_sizes.csv",
    ] {
        assert_eq!(whole.text(name), streamed.text(name), "{name}");
    }
}

#[test]
fn what_a_planned_study_could_see_is_told_beforehand() {
    let told = schakel(&[
        "power",
        "--schools",
        "10",
        "--teachers",
        "17",
        "--icc",
        ".1",
        "--effect",
        "1.3",
        "--all",
        "53",
        "--studies",
        "1000",
    ]);
    let text = said(&told);
    assert!(told.status.success(), "{text}");
    let numbers = |line: &str| -> Vec<f64> {
        let line = text.lines().find(|own| own.starts_with(line)).unwrap();
        line.split_whitespace()
            .filter_map(|word| word.parse().ok())
            .collect()
    };
    // R: power.t.test(n = 10, power = .8 and .9, strict = TRUE).
    assert_eq!(numbers("d of the observed means"), [1.325, 1.534]);
    // 17 teachers at an ICC of .1: the school mean has a reliability of 17 x .1 / (1 + 16 x .1) = .654.
    assert!(
        text.contains("reliability of a school mean 0.654"),
        "{text}"
    );
    let blurred = numbers("d of the true means");
    assert!(
        close_to(blurred[0], 1.325 / 0.654_f64.sqrt(), 0.002),
        "{blurred:?}"
    );
    assert!(text.contains("a correlation of 0.377"), "{text}");
    let found = numbers("permutation test, by itself")[0];
    // power.t.test(n = 10, delta = 1.3 x sqrt(.6538), strict = TRUE) gives .604.
    assert!(close_to(found, 0.604, 0.062), "{found}");
    assert_eq!(
        said(&schakel(&[
            "power",
            "--effect",
            "1",
            "--seed",
            "3",
            "--studies",
            "200"
        ])),
        said(&schakel(&[
            "power",
            "--effect",
            "1",
            "--seed",
            "3",
            "--studies",
            "200"
        ]))
    );
    let refused = schakel(&["power", "--schools", "1"]);
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
}
