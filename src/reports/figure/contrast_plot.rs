//! Effect sizes with their intervals, one row per contrast, around the line of no difference.
//!
//! Shape, not colour, says the verdict; no direction is good or bad. The same numbers stand in the table beside it.

use std::fmt::Write as _;

use super::svg::escape;

/// What stands on the figure, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlotWords {
    pub title: String,
    pub description: String,
    pub lower: String,
    pub higher: String,
    pub axis: String,
    pub undefined: String,
}

impl PlotWords {
    /// For the report of `analyse`, which is in English.
    pub fn english(rows: &[PlotRow]) -> Self {
        Self {
            title: "Differences between the high and the low group".to_owned(),
            description: description(rows),
            lower: "lower in the high group".to_owned(),
            higher: "higher in the high group".to_owned(),
            axis: "Hedges’ g with 95 % interval".to_owned(),
            undefined: "not defined".to_owned(),
        }
    }
}

/// One contrast, ready to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct PlotRow {
    pub label: String,
    /// Hedges' g with its 95 % interval; `None` where it is not defined.
    pub effect: Option<(f64, f64, f64)>,
    pub verdict: Mark,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Different,
    Equivalent,
    CannotTell,
}

const WIDTH: f64 = 760.0;
const LEFT: f64 = 300.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 30.0;
const ROW: f64 = 22.0;
/// Intervals beyond this many standard deviations are cut off, with an arrow.
const FARTHEST: f64 = 5.0;

/// The whole figure. `id` makes the ids of its title and description unique on the page.
pub fn contrast_plot(id: &str, words: &PlotWords, rows: &[PlotRow]) -> String {
    let ends = rows
        .iter()
        .filter_map(|row| row.effect)
        .flat_map(|(_, lower, upper)| [lower.abs(), upper.abs()]);
    let limit = ends.fold(1.0_f64, f64::max).min(FARTHEST).ceil();
    let x =
        |g: f64| LEFT + (g.clamp(-limit, limit) + limit) / (2.0 * limit) * (WIDTH - LEFT - RIGHT);
    let bottom = TOP + ROW * rows.len() as f64;
    let height = bottom + 46.0;
    let id = escape(id);

    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" \
         role=\"img\" aria-labelledby=\"{id}-title\" aria-describedby=\"{id}-desc\" font-family=\"sans-serif\" font-size=\"12\" fill=\"#222\">\n\
         <title id=\"{id}-title\">{}</title>\n\
         <desc id=\"{id}-desc\">{}</desc>\n",
        escape(&words.title),
        escape(&words.description)
    );
    let ticks = if limit > 2.0 { 1.0 } else { 0.5 };
    let mut tick = -limit;
    while tick <= limit {
        let (at, zero) = (x(tick), tick == 0.0);
        let (colour, width) = if zero { ("#444", 1.5) } else { ("#ddd", 1.0) };
        let _ = writeln!(
            svg,
            "<line x1=\"{at:.1}\" y1=\"{TOP}\" x2=\"{at:.1}\" y2=\"{bottom}\" stroke=\"{colour}\" stroke-width=\"{width}\"/>\
             <text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{tick}</text>",
            bottom + 16.0
        );
        tick += ticks;
    }
    let _ = writeln!(
        svg,
        "<text x=\"{:.1}\" y=\"18\" text-anchor=\"end\">{}</text>\
         <text x=\"{:.1}\" y=\"18\">{}</text>\
         <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
        x(0.0) - 8.0,
        escape(&words.lower),
        x(0.0) + 8.0,
        escape(&words.higher),
        x(0.0),
        bottom + 36.0,
        escape(&words.axis)
    );
    for (place, row) in rows.iter().enumerate() {
        let y = TOP + ROW * (place as f64 + 0.5);
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            LEFT - 10.0,
            y + 4.0,
            escape(&row.label)
        );
        match row.effect {
            None => {
                let _ = writeln!(
                    svg,
                    "<text x=\"{:.1}\" y=\"{:.1}\" fill=\"#555\">{}</text>",
                    x(0.0) + 8.0,
                    y + 4.0,
                    escape(&words.undefined)
                );
            }
            Some((g, lower, upper)) => {
                let _ = writeln!(
                    svg,
                    "<line x1=\"{:.1}\" y1=\"{y:.1}\" x2=\"{:.1}\" y2=\"{y:.1}\" stroke=\"#0072b2\" stroke-width=\"2\"/>{}{}{}",
                    x(lower),
                    x(upper),
                    arrow(lower < -limit, x(-limit), y, -1.0),
                    arrow(upper > limit, x(limit), y, 1.0),
                    mark(row.verdict, x(g), y)
                );
            }
        }
    }
    svg + "</svg>\n"
}

fn mark(verdict: Mark, x: f64, y: f64) -> String {
    match verdict {
        Mark::Different => {
            format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"5\" fill=\"#0072b2\"/>")
        }
        Mark::Equivalent => format!(
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"9\" height=\"9\" fill=\"#0072b2\"/>",
            x - 4.5,
            y - 4.5
        ),
        Mark::CannotTell => format!(
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4.5\" fill=\"#fff\" stroke=\"#0072b2\" stroke-width=\"2\"/>"
        ),
    }
}

fn arrow(cut_off: bool, x: f64, y: f64, direction: f64) -> String {
    if !cut_off {
        return String::new();
    }
    let back = x - 7.0 * direction;
    format!(
        "<path d=\"M{x:.1} {y:.1} L{back:.1} {:.1} L{back:.1} {:.1} Z\" fill=\"#0072b2\"/>",
        y - 5.0,
        y + 5.0
    )
}

/// The figure in words, for who does not see it.
fn description(rows: &[PlotRow]) -> String {
    let told = |verdict| {
        rows.iter()
            .filter(|row| row.effect.is_some() && row.verdict == verdict)
            .count()
    };
    let undefined = rows.iter().filter(|row| row.effect.is_none()).count();
    format!(
        "{} contrasts: {} different (filled circle), {} equivalent (square), {} for which one cannot tell (open circle), \
         {undefined} not defined. The table that follows has the same numbers.",
        rows.len(),
        told(Mark::Different),
        told(Mark::Equivalent),
        told(Mark::CannotTell)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_escaped_described_and_within_its_frame() {
        let row = |label: &str, effect, verdict| PlotRow {
            label: label.into(),
            effect,
            verdict,
        };
        let rows = [
            row("<b>&\"", Some((0.4, -0.6, 1.4)), Mark::CannotTell),
            row("far", Some((40.0, 6.0, 90.0)), Mark::Different),
            row("none", None, Mark::CannotTell),
        ];
        let svg = contrast_plot("plot", &PlotWords::english(&rows), &rows);
        assert!(svg.contains("role=\"img\"") && svg.contains("<title id=\"plot-title\">"));
        assert!(svg.contains(
            "1 different (filled circle), 0 equivalent (square), 1 for which one cannot tell"
        ));
        assert!(svg.contains("&lt;b&gt;&amp;&quot;") && !svg.contains("<b>"));
        for x in svg
            .split("cx=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().parse::<f64>().unwrap())
        {
            assert!((LEFT..=WIDTH - RIGHT).contains(&x), "{x}");
        }
        assert!(!svg.contains("NaN") && !svg.contains("inf"));
    }
}
