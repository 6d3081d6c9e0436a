//! What a mixed model is fitted to: an outcome, fixed columns, and groupings whose units may differ.

use thiserror::Error;

use super::cross_products::{MOST_CROSSED, too_many_crossed};
use crate::numeric::gram_schmidt;

/// A named column, one value per row.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub name: String,
    pub values: Vec<f64>,
}

/// Units that rows belong to (pupils, classes, schools), and in what those units may differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Grouping {
    pub name: String,
    /// The key of each unit.
    pub units: Vec<String>,
    /// Per row, the place of its unit in `units`.
    pub unit_of: Vec<u32>,
    /// What the units differ in, correlated with each other: a column of ones, and slopes.
    pub terms: Vec<Column>,
}

/// Rows that a mixed model can be fitted to: every number finite, every column of the same length, no column a sum of others.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    outcome: Vec<f64>,
    fixed: Vec<Column>,
    groupings: Vec<Grouping>,
}

/// Why no model can be fitted to these rows.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DesignFault {
    #[error("there are no rows")]
    NoRows,
    #[error("`{column}` has {found} rows where the outcome has {wanted}")]
    Length {
        column: String,
        found: usize,
        wanted: usize,
    },
    #[error("`{column}` is not a finite number in row {row}")]
    NotFinite { column: String, row: usize },
    #[error("`{column}` is a sum of the columns before it: its part cannot be told from theirs")]
    Collinear { column: String },
    #[error("`{grouping}` names unit {unit} of {units} in row {row}")]
    NoSuchUnit {
        grouping: String,
        unit: usize,
        units: usize,
        row: usize,
    },
    #[error("`{grouping}` has {units} units, too few to say how they differ")]
    TooFewUnits { grouping: String, units: usize },
    #[error("{rows} rows are too few for {columns} fixed columns")]
    TooFewRows { rows: usize, columns: usize },
    #[error("the outcome is the same in every row")]
    NoVariation,
    #[error("the units of `{grouping}` are the rows themselves: nothing is left to vary within")]
    UnitPerRow { grouping: String },
    #[error("nothing is said of what the units of `{grouping}` may differ in")]
    NoTerms { grouping: String },
    #[error(
        "`{grouping}` asks for {effects} effects of units, and there are {rows} rows: let its units differ in fewer terms"
    )]
    TooManyEffects {
        grouping: String,
        effects: usize,
        rows: usize,
    },
    #[error(
        "units of {groupings} cross, and together have {effects} effects where {most} can be told apart in reasonable time: let them differ in fewer terms, or leave out a grouping"
    )]
    TooManyCrossed {
        groupings: String,
        effects: usize,
        most: usize,
    },
}

impl Design {
    /// The rows a mixed model can be fitted to, or what is wrong with them.
    ///
    /// # Definition
    /// y = X b + sum over groupings of Z u + e; a row of Z holds the terms of the grouping in the columns of the row's unit
    /// # Shape and unit
    /// as handed in, every column as long as the outcome; units that no row names are dropped, the others keep their order. Without fixed
    /// columns the mean is zero, without groupings the model is a linear one
    /// # Missing
    /// the caller leaves out rows without outcome or predictor, whole
    /// # Undefined
    /// a `DesignFault` in words: no rows, lengths, numbers that are not finite, a column that is a sum of those before it (of fixed columns, and
    /// of the terms of a grouping, within 1e-7 of its length), a unit that does not exist, fewer than two units with rows, an intercept for every row,
    /// as many effects of units as rows, fewer rows than fixed columns + 1, a constant outcome, crossed units by the thousands
    /// # Source
    /// the checks are those of lme4 `lmerControl` (units, effects per row), and of R `lm` for collinearity
    /// # Cost
    /// O(rows x columns^2)
    pub fn new(
        outcome: Vec<f64>,
        fixed: Vec<Column>,
        groupings: Vec<Grouping>,
    ) -> Result<Self, DesignFault> {
        let rows = outcome.len();
        if rows == 0 {
            return Err(DesignFault::NoRows);
        }
        finite("outcome", &outcome, rows)?;
        for column in fixed
            .iter()
            .chain(groupings.iter().flat_map(|grouping| &grouping.terms))
        {
            finite(&column.name, &column.values, rows)?;
        }
        if outcome.iter().all(|y| *y == outcome[0]) {
            return Err(DesignFault::NoVariation);
        }
        if rows <= fixed.len() {
            return Err(DesignFault::TooFewRows {
                rows,
                columns: fixed.len(),
            });
        }
        independent(&fixed)?;
        let groupings: Vec<Grouping> = groupings
            .into_iter()
            .map(|grouping| checked(grouping, rows))
            .collect::<Result<_, _>>()?;
        if let Some((groupings, effects)) = too_many_crossed(&groupings) {
            return Err(DesignFault::TooManyCrossed {
                groupings,
                effects,
                most: MOST_CROSSED,
            });
        }
        Ok(Self {
            outcome,
            fixed,
            groupings,
        })
    }

    pub fn outcome(&self) -> &[f64] {
        &self.outcome
    }

    pub fn fixed(&self) -> &[Column] {
        &self.fixed
    }

    pub fn groupings(&self) -> &[Grouping] {
        &self.groupings
    }

    pub fn n_rows(&self) -> usize {
        self.outcome.len()
    }
}

fn finite(name: &str, values: &[f64], rows: usize) -> Result<(), DesignFault> {
    if values.len() != rows {
        return Err(DesignFault::Length {
            column: name.to_owned(),
            found: values.len(),
            wanted: rows,
        });
    }
    match values.iter().position(|x| !x.is_finite()) {
        Some(row) => Err(DesignFault::NotFinite {
            column: name.to_owned(),
            row,
        }),
        None => Ok(()),
    }
}

fn independent(columns: &[Column]) -> Result<(), DesignFault> {
    let values: Vec<&[f64]> = columns.iter().map(|c| c.values.as_slice()).collect();
    match gram_schmidt::orthogonal(&values) {
        Ok(_) => Ok(()),
        Err(at) => Err(DesignFault::Collinear {
            column: columns[at].name.clone(),
        }),
    }
}

/// The grouping without the units that have no row.
fn checked(mut grouping: Grouping, rows: usize) -> Result<Grouping, DesignFault> {
    let name = || grouping.name.clone();
    if grouping.unit_of.len() != rows {
        return Err(DesignFault::Length {
            column: name(),
            found: grouping.unit_of.len(),
            wanted: rows,
        });
    }
    if grouping.terms.is_empty() {
        return Err(DesignFault::NoTerms { grouping: name() });
    }
    let units = grouping.units.len();
    let mut named = vec![false; units];
    for (row, &unit) in grouping.unit_of.iter().enumerate() {
        match named.get_mut(unit as usize) {
            Some(seen) => *seen = true,
            None => {
                return Err(DesignFault::NoSuchUnit {
                    grouping: name(),
                    unit: unit as usize,
                    units,
                    row,
                });
            }
        }
    }
    let left = named.iter().filter(|seen| **seen).count();
    if left < 2 {
        return Err(DesignFault::TooFewUnits {
            grouping: name(),
            units: left,
        });
    }
    let intercept = |column: &Column| column.values.iter().all(|x| *x == column.values[0]);
    if left == rows && grouping.terms.iter().any(intercept) {
        return Err(DesignFault::UnitPerRow { grouping: name() });
    }
    let effects = left * grouping.terms.len();
    if effects >= rows {
        return Err(DesignFault::TooManyEffects {
            grouping: name(),
            effects,
            rows,
        });
    }
    independent(&grouping.terms)?;
    if left < units {
        let mut place = 0;
        let places: Vec<u32> = named
            .iter()
            .map(|seen| {
                let now = place;
                place += u32::from(*seen);
                now
            })
            .collect();
        for unit in &mut grouping.unit_of {
            *unit = places[*unit as usize];
        }
        let mut seen = named.iter();
        grouping.units.retain(|_| seen.next() == Some(&true));
    }
    Ok(grouping)
}
