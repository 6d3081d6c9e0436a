//! What must hold for every network and every comparison, against slow definitions written out in full.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that cannot build its case must stop"
)]

use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use schakel_analysis::compare::{Options, max_t, two_groups};
use schakel_analysis::measure::*;
use schakel_analysis::network::{Cell, DyadCensus, Network, Treatment, dyad_census, treat};
use schakel_analysis::outcome::{Interval, Method, Undefined};
use schakel_analysis::scale::{ScaleRule, scale_score};

/// A network written out: who is there, who is silent, and per ordered pair what was said.
#[derive(Debug, Clone)]
struct Sketch {
    present: Vec<bool>,
    silent: Vec<bool>,
    said: Vec<Vec<Said>>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Said {
    Nothing,
    No,
    Yes(u8),
    Open,
}

/// The cells of a network written out.
type Cells = Vec<Vec<Cell>>;

impl Sketch {
    fn build(&self) -> Network {
        let n = self.present.len();
        let mut builder = Network::builder(n);
        for i in 0..n {
            if !self.present[i] {
                builder.absent_actor(i);
            }
            if self.silent[i] {
                builder.silent(i);
            }
            for j in (0..n).filter(|&j| j != i) {
                match self.said[i][j] {
                    Said::Nothing => {}
                    Said::No => {
                        builder.tie(i, j, -1.0);
                    }
                    Said::Yes(value) if self.present[i] && self.present[j] => {
                        builder.tie(i, j, f64::from(value));
                    }
                    Said::Yes(_) => {}
                    Said::Open => {
                        builder.unknown(i, j);
                    }
                }
            }
        }
        builder.build(0.0).unwrap()
    }

    fn cells(&self) -> Cells {
        let n = self.present.len();
        let cell = |i: usize, j: usize| {
            if i == j || !self.present[i] || !self.present[j] {
                return Cell::Impossible;
            }
            match self.said[i][j] {
                Said::Yes(value) => Cell::Present(f64::from(value)),
                Said::No => Cell::Absent,
                Said::Open => Cell::Unknown,
                Said::Nothing if self.silent[i] => Cell::Unknown,
                Said::Nothing => Cell::Absent,
            }
        };
        (0..n)
            .map(|i| (0..n).map(|j| cell(i, j)).collect())
            .collect()
    }
}

fn sketch(largest: usize) -> impl Strategy<Value = Sketch> {
    let said = prop_oneof![
        4 => Just(Said::Nothing),
        1 => Just(Said::No),
        3 => (1..5_u8).prop_map(Said::Yes),
        1 => Just(Said::Open),
    ];
    (1..=largest).prop_flat_map(move |n| {
        (
            prop::collection::vec(prop::bool::weighted(0.9), n),
            prop::collection::vec(prop::bool::weighted(0.3), n),
            prop::collection::vec(prop::collection::vec(said.clone(), n), n),
        )
            .prop_map(|(present, silent, said)| Sketch {
                present,
                silent,
                said,
            })
    })
}

fn cells_of(net: &Network) -> Cells {
    let n = net.n_positions();
    (0..n)
        .map(|i| (0..n).map(|j| net.cell(i, j)).collect())
        .collect()
}

fn ordered_pairs(n: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n).flat_map(move |i| (0..n).filter(move |&j| j != i).map(move |j| (i, j)))
}

fn is_tie(cell: Cell) -> bool {
    matches!(cell, Cell::Present(_))
}

/// The same cells as a network of which every unknown cell is named one by one.
fn spelled_out(cells: &Cells) -> Network {
    let n = cells.len();
    let mut builder = Network::builder(n);
    for (i, row) in cells.iter().enumerate() {
        let column = cells.iter().map(|row| row[i]);
        // Nothing possible in row and column: the actor is not there (or all alone).
        if n > 1
            && row
                .iter()
                .copied()
                .chain(column)
                .all(|cell| cell == Cell::Impossible)
        {
            builder.absent_actor(i);
        }
    }
    for (i, j) in ordered_pairs(n) {
        match cells[i][j] {
            Cell::Present(value) => {
                builder.tie(i, j, value);
            }
            Cell::Unknown => {
                builder.unknown(i, j);
            }
            Cell::Absent | Cell::Impossible => {}
        }
    }
    builder.build(0.0).unwrap()
}

type Values = Vec<Result<f64, Undefined>>;
type Bounds = Vec<Result<Interval, Undefined>>;

/// Everything this crate says of one network, in one comparable heap.
fn portrait(net: &Network) -> (Values, Bounds, DyadCensus) {
    (
        vec![
            network_density(net),
            dyadic_reciprocity(net),
            tie_reciprocity(net),
            in_degree_centralization(net),
            out_degree_centralization(net),
        ],
        vec![
            network_density_bounds(net),
            dyadic_reciprocity_bounds(net),
            tie_reciprocity_bounds(net),
            in_degree_centralization_bounds(net),
            out_degree_centralization_bounds(net),
        ],
        dyad_census(net),
    )
}

/// The five indices of a wholly known network, from the definitions; none where a definition divides by zero.
fn by_definition(ties: &[Vec<bool>], actors: &[usize]) -> [Option<f64>; 5] {
    let n = actors.len() as f64;
    let pairs = || {
        actors
            .iter()
            .flat_map(|&i| actors.iter().map(move |&j| (i, j)))
            .filter(|(i, j)| i != j)
    };
    let total = pairs().filter(|&(i, j)| ties[i][j]).count() as f64;
    let returned = pairs().filter(|&(i, j)| ties[i][j] && ties[j][i]).count() as f64;
    let mutual = returned / 2.0;
    let connected = total - mutual;
    let share = |part: f64, whole: f64| (n >= 2.0 && whole > 0.0).then(|| part / whole);
    let centralization = |degree: &dyn Fn(usize) -> usize| {
        let degrees: Vec<f64> = actors.iter().map(|&i| degree(i) as f64).collect();
        let highest = degrees.iter().copied().fold(0.0, f64::max);
        share(
            degrees.iter().map(|d| highest - d).sum(),
            (n - 1.0) * (n - 1.0),
        )
    };
    [
        share(total, n * (n - 1.0)),
        share(mutual, connected),
        share(returned, total),
        centralization(&|i| actors.iter().filter(|&&j| ties[j][i]).count()),
        centralization(&|i| actors.iter().filter(|&&j| ties[i][j]).count()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_said_is_what_is_stored(sketch in sketch(7)) {
        let (net, cells) = (sketch.build(), sketch.cells());
        prop_assert_eq!(cells_of(&net), cells.clone());
        let n = cells.len();
        let count = |wanted: fn(Cell) -> bool| ordered_pairs(n).filter(|&(i, j)| wanted(cells[i][j])).count();
        prop_assert_eq!(net.n_actors(), sketch.present.iter().filter(|&&p| p).count());
        prop_assert_eq!(net.n_ties(), count(is_tie));
        prop_assert_eq!(net.n_unknown_pairs(), count(|c| c == Cell::Unknown));
        prop_assert_eq!(net.n_possible_pairs(), count(|c| c != Cell::Impossible));
        prop_assert_eq!(net.n_observed_pairs(), count(|c| is_tie(c) || c == Cell::Absent));
        for (i, row) in cells.iter().enumerate() {
            let known = row.iter().any(|&cell| is_tie(cell) || cell == Cell::Absent);
            let alone = net.n_actors() == 1 && sketch.present[i] && !sketch.silent[i];
            prop_assert_eq!(net.observed(i), known || alone);
        }
        let listed: Vec<_> = ordered_pairs(n)
            .filter_map(|(i, j)| match cells[i][j] { Cell::Present(v) => Some((i, j, v)), _ => None })
            .collect();
        prop_assert_eq!(net.ties().collect::<Vec<_>>(), listed);
    }

    #[test]
    fn dyads_and_degrees_are_those_of_the_cells(sketch in sketch(7)) {
        for treatment in Treatment::ALL {
            let net = treat(&sketch.build(), treatment);
            let cells = cells_of(&net);
            let n = cells.len();
            let mut census = DyadCensus::default();
            for (i, j) in ordered_pairs(n).filter(|(i, j)| i < j) {
                let pair = [cells[i][j], cells[j][i]];
                let ties = pair.iter().filter(|&&c| is_tie(c)).count();
                let unknown = pair.iter().filter(|&&c| c == Cell::Unknown).count();
                match (ties, unknown) {
                    _ if pair[0] == Cell::Impossible => {}
                    (2, _) => census.mutual += 1,
                    (1, 0) => census.asymmetric += 1,
                    (0, 0) => census.null += 1,
                    (1, _) => census.one_known_present += 1,
                    (0, 1) => census.one_known_absent += 1,
                    _ => census.unknown += 1,
                }
            }
            prop_assert_eq!(dyad_census(&net), census);
            let range = |cells: &mut dyn Iterator<Item = Cell>| {
                cells.fold((0, 0), |(k, high), c| {
                    (k + u32::from(is_tie(c)), high + u32::from(is_tie(c) || c == Cell::Unknown))
                })
            };
            let rows: Vec<_> = (0..n).map(|i| range(&mut (0..n).map(|j| cells[i][j]))).collect();
            let columns: Vec<_> = (0..n).map(|i| range(&mut (0..n).map(|j| cells[j][i]))).collect();
            prop_assert_eq!(out_degree_ranges(&net), rows);
            prop_assert_eq!(in_degree_ranges(&net), columns);
        }
    }

    #[test]
    fn treatments_do_what_they_say(sketch in sketch(6)) {
        let before = sketch.build();
        let cells = cells_of(&before);
        let n = cells.len();
        let cell = |treatment, i: usize, j: usize| match (treatment, cells[i][j]) {
            (Treatment::Null, Cell::Unknown) => Cell::Absent,
            (Treatment::Exclusion, _) if !(before.observed(i) && before.observed(j)) => Cell::Impossible,
            (Treatment::Reconstruction, Cell::Unknown) => cells[j][i],
            (_, cell) => cell,
        };
        // What a profile fills in hangs on all cells: it has tests of its own.
        for treatment in Treatment::ALL.into_iter().filter(|&t| t != Treatment::Profile) {
            let after = treat(&before, treatment);
            let expected: Cells = (0..n).map(|i| (0..n).map(|j| cell(treatment, i, j)).collect()).collect();
            prop_assert_eq!(cells_of(&after), expected, "{}", treatment.name());
            // Twice is once; and whatever follows a reconstruction still counts right.
            let expected = if treatment == Treatment::Exclusion { None } else { Some(cells_of(&after)) };
            if let Some(expected) = expected {
                prop_assert_eq!(cells_of(&treat(&after, treatment)), expected);
            }
            for second in Treatment::ALL {
                let twice = treat(&after, second);
                let unknown = cells_of(&twice).iter().flatten().filter(|&&c| c == Cell::Unknown).count();
                prop_assert_eq!(twice.n_unknown_pairs(), unknown);
            }
        }
    }

    #[test]
    fn it_does_not_matter_how_the_unknown_was_told(sketch in sketch(6)) {
        for treatment in Treatment::ALL {
            let net = treat(&sketch.build(), treatment);
            if net.n_actors() > 1 {
                let again = spelled_out(&cells_of(&net));
                prop_assert_eq!(portrait(&again), portrait(&net));
                prop_assert_eq!(actor_in_degree(&again), actor_in_degree(&net));
                prop_assert_eq!(actor_out_degree(&again), actor_out_degree(&net));
            }
        }
    }

    #[test]
    fn relabelling_changes_nothing((sketch, order) in sketch(7).prop_flat_map(|sketch| {
        let order: Vec<usize> = (0..sketch.present.len()).collect();
        (Just(sketch), Just(order).prop_shuffle())
    })) {
        let renamed = Sketch {
            present: order.iter().map(|&i| sketch.present[i]).collect(),
            silent: order.iter().map(|&i| sketch.silent[i]).collect(),
            said: order.iter().map(|&i| order.iter().map(|&j| sketch.said[i][j]).collect()).collect(),
        };
        let (net, renamed) = (sketch.build(), renamed.build());
        prop_assert_eq!(portrait(&renamed), portrait(&net));
        let (degrees, moved) = (actor_in_degree(&net), actor_in_degree(&renamed));
        prop_assert_eq!(moved, order.iter().map(|&i| degrees[i]).collect::<Vec<_>>());
    }

    #[test]
    fn reversing_the_ties_swaps_in_and_out(sketch in sketch(7)) {
        let cells = cells_of(&sketch.build());
        let n = cells.len();
        let turned: Cells = (0..n).map(|i| (0..n).map(|j| cells[j][i]).collect()).collect();
        let (net, turned) = (spelled_out(&cells), spelled_out(&turned));
        prop_assert_eq!(actor_in_degree(&turned), actor_out_degree(&net));
        prop_assert_eq!(actor_out_degree(&turned), actor_in_degree(&net));
        prop_assert_eq!(in_degree_centralization(&turned), out_degree_centralization(&net));
        prop_assert_eq!(in_degree_centralization_bounds(&turned), out_degree_centralization_bounds(&net));
        prop_assert_eq!(network_density(&turned), network_density(&net));
        prop_assert_eq!(tie_reciprocity_bounds(&turned), tie_reciprocity_bounds(&net));
        prop_assert_eq!(dyad_census(&turned), dyad_census(&net));
    }

    #[test]
    fn indices_lie_between_0_and_1_and_within_their_bounds(sketch in sketch(7)) {
        let (values, bounds, _) = portrait(&sketch.build());
        for (value, bounds) in values.into_iter().zip(bounds) {
            if let Ok(value) = value {
                prop_assert!((0.0..=1.0).contains(&value));
                prop_assert!(bounds.unwrap().contains(value), "{} outside {:?}", value, bounds);
            }
            if let Ok(bounds) = bounds {
                prop_assert!(0.0 <= bounds.lower && bounds.lower <= bounds.upper && bounds.upper <= 1.0);
            }
        }
    }

    #[test]
    fn bounds_are_those_of_all_completions(sketch in sketch(5)) {
        let net = sketch.build();
        let cells = cells_of(&net);
        let n = cells.len();
        let open: Vec<_> = ordered_pairs(n).filter(|&(i, j)| cells[i][j] == Cell::Unknown).collect();
        prop_assume!(open.len() <= 12);
        let actors: Vec<usize> = (0..n).filter(|&i| net.is_present(i)).collect();
        let mut range: [Option<Interval>; 5] = [None; 5];
        for completion in 0..1_u32 << open.len() {
            let mut ties: Vec<Vec<bool>> = cells.iter().map(|row| row.iter().map(|&c| is_tie(c)).collect()).collect();
            for (bit, &(i, j)) in open.iter().enumerate() {
                ties[i][j] = completion >> bit & 1 == 1;
            }
            for (range, value) in range.iter_mut().zip(by_definition(&ties, &actors)) {
                if let Some(value) = value {
                    let range = range.get_or_insert(Interval { lower: value, upper: value });
                    range.lower = range.lower.min(value);
                    range.upper = range.upper.max(value);
                }
            }
        }
        let (_, bounds, _) = portrait(&net);
        for (which, (ours, theirs)) in bounds.iter().zip(range).enumerate() {
            match (ours, theirs) {
                (Ok(ours), Some(theirs)) => {
                    let same = (ours.lower - theirs.lower).abs() < 1e-12 && (ours.upper - theirs.upper).abs() < 1e-12;
                    prop_assert!(same, "{}: {:?}, not {:?}", which, ours, theirs);
                }
                (Err(_), None) => {}
                _ => prop_assert!(false, "{}: {:?}, not {:?}", which, ours, theirs),
            }
        }
    }

    #[test]
    fn change_is_counted_over_the_cells_known_twice(first in sketch(6), second in sketch(6)) {
        for (one, two) in [(Treatment::Available, Treatment::Available), (Treatment::Reconstruction, Treatment::Available)] {
            let (first, second) = (treat(&first.build(), one), treat(&second.build(), two));
            let mut counts = ChangeCounts::default();
            for (i, j) in ordered_pairs(6) {
                match [first.cell(i, j), second.cell(i, j)] {
                    [Cell::Present(_), Cell::Present(_)] => counts.kept += 1,
                    [Cell::Absent, Cell::Present(_)] => counts.born += 1,
                    [Cell::Present(_), Cell::Absent] => counts.ended += 1,
                    [Cell::Absent, Cell::Absent] => counts.neither += 1,
                    _ => {}
                }
            }
            prop_assert_eq!(change_counts(&first, &second), counts);
            prop_assert_eq!(network_jaccard(&first, &second), multiplexity_jaccard(&second, &first));
        }
    }

    #[test]
    fn reversing_an_item_twice_is_reversing_it_not_at_all(
        answers in prop::collection::vec(prop::option::of(1..=5_i8), 1..8),
        reverse in prop::collection::vec(any::<bool>(), 8),
    ) {
        let rule = ScaleRule { reverse, needed: 1, minimum: 1.0, maximum: 5.0 };
        let plain = ScaleRule { reverse: vec![], ..rule.clone() };
        let items: Vec<Option<f64>> = answers.iter().map(|a| a.map(f64::from)).collect();
        let turn = |items: &[Option<f64>]| -> Vec<Option<f64>> {
            let turned = items.iter().zip(&rule.reverse);
            turned.map(|(item, &reverse)| item.map(|x| if reverse { 6.0 - x } else { x })).collect()
        };
        prop_assert_eq!(turn(&turn(&items)), items.clone());
        // Turned by hand and then by the rule: as if neither had been done.
        prop_assert_eq!(scale_score(&turn(&items), &rule), scale_score(&items, &plain));
    }

    #[test]
    fn a_sampled_p_is_never_below_one_in_all(
        values in prop::collection::vec(-50..50_i8, 6..16),
        n_high in 1..5_usize,
        seed in any::<u64>(),
        draws in 0..200_u64,
    ) {
        let values: Vec<f64> = values.into_iter().map(f64::from).collect();
        let (high, low) = values.split_at(n_high);
        let options = Options { max_exact: 0, draws };
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        if let Ok(test) = two_groups(high, low, &options, &mut rng) {
            let least = 1.0 / (draws + 1) as f64;
            prop_assert_eq!(test.method, Method::Sampled { draws });
            for p in [test.p_value, test.p_greater] {
                prop_assert!((least..=1.0).contains(&p));
            }
        }
    }

    #[test]
    fn exact_p_values_are_those_of_counting_every_subset(
        outcomes in prop::collection::vec(prop::collection::vec(0..6_i8, 8), 1..5),
        high in prop::sample::subsequence((0..8_usize).collect::<Vec<_>>(), 1..8),
    ) {
        let outcomes: Vec<Vec<f64>> =
            outcomes.into_iter().map(|values| values.into_iter().map(|x| f64::from(x) / 10.0).collect()).collect();
        let observed: u32 = high.iter().map(|&unit| 1 << unit).sum();
        let subsets: Vec<u32> = (0..256_u32).filter(|s| s.count_ones() as usize == high.len()).collect();
        let difference = |values: &[f64], subset: u32| {
            let mean = |side: bool| {
                let chosen = (0..8).filter(|unit| (subset >> unit & 1 == 1) == side).map(|unit| values[unit]);
                let n = if side { high.len() } else { 8 - high.len() };
                chosen.sum::<f64>() / n as f64
            };
            mean(true) - mean(false)
        };
        let deviation = |values: &[f64]| {
            let squares: f64 = subsets.iter().map(|&s| difference(values, s).powi(2)).sum();
            (squares / subsets.len() as f64).sqrt()
        };
        let varies = |values: &[f64]| values.iter().any(|&x| x != values[0]);
        let share = |count: usize| count as f64 / subsets.len() as f64;
        let z = |k: usize, s: u32| {
            if varies(&outcomes[k]) { difference(&outcomes[k], s).abs() / deviation(&outcomes[k]) } else { -1.0 }
        };
        let table: Vec<Vec<f64>> =
            (0..outcomes.len()).map(|k| subsets.iter().map(|&s| z(k, s)).collect()).collect();
        let at = subsets.iter().position(|&s| s == observed).unwrap();

        let is_high: Vec<bool> = (0..8).map(|unit| high.contains(&unit)).collect();
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        let adjusted = max_t(&outcomes, &is_high, &Options::default(), &mut rng).unwrap();
        let mut order: Vec<usize> = (0..outcomes.len()).collect();
        order.sort_by(|&a, &b| table[b][at].total_cmp(&table[a][at]));
        let mut risen = 0.0_f64;
        for (rank, &k) in order.iter().enumerate() {
            if !varies(&outcomes[k]) {
                prop_assert_eq!((adjusted[k].p_single_step, adjusted[k].p_step_down), (1.0, 1.0));
                continue;
            }
            let exceed = |family: &[usize]| {
                let reached = |s: &usize| family.iter().any(|&o| table[o][*s] >= table[k][at] - 1e-9);
                share((0..subsets.len()).filter(reached).count())
            };
            risen = risen.max(exceed(&order[rank..]));
            prop_assert!((adjusted[k].p_single_step - exceed(&order)).abs() < 1e-12);
            prop_assert!((adjusted[k].p_step_down - risen).abs() < 1e-12);

            let (ones, zeros): (Vec<usize>, Vec<usize>) = (0..8).partition(|&unit| is_high[unit]);
            let [ones, zeros] = [ones, zeros].map(|side| side.iter().map(|&u| outcomes[k][u]).collect::<Vec<_>>());
            let test = two_groups(&ones, &zeros, &Options::default(), &mut rng).unwrap();
            let d = difference(&outcomes[k], observed);
            let greater = subsets.iter().filter(|&&s| difference(&outcomes[k], s) >= d - 1e-9).count();
            prop_assert!((test.p_value - exceed(&[k])).abs() < 1e-12);
            prop_assert!((test.p_greater - share(greater)).abs() < 1e-12);
            prop_assert!((test.z - d / deviation(&outcomes[k])).abs() < 1e-9);
            prop_assert!(test.p_value <= adjusted[k].p_step_down + 1e-12);
            prop_assert!(adjusted[k].p_step_down <= adjusted[k].p_single_step + 1e-12);
        }
    }
}

#[test]
fn sampling_comes_near_counting() {
    let high = [3.0, 4.5, 5.0, 6.5, 4.0, 7.0];
    let low = [2.0, 4.5, 3.5, 1.0, 5.5, 3.0, 2.5];
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let exact = two_groups(&high, &low, &Options::default(), &mut rng).unwrap();
    let options = Options {
        max_exact: 0,
        draws: 20_000,
    };
    let sampled = two_groups(&high, &low, &options, &mut rng).unwrap();
    assert_eq!(exact.method, Method::Exact { assignments: 1716 });
    for (p, q) in [
        (exact.p_value, sampled.p_value),
        (exact.p_greater, sampled.p_greater),
    ] {
        let error = (p * (1.0 - p) / 20_000.0).sqrt();
        assert!((p - q).abs() < 4.0 * error, "{q} against {p}");
    }
    assert_eq!(exact.z, sampled.z);
    let is_high: Vec<bool> = (0..13).map(|unit| unit < 6).collect();
    let outcomes = [[high.as_slice(), low.as_slice()].concat()];
    let drawn = max_t(&outcomes, &is_high, &options, &mut rng).unwrap();
    let error = (exact.p_value * (1.0 - exact.p_value) / 20_000.0).sqrt();
    assert!((drawn[0].p_single_step - exact.p_value).abs() < 4.0 * error);
}

#[test]
fn comparisons_that_do_not_exist() {
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let options = Options::default();
    let mut test =
        |high: &[f64], low: &[f64]| two_groups(high, low, &options, &mut rng).map(|t| t.p_value);
    assert_eq!(test(&[], &[1.0]), Err(Undefined::TooFewUnits));
    assert_eq!(test(&[1.0, 1.0], &[1.0]), Err(Undefined::NoVariation));
    assert_eq!(test(&[0.1, 0.1], &[0.1]), Err(Undefined::NoVariation));
    assert_eq!(test(&[1.0, f64::NAN], &[1.0]), Err(Undefined::NotFinite));
    assert_eq!(
        test(&[1.0, f64::INFINITY], &[1.0]),
        Err(Undefined::NotFinite)
    );
    assert_eq!(test(&[1.0], &[0.0]), Ok(1.0));
    assert_eq!(
        max_t(&[vec![1.0, 2.0]], &[true, false, false], &options, &mut rng),
        Err(Undefined::TooFewUnits)
    );
    assert_eq!(max_t(&[], &[true, false], &options, &mut rng), Ok(vec![]));
}

#[test]
fn a_hundred_thousand_actors_and_a_million_ties() {
    let n = 100_000;
    let mut builder = Network::builder(n);
    for i in 0..n {
        if i % 3 == 0 {
            builder.silent(i);
        }
        for step in 1..=10 {
            builder.tie(i, (i + step * step * 7) % n, step as f64);
        }
    }
    let net = builder.build(0.0).unwrap();
    assert_eq!(net.n_ties(), 1_000_000);
    // 33,334 silent rows of 99,999 cells, ten of each known.
    assert_eq!(net.n_unknown_pairs(), 33_334 * (99_999 - 10));
    let census = dyad_census(&net);
    let dyads =
        census.n_known() + census.one_known_present + census.one_known_absent + census.unknown;
    assert_eq!(dyads, 100_000 * 99_999 / 2);
    assert_eq!(change_counts(&net, &net).kept, 1_000_000);
    let filled = treat(&net, Treatment::Reconstruction);
    assert!(filled.n_unknown_pairs() < 33_334 * 33_333);
    assert!(network_density(&filled).is_ok());
}
