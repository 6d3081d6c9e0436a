//! How many answered, school by wave: a square that fills, with the numbers in it. Counts only; nobody is named.

use super::svg::{Area, Canvas, Figure, Heading, Look, Table, Weight};
use super::text_width::shortened;

/// What stands on the figure, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseWords {
    /// Heads the first column of the table.
    pub school: String,
    /// Where nothing was asked, or may not be told.
    pub none: String,
    /// What the line in a cell is.
    pub threshold: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ResponseRow {
    pub label: String,
    /// Per wave: how many answered, of how many.
    pub waves: Vec<Option<(usize, usize)>>,
}

const LINE: f64 = 20.0;
const CELL: f64 = 84.0;
const TOP: f64 = 26.0;

/// `threshold`: the share under which nothing is said about structure.
pub fn response_matrix(
    heading: &Heading,
    words: &ResponseWords,
    waves: &[String],
    rows: &[ResponseRow],
    threshold: f64,
) -> Figure {
    let mut canvas = Canvas::new(heading);
    let look = Look::new(12.0);
    let longest = rows
        .iter()
        .map(|row| look.width(&row.label))
        .fold(40.0, f64::max)
        .min(150.0);
    let left = longest + 16.0;
    for (index, wave) in waves.iter().enumerate() {
        let at = (left + CELL * (index as f64 + 0.5), 16.0);
        let wave = shortened(wave, 12.0, Weight::Bold, CELL - 8.0);
        canvas.text(at, look.middle().bold(), &wave);
    }
    for (place, row) in rows.iter().enumerate() {
        let y = TOP + LINE * place as f64;
        let label = shortened(&row.label, 12.0, Weight::Regular, 150.0);
        canvas.text((longest + 8.0, y + 14.0), look.end(), &label);
        for (index, cell) in row.waves.iter().enumerate() {
            let x = left + CELL * index as f64;
            let area = Area::new(x + 2.0, y + 2.0, CELL - 6.0, LINE - 4.0);
            match cell {
                Some((n, of)) => {
                    let share = *n as f64 / (*of).max(1) as f64;
                    canvas.rect("empty", area);
                    // Under the threshold the filling is hatched.
                    let filled =
                        Area::new(area.x, area.y, area.width * share.min(1.0), area.height);
                    if share < threshold {
                        canvas.hatch(filled);
                    } else {
                        canvas.rect("band", filled);
                    }
                    let line = area.x + area.width * threshold;
                    canvas.line("cross", (line, area.y), (line, area.y + area.height));
                    let text = format!("{n}/{of}");
                    // Left of the line of the threshold.
                    let look = Look::new(11.0).class("name");
                    canvas.text((area.x + 5.0, y + 14.0), look, &text);
                }
                None => canvas.text(
                    (x + CELL / 2.0, y + 14.0),
                    Look::new(11.0).middle().class("soft"),
                    "–",
                ),
            }
        }
    }
    let width = (left + CELL * waves.len() as f64 + 4.0).max(300.0);
    let y = TOP + LINE * rows.len() as f64 + 18.0;
    canvas.line("cross", (10.0, y - 11.0), (10.0, y + 3.0));
    let legend = super::text_width::wrapped(&words.threshold, 12.0, Weight::Regular, width - 28.0);
    let end = canvas.lines((20.0, y), look, &legend);
    let cells = |row: &ResponseRow| {
        let mut cells = vec![row.label.clone()];
        cells.extend(
            (0..waves.len()).map(|wave| match row.waves.get(wave).copied().flatten() {
                Some((n, of)) => format!("{n}/{of}"),
                None => words.none.clone(),
            }),
        );
        cells
    };
    let table = Table {
        head: std::iter::once(words.school.clone())
            .chain(waves.iter().cloned())
            .collect(),
        rows: rows.iter().map(cells).collect(),
    };
    canvas.finish(width, end - 4.0, table)
}
