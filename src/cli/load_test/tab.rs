//! One tab of a browser: a connection that is kept, its cookies, and nothing followed by itself.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Longer than any answer may take: what takes longer is an error.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is measured of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Enter,
    FirstPage,
    Page,
    Save,
    Submit,
}

/// How long every request took, and what went wrong.
#[derive(Debug, Default)]
pub struct Tally {
    pub requests: AtomicU64,
    pub active: AtomicUsize,
    pub most_active: AtomicUsize,
    times: Mutex<BTreeMap<Kind, Vec<f64>>>,
    errors: Mutex<Vec<String>>,
}

impl Tally {
    fn took(&self, kind: Kind, from: Instant) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let mut times = self
            .times
            .lock()
            .unwrap_or_else(|broken| broken.into_inner());
        let milliseconds = from.elapsed().as_secs_f64() * 1_000.0;
        times.entry(kind).or_default().push(milliseconds);
    }

    pub fn wrong(&self, what: String) {
        self.errors
            .lock()
            .unwrap_or_else(|broken| broken.into_inner())
            .push(what);
    }

    pub fn errors(&self) -> Vec<String> {
        self.errors
            .lock()
            .unwrap_or_else(|broken| broken.into_inner())
            .clone()
    }

    /// Milliseconds below which this share of the requests of a kind stayed.
    pub fn percentile(&self, kind: Kind, share: f64) -> Option<f64> {
        let times = self
            .times
            .lock()
            .unwrap_or_else(|broken| broken.into_inner());
        let mut times = times.get(&kind)?.clone();
        times.sort_by(f64::total_cmp);
        let place = (share * times.len() as f64).ceil() as usize;
        times
            .get(place.saturating_sub(1))
            .map(|time| (time * 10.0).round() / 10.0)
    }
}

pub struct Reply {
    pub status: u16,
    pub location: Option<String>,
    pub html: String,
}

pub struct Tab {
    address: SocketAddr,
    cookies: BTreeMap<String, String>,
    sender: Option<SendRequest<Full<Bytes>>>,
    tally: Arc<Tally>,
}

impl Tab {
    pub fn new(address: SocketAddr, tally: Arc<Tally>) -> anyhow::Result<Self> {
        if !address.ip().is_loopback() {
            bail!("the load test speaks to its own server on this machine and to no other");
        }
        Ok(Self {
            address,
            cookies: BTreeMap::new(),
            sender: None,
            tally,
        })
    }

    /// Another tab of the same browser: it has the cookies and a connection of its own.
    pub fn another(&self) -> Self {
        Self {
            address: self.address,
            cookies: self.cookies.clone(),
            sender: None,
            tally: self.tally.clone(),
        }
    }

    /// Gives its connection back.
    pub fn rest(&mut self) {
        self.sender = None;
    }

    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    pub async fn get(&mut self, kind: Kind, path: &str) -> anyhow::Result<Reply> {
        self.send(kind, Method::GET, path, String::new()).await
    }

    pub async fn post(&mut self, kind: Kind, path: &str, form: String) -> anyhow::Result<Reply> {
        self.send(kind, Method::POST, path, form).await
    }

    async fn send(
        &mut self,
        kind: Kind,
        method: Method,
        path: &str,
        form: String,
    ) -> anyhow::Result<Reply> {
        let shown = format!("{method} {path}");
        let from = Instant::now();
        let reply = tokio::time::timeout(PATIENCE, self.exchange(method, path, form)).await;
        self.tally.took(kind, from);
        match reply {
            Ok(Ok(reply)) => Ok(reply),
            Ok(Err(error)) => Err(error.context(shown)),
            Err(_) => bail!("{shown}: no answer within a minute"),
        }
    }

    async fn exchange(
        &mut self,
        method: Method,
        path: &str,
        form: String,
    ) -> anyhow::Result<Reply> {
        let kept = self.sender.take().filter(|sender| !sender.is_closed());
        let mut sender = match kept {
            Some(sender) => sender,
            None => self.connect().await?,
        };
        let mut request = Request::builder()
            .method(method.clone())
            .uri(path)
            .header(header::HOST, self.address.to_string());
        if !self.cookies.is_empty() {
            let cookies: Vec<String> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        if method == Method::POST {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let request = request.body(Full::new(Bytes::from(form)))?;
        sender.ready().await?;
        let response = sender.send_request(request).await?;
        for set in response.headers().get_all(header::SET_COOKIE) {
            let pair = set.to_str()?.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let status = response.status().as_u16();
        let location = match response.headers().get(header::LOCATION) {
            Some(to) => Some(to.to_str()?.to_owned()),
            None => None,
        };
        let body = response.into_body().collect().await?.to_bytes();
        self.sender = Some(sender);
        Ok(Reply {
            status,
            location,
            html: String::from_utf8(body.into()).context("pages are text")?,
        })
    }

    async fn connect(&self) -> anyhow::Result<SendRequest<Full<Bytes>>> {
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(async move {
            // A connection that breaks is noticed by the request that is on it.
            let _ = connection.await;
        });
        Ok(sender)
    }
}
