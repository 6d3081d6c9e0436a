//! Where the database, the key and the server are: flags, environment, defaults.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use clap::Args;

use crate::domain::sealing::SealKey;
use crate::domain::token::{LinkKey, key_from_hex};
use crate::forget::ErasureLedger;
use crate::mail::{Folder, Smtp, Transport};
use crate::storage::Store;

#[derive(Debug, Clone, Args)]
pub struct DatabaseArguments {
    /// `sqlite:FILE` or `postgres://USER@HOST/NAME`; of several servers `postgres://USER@HOST1,HOST2/NAME`.
    #[arg(long, env = "SCHAKEL_DATABASE", default_value = "sqlite:schakel.db")]
    pub database: String,
    /// File with the key that links are derived from. Made on first use. Keep it apart from the database: without it no
    /// link can be made again, and with only one of the two nothing can be opened.
    #[arg(long, env = "SCHAKEL_KEY_FILE", default_value = "schakel.key")]
    pub key_file: PathBuf,
    /// File with the key that names and addresses are sealed with in the database. Made on first use. Keep it apart from the
    /// database and from every backup: without it nobody's name can be read again.
    #[arg(
        long,
        env = "SCHAKEL_CONTACT_KEY_FILE",
        default_value = "schakel-contacts.key"
    )]
    pub contact_key_file: PathBuf,
    /// File in which every erasure of a person is written down before it is done, without a name. Keep it with the keys and
    /// apart from the database: when an older copy is restored, the same people are forgotten again.
    #[arg(
        long,
        env = "SCHAKEL_ERASURE_LEDGER",
        default_value = "schakel-erasures.log"
    )]
    pub erasure_ledger: PathBuf,
}

impl DatabaseArguments {
    pub async fn open(&self) -> anyhow::Result<(Store, LinkKey)> {
        Ok((self.store().await?, key(&self.key_file)?))
    }

    pub async fn store(&self) -> anyhow::Result<Store> {
        Store::open(&self.database, &self.seal_key()?)
            .await
            .with_context(|| format!("cannot open {}", without_password(&self.database)))
    }

    pub fn ledger(&self) -> ErasureLedger {
        ErasureLedger::at(self.erasure_ledger.clone())
    }

    pub fn seal_key(&self) -> anyhow::Result<SealKey> {
        Ok(SealKey::new(secret(&self.contact_key_file)?))
    }
}

/// Who this server is among others on the same database.
#[derive(Debug, Clone, Args)]
pub struct NodeArguments {
    /// A name of its own for this server, the same at every start: mail and jobs that it had under way when it was
    /// stopped are known again at once. Made up at every start by default.
    #[arg(long, env = "SCHAKEL_NODE")]
    node: Option<String>,
}

impl NodeArguments {
    pub fn name(&self) -> anyhow::Result<String> {
        match &self.node {
            Some(name) if name.is_empty() || name.len() > 40 => {
                anyhow::bail!("the name of a node has 1 to 40 characters")
            }
            Some(name) => Ok(name.clone()),
            None => node(),
        }
    }
}

/// A name for a process that has none.
pub fn node() -> anyhow::Result<String> {
    let made = entropy()?;
    Ok(made
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect())
}

/// How mail goes out. Without any of these nothing is sent, and links are handed out as letters or with a file.
#[derive(Debug, Clone, Args)]
pub struct MailArguments {
    /// A mail server: `smtp://localhost:25`, `smtps://USER:PASSWORD@HOST`, `smtp://USER:PASSWORD@HOST:587`. To another machine
    /// mail goes over TLS, unless `?tls=opportunistic` stands behind it.
    /// Give it in the environment: a command line can be read by others on the machine.
    #[arg(long, env = "SCHAKEL_SMTP", hide_env_values = true)]
    smtp: Option<String>,
    /// Write mail as files into this folder, for a trial or for another program to send.
    #[arg(long, env = "SCHAKEL_MAIL_FOLDER", conflicts_with = "smtp")]
    mail_folder: Option<PathBuf>,
    /// Who the mail is from: `Name <name@example.org>`.
    #[arg(
        long,
        env = "SCHAKEL_MAIL_FROM",
        default_value = "Schakel <schakel@localhost>"
    )]
    mail_from: String,
}

impl MailArguments {
    pub fn transport(&self) -> anyhow::Result<Option<Arc<dyn Transport>>> {
        Ok(match (&self.smtp, &self.mail_folder) {
            (Some(url), _) => Some(Arc::new(Smtp::new(url, &self.mail_from)?)),
            (None, Some(folder)) => Some(Arc::new(Folder::new(folder.clone(), &self.mail_from)?)),
            (None, None) => None,
        })
    }
}

/// An address as it may be told.
fn without_password(address: &str) -> String {
    match (address.split_once("://"), address.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://{host}"),
        _ => address.to_owned(),
    }
}

/// Reads the key file, or makes one.
pub fn key(file: &Path) -> anyhow::Result<LinkKey> {
    Ok(LinkKey::new(secret(file)?))
}

/// Reads a file with a key, or makes one that only its owner can read.
pub fn secret(file: &Path) -> anyhow::Result<[u8; 32]> {
    match std::fs::read_to_string(file) {
        Ok(text) => key_from_hex(&text).with_context(|| {
            format!(
                "{} holds no key: expected 64 hexadecimal characters",
                file.display()
            )
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let key = entropy()?;
            let mut options = std::fs::OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut made = options
                .open(file)
                .with_context(|| format!("cannot make {}", file.display()))?;
            let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
            writeln!(made, "{hex}")?;
            made.sync_all()?;
            Ok(key)
        }
        Err(error) => Err(error).with_context(|| format!("cannot read {}", file.display())),
    }
}

/// Randomness of the machine: for keys, and as the seed of a server's generator.
pub fn entropy() -> anyhow::Result<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| anyhow::anyhow!("the machine gives no randomness: {error}"))?;
    Ok(bytes)
}

/// One command at a time on its own runtime.
pub fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(work)
}

/// A folder that goes when the command ends.
pub struct TemporaryFolder(pub PathBuf);

impl TemporaryFolder {
    pub fn make(what: &str) -> anyhow::Result<Self> {
        let name: String = entropy()?
            .iter()
            .take(6)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let folder = std::env::temp_dir().join(format!("schakel-{what}-{name}"));
        std::fs::create_dir(&folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(Self(folder))
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        // What cannot be removed is left to the machine's own cleaning of temporary files.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
