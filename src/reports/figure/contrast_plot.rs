//! Effect sizes with their intervals, one row per contrast, around the line of no difference.
//!
//! Shape, not colour, says the verdict; no direction is good or bad. The same numbers stand in the table beside it.

use super::axis::Axis;
use super::svg::{Area, Canvas, Figure, Heading, Look, Path, Table, Weight};
use super::text_width::{shortened, wrapped};
use crate::domain::language::Language;
use crate::locale::Words;

/// What stands on the figure, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlotWords {
    pub w: Words,
    pub title: String,
    pub description: String,
    pub lower: String,
    pub higher: String,
    pub axis: String,
    pub undefined: String,
    /// Under the right side, and what the band is.
    pub over_all: String,
    pub margin: String,
}

impl PlotWords {
    /// For the report of `analyse`, which is in English.
    pub fn english(rows: &[PlotRow]) -> Self {
        Self {
            w: Words(Language::En),
            title: "Differences between the high and the low group".to_owned(),
            description: description(rows),
            lower: "lower in the high group".to_owned(),
            higher: "higher in the high group".to_owned(),
            axis: "Hedges’ g with 95 % interval".to_owned(),
            undefined: "not defined".to_owned(),
            over_all: "all schools: correlation with the effect".to_owned(),
            margin: "held to be no difference".to_owned(),
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
    /// The same over all schools as a correlation with the effect, with its 95 % interval.
    pub over_all: Option<(f64, f64, f64)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Different,
    Equivalent,
    CannotTell,
}

const WIDTH: f64 = 480.0;
const SIDE: f64 = 14.0;
const ROW: f64 = 34.0;
const SIZE: f64 = 12.0;
/// Intervals beyond this many standard deviations are cut off, with an arrow.
const FARTHEST: f64 = 5.0;

/// Where one of the two scales lies.
struct Panel {
    axis: Axis,
    left: f64,
    right: f64,
}

impl Panel {
    fn x(&self, value: f64) -> f64 {
        self.left + self.axis.share(value) * (self.right - self.left)
    }

    /// The grid with its numbers under it, and where the words under those end.
    fn frame(&self, canvas: &mut Canvas, top: f64, bottom: f64, title: &str) -> f64 {
        for (value, text) in &self.axis.ticks {
            let (at, zero) = (self.x(*value), value.abs() < 1e-9);
            let class = if zero { "zero" } else { "grid" };
            canvas.line(class, (at, top), (at, bottom));
            let look = Look::new(11.0).middle().class("soft");
            canvas.text((at, bottom + 15.0), look, text);
        }
        let room = self.right - self.left + 2.0 * SIDE - 6.0;
        let lines = wrapped(title, SIZE, Weight::Regular, room);
        let middle = (self.left + self.right) / 2.0;
        canvas.lines((middle, bottom + 33.0), Look::new(SIZE).middle(), &lines)
    }

    fn interval(&self, canvas: &mut Canvas, (lower, upper): (f64, f64), y: f64, class: &str) {
        canvas.line(class, (self.x(lower), y), (self.x(upper), y));
        for (end, cut) in [
            (self.left, lower < self.axis.from),
            (self.right, upper > self.axis.to),
        ] {
            if cut {
                let back = if end == self.left { 7.0 } else { -7.0 };
                canvas.path(
                    "tip",
                    &Path::polygon(&[(end, y), (end + back, y - 5.0), (end + back, y + 5.0)]),
                );
            }
        }
    }
}

/// The whole figure: on the left the contrasts, on the right how the same goes with the effect over all schools.
/// `margin`: differences within it are held to be none. `id` makes the ids of its parts unique on the page.
pub fn contrast_plot(id: &str, words: &PlotWords, margin: Option<f64>, rows: &[PlotRow]) -> Figure {
    let w = words.w;
    let heading = Heading::new(id, words.title.as_str(), words.description.as_str(), w);
    let mut canvas = Canvas::new(&heading);
    let ends = rows
        .iter()
        .filter_map(|row| row.effect)
        .flat_map(|(_, lower, upper)| [lower.abs(), upper.abs()]);
    let limit = ends.fold(1.0_f64, f64::max).min(FARTHEST).ceil();
    let beside = rows.iter().any(|row| row.over_all.is_some());
    let contrast = Panel {
        axis: Axis::around(w, [-limit, limit], 4),
        left: SIDE,
        right: if beside { 310.0 } else { WIDTH - SIDE },
    };
    let over_all = Panel {
        axis: Axis::around(w, [-1.0, 1.0], 2),
        left: 340.0,
        right: WIDTH - SIDE,
    };
    let small = Look::new(SIZE).class("soft");
    let side = (contrast.right - contrast.left) / 2.0 - 10.0;
    let zero = contrast.x(0.0);
    let lower = wrapped(&format!("← {}", words.lower), SIZE, Weight::Regular, side);
    let higher = wrapped(&format!("{} →", words.higher), SIZE, Weight::Regular, side);
    let top = canvas
        .lines((zero - 8.0, 16.0), small.end(), &lower)
        .max(canvas.lines((zero + 8.0, 16.0), small, &higher))
        - 6.0;
    let bottom = top + ROW * rows.len() as f64 + 4.0;
    if let Some(margin) = margin {
        let (from, to) = (contrast.x(-margin), contrast.x(margin));
        canvas.rect("band", Area::new(from, top, to - from, bottom - top));
    }
    let mut end = contrast.frame(&mut canvas, top, bottom, &words.axis);
    if beside {
        end = end.max(over_all.frame(&mut canvas, top, bottom, &words.over_all));
    }
    for (place, row) in rows.iter().enumerate() {
        let y = top + ROW * place as f64 + 14.0;
        let label = shortened(&row.label, SIZE, Weight::Regular, WIDTH - 2.0 * SIDE);
        canvas.text((SIDE, y), Look::new(SIZE).class("name"), &label);
        let y = y + 11.0;
        match row.effect {
            None => canvas.text((zero + 8.0, y + 4.0), small, &words.undefined),
            Some((g, lower, upper)) => {
                contrast.interval(&mut canvas, (lower, upper), y, "rule");
                mark(&mut canvas, row.verdict, (contrast.x(g), y));
            }
        }
        if let Some((r, lower, upper)) = row.over_all {
            over_all.interval(&mut canvas, (lower, upper), y, "other-rule");
            let at = over_all.x(r);
            canvas.path(
                "other",
                &Path::polygon(&[(at, y - 5.5), (at + 5.5, y), (at, y + 5.5), (at - 5.5, y)]),
            );
        }
    }
    if let (Some(_), false) = (margin, words.margin.is_empty()) {
        canvas.rect("band", Area::new(SIDE, end + 2.0, 20.0, 12.0));
        let lines = wrapped(&words.margin, SIZE, Weight::Regular, WIDTH - 60.0);
        end = canvas.lines((SIDE + 28.0, end + 12.0), Look::new(SIZE), &lines);
    }
    canvas.finish(WIDTH, end - 4.0, table(words, beside, rows))
}

/// Shape, not colour, says the verdict.
fn mark(canvas: &mut Canvas, verdict: Mark, (x, y): (f64, f64)) {
    match verdict {
        Mark::Different => canvas.circle("mark", (x, y), 5.0),
        Mark::Equivalent => canvas.rect("mark", Area::new(x - 4.5, y - 4.5, 9.0, 9.0)),
        Mark::CannotTell => canvas.circle("open", (x, y), 4.5),
    }
}

fn table(words: &PlotWords, beside: bool, rows: &[PlotRow]) -> Table {
    let w = words.w;
    let number = |value: f64| w.decimal(value, 2).replace('-', "\u{2212}");
    let said = |value: Option<(f64, f64, f64)>| match value {
        Some((value, lower, upper)) => {
            format!("{} [{}; {}]", number(value), number(lower), number(upper))
        }
        None => words.undefined.clone(),
    };
    let mut head = vec![words.title.clone(), words.axis.clone()];
    head.extend(beside.then(|| words.over_all.clone()));
    let cells = |row: &PlotRow| {
        let mut cells = vec![row.label.clone(), said(row.effect)];
        cells.extend(beside.then(|| said(row.over_all)));
        cells
    };
    Table {
        head,
        rows: rows.iter().map(cells).collect(),
    }
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
            over_all: None,
        };
        let rows = [
            row("<b>&\"", Some((0.4, -0.6, 1.4)), Mark::CannotTell),
            row("far", Some((40.0, 6.0, 90.0)), Mark::Different),
            row("none", None, Mark::CannotTell),
        ];
        let svg = contrast_plot("plot", &PlotWords::english(&rows), Some(0.2), &rows).svg;
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
            assert!((SIDE..=WIDTH - SIDE).contains(&x), "{x}");
        }
        assert!(!svg.contains("NaN") && !svg.contains("inf"));
    }
}
