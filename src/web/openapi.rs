//! The url map for programs: an OpenAPI 3.1 document, made from the same rows that the server is made from.

use axum::http::Method;
use serde_json::{Map, Value, json};

use super::access::{Row, Who};
use super::router::table;

const FORM: &str = "application/x-www-form-urlencoded";
const FILE: &str = "multipart/form-data";

/// The fields of the forms that are sent to a path. A form that is not here carries none, or those of the page that it
/// stands on (the questions of an instrument, the rows of a design).
pub const FIELDS: [(&str, &[&str]); 67] = [
    ("/r", &["code"]),
    ("/door", &["picture", "start"]),
    ("/door/next", &[]),
    ("/answer/class", &["class"]),
    ("/school/pupils", &[]),
    (
        "/study/classes",
        &["school", "name", "year_group", "pupils"],
    ),
    ("/study/classes/file", &["list"]),
    (
        "/study/classes/{class}",
        &["what", "wave", "teacher", "informed_on"],
    ),
    ("/language", &["language", "back"]),
    ("/leave", &[]),
    ("/sign-in", &["address", "password"]),
    ("/sign-in/code", &["code"]),
    ("/sign-in/new", &["address", "new", "again"]),
    ("/sign-in/app", &["code"]),
    ("/sign-in/add", &[]),
    ("/sign-in/with", &["provider"]),
    ("/account/role", &["link"]),
    ("/account/password", &["old", "new", "again"]),
    ("/account/app", &["code"]),
    ("/account/app/code", &["code"]),
    ("/account/codes", &["code"]),
    ("/account/sessions", &["session"]),
    ("/account/passkeys/remove", &["passkey"]),
    ("/account/providers", &["provider", "password"]),
    ("/account/providers/remove", &["identity"]),
    ("/accounts", &["account", "do"]),
    (
        "/study/rosters/{school}/{member}/erase",
        &["policy", "confirm"],
    ),
    ("/custodian/ask", &[]),
    ("/custodian/take", &["export"]),
    ("/study/key-table", &["export", "do"]),
    ("/answer/{page}", &["seen", "go"]),
    ("/answer/submit", &["part"]),
    (
        "/answer/consent",
        &["research", "person_picture", "follow_up"],
    ),
    ("/answer/objection", &["listed"]),
    ("/answer/withdraw", &["confirm"]),
    ("/school/open", &[]),
    ("/school/leadership", &["wave"]),
    (
        "/school/actions",
        &["action", "goal", "noticed_by", "owner", "due_on"],
    ),
    ("/school/actions/review", &["action", "verdict", "seen"]),
    ("/trainer/school/{school}/open", &["wave"]),
    (
        "/trainer/log/{school}",
        &[
            "held_on",
            "subject",
            "goals",
            "next_step",
            "group_plans",
            "class_support",
        ],
    ),
    (
        "/trainer/log/{school}/{meeting}",
        &[
            "held_on",
            "subject",
            "goals",
            "next_step",
            "group_plans",
            "class_support",
        ],
    ),
    ("/trainer/report/{school}", &["go"]),
    ("/trainer/report/{school}/file", &[]),
    ("/response/close", &["window", "confirm"]),
    ("/response/compute", &[]),
    ("/study/instruments", &["text"]),
    ("/study/instruments/publish", &["text", "revision"]),
    (
        "/setup",
        &[
            "template",
            "key",
            "title_nl",
            "title_en",
            "contact_name",
            "contact_email",
            "time_zone",
            "start",
            "feedback",
        ],
    ),
    (
        "/study/conditions",
        &[
            "revision",
            "board_agreement",
            "council_informed",
            "ethics_reference",
            "retention_until",
            "withdraw_until",
            "pupil_consent",
            "contact",
            "feedback",
        ],
    ),
    (
        "/study/design",
        &[
            "revision",
            "title_nl",
            "title_en",
            "boundary",
            "objection",
            "grouping",
        ],
    ),
    (
        "/study/design/cohort",
        &["revision", "new_cohort", "new_starts", "like"],
    ),
    (
        "/study/design/wave",
        &["revision", "new_wave", "before", "like"],
    ),
    ("/study/people", &["role", "label", "school"]),
    ("/study/people/reissue", &["link"]),
    ("/study/people/revoke", &["link", "confirm"]),
    (
        "/study/rosters/commit",
        &["upload", "seen", "leaves_on", "leave"],
    ),
    (
        "/study/rosters/{school}",
        &[
            "what",
            "member",
            "name",
            "email",
            "key",
            "role",
            "groups",
            "joined_on",
            "on",
            "to",
            "duplicate",
        ],
    ),
    ("/study/rosters/{school}/{member}/objection", &["objects"]),
    (
        "/study/write-ins",
        &["school", "wave", "about_board", "likeness", "as", "member"],
    ),
    ("/study/invitations/invite", &["window", "school"]),
    ("/study/invitations/mail", &["mail", "do", "stay"]),
    ("/study/invitations/reissue", &["invitation"]),
    ("/study/reminders", &["window", "school", "invitation"]),
    ("/principal/open", &["part", "wave"]),
    ("/principal/pass-on", &["part", "wave", "to", "confirm"]),
    ("/principal/goals", &["month", "target", "remove"]),
];

/// The name of the cookie of a visit, as `enter::visit_name` has it without https.
const VISIT: &str = "visit";

pub fn document() -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for row in table() {
        let path = paths.entry(row.path).or_insert_with(|| json!({}));
        path[row.method.as_str().to_lowercase()] = operation(row);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Schakel",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Pages for people, in HTML. A visit is opened by sending the secret of a link, or the code below it, to /r.",
            "license": { "name": "EUPL-1.2", "identifier": "EUPL-1.2" },
        },
        "components": {
            "securitySchemes": {
                VISIT: {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "schakel_visit",
                    "description": "Behind https: __Host-schakel_visit.",
                },
            },
        },
        "paths": paths,
    })
}

fn operation(row: &Row) -> Value {
    let mut operation = json!({
        "operationId": format!("{} {}", row.method.as_str().to_lowercase(), row.path),
        "description": about(row),
        "responses": responses(row),
    });
    let parameters: Vec<Value> = row
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| {
            json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } })
        })
        .collect();
    if !parameters.is_empty() {
        operation["parameters"] = Value::Array(parameters);
    }
    if row.who != Who::Anyone {
        operation["security"] = json!([{ VISIT: [] }]);
    }
    if row.method == Method::POST {
        operation["requestBody"] = json!({ "content": body(row) });
    }
    operation
}

fn about(row: &Row) -> String {
    let who = match row.who {
        Who::Anyone => "For everyone.".to_owned(),
        Who::Respondent => "For a respondent, about the own answers.".to_owned(),
        Who::Founder => {
            "For whoever holds the link that sets up a study, and the administrator.".to_owned()
        }
        Who::OnTheWay => {
            "For someone who opened a link or gave a password, and is not in yet.".to_owned()
        }
        Who::Account => "For whoever is signed in.".to_owned(),
        Who::Administrator => "For the administrator of this server.".to_owned(),
        role => format!("For a link with the role: {}.", role.roles().join(", ")),
    };
    if row.names {
        who + " Shows people by name: each look leaves a line in the audit."
    } else {
        who
    }
}

fn body(row: &Row) -> Value {
    if row.path.ends_with("/upload") {
        let file = json!({ "type": "string", "contentMediaType": "application/octet-stream" });
        return json!({ FILE: { "schema": { "type": "object", "properties": { "file": file } } } });
    }
    let known = FIELDS.iter().find(|(path, _)| *path == row.path);
    let fields: Map<String, Value> = known
        .into_iter()
        .flat_map(|(_, fields)| fields.iter())
        .map(|name| ((*name).to_owned(), json!({ "type": "string" })))
        .collect();
    let schema = json!({
        "type": "object",
        "properties": fields,
        "additionalProperties": { "type": "string" },
    });
    json!({ FORM: { "schema": schema } })
}

/// What a program has to reckon with. What a form is refused for stands on the page in words.
fn responses(row: &Row) -> Value {
    let page = "text/html";
    let told = |what: &str| json!({ "description": what, "content": { page: {} } });
    let mut responses = json!({
        "200": { "description": "The page or the file.", "content": { "*/*": {} } },
        "303": { "description": "To the page that shows what was done." },
        "400": told("What was sent could not be read."),
        "404": told("There is none, or none for this visitor."),
        "408": told("The rest of the request did not come."),
        "414": told("The address is too long."),
        "503": told("Not now: see Retry-After. Nothing was changed."),
    });
    if row.path == "/research/schools" {
        responses["308"] = json!({ "description": "To where this page is now." });
    }
    if row.who != Who::Anyone || row.method == Method::POST {
        responses["403"] = told("This visitor may not, or the form came from another site.");
    }
    if row.method == Method::POST {
        responses["409"] = told("Not as things stand; the page says why.");
        responses["413"] = told("More was sent than is taken.");
        responses["415"] = told("No form.");
        responses["422"] = told("Something in the form is wrong; the page says what.");
    }
    if row.path == "/r" && row.method == Method::POST {
        responses["429"] = told("Too many codes in too short a time.");
    }
    responses
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_of_forms_that_there_are() {
        for (path, _) in FIELDS {
            let is_form = |row: &Row| row.path == path && row.method == Method::POST;
            assert!(table().any(is_form), "{path}");
        }
    }
}
