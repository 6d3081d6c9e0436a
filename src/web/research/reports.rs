//! The reports that trainers filed, with what each had seen of the school before, and what their trainings came to. What
//! is about someone who alone holds a role is read here and nowhere else.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::desk;
use crate::domain::answer::Answer;
use crate::domain::training::Participation;
use crate::exchange::tidy_csv;
use crate::fieldwork::trainer_report::instrument;
use crate::instrument::definition::{Format, Instrument};
use crate::locale::Words;
use crate::storage::schools::{self, School};
use crate::storage::trainer_reports::{self, TrainerReport};
use crate::storage::{StorageError, training_log};
use crate::web::access::Researcher;
use crate::web::app::App;
use crate::web::frame::Frame;
use crate::web::problem::{Problem, show};

#[derive(Template)]
#[template(path = "web/pages/research_reports.html")]
struct ReportsPage {
    frame: Frame,
    scales: Vec<String>,
    rows: Vec<Row>,
}

struct Row {
    school: String,
    wave: String,
    filed_at: String,
    seen_before: Vec<String>,
    pin: String,
    scores: Vec<String>,
    present: String,
    themes: Vec<Theme>,
}

/// What was said on one theme.
struct Theme {
    title: String,
    /// About someone who alone holds a role: stays on the research desk.
    desk_only: bool,
    /// Question and answer.
    said: Vec<(String, String)>,
}

/// Filed reports with their school and what its training came to, by the key of the school.
async fn filed(
    app: &App,
    visitor: &Researcher,
) -> Result<Vec<(School, TrainerReport, Participation)>, Problem> {
    let failed = |error: StorageError| Problem::storage(app, visitor.0.words, &error);
    let study_id = visitor.0.study.study_id;
    let mut tx = app.store().read().await.map_err(failed)?;
    let schools = schools::of_study(&mut tx, study_id).await.map_err(failed)?;
    let mut reports = trainer_reports::of_study(&mut tx, study_id)
        .await
        .map_err(failed)?;
    reports.retain(|report| report.filed_at.is_some());
    let participations = training_log::participations(&mut tx, study_id)
        .await
        .map_err(failed)?;
    let mut found = Vec::with_capacity(reports.len());
    for school in schools {
        let own = reports
            .iter()
            .filter(|report| report.school_id == school.school_id);
        for report in own {
            let counted = participations
                .get(&school.school_id)
                .copied()
                .unwrap_or_default();
            found.push((school.clone(), report.clone(), counted));
        }
    }
    Ok(found)
}

fn said(w: Words, known: &Instrument, key: &str, report: &TrainerReport) -> String {
    let options = match &known.items[key].format {
        Format::Rating(options) | Format::Single(options) => options.as_slice(),
        _ => &[],
    };
    match report.answers.get(key) {
        Some(Answer::Code(code)) => options
            .iter()
            .find(|option| option.code == *code)
            .map_or_else(
                || code.to_string(),
                |option| format!("{code} · {}", option.text.say(w.0)),
            ),
        Some(Answer::Text(text)) => text.clone(),
        Some(Answer::Number(number)) => number.to_string(),
        _ => "–".to_owned(),
    }
}

fn codes(report: &TrainerReport) -> std::collections::BTreeMap<String, f64> {
    report
        .answers
        .iter()
        .filter_map(|(key, answer)| match answer {
            Answer::Code(code) => Some((key.clone(), *code as f64)),
            Answer::Number(number) => Some((key.clone(), *number)),
            _ => None,
        })
        .collect()
}

pub async fn show_reports(
    visitor: Researcher,
    State(app): State<App>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let study = &visitor.0.study;
    let zone = study.design.time_zone;
    let reports = filed(&app, &visitor).await?;
    let scales = instrument(study, None).map_or(&[][..], |newest| newest.scales.as_slice());
    let rows = reports
        .iter()
        .filter_map(|(school, report, counted)| {
            let known = instrument(study, Some(&report.pin))?;
            let answers = codes(report);
            Some(Row {
                school: school.key.clone(),
                wave: report.wave.clone(),
                filed_at: w.day_and_time(report.filed_at?, zone),
                seen_before: report
                    .seen_before
                    .iter()
                    .map(|seen| format!("{}: {}", seen.wave, w.day_and_time(seen.at, zone)))
                    .collect(),
                pin: known.pin(),
                scores: scales
                    .iter()
                    .map(|scale| {
                        let own = known.scales.iter().find(|own| own.key == scale.key);
                        own.and_then(|own| own.score(&answers))
                            .map_or_else(|| "–".to_owned(), |score| w.decimal(score, 1))
                    })
                    .collect(),
                present: counted.of_team.map_or_else(
                    || "–".to_owned(),
                    |share| format!("{:.0} % ({})", share * 100.0, counted.n_meetings),
                ),
                themes: known
                    .pages
                    .iter()
                    .map(|page| {
                        let answers = page.ask.iter().map(|key| {
                            let text = known.items[key].text.say(w.0).to_owned();
                            (text, said(w, known, key, report))
                        });
                        Theme {
                            title: page.title.say(w.0).to_owned(),
                            desk_only: page.ask.iter().all(|key| known.items[key].desk_only),
                            said: answers.collect(),
                        }
                    })
                    .collect(),
            })
        })
        .collect();
    let page = ReportsPage {
        frame: desk::frame(&app, &visitor, w.t("reports-title"), "/research/reports"),
        scales: scales
            .iter()
            .map(|scale| scale.title.say(w.0).to_owned())
            .collect(),
        rows,
    };
    Ok(show(&page))
}

/// A row per report and answer: numbers as they were given, words as they were written.
pub async fn download(visitor: Researcher, State(app): State<App>) -> Result<Response, Problem> {
    let header = ["school", "wave", "instrument", "version", "item", "value"];
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    for (school, report, _) in filed(&app, &visitor).await? {
        rows.extend(report.answers.iter().filter_map(|(item, answer)| {
            let value = match answer {
                Answer::Code(code) => code.to_string(),
                Answer::Number(number) => number.to_string(),
                Answer::Text(text) => text.clone(),
                _ => return None,
            };
            Some(vec![
                school.key.clone(),
                report.wave.clone(),
                report.pin.instrument.clone(),
                report.pin.version.to_string(),
                item.clone(),
                value,
            ])
        }));
    }
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/csv; charset=utf-8"),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"trainer_reports.csv\""),
        ),
    ];
    Ok((headers, tidy_csv::lines(&rows)).into_response())
}
