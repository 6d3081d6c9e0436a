//! The demo's truth: what was planted comes out of the comparison, through the real paths, the same on every database.

use crate::support;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use schakel::conclude::conclude;
use schakel::domain::coding::{Step, settled};
use schakel::domain::opening::Part;
use schakel::domain::token::LinkKey;
use schakel::evaluation::explanation::{self, Said, Voice};
use schakel::evaluation::findings::{Contrast, Findings};
use schakel::evaluation::portrait::Portrait;
use schakel::fieldwork::code::Material;
use schakel::rehearse::{Rehearsed, interviews, rehearse, training};
use schakel::simulation::plan::DEFAULT_SEED;
use schakel::simulation::study::{EffectGroup, SimulatedStudy};
use schakel::simulation::{SimulationPlan, simulate};
use schakel::storage::conclusions::ConclusionKey;
use schakel::storage::{Store, conclusions};

use support::databases::databases;

/// Noon on the day for which the plan by default is made.
fn today() -> DateTime<Utc> {
    let day = NaiveDate::from_ymd_opt(2026, 6, 17).expect("the day is in the calendar");
    day.and_hms_opt(12, 0, 0)
        .expect("noon is on the clock")
        .and_utc()
}

async fn concluded(store: &Store, study: &SimulatedStudy) -> (Rehearsed, ConclusionKey, String) {
    let rehearsed = rehearse(store, &LinkKey::new([7; 32]), study, today())
        .await
        .expect("the study goes through the real paths");
    let key = conclude(store, &rehearsed.study, today())
        .await
        .expect("it is concluded");
    let mut tx = store.read().await.expect("the database is read");
    let findings = conclusions::findings(&mut tx, &key)
        .await
        .expect("kept")
        .expect("there are findings");
    (rehearsed, key, findings)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_planted_comes_out() {
    let study = simulate(&SimulationPlan::default(), DEFAULT_SEED);
    let database = &databases("the demo's truth").await[0];
    let store = database.open().await;
    let (rehearsed, key, text) = concluded(&store, &study).await;
    let findings: Findings = serde_json::from_str(&text).expect("findings are read back");
    assert_eq!(findings.provenance.snapshot, key.snapshot_hash);

    // Ten against ten of the cohort that has been through all waves; the other cohort is left out, and that is said.
    let groups = findings.groups.as_ref().expect("schools are compared");
    assert_eq!((groups.high.len(), groups.low.len()), (10, 10));
    let planted = |group| -> BTreeSet<&str> {
        let of = study.truth.schools.iter().zip(&study.schools);
        of.filter(|(truth, school)| truth.group == group && school.cohort == 0)
            .map(|(_, s)| s.key.as_str())
            .collect()
    };
    for (found, group) in [
        (&groups.high, EffectGroup::High),
        (&groups.low, EffectGroup::Low),
    ] {
        let planted = planted(group);
        let right = found
            .iter()
            .filter(|key| planted.contains(key.as_str()))
            .count();
        assert!(
            right >= 8,
            "{right} of ten are those with the {group:?} effect"
        );
    }
    assert!(
        findings
            .provenance
            .exclusions
            .iter()
            .any(|left_out| left_out.what.starts_with("51 schools"))
    );

    let row = |outcome: &str, wave: &str| -> &Contrast {
        let mut same = findings
            .contrasts
            .iter()
            .filter(|row| row.outcome == outcome && row.wave == wave);
        same.next()
            .unwrap_or_else(|| panic!("{outcome} at {wave} is compared"))
    };
    let verdict = |row: &Contrast| {
        row.test
            .as_ref()
            .map_or("undefined", |test| test.verdict.as_str())
            .to_owned()
    };
    let g = |row: &Contrast| {
        row.test
            .as_ref()
            .and_then(|test| test.hedges_g)
            .expect("g is defined")
    };
    // Culture differs from the start; attitude turns after it; leadership does not differ.
    for (outcome, wave) in [
        ("culture", "T1"),
        ("culture", "T3"),
        ("attitude", "T2a"),
        ("attitude", "T3"),
    ] {
        assert_eq!(
            verdict(row(outcome, wave)),
            "different",
            "{outcome} at {wave}"
        );
        assert!(
            g(row(outcome, wave)) > 1.5,
            "{outcome} at {wave} is higher where the effect is large"
        );
    }
    assert_eq!(verdict(row("attitude", "T1")), "cannot_tell");
    for wave in ["T1", "T2a", "T3"] {
        assert_eq!(
            verdict(row("leadership", wave)),
            "cannot_tell",
            "leadership at {wave}"
        );
    }
    // Pupils: the level is higher where the effect is large, at both waves, and the gain larger where it is small; explored,
    // outside the plan.
    for scale in ["climate", "tasks", "explain", "stimulate", "goals"] {
        let outcome = format!("pupil_{scale}");
        for wave in ["T1", "T2b"] {
            assert!(g(row(&outcome, wave)) > 0.8, "{outcome} at {wave}");
            assert!(!row(&outcome, wave).in_family);
        }
        assert!(g(row(&outcome, "T1-T2b")) < -0.8, "{outcome}");
    }
    // No network index differs, and each says what is excluded and what could not have been seen.
    let networks: Vec<&Contrast> = findings
        .contrasts
        .iter()
        .filter(|row| !row.relation.is_empty())
        .collect();
    assert!(networks.len() >= 45, "{}", networks.len());
    for row in networks {
        assert_eq!(
            verdict(row),
            "cannot_tell",
            "{} {} {}",
            row.outcome,
            row.wave,
            row.relation
        );
        let test = row.test.as_ref().expect("it was tested");
        assert!(test.g_interval_90.is_some());
        assert!(
            test.detectable_d.is_some_and(|d| (d - 1.325).abs() < 0.01),
            "{:?}",
            test.detectable_d
        );
        assert_eq!(
            (test.p_method.as_str(), test.n_assignments),
            ("exact", 184_756)
        );
    }

    // Pupils with weight 0.0 and 1.2 gain more than the rest: the gain does not rise with the weight.
    let gain = |weight: &str| {
        let mut same = findings
            .effects_by_weight
            .iter()
            .filter(|row| row.school == weight);
        same.next()
            .and_then(|row| row.effect.ok())
            .unwrap_or_else(|| panic!("weight {weight} has a gain"))
    };
    assert!(gain("0.0") > gain("0.3") + 0.5 && gain("1.2") > gain("0.3") + 0.5);

    // Non-response of the closed waves, and a cohort that is still open.
    let rates: Vec<f64> = findings
        .networks
        .iter()
        .filter_map(|row| row.response_rate)
        .collect();
    let mean = rates.iter().sum::<f64>() / rates.len() as f64;
    assert!((0.85..=0.92).contains(&mean), "{mean}");
    assert!(
        findings
            .networks
            .iter()
            .all(|row| row.wave != "T3" || study_cohort(&study, &row.school) == 0)
    );
    assert!(rehearsed.waiting.len() > 200);

    // Schools get portraits, and a portrait knows nothing of effects.
    let mut tx = store.read().await.expect("the database is read");
    let portraits = conclusions::parts(&mut tx, &key, Part::Team)
        .await
        .expect("kept");
    assert_eq!(portraits.len(), 104);
    for (_, text) in &portraits {
        assert!(
            !text.contains("effect") && !text.contains("leadership"),
            "{text}"
        );
        let portrait: Portrait = serde_json::from_str(text).expect("portraits are read back");
        assert!(!portrait.waves.is_empty());
        for wave in &portrait.waves {
            assert!(wave.groups.iter().all(|group| group.n >= 5));
        }
    }
    drop(tx);

    // Around the boards: members name one another, and hardly anybody names the coach of another school.
    let shares: BTreeMap<(i64, i64), f64> = findings
        .chain
        .ties
        .iter()
        .filter(|row| row.of_board && row.relation == "goals")
        .map(|row| ((row.from, row.to), row.ties as f64 / row.known as f64))
        .collect();
    let (board, leadership) = (1, 2);
    assert!(shares[&(board, board)] > 0.5, "{shares:?}");
    assert!(shares[&(leadership, leadership)] < 0.5, "{shares:?}");
    assert!(!shares.keys().any(|(from, to)| from.max(to) > &leadership));

    // What comes when the numbers are there: an IB'er without time or hold at half of the weak schools, according to the
    // trainer alone.
    let truths = training::as_found(&study, &groups.high, &groups.low);
    training::train_as(&store, &rehearsed, (&study, &truths), today())
        .await
        .expect("trainers report");
    interviews::hold(
        &store,
        &rehearsed,
        (&groups.high, &groups.low),
        &["one coder", "another coder"].map(str::to_owned),
        study.seed,
        today(),
    )
    .await
    .expect("conversations are held and coded");
    let said = locked(&store, &rehearsed).await;
    let of = |voice| explanation::cell(&said, "coach", voice, groups);
    let trainer = of(Voice::Trainer);
    assert_eq!((trainer.low.hinders, trainer.low.n), (5, 10), "{trainer:?}");
    assert_eq!(
        (trainer.high.hinders, trainer.high.n),
        (0, 10),
        "{trainer:?}"
    );
    for voice in [Voice::Principal, Voice::Coach] {
        assert_eq!(of(voice).low.hinders + of(voice).high.hinders, 0);
    }
}

/// What was said and how it was coded, where coding is locked.
async fn locked(store: &Store, rehearsed: &Rehearsed) -> Vec<Said> {
    let mut tx = store.read().await.expect("the database is read");
    let material = Material::load(&mut tx, rehearsed.study.study_id)
        .await
        .expect("there is something to code");
    let codings = material.by_statement();
    material
        .statements
        .iter()
        .filter(|statement| {
            let cohort = material.cohort(statement);
            material.step(cohort, Step::Locked).is_some()
        })
        .filter_map(|statement| {
            let interview = material.interview(statement)?;
            let mut schools = rehearsed.schools.iter();
            let school = schools.find(|school| school.school_id == interview.school_id)?;
            let known = codings.get(&statement.statement_id);
            Some(Said {
                school: school.key.clone(),
                source: interview.source,
                codes: known.and_then(|known| settled(known)).unwrap_or_default(),
            })
        })
        .collect()
}

fn study_cohort(study: &SimulatedStudy, key: &str) -> usize {
    study
        .schools
        .iter()
        .find(|school| school.key == key)
        .expect("the school is in the study")
        .cohort
}

#[tokio::test(flavor = "multi_thread")]
async fn both_databases_give_the_same_bytes() {
    let study = simulate(&SimulationPlan::small(), DEFAULT_SEED);
    let mut told: Vec<(&str, ConclusionKey, String, Vec<String>)> = Vec::new();
    for database in databases("the same bytes").await {
        let store = database.open().await;
        let (_, key, findings) = concluded(&store, &study).await;
        let mut tx = store.read().await.expect("the database is read");
        let mut portraits: Vec<String> = conclusions::parts(&mut tx, &key, Part::Team)
            .await
            .expect("kept")
            .into_iter()
            .map(|(_, text)| text)
            .collect();
        portraits.sort();
        told.push((database.name, key, findings, portraits));
    }
    // Once more, in a database of its own.
    let again = &databases("the same bytes again").await[0];
    let store = again.open().await;
    let (_, key, findings) = concluded(&store, &study).await;
    for (name, other_key, other_findings, portraits) in &told {
        assert_eq!(&key, other_key, "{name}");
        assert_eq!(&findings, other_findings, "{name}");
        assert_eq!(portraits, &told[0].3, "{name}");
        assert_eq!(portraits.len(), 10);
    }
}
