//! One number over the waves, with the range in which it lies. Where it may not be told there is a gap, and it says so.

use super::axis::Axis;
use super::svg::{Area, Canvas, Figure, Heading, Look, Path, Table};
use super::text_width::wrapped;

/// What stands on the figure, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StripWords {
    /// Above the upper end of the scale: what is counted.
    pub axis: String,
    /// Heads the columns of the table.
    pub wave: String,
    pub value: String,
    /// In the gap, short.
    pub withheld: String,
    /// At the band where comparable schools lie; empty where there is none.
    pub usual: String,
}

/// The number at one wave, or why it is not told.
#[derive(Debug, Clone, PartialEq)]
pub struct WavePoint {
    pub wave: String,
    pub value: Result<Value, String>,
    /// Where most comparable schools lie.
    pub usual: Option<(f64, f64)>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    pub from: f64,
    pub to: f64,
    /// The middle of the range is not always the likeliest number.
    pub about: Option<f64>,
    /// The same in words, for the table and under the mark.
    pub said: String,
}

const WIDTH: f64 = 360.0;
const LEFT: f64 = 40.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 30.0;
const HIGH: f64 = 150.0;
const BAR: f64 = 22.0;

pub fn wave_strip(
    heading: &Heading,
    words: &StripWords,
    axis: &Axis,
    points: &[WavePoint],
) -> Figure {
    let mut canvas = Canvas::new(heading);
    let bottom = TOP + HIGH;
    let y = |value: f64| bottom - axis.share(value) * HIGH;
    let column = (WIDTH - LEFT - RIGHT) / points.len().max(1) as f64;
    let middle = |index: usize| LEFT + column * (index as f64 + 0.5);
    canvas.text((4.0, 14.0), Look::new(12.0).class("soft"), &words.axis);
    for (value, text) in &axis.ticks {
        canvas.line("grid", (LEFT, y(*value)), (WIDTH - RIGHT, y(*value)));
        canvas.text(
            (LEFT - 8.0, y(*value) + 4.0),
            Look::new(12.0).end().class("soft"),
            text,
        );
    }
    for (index, point) in points.iter().enumerate() {
        if let Some((from, to)) = point.usual {
            let (top, low) = (y(to), y(from));
            canvas.rect(
                "band",
                Area::new(
                    middle(index) - column * 0.42,
                    top,
                    column * 0.84,
                    (low - top).max(2.0),
                ),
            );
        }
    }
    let height = |value: &Value| y(value.about.unwrap_or((value.from + value.to) / 2.0));
    for (index, pair) in points.windows(2).enumerate() {
        if let (Ok(a), Ok(b)) = (&pair[0].value, &pair[1].value) {
            canvas.line(
                "thin",
                (middle(index), height(a)),
                (middle(index + 1), height(b)),
            );
        }
    }
    let mut lowest = bottom;
    for (index, point) in points.iter().enumerate() {
        let x = middle(index);
        let under = match &point.value {
            Ok(value) => {
                let (top, low) = (y(value.to), y(value.from));
                canvas.rect(
                    "group",
                    Area::new(x - BAR / 2.0, top, BAR, (low - top).max(2.0)),
                );
                canvas.circle("mark", (x, height(value)), 6.0);
                &value.said
            }
            Err(_) => {
                canvas.path(
                    "unknown",
                    &Path::polygon(&[
                        (x - BAR / 2.0, TOP + 4.0),
                        (x + BAR / 2.0, TOP + 4.0),
                        (x + BAR / 2.0, bottom - 2.0),
                        (x - BAR / 2.0, bottom - 2.0),
                    ]),
                );
                &words.withheld
            }
        };
        let bold = Look::new(13.0).middle().bold();
        let mut at = bottom + 18.0;
        at = canvas.lines(
            (x, at),
            bold,
            &wrapped(&point.wave, 13.0, bold.weight, column - 6.0),
        );
        let plain = Look::new(12.0).middle();
        at = canvas.lines(
            (x, at),
            plain,
            &wrapped(under, 12.0, plain.weight, column - 6.0),
        );
        lowest = lowest.max(at - 6.0);
    }
    if points.iter().any(|point| point.usual.is_some()) {
        lowest += 12.0;
        canvas.rect("band", Area::new(LEFT, lowest, 22.0, 12.0));
        let plain = Look::new(12.0);
        let lines = wrapped(
            &words.usual,
            12.0,
            plain.weight,
            WIDTH - LEFT - 30.0 - RIGHT,
        );
        lowest = canvas.lines((LEFT + 30.0, lowest + 10.0), plain, &lines) - 8.0;
    }
    let row = |point: &WavePoint| {
        let said = match &point.value {
            Ok(value) => value.said.clone(),
            Err(why) => why.clone(),
        };
        vec![point.wave.clone(), said]
    };
    let table = Table {
        head: vec![words.wave.clone(), words.value.clone()],
        rows: points.iter().map(row).collect(),
    };
    canvas.finish(WIDTH, lowest + 8.0, table)
}
