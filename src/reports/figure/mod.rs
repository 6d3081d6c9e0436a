//! Figures as SVG: drawn on the server, readable without them.

pub mod agreement_strip;
pub mod axis;
pub mod caterpillar;
pub mod contrast_plot;
pub mod group_picture;
pub mod likert_bars;
pub mod look;
pub mod network_picture;
pub mod picture;
pub mod response_matrix;
pub mod scale_profile;
pub mod sociogram;
pub mod sociomatrix;
mod spot;
pub mod svg;
pub mod ten;
pub mod text_width;
pub mod trend;
pub mod wave_strip;

pub use picture::{png, standalone};
pub use svg::{Figure, Heading, Table};
