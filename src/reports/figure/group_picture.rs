//! The school's default picture: groups as circles, ties between and within them as bands. Nobody can be pointed at.

use std::f64::consts::TAU;
use std::fmt::Write as _;

use super::svg::escape;

/// A circle: a group of people.
#[derive(Debug, Clone, PartialEq)]
pub struct Circle {
    /// The name of the group, a line each where it is made of several.
    pub label: Vec<String>,
    /// Printed under the label: how many people, and how often they name each other.
    pub lines: Vec<String>,
    pub n: usize,
    /// Band of the ties within the group, 0 to 4; none where it is not shown.
    pub within: Option<u8>,
}

/// An arrow between two circles, by band.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrow {
    pub from: usize,
    pub to: usize,
    pub band: u8,
}

/// Narrow enough to be read on a phone.
const WIDTH: f64 = 420.0;
const MARGIN: f64 = 8.0;
/// Half of the distance across which the circles are laid out.
const SPREAD: (f64, f64) = (136.0, 112.0);
const LARGEST: f64 = 66.0;

/// Width of a line by band: twice as often looks about twice as wide.
fn stroke(band: u8) -> f64 {
    1.5 + 3.5 * f64::from(band)
}

/// `id` makes the ids on a page unique; `title` and `description` are what a screen reader says.
pub fn group_picture(
    id: &str,
    title: &str,
    description: &str,
    circles: &[Circle],
    arrows: &[Arrow],
) -> String {
    let largest = circles
        .iter()
        .map(|circle| circle.n)
        .max()
        .unwrap_or(1)
        .max(1) as f64;
    // More circles stand further apart, so that they do not touch.
    let apart = (circles.len() as f64 / 4.0).max(1.0);
    let mut places: Vec<(f64, f64, f64)> = circles
        .iter()
        .enumerate()
        .map(|(index, circle)| {
            // Area, not radius, follows the number of people.
            let radius = LARGEST * (0.5 + 0.5 * circle.n as f64 / largest).sqrt();
            let angle = TAU * (index as f64 / circles.len() as f64) - TAU / 4.0;
            (
                SPREAD.0 * apart * angle.cos(),
                SPREAD.1 * apart * angle.sin(),
                radius,
            )
        })
        .collect();
    let top = places.iter().map(|(_, y, r)| y - r).fold(0.0, f64::min) - MARGIN;
    let bottom = places.iter().map(|(_, y, r)| y + r).fold(0.0, f64::max) + MARGIN;
    let (width, height) = (WIDTH * apart, bottom - top);
    for (x, y, _) in &mut places {
        *x += width / 2.0;
        *y -= top;
    }
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height:.1}\" width=\"{width}\" \
         height=\"{height:.1}\" role=\"img\" aria-labelledby=\"{id}-title\" aria-describedby=\"{id}-desc\" font-size=\"16\">\
         <title id=\"{id}-title\">{}</title><desc id=\"{id}-desc\">{}</desc>\
         <defs><marker id=\"{id}-head\" viewBox=\"0 0 10 10\" refX=\"6\" refY=\"5\" markerWidth=\"14\" markerHeight=\"14\" \
         markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"M0 0L10 5L0 10z\" fill=\"#3d6f78\"/></marker></defs>",
        escape(title),
        escape(description)
    );
    for arrow in arrows.iter().filter(|arrow| arrow.from != arrow.to) {
        let (from, to) = (places[arrow.from], places[arrow.to]);
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = dx.hypot(dy).max(1.0);
        let (ux, uy) = (dx / length, dy / length);
        // The two directions of a pair run beside each other, each on its right.
        let (nx, ny) = (-uy * 13.0, ux * 13.0);
        let start = (
            from.0 + ux * (from.2 + 4.0) + nx,
            from.1 + uy * (from.2 + 4.0) + ny,
        );
        let end = (
            to.0 - ux * (to.2 + 12.0) + nx,
            to.1 - uy * (to.2 + 12.0) + ny,
        );
        let _ = write!(
            svg,
            "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" stroke=\"#3d6f78\" stroke-width=\"{}\" \
             marker-end=\"url(#{id}-head)\"/>",
            start.0,
            start.1,
            end.0,
            end.1,
            stroke(arrow.band)
        );
    }
    for (circle, (x, y, radius)) in circles.iter().zip(&places) {
        let ring = circle.within.map_or(1.5, stroke);
        let dash = if circle.within.is_none() {
            " stroke-dasharray=\"4 4\""
        } else {
            ""
        };
        let _ = write!(
            svg,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\" fill=\"#e8f1f2\" stroke=\"#3d6f78\" stroke-width=\"{ring}\"{dash}/>"
        );
        let n_lines = (circle.label.len() + circle.lines.len()) as f64;
        let mut at = y - 9.0 * (n_lines - 1.0) + 5.0;
        for line in &circle.label {
            let _ = write!(
                svg,
                "<text x=\"{x:.1}\" y=\"{at:.1}\" text-anchor=\"middle\" font-weight=\"600\" fill=\"#1d2a30\">{}</text>",
                escape(line)
            );
            at += 18.0;
        }
        for line in &circle.lines {
            let _ = write!(
                svg,
                "<text x=\"{x:.1}\" y=\"{at:.1}\" text-anchor=\"middle\" font-size=\"14\" fill=\"#3b4a50\">{}</text>",
                escape(line)
            );
            at += 18.0;
        }
    }
    svg.push_str("</svg>");
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_and_every_group_is_drawn() {
        let circle = |label: &str, within| Circle {
            label: vec![label.into()],
            lines: vec!["6".into()],
            n: 6,
            within,
        };
        let svg = group_picture(
            "p",
            "Title",
            "What it shows",
            &[circle("<script>", Some(2)), circle("bovenbouw", None)],
            &[
                Arrow {
                    from: 0,
                    to: 1,
                    band: 4,
                },
                Arrow {
                    from: 0,
                    to: 0,
                    band: 2,
                },
            ],
        );
        assert!(!svg.contains("<script>"));
        assert_eq!(svg.matches("<circle").count(), 2);
        assert_eq!(svg.matches("<line").count(), 1);
        assert!(svg.contains("stroke-dasharray"));
        assert!(svg.contains("role=\"img\"") && svg.contains("<desc"));
    }
}
