//! Who may see what: values that a school, a principal, a board or a trainer sees pass through here, and carry it in
//! their type.

mod bounds;
mod counts;
mod isolation;
mod ledger;
mod ratings;
mod rules;
mod ties;
mod usual;
mod values;

pub use ledger::{Ledger, Release, Told};
pub use ratings::{AnswerScale, Ratings};
pub use rules::{SMALLEST_TEAM, TeamRules};
pub use ties::{Cells, NetworkFigures};
pub use usual::{FEWEST_SCHOOLS, usual_range, usual_shares};
pub use values::{
    Band, Change, Disclosed, Drawn, Said, Share, Suppressed, Tallied, Usual, answered_band, drawn,
    headcount,
};
