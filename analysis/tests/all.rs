//! Every test of the measures against laws and reference software, in one binary: it is built and linked once. A file is one
//! subject; `tests/run` gives each a process of its own, and `cargo test -p schakel-analysis --test all exact::` runs one.

mod agreement;
mod coders;
mod cohesion;
mod comparisons;
mod drawing;
mod error_rates;
mod exact;
mod golden;
mod inference;
mod laws;
mod missing;
mod mixed_inference;
mod mixed_models;
mod ordinal;
mod panels;
mod positions;
mod scales;
