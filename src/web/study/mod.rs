//! The owner of a study: its design, staff lists, questionnaires, texts, invitations and data.

pub mod roster_list;
pub mod rosters;
pub mod write_ins;
