//! The scales of a study in the words of its questionnaires.

use crate::fieldwork::study::Study;
use crate::instrument::definition::{Choice, Format, Instrument, Scale};
use crate::locale::Words;
use crate::reports::school_scales::{ItemWords, ScaleWords};

pub fn scale_words(w: Words, study: &Study) -> Vec<ScaleWords> {
    study
        .library
        .iter()
        .flat_map(|instrument| {
            let scales = instrument.scales.iter();
            scales.map(move |scale| of_scale(w, instrument, scale))
        })
        .collect()
}

fn of_scale(w: Words, instrument: &Instrument, scale: &Scale) -> ScaleWords {
    let middle = (scale.minimum + scale.maximum) / 2.0;
    let items = scale.items.iter().filter_map(|key| {
        let item = instrument.items.get(key)?;
        let options: &[Choice] = match &item.format {
            Format::Rating(options) => options,
            _ => &[],
        };
        let words = |side: fn(f64, f64) -> bool| {
            let chosen = options.iter().filter(|one| side(one.code as f64, middle));
            chosen.map(|one| one.text.say(w.0).to_owned()).collect()
        };
        Some(ItemWords {
            key: key.clone(),
            // It stands between quotation marks, within a sentence.
            text: item.text.say(w.0).trim_end_matches('.').to_owned(),
            against: scale.reverse.contains(key),
            above: words(|code, middle| code > middle),
            below: words(|code, middle| code < middle),
        })
    });
    ScaleWords {
        key: scale.key.clone(),
        title: scale.title.say(w.0).to_owned(),
        items: items.collect(),
    }
}
