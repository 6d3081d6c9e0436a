//! Names are kept until a day that was promised before anyone was asked anything. On the day after it they go by
//! themselves: contact data, the keys of staff lists, secrets of invitations, links, mail, visits, and names that respondents
//! wrote in. Answers stay, under pseudonyms.

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::id::StudyId;
use crate::domain::study::StudyDesign;
use crate::domain::time::day_in;
use crate::storage::audit::{self, Act};
use crate::storage::retention::{self, Removed};
use crate::storage::{StorageError, Tx, studies};

/// Days before it, an owner is warned, and again.
pub const WARNED: [i64; 2] = [30, 7];

/// How the names of a study stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retention {
    /// No day was promised yet.
    Undecided,
    /// They go on this day, so many days from now.
    Until { goes_on: NaiveDate, days: i64 },
    /// They should not be there any more.
    Due { since: NaiveDate },
}

impl Retention {
    /// Which of the warnings it is time for: 0 the first, 1 the last.
    pub fn warning(self) -> Option<usize> {
        match self {
            Self::Until { days, .. } => WARNED.iter().rposition(|warned| days <= *warned),
            Self::Undecided | Self::Due { .. } => None,
        }
    }
}

/// On the study's own clock.
pub fn stands(design: &StudyDesign, now: DateTime<Utc>) -> Retention {
    let last = design.conditions.retention_until;
    let Some(goes_on) = last.and_then(|last| last.succ_opt()) else {
        return Retention::Undecided;
    };
    let days = (goes_on - day_in(design.time_zone, now)).num_days();
    if days > 0 {
        Retention::Until { goes_on, days }
    } else {
        Retention::Due { since: goes_on }
    }
}

/// The proof line of the audit: what it is about.
fn noun(study_id: StudyId, since: NaiveDate) -> String {
    format!("{study_id} {since}")
}

/// Whether the names of this day are gone.
pub async fn is_done(
    tx: &mut Tx,
    study_id: StudyId,
    since: NaiveDate,
) -> Result<bool, StorageError> {
    let told = audit::count(tx, "remove names", &noun(study_id, since)).await?;
    Ok(told > 0 && retention::count_named(tx, study_id).await? == 0)
}

/// Removes the names of a study whose day has come. None if it has not, or if it was done before: of two servers at once
/// the second finds nothing to do.
pub async fn remove_names(
    tx: &mut Tx,
    act: &Act,
    study_id: StudyId,
) -> Result<Option<Removed>, StorageError> {
    studies::hold(tx, study_id).await?;
    let Some(stored) = studies::load(tx, study_id).await? else {
        return Ok(None);
    };
    let Retention::Due { since } = stands(&stored.design, act.at) else {
        return Ok(None);
    };
    if is_done(tx, study_id, since).await? {
        return Ok(None);
    }
    let removed = retention::remove(tx, study_id).await?;
    let Removed {
        contacts,
        links,
        invitations,
        mails,
        uploads,
        visits,
        written_in,
    } = removed;
    let detail = format!(
        "{contacts} contacts, {links} links, {invitations} invitations, {mails} mails, {uploads} uploads, {visits} visits, \
         {written_in} answers with names"
    );
    audit::record(tx, act, "remove names", &noun(study_id, since), &detail);
    studies::touch(tx, study_id).await?;
    Ok(Some(removed))
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;
    use chrono_tz::Europe::Amsterdam;

    use super::*;
    use crate::domain::study::test_design;

    #[test]
    fn names_go_on_the_day_after_on_the_clock_of_the_study() {
        let mut design = test_design();
        design.time_zone = Amsterdam;
        let at = |month, day, hour, minute| {
            let local = Amsterdam.with_ymd_and_hms(2030, month, day, hour, minute, 0);
            local.unwrap().with_timezone(&Utc)
        };
        assert_eq!(stands(&design, at(1, 1, 0, 0)), Retention::Undecided);
        design.conditions.retention_until = NaiveDate::from_ymd_opt(2030, 3, 31);
        let goes_on = NaiveDate::from_ymd_opt(2030, 4, 1).unwrap();
        // The clocks go forward in the night of that very Sunday.
        for (now, days, warning) in [
            (at(1, 1, 12, 0), 90, None),
            (at(3, 1, 23, 59), 31, None),
            (at(3, 2, 0, 0), 30, Some(0)),
            (at(3, 24, 23, 59), 8, Some(0)),
            (at(3, 25, 0, 0), 7, Some(1)),
            (at(3, 31, 23, 59), 1, Some(1)),
        ] {
            let stands = stands(&design, now);
            assert_eq!(stands, Retention::Until { goes_on, days }, "{now}");
            assert_eq!(stands.warning(), warning, "{now}");
        }
        for now in [at(4, 1, 0, 0), at(12, 31, 12, 0)] {
            assert_eq!(stands(&design, now), Retention::Due { since: goes_on });
            assert_eq!(stands(&design, now).warning(), None);
        }
    }
}
