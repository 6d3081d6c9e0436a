//! When no mail goes out: at night, in weekends and in holidays, on the clocks of the study's own time zone.

use chrono::{DateTime, DurationRound, TimeDelta, Timelike, Utc, Weekday};
use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;

use crate::domain::study::Quiet;

/// Hours begin at a multiple of this in every time zone, whatever its distance from UTC.
const STEP: TimeDelta = TimeDelta::minutes(15);
/// Nobody plans holidays beyond this.
const FARTHEST: TimeDelta = TimeDelta::days(800);

/// Whether mail may go out at this instant.
pub fn allowed(quiet: &Quiet, zone: Tz, at: DateTime<Utc>) -> bool {
    let local = at.with_timezone(&zone);
    let (day, hour) = (local.date_naive(), local.hour());
    !is_free_day(quiet, day) && !is_quiet_hour(quiet, hour)
}

fn is_free_day(quiet: &Quiet, day: NaiveDate) -> bool {
    let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    let holiday = quiet
        .holidays
        .iter()
        .any(|(first, last)| (*first..=*last).contains(&day));
    (quiet.weekends && weekend) || holiday
}

/// From nine to five means: quiet at nine, no longer at five. The same hour twice means: never.
fn is_quiet_hour(quiet: &Quiet, hour: u32) -> bool {
    let (from, to) = (quiet.from_hour, quiet.to_hour);
    if from <= to {
        (from..to).contains(&hour)
    } else {
        hour >= from || hour < to
    }
}

/// The first instant from `at` on which mail may go out. Walked in quarters of an hour rather than reckoned: a clock
/// that is put forward or back is then right by itself.
pub fn not_before(quiet: &Quiet, zone: Tz, at: DateTime<Utc>) -> DateTime<Utc> {
    if allowed(quiet, zone, at) {
        return at;
    }
    let mut step = at.duration_trunc(STEP).unwrap_or(at);
    loop {
        step += STEP;
        if allowed(quiet, zone, step) || step - at > FARTHEST {
            return step;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn mail_waits_for_the_morning_of_a_working_day_also_when_the_clock_changes() {
        let school = Quiet {
            holidays: vec![
                (day("2024-10-26"), day("2024-11-03")),
                (day("2024-12-23"), day("2024-12-23")),
            ],
            ..Quiet::default()
        };
        // In Amsterdam: the clock goes forward on 31 March 2024 at 2:00, and back on 27 October 2024 at 3:00.
        let all_days = |from_hour, to_hour| Quiet {
            from_hour,
            to_hour,
            weekends: false,
            holidays: vec![],
        };
        let by_day = all_days(19, 7);
        for (quiet, at, expected, why) in [
            (
                &school,
                "2024-09-02T08:15:30Z",
                "2024-09-02T08:15:30Z",
                "a Monday morning",
            ),
            (
                &school,
                "2024-09-02T17:00:00Z",
                "2024-09-03T05:00:00Z",
                "19:00 is quiet, to 7:00",
            ),
            (
                &school,
                "2024-09-02T16:59:59Z",
                "2024-09-02T16:59:59Z",
                "18:59:59 is not",
            ),
            (
                &school,
                "2024-09-03T04:59:59Z",
                "2024-09-03T05:00:00Z",
                "a second before 7:00",
            ),
            (
                &school,
                "2024-09-06T17:30:00Z",
                "2024-09-09T05:00:00Z",
                "Friday evening: Monday",
            ),
            (
                &school,
                "2024-09-07T10:00:00Z",
                "2024-09-09T05:00:00Z",
                "Saturday",
            ),
            (
                &school,
                "2024-10-25T18:00:00Z",
                "2024-11-04T06:00:00Z",
                "autumn holiday: Monday after, in winter time",
            ),
            (
                &school,
                "2024-12-20T18:00:00Z",
                "2024-12-24T06:00:00Z",
                "weekend and a day off behind it",
            ),
            (
                &by_day,
                "2024-03-30T22:00:00Z",
                "2024-03-31T05:00:00Z",
                "the short night: 7:00 is summer time",
            ),
            (
                &by_day,
                "2024-10-26T18:00:00Z",
                "2024-10-27T06:00:00Z",
                "the long night: 7:00 is winter time",
            ),
            (
                &all_days(22, 2),
                "2024-03-30T23:00:00Z",
                "2024-03-31T01:00:00Z",
                "2:00 does not exist: 3:00",
            ),
            (
                &all_days(22, 2),
                "2024-10-26T23:00:00Z",
                "2024-10-27T00:00:00Z",
                "the first 2:00",
            ),
            (
                &all_days(2, 3),
                "2024-10-27T00:30:00Z",
                "2024-10-27T02:00:00Z",
                "both hours that are called 2",
            ),
            (
                &all_days(9, 17),
                "2024-09-02T08:00:00Z",
                "2024-09-02T15:00:00Z",
                "quiet by day",
            ),
            (
                &all_days(7, 7),
                "2024-09-02T01:00:00Z",
                "2024-09-02T01:00:00Z",
                "never quiet",
            ),
        ] {
            let at: DateTime<Utc> = at.parse().expect("an instant");
            let expected: DateTime<Utc> = expected.parse().expect("an instant");
            assert_eq!(
                not_before(quiet, Tz::Europe__Amsterdam, at),
                expected,
                "{why}"
            );
            assert!(allowed(quiet, Tz::Europe__Amsterdam, expected), "{why}");
        }
        let nepal = not_before(
            &by_day,
            Tz::Asia__Kathmandu,
            "2024-09-01T20:00:00Z".parse().expect("an instant"),
        );
        assert_eq!(
            nepal.to_rfc3339(),
            "2024-09-02T01:15:00+00:00",
            "7:00 at 5:45 from UTC"
        );
    }

    #[test]
    fn a_quiet_that_never_ends_does_not_hang() {
        let always = Quiet {
            from_hour: 0,
            to_hour: 24,
            ..Quiet::default()
        };
        let at = "2024-09-02T08:00:00Z".parse().expect("an instant");
        assert!(not_before(&always, Tz::UTC, at) - at > FARTHEST);
    }
}
