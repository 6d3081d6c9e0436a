//! The form with which a study is set up: one page, a template, good defaults.

use axum::Form as Sent;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta};
use chrono_tz::Tz;
use futures_util::FutureExt;

use crate::domain::language::Text;
use crate::domain::study::{CohortDesign, Feedback, StudyDesign, Subject, WindowDesign};
use crate::exchange::study_toml;
use crate::fieldwork::enter::Visit;
use crate::fieldwork::found::{self, FoundRefusal};
use crate::instrument::library::Library;
use crate::locale::Words;
use crate::web::account_page::AccountPage;
use crate::web::app::App;
use crate::web::enter::visit_cookie;
use crate::web::filled::{Filled, Form, FormsPage, Section, is_key, read_day, slug};
use crate::web::form::{Fields, field};
use crate::web::frame::Frame;
use crate::web::problem::{Kind, Problem, show};
use crate::web::visitor::Founder;

const FOCUS: &str = include_str!("../../../instruments/studies/focus.toml");

const ZONES: [&str; 6] = [
    "Europe/Amsterdam",
    "Europe/Brussels",
    "Europe/London",
    "America/Curacao",
    "America/Paramaribo",
    "UTC",
];

#[derive(serde::Deserialize)]
pub struct Choice {
    template: Option<String>,
    start: Option<String>,
}

/// The template that was chosen: a whole Focus study, or one cohort that answers one questionnaire once.
fn template(name: &str, library: &Library) -> StudyDesign {
    let mut design = study_toml::parse("focus.toml", FOCUS, library)
        .expect("the shipped template is read by a test");
    if name == "empty" {
        design.cohorts.truncate(1);
        design.waves.truncate(1);
        let (cohort, wave) = (design.cohorts[0].key.clone(), design.waves[0].key.clone());
        design
            .windows
            .retain(|window| window.cohort == cohort && window.wave == wave);
        design.collect.retain(|row| row.about == Subject::Roster);
        for row in &mut design.collect {
            row.waves = vec![wave.clone()];
        }
    }
    design
}

/// A window of the template on the clock of its own time zone: number of the cohort, wave, opening and closing.
fn planned(template: &StudyDesign) -> Vec<(usize, String, NaiveDateTime, NaiveDateTime)> {
    let zone = template.time_zone;
    template
        .windows
        .iter()
        .filter_map(|window| {
            let cohort = template
                .cohorts
                .iter()
                .position(|cohort| cohort.key == window.cohort)?;
            Some((
                cohort + 1,
                window.wave.clone(),
                window.opens_at.with_timezone(&zone).naive_local(),
                window.closes_at.with_timezone(&zone).naive_local(),
            ))
        })
        .collect()
}

/// The form as it is offered: every date at its distance from the first day.
fn offered(template: &StudyDesign, name: &str, start: NaiveDate, w: Words) -> Filled {
    let mut filled = Filled::default();
    let windows = planned(template);
    let first = windows.iter().map(|window| window.2.date()).min();
    let shift = start - first.unwrap_or(start);
    filled.set("template", name);
    filled.set("start", start.to_string());
    filled.set("key", format!("{name}-{}", start.year()));
    filled.set("time_zone", "Europe/Amsterdam");
    filled.set("feedback", "after_each_wave");
    if name == "focus" {
        filled.set("title_nl", template.title.nl.clone());
        filled.set("title_en", template.title.en.clone());
    }
    for (number, cohort) in (1..).zip(&template.cohorts) {
        filled.set(
            format!("cohort_{number}"),
            w.t1("setup-cohort-n", "n", number),
        );
        filled.set(
            format!("starts_{number}"),
            (cohort.starts_on + shift).to_string(),
        );
    }
    for (number, wave, opens, closes) in windows {
        let local = |at: NaiveDateTime| (at + shift).format("%Y-%m-%dT%H:%M").to_string();
        filled.set(format!("opens_{number}_{wave}"), local(opens));
        filled.set(format!("closes_{number}_{wave}"), local(closes));
    }
    filled
}

/// The Monday four weeks from now: time for agreements and staff lists.
fn usual_start(app: &App) -> NaiveDate {
    let day = app.now().date_naive() + TimeDelta::weeks(4);
    day + TimeDelta::days((7 - i64::from(day.weekday().num_days_from_monday())) % 7)
}

pub async fn show_form(
    founder: Founder,
    State(app): State<App>,
    Query(choice): Query<Choice>,
) -> Response {
    let name = known(choice.template.as_deref());
    let start = choice.start.as_deref().and_then(read_day);
    let template = template(name, &Library::shipped());
    let start = start
        .filter(|day| (2000..2200).contains(&day.year()))
        .unwrap_or_else(|| usual_start(&app));
    let filled = offered(&template, name, start, founder.words);
    show(&page(&app, founder.words, &template, &filled))
}

fn known(template: Option<&str>) -> &'static str {
    match template {
        Some("empty") => "empty",
        _ => "focus",
    }
}

fn page(app: &App, w: Words, template: &StudyDesign, filled: &Filled) -> FormsPage {
    let name = known(filled.given("template"));
    let words = |keys: &[&str], prefix: &str| {
        keys.iter()
            .map(|key| ((*key).to_owned(), w.t(&format!("{prefix}{key}"))))
            .collect::<Vec<_>>()
    };
    let choose = Form {
        action: "/setup".into(),
        asks: true,
        second: true,
        button: w.t("setup-choose-button"),
        sections: vec![Section {
            title: w.t("setup-choose"),
            lead: w.t("setup-choose-lead"),
            pairs: true,
            fields: vec![
                filled
                    .field("template", "select", w.t("setup-template"))
                    .options(words(&["focus", "empty"], "setup-template-")),
                filled.field("start", "date", w.t("setup-start")),
            ],
            ..Section::default()
        }],
        ..Form::default()
    };
    let study = Section {
        title: w.t("setup-study"),
        fields: vec![
            filled.field("title_nl", "text", w.t("setup-title-nl")),
            filled
                .field("title_en", "text", w.t("setup-title-en"))
                .help(w.t("setup-title-en-help"))
                .optional(),
            filled
                .field("key", "text", w.t("setup-key"))
                .help(w.t("setup-key-help")),
            filled
                .field("contact_name", "text", w.t("setup-contact-name"))
                .help(w.t("setup-contact-help")),
            filled.field("contact_email", "email", w.t("setup-contact-email")),
            filled
                .field("feedback", "select", w.t("cond-feedback"))
                .options(words(&["after_each_wave", "none_until_end"], "feedback-"))
                .help(w.t("cond-feedback-help")),
            filled
                .field("time_zone", "select", w.t("setup-time-zone"))
                .options(
                    ZONES
                        .map(|zone| (zone.to_owned(), zone.to_owned()))
                        .to_vec(),
                ),
        ],
        ..Section::default()
    };
    let mut sections = vec![study];
    for number in 1..=template.cohorts.len() {
        let mut fields = vec![
            filled.field(format!("cohort_{number}"), "text", w.t("setup-cohort")),
            filled
                .field(format!("starts_{number}"), "date", w.t("setup-starts"))
                .help(w.t("setup-starts-help")),
        ];
        if number > 1 {
            fields[0] = fields[0].clone().optional().help(w.t("setup-cohort-none"));
        }
        for (_, wave, ..) in planned(template).iter().filter(|row| row.0 == number) {
            fields.push(filled.field(
                format!("opens_{number}_{wave}"),
                "datetime-local",
                w.t1("setup-opens", "wave", wave.as_str()),
            ));
            fields.push(filled.field(
                format!("closes_{number}_{wave}"),
                "datetime-local",
                w.t1("setup-closes", "wave", wave.as_str()),
            ));
        }
        sections.push(Section {
            title: w.t1("setup-cohort-n", "n", number),
            lead: w.t("setup-windows-lead"),
            fields,
            pairs: true,
            ..Section::default()
        });
    }
    let asked: Vec<String> = template
        .collect
        .iter()
        .filter_map(|row| Library::shipped().get(&row.instrument).cloned())
        .map(|instrument| instrument.title.say(w.0).to_owned())
        .collect();
    let forms = vec![
        choose,
        Form {
            action: "/setup".into(),
            hidden: vec![
                ("template".into(), name.into()),
                ("start".into(), filled.value("start").to_owned()),
            ],
            sections,
            button: w.t("setup-found"),
            ..Form::default()
        },
    ];
    FormsPage {
        frame: Frame::new(
            app,
            w,
            w.t("setup-title"),
            format!("/setup?template={name}"),
        ),
        lead: w.t1("setup-lead", "asked", asked.join(", ")),
        links: Vec::new(),
        saved: String::new(),
        faults: filled.faults(&forms),
        forms,
    }
}

/// The design that was filled in; where something is wrong with it, that is put at its field.
fn design(w: Words, filled: &mut Filled, template: &StudyDesign) -> StudyDesign {
    let mut design = template.clone();
    let title = filled.text(w, "title_nl");
    let english = filled.given("title_en").unwrap_or(&title).to_owned();
    design.title = Text::new(title, english);
    design.key = filled.text(w, "key");
    if !is_key(&design.key) {
        filled.refuse("key", w.t("filled-not-a-key"));
    }
    let (name, address) = (
        filled.text(w, "contact_name"),
        filled.text(w, "contact_email"),
    );
    let is_address = address
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    if !is_address || address.contains(char::is_whitespace) {
        filled.refuse("contact_email", w.t("filled-not-an-address"));
    }
    design.contact = format!("{name}, {address}");
    design.feedback = match filled.value("feedback") {
        "none_until_end" => Feedback::NoneUntilEnd,
        _ => Feedback::AfterEachWave,
    };
    match filled.value("time_zone").parse::<Tz>() {
        Ok(zone) => design.time_zone = zone,
        Err(_) => filled.refuse("time_zone", w.t("filled-choose")),
    }
    let waves = planned(template);
    let (mut cohorts, mut windows) = (Vec::new(), Vec::new());
    for number in 1..=template.cohorts.len() {
        let name = format!("cohort_{number}");
        let Some(title) = filled.given(&name).map(str::to_owned) else {
            if number == 1 {
                filled.refuse(name, w.t("filled-empty"));
            }
            continue;
        };
        let key = slug(&title);
        if key.is_empty()
            || cohorts
                .iter()
                .any(|cohort: &CohortDesign| cohort.key == key)
        {
            filled.refuse(name, w.t("setup-cohort-twice"));
        }
        let starts = format!("starts_{number}");
        let starts_on = filled.day(w, &starts);
        if starts_on.is_none() {
            filled.refuse(starts, w.t("filled-empty"));
        }
        let before = windows.len();
        for (_, wave, ..) in waves.iter().filter(|row| row.0 == number) {
            windows.extend(window(w, filled, design.time_zone, (number, &key, wave)));
        }
        if windows.len() == before {
            let first = waves.iter().find(|row| row.0 == number).map(|row| &row.1);
            let first = first.map_or("", String::as_str);
            filled.refuse(format!("opens_{number}_{first}"), w.t("setup-no-window"));
        }
        cohorts.push(CohortDesign {
            key,
            title: Text::new(title.clone(), title),
            starts_on: starts_on.unwrap_or_default(),
        });
    }
    design.cohorts = cohorts;
    design.windows = windows;
    design
}

fn window(
    w: Words,
    filled: &mut Filled,
    zone: Tz,
    (number, cohort, wave): (usize, &str, &str),
) -> Option<WindowDesign> {
    let (from, to) = (
        format!("opens_{number}_{wave}"),
        format!("closes_{number}_{wave}"),
    );
    let given = (filled.given(&from).is_some(), filled.given(&to).is_some());
    match given {
        (false, false) => return None,
        (false, true) => filled.refuse(from.clone(), w.t("filled-empty")),
        (true, false) => filled.refuse(to.clone(), w.t("filled-empty")),
        (true, true) => {}
    }
    let (opens_at, closes_at) = (filled.moment(w, &from, zone)?, filled.moment(w, &to, zone)?);
    if opens_at >= closes_at {
        filled.refuse(to, w.t("filled-backwards"));
    }
    Some(WindowDesign {
        cohort: cohort.to_owned(),
        wave: wave.to_owned(),
        opens_at,
        closes_at,
    })
}

/// A study that was founded: with a visit of its owner, or with a link to hand over.
enum Founded {
    Own(Visit),
    For(String),
}

/// Founds the study and makes whoever filled in the form its owner; an administrator hands its link over. Nothing is stored
/// while anything is wrong.
pub async fn found(
    founder: Founder,
    State(app): State<App>,
    Sent(fields): Sent<Fields>,
) -> Result<Response, Problem> {
    let w = founder.words;
    let library = Library::shipped();
    let template = template(known(field(&fields, "template")), &library);
    let mut filled = Filled::of(&fields);
    let design = design(w, &mut filled, &template);
    // What would be closed before anyone can answer is a mistake in the year.
    for (number, cohort) in (1..).zip(&design.cohorts) {
        for window in design.windows.iter().filter(|row| row.cohort == cohort.key) {
            if window.closes_at <= app.now() {
                filled.refuse(
                    format!("closes_{number}_{}", window.wave),
                    w.t("filled-in-the-past"),
                );
            }
        }
    }
    let refused = |filled: &Filled| {
        let page = page(&app, w, &template, filled);
        Ok((StatusCode::UNPROCESSABLE_ENTITY, show(&page)).into_response())
    };
    if !filled.is_good() {
        return refused(&filled);
    }
    let actor = founder.by.map_or("setup".to_owned(), |by| by.to_string());
    let (act, key, mut rng) = (app.act(actor), app.key().clone(), app.rng());
    let founded = app
        .store()
        .write(move |tx| {
            async move {
                let made = (&design, &library);
                if founder.by.is_some() {
                    let token = found::found_for(tx, &act, &mut rng, &key, made).await?;
                    return Ok(Founded::For(token));
                }
                let visit = found::set_up(tx, &act, &mut rng, &key, founder.studies, made).await?;
                Ok(Founded::Own(visit))
            }
            .boxed()
        })
        .await;
    match founded {
        Ok(Founded::For(token)) => {
            let mut page = AccountPage::new(&app, w, "founded-title", "/account");
            page.lead = w.t("founded-lead");
            page.shown = vec![format!("{}/r#{token}", app.base())];
            page.links = vec![("/account".to_owned(), w.t("founded-back"))];
            page.frame.signed_in = true;
            Ok(show(&page))
        }
        Ok(Founded::Own(visit)) => {
            let set = visit_cookie(&app, &visit.cookie);
            let headers = AppendHeaders([(header::SET_COOKIE, set)]);
            Ok((headers, Redirect::to("/study/welcome")).into_response())
        }
        Err(FoundRefusal::KeyTaken) => {
            filled.refuse("key", w.t("setup-key-taken"));
            refused(&filled)
        }
        Err(FoundRefusal::LinkUsed) => Err(Problem::new(&app, w, Kind::NoVisit)),
        Err(FoundRefusal::Failed(error)) => Err(Problem::storage(&app, w, &error)),
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveTime;

    use super::*;

    #[test]
    fn every_offered_date_stands_at_its_distance_from_the_first_day() {
        let library = Library::shipped();
        let start = NaiveDate::from_ymd_opt(2027, 3, 1).expect("a day");
        for (name, windows) in [("focus", 8), ("empty", 1)] {
            let template = template(name, &library);
            let mut filled = offered(&template, name, start, Words::default());
            for (field, value) in [
                ("title_nl", "Proef"),
                ("contact_name", "An"),
                ("contact_email", "an@example.org"),
            ] {
                filled.set(field, value);
            }
            let design = design(Words::default(), &mut filled, &template);
            assert_eq!(filled.faults(&[]), [], "{name}");
            assert_eq!(design.windows.len(), windows);
            let first = design.windows.iter().map(|window| window.opens_at).min();
            let local = first.map(|at| at.with_timezone(&design.time_zone).naive_local());
            let eight = NaiveTime::from_hms_opt(8, 0, 0).map(|time| start.and_time(time));
            assert_eq!(local, eight);
        }
    }
}
