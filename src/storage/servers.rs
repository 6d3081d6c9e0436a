//! A PostgreSQL that may be several servers, of which one takes writes: which one that is now, and what an answer of it
//! survives. An address names them all: `postgres://USER@HOST1:5432,HOST2:5433/NAME`.

use std::net::IpAddr;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions, PgSslMode};
use sqlx::{ConnectOptions, Connection, Postgres, Transaction};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout};

use super::error::{StorageError, may_pass};
use super::promise::Promise;

/// A server that says nothing for so long is taken to be away.
const SILENCE: Duration = Duration::from_secs(3);
/// Between two looks at the server that takes writes; a failure is looked at when it happens.
const PAUSE: Duration = Duration::from_secs(1);
/// The same while there is none.
const SEARCH: Duration = Duration::from_millis(200);
/// For so long a start waits for a server that takes writes, and a request for a connection.
const PATIENCE: Duration = Duration::from_secs(10);
const CONNECTIONS: u32 = 16;

#[derive(Clone)]
pub struct Servers {
    shared: Arc<Shared>,
    /// Transactions that were kept, since the start.
    pub writes: Arc<AtomicU64>,
}

struct Shared {
    pool: PgPool,
    hosts: Vec<PgConnectOptions>,
    known: Arc<Known>,
}

/// What is known of the servers, for the pool and for whoever looks after it.
struct Known {
    /// Whether there is one that takes writes.
    up: AtomicBool,
    /// Its place among the hosts.
    place: AtomicUsize,
    /// Connections from before are of another server, or of one that was away.
    since: Mutex<Instant>,
    promise: Mutex<Promise>,
    /// Something failed: look now.
    look: Notify,
}

fn held<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether a server is on this machine.
fn is_here(options: &PgConnectOptions) -> bool {
    let host = options.get_host().trim_matches(['[', ']']);
    let loopback = host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    options.get_socket().is_some() || host == "localhost" || host.starts_with('/') || loopback
}

/// One address per host of `postgres://USER@HOST1,HOST2/NAME`.
fn hosts(address: &str) -> Result<Vec<PgConnectOptions>, StorageError> {
    // The address may hold a password, and is not told.
    let faulty = || StorageError::Address("the one that was given".to_owned());
    let (scheme, rest) = address.split_once("://").ok_or_else(faulty)?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    let (user, listed) = match authority.rsplit_once('@') {
        Some((user, listed)) => (format!("{user}@"), listed),
        None => (String::new(), authority),
    };
    let several = listed.contains(',');
    listed
        .split(',')
        .map(|host| {
            if several && host.is_empty() {
                return Err(faulty());
            }
            let options = PgConnectOptions::from_str(&format!("{scheme}://{user}{host}{tail}"))
                .map_err(StorageError::Open)?;
            // Over a network nothing goes in the clear because somebody forgot to say so: who wants that, says `disable`.
            let in_the_open =
                matches!(options.get_ssl_mode(), PgSslMode::Prefer | PgSslMode::Allow);
            let options = if in_the_open && !is_here(&options) {
                options.ssl_mode(PgSslMode::Require)
            } else {
                options
            };
            // A commit that waits for a standby and is cut off by a limit of time is reported as made, and may be lost.
            // No statement in a log: its values would be names and answers.
            Ok(options
                .options([("statement_timeout", "0")])
                .disable_statement_logging())
        })
        .collect()
}

/// A server that takes writes, as it was found.
struct Found {
    place: usize,
    /// Raised by every promotion: of two that both take writes, the later one is right.
    timeline: String,
    connection: PgConnection,
}

async fn ask(place: usize, host: &PgConnectOptions) -> Option<Found> {
    let asked = timeout(SILENCE, async {
        let mut connection = host.connect().await?;
        let (standby, timeline): (bool, String) = sqlx::query_as(
            "SELECT pg_is_in_recovery(), CASE WHEN pg_is_in_recovery() THEN ''
                    ELSE substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END",
        )
        .fetch_one(&mut connection)
        .await?;
        Ok::<_, sqlx::Error>((!standby).then_some(Found {
            place,
            timeline,
            connection,
        }))
    });
    match asked.await {
        Ok(Ok(found)) => found,
        Ok(Err(error)) => {
            tracing::debug!(%error, place, "a database server does not answer");
            None
        }
        Err(_) => None,
    }
}

async fn find(hosts: &[PgConnectOptions]) -> Option<Found> {
    let asked = hosts
        .iter()
        .enumerate()
        .map(|(place, host)| ask(place, host));
    let found = join_all(asked).await;
    found
        .into_iter()
        .flatten()
        .max_by(|a, b| a.timeline.cmp(&b.timeline))
}

/// How the server that takes writes is reached, now: for what is done once.
pub(super) async fn primary(address: &str) -> Result<PgConnectOptions, StorageError> {
    let mut hosts = hosts(address)?;
    if hosts.len() > 1 {
        let n = hosts.len();
        let found = find(&hosts).await;
        let place = found.ok_or(StorageError::NoPrimary { hosts: n })?.place;
        return Ok(hosts.swap_remove(place));
    }
    Ok(hosts.swap_remove(0))
}

async fn is_standby(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT pg_is_in_recovery()")
        .fetch_one(connection)
        .await
}

impl Servers {
    pub async fn open(address: &str) -> Result<Self, StorageError> {
        let hosts = hosts(address)?;
        let begun = Instant::now();
        let mut found = loop {
            if let Some(found) = find(&hosts).await {
                break found;
            }
            if begun.elapsed() > PATIENCE {
                return Err(StorageError::NoPrimary { hosts: hosts.len() });
            }
            sleep(SEARCH).await;
        };
        let promise = Promise::of_server(&mut found.connection).await?;
        let known = Arc::new(Known {
            up: AtomicBool::new(true),
            place: AtomicUsize::new(found.place),
            since: Mutex::new(Instant::now()),
            promise: Mutex::new(promise),
            look: Notify::new(),
        });
        let pool = pool(known.clone())
            .connect_with(hosts[found.place].clone())
            .await
            .map_err(StorageError::Open)?;
        let shared = Arc::new(Shared { pool, hosts, known });
        tokio::spawn(watch(Arc::downgrade(&shared), found.connection));
        Ok(Self {
            shared,
            writes: Arc::default(),
        })
    }

    pub fn pool(&self) -> &PgPool {
        &self.shared.pool
    }

    pub fn is_up(&self) -> bool {
        self.shared.known.up.load(Ordering::Relaxed)
    }

    pub fn promise(&self) -> Promise {
        held(&self.shared.known.promise).clone()
    }

    /// Something failed on a connection: looks whether the server is still there.
    pub fn look(&self) {
        self.shared.known.look.notify_one();
    }

    /// A transaction on the server that takes writes. While there is none this fails at once.
    pub async fn begin(
        &self,
        how: &'static str,
    ) -> Result<Transaction<'static, Postgres>, StorageError> {
        if !self.is_up() {
            return Err(StorageError::Away);
        }
        self.shared.pool.begin_with(how).await.map_err(|error| {
            if may_pass(&error) {
                self.look();
                return StorageError::Away;
            }
            StorageError::Query(error)
        })
    }
}

fn pool(known: Arc<Known>) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(PATIENCE)
        // Asked below, with a limit of time: the connection may be to a machine that is gone.
        .test_before_acquire(false)
        .before_acquire(move |connection, meta| {
            let old = meta.age > held(&known.since).elapsed();
            async move {
                Ok(!old && matches!(timeout(SILENCE, connection.ping()).await, Ok(Ok(()))))
            }
            .boxed()
        })
        .after_connect(|connection, _| {
            async move {
                if is_standby(connection).await? {
                    let follows = std::io::Error::other("this database server follows another");
                    return Err(sqlx::Error::Io(follows));
                }
                Ok(())
            }
            .boxed()
        })
}

/// Looks after the server that takes writes, with a connection of its own, and finds another when it is gone.
async fn watch(servers: Weak<Shared>, first: PgConnection) {
    let mut connection = Some(first);
    loop {
        let Some(shared) = servers.upgrade() else {
            return;
        };
        let well = match &mut connection {
            Some(own) => matches!(timeout(SILENCE, is_standby(own)).await, Ok(Ok(false))),
            None => false,
        };
        if !well {
            connection = shared.turn_to(find(&shared.hosts).await).await;
        }
        let known = shared.known.clone();
        drop(shared);
        let pause = if connection.is_some() { PAUSE } else { SEARCH };
        // Whether it was called or waited to the end, it looks.
        let _ = timeout(pause, known.look.notified()).await;
    }
}

impl Drop for Shared {
    /// Whoever looks after the servers lets go of its connection as soon as nobody uses them any more.
    fn drop(&mut self) {
        self.known.look.notify_one();
    }
}

impl Shared {
    async fn turn_to(&self, found: Option<Found>) -> Option<PgConnection> {
        let known = &self.known;
        let Some(mut found) = found else {
            if known.up.swap(false, Ordering::Relaxed) {
                tracing::error!("no database server takes writes");
            }
            return None;
        };
        // A server that cannot say what it keeps, or that would lose answers, is not turned to.
        let promise = match Promise::of_server(&mut found.connection).await {
            Ok(promise) => promise,
            Err(error) => {
                known.up.store(false, Ordering::Relaxed);
                tracing::error!(%error, "a database server is not used");
                return None;
            }
        };
        self.pool
            .set_connect_options(self.hosts[found.place].clone());
        *held(&known.since) = Instant::now();
        let before = known.place.swap(found.place, Ordering::Relaxed);
        if !known.up.swap(true, Ordering::Relaxed) || before != found.place {
            tracing::warn!(
                place = found.place,
                "a database server takes writes again: {}",
                promise.told()
            );
        }
        *held(&known.promise) = promise;
        Some(found.connection)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_one_server_or_several() {
        let listed = |address: &str| -> Vec<(String, u16, Option<String>)> {
            let hosts = hosts(address).unwrap();
            let told = |host: &PgConnectOptions| {
                (
                    host.get_host().to_owned(),
                    host.get_port(),
                    host.get_database().map(str::to_owned),
                )
            };
            hosts.iter().map(told).collect()
        };
        let name = || Some("name".to_owned());
        assert_eq!(
            listed("postgres://me:a%2Cb@one:5433,two/name?sslmode=require"),
            [
                ("one".to_owned(), 5433, name()),
                ("two".to_owned(), 5432, name())
            ]
        );
        assert_eq!(
            listed("postgresql://[::1]:6000/name"),
            [("[::1]".to_owned(), 6000, name())]
        );
        assert!(hosts("postgres://me@one,,two/name").is_err());
    }

    #[test]
    fn over_a_network_nothing_goes_in_the_clear_unless_somebody_says_so() {
        let mode = |address: &str| format!("{:?}", hosts(address).unwrap()[0].get_ssl_mode());
        assert_eq!(mode("postgres://me@db.example.org/name"), "Require");
        assert_eq!(
            mode("postgres://me@10.0.0.7/name?sslmode=prefer"),
            "Require"
        );
        assert_eq!(
            mode("postgres://me@10.0.0.7/name?sslmode=verify-full"),
            "VerifyFull"
        );
        assert_eq!(
            mode("postgres://me@10.0.0.7/name?sslmode=disable"),
            "Disable"
        );
        for here in ["localhost", "127.0.0.1:25432", "[::1]:6000"] {
            assert_eq!(
                mode(&format!("postgres://me@{here}/name")),
                "Prefer",
                "{here}"
            );
        }
    }
}
