//! The work of a teacher: an open group comes in by its code, nameless; from ten people the desk shows what they wish and what
//! they experience, with an exact test.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at whatever is not as it should be"
)]

use crate::support;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;
use schakel::conclude;
use schakel::domain::consent::Purpose;
use schakel::domain::id::{InvitationId, SchoolId};
use schakel::domain::language::Language;
use schakel::domain::roster::group_key;
use schakel::domain::teachers_work::{CHARACTERISTICS, STUDENT, experienced, wished};
use schakel::domain::time::{Clock, FixedClock};
use schakel::evaluation::findings::Findings;
use schakel::fieldwork::export::{Export, Table};
use schakel::fieldwork::{consent, entrance};
use schakel::storage::{conclusions, entrances, invitations, rosters, schools};

use support::databases::databases;
use support::server::{Installation, Server, Visitor};
use support::small_study::{Field, OAK, filled, lines, start, whole_design};

/// Makes a group, opens its code and lets so many in; gives the unit and what they were let in on.
async fn group(field: &mut Field, name: &str, people: usize) -> (SchoolId, Vec<InvitationId>) {
    let (act, mut rng, study, key) = (
        field.act(),
        field.dice(),
        field.study.clone(),
        field.key.clone(),
    );
    let name = name.to_owned();
    field
        .store
        .write::<_, entrance::EntranceRefusal, _>(move |tx| {
            Box::pin(async move {
                let study_id = study.study_id;
                let own_key = group_key(&name);
                let named = ("focus2", own_key.as_str(), name.as_str());
                let unit = entrance::make_unit(tx, &act, &mut rng, study_id, None, named).await?;
                let all = schools::all_of_study(tx, study_id).await?;
                let made = all.iter().find(|known| known.school_id == unit).unwrap();
                let code = entrance::open(tx, &act, &mut rng, &key, &study, made, "T1").await?;
                assert!(code.len() >= 8, "{code}");
                let door = entrances::of_unit(tx, unit, "T1").await?.unwrap();
                for _ in 0..people {
                    let who = (STUDENT, Language::Nl);
                    entrance::join_group(tx, &act, &mut rng, &key, &door, who).await?;
                }
                let invited = invitations::of_school(tx, unit, "T1").await?;
                let mut ids: Vec<InvitationId> =
                    invited.values().map(|one| one.invitation_id).collect();
                ids.sort();
                let members = rosters::of_school(tx, unit).await?;
                assert!(members.iter().all(|member| member.name.is_empty()));
                Ok((unit, ids))
            })
        })
        .await
        .unwrap()
}

/// One person's choices: of everything wished for, and of the first so many experienced, the same code.
async fn chooses(field: &mut Field, id: InvitationId, wish: i64, now: i64) {
    let (act, mut rng, study) = (field.act(), field.dice(), field.study.clone());
    let decisions: BTreeMap<Purpose, bool> = [(Purpose::Research, true)].into();
    field
        .store
        .write(move |tx| {
            Box::pin(
                async move { consent::decide(tx, &act, &mut rng, &study, id, &decisions).await },
            )
        })
        .await
        .unwrap();
    for first in [0, 4] {
        for (item, code) in [(wished as fn(&str) -> String, wish), (experienced, now)] {
            let own = &CHARACTERISTICS[first..first + 4];
            let mut page = field.page(id, &item(own[0])).await;
            for key in own {
                page.raw.insert(item(key), filled(&code.to_string()));
            }
            let saved = field.save(&page).await.unwrap();
            assert_eq!((saved.stored, saved.faults.len()), (4, 0));
        }
    }
    field.submit(id).await.unwrap();
}

fn visitor(place: &Installation, server: &Server, role: &str) -> Visitor {
    let said = place.must(&["study", "link", "small", role]);
    let secret = said.split('#').nth(1).unwrap().lines().next().unwrap();
    let visitor = Visitor::new(&server.base);
    visitor.enter(secret.trim());
    visitor
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_group_is_told_from_ten_people() {
    let mut told = Vec::new();
    for database in databases("the work of a teacher").await {
        let mut field = Field::found_as(database.open().await, whole_design(), 0).await;
        field.enrol(lines()).await;
        let (_, ten) = group(&mut field, "college", 10).await;
        let (_, three) = group(&mut field, "klein", 3).await;
        for (number, id) in ten.iter().enumerate() {
            // Eight wish a profession and experience mass production; two see no difference.
            let now = if number < 8 { 1 } else { 3 };
            chooses(&mut field, *id, 3, now).await;
        }
        for id in three {
            chooses(&mut field, id, 2, 2).await;
        }
        field.clock = FixedClock(start() + TimeDelta::weeks(1) + TimeDelta::hours(1));
        field.close("focus2", "T1").await.unwrap();
        conclude::conclude(&field.store, &field.study, field.clock.now())
            .await
            .unwrap();
        let mut tx = field.store.read().await.unwrap();
        let study_id = field.study.study_id;
        let (key, _) = conclusions::newest(&mut tx, study_id)
            .await
            .unwrap()
            .unwrap();
        let text = conclusions::findings(&mut tx, &key).await.unwrap().unwrap();
        let findings: Findings = serde_json::from_str(&text).unwrap();
        let of = |group: &str| {
            let found = findings.work.iter().find(|one| one.group == group);
            found.unwrap_or_else(|| panic!("{group}")).clone()
        };
        assert_eq!(of("group:klein").told, None, "three are too few");
        let college = of("group:college").told.unwrap();
        assert_eq!(
            (college.wished, college.experienced),
            ([0, 0, 80], [64, 0, 16])
        );
        // Eight of ten differ, all one way and by the same: two of 2^8 ways to turn their signs.
        assert_eq!(college.tests[2].p_value, Some(2.0 / 256.0));
        assert_eq!(college.tests[2].mean, 6.4);
        assert_eq!(of("").n, 13, "all groups of the wave");
        // No school has them, and no network.
        assert_eq!(findings.contents.schools, 2);

        let study = Arc::clone(&field.study);
        let export = Export::prepare(&mut tx, study, Language::Nl, None)
            .await
            .unwrap();
        let mut answers = Vec::new();
        for place in &export.schools {
            let read = export.school(&mut tx, place).await.unwrap();
            answers.extend(export.rows(&Table::Answers, &read));
            let tied = export.rows(&Table::Persons, &read).len();
            assert_eq!(tied > 0, place.key == OAK, "{}", place.key);
        }
        let wishes = answers
            .iter()
            .filter(|row| row[4] == wished("goals") && row[6] == "3");
        assert_eq!(wishes.count(), 10);
        drop(tx);
        told.push(text);

        let place = Installation::new(&database.address);
        let server = place.serve();
        let desk = visitor(&place, &server, "researcher");
        let page = desk.get("/research/work");
        assert!(
            page.has("college") && page.has("klein, T1: minder dan 10 mensen"),
            "{}",
            page.html
        );
        assert!(page.has("80\u{a0}%") && page.has("100\u{a0}%"));
        assert_eq!(desk.get("/research/table/work_shift.csv").status, 200);
        let owner = visitor(&place, &server, "owner");
        assert!(owner.get("/study/groups").has("de meting is voorbij"));
        // A group without a wave in the past: made, opened, put on paper and shut.
        let cohort = [
            ("do", "make"),
            ("name", "Avond groep!"),
            ("cohort", "focus2"),
        ];
        assert_eq!(owner.post("/study/groups", &cohort).status, 303);
        assert!(owner.get("/study/groups").has("Avond groep!"));
        let nameless = [("do", "make"), ("name", "?"), ("cohort", "focus2")];
        assert_eq!(owner.post("/study/groups", &nameless).status, 409);
    }
    told.dedup();
    assert_eq!(told.len(), 1, "the same on both databases");
}
