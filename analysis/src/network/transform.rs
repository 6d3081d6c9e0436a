//! What to make of unknown cells before measuring.

use super::network::{Cell, Network};
use super::profile::{NEAREST, profile};

/// How unknown cells are treated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Treatment {
    /// Left unknown: measures count the cells that are known.
    #[default]
    Available,
    /// Read as absent.
    Null,
    /// Actors of whom no cell is known leave the network.
    Exclusion,
    /// Filled with what the other one said, where that is known. Reciprocity is biased upward by it: take it from `Available`.
    Reconstruction,
    /// Filled with what the three respondents say who are named by the same colleagues.
    Profile,
}

impl Treatment {
    /// Every treatment, in the order of the declaration.
    pub const ALL: [Self; 5] = [
        Self::Available,
        Self::Null,
        Self::Exclusion,
        Self::Reconstruction,
        Self::Profile,
    ];

    /// The name that files carry.
    pub fn name(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Null => "null",
            Self::Exclusion => "exclusion",
            Self::Reconstruction => "reconstruction",
            Self::Profile => "profile",
        }
    }

    /// The treatment that carries this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.name() == name)
    }
}

/// The same network with its unknown cells treated.
///
/// # Definition
/// available: unchanged · null: unknown x_ij := 0 · exclusion: actors without a known cell in their row become absent actors, once ·
/// reconstruction: unknown x_ij := x_ji where x_ji is known, value and all; where both are unknown they stay so ·
/// profile: as [`profile`] with k = 3
/// # Shape and unit
/// a network on the same positions
/// # Missing
/// this is where it is decided
/// # Undefined
/// never; but above [`MAX_ACTORS`](super::profile::MAX_ACTORS) actors profile leaves the cells unknown: ask [`profile`], which refuses
/// # Source
/// Stork & Richards (1992), Group & Organization Management 17, 193-209, for the reconstruction; [`profile`] has its own
/// # Agrees with
/// sna on the matrix with NA (available) and with 0 (null), exactly
/// # Cost
/// O(n + k log k), k = ties and exceptions; for profile see there
pub fn treat(net: &Network, treatment: Treatment) -> Network {
    if treatment == Treatment::Profile {
        return profile(net, NEAREST).unwrap_or_else(|_| net.clone());
    }
    let mut parts = net.parts();
    match treatment {
        Treatment::Available | Treatment::Profile => {}
        Treatment::Null => {
            parts.silent.fill(false);
            parts.unknown.clear();
        }
        Treatment::Exclusion => {
            for (i, present) in parts.present.iter_mut().enumerate() {
                *present = net.observed(i);
            }
        }
        Treatment::Reconstruction => {
            let is_unknown = |i: u32, j: u32| net.cell(i as usize, j as usize) == Cell::Unknown;
            let mirrored_ties: Vec<_> = parts
                .ties
                .iter()
                .filter(|&&(j, i, _)| is_unknown(i, j))
                .map(|&(j, i, value)| (i, j, value))
                .collect();
            parts.ties.extend(mirrored_ties);
            // A pair stays unknown when both cells are; between two silent actors that needs no listing.
            parts.unknown = parts
                .unknown
                .iter()
                .filter(|&&(i, j)| is_unknown(j, i))
                .flat_map(|&(i, j)| [(i, j), (j, i)])
                .collect();
            let mirrored_absences: Vec<_> = parts
                .known_absent
                .iter()
                .filter(|&&(j, i)| is_unknown(i, j))
                .map(|&(j, i)| (i, j))
                .collect();
            parts.known_absent.extend(mirrored_absences);
            parts.mirrored = true;
        }
    }
    Network::from_parts(parts)
}
