//! The page of one school: what goes well, its collaboration in pictures and sentences, what the team thinks, and two
//! questions to talk about.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;

use super::results::{Kept, results};
use super::wording::scale_words;
use crate::evaluation::portrait::{RelationPortrait, WavePortrait};
use crate::locale::Words;
use crate::reports::figure::Figure;
use crate::reports::school::{RelationText, chosen_wave, relation_name, relation_text};
use crate::reports::school_figures::{persons, profile};
use crate::reports::school_opening::opening;
use crate::reports::school_questions::questions;
use crate::reports::school_scales::{ScaleText, ScaleWords, scale_texts};
use crate::reports::school_sentences::{Sentence, blocks_compared, less_often};
use crate::web::access::SchoolVisitor;
use crate::web::app::App;
use crate::web::figure::{self, AsFile};
use crate::web::frame::{Frame, school_menu};
use crate::web::problem::{Problem, show};

#[derive(Template)]
#[template(path = "web/pages/school.html")]
struct SchoolPage {
    frame: Frame,
    /// Waves whose results are ready and not opened yet.
    ready: Option<String>,
    /// What was agreed before and is to be looked back on now.
    agreed: Vec<String>,
    view: Option<View>,
    /// Where figures can be had as files.
    files: String,
}

/// One wave: one relation of it, or all of them for print.
struct View {
    dated: String,
    begin: Vec<Sentence>,
    waves: Vec<Tab>,
    relations: Vec<Tab>,
    /// Goes to the whole page, and back from it.
    whole: Tab,
    /// Groups, or persons where some are drawn.
    kinds: Vec<Tab>,
    shown: Vec<RelationText>,
    persons: Option<(Figure, Option<String>)>,
    /// Why nobody is drawn.
    no_persons: Option<String>,
    compared: Option<Sentence>,
    scales: Vec<ScaleText>,
    profile: Option<Figure>,
    questions: [String; 2],
}

impl View {
    fn figures(&self) -> impl Iterator<Item = &Figure> {
        let pictures = self
            .shown
            .iter()
            .flat_map(|relation| &relation.groups.picture);
        let strips = self.shown.iter().flat_map(|relation| &relation.strip);
        pictures.chain(strips).chain(&self.profile)
    }
}

#[derive(Template)]
#[template(path = "web/pages/notice.html")]
struct NoResults {
    frame: Frame,
    lead: String,
    receipt: Option<(String, String, String, String)>,
}

struct Tab {
    href: String,
    label: String,
    current: bool,
}

#[derive(serde::Deserialize)]
pub struct Choice {
    wave: Option<String>,
    relation: Option<String>,
    /// `persons` where people are drawn.
    picture: Option<String>,
    /// The whole page: every relation below each other.
    all: Option<String>,
}

pub async fn show_school(
    visitor: SchoolVisitor,
    State(app): State<App>,
    Query(choice): Query<Choice>,
    Query(file): Query<AsFile>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let study = &visitor.0.study;
    let found = results(&app, &visitor).await?;
    let frame = |title: String, path: String| {
        Frame::new(&app, w, title, path)
            .for_visit(&study.design.contact)
            .with_menu(school_menu(&visitor.0.link.role))
    };
    let Some(kept) = found.kept else {
        return Ok(show(&NoResults {
            frame: frame(w.t("school-none-title"), "/school".to_owned()),
            lead: w.t("school-none-lead"),
            receipt: None,
        }));
    };
    let title = w.t1("school-title", "school", found.school.name.as_str());
    let ready = (!kept.unopened.is_empty()).then(|| {
        w.t2(
            "school-ready",
            "n",
            kept.unopened.len(),
            "waves",
            listed(w, &kept.unopened),
        )
    });
    let chosen = Chosen::of(&kept, &choice);
    // What is to be looked back on now stands beside what is seen now.
    let is_now = chosen
        .as_ref()
        .is_none_or(|chosen| chosen.index + 1 == chosen.waves.len());
    let path = chosen.as_ref().map_or("/school".to_owned(), Chosen::path);
    let at = w.day(kept.concluded_at, study.design.time_zone);
    let view = chosen.map(|chosen| chosen.view(w, at, &scale_words(w, study)));
    let figures = view.iter().flat_map(View::figures);
    if let Some(file) = figure::as_file(&app, w, &file, figures).await {
        return file;
    }
    Ok(show(&SchoolPage {
        files: figure::address(&path),
        frame: frame(title, path),
        ready,
        agreed: if is_now { found.agreed } else { Vec::new() },
        view,
    }))
}

/// "T1, T2a and T3".
fn listed(w: Words, names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => w.t2("group-merged", "a", first.join(", "), "b", last.as_str()),
    }
}

/// What is looked at.
struct Chosen<'a> {
    /// All opened waves, and which of them.
    waves: &'a [WavePortrait],
    index: usize,
    relation: Option<&'a RelationPortrait>,
    whole: bool,
    with_persons: bool,
    names: &'a BTreeMap<String, String>,
}

impl<'a> Chosen<'a> {
    fn of(kept: &'a Kept, choice: &Choice) -> Option<Self> {
        let index = chosen_wave(&kept.portrait, choice.wave.as_deref())?;
        let waves = &kept.portrait.waves;
        let relations = &waves[index].relations;
        let by_key = |key: &str| relations.iter().find(|known| known.relation == key);
        Some(Self {
            waves,
            index,
            relation: choice
                .relation
                .as_deref()
                .and_then(by_key)
                .or_else(|| by_key("goals"))
                .or(relations.first()),
            whole: choice.all.is_some(),
            with_persons: choice.picture.as_deref() == Some("persons"),
            names: &kept.names,
        })
    }

    fn wave(&self) -> &'a WavePortrait {
        &self.waves[self.index]
    }

    fn key(&self) -> &'a str {
        self.relation.map_or("", |known| known.relation.as_str())
    }

    fn href(&self, wave: &str, relation: &str, whole: bool) -> String {
        let all = if whole { "&all=1" } else { "" };
        format!("/school?wave={wave}&relation={relation}{all}")
    }

    fn path(&self) -> String {
        let href = self.href(&self.wave().wave, self.key(), self.whole);
        match self.with_persons {
            true => format!("{href}&picture=persons"),
            false => href,
        }
    }

    fn view(&self, w: Words, at: String, words: &[ScaleWords]) -> View {
        let (wave, key) = (self.wave(), self.key());
        // On paper nobody is named: the whole page has groups only.
        let persons = self
            .relation
            .filter(|_| !self.whole)
            .map(|relation| persons(w, &wave.wave, relation, self.names));
        let (persons, no_persons) = match persons {
            Some(Ok(drawn)) => (Some(drawn), None),
            Some(Err(why)) => (None, Some(why)),
            None => (None, None),
        };
        let with_persons = self.with_persons && persons.is_some();
        let kind = |label: &str, is_persons: bool| {
            let href = self.href(&wave.wave, key, false);
            Tab {
                href: if is_persons {
                    format!("{href}&picture=persons")
                } else {
                    href
                },
                label: w.t(label),
                current: with_persons == is_persons,
            }
        };
        let kinds = match &persons {
            Some(_) => vec![
                kind("school-picture-groups", false),
                kind("school-picture-persons", true),
            ],
            None => Vec::new(),
        };
        let so_far = &self.waves[..=self.index];
        let shown: Vec<&RelationPortrait> = if self.whole {
            wave.relations.iter().collect()
        } else {
            self.relation.into_iter().collect()
        };
        View {
            dated: w.t2("school-dated", "at", at, "wave", wave.wave.as_str()),
            begin: opening(w, "begin", wave, words),
            waves: self
                .waves
                .iter()
                .map(|known| Tab {
                    href: self.href(&known.wave, key, self.whole),
                    label: known.wave.clone(),
                    current: known.wave == wave.wave,
                })
                .collect(),
            relations: wave
                .relations
                .iter()
                .map(|known| Tab {
                    href: self.href(&wave.wave, &known.relation, false),
                    label: relation_name(w, &known.relation),
                    current: !self.whole && known.relation == key,
                })
                .collect(),
            whole: Tab {
                href: self.href(&wave.wave, key, true),
                label: w.t("school-whole"),
                current: self.whole,
            },
            kinds,
            persons: persons.filter(|_| with_persons),
            no_persons,
            shown: shown
                .into_iter()
                .filter_map(|relation| relation_text(w, so_far, relation))
                .collect(),
            compared: less_often(wave).map(|found| blocks_compared(w, "wave", &found)),
            scales: scale_texts(w, wave, words),
            profile: profile(w, so_far, words),
            questions: questions(w, wave, words),
        }
    }
}
