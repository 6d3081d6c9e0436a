//! Dice that fall the same on every machine: ChaCha12, a stream per purpose, and only additions, products and
//! comparisons of f64 (no logarithm or sine, whose last digit differs between platforms).

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

pub struct Dice(ChaCha12Rng);

/// What a stream is for. Streams of different topics and of different schools share nothing.
#[derive(Debug, Clone, Copy)]
pub enum Topic {
    Truth,
    Boards,
    Schools,
    Staff,
    Response,
    Answers,
    Nominations,
    Pupils,
    Cards = 14,
    Work = 15,
    Classes = 13,
    Knowledge = 8,
    Chain = 9,
}

impl Dice {
    pub fn for_study(seed: u64, topic: Topic) -> Self {
        Self::on_stream(seed, topic as u64)
    }

    pub fn for_school(seed: u64, school: usize, topic: Topic) -> Self {
        Self::on_stream(seed, (school as u64 + 1) * 16 + topic as u64)
    }

    fn on_stream(seed: u64, stream: u64) -> Self {
        let mut rng = ChaCha12Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        Self(rng)
    }

    /// Uniform on [0, 1).
    pub fn uniform(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    pub fn chance(&mut self, probability: f64) -> bool {
        self.uniform() < probability
    }

    /// Uniform on 0..n; the bias for the small n of a study is below 1e-12.
    pub fn below(&mut self, n: usize) -> usize {
        (self.uniform() * n as f64) as usize
    }

    /// Near enough to the standard normal: twelve uniforms added, less six (so never beyond 6).
    pub fn normal(&mut self) -> f64 {
        let mut sum = 0u64;
        for _ in 0..3 {
            let mut bits = self.0.next_u64();
            for _ in 0..4 {
                sum += bits & 0xffff;
                bits >>= 16;
            }
        }
        (sum as f64 + 6.0) / 65536.0 - 6.0
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// One of the values, each with its weight.
    pub fn weighted<T: Copy>(&mut self, from: &[(T, f64)]) -> T {
        let total: f64 = from.iter().map(|&(_, weight)| weight).sum();
        let mut left = self.uniform() * total;
        for &(value, weight) in from {
            left -= weight;
            if left < 0.0 {
                return value;
            }
        }
        from[from.len() - 1].0
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last + 1);
            items.swap(last, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_has_mean_zero_and_variance_one() {
        let mut dice = Dice::for_study(1, Topic::Truth);
        let draws: Vec<f64> = (0..40_000).map(|_| dice.normal()).collect();
        let mean = draws.iter().sum::<f64>() / 40_000.0;
        let variance = draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 40_000.0;
        assert!(mean.abs() < 0.02, "{mean}");
        assert!((variance - 1.0).abs() < 0.03, "{variance}");
    }

    #[test]
    fn streams_differ_by_school_and_by_topic() {
        let first = |school, topic| Dice::for_school(7, school, topic).uniform();
        assert_eq!(first(0, Topic::Staff), first(0, Topic::Staff));
        assert_ne!(first(0, Topic::Staff), first(1, Topic::Staff));
        assert_ne!(first(0, Topic::Staff), first(0, Topic::Pupils));
    }
}
