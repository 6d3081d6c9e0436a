//! Items answered in a few ordered steps: how what lies behind the steps goes together.

use statrs::function::erf::erfc_inv;

use super::covariance::{Answers, Cases, CovarianceMatrix};
use super::omega::{Omega, omega_total};
use super::refusal::Refusal;
use super::reliability::{inverse, standardised_alpha};
use crate::numeric::bivariate_normal::{cdf, density, normal_cdf};
use crate::outcome::Undefined;

/// More different answers than this are no steps any more.
pub const MOST_OPTIONS: usize = 20;

/// A correlation beyond this has run to its edge.
const EDGE: f64 = 0.999;

const MOST_STEPS: usize = 200;

/// What stands for a combination of two answers that nobody gave.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum EmptyCells {
    /// Nothing: the likelihood of the answers that were given.
    AsTheyAre,
    /// This many respondents, usually a half; where items stand stays what it was.
    Filled(f64),
}

/// The correlations of what lies behind answers in steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Polychoric {
    /// Per item, between one answer that was given and the next: where on what lies behind it, in standard deviations.
    pub thresholds: Vec<Vec<f64>>,
    /// As covariances of variables with variance 1.
    pub correlations: CovarianceMatrix,
    /// Combinations of two answers that nobody gave.
    pub empty_cells: usize,
}

/// How closely items would go together if they were answered on a line in place of a few steps.
///
/// # Definition
/// behind each item a normal variable, cut into the answers at thresholds = normal quantiles of the shares at or below each answer; per pair the correlation that
/// makes the table of both most likely, thresholds held (two steps); by Fisher scoring on the slope of the likelihood, kept between the last ends with opposite signs
/// # Shape and unit
/// items x items, correlations. Items worded against the scale may be reversed or not: signs follow. [`EmptyCells::Filled`] puts its share into every empty cell of
/// a table between answers that were given, thresholds unchanged
/// # Missing
/// complete rows; or by pairs, thresholds then from everyone who answered the item
/// # Undefined
/// in words with more than 20 different answers, and where a correlation runs to 1 because a corner of the table is empty. TooFewItems below two items;
/// TooFewUnits below two rows for some pair; NoVariation if an item has one answer; NotFinite if empty cells are filled by less than nothing; NoConvergence
/// # Source
/// Olsson (1979), Psychometrika 44, 443-460, the way of two steps; filling: Savalei (2011), Struct. Equ. Modeling 18, 253-273
/// # Agrees with
/// the same likelihood maximised in R with mvtnorm 1.1-3, 1e-10; lavaan `lavCor` 0.6-14 (filled: `zero.add = c(.5, .5)`), 1e-7; psych `polychoric(correct = 0)` 2.2.9,
/// 1e-4, because its search stops early. psych's own filling moves the thresholds too, and is another number
/// # Cost
/// O(items^2 (rows + steps options^2)), some six steps
pub fn polychoric(
    answers: &Answers,
    cases: Cases,
    empty: EmptyCells,
) -> Result<Polychoric, Refusal> {
    let k = answers.n_items();
    if k < 2 {
        return Err(Refusal::of_short_scale(k).unwrap_or(Refusal::OneItem));
    }
    if matches!(empty, EmptyCells::Filled(share) if !(share.is_finite() && share >= 0.0)) {
        return Err(Undefined::NotFinite.into());
    }
    let rows: Vec<usize> = (0..answers.n_rows())
        .filter(|&row| cases == Cases::Pairwise || answers.is_complete(row))
        .collect();
    if rows.len() < 2 {
        return Err(Undefined::TooFewUnits.into());
    }
    let items: Vec<Steps> = (0..k)
        .map(|item| Steps::of(answers, &rows, item))
        .collect::<Result<_, _>>()?;
    let mut values = vec![1.0; k * k];
    let mut fewest = rows.len();
    let mut empty_cells = 0;
    for a in 0..k {
        for b in 0..a {
            let mut table = Table::of(&items[a], &items[b]);
            fewest = fewest.min(table.total);
            if table.total < 2 {
                return Err(Undefined::TooFewUnits.into());
            }
            for cell in table.counts.iter_mut().filter(|cell| **cell == 0.0) {
                empty_cells += 1;
                if let EmptyCells::Filled(share) = empty {
                    *cell = share;
                }
            }
            let found = table.correlation()?;
            values[a * k + b] = found;
            values[b * k + a] = found;
        }
    }
    Ok(Polychoric {
        thresholds: items.into_iter().map(|item| item.thresholds).collect(),
        correlations: CovarianceMatrix::from_values(k, values, fewest)
            .ok_or(Undefined::NotFinite)?,
        empty_cells,
    })
}

/// How reliable the items would be together, were they answered on a line in place of a few steps, each in its own standard deviations.
///
/// # Definition
/// alpha of the polychoric correlations = k r / (1 + (k - 1) r), r their mean. Not the reliability of the sum of the answers as they were given
/// # Shape and unit
/// one number, at most 1. Items worded against the scale are reversed beforehand
/// # Missing
/// as the correlations
/// # Undefined
/// in words if the correlations contradict one another (not positive definite); NoVariation if they sum to zero or less
/// # Source
/// Zumbo, Gadermann & Zeisser (2007), J. Mod. Appl. Stat. Methods 6, 21-29; for its limits Chalmers (2018), Educ. Psychol. Meas. 78, 1056-1071
/// # Agrees with
/// psych `alpha` 2.2.9 (std.alpha) of the same correlations, 1e-8
/// # Cost
/// O(items^3)
pub fn ordinal_alpha(polychoric: &Polychoric) -> Result<f64, Refusal> {
    definite(&polychoric.correlations)?;
    Ok(standardised_alpha(&polychoric.correlations)?)
}

/// How much of the items together would come from what they share, were they answered on a line in place of a few steps.
///
/// # Definition
/// omega total of one factor by maximum likelihood ([`omega_total`]) on the polychoric correlations. Not the reliability of the sum of the answers as they were given;
/// the test of fit that stands with it takes the correlations for ordinary ones, and is a rough guide
/// # Shape and unit
/// a number between 0 and 1, with the loadings it rests on
/// # Missing
/// as the correlations
/// # Undefined
/// in words below three items and if the correlations contradict one another (not positive definite); NoConvergence
/// # Source
/// McDonald (1999), Test theory, ch. 6; Gadermann, Guhn & Zumbo (2012), Pract. Assess. Res. Eval. 17(3)
/// # Agrees with
/// R stats `factanal(covmat =)` 4.2.2 of the same correlations, 1e-6
/// # Cost
/// O(items^3) per step, fewer than ten steps as a rule
pub fn ordinal_omega(polychoric: &Polychoric) -> Result<Omega, Refusal> {
    let k = polychoric.correlations.n_items();
    if let Some(refusal) = Refusal::of_short_scale(k).filter(|_| k < 3) {
        return Err(refusal);
    }
    definite(&polychoric.correlations)?;
    omega_total(&polychoric.correlations)
}

fn definite(correlations: &CovarianceMatrix) -> Result<(), Refusal> {
    inverse(correlations)
        .map(|_| ())
        .map_err(|_| Refusal::NotPositiveDefinite)
}

/// One item as steps.
struct Steps {
    /// Per row: which answer, from the lowest on.
    step: Vec<Option<usize>>,
    thresholds: Vec<f64>,
}

impl Steps {
    fn of(answers: &Answers, rows: &[usize], item: usize) -> Result<Self, Refusal> {
        let given: Vec<Option<f64>> = rows.iter().map(|&row| answers.answer(row, item)).collect();
        let mut options: Vec<f64> = Vec::new();
        for answer in given.iter().flatten() {
            if let Err(place) = options.binary_search_by(|option| option.total_cmp(answer)) {
                if options.len() == MOST_OPTIONS {
                    return Err(Refusal::TooManyOptions);
                }
                options.insert(place, *answer);
            }
        }
        if options.len() < 2 {
            return Err(if options.is_empty() {
                Undefined::TooFewUnits.into()
            } else {
                Undefined::NoVariation.into()
            });
        }
        let step: Vec<Option<usize>> = given
            .iter()
            .map(|answer| options.iter().position(|option| Some(*option) == *answer))
            .collect();
        let mut counts = vec![0_usize; options.len()];
        for step in step.iter().flatten() {
            counts[*step] += 1;
        }
        let all: usize = counts.iter().sum();
        let mut below = 0;
        let thresholds = counts[..counts.len() - 1].iter().map(|count| {
            below += count;
            // From the nearer end, where the share is not rounded.
            if 2 * below <= all {
                quantile(below as f64 / all as f64)
            } else {
                -quantile((all - below) as f64 / all as f64)
            }
        });
        Ok(Self {
            thresholds: thresholds.collect(),
            step,
        })
    }
}

/// The z below which a share up to a half of the standard normal lies.
fn quantile(share: f64) -> f64 {
    let mut z = -std::f64::consts::SQRT_2 * erfc_inv(2.0 * share);
    for _ in 0..2 {
        z -= (normal_cdf(z) - share) / ((-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt());
    }
    z
}

/// How often each pair of answers was given, between ends that lie at infinity.
struct Table {
    counts: Vec<f64>,
    total: usize,
    /// With both ends.
    lines: Vec<f64>,
    columns: Vec<f64>,
}

impl Table {
    fn of(a: &Steps, b: &Steps) -> Self {
        let with_ends = |thresholds: &[f64]| {
            let mut ends = vec![f64::NEG_INFINITY];
            ends.extend_from_slice(thresholds);
            ends.push(f64::INFINITY);
            ends
        };
        let (lines, columns) = (with_ends(&a.thresholds), with_ends(&b.thresholds));
        let across = columns.len() - 1;
        let mut counts = vec![0.0; (lines.len() - 1) * across];
        let mut total = 0;
        for pair in a.step.iter().zip(&b.step) {
            if let (Some(x), Some(y)) = pair {
                counts[x * across + y] += 1.0;
                total += 1;
            }
        }
        Self {
            counts,
            total,
            lines,
            columns,
        }
    }

    /// The slope of the log-likelihood, and what its second derivative is on average, less its sign.
    fn slope(&self, r: f64) -> (f64, f64) {
        let across = self.columns.len();
        let corners: Vec<(f64, f64)> = self
            .lines
            .iter()
            .flat_map(|&h| {
                self.columns
                    .iter()
                    .map(move |&k| (cdf(h, k, r), density(h, k, r)))
            })
            .collect();
        let (mut slope, mut information) = (0.0, 0.0);
        let all: f64 = self.counts.iter().sum();
        for x in 0..self.lines.len() - 1 {
            for y in 0..across - 1 {
                let [low, left, up, here] = [
                    x * across + y,
                    x * across + y + 1,
                    (x + 1) * across + y,
                    (x + 1) * across + y + 1,
                ]
                .map(|place| corners[place]);
                let share = here.0 - up.0 - left.0 + low.0;
                let growth = here.1 - up.1 - left.1 + low.1;
                let count = self.counts[x * (across - 1) + y];
                if share > 1e-13 {
                    slope += count * growth / share;
                    information += all * growth * growth / share;
                } else if count > 0.0 {
                    // What was answered could hardly have been: the correlation is too far out.
                    return (-r.signum() * f64::INFINITY, 1.0);
                }
            }
        }
        (slope, information)
    }

    fn correlation(&self) -> Result<f64, Refusal> {
        let (mut low, mut high) = (-1.0_f64, 1.0_f64);
        let mut r = 0.0;
        for _ in 0..MOST_STEPS {
            let (slope, information) = self.slope(r);
            if slope == 0.0 {
                return Ok(r);
            }
            if slope > 0.0 {
                low = r;
            } else {
                high = r;
            }
            if low >= EDGE || high <= -EDGE {
                return Err(Refusal::EmptyCorner);
            }
            let newton = r + slope / information;
            let next = if newton > low && newton < high {
                newton
            } else {
                0.5 * (low + high)
            };
            if !next.is_finite() {
                return Err(Undefined::NoConvergence.into());
            }
            if (next - r).abs() < 1e-13 || high - low < 1e-13 {
                return Ok(next);
            }
            r = next;
        }
        Err(Undefined::NoConvergence.into())
    }
}
