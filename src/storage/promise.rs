//! What an acknowledged answer survives, as the settings of the database have it.

use sqlx::postgres::PgConnection;

use super::error::StorageError;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    pub power_cut: bool,
    /// When the server that takes writes is lost and another takes its place; there is no other for a file.
    pub fail_over: Option<bool>,
}

impl Promise {
    /// A file of our own: every commit waits for the disk.
    pub const FILE: Self = Self {
        power_cut: true,
        fail_over: None,
    };

    /// A server that would lose what it acknowledged is refused.
    pub(super) async fn of_server(connection: &mut PgConnection) -> Result<Self, StorageError> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT name, setting FROM pg_settings WHERE name IN
             ('fsync', 'full_page_writes', 'synchronous_commit', 'synchronous_standby_names')",
        )
        .fetch_all(connection)
        .await?;
        let is =
            |name: &str, value: &str| rows.iter().any(|(own, set)| own == name && set == value);
        Self::of_settings(is)
    }

    fn of_settings(is: impl Fn(&str, &str) -> bool) -> Result<Self, StorageError> {
        if !is("fsync", "on") {
            return Err(StorageError::FsyncOff);
        }
        let waits = !is("synchronous_commit", "off");
        let for_standby =
            waits && !is("synchronous_commit", "local") && !is("synchronous_standby_names", "");
        Ok(Self {
            power_cut: waits && is("full_page_writes", "on"),
            fail_over: Some(for_standby),
        })
    }

    /// In one line, for whoever starts the server.
    pub fn told(&self) -> String {
        let (mut survives, mut lost) = (vec!["the loss of this process"], Vec::new());
        if self.power_cut {
            survives.push("a power cut");
        } else {
            lost.push("at a power cut (synchronous_commit or full_page_writes is off)");
        }
        match self.fail_over {
            Some(true) => survives.push("the loss of the primary (synchronous standby)"),
            Some(false) => lost.push("at fail-over (no synchronous standby)"),
            None => lost.push("with the disk (keep backups elsewhere)"),
        }
        let mut told = format!("an acknowledged answer survives: {}", survives.join("; "));
        if !lost.is_empty() {
            told += &format!(". It may be lost: {}", lost.join("; "));
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn promise(fsync: &str, pages: &str, commit: &str, names: &str) -> Option<Promise> {
        let set = [
            ("fsync", fsync),
            ("full_page_writes", pages),
            ("synchronous_commit", commit),
            ("synchronous_standby_names", names),
        ];
        Promise::of_settings(|name, value| set.contains(&(name, value))).ok()
    }

    #[test]
    fn a_promise_is_no_more_than_the_settings_hold() {
        let told = |power_cut, fail_over| {
            Some(Promise {
                power_cut,
                fail_over: Some(fail_over),
            })
        };
        assert_eq!(promise("off", "on", "on", "*"), None);
        assert_eq!(promise("on", "on", "on", ""), told(true, false));
        assert_eq!(promise("on", "on", "on", "standby"), told(true, true));
        assert_eq!(promise("on", "on", "remote_write", "*"), told(true, true));
        assert_eq!(promise("on", "on", "local", "standby"), told(true, false));
        assert_eq!(promise("on", "on", "off", "standby"), told(false, false));
        assert_eq!(promise("on", "off", "on", "standby"), told(false, true));
        let both = promise("on", "on", "on", "standby").unwrap().told();
        assert!(both.contains("synchronous standby") && !both.contains("may be lost"));
        assert!(Promise::FILE.told().contains("keep backups"));
    }
}
