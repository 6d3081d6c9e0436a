//! Every row x every role x every relation.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::Instant;

use schakel::web::access::{Row, Who};
use schakel::web::router;

use super::expected::{Line, Object, table};
use super::front::wrong_headers;
use super::support::figures::record;
use super::world::{Answer, Named, Pages, ROLES, World, ask, file_form, pages};

/// Words of effects in both languages: for nobody but the researcher.
const EFFECT_WORDS: [&str; 6] = [
    "effectgroep",
    "effect group",
    "high-effect",
    "low-effect",
    "effect_group",
    "p_top",
];

pub fn name_of(row: &Row) -> String {
    format!("{} {}", row.method, row.path)
}

/// Who a row lets in, by the roles of this test.
pub fn lets_in(who: Who, role: &str) -> bool {
    match who {
        Who::Anyone => true,
        Who::Respondent => ["respondent", "withdrawn"].contains(&role),
        Who::Founder => ["founder", "administrator"].contains(&role),
        Who::OnTheWay => role == "underway",
        Who::Account => ["account", "administrator"].contains(&role),
        Who::Administrator => role == "administrator",
        other => other.roles().contains(&role),
    }
}

/// What a row is sent: its form, or a list where it takes a file.
pub fn form_of(row: &Row, line: Option<&Line>) -> String {
    if row.path.ends_with("/upload") {
        return file_form("lijst.csv", "school,cohort,person,name,role\n");
    }
    line.map(|line| line.form.clone()).unwrap_or_default()
}

/// What must not stand in an answer to this role, whatever was asked.
pub fn told_too_much(world: &World, role: &str, asked: &str, answer: &Answer) -> Option<String> {
    let told = |name: &&String| answer.body.contains(name.as_str());
    // Of the other study nothing at all.
    let other = &world.other;
    if let Some(name) = other.names.iter().find(told) {
        return Some(name.clone());
    }
    let ids = other.ids();
    let mut ids = ids.iter().filter(|id| !asked.contains(**id));
    if let Some(id) = ids.find(|id| id.len() > 5 && answer.body.contains(**id)) {
        return Some((*id).to_owned());
    }
    let is_person = |name: &&String| name.contains("Pieternel") || name.contains('@');
    let is_beside = |name: &&String| name.contains("beuk") || name.contains("De Beuk");
    let own = &world.own.names;
    let found = match role {
        "owner" | "custodian" => None,
        "respondent" | "withdrawn" => own
            .iter()
            .filter(|name| name.contains('@') || is_beside(name))
            .find(told),
        "school" | "principal" => own
            .iter()
            .filter(|name| is_person(name) || (name.starts_with("De ") && *name != "De Eik"))
            .find(told),
        "board" | "trainer" => own
            .iter()
            .filter(|name| is_person(name) || is_beside(name))
            .find(told),
        _ => own.iter().find(told),
    };
    if let Some(name) = found {
        return Some(name.clone());
    }
    let lower = answer.body.to_lowercase();
    let mut words = EFFECT_WORDS.iter();
    words
        .find(|word| !["researcher", "owner", "founder"].contains(&role) && lower.contains(**word))
        .map(|word| (*word).to_owned())
}

/// One cell: what is asked about whose object, as whom.
struct Asking<'w> {
    world: &'w World,
    all: Pages,
    cookies: BTreeMap<&'static str, String>,
    faults: Vec<String>,
    cells: usize,
    refused: usize,
}

impl Asking<'_> {
    async fn cell(
        &mut self,
        role: &'static str,
        method: &str,
        (path, form): (&str, &str),
        named: &Named,
    ) -> Answer {
        self.cells += 1;
        let own = &self.world.own;
        let own = |text: &str| {
            text.replace("{own_school}", &own.school)
                .replace("{own_member}", &own.member)
        };
        let (path, form) = (named.fill(&own(path)), named.fill(&own(form)));
        if path == "/leave" || path == "/door/next" {
            self.cookies.insert(role, self.world.visit(role).await);
        }
        let answer = ask(&self.all, method, &path, &self.cookies[role], &form).await;
        if path == "/leave" || path == "/door/next" {
            self.cookies.insert(role, self.world.visit(role).await);
        }
        let what = format!("{role}: {method} {path}");
        if answer.status >= 500 {
            self.faults.push(format!("{what}: {}", answer.status));
        }
        self.refused += usize::from([403, 404].contains(&answer.status));
        if let Some(told) = told_too_much(self.world, role, &format!("{path} {form}"), &answer) {
            self.faults.push(format!("{what}: tells {told}"));
        }
        let wrong = wrong_headers(&path, &answer);
        self.faults
            .extend(wrong.map(|wrong| format!("{what}: {wrong}")));
        answer
    }

    /// Somebody else's object is told of as one that there is not, word for word.
    fn same_as_none(&mut self, what: &str, of: [(&Named, &Answer); 2]) {
        let [(one, told), (none, not)] = of;
        let clean = |named: &Named, text: &str| {
            let ids = named.ids().into_iter().filter(|id| id.len() > 2);
            ids.fold(text.to_owned(), |text, id| text.replace(id, "ID"))
        };
        if told.status != not.status || clean(one, &told.body) != clean(none, &not.body) {
            let (a, b) = (told.status, not.status);
            self.faults.push(format!(
                "{what}: {a} is not told as what there is not ({b})"
            ));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_row_lets_in_whom_the_table_says() {
    let began = Instant::now();
    let world = World::make().await;
    let expected = table();
    let mut cookies = BTreeMap::new();
    for role in ROLES {
        cookies.insert(role, world.visit(role).await);
    }
    let mut asking = Asking {
        world: &world,
        all: pages(&world.app),
        cookies,
        faults: Vec::new(),
        cells: 0,
        refused: 0,
    };
    let mut draft = String::new();
    // What changes nothing first, so that each row finds the world as it was made.
    let mut rows: Vec<&Row> = router::table().collect();
    rows.sort_by_key(|row| row.method == "POST");
    let known: BTreeSet<String> = rows.iter().map(|row| name_of(row)).collect();
    for line in expected.lines.keys().filter(|line| !known.contains(*line)) {
        asking.faults.push(format!("no such row: {line}"));
    }
    for row in &rows {
        let name = name_of(row);
        let line = expected.lines.get(&name);
        if line.is_none() {
            asking
                .faults
                .push(format!("no expectation in expected.txt for {name}"));
        }
        let form = form_of(row, line);
        let sent = (row.path, form.as_str());
        let mut found = Line {
            row: name.clone(),
            form: line.map(|line| line.form.clone()).unwrap_or_default(),
            roles: Vec::new(),
            objects: Vec::new(),
        };
        let mut nobody = None;
        // Whoever may not, first; then who may, which may change something.
        let mut order = ROLES;
        order.sort_by_key(|role| lets_in(row.who, role));
        let mut of_role = BTreeMap::new();
        for role in order {
            let answer = asking
                .cell(role, row.method.as_str(), sent, &world.own)
                .await;
            of_role.insert(role, answer.status);
            if lets_in(row.who, role) {
                continue;
            }
            // Every refusal is the same refusal.
            let first = nobody.get_or_insert_with(|| answer.clone());
            if first.body != answer.body || answer.status != 403 {
                asking
                    .faults
                    .push(format!("{role}: {name} is refused in another way"));
            }
        }
        found.roles = ROLES.iter().map(|role| of_role[role]).collect();
        let is_own = [
            "{school}",
            "{member}",
            "{meeting}",
            "{upload}",
            "{interview}",
            "{statement}",
        ];
        let of = ROLES.iter().rfind(|role| lets_in(row.who, role));
        if let Some(role) = of.filter(|_| is_own.iter().any(|hole| row.path.contains(hole))) {
            let mut answers = Vec::new();
            // Another school is another's to whoever has schools; to the owner, its member is at the wrong address.
            let mut beside = world.beside.clone();
            if row.who == Who::Owner {
                beside.school_key.clone_from(&world.own.school_key);
                beside.upload.clone_from(&world.none.upload);
            }
            for named in [&beside, &world.other, &world.none] {
                let answer = asking.cell(role, row.method.as_str(), sent, named).await;
                found.objects.push(answer.status);
                answers.push(answer);
            }
            asking.same_as_none(
                &name,
                [(&world.other, &answers[1]), (&world.none, &answers[2])],
            );
            if ![Who::Owner, Who::Researcher, Who::Coder].contains(&row.who) {
                asking.same_as_none(&name, [(&beside, &answers[0]), (&world.none, &answers[2])]);
            }
        }
        if let Some(line) = line.filter(|line| **line != found) {
            asking.faults.push(format!(
                "{name}: {:?} {:?}, expected {:?} {:?}",
                found.roles, found.objects, line.roles, line.objects
            ));
        }
        write_line(&mut draft, &found);
    }
    for object in &expected.objects {
        let found = named_elsewhere(&mut asking, object).await;
        if found != object.statuses {
            let wanted = &object.statuses;
            asking.faults.push(format!(
                "as {} {} {}: {found:?}, expected {wanted:?}",
                object.role, object.method, object.path
            ));
        }
        let found: Vec<String> = found.iter().map(u16::to_string).collect();
        let form = Some(&object.form).filter(|form| !form.is_empty());
        let form = form.map_or_else(String::new, |form| format!(" < {form}"));
        let (role, method, path) = (&object.role, &object.method, &object.path);
        let found = found.join(" ");
        writeln!(draft, "as {role} {method} {path}{form} | {found}").expect("text");
    }
    if let Ok(file) = std::env::var("SCHAKEL_GUARDS_DRAFT") {
        std::fs::write(file, draft).expect("the draft is written");
    }
    let n_ended = ended(&mut asking, &rows).await;
    record(
        "guards.matrix",
        &serde_json::json!({
            "rows": rows.len(),
            "roles": ROLES.len(),
            "cells": asking.cells,
            "cells_of_ended_visits": n_ended,
            "refused_or_not_found": asking.refused,
            "wrong": asking.faults.len(),
            "seconds": began.elapsed().as_secs(),
        }),
    );
    let told = asking.faults.join("\n");
    assert!(asking.faults.is_empty(), "{told}");
}

fn write_line(draft: &mut String, line: &Line) {
    let words = |numbers: &[u16]| {
        let words: Vec<String> = numbers.iter().map(u16::to_string).collect();
        if words.is_empty() {
            "-".to_owned()
        } else {
            words.join(" ")
        }
    };
    let form = Some(&line.form).filter(|form| !form.is_empty());
    let form = form.map_or_else(String::new, |form| format!(" < {form}"));
    let asked = format!("{}{form}", line.row);
    let (roles, objects) = (words(&line.roles), words(&line.objects));
    writeln!(draft, "{asked:<56} | {roles} | {objects}").expect("text");
}

/// Objects in queries and forms: of a school that is not one's own, of another study, of none.
async fn named_elsewhere(asking: &mut Asking<'_>, object: &Object) -> Vec<u16> {
    let role = ROLES.iter().find(|role| **role == object.role);
    let role = role.unwrap_or_else(|| panic!("no role {}", object.role));
    let world = asking.world;
    let sent = (object.path.as_str(), object.form.as_str());
    let mut answers = Vec::new();
    for named in [&world.beside, &world.other, &world.none] {
        answers.push(asking.cell(role, &object.method, sent, named).await);
    }
    let what = format!("{role}: {} {}", object.method, object.path);
    asking.same_as_none(
        &what,
        [(&world.other, &answers[1]), (&world.none, &answers[2])],
    );
    answers.iter().map(|answer| answer.status).collect()
}

/// A visit that has ended in whatever way is nobody's.
async fn ended(asking: &mut Asking<'_>, rows: &[&Row]) -> usize {
    let world = asking.world;
    let mut n = 0;
    for role in ROLES {
        for (how, cookie) in world.ended(role).await {
            for row in rows.iter().filter(|row| row.who != Who::Anyone) {
                n += 1;
                let (path, form) = (world.own.fill(row.path), form_of(row, None));
                let method = row.method.as_str();
                let answer = ask(&asking.all, method, &path, &cookie, &form).await;
                if answer.status != 403 {
                    let status = answer.status;
                    asking
                        .faults
                        .push(format!("{role}, {how}: {method} {path}: {status}"));
                }
            }
        }
    }
    n
}
