//! `schakel study …`: what an owner does before pages for it exist, and what scripts do after.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Subcommand;
use futures_util::FutureExt;
use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;

use super::difference;
use super::erase;
use super::export;
use super::post;
use super::scores;
use super::serve::setup_link;
use super::settings::{DatabaseArguments, MailArguments, block_on, entropy};
use crate::conclude;
use crate::domain::fault::{Fault, Faults};
use crate::domain::time::{Clock, SystemClock};
use crate::exchange::{letters_csv, roster_csv, study_toml};
use crate::fieldwork::close::CloseRefusal;
use crate::fieldwork::enrol::{Choices, EnrolRefusal};
use crate::fieldwork::enter::Recipient;
use crate::fieldwork::found::FoundRefusal;
use crate::fieldwork::invite::InviteRefusal;
use crate::fieldwork::remind::{Patience, RemindRefusal};
use crate::fieldwork::roster_diff::{self, Standing};
use crate::fieldwork::study::Study;
use crate::fieldwork::{amend, close, enrol, enter, found, invite};
use crate::instrument::library::Library;
use crate::rehearsal;
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
    /// Register pupils' scores in the monitoring system (CSV, or XML in the manner of EDEXML and UWLR): what the effect of
    /// a school is computed from. What was delivered before is corrected.
    Scores {
        study: String,
        file: PathBuf,
        /// What the columns are: a mapping file, or the key of one that comes with the program.
        #[arg(long, default_value = "plain")]
        mapping: String,
        /// Say what would change, and change nothing.
        #[arg(long)]
        dry_run: bool,
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
        #[arg(long, env = "SCHAKEL_BASE", default_value = "http://127.0.0.1:8080")]
        base: String,
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Queue invitations by mail for the staff of a cohort who have had none; `schakel serve` or `study mail` sends them.
    Post {
        study: String,
        cohort: String,
        wave: String,
        /// Only say how many would get one.
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Queue reminders for who has not opened, has not begun, or has come to a standstill.
    Remind {
        study: String,
        cohort: String,
        wave: String,
        /// Only say who would get one.
        #[arg(long)]
        dry_run: bool,
        /// So many days without a save is a standstill.
        #[arg(long, default_value_t = 3)]
        stalled_days: i64,
        /// So many days lie between two mails to one person.
        #[arg(long, default_value_t = 5)]
        pause_days: i64,
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Send the mail that is due, once; not needed beside a server that sends mail.
    Mail {
        study: String,
        #[arg(long, env = "SCHAKEL_BASE", default_value = "http://127.0.0.1:8080")]
        base: String,
        #[command(flatten)]
        mail: MailArguments,
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Say how the mail of a study stands, and list what did not arrive.
    Outbox {
        study: String,
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Give one person a new link and code for a wave; the old ones stop working.
    Reissue {
        study: String,
        /// Key of the school.
        school: String,
        /// The person as in the staff list.
        person: String,
        wave: String,
        #[arg(long, env = "SCHAKEL_BASE", default_value = "http://127.0.0.1:8080")]
        base: String,
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Forget a person at their request: contact, answers, and the name wherever others wrote it.
    Erase(erase::Arguments),
    /// Close a wave for a cohort and compute the results.
    Close {
        study: String,
        cohort: String,
        wave: String,
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Print the link with which the next study on this server is set up in the browser.
    SetupLink {
        #[arg(long, env = "SCHAKEL_BASE", default_value = "http://127.0.0.1:8080")]
        base: String,
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Rehearse a study: invented answers in every wave of a throw-away copy. Only the minutes it takes are kept.
    Rehearse {
        study: String,
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Write the data as files, with a codebook: of closed waves the answers, of open ones how far everyone is.
    Export(export::Arguments),
    /// Make a link for someone who follows the response or looks at results.
    Link {
        study: String,
        /// `owner`, `researcher`, `trainer`, `school` (a team), `principal`, `board` or `custodian`.
        #[arg(value_parser = ["owner", "researcher", "coder", "trainer", "school", "principal", "board", "custodian"])]
        role: String,
        /// Keys of the schools it is about: one for a school or its principal, several for a trainer, three or more for a
        /// board.
        #[arg(long = "school")]
        schools: Vec<String>,
        #[arg(long, env = "SCHAKEL_BASE", default_value = "http://127.0.0.1:8080")]
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
                || matches!(error.downcast_ref(), Some(CloseRefusal::NotYetOpen { .. }))
                || matches!(error.downcast_ref(), Some(RemindRefusal::NotOpen { .. }))
                || matches!(
                    error.downcast_ref(),
                    Some(InviteRefusal::Over { .. } | InviteRefusal::Unmet(_))
                );
            if refused {
                ExitCode::from(2)
            } else {
                ExitCode::FAILURE
            }
        }
    }
}

pub(super) fn act() -> Act {
    Act {
        actor: "command line".to_owned(),
        at: SystemClock.now(),
    }
}

pub(super) fn rng() -> anyhow::Result<ChaCha12Rng> {
    Ok(ChaCha12Rng::from_seed(entropy()?))
}

pub(super) async fn study_by_key(store: &Store, key: &str) -> anyhow::Result<Study> {
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

pub(super) async fn window(
    store: &Store,
    study: &Study,
    cohort: &str,
    wave: &str,
) -> anyhow::Result<Window> {
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
            post::look(&store, &study.design.key, "difference with a staff list").await?;
            print!("{}", difference::told(&diff, leaves_on.is_some()));
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
            mapping,
            dry_run,
            database,
        } => {
            let (store, _) = database.open().await?;
            let study = study_by_key(&store, study).await?;
            scores::run(&store, study, file, mapping, *dry_run).await?;
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
            all.retain(|school| {
                school.cohort == *cohort && study.design.asks_at(&school.key, wave)
            });
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
        Command::Post {
            study,
            cohort,
            wave,
            dry_run,
            database,
        } => post::invite_by_mail(database, study, (cohort, wave), *dry_run).await?,
        Command::Remind {
            study,
            cohort,
            wave,
            dry_run,
            stalled_days,
            pause_days,
            database,
        } => {
            let patience = Patience {
                stalled_days: *stalled_days,
                pause_days: *pause_days,
            };
            post::remind(database, study, (cohort, wave), patience, *dry_run).await?;
        }
        Command::Mail {
            study,
            base,
            mail,
            database,
        } => post::send(database, study, base, mail).await?,
        Command::Outbox { study, database } => post::tell(database, study).await?,
        Command::Reissue {
            study,
            school,
            person,
            wave,
            base,
            database,
        } => post::reissue(database, study, (school, person, wave), base).await?,
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
        Command::SetupLink { base, database } => {
            let (store, key) = database.open().await?;
            let mut tx = store.read().await?;
            let studies = studies::count(&mut tx).await?;
            println!("{}", setup_link(base, &key, studies));
        }
        Command::Rehearse { study, database } => {
            let (store, _) = database.open().await?;
            let study = study_by_key(&store, study).await?;
            rehearse(&store, study).await?;
        }
        Command::Erase(arguments) => {
            let (store, _) = arguments.database.open().await?;
            let study = study_by_key(&store, &arguments.study).await?;
            erase::run(arguments, &store, study, act()).await?;
        }
        Command::Export(arguments) => {
            let (store, _) = arguments.database.open().await?;
            let study = study_by_key(&store, &arguments.study).await?;
            export::run(arguments, &store, study).await?;
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
            if matches!(role.as_str(), "school" | "principal") && ids.len() != 1 {
                bail!("a link for a school is about one school: give one --school");
            }
            if role == "board" && ids.len() < 3 {
                bail!("a board's link needs three schools or more: give --school for each");
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

async fn rehearse(store: &Store, study: Study) -> anyhow::Result<()> {
    let outcome = rehearsal::rehearse(store, &study, &SystemClock, rng()?).await?;
    match outcome.schools {
        (_, 0) => println!("There are no staff lists yet: the schools were invented"),
        (n, all) => println!("{n} of {all} schools took part"),
    }
    println!(
        "{} of {} invited people answered, {} stopped halfway",
        outcome.respondents, outcome.invited, outcome.stopped
    );
    println!(
        "{} pages, {} answers, {} came back different, {} refused",
        outcome.pages, outcome.answers, outcome.unequal, outcome.refusals
    );
    for refusal in &outcome.refused {
        println!("  refused: {refusal}");
    }
    for (wave, by_instrument) in &outcome.minutes {
        for (instrument, minutes) in by_instrument {
            println!("{wave} {instrument}: {minutes} minutes");
        }
    }
    for (wave, minutes) in &outcome.per_wave {
        println!("{wave} in all: {minutes} minutes");
    }
    for (table, rows) in &outcome.rows {
        println!("a researcher would get {rows} rows of {table}");
    }
    println!("It took {:.1} s", outcome.took.as_seconds_f64());
    let (act, mut rng, mut new) = (act(), rng()?, study.design.clone());
    new.rehearsed = Some(outcome.rehearsed(act.at));
    store
        .write(move |tx| {
            async move { amend::amend(tx, &act, &mut rng, &study, &new).await }.boxed()
        })
        .await?;
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
