//! What two networks on the same actors share: two waves of a relation, or two relations of a wave.

use crate::network::network::Status;
use crate::network::{Cell, Network};
use crate::outcome::Undefined;

/// The ordered pairs that are known and possible in both networks, by where they are tied.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ChangeCounts {
    /// Tied in both (N11).
    pub kept: u64,
    /// Tied in the second only (N01).
    pub born: u64,
    /// Tied in the first only (N10).
    pub ended: u64,
    /// Tied in neither (N00).
    pub neither: u64,
}

impl ChangeCounts {
    /// Ordered pairs known in both.
    pub fn n_known(&self) -> u64 {
        self.kept + self.born + self.ended + self.neither
    }

    fn if_known(&self) -> Result<&Self, Undefined> {
        match self.n_known() {
            0 => Err(Undefined::NothingObserved),
            _ => Ok(self),
        }
    }

    /// [`network_jaccard`] of the two networks that were counted.
    pub fn jaccard(&self) -> Result<f64, Undefined> {
        self.if_known()?;
        match self.kept + self.born + self.ended {
            0 => Err(Undefined::NoTies),
            either => Ok(self.kept as f64 / either as f64),
        }
    }

    /// [`network_hamming`] of the two networks that were counted.
    pub fn hamming(&self) -> Result<u64, Undefined> {
        self.if_known().map(|counts| counts.born + counts.ended)
    }

    /// [`proportion_kept`] of the two networks that were counted.
    pub fn proportion_kept(&self) -> Result<f64, Undefined> {
        self.if_known()?;
        match self.kept + self.ended {
            0 => Err(Undefined::NoTies),
            ties => Ok(self.kept as f64 / ties as f64),
        }
    }

    /// [`multiplexity_overlap`](super::multiplexity::multiplexity_overlap) of the two networks that were counted.
    pub fn overlap(&self) -> Result<f64, Undefined> {
        self.if_known()?;
        match self.kept + self.ended.min(self.born) {
            0 => Err(Undefined::NoTies),
            fewer => Ok(self.kept as f64 / fewer as f64),
        }
    }

    /// [`network_phi`] of the two networks that were counted.
    pub fn phi(&self) -> Result<f64, Undefined> {
        self.if_known()?;
        let [kept, born, ended, neither] =
            [self.kept, self.born, self.ended, self.neither].map(|count| count as f64);
        let margins = [kept + ended, born + neither, kept + born, ended + neither];
        if margins.contains(&0.0) {
            return Err(Undefined::NoVariation);
        }
        // Roots one by one, and paired so that the order of the networks does not reach the last digit.
        let [tied, free, tied_other, free_other] = margins.map(f64::sqrt);
        let spread = (tied * tied_other) * (free * free_other);
        Ok(((kept * neither - ended * born) / spread).clamp(-1.0, 1.0))
    }
}

/// How many ties stayed, came and went between two moments, among those who were there and asked at both.
///
/// # Definition
/// N11, N01, N10, N00 over the ordered pairs of which both networks know the cell
/// # Shape and unit
/// four counts of ordered pairs
/// # Missing
/// a cell that is unknown or impossible in either network is left out; a position beyond the end of the shorter network is read as absent there
/// # Undefined
/// never; all zero if nothing is known in both
/// # Source
/// Snijders, Van de Bunt & Steglich (2010), Social Networks 32, 44-60, section 2.2
/// # Agrees with
/// counts beside sna `gcor` 2.7-1 on the persons in both waves, exactly
/// # Cost
/// O(n + k log k), k = ties and exceptions of both
pub fn change_counts(first: &Network, second: &Network) -> ChangeCounts {
    let nets = [first, second];
    let both = |i: usize| nets.iter().all(|net| net.is_present(i));
    // Actors by (silent in the first, silent in the second): cells that are not listed follow from it.
    let mut class_sizes = [0_u64; 4];
    let mut example = [0_usize; 4];
    for i in (0..first.n_positions()).filter(|&i| both(i)) {
        let class = usize::from(first.is_silent(i)) + 2 * usize::from(second.is_silent(i));
        class_sizes[class] += 1;
        example[class] = i;
    }
    let mut counts = ChangeCounts::default();
    for (ego, &egos) in class_sizes.iter().enumerate() {
        for (alter, &alters) in class_sizes.iter().enumerate() {
            let pairs = if ego == alter {
                egos * egos.saturating_sub(1)
            } else {
                egos * alters
            };
            if pairs > 0
                && !nets
                    .iter()
                    .any(|net| net.open(example[ego], example[alter]))
            {
                counts.neither += pairs;
            }
        }
    }

    let mut cells: Vec<(u32, u32, bool, Status)> = Vec::new();
    for (net, is_second) in [(first, false), (second, true)] {
        cells.extend(
            net.listed()
                .filter(|&(i, j, _)| both(i as usize) && both(j as usize))
                .map(|(i, j, status)| (i, j, is_second, status)),
        );
    }
    cells.sort_unstable();
    for cell in cells.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let (i, j) = (cell[0].0 as usize, cell[0].1 as usize);
        let mut status = nets.map(|net| {
            if net.open(i, j) {
                Status::Unknown
            } else {
                Status::Absent
            }
        });
        if status == [Status::Absent; 2] {
            counts.neither -= 1;
        }
        for &(_, _, is_second, listed) in cell {
            status[usize::from(is_second)] = listed;
        }
        match status {
            [Status::Present, Status::Present] => counts.kept += 1,
            [Status::Absent, Status::Present] => counts.born += 1,
            [Status::Present, Status::Absent] => counts.ended += 1,
            [Status::Absent, Status::Absent] => counts.neither += 1,
            [Status::Unknown, _] | [_, Status::Unknown] => {}
        }
    }
    counts
}

/// Of the ties seen at either of two moments, the share seen at both: 1 = nothing changed, 0 = nothing stayed.
///
/// # Definition
/// N11 / (N11 + N10 + N01)
/// # Shape and unit
/// one number in \[0, 1\]
/// # Missing
/// only cells known in both waves count
/// # Undefined
/// NothingObserved if no cell is known in both; NoTies if none of those is a tie in either
/// # Source
/// Jaccard (1900); Snijders, Van de Bunt & Steglich (2010), Social Networks 32, 44-60, section 2.2
/// # Agrees with
/// counts beside sna `gcor` 2.7-1 on the persons in both waves, 1e-9
/// # Cost
/// O(n + k log k), k = ties and exceptions of both
pub fn network_jaccard(earlier: &Network, later: &Network) -> Result<f64, Undefined> {
    change_counts(earlier, later).jaccard()
}

/// How many ties came or went between two moments.
///
/// # Definition
/// N10 + N01
/// # Shape and unit
/// a count of ordered pairs
/// # Missing
/// only cells known in both waves count
/// # Undefined
/// NothingObserved if no cell is known in both
/// # Source
/// Hamming (1950); printed by RSiena beside the Jaccard index
/// # Agrees with
/// counts beside sna `gcor` 2.7-1 on the persons in both waves, exactly
/// # Cost
/// O(n + k log k), k = ties and exceptions of both
pub fn network_hamming(earlier: &Network, later: &Network) -> Result<u64, Undefined> {
    change_counts(earlier, later).hamming()
}

/// Of the pairs tied in either of two relations, the share tied in both: 1 = the same ties, 0 = none in common.
///
/// # Definition
/// N11 / (N11 + N10 + N01) over two relations of one wave
/// # Shape and unit
/// one number in \[0, 1\]; the order of the relations does not matter
/// # Missing
/// only cells known in both relations count
/// # Undefined
/// NothingObserved if no cell is known in both; NoTies if none of those is a tie in either
/// # Source
/// Jaccard (1900)
/// # Agrees with
/// counts beside sna `gcor` 2.7-1 (`between_relations`), 1e-9
/// # Cost
/// O(n + k log k), k = ties and exceptions of both
pub fn multiplexity_jaccard(one: &Network, other: &Network) -> Result<f64, Undefined> {
    change_counts(one, other).jaccard()
}

/// How many ties were there at both of two moments.
///
/// # Definition
/// N11
/// # Shape and unit
/// a count of ordered pairs
/// # Missing
/// only cells known in both waves count
/// # Undefined
/// NothingObserved if no cell is known in both
/// # Source
/// Snijders, Van de Bunt & Steglich (2010), Social Networks 32, 44-60, section 2.2
/// # Agrees with
/// counts beside sna `gcor` 2.7-1 on the persons in both waves, exactly
/// # Cost
/// O(n + k log k), k = ties and exceptions of both
pub fn change_kept(earlier: &Network, later: &Network) -> Result<u64, Undefined> {
    known(earlier, later).map(|counts| counts.kept)
}

/// How many ties came between two moments, among those who were there and asked at both.
///
/// # Definition
/// N01
/// # Shape and unit
/// a count of ordered pairs
/// # Missing
/// only cells known in both waves count: the ties of who joined are not born
/// # Undefined
/// NothingObserved if no cell is known in both
/// # Source
/// Snijders, Van de Bunt & Steglich (2010), Social Networks 32, 44-60, section 2.2
/// # Agrees with
/// counts beside sna `gcor` 2.7-1 on the persons in both waves, exactly
/// # Cost
/// O(n + k log k), k = ties and exceptions of both
pub fn change_born(earlier: &Network, later: &Network) -> Result<u64, Undefined> {
    known(earlier, later).map(|counts| counts.born)
}

/// How many ties went between two moments, among those who were there and asked at both.
///
/// # Definition
/// N10
/// # Shape and unit
/// a count of ordered pairs
/// # Missing
/// only cells known in both waves count: the ties of who left have not ended
/// # Undefined
/// NothingObserved if no cell is known in both
/// # Source
/// Snijders, Van de Bunt & Steglich (2010), Social Networks 32, 44-60, section 2.2
/// # Agrees with
/// counts beside sna `gcor` 2.7-1 on the persons in both waves, exactly
/// # Cost
/// O(n + k log k), k = ties and exceptions of both
pub fn change_ended(earlier: &Network, later: &Network) -> Result<u64, Undefined> {
    known(earlier, later).map(|counts| counts.ended)
}

/// Of the ties at the first moment, the share that was still there at the second.
///
/// # Definition
/// N11 / (N11 + N10)
/// # Shape and unit
/// one number in \[0, 1\]
/// # Missing
/// only cells known in both waves count
/// # Undefined
/// NothingObserved if no cell is known in both; NoTies if none of those is a tie at the first moment
/// # Source
/// RSiena manual, section on the amount of change
/// # Agrees with
/// counts beside sna `gcor` 2.7-1 on the persons in both waves, 1e-9
/// # Cost
/// O(n + k log k), k = ties and exceptions of both
pub fn proportion_kept(earlier: &Network, later: &Network) -> Result<f64, Undefined> {
    change_counts(earlier, later).proportion_kept()
}

/// How far two networks have the same ties beyond what their densities make likely: 1 = the same, 0 = unrelated, -1 = each where the other is not.
///
/// # Definition
/// phi = (N11 N00 - N10 N01) / sqrt((N11 + N10) (N01 + N00) (N11 + N01) (N10 + N00)), the correlation of the cells as 0 and 1
/// # Shape and unit
/// one number in \[-1, 1\]; the order of the networks does not matter
/// # Missing
/// only cells known in both count
/// # Undefined
/// NothingObserved if no cell is known in both; NoVariation if in either network those cells are all ties or none is
/// # Source
/// Krackhardt (1987), Social Networks 9, 171-186, the graph correlation
/// # Agrees with
/// sna `gcor` 2.7-1 on dichotomised ties of the persons in both, 1e-9
/// # Cost
/// O(n + k log k), k = ties and exceptions of both
pub fn network_phi(one: &Network, other: &Network) -> Result<f64, Undefined> {
    change_counts(one, other).phi()
}

/// How far two networks are strong and weak in the same places: the correlation of their values, where no tie counts as 0.
///
/// # Definition
/// Pearson correlation of v_ij and w_ij, the values of the two networks, over the ordered pairs of which both know the cell; an absent tie has value 0
/// # Shape and unit
/// one number in \[-1, 1\]; the order of the networks does not matter; equal to [`network_phi`] where all values are 1
/// # Missing
/// only cells known in both count
/// # Undefined
/// NothingObserved if no cell is known in both; NoVariation if the values of either do not vary over those; NotFinite if values are too large to square
/// # Source
/// Krackhardt (1987), Social Networks 9, 171-186
/// # Agrees with
/// sna `gcor` 2.7-1 on dichotomised ties of the persons in both, 1e-9; recount cell by cell on small networks with values
/// # Cost
/// O(n + k log k), k = ties and exceptions of both
pub fn network_correlation(one: &Network, other: &Network) -> Result<f64, Undefined> {
    let n_known = known(one, other)?.n_known() as f64;
    let sides = [(one, other), (other, one)].map(|(net, beside)| {
        net.ties()
            .filter_map(|(i, j, value)| match beside.cell(i, j) {
                Cell::Present(other) => Some((value, other)),
                Cell::Absent => Some((value, 0.0)),
                Cell::Unknown | Cell::Impossible => None,
            })
            .collect::<Vec<_>>()
    });
    let means = sides
        .each_ref()
        .map(|side| side.iter().map(|(value, _)| value).sum::<f64>() / n_known);
    let varies = |side: &[(f64, f64)]| {
        let full = side.len() as f64 == n_known;
        side.iter()
            .any(|(value, _)| *value != if full { side[0].0 } else { 0.0 })
    };
    if !sides.iter().all(|side| varies(side)) {
        return Err(Undefined::NoVariation);
    }
    // Around the mean; the cells without a tie lie at minus the mean.
    let squares = |side: &[(f64, f64)], mean: f64| {
        let ties: f64 = side.iter().map(|(value, _)| (value - mean).powi(2)).sum();
        ties + (n_known - side.len() as f64) * mean * mean
    };
    let product: f64 = sides[0].iter().map(|(value, beside)| value * beside).sum();
    let covariance = product - n_known * means[0] * means[1];
    let spread = squares(&sides[0], means[0]).sqrt() * squares(&sides[1], means[1]).sqrt();
    let correlation = covariance / spread;
    if !correlation.is_finite() {
        return Err(Undefined::NotFinite);
    }
    Ok(correlation.clamp(-1.0, 1.0))
}

fn known(one: &Network, other: &Network) -> Result<ChangeCounts, Undefined> {
    let counts = change_counts(one, other);
    if counts.n_known() == 0 {
        return Err(Undefined::NothingObserved);
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(silent: &[usize], ties: &[(usize, usize)]) -> Network {
        let mut builder = Network::builder(3);
        for &i in silent {
            builder.silent(i);
        }
        for &(i, j) in ties {
            builder.tie(i, j, 1.0);
        }
        builder.build(0.0).unwrap()
    }

    #[test]
    fn one_tie_stays_one_comes_one_goes() {
        let first = network(&[], &[(0, 1), (1, 2)]);
        let second = network(&[], &[(0, 1), (2, 0)]);
        let counts = change_counts(&first, &second);
        assert_eq!(
            (counts.kept, counts.born, counts.ended, counts.neither),
            (1, 1, 1, 3)
        );
        assert_eq!(network_jaccard(&first, &second), Ok(1.0 / 3.0));
        assert_eq!(network_hamming(&first, &second), Ok(2));
        assert_eq!(change_kept(&first, &second), Ok(1));
        assert_eq!(change_born(&first, &second), Ok(1));
        assert_eq!(change_ended(&first, &second), Ok(1));
        assert_eq!(proportion_kept(&first, &second), Ok(0.5));
        // (1 x 3 - 1 x 1) / sqrt(2 x 4 x 2 x 4)
        let phi = network_phi(&first, &second).unwrap();
        assert!((phi - 0.25).abs() < 1e-15);
        let correlation = network_correlation(&first, &second).unwrap();
        assert!((correlation - 0.25).abs() < 1e-15);
    }

    #[test]
    fn who_was_silent_at_one_moment_did_not_change() {
        let first = network(&[1], &[(0, 1)]);
        let second = network(&[], &[(0, 1), (1, 2)]);
        let counts = change_counts(&first, &second);
        assert_eq!(
            (counts.kept, counts.born, counts.ended, counts.neither),
            (1, 0, 0, 3)
        );
    }
}
