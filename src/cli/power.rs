//! `schakel power`: which differences a planned study could see, told before anybody is asked anything.

use std::process::ExitCode;

use clap::Args;
use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;
use schakel_analysis::{
    compare::{
        effect_size::minimal_detectable_d,
        permutation::Options,
        power::{PlannedStudy, Share, simulated_power},
    },
    outcome::Undefined,
};

use super::ending::{Answer, ended};
use crate::evaluation::all_schools::detectable_correlation;

#[derive(Debug, Args)]
pub struct Arguments {
    /// Schools in each group.
    #[arg(long, value_name = "N", default_value_t = 10)]
    schools: usize,
    /// Schools in the low group, where it is not as large as the high one.
    #[arg(long, value_name = "N")]
    low: Option<usize>,
    /// Schools in the study as a whole, for the relation over all of them.
    #[arg(long, value_name = "N")]
    all: Option<usize>,
    /// Teachers per school who answer; left out for what is measured of the school itself.
    #[arg(long, value_name = "N")]
    teachers: Option<usize>,
    /// Share of the variance of teachers that lies between schools.
    #[arg(long, value_name = "SHARE", default_value_t = 0.1)]
    icc: f64,
    /// Reliability of a teacher's scale score.
    #[arg(long, value_name = "SHARE", default_value_t = 1.0)]
    reliability: f64,
    /// True difference, in standard deviations of the true school means.
    #[arg(long, value_name = "D")]
    effect: Option<f64>,
    /// Outcomes in the family of the plan.
    #[arg(long, value_name = "N", default_value_t = 1)]
    outcomes: usize,
    /// Correlation between any two outcomes over schools.
    #[arg(long, value_name = "R", default_value_t = 0.3)]
    correlation: f64,
    /// Level of the test.
    #[arg(long, value_name = "P", default_value_t = 0.05)]
    alpha: f64,
    /// Studies that are simulated.
    #[arg(long, value_name = "N", default_value_t = 2_000, value_parser = clap::value_parser!(u64).range(100..=1_000_000))]
    studies: u64,
    /// Seed of the simulation.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

pub fn run(arguments: &Arguments) -> ExitCode {
    ended(answer(arguments))
}

fn answer(arguments: &Arguments) -> Answer {
    Ok(told(arguments).map_err(|reason| {
        format!(
            "power cannot be told: {reason}; give at least two schools a side, one teacher and one outcome, shares above 0 and at \
             most 1, and an alpha below .5"
        )
    }))
}

fn told(arguments: &Arguments) -> Result<String, Undefined> {
    let (high, low) = (
        arguments.schools,
        arguments.low.unwrap_or(arguments.schools),
    );
    let alpha = arguments.alpha;
    // An outcome that has to stand in a family of this many pays at most so much.
    let strict = alpha / arguments.outcomes.max(1) as f64;
    let blur = blur(arguments)?;
    let mut text = format!(
        "design    {high} high and {low} low schools, alpha {alpha}, {} in the family\n",
        if arguments.outcomes == 1 {
            "1 outcome".to_owned()
        } else {
            format!("{} outcomes", arguments.outcomes)
        }
    );
    if let Some(teachers) = arguments.teachers {
        text += &format!(
            "teachers  {teachers} per school, ICC {}, reliability of their scores {}: reliability of a school mean {:.3}\n",
            arguments.icc,
            arguments.reliability,
            blur * blur
        );
    }
    text += "\nThe smallest true difference that is found, in standard deviations of the school means:\n";
    text += &format!("{:<34}{:>10}{:>10}\n", "", "80 %", "90 %");
    let mut line = |name: &str, alpha: f64, divisor: f64| -> Result<(), Undefined> {
        let at = |power| minimal_detectable_d(high, low, alpha, power).map(|d| d / divisor);
        text += &format!("{name:<34}{:>10.3}{:>10.3}\n", at(0.80)?, at(0.90)?);
        Ok(())
    };
    line("d of the observed means", alpha, 1.0)?;
    if blur < 1.0 {
        line("d of the true means", alpha, blur)?;
    }
    if arguments.outcomes > 1 {
        line("d observed, in the family (at worst)", strict, 1.0)?;
    }
    if let Some(all) = arguments.all {
        let df = all as f64 - 2.0;
        let r = detectable_correlation(df, alpha).ok_or(Undefined::TooFewUnits)?;
        text += &format!(
            "\nOver all {all} schools: a correlation of {r:.3} is found with 80 % probability.\n"
        );
    }
    if let Some(d) = arguments.effect {
        text += &simulated(arguments, (high, low), d)?;
    }
    text += "\nWhat is smaller than this cannot be relied on to show: not finding it will not mean that it is not there.\n";
    Ok(text)
}

fn simulated(
    arguments: &Arguments,
    (high, low): (usize, usize),
    d: f64,
) -> Result<String, Undefined> {
    let study = PlannedStudy {
        n_high: high,
        n_low: low,
        teachers: arguments.teachers,
        icc: arguments.icc,
        reliability: arguments.reliability,
        d,
        n_outcomes: arguments.outcomes,
        correlation: arguments.correlation,
        alpha: arguments.alpha,
        n_studies: arguments.studies,
    };
    let mut rng = ChaCha12Rng::seed_from_u64(arguments.seed);
    let found = simulated_power(&study, &Options::default(), &mut rng)?;
    let share = |share: Share| {
        format!(
            "{:.3} (Monte Carlo se {:.3})",
            share.share, share.standard_error
        )
    };
    let mut text = format!(
        "\nA true difference of d = {d} (observed: {:.3}) is found in this share of {} simulated studies, seed {}:\n\
         permutation test, by itself       {}\n\
         t test, by itself                 {}\n",
        found.observed_d,
        arguments.studies,
        arguments.seed,
        share(found.permutation),
        share(found.t_test)
    );
    if arguments.outcomes > 1 {
        text += &format!(
            "in the family, by maxT            {}\nin the family, by Holm            {}\n",
            share(found.max_t),
            share(found.holm)
        );
    }
    Ok(text)
}

/// By how much teachers and items shrink d: the root of the reliability of a school mean.
fn blur(arguments: &Arguments) -> Result<f64, Undefined> {
    let Some(teachers) = arguments.teachers else {
        return Ok(1.0);
    };
    let is_share = |x: f64| x > 0.0 && x <= 1.0;
    if teachers == 0 {
        return Err(Undefined::TooFewUnits);
    }
    if !(is_share(arguments.icc) && is_share(arguments.reliability)) {
        return Err(Undefined::NotFinite);
    }
    let within = (1.0 - arguments.icc) / arguments.icc;
    let items = (1.0 + within) * (1.0 - arguments.reliability) / arguments.reliability;
    Ok((1.0 + (within + items) / teachers as f64).sqrt().recip())
}
