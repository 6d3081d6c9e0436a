//! For tests alone: simple statistics of a simulated study, written as plainly as possible and without the analysis
//! crate, so that the one does not vouch for the other.

use super::dice::{Dice, Topic};
use super::study::{EffectGroup, ItemAnswer, Nominations, Roster, SimulatedStudy, Sitting};

pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

pub fn variance(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (values.len() as f64 - 1.0)
}

/// Difference of two groups of equal size in pooled standard deviations.
pub fn standardized(high: &[f64], low: &[f64]) -> f64 {
    (mean(high) - mean(low)) / ((variance(high) + variance(low)) / 2.0).sqrt()
}

pub fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let (mean_a, mean_b) = (mean(a), mean(b));
    let products: f64 = a
        .iter()
        .zip(b)
        .map(|(x, y)| (x - mean_a) * (y - mean_b))
        .sum();
    products / (a.len() as f64 - 1.0) / (variance(a) * variance(b)).sqrt()
}

/// Ranks from 0; ties do not occur in what is ranked here.
pub fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    for (rank, &i) in order.iter().enumerate() {
        ranks[i] = rank as f64;
    }
    ranks
}

pub fn schools_of(study: &SimulatedStudy, cohort: usize) -> Vec<usize> {
    (0..study.schools.len())
        .filter(|&s| study.schools[s].cohort == cohort)
        .collect()
}

/// The schools of the first cohort with the largest and with the smallest true effect.
pub fn true_groups(study: &SimulatedStudy) -> [Vec<usize>; 2] {
    [EffectGroup::High, EffectGroup::Low].map(|group| {
        let schools = schools_of(study, 0).into_iter();
        schools
            .filter(|&s| study.truth.schools[s].group == group)
            .collect()
    })
}

/// The same by the estimated effects.
pub fn estimated_groups(study: &SimulatedStudy, n_extreme: usize) -> [Vec<usize>; 2] {
    let effects = estimated_effects(study);
    let mut schools = schools_of(study, 0);
    schools.sort_by(|&a, &b| effects[b].total_cmp(&effects[a]));
    let low = schools.split_off(schools.len() - n_extreme);
    schools.truncate(n_extreme);
    [schools, low]
}

fn slope(points: &[(f64, f64)]) -> Option<f64> {
    let n = points.len() as f64;
    let (x, y) = (
        points.iter().map(|p| p.0).sum::<f64>() / n,
        points.iter().map(|p| p.1).sum::<f64>() / n,
    );
    let squares: f64 = points.iter().map(|p| (p.0 - x) * (p.0 - x)).sum();
    let products: f64 = points.iter().map(|p| (p.0 - x) * (p.1 - y)).sum();
    (points.len() > 1).then(|| products / squares)
}

/// Slope during minus slope before, in points a year, for each pupil who has both.
pub fn pupil_gains(study: &SimulatedStudy) -> Vec<Option<f64>> {
    let pupils = study.pupils.iter().map(|pupil| {
        let points = pupil
            .scores
            .iter()
            .map(|s| (f64::from(s.month) / 12.0, s.score));
        let (before, during): (Vec<_>, Vec<_>) = (
            points.clone().filter(|p| p.0 <= 0.0).collect(),
            points.filter(|p| p.0 >= 0.0).collect(),
        );
        Some(slope(&during)? - slope(&before)?)
    });
    pupils.collect()
}

/// Per school: mean over its pupils of what each gained.
pub fn estimated_effects(study: &SimulatedStudy) -> Vec<f64> {
    let gains = pupil_gains(study);
    let mut of_school = vec![Vec::new(); study.schools.len()];
    for (pupil, gain) in study.pupils.iter().zip(gains) {
        of_school[pupil.school].extend(gain);
    }
    of_school.iter().map(|gains| mean(gains)).collect()
}

pub fn attitude(sitting: &Sitting) -> Option<&Vec<ItemAnswer>> {
    sitting.attitude.as_ref()
}

pub fn leadership(sitting: &Sitting) -> Option<&Vec<ItemAnswer>> {
    sitting.leadership.as_ref()
}

pub fn culture(sitting: &Sitting) -> Option<&Vec<ItemAnswer>> {
    sitting.culture.as_ref()
}

/// Per school of `schools`: mean over teachers of the mean over items, turned where worded negatively.
pub fn school_means(
    study: &SimulatedStudy,
    schools: &[usize],
    wave: usize,
    scale: fn(&Sitting) -> Option<&Vec<ItemAnswer>>,
) -> Vec<f64> {
    let turned = |a: &ItemAnswer| match a.item {
        "att_03" | "att_04" => 6.0 - f64::from(a.value),
        _ => f64::from(a.value),
    };
    let means = schools.iter().map(|&school| {
        let seats = &roster(study, school, wave).seats;
        let sheets = seats
            .iter()
            .filter_map(|seat| scale(&seat.sitting))
            .filter(|sheet| !sheet.is_empty());
        let scores: Vec<f64> = sheets
            .map(|sheet| mean(&sheet.iter().map(turned).collect::<Vec<_>>()))
            .collect();
        mean(&scores)
    });
    means.collect()
}

pub fn roster(study: &SimulatedStudy, school: usize, wave: usize) -> &Roster {
    study
        .rosters
        .iter()
        .find(|r| r.school == school && r.wave == wave)
        .unwrap()
}

/// Standardized difference between two groups of schools on a scale.
pub fn difference(
    study: &SimulatedStudy,
    groups: &[Vec<usize>; 2],
    wave: usize,
    scale: fn(&Sitting) -> Option<&Vec<ItemAnswer>>,
) -> f64 {
    let [high, low] = groups
        .each_ref()
        .map(|schools| school_means(study, schools, wave, scale));
    standardized(&high, &low)
}

/// One school, wave and relation; rows of who did not answer are empty and not counted.
pub struct Net {
    pub n: usize,
    pub tie: Vec<bool>,
    pub observed: Vec<bool>,
}

impl Net {
    pub fn of(roster: &Roster, relation: usize) -> Self {
        let n = roster.seats.len();
        let (mut tie, mut observed) = (vec![false; n * n], vec![false; n]);
        for (ego, seat) in roster.seats.iter().enumerate() {
            match seat.sitting.nominations.get(relation) {
                Some(Nominations::Named(named)) => {
                    observed[ego] = true;
                    for nomination in named {
                        let alter = roster
                            .seats
                            .iter()
                            .position(|s| s.member == nomination.alter)
                            .unwrap();
                        tie[ego * n + alter] = true;
                    }
                }
                Some(Nominations::Nobody) => observed[ego] = true,
                Some(Nominations::Skipped) | None => {}
            }
        }
        Self { n, tie, observed }
    }

    pub fn at(&self, ego: usize, alter: usize) -> bool {
        self.tie[ego * self.n + alter]
    }

    fn n_ties(&self) -> f64 {
        self.tie.iter().filter(|&&t| t).count() as f64
    }

    pub fn density(&self) -> f64 {
        let rows = self.observed.iter().filter(|&&o| o).count();
        self.n_ties() / (rows * (self.n - 1)) as f64
    }

    /// Mutual and one-sided pairs, among those who answered.
    fn pairs(&self) -> (f64, f64) {
        let (mut mutual, mut one_sided) = (0.0, 0.0);
        for i in (0..self.n).filter(|&i| self.observed[i]) {
            for j in (0..i).filter(|&j| self.observed[j]) {
                match (self.at(i, j), self.at(j, i)) {
                    (true, true) => mutual += 1.0,
                    (false, false) => {}
                    _ => one_sided += 1.0,
                }
            }
        }
        (mutual, one_sided)
    }

    pub fn dyadic_reciprocity(&self) -> f64 {
        let (mutual, one_sided) = self.pairs();
        mutual / (mutual + one_sided)
    }

    fn tie_reciprocity(&self) -> f64 {
        let (mutual, one_sided) = self.pairs();
        2.0 * mutual / (2.0 * mutual + one_sided)
    }

    pub fn in_degrees(&self) -> Vec<f64> {
        (0..self.n)
            .map(|j| (0..self.n).filter(|&i| self.at(i, j)).count() as f64)
            .collect()
    }

    fn out_degrees(&self) -> Vec<f64> {
        (0..self.n)
            .map(|i| (0..self.n).filter(|&j| self.at(i, j)).count() as f64)
            .collect()
    }

    fn centralization(&self, scores: &[f64], maximum: f64) -> f64 {
        let most = scores.iter().copied().fold(0.0, f64::max);
        scores.iter().map(|s| most - s).sum::<f64>() / maximum
    }

    /// Brandes (2001), Alg. 1, unscaled.
    fn betweenness(&self) -> Vec<f64> {
        let n = self.n;
        let mut betweenness = vec![0.0; n];
        for s in 0..n {
            let (mut sigma, mut distance, mut order) = (vec![0.0; n], vec![usize::MAX; n], vec![s]);
            (sigma[s], distance[s]) = (1.0, 0);
            let mut next = 0;
            while next < order.len() {
                let v = order[next];
                next += 1;
                for w in (0..n).filter(|&w| self.at(v, w)) {
                    if distance[w] == usize::MAX {
                        distance[w] = distance[v] + 1;
                        order.push(w);
                    }
                    if distance[w] == distance[v] + 1 {
                        sigma[w] += sigma[v];
                    }
                }
            }
            let mut delta = vec![0.0; n];
            for &w in order.iter().skip(1).rev() {
                for v in (0..n)
                    .filter(|&v| self.at(v, w) && distance[v].saturating_add(1) == distance[w])
                {
                    delta[v] += sigma[v] / sigma[w] * (1.0 + delta[w]);
                }
                betweenness[w] += delta[w];
            }
        }
        betweenness
    }

    /// Density, both reciprocities, centralization of in-degree, out-degree and betweenness.
    pub fn indices(&self) -> [f64; 6] {
        let n = self.n as f64;
        let by_degree = (n - 1.0) * (n - 1.0);
        [
            self.density(),
            self.dyadic_reciprocity(),
            self.tie_reciprocity(),
            self.centralization(&self.in_degrees(), by_degree),
            self.centralization(&self.out_degrees(), by_degree),
            self.centralization(&self.betweenness(), by_degree * (n - 2.0)),
        ]
    }
}

/// Every network index at every wave and relation: per outcome one value for each of `schools`.
pub fn network_outcomes(study: &SimulatedStudy, schools: &[usize]) -> Vec<Vec<f64>> {
    let mut outcomes = Vec::new();
    for wave in (0..study.waves.len()).filter(|&w| study.waves[w].asks_staff) {
        let rosters: Vec<&Roster> = schools
            .iter()
            .map(|&school| roster(study, school, wave))
            .collect();
        for relation in 0..study.relations.len() {
            let indices: Vec<[f64; 6]> = rosters
                .iter()
                .map(|r| Net::of(r, relation).indices())
                .collect();
            outcomes.extend((0..6).map(|index| {
                indices
                    .iter()
                    .map(|school| school[index])
                    .collect::<Vec<f64>>()
            }));
        }
    }
    outcomes
}

/// Sampled permutation p-values of the difference between the first and the second half: the smallest of all
/// outcomes, and the smallest after adjusting for their number by the largest |z| of each split.
pub fn smallest_p_values(outcomes: &[Vec<f64>], draws: usize) -> (f64, f64) {
    let n = outcomes[0].len();
    let z: Vec<Vec<f64>> = outcomes
        .iter()
        .map(|values| {
            let (mean, sd) = (mean(values), variance(values).sqrt());
            values.iter().map(|x| (x - mean) / sd).collect()
        })
        .collect();
    let largest = |split: &[usize]| -> Vec<f64> {
        z.iter()
            .map(|values| {
                split[..n / 2].iter().map(|&i| values[i]).sum::<f64>().abs() * (1.0 + 1e-9)
            })
            .collect()
    };
    let mut split: Vec<usize> = (0..n).collect();
    let observed: Vec<f64> = largest(&split);
    let strongest = observed.iter().copied().fold(0.0, f64::max);
    let (mut raw, mut adjusted) = (vec![1.0; observed.len()], 1.0);
    let mut dice = Dice::for_study(1, Topic::Truth);
    for _ in 0..draws {
        dice.shuffle(&mut split);
        let sums = largest(&split);
        for (count, (sum, seen)) in raw.iter_mut().zip(sums.iter().zip(&observed)) {
            *count += f64::from(u8::from(sum >= seen));
        }
        adjusted += f64::from(u8::from(
            sums.iter().copied().fold(0.0, f64::max) >= strongest,
        ));
    }
    let total = draws as f64 + 1.0;
    (
        raw.iter().copied().fold(f64::MAX, f64::min) / total,
        adjusted / total,
    )
}
