//! Every measure of a network and of an actor that a plan can ask for, by the name that files carry.
//!
//! A name in `network_measures.csv` and `actor_measures.csv` stays what it is: measures are appended.

use std::cell::OnceCell;

use schakel_analysis::measure::*;
use schakel_analysis::network::Network;
use schakel_analysis::outcome::{Interval, Undefined};

/// What a measure is about; it decides what low response does to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A ratio over observed pairs: reported at any response, with bounds.
    Pairs,
    /// Over dyads with both reports: as `Pairs`, and never of reconstructed dyads, which mirror each other.
    Dyads,
    /// About the shape of the whole: withheld when response is low.
    Structure,
}

type Value = Result<f64, Undefined>;

/// Shortest paths are walked from every actor over every tie: actors x (actors + ties) steps. Beyond these, which take about
/// a minute, what rests on paths is refused as too many actors: 10,000 actors with ten ties each are answered, 30,000 are not.
pub const MOST_STEPS: u64 = 4_000_000_000;

/// One network, with what several measures share computed once.
pub struct Shape<'n> {
    pub net: &'n Network,
    triads: OnceCell<Triads>,
    census: OnceCell<TriadCensus>,
    paths: OnceCell<Paths>,
}

impl<'n> Shape<'n> {
    pub fn of(net: &'n Network) -> Self {
        Self {
            net,
            triads: OnceCell::new(),
            census: OnceCell::new(),
            paths: OnceCell::new(),
        }
    }

    fn triads(&self) -> &Triads {
        self.triads.get_or_init(|| triads(self.net))
    }

    fn paths(&self) -> Result<&Paths, Undefined> {
        can_be_walked(self.net)?;
        Ok(self.paths.get_or_init(|| paths(self.net, Arrows::Followed)))
    }

    /// A measure of each actor that rests on paths; where there are too many of them that is the reason for everyone.
    fn on_paths(&self, measure: fn(&Paths, usize) -> Value) -> Vec<Value> {
        let refused = |reason| {
            let all = 0..self.net.n_positions();
            all.map(|actor| match self.net.is_present(actor) {
                true => Err(reason),
                false => Err(Undefined::NothingObserved),
            })
            .collect()
        };
        self.paths()
            .map_or_else(refused, |paths| paths.each(measure))
    }

    /// How many triads are of a class, over those of which every cell is known.
    fn triad(&self, class: usize) -> Value {
        if self.net.n_actors() < 3 {
            return Err(Undefined::TooFewActors);
        }
        let census = self.census.get_or_init(|| self.triads().census());
        if census.n_known() == 0 {
            return Err(Undefined::NothingObserved);
        }
        Ok(census.counts[class] as f64)
    }
}

fn can_be_walked(net: &Network) -> Result<(), Undefined> {
    let (actors, ties) = (net.n_actors() as u64, net.n_ties() as u64);
    if actors.saturating_mul(actors.saturating_add(ties)) > MOST_STEPS {
        return Err(Undefined::TooManyActors);
    }
    Ok(())
}

/// The range that the missing answers leave, and whether it is exactly that or wider.
#[derive(Clone, Copy)]
pub enum Bounds {
    Exact(fn(&Network) -> Result<Interval, Undefined>),
    Outer(fn(&Network) -> Result<Interval, Undefined>),
    None,
}

pub struct Measure {
    pub name: &'static str,
    pub kind: Kind,
    pub value: fn(&Shape<'_>) -> Value,
    pub bounds: Bounds,
}

const fn measure(
    name: &'static str,
    kind: Kind,
    value: fn(&Shape<'_>) -> Value,
    bounds: Bounds,
) -> Measure {
    Measure {
        name,
        kind,
        value,
        bounds,
    }
}

use Bounds::{Exact, Outer};
use Kind::{Dyads, Pairs, Structure};

macro_rules! triad {
    ($name:literal, $class:literal) => {
        measure($name, Structure, |shape| shape.triad($class), Bounds::None)
    };
}

fn count(count: Result<u64, Undefined>) -> Value {
    count.map(|count| count as f64)
}

/// The measures of a whole network, in the order of the tables. Those on shortest paths (betweenness, mean distance, diameter)
/// are refused above [`MOST_STEPS`].
pub const NETWORK: [Measure; 52] = [
    measure(
        "density",
        Pairs,
        |s| network_density(s.net),
        Exact(network_density_bounds),
    ),
    measure(
        "dyadic_reciprocity",
        Dyads,
        |s| dyadic_reciprocity(s.net),
        Exact(dyadic_reciprocity_bounds),
    ),
    measure(
        "tie_reciprocity",
        Dyads,
        |s| tie_reciprocity(s.net),
        Exact(tie_reciprocity_bounds),
    ),
    measure(
        "in_degree_centralization",
        Structure,
        |s| in_degree_centralization(s.net),
        Exact(in_degree_centralization_bounds),
    ),
    measure(
        "out_degree_centralization",
        Structure,
        |s| out_degree_centralization(s.net),
        Exact(out_degree_centralization_bounds),
    ),
    measure(
        "all_dyads_reciprocity",
        Dyads,
        |s| all_dyads_reciprocity(s.net),
        Exact(all_dyads_reciprocity_bounds),
    ),
    measure(
        "log_odds_reciprocity",
        Dyads,
        |s| log_odds_reciprocity(s.net),
        Exact(log_odds_reciprocity_bounds),
    ),
    measure(
        "garlaschelli_loffredo_reciprocity",
        Dyads,
        |s| garlaschelli_loffredo_reciprocity(s.net),
        Exact(garlaschelli_loffredo_reciprocity_bounds),
    ),
    measure(
        "mutual_dyads",
        Dyads,
        |s| count(mutual_dyads(s.net)),
        Exact(mutual_dyads_bounds),
    ),
    measure(
        "asymmetric_dyads",
        Dyads,
        |s| count(asymmetric_dyads(s.net)),
        Exact(asymmetric_dyads_bounds),
    ),
    measure(
        "null_dyads",
        Dyads,
        |s| count(null_dyads(s.net)),
        Exact(null_dyads_bounds),
    ),
    triad!("triad_003", 0),
    triad!("triad_012", 1),
    triad!("triad_102", 2),
    triad!("triad_021D", 3),
    triad!("triad_021U", 4),
    triad!("triad_021C", 5),
    triad!("triad_111D", 6),
    triad!("triad_111U", 7),
    triad!("triad_030T", 8),
    triad!("triad_030C", 9),
    triad!("triad_201", 10),
    triad!("triad_120D", 11),
    triad!("triad_120U", 12),
    triad!("triad_120C", 13),
    triad!("triad_210", 14),
    triad!("triad_300", 15),
    measure(
        "weak_transitivity",
        Structure,
        |s| s.triads().weak_transitivity(),
        Outer(weak_transitivity_outer_bounds),
    ),
    measure(
        "strong_transitivity",
        Structure,
        |s| s.triads().strong_transitivity(),
        Bounds::None,
    ),
    measure(
        "undirected_transitivity",
        Structure,
        |s| s.triads().undirected_transitivity(),
        Outer(undirected_transitivity_outer_bounds),
    ),
    measure(
        "degree_centralization",
        Structure,
        |s| degree_centralization(s.net),
        Exact(degree_centralization_bounds),
    ),
    measure(
        "betweenness_centralization",
        Structure,
        |s| s.paths()?.betweenness_centralization(),
        Outer(|net| can_be_walked(net).and_then(|()| betweenness_centralization_outer_bounds(net))),
    ),
    measure(
        "weak_components",
        Structure,
        |s| count(weak_components(s.net)),
        Bounds::None,
    ),
    measure(
        "strong_components",
        Structure,
        |s| count(strong_components(s.net)),
        Bounds::None,
    ),
    measure(
        "isolates",
        Structure,
        |s| count(isolates(s.net)),
        Exact(isolates_bounds),
    ),
    measure(
        "cutpoints",
        Structure,
        |s| count(cutpoints(s.net)),
        Bounds::None,
    ),
    measure(
        "bridges",
        Structure,
        |s| count(bridges(s.net)),
        Bounds::None,
    ),
    measure(
        "connectedness",
        Structure,
        |s| connectedness(s.net),
        Bounds::None,
    ),
    measure("hierarchy", Structure, |s| hierarchy(s.net), Bounds::None),
    measure("efficiency", Structure, |s| efficiency(s.net), Bounds::None),
    measure(
        "least_upper_boundedness",
        Structure,
        |s| least_upper_boundedness(s.net),
        Bounds::None,
    ),
    measure(
        "mean_distance",
        Structure,
        |s| s.paths()?.mean_distance(),
        Bounds::None,
    ),
    measure(
        "diameter",
        Structure,
        |s| s.paths()?.diameter().map(f64::from),
        Bounds::None,
    ),
    measure(
        "report_agreement",
        Dyads,
        |s| report_agreement(s.net),
        Bounds::None,
    ),
    measure("report_kappa", Dyads, |s| report_kappa(s.net), Bounds::None),
    measure(
        "mean_degree",
        Pairs,
        |s| mean_degree(s.net),
        Exact(mean_degree_bounds),
    ),
    measure(
        "in_degree_sd",
        Structure,
        |s| in_degree_sd(s.net),
        Bounds::None,
    ),
    measure(
        "in_degree_gini",
        Structure,
        |s| in_degree_gini(s.net),
        Bounds::None,
    ),
    measure(
        "in_isolates",
        Structure,
        |s| count(in_isolates(s.net)),
        Exact(in_isolates_bounds),
    ),
    measure(
        "out_isolates",
        Structure,
        |s| count(out_isolates(s.net)),
        Exact(out_isolates_bounds),
    ),
    measure(
        "degree_assortativity",
        Structure,
        |s| degree_assortativity(s.net),
        Bounds::None,
    ),
    measure(
        "core_periphery_fit",
        Structure,
        |s| core_fit(s.net),
        Bounds::None,
    ),
];

/// Measures that take long and are computed only when they are asked for by name.
pub const ON_REQUEST: [&str; 1] = ["core_periphery_fit"];

/// What a report shows and groups of schools are compared on, unless the plan says otherwise: with every measure in one
/// family no difference would be left.
pub const PRINCIPAL: [&str; 5] = [
    "density",
    "dyadic_reciprocity",
    "tie_reciprocity",
    "in_degree_centralization",
    "out_degree_centralization",
];

/// As many colleagues as the density of all cells can stand for.
fn mean_degree_bounds(net: &Network) -> Result<Interval, Undefined> {
    let others = net.n_actors().saturating_sub(1) as f64;
    network_density_bounds(net).map(|density| Interval {
        lower: density.lower * others,
        upper: density.upper * others,
    })
}

fn core_fit(net: &Network) -> Value {
    core_periphery(net, BetweenBlocks::LeftOut).map(|found| found.correlation)
}

pub struct ActorMeasure {
    pub name: &'static str,
    pub values: fn(&Shape<'_>) -> Vec<Value>,
}

const fn actor(name: &'static str, values: fn(&Shape<'_>) -> Vec<Value>) -> ActorMeasure {
    ActorMeasure { name, values }
}

/// The measures of one actor, in the order of the tables. Those on shortest paths (betweenness, closeness, harmonic) are
/// refused above [`MOST_STEPS`].
pub const ACTOR: [ActorMeasure; 13] = [
    actor("in_degree", |s| numbers(actor_in_degree(s.net))),
    actor("out_degree", |s| numbers(actor_out_degree(s.net))),
    actor("betweenness", |s| s.on_paths(Paths::betweenness)),
    actor("closeness", |s| s.on_paths(Paths::closeness_out)),
    actor("harmonic_in", |s| s.on_paths(Paths::harmonic_in)),
    actor("harmonic_out", |s| s.on_paths(Paths::harmonic_out)),
    actor("eigenvector", |s| actor_eigenvector(s.net)),
    actor("page_rank", |s| actor_page_rank(s.net)),
    actor("core_number", |s| numbers(actor_core_number(s.net))),
    actor("constraint", |s| actor_constraint(s.net)),
    actor("effective_size", |s| actor_effective_size(s.net)),
    actor("in_degree_share", |s| in_degree_share(s.net)),
    actor("in_degree_rank", |s| in_degree_rank(s.net)),
];

fn numbers(counts: Vec<Result<u32, Undefined>>) -> Vec<Value> {
    counts
        .into_iter()
        .map(|count| count.map(f64::from))
        .collect()
}

fn in_degree_share(net: &Network) -> Vec<Value> {
    let others = net.n_actors().saturating_sub(1);
    let share = |degree: u32| match others {
        0 => Err(Undefined::TooFewActors),
        _ => Ok(f64::from(degree) / others as f64),
    };
    let degrees = actor_in_degree(net).into_iter();
    degrees.map(|degree| degree.and_then(share)).collect()
}

/// Place by in-degree, 1 = named most; who are equal share the middle of their places. As [`position_of`], for all at once.
fn in_degree_rank(net: &Network) -> Vec<Value> {
    let degrees = actor_in_degree(net);
    let mut sorted: Vec<u32> = degrees.iter().copied().flatten().collect();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    let rank = |degree: u32| {
        let above = sorted.partition_point(|&other| other > degree);
        let through = sorted.partition_point(|&other| other >= degree);
        Ok((above + 1 + through) as f64 / 2.0)
    };
    degrees
        .into_iter()
        .map(|degree| degree.and_then(rank))
        .collect()
}

/// The names of the measures of a whole network, in the order of the tables.
pub fn network_names() -> impl Iterator<Item = &'static str> {
    NETWORK.iter().map(|measure| measure.name)
}

/// The names of the measures of one actor, in the order of the tables.
pub fn actor_names() -> impl Iterator<Item = &'static str> {
    ACTOR.iter().map(|measure| measure.name)
}
