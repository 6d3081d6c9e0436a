//! What a respondent is told and may decide: consent per use, objection to being listed, withdrawal, one's own answers.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at whatever is not as it should be"
)]

use crate::support;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta, TimeZone, Utc};
use chrono_tz::Europe::Amsterdam;
use schakel::domain::consent::{CONSENT_VERSION, Decision, Purpose};
use schakel::domain::id::{InvitationId, MemberId, new_uuid};
use schakel::domain::records::Records;
use schakel::domain::study::Objection;
use schakel::domain::time::{Clock, FixedClock};
use schakel::fieldwork::close;
use schakel::fieldwork::consent::{self, ConsentRefusal, Standing, standing};
use schakel::fieldwork::door::Door;
use schakel::fieldwork::object::{self, ObjectRefusal};
use schakel::fieldwork::pages::Part;
use schakel::fieldwork::receive::ReceiveRefusal;
use schakel::fieldwork::withdraw::{self, WithdrawRefusal};
use schakel::instrument::check::RawAnswer;
use schakel::storage::batch::Batch;
use schakel::storage::snapshot::{self, Snapshot};
use schakel::storage::{On, StorageError, Store, conclusions, consents, invitations, records};

use support::databases::databases;
use support::server::{Installation, Page, Server, Visitor, rows};
use support::small_study::{Field, OAK, filled, lines, nobody, start, ticked};
use support::tables::everything;
use tempfile::TempDir;

// --- the verbs, as a respondent or the owner uses them ---------------------------------------------------------------

async fn decide(
    field: &mut Field,
    invitation: InvitationId,
    decisions: &[(Purpose, bool)],
) -> Result<(), ConsentRefusal> {
    let (act, mut rng, study) = (field.act(), field.dice(), field.study.clone());
    let decisions: BTreeMap<Purpose, bool> = decisions.iter().copied().collect();
    field
        .store
        .write(move |tx| {
            Box::pin(async move {
                consent::decide(tx, &act, &mut rng, &study, invitation, &decisions).await
            })
        })
        .await
}

/// A choice that was made at some time, on some version of the words.
async fn decided(field: &mut Field, member: MemberId, version: i64, given: bool) {
    field.clock = FixedClock(field.clock.now() + TimeDelta::seconds(1));
    let (at, mut rng) = (field.clock.now(), field.dice());
    let id = new_uuid(at, &mut rng);
    field
        .store
        .write::<_, StorageError, _>(move |tx| {
            Box::pin(async move {
                let decision = Decision { version, given };
                {
                    let mut batch = Batch::default();
                    consents::insert(&mut batch, id, member, Purpose::Research, decision, at);
                    batch.run(tx).await
                }
            })
        })
        .await
        .unwrap();
}

async fn object(field: &Field, member: MemberId) -> Result<Objection, ObjectRefusal> {
    let (act, study) = (field.act(), field.study.clone());
    field
        .store
        .write(move |tx| Box::pin(async move { object::object(tx, &act, &study, member).await }))
        .await
}

async fn lift(field: &Field, member: MemberId) -> Result<bool, ObjectRefusal> {
    let (act, study) = (field.act(), field.study.clone());
    field
        .store
        .write(move |tx| Box::pin(async move { object::lift(tx, &act, &study, member).await }))
        .await
}

async fn withdraw(field: &Field, invitation: InvitationId) -> Result<bool, WithdrawRefusal> {
    let (act, study) = (field.act(), field.study.clone());
    field
        .store
        .write(move |tx| {
            Box::pin(async move { withdraw::withdraw(tx, &act, &study, invitation).await })
        })
        .await
}

async fn taken(field: &Field) -> (Snapshot, Records) {
    let mut tx = field.store.read().await.unwrap();
    let snapshot = snapshot::take(&mut tx, field.study.study_id).await.unwrap();
    let study = &field.study;
    let records = records::records(&snapshot, &study.design, &study.questions()).unwrap();
    (snapshot, records)
}

/// Runs a statement past the program, with one id in it.
async fn sql(store: &Store, statement: &'static str, id: uuid::Uuid) {
    store
        .write::<_, StorageError, _>(move |tx| {
            Box::pin(async move {
                let done = match &mut tx.on {
                    On::Sqlite(tx) => sqlx::query(statement)
                        .bind(id)
                        .execute(&mut **tx)
                        .await
                        .map(drop),
                    On::Postgres(tx) => sqlx::query(statement)
                        .bind(id)
                        .execute(&mut **tx)
                        .await
                        .map(drop),
                };
                Ok(done?)
            })
        })
        .await
        .unwrap();
}

fn later(field: &mut Field) {
    field.clock = FixedClock(field.clock.now() + TimeDelta::minutes(1));
}

// --- consent ---------------------------------------------------------------------------------------------------------

#[tokio::test(flavor = "multi_thread")]
async fn consent_is_kept_per_use_and_a_refusal_ends_the_taking() {
    use Purpose::{FollowUp, PersonPicture, Research};
    for database in databases("consent").await {
        let mut field = Field::found(database.open().await).await;
        field.enrol(lines()).await;
        let oak = field.school(OAK).await;
        let letters = field.invite(oak, "focus2", "T1").await;
        let (id, member) = (letters[0].invitation_id, letters[0].member_id);
        let is = async |field: &Field| standing(&field.sitting(id).await);

        assert_eq!(is(&field).await, Standing::Undecided);
        let opens = field.clock;
        field.clock = FixedClock(start() - TimeDelta::seconds(1));
        let early = decide(&mut field, id, &[(Research, true)]).await;
        assert!(matches!(early, Err(ConsentRefusal::NotYetOpen)));
        field.clock = opens;
        // What was filled in on paper is taken though nobody decided here.
        let mut page = field.page(id, "net_goals").await;
        page.raw.insert("net_goals".to_owned(), nobody());
        assert_eq!(field.save(&page).await.unwrap().stored, 1);

        let all = [(Research, true), (PersonPicture, true), (FollowUp, false)];
        decide(&mut field, id, &all).await.unwrap();
        assert_eq!(is(&field).await, Standing::Agreed);
        assert_eq!(everything(&field.store).await["consents"].len(), 3);
        later(&mut field);
        decide(&mut field, id, &all).await.unwrap();
        assert_eq!(
            everything(&field.store).await["consents"].len(),
            3,
            "the same is not kept twice"
        );
        assert_eq!(field.audited("consent", &member.to_string()).await, 1);
        decide(&mut field, id, &[(PersonPicture, false)])
            .await
            .unwrap();
        let kept = everything(&field.store).await;
        assert_eq!(
            kept["consents"].len(),
            4,
            "an earlier choice stays readable"
        );
        let mut tx = field.store.read().await.unwrap();
        let latest = consents::of_member(&mut tx, member).await.unwrap();
        drop(tx);
        let said = |given| Decision {
            version: CONSENT_VERSION,
            given,
        };
        let expected = [
            (Research, said(true)),
            (PersonPicture, said(false)),
            (FollowUp, said(false)),
        ];
        assert_eq!(latest, BTreeMap::from(expected));

        // A refusal ends it, whatever is sent; a change of mind begins it again.
        later(&mut field);
        decide(&mut field, id, &[(Research, false)]).await.unwrap();
        assert_eq!(is(&field).await, Standing::Refused);
        let refused = everything(&field.store).await;
        let mut page = field.page(id, "net_approach").await;
        page.raw.insert("net_approach".to_owned(), nobody());
        assert!(matches!(
            field.save(&page).await,
            Err(ReceiveRefusal::ConsentRefused)
        ));
        assert!(matches!(
            field.submit(id).await,
            Err(ReceiveRefusal::ConsentRefused)
        ));
        assert_eq!(everything(&field.store).await, refused);
        later(&mut field);
        decide(&mut field, id, &[(Research, true)]).await.unwrap();
        assert_eq!(field.save(&page).await.unwrap().stored, 1);

        // Other words ask again; until then the answer to the older ones holds for what is taken.
        let (other, colleague) = (letters[1].invitation_id, letters[1].member_id);
        decided(&mut field, colleague, CONSENT_VERSION - 1, true).await;
        assert_eq!(standing(&field.sitting(other).await), Standing::Undecided);
        decided(&mut field, colleague, CONSENT_VERSION - 1, false).await;
        assert_eq!(standing(&field.sitting(other).await), Standing::Undecided);
        let mut page = field.page(other, "net_goals").await;
        page.raw.insert("net_goals".to_owned(), nobody());
        assert!(matches!(
            field.save(&page).await,
            Err(ReceiveRefusal::ConsentRefused)
        ));

        field.clock = FixedClock(start() + TimeDelta::weeks(1));
        decide(&mut field, id, &[(FollowUp, true)]).await.unwrap();
        field.close("focus2", "T1").await.unwrap();
        let stored = everything(&field.store).await;
        let late = decide(&mut field, id, &[(FollowUp, false)]).await;
        assert!(matches!(late, Err(ConsentRefusal::Closed)));
        assert_eq!(everything(&field.store).await, stored);
    }
}

// --- objection, refusal and withdrawal in what is concluded from ---------------------------------------------------

/// What the one who objects, refuses or withdraws does in the two waves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum They {
    Answer,
    Stay,
    /// Are on no list at all.
    NeverWere,
}

/// One teacher of the oak, by the key of the staff list.
const ONE: &str = "eik-07";

struct Collected {
    field: Field,
    /// The invitations of the one, by wave.
    own: BTreeMap<String, InvitationId>,
}

/// Two closed waves at the oak, in which everyone answers by a rule, and names the one as well as others.
async fn collected(store: Store, they: They) -> Collected {
    let mut field = Field::found(store).await;
    // The one is enrolled last, so that without them everyone else has the same id.
    let (mut staff, ones): (Vec<_>, Vec<_>) =
        lines().into_iter().partition(|line| line.person != ONE);
    if they != They::NeverWere {
        staff.extend(ones);
    }
    field.enrol(staff).await;
    let oak = field.school(OAK).await;
    let one = match they {
        They::NeverWere => None,
        _ => Some(field.member(oak, ONE).await),
    };
    let mut order = Vec::new();
    for number in 1..=12 {
        let key = if number == 12 {
            "both".to_owned()
        } else {
            format!("{OAK}-{number:02}")
        };
        if key != ONE {
            order.push(field.member(oak, &key).await);
        }
    }
    let mut own = BTreeMap::new();
    for (week, wave) in [(0, "T1"), (4, "T2a")] {
        field.clock = FixedClock(start() + TimeDelta::weeks(week) + TimeDelta::hours(1));
        let letters = field.invite(oak, "focus2", wave).await;
        for letter in letters {
            let (id, is_one) = (letter.invitation_id, Some(letter.member_id) == one);
            if is_one {
                own.insert(wave.to_owned(), id);
            }
            if is_one && they == They::Stay {
                continue;
            }
            let place = order
                .iter()
                .position(|known| *known == letter.member_id)
                .unwrap_or(7);
            let others: Vec<MemberId> = (1..=3)
                .map(|step| order[(place + step) % order.len()])
                .collect();
            let others: Vec<MemberId> = others
                .into_iter()
                .filter(|other| *other != letter.member_id)
                .collect();
            let mut named = others.clone();
            named.extend(one.filter(|_| place % 2 == 0 && !is_one));
            let mut sheet: BTreeMap<&str, RawAnswer> = BTreeMap::from([
                ("net_goals", ticked(&named)),
                ("net_approach", ticked(&others)),
            ]);
            if place % 3 == 0 {
                sheet.insert("net_progress", nobody());
            }
            sheet.insert("att_01", filled(&(1 + place % 5).to_string()));
            sheet.insert("cult_01", filled(&(1 + (place + 1) % 5).to_string()));
            let sitting = field.sitting(id).await;
            let asked: BTreeSet<String> = sitting
                .steps(&field.study)
                .into_iter()
                .flat_map(|step| step.ask)
                .collect();
            for (item, answer) in sheet.into_iter().filter(|(item, _)| asked.contains(*item)) {
                let mut page = field.page(id, item).await;
                page.raw.insert(item.to_owned(), answer);
                let saved = field.save(&page).await.unwrap();
                assert!(
                    saved.faults.is_empty() && saved.stored == 1,
                    "{wave} {item}: {saved:?}"
                );
            }
        }
        field.close("focus2", wave).await.unwrap();
    }
    Collected { field, own }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_used_is_as_if_it_had_never_been() {
    let mut hashes = BTreeSet::new();
    for database in databases("what may not be used").await {
        let Collected { mut field, own } = collected(database.open().await, They::Answer).await;
        let oak = field.school(OAK).await;
        let one = field.member(oak, ONE).await;
        let alike = databases_of(They::Stay).await;
        let silent = taken(&alike.field).await.1;
        let never = taken(&databases_of(They::NeverWere).await.field).await.1;
        let (before, told) = taken(&field).await;
        assert!(told != silent && told != never && silent != never);
        assert!(told.answers.len() > silent.answers.len());

        // Research refused: the answers are not used, and whoever others name is still someone.
        decided(&mut field, one, CONSENT_VERSION, false).await;
        let (refused, records) = taken(&field).await;
        assert_eq!(records, silent);
        assert_eq!((refused.refusals.len(), refused.objections.len()), (1, 0));
        assert_ne!(refused.hash(), before.hash());
        decided(&mut field, one, CONSENT_VERSION, true).await;
        assert_eq!(taken(&field).await.0, before);

        // The next wave is open: who is on whose list shows there.
        field.clock = FixedClock(start() + TimeDelta::weeks(8) + TimeDelta::hours(1));
        let letters = field.invite(oak, "focus2", "T3").await;
        let colleague = letters
            .iter()
            .find(|letter| letter.member_id != one)
            .unwrap()
            .invitation_id;
        let mine = letters
            .iter()
            .find(|letter| letter.member_id == one)
            .unwrap()
            .invitation_id;
        let listed = async |field: &Field| {
            let sitting = field.sitting(colleague).await;
            let n = sitting.colleagues.len();
            (
                sitting
                    .colleagues
                    .iter()
                    .any(|member| member.member_id == one),
                n,
            )
        };
        assert_eq!(listed(&field).await, (true, 11));

        // An objection leads to B at least, whatever the study does with who does not take part.
        assert_eq!(field.study.design.network.objection, Objection::A);
        assert_eq!(object(&field, one).await.unwrap(), Objection::B);
        assert_eq!(listed(&field).await, (true, 11));
        assert_eq!(standing(&field.sitting(mine).await), Standing::Objects);
        let mut plain = silent.clone();
        for person in plain
            .rosters
            .iter_mut()
            .flat_map(|roster| &mut roster.persons)
        {
            let row = before
                .members
                .iter()
                .find(|row| row.member_id == one.0)
                .unwrap();
            if person.key == records::pseudonym(row.person_id) {
                (person.role, person.groups) = (None, Vec::new());
            }
        }
        assert_ne!(plain, silent);
        let (b, records) = taken(&field).await;
        assert_eq!(records, plain);
        assert!(lift(&field, one).await.unwrap() && !lift(&field, one).await.unwrap());
        assert_eq!(
            taken(&field).await.0.hash(),
            before.hash(),
            "lifted, as if it had not been made"
        );

        Arc::make_mut(&mut field.study).design.network.objection = Objection::C;
        assert_eq!(object(&field, one).await.unwrap(), Objection::C);
        assert_eq!(listed(&field).await, (false, 10));
        let mut page = field.page(colleague, "net_goals").await;
        page.raw.insert("net_goals".to_owned(), ticked(&[one]));
        assert_eq!(
            field.save(&page).await.unwrap().faults.len(),
            1,
            "nobody can name them any more"
        );
        let (c, records) = taken(&field).await;
        assert_eq!(records, never);
        assert_eq!(c.objections.len(), 1);
        let named = |snapshot: &Snapshot| {
            let rows = snapshot.nominations.iter();
            rows.filter(|row| row.alter_id == one.0).count()
        };
        assert!(named(&before) > 0 && named(&b) == named(&refused) && named(&b) > 0);
        assert_eq!(named(&c), 0, "no tie to them leaves the database");
        let found = schakel::conclude::evaluate_snapshot(&c, &field.study, BTreeMap::new())
            .unwrap()
            .findings;
        let counted = |what: &str| {
            let rows = &found.provenance.exclusions;
            rows.iter()
                .filter(|row| row.what == what && row.reason.contains("objected"))
                .count()
        };
        assert_eq!(
            counted("1 member of school eik"),
            1,
            "{:?}",
            found.provenance.exclusions
        );
        let names: BTreeSet<String> = [&before, &refused, &b, &c]
            .into_iter()
            .map(Snapshot::hash)
            .collect();
        assert_eq!(names.len(), 4, "other data have another name");
        hashes.insert(names);
        // What is shown follows: an objection, and its end, both make another conclusion the newest.
        let mut shown = Vec::new();
        for lifted in [true, false, true] {
            if lifted {
                lift(&field, one).await.unwrap();
            } else {
                object(&field, one).await.unwrap();
            }
            later(&mut field);
            let now = field.clock.now();
            let key = schakel::conclude::conclude(&field.store, &field.study, now)
                .await
                .unwrap();
            let mut tx = field.store.read().await.unwrap();
            let newest = conclusions::newest(&mut tx, field.study.study_id)
                .await
                .unwrap();
            assert_eq!(newest.map(|(newest, _)| newest), Some(key.clone()));
            shown.push(key.snapshot_hash);
        }
        assert_eq!(shown, [before.hash(), c.hash(), before.hash()]);

        let stranger = MemberId::new(field.clock.now(), &mut field.dice());
        assert!(matches!(
            object(&field, stranger).await,
            Err(ObjectRefusal::Unknown)
        ));
        assert_eq!(field.audited("object", &one.to_string()).await, 3);
        assert_eq!(field.audited("lift objection", &one.to_string()).await, 3);

        // Withdrawn from both waves, after they were closed.
        let too_late = withdraw(&field, own["T1"]).await;
        assert!(
            matches!(too_late, Err(WithdrawRefusal::TooLate)),
            "no day was set, so closing was the end"
        );
        let today = field.clock.now().date_naive();
        Arc::make_mut(&mut field.study)
            .design
            .conditions
            .withdraw_until = Some(today);
        for invitation in own.values() {
            assert!(withdraw(&field, *invitation).await.unwrap());
        }
        let (_, records) = taken(&field).await;
        assert_eq!(records, silent, "withdrawn is as never answered");
    }
    assert_eq!(hashes.len(), 1, "the same names on every database");
}

/// The same collecting on a SQLite of its own, to compare with.
async fn databases_of(they: They) -> Collected {
    let folder = TempDir::with_prefix("schakel-").unwrap();
    let address = format!("sqlite:{}", folder.path().join("study.db").display());
    let store = Store::open(&address, &support::databases::seal_key()).await;
    collected(store.unwrap(), they).await
}

// --- withdrawal ------------------------------------------------------------------------------------------------------

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_what_was_withdrawn_is_left() {
    for database in databases("withdrawal").await {
        let mut field = Field::found(database.open().await).await;
        field.enrol(lines()).await;
        let oak = field.school(OAK).await;
        let letters = field.invite(oak, "focus2", "T1").await;
        let teacher = field.member(oak, "eik-04").await;
        let id = letters
            .iter()
            .find(|letter| letter.member_id == teacher)
            .unwrap()
            .invitation_id;
        decide(&mut field, id, &[(Purpose::Research, true)])
            .await
            .unwrap();
        let before = everything(&field.store).await;

        for (item, answer) in [
            ("att_01", filled("4")),
            (
                "net_goals",
                ticked(&[letters[0].member_id, letters[1].member_id]),
            ),
            ("net_approach", nobody()),
        ] {
            let mut page = field.page(id, item).await;
            page.raw.insert(item.to_owned(), answer);
            field.save(&page).await.unwrap();
        }
        field.submit(id).await.unwrap();
        for statement in [
            "INSERT INTO write_in_matches (response_id, item, name, at, actor)
             SELECT response_id, 'net_goals', 'Iemand', started_at, 'owner' FROM responses WHERE invitation_id = $1",
            "INSERT INTO part_submissions (invitation_id, part, submitted_at, receipt)
             SELECT invitation_id, 'test', created_at, 'x' FROM invitations WHERE invitation_id = $1",
            "INSERT INTO outbox (mail_id, invitation_id, kind, state, not_before, queued_at)
             SELECT member_id, invitation_id, 'reminder', 'queued', created_at, created_at
             FROM invitations WHERE invitation_id = $1",
        ] {
            sql(&field.store, statement, id.0).await;
        }
        let filled_in = everything(&field.store).await;
        let kept = [
            "responses",
            "answers",
            "nominations",
            "page_saves",
            "write_in_matches",
            "part_submissions",
        ];
        for table in kept {
            assert!(filled_in[table].len() > before[table].len(), "{table}");
        }

        assert!(withdraw(&field, id).await.unwrap());
        let after = everything(&field.store).await;
        let changed: Vec<&str> = after
            .iter()
            .filter(|(table, rows)| before[*table] != **rows)
            .map(|(table, _)| table.as_str())
            .collect();
        assert_eq!(changed, ["audit", "invitations", "outbox"]);
        assert!(after["outbox"].len() == 1 && after["outbox"][0].contains("cancelled"));
        let told = after["audit"]
            .iter()
            .filter(|line| line.contains("withdraw"))
            .count();
        assert_eq!(told, 1);
        assert!(!withdraw(&field, id).await.unwrap(), "once");
        assert_eq!(everything(&field.store).await, after);

        let sitting = field.sitting(id).await;
        assert_eq!(
            sitting.door(&field.study, Part::Questionnaire, field.clock.now()),
            Door::Withdrawn
        );
        let mut page = field.page(id, "att_01").await;
        page.raw.insert("att_01".to_owned(), filled("1"));
        assert!(matches!(
            field.save(&page).await,
            Err(ReceiveRefusal::Withdrawn)
        ));
        assert!(matches!(
            field.submit(id).await,
            Err(ReceiveRefusal::Withdrawn)
        ));
        let again = decide(&mut field, id, &[(Purpose::Research, false)]).await;
        assert!(matches!(again, Err(ConsentRefusal::Withdrawn)));
        let mut tx = field.store.read().await.unwrap();
        let progress = invitations::progress(&mut tx, field.study.study_id)
            .await
            .unwrap();
        let counts: Vec<(i64, i64)> = progress
            .values()
            .map(|row| (row.started, row.submitted))
            .collect();
        assert_eq!(
            counts,
            [(0, 0)],
            "withdrawn counts as neither begun nor sent"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_day_to_withdraw_ends_at_midnight_here() {
    let database = &databases("the last day").await[0];
    let mut field = Field::found(database.open().await).await;
    field.enrol(lines()).await;
    let window = field.window("focus2", "T1").await;
    let local = |month, day, hour, minute, second| {
        let at = Amsterdam.with_ymd_and_hms(2025, month, day, hour, minute, second);
        at.latest().unwrap().with_timezone(&Utc)
    };
    let mut check = |day: Option<NaiveDate>, at, possible| {
        Arc::make_mut(&mut field.study)
            .design
            .conditions
            .withdraw_until = day;
        assert_eq!(
            withdraw::is_possible(&field.study, &window, at),
            possible,
            "{day:?} {at}"
        );
    };
    // In winter, in summer, and on the day of twenty-five hours.
    for (month, day) in [(1, 31), (6, 30), (10, 26)] {
        let last = NaiveDate::from_ymd_opt(2025, month, day);
        check(last, local(month, day, 23, 59, 59), true);
        check(
            last,
            local(month, day, 23, 59, 59) + TimeDelta::seconds(1),
            false,
        );
    }
    assert_eq!(
        local(10, 26, 23, 59, 59) - local(10, 25, 23, 59, 59),
        TimeDelta::hours(25)
    );
    // Midnight here is still the day before in Greenwich.
    check(
        NaiveDate::from_ymd_opt(2025, 6, 30),
        Utc.with_ymd_and_hms(2025, 6, 30, 22, 0, 0).unwrap(),
        false,
    );
    check(None, start() + TimeDelta::weeks(99), true);

    field.clock = FixedClock(start() + TimeDelta::weeks(1));
    let (act, study_id) = (field.act(), field.study.study_id);
    let closing = window.clone();
    field
        .store
        .write(move |tx| Box::pin(async move { close::close(tx, &act, study_id, &closing).await }))
        .await
        .unwrap();
    let closed = field.window("focus2", "T1").await;
    assert!(!withdraw::is_possible(
        &field.study,
        &closed,
        field.clock.now()
    ));
}

// --- the pages -------------------------------------------------------------------------------------------------------

/// A test that is a part of its own: one question.
const TEST: &str = r#"
[instrument]
key = "kennistoets"
version = 1
title = { nl = "Kennistoets", en = "Knowledge test" }
intro = { nl = "Een korte toets.", en = "A short test." }
source = "Written for this test."
status = "written for this project, not validated"
separate = true

[answer.months]
kind = "number"
min = 0
max = 100

[item.lvs_01]
answer = "months"
nl = "Hoeveel maanden omvat een schooljaar?"
en = "How many months has a school year?"

[[page]]
title = { nl = "Toets", en = "Test" }
ask = ["lvs_01"]
"#;

/// The Focus template with its first wave open now, a test beside the questionnaire, and this said about objections.
fn open_study(
    objection: &str,
    extra: &str,
) -> ((TempDir, Installation), Server, BTreeMap<String, String>) {
    let database = TempDir::with_prefix("schakel-").unwrap();
    let place = Installation::new(&format!(
        "sqlite:{}",
        database.path().join("s.db").display()
    ));
    let now = schakel::domain::time::SystemClock.now();
    let at = |days| {
        (now + TimeDelta::days(days))
            .format("%Y-%m-%dT%H:%M:%SZ")
            .to_string()
    };
    let text = include_str!("../instruments/studies/focus.toml")
        .replace(
            "opens_at = \"2024-09-02T08:00:00\"",
            &format!("opens_at = \"{}\"", at(-1)),
        )
        .replace(
            "closes_at = \"2024-09-28T18:00:00\"",
            &format!("closes_at = \"{}\"", at(7)),
        )
        .replace("objection = \"A\"", &format!("objection = \"{objection}\""))
        + "\n[[collect]]\ninstrument = \"kennistoets\"\nwaves = [\"T1\"]\nroles = [\"teacher\"]\nabout = \"self\"\n"
        + "\n[conditions]\nboard_agreement = \"2024-06-01\"\ncouncil_informed = \"2024-06-01\"\n"
        + "ethics_reference = \"EC-1\"\nretention_until = \"2034-06-01\"\n"
        + extra;
    let mut roster = "school,school_name,cohort,person,name,email,role,language\n".to_owned();
    for i in 0..9 {
        roster += &format!("wilg,De Wilg,focus2,t{i},Leerkracht {i},t{i}@example.org,teacher,nl\n");
    }
    let (study, test, roster) = (
        place.file("study.toml", &text),
        place.file("kennistoets.v1.toml", TEST),
        place.file("roster.csv", &roster),
    );
    let letters = place.path("letters.csv");
    let file = |path: &std::path::Path| path.to_str().unwrap().to_owned();
    place.must(&["study", "load", &file(&study), "--instrument", &file(&test)]);
    place.must(&["study", "enrol", "focus", &file(&roster)]);
    place.must(&[
        "study",
        "invite",
        "focus",
        "focus2",
        "T1",
        "--out",
        &file(&letters),
    ]);
    let codes = rows(&letters)
        .into_iter()
        .map(|row| (row["email"].clone(), row["code"].clone()))
        .collect();
    let server = place.serve();
    ((database, place), server, codes)
}

fn visitor(server: &Server, codes: &BTreeMap<String, String>, person: &str) -> Visitor {
    let visitor = Visitor::new(&server.base);
    assert_eq!(
        visitor.enter(&codes[&format!("{person}@example.org")]),
        "/answer"
    );
    visitor
}

fn goes_to(page: &Page, path: &str) {
    assert_eq!(
        (page.status, page.location.as_deref()),
        (303, Some(path)),
        "{}",
        page.html
    );
}

/// Saves the page that asks an item, with these fields, and gives its address.
fn fill(visitor: &Visitor, item: &str, fields: &[(&str, &str)]) -> String {
    for number in 1..20 {
        let path = format!("/answer/{number}");
        let page = visitor.get(&path);
        if page.status == 200 && page.has(&format!("name=\"{item}")) {
            let seen = page.hidden("seen");
            let mut sent = vec![("seen", seen.as_str())];
            sent.extend(fields);
            let saved = visitor.post(&path, &sent);
            assert_eq!(saved.status, 303, "{}", saved.html);
            return path;
        }
    }
    panic!("no page asks {item}");
}

#[tokio::test]
async fn a_respondent_is_told_decides_and_looks_back() {
    let (_place, server, codes) = open_study("A", "withdraw_until = \"2199-03-31\"\n");
    let me = visitor(&server, &codes, "t1");

    // Before anything was decided every page leads to the welcome, and nothing is taken.
    let welcome = me.get("/answer");
    let lines = welcome
        .html
        .split("<ul class=\"know\">")
        .nth(1)
        .unwrap()
        .split("</ul>")
        .next()
        .unwrap();
    assert_eq!(lines.matches("<li>").count(), 5, "{lines}");
    for told in [
        "onderzoek@example.org",
        "beoordelen",
        "schoolleider het eerst",
        "31 maart 2199",
    ] {
        assert!(lines.contains(told), "{told} in {lines}");
    }
    assert!(!welcome.has("checked") && !welcome.has("href=\"/answer/1\""));
    assert!(welcome.has("Kennistoets") && welcome.has("apart deel"));
    for path in [
        "/answer/1",
        "/answer/check",
        "/answer/check/kennistoets",
        "/answer/consent",
    ] {
        goes_to(&me.get(path), "/answer");
    }
    goes_to(
        &me.post("/answer/1", &[("seen", ""), ("att_01", "1")]),
        "/answer",
    );
    goes_to(&me.post("/answer/submit", &[]), "/answer");

    // All three are asked of who takes part; what was chosen already stays chosen.
    let some = me.post(
        "/answer/consent",
        &[("research", "yes"), ("follow_up", "no")],
    );
    assert_eq!(some.status, 422);
    assert!(some.has("role=\"alert\"") && some.has("name=\"research\" value=\"yes\" checked"));
    goes_to(&me.get("/answer/1"), "/answer");
    // A refusal alone is enough; it is told, and can be changed.
    goes_to(
        &me.post("/answer/consent", &[("research", "no")]),
        "/answer",
    );
    assert!(me.get("/answer").has("U doet niet mee"));
    goes_to(&me.get("/answer/1"), "/answer");
    assert!(
        me.get("/answer/consent")
            .has("name=\"research\" value=\"no\" checked")
    );
    me.take_part();
    let begin = me.get("/answer");
    assert!(begin.has("href=\"/answer/1\"") && begin.has("Beginnen: Kennistoets"));

    // The list of colleagues says that names are stored, and that skipping is something else than nobody.
    let likert = fill(&me, "att_01", &[("att_01", "5")]);
    assert!(!me.get(&likert).has("met naam bewaard"));
    let page = me.get(&fill(&me, "net_approach", &[("net_approach.nobody", "1")]));
    assert!(page.has("met naam bewaard") && page.has("telt niet als"));
    let first = page
        .html
        .split("name=\"net_approach\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let named = page
        .html
        .split(&format!("value=\"{first}\""))
        .nth(1)
        .unwrap();
    let name = named
        .split("<span>")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap()
        .to_owned();
    fill(&me, "net_goals", &[("net_goals", first)]);

    let own = me.get("/answer/own");
    assert_eq!(own.status, 200);
    for told in ["helemaal mee eens", "Met niemand", &name, "geen antwoord"] {
        assert!(own.has(told), "{told}");
    }
    assert!(!own.has("Kennistoets"), "not begun");
    goes_to(
        &me.post("/language", &[("language", "en"), ("back", "/answer/own")]),
        "/answer/own",
    );
    let own = me.get("/answer/own");
    assert!(own.has("With nobody") && own.has("strongly agree") && own.has(&name));
    me.post("/language", &[("language", "nl"), ("back", "/")]);

    // The questionnaire is sent without the test, and the test apart.
    let check = me.get("/answer/check");
    assert!(check.has("name=\"part\" value=\"\"") && !check.has("Toets"));
    goes_to(&me.post("/answer/submit", &[("part", "")]), "/answer");
    let half = me.get("/answer");
    assert!(half.has("Verstuurd op") && half.has("Kennistoets") && !half.has("class=\"receipt\""));
    goes_to(&me.get(&likert), "/answer");
    let test = fill(&me, "lvs_01", &[("lvs_01", "7,5")]);
    assert_eq!(me.get(&test).status, 200);
    let check = me.get("/answer/check/kennistoets");
    assert!(check.has("name=\"part\" value=\"kennistoets\"") && check.has("Toets"));
    assert_eq!(me.get("/answer/check/iets").status, 404);
    goes_to(
        &me.post("/answer/submit", &[("part", "kennistoets")]),
        "/answer",
    );
    let receipt = me.get("/answer");
    assert!(receipt.has("class=\"receipt\""));
    for link in [
        "/answer/own",
        "/answer/consent",
        "/answer/objection",
        "/answer/withdraw",
    ] {
        assert!(receipt.has(&format!("href=\"{link}\"")), "{link}");
    }
    assert!(me.get("/answer/own").has("7,5"));

    // Withdrawn after a second look, for good; the link says so.
    assert!(me.get("/answer/withdraw").has("31 maart 2199"));
    goes_to(&me.post("/answer/withdraw", &[]), "/answer/withdraw");
    assert!(
        me.get("/answer").has("class=\"receipt\""),
        "a look withdraws nothing"
    );
    goes_to(
        &me.post("/answer/withdraw", &[("confirm", "yes")]),
        "/answer",
    );
    let again = visitor(&server, &codes, "t1");
    assert!(again.get("/answer").has("Ingetrokken"));
    for path in [
        "/answer/own",
        "/answer/1",
        "/answer/consent",
        "/answer/withdraw",
        "/answer/check",
    ] {
        goes_to(&again.get(path), "/answer");
    }
    assert_eq!(
        again
            .post("/answer/1", &[("seen", ""), ("att_01", "1")])
            .status,
        409
    );
}

#[tokio::test]
async fn an_objection_takes_one_off_the_list_and_back() {
    for (policy, listed, told) in [
        ("A", true, "zonder functie"),
        ("C", false, "geen enkele collega"),
    ] {
        let (_place, server, codes) = open_study(policy, "");
        let (one, other) = (
            visitor(&server, &codes, "t2"),
            visitor(&server, &codes, "t3"),
        );
        one.take_part();
        other.take_part();
        let path = fill(&other, "net_goals", &[]);
        let on_list = || other.get(&path).has("Leerkracht 2");
        assert!(on_list());
        let asked = one.get("/answer/objection");
        assert!(asked.has(told) && asked.has("ook die al gesloten zijn"));
        assert!(on_list(), "looking is not objecting");
        goes_to(
            &one.post("/answer/objection", &[("listed", "no")]),
            "/answer/objection",
        );
        assert_eq!(on_list(), listed, "policy {policy}");
        assert!(one.get("/answer").has("U maakte bezwaar"));
        goes_to(&one.get("/answer/1"), "/answer");
        goes_to(
            &one.post("/answer/objection", &[("listed", "yes")]),
            "/answer/objection",
        );
        assert!(on_list() && one.get("/answer/1").status == 200);
    }
}
