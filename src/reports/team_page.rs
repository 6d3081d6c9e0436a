//! What a school reads of its team as one file that stands alone: every relation of its newest wave, what the team thinks,
//! and two questions to talk about. Accepts disclosed values only, and knows nothing of other schools.

use askama::Template;

use crate::evaluation::portrait::Portrait;
use crate::locale::Words;

use super::figure::Figure;
use super::proof::{self, Block, NO_SEAL};
use super::school::{RelationText, relation_text};
use super::school_figures::profile;
use super::school_opening::opening;
use super::school_questions::questions;
use super::school_scales::{ScaleText, ScaleWords, scale_texts};
use super::school_sentences::{Sentence, blocks_compared, less_often};

/// What the file says besides the results.
#[derive(Debug, Clone, Copy)]
pub struct TeamFile<'a> {
    pub words: Words,
    /// Key of the study, and whether it is simulated.
    pub study: (&'a str, bool),
    pub school_key: &'a str,
    pub school_name: &'a str,
    /// The day on which it was concluded, in words.
    pub on: &'a str,
    /// The scales in the words of their questionnaires.
    pub scales: &'a [ScaleWords],
}

#[derive(Template)]
#[template(path = "reports/team_page.html")]
struct Page {
    w: Words,
    title: String,
    simulated: bool,
    dated: String,
    begin: Vec<Sentence>,
    relations: Vec<RelationText>,
    compared: Option<Sentence>,
    scales: Vec<ScaleText>,
    profile: Option<Figure>,
    questions: [String; 2],
    block: String,
    no_seal: &'static str,
}

/// `None` as long as there is no wave to tell of.
pub fn page(file: &TeamFile<'_>, portrait: &Portrait) -> Result<Option<String>, askama::Error> {
    let w = file.words;
    let waves = &portrait.waves;
    let Some(wave) = waves.last() else {
        return Ok(None);
    };
    let (study, simulated) = file.study;
    let page = Page {
        w,
        title: w.t1("school-title", "school", file.school_name),
        simulated,
        dated: w.t2("school-dated", "at", file.on, "wave", wave.wave.as_str()),
        begin: opening(w, "begin", wave, file.scales),
        relations: wave
            .relations
            .iter()
            .filter_map(|relation| relation_text(w, waves, relation))
            .collect(),
        compared: less_often(wave).map(|found| blocks_compared(w, "wave", &found)),
        scales: scale_texts(w, wave, file.scales),
        profile: profile(w, waves, file.scales),
        questions: questions(w, wave, file.scales),
        block: Block::of_school(study, file.school_key, w.0).written(),
        no_seal: NO_SEAL,
    };
    Ok(Some(proof::sealed(&page.render()?)))
}
