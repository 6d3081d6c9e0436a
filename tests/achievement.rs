//! Scores of pupils from a file to the pages, and the three conversations about them: faults all at once, corrections, XML,
//! year groups that are never told from the rest, and seventeen questions word for word.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at whatever is not as it should be"
)]

use crate::support;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{NaiveDate, TimeDelta};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use schakel::conclude;
use schakel::domain::disclosure::Ledger;
use schakel::domain::records::{PupilRecord, Records, SchoolRecord, ScoreRecord};
use schakel::domain::time::{Clock, FixedClock};
use schakel::evaluation::achievement_portrait::{References, achievement_portrait, by_moment};
use schakel::exchange::achievement_check::Known;
use schakel::exchange::achievement_csv;
use schakel::exchange::lvs_mapping::Mapping;
use schakel::fieldwork::register;
use schakel::instrument::conversations::conversations;
use schakel::storage::StorageError;

use support::databases::{databases, sqlite};
use support::server::{Installation, Page, Server, Visitor};
use support::skip::skipped;
use support::small_study::{BEECH, Field, OAK, lines, start};

/// Forty pupils of year group 5, thirty of 6 and five of 7, at two tests; the first of them scores `first`.
fn scores(school: &str, first: &str) -> String {
    let mut text = String::new();
    for (on, more) in [("20-01-2024", 0), ("12-06-2024", 8)] {
        for n in 0..75 {
            let group = if n < 40 {
                5
            } else if n < 70 {
                6
            } else {
                7
            };
            let score = format!("{},5", 40 + n % 20 + more + (group - 5) * 10);
            let score = if n == 0 && more == 0 { first } else { &score };
            let weight = ["0.0", "0,3", "1.2"][n % 3];
            text += &format!("{school};{school}-{n:02};{on};{score};{weight};{group};{group}a\n");
        }
    }
    text
}

const HEAD: &str =
    "Schoolcode;Onderzoeksnummer;Afnamedatum;Vaardigheidsscore;Gewicht;Jaargroep;Groep\n";

fn link(place: &Installation, server: &Server, role: &str, schools: &[&str]) -> Visitor {
    let mut arguments = vec!["study", "link", "small", role];
    for school in schools {
        arguments.extend(["--school", school]);
    }
    let said = place.must(&arguments);
    let secret = said.split('#').nth(1).unwrap().lines().next().unwrap();
    let visitor = Visitor::new(&server.base);
    visitor.enter(secret.trim());
    visitor
}

#[track_caller]
fn led(page: &Page) -> String {
    assert_eq!(page.status, 303, "{}", page.html);
    page.location.clone().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn scores_go_from_a_file_to_the_conversations() {
    for database in databases("scores and conversations").await {
        let mut field = Field::found(database.open().await).await;
        let mut all = lines();
        let third: Vec<_> = all
            .iter()
            .filter(|line| line.school == OAK)
            .cloned()
            .collect();
        for (key, name) in [("linde", "De Linde"), ("iep", "De Iep")] {
            all.extend(third.iter().cloned().map(|mut line| {
                line.school = key.to_owned();
                line.school_name = Some(name.to_owned());
                line.person = format!("{key}-{}", line.person);
                line.email = None;
                line
            }));
        }
        field.enrol(all).await;
        let place = Installation::new(&database.address);
        let server = place.serve();
        let owner = link(&place, &server, "owner", &[]);

        // Every fault at once, each at its place, and nothing is kept.
        let bad = format!(
            "{HEAD}iep;1;20-01-2024;40.5;0;5;5a\nelders;2;31-02-2024;40,5;2;9;5a\niep;1;20-01-2024;999;0;5;5a\n"
        );
        let send = |text: &str| {
            let parts = [("mapping", "", "example-dutch"), ("file", "s.csv", text)];
            owner.send("/study/achievement/upload", &parts)
        };
        let told = send(&bad);
        assert_eq!(told.status, 422, "{}", told.html);
        for fault in [
            "regel 2, kolom 4",
            "ander teken voor decimalen",
            "regel 3, kolom 1",
            "regel 3, kolom 3",
            "geen gewicht",
            "geen leerjaar",
            "kan niet op deze schaal",
            "0 - 200",
            "regel 4, kolom 2",
        ] {
            assert!(told.has(fault), "{fault} in {}", told.html);
        }
        let named = HEAD.replace("Groep\n", "Achternaam\n") + "iep;1;20-01-2024;40,5;0;5;Vries\n";
        assert!(send(&named).has("Dit zegt wie iemand is"));
        let wrong = [("own", "m.toml", "key = 1\n"), ("file", "s.csv", "a\n")];
        let wrong = owner.send("/study/achievement/upload", &wrong);
        assert!(wrong.status == 422 && wrong.has("De omschrijving van de kolommen klopt niet"));
        let audited = field
            .audited("register pupils", &field.school(OAK).await.to_string())
            .await;
        assert_eq!(audited, 0);

        // A good file is looked at and then stored.
        let good = [OAK, BEECH, "linde", "iep"].map(|school| scores(school, "41,5"));
        let preview = led(&send(&(HEAD.to_owned() + &good.concat())));
        let page = owner.get(&preview);
        assert!(
            page.has("600 scores in het bestand: 600 nieuw, 0 anders dan eerst, 0 hetzelfde."),
            "{}",
            page.html
        );
        let upload = page.hidden("upload");
        let stored = led(&owner.post("/study/achievement/commit", &[("upload", &upload)]));
        assert!(owner.get(&stored).has("600 nieuw, 0 verbeterd"));
        // The same again with one score corrected, on the command line.
        let file = place.file("s.csv", &(HEAD.to_owned() + &scores(OAK, "44,5")));
        let file = file.to_str().unwrap();
        let again = place.must(&[
            "study",
            "scores",
            "small",
            file,
            "--mapping",
            "example-dutch",
        ]);
        assert!(
            again.contains("0 new pupils, 150 scores: 0 new, 1 changed, 149 the same"),
            "{again}"
        );
        // XML in the manner of EDEXML: another moment of two pupils.
        let xml = "<EDEX><school><schoolkey>eik</schoolkey></school><toetsafnames>\
            <toetsafname><leerlingid>eik-00</leerlingid><afnamedatum>2023-06-12</afnamedatum><score>40</score><jaargroep>4</jaargroep></toetsafname>\
            <toetsafname><leerlingid>nieuw</leerlingid><afnamedatum>2023-06-12</afnamedatum><score>41</score></toetsafname></toetsafnames></EDEX>";
        let file = place.file("s.xml", xml);
        let read = place.must(&["study", "scores", "small", file.to_str().unwrap()]);
        assert!(read.contains("1 new pupils, 2 scores: 2 new"), "{read}");

        // Nothing is told before the last wave of the cohort is closed.
        let principal = link(&place, &server, "principal", &[OAK]);
        assert!(
            principal
                .get("/principal/conversations")
                .has("zodra de laatste meting gesloten is")
        );
        for (week, wave) in [(1, "T1"), (5, "T2a"), (9, "T3")] {
            field.clock = FixedClock(start() + TimeDelta::weeks(week) + TimeDelta::hours(1));
            field.close("focus2", wave).await.unwrap();
        }
        conclude::conclude(&field.store, &field.study, field.clock.now())
            .await
            .unwrap();
        led(&principal.post(
            "/principal/open",
            &[("part", "achievement"), ("wave", "T3")],
        ));
        let goals = principal.get("/principal/goals");
        // The five of group 7 are not told, and group 6 is not, from which they would follow.
        assert!(
            goals.has("te weinig") && goals.has("herleidbaar"),
            "{}",
            goals.html
        );
        assert!(goals.has("over alle scholen en jaren samen"));

        // Seven questions, one of which is never answered; a note is kept and printed.
        let page = principal.get("/principal/conversations");
        for question in &conversations().find("coach").unwrap().questions {
            assert!(page.has(&question.nl), "{}", question.nl);
        }
        assert!(page.has("Deze vraag beantwoordt het programma nooit"));
        let note = [("c1", "Groep 5 ligt op koers."), ("t1", "hoort hier niet")];
        let saved = led(&principal.post("/principal/conversations", &note));
        let saved = principal.get(&saved);
        assert!(
            saved.has("Groep 5 ligt op koers.")
                && saved.has("Bewaard op")
                && !saved.has("hoort hier niet")
        );
        let long = "x".repeat(2_001);
        let refused = principal.post("/principal/conversations", &[("c2", &long)]);
        assert!(refused.status == 422 && refused.has("langer dan"));
        let board_page = principal.get("/principal/conversations/board");
        // Of two other finished schools nothing is told, and no school by name.
        assert!(
            board_page.has("Hoe doet de school hebt op taal en rekenen?")
                && !board_page.has("De Linde")
        );

        assert!(board_page.has("van allemaal scores die getoond mogen worden"));

        // The team has the questions at once and the scores when the principal shares them.
        let team = link(&place, &server, "school", &[OAK]);
        let page = team.get("/school/conversations");
        assert!(
            page.has("zodra de schoolleider ze met het team deelt")
                && !page.has("Groep 5 ligt op koers.")
        );
        led(&principal.post("/principal/conversations", &[("let_team", "1")]));
        let page = team.get("/school/conversations");
        assert!(page.has("herleidbaar") && page.has("<svg"), "{}", page.html);
        assert!(team.get("/principal/conversations").status == 403);

        // A board: its own schools by name in the order of the alphabet, whole schools alone.
        let board = link(&place, &server, "board", &[OAK, "linde", "iep"]);
        assert_eq!(board.get("/board/conversations/beuk").status, 404);
        assert!(board.get("/board/conversations/eik").has("en u ze opende"));
        led(&board.post("/board/open", &[]));
        let home = board.get("/board");
        assert!(
            home.has("Onze scholen samen") && !home.has("herleidbaar"),
            "{}",
            home.html
        );
        let page = board.get("/board/conversations/eik");
        let places = ["De Iep:", "De Linde:"].map(|name| page.html.find(name).unwrap());
        assert!(places.is_sorted() && !page.has("Groep 5 ligt op koers."));
        led(&board.post("/board/conversations/eik", &[("b6", "Een studiedag.")]));
        assert!(board.get("/board/conversations/eik").has("Een studiedag."));

        // Three other schools, of all of which something may be shown: one line about them together.
        for (week, wave) in [(1, "T1"), (5, "T2a"), (9, "T3")] {
            field.clock = FixedClock(start() + TimeDelta::weeks(week) + TimeDelta::hours(1));
            field.close("focus3", wave).await.unwrap();
        }
        let latest = principal.get("/principal/conversations/board");
        assert!(latest.has("van allemaal scores die getoond mogen worden"));
        conclude::conclude(&field.store, &field.study, field.clock.now())
            .await
            .unwrap();
        let latest = principal.get("/principal/conversations/board");
        assert!(
            latest.has("De 3 andere scholen van het bestuur scoorden") && !latest.has("De Iep"),
            "{}",
            latest.html
        );

        let researcher = link(&place, &server, "researcher", &[]);
        let desk = researcher.get("/research/achievement?school=eik");
        assert!(
            desk.status == 200 && desk.has("Scores van leerlingen over vijf jaar"),
            "{}",
            desk.html
        );
    }
}

#[test]
fn the_questions_are_those_of_the_source_word_for_word() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/source");
    let Ok(files) = std::fs::read_dir(&folder) else {
        return skipped(
            "the questions of the conversations",
            "the source is not here",
        );
    };
    let file = files
        .filter_map(|file| Some(file.ok()?.path()))
        .find(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("001_"))
        })
        .unwrap();
    let text = std::fs::read_to_string(file).unwrap();
    // A word that was broken at the end of a line is one word.
    let whole = text.replace("-\n", "");
    let source = whole.split_whitespace().collect::<Vec<_>>().join(" ");
    let all: Vec<_> = conversations()
        .all
        .iter()
        .flat_map(|one| &one.questions)
        .collect();
    assert_eq!(all.len(), 17);
    for question in all {
        assert!(
            source.contains(&format!("❭ {}", question.nl)),
            "{}",
            question.nl
        );
    }
}

/// Whoever has the school's page and two of its pupils' scores learns no third pupil's: no set of fewer than ten stands alone
/// by sums and differences of what is told, and no pupil is surely above or below.
#[test]
fn who_knows_two_pupils_learns_no_third() {
    let mut rng = ChaCha12Rng::seed_from_u64(5);
    let (mut told_groups, mut withheld) = (0, 0);
    for _ in 0..150 {
        let sizes: Vec<usize> = (0..3).map(|_| rng.random_range(3..24)).collect();
        let level = rng.random_range(-9.0..9.0);
        let mut pupils = Vec::new();
        for school in 0..4 {
            let mut n = 0;
            for (group, size) in (4u8..).zip(&sizes) {
                for _ in 0..*size {
                    n += 1;
                    pupils.push(PupilRecord {
                        key: format!("{school}-{n:03}"),
                        school,
                        weight: None,
                        attributes: BTreeMap::new(),
                        scores: vec![ScoreRecord {
                            month: 6.0,
                            score: 50.0
                                + rng.random_range(-9.0..9.0)
                                + if school == 0 { level } else { 0.0 },
                            year_group: Some(group),
                            national: Some(50.0),
                        }],
                    });
                }
            }
        }
        let schools = (0..4).map(|n| SchoolRecord {
            key: n.to_string(),
            ..SchoolRecord::default()
        });
        let records = Records {
            schools: schools.collect(),
            pupils,
            ..Records::default()
        };
        let references = References::of(&records, 10);
        let portrait =
            achievement_portrait(&records, references.as_ref(), 10, 0, &mut Ledger::default());
        let moment = &portrait.moments[0];
        let moments = by_moment(&records, 0);
        let n_all = moments[0].1.len();
        // Means: what is told of groups leaves nobody, or ten, of the whole.
        let shown: Vec<usize> = moment
            .year_groups
            .iter()
            .filter(|group| group.mean.shown().is_ok())
            .map(|group| *group.n_pupils.shown().unwrap())
            .collect();
        assert!(shown.iter().all(|n| *n >= 10));
        let rest = n_all - shown.iter().sum::<usize>();
        if moment.mean.shown().is_ok() {
            assert!(rest == 0 || rest >= 10, "{sizes:?}: {rest} stand alone");
        }
        told_groups += shown.len();
        withheld += moment.year_groups.len() - shown.len();
        // Counts: each group, and the rest, can be on either side beyond the two that are known.
        let whole = moment
            .above
            .as_ref()
            .and_then(|above| above.shown().ok())
            .copied();
        let parts: Vec<_> = moment
            .year_groups
            .iter()
            .filter_map(|group| group.above.as_ref()?.shown().ok().copied())
            .collect();
        let known: usize = parts.iter().map(|part| part.of).sum();
        let mut sets: Vec<(usize, usize, usize)> =
            parts.iter().map(|p| (p.low, p.high, p.of)).collect();
        if n_all > known {
            sets.push((0, n_all - known, n_all - known));
        }
        for (at, (low, high, of)) in sets.iter().enumerate() {
            let others = || {
                sets.iter()
                    .enumerate()
                    .filter(move |(other, _)| *other != at)
            };
            let (least, most): (usize, usize) =
                others().fold((0, 0), |(a, b), (_, one)| (a + one.0, b + one.1));
            let (low, high) = match whole.filter(|_| !parts.is_empty()) {
                Some(whole) => (
                    *low.max(&whole.low.saturating_sub(most)),
                    *high.min(&whole.high.saturating_sub(least)),
                ),
                None if parts.is_empty() => continue,
                None => (*low, *high),
            };
            if *of >= 10 || whole.is_some() {
                assert!(
                    high > 2 && low + 2 < *of,
                    "{sizes:?}: {low}..{high} of {of}"
                );
            }
        }
    }
    assert!(
        told_groups > 100 && withheld > 100,
        "{told_groups} {withheld}"
    );
}

/// 200,000 good rows, read and stored. In every run a tenth of them; all of them, in five seconds, in a release build.
#[tokio::test(flavor = "multi_thread")]
async fn many_rows_are_read_and_stored_quickly() {
    let all = std::env::var("SCHAKEL_PROFILE").as_deref() == Ok("release");
    let n: usize = if all { 200_000 } else { 4_000 };
    let mut field = Field::found(sqlite().open().await).await;
    field.enrol(lines()).await;
    let mut text = String::from("school,pupil,tested_on,score,weight,year_group\n");
    for row in 0..n {
        let (school, pupil, test) = ([OAK, BEECH][row % 2], row / 20, row / 2 % 10);
        let on = NaiveDate::from_ymd_opt(2014 + test as i32, 1, 20).unwrap();
        text += &format!("{school},{school}-{pupil},{on},{},0.3,5\n", 40 + row % 50);
    }
    let begun = Instant::now();
    let known = Known {
        mapping: Mapping::find("plain").unwrap(),
        schools: &[OAK.to_owned(), BEECH.to_owned()],
        today: NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(),
    };
    let lines = achievement_csv::read("s.csv", text.as_bytes(), &known).unwrap();
    let read = begun.elapsed();
    let (act, mut rng, study) = (field.act(), field.dice(), field.study.clone());
    let done = field
        .store
        .write::<_, StorageError, _>(move |tx| {
            Box::pin(async move { register::register(tx, &act, &mut rng, &study, &lines).await })
        })
        .await
        .unwrap();
    let took = begun.elapsed();
    println!("{n} rows: read in {read:?}, read and stored in {took:?}");
    assert_eq!((done.scores, done.new, done.same), (n, n, 0));
    if all {
        assert!(took <= Duration::from_secs(5), "{took:?}");
    }
}
