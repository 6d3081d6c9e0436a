//! Every way to choose some of the units, each one swap away from the last.

/// In how many ways the units can be divided over two groups of these sizes.
/// # Definition
/// The binomial coefficient C(n, k), k = `chosen`.
/// # Shape and unit
/// One whole number, at least 1.
/// # Missing
/// Units without a value are not among the n.
/// # Undefined
/// `None` where k > n, and where the number does not fit in 64 bits.
/// # Source
/// Elementary combinatorics.
/// # Agrees with
/// R `choose`, exactly: C(20, 10) = 184,756.
/// # Cost
/// O(min(k, n - k)).
pub fn n_assignments(n: usize, chosen: usize) -> Option<u64> {
    let smaller = chosen.min(n.checked_sub(chosen)?);
    let mut ways = 1_u128;
    for k in 0..smaller {
        ways = ways * (n - k) as u128 / (k + 1) as u128;
        if ways > u128::from(u64::MAX) {
            return None;
        }
    }
    u64::try_from(ways).ok()
}

/// Walks all choices of t out of 0..n in revolving-door order, beginning with 0..t.
#[derive(Debug, Clone)]
pub struct RevolvingDoor {
    /// Knuth's c_1 .. c_t at 1 ..= t, and c_(t+1) = n.
    c: Vec<usize>,
    t: usize,
}

impl RevolvingDoor {
    /// The walk over the choices of `chosen` out of `n`; there is nothing to walk unless 0 < chosen < n.
    pub fn new(n: usize, chosen: usize) -> Self {
        let mut c: Vec<usize> = (0..=chosen + 1).map(|j| j.saturating_sub(1)).collect();
        c[chosen + 1] = n;
        let t = if chosen < n { chosen } else { 0 };
        Self { c, t }
    }

    /// Moves to the next choice: (unit that leaves, unit that enters), or nothing after the last.
    // Knuth (2011), TAOCP 4A, 7.2.1.3, Algorithm R.
    pub fn swap(&mut self) -> Option<(usize, usize)> {
        let Self { c, t } = self;
        let t = *t;
        if t == 0 {
            return None;
        }
        let mut decrease = t % 2 == 1; // R3
        let first = c[1];
        if decrease && first + 1 < c[2] {
            c[1] = first + 1;
            return Some((first, first + 1));
        }
        if !decrease && first > 0 {
            c[1] = first - 1;
            return Some((first, first - 1));
        }
        for j in 2..=t {
            let here = c[j];
            if decrease {
                // R4: c_j = c_(j-1) + 1
                if here >= j {
                    c[j] = c[j - 1];
                    c[j - 1] = j - 2;
                    return Some((here, j - 2));
                }
            } else if here + 1 < c[j + 1] {
                // R5: c_(j-1) = j - 2
                c[j - 1] = here;
                c[j] = here + 1;
                return Some((j - 2, here + 1));
            }
            decrease = !decrease;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_choice_once() {
        for n in 2..=9 {
            for t in 1..n {
                let mut chosen: BTreeSet<usize> = (0..t).collect();
                let mut seen = BTreeSet::from([chosen.clone()]);
                let mut door = RevolvingDoor::new(n, t);
                while let Some((leaves, enters)) = door.swap() {
                    assert!(chosen.remove(&leaves), "{leaves} was not chosen");
                    assert!(enters < n && chosen.insert(enters));
                    assert!(seen.insert(chosen.clone()), "{chosen:?} twice");
                }
                assert_eq!(Some(seen.len() as u64), n_assignments(n, t), "{t} of {n}");
            }
        }
    }

    #[test]
    fn ten_of_twenty() {
        assert_eq!(n_assignments(20, 10), Some(184_756));
        assert_eq!(n_assignments(5, 0), Some(1));
        assert_eq!(n_assignments(3, 4), None);
        assert_eq!(n_assignments(1000, 500), None);
        assert_eq!(RevolvingDoor::new(3, 0).swap(), None);
        assert_eq!(RevolvingDoor::new(3, 3).swap(), None);
    }
}
