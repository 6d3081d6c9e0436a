//! The owner of a study: its design, staff lists, questionnaires, texts, invitations and data.

pub mod amending;
pub mod conditions;
pub mod design;
pub mod home;
pub mod people;
pub mod rehearsal;
pub mod texts;
