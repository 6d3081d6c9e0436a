//! Unknown cells filled from the respondents who are named by the same colleagues.

use std::cmp::Ordering;

use super::network::{Cell, Network};
use crate::outcome::Undefined;

/// How many respondents vote on an unknown cell unless said otherwise.
pub const NEAREST: usize = 3;

/// Above so many actors nothing is filled: the columns of all actors are compared with each other.
pub const MAX_ACTORS: usize = 1_000;

/// The network as it would be if who did not answer had answered like the respondents who are named by the same colleagues.
///
/// # Definition
/// distance of i and j = share of the actors p, p not i or j, whose x_pi and x_pj are both known, for which they differ. An unknown x_ij becomes
/// what more than half of the k nearest respondents to i say of j whose x_.j is known (half: absent); if the k-th place is shared by t respondents at
/// the same distance of which r would fit, each has r / t of a vote. The value is the median of the ties voted for, the lower of two
/// # Shape and unit
/// a network on the same positions in which everyone answered
/// # Missing
/// this is where it is decided; a cell whose column no other respondent knows stays unknown
/// # Undefined
/// TooManyActors above [`MAX_ACTORS`]; TooFewUnits for k = 0
/// # Source
/// Žnidaršič, Ferligoj & Doreian (2017), Social Networks 48 (median of the three nearest by incoming ties); Huisman (2009), Journal of Social
/// Structure 10, for the hot deck. Ties in distance are shared here, so that the order of the roster decides nothing
/// # Agrees with
/// a recount in full of small networks, exactly
/// # Cost
/// O(s n^2 / 64 + s n (k + t) log m) for s actors with unknown cells, t respondents at the k-th distance
pub fn profile(net: &Network, nearest: usize) -> Result<Network, Undefined> {
    if net.n_actors() > MAX_ACTORS {
        return Err(Undefined::TooManyActors);
    }
    if nearest == 0 {
        return Err(Undefined::TooFewUnits);
    }
    let mut parts = net.parts();
    parts.silent.fill(false);
    parts.mirrored = false;
    parts.unknown.clear();
    parts.known_absent.clear();
    if net.n_unknown_pairs() == 0 {
        return Ok(Network::from_parts(parts));
    }
    let columns = Columns::of(net);
    let index =
        |position: usize| u32::try_from(position).expect("a position was a u32 when it was put in");
    for (i, &ego) in columns.actors.iter().enumerate() {
        if net.out_unknown()[ego] == 0 {
            continue;
        }
        let voters = columns.nearest_first(net, i);
        for &alter in &columns.actors {
            if net.cell(ego, alter) != Cell::Unknown {
                continue;
            }
            match vote(net, &voters, alter, nearest) {
                Some(Cell::Present(value)) => parts.ties.push((index(ego), index(alter), value)),
                Some(_) => {}
                None => parts.unknown.push((index(ego), index(alter))),
            }
        }
    }
    Ok(Network::from_parts(parts))
}

/// Who names each actor and who is known to name or not to name it, as bits over the actors.
struct Columns {
    /// The positions of the present actors.
    actors: Vec<usize>,
    words: usize,
    ties: Vec<u64>,
    known: Vec<u64>,
}

/// A respondent and how far it lies from the actor whose cells are filled: for `differing` of `compared` actors their columns differ.
struct Voter {
    position: usize,
    differing: u32,
    compared: u32,
}

impl Voter {
    /// Nearest first; who cannot be compared at all comes last.
    fn order(&self, other: &Self) -> Ordering {
        let cross = |a: &Self, b: &Self| u64::from(a.differing) * u64::from(b.compared);
        match (self.compared, other.compared) {
            (0, 0) => Ordering::Equal,
            (0, _) => Ordering::Greater,
            (_, 0) => Ordering::Less,
            _ => cross(self, other).cmp(&cross(other, self)),
        }
    }
}

impl Columns {
    fn of(net: &Network) -> Self {
        let actors: Vec<usize> = (0..net.n_positions())
            .filter(|&i| net.is_present(i))
            .collect();
        let n = actors.len();
        let words = n.div_ceil(64);
        let mut ties = vec![0; n * words];
        let mut known = vec![0; n * words];
        for (p, &ego) in actors.iter().enumerate() {
            for (i, &alter) in actors.iter().enumerate() {
                let (word, bit) = (i * words + p / 64, 1_u64 << (p % 64));
                match net.cell(ego, alter) {
                    Cell::Present(_) => {
                        ties[word] |= bit;
                        known[word] |= bit;
                    }
                    Cell::Absent => known[word] |= bit,
                    Cell::Unknown | Cell::Impossible => {}
                }
            }
        }
        Self {
            actors,
            words,
            ties,
            known,
        }
    }

    /// The respondents other than actor i, the nearest first. An actor's own bit is not known in its own column, which leaves i and j out.
    fn nearest_first(&self, net: &Network, i: usize) -> Vec<Voter> {
        let column = |of: usize| of * self.words..(of + 1) * self.words;
        let mut voters: Vec<Voter> = (0..self.actors.len())
            .filter(|&j| j != i && net.observed(self.actors[j]))
            .map(|j| {
                let (mine, theirs) = (column(i), column(j));
                let mut voter = Voter {
                    position: self.actors[j],
                    differing: 0,
                    compared: 0,
                };
                for (a, b) in mine.zip(theirs) {
                    let both = self.known[a] & self.known[b];
                    voter.compared += both.count_ones();
                    voter.differing += ((self.ties[a] ^ self.ties[b]) & both).count_ones();
                }
                voter
            })
            .collect();
        voters.sort_by(Voter::order);
        voters
    }
}

/// What the nearest say of this alter; nothing if nobody of them knows.
fn vote(net: &Network, voters: &[Voter], alter: usize, nearest: usize) -> Option<Cell> {
    let mut places = nearest;
    let mut whole = Vec::with_capacity(nearest);
    let mut shared = Vec::new();
    for group in voters.chunk_by(|a, b| a.order(b) == Ordering::Equal) {
        if places == 0 {
            break;
        }
        let said = group
            .iter()
            .map(|voter| net.cell(voter.position, alter))
            .filter(|said| matches!(said, Cell::Present(_) | Cell::Absent));
        shared.extend(said);
        if shared.len() > places {
            break;
        }
        places -= shared.len();
        whole.append(&mut shared);
    }
    // Each whole vote weighs t, each shared one r, so that all is counted in integers.
    let (r, t) = if shared.is_empty() {
        (0, 1)
    } else {
        (places, shared.len())
    };
    let votes = (whole.len() + r) * t;
    if votes == 0 {
        return None;
    }
    let weighted = whole.iter().map(|&said| (said, t));
    let mut named: Vec<(f64, usize)> = weighted
        .chain(shared.iter().map(|&said| (said, r)))
        .filter_map(|(said, weight)| match said {
            Cell::Present(value) => Some((value, weight)),
            _ => None,
        })
        .collect();
    let for_a_tie: usize = named.iter().map(|&(_, weight)| weight).sum();
    if 2 * for_a_tie <= votes {
        return Some(Cell::Absent);
    }
    named.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut passed = 0;
    for (value, weight) in named {
        passed += weight;
        if 2 * passed >= for_a_tie {
            return Some(Cell::Present(value));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 0 to 3 answer, 4 is silent. 0 and 1 name 2 and 4; 4 is named by whom 2 is named, so 2 is nearest.
    fn five() -> Network {
        let mut builder = Network::builder(5);
        builder.silent(4);
        for (ego, alter) in [(0, 2), (0, 4), (1, 2), (1, 4), (2, 0), (2, 3), (3, 0)] {
            builder.tie(ego, alter, 1.0);
        }
        builder.build(0.0).unwrap()
    }

    #[test]
    fn the_nearest_one_decides() {
        let net = profile(&five(), 1).unwrap();
        assert_eq!(net.n_unknown_pairs(), 0);
        // Of 2 itself, 1 is the nearest who can say.
        assert_eq!(net.successors(4), [0, 2, 3]);
    }

    #[test]
    fn a_shared_place_is_a_shared_vote() {
        // 1 and 3 are as far as each other: nobody or one and the same names them. 2 first, then half a vote each.
        let net = five();
        let columns = Columns::of(&net);
        let order: Vec<usize> = columns
            .nearest_first(&net, 4)
            .iter()
            .map(|voter| voter.position)
            .collect();
        assert_eq!(order[0], 2);
        assert_eq!(vote(&net, &columns.nearest_first(&net, 4), 2, 0), None);
    }

    #[test]
    fn without_another_respondent_the_cell_stays_unknown() {
        let mut builder = Network::builder(2);
        builder.silent(1).tie(0, 1, 1.0);
        let net = profile(&builder.build(0.0).unwrap(), NEAREST).unwrap();
        assert_eq!(net.cell(1, 0), Cell::Unknown);
        assert_eq!(profile(&net, 0).err(), Some(Undefined::TooFewUnits));
    }
}
