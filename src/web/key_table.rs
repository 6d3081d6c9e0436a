//! Exports of the key table as both pages about them tell them: the custodian's and the owner's.

use crate::fieldwork::key_export::{KeyExportRefusal, Stage, stage};
use crate::fieldwork::study::Study;
use crate::locale::Words;
use crate::storage::key_exports::KeyExport;
use chrono::{DateTime, Utc};

/// One export, as it is told on a page.
pub struct Told {
    pub id: String,
    pub asked: String,
    pub state: String,
    /// What can be done about it.
    pub waits: bool,
    pub ready: bool,
}

pub fn told(w: Words, study: &Study, exports: &[KeyExport], now: DateTime<Utc>) -> Vec<Told> {
    let zone = study.design.time_zone;
    let told = |export: &KeyExport| {
        let at = stage(export, now);
        Told {
            id: export.export_id.to_string(),
            asked: w.day_and_time(export.asked_at, zone),
            state: match at {
                Stage::Asked => w.t("key-state-asked"),
                Stage::Agreed(until) => {
                    w.t1("key-state-agreed", "until", w.day_and_time(until, zone))
                }
                Stage::Refused => w.t("key-state-refused"),
                Stage::Expired => w.t("key-state-expired"),
                Stage::Taken(on) => w.t1("key-state-taken", "on", w.day_and_time(on, zone)),
            },
            waits: at == Stage::Asked,
            ready: matches!(at, Stage::Agreed(_)),
        }
    };
    exports.iter().map(told).collect()
}

/// A refusal in words; none for a failure of ours.
pub fn refusal(w: Words, refusal: &KeyExportRefusal) -> Option<String> {
    let key = match refusal {
        KeyExportRefusal::UnderWay => "key-under-way",
        KeyExportRefusal::Unknown => "key-unknown",
        KeyExportRefusal::SamePerson => "key-same-person",
        KeyExportRefusal::TooLate => "key-too-late",
        KeyExportRefusal::NotAgreed => "key-not-agreed",
        KeyExportRefusal::Failed(_) => return None,
    };
    Some(w.t(key))
}
