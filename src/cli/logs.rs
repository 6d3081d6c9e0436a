//! What the program says while it runs, on standard error: for people, or line by line as JSON with fields from a fixed
//! list and no others, so that nothing of a visitor can come into a log by mistake.

use std::fmt;
use std::sync::OnceLock;

use clap::ValueEnum;
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use crate::domain::time::{Clock, SystemClock};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    Text,
    Json,
}

/// A row is a line of the url map, never an address that somebody asked for.
const FIELDS: [&str; 9] = [
    "row",
    "method",
    "status",
    "ms",
    "reference",
    "code",
    "node",
    "job",
    "kind",
];

static NODE: OnceLock<String> = OnceLock::new();

/// The name of this server, in every line from now on.
pub fn called(node: &str) {
    // The first name stays.
    let _ = NODE.set(node.to_owned());
}

pub fn begin(form: Form) {
    let usual = match form {
        Form::Text => "warn",
        Form::Json => "warn,schakel::request=info",
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(usual));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match form {
        Form::Text => lines.init(),
        Form::Json => lines.event_format(Lines).init(),
    }
}

struct Lines;

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let about = event.metadata();
        let mut line = Allowed::default();
        let mut say = |name: &str, value: String| line.0.insert(name.to_owned(), value.into());
        let at = SystemClock.now();
        say(
            "time",
            at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
        );
        say("level", about.level().to_string());
        say("target", about.target().to_owned());
        // Where in the program: words of our own, whatever stands in the message.
        say("event", about.name().to_owned());
        if let Some(node) = NODE.get() {
            say("node", node.clone());
        }
        event.record(&mut line);
        writeln!(writer, "{}", Value::Object(line.0))
    }
}

#[derive(Default)]
struct Allowed(Map<String, Value>);

impl Allowed {
    fn keep(&mut self, field: &Field, value: Value) {
        if FIELDS.contains(&field.name()) {
            self.0.insert(field.name().to_owned(), value);
        }
    }
}

impl Visit for Allowed {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.keep(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.keep(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.keep(field, value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.keep(field, value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.keep(field, format!("{value:?}").into());
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use tracing_subscriber::fmt::MakeWriter;

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl<'a> MakeWriter<'a> for Kept {
        type Writer = Self;

        fn make_writer(&'a self) -> Self {
            self.clone()
        }
    }

    #[test]
    fn a_line_has_fields_of_the_list_and_no_others() {
        let kept = Kept::default();
        let lines = tracing_subscriber::fmt()
            .with_writer(kept.clone())
            .event_format(Lines)
            .finish();
        let secret = "anna@example.org";
        tracing::subscriber::with_default(lines, || {
            let span = tracing::info_span!("visit", row = secret, path = secret);
            let _inside = span.enter();
            tracing::error!(
                reference = "0A",
                row = "/r",
                status = 500,
                error = secret,
                query = secret,
                "about {secret}"
            );
        });
        let text = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
        assert!(!text.contains(secret), "{text}");
        let line: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(line["reference"], "0A");
        assert_eq!(line["row"], "/r");
        assert_eq!(line["status"], 500);
        let known = ["time", "level", "target", "event", "node"];
        for name in line.as_object().unwrap().keys() {
            assert!(
                known.contains(&name.as_str()) || FIELDS.contains(&name.as_str()),
                "{name}"
            );
        }
    }
}
