//! One questionnaire as it will be asked: every page with its questions, options and rules in both languages.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;

use super::instruments::{USUAL_COLLEAGUES, collected, frame, short, told};
use super::wording::{self, ChangeLine};
use crate::domain::language::{Language, Text};
use crate::instrument::definition::{Format, Instrument, Item, Scale};
use crate::instrument::diff::{differences, options};
use crate::instrument::minutes::{in_minutes, seconds};
use crate::instrument::rule::Rule;
use crate::locale::Words;
use crate::web::access::Owner;
use crate::web::app::App;
use crate::web::frame::Frame;
use crate::web::problem::{Kind, Problem, show};

#[derive(Template)]
#[template(path = "web/pages/instrument.html")]
struct InstrumentPage {
    frame: Frame,
    key: String,
    version: i64,
    /// Each with whether it is the one shown.
    versions: Vec<(i64, bool)>,
    hash: String,
    status: String,
    source: String,
    separate: bool,
    minutes: String,
    collected: Vec<(String, String)>,
    intro: Text,
    title: Text,
    pages: Vec<PageView>,
    scales: Vec<ScaleView>,
    hints: Vec<String>,
    /// What changed since the version before.
    changes: Vec<ChangeLine>,
    before: Option<i64>,
}

struct PageView {
    number: usize,
    title: Text,
    lead: Option<Text>,
    rule: Option<RuleView>,
    items: Vec<ItemView>,
}

/// A rule in words, and as it stands in the file.
struct RuleView {
    words: String,
    text: String,
}

struct ItemView {
    key: String,
    text: Text,
    kind: String,
    /// What belongs to this item alone: the relation, the right answer.
    own: Option<String>,
    rule: Option<RuleView>,
    options: Vec<OptionView>,
}

struct OptionView {
    code: i64,
    text: Text,
    right: bool,
}

struct ScaleView {
    key: String,
    title: String,
    /// Each with whether it is reversed.
    items: Vec<(String, bool)>,
    rule: String,
    /// The answers of the worked example and the score they give.
    example: Option<(String, String)>,
}

#[derive(serde::Deserialize)]
pub struct Choice {
    version: Option<i64>,
}

pub async fn show_instrument(
    visitor: Owner,
    State(app): State<App>,
    Path(key): Path<String>,
    Query(choice): Query<Choice>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let study = &visitor.0.study;
    let asked = match choice.version {
        Some(version) => study.library.version(&key, version),
        None => study.library.get(&key),
    };
    let instrument = asked.ok_or_else(|| Problem::new(&app, w, Kind::NotFound))?;
    let versions: Vec<(i64, bool)> = study
        .library
        .all()
        .filter(|(other, _)| other.key == key)
        .map(|(other, _)| (other.version, other.version == instrument.version))
        .collect();
    let before = versions
        .iter()
        .map(|(version, _)| *version)
        .filter(|version| *version < instrument.version)
        .max();
    let changes = before
        .and_then(|version| study.library.version(&key, version))
        .map(|old| differences(old, instrument))
        .unwrap_or_default();
    let mut frame = frame(&app, &visitor, instrument.title.say(w.0).to_owned());
    frame.path = format!("/study/instruments/{key}?version={}", instrument.version);
    let page = InstrumentPage {
        frame,
        version: instrument.version,
        versions,
        hash: short(&instrument.hash),
        status: wording::status(w, instrument.status),
        source: instrument.source.clone(),
        separate: instrument.separate,
        minutes: minutes(w, instrument),
        collected: collected(w, &study.design, &key),
        intro: instrument.intro.clone(),
        title: instrument.title.clone(),
        pages: pages(w, instrument),
        scales: instrument
            .scales
            .iter()
            .map(|scale| scale_view(w, instrument, scale))
            .collect(),
        hints: told(w, instrument),
        changes: changes
            .iter()
            .map(|difference| wording::change(w, difference))
            .collect(),
        before,
        key,
    };
    Ok(show(&page))
}

/// The estimate in both languages.
fn minutes(w: Words, instrument: &Instrument) -> String {
    let of = |language| in_minutes(seconds(instrument, language, USUAL_COLLEAGUES));
    w.t2(
        "instrument-minutes",
        "nl",
        of(Language::Nl),
        "en",
        of(Language::En),
    )
}

fn rule_view(w: Words, instrument: &Instrument, rule: &Option<Rule>) -> Option<RuleView> {
    rule.as_ref().map(|rule| RuleView {
        words: wording::rule(w, rule, instrument),
        text: rule.to_string(),
    })
}

fn pages(w: Words, instrument: &Instrument) -> Vec<PageView> {
    let mut views = Vec::new();
    for (index, page) in instrument.pages.iter().enumerate() {
        let items = page
            .ask
            .iter()
            .filter_map(|key| Some((key, instrument.items.get(key)?)))
            .map(|(key, item)| item_view(w, instrument, key, item))
            .collect();
        views.push(PageView {
            number: index + 1,
            title: page.title.clone(),
            lead: page.lead.clone(),
            rule: rule_view(w, instrument, &page.when),
            items,
        });
    }
    views
}

fn item_view(w: Words, instrument: &Instrument, key: &str, item: &Item) -> ItemView {
    let right = match item.format {
        Format::Test { key, .. } => Some(key),
        _ => None,
    };
    let own = match &item.format {
        Format::Roster { relation, .. } => {
            Some(w.t1("instrument-relation", "relation", relation.as_str()))
        }
        _ => None,
    };
    ItemView {
        key: key.to_owned(),
        text: item.text.clone(),
        kind: wording::kind(w, &item.format),
        own,
        rule: rule_view(w, instrument, &item.when),
        options: options(&item.format)
            .iter()
            .map(|choice| OptionView {
                code: choice.code,
                text: choice.text.clone(),
                right: right == Some(choice.code),
            })
            .collect(),
    }
}

fn scale_view(w: Words, instrument: &Instrument, scale: &Scale) -> ScaleView {
    let mut args = fluent_bundle::FluentArgs::new();
    args.set("needed", scale.needed);
    args.set("min", scale.minimum);
    args.set("max", scale.maximum);
    let example = instrument.example.as_ref().and_then(|example| {
        let given: Vec<String> = scale
            .items
            .iter()
            .filter_map(|item| Some(format!("{item} = {}", example.answers.get(item)?)))
            .collect();
        let score = scale.score(&example.answers)?;
        Some((given.join(", "), w.decimal(score, 2)))
    });
    ScaleView {
        key: scale.key.clone(),
        title: scale.title.say(w.0).to_owned(),
        items: scale
            .items
            .iter()
            .map(|item| (item.clone(), scale.reverse.contains(item)))
            .collect(),
        rule: w.with("change-scored-by", &args),
        example,
    }
}
