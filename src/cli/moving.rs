//! `schakel move --from sqlite:FILE --to postgres://...` and back: the same rows in another database.

use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use futures_util::FutureExt;

use super::copying::{Filling, header};
use super::ending::{Answer, ended};
use super::restore::Target;
use super::settings::{block_on, secret};
use super::study::act;
use crate::domain::sealing::SealKey;
use crate::exchange::archive::{Contents, Writer};
use crate::fieldwork::copies;
use crate::storage::fresh::Fresh;
use crate::storage::holder::{self, Holder};
use crate::storage::{StorageError, Store, archive, audit, schema};

#[derive(Debug, Args)]
pub struct Arguments {
    /// The database as it is: `sqlite:FILE` or `postgres://USER@HOST/NAME`. No server may run on it; it is left as it was.
    #[arg(long, value_name = "ADDRESS")]
    from: String,
    /// Where it goes: a file that is not there yet, or an empty database of a server.
    #[arg(long, value_name = "ADDRESS")]
    to: String,
    /// File with the key that names and addresses are sealed with in the database.
    #[arg(
        long,
        env = "SCHAKEL_CONTACT_KEY_FILE",
        default_value = "schakel-contacts.key"
    )]
    contact_key_file: std::path::PathBuf,
}

pub fn run(arguments: &Arguments) -> ExitCode {
    ended(block_on(moved(arguments)))
}

async fn moved(arguments: &Arguments) -> Answer {
    let (from, to) = (&arguments.from, &arguments.to);
    if let Some(file) = from.strip_prefix("sqlite:")
        && !Path::new(file).exists()
    {
        return Ok(Err(format!("there is no database {file}")));
    }
    let held = match Holder::take(from, "schakel move").await {
        Ok(held) => held,
        Err(in_use @ StorageError::Held { .. }) => return Ok(Err(in_use.to_string())),
        Err(error) => return Err(error.into()),
    };
    if let Some(others) = holder::others_on(from).await? {
        return Ok(Err(format!(
            "the database is in use by {others}. Stop the servers that run on it first"
        )));
    }
    let target = match to.strip_prefix("sqlite:") {
        Some(file) if Path::new(file).exists() => {
            return Ok(Err(StorageError::NotEmpty(file.to_owned()).to_string()));
        }
        Some(file) => Some(Target::beside(
            file,
            Holder::take(to, "schakel move").await?,
        )),
        None => None,
    };
    let address = target
        .as_ref()
        .map_or(to.as_str(), |target| &target.address);
    let seal_key = SealKey::new(secret(&arguments.contact_key_file)?);
    let copied = copied(from, address, &seal_key).await;
    match (copied, target) {
        (Ok(contents), target) => {
            if let Some(target) = target {
                target.take_place().await?;
            }
            drop(held);
            Ok(Ok(format!(
                "moved     {} tables, {} rows, {}\nStart the server on the new database, and keep the old one until you have seen it run.\n",
                contents.tables.len(),
                contents.rows(),
                contents.sha256
            )))
        }
        (Err(error), target) => {
            if let Some(target) = target {
                target.clear();
            }
            Ok(Err(format!("{error:#}. Nothing was moved")))
        }
    }
}

async fn copied(from: &str, to: &str, seal_key: &SealKey) -> anyhow::Result<Contents> {
    // An empty database is asked for before anything is noted in the other.
    let mut fresh = Fresh::begin(to, schema::newest(), seal_key).await?;
    let store = Store::open(from, seal_key).await?;
    let act = act();
    let kind = to.split(':').next().unwrap_or_default().to_owned();
    store
        .write::<_, StorageError, _>(move |tx| {
            async move {
                copies::note_move(tx, &act, &format!("to {kind}"));
                Ok(())
            }
            .boxed()
        })
        .await?;
    let mut tx = store.read().await?;
    let end = audit::end(&mut tx).await?;
    let mut writer = Writer::begin(std::io::sink(), &header(&mut tx).await?)?;
    let mut filling = Filling::begin(&mut fresh.tx).await?;
    for shape in archive::shapes(&mut tx).await? {
        writer.table(&shape.table)?;
        filling.table(&shape.table).await?;
        archive::each_row(&mut tx, &shape, async |cells| {
            writer.row(&cells)?;
            filling.row(cells).await
        })
        .await?;
    }
    drop(tx);
    let (_, contents) = writer.finish()?;
    filling.end(&contents).await?;
    // Every change leaves a line there.
    let mut tx = store.read().await?;
    anyhow::ensure!(
        audit::end(&mut tx).await? == end,
        "somebody wrote to the database meanwhile: let nobody use it, and start again"
    );
    drop(tx);
    fresh.keep().await?;
    Ok(contents)
}
