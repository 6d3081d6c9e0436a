//! Fixed actors, directed valued ties, and cells that are unknown or impossible.

pub mod cut;
pub mod dyads;
#[expect(
    clippy::module_inception,
    reason = "the file is named after the one thing it holds"
)]
pub mod network;
pub mod panel;
pub mod profile;
pub mod symmetrize;
pub mod transform;

pub use cut::{CutRow, cut_sensitivity, dichotomize};
pub use dyads::{DyadCensus, dyad_census};
pub use network::{Cell, Network, NetworkBuilder, NetworkFault};
pub use panel::{Composition, Panel, PanelFault, composition};
pub use profile::profile;
pub use symmetrize::{Symmetry, symmetrize};
pub use transform::{Treatment, treat};
