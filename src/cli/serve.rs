//! `schakel serve`: the pages, until told to stop.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use futures_util::FutureExt;
use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;
use tokio::net::TcpListener;
use uuid::Uuid;

use super::audit;
use super::discretion;
use super::open_files::room_for;
use super::settings::{DatabaseArguments, MailArguments, NodeArguments, block_on, entropy};
use super::{logs, work};
use crate::conclude;
use crate::deliver::Sender;
use crate::domain::account::StaffLinks;
use crate::domain::time::{Clock, SystemClock};
use crate::domain::token::LinkKey;
use crate::fieldwork::make_account;
use crate::fieldwork::study::Study;
use crate::forget;
use crate::providers::Providers;
use crate::storage::audit::Act;
use crate::storage::holder::Holder;
use crate::storage::{StorageError, Store, damage, outbox, studies};
use crate::web::app::App;
use crate::web::metrics;
use crate::web::serve::{Limits, serve_within};
use crate::work::Carrier;

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    database: DatabaseArguments,
    /// Address and port to listen on.
    #[arg(long, env = "SCHAKEL_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Visitors come over https, through a proxy in front of this server: cookies are sent over https alone.
    #[arg(long, env = "SCHAKEL_HTTPS")]
    https: bool,
    /// The address at which visitors reach the server, for links in mail and letters; the listening address by default.
    #[arg(long, env = "SCHAKEL_BASE")]
    base: Option<String>,
    /// What opens a role that sees names, or what schools have not seen yet: `accounts` with a second factor, or (`open`)
    /// its link by itself, for a trial with nobody's data.
    #[arg(
        long,
        env = "SCHAKEL_STAFF_LINKS",
        default_value = "accounts",
        value_name = "accounts|open"
    )]
    staff_links: StaffLinks,
    /// A file with servers through which people with an account can sign in (OpenID Connect); docs/OPERATE.md has its form.
    #[arg(long, env = "SCHAKEL_PROVIDERS", value_name = "FILE")]
    providers: Option<PathBuf>,
    /// Connections at the same time; whoever comes besides waits.
    #[arg(long, env = "SCHAKEL_CONNECTIONS", default_value_t = 2_000)]
    connections: usize,
    #[command(flatten)]
    mail: MailArguments,
    /// Add the end of the audit to this file at the start, once a day and at the end: keep it, or a copy, where nobody who
    /// can reach the database can, for `schakel audit verify --anchors`.
    #[arg(long, env = "SCHAKEL_AUDIT_ANCHORS")]
    audit_anchors: Option<PathBuf>,
    #[command(flatten)]
    node: NodeArguments,
    /// Address and port for what is measured, in the form of Prometheus. Never one that the public reaches.
    #[arg(long, env = "SCHAKEL_METRICS")]
    metrics: Option<SocketAddr>,
}

/// Between two looks into the outbox.
const PAUSE: Duration = Duration::from_secs(5);
/// Between two looks whether names have had their time.
const A_MINUTE: Duration = Duration::from_secs(60);
/// For the mail that is under way when the server is told to stop.
const LAST_MAIL: Duration = Duration::from_secs(40);

pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    discretion::keep()?;
    block_on(async {
        let node = arguments.node.name()?;
        logs::called(&node);
        let address = &arguments.database.database;
        let who = format!("schakel serve on {}", arguments.listen);
        let _held = Holder::take(address, &who).await?;
        damage::look(address).await?;
        let (store, key) = arguments.database.open().await?;
        forgotten_again(&arguments.database, &store).await?;
        println!("Promise: {}.", store.promise().told());
        let listener = TcpListener::bind(arguments.listen)
            .await
            .with_context(|| format!("cannot listen on {}", arguments.listen))?;
        let address = format!("http://{}", listener.local_addr()?);
        let base = arguments.base.clone().unwrap_or(address.clone());
        let mut tx = store.read().await?;
        let studies = studies::count(&mut tx).await?;
        drop(tx);
        match arguments.staff_links {
            StaffLinks::Open if studies == 0 => {
                println!("Set up a study: {}", setup_link(&base, &key, studies));
            }
            StaffLinks::Open => {}
            StaffLinks::Accounts => {
                if let Some(link) = administrator_link(&store, &base).await? {
                    println!("Make the administrator's account (good once, for 24 hours): {link}");
                }
            }
        }
        let transport = arguments.mail.transport()?;
        let providers = match &arguments.providers {
            Some(file) => Providers::read(file)?,
            None => Providers::default(),
        };
        let app = App::new(store.clone(), key.clone(), SystemClock, entropy()?, false)
            .reached_at(&base, transport.is_some())
            .unpacking_with(std::env::current_exe()?)
            .with_staff_links(arguments.staff_links)
            .with_erasures(arguments.database.ledger())
            .with_providers(providers)
            .working_as(&node, carrier(&arguments.database)?);
        let looking = tokio::spawn(look_at_providers(app.clone()));
        let store_is_ours = store.is_embedded();
        let ending = Arc::new(AtomicBool::new(false));
        let retaining = tokio::spawn(remove_names(store.clone(), app.clone()));
        let noting = match arguments.audit_anchors.clone() {
            None => None,
            Some(file) => {
                audit::note(&store, &file, SystemClock.now()).await?;
                let noting = audit::note_daily(store.clone(), file, ending.clone());
                Some(tokio::spawn(noting))
            }
        };
        let posting = transport.map(|transport| {
            let sender = Sender {
                store,
                key,
                base: app.base().to_owned(),
                transport,
                clock: Arc::new(SystemClock),
                alone: store_is_ours,
                node,
            };
            tokio::spawn(post(sender, ending.clone()))
        });
        let app = if arguments.https {
            app.behind_https()
        } else {
            app
        };
        let measured = match arguments.metrics {
            Some(address) => {
                let listener = TcpListener::bind(address)
                    .await
                    .with_context(|| format!("cannot listen on {address}"))?;
                println!("Metrics: http://{}/metrics", listener.local_addr()?);
                Some(tokio::spawn(metrics::serve(listener, app.clone())))
            }
            None => None,
        };
        println!("Schakel listens on {address}");
        let limits = Limits {
            connections: room_for(arguments.connections.max(1)),
            ..Limits::default()
        };
        let served = serve_within(listener, app, limits, stopped()).await;
        retaining.abort();
        looking.abort();
        ending.store(true, Ordering::Relaxed);
        if let Some(noting) = noting {
            let _ = noting.await;
        }
        if let Some(measured) = measured {
            measured.abort();
        }
        if let Some(posting) = posting {
            // What is not settled by then is unknown when the server starts again.
            let _ = tokio::time::timeout(LAST_MAIL, posting).await;
        }
        Ok(served?)
    })
}

/// Whoever an older copy of the database brought back is forgotten before anything is served.
async fn forgotten_again(database: &DatabaseArguments, store: &Store) -> anyhow::Result<()> {
    let mut rng = ChaCha12Rng::from_seed(entropy()?);
    let done = forget::catch_up(store, &database.ledger(), SystemClock.now(), &mut rng).await?;
    if done.forgotten == 0 {
        return Ok(());
    }
    println!(
        "{} people in the erasure ledger were there again, and are forgotten again",
        done.forgotten
    );
    // What had been concluded went with them.
    let mut tx = store.read().await?;
    let mut again = Vec::new();
    for (study_id, _) in studies::all(&mut tx).await? {
        again.extend(Study::load(&mut tx, study_id).await?);
    }
    drop(tx);
    for study in again {
        conclude::conclude(store, &study, SystemClock.now()).await?;
    }
    Ok(())
}

/// Names whose time has passed go by themselves, and nobody who was forgotten stays in memory. A failure of ours is logged
/// and tried again.
async fn remove_names(store: Store, app: App) {
    loop {
        app.forget_lists();
        match forget::remove_names(&store, None, SystemClock.now()).await {
            Ok(done) => {
                for (study, removed) in done {
                    tracing::warn!(study, removed.contacts, "names were removed");
                }
            }
            Err(error) => tracing::error!(%error, "names could not be removed"),
        }
        tokio::time::sleep(A_MINUTE).await;
    }
}

/// Says at the start which providers do not answer: whoever runs the server would hear it from a visitor.
async fn look_at_providers(app: App) {
    for provider in app.providers().all() {
        let (name, issuer) = (&provider.name, provider.issuer());
        match app.providers().answers(provider, app.base()).await {
            Ok(()) => println!(
                "Signing in with {name} ({issuer}); it sends visitors back to {}",
                provider.back(app.base())
            ),
            Err(fault) => println!("Signing in with {name} ({issuer}) does not work yet: {fault}"),
        }
    }
}

/// Sends what is due, round after round, until the server ends. A failure of ours is logged and tried again.
async fn post(sender: Sender, ending: Arc<AtomicBool>) {
    let go_on = || !ending.load(Ordering::Relaxed);
    let mut at_start = true;
    while go_on() {
        match sender.recover(at_start).await {
            Ok(_) => at_start = false,
            Err(error) => tracing::error!(%error, "the outbox could not be read"),
        }
        if let Err(error) = post_once(&sender, &go_on).await {
            tracing::error!(%error, "mail could not be handled");
        }
        let mut waited = Duration::ZERO;
        while go_on() && waited < PAUSE {
            let short = Duration::from_millis(250);
            tokio::time::sleep(short).await;
            waited += short;
        }
    }
}

async fn post_once(sender: &Sender, go_on: &(dyn Fn() -> bool + Sync)) -> Result<(), StorageError> {
    let mut tx = sender.store.read().await?;
    let mut due = Vec::new();
    for (study_id, _) in studies::all(&mut tx).await? {
        if outbox::count_due(&mut tx, study_id, sender.clock.now()).await? > 0 {
            due.extend(Study::load(&mut tx, study_id).await?);
        }
    }
    drop(tx);
    for study in due {
        sender.round(&Arc::new(study), go_on).await?;
    }
    Ok(())
}

/// Jobs run in processes of their own, of this same program.
fn carrier(database: &DatabaseArguments) -> anyhow::Result<Arc<Carrier>> {
    let database = database.clone();
    // Whether it can be done is known before anybody asks.
    work::command(&database, Uuid::nil())?;
    Ok(Arc::new(move |job| {
        work::command(&database, job).unwrap_or_else(|_| Command::new("schakel"))
    }))
}

/// The link with which the first administrator is made: another one at each start, for as long as there is none.
async fn administrator_link(store: &Store, base: &str) -> anyhow::Result<Option<String>> {
    let mut rng = ChaCha12Rng::from_seed(entropy()?);
    let act = Act {
        actor: "serve".to_owned(),
        at: SystemClock.now(),
    };
    let token = store
        .write::<_, StorageError, _>(move |tx| {
            async move { make_account::first_link(tx, &act, &mut rng).await }.boxed()
        })
        .await?;
    let base = base.trim_end_matches('/');
    Ok(token.map(|token| format!("{base}/r#{token}")))
}

/// The link with which the next study on this server is set up: good for one.
pub fn setup_link(base: &str, key: &LinkKey, studies: i64) -> String {
    let base = base.trim_end_matches('/');
    format!("{base}/r#{}", key.setup_token(studies))
}

/// An interrupt from the keyboard, or the signal to end.
pub async fn stopped() {
    let interrupt = async { tokio::signal::ctrl_c().await.ok() };
    #[cfg(unix)]
    {
        let mut terminate =
            match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
                Ok(signal) => signal,
                Err(_) => {
                    interrupt.await;
                    return;
                }
            };
        tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
    }
    #[cfg(not(unix))]
    interrupt.await;
}
