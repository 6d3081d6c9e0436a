//! Two questions to talk about, chosen by what stands on the page: one about collaboration, one about what people think.
//! They ask; they do not say what to do.

use super::school_scales::ScaleWords;
use super::school_sentences::{about, count, group_name, less_often};
use crate::evaluation::portrait::{
    Change, RelationChange, RelationPortrait, Said, ScalePortrait, WavePortrait,
};
use crate::locale::Words;

/// So many came or went that it is worth a question.
const MANY_MOVED: usize = 4;

pub fn questions(w: Words, wave: &WavePortrait, words: &[ScaleWords]) -> [String; 2] {
    let first = of_collaboration(w, wave).unwrap_or_else(|| w.t("school-talk-1"));
    let second = of_opinions(w, wave, words)
        .or_else(|| of_newcomers(w, wave))
        .unwrap_or_else(|| w.t("school-talk-2"));
    [first, second]
}

/// What differs between groups, what became more or less even, where the school lies, or how pairs see it.
fn of_collaboration(w: Words, wave: &WavePortrait) -> Option<String> {
    if let Some(found) = less_often(wave) {
        let mut args = fluent_bundle::FluentArgs::new();
        args.set("a", group_name(w, found.groups.0));
        args.set("b", group_name(w, found.groups.1));
        args.set("relation", about(w, found.relation));
        args.set("than", about(w, found.than));
        return Some(w.with("ask-less-often", &args));
    }
    let evenness = |relation: &RelationPortrait| {
        let of = |change: &RelationChange| change.evenness.shown().ok().copied();
        relation.change.as_ref().and_then(of)
    };
    let moved = wave.relations.iter().find_map(|relation| {
        let key = match evenness(relation)? {
            Change::More => "ask-even-more",
            Change::Less => "ask-even-less",
            Change::TooSmall => return None,
        };
        Some(w.t1(key, "relation", about(w, &relation.relation)))
    });
    moved
        .or_else(|| {
            wave.relations
                .iter()
                .find_map(|relation| beside_others(w, relation))
        })
        .or_else(|| least_mutual(w, wave))
}

/// Outside of where half of the schools of this size lie.
fn beside_others(w: Words, relation: &RelationPortrait) -> Option<String> {
    let (share, usual) = (relation.density.shown().ok()?, relation.alike.shown().ok()?);
    // In halves of a tenth; the whole range has to lie outside.
    let key = if share.to < usual.from * 2 {
        "ask-less-than-others"
    } else if share.from > usual.to * 2 {
        "ask-more-than-others"
    } else {
        return None;
    };
    Some(w.t1(key, "relation", about(w, &relation.relation)))
}

/// The relation that pairs see most differently.
fn least_mutual(w: Words, wave: &WavePortrait) -> Option<String> {
    let told = wave
        .relations
        .iter()
        .filter_map(|relation| Some((relation.reciprocity.shown().ok()?.about, relation)));
    let (_, relation) = told.min_by_key(|(about, _)| *about)?;
    Some(w.t1("ask-pairs", "relation", about(w, &relation.relation)))
}

/// A question to which the answers lie apart, or a scale that changed.
fn of_opinions(w: Words, wave: &WavePortrait, words: &[ScaleWords]) -> Option<String> {
    let text_of = |scale: &ScalePortrait, item: &str| {
        let known = words.iter().find(|known| known.key == scale.scale)?;
        let item = known.items.iter().find(|known| known.key == item)?;
        Some(item.text.clone())
    };
    let divided = wave.scales.iter().find_map(|scale| {
        let mut items = scale.items.iter();
        let item = items.find(|item| item.said.shown() == Ok(&Said::Divided))?;
        Some(w.t1("ask-divided", "item", text_of(scale, &item.item)?))
    });
    divided.or_else(|| {
        wave.scales.iter().find_map(|scale| {
            let key = match scale.change.as_ref()?.shown().ok()? {
                Change::More => "ask-mean-more",
                Change::Less => "ask-mean-less",
                Change::TooSmall => return None,
            };
            let known = words.iter().find(|known| known.key == scale.scale)?;
            Some(w.t1(key, "title", known.title.as_str()))
        })
    })
}

fn of_newcomers(w: Words, wave: &WavePortrait) -> Option<String> {
    let since = wave.since.as_ref()?;
    let n = since.n_came.shown().ok()? + since.n_went.shown().ok()?;
    (n >= MANY_MOVED).then(|| w.t1("ask-moved", "many", count(w, n)))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::school_scales::ItemWords;
    use super::*;
    use crate::domain::language::Language;

    fn asked(w: Words, relation: Value, said: &str) -> [String; 2] {
        let mut known = json!({"relation": "goals", "density": {"Ok": {"about": 2, "from": 3, "to": 5}},
            "reciprocity": {"Err": "not_defined"}, "blocks": [], "change": null,
            "alike": {"Err": "too_few_people"}, "persons": {"Err": "no_consent"}});
        for (name, value) in relation.as_object().expect("fields") {
            known[name] = value.clone();
        }
        let wave = serde_json::from_value(json!({
            "wave": "T2a", "grouped": false, "n_members": {"Ok": 17}, "n_answered": {"Ok": 15},
            "since": {"wave": "T1", "n_came": {"Ok": 3}, "n_went": {"Ok": 2}},
            "groups": [], "relations": [known], "scales": [
                {"scale": "culture", "minimum": 1.0, "maximum": 5.0, "n": {"Ok": 14}, "mean": {"Ok": 3.0},
                 "change": null, "usual": {"Err": "not_defined"}, "groups": [],
                 "items": [{"item": "a", "said": {"Ok": said}}]}],
        }))
        .expect("a wave is read back");
        let item = ItemWords {
            key: "a".into(),
            text: "Wij bespreken resultaten".into(),
            ..ItemWords::default()
        };
        let words = ScaleWords {
            key: "culture".into(),
            title: "Schoolcultuur".into(),
            items: vec![item],
        };
        questions(w, &wave, &[words])
    }

    #[test]
    fn the_figures_choose_the_questions() {
        let (nl, en) = (Words(Language::Nl), Words(Language::En));
        let even = json!({"change": {"density": {"Ok": "too_small"}, "evenness": {"Ok": "less"}}});
        assert_eq!(
            asked(nl, even, "divided"),
            [
                "Gesprekken over doelen zijn minder gelijkmatig over het team verdeeld dan eerst. Wat maakt dat, en past \
                 het bij hoe u wilt werken?",
                "Over “Wij bespreken resultaten” lopen de antwoorden uiteen. Welke ervaringen zitten daarachter?",
            ]
        );
        // From 1.5 to 2.5 of ten, below where others begin.
        let below = json!({"alike": {"Ok": {"from": 3, "to": 5, "n_schools": 9}}});
        assert_eq!(
            asked(en, below, "most_agree"),
            [
                "About goals you name each other less often than the middle group of schools of your size. Does that \
                 fit what you need?",
                "Since the previous wave five colleagues came or went. How does someone new find the way into these conversations?",
            ]
        );
        let touching = json!({"alike": {"Ok": {"from": 2, "to": 5, "n_schools": 9}}});
        assert!(asked(nl, touching, "most_agree")[0].starts_with("Herkent u dit beeld?"));
    }
}
