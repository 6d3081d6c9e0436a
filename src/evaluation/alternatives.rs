//! The same comparison by other methods: what a reader who doubts the one test of the plan asks for. None of them decides.

use schakel_analysis::{
    compare::{
        bayes_factor::bayes_factor,
        brunner_munzel::{brunner_munzel, brunner_munzel_permuted},
        effect_size::glass_delta,
        equivalence::equivalence_g,
        freedman_lane::freedman_lane,
        permutation::Options,
        rank_sum::{hodges_lehmann, rank_sum},
        shift_interval::shift_interval,
        student::{Spread, t_test},
        studentised::studentised_two_groups,
    },
    outcome::{Interval, Undefined},
};
use serde::{Deserialize, Serialize};

use super::{
    contrast::{Sides, stream},
    findings::EffectGroups,
    outcomes::Outcome,
    plan::Plan,
};

/// The prior of the Bayes factor: a Cauchy distribution of d with this scale.
pub const CAUCHY_SCALE: f64 = std::f64::consts::FRAC_1_SQRT_2;

/// Assignments or orders that are drawn where they cannot all be counted: at p = .05 their share is sure to .002. The planned test
/// draws more.
const DRAWS: u64 = 9_999;

/// One outcome by one method.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alternative {
    pub outcome: String,
    pub wave: String,
    pub relation: String,
    pub method: String,
    #[serde(with = "super::findings::value")]
    pub value: Result<Told, Undefined>,
}

/// What a method tells: not every one has all of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Told {
    pub estimate: Option<f64>,
    pub interval: Option<(f64, f64)>,
    pub statistic: Option<f64>,
    pub df: Option<f64>,
    pub p_value: Option<f64>,
}

/// A method, by the name that files carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Difference of means; permuted, each group with its own variance.
    Studentised,
    /// The interval that goes with the permutation test.
    ShiftInterval,
    /// Difference of means, by the t distribution.
    Student,
    Welch,
    RankSum,
    HodgesLehmann,
    /// The probability that a high school has the larger value.
    BrunnerMunzel,
    BrunnerMunzelPermuted,
    CliffsDelta,
    GlassDelta,
    /// Two one-sided tests of g against the margin of the plan.
    Tost,
    /// Statistic: how many times more likely the data are with a difference than without; estimate: posterior median of d.
    BayesFactor,
    /// Difference of means among schools of one team size.
    TeamSize,
}

impl By {
    pub const ALL: [Self; 13] = [
        Self::Studentised,
        Self::ShiftInterval,
        Self::Student,
        Self::Welch,
        Self::RankSum,
        Self::HodgesLehmann,
        Self::BrunnerMunzel,
        Self::BrunnerMunzelPermuted,
        Self::CliffsDelta,
        Self::GlassDelta,
        Self::Tost,
        Self::BayesFactor,
        Self::TeamSize,
    ];

    /// The name that files carry.
    pub fn name(self) -> &'static str {
        match self {
            Self::Studentised => "studentised_permutation",
            Self::ShiftInterval => "permutation_interval",
            Self::Student => "student_t",
            Self::Welch => "welch_t",
            Self::RankSum => "rank_sum",
            Self::HodgesLehmann => "hodges_lehmann",
            Self::BrunnerMunzel => "brunner_munzel",
            Self::BrunnerMunzelPermuted => "brunner_munzel_permuted",
            Self::CliffsDelta => "cliffs_delta",
            Self::GlassDelta => "glass_delta",
            Self::Tost => "tost",
            Self::BayesFactor => "bayes_factor",
            Self::TeamSize => "team_size_adjusted",
        }
    }

    fn tell(
        self,
        plan: &Plan,
        sides: &Sides,
        team_sizes: &[f64],
        outcome: &str,
    ) -> Result<Told, Undefined> {
        let Sides { high, low } = sides;
        let options = Options {
            draws: DRAWS,
            ..Options::default()
        };
        let mut rng = stream(plan.seed, &format!("{outcome}#{}", self.name()));
        let ends = |interval: Interval| Some((interval.lower, interval.upper));
        let of_t = |spread| {
            t_test(high, low, spread, 0.95).map(|test| Told {
                estimate: Some(test.difference),
                interval: ends(test.interval),
                statistic: Some(test.t),
                df: Some(test.df),
                p_value: Some(test.p_value),
            })
        };
        Ok(match self {
            Self::Studentised => {
                let test = studentised_two_groups(high, low, &options, &mut rng)?;
                Told {
                    estimate: Some(test.difference),
                    statistic: Some(test.t),
                    p_value: Some(test.p_value),
                    ..Told::default()
                }
            }
            Self::ShiftInterval => {
                let shift = shift_interval(high, low, 0.95, &options, &mut rng)?;
                Told {
                    estimate: Some(shift.difference),
                    interval: ends(shift.interval),
                    ..Told::default()
                }
            }
            Self::Student => of_t(Spread::Pooled)?,
            Self::Welch => of_t(Spread::Separate)?,
            Self::RankSum => {
                let test = rank_sum(high, low)?;
                Told {
                    statistic: Some(test.u),
                    p_value: Some(test.p_value),
                    ..Told::default()
                }
            }
            Self::HodgesLehmann => {
                let shift = hodges_lehmann(high, low, 0.95)?;
                Told {
                    estimate: Some(shift.shift),
                    interval: shift.interval.and_then(ends),
                    ..Told::default()
                }
            }
            Self::BrunnerMunzel => {
                let test = brunner_munzel(high, low, 0.95)?;
                Told {
                    estimate: Some(test.superiority),
                    interval: ends(test.interval),
                    statistic: Some(test.statistic),
                    df: Some(test.df),
                    p_value: Some(test.p_value),
                }
            }
            Self::BrunnerMunzelPermuted => {
                let test = brunner_munzel_permuted(high, low, &options, &mut rng)?;
                Told {
                    p_value: Some(test.p_value),
                    ..Told::default()
                }
            }
            Self::CliffsDelta => {
                let test = brunner_munzel(high, low, 0.95)?;
                let delta = |superiority: f64| 2.0 * superiority - 1.0;
                Told {
                    estimate: Some(delta(test.superiority)),
                    interval: Some((delta(test.interval.lower), delta(test.interval.upper))),
                    ..Told::default()
                }
            }
            Self::GlassDelta => {
                let effect = glass_delta(high, low, 0.95)?;
                Told {
                    estimate: Some(effect.delta),
                    interval: ends(effect.interval),
                    ..Told::default()
                }
            }
            Self::Tost => {
                let margin = plan.equivalence_margin.unwrap_or(f64::NAN);
                let test = equivalence_g(high, low, margin, 0.05)?;
                Told {
                    estimate: Some(test.estimate),
                    interval: ends(test.interval),
                    df: Some(test.df),
                    p_value: Some(test.p_value),
                    ..Told::default()
                }
            }
            Self::BayesFactor => {
                let factor = bayes_factor(high, low, CAUCHY_SCALE, 0.95)?;
                Told {
                    estimate: Some(factor.posterior_median),
                    interval: ends(factor.posterior_interval),
                    statistic: Some(factor.bf10),
                    ..Told::default()
                }
            }
            Self::TeamSize => {
                let values: Vec<f64> = high.iter().chain(low).copied().collect();
                let is_high: Vec<bool> = (0..values.len()).map(|i| i < high.len()).collect();
                let sizes = [team_sizes.to_vec()];
                let test = freedman_lane(&values, &is_high, &sizes, &options, &mut rng)?;
                Told {
                    estimate: Some(test.difference),
                    statistic: Some(test.t),
                    df: Some(test.df),
                    p_value: Some(test.p_value),
                    ..Told::default()
                }
            }
        })
    }
}

/// The comparison of this outcome by every method that applies: equivalence where the plan has a margin, team size where
/// a network is measured.
pub fn alternatives(
    plan: &Plan,
    outcome: &Outcome<'_>,
    sides: &Sides,
    team_sizes: Option<&[f64]>,
) -> Vec<Alternative> {
    let applies = |by: By| match by {
        By::Tost => plan.equivalence_margin.is_some(),
        By::TeamSize => team_sizes.is_some(),
        _ => true,
    };
    let key = outcome.key();
    By::ALL
        .into_iter()
        .filter(|&by| applies(by))
        .map(|by| Alternative {
            outcome: outcome.name.to_owned(),
            wave: outcome.wave.clone(),
            relation: outcome.relation.to_owned(),
            method: by.name().to_owned(),
            value: by.tell(plan, sides, team_sizes.unwrap_or_default(), &key),
        })
        .collect()
}

/// The team sizes of the schools that have a value, the high ones first; `None` for what is not measured on a network.
pub fn team_sizes(outcome: &Outcome<'_>, groups: &EffectGroups) -> Option<Vec<f64>> {
    if outcome.relation.is_empty() {
        return None;
    }
    let schools = groups.high.iter().chain(&groups.low).map(String::as_str);
    schools
        .filter(|school| matches!(outcome.values.get(school), Some(Ok(_))))
        .map(|school| outcome.team_sizes.get(school).copied())
        .collect()
}
