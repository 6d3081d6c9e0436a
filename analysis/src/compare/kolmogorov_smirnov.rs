//! Whether two groups are drawn from one distribution, whatever the way in which they might differ.

use super::units::enough;
use crate::outcome::Undefined;

/// The largest gap between the two cumulative distributions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KolmogorovSmirnov {
    /// Largest |share of high units at or below x - share of low units at or below x|.
    pub d: f64,
    /// Two-sided, over all assignments.
    pub p_value: f64,
}

/// Whether the two groups differ anywhere in their distribution: in place, spread or shape.
///
/// # Definition
/// D = max over x of |F high(x) - F low(x)|; p = share of all assignments of these values, ties kept, with a D at least as large, in whole numbers
/// # Shape and unit
/// D in 0..1; p in (0, 1\]
/// # Missing
/// the caller hands in the units that have a value
/// # Undefined
/// TooFewUnits if a group is empty; NoVariation if all values are equal; NotFinite if a value is not finite
/// # Source
/// Smirnov (1939); the recursion: Schröer & Trenkler (1995), Comput. Stat. Data Anal. 20, 185-202
/// # Agrees with
/// scipy `ks_2samp(method = "exact")` 1.17.1, p 1e-12
/// # Cost
/// O(n1 n2)
pub fn kolmogorov_smirnov(high: &[f64], low: &[f64]) -> Result<KolmogorovSmirnov, Undefined> {
    enough(high, low, 1)?;
    let mut values: Vec<(f64, bool)> = high.iter().map(|&x| (x, true)).collect();
    values.extend(low.iter().map(|&x| (x, false)));
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let n = values.len();
    if values[0].0 == values[n - 1].0 {
        return Err(Undefined::NoVariation);
    }
    // Only after the last of equal values is there a place to look at the gap.
    let ends_tie: Vec<bool> = (1..=n)
        .map(|seen| seen == n || values[seen].0 != values[seen - 1].0)
        .collect();
    let (n_high, n_low) = (high.len(), low.len());
    // Times n1 n2, a whole number.
    let gap = |highs: usize, lows: usize| (highs * n_low).abs_diff(lows * n_high);
    let mut highs = 0;
    let mut widest = 0;
    for (place, (_, is_high)) in values.iter().enumerate() {
        highs += usize::from(*is_high);
        if ends_tie[place] {
            widest = widest.max(gap(highs, place + 1 - highs));
        }
    }
    // Chance to be at (i highs, j lows) without having met so wide a gap, drawing without replacement: no count leaves the range of numbers.
    let mut narrow = vec![0.0; n_high + 1];
    narrow[0] = 1.0;
    let mut wide = 0.0;
    for seen in 1..=n {
        let mut next = vec![0.0; n_high + 1];
        for highs in seen.saturating_sub(n_low)..=seen.min(n_high) {
            let left = (n - seen + 1) as f64;
            let by_high = if highs > 0 {
                narrow[highs - 1] * (n_high - highs + 1) as f64 / left
            } else {
                0.0
            };
            let lows = seen - highs;
            let by_low = if lows > 0 {
                narrow[highs] * (n_low - lows + 1) as f64 / left
            } else {
                0.0
            };
            if ends_tie[seen - 1] && gap(highs, lows) >= widest {
                wide += by_high + by_low;
            } else {
                next[highs] = by_high + by_low;
            }
        }
        narrow = next;
    }
    Ok(KolmogorovSmirnov {
        d: widest as f64 / (n_high * n_low) as f64,
        p_value: wide.min(1.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::assignments::RevolvingDoor;

    #[test]
    fn ties_as_if_every_assignment_had_been_looked_at() {
        let values = [1.0, 1.0, 2.0, 3.0, 3.0, 3.0, 5.0];
        let d = |high: &[usize]| {
            let group = |inside: bool| -> Vec<f64> {
                let units = (0..7).filter(|unit| high.contains(unit) == inside);
                units.map(|unit| values[unit]).collect()
            };
            kolmogorov_smirnov(&group(true), &group(false)).unwrap()
        };
        let mut chosen = vec![0, 1, 2];
        let mut all = vec![d(&chosen)];
        let mut door = RevolvingDoor::new(7, 3);
        while let Some((leaves, enters)) = door.swap() {
            chosen.retain(|&unit| unit != leaves);
            chosen.push(enters);
            all.push(d(&chosen));
        }
        for one in &all {
            let wide = all.iter().filter(|other| other.d >= one.d - 1e-12).count();
            assert!((one.p_value - wide as f64 / 35.0).abs() < 1e-12, "{one:?}");
        }
        assert_eq!(
            kolmogorov_smirnov(&[1.0], &[1.0]),
            Err(Undefined::NoVariation)
        );
    }
}
