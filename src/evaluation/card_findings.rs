//! The leadership card over all schools, for the research desk: where principals place themselves and where teams do, how
//! far the two go together, and whether the effect groups differ.

use std::collections::BTreeMap;

use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;
use schakel_analysis::compare::{self, Options};
use schakel_analysis::numeric::variance_ratio;
use schakel_analysis::outcome::Interval;
use schakel_analysis::scale::card::{Card, section_mean};
use schakel_analysis::scale::score::ScaleRule;
use serde::{Deserialize, Serialize};

use super::findings::EffectGroups;
use crate::domain::card::{ENDS, HEADINGS, Rater, Statement};
use crate::domain::records::{CardSheet, Records};

/// Fewer raters than this say too little about a principal to be set beside what she says herself.
const FEWEST: usize = 3;

/// One heading in one wave, over schools; heading 0 is the whole card.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CardFinding {
    pub wave: String,
    pub heading: usize,
    pub own: Described,
    /// Means of teams of which at least three could judge.
    pub team: Described,
    /// Schools with both.
    pub n_pairs: usize,
    /// Own minus team, its mean over schools.
    pub difference: Option<Within>,
    /// How far own place and team go together over schools.
    pub correlation: Option<Within>,
    /// Shares of the statements of all raters in teams.
    pub cannot_judge: Option<f64>,
    pub left_open: Option<f64>,
    pub ticked_own: Option<f64>,
    pub ticked_team: Option<f64>,
    /// High minus low effect group, on the means of the teams, and its exact p.
    pub contrast: Option<GroupContrast>,
    /// The same on where principals place themselves.
    pub contrast_own: Option<GroupContrast>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Described {
    pub n: usize,
    pub mean: Option<f64>,
    pub sd: Option<f64>,
}

/// A value with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Within {
    pub value: f64,
    pub lower: f64,
    pub upper: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GroupContrast {
    pub n_high: usize,
    pub n_low: usize,
    pub difference: f64,
    pub p_value: f64,
}

/// By wave and heading, the whole card first; nothing where no card was filled in.
pub fn card_findings(
    records: &Records,
    groups: Option<&EffectGroups>,
    seed: u64,
) -> Vec<CardFinding> {
    let mut found = Vec::new();
    for (index, wave) in records.waves.iter().enumerate() {
        let cards: Vec<&CardSheet> = records.cards.iter().filter(|c| c.wave == index).collect();
        if cards.is_empty() {
            continue;
        }
        for heading in 0..=HEADINGS.len() {
            let asked: Vec<Statement> = Statement::all()
                .filter(|statement| heading == 0 || statement.heading == heading)
                .collect();
            let mut rng = ChaCha12Rng::seed_from_u64(seed);
            found.push(finding(
                records,
                (wave, heading, &asked),
                &cards,
                groups,
                &mut rng,
            ));
        }
    }
    found
}

fn finding(
    records: &Records,
    (wave, heading, asked): (&str, usize, &[Statement]),
    cards: &[&CardSheet],
    groups: Option<&EffectGroups>,
    rng: &mut ChaCha12Rng,
) -> CardFinding {
    let keys: Vec<String> = asked.iter().map(|statement| statement.key()).collect();
    let rule = ScaleRule {
        reverse: Vec::new(),
        needed: keys.len().div_ceil(2),
        minimum: ENDS.0,
        maximum: ENDS.1,
    };
    let section: Vec<usize> = (0..keys.len()).collect();
    let mean = |by: Rater, fewest: usize| -> BTreeMap<usize, f64> {
        let mut of_school: BTreeMap<usize, Vec<Card>> = BTreeMap::new();
        for card in cards.iter().filter(|card| card.by == by) {
            let place = |key: &String| card.places.get(key).and_then(|place| place.position);
            of_school.entry(card.school).or_default().push(Card {
                positions: keys.iter().map(|key| Some(place(key)? as f64)).collect(),
                ticks: Vec::new(),
            });
        }
        let means = of_school.into_iter().filter_map(|(school, cards)| {
            let seen = section_mean(&cards, &section, &rule, fewest).ok()?;
            Some((school, seen.mean))
        });
        means.collect()
    };
    let (own, team) = (mean(Rater::Own, 1), mean(Rater::Team, FEWEST));
    let pairs: Vec<(f64, f64)> = own
        .iter()
        .filter_map(|(school, own)| Some((*own, *team.get(school)?)))
        .collect();
    let share = |by: Rater, said: fn(&CardSheet, &String) -> bool| {
        let mut all = 0_usize;
        let mut yes = 0_usize;
        for card in cards.iter().filter(|card| card.by == by) {
            all += keys.len();
            yes += keys.iter().filter(|key| said(card, key)).count();
        }
        (all > 0).then(|| yes as f64 / all as f64)
    };
    let ticked = |card: &CardSheet, key: &String| card.places.get(key).is_some_and(|p| p.ticked);
    CardFinding {
        wave: wave.to_owned(),
        heading,
        n_pairs: pairs.len(),
        difference: mean_difference(&pairs),
        correlation: correlation(&pairs),
        cannot_judge: share(Rater::Team, |card, key| {
            card.places.get(key).is_some_and(|place| place.cannot_judge)
        }),
        left_open: share(Rater::Team, |card, key| {
            let place = card.places.get(key);
            place.is_none_or(|place| place.position.is_none() && !place.cannot_judge)
        }),
        ticked_own: share(Rater::Own, ticked),
        ticked_team: share(Rater::Team, ticked),
        contrast: groups.and_then(|groups| contrast(records, groups, &team, rng)),
        contrast_own: groups.and_then(|groups| contrast(records, groups, &own, rng)),
        own: described(&own),
        team: described(&team),
    }
}

fn described(of_school: &BTreeMap<usize, f64>) -> Described {
    let n = of_school.len();
    if n == 0 {
        return Described::default();
    }
    let mean = of_school.values().sum::<f64>() / n as f64;
    let squares: f64 = of_school.values().map(|value| (value - mean).powi(2)).sum();
    Described {
        n,
        mean: Some(mean),
        sd: (n > 1).then(|| (squares / (n as f64 - 1.0)).sqrt()),
    }
}

/// With the interval of Student's t over schools.
fn mean_difference(pairs: &[(f64, f64)]) -> Option<Within> {
    let n = pairs.len() as f64;
    if pairs.len() < 2 {
        return None;
    }
    let differences: Vec<f64> = pairs.iter().map(|(own, team)| own - team).collect();
    let mean = differences.iter().sum::<f64>() / n;
    let squares: f64 = differences.iter().map(|d| (d - mean).powi(2)).sum();
    let se = (squares / (n - 1.0) / n).sqrt();
    let reach = variance_ratio::t_quantile(0.975, n - 1.0).ok()? * se;
    Some(Within {
        value: mean,
        lower: mean - reach,
        upper: mean + reach,
    })
}

fn correlation(pairs: &[(f64, f64)]) -> Option<Within> {
    let (own, team): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    let found = compare::pearson(&own, &team, 0.95).ok()?;
    let Interval { lower, upper } = found.interval;
    Some(Within {
        value: found.r,
        lower,
        upper,
    })
}

fn contrast(
    records: &Records,
    groups: &EffectGroups,
    of_school: &BTreeMap<usize, f64>,
    rng: &mut ChaCha12Rng,
) -> Option<GroupContrast> {
    let values = |keys: &[String]| -> Vec<f64> {
        let known = of_school.iter();
        known
            .filter(|(school, _)| keys.contains(&records.schools[**school].key))
            .map(|(_, value)| *value)
            .collect()
    };
    let (high, low) = (values(&groups.high), values(&groups.low));
    let test = compare::two_groups(&high, &low, &Options::default(), rng).ok()?;
    Some(GroupContrast {
        n_high: high.len(),
        n_low: low.len(),
        difference: test.difference,
        p_value: test.p_value,
    })
}
