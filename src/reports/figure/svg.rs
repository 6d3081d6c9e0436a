//! What all figures are written with: elements with escaped text, a title and a description, classes for looks, and
//! numbers of two decimals, so that the same values give the same bytes.

use std::fmt::Write as _;

use super::text_width::text_width;
use crate::locale::Words;

/// Text that is safe inside an element or a quoted attribute.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            letter if letter.is_control() => safe.push(' '),
            letter => safe.push(letter),
        }
    }
    safe
}

/// A number as it stands in a figure: two decimals, without what says nothing.
pub fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0" } else { text }.to_owned()
}

/// What is said of a figure to whoever does not see it. The id tells its parts from those of other figures on the page.
#[derive(Debug, Clone)]
pub struct Heading {
    pub id: String,
    pub title: String,
    pub description: String,
    pub words: Words,
}

impl Heading {
    pub fn new(
        id: impl Into<String>,
        title: impl Into<String>,
        description: impl Into<String>,
        words: Words,
    ) -> Self {
        Self {
            id: id.into(),
            title: title.into(),
            description: description.into(),
            words,
        }
    }
}

/// A drawn figure and the same values as a table, which belongs beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    pub id: String,
    pub svg: String,
    pub title: String,
    pub description: String,
    pub table: Table,
}

impl Figure {
    /// Whether it scrolls on a phone, and so has to be reached with the keyboard.
    pub fn is_large(&self) -> bool {
        self.svg.contains("class=\"fig large\"")
    }
}

/// The first cell of a row heads it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    pub head: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    Regular,
    Bold,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    pub size: f64,
    pub anchor: Anchor,
    pub weight: Weight,
    pub class: &'static str,
}

impl Look {
    pub const fn new(size: f64) -> Self {
        Self {
            size,
            anchor: Anchor::Start,
            weight: Weight::Regular,
            class: "",
        }
    }

    pub const fn middle(mut self) -> Self {
        self.anchor = Anchor::Middle;
        self
    }

    pub const fn end(mut self) -> Self {
        self.anchor = Anchor::End;
        self
    }

    pub const fn bold(mut self) -> Self {
        self.weight = Weight::Bold;
        self
    }

    pub const fn class(mut self, class: &'static str) -> Self {
        self.class = class;
        self
    }

    pub fn width(self, text: &str) -> f64 {
        text_width(text, self.size, self.weight)
    }
}

pub type Point = (f64, f64);

/// A rectangle from its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Area {
    pub fn new(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self {
            x,
            y,
            width,
            height,
        }
    }

    /// What a text on this base line covers at most.
    pub fn of_text(at: Point, look: Look, text: &str) -> Self {
        let width = look.width(text);
        let x = match look.anchor {
            Anchor::Start => at.0,
            Anchor::Middle => at.0 - width / 2.0,
            Anchor::End => at.0 - width,
        };
        Self::new(x, at.1 - 0.8 * look.size, width, look.size)
    }

    pub fn meets(&self, other: &Self) -> bool {
        self.x < other.x + other.width
            && other.x < self.x + self.width
            && self.y < other.y + other.height
            && other.y < self.y + self.height
    }

    pub fn within(&self, other: &Self) -> bool {
        self.x >= other.x
            && self.y >= other.y
            && self.x + self.width <= other.x + other.width
            && self.y + self.height <= other.y + other.height
    }

    pub fn widened(&self, by: f64) -> Self {
        Self::new(
            self.x - by,
            self.y - by,
            self.width + 2.0 * by,
            self.height + 2.0 * by,
        )
    }
}

/// The outline of a shape.
#[derive(Debug, Clone, Default)]
pub struct Path(String);

impl Path {
    pub fn new() -> Self {
        Self::default()
    }

    fn add(mut self, letter: char, points: &[Point]) -> Self {
        self.0.push(letter);
        for (index, (x, y)) in points.iter().enumerate() {
            let gap = if index > 0 { " " } else { "" };
            let _ = write!(self.0, "{gap}{} {}", number(*x), number(*y));
        }
        self
    }

    pub fn to(self, at: Point) -> Self {
        self.add('M', &[at])
    }

    pub fn line(self, at: Point) -> Self {
        self.add('L', &[at])
    }

    /// A bow towards the first point.
    pub fn bow(self, towards: Point, at: Point) -> Self {
        self.add('Q', &[towards, at])
    }

    pub fn closed(mut self) -> Self {
        self.0.push('Z');
        self
    }

    pub fn polygon(points: &[Point]) -> Self {
        let mut path = Self::new();
        for (index, at) in points.iter().enumerate() {
            path = path.add(if index == 0 { 'M' } else { 'L' }, &[*at]);
        }
        path.closed()
    }
}

const WIDEST_ON_A_PHONE: f64 = 500.0;

/// A figure while it is drawn, from back to front.
#[derive(Debug, Clone)]
pub struct Canvas {
    heading: Heading,
    body: String,
    hatched: bool,
}

impl Canvas {
    pub fn new(heading: &Heading) -> Self {
        Self {
            heading: heading.clone(),
            body: String::new(),
            hatched: false,
        }
    }

    pub fn words(&self) -> Words {
        self.heading.words
    }

    pub fn line(&mut self, class: &str, from: Point, to: Point) {
        let [x1, y1, x2, y2] = [from.0, from.1, to.0, to.1].map(number);
        let _ = writeln!(
            self.body,
            "<line class=\"{class}\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>"
        );
    }

    /// A line as wide as it means.
    pub fn wide_line(&mut self, class: &str, width: f64, from: Point, to: Point) {
        let [x1, y1, x2, y2, width] = [from.0, from.1, to.0, to.1, width].map(number);
        let _ = writeln!(
            self.body,
            "<line class=\"{class}\" stroke-width=\"{width}\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>"
        );
    }

    pub fn rect(&mut self, class: &str, area: Area) {
        let [x, y, width, height] =
            [area.x, area.y, area.width.max(0.0), area.height.max(0.0)].map(number);
        let _ = writeln!(
            self.body,
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>"
        );
    }

    /// A rectangle of slanting lines, to be told apart without colour.
    pub fn hatch(&mut self, area: Area) {
        self.hatched = true;
        let [x, y, width, height] =
            [area.x, area.y, area.width.max(0.0), area.height.max(0.0)].map(number);
        let id = escape(&self.heading.id);
        let _ = writeln!(
            self.body,
            "<rect fill=\"url(#{id}-hatch)\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>"
        );
    }

    pub fn circle(&mut self, class: &str, at: Point, radius: f64) {
        let [x, y, r] = [at.0, at.1, radius].map(number);
        let _ = writeln!(
            self.body,
            "<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{r}\"/>"
        );
    }

    /// A circle whose edge is as wide as it means.
    pub fn ring(&mut self, class: &str, at: Point, radius: f64, width: f64) {
        let [x, y, r, width] = [at.0, at.1, radius, width].map(number);
        let _ = writeln!(
            self.body,
            "<circle class=\"{class}\" stroke-width=\"{width}\" cx=\"{x}\" cy=\"{y}\" r=\"{r}\"/>"
        );
    }

    pub fn path(&mut self, class: &str, path: &Path) {
        let _ = writeln!(self.body, "<path class=\"{class}\" d=\"{}\"/>", path.0);
    }

    pub fn text(&mut self, at: Point, look: Look, text: &str) {
        let [x, y, size] = [at.0, at.1, look.size].map(number);
        let anchor = match look.anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let weight = match look.weight {
            Weight::Regular => "",
            Weight::Bold => " font-weight=\"700\"",
        };
        let class = match look.class {
            "" => String::new(),
            class => format!(" class=\"{class}\""),
        };
        let _ = writeln!(
            self.body,
            "<text{class} x=\"{x}\" y=\"{y}\" font-size=\"{size}\"{anchor}{weight}>{}</text>",
            escape(text)
        );
    }

    /// The same several times, one line under the other; where the next one would stand.
    pub fn lines(&mut self, at: Point, look: Look, lines: &[String]) -> f64 {
        let mut y = at.1;
        for line in lines {
            self.text((at.0, y), look, line);
            y += look.size * 1.25;
        }
        y
    }

    /// The whole figure, this wide and this high.
    pub fn finish(self, width: f64, height: f64, table: Table) -> Figure {
        let Heading {
            id,
            title,
            description,
            ..
        } = self.heading;
        let wide = width;
        let [width, height] = [width, height].map(|side| number(side.ceil()));
        let safe = escape(&id);
        let pattern = if self.hatched {
            format!(
                "<defs><pattern id=\"{safe}-hatch\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" \
                 patternTransform=\"rotate(45)\"><line class=\"hatch\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"5\"/></pattern></defs>\n"
            )
        } else {
            String::new()
        };
        // Too small to read on a phone when it is as narrow: there it scrolls.
        let class = if wide > WIDEST_ON_A_PHONE {
            "fig large"
        } else {
            "fig"
        };
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"{class}\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
             role=\"img\" aria-labelledby=\"{safe}-title\" aria-describedby=\"{safe}-desc\">\n\
             <title id=\"{safe}-title\">{}</title>\n<desc id=\"{safe}-desc\">{}</desc>\n{pattern}{}</svg>\n",
            escape(&title),
            escape(&description),
            self.body
        );
        Figure {
            id,
            svg,
            title,
            description,
            table,
        }
    }
}
