//! Where a window stands, in words: the same for whoever may see it.

use crate::storage::windows::Phase;

pub fn phase_key(phase: Phase) -> &'static str {
    match phase {
        Phase::NotYetOpen => "phase-not-yet-open",
        Phase::Open => "phase-open",
        Phase::Overtime => "phase-overtime",
        Phase::Closed => "phase-closed",
    }
}
