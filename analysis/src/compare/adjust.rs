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
    let mut adjusted = vec![0.0; k];
    let mut lowest = 1.0_f64;
    for (rank, place) in rising(p_values).into_iter().enumerate().rev() {
        lowest = lowest.min(k as f64 * p_values[place] / (rank + 1) as f64);
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
        assert!(holm(&[]).is_empty());
    }
}
