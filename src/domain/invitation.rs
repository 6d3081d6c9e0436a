//! What is handed to one respondent.

use super::id::{InvitationId, MemberId};
use super::language::Language;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    pub invitation_id: InvitationId,
    pub member_id: MemberId,
    pub name: String,
    pub email: Option<String>,
    pub language: Language,
    /// The secret part of the link.
    pub token: String,
    /// The code that can be typed instead.
    pub code: String,
    /// False for someone who was invited before and gets the same link again.
    pub new: bool,
}
