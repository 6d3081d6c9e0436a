//! Visitors who take their time, or all the room there is: whoever comes besides is served as before.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use schakel::domain::time::SystemClock;
use schakel::domain::token::LinkKey;
use schakel::web::app::App;
use schakel::web::impatient::Patience;
use schakel::web::serve::{Limits, serve_within};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::support::databases::{Database, databases};
use super::support::figures::{profile, record};

async fn served(limits: Limits) -> (Database, String) {
    let database = databases("slow visitors").await.swap_remove(0);
    let store = database.open().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let app = App::new(store, LinkKey::new([7; 32]), SystemClock, [9; 32], false);
    tokio::spawn(serve_within(listener, app, limits, std::future::pending()));
    (database, address)
}

#[derive(Clone, Copy)]
enum Slowness {
    Silent,
    Head,
    Body,
    Taking,
}

async fn say(stream: &TcpStream, bytes: &[u8]) -> bool {
    stream.writable().await.is_ok() && stream.try_write(bytes).is_ok()
}

/// Whether the other side has ended the connection.
fn is_over(stream: &TcpStream) -> bool {
    let mut buffer = [0; 1024];
    match stream.try_read(&mut buffer) {
        Ok(0) => true,
        Ok(_) => false,
        Err(error) => error.kind() != ErrorKind::WouldBlock,
    }
}

/// Goes on for so long or until it is shown the door; tells after how long that was.
async fn dawdle(address: String, how: Slowness, most: Duration) -> Option<Duration> {
    let stream = TcpStream::connect(&address).await.ok()?;
    let began = Instant::now();
    let head = match how {
        Slowness::Silent => "",
        Slowness::Head => "GET / HTTP/1.1\r\nHost: a\r\n",
        Slowness::Body => {
            "POST /r HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 90000\r\n\r\ncode="
        }
        Slowness::Taking => "GET /assets/schakel.css HTTP/1.1\r\nHost: a\r\n\r\n",
    };
    say(&stream, head.as_bytes()).await;
    while began.elapsed() < most {
        tokio::time::sleep(Duration::from_millis(250)).await;
        let more = match how {
            Slowness::Head => "X-A: b\r\n",
            Slowness::Body => "a",
            Slowness::Silent | Slowness::Taking => "",
        };
        if !more.is_empty() && !say(&stream, more.as_bytes()).await {
            return Some(began.elapsed());
        }
        if !matches!(how, Slowness::Taking) && is_over(&stream) {
            return Some(began.elapsed());
        }
    }
    None
}

/// The 99th of a hundred, in milliseconds, of pages that are asked one after another.
async fn p99(address: &str, n: usize) -> f64 {
    let url = format!("http://{address}/");
    let asking = tokio::task::spawn_blocking(move || {
        let agent: ureq::Agent = ureq::Agent::config_builder().build().into();
        let mut times: Vec<f64> = (0..n)
            .map(|_| {
                let began = Instant::now();
                let mut page = agent.get(&url).call().expect("a page");
                page.body_mut().read_to_vec().expect("it ends");
                began.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        times.sort_by(f64::total_cmp);
        times[n * 99 / 100]
    });
    asking.await.expect("nobody panicked")
}

/// Of three rounds the best: other programs on the machine make a page slower, never faster.
async fn best(address: &str, n: usize) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..3 {
        best = best.min(p99(address, n).await);
    }
    best
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_visitors_keep_nobody_waiting() {
    let (n, asked) = (profile().of(200, 1_000), profile().of(150, 1_000));
    let patience = Duration::from_secs(profile().of(4, 10));
    let limits = Limits {
        patience: Patience {
            head: patience,
            body: patience,
            ..Patience::default()
        },
        ..Limits::default()
    };
    let (_database, address) = served(limits).await;
    let alone = best(&address, asked).await;
    let mut slow = JoinSet::new();
    let most = patience + Duration::from_secs(3);
    for i in 0..n {
        let how = [
            Slowness::Head,
            Slowness::Body,
            Slowness::Silent,
            Slowness::Taking,
        ][i % 4];
        let address = address.clone();
        // Not all at the same moment, as people do not.
        let after = Duration::from_micros(250_000 * i as u64 / n as u64);
        slow.spawn(async move {
            tokio::time::sleep(after).await;
            (i % 4, dawdle(address, how, most).await)
        });
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    let among = best(&address, asked).await;
    let (mut heads, mut ended) = (0, 0);
    let mut longest: f64 = 0.0;
    while let Some(done) = slow.join_next().await {
        let (how, after) = done.expect("nobody panicked");
        // A form that drips goes on to the end of what a request may take; a head does not, nor does silence.
        if how == 0 || how == 2 {
            heads += 1;
            ended += usize::from(after.is_some());
            longest = longest.max(after.map_or(0.0, |after| after.as_secs_f64()));
        }
    }
    record(
        "guards.slow",
        &serde_json::json!({
            "slow_visitors": n,
            "p99_alone_ms": alone,
            "p99_among_them_ms": among,
            "times_as_slow": among / alone,
            "of_slow_heads": heads,
            "shown_the_door": ended,
            "after_seconds_at_most": longest,
            "patience_seconds": patience.as_secs(),
        }),
    );
    assert_eq!(heads, ended, "a slow head holds its place");
    // Where a page takes a millisecond, the machine itself is the noise.
    assert!(
        among <= 2.0 * alone + 10.0,
        "{alone} ms alone, {among} ms among slow ones"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_house_lets_the_next_one_in_when_somebody_leaves() {
    let limits = Limits {
        connections: 4,
        patience: Patience {
            head: Duration::from_secs(1),
            body: Duration::from_millis(500),
            ..Patience::default()
        },
        ..Limits::default()
    };
    let (_database, address) = served(limits).await;
    let mut held = Vec::new();
    for _ in 0..4 {
        held.push(TcpStream::connect(&address).await.expect("a connection"));
    }
    let began = Instant::now();
    p99(&address, 1).await;
    let waited = began.elapsed();
    assert!(
        waited >= Duration::from_millis(500),
        "there was room: {waited:?}"
    );
    assert!(waited < Duration::from_secs(5), "{waited:?}");
    // A form whose rest does not come is not waited for.
    let stream = TcpStream::connect(&address).await.expect("a connection");
    let head = "POST /r HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\ncode=";
    assert!(say(&stream, head.as_bytes()).await);
    let mut told = [0; 64];
    stream.readable().await.expect("an answer");
    let n = stream.try_read(&mut told).expect("an answer");
    let told = String::from_utf8_lossy(&told[..n]).into_owned();
    assert!(told.starts_with("HTTP/1.1 408"), "{told}");
}
