//! People who make an account and sign in, on a server whose clock a test turns by hand.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at whatever is not as it should be"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use schakel::domain::account::StaffLinks;
use schakel::domain::id::SchoolId;
use schakel::domain::second_factor::TotpSecret;
use schakel::domain::time::Clock;
use schakel::fieldwork::enter::{self, Recipient};
use schakel::fieldwork::make_account;
use schakel::providers::Providers;
use schakel::storage::audit::Act;
use schakel::storage::{StorageError, Store};
use schakel::web::app::App;
use schakel::web::serve::serve;

use super::databases::Database;
use super::server::{Page, Visitor};
use super::small_study::{Field, OAK, lines};

pub const PASSWORD: &str = "vijf blauwe tafels";

/// A clock that a test turns by hand.
#[derive(Clone, Default)]
pub struct Hand(Arc<AtomicI64>);

impl Hand {
    pub fn at(now: DateTime<Utc>) -> Self {
        Self(Arc::new(AtomicI64::new(now.timestamp_micros())))
    }

    pub fn on(&self, time: TimeDelta) {
        self.0
            .fetch_add(time.num_microseconds().unwrap(), Ordering::SeqCst);
    }
}

impl Clock for Hand {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// A study that is served with accounts, and a clock that stands still.
pub struct Served {
    pub field: Field,
    pub store: Store,
    pub clock: Hand,
    pub base: String,
    pub school: SchoolId,
}

pub fn now<T>(work: impl FnOnce() -> T) -> T {
    tokio::task::block_in_place(work)
}

/// A server on this database, and where it is reached.
pub async fn node(
    store: Store,
    field: &Field,
    (clock, seed): (&Hand, u8),
    providers: Providers,
) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let app = App::new(store, field.key.clone(), clock.clone(), [seed; 32], false)
        .reached_at(&base, false)
        .with_providers(providers)
        .with_staff_links(StaffLinks::Accounts);
    tokio::spawn(serve(listener, app, std::future::pending()));
    base
}

impl Served {
    pub async fn on(database: &Database) -> Self {
        Self::with(database, Providers::default()).await
    }

    pub async fn with(database: &Database, providers: Providers) -> Self {
        let store = database.open().await;
        let mut field = Field::found(store.clone()).await;
        field.enrol(lines()).await;
        let clock = Hand::at(field.clock.now());
        let base = node(store.clone(), &field, (&clock, 1), providers).await;
        let school = field.school(OAK).await;
        Self {
            field,
            store,
            clock,
            base,
            school,
        }
    }

    pub fn act(&self) -> Act {
        Act {
            actor: "test".to_owned(),
            at: self.clock.now(),
        }
    }

    pub fn visitor(&self) -> Visitor {
        Visitor::new(&self.base)
    }

    /// The secret of a new link for this role.
    pub async fn link(&mut self, role: &str) -> String {
        let (act, mut rng, key) = (self.act(), self.field.dice(), self.field.key.clone());
        let recipient = Recipient {
            study_id: self.field.study.study_id,
            role: role.to_owned(),
            label: role.to_owned(),
            schools: vec![self.school],
        };
        let (token, _) = self
            .store
            .write::<_, StorageError, _>(move |tx| {
                Box::pin(async move { enter::hand_out(tx, &act, &mut rng, &key, &recipient).await })
            })
            .await
            .unwrap();
        token
    }

    pub async fn first_link(&mut self) -> Option<String> {
        let (act, mut rng) = (self.act(), self.field.dice());
        self.store
            .write::<_, StorageError, _>(move |tx| {
                Box::pin(async move { make_account::first_link(tx, &act, &mut rng).await })
            })
            .await
            .unwrap()
    }

    /// Makes an account with this link, as a person does.
    pub fn make(&self, address: &str, token: &str) -> Person {
        let visitor = self.visitor();
        assert_eq!(visitor.enter(token), "/sign-in/new");
        let page = visitor.get("/sign-in/new");
        assert_eq!(page.status, 200, "{}", page.html);
        let form = [("address", address), ("new", PASSWORD), ("again", PASSWORD)];
        leads_to(&visitor.post("/sign-in/new", &form), "/sign-in/app");
        let page = visitor.get("/sign-in/app");
        assert!(page.has("<svg aria-hidden"), "a picture to read");
        let person = Person {
            address: address.to_owned(),
            secret: secret_on(&page),
            codes: Vec::new(),
            visitor,
        };
        let page = person
            .visitor
            .post("/sign-in/app", &[("code", &person.code(self))]);
        assert_eq!(page.status, 200, "{}", page.html);
        let codes = page.html.split("<li><code>").skip(1);
        Person {
            codes: codes
                .map(|rest| rest.split('<').next().unwrap().to_owned())
                .collect(),
            ..person
        }
    }

    /// The session of the first administrator.
    pub async fn administrator(&mut self) -> Person {
        let token = self.first_link().await.unwrap();
        now(|| self.make("beheer@example.org", &token))
    }

    pub async fn researcher(&mut self, address: &str) -> Person {
        let token = self.link("researcher").await;
        now(|| self.make(address, &token))
    }
}

pub struct Person {
    pub visitor: Visitor,
    pub address: String,
    pub secret: TotpSecret,
    pub codes: Vec<String>,
}

impl Person {
    /// What the app shows: a new code each time, for the clock goes on.
    pub fn code(&self, served: &Served) -> String {
        served.clock.on(TimeDelta::seconds(30));
        self.secret.code(served.clock.now())
    }

    /// Signs in anew, on another machine.
    pub fn again(&self, served: &Served) -> Visitor {
        let visitor = served.visitor();
        leads_to(
            &password(&visitor, &self.address, PASSWORD),
            "/sign-in/code",
        );
        let code = self.code(served);
        let page = visitor.post("/sign-in/code", &[("code", &code)]);
        assert_eq!(page.status, 303, "{}", page.html);
        visitor
    }
}

pub fn password(visitor: &Visitor, address: &str, password: &str) -> Page {
    visitor.post("/sign-in", &[("address", address), ("password", password)])
}

#[track_caller]
pub fn leads_to(page: &Page, path: &str) {
    assert_eq!(
        page.location.as_deref(),
        Some(path),
        "{} {}",
        page.status,
        page.html
    );
}

pub fn secret_on(page: &Page) -> TotpSecret {
    let text = page.html.split("<code>").nth(1).unwrap();
    let text = text.split('<').next().unwrap().replace(' ', "");
    TotpSecret::from_text(&text).unwrap()
}

pub fn visit(visitor: &Visitor) -> String {
    visitor.cookie("schakel_visit").unwrap_or_default()
}

pub fn step(visitor: &Visitor) -> String {
    visitor.cookie("schakel_step").unwrap_or_default()
}
