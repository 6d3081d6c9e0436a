//! One relation without direction out of what the two ends said of it.

use super::network::{Network, Parts, Status};
use crate::outcome::Undefined;

/// What makes a tie of two reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Symmetry {
    /// Either says so; the value is the higher of the reports.
    Union,
    /// Both say so; the value is the lower of the reports.
    Intersection,
    /// The mean of both reports, where no tie counts as 0.
    Mean,
}

impl Symmetry {
    /// Every rule, in the order of the declaration.
    pub const ALL: [Self; 3] = [Self::Union, Self::Intersection, Self::Mean];

    /// The name that files carry.
    pub fn name(self) -> &'static str {
        match self {
            Self::Union => "union",
            Self::Intersection => "intersection",
            Self::Mean => "mean",
        }
    }

    /// The rule that carries this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.name() == name)
    }

    fn of(self, one: Report, other: Report) -> Report {
        use Report::{Absent, Present, Unknown};
        match (self, one, other) {
            (_, Absent, Absent) => Absent,
            (_, Unknown, Unknown) => Unknown,
            (Self::Union, Present(a), Present(b)) => Present(a.max(b)),
            (Self::Union, Present(a), _) | (Self::Union, _, Present(a)) => Present(a),
            (Self::Intersection, Present(a), Present(b)) => Present(a.min(b)),
            (Self::Intersection, Absent, _) | (Self::Intersection, _, Absent) => Absent,
            (Self::Mean, Present(a), Present(b)) => Present(a / 2.0 + b / 2.0),
            (Self::Mean, Present(a), Absent) | (Self::Mean, Absent, Present(a)) => Present(a / 2.0),
            (_, Unknown, _) | (_, _, Unknown) => Unknown,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Report {
    Present(f64),
    Absent,
    Unknown,
}

impl Report {
    fn plain(net: &Network, ego: usize, alter: usize) -> Self {
        if net.open(ego, alter) {
            Self::Unknown
        } else {
            Self::Absent
        }
    }
}

/// Dyads that may become unknown one by one; more are refused rather than written down.
const MOST_LISTED: usize = 5_000_000;

/// The network read without direction: each pair tied or not by what its two ends said.
///
/// # Definition
/// union x_ij or x_ji, value max · intersection x_ij and x_ji, value min · mean (x_ij + x_ji) / 2, a tie if either is one
/// # Shape and unit
/// a network on the same positions in which x_ij = x_ji everywhere
/// # Missing
/// union: known present if either report is, known absent only if both are · intersection: known absent if either report is, known present only if
/// both are · mean: known only if both are. Else unknown
/// # Undefined
/// TooManyActors where more than five million dyads of a silent and an answering actor would be unknown (union and mean)
/// # Source
/// Kleene (1938) for the logic of the unknown; sna `symmetrize` rules weak and strong
/// # Agrees with
/// R `pmax(x, t(x))`, `pmin(x, t(x))` and `(x + t(x)) / 2` where nothing is unknown, exactly
/// # Cost
/// O(n + k log k), k = ties and exceptions, and the dyads of a silent and an answering actor under union and mean
pub fn symmetrize(net: &Network, rule: Symmetry) -> Result<Network, Undefined> {
    let answering: Vec<usize> = (0..net.n_positions())
        .filter(|&i| net.is_present(i) && !net.is_silent(i))
        .collect();
    // Between two silent actors both rows are open, in every network; of a silent and an answering one it depends.
    let half_open = rule != Symmetry::Intersection && !net.is_mirrored();
    if half_open && net.n_silent().saturating_mul(answering.len()) > MOST_LISTED {
        return Err(Undefined::TooManyActors);
    }

    let mut cells: Vec<(u32, u32, bool, Status)> = net
        .listed()
        .map(|(i, j, status)| (i.min(j), i.max(j), i > j, status))
        .collect();
    cells.sort_unstable();
    let mut parts = net.parts();
    parts.mirrored = true;
    parts.ties.clear();
    parts.unknown.clear();
    parts.known_absent.clear();
    let mut settled = Vec::new();
    for dyad in cells.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let (low, high) = (dyad[0].0 as usize, dyad[0].1 as usize);
        let mut reports = [Report::plain(net, low, high), Report::plain(net, high, low)];
        for &(_, _, backward, status) in dyad {
            let (ego, alter) = if backward { (high, low) } else { (low, high) };
            reports[usize::from(backward)] = match status {
                Status::Present => Report::Present(value(net, ego, alter)),
                Status::Absent => Report::Absent,
                Status::Unknown => Report::Unknown,
            };
        }
        put(
            &mut parts,
            (dyad[0].0, dyad[0].1),
            rule.of(reports[0], reports[1]),
        );
        settled.push((dyad[0].0, dyad[0].1));
    }
    if half_open {
        let index = |i: usize| u32::try_from(i).expect("a position was a u32 when it was put in");
        for i in (0..net.n_positions()).filter(|&i| net.is_silent(i)) {
            for &j in &answering {
                let dyad = (index(i.min(j)), index(i.max(j)));
                if settled.binary_search(&dyad).is_err() {
                    put(&mut parts, dyad, rule.of(Report::Unknown, Report::Absent));
                }
            }
        }
    }
    Ok(Network::from_parts(parts))
}

fn value(net: &Network, ego: usize, alter: usize) -> f64 {
    match net.cell(ego, alter) {
        super::Cell::Present(value) => value,
        _ => 0.0,
    }
}

fn put(parts: &mut Parts, (i, j): (u32, u32), report: Report) {
    match report {
        Report::Present(value) => parts.ties.extend([(i, j, value), (j, i, value)]),
        Report::Absent => parts.known_absent.extend([(i, j), (j, i)]),
        Report::Unknown => parts.unknown.extend([(i, j), (j, i)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Cell;

    #[test]
    fn one_says_three_the_other_says_one() {
        let mut builder = Network::builder(3);
        builder.tie(0, 1, 3.0).tie(1, 0, 1.0).tie(0, 2, 4.0);
        let net = builder.build(0.0).unwrap();
        let cells = |rule| {
            let net = symmetrize(&net, rule).unwrap();
            [net.cell(1, 0), net.cell(2, 0), net.cell(1, 2)]
        };
        use Cell::{Absent, Present};
        assert_eq!(cells(Symmetry::Union), [Present(3.0), Present(4.0), Absent]);
        assert_eq!(
            cells(Symmetry::Intersection),
            [Present(1.0), Absent, Absent]
        );
        assert_eq!(cells(Symmetry::Mean), [Present(2.0), Present(2.0), Absent]);
        for rule in Symmetry::ALL {
            assert_eq!(Symmetry::from_name(rule.name()), Some(rule));
        }
    }
}
