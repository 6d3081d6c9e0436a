//! The school's default picture: groups as circles, ties between and within them as bands. Nobody can be pointed at.

use std::f64::consts::TAU;

use super::svg::{Canvas, Figure, Heading, Look, Path, Point, Table, Weight};
use super::text_width::wrapped;

/// What stands on the figure, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupWords {
    /// Heads the columns of the table.
    pub from: String,
    pub to: String,
    pub share: String,
    /// At the thinnest and at the thickest line.
    pub seldom: String,
    pub often: String,
    /// In the table, where a group names its own people.
    pub within: String,
    /// In the table, where it may not be told.
    pub withheld: String,
    /// How many arrows are not there because they may not be told; none where all are.
    pub missing: Option<String>,
}

/// A circle: a group of people.
#[derive(Debug, Clone, PartialEq)]
pub struct Circle {
    /// The name of the group; of several names, each on a line of its own.
    pub label: Vec<String>,
    /// Within the circle: how many people, and how often they name each other.
    pub lines: Vec<String>,
    pub n: usize,
    /// Band of the ties within the group, 0 to 4; none where it is not shown.
    pub within: Option<u8>,
}

/// An arrow between two circles, by band, with the same in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrow {
    pub from: usize,
    pub to: usize,
    pub band: u8,
    pub said: String,
}

const WIDTH: f64 = 420.0;
const LARGEST: f64 = 58.0;
const SIZE: f64 = 13.0;
const NAME: Look = Look::new(14.0).middle().bold().class("name");

/// Width of a line by band.
fn stroke(band: u8) -> f64 {
    1.5 + 2.0 * f64::from(band.min(4))
}

pub fn group_picture(
    heading: &Heading,
    words: &GroupWords,
    circles: &[Circle],
    arrows: &[Arrow],
) -> Figure {
    let mut canvas = Canvas::new(heading);
    let most = circles
        .iter()
        .map(|circle| circle.n)
        .max()
        .unwrap_or(1)
        .max(1) as f64;
    let radii: Vec<f64> = circles
        .iter()
        .map(|circle| {
            // Area, not radius, follows the number of people; what is said within has to fit.
            let by_size = LARGEST * (0.45 + 0.55 * circle.n as f64 / most).sqrt();
            let widest = circle
                .lines
                .iter()
                .map(|line| Look::new(SIZE).width(line))
                .fold(0.0, f64::max);
            by_size.max(widest / 2.0 + 9.0)
        })
        .collect();
    let spread = (circles.len() as f64 / 5.0).max(1.0);
    let (width, room) = (WIDTH * spread, WIDTH * spread / 2.0 - 12.0);
    let labels: Vec<Vec<String>> = circles
        .iter()
        .map(|circle| {
            let lines = circle.label.iter();
            lines
                .flat_map(|line| wrapped(line, NAME.size, Weight::Bold, room.min(170.0)))
                .collect()
        })
        .collect();
    let (places, above) = layout(&radii, &labels, spread);
    for arrow in arrows.iter().filter(|arrow| arrow.from != arrow.to) {
        draw_arrow(&mut canvas, arrow, &places, &radii);
    }
    let mut bottom: f64 = 0.0;
    for (index, circle) in circles.iter().enumerate() {
        let ((x, y), radius) = (places[index], radii[index]);
        match circle.within {
            Some(band) => canvas.ring("group", (x, y), radius, stroke(band)),
            None => canvas.circle("unknown", (x, y), radius),
        }
        let mut at = y - 9.0 * (circle.lines.len() as f64 - 1.0) + 4.5;
        for line in &circle.lines {
            canvas.text((x, at), Look::new(SIZE).middle(), line);
            at += 18.0;
        }
        let lines = &labels[index];
        let height = 17.5 * lines.len() as f64;
        let half = lines
            .iter()
            .map(|line| NAME.width(line))
            .fold(0.0, f64::max)
            / 2.0;
        let (first, last) = (half + 4.0, (width - half - 4.0).max(half + 4.0));
        // In the middle row of five the names stand outside, where no arrow passes.
        let at = match (circles.len(), index) {
            (5, 1) => first,
            (5, 2) => last,
            _ => x.clamp(first, last),
        };
        let from = if above[index] {
            y - radius - 14.0 - (height - 17.5)
        } else {
            y + radius + 22.0
        };
        canvas.lines((at, from), NAME, lines);
        bottom = bottom.max(y + radius + if above[index] { 10.0 } else { 16.0 + height });
    }
    let height = legend(&mut canvas, words, width, bottom);
    canvas.finish(width, height, table(words, circles, arrows))
}

/// Where each circle stands, and whether its name stands above it: on the outer side, away from the arrows.
fn layout(radii: &[f64], labels: &[Vec<String>], spread: f64) -> (Vec<Point>, Vec<bool>) {
    let n = radii.len();
    let high = |index: usize| 17.5 * labels[index].len() as f64 + 14.0;
    let rows: Vec<Vec<(usize, f64)>> = match n {
        0 => Vec::new(),
        1 => vec![vec![(0, 210.0)]],
        2 => vec![vec![(0, 100.0), (1, 320.0)]],
        3 => vec![vec![(0, 100.0), (1, 320.0)], vec![(2, 210.0)]],
        4 => vec![vec![(0, 100.0), (1, 320.0)], vec![(2, 100.0), (3, 320.0)]],
        5 => vec![
            vec![(0, 210.0)],
            vec![(1, 74.0), (2, 346.0)],
            vec![(3, 112.0), (4, 308.0)],
        ],
        _ => return ring(radii, labels, spread),
    };
    let mut places = vec![(0.0, 0.0); n];
    let mut above = vec![true; n];
    let mut y = 0.0;
    for (place, row) in rows.iter().enumerate() {
        let last = place > 0 && place + 1 == rows.len();
        let tallest = row.iter().map(|(i, _)| radii[*i]).fold(0.0, f64::max);
        let label = row.iter().map(|(i, _)| high(*i)).fold(0.0, f64::max);
        // Between two rows the arrows need a way, and names that stand above need room too.
        let gap = match (place, last) {
            (0, _) => label + 6.0,
            (_, true) => 56.0,
            _ => 34.0_f64.max(label * 0.4),
        };
        y += gap + tallest;
        for (i, x) in row {
            places[*i] = (*x, y);
            above[*i] = !last;
        }
        y += tallest;
    }
    (places, above)
}

fn ring(radii: &[f64], labels: &[Vec<String>], spread: f64) -> (Vec<Point>, Vec<bool>) {
    let (cx, rx, ry) = (WIDTH * spread / 2.0, 142.0 * spread, 150.0 * spread);
    let top = labels
        .iter()
        .map(|lines| 17.5 * lines.len() as f64)
        .fold(0.0, f64::max)
        + LARGEST
        + 34.0;
    (0..radii.len())
        .map(|index| {
            let angle = TAU * index as f64 / radii.len() as f64 - TAU / 4.0;
            let (sin, cos) = angle.sin_cos();
            ((cx + rx * cos, top + ry + ry * sin), sin < 0.3)
        })
        .unzip()
}

fn draw_arrow(canvas: &mut Canvas, arrow: &Arrow, places: &[Point], radii: &[f64]) {
    let (from, to) = (places[arrow.from], places[arrow.to]);
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy).max(1.0);
    let (ux, uy) = (dx / length, dy / length);
    // The two directions of a pair run beside each other, each on its right.
    let (nx, ny) = (-uy * 10.0, ux * 10.0);
    let wide = stroke(arrow.band);
    let (half, long) = (wide / 2.0 + 4.0, 10.0 + wide / 2.0);
    let edge = |radius: f64| (radius * radius - 100.0).max(0.0).sqrt();
    let at = |way: f64| (from.0 + ux * way + nx, from.1 + uy * way + ny);
    let (start, tip) = (
        edge(radii[arrow.from]) + 7.0,
        length - edge(radii[arrow.to]) - 8.0,
    );
    let back = at((tip - long).max(start));
    canvas.wide_line("tie", wide, at(start), back);
    canvas.path(
        "tip",
        &Path::polygon(&[
            at(tip),
            (back.0 - uy * half, back.1 + ux * half),
            (back.0 + uy * half, back.1 - ux * half),
        ]),
    );
}

/// The five widths, from seldom to often.
fn legend(canvas: &mut Canvas, words: &GroupWords, width: f64, top: f64) -> f64 {
    let look = Look::new(12.0).class("soft");
    let lines = 5.0 * 26.0;
    let whole = look.width(&words.seldom) + look.width(&words.often) + lines + 20.0;
    let mut x = ((width - whole) / 2.0).max(4.0);
    let y = top + 24.0;
    canvas.text((x, y), look, &words.seldom);
    x += look.width(&words.seldom) + 10.0;
    for band in 0..5 {
        canvas.wide_line("tie", stroke(band), (x, y - 4.0), (x + 20.0, y - 4.0));
        x += 26.0;
    }
    canvas.text((x + 4.0, y), look, &words.often);
    let Some(missing) = &words.missing else {
        return y + 12.0;
    };
    let lines = wrapped(missing, look.size, Weight::Regular, width - 16.0);
    canvas.lines((width / 2.0, y + 22.0), look.middle(), &lines) - 3.0
}

fn table(words: &GroupWords, circles: &[Circle], arrows: &[Arrow]) -> Table {
    let name = |index: usize| circles[index].label.join(" ");
    let mut rows = Vec::new();
    for (from, circle) in circles.iter().enumerate() {
        for to in 0..circles.len() {
            let arrow = arrows
                .iter()
                .find(|arrow| (arrow.from, arrow.to) == (from, to));
            let said = match arrow {
                Some(arrow) => arrow.said.clone(),
                None if from == to && circle.within.is_some() => {
                    circle.lines.last().cloned().unwrap_or_default()
                }
                None => words.withheld.clone(),
            };
            let to = if from == to {
                words.within.clone()
            } else {
                name(to)
            };
            rows.push(vec![name(from), to, said]);
        }
    }
    Table {
        head: vec![words.from.clone(), words.to.clone(), words.share.clone()],
        rows,
    }
}
