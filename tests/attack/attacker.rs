//! What can be worked out of what is seen: elimination over the sets of people behind figures, bounds on single answers and
//! ties by linear programming. None of the product's own rules is used.

use std::collections::{BTreeMap, BTreeSet};

use super::arithmetic::{Between, extremes, rank};

/// `low <= sum of coefficient * answer <= high` over answers, which are numbered from 0.
#[derive(Debug, Clone)]
pub struct Fact {
    pub coefficients: BTreeMap<usize, i32>,
    pub low: f64,
    pub high: f64,
    /// Told as a number (with rounding): subtracting it from another is worth something.
    pub number: bool,
    pub from: String,
}

/// Sets of fewer than `k` answers of which some combination of the told numbers speaks alone.
pub fn isolated(facts: &[Fact], n_answers: usize, k: usize) -> Option<Vec<usize>> {
    let numbers: Vec<&Fact> = facts.iter().filter(|fact| fact.number).collect();
    let atoms = atoms(&numbers, n_answers, &BTreeSet::new());
    let atoms: Vec<(Vec<i32>, Vec<usize>)> = atoms
        .into_iter()
        .filter(|(column, _)| column.iter().any(|c| *c != 0))
        .collect();
    let matrix = |keep: &dyn Fn(usize) -> bool| -> Vec<Vec<i128>> {
        (0..numbers.len())
            .map(|row| {
                let kept = atoms.iter().enumerate().filter(|(atom, _)| keep(*atom));
                kept.map(|(_, (column, _))| i128::from(column[row]))
                    .collect()
            })
            .collect()
    };
    // Different columns of the same numbers: what is told twice counts once.
    let whole = rank(matrix(&|_| true));
    let small: Vec<usize> = (0..atoms.len()).filter(|a| atoms[*a].1.len() < k).collect();
    let size = |union: &[usize]| union.iter().map(|a| atoms[*a].1.len()).sum::<usize>();
    // Every union of atoms with fewer than k answers in it.
    let mut unions: Vec<Vec<usize>> = vec![Vec::new()];
    for atom in small {
        for known in 0..unions.len() {
            let mut union = unions[known].clone();
            union.push(atom);
            if size(&union) < k {
                unions.push(union);
            }
        }
    }
    unions.into_iter().skip(1).find_map(|union| {
        let outside = rank(matrix(&|atom| !union.contains(&atom)));
        (outside < whole).then(|| {
            let members = union.iter().flat_map(|a| atoms[*a].1.iter().copied());
            members.collect()
        })
    })
}

/// Answers that no fact tells apart, by the coefficients that the facts have for them.
fn atoms(
    facts: &[&Fact],
    n_answers: usize,
    known: &BTreeSet<usize>,
) -> BTreeMap<Vec<i32>, Vec<usize>> {
    let mut atoms: BTreeMap<Vec<i32>, Vec<usize>> = BTreeMap::new();
    for answer in (0..n_answers).filter(|answer| !known.contains(answer)) {
        let coefficient = |fact: &&Fact| fact.coefficients.get(&answer).copied().unwrap_or(0);
        let column = facts.iter().map(coefficient).collect();
        atoms.entry(column).or_default().push(answer);
    }
    atoms
}

/// An answer that is known to lie in less than half of its scale.
#[derive(Debug, Clone)]
pub struct Pinned {
    pub answer: usize,
    pub low: f64,
    pub high: f64,
}

/// What facts on scale scores give away to someone who knows the answers `known`. `truth` serves to skip what is plainly
/// safe: whoever stands with others in the same facts can be exchanged with them.
pub fn pinned(
    facts: &[Fact],
    truth: &[f64],
    known: &BTreeSet<usize>,
    (minimum, maximum): (f64, f64),
) -> Vec<Pinned> {
    let facts: Vec<&Fact> = facts.iter().collect();
    let half = (maximum - minimum) / 2.0;
    let atoms: Vec<(Vec<i32>, Vec<usize>)> =
        atoms(&facts, truth.len(), known).into_iter().collect();
    let mut found = Vec::new();
    for (target, (column, members)) in atoms.iter().enumerate() {
        if column.iter().all(|c| *c == 0) {
            continue;
        }
        let sum: f64 = members.iter().map(|answer| truth[*answer]).sum();
        let others = (members.len() - 1) as f64;
        let exchange =
            (sum - others * minimum).min(maximum) - (sum - others * maximum).max(minimum);
        if exchange >= half - 1e-9 {
            continue;
        }
        // One variable for the target, one for the sum of each atom without it; all from the lowest answer upwards.
        let mut upper = vec![maximum - minimum];
        upper.extend(atoms.iter().enumerate().map(|(atom, (_, members))| {
            let n = members.len() - usize::from(atom == target);
            n as f64 * (maximum - minimum)
        }));
        let rows: Vec<Between> = facts
            .iter()
            .enumerate()
            .map(|(row, fact)| {
                let mut fixed = 0.0;
                for (answer, coefficient) in &fact.coefficients {
                    let from = if known.contains(answer) {
                        truth[*answer]
                    } else {
                        minimum
                    };
                    fixed += f64::from(*coefficient) * from;
                }
                let mut coefficients = vec![f64::from(column[row])];
                coefficients.extend(atoms.iter().map(|(column, _)| f64::from(column[row])));
                Between {
                    coefficients,
                    low: fact.low - fixed,
                    high: fact.high - fixed,
                }
            })
            .collect();
        let mut objective = vec![0.0; upper.len()];
        objective[0] = 1.0;
        let (low, high) = extremes(&upper, &rows, &objective).unwrap_or_else(|| {
            panic!("what was told contradicts the truth: {facts:?} {truth:?} {known:?}")
        });
        if high - low < half - 1e-6 {
            let answer = members[0];
            found.push(Pinned {
                answer,
                low: minimum + low,
                high: minimum + high,
            });
        }
    }
    found
}

/// Whom the attacker may be, as sets of up to two people: everyone alone, and the pairs that know most, which are those
/// with the lowest and the highest answers of each part of the team. `of_person` are the answers each person gave.
pub fn conspiracies(
    of_person: &BTreeMap<usize, Vec<usize>>,
    truth: &[f64],
    parts: &[Vec<usize>],
) -> Vec<BTreeSet<usize>> {
    let mut told: Vec<BTreeSet<usize>> = vec![BTreeSet::new()];
    let answers = |people: &[usize]| -> BTreeSet<usize> {
        people
            .iter()
            .flat_map(|person| of_person[person].iter().copied())
            .collect()
    };
    let person_of = |answer: usize| {
        of_person
            .iter()
            .find(|(_, own)| own.contains(&answer))
            .map(|(person, _)| *person)
    };
    for part in parts {
        let mut sorted = part.clone();
        sorted.sort_by(|a, b| truth[*a].total_cmp(&truth[*b]));
        let mut at = vec![
            0,
            1,
            sorted.len().wrapping_sub(2),
            sorted.len().wrapping_sub(1),
        ];
        at.retain(|index| *index < sorted.len());
        at.dedup();
        let people: Vec<usize> = at
            .iter()
            .filter_map(|index| person_of(sorted[*index]))
            .collect();
        for (i, first) in people.iter().enumerate() {
            told.push(answers(&[*first]));
            for second in &people[i + 1..] {
                told.push(answers(&[*first, *second]));
            }
        }
    }
    told.sort();
    told.dedup();
    told
}

/// What is told of ties: `low <= number of ties from `rows` to `columns` <= high`, among the cells that were known.
#[derive(Debug, Clone)]
pub struct TieFact {
    pub rows: BTreeSet<usize>,
    pub columns: BTreeSet<usize>,
    pub low: f64,
    pub high: f64,
    pub from: String,
}

/// What is told of being mutual over a whole team: `low <= M / (M + A) <= high` among those who answered.
#[derive(Debug, Clone)]
pub struct MutualFact {
    pub people: BTreeSet<usize>,
    pub low: f64,
    pub high: f64,
}

/// All that is told of one relation in one wave, over every version, and the ties themselves for the tester's eyes.
#[derive(Debug, Clone, Default)]
pub struct Ties {
    pub facts: Vec<TieFact>,
    pub mutual: Vec<MutualFact>,
    pub truth: BTreeSet<(usize, usize)>,
    /// Drawn in a picture of persons: known to everybody, by consent.
    pub drawn: BTreeSet<usize>,
}

/// Ties that are known to be there or not to be, without being one's own.
#[derive(Debug, Clone)]
pub struct Certain {
    pub present: bool,
    pub n_cells: usize,
    pub how: String,
}

impl Ties {
    fn given(&self, ego: usize, alter: usize, known: &BTreeSet<usize>) -> bool {
        known.contains(&ego) || (self.drawn.contains(&ego) && self.drawn.contains(&alter))
    }

    /// Which facts speak of a cell.
    fn signature(&self, ego: usize, alter: usize) -> Vec<bool> {
        let speaks = |fact: &TieFact| fact.rows.contains(&ego) && fact.columns.contains(&alter);
        self.facts.iter().map(speaks).collect()
    }

    /// Pairs and single people whose own rows tell most: the fullest and the emptiest of every set of rows.
    pub fn conspiracies(&self) -> Vec<BTreeSet<usize>> {
        let mut told = vec![BTreeSet::new()];
        for fact in &self.facts {
            let n_named = |ego: usize| {
                fact.columns
                    .iter()
                    .filter(|alter| self.truth.contains(&(ego, **alter)))
                    .count()
            };
            let mut rows: Vec<(usize, usize)> =
                fact.rows.iter().map(|ego| (n_named(*ego), *ego)).collect();
            rows.sort_unstable();
            let rows: Vec<usize> = rows.into_iter().map(|(_, ego)| ego).collect();
            let n = rows.len();
            for pair in [rows.get(..2), rows.get(n.wrapping_sub(2)..)]
                .into_iter()
                .flatten()
            {
                told.push(BTreeSet::from([pair[0]]));
                told.push(BTreeSet::from([pair[1]]));
                told.push(pair.iter().copied().collect());
            }
            if n > 2 {
                told.push(BTreeSet::from([rows[0], rows[n - 1]]));
            }
        }
        told.sort();
        told.dedup();
        told
    }

    /// Ties that someone who knows the rows of `known` is sure of.
    pub fn certain(&self, known: &BTreeSet<usize>) -> Vec<Certain> {
        let mut found = self.certain_by_counts(known);
        for fact in &self.mutual {
            found.extend(self.certain_by_return(fact, known));
        }
        found
    }

    fn certain_by_counts(&self, known: &BTreeSet<usize>) -> Vec<Certain> {
        // Cells that the same facts speak of: how many, and how many of them are ties.
        let mut classes: BTreeMap<Vec<bool>, (usize, usize)> = BTreeMap::new();
        let mut given = vec![0.0; self.facts.len()];
        let rows: BTreeSet<usize> = self
            .facts
            .iter()
            .flat_map(|fact| fact.rows.iter().copied())
            .collect();
        let columns: BTreeSet<usize> = self
            .facts
            .iter()
            .flat_map(|fact| fact.columns.iter().copied())
            .collect();
        for ego in &rows {
            for alter in columns.iter().filter(|alter| *alter != ego) {
                let tie = self.truth.contains(&(*ego, *alter));
                let signature = self.signature(*ego, *alter);
                if self.given(*ego, *alter, known) {
                    for (sum, speaks) in given.iter_mut().zip(&signature) {
                        *sum += f64::from(u8::from(*speaks && tie));
                    }
                } else {
                    let class = classes.entry(signature).or_default();
                    class.0 += 1;
                    class.1 += usize::from(tie);
                }
            }
        }
        let classes: Vec<(Vec<bool>, (usize, usize))> = classes.into_iter().collect();
        let upper: Vec<f64> = classes.iter().map(|(_, (n, _))| *n as f64).collect();
        let table: Vec<Between> = self
            .facts
            .iter()
            .enumerate()
            .map(|(row, fact)| Between {
                coefficients: classes
                    .iter()
                    .map(|(signature, _)| f64::from(u8::from(signature[row])))
                    .collect(),
                low: fact.low - given[row],
                high: fact.high - given[row],
            })
            .collect();
        let mut found = Vec::new();
        for (target, (signature, (n, ties))) in classes.iter().enumerate() {
            // Where some are ties and some are not, they could be exchanged.
            if (*ties > 0 && ties < n) || !signature.contains(&true) {
                continue;
            }
            let mut objective = vec![0.0; upper.len()];
            objective[target] = 1.0;
            let (low, high) = extremes(&upper, &table, &objective).unwrap_or_else(|| {
                panic!(
                    "what was told contradicts the truth: {:?} {known:?}",
                    self.facts
                )
            });
            // Ties are counted in whole numbers.
            let (low, high) = ((low - 1e-6).ceil(), (high + 1e-6).floor());
            if high < 1.0 || low > *n as f64 - 1.0 {
                let speaking = self
                    .facts
                    .iter()
                    .zip(signature)
                    .filter(|(_, speaks)| **speaks);
                let how: Vec<&str> = speaking.map(|(fact, _)| fact.from.as_str()).collect();
                found.push(Certain {
                    present: high >= 1.0,
                    n_cells: *n,
                    how: how.join(", "),
                });
            }
        }
        found
    }

    /// By what is told of being mutual: of the ties that one gave, all or none are returned; of those that one did not give,
    /// none or all were received; of the others' pairs, none is mutual, or none is one-sided.
    fn certain_by_return(&self, fact: &MutualFact, known: &BTreeSet<usize>) -> Vec<Certain> {
        let people: Vec<usize> = fact.people.iter().copied().collect();
        let tie = |i: usize, j: usize| self.truth.contains(&(i, j));
        let (mut fixed_mutual, mut fixed_single) = (0.0, 0.0);
        // Named by one who knows: returned or not; not named: received or not; pairs of others: mutual, single, none.
        let (mut n, mut is) = ([0.0; 3], [0.0; 4]);
        for (place, i) in people.iter().enumerate() {
            for j in &people[place + 1..] {
                let (mine, theirs) = (self.given(*i, *j, known), self.given(*j, *i, known));
                match (mine, theirs) {
                    (true, true) => {
                        fixed_mutual += f64::from(u8::from(tie(*i, *j) && tie(*j, *i)));
                        fixed_single += f64::from(u8::from(tie(*i, *j) != tie(*j, *i)));
                    }
                    (false, false) => {
                        n[2] += 1.0;
                        is[2] += f64::from(u8::from(tie(*i, *j) && tie(*j, *i)));
                        is[3] += f64::from(u8::from(tie(*i, *j) != tie(*j, *i)));
                    }
                    _ => {
                        let (ego, alter) = if mine { (*i, *j) } else { (*j, *i) };
                        let named = usize::from(!tie(ego, alter));
                        n[named] += 1.0;
                        is[named] += f64::from(u8::from(tie(alter, ego)));
                    }
                }
            }
        }
        // Variables: returned, received, mutual and single among the others.
        let upper = [n[0], n[1], n[2], n[2]];
        let mut rows = vec![
            Between {
                coefficients: vec![0.0, 0.0, 1.0, 1.0],
                low: 0.0,
                high: n[2],
            },
            // M - low (M + A) >= 0 and M - high (M + A) <= 0, with A = single + (named - returned) + received.
            Between {
                coefficients: vec![1.0, -fact.low, 1.0 - fact.low, -fact.low],
                low: -(fixed_mutual * (1.0 - fact.low) - fact.low * (fixed_single + n[0])),
                high: f64::INFINITY,
            },
            Between {
                coefficients: vec![1.0, -fact.high, 1.0 - fact.high, -fact.high],
                low: f64::NEG_INFINITY,
                high: -(fixed_mutual * (1.0 - fact.high) - fact.high * (fixed_single + n[0])),
            },
        ];
        // All ties among those who answered, where a fact counts them and only them.
        for told in self.facts.iter().filter(|told| told.rows == fact.people) {
            let outside: BTreeSet<usize> = told.columns.difference(&fact.people).copied().collect();
            // Ties to those who did not answer may be any number, but for one's own.
            let (mut least, mut most) = (0.0, 0.0);
            for ego in &people {
                for alter in &outside {
                    let sure = self.given(*ego, *alter, known);
                    let there = tie(*ego, *alter);
                    least += f64::from(u8::from(sure && there));
                    most += f64::from(u8::from(!sure || there));
                }
            }
            if !fact.people.is_subset(&told.columns) {
                continue;
            }
            let fixed = 2.0 * fixed_mutual + fixed_single + n[0];
            rows.push(Between {
                coefficients: vec![1.0, 1.0, 2.0, 1.0],
                low: told.low - fixed - most,
                high: told.high - fixed - least,
            });
        }
        let mut found = Vec::new();
        let all = [n[0], n[1], n[2], n[2]];
        for (target, what) in [
            "ties returned",
            "ties received",
            "others' mutual pairs",
            "others' one-sided pairs",
        ]
        .iter()
        .enumerate()
        {
            if all[target] == 0.0 || (is[target] > 0.0 && is[target] < all[target]) {
                continue;
            }
            let mut objective = vec![0.0; 4];
            objective[target] = 1.0;
            let (low, high) = extremes(&upper, &rows, &objective).unwrap_or_else(|| {
                panic!(
                    "what was told contradicts the truth: {fact:?} {:?} {known:?}",
                    self.facts
                )
            });
            let (low, high) = ((low - 1e-6).ceil(), (high + 1e-6).floor());
            // That none of the others' pairs is mutual tells no single tie; that none is one-sided does not either.
            let sure = if target < 2 {
                high < 1.0 || low > all[target] - 1.0
            } else {
                low > all[target] - 1.0 && target == 2
            };
            if sure {
                found.push(Certain {
                    present: high >= 1.0,
                    n_cells: all[target] as usize,
                    how: (*what).to_owned(),
                });
            }
        }
        found
    }
}
