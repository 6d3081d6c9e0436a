//! What a team thinks: per scale a sentence, what became of it, and where the answers to each question lie. The words of
//! the questionnaire are handed in; the numbers are disclosed values.

use fluent_bundle::FluentArgs;

use super::figure::ten::lean;
use super::school_sentences::{count, withheld};
use crate::evaluation::portrait::{Change, Said, ScalePortrait, Since, WavePortrait};
use crate::locale::Words;

/// A scale as its questionnaire words it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScaleWords {
    pub key: String,
    pub title: String,
    pub items: Vec<ItemWords>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemWords {
    pub key: String,
    pub text: String,
    /// Worded against the scale: who agrees with it is lower on the scale.
    pub against: bool,
    /// The answers above the middle of the scale, and those below it; empty where they have no words.
    pub above: Vec<String>,
    pub below: Vec<String>,
}

/// What is said of some of the questions, what it means, and which they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidText {
    pub lead: String,
    pub picture: String,
    pub items: Vec<String>,
}

/// One scale, ready to be put on a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScaleText {
    pub key: String,
    pub title: String,
    pub sentences: Vec<String>,
    pub said: Vec<SaidText>,
    /// How many questions are not told about, in words.
    pub held_back: Option<String>,
}

/// The scales of a wave, in the order of the portrait.
pub fn scale_texts(w: Words, wave: &WavePortrait, words: &[ScaleWords]) -> Vec<ScaleText> {
    let of = |scale: &ScalePortrait| {
        let known = words.iter().find(|known| known.key == scale.scale);
        known.cloned().unwrap_or_else(|| ScaleWords {
            key: scale.scale.clone(),
            title: scale.scale.clone(),
            items: Vec::new(),
        })
    };
    wave.scales
        .iter()
        .map(|scale| scale_text(w, scale, wave.since.as_ref(), &of(scale)))
        .collect()
}

pub fn scale_text(
    w: Words,
    scale: &ScalePortrait,
    since: Option<&Since>,
    words: &ScaleWords,
) -> ScaleText {
    let mut sentences = vec![mean(w, scale)];
    sentences.extend(change(w, scale, since));
    sentences.extend(usual(w, scale));
    let (said, held_back) = said(w, scale, words);
    ScaleText {
        key: scale.scale.clone(),
        title: words.title.clone(),
        sentences,
        said,
        held_back,
    }
}

/// A mean with one decimal, an end of the scale without.
pub fn scale_args<'a>(w: Words, scale: &ScalePortrait) -> FluentArgs<'a> {
    let mut args = FluentArgs::new();
    if let Ok(mean) = scale.mean.shown() {
        args.set("mean", w.decimal(*mean, 1));
    }
    args.set("least", w.decimal(scale.minimum, 0));
    args.set("most", w.decimal(scale.maximum, 0));
    args
}

fn mean(w: Words, scale: &ScalePortrait) -> String {
    if let Err(why) = scale.mean.shown() {
        return withheld(w, why);
    }
    let mut args = scale_args(w, scale);
    match scale.n.shown() {
        Ok(n) => {
            args.set("n", *n);
            args.set("many", count(w, *n));
            w.with("said-mean", &args)
        }
        Err(_) => w.with("said-mean-alone", &args),
    }
}

fn change(w: Words, scale: &ScalePortrait, since: Option<&Since>) -> Option<String> {
    let wave = since?.wave.as_str();
    let key = match scale.change.as_ref()?.shown().ok()? {
        Change::TooSmall => "said-mean-small",
        Change::More => "said-mean-more",
        Change::Less => "said-mean-less",
    };
    Some(w.t1(key, "wave", wave))
}

fn usual(w: Words, scale: &ScalePortrait) -> Option<String> {
    scale.mean.shown().ok()?;
    let (from, to) = scale.usual.shown().ok()?;
    Some(w.t2(
        "said-mean-usual",
        "from",
        w.decimal(*from, 1),
        "to",
        w.decimal(*to, 1),
    ))
}

/// Questions by where their answers lie, and how many are not told about.
fn said(w: Words, scale: &ScalePortrait, words: &ScaleWords) -> (Vec<SaidText>, Option<String>) {
    let mut groups: Vec<SaidText> = Vec::new();
    let mut n_withheld = 0_usize;
    for kind in [
        Said::MostAgree,
        Said::MostDisagree,
        Said::InBetween,
        Said::Divided,
    ] {
        for item in &scale.items {
            let Some(known) = words.items.iter().find(|known| known.key == item.item) else {
                continue;
            };
            if item.said.shown() != Ok(&kind) {
                continue;
            }
            let lead = said_lead(w, kind, known);
            match groups.iter_mut().find(|group| group.lead == lead) {
                Some(group) => group.items.push(known.text.clone()),
                None => groups.push(SaidText {
                    picture: picture(w, &format!("{}-{}", scale.scale, groups.len()), kind),
                    lead,
                    items: vec![known.text.clone()],
                }),
            }
        }
    }
    for item in &scale.items {
        n_withheld += usize::from(item.said.shown().is_err());
    }
    let held_back = (n_withheld > 0).then(|| {
        w.t2(
            "said-items-withheld",
            "n",
            n_withheld,
            "many",
            count(w, n_withheld),
        )
    });
    (groups, held_back)
}

fn picture(w: Words, id: &str, said: Said) -> String {
    let (key, filled) = match said {
        Said::MostAgree => ("most_agree", [false, false, false, true, true]),
        Said::MostDisagree => ("most_disagree", [true, true, false, false, false]),
        Said::InBetween => ("in_between", [false, true, true, true, false]),
        Said::Divided => ("divided", [true, true, false, true, true]),
    };
    let place = w.t(&format!("picture-lean-{key}"));
    lean(id, &w.t1("picture-lean", "where", place), filled)
}

/// What is said of questions whose answers lie so: in the words of the answers themselves.
pub fn said_lead(w: Words, said: Said, item: &ItemWords) -> String {
    let answers = |options: &[String]| match options {
        [] => None,
        [one] => Some(w.t1("said-answer", "a", one.as_str())),
        [first, .., last] => Some(w.t2(
            if options.len() == 2 {
                "said-answers-two"
            } else {
                "said-answers-more"
            },
            "a",
            first.as_str(),
            "b",
            last.as_str(),
        )),
    };
    match said {
        Said::MostAgree => match answers(&item.above) {
            Some(answers) => w.t1("said-most", "answers", answers),
            None => w.t("said-most-above"),
        },
        Said::MostDisagree => match answers(&item.below) {
            Some(answers) => w.t1("said-most", "answers", answers),
            None => w.t("said-most-below"),
        },
        Said::InBetween => w.t("said-in-between"),
        Said::Divided => w.t("said-divided"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::language::Language;

    const NL: Words = Words(Language::Nl);
    const EN: Words = Words(Language::En);

    fn told(fields: Value) -> (WavePortrait, ScaleWords) {
        let mut scale = json!({
            "scale": "culture", "minimum": 1.0, "maximum": 5.0, "n": {"Ok": 14}, "mean": {"Ok": 3.8},
            "change": {"Ok": "more"}, "usual": {"Ok": [3.2, 3.9]}, "groups": [],
            "items": [
                {"item": "a", "said": {"Ok": "most_agree"}}, {"item": "b", "said": {"Ok": "divided"}},
                {"item": "c", "said": {"Ok": "most_agree"}}, {"item": "d", "said": {"Err": "nearly_unanimous"}},
            ],
        });
        for (name, value) in fields.as_object().expect("fields") {
            scale[name] = value.clone();
        }
        let wave = serde_json::from_value(json!({
            "wave": "T2a", "grouped": false, "n_members": {"Ok": 17}, "n_answered": {"Ok": 15},
            "since": {"wave": "T1", "n_came": {"Ok": 0}, "n_went": {"Ok": 0}},
            "groups": [], "relations": [], "scales": [scale],
        }))
        .expect("a wave is read back");
        let item = |key: &str, text: &str| ItemWords {
            key: key.into(),
            text: text.into(),
            against: false,
            above: vec!["mee eens".into(), "helemaal mee eens".into()],
            below: vec!["helemaal mee oneens".into(), "mee oneens".into()],
        };
        let words = ScaleWords {
            key: "culture".into(),
            title: "Schoolcultuur".into(),
            items: vec![
                item("a", "Ambitieuze leerdoelen worden regelmatig benadrukt"),
                item("b", "LVS-resultaten worden in het team besproken"),
                item("c", "Verwachtingen zijn hoog"),
                item("d", "Nog iets"),
            ],
        };
        (wave, words)
    }

    fn text(w: Words, fields: Value) -> ScaleText {
        let (wave, words) = told(fields);
        scale_texts(w, &wave, &[words]).remove(0)
    }

    #[test]
    fn a_mean_is_told_with_its_change_and_other_schools() {
        assert_eq!(
            text(NL, json!({})).sentences,
            [
                "Gemiddeld 3,8 op een schaal van 1 tot 5, over 14 collega's.",
                "Dat is hoger dan bij de vorige meting (T1).",
                "De middengroep van alle scholen ligt tussen 3,2 en 3,9.",
            ]
        );
        assert_eq!(
            text(EN, json!({"change": {"Ok": "too_small"}})).sentences,
            [
                "On average 3.8 on a scale from 1 to 5, over 14 colleagues.",
                "The change since the previous wave (T1) is too small to say anything about.",
                "The middle group of all schools lies between 3.2 and 3.9.",
            ]
        );
        let hidden = text(
            NL,
            json!({"mean": {"Err": "nearly_unanimous"}, "change": null}),
        );
        assert_eq!(
            hidden.sentences,
            [
                "Dit cijfer tonen we niet, zodat niemand kan afleiden wat één collega heeft ingevuld."
            ]
        );
    }

    #[test]
    fn questions_are_told_in_the_words_of_their_answers() {
        let said = text(NL, json!({}));
        assert!(
            said.said[0]
                .picture
                .contains("van laag naar hoog: boven het midden")
        );
        let told: Vec<_> = said
            .said
            .into_iter()
            .map(|one| (one.lead, one.items))
            .collect();
        assert_eq!(
            told,
            [
                (
                    "De meeste collega's kiezen ‘mee eens’ of ‘helemaal mee eens’ bij:".to_owned(),
                    vec![
                        "Ambitieuze leerdoelen worden regelmatig benadrukt".to_owned(),
                        "Verwachtingen zijn hoog".to_owned()
                    ]
                ),
                (
                    "De antwoorden lopen uiteen bij:".to_owned(),
                    vec!["LVS-resultaten worden in het team besproken".to_owned()]
                ),
            ]
        );
        assert_eq!(
            said.held_back.as_deref(),
            Some(
                "Eén uitspraak tonen we niet, zodat niemand kan afleiden wat één collega heeft ingevuld."
            )
        );
        let english = text(EN, json!({}));
        assert_eq!(
            english.said[0].lead,
            "Most colleagues choose ‘mee eens’ or ‘helemaal mee eens’ for:"
        );
        assert_eq!(english.said[1].lead, "The answers differ widely for:");
    }
}
