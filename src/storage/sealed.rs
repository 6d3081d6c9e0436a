//! Which columns hold names and addresses; whether the key is the one they were sealed with; and the sealing of what was
//! written before there was a key.

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::audit::{self, Act};
use super::batch::Batch;
use super::{StorageError, Tx};

/// A column in which every text, or every text of some rows, is sealed.
pub struct Column {
    /// As it is sealed: `table.column`.
    pub name: &'static str,
    plain: &'static str,
    put: &'static str,
}

macro_rules! column {
    ($table:literal, $id:literal, $column:literal $(, $which:literal)?) => {
        Column {
            name: concat!($table, ".", $column),
            plain: concat!(
                "SELECT ", $id, ", ", $column, " FROM ", $table,
                " WHERE ", $column, " NOT LIKE 'sealed:1:%'" $(, " AND ", $which)?
            ),
            // By what stood there: the id alone may be of several rows.
            put: concat!(
                "UPDATE ", $table, " SET ", $column, " = $3 WHERE ", $id, " = $1 AND ", $column, " = $2"
                $(, " AND ", $which)?
            ),
        }
    };
}

/// Every place where someone stands by name or address. The columns of accounts were never without a key.
pub const COLUMNS: [Column; 10] = [
    column!("contacts", "person_id", "name"),
    column!("contacts", "person_id", "email"),
    column!("uploads", "upload_id", "content"),
    column!("uploads", "upload_id", "file_name"),
    column!("write_in_matches", "response_id", "name"),
    column!("answers", "response_id", "value", "item LIKE '%.missing'"),
    column!("links", "link_id", "label"),
    column!("agreed_actions", "action_id", "owner"),
    column!("outbox", "mail_id", "problem"),
    column!("conversation_notes", "note_id", "content"),
];

/// Writes the tables of these columns anew on PostgreSQL, so that no earlier row is left in their files.
pub(super) const TABLES_ANEW: [&str; 8] = [
    "VACUUM FULL contacts",
    "VACUUM FULL uploads",
    "VACUUM FULL write_in_matches",
    "VACUUM FULL answers",
    "VACUUM FULL links",
    "VACUUM FULL agreed_actions",
    "VACUUM FULL outbox",
    "VACUUM FULL conversation_notes",
];

const SEALED: &str = "seals.sealed";
/// Opens only with the key of this database.
const KEY: &str = "key";
/// The number of the last line that was written before the audit had a chain.
const UNCHAINED: &str = "last line without a chain";

async fn read(tx: &mut Tx, purpose: &str) -> Result<Option<String>, StorageError> {
    let sealed: Option<String> = on!(tx, c => sqlx::query_scalar("SELECT sealed FROM seals WHERE purpose = $1")
        .bind(purpose).fetch_optional(c).await)?;
    sealed
        .map(|sealed| tx.unseal(SEALED, sealed))
        .transpose()
        .map_err(|_| StorageError::WrongContactKey)
}

async fn put(tx: &mut Tx, purpose: &str, text: &str) -> Result<(), StorageError> {
    let sealed = tx.seal(SEALED, text);
    on!(tx, c => sqlx::query("INSERT INTO seals (purpose, sealed) VALUES ($1, $2)")
        .bind(purpose).bind(&sealed).execute(c).await.map(drop))?;
    Ok(())
}

/// False for a database that was never opened with a key; another key than its own is refused.
pub(super) async fn knows_the_key(tx: &mut Tx) -> Result<bool, StorageError> {
    Ok(read(tx, KEY).await?.is_some())
}

/// Makes this the key of the database, and seals what was written before: all of it or nothing. Gives how many texts were
/// sealed in each column.
pub(super) async fn begin(tx: &mut Tx) -> Result<Vec<(&'static str, usize)>, StorageError> {
    // Of two that open it for the first time one waits, and finds the key of the other.
    tx.hold(&[FIRST_LOCK]).await?;
    if knows_the_key(tx).await? {
        return Ok(Vec::new());
    }
    put(tx, KEY, "this key").await?;
    let (last, _) = audit::end(tx).await?;
    if last == 0 {
        return Ok(Vec::new());
    }
    put(tx, UNCHAINED, &last.to_string()).await?;
    let mut newly = Vec::new();
    for column in &COLUMNS {
        let n = seal_column(tx, column).await?;
        if n > 0 {
            newly.push((column.name, n));
        }
    }
    let told: Vec<String> = newly
        .iter()
        .map(|(name, n)| format!("{name} {n}"))
        .collect();
    // Opening has no clock: the line is dated as the one before it.
    let before = audit::lines(tx, last - 1, 1).await?;
    let act = Act {
        actor: "schakel".to_owned(),
        at: before.first().map(|line| line.at).unwrap_or_default(),
    };
    audit::record(tx, &act, "seal names", "database", &told.join(", "));
    Ok(newly)
}

/// Any number that nobody else locks by: it is "seals" in ASCII.
const FIRST_LOCK: i64 = 0x73_65_61_6c_73;

/// Rows in one call.
const AT_ONCE: usize = 1_000;

async fn seal_column(tx: &mut Tx, column: &'static Column) -> Result<usize, StorageError> {
    let rows: Vec<(Uuid, String)> =
        on!(tx, c => sqlx::query_as(AssertSqlSafe(column.plain)).fetch_all(c).await)?;
    for rows in rows.chunks(AT_ONCE) {
        let mut batch = Batch::default();
        for (id, text) in rows {
            let sealed = tx.seal(column.name, text);
            batch.add(
                column.put,
                [(*id).into(), text.as_str().into(), sealed.into()],
            );
        }
        batch.run(tx).await?;
    }
    Ok(rows.len())
}

/// The number of the last line of the audit that may be without a chain.
pub async fn last_unchained(tx: &mut Tx) -> Result<i64, StorageError> {
    let Some(text) = read(tx, UNCHAINED).await? else {
        return Ok(0);
    };
    text.parse().map_err(|_| StorageError::Inconsistent {
        table: "seals",
        column: "sealed",
        why: format!("`{text}` is no number of a line"),
    })
}
