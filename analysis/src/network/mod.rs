//! Fixed actors, directed valued ties, and cells that are unknown or impossible.

pub mod dyads;
#[expect(
    clippy::module_inception,
    reason = "the file is named after the one thing it holds"
)]
pub mod network;
pub mod profile;
pub mod transform;

pub use dyads::{DyadCensus, dyad_census};
pub use network::{Cell, Network, NetworkBuilder, NetworkFault};
pub use profile::profile;
pub use transform::{Treatment, treat};
