//! Tables of pairs made from what is known of each actor: same group, distance, sender's and receiver's value.

use super::matrix::Matrix;
use crate::outcome::Undefined;

/// Whether two colleagues belong to the same group (role, year group, department): 1 if so, 0 if not.
///
/// # Definition
/// x_ij = 1 if g_i = g_j, else 0
/// # Shape and unit
/// one number per ordered pair, positions as in `groups`
/// # Missing
/// a pair of which one group is not known is not known
/// # Undefined
/// TooManyActors above 2,000 positions
/// # Source
/// Krackhardt (1988), Social Networks 10, 359-381
/// # Agrees with
/// `outer(g, g, "==")` in R, exactly
/// # Cost
/// O(n^2)
pub fn same<G: PartialEq>(groups: &[Option<G>]) -> Result<Matrix, Undefined> {
    Matrix::from_fn(groups.len(), |i, j| {
        let (ego, alter) = (groups[i].as_ref()?, groups[j].as_ref()?);
        Some(f64::from(u8::from(ego == alter)))
    })
}

/// How far two colleagues lie apart on a number (years in service, a scale score).
///
/// # Definition
/// x_ij = |v_i - v_j|
/// # Shape and unit
/// one number per ordered pair, in the unit of the values
/// # Missing
/// a pair of which one value is not known is not known
/// # Undefined
/// TooManyActors above 2,000 positions; NotFinite if a value is not finite
/// # Source
/// Krackhardt (1988), Social Networks 10, 359-381
/// # Agrees with
/// `abs(outer(v, v, "-"))` in R, exactly
/// # Cost
/// O(n^2)
pub fn difference(values: &[Option<f64>]) -> Result<Matrix, Undefined> {
    Matrix::from_fn(values.len(), |i, j| Some((values[i]? - values[j]?).abs()))
}

/// The value of the colleague who names: does more of it go with naming more?
///
/// # Definition
/// x_ij = v_i
/// # Shape and unit
/// one number per ordered pair, in the unit of the values
/// # Missing
/// the row of an actor without a value is not known
/// # Undefined
/// TooManyActors above 2,000 positions; NotFinite if a value is not finite
/// # Source
/// Krackhardt (1988), Social Networks 10, 359-381
/// # Agrees with
/// `matrix(v, n, n)` in R, exactly
/// # Cost
/// O(n^2)
pub fn sender(values: &[Option<f64>]) -> Result<Matrix, Undefined> {
    Matrix::from_fn(values.len(), |i, _| values[i])
}

/// The value of the colleague who is named: does more of it go with being named more?
///
/// # Definition
/// x_ij = v_j
/// # Shape and unit
/// one number per ordered pair, in the unit of the values
/// # Missing
/// the column of an actor without a value is not known
/// # Undefined
/// TooManyActors above 2,000 positions; NotFinite if a value is not finite
/// # Source
/// Krackhardt (1988), Social Networks 10, 359-381
/// # Agrees with
/// `matrix(v, n, n, byrow = TRUE)` in R, exactly
/// # Cost
/// O(n^2)
pub fn receiver(values: &[Option<f64>]) -> Result<Matrix, Undefined> {
    Matrix::from_fn(values.len(), |_, j| values[j])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_colleagues_one_of_whom_is_not_known() {
        let role = same(&[Some("teacher"), Some("teacher"), Some("principal"), None]).unwrap();
        assert_eq!(role.cell(0, 1), Some(1.0));
        assert_eq!(role.cell(1, 2), Some(0.0));
        assert_eq!((role.cell(0, 3), role.cell(1, 1)), (None, None));
        let years = [Some(3.0), Some(10.0), None];
        assert_eq!(difference(&years).unwrap().cell(0, 1), Some(7.0));
        assert_eq!(difference(&years).unwrap().cell(2, 1), None);
        assert_eq!(sender(&years).unwrap().cell(0, 2), Some(3.0));
        assert_eq!(sender(&years).unwrap().cell(2, 0), None);
        assert_eq!(receiver(&years).unwrap().cell(2, 1), Some(10.0));
        assert_eq!(receiver(&years).unwrap().cell(0, 2), None);
        assert_eq!(sender(&[Some(f64::NAN), None]), Err(Undefined::NotFinite));
    }
}
