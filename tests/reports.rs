//! The report of a study: what its method paragraph and checklist say, that it can be made again, and that whatever was
//! changed in it or in its data is found.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use chrono::{DateTime, NaiveDate, Utc};
use futures_util::FutureExt;
use schakel::conclude::conclude;
use schakel::domain::language::Language;
use schakel::domain::opening::{Audience, Part};
use schakel::domain::token::LinkKey;
use schakel::fieldwork::open;
use schakel::locale::{Words, keys};
use schakel::rehearse::rehearse;
use schakel::reports::checklist::ITEMS;
use schakel::reports::proof::{self, Block, NO_SEAL};
use schakel::simulation::plan::DEFAULT_SEED;
use schakel::simulation::{SimulationPlan, simulate};
use schakel::storage::audit::Act;
use schakel::storage::{StorageError, schools};
use tempfile::TempDir;

use support::databases::{Database, contact_key_file, databases};

fn schakel(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_schakel"))
        .args(arguments)
        .env_remove("SCHAKEL_DATABASE")
        .env("SCHAKEL_CONTACT_KEY_FILE", contact_key_file())
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

/// Eight schools of six people over two waves, with one scale and pupils; in every school somebody does not answer.
fn folder() -> TempDir {
    let mut persons = "school,wave,person,responded\n".to_owned();
    let mut ties = "school,wave,relation,ego,alter,value\n".to_owned();
    let mut items = "respondent,school,wave,a1,a2,a3,a4\n".to_owned();
    let mut schools = "school,kind\n".to_owned();
    for school in 0..8_usize {
        schools += &format!("s{school},{}\n", if school < 4 { "low" } else { "high" });
        for (time, wave) in ["T1", "T2"].into_iter().enumerate() {
            for person in 0..6_usize {
                let responded = usize::from((person + school) % 6 != 0);
                persons += &format!("s{school},{wave},p{person},{responded}\n");
                let answer = |item: usize| 1 + (school + person * item + time) % 5;
                items += &format!(
                    "p{person},s{school},{wave},{},{},{},{}\n",
                    answer(1),
                    answer(2),
                    answer(3),
                    answer(1)
                );
                for step in 1..=1 + (school + person + time) % 3 {
                    let alter = (person + step) % 6;
                    if responded == 1 {
                        ties += &format!("s{school},{wave},goals,p{person},p{alter},{step}\n");
                    }
                }
            }
        }
    }
    let place = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("persons.csv", persons.as_str()),
        ("ties.csv", &ties),
        ("items.csv", &items),
        ("schools.csv", &schools),
        (
            "scales.toml",
            "[scale]\nclimate = { items = [\"a1\",\"a2\",\"a3\",\"a4\"], reverse = [\"a3\"], min = 1, max = 5 }\n",
        ),
    ] {
        fs::write(place.path().join(name), text).unwrap();
    }
    place
}

/// The report of a folder analysed with these flags, in a place of its own.
fn report(folder: &Path, flags: &[&str]) -> (TempDir, PathBuf, String) {
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("out");
    let mut arguments = vec![
        "analyse",
        folder.to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
    ];
    arguments.extend(flags);
    let done = schakel(&arguments);
    assert!(done.status.success(), "{}", said(&done));
    let file = out.join("report.html");
    let page = fs::read_to_string(&file).unwrap();
    (place, file, page)
}

/// A part of the page, as text.
fn part<'p>(page: &'p str, key: &str) -> &'p str {
    let from = page
        .find(&format!("<section aria-labelledby=\"{key}\""))
        .unwrap_or_else(|| panic!("no part {key}"));
    let rest = &page[from..];
    &rest[..rest.find("</section>").unwrap()]
}

/// Texts of this family that stand in a part, by their keys; those with something to fill in by their longest fixed piece.
fn told(language: Language, family: &str, text: &str) -> Vec<&'static str> {
    let source = match language {
        Language::Nl => include_str!("../src/locale/nl.ftl"),
        Language::En => include_str!("../src/locale/en.ftl"),
    };
    keys(language)
        .into_iter()
        .filter(|key| key.starts_with(family))
        .filter(|key| {
            let line = source
                .lines()
                .find_map(|line| line.strip_prefix(&format!("{key} = ")))
                .unwrap_or_default();
            let fixed = line
                .split('{')
                .map(|part| part.split_once('}').map_or(part, |(_, rest)| rest));
            let longest = fixed.max_by_key(|part| part.len()).unwrap_or_default();
            longest.len() > 12 && text.contains(longest)
        })
        .collect()
}

#[test]
fn the_method_says_what_ran_and_nothing_else() {
    let study = folder();
    let grouped = ["--groups", "kind"];
    for (tag, language) in [("en", Language::En), ("nl", Language::Nl)] {
        let method = |flags: &[&str]| {
            let all = [&grouped[..], &["--language", tag], flags].concat();
            let (_place, _, page) = report(study.path(), &all);
            part(&page, "method").to_owned()
        };
        let plain = method(&[]);
        let sentences = told(language, "account-", &plain);
        for expected in [
            "account-boundary-files",
            "account-treatment-available",
            "account-bounds",
            "account-reversed",
            "account-alpha",
            "account-exact",
            "account-g",
            "account-groups-column",
        ] {
            let fixed = expected == "account-groups-column"; // begins with a number to fill in
            assert!(
                fixed || sentences.contains(&expected),
                "{tag} {expected} in {sentences:?}"
            );
        }
        // What did not run is nowhere: neither done, nor said not to have been done.
        for absent in [
            "account-consent",
            "account-roster-relation",
            "account-order-name",
            "account-jackknife",
            "account-bootstrap",
            "account-every-cut",
            "account-intervals-profile",
            "account-growth-slopes",
            "account-two-stage",
            "account-influence",
            "account-margin",
            "account-treatment-null",
            "account-hint",
            "account-write-in",
        ] {
            assert!(!sentences.contains(&absent), "{tag} {absent}");
        }
        // One option, one sentence.
        for (flags, comes, goes) in [
            (
                &["--treatment", "null"][..],
                Some("account-treatment-null"),
                Some("account-treatment-available"),
            ),
            (
                &["--treatment", "multiple", "--imputations", "3"],
                None,
                Some("account-treatment-available"),
            ),
            (&["--no-bounds"], Some("gap-bounds"), Some("account-bounds")),
            (
                &["--uncertainty", "jackknife"],
                Some("account-jackknife"),
                Some("gap-sampling"),
            ),
            (&["--every-cut"], Some("account-every-cut"), None),
        ] {
            let other = method(flags);
            let mut now = told(language, "account-", &other);
            now.extend(told(language, "gap-", &other));
            let mut before = sentences.clone();
            before.extend(told(language, "gap-", &plain));
            if let Some(comes) = comes {
                assert!(
                    now.contains(&comes) && !before.contains(&comes),
                    "{tag} {flags:?}: {comes}"
                );
            }
            if let Some(goes) = goes {
                assert!(
                    before.contains(&goes) && !now.contains(&goes),
                    "{tag} {flags:?}: {goes}"
                );
            }
        }
        let cut = method(&["--cut", "1.5"]);
        let shown = Words(language).decimal(1.5, 1);
        assert!(cut.contains(&format!(" {shown} ")) && !plain.contains(&shown));
        // Without groups there is no sentence about a comparison, and that is a gap.
        let (_place, _, page) = report(study.path(), &["--language", tag]);
        let alone = part(&page, "method");
        let gaps = told(language, "gap-", alone);
        assert!(gaps.contains(&"gap-comparison"), "{gaps:?}");
        let now = told(language, "account-", alone);
        assert!(!now.contains(&"account-exact") && !now.contains(&"account-g"));
        assert!(!page.contains("<section aria-labelledby=\"contrasts\""));
    }
    // The plan's margin.
    fs::write(
        study.path().join("plan.toml"),
        "groups = \"kind\"\nequivalence_margin = 0.75\nseed = 4\n",
    )
    .unwrap();
    let (_place, _, page) = report(study.path(), &["--language", "nl"]);
    assert!(part(&page, "method").contains("±0,75"));
    assert!(page.contains("<html lang=\"nl\">") && !part(&page, "summary").contains("0.7"));
}

#[test]
fn the_checklist_answers_every_item_or_says_what_is_not_recorded() {
    let study = folder();
    for (tag, language) in [("en", Language::En), ("nl", Language::Nl)] {
        let (_place, _, page) = report(study.path(), &["--groups", "kind", "--language", tag]);
        let list = part(&page, "checklist");
        assert_eq!(list.matches("<th scope=\"row\">").count(), ITEMS.len());
        let w = Words(language);
        let lacking = w.t1("check-not-recorded", "what", "");
        let n = list.matches(lacking.trim()).count();
        // A folder knows nothing of how and when names were asked, of consent, objections and feedback, or of a lock.
        assert_eq!(n, 9, "{list}");
        for (key, _) in ITEMS {
            assert!(list.contains(&w.t(&format!("check-{key}"))), "{key}");
            assert!(!list.contains(&format!("check-{key}")), "{key} has words");
            assert_ne!(
                w.t(&format!("check-{key}-lacks")),
                format!("check-{key}-lacks")
            );
        }
        assert!(
            !page.contains("<script") && !page.contains("src=\"") && !page.contains("href=\"http")
        );
    }
}

fn verify(file: &Path, flags: &[&str]) -> (Option<i32>, String) {
    let mut arguments = vec!["verify", file.to_str().unwrap()];
    arguments.extend(flags);
    let done = schakel(&arguments);
    (done.status.code(), said(&done))
}

/// A page as somebody writes it who knows how the seal is made.
fn resealed(page: &str) -> String {
    let from = page.find("<code id=\"seal\">").unwrap() + "<code id=\"seal\">".len();
    let bare = format!(
        "{}{NO_SEAL}{}",
        &page[..from],
        &page[from + NO_SEAL.len()..]
    );
    proof::sealed(&bare)
}

#[test]
fn the_report_of_a_folder_is_made_again_and_what_changed_is_found() {
    let study = folder();
    let at = study.path().to_str().unwrap();
    let flags = [
        "--groups",
        "kind",
        "--treatment",
        "null",
        "--language",
        "nl",
        "--cut=-1",
    ];
    let (_place, file, page) = report(study.path(), &flags);
    let (code, told) = verify(&file, &["--folder", at]);
    assert_eq!(code, Some(0), "{told}");
    assert!(
        told.ends_with("\nequal\n") && told.contains("findings  equal"),
        "{told}"
    );

    // One flipped byte, anywhere.
    let n = page.len();
    let seal = page.find("id=\"seal\"").unwrap();
    let block = page.find("id=\"provenance\"").unwrap();
    let places = (0..24).map(|step| step * n / 24);
    for at_byte in places.chain([n - 1, seal + 20, seal + 3, block + 4, block + 60]) {
        let mut bytes = page.clone().into_bytes();
        bytes[at_byte] ^= 1;
        let changed = file.with_file_name("changed.html");
        fs::write(&changed, bytes).unwrap();
        let (code, told) = verify(&changed, &["--folder", at]);
        assert_eq!(code, Some(2), "byte {at_byte}: {told}");
        assert!(!told.ends_with("\nequal\n"), "{told}");
    }
    let write = |text: &str| {
        let changed = file.with_file_name("changed.html");
        fs::write(&changed, text).unwrap();
        changed
    };
    // Somebody who seals what was changed is found by making the page again, and told which part it is.
    let limits = part(&page, "limits");
    let forged = resealed(&page.replace(limits, &limits.replace("<li>", "<li>x ")));
    assert_eq!(proof::is_whole(forged.as_bytes()), Some(true));
    let (code, told) = verify(&write(&forged), &["--folder", at]);
    assert_eq!(code, Some(2));
    assert!(
        told.contains("it differs in: limits") && told.contains("seal      equal"),
        "{told}"
    );
    // Another program.
    let sources = proof::SOURCES;
    let other = resealed(&page.replace(sources, &sources.chars().rev().collect::<String>()));
    let (code, told) = verify(&write(&other), &["--folder", at]);
    assert_eq!(code, Some(2));
    assert!(
        told.contains("from other sources") && told.contains("findings  equal"),
        "{told}"
    );
    // Another language than it says.
    let english = resealed(&page.replace("\"language\":\"nl\"", "\"language\":\"en\""));
    let (code, told) = verify(&write(&english), &["--folder", at]);
    assert_eq!(code, Some(2));
    assert!(
        told.contains("findings  equal") && told.contains("page      NOT EQUAL"),
        "{told}"
    );
    // A flag that would have another file read.
    let planted = resealed(&page.replace("\"flags\":[", "\"flags\":[\"--plan=/etc/hostname\","));
    let (code, told) = verify(&write(&planted), &["--folder", at]);
    assert_eq!(code, Some(2));
    assert!(told.contains("flags that it cannot have"), "{told}");

    // Other data.
    let ties = fs::read_to_string(study.path().join("ties.csv")).unwrap();
    fs::write(
        study.path().join("ties.csv"),
        ties.replacen("p1,p2,1", "p1,p2,2", 1).replacen(
            "s0,T1,goals,p1,p2",
            "s0,T1,goals,p1,p5",
            1,
        ),
    )
    .unwrap();
    let (code, told) = verify(&file, &["--folder", at]);
    assert_eq!(code, Some(2));
    assert!(
        told.contains("data      NOT EQUAL") && told.contains("plan      equal"),
        "{told}"
    );
}

#[test]
fn what_is_no_report_is_refused() {
    let study = folder();
    let at = study.path().to_str().unwrap();
    let (place, file, page) = report(study.path(), &[]);
    let bad = place.path().join("bad.html");
    let cut = &page[..page.len() / 2];
    for text in ["", "<p>a page</p>", cut, "\0\u{1}"] {
        fs::write(&bad, text).unwrap();
        let (code, told) = verify(&bad, &["--folder", at]);
        assert_eq!(code, Some(2), "{told}");
        assert!(told.contains("this is not a report"), "{told}");
    }
    fs::write(&bad, [0xff, 0xfe, 0]).unwrap();
    assert_eq!(verify(&bad, &[]).0, Some(2));
    // No such file, or a folder: a failure of the machine, not an answer.
    assert_eq!(verify(&place.path().join("none.html"), &[]).0, Some(1));
    assert_eq!(verify(place.path(), &[]).0, Some(1));
    // Without its folder the seal is checked, and that nothing was made again is said.
    let (code, told) = verify(&file, &[]);
    assert_eq!(code, Some(2));
    assert!(
        told.contains("NOT CHECKED") && told.contains("seal      equal"),
        "{told}"
    );
    let empty = tempfile::tempdir().unwrap();
    let (code, told) = verify(&file, &["--folder", empty.path().to_str().unwrap()]);
    assert_eq!(code, Some(2), "{told}");
    let done = schakel(&["analyse", at, "--out", "x", "--language", "fr"]);
    assert_eq!(done.status.code(), Some(2));
    assert!(said(&done).contains("nl, en"));
}

fn today() -> DateTime<Utc> {
    let day = NaiveDate::from_ymd_opt(2026, 6, 17).unwrap();
    day.and_hms_opt(12, 0, 0).unwrap().and_utc()
}

/// The small demo, concluded, with a school that opened a first wave.
async fn concluded(database: &Database) {
    let store = database.open().await;
    let study = simulate(&SimulationPlan::small(), DEFAULT_SEED);
    let rehearsed = rehearse(&store, &LinkKey::new([7; 32]), &study, today())
        .await
        .unwrap();
    conclude(&store, &rehearsed.study, today()).await.unwrap();
    opened(database, Audience::Team, today()).await;
}

async fn opened(database: &Database, audience: Audience, at: DateTime<Utc>) {
    let store = database.open().await;
    let mut tx = store.read().await.unwrap();
    let all = schakel::storage::studies::all(&mut tx).await.unwrap();
    let schools = schools::of_study(&mut tx, all[0].0).await.unwrap();
    drop(tx);
    let school = schools
        .into_iter()
        .min_by(|a, b| a.key.cmp(&b.key))
        .unwrap();
    let act = Act {
        actor: "test".to_owned(),
        at,
    };
    store
        .write::<_, StorageError, _>(move |tx| {
            async move {
                let waves = ["T1".to_owned()];
                open::open(tx, &act, school.school_id, Part::Team, audience, &waves).await
            }
            .boxed()
        })
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_report_of_a_database_is_made_again_and_what_changed_is_found() {
    let database = &databases("the report of a database").await[0];
    concluded(database).await;
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("report.html");
    let (path, address) = (file.to_str().unwrap(), database.address.as_str());
    let made = |flags: &[&str]| {
        let mut arguments = vec!["report", "--out", path, "--database", address];
        arguments.extend(flags);
        let done = schakel(&arguments);
        (done.status.code(), said(&done))
    };
    for tag in ["nl", "en"] {
        let (code, told) = made(&["--language", tag]);
        assert_eq!(code, Some(0), "{told}");
        let page = fs::read_to_string(&file).unwrap();
        assert!(page.contains(&format!("<html lang=\"{tag}\">")));
        // Pseudonyms alone, and every part that the study has.
        assert!(!page.contains("Leerkracht"));
        for key in [
            "summary",
            "read",
            "method",
            "scales",
            "networks",
            "change",
            "effects",
            "contrasts",
            "plan",
            "seen",
            "checklist",
            "exclusions",
            "limits",
            "definitions",
        ] {
            assert!(part(&page, key).len() > 200, "{key}");
        }
        let w = Words(Language::from_tag(tag).unwrap());
        assert!(page.contains(&w.t("report-simulated")));
        let list = part(&page, "checklist");
        let lacking = w.t1("check-not-recorded", "what", "");
        assert_eq!(list.matches(lacking.trim()).count(), 1, "{list}");
        assert!(part(&page, "seen").contains(&w.t("report-audience-team")));
        // A line of the source below every table of a comparison.
        let contrasts = part(&page, "contrasts");
        assert_eq!(
            contrasts.matches("<table>").count(),
            contrasts.matches(&w.t("report-not-unimportant")).count()
        );
        // Figures have a title and a description; no text is a key.
        assert_eq!(page.matches("<svg").count(), page.matches("<desc").count());
        for family in [
            "report-", "account-", "check-", "gap-", "limit-", "term-", "meaning-",
        ] {
            for key in keys(Language::En) {
                assert!(
                    !key.starts_with(family) || !page.contains(&format!(">{key}<")),
                    "{key}"
                );
            }
        }
        let (code, told) = verify(&file, &["--database", address]);
        assert_eq!(code, Some(0), "{told}");
        let block = Block::read(&page).unwrap();
        assert_eq!(block.findings.unwrap().snapshot.len(), 64);
    }
    // The file of a school: its page from what is kept, and what is kept from the answers.
    let files = place.path().join("schools");
    let files_at = files.to_str().unwrap();
    let write_files = || {
        let given = ["--out", files_at, "--database", address];
        let done = schakel(&[&["report", "--schools"], &given[..]].concat());
        assert_eq!(done.status.code(), Some(0), "{}", said(&done));
        let mut found: Vec<_> = fs::read_dir(&files)
            .unwrap()
            .map(|file| file.unwrap().path())
            .collect();
        found.sort();
        found.remove(0)
    };
    let of_school = write_files();
    let as_written = fs::read(&of_school).unwrap();
    let (code, told) = verify(&of_school, &["--database", address]);
    assert_eq!(code, Some(0), "{told}");
    assert!(
        told.contains("picture   equal: judged again from the answers"),
        "{told}"
    );
    // Something that a school opened since is told in one part of the page; the findings are the same.
    opened(database, Audience::Board, today()).await;
    let (code, told) = verify(&file, &["--database", address]);
    assert_eq!(code, Some(2));
    assert!(
        told.contains("findings  equal") && told.contains("it differs in: "),
        "{told}"
    );
    assert!(told.contains("seen"), "{told}");
    // Refusals.
    let (code, told) = made(&["nowhere"]);
    assert_eq!(code, Some(2), "{told}");
    let (code, told) = verify(&file, &["--folder", place.path().to_str().unwrap()]);
    assert_eq!(
        (code, told.contains("made from a database")),
        (Some(2), true)
    );
    let none = format!("sqlite:{}", place.path().join("none.db").display());
    assert_eq!(verify(&file, &["--database", &none]).0, Some(1));
    assert!(!place.path().join("none.db").exists());

    // What is kept of a school was changed: a page made of it is as it is kept, and not as the answers have it.
    let file_of = address.strip_prefix("sqlite:").unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file_of);
    let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
    let all: Vec<(Vec<u8>, String)> = sqlx::query_as(
        "SELECT school_id, content FROM school_parts WHERE part = 'team' ORDER BY school_id",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    let put = "UPDATE school_parts SET content = $1 WHERE part = 'team' AND ($2 IS NULL OR school_id = $2)";
    sqlx::query(put)
        .bind(&all[0].1)
        .bind(None::<Vec<u8>>)
        .execute(&mut connection)
        .await
        .unwrap();
    write_files();
    let made_of_it: Vec<(Option<i32>, String)> = fs::read_dir(&files)
        .unwrap()
        .take(2)
        .map(|file| verify(&file.unwrap().path(), &["--database", address]))
        .collect();
    for (school, content) in &all {
        sqlx::query(put)
            .bind(content)
            .bind(school)
            .execute(&mut connection)
            .await
            .unwrap();
    }
    let others = made_of_it.iter().filter(|(code, told)| {
        *code == Some(2)
            && told.contains("page      equal")
            && told.contains("picture   NOT EQUAL: judged again from the answers")
    });
    // Of one school it was its own.
    assert!(others.count() >= 1, "{made_of_it:?}");
    fs::write(&of_school, as_written).unwrap();
    assert_eq!(verify(&of_school, &["--database", address]).0, Some(0));

    // An answer that was changed in the database.
    let done = sqlx::query("UPDATE pupil_scores SET score = score + 1 WHERE score = (SELECT max(score) FROM pupil_scores)")
        .execute(&mut connection)
        .await
        .unwrap();
    assert!(done.rows_affected() >= 1);
    sqlx::Connection::close(connection).await.unwrap();
    let (code, told) = verify(&file, &["--database", address]);
    assert_eq!(code, Some(2));
    assert!(
        told.contains("data      NOT EQUAL")
            && told.contains("kept of the data of the report are those of the report"),
        "{told}"
    );
    let (code, told) = verify(&of_school, &["--database", address]);
    assert_eq!(code, Some(0), "{told}");
    assert!(
        told.contains("others now than those the picture was made of"),
        "{told}"
    );
}
