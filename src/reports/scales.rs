//! The part of the page about scales: one line per scale and wave, what was refused and why, and the rest behind it.

use std::collections::BTreeMap;

use schakel_analysis::multilevel::TeamMean;

use crate::evaluation::findings::ScaleMeasure;

use super::analysis::{number, probability, value, words};

/// Everything the page says about scales.
pub struct ScaleTables<'a> {
    pub summaries: Vec<Summary<'a>>,
    pub items: Vec<ItemRow<'a>>,
    pub gains: Vec<GainRow<'a>>,
    pub schools: Vec<SchoolRow<'a>>,
}

/// One scale in one wave.
pub struct Summary<'a> {
    pub scale: &'a str,
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
    pub verdict: &'static str,
    /// What the verdict rests on, where something was not met.
    pub because: &'a str,
    /// What could not be told, and why.
    pub refused: Vec<String>,
}

/// A value in figures or words, and its interval in small print.
#[derive(Default)]
pub struct Told {
    pub value: String,
    pub interval: String,
}

pub struct ItemRow<'a> {
    pub scale: &'a str,
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

pub struct GainRow<'a> {
    pub scale: &'a str,
    pub waves: String,
    pub over: &'a str,
    pub gain: Told,
    pub n: usize,
}

pub struct SchoolRow<'a> {
    pub scale: &'a str,
    pub wave: &'a str,
    pub school: &'a str,
    pub mean: String,
    pub agreement: String,
    pub n: usize,
}

impl<'a> ScaleTables<'a> {
    pub fn of(rows: &'a [ScaleMeasure]) -> Self {
        let same = |a: &ScaleMeasure, b: &ScaleMeasure| (&a.scale, &a.wave) == (&b.scale, &b.wave);
        Self {
            summaries: rows.chunk_by(same).map(summary).collect(),
            items: rows.chunk_by(same).flat_map(items).collect(),
            gains: rows.iter().filter_map(gain).collect(),
            schools: rows.chunk_by(same).flat_map(schools).collect(),
        }
    }
}

/// About all schools, and not about an item.
fn whole<'a>(rows: &'a [ScaleMeasure], measure: &str) -> Option<&'a ScaleMeasure> {
    rows.iter()
        .find(|row| row.group.is_empty() && row.item.is_none() && row.measure == measure)
}

fn told(row: &ScaleMeasure) -> Told {
    let interval = match (row.lower, row.upper) {
        (Some(lower), Some(upper)) => format!("{} to {}", number(lower), number(upper)),
        _ => String::new(),
    };
    Told {
        value: value(&row.value),
        interval,
    }
}

fn summary(rows: &[ScaleMeasure]) -> Summary<'_> {
    let told_of = |measure: &str| whole(rows, measure).map(told).unwrap_or_default();
    let verdict = whole(rows, "team_mean_verdict");
    let mut alpha = told_of("alpha_complete");
    let over_schools = told_of("alpha_over_schools").interval;
    if !over_schools.is_empty() {
        alpha.interval += &format!("; over schools {over_schools}");
    }
    Summary {
        scale: &rows[0].scale,
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
            Some(TeamMean::Aggregate) => {
                "a team mean may be formed: schools differ, their members agree, and the means are reliable"
            }
            Some(TeamMean::AggregateWithCare) => {
                "a team mean with care: schools differ, but not everything else that was asked is met"
            }
            Some(TeamMean::DoNotAggregate) => {
                "no team mean: these answers say too little about schools; look at them person by person"
            }
            None => "",
        },
        because: verdict
            .and_then(|row| row.reason.as_deref())
            .unwrap_or_default(),
        refused: refused(rows),
    }
}

/// Every value about all schools that does not exist, with those that share a reason told together.
fn refused(rows: &[ScaleMeasure]) -> Vec<String> {
    let mut by_reason: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.group.is_empty()) {
        let Err(reason) = row.value else { continue };
        let why = row.reason.clone().unwrap_or_else(|| reason.to_string());
        let name = measure_words(&row.measure);
        let what = match &row.item {
            Some(item) => format!("{name} of {item}"),
            None => name,
        };
        let told = by_reason.entry(why).or_default();
        if !told.contains(&what) && row.option.is_none() {
            told.push(what);
        }
    }
    by_reason
        .into_iter()
        .filter(|(_, what)| !what.is_empty())
        .map(|(why, what)| format!("{}: {why}", what.join(", ")))
        .collect()
}

/// Names as they are written in reports; the rest as it is in files, without underscores.
fn measure_words(measure: &str) -> String {
    match measure {
        "icc_1" => "ICC(1)".to_owned(),
        "icc_1_exact_k" => "ICC(1) with exact group size".to_owned(),
        "icc_1_p_value" => "p of ICC(1)".to_owned(),
        "icc_2" => "ICC(2)".to_owned(),
        "icc_mixed" => "ICC of the mixed model".to_owned(),
        "rwg_j_skewed_median" => "median agreement beside slightly skewed answers".to_owned(),
        "rwg_j_median" => "median agreement".to_owned(),
        "alpha_complete" => "alpha of complete answers".to_owned(),
        "alpha_pairwise" => "alpha item pair by item pair".to_owned(),
        other => words(other),
    }
}

fn items(rows: &[ScaleMeasure]) -> Vec<ItemRow<'_>> {
    let mut found: Vec<ItemRow<'_>> = Vec::new();
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
                scale: &row.scale,
                wave: &row.wave,
                item,
                cells: vec![String::new(); ITEM_MEASURES.len()],
            });
            found.len() - 1
        });
        let shown = match (row.measure.as_str(), row.value) {
            ("guessing_p_value", Ok(p)) => probability(p),
            _ => value(&row.value),
        };
        found[at].cells[place] = match row.verdict.as_deref() {
            Some("at_guessing_floor") => format!("{shown}: no better than guessing"),
            _ => shown,
        };
    }
    found
}

fn gain(row: &ScaleMeasure) -> Option<GainRow<'_>> {
    let over = match (row.measure.as_str(), row.group.as_str()) {
        ("gain", "") => "all who answered twice",
        ("gain", school) => school,
        ("gain_over_schools", _) => "schools, each counted once",
        _ => return None,
    };
    Some(GainRow {
        scale: &row.scale,
        waves: format!(
            "{} to {}",
            row.from.as_deref().unwrap_or_default(),
            row.wave
        ),
        over,
        gain: told(row),
        n: row.n,
    })
}

fn schools(rows: &[ScaleMeasure]) -> Vec<SchoolRow<'_>> {
    let means = rows
        .iter()
        .filter(|row| row.measure == "mean" && !row.group.is_empty());
    let agreed: BTreeMap<&str, String> = rows
        .iter()
        .filter(|row| row.measure == "rwg_j")
        .map(|row| (row.group.as_str(), value(&row.value)))
        .collect();
    means
        .map(|row| SchoolRow {
            scale: &row.scale,
            wave: &row.wave,
            school: &row.group,
            mean: value(&row.value),
            agreement: agreed.get(row.group.as_str()).cloned().unwrap_or_default(),
            n: row.n,
        })
        .collect()
}
