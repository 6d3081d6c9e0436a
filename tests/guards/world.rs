//! Two studies on one server, each with schools of one board and one besides; a visit for every role, and visits that were
//! taken back in every way there is.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, header};
use chrono::{NaiveDate, TimeDelta};
use futures_util::FutureExt;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;
use schakel::conclude::conclude;
use schakel::domain::account::Factor;
use schakel::domain::agreed::Agreement;
use schakel::domain::coding::Source;
use schakel::domain::id::{AccountId, SchoolId};
use schakel::domain::second_factor::TotpSecret;
use schakel::domain::time::{Clock, FixedClock};
use schakel::domain::token::{LinkKey, Presented};
use schakel::domain::training::{Attendance, Meeting};
use schakel::fieldwork::enter::{self, Recipient};
use schakel::fieldwork::interview::{self, Entered};
use schakel::fieldwork::step::{self, Step};
use schakel::fieldwork::{agree, log_training, recipe, sign_in};
use schakel::storage::accounts::{self, Account};
use schakel::storage::audit::Act;
use schakel::storage::{StorageError, Store, interviews, links};
use schakel::web::app::App;
use schakel::web::router::router;
use schakel::web::work::workshop;
use uuid::Uuid;

use super::support::databases::{Database, databases};
use super::support::small_study::{Field, design, lines, start};

/// `withdrawn` is a respondent who took everything back, `account` is signed in without a role, `underway` has opened a
/// link and not signed in yet.
pub const ROLES: [&str; 15] = [
    "nobody",
    "respondent",
    "withdrawn",
    "school",
    "principal",
    "board",
    "trainer",
    "researcher",
    "owner",
    "custodian",
    "account",
    "administrator",
    "underway",
    "founder",
    "coder",
];
const LINKS: [&str; 8] = [
    "school",
    "principal",
    "board",
    "trainer",
    "researcher",
    "owner",
    "custodian",
    "coder",
];

/// One study, by what can be named of it in an address or a form.
#[derive(Debug, Clone, Default)]
pub struct Named {
    pub school_key: String,
    pub school: String,
    pub member: String,
    pub window: String,
    pub invitation: String,
    pub link: String,
    pub upload: String,
    pub meeting: String,
    pub action: String,
    pub interview: String,
    pub statement: String,
    pub recipe: String,
    /// Of the key table, asked for.
    pub export: String,
    /// What must not be told to somebody else: names of people and schools, addresses of mail.
    pub names: Vec<String>,
}

pub struct World {
    pub store: Store,
    pub app: App,
    pub own: Named,
    /// Of the same study, but of the school that is nobody's here.
    pub beside: Named,
    pub other: Named,
    /// What there is not.
    pub none: Named,
    key: LinkKey,
    clock: FixedClock,
    codes: Vec<(&'static str, String)>,
    thrown: Arc<Mutex<u64>>,
    _database: Database,
}

/// An answer as it went out.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

pub type Pages = TowerToHyperService<axum::Router>;

pub fn pages(app: &App) -> Pages {
    TowerToHyperService::new(router(app.clone()))
}

/// Asks a server in this process. `cookie` may be empty.
pub async fn ask(pages: &Pages, method: &str, path: &str, cookie: &str, form: &str) -> Answer {
    ask_with(pages, method, path, cookie, form, &[]).await
}

pub async fn ask_with(
    pages: &Pages,
    method: &str,
    path: &str,
    cookie: &str,
    form: &str,
    headers: &[(&str, &str)],
) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    if !cookie.is_empty() {
        let cookie = match cookie.contains('=') {
            true => cookie.to_owned(),
            false => format!("schakel_visit={cookie}"),
        };
        request = request.header(header::COOKIE, cookie);
    }
    if method == "POST" {
        let kind = if form.starts_with("--edge") {
            "multipart/form-data; boundary=edge"
        } else {
            "application/x-www-form-urlencoded"
        };
        request = request.header(header::CONTENT_TYPE, kind);
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request
        .body(Body::from(form.to_owned()))
        .unwrap_or_else(|error| panic!("{method} {path}: {error}"));
    let from: SocketAddr = ([127, 0, 0, 1], 40_000).into();
    request.extensions_mut().insert(ConnectInfo(from));
    let answer = pages.call(request).await.expect("pages always answer");
    let (head, body) = answer.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("an answer ends");
    Answer {
        status: head.status.as_u16(),
        headers: head.headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    }
}

pub fn file_form(name: &str, content: &str) -> String {
    format!(
        "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{content}\r\n--edge--\r\n"
    )
}

/// The schools of a study: three of one board and the first cohort, and one besides.
const OWN: [(&str, &str); 4] = [
    ("eik", "De Eik"),
    ("iep", "De Iep"),
    ("olm", "De Olm"),
    ("beuk", "De Beuk"),
];
const OTHER: [(&str, &str); 4] = [
    ("sluis", "Op de Sluis"),
    ("dijk", "Op de Dijk"),
    ("brug", "Op de Brug"),
    ("kade", "Op de Kade"),
];

struct Collected {
    field: Field,
    schools: Vec<SchoolId>,
    codes: Vec<(&'static str, String)>,
    named: Named,
    beside: Named,
}

/// A study whose first wave is closed and concluded, and whose second is being answered.
async fn collected(store: &Store, key: &str, names: [(&str, &str); 4], first: u64) -> Collected {
    let mut design = design();
    design.key = key.to_owned();
    let mut field = Field::found_as(store.clone(), design, first).await;
    let template: Vec<_> = lines()
        .into_iter()
        .filter(|one| one.school == "eik")
        .collect();
    let mut listed = Vec::new();
    for (index, (school, title)) in names.into_iter().enumerate() {
        for (number, line) in template.iter().enumerate() {
            let mut line = line.clone();
            line.school = school.to_owned();
            line.school_name = Some(title.to_owned());
            line.person = format!("{school}{number:02}");
            line.name = format!("Pieternel {school}{number:02}");
            line.email = Some(format!("{school}{number:02}@example.org"));
            line.board = Some(if index < 3 { "Bosrand" } else { "Elders" }.to_owned());
            listed.push(line);
        }
    }
    let all_names = listed
        .iter()
        .flat_map(|line| [line.name.clone(), line.email.clone().unwrap_or_default()])
        .chain(names.iter().map(|(_, title)| (*title).to_owned()));
    let all_names: Vec<String> = all_names.collect();
    field.enrol(listed).await;
    let mut schools = Vec::new();
    for (school, _) in names {
        schools.push(field.school(school).await);
    }
    field.invite(schools[0], "focus2", "T1").await;
    field.clock = FixedClock(start() + TimeDelta::days(8));
    field
        .close("focus2", "T1")
        .await
        .expect("the wave is closed");
    conclude(store, &field.study, field.clock.now())
        .await
        .expect("the study is concluded");
    field.clock = FixedClock(start() + TimeDelta::weeks(4) + TimeDelta::hours(1));
    let letters = field.invite(schools[0], "focus2", "T2a").await;
    let besides = field.invite(schools[3], "focus2", "T2a").await;
    let mut codes = vec![
        ("respondent", letters[4].code.clone()),
        ("withdrawn", besides[5].code.clone()),
        ("reinvited", letters[6].code.clone()),
    ];
    let act = field.act();
    for role in LINKS {
        for (taken, name) in [
            (false, role),
            (true, REISSUED[place(role)]),
            (true, REVOKED[place(role)]),
        ] {
            let of = match role {
                "school" | "principal" => schools[..1].to_vec(),
                "board" | "trainer" => schools[..3].to_vec(),
                _ => Vec::new(),
            };
            let recipient = Recipient {
                study_id: field.study.study_id,
                role: role.to_owned(),
                label: format!("{key} {role} {taken}"),
                schools: of,
            };
            let (act, mut rng, link_key) = (act.clone(), field.dice(), field.key.clone());
            let made = store.write::<_, StorageError, _>(move |tx| {
                async move { enter::hand_out(tx, &act, &mut rng, &link_key, &recipient).await }
                    .boxed()
            });
            codes.push((name, made.await.expect("a link is made").1));
        }
    }
    // One that nobody enters with, to be handed out anew and taken back.
    let spare = Recipient {
        study_id: field.study.study_id,
        role: "researcher".to_owned(),
        label: "spare".to_owned(),
        schools: Vec::new(),
    };
    let (mut rng, link_key) = (field.dice(), field.key.clone());
    let made = store.write::<_, StorageError, _>(move |tx| {
        async move { enter::hand_out(tx, &act, &mut rng, &link_key, &spare).await }.boxed()
    });
    made.await.expect("a link is made");
    let link = {
        let mut tx = store.read().await.expect("a read begins");
        let all = links::of_study(&mut tx, field.study.study_id).await;
        let all = all.expect("links are read");
        let spare = all.iter().find(|link| link.label == "spare");
        spare.expect("a link").link_id.to_string()
    };
    let mut named = Named {
        link,
        recipe: format!("{key} recipe"),
        names: all_names,
        ..Named::default()
    };
    let mut beside = named.clone();
    for (named, at, letters) in [(&mut named, 0, &letters), (&mut beside, 3, &besides)] {
        let (school, letter) = (schools[at], &letters[7]);
        named.school_key = names[at].0.to_owned();
        named.school = school.to_string();
        named.window = field.window("focus2", "T2a").await.window_id.to_string();
        named.invitation = letter.invitation_id.to_string();
        named.member = letter.member_id.to_string();
        let (act, study, mut rng) = (field.act(), field.study.clone(), field.dice());
        let name = named.recipe.clone();
        let ids = store.write::<_, Box<dyn std::error::Error + Send + Sync>, _>(move |tx| {
            async move {
                let held_on = NaiveDate::from_ymd_opt(2024, 9, 20).expect("a day");
                let meeting = Meeting {
                    subject: "Afspraken".to_owned(),
                    attendance: vec![Attendance {
                        group: String::new(),
                        invited: 9,
                        present: 8,
                    }],
                    ..Meeting::default()
                };
                let what = (held_on, meeting);
                let meeting =
                    log_training::add(tx, &act, &mut rng, &study.design, school, what).await?;
                let agreement = Agreement {
                    goal: "Samen voorbereiden".to_owned(),
                    noticed_by: "Het rooster".to_owned(),
                    owner: "Het team".to_owned(),
                    due_on: None,
                };
                let action = agree::agree(tx, &act, &mut rng, &study, school, &agreement).await?;
                recipe::save(tx, &act, study.study_id, &name, "").await?;
                let entered = Entered {
                    school_id: school,
                    source: Source::Principal,
                    held_on,
                    statements: vec!["We bespreken resultaten.".to_owned()],
                    n_masks: 0,
                };
                let interview =
                    interview::enter(tx, &act, &mut rng, study.study_id, &entered).await?;
                let statements = interviews::statements(tx, study.study_id).await?;
                let own = statements.iter().find(|one| one.interview_id == interview);
                let statement = own.expect("it was entered").statement_id;
                Ok([
                    meeting.to_string(),
                    action.to_string(),
                    interview.to_string(),
                    statement.to_string(),
                ])
            }
            .boxed()
        });
        [
            named.meeting,
            named.action,
            named.interview,
            named.statement,
        ] = ids.await.expect("the log is kept");
    }
    Collected {
        field,
        schools,
        codes,
        named,
        beside,
    }
}

fn place(role: &str) -> usize {
    LINKS.iter().position(|one| *one == role).expect("a role")
}
const REISSUED: [&str; 8] = [
    "school, reissued",
    "principal, reissued",
    "board, reissued",
    "trainer, reissued",
    "researcher, reissued",
    "owner, reissued",
    "custodian, reissued",
    "coder, reissued",
];
const REVOKED: [&str; 8] = [
    "school, revoked",
    "principal, revoked",
    "board, revoked",
    "trainer, revoked",
    "researcher, revoked",
    "owner, revoked",
    "custodian, revoked",
    "coder, revoked",
];

impl World {
    pub async fn make() -> Self {
        let database = databases("guards").await.swap_remove(0);
        let store = database.open().await;
        let own = collected(&store, "own", OWN, 0).await;
        let other = collected(&store, "other", OTHER, 1_000).await;
        assert_eq!(own.schools.len(), 4);
        let clock = own.field.clock;
        let key = own.field.key.clone();
        let app = App::new(store.clone(), key.clone(), clock, [9; 32], false)
            .reached_at("http://127.0.0.1:8080", true);
        // What is asked for is also done, as on a server.
        tokio::spawn(Arc::new(workshop(&app)).run());
        let nothing = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001).to_string();
        let none = Named {
            school_key: "nergens".to_owned(),
            school: nothing.clone(),
            member: nothing.clone(),
            window: nothing.clone(),
            invitation: nothing.clone(),
            link: nothing.clone(),
            upload: nothing.clone(),
            meeting: nothing.clone(),
            action: nothing.clone(),
            interview: nothing.clone(),
            statement: nothing.clone(),
            export: nothing,
            recipe: "nothing".to_owned(),
            names: Vec::new(),
        };
        let mut world = Self {
            store,
            app,
            own: own.named,
            beside: own.beside,
            other: other.named,
            none,
            key,
            clock,
            codes: own.codes,
            thrown: Arc::new(Mutex::new(5_000)),
            _database: database,
        };
        // The owner of the other study: for what is made through the pages alone.
        let of_other = |role: &str| {
            let known = other.codes.iter().find(|(known, _)| *known == role);
            known.expect("a link").1.clone()
        };
        let others = world.enter(&of_other("owner"), 0).await;
        let custodians = world.enter(&of_other("custodian"), 0).await;
        let owner = world.visit("owner").await;
        let custodian = world.visit("custodian").await;
        world.own.export = world.export(&custodian, &owner).await;
        world.beside.export = world.own.export.clone();
        world.other.export = world.export(&custodians, &others).await;
        world.own.upload = world.upload(&owner, "eik").await;
        world.beside.upload = world.own.upload.clone();
        world.other.upload = world.upload(&others, "sluis").await;
        world
    }

    /// A server of its own on the same data.
    pub fn plain_app(&self) -> App {
        App::new(
            self.store.clone(),
            self.key.clone(),
            self.clock,
            [8; 32],
            false,
        )
    }

    pub fn secret(&self, role: &str) -> &str {
        self.code(role)
    }

    /// A list of newcomers, looked at and not taken over yet.
    async fn upload(&self, cookie: &str, school: &str) -> String {
        let list = format!(
            "school,cohort,person,name,role\n{school},focus2,nieuw,Pieternel {school} Nieuw,teacher\n"
        );
        let form = file_form("lijst.csv", &list);
        let path = "/study/rosters/upload";
        let kept = ask(&pages(&self.app), "POST", path, cookie, &form).await;
        assert_eq!(kept.status, 303, "{}", kept.body);
        let to = kept.headers[header::LOCATION].to_str().expect("a path");
        to.rsplit('/').next().expect("an id").to_owned()
    }

    /// A custodian asks for the key table, and the owner of the study sees it.
    async fn export(&self, custodian: &str, owner: &str) -> String {
        let all = pages(&self.app);
        let asked = ask(&all, "POST", "/custodian/ask", custodian, "").await;
        assert_eq!(asked.status, 303, "{}", asked.body);
        let page = ask(&all, "GET", "/study/key-table", owner, "").await;
        let mark = "name=\"export\" value=\"";
        let rest = page
            .body
            .split(mark)
            .nth(1)
            .expect("an export that was asked for");
        rest.split('"').next().expect("an id").to_owned()
    }

    fn code(&self, role: &str) -> &str {
        let known = self.codes.iter().find(|(known, _)| *known == role);
        &known.unwrap_or_else(|| panic!("no link for {role}")).1
    }

    /// A new visit of this role, as the value of its cookie; nothing for nobody.
    pub async fn visit(&self, role: &str) -> String {
        match role {
            "nobody" => String::new(),
            "founder" => self.enter(&self.key.setup_token(2), 0).await,
            "account" | "administrator" => self.sign_in(role, 0).await,
            "underway" => self.set_out(0).await,
            role => {
                let cookie = self.enter(self.code(role), 0).await;
                let all = pages(&self.app);
                if ["respondent", "withdrawn"].contains(&role) {
                    let form = "research=yes&person_picture=no&follow_up=no";
                    ask(&all, "POST", "/answer/consent", &cookie, form).await;
                }
                if role == "withdrawn" {
                    let path = "/answer/withdraw";
                    let told = ask(&all, "POST", path, &cookie, "confirm=yes").await;
                    assert!(told.status < 500, "{}", told.body);
                }
                cookie
            }
        }
    }

    /// When something is done that long ago, and dice that were not thrown before.
    fn deed(&self, hours_ago: i64) -> (Act, ChaCha12Rng) {
        let mut thrown = self.thrown.lock().expect("nobody panicked");
        *thrown += 1;
        let act = Act {
            actor: "test".to_owned(),
            at: self.clock.now() - TimeDelta::hours(hours_ago),
        };
        (act, ChaCha12Rng::seed_from_u64(*thrown))
    }

    /// A session of a new account that holds no role.
    async fn sign_in(&self, role: &str, hours_ago: i64) -> String {
        let (act, mut rng) = self.deed(hours_ago);
        let account_id = AccountId::new(act.at, &mut rng);
        let account = Account {
            account_id,
            address: format!("{account_id}@example.com"),
            password: "no hash at all".to_owned(),
            totp: TotpSecret::draw(&mut rng).text(),
            totp_step: 0,
            administrator: role == "administrator",
            created_at: act.at,
            disabled_at: None,
        };
        let opened = self.store.write::<_, StorageError, _>(move |tx| {
            async move {
                accounts::insert(tx, &account).await?;
                sign_in::open(tx, &act, &mut rng, &account, Factor::Totp, None).await
            }
            .boxed()
        });
        opened.await.expect("a session begins").cookie
    }

    /// A link that needs an account was opened, and nothing besides.
    async fn set_out(&self, hours_ago: i64) -> String {
        let (act, mut rng) = self.deed(hours_ago);
        let link = Uuid::parse_str(&self.own.link).expect("an id");
        let step = Step::Claim { link, issue: 1 };
        let begun = self.store.write::<_, StorageError, _>(move |tx| {
            async move { step::begin(tx, &act, &mut rng, None, &step).await }.boxed()
        });
        let secret = begun.await.expect("a step is kept");
        format!("schakel_step={secret}")
    }

    async fn enter(&self, secret: &str, hours_ago: i64) -> String {
        let (act, mut rng) = self.deed(hours_ago);
        let key = self.key.clone();
        let presented = Presented::parse(secret).expect("a secret");
        let visit = self.store.write(move |tx| {
            async move { enter::enter(tx, &act, &mut rng, &key, &presented).await }.boxed()
        });
        visit.await.expect("a visit begins").cookie
    }

    /// Visits of this role that open nothing any more, each with how it ended.
    pub async fn ended(&self, role: &str) -> Vec<(&'static str, String)> {
        let all = pages(&self.app);
        match role {
            "nobody" | "withdrawn" => Vec::new(),
            "account" | "administrator" => {
                let left = self.sign_in(role, 0).await;
                ask(&all, "POST", "/leave", &left, "").await;
                let expired = self.sign_in(role, 13).await;
                vec![("expired", expired), ("left", left)]
            }
            "underway" => vec![("expired", self.set_out(13).await)],
            "founder" => vec![("expired", self.enter(&self.key.setup_token(2), 13).await)],
            "respondent" => {
                let old = self.enter(self.code("reinvited"), 0).await;
                let owner = self.visit("owner").await;
                let mut tx = self.store.read().await.expect("a read begins");
                let opened = enter_of(&mut tx, &old, self.clock).await;
                drop(tx);
                let form = format!("invitation={opened}");
                let path = "/study/invitations/reissue";
                let told = ask(&all, "POST", path, &owner, &form).await;
                assert_eq!(told.status, 303, "{}", told.body);
                vec![
                    ("expired", self.enter(self.code("respondent"), 13).await),
                    ("reissued", old),
                ]
            }
            role => {
                let expired = self.enter(self.code(role), 13).await;
                let reissued = self.enter(self.code(REISSUED[place(role)]), 0).await;
                let revoked = self.enter(self.code(REVOKED[place(role)]), 0).await;
                let left = self.enter(self.code(role), 0).await;
                ask(&all, "POST", "/leave", &left, "").await;
                self.take_back(&reissued, false).await;
                self.take_back(&revoked, true).await;
                vec![
                    ("expired", expired),
                    ("reissued", reissued),
                    ("revoked", revoked),
                    ("left", left),
                ]
            }
        }
    }

    async fn take_back(&self, cookie: &str, for_good: bool) {
        let mut tx = self.store.read().await.expect("a read begins");
        let hash = schakel::domain::token::token_hash(cookie);
        let opens = links::visit(&mut tx, &hash, self.clock.now()).await;
        let Some(links::Opens::Link { id, .. }) = opens.expect("visits are read") else {
            return;
        };
        let link = links::load(&mut tx, id).await.expect("links are read");
        let link = link.expect("the link is there");
        drop(tx);
        let act = Act {
            actor: "test".to_owned(),
            at: self.clock.now(),
        };
        let key = self.key.clone();
        let done = self.store.write::<_, StorageError, _>(move |tx| {
            async move {
                if for_good {
                    enter::revoke_link(tx, &act, &link).await
                } else {
                    enter::reissue_link(tx, &act, &key, &link).await
                }
            }
            .boxed()
        });
        done.await.expect("the link is taken back");
    }
}

/// The invitation that a visit opened.
async fn enter_of(tx: &mut schakel::storage::Tx, cookie: &str, clock: FixedClock) -> String {
    let hash = schakel::domain::token::token_hash(cookie);
    match links::visit(tx, &hash, clock.now())
        .await
        .expect("visits are read")
    {
        Some(links::Opens::Invitation { id, .. }) => id.to_string(),
        other => panic!("no invitation: {other:?}"),
    }
}

impl Named {
    /// A path or a form with what it leaves open filled in. Schools go by their id with trainers and in forms, by their
    /// key elsewhere.
    pub fn fill(&self, template: &str) -> String {
        let school = if template.starts_with("/trainer") {
            &self.school
        } else {
            &self.school_key
        };
        [
            ("{school}", school),
            ("{school_id}", &self.school),
            ("{member}", &self.member),
            ("{window}", &self.window),
            ("{invitation}", &self.invitation),
            ("{link}", &self.link),
            ("{upload}", &self.upload),
            ("{meeting}", &self.meeting),
            ("{action}", &self.action),
            ("{interview}", &self.interview),
            ("{statement}", &self.statement),
            ("{recipe}", &self.recipe),
            ("{export}", &self.export),
        ]
        .into_iter()
        .fold(template.to_owned(), |text, (hole, value)| {
            text.replace(hole, value)
        })
        // What is nobody's in particular.
        .replace("{page}", "1")
        .replace("{part}", "questionnaire")
        .replace("{key}", "culture")
        .replace("{name}", "density")
        .replace("{file}", "networks.csv")
    }

    /// Everything of this study that can be named, longest first.
    pub fn ids(&self) -> [&str; 13] {
        [
            &self.school,
            &self.member,
            &self.window,
            &self.invitation,
            &self.link,
            &self.upload,
            &self.meeting,
            &self.action,
            &self.recipe,
            &self.export,
            &self.school_key,
            &self.interview,
            &self.statement,
        ]
    }
}
