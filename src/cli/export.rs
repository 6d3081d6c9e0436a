//! `schakel study export STUDY --out FOLDER`: the data of a study as files for a statistics program and for `analyse`.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use clap::Args;
use futures_util::FutureExt;

use super::settings::DatabaseArguments;
use crate::domain::language::Language;
use crate::domain::time::{Clock, SystemClock};
use crate::exchange::codebook;
use crate::exchange::tidy_csv::{Counted, lines, manifest, scales_toml};
use crate::fieldwork::export::{Export, Table, record_release};
use crate::fieldwork::study::Study;
use crate::storage::audit::Act;
use crate::storage::{StorageError, Store};

#[derive(Debug, Args)]
pub struct Arguments {
    pub study: String,
    /// Folder for the files; new, or empty.
    #[arg(long)]
    out: PathBuf,
    /// One wave only.
    #[arg(long)]
    wave: Option<String>,
    /// Language of the labels.
    #[arg(long, default_value = "nl", value_parser = ["nl", "en"])]
    language: String,
    #[command(flatten)]
    pub database: DatabaseArguments,
}

pub async fn run(arguments: &Arguments, store: &Store, study: Study) -> anyhow::Result<()> {
    let out = &arguments.out;
    make_folder(out)?;
    let language = Language::from_tag(&arguments.language).unwrap_or_default();
    let waves: Vec<&str> = study
        .design
        .waves
        .iter()
        .map(|wave| wave.key.as_str())
        .collect();
    if let Some(wave) = &arguments.wave
        && !waves.contains(&wave.as_str())
    {
        bail!("there is no wave `{wave}`; known: {}", waves.join(", "));
    }
    let study = Arc::new(study);
    let (act, released) = (
        Act {
            actor: "command line".to_owned(),
            at: SystemClock.now(),
        },
        study.clone(),
    );
    store
        .write::<_, StorageError, _>(move |tx| {
            async move { record_release(tx, &act, &released, "every file").await }.boxed()
        })
        .await?;
    let mut tx = store.read().await?;
    let export =
        Export::prepare(&mut tx, study.clone(), language, arguments.wave.as_deref()).await?;
    let mut files = Vec::new();
    for table in export.tables() {
        let mut file = Opened::make(out, &table.file())?;
        file.add(&lines(&[export.header(&table)]), 0)?;
        let rows = export.rows_of_study(&table);
        file.add(&lines(&rows), rows.len())?;
        files.push((table, file));
    }
    // One school after another, each read once: the memory of one school is enough.
    for school in &export.schools {
        let read = export.school(&mut tx, school).await?;
        for (table, file) in &mut files {
            let rows = export.rows(table, &read);
            file.add(&lines(&rows), rows.len())?;
        }
    }
    drop(tx);
    let headers: Vec<(String, Vec<String>)> = export
        .tables()
        .iter()
        .map(|table: &Table| (table.file(), export.header(table)))
        .collect();
    let mut done: Vec<Counted> = files
        .into_iter()
        .map(|(_, file)| file.close())
        .collect::<anyhow::Result<_>>()?;
    let (text, rows) = codebook::csv(&headers, &study.library);
    done.push(Opened::whole(out, "codebook.csv", &text, rows)?);
    let text = codebook::html(&headers, &study.design, &study.library, language);
    done.push(Opened::whole(out, "codebook.html", &text, 0)?);
    if let Some(text) = scales_toml(&study.library) {
        done.push(Opened::whole(out, "scales.toml", &text, 0)?);
    }
    for file in done.iter().filter(|file| file.rows > 0) {
        println!("{:>9} rows  {}", file.rows, file.file);
    }
    Opened::whole(out, "manifest.csv", &manifest(done), 0)?;
    println!(
        "Written to {}. The keys of people tell nobody who they are; texts.csv can: read it before you share it.",
        out.display()
    );
    Ok(())
}

/// A folder that only its owner can look into.
fn make_folder(out: &Path) -> anyhow::Result<()> {
    if let Ok(mut entries) = fs::read_dir(out)
        && entries.next().is_some()
    {
        bail!(
            "{} holds other files; give --out a new folder or an empty one",
            out.display()
        );
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(out)
        .with_context(|| format!("cannot make {}", out.display()))
}

/// A file under way.
struct Opened {
    file: File,
    counted: Counted,
}

impl Opened {
    fn make(out: &Path, name: &str) -> anyhow::Result<Self> {
        let path = out.join(name);
        let file =
            File::create_new(&path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self {
            file,
            counted: Counted::new(name),
        })
    }

    fn add(&mut self, text: &str, rows: usize) -> anyhow::Result<()> {
        self.counted.pass(text, rows);
        Ok(self.file.write_all(text.as_bytes())?)
    }

    fn close(self) -> anyhow::Result<Counted> {
        self.file.sync_all()?;
        Ok(self.counted)
    }

    fn whole(out: &Path, name: &str, text: &str, rows: usize) -> anyhow::Result<Counted> {
        let mut file = Self::make(out, name)?;
        file.add(text, rows)?;
        file.close()
    }
}
