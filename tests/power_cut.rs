//! The power fails while many people answer: of what was written and not synced, a disk keeps what it likes. The database
//! is put together again as it would be found, at random moments of one run, and opened with the program: what was
//! acknowledged before that moment is there. And no answer of success is sent before the sync of what it promises.

use crate::support;

use std::path::Path;
use std::time::{Duration, Instant};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use schakel::storage::Store;
use serde_json::json;

use support::databases::seal_key;
use support::figures::{profile, record, scaled};
use support::reading::{AuditRead, Reading, Wrong};
use support::respondents::{Crowd, Ledger, Respondent, found_study, installation, marked};
use support::shim::{self, Answered, Disk, Event, Unsynced};

/// Who sent what, by number.
type Markers = Vec<(usize, usize)>;

const AT_ONCE: usize = 16;
/// Saves and submissions in each run.
const ACKNOWLEDGED: usize = 1_500;
/// Moments that are taken from one run.
const CUTS: usize = 30;

#[derive(Debug, Default)]
struct Figures {
    cuts: usize,
    acknowledged: usize,
    early: usize,
    syncs: usize,
    /// Cuts at which something was written and not synced, and the most bytes of it.
    with_unsynced: usize,
    most_unsynced: usize,
    checkpoints: usize,
    /// Acknowledgements that had to be found, over all cuts.
    held: usize,
    wrong: Wrong,
    faults: Vec<String>,
    broken_chains: usize,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_acknowledged_outlives_a_power_cut() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(library) = shim::build(folder.path(), "the power cut") else {
        return;
    };
    let mut dice = ChaCha12Rng::seed_from_u64(getrandom::u64().expect("random bytes"));
    let mut figures = Figures::default();
    let mut left = scaled(profile().of(CUTS, 500));
    while left > 0 {
        let cuts = left.min(CUTS);
        run(&library, cuts, &mut dice, &mut figures).await;
        left -= cuts;
    }
    record(
        "power_cut",
        &json!({
            "cuts": figures.cuts,
            "acknowledged": figures.acknowledged,
            "answers_before_their_sync": figures.early,
            "syncs": figures.syncs,
            "checkpoints": figures.checkpoints,
            "cuts_with_unsynced_bytes": figures.with_unsynced,
            "most_unsynced_bytes": figures.most_unsynced,
            "acknowledgements_looked_for": figures.held,
            "lost": figures.wrong.lost,
            "doubled": figures.wrong.doubled,
            "half_written": figures.wrong.half,
            "integrity_faults": figures.faults.len(),
            "broken_audit_chains": figures.broken_chains,
        }),
    );
    assert_eq!(figures.early, 0, "answers before their sync");
    assert_eq!(figures.wrong, Wrong::default());
    assert_eq!(figures.faults, [""; 0]);
    assert_eq!(figures.broken_chains, 0);
    assert!(figures.with_unsynced > 0, "no cut had anything to lose");
}

/// One run of load under the shim, and so many cuts in it.
async fn run(library: &Path, cuts: usize, dice: &mut ChaCha12Rng, figures: &mut Figures) {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    std::fs::create_dir(&data).expect("a folder for the database");
    let address = format!("sqlite:{}", data.join("power.db").display());
    let store = Store::open(&address, &seal_key()).await.expect("it opens");
    let people = found_study(&store, ACKNOWLEDGED / 8 + AT_ONCE).await;
    drop(store);
    settle(&address).await;
    let mut disk = Disk::of(&data);
    let journal = folder.path().join("journal");
    let place = installation(&address);
    let server = place.serve_in(&[
        ("LD_PRELOAD", library),
        ("SHIM_FOLDER", &data),
        ("SHIM_JOURNAL", &journal),
    ]);
    let ledger = Ledger::create(&place.path("ledger"));
    let crowd = Crowd::new(people);
    let at = server.address();
    let patience = Instant::now() + Duration::from_secs(120);
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| crowd.answer(at, &ledger));
        }
        while crowd.counted() < ACKNOWLEDGED {
            assert!(
                Instant::now() < patience && crowd.wrong().is_empty(),
                "{:?}",
                crowd.wrong()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
        server.kill_9();
    });
    ledger.sync();
    assert!(crowd.wrong().is_empty(), "{:?}", crowd.wrong());
    let mut people = crowd.touched();
    people.sort_by_key(|one| one.number);

    let events = shim::journal(&journal);
    let (answered, early) = shim::answers(&events, &marked);
    // Nobody was told of more than the journal shows.
    let told: usize = people.iter().map(|one| one.acknowledged()).sum();
    assert!(
        told <= answered.len() && told >= ACKNOWLEDGED,
        "{told} of {}",
        answered.len()
    );
    figures.acknowledged += answered.len();
    figures.early += early;
    for event in &events {
        if let Event::SyncEnds { file, .. } = event {
            figures.syncs += 1;
            figures.checkpoints += usize::from(file.ends_with(".db"));
        }
    }
    let sent: Vec<Answered> = events
        .iter()
        .enumerate()
        .filter_map(|(place, event)| match event {
            Event::Request { text, .. } => Some((place, marked(text)?)),
            _ => None,
        })
        .collect();
    let first = answered.first().expect("something was answered").0;
    let mut places: Vec<usize> = (0..cuts)
        .map(|_| dice.random_range(first..events.len()))
        .collect();
    places.sort_unstable();
    let mut next = 0;
    for place in places {
        for event in &events[next..place] {
            disk.goes_on(event);
        }
        next = place;
        let before = |list: &[Answered]| -> Vec<(usize, usize)> {
            let earlier = list.iter().filter(|(at, _)| *at < place);
            earlier.map(|(_, marker)| *marker).collect()
        };
        let known = (before(&sent), before(&answered));
        cut(&disk, &known, &people, dice, figures).await;
    }
}

/// Puts the files together as they are found after a cut, starts the program on them, and looks.
async fn cut(
    disk: &Disk,
    (sent, answered): &(Markers, Markers),
    people: &[Respondent],
    dice: &mut ChaCha12Rng,
    figures: &mut Figures,
) {
    let unsynced = [
        Unsynced::Torn,
        Unsynced::Torn,
        Unsynced::Dropped,
        Unsynced::Kept,
    ][dice.random_range(0..4)];
    let folder = tempfile::tempdir().expect("a folder");
    disk.after_a_cut(folder.path(), unsynced, dice);
    let address = format!("sqlite:{}", folder.path().join("power.db").display());
    let server = installation(&address).serve_in(&[]);
    let mut reading = Reading::open(&address).await;
    figures.faults.extend(reading.faults().await);
    let mut audit = AuditRead::default();
    figures.broken_chains += usize::from(reading.follow_audit(&mut audit).await.is_some());
    for one in people {
        let of_one = |list: &[(usize, usize)]| {
            let numbers = list.iter().filter(|(number, _)| *number == one.number);
            numbers.map(|(_, number)| *number).max().unwrap_or_default()
        };
        figures.held += of_one(answered);
        let told = one.told_after(of_one(answered), of_one(sent));
        let wrong = reading.judge(&told, &audit).await;
        if wrong != Wrong::default() {
            eprintln!("{unsynced:?}: {wrong:?} of {told:?}");
        }
        figures.wrong += wrong;
    }
    reading.close().await;
    drop(server);
    figures.cuts += 1;
    let waiting = disk.on_the_way();
    figures.with_unsynced += usize::from(waiting > 0);
    figures.most_unsynced = figures.most_unsynced.max(waiting);
}

/// Everything so far into the one file, so that the run begins with what a disk surely holds.
async fn settle(address: &str) {
    let mut reading = Reading::open(address).await;
    reading.settle().await;
    reading.close().await;
}
