//! What a simulated member answers besides colleagues, as a form would send it.

use std::collections::BTreeMap;

use crate::instrument::check::RawAnswer;
use crate::simulation::study::{Background, Sitting};

pub fn code_answers(sitting: &Sitting, raw: &mut BTreeMap<String, RawAnswer>) {
    let mut put = |item: &str, value: String| {
        raw.insert(
            item.to_owned(),
            RawAnswer {
                value: Some(value),
                ..RawAnswer::default()
            },
        );
    };
    for answer in [&sitting.attitude, &sitting.leadership, &sitting.culture]
        .into_iter()
        .flatten()
        .flatten()
    {
        put(answer.item, answer.value.to_string());
    }
    if let Some(Background {
        ib_hours,
        decided_by,
        turnover,
        subject_year1,
        subject_year2,
    }) = sitting.background
    {
        let subject = |key| match key {
            "mathematics" => "1",
            "language" => "2",
            _ => "3",
        };
        let decided = match decided_by {
            "team" => "1",
            "principal" => "2",
            _ => "3",
        };
        put("ib_hours", ib_hours.to_string());
        put("decided_by", decided.to_owned());
        put("turnover", turnover.to_string());
        put("subject_year1", subject(subject_year1).to_owned());
        put("subject_year2", subject(subject_year2).to_owned());
    }
}
