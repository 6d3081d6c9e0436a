//! The report of a study as one page that stands alone: no script, no other file, and a seal over every byte.

use askama::Template;

use crate::evaluation::findings::{Exclusion, Findings};
use crate::evaluation::plan_lock::Standing;
use crate::evaluation::portrait::Portrait;
use crate::locale::Words;

use super::checklist::{self, checklist};
use super::comparison::Comparison;
use super::effects::Effects;
use super::growth::{self, InfluenceRow, OneStepRow};
use super::limits::limits;
use super::method::{Method, method};
use super::names::{Fragment, Names, measure};
use super::networks::Networks;
use super::proof::{self, Block, NO_SEAL};
use super::scales::{ITEM_MEASURES, ScaleTables};
use super::school::group_text;
use super::seen::SeenTables;
use super::sentence;
use super::whole_study::WholeStudy;

/// Exclusions shown one by one; the tables hold the rest.
const EXCLUSIONS_SHOWN: usize = 100;

/// The page. Fails only if the template itself does.
pub fn page(study: &WholeStudy<'_>) -> Result<String, askama::Error> {
    Ok(proof::sealed(&Page::of(study).render()?))
}

#[derive(Template)]
#[template(path = "reports/analysis.html")]
struct Page<'a> {
    w: Words,
    title: String,
    simulated: bool,
    findings: &'a Findings,
    contents: Vec<(&'static str, String)>,
    waves: String,
    relations: String,
    warnings: Vec<Fragment>,
    closed: Vec<(String, String, String)>,
    summary: Vec<String>,
    shown: Vec<String>,
    method: Method,
    networks: Networks<'a>,
    comparison: Comparison,
    rule: Fragment,
    pictures: Vec<SchoolPictures>,
    scales: ScaleTables<'a>,
    scale_rule: String,
    item_measures: Vec<String>,
    effects: Effects<'a>,
    one_step: Vec<OneStepRow>,
    influence: Vec<InfluenceRow>,
    options: Vec<(String, String)>,
    seen: Option<SeenTables>,
    checklist: Vec<checklist::Item>,
    exclusions: Vec<(Fragment, Fragment)>,
    exclusions_left: usize,
    limits: Vec<String>,
    definitions: Vec<(String, String)>,
    instruments: Vec<(&'a str, &'a str)>,
    sources: &'static str,
    block: String,
    no_seal: &'static str,
}

/// The newest wave of one school: a picture per relation, or why there is none.
struct SchoolPictures {
    school: String,
    wave: String,
    pictures: Vec<(String, Result<String, String>)>,
}

impl<'a> Page<'a> {
    fn of(study: &'a WholeStudy<'a>) -> Self {
        let (w, findings) = (study.words, study.findings);
        let names = study.names();
        let excluded = &findings.provenance.exclusions;
        let shown = excluded.len().min(EXCLUSIONS_SHOWN);
        let networks = Networks::of(&names, findings);
        let listed: Vec<String> = findings
            .contents
            .relations
            .iter()
            .map(|key| names.relation(key))
            .collect();
        let mut page = Self {
            w,
            title: title(study),
            simulated: study.is_simulated(),
            contents: Vec::new(),
            waves: findings.contents.waves.join(", "),
            relations: listed.join(", "),
            warnings: findings
                .warnings
                .iter()
                .map(|text| Fragment::of(w, text))
                .collect(),
            closed: closed(study),
            summary: summary(study, &networks),
            shown: shown_differences(&names, findings),
            method: method(study),
            checklist: checklist(study, &networks),
            networks,
            comparison: Comparison::of(&names, findings),
            rule: Fragment::of(
                w,
                findings
                    .groups
                    .as_ref()
                    .map_or("", |groups| groups.rule.as_str()),
            ),
            pictures: study
                .portraits
                .iter()
                .filter_map(|(school, portrait)| pictures(w, school, portrait))
                .collect(),
            scales: ScaleTables::of(&names, &findings.scales),
            scale_rule: super::scale_words::rule(w),
            item_measures: ITEM_MEASURES.map(|key| item_measure(w, key)).to_vec(),
            effects: Effects::of(w, findings),
            one_step: growth::one_step(&names, findings),
            influence: growth::influence(w, findings),
            options: options(study),
            seen: study.collected().map(|own| SeenTables::of(w, own)),
            exclusions: excluded[..shown]
                .iter()
                .map(|Exclusion { what, reason }| (Fragment::of(w, what), Fragment::of(w, reason)))
                .collect(),
            exclusions_left: excluded.len() - shown,
            limits: limits(study),
            definitions: definitions(study),
            instruments: findings
                .provenance
                .instruments
                .iter()
                .map(|(key, hash)| (key.as_str(), hash.as_str()))
                .collect(),
            sources: proof::SOURCES,
            block: Block::of_study(study).written(),
            no_seal: NO_SEAL,
            findings,
        };
        page.contents = page.parts();
        page
    }

    /// The parts that this report has, by the id of their heading.
    fn parts(&self) -> Vec<(&'static str, String)> {
        let has = [
            ("summary", true),
            ("read", true),
            ("method", true),
            ("scales", !self.scales.summaries.is_empty()),
            ("networks", !self.networks.rows.is_empty()),
            ("pictures", !self.pictures.is_empty()),
            ("change", !self.networks.changes.is_empty()),
            ("effects", !self.effects.rows.is_empty()),
            ("contrasts", !self.findings.contrasts.is_empty()),
            ("influence", !self.influence.is_empty()),
            ("models", !self.effects.models.is_empty()),
            ("plan", true),
            ("seen", true),
            ("checklist", true),
            ("exclusions", !self.exclusions.is_empty()),
            ("limits", !self.limits.is_empty()),
            ("definitions", !self.definitions.is_empty()),
        ];
        has.into_iter()
            .filter(|(_, is)| *is)
            .map(|(key, _)| (key, self.heading(key)))
            .collect()
    }

    fn heading(&self, key: &str) -> String {
        self.w.t(&format!("report-part-title-{key}"))
    }
}

fn title(study: &WholeStudy<'_>) -> String {
    let w = study.words;
    match study.collected() {
        Some(own) => w.t1("report-title-study", "study", own.design.title.say(w.0)),
        None => w.t1("report-head", "n", study.findings.contents.schools),
    }
}

fn closed(study: &WholeStudy<'_>) -> Vec<(String, String, String)> {
    let w = study.words;
    let Some(own) = study.collected() else {
        return Vec::new();
    };
    let zone = own.design.time_zone;
    own.closed
        .iter()
        .map(|window| {
            (
                own.design.window_title(&window.cohort, &window.wave, w.0),
                w.day(window.opened_at, zone),
                w.day(window.closed_at, zone),
            )
        })
        .collect()
}

fn summary(study: &WholeStudy<'_>, networks: &Networks<'_>) -> Vec<String> {
    let (w, findings) = (study.words, study.findings);
    let read = &findings.contents;
    let mut args = fluent_bundle::FluentArgs::new();
    args.set("schools", read.schools);
    args.set("persons", read.persons.to_string());
    args.set("waves", read.waves.join(", "));
    args.set("networks", read.networks.to_string());
    args.set("response", networks.response.as_str());
    let mut said = vec![w.with(
        if read.networks > 0 {
            "report-summary-networks"
        } else {
            "report-summary-data"
        },
        &args,
    )];
    let planned: Vec<_> = findings
        .contrasts
        .iter()
        .filter(|row| row.standing == Standing::Planned)
        .collect();
    let (rows, key) = if planned.is_empty() {
        (
            findings.contrasts.iter().collect(),
            "report-summary-exploratory",
        )
    } else {
        (planned, "report-summary-planned")
    };
    if !rows.is_empty() {
        let told = |verdict: &str| {
            rows.iter()
                .filter_map(|row| row.test.as_ref())
                .filter(|test| test.verdict == verdict)
                .count()
        };
        let mut args = fluent_bundle::FluentArgs::new();
        args.set("n", rows.len());
        args.set("different", told("different"));
        args.set("equivalent", told("equivalent"));
        args.set("unclear", told("cannot_tell"));
        args.set(
            "undefined",
            rows.iter().filter(|row| row.test.is_none()).count(),
        );
        said.push(w.with(key, &args));
        said.push(sentence::plan_standing(w, &findings.plan_standing));
    }
    if let Some((mean, sd)) = findings
        .effect_basis
        .as_ref()
        .and_then(|basis| basis.mean.zip(basis.sd))
    {
        said.push(w.t2(
            "effects-summary",
            "mean",
            w.decimal(mean, 2),
            "sd",
            w.decimal(sd, 2),
        ));
    }
    said
}

/// Planned comparisons that show a difference, each in a sentence; of exploratory ones none stands in a summary.
fn shown_differences(names: &Names<'_>, findings: &Findings) -> Vec<String> {
    findings
        .contrasts
        .iter()
        .filter(|row| row.standing == Standing::Planned)
        .filter(|row| {
            row.test
                .as_ref()
                .is_some_and(|test| test.verdict == "different")
        })
        .map(|row| {
            let name = super::comparison::name_of(names, row);
            sentence::contrast(names.w, &name, row, &findings.plan_standing)
        })
        .collect()
}

fn item_measure(w: Words, key: &str) -> String {
    let own = format!("scales-measure-{key}");
    let said = w.t(&own);
    if said == own { measure(w, key) } else { said }
}

/// Every field of the plan that ran, as the files write it.
fn options(study: &WholeStudy<'_>) -> Vec<(String, String)> {
    let plan = serde_json::to_value(study.plan).expect("plans are made of numbers, text and lists");
    let Some(fields) = plan.as_object() else {
        return Vec::new();
    };
    fields
        .iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(field, value)| {
            let shown = match value {
                serde_json::Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            (field.clone(), shown)
        })
        .collect()
}

/// What the words of this report mean: those that occur in it.
fn definitions(study: &WholeStudy<'_>) -> Vec<(String, String)> {
    let (w, findings) = (study.words, study.findings);
    let measured = |key: &str| findings.networks.iter().any(|row| row.measure == key);
    let scaled = |key: &str| findings.scales.iter().any(|row| row.measure == key);
    let effects = !findings.effects.is_empty();
    let compared = !findings.contrasts.is_empty();
    let by = |name: &str| {
        let mut tests = findings
            .contrasts
            .iter()
            .filter_map(|row| row.test.as_ref());
        tests.any(|test| test.adjusted_by == name)
    };
    let words = [
        (
            "range",
            findings.networks.iter().any(|row| row.bounds.is_some()),
        ),
        ("density", measured("density")),
        ("dyadic_reciprocity", measured("dyadic_reciprocity")),
        ("tie_reciprocity", measured("tie_reciprocity")),
        (
            "in_degree_centralization",
            measured("in_degree_centralization"),
        ),
        (
            "out_degree_centralization",
            measured("out_degree_centralization"),
        ),
        ("jaccard", !findings.changes.is_empty()),
        ("turnover_rate", !findings.changes.is_empty()),
        ("alpha", scaled("alpha_complete")),
        ("omega", scaled("omega_total")),
        ("icc_1", scaled("icc_1")),
        ("icc_2", scaled("icc_2")),
        ("rwg", scaled("rwg_j_median")),
        ("effect", effects),
        (
            "shrunken",
            findings.effects.iter().any(|row| row.shrunken.is_some()),
        ),
        (
            "comparison",
            findings.effects.iter().any(|row| row.comparison.is_some()),
        ),
        (
            "months",
            findings.effects.iter().any(|row| row.months.is_some()),
        ),
        ("g", compared),
        ("p", compared),
        ("max_t", by("max_t")),
        ("holm", by("holm") || !findings.all_schools.is_empty()),
        ("bh", by("bh")),
        ("verdict", compared),
        ("detectable", compared),
    ];
    words
        .into_iter()
        .filter(|(_, is)| *is)
        .map(|(key, _)| (w.t(&format!("term-{key}")), w.t(&format!("meaning-{key}"))))
        .collect()
}

/// `None` for a school of which no member has a group.
fn pictures(w: Words, school: &str, portrait: &Portrait) -> Option<SchoolPictures> {
    let newest = portrait.waves.last().filter(|wave| wave.grouped)?;
    let pictures = newest
        .relations
        .iter()
        .map(|relation| {
            let id = format!("{school}-{}", relation.relation);
            let text = group_text(w, &id, newest, relation);
            (text.caption, text.picture.map(|picture| picture.svg))
        })
        .collect();
    Some(SchoolPictures {
        school: school.to_owned(),
        wave: newest.wave.clone(),
        pictures,
    })
}
