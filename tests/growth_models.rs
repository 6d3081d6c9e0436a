//! Models of pupils' growth from folder to folder: factors of schools in one step, the model without each school, intervals of
//! other kinds, and the course of the search.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::Path,
    process::{Command, Output},
};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;
use tempfile::TempDir;

type Row = BTreeMap<String, String>;

/// Pupils of schools, and for some of the schools a value of `climate`.
#[derive(Debug, Clone, Default)]
struct Data {
    /// Key, cohort, value.
    schools: Vec<(String, String, Option<f64>)>,
    /// School, pupil, month, score, weight.
    rows: Vec<(String, String, f64, f64, String)>,
}

impl Data {
    fn without(&self, school: &str) -> Self {
        let mut less = self.clone();
        less.schools.retain(|own| own.0 != school);
        less.rows.retain(|row| row.0 != school);
        less
    }

    fn folder(&self) -> TempDir {
        let (mut persons, mut ties) = (
            "school,wave,person\n".to_owned(),
            "school,wave,relation,ego,alter,value\n".to_owned(),
        );
        let mut items = "respondent,school,wave,climate\n".to_owned();
        let mut schools = "school,cohort,side\n".to_owned();
        let mut scores = "school,pupil,month,score,weight\n".to_owned();
        for (place, (key, cohort, value)) in self.schools.iter().enumerate() {
            let side = if place % 2 == 0 { "high" } else { "low" };
            writeln!(schools, "{key},{cohort},{side}").unwrap();
            for person in 0..3 {
                writeln!(persons, "{key},T1,p{person}").unwrap();
                writeln!(ties, "{key},T1,goals,p{person},p{},1", (person + 1) % 3).unwrap();
                if let Some(value) = value {
                    writeln!(items, "p{person},{key},T1,{value}").unwrap();
                }
            }
        }
        for (school, pupil, month, score, weight) in &self.rows {
            writeln!(scores, "{school},{pupil},{month},{score},{weight}").unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("persons.csv", persons.as_str()),
            ("ties.csv", &ties),
            ("items.csv", &items),
            ("schools.csv", &schools),
            ("scores.csv", &scores),
            (
                "scales.toml",
                "[scale]\nclimate = { items = [\"climate\"], min = 0, max = 6 }\n",
            ),
            (
                "plan.toml",
                "groups = \"side\"\nfamily = [\"climate@T1\"]\n",
            ),
        ] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }
}

/// A normal deviate, near enough: twelve uniform ones.
fn normal(rng: &mut impl Rng) -> f64 {
    let draws = (0..12).map(|_| (rng.next_u32() as f64 + 0.5) / 4_294_967_296.0);
    draws.sum::<f64>() - 6.0
}

/// What is planted: per unit of climate the effect is larger by `slope`, within cohorts; the later cohort has more of both.
fn planted(seed: u64, n_schools: usize, slope: f64) -> Data {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut data = Data::default();
    for school in 0..n_schools {
        let key = format!("s{school:02}");
        let later = school % 2 == 1;
        let shift = if later { 1.0 } else { 0.0 };
        let within = 0.5 * normal(&mut rng);
        let climate = (100.0 * (2.5 + shift + within).clamp(0.0, 6.0)).round() / 100.0;
        let within = climate - 2.5 - shift;
        let effect = 3.0 + slope * within + 8.0 * shift + 0.7 * normal(&mut rng);
        let (level, before) = (4.0 * normal(&mut rng), 10.0 + normal(&mut rng));
        for pupil in 0..10 {
            let (own, rate) = (5.0 * normal(&mut rng), before + normal(&mut rng));
            for month in [-24.0, -12.0, 0.0, 12.0, 24.0] {
                let (s, c) = (month / 12.0, f64::max(month, 0.0) / 12.0);
                let score = 50.0 + level + own + rate * s + effect * c + 2.0 * normal(&mut rng);
                let score = (1000.0 * score).round() / 1000.0;
                let pupil = format!("u{pupil}");
                data.rows
                    .push((key.clone(), pupil, month, score, String::new()));
            }
        }
        let cohort = if later { "later" } else { "earlier" };
        data.schools.push((key, cohort.to_owned(), Some(climate)));
    }
    data
}

struct Found {
    place: TempDir,
    said: String,
}

impl Found {
    fn text(&self, name: &str) -> String {
        let path = self.place.path().join("out").join(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn rows(&self, name: &str) -> Vec<Row> {
        let text = self.text(name);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        reader.deserialize().map(|row| row.unwrap()).collect()
    }

    fn one(&self, name: &str, wanted: &[(&str, &str)]) -> Row {
        let mut rows = self.rows(name).into_iter();
        rows.find(|row| wanted.iter().all(|(column, cell)| row[*column] == *cell))
            .unwrap_or_else(|| panic!("no {wanted:?} in {}", self.text(name)))
    }

    fn model(&self, model: &str, kind: &str, term: &str) -> Row {
        self.one(
            "models.csv",
            &[("model", model), ("kind", kind), ("term", term)],
        )
    }

    fn has(&self, name: &str) -> bool {
        self.place.path().join("out").join(name).exists()
    }
}

fn run(folder: &Path, out: &Path, flags: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_schakel"));
    command.arg("analyse").arg(folder).arg("--out").arg(out);
    command.args(flags).output().unwrap()
}

fn analyse(data: &Data, flags: &[&str]) -> Found {
    let (folder, place) = (data.folder(), tempfile::tempdir().unwrap());
    let done = run(folder.path(), &place.path().join("out"), flags);
    let error = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success(), "{error}");
    Found {
        place,
        said: String::from_utf8(done.stdout).unwrap(),
    }
}

fn number(row: &Row, column: &str) -> f64 {
    let cell = &row[column];
    cell.parse()
        .unwrap_or_else(|_| panic!("{column} of {row:?}"))
}

fn near(ours: f64, theirs: f64, scale: f64, within: f64, what: &str) {
    let off = (ours - theirs).abs() / theirs.abs().max(scale);
    assert!(off <= within, "{what}: {ours} is not {theirs}");
}

#[test]
fn a_planted_slope_comes_back() {
    let mut off = Vec::new();
    for seed in 1..=6 {
        let found = analyse(&planted(seed, 50, 1.5), &["--no-html"]);
        let row = found.one("one_step.csv", &[("outcome", "climate")]);
        assert_eq!((row["wave"].as_str(), row["relation"].as_str()), ("T1", ""));
        assert_eq!(
            (row["n_schools"].as_str(), row["n_pupils"].as_str()),
            ("50", "500")
        );
        assert_eq!(
            (row["n_cohorts"].as_str(), row["undefined"].as_str()),
            ("2", "")
        );
        // Without the cohorts the slope would be four times as large.
        let truth = 1.5 * number(&row, "sd");
        let (estimate, se) = (number(&row, "estimate"), number(&row, "se"));
        assert!((estimate - truth).abs() < 3.0 * se, "{row:?}");
        assert!(number(&row, "lower") < estimate && estimate < number(&row, "upper"));
        assert!((30.0..60.0).contains(&number(&row, "df")), "{row:?}");
        assert_eq!(row["verdict"], "related");
        off.push((estimate - truth) / se);
        // The whole model stands with the others, and beside it what was found in two steps.
        let term = found.model("growth_by:climate@T1", "fixed", "c:factor");
        assert_eq!(term["estimate"], row["estimate"]);
        assert_eq!(term["interval"], "wald");
        let two_steps = found.one("all_schools.csv", &[("outcome", "climate")]);
        let per_sd = number(&two_steps, "slope_per_sd");
        assert!((per_sd - estimate).abs() < se, "{two_steps:?}");
    }
    let mean = off.iter().sum::<f64>() / off.len() as f64;
    assert!(mean.abs() < 1.3, "{off:?}");
    let nothing = analyse(&planted(9, 50, 0.0), &[]);
    let row = nothing.one("one_step.csv", &[("outcome", "climate")]);
    assert_eq!(row["verdict"], "cannot_tell");
    let page = nothing.text("report.html");
    assert!(page.contains("In one step") && page.contains("Cannot tell: anything from"));
    assert!(!nothing.has("influence.csv") && !nothing.has("traces.csv"));
}

fn golden() -> (Value, Data) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/one_step.json");
    let golden: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let schools = golden["schools"].as_array().unwrap().iter();
    let rows = golden["rows"].as_array().unwrap().iter();
    let data = Data {
        schools: schools
            .map(|own| {
                let (key, cohort) = (text(&own["school"]), text(&own["cohort"]));
                (key, cohort, own["factor"].as_f64())
            })
            .collect(),
        rows: rows
            .map(|row| {
                let (month, score) = (row[2].as_f64().unwrap(), row[3].as_f64().unwrap());
                (text(&row[0]), text(&row[1]), month, score, text(&row[4]))
            })
            .collect(),
    };
    (golden, data)
}

#[test]
fn the_one_step_model_equals_the_reference_software() {
    let (golden, data) = golden();
    let found = analyse(&data, &["--no-html"]);
    let row = found.one("one_step.csv", &[("outcome", "climate")]);
    for column in ["n_schools", "n_pupils"] {
        assert_eq!(row[column], golden[column].to_string());
    }
    near(
        number(&row, "sd"),
        golden["sd"].as_f64().unwrap(),
        0.0,
        1e-12,
        "sd",
    );
    let model = "growth_by:climate@T1";
    let terms = golden["terms"].as_array().unwrap();
    for own in terms {
        let name = own["term"].as_str().unwrap();
        let ours = match name.strip_prefix("weight") {
            Some(level) => format!("weight[{level}]"),
            None => name.replace("cohort2020", "cohort[2020]"),
        };
        let ours = found.model(model, "fixed", &ours);
        let theirs = |key: &str| own[key].as_f64().unwrap();
        near(
            number(&ours, "estimate"),
            theirs("estimate"),
            theirs("se"),
            1e-4,
            name,
        );
        near(number(&ours, "se"), theirs("se"), 0.0, 1e-4, name);
        near(number(&ours, "df"), theirs("df"), 0.0, 1e-3, name);
        near(number(&ours, "p_value"), theirs("p"), 1e-6, 1e-3, name);
        if name == "c:factor" {
            for column in ["estimate", "se", "df", "p_value"] {
                assert_eq!(row[column], ours[column]);
            }
        }
    }
    assert_eq!(terms.len(), 11);
    for own in golden["variances"].as_array().unwrap() {
        let group = own["group"].as_str().unwrap();
        let theirs = own["value"].as_f64().unwrap();
        let (kind, term) = match (own["first"].as_str(), own["second"].as_str()) {
            (None, _) => ("residual", "residual".to_owned()),
            (Some(one), None) => ("variance", format!("{group}.{one}")),
            (Some(one), Some(two)) => ("covariance", format!("{group}.{one}~{two}")),
        };
        let ours = number(&found.model(model, kind, &term), "estimate");
        near(ours, theirs, 1.0, 1e-3, &term);
    }
    let criterion = found.model(model, "criterion", "minus_2_log_likelihood");
    near(
        number(&criterion, "estimate"),
        golden["criterion"].as_f64().unwrap(),
        0.0,
        1e-6,
        "criterion",
    );
}

#[test]
fn influence_is_the_model_without_that_school() {
    let (_, data) = golden();
    let found = analyse(&data, &["--influence"]);
    let rows = found.rows("influence.csv");
    let units: std::collections::BTreeSet<&str> =
        rows.iter().map(|row| row["unit"].as_str()).collect();
    assert_eq!(units.len(), 26);
    let places = |found: &Found, left_out: &str| -> BTreeMap<String, usize> {
        let rows: Vec<(String, f64)> = found
            .rows("school_effects.csv")
            .iter()
            .filter(|row| row["school"] != left_out)
            .map(|row| (row["school"].clone(), number(row, "shrunken")))
            .collect();
        let place = |of: f64| rows.iter().filter(|(_, other)| *other > of).count();
        rows.iter()
            .map(|(school, value)| (school.clone(), place(*value)))
            .collect()
    };
    for school in ["S01", "S05", "S26"] {
        let less = analyse(&data.without(school), &["--no-html"]);
        let mut compared = 0;
        for row in rows.iter().filter(|row| row["unit"] == school) {
            assert_eq!(row["model"], "growth");
            let term = |found: &Found| {
                number(
                    &found.model("growth", &row["kind"], &row["term"]),
                    "estimate",
                )
            };
            let by_hand = term(&less);
            near(
                number(row, "estimate_without"),
                by_hand,
                1.0,
                1e-4,
                &row["term"],
            );
            near(
                number(row, "change"),
                by_hand - term(&found),
                1.0,
                1e-4,
                &row["term"],
            );
            compared += 1;
        }
        // Six fixed effects, five variances and the residual.
        assert_eq!(compared, 12);
        let (before, after) = (places(&found, school), places(&less, school));
        let moved = before
            .iter()
            .map(|(school, place)| place.abs_diff(after[school]));
        let row = found.one("influence.csv", &[("unit", school)]);
        assert_eq!(number(&row, "rank_change") as usize, moved.max().unwrap());
    }
    // The three with the largest distance are named, the farthest first.
    let mut distances: Vec<(f64, &str)> = rows
        .iter()
        .filter(|row| row["term"] == "c")
        .map(|row| (number(row, "cook_distance"), row["unit"].as_str()))
        .collect();
    distances.sort_by(|a, b| b.0.total_cmp(&a.0));
    let page = found.text("report.html");
    let part = &page[page.find("id=\"influence\"").unwrap()..page.find("id=\"models\"").unwrap()];
    let named: Vec<&str> = part
        .match_indices("Without S")
        .map(|(at, _)| &part[at + 8..at + 11])
        .collect();
    let wanted: Vec<&str> = distances[..3].iter().map(|own| own.1).collect();
    assert_eq!(named, wanted);
}

#[test]
fn a_bootstrap_is_the_same_on_any_number_of_cores() {
    let data = planted(3, 24, 1.0);
    let drawn = |flags: &[&str]| {
        let mut all = vec!["--no-html", "--intervals", "bootstrap", "--draws", "60"];
        all.extend(flags);
        analyse(&data, &all)
    };
    let first = drawn(&["--seed", "5", "--cores", "1"]);
    let again = drawn(&["--seed", "5", "--cores", "2"]);
    assert_eq!(first.text("models.csv"), again.text("models.csv"));
    assert_eq!(first.text("findings.json"), again.text("findings.json"));
    let other = drawn(&["--seed", "6"]);
    assert_ne!(first.text("models.csv"), other.text("models.csv"));
    for (kind, term) in [
        ("fixed", "c"),
        ("variance", "school.c"),
        ("variance", "pupil.(Intercept)"),
        ("residual", "residual"),
    ] {
        let row = first.model("growth", kind, term);
        assert_eq!(row["interval"], "bootstrap");
        let (lower, upper) = (number(&row, "lower"), number(&row, "upper"));
        let estimate = number(&row, "estimate");
        assert!(lower < estimate && estimate < upper, "{row:?}");
    }
    // A covariance has none, and models of outcomes keep theirs.
    let covariance = first.model("growth", "covariance", "school.s~c");
    assert_eq!(
        (
            covariance["lower"].as_str(),
            covariance["interval"].as_str()
        ),
        ("", "")
    );
    let one_step = first.model("growth_by:climate@T1", "fixed", "c:factor");
    assert_eq!(one_step["interval"], "wald");

    // Wider than the spread of the draws can be told: in words.
    let few = analyse(
        &data,
        &["--no-html", "--intervals", "bootstrap", "--draws", "20"],
    );
    assert_eq!(few.model("growth", "fixed", "c")["interval"], "");
    assert!(
        few.said
            .contains("20 draws are too few for an interval of this confidence; 39 are needed"),
        "{}",
        few.said
    );
}

#[test]
fn profile_intervals_equal_the_reference_software() {
    let (golden, data) = golden();
    let found = analyse(&data, &["--no-html", "--intervals", "profile"]);
    for own in golden["profile"].as_array().unwrap() {
        let (kind, term) = (own["kind"].as_str().unwrap(), own["term"].as_str().unwrap());
        let row = found.model("growth", kind, term);
        assert_eq!(row["interval"], "profile");
        // Standard deviations there, variances here.
        let power = if matches!(kind, "variance" | "residual") {
            2
        } else {
            1
        };
        for column in ["lower", "upper"] {
            let theirs = own[column].as_f64().unwrap().powi(power);
            near(number(&row, column), theirs, 0.0, 2e-3, term);
        }
    }
}

#[test]
fn the_course_of_the_search_ends_at_the_criterion() {
    let found = analyse(&planted(4, 20, 1.0), &["--no-html", "--trace"]);
    let rows = found.rows("traces.csv");
    for model in ["growth", "growth_by:climate@T1"] {
        let steps: Vec<&Row> = rows.iter().filter(|row| row["model"] == model).collect();
        let evaluations: Vec<usize> = steps
            .iter()
            .map(|row| row["evaluation"].parse().unwrap())
            .collect();
        assert_eq!(evaluations, (1..=steps.len()).collect::<Vec<_>>());
        let lowest = steps
            .iter()
            .map(|row| number(row, "deviance"))
            .fold(f64::INFINITY, f64::min);
        let criterion = found.model(model, "criterion", "minus_2_log_likelihood");
        near(lowest, number(&criterion, "estimate"), 0.0, 1e-9, model);
        // Six of the schools and three of the pupils.
        assert!(number(steps[0], "theta_9").is_finite());
        assert!(!steps[0].contains_key("theta_10"));
    }
    let refused = {
        let (folder, place) = (planted(4, 6, 1.0).folder(), tempfile::tempdir().unwrap());
        run(
            folder.path(),
            &place.path().join("out"),
            &["--intervals", "exact"],
        )
    };
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(
        said.contains("choose from: wald, profile, bootstrap"),
        "{said}"
    );
}

#[test]
fn what_cannot_be_told_is_told_in_words() {
    let whole = planted(5, 20, 1.0);
    let told = |data: &Data| {
        let found = analyse(data, &[]);
        let row = found.one("one_step.csv", &[("outcome", "climate")]);
        assert_eq!(row["estimate"], "");
        assert!(found.text("report.html").contains(&row["told"]), "{row:?}");
        (row["undefined"].clone(), row["told"].clone())
    };
    // Pupils of one school.
    let mut one = whole.clone();
    one.rows.retain(|row| row.0 == "s00");
    let (code, why) = told(&one);
    assert_eq!(code, "too_few_units");
    assert!(
        why.contains("scores of pupils: 1, and 5 are needed"),
        "{why}"
    );
    // The same everywhere.
    let mut constant = whole.clone();
    for school in &mut constant.schools {
        school.2 = Some(3.1);
    }
    let (code, why) = told(&constant);
    assert_eq!(code, "no_variation");
    assert!(why.contains("the same in all 20 schools"), "{why}");
    // Known for three schools only.
    let mut few = whole.clone();
    for school in few.schools.iter_mut().skip(3) {
        school.2 = None;
    }
    let (code, why) = told(&few);
    assert_eq!(code, "too_few_units");
    assert!(
        why.contains("scores of pupils: 3, and 6 are needed"),
        "{why}"
    );
    // Known for one cohort only: the cohort falls out, and the rest can be told.
    let mut cohort = whole;
    for school in &mut cohort.schools {
        if school.1 == "later" {
            school.2 = None;
        }
    }
    let found = analyse(&cohort, &["--no-html"]);
    let row = found.one("one_step.csv", &[("outcome", "climate")]);
    assert_eq!(
        (row["n_schools"].as_str(), row["n_cohorts"].as_str()),
        ("10", "1")
    );
    assert!(number(&row, "se") > 0.0);
}
