//! How the pupils of one school scored, beside the school's own goals: a figure, and the same in a table. Accepts
//! disclosed values only, and knows no other school.

use chrono::{Datelike, Months, NaiveDate};

use super::figure::trend::{TrendPoint, trend};
use crate::domain::language::Language;
use crate::evaluation::portrait::{AchievementPortrait, Moment};
use crate::locale::Words;

/// A goal is about the test moment that is at most so many months away from it.
const NEAR: i64 = 1;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AchievementText {
    /// None where no number may be shown.
    pub figure: Option<String>,
    pub rows: Vec<AchievementRow>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AchievementRow {
    pub when: String,
    pub n: String,
    /// The mean, or why it is not shown.
    pub mean: String,
    pub goal: String,
    pub distance: String,
}

/// A test moment by its month: "June 2026".
pub fn moment_name(w: Words, starts_on: NaiveDate, month: i64) -> String {
    let (name, year) = month_of(w, starts_on, month);
    format!("{name} {year}")
}

fn month_of(w: Words, starts_on: NaiveDate, month: i64) -> (String, i32) {
    // From the first of the month: no month is skipped because it is a short one.
    let first = starts_on.with_day(1).unwrap_or(starts_on);
    let distance = Months::new(u32::try_from(month.unsigned_abs()).unwrap_or(u32::MAX));
    let day = if month < 0 {
        first.checked_sub_months(distance)
    } else {
        first.checked_add_months(distance)
    };
    let day = day.unwrap_or(first);
    (w.t(&format!("month-{}", day.month())), day.year())
}

/// As it stands on a figure: "jun 2026".
pub(super) fn short_name(w: Words, starts_on: NaiveDate, month: i64) -> String {
    let (name, year) = month_of(w, starts_on, month);
    let short: String = name.chars().take(3).collect();
    let short = if w.0 == Language::Nl && short == "maa" {
        "mrt"
    } else {
        &short
    };
    format!("{short} {year}")
}

/// A number of points without decimals that say nothing.
pub fn points(w: Words, value: f64) -> String {
    w.decimal(value, usize::from((value - value.round()).abs() > 0.05))
}

/// `id` tells the figure from others on the page, `goals` are targets by month.
pub fn achievement_text(
    w: Words,
    id: &str,
    title: &str,
    starts_on: NaiveDate,
    portrait: &AchievementPortrait,
    goals: &[(i64, f64)],
) -> AchievementText {
    let near = |moment: &Moment| {
        goals
            .iter()
            .filter(|(month, _)| (month - i64::from(moment.month)).abs() <= NEAR)
            .min_by_key(|(month, _)| (month - i64::from(moment.month)).abs())
    };
    // Test moments, and goals for moments that are still to come.
    let mut all: Vec<(i64, Option<&Moment>, Option<f64>)> = portrait
        .moments
        .iter()
        .map(|moment| {
            let goal = near(moment).map(|(_, target)| *target);
            (i64::from(moment.month), Some(moment), goal)
        })
        .collect();
    let waiting = goals.iter().filter(|(month, _)| {
        portrait
            .moments
            .iter()
            .all(|moment| (month - i64::from(moment.month)).abs() > NEAR)
    });
    all.extend(waiting.map(|(month, target)| (*month, None, Some(*target))));
    all.sort_by_key(|(month, ..)| *month);

    let rows: Vec<AchievementRow> = all
        .iter()
        .map(|(month, moment, goal)| row(w, starts_on, *month, *moment, *goal))
        .collect();
    let drawn: Vec<TrendPoint> = all
        .iter()
        .map(|(month, moment, goal)| TrendPoint {
            month: i32::try_from(*month).unwrap_or_default(),
            label: short_name(w, starts_on, *month),
            mean: moment
                .and_then(|moment| moment.mean.shown().ok())
                .map(|mean| (*mean, w.decimal(*mean, 0))),
            goal: *goal,
        })
        .collect();
    let told: Vec<String> = rows
        .iter()
        .map(|row| format!("{}: {} {}", row.when, row.mean, row.distance))
        .collect();
    let figure = drawn
        .iter()
        .any(|point| point.mean.is_some())
        .then(|| trend(id, title, told.join("; ").trim(), &drawn));
    AchievementText { figure, rows }
}

fn row(
    w: Words,
    starts_on: NaiveDate,
    month: i64,
    moment: Option<&Moment>,
    goal: Option<f64>,
) -> AchievementRow {
    let mean = moment.map(|moment| moment.mean.shown());
    let shown = mean.and_then(Result::ok).copied();
    AchievementRow {
        when: moment_name(w, starts_on, month),
        // How many they were is told with what they scored.
        n: moment
            .filter(|_| shown.is_some())
            .and_then(|moment| moment.n_pupils.shown().ok())
            .map_or_else(String::new, usize::to_string),
        mean: match mean {
            None => w.t("goal-no-score"),
            Some(Err(_)) => w.t("goal-few-pupils"),
            Some(Ok(mean)) => w.decimal(*mean, 1),
        },
        goal: goal.map_or_else(String::new, |goal| points(w, goal)),
        distance: match (goal, shown) {
            (Some(goal), Some(mean)) => distance(w, mean - goal),
            _ => String::new(),
        },
    }
}

/// Whether it is one point or points, as they are written.
fn many(n: &str) -> &'static str {
    if n == "1" { "one" } else { "more" }
}

fn distance(w: Words, above: f64) -> String {
    let n = points(w, above.abs());
    if n == points(w, 0.0) {
        w.t("goal-on")
    } else if above > 0.0 {
        w.t2("goal-above", "many", many(&n), "n", n)
    } else {
        w.t2("goal-below", "many", many(&n), "n", n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::disclosure::{Ledger, headcount};

    fn moment(month: i32, n: usize, score: f64) -> Moment {
        let keys: Vec<String> = (0..n).map(|pupil| pupil.to_string()).collect();
        // Half of them a point above, half of them a point below.
        let side = |pupil: usize| if pupil.is_multiple_of(2) { 1.0 } else { -1.0 };
        let scores = keys
            .iter()
            .enumerate()
            .map(|(pupil, key)| (key.as_str(), score + side(pupil)))
            .collect();
        let mut ledger = Ledger::default();
        Moment {
            month,
            n_pupils: headcount(n),
            mean: ledger.pupil_mean("m", &scores, 30),
            above: None,
            year_groups: Vec::new(),
        }
    }

    #[test]
    fn goals_stand_beside_the_moment_they_are_about_and_few_pupils_beside_nothing() {
        let starts_on = NaiveDate::from_ymd_opt(2024, 8, 31).unwrap();
        let portrait = AchievementPortrait {
            moments: vec![
                moment(-6, 40, 50.0),
                moment(6, 12, 777.0),
                moment(12, 40, 60.0),
            ],
            reference: None,
        };
        let goals = [(11, 62.5), (24, 70.0)];
        let w = Words(Language::Nl);
        let told = achievement_text(w, "a", "De Eik", starts_on, &portrait, &goals);
        let cells: Vec<[&str; 4]> = told
            .rows
            .iter()
            .map(|row| [&*row.when, &*row.n, &*row.mean, &*row.goal])
            .collect();
        let few = w.t("goal-few-pupils");
        let none = w.t("goal-no-score");
        assert_eq!(
            cells,
            [
                ["februari 2024", "40", "50,0", ""],
                ["februari 2025", "", &few, ""],
                ["augustus 2025", "40", "60,0", "62,5"],
                ["augustus 2026", "", &none, "70"],
            ]
        );
        assert_eq!(told.rows[2].distance, "2,5 punten eronder");
        let above = [distance(w, 1.04), distance(w, -1.0), distance(w, -2.0)];
        assert_eq!(
            above,
            ["1 punt erboven", "1 punt eronder", "2 punten eronder"]
        );
        let figure = told.figure.unwrap();
        assert!(!figure.contains("777") && figure.contains("aug 2026"));
    }
}
