//! `schakel study …`: what an owner does before pages for it exist, and what scripts do after.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Subcommand;
use futures_util::FutureExt;
use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;

use super::settings::{DatabaseArguments, block_on, entropy};
use crate::conclude;
use crate::domain::fault::{Fault, Faults};
use crate::domain::time::{Clock, SystemClock};
use crate::exchange::{achievement_csv, letters_csv, roster_csv, study_toml};
use crate::fieldwork::close::CloseRefusal;
use crate::fieldwork::enrol::{Choices, EnrolRefusal};
use crate::fieldwork::enter::Recipient;
use crate::fieldwork::found::FoundRefusal;
use crate::fieldwork::roster_diff::{self, RosterDiff, Standing, Turned, Who};
use crate::fieldwork::study::Study;
use crate::fieldwork::{close, enrol, enter, found, invite, register};
use crate::instrument::library::Library;
use crate::storage::audit::Act;
use crate::storage::windows::Window;
use crate::storage::{StorageError, Store, schools, studies, windows};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Load a study from its file; its own instruments take the place of the shipped ones with the same key.
    Load {
        file: PathBuf,
        /// An instrument file of the study's own.
        #[arg(long = "instrument")]
        instruments: Vec<PathBuf>,
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Enrol the staff in a roster file (CSV or XLSX): the difference with the lists is printed, new people join, known
    /// ones are brought up to date.
    Enrol {
        study: String,
        file: PathBuf,
        /// Who is on the list of a school in the file, and not in the file, leaves on this day (2026-08-31); who left
        /// and is in the file comes back. Without it nobody leaves.
        #[arg(long)]
        leaves_on: Option<chrono::NaiveDate>,
        /// Print the difference and enrol nobody.
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Register pupils' scores in the monitoring system (CSV): what the effect of a school is computed from.
    Scores {
        study: String,
        file: PathBuf,
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Invite the staff of a cohort to a wave and write a file with every link and code.
    Invite {
        study: String,
        cohort: String,
        wave: String,
        /// Where the links go (CSV): for a mailing, or for printed letters.
        #[arg(long)]
        out: PathBuf,
        /// The address at which respondents reach the server.
        #[arg(long, default_value = "http://127.0.0.1:8080")]
        base: String,
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Close a wave for a cohort and compute the results.
    Close {
        study: String,
        cohort: String,
        wave: String,
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Make a link for someone who follows the response or looks at results.
    Link {
        study: String,
        /// `owner`, `researcher`, `trainer` or `school`.
        #[arg(value_parser = ["owner", "researcher", "trainer", "school"])]
        role: String,
        /// Keys of the schools it is about: one for a school, several for a trainer.
        #[arg(long = "school")]
        schools: Vec<String>,
        #[arg(long, default_value = "http://127.0.0.1:8080")]
        base: String,
        #[command(flatten)]
        database: DatabaseArguments,
    },
}

/// Faults in a file that was given are told one a line, and nothing is stored.
fn refused(faults: Vec<Fault>) -> Faults {
    let mut all = Faults::default();
    faults.into_iter().for_each(|fault| all.push(fault));
    all
}

pub fn run(command: &Command) -> ExitCode {
    match block_on(obey(command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            // A refusal is an answer to what was asked; anything else is a failure of ours or of the machine.
            let refused = error.is::<Faults>()
                || matches!(error.downcast_ref(), Some(FoundRefusal::KeyTaken))
                || matches!(error.downcast_ref(), Some(refusal) if !matches!(refusal, EnrolRefusal::Failed(_)))
                || matches!(error.downcast_ref(), Some(CloseRefusal::NotYetOpen { .. }));
            if refused {
                ExitCode::from(2)
            } else {
                ExitCode::FAILURE
            }
        }
    }
}

fn act() -> Act {
    Act {
        actor: "command line".to_owned(),
        at: SystemClock.now(),
    }
}

fn rng() -> anyhow::Result<ChaCha12Rng> {
    Ok(ChaCha12Rng::from_seed(entropy()?))
}

/// The difference, a change a line.
fn told(diff: &RosterDiff, with_leaves: bool) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut say = |sign: char, who: &Who, what: String| {
        lines.push(format!("{sign} {}: {}{what}", who.school, who.name));
    };
    let lists = |turned: &Turned| {
        format!(
            ", {} to {}",
            turned.before.join("|"),
            turned.after.join("|")
        )
    };
    for who in &diff.joins {
        say('+', who, String::new());
    }
    for who in &diff.rejoins {
        say(
            '?',
            who,
            if with_leaves {
                " comes back"
            } else {
                " left, and is in the file"
            }
            .to_owned(),
        );
    }
    for leave in &diff.leaves {
        let sign = if with_leaves { '-' } else { '?' };
        let to = leave.moves_to.as_ref().map(|to| format!(", moves to {to}"));
        say(
            sign,
            &leave.who,
            to.unwrap_or_else(|| ", not in the file".to_owned()),
        );
    }
    for (who, day) in &diff.dated_leaves {
        say('-', who, format!(", leaves on {day}"));
    }
    for (who, before) in &diff.renames {
        say('~', who, format!(", was {before}"));
    }
    for turned in diff.roles.iter().chain(&diff.groups) {
        say('~', &turned.who, lists(turned));
    }
    for who in &diff.contacts {
        say('~', who, ", address, language or day of joining".to_owned());
    }
    for alike in &diff.alike {
        let what = if alike.by_address { "address" } else { "name" };
        lines.push(format!(
            "! {}: {} and {} have one {what}; they stay two people",
            alike.school, alike.name, alike.other
        ));
    }
    for (key, name) in &diff.new_schools {
        lines.push(format!("+ {key}: new school, {name}"));
    }
    for (key, before, after) in &diff.renamed_schools {
        lines.push(format!("~ {key}: {before} is now {after}"));
    }
    lines.into_iter().map(|line| line + "\n").collect()
}

async fn study_by_key(store: &Store, key: &str) -> anyhow::Result<Study> {
    let mut tx = store.read().await?;
    let all = studies::all(&mut tx).await?;
    let Some((study_id, _)) = all.iter().find(|(_, known)| known == key) else {
        let known = all
            .iter()
            .map(|(_, key)| key.as_str())
            .collect::<Vec<_>>()
            .join(", ");
        bail!("there is no study `{key}` here; known: {known}");
    };
    Study::load(&mut tx, *study_id)
        .await?
        .context("the study was there a moment ago")
}

async fn window(store: &Store, study: &Study, cohort: &str, wave: &str) -> anyhow::Result<Window> {
    let mut tx = store.read().await?;
    let all = windows::of_study(&mut tx, study.study_id).await?;
    let known = all
        .iter()
        .map(|window| format!("{} {}", window.cohort, window.wave))
        .collect::<Vec<_>>()
        .join(", ");
    all.into_iter()
        .find(|window| window.cohort == cohort && window.wave == wave)
        .with_context(|| format!("cohort `{cohort}` has no wave `{wave}`; known: {known}"))
}

async fn obey(command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Load {
            file,
            instruments,
            database,
        } => {
            let mut library = Library::shipped();
            for file in instruments {
                let text = read(file)?;
                library
                    .load(&file.display().to_string(), &text)
                    .map_err(refused)?;
            }
            let design = study_toml::parse(&file.display().to_string(), &read(file)?, &library)
                .map_err(refused)?;
            let (store, _) = database.open().await?;
            let (act, mut rng, title) = (act(), rng()?, design.title.en.clone());
            store
                .write(move |tx| {
                    async move { found::found(tx, &act, &mut rng, &design, &library).await }.boxed()
                })
                .await?;
            println!("Loaded: {title}");
        }
        Command::Enrol {
            study,
            file,
            leaves_on,
            dry_run,
            database,
        } => {
            let bytes =
                std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
            let (store, _) = database.open().await?;
            let study = study_by_key(&store, study).await?;
            let lines = roster_csv::read(&file.display().to_string(), &bytes, &study.design)?;
            let (act, mut rng) = (act(), rng()?);
            let mut tx = store.read().await?;
            let standing = Standing::load(&mut tx, study.study_id).await?;
            drop(tx);
            let diff = roster_diff::diff(&standing, &lines, act.at.date_naive());
            print!("{}", told(&diff, leaves_on.is_some()));
            if *dry_run {
                println!("Nothing was enrolled.");
                return Ok(());
            }
            let leaves = diff.leaves.iter().map(|leave| leave.member_id);
            let choices = Choices {
                leaves: leaves.filter(|_| leaves_on.is_some()).collect(),
                leaves_on: leaves_on.unwrap_or(act.at.date_naive()),
                rejoin: leaves_on.is_some(),
                seen: Some(standing.mark()),
            };
            let done = store
                .write(move |tx| {
                    async move { enrol::commit(tx, &act, &mut rng, &study, &lines, &choices).await }
                        .boxed()
                })
                .await?;
            let enrolled = done.enrolled;
            println!(
                "{} new schools, {} people joined, {} updated",
                enrolled.schools, enrolled.joined, enrolled.updated
            );
            if leaves_on.is_some() {
                println!("{} left, {} came back", done.left, done.rejoined);
            }
        }
        Command::Scores {
            study,
            file,
            database,
        } => {
            let bytes =
                std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
            let (store, _) = database.open().await?;
            let study = study_by_key(&store, study).await?;
            let mut tx = store.read().await?;
            let keys: Vec<String> = schools::of_study(&mut tx, study.study_id)
                .await?
                .into_iter()
                .map(|school| school.key)
                .collect();
            drop(tx);
            let lines = achievement_csv::read(&file.display().to_string(), &bytes, &keys)?;
            let (act, mut rng) = (act(), rng()?);
            let registered = store
                .write::<_, StorageError, _>(move |tx| {
                    async move { register::register(tx, &act, &mut rng, &study, &lines).await }
                        .boxed()
                })
                .await?;
            println!(
                "{} new pupils, {} scores",
                registered.pupils, registered.scores
            );
        }
        Command::Invite {
            study,
            cohort,
            wave,
            out,
            base,
            database,
        } => {
            let (store, key) = database.open().await?;
            let study = study_by_key(&store, study).await?;
            let window = window(&store, &study, cohort, wave).await?;
            let mut tx = store.read().await?;
            let mut all = schools::units_of_study(&mut tx, study.study_id).await?;
            drop(tx);
            all.retain(|school| school.cohort == *cohort);
            let mut letters = Vec::new();
            for school in all {
                let (act, mut rng, key, study, window) =
                    (act(), rng()?, key.clone(), study.clone(), window.clone());
                let own = store
                    .write::<_, StorageError, _>(move |tx| {
                        async move {
                            invite::invite(
                                tx,
                                &act,
                                &mut rng,
                                &key,
                                &study,
                                school.school_id,
                                &window,
                            )
                            .await
                        }
                        .boxed()
                    })
                    .await?;
                letters.extend(own.into_iter().map(|letter| (school.name.clone(), letter)));
            }
            letters_csv::write(private_file(out)?, base, &letters)?;
            println!("{} links written to {}", letters.len(), out.display());
        }
        Command::Close {
            study,
            cohort,
            wave,
            database,
        } => {
            let (store, _) = database.open().await?;
            let study = study_by_key(&store, study).await?;
            let window = window(&store, &study, cohort, wave).await?;
            let (act, study_id) = (act(), study.study_id);
            let closed = store
                .write(move |tx| {
                    async move { close::close(tx, &act, study_id, &window).await }.boxed()
                })
                .await?;
            let key = conclude::conclude(&store, &study, SystemClock.now()).await?;
            println!(
                "{}; snapshot {}",
                if closed {
                    "Closed"
                } else {
                    "It was closed already"
                },
                key.snapshot_hash
            );
        }
        Command::Link {
            study,
            role,
            schools: keys,
            base,
            database,
        } => {
            let (store, key) = database.open().await?;
            let study = study_by_key(&store, study).await?;
            let mut tx = store.read().await?;
            let all = schools::of_study(&mut tx, study.study_id).await?;
            drop(tx);
            let mut ids = Vec::new();
            for wanted in keys {
                let school = all.iter().find(|school| school.key == *wanted);
                ids.push(
                    school
                        .with_context(|| format!("there is no school `{wanted}` in this study"))?
                        .school_id,
                );
            }
            if role == "school" && ids.len() != 1 {
                bail!("a school's link is about one school: give one --school");
            }
            if role == "trainer" && ids.is_empty() {
                bail!("a trainer's link needs the schools she guides: give --school for each");
            }
            let recipient = Recipient {
                study_id: study.study_id,
                role: role.clone(),
                label: role.clone(),
                schools: ids,
            };
            let (act, mut rng) = (act(), rng()?);
            let (token, code) = store
                .write::<_, StorageError, _>(move |tx| {
                    async move { enter::hand_out(tx, &act, &mut rng, &key, &recipient).await }
                        .boxed()
                })
                .await?;
            println!("{base}/r#{token}\nor type {code} at {base}/r");
        }
    }
    Ok(())
}

/// A new file that only its owner can read: every link in it opens somebody's answers.
fn private_file(file: &Path) -> anyhow::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).with_context(|| {
        format!(
            "cannot make {}; give --out a file that is not there yet",
            file.display()
        )
    })
}

fn read(file: &PathBuf) -> anyhow::Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}
