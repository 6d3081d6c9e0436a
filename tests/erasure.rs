//! A person who asks to be forgotten is: no byte of them is left, what is concluded is as if they had never been there (or
//! had been there without a name), and no older copy of the database brings them back.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at whatever is not as it should be"
)]

use crate::support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use chrono::TimeDelta;
use futures_util::FutureExt;
use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;
use schakel::conclude;
use schakel::domain::agreed::{Agreement, Review, Verdict};
use schakel::domain::answer::{Answer, Pin};
use schakel::domain::coding::{Interview, Source, Statement};
use schakel::domain::id::{
    ActionId, InterviewId, InvitationId, MeetingId, MemberId, NoteId, PersonId, StatementId,
};
use schakel::domain::language::Language;
use schakel::domain::opening::Audience;
use schakel::domain::records::Records;
use schakel::domain::study::Objection;
use schakel::domain::time::FixedClock;
use schakel::domain::training::{LoggedMeeting, Meeting};
use schakel::fieldwork::erase::{self, EraseRefusal, Replayed};
use schakel::fieldwork::export::Export;
use schakel::fieldwork::{withdraw, write_ins};
use schakel::forget::{self, ErasureLedger, ForgetFailure, Request};
use schakel::instrument::check::RawAnswer;
use schakel::storage::answers::{self, Change};
use schakel::storage::trainer_reports::{self, TrainerReport};
use schakel::storage::{
    StorageError, Store, agreed_actions, conclusions, conversation_notes, interviews, records,
    rosters, snapshot, training_log,
};
use serde_json::Value;
use support::databases::{Database, bytes_of, databases, seal_key};
use support::figures;
use support::server::{Installation, Visitor};
use support::small_study::{Field, OAK, filled, lines, start, ticked};
use support::tables::everything;
use tempfile::TempDir;

/// One teacher of the oak, by the key of the staff list.
const ONE: &str = "eik-07";
const NAME: &str = "Quintessa Wombat";
const ADDRESS: &str = "quintessa.wombat@canary.example";
/// What the one wrote about somebody else.
const WRITTEN: &str = "Zebedee Canaryson";
const CANARIES: [&str; 6] = [
    "eik-07",
    "Quintessa",
    "Wombat",
    "canary.example",
    "Zebedee",
    "Canaryson",
];

/// What stands in the database in the place of name, address and what was written.
fn sealed() -> Vec<String> {
    let written = |text: &str| serde_json::to_string(&Answer::Text(text.to_owned())).unwrap();
    [
        ("contacts.name", NAME.to_owned()),
        ("contacts.email", ADDRESS.to_owned()),
        ("write_in_matches.name", NAME.to_owned()),
        ("answers.value", written(WRITTEN)),
        ("answers.value", written(&format!("{NAME}\nPiet Punctuel"))),
        ("answers.value", written(&NAME.to_uppercase())),
    ]
    .map(|(column, text)| seal_key().seal(column, &text))
    .to_vec()
}

/// What the one does in the wave that is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum They {
    Answer,
    Stay,
    /// Are on no list at all.
    NeverWere,
}

struct Collected {
    field: Field,
    /// The invitations of the one, by wave.
    own: BTreeMap<String, InvitationId>,
    /// An invitation of somebody else.
    other: InvitationId,
}

impl Collected {
    async fn person(&self) -> PersonId {
        let mut tx = self.field.store.read().await.unwrap();
        let found = rosters::person_by_key(&mut tx, self.field.study.study_id, ONE).await;
        found.unwrap().unwrap()
    }
}

/// A wave of the oak that is closed and one that is open; everyone answers by a rule, and some name the one, whom two have
/// written in as well.
async fn collected(store: Store, they: They) -> Collected {
    let mut field = Field::found(store).await;
    Arc::make_mut(&mut field.study).design.network.write_in = true;
    // The one is enrolled last, so that without them everyone else has the same id.
    let (mut staff, mut ones): (Vec<_>, Vec<_>) =
        lines().into_iter().partition(|line| line.person != ONE);
    for one in &mut ones {
        (one.name, one.email) = (NAME.to_owned(), Some(ADDRESS.to_owned()));
    }
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
        let key = match number {
            12 => "both".to_owned(),
            _ => format!("{OAK}-{number:02}"),
        };
        if key != ONE {
            order.push(field.member(oak, &key).await);
        }
    }
    let (mut own, mut other) = (BTreeMap::new(), None);
    for (week, wave) in [(0, "T1"), (4, "T2a")] {
        field.clock = FixedClock(start() + TimeDelta::weeks(week) + TimeDelta::hours(1));
        for letter in field.invite(oak, "focus2", wave).await {
            let (id, is_one) = (letter.invitation_id, Some(letter.member_id) == one);
            if is_one {
                own.insert(wave.to_owned(), id);
            } else {
                other = other.or(Some(id));
            }
            if is_one && they == They::Stay {
                continue;
            }
            let place = order.iter().position(|known| *known == letter.member_id);
            answer(
                &mut field,
                id,
                place.unwrap_or(7),
                &order,
                one.filter(|_| !is_one),
            )
            .await;
        }
        if wave == "T1" {
            field.close("focus2", wave).await.unwrap();
        }
    }
    let other = other.unwrap();
    Collected { field, own, other }
}

async fn answer(
    field: &mut Field,
    id: InvitationId,
    place: usize,
    order: &[MemberId],
    one: Option<MemberId>,
) {
    let me = field.sitting(id).await.me.member_id;
    let mut named: Vec<MemberId> = (1..=3)
        .map(|step| order[(place + step) % order.len()])
        .filter(|other| *other != me)
        .collect();
    named.extend(one.filter(|_| place.is_multiple_of(2)));
    let mut goals = ticked(&named);
    // Two spellings by others, and a name that the one wrote.
    goals.missing = match (place, one) {
        (7, None) if !order.contains(&me) => vec![WRITTEN.to_owned()],
        (0, Some(_)) => vec![NAME.to_owned(), "Piet Punctuel".to_owned()],
        (1, Some(_)) => vec![NAME.to_uppercase()],
        (0, None) => vec!["Piet Punctuel".to_owned()],
        _ => Vec::new(),
    };
    let sheet: [(&str, RawAnswer); 3] = [
        ("net_goals", goals),
        ("att_01", filled(&(1 + place % 5).to_string())),
        ("cult_01", filled(&(1 + (place + 1) % 5).to_string())),
    ];
    for (item, answer) in sheet {
        let asked = field.sitting(id).await.steps(&field.study);
        if asked.iter().any(|step| step.ask.iter().any(|i| i == item)) {
            let mut page = field.page(id, item).await;
            page.raw.insert(item.to_owned(), answer);
            let saved = field.save(&page).await.unwrap();
            assert!(saved.faults.is_empty() && saved.stored > 0, "{saved:?}");
        }
    }
}

/// Colleagues and trainers write about the one, in every place where somebody writes freely.
async fn written_about(all: &Collected) {
    let field = &all.field;
    let oak = field.school(OAK).await;
    let text =
        |about: &str| format!("{about}: {NAME} en QUINTESSA wombat; mevrouw Wombat's groep.");
    let act = field.act();
    let mut rng = ChaCha12Rng::seed_from_u64(21);
    let other = all.other;
    field
        .store
        .write::<_, StorageError, _>(move |tx| {
            async move {
                let note_id = NoteId::new(act.at, &mut rng);
                let asked = (oak, Audience::Team, "groups");
                conversation_notes::put(tx, &act, note_id, asked, &text("note")).await?;
                let action_id = ActionId::new(act.at, &mut rng);
                let agreement = Agreement {
                    goal: text("goal"),
                    noticed_by: text("noticed"),
                    owner: NAME.to_owned(),
                    due_on: None,
                };
                agreed_actions::insert(tx, &act, oak, action_id, "T1", &agreement).await?;
                let review = Review {
                    wave: "T2a".to_owned(),
                    verdict: Verdict::Secure,
                    seen: text("seen"),
                    at: act.at,
                };
                agreed_actions::put_review(tx, &act, action_id, &review).await?;
                let meeting = Meeting {
                    subject: "data".to_owned(),
                    team: 12,
                    attendance: Vec::new(),
                    goals: text("goals"),
                    group_plans: 0,
                    class_support: 0,
                    next_step: text("next"),
                };
                let logged = LoggedMeeting {
                    meeting_id: MeetingId::new(act.at, &mut rng),
                    held_on: act.at.date_naive(),
                    meeting,
                };
                training_log::insert(tx, &act, oak, &logged).await?;
                let report = TrainerReport {
                    school_id: oak,
                    wave: "T1".to_owned(),
                    pin: Pin {
                        instrument: "trainer-progress".to_owned(),
                        version: 1,
                        hash: String::new(),
                    },
                    answers: BTreeMap::from([(
                        "progress".to_owned(),
                        Answer::Text(text("report")),
                    )]),
                    filed_at: None,
                    seen_before: Vec::new(),
                };
                assert!(trainer_reports::save(tx, &act, &report).await?);
                let interview = Interview {
                    interview_id: InterviewId::new(act.at, &mut rng),
                    school_id: oak,
                    source: Source::Principal,
                    held_on: act.at.date_naive(),
                    n_masks: 0,
                };
                let said = [Statement {
                    statement_id: StatementId::new(act.at, &mut rng),
                    interview_id: interview.interview_id,
                    place: 0,
                    text: text("said"),
                }];
                interviews::insert(tx, &act, &interview, &said).await?;
                // An answer in words of somebody else.
                let given = answers::of_invitation(tx, other, false).await?;
                let response = given.responses.values().next().unwrap().response_id;
                let words = Answer::Text(text("answer"));
                let change = Change {
                    item: "remark",
                    before: None,
                    after: Some(&words),
                };
                answers::put(tx, response, &[change], act.at).await
            }
            .boxed()
        })
        .await
        .unwrap();
}

async fn forget(
    field: &mut Field,
    ledger: &ErasureLedger,
    person_id: PersonId,
    policy: Objection,
) -> Result<erase::Erased, ForgetFailure> {
    let (act, mut dice) = (field.act(), field.dice());
    let request = Request { person_id, policy };
    forget::forget(
        &field.store,
        Some(ledger),
        &field.study,
        request,
        act,
        &mut dice,
    )
    .await
}

async fn taken(field: &Field) -> Records {
    let mut tx = field.store.read().await.unwrap();
    let snapshot = snapshot::take(&mut tx, field.study.study_id).await.unwrap();
    let study = &field.study;
    records::records(&snapshot, &study.design, &study.questions()).unwrap()
}

/// What is concluded, newly.
async fn found(field: &Field) -> Value {
    let key = conclude::conclude(&field.store, &field.study, field.clock.0).await;
    let mut tx = field.store.read().await.unwrap();
    let text = conclusions::findings(&mut tx, &key.unwrap()).await.unwrap();
    serde_json::from_str(&text.unwrap()).unwrap()
}

/// Every table that is exported, as text.
async fn exported(field: &Field) -> BTreeMap<String, String> {
    let mut tx = field.store.read().await.unwrap();
    let export = Export::prepare(&mut tx, field.study.clone(), Language::Nl, None)
        .await
        .unwrap();
    let mut files = BTreeMap::new();
    for table in export.tables() {
        let mut rows = export.rows_of_study(&table);
        for school in &export.schools {
            let read = export.school(&mut tx, school).await.unwrap();
            rows.extend(export.rows(&table, &read));
        }
        files.insert(table.file(), format!("{rows:?}"));
    }
    files
}

/// Where any of these stands, in whatever the database keeps: its files, or every row of its tables.
async fn traces(database: &Database, store: &Store, what: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut look = |place: &str, bytes: &[u8]| {
        for canary in what {
            let canary = canary.as_bytes();
            if bytes.windows(canary.len()).any(|some| some == canary) {
                found.push(format!("{} in {place}", String::from_utf8_lossy(canary)));
            }
        }
    };
    if let Some(file) = database.address.strip_prefix("sqlite:") {
        for entry in std::fs::read_dir(Path::new(file).parent().unwrap()).unwrap() {
            let path = entry.unwrap().path();
            look(&path.display().to_string(), &bytes_of(&path));
        }
    }
    for (table, rows) in everything(store).await {
        look(&table, rows.join("\n").as_bytes());
    }
    found
}

fn ledger(folder: &TempDir) -> (ErasureLedger, PathBuf) {
    let file = folder.path().join("erasures.log");
    (ErasureLedger::at(file.clone()), file)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_byte_of_them_is_left() {
    let mut figures = BTreeMap::new();
    let mut scanned = 0_u64;
    for policy in Objection::ALL {
        for database in databases("erasure").await {
            let folder = TempDir::new().unwrap();
            let (ledger, file) = ledger(&folder);
            let mut all = collected(database.open().await, They::Answer).await;
            let person = all.person().await;
            written_about(&all).await;
            let pseudonym = records::pseudonym(person.0);
            found(&all.field).await;
            let store = all.field.store.clone();
            let sealed = sealed();
            for canary in sealed.iter().chain([&pseudonym, &ONE.to_owned()]) {
                // Nobody has matched a written name yet.
                let there = !traces(&database, &store, &[canary]).await.is_empty();
                assert!(there || *canary == sealed[2], "{canary} is there at first");
            }

            // A copy that an upgrade left beside the file.
            if let Some(file) = database.address.strip_prefix("sqlite:") {
                std::fs::write(format!("{file}.before-0004"), NAME).unwrap();
            }
            let began = Instant::now();
            let erased = forget(&mut all.field, &ledger, person, policy)
                .await
                .unwrap();
            let took = began.elapsed().as_secs_f64();
            assert_eq!((erased.memberships, erased.invitations), (1, 2));
            assert_eq!(erased.written_by_others, 4, "two answers in two waves");
            assert_eq!(erased.free_texts, 9);
            let note = {
                let oak = all.field.school(OAK).await;
                let mut tx = store.read().await.unwrap();
                let notes = conversation_notes::of_school(&mut tx, oak, Audience::Team).await;
                notes.unwrap().remove("groups").unwrap().content
            };
            assert_eq!(note, "note: […] en […]; mevrouw […]'s groep.");
            assert!(erased.concluded);
            let old: Vec<&str> = CANARIES.iter().copied().chain([&*pseudonym]).collect();
            let upper = NAME.to_uppercase();
            let sealed = sealed.iter().map(String::as_str);
            let sought: Vec<&str> = old.into_iter().chain([&*upper]).chain(sealed).collect();
            let left = traces(&database, &store, &sought).await;
            assert!(left.is_empty(), "{} {policy:?}: {left:?}", database.name);

            // Nor in what is made of it afterwards.
            let results = found(&all.field).await.to_string();
            let files = exported(&all.field).await;
            let told = std::fs::read_to_string(&file).unwrap();
            for text in files.values().chain([&results, &told]) {
                assert!(!sought.iter().any(|canary| text.contains(canary)));
                scanned += text.len() as u64;
            }
            assert_eq!(
                results.matches("removed at their request").count(),
                1,
                "the report says so, once and without a name"
            );
            assert!(told.contains(&person.to_string()) && told.lines().count() == 1);
            let mut tx = store.read().await.unwrap();
            let written = write_ins::all(&mut tx, &all.field.study).await.unwrap();
            drop(tx);
            let names: Vec<&str> = written.iter().map(|one| one.name.as_str()).collect();
            assert_eq!(
                names, ["Piet Punctuel"; 2],
                "in both waves, and nobody else"
            );
            let left = traces(&database, &store, &sought).await;
            assert!(left.is_empty(), "{} {policy:?}: {left:?}", database.name);

            // Again: there is nobody.
            let again = forget(&mut all.field, &ledger, person, policy).await;
            assert!(matches!(
                again,
                Err(ForgetFailure::Refused(EraseRefusal::Unknown))
            ));
            assert_eq!(std::fs::read_to_string(&file).unwrap(), told);
            let key = format!("{} {policy:?}", database.name);
            figures.insert(
                key,
                serde_json::json!({ "traces_left": 0, "seconds": took }),
            );
        }
    }
    figures::record(
        "erasure",
        &serde_json::json!({
            "canaries": CANARIES.len() + 2 + sealed().len(),
            "exported_bytes_scanned": scanned,
            "erasures": figures,
        }),
    );
}

/// The densities that were concluded, by school, wave and relation.
fn densities(findings: &Value) -> Vec<Value> {
    let rows = findings["networks"].as_array().unwrap().iter();
    let rows: Vec<Value> = rows
        .filter(|row| row["measure"] == "density")
        .cloned()
        .collect();
    assert!(!rows.is_empty());
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn erased_is_as_never_enrolled_or_as_someone_without_a_name() {
    let folder = TempDir::new().unwrap();
    let (ledger, _) = ledger(&folder);
    for (they, policy, as_if) in [
        (They::Answer, Objection::C, They::NeverWere),
        (They::Answer, Objection::A, They::Stay),
        (They::Stay, Objection::A, They::Stay),
    ] {
        // One kind is enough for what is read by the same statements; the bytes are compared on both above.
        let (one, other) = (databases("erased").await, databases("as if").await);
        let mut all = collected(one[0].open().await, they).await;
        let mut alike = collected(other[0].open().await, as_if).await;
        let person = all.person().await;
        let with = found(&all.field).await;
        forget(&mut all.field, &ledger, person, policy)
            .await
            .unwrap();
        assert_eq!(
            densities(&found(&all.field).await) == densities(&with),
            they == They::Stay,
            "of someone who had not answered nothing was in them but what others said"
        );
        // The wave that was open goes on, and is closed like the other.
        for field in [&mut all.field, &mut alike.field] {
            field.clock = FixedClock(start() + TimeDelta::weeks(5));
            field.close("focus2", "T2a").await.unwrap();
        }
        let (mut left, mut expected) = (found(&all.field).await, found(&alike.field).await);
        assert_eq!(
            densities(&left),
            densities(&expected),
            "{they:?} {policy:?}"
        );
        if policy == Objection::C {
            for findings in [&mut left, &mut expected] {
                // The mark, and the name of data that carry it, are what differs.
                findings.as_object_mut().unwrap().remove("provenance");
            }
            assert_eq!(left, expected);
            assert_eq!(taken(&all.field).await, taken(&alike.field).await);
            assert_eq!(exported(&all.field).await, exported(&alike.field).await);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_copy_forgets_the_same_people_again() {
    for (database, copy) in databases("erasure ledger")
        .await
        .iter()
        .zip(databases("erasure ledger").await)
    {
        let folder = TempDir::new().unwrap();
        let (ledger, file) = ledger(&folder);
        let mut all = collected(database.open().await, They::Answer).await;
        let person = all.person().await;
        // Written down, and then the power failed.
        let mut tx = all.field.store.read().await.unwrap();
        let (study, at) = (all.field.study.clone(), all.field.clock.0);
        let entries = erase::entries(&mut tx, &study, person, Objection::B, at).await;
        drop(tx);
        ledger.append(&entries.unwrap()).unwrap();
        let again = |forgotten, absent| Replayed { forgotten, absent };
        let mut dice = all.field.dice();
        let store = all.field.store.clone();
        let done = forget::catch_up(&store, &ledger, at, &mut dice).await;
        assert_eq!(done.unwrap(), again(1, 0));
        assert_eq!(traces(database, &store, &CANARIES).await, [""; 0]);
        let state = everything(&store).await;
        let done = forget::catch_up(&store, &ledger, at, &mut dice).await;
        assert_eq!(done.unwrap(), again(0, 1));
        assert_eq!(everything(&store).await, state, "again changes nothing");

        // The same study with the same ids, as it was before.
        let old = collected(copy.open().await, They::Answer).await;
        assert_eq!(old.person().await, person);
        let store = old.field.store.clone();
        let done = forget::catch_up(&store, &ledger, at, &mut dice).await;
        assert_eq!(done.unwrap(), again(1, 0));
        assert_eq!(traces(&copy, &store, &CANARIES).await, [""; 0]);

        // A ledger that was lost is written again from the database; half a line is nobody's.
        let whole = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, "").unwrap();
        forget::catch_up(&store, &ledger, at, &mut dice)
            .await
            .unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), whole);
        std::fs::write(&file, format!("{whole}2026-01-")).unwrap();
        forget::catch_up(&store, &ledger, at, &mut dice)
            .await
            .unwrap();
        ledger.append(&[]).unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), whole);
        // A spoilt one stops everything: who is in it cannot be known.
        std::fs::write(&file, whole.replace("\tB\t", "\tA\t")).unwrap();
        let spoilt = forget::catch_up(&store, &ledger, at, &mut dice).await;
        assert!(matches!(spoilt, Err(ForgetFailure::Ledger(_))));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_withdrawn_is_gone_from_the_files_too() {
    for database in databases("bytes of what was withdrawn").await {
        let all = collected(database.open().await, They::Answer).await;
        let (field, invitation) = (all.field, all.own["T2a"]);
        let (act, study) = (field.act(), field.study.clone());
        let written = &*sealed()[3];
        let before = traces(&database, &field.store, &[written]).await;
        assert!(!before.is_empty());
        field
            .store
            .write(move |tx| {
                Box::pin(async move { withdraw::withdraw(tx, &act, &study, invitation).await })
            })
            .await
            .unwrap();
        // The other wave is closed, and what was written in it is kept.
        let other = all.own["T1"];
        field
            .store
            .write::<_, StorageError, _>(move |tx| {
                Box::pin(async move { answers::forget(tx, other).await })
            })
            .await
            .unwrap();
        field.store.wipe_log().await.unwrap();
        assert_eq!(traces(&database, &field.store, &[written]).await, [""; 0]);
    }
}

#[test]
fn the_owner_forgets_a_person_on_a_page_of_the_member() {
    let folder = TempDir::new().unwrap();
    let database = format!("sqlite:{}", folder.path().join("study.db").display());
    let place = Installation::new(&database);
    let study = place.file(
        "study.toml",
        include_str!("../instruments/studies/focus.toml"),
    );
    place.must(&["study", "load", study.to_str().unwrap()]);
    let list = place.file(
        "staff.csv",
        "school,school_name,cohort,person,name,email,role\n\
         eik,De Eik,focus2,p1,Quintessa Wombat,quintessa.wombat@canary.example,teacher\n\
         eik,De Eik,focus2,p2,Piet Punctuel,piet@example.org,teacher\n\
         eik,De Eik,focus2,p3,Truus Trouw,truus@example.org,teacher\n",
    );
    place.must(&["study", "enrol", "focus", list.to_str().unwrap()]);
    let link = place.must(&["study", "link", "focus", "owner"]);
    let server = place.serve();
    let owner = Visitor::new(&server.base);
    let code = link.split_whitespace().nth(3).unwrap();
    owner.enter(code);
    let page = owner.get("/study/rosters/eik").html;
    let at = page.find(">Quintessa Wombat<").unwrap();
    let path = page[..at].rsplit("href=\"").next().unwrap();
    let path = path.split('"').next().unwrap().to_owned();
    assert!(owner.get(&path).has(&format!("{path}/erase")));
    let form = owner.get(&format!("{path}/erase"));
    assert_eq!(form.status, 200);
    assert!(form.has("value=\"A\"") && form.has("value=\"C\""));
    let send = |policy: &str, typed: &str| {
        let fields = [("policy", policy), ("confirm", typed)];
        owner.post(&format!("{path}/erase"), &fields)
    };
    assert_eq!(send("C", "Quintessa").status, 422);
    assert_eq!(send("", "Quintessa Wombat").status, 422);
    assert!(owner.get("/study/rosters/eik").has("Quintessa"));
    let done = send("C", " quintessa  wombat ");
    assert_eq!(done.status, 200, "{}", done.html);
    assert!(!done.has("Quintessa"));
    assert_eq!(owner.get(&path).status, 404);
    assert_eq!(send("C", "Quintessa Wombat").status, 404);
    assert!(!owner.get("/study/rosters/eik").has("Quintessa"));
    // What there is of somebody is handed to them, by the page and by the command, and the look is written down.
    let page = owner.get("/study/rosters/eik").html;
    let at = page.find(">Truus Trouw<").unwrap();
    let path = page[..at].rsplit("href=\"").next().unwrap();
    let path = path.split('"').next().unwrap().to_owned();
    // A look stands in what is shown after it.
    owner.get(&path);
    let html = owner.get(&format!("{path}/subject.html"));
    let json = owner.get(&format!("{path}/subject.json"));
    let out = place.path("subject");
    let began = Instant::now();
    let arguments = ["subject", "report", "focus", "p3", "--out"];
    place.must(&[&arguments[..], &[out.to_str().unwrap()]].concat());
    figures::record(
        "subject_report",
        &serde_json::json!({ "seconds": began.elapsed().as_secs_f64(), "promised_seconds": 60 }),
    );
    for text in [
        &html.html,
        &json.html,
        &std::fs::read_to_string(out.join("subject.html")).unwrap(),
        &std::fs::read_to_string(out.join("subject.json")).unwrap(),
    ] {
        for told in ["Truus Trouw", "truus@example.org", "p3", "De Eik"] {
            assert!(text.contains(told), "{told}: {text}");
        }
        assert!(!text.contains("Punctuel") && !text.contains("src="));
    }
    let told: Value = serde_json::from_str(&json.html).unwrap();
    let looked = told["looks"].as_array().unwrap().iter();
    assert!(
        looked.filter(|look| look["what"] == "look").count() > 1,
        "the owner's own looks stand in it: {told}"
    );
    // The command does the same.
    place.must(&["study", "erase", "focus", "p2", "--policy", "a"]);
    assert!(!owner.get("/study/rosters/eik").has("Punctuel"));
    let told = std::fs::read_to_string(place.path("erasures.log")).unwrap();
    assert_eq!(told.lines().count(), 2, "{told}");
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for canary in ["Quintessa", "canary.example", "Punctuel"] {
            assert!(
                !bytes
                    .windows(canary.len())
                    .any(|some| some == canary.as_bytes())
            );
        }
    }
}
