//! The method paragraph, written from the options that ran and from what they gave. No sentence says what was not done;
//! what a reader would ask and is not known stands in a list of gaps.

use std::collections::BTreeSet;

use fluent_bundle::{FluentArgs, FluentValue};
use schakel_analysis::multilevel::Criterion;

use crate::domain::study::{Boundary, Layout, Order};
use crate::evaluation::findings::{Contrast, Estimator, ScaleMeasure};
use crate::evaluation::model_requests::IntervalMethod;
use crate::evaluation::plan::{Grouping, Uncertainty, UnknownCells};
use crate::evaluation::plan_lock::Basis;

use super::names::{measure, percent};
use super::sentence::{self, number, share};
use super::whole_study::WholeStudy;

pub struct Method {
    pub paragraphs: Vec<String>,
    /// What is not known, or was not laid down.
    pub gaps: Vec<String>,
}

/// Sentences of one paragraph.
struct Said<'a> {
    study: &'a WholeStudy<'a>,
    sentences: Vec<String>,
}

impl<'a> Said<'a> {
    fn new(study: &'a WholeStudy<'a>) -> Self {
        Self {
            study,
            sentences: Vec::new(),
        }
    }

    fn say(&mut self, key: &str) {
        self.sentences.push(self.study.words.t(key));
    }

    fn with(&mut self, key: &str, values: &[(&'static str, String)]) {
        let mut args = FluentArgs::new();
        for (name, value) in values {
            args.set(*name, FluentValue::from(value.as_str()));
        }
        self.sentences.push(self.study.words.with(key, &args));
    }

    fn written(self) -> Option<String> {
        (!self.sentences.is_empty()).then(|| self.sentences.join(" "))
    }
}

pub fn method(study: &WholeStudy<'_>) -> Method {
    let paragraphs = [data, networks, change, scales, growth, comparison, program];
    Method {
        paragraphs: paragraphs
            .into_iter()
            .filter_map(|paragraph| {
                let mut said = Said::new(study);
                paragraph(&mut said);
                said.written()
            })
            .collect(),
        gaps: gaps(study),
    }
}

fn data(said: &mut Said<'_>) {
    let read = &said.study.findings.contents;
    said.with(
        "account-data",
        &[
            ("schools", read.schools.to_string()),
            ("persons", read.persons.to_string()),
            ("waves", read.waves.join(", ")),
        ],
    );
    if let Some(study) = said.study.collected() {
        let w = said.study.words;
        let windows: Vec<String> = study
            .closed
            .iter()
            .map(|window| {
                format!(
                    "{} {}",
                    study.design.window_title(&window.cohort, &window.wave, w.0),
                    w.t1(
                        "account-closed-on",
                        "on",
                        w.day(window.closed_at, study.design.time_zone)
                    )
                )
            })
            .collect();
        if !windows.is_empty() {
            said.with("account-windows", &[("windows", windows.join("; "))]);
        }
        said.say("account-consent");
    }
    if read.pupils > 0 {
        said.with("account-pupils", &[("n", read.pupils.to_string())]);
    }
}

fn networks(said: &mut Said<'_>) {
    let (w, findings, plan) = (said.study.words, said.study.findings, said.study.plan);
    if findings.networks.is_empty() {
        return;
    }
    let names = said.study.names();
    match said.study.collected() {
        Some(study) => {
            said.say(match study.design.network.boundary {
                Boundary::School => "account-boundary-school",
                Boundary::Board => "account-boundary-board",
            });
            said.say(match study.design.network.layout {
                Layout::Relation => "account-roster-relation",
                Layout::Person => "account-roster-person",
            });
            said.say(match study.design.network.order {
                Order::Name => "account-order-name",
                Order::Random => "account-order-random",
            });
            if study.design.network.write_in {
                said.say("account-write-in");
            }
            if study.design.network.hint {
                said.say("account-hint");
            }
        }
        None => said.say("account-boundary-files"),
    }
    let relations = &findings.contents.relations;
    let listed: Vec<String> = relations.iter().map(|key| names.relation(key)).collect();
    said.with(
        "account-relations",
        &[
            ("relations", listed.join(", ")),
            ("cut", w.decimal(plan.cut, decimals(plan.cut))),
        ],
    );
    let treatment = format!("account-treatment-{}", plan.treatment.name());
    said.with(&treatment, &[("n", plan.imputations.to_string())]);
    if plan.bounds && findings.networks.iter().any(|row| row.bounds.is_some()) {
        said.say("account-bounds");
    }
    said.with(
        "account-response",
        &[
            ("withhold", percent(w, plan.response_withhold)),
            ("flag", percent(w, plan.response_flag)),
        ],
    );
    let mut measures: Vec<&str> = Vec::new();
    for row in &findings.networks {
        if !measures.contains(&row.measure.as_str()) {
            measures.push(&row.measure);
        }
    }
    let told: Vec<String> = measures.iter().map(|key| measure(w, key)).collect();
    said.with("account-measures", &[("measures", told.join(", "))]);
    match plan.uncertainty {
        Uncertainty::None => {}
        Uncertainty::Jackknife => said.say("account-jackknife"),
        Uncertainty::Bootstrap { draws } => {
            said.with("account-bootstrap", &[("n", draws.to_string())]);
        }
    }
    if !findings.baselines.is_empty() {
        let conditions: Vec<&str> = plan.baselines.iter().map(|own| own.name()).collect();
        said.with(
            "account-baselines",
            &[
                ("conditions", conditions.join(", ")),
                ("n", plan.draws.to_string()),
            ],
        );
    }
    if !findings.cuts.is_empty() {
        said.say("account-every-cut");
    }
    if !findings.blocks.is_empty() {
        said.with("account-layers", &[("layers", plan.layers.join(", "))]);
    }
}

fn change(said: &mut Said<'_>) {
    let findings = said.study.findings;
    if findings.changes.is_empty() {
        return;
    }
    let pairs: BTreeSet<String> = findings
        .changes
        .iter()
        .map(|row| format!("{}–{}", row.from, row.to))
        .collect();
    let pairs: Vec<String> = pairs.into_iter().collect();
    said.with("account-change", &[("pairs", pairs.join(", "))]);
}

fn scales(said: &mut Said<'_>) {
    let (w, findings, plan) = (said.study.words, said.study.findings, said.study.plan);
    let names = said.study.names();
    let known: BTreeSet<&str> = findings
        .scales
        .iter()
        .map(|row| row.scale.as_str())
        .collect();
    if known.is_empty() {
        return;
    }
    let told: Vec<String> = plan
        .scales
        .iter()
        .filter(|scale| known.contains(scale.key.as_str()))
        .map(|scale| {
            w.with("account-scale", &{
                let mut args = FluentArgs::new();
                args.set("scale", names.outcome(&scale.key));
                args.set("items", scale.items.len());
                args.set("needed", scale.needed);
                args
            })
        })
        .collect();
    said.with("account-scales", &[("scales", told.join("; "))]);
    let has = |measure: &str| {
        let found = |row: &ScaleMeasure| row.measure == measure && row.value.is_ok();
        findings.scales.iter().any(found)
    };
    let reversed = plan
        .scales
        .iter()
        .any(|scale| known.contains(scale.key.as_str()) && !scale.reverse.is_empty());
    for (done, key) in [
        (reversed, "account-reversed"),
        (has("alpha_complete"), "account-alpha"),
        (has("alpha_over_schools"), "account-alpha-schools"),
        (has("omega_total"), "account-omega"),
        (has("icc_1"), "account-icc"),
        (has("rwg_j_median"), "account-rwg"),
        (has("gain"), "account-gain"),
    ] {
        if done {
            said.say(key);
        }
    }
    if findings
        .scales
        .iter()
        .any(|row| row.verdict.is_some() && row.measure == "team_mean_verdict")
    {
        said.sentences.push(super::scale_words::rule(w));
    }
}

fn growth(said: &mut Said<'_>) {
    let (w, findings, plan) = (said.study.words, said.study.findings, said.study.plan);
    if let Some(basis) = &findings.effect_basis {
        said.say("account-effect");
        match basis.estimator {
            Estimator::MixedModel => {
                said.say(if basis.pupil_slopes {
                    "account-growth-slopes"
                } else {
                    "account-growth-levels"
                });
                if findings.effects.iter().any(|row| row.shrunken.is_some()) {
                    said.say("account-shrunken");
                }
            }
            Estimator::TwoStage => said.say("account-two-stage"),
        }
    }
    if !plan.models.is_empty() {
        let told: Vec<String> = plan
            .models
            .iter()
            .filter_map(|model| {
                let fitted = findings.models.iter().find(|own| own.model == model.name)?;
                let by = match model.method {
                    Criterion::Ml => "ML",
                    Criterion::Reml => "REML",
                };
                fitted
                    .not_fitted
                    .is_none()
                    .then(|| format!("{} ({}, {by})", model.name, fitted.formula))
            })
            .collect();
        if !told.is_empty() {
            said.with("account-models", &[("models", told.join("; "))]);
        }
    }
    if !findings.models.is_empty() {
        match plan.model_requests.intervals {
            IntervalMethod::Wald => {}
            IntervalMethod::Profile => said.say("account-intervals-profile"),
            IntervalMethod::Bootstrap => {
                said.with(
                    "account-intervals-bootstrap",
                    &[("n", w.decimal(plan.draws as f64, 0))],
                );
            }
        }
    }
    if !findings.influence.is_empty() {
        said.say("account-influence");
    }
}

fn comparison(said: &mut Said<'_>) {
    let (w, findings, plan) = (said.study.words, said.study.findings, said.study.plan);
    let Some(groups) = &findings.groups else {
        return;
    };
    let (high, low) = (groups.high.len().to_string(), groups.low.len().to_string());
    match &plan.groups {
        Some(Grouping::Column { column, .. }) => said.with(
            "account-groups-column",
            &[("high", high), ("low", low), ("column", column.clone())],
        ),
        Some(Grouping::ByEffect { .. }) => {
            said.with("account-groups-effect", &[("high", high), ("low", low)]);
        }
        Some(Grouping::ByEffectShare { share }) => said.with(
            "account-groups-share",
            &[("high", high), ("low", low), ("share", percent(w, *share))],
        ),
        Some(Grouping::ByHand { .. }) | None => {
            said.with("account-groups-hand", &[("high", high), ("low", low)]);
        }
    }
    if let Some(reason) = &groups.reason {
        said.with("account-groups-reason", &[("reason", reason.clone())]);
    }
    let tests: Vec<_> = findings
        .contrasts
        .iter()
        .filter_map(|row| row.test.as_ref())
        .collect();
    let n_planned = findings
        .contrasts
        .iter()
        .filter(|row| row.in_family)
        .count();
    if !tests.is_empty() {
        said.with(
            "account-contrasts",
            &[
                ("n", findings.contrasts.len().to_string()),
                ("family", n_planned.to_string()),
            ],
        );
        let assignments = |method: &str| {
            let own = tests.iter().filter(|test| test.p_method == method);
            own.map(|test| test.n_assignments).max()
        };
        if let Some(n) = assignments("exact") {
            said.with("account-exact", &[("n", n.to_string())]);
        }
        if let Some(n) = assignments("sampled") {
            said.with("account-sampled", &[("n", n.to_string())]);
        }
        for (by, key) in [
            ("max_t", "account-max-t"),
            ("holm", "account-holm"),
            ("bh", "account-bh"),
        ] {
            if tests.iter().any(|test| test.adjusted_by == by) {
                said.say(key);
            }
        }
        said.with(
            "account-verdict",
            &[("alpha", share(w, plan.alpha, decimals(plan.alpha)))],
        );
        if tests.iter().any(|test| test.hedges_g.is_some()) {
            said.say("account-g");
        }
        if let Some(margin) = plan.equivalence_margin {
            said.with("account-margin", &[("margin", number(w, margin, 2))]);
        }
        if tests.iter().any(|test| test.detectable_d.is_some()) {
            said.say("account-detectable");
        }
    }
    if findings
        .contrasts
        .iter()
        .any(|row: &Contrast| row.is_change)
    {
        said.say("account-change-contrasts");
    }
    let mut methods: Vec<String> = Vec::new();
    for row in findings.alternatives.iter().filter(|row| row.value.is_ok()) {
        let name = w.t(&format!("method-{}", row.method));
        if !methods.contains(&name) {
            methods.push(name);
        }
    }
    if !methods.is_empty() {
        said.with("account-alternatives", &[("methods", methods.join("; "))]);
    }
    for (done, key) in [
        (
            findings
                .all_schools
                .iter()
                .any(|row| row.relation_with_effect.is_ok()),
            "account-all-schools",
        ),
        (
            findings.one_step.iter().any(|row| row.slope.is_ok()),
            "account-one-step",
        ),
        (!findings.group_sizes.is_empty(), "account-sizes"),
    ] {
        if done {
            said.say(key);
        }
    }
    said.sentences
        .push(sentence::plan_standing(w, &findings.plan_standing));
}

fn program(said: &mut Said<'_>) {
    let kept = &said.study.findings.provenance;
    said.with("account-program", &[("program", kept.program.clone())]);
    if is_drawn(said.study) {
        said.with("account-seed", &[("seed", kept.seed.to_string())]);
    }
}

/// Whether anything hangs on chance.
fn is_drawn(study: &WholeStudy<'_>) -> bool {
    let (findings, plan) = (study.findings, study.plan);
    let sampled = findings
        .contrasts
        .iter()
        .filter_map(|row| row.test.as_ref())
        .any(|test| test.p_method != "exact");
    let over_schools = findings.scales.iter().any(|row| {
        row.value.is_ok() && ["alpha_over_schools", "omega_total"].contains(&row.measure.as_str())
    });
    sampled
        || over_schools
        || !findings.baselines.is_empty()
        || plan.treatment == UnknownCells::Drawn
        || matches!(plan.uncertainty, Uncertainty::Bootstrap { .. })
        || (plan.model_requests.intervals == IntervalMethod::Bootstrap
            && !findings.models.is_empty())
}

fn gaps(study: &WholeStudy<'_>) -> Vec<String> {
    let (w, findings) = (study.words, study.findings);
    let collected = study.collected();
    let networks = !findings.networks.is_empty();
    let no_ethics = collected.is_some_and(|own| {
        let kept = own.design.conditions.ethics_reference.as_deref();
        kept.is_none_or(|text| text.trim().is_empty())
    });
    let compared = !findings.contrasts.is_empty();
    let gaps = [
        (collected.is_none() && networks, "gap-roster"),
        (collected.is_none() && networks, "gap-wording"),
        (collected.is_none(), "gap-ethics"),
        (no_ethics, "gap-ethics-reference"),
        (collected.is_none(), "gap-seen"),
        (
            compared && findings.plan_standing.basis == Basis::None,
            "gap-plan",
        ),
        (
            compared && findings.plan_standing.basis == Basis::Design,
            "gap-lock",
        ),
        (
            compared && study.plan.equivalence_margin.is_none(),
            "gap-margin",
        ),
        (!compared, "gap-comparison"),
        (
            findings.provenance.instruments.is_empty(),
            "gap-instruments",
        ),
        (
            networks && findings.networks.iter().all(|row| row.bounds.is_none()),
            "gap-bounds",
        ),
        (
            networks
                && findings
                    .networks
                    .iter()
                    .all(|row| row.interval.is_none() && row.se.is_none()),
            "gap-sampling",
        ),
    ];
    gaps.into_iter()
        .filter(|(is, _)| *is)
        .map(|(_, key)| w.t(key))
        .collect()
}

/// As many as the number needs, up to three.
pub(super) fn decimals(value: f64) -> usize {
    (0..3)
        .find(|places| {
            let scale = 10_f64.powi(*places as i32);
            ((value * scale).round() / scale - value).abs() < 1e-9
        })
        .unwrap_or(3)
}
