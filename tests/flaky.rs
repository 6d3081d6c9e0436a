//! A flaky mobile network: requests that never arrive, answers that never come back, either of them cut in the middle, and
//! seconds of waiting. People send again what was not acknowledged, word for word, as the page does; in the end everyone
//! is done, nothing that was acknowledged is lost, and nothing is there twice.

use crate::support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use schakel::storage::Store;
use serde_json::json;

use support::databases::{databases, seal_key};
use support::figures::{profile, record, scaled};
use support::reading::{AuditRead, Reading, Wrong};
use support::respondents::{Connection, Ledger, Step, Trouble, found_study, installation};

const AT_ONCE: usize = 48;
/// Of every hundred requests so many come to grief, each in one of four ways.
const LOST: u32 = 30;
/// Who has tried one form so often gives up.
const TRIES: u32 = 25;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Passes,
    /// Nothing of the request arrives.
    NeverArrives,
    /// Half of the request arrives.
    CutOnTheWay,
    /// The answer does not come back.
    Unanswered,
    /// Half of the answer comes back.
    CutOnTheWayBack,
}

impl Fate {
    fn drawn(dice: &mut ChaCha12Rng) -> Self {
        let of = [
            Self::NeverArrives,
            Self::CutOnTheWay,
            Self::Unanswered,
            Self::CutOnTheWayBack,
        ];
        match dice.random_range(0..100) < LOST {
            true => of[dice.random_range(0..of.len())],
            false => Self::Passes,
        }
    }
}

/// Stands between people and the server.
struct Network {
    server: SocketAddr,
    slowest: Duration,
    dice: Mutex<ChaCha12Rng>,
    /// By fate, in their order.
    counted: [AtomicUsize; 5],
    over: AtomicBool,
}

impl Network {
    fn new(server: SocketAddr, slowest: Duration) -> Self {
        Self {
            server,
            slowest,
            dice: Mutex::new(ChaCha12Rng::seed_from_u64(29)),
            counted: Default::default(),
            over: AtomicBool::new(false),
        }
    }

    fn listen(&self, listener: &TcpListener) {
        std::thread::scope(|scope| {
            for stream in listener.incoming() {
                if self.over.load(Ordering::Relaxed) {
                    return;
                }
                let stream = stream.expect("a connection");
                scope.spawn(move || {
                    // Whoever is cut off notices for themselves.
                    let _ = self.carry(&stream);
                    let _ = stream.shutdown(Shutdown::Both);
                });
            }
        });
    }

    /// Request after request, until one of them comes to grief.
    fn carry(&self, person: &TcpStream) -> std::io::Result<()> {
        person.set_nodelay(true)?;
        let mut from_person = BufReader::new(person);
        let server = TcpStream::connect(self.server)?;
        server.set_nodelay(true)?;
        let mut from_server = BufReader::new(&server);
        while let Some(request) = message(&mut from_person)? {
            let (fate, delay) = {
                let mut dice = self.dice.lock().expect("nobody fails");
                (Fate::drawn(&mut dice), dice.random_range(0.0..1.0))
            };
            self.counted[fate as usize].fetch_add(1, Ordering::Relaxed);
            std::thread::sleep(self.slowest.mul_f64(delay));
            let sent = match fate {
                Fate::NeverArrives => &request[..0],
                Fate::CutOnTheWay => &request[..request.len() / 2],
                _ => &request[..],
            };
            (&server).write_all(sent)?;
            if sent.len() < request.len() {
                return Ok(());
            }
            let Some(answer) = message(&mut from_server)? else {
                return Ok(());
            };
            let back = match fate {
                Fate::Unanswered => &answer[..0],
                Fate::CutOnTheWayBack => &answer[..answer.len() / 2],
                _ => &answer[..],
            };
            let mut person = person;
            person.write_all(back)?;
            if back.len() < answer.len() {
                return Ok(());
            }
        }
        Ok(())
    }
}

/// A request or an answer as a whole: its head, and so many bytes as that says.
fn message(from: &mut BufReader<&TcpStream>) -> std::io::Result<Option<Vec<u8>>> {
    let (mut whole, mut length) = (Vec::new(), 0);
    loop {
        let before = whole.len();
        if from.read_until(b'\n', &mut whole)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&whole[before..]).to_lowercase();
        if let Some(told) = line.strip_prefix("content-length:") {
            length = told.trim().parse().expect("a length");
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let head = whole.len();
    whole.resize(head + length, 0);
    from.read_exact(&mut whole[head..])?;
    Ok(Some(whole))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_flaky_connection_loses_nothing_that_was_acknowledged() {
    let sessions = scaled(profile().of(60, 500));
    let slowest = Duration::from_millis(profile().of(60, 2_000));
    for database in databases("a flaky connection").await {
        let store = Store::open(&database.address, &seal_key())
            .await
            .expect("it opens");
        let mut people = found_study(&store, sessions).await;
        people.truncate(sessions);
        drop(store);
        let place = installation(&database.address);
        let ledger = Ledger::create(&place.path("ledger"));
        let server = place.serve_in(&[]);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let at = listener.local_addr().expect("an address");
        let network = Network::new(server.address(), slowest);
        let (waiting, back) = (Mutex::new(people), Mutex::new(Vec::new()));
        let wrong = Mutex::new(Vec::new());
        let again = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            let (network, waiting, back) = (&network, &waiting, &back);
            let (wrong, again, ledger) = (&wrong, &again, &ledger);
            scope.spawn(|| network.listen(&listener));
            let answering: Vec<_> = (0..AT_ONCE)
                .map(|_| {
                    scope.spawn(move || {
                        let mut line = Connection::new(at);
                        loop {
                            let next = waiting.lock().expect("nobody fails").pop();
                            let Some(mut one) = next else { return };
                            let mut tries = 0;
                            while tries < TRIES {
                                match one.step(&mut line, ledger) {
                                    Ok(Step::Done) => break,
                                    Ok(_) => tries = 0,
                                    Err(Trouble::Gone) => {
                                        tries += 1;
                                        again.fetch_add(1, Ordering::Relaxed);
                                        line = Connection::new(at);
                                        // Longer each time, as the page waits.
                                        let most = slowest.as_millis() as u64 / 2;
                                        let wait = (5_u64 << tries.min(8)).min(most);
                                        std::thread::sleep(Duration::from_millis(wait));
                                    }
                                    Err(other) => {
                                        let mut wrong = wrong.lock().expect("nobody fails");
                                        wrong.push(format!("{}: {other:?}", one.number));
                                        break;
                                    }
                                }
                            }
                            back.lock().expect("nobody fails").push(one);
                        }
                    })
                })
                .collect();
            for one in answering {
                one.join().expect("nobody fails");
            }
            network.over.store(true, Ordering::Relaxed);
            // The last connection, for which the listener has waited.
            let _ = TcpStream::connect(at);
        });
        drop(server);
        let wrong = wrong.into_inner().expect("nobody fails");
        assert_eq!(wrong, [""; 0]);
        let people = back.into_inner().expect("nobody fails");
        let finished = people.iter().filter(|one| one.is_done()).count();
        let mut reading = Reading::open(&database.address).await;
        let mut audit = AuditRead::default();
        let faults = reading.faults().await;
        let broken = reading.follow_audit(&mut audit).await;
        let mut judged = Wrong::default();
        for one in &people {
            judged += reading.judge(&one.told(), &audit).await;
        }
        reading.close().await;
        let acknowledged: usize = people.iter().map(|one| one.acknowledged()).sum();
        let [passed, never, cut, unanswered, cut_back] =
            network.counted.map(AtomicUsize::into_inner);
        let requests = passed + never + cut + unanswered + cut_back;
        record(
            &format!("flaky_{}", database.name.to_lowercase()),
            &json!({
                "sessions": sessions,
                "finished": finished,
                "acknowledged": acknowledged,
                "requests": requests,
                "never_arrived": never,
                "cut_on_the_way": cut,
                "unanswered": unanswered,
                "answers_cut": cut_back,
                "sent_again": again.into_inner(),
                "slowest_ms": slowest.as_millis(),
                "lost": judged.lost,
                "doubled": judged.doubled,
                "half_written": judged.half,
            }),
        );
        assert_eq!(judged, Wrong::default());
        assert_eq!(faults, [""; 0]);
        assert_eq!(broken, None);
        assert!(finished * 100 >= sessions * 99, "{finished} of {sessions}");
        // The network was as bad as it is said to be, in every way.
        assert!(
            (requests - passed) * 4 >= requests,
            "{passed} of {requests} passed"
        );
        assert!(
            [never, cut, unanswered, cut_back]
                .iter()
                .all(|n| *n * 20 >= requests)
        );
    }
}
