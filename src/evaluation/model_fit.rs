//! A mixed model, fitted: its rows for tables and pages, or why there are none and what to do.

use schakel_analysis::multilevel::{
    ContrastTest, Design, Fit, FitFault, FitOptions, KenwardRoger, Satterthwaite, fit::Variation,
    fit_near,
};

use crate::domain::records::ScoreTable;

use super::{
    findings::{FittedModel, ModelTerm, TermKind},
    model_requests::IntervalMethod,
    models::{DegreesOfFreedom, ModelDefinition, Prepared, prepare},
};

/// What came of a model.
#[derive(Debug, Clone)]
pub struct ModelResult {
    pub row: FittedModel,
    /// Absent where there is no fit.
    pub fitted: Option<Fitted>,
    pub warnings: Vec<String>,
}

#[derive(Debug, Clone)]
pub struct Fitted {
    pub design: Design,
    pub fit: Fit,
    /// Of the fixed effects, in the order of the design; `None` where their degrees of freedom cannot be found.
    pub tests: Vec<Option<ContrastTest>>,
}

impl Fitted {
    /// The place of a fixed column.
    pub fn place(&self, column: &str) -> Option<usize> {
        let columns = self.design.fixed();
        columns.iter().position(|own| own.name == column)
    }

    /// The estimate and standard error of a fixed column.
    pub fn coefficient(&self, column: &str) -> Option<(f64, f64)> {
        let own = self.fit.fixed.get(self.place(column)?)?;
        Some((own.estimate, own.se))
    }
}

/// The model fitted to the rows that it can use. `confidence` is of the intervals.
pub fn fit_model(table: &ScoreTable, definition: &ModelDefinition, confidence: f64) -> ModelResult {
    fit_model_near(table, definition, confidence, &[])
}

/// The same, sought from where the search for a model that differs little has ended.
pub fn fit_model_near(
    table: &ScoreTable,
    definition: &ModelDefinition,
    confidence: f64,
    theta: &[f64],
) -> ModelResult {
    let mut row = FittedModel {
        model: definition.name.clone(),
        formula: definition.formula(),
        method: definition.method_name().to_owned(),
        n_rows: 0,
        n_left_out: 0,
        n_units: Vec::new(),
        at_boundary: false,
        terms: Vec::new(),
        not_fitted: None,
    };
    let mut warnings = Vec::new();
    let Prepared {
        design,
        n_left_out,
        shared_keys,
    } = match prepare(table, definition) {
        Ok(prepared) => prepared,
        Err(faults) => {
            let faults = faults
                .iter()
                .map(|fault| format!("{}; {}", fault.message, fault.way_out));
            return not_fitted(row, warnings, faults.collect::<Vec<_>>().join("; "));
        }
    };
    row.n_rows = design.n_rows();
    row.n_left_out = n_left_out;
    row.n_units = design
        .groupings()
        .iter()
        .map(|grouping| (grouping.name.clone(), grouping.units.len()))
        .collect();
    if n_left_out > 0 {
        let all = design.n_rows() + n_left_out;
        warnings.push(format!(
            "model {}: {n_left_out} of {all} rows ({:.0} %) lack a value that it needs and are left out; what is said holds if \
             they are missing for reasons that the model knows",
            row.model,
            100.0 * n_left_out as f64 / all as f64
        ));
    }
    for (group, n) in shared_keys {
        warnings.push(format!(
            "model {}: {n} keys of `{group}` stand in more than one school and count as different units there; if they are the \
             same, write crossed = true",
            row.model
        ));
    }
    let fit = match fit_near(&design, &FitOptions::by(definition.method), theta) {
        Ok(fit) => fit,
        Err(fault) => {
            let way_out = match fault {
                FitFault::NoConvergence { .. } => {
                    "take slopes out of `random`, or bring columns to a like scale (years in place of days)"
                }
                FitFault::NoResidual => {
                    "take groups or slopes out of `random`: they leave nothing to be measured against"
                }
            };
            return not_fitted(row, warnings, format!("{fault}; {way_out}"));
        }
    };
    if fit.at_boundary {
        warnings.push(format!(
            "model {}: a variance is zero, or two terms move as one; the rows do not tell them apart, and the random part may be \
             larger than they bear",
            row.model
        ));
    }
    let tests = match tests(&design, &fit, definition.df, confidence) {
        Ok(tests) => tests,
        Err(why) => {
            warnings.push(format!(
                "model {}: fixed effects have no degrees of freedom, p-values and intervals: {why}",
                row.model
            ));
            vec![None; fit.fixed.len()]
        }
    };
    row.at_boundary = fit.at_boundary;
    row.terms = terms(&fit, &tests);
    ModelResult {
        row,
        fitted: Some(Fitted { design, fit, tests }),
        warnings,
    }
}

fn not_fitted(row: FittedModel, mut warnings: Vec<String>, why: String) -> ModelResult {
    warnings.push(format!("model {} was not fitted: {why}", row.model));
    ModelResult {
        row: FittedModel {
            not_fitted: Some(why),
            ..row
        },
        fitted: None,
        warnings,
    }
}

fn tests(
    design: &Design,
    fit: &Fit,
    df: DegreesOfFreedom,
    confidence: f64,
) -> Result<Vec<Option<ContrastTest>>, String> {
    let of_column = |column: usize| {
        let mut weights = vec![0.0; fit.fixed.len()];
        weights[column] = 1.0;
        weights
    };
    let columns = 0..fit.fixed.len();
    match df {
        DegreesOfFreedom::Satterthwaite => {
            let method = Satterthwaite::new(design, fit).map_err(|reason| reason.to_string())?;
            Ok(columns
                .map(|column| method.test(&of_column(column), confidence).ok())
                .collect())
        }
        DegreesOfFreedom::KenwardRoger => {
            let method = KenwardRoger::new(design, fit).map_err(|fault| fault.to_string())?;
            Ok(columns
                .map(|column| method.test(&of_column(column), confidence).ok())
                .collect())
        }
    }
}

fn terms(fit: &Fit, tests: &[Option<ContrastTest>]) -> Vec<ModelTerm> {
    let plain = |term: String, kind: TermKind, estimate: f64| ModelTerm {
        term,
        kind,
        estimate,
        se: None,
        df: None,
        p_value: None,
        interval: None,
        interval_by: None,
    };
    let mut terms: Vec<ModelTerm> = fit
        .fixed
        .iter()
        .zip(tests)
        .map(|(fixed, test)| ModelTerm {
            // Kenward and Roger correct the standard error too.
            se: Some(test.map_or(fixed.se, |test| test.se)),
            df: test.map(|test| test.df),
            p_value: test.map(|test| test.p_value),
            interval: test.map(|test| (test.interval.lower, test.interval.upper)),
            interval_by: test.map(|_| IntervalMethod::Wald),
            ..plain(fixed.name.clone(), TermKind::Fixed, fixed.estimate)
        })
        .collect();
    for variation in &fit.variation {
        let Variation {
            grouping,
            terms: names,
            covariance,
        } = variation;
        for (i, name) in names.iter().enumerate() {
            let term = format!("{grouping}.{name}");
            terms.push(plain(term, TermKind::Variance, covariance[(i, i)]));
        }
        let pairs = || (0..names.len()).flat_map(|i| (i + 1..names.len()).map(move |k| (i, k)));
        let pair = |i: usize, k: usize| format!("{grouping}.{}~{}", names[i], names[k]);
        for (i, k) in pairs() {
            terms.push(plain(pair(i, k), TermKind::Covariance, covariance[(i, k)]));
        }
        for (i, k) in pairs() {
            let scale = (covariance[(i, i)] * covariance[(k, k)]).sqrt();
            if scale > 0.0 {
                let correlation = (covariance[(i, k)] / scale).clamp(-1.0, 1.0);
                terms.push(plain(pair(i, k), TermKind::Correlation, correlation));
            }
        }
    }
    terms.push(plain(
        "residual".to_owned(),
        TermKind::Residual,
        fit.residual_variance,
    ));
    terms.push(plain(
        "minus_2_log_likelihood".to_owned(),
        TermKind::Criterion,
        fit.deviance,
    ));
    terms
}
