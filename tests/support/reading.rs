//! The database read past the program: raw SQL over a connection of its own, held against what clients were told.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use schakel::storage::audit::{BEFORE, Kept};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::respondents::{Intent, Told};

/// A connection that the program knows nothing of.
pub enum Reading {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// The same query on either.
macro_rules! ask {
    ($reading:expr, $c:ident => $query:expr) => {
        match $reading {
            Reading::Sqlite($c) => $query,
            Reading::Postgres($c) => $query,
        }
        .unwrap_or_else(|error| panic!("the database cannot be read: {error}"))
    };
}

/// What was found wrong; all noughts are what is promised.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wrong {
    /// Acknowledged, and not there as it was sent.
    pub lost: usize,
    /// There more than once.
    pub doubled: usize,
    /// Sent, not acknowledged, and there in part.
    pub half: usize,
}

impl std::ops::AddAssign for Wrong {
    fn add_assign(&mut self, other: Self) {
        self.lost += other.lost;
        self.doubled += other.doubled;
        self.half += other.half;
    }
}

/// What the audit tells, as far as it was read: how often each verb stands about each noun, and where the chain is.
pub struct AuditRead {
    last: i64,
    chain: Vec<u8>,
    verbs: BTreeMap<(String, String), usize>,
}

impl Default for AuditRead {
    fn default() -> Self {
        Self {
            last: 0,
            chain: BEFORE.to_vec(),
            verbs: BTreeMap::new(),
        }
    }
}

impl AuditRead {
    pub fn lines(&self) -> i64 {
        self.last
    }

    fn count(&self, invitation: Uuid, verb: &str) -> usize {
        let key = (invitation.to_string(), verb.to_owned());
        self.verbs.get(&key).copied().unwrap_or_default()
    }
}

impl Reading {
    pub async fn open(address: &str) -> Self {
        match address.strip_prefix("sqlite:") {
            Some(file) => {
                let options = SqliteConnectOptions::from_str(file)
                    .expect("a file")
                    .filename(file);
                Self::Sqlite(
                    SqliteConnection::connect_with(&options)
                        .await
                        .expect("the file opens"),
                )
            }
            None => Self::Postgres(
                PgConnection::connect(address)
                    .await
                    .expect("the database opens"),
            ),
        }
    }

    pub async fn close(self) {
        match self {
            Self::Sqlite(c) => c.close().await,
            Self::Postgres(c) => c.close().await,
        }
        .expect("the connection closes");
    }

    /// Brings everything into the main file of an embedded database, and onto the disk.
    pub async fn settle(&mut self) {
        if let Self::Sqlite(c) = self {
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
                .execute(c)
                .await
                .expect("the log is written back");
        }
    }

    /// What the database says of itself: nothing, if it is whole.
    pub async fn faults(&mut self) -> Vec<String> {
        let Self::Sqlite(c) = self else {
            return Vec::new();
        };
        let mut faults: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check")
            .fetch_all(&mut *c)
            .await
            .unwrap_or_else(|error| vec![error.to_string()]);
        faults.retain(|line| line != "ok");
        let keys: Vec<(String, Option<i64>, String, i64)> =
            sqlx::query_as("PRAGMA foreign_key_check")
                .fetch_all(c)
                .await
                .expect("foreign keys are checked");
        faults.extend(keys.iter().map(|key| format!("foreign key: {key:?}")));
        faults
    }

    /// Reads the audit from where it was read to. Gives the number of the first line that does not hang on the one before.
    pub async fn follow_audit(&mut self, read: &mut AuditRead) -> Option<i64> {
        let lines: Vec<Kept> = ask!(self, c => sqlx::query_as(
            "SELECT audit_id, at, actor, verb, noun, detail, chain FROM audit WHERE audit_id > $1 ORDER BY audit_id")
            .bind(read.last).fetch_all(c).await);
        for line in lines {
            let link = line.link(&read.chain);
            if line.audit_id != read.last + 1 || line.chain.as_ref() != Some(&link) {
                return Some(line.audit_id);
            }
            read.last = line.audit_id;
            read.chain = link;
            *read.verbs.entry((line.noun, line.verb)).or_default() += 1;
        }
        None
    }

    /// Holds what is stored of one respondent against what they were told. The audit must have been read to its end.
    pub async fn judge(&mut self, one: &Told, audit: &AuditRead) -> Wrong {
        let stored = self.stored(one.invitation).await;
        let mut wrong = Wrong {
            doubled: stored.responses.saturating_sub(1),
            ..Wrong::default()
        };
        let open = one.open.as_ref();
        let mut landed = 0;
        if stored.statements != one.statements {
            match open {
                Some(Intent::Statements(sent)) if *sent == stored.statements => landed = 1,
                Some(Intent::Statements(sent)) => {
                    let mixed = stored.statements.iter().all(|(item, value)| {
                        one.statements.get(item) == Some(value) || sent.get(item) == Some(value)
                    });
                    wrong.half += usize::from(mixed);
                    wrong.lost += usize::from(!mixed);
                }
                _ => wrong.lost += 1,
            }
        }
        if stored.named != one.named {
            match open {
                Some(Intent::Named(sent)) if *sent == stored.named => landed = 1,
                Some(Intent::Named(sent)) => {
                    let mixed = stored
                        .named
                        .iter()
                        .all(|id| one.named.contains(id) || sent.contains(id));
                    wrong.half += usize::from(mixed);
                    wrong.lost += usize::from(!mixed);
                }
                _ => wrong.lost += 1,
            }
        }
        // Each save changes something, and so leaves one line: the line and the answers come together or not at all.
        let lines = audit.count(one.invitation, "save");
        wrong.doubled += lines.saturating_sub(one.saves + landed);
        wrong.half += (one.saves + landed).saturating_sub(lines);
        let submits = audit.count(one.invitation, "submit");
        wrong.doubled += submits.saturating_sub(1);
        wrong.half += usize::from(stored.submitted != (submits > 0));
        if one.submitted {
            wrong.lost += usize::from(!stored.submitted);
        } else if open != Some(&Intent::Submit) {
            wrong.doubled += usize::from(stored.submitted);
        }
        wrong
    }

    async fn stored(&mut self, invitation: Uuid) -> Stored {
        let responses: Vec<(Uuid,)> = ask!(self, c => sqlx::query_as(
            "SELECT response_id FROM responses WHERE invitation_id = $1")
            .bind(invitation).fetch_all(c).await);
        let mut statements: BTreeMap<String, String> = ask!(self, c => sqlx::query_as(
            "SELECT item, value FROM answers WHERE response_id IN
                 (SELECT response_id FROM responses WHERE invitation_id = $1)")
            .bind(invitation).fetch_all(c).await)
        .into_iter()
        .collect();
        let named: Vec<(Uuid,)> = ask!(self, c => sqlx::query_as(
            "SELECT alter_id FROM nominations WHERE response_id IN
                 (SELECT response_id FROM responses WHERE invitation_id = $1)")
            .bind(invitation).fetch_all(c).await);
        let submitted: (i64,) = ask!(self, c => sqlx::query_as(
            "SELECT COUNT(*) FROM invitations WHERE invitation_id = $1 AND submitted_at IS NOT NULL AND receipt IS NOT NULL")
            .bind(invitation).fetch_one(c).await);
        let says_named = statements.remove("h_whom").is_some();
        // A mark without names, or names without their mark, is half an answer: shown as a name that nobody has.
        let mut named: BTreeSet<Uuid> = named.into_iter().map(|(id,)| id).collect();
        if says_named == named.is_empty() {
            named.insert(Uuid::nil());
        }
        Stored {
            responses: responses.len(),
            statements,
            named,
            submitted: submitted.0 > 0,
        }
    }
}

struct Stored {
    responses: usize,
    statements: BTreeMap<String, String>,
    named: BTreeSet<Uuid>,
    submitted: bool,
}
