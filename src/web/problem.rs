//! The one place that turns errors into pages: a refusal is an answer, a failure is logged and shown by its number.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use rand::RngExt;

use super::app::App;
use super::frame::Frame;
use crate::conclude::ConcludeError;
use crate::fieldwork::close::CloseRefusal;
use crate::fieldwork::receive::ReceiveRefusal;
use crate::locale::Words;
use crate::storage::StorageError;
use crate::storage::error::{code, may_pass};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    NotFound,
    NoVisit,
    OtherSite,
    BadForm,
    NotYetOpen,
    Submitted,
    Closed,
    Withdrawn,
    ConsentRefused,
    NotSaved,
    /// The database cannot be reached, for now.
    Away,
    /// The disk is nearly full.
    NoRoom,
    /// A step on the way in is over: used, too late, or not this visitor's.
    StepOver,
    /// The server is about to end, and another will take its place.
    Renewed,
    Failure,
}

impl Kind {
    fn status(self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::NoVisit | Self::OtherSite => StatusCode::FORBIDDEN,
            Self::BadForm => StatusCode::BAD_REQUEST,
            Self::NotYetOpen
            | Self::Submitted
            | Self::Closed
            | Self::Withdrawn
            | Self::ConsentRefused
            | Self::StepOver => StatusCode::CONFLICT,
            Self::NotSaved | Self::Away | Self::Renewed => StatusCode::SERVICE_UNAVAILABLE,
            Self::NoRoom => StatusCode::INSUFFICIENT_STORAGE,
            Self::Failure => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::NotFound => "problem-not-found",
            Self::NoVisit => "problem-no-visit",
            Self::OtherSite => "problem-other-site",
            Self::BadForm => "problem-bad-form",
            Self::NotYetOpen => "problem-not-yet-open",
            Self::Submitted => "problem-submitted",
            Self::Closed => "problem-closed",
            Self::Withdrawn => "problem-withdrawn",
            Self::ConsentRefused => "problem-consent-refused",
            Self::NotSaved => "problem-not-saved",
            Self::Away => "problem-away",
            Self::NoRoom => "problem-no-room",
            Self::StepOver => "problem-step-over",
            Self::Renewed => "problem-renewed",
            Self::Failure => "problem-reference",
        }
    }
}

/// A problem with the words to tell it in.
#[derive(Debug)]
pub struct Problem {
    frame: Box<Frame>,
    kind: Kind,
    reference: String,
}

#[derive(Template)]
#[template(path = "web/pages/problem.html")]
struct ProblemPage {
    frame: Frame,
    message: String,
}

impl Problem {
    pub fn new(app: &App, words: Words, kind: Kind) -> Self {
        let frame = Frame::new(app, words, words.t("problem-title"), "/");
        Self {
            frame: Box::new(frame),
            kind,
            reference: String::new(),
        }
    }

    /// Ours: logged once, with the number that the visitor sees.
    pub fn failure(app: &App, words: Words, error: &(dyn std::error::Error + 'static)) -> Self {
        if matches!(error.downcast_ref(), Some(StorageError::Commit)) {
            return Self::new(app, words, Kind::NotSaved);
        }
        if may_pass(error) {
            return Self::new(app, words, Kind::Away);
        }
        let reference = format!("{:08X}", app.rng().random::<u32>());
        let mut chain = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            chain = format!("{chain}: {cause}");
            source = cause.source();
        }
        let code = code(error);
        tracing::error!(reference, code, error = chain, "a request failed");
        Self {
            reference,
            ..Self::new(app, words, Kind::Failure)
        }
    }

    pub fn storage(app: &App, words: Words, error: &StorageError) -> Self {
        Self::failure(app, words, error)
    }

    pub fn receive(app: &App, words: Words, refusal: &ReceiveRefusal) -> Self {
        let kind = match refusal {
            ReceiveRefusal::Failed(error) => return Self::storage(app, words, error),
            ReceiveRefusal::Unknown => Kind::NoVisit,
            ReceiveRefusal::NotYetOpen => Kind::NotYetOpen,
            ReceiveRefusal::Submitted => Kind::Submitted,
            ReceiveRefusal::Closed => Kind::Closed,
            ReceiveRefusal::Withdrawn => Kind::Withdrawn,
            ReceiveRefusal::ConsentRefused => Kind::ConsentRefused,
            ReceiveRefusal::NoSuchPage => Kind::NotFound,
            ReceiveRefusal::ChangedElsewhere => Kind::BadForm,
        };
        Self::new(app, words, kind)
    }

    pub fn close(app: &App, words: Words, refusal: &CloseRefusal) -> Self {
        match refusal {
            CloseRefusal::Failed(error) => Self::storage(app, words, error),
            CloseRefusal::NotYetOpen { .. } => Self::new(app, words, Kind::NotYetOpen),
        }
    }

    pub fn conclude(app: &App, words: Words, error: &ConcludeError) -> Self {
        Self::failure(app, words, error)
    }
}

impl Problem {
    /// What a visitor is told, for where there is no page to tell it on.
    pub fn told(&self) -> (StatusCode, String) {
        let w = self.frame.w;
        let message = match self.kind {
            Kind::Failure => w.t1("problem-reference", "reference", self.reference.as_str()),
            kind => w.t(kind.key()),
        };
        (self.kind.status(), message)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, message) = self.told();
        let page = ProblemPage {
            frame: *self.frame,
            message,
        };
        (status, show(&page)).into_response()
    }
}

/// A page as a response. A template that cannot be written is a failure of the program, not of the visitor.
pub fn show(page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
