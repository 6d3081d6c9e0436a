//! How many unordered pairs are mutual, one-sided, empty, or known in part.

use super::network::{Network, Status};

/// The unordered pairs of present actors, by what is known of their two cells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DyadCensus {
    /// Both cells present (M).
    pub mutual: u64,
    /// One present, one absent (A).
    pub asymmetric: u64,
    /// Both absent (N).
    pub null: u64,
    /// One present, one unknown (P).
    pub one_known_present: u64,
    /// One absent, one unknown (Q).
    pub one_known_absent: u64,
    /// Both unknown (U).
    pub unknown: u64,
}

impl DyadCensus {
    /// Dyads of which both cells are known.
    pub fn n_known(&self) -> u64 {
        self.mutual + self.asymmetric + self.null
    }

    fn of(&mut self, one: Status, other: Status) -> &mut u64 {
        match (one, other) {
            (Status::Present, Status::Present) => &mut self.mutual,
            (Status::Absent, Status::Absent) => &mut self.null,
            (Status::Unknown, Status::Unknown) => &mut self.unknown,
            (Status::Present, Status::Absent) | (Status::Absent, Status::Present) => {
                &mut self.asymmetric
            }
            (Status::Present, Status::Unknown) | (Status::Unknown, Status::Present) => {
                &mut self.one_known_present
            }
            (Status::Absent, Status::Unknown) | (Status::Unknown, Status::Absent) => {
                &mut self.one_known_absent
            }
        }
    }
}

/// How often colleagues name each other, one the other, or neither, as far as both were asked.
///
/// # Definition
/// each of the n (n - 1) / 2 dyads {i, j} counted once, by the states of x_ij and x_ji
/// # Shape and unit
/// six counts that sum to n (n - 1) / 2
/// # Missing
/// a dyad with an unknown cell is counted apart
/// # Undefined
/// never; all zero below two actors
/// # Source
/// Holland & Leinhardt (1970), AJS 76, 492-513
/// # Agrees with
/// sna `dyad.census` 2.7-1, exactly, with and without missing cells
/// # Cost
/// O(n + k log k), k = ties and exceptions; pairs of silent actors are counted, not walked
pub fn dyad_census(net: &Network) -> DyadCensus {
    let silent = net.n_silent() as u64;
    let answering = net.n_actors() as u64 - silent;
    let mut census = DyadCensus {
        null: answering * answering.saturating_sub(1) / 2,
        unknown: silent * silent.saturating_sub(1) / 2,
        ..DyadCensus::default()
    };
    if net.is_mirrored() {
        census.null += answering * silent;
    } else {
        census.one_known_absent = answering * silent;
    }

    let mut cells: Vec<(u32, u32, bool, Status)> = net
        .listed()
        .map(|(i, j, status)| (i.min(j), i.max(j), i > j, status))
        .collect();
    cells.sort_unstable();
    for dyad in cells.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let (low, high) = (dyad[0].0 as usize, dyad[0].1 as usize);
        let plain = [unlisted(net, low, high), unlisted(net, high, low)];
        let mut actual = plain;
        for &(_, _, backward, status) in dyad {
            actual[usize::from(backward)] = status;
        }
        *census.of(plain[0], plain[1]) -= 1;
        *census.of(actual[0], actual[1]) += 1;
    }
    census
}

fn unlisted(net: &Network, ego: usize, alter: usize) -> Status {
    if net.open(ego, alter) {
        Status::Unknown
    } else {
        Status::Absent
    }
}
