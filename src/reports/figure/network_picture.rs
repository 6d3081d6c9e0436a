//! A network as dots and lines at places that were found before: small, to be seen beside many others, or large with the
//! numbers of a list. Size and colour say nothing about a person; who did not answer is open.

use std::fmt::Write as _;

use super::svg::escape;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dot {
    /// In thousandths of the picture, from the left and from the top.
    pub at: (u16, u16),
    pub answered: bool,
    /// The number in a list beside it; nothing in a small picture.
    pub number: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    pub from: (u16, u16),
    pub to: (u16, u16),
    /// Both name each other, or the tie has no direction.
    pub both: bool,
}

/// A picture whose lines have no arrows. `title` says what it is to who does not see it.
pub fn small(title: &str, dots: &[Dot], lines: &[Line]) -> String {
    drawn(title, dots, lines, &SMALL)
}

/// A picture with an arrow on each line that goes one way, and numbers beside the dots.
pub fn large(title: &str, dots: &[Dot], lines: &[Line]) -> String {
    drawn(title, dots, lines, &LARGE)
}

struct Measures {
    class: &'static str,
    side: u16,
    radius: f64,
    margin: f64,
    arrows: bool,
}

const SMALL: Measures = Measures {
    class: "net",
    side: 120,
    radius: 30.0,
    margin: 60.0,
    arrows: false,
};

const LARGE: Measures = Measures {
    class: "net large",
    side: 420,
    radius: 17.0,
    margin: 70.0,
    arrows: true,
};

fn drawn(title: &str, dots: &[Dot], lines: &[Line], m: &Measures) -> String {
    let whole = 1000.0 + 2.0 * m.margin;
    let mut svg = format!(
        "<svg class=\"{}\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{} {} {whole} {whole}\" width=\"{side}\" height=\"{side}\" role=\"img\" \
         aria-label=\"{}\">",
        m.class,
        -m.margin,
        -m.margin,
        escape(title),
        side = m.side,
    );
    for (class, both) in [("one", false), ("both", true)] {
        let mut path = String::new();
        for line in lines.iter().filter(|line| line.both == both) {
            write!(
                path,
                "M{} {}L{} {}",
                line.from.0, line.from.1, line.to.0, line.to.1
            )
            .expect("a string takes text");
        }
        if !path.is_empty() {
            write!(svg, "<path class=\"{class}\" d=\"{path}\"/>").expect("a string takes text");
        }
    }
    if m.arrows {
        let heads: String = lines
            .iter()
            .filter(|line| !line.both)
            .filter_map(|line| head(line, m.radius))
            .collect();
        if !heads.is_empty() {
            write!(svg, "<path class=\"head\" d=\"{heads}\"/>").expect("a string takes text");
        }
    }
    for dot in dots {
        let (x, y) = dot.at;
        let class = if dot.answered { "" } else { " class=\"open\"" };
        write!(
            svg,
            "<circle{class} cx=\"{x}\" cy=\"{y}\" r=\"{}\"/>",
            m.radius
        )
        .expect("a string takes text");
    }
    for dot in dots {
        if let Some(number) = dot.number {
            let (x, y) = beside(dot, dots, m.radius);
            write!(svg, "<text x=\"{x:.0}\" y=\"{y:.0}\">{number}</text>")
                .expect("a string takes text");
        }
    }
    svg.push_str("</svg>");
    svg
}

/// The point of an arrow where it meets the dot.
fn head(line: &Line, radius: f64) -> Option<String> {
    let (x1, y1) = (f64::from(line.from.0), f64::from(line.from.1));
    let (x2, y2) = (f64::from(line.to.0), f64::from(line.to.1));
    let length = (x2 - x1).hypot(y2 - y1);
    if length < 2.5 * radius {
        return None;
    }
    let (dx, dy) = ((x2 - x1) / length, (y2 - y1) / length);
    let (tip_x, tip_y) = (x2 - dx * (radius + 2.0), y2 - dy * (radius + 2.0));
    let (back_x, back_y) = (tip_x - dx * 22.0, tip_y - dy * 22.0);
    Some(format!(
        "M{tip_x:.0} {tip_y:.0}L{:.0} {:.0}L{:.0} {:.0}Z",
        back_x - dy * 9.0,
        back_y + dx * 9.0,
        back_x + dy * 9.0,
        back_y - dx * 9.0
    ))
}

/// Where a number stands: of the eight sides of the dot the one that is farthest from every other dot.
fn beside(dot: &Dot, dots: &[Dot], radius: f64) -> (f64, f64) {
    let (x, y) = (f64::from(dot.at.0), f64::from(dot.at.1));
    let away = radius + 24.0;
    let sides = [
        (1.0, 0.0),
        (-1.0, 0.0),
        (0.0, -1.0),
        (0.0, 1.0),
        (0.7, -0.7),
        (-0.7, -0.7),
        (0.7, 0.7),
        (-0.7, 0.7),
    ];
    let room = |&(dx, dy): &(f64, f64)| {
        let (px, py) = (x + dx * away, y + dy * away);
        let others = dots.iter().filter(|other| *other != dot);
        others
            .map(|other| (f64::from(other.at.0) - px).hypot(f64::from(other.at.1) - py))
            .fold(f64::INFINITY, f64::min)
    };
    let mut best = (sides[0], room(&sides[0]));
    for side in &sides[1..] {
        let found = room(side);
        if found > best.1 + 1.0 {
            best = (*side, found);
        }
    }
    let (dx, dy) = best.0;
    // The letters hang on their base line: a third of their height down stands in the middle.
    (x + dx * away, y + dy * away + 12.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_every_dot_and_line_and_is_safe() {
        let dot = |x, y, answered, number| Dot {
            at: (x, y),
            answered,
            number,
        };
        let dots = [
            dot(0, 0, true, Some(1)),
            dot(1000, 0, false, Some(2)),
            dot(1000, 1000, true, Some(3)),
        ];
        let lines = [
            Line {
                from: (0, 0),
                to: (1000, 0),
                both: true,
            },
            Line {
                from: (1000, 0),
                to: (1000, 1000),
                both: false,
            },
        ];
        let large = large("<oak>", &dots, &lines);
        assert_eq!(large.matches("<circle").count(), 3);
        assert_eq!(large.matches("class=\"open\"").count(), 1);
        assert_eq!(large.matches("<text").count(), 3);
        assert!(large.contains("class=\"head\"") && large.contains("&lt;oak&gt;"));
        let small = small("oak", &dots, &lines);
        assert!(!small.contains("class=\"head\"") && small.contains("M0 0L1000 0"));
    }
}
