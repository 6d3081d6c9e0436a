//! What a team agreed on after a wave, and what it saw of it at the next.

use chrono::{DateTime, NaiveDate, Utc};

use super::id::ActionId;

/// The longest text of an agreement, in letters.
pub const LONGEST_TEXT: usize = 300;

/// What is agreed, as the team writes it down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    pub goal: String,
    /// By what the team will notice that it works.
    pub noticed_by: String,
    /// A role or a name, as the team chooses.
    pub owner: String,
    pub due_on: Option<NaiveDate>,
}

impl Agreement {
    /// Whether every text is there and none is too long.
    pub fn is_whole(&self) -> bool {
        [&self.goal, &self.noticed_by, &self.owner]
            .into_iter()
            .all(|text| is_text(text))
    }
}

/// Whether there is a text, and not too much of it.
pub fn is_text(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= LONGEST_TEXT
}

/// An agreement with the wave after which it was made, and what was seen of it since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreedAction {
    pub action_id: ActionId,
    pub wave: String,
    pub agreement: Agreement,
    pub at: DateTime<Utc>,
    /// In the order in which they were written.
    pub reviews: Vec<Review>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    pub wave: String,
    pub verdict: Verdict,
    pub seen: String,
    pub at: DateTime<Utc>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It works: hold on to it.
    Secure,
    /// It has to be done in another way.
    Adjust,
}

impl Verdict {
    pub const ALL: [Self; 2] = [Self::Secure, Self::Adjust];

    pub fn key(self) -> &'static str {
        match self {
            Self::Secure => "secure",
            Self::Adjust => "adjust",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.key() == key)
    }
}

impl AgreedAction {
    /// An agreement is changed until the next wave of the school is closed. `newest` is the wave closed last.
    pub fn is_open_to_change(&self, newest: &str) -> bool {
        self.wave == newest
    }

    /// It is looked back on once, after a later wave; what was written then is changed until the wave after that closes.
    pub fn is_due_for_review(&self, newest: &str) -> bool {
        self.wave != newest && self.reviews.iter().all(|review| review.wave == newest)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_agreement_is_changed_first_and_looked_back_on_once() {
        let mut action = AgreedAction {
            action_id: ActionId(Uuid::nil()),
            wave: "T1".to_owned(),
            agreement: Agreement {
                goal: "g".to_owned(),
                noticed_by: "n".to_owned(),
                owner: "o".to_owned(),
                due_on: None,
            },
            at: DateTime::UNIX_EPOCH,
            reviews: Vec::new(),
        };
        assert!(action.is_open_to_change("T1") && !action.is_due_for_review("T1"));
        // A team that skipped a wave can still look back.
        for newest in ["T2a", "T3"] {
            assert!(!action.is_open_to_change(newest) && action.is_due_for_review(newest));
        }
        action.reviews.push(Review {
            wave: "T2a".to_owned(),
            verdict: Verdict::Secure,
            seen: "s".to_owned(),
            at: DateTime::UNIX_EPOCH,
        });
        assert!(action.is_due_for_review("T2a") && !action.is_due_for_review("T3"));
    }

    #[test]
    fn a_text_has_letters_and_an_end() {
        assert!(is_text("a") && is_text(&"é".repeat(LONGEST_TEXT)));
        assert!(!is_text("  ") && !is_text(&"é".repeat(LONGEST_TEXT + 1)));
    }
}
