//! How each item of a scale was answered, as a figure: how many chose each answer.

use crate::evaluation::findings::ScaleMeasure;
use crate::instrument::definition::{Format, Instrument};
use crate::locale::Words;
use crate::reports::figure::likert_bars::{LikertRow, LikertWords, likert_bars};
use crate::reports::figure::{Figure, Heading};

/// How many chose each answer, item by item; nothing where items have other answers than the first.
pub fn item_answers(
    w: Words,
    rows: &[ScaleMeasure],
    (place, wave): (usize, &str),
    (items, instrument): (&[&str], &Instrument),
) -> Option<Figure> {
    let options = |item: &str| match &instrument.items.get(item)?.format {
        Format::Rating(options) => Some(options),
        _ => None,
    };
    let first = options(items.first()?)?;
    let chosen = |item: &str, code: i64| {
        let mut known = rows.iter();
        let row = known.find(|row| {
            row.measure == "option_share"
                && row.option == Some(code)
                && row.item.as_deref() == Some(item)
        })?;
        Some((row.value.ok()? * row.n as f64).round() as usize)
    };
    let drawn: Vec<LikertRow> = items
        .iter()
        .map(|item| {
            let same = options(item)? == first;
            let counts = first.iter().map(|option| chosen(item, option.code));
            let counts = counts.collect::<Option<Vec<usize>>>().filter(|_| same)?;
            Some(LikertRow {
                label: instrument.items.get(*item)?.text.say(w.0).to_owned(),
                counts,
            })
        })
        .collect::<Option<_>>()?;
    let words = LikertWords {
        answers: first
            .iter()
            .map(|option| option.text.say(w.0).to_owned())
            .collect(),
        item: w.t("scales-item"),
        n: w.t("scales-answered"),
    };
    let title = w.t1("scales-answers-of", "wave", wave);
    let about = w.t("scales-answers-described");
    let id = format!("answers-{place}-{}", wave);
    Some(likert_bars(
        &Heading::new(id, title, about, w),
        &words,
        &drawn,
    ))
}
