//! Whatever a form names of another study, that study stays as it was.

use std::collections::{BTreeMap, BTreeSet};

use schakel::web::access::Who;
use schakel::web::openapi::FIELDS;
use schakel::web::router::table;

use super::front::forms_from_elsewhere;
use super::matrix::lets_in;
use super::support::figures::record;
use super::support::tables::everything;
use super::world::{Named, ROLES, World, ask, pages};

/// What stands in a field when somebody means to reach another study.
fn values(named: &Named, field: &str) -> Vec<String> {
    let one = |text: &str| vec![text.to_owned()];
    match field {
        "school" => vec![named.school.clone(), named.school_key.clone()],
        "member" | "duplicate" | "leave" | "as" => one(&named.member),
        "window" => one(&named.window),
        "invitation" | "mail" => one(&named.invitation),
        "link" => one(&named.link),
        "upload" => one(&named.upload),
        "action" => one(&named.action),
        "export" => one(&named.export),
        "to" => one(&named.school_key),
        "name" => one(&named.recipe),
        "on" | "due_on" | "joined_on" | "leaves_on" | "held_on" => one("2024-10-01"),
        "confirm" | "objects" | "listed" => one("yes"),
        "wave" => one("T1"),
        "what" => ["leave", "rename", "roles", "move", "merge", "rejoin"]
            .map(str::to_owned)
            .to_vec(),
        "role" => one("teacher"),
        "part" => one("team"),
        _ => one("1"),
    }
}

/// All forms of the row's fields: as many as the field with the most values has.
fn forms(path: &str, named: &Named) -> Vec<String> {
    let ids = [
        "school",
        "member",
        "window",
        "invitation",
        "mail",
        "link",
        "upload",
        "action",
        "export",
        "name",
    ];
    let known = FIELDS.iter().find(|(known, _)| *known == path);
    let mut fields: BTreeSet<&str> = ids.into_iter().collect();
    fields.extend(known.into_iter().flat_map(|(_, fields)| fields.iter()));
    let values: Vec<(&str, Vec<String>)> = fields
        .into_iter()
        .map(|field| (field, values(named, field)))
        .collect();
    let most = values.iter().map(|(_, values)| values.len()).max();
    (0..most.unwrap_or_default())
        .map(|turn| {
            let pairs = values.iter().map(|(field, values)| {
                let value = &values[turn % values.len()];
                format!("{field}={}", value.replace(' ', "+"))
            });
            pairs.collect::<Vec<_>>().join("&")
        })
        .collect()
}

/// Ids as they stand in a row of a table.
fn ids_of(row: &str) -> BTreeSet<String> {
    let quoted = row.split("X'").skip(1).filter_map(|rest| rest.get(..32));
    quoted.map(str::to_lowercase).collect()
}

/// The rows that are of a study: every row that names it, and every row that names what those rows name.
fn of_study(
    all: &BTreeMap<String, Vec<String>>,
    from: &BTreeSet<String>,
) -> (BTreeMap<String, Vec<String>>, BTreeSet<String>) {
    let mut ids = from.clone();
    loop {
        let before = ids.len();
        for (table, rows) in all.iter().filter(|(table, _)| *table != "audit") {
            for row in rows {
                let named = ids_of(row);
                // Visits name what they open, and nothing names them.
                if table != "visits" && named.iter().any(|id| ids.contains(id)) {
                    ids.extend(named);
                }
            }
        }
        if ids.len() == before {
            break;
        }
    }
    (that_name(all, &ids), ids)
}

fn that_name(
    all: &BTreeMap<String, Vec<String>>,
    ids: &BTreeSet<String>,
) -> BTreeMap<String, Vec<String>> {
    let tables = all.iter().filter(|(table, _)| *table != "audit");
    let rows = tables.map(|(table, rows)| {
        let own = rows
            .iter()
            .filter(|row| ids_of(row).iter().any(|id| ids.contains(id)));
        (table.clone(), own.cloned().collect())
    });
    rows.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forms_from_elsewhere_and_about_others_change_nothing() {
    let world = World::make().await;
    forms_from_elsewhere(&world).await;
    let hex = |id: &str| id.replace('-', "");
    let other = BTreeSet::from([hex(&world.other.school), hex(&world.other.link)]);
    let before = everything(&world.store).await;
    let (theirs, ids) = of_study(&before, &other);
    assert!(
        !ids.contains(&hex(&world.own.school)),
        "two studies are apart"
    );
    assert!(ids.contains(&hex(&world.other.member)), "a study is whole");
    let n_rows: usize = theirs.values().map(Vec::len).sum();
    assert!(n_rows > 200, "{n_rows}");

    let all = pages(&world.app);
    let (mut sent, mut failures) = (0, Vec::new());
    let rows: Vec<_> = table().filter(|row| row.method == "POST").collect();
    for row in &rows {
        let Some(role) = ROLES.iter().find(|role| lets_in(row.who, role)) else {
            continue;
        };
        // Founding a study is no deed to an object.
        if row.who == Who::Founder || row.path == "/study/rehearsal" {
            continue;
        }
        for named in [&world.own, &world.other] {
            let path = named.fill(row.path);
            for form in forms(row.path, &world.other) {
                sent += 1;
                let cookie = world.visit(role).await;
                let answer = ask(&all, "POST", &path, &cookie, &form).await;
                if answer.status >= 500 {
                    failures.push(format!("{}: {path} {form}", answer.status));
                }
            }
        }
    }
    let after = everything(&world.store).await;
    let now = that_name(&after, &ids);
    for (table, rows) in &theirs {
        assert_eq!(rows, &now[table], "{table} of the other study");
    }
    record(
        "guards.foreign",
        &serde_json::json!({
            "post_rows": rows.len(), "forms": sent, "rows_of_the_other_study": n_rows, "changed": 0,
        }),
    );
    assert!(failures.is_empty(), "{failures:#?}");
}
