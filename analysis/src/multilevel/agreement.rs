//! Whether the answers of a team may be taken together as the answer of the team.

use crate::outcome::Undefined;

/// What has to hold before a team mean is formed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AggregationRule {
    /// What is asked of ICC(1).
    pub icc_1: Icc1Rule,
    /// The least ICC(2).
    pub icc_2: f64,
    /// The least median of r_wg(j) over the teams.
    pub median_r_wg_j: f64,
}

/// How ICC(1) is judged: by its test or by its size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Icc1Rule {
    /// The F test has a p-value below this.
    PValueBelow(f64),
    /// The estimate is at least this.
    AtLeast(f64),
}

impl Default for AggregationRule {
    fn default() -> Self {
        Self {
            icc_1: Icc1Rule::PValueBelow(0.05),
            icc_2: 0.70,
            median_r_wg_j: 0.70,
        }
    }
}

/// Whether a team mean may be formed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TeamMean {
    /// Teams differ, their members agree, and the means are reliable.
    Aggregate,
    /// Teams differ, but either the means are unreliable or the members of many teams disagree.
    AggregateWithCare,
    /// Team means say little or nothing about teams.
    DoNotAggregate,
}

impl TeamMean {
    /// Every verdict, in the order of the declaration.
    pub const ALL: [Self; 3] = [
        Self::Aggregate,
        Self::AggregateWithCare,
        Self::DoNotAggregate,
    ];

    /// The name that files carry.
    pub fn name(self) -> &'static str {
        match self {
            Self::Aggregate => "aggregate",
            Self::AggregateWithCare => "aggregate_with_care",
            Self::DoNotAggregate => "do_not_aggregate",
        }
    }

    /// The verdict that carries this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.name() == name)
    }
}

/// One of the things that were asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Criterion {
    /// The p-value of ICC(1).
    Icc1PValue,
    /// The size of ICC(1).
    Icc1,
    Icc2,
    MedianRwgJ,
}

impl Criterion {
    /// The name that files carry.
    pub fn name(self) -> &'static str {
        match self {
            Self::Icc1PValue => "icc_1_p_value",
            Self::Icc1 => "icc_1",
            Self::Icc2 => "icc_2",
            Self::MedianRwgJ => "rwg_j_median",
        }
    }
}

/// What was found beside what was asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Check {
    pub criterion: Criterion,
    pub value: Result<f64, Undefined>,
    pub threshold: f64,
    pub met: bool,
}

/// The verdict, with everything it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Aggregation {
    pub verdict: TeamMean,
    /// ICC(1), ICC(2), median r_wg(j), in this order.
    pub checks: [Check; 3],
}

/// Whether the answers of teachers may be taken together as the answer of their team.
///
/// # Definition
/// three checks: ICC(1) by its p-value or size, ICC(2), median r_wg(j). All met: aggregate. ICC(1) and one of the others met: aggregate with care. Else,
/// thus always where teams cannot be shown to differ: do not aggregate. A value that does not exist is not met
/// # Shape and unit
/// a verdict with its three checks
/// # Missing
/// as in the indices
/// # Undefined
/// never: what cannot be computed counts against forming a mean, and is passed on with its reason
/// # Source
/// thresholds usual in the field: Bliese (2000), in Klein & Kozlowski, Multilevel theory, 349-381; LeBreton & Senter (2008), Organizational Research Methods 11,
/// 815-852. How the three are weighed is a convention of this project
/// # Agrees with
/// nothing: a rule, not an estimate
/// # Cost
/// O(1)
pub fn aggregation(
    icc_1: Result<f64, Undefined>,
    icc_1_p_value: Result<f64, Undefined>,
    icc_2: Result<f64, Undefined>,
    median_r_wg_j: Result<f64, Undefined>,
    rule: &AggregationRule,
) -> Aggregation {
    let at_least = |criterion, value: Result<f64, Undefined>, threshold| Check {
        criterion,
        value,
        threshold,
        met: value.is_ok_and(|value| value >= threshold),
    };
    let first = match rule.icc_1 {
        // A negative ICC(1) never has a small p-value: its F is below 1.
        Icc1Rule::PValueBelow(threshold) => Check {
            criterion: Criterion::Icc1PValue,
            value: icc_1_p_value,
            threshold,
            met: icc_1_p_value.is_ok_and(|p| p < threshold),
        },
        Icc1Rule::AtLeast(threshold) => at_least(Criterion::Icc1, icc_1, threshold),
    };
    let checks = [
        first,
        at_least(Criterion::Icc2, icc_2, rule.icc_2),
        at_least(Criterion::MedianRwgJ, median_r_wg_j, rule.median_r_wg_j),
    ];
    let verdict = match checks.map(|check| check.met) {
        [true, true, true] => TeamMean::Aggregate,
        [true, true, false] | [true, false, true] => TeamMean::AggregateWithCare,
        _ => TeamMean::DoNotAggregate,
    };
    Aggregation { verdict, checks }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_verdicts() {
        let none = Err(Undefined::TooFewUnits);
        let verdict = |p, icc_2, median| {
            aggregation(Ok(0.2), p, icc_2, median, &AggregationRule::default()).verdict
        };
        assert_eq!(verdict(Ok(0.01), Ok(0.7), Ok(0.7)), TeamMean::Aggregate);
        assert_eq!(
            verdict(Ok(0.01), Ok(0.69), Ok(0.9)),
            TeamMean::AggregateWithCare
        );
        assert_eq!(
            verdict(Ok(0.01), Ok(0.9), none),
            TeamMean::AggregateWithCare
        );
        assert_eq!(
            verdict(Ok(0.01), Ok(0.6), Ok(0.6)),
            TeamMean::DoNotAggregate
        );
        assert_eq!(
            verdict(Ok(0.05), Ok(0.9), Ok(0.9)),
            TeamMean::DoNotAggregate
        );
        assert_eq!(verdict(none, none, Ok(0.9)), TeamMean::DoNotAggregate);
        let by_size = AggregationRule {
            icc_1: Icc1Rule::AtLeast(0.05),
            ..AggregationRule::default()
        };
        let found = aggregation(Ok(0.05), Ok(0.5), Ok(0.8), Ok(0.8), &by_size);
        assert_eq!(found.verdict, TeamMean::Aggregate);
        assert_eq!(found.checks[0].criterion, Criterion::Icc1);
        for verdict in TeamMean::ALL {
            assert_eq!(TeamMean::from_name(verdict.name()), Some(verdict));
        }
    }
}
