//! Each guard taken away in turn: the matrix has to see it.

use std::collections::BTreeMap;
use std::time::Instant;

use hyper_util::service::TowerToHyperService;
use schakel::web::access::{Row, Who};
use schakel::web::router::{router_without, table};

use super::expected;
use super::matrix::{form_of, lets_in, name_of};
use super::support::figures::record;
use super::world::{ROLES, World, ask};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guard_that_is_missing_is_noticed() {
    let began = Instant::now();
    let world = World::make().await;
    let lines = expected::table().lines;
    let mut cookies = BTreeMap::new();
    for role in ROLES {
        cookies.insert(role, world.visit(role).await);
    }
    let rows: Vec<&'static Row> = table().filter(|row| row.who != Who::Anyone).collect();
    let (mut noticed, mut let_in, mut missed) = (0, 0, Vec::new());
    for row in &rows {
        let pages = TowerToHyperService::new(router_without(world.app.clone(), Some(row)));
        let form = form_of(row, lines.get(&name_of(row)));
        let (path, form) = (world.own.fill(row.path), world.own.fill(&form));
        let (mut changed, mut passed) = (false, false);
        for role in ROLES.iter().filter(|role| !lets_in(row.who, role)) {
            let method = row.method.as_str();
            let answer = ask(&pages, method, &path, &cookies[role], &form).await;
            changed |= answer.status != 403;
            passed |= ![403, 500].contains(&answer.status);
        }
        noticed += usize::from(changed);
        let_in += usize::from(passed);
        if !changed {
            missed.push(name_of(row));
        }
    }
    record(
        "guards.dropped",
        &serde_json::json!({
            "rows_with_a_guard": rows.len(),
            "noticed": noticed,
            "of_which_somebody_else_got_in": let_in,
            "seconds": began.elapsed().as_secs(),
        }),
    );
    assert!(missed.is_empty(), "nobody noticed: {missed:#?}");
}
