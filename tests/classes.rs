//! Pupils on a shared device: permission first, a code, a picture, one question after the other; and to whom the results go.

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
use chrono::TimeDelta;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use schakel::conclude::conclude;
use schakel::domain::consent::Purpose;
use schakel::domain::id::{MemberId, SchoolId};
use schakel::domain::opening::Part;
use schakel::domain::roster::{group_key, office_key};
use schakel::domain::study::{StudyDesign, WindowDesign};
use schakel::domain::time::Clock;
use schakel::evaluation::portrait::PupilPortrait;
use schakel::fieldwork::classes::{self, ClassRefusal, NewClass};
use schakel::fieldwork::enter::Recipient;
use schakel::fieldwork::{consent, enter, entrance, receive};
use schakel::storage::classes as kept;
use schakel::storage::entrances;
use schakel::storage::schools::{self, School};
use schakel::storage::{conclusions, snapshot};
use schakel::web::app::App;
use schakel::web::router::router;

use support::databases::databases;
use support::small_study::{Field, OAK, design, filled, lines, start};

/// The small study with the wave in which only pupils are asked.
fn with_pupils() -> StudyDesign {
    let mut design = design();
    for cohort in ["focus2", "focus3"] {
        let opens_at = start() + TimeDelta::weeks(6);
        design.windows.push(WindowDesign {
            cohort: cohort.to_owned(),
            wave: "T2b".to_owned(),
            opens_at,
            closes_at: opens_at + TimeDelta::weeks(1),
        });
    }
    design
}

/// A browser that keeps cookies and follows nothing by itself.
struct Device {
    pages: TowerToHyperService<axum::Router>,
    cookies: BTreeMap<String, String>,
}

struct Shown {
    status: u16,
    to: String,
    html: String,
}

impl Device {
    fn new(app: &App) -> Self {
        Self {
            pages: TowerToHyperService::new(router(app.clone())),
            cookies: BTreeMap::new(),
        }
    }

    async fn ask(&mut self, method: &str, path: &str, form: &str) -> Shown {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(k, v)| format!("{k}={v}"))
            .collect();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::COOKIE, cookies.join("; "))
            .header(header::ACCEPT_LANGUAGE, "nl")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned()))
            .unwrap();
        let from: SocketAddr = ([127, 0, 0, 1], 40_000).into();
        request.extensions_mut().insert(ConnectInfo(from));
        let answer = self.pages.call(request).await.unwrap();
        let (head, body) = answer.into_parts();
        for set in head.headers.get_all(header::SET_COOKIE) {
            let pair = set.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let to = head.headers.get(header::LOCATION);
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Shown {
            status: head.status.as_u16(),
            to: to
                .map(|to| to.to_str().unwrap().to_owned())
                .unwrap_or_default(),
            html: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    async fn get(&mut self, path: &str) -> Shown {
        self.ask("GET", path, "").await
    }

    async fn post(&mut self, path: &str, form: &str) -> Shown {
        self.ask("POST", path, form).await
    }
}

async fn make(field: &mut Field, school: &School, name: &str, teacher: MemberId) -> School {
    let (act, mut rng, study) = (field.act(), field.dice(), field.study.clone());
    let class = NewClass {
        school: school.clone(),
        name: name.to_owned(),
        year_group: "6".to_owned(),
        n_pupils: 12,
        teachers: vec![teacher],
    };
    let made = field.store.write(move |tx| {
        Box::pin(async move { classes::make(tx, &act, &mut rng, &study, &class).await })
    });
    unit(field, made.await.unwrap()).await
}

async fn unit(field: &Field, id: SchoolId) -> School {
    let mut tx = field.store.read().await.unwrap();
    let all = schools::all_of_study(&mut tx, field.study.study_id)
        .await
        .unwrap();
    all.into_iter().find(|unit| unit.school_id == id).unwrap()
}

async fn settle(field: &mut Field, class: SchoolId, objects: &[i64]) {
    let (act, mut rng, study) = (field.act(), field.dice(), field.study.clone());
    let said: BTreeMap<i64, Option<bool>> =
        objects.iter().map(|seat| (*seat, Some(false))).collect();
    let done = field.store.write(move |tx| {
        Box::pin(async move {
            let told = (Some(act.at.date_naive()), &said);
            classes::settle(tx, &act, &mut rng, &study, class, told).await
        })
    });
    done.await.unwrap();
}

async fn open(field: &mut Field, class: &School, wave: &str) -> Result<String, ClassRefusal> {
    let (act, mut rng, study, key) = (
        field.act(),
        field.dice(),
        field.study.clone(),
        field.key.clone(),
    );
    let (class, wave) = (class.clone(), wave.to_owned());
    let done = field.store.write(move |tx| {
        Box::pin(async move {
            let door = (&class, wave.as_str());
            classes::open(tx, &act, &mut rng, &key, &study, door).await
        })
    });
    done.await
}

/// Everyone of a class who has not answered yet does, through the door.
async fn all_answer(field: &mut Field, class: &School, wave: &str) -> usize {
    let mut tx = field.store.read().await.unwrap();
    let entrance = entrances::of_unit(&mut tx, class.school_id, wave)
        .await
        .unwrap()
        .unwrap();
    let waiting = classes::waiting(&mut tx, &field.study, &entrance)
        .await
        .unwrap();
    drop(tx);
    let n = waiting.len();
    let (act, mut rng, study, key) = (
        field.act(),
        field.dice(),
        field.study.clone(),
        field.key.clone(),
    );
    let done = field
        .store
        .write::<_, receive::ReceiveRefusal, _>(move |tx| {
            Box::pin(async move {
                for (place, seat) in waiting.into_iter().enumerate() {
                    let own = seat.member_id;
                    entrance::let_in(tx, &act, &mut rng, &key, &entrance, own).await?;
                    let all =
                        schakel::storage::invitations::of_school(tx, entrance.unit, &entrance.wave)
                            .await?;
                    let id = all[&own].invitation_id;
                    let mut sitting = receive::open_sitting(tx, &act, id).await?;
                    let yes = BTreeMap::from([(Purpose::Research, true)]);
                    let agreed =
                        consent::decide_in(tx, &act, &mut rng, &study, &mut sitting, &yes).await;
                    assert!(agreed.is_ok());
                    let items = study.library.get("pupils").unwrap().items.keys();
                    let raw = items.enumerate().map(|(item, key)| {
                        let value = match place % 2 {
                            0 => 2 + item % 2,
                            _ => 1 + item % 3,
                        };
                        (key.clone(), filled(&value.to_string()))
                    });
                    let raw = raw.collect();
                    let saved =
                        receive::save_whole(tx, &act, &mut rng, &study, &mut sitting, &raw).await?;
                    assert_eq!((saved.stored, saved.faults.len()), (30, 0));
                    let part = schakel::fieldwork::pages::Part::Questionnaire;
                    receive::submit_in(tx, &act, &key, &study, &sitting, part).await?;
                }
                Ok(())
            })
        });
    done.await.unwrap();
    n
}

async fn portrait(field: &Field, unit: SchoolId) -> Option<PupilPortrait> {
    let mut tx = field.store.read().await.unwrap();
    let part = conclusions::part(&mut tx, field.study.study_id, unit, Part::Pupils)
        .await
        .unwrap();
    part.map(|(text, _)| serde_json::from_str(&text).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_answers_by_pictures_and_its_result_goes_to_its_teacher_alone() {
    for database in databases("pupils of a class").await {
        let mut field = Field::found_as(database.open().await, with_pupils(), 0).await;
        field.enrol(lines()).await;
        let oak = unit(&field, field.school(OAK).await).await;
        let mut teachers = Vec::new();
        for person in ["eik-04", "eik-05", "eik-06"] {
            teachers.push(field.member(oak.school_id, person).await);
        }
        let mut rooms = Vec::new();
        for (name, teacher) in ["6a", "6b", "6c"].into_iter().zip(&teachers) {
            rooms.push(make(&mut field, &oak, name, *teacher).await);
        }
        let app = App::new(
            field.store.clone(),
            field.key.clone(),
            field.clock,
            [1; 32],
            false,
        );

        // No code before the parents of all were informed; whose parents object is not among the pictures.
        let refused = open(&mut field, &rooms[0], "T1").await;
        assert!(
            matches!(refused, Err(ClassRefusal::NotInformed(12))),
            "{refused:?}"
        );
        for room in rooms.clone() {
            let objects: &[i64] = if room == rooms[0] { &[3] } else { &[] };
            settle(&mut field, room.school_id, objects).await;
        }
        let nothing = open(&mut field, &rooms[0], "T2a").await;
        assert!(nothing.is_err(), "pupils are asked nothing then");
        let code = open(&mut field, &rooms[0], "T1").await.unwrap();
        let mut tx = field.store.read().await.unwrap();
        let seats = kept::seats(&mut tx, rooms[0].school_id).await.unwrap();
        drop(tx);

        // One pupil, page by page.
        let mut device = Device::new(&app);
        assert_eq!(device.get("/door").await.to, "/r");
        assert_eq!(
            device.post("/r", "code=ABCD-EFGH-JKMN-PQRS").await.status,
            404
        );
        assert_eq!(device.post("/r", &format!("code={code}")).await.to, "/door");
        let door = device.get("/door").await;
        assert_eq!(door.html.matches("name=\"picture\"").count(), 11);
        let choose = |seat: usize| format!("picture={}", seats[seat].picture);
        assert_eq!(
            device.post("/door", &choose(2)).await.to,
            "/door",
            "the parents object"
        );
        assert_eq!(device.post("/door", &choose(0)).await.to, "/answer");
        assert!(device.get("/answer").await.html.contains("Ja, ik doe mee"));
        assert_eq!(
            device.get("/answer/1").await.to,
            "/answer",
            "nothing before a yes"
        );
        let yes = device.post(
            "/answer/consent",
            "person_picture=no&follow_up=no&research=yes",
        );
        assert_eq!(yes.await.to, "/answer/1");
        for page in 1..=30 {
            let shown = device.get(&format!("/answer/{page}")).await;
            let mark = "name=\"seen\" value=\"";
            let from = shown.html.find(mark).unwrap() + mark.len();
            let seen = shown.html[from..].split('"').next().unwrap();
            assert_eq!(shown.html.matches("<fieldset class=\"question").count(), 1);
            let items: Vec<&String> = field.study.library.get("pupils").unwrap().pages[page - 1]
                .ask
                .iter()
                .collect();
            let form = format!("seen={seen}&{}={}&go=next", items[0], 1 + page % 4);
            assert_eq!(
                device.post(&format!("/answer/{page}"), &form).await.status,
                303
            );
        }
        assert!(
            device
                .get("/answer/check")
                .await
                .html
                .contains("30 van de 30")
        );
        for path in [
            "/answer/own",
            "/answer/objection",
            "/answer/withdraw",
            "/answer/consent",
        ] {
            assert_eq!(device.get(path).await.to, "/answer", "{path}");
        }
        assert_eq!(device.post("/answer/submit", "part=").await.to, "/answer");
        assert!(
            device
                .get("/answer")
                .await
                .html
                .contains("action=\"/door/next\"")
        );
        assert_eq!(device.post("/door/next", "").await.to, "/door");
        assert_eq!(device.get("/answer").await.status, 403);
        let door = device.get("/door").await;
        assert_eq!(door.html.matches("name=\"picture\"").count(), 10);
        assert_eq!(
            device.post("/door", &choose(0)).await.to,
            "/door",
            "sent already"
        );
        // A ticket that was not given opens nothing.
        let mut other = Device::new(&app);
        let forged = device.cookies["schakel_door"].replace('.', ".0");
        other.cookies.insert("schakel_door".into(), forged);
        assert_eq!(other.get("/door").await.to, "/r");

        // The others; one of them nobody asks: the class is told over eleven.
        assert_eq!(all_answer(&mut field, &rooms[0], "T1").await, 10);
        for room in &rooms[1..] {
            open(&mut field, room, "T1").await.unwrap();
            assert_eq!(all_answer(&mut field, room, "T1").await, 12);
        }

        // An open group behind the same field: one after the other, without a name.
        let (act, mut rng, key, study) = (
            field.act(),
            field.dice(),
            field.key.clone(),
            field.study.clone(),
        );
        let made = field
            .store
            .write::<_, entrance::EntranceRefusal, _>(move |tx| {
                Box::pin(async move {
                    let key_of = group_key("pabo");
                    let place = ("focus2", key_of.as_str(), "Pabo");
                    let id = study.study_id;
                    let group = entrance::make_unit(tx, &act, &mut rng, id, None, place).await?;
                    let all = schools::all_of_study(tx, id).await?;
                    let unit = all
                        .into_iter()
                        .find(|unit| unit.school_id == group)
                        .unwrap();
                    entrance::open(tx, &act, &mut rng, &key, &study, &unit, "T1").await
                })
            });
        let code = made.await.unwrap();
        for _ in 0..2 {
            let mut device = Device::new(&app);
            assert_eq!(device.post("/r", &format!("code={code}")).await.to, "/door");
            assert!(device.get("/door").await.html.contains("zonder naam"));
            assert_eq!(device.post("/door", "start=1").await.to, "/answer");
            assert_eq!(device.get("/answer").await.status, 200);
        }

        // Closed and concluded: what the pupil of seat 3 would have said is nowhere, nor anybody's name.
        let letters = field.invite(oak.school_id, "focus2", "T1").await;
        field.close("focus2", "T1").await.unwrap();
        conclude(&field.store, &field.study, field.clock.now())
            .await
            .unwrap();
        let mut tx = field.store.read().await.unwrap();
        let frozen = snapshot::take(&mut tx, field.study.study_id).await.unwrap();
        drop(tx);
        assert_eq!(frozen.units.len(), 4);
        assert_eq!(
            frozen
                .unit_members
                .iter()
                .filter(|row| row.roles == ["pupil"])
                .count(),
            36
        );
        let own = portrait(&field, rooms[0].school_id).await.unwrap();
        assert_eq!(own.waves[0].scales.len(), 5);
        assert_eq!(own.waves[0].scales[0].n.shown(), Ok(&11));
        let whole = portrait(&field, oak.school_id).await.unwrap();
        assert_eq!(whole.waves[0].scales[0].n.shown(), Ok(&35));
        assert!(whole.waves[0].scales[0].mean.shown().is_ok());

        // The teacher of the class; another teacher; the team of the school.
        let class = rooms[0].school_id.to_string();
        let mut visit = Vec::new();
        for teacher in &teachers[..2] {
            let letter = letters
                .iter()
                .find(|letter| letter.member_id == *teacher)
                .unwrap();
            let entered = field
                .enter(&field.key.code(letter.invitation_id.0, 1))
                .await
                .unwrap();
            let mut device = Device::new(&app);
            device
                .cookies
                .insert("schakel_visit".into(), entered.cookie);
            visit.push(device);
        }
        let result = visit[0].get("/answer/class").await;
        assert!(result.html.contains(&class) && !result.html.contains("<td>2"));
        assert_eq!(
            visit[0]
                .post("/answer/class", &format!("class={class}"))
                .await
                .status,
            303
        );
        assert!(visit[0].get("/answer/class").await.html.contains("<td>2"));
        assert!(!visit[1].get("/answer/class").await.html.contains(&class));
        assert_eq!(
            visit[1]
                .post("/answer/class", &format!("class={class}"))
                .await
                .status,
            404
        );
        let (act, mut rng, key) = (field.act(), field.dice(), field.key.clone());
        let recipient = Recipient {
            study_id: field.study.study_id,
            role: "school".to_owned(),
            label: "team".to_owned(),
            schools: vec![oak.school_id],
        };
        let handed = field
            .store
            .write::<_, schakel::storage::StorageError, _>(move |tx| {
                Box::pin(async move { enter::hand_out(tx, &act, &mut rng, &key, &recipient).await })
            });
        let (_, code) = handed.await.unwrap();
        let mut team = Device::new(&app);
        assert_eq!(team.post("/r", &format!("code={code}")).await.to, "/school");
        assert_eq!(team.post("/school/pupils", "").await.to, "/school/pupils");
        let told = team.get("/school/pupils").await;
        assert!(told.html.contains("<td>2") && !told.html.contains("6a"));
        assert_eq!(team.get("/answer/class").await.status, 403);
        assert!(!team.get("/school").await.html.contains("Taakgerichtheid"));
    }
}

#[test]
fn a_wave_in_which_only_pupils_are_asked_asks_no_staff() {
    let design = with_pupils();
    assert!(design.asks_at(OAK, "T1") && design.asks_at(OAK, "T3"));
    assert!(!design.asks_at(OAK, "T2b"));
    assert!(!design.asks_at(&office_key("bosrand"), "T2b"));
}
