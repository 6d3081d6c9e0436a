//! `schakel serve`: the pages, until told to stop.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use tokio::net::TcpListener;

use super::settings::{DatabaseArguments, MailArguments, block_on, entropy};
use crate::deliver::Sender;
use crate::domain::time::SystemClock;
use crate::domain::token::LinkKey;
use crate::fieldwork::study::Study;
use crate::storage::{StorageError, outbox, studies};
use crate::web::app::App;
use crate::web::serve::serve;

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
    #[command(flatten)]
    mail: MailArguments,
}

/// Between two looks into the outbox.
const PAUSE: Duration = Duration::from_secs(5);
/// For the mail that is under way when the server is told to stop.
const LAST_MAIL: Duration = Duration::from_secs(40);

pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    block_on(async {
        let (store, key) = arguments.database.open().await?;
        let listener = TcpListener::bind(arguments.listen)
            .await
            .with_context(|| format!("cannot listen on {}", arguments.listen))?;
        let address = format!("http://{}", listener.local_addr()?);
        let base = arguments.base.clone().unwrap_or(address.clone());
        let mut tx = store.read().await?;
        let studies = studies::count(&mut tx).await?;
        drop(tx);
        if studies == 0 {
            println!("Set up a study: {}", setup_link(&base, &key, studies));
        }
        println!("Schakel listens on {address}");
        let transport = arguments.mail.transport()?;
        let app = App::new(store.clone(), key.clone(), SystemClock, entropy()?, false)
            .reached_at(&base, transport.is_some());
        let ending = Arc::new(AtomicBool::new(false));
        let posting = transport.map(|transport| {
            let sender = Sender {
                store,
                key,
                base: app.base().to_owned(),
                transport,
                clock: Arc::new(SystemClock),
            };
            tokio::spawn(post(sender, ending.clone()))
        });
        let app = if arguments.https {
            app.behind_https()
        } else {
            app
        };
        let served = serve(listener, app, stopped()).await;
        ending.store(true, Ordering::Relaxed);
        if let Some(posting) = posting {
            // What is not settled by then is unknown when the server starts again.
            let _ = tokio::time::timeout(LAST_MAIL, posting).await;
        }
        Ok(served?)
    })
}

/// Sends what is due, round after round, until the server ends. A failure of ours is logged and tried again.
async fn post(sender: Sender, ending: Arc<AtomicBool>) {
    if let Err(error) = sender.recover().await {
        tracing::error!(%error, "the outbox could not be read");
    }
    let go_on = || !ending.load(Ordering::Relaxed);
    while go_on() {
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
