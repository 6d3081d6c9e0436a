//! Which page of which instrument comes next.

use super::definition::Instrument;

/// One page of the whole sitting, over all instruments that are due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Index among the instruments that are due.
    pub instrument: usize,
    /// Index among the pages of that instrument.
    pub page: usize,
}

/// All pages of a sitting in order.
pub fn steps(instruments: &[&Instrument]) -> Vec<Step> {
    instruments
        .iter()
        .enumerate()
        .flat_map(|(instrument, definition)| {
            (0..definition.pages.len()).map(move |page| Step { instrument, page })
        })
        .collect()
}
