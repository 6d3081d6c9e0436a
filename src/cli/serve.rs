//! `schakel serve`: the pages, until told to stop.

use std::net::SocketAddr;

use anyhow::Context;
use clap::Args;
use tokio::net::TcpListener;

use super::settings::{DatabaseArguments, block_on, entropy};
use crate::domain::time::SystemClock;
use crate::domain::token::LinkKey;
use crate::storage::studies;
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
    /// The address at which people reach the server, for the links it prints; where it listens when left out.
    #[arg(long, env = "SCHAKEL_BASE")]
    base: Option<String>,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    block_on(async {
        let (store, key) = arguments.database.open().await?;
        let listener = TcpListener::bind(arguments.listen)
            .await
            .with_context(|| format!("cannot listen on {}", arguments.listen))?;
        let address = format!("http://{}", listener.local_addr()?);
        let mut tx = store.read().await?;
        let studies = studies::count(&mut tx).await?;
        drop(tx);
        if studies == 0 {
            let base = arguments.base.as_deref().unwrap_or(&address);
            println!("Set up a study: {}", setup_link(base, &key, studies));
        }
        println!("Schakel listens on {address}");
        let app = App::new(store, key, SystemClock, entropy()?, false);
        let app = if arguments.https {
            app.behind_https()
        } else {
            app
        };
        Ok(serve(listener, app, stopped()).await?)
    })
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
