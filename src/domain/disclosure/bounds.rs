//! How far someone who knows everything that is told, and two of the answers, can narrow another answer: linear
//! programming on the answer scale.
//!
//! People who are in the same sets are exchangeable, so the unknowns are sums over atoms. Whoever knows fewer answers can
//! narrow no further, so two are known wherever there are two to know. The width of the range is concave in the known
//! answers: the lowest and highest of an atom tell most.

use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};

use super::ratings::AnswerScale;

/// People who are in the same sets.
#[derive(Debug, Clone, PartialEq)]
pub struct Answers {
    pub n: usize,
    /// Of those whose answers are still there, lowest first.
    pub scores: Vec<f64>,
}

/// The sum over some atoms lies between two ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Sum {
    /// Per atom.
    pub over: Vec<bool>,
    pub from: f64,
    pub to: f64,
}

/// Float arithmetic on sums of tens of answers is exact to far less than this.
const HAIR: f64 = 1e-7;

/// Whether no answer can be narrowed to less than half of the scale.
pub fn leaves_half(atoms: &[Answers], told: &[Sum], scale: &AnswerScale) -> bool {
    known_pairs(atoms, scale).all(|known| {
        (0..atoms.len())
            .filter(|&target| atoms[target].n > known.n[target])
            .all(|target| {
                let half = (scale.maximum - scale.minimum) / 2.0 - HAIR;
                moved_within(atoms, &known, target, scale) >= half
                    || range(atoms, told, &known, target, scale)
                        // Ends that nobody can have given: others, just within what is possible, tell everything.
                        .is_some_and(|(low, high)| scale.on_grid_width(low, high) >= half)
            })
    })
}

/// Answers that someone knows: how many of each atom, and what they add up to.
#[derive(Debug, Clone)]
struct Known {
    n: Vec<usize>,
    sum: Vec<f64>,
}

fn known_pairs<'a>(
    atoms: &'a [Answers],
    scale: &'a AnswerScale,
) -> impl Iterator<Item = Known> + 'a {
    let n_people: usize = atoms.iter().map(|atom| atom.n).sum();
    let nothing = Known {
        n: vec![0; atoms.len()],
        sum: vec![0.0; atoms.len()],
    };
    // Who is alone with one other can know one answer, and a single person none.
    let single: Vec<(usize, f64)> = atoms
        .iter()
        .enumerate()
        .flat_map(|(index, atom)| {
            let [low, high] = ends(atom, scale, 0);
            [(index, low), (index, high)]
        })
        .collect();
    let mut known = Vec::new();
    if n_people >= 3 {
        for (at, &(a, of_a)) in single.iter().enumerate() {
            for &(b, of_b) in &single[at..] {
                if a != b {
                    known.push(with(&nothing, &[(a, of_a), (b, of_b)]));
                }
            }
        }
        for (index, atom) in atoms.iter().enumerate().filter(|(_, atom)| atom.n >= 2) {
            let [low, high] = ends(atom, scale, 0);
            let [next_low, next_high] = ends(atom, scale, 1);
            known.push(with(&nothing, &[(index, low), (index, next_low)]));
            known.push(with(&nothing, &[(index, high), (index, next_high)]));
        }
    } else if n_people == 2 {
        known.extend(single.iter().map(|one| with(&nothing, &[*one])));
    } else {
        known.push(nothing);
    }
    known.into_iter()
}

fn with(nothing: &Known, answers: &[(usize, f64)]) -> Known {
    let mut known = nothing.clone();
    for &(atom, answer) in answers {
        known.n[atom] += 1;
        known.sum[atom] += answer;
    }
    known
}

/// The lowest and highest answer of an atom, or the next ones. Where answers are gone they may have been any.
fn ends(atom: &Answers, scale: &AnswerScale, next: usize) -> [f64; 2] {
    let gone = atom.n - atom.scores.len();
    if gone > next {
        return [scale.minimum, scale.maximum];
    }
    let (at, last) = (next - gone.min(next), atom.scores.len() - 1);
    [atom.scores[at.min(last)], atom.scores[last - at.min(last)]]
}

/// How far the target can move while others of its own atom make up for it: what is told stays as it is.
fn moved_within(atoms: &[Answers], known: &Known, target: usize, scale: &AnswerScale) -> f64 {
    let atom = &atoms[target];
    if atom.scores.len() < atom.n {
        return 0.0;
    }
    let rest = atom.scores.iter().sum::<f64>() - known.sum[target];
    let others = (atom.n - known.n[target] - 1) as f64;
    let low = (rest - others * scale.maximum).max(scale.minimum);
    let high = (rest - others * scale.minimum).min(scale.maximum);
    high - low
}

/// The range of one unknown answer of an atom; `None` if nobody can know these answers.
fn range(
    atoms: &[Answers],
    told: &[Sum],
    known: &Known,
    target: usize,
    scale: &AnswerScale,
) -> Option<(f64, f64)> {
    // One figure over one set of people needs no programme.
    if let ([atom], [sum]) = (atoms, told)
        && sum.over[0]
    {
        let others = (atom.n - known.n[0] - 1) as f64;
        let (from, to) = (sum.from - known.sum[0], sum.to - known.sum[0]);
        let low = (from - others * scale.maximum).max(scale.minimum);
        let high = (to - others * scale.minimum).min(scale.maximum);
        return (low <= high + HAIR).then_some((low, high));
    }
    let end = |direction| {
        let mut problem = Problem::new(direction);
        let answer = problem.add_var(1.0, (scale.minimum, scale.maximum));
        let sums: Vec<Variable> = atoms
            .iter()
            .enumerate()
            .map(|(index, atom)| {
                let unknown = (atom.n - known.n[index] - usize::from(index == target)) as f64;
                problem.add_var(0.0, (unknown * scale.minimum, unknown * scale.maximum))
            })
            .collect();
        for sum in told {
            let over = || (0..atoms.len()).filter(|&atom| sum.over[atom]);
            let gone: f64 = over().map(|atom| known.sum[atom]).sum();
            let mut terms: Vec<(Variable, f64)> = over().map(|atom| (sums[atom], 1.0)).collect();
            if sum.over[target] {
                terms.push((answer, 1.0));
            }
            problem.add_constraint(&terms, ComparisonOp::Ge, sum.from - gone - HAIR);
            problem.add_constraint(&terms, ComparisonOp::Le, sum.to - gone + HAIR);
        }
        match problem.solve() {
            Ok(outcome) => match outcome.into_solution() {
                Ok(solution) => End::At(solution.objective()),
                Err(_) => End::Unsolved,
            },
            Err(microlp::Error::Infeasible) => End::Nobody,
            Err(_) => End::Unsolved,
        }
    };
    match (
        end(OptimizationDirection::Minimize),
        end(OptimizationDirection::Maximize),
    ) {
        (End::At(low), End::At(high)) => Some((low, high)),
        (End::Nobody, _) | (_, End::Nobody) => None,
        // What cannot be judged is not told.
        _ => Some((0.0, 0.0)),
    }
}

enum End {
    At(f64),
    Nobody,
    Unsolved,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn five() -> AnswerScale {
        AnswerScale {
            minimum: 1.0,
            maximum: 5.0,
            steps_per_unit: Some(1),
        }
    }

    fn answers(scores: &[f64]) -> Answers {
        let mut scores = scores.to_vec();
        scores.sort_by(f64::total_cmp);
        Answers {
            n: scores.len(),
            scores,
        }
    }

    /// The sum over these atoms, as a mean to one decimal tells it.
    fn mean_of(atoms: &[Answers], over: &[bool]) -> Sum {
        let chosen = || atoms.iter().zip(over).filter(|(_, over)| **over);
        let n: usize = chosen().map(|(atom, _)| atom.n).sum();
        let total: f64 = chosen().flat_map(|(atom, _)| &atom.scores).sum();
        let tenths = (total / n as f64 * 10.0).round();
        Sum {
            over: over.to_vec(),
            from: (tenths - 0.5) / 10.0 * n as f64,
            to: (tenths + 0.5) / 10.0 * n as f64,
        }
    }

    #[test]
    fn two_known_answers_are_reckoned_with() {
        // Whoever knows two of the fours knows that the other three add up to 13: none of them is under 3.
        let enough = [answers(&[5.0, 4.0, 4.0, 4.0, 4.0])];
        assert!(leaves_half(&enough, &[mean_of(&enough, &[true])], &five()));
        // Whoever knows the four and a five knows that all others said five.
        let pinned = [answers(&[5.0, 5.0, 5.0, 5.0, 4.0])];
        assert!(!leaves_half(&pinned, &[mean_of(&pinned, &[true])], &five()));
    }

    #[test]
    fn a_group_beside_the_team_pins_the_others() {
        let atoms = [
            answers(&[3.0, 3.0, 2.0, 3.0, 4.0, 3.0]),
            answers(&[5.0, 5.0, 5.0, 5.0, 5.0]),
        ];
        let team = mean_of(&atoms, &[true, true]);
        let group = mean_of(&atoms, &[true, false]);
        assert!(leaves_half(&atoms, std::slice::from_ref(&team), &five()));
        assert!(!leaves_half(&atoms, &[team, group], &five()));
    }

    #[test]
    fn answers_that_are_gone_may_have_been_any() {
        let mut atoms = [answers(&[3.0; 6]), answers(&[3.0; 5])];
        let told = [
            mean_of(&atoms, &[true, true]),
            mean_of(&atoms, &[true, false]),
        ];
        assert!(leaves_half(&atoms, &told, &five()));
        atoms[1].scores.truncate(2);
        assert!(
            leaves_half(&atoms, &told, &five()),
            "threes are far from both ends"
        );
    }

    proptest! {
        /// The true answer always lies within the range that is reckoned.
        #[test]
        fn bounds_contain_the_truth(
            first in prop::collection::vec(1_u8..6, 4..8),
            second in prop::collection::vec(1_u8..6, 3..8),
            target in 0_usize..3,
        ) {
            let of = |scores: &[u8]| answers(&scores.iter().map(|s| f64::from(*s)).collect::<Vec<_>>());
            let atoms = [of(&first), of(&second)];
            let told = [mean_of(&atoms, &[true, true]), mean_of(&atoms, &[true, false])];
            let truth = f64::from(first[target]);
            // Two others of the first atom are known.
            let known = Known {
                n: vec![1, 1],
                sum: vec![f64::from(first[3]), f64::from(second[0])],
            };
            let (low, high) = range(&atoms, &told, &known, 0, &five()).expect("the truth is possible");
            prop_assert!(low <= truth + 1e-6 && truth <= high + 1e-6, "{low} {truth} {high}");
        }

        /// By trying every set of answers of a small team: what is let through pins nobody.
        #[test]
        fn what_passes_pins_nobody(scores in prop::collection::vec(1_u8..6, 5..7)) {
            let atoms = [answers(&scores.iter().map(|s| f64::from(*s)).collect::<Vec<_>>())];
            let told = [mean_of(&atoms, &[true])];
            prop_assume!(leaves_half(&atoms, &told, &five()));
            let n = scores.len();
            for a in 0..n {
                for b in 0..a {
                    let target = (0..n).find(|t| *t != a && *t != b).expect("five people");
                    let possible: Vec<u8> = (0..5_usize.pow(n as u32))
                        .map(|code| (0..n).map(|i| (code / 5_usize.pow(i as u32) % 5) as u8 + 1).collect::<Vec<_>>())
                        .filter(|v| v[a] == scores[a] && v[b] == scores[b])
                        .filter(|v| {
                            let sum: f64 = v.iter().map(|x| f64::from(*x)).sum();
                            sum >= told[0].from - 1e-9 && sum <= told[0].to + 1e-9
                        })
                        .map(|v| v[target])
                        .collect();
                    let (low, high) = (possible.iter().min(), possible.iter().max());
                    let width = high.expect("the truth") - low.expect("the truth");
                    prop_assert!(width >= 2, "{scores:?} {a} {b}: {width}");
                }
            }
        }
    }
}
