//! What a sentence means, as a small picture beside it: ten times, ten pairs, a team. Drawn in the colour of the text, so
//! that nothing looks good or bad.

use std::fmt::Write as _;

use super::svg::escape;

/// Ten of something in a row: so many of them filled, or between two marks.
#[derive(Debug, Clone, PartialEq)]
pub struct TenRow {
    /// In front of the row; empty where there is one row only.
    pub label: String,
    pub filled: u8,
    /// The range, in tenths; none where it is not told.
    pub range: Option<(f64, f64)>,
}

const STEP: f64 = 22.0;
const RADIUS: f64 = 8.0;
const EDGE: f64 = 4.0;
const TEN: f64 = 10.0 * STEP + 2.0 * EDGE;

fn open(id: &str, title: &str, width: f64, height: f64) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"ten\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
         height=\"{height:.0}\" role=\"img\" aria-labelledby=\"{id}\"><title id=\"{id}\">{}</title>",
        escape(title)
    )
}

fn dot(svg: &mut String, x: f64, y: f64, radius: f64, on: bool) {
    let class = if on { "on" } else { "off" };
    let _ = write!(
        svg,
        "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius}\"/>"
    );
}

/// A bracket below the row, from one tenth to another.
fn bracket(svg: &mut String, (from, to): (f64, f64), y: f64) {
    let (left, right) = (EDGE + from * STEP, EDGE + to * STEP);
    let _ = write!(
        svg,
        "<path class=\"range\" d=\"M{left:.1} {:.1}V{y:.1}H{right:.1}V{:.1}\"/>",
        y - 5.0,
        y - 5.0
    );
}

/// Rows of ten dots below each other.
pub fn ten_times(id: &str, title: &str, rows: &[TenRow]) -> String {
    let heights: Vec<f64> = rows
        .iter()
        .map(|row| if row.label.is_empty() { 32.0 } else { 52.0 })
        .collect();
    let mut svg = open(id, title, TEN, heights.iter().sum());
    let mut top = 0.0;
    for (row, height) in rows.iter().zip(heights) {
        if !row.label.is_empty() {
            let _ = write!(
                svg,
                "<text x=\"{EDGE}\" y=\"{:.1}\" font-size=\"13\">{}</text>",
                top + 14.0,
                escape(&row.label)
            );
        }
        let base = top + height - 32.0;
        for place in 0..10_u8 {
            let x = EDGE + STEP * (f64::from(place) + 0.5);
            dot(&mut svg, x, base + 11.0, RADIUS, place < row.filled);
        }
        if let Some(range) = row.range {
            bracket(&mut svg, range, base + 28.0);
        }
        top += height;
    }
    svg.push_str("</svg>");
    svg
}

/// Ten pairs: in so many of them both named each other, in the others one named the other.
pub fn ten_pairs(id: &str, title: &str, mutual: u8, range: (f64, f64)) -> String {
    let mut svg = open(id, title, TEN, 58.0);
    let _ = write!(
        svg,
        "<defs><marker id=\"{id}-head\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" \
         markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path class=\"head\" d=\"M0 0L10 5L0 10z\"/></marker></defs>"
    );
    for place in 0..10_u8 {
        let (x, both) = (EDGE + STEP * (f64::from(place) + 0.5), place < mutual);
        if both {
            let _ = write!(svg, "<path class=\"both\" d=\"M{x:.1} 8V40\"/>");
        } else {
            let _ = write!(
                svg,
                "<path class=\"one\" d=\"M{x:.1} 13V34\" marker-end=\"url(#{id}-head)\"/>"
            );
        }
        dot(&mut svg, x, 8.0, 5.5, both);
        dot(&mut svg, x, 40.0, 5.5, both);
    }
    bracket(&mut svg, range, 55.0);
    svg.push_str("</svg>");
    svg
}

/// A dot for everyone in a team, filled for as many as did something: which of them they are is not in it.
pub fn team(id: &str, title: &str, n: usize, filled: usize) -> String {
    const ROW: usize = 20;
    // Rows of about the same length, so that nobody stands alone in one.
    let rows = n.div_ceil(ROW).max(1);
    let columns = n.div_ceil(rows).max(1);
    let (width, height) = (
        columns as f64 * 16.0 + 2.0 * EDGE,
        rows as f64 * 16.0 + 2.0 * EDGE,
    );
    let mut svg = open(id, title, width, height);
    for place in 0..n {
        let x = EDGE + 16.0 * ((place % columns) as f64 + 0.5);
        let y = EDGE + 16.0 * ((place / columns) as f64 + 0.5);
        dot(&mut svg, x, y, 6.0, place < filled);
    }
    svg.push_str("</svg>");
    svg
}

/// Five answers from low to high: in which of them most are.
pub fn lean(id: &str, title: &str, filled: [bool; 5]) -> String {
    let mut svg = open(id, title, 86.0, 16.0);
    for (place, on) in filled.into_iter().enumerate() {
        let class = if on { "on" } else { "off" };
        let _ = write!(
            svg,
            "<rect class=\"{class}\" x=\"{:.1}\" y=\"2\" width=\"14\" height=\"12\"/>",
            2.0 + 17.0 * place as f64
        );
    }
    svg.push_str("</svg>");
    svg
}

/// An example, not a team: how naming can hang on one colleague, and how it can be spread.
pub fn spread(id: &str, title: &str, to_even: bool) -> String {
    let mut svg = open(id, title, TEN, 52.0);
    let (uneven, even) = (
        [40.0, 14.0, 10.0, 10.0, 6.0],
        [16.0, 18.0, 16.0, 14.0, 16.0],
    );
    let (first, second) = if to_even {
        (uneven, even)
    } else {
        (even, uneven)
    };
    for (left, heights) in [(EDGE, first), (TEN - EDGE - 82.0, second)] {
        for (place, height) in heights.into_iter().enumerate() {
            let _ = write!(
                svg,
                "<rect class=\"on\" x=\"{:.1}\" y=\"{:.1}\" width=\"12\" height=\"{height:.1}\"/>",
                left + 17.0 * place as f64,
                46.0 - height
            );
        }
    }
    let (from, to, middle) = (TEN / 2.0 - 18.0, TEN / 2.0 + 14.0, 30.0);
    let _ = write!(
        svg,
        "<path class=\"range\" d=\"M{from:.1} {middle}H{to:.1}M{:.1} {}L{to:.1} {middle}L{:.1} {}\"/></svg>",
        to - 7.0,
        middle - 6.0,
        to - 7.0,
        middle + 6.0
    );
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_are_filled_as_are_meant() {
        let row = |label: &str, filled| TenRow {
            label: label.into(),
            filled,
            range: Some((3.5, 5.0)),
        };
        let svg = ten_times("t", "four <of> ten", &[row("", 4), row("before", 3)]);
        assert_eq!(svg.matches("class=\"on\"").count(), 7);
        assert_eq!(svg.matches("<circle").count(), 20);
        assert!(svg.contains("four &lt;of&gt; ten") && svg.contains("aria-labelledby=\"t\""));
        // From 3.5 to 5 tenths: 4 + 3.5 x 22 = 81, 4 + 5 x 22 = 114.
        assert!(svg.contains("M81.0 23.0V28.0H114.0V23.0"), "{svg}");
        let pairs = ten_pairs("p", "six of ten", 6, (5.5, 7.0));
        assert_eq!(pairs.matches("class=\"both\"").count(), 6);
        assert_eq!(pairs.matches("class=\"one\"").count(), 4);
        let whole = team("r", "15 of 17", 23, 15);
        assert_eq!(whole.matches("<circle").count(), 23);
        assert_eq!(whole.matches("class=\"on\"").count(), 15);
        assert!(spread("e", "an example", true).ends_with("</svg>"));
    }
}
