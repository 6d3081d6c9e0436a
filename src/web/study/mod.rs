//! The owner of a study: its design, staff lists, questionnaires, texts, invitations and data.

mod choice;
pub mod invitations;
pub mod letters;
pub mod reminders;
