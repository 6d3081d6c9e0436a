//! A network as dots and lines at places that were found before: small, to be seen beside many others, or large with the
//! numbers of a list. Size and colour say nothing about a person; who did not answer is open.

use super::spot::spots;
use super::svg::{Area, Canvas, Figure, Heading, Look, Path, Point, Table, Weight};
use super::text_width::shortened;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dot {
    /// In thousandths of the picture, from the left and from the top.
    pub at: (u16, u16),
    pub answered: bool,
    /// The number in a list beside it.
    pub number: usize,
}

/// Between two dots, by their place among the dots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    pub from: usize,
    pub to: usize,
    /// Both name each other, or the tie has no direction.
    pub both: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drawing {
    pub dots: Vec<Dot>,
    pub lines: Vec<Line>,
}

impl Drawing {
    /// One that both tell counts twice.
    pub fn n_ties(&self) -> usize {
        let each = self.lines.iter().map(|line| 1 + usize::from(line.both));
        each.sum()
    }
}

/// What heads the table of a large picture: who, and whom they named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureWords {
    pub number: String,
    pub named: String,
}

/// What heads the table of many pictures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManyWords {
    pub school: String,
    pub people: String,
    pub ties: String,
}

const LARGE: f64 = 340.0;
const SMALL: f64 = 120.0;
const NUMBER: Look = Look::new(12.0).class("name");
const LABEL: Look = Look::new(11.0).middle();
const COLUMNS: usize = 8;
const GAP: f64 = 12.0;
/// Under each of many pictures, for its name.
const FOOT: f64 = 22.0;

/// A picture with an arrow on each line that goes one way, and numbers beside the dots; without numbers where not all of
/// them find room.
pub fn large(heading: &Heading, words: &PictureWords, drawing: &Drawing) -> Figure {
    let mut canvas = Canvas::new(heading);
    let pen = Pen::new(Area::new(0.0, 0.0, LARGE, LARGE), 26.0, 5.5);
    pen.lines(&mut canvas, drawing, ["one", "both"]);
    let heads = drawing.lines.iter().filter(|line| !line.both);
    for line in heads.filter_map(|line| pen.head(drawing, line)) {
        canvas.path("head", &line);
    }
    pen.dots(&mut canvas, drawing);
    let places: Vec<Point> = drawing.dots.iter().map(|dot| pen.at(dot)).collect();
    let numbers: Vec<String> = drawing
        .dots
        .iter()
        .map(|dot| dot.number.to_string())
        .collect();
    let found = spots(&places, pen.radius, &numbers, NUMBER, &pen.area);
    for (number, spot) in numbers.iter().zip(found.into_iter().flatten()) {
        if let Some((from, to)) = spot.leader {
            canvas.line("leader", from, to);
        }
        let base = (spot.area.x, spot.area.y + 0.8 * NUMBER.size);
        canvas.text(base, NUMBER, number);
    }
    let named = |place: usize| {
        let mut numbers: Vec<usize> = drawing
            .lines
            .iter()
            .filter_map(|line| match (line.from == place, line.to == place) {
                (true, _) => Some(line.to),
                (_, true) if line.both => Some(line.from),
                _ => None,
            })
            .map(|other| drawing.dots[other].number)
            .collect();
        numbers.sort_unstable();
        let numbers: Vec<String> = numbers.iter().map(usize::to_string).collect();
        numbers.join(", ")
    };
    let dots = drawing.dots.iter().enumerate();
    let table = Table {
        head: vec![words.number.clone(), words.named.clone()],
        rows: dots
            .map(|(place, dot)| vec![dot.number.to_string(), named(place)])
            .collect(),
    };
    canvas.finish(LARGE, LARGE, table)
}

/// A picture as small as a stamp, without arrows and numbers, as it stands in a list.
pub fn small(heading: &Heading, drawing: &Drawing) -> String {
    let mut canvas = Canvas::new(heading);
    stamp(&mut canvas, (0.0, 0.0), drawing);
    canvas.finish(SMALL, SMALL, Table::default()).svg
}

/// Many small pictures with their names, as one figure.
pub fn many(heading: &Heading, words: &ManyWords, drawings: &[(String, Drawing)]) -> Figure {
    let mut canvas = Canvas::new(heading);
    let (wide, high) = (SMALL + GAP, SMALL + FOOT);
    for (place, (name, drawing)) in drawings.iter().enumerate() {
        let (x, y) = (
            GAP + wide * (place % COLUMNS) as f64,
            GAP + high * (place / COLUMNS) as f64,
        );
        stamp(&mut canvas, (x, y), drawing);
        let name = shortened(name, LABEL.size, Weight::Regular, SMALL);
        canvas.text((x + SMALL / 2.0, y + SMALL + 12.0), LABEL, &name);
    }
    let row = |(name, drawing): &(String, Drawing)| {
        let (people, ties) = (drawing.dots.len(), drawing.n_ties());
        vec![name.clone(), people.to_string(), ties.to_string()]
    };
    let table = Table {
        head: vec![
            words.school.clone(),
            words.people.clone(),
            words.ties.clone(),
        ],
        rows: drawings.iter().map(row).collect(),
    };
    let rows = drawings.len().div_ceil(COLUMNS) as f64;
    let columns = drawings.len().clamp(1, COLUMNS) as f64;
    canvas.finish(GAP + wide * columns, GAP + high * rows, table)
}

fn stamp(canvas: &mut Canvas, (x, y): Point, drawing: &Drawing) {
    let pen = Pen::new(Area::new(x, y, SMALL, SMALL), 6.5, 3.0);
    pen.lines(canvas, drawing, ["one-many", "both-many"]);
    pen.dots(canvas, drawing);
}

/// Where the thousandths of a picture are on the canvas.
struct Pen {
    area: Area,
    margin: f64,
    radius: f64,
}

impl Pen {
    fn new(area: Area, margin: f64, radius: f64) -> Self {
        Self {
            area,
            margin,
            radius,
        }
    }

    fn at(&self, dot: &Dot) -> Point {
        let side = self.area.width - 2.0 * self.margin;
        let along = |part: u16| self.margin + side * f64::from(part) / 1000.0;
        (self.area.x + along(dot.at.0), self.area.y + along(dot.at.1))
    }

    fn ends(&self, drawing: &Drawing, line: &Line) -> (Point, Point) {
        let at = |place: usize| self.at(&drawing.dots[place]);
        (at(line.from), at(line.to))
    }

    /// Those that go one way lie under those that go both.
    fn lines(&self, canvas: &mut Canvas, drawing: &Drawing, [one, both]: [&str; 2]) {
        for (class, ways) in [(one, false), (both, true)] {
            let mut own = drawing
                .lines
                .iter()
                .filter(|line| line.both == ways)
                .peekable();
            if own.peek().is_none() {
                continue;
            }
            let path = own.fold(Path::new(), |path, line| {
                let (from, to) = self.ends(drawing, line);
                path.to(from).line(to)
            });
            canvas.path(class, &path);
        }
    }

    fn dots(&self, canvas: &mut Canvas, drawing: &Drawing) {
        for dot in &drawing.dots {
            let class = if dot.answered { "solid" } else { "node" };
            canvas.circle(class, self.at(dot), self.radius);
        }
    }

    /// The point of an arrow where it meets the dot; none where two dots all but touch.
    fn head(&self, drawing: &Drawing, line: &Line) -> Option<Path> {
        let ((x1, y1), (x2, y2)) = self.ends(drawing, line);
        let length = (x2 - x1).hypot(y2 - y1);
        if length < 2.5 * self.radius {
            return None;
        }
        let (dx, dy) = ((x2 - x1) / length, (y2 - y1) / length);
        let tip = (x2 - dx * (self.radius + 1.0), y2 - dy * (self.radius + 1.0));
        let back = (tip.0 - dx * 7.5, tip.1 - dy * 7.5);
        Some(Path::polygon(&[
            tip,
            (back.0 - dy * 3.1, back.1 + dx * 3.1),
            (back.0 + dy * 3.1, back.1 - dx * 3.1),
        ]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::language::Language;
    use crate::locale::Words;

    fn drawing() -> Drawing {
        let dot = |x, y, answered, number| Dot {
            at: (x, y),
            answered,
            number,
        };
        let line = |from, to, both| Line { from, to, both };
        Drawing {
            dots: vec![
                dot(0, 0, true, 1),
                dot(1000, 0, false, 2),
                dot(1000, 1000, true, 3),
            ],
            lines: vec![line(0, 1, true), line(1, 2, false)],
        }
    }

    fn heading() -> Heading {
        Heading::new("net", "<oak>", "", Words(Language::En))
    }

    #[test]
    fn a_large_picture_has_every_dot_line_and_number_and_is_safe() {
        let words = PictureWords {
            number: "number".to_owned(),
            named: "named".to_owned(),
        };
        let figure = large(&heading(), &words, &drawing());
        assert_eq!(figure.svg.matches("<circle").count(), 3);
        assert_eq!(figure.svg.matches("class=\"node\"").count(), 1);
        assert_eq!(figure.svg.matches("<text").count(), 3);
        assert_eq!(figure.svg.matches("class=\"head\"").count(), 1);
        assert!(figure.svg.contains("&lt;oak&gt;") && !figure.is_large());
        // A tie both ways is of both.
        let rows = [["1", "2"], ["2", "1, 3"], ["3", ""]];
        assert_eq!(figure.table.rows, rows.map(|row| row.map(str::to_owned)));
    }

    #[test]
    fn many_pictures_stand_beside_one_another_each_with_its_name() {
        let words = ManyWords {
            school: "school".to_owned(),
            people: "people".to_owned(),
            ties: "ties".to_owned(),
        };
        let drawings: Vec<(String, Drawing)> = (0..9)
            .map(|place| (format!("school {place}"), drawing()))
            .collect();
        let figure = many(&heading(), &words, &drawings);
        assert_eq!(figure.svg.matches("<circle").count(), 27);
        assert!(!figure.svg.contains("class=\"head\""));
        assert_eq!(figure.table.rows[8], ["school 8", "3", "3"]);
        // The ninth stands under the first.
        let (first, ninth) = (
            "<text x=\"72\" y=\"144\" font-size=\"11\" text-anchor=\"middle\">school 0<",
            "<text x=\"72\" y=\"286\" font-size=\"11\" text-anchor=\"middle\">school 8<",
        );
        assert!(figure.svg.contains(first) && figure.svg.contains(ninth));
        assert_eq!(small(&heading(), &drawing()).matches("<circle").count(), 3);
    }
}
