//! Rated items to scale scores, team means, and how far either can be relied on.

use std::collections::{BTreeMap, BTreeSet};

use schakel_analysis::{
    multilevel::NullDistribution,
    outcome::{Interval, Undefined},
    scale::{
        score::{ScaleRule, scale_score},
        test_items::{Unanswered, marks},
    },
};
use serde::{Deserialize, Serialize};

use crate::domain::records::{ItemAnswers, Records};
use crate::instrument::definition::{Format, Instrument, Scale};

use super::findings::{ScaleMeasure, Value};
use super::plan::Plan;
use super::{aggregation, knowledge_test, scale_quality};

/// Which items make a scale, and by what rule; whether it came from `scales.toml` or from an instrument.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ScaleDefinition {
    pub key: String,
    pub items: Vec<String>,
    /// The items worded against the scale.
    pub reverse: Vec<String>,
    /// The fewest answered items that make a score.
    pub needed: usize,
    pub min: f64,
    pub max: f64,
    /// What answers without any agreement would look like, when a team mean is judged.
    #[serde(default, skip_serializing_if = "NoAgreement::is_rectangular")]
    pub null: NoAgreement,
    /// For a test whose answers are the options that were chosen; `min` and `max` are then its first and last option.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<TestKey>,
    /// The scale that takes the scores of this one together with those of other tests: every school takes one of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_of: Option<String>,
}

/// The distribution that agreement within a team is judged against.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoAgreement {
    #[default]
    Rectangular,
    SlightSkew,
    /// The share of answers on each option.
    Stated(Vec<f64>),
}

impl NoAgreement {
    // The signature that serde asks for.
    fn is_rectangular(&self) -> bool {
        *self == Self::Rectangular
    }

    pub fn distribution(&self) -> NullDistribution {
        match self {
            Self::Rectangular => NullDistribution::Rectangular,
            Self::SlightSkew => NullDistribution::SlightSkew,
            Self::Stated(shares) => NullDistribution::Stated(shares.clone()),
        }
    }
}

/// The right answers of a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestKey {
    /// Per item, in their order, the right option.
    pub right: Vec<i64>,
    /// An open question counts as not known; otherwise it does not count.
    pub open_is_wrong: bool,
}

impl ScaleDefinition {
    /// A scale of an instrument. One that is all questions with a key is a test.
    pub fn of(instrument: &Instrument, scale: &Scale) -> Self {
        let own = Self {
            key: scale.key.clone(),
            items: scale.items.clone(),
            reverse: scale.reverse.clone(),
            needed: scale.needed,
            min: scale.minimum,
            max: scale.maximum,
            ..Self::default()
        };
        let right: Option<Vec<i64>> = scale
            .items
            .iter()
            .map(|item| scale.right.get(item).copied())
            .collect();
        let Some(right) = right.filter(|right| !right.is_empty()) else {
            return own;
        };
        let codes = scale
            .items
            .iter()
            .filter_map(|item| match &instrument.items.get(item)?.format {
                Format::Test { options, .. } => Some(options.iter().map(|option| option.code)),
                _ => None,
            })
            .flatten();
        let (min, max) = codes.fold((i64::MAX, i64::MIN), |(min, max), code| {
            (min.min(code), max.max(code))
        });
        Self {
            min: min as f64,
            max: max as f64,
            test: Some(TestKey {
                right,
                open_is_wrong: false,
            }),
            ..own
        }
    }

    /// How answers, marked where it is a test, become a score.
    fn rule(&self) -> ScaleRule {
        let (minimum, maximum) = self.ends();
        ScaleRule {
            reverse: self
                .items
                .iter()
                .map(|item| self.reverse.contains(item))
                .collect(),
            needed: self.needed,
            minimum,
            maximum,
        }
    }

    /// The lowest and highest value of an item as it is scored.
    pub(super) fn ends(&self) -> (f64, f64) {
        if self.test.is_some() {
            (0.0, 1.0)
        } else {
            (self.min, self.max)
        }
    }

    /// Answer options of an item, if they lie one step apart.
    pub fn n_options(&self) -> Option<usize> {
        let (minimum, maximum) = self.ends();
        let steps = maximum - minimum;
        (steps >= 1.0 && steps.fract() == 0.0 && steps < 1e6).then_some(steps as usize + 1)
    }

    /// Answers in the order of the items, marked where it is a test.
    fn marked(&self, given: Vec<Option<f64>>) -> Vec<Option<f64>> {
        let Some(test) = &self.test else {
            return given;
        };
        let unanswered = if test.open_is_wrong {
            Unanswered::Wrong
        } else {
            Unanswered::Missing
        };
        let chosen: Vec<Option<i64>> = given.into_iter().map(option).collect();
        marks(&[chosen], &test.right, unanswered)
            .pop()
            .unwrap_or_default()
    }

    /// The score of one respondent, in item units; of a test the share that is right.
    pub fn score(&self, answers: &ItemAnswers) -> Value {
        let given = self.items.iter().map(|item| answers.get(item));
        scale_score(&self.marked(given.collect()), &self.rule())
    }
}

/// The option that an answer names.
pub(super) fn option(answer: Option<f64>) -> Option<i64> {
    answer.map(|answer| answer.round() as i64)
}

/// What one school answered on one scale in one wave, a row per respondent who answered any of it.
pub(super) struct Team {
    /// Index into the schools of the records.
    pub school: usize,
    /// As given, in the order of the items.
    pub given: Vec<Vec<Option<f64>>>,
    /// Marked where it is a test, and turned round where an item is worded against the scale.
    pub scored: Vec<Vec<Option<f64>>>,
    /// Whose rows these are, and the score if there is one.
    pub respondents: Vec<(String, Option<f64>)>,
    /// Seconds that each of them took per item, where that is known.
    pub seconds: Vec<Option<f64>>,
}

impl Team {
    pub fn scores(&self) -> Vec<f64> {
        self.respondents
            .iter()
            .filter_map(|(_, score)| *score)
            .collect()
    }
}

/// The schools that answered a scale in a wave, in their order.
fn teams(records: &Records, scale: &ScaleDefinition, wave: usize) -> Vec<Team> {
    let rule = scale.rule();
    let ends = rule.minimum + rule.maximum;
    let mut teams: BTreeMap<usize, Team> = BTreeMap::new();
    let mut places = Vec::new();
    for sheet in records.answers.iter().filter(|sheet| sheet.wave == wave) {
        let given = sheet.items.in_order(&scale.items, &mut places);
        if given.iter().all(Option::is_none) {
            continue;
        }
        let mut scored = scale.marked(given.clone());
        let score = scale_score(&scored, &rule).ok();
        for (answer, reversed) in scored.iter_mut().zip(&rule.reverse) {
            if let Some(value) = answer.as_mut().filter(|_| *reversed) {
                *value = ends - *value;
            }
        }
        let team = teams.entry(sheet.school).or_insert_with(|| Team {
            school: sheet.school,
            given: Vec::new(),
            scored: Vec::new(),
            respondents: Vec::new(),
            seconds: Vec::new(),
        });
        team.given.push(given);
        team.scored.push(scored);
        team.respondents.push((sheet.respondent.clone(), score));
        team.seconds.push(sheet.seconds_per_item);
    }
    teams.into_values().collect()
}

/// The rows of one scale and wave as they are found.
pub(super) struct Rows<'a> {
    pub records: &'a Records,
    pub scale: &'a ScaleDefinition,
    pub wave: &'a str,
    found: Vec<ScaleMeasure>,
}

impl Rows<'_> {
    /// About all schools together.
    pub fn all(&mut self, measure: &str, value: Value, n: usize) -> &mut ScaleMeasure {
        self.put(String::new(), measure, value, n)
    }

    /// About one school, by its index.
    pub fn of(
        &mut self,
        school: usize,
        measure: &str,
        value: Value,
        n: usize,
    ) -> &mut ScaleMeasure {
        self.put(self.records.schools[school].key.clone(), measure, value, n)
    }

    fn put(&mut self, group: String, measure: &str, value: Value, n: usize) -> &mut ScaleMeasure {
        self.found.push(ScaleMeasure {
            scale: self.scale.key.clone(),
            wave: self.wave.to_owned(),
            group,
            measure: measure.to_owned(),
            value,
            n,
            ..ScaleMeasure::default()
        });
        let last = self.found.len() - 1;
        &mut self.found[last]
    }
}

impl ScaleMeasure {
    pub(super) fn within(&mut self, interval: Option<Interval>) -> &mut Self {
        self.lower = interval.map(|ends| ends.lower);
        self.upper = interval.map(|ends| ends.upper);
        self
    }

    pub(super) fn because(&mut self, reason: impl Into<String>) -> &mut Self {
        self.reason = Some(reason.into());
        self
    }
}

/// Per scale and wave: scores and agreement of each school; over all respondents reliability, response quality, and whether
/// a team mean may be formed; of a test its questions and the gain since the first wave. A wave in which nobody answered any
/// item of a scale did not ask it.
pub fn measures(records: &Records, plan: &Plan) -> Vec<ScaleMeasure> {
    let mut found = Vec::new();
    let taken_together: BTreeSet<&str> = plan
        .scales
        .iter()
        .filter_map(|scale| scale.part_of.as_deref())
        .collect();
    for scale in &plan.scales {
        let is_together = taken_together.contains(scale.key.as_str());
        let mut first: Option<(&str, Vec<Team>)> = None;
        for (wave, wave_key) in records.waves.iter().enumerate() {
            let teams = teams(records, scale, wave);
            if teams.is_empty() {
                continue;
            }
            let mut rows = Rows {
                records,
                scale,
                wave: wave_key,
                found: Vec::new(),
            };
            if scale.part_of.is_some() {
                // Its schools stand with those that took another test.
                over_all(&mut rows, &teams);
            } else {
                means(&mut rows, &teams);
            }
            // Nobody answered questions of two tests: what they have in common is the score.
            if !is_together {
                scale_quality::reliability(&mut rows, &teams, plan);
                scale_quality::response(&mut rows, &teams);
            }
            if scale.part_of.is_none() {
                aggregation::aggregation(&mut rows, &teams);
            }
            if let Some(test) = &scale.test {
                if !is_together {
                    knowledge_test::questions(&mut rows, &teams, test);
                }
                if scale.part_of.is_some() {
                    found.append(&mut rows.found);
                    continue;
                }
                match &first {
                    Some((from, before)) => {
                        knowledge_test::gains(&mut rows, from, before, &teams);
                    }
                    None => first = Some((wave_key, teams)),
                }
            }
            found.append(&mut rows.found);
        }
    }
    found
}

/// The same over all respondents alone.
fn over_all(rows: &mut Rows<'_>, teams: &[Team]) {
    let all: Vec<f64> = teams.iter().flat_map(Team::scores).collect();
    rows.all("mean", mean(&all), all.len());
    rows.all("sd", deviation(&all), all.len());
    let n_items = rows.scale.items.len();
    rows.all("n_items", Ok(n_items as f64), all.len());
}

/// Mean and standard deviation of the scores.
fn means(rows: &mut Rows<'_>, teams: &[Team]) {
    let mut all = Vec::new();
    let mut of_teams = Vec::new();
    for team in teams {
        let scores = team.scores();
        of_teams.extend(mean(&scores));
        rows.of(team.school, "mean", mean(&scores), scores.len());
        rows.of(team.school, "sd", deviation(&scores), scores.len());
        all.extend(scores);
    }
    rows.all("mean", mean(&all), all.len());
    rows.all("sd", deviation(&all), all.len());
    rows.all("mean_of_team_means", mean(&of_teams), of_teams.len());
    let n_items = rows.scale.items.len();
    rows.all("n_items", Ok(n_items as f64), all.len());
}

pub(super) fn mean(scores: &[f64]) -> Value {
    if scores.is_empty() {
        return Err(Undefined::TooFewAnswers);
    }
    Ok(scores.iter().sum::<f64>() / scores.len() as f64)
}

pub(super) fn deviation(scores: &[f64]) -> Value {
    let centre = mean(scores)?;
    if scores.len() < 2 {
        return Err(Undefined::TooFewUnits);
    }
    let squares: f64 = scores.iter().map(|score| (score - centre).powi(2)).sum();
    Ok((squares / (scores.len() as f64 - 1.0)).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::records::{AnswerSheet, SchoolRecord};

    fn of(records: &Records, scale: ScaleDefinition) -> Vec<ScaleMeasure> {
        let plan = Plan {
            scales: vec![scale],
            ..Plan::default()
        };
        measures(records, &plan)
    }

    #[test]
    fn team_means_are_means_of_scores() {
        let sheet = |respondent: &str, school, items: &[(&str, f64)]| AnswerSheet {
            respondent: respondent.into(),
            school,
            wave: 0,
            items: items.iter().map(|(item, value)| (*item, *value)).collect(),
            seconds_per_item: None,
        };
        let records = Records {
            waves: vec!["T1".into(), "T2".into()],
            schools: ["A", "B"]
                .map(|key| SchoolRecord {
                    key: key.into(),
                    attributes: BTreeMap::new(),
                })
                .into(),
            answers: vec![
                sheet("p", 0, &[("x", 5.0), ("y", 2.0)]),
                sheet("q", 0, &[("x", 3.0)]),
                sheet("r", 0, &[("other", 1.0)]),
                sheet("s", 1, &[("y", 1.0)]),
            ],
            ..Records::default()
        };
        let scale = ScaleDefinition {
            key: "use".into(),
            items: vec!["x".into(), "y".into()],
            reverse: vec!["y".into()],
            needed: 2,
            min: 1.0,
            max: 5.0,
            ..ScaleDefinition::default()
        };
        let found = of(&records, scale.clone());
        let shown: Vec<_> = found
            .iter()
            .filter(|row| row.measure == "mean" || row.measure == "alpha_complete")
            .map(|m| (m.group.as_str(), m.measure.as_str(), m.value, m.n))
            .collect();
        // p scores (5 + 4) / 2; nobody else answered two items.
        assert_eq!(
            shown[..3],
            [
                ("A", "mean", Ok(4.5), 1),
                ("B", "mean", Err(Undefined::TooFewAnswers), 0),
                ("", "mean", Ok(4.5), 1)
            ]
        );
        assert_eq!(
            (shown.len(), shown[3].1, shown[3].3),
            (4, "alpha_complete", 1)
        );
        let found = of(&records, ScaleDefinition { needed: 1, ..scale });
        let mean_of = |group: &str| {
            let mut rows = found.iter().filter(|row| row.measure == "mean");
            rows.find(|row| row.group == group)
                .map(|row| (row.value, row.n))
        };
        assert_eq!(mean_of("A"), Some((Ok(3.75), 2)));
        assert_eq!(mean_of("B"), Some((Ok(5.0), 1)));
    }

    #[test]
    fn what_an_earlier_version_kept_is_still_read() {
        let kept = r#"{"scale":"use","wave":"T1","group":"","measure":"mean","value":{"value":2.5},"n":3}"#;
        let row: ScaleMeasure = serde_json::from_str(kept).unwrap();
        assert_eq!((row.value, row.n, row.lower), (Ok(2.5), 3, None));
        assert_eq!(serde_json::to_string(&row).unwrap(), kept);
    }
}
