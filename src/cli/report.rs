//! `schakel report [STUDY] --out FILE`: the report of a study as one file that stands alone; with `--schools` a file for
//! each school.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use futures_util::FutureExt;

use super::analyse::language;
use super::ending::{Answer, ended};
use super::settings::{DatabaseArguments, block_on};
use super::study::act;
use crate::domain::language::Language;
use crate::fieldwork::export::record_release;
use crate::fieldwork::study::Study;
use crate::storage::{StorageError, Store, studies};
use crate::web::study_report::Material;
use crate::web::team_files;

#[derive(Debug, Args)]
pub struct Arguments {
    /// Key of the study; may be left out where the database has one.
    study: Option<String>,
    /// File for the report, or folder for those of schools; earlier reports are replaced.
    #[arg(long)]
    out: PathBuf,
    /// One file for each school with what its team may see: no comparison, no other school.
    #[arg(long)]
    schools: bool,
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
    if arguments.schools {
        return of_schools(arguments, &store, study).await;
    }
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

/// Handing results to schools is a release, and noted as one.
async fn of_schools(arguments: &Arguments, store: &Store, study: Study) -> Answer {
    let out = &arguments.out;
    let mut tx = store.read().await?;
    let pages = team_files::pages(&mut tx, &study, arguments.language, None).await?;
    drop(tx);
    if pages.is_empty() {
        return Ok(Err(format!(
            "no school of `{}` has results to be shown yet",
            study.design.key
        )));
    }
    std::fs::create_dir_all(out).with_context(|| format!("cannot make {}", out.display()))?;
    let act = act();
    store
        .write::<_, StorageError, _>(move |tx| {
            async move { record_release(tx, &act, &study, "a file for each school").await }.boxed()
        })
        .await?;
    for (key, page) in &pages {
        written(&out.join(file_name(key)), page)?;
    }
    Ok(Ok(format!(
        "written   {} schools in {}\n",
        pages.len(),
        out.display()
    )))
}

/// The key of the school; letters that mean something to a file system are written as their numbers.
fn file_name(key: &str) -> String {
    let mut name = String::new();
    for (place, byte) in key.bytes().enumerate() {
        let plain = byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        if plain || (byte == b'.' && place > 0) {
            name.push(char::from(byte));
        } else {
            name.push_str(&format!("%{byte:02X}"));
        }
    }
    name + ".html"
}

pub(super) async fn opened(database: &DatabaseArguments) -> anyhow::Result<Store> {
    let address = &database.database;
    // A database that is not there is not made: nothing could be read from it.
    if let Some(file) = address.strip_prefix("sqlite:") {
        std::fs::metadata(file).with_context(|| format!("cannot open {address}"))?;
    }
    database.store().await
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_name_of_a_file_and_never_a_path() {
        assert_eq!(file_name("wilg-2.b"), "wilg-2.b.html");
        assert_eq!(file_name("../x"), "%2E.%2Fx.html");
        assert_ne!(file_name("a/b"), file_name("a%2Fb"));
        // Whatever way leads out, and wherever it leads to.
        let ways = [
            "../",
            "..\\",
            "/",
            "\\\\",
            "C:",
            "%2e%2e%2f",
            "..;/",
            "~/",
            "./",
            "a/../../",
        ];
        let ends = [
            "etc/passwd",
            "x",
            "",
            ".",
            "..",
            "con",
            "\0x",
            "x\n",
            "\u{2215}x",
            "x.html\0.csv",
        ];
        for key in ways
            .iter()
            .flat_map(|way| ends.iter().map(move |end| format!("{way}{end}")))
        {
            let name = file_name(&key);
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_.%".contains(c);
            assert!(name.chars().all(plain) && !name.starts_with('.'), "{name}");
            assert_eq!(Path::new("out").join(&name).parent(), Some("out".as_ref()));
        }
    }
}
