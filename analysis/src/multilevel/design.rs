//! What a mixed model is fitted to: an outcome, fixed columns, and groupings whose units may differ.

use thiserror::Error;

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
}

impl Design {
    /// The rows, or what is wrong with them.
    pub fn new(
        outcome: Vec<f64>,
        fixed: Vec<Column>,
        groupings: Vec<Grouping>,
    ) -> Result<Self, DesignFault> {
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
