//! The growth of pupils as a mixed model: which columns follow from months and scores, and which models are fitted to them.
//!
//! score ~ s + c + weight (+ cohort) + (1 + s + c | school) + (1 + s | pupil), with s = months since the start / 12 (negative
//! before it) and c = the same after the start and 0 before it. s counts school years, so that the slope of s is the growth
//! a school year before the start, and the slope of c what was gained over and above it since: the effect.

use std::collections::BTreeMap;

use schakel_analysis::multilevel::Criterion;

use crate::domain::records::{
    PupilRecord, Records, SchoolRecord, ScoreCells, ScoreColumn, ScoreTable,
};

use super::{
    models::{DegreesOfFreedom, ModelDefinition, RandomPart},
    pupil_weights,
};

/// The slope before, and what is added to it since the start.
pub const BEFORE: &str = "s";
pub const EFFECT: &str = "c";

/// What pupils without a weight are called where others have one.
const NO_WEIGHT: &str = "unknown";

/// The rows of every pupil with a score.
#[derive(Debug, Clone, Default)]
pub struct GrowthTable {
    pub table: ScoreTable,
    pub n_pupils: usize,
    /// Schools with a score, by key.
    pub schools: Vec<String>,
    /// Pupils with a score, per school.
    pub pupils_of: BTreeMap<String, usize>,
    pub weights: Vec<WeightRows>,
    /// Facts about schools that a slope can go with: the names of their columns.
    pub facts: Vec<&'static str>,
    pub warnings: Vec<String>,
}

/// The pupils of one weight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeightRows {
    pub weight: String,
    pub n_pupils: usize,
    /// There are scores before the start and after it.
    pub on_both_sides: bool,
}

/// Whether mathematics was the subject throughout, in part or not: as it was given, or from the subjects of both years. A
/// fact of the school that an effect can go with.
pub fn mathematics(school: &SchoolRecord) -> Option<String> {
    let fact = |name: &str| school.attributes.get(name);
    if let Some(given) = fact("mathematics") {
        return Some(given.clone());
    }
    let years = [fact("subject_year1")?, fact("subject_year2")?];
    let word = match years.map(|subject| is_mathematics(subject)) {
        [true, true] => "throughout",
        [false, false] => "not",
        _ => "part",
    };
    Some(word.to_owned())
}

/// One row under way.
struct Point<'r> {
    school: usize,
    pupil: usize,
    month: f64,
    score: f64,
    weight: Option<&'r str>,
}

impl GrowthTable {
    pub fn of(records: &Records) -> Self {
        let mut pupils: Vec<&PupilRecord> = records
            .pupils
            .iter()
            .filter(|pupil| !pupil.scores.is_empty())
            .collect();
        // By what is known of them and not by their key, which exports replace: sums must not depend on it.
        pupils.sort_by(|a, b| {
            let points = |pupil: &PupilRecord| {
                let scores = pupil.scores.iter();
                scores
                    .map(|at| (ordered(at.month), ordered(at.score)))
                    .collect::<Vec<_>>()
            };
            (a.school, &a.weight)
                .cmp(&(b.school, &b.weight))
                .then_with(|| points(a).cmp(&points(b)))
        });
        let weights = pupil_weights::table();
        let weighted = pupils.iter().any(|pupil| pupil.weight.is_some());
        let mut points = Vec::new();
        for (place, pupil) in pupils.iter().enumerate() {
            let weight = match &pupil.weight {
                Some(weight) => Some(weights.category(weight)),
                None => weighted.then_some(NO_WEIGHT),
            };
            points.extend(pupil.scores.iter().map(|at| Point {
                school: pupil.school,
                pupil: place,
                month: at.month,
                score: at.score,
                weight,
            }));
        }
        let mut own = Self {
            n_pupils: pupils.len(),
            weights: weight_rows(&points),
            ..Self::default()
        };
        let mut of_school: Vec<usize> = Vec::new();
        for pupil in &pupils {
            if of_school.last() != Some(&pupil.school) {
                of_school.push(pupil.school);
            }
            let key = records.schools[pupil.school].key.clone();
            *own.pupils_of.entry(key).or_default() += 1;
        }
        own.schools = of_school
            .iter()
            .map(|&school| records.schools[school].key.clone())
            .collect();
        own.table.n_rows = points.len();
        own.add_points(records, &points, pupils.len());
        own.add_facts(records, &pupils, &points, &of_school);
        let strangers: Vec<&str> = own
            .weights
            .iter()
            .map(|row| row.weight.as_str())
            .filter(|weight| !weights.knows(weight))
            .collect();
        if !strangers.is_empty() {
            own.warnings.push(format!(
                "the table of pupils' weights ({}) has no {}: each counts as a category of its own",
                weights.pin(),
                strangers.join(", ")
            ));
        }
        own
    }

    fn add_points(&mut self, records: &Records, points: &[Point<'_>], n_pupils: usize) {
        let columns = &mut self.table.columns;
        let school = |point: &Point<'_>| records.schools[point.school].key.clone();
        columns.push(words(
            "school",
            points.iter().map(|point| Some(school(point))),
        ));
        columns.push(ScoreColumn {
            name: "pupil".to_owned(),
            cells: ScoreCells::Words {
                words: (0..n_pupils).map(|place| place.to_string()).collect(),
                word_of: points
                    .iter()
                    .map(|point| u32::try_from(point.pupil).ok())
                    .collect(),
            },
        });
        let mut number = |name: &str, of: &dyn Fn(&Point<'_>) -> f64| {
            columns.push(ScoreColumn {
                name: name.to_owned(),
                cells: ScoreCells::Numbers(points.iter().map(|point| Some(of(point))).collect()),
            });
        };
        number("score", &|point| point.score);
        number(BEFORE, &|point| point.month / 12.0);
        number(EFFECT, &|point| point.month.max(0.0) / 12.0);
        for row in &self.weights {
            let own = |point: &Point<'_>| point.weight == Some(row.weight.as_str());
            number(&of_weight(BEFORE, &row.weight), &|point| {
                if own(point) { point.month / 12.0 } else { 0.0 }
            });
            number(&of_weight(EFFECT, &row.weight), &|point| {
                if own(point) {
                    point.month.max(0.0) / 12.0
                } else {
                    0.0
                }
            });
        }
        let weights = points.iter().map(|point| point.weight.map(str::to_owned));
        if !self.weights.is_empty() {
            columns.push(words("weight", weights));
        }
    }

    /// Facts about schools, repeated in each row of theirs.
    fn add_facts(
        &mut self,
        records: &Records,
        pupils: &[&PupilRecord],
        points: &[Point<'_>],
        schools: &[usize],
    ) {
        let fact = |school: usize, name: &str| records.schools[school].attributes.get(name);
        let cohorts = per_school(schools, |school| fact(school, "cohort").cloned());
        if differs(&cohorts) && cohorts.values().all(Option::is_some) {
            let cells = points.iter().map(|point| cohorts[&point.school].clone());
            self.table.columns.push(words("cohort", cells));
            self.facts.push("cohort");
        }
        let weights = pupil_weights::table();
        let composition = weights.composition.as_str();
        let share = |school: usize| {
            let own = pupils.iter().filter(|pupil| pupil.school == school);
            let known: Vec<&str> = own.filter_map(|pupil| pupil.weight.as_deref()).collect();
            let n = known
                .iter()
                .filter(|weight| weights.category(weight) == composition)
                .count();
            (!known.is_empty()).then(|| n as f64 / known.len() as f64)
        };
        self.add_number("share", points, per_school(schools, share));
        let given = |school: usize| {
            let written = fact(school, "school_weight")?;
            written
                .parse::<f64>()
                .ok()
                .filter(|value| value.is_finite())
        };
        self.add_number("school_weight", points, per_school(schools, given));
        let mathematics = per_school(schools, |school| mathematics(&records.schools[school]));
        if differs(&mathematics) {
            let cells = points
                .iter()
                .map(|point| mathematics[&point.school].clone());
            self.table.columns.push(words("mathematics", cells));
            self.facts.push("mathematics");
        }
    }

    fn add_number(
        &mut self,
        name: &'static str,
        points: &[Point<'_>],
        of_school: BTreeMap<usize, Option<f64>>,
    ) {
        if !differs(&of_school) {
            return;
        }
        // Around the mean of the schools, so that the slopes of s and c stay those of a school in the middle.
        let known: Vec<f64> = of_school.values().copied().flatten().collect();
        let mean = known.iter().sum::<f64>() / known.len() as f64;
        let cells = points.iter().map(|p| Some(of_school[&p.school]? - mean));
        self.table.columns.push(ScoreColumn {
            name: name.to_owned(),
            cells: ScoreCells::Numbers(cells.collect()),
        });
        self.facts.push(name);
    }

    /// Whether there are enough scores for pupils to differ in their growth, and not only in their level.
    pub fn may_have_pupil_slopes(&self) -> bool {
        self.table.n_rows > 2 * self.n_pupils
    }

    /// The model that the effects of schools come from.
    pub fn growth(&self, pupil_slopes: bool) -> ModelDefinition {
        let fixed = [BEFORE, EFFECT].into_iter().chain(self.controls());
        definition("growth", fixed.map(str::to_owned).collect(), pupil_slopes)
    }

    /// Growth and effect of the pupils of each weight, with a slope of its own for each.
    pub fn by_weight(&self, pupil_slopes: bool) -> Option<ModelDefinition> {
        let told: Vec<&WeightRows> = self.weights.iter().filter(|w| w.on_both_sides).collect();
        if self.weights.len() < 2 || told.is_empty() {
            return None;
        }
        let mut fixed: Vec<String> = self.controls().map(str::to_owned).collect();
        let slopes = self
            .weights
            .iter()
            .map(|row| of_weight(BEFORE, &row.weight));
        fixed.extend(slopes);
        fixed.extend(told.iter().map(|row| of_weight(EFFECT, &row.weight)));
        Some(definition("growth_by_weight", fixed, pupil_slopes))
    }

    /// Whether the effect goes with a fact about the school.
    pub fn by_facts(&self, pupil_slopes: bool) -> Vec<ModelDefinition> {
        let has = |name: &str| self.facts.contains(&name);
        let mut models = Vec::new();
        for (name, fact) in [
            ("growth_by_share", "share"),
            ("growth_by_school_weight", "school_weight"),
        ] {
            if has(fact) {
                let mut fixed: Vec<String> = [BEFORE, EFFECT]
                    .into_iter()
                    .chain(self.controls())
                    .map(str::to_owned)
                    .collect();
                fixed.extend([
                    fact.to_owned(),
                    format!("{BEFORE}:{fact}"),
                    format!("{EFFECT}:{fact}"),
                ]);
                models.push(definition(name, fixed, pupil_slopes));
            }
        }
        if has("mathematics") {
            let mut fixed: Vec<String> = [BEFORE, EFFECT]
                .into_iter()
                .chain(self.controls())
                .map(str::to_owned)
                .collect();
            let mut facts = vec!["mathematics"];
            if has("cohort") {
                facts = vec!["cohort", "mathematics", "cohort:mathematics"];
            }
            for fact in facts {
                if fact != "cohort" {
                    fixed.push(fact.to_owned());
                }
                fixed.extend([format!("{BEFORE}:{fact}"), format!("{EFFECT}:{fact}")]);
            }
            models.push(definition("growth_by_mathematics", fixed, pupil_slopes));
        }
        models
    }

    fn controls(&self) -> impl Iterator<Item = &'static str> {
        let weight = (self.weights.len() > 1).then_some("weight");
        let cohort = self.facts.contains(&"cohort").then_some("cohort");
        weight.into_iter().chain(cohort)
    }
}

/// The column of a slope that is of the pupils of one weight alone.
pub fn of_weight(slope: &str, weight: &str) -> String {
    // A colon would make a product of it.
    format!("{slope}[{}]", weight.replace(':', "/"))
}

fn definition(name: &str, fixed: Vec<String>, pupil_slopes: bool) -> ModelDefinition {
    let part = |group: &str, slopes: &[&str]| RandomPart {
        group: group.to_owned(),
        slopes: slopes.iter().map(|slope| (*slope).to_owned()).collect(),
        crossed: false,
    };
    let of_pupil: &[&str] = if pupil_slopes { &[BEFORE] } else { &[] };
    ModelDefinition {
        name: name.to_owned(),
        outcome: "score".to_owned(),
        fixed,
        categories: Vec::new(),
        random: vec![part("school", &[BEFORE, EFFECT]), part("pupil", of_pupil)],
        method: Criterion::Reml,
        df: DegreesOfFreedom::Satterthwaite,
        effect: None,
    }
}

fn weight_rows(points: &[Point<'_>]) -> Vec<WeightRows> {
    let mut of: BTreeMap<&str, (usize, Option<usize>, bool, bool)> = BTreeMap::new();
    for point in points {
        let Some(weight) = point.weight else { continue };
        let (n, last, before, after) = of.entry(weight).or_default();
        if *last != Some(point.pupil) {
            (*n, *last) = (*n + 1, Some(point.pupil));
        }
        *before |= point.month < 0.0;
        *after |= point.month > 0.0;
    }
    let rows = of.into_iter();
    rows.map(|(weight, (n_pupils, _, before, after))| WeightRows {
        weight: weight.to_owned(),
        n_pupils,
        on_both_sides: before && after,
    })
    .collect()
}

/// A number so that numbers go in order.
fn ordered(number: f64) -> i64 {
    let bits = number.to_bits().cast_signed();
    bits ^ (((bits >> 63).cast_unsigned()) >> 1).cast_signed()
}

fn words(name: &str, cells: impl Iterator<Item = Option<String>>) -> ScoreColumn {
    let cells: Vec<Option<String>> = cells.collect();
    let mut places: BTreeMap<&str, u32> = BTreeMap::new();
    for word in cells.iter().flatten() {
        places.insert(word, 0);
    }
    for (at, place) in (0..).zip(places.values_mut()) {
        *place = at;
    }
    let word_of = cells
        .iter()
        .map(|cell| cell.as_ref().map(|word| places[word.as_str()]))
        .collect();
    ScoreColumn {
        name: name.to_owned(),
        cells: ScoreCells::Words {
            words: places.keys().map(|word| (*word).to_owned()).collect(),
            word_of,
        },
    }
}

fn per_school<T>(schools: &[usize], of: impl Fn(usize) -> Option<T>) -> BTreeMap<usize, Option<T>> {
    schools.iter().map(|&school| (school, of(school))).collect()
}

/// Whether at least two schools have values that are not the same.
fn differs<T: PartialEq>(values: &BTreeMap<usize, Option<T>>) -> bool {
    let mut known = values.values().flatten();
    let first = known.next();
    known.any(|value| Some(value) != first)
}

/// By its word, or by its number in the questionnaire about the school.
fn is_mathematics(subject: &str) -> bool {
    matches!(
        subject,
        "1" | "mathematics" | "rekenen" | "rekenen-wiskunde"
    )
}
