//! `schakel load-test`: many respondents at once on a server of its own, and every answer read back.
//!
//! The server is this same program in a process of its own, on this machine, with an embedded database and a key that are
//! thrown away. Nothing else is ever spoken to. The respondents run on the same cores as the server.

mod analysis;
mod field;
mod page;
mod respondent;
mod tab;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use self::field::{Invited, Survey};
use self::respondent::{Ledger, TwoTabs, as_entry};
use self::tab::{Kind, Tab, Tally};
use super::serve::stopped;
use super::settings::{TemporaryFolder, block_on, entropy, key, secret};
use crate::domain::sealing::SealKey;
use crate::domain::time::{Clock, SystemClock};
use crate::fieldwork::pages::Sitting;
use crate::storage::{Store, invitations, tally};

#[derive(Debug, Args)]
pub struct Arguments {
    /// How many people answer; 5,000 at most.
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..=5_000))]
    respondents: u32,
    /// How many of them are answering at the same time.
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    at_once: u32,
    /// Over how many minutes they come; 15 at most.
    #[arg(long, default_value_t = 10.0)]
    minutes: f64,
    /// Without pauses: how much the server takes.
    #[arg(long)]
    flat_out: bool,
    /// What is answered.
    #[arg(long, value_enum, default_value = "focus")]
    survey: Survey,
    /// Submissions that are sent once more.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(0..=20_000))]
    duplicates: u32,
    /// Times that a page is changed in two tabs.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(0..=20_000))]
    interleavings: u32,
    /// As many again answer while data of a closed wave are evaluated in the server, over and over.
    #[arg(long)]
    with_analysis: bool,
    /// `minute`: 200 respondents in half a minute, for every run of the tests.
    #[arg(long, value_enum)]
    profile: Option<Profile>,
    /// Where the figures go besides the screen.
    #[arg(long)]
    json: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Profile {
    Minute,
}

/// What is done, after the profile has had its say.
#[derive(Debug, Clone, Copy)]
struct Plan {
    respondents: usize,
    at_once: usize,
    /// In which they come; none: flat out.
    span: Option<Duration>,
    survey: Survey,
    duplicates: usize,
    interleavings: usize,
    with_analysis: bool,
}

/// People who answer in two tabs, besides the others.
const IN_TWO_TABS: usize = 36;
/// Times the two tabs of one person are opened anew.
const ROUNDS: usize = 25;
/// So much slower a submission may be while data are analysed. Held against a release build alone, and over a span in
/// which the percentile means something.
const SLOWER: f64 = 1.2;
const LONG_ENOUGH: Duration = Duration::from_secs(120);
/// The whole test, whatever happens.
const LONGEST: Duration = Duration::from_secs(30 * 60);

pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    if !(0.1..=15.0).contains(&arguments.minutes) {
        bail!("--minutes goes from 0.1 to 15");
    }
    let mut plan = Plan {
        respondents: arguments.respondents as usize,
        at_once: arguments.at_once as usize,
        span: (!arguments.flat_out).then(|| Duration::from_secs_f64(arguments.minutes * 60.0)),
        survey: arguments.survey,
        duplicates: arguments.duplicates as usize,
        interleavings: arguments.interleavings as usize,
        with_analysis: arguments.with_analysis,
    };
    if arguments.profile == Some(Profile::Minute) {
        plan = Plan {
            respondents: 200,
            at_once: 50,
            span: Some(Duration::from_secs(30)),
            duplicates: 400,
            interleavings: 400,
            ..plan
        };
    }
    let figures = block_on(async {
        // Whoever stops the test stops its server with it.
        tokio::select! {
            done = tokio::time::timeout(LONGEST, test(plan)) => {
                done.context("the load test took more than half an hour and was ended")?
            }
            () = stopped() => bail!("the load test was stopped"),
        }
    })?;
    let text = serde_json::to_string_pretty(&figures)?;
    println!("{text}");
    if let Some(file) = &arguments.json {
        std::fs::write(file, text + "\n")
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    for figure in [
        "errors",
        "lost",
        "duplicates",
        "silent_overwrites",
        "wrongly_refused",
    ] {
        if figures[figure] != 0 {
            bail!("{figure} is {}, and has to be 0", figures[figure]);
        }
    }
    if figures["with_analysis"]["evaluations"] == 0 {
        bail!("no analysis was finished while people answered");
    }
    let slower = analysis::slower(&figures);
    if !cfg!(debug_assertions) && plan.span >= Some(LONG_ENOUGH) && slower > SLOWER {
        bail!(
            "while data are analysed the 99th percentile of submissions is {slower:.2} times what it is without"
        );
    }
    Ok(())
}

/// A respondent who is done: what was acknowledged, and the tab with the visit.
struct Answered {
    invited: Invited,
    ledger: Ledger,
    tab: Tab,
}

async fn test(plan: Plan) -> anyhow::Result<Value> {
    let folder = TemporaryFolder::make("load-test")?;
    let database = format!("sqlite:{}", folder.0.join("load.db").display());
    let key_file = folder.0.join("load.key");
    let contact_key_file = folder.0.join("contacts.key");
    let seal_key = SealKey::new(secret(&contact_key_file)?);
    let store = Store::open(&database, &seal_key).await?;
    let link_key = key(&key_file)?;
    let others = if plan.with_analysis {
        plan.respondents
    } else {
        0
    };
    let wanted = plan.respondents + others + IN_TWO_TABS;
    let mut people = field::prepare(&store, &link_key, plan.survey, wanted).await?;
    let closed = if plan.with_analysis {
        Some(analysis::prepare(&store, &link_key).await?)
    } else {
        None
    };
    drop(store);
    let others = people.split_off(people.len() - others);
    let two_tabs = people
        .split_off(plan.respondents)
        .into_iter()
        .take(IN_TWO_TABS)
        .collect();
    let server = Server::start(&database, &key_file, &contact_key_file)?;

    let tally = Arc::new(Tally::default());
    let started = Instant::now();
    let answered = answering(plan, people, server.address, &tally).await?;
    let seconds = started.elapsed().as_secs_f64();
    let requests = tally.requests.load(Ordering::Relaxed);
    let complete = answered.len();
    let (memory, processor) = (server.peak_memory(), server.processor_seconds());
    // Of people who answer; what comes after is sent as fast as it goes.
    let first_page = tally.percentile(Kind::FirstPage, 0.99);
    let page = tally.percentile(Kind::Page, 0.99);
    let saves = [0.50, 0.95, 0.99].map(|share| tally.percentile(Kind::Save, share));
    let submits = tally.percentile(Kind::Submit, 0.99);
    let busy = Arc::new(Tally::default());
    let mut answered = answered;
    let meanwhile = match closed {
        Some(closed) => {
            let store = Store::open(&database, &seal_key).await?;
            let tab = Tab::new(server.address, Arc::new(Tally::default()))?;
            let analysing = analysis::Analysing::begin(closed, store, tab);
            answered.extend(answering(plan, others, server.address, &busy).await?);
            Some(analysis::Meanwhile {
                evaluations: analysing.end().await?,
                save_p99_ms: busy.percentile(Kind::Save, 0.99),
                submit_p99_ms: busy.percentile(Kind::Submit, 0.99),
            })
        }
        None => None,
    };

    // What was sent is sent again: not one row more.
    let store = Store::open(&database, &seal_key).await?;
    let before = tally::rows(&mut store.read().await?).await?;
    let answered = sending_again(plan, answered, &tally).await;
    let after = tally::rows(&mut store.read().await?).await?;
    let extra: i64 = after
        .iter()
        .map(|(table, rows)| (rows - before.get(table).unwrap_or(&0)).abs())
        .sum();

    let (tabs, in_tabs) = answering_in_two_tabs(plan, two_tabs, server.address, &tally).await;
    let mut lost = 0;
    for (invited, ledger, sent) in answered
        .iter()
        .map(|one| (&one.invited, &one.ledger, true))
        .chain(
            in_tabs
                .iter()
                .map(|(invited, ledger)| (invited, ledger, false)),
        )
    {
        lost += missing(&store, invited, ledger, sent).await?;
    }
    let mut errors = tally.errors();
    errors.extend(busy.errors());
    let round = |number: f64| (number * 10.0).round() / 10.0;
    Ok(json!({
        "survey": plan.survey.to_possible_value().map(|value| value.get_name().to_owned()),
        "mode": if plan.span.is_some() { "arrivals" } else { "flat_out" },
        "build": if cfg!(debug_assertions) { "debug" } else { "release" },
        "cores": std::thread::available_parallelism().map_or(1, usize::from),
        "client": "on the same cores, in a process of its own",
        "database": "SQLite, synchronous = FULL, on the disk of the temporary folder",
        "respondents": plan.respondents,
        "complete": complete,
        "most_at_once": tally.most_active.load(Ordering::Relaxed),
        "seconds": round(seconds),
        "requests": requests,
        "requests_per_second": round(requests as f64 / seconds),
        "complete_per_second": round(complete as f64 / seconds),
        "first_page_p99_ms": first_page,
        "page_p99_ms": page,
        "save_p50_ms": saves[0],
        "save_p95_ms": saves[1],
        "save_p99_ms": saves[2],
        "submit_p99_ms": submits,
        "with_analysis": meanwhile,
        "server_peak_memory_mb": memory.map(round),
        "server_processor_ms_per_response": processor.map(|seconds| round(seconds * 1_000.0 / complete.max(1) as f64)),
        "stored_rows": before,
        "submitted_again": plan.duplicates,
        "interleavings": tabs.interleavings,
        "refused_as_changed": tabs.refused,
        "errors": errors.len(),
        "first_errors": errors.iter().take(5).collect::<Vec<_>>(),
        "lost": lost,
        "duplicates": extra,
        "silent_overwrites": tabs.silent_overwrites,
        "wrongly_refused": tabs.wrongly_refused,
    }))
}

/// Everyone answers: one by one as they come, or as fast as it goes.
async fn answering(
    plan: Plan,
    people: Vec<Invited>,
    server: SocketAddr,
    tally: &Arc<Tally>,
) -> anyhow::Result<Vec<Answered>> {
    // Who comes evenly over a span and stays for a time is there with `n × stay / (span − stay)` others.
    let share = plan.at_once as f64 / (plan.at_once + people.len()) as f64;
    let (stay, between) = match plan.span {
        Some(span) => (
            span.mul_f64(share),
            span.mul_f64((1.0 - share) / people.len() as f64),
        ),
        None => (Duration::ZERO, Duration::ZERO),
    };
    let places = Arc::new(Semaphore::new(if plan.span.is_some() {
        people.len()
    } else {
        plan.at_once
    }));
    let think = stay.div_f64(pages(plan.survey));
    let mut running: JoinSet<anyhow::Result<Answered>> = JoinSet::new();
    let mut seeds = ChaCha12Rng::from_seed(entropy()?);
    let started = tokio::time::Instant::now();
    for (place, invited) in people.into_iter().enumerate() {
        let mut rng = ChaCha12Rng::from_rng(&mut seeds);
        let mut tab = Tab::new(server, tally.clone())?;
        let (places, comes) = (places.clone(), started + between.mul_f64(place as f64));
        running.spawn(async move {
            tokio::time::sleep_until(comes).await;
            let _place = places.acquire_owned().await?;
            let active = tab.tally().active.fetch_add(1, Ordering::Relaxed) + 1;
            tab.tally().most_active.fetch_max(active, Ordering::Relaxed);
            let mut ledger = Ledger::new();
            let done =
                respondent::respond(&mut tab, &invited.token, think, &mut ledger, &mut rng).await;
            tab.tally().active.fetch_sub(1, Ordering::Relaxed);
            done?;
            tab.rest();
            Ok(Answered {
                invited,
                ledger,
                tab,
            })
        });
    }
    let mut answered = Vec::new();
    while let Some(done) = running.join_next().await {
        match done? {
            Ok(one) => answered.push(one),
            Err(error) => tally.wrong(format!("{error:#}")),
        }
    }
    Ok(answered)
}

/// Pauses of one respondent: the pages, and the last look.
fn pages(survey: Survey) -> f64 {
    match survey {
        Survey::Focus => 8.0,
        Survey::Limesurvey => 6.0,
    }
}

async fn sending_again(plan: Plan, answered: Vec<Answered>, tally: &Arc<Tally>) -> Vec<Answered> {
    let each = plan.duplicates.div_ceil(answered.len().max(1));
    let places = Arc::new(Semaphore::new(plan.at_once));
    let mut running = JoinSet::new();
    for mut one in answered {
        let places = places.clone();
        running.spawn(async move {
            let _place = places.acquire_owned().await;
            let done = respondent::send_again(&mut one.tab, each).await;
            (one, done)
        });
    }
    let mut all = Vec::new();
    while let Some(Ok((one, done))) = running.join_next().await {
        if let Err(error) = done {
            tally.wrong(format!("{error:#}"));
        }
        all.push(one);
    }
    all
}

async fn answering_in_two_tabs(
    plan: Plan,
    people: Vec<Invited>,
    server: SocketAddr,
    tally: &Arc<Tally>,
) -> (TwoTabs, Vec<(Invited, Ledger)>) {
    let each = plan.interleavings.div_ceil(people.len() * ROUNDS).max(1);
    let rounds = plan.interleavings.div_ceil(people.len() * each);
    let mut running = JoinSet::new();
    for (place, invited) in people.into_iter().enumerate() {
        let tally = tally.clone();
        running.spawn(async move {
            let mut rng = ChaCha12Rng::seed_from_u64(place as u64);
            let (mut told, mut ledger) = (TwoTabs::default(), Ledger::new());
            let done = async {
                let mut tab = Tab::new(server, tally.clone())?;
                respondent::begin(&mut tab, &invited.token).await?;
                for round in 0..rounds {
                    // The first page of statements, and the first of colleagues.
                    let page = ["/answer/1".to_owned(), format!("/answer/{}", 1 + round % 4)];
                    let round = respondent::two_tabs(
                        &mut tab,
                        &page[round % 2],
                        each,
                        &mut ledger,
                        &mut rng,
                    )
                    .await?;
                    told.interleavings += round.interleavings;
                    told.refused += round.refused;
                    told.silent_overwrites += round.silent_overwrites;
                    told.wrongly_refused += round.wrongly_refused;
                }
                anyhow::Ok(())
            };
            if let Err(error) = done.await {
                tally.wrong(format!("two tabs: {error:#}"));
            }
            (told, invited, ledger)
        });
    }
    let (mut all, mut ledgers) = (TwoTabs::default(), Vec::new());
    while let Some(Ok((told, invited, ledger))) = running.join_next().await {
        all.interleavings += told.interleavings;
        all.refused += told.refused;
        all.silent_overwrites += told.silent_overwrites;
        all.wrongly_refused += told.wrongly_refused;
        ledgers.push((invited, ledger));
    }
    (all, ledgers)
}

/// How many acknowledged answers of one respondent do not stand in the database as they were acknowledged; more than was
/// acknowledged counts as well.
async fn missing(
    store: &Store,
    invited: &Invited,
    ledger: &Ledger,
    sent: bool,
) -> anyhow::Result<usize> {
    let mut tx = store.read().await?;
    let opened = invitations::open(&mut tx, invited.invitation_id)
        .await?
        .context("the invitation is gone")?;
    let submitted = opened.invitation.submitted_at.is_some();
    let sitting = Sitting::load(&mut tx, opened, SystemClock.now())
        .await?
        .context("the sitting is gone")?;
    let stored: BTreeMap<String, _> = sitting
        .answers
        .iter()
        .map(|(item, answer)| (item.clone(), as_entry(answer)))
        .collect();
    let wrong = ledger
        .iter()
        .filter(|(item, entry)| stored.get(*item) != Some(*entry))
        .count();
    let more = stored
        .keys()
        .filter(|item| !ledger.contains_key(*item))
        .count();
    Ok(wrong + more + usize::from(submitted != sent))
}

/// The server under test, ended with this value.
struct Server {
    process: Child,
    address: SocketAddr,
}

impl Server {
    fn start(database: &str, key_file: &Path, contact_key_file: &Path) -> anyhow::Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--database",
                database,
                "--key-file",
            ])
            .arg(key_file)
            .arg("--contact-key-file")
            .arg(contact_key_file)
            // The one who asks for analyses comes by a link, as in the demo.
            .args(["--staff-links", "open"])
            .env_remove("SCHAKEL_HTTPS")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("the server does not start")?;
        let out = process.stdout.take().context("the server has no output")?;
        let mut server = Self {
            process,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
        };
        for line in BufReader::new(out).lines() {
            if let Some(address) = line?.strip_prefix("Schakel listens on http://") {
                server.address = address.parse()?;
                return Ok(server);
            }
        }
        bail!("the server ended before it listened")
    }

    /// The most memory the server has had, in megabytes; known on Linux.
    fn peak_memory(&self) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))?;
        let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
        Some(kilobytes / 1_024.0)
    }
}

impl Server {
    /// How long the server has kept a processor busy; known on Linux, which counts in hundredths.
    fn processor_seconds(&self) -> Option<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id())).ok()?;
        // The name of the program stands in brackets and may hold anything.
        let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
        let ticks = |place: usize| fields.get(place)?.parse::<f64>().ok();
        Some((ticks(11)? + ticks(12)?) / 100.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
