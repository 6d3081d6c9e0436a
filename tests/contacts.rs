//! Names and addresses: sealed wherever they lie, shown wherever they are meant to be, out of reach of researchers, and
//! given out as a table only when two people agree.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at whatever is not as it should be"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use chrono::TimeDelta;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use schakel::conclude::conclude;
use schakel::deliver::Sender;
use schakel::domain::agreed::Agreement;
use schakel::domain::consent::Purpose;
use schakel::domain::id::{MemberId, UploadId, new_uuid};
use schakel::domain::opening::Audience;
use schakel::domain::roster::RosterLine;
use schakel::domain::sealing::SealKey;
use schakel::domain::time::{Clock, FixedClock};
use schakel::fieldwork::enter::{self, Recipient};
use schakel::fieldwork::key_export::{self, KeyExportRefusal, KeyLine};
use schakel::fieldwork::roster_change::{self, Change, Newcomer};
use schakel::fieldwork::study::Study;
use schakel::fieldwork::{agree, consent, invite, note_conversation, object, upload, write_ins};
use schakel::instrument::check::RawAnswer;
use schakel::mail::{Delivery, Letter, Transport};
use schakel::storage::sealed::COLUMNS;
use schakel::storage::uploads::Upload;
use schakel::storage::{On, StorageError, Store, Tx};
use schakel::storage::{audit, key_exports, outbox, rosters, snapshot, studies, uploads};
use schakel::web::router;
use sqlx::AssertSqlSafe;

use support::databases::{Database, bytes_of, databases, seal_key};
use support::figures::record;
use support::server::{Installation, Visitor};
use support::small_study::{Field, OAK, filled, lines, start, ticked};
use support::tables::{everything, schema};

use crate::support;

/// In every name and address of the study, and nowhere else in the world.
const CANARY: &str = "kanarie";

fn canaries() -> Vec<RosterLine> {
    let mut lines = lines();
    for (place, line) in lines.iter_mut().enumerate() {
        if line.person == "both" {
            line.name = "Kanarie Beide".to_owned();
            line.email = Some("beide@kanarie.example".to_owned());
        } else {
            line.name = format!("Kanarie{place:02} Vogel");
            line.email = Some(format!("vogel{place:02}@kanarie.example"));
        }
    }
    lines
}

fn holds_canary(text: &[u8]) -> bool {
    text.windows(CANARY.len())
        .any(|part| part.eq_ignore_ascii_case(CANARY.as_bytes()))
}

/// How often a canary stands in the rows of a database.
fn in_rows(tables: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let mut found = Vec::new();
    for (table, rows) in tables {
        let of_table = rows.iter().filter(|row| holds_canary(row.as_bytes()));
        found.extend(of_table.map(|row| format!("{table}: {row}")));
    }
    found
}

/// How often in the files of an embedded database, and how many bytes were read.
fn in_files(address: &str) -> (Vec<String>, usize) {
    let Some(file) = address.strip_prefix("sqlite:") else {
        return (Vec::new(), 0);
    };
    let (mut found, mut read) = (Vec::new(), 0);
    for end in ["", "-wal", "-shm"] {
        let name = format!("{file}{end}");
        if Path::new(&name).exists() {
            let bytes = bytes_of(Path::new(&name));
            read += bytes.len();
            if holds_canary(&bytes) {
                found.push(name);
            }
        }
    }
    (found, read)
}

/// A verb that has to leave a line of the audit if it changes anything, and no name in it.
async fn step<T, E, F>(field: &Field, steps: &mut usize, what: &str, verb: F) -> T
where
    T: Send + 'static,
    E: From<StorageError> + std::fmt::Debug + Send + 'static,
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
{
    let before = everything(&field.store).await;
    let done = field.store.write(verb).await;
    let done = done.unwrap_or_else(|error| panic!("{what}: {error:?}"));
    let after = everything(&field.store).await;
    let changed: Vec<&String> = after
        .keys()
        .filter(|table| after[*table] != before[*table])
        .collect();
    assert!(changed.len() > 1, "{what} changes nothing: {changed:?}");
    assert!(
        after["audit"].len() > before["audit"].len(),
        "{what} changes {changed:?} and leaves no line"
    );
    *steps += 1;
    done
}

/// A mail server that repeats the address in what it says.
struct Talkative;

impl Transport for Talkative {
    fn send<'a>(&'a self, letter: &'a Letter) -> BoxFuture<'a, Delivery> {
        let said = format!("550 <{}>: no such user here", letter.to_address);
        async move { Delivery::Refused(said) }.boxed()
    }
}

struct Told {
    field: Field,
    steps: usize,
    /// Of the members who were asked in the first wave.
    members: BTreeMap<String, MemberId>,
}

/// A whole small study through the real verbs, with a canary in every name and address.
async fn tell(store: Store) -> Told {
    let mut field = Field::found(store).await;
    let mut steps = 0;
    let mut design = field.study.design.clone();
    design.network.write_in = true;
    let id = field.study.study_id;
    let amended = field.store.write::<_, StorageError, _>(move |tx| {
        async move { studies::update(tx, id, &design).await }.boxed()
    });
    amended.await.unwrap();
    let mut tx = field.store.read().await.unwrap();
    field.study = Arc::new(Study::load(&mut tx, id).await.unwrap().unwrap());
    drop(tx);

    let (act, mut rng) = (field.act(), field.dice());
    let kept = Upload {
        upload_id: UploadId::new(act.at, &mut rng),
        file_name: "lijst van Kanarie.csv".to_owned(),
        lines: canaries(),
    };
    let (again, found) = (kept.clone(), kept.upload_id);
    step(&field, &mut steps, "upload", move |tx| {
        async move { upload::keep(tx, &act, id, &again).await }.boxed()
    })
    .await;
    let mut tx = field.store.read().await.unwrap();
    let loaded = uploads::load(&mut tx, id, found, field.clock.now()).await;
    assert_eq!(loaded.unwrap(), Some(kept));
    drop(tx);

    let enrolled = field.enrol(canaries()).await;
    assert_eq!(enrolled.joined, 24);
    let oak = field.school(OAK).await;
    let mut members = BTreeMap::new();
    for number in 1..=11 {
        let person = format!("eik-{number:02}");
        let member = field.member(oak, &person).await;
        members.insert(person, member);
    }
    let changes = [
        (
            "join",
            Change::Join(Newcomer {
                key: Some("eik-20".to_owned()),
                name: "Nieuwe Kanarie".to_owned(),
                email: Some("nieuw@kanarie.example".to_owned()),
                roles: vec!["teacher".to_owned()],
                groups: vec!["onderbouw".to_owned()],
                ..Newcomer::default()
            }),
        ),
        (
            "join by address",
            Change::Join(Newcomer {
                name: "Zonder Sleutelkanarie".to_owned(),
                email: Some("zonder@kanarie.example".to_owned()),
                roles: vec!["teacher".to_owned()],
                ..Newcomer::default()
            }),
        ),
        (
            "rename",
            Change::Rename {
                member_id: members["eik-04"],
                name: "Andere Kanarie".to_owned(),
            },
        ),
    ];
    for (what, change) in changes {
        let (act, mut rng, study) = (field.act(), field.dice(), field.study.clone());
        step(&field, &mut steps, what, move |tx| {
            async move { roster_change::change(tx, &act, &mut rng, &study, oak, &change).await }
                .boxed()
        })
        .await;
    }
    let newcomer = field.member(oak, "eik-20").await;
    let (act, mut rng, study) = (field.act(), field.dice(), field.study.clone());
    let merge = Change::Merge {
        keep: members["eik-11"],
        duplicate: newcomer,
    };
    step(&field, &mut steps, "merge", move |tx| {
        async move { roster_change::change(tx, &act, &mut rng, &study, oak, &merge).await }.boxed()
    })
    .await;

    let window = field.window("focus2", "T1").await;
    let (act, mut rng, key) = (field.act(), field.dice(), field.key.clone());
    let study = field.study.clone();
    let (letters, queued) = step(&field, &mut steps, "invite", move |tx| {
        async move { invite::invite_by_mail(tx, &act, &mut rng, &key, &study, oak, &window).await }
            .boxed()
    })
    .await;
    assert!(queued > 10);
    assert!(
        letters
            .iter()
            .all(|letter| holds_canary(letter.name.as_bytes()))
    );
    let sender = Sender {
        store: field.store.clone(),
        key: field.key.clone(),
        base: "https://schakel.example.org".to_owned(),
        transport: Arc::new(Talkative),
        clock: Arc::new(field.clock),
        node: "one".to_owned(),
        alone: false,
    };
    sender.round(&field.study, &|| true).await.unwrap();
    let mut tx = field.store.read().await.unwrap();
    let mails = outbox::of_study(&mut tx, id).await.unwrap();
    let repeated = |mail: &outbox::Mail| {
        let problem = mail.problem.as_deref().unwrap_or_default();
        mail.email
            .as_deref()
            .is_some_and(|email| problem.contains(email))
    };
    assert!(
        !mails.is_empty() && mails.iter().all(repeated),
        "{mails:#?}"
    );
    drop(tx);

    let invitations: BTreeMap<_, _> = letters
        .iter()
        .map(|letter| (letter.member_id, letter.invitation_id))
        .collect();
    for person in ["eik-05", "eik-06", "eik-07", "eik-08", "eik-09", "eik-10"] {
        let invitation = invitations[&members[person]];
        let (act, mut rng, study) = (field.act(), field.dice(), field.study.clone());
        let said = BTreeMap::from([(Purpose::Research, true), (Purpose::PersonPicture, true)]);
        step(&field, &mut steps, "consent", move |tx| {
            async move { consent::decide(tx, &act, &mut rng, &study, invitation, &said).await }
                .boxed()
        })
        .await;
        // Colleagues are there by name.
        let sitting = field.sitting(invitation).await;
        assert!(holds_canary(sitting.opened.name.as_bytes()));
        let mut page = field.page(invitation, "net_goals").await;
        let others = ["eik-01", "eik-02"].map(|person| members[person]);
        page.raw.insert(
            "net_goals".to_owned(),
            RawAnswer {
                missing: vec!["Vergeten Kanarie".to_owned(), "Tuinkanarie".to_owned()],
                ..ticked(&others)
            },
        );
        let saved = field.save(&page).await.unwrap();
        assert!(saved.faults.is_empty(), "{:?}", saved.faults);
        let mut page = field.page(invitation, "att_01").await;
        page.raw.insert("att_01".to_owned(), filled("4"));
        field.save(&page).await.unwrap();
        field.submit(invitation).await.unwrap();
    }
    let mut tx = field.store.read().await.unwrap();
    let study = field.study.clone();
    let written = write_ins::all(&mut tx, &study).await.unwrap();
    drop(tx);
    let names: Vec<(&str, usize)> = written
        .iter()
        .map(|one| (one.name.as_str(), one.people))
        .collect();
    assert_eq!(names, [("Tuinkanarie", 6), ("Vergeten Kanarie", 6)]);
    for (one, member) in written.iter().zip([None, Some(members["eik-03"])]) {
        let (act, study, place) = (field.act(), field.study.clone(), one.place.clone());
        step(&field, &mut steps, "match", move |tx| {
            async move { write_ins::decide(tx, &act, &study, &place, member).await }.boxed()
        })
        .await;
    }
    let (act, study, member) = (field.act(), field.study.clone(), members["eik-02"]);
    step(&field, &mut steps, "object", move |tx| {
        async move { object::object(tx, &act, &study, member).await }.boxed()
    })
    .await;
    for role in [
        "trainer",
        "school",
        "principal",
        "board",
        "researcher",
        "custodian",
    ] {
        let (act, mut rng, key) = (field.act(), field.dice(), field.key.clone());
        let recipient = Recipient {
            study_id: id,
            role: role.to_owned(),
            label: format!("Mevrouw Kanarie, {role}"),
            schools: vec![oak],
        };
        step(&field, &mut steps, "hand out", move |tx| {
            async move { enter::hand_out(tx, &act, &mut rng, &key, &recipient).await }.boxed()
        })
        .await;
    }
    field.clock = FixedClock(start() + TimeDelta::days(8));
    assert!(field.close("focus2", "T1").await.unwrap());
    let now = field.clock.now();
    conclude(&field.store, &field.study, now).await.unwrap();
    let (act, mut rng, study) = (field.act(), field.dice(), field.study.clone());
    let agreement = Agreement {
        goal: "samen voorbereiden".to_owned(),
        noticed_by: "wekelijks overleg".to_owned(),
        owner: "Kanarie van de bovenbouw".to_owned(),
        due_on: None,
    };
    step(&field, &mut steps, "agree", move |tx| {
        async move { agree::agree(tx, &act, &mut rng, &study, oak, &agreement).await }.boxed()
    })
    .await;
    let (act, mut rng) = (field.act(), field.dice());
    let said = BTreeMap::from([(
        "t1".to_owned(),
        "Kanarie vroeg om een bezoek in de klas".to_owned(),
    )]);
    step(&field, &mut steps, "note conversation", move |tx| {
        let by = (oak, Audience::Team);
        async move { note_conversation::note(tx, &act, &mut rng, by, &said).await }.boxed()
    })
    .await;
    Told {
        field,
        steps,
        members,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g28_nobody_stands_in_the_database_by_name_and_every_page_shows_them() {
    let mut figures = BTreeMap::new();
    for database in databases("names that are sealed").await {
        let told = tell(database.open().await).await;
        let field = &told.field;
        let tables = everything(&field.store).await;
        assert_eq!(in_rows(&tables), Vec::<String>::new(), "{}", database.name);
        let (found, bytes) = in_files(&database.address);
        assert_eq!(found, Vec::<String>::new());
        // What is looked for in the same way is found when it is there.
        let title = |row: &String| row.contains("De Eik");
        assert!(tables["schools"].iter().any(title));
        // Every column that is sealed holds something, so that each of them was tried.
        for column in &COLUMNS {
            let (table, _) = column.name.split_once('.').unwrap();
            let sealed = tables[table].iter().filter(|row| row.contains("sealed:1:"));
            assert!(sealed.count() > 0, "{}", column.name);
        }
        let rows: usize = tables.values().map(Vec::len).sum();
        figures.insert(
            database.name,
            serde_json::json!({
                "rows": rows, "file_bytes": bytes, "canaries_found": 0,
                "verbs_that_left_a_line": told.steps,
            }),
        );
        pages(&database, &told).await;
        researchers(&database, field).await;
        // What pages show and write leaves nothing either.
        assert_eq!(
            in_rows(&everything(&field.store).await),
            Vec::<String>::new()
        );
        assert_eq!(in_files(&database.address).0, Vec::<String>::new());
    }
    record("names_sealed", &serde_json::json!(figures));
}

fn visitor(place: &Installation, base: &str, arguments: &[&str]) -> Visitor {
    let said = place.must(&[&["study", "link", "small"], arguments].concat());
    let code = said.split('#').nth(1).unwrap().lines().next().unwrap();
    let visitor = Visitor::new(base);
    visitor.enter(code);
    visitor
}

/// The pages of a running server that show people by name: they still do, and each look leaves a line.
async fn pages(database: &Database, told: &Told) {
    let field = &told.field;
    let place = Installation::new(&database.address);
    place.file("schakel.key", &"07".repeat(32));
    let server = place.serve();
    let owner = visitor(&place, &server.base, &["owner"]);
    let team = visitor(&place, &server.base, &["school", "--school", OAK]);
    let oak = field.school(OAK).await;
    let window = field.window("focus2", "T1").await.window_id;
    let four = told.members["eik-04"];
    let looks = [
        (format!("/study/rosters/{OAK}"), "Andere Kanarie"),
        (format!("/study/rosters/{OAK}/{four}"), "Andere Kanarie"),
        ("/study/write-ins".to_owned(), "Tuinkanarie"),
        (
            format!("/study/invitations?window={window}&school={oak}"),
            "vogel04@kanarie.example",
        ),
        ("/study/people".to_owned(), "Mevrouw Kanarie"),
        (
            format!("/response/waiting?school={oak}&window={window}"),
            "Andere Kanarie",
        ),
    ];
    // Asked of the program, which is another process than the server, as whoever checks it is.
    let lines = || {
        let head = place.must(&["audit", "head"]);
        head.split(':').next().unwrap().parse::<u64>().unwrap()
    };
    for (path, name) in looks {
        let before = lines();
        let page = owner.get(&path);
        assert_eq!(page.status, 200, "{path}");
        assert!(page.has(name), "{path} does not show {name}: {}", page.html);
        assert!(lines() > before, "a look at {path} leaves no line");
    }
    let page = team.get("/school/actions");
    assert!(page.has("Kanarie van de bovenbouw"), "{}", page.html);
}

/// Everything that a researcher can reach: no name, no address, and no key by which a school knows someone.
async fn researchers(database: &Database, field: &Field) {
    let place = Installation::new(&database.address);
    place.file("schakel.key", &"07".repeat(32));
    let server = place.serve();
    let researcher = visitor(&place, &server.base, &["researcher"]);
    let oak = field.school(OAK).await;
    let mut read = BTreeMap::new();
    for row in router::table().filter(|row| row.path.starts_with("/research")) {
        let path = row
            .path
            .replace("{school}", &oak.to_string())
            .replace("{name}", "density")
            .replace("{file}", "measures.csv");
        if row.method == "GET" {
            let page = researcher.get(&path);
            assert!(page.status < 500, "{path}: {}", page.html);
            read.insert(path, page);
        }
    }
    let mut files: BTreeSet<String> = BTreeSet::new();
    for part in read["/research/exports"]
        .html
        .split("name=\"file\" value=\"")
        .skip(1)
    {
        files.insert(part.split('"').next().unwrap().to_owned());
    }
    assert!(files.len() > 10, "{files:?}");
    for file in &files {
        let page = researcher.post("/research/exports", &[("file", file), ("wave", "")]);
        assert_eq!(page.status, 200, "{file}: {}", page.html);
        read.insert(file.clone(), page);
    }
    let mut tx = field.store.read().await.unwrap();
    let keys: Vec<String> = rosters::of_study(&mut tx, field.study.study_id)
        .await
        .unwrap()
        .into_iter()
        .map(|listed| listed.key)
        .collect();
    for (path, page) in &read {
        assert!(!holds_canary(page.html.as_bytes()), "{path}: {}", page.html);
        for key in keys.iter().filter(|key| key.as_str() != "both") {
            assert!(!page.has(key), "{path} tells the key {key}");
        }
    }
    assert!(read["respondents.csv"].html.lines().count() > 10);
    let bytes: usize = read.values().map(|page| page.html.len()).sum();
    record(
        "research_without_names",
        &serde_json::json!({
            "pages_and_files": read.len(), "bytes": bytes, "canaries_found": 0, "keys_found": 0, "people": keys.len(),
        }),
    );
}

async fn run(store: &Store, statements: &[&str]) {
    let texts: Vec<String> = statements.iter().map(|text| (*text).to_owned()).collect();
    let done = store.write::<_, StorageError, _>(move |tx| {
        async move {
            for text in texts {
                let sql = AssertSqlSafe(text);
                match &mut tx.on {
                    On::Sqlite(tx) => sqlx::query(sql).execute(&mut **tx).await.map(drop)?,
                    On::Postgres(tx) => sqlx::query(sql).execute(&mut **tx).await.map(drop)?,
                }
            }
            Ok(())
        }
        .boxed()
    });
    done.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_before_there_was_a_key_is_sealed_once_and_another_key_is_refused() {
    for database in databases("names from before there was a key").await {
        let told = tell(database.open().await).await;
        let field = &told.field;
        // As an earlier version left it.
        let plain = [
            "DELETE FROM seals",
            "UPDATE audit SET chain = NULL",
            "UPDATE contacts SET name = 'Oude Kanarie', email = 'oud@kanarie.example'",
            "UPDATE uploads SET content = '[]', file_name = 'kanarie.csv'",
            "UPDATE write_in_matches SET name = 'Tuinkanarie' WHERE alter_id IS NULL",
            "UPDATE answers SET value = '{\"text\":\"Tuinkanarie\"}' WHERE item LIKE '%.missing'",
            "UPDATE links SET label = 'Mevrouw Kanarie'",
            "UPDATE agreed_actions SET owner = 'Kanarie'",
            "UPDATE outbox SET problem = '550 <oud@kanarie.example>'",
        ];
        run(&field.store, &plain).await;
        let before = everything(&field.store).await;
        assert!(in_rows(&before).len() > 40);

        let store = database.open().await;
        let after = everything(&store).await;
        assert_eq!(in_rows(&after), Vec::<String>::new(), "{}", database.name);
        assert_eq!(in_files(&database.address).0, Vec::<String>::new());
        assert_eq!(after["audit"].len(), before["audit"].len() + 1);
        let mut tx = store.read().await.unwrap();
        assert_eq!(
            audit::count(&mut tx, "seal names", "database")
                .await
                .unwrap(),
            1
        );
        let oak = field.school(OAK).await;
        let names = rosters::of_school(&mut tx, oak).await.unwrap();
        assert!(names.iter().all(|member| member.name == "Oude Kanarie"));
        drop(tx);
        // Once, and never again.
        let again = database.open().await;
        assert_eq!(everything(&again).await, after);

        let other = SealKey::new([0x2b; 32]);
        let refused = Store::open(&database.address, &other).await.err();
        assert!(
            matches!(refused, Some(StorageError::WrongContactKey)),
            "{refused:?}"
        );
        let place = Installation::new(&database.address);
        place.file("contacts.key", &"2b".repeat(32));
        let told = place.run(&["serve", "--listen", "127.0.0.1:0"]);
        let said = String::from_utf8_lossy(&told.stderr).into_owned();
        assert!(
            !told.status.success() && said.contains("contact key"),
            "{said}"
        );
    }
}

/// What is sealed is hashed as it was before there was a key: reports of earlier versions stay what they are.
#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_is_hashed_over_what_was_written() {
    let mut hashes = BTreeSet::new();
    for database in databases("a hash over what was written").await {
        let told = tell(database.open().await).await;
        let field = &told.field;
        let mut tx = field.store.read().await.unwrap();
        let taken = snapshot::take(&mut tx, field.study.study_id).await.unwrap();
        let written = taken
            .answers
            .iter()
            .filter(|row| row.item.ends_with(".missing"));
        let values: BTreeSet<&str> = written.map(|row| row.value.as_str()).collect();
        assert!(!values.is_empty());
        for value in values {
            assert!(value.contains("Tuinkanarie"), "{value}");
        }
        hashes.insert(taken.hash());
    }
    assert_eq!(hashes.len(), 1);
}

#[test]
fn a_list_of_sixty_names_opens_at_once() {
    let key = seal_key();
    let sealed: Vec<String> = (0..60)
        .map(|n| key.seal("contacts.name", &format!("Kanarie{n:02} van der Vogel")))
        .collect();
    let begun = Instant::now();
    let rounds: u32 = 20;
    for _ in 0..rounds {
        for text in &sealed {
            assert!(holds_canary(
                key.open("contacts.name", text).unwrap().as_bytes()
            ));
        }
    }
    let took = begun.elapsed() / rounds;
    record(
        "sixty_names",
        &serde_json::json!({ "microseconds": u64::try_from(took.as_micros()).unwrap(), "debug": cfg!(debug_assertions) }),
    );
    // Unoptimised code is some twenty times slower; what is promised is below a millisecond.
    assert!(took.as_millis() < if cfg!(debug_assertions) { 100 } else { 1 });
}

// --- roles of the database ------------------------------------------------------------------------------------------

/// Tables that nobody but the program reads.
const WITHHELD: [&str; 13] = [
    "contacts",
    "uploads",
    "write_in_matches",
    "accounts",
    "links",
    "outbox",
    "visits",
    "seals",
    "key_exports",
    "account_links",
    "passkeys",
    "identities",
    "audit",
];

#[tokio::test(flavor = "multi_thread")]
async fn g29_a_role_of_the_database_reads_what_it_is_for() {
    let all = databases("roles of the database").await;
    let Some(database) = all.iter().find(|database| database.name == "PostgreSQL") else {
        return;
    };
    let told = tell(database.open().await).await;
    let store = &told.field.store;
    let sql = Installation::new(&database.address).must(&["roles"]);
    let mut tx = store.read().await.unwrap();
    drop(tx);
    let granted = store.write::<_, StorageError, _>(move |tx| {
        async move {
            let On::Postgres(tx) = &mut tx.on else {
                return Ok(());
            };
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut **tx).await?;
            Ok(())
        }
        .boxed()
    });
    granted.await.unwrap();
    let columns = schema(store).await;
    let mut figures = BTreeMap::new();
    for role in ["schakel_app", "schakel_research", "schakel_keys"] {
        let mut readable: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let mut refused = 0;
        for (table, columns) in &columns {
            for column in columns.keys() {
                tx = store.read().await.unwrap();
                let On::Postgres(c) = &mut tx.on else {
                    unreachable!()
                };
                sqlx::query(AssertSqlSafe(format!("SET LOCAL ROLE {role}")))
                    .execute(&mut **c)
                    .await
                    .unwrap();
                let sql = format!("SELECT CAST({column} AS TEXT) FROM {table}");
                let rows: Result<Vec<Option<String>>, _> = sqlx::query_scalar(AssertSqlSafe(sql))
                    .fetch_all(&mut **c)
                    .await;
                match rows {
                    Ok(rows) => {
                        readable.entry(table).or_default().push(column);
                        for text in rows.into_iter().flatten() {
                            assert!(!holds_canary(text.as_bytes()), "{role} {table}: {text}");
                        }
                    }
                    Err(error) => {
                        assert!(error.to_string().contains("permission denied"), "{error}");
                        refused += 1;
                    }
                }
            }
        }
        match role {
            "schakel_app" => assert_eq!((readable.len(), refused), (columns.len(), 0)),
            "schakel_research" => {
                for table in WITHHELD {
                    assert!(!readable.contains_key(table), "{table}");
                }
                assert!(readable.contains_key("answers") && readable.contains_key("conclusions"));
                assert!(!readable["persons"].contains(&"key"));
                assert!(!readable["agreed_actions"].contains(&"owner"));
                assert!(!readable["invitations"].contains(&"token_hash"));
            }
            _ => {
                let tables: Vec<&str> = readable.keys().copied().collect();
                assert_eq!(tables, ["contacts", "persons"]);
            }
        }
        figures.insert(
            role,
            serde_json::json!({ "tables_readable": readable.len(), "columns_refused": refused, "canaries_found": 0 }),
        );
    }
    record("database_roles", &serde_json::json!(figures));
}

// --- the key custodian ----------------------------------------------------------------------------------------------

type Refused<T> = Result<T, KeyExportRefusal>;

async fn ask(field: &mut Field, by: &str) -> Refused<()> {
    let (mut act, mut rng, study) = (field.act(), field.dice(), field.study.clone());
    by.clone_into(&mut act.actor);
    let store = field.store.clone();
    store
        .write(move |tx| async move { key_export::ask(tx, &act, &mut rng, &study).await }.boxed())
        .await
}

async fn newest(field: &Field) -> uuid::Uuid {
    let mut tx = field.store.read().await.unwrap();
    let known = key_exports::of_study(&mut tx, field.study.study_id).await;
    known.unwrap()[0].export_id
}

async fn decide(field: &Field, by: &str, agrees: bool) -> Refused<()> {
    let (mut act, study, export) = (field.act(), field.study.clone(), newest(field).await);
    by.clone_into(&mut act.actor);
    let store = field.store.clone();
    store
        .write(move |tx| {
            async move { key_export::decide(tx, &act, &study, export, agrees).await }.boxed()
        })
        .await
}

async fn take(field: &Field, by: &str) -> Refused<Vec<KeyLine>> {
    let (mut act, study, export) = (field.act(), field.study.clone(), newest(field).await);
    by.clone_into(&mut act.actor);
    let store = field.store.clone();
    store
        .write(move |tx| async move { key_export::take(tx, &act, &study, export).await }.boxed())
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_table_takes_two_people_and_a_day_at_most() {
    use KeyExportRefusal::{NotAgreed, SamePerson, TooLate, UnderWay};
    for database in databases("the key table").await {
        let mut field = Field::found(database.open().await).await;
        field.enrol(canaries()).await;
        ask(&mut field, "a").await.unwrap();
        assert!(matches!(ask(&mut field, "a").await, Err(UnderWay)));
        assert!(matches!(take(&field, "a").await, Err(NotAgreed)));
        assert!(matches!(decide(&field, "a", true).await, Err(SamePerson)));
        decide(&field, "b", true).await.unwrap();
        assert!(matches!(decide(&field, "b", true).await, Err(TooLate)));
        assert!(matches!(take(&field, "b").await, Err(SamePerson)));
        let agreed = field.clock.now();
        field.clock = FixedClock(agreed + TimeDelta::hours(24));
        assert!(matches!(take(&field, "a").await, Err(TooLate)));
        field.clock = FixedClock(agreed + TimeDelta::hours(24) - TimeDelta::microseconds(1));
        let lines = take(&field, "a").await.unwrap();
        assert_eq!(lines.len(), 24);
        assert!(lines.iter().all(|line| holds_canary(line.name.as_bytes())));
        assert!(matches!(take(&field, "a").await, Err(TooLate)));

        // Two at once: one gets it.
        ask(&mut field, "a").await.unwrap();
        decide(&field, "b", true).await.unwrap();
        let both = futures_util::join!(take(&field, "a"), take(&field, "c"));
        assert_eq!(usize::from(both.0.is_ok()) + usize::from(both.1.is_ok()), 1);

        // Refused, or the agreement taken back: nobody gets it.
        for agreed_first in [false, true] {
            ask(&mut field, "a").await.unwrap();
            if agreed_first {
                decide(&field, "b", true).await.unwrap();
            }
            decide(&field, "b", false).await.unwrap();
            assert!(matches!(take(&field, "a").await, Err(TooLate)));
        }

        // Two links that one account holds are one person.
        let (mut rng, at) = (field.dice(), field.clock.now());
        let mut links = Vec::new();
        for role in ["custodian", "owner"] {
            let (act, key) = (field.act(), field.key.clone());
            let mut rng = field.dice();
            let recipient = Recipient {
                study_id: field.study.study_id,
                role: role.to_owned(),
                label: role.to_owned(),
                schools: Vec::new(),
            };
            let link = field.store.write::<_, StorageError, _>(move |tx| {
                async move {
                    let (token, _) = enter::hand_out(tx, &act, &mut rng, &key, &recipient).await?;
                    enter::handed_out(tx, &token).await
                }
                .boxed()
            });
            links.push(link.await.unwrap().unwrap());
        }
        let id = |id: uuid::Uuid| match field.store.is_embedded() {
            true => format!("X'{}'", id.simple()),
            false => format!("'{id}'"),
        };
        let bytes = if field.store.is_embedded() {
            "X'00'"
        } else {
            "'\\x00'"
        };
        let account = id(new_uuid(at, &mut rng));
        let mut texts = vec![format!(
            "INSERT INTO accounts (account_id, login_hash, sealed_login, created_at)
             VALUES ({account}, {bytes}, 'x', '2024-09-02 09:00:00+00:00')"
        )];
        for link in &links {
            texts.push(format!(
                "INSERT INTO account_links (account_id, link_id) VALUES ({account}, {})",
                id(*link)
            ));
        }
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        run(&field.store, &texts).await;
        let [custodian, owner] = [links[0].to_string(), links[1].to_string()];
        ask(&mut field, &custodian).await.unwrap();
        assert!(matches!(
            decide(&field, &owner, true).await,
            Err(SamePerson)
        ));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_custodian_gets_the_key_table_once_when_the_owner_agrees_and_nobody_else_does() {
    for database in databases("the pages of the key custodian").await {
        let mut field = Field::found(database.open().await).await;
        field.enrol(canaries()).await;
        let place = Installation::new(&database.address);
        let server = place.serve();
        let [custodian, owner, researcher] =
            ["custodian", "owner", "researcher"].map(|role| visitor(&place, &server.base, &[role]));
        let page = custodian.get("/custodian");
        assert!(
            page.status == 200 && page.has("De Eik") && page.has(">24<"),
            "{}",
            page.html
        );
        assert!(!holds_canary(page.html.as_bytes()));
        for path in [
            "/study",
            "/study/key-table",
            "/research",
            "/research/exports",
            "/study/rosters",
        ] {
            assert_eq!(custodian.get(path).status, 403, "{path}");
        }
        for path in ["/custodian", "/study/key-table"] {
            assert_eq!(researcher.get(path).status, 403, "{path}");
        }
        assert_eq!(researcher.post("/custodian/take", &[]).status, 403);
        assert_eq!(owner.post("/custodian/take", &[]).status, 403);
        assert!(owner.get("/study/key-table").status == 200);

        assert_eq!(custodian.post("/custodian/ask", &[]).status, 303);
        let twice = custodian.post("/custodian/ask", &[]);
        assert!(
            twice.status == 422 && twice.has("Er loopt al een aanvraag"),
            "{}",
            twice.html
        );
        let asked = owner.get("/study/key-table");
        let export = asked.hidden("export");
        let form = |what| [("export", export.as_str()), ("do", what)];
        let early = custodian.post("/custodian/take", &form("take"));
        assert!(
            early.status == 422 && early.has("moet eerst akkoord gaan"),
            "{}",
            early.html
        );
        assert_eq!(
            custodian.post("/study/key-table", &form("agree")).status,
            403
        );
        assert_eq!(owner.post("/study/key-table", &form("agree")).status, 303);
        let page = custodian.get("/custodian");
        assert_eq!(page.hidden("export"), export);
        let file = custodian.post("/custodian/take", &form("take"));
        assert_eq!(file.status, 200);
        assert_eq!(file.html.lines().count(), 25);
        for line in canaries() {
            let email = line.email.unwrap();
            assert!(file.has(&line.name) && file.has(&email), "{}", line.name);
        }
        let late = custodian.post("/custodian/take", &form("take"));
        assert!(
            late.status == 422 && !holds_canary(late.html.as_bytes()),
            "{}",
            late.html
        );
        assert_eq!(custodian.post("/custodian/take", &[]).status, 422);
        let store = database.open().await;
        let mut tx = store.read().await.unwrap();
        for verb in ["ask for key table", "agree to key table", "take key table"] {
            let n = audit::count(&mut tx, verb, &export).await.unwrap();
            assert_eq!(n, 1, "{verb}");
        }
        drop(tx);
        let english = [("language", "en"), ("back", "/custodian")];
        custodian.post("/language", &english);
        assert!(custodian.get("/custodian").has("Key table"));
    }
}
