//! What was told of a wave, with titles and texts from the study's questionnaires: read by several audiences.

use crate::evaluation::portrait::{LeadershipWave, WavePortrait};
use crate::fieldwork::study::Study;
use crate::locale::Words;
use crate::reports::told::{Titles, ToldScale, ToldTeam, told_scales, told_team};

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

pub fn team(w: Words, study: &Study, wave: &WavePortrait) -> ToldTeam {
    let titles = Titles {
        of_scale: &|key| scale_title(w, study, key),
        of_item: &|key| item_text(w, study, key),
    };
    told_team(w, &titles, wave)
}

/// The last wave of a cohort: when it is closed, what pupils scored is there.
pub fn last_wave<'s>(study: &'s Study, cohort: &str) -> Option<&'s str> {
    let mut waves = study.design.waves.iter().map(|wave| wave.key.as_str());
    waves.rfind(|wave| study.design.window(cohort, wave).is_some())
}
