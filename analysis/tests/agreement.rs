//! Agreement within teams, team means, tests with a key and raters: against named reference software, and by their laws.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its data must stop"
)]

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use schakel_analysis::multilevel::{
    NullDistribution, RaterIcc, TeamMean, ad_upper_limit, aggregation, agreement_spread,
    chance_agreement, intraclass, mixed_intraclass, rater_icc, within_group,
};
use schakel_analysis::outcome::{Interval, Undefined};
use schakel_analysis::scale::{
    Gain, TestReliability, Unanswered, alpha_complete, distractors, gain, gain_over_groups,
    guessing_floor, item_quality, kr_20, marks,
};
use serde_json::Value;

const CLOSED: f64 = 1e-9;
const VARIANCE: f64 = 1e-3;

#[track_caller]
fn near(ours: f64, theirs: f64, tolerance: f64, what: &str) {
    let room = tolerance * theirs.abs() + 1e-12;
    assert!(
        (ours - theirs).abs() <= room,
        "{what}: {ours}, not {theirs}"
    );
}

#[track_caller]
fn near_all(ours: &[f64], theirs: &Value, what: &str) {
    let theirs = numbers(theirs);
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (ours, theirs) in ours.iter().zip(theirs) {
        near(*ours, theirs, CLOSED, what);
    }
}

fn shared() -> Option<PathBuf> {
    let data = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared")).join("data");
    if data.is_dir() {
        return Some(data);
    }
    // Past the capture of the test harness: a skipped test says so.
    std::io::stderr()
        .write_all(b"SKIPPED: ../shared is absent\n")
        .unwrap();
    None
}

fn json(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap()
}

fn own() -> Value {
    json(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/agreement.json"))
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    list(value).iter().map(number).collect()
}

type Row = BTreeMap<String, String>;

/// Simple CSV: a quoted cell holds neither comma nor quote.
fn csv(path: &Path) -> Vec<Row> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut lines = text.lines().map(|line| {
        line.split(',')
            .map(|cell| cell.trim_matches('"').to_owned())
    });
    let header: Vec<String> = lines.next().unwrap().collect();
    let rows: Vec<Row> = lines
        .map(|line| header.iter().cloned().zip(line).collect())
        .collect();
    assert!(!rows.is_empty(), "{} is empty", path.display());
    rows
}

type Sheets = Vec<Vec<Option<f64>>>;

/// Per group, in byte order, the answers to the items of a scale; reversed where they have to be.
fn sheets(root: &Path, folder: &str, scale: &Value, sum_of_ends: f64) -> BTreeMap<String, Sheets> {
    let wave = scale["scale"]
        .as_str()
        .unwrap()
        .rsplit_once("wave ")
        .map(|(_, wave)| wave);
    let names = |value: &Value| -> Vec<String> {
        list(value)
            .iter()
            .map(|name| name.as_str().unwrap().to_owned())
            .collect()
    };
    let (items, reversed) = (names(&scale["items"]), names(&scale["reversed"]));
    let mut groups: BTreeMap<String, Sheets> = BTreeMap::new();
    for row in csv(&root.join(folder).join("items.csv")) {
        if wave.is_some_and(|wave| row["wave"] != wave) {
            continue;
        }
        let answer = |item: &String| match row[item].as_str() {
            "NA" => None,
            x if reversed.contains(item) => Some(sum_of_ends - x.parse::<f64>().unwrap()),
            x => Some(x.parse().unwrap()),
        };
        groups
            .entry(row["group"].clone())
            .or_default()
            .push(items.iter().map(answer).collect());
    }
    groups
}

/// `rowMeans(x, na.rm = TRUE)` of everyone with an answer.
fn scores(groups: &BTreeMap<String, Sheets>) -> Vec<Vec<f64>> {
    groups
        .values()
        .map(|sheets| {
            let score = |sheet: &Vec<Option<f64>>| {
                let given: Vec<f64> = sheet.iter().copied().flatten().collect();
                (!given.is_empty()).then(|| given.iter().sum::<f64>() / given.len() as f64)
            };
            sheets.iter().filter_map(score).collect()
        })
        .collect()
}

#[test]
fn team_indices_as_in_multilevel_and_lme4() {
    let Some(root) = shared() else { return };
    let golden = json(&root.join("golden/scales.json"));
    let mut compared: BTreeMap<String, usize> = BTreeMap::new();
    for (folder, scales) in golden["scales"].as_object().unwrap() {
        for scale in list(scales) {
            let records: BTreeMap<&str, &Value> = list(&scale["records"])
                .iter()
                .map(|record| (record["id"].as_str().unwrap(), &record["value"]))
                .collect();
            if !records.contains_key("icc1_anova") {
                continue;
            }
            // States are rated from 1 to 4; nothing else that has groups is reversed.
            let groups = sheets(&root, folder, scale, 5.0);
            let what = format!("{folder} {}", scale["scale"]);
            let anova = intraclass(&scores(&groups), 0.95).unwrap();
            let mixed = mixed_intraclass(&scores(&groups)).unwrap();
            // The variance of indifference that the record states belongs to this many options.
            let null = records.get("rwg_null_variance").map(|value| number(value));
            let agreements: BTreeMap<&str, _> = groups
                .iter()
                .filter_map(|(group, sheets)| {
                    Some((group.as_str(), within_group(sheets, null?).ok()?))
                })
                .collect();
            let r_wg_j: Vec<f64> = agreements.values().map(|found| found.r_wg_j).collect();
            for (id, value) in records {
                let what = format!("{what} {id}");
                match id {
                    "icc1_anova" => near(anova.icc_1, number(value), CLOSED, &what),
                    "icc2_anova" => near(anova.icc_2.unwrap(), number(value), CLOSED, &what),
                    "anova_f_p" => {
                        near(anova.f, number(&value["F"]), CLOSED, &what);
                        near(anova.p_value / number(&value["p"]), 1.0, CLOSED, &what);
                        let df = (value["df1"].as_u64(), value["df2"].as_u64());
                        let ours = (anova.df_between as u64, anova.df_within as u64);
                        assert_eq!((Some(ours.0), Some(ours.1)), df, "{what}");
                    }
                    "icc1_reml" => near(mixed.icc, number(value), VARIANCE, &what),
                    "variances_reml" => {
                        near(mixed.between, number(&value[0]), VARIANCE, &what);
                        near(mixed.within, number(&value[1]), VARIANCE, &what);
                    }
                    "rwg_null_variance" => {
                        let n_options = (12.0 * number(value) + 1.0).sqrt().round() as usize;
                        let ours = NullDistribution::Rectangular.variance(n_options).unwrap();
                        near(ours, number(value), CLOSED, &what);
                    }
                    "rwgj_by_group" => {
                        let theirs = value.as_object().unwrap();
                        assert_eq!(theirs.len(), agreements.len(), "{what}");
                        for (group, value) in theirs {
                            let ours = agreements[group.as_str()].r_wg_j;
                            near(ours, number(value), CLOSED, &format!("{what} {group}"));
                            *compared.entry("by group".to_owned()).or_default() += 1;
                        }
                    }
                    "rwgj_mean" | "rwgj_median" => {
                        let spread = agreement_spread(&r_wg_j, 0.7).unwrap();
                        let ours = if id == "rwgj_mean" {
                            spread.mean
                        } else {
                            spread.median
                        };
                        near(ours, number(value), CLOSED, &what);
                    }
                    "rwgj_lindell_mean" => {
                        let sum: f64 = agreements.values().map(|found| found.r_star_wg_j).sum();
                        near(sum / agreements.len() as f64, number(value), CLOSED, &what);
                    }
                    _ => continue,
                }
                *compared.entry(id.to_owned()).or_default() += 1;
            }
        }
    }
    assert_eq!(compared["icc1_anova"], 10, "{compared:?}");
    assert_eq!(compared["icc2_anova"], 10);
    assert_eq!(compared["icc1_reml"], 10);
    assert_eq!(compared["rwgj_by_group"], 7);
    assert_eq!(compared["rwgj_lindell_mean"], 7);
    assert!(compared["by group"] > 200, "{compared:?}");
}

/// The check values that `method.md` prints, to the digits it prints.
#[test]
fn leadership_climate_in_49_groups() {
    let Some(root) = shared() else { return };
    let golden = json(&root.join("golden/scales.json"));
    let lead = &golden["scales"]["lq2002_leadership"][0];
    let groups = sheets(&root, "lq2002_leadership", lead, 6.0);
    let mut by_number: Vec<(u32, &Sheets)> = groups
        .iter()
        .map(|(group, sheets)| (group.parse().unwrap(), sheets))
        .collect();
    by_number.sort_by_key(|(group, _)| *group);
    let found: Vec<_> = by_number
        .iter()
        .map(|(_, sheets)| within_group(sheets, 2.0).unwrap())
        .collect();
    let digits = |value: f64| format!("{value:.5}");
    let first: Vec<String> = found[..3].iter().map(|f| digits(f.r_wg_j)).collect();
    assert_eq!(first, ["0.80753", "0.89594", "0.86001"]);
    let r_wg_j: Vec<f64> = found.iter().map(|f| f.r_wg_j).collect();
    let spread = agreement_spread(&r_wg_j, 0.7).unwrap();
    assert_eq!(
        [spread.mean, spread.median].map(digits),
        ["0.86778", "0.87011"]
    );
    let mean = |values: Vec<f64>| digits(values.iter().sum::<f64>() / values.len() as f64);
    assert_eq!(mean(found.iter().map(|f| f.ad_m_j).collect()), "0.89020");
    assert_eq!(
        mean(found.iter().map(|f| f.r_star_wg_j).collect()),
        "0.39262"
    );
    assert!((ad_upper_limit(5) - 0.833_333_333_333).abs() < 1e-9);

    let anova = intraclass(&scores(&groups), 0.95).unwrap();
    assert_eq!(digits(anova.icc_1), "0.08796");
    assert!(anova.icc_1_interval.contains(anova.icc_1));
    let judged = aggregation(
        Ok(anova.icc_1),
        Ok(anova.p_value),
        anova.icc_2,
        Ok(spread.median),
        &Default::default(),
    );
    assert_eq!(judged.verdict, TeamMean::Aggregate);
    // With answers that lean to one side expected, the same groups agree less.
    let skew = NullDistribution::SlightSkew.variance(5).unwrap();
    for ((_, sheets), rectangular) in by_number.iter().zip(&found) {
        assert!(within_group(sheets, skew).unwrap().r_wg_j < rectangular.r_wg_j);
    }
}

fn around(interval: Interval) -> [f64; 2] {
    [interval.lower, interval.upper]
}

#[test]
fn intraclass_correlations_of_unequal_groups_as_in_r() {
    let golden = own();
    for (place, record) in list(&golden["intraclass"]).iter().enumerate() {
        let what = format!("data {place}");
        let groups: Vec<Vec<f64>> = list(&record["groups"]).iter().map(numbers).collect();
        let ours = intraclass(&groups, 0.95).unwrap();
        let with = |value: f64, interval| {
            let [lower, upper] = around(interval);
            [value, lower, upper]
        };
        near(ours.f, number(&record["f"]), CLOSED, &what);
        near(ours.p_value, number(&record["p"]), CLOSED, &what);
        near_all(
            &[ours.df_between as f64, ours.df_within as f64],
            &record["df"],
            &what,
        );
        near_all(
            &with(ours.icc_1, ours.icc_1_interval),
            &record["icc_1"],
            &what,
        );
        let exact = with(ours.icc_1_exact, ours.icc_1_exact_interval);
        near_all(&exact, &record["icc_1_exact"], &what);
        let icc_2 = with(ours.icc_2.unwrap(), ours.icc_2_interval);
        near_all(&icc_2, &record["icc_2"], &what);
        let mixed = mixed_intraclass(&groups).unwrap();
        let total = mixed.between + mixed.within;
        let reml = numbers(&record["reml"]);
        assert!(
            (mixed.between - reml[0]).abs() <= VARIANCE * reml[0] + 1e-6 * total,
            "{what}: {mixed:?}, not {reml:?}"
        );
        near(mixed.within, reml[1], VARIANCE, &what);
        near(mixed.mean, number(&record["mean"]), 1e-4, &what);
    }
    let record = &golden["equal_sizes"];
    let groups: Vec<Vec<f64>> = list(&record["groups"]).iter().map(numbers).collect();
    let ours = intraclass(&groups, 0.95).unwrap();
    let [lower, upper] = around(ours.icc_1_exact_interval);
    near_all(&[ours.icc_1_exact, lower, upper], &record["icc_1"], "psych");
    let [lower, upper] = around(ours.icc_2_interval);
    near_all(
        &[ours.icc_2.unwrap(), lower, upper],
        &record["icc_2"],
        "psych",
    );
}

#[test]
fn raters_as_in_psych() {
    let Some(root) = shared() else { return };
    let golden = json(&root.join("golden/scales.json"));
    let theirs = &golden["ratings"]["irr_anxiety"]["icc"]["value"];
    let ratings: Sheets = csv(&root.join("irr_anxiety/ratings.csv"))
        .iter()
        .map(|row| {
            ["rater1", "rater2", "rater3"]
                .map(|rater| row[rater].parse().ok())
                .into()
        })
        .collect();
    let ours = rater_icc(&ratings, 0.95).unwrap();
    let six: [(&str, RaterIcc); 6] = [
        ("ICC1", ours.one_way),
        ("ICC2", ours.agreement),
        ("ICC3", ours.consistency),
        ("ICC1k", ours.one_way_mean),
        ("ICC2k", ours.agreement_mean),
        ("ICC3k", ours.consistency_mean),
    ];
    for (name, ours) in six {
        let theirs = &theirs[name];
        let [lower, upper] = around(ours.interval);
        let pairs = [
            ("ICC", ours.icc),
            ("F", ours.f),
            ("df1", ours.df1 as f64),
            ("df2", ours.df2 as f64),
            ("p", ours.p_value),
            ("lower", lower),
            ("upper", upper),
        ];
        for (key, ours) in pairs {
            near(ours, number(&theirs[key]), CLOSED, &format!("{name} {key}"));
        }
    }
}

fn whole(value: &Value) -> Vec<i64> {
    list(value).iter().map(|x| x.as_i64().unwrap()).collect()
}

#[test]
fn a_test_with_a_key_as_in_psych() {
    let golden = own();
    let test = &golden["test"];
    let answers: Vec<Vec<Option<i64>>> = list(&test["answers"])
        .iter()
        .map(|row| list(row).iter().map(Value::as_i64).collect())
        .collect();
    let right = whole(&test["right"]);
    for (mode, key) in [
        (Unanswered::Wrong, "unanswered_wrong"),
        (Unanswered::Missing, "unanswered_missing"),
    ] {
        let theirs = &test[key];
        let marked = marks(&answers, &right, mode);
        let TestReliability {
            kr_20: ours,
            interval,
            mean,
            sd,
            sem,
            n,
            ..
        } = kr_20(&marked, 0.95).unwrap();
        assert_eq!(Some(n as u64), theirs["n"].as_u64());
        near_all(
            &[ours, interval.lower, interval.upper],
            &theirs["kr_20"],
            key,
        );
        near_all(
            &[mean, sd, sem],
            &Value::from(vec![
                number(&theirs["mean"]),
                number(&theirs["sd"]),
                number(&theirs["sem"]),
            ]),
            key,
        );
        near(
            alpha_complete(&marked).unwrap(),
            ours,
            CLOSED,
            "KR-20 is alpha of marks",
        );
        let items: Vec<_> = item_quality(&marked)
            .into_iter()
            .map(Result::unwrap)
            .collect();
        near_all(
            &items.iter().map(|i| i.difficulty).collect::<Vec<_>>(),
            &theirs["difficulty"],
            key,
        );
        near_all(
            &items
                .iter()
                .map(|i| i.item_total.unwrap())
                .collect::<Vec<_>>(),
            &theirs["item_total"],
            key,
        );
        near_all(
            &items
                .iter()
                .map(|i| i.item_rest.unwrap())
                .collect::<Vec<_>>(),
            &theirs["item_rest"],
            key,
        );
    }
    for (item, theirs) in list(&test["options"]).iter().enumerate() {
        let ours = distractors(&answers, &right, item, &[1, 2, 3, 4]).unwrap();
        near_all(
            &ours.iter().map(|o| o.n as f64).collect::<Vec<_>>(),
            &theirs["n"],
            "n",
        );
        near_all(
            &ours.iter().map(|o| o.share).collect::<Vec<_>>(),
            &theirs["share"],
            "share",
        );
        for (ours, theirs) in ours.iter().zip(list(&theirs["mean_rest"])) {
            match ours.mean_rest {
                Ok(mean) => near(mean, number(theirs), CLOSED, "mean rest"),
                Err(_) => assert!(theirs.is_null()),
            }
        }
        let n: usize = ours.iter().map(|o| o.n).sum();
        let n_right = ours.iter().find(|o| o.right).unwrap().n;
        let (p, floor) = guessing_floor(n_right, n, 4, 0.05).unwrap();
        near(p, number(&theirs["floor_p"]), CLOSED, "floor");
        assert_eq!(floor, p >= 0.05);
    }
}

#[test]
fn gains_as_in_r() {
    let golden = own();
    let gains = &golden["gains"];
    let pairs: Vec<(f64, f64)> = numbers(&gains["before"])
        .into_iter()
        .zip(numbers(&gains["after"]))
        .collect();
    let mut schools: BTreeMap<i64, Vec<(f64, f64)>> = BTreeMap::new();
    for (school, pair) in whole(&gains["school"]).into_iter().zip(&pairs) {
        schools.entry(school).or_default().push(*pair);
    }
    let schools: Vec<_> = schools.into_values().collect();
    for (found, key) in [
        (gain(&pairs, 0.95), "people"),
        (gain_over_groups(&schools, 0.95), "schools"),
    ] {
        let Gain {
            mean,
            interval,
            se,
            t,
            p_value,
            ..
        } = found.unwrap();
        let theirs = &gains[key];
        near_all(&[interval.lower, interval.upper], &theirs["interval"], key);
        for (name, ours) in [("mean", mean), ("se", se), ("t", t), ("p", p_value)] {
            near(
                ours,
                number(&theirs[name]),
                CLOSED,
                &format!("{key} {name}"),
            );
        }
    }
}

/// Two respondents, one item, two options: four pairs of answers, of which two agree wholly and two not at all.
#[test]
fn chance_agreement_by_counting() {
    let alike = within_group(&[vec![Some(1.0)], vec![Some(1.0)]], 0.25).unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let null = NullDistribution::Rectangular;
    let found = chance_agreement(&alike, 1, 2, &null, 20_000, &mut rng).unwrap();
    assert!((found.p_value - 0.5).abs() < 0.015, "{found:?}");
    assert_eq!(found.critical, 1.0);
    // Three items all alike: an eighth.
    let found = chance_agreement(&alike, 3, 2, &null, 20_000, &mut rng).unwrap();
    assert!((found.p_value - 0.125).abs() < 0.01, "{found:?}");
    let lopsided = NullDistribution::Stated(vec![0.9, 0.1]);
    let found = chance_agreement(&alike, 1, 2, &lopsided, 20_000, &mut rng).unwrap();
    assert!((found.p_value - 0.82).abs() < 0.015, "{found:?}");
    let refused = chance_agreement(&alike, 1, 7, &NullDistribution::SlightSkew, 10, &mut rng);
    assert_eq!(refused, Err(Undefined::NoVariation));
}

fn grouped() -> impl Strategy<Value = Vec<Vec<f64>>> {
    prop::collection::vec(prop::collection::vec(-5.0..5.0_f64, 1..7), 2..8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn intraclass_does_not_depend_on_order_or_unit(groups in grouped(), shift in -100.0..100.0_f64, unit in 0.1..10.0_f64) {
        let moved: Vec<Vec<f64>> = groups.iter().rev().map(|group| group.iter().rev().map(|x| shift + unit * x).collect()).collect();
        match (intraclass(&groups, 0.9), intraclass(&moved, 0.9)) {
            (Ok(ours), Ok(other)) => {
                prop_assert!((ours.icc_1 - other.icc_1).abs() < 1e-8);
                prop_assert!((ours.p_value - other.p_value).abs() < 1e-8);
                prop_assert!(ours.icc_1 <= 1.0 && ours.exact_size <= ours.mean_size + 1e-12);
                prop_assert!(ours.icc_1_interval.contains(ours.icc_1));
                let (mixed, other) = (mixed_intraclass(&groups).unwrap(), mixed_intraclass(&moved).unwrap());
                prop_assert!((mixed.icc - other.icc).abs() < 1e-6);
                prop_assert!((0.0..1.0).contains(&mixed.icc));
            }
            (ours, other) => prop_assert_eq!(ours.is_err(), other.is_err()),
        }
    }

    /// No other ratio of the variances has a smaller criterion, written out with the determinants of the definition.
    #[test]
    fn the_mixed_model_is_at_its_best(groups in grouped(), share in 0.0..0.999_f64) {
        let Ok(found) = mixed_intraclass(&groups) else { return Ok(()) };
        let criterion = |between: f64, within: f64| {
            let variance = |group: &Vec<f64>| between + within / group.len() as f64;
            let mean = |group: &Vec<f64>| group.iter().sum::<f64>() / group.len() as f64;
            let information: f64 = groups.iter().map(|g| 1.0 / variance(g)).sum();
            let centre = groups.iter().map(|g| mean(g) / variance(g)).sum::<f64>() / information;
            let mut sum = information.ln();
            for group in &groups {
                let n = group.len() as f64;
                sum += (n - 1.0) * within.ln() + (n * variance(group)).ln();
                sum += group.iter().map(|x| (x - mean(group)).powi(2)).sum::<f64>() / within;
                sum += (mean(group) - centre).powi(2) / variance(group);
            }
            sum
        };
        let best = criterion(found.between, found.within);
        let total = found.between + found.within;
        for scale in [0.8, 1.0, 1.25] {
            let other = criterion(scale * total * share, scale * total * (1.0 - share));
            prop_assert!(best <= other + 1e-7 * (1.0 + best.abs()), "{} > {}", best, other);
        }
    }

    #[test]
    fn more_spread_is_less_agreement(rows in prop::collection::vec(prop::collection::vec(1_u8..=5, 4), 2..12), factor in 1.01..2.0_f64) {
        let with = |factor: f64| -> Sheets { rows.iter().map(|row| row.iter().map(|x| Some(f64::from(*x) * factor)).collect()).collect() };
        let ours = within_group(&with(1.0), 2.0).unwrap();
        let wider = within_group(&with(factor), 2.0).unwrap();
        prop_assert!((0.0..=1.0).contains(&ours.r_wg_j));
        prop_assert!(wider.r_wg_j <= ours.r_wg_j && wider.r_star_wg_j <= ours.r_star_wg_j && wider.ad_m_j >= ours.ad_m_j);
        prop_assert!((wider.ad_m_j - factor * ours.ad_m_j).abs() < 1e-9);
        prop_assert_eq!(ours.set_to_zero, ours.mean_item_variance > 2.0);
    }

    #[test]
    fn the_shares_of_the_options_add_up(answers in prop::collection::vec(prop::collection::vec(prop::option::of(1_i64..5), 3), 1..20)) {
        match distractors(&answers, &[1, 2, 3], 1, &[1, 2, 3]) {
            Ok(options) => {
                prop_assert!((options.iter().map(|o| o.share).sum::<f64>() - 1.0).abs() < 1e-12);
                prop_assert_eq!(options.iter().filter(|o| o.right).count(), 1);
            }
            Err(reason) => prop_assert_eq!(reason, Undefined::NothingObserved),
        }
    }
}
