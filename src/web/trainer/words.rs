//! What a trainer reads, in words: flags with what she could do, how far figures carry, what has changed.

use fluent_bundle::FluentArgs;

use super::own::{Own, Results, Wave};
use crate::domain::study::StudyDesign;
use crate::domain::training::participation;
use crate::evaluation::cockpit::{Carries, Flag, withheld};
use crate::evaluation::portrait::{Change, WavePortrait};
use crate::fieldwork::study::Study;
use crate::locale::Words;
use crate::reports::school::relation_name;
use crate::storage::windows::Phase;

/// A school as a cockpit and its own page show it.
pub struct Shown {
    pub id: String,
    pub name: String,
    pub cohort: String,
    /// Why it asks for attention, and what she could do.
    pub flags: Vec<(String, String)>,
    pub waves: Vec<WaveShown>,
    pub changes: Vec<String>,
    /// Which results wait to be opened, or nothing.
    pub ready: String,
    pub log: String,
    pub report: String,
    pub filed: bool,
}

pub struct WaveShown {
    pub wave: String,
    /// How many answered.
    pub told: String,
    /// How far the figures carry.
    pub carries: String,
    /// What is known, and what is held back.
    pub more: String,
    pub meter: Option<Meter>,
    pub open: bool,
}

/// In hundredths: how far the bar reaches, and where the two rates of the study lie.
pub struct Meter {
    pub percent: u32,
    pub flag: u32,
    pub report: u32,
}

pub fn percent(share: f64) -> u32 {
    (share * 100.0).round().clamp(0.0, 100.0) as u32
}

fn args<'v>(values: &[(&'v str, String)]) -> FluentArgs<'v> {
    let mut args = FluentArgs::new();
    for (name, value) in values {
        args.set(*name, value.clone());
    }
    args
}

pub fn scale_title(w: Words, study: &Study, key: &str) -> String {
    study
        .library
        .iter()
        .flat_map(|instrument| &instrument.scales)
        .find(|scale| scale.key == key)
        .map_or_else(|| key.to_owned(), |scale| scale.title.say(w.0).to_owned())
}

pub fn group_names(w: Words, names: &[String]) -> String {
    if names.is_empty() {
        w.t("training-team")
    } else {
        names.join(", ")
    }
}

/// The reason in one sentence, and what the trainer could do.
fn flag(w: Words, study: &Study, flag: &Flag) -> (String, String) {
    let decimal = |value: f64| w.decimal(value, 1);
    let (key, values) = match flag {
        Flag::UnderUsual {
            wave,
            scale,
            mean,
            usual,
        } => (
            "flag-under-usual",
            vec![
                ("wave", wave.clone()),
                ("scale", scale_title(w, study, scale)),
                ("mean", decimal(*mean)),
                ("from", decimal(usual.0)),
                ("to", decimal(usual.1)),
            ],
        ),
        Flag::GroupsApart {
            wave,
            scale,
            lower,
            higher,
        } => (
            "flag-groups-apart",
            vec![
                ("wave", wave.clone()),
                ("scale", scale_title(w, study, scale)),
                ("lower", group_names(w, &lower.0)),
                ("low", decimal(lower.1)),
                ("higher", group_names(w, &higher.0)),
                ("high", decimal(higher.1)),
            ],
        ),
        Flag::ResponseFalls {
            wave,
            rate,
            before,
            before_rate,
        } => (
            "flag-response-falls",
            vec![
                ("wave", wave.clone()),
                ("rate", percent(*rate).to_string()),
                ("before", before.clone()),
                ("beforerate", percent(*before_rate).to_string()),
            ],
        ),
        Flag::PresenceFalls { share, before } => (
            "flag-presence-falls",
            vec![
                ("share", percent(*share).to_string()),
                ("before", percent(*before).to_string()),
            ],
        ),
    };
    (w.with(key, &args(&values)), w.t(&format!("{key}-do")))
}

fn wave(w: Words, design: &StudyDesign, wave: &Wave) -> WaveShown {
    let count = [
        ("n", wave.progress.submitted.to_string()),
        ("of", wave.progress.invited.to_string()),
        ("begun", wave.progress.started.to_string()),
        ("until", w.day(wave.window.closes_at, design.time_zone)),
    ];
    let open = wave.phase != Phase::Closed;
    let key = match wave.phase {
        _ if wave.progress.invited == 0 => "trainer-nobody-invited",
        Phase::Closed => "trainer-answered",
        Phase::Open => "trainer-answering",
        Phase::NotYetOpen | Phase::Overtime => "trainer-answering-overtime",
    };
    let mut more = Vec::new();
    let mut carries = String::new();
    if let Some(trust) = &wave.trust {
        carries = w.t(match trust.carries {
            Carries::Well => "trust-well",
            Carries::WithCare => "trust-with-care",
            Carries::TooLittle => "trust-too-little",
        });
        more.push(w.t1("trust-pairs", "n", percent(trust.pairs)));
    }
    if let Some(portrait) = wave.opened() {
        let (hidden, all) = withheld(portrait);
        more.push(w.t2("trust-withheld", "n", hidden, "of", all));
    }
    let share = |n: i64, of: i64| percent(n as f64 / of.max(1) as f64);
    WaveShown {
        wave: wave.window.wave.clone(),
        told: w.with(key, &args(&count)),
        carries,
        more: more.join(" "),
        meter: (wave.progress.invited > 0).then(|| Meter {
            percent: share(wave.progress.submitted, wave.progress.invited),
            flag: percent(design.response.flag),
            report: percent(design.response.report),
        }),
        open,
    }
}

/// What became of the team's results since the wave before: nothing about roles of one person, because that is not in
/// the portrait of a team.
pub fn changes(w: Words, study: &Study, portrait: &WavePortrait) -> Vec<String> {
    let Some(before) = portrait.since.as_ref().map(|since| since.wave.as_str()) else {
        return Vec::new();
    };
    let say = |what: &str, change: Change| {
        let key = match change {
            Change::TooSmall => "trainer-change-too-small",
            Change::More => "trainer-change-more",
            Change::Less => "trainer-change-less",
        };
        let mut args = args(&[("what", what.to_owned()), ("wave", before.to_owned())]);
        args.set("now", portrait.wave.as_str());
        w.with(key, &args)
    };
    let relations = portrait.relations.iter().filter_map(|relation| {
        let change = relation.change.as_ref()?;
        let name = w.t1(
            "trainer-talk-about",
            "relation",
            relation_name(w, &relation.relation),
        );
        Some(say(&name, *change.density.shown().ok()?))
    });
    let scales = portrait.scales.iter().filter_map(|scale| {
        let change = scale.change.as_ref()?.shown().ok()?;
        Some(say(&scale_title(w, study, &scale.scale), *change))
    });
    relations.chain(scales).collect()
}

pub fn log_line(w: Words, own: &Own) -> String {
    let counted = participation(own.meetings.iter().map(|logged| &logged.meeting));
    let Some(share) = counted.of_invited else {
        return w.t("training-none");
    };
    let values = [
        ("share", percent(share).to_string()),
        (
            "team",
            counted
                .of_team
                .map_or_else(|| "–".to_owned(), |team| percent(team).to_string()),
        ),
        ("plans", counted.group_plans.to_string()),
        ("support", counted.class_support.to_string()),
    ];
    let mut args = args(&values);
    args.set("n", counted.n_meetings);
    w.with("training-so-far", &args)
}

fn report_line(w: Words, study: &Study, own: &Own) -> String {
    let Some(last) = own.last.as_deref() else {
        return w.t("report-no-wave");
    };
    let waits = own
        .waves
        .iter()
        .any(|wave| matches!(wave.results, Results::ReportFirst));
    match &own.report {
        Some(report) => match report.filed_at {
            Some(at) => w.t1(
                "report-filed-on",
                "at",
                w.day_and_time(at, study.design.time_zone),
            ),
            None if waits => w.t1("report-draft-waits", "wave", last),
            None => w.t("report-draft"),
        },
        None if waits => w.t1("report-waits", "wave", last),
        None => w.t1("report-not-begun", "wave", last),
    }
}

pub fn shown(w: Words, study: &Study, own: &Own) -> Shown {
    Shown {
        id: own.school.school_id.to_string(),
        name: own.school.name.clone(),
        cohort: study.design.cohort_title(&own.school.cohort, w.0),
        flags: own
            .flags
            .iter()
            .map(|known| flag(w, study, known))
            .collect(),
        // A wave that asks pupils alone is not hers to follow.
        waves: own
            .waves
            .iter()
            .filter(|known| {
                let asked = study.design.asks_at(&own.school.key, &known.window.wave);
                asked || known.progress.invited > 0
            })
            .map(|known| wave(w, &study.design, known))
            .collect(),
        changes: own
            .newest()
            .map(|portrait| changes(w, study, portrait))
            .unwrap_or_default(),
        ready: {
            let waiting = |wave: &&Wave| matches!(wave.results, Results::Waiting);
            let waves: Vec<&str> = own
                .waves
                .iter()
                .rev()
                .filter(waiting)
                .map(|wave| wave.window.wave.as_str())
                .collect();
            if waves.is_empty() {
                String::new()
            } else {
                w.t1("trainer-ready", "waves", waves.join(", "))
            }
        },
        log: log_line(w, own),
        report: report_line(w, study, own),
        filed: own.is_filed(),
    }
}
