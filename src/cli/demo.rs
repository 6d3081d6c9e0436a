//! `schakel demo`: a whole simulated study on an embedded database, and one link per audience.

use std::net::SocketAddr;
use std::time::Instant;

use anyhow::Context;
use chrono::TimeDelta;
use clap::Args;
use futures_util::FutureExt;
use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;
use tokio::net::TcpListener;

use super::serve::stopped;
use super::settings::{TemporaryFolder, block_on, entropy};
use crate::conclude;
use crate::domain::id::SchoolId;
use crate::domain::opening::{Audience, Part};
use crate::domain::time::{Clock, SystemClock};
use crate::domain::token::LinkKey;
use crate::fieldwork::enter::{self, Recipient};
use crate::fieldwork::open;
use crate::fieldwork::pages::Sitting;
use crate::rehearse::{Rehearsed, rehearse, training};
use crate::simulation::plan::DEFAULT_SEED;
use crate::simulation::{SimulationPlan, simulate};
use crate::storage::audit::Act;
use crate::storage::invitations::Opened;
use crate::storage::{StorageError, Store, invitations, schools};
use crate::web::app::App;
use crate::web::serve::serve;

#[derive(Debug, Args)]
pub struct Arguments {
    /// Address and port to listen on; another port is taken when this one is in use.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// `sqlite:FILE` or `postgres://...`, without a study in it. A temporary file when left out.
    #[arg(long)]
    database: Option<String>,
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
        let started = Instant::now();
        let store = Store::open(&database)
            .await
            .with_context(|| format!("cannot open {database}"))?;
        // A demo's key is thrown away with it; the study itself comes from the seed.
        let key = LinkKey::new(entropy()?);
        let now = SystemClock.now();
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
        let rehearsed = rehearse(&store, &key, &simulated, now).await?;
        training::train(&store, &rehearsed, &simulated, now).await?;
        let stored = started.elapsed();
        conclude::conclude(&store, &rehearsed.study, now).await?;
        let analysed = started.elapsed();
        println!(
            "Simulated study: {} schools, {} people, {} pupils (made in {:.1} s, stored in {:.1} s, analysed in {:.1} s).",
            simulated.schools.len(),
            simulated.persons.len(),
            simulated.pupils.len(),
            made.as_secs_f64(),
            (stored - made).as_secs_f64(),
            (analysed - stored).as_secs_f64(),
        );
        let listener = match TcpListener::bind(arguments.listen).await {
            Ok(listener) => listener,
            Err(_) => TcpListener::bind(SocketAddr::new(arguments.listen.ip(), 0)).await?,
        };
        let base = format!("http://{}", listener.local_addr()?);
        print_links(&store, &key, &rehearsed, &base, now).await?;
        if !arguments.no_serve {
            println!(
                "\nOpen a link in a browser. Stop with Ctrl-C; the demo leaves nothing behind."
            );
            serve(
                listener,
                App::new(store, key, SystemClock, entropy()?, true).reached_at(&base, false),
                stopped(),
            )
            .await?;
        }
        drop(folder);
        Ok(())
    })
}

async fn print_links(
    store: &Store,
    key: &LinkKey,
    rehearsed: &Rehearsed,
    base: &str,
    now: chrono::DateTime<chrono::Utc>,
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
    Ok(())
}

/// Someone who has not answered yet and is asked everything: a teacher.
async fn respondent(
    store: &Store,
    rehearsed: &Rehearsed,
    now: chrono::DateTime<chrono::Utc>,
) -> anyhow::Result<Option<Opened>> {
    let mut tx = store.read().await?;
    for (_, invitation) in &rehearsed.waiting {
        let opened = invitations::open(&mut tx, *invitation)
            .await?
            .context("the invitation was just made")?;
        let sitting = Sitting::load(&mut tx, opened.clone(), now).await?;
        if sitting.is_some_and(|sitting| sitting.me.primary_role() == "teacher") {
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
    now: chrono::DateTime<chrono::Utc>,
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
        let kept = crate::storage::conclusions::part(
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
