//! The same units measured twice, counted exactly: differences whose signs could as well have been turned, and how many went up
//! and down.

use crate::outcome::Undefined;

/// A sum of paired differences among all that turned signs could have given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairedTest {
    /// Units handed in.
    pub n: usize,
    /// Units whose difference is not nought.
    pub n_changed: usize,
    pub sum: i64,
    pub mean: f64,
    /// Two-sided.
    pub p_value: f64,
    /// One-sided: the first measurement is the larger one.
    pub p_greater: f64,
}

/// How many units went up and how many went down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SignTest {
    pub more: u64,
    pub fewer: u64,
    /// Two-sided.
    pub p_value: f64,
    /// One-sided: more went up.
    pub p_greater: f64,
}

/// Whether units differ between two measurements by more than chance signs would give, where differences are whole numbers.
///
/// # Definition
/// over all 2^n ways to sign |d|: share with |sum| >= |observed sum|; counted by convolution of the steps -|d|, +|d|, not drawn
/// # Shape and unit
/// one difference per unit, first minus second, in whole units; p in (0, 1\]
/// # Missing
/// the caller hands in the units that have both
/// # Undefined
/// TooFewUnits without units; NoVariation if every difference is nought; NotFinite if the sizes add up to more than a million
/// # Source
/// Fisher (1935), The Design of Experiments, section 21; Edgington & Onghena (2007), Randomization Tests, ch. 6
/// # Agrees with
/// R 4.2.2: all signs written out with `expand.grid`, and convolution in R for 70 units, 1e-12; coin `oneway_test` stratified by unit
/// (`distribution = "exact"`) 1.4.2, 1e-9
/// # Cost
/// O(n x sum of |d|)
pub fn paired_permutation(differences: &[i64]) -> Result<PairedTest, Undefined> {
    const LARGEST: u64 = 1_000_000;
    if differences.is_empty() {
        return Err(Undefined::TooFewUnits);
    }
    let reach: u64 = differences
        .iter()
        .map(|d| d.unsigned_abs())
        .fold(0, u64::saturating_add);
    if reach == 0 {
        return Err(Undefined::NoVariation);
    }
    if reach > LARGEST {
        return Err(Undefined::NotFinite);
    }
    // How likely it is that the positive ones add up to so much; halves are exact, so that nothing is lost but the smallest tails.
    let reach = reach as usize;
    let mut likely = vec![0.0_f64; reach + 1];
    likely[0] = 1.0;
    let mut highest = 0;
    for size in differences.iter().map(|d| d.unsigned_abs() as usize) {
        if size == 0 {
            continue;
        }
        highest += size;
        for sum in (0..=highest).rev() {
            let stayed = likely[sum];
            let added = if sum >= size { likely[sum - size] } else { 0.0 };
            likely[sum] = 0.5 * (stayed + added);
        }
    }
    let sum: i64 = differences.iter().sum();
    // The sum is twice what the positive ones add up to, less all of them.
    let whole = reach as i64;
    let share = |holds: &dyn Fn(i64) -> bool| -> f64 {
        let sums = (0_i64..).zip(&likely);
        sums.filter(|(positive, _)| holds(2 * positive - whole))
            .map(|(_, chance)| *chance)
            .sum::<f64>()
            .min(1.0)
    };
    Ok(PairedTest {
        n: differences.len(),
        n_changed: differences.iter().filter(|d| **d != 0).count(),
        sum,
        mean: sum as f64 / differences.len() as f64,
        p_value: share(&|other| other.abs() >= sum.abs()),
        p_greater: share(&|other| other >= sum),
    })
}

/// Whether more units went one way than the other; of two-by-two counts of the same units this is McNemar's test, exact.
///
/// # Definition
/// binomial with one half over the units that changed; two-sided p = twice the smaller tail, at most 1
/// # Shape and unit
/// counts; p in (0, 1\]
/// # Missing
/// the caller counts the units that have both; those that did not change say nothing
/// # Undefined
/// TooFewUnits if nobody changed
/// # Source
/// Dixon & Mood (1946), JASA 41, 557-566; McNemar (1947), Psychometrika 12, 153-157
/// # Agrees with
/// R `binom.test` 4.2.2, 1e-12
/// # Cost
/// O(n)
pub fn sign_test(more: u64, fewer: u64) -> Result<SignTest, Undefined> {
    let n = more + fewer;
    if n == 0 {
        return Err(Undefined::TooFewUnits);
    }
    // Binomial chances by ratios of neighbours; as long as they fit in a number, all of them halves and exact.
    let mut chances = Vec::with_capacity(n as usize + 1);
    if n <= 1_000 {
        let (mut ways, one) = (1.0, 0.5_f64.powi(n as i32));
        for x in 0..=n {
            chances.push(ways * one);
            ways = (ways * (n - x) as f64) / (x as f64 + 1.0);
        }
    } else {
        let mut log = -(n as f64) * std::f64::consts::LN_2;
        for x in 0..=n {
            chances.push(log.exp());
            log += ((n - x) as f64 / (x as f64 + 1.0)).ln();
        }
    }
    let tail = |from: u64| chances[from as usize..].iter().sum::<f64>().min(1.0);
    Ok(SignTest {
        more,
        fewer,
        p_value: (2.0 * tail(more.max(fewer))).min(1.0),
        p_greater: tail(more),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_ones_by_hand() {
        // Of the eight sums of +-1 +-2 +-3 two are as large as six in size, and one is six.
        let all_up = paired_permutation(&[1, 2, 3]).unwrap();
        assert_eq!(
            (all_up.sum, all_up.p_value, all_up.p_greater),
            (6, 0.25, 0.125)
        );
        // 0 changes nothing: it is no step.
        let with_nought = paired_permutation(&[1, 0, 2, 3]).unwrap();
        assert_eq!(with_nought.p_value, 0.25);
        assert_eq!((with_nought.n, with_nought.n_changed), (4, 3));
        // 1 + 2 - 3: every sum is at least nought in size.
        assert_eq!(paired_permutation(&[1, 2, -3]).unwrap().p_value, 1.0);
        assert_eq!(sign_test(5, 0).unwrap().p_value, 0.0625);
        assert_eq!(sign_test(3, 3).unwrap().p_value, 1.0);
    }

    #[test]
    fn what_cannot_be_said_says_why() {
        assert_eq!(paired_permutation(&[]), Err(Undefined::TooFewUnits));
        assert_eq!(paired_permutation(&[0, 0]), Err(Undefined::NoVariation));
        assert_eq!(
            paired_permutation(&[i64::MIN, 1]),
            Err(Undefined::NotFinite)
        );
        assert_eq!(sign_test(0, 0), Err(Undefined::TooFewUnits));
    }

    #[test]
    fn turning_every_sign_turns_the_sides() {
        let up = [3, -1, 4, 1, -5, 2, 6];
        let down = up.map(|d: i64| -d);
        let (up, down) = (
            paired_permutation(&up).unwrap(),
            paired_permutation(&down).unwrap(),
        );
        assert_eq!(up.p_value, down.p_value);
        assert!(up.p_greater + down.p_greater > 1.0);
    }
}
