//! How much of a change of density is people changing their ties, and how much is other people.

use super::change::change_counts;
use crate::network::network::Status;
use crate::network::{Network, composition};
use crate::outcome::Undefined;

/// What each source adds to the change of density; the parts sum to the change.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct DensityChange {
    /// Ties that came among stayers: behaviour.
    pub born: f64,
    /// Ties that went among stayers: behaviour, never positive.
    pub ended: f64,
    /// Cells among stayers that are known at one moment only: who answered.
    pub answered_once: f64,
    /// Ties between stayers and joiners: composition.
    pub stayer_joiner: f64,
    /// Ties among joiners: composition.
    pub joiner_joiner: f64,
    /// Ties between stayers and leavers: composition.
    pub stayer_leaver: f64,
    /// Ties among leavers: composition.
    pub leaver_leaver: f64,
}

impl DensityChange {
    /// What stayers did: ties born and ended.
    pub fn behaviour(&self) -> f64 {
        self.born + self.ended
    }

    /// What joining and leaving did.
    pub fn composition(&self) -> f64 {
        self.stayer_joiner + self.joiner_joiner + self.stayer_leaver + self.leaver_leaver
    }

    /// The whole change of density, second less first.
    pub fn total(&self) -> f64 {
        self.behaviour() + self.answered_once + self.composition()
    }
}

/// Why the density of a team changed: because those who stayed made or dropped ties, or because others came and went.
///
/// # Definition
/// The cells known at moment t fall in blocks b: those among stayers that are known at both moments (B), those among stayers known at t only, and those
/// with joiners (t = 2) or leavers (t = 1) at one end or both. With K_b the known cells and m_b the ties of a block, K_t = sum_b K_b and the density of B
/// at t, δ_t = m_B / K_B, density(t) = δ_t + sum_{b ≠ B} (m_b - K_b δ_t) / K_t exactly. So the change of density is δ_2 - δ_1 = N01 / K_B - N10 / K_B
/// (born and ended), plus a term (m_b - K_b δ_2) / K_2 per block of the second moment, less a term (m_b - K_b δ_1) / K_1 per block of the first:
/// a block moves the density as far as it is denser or sparser than the stayers
/// # Shape and unit
/// seven differences of density that sum to density(2) - density(1), up to rounding
/// # Missing
/// only known cells count, as in the density; cells among stayers known at one moment only have a part of their own, 0 at full response
/// # Undefined
/// TooFewActors below n = 2 at either moment; NothingObserved if a moment has no known cell or no cell is known at both
/// # Source
/// own derivation, after the standardisation of rates in Kitagawa (1955), JASA 50, 1168-1194
/// # Agrees with
/// the difference of sna `gden` 2.7-1 at the two moments, 1e-12
/// # Cost
/// O(n + k log k), k = ties and exceptions of both
pub fn density_change(earlier: &Network, later: &Network) -> Result<DensityChange, Undefined> {
    if earlier.n_actors() < 2 || later.n_actors() < 2 {
        return Err(Undefined::TooFewActors);
    }
    let twice = change_counts(earlier, later);
    if twice.n_known() == 0 {
        return Err(Undefined::NothingObserved);
    }
    let mut stays = vec![false; earlier.n_positions().max(later.n_positions())];
    for i in composition(earlier, later).stayers {
        stays[i] = true;
    }
    let n_known = twice.n_known() as f64;
    // Per moment: cells known once among stayers, with one mover, with two; each against the stayers known twice.
    let parts = |net: &Network, kept_ties: u64| {
        let blocks = blocks(net, &stays);
        let density = kept_ties as f64 / n_known;
        let part = |known: u64, ties: u64| {
            (ties as f64 - known as f64 * density) / net.n_observed_pairs() as f64
        };
        [
            part(
                blocks[0].known - twice.n_known(),
                blocks[0].ties - kept_ties,
            ),
            part(blocks[1].known, blocks[1].ties),
            part(blocks[2].known, blocks[2].ties),
        ]
    };
    let first = parts(earlier, twice.kept + twice.ended);
    let second = parts(later, twice.kept + twice.born);
    Ok(DensityChange {
        born: twice.born as f64 / n_known,
        ended: -(twice.ended as f64) / n_known,
        answered_once: second[0] - first[0],
        stayer_joiner: second[1],
        joiner_joiner: second[2],
        stayer_leaver: -first[1],
        leaver_leaver: -first[2],
    })
}

#[derive(Debug, Clone, Copy, Default)]
struct Block {
    known: u64,
    ties: u64,
}

/// Known cells and ties by how many of the two ends do not stay.
fn blocks(net: &Network, stays: &[bool]) -> [Block; 3] {
    // Actors by (stays, silent): cells that are not listed follow from it.
    let mut class_sizes = [[0_u64; 2]; 2];
    let mut example = [[0; 2]; 2];
    for i in (0..net.n_positions()).filter(|&i| net.is_present(i)) {
        let (moves, silent) = (usize::from(!stays[i]), usize::from(net.is_silent(i)));
        class_sizes[moves][silent] += 1;
        example[moves][silent] = i;
    }
    let classes = || (0..2).flat_map(|moves| (0..2).map(move |silent| (moves, silent)));
    let mut blocks = [Block::default(); 3];
    for ego in classes() {
        for alter in classes() {
            let others = class_sizes[alter.0][alter.1]
                - u64::from(ego == alter).min(class_sizes[alter.0][alter.1]);
            let pairs = class_sizes[ego.0][ego.1] * others;
            if pairs > 0 && !net.open(example[ego.0][ego.1], example[alter.0][alter.1]) {
                blocks[ego.0 + alter.0].known += pairs;
            }
        }
    }
    for (i, j, status) in net.listed() {
        let (i, j) = (i as usize, j as usize);
        let block = &mut blocks[usize::from(!stays[i]) + usize::from(!stays[j])];
        match (net.open(i, j), status) {
            (true, Status::Present | Status::Absent) => block.known += 1,
            (false, Status::Unknown) => block.known -= 1,
            _ => {}
        }
        block.ties += u64::from(status == Status::Present);
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::network_density;

    #[test]
    fn a_sparse_joiner_lowers_the_density_of_a_team_that_tied_more() {
        // Two stayers, one leaver tied to both; then a joiner whom nobody names.
        let mut first = Network::builder(4);
        first.absent_actor(3).tie(0, 2, 1.0).tie(1, 2, 1.0);
        let first = first.build(0.0).unwrap();
        let mut second = Network::builder(4);
        second.absent_actor(2).tie(0, 1, 1.0);
        let second = second.build(0.0).unwrap();
        let change = density_change(&first, &second).unwrap();
        // Half of the two cells of the stayers became ties; four cells of six were with the leaver, two of them ties; four are with the joiner.
        assert_eq!((change.born, change.ended), (0.5, 0.0));
        assert_eq!(change.stayer_leaver, -2.0 / 6.0);
        assert_eq!(change.stayer_joiner, -2.0 / 6.0);
        let whole = network_density(&second).unwrap() - network_density(&first).unwrap();
        assert!((change.total() - whole).abs() < 1e-15);
        let lone = Network::builder(1).build(0.0).unwrap();
        assert_eq!(density_change(&lone, &second), Err(Undefined::TooFewActors));
    }
}
