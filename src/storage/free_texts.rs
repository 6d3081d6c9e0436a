//! Wherever somebody writes freely about a school: notes of conversations, agreements, the log and the report of the trainer,
//! what was said in conversations, and answers in words. A name that stands in them is nobody's own row.

use serde_json::Value;
use uuid::Uuid;

use super::{StorageError, Tx};
use crate::domain::id::SchoolId;

/// A column with text. Its rows are known by an id and a word that goes with it.
struct Place {
    /// As names are sealed in it: `table.column`.
    column: &'static str,
    sealed: bool,
    /// Plain text, or JSON with texts in it.
    plain: bool,
    of_school: &'static str,
    put: &'static str,
}

const PLACES: [Place; 9] = [
    Place {
        column: "conversation_notes.content",
        sealed: true,
        plain: true,
        of_school: "SELECT note_id, '', content FROM conversation_notes WHERE school_id = $1",
        put: "UPDATE conversation_notes SET content = $3 WHERE note_id = $1 AND $2 = ''",
    },
    Place {
        column: "agreed_actions.goal",
        sealed: false,
        plain: true,
        of_school: "SELECT action_id, '', goal FROM agreed_actions WHERE school_id = $1",
        put: "UPDATE agreed_actions SET goal = $3 WHERE action_id = $1 AND $2 = ''",
    },
    Place {
        column: "agreed_actions.noticed_by",
        sealed: false,
        plain: true,
        of_school: "SELECT action_id, '', noticed_by FROM agreed_actions WHERE school_id = $1",
        put: "UPDATE agreed_actions SET noticed_by = $3 WHERE action_id = $1 AND $2 = ''",
    },
    Place {
        column: "agreed_actions.owner",
        sealed: true,
        plain: true,
        of_school: "SELECT action_id, '', owner FROM agreed_actions WHERE school_id = $1",
        put: "UPDATE agreed_actions SET owner = $3 WHERE action_id = $1 AND $2 = ''",
    },
    Place {
        column: "action_reviews.seen",
        sealed: false,
        plain: true,
        of_school: "SELECT r.action_id, r.wave, r.seen FROM action_reviews r
                    JOIN agreed_actions a ON a.action_id = r.action_id WHERE a.school_id = $1",
        put: "UPDATE action_reviews SET seen = $3 WHERE action_id = $1 AND wave = $2",
    },
    Place {
        column: "training_log.content",
        sealed: false,
        plain: false,
        of_school: "SELECT meeting_id, '', content FROM training_log WHERE school_id = $1",
        put: "UPDATE training_log SET content = $3 WHERE meeting_id = $1 AND $2 = ''",
    },
    Place {
        column: "trainer_reports.answers",
        sealed: false,
        plain: false,
        of_school: "SELECT school_id, wave, answers FROM trainer_reports WHERE school_id = $1",
        put: "UPDATE trainer_reports SET answers = $3 WHERE school_id = $1 AND wave = $2",
    },
    Place {
        column: "statements.content",
        sealed: false,
        plain: true,
        of_school: "SELECT s.statement_id, '', s.content FROM statements s
                    JOIN interviews i ON i.interview_id = s.interview_id WHERE i.school_id = $1",
        put: "UPDATE statements SET content = $3 WHERE statement_id = $1 AND $2 = ''",
    },
    // Names that were written in stand one a line, and are struck as lines.
    Place {
        column: "answers.value",
        sealed: false,
        plain: false,
        of_school: "SELECT a.response_id, a.item, a.value FROM answers a
                    JOIN responses r ON r.response_id = a.response_id
                    JOIN invitations i ON i.invitation_id = r.invitation_id
                    JOIN members m ON m.member_id = i.member_id
                    WHERE m.school_id = $1 AND a.value LIKE '{\"text\"%' AND a.item NOT LIKE '%.missing'",
        put: "UPDATE answers SET value = $3 WHERE response_id = $1 AND item = $2",
    },
];

/// Puts each text about a school through `without`, which gives another one or nothing. How many texts became others.
pub async fn rewrite(
    tx: &mut Tx,
    school_id: SchoolId,
    without: impl Fn(&str) -> Option<String>,
) -> Result<usize, StorageError> {
    let mut changed = 0;
    for place in &PLACES {
        let rows: Vec<(Uuid, String, String)> = on!(tx, c => sqlx::query_as(place.of_school)
            .bind(school_id.0).fetch_all(c).await)?;
        for (id, word, text) in rows {
            let text = match place.sealed {
                true => tx.unseal(place.column, text)?,
                false => text,
            };
            let other = match place.plain {
                true => without(&text),
                false => in_json(place, &text, &without)?,
            };
            let Some(other) = other else { continue };
            let other = match place.sealed {
                true => tx.seal(place.column, &other),
                false => other,
            };
            on!(tx, c => sqlx::query(place.put)
                .bind(id).bind(&word).bind(&other).execute(c).await.map(drop))?;
            changed += 1;
        }
    }
    Ok(changed)
}

fn in_json(
    place: &Place,
    text: &str,
    without: &impl Fn(&str) -> Option<String>,
) -> Result<Option<String>, StorageError> {
    let (table, column) = place.column.split_once('.').unwrap_or_default();
    let inconsistent = |error: serde_json::Error| StorageError::Inconsistent {
        table,
        column,
        why: error.to_string(),
    };
    let mut value: Value = serde_json::from_str(text).map_err(inconsistent)?;
    if !strings(&mut value, without) {
        return Ok(None);
    }
    serde_json::to_string(&value)
        .map(Some)
        .map_err(inconsistent)
}

/// Whether any of the texts in it became another.
fn strings(value: &mut Value, without: &impl Fn(&str) -> Option<String>) -> bool {
    match value {
        Value::String(text) => match without(text) {
            Some(other) => {
                *text = other;
                true
            }
            None => false,
        },
        Value::Array(all) => all
            .iter_mut()
            .fold(false, |any, one| strings(one, without) | any),
        Value::Object(all) => all
            .values_mut()
            .fold(false, |any, one| strings(one, without) | any),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_within_json_change_and_keys_and_numbers_stay() {
        let place = &PLACES[5];
        let without = |text: &str| {
            let other = text.replace("Anna", "[…]");
            (other != text).then_some(other)
        };
        let text = r#"{"Anna":1,"goals":"with Anna","groups":[["Anna",3],["x",null]],"on":true}"#;
        let other = in_json(place, text, &without).unwrap().unwrap();
        assert_eq!(
            other,
            r#"{"Anna":1,"goals":"with […]","groups":[["[…]",3],["x",null]],"on":true}"#
        );
        assert_eq!(in_json(place, &other, &without).unwrap(), None);
        assert!(in_json(place, "{", &without).is_err());
    }
}
