//! Copies of a whole database: what is noted when one is made, and rows that come back from one.

use crate::domain::archive::Cell;
use crate::storage::archive::{self, Shape};
use crate::storage::audit::{self, Act};
use crate::storage::{StorageError, Tx};

/// A backup is about to be made. Noted before it is: there is none that nobody knows of.
pub fn note_backup(tx: &mut Tx, act: &Act, sealed_for: &str) {
    audit::record(tx, act, "back up", "database", sealed_for);
}

/// The database is about to be copied to another one, which takes its place.
pub fn note_move(tx: &mut Tx, act: &Act, to: &str) {
    audit::record(tx, act, "move", "database", to);
}

/// What stands here came from an archive.
pub fn note_restore(tx: &mut Tx, act: &Act, told: &str) {
    audit::record(tx, act, "restore", "database", told);
}

/// Rows of a table as they stood where they come from, their lines of the audit among them.
pub async fn put_back(
    tx: &mut Tx,
    shape: &Shape,
    rows: Vec<Vec<Cell>>,
) -> Result<(), StorageError> {
    archive::put(tx, shape, rows).await
}
