//! From closed data to kept findings: one consistent snapshot, evaluated once, stored by its hash.

mod aside;
pub mod recipe;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use serde::Serialize;
use sha2::{Digest, Sha256};

use self::aside::aside;
use crate::domain::card::Rater;
use crate::domain::disclosure::{Ledger, Release, TeamRules};
use crate::domain::id::SchoolId;
use crate::domain::opening::Part;
use crate::domain::records::Records;
use crate::domain::roster::{PRINCIPAL as PRINCIPAL_ROLE, PUPIL};
use crate::domain::study::{Feedback, Objection, Subject};
use crate::evaluation::achievement_portrait::{References, achievement_portrait};
use crate::evaluation::achievement_trend::achievement_trends;
use crate::evaluation::card_findings::card_findings;
use crate::evaluation::card_portrait::card_portrait;
use crate::evaluation::catalogue::PRINCIPAL;
use crate::evaluation::chain::{self, ChainQuestions};
use crate::evaluation::change;
use crate::evaluation::evaluate::{Origin, evaluate};
use crate::evaluation::findings::{Exclusion, Findings, ScaleMeasure};
use crate::evaluation::isolation::{self, Standing};
use crate::evaluation::knowledge_test;
use crate::evaluation::leadership_portrait::{Leaders, leadership_portrait};
use crate::evaluation::person_picture::draw_persons;
use crate::evaluation::plan::{Grouping, OutcomePattern, Plan, PlanFault};
use crate::evaluation::plan_lock::PlanBasis;
use crate::evaluation::portrayal::portrait;
use crate::evaluation::pupil_checks::at_top;
use crate::evaluation::pupil_portrait::{Spreads, pupil_portraits};
use crate::evaluation::scales::ScaleDefinition;
use crate::evaluation::school_networks;
use crate::evaluation::team_change::set_beside_before;
use crate::evaluation::usual::AllSchools;
use crate::evaluation::work_findings::work_findings;
use crate::fieldwork::drawn;
use crate::fieldwork::study::Study;
use crate::storage::conclusions::{self, ConclusionKey};
use crate::storage::school_networks as kept_networks;
use crate::storage::snapshot::{SchoolRow, Snapshot};
use crate::storage::{StorageError, Store, records, releases, snapshot, studies};

#[derive(Debug, thiserror::Error)]
pub enum ConcludeError {
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error("the analysis plan does not fit the data: {0}")]
    Plan(String),
    #[error("the evaluation did not finish")]
    Interrupted,
}

/// Parts of schools' results, as text.
type Parts = Vec<(SchoolId, Part, String)>;

/// Figures, by the school that is told them.
type Releases = Vec<(SchoolId, Vec<Release>)>;

/// What a snapshot says, ready to be kept.
#[derive(Debug, Clone)]
pub struct Conclusion {
    pub key: ConclusionKey,
    pub findings: Findings,
    /// What each school may see of itself, in parts, as text.
    pub parts: Parts,
    /// What each of them is told for the first time.
    pub releases: Releases,
}

/// Takes a snapshot of everything that is closed and keeps what it says. The same data are evaluated once with the same
/// method; another program, plan or design concludes anew.
pub async fn conclude(
    store: &Store,
    study: &Study,
    now: DateTime<Utc>,
) -> Result<ConclusionKey, ConcludeError> {
    let mut tx = store.read().await?;
    let snapshot = snapshot::take(&mut tx, study.study_id).await?;
    let (snapshot, snapshot_hash) = aside(move || hashed(snapshot)).await?;
    let key = ConclusionKey {
        snapshot_hash,
        method_hash: method_hash(study),
    };
    if let Some(kept) = conclusions::findings(&mut tx, &key).await? {
        let newest = conclusions::newest(&mut tx, study.study_id).await?;
        let n_drawn = kept_networks::n_kept(&mut tx, &key.snapshot_hash).await?;
        drop(tx);
        // Data that were others in the meantime (an objection that was taken back) count again.
        if newest.is_some_and(|(newest, _)| newest != key) {
            let (study_id, known) = (study.study_id, key.clone());
            store
                .write::<_, StorageError, _>(move |tx| {
                    async move { conclusions::keep(tx, study_id, &known, &kept, &[], now).await }
                        .boxed()
                })
                .await?;
        }
        // Pictures are let go of when somebody takes something back.
        if n_drawn < snapshot.schools.len() {
            let (study_id, hash) = (study.study_id, key.snapshot_hash.clone());
            let owned = study.clone();
            let networks = aside(move || pictures(&snapshot, &owned)).await??;
            store
                .write::<_, StorageError, _>(move |tx| {
                    async move { drawn::keep(tx, study_id, &hash, &networks, now).await }.boxed()
                })
                .await?;
        }
        return Ok(key);
    }
    drop(tx);
    let snapshot = Arc::new(snapshot);
    // Until nothing else was told between reading what was told and telling this.
    loop {
        let mut tx = store.read().await?;
        let told = releases::of_study(&mut tx, study.study_id).await?;
        drop(tx);
        let n_told: usize = told.values().map(Vec::len).sum();
        let (owned, frozen) = (study.clone(), snapshot.clone());
        let (conclusion, findings, networks) = aside(move || {
            let conclusion = evaluate_snapshot(&frozen, &owned, told)?;
            let findings = serde_json::to_string(&conclusion.findings)
                .expect("findings are plain values with text keys");
            Ok::<_, ConcludeError>((conclusion, findings, pictures(&frozen, &owned)?))
        })
        .await??;
        let study_id = study.study_id;
        let kept = store
            .write::<_, StorageError, _>(move |tx| {
                async move {
                    // Two machines that conclude at once tell one after the other.
                    studies::hold(tx, study_id).await?;
                    if releases::count(tx, study_id).await? != n_told as i64 {
                        return Ok(None);
                    }
                    let Conclusion { key, parts, .. } = &conclusion;
                    conclusions::keep(tx, study_id, key, &findings, parts, now).await?;
                    releases::keep(tx, key, &conclusion.releases, now).await?;
                    drawn::keep(tx, study_id, &key.snapshot_hash, &networks, now).await?;
                    Ok(Some(conclusion.key))
                }
                .boxed()
            })
            .await?;
        if let Some(key) = kept {
            return Ok(key);
        }
    }
}

/// A snapshot with its hash, over every row of the study: longer than a request should be held up.
fn hashed(snapshot: Snapshot) -> (Snapshot, String) {
    let hash = snapshot.hash();
    (snapshot, hash)
}

/// Pure: the same snapshot of the same study, after the same was told, gives the same conclusion, byte for byte.
pub fn evaluate_snapshot(
    snapshot: &Snapshot,
    study: &Study,
    told: BTreeMap<SchoolId, Vec<Release>>,
) -> Result<Conclusion, ConcludeError> {
    let records = records::records(snapshot, &study.design, &study.questions())?;
    let key = ConclusionKey {
        snapshot_hash: snapshot.hash(),
        method_hash: method_hash(study),
    };
    let mut origin = origin(snapshot, study);
    let mut plan = answerable(plan(study), &records, &mut origin);
    let mut findings = match evaluate(&records, &plan, origin.clone()) {
        // Before the last waves are closed there are no effects to choose groups by; everything else is there.
        Err(fault @ PlanFault::TooFewEffects { .. }) => {
            plan.groups = None;
            origin.exclusions.push(Exclusion {
                what: "the comparison of effect groups".to_owned(),
                reason: fault.to_string(),
            });
            evaluate(&records, &plan, origin)
        }
        other => other,
    }
    .map_err(|fault| ConcludeError::Plan(fault.to_string()))?;
    findings.provenance.snapshot.clone_from(&key.snapshot_hash);
    findings.cards = card_findings(&records, findings.groups.as_ref(), plan.seed);
    findings.work = work_findings(&records);
    add_at_top(&mut findings.scales, &records, study);
    add_evidence(&mut findings, &records, study);
    findings.achievement = achievement_trends(&records, study.design.disclosure.k_pupil);
    // A study that gives no feedback until its end gives it when its last window is closed.
    let ended = snapshot.windows.len() == study.design.windows.len();
    let (parts, releases) = if ended || study.design.feedback == Feedback::AfterEachWave {
        parts(snapshot, study, &records, told)
    } else {
        Default::default()
    };
    Ok(Conclusion {
        key,
        findings,
        parts,
        releases,
    })
}

/// How many pupils are at the top of a scale, beside what else is known of that scale in that wave.
fn add_at_top(rows: &mut Vec<ScaleMeasure>, records: &Records, study: &Study) {
    let mut order: BTreeMap<(String, String), usize> = BTreeMap::new();
    let of = |row: &ScaleMeasure| (row.scale.clone(), row.wave.clone());
    for row in rows.iter() {
        let next = order.len();
        order.entry(of(row)).or_insert(next);
    }
    rows.extend(at_top(records, &pupil_scales(study)));
    rows.sort_by_cached_key(|row| order.get(&of(row)).copied().unwrap_or(usize::MAX));
}

/// What is concluded beside the plan, from the same records.
fn add_evidence(findings: &mut Findings, records: &Records, study: &Study) {
    let versions = study.library.all().map(|(instrument, _)| instrument);
    let questions = versions.filter_map(ChainQuestions::of).last();
    findings.chain = questions
        .map(|questions| chain::chain(records, &questions))
        .unwrap_or_default();
    findings.isolation = isolation::isolation(records, &Standing::of(&study.design));
}

/// What the research desk draws of each school, as it is kept.
fn pictures(snapshot: &Snapshot, study: &Study) -> Result<Vec<(SchoolId, String)>, ConcludeError> {
    let records = records::records(snapshot, &study.design, &study.questions())?;
    let of_school = |networks: school_networks::SchoolNetworks| {
        let row = snapshot
            .schools
            .iter()
            .find(|row| row.key == networks.school)?;
        let text = serde_json::to_string(&networks).expect("networks are plain values");
        Some((SchoolId(row.school_id), text))
    };
    let all = school_networks::of_records(&records).into_iter();
    Ok(all.filter_map(of_school).collect())
}

/// Everything besides the data that decides what is concluded: program, design with its rules of disclosure, plan.
fn method_hash(study: &Study) -> String {
    hash_of(study, &plan(study))
}

fn hash_of(study: &Study, plan: &Plan) -> String {
    let method = (env!("CARGO_PKG_VERSION"), &study.design, plan);
    let text = serde_json::to_string(&method)
        .expect("a design and a plan are plain values with text keys");
    Sha256::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The locked plan of a study: the outcomes of the source at every wave, density, reciprocity and in-degree
/// centralization per relation, and every scale.
pub fn plan(study: &Study) -> Plan {
    let mut scales: Vec<ScaleDefinition> = scales(study).map(|(_, scale)| scale).collect();
    scales.dedup_by(|a, b| a.key == b.key);
    // What pupils say is explored, and takes nothing from what was planned.
    let of_pupils = pupil_scales(study);
    knowledge_test::together(&mut scales);
    let outcomes = ["density", "dyadic_reciprocity", "in_degree_centralization"]
        .into_iter()
        .map(str::to_owned)
        .chain(
            scales
                .iter()
                .filter(|scale| !of_pupils.contains(scale))
                .filter(|scale| scale.part_of.is_none())
                .map(|scale| scale.key.clone()),
        );
    // What pages show; every other measure comes with `schakel analyse` on what is exported.
    let measures = PRINCIPAL.into_iter().chain(change::MEASURES);
    Plan {
        measures: Some(measures.map(str::to_owned).collect()),
        actors: false,
        response_withhold: study.design.response.flag,
        response_flag: study.design.response.report,
        groups: Some(Grouping::ByEffect {
            high: study.design.effect.high,
            low: study.design.effect.low,
        }),
        family: Some(
            outcomes
                .filter_map(|outcome| OutcomePattern::parse(&outcome))
                .collect(),
        ),
        scales,
        ..Plan::default()
    }
}

/// The plan without the outcomes on which there are no data yet, each with the reason: they cannot be compared, and must
/// not stand in the way of those that can.
fn answerable(plan: Plan, records: &Records, origin: &mut Origin) -> Plan {
    let networks = records
        .rosters
        .iter()
        .any(|roster| roster.nominations.iter().any(Option::is_some));
    let answered = |scale: &ScaleDefinition| {
        records.answers.iter().any(|sheet| {
            scale
                .items
                .iter()
                .any(|item| sheet.items.contains_key(item))
        })
    };
    let has_data = |outcome: &OutcomePattern| match plan
        .scales
        .iter()
        .find(|scale| scale.key == outcome.outcome)
    {
        Some(scale) => answered(scale),
        None => networks,
    };
    let (kept, absent): (Vec<_>, Vec<_>) =
        plan.family.iter().flatten().cloned().partition(has_data);
    origin
        .exclusions
        .extend(absent.into_iter().map(|outcome| Exclusion {
            what: format!("outcome {outcome} of the plan"),
            reason: "there are no data on it in the closed waves".to_owned(),
        }));
    Plan {
        family: Some(kept),
        ..plan
    }
}

/// The scales that pupils answer: not the team's, and told to others than the team's.
fn pupil_scales(study: &Study) -> Vec<ScaleDefinition> {
    let mut scales: Vec<ScaleDefinition> = rows_of(study, true).map(|(_, scale)| scale).collect();
    scales.dedup_by(|a, b| a.key == b.key);
    scales
}

/// Every scale of the instruments that the study asks, with what the instrument is about. The card has a page of its own and
/// is no outcome of the plan.
fn scales(study: &Study) -> impl Iterator<Item = (Subject, ScaleDefinition)> {
    rows_of(study, false).chain(rows_of(study, true))
}

fn rows_of(study: &Study, pupils: bool) -> impl Iterator<Item = (Subject, ScaleDefinition)> {
    study
        .design
        .collect
        .iter()
        .filter(move |row| row.roles.iter().any(|role| role == PUPIL) == pupils)
        .filter_map(|row| Some((row.about, study.library.get(&row.instrument)?)))
        .filter(|(_, instrument)| Rater::of_instrument(&instrument.key).is_none())
        .flat_map(|(about, instrument)| {
            let own = instrument.scales.iter();
            own.map(move |scale| (about, ScaleDefinition::of(instrument, scale)))
        })
}

fn origin(snapshot: &Snapshot, study: &Study) -> Origin {
    let instruments: BTreeMap<String, String> = study
        .library
        .all()
        .map(|(instrument, _)| (instrument.pin(), instrument.hash.clone()))
        .collect();
    let with_pupils: Vec<_> = snapshot
        .pupils
        .iter()
        .map(|pupil| pupil.school_id)
        .collect();
    let mut exclusions = Vec::new();
    for cohort in &study.design.cohorts {
        let schools: Vec<_> = snapshot
            .schools
            .iter()
            .filter(|school| school.cohort == cohort.key)
            .collect();
        let waiting = schools
            .iter()
            .filter(|school| !with_pupils.contains(&school.school_id))
            .count();
        if waiting > 0 && waiting == schools.len() {
            exclusions.push(Exclusion {
                what: format!(
                    "{waiting} schools of cohort {} in the choice of effect groups",
                    cohort.key
                ),
                reason: "their last wave is not closed, or there are no pupil scores".to_owned(),
            });
        }
    }
    exclusions.extend(not_used(snapshot));
    exclusions.extend(removed(snapshot));
    Origin {
        instruments,
        exclusions,
        warnings: Vec::new(),
        plan_basis: PlanBasis::Design,
    }
}

/// What members objected to or refused, counted per school.
fn not_used(snapshot: &Snapshot) -> impl Iterator<Item = Exclusion> {
    const LEFT_OUT: &str = "objected to being listed: left out of the list and of every tie, which leaves the networks \
                            of this school incomplete";
    const PLAIN: &str = "objected to being listed: kept without role, groups and answers, as someone whom others name";
    const REFUSED: &str = "refused research: answers not used, kept as someone whom others name";
    let objected = snapshot.objections.iter().map(|row| {
        let reason = if row.policy == Objection::C {
            LEFT_OUT
        } else {
            PLAIN
        };
        (row.school_id, reason)
    });
    let refused = snapshot.refusals.iter().map(|row| (row.school_id, REFUSED));
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (school, reason) in objected.chain(refused) {
        let known = snapshot.schools.iter().find(|row| row.school_id == school);
        let key = known.map_or("", |row| row.key.as_str());
        *counts.entry((key, reason)).or_default() += 1;
    }
    counts.into_iter().map(|((school, reason), n)| Exclusion {
        what: format!(
            "{n} {} of school {school}",
            if n == 1 { "member" } else { "members" }
        ),
        reason: reason.to_owned(),
    })
}

/// Who was forgotten, counted: what was concluded before is concluded anew without them.
fn removed(snapshot: &Snapshot) -> impl Iterator<Item = Exclusion> {
    snapshot.removed.iter().map(|row| Exclusion {
        what: format!("{} {}", row.n, if row.n == 1 { "person" } else { "persons" }),
        reason: match row.policy {
            Objection::A => "removed at their request: own answers gone, kept without a name as someone whom others named",
            Objection::B => "removed at their request: own answers, role and groups gone, kept without a name as someone whom others named",
            Objection::C => "removed at their request: own answers gone, and left out of every list and every answer of others",
        }
        .to_owned(),
    })
}

/// The parts of every school's results, school by school in their order and part by part, and what each school had not
/// been told before. Every figure of a school is judged by the one ledger of that school.
fn parts(
    snapshot: &Snapshot,
    study: &Study,
    records: &Records,
    mut told: BTreeMap<SchoolId, Vec<Release>>,
) -> (Parts, Releases) {
    let rules = TeamRules::of(&study.design);
    // What teachers said about their principal opens to the principal first, on a page of its own.
    let (about_principal, own) = scales_by_audience(study);
    let k_pupil = study.design.disclosure.k_pupil;
    let all_schools = AllSchools::of(records, &rules, &own);
    let references = References::of(records, k_pupil);
    let drawn = records::may_be_drawn(snapshot);
    let of_pupils = pupil_scales(study);
    let spreads = Spreads::of(records, &of_pupils);
    let mut parts = Vec::new();
    let mut releases = Vec::new();
    for (index, school) in records.schools.iter().enumerate() {
        let Some(row) = snapshot.schools.iter().find(|row| row.key == school.key) else {
            continue;
        };
        let id = SchoolId(row.school_id);
        let mut ledger = Ledger::new(told.remove(&id).unwrap_or_default());
        let mut team = portrait(records, &rules, &own, index, &mut ledger);
        set_beside_before(&mut team, records, &rules, &own, index, &mut ledger);
        all_schools.set_beside(&mut team, index);
        if let Some(agreed) = drawn.get(&row.school_id) {
            draw_persons(&mut team, records, &rules, index, agreed, &ledger);
        }
        parts.push((id, Part::Team, text(&team)));
        let leaders = leaders(snapshot, row);
        let leadership = leadership_portrait(
            records,
            &rules,
            &about_principal,
            (index, &leaders),
            &mut ledger,
        );
        if !leadership.waves.is_empty() {
            parts.push((id, Part::Leadership, text(&leadership)));
        }
        let card = card_portrait(records, &rules, (index, &leaders), &mut ledger);
        if !card.waves.is_empty() {
            parts.push((id, Part::Card, text(&card)));
        }
        let achievement =
            achievement_portrait(records, references.as_ref(), k_pupil, index, &mut ledger);
        if !achievement.moments.is_empty() {
            parts.push((id, Part::Achievement, text(&achievement)));
        }
        let (classes, whole) =
            pupil_portraits(records, &of_pupils, k_pupil, (index, &spreads), &mut ledger);
        if let Some(whole) = whole {
            parts.push((id, Part::Pupils, text(&whole)));
        }
        for (key, portrait) in classes {
            if let Some(unit) = snapshot.units.iter().find(|unit| unit.key == key) {
                parts.push((SchoolId(unit.unit_id), Part::Pupils, text(&portrait)));
            }
        }
        releases.push((id, ledger.into_new()));
    }
    (parts, releases)
}

/// Who led a school in each of its closed waves, in whichever of their roles.
fn leaders(snapshot: &Snapshot, school: &SchoolRow) -> Leaders {
    let mut leaders = Leaders::new();
    for window in &snapshot.windows {
        let listed = snapshot
            .members
            .iter()
            .filter(|row| row.window_id == window.window_id && row.school_id == school.school_id);
        let leading = listed.filter(|row| row.roles.iter().any(|role| role == PRINCIPAL_ROLE));
        let known: BTreeSet<String> = leading
            .map(|row| records::pseudonym(row.person_id))
            .collect();
        if !known.is_empty() {
            leaders.insert(window.wave.clone(), known);
        }
    }
    leaders
}

fn text<T: Serialize>(portrait: &T) -> String {
    serde_json::to_string(portrait).expect("portraits are plain values with text keys")
}

/// The scales about the principal, and the others of the team.
fn scales_by_audience(study: &Study) -> (Vec<ScaleDefinition>, Vec<ScaleDefinition>) {
    let about_principal: BTreeSet<String> = rows_of(study, false)
        .filter(|(about, _)| *about == Subject::Principal)
        .map(|(_, scale)| scale.key)
        .collect();
    // What a test tells of those who took it stays on the research desk.
    let (mut principal, mut own): (Vec<_>, Vec<_>) = rows_of(study, false)
        .map(|(_, scale)| scale)
        .filter(|scale| scale.test.is_none())
        .partition(|scale| about_principal.contains(&scale.key));
    principal.dedup_by(|a, b| a.key == b.key);
    own.dedup_by(|a, b| a.key == b.key);
    (principal, own)
}
