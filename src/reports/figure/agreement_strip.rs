//! How far the members of each school agree, a stroke per school and a row per wave. No school can be pointed at.
//!
//! The median and the quartiles stand in the table beside it.

use super::svg::{Area, Canvas, Figure, Heading, Look, Table, Weight};
use super::text_width::{shortened, wrapped};
use crate::locale::Words;

/// What stands on the figure, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StripWords {
    pub w: Words,
    pub title: String,
    pub description: String,
    pub axis: String,
    /// At the line from which on members are said to agree.
    pub agreed: String,
    /// Instead of strokes, where no school has a number.
    pub none: String,
    /// 0 to 1 in fifths.
    pub ticks: [String; 6],
}

/// One wave, ready to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct StripRow {
    pub label: String,
    /// One per school, from 0 to 1.
    pub schools: Vec<f64>,
    /// First quartile, median, third quartile.
    pub quartiles: Option<[f64; 3]>,
}

/// Narrow enough to be read on a phone.
const WIDTH: f64 = 360.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 26.0;
const ROW: f64 = 38.0;
const SIZE: f64 = 12.0;

/// The whole figure; `agreed` is where the line stands. `id` makes the ids of its title and description unique on the page.
pub fn agreement_strip(id: &str, words: &StripWords, agreed: f64, rows: &[StripRow]) -> Figure {
    let w = words.w;
    let heading = Heading::new(id, words.title.as_str(), words.description.as_str(), w);
    let mut canvas = Canvas::new(&heading);
    let x = |value: f64| LEFT + value.clamp(0.0, 1.0) * (WIDTH - LEFT - RIGHT);
    let bottom = TOP + ROW * rows.len() as f64;
    for (place, tick) in words.ticks.iter().enumerate() {
        let at = x(place as f64 / 5.0);
        canvas.line("grid", (at, TOP), (at, bottom));
        canvas.text(
            (at, bottom + 16.0),
            Look::new(SIZE).middle().class("soft"),
            tick,
        );
    }
    let at = x(agreed);
    canvas.line("dashed", (at, TOP), (at, bottom));
    canvas.text((at, 17.0), Look::new(SIZE).middle(), &words.agreed);
    let axis = wrapped(&words.axis, SIZE, Weight::Regular, WIDTH - 16.0);
    let end = canvas.lines(
        (WIDTH / 2.0, bottom + 36.0),
        Look::new(SIZE).middle(),
        &axis,
    );
    for (place, row) in rows.iter().enumerate() {
        let y = TOP + ROW * (place as f64 + 0.5);
        let label = shortened(&row.label, SIZE, Weight::Regular, LEFT - 12.0);
        canvas.text((LEFT - 8.0, y + 4.5), Look::new(SIZE).end(), &label);
        if row.schools.is_empty() {
            canvas.text(
                (LEFT + 8.0, y + 4.5),
                Look::new(SIZE).class("soft"),
                &words.none,
            );
            continue;
        }
        if let Some([first, _, third]) = row.quartiles {
            let wide = (x(third) - x(first)).max(1.0);
            canvas.rect("band", Area::new(x(first), y - 13.0, wide, 26.0));
        }
        for value in &row.schools {
            // See-through: where schools coincide the stroke is darker.
            canvas.line("faint", (x(*value), y - 9.0), (x(*value), y + 9.0));
        }
        if let Some([_, median, _]) = row.quartiles {
            canvas.line("heavy", (x(median), y - 14.0), (x(median), y + 14.0));
        }
    }
    let said = |row: &StripRow| {
        let quartiles = match row.quartiles {
            Some(quartiles) => quartiles.map(|value| w.decimal(value, 2)).join(" – "),
            None => words.none.clone(),
        };
        vec![row.label.clone(), row.schools.len().to_string(), quartiles]
    };
    let table = Table {
        head: vec![words.title.clone(), "n".to_owned(), words.axis.clone()],
        rows: rows.iter().map(said).collect(),
    };
    canvas.finish(WIDTH, end - 6.0, table)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> StripWords {
        StripWords {
            w: Words(crate::domain::language::Language::En),
            title: "Agreement".into(),
            description: "A stroke per school".into(),
            axis: "rwg(j)".into(),
            agreed: "0.70".into(),
            none: "no number".into(),
            ticks: ["0", "0.2", "0.4", "0.6", "0.8", "1"].map(str::to_owned),
        }
    }

    #[test]
    fn every_school_is_drawn_within_the_frame_and_nothing_is_unescaped() {
        let rows = [
            StripRow {
                label: "<T1>".into(),
                schools: vec![0.0, 0.8, 0.8, 1.0],
                quartiles: Some([0.6, 0.8, 0.85]),
            },
            StripRow {
                label: "T2".into(),
                schools: vec![],
                quartiles: None,
            },
        ];
        let svg = agreement_strip("s", &words(), 0.7, &rows).svg;
        assert!(svg.contains("role=\"img\"") && svg.contains("<title id=\"s-title\">"));
        assert!(svg.contains("&lt;T1&gt;") && !svg.contains("<T1>") && svg.contains("no number"));
        assert_eq!(svg.matches("class=\"faint\"").count(), 4);
        for mark in ["x1=\"", "x2=\""] {
            for rest in svg.split(mark).skip(1) {
                let x: f64 = rest.split('"').next().unwrap().parse().unwrap();
                assert!((LEFT..=WIDTH - RIGHT).contains(&x), "{mark}{x}");
            }
        }
        assert!(!svg.contains("NaN") && !svg.contains("inf"));
    }

    #[test]
    fn no_waves_are_a_figure_too() {
        let svg = agreement_strip("s", &words(), 0.7, &[]).svg;
        assert!(svg.ends_with("</svg>\n") && !svg.contains("NaN"));
    }
}
