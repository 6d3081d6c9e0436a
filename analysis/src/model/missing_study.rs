//! What non-response would do to the measures of a network of which everything is known: rows removed again and again, and put right in each way.

use rand::{Rng, RngExt};
use thiserror::Error;

use super::imputation::{IMPUTATIONS, MAX_ACTORS, impute, pooled_measure};
use crate::measure::{
    dyadic_reciprocity, dyadic_reciprocity_bounds, in_degree_centralization,
    in_degree_centralization_bounds, network_density, network_density_bounds,
    out_degree_centralization, out_degree_centralization_bounds, tie_reciprocity,
    tie_reciprocity_bounds,
};
use crate::network::{Network, Treatment, treat};
use crate::outcome::{Interval, Undefined};

/// The name that files give to the treatment by [`impute`].
pub const MULTIPLE: &str = "multiple";

/// The treatments that a study compares, in its order; [`MULTIPLE`] comes after them.
const TREATMENTS: [Treatment; 5] = [
    Treatment::Available,
    Treatment::Null,
    Treatment::Reconstruction,
    Treatment::Profile,
    Treatment::Exclusion,
];

/// The bounds of a measure over what the unknown cells could hold.
pub type Bounds = fn(&Network) -> Result<Interval, Undefined>;

/// A measure, and its bounds where it has them.
#[derive(Debug, Clone, Copy)]
pub struct Studied {
    pub name: &'static str,
    pub value: fn(&Network) -> Result<f64, Undefined>,
    pub bounds: Option<Bounds>,
}

/// The measures whose bounds are exact.
pub const BOUNDED: [Studied; 5] = [
    Studied {
        name: "density",
        value: network_density,
        bounds: Some(network_density_bounds),
    },
    Studied {
        name: "dyadic_reciprocity",
        value: dyadic_reciprocity,
        bounds: Some(dyadic_reciprocity_bounds),
    },
    Studied {
        name: "tie_reciprocity",
        value: tie_reciprocity,
        bounds: Some(tie_reciprocity_bounds),
    },
    Studied {
        name: "in_degree_centralization",
        value: in_degree_centralization,
        bounds: Some(in_degree_centralization_bounds),
    },
    Studied {
        name: "out_degree_centralization",
        value: out_degree_centralization,
        bounds: Some(out_degree_centralization_bounds),
    },
];

/// How much is removed, and how often.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Of the actors; rounded to at least one and at most all but one.
    pub share: f64,
    pub repeats: usize,
    /// Completed networks per repetition.
    pub imputations: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            share: 0.2,
            repeats: 1_000,
            imputations: IMPUTATIONS,
        }
    }
}

/// Why a network cannot be studied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MissingStudyFault {
    #[error("the network has unknown cells: what was there is not known")]
    NotComplete,
    #[error("fewer than two actors")]
    TooFewActors,
    #[error("more than {MAX_ACTORS} actors")]
    TooManyActors,
    #[error("the share to remove is not between 0 and 1")]
    ShareOutOfRange,
    #[error("fewer than one repetition or than two imputations")]
    TooFewDraws,
}

/// What came of one network.
#[derive(Debug, Clone, PartialEq)]
pub struct MissingStudy {
    pub n_actors: usize,
    /// Rows removed in each repetition.
    pub n_removed: usize,
    pub repeats: usize,
    /// In the order handed in.
    pub measures: Vec<MeasureStudy>,
}

/// What came of one measure.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasureStudy {
    pub name: &'static str,
    /// The value of the complete network; where it has none, there is nothing to miss and the rest is empty.
    pub truth: Result<f64, Undefined>,
    /// The best first, by the mean squared error; treatments under which the measure never exists come last.
    pub treatments: Vec<TreatmentStudy>,
    /// Share of the repetitions whose bounds hold the truth; none without bounds.
    pub bounds_coverage: Option<f64>,
    pub mean_bounds_width: Option<f64>,
    /// Of the 95 % interval of [`MULTIPLE`], over the repetitions that have one; none if none has.
    pub interval_coverage: Option<f64>,
    pub mean_interval_width: Option<f64>,
}

impl MeasureStudy {
    /// What came of this treatment.
    pub fn treatment(&self, name: &str) -> Option<&TreatmentStudy> {
        self.treatments.iter().find(|t| t.name == name)
    }
}

/// What came of one measure under one treatment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TreatmentStudy {
    pub name: &'static str,
    /// Mean error over the repetitions in which the measure exists; none if never.
    pub bias: Option<f64>,
    /// Root of the mean squared error over the same repetitions.
    pub rmse: Option<f64>,
    pub share_undefined: f64,
}

/// How wrong each treatment would be, had this share of the actors of a fully known network not answered.
///
/// # Definition
/// in each repetition the same number of actors, drawn without replacement, falls silent; each treatment and each bound is measured on what is left.
/// bias = mean of (measured - truth), RMSE = root of its mean square, coverage = share of repetitions whose interval or bounds hold the truth
/// # Shape and unit
/// per measure, that of the measure; shares in \[0, 1\]
/// # Missing
/// is what is studied: answers missing completely at random
/// # Undefined
/// the faults of [`MissingStudyFault`]; a repetition without a value is counted and left out of the means
/// # Source
/// Huisman (2009), Journal of Social Structure 10; Smith, Morgan & Moody (2022), Social Networks 68, 148-178
/// # Agrees with
/// no reference software
/// # Cost
/// repeats times that of the treatments and of [`impute`]
pub fn missing_study(
    net: &Network,
    measures: &[Studied],
    options: &Options,
    rng: &mut impl Rng,
) -> Result<MissingStudy, MissingStudyFault> {
    check(net, options)?;
    let actors: Vec<usize> = (0..net.n_positions())
        .filter(|&i| net.is_present(i))
        .collect();
    let n_removed =
        ((actors.len() as f64 * options.share).round() as usize).clamp(1, actors.len() - 1);
    let mut tallies: Vec<MeasureTally> = measures
        .iter()
        .map(|studied| MeasureTally::new((studied.value)(net)))
        .collect();
    let mut order = actors;
    for _ in 0..options.repeats {
        for place in 0..n_removed {
            let other = rng.random_range(place..order.len());
            order.swap(place, other);
        }
        let left = silenced(net, &order[..n_removed]);
        let treated = TREATMENTS.map(|treatment| treat(&left, treatment));
        let completed = impute(&left, options.imputations, rng);
        for (studied, tally) in measures.iter().zip(&mut tallies) {
            let Ok(truth) = tally.truth else { continue };
            for (network, errors) in treated.iter().zip(&mut tally.treatments) {
                errors.add((studied.value)(network).map(|value| value - truth));
            }
            let multiple = completed
                .as_ref()
                .map_err(|reason| *reason)
                .and_then(|networks| pooled_measure(networks, studied.value));
            tally
                .multiple
                .add(multiple.map(|pooled| pooled.estimate - truth));
            if let Ok(pooled) = multiple {
                tally.interval.add(pooled.interval, truth);
            }
            if let Some(Ok(bounds)) = studied.bounds.map(|bounds| bounds(&left)) {
                tally.bounds.add(bounds, truth);
            }
        }
    }
    let name = |studied: &Studied| studied.name;
    Ok(MissingStudy {
        n_actors: order.len(),
        n_removed,
        repeats: options.repeats,
        measures: tallies
            .into_iter()
            .zip(measures.iter().map(name))
            .map(|(tally, name)| tally.finish(name))
            .collect(),
    })
}

fn check(net: &Network, options: &Options) -> Result<(), MissingStudyFault> {
    if net.n_unknown_pairs() > 0 {
        return Err(MissingStudyFault::NotComplete);
    }
    if net.n_actors() < 2 {
        return Err(MissingStudyFault::TooFewActors);
    }
    if net.n_actors() > MAX_ACTORS {
        return Err(MissingStudyFault::TooManyActors);
    }
    if !(options.share > 0.0 && options.share < 1.0) {
        return Err(MissingStudyFault::ShareOutOfRange);
    }
    if options.repeats == 0 || options.imputations < 2 {
        return Err(MissingStudyFault::TooFewDraws);
    }
    Ok(())
}

/// The network as it had been, had these actors not answered.
fn silenced(net: &Network, removed: &[usize]) -> Network {
    let n = net.n_positions();
    let mut silent = vec![false; n];
    let mut builder = Network::builder(n);
    for &actor in removed {
        silent[actor] = true;
        builder.silent(actor);
    }
    for position in (0..n).filter(|&i| !net.is_present(i)) {
        builder.absent_actor(position);
    }
    for (ego, alter, value) in net.ties().filter(|&(ego, _, _)| !silent[ego]) {
        builder.tie(ego, alter, value);
    }
    // Whatever was a tie stays one: the cut was made before.
    builder
        .build(f64::NEG_INFINITY)
        .expect("the ties of a network are in order")
}

/// The errors of one treatment so far.
#[derive(Clone, Copy, Default)]
struct Errors {
    defined: usize,
    undefined: usize,
    sum: f64,
    squares: f64,
}

impl Errors {
    fn add(&mut self, error: Result<f64, Undefined>) {
        match error {
            Ok(error) => {
                self.defined += 1;
                self.sum += error;
                self.squares += error * error;
            }
            Err(_) => self.undefined += 1,
        }
    }

    fn finish(self, name: &'static str) -> TreatmentStudy {
        let mean = |sum: f64| (self.defined > 0).then(|| sum / self.defined as f64);
        TreatmentStudy {
            name,
            bias: mean(self.sum),
            rmse: mean(self.squares).map(f64::sqrt),
            share_undefined: self.undefined as f64 / (self.defined + self.undefined).max(1) as f64,
        }
    }
}

/// How often an interval held the truth so far.
#[derive(Clone, Copy, Default)]
struct Coverage {
    counted: usize,
    covered: usize,
    width: f64,
}

impl Coverage {
    fn add(&mut self, interval: Interval, truth: f64) {
        // Bounds are often met exactly, and reached by another sum than the truth.
        let slack = 1e-12;
        let wider = Interval {
            lower: interval.lower - slack,
            upper: interval.upper + slack,
        };
        self.counted += 1;
        self.covered += usize::from(wider.contains(truth));
        self.width += interval.upper - interval.lower;
    }

    fn share(self) -> Option<f64> {
        (self.counted > 0).then(|| self.covered as f64 / self.counted as f64)
    }

    fn mean_width(self) -> Option<f64> {
        (self.counted > 0).then(|| self.width / self.counted as f64)
    }
}

struct MeasureTally {
    truth: Result<f64, Undefined>,
    treatments: [Errors; TREATMENTS.len()],
    multiple: Errors,
    bounds: Coverage,
    interval: Coverage,
}

impl MeasureTally {
    fn new(truth: Result<f64, Undefined>) -> Self {
        Self {
            truth,
            treatments: [Errors::default(); TREATMENTS.len()],
            multiple: Errors::default(),
            bounds: Coverage::default(),
            interval: Coverage::default(),
        }
    }

    fn finish(self, name: &'static str) -> MeasureStudy {
        let names = TREATMENTS.iter().map(|treatment| treatment.name());
        let mut treatments: Vec<TreatmentStudy> = self
            .treatments
            .into_iter()
            .chain([self.multiple])
            .zip(names.chain([MULTIPLE]))
            .map(|(errors, name)| errors.finish(name))
            .collect();
        if self.truth.is_err() {
            treatments.clear();
        }
        let rank = |study: &TreatmentStudy| study.rmse.unwrap_or(f64::INFINITY);
        treatments.sort_by(|a, b| rank(a).total_cmp(&rank(b)));
        MeasureStudy {
            name,
            truth: self.truth,
            treatments,
            bounds_coverage: self.bounds.share(),
            mean_bounds_width: self.bounds.mean_width(),
            interval_coverage: self.interval.share(),
            mean_interval_width: self.interval.mean_width(),
        }
    }
}
