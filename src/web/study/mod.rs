//! The owner of a study: its design, staff lists, questionnaires, texts, invitations and data.

pub mod exports;
