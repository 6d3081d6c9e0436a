//! `schakel demo`: a whole simulated study on an embedded database, and one link per audience.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, bail};
use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;
use futures_util::FutureExt;
use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;
use tokio::net::TcpListener;

use super::discretion;
use super::serve::stopped;
use super::settings::{self, TemporaryFolder, block_on, entropy, secret};
use crate::conclude;
use crate::domain::id::SchoolId;
use crate::domain::opening::{Audience, Part};
use crate::domain::sealing::SealKey;
use crate::domain::time::{Clock, SystemClock};
use crate::domain::token::LinkKey;
use crate::evaluation::findings::Findings;
use crate::fieldwork::enter::{self, Recipient};
use crate::fieldwork::open;
use crate::fieldwork::pages::Sitting;
use crate::fieldwork::study::Study;
use crate::rehearse::{REHEARSAL, Rehearsed, interviews, rehearse, training};
use crate::simulation::plan::DEFAULT_SEED;
use crate::simulation::study::SimulatedStudy;
use crate::simulation::{SimulationPlan, simulate};
use crate::storage::audit::{self, Act};
use crate::storage::conclusions::{self, ConclusionKey};
use crate::storage::invitations::Opened;
use crate::storage::windows::{self, Phase};
use crate::storage::{StorageError, Store, invitations, links, schools, studies};
use crate::web::app::App;
use crate::web::serve::serve;

/// The role of who codes what was said.
const CODER: &str = "coder";

#[derive(Debug, Args)]
pub struct Arguments {
    /// Address and port to listen on; another port is taken when this one is in use.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// `sqlite:FILE` or `postgres://...`, without a study in it or with a demo, which goes on. A temporary file when left out.
    #[arg(long)]
    database: Option<String>,
    /// The key of links in a database that is kept.
    #[arg(long, env = "SCHAKEL_KEY_FILE", default_value = "schakel.key")]
    key_file: PathBuf,
    /// The key of names in a database that is kept.
    #[arg(
        long,
        env = "SCHAKEL_CONTACT_KEY_FILE",
        default_value = "schakel-contacts.key"
    )]
    contact_key_file: PathBuf,
    /// Another seed makes another study with the same truth.
    #[arg(long, default_value_t = DEFAULT_SEED)]
    seed: u64,
    /// Ten schools instead of a hundred and four.
    #[arg(long)]
    small: bool,
    /// Make, store and analyse the study, print the links, and stop.
    #[arg(long)]
    no_serve: bool,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    discretion::keep()?;
    block_on(async {
        let folder = match &arguments.database {
            Some(_) => None,
            None => Some(TemporaryFolder::make("demo")?),
        };
        let database = match (&arguments.database, &folder) {
            (Some(database), _) => database.clone(),
            (None, Some(folder)) => format!("sqlite:{}", folder.0.join("demo.db").display()),
            (None, None) => unreachable!("one of the two is there"),
        };
        // What is kept can be opened again; of what is thrown away the key goes too.
        let seal_key = match &arguments.database {
            Some(_) => SealKey::new(secret(&arguments.contact_key_file)?),
            None => SealKey::new(entropy()?),
        };
        let store = Store::open(&database, &seal_key)
            .await
            .with_context(|| format!("cannot open {database}"))?;
        let key = match &arguments.database {
            Some(_) => settings::key(&arguments.key_file)?,
            None => LinkKey::new(entropy()?),
        };
        let now = SystemClock.now();
        let rehearsed = match kept(&store, now).await? {
            Some(rehearsed) => {
                println!("The simulated study in {database} goes on.");
                rehearsed
            }
            None => make(&store, &key, arguments, now).await?,
        };
        let listener = match TcpListener::bind(arguments.listen).await {
            Ok(listener) => listener,
            Err(_) => TcpListener::bind(SocketAddr::new(arguments.listen.ip(), 0)).await?,
        };
        let base = format!("http://{}", listener.local_addr()?);
        print_links(&store, &key, &rehearsed, &base, now).await?;
        if !arguments.no_serve {
            let left = match arguments.database {
                Some(_) => "the database goes on with the same --database and key files",
                None => "the demo leaves nothing behind",
            };
            println!("\nOpen a link in a browser. Stop with Ctrl-C; {left}.");
            serve(
                listener,
                App::new(store, key, SystemClock, entropy()?, true)
                    .reached_at(&base, false)
                    .unpacking_with(std::env::current_exe()?),
                stopped(),
            )
            .await?;
        } else {
            // Whoever copies the file has all of it.
            store.close().await;
        }
        drop(folder);
        Ok(())
    })
}

/// Simulates a study and puts it through the real paths.
async fn make(
    store: &Store,
    key: &LinkKey,
    arguments: &Arguments,
    now: DateTime<Utc>,
) -> anyhow::Result<Rehearsed> {
    let started = Instant::now();
    let mut plan = SimulationPlan::as_of(now.date_naive());
    if arguments.small {
        let sizes = SimulationPlan::small();
        plan.n_boards = sizes.n_boards;
        plan.n_extreme = sizes.n_extreme;
        for (cohort, small) in plan.cohorts.iter_mut().zip(&sizes.cohorts) {
            cohort.n_schools = small.n_schools;
        }
    }
    let simulated = simulate(&plan, arguments.seed);
    let made = started.elapsed();
    let rehearsed = rehearse(store, key, &simulated, now).await?;
    let stored = started.elapsed();
    let concluded = conclude::conclude(store, &rehearsed.study, now).await?;
    let coders = coders(store, key, &rehearsed, now).await?;
    let analysed = started.elapsed();
    talk(store, &rehearsed, &simulated, (&concluded, &coders), now).await?;
    let talked = started.elapsed();
    println!(
        "Simulated study: {} schools, {} people, {} pupils (made in {:.1} s, stored in {:.1} s, analysed in {:.1} s, talked with in {:.1} s).",
        simulated.schools.len(),
        simulated.persons.len(),
        simulated.pupils.len(),
        made.as_secs_f64(),
        (stored - made).as_secs_f64(),
        (analysed - stored).as_secs_f64(),
        (talked - analysed).as_secs_f64(),
    );
    Ok(rehearsed)
}

/// The demo that a database holds; none where it holds no study. What is not a demo is left alone.
async fn kept(store: &Store, now: DateTime<Utc>) -> anyhow::Result<Option<Rehearsed>> {
    let mut tx = store.read().await?;
    let all = studies::all(&mut tx).await?;
    let Some((study_id, _)) = all.first() else {
        return Ok(None);
    };
    let first = audit::lines(&mut tx, 0, 1).await?;
    if all.len() > 1 || first.first().is_none_or(|line| line.actor != REHEARSAL) {
        bail!("there is a study in this database that is no demo; choose another --database");
    }
    let study = Study::load(&mut tx, *study_id).await?;
    let study = Arc::new(study.context("the study was just there")?);
    let schools = schools::of_study(&mut tx, *study_id).await?;
    let mut waiting = Vec::new();
    for window in windows::of_study(&mut tx, *study_id).await? {
        if window.phase(now) != Phase::Open {
            continue;
        }
        for school in schools.iter().filter(|s| s.cohort == window.cohort) {
            let invited = invitations::of_school(&mut tx, school.school_id, &window.wave).await?;
            let open = invited
                .values()
                .filter(|one| one.submitted_at.is_none() && one.withdrawn_at.is_none());
            waiting.extend(open.map(|one| (school.school_id, one.invitation_id)));
        }
    }
    Ok(Some(Rehearsed {
        study,
        schools,
        waiting,
    }))
}

/// Two coders, as the links that they come by.
async fn coders(
    store: &Store,
    key: &LinkKey,
    rehearsed: &Rehearsed,
    now: DateTime<Utc>,
) -> anyhow::Result<Vec<String>> {
    let mut made = Vec::new();
    for label in ["the first coder", "the second coder"] {
        let mut rng = ChaCha12Rng::from_seed(entropy()?);
        let act = Act {
            actor: "demo".to_owned(),
            at: now - TimeDelta::seconds(1),
        };
        let recipient = Recipient {
            study_id: rehearsed.study.study_id,
            role: CODER.to_owned(),
            label: label.to_owned(),
            schools: Vec::new(),
        };
        let key = key.clone();
        let id = store
            .write::<_, StorageError, _>(move |tx| {
                async move {
                    let (token, _) = enter::hand_out(tx, &act, &mut rng, &key, &recipient).await?;
                    enter::handed_out(tx, &token).await
                }
                .boxed()
            })
            .await?;
        made.extend(id.map(|id| id.to_string()));
    }
    Ok(made)
}

/// What trainers logged and reported, and conversations at the schools that are compared, coded by these.
async fn talk(
    store: &Store,
    rehearsed: &Rehearsed,
    simulated: &SimulatedStudy,
    (concluded, coders): (&ConclusionKey, &[String]),
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let mut tx = store.read().await?;
    let text = conclusions::findings(&mut tx, concluded).await?;
    drop(tx);
    let findings: Findings = serde_json::from_str(&text.context("the findings were just kept")?)?;
    let groups = findings.groups.unwrap_or_default();
    let truths = training::as_found(simulated, &groups.high, &groups.low);
    training::train_as(store, rehearsed, (simulated, &truths), now).await?;
    let [first, second, ..] = coders else {
        return Ok(());
    };
    let coders = [first.clone(), second.clone()];
    interviews::hold(
        store,
        rehearsed,
        (&groups.high, &groups.low),
        &coders,
        simulated.seed,
        now,
    )
    .await?;
    Ok(())
}

async fn print_links(
    store: &Store,
    key: &LinkKey,
    rehearsed: &Rehearsed,
    base: &str,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let own = training::schools_of_a_trainer(rehearsed, 3);
    // A school of the cohort that has been through all waves, large enough for a picture.
    let shown = picture_school(store, rehearsed).await?;
    if let Some(school_id) = shown {
        open_all(store, rehearsed, school_id, now).await?;
    }
    let roles = [
        (
            "school",
            "a school: its own collaboration over the waves",
            shown.into_iter().collect(),
        ),
        (
            "principal",
            "a principal: what teachers said about leadership",
            shown.into_iter().collect(),
        ),
        (
            "board",
            "a board member: what pupils of her schools score",
            board_schools(store, rehearsed, shown).await?,
        ),
        (
            "researcher",
            "the researcher: high-effect against low-effect schools",
            Vec::new(),
        ),
        ("trainer", "a trainer: where to go this week", own),
        (
            "owner",
            "the owner: response, and closing a wave",
            Vec::new(),
        ),
    ];
    if let Some(opened) = respondent(store, rehearsed, now).await? {
        let id = opened.invitation.invitation_id.0;
        let (token, code) = (
            key.token(id, opened.invitation.issue),
            key.code(id, opened.invitation.issue),
        );
        println!(
            "\n{} (a respondent, {})\n  {base}/r#{token}\n  or type {code} at {base}/r",
            opened.name, opened.school_name
        );
    }
    for (role, label, schools) in roles {
        let mut rng = ChaCha12Rng::from_seed(entropy()?);
        let act = Act {
            actor: "demo".to_owned(),
            at: now - TimeDelta::seconds(1),
        };
        let (key, study_id) = (key.clone(), rehearsed.study.study_id);
        let recipient = Recipient {
            study_id,
            role: role.to_owned(),
            label: label.to_owned(),
            schools,
        };
        let (token, code) = store
            .write::<_, StorageError, _>(move |tx| {
                async move { enter::hand_out(tx, &act, &mut rng, &key, &recipient).await }.boxed()
            })
            .await?;
        println!("\n{label}\n  {base}/r#{token}\n  or type {code} at {base}/r");
    }
    // Who codes interviews was there before: the codes are theirs.
    let mut tx = store.read().await?;
    let all = links::of_study(&mut tx, rehearsed.study.study_id).await?;
    for coder in all.iter().filter(|link| link.role == CODER) {
        let (token, code) = (
            key.token(coder.link_id, coder.issue),
            key.code(coder.link_id, coder.issue),
        );
        let label = &coder.label;
        println!(
            "\n{label}: what was said, without names\n  {base}/r#{token}\n  or type {code} at {base}/r"
        );
    }
    Ok(())
}

/// Someone who has not answered yet and is asked everything: a teacher.
async fn respondent(
    store: &Store,
    rehearsed: &Rehearsed,
    now: DateTime<Utc>,
) -> anyhow::Result<Option<Opened>> {
    let mut tx = store.read().await?;
    for (_, invitation) in &rehearsed.waiting {
        let opened = invitations::open(&mut tx, *invitation)
            .await?
            .context("the invitation was just made")?;
        let sitting = Sitting::load(&mut tx, opened.clone(), now).await?;
        if sitting.is_some_and(|sitting| {
            sitting.me.primary_role() == "teacher" && sitting.responses.is_empty()
        }) {
            return Ok(Some(opened));
        }
    }
    Ok(None)
}

/// Whoever tries out the demo sees every wave of this school at once.
async fn open_all(
    store: &Store,
    rehearsed: &Rehearsed,
    school_id: SchoolId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let cohort = rehearsed
        .schools
        .iter()
        .find(|school| school.school_id == school_id)
        .map_or("", |school| school.cohort.as_str());
    let windows = &rehearsed.study.design.windows;
    let waves: Vec<String> = windows
        .iter()
        .filter(|window| window.cohort == cohort && window.closes_at <= now)
        .map(|window| window.wave.clone())
        .collect();
    let act = Act {
        actor: "demo".to_owned(),
        at: now - TimeDelta::hours(1),
    };
    store
        .write(move |tx| {
            async move {
                for audience in [Audience::Principal, Audience::Team] {
                    open::open(tx, &act, school_id, Part::Team, audience, &waves).await?;
                }
                Ok(())
            }
            .boxed()
        })
        .await
}

/// The schools of the board of one school; three of the first cohort where that board has fewer.
async fn board_schools(
    store: &Store,
    rehearsed: &Rehearsed,
    shown: Option<SchoolId>,
) -> anyhow::Result<Vec<SchoolId>> {
    let mut tx = store.read().await?;
    let lists = schools::lists_of_study(&mut tx, rehearsed.study.study_id).await?;
    let board = lists
        .iter()
        .find(|list| Some(list.school.school_id) == shown)
        .and_then(|list| list.board.clone());
    let of_board: Vec<SchoolId> = lists
        .iter()
        .filter(|list| list.board == board)
        .map(|list| list.school.school_id)
        .collect();
    if of_board.len() >= 3 {
        return Ok(of_board);
    }
    let first = rehearsed.schools.iter().map(|school| school.school_id);
    let others = first.filter(|id| Some(*id) != shown);
    Ok(shown.into_iter().chain(others).take(3).collect())
}

/// The first school whose newest wave has a group picture; any school with results otherwise.
async fn picture_school(store: &Store, rehearsed: &Rehearsed) -> anyhow::Result<Option<SchoolId>> {
    let mut tx = store.read().await?;
    let mut any = None;
    for school in rehearsed
        .schools
        .iter()
        .filter(|school| school.cohort == "focus2")
    {
        let kept = conclusions::part(
            &mut tx,
            rehearsed.study.study_id,
            school.school_id,
            Part::Team,
        )
        .await?;
        let Some((text, _)) = kept else { continue };
        let portrait: crate::evaluation::portrait::Portrait = serde_json::from_str(&text)?;
        any = any.or(Some(school.school_id));
        if portrait
            .waves
            .last()
            .is_some_and(|wave| wave.groups.len() >= 3)
        {
            return Ok(Some(school.school_id));
        }
    }
    Ok(any)
}
