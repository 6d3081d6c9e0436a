//! What is wrong with a delivered staff list: every fault at its place, in words.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use fluent_bundle::FluentArgs;

use super::rosters::{frame, role_list};
use crate::domain::fault::{Fault, Faults};
use crate::web::access::Owner;
use crate::web::app::App;
use crate::web::frame::Frame;
use crate::web::problem::show;

#[derive(Template)]
#[template(path = "web/pages/roster_faults.html")]
struct FaultsPage {
    frame: Frame,
    file: String,
    rows: Vec<FaultLine>,
    more: Option<String>,
}

struct FaultLine {
    place: String,
    column: String,
    text: String,
}

pub fn faults_page(app: &App, visitor: &Owner, file: String, faults: &Faults) -> Response {
    let w = visitor.0.words;
    let rows = faults
        .reported()
        .iter()
        .map(|fault| FaultLine {
            place: match (fault.is_in_workbook(), fault.cell()) {
                (true, Some(cell)) => cell,
                _ if fault.line == 0 => w.t("rosters-fault-file"),
                (_, None) => w.t1("rosters-fault-line", "line", fault.line),
                (_, Some(_)) => w.t2(
                    "rosters-fault-cell",
                    "line",
                    fault.line,
                    "column",
                    fault.column,
                ),
            },
            column: fault.name.clone(),
            text: fault_text(visitor, fault),
        })
        .collect();
    let more = faults.count() - faults.reported().len();
    let page = FaultsPage {
        frame: frame(app, visitor, "rosters-faults-title", "/study/rosters"),
        file,
        rows,
        more: (more > 0).then(|| w.t1("rosters-faults-more", "n", more)),
    };
    (StatusCode::UNPROCESSABLE_ENTITY, show(&page)).into_response()
}

/// A fault in the visitor's language, where there are words for its code.
fn fault_text(visitor: &Owner, fault: &Fault) -> String {
    let w = visitor.0.words;
    let key = format!("fault-{}", fault.code);
    let mut args = FluentArgs::new();
    let quoted = fault.message.split('`').nth(1).unwrap_or_default();
    // The words that a list in the visitor's language would have at the head of a column.
    let value = match fault.code {
        "column_missing" => w.t(&format!("roster-column-{}", fault.name)),
        _ => quoted.to_owned(),
    };
    args.set("value", value);
    let line = fault.message.rsplit_once("line ");
    args.set("line", line.map_or("", |(_, line)| line).to_owned());
    let list = fault.hint.split_once(": ");
    let choice = match fault.code {
        "role_unknown" => role_list(visitor),
        _ => list.map_or("", |(_, list)| list).to_owned(),
    };
    args.set("list", choice);
    let text = w.with(&key, &args);
    if text == key {
        format!("{}; {}", fault.message, fault.hint)
    } else {
        text
    }
}
