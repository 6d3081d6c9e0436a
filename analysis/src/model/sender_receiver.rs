//! How readily each actor names, is named and returns a naming: a walk over what the known cells leave possible.

use rand::{Rng, RngExt};

use super::dyad_likelihood::{Effect, Factors, Known};
use super::silent_rows::redraw;
use crate::network::Network;

/// Prior standard deviations of mu and rho.
const PRIOR_MU: f64 = 5.0;
const PRIOR_RHO: f64 = 2.5;

/// Scales of the half-normal priors of the standard deviations of a, b and g.
const PRIOR_SPREAD: [f64; 3] = [1.5, 1.5, 0.75];

/// Beta prior of the share of actors who name nobody.
const PRIOR_MUTE: [f64; 2] = [0.5, 2.0];

/// Nothing may wander further than this on the log scale; beyond it the products overflow.
const FURTHEST: f64 = 20.0;

/// The share of accepted steps that the step lengths are steered to.
const ACCEPTED: f64 = 0.44;

/// A Metropolis walk over the parameters.
pub(super) struct Chain {
    known: Known,
    /// Of whom no answer is known.
    silent: Vec<bool>,
    mu: f64,
    rho: f64,
    /// a, b and g, and their exponentials; that of a is 0 for who names nobody.
    effects: [Vec<f64>; 3],
    exponentials: [Vec<f64>; 3],
    mute: Vec<bool>,
    /// Log odds that an actor names nobody.
    mute_odds: f64,
    /// Logarithms of the standard deviations of a, b and g.
    spreads: [f64; 3],
    /// Fisher's z of the correlation of a and b.
    z: f64,
    steps: Steps,
    /// Sweeps whose steps were steered.
    steered: u32,
    /// How far the steering goes in this sweep.
    gain: f64,
}

/// Logarithms of the step lengths.
struct Steps {
    effects: [Vec<f64>; 3],
    scales: [f64; 3],
    mu: f64,
    rho: f64,
    spread: f64,
    mute_odds: f64,
}

impl Chain {
    pub(super) fn new(net: &Network) -> Self {
        let known = Known::of(net);
        let n = known.n();
        let observed = (net.n_observed_pairs() as f64).max(1.0);
        let share = (known.n_ties() + 0.5) / (observed + 1.0);
        let all = |value: f64| [vec![value; n], vec![value; n], vec![value; n]];
        let silent = known.actors.iter().map(|&i| !net.observed(i)).collect();
        Self {
            known,
            silent,
            mu: (share / (1.0 - share)).ln(),
            rho: 0.0,
            effects: all(0.0),
            exponentials: all(1.0),
            mute: vec![false; n],
            mute_odds: -2.0,
            spreads: [0.0, 0.0, -1.0],
            z: 0.0,
            steps: Steps {
                effects: all(0.0),
                scales: [-1.0; 3],
                mu: -1.0,
                rho: 0.0,
                spread: -1.0,
                mute_odds: 0.0,
            },
            steered: 0,
            gain: 0.0,
        }
    }

    /// One round over all parameters. While `steer`, the step lengths follow the share of accepted steps.
    pub(super) fn sweep(&mut self, steer: bool, rng: &mut impl Rng) {
        self.gain = 0.0;
        if steer {
            self.steered += 1;
            self.gain = 2.0 / f64::from(self.steered).sqrt();
        }
        for i in 0..self.known.n() {
            for effect in Effect::ALL {
                self.step_effect(effect, i, rng);
            }
            if self.known.powers[0][i] == 0.0 {
                self.step_mute(i, rng);
            }
        }
        self.step_mu(rng);
        self.step_rho(rng);
        for effect in Effect::ALL {
            self.scale(effect, rng);
            self.shift(effect, rng);
        }
        for _ in 0..3 {
            self.step_spreads(rng);
            self.step_mute_odds(rng);
        }
    }

    /// The ties of a completed network by positions: unknown cells are drawn from the model as it stands, rows of which nothing is known by [`redraw`].
    pub(super) fn draw_ties(&self, rng: &mut impl Rng) -> Vec<(usize, usize)> {
        let [alpha, beta, gamma] = &self.exponentials;
        let (m, returning) = (self.mu.exp(), self.rho.exp());
        let n = self.known.n();
        let mut ties = self.known.ties.clone();
        for &(i, j, back) in &self.known.open {
            let u = m * alpha[i] * beta[j];
            let r = returning * gamma[i] * gamma[j];
            let chance: f64 = rng.random();
            match back {
                Some(known) => {
                    let odds = if known { r * u } else { u };
                    ties[i * n + j] = chance * (1.0 + odds) < odds;
                }
                None => {
                    // In the order both, only forth, only back, neither.
                    let v = m * alpha[j] * beta[i];
                    let both = r * u * v;
                    let chance = chance * (1.0 + u + v + both);
                    let forth = chance < both + u;
                    ties[i * n + j] = forth;
                    ties[j * n + i] = chance < both || (!forth && chance < both + u + v);
                }
            }
        }
        let odds = |i: usize, j: usize, back: Option<bool>| {
            let r = returning * gamma[i] * gamma[j];
            match back {
                Some(true) => beta[j] * r,
                Some(false) => beta[j],
                None => {
                    let v = m * alpha[j] * beta[i];
                    beta[j] * (1.0 + r * v) / (1.0 + v)
                }
            }
        };
        redraw(&mut ties, &self.silent, odds, rng);
        let actors = &self.known.actors;
        let tied = (0..n * n).filter(|&cell| ties[cell]);
        tied.map(|cell| (actors[cell / n], actors[cell % n]))
            .collect()
    }

    fn factors(&self) -> Factors<'_> {
        let [alpha, beta, gamma] = &self.exponentials;
        Factors {
            m: self.mu.exp(),
            r: self.rho.exp(),
            of: [alpha, beta, gamma],
        }
    }

    /// Slope on the other effect of the same actor, and variance left.
    fn conditional(&self, effect: Effect) -> (f64, f64) {
        let variance = (2.0 * self.spreads[effect as usize]).exp();
        if effect == Effect::Returner {
            return (0.0, variance);
        }
        let correlation = self.z.tanh();
        let left = (1.0 - correlation * correlation).max(1e-9);
        let other = self.spreads[partner(effect)];
        let slope = correlation * (self.spreads[effect as usize] - other).exp();
        (slope, variance * left)
    }

    fn step_effect(&mut self, effect: Effect, i: usize, rng: &mut impl Rng) {
        let which = effect as usize;
        let (slope, variance) = self.conditional(effect);
        let mean = slope * self.effects[partner(effect)][i];
        if effect == Effect::Sender && self.mute[i] {
            // The cells say nothing of how readily somebody would name who does not.
            let drawn = mean + variance.sqrt() * normal(rng);
            self.effects[which][i] = drawn.clamp(-FURTHEST, FURTHEST);
            return;
        }
        let old = self.effects[which][i];
        let new = old + self.steps.effects[which][i].exp() * normal(rng);
        let (from, to) = (self.exponentials[which][i], new.exp());
        let change = self
            .known
            .change_of_one(self.factors(), effect, i, from, to);
        let log_odds = self.known.powers[which][i] * (new - old)
            + change
            + normal_change(old, new, mean, variance);
        let accepted = accept(log_odds, rng) && new.abs() < FURTHEST;
        steer(&mut self.steps.effects[which][i], self.gain, accepted);
        if accepted {
            self.effects[which][i] = new;
            self.exponentials[which][i] = to;
        }
    }

    /// Whether an actor of whom no tie is known is one who names nobody.
    fn step_mute(&mut self, i: usize, rng: &mut impl Rng) {
        let naming = self.effects[0][i].exp();
        let change = self
            .known
            .change_of_one(self.factors(), Effect::Sender, i, naming, 0.0);
        let odds = (self.mute_odds + change).exp();
        let mute = rng.random::<f64>() * (1.0 + odds) < odds;
        self.mute[i] = mute;
        self.exponentials[0][i] = if mute { 0.0 } else { naming };
    }

    fn step_mute_odds(&mut self, rng: &mut impl Rng) {
        let mute = self.mute.iter().filter(|&&mute| mute).count() as f64;
        let all = self.mute.len() as f64 + PRIOR_MUTE[0] + PRIOR_MUTE[1];
        let density = |odds: f64| (mute + PRIOR_MUTE[0]) * odds - all * odds.exp().ln_1p();
        let new = self.mute_odds + self.steps.mute_odds.exp() * normal(rng);
        let log_odds = density(new) - density(self.mute_odds);
        let accepted = accept(log_odds, rng) && new.abs() < FURTHEST;
        steer(&mut self.steps.mute_odds, self.gain / 3.0, accepted);
        if accepted {
            self.mute_odds = new;
        }
    }

    fn step_mu(&mut self, rng: &mut impl Rng) {
        let step = self.steps.mu.exp() * normal(rng);
        let new = self.mu + step;
        let old = self.factors();
        let change = self.known.change_of_all(
            old,
            Factors {
                m: new.exp(),
                ..old
            },
        );
        let prior = normal_change(self.mu, new, 0.0, PRIOR_MU * PRIOR_MU);
        let log_odds = self.known.n_ties() * step + change + prior;
        let accepted = accept(log_odds, rng) && new.abs() < FURTHEST;
        steer(&mut self.steps.mu, self.gain, accepted);
        if accepted {
            self.mu = new;
        }
    }

    fn step_rho(&mut self, rng: &mut impl Rng) {
        let step = self.steps.rho.exp() * normal(rng);
        let new = self.rho + step;
        let old = self.factors();
        let change = self.known.change_of_all(
            old,
            Factors {
                r: new.exp(),
                ..old
            },
        );
        let prior = normal_change(self.rho, new, 0.0, PRIOR_RHO * PRIOR_RHO);
        let log_odds = self.known.mutual_dyads() * step + change + prior;
        let accepted = accept(log_odds, rng) && new.abs() < FURTHEST;
        steer(&mut self.steps.rho, self.gain, accepted);
        if accepted {
            self.rho = new;
        }
    }

    /// All effects of one kind and their spread grow or shrink together: where the spread is small, one by one they could hardly move.
    fn scale(&mut self, effect: Effect, rng: &mut impl Rng) {
        let which = effect as usize;
        let step = self.steps.scales[which].exp() * normal(rng);
        let factor = step.exp();
        let scaled: Vec<f64> = self.effects[which].iter().map(|x| x * factor).collect();
        let exponentials = self.exponentials_of(effect, &scaled);
        let old = self.factors();
        let mut new = old;
        new.of[which] = &exponentials;
        let change = self.known.change_of_all(old, new);
        let moved = self.effects[which].iter().zip(&scaled);
        let powers: f64 = moved
            .zip(&self.known.powers[which])
            .map(|((old, new), power)| power * (new - old))
            .sum();
        let spread = self.spreads[which];
        let prior = spread_prior(which, spread + step) - spread_prior(which, spread);
        let within = scaled.iter().all(|x| x.abs() < FURTHEST);
        let accepted = accept(powers + change + prior, rng) && within;
        steer(&mut self.steps.scales[which], self.gain, accepted);
        if accepted {
            self.effects[which] = scaled;
            self.exponentials[which] = exponentials;
            self.spreads[which] += step;
        }
    }

    /// What all senders or receivers have in common moves into mu or back, what all returners have, twice, into rho: the cells do not see
    /// it, so it is drawn outright.
    fn shift(&mut self, effect: Effect, rng: &mut impl Rng) {
        let which = effect as usize;
        let (level, times, prior) = match effect {
            Effect::Returner => (self.rho, 2.0, 1.0 / (PRIOR_RHO * PRIOR_RHO)),
            _ => (self.mu, 1.0, 1.0 / (PRIOR_MU * PRIOR_MU)),
        };
        let (slope, variance) = self.conditional(effect);
        let others = self.effects[partner(effect)].iter();
        let residuals = self.effects[which].iter().zip(others);
        let sum: f64 = residuals.map(|(x, other)| x - slope * other).sum();
        let precision = self.known.n() as f64 / variance + times * times * prior;
        let centre = sum / variance - times * level * prior;
        let shift = centre / precision + normal(rng) / precision.sqrt();
        let level = level + times * shift;
        let shifted: Vec<f64> = self.effects[which].iter().map(|x| x - shift).collect();
        if level.abs() >= FURTHEST || shifted.iter().any(|x| x.abs() >= FURTHEST) {
            return;
        }
        self.exponentials[which] = self.exponentials_of(effect, &shifted);
        self.effects[which] = shifted;
        match effect {
            Effect::Returner => self.rho = level,
            _ => self.mu = level,
        }
    }

    fn exponentials_of(&self, effect: Effect, effects: &[f64]) -> Vec<f64> {
        let silenced = |i: usize| effect == Effect::Sender && self.mute[i];
        let exponential = |(i, x): (usize, &f64)| if silenced(i) { 0.0 } else { x.exp() };
        effects.iter().enumerate().map(exponential).collect()
    }

    /// The three spreads and the correlation of senders and receivers, given the effects.
    fn step_spreads(&mut self, rng: &mut impl Rng) {
        let [a, b, g] = &self.effects;
        let sum = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
        let sums = [sum(a, a), sum(b, b), sum(g, g), sum(a, b)];
        let n = self.known.n() as f64;
        for which in 0..4 {
            let old = [self.spreads[0], self.spreads[1], self.spreads[2], self.z];
            let mut new = old;
            new[which] += self.steps.spread.exp() * normal(rng);
            let log_odds = spread_density(new, sums, n) - spread_density(old, sums, n);
            let accepted = accept(log_odds, rng) && new[which].abs() < FURTHEST / 2.0;
            steer(&mut self.steps.spread, self.gain / 10.0, accepted);
            if accepted {
                self.spreads = [new[0], new[1], new[2]];
                self.z = new[3];
            }
        }
    }
}

/// The effect that goes with it in one actor; returning goes with nothing.
fn partner(effect: Effect) -> usize {
    match effect {
        Effect::Sender => Effect::Receiver as usize,
        Effect::Receiver => Effect::Sender as usize,
        Effect::Returner => Effect::Returner as usize,
    }
}

/// Log density of a half-normal standard deviation, taken over its logarithm.
fn spread_prior(which: usize, log_deviation: f64) -> f64 {
    let scaled = log_deviation.exp() / PRIOR_SPREAD[which];
    log_deviation - scaled * scaled / 2.0
}

/// Log density of the spreads and z given the sums of squares and products of the effects; the correlation c has a density ~ 1 - c^2.
fn spread_density([a, b, g, z]: [f64; 4], [aa, bb, gg, ab]: [f64; 4], n: f64) -> f64 {
    let correlation = z.tanh();
    let left = (1.0 - correlation * correlation).max(1e-9);
    let squares =
        aa * (-2.0 * a).exp() + bb * (-2.0 * b).exp() - 2.0 * correlation * ab * (-a - b).exp();
    let pairs = -n * (a + b + left.ln() / 2.0) - squares / (2.0 * left);
    let returners = -n * g - gg * (-2.0 * g).exp() / 2.0;
    let priors = spread_prior(0, a) + spread_prior(1, b) + spread_prior(2, g);
    // Once for the prior of c, once because z is what moves.
    pairs + returners + priors + 2.0 * left.ln()
}

fn normal_change(old: f64, new: f64, mean: f64, variance: f64) -> f64 {
    ((old - mean) * (old - mean) - (new - mean) * (new - mean)) / (2.0 * variance)
}

fn accept(log_odds: f64, rng: &mut impl Rng) -> bool {
    // 1 - u lies in (0, 1], whose logarithm is finite; a comparison with NaN refuses.
    (1.0 - rng.random::<f64>()).ln() < log_odds
}

fn steer(log_step: &mut f64, gain: f64, accepted: bool) {
    let surplus = if accepted { 1.0 } else { 0.0 } - ACCEPTED;
    *log_step = (*log_step + gain * surplus).clamp(-5.0, 2.0);
}

/// A standard normal draw: Box & Muller (1958).
fn normal(rng: &mut impl Rng) -> f64 {
    let radius = (-2.0 * (1.0 - rng.random::<f64>()).ln()).sqrt();
    radius * (std::f64::consts::TAU * rng.random::<f64>()).cos()
}
