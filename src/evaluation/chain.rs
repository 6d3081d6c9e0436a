//! The chain from board to class: how each layer sees itself and the layers beside it, and how often people of two layers
//! name one another. Where layers see things otherwise, or hardly meet, that is described and not scored.
//!
//! Layers are data: the options of the question at which place in the chain somebody answers, and the actions that are asked
//! of each.

use std::collections::{BTreeMap, BTreeSet};

use schakel_analysis::network::Cell;
use schakel_analysis::outcome::Undefined;
use schakel_analysis::scale::gain;
use serde::{Deserialize, Serialize};

use super::findings::Value;
use super::networks::network_of;
use crate::domain::records::{ItemAnswers, Records, RosterRecord};
use crate::domain::roster::Unit;
use crate::instrument::definition::{Format, Instrument};

/// The question at which place in the chain somebody answers.
pub const LAYER: &str = "chain_layer";

/// What the key of an action begins with: then the code of the layer whose action it is, and a letter.
const ACTION: &str = "chain_at_";

/// What the key of a question about one's own layer begins with.
const OWN: &str = "chain_own_";

const LEVEL: f64 = 0.95;

/// Two layers see an action alike when their means lie at most so many points apart.
pub const ALIKE: f64 = 1.0;

/// What an instrument asks about the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainQuestions {
    /// From the top of the chain down.
    pub layers: Vec<i64>,
    /// Item and the layer whose action it is.
    pub actions: Vec<(String, i64)>,
    /// About goals, and what is done with results, in one's own layer.
    pub own: Vec<String>,
}

impl ChainQuestions {
    /// `None` where an instrument does not ask at which place in the chain somebody answers.
    pub fn of(instrument: &Instrument) -> Option<Self> {
        let Format::Single(options) = &instrument.items.get(LAYER)?.format else {
            return None;
        };
        let action = |key: &String| {
            let layer = key.strip_prefix(ACTION)?.split_once('_')?.0.parse().ok()?;
            Some((key.clone(), layer))
        };
        let rated = |key: &&String| matches!(instrument.items[*key].format, Format::Rating(_));
        let own = instrument.items.keys().filter(rated);
        Some(Self {
            layers: options.iter().map(|option| option.code).collect(),
            actions: instrument.items.keys().filter_map(action).collect(),
            own: own.filter(|key| key.starts_with(OWN)).cloned().collect(),
        })
    }
}

/// All that is found about the chain.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Chain {
    /// School by school.
    pub schools: Vec<Seen>,
    /// The same over schools, or over boards where the board is one of the two.
    pub over_all: Vec<SeenOverAll>,
    pub own: Vec<OwnLayer>,
    pub ties: Vec<LayerTies>,
    /// Boards of which somebody answered.
    pub boards: usize,
}

impl Chain {
    pub fn is_empty(&self) -> bool {
        self.own.is_empty() && self.schools.is_empty()
    }
}

/// An action as the layer itself sees it and as another layer does, around one school.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    pub wave: String,
    pub school: String,
    pub board: String,
    pub action: String,
    /// Codes of layers: whose action it is, and who looks.
    pub layer: i64,
    pub by: i64,
    pub own: Option<f64>,
    pub other: Option<f64>,
    pub n_own: usize,
    pub n_other: usize,
}

/// As others see it less as the layer itself does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeenOverAll {
    pub wave: String,
    pub action: String,
    pub layer: i64,
    pub by: i64,
    pub own: Option<f64>,
    pub other: Option<f64>,
    #[serde(with = "super::findings::value")]
    pub difference: Value,
    pub interval: Option<(f64, f64)>,
    /// Schools in which both were asked; boards where one of the two is the top of the chain and stands over several.
    pub n_units: usize,
    pub of_boards: bool,
    /// Of these, where the two lie at most a point apart.
    pub n_alike: usize,
}

/// What people of a layer say of goals and results where they are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OwnLayer {
    pub wave: String,
    pub item: String,
    pub layer: i64,
    pub mean: Option<f64>,
    pub n: usize,
}

/// Ties within a layer or from one to another, over the schools where the chain is asked or over the networks around boards.
/// A person is of the layer from which most with the same role answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerTies {
    pub wave: String,
    /// Around the boards, where its members, principals and coaches are asked about one another.
    #[serde(default)]
    pub of_board: bool,
    pub relation: String,
    pub from: i64,
    pub to: i64,
    pub ties: usize,
    /// Pairs of which is known whether there is a tie.
    pub known: usize,
    pub unknown: usize,
}

/// What one person answered, and from where.
struct Voice<'r> {
    layer: i64,
    items: &'r ItemAnswers,
}

impl<'r> Voice<'r> {
    fn of(items: &'r ItemAnswers) -> Option<Self> {
        let layer = items.get(LAYER)? as i64;
        Some(Self { layer, items })
    }
}

pub fn chain(records: &Records, questions: &ChainQuestions) -> Chain {
    let mut found = Chain::default();
    let mut boards: BTreeSet<&str> = BTreeSet::new();
    for (wave, wave_key) in records.waves.iter().enumerate() {
        let mut of_school: BTreeMap<usize, Vec<Voice<'_>>> = BTreeMap::new();
        for sheet in records.answers.iter().filter(|sheet| sheet.wave == wave) {
            if let Some(voice) = Voice::of(&sheet.items) {
                of_school.entry(sheet.school).or_default().push(voice);
            }
        }
        let mut of_board: BTreeMap<&str, Vec<Voice<'_>>> = BTreeMap::new();
        let offices = records
            .units
            .iter()
            .filter(|unit| unit.wave == wave && Unit::of_key(&unit.key) == Unit::Office);
        for unit in offices {
            let voices = unit
                .sheets
                .iter()
                .filter_map(|sheet| Voice::of(&sheet.items));
            let board = unit.board.as_deref().unwrap_or(&unit.key);
            of_board.entry(board).or_default().extend(voices);
        }
        boards.extend(
            of_board
                .iter()
                .filter(|(_, all)| !all.is_empty())
                .map(|(key, _)| *key),
        );
        let mut seen = Vec::new();
        for (school, voices) in &of_school {
            let record = &records.schools[*school];
            let board = record.attributes.get(BOARD).map_or("", String::as_str);
            let above = of_board.get(board).map_or(&[][..], Vec::as_slice);
            let around: Vec<&Voice<'_>> = voices.iter().chain(above).collect();
            for (action, layer) in &questions.actions {
                for by in questions.layers.iter().filter(|by| *by != layer) {
                    let (own, n_own) = mean_of(&around, *layer, action);
                    let (other, n_other) = mean_of(&around, *by, action);
                    if n_own + n_other > 0
                        && (n_other > 0 || asked_by(&of_school, &of_board, *by, action))
                    {
                        seen.push(Seen {
                            wave: wave_key.clone(),
                            school: record.key.clone(),
                            board: board.to_owned(),
                            action: action.clone(),
                            layer: *layer,
                            by: *by,
                            own,
                            other,
                            n_own,
                            n_other,
                        });
                    }
                }
            }
        }
        found.over_all.extend(over_all(&seen, &of_board));
        found.schools.extend(seen);
        let everyone: Vec<&Voice<'_>> = of_school
            .values()
            .chain(of_board.values())
            .flatten()
            .collect();
        for item in &questions.own {
            for layer in &questions.layers {
                let (mean, n) = mean_of(&everyone, *layer, item);
                if n > 0 {
                    found.own.push(OwnLayer {
                        wave: wave_key.clone(),
                        item: item.clone(),
                        layer: *layer,
                        mean,
                        n,
                    });
                }
            }
        }
        found.ties.extend(ties(records, wave, &of_school));
    }
    found.boards = boards.len();
    found
}

/// The fact of a school that names its board.
pub const BOARD: &str = "board";

fn mean_of(voices: &[&Voice<'_>], layer: i64, item: &str) -> (Option<f64>, usize) {
    let of_layer = voices.iter().filter(|voice| voice.layer == layer);
    let values: Vec<f64> = of_layer.filter_map(|voice| voice.items.get(item)).collect();
    let n = values.len();
    let mean = (n > 0).then(|| values.iter().sum::<f64>() / n as f64);
    (mean, n)
}

/// Whether anybody of a layer was asked about an action at all.
fn asked_by(
    schools: &BTreeMap<usize, Vec<Voice<'_>>>,
    boards: &BTreeMap<&str, Vec<Voice<'_>>>,
    by: i64,
    action: &str,
) -> bool {
    let mut everyone = schools.values().chain(boards.values()).flatten();
    everyone.any(|voice| voice.layer == by && voice.items.contains_key(action))
}

/// Each action and pair of layers over the schools; over boards where one of the two answered at their offices, for the
/// schools of a board look at the same people.
fn over_all(seen: &[Seen], of_board: &BTreeMap<&str, Vec<Voice<'_>>>) -> Vec<SeenOverAll> {
    let at_offices: BTreeSet<i64> = of_board
        .values()
        .flatten()
        .map(|voice| voice.layer)
        .collect();
    let mut pairs: BTreeMap<(&str, i64, i64), Vec<&Seen>> = BTreeMap::new();
    for row in seen {
        let key = (row.action.as_str(), row.layer, row.by);
        pairs.entry(key).or_default().push(row);
    }
    pairs
        .into_iter()
        .map(|((action, layer, by), rows)| {
            let of_boards = at_offices.contains(&layer) || at_offices.contains(&by);
            let mut units: BTreeMap<&str, Vec<(f64, f64)>> = BTreeMap::new();
            for row in &rows {
                let unit = if of_boards { &row.board } else { &row.school };
                let both = row.own.zip(row.other);
                units.entry(unit).or_default().extend(both);
            }
            let both: Vec<(f64, f64)> = units
                .values()
                .filter(|pairs| !pairs.is_empty())
                .map(|pairs| {
                    let n = pairs.len() as f64;
                    let own: f64 = pairs.iter().map(|(own, _)| own).sum();
                    let other: f64 = pairs.iter().map(|(_, other)| other).sum();
                    (own / n, other / n)
                })
                .collect();
            let mean = |of: fn(&(f64, f64)) -> f64| {
                let n = both.len();
                (n > 0).then(|| both.iter().map(of).sum::<f64>() / n as f64)
            };
            let (own, other) = (mean(|pair| pair.0), mean(|pair| pair.1));
            let tested = gain(&both, LEVEL);
            SeenOverAll {
                wave: rows[0].wave.clone(),
                action: action.to_owned(),
                layer,
                by,
                own,
                other,
                difference: own
                    .zip(other)
                    .map(|(own, other)| other - own)
                    .ok_or(Undefined::NothingObserved),
                interval: tested
                    .ok()
                    .map(|found| (found.interval.lower, found.interval.upper)),
                n_units: both.len(),
                of_boards,
                n_alike: both
                    .iter()
                    .filter(|(own, other)| (own - other).abs() <= ALIKE)
                    .count(),
            }
        })
        .collect()
}

fn ties(
    records: &Records,
    wave: usize,
    of_school: &BTreeMap<usize, Vec<Voice<'_>>>,
) -> Vec<LayerTies> {
    let rosters: Vec<&RosterRecord> = records
        .rosters
        .iter()
        .filter(|roster| roster.wave == wave && of_school.contains_key(&roster.school))
        .collect();
    let layer_of = layers_of_roles(records, wave, &rosters);
    let boards = records.boards.iter().filter(|board| board.wave == wave);
    let networks = rosters
        .iter()
        .map(|roster| (false, &roster.persons, &roster.nominations))
        .chain(boards.map(|board| (true, &board.persons, &board.nominations)));
    let mut counts: BTreeMap<(bool, usize, i64, i64), [usize; 3]> = BTreeMap::new();
    for (of_board, persons, nominations) in networks {
        let layers: Vec<Option<i64>> = persons
            .iter()
            .map(|person| layer_of.get(person.role.as_deref()?).copied())
            .collect();
        for (relation, listed) in nominations.iter().enumerate() {
            let Some(listed) = listed else { continue };
            let net = network_of(persons, listed, 0.0, None);
            for (ego, from) in layers.iter().enumerate() {
                for (alter, to) in layers.iter().enumerate() {
                    let (Some(from), Some(to)) = (from, to) else {
                        continue;
                    };
                    if ego == alter {
                        continue;
                    }
                    let place = (of_board, relation, *from, *to);
                    let count = counts.entry(place).or_default();
                    match net.cell(ego, alter) {
                        Cell::Present(_) => {
                            count[0] += 1;
                            count[1] += 1;
                        }
                        Cell::Absent => count[1] += 1,
                        Cell::Unknown => count[2] += 1,
                        Cell::Impossible => {}
                    }
                }
            }
        }
    }
    counts
        .into_iter()
        .map(
            |((of_board, relation, from, to), [ties, known, unknown])| LayerTies {
                wave: records.waves[wave].clone(),
                of_board,
                relation: records.relations[relation].clone(),
                from,
                to,
                ties,
                known,
                unknown,
            },
        )
        .collect()
}

/// Role to the layer from which most of its people answered; of as many the higher one.
fn layers_of_roles<'r>(
    records: &'r Records,
    wave: usize,
    rosters: &[&'r RosterRecord],
) -> BTreeMap<&'r str, i64> {
    let mut role_of: BTreeMap<(usize, &str), &str> = BTreeMap::new();
    for roster in rosters {
        for person in &roster.persons {
            if let Some(role) = person.role.as_deref() {
                role_of.insert((roster.school, &person.key), role);
            }
        }
    }
    let sheets = records.answers.iter().filter(|sheet| sheet.wave == wave);
    let at_schools = sheets.filter_map(|sheet| {
        let role = role_of.get(&(sheet.school, sheet.respondent.as_str()))?;
        Some((*role, &sheet.items))
    });
    let units = records.units.iter().filter(|unit| unit.wave == wave);
    let at_offices = units
        .filter(|unit| Unit::of_key(&unit.key) == Unit::Office)
        .flat_map(|unit| &unit.sheets)
        .filter_map(|sheet| Some((sheet.role.as_deref()?, &sheet.items)));
    let mut counts: BTreeMap<&str, BTreeMap<i64, usize>> = BTreeMap::new();
    for (role, items) in at_schools.chain(at_offices) {
        if let Some(voice) = Voice::of(items) {
            let of_role = counts.entry(role).or_default();
            *of_role.entry(voice.layer).or_default() += 1;
        }
    }
    let most = |of: BTreeMap<i64, usize>| {
        let ranked = of.into_iter().max_by_key(|(layer, n)| (*n, -layer));
        ranked.map(|(layer, _)| layer)
    };
    counts
        .into_iter()
        .filter_map(|(role, of)| Some((role, most(of)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::records::{
        AnswerSheet, BoardRecord, NominationRecord, PersonRecord, SchoolRecord, UnitRecord,
        UnitSheet,
    };

    #[test]
    fn each_layer_beside_how_another_sees_it() {
        let sheet = |respondent: &str, school, items: &[(&str, f64)]| AnswerSheet {
            respondent: respondent.into(),
            school,
            wave: 0,
            items: items.iter().map(|(item, value)| (*item, *value)).collect(),
            seconds_per_item: None,
        };
        let school = |key: &str| SchoolRecord {
            key: key.into(),
            attributes: BTreeMap::from([(BOARD.to_owned(), "B".to_owned())]),
        };
        let records = Records {
            waves: vec!["T1".into()],
            schools: vec![school("s1"), school("s2")],
            answers: vec![
                sheet(
                    "p",
                    0,
                    &[(LAYER, 2.0), ("chain_at_1_a", 3.0), ("chain_at_2_a", 5.0)],
                ),
                sheet("t", 0, &[(LAYER, 4.0), ("chain_at_2_a", 2.0)]),
                sheet("u", 0, &[(LAYER, 4.0), ("chain_at_2_a", 3.0)]),
                sheet(
                    "q",
                    1,
                    &[(LAYER, 2.0), ("chain_at_1_a", 5.0), ("chain_at_2_a", 4.0)],
                ),
                sheet("v", 1, &[(LAYER, 4.0), ("chain_at_2_a", 4.0)]),
            ],
            units: vec![UnitRecord {
                key: "board:B".into(),
                board: Some("B".into()),
                school: None,
                wave: 0,
                n_listed: 1,
                sheets: vec![UnitSheet {
                    respondent: "b".into(),
                    role: None,
                    items: [(LAYER, 1.0), ("chain_at_1_a", 5.0)].into(),
                }],
            }],
            ..Records::default()
        };
        let questions = ChainQuestions {
            layers: vec![1, 2, 3, 4],
            actions: vec![("chain_at_1_a".into(), 1), ("chain_at_2_a".into(), 2)],
            own: Vec::new(),
        };
        let found = chain(&records, &questions);
        let shown: Vec<_> = found
            .over_all
            .iter()
            .map(|row| {
                (
                    row.action.as_str(),
                    row.by,
                    row.own,
                    row.other,
                    row.n_units,
                    row.n_alike,
                )
            })
            .collect();
        // The board is one, and looks the same from both of its schools; teachers are asked about their own principal.
        assert_eq!(
            shown,
            [
                ("chain_at_1_a", 2, Some(5.0), Some(4.0), 1, 1),
                ("chain_at_2_a", 4, Some(4.5), Some(3.25), 2, 1)
            ]
        );
        assert_eq!(found.over_all[1].difference, Ok(-1.25));
        assert_eq!(found.over_all[0].interval, None);
        assert!(found.over_all[0].of_boards && !found.over_all[1].of_boards);
        assert_eq!(found.boards, 1);
        let first = found.schools.iter().find(|row| row.by == 4).unwrap();
        assert_eq!((first.n_own, first.n_other, first.other), (1, 2, Some(2.5)));
    }

    #[test]
    fn ties_around_a_board_are_counted_apart_from_those_in_schools() {
        let person = |key: &str, role: &str, responded| PersonRecord {
            key: key.into(),
            role: Some(role.into()),
            groups: Vec::new(),
            responded,
            present: true,
            attributes: BTreeMap::new(),
        };
        let tie = |ego, alter| NominationRecord {
            ego,
            alter,
            value: Some(1.0),
        };
        let said = |layer: f64| -> ItemAnswers { [(LAYER, layer)].into() };
        let sheet = |respondent: &str, layer| AnswerSheet {
            respondent: respondent.into(),
            school: 0,
            wave: 0,
            items: said(layer),
            seconds_per_item: None,
        };
        let records = Records {
            waves: vec!["T1".into()],
            relations: vec!["goals".into()],
            schools: vec![SchoolRecord::default()],
            answers: vec![sheet("p", 2.0), sheet("t", 4.0)],
            rosters: vec![RosterRecord {
                school: 0,
                wave: 0,
                persons: vec![person("p", "principal", true), person("t", "teacher", true)],
                nominations: vec![Some(vec![tie(1, 0)])],
            }],
            units: vec![UnitRecord {
                key: "board:B".into(),
                board: Some("B".into()),
                school: None,
                wave: 0,
                n_listed: 2,
                sheets: vec![UnitSheet {
                    respondent: "a".into(),
                    role: Some("board_member".into()),
                    items: said(1.0),
                }],
            }],
            boards: vec![BoardRecord {
                board: "B".into(),
                wave: 0,
                persons: vec![
                    person("a", "board_member", true),
                    person("b", "board_member", false),
                    person("p", "principal", true),
                ],
                nominations: vec![Some(vec![tie(0, 1), tie(2, 0)])],
            }],
            ..Records::default()
        };
        let questions = ChainQuestions {
            layers: vec![1, 2, 4],
            actions: Vec::new(),
            own: Vec::new(),
        };
        let shown: Vec<_> = chain(&records, &questions)
            .ties
            .iter()
            .map(|row| {
                let place = (row.of_board, row.from, row.to);
                (place, row.ties, row.known, row.unknown)
            })
            .collect();
        // The second board member did not answer: two cells of that row are unknown.
        assert_eq!(
            shown,
            [
                ((false, 2, 4), 0, 1, 0),
                ((false, 4, 2), 1, 1, 0),
                ((true, 1, 1), 1, 1, 1),
                ((true, 1, 2), 0, 1, 1),
                ((true, 2, 1), 1, 2, 0),
            ]
        );
    }
}
