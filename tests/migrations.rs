//! From one form of the database to the next: every released form upgrades with its data, a kill leaves the old form or
//! the new, and an old program leaves a newer database alone (F13, G9).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::support;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use chrono::TimeDelta;
use schakel::conclude::conclude;
use schakel::domain::time::FixedClock;
use schakel::fieldwork::study::Study;
use schakel::storage::{Store, schema, studies};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

use support::databases::{Database, databases};
use support::figures::{profile, record};
use support::server::{Installation, Visitor};
use support::small_study::{self, Field, OAK, filled, nobody, ticked};
use support::tables::{Schema, everything};

/// Released forms, with data in them. At most one form is not released yet: what is killed on the way stands at one of these.
const FORMS: [i64; 5] = [1, 2, 3, 4, 5];

/// A database as its server keeps it, or its file: fixtures are made and looked at past the program.
enum Raw {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Raw {
    async fn open(database: &Database) -> Self {
        match database.address.strip_prefix("sqlite:") {
            Some(_) => {
                let address = format!("{}?mode=rwc", database.address);
                Self::Sqlite(SqliteConnection::connect(&address).await.unwrap())
            }
            None => Self::Postgres(PgConnection::connect(&database.address).await.unwrap()),
        }
    }

    async fn run(&mut self, sql: &str) {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(c) => sqlx::raw_sql(sql).execute(c).await.map(drop),
            Self::Postgres(c) => sqlx::raw_sql(sql).execute(c).await.map(drop),
        }
        .unwrap();
    }

    async fn texts(&mut self, sql: &str) -> Vec<String> {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(c) => sqlx::query_scalar(sql).fetch_all(c).await,
            Self::Postgres(c) => sqlx::query_scalar(sql).fetch_all(c).await,
        }
        .unwrap()
    }

    async fn close(self) {
        match self {
            Self::Sqlite(c) => c.close().await.unwrap(),
            Self::Postgres(c) => c.close().await.unwrap(),
        }
    }
}

fn fixture(database: &Database, form: i64) -> String {
    let kind = database
        .name
        .to_lowercase()
        .replace("postgresql", "postgres");
    let root = env!("CARGO_MANIFEST_DIR");
    fs::read_to_string(format!("{root}/tests/fixtures/schema/{form:04}.{kind}.sql")).unwrap()
}

async fn laid(database: &Database, form: i64) {
    let mut raw = Raw::open(database).await;
    raw.run(&fixture(database, form)).await;
    raw.close().await;
}

async fn again(database: &Database, form: i64) {
    if let Some(file) = database.address.strip_prefix("sqlite:") {
        for ending in [
            "",
            "-wal",
            "-shm",
            "-journal",
            ".before-0002",
            ".before-0003",
            ".before-0004",
            ".before-0005",
            ".before-0006",
        ] {
            let _ = fs::remove_file(format!("{file}{ending}"));
        }
    } else {
        let mut raw = Raw::open(database).await;
        raw.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            .await;
        raw.close().await;
    }
    laid(database, form).await;
}

/// Every row as text, of the columns that this form has.
async fn rows(raw: &mut Raw, form: &Schema) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    for (table, columns) in form {
        // What a migration is about may change its form: portraits became parts of schools, and findings of recipes are packed,
        // those that were kept being computed again.
        if ["portraits", "recipe_findings"].contains(&table.as_str()) {
            continue;
        }
        let columns: Vec<String> = columns.keys().cloned().collect();
        let row = match raw {
            Raw::Sqlite(_) => columns
                .iter()
                .map(|c| format!("quote({c})"))
                .collect::<Vec<_>>(),
            Raw::Postgres(_) => columns
                .iter()
                .map(|c| format!("coalesce({c}::text, '-')"))
                .collect(),
        };
        let sql = format!("SELECT {} FROM {table} ORDER BY 1", row.join("||' '||"));
        found.insert(table.clone(), raw.texts(&sql).await);
    }
    found
}

async fn form_of(raw: &mut Raw) -> Schema {
    let sql = match raw {
        Raw::Sqlite(_) => {
            "SELECT m.name || ' ' || c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'"
        }
        Raw::Postgres(_) => {
            "SELECT table_name || ' ' || column_name FROM information_schema.columns
             WHERE table_schema = 'public'"
        }
    };
    let mut form = Schema::new();
    for line in raw.texts(sql).await {
        let (table, column) = line.split_once(' ').unwrap();
        let columns = form.entry(table.to_owned()).or_default();
        columns.insert(column.to_owned(), true);
    }
    form.remove("_sqlx_migrations");
    form
}

async fn version(raw: &mut Raw) -> i64 {
    let sql = "SELECT CAST(MAX(version) AS TEXT) FROM _sqlx_migrations";
    raw.texts(sql).await[0].parse().unwrap()
}

/// F13, G9: each released form upgrades, with what stood in it, and the program goes on from there.
#[tokio::test(flavor = "multi_thread")]
async fn f13_every_released_form_upgrades() {
    let mut upgraded = 0;
    for form in FORMS {
        for database in databases("released forms").await {
            laid(&database, form).await;
            let mut raw = Raw::open(&database).await;
            assert_eq!(version(&mut raw).await, form);
            let known = form_of(&mut raw).await;
            let before = rows(&mut raw, &known).await;
            assert!(before["answers"].len() > 50 && before["nominations"].len() > 10);
            raw.close().await;

            let store = database.open().await;
            let mut raw = Raw::open(&database).await;
            assert_eq!(version(&mut raw).await, schema::newest());
            let mut after = rows(&mut raw, &known).await;
            // Names are sealed on the way, and that leaves a line in the audit.
            let sealed = after.remove("contacts").unwrap();
            assert_eq!(sealed.len(), before["contacts"].len());
            let audit = after.remove("audit").unwrap();
            assert!(before["audit"].iter().all(|line| audit.contains(line)));
            for (table, rows) in &after {
                assert_eq!(rows, &before[table], "{form} {} {table}", database.name);
            }
            raw.close().await;
            if let Some(file) = database.address.strip_prefix("sqlite:") {
                let kept = format!("{file}.before-{:04}", form + 1);
                let mut raw = Raw::Sqlite(SqliteConnection::connect(&kept).await.unwrap());
                assert_eq!(version(&mut raw).await, form, "the copy of before");
                assert_eq!(rows(&mut raw, &known).await, before);
                raw.close().await;
                // Once: it is not written anew by the next start.
                let made = fs::metadata(&kept).unwrap().modified().unwrap();
                drop(database.open().await);
                assert_eq!(fs::metadata(&kept).unwrap().modified().unwrap(), made);
            }

            // It is concluded, and its pages open.
            let mut tx = store.read().await.unwrap();
            let all = studies::all(&mut tx).await.unwrap();
            let study = Study::load(&mut tx, all[0].0).await.unwrap().unwrap();
            drop(tx);
            let now = small_study::start() + TimeDelta::weeks(20);
            conclude(&store, &study, now).await.unwrap();
            let tables = everything(&store).await;
            assert!(!tables["conclusions"].is_empty());
            let place = Installation::new(&database.address);
            let owner = place.must(&["study", "link", "small", "owner"]);
            let token = owner.split('#').nth(1).unwrap().lines().next().unwrap();
            drop(store);
            let server = place.serve();
            let visitor = Visitor::new(&server.base);
            assert_eq!(visitor.enter(token), "/study");
            assert_eq!(visitor.get("/study").status, 200);
            assert_eq!(visitor.get("/response").status, 200);
            upgraded += 1;
        }
    }
    record(
        "released_forms",
        &json!({ "forms": FORMS, "upgrades": upgraded, "tables_that_differ": 0 }),
    );
}

fn migrating(database: &Database, place: &Installation) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_schakel"));
    command
        .args(["migrate", "--database", &database.address])
        .env("SCHAKEL_CONTACT_KEY_FILE", place.path("contacts.key"))
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    command
}

/// F13, G9: killed at any moment of any migration, a database has the old form or the new; the next start completes it.
#[tokio::test(flavor = "multi_thread")]
async fn f13_a_killed_migration_leaves_no_half_form() {
    let kills = profile().of(20, 200 * FORMS.len());
    assert!(schema::newest() - FORMS[FORMS.len() - 1] <= 1);
    for database in databases("killed migrations").await {
        let place = Installation::new(&database.address);
        // What each form looks like when nobody kills anything.
        let mut looks = BTreeMap::new();
        for form in FORMS {
            again(&database, form).await;
            let mut raw = Raw::open(&database).await;
            looks.insert(form, form_of(&mut raw).await);
            raw.close().await;
        }
        let began = Instant::now();
        assert!(migrating(&database, &place).status().unwrap().success());
        let whole = began.elapsed();
        let mut raw = Raw::open(&database).await;
        let wanted = form_of(&mut raw).await;
        let rows_of = rows(&mut raw, &looks[&3]).await.len();
        looks.insert(schema::newest(), wanted);
        raw.close().await;
        assert!(rows_of > 20);
        let (mut old, mut new, mut between) = (0, 0, 0);
        for n in 0..kills {
            let form = FORMS[n % FORMS.len()];
            again(&database, form).await;
            let mut process = migrating(&database, &place).spawn().unwrap();
            // Spread over the whole of it: after the start, where nothing has happened yet, and up to the end.
            let dice = (n as u32 * 2_654_435_761_u32.wrapping_rem(1_000)) % 1_000;
            std::thread::sleep(whole.mul_f64(0.25 + 0.8 * f64::from(dice) / 1_000.0));
            let _ = process.kill();
            process.wait().unwrap();
            let mut raw = Raw::open(&database).await;
            let reached = version(&mut raw).await;
            let found = form_of(&mut raw).await;
            assert_eq!(found, looks[&reached], "{} at {reached}", database.name);
            assert!(reached >= form);
            match reached {
                _ if reached == form => old += 1,
                _ if reached == schema::newest() => new += 1,
                // Of several migrations each is whole: a released form too.
                _ => between += 1,
            }
            raw.close().await;
            assert!(migrating(&database, &place).status().unwrap().success());
            let mut raw = Raw::open(&database).await;
            assert_eq!(form_of(&mut raw).await, looks[&schema::newest()]);
            raw.close().await;
        }
        record(
            &format!("killed_migrations_{}", database.name.to_lowercase()),
            &json!({
                "kills": kills,
                "old_form": old,
                "a_released_form_on_the_way": between,
                "new_form": new,
                "half_forms": 0,
                "not_completed_by_the_next_start": 0,
            }),
        );
    }
}

/// F13: an old program refuses a database that a newer one has used, and says so; other faults are told as what they are.
#[tokio::test(flavor = "multi_thread")]
async fn f13_an_old_program_refuses_a_newer_form() {
    for database in databases("a newer form").await {
        drop(database.open().await);
        let place = Installation::new(&database.address);
        let mut raw = Raw::open(&database).await;
        raw.run(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             SELECT 17, 'later', success, checksum, 0 FROM _sqlx_migrations WHERE version = 1",
        )
        .await;
        let form = form_of(&mut raw).await;
        let before = rows(&mut raw, &form).await;
        let told = |arguments: &[&str]| {
            let done = place.run(arguments);
            assert_eq!(done.status.code(), Some(1));
            String::from_utf8_lossy(&done.stderr).into_owned()
        };
        for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["migrate"]] {
            let told = told(command);
            let newest = schema::newest();
            let both = format!("has form 17 and this program knows form {newest}");
            assert!(told.contains(&both), "{told}");
        }
        assert_eq!(rows(&mut raw, &form).await, before);
        raw.run("DELETE FROM _sqlx_migrations WHERE version = 17")
            .await;
        // A migration that is not what was released is another thing.
        let other = match raw {
            Raw::Sqlite(_) => "UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 1",
            Raw::Postgres(_) => "UPDATE _sqlx_migrations SET checksum = '\\x00' WHERE version = 1",
        };
        raw.run(other).await;
        let told = told(&["migrate"]);
        assert!(
            told.contains("could not be brought up to date") && !told.contains("newer"),
            "{told}"
        );
        raw.close().await;
    }
}

/// F13, F16: of several servers that start at once on an old database one brings it up to date, and all start.
#[tokio::test(flavor = "multi_thread")]
async fn f16_two_that_start_at_once_migrate_once() {
    let rounds = profile().of(5, 50);
    for database in databases("two starts at once").await {
        let place = Installation::new(&database.address);
        for round in 0..rounds {
            again(&database, FORMS[round % FORMS.len()]).await;
            let both: Vec<_> = (0..2)
                .map(|_| migrating(&database, &place).spawn().unwrap())
                .collect();
            for process in both {
                let done = process.wait_with_output().unwrap();
                let told = String::from_utf8_lossy(&done.stderr).into_owned();
                assert!(
                    done.status.success(),
                    "{} round {round}: {told}",
                    database.name
                );
            }
            let mut raw = Raw::open(&database).await;
            assert_eq!(version(&mut raw).await, schema::newest());
            raw.close().await;
        }
        record(
            &format!("two_starts_{}", database.name.to_lowercase()),
            &json!({ "rounds": rounds, "failed": 0 }),
        );
    }
}

// --- how the fixtures were made --------------------------------------------------------------------------------------

/// Writes `tests/fixtures/schema`: a small study that was answered and closed, in each form that was released, as the
/// migrations of that form made its tables. Run once for a form, when it is released, and kept as it is.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "writes the fixtures"]
async fn the_fixtures_are_made() {
    let database = support::databases::sqlite();
    let store = database.open().await;
    answered(store.clone()).await;
    let mut tx = store.read().await.unwrap();
    let all = studies::all(&mut tx).await.unwrap();
    let study = Study::load(&mut tx, all[0].0).await.unwrap().unwrap();
    drop(tx);
    let now = small_study::start() + TimeDelta::weeks(2);
    conclude(&store, &study, now).await.unwrap();
    store.close().await;
    let file = database.address.strip_prefix("sqlite:").unwrap();
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("tests/fixtures/schema");
    fs::create_dir_all(&folder).unwrap();
    for form in FORMS {
        for kind in ["sqlite", "postgres"] {
            let migrations = root.join("src/storage/migrations").join(kind);
            let migrator = sqlx::migrate::Migrator::new(migrations).await.unwrap();
            let of_form = || migrator.iter().filter(|step| step.version <= form);
            let mut sql = format!("-- Form {form} as it was released, with a small study in it.\n");
            for step in of_form() {
                sql += &format!("{}\n", step.sql.as_str());
            }
            // A file: what is attached to a database in memory is in memory too.
            let place = tempfile::tempdir().unwrap();
            let made = format!("sqlite:{}?mode=rwc", place.path().join("old.db").display());
            let mut old = SqliteConnection::connect(&made).await.unwrap();
            let sqlite = sqlx::migrate::Migrator::new(root.join("src/storage/migrations/sqlite"))
                .await
                .unwrap();
            for step in sqlite.iter().filter(|step| step.version <= form) {
                sqlx::raw_sql(step.sql.clone())
                    .execute(&mut old)
                    .await
                    .unwrap();
            }
            let attach = format!("ATTACH '{file}' AS full");
            sqlx::raw_sql(AssertSqlSafe(attach))
                .execute(&mut old)
                .await
                .unwrap();
            sql += &inserts(&mut old, kind).await;
            let (id, blob) = match kind {
                "sqlite" => ("TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP", "BLOB"),
                _ => ("TIMESTAMPTZ NOT NULL DEFAULT now()", "BYTEA"),
            };
            sql += &format!(
                "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL,\n    \
                 installed_on {id}, success BOOLEAN NOT NULL, checksum {blob} NOT NULL, execution_time BIGINT NOT NULL);\n"
            );
            for step in of_form() {
                let hex: String = step
                    .checksum
                    .iter()
                    .map(|byte| format!("{byte:02x}"))
                    .collect();
                let checksum = match kind {
                    "sqlite" => format!("x'{hex}'"),
                    _ => format!("'\\x{hex}'"),
                };
                sql += &format!(
                    "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES ({}, '{}', TRUE, {checksum}, 0);\n",
                    step.version, step.description
                );
            }
            fs::write(folder.join(format!("{form:04}.{kind}.sql")), sql).unwrap();
        }
    }
}

/// Ten of the oak answer at T1, and its window is closed.
async fn answered(store: Store) {
    let mut field = Field::found(store).await;
    field.enrol(small_study::lines()).await;
    let oak = field.school(OAK).await;
    let letters = field.invite(oak, "focus2", "T1").await;
    let colleagues: Vec<_> = letters.iter().map(|letter| letter.member_id).collect();
    for (place, letter) in letters.iter().enumerate().take(10) {
        field.enter(&letter.code).await.unwrap();
        let id = letter.invitation_id;
        let sitting = field.sitting(id).await;
        for step in sitting.steps(&field.study) {
            let Some(first) = step.ask.first() else {
                continue;
            };
            let mut page = field.page(id, first).await;
            for (number, item) in step.ask.iter().enumerate() {
                let others: Vec<_> = (1..=3)
                    .map(|n| colleagues[(place + n) % colleagues.len()])
                    .collect();
                let answer = match item.split('_').next() {
                    Some("net") if place == 9 => nobody(),
                    Some("net") => ticked(&others),
                    Some("att" | "lead" | "cult") => {
                        filled(&((place * 7 + number * 3) % 5 + 1).to_string())
                    }
                    _ => continue,
                };
                page.raw.insert(item.clone(), answer);
            }
            if !page.raw.is_empty() {
                field.save(&page).await.unwrap();
            }
        }
        field.submit(id).await.unwrap();
    }
    field.clock = FixedClock(small_study::start() + TimeDelta::days(8));
    assert!(field.close("focus2", "T1").await.unwrap());
}

/// Rows of the newest form as the old one has room for them. Parents stand before what refers to them.
async fn inserts(old: &mut SqliteConnection, kind: &str) -> String {
    let tables = "SELECT name FROM main.sqlite_schema WHERE type = 'table' ORDER BY rowid";
    let mut sql = String::new();
    for table in texts(old, tables.to_owned()).await {
        // Portraits became a part of what schools get.
        let (from, known) = match table.as_str() {
            "portraits" => (
                "(SELECT *, content AS portrait FROM full.school_parts WHERE part = 'team')"
                    .to_owned(),
                "school_parts",
            ),
            other => (format!("full.{other}"), other),
        };
        let columns = texts(
            old,
            format!(
                "SELECT name FROM pragma_table_info('{table}', 'main') WHERE name = 'portrait'
                 OR name IN (SELECT name FROM pragma_table_info('{known}', 'full'))"
            ),
        )
        .await;
        assert!(
            !columns.is_empty(),
            "{table} has no column that is still there"
        );
        let literal = |column: &String| match kind {
            "sqlite" => format!("quote({column})"),
            _ => {
                let mark = if column.ends_with("_hash") { "\\x" } else { "" };
                format!(
                    "CASE typeof({column}) WHEN 'null' THEN 'NULL'
                     WHEN 'blob' THEN '''{mark}' || lower(hex({column})) || ''''
                     ELSE quote(CAST({column} AS TEXT)) END"
                )
            }
        };
        let values: Vec<String> = columns.iter().map(literal).collect();
        let numbered = match kind {
            "postgres" => " OVERRIDING SYSTEM VALUE",
            _ => "",
        };
        let names = columns.join(", ");
        let rows = format!("SELECT {} FROM {from}", values.join(" || ', ' || "));
        for row in texts(old, rows).await {
            sql += &format!("INSERT INTO {table} ({names}){numbered} VALUES ({row});\n");
        }
    }
    sql
}

async fn texts(connection: &mut SqliteConnection, sql: String) -> Vec<String> {
    sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_all(connection)
        .await
        .unwrap()
}
