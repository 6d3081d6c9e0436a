//! Whether a server can take requests: the database answers, has our tables, takes writes, and has room.

use super::schema;
use super::store::Backend;
use super::{StorageError, Store};

/// Below this share of the disk somebody should look at it; below the second nothing large is taken any more.
const LITTLE: f64 = 0.10;
const TOO_LITTLE: f64 = 0.05;

#[derive(Debug, Clone, PartialEq)]
pub struct Readiness {
    /// Why not, for whoever runs the server.
    pub fault: Option<&'static str>,
    pub warning: Option<&'static str>,
    /// Share of the disk that is free, where the database is a file of ours.
    pub room: Option<f64>,
}

/// What a server measures of its own work.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub writes: u64,
    /// Commits: several writes may share one.
    pub commits: u64,
    /// Writes that wait for their turn.
    pub waiting: u64,
    pub connections: u32,
    pub idle: u32,
}

impl Store {
    /// The share of the disk that is free.
    pub fn room(&self) -> Option<f64> {
        let Backend::Sqlite { file, .. } = &self.backend else {
            return None;
        };
        let disk = rustix::fs::statvfs(&**file).ok()?;
        // Of what we may use: what is kept back for others is neither free nor taken.
        let ours = disk.f_bavail + disk.f_blocks.saturating_sub(disk.f_bfree);
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        (ours > 0).then(|| disk.f_bavail as f64 / ours as f64)
    }

    /// Whether something large can be taken.
    pub fn has_room(&self) -> bool {
        self.room().is_none_or(|room| room >= TOO_LITTLE)
    }

    pub async fn readiness(&self) -> Readiness {
        let room = self.room();
        let fault = match self.tables().await {
            Ok(true) if self.has_room() => None,
            Ok(true) => Some("less than 5 % of the disk is free"),
            Ok(false) => Some("the tables are of another version of the program"),
            Err(_) => Some("no database takes writes"),
        };
        let promise = self.promise();
        let warning = if room.is_some_and(|room| room < LITTLE) {
            Some("less than 10 % of the disk is free")
        } else if promise.fail_over == Some(false) {
            Some("an acknowledged answer may be lost at fail-over: there is no synchronous standby")
        } else {
            None
        };
        Readiness {
            fault,
            warning,
            room,
        }
    }

    /// Whether the tables are those of this program.
    async fn tables(&self) -> Result<bool, StorageError> {
        let mut tx = self.glance().await?;
        let newest: Option<i64> = on!(&mut tx, c => sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations WHERE success")
                .fetch_one(c).await)?;
        Ok(newest == Some(schema::newest()))
    }
}
