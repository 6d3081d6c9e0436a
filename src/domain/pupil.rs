//! What is known of a pupil: a study number, a weight category and scores in the monitoring system. No name.

use chrono::NaiveDate;

/// One score as a school delivered it.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreLine {
    pub school: String,
    /// The study's number of this pupil; never a name or a national number.
    pub pupil: String,
    /// Weight category, such as 0.0, 0.3 or 1.2: a category, never a number.
    pub weight: Option<String>,
    pub tested_on: NaiveDate,
    /// Points on the vertical scale of the monitoring system.
    pub score: f64,
}
