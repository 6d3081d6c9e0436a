//! What really stands in a database, seen past the program.

use std::collections::BTreeMap;

use schakel::storage::{On, Store};
use sqlx::AssertSqlSafe;

/// Column to whether it always holds something, by table.
pub type Schema = BTreeMap<String, BTreeMap<String, bool>>;

const SQLITE_COLUMNS: &str = "SELECT m.name, c.name, c.\"notnull\" <> 0 OR c.pk > 0
    FROM sqlite_master m JOIN pragma_table_info(m.name) c
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'";
const POSTGRES_COLUMNS: &str = "SELECT table_name::text, column_name::text, is_nullable = 'NO'
    FROM information_schema.columns WHERE table_schema = 'public'";

pub async fn schema(store: &Store) -> Schema {
    let columns: Vec<(String, String, bool)> =
        match &mut store.read().await.expect("a read begins").on {
            On::Sqlite(tx) => sqlx::query_as(SQLITE_COLUMNS).fetch_all(&mut **tx).await,
            On::Postgres(tx) => sqlx::query_as(POSTGRES_COLUMNS).fetch_all(&mut **tx).await,
        }
        .expect("the database tells its columns");
    let mut schema = Schema::new();
    for (table, column, filled) in columns {
        schema.entry(table).or_default().insert(column, filled);
    }
    schema
        .remove("_sqlx_migrations")
        .expect("the migrations have run");
    schema
}

/// Every row of every table as text: equal to an earlier one exactly if nothing was changed in between.
pub async fn everything(store: &Store) -> BTreeMap<String, Vec<String>> {
    let schema = schema(store).await;
    assert!(!schema.is_empty());
    let mut tx = store.read().await.expect("a read begins");
    let mut tables = BTreeMap::new();
    for (table, columns) in schema {
        let columns: Vec<String> = columns.into_keys().collect();
        let rows: Vec<String> = match &mut tx.on {
            On::Sqlite(tx) => {
                let row = columns
                    .iter()
                    .map(|column| format!("quote({column})"))
                    .collect::<Vec<_>>()
                    .join("||' '||");
                let sql = format!("SELECT {row} FROM {table} ORDER BY 1");
                sqlx::query_scalar(AssertSqlSafe(sql))
                    .fetch_all(&mut **tx)
                    .await
            }
            On::Postgres(tx) => {
                let sql = format!("SELECT t::text FROM {table} t ORDER BY 1");
                sqlx::query_scalar(AssertSqlSafe(sql))
                    .fetch_all(&mut **tx)
                    .await
            }
        }
        .unwrap_or_else(|error| panic!("{table}: {error}"));
        tables.insert(table, rows);
    }
    tables
}
