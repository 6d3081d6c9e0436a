//! The attack on the pages: with the rights of a school, a principal, a trainer, a board member, a respondent and nobody,
//! over every link, form and route that there is, with values that no page offers. A route that is added is attacked with
//! the rest: they are read from the router itself.

use crate::support;

mod crawl;
mod study;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crawl::{Answer, Crawl, numbers};
use study::{Desk, ROLES};
use support::server::Visitor;
use support::tables::everything;

/// Everything a role could reach, by path.
type Reached = BTreeMap<String, Answer>;

/// What can be reached by looking, and what besides when the buttons of these pages have been pressed.
async fn walk(desk: &Desk, role: &'static str, visitor: Visitor, press: bool) -> Reached {
    let desk = desk.clone();
    tokio::task::spawn_blocking(move || {
        let mut crawl = Crawl::new(visitor, desk.guesses());
        let looked = crawl.everything();
        if !press {
            return looked;
        }
        crawl.press_buttons(role);
        crawl.everything()
    })
    .await
    .expect("the crawl ends")
}

async fn enter(desk: &Desk, role: &'static str) -> Visitor {
    let desk = desk.clone();
    let entering = tokio::task::spawn_blocking(move || desk.visitor(role));
    entering.await.expect("the door opens")
}

/// Paths whose answers may speak of pupils: to a board, and to a principal about the own school.
fn is_of_achievement(path: &str) -> bool {
    path.contains("achievement")
        || path.starts_with("/board")
        || path.starts_with("/principal/goals")
        || path.starts_with("/principal/conversations")
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_show_what_was_kept_and_nothing_else() {
    let database = &support::databases::databases("the attack on the pages").await[0];
    let other = &support::databases::databases("the same with other pupils").await[0];
    // The same schools with the pupils of others: effects, ranks and effect groups are others.
    let (desk, elsewhere) = tokio::join!(Desk::open(database, false), Desk::open(other, true));
    assert_ne!(desk.effects, elsewhere.effects, "the effects are others");
    assert_eq!(
        desk.team_parts, elsewhere.team_parts,
        "what is kept for teams knows nothing of pupils"
    );

    let mut faults: Vec<String> = Vec::new();
    let (mut n_pages, mut n_numbers) = (0, 0);
    for role in ROLES {
        let here = async {
            let visitor = enter(&desk, role).await;
            let before = everything(&desk.store).await;
            let looked = walk(&desk, role, visitor, false).await;
            let after = everything(&desk.store).await;
            let opened = walk(&desk, role, enter(&desk, role).await, true).await;
            (before, looked, after, opened)
        };
        let there = async { walk(&elsewhere, role, enter(&elsewhere, role).await, true).await };
        let ((before, looked, after, opened), mirrored) = tokio::join!(here, there);
        for (table, rows) in &after {
            // That somebody looked at names is noted: nothing else changes by looking.
            let is_note = |row: &&String| table == "audit" && row.contains("'look'");
            let stood: HashSet<&String> = before[table].iter().collect();
            let stand: HashSet<&String> = rows.iter().collect();
            let all_stand = stood.is_subset(&stand);
            if !all_stand || !stand.difference(&stood).all(is_note) {
                faults.push(format!("{role}: looking changed {table}"));
            }
        }
        // What is the same after the buttons were pressed has been read.
        let new = opened
            .iter()
            .filter(|(path, answer)| looked.get(*path) != Some(*answer));
        for (path, answer) in looked.iter().chain(new) {
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
                Some(same) => faults.push(format!(
                    "{role}: {path} differs with other pupils: {}",
                    answer.first_difference(same)
                )),
                None => faults.push(format!("{role}: {path} is there only with these pupils")),
            }
        }
        // Every number that a page of results says stands in what was kept for it.
        let allowed = desk.kept_numbers().await;
        for (path, answer) in opened
            .iter()
            .filter(|(path, answer)| answer.status == 200 && desk.shows_results(role, path))
        {
            for (number, said) in numbers(&answer.text) {
                n_numbers += 1;
                if !allowed.contains(&number) {
                    faults.push(format!(
                        "{role}: {path} says {number}, which was not kept: {said}"
                    ));
                }
            }
        }
        println!(
            "{role}: {} answers, of which {} pages",
            opened.len(),
            opened
                .values()
                .filter(|answer| answer.status == 200)
                .count()
        );
    }
    println!("{n_pages} answers read, {n_numbers} numbers checked");
    let faults: BTreeSet<String> = faults.into_iter().collect();
    let told: Vec<&String> = faults.iter().take(40).collect();
    assert!(faults.is_empty(), "{} faults: {told:#?}", faults.len());
}
