//! What pupils said about the teaching in their class: for the teachers of each class, and for the school where enough
//! classes have a result. Every figure of a school and of its classes is judged by the one ledger of that school.

use std::collections::BTreeMap;

use schakel_analysis::numeric::student_t::two_sided_quantile;

use super::portrait::{PupilGain, PupilPortrait, PupilScale, PupilWave};
use super::portrayal::steps_per_unit;
use super::scales::ScaleDefinition;
use crate::domain::disclosure::{
    AnswerScale, Disclosed, Ledger, Ratings, Suppressed, gain, headcount,
};
use crate::domain::records::{Records, UnitRecord};
use crate::domain::roster::Unit;

/// A school is told about its pupils from so many classes with a result on.
pub const FEWEST_CLASSES: usize = 3;

/// Scores on one scale, by class and then by pupil.
type ByClass<'a> = Vec<(&'a UnitRecord, BTreeMap<&'a str, f64>)>;

/// A wave, the mean of a school that was told in it, and how many pupils of each class it is over.
type Told = (usize, Disclosed<f64>, Vec<usize>);

/// Schools that the spread of pupils is taken from, at least.
const FEWEST_ELSEWHERE: usize = 5;

/// How far pupils of one class lie apart, by scale and wave: of each school the sum of squares within its classes, and the
/// degrees of freedom.
///
/// How wide the interval of a gain is must not tell how alike the pupils of that school answered: where all say the same, an
/// interval without width would give each of them away. So it is taken from the other schools.
#[derive(Debug, Default)]
pub struct Spreads(BTreeMap<(String, usize), BTreeMap<usize, (f64, usize)>>);

impl Spreads {
    pub fn of(records: &Records, scales: &[ScaleDefinition]) -> Self {
        let mut found = Self::default();
        for class in &records.units {
            let Some(school) = class.school.filter(|_| is_class(class)) else {
                continue;
            };
            for scale in scales {
                let own = scores(class, scale);
                let mean = own.values().sum::<f64>() / own.len() as f64;
                let squares: f64 = own.values().map(|score| (score - mean).powi(2)).sum();
                if own.len() > 1 {
                    let of_scale = found.0.entry((scale.key.clone(), class.wave)).or_default();
                    let (sum, freedom) = of_scale.entry(school).or_default();
                    *sum += squares;
                    *freedom += own.len() - 1;
                }
            }
        }
        found
    }

    /// The variance within classes at other schools; where these are too few, that of answers spread evenly over the scale.
    fn elsewhere(&self, scale: &ScaleDefinition, wave: usize, school: usize) -> f64 {
        let all = self.0.get(&(scale.key.clone(), wave)).into_iter().flatten();
        let others = all.filter(|(other, _)| **other != school);
        let (n, sum, freedom) = others.fold((0, 0.0, 0), |(n, sum, freedom), (_, own)| {
            (n + 1, sum + own.0, freedom + own.1)
        });
        if n < FEWEST_ELSEWHERE {
            return (scale.max - scale.min).powi(2) / 12.0;
        }
        sum / freedom as f64
    }
}

/// The portraits of the classes of a school, by their key, and that of the school; none where no pupil answered.
pub fn pupil_portraits(
    records: &Records,
    scales: &[ScaleDefinition],
    k: usize,
    (school, spreads): (usize, &Spreads),
    ledger: &mut Ledger,
) -> (BTreeMap<String, PupilPortrait>, Option<PupilPortrait>) {
    let mut of_class: BTreeMap<String, PupilPortrait> = BTreeMap::new();
    let mut whole = PupilPortrait::default();
    // Of the waves so far: per scale the mean that was told, and the scores it is over.
    let mut told: BTreeMap<&str, Vec<Told>> = BTreeMap::new();
    for (wave, wave_key) in records.waves.iter().enumerate() {
        let classes: Vec<&UnitRecord> = records
            .units
            .iter()
            .filter(|unit| unit.school == Some(school) && unit.wave == wave)
            .filter(|unit| is_class(unit) && !unit.sheets.is_empty())
            .collect();
        let mut of_school = PupilWave {
            wave: wave_key.clone(),
            n_classes: classes.len(),
            scales: Vec::new(),
        };
        for scale in scales {
            let scores: ByClass<'_> = classes
                .iter()
                .map(|class| (*class, scores(class, scale)))
                .filter(|(_, scores)| !scores.is_empty())
                .collect();
            if scores.is_empty() {
                continue;
            }
            let mut with_result: Vec<&BTreeMap<&str, f64>> = Vec::new();
            for (class, own) in &scores {
                let judged = judge(ledger, (wave_key, scale, k), own.clone());
                if judged.mean.shown().is_ok() {
                    with_result.push(own);
                }
                let portrait = of_class.entry(class.key.clone()).or_default();
                if portrait.waves.last().map(|last| &last.wave) != Some(wave_key) {
                    portrait.waves.push(PupilWave {
                        wave: wave_key.clone(),
                        n_classes: 1,
                        scales: Vec::new(),
                    });
                }
                if let Some(last) = portrait.waves.last_mut() {
                    last.scales.push(judged);
                }
            }
            let together: BTreeMap<&str, f64> = with_result
                .iter()
                .flat_map(|own| own.iter())
                .map(|(p, s)| (*p, *s))
                .collect();
            let judged = if with_result.len() < FEWEST_CLASSES {
                withheld(scale)
            } else {
                judge(ledger, (wave_key, scale, k), together)
            };
            let sizes = with_result.iter().map(|own| own.len()).collect();
            told.entry(&scale.key)
                .or_default()
                .push((wave, judged.mean.clone(), sizes));
            of_school.scales.push(judged);
        }
        if !of_school.scales.is_empty() {
            whole.waves.push(of_school);
        }
    }
    for scale in scales {
        let Some([(from, first, before), .., (to, last, after)]) =
            told.get(scale.key.as_str()).map(Vec::as_slice)
        else {
            continue;
        };
        let spread = [from, to].map(|wave| spreads.elsewhere(scale, *wave, school));
        let half_width = half_width(spread, (before, after));
        whole.gains.push(PupilGain {
            scale: scale.key.clone(),
            from: records.waves[*from].clone(),
            to: records.waves[*to].clone(),
            gain: match half_width {
                Some(half_width) => gain(first, last, half_width),
                None => Disclosed::withheld(Suppressed::TooFewPeople),
            },
        });
    }
    let whole = (!whole.waves.is_empty()).then_some(whole);
    (of_class, whole)
}

fn is_class(unit: &UnitRecord) -> bool {
    Unit::of_key(&unit.key) == Unit::Class
}

fn scores<'a>(class: &'a UnitRecord, scale: &ScaleDefinition) -> BTreeMap<&'a str, f64> {
    let sheets = class.sheets.iter();
    sheets
        .filter_map(|sheet| Some((sheet.respondent.as_str(), scale.score(&sheet.items).ok()?)))
        .collect()
}

fn judge(
    ledger: &mut Ledger,
    (wave, scale, k): (&str, &ScaleDefinition, usize),
    scores: BTreeMap<&str, f64>,
) -> PupilScale {
    let n = scores.len();
    let mean = ledger.team_mean(&Ratings {
        wave,
        measure: &Ledger::mean_of(&scale.key),
        scale: AnswerScale {
            minimum: scale.min,
            maximum: scale.max,
            steps_per_unit: steps_per_unit(scale),
        },
        k,
        scores,
    });
    PupilScale {
        n: match n >= k {
            true => headcount(n),
            false => Disclosed::withheld(Suppressed::TooFewPeople),
        },
        mean,
        ..withheld(scale)
    }
}

fn withheld(scale: &ScaleDefinition) -> PupilScale {
    PupilScale {
        scale: scale.key.clone(),
        minimum: scale.min,
        maximum: scale.max,
        n: Disclosed::withheld(Suppressed::TooFewPeople),
        mean: Disclosed::withheld(Suppressed::TooFewPeople),
    }
}

/// Half the 95 % interval of the difference of two means, from how far pupils of one class lie apart: the classes are those
/// that the school has, and which pupil was which at the two waves is not used.
fn half_width(spread: [f64; 2], (before, after): (&[usize], &[usize])) -> Option<f64> {
    let [n_before, n_after] = [before, after].map(|sizes| sizes.iter().sum::<usize>());
    let freedom = (n_before + n_after).checked_sub(before.len() + after.len())?;
    if freedom == 0 || n_before == 0 || n_after == 0 {
        return None;
    }
    let t = two_sided_quantile(0.95, freedom as f64).ok()?;
    let variance = spread[0] / n_before as f64 + spread[1] / n_after as f64;
    Some(t * variance.sqrt()).filter(|width| width.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::records::{SchoolRecord, UnitSheet};

    fn class(name: &str, wave: usize, scores: &[f64]) -> UnitRecord {
        UnitRecord {
            key: format!("class:eik:{name}"),
            board: None,
            school: Some(0),
            wave,
            n_listed: scores.len(),
            sheets: scores
                .iter()
                .enumerate()
                .map(|(n, score)| UnitSheet {
                    respondent: format!("{name}{n:02}"),
                    role: Some("pupil".to_owned()),
                    items: [("q", *score)].into(),
                })
                .collect(),
        }
    }

    fn records(sizes: &[usize]) -> Records {
        let spread = |n: usize, high: usize| -> Vec<f64> {
            (0..n)
                .map(|i| if i % 4 < high { 3.0 } else { 2.0 })
                .collect()
        };
        let of = |wave: usize, high: usize| {
            let names = ["a", "b", "c"].into_iter().zip(sizes);
            names.map(move |(name, n)| class(name, wave, &spread(*n, high)))
        };
        Records {
            waves: vec!["T1".to_owned(), "T2b".to_owned()],
            schools: vec![SchoolRecord::default()],
            units: of(0, 2).chain(of(1, 3)).collect(),
            ..Records::default()
        }
    }

    fn scale() -> ScaleDefinition {
        ScaleDefinition {
            key: "climate".to_owned(),
            items: vec!["q".to_owned()],
            needed: 1,
            min: 1.0,
            max: 4.0,
            ..ScaleDefinition::default()
        }
    }

    #[test]
    fn a_class_is_told_from_ten_pupils_and_a_school_from_three_classes() {
        let told = |sizes: &[usize]| {
            let (records, scales) = (records(sizes), [scale()]);
            let spreads = Spreads::of(&records, &scales);
            pupil_portraits(&records, &scales, 10, (0, &spreads), &mut Ledger::default())
        };
        let (classes, school) = told(&[12, 12, 12]);
        let school = school.unwrap();
        assert_eq!(classes.len(), 3);
        assert_eq!(
            classes["class:eik:a"].waves[0].scales[0].mean.shown(),
            Ok(&2.5)
        );
        assert_eq!(school.waves[1].scales[0].mean.shown(), Ok(&2.8));
        let gain = school.gains[0].gain.shown().unwrap();
        assert!(
            gain.gain == 0.3 && gain.lower < 0.1 && gain.upper > 0.5,
            "{gain:?}"
        );
        // One class too small: it is told nothing, and neither is the school.
        let (classes, school) = told(&[12, 12, 9]);
        let small = &classes["class:eik:c"].waves[0].scales[0];
        assert_eq!(small.mean.shown(), Err(Suppressed::TooFewPeople));
        assert_eq!(small.n.shown(), Err(Suppressed::TooFewPeople));
        let school = school.unwrap();
        assert!(school.waves[0].scales[0].mean.shown().is_err());
        assert!(school.gains[0].gain.shown().is_err());
        let none = Spreads::default();
        let (_, other) = pupil_portraits(
            &records(&[12]),
            &[scale()],
            10,
            (1, &none),
            &mut Ledger::default(),
        );
        assert_eq!(other, None);
    }

    #[test]
    fn how_alike_pupils_answered_is_not_told_by_the_width_of_an_interval() {
        let width = |same: bool| {
            let mut records = records(&[12, 12, 12]);
            // Six schools more, as the first is by itself.
            for school in 1..7 {
                let more: Vec<UnitRecord> = records.units[..6].to_vec();
                records.schools.push(SchoolRecord::default());
                records
                    .units
                    .extend(more.into_iter().map(|class| UnitRecord {
                        school: Some(school),
                        ..class
                    }));
            }
            let own = records
                .units
                .iter_mut()
                .filter(|class| class.school == Some(0));
            for class in own.filter(|_| same) {
                let ends = [2.0, 3.0, 2.0, 3.0];
                for (place, sheet) in class.sheets.iter_mut().enumerate() {
                    sheet.items = [("q", ends[place % 4])].into();
                }
            }
            let scales = [scale()];
            let spreads = Spreads::of(&records, &scales);
            let mut ledger = Ledger::default();
            let (_, school) = pupil_portraits(&records, &scales, 10, (0, &spreads), &mut ledger);
            let gain = school.unwrap().gains[0].gain.shown().copied().unwrap();
            gain.upper - gain.lower
        };
        assert!((width(true) - width(false)).abs() < 0.11);
        assert!(width(true) > 0.3);
    }
}
