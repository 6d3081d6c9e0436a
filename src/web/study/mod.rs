//! The owner of a study: its design, staff lists, questionnaires, texts, invitations and data.

pub mod amending;
mod choice;
pub mod conditions;
pub mod design;
pub mod exports;
pub mod home;
pub mod instruments;
pub mod invitations;
pub mod letters;
pub mod objection;
pub mod people;
pub mod preview;
pub mod rehearsal;
pub mod reminders;
mod roster_faults;
pub mod roster_list;
pub mod rosters;
pub mod texts;
pub mod wording;
pub mod write_ins;
