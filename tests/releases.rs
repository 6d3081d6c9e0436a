//! What a school was told is held against what it is told later: withdrawals, objections, lists of earlier versions.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at whatever is not as it should be"
)]

use crate::support;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};
use schakel::conclude::conclude;
use schakel::domain::disclosure::{Ledger, Release, Suppressed, Told};
use schakel::domain::id::{InvitationId, MemberId, SchoolId};
use schakel::domain::opening::Part;
use schakel::domain::time::{Clock, FixedClock};
use schakel::evaluation::portrait::{Portrait, WavePortrait};
use schakel::fieldwork::{object, withdraw};
use schakel::instrument::check::RawAnswer;
use schakel::storage::{Store, conclusions, releases};

use support::databases::databases;
use support::small_study::{Field, OAK, filled, lines, ticked};
use support::tables::everything;

/// Eleven of the twelve teach, in one group of six and one of six.
async fn collected(store: Store) -> (Field, BTreeMap<MemberId, InvitationId>) {
    let mut field = Field::found(store).await;
    // Until the end of the year one may withdraw, closed waves too.
    Arc::make_mut(&mut field.study)
        .design
        .conditions
        .withdraw_until = NaiveDate::from_ymd_opt(2024, 12, 31);
    let staff = lines().into_iter().enumerate().map(|(index, mut line)| {
        if line.roles[0] != "principal" {
            line.roles = vec!["teacher".to_owned()];
        }
        let group = if index % 12 < 6 {
            "onderbouw"
        } else {
            "bovenbouw"
        };
        line.groups = Some(vec![group.to_owned()]);
        line
    });
    field.enrol(staff.collect()).await;
    let oak = field.school(OAK).await;
    let letters = field.invite(oak, "focus2", "T1").await;
    let members: Vec<MemberId> = letters.iter().map(|letter| letter.member_id).collect();
    let mut invitations = BTreeMap::new();
    for (place, letter) in letters.iter().enumerate() {
        let id = letter.invitation_id;
        invitations.insert(letter.member_id, id);
        let others: Vec<MemberId> = [1, 2, 4, 7]
            .into_iter()
            .take(2 + place % 3)
            .map(|step| members[(place + step) % members.len()])
            .collect();
        let rating = |shift: usize| filled(&(2 + (place + shift) % 3).to_string());
        // Page by page.
        let sheet: [Vec<(&str, RawAnswer)>; 3] = [
            vec![("net_goals", ticked(&others))],
            vec![("net_approach", ticked(&others[..2]))],
            vec![
                ("cult_01", rating(0)),
                ("cult_02", rating(1)),
                ("cult_03", rating(place / 3)),
            ],
        ];
        let asked: BTreeSet<String> = field
            .sitting(id)
            .await
            .steps(&field.study)
            .into_iter()
            .flat_map(|step| step.ask)
            .collect();
        for answers in sheet {
            let (item, n) = (answers[0].0, answers.len());
            if !asked.contains(item) {
                continue;
            }
            let mut page = field.page(id, item).await;
            let answers = answers.into_iter();
            page.raw
                .extend(answers.map(|(item, answer)| (item.to_owned(), answer)));
            let saved = field.save(&page).await.unwrap();
            assert!(saved.faults.is_empty() && saved.stored == n, "{saved:?}");
        }
    }
    field.close("focus2", "T1").await.unwrap();
    (field, invitations)
}

async fn told(field: &Field) -> (WavePortrait, Vec<Release>, String) {
    conclude(&field.store, &field.study, field.clock.now())
        .await
        .unwrap();
    let oak = field.school(OAK).await;
    let mut tx = field.store.read().await.unwrap();
    let (text, _) = conclusions::part(&mut tx, field.study.study_id, oak, Part::Team)
        .await
        .unwrap()
        .unwrap();
    let mut kept = releases::of_study(&mut tx, field.study.study_id)
        .await
        .unwrap();
    let portrait: Portrait = serde_json::from_str(&text).unwrap();
    assert_eq!(portrait.waves.len(), 1);
    (
        portrait.waves.into_iter().next().unwrap(),
        kept.remove(&oak).unwrap_or_default(),
        text,
    )
}

async fn rows(field: &Field) -> Vec<String> {
    everything(&field.store).await["releases"].clone()
}

fn later(field: &mut Field) {
    field.clock = FixedClock(field.clock.now() + TimeDelta::hours(1));
}

fn of(released: &[Release], measure: &str) -> Vec<Release> {
    released
        .iter()
        .filter(|release| release.measure == measure)
        .cloned()
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_figure_is_not_told_again_without_one_who_withdrew() {
    let mut kept_alike = Vec::new();
    for database in databases("releases").await {
        let (mut field, invitations) = collected(database.open().await).await;
        let oak: SchoolId = field.school(OAK).await;
        let one = field.member(oak, "eik-07").await;
        let (wave, released, first) = told(&field).await;

        // Eleven teachers and their principal: the figures are there, each with a row in the ledger.
        let culture = &wave.scales[wave
            .scales
            .iter()
            .position(|s| s.scale == "culture")
            .unwrap()];
        let goals = &wave.relations[wave
            .relations
            .iter()
            .position(|r| r.relation == "goals")
            .unwrap()];
        assert_eq!(culture.n.shown(), Ok(&11));
        let mean = *culture.mean.shown().unwrap();
        assert!(
            culture.groups.len() == 2 && culture.items.len() == 3,
            "{culture:?}"
        );
        assert!(
            culture.items.iter().all(|item| item.said.shown().is_ok()),
            "{culture:?}"
        );
        assert!(goals.density.shown().is_ok(), "{goals:?}");
        let means = of(&released, &Ledger::mean_of("culture"));
        assert_eq!(
            means.iter().map(|release| release.over.len()).max(),
            Some(11)
        );
        let tenths = (mean * 10.0).round() as i64;
        assert!(
            means
                .iter()
                .any(|release| release.told == Told::Mean { tenths })
        );
        assert_eq!(
            of(&released, &Ledger::density_of("goals"))[0].over.len(),
            12
        );
        assert_eq!(of(&released, &Ledger::item_of("cult_01")).len(), 1);

        // Concluding again tells nothing new.
        let before = rows(&field).await;
        later(&mut field);
        assert_eq!(told(&field).await.2, first);
        assert_eq!(rows(&field).await, before);

        // One withdraws. What was told stays told; a figure over the others would tell that one's answers.
        later(&mut field);
        let (act, study, id) = (field.act(), field.study.clone(), invitations[&one]);
        field
            .store
            .write(move |tx| {
                Box::pin(async move { withdraw::withdraw(tx, &act, &study, id).await })
            })
            .await
            .unwrap();
        let (wave, now, second) = told(&field).await;
        assert_ne!(second, first);
        let culture = &wave.scales[wave
            .scales
            .iter()
            .position(|s| s.scale == "culture")
            .unwrap()];
        assert_eq!(culture.n.shown(), Ok(&10));
        assert_eq!(culture.mean.shown(), Err(Suppressed::WouldTellOthers));
        assert!(
            culture
                .items
                .iter()
                .all(|item| item.said.shown() == Err(Suppressed::WouldTellOthers))
        );
        // Nobody was asked about the third.
        let asked = wave.relations.iter().filter(|r| r.relation != "progress");
        for relation in asked {
            for figure in [
                relation.density.shown().err(),
                relation.reciprocity.shown().err(),
            ] {
                assert_eq!(figure, Some(Suppressed::WouldTellOthers), "{relation:?}");
            }
            assert!(
                relation
                    .blocks
                    .iter()
                    .all(|block| block.share.shown().is_err())
            );
        }
        // The other group is the same people with the same answers.
        let groups: Vec<_> = culture
            .groups
            .iter()
            .map(|group| group.mean.shown().copied())
            .collect();
        assert!(
            groups
                .iter()
                .any(|mean| *mean != Err(Suppressed::WouldTellOthers)),
            "{groups:?}"
        );
        assert_eq!(now, released, "nothing new was told");
        assert_eq!(rows(&field).await, before);
        kept_alike.push((database.name, first, second, now));
    }
    for other in &kept_alike[1..] {
        assert_eq!(
            (&other.1, &other.2, &other.3),
            (&kept_alike[0].1, &kept_alike[0].2, &kept_alike[0].3)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_objection_after_a_release_is_held_against_it_and_lifting_it_shows_all_again() {
    for database in databases("objection after a release").await {
        let (mut field, _) = collected(database.open().await).await;
        let oak = field.school(OAK).await;
        let one = field.member(oak, "eik-07").await;
        let (wave, _, first) = told(&field).await;
        assert!(wave.relations[0].density.shown().is_ok());
        let before = rows(&field).await;
        later(&mut field);
        let (act, study) = (field.act(), field.study.clone());
        field
            .store
            .write(move |tx| Box::pin(async move { object::object(tx, &act, &study, one).await }))
            .await
            .unwrap();
        let (wave, _, _) = told(&field).await;
        assert_eq!(
            wave.relations[0].density.shown(),
            Err(Suppressed::WouldTellOthers)
        );
        assert_eq!(rows(&field).await, before);
        later(&mut field);
        let (act, study) = (field.act(), field.study.clone());
        field
            .store
            .write(move |tx| Box::pin(async move { object::lift(tx, &act, &study, one).await }))
            .await
            .unwrap();
        assert_eq!(told(&field).await.2, first);
        assert_eq!(rows(&field).await, before);
    }
}

/// Figures that are judged without regard to what else is told are for the control of the tests that attack.
#[test]
fn nothing_that_is_shown_is_judged_without_memory() {
    let mut folders = vec![std::path::PathBuf::from("src")];
    let mut naming = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs")
                && std::fs::read_to_string(&path)
                    .unwrap()
                    .contains("without_memory")
                && !path.starts_with("src/domain/disclosure")
            {
                naming.push(path);
            }
        }
    }
    assert!(naming.is_empty(), "{naming:?}");
}
