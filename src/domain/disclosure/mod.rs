//! Who may see what: values that a school, a principal, a board or a trainer sees pass through here, and carry it in
//! their type.

mod bounds;
mod counts;
mod gain;
mod isolation;
mod ledger;
mod pupils;
mod ratings;
mod rules;
mod ties;
mod usual;
mod values;

pub use gain::{Gain, gain};
pub use ledger::{Ledger, Release, Told};
pub use pupils::Above;
pub use ratings::{AnswerScale, Ratings};
pub use rules::{SMALLEST_TEAM, TeamRules};
pub use ties::{Cells, NetworkFigures};
pub use usual::{FEWEST_SCHOOLS, usual_range, usual_shares};
pub use values::{
    Band, Change, Disclosed, Drawn, Said, Share, Suppressed, Tallied, Usual, answered_band, drawn,
    headcount,
};
