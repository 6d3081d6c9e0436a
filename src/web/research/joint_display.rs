//! What the joint display is made of: per factor what was said and what was measured, and the same as a file.

use std::collections::{BTreeMap, BTreeSet};

use axum::response::Response;

use super::desk::{self, Desk};
use super::effects::fact_in_words;
use super::interviews::load;
use super::statements::{Coded, coded};
use crate::domain::coding::{Factor, Step, Taken};
use crate::domain::id::SchoolId;
use crate::evaluation::explanation::{
    Cell, Convergence, Counts, Differs, LogComparison, Measured, Said, Voice, cell, claim,
    compare_log, converge, differs, in_numbers, in_words, rows_of,
};
use crate::evaluation::findings::{Contrast, EffectGroups};
use crate::instrument::definition::{Format, Instrument};
use crate::locale::Words;
use crate::reports::sentence::{interval, number};
use crate::storage::{StorageError, schools, training_log};
use crate::web::access::Researcher;
use crate::web::app::App;
use crate::web::form::Fields;
use crate::web::problem::Problem;

pub const PATH: &str = "/research/explanation";

/// A factor with everything that is known of it.
pub struct Known {
    pub factor: Factor,
    pub cells: Vec<(Voice, Cell)>,
    /// By column.
    pub contrasts: BTreeMap<&'static str, Vec<Contrast>>,
    pub log: Option<LogComparison>,
    pub moderators: Vec<(String, String)>,
    pub claim: Counts,
    pub differs: Differs,
    pub convergence: Option<Convergence>,
}

pub struct Display {
    pub desk: Desk,
    pub groups: EffectGroups,
    pub locked: Vec<Taken>,
    pub coded: Vec<Coded>,
    pub factors: Vec<Known>,
}

/// Which outcomes speak of a factor, by column. Outcomes are found by what their instrument is, so that one that a study adds
/// finds its place.
fn outcomes(
    visitor: &Researcher,
    desk: &Desk,
    factor: &str,
) -> Vec<(&'static str, BTreeSet<String>)> {
    let study = &visitor.0.study;
    let asked_of = |instrument: &str, role: &str| {
        study.design.collect.iter().any(|collect| {
            collect.instrument == instrument && collect.roles.iter().any(|own| own == role)
        })
    };
    let scales = |is: &dyn Fn(&Instrument) -> bool| {
        let of = study.library.iter().filter(|instrument| is(instrument));
        of.flat_map(|instrument| instrument.scales.iter().map(|scale| scale.key.clone()))
            .collect::<BTreeSet<String>>()
    };
    let named = |keys: &[&str]| scales(&|instrument| keys.contains(&instrument.key.as_str()));
    let of_pupils = |key: &str| asked_of(key, "pupil") || asked_of(key, "leerling");
    match factor {
        "attitude" => vec![("teachers", named(&["attitude"]))],
        "data_culture" => vec![("teachers", named(&["culture"]))],
        "school_leader" => {
            let mut found = named(&["leadership"]);
            found.extend(scales(&|instrument| {
                let mut items = instrument.items.values();
                items.any(|item| matches!(item.format, Format::Card { .. }))
            }));
            vec![("teachers", found)]
        }
        "teaching_quality" => vec![("pupils", scales(&|instrument| of_pupils(&instrument.key)))],
        "lvs_knowledge" => vec![(
            "test",
            scales(&|instrument| {
                instrument
                    .scales
                    .iter()
                    .any(|scale| !scale.right.is_empty())
            }),
        )],
        "collaboration" => {
            let of = desk.findings.contrasts.iter();
            let of = of.filter(|row| !row.relation.is_empty());
            vec![("network", of.map(|row| row.outcome.clone()).collect())]
        }
        _ => Vec::new(),
    }
}

/// What the models of pupils say of background, in words.
fn moderators(w: Words, desk: &Desk) -> Vec<(String, String)> {
    let findings = &desk.findings;
    let with = |estimate: f64, ends: Option<(f64, f64)>| {
        let ends = ends.map(|ends| interval(w, ends, 2)).unwrap_or_default();
        format!("{} {ends}", number(w, estimate, 2))
    };
    let by_weight = findings.effects_by_weight.iter().filter_map(|row| {
        let name = w.t1("explanation-weight", "weight", row.school.as_str());
        Some((name, with(row.effect.ok()?, row.interval_95())))
    });
    let of_facts = findings
        .models
        .iter()
        .filter(|model| model.model.starts_with("growth_by_") && model.model != "growth_by_weight")
        .flat_map(|model| &model.terms)
        .filter_map(|term| {
            let fact = term.term.strip_prefix("c:")?;
            Some((fact_in_words(w, fact), with(term.estimate, term.interval)))
        });
    by_weight.chain(of_facts).collect()
}

pub async fn load_display(
    app: &App,
    visitor: &Researcher,
    fields: &Fields,
) -> Result<Result<Display, Response>, Problem> {
    let w = visitor.0.words;
    let desk = match desk::open(app, visitor, fields, PATH).await? {
        Ok(desk) => desk,
        Err(page) => return Ok(Err(page)),
    };
    let groups = desk.findings.groups.clone().unwrap_or_default();
    let material = load(app, visitor).await?;
    let coded = coded(app, visitor, &material).await?;
    let said: Vec<Said> = coded.iter().map(|one| one.said.clone()).collect();
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let study_id = visitor.0.study.study_id;
    let mut tx = app.store().read().await.map_err(failed)?;
    let keys: BTreeMap<SchoolId, String> = schools::of_study(&mut tx, study_id)
        .await
        .map_err(failed)?
        .into_iter()
        .map(|school| (school.school_id, school.key))
        .collect();
    let logs = training_log::participations(&mut tx, study_id)
        .await
        .map_err(failed)?;
    drop(tx);
    let shares: BTreeMap<String, f64> = logs
        .iter()
        .filter_map(|(school, log)| Some((keys.get(school)?.clone(), log.of_team?)))
        .collect();
    let factors = material
        .codebook
        .factors
        .iter()
        .map(|factor| {
            let cells: Vec<(Voice, Cell)> = Voice::ALL
                .map(|voice| (voice, cell(&said, &factor.key, voice, &groups)))
                .into();
            let mut contrasts: BTreeMap<&'static str, Vec<Contrast>> = BTreeMap::new();
            for (column, outcomes) in outcomes(visitor, &desk, &factor.key) {
                let rows = rows_of(&desk.findings.contrasts, &outcomes);
                contrasts.insert(column, rows.into_iter().cloned().collect());
            }
            let log = (factor.key == "whole_team")
                .then(|| compare_log(&shares, &groups))
                .flatten();
            let moderators = if factor.key == "background" {
                moderators(w, &desk)
            } else {
                Vec::new()
            };
            let mut measured: Vec<Measured> = contrasts
                .values()
                .flatten()
                .filter_map(Measured::of)
                .collect();
            measured.extend(log.map(|log| log.measured()));
            let words = in_words(&cells);
            let numbers = in_numbers(&measured);
            Known {
                claim: claim(&said, &factor.key, &groups),
                differs: differs(&words, numbers),
                convergence: converge(&words, numbers),
                factor: factor.clone(),
                cells,
                contrasts,
                log,
                moderators,
            }
        })
        .collect();
    let locked = material.steps.into_iter();
    Ok(Ok(Display {
        desk,
        groups,
        locked: locked.filter(|taken| taken.step == Step::Locked).collect(),
        coded,
        factors,
    }))
}

/// A line per factor, source and group, and per factor and number; keys, not words.
pub fn table(display: &Display) -> Vec<Vec<String>> {
    let head = [
        "factor",
        "column",
        "group",
        "outcome",
        "wave",
        "relation",
        "n_schools",
        "promotes",
        "hinders",
        "mixed",
        "no_influence",
        "not_raised",
        "implicit",
        "p_raised",
        "p_direction",
        "hedges_g",
        "g_lower",
        "g_upper",
        "p_value",
        "p_max_t",
        "verdict",
        "differs",
        "convergence",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    let optional = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    for known in &display.factors {
        let differs = format!("{:?}", known.differs).to_lowercase();
        let code = known.convergence.map_or("", Convergence::key).to_owned();
        let mut put = |cells: [String; 20]| {
            let mut row = vec![known.factor.key.clone()];
            row.extend(cells);
            row.extend([differs.clone(), code.clone()]);
            rows.push(row);
        };
        let none = || std::array::from_fn::<String, 20, _>(|_| String::new());
        for (voice, cell) in &known.cells {
            for (group, counts) in [("high", &cell.high), ("low", &cell.low)] {
                if display.locked.is_empty() {
                    continue;
                }
                let mut cells = none();
                cells[0] = voice.key().to_owned();
                cells[1] = group.to_owned();
                let all = [
                    counts.n,
                    counts.promotes,
                    counts.hinders,
                    counts.mixed,
                    counts.no_influence,
                    counts.not_raised,
                    counts.implicit,
                ];
                for (at, n) in all.into_iter().enumerate() {
                    cells[5 + at] = n.to_string();
                }
                cells[12] = optional(cell.p_raised);
                cells[13] = optional(cell.p_direction);
                put(cells);
            }
        }
        for (column, contrasts) in &known.contrasts {
            for contrast in contrasts {
                let mut cells = none();
                cells[0] = (*column).to_owned();
                cells[2] = contrast.outcome.clone();
                cells[3] = contrast.wave.clone();
                cells[4] = contrast.relation.clone();
                cells[5] = (contrast.n_high + contrast.n_low).to_string();
                if let Some(test) = &contrast.test {
                    cells[14] = optional(test.hedges_g);
                    cells[15] = optional(test.g_interval.map(|ends| ends.0));
                    cells[16] = optional(test.g_interval.map(|ends| ends.1));
                    cells[17] = test.p_value.to_string();
                    cells[18] = optional(test.p_max_t);
                    cells[19] = test.verdict.clone();
                }
                put(cells);
            }
        }
        if let Some(log) = &known.log {
            let mut cells = none();
            cells[0] = "log".to_owned();
            cells[2] = "share_of_team".to_owned();
            cells[5] = (log.n_high + log.n_low).to_string();
            cells[14] = optional(log.g.map(|(g, _)| g));
            cells[15] = optional(log.g.map(|(_, ends)| ends.0));
            cells[16] = optional(log.g.map(|(_, ends)| ends.1));
            cells[17] = optional(log.p_value);
            put(cells);
        }
        for (name, told) in &known.moderators {
            let mut cells = none();
            cells[0] = "moderator".to_owned();
            cells[2] = format!("{name}: {told}");
            put(cells);
        }
    }
    rows
}
