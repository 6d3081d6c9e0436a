//! What is said of how answers to a statement lie, and what that leaves open: by counting who can be on which side.

use super::reader::ItemFact;

/// Below the middle, about it, above it.
type Sides = [usize; 3];

/// What each of the words means, as the pages say it.
fn fits(said: &str, [below, middle, above]: Sides) -> bool {
    let n = below + middle + above;
    let divided = below.min(above) * 3 >= n;
    match said {
        "divided" => divided,
        "most_agree" => !divided && above * 2 > n,
        "most_disagree" => !divided && below * 2 > n,
        "in_between" => !divided && above * 2 <= n && below * 2 <= n,
        other => panic!("the attacker does not know {other}"),
    }
}

fn side(answer: f64, middle: f64) -> usize {
    1 + usize::from(answer > middle) - usize::from(answer < middle)
}

/// All ways in which `n` can lie.
fn ways(n: usize) -> impl Iterator<Item = Sides> {
    (0..=n)
        .flat_map(move |below| (0..=n - below).map(move |above| [below, n - below - above, above]))
}

/// The lowest and highest sum of answers that lie so.
fn sums(sides: Sides, (minimum, maximum): (f64, f64)) -> (f64, f64) {
    let middle = (minimum + maximum) / 2.0;
    let [below, about, above] = sides.map(|n| n as f64);
    (
        below * minimum + about * middle + above * (middle + 1.0),
        below * (middle - 1.0) + about * middle + above * maximum,
    )
}

/// What the mean of a scale leaves for the sum of one of its items, given what is said of the others.
pub fn sum_of_item(
    scale: (f64, f64),
    n: usize,
    others: &[Option<&str>],
    ends: (f64, f64),
) -> (f64, f64) {
    let n_items = (others.len() + 1) as f64;
    let of = |said: &Option<&str>| {
        let fitting = ways(n).filter(|sides| said.is_none_or(|said| fits(said, *sides)));
        fitting
            .map(|sides| sums(sides, ends))
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), (l, h)| {
                (low.min(l), high.max(h))
            })
    };
    let rest: (f64, f64) = others
        .iter()
        .map(of)
        .fold((0.0, 0.0), |sum, of| (sum.0 + of.0, sum.1 + of.1));
    (scale.0 * n_items - rest.1, scale.1 * n_items - rest.0)
}

/// Answers to a statement that lie in less than half of the scale for who knows up to two: known, from, to.
pub fn pinned(fact: &ItemFact) -> Vec<(Vec<f64>, f64, f64)> {
    let (minimum, maximum) = fact.ends;
    let middle = (minimum + maximum) / 2.0;
    let n = fact.answers.len();
    let mut values = fact.answers.clone();
    values.sort_by(f64::total_cmp);
    let mut knowns: Vec<Vec<f64>> = vec![Vec::new()];
    for i in 0..n {
        knowns.push(vec![values[i]]);
        knowns.extend((i + 1..n).map(|j| vec![values[i], values[j]]));
    }
    knowns.sort_by(|a, b| a.partial_cmp(b).expect("answers are numbers"));
    knowns.dedup();
    let fitting: Vec<Sides> = ways(n).filter(|sides| fits(&fact.said, *sides)).collect();
    let steps = (maximum - minimum) as usize;
    knowns
        .into_iter()
        .filter_map(|known| {
            let mut of_known = [0; 3];
            for answer in &known {
                of_known[side(*answer, middle)] += 1;
            }
            let known_sum: f64 = known.iter().sum();
            let possible = |answer: &f64| {
                fitting.iter().any(|sides| {
                    let mut rest = *sides;
                    for (rest, known) in rest.iter_mut().zip(of_known) {
                        *rest = match rest.checked_sub(known) {
                            Some(rest) => rest,
                            None => return false,
                        };
                    }
                    let own = side(*answer, middle);
                    if rest[own] == 0 {
                        return false;
                    }
                    rest[own] -= 1;
                    let (low, high) = sums(rest, fact.ends);
                    let fixed = known_sum + answer;
                    low + fixed <= fact.sum.1 + 1e-9 && high + fixed >= fact.sum.0 - 1e-9
                })
            };
            let answers = (0..=steps)
                .map(|step| minimum + step as f64)
                .filter(|answer| possible(answer));
            let open: Vec<f64> = answers.collect();
            if n <= known.len() {
                return None;
            }
            let (Some(low), Some(high)) = (open.first(), open.last()) else {
                panic!(
                    "what was told contradicts the truth: {} of {:?}, sum {:?}",
                    fact.said, fact.answers, fact.sum
                );
            };
            (high - low < (maximum - minimum) / 2.0).then_some((known, *low, *high))
        })
        .collect()
}
