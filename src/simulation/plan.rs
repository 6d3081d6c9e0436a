//! What is asked for: how many schools, and when their intervention began.

use chrono::{Days, NaiveDate};

/// Chosen so that no network index, nor leadership, happens to differ between the effect groups, as none does in the
/// generator on average.
pub const DEFAULT_SEED: u64 = 2056;

/// Days from the start of the intervention to the opening of the third wave.
pub(super) const LAST_WAVE_OPENS_AFTER: u64 = 658;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulationPlan {
    pub n_boards: usize,
    pub cohorts: Vec<CohortPlan>,
    /// Size of the group of schools with the largest effect, and of that with the smallest, within a cohort.
    pub n_extreme: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CohortPlan {
    pub key: String,
    pub n_schools: usize,
    /// First day of the intervention: month 0 of the pupils' scores. All other dates follow from it.
    pub starts_on: NaiveDate,
    /// Whether the last wave is still being answered.
    pub last_wave_open: bool,
    /// Whether pupils gain more where mathematics was the subject in both years.
    pub mathematics_helps: bool,
}

impl SimulationPlan {
    /// A study of the size of Focus II and III, dated so that the last wave of the second cohort is open on that day.
    pub fn as_of(today: NaiveDate) -> Self {
        let focus3 = today - Days::new(LAST_WAVE_OPENS_AFTER + 9);
        let focus2 = focus3 - Days::new(52 * 7);
        Self::with_sizes(20, [(53, focus2), (51, focus3)], 10)
    }

    /// Ten schools, for tests and for a rehearsal by hand.
    pub fn small() -> Self {
        let Self { cohorts, .. } = Self::default();
        Self::with_sizes(3, [(6, cohorts[0].starts_on), (4, cohorts[1].starts_on)], 2)
    }

    fn with_sizes(n_boards: usize, sizes: [(usize, NaiveDate); 2], n_extreme: usize) -> Self {
        let [focus2, focus3] = sizes;
        let cohort = |key: &str, (n_schools, starts_on), second| CohortPlan {
            key: key.to_owned(),
            n_schools,
            starts_on,
            last_wave_open: second,
            mathematics_helps: second,
        };
        let cohorts = vec![
            cohort("focus2", focus2, false),
            cohort("focus3", focus3, true),
        ];
        Self {
            n_boards,
            cohorts,
            n_extreme,
        }
    }
}

impl Default for SimulationPlan {
    /// The size of Focus II and III, on fixed dates.
    fn default() -> Self {
        let today = NaiveDate::from_ymd_opt(2026, 6, 17).expect("the date is in the calendar");
        Self::as_of(today)
    }
}
