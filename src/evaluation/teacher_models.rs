//! Scores of teachers over the waves, in the schools of both groups: group x wave with the teacher below the school.
//!
//! A comparison of team means has ten numbers a side; here every teacher counts, and schools and teachers may differ. Waves are
//! coded beside the first, so that `high:wave_T3` is by how much more the high group changed between the first wave and T3.

use std::collections::{BTreeMap, BTreeSet};

use schakel_analysis::multilevel::Criterion;

use crate::domain::records::{Records, ScoreCells, ScoreColumn, ScoreTable};

use super::{
    findings::{EffectGroups, FittedModel},
    model_fit::fit_model,
    models::{DegreesOfFreedom, ModelDefinition, RandomPart},
    scales::ScaleDefinition,
};

/// One model per scale that was asked in at least two waves, with what could not be fitted. Intervals are at 95 %.
pub fn teacher_models(
    records: &Records,
    scales: &[ScaleDefinition],
    groups: &EffectGroups,
) -> (Vec<FittedModel>, Vec<String>) {
    let (mut models, mut warnings) = (Vec::new(), Vec::new());
    for scale in scales.iter().filter(|scale| scale.part_of.is_none()) {
        let scores = scores(records, scale, groups);
        let waves: BTreeSet<usize> = scores.iter().map(|score| score.wave).collect();
        let waves: Vec<usize> = waves.into_iter().collect();
        let sides: BTreeSet<bool> = scores.iter().map(|score| score.is_high).collect();
        if waves.len() < 2 || sides.len() < 2 {
            continue;
        }
        let (table, definition) = model(records, scale, &scores, &waves);
        let result = fit_model(&table, &definition, 0.95);
        if result.row.not_fitted.is_some() {
            warnings.extend(result.warnings);
        }
        models.push(result.row);
    }
    (models, warnings)
}

/// What one teacher scored in one wave.
struct TeacherScore<'r> {
    school: usize,
    teacher: &'r str,
    wave: usize,
    is_high: bool,
    score: f64,
}

fn scores<'r>(
    records: &'r Records,
    scale: &ScaleDefinition,
    groups: &EffectGroups,
) -> Vec<TeacherScore<'r>> {
    let side: BTreeMap<&str, bool> = groups
        .high
        .iter()
        .map(|key| (key.as_str(), true))
        .chain(groups.low.iter().map(|key| (key.as_str(), false)))
        .collect();
    let of_sheet = records.answers.iter().filter_map(|sheet| {
        Some(TeacherScore {
            school: sheet.school,
            teacher: &sheet.respondent,
            wave: sheet.wave,
            is_high: *side.get(records.schools[sheet.school].key.as_str())?,
            score: scale.score(&sheet.items).ok()?,
        })
    });
    let mut scores: Vec<TeacherScore<'r>> = of_sheet.collect();
    scores.sort_by_key(|score| (score.school, score.teacher, score.wave));
    scores
}

fn model(
    records: &Records,
    scale: &ScaleDefinition,
    scores: &[TeacherScore<'_>],
    waves: &[usize],
) -> (ScoreTable, ModelDefinition) {
    let numbers = |name: &str, value: &dyn Fn(&TeacherScore<'_>) -> f64| ScoreColumn {
        name: name.to_owned(),
        cells: ScoreCells::Numbers(scores.iter().map(|score| Some(value(score))).collect()),
    };
    let is = |held: bool| f64::from(u8::from(held));
    let school = |score: &TeacherScore<'_>| records.schools[score.school].key.clone();
    let mut columns = vec![
        words("school", scores.iter().map(school)),
        words(
            "teacher",
            scores.iter().map(|score| score.teacher.to_owned()),
        ),
        numbers("score", &|score| score.score),
        numbers("high", &|score| is(score.is_high)),
        // Waves in their order, the first at nought.
        numbers("time", &|score| {
            waves
                .iter()
                .position(|wave| *wave == score.wave)
                .unwrap_or(0) as f64
        }),
    ];
    let mut fixed = vec!["high".to_owned()];
    let mut changes = Vec::new();
    for &wave in waves.iter().skip(1) {
        // A colon stands between the factors of a product.
        let name = format!("wave_{}", records.waves[wave].replace(':', "_"));
        columns.push(numbers(&name, &|score| is(score.wave == wave)));
        changes.push(format!("high:{name}"));
        fixed.push(name);
    }
    fixed.extend(changes);
    let random = |group: &str, slopes: &[&str]| RandomPart {
        group: group.to_owned(),
        slopes: slopes.iter().map(|&slope| slope.to_owned()).collect(),
        crossed: false,
    };
    let mut parts = vec![random("school", &["time"])];
    // With one score each, teachers cannot be told from chance.
    let again = |pair: &[TeacherScore<'_>]| {
        (pair[0].school, pair[0].teacher) == (pair[1].school, pair[1].teacher)
    };
    if scores.windows(2).any(again) {
        parts.push(random("teacher", &[]));
    }
    let table = ScoreTable {
        n_rows: scores.len(),
        columns,
    };
    let definition = ModelDefinition {
        name: format!("teachers_{}", scale.key),
        outcome: "score".to_owned(),
        fixed,
        categories: Vec::new(),
        random: parts,
        method: Criterion::Reml,
        df: DegreesOfFreedom::Satterthwaite,
        effect: None,
    };
    (table, definition)
}

fn words(name: &str, cells: impl Iterator<Item = String>) -> ScoreColumn {
    let cells: Vec<String> = cells.collect();
    let known: BTreeSet<&String> = cells.iter().collect();
    let known: Vec<String> = known.into_iter().cloned().collect();
    let place = |cell: &String| u32::try_from(known.binary_search(cell).ok()?).ok();
    ScoreColumn {
        name: name.to_owned(),
        cells: ScoreCells::Words {
            word_of: cells.iter().map(place).collect(),
            words: known,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::records::{AnswerSheet, SchoolRecord};
    use crate::evaluation::scales::NoAgreement;

    /// Six schools with four teachers who answer twice; those of the high group rise by one more than the others.
    #[test]
    fn what_the_high_group_gained_more_comes_out() {
        let keys: Vec<String> = (0..6).map(|school| format!("s{school}")).collect();
        let mut records = Records {
            waves: vec!["T1".into(), "T3".into()],
            schools: keys
                .iter()
                .map(|key| SchoolRecord {
                    key: key.clone(),
                    ..SchoolRecord::default()
                })
                .collect(),
            ..Records::default()
        };
        // What chance would be, and on the average of each school nothing.
        let noise = |school: usize, teacher: usize, wave: usize| {
            let turn = if (teacher + wave + school).is_multiple_of(2) {
                1.0
            } else {
                -1.0
            };
            turn * [0.2, 0.1, 0.3, 0.25][(school + teacher / 2) % 4]
        };
        for school in 0..6 {
            for wave in 0..2 {
                for teacher in 0..4 {
                    let high = f64::from(u8::from(school < 3));
                    let level = 3.0 + 0.2 * (school % 3) as f64;
                    let gain = wave as f64 * (0.5 + high + 0.1 * (school % 3) as f64);
                    let x = level + gain + noise(school, teacher, wave);
                    records.answers.push(AnswerSheet {
                        respondent: format!("p{teacher}"),
                        school,
                        wave,
                        items: [("x", x)].into(),
                        seconds_per_item: None,
                    });
                }
            }
        }
        let scale = ScaleDefinition {
            key: "culture".into(),
            items: vec!["x".into()],
            reverse: Vec::new(),
            needed: 1,
            min: 0.0,
            max: 9.0,
            null: NoAgreement::default(),
            test: None,
            part_of: None,
        };
        let groups = EffectGroups {
            high: keys[..3].to_vec(),
            low: keys[3..].to_vec(),
            ..EffectGroups::default()
        };
        let (models, warnings) = teacher_models(&records, std::slice::from_ref(&scale), &groups);
        assert!(warnings.is_empty(), "{warnings:?}");
        let [model] = &models[..] else {
            panic!("{models:?}")
        };
        assert_eq!(
            model.formula,
            "score ~ high + wave_T3 + high:wave_T3 + (1 + time | school) + (1 | teacher)"
        );
        assert_eq!((model.n_rows, model.not_fitted.as_deref()), (48, None));
        let term = |name: &str| {
            let found = model.terms.iter().find(|term| term.term == name);
            found.unwrap_or_else(|| panic!("{name} in {:?}", model.terms))
        };
        // Equal numbers everywhere: the fixed effects are differences of means.
        assert!((term("high:wave_T3").estimate - 1.0).abs() < 1e-6);
        assert!((term("wave_T3").estimate - 0.6).abs() < 1e-6);
        assert!(term("high:wave_T3").df.is_some_and(|df| df > 1.0));
        // One wave has no change, and one group nothing to be set beside.
        records.answers.retain(|sheet| sheet.wave == 0);
        let (models, _) = teacher_models(&records, &[scale], &groups);
        assert!(models.is_empty());
    }
}
