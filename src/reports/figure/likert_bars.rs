//! How answers to items lie: how many chose what, centred on the middle. For the researcher alone.

use super::svg::{Area, Canvas, Figure, Heading, Look, Table, Weight};
use super::text_width::{text_width, wrapped};

/// What stands on the figure, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LikertWords {
    /// Each answer, lowest first.
    pub answers: Vec<String>,
    /// Heads the columns of the table: the items, and how many answered.
    pub item: String,
    pub n: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct LikertRow {
    pub label: String,
    /// How many chose each answer, lowest first.
    pub counts: Vec<usize>,
}

const WIDTH: f64 = 360.0;
const MARGIN: f64 = 6.0;
const BAR: f64 = 18.0;
const SIZE: f64 = 12.0;

pub fn likert_bars(heading: &Heading, words: &LikertWords, rows: &[LikertRow]) -> Figure {
    let mut canvas = Canvas::new(heading);
    let small = Look::new(SIZE).class("soft");
    let half = WIDTH / 2.0 - MARGIN - 6.0;
    let end = |answer: Option<&String>| answer.cloned().unwrap_or_default();
    let left = canvas.lines(
        (MARGIN, 14.0),
        small,
        &wrapped(
            &format!("← {}", end(words.answers.first())),
            SIZE,
            Weight::Regular,
            half,
        ),
    );
    let right = canvas.lines(
        (WIDTH - MARGIN, 14.0),
        small.end(),
        &wrapped(
            &format!("{} →", end(words.answers.last())),
            SIZE,
            Weight::Regular,
            half,
        ),
    );
    let mut y = left.max(right) - 6.0;
    let scale = counts_scale(rows);
    for row in rows {
        let label = wrapped(&row.label, 13.0, Weight::Regular, WIDTH - 2.0 * MARGIN);
        y = canvas.lines((MARGIN, y + 16.0), Look::new(13.0), &label) - 9.0;
        let at = scale.middle;
        canvas.line("dashed", (at, y - 3.0), (at, y + BAR + 3.0));
        counts_bar(&mut canvas, &row.counts, scale, y);
        y += BAR;
        y += 8.0;
    }
    y = legend(&mut canvas, words, y + 6.0);
    canvas.finish(WIDTH, y + 4.0, table(words, rows))
}

/// Where the middle of the bars stands, and how wide the whole of the answers is.
#[derive(Debug, Clone, Copy)]
struct Centred {
    middle: f64,
    whole: f64,
}

/// How much of the answers lies on the lower side, with half of the middle answer.
fn sides(counts: &[usize]) -> (f64, f64) {
    let total = counts.iter().sum::<usize>().max(1) as f64;
    let half = counts.len() / 2;
    let mut low: f64 = counts[..half].iter().sum::<usize>() as f64;
    if counts.len() % 2 == 1 {
        low += counts[half] as f64 / 2.0;
    }
    (low / total, 1.0 - low / total)
}

fn counts_scale(rows: &[LikertRow]) -> Centred {
    let (mut low, mut high) = (0.0_f64, 0.0_f64);
    for row in rows {
        if row.counts.iter().sum::<usize>() > 0 {
            let (left, right) = sides(&row.counts);
            (low, high) = (low.max(left), high.max(right));
        }
    }
    let room = WIDTH - 2.0 * MARGIN;
    let whole = room / (low + high).max(1e-9);
    Centred {
        middle: MARGIN + low * whole,
        whole,
    }
}

fn class_of(index: usize, n: usize) -> (&'static str, bool) {
    let middle = n / 2;
    if n % 2 == 1 && index == middle {
        ("between", false)
    } else if index == 0 {
        ("low-end", true)
    } else if index + 1 == n {
        ("high-end", true)
    } else if index < middle {
        ("low", false)
    } else {
        ("high", false)
    }
}

fn counts_bar(canvas: &mut Canvas, counts: &[usize], scale: Centred, y: f64) {
    let total = counts.iter().sum::<usize>();
    if total == 0 {
        return;
    }
    let mut x = scale.middle - sides(counts).0 * scale.whole;
    for (index, count) in counts.iter().enumerate() {
        let wide = *count as f64 / total as f64 * scale.whole;
        if *count > 0 {
            let (class, dark) = class_of(index, counts.len());
            let area = Area::new(x, y, wide, BAR);
            canvas.rect(class, area);
            // The lower side is told from the higher one without colour.
            if class == "low" {
                canvas.hatch(area);
            }
            let text = count.to_string();
            let look = Look::new(11.0).middle();
            if text_width(&text, 11.0, Weight::Regular) + 4.0 <= wide {
                let look = look.class(match class {
                    "low" => "name",
                    _ if dark => "on",
                    _ => "",
                });
                canvas.text((x + wide / 2.0, y + 13.0), look, &text);
            }
        }
        x += wide;
    }
}

fn legend(canvas: &mut Canvas, words: &LikertWords, mut y: f64) -> f64 {
    let n = words.answers.len();
    let mut x = MARGIN;
    for (index, answer) in words.answers.iter().enumerate() {
        let lines = wrapped(answer, 11.0, Weight::Regular, WIDTH - 2.0 * MARGIN - 22.0);
        let wide = lines
            .iter()
            .map(|line| text_width(line, 11.0, Weight::Regular))
            .fold(0.0, f64::max)
            + 36.0;
        if x > MARGIN && x + wide - 14.0 > WIDTH - MARGIN {
            (x, y) = (MARGIN, y + 18.0);
        }
        let area = Area::new(x, y, 16.0, 12.0);
        let (class, _) = class_of(index, n);
        canvas.rect(class, area);
        if class == "low" {
            canvas.hatch(area);
        }
        let end = canvas.lines((x + 22.0, y + 10.0), Look::new(11.0), &lines);
        x += wide;
        if lines.len() > 1 {
            (x, y) = (MARGIN, end - 6.0);
        }
    }
    y + 18.0
}

fn table(words: &LikertWords, rows: &[LikertRow]) -> Table {
    let mut head = vec![words.item.clone()];
    head.extend(words.answers.iter().cloned());
    head.push(words.n.clone());
    let row = |row: &LikertRow| {
        let mut cells = vec![row.label.clone()];
        cells.extend(row.counts.iter().map(usize::to_string));
        cells.push(row.counts.iter().sum::<usize>().to_string());
        cells
    };
    Table {
        rows: rows.iter().map(row).collect(),
        head,
    }
}
