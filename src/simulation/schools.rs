//! Schools and boards: names, sizes, and which two share a principal.

use super::dice::{Dice, Topic};
use super::names;
use super::plan::SimulationPlan;
use super::study::{Board, School};

/// A school before anyone works in it.
#[derive(Debug, Clone)]
pub struct Frame {
    pub school: School,
    pub n_teachers: usize,
    /// An earlier school, whose principal leads this one too.
    pub principal_of: Option<usize>,
    /// Two teachers bear the same name.
    pub namesakes: bool,
    /// Chance that a member does not answer in a wave.
    pub non_response: f64,
}

pub fn boards(plan: &SimulationPlan, seed: u64) -> Vec<Board> {
    let mut dice = Dice::for_study(seed, Topic::Boards);
    let names = names::boards(&mut dice, plan.n_boards).into_iter();
    names
        .enumerate()
        .map(|(i, name)| Board {
            key: format!("b{:02}", i + 1),
            name,
        })
        .collect()
}

pub fn frames(plan: &SimulationPlan, seed: u64) -> Vec<Frame> {
    let mut dice = Dice::for_study(seed, Topic::Schools);
    let n: usize = plan.cohorts.iter().map(|cohort| cohort.n_schools).sum();
    let names = names::schools(&mut dice, n);
    let mut sizes: Vec<usize> = (0..n)
        .map(|i| n_teachers((i as f64 + 0.5) / n as f64))
        .collect();
    dice.shuffle(&mut sizes);
    let mut boards: Vec<usize> = (0..n).map(|i| i % plan.n_boards).collect();
    dice.shuffle(&mut boards);
    let mut silence: Vec<f64> = (0..n)
        .map(|i| non_response((i as f64 + 0.5) / n as f64))
        .collect();
    dice.shuffle(&mut silence);
    let cohort_of = plan.cohorts.iter().enumerate();
    let cohort_of: Vec<usize> = cohort_of
        .flat_map(|(cohort, it)| vec![cohort; it.n_schools])
        .collect();

    let mut frames: Vec<Frame> = names
        .into_iter()
        .enumerate()
        .map(|(i, name)| Frame {
            school: School {
                key: format!("s{:03}", i + 1),
                name,
                board: boards[i],
                cohort: cohort_of[i],
            },
            n_teachers: sizes[i],
            principal_of: None,
            namesakes: i == n / 3,
            non_response: silence[i],
        })
        .collect();
    share_principals(&mut frames);
    frames
}

/// The four smallest schools of the first cohort, two by two, under one board each.
fn share_principals(frames: &mut [Frame]) {
    let mut smallest: Vec<usize> = (0..frames.len())
        .filter(|&i| frames[i].school.cohort == 0)
        .collect();
    smallest.sort_by_key(|&i| (frames[i].n_teachers, i));
    for pair in smallest.chunks_exact(2).take(2) {
        let (first, second) = (pair[0].min(pair[1]), pair[0].max(pair[1]));
        frames[second].principal_of = Some(first);
        frames[second].school.board = frames[first].school.board;
    }
}

/// Teachers of the school at a quantile of size: 8 to 38, median 16, a tail of large ones.
fn n_teachers(quantile: f64) -> usize {
    let size = if quantile < 0.9 {
        8.0 + 16.2 * quantile
    } else {
        22.6 + 160.0 * (quantile - 0.9)
    };
    (size + 0.5) as usize
}

/// From 3 to 22 in a hundred, most schools near the lower end.
fn non_response(quantile: f64) -> f64 {
    0.03 + 0.19 * quantile * (0.5 + 0.5 * quantile)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_run_from_8_to_38_with_median_16() {
        let mut sizes: Vec<usize> = frames(&SimulationPlan::default(), 1)
            .iter()
            .map(|frame| frame.n_teachers)
            .collect();
        sizes.sort();
        assert_eq!((sizes[0], sizes[103]), (8, 38));
        assert!((15..=17).contains(&sizes[52]), "{}", sizes[52]);
    }

    #[test]
    fn shared_principals_point_back_within_one_board() {
        let frames = frames(&SimulationPlan::default(), 1);
        let shared = frames
            .iter()
            .enumerate()
            .filter(|(_, f)| f.principal_of.is_some());
        let shared: Vec<_> = shared.collect();
        assert_eq!(shared.len(), 2);
        for (i, frame) in shared {
            let first = frame.principal_of.unwrap();
            assert!(first < i);
            assert_eq!(frames[first].school.board, frame.school.board);
            assert_eq!(frames[first].principal_of, None);
        }
    }
}
