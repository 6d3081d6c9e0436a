//! What pupils scored: `scores.csv`, as series of months for the effects of schools, and as the columns that models name.

use std::collections::{BTreeMap, HashMap};

use crate::{
    domain::fault::{Fault, Faults},
    domain::records::{PupilRecord, ScoreCells, ScoreColumn, ScoreRecord, ScoreTable},
    evaluation::models::{ModelFault, Place},
    evaluation::pupil_weights,
    exchange::model_toml::{ModelFile, WrittenModel},
    exchange::table::{Column, Row, Table},
};

use super::{Reading, attributes, words::Words};

const FILE: &str = "scores.csv";

/// Columns that follow from `month` where the file has none of that name.
const DERIVED: [&str; 3] = ["s", "c", "step"];

impl Reading {
    pub(super) fn scores(&mut self, bytes: &[u8], models: &ModelFile, faults: &mut Faults) {
        let Some(table) = Table::open(FILE, bytes, faults) else {
            return;
        };
        let month = table.optional("month");
        if month.is_none() && models.models.is_empty() {
            self.warn(
                "scores.csv was not used: it has no column `month` (months since the start of the intervention, \
                 negative before it), without which growth before and during cannot be told apart, and there is no \
                 model.toml that says what to do with its columns",
            );
            return;
        }
        let mut gathered = Gathered::of(&table, models, faults);
        let series = month.and_then(|month| {
            let needed = ["school", "pupil", "score"];
            // A file that only models need may have other columns.
            let all_there = needed.iter().all(|name| table.optional(name).is_some());
            if !all_there && !models.models.is_empty() {
                return None;
            }
            let [school, pupil, score] = needed.map(|name| table.required(name, faults));
            Some(Series {
                month,
                school: school?,
                pupil: pupil?,
                score: score?,
                weight: table
                    .optional("weight")
                    .or_else(|| table.optional("weight_category")),
                others: table.others(&[
                    "school",
                    "pupil",
                    "month",
                    "score",
                    "weight",
                    "weight_category",
                    "occasion",
                ]),
                lines: HashMap::new(),
            })
        });
        if series.is_none() && gathered.columns.is_empty() {
            return;
        }
        let mut series = series;
        table.each_row(faults, |row, faults| {
            if let Some(series) = &mut series {
                self.point(series, row, faults);
            }
            gathered.take(row, faults);
        });
        gathered.check_words(faults);
        if let Some(column) = gathered
            .columns
            .iter()
            .find(|column| column.name == "school")
        {
            for school in &column.words.words {
                self.schools.number(school);
            }
        }
        self.scores = gathered.table();
    }

    /// One score of the series of a pupil.
    fn point(&mut self, series: &mut Series, row: &Row<'_>, faults: &mut Faults) {
        let Series {
            month,
            school,
            pupil,
            score,
            weight,
            others,
            lines,
        } = series;
        let keys = [&*school, pupil, month].map(|column| row.required(column, faults));
        let (at, points) = (row.number(month, faults), row.number(score, faults));
        let ([Some(in_school), Some(key), Some(_)], Some(at)) = (keys, at) else {
            return;
        };
        // A score that was not given is no score: it is never replaced.
        let Some(points) = points else { return };
        let number = self.schools.number(in_school);
        if let Some(first) = lines.insert((number, key.to_owned(), at.to_bits()), row.line) {
            let message = format!("`{key}` already has a score in month {at}, on line {first}");
            faults.push(row.fault(month, "score_twice", message, "keep one of the two rows"));
            return;
        }
        let own = self
            .pupils
            .entry((in_school.to_owned(), key.to_owned()))
            .or_insert_with(|| PupilRecord {
                key: key.to_owned(),
                school: 0,
                weight: None,
                attributes: BTreeMap::new(),
                scores: Vec::new(),
            });
        own.scores.push(ScoreRecord {
            month: at,
            score: points,
            ..ScoreRecord::default()
        });
        let given = weight.as_ref().and_then(|column| row.attribute(column));
        // The least by bytes, so that the order of the rows cannot matter.
        own.weight = match (own.weight.take(), given) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        for (name, value) in attributes(row, others) {
            let kept = own.attributes.entry(name).or_insert_with(|| value.clone());
            if value < *kept {
                *kept = value;
            }
        }
    }
}

/// Where the series of pupils stand.
struct Series {
    month: Column,
    school: Column,
    pupil: Column,
    score: Column,
    weight: Option<Column>,
    others: Vec<Column>,
    lines: HashMap<(u32, String, u64), u64>,
}

/// The columns that models name, row by row.
#[derive(Default)]
struct Gathered {
    columns: Vec<Gathering>,
    /// School (where there is one), pupil and occasion, by which a row is known, and the lines on which each stands.
    key: Option<(Option<Column>, Column, Column)>,
    lines: HashMap<[String; 3], u64>,
    n_rows: usize,
}

struct Gathering {
    name: String,
    from: From,
    kind: Kind,
    words: Words,
    /// The line on which each word stands first.
    lines: Vec<u64>,
    word_of: Vec<Option<u32>>,
    numbers: Vec<Option<f64>>,
}

enum From {
    Cell(Column),
    /// One of [`DERIVED`], from the month.
    Month(Column),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Words,
    Numbers,
    /// Numbers if every cell is one.
    Either,
}

impl Gathered {
    fn of(table: &Table, models: &ModelFile, faults: &mut Faults) -> Self {
        let mut gathered = Self::default();
        for model in &models.models {
            for (place, name) in model.definition.columns() {
                gathered.want(table, models, model, (place, name), faults);
            }
        }
        if gathered.columns.is_empty() {
            return gathered;
        }
        let school = table.optional("school");
        if let Some(school) = &school {
            gathered.add("school", From::Cell(school.clone()), Kind::Words);
        }
        gathered.key = match (table.optional("pupil"), table.optional("occasion")) {
            (Some(pupil), Some(occasion)) => Some((school, pupil, occasion)),
            _ => None,
        };
        gathered
    }

    fn want(
        &mut self,
        table: &Table,
        models: &ModelFile,
        model: &WrittenModel,
        (place, name): (Place, &str),
        faults: &mut Faults,
    ) {
        let own = name.to_lowercase();
        let from = match (table.optional(&own), table.optional("month")) {
            (Some(column), _) => From::Cell(column),
            (None, Some(month)) if DERIVED.contains(&own.as_str()) => From::Month(month),
            (None, month) => {
                let mut there: Vec<&str> =
                    table.columns().iter().map(|c| c.name.as_str()).collect();
                if month.is_some() {
                    there.extend(DERIVED);
                }
                let fault = ModelFault {
                    place,
                    code: "column_unknown",
                    message: format!("scores.csv has no column `{name}`"),
                    way_out: format!("choose from: {}", there.join(", ")),
                };
                models.tell(model, &fault, faults);
                return;
            }
        };
        let kind = if matches!(from, From::Month(_)) {
            Kind::Numbers
        } else if model.definition.takes_words(&own) {
            Kind::Words
        } else if matches!(place, Place::Outcome | Place::Slope(..)) {
            Kind::Numbers
        } else {
            Kind::Either
        };
        if let Some(earlier) = self.columns.iter_mut().find(|c| c.name == own) {
            match (earlier.kind, kind) {
                (a, b) if a == b || b == Kind::Either => {}
                (Kind::Either, wanted) => earlier.kind = wanted,
                _ => {
                    let fault = ModelFault {
                        place,
                        code: "column_of_two_kinds",
                        message: format!(
                            "`{name}` is a category in one place and a number in another"
                        ),
                        way_out: "give scores.csv a second column with the other reading of it"
                            .to_owned(),
                    };
                    models.tell(model, &fault, faults);
                }
            }
            return;
        }
        self.add(&own, from, kind);
    }

    fn add(&mut self, name: &str, from: From, kind: Kind) {
        if self.columns.iter().any(|column| column.name == name) {
            return;
        }
        self.columns.push(Gathering {
            name: name.to_owned(),
            from,
            kind,
            words: Words::default(),
            lines: Vec::new(),
            word_of: Vec::new(),
            numbers: Vec::new(),
        });
    }

    fn take(&mut self, row: &Row<'_>, faults: &mut Faults) {
        if self.columns.is_empty() {
            return;
        }
        if let Some((school, pupil, occasion)) = &self.key {
            let text = |column: &Column| row.text(column).unwrap_or_default().to_owned();
            let school = school.as_ref().map(text).unwrap_or_default();
            let key = [school, text(pupil), text(occasion)];
            if !key[1].is_empty() && !key[2].is_empty() {
                let shown = (key[1].clone(), key[2].clone());
                if let Some(first) = self.lines.insert(key, row.line) {
                    let message = format!(
                        "`{}` already has a row for occasion {}, on line {first}",
                        shown.0, shown.1
                    );
                    let way_out = "keep one of the two rows";
                    faults.push(row.fault(occasion, "score_twice", message, way_out));
                    return;
                }
            }
        }
        self.n_rows += 1;
        for column in &mut self.columns {
            column.take(row, faults);
        }
    }

    /// A column of numbers in which some cells are not is no category: somebody mistyped.
    fn check_words(&mut self, faults: &mut Faults) {
        for column in &mut self.columns {
            if column.kind != Kind::Either {
                continue;
            }
            let is_number = |word: &String| word.parse::<f64>().is_ok_and(f64::is_finite);
            let words = &column.words.words;
            let n_numbers = words.iter().filter(|word| is_number(word)).count();
            if n_numbers == words.len() {
                column.kind = Kind::Numbers;
                let values: Vec<Option<f64>> = words.iter().map(|w| w.parse().ok()).collect();
                let cells = column.word_of.iter();
                column.numbers = cells
                    .map(|word| word.and_then(|word| values[word as usize]))
                    .collect();
                continue;
            }
            column.kind = Kind::Words;
            let odd = words.iter().position(|word| !is_number(word));
            if let (Some(at), From::Cell(cell), true) =
                (odd, &column.from, n_numbers * 2 > words.len())
            {
                let message = format!(
                    "`{}` is not a number, and most of this column is",
                    words[at]
                );
                let way_out = "correct it, or leave it empty when unknown; if the column holds names of \
                               categories, list it under `categories` in model.toml";
                faults.push(Fault {
                    line: column.lines[at],
                    ..cell.fault_in_header(FILE, "not_a_number", message, way_out)
                });
            }
        }
    }

    /// The rows in an order that follows from what is in them.
    fn table(self) -> ScoreTable {
        let n_rows = self.n_rows;
        let mut columns: Vec<ScoreColumn> = self.columns.into_iter().map(Gathering::done).collect();
        columns.sort_by(|a, b| {
            let rank = |column: &ScoreColumn| (column.name != "school", column.name != "pupil");
            (rank(a), &a.name).cmp(&(rank(b), &b.name))
        });
        let mut order: Vec<usize> = (0..n_rows).collect();
        order.sort_by(|&a, &b| {
            let mut by_column = columns.iter().map(|column| match &column.cells {
                ScoreCells::Words { word_of, .. } => word_of[a].cmp(&word_of[b]),
                ScoreCells::Numbers(numbers) => {
                    let key = |row: usize| numbers[row].unwrap_or(f64::NEG_INFINITY);
                    key(a).total_cmp(&key(b))
                }
            });
            by_column
                .find(|order| order.is_ne())
                .unwrap_or(std::cmp::Ordering::Equal)
        });
        for column in &mut columns {
            match &mut column.cells {
                ScoreCells::Words { word_of, .. } => {
                    *word_of = order.iter().map(|&row| word_of[row]).collect();
                }
                ScoreCells::Numbers(numbers) => {
                    *numbers = order.iter().map(|&row| numbers[row]).collect();
                }
            }
        }
        ScoreTable { n_rows, columns }
    }
}

impl Gathering {
    fn take(&mut self, row: &Row<'_>, faults: &mut Faults) {
        match &self.from {
            From::Month(month) => {
                let years = row.number(month, faults).map(|month| month / 12.0);
                self.numbers
                    .push(years.map(|years| match self.name.as_str() {
                        "s" => years,
                        "c" => years.max(0.0),
                        _ => f64::from(u8::from(years > 0.0)),
                    }));
            }
            From::Cell(column) if self.kind == Kind::Numbers => {
                let number = row.number(column, faults);
                self.numbers.push(number);
            }
            From::Cell(column) => {
                let cell = row.attribute(column).map(|text| match self.name.as_str() {
                    "weight" | "weight_category" => {
                        pupil_weights::table().category(&text).to_owned()
                    }
                    _ => text,
                });
                let word = cell.map(|text| self.words.number(&text));
                if self.lines.len() < self.words.words.len() {
                    self.lines.push(row.line);
                }
                self.word_of.push(word);
            }
        }
    }

    fn done(self) -> ScoreColumn {
        let cells = if self.kind == Kind::Numbers {
            ScoreCells::Numbers(self.numbers)
        } else {
            let mut order: Vec<usize> = (0..self.words.words.len()).collect();
            order.sort_by(|&a, &b| self.words.words[a].cmp(&self.words.words[b]));
            let mut place = vec![0_u32; order.len()];
            for (to, from) in (0..).zip(&order) {
                place[*from] = to;
            }
            let words = order.iter().map(|&at| self.words.words[at].clone());
            ScoreCells::Words {
                words: words.collect(),
                word_of: self
                    .word_of
                    .into_iter()
                    .map(|word| word.map(|word| place[word as usize]))
                    .collect(),
            }
        };
        ScoreColumn {
            name: self.name,
            cells,
        }
    }
}
