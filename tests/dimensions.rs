//! What scales measure: from folder to table and to words, through the program.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

type Row = BTreeMap<String, String>;

fn schakel(folder: &Path, out: &Path, flags: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_schakel"));
    command.arg("scales").arg(folder).arg("--out").arg(out);
    command.args(flags).output().unwrap()
}

/// Runs and insists on success; what was said, and the table.
fn ask(folder: &Path, flags: &[&str]) -> (String, Vec<Row>) {
    let out = tempfile::tempdir().unwrap();
    let done = schakel(folder, &out.path().join("out"), flags);
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    let bytes = fs::read(out.path().join("out/dimensions.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let rows: Vec<Row> = reader.deserialize().map(|row| row.unwrap()).collect();
    assert!(!rows.is_empty());
    for row in &rows {
        // A number or a reason, never both and never neither.
        assert_ne!(
            row["value"].is_empty(),
            row["undefined"].is_empty(),
            "{row:?}"
        );
        assert_eq!(
            row["undefined"].is_empty(),
            row["reason"].is_empty(),
            "{row:?}"
        );
        assert!(row["value"].is_empty() || row["value"].parse::<f64>().unwrap().is_finite());
        let value = row["value"].as_str();
        assert!(!value.contains("NaN") && !value.contains("inf"), "{row:?}");
    }
    assert!(!said.contains("NaN"), "{said}");
    (said, rows)
}

#[track_caller]
fn value(rows: &[Row], wanted: &[(&str, &str)]) -> f64 {
    let row = find(rows, wanted);
    row["value"].parse().unwrap_or_else(|_| panic!("{row:?}"))
}

#[track_caller]
fn find<'a>(rows: &'a [Row], wanted: &[(&str, &str)]) -> &'a Row {
    let mut all = rows.iter();
    let fits = |row: &&Row| wanted.iter().all(|(column, text)| row[*column] == *text);
    all.find(fits)
        .unwrap_or_else(|| panic!("no row {wanted:?}"))
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// Numbers that look random and are the same every time.
struct Chance(u64);

impl Chance {
    fn normal(&mut self) -> f64 {
        let mut sum = -6.0;
        for _ in 0..12 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            sum += (self.0 >> 11) as f64 / (1_u64 << 53) as f64;
        }
        sum
    }
}

const SCALES: &str = "[scale]\n\
    trust = { items = [\"a1\", \"a2\", \"a3\", \"a4\", \"a5\"], reverse = [\"a5\"], needed = 3, min = 1, max = 5 }\n\
    vision = { items = [\"b1\", \"b2\", \"b3\", \"b4\"], min = 1, max = 5 }\n";

/// Four schools of forty at two waves; `a5` is worded against the others; in schools C and D the item `b4` is easier than elsewhere.
fn study() -> TempDir {
    let mut chance = Chance(11);
    let mut items = "respondent,school,wave,a1,a2,a3,a4,a5,b1,b2,b3,b4\n".to_owned();
    let mut persons = "school,wave,person,role\n".to_owned();
    for school in ["A", "B", "C", "D"] {
        for person in 0..40 {
            let (trust, other) = (chance.normal(), chance.normal());
            let vision = 0.4 * trust + 0.9 * other;
            for wave in ["T1", "T2"] {
                let (trust, vision) = (
                    trust + 0.3 * chance.normal(),
                    vision + 0.3 * chance.normal(),
                );
                let mut answers = Vec::new();
                for item in 0..9 {
                    let behind = if item < 5 { trust } else { vision };
                    let easier = if item == 8 && (school == "C" || school == "D") {
                        1.5
                    } else {
                        0.0
                    };
                    let level = [0.0, 0.4, -0.3, 0.2, 0.1, -0.4, 0.0, 0.3, -0.8][item];
                    let answer = 3.0 + level + easier + 0.9 * behind + 0.7 * chance.normal();
                    let answer = answer.round().clamp(1.0, 5.0);
                    let answer = if item == 4 { 6.0 - answer } else { answer };
                    answers.push(answer.to_string());
                }
                items += &format!("p{person},{school},{wave},{}\n", answers.join(","));
                let role = if person % 2 == 0 { "teacher" } else { "other" };
                persons += &format!("{school},{wave},p{person},{role}\n");
            }
        }
    }
    folder(&[
        ("items.csv", &items),
        ("scales.toml", SCALES),
        ("persons.csv", &persons),
        (
            "ties.csv",
            "school,wave,relation,ego,alter,value\nA,T1,goals,p0,p1,1\n",
        ),
        ("schools.csv", "school,denomination\nA,x\nB,x\nC,y\nD,y\n"),
    ])
}

#[test]
fn a_scale_of_one_thing_is_found_to_be_one() {
    let study = study();
    let (said, rows) = ask(study.path(), &["--draws", "100"]);
    for scale in ["trust", "vision"] {
        let at = |measure| [("scale", scale), ("wave", "T1"), ("measure", measure)];
        assert_eq!(value(&rows, &at("factors")), 1.0);
        assert!(value(&rows, &at("h")) > 0.4);
    }
    // The item worded against the others is turned round, once.
    let of = |item| {
        [
            ("wave", "T2"),
            ("analysis", "dimension"),
            ("measure", "loading"),
            ("item", item),
        ]
    };
    assert!(value(&rows, &of("a5")) > 0.5);
    assert!(
        said.contains("trust, wave T1: how many things it measures  [n = 160]"),
        "{said}"
    );
    assert!(said.contains("one thing stands out"), "{said}");
    assert!(said.contains("all items"), "{said}");
    assert!(!rows.iter().any(|row| row["analysis"] == "confirm"));
    // Only what was asked for, and the same to the last byte.
    let (again, fewer) = ask(
        study.path(),
        &["--draws", "100", "--dimension", "--scale", "vision"],
    );
    assert!(
        fewer
            .iter()
            .all(|row| row["scale"] == "vision" && row["analysis"] == "dimension")
    );
    let before: Vec<&Row> = rows
        .iter()
        .filter(|row| row["scale"] == "vision" && row["analysis"] == "dimension")
        .collect();
    assert_eq!(before, fewer.iter().collect::<Vec<_>>());
    assert!(!again.contains("trust"));
}

#[test]
fn all_items_in_one_scale_are_found_to_be_two_things() {
    let study = study();
    let both = "[scale]\nall = { items = [\"a1\", \"a2\", \"a3\", \"a4\", \"a5\", \"b1\", \"b2\", \"b3\", \"b4\"], reverse = [\"a5\"], min = 1, max = 5 }\n";
    fs::write(study.path().join("scales.toml"), both).unwrap();
    let flags = [
        "--draws",
        "100",
        "--dimension",
        "--confirm",
        "--invariance",
        "role",
    ];
    let (said, rows) = ask(study.path(), &flags);
    let at = |measure| [("wave", "T1"), ("measure", measure)];
    assert_eq!(value(&rows, &at("factors")), 2.0);
    let loading = |item, factor| {
        let wanted = [
            ("wave", "T1"),
            ("analysis", "dimension"),
            ("measure", "loading"),
            ("item", item),
            ("factor", factor),
        ];
        value(&rows, &wanted)
    };
    assert!(loading("a1", "1") > 0.6 && loading("a1", "2") < 0.4);
    assert!(loading("b1", "2") > 0.6 && loading("b1", "1") < 0.4);
    assert!(
        said.contains("the model does not fit by convention"),
        "{said}"
    );
    // Nothing is concluded from what a wrong model loses.
    assert!(
        said.contains("with nothing held equal the model does not fit"),
        "{said}"
    );
    assert!(!said.contains("may be compared"), "{said}");
}

#[test]
fn each_scale_a_thing_of_its_own() {
    let study = study();
    let (said, rows) = ask(study.path(), &["--confirm", "--ordinal"]);
    let both = |measure| {
        [
            ("scale", "trust + vision"),
            ("wave", "T1"),
            ("measure", measure),
        ]
    };
    assert_eq!(value(&rows, &both("df")), 26.0);
    assert!(value(&rows, &both("cfi")) > 0.95);
    let rmsea = find(&rows, &both("rmsea"));
    let [found, lower, upper] =
        ["value", "lower", "upper"].map(|c| rmsea[c].parse::<f64>().unwrap());
    assert!(lower <= found && found < upper);
    let together = value(&rows, &both("factor_correlation"));
    assert!((0.2..0.7).contains(&together), "{together}");
    assert!(said.contains("trust and vision correlate"), "{said}");
    assert!(said.contains("fits well by convention"), "{said}");
    let ordinal = |measure| [("scale", "trust"), ("wave", "T1"), ("measure", measure)];
    assert!(value(&rows, &ordinal("ordinal_alpha")) > 0.8);
    assert!(value(&rows, &ordinal("ordinal_omega")) > 0.8);
    let pairs = rows.iter().filter(|row| row["measure"] == "polychoric");
    assert_eq!(pairs.count(), 2 * (10 + 6));

    // An item in two scales, and scales of different respondents, are not put into one model.
    let twice = SCALES.replace("\"b4\"]", "\"b4\", \"a1\"]");
    fs::write(study.path().join("scales.toml"), twice).unwrap();
    let (said, rows) = ask(study.path(), &["--confirm"]);
    assert_eq!(find(&rows, &both("cfi"))["undefined"], "shared_item");
    assert!(
        said.contains("more than one of these scales has a1"),
        "{said}"
    );
    let apart: String = fs::read_to_string(study.path().join("items.csv"))
        .unwrap()
        .lines()
        .enumerate()
        .map(|(place, line)| {
            let mut cells: Vec<&str> = line.split(',').collect();
            if place > 0 {
                let open = if place % 4 < 2 { 3..8 } else { 8..12 };
                cells[open].fill("");
            }
            cells.join(",") + "\n"
        })
        .collect();
    fs::write(study.path().join("items.csv"), apart).unwrap();
    fs::write(study.path().join("scales.toml"), SCALES).unwrap();
    let (_, rows) = ask(study.path(), &["--confirm"]);
    assert_eq!(find(&rows, &both("cfi"))["undefined"], "other_respondents");
}

#[test]
fn the_same_at_every_wave_and_not_in_every_group() {
    let study = study();
    let flags = [
        "--invariance",
        "waves",
        "--invariance",
        "denomination",
        "--invariance",
        "role",
        "--scale",
        "vision",
    ];
    let (said, rows) = ask(study.path(), &flags);
    let holds = |over, wave, level, by| {
        let wanted = [
            ("over", over),
            ("wave", wave),
            ("level", level),
            ("measure", "holds"),
            ("other", by),
        ];
        value(&rows, &wanted)
    };
    let (early, late) = ("Cheung & Rensvold 2002", "Chen 2007");
    for level in ["metric", "scalar"] {
        assert_eq!(holds("waves", "", level, early), 1.0, "{said}");
    }
    // What was planted: in two schools an item is easier.
    assert_eq!(holds("denomination", "T1", "scalar", early), 0.0, "{said}");
    assert_eq!(holds("denomination", "T1", "scalar", late), 0.0);
    assert!(
        said.contains("relations may be compared, means may not"),
        "{said}"
    );
    let of = |over, level, measure| [("over", over), ("level", level), ("measure", measure)];
    // Four items: 2 x 14 moments, 2 x 12 parameters; at two waves 44 and 8 + 8 + 6 + 3 + 4.
    assert_eq!(value(&rows, &of("role", "configural", "df")), 4.0);
    assert_eq!(value(&rows, &of("waves", "configural", "df")), 15.0);
    let change =
        value(&rows, &of("role", "scalar", "cfi")) - value(&rows, &of("role", "metric", "cfi"));
    assert!((change - value(&rows, &of("role", "scalar", "delta_cfi"))).abs() < 1e-12);
    assert_eq!(find(&rows, &of("waves", "strict", "rmsea"))["n"], "160");

    let (said, rows) = ask(study.path(), &["--invariance", "schools"]);
    let groups = rows.iter().filter(|row| row["measure"] == "group_n");
    assert_eq!(groups.count(), 2 * 2 * 4, "{said}");
}

#[test]
fn what_cannot_be_asked_is_refused_before_anything_is_written() {
    let study = study();
    let out = tempfile::tempdir().unwrap();
    let refused = |folder: &Path, flags: &[&str], words: &str| {
        let done = schakel(folder, &out.path().join("out"), flags);
        let told = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(2), "{flags:?}: {told}");
        assert!(told.contains(words), "{flags:?}: {told}");
        assert!(!out.path().join("out").exists());
    };
    let stranger = "there is no scale `joy`; the scales here are trust, vision";
    refused(study.path(), &["--scale", "joy"], stranger);
    let column = "nobody and no school has a value of `colour`";
    refused(study.path(), &["--invariance", "colour"], column);
    refused(study.path(), &["--draws", "0"], "draws");
    fs::remove_file(study.path().join("scales.toml")).unwrap();
    refused(
        study.path(),
        &[],
        "a folder needs items.csv and scales.toml",
    );
    refused(&study.path().join("nowhere"), &[], "nothing was written");
    let outside = folder(&[
        ("items.csv", "respondent,school,a\np,A,9\n"),
        (
            "scales.toml",
            "[scale]\ns = { items = [\"a\"], min = 1, max = 5 }\n",
        ),
    ]);
    refused(outside.path(), &[], "9 is outside 1 to 5");
}

const EVERYTHING: [&str; 10] = [
    "--dimension",
    "--scalability",
    "--confirm",
    "--ordinal",
    "--invariance",
    "waves",
    "--invariance",
    "schools",
    "--draws",
    "20",
];

/// One scale of so many items `i1`, `i2` and so on, at one wave, everything asked.
fn everything_of(rows: &[Vec<Option<u32>>]) -> (String, Vec<Row>) {
    let k = rows[0].len();
    let names: Vec<String> = (1..=k).map(|item| format!("i{item}")).collect();
    let mut items = format!("respondent,school,wave,{}\n", names.join(","));
    for (person, row) in rows.iter().enumerate() {
        let cells = row
            .iter()
            .map(|x| x.map_or_else(String::new, |x| x.to_string()));
        let cells: Vec<String> = cells.collect();
        items += &format!(
            "p{person},{},T1,{}\n",
            ["A", "B"][person % 2],
            cells.join(",")
        );
    }
    let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    let scales = format!(
        "[scale]\ns = {{ items = [{}], min = 1, max = 5 }}\n",
        quoted.join(", ")
    );
    let folder = folder(&[("items.csv", &items), ("scales.toml", &scales)]);
    ask(folder.path(), &EVERYTHING)
}

fn answers(n: usize, k: usize) -> Vec<Vec<Option<u32>>> {
    let mut chance = Chance(5);
    (0..n)
        .map(|_| {
            let behind = chance.normal();
            (0..k)
                .map(|_| {
                    let answer = (3.0 + behind + 0.7 * chance.normal()).round();
                    Some(answer.clamp(1.0, 5.0) as u32)
                })
                .collect()
        })
        .collect()
}

#[test]
fn a_short_scale_is_told_what_it_cannot_be_asked() {
    for (k, code, words) in [
        (1, "one_item", "one item has no internal consistency"),
        (
            2,
            "two_items",
            "with two items a factor model has more unknowns",
        ),
        (3, "three_items", "with three items"),
    ] {
        let (said, rows) = everything_of(&answers(60, k));
        let wanted = [("analysis", "dimension"), ("measure", "factors")];
        assert_eq!(find(&rows, &wanted)["undefined"], code);
        assert!(said.contains(words), "{said}");
        let over = [("analysis", "invariance"), ("over", "waves")];
        assert_eq!(find(&rows, &over)["undefined"], "one_wave");
        assert!(said.contains("asked at one wave only"), "{said}");
    }
    let (_, rows) = everything_of(&answers(60, 3));
    let fit = [("analysis", "confirm"), ("measure", "cfi")];
    assert_eq!(find(&rows, &fit)["undefined"], "three_items");
    let h = [("analysis", "scalability"), ("measure", "h")];
    assert!(value(&rows, &h) > 0.3);
}

#[test]
fn rubbish_has_a_reason_and_an_item_that_is_the_cause_a_name() {
    let mut constant = answers(60, 5);
    constant.iter_mut().for_each(|row| row[2] = Some(4));
    let (said, rows) = everything_of(&constant);
    assert!(said.contains("everyone answered `i3` the same"), "{said}");
    for analysis in ["dimension", "ordinal", "confirm"] {
        assert_eq!(
            find(&rows, &[("analysis", analysis)])["undefined"],
            "no_variation"
        );
    }
    let alone = [("measure", "h_item"), ("item", "i3")];
    assert_eq!(find(&rows, &alone)["undefined"], "no_variation");
    assert_eq!(
        find(&rows, &[("over", "schools")])["undefined"],
        "too_few_groups"
    );

    let (said, rows) = everything_of(&answers(2, 5));
    assert!(
        said.contains("2 respondents for 5 items are too few"),
        "{said}"
    );
    assert_eq!(
        find(&rows, &[("analysis", "dimension")])["undefined"],
        "too_few_units"
    );

    // Of nine items four in ten open: hardly anyone answered all.
    let mut open = answers(100, 9);
    let mut chance = Chance(3);
    for cell in open.iter_mut().flatten() {
        if chance.normal() < -0.25 {
            *cell = None;
        }
    }
    let (said, rows) = everything_of(&open);
    assert_eq!(
        find(&rows, &[("analysis", "dimension")])["undefined"],
        "too_few_units"
    );
    assert!(
        said.contains("leave out an item that many left open"),
        "{said}"
    );

    // An item that is another.
    let mut twice = answers(80, 5);
    twice.iter_mut().for_each(|row| row[4] = row[0]);
    let (said, rows) = everything_of(&twice);
    assert_eq!(
        find(&rows, &[("analysis", "confirm")])["undefined"],
        "no_variation"
    );
    assert_eq!(
        find(&rows, &[("analysis", "ordinal")])["undefined"],
        "empty_corner"
    );
    assert!(
        said.contains("leave out an item that repeats another"),
        "{said}"
    );
}

#[test]
fn three_factors_of_the_shared_collection_as_in_lavaan() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/holzinger_swineford");
    let Ok(items) = fs::read_to_string(data.join("items.csv")) else {
        eprintln!("SKIPPED: {} is not here", data.display());
        return;
    };
    let scale = |name: &str, first: usize| {
        format!(
            "{name} = {{ items = [\"x{}\", \"x{}\", \"x{}\"], min = 0, max = 12 }}\n",
            first,
            first + 1,
            first + 2
        )
    };
    let scales = format!(
        "[scale]\n{}{}{}",
        scale("visual", 1),
        scale("textual", 4),
        scale("speed", 7)
    );
    let folder = folder(&[("items.csv", &items), ("scales.toml", &scales)]);
    let (said, rows) = ask(folder.path(), &["--confirm"]);
    let all = |measure| [("scale", "speed + textual + visual"), ("measure", measure)];
    // lavaan 0.6-14, as in analysis/tests/golden/ordinal.json.
    for (measure, theirs) in [
        ("chi_square", 85.305_522),
        ("df", 24.0),
        ("rmsea", 0.092_121_48),
    ] {
        let found = value(&rows, &all(measure));
        assert!((found - theirs).abs() < 1e-5, "{measure}: {found}\n{said}");
    }
    let rmsea = find(&rows, &all("rmsea"));
    for (end, theirs) in [("lower", 0.071_418_49), ("upper", 0.113_678_0)] {
        assert!((rmsea[end].parse::<f64>().unwrap() - theirs).abs() < 1e-5);
    }
    // The cuts between columns stay where they were: a table beside others.
    assert_eq!(
        find(&rows, &[("scale", "visual"), ("measure", "cfi")])["undefined"],
        "three_items"
    );
}

#[test]
fn the_table_may_stand_beside_a_result() {
    let study = folder(&[
        (
            "items.csv",
            "respondent,school,a,b\np,A,1,2\nq,A,2,3\nr,A,3,3\n",
        ),
        (
            "scales.toml",
            "[scale]\ns = { items = [\"a\", \"b\"], min = 1, max = 5 }\n",
        ),
    ]);
    let out = tempfile::tempdir().unwrap();
    let result = out.path().join("out");
    for _ in 0..2 {
        assert!(schakel(study.path(), &result, &[]).status.success());
        let mut analyse = Command::new(env!("CARGO_BIN_EXE_schakel"));
        analyse
            .arg("analyse")
            .arg(study.path())
            .arg("--out")
            .arg(&result);
        let done = analyse.output().unwrap();
        let told = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.success(), "{told}");
        assert!(result.join("dimensions.csv").is_file() && result.join("findings.json").is_file());
    }
}
