//! What a school had seen of its results before it was asked again: feedback is itself an intervention, and may explain
//! what is found.

use chrono::{DateTime, Utc};

use crate::domain::id::SchoolId;
use crate::domain::opening::Audience;
use crate::storage::openings::Opening;
use crate::storage::windows::Window;

/// When anyone of a school first opened the results of a wave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstSeen {
    pub wave: String,
    pub at: DateTime<Utc>,
    /// Days until the school's next wave began; below nothing where it had begun already, none where there is no next.
    pub days: Option<i64>,
}

/// Of one school, wave by wave in the order of its windows. What a trainer opens, the school has not seen.
pub fn first_seen(
    school_id: SchoolId,
    cohort: &str,
    windows: &[Window],
    openings: &[Opening],
) -> Vec<FirstSeen> {
    let mut own: Vec<&Window> = windows
        .iter()
        .filter(|window| window.cohort == cohort)
        .collect();
    own.sort_by_key(|window| window.opens_at);
    own.iter()
        .enumerate()
        .filter_map(|(place, window)| {
            let at = openings
                .iter()
                .filter(|opening| opening.school_id == school_id && opening.wave == window.wave)
                .filter(|opening| opening.audience != Audience::Trainer)
                .map(|opening| opening.first_at)
                .min()?;
            let next = own.get(place + 1);
            Some(FirstSeen {
                wave: window.wave.clone(),
                at,
                days: next.map(|next| (next.opens_at - at).num_days()),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use uuid::Uuid;

    use super::*;
    use crate::domain::id::WindowId;
    use crate::domain::opening::Part;

    #[test]
    fn the_first_of_the_school_counts_and_days_run_to_the_next_wave() {
        let start = DateTime::<Utc>::UNIX_EPOCH;
        let day = |n| start + TimeDelta::days(n);
        let school = SchoolId(Uuid::nil());
        let window = |wave: &str, cohort: &str, opens| Window {
            window_id: WindowId(Uuid::nil()),
            cohort: cohort.into(),
            wave: wave.into(),
            opens_at: day(opens),
            closes_at: day(opens + 10),
            closed_at: Some(day(opens + 10)),
        };
        let windows = [
            window("T3", "a", 200),
            window("T1", "a", 0),
            window("T2", "b", 50),
            window("T2", "a", 100),
        ];
        let opening = |wave: &str, audience, on| Opening {
            school_id: school,
            wave: wave.into(),
            part: Part::Team,
            audience,
            first_at: day(on),
        };
        let openings = [
            opening("T1", Audience::Trainer, 11),
            opening("T1", Audience::Team, 30),
            opening("T1", Audience::Principal, 20),
            opening("T2", Audience::Trainer, 120),
            opening("T3", Audience::Team, 230),
        ];
        let seen = first_seen(school, "a", &windows, &openings);
        let told: Vec<(&str, Option<i64>)> = seen
            .iter()
            .map(|one| (one.wave.as_str(), one.days))
            .collect();
        assert_eq!(told, [("T1", Some(80)), ("T3", None)]);
        let other = SchoolId(Uuid::max());
        assert!(first_seen(other, "a", &windows, &openings).is_empty());
    }
}
