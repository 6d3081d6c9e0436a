//! What was said, from a text with names to the joint display: names out, two coders blind to one another and to the effects,
//! agreement, differences talked over, locked; and only then beside the effects. On both databases.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at whatever is not as it should be"
)]

use crate::support;

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Request, header};
use chrono::{NaiveDate, TimeDelta};
use futures_util::FutureExt;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use schakel::conclude::conclude;
use schakel::domain::account::StaffLinks;
use schakel::domain::coding::{Round, Source};
use schakel::domain::id::SchoolId;
use schakel::domain::time::{Clock, FixedClock};
use schakel::evaluation::findings::{EffectGroups, Findings};
use schakel::fieldwork::code::Material;
use schakel::fieldwork::enter::{self, Recipient};
use schakel::fieldwork::interview::{self, Entered};
use schakel::fieldwork::trainer_report;
use schakel::storage::conclusions::{self, ConclusionKey};
use schakel::storage::{StorageError, schools};
use schakel::web::app::App;
use schakel::web::router::router;

use support::databases::databases;
use support::small_study::{BEECH, Field, OAK, filled, lines, start};
use support::tables::everything;

type Pages = TowerToHyperService<axum::Router>;

struct Page {
    status: u16,
    html: String,
    cookie: String,
}

impl Page {
    fn has(&self, text: &str) -> bool {
        self.html.contains(text)
    }
}

async fn ask(pages: &Pages, path: &str, cookie: &str, form: Option<&str>) -> Page {
    let mut request = Request::builder().uri(path);
    if let Some(form) = form {
        let kind = if form.starts_with("--edge") {
            "multipart/form-data; boundary=edge"
        } else {
            "application/x-www-form-urlencoded"
        };
        request = request.method("POST").header(header::CONTENT_TYPE, kind);
    }
    if !cookie.is_empty() {
        request = request.header(header::COOKIE, cookie);
    }
    let body = Body::from(form.unwrap_or_default().to_owned());
    let mut request = request.body(body).unwrap();
    let from: SocketAddr = ([127, 0, 0, 1], 40_000).into();
    request.extensions_mut().insert(ConnectInfo(from));
    let (head, body) = pages.call(request).await.unwrap().into_parts();
    let cookie = head.headers.get(header::SET_COOKIE);
    let cookie = cookie.and_then(|cookie| cookie.to_str().ok()?.split(';').next());
    let html = to_bytes(body, usize::MAX).await.unwrap();
    Page {
        status: head.status.as_u16(),
        cookie: cookie.unwrap_or_default().to_owned(),
        html: String::from_utf8_lossy(&html).into_owned(),
    }
}

/// A visit in a role.
async fn visit(pages: &Pages, field: &mut Field, role: &str, of: Vec<SchoolId>) -> String {
    let recipient = Recipient {
        study_id: field.study.study_id,
        role: role.to_owned(),
        label: format!("the {role}"),
        schools: of,
    };
    let (act, mut rng, key) = (field.act(), field.dice(), field.key.clone());
    let made = field.store.write::<_, StorageError, _>(move |tx| {
        async move { enter::hand_out(tx, &act, &mut rng, &key, &recipient).await }.boxed()
    });
    let (_, code) = made.await.unwrap();
    let entered = ask(pages, "/r", "", Some(&format!("code={code}"))).await;
    assert_eq!(entered.status, 303, "{role}: {}", entered.html);
    entered.cookie
}

fn form(fields: &[(&str, &str)]) -> String {
    let safe = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
                _ => format!("%{byte:02X}"),
            })
            .collect()
    };
    let pairs = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", safe(value)));
    pairs.collect::<Vec<_>>().join("&")
}

fn multipart(fields: &[(&str, &str)]) -> String {
    let part = |(name, value): &(&str, &str)| {
        format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    fields.iter().map(part).collect::<String>() + "--edge--\r\n"
}

async fn material(field: &Field) -> Material {
    let mut tx = field.store.read().await.unwrap();
    Material::load(&mut tx, field.study.study_id).await.unwrap()
}

/// The first wave of both cohorts is closed and concluded, and the two schools are compared.
async fn compared(field: &mut Field) {
    for cohort in ["focus2", "focus3"] {
        field.clock = FixedClock(start() + TimeDelta::hours(2));
        let school = field
            .school(if cohort == "focus2" { OAK } else { BEECH })
            .await;
        field.invite(school, cohort, "T1").await;
    }
    field.clock = FixedClock(start() + TimeDelta::days(8));
    for cohort in ["focus2", "focus3"] {
        field.close(cohort, "T1").await.unwrap();
    }
    let at = field.clock.now();
    let key = conclude(&field.store, &field.study, at).await.unwrap();
    let mut tx = field.store.read().await.unwrap();
    let text = conclusions::findings(&mut tx, &key).await.unwrap().unwrap();
    drop(tx);
    let mut findings: Findings = serde_json::from_str(&text).unwrap();
    findings.groups = Some(EffectGroups {
        high: vec![OAK.to_owned()],
        low: vec![BEECH.to_owned()],
        ..EffectGroups::default()
    });
    let text = serde_json::to_string(&findings).unwrap();
    let key = ConclusionKey {
        method_hash: "compared".to_owned(),
        ..key
    };
    let (study_id, at) = (field.study.study_id, at + TimeDelta::seconds(1));
    let kept = field.store.write::<_, StorageError, _>(move |tx| {
        async move { conclusions::keep(tx, study_id, &key, &text, &[], at).await }.boxed()
    });
    kept.await.unwrap();
}

const SPOKEN: &str = "Anna de Vries bespreekt de resultaten met het hele team; dat helpt.\n\nDe inspectie gaf ons een duw, zei Persoon 02 De Eik.";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_said_is_masked_coded_twice_locked_and_only_then_beside_the_effects() {
    for database in databases("coding").await {
        let store = database.open().await;
        let mut field = Field::found(store.clone()).await;
        field.enrol(lines()).await;
        compared(&mut field).await;
        let app = App::new(
            store.clone(),
            field.key.clone(),
            field.clock,
            [9; 32],
            false,
        )
        .reached_at("http://127.0.0.1:8080", false)
        .with_staff_links(StaffLinks::Open);
        let pages = TowerToHyperService::new(router(app));
        let researcher = visit(&pages, &mut field, "researcher", Vec::new()).await;
        let [first, second] = [
            visit(&pages, &mut field, "coder", Vec::new()).await,
            visit(&pages, &mut field, "coder", Vec::new()).await,
        ];
        let get = async |who: &str, path: &str| ask(&pages, path, who, None).await;
        let post = async |who: &str, path: &str, fields: &[(&str, &str)]| {
            ask(&pages, path, who, Some(&form(fields))).await
        };

        // A text with names: proposed, and nothing kept.
        let head = [
            ("school", OAK),
            ("source", "principal"),
            ("held_on", "2024-09-09"),
        ];
        let mut sent = head.to_vec();
        sent.extend([("cut", "paragraph"), ("text", SPOKEN)]);
        let review = ask(
            &pages,
            "/research/interviews/upload",
            &researcher,
            Some(&multipart(&sent)),
        )
        .await;
        assert_eq!(review.status, 200, "{}", review.html);
        assert!(
            review.has("[collega] bespreekt de resultaten"),
            "{}",
            review.html
        );
        assert!(review.has("value=\"Anna de Vries\""));
        assert!(material(&field).await.statements.is_empty());

        // Not without the reviewer's word, and not with a name that the list knows.
        let masked = "[collega] bespreekt de resultaten met het hele team; dat helpt.\n\nDe inspectie gaf ons een duw, zei [IB'er].";
        let mut keep = head.to_vec();
        keep.extend([("text", SPOKEN), ("statements", masked)]);
        let path = "/research/interviews/keep";
        assert_eq!(post(&researcher, path, &keep).await.status, 422);
        let mut named = head.to_vec();
        named.extend([("text", SPOKEN), ("statements", SPOKEN), ("confirmed", "1")]);
        let refused = post(&researcher, path, &named).await;
        assert_eq!(refused.status, 422);
        assert!(refused.has("Anna de Vries"));
        assert!(material(&field).await.statements.is_empty());
        keep.push(("confirmed", "1"));
        let kept = post(&researcher, path, &keep).await;
        assert_eq!(kept.status, 303, "{}", kept.html);
        for (table, rows) in everything(&store).await {
            let told = rows
                .iter()
                .any(|row| row.contains("Anna de Vries bespreekt"));
            assert!(!told, "{table} holds what was spoken");
        }

        // The other school, and a report of its trainer in which an IB'er is judged.
        let beech = field.school(BEECH).await;
        let (act, mut rng, study_id) = (field.act(), field.dice(), field.study.study_id);
        let entered = Entered {
            school_id: beech,
            source: Source::Coach,
            held_on: NaiveDate::from_ymd_opt(2024, 9, 9).unwrap(),
            statements: vec!["Een deel van het team houdt het tegen.".to_owned()],
            n_masks: 0,
        };
        store
            .write(move |tx| {
                async move { interview::enter(tx, &act, &mut rng, study_id, &entered).await }
                    .boxed()
            })
            .await
            .unwrap();

        // Coders see statements and no school.
        let all = material(&field).await;
        assert_eq!(all.statements.len(), 3);
        let home = get(&first, "/coding").await;
        assert_eq!(home.status, 200, "{}", home.html);
        for name in ["De Eik", "De Beuk", ">eik", ">beuk", "focus2"] {
            assert!(!home.has(name), "{name}: {}", home.html);
        }
        let find = |part: &str| {
            let own = all.statements.iter().find(|one| one.text.contains(part));
            own.unwrap().statement_id.to_string()
        };
        let (talk, visit_of, against) = (find("resultaten"), find("inspectie"), find("tegen"));
        let says = async |who: &str, id: &str, codes: &[(&str, &str)]| {
            let page = post(who, &format!("/coding/statement/{id}"), codes).await;
            page.status
        };
        let positive = [
            ("f_collaboration", "promotes"),
            ("f_data_culture", "promotes"),
            ("i_data_culture", "1"),
        ];
        assert_eq!(says(&first, &talk, &positive).await, 303);
        assert_eq!(
            says(&first, &talk, &[("f_collaboration", "sideways")]).await,
            400
        );
        assert_eq!(
            says(&first, &visit_of, &[("f_inspectorate", "promotes")]).await,
            303
        );
        assert_eq!(
            says(&first, &against, &[("f_attitude", "hinders")]).await,
            303
        );
        assert_eq!(says(&second, &talk, &positive).await, 303);

        // Not closed before both have coded everything; not one another's codes, not an effect.
        let step = async |step: &str, cohort: &str| {
            let path = format!("/research/agreement/{step}");
            post(&researcher, &path, &[("cohort", cohort)]).await
        };
        let early = step("close", "focus2").await;
        assert_eq!(early.status, 409);
        assert!(early.has("1 uitspraken zijn nog niet"), "{}", early.html);
        assert_eq!(
            says(&second, &visit_of, &[("f_inspectorate", "mixed")]).await,
            303
        );
        assert_eq!(
            says(&second, &against, &[("f_attitude", "hinders")]).await,
            303
        );
        assert!(!get(&second, "/coding/differences").await.has("duw"));
        assert!(!get(&researcher, "/research/agreement").await.has("Cohen"));
        let interview = all.interviews.iter().find(|one| one.school_id != beech);
        let interview = format!("/research/interviews/{}", interview.unwrap().interview_id);
        for path in [
            "/research/explanation",
            "/research/statements?factor=inspectorate",
            "/research/explanation.csv",
            &interview,
        ] {
            let page = get(&researcher, path).await;
            assert_eq!(page.status, 200, "{path}");
            assert!(
                !page.has("bevordert 1") && !page.has("Onderwijsinspectie: "),
                "{path}"
            );
            assert!(!page.has("inspectorate,principal"), "{path}");
        }
        assert!(
            get(&researcher, "/research/explanation")
                .await
                .has("nog niet vergrendeld")
        );

        // First codes closed: agreement is told, they stay, and differences are talked over before the lock.
        for cohort in ["focus2", "focus3"] {
            assert_eq!(step("close", cohort).await.status, 303, "{cohort}");
        }
        assert!(
            get(&researcher, "/research/agreement")
                .await
                .has("Krippendorff")
        );
        assert_eq!(
            says(&second, &visit_of, &[("f_inspectorate", "promotes")]).await,
            409
        );
        assert_eq!(step("lock", "focus2").await.status, 409);
        let firsts = async |field: &Field| {
            let mut codings = material(field).await.codings;
            codings.retain(|coding| coding.round == Round::First);
            codings
        };
        let before = firsts(&field).await;
        assert!(get(&first, "/coding/differences").await.has("duw"));
        let difference = format!("/coding/differences/{visit_of}");
        let settled = post(&first, &difference, &[("f_inspectorate", "promotes")]).await;
        assert_eq!(settled.status, 303);
        // Where they agree there is nothing to talk over.
        let none = format!("/coding/differences/{talk}");
        assert_eq!(
            post(&first, &none, &[("f_attitude", "hinders")])
                .await
                .status,
            409
        );
        assert_eq!(firsts(&field).await, before);
        for cohort in ["focus2", "focus3"] {
            assert_eq!(step("lock", cohort).await.status, 303, "{cohort}");
        }
        assert_eq!(post(&second, &difference, &[]).await.status, 409);
        let noun = format!("{study_id} focus2");
        assert_eq!(field.audited("lock coding", &noun).await, 1);

        // Beside the effects now, each cell with its evidence.
        let display = get(&researcher, "/research/explanation").await;
        assert_eq!(display.status, 200);
        assert!(display.has("Factoren die niet het verschil verklaren zijn niet per definitie onbelangrijk voor de implementatie"));
        assert!(
            display.has("bevordert 1") && display.has("niet genoemd 1"),
            "{}",
            display.html
        );
        assert!(display.has("bij 1 van 2 scholen"), "{}", display.html);
        let csv = get(&researcher, "/research/explanation.csv").await.html;
        let lines: Vec<&str> = csv.lines().collect();
        assert!(
            lines
                .iter()
                .any(|line| line.starts_with("inspectorate,principal,high,,,,1,1,0,0,0,0,0,")),
            "{csv}"
        );
        assert!(
            lines
                .iter()
                .any(|line| line.starts_with("data_culture,principal,high,,,,1,0,0,0,0,1,1,")),
            "{csv}"
        );
        assert!(
            lines
                .iter()
                .any(|line| line.starts_with("attitude,coach,low,,,,1,0,1,0,0,0,0,")),
            "{csv}"
        );
        let evidence = get(
            &researcher,
            "/research/statements?factor=inspectorate&voice=principal",
        )
        .await;
        assert!(evidence.has("duw") && evidence.has("Onderwijsinspectie: bevordert"));
        assert_eq!(get(&first, "/research/explanation").await.status, 403);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_trainer_says_of_an_ib_er_stays_on_the_desk() {
    const SAID: &str = "kanarie-in-de-begeleiding";
    let database = databases("coding_text").await.swap_remove(0);
    let store = database.open().await;
    let mut field = Field::found(store.clone()).await;
    field.enrol(lines()).await;
    let oak = field.school(OAK).await;
    field.clock = FixedClock(start() + TimeDelta::weeks(8) + TimeDelta::hours(1));
    let mut tx = store.read().await.unwrap();
    let all = schools::of_study(&mut tx, field.study.study_id)
        .await
        .unwrap();
    drop(tx);
    let school = all.into_iter().find(|one| one.school_id == oak).unwrap();
    let (act, study) = (field.act(), field.study.clone());
    let raw = BTreeMap::from([
        ("tr_coach_text".to_owned(), filled(SAID)),
        ("tr_team_01".to_owned(), filled("4")),
    ]);
    store
        .write(move |tx| {
            async move {
                trainer_report::save(tx, &act, &study, &school, &raw).await?;
                trainer_report::file(tx, &act, &study, &school).await
            }
            .boxed()
        })
        .await
        .unwrap();
    let app = App::new(
        store.clone(),
        field.key.clone(),
        field.clock,
        [9; 32],
        false,
    )
    .reached_at("http://127.0.0.1:8080", false)
    .with_staff_links(StaffLinks::Open);
    let pages = TowerToHyperService::new(router(app));
    let trainer = format!("/trainer/school/{oak}");
    let log = format!("/trainer/log/{oak}");
    let csv = format!("/trainer/log/{oak}/training.csv");
    for (role, of, paths) in [
        (
            "school",
            vec![oak],
            vec![
                "/school",
                "/school/actions",
                "/school/leadership",
                "/school/response",
            ],
        ),
        (
            "principal",
            vec![oak],
            vec!["/principal", "/principal/goals", "/school"],
        ),
        ("board", vec![oak], vec!["/board"]),
        ("trainer", vec![oak], vec!["/trainer", &trainer, &log, &csv]),
        (
            "owner",
            Vec::new(),
            vec!["/study", "/response", "/study/exports"],
        ),
        ("coder", Vec::new(), vec!["/coding"]),
    ] {
        let who = visit(&pages, &mut field, role, of).await;
        for path in paths {
            let page = ask(&pages, path, &who, None).await;
            assert!(page.status < 500, "{path}");
            assert!(!page.has(SAID), "{role} reads it at {path}");
        }
    }
    // It is there, for the desk.
    let researcher = visit(&pages, &mut field, "researcher", Vec::new()).await;
    let path = format!("/research/interviews/new?school={OAK}&source=trainer");
    assert!(ask(&pages, &path, &researcher, None).await.has(SAID));
}
