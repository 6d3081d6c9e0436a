//! What a reader of a network study must be told, item by item, each answered from the options that ran or named as not
//! recorded.
//!
//! The items are in our own words. They draw on: boundary, Laumann, Marsden and Prensky (1983); how networks are asked,
//! Marsden (1990); missing answers, Stork and Richards (1992), Kossinets (2006), Huisman (2009); ethics, Borgatti and Molina
//! (2003, 2005); dependence of ties, Krackhardt (1988); networks of teachers, Moolenaar (2012).

use fluent_bundle::{FluentArgs, FluentValue};

use crate::domain::study::{Boundary, Feedback, Layout, Objection, Order};
use crate::evaluation::plan_lock::Basis;

use super::method::decimals;
use super::names::{measure, percent};
use super::networks::Networks;
use super::sentence;
use super::whole_study::{Collected, WholeStudy};

/// One thing that a reader must be told.
pub struct Item {
    pub asked: String,
    pub source: &'static str,
    pub answer: String,
    pub recorded: bool,
}

const LAUMANN: &str = "Laumann, Marsden & Prensky (1983)";
const MARSDEN: &str = "Marsden (1990)";
const MISSING: &str = "Stork & Richards (1992); Kossinets (2006); Huisman (2009)";
const ETHICS: &str = "Borgatti & Molina (2003, 2005)";
const WASSERMAN: &str = "Wasserman & Faust (1994)";
const KRACKHARDT: &str = "Krackhardt (1988)";
const TEACHERS: &str = "Moolenaar (2012)";

/// Key and source of every item, in the order in which they are told.
pub const ITEMS: [(&str, &str); 20] = [
    ("boundary", LAUMANN),
    ("actors", LAUMANN),
    ("generator", MARSDEN),
    ("wording", MARSDEN),
    ("direction", WASSERMAN),
    ("values", WASSERMAN),
    ("response", MISSING),
    ("missing", MISSING),
    ("two-reports", MARSDEN),
    ("measures", WASSERMAN),
    ("sampling", MISSING),
    ("waves", TEACHERS),
    ("panel", TEACHERS),
    ("levels", TEACHERS),
    ("dependence", KRACKHARDT),
    ("consent", ETHICS),
    ("objection", ETHICS),
    ("named", ETHICS),
    ("feedback", ETHICS),
    ("plan", TEACHERS),
];

pub fn checklist(study: &WholeStudy<'_>, networks: &Networks<'_>) -> Vec<Item> {
    let w = study.words;
    ITEMS
        .into_iter()
        .map(|(key, source)| {
            let found = answer(study, networks, key);
            Item {
                asked: w.t(&format!("check-{key}")),
                source,
                recorded: found.is_some(),
                answer: found.unwrap_or_else(|| {
                    let what = w.t(&format!("check-{key}-lacks"));
                    w.t1("check-not-recorded", "what", what)
                }),
            }
        })
        .collect()
}

/// From the options; `None` where nothing is known.
fn answer(study: &WholeStudy<'_>, networks: &Networks<'_>, key: &str) -> Option<String> {
    let (w, findings, plan) = (study.words, study.findings, study.plan);
    let names = study.names();
    let collected = study.collected();
    let say = |key: &str, values: &[(&'static str, String)]| {
        let mut args = FluentArgs::new();
        for (name, value) in values {
            args.set(*name, FluentValue::from(value.as_str()));
        }
        w.with(key, &args)
    };
    let has_networks = !findings.networks.is_empty();
    match key {
        "boundary" if has_networks => Some(match collected {
            Some(study) => {
                let boundary = match study.design.network.boundary {
                    Boundary::School => "account-boundary-school",
                    Boundary::Board => "account-boundary-board",
                };
                w.t(boundary)
            }
            None => w.t("account-boundary-files"),
        }),
        "actors" if has_networks => Some(say(
            "check-actors-are",
            &[
                ("persons", findings.contents.persons.to_string()),
                ("schools", findings.contents.schools.to_string()),
                ("networks", findings.contents.networks.to_string()),
            ],
        )),
        "generator" => collected.map(generator).map(|keys| {
            let said: Vec<String> = keys.into_iter().map(|key| w.t(key)).collect();
            said.join(" ")
        }),
        "wording" => collected
            .filter(|study| !study.questions.is_empty())
            .map(|study| {
                let told: Vec<String> = study
                    .questions
                    .iter()
                    .map(|question| {
                        let text = match question.text.say(w.0) {
                            "" => &question.text.nl,
                            text => text,
                        };
                        format!(
                            "{}: “{text}” ({})",
                            names.relation(&question.relation),
                            question.instrument
                        )
                    })
                    .collect();
                told.join("; ")
            }),
        "direction" if has_networks => Some(w.t("check-direction-is")),
        "values" if has_networks => {
            let cut = w.decimal(plan.cut, decimals(plan.cut));
            let mut said = say("check-values-cut", &[("cut", cut)]);
            if let Some(study) = collected {
                let strengths = study.questions.iter().map(|own| own.n_strengths).max();
                said.push(' ');
                said.push_str(&match strengths.unwrap_or_default() {
                    0 => w.t("check-values-named"),
                    n => say("check-values-strengths", &[("n", n.to_string())]),
                });
            }
            if !findings.cuts.is_empty() {
                said.push(' ');
                said.push_str(&w.t("account-every-cut"));
            }
            Some(said)
        }
        "response" if has_networks => Some(say(
            "check-response-is",
            &[
                ("response", networks.response.clone()),
                ("flag", percent(w, plan.response_flag)),
                ("withhold", percent(w, plan.response_withhold)),
            ],
        )),
        "missing" if has_networks => {
            let key = format!("account-treatment-{}", plan.treatment.name());
            let mut said = say(&key, &[("n", plan.imputations.to_string())]);
            if findings.networks.iter().any(|row| row.bounds.is_some()) {
                said.push(' ');
                said.push_str(&w.t("account-bounds"));
            }
            Some(said)
        }
        "two-reports" if has_networks => Some(w.t("check-two-reports-are")),
        "measures" if has_networks => {
            let mut listed: Vec<String> = Vec::new();
            for row in &findings.networks {
                let name = measure(w, &row.measure);
                if !listed.contains(&name) {
                    listed.push(name);
                }
            }
            Some(say(
                "check-measures-are",
                &[("measures", listed.join(", "))],
            ))
        }
        "sampling" => findings
            .networks
            .iter()
            .any(|row| row.se.is_some() || row.interval.is_some())
            .then(|| w.t("check-sampling-is")),
        "waves" => match collected {
            Some(study) if !study.closed.is_empty() => {
                let told: Vec<String> = study
                    .closed
                    .iter()
                    .map(|window| {
                        let zone = study.design.time_zone;
                        let mut args = FluentArgs::new();
                        args.set(
                            "window",
                            study.design.window_title(&window.cohort, &window.wave, w.0),
                        );
                        args.set("from", w.day(window.opened_at, zone));
                        args.set("to", w.day(window.closed_at, zone));
                        w.with("check-wave", &args)
                    })
                    .collect();
                Some(told.join("; "))
            }
            _ => None,
        },
        "panel" => {
            let of = |measure: &str| -> Option<f64> {
                let values = findings
                    .changes
                    .iter()
                    .filter(|row| row.measure == measure)
                    .filter_map(|row| row.value.ok());
                let values: Vec<f64> = values.collect();
                (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
            };
            let (stayers, joiners, leavers) = (of("stayers")?, of("joiners")?, of("leavers")?);
            Some(say(
                "check-panel-is",
                &[
                    ("stayers", w.decimal(stayers, 1)),
                    ("joiners", w.decimal(joiners, 1)),
                    ("leavers", w.decimal(leavers, 1)),
                ],
            ))
        }
        "levels" if has_networks => Some(say(
            "check-levels-are",
            &[("schools", findings.contents.schools.to_string())],
        )),
        "dependence" => (!findings.contrasts.is_empty()).then(|| w.t("check-dependence-is")),
        "consent" => collected.and_then(|study| {
            let kept = &study.design.conditions;
            let reference = kept.ethics_reference.as_deref()?.trim();
            (!reference.is_empty()).then(|| {
                let mut said = say("check-consent-is", &[("reference", reference.to_owned())]);
                if let Some(day) = kept.board_agreement {
                    said.push(' ');
                    said.push_str(&say("check-consent-boards", &[("on", day.to_string())]));
                }
                said
            })
        }),
        "objection" => collected.map(|study| {
            w.t(match study.design.network.objection {
                Objection::A => "check-objection-a",
                Objection::B => "check-objection-b",
                Objection::C => "check-objection-c",
            })
        }),
        "named" => collected.map(|study| {
            let mut said = w.t("check-named-is");
            if let Some(day) = study.design.conditions.retention_until {
                said.push(' ');
                said.push_str(&say("check-named-until", &[("on", day.to_string())]));
            }
            said
        }),
        "feedback" => collected.map(|study| {
            let key = match study.design.feedback {
                Feedback::NoneUntilEnd => "check-feedback-end",
                Feedback::AfterEachWave => "check-feedback-wave",
            };
            say(key, &[("n", study.seen.len().to_string())])
        }),
        "plan" => (findings.plan_standing.basis != Basis::None)
            .then(|| sentence::plan_standing(w, &findings.plan_standing)),
        _ => None,
    }
}

fn generator(study: &Collected) -> Vec<&'static str> {
    let network = &study.design.network;
    let mut said = vec![
        match network.layout {
            Layout::Relation => "account-roster-relation",
            Layout::Person => "account-roster-person",
        },
        match network.order {
            Order::Name => "account-order-name",
            Order::Random => "account-order-random",
        },
        "check-no-limit",
    ];
    if network.write_in {
        said.push("account-write-in");
    }
    if network.hint {
        said.push("account-hint");
    }
    said
}
