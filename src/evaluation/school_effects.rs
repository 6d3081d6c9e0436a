//! The effect of each school on the growth of its pupils, how surely it is known, and what it goes with.

use std::collections::BTreeMap;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use schakel_analysis::{
    multilevel::{
        Combination, Growth, PupilSeries, RankOptions, comparison_z, school_growth, unit_ranks,
        unit_values, unshrunken_values,
    },
    outcome::Undefined,
};

use crate::domain::records::{PupilRecord, Records, ScoreCells, ScoreTable};

use super::{
    findings::{EffectBasis, Estimator, FittedModel, SchoolEffect},
    growth_model::{BEFORE, EFFECT, GrowthTable, of_weight},
    influence::{UnitInfluence, influence},
    model_fit::{Fitted, ModelResult, fit_model},
    model_requests::{Draws, ModelTrace, set_intervals},
    models::{ModelDefinition, RandomPart},
    one_step::GrowthFit,
    plan::{Grouping, Plan},
    pupil_weights,
};

/// Fewer schools do not tell how schools differ in level, growth and effect.
const FEWEST_SCHOOLS: usize = 5;
/// Among how many a school is counted as one of the largest, where the plan does not compare effects.
const TOP: usize = 10;
/// Draws behind a probability: its Monte Carlo error is below 0.012.
const DRAWS: usize = 2_000;
/// Of comparison intervals.
const LEVEL: f64 = 0.05;

/// Everything that the scores of pupils say.
#[derive(Debug, Clone, Default)]
pub struct PupilFindings {
    pub effects: Vec<SchoolEffect>,
    pub by_weight: Vec<SchoolEffect>,
    pub basis: Option<EffectBasis>,
    pub models: Vec<FittedModel>,
    /// What the model of growth leaves for those with a factor of schools in them.
    pub growth_fit: Option<GrowthFit>,
    pub influence: Vec<UnitInfluence>,
    pub traces: Vec<ModelTrace>,
    /// The weight table that was used, with its hash.
    pub weights: Option<(String, String)>,
    pub warnings: Vec<String>,
}

impl PupilFindings {
    pub fn of(records: &Records, plan: &Plan) -> Self {
        let mut own = Self::default();
        if !records.pupils.is_empty() {
            own.growth(records, plan);
        }
        for definition in &plan.models {
            let result = fit_model(&records.scores, definition, 1.0 - plan.alpha);
            if let (Some(effect), Some(fitted)) = (&definition.effect, &result.fitted) {
                own.of_model(records, plan, definition, effect, fitted);
            }
            own.add(result, plan);
        }
        let slopes = plan.models.iter().flat_map(|model| &model.random);
        let has_slopes = |part: &RandomPart| {
            part.group.eq_ignore_ascii_case("school") && !part.slopes.is_empty()
        };
        if own.effects.is_empty() && slopes.into_iter().any(has_slopes) {
            own.warnings.push(
                "there are no effects of schools: say in model.toml which slope they are, as effect = \"t2\", or effect = \
                 \"t2 - t1\" where t1 is the growth before and t2 that since"
                    .to_owned(),
            );
        }
        own
    }

    fn add(&mut self, mut result: ModelResult, plan: &Plan) {
        let (asked, n, seed) = (plan.model_requests, plan.draws, plan.seed);
        set_intervals(
            &mut result,
            asked.intervals,
            1.0 - plan.alpha,
            Draws { n, seed },
        );
        if let (true, Some(fitted)) = (asked.traces, &result.fitted) {
            self.traces.push(ModelTrace::of(&result.row.model, fitted));
        }
        self.warnings.extend(result.warnings);
        self.models.push(result.row);
    }

    /// The effects from the growth before and since the start.
    fn growth(&mut self, records: &Records, plan: &Plan) {
        let growth = GrowthTable::of(records);
        self.warnings.extend(growth.warnings.iter().cloned());
        if !growth.weights.is_empty() {
            let table = pupil_weights::table();
            self.weights = Some((table.pin(), table.hash()));
        }
        let mixed = self.mixed(&growth, plan);
        let Some((fitted, pupil_slopes)) = mixed else {
            self.two_stage(records, plan);
            return;
        };
        let source = Source {
            school: 0,
            effect: vec![(1.0, EFFECT)],
            before: Some(BEFORE),
            in_years: true,
            pupils_of: &growth.pupils_of,
        };
        let keys: Vec<&str> = growth.schools.iter().map(String::as_str).collect();
        self.effects = effects(&fitted, &source, &keys, plan);
        self.basis = Some(basis(&fitted, &source, pupil_slopes, plan));
        self.growth_fit = Some(GrowthFit {
            pupil_slopes,
            theta: fitted.fit.theta.clone(),
        });
        self.without_each("growth", &fitted, &source, plan);
        let confidence = 1.0 - plan.alpha;
        let mut definitions = growth.by_facts(pupil_slopes);
        let by_weight = growth.by_weight(pupil_slopes);
        definitions.splice(0..0, by_weight.clone());
        let results = in_parallel(&growth.table, &definitions, confidence);
        for (definition, result) in definitions.iter().zip(results) {
            if Some(definition) == by_weight.as_ref() {
                self.by_weight = match &result.fitted {
                    Some(fitted) => weights(&growth, fitted),
                    None => two_stage_by_weight(records),
                };
            }
            self.add(result, plan);
        }
    }

    /// What each school does to the model of the effects, where that is asked.
    fn without_each(&mut self, model: &str, fitted: &Fitted, source: &Source<'_>, plan: &Plan) {
        if let (true, Some(combination)) = (
            plan.model_requests.influence,
            source.combination(fitted, &source.effect),
        ) {
            self.influence = influence(model, fitted, source.school, &combination);
        }
    }

    /// The model of growth, with as much of its random part as the scores bear; none where they do not bear it.
    fn mixed(&mut self, growth: &GrowthTable, plan: &Plan) -> Option<(Fitted, bool)> {
        let plain = "the effects are the plain difference of growth since the start and before it, pupil by pupil, without \
                     shrinkage, reliability or probabilities";
        let schools = growth.schools.len();
        if schools < FEWEST_SCHOOLS {
            self.warnings.push(format!(
                "scores of {schools} schools do not tell how schools differ, for which {FEWEST_SCHOOLS} are needed: {plain}"
            ));
            return None;
        }
        let confidence = 1.0 - plan.alpha;
        if growth.may_have_pupil_slopes() {
            let result = fit_model(&growth.table, &growth.growth(true), confidence);
            if let Some(fitted) = result.fitted.clone() {
                self.add(result, plan);
                return Some((fitted, true));
            }
            self.warnings.extend(result.warnings);
        }
        let result = fit_model(&growth.table, &growth.growth(false), confidence);
        if let Some(fitted) = result.fitted.clone() {
            self.warnings.push(
                "there are too few scores per pupil for pupils to differ in their growth: in the model they differ in their level \
                 alone, and standard errors of the effects may be somewhat small"
                    .to_owned(),
            );
            self.add(result, plan);
            return Some((fitted, false));
        }
        self.add(result, plan);
        self.warnings
            .push(format!("without a model of growth {plain}"));
        None
    }

    /// Without a model: what can be checked by hand.
    fn two_stage(&mut self, records: &Records, plan: &Plan) {
        let mut pupils: Vec<Vec<PupilSeries>> = vec![Vec::new(); records.schools.len()];
        for pupil in &records.pupils {
            pupils[pupil.school].push(series(pupil));
        }
        let schools = records.schools.iter().zip(&pupils);
        self.effects = schools
            .filter(|(_, pupils)| !pupils.is_empty())
            .map(|(school, pupils)| plain(school.key.clone(), pupils))
            .collect();
        self.by_weight = two_stage_by_weight(records);
        self.basis = Some(EffectBasis {
            estimator: Estimator::TwoStage,
            pupil_slopes: false,
            at_boundary: false,
            n_top: n_top(plan),
            before: None,
            mean: None,
            sd: None,
        });
    }

    /// The effects from a model of the plan that says which slope they are.
    fn of_model(
        &mut self,
        records: &Records,
        plan: &Plan,
        definition: &ModelDefinition,
        effect: &str,
        fitted: &Fitted,
    ) {
        let of_school = |name: &String| name.eq_ignore_ascii_case("school");
        let Some(school) = fitted
            .design
            .groupings()
            .iter()
            .position(|grouping| of_school(&grouping.name))
        else {
            return;
        };
        if !self.effects.is_empty() {
            self.warnings.push(format!(
                "the effects of schools are those of the model {} (`{effect}`) and not of the model of growth over months",
                definition.name
            ));
        }
        let pupils_of = pupils_in(&records.scores);
        let slopes = definition.effect_slopes();
        let source = Source {
            school,
            // Of a difference of slopes the second is the growth before.
            before: slopes.get(1).map(|(_, column)| *column),
            effect: slopes,
            in_years: false,
            pupils_of: &pupils_of,
        };
        let units = &fitted.design.groupings()[school].units;
        let keys: Vec<&str> = units.iter().map(String::as_str).collect();
        let pupil_slopes = definition
            .random
            .iter()
            .any(|part| !of_school(&part.group) && !part.slopes.is_empty());
        self.effects = effects(fitted, &source, &keys, plan);
        self.basis = Some(basis(fitted, &source, pupil_slopes, plan));
        self.without_each(&definition.name, fitted, &source, plan);
    }
}

/// Where in a fit the effects stand.
struct Source<'a> {
    /// The place of the schools among the groupings.
    school: usize,
    /// A slope, or the difference of two.
    effect: Vec<(f64, &'a str)>,
    before: Option<&'a str>,
    /// Slopes are a school year's.
    in_years: bool,
    pupils_of: &'a BTreeMap<String, usize>,
}

impl Source<'_> {
    /// What a school amounts to in these slopes: that of all schools and its own.
    fn combination(&self, fitted: &Fitted, slopes: &[(f64, &str)]) -> Option<Combination> {
        let own = &fitted.design.groupings()[self.school].terms;
        let mut fixed = vec![0.0; fitted.design.fixed().len()];
        let mut terms = vec![0.0; own.len()];
        for (weight, column) in slopes {
            fixed[fitted.place(column)?] = *weight;
            terms[own.iter().position(|term| term.name == *column)?] = *weight;
        }
        Some(Combination { fixed, terms })
    }

    /// The variance of the true effects between schools.
    fn variance(&self, fitted: &Fitted, terms: &[f64]) -> f64 {
        let covariance = &fitted.fit.variation[self.school].covariance;
        let rows = terms.iter().enumerate().flat_map(|(i, a)| {
            let row = terms.iter().enumerate();
            row.map(move |(k, b)| a * b * covariance[(i, k)])
        });
        rows.sum::<f64>().max(0.0)
    }

    /// The effect over all schools.
    fn mean(&self, fitted: &Fitted) -> Option<f64> {
        let slopes = self.effect.iter();
        slopes
            .map(|(weight, column)| Some(weight * fitted.coefficient(column)?.0))
            .sum()
    }
}

fn n_top(plan: &Plan) -> usize {
    match plan.groups {
        Some(Grouping::ByEffect { high, .. }) if high > 0 => high,
        _ => TOP,
    }
}

/// One row per school, in the order of the keys.
fn effects(fitted: &Fitted, source: &Source<'_>, keys: &[&str], plan: &Plan) -> Vec<SchoolEffect> {
    let grouping = source.school;
    let (design, fit) = (&fitted.design, &fitted.fit);
    let Some(combination) = source.combination(fitted, &source.effect) else {
        return Vec::new();
    };
    // By unit; a school without rows is not among them.
    let own =
        |combination: &Combination| match unshrunken_values(design, fit, grouping, combination) {
            Ok(values) => {
                let units = design.groupings()[grouping].units.iter().cloned();
                Ok(units.zip(values).collect::<BTreeMap<String, _>>())
            }
            Err(reason) => Err(reason),
        };
    let unshrunken = match own(&combination) {
        Ok(values) => values,
        Err(reason) => {
            let none = |key: &&str| SchoolEffect::new((*key).to_owned(), Err(reason));
            return keys.iter().map(none).collect();
        }
    };
    let before = source.before.and_then(|column| {
        let values = own(&source.combination(fitted, &[(1.0, column)])?).ok()?;
        Some((values, fitted.coefficient(column)?))
    });
    let shrunken: BTreeMap<String, (f64, f64)> = unit_values(design, fit, grouping, &combination)
        .unwrap_or_default()
        .into_iter()
        .map(|value| (value.unit, (value.estimate, value.se)))
        .collect();
    let options = RankOptions {
        top: n_top(plan),
        draws: DRAWS,
        confidence: 1.0 - plan.alpha,
    };
    let mut rng = ChaCha8Rng::seed_from_u64(plan.seed);
    let p_top: BTreeMap<String, f64> =
        unit_ranks(design, fit, grouping, &combination, &options, &mut rng)
            .unwrap_or_default()
            .into_iter()
            .map(|rank| (rank.unit, rank.p_top))
            .collect();
    let variance = source.variance(fitted, &combination.terms);
    let of_school = |key: &&str| {
        let value = unshrunken
            .get(*key)
            .unwrap_or(&Err(Undefined::NothingObserved));
        let effect = value
            .as_ref()
            .map(|value| value.estimate)
            .map_err(|reason| *reason);
        let se = value.as_ref().ok().map(|value| value.se);
        let growth = before.as_ref().and_then(|(values, _)| {
            let value = values.get(*key)?.as_ref().ok()?;
            Some(value.estimate)
        });
        let drawn = shrunken.get(*key);
        SchoolEffect {
            se,
            before: growth,
            during: growth
                .zip(effect.ok())
                .map(|(before, effect)| before + effect),
            n_pupils: source.pupils_of.get(*key).copied().unwrap_or(0),
            shrunken: drawn.map(|value| value.0),
            shrunken_se: drawn.map(|value| value.1),
            reliability: se
                .map(|se| variance / (variance + se * se))
                .filter(|share| share.is_finite()),
            p_top: p_top.get(*key).copied(),
            months: match (&before, effect) {
                (Some((_, (growth, se))), Ok(effect)) if source.in_years => {
                    months(effect, *growth, *se)
                }
                _ => None,
            },
            ..SchoolEffect::new((*key).to_owned(), effect)
        }
    };
    let mut effects: Vec<SchoolEffect> = keys.iter().map(of_school).collect();
    compare(&mut effects);
    effects
}

/// Months of schooling that an effect is worth in a school year; none where the growth that a month is measured by is itself
/// hardly known.
fn months(effect: f64, growth: f64, se: f64) -> Option<f64> {
    (growth > 2.0 * se).then(|| 12.0 * effect / growth)
}

/// Intervals that two schools can be compared by.
fn compare(effects: &mut [SchoolEffect]) {
    let errors: Vec<f64> = effects.iter().filter_map(|row| row.se).collect();
    let Ok(z) = comparison_z(&errors, LEVEL) else {
        return;
    };
    for row in effects {
        if let (Ok(effect), Some(se)) = (row.effect, row.se) {
            row.comparison = Some((effect - z * se, effect + z * se));
        }
    }
}

fn basis(fitted: &Fitted, source: &Source<'_>, pupil_slopes: bool, plan: &Plan) -> EffectBasis {
    let combination = source.combination(fitted, &source.effect);
    EffectBasis {
        estimator: Estimator::MixedModel,
        pupil_slopes,
        at_boundary: fitted.fit.at_boundary,
        n_top: n_top(plan),
        before: source
            .before
            .and_then(|column| fitted.coefficient(column))
            .map(|(estimate, _)| estimate),
        mean: source.mean(fitted),
        sd: combination.map(|own| source.variance(fitted, &own.terms).sqrt()),
    }
}

/// What the pupils of each weight gained, from the model in which each weight has a slope of its own.
fn weights(growth: &GrowthTable, fitted: &Fitted) -> Vec<SchoolEffect> {
    growth
        .weights
        .iter()
        .map(|row| {
            let of = |slope: &str| fitted.coefficient(&of_weight(slope, &row.weight));
            let (before, effect) = (of(BEFORE), of(EFFECT));
            let at = fitted.place(&of_weight(EFFECT, &row.weight));
            let test = at.and_then(|at| fitted.tests[at]);
            SchoolEffect {
                se: effect.map(|(_, se)| se),
                before: before.map(|(growth, _)| growth),
                during: before
                    .zip(effect)
                    .map(|(before, effect)| before.0 + effect.0),
                n_pupils: row.n_pupils,
                months: before
                    .zip(effect)
                    .and_then(|(before, effect)| months(effect.0, before.0, before.1)),
                df: test.map(|test| test.df),
                ..SchoolEffect::new(
                    row.weight.clone(),
                    effect
                        .map(|(effect, _)| effect)
                        .ok_or(Undefined::TooFewUnits),
                )
            }
        })
        .collect()
}

/// The models one after another on two cores; what comes of them does not depend on how many there are.
fn in_parallel(
    table: &ScoreTable,
    definitions: &[ModelDefinition],
    confidence: f64,
) -> Vec<ModelResult> {
    let fit = |definition: &ModelDefinition| fit_model(table, definition, confidence);
    let (odd, even): (Vec<_>, Vec<_>) = definitions
        .iter()
        .enumerate()
        .partition(|(i, _)| i % 2 == 1);
    let mut results = std::thread::scope(|scope| {
        let beside = scope.spawn(|| {
            let own = odd.iter().map(|(i, definition)| (*i, fit(definition)));
            own.collect::<Vec<_>>()
        });
        let own = even.iter().map(|(i, definition)| (*i, fit(definition)));
        let mut results: Vec<(usize, ModelResult)> = own.collect();
        match beside.join() {
            Ok(done) => results.extend(done),
            Err(panic) => std::panic::resume_unwind(panic),
        }
        results
    });
    results.sort_by_key(|(place, _)| *place);
    results.into_iter().map(|(_, result)| result).collect()
}

/// Pupils per school in a table that models use, where it says who is who.
fn pupils_in(table: &ScoreTable) -> BTreeMap<String, usize> {
    let words = |name: &str| match table.column(name).map(|column| &column.cells) {
        Some(ScoreCells::Words { words, word_of }) => Some((words, word_of)),
        _ => None,
    };
    let (Some((schools, school_of)), Some((_, pupil_of))) = (words("school"), words("pupil"))
    else {
        return BTreeMap::new();
    };
    let mut pairs: Vec<(u32, u32)> = school_of
        .iter()
        .zip(pupil_of)
        .filter_map(|(school, pupil)| Some(((*school)?, (*pupil)?)))
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    let mut pupils = BTreeMap::new();
    for (school, _) in pairs {
        *pupils.entry(schools[school as usize].clone()).or_default() += 1;
    }
    pupils
}

/// The plain gain over all pupils of one weight. Its standard error takes pupils as independent, which those of one school are
/// not.
fn two_stage_by_weight(records: &Records) -> Vec<SchoolEffect> {
    let table = pupil_weights::table();
    let mut pupils: BTreeMap<&str, Vec<PupilSeries>> = BTreeMap::new();
    for pupil in &records.pupils {
        if let Some(weight) = &pupil.weight {
            let own = pupils.entry(table.category(weight)).or_default();
            own.push(series(pupil));
        }
    }
    pupils
        .into_iter()
        .map(|(weight, pupils)| plain(weight.to_owned(), &pupils))
        .collect()
}

fn series(pupil: &PupilRecord) -> PupilSeries {
    PupilSeries {
        months: pupil.scores.iter().map(|score| score.month).collect(),
        scores: pupil.scores.iter().map(|score| score.score).collect(),
    }
}

fn plain(key: String, pupils: &[PupilSeries]) -> SchoolEffect {
    match school_growth(pupils) {
        Err(reason) => SchoolEffect::new(key, Err(reason)),
        Ok(Growth {
            before,
            during,
            effect,
            se,
            n_pupils,
        }) => SchoolEffect {
            se: Some(se),
            before: Some(before),
            during: Some(during),
            n_pupils,
            ..SchoolEffect::new(key, Ok(effect))
        },
    }
}
