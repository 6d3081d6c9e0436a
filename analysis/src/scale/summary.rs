//! All that is said of a scale at once: reliability with its intervals, the items, and in words what a short scale cannot be asked.

use super::covariance::{Answers, Cases, covariance_matrix};
use super::item_analysis::{ItemAnalysis, item_analysis};
use super::omega::{Omega, omega_total};
use super::refusal::Refusal;
use super::reliability::{
    alpha, feldt_interval, lambda_six, mean_correlation, spearman_brown, standardised_alpha,
};
use crate::outcome::{Interval, Undefined};

/// All that is said of a scale at once.
#[derive(Debug, Clone, PartialEq)]
pub struct ScaleReliability {
    pub n_items: usize,
    pub n_rows: usize,
    /// Rows without an open item.
    pub n_complete: usize,
    pub alpha_pairwise: Result<f64, Undefined>,
    pub alpha_complete: Result<f64, Undefined>,
    /// Feldt's, around alpha over complete rows.
    pub alpha_interval: Result<Interval, Undefined>,
    /// Over the pairwise correlations, as the three below.
    pub standardised_alpha: Result<f64, Undefined>,
    pub mean_correlation: Result<f64, Undefined>,
    pub lambda_six: Result<f64, Undefined>,
    /// Over complete rows, one factor by maximum likelihood; its interval is [`super::bootstrap::cluster_bootstrap`]'s.
    pub omega: Result<Omega, Refusal>,
    /// For a scale of two items, over complete rows.
    pub spearman_brown: Result<f64, Refusal>,
    /// By pairs, for four items or more.
    pub items: Result<ItemAnalysis, Refusal>,
}

/// All that is said of a scale at once: how reliable it is, what each item adds, and in words what cannot be said.
///
/// # Definition
/// the functions of this folder on the same answers
/// # Shape and unit
/// each entry beside its reason where it does not exist. Items worded against the scale are reversed beforehand
/// # Missing
/// beside each entry
/// # Undefined
/// never as a whole: every entry has its own reason
/// # Source
/// beside each function
/// # Agrees with
/// beside each function
/// # Cost
/// O(rows items^2 + items^3)
pub fn scale_reliability(answers: &Answers, confidence: f64) -> ScaleReliability {
    let pairwise = covariance_matrix(answers, Cases::Pairwise);
    let complete = covariance_matrix(answers, Cases::Complete);
    let (by_pairs, by_rows) = (
        pairwise.as_ref().map_err(|r| *r),
        complete.as_ref().map_err(|r| *r),
    );
    let alpha_complete = by_rows.and_then(alpha);
    let n_complete = answers.n_complete();
    ScaleReliability {
        n_items: answers.n_items(),
        n_rows: answers.n_rows(),
        n_complete,
        alpha_pairwise: by_pairs.and_then(alpha),
        alpha_complete,
        alpha_interval: alpha_complete
            .and_then(|alpha| feldt_interval(alpha, n_complete, answers.n_items(), confidence)),
        standardised_alpha: by_pairs.and_then(standardised_alpha),
        mean_correlation: by_pairs.and_then(mean_correlation),
        lambda_six: by_pairs.and_then(lambda_six),
        omega: by_rows.map_err(Refusal::from).and_then(omega_total),
        spearman_brown: by_rows.map_err(Refusal::from).and_then(spearman_brown),
        items: item_analysis(answers, Cases::Pairwise),
    }
}
