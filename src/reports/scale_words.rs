//! Words of scales for pages, in Dutch and in English: numbers with their intervals, why a number is not there, and what a
//! verdict on team means rests on.

use fluent_bundle::FluentArgs;
use schakel_analysis::multilevel::{
    AggregationCriterion, AggregationRule, Check, Icc1Rule, TeamMean, aggregation,
};
use schakel_analysis::outcome::Undefined;
use schakel_analysis::scale::Refusal;

use crate::evaluation::findings::{ScaleMeasure, Value};
use crate::evaluation::scale_quality::HEYWOOD;
use crate::locale::Words;

/// A number with what stands below it, or in words why there is none. Never empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    pub value: String,
    pub small: String,
    /// `value` is words, not a number.
    pub refused: bool,
}

impl Told {
    pub fn number(value: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            ..Self::default()
        }
    }

    pub fn refused(why: impl Into<String>) -> Self {
        Self {
            value: why.into(),
            refused: true,
            ..Self::default()
        }
    }
}

/// How a measure is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Decimals(usize),
    Percent,
    Count,
    Probability,
}

/// A number with its sign, as a table has it.
pub fn number(w: Words, value: f64, form: Form) -> String {
    match form {
        Form::Decimals(decimals) => w.decimal(value, decimals).replace('-', "\u{2212}"),
        Form::Percent => format!("{}\u{a0}%", w.decimal(100.0 * value, 1)),
        Form::Count => w.decimal(value, 0),
        Form::Probability if value < 0.001 => format!("< {}", w.decimal(0.001, 3)),
        Form::Probability => w.decimal(value, 3),
    }
}

pub fn interval(w: Words, row: &ScaleMeasure) -> Option<String> {
    let ends = Form::Decimals(2);
    Some(w.t2(
        "scales-interval",
        "lower",
        number(w, row.lower?, ends),
        "upper",
        number(w, row.upper?, ends),
    ))
}

/// Why a number does not exist.
pub fn why(w: Words, reason: Undefined) -> String {
    let key = format!("scales-why-{}", reason.name());
    let said = w.t(&key);
    if said == key {
        reason.to_string()
    } else {
        said
    }
}

/// One row of the findings; a row that is not there is one that an earlier version did not compute.
pub fn told(w: Words, row: Option<&ScaleMeasure>, n_items: usize, form: Form) -> Told {
    let Some(row) = row else {
        return Told::refused(w.t("scales-why-not-kept"));
    };
    match row.value {
        Err(reason) => Told::refused(refusal(w, row, reason, n_items)),
        Ok(value) => Told {
            value: number(w, value, form),
            small: match row.reason.as_deref() {
                Some(HEYWOOD) => w.t("scales-heywood"),
                _ => interval(w, row).unwrap_or_default(),
            },
            refused: false,
        },
    }
}

/// A reason with the way out, where there is one.
fn refusal(w: Words, row: &ScaleMeasure, reason: Undefined, n_items: usize) -> String {
    let own = row.reason.is_some();
    match row.measure.as_str() {
        "omega_total" | "item_rest" | "alpha_if_dropped" | "spearman_brown" if own => {
            let refusal = Refusal::of_short_scale(n_items);
            w.t(match refusal {
                Some(Refusal::OneItem) => "scales-why-one-item",
                Some(Refusal::TwoItems) => "scales-why-two-items",
                Some(Refusal::ThreeItems) => "scales-why-three-items",
                _ => return why(w, reason),
            })
        }
        "straight_lining" | "reverse_inconsistency" if own => w.t("scales-why-one-direction"),
        measure if own && measure.starts_with("rwg_j") => w.t("scales-why-no-null"),
        _ => why(w, reason),
    }
}

/// The verdict in a few words.
pub fn verdict(w: Words, verdict: TeamMean) -> String {
    w.t(match verdict {
        TeamMean::Aggregate => "scales-verdict-aggregate",
        TeamMean::AggregateWithCare => "scales-verdict-with-care",
        TeamMean::DoNotAggregate => "scales-verdict-not",
    })
}

/// What a verdict is made from.
#[derive(Debug, Clone, Copy)]
pub struct Grounds {
    pub icc_1: Value,
    pub p_value: Value,
    pub icc_2: Value,
    pub median_r_wg_j: Value,
}

/// One sentence on what the verdict rests on; none where these are not its grounds.
pub fn because(w: Words, kept: TeamMean, grounds: &Grounds) -> Option<String> {
    let Grounds {
        icc_1,
        p_value,
        icc_2,
        median_r_wg_j,
    } = *grounds;
    let rule = AggregationRule::default();
    let judged = aggregation(icc_1, p_value, icc_2, median_r_wg_j, &rule);
    if judged.verdict != kept {
        return None;
    }
    let [differ, others @ ..] = &judged.checks;
    if !differ.met {
        return Some(match (icc_1, p_value) {
            (Ok(icc_1), Ok(p)) => {
                let mut args = FluentArgs::new();
                args.set("icc", number(w, icc_1, Form::Decimals(2)));
                args.set("p", probability(w, p));
                w.with("scales-because-not-shown", &args)
            }
            (Err(reason), _) | (_, Err(reason)) => {
                w.t1("scales-because-unknown", "why", why(w, reason))
            }
        });
    }
    let missed: Vec<String> = others
        .iter()
        .filter(|check| !check.met)
        .map(|check| missed(w, check))
        .collect();
    Some(match missed.as_slice() {
        [] => w.t("scales-because-all"),
        [one] => w.t1("scales-because-but", "what", one.as_str()),
        [one, other, ..] => w.t2(
            "scales-because-but-both",
            "one",
            one.as_str(),
            "other",
            other.as_str(),
        ),
    })
}

/// A p-value with its sign.
fn probability(w: Words, p: f64) -> String {
    let text = number(w, p, Form::Probability);
    match text.strip_prefix("< ") {
        Some(below) => format!("<\u{a0}{below}"),
        None => format!("=\u{a0}{text}"),
    }
}

/// A criterion that is not met, as the part of a sentence.
fn missed(w: Words, check: &Check) -> String {
    let means = check.criterion == AggregationCriterion::Icc2;
    match check.value {
        Ok(value) => w.t2(
            if means {
                "scales-missed-reliable"
            } else {
                "scales-missed-agreed"
            },
            "value",
            number(w, value, Form::Decimals(2)),
            "asked",
            number(w, check.threshold, Form::Decimals(2)),
        ),
        Err(reason) => w.t1(
            if means {
                "scales-missed-reliable-unknown"
            } else {
                "scales-missed-agreed-unknown"
            },
            "why",
            why(w, reason),
        ),
    }
}

/// What is asked of a team mean, in words.
pub fn rule(w: Words) -> String {
    let rule = AggregationRule::default();
    let (Icc1Rule::PValueBelow(differ) | Icc1Rule::AtLeast(differ)) = rule.icc_1;
    let mut args = FluentArgs::new();
    for (name, threshold) in [
        ("p", differ),
        ("reliable", rule.icc_2),
        ("agreed", rule.median_r_wg_j),
    ] {
        args.set(name, number(w, threshold, Form::Decimals(2)));
    }
    w.with("scales-rule", &args)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::language::Language;

    const EN: Words = Words(Language::En);
    const NL: Words = Words(Language::Nl);

    fn row(measure: &str, value: Value, reason: Option<&str>) -> ScaleMeasure {
        ScaleMeasure {
            scale: "s".into(),
            wave: "T1".into(),
            group: String::new(),
            measure: measure.into(),
            value,
            lower: Some(-0.1),
            upper: Some(0.456),
            n: 4,
            item: None,
            option: None,
            from: None,
            verdict: None,
            reason: reason.map(str::to_owned),
        }
    }

    #[test]
    fn every_reason_is_said_in_both_languages() {
        for reason in Undefined::ALL {
            let (nl, en) = (why(NL, reason), why(EN, reason));
            assert_ne!(nl, en, "{}", reason.name());
            assert_ne!(nl, reason.to_string(), "{} has Dutch words", reason.name());
        }
    }

    #[test]
    fn numbers_and_refusals_are_never_empty() {
        let two = Form::Decimals(2);
        let found = told(NL, Some(&row("icc_1", Ok(-0.046), None)), 4, two);
        assert_eq!(
            (found.value.as_str(), found.small.as_str(), found.refused),
            ("\u{2212}0,05", "[\u{2212}0,10; 0,46]", false)
        );
        let heywood = told(
            EN,
            Some(&row("omega_total", Ok(0.8), Some(HEYWOOD))),
            4,
            two,
        );
        assert_eq!(heywood.small, EN.t("scales-heywood"));
        for (measure, n_items, key) in [
            ("omega_total", 1, "scales-why-one-item"),
            ("omega_total", 2, "scales-why-two-items"),
            ("item_rest", 3, "scales-why-three-items"),
            ("omega_total", 5, "scales-why-too_few_items"),
            ("straight_lining", 5, "scales-why-one-direction"),
            ("rwg_j_median", 5, "scales-why-no-null"),
        ] {
            let row = row(measure, Err(Undefined::TooFewItems), Some("words"));
            let said = told(NL, Some(&row), n_items, two);
            assert_eq!((said.value, said.refused), (NL.t(key), true), "{measure}");
        }
        assert_eq!(told(EN, None, 4, two).value, EN.t("scales-why-not-kept"));
        assert_eq!(number(NL, 0.0004, Form::Probability), "< 0,001");
        assert_eq!(number(EN, 0.0321, Form::Percent), "3.2\u{a0}%");
    }

    #[test]
    fn a_verdict_comes_with_its_grounds() {
        let grounds = |p: f64, icc_2: Value, median: Value| Grounds {
            icc_1: Ok(0.1),
            p_value: Ok(p),
            icc_2,
            median_r_wg_j: median,
        };
        let few = Err(Undefined::TooFewUnits);
        for (kept, of, parts) in [
            (
                TeamMean::Aggregate,
                grounds(0.01, Ok(0.8), Ok(0.9)),
                vec!["Scholen verschillen van elkaar"],
            ),
            (
                TeamMean::AggregateWithCare,
                grounds(0.0, Ok(0.604), Ok(0.9)),
                vec!["ICC(2) is 0,60", "0,70"],
            ),
            (
                TeamMean::AggregateWithCare,
                grounds(0.01, Ok(0.8), few),
                vec!["niet te bepalen", &why(NL, Undefined::TooFewUnits)],
            ),
            (
                TeamMean::DoNotAggregate,
                grounds(0.01, Ok(0.5), Ok(0.6)),
                vec!["0,50", "0,60"],
            ),
            (
                TeamMean::DoNotAggregate,
                grounds(0.23, Ok(0.8), Ok(0.9)),
                vec!["niet aangetoond", "p\u{a0}=\u{a0}0,230", "0,10"],
            ),
        ] {
            let said = because(NL, kept, &of).expect("these are its grounds");
            for part in parts {
                assert!(said.contains(part), "`{part}` in `{said}`");
            }
            assert!(because(EN, kept, &of).is_some_and(|en| en != said));
        }
        let unknown = Grounds {
            icc_1: few,
            p_value: few,
            icc_2: few,
            median_r_wg_j: Ok(0.9),
        };
        let said = because(NL, TeamMean::DoNotAggregate, &unknown).expect("judged so");
        assert!(said.contains(&why(NL, Undefined::TooFewUnits)), "{said}");
        assert_eq!(because(NL, TeamMean::Aggregate, &unknown), None);
    }
}
