//! Whether the items measure what they were written for, and the same in every group and at every wave.

use statrs::function::gamma::gamma_ur;

use super::measurement_model::{Cell, GroupMoments, Model, Shared};
use super::refusal::Refusal;
use crate::outcome::Undefined;

/// What is held equal over groups or waves, each with all before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Invariance {
    /// The same items belong to the same factors.
    Configural,
    /// And a step on the factor is the same step on each item: relations may be compared.
    Metric,
    /// And an item is not easier for one of them: means may be compared.
    Scalar,
    /// And the items' own parts vary alike: sums of items may be compared.
    Strict,
}

impl Invariance {
    pub const ALL: [Self; 4] = [Self::Configural, Self::Metric, Self::Scalar, Self::Strict];

    /// The name that files carry.
    pub fn name(self) -> &'static str {
        match self {
            Self::Configural => "configural",
            Self::Metric => "metric",
            Self::Scalar => "scalar",
            Self::Strict => "strict",
        }
    }
}

/// One number of the model, as found.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Where it stands; more than once where it is held equal. Groups count from 0.
    pub places: Vec<(usize, Cell)>,
    pub estimate: f64,
    pub standard_error: f64,
}

/// A model of what the items measure, and how well it fits.
#[derive(Debug, Clone, PartialEq)]
pub struct ConfirmatoryFit {
    pub chi_square: f64,
    pub df: f64,
    /// Of exact fit; many respondents make it small whatever the model.
    pub p_value: f64,
    /// 1 = as good as can be, 0 = as if the items had nothing in common; from .95 good, from .90 fair.
    pub cfi: f64,
    pub tli: Result<f64, Undefined>,
    /// Misfit per degree of freedom; to .06 good, to .08 fair.
    pub rmsea: Result<f64, Undefined>,
    pub srmr: f64,
    pub parameters: Vec<Parameter>,
    /// Per group, item and factor: the loading as a correlation of the item with the factor where factors are uncorrelated, else as a weight.
    pub standardised_loadings: Vec<Vec<Vec<f64>>>,
    /// False if a variance is negative or the factors correlate beyond 1: read the model with suspicion.
    pub proper: bool,
    pub steps: usize,
}

/// One more thing held equal, and what it costs.
#[derive(Debug, Clone, PartialEq)]
pub struct InvarianceStep {
    pub level: Invariance,
    pub fit: ConfirmatoryFit,
    /// Compared with the level before; none for the first.
    pub loss: Option<InvarianceLoss>,
}

/// What holding more equal costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InvarianceLoss {
    pub cfi: f64,
    pub rmsea: Result<f64, Undefined>,
    pub chi_square: f64,
    pub df: f64,
    pub p_value: f64,
    /// CFI falls by no more than .010 and RMSEA rises by less than .015.
    pub acceptable: bool,
}

/// How far fit may fall when more is held equal: Cheung & Rensvold (2002), Chen (2007).
const CFI_MAY_FALL: f64 = 0.010;
const RMSEA_MAY_RISE: f64 = 0.015;

/// Whether the items measure what they were written for.
///
/// # Definition
/// S = L F L' + diag(u) by maximum likelihood: each item on its own factor, factors free to correlate, the first item of each gives it its unit.
/// chi2 = n (ln |fit| - ln |S| + tr(S fit^-1) - k), S with divisor n; CFI, TLI against items without anything in common; RMSEA = sqrt(max(0,
/// chi2 - df) / (n df)); SRMR over the variances and correlations. Fisher scoring; standard errors from the expected information
/// # Shape and unit
/// `factor_of`: per item its factor, from 0 on, none left out
/// # Missing
/// complete rows
/// # Undefined
/// in words: one factor with two items, a factor with one; TooManyFactors if nothing is left to test by. TooFewItems if the list does not fit the items;
/// TooFewUnits with no more rows than items; NoVariation if an item does not vary or follows from the others; NoConvergence. Within: TLI and
/// RMSEA NoVariation where df = 0
/// # Source
/// Joreskog (1969), Psychometrika 34, 183-202; Bentler (1990), Psychol. Bull. 107, 238-246; Steiger (1990), Multivar. Behav. Res. 25, 173-180
/// # Agrees with
/// lavaan `cfa` 0.6-14, chi2 and indices 1e-6, SRMR 2e-5 (its search stops earlier)
/// # Cost
/// O(parameters^2 items^2) per step
pub fn confirmatory(
    moments: &GroupMoments,
    factor_of: &[usize],
) -> Result<ConfirmatoryFit, Refusal> {
    let groups = std::slice::from_ref(moments);
    let n_factors = check(groups, factor_of, moments.means.len())?;
    let mut model = Model {
        groups,
        n_factors,
        fixed: Vec::new(),
        free: Vec::new(),
        with_means: false,
    };
    let units = Units {
        n: 1,
        factor_of,
        n_factors,
        in_one_group: false,
    };
    units.structure(&mut model, Invariance::Configural);
    fit(model)
}

/// Whether the items measure the same in every group, so that the groups may be compared.
///
/// # Definition
/// [`confirmatory`] with means in all groups at once, ever more held equal: nothing; loadings; and intercepts (the factors' means are then free in all
/// groups but the first); and own variances. RMSEA times sqrt(groups); SRMR with the means, weighted by n. Loss = fit before and after
/// # Shape and unit
/// one step per level, in their order
/// # Missing
/// complete rows
/// # Undefined
/// as [`confirmatory`]; TooFewUnits below two groups
/// # Source
/// Meredith (1993), Psychometrika 58, 525-543; Cheung & Rensvold (2002), Struct. Equ. Modeling 9, 233-255; Chen (2007), Struct. Equ. Modeling 14, 464-504
/// # Agrees with
/// lavaan `cfa(group =, group.equal =)` 0.6-14, chi2 and indices 1e-6, SRMR 2e-5
/// # Cost
/// four times [`confirmatory`] of all groups
pub fn invariance_over_groups(
    groups: &[GroupMoments],
    factor_of: &[usize],
) -> Result<Vec<InvarianceStep>, Refusal> {
    if groups.len() < 2 {
        return Err(Undefined::TooFewUnits.into());
    }
    let k = groups[0].means.len();
    let n_factors = check(groups, factor_of, k)?;
    let units = Units {
        n: groups.len(),
        factor_of,
        n_factors,
        in_one_group: false,
    };
    steps(groups, &units)
}

/// Whether the items measure the same at every wave, so that change is change of the respondents and not of the items.
///
/// # Definition
/// as [`invariance_over_groups`], with waves in the place of groups: the same respondents, factors free to correlate over waves, the own part of an item with
/// that of the same item at every other wave
/// # Shape and unit
/// `moments` of the items of the first wave, then those of the second in the same order, and so on; `factor_of` for the items of one wave
/// # Missing
/// respondents with every item at every wave
/// # Undefined
/// as [`invariance_over_groups`]; TooFewItems if the items are not a multiple of the list
/// # Source
/// Meredith (1993), Psychometrika 58, 525-543; Widaman, Ferrer & Conger (2010), Child Dev. Perspect. 4, 10-18
/// # Agrees with
/// lavaan `cfa` 0.6-14 with equal labels, chi2 and indices 1e-6, SRMR 2e-5
/// # Cost
/// as [`confirmatory`] of items x waves
pub fn invariance_over_waves(
    moments: &GroupMoments,
    waves: usize,
    factor_of: &[usize],
) -> Result<Vec<InvarianceStep>, Refusal> {
    if waves < 2 {
        return Err(Undefined::TooFewUnits.into());
    }
    let groups = std::slice::from_ref(moments);
    if moments.means.len() != waves * factor_of.len() {
        return Err(Undefined::TooFewItems.into());
    }
    let n_factors = check(groups, factor_of, factor_of.len())?;
    let units = Units {
        n: waves,
        factor_of,
        n_factors,
        in_one_group: true,
    };
    steps(groups, &units)
}

/// How many factors there are, if they can be found.
fn check(groups: &[GroupMoments], factor_of: &[usize], k: usize) -> Result<usize, Refusal> {
    let fits = |group: &GroupMoments| group.means.len() == group.covariances.n_items();
    if k == 0
        || factor_of.len() != k
        || groups
            .iter()
            .any(|g| !fits(g) || g.means.len() != groups[0].means.len())
    {
        return Err(Undefined::TooFewItems.into());
    }
    if groups.iter().any(|group| group.n <= group.means.len()) {
        return Err(Undefined::TooFewUnits.into());
    }
    if groups
        .iter()
        .flat_map(|group| &group.means)
        .any(|mean| !mean.is_finite())
    {
        return Err(Undefined::NotFinite.into());
    }
    let n_factors = factor_of.iter().max().map_or(0, |last| last + 1);
    let items_of = |factor: usize| factor_of.iter().filter(|f| **f == factor).count();
    for factor in 0..n_factors {
        match items_of(factor) {
            0 => return Err(Undefined::TooFewItems.into()),
            1 => return Err(Refusal::OneItem),
            2 if n_factors == 1 => return Err(Refusal::TwoItems),
            _ => {}
        }
    }
    Ok(n_factors)
}

/// What is compared: groups of respondents, or waves of the same.
struct Units<'a> {
    n: usize,
    factor_of: &'a [usize],
    n_factors: usize,
    in_one_group: bool,
}

impl Units<'_> {
    /// The group, and by how much items and factors are moved.
    fn place(&self, unit: usize) -> (usize, usize, usize) {
        if self.in_one_group {
            (0, unit * self.factor_of.len(), unit * self.n_factors)
        } else {
            (unit, 0, 0)
        }
    }

    /// One number in every unit: a parameter for all, or one for each.
    fn add(
        &self,
        model: &mut Model<'_>,
        equal: bool,
        cell: impl Fn(usize, usize) -> Cell,
        value: impl Fn(usize, usize) -> f64,
    ) {
        let mut shared: Option<Shared> = None;
        for unit in 0..self.n {
            let (group, item, factor) = self.place(unit);
            let place = (group, cell(item, factor));
            match &mut shared {
                Some(shared) if equal => shared.places.push(place),
                _ => {
                    model.free.extend(shared.take());
                    shared = Some(Shared {
                        places: vec![place],
                        value: value(group, item),
                    });
                }
            }
        }
        model.free.extend(shared);
    }

    fn structure(&self, model: &mut Model<'_>, level: Invariance) {
        let groups = model.groups;
        let variance = |group: usize, item: usize| groups[group].covariances.at(item, item);
        let marker = |factor: usize| {
            self.factor_of
                .iter()
                .position(|f| *f == factor)
                .unwrap_or(0)
        };
        for (item, &factor) in self.factor_of.iter().enumerate() {
            let first = marker(factor);
            if first == item {
                for unit in 0..self.n {
                    let (group, items, factors) = self.place(unit);
                    let cell = Cell::Loading {
                        item: items + item,
                        factor: factors + factor,
                    };
                    model.fixed.push((group, cell, 1.0));
                }
            } else {
                self.add(
                    model,
                    level >= Invariance::Metric,
                    |items, factors| Cell::Loading {
                        item: items + item,
                        factor: factors + factor,
                    },
                    |group, items| {
                        let (here, there) = (items + item, items + first);
                        let size = (variance(group, here) / variance(group, there)).sqrt();
                        size.copysign(groups[group].covariances.at(here, there))
                    },
                );
            }
            self.add(
                model,
                level >= Invariance::Strict,
                |items, _| Cell::OwnCovariance {
                    a: items + item,
                    b: items + item,
                },
                |group, items| 0.5 * variance(group, items + item),
            );
            if model.with_means {
                self.add(
                    model,
                    level >= Invariance::Scalar,
                    |items, _| Cell::Intercept { item: items + item },
                    |group, items| groups[group].means[items + item],
                );
            }
        }
        let factors = if self.in_one_group {
            self.n * self.n_factors
        } else {
            self.n_factors
        };
        for group in 0..groups.len() {
            for a in 0..factors {
                for b in 0..=a {
                    let items = a / self.n_factors * self.factor_of.len();
                    let value = if a == b {
                        0.5 * variance(group, items + marker(a % self.n_factors))
                    } else {
                        0.0
                    };
                    model.free.push(Shared {
                        places: vec![(group, Cell::FactorCovariance { a, b })],
                        value,
                    });
                }
            }
        }
        if self.in_one_group {
            for item in 0..self.factor_of.len() {
                for a in 0..self.n {
                    for b in 0..a {
                        let cell = Cell::OwnCovariance {
                            a: self.place(a).1 + item,
                            b: self.place(b).1 + item,
                        };
                        model.free.push(Shared {
                            places: vec![(0, cell)],
                            value: 0.0,
                        });
                    }
                }
            }
        }
        if level >= Invariance::Scalar {
            for unit in 1..self.n {
                let (group, _, factors) = self.place(unit);
                for factor in 0..self.n_factors {
                    let cell = Cell::FactorMean {
                        factor: factors + factor,
                    };
                    model.free.push(Shared {
                        places: vec![(group, cell)],
                        value: 0.0,
                    });
                }
            }
        }
    }
}

fn steps(groups: &[GroupMoments], units: &Units<'_>) -> Result<Vec<InvarianceStep>, Refusal> {
    let mut found: Vec<InvarianceStep> = Vec::new();
    for level in Invariance::ALL {
        let mut model = Model {
            groups,
            n_factors: if units.in_one_group {
                units.n * units.n_factors
            } else {
                units.n_factors
            },
            fixed: Vec::new(),
            free: Vec::new(),
            with_means: true,
        };
        units.structure(&mut model, level);
        let fit = fit(model)?;
        let loss = found.last().map(|before| loss(&before.fit, &fit));
        found.push(InvarianceStep { level, fit, loss });
    }
    Ok(found)
}

fn loss(before: &ConfirmatoryFit, after: &ConfirmatoryFit) -> InvarianceLoss {
    let rmsea = after.rmsea.and_then(|after| Ok(after - before.rmsea?));
    let (chi_square, df) = (
        (after.chi_square - before.chi_square).max(0.0),
        after.df - before.df,
    );
    let cfi = after.cfi - before.cfi;
    InvarianceLoss {
        cfi,
        rmsea,
        chi_square,
        df,
        p_value: upper_tail(chi_square, df),
        acceptable: cfi >= -CFI_MAY_FALL && rmsea.is_ok_and(|rise| rise < RMSEA_MAY_RISE),
    }
}

fn fit(mut model: Model<'_>) -> Result<ConfirmatoryFit, Refusal> {
    let groups = model.groups;
    let k = groups[0].means.len();
    let means = if model.with_means { k } else { 0 };
    let moments = groups.len() * (k * (k + 1) / 2 + means);
    let Some(left) = moments.checked_sub(model.free.len()) else {
        return Err(Refusal::TooManyFactors);
    };
    let solution = model.solve()?;
    let df = left as f64;
    let chi_square = solution.chi_square;
    let (nothing, df_nothing) = nothing_in_common(groups)?;
    let excess = (chi_square - df).max(0.0);
    let worst = (nothing - df_nothing).max(excess);
    let everyone: f64 = groups.iter().map(|group| group.n as f64).sum();
    let testable = |value: f64| {
        if df > 0.0 {
            Ok(value)
        } else {
            Err(Undefined::NoVariation)
        }
    };
    Ok(ConfirmatoryFit {
        chi_square,
        df,
        p_value: upper_tail(chi_square, df),
        cfi: if worst > 0.0 {
            1.0 - excess / worst
        } else {
            1.0
        },
        tli: testable((nothing / df_nothing - chi_square / df) / (nothing / df_nothing - 1.0)),
        rmsea: testable((excess / (everyone * df)).sqrt() * (groups.len() as f64).sqrt()),
        srmr: solution.srmr,
        parameters: model
            .free
            .iter()
            .zip(&solution.standard_errors)
            .map(|(shared, &standard_error)| Parameter {
                places: shared.places.clone(),
                estimate: shared.value,
                standard_error,
            })
            .collect(),
        standardised_loadings: solution
            .standardised
            .iter()
            .map(|loadings| {
                loadings
                    .row_iter()
                    .map(|row| row.iter().copied().collect())
                    .collect()
            })
            .collect(),
        proper: solution.proper,
        steps: solution.steps,
    })
}

/// chi2 and df of the model in which no two items have anything in common.
fn nothing_in_common(groups: &[GroupMoments]) -> Result<(f64, f64), Undefined> {
    let mut chi_square = 0.0;
    let mut df = 0.0;
    for group in groups {
        let correlations = group.covariances.correlation()?;
        let k = correlations.n_items();
        let root = nalgebra::DMatrix::from_row_slice(k, k, correlations.values())
            .cholesky()
            .ok_or(Undefined::NoVariation)?;
        let log_determinant: f64 = root.l_dirty().diagonal().iter().map(|p| 2.0 * p.ln()).sum();
        chi_square -= group.n as f64 * log_determinant;
        df += (k * (k - 1) / 2) as f64;
    }
    Ok((chi_square, df))
}

fn upper_tail(chi_square: f64, df: f64) -> f64 {
    if df > 0.0 && chi_square > 0.0 {
        gamma_ur(0.5 * df, 0.5 * chi_square)
    } else {
        1.0
    }
}
