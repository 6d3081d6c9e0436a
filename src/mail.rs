//! Text mail, and who carries it: a mail server, a folder of files, or memory. What becomes of a mail is said in one of
//! four words, because each asks for something else.

use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use uuid::Uuid;

/// A mail as it was decided on, before it is put into the form of the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The same on every try: a server that got it twice can see that it is one.
    pub mail_id: Uuid,
    pub at: DateTime<Utc>,
    pub to_name: String,
    pub to_address: String,
    pub subject: String,
    pub body: String,
}

/// What became of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    Accepted,
    /// This address does not take it, now or later.
    Refused(String),
    /// It was certainly not taken, and may be later.
    TryLater(String),
    /// The line broke after it was sent and before an answer came.
    Uncertain(String),
}

pub trait Transport: Send + Sync {
    fn send<'a>(&'a self, letter: &'a Letter) -> BoxFuture<'a, Delivery>;
}

#[derive(Debug, thiserror::Error)]
pub enum MailFault {
    #[error("`{0}` is no mail address: write `Name <name@example.org>`")]
    Sender(String),
    #[error("`{address}` is no address of a mail server: {why}")]
    Server { address: String, why: String },
}

/// Who the mail is from: `Name <name@example.org>`.
fn sender(text: &str) -> Result<Mailbox, MailFault> {
    text.parse().map_err(|_| MailFault::Sender(text.to_owned()))
}

/// The form of the wire. Every header is made of typed parts, so no name, address or subject can begin another one.
fn on_the_wire(from: &Mailbox, letter: &Letter) -> Result<lettre::Message, String> {
    let address: Address = letter
        .to_address
        .parse()
        .map_err(|_| format!("`{}` is no mail address", letter.to_address))?;
    let name = letter.to_name.replace(char::is_control, " ");
    let subject = letter.subject.replace(char::is_control, " ");
    lettre::Message::builder()
        .from(from.clone())
        .to(Mailbox::new(Some(name), address))
        .date(SystemTime::from(letter.at))
        .message_id(Some(format!(
            "<{}@{}>",
            letter.mail_id,
            from.email.domain()
        )))
        .subject(subject)
        .header(ContentType::TEXT_PLAIN)
        .body(letter.body.clone())
        .map_err(|error| error.to_string())
}

/// The address of a mail server, with TLS asked for where it says nothing and the server is not on this machine: links go
/// over that line.
fn guarded(url: &str) -> String {
    let Some(rest) = url.strip_prefix("smtp://") else {
        return url.to_owned();
    };
    let (place, asked) = rest.split_once('?').unwrap_or((rest, ""));
    let host = place.rsplit('@').next().unwrap_or_default();
    let here = ["localhost", "127.", "[::1]"];
    if asked.contains("tls=") || here.iter().any(|own| host.starts_with(own)) {
        return url.to_owned();
    }
    format!(
        "{url}{}tls=required",
        if asked.is_empty() && !url.ends_with('?') {
            "?"
        } else {
            "&"
        }
    )
}

/// Hands mail to a server. Each mail on a connection of its own: a broken one then spoils no other.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

const PATIENCE: Duration = Duration::from_secs(30);

impl Smtp {
    /// `smtp://localhost:25`, `smtps://USER:PASSWORD@HOST`, `smtp://USER:PASSWORD@HOST:587`. To another machine mail goes over
    /// TLS, unless the address says otherwise (`?tls=opportunistic`).
    pub fn new(url: &str, from: &str) -> Result<Self, MailFault> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&guarded(url))
            .map_err(|error| MailFault::Server {
                // Without what may be a password.
                address: url.rsplit('@').next().unwrap_or_default().to_owned(),
                why: error.to_string(),
            })?
            .timeout(Some(PATIENCE))
            .build();
        Ok(Self {
            transport,
            from: sender(from)?,
        })
    }
}

/// What an answer of a server, or its silence, means for the mail.
fn meaning(error: &lettre::transport::smtp::Error) -> Delivery {
    let said = error.to_string();
    match error.status().map(|code| code.to_string()) {
        // The mailbox is not there, is not ours to write to, is full for good, or the mail itself is not wanted.
        Some(code)
            if ["550", "551", "552", "553", "554", "555", "556"].contains(&code.as_str()) =>
        {
            Delivery::Refused(said)
        }
        // Any other answer is no: for now (4xx), or because of how we are set up (no such user, no such command).
        Some(_) => Delivery::TryLater(said),
        None if error.is_tls() || error.is_client() || said.starts_with("Connection error") => {
            Delivery::TryLater(said)
        }
        None => Delivery::Uncertain(said),
    }
}

impl Transport for Smtp {
    fn send<'a>(&'a self, letter: &'a Letter) -> BoxFuture<'a, Delivery> {
        Box::pin(async move {
            let message = match on_the_wire(&self.from, letter) {
                Ok(message) => message,
                Err(why) => return Delivery::Refused(why),
            };
            match self.transport.send(message).await {
                Ok(_) => Delivery::Accepted,
                Err(error) => meaning(&error),
            }
        })
    }
}

/// Writes each mail as a file, for a trial or for another program to send.
pub struct Folder {
    folder: PathBuf,
    from: Mailbox,
}

impl Folder {
    pub fn new(folder: PathBuf, from: &str) -> Result<Self, MailFault> {
        Ok(Self {
            folder,
            from: sender(from)?,
        })
    }

    fn write(&self, letter: &Letter) -> Delivery {
        let message = match on_the_wire(&self.from, letter) {
            Ok(message) => message,
            Err(why) => return Delivery::Refused(why),
        };
        // Under another name until it is whole: whoever watches the folder sees whole mails only.
        let (draft, whole) = (
            self.folder.join(format!("{}.part", letter.mail_id)),
            self.folder.join(format!("{}.eml", letter.mail_id)),
        );
        let written = std::fs::create_dir_all(&self.folder)
            .and_then(|()| std::fs::write(&draft, message.formatted()))
            .and_then(|()| std::fs::rename(&draft, &whole));
        match written {
            Ok(()) => Delivery::Accepted,
            Err(error) => Delivery::TryLater(error.to_string()),
        }
    }
}

impl Transport for Folder {
    fn send<'a>(&'a self, letter: &'a Letter) -> BoxFuture<'a, Delivery> {
        Box::pin(async move { self.write(letter) })
    }
}

/// Keeps what was sent, for tests: the letter, and its form on the wire.
pub struct Memory {
    from: Mailbox,
    sent: Mutex<Vec<(Letter, String)>>,
}

impl Memory {
    pub fn new(from: &str) -> Result<Self, MailFault> {
        Ok(Self {
            from: sender(from)?,
            sent: Mutex::default(),
        })
    }

    pub fn sent(&self) -> Vec<(Letter, String)> {
        self.sent
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .clone()
    }
}

impl Transport for Memory {
    fn send<'a>(&'a self, letter: &'a Letter) -> BoxFuture<'a, Delivery> {
        Box::pin(async move {
            match on_the_wire(&self.from, letter) {
                Ok(message) => {
                    let wire = String::from_utf8_lossy(&message.formatted()).into_owned();
                    self.sent
                        .lock()
                        .unwrap_or_else(|poisoned| poisoned.into_inner())
                        .push((letter.clone(), wire));
                    Delivery::Accepted
                }
                Err(why) => Delivery::Refused(why),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter() -> Letter {
        Letter {
            mail_id: Uuid::from_u128(7),
            at: DateTime::UNIX_EPOCH,
            to_name: "Anna de Vries".into(),
            to_address: "anna@example.org".into(),
            subject: "Vragenlijst".into(),
            body: "Dag\nAnna".into(),
        }
    }

    #[test]
    fn mail_to_another_machine_goes_over_tls() {
        assert_eq!(
            guarded("smtp://mail.example.org:587"),
            "smtp://mail.example.org:587?tls=required"
        );
        assert_eq!(
            guarded("smtp://me:a@mail.example.org?x=1"),
            "smtp://me:a@mail.example.org?x=1&tls=required"
        );
        for as_it_is in [
            "smtps://me:a@mail.example.org",
            "smtp://mail.example.org?tls=opportunistic",
            "smtp://localhost:25",
            "smtp://127.0.0.1:2525",
        ] {
            assert_eq!(guarded(as_it_is), as_it_is);
        }
        assert!(Smtp::new("smtp://mail.example.org", "a@example.org").is_ok());
    }

    fn headers(letter: &Letter) -> Result<Vec<String>, String> {
        let from = sender("Schakel <schakel@example.org>").expect("an address");
        let wire = on_the_wire(&from, letter)?.formatted();
        let text = String::from_utf8(wire).expect("mail is ASCII");
        let (head, _) = text.split_once("\r\n\r\n").expect("a body");
        // A line that begins with a space goes on with the header above it.
        let mut names: Vec<String> = head
            .split("\r\n")
            .filter(|line| !line.starts_with([' ', '\t']))
            .map(|line| line.split(':').next().unwrap_or_default().to_owned())
            .collect();
        names.sort();
        Ok(names)
    }

    #[test]
    fn nothing_in_a_name_a_subject_or_an_address_begins_another_header() {
        let plain = headers(&letter()).expect("a mail");
        for evil in [
            "x\r\nBcc: victim@example.org",
            "x\nBcc: victim@example.org",
            "x\rBcc: victim@example.org",
            "x\r\n\r\nbody",
            "\u{85}Bcc: v@example.org\u{2028}Bcc: v@example.org",
            "\"<a@b.c>, d@e.f",
            "é\r\nBcc: v@example.org",
        ] {
            let named = Letter {
                to_name: evil.into(),
                ..letter()
            };
            let about = Letter {
                subject: evil.into(),
                ..letter()
            };
            assert_eq!(headers(&named).expect("a mail"), plain, "{evil:?}");
            assert_eq!(headers(&about).expect("a mail"), plain, "{evil:?}");
            let address = Letter {
                to_address: format!("anna@example.org{evil}"),
                ..letter()
            };
            assert!(headers(&address).is_err(), "{evil:?}");
        }
        let two = Letter {
            to_address: "a@example.org, b@example.org".into(),
            ..letter()
        };
        assert!(headers(&two).is_err(), "one mail, one address");
    }
}
