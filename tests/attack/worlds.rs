//! An attacker who has the program. He runs it on every school that could be his, keeps those of which the same is told and
//! the same withheld, for the same reasons, and sees what they have in common: what is told may be harmless, and that it is
//! told not.

use std::collections::{BTreeMap, BTreeSet};

use schakel::domain::records::{
    AnswerSheet, NominationRecord, PersonRecord, Records, RosterRecord, SchoolRecord,
};

use super::telling::Method;
use super::world::scales;

/// A school of teachers in one wave. `groups` says how many of each.
fn team(groups: &[usize], answered: usize) -> Records {
    let mut persons = Vec::new();
    for (group, n) in groups.iter().enumerate() {
        for _ in 0..*n {
            persons.push(PersonRecord {
                key: format!("p{:02}", persons.len()),
                role: Some("teacher".to_owned()),
                groups: vec![format!("g{group}")],
                responded: persons.len() < answered,
                present: true,
                attributes: BTreeMap::new(),
            });
        }
    }
    Records {
        waves: vec!["T1".to_owned()],
        schools: vec![SchoolRecord::default()],
        rosters: vec![RosterRecord {
            school: 0,
            wave: 0,
            persons,
            nominations: Vec::new(),
        }],
        ..Records::default()
    }
}

fn told(method: &Method, records: Records) -> String {
    let mut parts = method.tell(&[method.gathered(records)], 0, true);
    parts.remove(0).into_iter().map(|(_, text)| text).collect()
}

/// All teams of `n` answers from 1 to 5, in order.
fn multisets(n: usize) -> Vec<Vec<u8>> {
    (0..n).fold(vec![Vec::new()], |shorter, _| {
        shorter
            .into_iter()
            .flat_map(|of| {
                (of.last().copied().unwrap_or(1)..=5)
                    .map(move |next| [of.clone(), vec![next]].concat())
            })
            .collect()
    })
}

/// Answers that the program itself gives away: `(team, known, from, to)`.
pub type Given = (Vec<u8>, Vec<u8>, u8, u8);

/// Every team of `n` that answers one statement; how many of which the mean is told; and whose answers lie in less than
/// half of the scale for one who knows two, and who knows how the program decides.
pub fn one_statement(n: usize) -> (usize, usize, Vec<Given>) {
    let method = Method::new(scales().split_off(2), Vec::new());
    let mut alike: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
    let all = multisets(n);
    let mut n_told = 0;
    for answers in &all {
        let mut records = team(&[n], n);
        records.answers = sheets(answers);
        let text = told(&method, records);
        n_told += usize::from(text.contains("\"mean\":{\"Ok\""));
        alike.entry(text).or_default().push(answers.clone());
    }
    let mut given = Vec::new();
    for class in alike.values() {
        // Whatever two answers occur together somewhere in the class, somebody may know.
        let mut knowns: BTreeSet<Vec<u8>> = BTreeSet::new();
        for answers in class {
            for (i, first) in answers.iter().enumerate() {
                knowns.insert(vec![*first]);
                knowns.extend(answers[i + 1..].iter().map(|second| vec![*first, *second]));
            }
        }
        knowns.insert(Vec::new());
        for known in knowns {
            let rests = class.iter().filter_map(|answers| without(answers, &known));
            let others: BTreeSet<u8> = rests.flatten().collect();
            let (low, high) = (
                others.first().copied().unwrap_or(0),
                others.last().copied().unwrap_or(0),
            );
            if !others.is_empty() && high - low < 2 {
                let whole = class
                    .iter()
                    .find(|answers| without(answers, &known).is_some());
                given.push((whole.cloned().unwrap_or_default(), known, low, high));
            }
        }
    }
    (all.len(), n_told, given)
}

fn sheets(answers: &[u8]) -> Vec<AnswerSheet> {
    let sheet = |(person, answer): (usize, &u8)| AnswerSheet {
        respondent: format!("p{person:02}"),
        school: 0,
        wave: 0,
        items: [("one_01", f64::from(*answer))].into_iter().collect(),
        seconds_per_item: None,
    };
    answers.iter().enumerate().map(sheet).collect()
}

/// The other answers, if these are among them.
fn without(answers: &[u8], known: &[u8]) -> Option<Vec<u8>> {
    let mut rest = answers.to_vec();
    for one in known {
        let at = rest.iter().position(|answer| answer == one)?;
        rest.remove(at);
    }
    Some(rest)
}

/// A network as rows of whom each names.
type Rows = Vec<Vec<bool>>;

/// Networks made to be difficult.
fn networks(n: usize) -> Vec<(String, Rows)> {
    let make = |name: &str, named: &dyn Fn(usize, usize) -> bool| {
        let rows = (0..n)
            .map(|i| (0..n).map(|j| i != j && named(i, j)).collect())
            .collect();
        (format!("{name} of {n}"), rows)
    };
    let mut all = vec![
        make("nobody", &|_, _| false),
        make("everybody", &|_, _| true),
        make("all name the first", &|_, j| j == 0),
        make("all but the first name all", &|i, _| i > 0),
        make("a ring", &|i, j| j == (i + 1) % n),
        make("a ring both ways", &|i, j| {
            j == (i + 1) % n || i == (j + 1) % n
        }),
        make("an order", &|i, j| i < j),
        make("pairs", &|i, j| i / 2 == j / 2),
        make("all but pairs", &|i, j| i / 2 != j / 2),
        make("halves", &|i, j| (i < n / 2) == (j < n / 2)),
    ];
    for full in 1..3 {
        for ties in [1, n / 2, n - 2, n - 1] {
            all.push(make(&format!("{full} name {ties}"), &|i, j| {
                i < full && (j + n - i) % n <= ties
            }));
            all.push(make(
                &format!("all but {full} name all, these {ties}"),
                &|i, j| i >= full || (j + n - i) % n <= ties,
            ));
        }
    }
    for every in [2, 3, 5, 7] {
        all.push(make(&format!("one in {every}"), &|i, j| {
            (i * 7 + j * 3).is_multiple_of(every)
        }));
        all.push(make(&format!("one pair in {every}"), &|i, j| {
            ((i + 1) * (j + 1)).is_multiple_of(every)
        }));
    }
    all
}

/// Ties of these networks of which no other network of which the same is told shows the opposite, to the eyes of one who
/// knows the rows of two. Looked for are networks one, two or three cells away, and those in which two others change places.
pub fn networks_given_away(groups: &[usize], n_answered: usize) -> (usize, Vec<String>) {
    let n: usize = groups.iter().sum();
    let method = Method::new(Vec::new(), Vec::new());
    let mut known_texts: BTreeMap<Rows, String> = BTreeMap::new();
    let mut tell = |rows: &Rows| -> String {
        if let Some(text) = known_texts.get(rows) {
            return text.clone();
        }
        let mut records = team(groups, n_answered);
        records.relations = vec!["goals".to_owned()];
        let cells = (0..n_answered).flat_map(|i| (0..n).map(move |j| (i, j)));
        let ties = cells.filter(|(i, j)| rows[*i][*j]);
        let record = |(ego, alter): (usize, usize)| NominationRecord {
            ego: ego as u32,
            alter: alter as u32,
            value: Some(1.0),
        };
        records.rosters[0].nominations = vec![Some(ties.map(record).collect())];
        let text = told(&method, records);
        known_texts.insert(rows.clone(), text.clone());
        text
    };
    let mut tried = 0;
    let mut given = Vec::new();
    for (network, rows) in networks(n) {
        let text = tell(&rows);
        let mut order: Vec<usize> = (0..n_answered).collect();
        order.sort_by_key(|i| rows[*i].iter().filter(|named| **named).count());
        let last = n_answered - 1;
        let pairs = [
            vec![order[0], order[1]],
            vec![order[last - 1], order[last]],
            vec![order[0], order[last]],
            vec![order[last]],
        ];
        for known in pairs {
            let unknown: Vec<(usize, usize)> = (0..n_answered)
                .filter(|i| !known.contains(i))
                .flat_map(|i| (0..n).map(move |j| (i, j)))
                .filter(|(i, j)| i != j)
                .collect();
            // One cell of each kind: of the same groups, alike, and towards those who know or not.
            let group = |person: usize| {
                groups
                    .iter()
                    .scan(0, |sum, size| {
                        *sum += size;
                        Some(*sum)
                    })
                    .position(|end| person < end)
            };
            type Kind = (Option<usize>, Option<usize>, bool, Option<bool>);
            let mut kinds: BTreeMap<Kind, (usize, usize)> = BTreeMap::new();
            for (i, j) in &unknown {
                let back = known.contains(j).then(|| rows[*j][*i]);
                kinds
                    .entry((group(*i), group(*j), rows[*i][*j], back))
                    .or_insert((*i, *j));
            }
            for cell in kinds.into_values() {
                tried += 1;
                if !can_be_other(&rows, &text, cell, &known, &unknown, &mut tell) {
                    let there = if rows[cell.0][cell.1] {
                        "there"
                    } else {
                        "not there"
                    };
                    given.push(format!(
                        "{network}: the tie {cell:?} is {there}, to {known:?}; told is {text}"
                    ));
                }
            }
        }
    }
    (tried, given)
}

fn can_be_other(
    rows: &Rows,
    text: &str,
    cell: (usize, usize),
    known: &[usize],
    unknown: &[(usize, usize)],
    tell: &mut impl FnMut(&Rows) -> String,
) -> bool {
    let (i, j) = cell;
    let value = rows[i][j];
    // Two others whom those who know treat alike change places.
    let n = rows.len();
    for a in 0..n {
        for b in a + 1..n {
            if known.contains(&a)
                || known.contains(&b)
                || known.iter().any(|k| rows[*k][a] != rows[*k][b])
            {
                continue;
            }
            let place = |person: usize| {
                if person == a {
                    b
                } else if person == b {
                    a
                } else {
                    person
                }
            };
            if rows[place(i)][place(j)] != value {
                let other: Rows = (0..n)
                    .map(|x| (0..n).map(|y| rows[place(x)][place(y)]).collect())
                    .collect();
                if tell(&other) == text {
                    return true;
                }
            }
        }
    }
    let mut one = rows.clone();
    one[i][j] = !value;
    if tell(&one) == text {
        return true;
    }
    // First those of the opposite value, which keep the number of ties.
    let (opposite, same): (Vec<_>, Vec<_>) = unknown
        .iter()
        .copied()
        .filter(|other| *other != cell)
        .partition(|(a, b)| rows[*a][*b] != value);
    for (a, b) in opposite.into_iter().chain(same) {
        let mut two = one.clone();
        two[a][b] = !two[a][b];
        if tell(&two) == text {
            return true;
        }
        // And the way back of either.
        for (x, y) in [(j, i), (b, a)] {
            if unknown.contains(&(x, y)) && (x, y) != cell && (x, y) != (a, b) {
                let mut three = two.clone();
                three[x][y] = !three[x][y];
                if tell(&three) == text {
                    return true;
                }
            }
        }
    }
    // What is withheld may be withheld for the opposite end: more and more of what is not known the other way round.
    let mut far = one;
    let start = unknown.iter().position(|other| *other == cell).unwrap_or(0);
    (1..unknown.len()).any(|step| {
        let (a, b) = unknown[(start + step) % unknown.len()];
        far[a][b] = !value;
        tell(&far) == text
    })
}
