//! From pupil scores to school effects, through the program: equal to lme4 on shared data, true to what was planted, and clear
//! about models that cannot be.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use schakel::simulation::{SimulationPlan, plan::DEFAULT_SEED, simulate, study::SimulatedStudy};
use tempfile::TempDir;

type Table = Vec<BTreeMap<String, String>>;
/// A column that follows from another: its name, and how.
type Added = (&'static str, fn(f64) -> f64);

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn analyse(folder: &Path, out: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_schakel"));
    command.arg("analyse").arg(folder).arg("--out").arg(out);
    command.output().unwrap()
}

/// What came of a folder: the text on the screen, and the files by name.
struct Result {
    said: String,
    files: BTreeMap<String, Vec<u8>>,
}

impl Result {
    fn of(files: &[(&str, &str)]) -> Self {
        let (study, place) = (folder(files), tempfile::tempdir().unwrap());
        let out = place.path().join("out");
        let done = analyse(study.path(), &out);
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.success(), "{said}");
        let files = fs::read_dir(&out).unwrap().map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read(entry.path()).unwrap())
        });
        Self {
            files: files.collect(),
            said: String::from_utf8_lossy(&done.stdout).into_owned(),
        }
    }

    fn table(&self, name: &str) -> Table {
        let mut reader = csv::Reader::from_reader(self.files[name].as_slice());
        reader.deserialize().map(|row| row.unwrap()).collect()
    }

    fn findings(&self) -> schakel::evaluation::findings::Findings {
        serde_json::from_slice(&self.files["findings.json"]).unwrap()
    }
}

/// What was said of a folder that was refused; nothing may have been written.
fn refused(files: &[(&str, &str)]) -> String {
    let (study, place) = (folder(files), tempfile::tempdir().unwrap());
    let out = place.path().join("out");
    let done = analyse(study.path(), &out);
    assert_eq!(done.status.code(), Some(2), "it was not refused");
    assert!(!out.exists() && fs::read_dir(place.path()).unwrap().count() == 0);
    String::from_utf8(done.stderr).unwrap()
}

/// A file of the shared data, or none, said out loud.
fn shared(name: &str) -> Option<String> {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data")
        .join(name);
    match fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(_) => {
            eprintln!("SKIPPED: {} is not here", path.display());
            None
        }
    }
}

/// The file with columns added that follow from one of its own.
fn with_columns(text: &str, from: &str, added: &[Added]) -> String {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header: Vec<String> = reader
        .headers()
        .unwrap()
        .iter()
        .map(str::to_owned)
        .collect();
    let at = header.iter().position(|name| name == from).unwrap();
    let mut written = header.join(",");
    for (name, _) in added {
        written += &format!(",{name}");
    }
    for record in reader.records() {
        let record = record.unwrap();
        let value: f64 = record[at].parse().unwrap();
        written += "\n";
        written += &record.iter().collect::<Vec<_>>().join(",");
        for (_, of) in added {
            let _ = write!(written, ",{}", of(value));
        }
    }
    written + "\n"
}

/// `lmer(score ~ t1 + wc + (1 + t1 | school) + (1 | pupil), REML=TRUE)` as a model file.
fn model_of(call: &str, crossed: bool) -> String {
    let inner = call.strip_prefix("lmer(").unwrap();
    let (formula, rest) = inner.split_once(", REML=").unwrap();
    let method = if rest.starts_with("TRUE") {
        "REML"
    } else {
        "ML"
    };
    let (outcome, right) = formula.split_once(" ~ ").unwrap();
    let mut parts = right.split(" + (");
    let quoted = |list: &str| {
        let names = list.split(" + ").filter(|name| *name != "1").map(renamed);
        let quoted: Vec<String> = names.map(|name| format!("\"{name}\"")).collect();
        quoted.join(", ")
    };
    let mut text = format!("outcome = \"{outcome}\"\nmethod = \"{method}\"\n");
    text += &format!("fixed = [{}]\nrandom = [", quoted(parts.next().unwrap()));
    for part in parts {
        let (slopes, group) = part.trim_end_matches(')').split_once(" | ").unwrap();
        let crossed = crossed && group == "pupil";
        text += &format!(
            "{{ group = \"{group}\", slopes = [{}], crossed = {crossed} }}, ",
            quoted(slopes)
        );
    }
    text + "]\n"
}

/// The name of a column of the reference in our files.
fn renamed(name: &str) -> String {
    match name.strip_prefix("wc") {
        Some("") => "weight_category".to_owned(),
        Some(level) => format!("weight_category[{level}]"),
        None => name.to_owned(),
    }
}

#[test]
fn every_model_equals_the_reference_software() {
    let Some(golden) = shared("golden/growth.json") else {
        return;
    };
    let golden: serde_json::Value = serde_json::from_str(&golden).unwrap();
    let records = golden
        .as_object()
        .unwrap()
        .values()
        .find_map(serde_json::Value::as_array)
        .unwrap();
    let mut worst: BTreeMap<&str, f64> = BTreeMap::new();
    let mut n = 0;
    for record in records {
        let call = record["function"].as_str().unwrap();
        let (dataset, file) = (
            record["dataset"].as_str().unwrap(),
            record["file"].as_str().unwrap(),
        );
        let text = match dataset {
            "inputs" => shared("golden/inputs/pupils_piecewise.csv"),
            _ => shared(&format!("{dataset}/{file}")),
        };
        let text = text.unwrap();
        let text = match dataset {
            "inputs" => with_columns(
                &text,
                "occasion",
                &[
                    ("t1", |o| o.min(3.0) - 1.0),
                    ("t2", |o| (o - 3.0).max(0.0)),
                    ("time", |o| o - 1.0),
                ],
            ),
            "tankdat_discontinuous" => with_columns(
                &text,
                "occasion",
                &[
                    ("t1", |o| o.min(5.0)),
                    ("jump", |o| f64::from(u8::from(o >= 6.0))),
                    ("t2", |o| (o - 6.0).max(0.0)),
                ],
            ),
            _ => text,
        };
        let model = model_of(call.split("), bobyqa").next().unwrap(), dataset == "star");
        let result = Result::of(&[("scores.csv", &text), ("model.toml", &model)]);
        let rows = result.table("models.csv");
        let find = |term: &str, kind: &str| {
            let row = rows
                .iter()
                .find(|row| row["term"] == term && row["kind"] == kind)
                .unwrap_or_else(|| panic!("{call}: no {kind} {term} in {rows:?}"));
            assert_eq!(row["model"], "model");
            row
        };
        let mut near = |ours: &str, theirs: &serde_json::Value, scale: f64, within: f64, what| {
            let (ours, theirs): (f64, f64) = (ours.parse().unwrap(), theirs.as_f64().unwrap());
            let off = (ours - theirs).abs() / theirs.abs().max(scale);
            assert!(off <= within, "{call}: {what} {ours} is not {theirs}");
            let known = worst.entry(what).or_default();
            *known = known.max(off);
        };
        for (name, value) in record["fixef"].as_object().unwrap() {
            let row = find(&renamed(name), "fixed");
            let se = &record["se"][name];
            // A coefficient that is nearly zero is measured by its standard error.
            near(&row["estimate"], value, se.as_f64().unwrap(), 1e-4, "fixed");
            near(&row["se"], se, 0.0, 1e-4, "se");
            let interval: Vec<f64> = ["lower", "upper"].map(|c| row[c].parse().unwrap()).into();
            let estimate: f64 = row["estimate"].parse().unwrap();
            assert!(interval[0] < estimate && estimate < interval[1]);
            assert!(row["df"].parse::<f64>().unwrap() > 1.0);
            assert!((0.0..=1.0).contains(&row["p_value"].parse::<f64>().unwrap()));
        }
        for part in record["varcomp"].as_array().unwrap() {
            let group = part["group"].as_str().unwrap();
            let variance = |name: &str| -> f64 {
                let key = format!("{group}.{}", renamed(name));
                find(&key, "variance")["estimate"].parse().unwrap()
            };
            match (part["var1"].as_str(), part["var2"].as_str()) {
                (None, _) => {
                    let ours = &find("residual", "residual")["estimate"];
                    near(ours, &part["vcov"], 0.0, 1e-3, "variance");
                }
                (Some(one), None) => {
                    let ours = variance(one).to_string();
                    near(&ours, &part["vcov"], 0.0, 1e-3, "variance");
                }
                (Some(one), Some(two)) => {
                    let key = format!("{group}.{}~{}", renamed(one), renamed(two));
                    // By the scale of its correlation.
                    let scale = (variance(one) * variance(two)).sqrt();
                    let ours = &find(&key, "covariance")["estimate"];
                    near(ours, &part["vcov"], scale, 1e-3, "covariance");
                    let ours = &find(&key, "correlation")["estimate"];
                    near(ours, &part["sdcor"], 1.0, 1e-3, "correlation");
                }
            }
        }
        let criterion = &find("minus_2_log_likelihood", "criterion")["estimate"];
        near(criterion, &record["minus2logLik"], 0.0, 1e-6, "criterion");
        let model = &result.findings().models[0];
        assert_eq!(model.n_rows as u64, record["nobs"].as_u64().unwrap());
        for (group, n) in &model.n_units {
            assert_eq!(Some(*n as u64), record["ngroups"][group].as_u64(), "{call}");
        }
        assert_eq!(
            model.at_boundary,
            record["singular"].as_bool().unwrap(),
            "{call}"
        );
        n += 1;
    }
    assert_eq!(n, 20);
    eprintln!("{n} models; worst relative deviations {worst:?}");
}

/// The pupils of a simulated study as files.
fn files_of(study: &SimulatedStudy) -> (String, String) {
    let mut scores = "school,pupil,month,score,weight\n".to_owned();
    for pupil in &study.pupils {
        let school = &study.schools[pupil.school].key;
        for at in &pupil.scores {
            let (key, weight) = (&pupil.key, pupil.weight);
            let _ = writeln!(scores, "{school},{key},{},{},{weight}", at.month, at.score);
        }
    }
    let mut schools = "school,cohort,subject_year1,subject_year2\n".to_owned();
    for (school, truth) in study.schools.iter().zip(&study.truth.schools) {
        let [first, second] = truth.subjects;
        let _ = writeln!(schools, "{},{},{first},{second}", school.key, school.cohort);
    }
    (scores, schools)
}

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row[column]
        .parse()
        .unwrap_or_else(|_| panic!("{column} of {row:?}"))
}

fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let n = pairs.len() as f64;
    let (a, b) = pairs
        .iter()
        .fold((0.0, 0.0), |s, p| (s.0 + p.0 / n, s.1 + p.1 / n));
    let sum = |of: fn(f64, f64) -> f64| -> f64 { pairs.iter().map(|p| of(p.0 - a, p.1 - b)).sum() };
    sum(|x, y| x * y) / (sum(|x, _| x * x) * sum(|_, y| y * y)).sqrt()
}

#[test]
fn what_was_planted_in_schools_comes_back() {
    let study = simulate(&SimulationPlan::default(), DEFAULT_SEED);
    let (scores, schools) = files_of(&study);
    let result = Result::of(&[("scores.csv", &scores), ("schools.csv", &schools)]);
    let rows = result.table("school_effects.csv");
    assert_eq!(rows.len(), 104);
    let truth: BTreeMap<&str, f64> = study
        .schools
        .iter()
        .zip(&study.truth.schools)
        .map(|(school, truth)| (school.key.as_str(), truth.effect))
        .collect();
    let pairs = |column: &str| -> Vec<(f64, f64)> {
        let of =
            |row: &BTreeMap<String, String>| (number(row, column), truth[row["school"].as_str()]);
        rows.iter().map(of).collect()
    };
    let off = |column: &str| -> Vec<f64> {
        let pairs = pairs(column).into_iter();
        pairs.map(|(found, planted)| found - planted).collect()
    };
    let covered = |column: &str, se: &str| {
        let rows = rows.iter().zip(off(column));
        rows.filter(|(row, off)| off.abs() <= 1.96 * number(row, se))
            .count()
    };
    // Of 104 intervals 99 are expected to cover; a count from 93 on is what chance leaves (p > .005).
    for (column, se, least) in [("effect", "se", 0.93), ("shrunken", "shrunken_se", 0.94)] {
        let (r, n) = (correlation(&pairs(column)), covered(column, se));
        let bias = off(column).iter().sum::<f64>() / 104.0;
        eprintln!("{column}: correlation {r:.3}, {n} of 104 intervals cover, bias {bias:.3}");
        assert!(r > least, "{column}: {r}");
        assert!(n >= 93, "{column}: {n} of 104");
        assert!(bias.abs() < 0.15, "{column}: {bias}");
    }
    let basis = result.findings().effect_basis.unwrap();
    assert!(basis.pupil_slopes && !basis.at_boundary);
    assert!((basis.mean.unwrap() - 1.5).abs() < 0.5 && (basis.sd.unwrap() - 1.6).abs() < 0.3);
    assert!((basis.before.unwrap() - 12.0).abs() < 0.5);

    // Probabilities of being among ten add up to ten, and are large where the planted effect is.
    let p_top = pairs("p_top");
    assert!((p_top.iter().map(|(p, _)| p).sum::<f64>() - 10.0).abs() < 1e-9);
    assert!(p_top.iter().all(|(p, planted)| *p < 0.05 || *planted > 1.5));
    for row in &rows {
        let (effect, lower, upper) = (
            number(row, "effect"),
            number(row, "comparison_lower"),
            number(row, "comparison_upper"),
        );
        let z = (upper - lower) / 2.0 / number(row, "se");
        assert!((z - 1.39).abs() < 0.02, "{z}");
        let share = number(row, "reliability");
        assert!((0.5..1.0).contains(&share), "{share}");
        let during = number(row, "before") + effect;
        assert!((number(row, "during") - during).abs() < 1e-9);
        let months = 12.0 * effect / basis.before.unwrap();
        assert!((number(row, "months") - months).abs() < 1e-9);
        assert!(lower < effect && effect < upper && row["undefined"].is_empty());
    }
    let shrunken_less: f64 = pairs("effect").iter().map(|(e, _)| e.powi(2)).sum::<f64>()
        - pairs("shrunken")
            .iter()
            .map(|(e, _)| e.powi(2))
            .sum::<f64>();
    assert!(shrunken_less > 0.0);

    // The weight is a category: 0.3 gains least, and each has its own standard error and degrees of freedom.
    let findings = result.findings();
    let gain = |weight: &str| {
        let mut rows = findings.effects_by_weight.iter();
        let row = rows.find(|row| row.school == weight).unwrap();
        assert!(row.se.unwrap() < 0.3 && row.df.unwrap() > 50.0);
        row.effect.unwrap()
    };
    assert!(
        (gain("0.0") - gain("0.3") - 1.6).abs() < 0.4,
        "planted: 1.6"
    );
    assert!(
        (gain("1.2") - gain("0.3") - 2.1).abs() < 0.5,
        "planted: 2.1"
    );

    // The effect goes with the share of weight 1.2, and in the second cohort with mathematics throughout.
    let models = result.table("models.csv");
    let fixed = |model: &str, term: &str| {
        let mut rows = models.iter();
        let found = rows.find(|row| row["model"] == model && row["term"] == term);
        found.unwrap_or_else(|| panic!("{model} {term}"))
    };
    let share = fixed("growth_by_share", "c:share");
    assert!(number(share, "estimate") > 2.0 && number(share, "p_value") < 0.01);
    let throughout = fixed(
        "growth_by_mathematics",
        "c:cohort[1]:mathematics[throughout]",
    );
    assert!(number(throughout, "estimate") > 0.8 && number(throughout, "p_value") < 0.1);
    assert!(!result.said.contains("warning"), "{}", result.said);
    let pins = &findings.provenance.instruments;
    assert!(pins.contains_key("pupil-weights.v1"), "{pins:?}");
    let report = String::from_utf8(result.files["report.html"].clone()).unwrap();
    assert!(report.contains("<title id=\"effects-title\">") && report.contains("growth_by_weight"));
}

/// Scores that follow a line per pupil, with an error that looks like chance and is not.
fn small_study(schools: usize, pupils: usize, months: &[i32]) -> String {
    let mut text = "school,pupil,occasion,month,score,weight,kind\n".to_owned();
    let mut state = 7_u32;
    let mut error = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state >> 8) / f64::from(1 << 24) - 0.5
    };
    for school in 0..schools {
        let effect = error() * 8.0;
        let (level, kind) = (error() * 6.0, if school % 2 == 0 { "a" } else { "b" });
        for pupil in 0..pupils {
            let (own, growth) = (error() * 12.0, 12.0 + error() * 3.0);
            let weight = ["0", "0.3", "1,2"][(school + pupil) % 3].replace(',', ".");
            for (occasion, &month) in months.iter().enumerate() {
                let years = f64::from(month) / 12.0;
                let score = 50.0 + level + own + growth * years + effect * years.max(0.0);
                let score = score + error() * 5.0;
                let _ = writeln!(
                    text,
                    "s{school},p{pupil},{occasion},{month},{score:.2},{weight},{kind}"
                );
            }
        }
    }
    text
}

const MONTHS: [i32; 5] = [-12, -6, 0, 6, 12];
const MODEL: &str = "outcome = \"score\"\nfixed = [\"s\", \"c\", \"weight\"]\n\
                     random = [{ group = \"school\", slopes = [\"c\"] }, { group = \"pupil\" }]\n\
                     effect = \"c\"\n";

#[test]
fn the_order_and_the_writing_of_a_file_do_not_matter() {
    let scores = small_study(8, 6, &MONTHS);
    let (header, body) = scores.split_once('\n').unwrap();
    let mut lines: Vec<&str> = body.lines().collect();
    let plain = Result::of(&[("scores.csv", &scores), ("model.toml", MODEL)]);
    lines.reverse();
    lines.rotate_left(17);
    let written = format!("{header}\n{}\n", lines.join("\n"));
    let written = written
        .replace('.', ";")
        .replace(',', "\t")
        .replace(';', ",");
    let written = format!(
        "\u{feff}{}",
        written.replace('\t', ";").replace('\n', "\r\n")
    );
    let other = Result::of(&[("scores.csv", &written), ("model.toml", MODEL)]);
    for file in ["models.csv", "school_effects.csv"] {
        assert_eq!(plain.files[file], other.files[file], "{file}");
    }
    let hash = |result: &Result| result.findings().provenance.snapshot;
    assert_eq!(hash(&plain), hash(&other));

    // The effects of a model that names them are those of that model: here with pupils who differ in level alone.
    let effects = plain.table("school_effects.csv");
    assert_eq!(effects.len(), 8);
    assert!(
        effects
            .iter()
            .all(|row| row["months"].is_empty() && row["n_pupils"] == "6")
    );
    assert!(
        plain
            .said
            .contains("the effects of schools are those of the model model (`c`)")
    );
    let weights: Vec<String> = plain
        .table("models.csv")
        .into_iter()
        .filter(|row| row["model"] == "model" && row["term"].starts_with("weight"))
        .map(|row| row["term"].clone())
        .collect();
    assert_eq!(
        weights,
        ["weight[0.3]", "weight[1.2]"],
        "`0` is written 0.0"
    );
}

#[test]
fn the_effect_of_a_model_is_a_slope_or_a_difference_of_two() {
    // Growth before and since as two slopes: the same model as growth and what is added to it.
    let scores = with_columns(
        &small_study(8, 12, &MONTHS),
        "month",
        &[
            ("t1", |month| month.min(0.0) / 12.0),
            ("t2", |month| month.max(0.0) / 12.0),
        ],
    );
    let of = |fixed: &str, effect: &str| {
        let model = format!(
            "outcome = \"score\"\nfixed = [{fixed}]\nrandom = [{{ group = \"school\", slopes = [{fixed}] }}, \
             {{ group = \"pupil\" }}]\n{effect}"
        );
        Result::of(&[("scores.csv", &scores), ("model.toml", &model)])
    };
    let added = of("\"s\", \"c\"", "effect = \"c\"\n").table("school_effects.csv");
    let two = of("\"t1\", \"t2\"", "effect = \"t2 - t1\"\n").table("school_effects.csv");
    assert_eq!((added.len(), two.len()), (8, 8));
    for (one, other) in added.iter().zip(&two) {
        for column in ["effect", "se", "shrunken", "reliability", "shrunken_se"] {
            let (a, b) = (number(one, column), number(other, column));
            assert!((a - b).abs() < 1e-3 * a.abs().max(1.0), "{column}: {a} {b}");
        }
        assert!(one["before"].is_empty() && !other["before"].is_empty());
    }
    // A file without months and without that word has no effects, and that is said.
    let scores = scores.replacen("month", "moon", 1);
    let model = "outcome = \"score\"\nfixed = [\"t1\"]\nrandom = [{ group = \"school\", slopes = [\"t1\"] }]\n";
    let none = Result::of(&[("scores.csv", &scores), ("model.toml", model)]);
    assert!(!none.files.contains_key("school_effects.csv"));
    assert!(
        none.said
            .contains("there are no effects of schools: say in model.toml")
    );
}

#[test]
fn too_little_for_the_whole_model_is_told_and_never_silent() {
    // Every pupil has one score before or after besides the one at the start.
    let few: String = small_study(8, 12, &[-12, 0, 12])
        .lines()
        .filter(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let odd = cells[1].ends_with(['1', '3', '5', '7', '9']);
            cells[2] != if odd { "0" } else { "2" }
        })
        .map(|line| format!("{line}\n"))
        .collect();
    let few = Result::of(&[("scores.csv", &few)]);
    assert!(
        few.said.contains("too few scores per pupil"),
        "{}",
        few.said
    );
    let basis = few.findings().effect_basis.unwrap();
    assert!(!basis.pupil_slopes);

    let four = Result::of(&[("scores.csv", &small_study(4, 6, &MONTHS))]);
    assert!(
        four.said
            .contains("scores of 4 schools do not tell how schools differ")
    );
    let rows = four.table("school_effects.csv");
    assert_eq!(rows.len(), 4);
    assert!(
        rows.iter()
            .all(|row| !row["effect"].is_empty() && row["shrunken"].is_empty())
    );
    assert!(!four.files.contains_key("models.csv"));

    // Nothing before the start: nothing to compare growth with.
    let after = Result::of(&[("scores.csv", &small_study(8, 6, &[0, 6, 12]))]);
    assert!(
        after.said.contains("model growth was not fitted"),
        "{}",
        after.said
    );
    let rows = after.table("school_effects.csv");
    assert!(
        rows.iter()
            .all(|row| row["effect"].is_empty() && row["undefined"] == "too_few_units")
    );
}

#[test]
fn two_fifths_missing_are_counted_and_left_out() {
    let scores = small_study(8, 10, &MONTHS);
    let mut holes = String::new();
    for (place, line) in scores.lines().enumerate() {
        let mut cells: Vec<&str> = line.split(',').collect();
        if place > 0 && place % 5 < 2 {
            cells[4] = "NA";
        }
        holes += &(cells.join(",") + "\n");
    }
    let result = Result::of(&[("scores.csv", &holes), ("model.toml", MODEL)]);
    let said = "model model: 160 of 400 rows (40 %) lack a value that it needs and are left out";
    assert!(result.said.contains(said), "{}", result.said);
    let findings = result.findings();
    let model = findings
        .models
        .iter()
        .find(|model| model.model == "model")
        .unwrap();
    assert_eq!((model.n_rows, model.n_left_out), (240, 160));
}

#[test]
fn kenward_roger_corrects_or_says_why_not() {
    let scores = small_study(8, 6, &MONTHS);
    let of = |crossed: bool| {
        let model = format!(
            "outcome = \"score\"\nfixed = [\"s\", \"c\"]\ndf = \"kenward_roger\"\n\
             random = [{{ group = \"school\", slopes = [\"c\"] }}, {{ group = \"pupil\", crossed = {crossed} }}]\n"
        );
        let result = Result::of(&[("scores.csv", &scores), ("model.toml", &model)]);
        let mut rows = result.table("models.csv").into_iter();
        let slope = rows
            .find(|row| row["model"] == "model" && row["term"] == "c" && row["kind"] == "fixed")
            .unwrap();
        (result, slope)
    };
    let (_, slope) = of(false);
    assert!((3.0..60.0).contains(&number(&slope, "df")), "{slope:?}");
    let (result, slope) = of(true);
    assert!(!slope["se"].is_empty() && slope["df"].is_empty() && slope["lower"].is_empty());
    assert!(
        result
            .said
            .contains("no degrees of freedom, p-values and intervals: "),
        "{}",
        result.said
    );
}

#[test]
fn a_model_without_a_fit_has_no_rows_and_a_reason() {
    // The score is exactly what the model says.
    let mut scores = "school,pupil,occasion,score,t\n".to_owned();
    for (school, pupil, t) in (0..60).map(|i| (i % 6, i / 6, i % 4)) {
        let _ = writeln!(scores, "s{school},p{pupil},{t},{},{t}", 2 * t + 1);
    }
    let model = "outcome = \"score\"\nfixed = [\"t\"]\nrandom = [{ group = \"school\" }]\n";
    let result = Result::of(&[("scores.csv", &scores), ("model.toml", model)]);
    assert!(!result.files.contains_key("models.csv"));
    let reason =
        "the residual variance is zero: the model tells every row; take groups or slopes out";
    assert!(
        result.said.contains("model model was not fitted") && result.said.contains(reason),
        "{}",
        result.said
    );
    let findings = result.findings();
    assert!(findings.models[0].terms.is_empty() && findings.models[0].not_fitted.is_some());
}

#[test]
fn every_fault_of_a_model_has_its_place_and_a_way_out() {
    let scores = small_study(8, 6, &MONTHS);
    let model = |fixed: &str, random: &str| {
        format!("outcome = \"score\"\nfixed = [{fixed}]\nrandom = [{random}]\n")
    };
    let school = "{ group = \"school\" }";
    let one_school: String = scores
        .lines()
        .filter(|line| line.starts_with("school") || line.starts_with("s0,"))
        .map(|line| format!("{line}\n"))
        .collect();
    let one_each: String = scores
        .lines()
        .filter(|line| line.starts_with("school") || line.contains(",0,-12,"))
        .map(|line| format!("{line}\n"))
        .collect();
    let typed = scores.replacen(",-12,", ",-l2,", 1);
    let twice = scores.clone() + "s7,p5,4,12,50,0.0,b\n";
    let cases: [(&str, String, &str, &str); 12] = [
        (
            &scores,
            model("\"s\", \"t9\"", school),
            "model.toml:2:15: scores.csv has no column `t9`",
            "choose from: school",
        ),
        (
            &scores,
            model("\"s\"", "{ group = \"class\" }"),
            "model.toml:3:21: scores.csv has no column `class`",
            "choose from",
        ),
        (
            &one_school,
            model("\"s\"", school),
            "model.toml:3:21: `school` has 1 units, too few",
            "leave this group out",
        ),
        (
            &one_school,
            model("\"kind\"", "{ group = \"pupil\" }"),
            "model.toml:2:10: `kind` is the same in every row",
            "leave it out",
        ),
        (
            &scores,
            model("\"s\", \"c\", \"month\"", school),
            "model.toml:2:20: `month` is a sum of the columns before it",
            "leave it out",
        ),
        (
            &scores,
            model("\"s\", \"s\"", school),
            "model.toml:2:15: the term `s` is named twice",
            "name it once",
        ),
        (
            &scores,
            model("\"s\"", "{ group = \"school\", slopes = [\"kind\"] }"),
            "`a` is not a number",
            "leave the cell empty",
        ),
        (
            &one_each,
            model("\"kind\"", "{ group = \"pupil\" }"),
            "model.toml:3:21: the units of `pupil` are the rows themselves",
            "leave this group out",
        ),
        (
            &scores,
            model("\"s\"", "{ group = \"school\" }, { group = \"school\" }"),
            "the group `school` is named twice",
            "name it once",
        ),
        (
            &typed,
            model("\"month\"", school),
            "`-l2` is not a number",
            "digits",
        ),
        (
            &twice,
            model("\"occasion\"", school),
            "already has a",
            "keep one of the two rows",
        ),
        (
            &scores,
            "outcome = \"score\"\n".to_owned(),
            "model.toml:1:1: the model has no group",
            "random = [{ group",
        ),
    ];
    for (scores, model, wanted, way_out) in cases {
        let said = refused(&[("scores.csv", scores), ("model.toml", &model)]);
        assert!(
            said.contains(wanted) && said.contains(way_out),
            "wanted: {wanted}\nsaid: {said}"
        );
        assert!(said.contains("nothing was written"), "{said}");
    }
    let effect = format!("{}effect = \"s\"\n", model("\"s\", \"c\"", school));
    let said = refused(&[("scores.csv", &scores), ("model.toml", &effect)]);
    assert!(
        said.contains("model.toml:4:10: schools do not differ in `s`"),
        "{said}"
    );
}
