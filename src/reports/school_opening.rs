//! What a school's page begins with: something that is true, disclosed, and good to hear. A network has no good direction;
//! that many name each other is said as it is.

use fluent_bundle::FluentArgs;

use super::school_scales::{ScaleWords, said_lead, scale_args};
use super::school_sentences::{Sentence, about, count, first_upper, response};
use crate::evaluation::portrait::{Change, Said, ScalePortrait, WavePortrait};
use crate::locale::Words;

/// So many of ten pairs named each other before it is said to begin with.
const MANY_PAIRS: u8 = 6;
/// So much of a scale lies below a mean that is high.
const HIGH: f64 = 0.7;
/// So many answered before it is said that it is about nearly everyone.
const NEARLY_ALL: f64 = 0.8;
/// The most that a page begins with, besides the response.
const MOST: usize = 2;

/// The response first, whatever it is: so many took the time.
pub fn opening(w: Words, id: &str, wave: &WavePortrait, words: &[ScaleWords]) -> Vec<Sentence> {
    let mut first = response(w, id, wave);
    if let (Ok(members), Ok(answered)) = (wave.n_members.shown(), wave.n_answered.shown()) {
        let rate = *answered as f64 / (*members).max(1) as f64;
        let key = match rate {
            rate if rate >= 1.0 => "begin-all",
            rate if rate >= NEARLY_ALL => "begin-nearly-all",
            _ => "begin-thanks",
        };
        first.below = Some(w.t(key));
    }
    let of_scales = wave
        .scales
        .iter()
        .filter_map(|scale| of_scale(w, scale, wave, words));
    let mut others: Vec<(u8, String)> = of_scales.chain(many_pairs(w, wave)).collect();
    others.sort_by_key(|(place, _)| *place);
    let others = others.into_iter().take(MOST);
    std::iter::once(first)
        .chain(others.map(|(_, text)| Sentence::plain(text)))
        .collect()
}

/// A scale that rose, else one that is high, else a question to which most say the same; with its place in the row.
fn of_scale(
    w: Words,
    scale: &ScalePortrait,
    wave: &WavePortrait,
    words: &[ScaleWords],
) -> Option<(u8, String)> {
    let known = words.iter().find(|known| known.key == scale.scale)?;
    let mean = scale.mean.shown().ok().copied();
    let mut args = scale_args(w, scale);
    args.set("title", known.title.as_str());
    let rose = scale
        .change
        .as_ref()
        .is_some_and(|change| change.shown() == Ok(&Change::More));
    if let (true, Some(since), Some(_)) = (rose, &wave.since, mean) {
        args.set("wave", since.wave.as_str());
        return Some((1, w.with("begin-rose", &args)));
    }
    let share = |mean: f64| (mean - scale.minimum) / (scale.maximum - scale.minimum);
    if mean.is_some_and(|mean| share(mean) >= HIGH) {
        return Some((2, w.with("begin-high", &args)));
    }
    let agreed = scale
        .items
        .iter()
        .filter(|item| item.said.shown() == Ok(&Said::MostAgree));
    let text = agreed
        .filter_map(|item| known.items.iter().find(|known| known.key == item.item))
        .filter(|item| !item.against)
        .map(|item| {
            let lead = said_lead(w, Said::MostAgree, item);
            w.t2("said-of-one", "lead", lead, "item", item.text.as_str())
        })
        .next()?;
    Some((4, text))
}

/// The relation in which most pairs named each other, where they are many.
fn many_pairs(w: Words, wave: &WavePortrait) -> Option<(u8, String)> {
    let told = wave.relations.iter().filter_map(|relation| {
        let share = relation.reciprocity.shown().ok()?;
        (share.about >= MANY_PAIRS).then_some((share.about, relation))
    });
    // Of equals the first.
    let (pairs, relation) = told.fold(None, |best: Option<(u8, _)>, one| match best {
        Some(best) if best.0 >= one.0 => Some(best),
        _ => Some(one),
    })?;
    let mut args = FluentArgs::new();
    args.set("relation", first_upper(&about(w, &relation.relation)));
    args.set("about", pairs);
    args.set("word", count(w, usize::from(pairs)));
    Some((3, w.with("begin-pairs", &args)))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::language::Language;

    const NL: Words = Words(Language::Nl);

    fn texts(w: Words, answered: usize, relations: Value, scales: Value) -> Vec<String> {
        let wave = serde_json::from_value(json!({
            "wave": "T2a", "grouped": false, "n_members": {"Ok": 17}, "n_answered": {"Ok": answered},
            "since": {"wave": "T1", "n_came": {"Ok": 0}, "n_went": {"Ok": 0}},
            "groups": [], "relations": relations, "scales": scales,
        }))
        .expect("a wave is read back");
        let words = ScaleWords {
            key: "culture".into(),
            title: "Schoolcultuur".into(),
            items: Vec::new(),
        };
        let said = opening(w, "x", &wave, &[words]);
        said.into_iter()
            .map(|one| one.text + one.below.as_deref().map_or("", |below| below))
            .collect()
    }

    fn scale(mean: Value, change: &str) -> Value {
        json!({"scale": "culture", "minimum": 1.0, "maximum": 5.0, "n": {"Ok": 14}, "mean": mean,
            "change": {"Ok": change}, "usual": {"Err": "not_defined"}, "groups": [], "items": []})
    }

    fn relation(pairs: u8) -> Value {
        json!({"relation": "progress", "density": {"Err": "not_defined"},
            "reciprocity": {"Ok": {"about": pairs, "from": 11, "to": 15}}, "blocks": [], "change": null,
            "alike": {"Err": "not_defined"}, "persons": {"Err": "no_consent"}})
    }

    #[test]
    fn it_begins_with_what_is_true_and_good_to_hear() {
        assert_eq!(
            texts(
                NL,
                15,
                json!([relation(7)]),
                json!([scale(json!({"Ok": 3.4}), "more")])
            ),
            [
                "Van de 17 collega's vulden er 15 de vragen in; waar antwoorden ontbreken, geven we een \
                 bandbreedte.Wat hieronder staat, gaat dus over bijna het hele team.",
                "Schoolcultuur: het team komt hoger uit dan bij de vorige meting (T1), nu gemiddeld 3,4 op een schaal van \
                 1 tot 5.",
                "De voortgang van leerlingen: van elke tien tweetallen waarin iemand de ander noemde, noemden er zeven \
                 elkaar.",
            ]
        );
        let english = texts(
            Words(Language::En),
            15,
            json!([]),
            json!([scale(json!({"Ok": 4.1}), "less")]),
        );
        assert_eq!(
            english[1],
            "Schoolcultuur: the team comes out at 4.1 on average, on a scale from 1 to 5."
        );
    }

    #[test]
    fn without_anything_high_it_thanks_and_praises_nothing() {
        let low = texts(
            NL,
            11,
            json!([relation(4)]),
            json!([scale(json!({"Ok": 2.9}), "less")]),
        );
        assert_eq!(low.len(), 1);
        assert!(low[0].ends_with("Dank aan wie er de tijd voor nam."));
        // What is withheld is not praised either.
        let hidden = scale(json!({"Err": "nearly_unanimous"}), "more");
        assert_eq!(texts(NL, 11, json!([]), json!([hidden])).len(), 1);
    }
}
