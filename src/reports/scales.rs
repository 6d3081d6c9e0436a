//! The part of the page about scales: one line per scale and wave, what was refused and why, and the rest behind it.

use std::collections::BTreeMap;

use schakel_analysis::multilevel::TeamMean;

use crate::domain::language::Language;
use crate::evaluation::findings::ScaleMeasure;
use crate::locale::Words;

use super::names::{Fragment, Names, between, probability, undefined, value};
use super::scale_words::{self, Grounds};

/// Everything the page says about scales.
pub struct ScaleTables<'a> {
    pub summaries: Vec<Summary<'a>>,
    pub items: Vec<ItemRow<'a>>,
    pub gains: Vec<GainRow>,
    pub schools: Vec<SchoolRow<'a>>,
}

/// One scale in one wave.
pub struct Summary<'a> {
    pub scale: String,
    pub wave: &'a str,
    pub n: usize,
    pub n_schools: usize,
    pub mean: String,
    pub sd: String,
    pub alpha: Told,
    pub omega: Told,
    pub icc_1: Told,
    pub icc_2: Told,
    pub r_wg_j: Told,
    pub verdict: String,
    /// What the verdict rests on, where something was not met.
    pub because: Fragment,
    /// What could not be told, and why.
    pub refused: Vec<Fragment>,
}

/// A value in figures or words, and its interval in small print.
#[derive(Default)]
pub struct Told {
    pub value: String,
    pub interval: String,
}

pub struct ItemRow<'a> {
    pub scale: String,
    pub wave: &'a str,
    pub item: &'a str,
    /// In the order of [`ITEM_MEASURES`]; empty where it was not asked.
    pub cells: Vec<String>,
}

pub const ITEM_MEASURES: [&str; 5] = [
    "item_rest",
    "alpha_if_dropped",
    "difficulty",
    "item_total",
    "guessing_p_value",
];

pub struct GainRow {
    pub scale: String,
    pub waves: String,
    pub over: String,
    pub gain: Told,
    pub n: usize,
}

pub struct SchoolRow<'a> {
    pub scale: String,
    pub wave: &'a str,
    pub school: &'a str,
    pub mean: String,
    pub agreement: String,
    pub n: usize,
}

impl<'a> ScaleTables<'a> {
    pub fn of(names: &Names<'_>, rows: &'a [ScaleMeasure]) -> Self {
        let same = |a: &ScaleMeasure, b: &ScaleMeasure| (&a.scale, &a.wave) == (&b.scale, &b.wave);
        Self {
            summaries: rows
                .chunk_by(same)
                .map(|rows| summary(names, rows))
                .collect(),
            items: rows
                .chunk_by(same)
                .flat_map(|rows| items(names, rows))
                .collect(),
            gains: rows.iter().filter_map(|row| gain(names, row)).collect(),
            schools: rows
                .chunk_by(same)
                .flat_map(|rows| schools(names, rows))
                .collect(),
        }
    }
}

/// About all schools, and not about an item.
fn whole<'a>(rows: &'a [ScaleMeasure], measure: &str) -> Option<&'a ScaleMeasure> {
    rows.iter()
        .find(|row| row.group.is_empty() && row.item.is_none() && row.measure == measure)
}

fn told(w: Words, row: &ScaleMeasure) -> Told {
    let interval = match (row.lower, row.upper) {
        (Some(lower), Some(upper)) => between(w, Some((lower, upper))),
        _ => String::new(),
    };
    Told {
        value: value(w, &row.value),
        interval,
    }
}

fn summary<'a>(names: &Names<'_>, rows: &'a [ScaleMeasure]) -> Summary<'a> {
    let w = names.w;
    let told_of = |measure: &str| {
        whole(rows, measure)
            .map(|row| told(w, row))
            .unwrap_or_default()
    };
    let verdict = whole(rows, "team_mean_verdict");
    let mut alpha = told_of("alpha_complete");
    let over_schools = told_of("alpha_over_schools").interval;
    if !over_schools.is_empty() {
        alpha.interval += "; ";
        alpha.interval += &w.t1("report-over-schools", "interval", over_schools);
    }
    Summary {
        scale: names.outcome(&rows[0].scale),
        wave: &rows[0].wave,
        n: whole(rows, "mean").map_or(0, |row| row.n),
        n_schools: verdict.map_or(0, |row| row.n),
        mean: told_of("mean").value,
        sd: told_of("sd").value,
        alpha,
        omega: told_of("omega_total"),
        icc_1: told_of("icc_1"),
        icc_2: told_of("icc_2"),
        r_wg_j: told_of("rwg_j_median"),
        verdict: match verdict.and_then(|row| TeamMean::from_name(row.verdict.as_deref()?)) {
            Some(TeamMean::Aggregate) => w.t("report-team-mean"),
            Some(TeamMean::AggregateWithCare) => w.t("report-team-mean-care"),
            Some(TeamMean::DoNotAggregate) => w.t("report-team-mean-not"),
            None => String::new(),
        },
        because: because(w, rows, verdict),
        refused: refused(w, rows),
    }
}

/// In Dutch from the same grounds; the text that was kept is English.
fn because(w: Words, rows: &[ScaleMeasure], verdict: Option<&ScaleMeasure>) -> Fragment {
    let Some(row) = verdict else {
        return Fragment::own(String::new());
    };
    let grounds = || {
        let value = |measure: &str| whole(rows, measure).map(|row| row.value);
        let grounds = Grounds {
            icc_1: value("icc_1")?,
            p_value: value("icc_1_p_value")?,
            icc_2: value("icc_2")?,
            median_r_wg_j: value("rwg_j_median")?,
        };
        let kept = TeamMean::from_name(row.verdict.as_deref()?)?;
        scale_words::because(w, kept, &grounds)
    };
    match (w.0, row.reason.as_deref()) {
        (_, None) => Fragment::own(String::new()),
        (Language::Nl, Some(reason)) => {
            grounds().map_or_else(|| Fragment::of(w, reason), Fragment::own)
        }
        (Language::En, Some(reason)) => Fragment::own(reason.to_owned()),
    }
}

/// Every value about all schools that does not exist, with those that share a reason told together.
fn refused(w: Words, rows: &[ScaleMeasure]) -> Vec<Fragment> {
    let mut by_reason: BTreeMap<(String, bool), Vec<String>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.group.is_empty()) {
        let Err(reason) = row.value else { continue };
        let why = match &row.reason {
            Some(reason) => Fragment::of(w, reason),
            None => Fragment::own(undefined(w, reason)),
        };
        let name = measure_words(w, &row.measure);
        let what = match &row.item {
            Some(item) => w.t2("report-of-item", "name", name, "item", item.as_str()),
            None => name,
        };
        let told = by_reason.entry((why.text, why.english)).or_default();
        if !told.contains(&what) && row.option.is_none() {
            told.push(what);
        }
    }
    by_reason
        .into_iter()
        .filter(|(_, what)| !what.is_empty())
        .map(|((why, english), what)| Fragment {
            text: format!("{}: {why}", what.join(", ")),
            english,
        })
        .collect()
}

/// Names as they are written in reports; the rest as it is in files, without underscores.
fn measure_words(w: Words, measure: &str) -> String {
    let key = format!("report-scale-{measure}");
    let said = w.t(&key);
    if said == key {
        measure.replace('_', " ")
    } else {
        said
    }
}

fn items<'a>(names: &Names<'_>, rows: &'a [ScaleMeasure]) -> Vec<ItemRow<'a>> {
    let w = names.w;
    let mut found: Vec<ItemRow<'a>> = Vec::new();
    for row in rows.iter().filter(|row| row.option.is_none()) {
        let (Some(item), Some(place)) = (
            &row.item,
            ITEM_MEASURES.iter().position(|own| *own == row.measure),
        ) else {
            continue;
        };
        let at = found.iter().position(|known| known.item == item);
        let at = at.unwrap_or_else(|| {
            found.push(ItemRow {
                scale: names.outcome(&row.scale),
                wave: &row.wave,
                item,
                cells: vec![String::new(); ITEM_MEASURES.len()],
            });
            found.len() - 1
        });
        let shown = match (row.measure.as_str(), row.value) {
            ("guessing_p_value", Ok(p)) => probability(w, p),
            _ => value(w, &row.value),
        };
        found[at].cells[place] = match row.verdict.as_deref() {
            Some("at_guessing_floor") => w.t1("report-guessing", "value", shown),
            _ => shown,
        };
    }
    found
}

fn gain(names: &Names<'_>, row: &ScaleMeasure) -> Option<GainRow> {
    let w = names.w;
    let over = match (row.measure.as_str(), row.group.as_str()) {
        ("gain", "") => w.t("report-gain-all"),
        ("gain", school) => school.to_owned(),
        ("gain_over_schools", _) => w.t("report-gain-schools"),
        _ => return None,
    };
    Some(GainRow {
        scale: names.outcome(&row.scale),
        waves: w.t2(
            "report-between",
            "lower",
            row.from.as_deref().unwrap_or_default(),
            "upper",
            row.wave.as_str(),
        ),
        over,
        gain: told(w, row),
        n: row.n,
    })
}

fn schools<'a>(names: &Names<'_>, rows: &'a [ScaleMeasure]) -> Vec<SchoolRow<'a>> {
    let w = names.w;
    let means = rows
        .iter()
        .filter(|row| row.measure == "mean" && !row.group.is_empty());
    let agreed: BTreeMap<&str, String> = rows
        .iter()
        .filter(|row| row.measure == "rwg_j")
        .map(|row| (row.group.as_str(), value(w, &row.value)))
        .collect();
    means
        .map(|row| SchoolRow {
            scale: names.outcome(&row.scale),
            wave: &row.wave,
            school: &row.group,
            mean: value(w, &row.value),
            agreement: agreed.get(row.group.as_str()).cloned().unwrap_or_default(),
            n: row.n,
        })
        .collect()
}
