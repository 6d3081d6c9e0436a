//! What was told of a wave, with titles and texts from the study's questionnaires: read by several audiences.

use crate::domain::card::{HEADINGS, Rater, Statement};
use crate::evaluation::card_portrait::CardWave;
use crate::evaluation::portrait::{LeadershipWave, PupilGain, PupilWave, WavePortrait};
use crate::fieldwork::study::Study;
use crate::locale::Words;
use crate::reports::told::{Titles, ToldScale, ToldTeam, told_card, told_scales, told_team};

fn scale_title(w: Words, study: &Study, key: &str) -> String {
    let mut scales = study
        .library
        .iter()
        .flat_map(|instrument| &instrument.scales);
    let known = scales.find(|scale| scale.key == key);
    known.map_or_else(|| key.to_owned(), |scale| scale.title.say(w.0).to_owned())
}

fn item_text(w: Words, study: &Study, key: &str) -> String {
    let known = study
        .library
        .iter()
        .find_map(|instrument| instrument.items.get(key));
    known.map_or_else(|| key.to_owned(), |item| item.text.say(w.0).to_owned())
}

pub fn leadership(w: Words, study: &Study, wave: &LeadershipWave) -> Vec<ToldScale> {
    let titles = Titles {
        of_scale: &|key| scale_title(w, study, key),
        of_item: &|key| item_text(w, study, key),
    };
    told_scales(w, &titles, &wave.scales)
}

/// What a heading of the card says of whom, and a statement under it, in the words of one of the forms.
pub fn heading_text(w: Words, study: &Study, form: Rater, heading: usize) -> String {
    let first = Statement { heading, number: 1 }.item(form);
    let page = study.library.iter().find_map(|instrument| {
        let pages = &mut instrument.pages.iter();
        pages.find(|page| page.ask.contains(&first))
    });
    page.map_or_else(
        || heading.to_string(),
        |page| page.title.say(w.0).to_owned(),
    )
}

pub fn statement_text(w: Words, study: &Study, form: Rater, statement: Statement) -> String {
    item_text(w, study, &statement.item(form))
}

/// The card as it is passed on: the own places and the team's, heading by heading. Raters from outside agreed to being read
/// by the principal, and stand in it for nobody else.
pub fn card(w: Words, study: &Study, wave: &CardWave) -> Vec<ToldScale> {
    let titles = |heading: usize| heading_text(w, study, Rater::Team, heading);
    let texts = |statement: Statement| statement_text(w, study, Rater::Team, statement);
    (1..=HEADINGS.len())
        .map(|heading| told_card(w, (&titles, &texts), wave, heading))
        .collect()
}

pub fn team(w: Words, study: &Study, wave: &WavePortrait) -> ToldTeam {
    let titles = Titles {
        of_scale: &|key| scale_title(w, study, key),
        of_item: &|key| item_text(w, study, key),
    };
    told_team(w, &titles, wave)
}

/// A table of what pupils said: the scale, its mean or why there is none, and over how many pupils.
pub struct PupilTable {
    pub wave: String,
    pub rows: Vec<[String; 3]>,
}

pub fn pupils(w: Words, study: &Study, wave: &PupilWave) -> PupilTable {
    let rows = wave.scales.iter().map(|scale| {
        let mean = match scale.mean.shown() {
            Ok(mean) => w.decimal(*mean, 1),
            Err(why) => w.t(&format!("pupils-withheld-{}", why.key())),
        };
        let n = scale.n.shown().map_or("–".to_owned(), |n| n.to_string());
        [scale_title(w, study, &scale.scale), mean, n]
    });
    PupilTable {
        wave: wave.wave.clone(),
        rows: rows.collect(),
    }
}

/// What became of each scale: its name, the gain, and the interval.
pub fn pupil_gains(w: Words, study: &Study, gains: &[PupilGain]) -> Vec<[String; 3]> {
    let signed = |value: f64| {
        let text = w.decimal(value, 1).replace('-', "\u{2212}");
        if value > 0.0 {
            format!("+{text}")
        } else {
            text
        }
    };
    let row = |gain: &PupilGain| {
        let title = scale_title(w, study, &gain.scale);
        match gain.gain.shown() {
            Ok(told) => {
                let (lower, upper) = (signed(told.lower), signed(told.upper));
                let interval = w.t2("pupils-interval", "lower", lower, "upper", upper);
                [title, signed(told.gain), interval]
            }
            Err(why) => [
                title,
                w.t(&format!("pupils-withheld-{}", why.key())),
                String::new(),
            ],
        }
    };
    gains.iter().map(row).collect()
}

/// The last wave of a cohort: when it is closed, what pupils scored is there.
pub fn last_wave<'s>(study: &'s Study, cohort: &str) -> Option<&'s str> {
    let mut waves = study.design.waves.iter().map(|wave| wave.key.as_str());
    waves.rfind(|wave| study.design.window(cohort, wave).is_some())
}
