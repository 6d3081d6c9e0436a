//! The same school over waves: who stayed, who came, who left.

use std::collections::BTreeMap;

use thiserror::Error;

use super::network::{Network, Parts};
use crate::outcome::Undefined;

/// Why networks cannot be a panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PanelFault {
    #[error("wave {wave} has another number of positions than the first")]
    OtherPositions { wave: usize },
    #[error("the roster of wave {wave} does not name each position once")]
    OtherRoster { wave: usize },
}

/// One relation over waves, on the union of all who were ever there: position i is the same person in each wave.
///
/// Who is not on the roster of a wave is an absent position there: the cells are impossible, not missing.
#[derive(Debug, Clone)]
pub struct Panel {
    waves: Vec<Network>,
}

impl Panel {
    /// Waves that are on the same positions already.
    pub fn new(waves: Vec<Network>) -> Result<Self, PanelFault> {
        let n = waves.first().map_or(0, Network::n_positions);
        match waves.iter().position(|net| net.n_positions() != n) {
            Some(wave) => Err(PanelFault::OtherPositions { wave }),
            None => Ok(Self { waves }),
        }
    }

    /// Waves each on a roster of their own, brought to the union of the rosters: first that of the first wave in its order, then who came
    /// later, in the order of coming. Returns the union too.
    pub fn on_union<K: Ord + Clone>(
        waves: &[(Vec<K>, Network)],
    ) -> Result<(Vec<K>, Self), PanelFault> {
        let mut place: BTreeMap<&K, u32> = BTreeMap::new();
        let mut union = Vec::new();
        for (wave, (roster, net)) in waves.iter().enumerate() {
            let fault = PanelFault::OtherRoster { wave };
            let mut names: Vec<&K> = roster.iter().collect();
            names.sort_unstable();
            names.dedup();
            if names.len() != net.n_positions() || roster.len() != names.len() {
                return Err(fault);
            }
            for name in roster {
                let next = u32::try_from(union.len()).map_err(|_| fault)?;
                place.entry(name).or_insert_with(|| {
                    union.push(name.clone());
                    next
                });
            }
        }
        let moved = waves.iter().map(|(roster, net)| {
            let places: Vec<u32> = roster.iter().map(|name| place[name]).collect();
            on_places(net, &places, union.len())
        });
        let waves = moved.collect();
        Ok((union, Self { waves }))
    }

    pub fn n_waves(&self) -> usize {
        self.waves.len()
    }

    /// Everyone who was ever there, and positions that never were.
    pub fn n_positions(&self) -> usize {
        self.waves.first().map_or(0, Network::n_positions)
    }

    /// The network of one wave; none beyond the last.
    pub fn wave(&self, wave: usize) -> Option<&Network> {
        self.waves.get(wave)
    }

    pub fn waves(&self) -> &[Network] {
        &self.waves
    }

    /// Each wave with the next.
    pub fn steps(&self) -> impl Iterator<Item = (&Network, &Network)> {
        self.waves.iter().zip(self.waves.iter().skip(1))
    }
}

fn on_places(net: &Network, places: &[u32], n: usize) -> Network {
    let Parts {
        present,
        silent,
        mirrored,
        mut ties,
        mut unknown,
        mut known_absent,
    } = net.parts();
    let mut moved = Parts {
        present: vec![false; n],
        silent: vec![false; n],
        mirrored,
        ties: Vec::new(),
        unknown: Vec::new(),
        known_absent: Vec::new(),
    };
    for (old, &new) in places.iter().enumerate() {
        moved.present[new as usize] = present[old];
        moved.silent[new as usize] = silent[old];
    }
    let to = |position: &mut u32| *position = places[*position as usize];
    for (i, j, _) in &mut ties {
        to(i);
        to(j);
    }
    for (i, j) in unknown.iter_mut().chain(&mut known_absent) {
        to(i);
        to(j);
    }
    Network::from_parts(Parts {
        ties,
        unknown,
        known_absent,
        ..moved
    })
}

/// Who was there at both of two moments, only at the second, only at the first; positions in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Composition {
    pub stayers: Vec<usize>,
    pub joiners: Vec<usize>,
    pub leavers: Vec<usize>,
}

impl Composition {
    /// Of those there at the first moment, the share that had left by the second; TooFewActors where nobody was there.
    pub fn turnover_rate(&self) -> Result<f64, Undefined> {
        share(self.leavers.len(), self.stayers.len())
    }

    /// Of those there at the second moment, the share that was new; TooFewActors where nobody was there.
    pub fn joining_rate(&self) -> Result<f64, Undefined> {
        share(self.joiners.len(), self.stayers.len())
    }
}

fn share(moved: usize, stayed: usize) -> Result<f64, Undefined> {
    match moved + stayed {
        0 => Err(Undefined::TooFewActors),
        all => Ok(moved as f64 / all as f64),
    }
}

/// Who stayed, came and left between two moments: what changed in the team before anyone changed a tie.
///
/// # Definition
/// by whether position i is on the roster of the first wave, of the second, of both
/// # Shape and unit
/// three lists of positions; who was there at neither moment is in none
/// # Missing
/// who did not answer was there; a position beyond the end of the shorter network is read as absent there
/// # Undefined
/// never
/// # Source
/// Huisman & Snijders (2003), Sociological Methods & Research 32, 253-287
/// # Agrees with
/// `setdiff` and `intersect` of the rosters, exactly
/// # Cost
/// O(n)
pub fn composition(first: &Network, second: &Network) -> Composition {
    let mut composition = Composition::default();
    for i in 0..first.n_positions().max(second.n_positions()) {
        match (first.is_present(i), second.is_present(i)) {
            (true, true) => composition.stayers.push(i),
            (false, true) => composition.joiners.push(i),
            (true, false) => composition.leavers.push(i),
            (false, false) => {}
        }
    }
    composition
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Cell;

    #[test]
    fn two_rosters_become_one() {
        let mut first = Network::builder(3);
        first.tie(0, 1, 1.0).tie(2, 1, 2.0).silent(0);
        let mut second = Network::builder(2);
        second.tie(0, 1, 5.0);
        let waves = [
            (vec!["a", "b", "c"], first.build(0.0).unwrap()),
            (vec!["d", "b"], second.build(0.0).unwrap()),
        ];
        let (union, panel) = Panel::on_union(&waves).unwrap();
        assert_eq!(union, ["a", "b", "c", "d"]);
        let [first, second] = panel.waves() else {
            panic!("two waves")
        };
        assert_eq!(first.cell(0, 2), Cell::Unknown);
        assert_eq!(first.cell(1, 3), Cell::Impossible);
        assert_eq!(second.cell(3, 1), Cell::Present(5.0));
        let composition = composition(first, second);
        assert_eq!(composition.stayers, [1]);
        assert_eq!(composition.joiners, [3]);
        assert_eq!(composition.leavers, [0, 2]);
        assert_eq!(composition.turnover_rate(), Ok(2.0 / 3.0));
        assert_eq!(composition.joining_rate(), Ok(0.5));
        assert_eq!(
            Composition::default().turnover_rate(),
            Err(Undefined::TooFewActors)
        );
    }

    #[test]
    fn rosters_that_do_not_fit_are_refused() {
        let net = || Network::builder(2).build(0.0).unwrap();
        let short = Network::builder(1).build(0.0).unwrap();
        let fault = PanelFault::OtherPositions { wave: 1 };
        assert_eq!(Panel::new(vec![net(), short]).unwrap_err(), fault);
        let fault = PanelFault::OtherRoster { wave: 1 };
        for roster in [vec!["a"], vec!["a", "a"]] {
            let waves = [(vec!["a", "b"], net()), (roster, net())];
            assert_eq!(Panel::on_union(&waves).unwrap_err(), fault);
        }
    }
}
