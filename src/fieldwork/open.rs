//! Notes that an audience opens a part of a school's results, wave by wave. Feedback is itself an intervention: who had
//! seen what, and when, is something the researcher has to know.

use crate::domain::id::SchoolId;
use crate::domain::opening::{Audience, Part};
use crate::storage::audit::{self, Act};
use crate::storage::openings::{self, Opening};
use crate::storage::{StorageError, Tx};

/// The first opening of each wave is kept; opening again changes nothing.
pub async fn open(
    tx: &mut Tx,
    act: &Act,
    school_id: SchoolId,
    part: Part,
    audience: Audience,
    waves: &[String],
) -> Result<(), StorageError> {
    for wave in waves {
        let opening = Opening {
            school_id,
            wave: wave.clone(),
            part,
            audience,
            first_at: act.at,
        };
        if openings::insert(tx, &opening, &act.actor).await? {
            let detail = format!("{wave} {} to {}", part.key(), audience.key());
            audit::record(tx, act, "open results", &school_id.to_string(), &detail);
        }
    }
    Ok(())
}
