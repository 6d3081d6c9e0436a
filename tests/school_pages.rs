//! The page that a school reads: results open by a button and once, and nothing stands on it that was not disclosed.

use crate::support;

use std::collections::BTreeSet;
use std::time::Instant;

use chrono::{DateTime, NaiveDate, Utc};
use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;
use schakel::conclude::conclude;
use schakel::domain::id::SchoolId;
use schakel::domain::opening::{Audience, Part};
use schakel::domain::time::FixedClock;
use schakel::domain::token::LinkKey;
use schakel::evaluation::portrait::Portrait;
use schakel::fieldwork::enter::{self, Recipient};
use schakel::rehearse::{Rehearsed, rehearse};
use schakel::simulation::plan::DEFAULT_SEED;
use schakel::simulation::{SimulationPlan, simulate};
use schakel::storage::audit::{self, Act};
use schakel::storage::{StorageError, Store, conclusions, openings, rosters};
use schakel::web::app::App;
use schakel::web::serve::serve;

use support::databases::databases;
use support::server::{Page, Visitor};

fn today() -> DateTime<Utc> {
    let day = NaiveDate::from_ymd_opt(2026, 6, 17).expect("the day is in the calendar");
    day.and_hms_opt(12, 0, 0)
        .expect("noon is on the clock")
        .and_utc()
}

/// A simulated study that is served.
struct Served {
    store: Store,
    key: LinkKey,
    rehearsed: Rehearsed,
    base: String,
    n_links: u64,
}

impl Served {
    async fn of(store: Store, plan: &SimulationPlan) -> Self {
        let key = LinkKey::new([7; 32]);
        let simulated = simulate(plan, DEFAULT_SEED);
        let rehearsed = rehearse(&store, &key, &simulated, today())
            .await
            .expect("the study goes through the real paths");
        conclude(&store, &rehearsed.study, today())
            .await
            .expect("it is concluded");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let app = App::new(
            store.clone(),
            key.clone(),
            FixedClock(today()),
            [1; 32],
            true,
        );
        tokio::spawn(serve(listener, app, std::future::pending()));
        Self {
            store,
            key,
            rehearsed,
            base,
            n_links: 0,
        }
    }

    /// Someone who has entered with a link of this role to this school.
    async fn visitor(&mut self, role: &str, school: SchoolId) -> Visitor {
        self.n_links += 1;
        let mut rng = ChaCha12Rng::seed_from_u64(self.n_links);
        let act = Act {
            actor: "test".to_owned(),
            at: today(),
        };
        let recipient = Recipient {
            study_id: self.rehearsed.study.study_id,
            role: role.to_owned(),
            label: role.to_owned(),
            schools: vec![school],
        };
        let key = self.key.clone();
        let (token, _) = self
            .store
            .write::<_, StorageError, _>(move |tx| {
                Box::pin(async move { enter::hand_out(tx, &act, &mut rng, &key, &recipient).await })
            })
            .await
            .expect("a link is handed out");
        let visitor = Visitor::new(&self.base);
        blocking(|| visitor.enter(&token));
        visitor
    }

    async fn opened(&self, school: SchoolId) -> Vec<(String, Audience)> {
        let mut tx = self.store.read().await.expect("a read begins");
        let noted = openings::of_school(&mut tx, school).await.expect("read");
        noted
            .into_iter()
            .filter(|one| one.part == Part::Team)
            .map(|one| (one.wave, one.audience))
            .collect()
    }

    async fn audited(&self, school: SchoolId) -> i64 {
        let mut tx = self.store.read().await.expect("a read begins");
        audit::count(&mut tx, "open results", &school.to_string())
            .await
            .expect("the audit is read")
    }

    async fn portrait(&self, school: SchoolId) -> Portrait {
        let mut tx = self.store.read().await.expect("a read begins");
        let study_id = self.rehearsed.study.study_id;
        let (text, _) = conclusions::part(&mut tx, study_id, school, Part::Team)
            .await
            .expect("read")
            .expect("the school has results");
        serde_json::from_str(&text).expect("portraits are read back")
    }
}

/// Visitors wait for answers; the server must not wait with them.
fn blocking<T>(work: impl FnOnce() -> T) -> T {
    tokio::task::block_in_place(work)
}

#[tokio::test(flavor = "multi_thread")]
async fn results_open_once_and_only_by_the_button() {
    for database in databases("opening results").await {
        let store = database.open().await;
        let mut served = Served::of(store, &SimulationPlan::small()).await;
        // A school that has opened nothing yet as a team.
        let mut chosen = None;
        for school in served.rehearsed.schools.clone() {
            let noted = served.opened(school.school_id).await;
            let team = noted.iter().any(|(_, who)| *who == Audience::Team);
            if !team && !served.portrait(school.school_id).await.waves.is_empty() {
                chosen = Some(school.school_id);
                break;
            }
        }
        let school = chosen.expect("not every team has looked");
        let waves: Vec<String> = served
            .portrait(school)
            .await
            .waves
            .into_iter()
            .map(|wave| wave.wave)
            .collect();
        let before = served.opened(school).await;
        let noted = served.audited(school).await;
        let team = served.visitor("school", school).await;
        for _ in 0..2 {
            let page = blocking(|| team.get("/school?wave=T1&all=1"));
            assert!(page.status == 200 && page.has("action=\"/school/open\""));
            assert!(!page.has("class=\"ten\"") && !page.has("Om mee te beginnen"));
        }
        assert_eq!(
            served.opened(school).await,
            before,
            "looking changes nothing"
        );
        let refused = blocking(|| team.post_from_elsewhere("/school/open", &[]));
        assert_eq!(refused.status, 403);
        assert_eq!(served.opened(school).await, before);

        let opened = blocking(|| team.post("/school/open", &[]));
        assert_eq!(
            (opened.status, opened.location.as_deref()),
            (303, Some("/school"))
        );
        let of_team = |noted: &[(String, Audience)]| -> BTreeSet<String> {
            let team = noted.iter().filter(|(_, who)| *who == Audience::Team);
            team.map(|(wave, _)| wave.clone()).collect()
        };
        let after = served.opened(school).await;
        assert_eq!(of_team(&after), waves.iter().cloned().collect());
        assert_eq!(served.audited(school).await, noted + waves.len() as i64);
        // Once more changes nothing, and the principal opens for themselves.
        blocking(|| team.post("/school/open", &[]));
        assert_eq!(served.audited(school).await, noted + waves.len() as i64);
        let page = blocking(|| team.get("/school"));
        assert!(page.has("Om mee te beginnen") && !page.has("action=\"/school/open\""));
        let principal = served.visitor("principal", school).await;
        let page = blocking(|| principal.get("/school"));
        let unseen = waves
            .iter()
            .any(|wave| !before.contains(&(wave.clone(), Audience::Principal)));
        assert_eq!(page.has("action=\"/school/open\""), unseen);
        assert_eq!(served.opened(school).await, after);
        // Nobody else opens anything.
        let trainer = served.visitor("trainer", school).await;
        assert_eq!(blocking(|| trainer.post("/school/open", &[])).status, 403);
    }
}

/// What a reader sees, without the markup.
fn text(page: &Page) -> String {
    let mut text = String::new();
    let mut within = false;
    for letter in page.html.chars() {
        match letter {
            '<' => within = true,
            '>' => {
                within = false;
                text.push(' ');
            }
            letter if !within => text.push(letter),
            _ => {}
        }
    }
    text
}

/// Numbers with a decimal sign.
fn decimals(text: &str, sign: char) -> BTreeSet<String> {
    let letters: Vec<char> = text.chars().collect();
    let mut found = BTreeSet::new();
    for (place, letter) in letters.iter().enumerate() {
        let digit = |at: usize| letters.get(at).is_some_and(char::is_ascii_digit);
        if *letter == sign && place > 0 && digit(place - 1) && digit(place + 1) {
            let from = (0..place).rev().take_while(|at| digit(*at)).last();
            let to = (place + 1..letters.len())
                .take_while(|at| digit(*at))
                .last();
            if let (Some(from), Some(to)) = (from, to) {
                found.insert(letters[from..=to].iter().collect());
            }
        }
    }
    found
}

/// Every number with a decimal that a portrait discloses, as it is written.
fn disclosed(portrait: &Portrait, sign: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let mut add = |value: f64| {
        all.insert(format!("{value:.1}").replace('.', sign));
    };
    for wave in &portrait.waves {
        for relation in &wave.relations {
            for share in [&relation.density, &relation.reciprocity] {
                if let Ok(share) = share.shown() {
                    [share.from, share.to]
                        .into_iter()
                        .for_each(|halves| add(f64::from(halves) / 2.0));
                }
            }
        }
        for scale in &wave.scales {
            scale.mean.shown().into_iter().for_each(|mean| add(*mean));
            for group in &scale.groups {
                group.mean.shown().into_iter().for_each(|mean| add(*mean));
            }
            if let Ok((from, to)) = scale.usual.shown() {
                add(*from);
                add(*to);
            }
        }
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_stands_on_a_page_that_was_not_disclosed() {
    let database = &databases("what stands on a page").await[0];
    let store = database.open().await;
    let mut served = Served::of(store, &SimulationPlan::small()).await;
    let schools = served.rehearsed.schools.clone();
    let mut times = Vec::new();
    let mut n_numbers = 0;
    for (index, school) in schools.iter().enumerate() {
        let visitor = served.visitor("school", school.school_id).await;
        blocking(|| visitor.post("/school/open", &[]));
        let portrait = served.portrait(school.school_id).await;
        let names: Vec<String> = {
            let mut tx = served.store.read().await.expect("a read begins");
            let contacts = rosters::contacts_of_school(&mut tx, school.school_id)
                .await
                .expect("contacts are read");
            contacts.into_values().map(|contact| contact.name).collect()
        };
        if index % 2 == 0 {
            blocking(|| visitor.post("/language", &[("language", "en"), ("back", "/school")]));
        }
        let sign = if index % 2 == 0 { '.' } else { ',' };
        for wave in &portrait.waves {
            let begun = Instant::now();
            let page = blocking(|| visitor.get(&format!("/school?wave={}&all=1", wave.wave)));
            times.push(begun.elapsed().as_secs_f64() * 1000.0);
            assert_eq!(page.status, 200);
            let said = text(&page);
            let numbers = decimals(&said, sign);
            let allowed = disclosed(&portrait, &sign.to_string());
            let loose: Vec<&String> = numbers.difference(&allowed).collect();
            assert!(loose.is_empty(), "{} {}: {loose:?}", school.key, wave.wave);
            n_numbers += numbers.len();
            for name in &names {
                assert!(
                    !said.contains(name.as_str()),
                    "{name} on the page of {}",
                    school.key
                );
            }
            // The way to what was passed on stands in the menu, and nothing of it on the page.
            let about_leaders = ["eiderschap", "eadership"].map(|word| said.matches(word).count());
            assert!(about_leaders.iter().sum::<usize>() <= 1, "{}", school.key);
            for word in ["effect", "Effect", "rang ", "schoolleider"] {
                assert!(
                    !said.contains(word),
                    "`{word}` on the page of {}",
                    school.key
                );
            }
            // What is withheld has no picture either.
            let told = wave.relations.iter().filter(|r| r.density.shown().is_ok());
            assert_eq!(page.html.matches("-density\"><title").count(), told.count());
        }
    }
    times.sort_by(f64::total_cmp);
    let (median, longest) = (times[times.len() / 2], times[times.len() - 1]);
    println!(
        "{} whole pages: median {median:.1} ms, longest {longest:.1} ms",
        times.len()
    );
    assert!(n_numbers > 200, "{n_numbers}");
    assert!(median < 200.0, "a page takes {median} ms");
}
