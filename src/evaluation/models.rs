//! Mixed models as a researcher writes them: an outcome, fixed terms, and groups whose units may differ. From their words and
//! a table of scores to the rows that a model is fitted to, or what stands in the way.

use std::collections::BTreeMap;

use schakel_analysis::multilevel::{Column, Criterion, Design, DesignFault as Fault, Grouping};
use serde::Serialize;

use crate::domain::records::{ScoreCells, ScoreColumn, ScoreTable};

/// What the model's own name for the constant is.
pub const INTERCEPT: &str = "(Intercept)";

/// Columns that are categories whatever stands in them: 0.3 is a name there and not a number.
const ALWAYS_CATEGORIES: [&str; 2] = ["weight", "weight_category"];

/// A model in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModelDefinition {
    pub name: String,
    pub outcome: String,
    /// Columns, and products of columns with a colon between them.
    pub fixed: Vec<String>,
    /// Columns of numbers that are names of categories.
    pub categories: Vec<String>,
    pub random: Vec<RandomPart>,
    #[serde(serialize_with = "method_name")]
    pub method: Criterion,
    pub df: DegreesOfFreedom,
    /// The slope that is the effect of each school, or the difference of two: `c`, `t2 - t1`.
    pub effect: Option<String>,
}

/// Units that differ in their level and in slopes, all correlated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RandomPart {
    pub group: String,
    pub slopes: Vec<String>,
    /// A key is the same unit in every school; else it counts within its school.
    pub crossed: bool,
}

/// Where the degrees of freedom of fixed effects come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DegreesOfFreedom {
    #[default]
    Satterthwaite,
    KenwardRoger,
}

/// Which word of a definition something is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Whole,
    Outcome,
    Fixed(usize),
    Category(usize),
    Group(usize),
    Slope(usize, usize),
    Effect,
}

/// Why a definition does not fit the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelFault {
    pub place: Place,
    pub code: &'static str,
    pub message: String,
    pub way_out: String,
}

impl ModelFault {
    fn new(
        place: Place,
        code: &'static str,
        message: impl Into<String>,
        way_out: impl Into<String>,
    ) -> Self {
        Self {
            place,
            code,
            message: message.into(),
            way_out: way_out.into(),
        }
    }
}

/// The rows of a model.
#[derive(Debug, Clone)]
pub struct Prepared {
    pub design: Design,
    /// Rows without a value that the model needs.
    pub n_left_out: usize,
    /// Per group that counts within its school: how many of its keys stand in several schools.
    pub shared_keys: Vec<(String, usize)>,
}

impl ModelDefinition {
    /// As statistical software writes it.
    pub fn formula(&self) -> String {
        let mut terms: Vec<String> = self.fixed.clone();
        if terms.is_empty() {
            terms.push("1".to_owned());
        }
        terms.extend(self.random.iter().map(|part| {
            let slopes = part.slopes.iter().map(|slope| format!(" + {slope}"));
            format!("(1{} | {})", slopes.collect::<String>(), part.group)
        }));
        format!("{} ~ {}", self.outcome, terms.join(" + "))
    }

    /// The slopes of the effect, with what each counts.
    pub fn effect_slopes(&self) -> Vec<(f64, &str)> {
        match self
            .effect
            .as_deref()
            .map(|effect| effect.split_once(" - "))
        {
            None => Vec::new(),
            Some(None) => self
                .effect
                .iter()
                .map(|slope| (1.0, slope.trim()))
                .collect(),
            Some(Some((since, before))) => vec![(1.0, since.trim()), (-1.0, before.trim())],
        }
    }

    pub fn method_name(&self) -> &'static str {
        match self.method {
            Criterion::Reml => "REML",
            Criterion::Ml => "ML",
        }
    }

    /// Every column it names, with the place where it does.
    pub fn columns(&self) -> Vec<(Place, &str)> {
        let mut named = vec![(Place::Outcome, self.outcome.as_str())];
        for (i, term) in self.fixed.iter().enumerate() {
            named.extend(term.split(':').map(|factor| (Place::Fixed(i), factor)));
        }
        for (i, column) in self.categories.iter().enumerate() {
            named.push((Place::Category(i), column));
        }
        for (i, part) in self.random.iter().enumerate() {
            named.push((Place::Group(i), &part.group));
            for (k, slope) in part.slopes.iter().enumerate() {
                named.push((Place::Slope(i, k), slope));
            }
        }
        named
            .into_iter()
            .map(|(place, name)| (place, name.trim()))
            .collect()
    }

    /// Whether the cells of this column are words, whatever they look like.
    pub fn takes_words(&self, column: &str) -> bool {
        let is = |name: &String| name.eq_ignore_ascii_case(column);
        let weight = ALWAYS_CATEGORIES
            .iter()
            .any(|name| name.eq_ignore_ascii_case(column));
        weight
            || self.categories.iter().any(is)
            || self.random.iter().any(|part| is(&part.group))
            || column.eq_ignore_ascii_case("school")
    }
}

/// The rows of the table that have everything the model names, as the model takes them; or all that is wrong.
pub fn prepare(
    table: &ScoreTable,
    definition: &ModelDefinition,
) -> Result<Prepared, Vec<ModelFault>> {
    let mut faults = Vec::new();
    let mut named: BTreeMap<&str, &ScoreColumn> = BTreeMap::new();
    for (place, name) in definition.columns() {
        match column(table, name) {
            Some(column) => {
                named.insert(name, column);
            }
            None => {
                let there: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
                faults.push(ModelFault::new(
                    place,
                    "column_unknown",
                    format!("there is no column `{name}`"),
                    format!("choose from: {}", there.join(", ")),
                ));
            }
        }
    }
    check_kinds(definition, &named, &mut faults);
    if !faults.is_empty() {
        return Err(faults);
    }
    let school = column(table, "school");
    let keep: Vec<usize> = (0..table.n_rows)
        .filter(|&row| {
            let mut needed = named.values().chain(school.as_ref());
            needed.all(|column| is_filled(&column.cells, row))
        })
        .collect();
    let n_left_out = table.n_rows - keep.len();
    if keep.is_empty() {
        faults.push(ModelFault::new(
            Place::Whole,
            "no_complete_rows",
            format!(
                "none of the {} rows has a value in every column of the model",
                table.n_rows
            ),
            "fill the cells, or leave out of the model what was mostly not measured",
        ));
        return Err(faults);
    }

    // Which term a column of the design came from.
    let mut term_of: Vec<Option<usize>> = vec![None];
    let mut fixed = vec![constant(keep.len())];
    for (i, term) in definition.fixed.iter().enumerate() {
        let factors: Vec<&str> = term.split(':').map(str::trim).collect();
        let coded: Vec<Vec<Column>> = factors
            .iter()
            .map(|name| coded(name, &named[name].cells, &keep))
            .collect();
        if let Some(at) = coded.iter().position(Vec::is_empty) {
            let name = factors[at];
            faults.push(ModelFault::new(
                Place::Fixed(i),
                "column_constant",
                format!("`{name}` is the same in every row that the model can use"),
                "leave it out: what does not differ explains no difference",
            ));
            continue;
        }
        let products = coded.into_iter().reduce(products).unwrap_or_default();
        term_of.extend(std::iter::repeat_n(Some(i), products.len()));
        fixed.extend(products);
    }
    let mut shared_keys = Vec::new();
    let mut groupings = Vec::new();
    for (i, part) in definition.random.iter().enumerate() {
        let mut terms = vec![constant(keep.len())];
        for (k, slope) in part.slopes.iter().enumerate() {
            let coded = coded(slope.trim(), &named[slope.trim()].cells, &keep);
            if coded.is_empty() {
                faults.push(ModelFault::new(
                    Place::Slope(i, k),
                    "column_constant",
                    format!("`{slope}` is the same in every row that the model can use"),
                    "leave it out: nobody differs in what does not differ",
                ));
            }
            terms.extend(coded);
        }
        let within = (!part.crossed && !part.group.eq_ignore_ascii_case("school"))
            .then_some(school)
            .flatten();
        let (units, unit_of, shared) = units(named[part.group.trim()], within, &keep);
        if shared > 0 {
            shared_keys.push((part.group.clone(), shared));
        }
        groupings.push(Grouping {
            name: part.group.clone(),
            units,
            unit_of,
            terms,
        });
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let outcome = numbers(
        &definition.outcome,
        &named[definition.outcome.trim()].cells,
        &keep,
    );
    let names: Vec<String> = fixed.iter().map(|column| column.name.clone()).collect();
    Design::new(outcome.values, fixed, groupings)
        .map(|design| Prepared {
            design,
            n_left_out,
            shared_keys,
        })
        .map_err(|fault| vec![told(&fault, definition, &names, &term_of)])
}

/// What no rows could mend: words where numbers are needed, groups named twice.
fn check_kinds(
    definition: &ModelDefinition,
    named: &BTreeMap<&str, &ScoreColumn>,
    faults: &mut Vec<ModelFault>,
) {
    let has_words = |name: &str| {
        let column = named.get(name.trim());
        column.is_some_and(|column| matches!(column.cells, ScoreCells::Words { .. }))
    };
    if has_words(&definition.outcome) {
        faults.push(ModelFault::new(
            Place::Outcome,
            "outcome_not_numeric",
            format!(
                "`{}` has words, and an outcome is a number",
                definition.outcome
            ),
            "name the column with the scores",
        ));
    }
    for (i, part) in definition.random.iter().enumerate() {
        for (k, slope) in part.slopes.iter().enumerate() {
            if has_words(slope) {
                faults.push(ModelFault::new(
                    Place::Slope(i, k),
                    "slope_not_numeric",
                    format!("`{slope}` is a category, and a slope is over a number"),
                    "name a column of numbers, or a column with 0 and 1",
                ));
            }
        }
        if definition.random[..i]
            .iter()
            .any(|earlier| earlier.group == part.group)
        {
            faults.push(ModelFault::new(
                Place::Group(i),
                "group_twice",
                format!("the group `{}` is named twice", part.group),
                "name it once, with all its slopes",
            ));
        }
    }
    for (i, term) in definition.fixed.iter().enumerate() {
        if definition.fixed[..i].contains(term) {
            faults.push(ModelFault::new(
                Place::Fixed(i),
                "term_twice",
                format!("the term `{term}` is named twice"),
                "name it once",
            ));
        }
    }
    let of_school = definition
        .random
        .iter()
        .find(|part| part.group.eq_ignore_ascii_case("school"));
    for (_, slope) in definition.effect_slopes() {
        let is = |name: &String| name == slope;
        let differs = of_school.is_some_and(|part| part.slopes.iter().any(is));
        if !differs || !definition.fixed.iter().any(is) {
            faults.push(ModelFault::new(
                Place::Effect,
                "effect_no_slope",
                format!("schools do not differ in `{slope}` in this model"),
                "name a column that stands in `fixed` and among the slopes of the group school, or the difference of two: \
                 effect = \"t2 - t1\"",
            ));
        }
    }
}

/// What the rows themselves do not allow, told at the word that asks for it.
fn told(
    fault: &Fault,
    definition: &ModelDefinition,
    names: &[String],
    term_of: &[Option<usize>],
) -> ModelFault {
    let group = |name: &String| {
        let place = definition
            .random
            .iter()
            .position(|part| part.group == *name);
        place.map_or(Place::Whole, Place::Group)
    };
    let of_column = |name: &String| {
        let at = names.iter().position(|own| own == name);
        let term = at.and_then(|at| term_of.get(at).copied().flatten());
        term.map_or(Place::Whole, Place::Fixed)
    };
    let (place, code, way_out) = match fault {
        Fault::NoRows => (Place::Whole, "no_rows", "add rows"),
        Fault::Length { column, .. } => (of_column(column), "length", "give every row a value"),
        Fault::NotFinite { column, .. } => (
            of_column(column),
            "not_finite",
            "leave the cell empty when the value is unknown",
        ),
        Fault::Collinear { column } => (
            of_column(column),
            "collinear",
            "leave it out, or one of those that it follows from",
        ),
        Fault::NoSuchUnit { grouping, .. } => {
            (group(grouping), "unit_unknown", "name the units anew")
        }
        Fault::TooFewUnits { grouping, .. } => (
            group(grouping),
            "too_few_units",
            "leave this group out of `random`, or add schools, classes or pupils to the file",
        ),
        Fault::TooFewRows { .. } => (
            Place::Whole,
            "too_few_rows",
            "leave terms out of `fixed`, or add rows",
        ),
        Fault::NoVariation => (
            Place::Outcome,
            "no_variation",
            "name another outcome: this one has nothing to explain",
        ),
        Fault::NoTerms { grouping } => (group(grouping), "no_terms", "name what they differ in"),
        Fault::TooManyEffects { grouping, .. } => (
            group(grouping),
            "too_many_effects",
            "take slopes away from this group in `random`, or the group itself",
        ),
        Fault::TooManyCrossed { .. } => (
            Place::Whole,
            "too_many_crossed",
            "take slopes or groups out of `random`; keys that count within their school do not cross",
        ),
        Fault::UnitPerRow { grouping } => (
            group(grouping),
            "unit_per_row",
            "leave this group out of `random`: with one row a unit it cannot be told from the residual",
        ),
    };
    ModelFault::new(place, code, fault.to_string(), way_out)
}

fn column<'t>(table: &'t ScoreTable, name: &str) -> Option<&'t ScoreColumn> {
    let name = name.trim();
    table
        .columns
        .iter()
        .find(|column| column.name.eq_ignore_ascii_case(name))
}

fn is_filled(cells: &ScoreCells, row: usize) -> bool {
    match cells {
        ScoreCells::Numbers(numbers) => numbers[row].is_some(),
        ScoreCells::Words { word_of, .. } => word_of[row].is_some(),
    }
}

fn constant(n: usize) -> Column {
    Column {
        name: INTERCEPT.to_owned(),
        values: vec![1.0; n],
    }
}

/// A column of numbers as it is; the rows have been chosen so that each has one.
fn numbers(name: &str, cells: &ScoreCells, keep: &[usize]) -> Column {
    let values = match cells {
        ScoreCells::Numbers(numbers) => keep
            .iter()
            .map(|&row| numbers[row].unwrap_or_default())
            .collect(),
        ScoreCells::Words { .. } => Vec::new(),
    };
    Column {
        name: name.trim().to_owned(),
        values,
    }
}

/// Numbers as they are; a category as one column per word after the first, 1 where a row has it. None where nothing differs.
fn coded(name: &str, cells: &ScoreCells, keep: &[usize]) -> Vec<Column> {
    match cells {
        ScoreCells::Numbers(_) => {
            let column = numbers(name, cells, keep);
            let first = column.values.first().copied();
            let differs = column.values.iter().any(|value| Some(*value) != first);
            if differs { vec![column] } else { Vec::new() }
        }
        ScoreCells::Words { words, word_of } => {
            let mut met = vec![false; words.len()];
            for &row in keep {
                if let Some(word) = word_of[row] {
                    met[word as usize] = true;
                }
            }
            let there = (0_u32..).zip(words).filter(|(at, _)| met[*at as usize]);
            there
                .skip(1)
                .map(|(at, word)| Column {
                    name: format!("{name}[{word}]"),
                    values: keep
                        .iter()
                        .map(|&row| f64::from(u8::from(word_of[row] == Some(at))))
                        .collect(),
                })
                .collect()
        }
    }
}

/// Every column of the first times every column of the second.
fn products(first: Vec<Column>, second: Vec<Column>) -> Vec<Column> {
    let pairs = second
        .iter()
        .flat_map(|b| first.iter().map(move |a| (a, b)));
    pairs
        .map(|(a, b)| Column {
            name: format!("{}:{}", a.name, b.name),
            values: a.values.iter().zip(&b.values).map(|(x, y)| x * y).collect(),
        })
        .collect()
}

/// The units that rows are of, in the order of their keys, and how many keys stand in several schools.
fn units(
    group: &ScoreColumn,
    school: Option<&ScoreColumn>,
    keep: &[usize],
) -> (Vec<String>, Vec<u32>, usize) {
    let key = |column: &ScoreColumn, row: usize| match &column.cells {
        ScoreCells::Words { word_of, .. } => word_of[row].unwrap_or_default(),
        ScoreCells::Numbers(_) => 0,
    };
    let word = |column: &ScoreColumn, at: u32| match &column.cells {
        ScoreCells::Words { words, .. } => words[at as usize].clone(),
        ScoreCells::Numbers(_) => String::new(),
    };
    let pairs: Vec<(u32, u32)> = keep
        .iter()
        .map(|&row| (school.map_or(0, |school| key(school, row)), key(group, row)))
        .collect();
    let mut places: BTreeMap<(u32, u32), u32> = pairs.iter().map(|pair| (*pair, 0)).collect();
    for (place, at) in (0..).zip(places.values_mut()) {
        *at = place;
    }
    let mut schools_of: BTreeMap<u32, usize> = BTreeMap::new();
    for (_, own) in places.keys() {
        *schools_of.entry(*own).or_default() += 1;
    }
    let names = places
        .keys()
        .map(|(within, own)| match school {
            Some(school) => format!("{}:{}", word(school, *within), word(group, *own)),
            None => word(group, *own),
        })
        .collect();
    let shared = schools_of.values().filter(|schools| **schools > 1).count();
    (
        names,
        pairs.iter().map(|pair| places[pair]).collect(),
        shared,
    )
}

fn method_name<S: serde::Serializer>(method: &Criterion, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(match method {
        Criterion::Reml => "REML",
        Criterion::Ml => "ML",
    })
}
