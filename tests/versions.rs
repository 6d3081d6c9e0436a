//! A questionnaire that changes while it is being answered: whoever began goes on with the version they began with,
//! whoever begins later gets the new one, each response says which it answers, and what was published stays as it was.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at whatever is not as it should be"
)]

use std::sync::Arc;

use schakel::domain::answer::Answer;
use schakel::domain::id::InvitationId;
use schakel::fieldwork::pages::Part;
use schakel::fieldwork::revise::{self, PublishRefusal, Published};
use schakel::fieldwork::study::Study;
use schakel::instrument::diff::{Change, Place};
use schakel::instrument::library::SHIPPED;
use schakel::instrument::parse::parse;
use support::databases::databases;
use support::server::{Installation, Visitor};
use support::small_study::{Field, OAK, filled, lines};
use support::tables::everything;

use crate::support;

const EVERY_KIND: &str = include_str!("support/every_kind.v1.toml");

fn shipped(key: &str) -> &'static str {
    let found = SHIPPED.iter().find(|(file, _)| file.starts_with(key));
    found.expect("shipped").1
}

/// The second version of the attitude scale: one statement less, one more, and one worded better.
fn second() -> String {
    shipped("attitude")
        .replace("version = 1", "version = 2")
        .replace("att_04", "att_05")
        .replace("essentieel voor", "onmisbaar voor")
}

async fn publish(field: &mut Field, text: &str) -> Result<Published, PublishRefusal> {
    let (act, study_id, text) = (field.act(), field.study.study_id, text.to_owned());
    let published = field
        .store
        .write(move |tx| {
            Box::pin(async move { revise::publish(tx, &act, study_id, "mine.toml", &text).await })
        })
        .await;
    let mut tx = field.store.read().await.unwrap();
    let study = Study::load(&mut tx, field.study.study_id).await.unwrap();
    field.study = Arc::new(study.expect("the study is there"));
    published
}

/// Version and hash to which the response of an invitation to `attitude` is pinned.
async fn pinned(field: &Field, id: InvitationId) -> i64 {
    let sitting = field.sitting(id).await;
    sitting.responses["attitude"].version
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_comes_in_mid_wave_is_for_those_who_have_not_begun() {
    for database in databases("a new version in the middle of a wave").await {
        let mut field = Field::found(database.open().await).await;
        field.enrol(lines()).await;
        let oak = field.school(OAK).await;
        let letters = field.invite(oak, "focus2", "T1").await;
        let of = |name: &str| {
            let letter = letters.iter().find(|letter| letter.name.contains(name));
            letter.expect("invited").invitation_id
        };
        let (early, late) = (of("Persoon 07"), of("Persoon 08"));

        let mut page = field.page(early, "att_01").await;
        page.raw.insert("att_01".into(), filled("4"));
        assert_eq!(field.save(&page).await.unwrap().stored, 1);

        // Read by somebody's browser before the change.
        let stale = field.study.clone();
        let Published::Revised(pin, changes) = publish(&mut field, &second()).await.unwrap() else {
            panic!("a revision");
        };
        assert_eq!((pin.instrument.as_str(), pin.version), ("attitude", 2));
        let of_item = |key: &str| Place::Item(key.to_owned());
        assert!(
            changes
                .iter()
                .any(|d| d.of == of_item("att_05") && d.change == Change::Added)
        );
        assert!(
            changes
                .iter()
                .any(|d| d.of == of_item("att_04") && d.change == Change::Removed)
        );
        assert_eq!(field.audited("publish", "attitude.v2").await, 1);
        assert_eq!(field.study.revision, stale.revision + 1);

        // Who began is asked the old statement still, and can answer, go on and finish.
        let mut page = field.page(early, "att_04").await;
        page.raw.insert("att_01".into(), filled("4"));
        page.raw.insert("att_04".into(), filled("2"));
        assert_eq!(field.save(&page).await.unwrap().stored, 1);
        let asked = |id| {
            let field = &field;
            async move {
                let sitting = field.sitting(id).await;
                let steps = sitting.steps(&field.study);
                steps
                    .into_iter()
                    .flat_map(|step| step.ask)
                    .collect::<Vec<String>>()
            }
        };
        assert!(!asked(early).await.contains(&"att_05".to_owned()));
        let sitting = field.sitting(early).await;
        assert!(sitting.parts(&field.study).contains(&Part::Questionnaire));

        // Who begins now gets the new one.
        let now = asked(late).await;
        assert!(now.contains(&"att_05".to_owned()) && !now.contains(&"att_04".to_owned()));
        let mut page = field.page(late, "att_05").await;
        page.raw.insert("att_05".into(), filled("1"));
        assert_eq!(field.save(&page).await.unwrap().stored, 1);

        field.submit(early).await.unwrap();
        field.submit(late).await.unwrap();
        assert_eq!(
            (pinned(&field, early).await, pinned(&field, late).await),
            (1, 2)
        );
        assert_eq!(field.answer(early, "att_04").await, Some(Answer::Code(2)));
        assert_eq!(field.answer(late, "att_05").await, Some(Answer::Code(1)));
        let (old, new) = (
            field.study.library.version("attitude", 1).unwrap(),
            field.study.library.version("attitude", 2).unwrap(),
        );
        // Each response carries the hash of the text it answers.
        let rows = &everything(&field.store).await["responses"];
        for (hash, version) in [(&old.hash, 1), (&new.hash, 2)] {
            let with = |row: &&String| row.contains(hash.as_str());
            assert_eq!(rows.iter().filter(with).count(), 1, "version {version}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_published_is_never_altered() {
    for database in databases("altering what was published").await {
        let mut field = Field::found(database.open().await).await;
        let first = shipped("attitude");
        publish(&mut field, &second()).await.unwrap();
        let before = everything(&field.store).await;

        let same = publish(&mut field, first).await.unwrap();
        assert!(matches!(same, Published::Already(pin) if pin.version == 1));
        let same = publish(&mut field, &second()).await.unwrap();
        assert!(matches!(same, Published::Already(pin) if pin.version == 2));

        // Any other content under a version that is there, to the last letter.
        for altered in [
            first.replace("essentieel", "essentiëel"),
            format!("{first}\n# a remark\n"),
            second().replace("needed = 3", "needed = 2"),
        ] {
            let refusal = publish(&mut field, &altered).await.unwrap_err();
            assert!(
                matches!(refusal, PublishRefusal::Published { .. }),
                "{refusal}"
            );
            assert!(refusal.to_string().contains("raise `version`"));
        }
        let third = |text: String| text.replace("version = 2", "version = 3");
        let single = third(second()).replace("kind = \"rating\"", "kind = \"single\"");
        let single = single
            .replace("reverse = [\"att_03\", \"att_05\"]\n", "")
            .replace("attitude = 4.5", "attitude = 3");
        let refusal = publish(&mut field, &single).await.unwrap_err();
        assert!(
            matches!(&refusal, PublishRefusal::TypeChanged(items) if items.len() == 4),
            "{refusal}"
        );
        // A key that was dropped keeps its meaning: its answers are still there.
        let back = third(second()).replace("att_05", "att_04").replace(
            "[item.att_04]\nanswer = \"agree5\"",
            "[answer.words]\nkind = \"text\"\nlongest = 9\n\n[item.att_04]\nanswer = \"words\"",
        );
        let back = back
            .replace(
                "\"att_03\", \"att_04\"]\nreverse = [\"att_03\", \"att_04\"]",
                "\"att_03\"]\nreverse = [\"att_03\"]",
            )
            .replace("att_03 = 2, att_04 = 1", "att_03 = 2")
            .replace("attitude = 4.5", "attitude = 4.333333333333333");
        let refusal = publish(&mut field, &back).await.unwrap_err();
        assert!(
            matches!(&refusal, PublishRefusal::TypeChanged(items) if items.len() == 1),
            "{refusal:?}"
        );
        let taken = third(second()).replace("att_01", "cult_01");
        let refusal = publish(&mut field, &taken).await.unwrap_err();
        assert!(
            matches!(&refusal, PublishRefusal::KeyShared { shared, owner } if shared == "cult_01" && owner == "culture"),
            "{refusal:?}"
        );
        let faulty = third(second()).replace("needed = 3", "needed = 9");
        let refusal = publish(&mut field, &faulty).await.unwrap_err();
        assert!(matches!(&refusal, PublishRefusal::Faulty(faults) if !faults.is_empty()));
        let strange = shipped("whole-network")
            .replace("version = 1", "version = 2")
            .replace("relation = \"goals\"", "relation = \"lunch\"");
        let refusal = publish(&mut field, &strange).await.unwrap_err();
        assert!(
            matches!(refusal, PublishRefusal::UnknownRelation { .. }),
            "{refusal:?}"
        );

        assert_eq!(
            everything(&field.store).await,
            before,
            "nothing was written"
        );

        // A version can be left out, and not put in afterwards.
        let fifth = second().replace("version = 2", "version = 5");
        publish(&mut field, &fifth).await.unwrap();
        let refusal = publish(&mut field, &third(second())).await.unwrap_err();
        assert!(
            matches!(refusal, PublishRefusal::NotNewer { newest: 5, .. }),
            "{refusal:?}"
        );
        let new = publish(&mut field, EVERY_KIND).await.unwrap();
        assert!(matches!(new, Published::New(pin) if pin.instrument == "every-kind"));
        assert_eq!(
            field.study.library.get("every-kind").unwrap().items.len(),
            13
        );
    }
}

/// A form with a file in it, as a browser sends it.
struct Owner {
    agent: ureq::Agent,
    base: String,
}

impl Owner {
    fn enter(base: &str, code: &str) -> Self {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .build()
            .into();
        let entered = agent
            .post(format!("{base}/r"))
            .send_form([("code", code)])
            .unwrap();
        assert_eq!(entered.status().as_u16(), 303);
        Self {
            agent,
            base: base.to_owned(),
        }
    }

    fn get(&self, path: &str) -> (u16, String) {
        let mut page = self
            .agent
            .get(format!("{}{path}", self.base))
            .call()
            .unwrap();
        (
            page.status().as_u16(),
            page.body_mut().read_to_string().unwrap(),
        )
    }

    fn post(&self, path: &str, parts: &[(&str, &str)]) -> (u16, String) {
        let mut body = String::new();
        for (name, value) in parts {
            let file = if *name == "file" {
                "; filename=\"mine.toml\""
            } else {
                ""
            };
            body += &format!(
                "--edge\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{value}\r\n"
            );
        }
        body += "--edge--\r\n";
        let mut page = self
            .agent
            .post(format!("{}{path}", self.base))
            .header("content-type", "multipart/form-data; boundary=edge")
            .send(body)
            .unwrap();
        (
            page.status().as_u16(),
            page.body_mut().read_to_string().unwrap(),
        )
    }
}

#[tokio::test]
async fn an_owner_sees_faults_then_changes_and_publishes_what_was_seen() {
    let database = &databases("the pages of questionnaires").await[0];
    let place = Installation::new(&database.address);
    let study = place.file(
        "study.toml",
        include_str!("../instruments/studies/focus.toml"),
    );
    place.must(&["study", "load", study.to_str().unwrap()]);
    let said = place.must(&["study", "link", "focus", "owner"]);
    let code = said.split('#').nth(1).unwrap().lines().next().unwrap();
    let server = place.serve();
    let stranger = Visitor::new(&server.base);
    assert_eq!(stranger.get("/study/instruments").status, 403);
    let owner = Owner::enter(&server.base, code);

    let (status, page) = owner.post("/study/instruments", &[("file", "kind = 1\n[[[")]);
    assert!(status == 422 && !page.contains("<textarea"), "{page}");
    let wrong = second().replace("needed = 3", "needed = 9");
    let (status, page) = owner.post("/study/instruments", &[("file", &wrong)]);
    // Line and character of `needed = 9`.
    let line = wrong.lines().position(|line| line == "needed = 9").unwrap() + 1;
    let at = format!("<td class=\"n\">{line}</td><td class=\"n\">10</td>");
    assert!(status == 422 && page.contains(&at), "{page}");
    let altered = shipped("attitude").replace("essentieel", "essentiëel");
    let (status, page) = owner.post("/study/instruments", &[("file", &altered)]);
    assert!(
        status == 422 && page.contains("verhoog `version`"),
        "{page}"
    );
    let (status, page) = owner.post("/study/instruments", &[("file", &"#".repeat(205 * 1024))]);
    assert!(status == 422 && page.contains("200 kB"), "{status}");
    assert_eq!(owner.post("/study/instruments", &[("other", "x")]).0, 400);

    let (status, page) = owner.post("/study/instruments", &[("file", &second())]);
    assert!(
        status == 200 && page.contains("<del>") && page.contains("att_05"),
        "{page}"
    );
    assert_eq!(
        owner.get("/study/instruments/attitude?version=2").0,
        404,
        "only looked at"
    );
    // As a browser sends the text that the page carries: with its own line ends.
    let sent = second().replace('\n', "\r\n");
    for _ in 0..2 {
        let fields = [("name", "mine.toml"), ("text", sent.as_str())];
        assert_eq!(owner.post("/study/instruments/publish", &fields).0, 303);
    }
    let (status, page) = owner.get("/study/instruments/attitude");
    let hash: String = parse("mine.toml", &second())
        .unwrap()
        .hash
        .chars()
        .take(12)
        .collect();
    assert!(
        status == 200 && page.contains(&format!("attitude.v2 {hash}")),
        "{page}"
    );
    let (status, page) = owner.get("/study/instruments/attitude?version=1");
    assert!(status == 200 && page.contains("attitude.v1") && page.contains("att_04"));

    let fields = [("text", EVERY_KIND)];
    assert_eq!(owner.post("/study/instruments/publish", &fields).0, 303);
    let (_, page) = owner.get("/study/instruments/every-kind");
    for told in [
        "ek_subjects includes 4 and not ek_post == 3",
        "bij ek_subjects gekozen is 4 (geen van deze) en niet geldt dat ek_post gelijk is aan 3 (op afroep)",
        "every week",
        "elke week",
        "(goed)",
        "(omgekeerd)",
        "<strong>0,50</strong>",
    ] {
        let plain = page.replace("&#39;", "'").replace("&#34;", "\"");
        assert!(plain.contains(told), "{told} is not in {plain}");
    }
    let (status, page) = owner.get("/study/instruments");
    assert!(status == 200 && page.contains("/study/instruments/every-kind"));
}
