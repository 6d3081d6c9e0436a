//! A scale of numbers along which something is drawn: from, to, and where its ticks stand.

use crate::locale::Words;

/// Ends of a scale and the ticks with their words.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    pub from: f64,
    pub to: f64,
    pub ticks: Vec<(f64, String)>,
}

impl Axis {
    /// From one whole number to another, with a tick at each, or at every so many.
    pub fn whole(w: Words, from: i32, to: i32, every: i32) -> Self {
        let every = every.max(1);
        let ticks = (from..=to).filter(|tick| (tick - from) % every == 0);
        Self {
            from: f64::from(from),
            to: f64::from(to.max(from + 1)),
            ticks: ticks
                .map(|tick| (f64::from(tick), tick_text(w, f64::from(tick), 1.0)))
                .collect(),
        }
    }

    /// Round numbers around all of these, about so many ticks.
    pub fn around(w: Words, values: impl IntoIterator<Item = f64>, ticks: usize) -> Self {
        let mut ends: Option<(f64, f64)> = None;
        for value in values.into_iter().filter(|value| value.is_finite()) {
            let (low, high) = ends.unwrap_or((value, value));
            ends = Some((low.min(value), high.max(value)));
        }
        let (low, high) = ends.unwrap_or((0.0, 1.0));
        let step = step((high - low).max(1e-9) / ticks.max(1) as f64);
        let first = (low / step).floor();
        let last = (high / step).ceil().max(first + 1.0);
        let n = (last - first) as usize;
        Self {
            from: first * step,
            to: last * step,
            ticks: (0..=n)
                .map(|at| {
                    let value = (first + at as f64) * step;
                    (value, tick_text(w, value, step))
                })
                .collect(),
        }
    }

    /// 0 at the one end, 1 at the other; what lies beyond stands at the end.
    pub fn share(&self, value: f64) -> f64 {
        ((value - self.from) / (self.to - self.from)).clamp(0.0, 1.0)
    }

    pub fn holds(&self, value: f64) -> bool {
        (self.from..=self.to).contains(&value)
    }
}

/// 1, 2 or 5 times a power of ten, at least this much.
fn step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|times| times * power)
        .find(|step| *step >= least * (1.0 - 1e-9))
        .unwrap_or(10.0 * power)
}

fn tick_text(w: Words, value: f64, step: f64) -> String {
    let decimals = (-step.log10().floor()).max(0.0) as usize;
    w.decimal(value, decimals).replace('-', "\u{2212}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::language::Language;

    #[test]
    fn ticks_are_round_and_in_the_words_of_the_reader() {
        let nl = Words(Language::Nl);
        let axis = Axis::around(nl, [-0.93, 1.4], 5);
        assert_eq!((axis.from, axis.to), (-1.0, 1.5));
        let texts: Vec<&str> = axis.ticks.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(
            texts,
            ["\u{2212}1,0", "\u{2212}0,5", "0,0", "0,5", "1,0", "1,5"]
        );
        let none = Axis::around(nl, [], 4);
        assert!(none.to > none.from && none.ticks.len() > 1);
        assert_eq!((step(0.3), step(1.1), step(7.0)), (0.5, 2.0, 10.0));
        assert_eq!(Axis::whole(nl, 0, 10, 2).ticks.len(), 6);
    }
}
