//! Places in a row of values, those that are equal sharing the mean of theirs.

use crate::outcome::Undefined;

/// Where every value stands among all, the lowest at 1; equal values share the mean of their places.
///
/// # Definition
/// r_i = number of values below x_i + (number equal to it, itself counted, + 1) / 2
/// # Shape and unit
/// one mid-rank per value, in the order handed in; they sum to n (n + 1) / 2
/// # Missing
/// the caller hands in the units that have a value
/// # Undefined
/// NotFinite if a value is not a finite number; values tie if they are equal to the last bit, so round before where they come by different sums
/// # Source
/// Kendall (1945), Biometrika 33, 239-251
/// # Agrees with
/// R `rank` 4.2.2, exactly
/// # Cost
/// O(n log n)
pub fn mid_ranks(values: &[f64]) -> Result<Vec<f64>, Undefined> {
    let doubled = doubled_mid_ranks(values)?;
    Ok(doubled.into_iter().map(|rank| rank as f64 / 2.0).collect())
}

/// Twice the mid-ranks: whole numbers, so that sums of them are exact and can be counted.
///
/// # Errors
/// `NotFinite` if a value is not a finite number.
pub fn doubled_mid_ranks(values: &[f64]) -> Result<Vec<i64>, Undefined> {
    if values.iter().any(|x| !x.is_finite()) {
        return Err(Undefined::NotFinite);
    }
    let mut places: Vec<usize> = (0..values.len()).collect();
    places.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0; values.len()];
    let mut below = 0;
    // Equal by ==, not by the order of the sort: -0 and 0 tie.
    for tied in places.chunk_by(|&a, &b| values[a] == values[b]) {
        for &place in tied {
            ranks[place] = (2 * below + tied.len() + 1) as i64;
        }
        below += tied.len();
    }
    Ok(ranks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_share_their_places() {
        assert_eq!(
            mid_ranks(&[3.0, 1.0, 3.0, -0.0, 0.0, 3.0]),
            Ok(vec![5.0, 3.0, 5.0, 1.5, 1.5, 5.0])
        );
        assert_eq!(mid_ranks(&[]), Ok(vec![]));
        assert_eq!(mid_ranks(&[1.0, f64::NAN]), Err(Undefined::NotFinite));
    }
}
