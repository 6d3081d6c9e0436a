//! One sentence per kind of figure, true to the number, with a small picture of what it means. Accepts disclosed values
//! only; a comparison is made where both sides are told, and where it is sure.

use fluent_bundle::FluentArgs;

use super::figure::ten::{TenRow, spread, team, ten_pairs, ten_times};
use crate::domain::disclosure::{Band, Share, Suppressed};
use crate::evaluation::portrait::{
    Change, Group, RelationChange, RelationPortrait, Since, Usual, WavePortrait,
};
use crate::locale::Words;

/// What is said, what stands below it, and what it means.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sentence {
    pub text: String,
    pub below: Option<String>,
    /// SVG with a title of its own.
    pub picture: Option<String>,
}

impl Sentence {
    pub fn plain(text: String) -> Self {
        Self {
            text,
            ..Self::default()
        }
    }
}

/// A count in words up to ten, in digits above.
pub fn count(w: Words, n: usize) -> String {
    if n <= 10 {
        w.t(&format!("number-{n}"))
    } else {
        n.to_string()
    }
}

/// Halves of a tenth as a number: 7 is 3.5.
pub fn halves(w: Words, halves: u8) -> String {
    w.decimal(f64::from(halves) / 2.0, usize::from(halves % 2))
}

fn range(share: Share) -> (f64, f64) {
    (f64::from(share.from) / 2.0, f64::from(share.to) / 2.0)
}

fn share_args<'a>(w: Words, share: Share) -> FluentArgs<'a> {
    let mut args = FluentArgs::new();
    args.set("about", share.about);
    args.set("word", count(w, usize::from(share.about)));
    args.set("rest", count(w, usize::from(10 - share.about)));
    args.set("from", halves(w, share.from));
    args.set("to", halves(w, share.to));
    args
}

/// Why a figure is not there.
pub fn withheld(w: Words, why: Suppressed) -> String {
    w.t(&format!("withheld-{}", why.key()))
}

/// What a conversation is about, as it stands in a sentence; a study's own relation as the study names it.
pub fn about(w: Words, relation: &str) -> String {
    let key = format!("about-{relation}");
    let name = w.t(&key);
    if name == key {
        relation.to_owned()
    } else {
        name
    }
}

/// How many of the team answered.
pub fn response(w: Words, id: &str, wave: &WavePortrait) -> Sentence {
    let (members, answered) = match (wave.n_members.shown(), wave.n_answered.shown()) {
        (Ok(members), Ok(answered)) => (*members, *answered),
        (Err(why), _) | (_, Err(why)) => return Sentence::plain(withheld(w, why)),
    };
    let mut args = FluentArgs::new();
    args.set("n", answered);
    args.set("many", count(w, answered));
    args.set("of", count(w, members));
    let key = if answered == members {
        "said-response-all"
    } else {
        "said-response"
    };
    Sentence {
        text: w.with(key, &args),
        below: None,
        picture: Some(team(
            &format!("{id}-team"),
            &w.with("picture-response", &args),
            members,
            answered,
        )),
    }
}

/// How often a colleague was named who could have been.
pub fn density(w: Words, id: &str, relation: &RelationPortrait) -> Sentence {
    let share = match relation.density.shown() {
        Ok(share) => *share,
        Err(why) => return Sentence::plain(withheld(w, why)),
    };
    let mut args = share_args(w, share);
    args.set("relation", about(w, &relation.relation));
    Sentence {
        text: w.with("said-density", &args),
        below: None,
        picture: Some(ten_times(
            &format!("{id}-density"),
            &w.with("picture-ten", &args),
            &[TenRow {
                label: String::new(),
                filled: share.about,
                range: Some(range(share)),
            }],
        )),
    }
}

/// In how many pairs both named each other. What holds for the density holds here: it is not said twice why not.
pub fn reciprocity(w: Words, id: &str, relation: &RelationPortrait) -> Option<Sentence> {
    let share = match relation.reciprocity.shown() {
        Ok(share) => *share,
        Err(_) if relation.density.shown().is_err() => return None,
        Err(why) => return Some(Sentence::plain(withheld(w, why))),
    };
    let mut args = share_args(w, share);
    args.set("relation", about(w, &relation.relation));
    Some(Sentence {
        text: w.with("said-reciprocity", &args),
        below: Some(w.t("said-differently")),
        picture: Some(ten_pairs(
            &format!("{id}-pairs"),
            &w.with("picture-pairs", &args),
            share.about,
            range(share),
        )),
    })
}

/// Where schools of about this size lie.
pub fn alike(w: Words, relation: &RelationPortrait) -> Option<Sentence> {
    relation.density.shown().ok()?;
    let Ok(usual) = relation.alike.shown() else {
        return Some(Sentence::plain(w.t("said-alike-few")));
    };
    let Usual { from, to, .. } = *usual;
    let mut args = FluentArgs::new();
    args.set("least", from);
    args.set("most", to);
    args.set("from", count(w, usize::from(from)));
    args.set("to", count(w, usize::from(to)));
    Some(Sentence::plain(w.with("said-alike", &args)))
}

/// Who came and went since the wave before; nothing where that is not told.
fn moved(w: Words, since: &Since) -> Option<(usize, String)> {
    let n = since.n_came.shown().ok()? + since.n_went.shown().ok()?;
    let mut args = FluentArgs::new();
    args.set("n", n);
    args.set("many", count(w, n));
    Some((n, w.with("said-moved", &args)))
}

/// What became of the density since the wave before; `then` is the relation at that wave.
pub fn change(
    w: Words,
    id: &str,
    since: &Since,
    then: Option<&RelationPortrait>,
    now: &RelationPortrait,
) -> Option<Sentence> {
    let found = now.change.as_ref()?;
    let is = *now.density.shown().ok()?;
    let moved = moved(w, since);
    let found = match found.density.shown() {
        Ok(found) => *found,
        Err(why) => {
            let text = w.t1("said-change-withheld", "wave", since.wave.as_str());
            return Some(Sentence {
                text,
                below: Some(withheld(w, why)),
                picture: None,
            });
        }
    };
    let mut args = FluentArgs::new();
    args.set("relation", about(w, &now.relation));
    args.set("wave", since.wave.as_str());
    let people = moved.map_or_else(String::new, |(_, text)| text);
    args.set("moved", people.clone());
    args.set("told", u8::from(!people.is_empty()));
    let stayed = now.change.as_ref().is_some_and(|of| of.among_stayers);
    let key = match (found, stayed) {
        (Change::TooSmall, _) => "said-change-small",
        (Change::More, true) => "said-change-more",
        (Change::Less, true) => "said-change-less",
        (Change::More, false) => "said-change-more-all",
        (Change::Less, false) => "said-change-less-all",
    };
    // The picture is of all colleagues at both moments; it would mislead where the change is too small.
    let was = then.and_then(|then| then.density.shown().ok().copied());
    let picture = was.filter(|_| found != Change::TooSmall).map(|was| {
        let row = |label: String, share: Share| TenRow {
            label,
            filled: share.about,
            range: Some(range(share)),
        };
        let mut args = FluentArgs::new();
        args.set("then", since.wave.as_str());
        args.set("was", count(w, usize::from(was.about)));
        args.set("is", count(w, usize::from(is.about)));
        ten_times(
            &format!("{id}-change"),
            &w.with("picture-change", &args),
            &[row(since.wave.clone(), was), row(w.t("picture-now"), is)],
        )
    });
    Some(Sentence {
        text: w.with(key, &args),
        below: (found != Change::TooSmall && stayed)
            .then(|| w.t1("said-change-stayed", "moved", people)),
        picture,
    })
}

/// Whether the naming is spread more evenly than at the wave before; nothing where that cannot be said.
pub fn evenness(
    w: Words,
    id: &str,
    since: &Since,
    relation: &str,
    change: &RelationChange,
) -> Option<Sentence> {
    let found = *change.evenness.shown().ok()?;
    let (key, to_even) = match found {
        Change::TooSmall => return None,
        Change::More => ("said-even-more", true),
        Change::Less => ("said-even-less", false),
    };
    let title = if to_even {
        "picture-even-more"
    } else {
        "picture-even-less"
    };
    Some(Sentence {
        text: w.t2(
            key,
            "relation",
            about(w, relation),
            "wave",
            since.wave.as_str(),
        ),
        below: change.among_stayers.then(|| w.t("said-even-stayed")),
        picture: Some(spread(&format!("{id}-even"), &w.t(title), to_even)),
    })
}

/// Two groups who name each other less often about one thing than about another.
#[derive(Debug, Clone, PartialEq)]
pub struct LessOften<'a> {
    pub groups: (&'a Group, &'a Group),
    pub relation: &'a str,
    pub than: &'a str,
    /// Both ways together, for the picture.
    bands: (Band, Band),
}

/// The clearest such difference of a wave: told in both directions, and in other bands in both.
pub fn less_often(wave: &WavePortrait) -> Option<LessOften<'_>> {
    let told = |relation: &RelationPortrait, from: usize, to: usize| {
        let block = relation
            .blocks
            .iter()
            .find(|block| (block.from, block.to) == (from, to))?;
        block.share.shown().ok().copied()
    };
    let mut best: Option<(u8, LessOften<'_>)> = None;
    for (a, one) in wave.groups.iter().enumerate() {
        for (b, other) in wave.groups.iter().enumerate().skip(a + 1) {
            for low in &wave.relations {
                for high in &wave.relations {
                    let bands = (
                        told(low, a, b),
                        told(low, b, a),
                        told(high, a, b),
                        told(high, b, a),
                    );
                    let (Some(low_ab), Some(low_ba), Some(high_ab), Some(high_ba)) = bands else {
                        continue;
                    };
                    if low_ab >= high_ab || low_ba >= high_ba {
                        continue;
                    }
                    let apart = high_ab.level() - low_ab.level() + high_ba.level() - low_ba.level();
                    if best.as_ref().is_none_or(|(known, _)| apart > *known) {
                        let found = LessOften {
                            groups: (one, other),
                            relation: &low.relation,
                            than: &high.relation,
                            bands: (low_ab.min(low_ba), high_ab.max(high_ba)),
                        };
                        best = Some((apart, found));
                    }
                }
            }
        }
    }
    best.map(|(_, found)| found)
}

pub fn blocks_compared(w: Words, id: &str, found: &LessOften<'_>) -> Sentence {
    let mut args = FluentArgs::new();
    args.set("a", first_upper(&group_name(w, found.groups.0)));
    args.set("b", group_name(w, found.groups.1));
    args.set("relation", about(w, found.relation));
    args.set("than", about(w, found.than));
    let row = |relation: &str, band: Band| {
        let (from, to) = band.tenths();
        TenRow {
            label: first_upper(&about(w, relation)),
            filled: from,
            range: Some((f64::from(from), f64::from(to))),
        }
    };
    Sentence {
        text: w.with("said-less-often", &args),
        below: None,
        picture: Some(ten_times(
            &format!("{id}-blocks"),
            &w.with("picture-less-often", &args),
            &[
                row(found.relation, found.bands.0),
                row(found.than, found.bands.1),
            ],
        )),
    }
}

/// The names of a group: merged ones joined.
pub fn group_name(w: Words, group: &Group) -> String {
    let mut names = group.names.iter().cloned();
    let first = names.next().unwrap_or_default();
    names.fold(first, |a, b| w.t2("group-merged", "a", a, "b", b))
}

/// As it begins a sentence.
pub fn first_upper(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::language::Language;

    const NL: Words = Words(Language::Nl);
    const EN: Words = Words(Language::En);

    /// A wave as it is read back: two groups, and relations with what is told of them.
    fn wave(relations: Value) -> WavePortrait {
        serde_json::from_value(json!({
            "wave": "T2a", "grouped": true, "n_members": {"Ok": 17}, "n_answered": {"Ok": 15},
            "since": {"wave": "T1", "n_came": {"Ok": 2}, "n_went": {"Ok": 4}},
            "groups": [{"names": ["onderbouw"], "n": 8}, {"names": ["bovenbouw"], "n": 9}],
            "relations": relations, "scales": [],
        }))
        .expect("a wave is read back")
    }

    fn relation(key: &str, fields: Value) -> Value {
        let mut made = json!({
            "relation": key,
            "density": {"Ok": {"about": 4, "from": 7, "to": 10}},
            "reciprocity": {"Ok": {"about": 6, "from": 11, "to": 14}},
            "blocks": [], "change": null,
            "alike": {"Ok": {"from": 3, "to": 5, "n_schools": 12}},
            "persons": {"Err": "no_consent"},
        });
        for (name, value) in fields.as_object().expect("fields") {
            made[name] = value.clone();
        }
        made
    }

    fn one(fields: Value) -> RelationPortrait {
        serde_json::from_value(relation("goals", fields)).expect("a relation is read back")
    }

    #[test]
    fn the_response_is_told_with_what_is_missing() {
        let whole = wave(json!([]));
        let said = response(NL, "x", &whole);
        assert_eq!(
            said.text,
            "Van de 17 collega's vulden er 15 de vragen in; waar antwoorden ontbreken, geven we een bandbreedte."
        );
        let picture = said.picture.expect("a picture");
        assert_eq!(picture.matches("class=\"on\"").count(), 15);
        assert_eq!(
            response(EN, "x", &whole).text,
            "15 of the 17 colleagues filled in the questions; where answers are missing, we give a range."
        );
        let all = WavePortrait {
            n_answered: whole.n_members.clone(),
            ..whole
        };
        assert_eq!(
            response(NL, "x", &all).text,
            "Alle 17 collega's vulden de vragen in. Getallen zijn afgerond: vandaar een bandbreedte."
        );
    }

    #[test]
    fn the_density_is_told_in_tens_with_its_range() {
        let told = one(json!({}));
        let said = density(NL, "x", &told);
        assert_eq!(
            said.text,
            "Van elke tien keer dat iemand een collega had kunnen noemen voor een gesprek over doelen, gebeurde dat vier \
             keer (bandbreedte 3,5 tot 5)."
        );
        assert!(
            said.picture
                .expect("a picture")
                .contains("vier van elke tien keer, bandbreedte 3,5 tot 5")
        );
        assert_eq!(
            density(EN, "x", &told).text,
            "Of every ten times that someone could have named a colleague for a conversation about goals, it happened \
             four times (range 3.5 to 5)."
        );
        // Nobody is told that it never happened.
        let few = one(json!({"density": {"Ok": {"about": 1, "from": 0, "to": 3}}}));
        assert!(
            density(NL, "x", &few)
                .text
                .ends_with("gebeurde dat ongeveer één keer (bandbreedte 0 tot 1,5).")
        );
        assert!(
            density(EN, "x", &few)
                .text
                .ends_with("it happened about once (range 0 to 1.5).")
        );
        let hidden = one(json!({"density": {"Err": "response_too_low"}}));
        assert_eq!(
            density(NL, "x", &hidden),
            Sentence::plain(
                "Te weinig collega's vulden de vragen in om hier iets over te zeggen.".into()
            )
        );
    }

    #[test]
    fn reciprocity_is_told_of_pairs() {
        let told = one(json!({}));
        let said = reciprocity(NL, "x", &told).expect("it is told");
        assert_eq!(
            said.text,
            "Van elke tien tweetallen waarin iemand de ander noemde voor een gesprek over doelen, noemden er zes elkaar \
             (bandbreedte 5,5 tot 7); in de andere vier noemde één van beiden de ander."
        );
        assert_eq!(
            said.below.as_deref(),
            Some("U ziet dat gesprek verschillend; niemand heeft ongelijk.")
        );
        assert_eq!(
            said.picture
                .expect("a picture")
                .matches("class=\"both\"")
                .count(),
            6
        );
        assert_eq!(
            reciprocity(EN, "x", &told).expect("it is told").text,
            "Of every ten pairs in which one named the other for a conversation about goals, six named each other (range \
             5.5 to 7); in the other four only one of the two named the other."
        );
        let most = one(json!({"reciprocity": {"Ok": {"about": 9, "from": 17, "to": 20}}}));
        assert!(
            reciprocity(NL, "x", &most).expect("it is told").text.ends_with(
                "noemden er ongeveer negen elkaar (bandbreedte 8,5 tot 10); in het andere noemde één van beiden de ander."
            )
        );
        let least = one(json!({"reciprocity": {"Ok": {"about": 1, "from": 0, "to": 3}}}));
        assert!(
            reciprocity(NL, "x", &least).expect("it is told").text.ends_with(
                "noemde ongeveer één tweetal elkaar (bandbreedte 0 tot 1,5); in de andere negen noemde één van beiden de ander."
            )
        );
        let hidden = one(json!({"reciprocity": {"Err": "nearly_unanimous"}}));
        assert_eq!(
            reciprocity(NL, "x", &hidden).expect("why not").text,
            "Dit cijfer tonen we niet, zodat niemand kan afleiden wat één collega heeft ingevuld."
        );
    }

    #[test]
    fn schools_of_this_size_are_told_without_a_good_side() {
        let said = |w, fields| alike(w, &one(fields)).expect("it is told").text;
        assert_eq!(
            said(NL, json!({})),
            "De middengroep van scholen van uw grootte ligt tussen drie en vijf keer. Meer is niet vanzelf beter."
        );
        assert_eq!(
            said(EN, json!({})),
            "The middle group of schools of your size lies between three and five times. More is not of itself better."
        );
        let low = json!({"alike": {"Ok": {"from": 0, "to": 2, "n_schools": 12}}});
        assert_eq!(
            said(NL, low),
            "De middengroep van scholen van uw grootte ligt op hooguit twee keer. Meer is niet vanzelf beter."
        );
        let few = json!({"alike": {"Err": "too_few_people"}});
        assert_eq!(
            said(NL, few),
            "Er zijn te weinig scholen van uw grootte om naast de uwe te leggen."
        );
        assert_eq!(
            alike(NL, &one(json!({"density": {"Err": "team_too_small"}}))),
            None
        );
    }

    fn changed(density: Value, evenness: Value) -> (WavePortrait, RelationPortrait) {
        let change =
            json!({"change": {"density": density, "evenness": evenness, "among_stayers": true}});
        (wave(json!([])), one(change))
    }

    #[test]
    fn a_small_change_is_not_told_and_who_came_or_went_is() {
        let (wave, now) = changed(json!({"Ok": "too_small"}), json!({"Ok": "too_small"}));
        let since = wave.since.as_ref().expect("a wave before");
        let said = |w| change(w, "x", since, Some(&one(json!({}))), &now).expect("it is told");
        assert_eq!(
            said(NL),
            Sentence::plain(
                "De verandering sinds de vorige meting (T1) is te klein om er iets over te zeggen; zes collega's kwamen of \
                 gingen."
                    .into()
            )
        );
        assert_eq!(
            said(EN).text,
            "The change since the previous wave (T1) is too small to say anything about; six colleagues came or went."
        );
        assert_eq!(
            evenness(
                NL,
                "x",
                since,
                "goals",
                now.change.as_ref().expect("a change")
            ),
            None
        );
    }

    #[test]
    fn a_clear_change_is_told_with_both_moments() {
        let (wave, now) = changed(json!({"Ok": "more"}), json!({"Ok": "more"}));
        let since = wave.since.as_ref().expect("a wave before");
        let then = one(json!({"density": {"Ok": {"about": 2, "from": 3, "to": 5}}}));
        let said = change(NL, "x", since, Some(&then), &now).expect("it is told");
        assert_eq!(
            said.text,
            "Wie er ook bij de vorige meting (T1) waren, noemen elkaar nu vaker voor een gesprek over doelen."
        );
        assert_eq!(
            said.picture
                .expect("a picture")
                .matches("class=\"on\"")
                .count(),
            2 + 4
        );
        assert_eq!(
            change(EN, "x", since, Some(&then), &now)
                .expect("it is told")
                .text,
            "Those who were also there at the previous wave (T1) now name each other more often for a conversation about \
             goals."
        );
        let mut everyone = now.clone();
        everyone.change.as_mut().expect("a change").among_stayers = false;
        assert_eq!(
            change(NL, "x", since, Some(&then), &everyone)
                .expect("it is told")
                .text,
            "Voor een gesprek over doelen wordt nu vaker iemand genoemd dan bij de vorige meting (T1); zes collega's kwamen \
             of gingen."
        );
        let spread = |w| {
            let change = now.change.as_ref().expect("a change");
            evenness(w, "x", since, "approach", change)
                .expect("it is told")
                .text
        };
        assert_eq!(
            spread(NL),
            "Gesprekken over aanpak zijn nu gelijkmatiger over het team verdeeld dan bij de vorige meting (T1)."
        );
        assert_eq!(
            spread(EN),
            "Conversations about approach are now spread more evenly over the team than at the previous wave (T1)."
        );
        let (wave, now) = changed(
            json!({"Err": "would_tell_others"}),
            json!({"Err": "would_tell_others"}),
        );
        let since = wave.since.as_ref().expect("a wave before");
        let said = change(NL, "x", since, None, &now).expect("why not");
        assert_eq!(
            said.text,
            "Of er sinds de vorige meting (T1) iets veranderde, tonen we niet."
        );
        assert!(
            said.below
                .expect("why")
                .starts_with("Samen met wat al is getoond")
        );
    }

    fn blocks(across: u8, back: u8) -> Value {
        json!({"blocks": [
            {"from": 0, "to": 1, "share": {"Ok": across}}, {"from": 1, "to": 0, "share": {"Ok": back}},
        ]})
    }

    #[test]
    fn groups_are_compared_where_both_ways_are_told_and_differ() {
        let told = wave(json!([
            relation("approach", blocks(0, 1)),
            relation("goals", blocks(1, 1)),
            relation("progress", blocks(2, 2)),
        ]));
        let found = less_often(&told).expect("they differ");
        let said = blocks_compared(NL, "x", &found);
        assert_eq!(
            said.text,
            "Onderbouw en bovenbouw noemen elkaar minder vaak over aanpak dan over de voortgang van leerlingen."
        );
        assert_eq!(
            blocks_compared(EN, "x", &found).text,
            "Onderbouw and bovenbouw name each other less often about approach than about pupils' progress."
        );
        // One way the same: nothing is said of both.
        let same = wave(json!([
            relation("approach", blocks(1, 2)),
            relation("goals", blocks(2, 2))
        ]));
        assert_eq!(less_often(&same), None);
        let mut hidden = relation("goals", blocks(4, 4));
        hidden["blocks"][1]["share"] = json!({"Err": "too_few_people"});
        assert_eq!(
            less_often(&wave(json!([relation("approach", blocks(0, 0)), hidden]))),
            None
        );
    }
}
