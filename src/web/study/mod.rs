//! The owner of a study: its design, staff lists, questionnaires, texts, invitations and data.

pub mod instruments;
pub mod invitations;
pub mod letters;
pub mod preview;
pub mod reminders;
pub mod wording;
