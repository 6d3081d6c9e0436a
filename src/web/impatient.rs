//! The connection of one visitor, with an end to how long it may dawdle: over the head of a request, over taking what was
//! answered, over doing nothing at all. Whoever holds a connection holds one of the few that there are.

use std::io::{Error, ErrorKind, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

/// How long a visitor may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// From the first byte of a request to the end of its head; for the first of a connection, from its beginning.
    pub head: Duration,
    /// Between two pieces of a form or a file.
    pub body: Duration,
    /// Between two requests. Longer than what proxies keep a connection for, so that they are the ones to end it.
    pub idle: Duration,
    /// For taking the next piece of an answer.
    pub taking: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            body: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            taking: Duration::from_secs(30),
        }
    }
}

/// How far a connection has come: told by whoever answers its requests, and by the connection itself.
#[derive(Debug, Default)]
pub struct Course {
    /// Requests whose head has been read.
    requests: AtomicU64,
    is_answering: AtomicBool,
    has_spoken: AtomicBool,
}

impl Course {
    pub fn begin_answer(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.is_answering.store(true, Ordering::Relaxed);
    }

    pub fn end_answer(&self) {
        self.is_answering.store(false, Ordering::Relaxed);
    }

    /// Whether anything ever came.
    pub fn has_spoken(&self) -> bool {
        self.has_spoken.load(Ordering::Relaxed)
    }
}

pub struct Impatient {
    stream: TokioIo<TcpStream>,
    patience: Patience,
    course: Arc<Course>,
    /// As many requests as the course told of at the last look.
    requests: u64,
    /// Some of the head of the next request has come.
    has_begun: bool,
    reading: Option<Pin<Box<Sleep>>>,
    writing: Option<Pin<Box<Sleep>>>,
}

impl Impatient {
    pub fn new(stream: TcpStream, patience: Patience, course: Arc<Course>) -> Self {
        Self {
            stream: TokioIo::new(stream),
            patience,
            course,
            requests: 0,
            // A connection is made to say something.
            has_begun: true,
            reading: Some(Box::pin(sleep(patience.head))),
            writing: None,
        }
    }

    /// Keeps what is known about the next request in step with the course.
    fn look(&mut self) -> bool {
        let requests = self.course.requests.load(Ordering::Relaxed);
        let is_answering = self.course.is_answering.load(Ordering::Relaxed);
        if is_answering || requests != self.requests {
            self.requests = requests;
            self.has_begun = false;
            self.reading = None;
        }
        is_answering
    }

    fn wrote<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<Result<T, Error>>,
    ) -> Poll<Result<T, Error>> {
        if written.is_ready() {
            self.writing = None;
            // Whoever takes an answer is not idle.
            if !self.has_begun {
                self.reading = None;
            }
            return written;
        }
        let patience = self.patience.taking;
        let waiting = self
            .writing
            .get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(waiting.as_mut().poll(context));
        Poll::Ready(Err(too_slow()))
    }
}

fn too_slow() -> Error {
    Error::new(ErrorKind::TimedOut, "the visitor takes too long")
}

impl Read for Impatient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<Result<(), Error>> {
        let this = &mut *self;
        let is_answering = this.look();
        let read = Pin::new(&mut this.stream).poll_read(context, buffer);
        if read.is_ready() {
            this.course.has_spoken.store(true, Ordering::Relaxed);
            if !is_answering && !this.has_begun {
                this.has_begun = true;
                this.reading = Some(Box::pin(sleep(this.patience.head)));
            }
            return read;
        }
        if is_answering {
            return Poll::Pending;
        }
        let patience = this.patience.idle;
        let waiting = this
            .reading
            .get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(waiting.as_mut().poll(context));
        Poll::Ready(Err(too_slow()))
    }
}

impl Write for Impatient {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize, Error>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.wrote(context, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), Error>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<Result<usize, Error>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, pieces);
        self.wrote(context, written)
    }
}
