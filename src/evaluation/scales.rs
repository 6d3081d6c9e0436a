//! Rated items to scale scores, team means and reliability.

use std::collections::BTreeMap;

use schakel_analysis::{
    outcome::Undefined,
    scale::{
        reliability::{alpha_complete, alpha_pairwise},
        score::{ScaleRule, scale_score},
    },
};
use serde::{Deserialize, Serialize};

use crate::domain::records::Records;

use super::findings::{ScaleMeasure, Value};

/// Which items make a scale, and by what rule; whether it came from `scales.toml` or from an instrument.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScaleDefinition {
    pub key: String,
    pub items: Vec<String>,
    /// The items worded against the scale.
    pub reverse: Vec<String>,
    /// The fewest answered items that make a score.
    pub needed: usize,
    pub min: f64,
    pub max: f64,
}

impl ScaleDefinition {
    fn rule(&self) -> ScaleRule {
        ScaleRule {
            reverse: self
                .items
                .iter()
                .map(|item| self.reverse.contains(item))
                .collect(),
            needed: self.needed,
            minimum: self.min,
            maximum: self.max,
        }
    }
}

impl ScaleDefinition {
    /// The score of one respondent, in item units.
    pub fn score(&self, answers: &BTreeMap<String, f64>) -> Value {
        let answers: Vec<Option<f64>> = self
            .items
            .iter()
            .map(|item| answers.get(item).copied())
            .collect();
        scale_score(&answers, &self.rule())
    }
}

/// Per scale and wave the mean of each school's scores, and over all respondents the mean and Cronbach's alpha. A wave in
/// which nobody answered any item of a scale did not ask it.
pub fn measures(records: &Records, scales: &[ScaleDefinition]) -> Vec<ScaleMeasure> {
    let mut found = Vec::new();
    for scale in scales {
        let rule = scale.rule();
        for (wave, wave_key) in records.waves.iter().enumerate() {
            // Per school, the answers of each respondent to the items of this scale, in their order.
            let mut schools: BTreeMap<usize, Vec<Vec<Option<f64>>>> = BTreeMap::new();
            for sheet in records.answers.iter().filter(|sheet| sheet.wave == wave) {
                let answers: Vec<_> = scale
                    .items
                    .iter()
                    .map(|item| sheet.items.get(item).copied())
                    .collect();
                if answers.iter().any(Option::is_some) {
                    schools.entry(sheet.school).or_default().push(answers);
                }
            }
            if schools.is_empty() {
                continue;
            }
            let mut put = |group: &str, measure: &str, value: Value, n: usize| {
                found.push(ScaleMeasure {
                    scale: scale.key.clone(),
                    wave: wave_key.clone(),
                    group: group.to_owned(),
                    measure: measure.to_owned(),
                    value,
                    n,
                });
            };
            let mut all: Vec<Vec<Option<f64>>> = Vec::new();
            let mut all_scores = Vec::new();
            for (school, sheets) in schools {
                let scores: Vec<f64> = sheets
                    .iter()
                    .filter_map(|sheet| scale_score(sheet, &rule).ok())
                    .collect();
                put(
                    &records.schools[school].key,
                    "mean",
                    mean(&scores),
                    scores.len(),
                );
                all_scores.extend(scores);
                all.extend(sheets);
            }
            for sheet in &mut all {
                for (answer, reversed) in sheet.iter_mut().zip(&rule.reverse) {
                    if let Some(value) = answer.as_mut().filter(|_| *reversed) {
                        *value = scale.min + scale.max - *value;
                    }
                }
            }
            let complete = all
                .iter()
                .filter(|sheet| sheet.iter().all(Option::is_some))
                .count();
            put("", "mean", mean(&all_scores), all_scores.len());
            put("", "alpha_complete", alpha_complete(&all), complete);
            put("", "alpha_pairwise", alpha_pairwise(&all), all.len());
        }
    }
    found
}

fn mean(scores: &[f64]) -> Value {
    if scores.is_empty() {
        return Err(Undefined::TooFewAnswers);
    }
    Ok(scores.iter().sum::<f64>() / scores.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::records::{AnswerSheet, SchoolRecord};

    #[test]
    fn team_means_are_means_of_scores() {
        let sheet = |respondent: &str, school, items: &[(&str, f64)]| AnswerSheet {
            respondent: respondent.into(),
            school,
            wave: 0,
            items: items
                .iter()
                .map(|(item, value)| ((*item).to_owned(), *value))
                .collect(),
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
        };
        let found = measures(&records, std::slice::from_ref(&scale));
        let shown: Vec<_> = found
            .iter()
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
            (5, "alpha_complete", 1)
        );
        let lenient = ScaleDefinition { needed: 1, ..scale };
        let found = measures(&records, &[lenient]);
        assert_eq!((found[0].value, found[0].n), (Ok(3.75), 2));
        assert_eq!(found[1].value, Ok(5.0));
    }
}
