//! How open groups see the work of a teacher: as they wish it and as they experience it, what shifts between the two, and
//! whether the shift is more than chance. Nothing of fewer than ten people.

use schakel_analysis::compare::{holm, paired_permutation, sign_test};
use serde::{Deserialize, Serialize};

use crate::domain::records::{Records, UnitRecord, UnitSheet};
use crate::domain::roster::Unit;
use crate::domain::teachers_work::{CHARACTERISTICS, FEWEST, KINDS, experienced, wished};

/// Rows: wished for; columns: experienced; both mass production, craft, profession.
pub type Shift = [[usize; 3]; 3];

/// One group in one wave; without a key, all groups of a wave that answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkFinding {
    pub group: String,
    pub wave: String,
    /// How many answered anything of it.
    pub n: usize,
    /// Nothing of fewer than ten.
    pub told: Option<WorkTold>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkTold {
    /// Over all characteristics, of every choice that was made.
    pub wished: [usize; 3],
    pub experienced: [usize; 3],
    pub characteristics: Vec<CharacteristicTold>,
    /// Of the characteristics that somebody chose both times.
    pub shift: Shift,
    /// Per kind: of how many characteristics people wish it, less of how many they experience it.
    pub tests: Vec<KindTest>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CharacteristicTold {
    pub characteristic: String,
    pub wished: [usize; 3],
    pub experienced: [usize; 3],
    pub shift: Shift,
    /// Wished for as a profession and not experienced so, and the other way round, with the exact test of the two and the
    /// same adjusted (Holm) for the eight characteristics.
    pub lost: usize,
    pub gained: usize,
    pub p_value: Option<f64>,
    pub p_holm: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KindTest {
    pub kind: String,
    /// People with at least one characteristic that they chose both times.
    pub n: usize,
    /// Characteristics a person: wished for, less experienced.
    pub mean: f64,
    /// Exact, all signs counted; nothing where nobody differs.
    pub p_value: Option<f64>,
    pub p_holm: Option<f64>,
}

pub fn work_findings(records: &Records) -> Vec<WorkFinding> {
    let mut found = Vec::new();
    for (index, wave) in records.waves.iter().enumerate() {
        let groups: Vec<&UnitRecord> = records
            .units
            .iter()
            .filter(|unit| unit.wave == index && Unit::of_key(&unit.key) == Unit::Group)
            .collect();
        let answered = |unit: &&UnitRecord| unit.sheets.iter().any(answers);
        let groups: Vec<&UnitRecord> = groups.into_iter().filter(answered).collect();
        if groups.len() > 1 {
            let all: Vec<&UnitSheet> = groups.iter().flat_map(|unit| &unit.sheets).collect();
            found.push(finding("", wave, &all));
        }
        for unit in groups {
            let own: Vec<&UnitSheet> = unit.sheets.iter().collect();
            found.push(finding(&unit.key, wave, &own));
        }
    }
    found
}

fn answers(sheet: &UnitSheet) -> bool {
    CHARACTERISTICS.iter().any(|key| {
        choice(sheet, &wished(key))
            .or(choice(sheet, &experienced(key)))
            .is_some()
    })
}

/// 0 mass production, 1 craft, 2 profession.
fn choice(sheet: &UnitSheet, item: &str) -> Option<usize> {
    let code = sheet.items.get(item)?;
    (0..KINDS.len()).find(|kind| (*kind + 1) as f64 == code)
}

fn finding(group: &str, wave: &str, sheets: &[&UnitSheet]) -> WorkFinding {
    let sheets: Vec<&UnitSheet> = sheets.iter().copied().filter(|s| answers(s)).collect();
    WorkFinding {
        group: group.to_owned(),
        wave: wave.to_owned(),
        n: sheets.len(),
        told: (sheets.len() >= FEWEST).then(|| told(&sheets)),
    }
}

fn told(sheets: &[&UnitSheet]) -> WorkTold {
    let mut whole = WorkTold {
        wished: [0; 3],
        experienced: [0; 3],
        characteristics: Vec::new(),
        shift: [[0; 3]; 3],
        tests: Vec::new(),
    };
    for key in CHARACTERISTICS {
        let mut one = CharacteristicTold {
            characteristic: key.to_owned(),
            wished: [0; 3],
            experienced: [0; 3],
            shift: [[0; 3]; 3],
            lost: 0,
            gained: 0,
            p_value: None,
            p_holm: None,
        };
        for sheet in sheets {
            let (wish, now) = (
                choice(sheet, &wished(key)),
                choice(sheet, &experienced(key)),
            );
            if let Some(kind) = wish {
                one.wished[kind] += 1;
            }
            if let Some(kind) = now {
                one.experienced[kind] += 1;
            }
            if let (Some(wish), Some(now)) = (wish, now) {
                one.shift[wish][now] += 1;
            }
        }
        const PROFESSION: usize = 2;
        let others = [0, 1];
        one.lost = others.iter().map(|kind| one.shift[PROFESSION][*kind]).sum();
        one.gained = others.iter().map(|kind| one.shift[*kind][PROFESSION]).sum();
        let test = sign_test(one.lost as u64, one.gained as u64).ok();
        one.p_value = test.map(|test| test.p_value);
        let add = |sums: &mut [usize; 3], more: &[usize; 3]| {
            for (sum, more) in sums.iter_mut().zip(more) {
                *sum += more;
            }
        };
        add(&mut whole.wished, &one.wished);
        add(&mut whole.experienced, &one.experienced);
        for (sums, more) in whole.shift.iter_mut().zip(&one.shift) {
            add(sums, more);
        }
        whole.characteristics.push(one);
    }
    let by_characteristic: Vec<Option<f64>> = whole
        .characteristics
        .iter()
        .map(|one| one.p_value)
        .collect();
    for (one, p) in whole
        .characteristics
        .iter_mut()
        .zip(adjusted(&by_characteristic))
    {
        one.p_holm = p;
    }
    whole.tests = tests(sheets);
    whole
}

/// Per person: on how many of the characteristics chosen both times a kind is wished for, less experienced.
fn tests(sheets: &[&UnitSheet]) -> Vec<KindTest> {
    let both: Vec<Vec<(usize, usize)>> = sheets
        .iter()
        .map(|sheet| {
            let pairs = CHARACTERISTICS.iter().filter_map(|key| {
                choice(sheet, &wished(key)).zip(choice(sheet, &experienced(key)))
            });
            pairs.collect::<Vec<_>>()
        })
        .filter(|pairs| !pairs.is_empty())
        .collect();
    let mut tests: Vec<KindTest> = KINDS
        .iter()
        .enumerate()
        .map(|(kind, name)| {
            let differences: Vec<i64> = both
                .iter()
                .map(|pairs| {
                    let of = |chosen: &dyn Fn(&(usize, usize)) -> usize| {
                        pairs.iter().filter(|pair| chosen(pair) == kind).count() as i64
                    };
                    of(&|pair| pair.0) - of(&|pair| pair.1)
                })
                .collect();
            let sum: i64 = differences.iter().sum();
            KindTest {
                kind: (*name).to_owned(),
                n: both.len(),
                mean: sum as f64 / both.len().max(1) as f64,
                p_value: paired_permutation(&differences)
                    .ok()
                    .map(|test| test.p_value),
                p_holm: None,
            }
        })
        .collect();
    let p: Vec<Option<f64>> = tests.iter().map(|test| test.p_value).collect();
    for (test, p) in tests.iter_mut().zip(adjusted(&p)) {
        test.p_holm = p;
    }
    tests
}

/// Adjusted for the others that there are.
fn adjusted(p: &[Option<f64>]) -> Vec<Option<f64>> {
    let known: Vec<f64> = p.iter().flatten().copied().collect();
    let mut done = holm(&known).into_iter();
    p.iter().map(|p| p.and_then(|_| done.next())).collect()
}

#[cfg(test)]
mod tests_of_groups {
    use super::*;

    fn records(n: usize) -> Records {
        // Everybody wishes a profession and experiences mass production; on the last characteristic the same both times.
        let sheets = (0..n).map(|person| UnitSheet {
            respondent: format!("p{person:02}"),
            role: Some("student".to_owned()),
            items: CHARACTERISTICS
                .iter()
                .flat_map(|key| {
                    let now = if *key == "room" { 3.0 } else { 1.0 };
                    [(wished(key), 3.0), (experienced(key), now)]
                })
                .collect(),
        });
        Records {
            waves: vec!["T1".to_owned()],
            units: vec![UnitRecord {
                key: "group:college".to_owned(),
                board: None,
                school: None,
                wave: 0,
                n_listed: n,
                sheets: sheets.collect(),
            }],
            ..Records::default()
        }
    }

    #[test]
    fn ten_people_are_told_and_nine_are_not() {
        let nine = &work_findings(&records(9))[0];
        assert_eq!((nine.n, nine.told.clone()), (9, None));
        let ten = work_findings(&records(10)).remove(0).told.unwrap();
        assert_eq!((ten.wished, ten.experienced), ([0, 0, 80], [70, 0, 10]));
        assert_eq!(ten.shift[2], [70, 0, 10]);
        let profession = &ten.tests[2];
        let is_two_of_1024 = |p: Option<f64>| p.is_some_and(|p| (p - 2.0 / 1024.0).abs() < 1e-12);
        assert_eq!(profession.mean, 7.0);
        assert!(is_two_of_1024(profession.p_value));
        assert_eq!(ten.tests[1].p_value, None);
        let room = ten.characteristics.last().unwrap();
        assert_eq!((room.lost, room.p_value), (0, None));
        assert!(is_two_of_1024(ten.characteristics[0].p_value));
    }
}
