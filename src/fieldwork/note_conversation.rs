//! Those who hold a conversation about results write down what they said, question by question; an empty text takes it back.

use std::collections::BTreeMap;

use rand::Rng;

use crate::domain::id::{NoteId, SchoolId};
use crate::domain::opening::Audience;
use crate::storage::audit::{self, Act};
use crate::storage::conversation_notes::{self, Note};
use crate::storage::{StorageError, Tx};

/// Of each note, in letters.
pub const LONGEST: usize = 2_000;

#[derive(Debug, thiserror::Error)]
pub enum NoteRefusal {
    #[error("a note is longer than {LONGEST} characters")]
    TooLong { question: String },
    #[error(transparent)]
    Failed(#[from] StorageError),
}

/// Keeps what is another text than before; all of it or, where one is too long, none.
pub async fn note(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    (school_id, audience): (SchoolId, Audience),
    texts: &BTreeMap<String, String>,
) -> Result<usize, NoteRefusal> {
    if let Some((question, _)) = texts
        .iter()
        .find(|(_, text)| text.chars().count() > LONGEST)
    {
        let question = question.clone();
        return Err(NoteRefusal::TooLong { question });
    }
    let known: BTreeMap<String, Note> =
        conversation_notes::of_school(tx, school_id, audience).await?;
    let mut changed = 0;
    for (question, text) in texts {
        let before = known.get(question).map_or("", |note| note.content.as_str());
        let text = text.trim();
        if text == before {
            continue;
        }
        changed += 1;
        let at = (school_id, audience, question.as_str());
        if text.is_empty() {
            conversation_notes::remove(tx, at).await?;
        } else {
            let note_id = NoteId::new(act.at, rng);
            conversation_notes::put(tx, act, note_id, at, text).await?;
        }
    }
    if changed > 0 {
        let detail = format!("{changed} questions, {}", audience.key());
        audit::record(
            tx,
            act,
            "note conversation",
            &school_id.to_string(),
            &detail,
        );
    }
    Ok(changed)
}
