//! Who named whom as a square of cells, ordered by group. Unknown is hatched; what cannot be is left blank.

use super::svg::{Area, Canvas, Figure, Heading, Look, Path, Table, Weight};
use super::text_width::shortened;

/// What stands on the figure, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixWords {
    pub named: String,
    pub not_named: String,
    pub unknown: String,
    /// Heads the columns of the table: who, whom they named, of whom it is unknown.
    pub person: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatrixCell {
    Named,
    NotNamed,
    Unknown,
    /// Of oneself, or of someone who was not there.
    Impossible,
}

/// A row and a column, as they come; a line stands where the group changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixPerson {
    pub label: String,
    /// By this they stand above the columns too.
    pub number: usize,
    pub group: Option<String>,
}

const SIZE: f64 = 11.0;

/// `cells` row by row: who named, then who was named.
pub fn sociomatrix(
    heading: &Heading,
    words: &MatrixWords,
    people: &[MatrixPerson],
    cells: &[Vec<MatrixCell>],
) -> Figure {
    let mut order: Vec<usize> = (0..people.len()).collect();
    order.sort_by(|&a, &b| people[a].group.cmp(&people[b].group).then(a.cmp(&b)));
    let n = order.len();
    let side: f64 = match n {
        0..=12 => 24.0,
        13..=24 => 19.0,
        25..=40 => 15.0,
        _ => 12.5,
    };
    let look = Look::new(SIZE.min(side - 1.5)).end();
    let longest = people
        .iter()
        .map(|person| look.width(&person.label))
        .fold(0.0, f64::max)
        .min(150.0);
    let (left, top) = (longest + 36.0, 24.0);
    let mut canvas = Canvas::new(heading);
    for (row, &ego) in order.iter().enumerate() {
        let y = top + side * row as f64;
        let base = y + side / 2.0 + 0.35 * look.size;
        let label = shortened(&people[ego].label, look.size, Weight::Regular, 150.0);
        canvas.text((left - 32.0, base), look, &label);
        let number = people[ego].number.to_string();
        canvas.text((left - 6.0, base), look.class("soft"), &number);
        // As many numbers above as find room; the rows have them all.
        let every = if n > 24 { 5 } else { 1 };
        if row == 0 || (row + 1) % every == 0 {
            let above = Look::new(look.size).middle().class("soft");
            canvas.text(
                (left + side * (row as f64 + 0.5), top - 6.0),
                above,
                &number,
            );
        }
        for (column, &alter) in order.iter().enumerate() {
            let what = cells
                .get(ego)
                .and_then(|row| row.get(alter))
                .copied()
                .unwrap_or(MatrixCell::Impossible);
            let x = left + side * column as f64;
            square(
                &mut canvas,
                what,
                Area::new(x + 0.5, y + 0.5, side - 1.0, side - 1.0),
            );
        }
    }
    let whole = side * n as f64;
    for (place, pair) in order.windows(2).enumerate() {
        if people[pair[0]].group != people[pair[1]].group {
            let at = side * (place + 1) as f64;
            canvas.line("cross", (left, top + at), (left + whole, top + at));
            canvas.line("cross", (left + at, top), (left + at, top + whole));
        }
    }
    canvas.path(
        "edge",
        &Path::polygon(&[
            (left, top),
            (left + whole, top),
            (left + whole, top + whole),
            (left, top + whole),
        ]),
    );
    let width = (left + whole + 12.0).max(360.0);
    let mut x = 8.0;
    let mut y = top + whole + 24.0;
    for (what, text) in [
        (MatrixCell::Named, &words.named),
        (MatrixCell::NotNamed, &words.not_named),
        (MatrixCell::Unknown, &words.unknown),
    ] {
        let wide = 20.0 + Look::new(12.0).width(text);
        if x > 8.0 && x + wide > width - 8.0 {
            (x, y) = (8.0, y + 20.0);
        }
        square(&mut canvas, what, Area::new(x, y - 11.0, 14.0, 14.0));
        canvas.text((x + 20.0, y), Look::new(12.0), text);
        x += wide + 20.0;
    }
    let told = |ego: usize, what: MatrixCell| {
        let alters = order.iter().filter(|alter| {
            let row = cells.get(ego);
            row.and_then(|row| row.get(**alter)) == Some(&what)
        });
        let labels: Vec<&str> = alters.map(|alter| people[*alter].label.as_str()).collect();
        labels.join(", ")
    };
    let table = Table {
        head: vec![
            words.person.clone(),
            words.named.clone(),
            words.unknown.clone(),
        ],
        rows: order
            .iter()
            .map(|&ego| {
                vec![
                    people[ego].label.clone(),
                    told(ego, MatrixCell::Named),
                    told(ego, MatrixCell::Unknown),
                ]
            })
            .collect(),
    };
    canvas.finish(width, y + 10.0, table)
}

fn square(canvas: &mut Canvas, what: MatrixCell, area: Area) {
    match what {
        MatrixCell::Named => canvas.rect("mark", area),
        MatrixCell::NotNamed => canvas.rect("cell", area),
        MatrixCell::Unknown => canvas.hatch(area),
        MatrixCell::Impossible => {}
    }
}
