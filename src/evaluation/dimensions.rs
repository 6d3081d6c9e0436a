//! What a scale measures: how many things, by which items, and whether the same for everyone and at every wave.

use std::collections::{BTreeMap, BTreeSet};

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use schakel_analysis::outcome::{Interval, Undefined};
use schakel_analysis::scale::{
    Answers, Cases, EmptyCells, Refusal, covariance_matrix, factor_analysis, ordinal_alpha,
    ordinal_omega, parallel_analysis, polychoric, scalability,
};

use super::findings::Exclusion;
use super::measurement;
use super::scales::{ScaleDefinition, TestKey};
use crate::domain::records::Records;

/// Random eigenvalues are compared at this percentile.
pub const PERCENTILE: f64 = 0.95;

/// Over what a scale is to measure the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Over {
    Waves,
    Schools,
    /// Of `persons.csv` or `schools.csv`.
    Column(String),
}

impl Over {
    pub fn parse(text: &str) -> Self {
        match text {
            "waves" => Self::Waves,
            "schools" => Self::Schools,
            column => Self::Column(column.to_owned()),
        }
    }

    pub fn name(&self) -> &str {
        match self {
            Self::Waves => "waves",
            Self::Schools => "schools",
            Self::Column(column) => column,
        }
    }
}

/// What is asked of the scales.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// All if empty.
    pub scales: Vec<String>,
    pub dimension: bool,
    pub scalability: bool,
    pub confirm: bool,
    pub over: Vec<Over>,
    pub ordinal: bool,
    pub draws: u64,
    pub seed: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Analysis {
    Dimension,
    Scalability,
    Ordinal,
    Confirm,
    Invariance,
}

impl Analysis {
    /// The name that files carry.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dimension => "dimension",
            Self::Scalability => "scalability",
            Self::Ordinal => "ordinal",
            Self::Confirm => "confirm",
            Self::Invariance => "invariance",
        }
    }
}

/// Why there is no number: in a word for files, and in words with the way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    pub code: &'static str,
    pub words: String,
}

/// One number, or why there is none.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The key; of several scales together, all keys with ` + ` between them.
    pub scale: String,
    /// Empty over all waves.
    pub wave: String,
    pub analysis: Analysis,
    /// What invariance is over; else empty.
    pub over: String,
    /// Of invariance; else empty.
    pub level: &'static str,
    pub measure: &'static str,
    pub item: String,
    /// The second item of a pair; a group; a convention.
    pub other: String,
    /// A factor, an eigenvalue or a threshold, from 1.
    pub factor: Option<usize>,
    pub value: Result<f64, Reason>,
    pub interval: Option<Interval>,
    /// Respondents behind it.
    pub n: usize,
}

/// What was found, in the order of the scales and the waves.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Dimensions {
    pub rows: Vec<Row>,
    pub exclusions: Vec<Exclusion>,
}

/// What one respondent answered to a scale in a wave: as it is scored, in the order of the items.
#[derive(Debug, Clone)]
pub(super) struct Sheet<'a> {
    pub school: usize,
    pub respondent: &'a str,
    pub answers: Vec<Option<f64>>,
}

/// The respondents who answered any item of the scale. Reversal and marking are those of the scale's own score: an answer as it is scored is the score of that item
/// alone.
pub(super) fn sheets<'a>(
    records: &'a Records,
    scale: &ScaleDefinition,
    wave: usize,
) -> Vec<Sheet<'a>> {
    let alone: Vec<ScaleDefinition> = scale
        .items
        .iter()
        .enumerate()
        .map(|(place, item)| ScaleDefinition {
            items: vec![item.clone()],
            reverse: scale
                .reverse
                .iter()
                .filter(|reversed| *reversed == item)
                .cloned()
                .collect(),
            needed: 1,
            test: scale.test.as_ref().map(|test| TestKey {
                right: test.right.get(place).copied().into_iter().collect(),
                ..test.clone()
            }),
            ..scale.clone()
        })
        .collect();
    let of_wave = records.answers.iter().filter(|sheet| sheet.wave == wave);
    of_wave
        .filter(|sheet| {
            scale
                .items
                .iter()
                .any(|item| sheet.items.contains_key(item))
        })
        .map(|sheet| Sheet {
            school: sheet.school,
            respondent: &sheet.respondent,
            answers: alone
                .iter()
                .map(|item| item.score(&sheet.items).ok())
                .collect(),
        })
        .collect()
}

/// Rows of one scale (or of several) as they are found.
pub(super) struct Part<'a> {
    pub scale: &'a str,
    pub wave: &'a str,
    pub analysis: Analysis,
    pub over: &'a str,
    pub level: &'static str,
    pub n: usize,
    pub rows: &'a mut Vec<Row>,
}

impl Part<'_> {
    pub fn put(&mut self, measure: &'static str, value: Result<f64, Reason>) -> &mut Row {
        self.rows.push(Row {
            scale: self.scale.to_owned(),
            wave: self.wave.to_owned(),
            analysis: self.analysis,
            over: self.over.to_owned(),
            level: self.level,
            measure,
            item: String::new(),
            other: String::new(),
            factor: None,
            value,
            interval: None,
            n: self.n,
        });
        let last = self.rows.len() - 1;
        &mut self.rows[last]
    }
}

impl Row {
    pub(super) fn item(&mut self, item: &str) -> &mut Self {
        item.clone_into(&mut self.item);
        self
    }

    pub(super) fn other(&mut self, other: &str) -> &mut Self {
        other.clone_into(&mut self.other);
        self
    }

    /// From 0.
    pub(super) fn factor(&mut self, factor: usize) -> &mut Self {
        self.factor = Some(factor + 1);
        self
    }
}

/// Why a question about these answers has no answer, with the item that is the cause where one can be named.
pub(super) fn reason(refusal: Refusal, items: &[String], answers: &[&[Option<f64>]]) -> Reason {
    let complete: Vec<_> = answers
        .iter()
        .filter(|row| row.iter().all(Option::is_some))
        .collect();
    let constant: Vec<String> = items
        .iter()
        .enumerate()
        .filter(|(place, _)| {
            let mut given = complete
                .iter()
                .map(|row| row.get(*place).copied().flatten());
            let first = given.next();
            given.all(|answer| Some(answer) == first)
        })
        .map(|(_, item)| format!("`{item}`"))
        .collect();
    let n = complete.len();
    let words = match refusal {
        Refusal::Undefined(Undefined::TooFewUnits) if n == answers.len() => format!(
            "not defined: {n} respondents for {} items are too few; ask more respondents or fewer items",
            items.len()
        ),
        Refusal::Undefined(Undefined::TooFewUnits) => format!(
            "not defined: {n} of {} respondents answered all {} items, which is too few for this; ask more respondents, or leave out an item that many left open",
            answers.len(),
            items.len()
        ),
        Refusal::Undefined(Undefined::NoVariation) if !constant.is_empty() && n > 1 => format!(
            "not defined: everyone answered {} the same; leave it out of the scale and ask again",
            constant.join(", ")
        ),
        Refusal::Undefined(Undefined::NoVariation) => {
            "not defined: an item follows from the others, or there is nothing to explain; leave out an item that repeats another".to_owned()
        }
        Refusal::Undefined(Undefined::NoConvergence) => {
            "not defined: the search for the model did not settle, as happens when a model does not suit the answers; ask for less of these items".to_owned()
        }
        refusal => refusal.to_string(),
    };
    Reason {
        code: refusal.name(),
        words,
    }
}

/// The same records and question give the same numbers, to the last bit. An error says what to ask in its place.
pub fn dimensions(
    records: &Records,
    scales: &[ScaleDefinition],
    question: &Question,
) -> Result<Dimensions, String> {
    let keys: Vec<&str> = scales.iter().map(|scale| scale.key.as_str()).collect();
    if let Some(stranger) = question
        .scales
        .iter()
        .find(|key| !keys.contains(&key.as_str()))
    {
        return Err(format!(
            "there is no scale `{stranger}`; the scales here are {}",
            keys.join(", ")
        ));
    }
    let asked: Vec<&ScaleDefinition> = scales
        .iter()
        .filter(|scale| question.scales.is_empty() || question.scales.contains(&scale.key))
        .collect();
    if asked.is_empty() || records.answers.is_empty() {
        return Err(
            "there are no answers to scales here; a folder needs items.csv and scales.toml"
                .to_owned(),
        );
    }
    let groups = question
        .over
        .iter()
        .map(|over| measurement::Groups::of(records, over))
        .collect::<Result<Vec<_>, _>>()?;
    let mut found = Dimensions::default();
    for scale in &asked {
        let mut by_wave = Vec::new();
        for (wave, wave_key) in records.waves.iter().enumerate() {
            let sheets = sheets(records, scale, wave);
            if sheets.is_empty() {
                found.exclusions.push(Exclusion {
                    what: format!("scale {}, wave {wave_key}", scale.key),
                    reason: "nobody answered any of its items".to_owned(),
                });
                continue;
            }
            one_scale(scale, wave_key, &sheets, question, &mut found.rows);
            for groups in &groups {
                measurement::over_groups(scale, (wave, wave_key), &sheets, groups, &mut found);
            }
            by_wave.push((wave_key.as_str(), sheets));
        }
        if question.over.contains(&Over::Waves) {
            measurement::over_waves(scale, &by_wave, &mut found);
        }
    }
    if question.confirm && asked.len() > 1 {
        for (wave, wave_key) in records.waves.iter().enumerate() {
            measurement::together(records, &asked, (wave, wave_key), &mut found);
        }
    }
    Ok(found)
}

/// All that is asked of one scale in one wave.
fn one_scale(
    scale: &ScaleDefinition,
    wave: &str,
    sheets: &[Sheet<'_>],
    question: &Question,
    rows: &mut Vec<Row>,
) {
    let given: Vec<Vec<Option<f64>>> = sheets.iter().map(|sheet| sheet.answers.clone()).collect();
    // Answers were checked when they were read: what is not finite would have been a fault.
    let Ok(answers) = Answers::from_rows(&given) else {
        return;
    };
    let shown: Vec<&[Option<f64>]> = given.iter().map(Vec::as_slice).collect();
    let mut part = Part {
        scale: &scale.key,
        wave,
        analysis: Analysis::Dimension,
        over: "",
        level: "",
        n: answers.n_complete(),
        rows,
    };
    let why = |refusal: Refusal| reason(refusal, &scale.items, &shown);
    if question.dimension {
        dimension(&mut part, scale, &answers, question, &why);
    }
    if question.scalability {
        part.analysis = Analysis::Scalability;
        mokken(&mut part, scale, &answers, &why);
    }
    if question.ordinal {
        part.analysis = Analysis::Ordinal;
        ordinal(&mut part, scale, &answers, &why);
    }
    if question.confirm {
        part.analysis = Analysis::Confirm;
        let factor_of = vec![0; scale.items.len()];
        measurement::confirm(&mut part, &scale.items, &answers, &factor_of, &why);
    }
}

fn dimension(
    part: &mut Part<'_>,
    scale: &ScaleDefinition,
    answers: &Answers,
    question: &Question,
    why: &dyn Fn(Refusal) -> Reason,
) {
    if let Some(short) = Refusal::of_short_scale(scale.items.len()) {
        part.put("factors", Err(why(short)));
        return;
    }
    let matrix = match covariance_matrix(answers, Cases::Complete) {
        Ok(matrix) => matrix,
        Err(undefined) => {
            part.put("factors", Err(why(undefined.into())));
            return;
        }
    };
    // Every scale and wave begins with the same chance: what comes of one does not hang on the others.
    let mut rng = ChaCha12Rng::seed_from_u64(question.seed);
    let kept = match parallel_analysis(&matrix, question.draws, PERCENTILE, &mut rng) {
        Ok(found) => {
            part.put("factors", Ok(found.components as f64));
            for place in 0..found.observed.len() {
                part.put("eigenvalue", Ok(found.observed[place]))
                    .factor(place);
                part.put("random_mean", Ok(found.random_mean[place]))
                    .factor(place);
                part.put("random_percentile", Ok(found.random_percentile[place]))
                    .factor(place);
            }
            found.components
        }
        Err(refusal) => {
            part.put("factors", Err(why(refusal)));
            return;
        }
    };
    // As many as were kept; where so many cannot be tested, the most that can.
    for factors in (1..=kept.max(1)).rev() {
        match factor_analysis(&matrix, factors) {
            Ok(found) => {
                part.put("extracted", Ok(factors as f64));
                if let Some(fit) = found.fit {
                    part.put("chi_square", Ok(fit.chi_square));
                    part.put("df", Ok(fit.df));
                    part.put("p_value", Ok(fit.p_value));
                }
                for (item, key) in scale.items.iter().enumerate() {
                    for (factor, loading) in found.rotated[item].iter().enumerate() {
                        part.put("loading", Ok(*loading)).item(key).factor(factor);
                    }
                    part.put("uniqueness", Ok(found.uniquenesses[item]))
                        .item(key);
                    if found.heywood.contains(&item) {
                        part.put("heywood", Ok(1.0)).item(key);
                    }
                }
                return;
            }
            Err(refusal) => {
                part.put("loading", Err(why(refusal))).factor(factors - 1);
                if refusal != Refusal::TooManyFactors {
                    return;
                }
            }
        }
    }
}

fn mokken(
    part: &mut Part<'_>,
    scale: &ScaleDefinition,
    answers: &Answers,
    why: &dyn Fn(Refusal) -> Reason,
) {
    let found = match scalability(answers) {
        Ok(found) => found,
        Err(refusal) => {
            part.put("h", Err(why(refusal)));
            return;
        }
    };
    let told = |value: Result<f64, Undefined>| value.map_err(|reason| why(reason.into()));
    part.put("h", Ok(found.overall));
    for (key, value) in scale.items.iter().zip(&found.items) {
        part.put("h_item", told(*value)).item(key);
    }
    let k = scale.items.len();
    for a in 0..k {
        for b in 0..a {
            part.put("h_pair", told(found.pairs[a * k + b]))
                .item(&scale.items[b])
                .other(&scale.items[a]);
        }
    }
}

fn ordinal(
    part: &mut Part<'_>,
    scale: &ScaleDefinition,
    answers: &Answers,
    why: &dyn Fn(Refusal) -> Reason,
) {
    let found = match polychoric(answers, Cases::Complete, EmptyCells::AsTheyAre) {
        Ok(found) => found,
        Err(refusal) => {
            part.put("ordinal_alpha", Err(why(refusal)));
            return;
        }
    };
    part.put("ordinal_alpha", ordinal_alpha(&found).map_err(why));
    match ordinal_omega(&found) {
        Ok(omega) => {
            part.put("ordinal_omega", Ok(omega.total));
            for (key, loading) in scale.items.iter().zip(&omega.factor.loadings) {
                part.put("loading", Ok(*loading)).item(key).factor(0);
            }
        }
        Err(refusal) => {
            part.put("ordinal_omega", Err(why(refusal)));
        }
    }
    part.put("empty_cells", Ok(found.empty_cells as f64));
    for (key, thresholds) in scale.items.iter().zip(&found.thresholds) {
        for (place, threshold) in thresholds.iter().enumerate() {
            part.put("threshold", Ok(*threshold))
                .item(key)
                .factor(place);
        }
    }
    for a in 0..scale.items.len() {
        for b in 0..a {
            part.put("polychoric", Ok(found.correlations.at(a, b)))
                .item(&scale.items[b])
                .other(&scale.items[a]);
        }
    }
}

/// Values of a column per person, and per school.
pub(super) fn column(
    records: &Records,
    name: &str,
) -> (BTreeMap<(usize, String), String>, BTreeMap<usize, String>) {
    let mut persons = BTreeMap::new();
    for roster in &records.rosters {
        for person in &roster.persons {
            let value = match name {
                "role" => person.role.clone(),
                "groups" if !person.groups.is_empty() => Some(person.groups.join("|")),
                _ => person.attributes.get(name).cloned(),
            };
            if let Some(value) = value {
                // The first wave that says it; a group that changes would not be one.
                persons
                    .entry((roster.school, person.key.clone()))
                    .or_insert(value);
            }
        }
    }
    let schools = records
        .schools
        .iter()
        .enumerate()
        .filter_map(|(place, school)| Some((place, school.attributes.get(name)?.clone())))
        .collect();
    (persons, schools)
}

/// Items that belong to more than one of the scales.
pub(super) fn shared_items(scales: &[&ScaleDefinition]) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let items = scales.iter().flat_map(|scale| &scale.items);
    items
        .filter(|item| !seen.insert((*item).clone()))
        .cloned()
        .collect()
}
