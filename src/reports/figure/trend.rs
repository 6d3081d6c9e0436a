//! One school's mean score over the test moments, with its own goals. Every figure has a scale of its own: two schools
//! beside each other are not a comparison, and no colour says good or bad.

use super::svg::{Canvas, Heading, Look, Path, Table};
use crate::domain::language::Language;
use crate::locale::Words;

/// A test moment: when, by name, what was scored and what the school aimed at.
#[derive(Debug, Clone, PartialEq)]
pub struct TrendPoint {
    /// Months since the intervention began.
    pub month: i32,
    pub label: String,
    /// With its number in words.
    pub mean: Option<(f64, String)>,
    pub goal: Option<f64>,
}

/// Narrow enough to be read on a phone.
const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 190.0;
const SIDE: f64 = 44.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = 44.0;
/// Labels of moments closer to each other than this stand at two heights.
const APART: f64 = 78.0;

/// `id` makes the ids on a page unique; `title` and `description` are what a screen reader says.
pub fn trend(id: &str, title: &str, description: &str, points: &[TrendPoint]) -> String {
    // Every text comes in words already: the language decides nothing here.
    let heading = Heading::new(id, title, description, Words(Language::Nl));
    let mut canvas = Canvas::new(&heading);
    let values = || {
        points
            .iter()
            .flat_map(|point| [point.mean.as_ref().map(|(mean, _)| *mean), point.goal])
            .flatten()
    };
    let months = || points.iter().map(|point| f64::from(point.month));
    let (low, high) = ends(values());
    let (first, last) = ends(months());
    let x = |month: i32| place(f64::from(month), first, last, SIDE, WIDTH - SIDE);
    let y = |value: f64| place(value, low, high, HEIGHT - BOTTOM, TOP);
    let told: Vec<(f64, f64)> = points
        .iter()
        .filter_map(|point| Some((x(point.month), y(point.mean.as_ref()?.0))))
        .collect();
    for pair in told.windows(2) {
        canvas.line("rule", pair[0], pair[1]);
    }
    let mut below = (f64::NEG_INFINITY, false);
    for point in points {
        let at = x(point.month);
        // A label that would touch the one before it goes a line lower.
        let lower = at - below.0 < APART && !below.1;
        below = (at, lower);
        let middle = at.clamp(SIDE, WIDTH - SIDE);
        let base = HEIGHT - if lower { 5.0 } else { 21.0 };
        canvas.text((middle, base), Look::new(13.0).middle(), &point.label);
        if let Some(goal) = point.goal {
            let to = y(goal);
            let corners = [
                (at, to - 7.0),
                (at + 7.0, to),
                (at, to + 7.0),
                (at - 7.0, to),
            ];
            canvas.path("node", &Path::polygon(&corners));
        }
        if let Some((mean, number)) = &point.mean {
            // Above the dot, unless the goal stands there.
            let over = point
                .goal
                .is_some_and(|goal| (0.0..=30.0).contains(&(y(*mean) - y(goal))));
            let beside = if over { 22.0 } else { -12.0 };
            canvas.circle("mark", (at, y(*mean)), 4.5);
            let look = Look::new(15.0).middle().bold().class("name");
            canvas.text((at, y(*mean) + beside), look, number);
        }
    }
    canvas.finish(WIDTH, HEIGHT, Table::default()).svg
}

fn ends(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    })
}

/// Where a value lies between two places; in the middle when there is but one value.
fn place(value: f64, low: f64, high: f64, from: f64, to: f64) -> f64 {
    if high > low {
        from + (value - low) / (high - low) * (to - from)
    } else {
        f64::midpoint(from, to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_escaped_and_within_its_frame_whatever_is_missing() {
        let point = |month, mean: Option<f64>, goal| TrendPoint {
            month,
            label: format!("<{month}>"),
            mean: mean.map(|mean| (mean, mean.to_string())),
            goal,
        };
        let every = [
            vec![],
            vec![point(3, None, None)],
            vec![point(3, Some(50.0), None)],
            vec![
                point(-12, Some(31.0), None),
                point(0, None, Some(44.0)),
                point(6, Some(41.0), Some(90.0)),
                point(7, Some(42.0), None),
            ],
        ];
        for points in every {
            let svg = trend("a", "b & c", "d", &points);
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
            assert!(svg.contains("b &amp; c") && !svg.contains("<3>"));
            let within = |attribute: &str, most: f64| {
                svg.split(attribute)
                    .skip(1)
                    .map(|rest| rest.split('"').next().unwrap().parse::<f64>().unwrap())
                    .all(|at| (0.0..=most).contains(&at))
            };
            assert!(within(" x=\"", WIDTH) && within(" y=\"", HEIGHT) && within("cy=\"", HEIGHT));
            assert_eq!(
                svg.matches("<circle").count(),
                points.iter().filter(|point| point.mean.is_some()).count()
            );
        }
    }
}
