//! Questionnaires as versioned data: read, checked, paged and scored. No questionnaire is code.

pub mod answer_format;
pub mod check;
pub mod conversations;
pub mod definition;
pub mod diff;
pub mod flow;
pub mod hints;
pub mod library;
pub mod minutes;
pub mod parse;
pub mod rule;
pub mod rule_check;
pub mod rule_text;
pub mod toml_tree;
