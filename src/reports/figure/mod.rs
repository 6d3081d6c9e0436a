//! Figures as SVG: drawn on the server, readable without them.

pub mod agreement_strip;
pub mod caterpillar;
pub mod contrast_plot;
pub mod group_picture;
pub mod network_picture;
pub mod svg;
