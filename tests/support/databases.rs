//! An empty database of each kind for one test, gone when the test ends.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::str::FromStr;

use schakel::domain::sealing::SealKey;
use schakel::storage::Store;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection};
use tempfile::TempDir;

use super::skip::skipped;

pub struct Database {
    pub name: &'static str,
    pub address: String,
    _kept: Kept,
}

enum Kept {
    /// The folder goes when this does.
    File {
        _folder: TempDir,
    },
    Server {
        server: String,
        database: String,
    },
}

impl Database {
    pub async fn open(&self) -> Store {
        Store::open(&self.address, &seal_key())
            .await
            .unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }
}

/// The key of names in every test: the one that `Installation` hands to the program.
pub fn seal_key() -> SealKey {
    SealKey::new([0x2a; 32])
}

/// A file with that key, for the program.
pub fn contact_key_file() -> PathBuf {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("contacts.key");
    // Always the same bytes, and whole at once: several processes of tests write it, and others read it meanwhile.
    let writer = (std::process::id(), std::thread::current().id());
    let own = file.with_extension(format!("{writer:?}"));
    std::fs::write(&own, "2a".repeat(32)).expect("a key file");
    std::fs::rename(&own, &file).expect("a key file");
    file
}

/// What a file of an embedded database holds, read by another process: when a process closes a file it lets go of every
/// lock that it has on it, and a database that is still open goes on as if it had them.
pub fn bytes_of(file: &Path) -> Vec<u8> {
    let read = Command::new("cat").arg(file).output().expect("cat starts");
    read.stdout
}

/// SQLite always; PostgreSQL where `SCHAKEL_TEST_POSTGRES` says where a server is. `what` names the test in case
/// PostgreSQL is skipped.
pub async fn databases(what: &str) -> Vec<Database> {
    let mut databases = vec![sqlite()];
    match std::env::var("SCHAKEL_TEST_POSTGRES") {
        Ok(server) if !server.is_empty() => databases.push(postgres(server).await),
        _ => skipped(
            &format!("{what} on PostgreSQL"),
            "SCHAKEL_TEST_POSTGRES names no server",
        ),
    }
    databases
}

pub fn sqlite() -> Database {
    let folder = TempDir::with_prefix("schakel-").expect("a temporary folder");
    let address = format!("sqlite:{}", folder.path().join("study.db").display());
    Database {
        name: "SQLite",
        address,
        _kept: Kept::File { _folder: folder },
    }
}

async fn postgres(server: String) -> Database {
    let database = format!(
        "schakel_{:016x}",
        getrandom::u64().expect("the system gives random bytes")
    );
    let mut connection = connect(&server).await;
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {database}")))
        .execute(&mut connection)
        .await
        .unwrap_or_else(|error| panic!("{database} cannot be made: {error}"));
    connection.close().await.expect("the connection closes");
    let address = PgConnectOptions::from_str(&server)
        .expect("SCHAKEL_TEST_POSTGRES is an address")
        .database(&database)
        .to_url_lossy()
        .to_string();
    Database {
        name: "PostgreSQL",
        address,
        _kept: Kept::Server { server, database },
    }
}

async fn connect(server: &str) -> PgConnection {
    PgConnection::connect(server)
        .await
        .unwrap_or_else(|error| panic!("no PostgreSQL at {server}: {error}"))
}

impl Drop for Kept {
    fn drop(&mut self) {
        let Self::Server { server, database } = self else {
            return;
        };
        let (server, database) = (server.clone(), database.clone());
        // A runtime of its own on a thread of its own: the one of the test may be on its way out.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                let mut connection = connect(&server).await;
                sqlx::query(AssertSqlSafe(format!(
                    "DROP DATABASE {database} WITH (FORCE)"
                )))
                .execute(&mut connection)
                .await
                .map(drop)
            })
        });
        match dropping.join() {
            Ok(Ok(())) => {}
            // A second panic while a test fails would hide the first.
            other if std::thread::panicking() => {
                eprintln!("a test database was left behind: {other:?}")
            }
            other => panic!("a test database was left behind: {other:?}"),
        }
    }
}
