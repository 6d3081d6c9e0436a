//! Staff lists that change while a wave goes on: who has left is not asked any more, days begin at midnight where the
//! study is, and nobody is counted twice.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at whatever is not as it should be"
)]

use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};
use futures_util::FutureExt;
use schakel::deliver::Sender;
use schakel::domain::id::{MemberId, SchoolId};
use schakel::domain::time::{Clock, FixedClock};
use schakel::fieldwork::invite;
use schakel::fieldwork::roster_change::{self, Change, ChangeRefusal, Newcomer};
use schakel::mail::Memory;
use schakel::storage::outbox::{self, State};
use schakel::storage::turnout;
use support::databases::databases;
use support::small_study::{Field, OAK, lines};

use crate::support;

async fn change(field: &mut Field, school: SchoolId, asked: Change) -> Result<(), ChangeRefusal> {
    let (act, mut rng, study) = (field.act(), field.dice(), field.study.clone());
    field
        .store
        .write(move |tx| {
            async move { roster_change::change(tx, &act, &mut rng, &study, school, &asked).await }
                .boxed()
        })
        .await
}

fn on(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 9, day).unwrap()
}

async fn leave(field: &mut Field, school: SchoolId, member_id: MemberId, day: u32) {
    let asked = Change::Leave {
        member_id,
        on: on(day),
    };
    change(field, school, asked).await.unwrap();
}

#[tokio::test]
async fn mail_that_waits_does_not_go_to_who_has_left() {
    for database in databases("mail to who has left").await {
        let mut field = Field::found(database.open().await).await;
        field.enrol(lines()).await;
        let (school, window) = (field.school(OAK).await, field.window("focus2", "T1").await);
        let (act, mut rng, study, key, of) = (
            field.act(),
            field.dice(),
            field.study.clone(),
            field.key.clone(),
            window.clone(),
        );
        let (_, queued) = field
            .store
            .write(move |tx| {
                async move {
                    invite::invite_by_mail(tx, &act, &mut rng, &key, &study, school, &of).await
                }
                .boxed()
            })
            .await
            .unwrap();
        assert_eq!(queued, 12);
        // Queued, and gone before the mail goes out.
        let gone = field.member(school, "eik-04").await;
        leave(&mut field, school, gone, 3).await;
        field.clock = FixedClock(window.opens_at + TimeDelta::days(2));
        let sender = Sender {
            store: field.store.clone(),
            key: field.key.clone(),
            base: "https://schakel.example".to_owned(),
            transport: Arc::new(Memory::new("Schakel <schakel@example.org>").unwrap()),
            clock: Arc::new(field.clock),
            node: "one".to_owned(),
            alone: false,
        };
        let round = sender.round(&field.study, || true).await.unwrap();
        assert_eq!(round.sent, 11, "{}", database.name);
        let mut tx = field.store.read().await.unwrap();
        let mails = outbox::of_study(&mut tx, field.study.study_id).await;
        let cancelled: Vec<_> = mails
            .unwrap()
            .into_iter()
            .filter(|mail| mail.state == State::Cancelled)
            .collect();
        assert_eq!(cancelled.len(), 1);
        assert_eq!(cancelled[0].problem.as_deref(), Some("left"));
    }
}

#[tokio::test]
async fn a_day_begins_at_midnight_where_the_study_is() {
    for database in databases("days of the study").await {
        let mut field = Field::found(database.open().await).await;
        field.enrol(lines()).await;
        let school = field.school(OAK).await;
        let letters = field.invite(school, "focus2", "T1").await;
        // The second of September is the first day of the wave, in Amsterdam from ten in the evening before on: whoever
        // leaves on it is not there on that day.
        let mut moved = (*field.study).clone();
        for window in &mut moved.design.windows {
            if window.cohort == "focus2" && window.wave == "T1" {
                window.opens_at = "2024-09-01T22:00:00Z".parse().unwrap();
            }
        }
        let mut window = field.window("focus2", "T1").await;
        window.opens_at = "2024-09-01T22:00:00Z".parse().unwrap();
        assert_eq!(window.days(moved.design.time_zone).0, on(2));
        window.closes_at = "2024-09-08T22:00:00Z".parse().unwrap();
        assert_eq!(window.days(moved.design.time_zone).1, on(8));
        let (id, opens, closes) = (window.window_id, window.opens_at, window.closes_at);
        field
            .store
            .write::<_, schakel::storage::StorageError, _>(move |tx| {
                async move { schakel::storage::windows::set_dates(tx, id, opens, closes).await }
                    .boxed()
            })
            .await
            .unwrap();
        let gone = field.member(school, "eik-04").await;
        leave(&mut field, school, gone, 2).await;
        let other = letters.iter().find(|one| one.member_id != gone).unwrap();
        let sitting = field.sitting(other.invitation_id).await;
        assert!(
            sitting.colleagues.iter().all(|one| one.member_id != gone),
            "{}",
            database.name
        );
        field.close("focus2", "T1").await.unwrap();
        let mut tx = field.store.read().await.unwrap();
        let frozen = turnout::frozen_counts(&mut tx, field.study.study_id).await;
        assert_eq!(frozen.unwrap().get(&(id, school)), Some(&11));
    }
}

#[tokio::test]
async fn two_who_are_one_count_once_in_a_closed_wave_too() {
    for database in databases("merged after closing").await {
        let mut field = Field::found(database.open().await).await;
        field.enrol(lines()).await;
        let (school, window) = (field.school(OAK).await, field.window("focus2", "T1").await);
        field.clock = FixedClock(window.closes_at + TimeDelta::hours(2));
        field.close("focus2", "T1").await.unwrap();
        let (keep, duplicate) = (
            field.member(school, "eik-05").await,
            field.member(school, "eik-06").await,
        );
        let asked = Change::Merge { keep, duplicate };
        change(&mut field, school, asked).await.unwrap();
        let mut tx = field.store.read().await.unwrap();
        let frozen = turnout::frozen_counts(&mut tx, field.study.study_id).await;
        assert_eq!(
            frozen.unwrap().get(&(window.window_id, school)),
            Some(&11),
            "{}",
            database.name
        );
    }
}

#[tokio::test]
async fn a_group_that_is_typed_twice_is_one_group() {
    for database in databases("a group twice").await {
        let mut field = Field::found(database.open().await).await;
        field.enrol(lines()).await;
        let school = field.school(OAK).await;
        let twice = vec!["bovenbouw".to_owned(), "bovenbouw".to_owned()];
        let asked = Change::Join(Newcomer {
            name: "Nieuw".to_owned(),
            roles: vec!["teacher".to_owned()],
            groups: twice.clone(),
            joined_on: Some(field.clock.now().date_naive()),
            ..Newcomer::default()
        });
        change(&mut field, school, asked).await.unwrap();
        let roles = Change::Roles {
            member_id: field.member(school, "eik-04").await,
            roles: vec!["teacher".to_owned(), "teacher".to_owned()],
            groups: twice,
        };
        change(&mut field, school, roles).await.unwrap();
    }
}
