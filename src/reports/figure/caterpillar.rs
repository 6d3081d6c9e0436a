//! The effects of schools in a row, each with how far it can be told from the others. A place in the row is not a rank.
//!
//! The same numbers stand in the table beside it.

use super::axis::Axis;
use super::svg::{Canvas, Figure, Heading, Look, Path, Table, Weight};
use super::text_width::{shortened, wrapped};
use crate::domain::language::Language;
use crate::locale::Words;

/// What stands on the figure, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaterpillarWords {
    pub w: Words,
    pub title: String,
    pub description: String,
    pub axis: String,
    /// What the two lines across all schools are.
    pub mean: String,
    pub zero: String,
    /// Heads the table: school, effect, comparison interval, 95 % interval, drawn towards all schools.
    pub columns: [String; 5],
}

impl CaterpillarWords {
    /// For the report of `analyse`, which is in English.
    pub fn english(rows: &[CaterpillarRow]) -> Self {
        Self {
            w: Words(Language::En),
            title: "Effect per school, with comparison intervals".to_owned(),
            description: format!(
                "{} schools from the largest effect to the smallest. The dot is the school's own estimate, the cross the estimate \
                 drawn towards all schools, the thick line the comparison interval, the thin line the 95 % interval. The table that \
                 follows has the same numbers.",
                rows.len()
            ),
            axis: "points a school year".to_owned(),
            mean: "mean".to_owned(),
            zero: "no effect".to_owned(),
            columns: [
                "School",
                "Effect",
                "Comparison interval",
                "95 % interval",
                "Drawn towards all schools",
            ]
            .map(str::to_owned),
        }
    }
}

/// One school, ready to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct CaterpillarRow {
    pub label: String,
    pub effect: f64,
    /// Where the intervals of two schools do not overlap, they differ.
    pub comparison: Option<(f64, f64)>,
    pub interval: Option<(f64, f64)>,
    pub shrunken: Option<f64>,
    /// In one of the groups that are compared.
    pub chosen: bool,
}

/// Narrow enough to be read on a phone.
const WIDTH: f64 = 460.0;
const LEFT: f64 = 98.0;
const RIGHT: f64 = 14.0;
const TOP: f64 = 28.0;
const ROW: f64 = 15.0;
const SIZE: f64 = 12.0;

/// The whole figure; rows from top to bottom as they come. `id` makes the ids of its title and description unique on the page.
pub fn caterpillar(
    id: &str,
    words: &CaterpillarWords,
    mean: Option<f64>,
    rows: &[CaterpillarRow],
) -> Figure {
    let w = words.w;
    let heading = Heading::new(id, words.title.as_str(), words.description.as_str(), w);
    let mut canvas = Canvas::new(&heading);
    let ends = rows.iter().flat_map(|row| {
        let (lower, upper) = row.interval.or(row.comparison).unzip();
        [lower, upper, Some(row.effect), row.shrunken]
    });
    let axis = Axis::around(w, ends.flatten().chain(mean).chain([0.0]), 6);
    let x = |value: f64| LEFT + axis.share(value) * (WIDTH - LEFT - RIGHT);
    let bottom = TOP + ROW * rows.len() as f64;
    let small = Look::new(SIZE);
    for (value, text) in &axis.ticks {
        canvas.line("grid", (x(*value), TOP), (x(*value), bottom));
        canvas.text(
            (x(*value), bottom + 16.0),
            small.middle().class("soft"),
            text,
        );
    }
    canvas.line("zero", (x(0.0), TOP), (x(0.0), bottom));
    let below = mean.is_some_and(|mean| mean < 0.0);
    if let Some(mean) = mean {
        canvas.line("dashed", (x(mean), TOP), (x(mean), bottom));
        aside(&mut canvas, x(mean), below, &words.mean);
    }
    aside(&mut canvas, x(0.0), !below, &words.zero);
    let lines = wrapped(&words.axis, SIZE, Weight::Regular, WIDTH - 16.0);
    let end = canvas.lines((WIDTH / 2.0, bottom + 36.0), small.middle(), &lines);
    for (place, row) in rows.iter().enumerate() {
        school(&mut canvas, row, TOP + ROW * (place as f64 + 0.5), &x);
    }
    canvas.finish(WIDTH, end - 6.0, table(words, rows))
}

/// At a line, on the side that is free.
fn aside(canvas: &mut Canvas, x: f64, left: bool, text: &str) {
    let (look, at) = if left {
        (Look::new(SIZE).end(), x - 4.0)
    } else {
        (Look::new(SIZE), x + 4.0)
    };
    let room = if left { at - 2.0 } else { WIDTH - at - 2.0 };
    canvas.text(
        (at, 16.0),
        look,
        &shortened(text, SIZE, Weight::Regular, room),
    );
}

fn school(canvas: &mut Canvas, row: &CaterpillarRow, y: f64, x: &impl Fn(f64) -> f64) {
    let look = Look::new(11.0).end();
    let look = if row.chosen { look.bold() } else { look };
    let label = shortened(&row.label, 11.0, look.weight, LEFT - 12.0);
    canvas.text((LEFT - 8.0, y + 4.0), look, &label);
    for (interval, class) in [(row.interval, "thin"), (row.comparison, "thick")] {
        if let Some((lower, upper)) = interval {
            canvas.line(class, (x(lower), y), (x(upper), y));
        }
    }
    let class = if row.chosen { "mark" } else { "open" };
    canvas.circle(class, (x(row.effect), y), 3.5);
    if let Some(shrunken) = row.shrunken {
        let at = x(shrunken);
        let cross = Path::new()
            .to((at - 3.0, y - 3.0))
            .line((at + 3.0, y + 3.0))
            .to((at - 3.0, y + 3.0))
            .line((at + 3.0, y - 3.0));
        canvas.path("cross", &cross);
    }
}

fn table(words: &CaterpillarWords, rows: &[CaterpillarRow]) -> Table {
    let w = words.w;
    let number = |value: f64| w.decimal(value, 2).replace('-', "\u{2212}");
    let both = |ends: Option<(f64, f64)>| {
        let text = ends.map(|(low, high)| format!("{}; {}", number(low), number(high)));
        text.unwrap_or_default()
    };
    let cells = |row: &CaterpillarRow| {
        vec![
            row.label.clone(),
            number(row.effect),
            both(row.comparison),
            both(row.interval),
            row.shrunken.map(number).unwrap_or_default(),
        ]
    };
    Table {
        head: words.columns.to_vec(),
        rows: rows.iter().map(cells).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_school_is_drawn_within_the_frame_and_escaped() {
        let row = |label: &str, effect: f64, chosen| CaterpillarRow {
            label: label.into(),
            effect,
            comparison: Some((effect - 0.7, effect + 0.7)),
            interval: Some((effect - 1.0, effect + 1.0)),
            shrunken: Some(effect * 0.9),
            chosen,
        };
        let rows = [
            row("<b>", 6.3, true),
            row("a", 1.5, false),
            CaterpillarRow {
                comparison: None,
                interval: None,
                shrunken: None,
                ..row("none", -4.0, false)
            },
        ];
        let svg = caterpillar("c", &CaterpillarWords::english(&rows), Some(1.5), &rows).svg;
        assert!(svg.contains("role=\"img\"") && svg.contains("<title id=\"c-title\">"));
        assert!(svg.contains("&lt;b&gt;") && !svg.contains("<b>"));
        assert_eq!(svg.matches("<circle").count(), 3);
        assert_eq!(svg.matches("class=\"thick\"").count(), 2);
        for mark in ["x1=\"", "x2=\"", "cx=\""] {
            for rest in svg.split(mark).skip(1) {
                let x: f64 = rest.split('"').next().unwrap().parse().unwrap();
                assert!((LEFT..=WIDTH - RIGHT).contains(&x), "{mark}{x}");
            }
        }
        assert!(!svg.contains("NaN") && !svg.contains("inf"));
    }

    #[test]
    fn no_schools_are_a_figure_too() {
        let svg = caterpillar("c", &CaterpillarWords::english(&[]), None, &[]).svg;
        assert!(svg.ends_with("</svg>\n") && !svg.contains("NaN"));
    }
}
