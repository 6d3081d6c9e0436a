//! Typed ids: UUID version 7 made from the passed clock and generator, so that ids sort by the time they were made.

use std::fmt;

use chrono::{DateTime, Utc};
use rand::Rng;
use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid};

pub fn new_uuid(now: DateTime<Utc>, rng: &mut impl Rng) -> Uuid {
    let mut random = [0; 10];
    rng.fill_bytes(&mut random);
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub Uuid);

        impl $name {
            pub fn new(now: DateTime<Utc>, rng: &mut impl Rng) -> Self {
                Self(new_uuid(now, rng))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    StudyId
    SchoolId
    BoardId
    /// A person in the study, whatever schools they work at.
    PersonId
    /// One person on one school's staff list, with dates.
    MemberId
    WindowId
    InvitationId
    ResponseId
    PupilId
    /// A staff list that was delivered and is not enrolled yet.
    UploadId
    /// What is written beside a question of a conversation.
    NoteId
    /// Something that a team agreed on.
    ActionId
    /// A meeting of a training, in the trainer's log.
    MeetingId
    /// A conversation, or a report, in statements.
    InterviewId
    StatementId
    /// Someone who signs in.
    AccountId
    PasskeyId
    /// An account elsewhere that stands for one here.
    IdentityId
}
