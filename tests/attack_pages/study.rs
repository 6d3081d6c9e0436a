//! The demo's small study, served, with a link for every role; and once more with the pupils of other schools.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use futures_util::FutureExt;
use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;
use schakel::conclude::conclude;
use schakel::domain::opening::Part;
use schakel::domain::time::FixedClock;
use schakel::domain::token::LinkKey;
use schakel::evaluation::findings::Findings;
use schakel::fieldwork::enter::{self, Recipient};
use schakel::rehearse::rehearse;
use schakel::simulation::plan::DEFAULT_SEED;
use schakel::simulation::study::SimulatedStudy;
use schakel::simulation::{SimulationPlan, simulate};
use schakel::storage::audit::Act;
use schakel::storage::records::pseudonym;
use schakel::storage::{StorageError, Store, conclusions, consents, invitations};
use schakel::web::app::App;
use schakel::web::serve::serve;
use tokio::net::TcpListener;
use uuid::Uuid;

use super::crawl::{Answer, Guesses};
use super::support::databases::Database;
use super::support::server::Visitor;

pub const ROLES: [&str; 6] = [
    "stranger",
    "respondent",
    "school",
    "principal",
    "trainer",
    "board",
];

/// Words of effects in both languages: on no page but the research desk's.
const EFFECT_WORDS: [&str; 9] = [
    "effectgroep",
    "effect group",
    "high-effect",
    "low-effect",
    "effect_group",
    "groeieffect",
    "caterpillar",
    "rangorde",
    "p_top",
];

#[derive(Clone)]
pub struct Desk {
    pub store: Store,
    pub base: String,
    /// What was found about effects, as text: only to see that it is another in the other study.
    pub effects: String,
    pub team_parts: Vec<String>,
    inner: Arc<Inner>,
}

struct Inner {
    study_id: schakel::domain::id::StudyId,
    /// Role and code.
    codes: Vec<(&'static str, String)>,
    /// Key, id, name, board.
    schools: Vec<(String, Uuid, String, usize)>,
    own: usize,
    people: Vec<(String, String, String)>,
    own_name: String,
    pseudonyms: Vec<String>,
    /// Who of the own school agreed to being drawn by name.
    drawn: BTreeSet<String>,
    guided: Vec<usize>,
}

fn today() -> DateTime<Utc> {
    let day = NaiveDate::from_ymd_opt(2026, 6, 17).expect("the day is in the calendar");
    day.and_hms_opt(12, 0, 0)
        .expect("noon is on the clock")
        .and_utc()
}

/// The scores of every pupil become those of a pupil of another school.
fn with_pupils_elsewhere(study: &mut SimulatedStudy) {
    let scores: Vec<_> = study
        .pupils
        .iter()
        .map(|pupil| pupil.scores.clone())
        .collect();
    let n = scores.len();
    for (index, pupil) in study.pupils.iter_mut().enumerate() {
        let month = |scores: &[schakel::simulation::study::Score]| -> Vec<i32> {
            scores.iter().map(|score| score.month).collect()
        };
        // Of the next pupil elsewhere who was tested in the same months.
        let other = (1..n)
            .map(|step| (index + step * 37) % n)
            .find(|other| month(&scores[*other]) == month(&scores[index]) && *other != index);
        if let Some(other) = other {
            for (mine, theirs) in pupil.scores.iter_mut().zip(&scores[other]) {
                mine.score = theirs.score;
            }
        }
    }
}

impl Desk {
    pub async fn open(database: &Database, pupils_elsewhere: bool) -> Self {
        let mut study = simulate(&SimulationPlan::small(), DEFAULT_SEED);
        if pupils_elsewhere {
            with_pupils_elsewhere(&mut study);
        }
        let store = database.open().await;
        let key = LinkKey::new([7; 32]);
        let now = today();
        let rehearsed = rehearse(&store, &key, &study, now)
            .await
            .expect("the study goes through the real paths");
        let concluded = conclude(&store, &rehearsed.study, now)
            .await
            .expect("it is concluded");
        let mut tx = store.read().await.expect("a read begins");
        let findings = conclusions::findings(&mut tx, &concluded)
            .await
            .expect("kept")
            .expect("there are findings");
        let findings: Findings = serde_json::from_str(&findings).expect("findings are read back");
        let effects = serde_json::to_string(&findings.effects).expect("plain values");
        let parts = conclusions::parts(&mut tx, &concluded, Part::Team)
            .await
            .expect("kept");
        let team_parts = parts.into_iter().map(|(_, text)| text).collect();
        let waiting = rehearsed
            .waiting
            .first()
            .expect("somebody has not answered")
            .1;
        let waiting = invitations::open(&mut tx, waiting)
            .await
            .expect("read")
            .expect("there");
        drop(tx);

        let schools: Vec<(String, Uuid, String, usize)> = rehearsed
            .schools
            .iter()
            .map(|school| {
                let known = study
                    .schools
                    .iter()
                    .find(|known| known.key == school.key)
                    .expect("a school of the study");
                (
                    school.key.clone(),
                    school.school_id.0,
                    school.name.clone(),
                    known.board,
                )
            })
            .collect();
        let cohort = |index: usize| rehearsed.schools[index].cohort.as_str();
        let own = (0..schools.len())
            .find(|index| cohort(*index) == "focus2")
            .expect("a school that has been through all waves");
        let guided: Vec<usize> = (0..schools.len())
            .filter(|index| index % 3 == own % 3)
            .collect();
        let board: Vec<usize> = (0..schools.len())
            .filter(|index| schools[*index].3 == schools[own].3)
            .collect();
        let ids = |of: &[usize]| {
            of.iter()
                .map(|index| rehearsed.schools[*index].school_id)
                .collect::<Vec<_>>()
        };
        let mut codes = vec![(
            "respondent",
            key.code(waiting.invitation.invitation_id.0, waiting.invitation.issue),
        )];
        for (place, (role, schools)) in [
            ("school", ids(&[own])),
            ("principal", ids(&[own])),
            ("trainer", ids(&guided)),
            ("board", ids(&board)),
        ]
        .into_iter()
        .enumerate()
        {
            let mut rng = ChaCha12Rng::seed_from_u64(place as u64);
            let act = Act {
                actor: "test".to_owned(),
                at: now - TimeDelta::seconds(1),
            };
            let recipient = Recipient {
                study_id: rehearsed.study.study_id,
                role: role.to_owned(),
                label: role.to_owned(),
                schools,
            };
            let key = key.clone();
            let (_, code) = store
                .write::<_, StorageError, _>(move |tx| {
                    async move { enter::hand_out(tx, &act, &mut rng, &key, &recipient).await }
                        .boxed()
                })
                .await
                .expect("a link is made");
            codes.push((role, code));
        }
        let people = study
            .persons
            .iter()
            .map(|person| {
                (
                    person.key.clone(),
                    person.name.clone(),
                    person.email.clone(),
                )
            })
            .collect();
        let mut tx = store.read().await.expect("a read begins");
        let mut pseudonyms = Vec::new();
        for (key, ..) in &people as &Vec<(String, String, String)> {
            if let Some(person) =
                schakel::storage::rosters::person_by_key(&mut tx, rehearsed.study.study_id, key)
                    .await
                    .expect("read")
            {
                pseudonyms.push(pseudonym(person.0));
                pseudonyms.push(person.0.to_string());
            }
        }
        let own_school = schakel::domain::id::SchoolId(schools[own].1);
        let drawn = consents::drawn_by_name(&mut tx, own_school)
            .await
            .expect("read");
        drop(tx);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address: SocketAddr = listener.local_addr().expect("an address");
        // The same base in both studies: a page may say where it stands.
        let app = App::new(store.clone(), key, FixedClock(now), [9; 32], true)
            .reached_at("http://127.0.0.1:8080", false);
        tokio::spawn(serve(listener, app, std::future::pending()));
        let inner = Inner {
            study_id: rehearsed.study.study_id,
            codes,
            own,
            own_name: waiting.name.clone(),
            schools,
            people,
            pseudonyms,
            drawn: drawn.into_values().collect(),
            guided,
        };
        Self {
            store,
            base: format!("http://{address}"),
            effects,
            team_parts,
            inner: Arc::new(inner),
        }
    }

    /// Someone who has entered with the rights of this role.
    pub fn visitor(&self, role: &str) -> Visitor {
        let visitor = Visitor::new(&self.base);
        if let Some((_, code)) = self.inner.codes.iter().find(|(known, _)| *known == role) {
            visitor.enter(code);
            if role == "respondent" {
                visitor.post(
                    "/answer/consent",
                    &[
                        ("research", "yes"),
                        ("person_picture", "no"),
                        ("follow_up", "no"),
                    ],
                );
            }
        }
        visitor
    }

    /// What to put where a page or a route wants a value: what is one's own, what is another's, and what is nothing.
    pub fn guesses(&self) -> Guesses {
        let (own, other) = (
            &self.inner.schools[self.inner.own],
            &self.inner.schools[(self.inner.own + 1) % self.inner.schools.len()],
        );
        let mut values: Vec<String> = [
            "T1",
            "T2a",
            "T3",
            "goals",
            "nl",
            "en",
            "team",
            "leadership",
            "achievement",
            "culture",
            "1",
            "0",
            "-1",
            "99999999999999999999",
        ]
        .map(str::to_owned)
        .to_vec();
        values.extend([
            own.0.clone(),
            own.1.to_string(),
            other.0.clone(),
            other.1.to_string(),
        ]);
        values.push("..%2f..%2f..%2fetc%2fpasswd".to_owned());
        values.push("%27%20OR%201%3D1--".to_owned());
        values.push("%3Cscript%3E".to_owned());
        values.push("a".repeat(2000));
        Guesses { values }
    }

    /// Whether a page at this path shows results of a school.
    pub fn shows_results(&self, role: &str, path: &str) -> bool {
        let page = path.split('?').next().unwrap_or_default();
        matches!(role, "school" | "principal")
            && matches!(
                page,
                "/school" | "/principal" | "/school/leadership" | "/leadership"
            )
    }

    /// Names, ids and words that must not stand in an answer to this role.
    pub fn wrongs(&self, role: &str, path: &str, answer: &Answer) -> Vec<String> {
        let inner = &self.inner;
        let text = answer.text.as_str();
        let mut faults = Vec::new();
        if path.starts_with("/assets/") || path == "/healthz" {
            return faults;
        }
        let mut fault =
            |what: &str| faults.push(format!("{role}: {path} ({}) says {what}", answer.status));
        let names = format!("{text} {}", answer.names);
        let lower = names.to_lowercase();
        for word in EFFECT_WORDS {
            if lower.contains(word) {
                fault(word);
            }
        }
        let may_know: BTreeSet<usize> = match role {
            "trainer" => inner.guided.iter().copied().collect(),
            "board" => (0..inner.schools.len())
                .filter(|index| inner.schools[*index].3 == inner.schools[inner.own].3)
                .collect(),
            "school" | "principal" => BTreeSet::from([inner.own]),
            _ => BTreeSet::new(),
        };
        for (index, (key, id, name, _)) in inner.schools.iter().enumerate() {
            // A respondent knows their own school, whichever it is.
            if may_know.contains(&index) || role == "respondent" {
                continue;
            }
            // What was asked for is not told again.
            let asked = path.contains(key.as_str()) || path.contains(&id.to_string());
            if names.contains(name.as_str()) {
                fault(&format!("the name of another school, {name}"));
            }
            if !asked && names.contains(&id.to_string()) {
                fault("the id of another school");
            }
        }
        if role != "respondent" {
            let pictured = matches!(role, "school" | "principal")
                && path.starts_with("/school?")
                && path.contains("picture=persons");
            for (_, name, email) in &inner.people {
                let agreed = pictured && inner.drawn.contains(name);
                if (names.contains(name.as_str()) && !agreed) || names.contains(email.as_str()) {
                    fault(&format!("the name of {name}"));
                }
            }
        } else if !text.contains(&inner.own_name) && answer.status == 200 && path == "/answer" {
            fault("nothing about whose page it is");
        }
        for pseudonym in &inner.pseudonyms {
            if names.contains(pseudonym.as_str()) {
                fault("a pseudonym");
            }
        }
        faults
    }

    /// Every number that the kept parts of one's own school hold, in the ways in which a page writes it.
    pub async fn kept_numbers(&self) -> BTreeSet<String> {
        let mut kept = BTreeSet::new();
        let mut tx = self.store.read().await.expect("a read begins");
        let own = schakel::domain::id::SchoolId(self.inner.schools[self.inner.own].1);
        for part in Part::ALL {
            let Some((text, at)) = conclusions::part(&mut tx, self.inner.study_id, own, part)
                .await
                .expect("read")
            else {
                continue;
            };
            let value: serde_json::Value = serde_json::from_str(&text).expect("a part is JSON");
            collect(&value, &mut kept);
            kept.insert(at.format("%-d").to_string());
            kept.insert(at.format("%Y").to_string());
        }
        // "Of every ten", the thresholds that reasons name, and how many questions there are to talk about.
        for fixed in ["10", "2", "5", "7", "8"] {
            kept.insert(fixed.to_owned());
        }
        kept
    }
}

fn collect(value: &serde_json::Value, kept: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::Number(number) => {
            let number = number.as_f64().expect("a number");
            // As it is, in halves, as the ends of a band, and what is left of ten.
            for shown in [
                number,
                number / 2.0,
                number * 2.0,
                number * 2.0 + 2.0,
                10.0 - number,
            ] {
                kept.insert(shown.to_string());
                kept.insert(format!("{shown:.1}"));
                kept.insert(format!("{:.0}", shown.round()));
            }
        }
        serde_json::Value::Array(values) => {
            kept.insert(values.len().to_string());
            values.iter().for_each(|value| collect(value, kept));
        }
        serde_json::Value::Object(values) => values.values().for_each(|value| collect(value, kept)),
        _ => {}
    }
}
