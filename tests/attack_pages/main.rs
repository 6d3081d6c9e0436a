//! The attack on the pages: with the rights of a school, a principal, a trainer, a board member, a respondent and nobody,
//! over every link, form and route that there is, with values that no page offers. A route that is added is attacked with
//! the rest: they are read from the router itself.

#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "each test uses its own part")]
mod support;

mod crawl;
mod study;

use std::collections::{BTreeMap, BTreeSet};

use crawl::{Answer, Crawl, numbers};
use study::{Desk, ROLES};
use support::tables::everything;

/// Everything a role could reach, by path.
type Reached = BTreeMap<String, Answer>;

/// First what can be reached by looking, then what opens when the buttons of these pages are pressed.
fn walk(desk: &Desk, role: &str) -> (Reached, Reached) {
    let mut crawl = Crawl::new(&desk.base, desk.visitor(role), desk.guesses(role));
    let looked = crawl.everything();
    crawl.press_buttons(role);
    let opened = crawl.everything();
    (looked, opened)
}

/// Paths whose answers may speak of pupils: to a board, and of a school's own.
fn is_of_achievement(path: &str) -> bool {
    path.contains("achievement") || path.starts_with("/board")
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_show_what_was_kept_and_nothing_else() {
    let database = &support::databases::databases("the attack on the pages").await[0];
    let other = &support::databases::databases("the same with other pupils").await[0];
    let desk = Desk::open(database, false).await;
    // The same schools with the pupils of others: effects, ranks and effect groups are others.
    let elsewhere = Desk::open(other, true).await;
    assert_ne!(desk.effects, elsewhere.effects, "the effects are others");
    assert_eq!(desk.team_parts, elsewhere.team_parts, "what is kept for teams knows nothing of pupils");

    let mut faults: Vec<String> = Vec::new();
    let (mut n_pages, mut n_numbers) = (0, 0);
    for role in ROLES {
        let before = everything(&desk.store).await;
        let looked = {
            let (desk, role) = (desk.clone(), role.to_owned());
            tokio::task::spawn_blocking(move || {
                let mut crawl = Crawl::new(&desk.base, desk.visitor(&role), desk.guesses(&role));
                crawl.everything()
            })
            .await
            .expect("the crawl ends")
        };
        // Entering is a POST; it opened a visit and left its line in the audit. Looking leaves nothing.
        let after = everything(&desk.store).await;
        for (table, rows) in &after {
            let entered = matches!(table.as_str(), "visits" | "audit" | "audit_log" | "invitations");
            if before.get(table) != Some(rows) && !entered {
                faults.push(format!("{role}: looking changed {table}"));
            }
            let grown = rows.len().saturating_sub(before.get(table).map_or(0, Vec::len));
            if grown > 1 {
                faults.push(format!("{role}: looking left {grown} rows in {table}"));
            }
        }
        let (_, opened) = {
            let (desk, role) = (desk.clone(), role.to_owned());
            tokio::task::spawn_blocking(move || walk(&desk, &role)).await.expect("the crawl ends")
        };
        let (_, mirrored) = {
            let (desk, role) = (elsewhere.clone(), role.to_owned());
            tokio::task::spawn_blocking(move || walk(&desk, &role)).await.expect("the crawl ends")
        };
        for (path, answer) in looked.iter().chain(&opened) {
            n_pages += 1;
            if answer.status >= 500 {
                faults.push(format!("{role}: {path} fails with {}", answer.status));
            }
            faults.extend(desk.wrongs(role, path, answer));
        }
        for (path, answer) in &opened {
            if is_of_achievement(path) {
                continue;
            }
            match mirrored.get(path) {
                Some(same) if same.comparable() == answer.comparable() => {}
                Some(same) => faults.push(format!("{role}: {path} differs with other pupils: {}", answer.first_difference(same))),
                None => faults.push(format!("{role}: {path} is there only with these pupils")),
            }
        }
        // Every number that a page of results says stands in what was kept for it.
        let allowed = desk.kept_numbers().await;
        for (path, answer) in opened.iter().filter(|(path, answer)| answer.status == 200 && desk.shows_results(role, path)) {
            for (number, said) in numbers(&answer.text) {
                n_numbers += 1;
                if !allowed.contains(&number) {
                    faults.push(format!("{role}: {path} says {number}, which was not kept: {said}"));
                }
            }
        }
        println!("{role}: {} answers, of which {} pages", opened.len(), opened.values().filter(|answer| answer.status == 200).count());
    }
    println!("{n_pages} answers read, {n_numbers} numbers checked");
    let faults: BTreeSet<String> = faults.into_iter().collect();
    let told: Vec<&String> = faults.iter().take(40).collect();
    assert!(faults.is_empty(), "{} faults: {told:#?}", faults.len());
}
