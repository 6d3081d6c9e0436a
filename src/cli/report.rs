//! `schakel report [STUDY] --out FILE`: the report of a study as one file that stands alone.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use super::analyse::language;
use super::ending::{Answer, ended};
use super::settings::{DatabaseArguments, block_on};
use crate::domain::language::Language;
use crate::fieldwork::study::Study;
use crate::storage::{Store, studies};
use crate::web::study_report::Material;

#[derive(Debug, Args)]
pub struct Arguments {
    /// Key of the study; may be left out where the database has one.
    study: Option<String>,
    /// File for the report; an earlier report is replaced.
    #[arg(long)]
    out: PathBuf,
    /// nl or en.
    #[arg(long, value_name = "LANGUAGE", default_value = "nl", value_parser = language)]
    language: Language,
    #[command(flatten)]
    database: DatabaseArguments,
}

pub fn run(arguments: &Arguments) -> ExitCode {
    ended(block_on(report(arguments)))
}

async fn report(arguments: &Arguments) -> Answer {
    let store = opened(&arguments.database).await?;
    let study = match study(&store, arguments.study.as_deref()).await? {
        Ok(study) => study,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let mut tx = store.read().await?;
    let Some(material) = Material::newest(&mut tx, &study).await? else {
        return Ok(Err(format!(
            "no wave of `{}` is closed yet: there is nothing to report",
            study.design.key
        )));
    };
    drop(tx);
    let page = material.page(arguments.language)?;
    written(&arguments.out, &page)?;
    Ok(Ok(format!("written   {}\n", arguments.out.display())))
}

pub(super) async fn opened(database: &DatabaseArguments) -> anyhow::Result<Store> {
    let address = &database.database;
    // A database that is not there is not made: nothing could be read from it.
    if let Some(file) = address.strip_prefix("sqlite:") {
        std::fs::metadata(file).with_context(|| format!("cannot open {address}"))?;
    }
    Store::open(address)
        .await
        .with_context(|| format!("cannot open {address}"))
}

/// The study with this key, or the only one.
pub(super) async fn study(
    store: &Store,
    key: Option<&str>,
) -> anyhow::Result<Result<Study, String>> {
    let mut tx = store.read().await?;
    let all = studies::all(&mut tx).await?;
    let known: Vec<&str> = all.iter().map(|(_, key)| key.as_str()).collect();
    let found = match key {
        Some(key) => all.iter().find(|(_, known)| known == key),
        None => all.first().filter(|_| all.len() == 1),
    };
    let Some((id, _)) = found else {
        let known = known.join(", ");
        return Ok(Err(match key {
            Some(key) => format!("there is no study `{key}` here; known: {known}"),
            None if all.is_empty() => "there is no study in this database".to_owned(),
            None => format!("say which study: {known}"),
        }));
    };
    let study = Study::load(&mut tx, *id).await?;
    Ok(Ok(study.context("the study was there a moment ago")?))
}

/// Beside it first, then in its place: what is there is never half a report.
pub(super) fn written(file: &Path, page: &str) -> anyhow::Result<()> {
    let told = || format!("cannot write {}", file.display());
    let beside = file.with_extension("html.new");
    std::fs::write(&beside, page).with_context(told)?;
    std::fs::rename(&beside, file).with_context(told)
}
