//! A table in the manner of the APA: statistics in italics, exact p, no nought before what cannot be beyond one, an interval
//! with each effect, and a note that says of what and by which method. One value; HTML and CSV are two ways to write it.

use std::fmt::Write as _;

use super::figure::svg::escape;
use super::sentence;
use crate::locale::Words;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct ApaTable {
    /// What files of it are called.
    pub name: String,
    pub title: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// What files call it.
    pub key: String,
    pub head: String,
    /// A symbol of statistics, in italics.
    pub is_symbol: bool,
    pub form: Form,
    /// The measure whose definition says what stands here.
    pub about: Option<String>,
}

/// How the numbers of a column are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Text,
    Count,
    Decimals(usize),
    /// Cannot be beyond one: without the nought before the sign.
    Share(usize),
    Probability,
    Percent,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Row {
    pub cells: Vec<Cell>,
    /// Stands out in the table on a page.
    pub marked: bool,
    /// Where the first cell of the row leads to, on a page.
    pub leads_to: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Text(String),
    Number(f64),
    /// A number with the two ends of its interval, or of the range that missing answers leave.
    Within(f64, (f64, f64)),
    Ends((f64, f64)),
    /// There is no number, for this reason.
    Why(String),
    Empty,
}

impl Cell {
    pub fn of(value: Option<f64>) -> Self {
        value.map_or(Self::Empty, Self::Number)
    }
}

impl Column {
    pub fn text(key: &str, head: String) -> Self {
        Self {
            key: key.to_owned(),
            head,
            is_symbol: false,
            form: Form::Text,
            about: None,
        }
    }

    /// A number, and the measure that defines it.
    pub fn number(key: &str, head: String, form: Form, about: &str) -> Self {
        Self {
            form,
            about: Some(about.to_owned()),
            ..Self::text(key, head)
        }
    }

    /// The same under a symbol.
    pub fn symbol(key: &str, head: &str, form: Form, about: &str) -> Self {
        Self {
            is_symbol: true,
            ..Self::number(key, head.to_owned(), form, about)
        }
    }
}

impl Row {
    pub fn of(cells: Vec<Cell>) -> Self {
        Self {
            cells,
            ..Self::default()
        }
    }
}

fn number(w: Words, form: Form, value: f64) -> String {
    match form {
        Form::Text | Form::Count => sentence::number(w, value, 0),
        Form::Decimals(decimals) => sentence::number(w, value, decimals),
        Form::Share(decimals) => sentence::share(w, value, decimals),
        Form::Percent => format!("{}\u{a0}%", w.decimal(100.0 * value, 0)),
        Form::Probability => {
            let text = sentence::probability(w, value);
            text.strip_prefix("= ").map(str::to_owned).unwrap_or(text)
        }
    }
}

/// A cell as people read it.
pub fn shown(w: Words, form: Form, cell: &Cell) -> String {
    let ends = |(lower, upper): (f64, f64)| {
        w.t2(
            "sentence-interval",
            "lower",
            number(w, form, lower),
            "upper",
            number(w, form, upper),
        )
    };
    match cell {
        Cell::Text(text) | Cell::Why(text) => text.clone(),
        Cell::Number(value) => number(w, form, *value),
        Cell::Within(value, both) => format!("{} {}", number(w, form, *value), ends(*both)),
        Cell::Ends(both) => ends(*both),
        Cell::Empty => "–".to_owned(),
    }
}

/// A page with the table alone, which keeps its lines when it is copied into a text.
pub fn html(w: Words, table: &ApaTable) -> String {
    const RULE: &str = "border-bottom:1px solid #000;";
    let mut text = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n</head>\n<body style=\"font-family:'Times New Roman',Times,serif;margin:2rem;background:#fff;color:#000\">\n<main>\n\
         <h1 style=\"font-size:1rem;font-weight:normal;font-style:italic\">{}</h1>\n<div style=\"overflow-x:auto\" tabindex=\"0\" role=\"group\" aria-label=\"{}\">\n\
         <table style=\"border-collapse:collapse;border-top:1px solid #000;{RULE}\">\n<thead><tr>",
        w.tag(),
        escape(&table.title),
        escape(&table.title),
        escape(&table.title),
    );
    let side = |place: usize, form: Form| {
        if place > 0 && form != Form::Text {
            "right"
        } else {
            "left"
        }
    };
    let mut add = |part: std::fmt::Arguments<'_>| {
        text.write_fmt(part).expect("a string takes text");
    };
    for (place, column) in table.columns.iter().enumerate() {
        let head = escape(&column.head);
        let head = if column.is_symbol {
            format!("<i>{head}</i>")
        } else {
            head
        };
        add(format_args!(
            "<th scope=\"col\" style=\"{RULE}padding:.25em .6em;font-weight:normal;text-align:{}\">{head}</th>",
            side(place, column.form)
        ));
    }
    add(format_args!("</tr></thead>\n<tbody>\n"));
    for row in &table.rows {
        add(format_args!("<tr>"));
        for (place, (column, cell)) in table.columns.iter().zip(&row.cells).enumerate() {
            let (open, close) = if place == 0 {
                ("th scope=\"row\"", "th")
            } else {
                ("td", "td")
            };
            add(format_args!(
                "<{open} style=\"padding:.2em .6em;font-weight:normal;text-align:{}\">{}</{close}>",
                side(place, column.form),
                escape(&shown(w, column.form, cell))
            ));
        }
        add(format_args!("</tr>\n"));
    }
    add(format_args!("</tbody>\n</table>\n</div>\n"));
    for (place, note) in table.notes.iter().enumerate() {
        let lead = if place == 0 {
            format!("<i>{}</i> ", escape(&w.t("apa-note")))
        } else {
            String::new()
        };
        add(format_args!(
            "<p style=\"max-width:50em;margin:.5em 0;overflow-wrap:anywhere\">{lead}{}</p>\n",
            escape(note)
        ));
    }
    add(format_args!("</main>\n</body>\n</html>\n"));
    text
}

/// A number as files have it: the shortest text that reads back to it.
fn plain(value: f64) -> String {
    format!("{}", value + 0.0)
}

/// The same numbers unrounded, header first: a column of its own for each end, and for the reason where there is none.
pub fn rows(table: &ApaTable) -> Vec<Vec<String>> {
    let column_has = |place: usize, is: fn(&Cell) -> bool| {
        table
            .rows
            .iter()
            .any(|row| row.cells.get(place).is_some_and(is))
    };
    let any_why = table
        .rows
        .iter()
        .flat_map(|row| &row.cells)
        .any(|cell| matches!(cell, Cell::Why(_)));
    let mut header: Vec<String> = Vec::new();
    let mut shapes = Vec::new();
    for (place, column) in table.columns.iter().enumerate() {
        let only_ends = column_has(place, |cell| matches!(cell, Cell::Ends(_)))
            && !column_has(place, |cell| {
                matches!(cell, Cell::Number(_) | Cell::Within(..) | Cell::Text(_))
            });
        let ends = column_has(place, |cell| {
            matches!(cell, Cell::Ends(_) | Cell::Within(..))
        });
        if !only_ends {
            header.push(column.key.clone());
        }
        if ends {
            header.push(format!("{}_lower", column.key));
            header.push(format!("{}_upper", column.key));
        }
        shapes.push((!only_ends, ends));
    }
    if any_why {
        header.push("not_defined".to_owned());
    }
    let mut rows = vec![header];
    for row in &table.rows {
        let mut line = Vec::new();
        let mut reasons = Vec::new();
        for (column, ((value, ends), cell)) in
            table.columns.iter().zip(shapes.iter().zip(&row.cells))
        {
            let (number, both) = match cell {
                Cell::Text(text) => (text.clone(), None),
                Cell::Number(value) => (plain(*value), None),
                Cell::Within(value, both) => (plain(*value), Some(*both)),
                Cell::Ends(both) => (String::new(), Some(*both)),
                Cell::Why(why) => {
                    reasons.push(format!("{}: {why}", column.key));
                    (String::new(), None)
                }
                Cell::Empty => (String::new(), None),
            };
            if *value {
                line.push(number);
            }
            if *ends {
                let end = |value: Option<f64>| value.map(plain).unwrap_or_default();
                line.push(end(both.map(|both| both.0)));
                line.push(end(both.map(|both| both.1)));
            }
        }
        if any_why {
            line.push(reasons.join("; "));
        }
        rows.push(line);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::language::Language;

    fn table() -> ApaTable {
        ApaTable {
            name: "contrasts".into(),
            title: "Ten <against> ten".into(),
            columns: vec![
                Column::text("outcome", "Outcome".into()),
                Column::symbol("g", "g", Form::Decimals(2), "hedges_g"),
                Column::symbol("p", "p", Form::Probability, "p_value"),
                Column::symbol("r", "r", Form::Share(2), "r"),
            ],
            rows: vec![
                Row::of(vec![
                    Cell::Text("density".into()),
                    Cell::Within(-0.5, (-1.25, 0.25)),
                    Cell::Number(0.0004),
                    Cell::Number(0.034),
                ]),
                Row::of(vec![
                    Cell::Text("culture".into()),
                    Cell::Why("no variation".into()),
                    Cell::Empty,
                    Cell::Number(1.0),
                ]),
            ],
            notes: vec!["n = 20.".into(), "Seed 1.".into()],
        }
    }

    #[test]
    fn two_writers_of_one_table_give_the_same_numbers() {
        let table = table();
        let html_nl = html(Words(Language::Nl), &table);
        for part in [
            "<i>g</i>",
            "<i>p</i>",
            "Ten &lt;against&gt; ten",
            "\u{2212}0,50",
            "&lt; ,001",
            ">,03<",
            ">no variation<",
            "<i>Noot.</i> n = 20.",
        ] {
            assert!(html_nl.contains(part), "{part} in {html_nl}");
        }
        assert!(html(Words(Language::En), &table).contains("&lt; .001"));
        let rows = rows(&table);
        assert_eq!(
            rows[0],
            [
                "outcome",
                "g",
                "g_lower",
                "g_upper",
                "p",
                "r",
                "not_defined"
            ]
        );
        assert_eq!(
            rows[1],
            ["density", "-0.5", "-1.25", "0.25", "0.0004", "0.034", ""]
        );
        assert_eq!(rows[2], ["culture", "", "", "", "", "1", "g: no variation"]);
    }
}
