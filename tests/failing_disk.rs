//! The n-th write or sync of the database fails, or the disk is full for a while: nobody is told that something was saved
//! that was not, everybody is told in plain words, pages can be read all the while, and it goes on by itself afterwards.

use crate::support;

use std::time::{Duration, Instant};

use schakel::storage::Store;
use serde_json::json;

use support::databases::seal_key;
use support::figures::{profile, record, scaled};
use support::reading::{AuditRead, Reading, Wrong};
use support::respondents::{
    Connection, Ledger, Respondent, Step, Trouble, found_study, installation,
};
use support::shim::{self, Control, Failure, Operation};

const FAILURES: [(Operation, Failure); 4] = [
    (Operation::Write, Failure::InputOutput),
    (Operation::Write, Failure::NoSpace),
    (Operation::Sync, Failure::InputOutput),
    (Operation::Sync, Failure::NoSpace),
];
/// After the disk works again, somebody is served within this time.
const RECOVERED: Duration = Duration::from_secs(5);
/// What must stand on the page, in either language.
const NOT_SAVED: [&str; 2] = ["niet bewaard", "not saved"];

#[derive(Debug, Default)]
struct Figures {
    points: usize,
    /// Points at which something failed: by operation.
    failed: [usize; 2],
    acknowledged: usize,
    told_not_saved: usize,
    /// Refused in other words or with another status than promised.
    told_otherwise: Vec<String>,
    looks: usize,
    failed_looks: usize,
    slowest_recovery: Duration,
    wrong: Wrong,
    faults: Vec<String>,
    broken_chains: usize,
}

/// Everyone, the one connection that they take turns on, and the database that is looked at.
struct Scene {
    people: Vec<Respondent>,
    turn: usize,
    line: Connection,
    ledger: Ledger,
    address: String,
    audit: AuditRead,
    figures: Figures,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_fails_never_makes_a_false_promise() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(library) = shim::build(folder.path(), "the failing disk") else {
        return;
    };
    let data = folder.path().join("data");
    std::fs::create_dir(&data).expect("a folder for the database");
    let address = format!("sqlite:{}", data.join("disk.db").display());
    let points = scaled(profile().of(60, 500));
    let store = Store::open(&address, &seal_key()).await.expect("it opens");
    // The n-th sync takes n saves to come to.
    let people = found_study(&store, points * points / 8 + 6 * points + 60).await;
    drop(store);
    let control = folder.path().join("control");
    let mut disk = Control::create(&control);
    let place = installation(&address);
    let server = place.serve_in(&[
        ("LD_PRELOAD", &library),
        ("SHIM_FOLDER", &data),
        ("SHIM_CONTROL", &control),
    ]);
    let mut scene = Scene {
        people,
        turn: 0,
        line: Connection::new(server.address()),
        ledger: Ledger::create(&place.path("ledger")),
        address,
        audit: AuditRead::default(),
        figures: Figures::default(),
    };
    for n in 1..=points {
        for (operation, failure) in FAILURES {
            scene.point(&mut disk, operation, n, failure).await;
        }
    }
    scene.full_for_a_while(&mut disk).await;
    drop(server);
    let figures = scene.at_the_end().await;
    record(
        "failing_disk",
        &json!({
            "points": figures.points,
            "n_up_to": points,
            "failed_writes": figures.failed[0],
            "failed_syncs": figures.failed[1],
            "acknowledged": figures.acknowledged,
            "told_not_saved": figures.told_not_saved,
            "told_otherwise": figures.told_otherwise.len(),
            "pages_read_while_it_failed": figures.looks,
            "pages_that_failed": figures.failed_looks,
            "slowest_recovery_ms": figures.slowest_recovery.as_millis(),
            "false_saved": figures.wrong.lost,
            "doubled": figures.wrong.doubled,
            "half_written": figures.wrong.half,
            "integrity_faults": figures.faults.len(),
            "broken_audit_chains": figures.broken_chains,
        }),
    );
    assert_eq!(figures.wrong, Wrong::default());
    assert_eq!(figures.told_otherwise, [""; 0]);
    assert_eq!(figures.failed_looks, 0, "pages could not be read");
    assert_eq!(figures.faults, [""; 0]);
    assert_eq!(figures.broken_chains, 0);
    assert!(figures.slowest_recovery < RECOVERED);
    assert!(figures.failed.iter().all(|failed| *failed >= points));
    assert!(figures.told_not_saved > 0);
}

impl Scene {
    /// One save after the other until the n-th operation has failed; then it works again.
    async fn point(
        &mut self,
        disk: &mut Control,
        operation: Operation,
        n: usize,
        failure: Failure,
    ) {
        self.figures.points += 1;
        disk.arm(operation, n, 1, failure);
        let mut refused = 0;
        for _ in 0..4 * n + 8 {
            refused += usize::from(!self.save());
            if disk.failed() > 0 {
                break;
            }
        }
        let failed = usize::try_from(disk.failed()).unwrap_or_default();
        self.figures.failed[operation as usize - 1] += failed;
        if refused > 0 {
            self.look();
        }
        disk.disarm();
        self.recover();
        self.judge().await;
    }

    /// Every write fails for a second: everybody is refused, everybody can read.
    async fn full_for_a_while(&mut self, disk: &mut Control) {
        let from = Instant::now();
        disk.arm(Operation::Write, 1, 1_000_000, Failure::NoSpace);
        while from.elapsed() < Duration::from_secs(1) {
            assert!(!self.save(), "a full disk takes nothing");
            self.look();
        }
        disk.disarm();
        self.recover();
        self.judge().await;
    }

    /// The next request of whose turn it is; false if it was refused.
    fn save(&mut self) -> bool {
        while self.people[self.turn].is_done() {
            self.turn += 1;
        }
        loop {
            return match self.people[self.turn].step(&mut self.line, &self.ledger) {
                Ok(Step::Other) => continue,
                Ok(_) => {
                    self.figures.acknowledged += 1;
                    true
                }
                Err(Trouble::NotSaved(status, page)) => {
                    self.figures.told_not_saved += 1;
                    let said = NOT_SAVED.iter().any(|words| page.contains(words));
                    if !said || ![503, 507].contains(&status) {
                        let page: String = page.chars().take(400).collect();
                        self.figures
                            .told_otherwise
                            .push(format!("{status}: {page}"));
                    }
                    false
                }
                Err(trouble) => panic!("{trouble:?}"),
            };
        }
    }

    fn look(&mut self) {
        self.figures.looks += 1;
        let one = &self.people[self.turn];
        if one.has_entered() && one.look(&mut self.line).is_err() {
            self.figures.failed_looks += 1;
        }
    }

    fn recover(&mut self) {
        let from = Instant::now();
        while !self.save() {
            assert!(from.elapsed() < 2 * RECOVERED, "it does not recover");
        }
        self.figures.slowest_recovery = self.figures.slowest_recovery.max(from.elapsed());
    }

    /// Of whose turn it is, and whose it was: what they were told against what is stored.
    async fn judge(&mut self) {
        let mut reading = Reading::open(&self.address).await;
        let broken = reading.follow_audit(&mut self.audit).await;
        self.figures.broken_chains += usize::from(broken.is_some());
        for one in &self.people[self.turn.saturating_sub(1)..=self.turn] {
            let wrong = reading.judge(&one.told(), &self.audit).await;
            if wrong != Wrong::default() {
                eprintln!("{wrong:?} of {one:?}");
            }
            self.figures.wrong += wrong;
        }
        reading.close().await;
    }

    async fn at_the_end(mut self) -> Figures {
        let mut reading = Reading::open(&self.address).await;
        self.figures.faults = reading.faults().await;
        let mut audit = AuditRead::default();
        let broken = reading.follow_audit(&mut audit).await;
        self.figures.broken_chains += usize::from(broken.is_some());
        for one in &self.people[..=self.turn] {
            self.figures.wrong += reading.judge(&one.told(), &audit).await;
        }
        reading.close().await;
        self.figures
    }
}
