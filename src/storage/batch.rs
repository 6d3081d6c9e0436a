//! Statements that return nothing and need nothing from one another, run in their order.
//!
//! The embedded database gets them in one call: each call goes to a thread of its own and back, and that costs more than
//! most statements do. Each is written as if it stood alone; in one call its parameters are numbered on.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::tx::On;
use super::{StorageError, Tx};

#[derive(Debug, Clone)]
pub enum Value {
    Id(Uuid),
    IdOrNone(Option<Uuid>),
    Bytes(Vec<u8>),
    Text(String),
    Number(i64),
    Flag(bool),
    Instant(DateTime<Utc>),
}

macro_rules! values {
    ($($type:ty => $variant:ident),* $(,)?) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                Self::$variant(value.into())
            }
        }
    )*};
}

values! { Uuid => Id, Option<Uuid> => IdOrNone, &[u8] => Bytes, String => Text, &str => Text, i64 => Number, bool => Flag, DateTime<Utc> => Instant }

#[derive(Debug, Default)]
pub struct Batch(Vec<(&'static str, Vec<Value>)>);

impl Batch {
    /// A statement with `$1`, `$2`, ... for its values.
    pub fn add<const N: usize>(&mut self, sql: &'static str, values: [Value; N]) -> &mut Self {
        self.0.push((sql, values.into()));
        self
    }

    pub async fn run(self, tx: &mut Tx) -> Result<(), StorageError> {
        match &mut tx.on {
            On::Sqlite(_) if self.0.is_empty() => Ok(()),
            On::Sqlite(tx) => {
                let mut whole = String::new();
                let mut before = 0;
                for (sql, values) in &self.0 {
                    numbered_on(&mut whole, sql, before);
                    before += values.len();
                }
                let mut query = sqlx::query(AssertSqlSafe(whole));
                for value in self.0.into_iter().flat_map(|(_, values)| values) {
                    query = match value {
                        Value::Id(value) => query.bind(value),
                        Value::IdOrNone(value) => query.bind(value),
                        Value::Bytes(value) => query.bind(value),
                        Value::Text(value) => query.bind(value),
                        Value::Number(value) => query.bind(value),
                        Value::Flag(value) => query.bind(value),
                        Value::Instant(value) => query.bind(value),
                    };
                }
                query.execute(&mut **tx).await?;
                Ok(())
            }
            On::Postgres(tx) => {
                for (sql, values) in self.0 {
                    let mut query = sqlx::query(sql);
                    for value in values {
                        query = match value {
                            Value::Id(value) => query.bind(value),
                            Value::IdOrNone(value) => query.bind(value),
                            Value::Bytes(value) => query.bind(value),
                            Value::Text(value) => query.bind(value),
                            Value::Number(value) => query.bind(value),
                            Value::Flag(value) => query.bind(value),
                            Value::Instant(value) => query.bind(value),
                        };
                    }
                    query.execute(&mut **tx).await?;
                }
                Ok(())
            }
        }
    }
}

/// Appends a statement with each `$n` raised by the number of values before it.
fn numbered_on(whole: &mut String, sql: &str, before: usize) {
    let mut pieces = sql.split('$');
    whole.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let end = piece
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(piece.len());
        let (number, rest) = piece.split_at(end);
        match number.parse::<usize>() {
            Ok(number) => {
                let _ = write!(whole, "${}{rest}", number + before);
            }
            // A dollar that numbers nothing stays what it is.
            Err(_) => {
                let _ = write!(whole, "${piece}");
            }
        }
    }
    whole.push(';');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_statement_keeps_its_own_values() {
        let mut whole = String::new();
        numbered_on(&mut whole, "INSERT INTO a VALUES ($1, $2, $1)", 0);
        numbered_on(&mut whole, "UPDATE b SET c = $1 || '$' WHERE d = $11", 2);
        assert_eq!(
            whole,
            "INSERT INTO a VALUES ($1, $2, $1);UPDATE b SET c = $3 || '$' WHERE d = $13;"
        );
    }
}
