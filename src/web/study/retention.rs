//! What the first page of a study says about its names: when they go, and that they have gone.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;

use crate::domain::study::StudyDesign;
use crate::fieldwork::retain::{self, Retention};
use crate::locale::Words;

pub struct Notice {
    /// As a fault looks: the last warning.
    pub urgent: bool,
    pub text: String,
}

pub fn notice(w: Words, design: &StudyDesign, now: DateTime<Utc>) -> Option<Notice> {
    let day = |on: NaiveDate| w.day(on.and_time(NaiveTime::MIN).and_utc(), Tz::UTC);
    let stands = retain::stands(design, now);
    let text = match (stands, stands.warning()) {
        (Retention::Undecided, _) => return None,
        (Retention::Until { goes_on, .. }, None) => w.t1("retention-coming", "day", day(goes_on)),
        (Retention::Until { goes_on, days }, Some(_)) => {
            w.t2("retention-soon", "n", days, "day", day(goes_on))
        }
        (Retention::Due { since }, _) => w.t1("retention-done", "day", day(since)),
    };
    Some(Notice {
        urgent: stands.warning() == Some(1),
        text,
    })
}
