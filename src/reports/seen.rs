//! What schools had seen of their own results before each wave: feedback is itself an intervention.

use std::collections::BTreeMap;

use crate::domain::opening::{Audience, Part};
use crate::locale::Words;

use super::whole_study::Collected;

/// What the template shows.
pub struct SeenTables {
    pub before: Vec<BeforeRow>,
    pub openings: Vec<OpeningRow>,
}

/// Schools of a cohort that had opened something before a wave of theirs opened.
pub struct BeforeRow {
    pub cohort: String,
    pub wave: String,
    pub n_schools: usize,
    /// Which parts, to whom, of which waves, in how many schools.
    pub what: String,
}

pub struct OpeningRow {
    pub school: String,
    pub wave: String,
    pub part: String,
    pub audience: String,
    pub on: String,
}

pub fn part(w: Words, part: Part) -> String {
    w.t(&format!("report-part-{}", part.key()))
}

pub fn audience(w: Words, audience: Audience) -> String {
    w.t(&format!("report-audience-{}", audience.key()))
}

impl SeenTables {
    pub fn of(w: Words, study: &Collected) -> Self {
        let zone = study.design.time_zone;
        let before = study
            .closed
            .iter()
            .map(|window| {
                let earlier: Vec<_> = study
                    .seen
                    .iter()
                    .filter(|seen| seen.cohort == window.cohort && seen.first_at < window.opened_at)
                    .collect();
                let mut schools: Vec<&str> =
                    earlier.iter().map(|seen| seen.school.as_str()).collect();
                schools.sort_unstable();
                schools.dedup();
                let mut kinds: BTreeMap<(Part, Audience, &str), usize> = BTreeMap::new();
                for seen in &earlier {
                    *kinds
                        .entry((seen.part, seen.audience, &seen.wave))
                        .or_default() += 1;
                }
                let what: Vec<String> = kinds
                    .into_iter()
                    .map(|((kind, to, wave), n)| {
                        let mut args = fluent_bundle::FluentArgs::new();
                        args.set("part", part(w, kind));
                        args.set("wave", wave);
                        args.set("audience", audience(w, to));
                        args.set("n", n);
                        w.with("report-seen-kind", &args)
                    })
                    .collect();
                BeforeRow {
                    cohort: study.design.cohort_title(&window.cohort, w.0),
                    wave: window.wave.clone(),
                    n_schools: schools.len(),
                    what: if what.is_empty() {
                        w.t("report-seen-none")
                    } else {
                        what.join("; ")
                    },
                }
            })
            .collect();
        let openings = study
            .seen
            .iter()
            .map(|seen| OpeningRow {
                school: seen.school.clone(),
                wave: seen.wave.clone(),
                part: part(w, seen.part),
                audience: audience(w, seen.audience),
                on: w.day_and_time(seen.first_at, zone),
            })
            .collect();
        Self { before, openings }
    }
}
