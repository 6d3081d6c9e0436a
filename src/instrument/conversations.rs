//! The three conversations about results: their questions as the source prints them, and what is put beside each.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::domain::language::Language;

const FILE: &str = include_str!("../../instruments/conversations/conversations.v1.toml");

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conversations {
    pub version: u32,
    pub source: String,
    pub source_en: String,
    #[serde(rename = "conversation")]
    pub all: Vec<Conversation>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conversation {
    pub key: String,
    pub title: Both,
    #[serde(rename = "question")]
    pub questions: Vec<Question>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    pub key: String,
    pub nl: String,
    pub en: String,
    pub beside: Option<Beside>,
    /// Why the program does not answer it.
    pub why: Option<Both>,
    /// The source has a slip in it, which is printed as it is.
    #[serde(default)]
    pub printed: bool,
}

/// What the program puts beside a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Beside {
    /// What pupils scored last.
    Latest,
    /// Other schools of the same board.
    Others,
    /// Five years.
    Trend,
    /// The school's own goals and how far they are.
    Goals,
    YearGroups,
    /// The percentage above the mean.
    Above,
    /// Support in class, from the training log.
    Visits,
    /// What was agreed and held on to.
    Secured,
    /// What is worth celebrating: what was agreed and seen to work, and meetings about it.
    Celebrations,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Both {
    pub nl: String,
    pub en: String,
}

impl Both {
    pub fn say(&self, language: Language) -> &str {
        match language {
            Language::Nl => &self.nl,
            Language::En => &self.en,
        }
    }
}

impl Question {
    pub fn say(&self, language: Language) -> &str {
        match language {
            Language::Nl => &self.nl,
            Language::En => &self.en,
        }
    }
}

/// The questions, read once.
pub fn conversations() -> &'static Conversations {
    static READ: OnceLock<Conversations> = OnceLock::new();
    READ.get_or_init(|| toml::from_str(FILE).expect("the shipped file reads; a test holds it"))
}

impl Conversations {
    pub fn find(&self, key: &str) -> Option<&Conversation> {
        self.all.iter().find(|one| one.key == key)
    }

    pub fn source(&self, language: Language) -> &str {
        match language {
            Language::Nl => &self.source,
            Language::En => &self.source_en,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_seventeen_questions_and_one_is_never_answered() {
        let read = conversations();
        let counts: Vec<usize> = read.all.iter().map(|one| one.questions.len()).collect();
        assert_eq!(counts, [6, 7, 4]);
        let all = || read.all.iter().flat_map(|one| &one.questions);
        let mut keys: Vec<&str> = all().map(|question| question.key.as_str()).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), 17);
        let silent: Vec<&Question> = all().filter(|question| question.why.is_some()).collect();
        assert_eq!(silent.len(), 1);
        assert!(
            silent[0]
                .nl
                .starts_with("Welke leerkrachten hebben ondersteuning nodig?")
        );
        assert_eq!(silent[0].beside, None);
    }
}
