//! How far the members of each school agree, a stroke per school and a row per wave. No school can be pointed at.
//!
//! The median and the quartiles stand in the table beside it.

use std::fmt::Write as _;

use super::svg::escape;

/// What stands on the figure, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StripWords {
    pub title: String,
    pub description: String,
    pub axis: String,
    /// At the line from which on members are said to agree.
    pub agreed: String,
    /// Instead of strokes, where no school has a number.
    pub none: String,
    /// 0 to 1 in fifths.
    pub ticks: [String; 6],
}

/// One wave, ready to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct StripRow {
    pub label: String,
    /// One per school, from 0 to 1.
    pub schools: Vec<f64>,
    /// First quartile, median, third quartile.
    pub quartiles: Option<[f64; 3]>,
}

/// Narrow enough to be read on a phone.
const WIDTH: f64 = 360.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 26.0;
const ROW: f64 = 38.0;
const STROKE: &str = "#0072b2";

/// The whole figure; `agreed` is where the line stands. `id` makes the ids of its title and description unique on the page.
pub fn agreement_strip(id: &str, words: &StripWords, agreed: f64, rows: &[StripRow]) -> String {
    let x = |value: f64| LEFT + value.clamp(0.0, 1.0) * (WIDTH - LEFT - RIGHT);
    let bottom = TOP + ROW * rows.len() as f64;
    let height = bottom + 42.0;
    let id = escape(id);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" \
         role=\"img\" aria-labelledby=\"{id}-title\" aria-describedby=\"{id}-desc\" font-family=\"sans-serif\" font-size=\"13\" fill=\"#222\">\n\
         <title id=\"{id}-title\">{}</title>\n\
         <desc id=\"{id}-desc\">{}</desc>\n",
        escape(&words.title),
        escape(&words.description)
    );
    for (place, tick) in words.ticks.iter().enumerate() {
        let at = x(place as f64 / 5.0);
        let _ = writeln!(
            svg,
            "<line x1=\"{at:.1}\" y1=\"{TOP}\" x2=\"{at:.1}\" y2=\"{bottom}\" stroke=\"#ddd\"/>\
             <text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            bottom + 16.0,
            escape(tick)
        );
    }
    let at = x(agreed);
    let _ = writeln!(
        svg,
        "<line x1=\"{at:.1}\" y1=\"{TOP}\" x2=\"{at:.1}\" y2=\"{bottom}\" stroke=\"#444\" stroke-dasharray=\"5 4\"/>\
         <text x=\"{at:.1}\" y=\"17\" text-anchor=\"middle\">{}</text>\
         <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
        escape(&words.agreed),
        (LEFT + WIDTH - RIGHT) / 2.0,
        bottom + 35.0,
        escape(&words.axis)
    );
    for (place, row) in rows.iter().enumerate() {
        let y = TOP + ROW * (place as f64 + 0.5);
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            LEFT - 8.0,
            y + 4.5,
            escape(&row.label)
        );
        if row.schools.is_empty() {
            let _ = writeln!(
                svg,
                "<text x=\"{:.1}\" y=\"{:.1}\" fill=\"#555\">{}</text>",
                LEFT + 8.0,
                y + 4.5,
                escape(&words.none)
            );
            continue;
        }
        if let Some([first, _, third]) = row.quartiles {
            let _ = write!(
                svg,
                "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"26\" fill=\"#d6e8f2\"/>",
                x(first),
                y - 13.0,
                (x(third) - x(first)).max(1.0)
            );
        }
        for value in &row.schools {
            // See-through: where schools coincide the stroke is darker.
            let _ = write!(
                svg,
                "<line x1=\"{0:.1}\" y1=\"{1:.1}\" x2=\"{0:.1}\" y2=\"{2:.1}\" stroke=\"{STROKE}\" stroke-width=\"1.5\" stroke-opacity=\"0.6\"/>",
                x(*value),
                y - 9.0,
                y + 9.0
            );
        }
        if let Some([_, median, _]) = row.quartiles {
            let _ = write!(
                svg,
                "<line x1=\"{0:.1}\" y1=\"{1:.1}\" x2=\"{0:.1}\" y2=\"{2:.1}\" stroke=\"#222\" stroke-width=\"3\"/>",
                x(median),
                y - 14.0,
                y + 14.0
            );
        }
        svg.push('\n');
    }
    svg + "</svg>\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> StripWords {
        StripWords {
            title: "Agreement".into(),
            description: "A stroke per school".into(),
            axis: "rwg(j)".into(),
            agreed: "0.70".into(),
            none: "no number".into(),
            ticks: ["0", "0.2", "0.4", "0.6", "0.8", "1"].map(str::to_owned),
        }
    }

    #[test]
    fn every_school_is_drawn_within_the_frame_and_nothing_is_unescaped() {
        let rows = [
            StripRow {
                label: "<T1>".into(),
                schools: vec![0.0, 0.8, 0.8, 1.0],
                quartiles: Some([0.6, 0.8, 0.85]),
            },
            StripRow {
                label: "T2".into(),
                schools: vec![],
                quartiles: None,
            },
        ];
        let svg = agreement_strip("s", &words(), 0.7, &rows);
        assert!(svg.contains("role=\"img\"") && svg.contains("<title id=\"s-title\">"));
        assert!(svg.contains("&lt;T1&gt;") && !svg.contains("<T1>") && svg.contains("no number"));
        assert_eq!(svg.matches("stroke-opacity").count(), 4);
        for mark in ["x1=\"", "x2=\""] {
            for rest in svg.split(mark).skip(1) {
                let x: f64 = rest.split('"').next().unwrap().parse().unwrap();
                assert!((LEFT..=WIDTH - RIGHT).contains(&x), "{mark}{x}");
            }
        }
        assert!(!svg.contains("NaN") && !svg.contains("inf"));
    }

    #[test]
    fn no_waves_are_a_figure_too() {
        let svg = agreement_strip("s", &words(), 0.7, &[]);
        assert!(svg.ends_with("</svg>\n") && !svg.contains("NaN"));
    }
}
