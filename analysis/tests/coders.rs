//! How far coders agree: against named reference software, and by laws.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its data must stop"
)]

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use schakel_analysis::outcome::Undefined;
use schakel_analysis::scale::{
    BootstrapOptions, Cases, Coefficient, Distance, Weighting, bootstrap_agreement,
    coder_agreement, cohen_kappa, fleiss_kappa,
};
use serde_json::Value;

type Codes = Vec<Vec<Option<usize>>>;

const ALL: [Coefficient; 9] = [
    Coefficient::Cohen(Weighting::Nominal),
    Coefficient::Cohen(Weighting::Linear),
    Coefficient::Cohen(Weighting::Quadratic),
    Coefficient::Fleiss,
    Coefficient::Krippendorff(Distance::Nominal),
    Coefficient::Krippendorff(Distance::Ordinal),
    Coefficient::Krippendorff(Distance::Interval),
    Coefficient::Gwet(Weighting::Nominal),
    Coefficient::Gwet(Weighting::Quadratic),
];

#[track_caller]
fn near(ours: f64, theirs: f64, tolerance: f64, what: &str) {
    assert!(
        (ours - theirs).abs() <= tolerance * theirs.abs() + 1e-12,
        "{what}: {ours}, not {theirs}"
    );
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

/// Codes of a collection, numbered in the order of their labels, and how many there are.
fn codes_of(file: &Path) -> (Codes, usize) {
    numbered(&labels(file))
}

/// What each coder wrote; no label in these files holds a comma.
fn labels(file: &Path) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(file).unwrap();
    text.lines()
        .skip(1)
        .map(|line| line.split(',').skip(1).map(str::to_owned).collect())
        .collect()
}

fn numbered(labels: &[Vec<String>]) -> (Codes, usize) {
    let known: Vec<&String> = labels
        .iter()
        .flatten()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let rows = labels
        .iter()
        .map(|row| {
            row.iter()
                .map(|label| known.iter().position(|one| *one == label))
                .collect()
        })
        .collect();
    (rows, known.len())
}

#[test]
fn pairs_of_coders_as_in_psych() {
    let Some(root) = shared() else { return };
    let text = std::fs::read_to_string(root.join("golden/scales.json")).unwrap();
    let golden: Value = serde_json::from_str(&text).unwrap();
    for set in ["irr_anxiety", "irr_diagnoses"] {
        let rows = labels(&root.join(set).join("ratings.csv"));
        let pairs = golden["ratings"][set]["cohen"]["value"]
            .as_object()
            .unwrap();
        assert!(pairs.len() > 2);
        for (pair, theirs) in pairs {
            let columns: Vec<usize> = pair
                .split(' ')
                .map(|rater| rater.trim_start_matches("rater").parse::<usize>().unwrap() - 1)
                .collect();
            let two: Vec<Vec<String>> = rows
                .iter()
                .map(|row| columns.iter().map(|column| row[*column].clone()).collect())
                .collect();
            // Only the codes that either of the two gave, as the reference counts them.
            let (codes, n_codes) = numbered(&two);
            let codes: Vec<_> = codes.iter().map(|row| (row[0], row[1])).collect();
            let plain = cohen_kappa(&codes, n_codes, Weighting::Nominal).unwrap();
            let squared = cohen_kappa(&codes, n_codes, Weighting::Quadratic).unwrap();
            let their = |key: &str| theirs[key].as_f64().unwrap();
            near(plain.kappa, their("kappa"), 1e-9, pair);
            near(plain.se, their("se_kappa"), 1e-9, pair);
            near(squared.kappa, their("weighted_quadratic"), 1e-9, pair);
        }
    }
}

#[test]
fn the_diagnoses_of_1971() {
    let Some(root) = shared() else { return };
    let (codes, n_codes) = codes_of(&root.join("irr_diagnoses/ratings.csv"));
    assert_eq!((codes.len(), codes[0].len(), n_codes), (30, 6, 5));
    // As printed, with five digits.
    let kappa = fleiss_kappa(&codes, n_codes).unwrap();
    assert!((kappa - 0.430_24).abs() < 1e-5, "{kappa}");
}

#[test]
fn many_coders_with_and_without_gaps_as_elsewhere() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/coder_agreement.json");
    let cases: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    assert_eq!(cases.len(), 4);
    for (place, case) in cases.iter().enumerate() {
        let codes: Codes = serde_json::from_value(case["codes"].clone()).unwrap();
        let n_codes = usize::try_from(case["n_codes"].as_u64().unwrap()).unwrap();
        for (key, coefficient) in [
            ("fleiss", Coefficient::Fleiss),
            ("gwet_nominal", Coefficient::Gwet(Weighting::Nominal)),
            ("gwet_quadratic", Coefficient::Gwet(Weighting::Quadratic)),
            (
                "krippendorff_nominal",
                Coefficient::Krippendorff(Distance::Nominal),
            ),
            (
                "krippendorff_ordinal",
                Coefficient::Krippendorff(Distance::Ordinal),
            ),
            (
                "krippendorff_interval",
                Coefficient::Krippendorff(Distance::Interval),
            ),
        ] {
            let Some(theirs) = case[key].as_f64() else {
                assert_eq!(key, "fleiss");
                continue;
            };
            let ours = coder_agreement(&codes, n_codes, coefficient).unwrap();
            near(ours, theirs, 1e-9, &format!("{key} of case {place}"));
        }
    }
}

#[test]
fn schools_drawn_again() {
    let codes: Codes = (0..80)
        .map(|thing| {
            let first = thing * 7 % 3;
            let second = if thing % 5 == 0 {
                (first + 1) % 3
            } else {
                first
            };
            vec![Some(first), Some(second)]
        })
        .collect();
    let schools: Vec<usize> = (0..80).map(|thing| thing / 4).collect();
    let options = BootstrapOptions {
        replicates: 2_000,
        confidence: 0.95,
        cases: Cases::Pairwise,
    };
    for coefficient in ALL {
        let value = coder_agreement(&codes, 3, coefficient).unwrap();
        let draw = || {
            let mut rng = ChaCha8Rng::seed_from_u64(7);
            bootstrap_agreement(&codes, &schools, 3, coefficient, &options, &mut rng).unwrap()
        };
        let found = draw();
        assert!(found.percentile.contains(value), "{coefficient:?}");
        assert!(
            found.se > 0.01 && found.se < 0.2,
            "{coefficient:?}: {}",
            found.se
        );
        assert_eq!(found, draw());
    }
    let one = vec![0; 80];
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    assert_eq!(
        bootstrap_agreement(&codes, &one, 3, Coefficient::Fleiss, &options, &mut rng),
        Err(Undefined::TooFewUnits)
    );
}

#[test]
fn what_cannot_be_told_is_not_told() {
    let same: Codes = vec![vec![Some(1), Some(1)]; 9];
    let apart: Codes = vec![vec![Some(0), None], vec![None, Some(1)]];
    for coefficient in ALL {
        let told = |codes: &Codes, n_codes| coder_agreement(codes, n_codes, coefficient);
        match coefficient {
            // Gwet's chance is none where one code is all there is.
            Coefficient::Gwet(_) => assert_eq!(told(&same, 3), Ok(1.0)),
            _ => assert_eq!(
                told(&same, 3),
                Err(Undefined::NoVariation),
                "{coefficient:?}"
            ),
        }
        assert_eq!(
            told(&apart, 3),
            Err(Undefined::TooFewUnits),
            "{coefficient:?}"
        );
        assert_eq!(told(&same, 1), Err(Undefined::TooFewItems));
        assert_eq!(
            told(&vec![vec![Some(3), Some(0)]], 3),
            Err(Undefined::NotFinite)
        );
    }
}

fn any_codes() -> impl Strategy<Value = Codes> {
    let code = prop_oneof![4 => (0..4_usize).prop_map(Some), 1 => Just(None)];
    prop::collection::vec(prop::collection::vec(code, 3), 4..30)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// The order of things and of coders does not matter, nor does what the codes are called where they have no order.
    #[test]
    fn names_and_order_do_not_matter(codes in any_codes()) {
        let turned: Codes = codes.iter().rev().map(|row| row.iter().rev().copied().collect()).collect();
        let renamed: Codes = codes
            .iter()
            .map(|row| row.iter().map(|code| code.map(|code| (code + 1) % 4)).collect())
            .collect();
        for coefficient in ALL {
            let value = coder_agreement(&codes, 4, coefficient);
            let same = |other: Result<f64, Undefined>| match (value, other) {
                (Ok(a), Ok(b)) => (a - b).abs() < 1e-9,
                (a, b) => a == b,
            };
            if !matches!(coefficient, Coefficient::Cohen(_)) {
                prop_assert!(same(coder_agreement(&turned, 4, coefficient)), "{coefficient:?}");
            }
            if matches!(
                coefficient,
                Coefficient::Cohen(Weighting::Nominal)
                    | Coefficient::Fleiss
                    | Coefficient::Krippendorff(Distance::Nominal)
                    | Coefficient::Gwet(Weighting::Nominal)
            ) {
                prop_assert!(same(coder_agreement(&renamed, 4, coefficient)), "{coefficient:?}");
            }
            if let Ok(value) = value {
                prop_assert!(value <= 1.0 + 1e-12);
            }
        }
    }
}
