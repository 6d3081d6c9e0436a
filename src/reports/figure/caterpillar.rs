//! The effects of schools in a row, each with how far it can be told from the others. A place in the row is not a rank.
//!
//! The same numbers stand in the table beside it.

use std::fmt::Write as _;

use super::svg::escape;

/// What stands on the figure, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaterpillarWords {
    pub title: String,
    pub description: String,
    pub axis: String,
    /// What the two lines across all schools are.
    pub mean: String,
    pub zero: String,
}

impl CaterpillarWords {
    /// For the report of `analyse`, which is in English.
    pub fn english(rows: &[CaterpillarRow]) -> Self {
        Self {
            title: "Effect per school, with comparison intervals".to_owned(),
            description: format!(
                "{} schools from the largest effect to the smallest. The dot is the school's own estimate, the cross the estimate \
                 drawn towards all schools, the thick line the comparison interval, the thin line the 95 % interval. The table that \
                 follows has the same numbers.",
                rows.len()
            ),
            axis: "points a school year".to_owned(),
            mean: "mean".to_owned(),
            zero: "no effect".to_owned(),
        }
    }
}

/// One school, ready to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct CaterpillarRow {
    pub label: String,
    pub effect: f64,
    /// Where the intervals of two schools do not overlap, they differ.
    pub comparison: Option<(f64, f64)>,
    pub interval: Option<(f64, f64)>,
    pub shrunken: Option<f64>,
    /// In one of the groups that are compared.
    pub chosen: bool,
}

/// Narrow enough to be read on a phone.
const WIDTH: f64 = 460.0;
const LEFT: f64 = 78.0;
const RIGHT: f64 = 14.0;
const TOP: f64 = 28.0;
const ROW: f64 = 15.0;
const BAR: &str = "#0072b2";

/// The whole figure; rows from top to bottom as they come. `id` makes the ids of its title and description unique on the page.
pub fn caterpillar(
    id: &str,
    words: &CaterpillarWords,
    mean: Option<f64>,
    rows: &[CaterpillarRow],
) -> String {
    let ends = rows.iter().flat_map(|row| {
        let (lower, upper) = row.interval.or(row.comparison).unzip();
        [lower, upper, Some(row.effect), row.shrunken]
    });
    let (lowest, highest) = ends
        .flatten()
        .chain(mean)
        .fold((0.0_f64, 0.0_f64), |(low, high), x| {
            (low.min(x), high.max(x))
        });
    let step = step((highest - lowest).max(1e-9) / 6.0);
    let (first, last) = ((lowest / step).floor(), (highest / step).ceil());
    let (from, to) = (first * step, last.max(first + 1.0) * step);
    let x = |value: f64| LEFT + (value - from) / (to - from) * (WIDTH - LEFT - RIGHT);
    let bottom = TOP + ROW * rows.len() as f64;
    let height = bottom + 44.0;
    let id = escape(id);

    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" \
         role=\"img\" aria-labelledby=\"{id}-title\" aria-describedby=\"{id}-desc\" font-family=\"sans-serif\" font-size=\"12\" fill=\"#222\">\n\
         <title id=\"{id}-title\">{}</title>\n\
         <desc id=\"{id}-desc\">{}</desc>\n",
        escape(&words.title),
        escape(&words.description)
    );
    let mut at = first;
    while at <= last.max(first + 1.0) {
        let value = at * step;
        let _ = writeln!(
            svg,
            "<line x1=\"{0:.1}\" y1=\"{TOP}\" x2=\"{0:.1}\" y2=\"{bottom}\" stroke=\"#ddd\"/>\
             <text x=\"{0:.1}\" y=\"{1:.1}\" text-anchor=\"middle\">{2}</text>",
            x(value),
            bottom + 16.0,
            tick(value, step)
        );
        at += 1.0;
    }
    line(
        &mut svg,
        x(0.0),
        bottom,
        "stroke=\"#444\" stroke-width=\"1.5\"",
    );
    if let Some(mean) = mean {
        let dashes = "stroke=\"#444\" stroke-dasharray=\"5 4\"";
        line(&mut svg, x(mean), bottom, dashes);
        let (anchor, away) = if mean < 0.0 {
            ("end", -4.0)
        } else {
            ("start", 4.0)
        };
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"16\" text-anchor=\"{anchor}\">{}</text>",
            x(mean) + away,
            escape(&words.mean)
        );
    }
    let (anchor, away) = if mean.is_some_and(|mean| mean < 0.0) {
        ("start", 4.0)
    } else {
        ("end", -4.0)
    };
    let _ = writeln!(
        svg,
        "<text x=\"{:.1}\" y=\"16\" text-anchor=\"{anchor}\">{}</text>\
         <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
        x(0.0) + away,
        escape(&words.zero),
        (LEFT + WIDTH - RIGHT) / 2.0,
        bottom + 36.0,
        escape(&words.axis)
    );
    for (place, row) in rows.iter().enumerate() {
        school(&mut svg, row, TOP + ROW * (place as f64 + 0.5), &x);
    }
    svg + "</svg>\n"
}

fn line(svg: &mut String, x: f64, bottom: f64, look: &str) {
    let _ = writeln!(
        svg,
        "<line x1=\"{x:.1}\" y1=\"{TOP}\" x2=\"{x:.1}\" y2=\"{bottom}\" {look}/>"
    );
}

fn school(svg: &mut String, row: &CaterpillarRow, y: f64, x: &impl Fn(f64) -> f64) {
    let weight = if row.chosen {
        " font-weight=\"700\""
    } else {
        ""
    };
    let _ = write!(
        svg,
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\" font-size=\"11\"{weight}>{}</text>",
        LEFT - 8.0,
        y + 4.0,
        escape(&row.label)
    );
    for (interval, width, colour) in [(row.interval, 1.0, BAR), (row.comparison, 4.0, "#7fb8d8")] {
        if let Some((lower, upper)) = interval {
            let _ = write!(
                svg,
                "<line x1=\"{:.1}\" y1=\"{y:.1}\" x2=\"{:.1}\" y2=\"{y:.1}\" stroke=\"{colour}\" stroke-width=\"{width}\"/>",
                x(lower),
                x(upper)
            );
        }
    }
    let fill = if row.chosen { BAR } else { "#fff" };
    let _ = write!(
        svg,
        "<circle cx=\"{:.1}\" cy=\"{y:.1}\" r=\"3.5\" fill=\"{fill}\" stroke=\"{BAR}\" stroke-width=\"1.5\"/>",
        x(row.effect)
    );
    if let Some(shrunken) = row.shrunken {
        let at = x(shrunken);
        let _ = write!(
            svg,
            "<path d=\"M{:.1} {:.1}L{:.1} {:.1}M{:.1} {:.1}L{:.1} {:.1}\" stroke=\"#222\" stroke-width=\"1.2\"/>",
            at - 3.0,
            y - 3.0,
            at + 3.0,
            y + 3.0,
            at - 3.0,
            y + 3.0,
            at + 3.0,
            y - 3.0
        );
    }
    svg.push('\n');
}

/// 1, 2 or 5 times a power of ten, at least this much.
fn step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|times| times * power)
        .find(|step| *step >= least)
        .unwrap_or(10.0 * power)
}

fn tick(value: f64, step: f64) -> String {
    let decimals = (-step.log10().floor()).max(0.0) as usize;
    let text = format!("{value:.decimals$}");
    if text
        .trim_start_matches('-')
        .chars()
        .all(|c| c == '0' || c == '.')
    {
        "0".to_owned()
    } else {
        text.replace('-', "\u{2212}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_school_is_drawn_within_the_frame_and_escaped() {
        let row = |label: &str, effect: f64, chosen| CaterpillarRow {
            label: label.into(),
            effect,
            comparison: Some((effect - 0.7, effect + 0.7)),
            interval: Some((effect - 1.0, effect + 1.0)),
            shrunken: Some(effect * 0.9),
            chosen,
        };
        let rows = [
            row("<b>", 6.3, true),
            row("a", 1.5, false),
            CaterpillarRow {
                comparison: None,
                interval: None,
                shrunken: None,
                ..row("none", -4.0, false)
            },
        ];
        let svg = caterpillar("c", &CaterpillarWords::english(&rows), Some(1.5), &rows);
        assert!(svg.contains("role=\"img\"") && svg.contains("<title id=\"c-title\">"));
        assert!(svg.contains("&lt;b&gt;") && !svg.contains("<b>"));
        assert_eq!(svg.matches("<circle").count(), 3);
        assert_eq!(svg.matches("stroke-width=\"4\"").count(), 2);
        for mark in ["x1=\"", "x2=\"", "cx=\""] {
            for rest in svg.split(mark).skip(1) {
                let x: f64 = rest.split('"').next().unwrap().parse().unwrap();
                assert!((LEFT..=WIDTH - RIGHT).contains(&x), "{mark}{x}");
            }
        }
        assert!(!svg.contains("NaN") && !svg.contains("inf"));
        assert_eq!((step(0.3), step(1.1), step(7.0)), (0.5, 2.0, 10.0));
        assert_eq!(
            (tick(-0.5, 0.5).as_str(), tick(-0.0, 1.0).as_str()),
            ("\u{2212}0.5", "0")
        );
    }

    #[test]
    fn no_schools_are_a_figure_too() {
        let svg = caterpillar("c", &CaterpillarWords::english(&[]), None, &[]);
        assert!(svg.ends_with("</svg>\n") && !svg.contains("NaN"));
    }
}
