//! The study's own words: who asks, the invitation, the reminder and the letter, in both languages, with a look at what
//! somebody would read.

use axum::Form as Sent;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::amending::{Said, frame, is_current, put};
use crate::domain::language::{Language, Text};
use crate::domain::study::StudyDesign;
use crate::fieldwork::wording::{self, PLACEHOLDERS, TEXTS, Values, unknown_placeholders};
use crate::locale::Words;
use crate::web::access::Owner;
use crate::web::app::App;
use crate::web::filled::{Filled, Form, FormsPage, Section};
use crate::web::form::Fields;
use crate::web::problem::{Problem, show};

/// The text that is sent until the owner writes another, with its places as an owner writes them.
fn standard(design: &StudyDesign, name: &str, language: Language) -> String {
    let mut bare = design.clone();
    bare.texts.remove(name);
    wording::template(&bare, name, language)
}

/// A text as an example person would read it.
fn example(design: &StudyDesign, text: &str, language: Language) -> String {
    let w = Words(language);
    let minutes = design
        .rehearsed
        .as_ref()
        .and_then(|rehearsed| rehearsed.minutes.values().next())
        .map_or(10.0, |by_instrument| by_instrument.values().sum());
    let closes = design
        .windows
        .iter()
        .map(|window| window.closes_at)
        .min()
        .map(|at| w.day_and_time(at, design.time_zone));
    let values = Values {
        name: w.t("texts-example-name"),
        school: w.t("texts-example-school"),
        link: "https://schakel.example/r#K7Q29XW4TB3HJ6RM".to_owned(),
        code: "K7Q2-9XW4-TB3H-J6RM".to_owned(),
        closes: closes.unwrap_or_default(),
        minutes: w.t1("minutes", "n", minutes.ceil().max(1.0)),
    };
    wording::filled(design, text, language, &values)
}

fn page(app: &App, visitor: &Owner, filled: &Filled, saved: bool) -> FormsPage {
    let w = visitor.0.words;
    let study = &visitor.0.study;
    let mut sections = Vec::new();
    for name in TEXTS {
        let kind = if name.ends_with("_subject") {
            "text"
        } else {
            "area"
        };
        let mut section = Section {
            title: w.t(&format!("texts-{name}")),
            ..Section::default()
        };
        for language in Language::ALL {
            let (field, label) = (
                format!("{name}_{}", language.tag()),
                w.t(&format!("texts-in-{}", language.tag())),
            );
            let text = example(&study.design, filled.value(&field), language);
            section
                .shown
                .push((w.t1("texts-preview", "language", label.as_str()), text));
            section.fields.push(filled.field(field, kind, label));
        }
        if study.design.texts.contains_key(name) {
            let tick = format!("{name}_standard");
            section
                .fields
                .push(filled.field(tick, "tick", w.t("texts-standard")));
        }
        sections.push(section);
    }
    let places: Vec<String> = PLACEHOLDERS
        .iter()
        .map(|place| format!("{{{place}}}"))
        .collect();
    let forms = vec![Form {
        action: "/study/texts".into(),
        hidden: vec![("revision".into(), study.revision.to_string())],
        sections,
        button: w.t("texts-save"),
        ..Form::default()
    }];
    FormsPage {
        frame: frame(app, visitor, w.t("texts-title"), "/study/texts"),
        lead: w.t1("texts-lead", "places", places.join(" ")),
        links: vec![("/study".into(), w.t("matrix-back"))],
        saved: if saved {
            w.t("filled-saved")
        } else {
            String::new()
        },
        faults: filled.faults(&forms),
        forms,
    }
}

pub async fn show_texts(
    visitor: Owner,
    State(app): State<App>,
    Query(said): Query<Said>,
) -> Response {
    let mut filled = Filled::default();
    for name in TEXTS {
        let own = visitor.0.study.design.texts.get(name);
        for language in Language::ALL {
            let text = own.map_or_else(
                || standard(&visitor.0.study.design, name, language),
                |own| own.say(language).to_owned(),
            );
            filled.set(format!("{name}_{}", language.tag()), text);
        }
    }
    show(&page(&app, &visitor, &filled, said.saved.is_some()))
}

pub async fn save(
    visitor: Owner,
    State(app): State<App>,
    Sent(fields): Sent<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let mut filled = Filled::of(&fields);
    let mut new = visitor.0.study.design.clone();
    for name in TEXTS {
        let [nl, en] = Language::ALL.map(|language| {
            // Browsers send the ends of lines in their own way.
            let sent = filled.value(&format!("{name}_{}", language.tag()));
            sent.replace("\r\n", "\n")
        });
        let is_standard = (nl.is_empty() && en.is_empty())
            || filled.given(&format!("{name}_standard")).is_some()
            || [(&nl, Language::Nl), (&en, Language::En)]
                .iter()
                .all(|(text, language)| {
                    text.trim() == standard(&visitor.0.study.design, name, *language).trim()
                });
        if is_standard {
            new.texts.remove(name);
            continue;
        }
        for (text, language) in [(&nl, Language::Nl), (&en, Language::En)] {
            let field = format!("{name}_{}", language.tag());
            let unknown = unknown_placeholders(text);
            if text.is_empty() {
                filled.refuse(field, w.t("texts-both"));
            } else if let Some(place) = unknown.first() {
                let place = format!("{{{place}}}");
                filled.refuse(field, w.t1("amend-unknown-placeholder", "about", place));
            } else if name.ends_with("_body") && !text.contains("{link}") {
                filled.refuse(field, w.t("texts-no-link"));
            }
        }
        new.texts.insert(name.to_owned(), Text::new(nl, en));
    }
    if !is_current(&visitor, &fields) {
        filled.refuse("", w.t("amend-changed-elsewhere"));
    }
    if filled.is_good() {
        match put(&app, &visitor, new).await? {
            Ok(()) => return Ok(Redirect::to("/study/texts?saved=1").into_response()),
            Err(told) => filled.refuse("", told.join(" ")),
        }
    }
    let page = page(&app, &visitor, &filled, false);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, show(&page)).into_response())
}
