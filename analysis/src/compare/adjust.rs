//! p-values that allow for having tested more than once.

/// Whether an outcome still counts when the chance of any false alarm among all of them is held down.
///
/// # Definition
/// in rising order p'_(i) = max over j <= i of min(1, (k - j + 1) p_(j)), k tests
/// # Shape and unit
/// one adjusted p per p, in the order handed in
/// # Missing
/// the caller leaves out tests that do not exist; they then do not count in k
/// # Undefined
/// never; empty for no tests
/// # Source
/// Holm (1979), Scand. J. Stat. 6, 65-70
/// # Agrees with
/// R `p.adjust(method = "holm")` 4.2.2, statsmodels 0.15.0, 1e-9
/// # Cost
/// O(k log k)
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let k = p_values.len();
    let mut adjusted = vec![0.0; k];
    let mut risen = 0.0_f64;
    for (rank, place) in rising(p_values).into_iter().enumerate() {
        risen = risen.max((k - rank) as f64 * p_values[place]).min(1.0);
        adjusted[place] = risen;
    }
    adjusted
}

/// Whether an outcome still counts when the expected share of false alarms among those that count is held down.
///
/// # Definition
/// in rising order p'_(i) = min over j >= i of min(1, k p_(j) / j), k tests
/// # Shape and unit
/// one adjusted p per p, in the order handed in
/// # Missing
/// the caller leaves out tests that do not exist; they then do not count in k
/// # Undefined
/// never; empty for no tests
/// # Source
/// Benjamini & Hochberg (1995), JRSS B 57, 289-300
/// # Agrees with
/// R `p.adjust(method = "BH")` 4.2.2, statsmodels `fdr_bh` 0.15.0, 1e-9
/// # Cost
/// O(k log k)
pub fn benjamini_hochberg(p_values: &[f64]) -> Vec<f64> {
    let k = p_values.len();
    step_up(p_values, |rank| k as f64 / (rank + 1) as f64)
}

/// Whether an outcome still counts when every outcome pays for all the others alike.
///
/// # Definition
/// p' = min(1, k p), k tests
/// # Shape and unit
/// one adjusted p per p, in the order handed in
/// # Missing
/// the caller leaves out tests that do not exist; they then do not count in k
/// # Undefined
/// never; empty for no tests
/// # Source
/// Dunn (1961), JASA 56, 52-64
/// # Agrees with
/// R `p.adjust(method = "bonferroni")` 4.2.2, statsmodels 0.15.0, 1e-9
/// # Cost
/// O(k)
pub fn bonferroni(p_values: &[f64]) -> Vec<f64> {
    let k = p_values.len() as f64;
    p_values.iter().map(|p| (k * p).min(1.0)).collect()
}

/// Whether an outcome still counts when the chance of any false alarm is held down, for tests that do not pull against each other.
///
/// # Definition
/// in rising order p'_(i) = min over j >= i of min(1, (k - j + 1) p_(j)), k tests; sharper than Holm, but sound only for independent or positively
/// dependent tests
/// # Shape and unit
/// one adjusted p per p, in the order handed in
/// # Missing
/// the caller leaves out tests that do not exist; they then do not count in k
/// # Undefined
/// never; empty for no tests
/// # Source
/// Hochberg (1988), Biometrika 75, 800-802
/// # Agrees with
/// R `p.adjust(method = "hochberg")` 4.2.2, statsmodels `simes-hochberg` 0.15.0, 1e-9
/// # Cost
/// O(k log k)
pub fn hochberg(p_values: &[f64]) -> Vec<f64> {
    let k = p_values.len();
    step_up(p_values, |rank| (k - rank) as f64)
}

/// Whether an outcome still counts when the chance of any false alarm is held down, the sharpest of the simple rules under Hochberg's condition.
///
/// # Definition
/// the smallest level at which the closed family of Simes tests rejects the outcome, k tests
/// # Shape and unit
/// one adjusted p per p, in the order handed in
/// # Missing
/// the caller leaves out tests that do not exist; they then do not count in k
/// # Undefined
/// never; empty for no tests
/// # Source
/// Hommel (1988), Biometrika 75, 383-386; Wright (1992), Biometrics 48, 1005-1013, for the algorithm
/// # Agrees with
/// R `p.adjust(method = "hommel")` 4.2.2, statsmodels 0.15.0, 1e-9
/// # Cost
/// O(k^2)
pub fn hommel(p_values: &[f64]) -> Vec<f64> {
    let k = p_values.len();
    let places = rising(p_values);
    let sorted: Vec<f64> = places.iter().map(|&place| p_values[place]).collect();
    let simes = |tests: &[f64]| {
        let ranked = tests.iter().zip(1..);
        ranked.fold(f64::INFINITY, |least, (p, rank): (_, u32)| {
            least.min(tests.len() as f64 * p / f64::from(rank))
        })
    };
    let mut raised = vec![simes(&sorted); k];
    for size in (2..k).rev() {
        // Of `size` tests: the lowest k - size + 1 against the highest size - 1.
        let (low, high) = sorted.split_at(k - size + 1);
        let least_high = (2..)
            .zip(high)
            .fold(f64::INFINITY, |least, (rank, p): (u32, _)| {
                least.min(size as f64 * p / f64::from(rank))
            });
        let mut level = 0.0;
        for (place, raised) in raised.iter_mut().enumerate() {
            if let Some(p) = low.get(place) {
                level = (size as f64 * p).min(least_high);
            }
            *raised = raised.max(level);
        }
    }
    let mut adjusted = vec![0.0; k];
    for ((place, raised), p) in places.into_iter().zip(raised).zip(sorted) {
        adjusted[place] = raised.max(p).min(1.0);
    }
    adjusted
}

/// Whether an outcome still counts when the expected share of false alarms is held down, however the tests depend on each other.
///
/// # Definition
/// in rising order p'_(i) = min over j >= i of min(1, c k p_(j) / j), c = 1 + 1/2 + ... + 1/k, k tests
/// # Shape and unit
/// one adjusted p per p, in the order handed in
/// # Missing
/// the caller leaves out tests that do not exist; they then do not count in k
/// # Undefined
/// never; empty for no tests
/// # Source
/// Benjamini & Yekutieli (2001), Ann. Stat. 29, 1165-1188
/// # Agrees with
/// R `p.adjust(method = "BY")` 4.2.2, statsmodels `fdr_by` 0.15.0, 1e-9
/// # Cost
/// O(k log k)
pub fn benjamini_yekutieli(p_values: &[f64]) -> Vec<f64> {
    let k = p_values.len();
    let price: f64 = (1..=k).map(|j| (j as f64).recip()).sum();
    step_up(p_values, |rank| price * k as f64 / (rank + 1) as f64)
}

/// In falling order the least of all factors times p so far; ranks from 0.
fn step_up(p_values: &[f64], factor: impl Fn(usize) -> f64) -> Vec<f64> {
    let mut adjusted = vec![0.0; p_values.len()];
    let mut lowest = 1.0_f64;
    for (rank, place) in rising(p_values).into_iter().enumerate().rev() {
        lowest = lowest.min(factor(rank) * p_values[place]);
        adjusted[place] = lowest;
    }
    adjusted
}

fn rising(p_values: &[f64]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..p_values.len()).collect();
    places.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_tests_by_hand() {
        let close = |a: Vec<f64>, b: [f64; 3]| a.iter().zip(b).all(|(x, y)| (x - y).abs() < 1e-12);
        assert!(close(holm(&[0.03, 0.01, 0.04]), [0.06, 0.03, 0.06]));
        assert!(close(
            benjamini_hochberg(&[0.03, 0.01, 0.04]),
            [0.04, 0.03, 0.04]
        ));
        for adjust in [
            holm,
            benjamini_hochberg,
            bonferroni,
            hochberg,
            hommel,
            benjamini_yekutieli,
        ] {
            assert!(adjust(&[]).is_empty());
            assert!((adjust(&[0.03])[0] - 0.03).abs() < 1e-12);
        }
    }
}
