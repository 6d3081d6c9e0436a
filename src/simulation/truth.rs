//! What is planted: the effect of each school, and how far culture and attitude go with it.
//!
//! The networks are not told any of this: only how talkative a school is, and whether its principal stands apart,
//! both drawn without regard to the effect.

use super::dice::{Dice, Topic};
use super::plan::{CohortPlan, SimulationPlan};
use super::study::{EffectGroup, SchoolTruth};

/// Mean and standard deviation of the school effects of a cohort, in points per school year.
const EFFECT_MEAN: f64 = 1.5;
const EFFECT_SD: f64 = 1.6;
/// What sets the extreme groups a little further apart, so that estimated groups are mostly the true ones.
const EXTREME_SHIFT: f64 = 0.4;

#[derive(Debug, Clone)]
pub struct Planted {
    pub truth: SchoolTruth,
    /// -1 (least data-minded) to 1: the pull on the school's culture, at every wave.
    pub culture: f64,
    /// 0 to 1: how far the attitude turns after the first wave.
    pub turning: f64,
    /// Factor on the number of colleagues one discusses things with.
    pub talk: f64,
}

/// One per school, cohort by cohort.
pub fn plant(plan: &SimulationPlan, seed: u64) -> Vec<Planted> {
    let mut dice = Dice::for_study(seed, Topic::Truth);
    let cohorts = plan.cohorts.iter();
    cohorts
        .flat_map(|cohort| plant_cohort(cohort, plan.n_extreme, &mut dice))
        .collect()
}

fn plant_cohort(cohort: &CohortPlan, n_extreme: usize, dice: &mut Dice) -> Vec<Planted> {
    let n = cohort.n_schools;
    let n_extreme = n_extreme.min(n / 2);
    let shares = shares_of_12(n, dice);
    let subjects: Vec<[&'static str; 2]> = (0..n).map(|_| two_years(dice)).collect();
    let effects = effects_from_largest(n, n_extreme, dice);
    let rank = ranks(cohort, &shares, &subjects, dice);
    let talk: Vec<f64> = (0..n).map(|_| 1.0 + 0.08 * dice.normal()).collect();
    let most_talkative = (0..n).max_by(|&a, &b| talk[a].total_cmp(&talk[b]));
    let mut without_time: Vec<bool> = (0..n_extreme).map(|i| i < n_extreme / 2).collect();
    dice.shuffle(&mut without_time);
    (0..n)
        .map(|school| {
            let place = rank[school];
            let group = match place {
                _ if place < n_extreme => EffectGroup::High,
                _ if place >= n - n_extreme => EffectGroup::Low,
                _ => EffectGroup::Other,
            };
            let isolated = dice.chance(0.1);
            Planted {
                truth: SchoolTruth {
                    effect: effects[place],
                    rank: place + 1,
                    group,
                    share_of_12: shares[school],
                    subjects: subjects[school],
                    isolated_principal: isolated || Some(school) == most_talkative,
                    coach_without_time: group == EffectGroup::Low
                        && without_time[place + n_extreme - n],
                },
                culture: culture_pull(place, n, n_extreme),
                turning: turning(place, n_extreme),
                talk: talk[school],
            }
        })
        .collect()
}

/// Few schools with many pupils of weight 1.2, many with few.
fn shares_of_12(n: usize, dice: &mut Dice) -> Vec<f64> {
    let mut shares: Vec<f64> = (0..n)
        .map(|i| (i as f64 + 0.5) / n as f64)
        .map(|q| 0.01 + 0.45 * q * q)
        .collect();
    dice.shuffle(&mut shares);
    shares
}

fn two_years(dice: &mut Dice) -> [&'static str; 2] {
    let first = dice.weighted(&[("mathematics", 0.65), ("language", 0.25), ("other", 0.1)]);
    let same = dice.chance(0.6);
    let second = dice.weighted(&[("mathematics", 0.35), ("language", 0.5), ("other", 0.15)]);
    [first, if same { first } else { second }]
}

/// The effects of a cohort, largest first, with exactly the planned mean and standard deviation.
fn effects_from_largest(n: usize, n_extreme: usize, dice: &mut Dice) -> Vec<f64> {
    let mut effects: Vec<f64> = (0..n).map(|_| dice.normal()).collect();
    effects.sort_by(|a, b| b.total_cmp(a));
    for i in 0..n_extreme {
        effects[i] += EXTREME_SHIFT;
        effects[n - 1 - i] -= EXTREME_SHIFT;
    }
    let mean = effects.iter().sum::<f64>() / n as f64;
    let squares: f64 = effects.iter().map(|x| (x - mean) * (x - mean)).sum();
    let sd = (squares / (n as f64 - 1.0).max(1.0)).sqrt();
    let per_sd = if sd > 0.0 { EFFECT_SD / sd } else { 0.0 };
    let centred = effects.iter().map(|x| (x - mean) * per_sd);
    centred.map(|x| EFFECT_MEAN + x).collect()
}

/// Place of each school, 0 = largest effect: more where many pupils have weight 1.2 and, in a cohort where that
/// helps, where both years were about mathematics; the rest is chance.
fn ranks(
    cohort: &CohortPlan,
    shares: &[f64],
    subjects: &[[&str; 2]],
    dice: &mut Dice,
) -> Vec<usize> {
    let chances: Vec<f64> = (0..shares.len())
        .map(|school| {
            let throughout = subjects[school] == ["mathematics", "mathematics"];
            let by_subject = match (cohort.mathematics_helps, throughout) {
                (false, _) => 0.0,
                (true, true) => 0.8,
                (true, false) => -0.8,
            };
            4.0 * (shares[school] - 0.16) + by_subject + dice.normal()
        })
        .collect();
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by(|&a, &b| chances[b].total_cmp(&chances[a]));
    let mut rank = vec![0; order.len()];
    for (place, &school) in order.iter().enumerate() {
        rank[school] = place;
    }
    rank
}

/// Full at the extremes, flat in the middle.
fn culture_pull(place: usize, n: usize, n_extreme: usize) -> f64 {
    if place < n_extreme {
        return 1.0;
    }
    if place >= n - n_extreme {
        return -1.0;
    }
    let n_middle = (n - 2 * n_extreme) as f64;
    let x = 1.0 - 2.0 * ((place - n_extreme) as f64 + 0.5) / n_middle;
    0.8 * x * x * x
}

/// The strongest turn wholly, those next to them in part, the rest not at all.
fn turning(place: usize, n_extreme: usize) -> f64 {
    if place < n_extreme {
        return 1.0;
    }
    let beyond = (place - n_extreme) as f64 + 1.0;
    (0.8 - beyond / n_extreme.max(1) as f64).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effects_have_the_planned_mean_and_spread_and_known_ranks() {
        let plan = SimulationPlan::default();
        let focus2 = &plant(&plan, 5)[..53];
        let effects: Vec<f64> = focus2.iter().map(|s| s.truth.effect).collect();
        let mean = effects.iter().sum::<f64>() / 53.0;
        assert!((mean - EFFECT_MEAN).abs() < 1e-9, "{mean}");
        for a in focus2 {
            let larger = effects.iter().filter(|&&e| e > a.truth.effect).count();
            assert_eq!(a.truth.rank, larger + 1);
        }
    }

    #[test]
    fn five_of_ten_coaches_lack_time_where_the_effect_is_small_and_none_elsewhere() {
        let focus2 = &plant(&SimulationPlan::default(), 5)[..53];
        let without = |group| {
            let of_group = focus2.iter().filter(|s| s.truth.group == group);
            of_group.filter(|s| s.truth.coach_without_time).count()
        };
        assert_eq!(without(EffectGroup::Low), 5);
        assert_eq!(without(EffectGroup::High) + without(EffectGroup::Other), 0);
    }

    #[test]
    fn some_principal_stands_apart_where_there_is_most_talk() {
        let schools = plant(&SimulationPlan::default(), 5);
        let most = schools.iter().max_by(|a, b| a.talk.total_cmp(&b.talk));
        assert!(most.unwrap().truth.isolated_principal);
        let isolated = schools.iter().filter(|s| s.truth.isolated_principal);
        assert!((4..=24).contains(&isolated.count()));
    }

    #[test]
    fn pulls_are_full_at_the_extremes_and_small_in_the_middle() {
        assert_eq!(culture_pull(9, 53, 10), 1.0);
        assert_eq!(culture_pull(43, 53, 10), -1.0);
        assert!(culture_pull(26, 53, 10).abs() < 0.01);
        assert_eq!(turning(9, 10), 1.0);
        assert_eq!(turning(20, 10), 0.0);
    }
}
