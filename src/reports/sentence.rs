//! What may be said of a comparison, in a sentence in the manner of the APA, in Dutch and in English.
//!
//! A sentence never says that there is no effect. Where a difference was not shown it says which differences the data exclude,
//! and how large one had to be for so few schools to show it.

use fluent_bundle::FluentArgs;
use schakel_analysis::multilevel::TeamMean;

use crate::evaluation::all_schools::AllSchools;
use crate::evaluation::findings::{Contrast, ContrastTest};
use crate::evaluation::plan_lock::{Basis, PlanStanding};
use crate::locale::Words;

use super::scale_words;

/// A number with its sign, as a table has it.
pub fn number(w: Words, value: f64, decimals: usize) -> String {
    w.decimal(value, decimals).replace('-', "\u{2212}")
}

/// A number that cannot be beyond one: without the nought before the sign.
pub fn share(w: Words, value: f64, decimals: usize) -> String {
    let text = number(w, value, decimals);
    if value.abs() >= 1.0 || text.trim_start_matches('\u{2212}').starts_with('1') {
        return text;
    }
    text.replacen('0', "", 1)
}

/// A p-value with its sign: `= .042`, `< .001`, `> .999`.
pub fn probability(w: Words, p: f64) -> String {
    if p < 0.001 {
        format!("< {}", share(w, 0.001, 3))
    } else if p > 0.999 {
        format!("> {}", share(w, 0.999, 3))
    } else {
        format!("= {}", share(w, p, 3))
    }
}

/// A smallest number that can be seen, never rounded below it.
pub fn at_least(value: f64) -> f64 {
    (value * 100.0 - 1e-9).ceil() / 100.0
}

/// Two ends, as a text.
pub fn interval(w: Words, (lower, upper): (f64, f64), decimals: usize) -> String {
    w.t2(
        "sentence-interval",
        "lower",
        number(w, lower, decimals),
        "upper",
        number(w, upper, decimals),
    )
}

/// The same of correlations.
pub fn share_interval(w: Words, (lower, upper): (f64, f64), decimals: usize) -> String {
    w.t2(
        "sentence-interval",
        "lower",
        share(w, lower, decimals),
        "upper",
        share(w, upper, decimals),
    )
}

/// What may be said of this comparison of the groups. `name` is the outcome in words. A mean that hardly stands for its team
/// is not told without saying so.
pub fn contrast(w: Words, name: &str, row: &Contrast, standing: &PlanStanding) -> String {
    let said = compared(w, name, row, standing);
    match team_mean(w, row) {
        Some(care) if row.team_mean.as_deref() != Some(TeamMean::Aggregate.name()) => {
            format!("{said} {care}")
        }
        _ => said,
    }
}

/// Whether the mean of a team may be formed, in words; none where there is no such mean.
pub fn team_mean(w: Words, row: &Contrast) -> Option<String> {
    let verdict = row.team_mean.as_deref()?;
    Some(w.t(&format!("sentence-team-mean-{verdict}")))
}

fn compared(w: Words, name: &str, row: &Contrast, standing: &PlanStanding) -> String {
    let test = match (&row.difference, &row.test) {
        (Ok(_), Some(test)) => test,
        (Err(why), _) => {
            return w.t2(
                "sentence-undefined",
                "name",
                name,
                "why",
                scale_words::why(w, *why),
            );
        }
        (Ok(_), None) => return w.t2("sentence-undefined", "name", name, "why", ""),
    };
    let statistics = statistics(w, test);
    let mut args = FluentArgs::new();
    args.set("name", name);
    args.set("high", row.n_high);
    args.set("low", row.n_low);
    args.set("statistics", statistics);
    let margin = standing.equivalence_margin;
    let mut said = match test.verdict.as_str() {
        "different" if row.difference.is_ok_and(|difference| difference < 0.0) => {
            w.with("sentence-lower", &args)
        }
        "different" => w.with("sentence-higher", &args),
        "equivalent" => {
            args.set("margin", number(w, margin.unwrap_or(f64::NAN), 2));
            w.with("sentence-equivalent", &args)
        }
        _ => w.with("sentence-cannot-tell", &args),
    };
    let mut add = |text: String| {
        said.push(' ');
        said.push_str(&text);
    };
    if test.verdict == "different" {
        if is_small(test, margin) {
            let shown = number(w, margin.unwrap_or_default(), 2);
            add(w.t1("sentence-small", "margin", shown));
        }
        return said;
    }
    if let Some(excluded) = excluded(w, test) {
        add(excluded);
    }
    if let Some(unseen) = unseen(w, test).filter(|_| test.verdict != "equivalent") {
        add(unseen);
    }
    said
}

/// A difference that was shown, and lies within what was called too small to matter.
fn is_small(test: &ContrastTest, margin: Option<f64>) -> bool {
    margin
        .zip(test.g_interval_90)
        .is_some_and(|(margin, (lower, upper))| -margin < lower && upper < margin)
}

/// g with its interval and the p-value of the verdict.
pub fn statistics(w: Words, test: &ContrastTest) -> String {
    let mut parts = Vec::new();
    if let Some((g, ends)) = test.hedges_g.zip(test.g_interval) {
        let shown = number(w, g, 2);
        parts.push(w.t2("sentence-g", "g", shown, "interval", interval(w, ends, 2)));
    }
    let exact = if test.p_method == "exact" {
        w.t("sentence-exact")
    } else {
        w.t("sentence-sampled")
    };
    let raw = probability(w, test.p_value);
    parts.push(w.t2("sentence-p", "p", raw, "method", exact));
    if test.adjusted_by != "none" && !test.adjusted_by.is_empty() {
        let adjusted = probability(w, test.p_verdict);
        let by = adjusted_by(w, test);
        parts.push(w.t2("sentence-adjusted", "p", adjusted, "by", by));
    }
    parts.join(", ")
}

/// How the p-value of the verdict allows for the other outcomes.
pub fn adjusted_by(w: Words, test: &ContrastTest) -> String {
    match test.adjusted_by.as_str() {
        "max_t" => w.t("sentence-max-t"),
        "holm" => w.t("sentence-holm"),
        "bh" => w.t("sentence-bh"),
        _ => w.t("sentence-unadjusted"),
    }
}

/// Which differences the data exclude, in g and in units of the outcome.
pub fn excluded(w: Words, test: &ContrastTest) -> Option<String> {
    let (lower, upper) = test.g_interval_90?;
    let mut args = FluentArgs::new();
    args.set("lower", number(w, lower, 2));
    args.set("upper", number(w, upper, 2));
    Some(match test.difference_interval_90 {
        Some((from, to)) => {
            args.set("from", number(w, from, 3));
            args.set("to", number(w, to, 3));
            w.with("sentence-excluded-in-units", &args)
        }
        None => w.with("sentence-excluded", &args),
    })
}

/// Which differences so few schools could not have shown.
pub fn unseen(w: Words, test: &ContrastTest) -> Option<String> {
    let d = number(w, at_least(test.detectable_d?), 2);
    Some(match test.detectable_difference {
        Some(units) => w.t2(
            "sentence-unseen-in-units",
            "d",
            d,
            "units",
            number(w, units, 3),
        ),
        None => w.t1("sentence-unseen", "d", d),
    })
}

/// What may be said of the relation with the effect over all schools.
pub fn all_schools(w: Words, row: &AllSchools) -> String {
    let mut args = FluentArgs::new();
    args.set("n", row.n_schools);
    let found = match &row.relation_with_effect {
        Ok(found) => found,
        Err(why) => {
            args.set("why", scale_words::why(w, *why));
            return w.with("sentence-all-undefined", &args);
        }
    };
    args.set("r", share(w, found.r, 2));
    args.set("interval", share_interval(w, found.r_interval, 2));
    args.set("p", probability(w, found.p_holm.unwrap_or(found.p_value)));
    if found.verdict == "related" {
        return w.with("sentence-all-related", &args);
    }
    let (lower, upper) = found.r_interval_90;
    args.set("lower", share(w, lower, 2));
    args.set("upper", share(w, upper, 2));
    match row.detectable_r {
        Some(detectable) => {
            args.set("detectable", share(w, at_least(detectable), 2));
            w.with("sentence-all-cannot-tell", &args)
        }
        None => w.with("sentence-all-cannot-tell-few", &args),
    }
}

/// What shows that the plan was there before the data, and every departure from it that bears on the tests.
pub fn plan_standing(w: Words, standing: &PlanStanding) -> String {
    let on = standing.locked_on.as_deref().unwrap_or_default();
    let before = standing.waves_before.join(", ");
    let after = standing.waves_after.join(", ");
    let said = match standing.basis {
        Basis::None => return w.t("sentence-no-plan"),
        Basis::Design => return w.t("sentence-plan-of-design"),
        Basis::Locked => {
            let mut args = FluentArgs::new();
            args.set("on", on);
            args.set("before", before.as_str());
            args.set("after", after.as_str());
            match (before.is_empty(), after.is_empty()) {
                (_, true) => w.with("sentence-locked-late", &args),
                (true, false) => w.with("sentence-locked-first", &args),
                (false, false) => w.with("sentence-locked", &args),
            }
        }
    };
    let listed: Vec<String> = deviations(w, standing);
    if listed.is_empty() {
        return format!("{said} {}", w.t("sentence-no-deviations"));
    }
    let n = listed.len();
    format!(
        "{said} {} {}.",
        w.t1("sentence-deviations", "n", n),
        listed.join("; ")
    )
}

/// One text per departure from the locked plan.
pub fn deviations(w: Words, standing: &PlanStanding) -> Vec<String> {
    let told = standing.deviations.iter().map(|deviation| {
        let mut args = FluentArgs::new();
        args.set("field", deviation.field.as_str());
        args.set("locked", deviation.locked.as_str());
        args.set("used", deviation.used.as_str());
        if deviation.bears_on_tests {
            w.with("sentence-deviation", &args)
        } else {
            w.with("sentence-deviation-beside", &args)
        }
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use schakel_analysis::outcome::Undefined;

    use super::*;
    use crate::domain::language::Language;
    use crate::evaluation::all_schools::Relation;
    use crate::evaluation::plan_lock::{Deviation, Standing};

    const EN: Words = Words(Language::En);
    const NL: Words = Words(Language::Nl);

    fn row(g: f64, g_interval: (f64, f64), g_interval_90: (f64, f64), verdict: &str) -> Contrast {
        Contrast {
            outcome: "culture".into(),
            wave: "T3".into(),
            relation: String::new(),
            is_change: false,
            standing: Standing::Planned,
            n_high: 10,
            n_low: 10,
            mean_high: Some(4.0),
            mean_low: Some(3.0),
            difference: Ok(g * 0.5),
            test: Some(ContrastTest {
                p_value: 0.0423,
                p_method: "exact".into(),
                n_assignments: 184_756,
                p_max_t: Some(0.21),
                p_holm: Some(0.42),
                p_bh: Some(0.1),
                p_verdict: 0.21,
                adjusted_by: "max_t".into(),
                difference_interval: Some((g_interval.0 * 0.5, g_interval.1 * 0.5)),
                difference_interval_90: Some((g_interval_90.0 * 0.5, g_interval_90.1 * 0.5)),
                hedges_g: Some(g),
                g_interval: Some(g_interval),
                g_interval_90: Some(g_interval_90),
                d_interval_90: None,
                detectable_d: Some(1.3249),
                detectable_difference: Some(0.66),
                verdict: verdict.into(),
            }),
            in_family: true,
            team_mean: None,
        }
    }

    fn standing(margin: Option<f64>) -> PlanStanding {
        PlanStanding {
            equivalence_margin: margin,
            ..PlanStanding::default()
        }
    }

    #[test]
    fn numbers_are_in_the_manner_of_the_apa() {
        assert_eq!(probability(EN, 0.0423), "= .042");
        assert_eq!(probability(NL, 0.0423), "= ,042");
        assert_eq!(probability(EN, 0.0), "< .001");
        assert_eq!(probability(NL, 1.0), "> ,999");
        assert_eq!(share(EN, -0.123, 2), "\u{2212}.12");
        assert_eq!(share(EN, 0.999, 2), "1.00");
        assert_eq!(share(EN, 0.0, 2), ".00");
        assert_eq!(share(NL, 0.107, 2), ",11");
        assert_eq!(interval(NL, (-0.5, 10.0), 2), "[\u{2212}0,50; 10,00]");
        assert_eq!(interval(EN, (-0.5, 10.0), 2), "[\u{2212}0.50, 10.00]");
    }

    #[test]
    fn an_inconclusive_result_says_what_it_excludes_and_could_not_see() {
        let unclear = row(0.12, (-0.76, 1.0), (-0.61, 0.86), "cannot_tell");
        let said = contrast(EN, "school culture", &unclear, &standing(None));
        assert_eq!(
            said,
            "One cannot tell whether school culture differs between the 10 schools of the high and the 10 of the low group: g = 0.12, \
             95% CI [\u{2212}0.76, 1.00], p = .042 (exact), p = .210 adjusted for the other comparisons (maxT). The data exclude \
             differences beyond g = \u{2212}0.61 and g = 0.86 (in its own units \u{2212}0.305 and 0.430). This comparison could not \
             have been relied on to see a difference smaller than d = 1.33 (in its own units 0.660): one of that size is found in \
             four out of five such comparisons."
        );
        let said = contrast(NL, "schoolcultuur", &unclear, &standing(None));
        assert!(
            said.starts_with("Niet te zeggen is of schoolcultuur verschilt")
                && said.contains("95%-BI [\u{2212}0,76; 1,00], p = ,042 (exact)")
                && said.contains("d = 1,33"),
            "{said}"
        );
        for (w, never) in [
            (EN, ["no effect", "no difference", "not significant"]),
            (NL, ["geen effect", "geen verschil", "niet significant"]),
        ] {
            for verdict in ["cannot_tell", "equivalent", "different"] {
                let row = row(0.12, (-0.76, 1.0), (-0.61, 0.86), verdict);
                let said = contrast(w, "x", &row, &standing(Some(0.9))).to_lowercase();
                assert!(never.iter().all(|words| !said.contains(words)), "{said}");
            }
        }
    }

    #[test]
    fn the_other_verdicts() {
        let higher = row(1.85, (0.77, 2.9), (0.94, 2.73), "different");
        let said = contrast(EN, "school culture", &higher, &standing(Some(0.5)));
        assert!(
            said.starts_with("School culture is higher")
                || said.starts_with("school culture is higher"),
            "{said}"
        );
        assert!(!said.contains("exclude"), "{said}");
        let lower = row(-1.85, (-2.9, -0.77), (-2.73, -0.94), "different");
        assert!(contrast(EN, "x", &lower, &standing(None)).contains("is lower"));
        let small = row(0.2, (0.02, 0.38), (0.05, 0.35), "different");
        assert!(contrast(EN, "x", &small, &standing(Some(0.5))).contains("smaller than"));
        assert!(!contrast(EN, "x", &small, &standing(None)).contains("smaller than"));
        let same = row(0.02, (-0.3, 0.34), (-0.25, 0.29), "equivalent");
        let said = contrast(NL, "x", &same, &standing(Some(0.5)));
        assert!(
            said.contains("\u{b1}0,50") && said.contains("gelijkwaardig"),
            "{said}"
        );
        let none = Contrast {
            difference: Err(Undefined::NoVariation),
            test: None,
            ..same
        };
        assert!(contrast(EN, "x", &none, &standing(None)).contains("all values are equal"));
    }

    #[test]
    fn over_all_schools_and_the_plan() {
        let mut all = AllSchools {
            outcome: "culture".into(),
            wave: "T3".into(),
            relation: String::new(),
            standing: Standing::Planned,
            n_schools: 53,
            n_cohorts: 1,
            relation_with_effect: Ok(Relation {
                slope: 0.5,
                slope_interval: (-1.0, 2.0),
                slope_per_sd: 0.2,
                se: 0.7,
                t: 0.7,
                df: 51.0,
                p_value: 0.72,
                p_holm: None,
                r: 0.05,
                r_interval: (-0.22, 0.32),
                r_interval_90: (-0.18, 0.28),
                tau2: 1.0,
                verdict: "cannot_tell".into(),
            }),
            detectable_r: Some(0.376),
        };
        let said = all_schools(EN, &all);
        assert_eq!(
            said,
            "Over all 53 schools one cannot tell whether it goes with the effect: r = .05, 95% CI [\u{2212}.22, .32], p = .720. \
             Excluded are correlations beyond \u{2212}.18 and .28; one smaller than .38 could not have been relied on to show."
        );
        assert!(all_schools(NL, &all).contains("r = ,05"));
        all.relation_with_effect = Err(Undefined::TooFewUnits);
        assert!(all_schools(EN, &all).contains("too few schools"));
        assert!(all_schools(NL, &all).contains("te weinig scholen"));

        assert!(plan_standing(EN, &PlanStanding::default()).contains("exploratory"));
        let mut locked = PlanStanding {
            basis: Basis::Locked,
            locked_on: Some("2026-05-01".into()),
            waves_before: vec!["T1".into(), "T2a".into()],
            waves_after: vec!["T3".into()],
            ..PlanStanding::default()
        };
        let said = plan_standing(EN, &locked);
        assert!(
            said.contains("locked on 2026-05-01, before T3") && said.contains("no departure"),
            "{said}"
        );
        locked.deviations.push(Deviation {
            field: "alpha".into(),
            locked: "0.05".into(),
            used: "0.1".into(),
            bears_on_tests: true,
        });
        assert!(plan_standing(NL, &locked).contains("alpha (vastgelegd 0.05, gebruikt 0.1)"));
        locked.waves_after.clear();
        assert!(plan_standing(EN, &locked).contains("does not show"));
    }
}
