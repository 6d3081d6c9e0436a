//! What was found of the scales, in words: each number with what it means.

use std::path::Path;

use crate::evaluation::dimensions::{Analysis, Dimensions, PERCENTILE, Question, Row};
use crate::evaluation::measurement::{Convention, RMSEA_CONFIDENCE};

/// Below this many degrees of freedom RMSEA is often large whatever the model.
const FEW_DF: f64 = 10.0;

/// A model with nothing held equal that fits worse than this carries no conclusion.
const LEAST_CFI: f64 = 0.90;

pub fn told(question: &Question, found: &Dimensions, out: &Path) -> String {
    let mut text = String::new();
    let mut rest = found.rows.as_slice();
    while let Some(first) = rest.first() {
        // The rows of one analysis stand together.
        let same = |row: &&Row| {
            (&row.scale, &row.wave, row.analysis, &row.over)
                == (&first.scale, &first.wave, first.analysis, &first.over)
        };
        let (rows, others) = rest.split_at(rest.iter().take_while(same).count());
        rest = others;
        let told = Told(rows);
        text += &told.heading(first);
        text += &match first.analysis {
            Analysis::Dimension => told.dimension(question),
            Analysis::Scalability => told.scalability(),
            Analysis::Ordinal => told.ordinal(),
            Analysis::Confirm => told.confirm(),
            Analysis::Invariance => told.invariance(first),
        };
        text.push('\n');
    }
    for exclusion in &found.exclusions {
        text += &format!("left out  {}: {}\n", exclusion.what, exclusion.reason);
    }
    text + &format!("written   {}\n", out.join("dimensions.csv").display())
}

/// The rows of one analysis.
struct Told<'a>(&'a [Row]);

impl<'a> Told<'a> {
    fn heading(&self, first: &Row) -> String {
        let when = if first.wave.is_empty() {
            "all waves".to_owned()
        } else {
            format!("wave {}", first.wave)
        };
        let what = match first.analysis {
            Analysis::Dimension => "how many things it measures".to_owned(),
            Analysis::Scalability => "whether the items can be ordered (Mokken)".to_owned(),
            Analysis::Ordinal => "answers as ordered steps".to_owned(),
            Analysis::Confirm if first.scale.contains(" + ") => {
                "each scale a thing of its own".to_owned()
            }
            Analysis::Confirm => "one thing behind all items".to_owned(),
            Analysis::Invariance => format!("the same over {}", first.over),
        };
        format!("{}, {when}: {what}  [n = {}]\n", first.scale, first.n)
    }

    fn rows(&self, measure: &'static str) -> impl Iterator<Item = &'a Row> + use<'a> {
        self.0.iter().filter(move |row| row.measure == measure)
    }

    fn of(&self, level: &str, measure: &'static str) -> Option<&'a Row> {
        self.rows(measure).find(|row| row.level == level)
    }

    fn value(&self, measure: &'static str) -> Option<f64> {
        self.rows(measure).next()?.value.as_ref().ok().copied()
    }

    /// The reasons, each once.
    fn reasons(&self) -> String {
        let mut told: Vec<&str> = Vec::new();
        for row in self.0 {
            if let Err(reason) = &row.value
                && !told.contains(&reason.words.as_str())
            {
                told.push(&reason.words);
            }
        }
        told.iter().map(|words| format!("  {words}\n")).collect()
    }

    fn dimension(&self, question: &Question) -> String {
        let Some(factors) = self.value("factors") else {
            return self.reasons();
        };
        let mut text = format!(
            "  {} from answers that have nothing in common ({} sets of random answers, {:.0}th percentile, seed {})\n  {:<6}{:>12}{:>12}\n",
            match factors {
                0.0 => "nothing stands out".to_owned(),
                1.0 => "one thing stands out".to_owned(),
                many => format!("{many} things stand out"),
            },
            question.draws,
            100.0 * PERCENTILE,
            question.seed,
            "",
            "eigenvalue",
            "random"
        );
        for (own, random) in self.rows("eigenvalue").zip(self.rows("random_percentile")) {
            if let (Ok(value), Ok(beside), Some(place)) = (&own.value, &random.value, own.factor) {
                let kept = if place as f64 <= factors {
                    "  kept"
                } else {
                    ""
                };
                text += &format!("  {place:<6}{value:>12.3}{beside:>12.3}{kept}\n");
            }
        }
        text += &self.loadings("loading");
        if self
            .value("extracted")
            .is_some_and(|extracted| extracted > 1.0)
        {
            text += "  loadings after varimax: the correlation of an item with a factor; from .30 or .40 on it is usually counted as belonging to it\n";
        } else if self.value("extracted").is_some() {
            text += "  a loading is the correlation of an item with what all items share; below .30 or .40 it says little about it, by convention\n";
        }
        if let (Some(chi_square), Some(df), Some(p)) = (
            self.value("chi_square"),
            self.value("df"),
            self.value("p_value"),
        ) {
            text += &format!(
                "  chi2({df}) = {chi_square:.2}, p {}: {}\n",
                p_value(p),
                if p < 0.05 {
                    "the items have more in common than these factors say, however little; many respondents make it show"
                } else {
                    "the answers do not contradict these factors"
                }
            );
        }
        for row in self.rows("heywood") {
            text += &format!(
                "  `{}` has nothing of its own in this model (Heywood case): read it with suspicion\n",
                row.item
            );
        }
        text + &self.reasons()
    }

    /// Per item a line, per factor a column.
    fn loadings(&self, measure: &'static str) -> String {
        let mut items: Vec<(&str, Vec<String>)> = Vec::new();
        for row in self.rows(measure).filter(|row| !row.item.is_empty()) {
            let Ok(value) = &row.value else { continue };
            if items.last().is_none_or(|(item, _)| *item != row.item) {
                items.push((&row.item, Vec::new()));
            }
            if let Some((_, cells)) = items.last_mut() {
                cells.push(format!("{value:>8.3}"));
            }
        }
        let most = items.iter().map(|(_, cells)| cells.len()).max();
        let heading: String = match most {
            None | Some(1) => String::new(),
            Some(most) => (1..=most)
                .map(|factor| format!("{:>8}", format!("on {factor}")))
                .collect(),
        };
        let heading = (!items.is_empty()).then(|| format!("  {:<24}{heading}\n", "loading"));
        let lines = items
            .iter()
            .map(|(item, cells)| format!("  {item:<24}{}\n", cells.concat()));
        heading.into_iter().chain(lines).collect()
    }

    fn scalability(&self) -> String {
        let Some(h) = self.value("h") else {
            return self.reasons();
        };
        let called = |h: f64| match h {
            h if h < 0.3 => "no scale",
            h if h < 0.4 => "weak",
            h if h < 0.5 => "medium",
            _ => "strong",
        };
        let mut text = format!("  {:<24}{h:>8.3}  {}\n", "all items", called(h));
        for row in self.rows("h_item") {
            if let Ok(value) = &row.value {
                let weak = if *value < 0.3 {
                    "  below .30: does not fit this order"
                } else {
                    ""
                };
                text += &format!("  {:<24}{value:>8.3}{weak}\n", row.item);
            }
        }
        text += "  H is 1 where no answer contradicts the order of the items and 0 where they have nothing to do with one another; .30, .40 and .50 are conventions\n";
        text + &self.reasons()
    }

    fn ordinal(&self) -> String {
        let mut text = String::new();
        for (measure, name) in [
            ("ordinal_alpha", "ordinal alpha"),
            ("ordinal_omega", "ordinal omega"),
        ] {
            if let Some(value) = self.value(measure) {
                text += &format!("  {name:<24}{value:>8.3}\n");
            }
        }
        text += &self.loadings("loading");
        if let Some(empty) = self.value("empty_cells") {
            text += "  the reliability the items would have if they were answered on a line in place of steps; not that of the sum of the answers as they were given\n";
            if empty > 0.0 {
                text += &format!(
                    "  {empty} combinations of two answers were given by nobody; nothing was put in their place\n"
                );
            }
        }
        text + &self.reasons()
    }

    fn confirm(&self) -> String {
        let mut text = self.fit("");
        text += &self.loadings("standardised_loading");
        if self.rows("standardised_loading").next().is_some() {
            text += "  loadings in standard deviations: how much of an item is what it was written for\n";
        }
        for row in self.rows("factor_correlation") {
            if let Ok(value) = &row.value {
                text += &format!(
                    "  {} and {} correlate {value:.3} without the error of their items{}\n",
                    row.item,
                    row.other,
                    if value.abs() > 0.85 {
                        ": hardly two different things"
                    } else {
                        ""
                    }
                );
            }
        }
        if self.value("proper") == Some(0.0) {
            text += "  a variance is negative or two factors correlate beyond 1: read this model with suspicion\n";
        }
        text + &self.reasons()
    }

    /// The indices of one model, and what they say by convention.
    fn fit(&self, level: &str) -> String {
        let value = |measure: &'static str| {
            let row = self.of(level, measure)?;
            row.value.as_ref().ok().copied()
        };
        let (Some(chi_square), Some(df), Some(p), Some(cfi), Some(srmr)) = (
            value("chi_square"),
            value("df"),
            value("p_value"),
            value("cfi"),
            value("srmr"),
        ) else {
            return String::new();
        };
        let mut text = format!(
            "  chi2({df}) = {chi_square:.2}, p {}; CFI {cfi:.3}",
            p_value(p)
        );
        if let Some(tli) = value("tli") {
            text += &format!(", TLI {tli:.3}");
        }
        let rmsea = value("rmsea");
        if let Some(rmsea) = rmsea {
            text += &format!(", RMSEA {rmsea:.3}");
            let interval = self.of(level, "rmsea").and_then(|row| row.interval);
            if let Some(ends) = interval {
                text += &format!(
                    " [{:.3}, {:.3}] ({:.0} %)",
                    ends.lower,
                    ends.upper,
                    100.0 * RMSEA_CONFIDENCE
                );
            }
        }
        text += &format!(", SRMR {srmr:.3}\n");
        let misfit = rmsea.unwrap_or(0.0);
        text + match () {
            // Kenny, Kaniskan & McCoach (2015), Sociol. Methods Res. 44, 486-507.
            () if cfi >= 0.95 && srmr <= 0.08 && misfit > 0.06 && df < FEW_DF => {
                "  CFI and SRMR are good by convention (from .95, to .08) and RMSEA is not (to .06), which says little where so few correlations are left to test\n"
            }
            () if cfi >= 0.95 && misfit <= 0.06 && srmr <= 0.08 => {
                "  the model fits well by convention (CFI from .95, RMSEA to .06, SRMR to .08)\n"
            }
            () if cfi >= 0.90 && misfit <= 0.08 && srmr <= 0.10 => {
                "  the model fits fairly by convention (CFI from .90, RMSEA to .08, SRMR to .10)\n"
            }
            () => {
                "  the model does not fit by convention (CFI from .90, RMSEA to .08, SRMR to .10): the items measure something else besides\n"
            }
        }
    }

    fn invariance(&self, first: &Row) -> String {
        let levels: Vec<&str> = ["configural", "metric", "scalar", "strict"]
            .into_iter()
            .filter(|level| self.of(level, "df").is_some())
            .collect();
        if levels.is_empty() {
            return self.reasons();
        }
        let n = levels
            .first()
            .and_then(|level| self.of(level, "df"))
            .map_or(first.n, |row| row.n);
        let mut text = String::new();
        let groups = self.rows("group_n").count();
        if groups > 0 {
            text += &format!("  {groups} groups, {n} respondents\n");
        }
        let conventions: Vec<&Convention> = Convention::of(n).collect();
        text += &format!(
            "  {:<12}{:>10}{:>6}{:>8}{:>8}{:>11}{:>13}",
            "held equal", "chi2", "df", "CFI", "RMSEA", "delta CFI", "delta RMSEA"
        );
        for convention in &conventions {
            text += &format!("  {}", convention.name);
        }
        text.push('\n');
        let mut failed = vec![false; conventions.len()];
        for level in &levels {
            let cell = |measure: &'static str, decimals: usize| {
                let row = self.of(level, measure);
                let value = row.and_then(|row| row.value.as_ref().ok());
                value.map_or_else(|| "-".to_owned(), |value| format!("{value:.decimals$}"))
            };
            text += &format!(
                "  {level:<12}{:>10}{:>6}{:>8}{:>8}{:>11}{:>13}",
                cell("chi_square", 2),
                cell("df", 0),
                cell("cfi", 3),
                cell("rmsea", 3),
                cell("delta_cfi", 3),
                cell("delta_rmsea", 3)
            );
            for (convention, failed) in conventions.iter().zip(&mut failed) {
                // What is held beyond a level that does not hold says nothing.
                let holds = match self.holds(level, convention.name) {
                    Some(_) if *failed => "-",
                    Some(true) => "holds",
                    Some(false) => "does not hold",
                    None => "-",
                };
                *failed |= holds == "does not hold";
                text += &format!("  {holds:<width$}", width = convention.name.len());
            }
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
        let configural = self.of(levels[0], "cfi");
        if let Some(Ok(cfi)) = configural.map(|row| &row.value)
            && *cfi < LEAST_CFI
        {
            text += &format!(
                "  with nothing held equal the model does not fit (CFI {cfi:.3}, by convention from {LEAST_CFI:.2}): what it loses says nothing; ask first how many things the items measure\n"
            );
            return text + &self.reasons();
        }
        for convention in &conventions {
            let reached = levels[1..]
                .iter()
                .take_while(|level| self.holds(level, convention.name) == Some(true))
                .last()
                .copied();
            text += &format!(
                "  by {} (CFI falls by no more than {:.3}{}): {}\n",
                convention.name,
                convention.cfi_may_fall,
                convention
                    .rmsea_may_rise
                    .map_or_else(String::new, |most| format!(
                        ", RMSEA rises by less than {most:.3}"
                    )),
                match reached {
                    None =>
                        "only the same items belong together; neither relations nor means may be compared",
                    Some("metric") =>
                        "a step on the scale is the same step; relations may be compared, means may not",
                    Some("scalar") =>
                        "no item is easier for one of them; means of the factor may be compared",
                    Some(_) => "items vary alike as well; sums of items may be compared",
                }
            );
        }
        text + &self.reasons()
    }

    fn holds(&self, level: &str, convention: &str) -> Option<bool> {
        let mut rows = self.rows("holds");
        let row = rows.find(|row| row.level == level && row.other == convention)?;
        row.value.as_ref().ok().map(|value| *value > 0.5)
    }
}

fn p_value(p: f64) -> String {
    if p < 0.001 {
        "< .001".to_owned()
    } else {
        format!("= {p:.3}")
    }
}
