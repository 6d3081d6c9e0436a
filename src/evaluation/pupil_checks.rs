//! Higher where the effect is large, and more gain where it is small: what of that could be the end of the scale, or
//! starting low by chance. From findings, scale by scale.

use std::collections::{BTreeMap, BTreeSet};

use super::findings::{EffectGroups, ScaleMeasure};
use super::scales::ScaleDefinition;
use crate::domain::records::Records;
use crate::domain::roster::Unit;

/// The share of pupils whose score is the highest there is.
pub const AT_TOP: &str = "at_top";

/// Per scale, wave and school the share of pupils at the top of the scale, and over all of them.
pub fn at_top(records: &Records, scales: &[ScaleDefinition]) -> Vec<ScaleMeasure> {
    let mut found = Vec::new();
    for scale in scales {
        for (wave, key) in records.waves.iter().enumerate() {
            let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
            for unit in &records.units {
                let Some(school) = unit.school.filter(|_| unit.wave == wave) else {
                    continue;
                };
                if Unit::of_key(&unit.key) != Unit::Class {
                    continue;
                }
                let scores = unit
                    .sheets
                    .iter()
                    .filter_map(|s| scale.score(&s.items).ok());
                for score in scores {
                    let top = usize::from(score >= scale.max - 1e-9);
                    for group in ["", records.schools[school].key.as_str()] {
                        let (n, at_top) = counts.entry(group).or_default();
                        *n += 1;
                        *at_top += top;
                    }
                }
            }
            found.extend(counts.into_iter().map(|(group, (n, top))| ScaleMeasure {
                scale: scale.key.clone(),
                wave: key.clone(),
                group: group.to_owned(),
                measure: AT_TOP.to_owned(),
                value: Ok(top as f64 / n as f64),
                n,
                ..ScaleMeasure::default()
            }));
        }
    }
    found
}

/// What of one scale is to be told beside level and gain.
#[derive(Debug, Clone, PartialEq)]
pub struct Checks {
    pub scale: String,
    pub from: String,
    pub to: String,
    /// At both waves, of schools with a large and a small effect: the share of pupils at the top.
    pub at_top: Option<[[f64; 2]; 2]>,
    /// Over schools: the correlation of gain with the level that they started from, and how many schools.
    pub gain_with_start: Option<(f64, usize)>,
    /// How far a school's mean at the first wave can be relied on.
    pub reliability: Option<f64>,
    /// Gain of schools with a large less those with a small effect; what of it starting apart by chance alone would
    /// give; what is left.
    pub gain: Option<[f64; 3]>,
}

/// Of every scale that has `at_top`: between its first and its last wave.
pub fn checks(
    waves: &[String],
    rows: &[ScaleMeasure],
    groups: Option<&EffectGroups>,
) -> Vec<Checks> {
    let scales: BTreeSet<&str> = rows
        .iter()
        .filter(|row| row.measure == AT_TOP)
        .map(|row| row.scale.as_str())
        .collect();
    // In the order in which the findings have them.
    let mut order: Vec<&str> = Vec::new();
    for row in rows
        .iter()
        .filter(|row| scales.contains(row.scale.as_str()))
    {
        if !order.contains(&row.scale.as_str()) {
            order.push(&row.scale);
        }
    }
    order
        .into_iter()
        .filter_map(|scale| of_scale(scale, waves, rows, groups))
        .collect()
}

fn of_scale(
    scale: &str,
    waves: &[String],
    all: &[ScaleMeasure],
    groups: Option<&EffectGroups>,
) -> Option<Checks> {
    let rows = || all.iter().filter(move |row| row.scale == scale);
    let waves: Vec<&str> = waves
        .iter()
        .map(String::as_str)
        .filter(|wave| rows().any(|row| row.wave == *wave && row.measure == AT_TOP))
        .collect();
    let (from, to) = (*waves.first()?, *waves.last()?);
    if from == to {
        return None;
    }
    let means = |wave: &str, measure: &str| -> BTreeMap<&str, f64> {
        rows()
            .filter(|row| row.wave == wave && row.measure == measure && !row.group.is_empty())
            .filter_map(|row| Some((row.group.as_str(), row.value.ok()?)))
            .collect()
    };
    let (first, last) = (means(from, "mean"), means(to, "mean"));
    let pairs: Vec<(f64, f64)> = first
        .iter()
        .filter_map(|(school, start)| Some((*start, last.get(school)? - start)))
        .collect();
    let reliability = rows()
        .find(|row| row.wave == from && row.measure == "icc_2" && row.group.is_empty())
        .and_then(|row| row.value.ok())
        .map(|icc| icc.clamp(0.0, 1.0));
    let over = |values: &BTreeMap<&str, f64>, schools: &[String]| {
        let own: Vec<f64> = schools
            .iter()
            .filter_map(|school| values.get(school.as_str()).copied())
            .collect();
        mean(&own)
    };
    let between = |values: &BTreeMap<&str, f64>| {
        let groups = groups?;
        Some([over(values, &groups.high)?, over(values, &groups.low)?])
    };
    let gains: BTreeMap<&str, f64> = first
        .iter()
        .filter_map(|(school, start)| Some((*school, last.get(school)? - start)))
        .collect();
    let gain = between(&gains).zip(between(&first)).zip(reliability);
    Some(Checks {
        scale: scale.to_owned(),
        from: from.to_owned(),
        to: to.to_owned(),
        at_top: between(&means(from, AT_TOP))
            .zip(between(&means(to, AT_TOP)))
            .map(|(first, last)| [first, last]),
        gain_with_start: correlation(&pairs).map(|r| (r, pairs.len())),
        reliability,
        gain: gain.map(|((gain, start), reliability)| {
            let observed = gain[0] - gain[1];
            // Of a distance that is partly chance, that part is expected to be gone the next time.
            let by_chance = -(1.0 - reliability) * (start[0] - start[1]);
            [observed, by_chance, observed - by_chance]
        }),
    })
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn correlation(pairs: &[(f64, f64)]) -> Option<f64> {
    if pairs.len() < 3 {
        return None;
    }
    let x = mean(&pairs.iter().map(|pair| pair.0).collect::<Vec<_>>())?;
    let y = mean(&pairs.iter().map(|pair| pair.1).collect::<Vec<_>>())?;
    let (mut xy, mut xx, mut yy) = (0.0, 0.0, 0.0);
    for (a, b) in pairs {
        xy += (a - x) * (b - y);
        xx += (a - x).powi(2);
        yy += (b - y).powi(2);
    }
    Some(xy / (xx * yy).sqrt()).filter(|r: &f64| r.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(wave: &str, group: &str, measure: &str, value: f64) -> ScaleMeasure {
        ScaleMeasure {
            scale: "climate".into(),
            wave: wave.into(),
            group: group.into(),
            measure: measure.into(),
            value: Ok(value),
            n: 30,
            ..ScaleMeasure::default()
        }
    }

    #[test]
    fn what_chance_at_the_start_would_give_is_taken_off() {
        let waves = ["T1".to_owned(), "T2b".to_owned()];
        let groups = EffectGroups {
            high: vec!["h".into()],
            low: vec!["l".into()],
            ..EffectGroups::default()
        };
        let mut rows = Vec::new();
        // Apart by .6 at first and .4 later; the mean of a school can be relied on for three quarters.
        let means = [("h", 3.0, 3.1), ("l", 2.4, 2.7), ("m", 2.7, 2.9)];
        for (school, first, last) in means {
            rows.push(row("T1", school, "mean", first));
            rows.push(row("T2b", school, "mean", last));
            rows.push(row("T1", school, AT_TOP, 0.1));
            rows.push(row("T2b", school, AT_TOP, 0.2));
        }
        rows.push(row("T1", "", "icc_2", 0.75));
        let found = checks(&waves, &rows, Some(&groups));
        assert_eq!(found.len(), 1);
        let close = |a: f64, b: f64| (a - b).abs() < 1e-9;
        let [observed, by_chance, left] = found[0].gain.unwrap();
        assert!(close(observed, -0.2) && close(by_chance, -0.15) && close(left, -0.05));
        let (r, n) = found[0].gain_with_start.unwrap();
        assert!(close(r, -1.0) && n == 3);
        assert_eq!(found[0].at_top, Some([[0.1, 0.1], [0.2, 0.2]]));
    }
}
