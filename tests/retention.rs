//! Names go by themselves on the day after the one that was promised, answers stay, and doing it again changes nothing.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at whatever is not as it should be"
)]

use crate::support;

use chrono::{DateTime, NaiveDate, TimeDelta, TimeZone, Utc};
use chrono_tz::Europe::Amsterdam;
use futures_util::FutureExt;
use schakel::conclude;
use schakel::domain::language::Language;
use schakel::domain::time::FixedClock;
use schakel::fieldwork::enter::EnterRefusal;
use schakel::fieldwork::export::Export;
use schakel::fieldwork::retain;
use schakel::forget;
use schakel::storage::audit::Act;
use schakel::storage::{StorageError, rosters};
use support::databases::{bytes_of, databases};
use support::figures;
use support::small_study::{Field, OAK, filled, lines, start, ticked};
use support::tables::everything;

/// The retention date of the small study.
fn last() -> NaiveDate {
    NaiveDate::from_ymd_opt(2034, 6, 1).unwrap()
}

fn midnight_after(day: NaiveDate) -> DateTime<Utc> {
    let next = day.succ_opt().unwrap().and_hms_opt(0, 0, 0).unwrap();
    let local = Amsterdam.from_local_datetime(&next).unwrap();
    local.with_timezone(&Utc)
}

/// Whether the names went the first time, and the second.
#[derive(Debug)]
enum GivenUp {
    After(bool, bool),
    Storage(#[expect(dead_code, reason = "shown when the test fails")] StorageError),
}

impl From<StorageError> for GivenUp {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

async fn exported(field: &Field, file: &str) -> Vec<Vec<String>> {
    let mut tx = field.store.read().await.unwrap();
    let export = Export::prepare(&mut tx, field.study.clone(), Language::Nl, None)
        .await
        .unwrap();
    let table = export.table(file).unwrap();
    let mut rows = export.rows_of_study(&table);
    for school in &export.schools {
        let read = export.school(&mut tx, school).await.unwrap();
        rows.extend(export.rows(&table, &read));
    }
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn names_go_the_day_after_and_answers_stay() {
    let mut figures = serde_json::Map::new();
    for database in databases("retention").await {
        let mut field = Field::found(database.open().await).await;
        field.enrol(lines()).await;
        let oak = field.school(OAK).await;
        let letters = field.invite(oak, "focus2", "T1").await;
        for letter in letters.iter().take(8) {
            let others = letters.iter().map(|other| other.member_id);
            let others: Vec<_> = others
                .filter(|id| *id != letter.member_id)
                .take(3)
                .collect();
            for (item, answer) in [("net_goals", ticked(&others)), ("att_01", filled("4"))] {
                let asked = field
                    .sitting(letter.invitation_id)
                    .await
                    .steps(&field.study);
                if asked.iter().any(|step| step.ask.iter().any(|i| i == item)) {
                    let mut page = field.page(letter.invitation_id, item).await;
                    page.raw.insert(item.to_owned(), answer);
                    field.save(&page).await.unwrap();
                }
            }
        }
        field.clock = FixedClock(start() + TimeDelta::weeks(2));
        field.close("focus2", "T1").await.unwrap();
        let now = field.clock.0;
        conclude::conclude(&field.store, &field.study, now)
            .await
            .unwrap();
        let store = field.store.clone();
        let before = everything(&store).await;
        let (answers, nominations) = (
            exported(&field, "answers.csv").await,
            exported(&field, "nominations.csv").await,
        );
        assert!(!answers.is_empty() && !nominations.is_empty());

        // Not a second too early, on the clock of the study.
        let due = midnight_after(last());
        let early = forget::remove_names(&store, None, due - TimeDelta::seconds(1)).await;
        assert_eq!(early.unwrap(), []);
        assert_eq!(everything(&store).await, before);
        let other = forget::remove_names(&store, Some("another"), due).await;
        assert_eq!(other.unwrap(), []);

        // Twice in one transaction, which is then given up: requests of one moment are committed together.
        let (study_id, act) = (field.study.study_id, field.act());
        let twice = store.write(move |tx| {
            async move {
                let act = Act { at: due, ..act };
                let first = retain::remove_names(tx, &act, study_id).await?;
                let second = retain::remove_names(tx, &act, study_id).await?;
                Err::<(), _>(GivenUp::After(first.is_some(), second.is_some()))
            }
            .boxed()
        });
        let seen = twice.await.unwrap_err();
        assert!(matches!(seen, GivenUp::After(true, false)), "{seen:?}");
        assert_eq!(everything(&store).await, before);

        // Two servers at the same minute.
        let (one, two) = tokio::join!(
            forget::remove_names(&store, None, due),
            forget::remove_names(&store, None, due)
        );
        let done: Vec<_> = one.unwrap().into_iter().chain(two.unwrap()).collect();
        assert_eq!(done.len(), 1, "one of them did it");
        let (study, removed) = &done[0];
        assert_eq!((study.as_str(), removed.contacts), ("small", 23));
        assert_eq!(removed.invitations, 12);
        let after = everything(&store).await;
        for table in [
            "contacts",
            "links",
            "account_links",
            "outbox",
            "uploads",
            "visits",
        ] {
            assert!(after[table].is_empty(), "{table}: {:?}", after[table]);
        }
        let text = format!("{after:?}");
        for gone in ["eik-07", "both@example.org", "sealed:1:", "Anna", "Noor"] {
            let seals = text.matches(gone).count() - after["seals"].join(" ").matches(gone).count();
            assert_eq!(seals, 0, "{}: {gone}", database.name);
        }
        if let Some(file) = database.address.strip_prefix("sqlite:") {
            let folder = std::path::Path::new(file).parent().unwrap();
            for entry in std::fs::read_dir(folder).unwrap() {
                let bytes = bytes_of(&entry.unwrap().path());
                for gone in ["eik-07", "both@example.org"] {
                    assert!(
                        !bytes
                            .windows(gone.len())
                            .any(|some| some == gone.as_bytes())
                    );
                }
            }
        }
        // The proof, without a name.
        let noun = format!("{} 2034-06-02", field.study.study_id);
        assert_eq!(field.audited("remove names", &noun).await, 1);
        // No link opens anything, and answers are what they were.
        let code = letters[0].code.clone();
        field.clock = FixedClock(start() + TimeDelta::hours(2));
        assert!(matches!(
            field.enter(&code).await,
            Err(EnterRefusal::Unknown)
        ));
        assert_eq!(exported(&field, "answers.csv").await, answers);
        assert_eq!(exported(&field, "nominations.csv").await, nominations);
        let mut tx = store.read().await.unwrap();
        assert!(rosters::of_school(&mut tx, oak).await.unwrap().is_empty());
        drop(tx);

        // Again, and a year later: nothing changes.
        let after = everything(&store).await;
        for later in [due, due + TimeDelta::days(365)] {
            let again = forget::remove_names(&store, None, later).await;
            assert_eq!(again.unwrap(), []);
            assert_eq!(everything(&store).await, after);
        }
        figures.insert(
            database.name.to_owned(),
            serde_json::json!({
                "contacts_left": after["contacts"].len(),
                "contacts_removed": removed.contacts,
                "proof_lines": 1,
                "changed_by_second_run": 0,
            }),
        );
    }
    figures::record("retention", &serde_json::Value::Object(figures));
}
