//! The thresholds that figures are held to.

use crate::domain::study::StudyDesign;

/// The fewest people over whom an index of network structure is shown.
pub const SMALLEST_TEAM: usize = 8;

/// The fewest people over whom it is told how answers lie.
const DISTRIBUTION: usize = 10;

/// What the figures of a school are held to.
#[derive(Debug, Clone, PartialEq)]
pub struct TeamRules {
    /// The smallest number of people behind a figure.
    pub k: usize,
    /// The same for what is about the principal, whose own answers never count.
    pub k_principal: usize,
    /// The same for how answers lie, and for pupils.
    pub k_distribution: usize,
    /// The response rate under which nothing is said about structure.
    pub flag: f64,
    /// Roles held by one or two people: never a group of their own.
    pub single_roles: Vec<String>,
}

impl TeamRules {
    pub fn of(design: &StudyDesign) -> Self {
        let single = design.roles.iter().filter(|role| role.single);
        Self {
            k: design.disclosure.k,
            k_principal: design.disclosure.k_principal,
            k_distribution: design.disclosure.k_pupil.max(DISTRIBUTION),
            flag: design.response.flag,
            single_roles: single.map(|role| role.key.clone()).collect(),
        }
    }
}

impl Default for TeamRules {
    fn default() -> Self {
        Self {
            k: 5,
            k_principal: 7,
            k_distribution: DISTRIBUTION,
            flag: 0.60,
            single_roles: Vec::new(),
        }
    }
}
