//! The mean of a team on each scale, a lane per wave, with the band in which most schools lie.

use super::svg::{Area, Canvas, Figure, Heading, Look, Table, Weight};
use super::text_width::wrapped;

/// What stands on the figure, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileWords {
    /// Heads the columns of the table.
    pub scale: String,
    pub wave: String,
    pub mean: String,
    /// What the band is; also heads its column.
    pub usual: String,
    /// Instead of a mark, short.
    pub withheld: String,
}

/// One scale over the waves in which it was asked.
#[derive(Debug, Clone, PartialEq)]
pub struct ProfileRow {
    pub label: String,
    pub minimum: f64,
    pub maximum: f64,
    pub waves: Vec<ProfilePoint>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ProfilePoint {
    pub wave: String,
    /// The mean, or why it is not told.
    pub mean: Result<f64, String>,
    /// Where most schools lie.
    pub usual: Option<(f64, f64)>,
}

const WIDTH: f64 = 360.0;
const LEFT: f64 = 46.0;
const RIGHT: f64 = 44.0;
const LANE: f64 = 20.0;
const SIZE: f64 = 12.0;

pub fn scale_profile(heading: &Heading, words: &ProfileWords, rows: &[ProfileRow]) -> Figure {
    let mut canvas = Canvas::new(heading);
    let w = heading.words;
    let mut y = 4.0;
    let mut any_usual = false;
    for row in rows {
        let spread = (row.maximum - row.minimum).max(1e-9);
        let x = |value: f64| {
            LEFT + ((value - row.minimum) / spread).clamp(0.0, 1.0) * (WIDTH - LEFT - RIGHT)
        };
        let bold = Look::new(13.0).bold();
        let label = wrapped(&row.label, 13.0, Weight::Bold, WIDTH - 8.0);
        y = canvas.lines((4.0, y + 14.0), bold, &label) - 4.0;
        let bottom = y + LANE * row.waves.len() as f64;
        let ticks = (row.maximum - row.minimum).floor() as i32;
        let ticks = if (1..=10).contains(&ticks) { ticks } else { 4 };
        for tick in 0..=ticks {
            let value = row.minimum + spread * f64::from(tick) / f64::from(ticks);
            canvas.line("grid", (x(value), y), (x(value), bottom));
        }
        for point in &row.waves {
            let middle = y + LANE / 2.0;
            canvas.text(
                (LEFT - 8.0, middle + 4.0),
                Look::new(SIZE).end().class("soft"),
                &point.wave,
            );
            if let Some((from, to)) = point.usual.filter(|_| point.mean.is_ok()) {
                any_usual = true;
                canvas.rect(
                    "band",
                    Area::new(x(from), middle - 6.5, (x(to) - x(from)).max(2.0), 13.0),
                );
            }
            match &point.mean {
                Ok(mean) => {
                    canvas.line("grid", (x(row.minimum), middle), (x(row.maximum), middle));
                    canvas.circle("mark", (x(*mean), middle), 5.5);
                    canvas.text(
                        (WIDTH - RIGHT + 10.0, middle + 4.0),
                        Look::new(13.0),
                        &w.decimal(*mean, 1),
                    );
                }
                Err(_) => canvas.text(
                    (x((row.minimum + row.maximum) / 2.0), middle + 4.0),
                    Look::new(SIZE).middle().class("soft"),
                    &words.withheld,
                ),
            }
            y += LANE;
        }
        let ends = Look::new(11.0).middle().class("soft");
        canvas.text((x(row.minimum), y + 11.0), ends, &w.decimal(row.minimum, 0));
        canvas.text((x(row.maximum), y + 11.0), ends, &w.decimal(row.maximum, 0));
        y += 22.0;
    }
    if any_usual {
        canvas.rect("band", Area::new(LEFT, y + 2.0, 22.0, 13.0));
        let lines = wrapped(&words.usual, SIZE, Weight::Regular, WIDTH - LEFT - 34.0);
        y = canvas.lines((LEFT + 30.0, y + 12.5), Look::new(SIZE), &lines) - 8.0;
    }
    let mut table = Table {
        head: vec![words.scale.clone(), words.wave.clone(), words.mean.clone()],
        rows: Vec::new(),
    };
    if any_usual {
        table.head.push(words.usual.clone());
    }
    for row in rows {
        for point in &row.waves {
            let mean = match &point.mean {
                Ok(mean) => w.decimal(*mean, 1),
                Err(why) => why.clone(),
            };
            let mut cells = vec![row.label.clone(), point.wave.clone(), mean];
            if any_usual {
                let band = |(from, to)| format!("{}–{}", w.decimal(from, 1), w.decimal(to, 1));
                cells.push(point.usual.map(band).unwrap_or_default());
            }
            table.rows.push(cells);
        }
    }
    canvas.finish(WIDTH, y + 6.0, table)
}
