//! All tables of a database as rows of plain values, out and back in: what a backup, a restore and a move stand on.
//!
//! Tables, columns and keys are read from the catalogue of the database, so that none is forgotten. These names are the
//! only text that is put into a statement; every value is bound.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use futures_util::TryStreamExt;
use sqlx::{AssertSqlSafe, Row};

use super::tx::On;
use super::{StorageError, Tx};
use crate::domain::archive::{Cell, Column, Kind, Table};

/// What ends with the server that wrote it, and is in no archive: sign-ins, and wrong codes of the last minutes.
pub const PASSING: [&str; 3] = ["attempts", "ceremonies", "visits"];

/// The table in which migrations are kept: it is made anew, and never copied.
const MIGRATIONS: &str = "_sqlx_migrations";

/// The embedded database keeps instants and days as text. Their columns are called `at`, `..._at` and `..._on`, but for
/// these.
const INSTANTS_BY_ANOTHER_NAME: [(&str, &str); 1] = [("outbox", "not_before")];

/// Values in one statement at most, and bytes in its texts.
const VALUES: usize = 20_000;
const BYTES: usize = 1 << 20;

/// A table, and how this database names the types of its columns.
#[derive(Debug, Clone)]
pub struct Shape {
    pub table: Table,
    native: Vec<String>,
}

/// Of every table: name, column, type, and its place in the primary key from 1 on.
const SQLITE_COLUMNS: &str = "SELECT m.name, c.name, c.type, c.pk
    FROM sqlite_schema m JOIN pragma_table_info(m.name) c
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'";
const POSTGRES_COLUMNS: &str = "SELECT r.relname::text, a.attname::text, t.typname::text,
        COALESCE(array_position(i.indkey::int2[], a.attnum) + 1, 0)::bigint
    FROM pg_class r
    JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_index i ON i.indrelid = r.oid AND i.indisprimary
    WHERE r.relkind = 'r' AND r.relnamespace = current_schema()::regnamespace";

/// Of every foreign key: the table that it stands in, the table that it names, and its own name.
const SQLITE_PARENTS: &str = "SELECT m.name, f.\"table\", ''
    FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'";
const POSTGRES_PARENTS: &str = "SELECT r.relname::text, f.relname::text, c.conname::text
    FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid JOIN pg_class f ON f.oid = c.confrelid
    WHERE c.contype = 'f' AND r.relnamespace = current_schema()::regnamespace";

/// Every table that an archive carries, each behind those that its rows refer to.
pub async fn shapes(tx: &mut Tx) -> Result<Vec<Shape>, StorageError> {
    let columns: Vec<(String, String, String, i64)> = match &mut tx.on {
        On::Sqlite(c) => sqlx::query_as(SQLITE_COLUMNS).fetch_all(&mut **c).await,
        On::Postgres(c) => sqlx::query_as(POSTGRES_COLUMNS).fetch_all(&mut **c).await,
    }?;
    let mut tables: BTreeMap<String, BTreeMap<String, (String, i64)>> = BTreeMap::new();
    for (table, column, native, place) in columns {
        let kept = table != MIGRATIONS && !PASSING.contains(&table.as_str());
        if kept {
            let columns = tables.entry(table).or_default();
            columns.insert(column, (native.to_lowercase(), place));
        }
    }
    let mut parents: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (table, parent, _) in references(tx).await? {
        if table != parent {
            parents.entry(table).or_default().insert(parent);
        }
    }
    let mut shapes = Vec::new();
    let mut done = BTreeSet::new();
    while shapes.len() < tables.len() {
        let ready = tables.keys().find(|table| {
            let of = parents.get(*table).into_iter().flatten();
            !done.contains(*table) && of.into_iter().all(|parent| done.contains(parent))
        });
        let Some(ready) = ready.cloned() else {
            return Err(unfit(
                "a table",
                "its rows refer to one another in a circle",
            ));
        };
        shapes.push(shape(&ready, &tables[&ready])?);
        done.insert(ready);
    }
    Ok(shapes)
}

async fn references(tx: &mut Tx) -> Result<Vec<(String, String, String)>, StorageError> {
    Ok(match &mut tx.on {
        On::Sqlite(c) => sqlx::query_as(SQLITE_PARENTS).fetch_all(&mut **c).await,
        On::Postgres(c) => sqlx::query_as(POSTGRES_PARENTS).fetch_all(&mut **c).await,
    }?)
}

fn shape(name: &str, columns: &BTreeMap<String, (String, i64)>) -> Result<Shape, StorageError> {
    let mut key: Vec<(i64, &String)> = columns
        .iter()
        .filter(|(_, (_, place))| *place > 0)
        .map(|(column, (_, place))| (*place, column))
        .collect();
    key.sort();
    let key: Vec<String> = if key.is_empty() {
        columns.keys().cloned().collect()
    } else {
        key.into_iter().map(|(_, column)| column.clone()).collect()
    };
    let mut native = Vec::new();
    let mut held = Vec::new();
    for (column, (of, _)) in columns {
        let kind = kind(name, column, of)
            .ok_or_else(|| unfit(&format!("{name}.{column}"), &format!("its type is {of}")))?;
        held.push(Column {
            name: column.clone(),
            kind,
        });
        native.push(of.clone());
    }
    Ok(Shape {
        table: Table {
            name: name.to_owned(),
            columns: held,
            key,
        },
        native,
    })
}

fn kind(table: &str, column: &str, native: &str) -> Option<Kind> {
    let by_name = INSTANTS_BY_ANOTHER_NAME.contains(&(table, column));
    Some(match native {
        "uuid" | "bytea" | "blob" => Kind::Bytes,
        "int8" | "bool" | "integer" => Kind::Number,
        "float8" | "real" => Kind::Real,
        "timestamptz" => Kind::Instant,
        "date" => Kind::Day,
        // PostgreSQL has `text` for text alone; the embedded database for three things.
        "text" if by_name || column == "at" || column.ends_with("_at") => Kind::Instant,
        "text" if column.ends_with("_on") => Kind::Day,
        "text" => Kind::Text,
        _ => return None,
    })
}

fn unfit(what: &str, why: &str) -> StorageError {
    StorageError::Unfit(format!("{what}: {why}"))
}

/// The number of the newest migration that the database has.
pub async fn schema(tx: &mut Tx) -> Result<i64, StorageError> {
    Ok(
        on!(tx, c => sqlx::query_scalar("SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations")
            .fetch_one(c).await)?,
    )
}

/// Hands over every row of a table by its key, one at a time: however large the table is, a few rows are in memory.
pub async fn each_row<E: From<StorageError>>(
    tx: &mut Tx,
    shape: &Shape,
    mut take: impl AsyncFnMut(Vec<Cell>) -> Result<(), E>,
) -> Result<(), E> {
    let embedded = matches!(tx.on, On::Sqlite(_));
    let columns: Vec<String> = shape.columns().map(|(c, of)| read(&c.name, of)).collect();
    let key: Vec<String> = shape
        .table
        .key
        .iter()
        .map(|c| shape.sorted(c, embedded))
        .collect();
    let sql = format!(
        "SELECT {} FROM \"{}\" ORDER BY {}",
        columns.join(", "),
        shape.table.name,
        key.join(", ")
    );
    on!(tx, c => {
        let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch(c);
        while let Some(row) = rows.try_next().await.map_err(StorageError::from)? {
            let mut cells = Vec::with_capacity(shape.native.len());
            for (place, column) in shape.table.columns.iter().enumerate() {
                let cell = match column.kind {
                    Kind::Bytes => row.try_get::<Option<Vec<u8>>, _>(place).map(|v| v.map(Cell::Bytes)),
                    Kind::Text => row.try_get::<Option<String>, _>(place).map(|v| v.map(Cell::Text)),
                    Kind::Number => row.try_get::<Option<i64>, _>(place).map(|v| v.map(Cell::Number)),
                    Kind::Real => row.try_get::<Option<f64>, _>(place).map(|v| v.map(Cell::Real)),
                    Kind::Instant => row.try_get::<Option<DateTime<Utc>>, _>(place).map(|v| v.map(Cell::Instant)),
                    Kind::Day => row.try_get::<Option<NaiveDate>, _>(place).map(|v| v.map(Cell::Day)),
                };
                cells.push(cell.map_err(StorageError::from)?.unwrap_or(Cell::None));
            }
            take(cells).await?;
        }
        Ok(())
    })
}

/// Puts rows into a table as they stood in another database.
pub async fn put(tx: &mut Tx, shape: &Shape, rows: Vec<Vec<Cell>>) -> Result<(), StorageError> {
    let Some(first) = rows.first() else {
        return Ok(());
    };
    let width = first.len();
    let names: Vec<String> = shape.columns().map(|(c, _)| quoted(&c.name)).collect();
    // An audit of before the chain numbered its own lines.
    let numbered = match tx.on {
        On::Sqlite(_) => "",
        On::Postgres(_) => " OVERRIDING SYSTEM VALUE",
    };
    let mut sql = format!(
        "INSERT INTO \"{}\" ({}){numbered} VALUES ",
        shape.table.name,
        names.join(", ")
    );
    for row in 0..rows.len() {
        let values: Vec<String> = shape
            .columns()
            .enumerate()
            .map(|(place, (_, of))| written(row * width + place + 1, of))
            .collect();
        sql.push_str(if row == 0 { "(" } else { ", (" });
        sql.push_str(&values.join(", "));
        sql.push(')');
    }
    let kinds = shape.table.columns.iter().map(|c| c.kind).cycle();
    let cells: Vec<(Kind, Cell)> = kinds.zip(rows.into_iter().flatten()).collect();
    on!(tx, c => {
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for (kind, cell) in cells {
            query = match (kind, cell) {
                (_, Cell::Bytes(value)) => query.bind(value),
                (_, Cell::Text(value)) => query.bind(value),
                (_, Cell::Number(value)) => query.bind(value),
                (_, Cell::Real(value)) => query.bind(value),
                (_, Cell::Instant(value)) => query.bind(value),
                (_, Cell::Day(value)) => query.bind(value),
                (Kind::Bytes, Cell::None) => query.bind(None::<Vec<u8>>),
                (Kind::Text, Cell::None) => query.bind(None::<String>),
                (Kind::Number, Cell::None) => query.bind(None::<i64>),
                (Kind::Real, Cell::None) => query.bind(None::<f64>),
                (Kind::Instant, Cell::None) => query.bind(None::<DateTime<Utc>>),
                (Kind::Day, Cell::None) => query.bind(None::<NaiveDate>),
            };
        }
        query.execute(c).await.map(drop)
    })?;
    Ok(())
}

/// Rows may refer to rows of their own table that come later: references are looked at when this ends.
pub async fn defer(tx: &mut Tx) -> Result<(), StorageError> {
    match &mut tx.on {
        On::Sqlite(c) => {
            sqlx::query("PRAGMA defer_foreign_keys = ON")
                .execute(&mut **c)
                .await?;
        }
        On::Postgres(_) => hang_on(tx, "DEFERRABLE INITIALLY DEFERRED").await?,
    }
    Ok(())
}

/// Ends what [`defer`] began: every reference holds, or this fails.
pub async fn settle(tx: &mut Tx) -> Result<(), StorageError> {
    match &mut tx.on {
        On::Sqlite(c) => {
            let broken: Vec<(String, String)> =
                sqlx::query_as("SELECT \"table\", parent FROM pragma_foreign_key_check")
                    .fetch_all(&mut **c)
                    .await?;
            if let Some((table, parent)) = broken.first() {
                return Err(unfit(table, &format!("a row refers to no row of {parent}")));
            }
        }
        On::Postgres(c) => {
            sqlx::query("SET CONSTRAINTS ALL IMMEDIATE")
                .execute(&mut **c)
                .await?;
            hang_on(tx, "NOT DEFERRABLE").await?;
        }
    }
    Ok(())
}

/// When tables that refer to themselves look at it.
async fn hang_on(tx: &mut Tx, when: &str) -> Result<(), StorageError> {
    for (table, parent, name) in references(tx).await? {
        let On::Postgres(c) = &mut tx.on else { break };
        if table == parent {
            let sql = format!("ALTER TABLE \"{table}\" ALTER CONSTRAINT \"{name}\" {when}");
            sqlx::query(AssertSqlSafe(sql)).execute(&mut **c).await?;
        }
    }
    Ok(())
}

impl Shape {
    fn columns(&self) -> impl Iterator<Item = (&Column, &str)> {
        let native = self.native.iter().map(String::as_str);
        self.table.columns.iter().zip(native)
    }

    /// The same order on both databases: text by its bytes, whatever language the database sorts in.
    fn sorted(&self, column: &str, embedded: bool) -> String {
        let text = self
            .table
            .columns
            .iter()
            .any(|held| held.name == column && held.kind == Kind::Text);
        let by = if text && !embedded {
            " COLLATE \"C\""
        } else {
            ""
        };
        format!("{}{by} NULLS FIRST", quoted(column))
    }

    /// How many rows go into one statement, given the bytes in the largest.
    pub fn rows_at_once(&self, bytes: usize) -> usize {
        let by_values = VALUES / self.native.len().max(1);
        by_values.min(BYTES / bytes.max(1)).max(1)
    }
}

fn quoted(column: &str) -> String {
    format!("\"{column}\"")
}

/// Both databases hand over the same: ids as their bytes, yes and no as 1 and 0.
fn read(column: &str, native: &str) -> String {
    match native {
        "uuid" => format!("uuid_send(\"{column}\")"),
        "bool" => format!("\"{column}\"::int::bigint"),
        _ => quoted(column),
    }
}

fn written(place: usize, native: &str) -> String {
    match native {
        "uuid" => format!("encode(${place}, 'hex')::uuid"),
        "bool" => format!("(${place} <> 0)"),
        _ => format!("${place}"),
    }
}
