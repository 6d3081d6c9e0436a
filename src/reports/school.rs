//! What a school reads: a portrait as sentences, a picture and a table. Accepts disclosed values only.

use crate::domain::disclosure::{Band, Disclosed, Share};
use crate::evaluation::portrait::{Group, Portrait, RelationPortrait, WavePortrait};
use crate::locale::Words;

use super::figure::group_picture::{Arrow, Circle, GroupWords, group_picture};
use super::figure::{Figure, Heading};

/// One relation at one wave, ready to be put on a page.
#[derive(Debug, Clone)]
pub struct RelationText {
    /// Sentences with what is said below each of them.
    pub sentences: Vec<(String, Option<String>)>,
    /// The figure, or why there is none.
    pub picture: Result<Figure, String>,
    pub caption: String,
    /// From, to, and how often.
    pub rows: Vec<(String, String, String)>,
}

/// `id` tells its figure from others on the page; `before` is the same relation at the wave before, if there is one.
pub fn relation_text(
    w: Words,
    id: &str,
    wave: &WavePortrait,
    relation: &RelationPortrait,
    before: Option<(&str, &RelationPortrait)>,
) -> RelationText {
    let name = relation_name(w, &relation.relation);
    let caption = w.t2(
        "school-picture-caption",
        "relation",
        name.as_str(),
        "wave",
        wave.wave.as_str(),
    );
    let rows: Vec<(String, String, String)> = relation
        .blocks
        .iter()
        .map(|block| {
            let share = match block.share.shown() {
                Ok(band) => cell(w, *band),
                Err(_) => w.t("withheld-short"),
            };
            let to = if block.from == block.to {
                w.t("school-within")
            } else {
                group_name(w, &wave.groups[block.to])
            };
            (group_name(w, &wave.groups[block.from]), to, share)
        })
        .collect();
    RelationText {
        sentences: vec![
            sentence(
                w,
                "school-density",
                "band-times",
                &name,
                &relation.density,
                before.map(|(wave, r)| (wave, &r.density)),
            ),
            sentence(
                w,
                "school-reciprocity",
                "band-pairs",
                &name,
                &relation.reciprocity,
                before.map(|(wave, r)| (wave, &r.reciprocity)),
            ),
        ],
        picture: match wave.picture_withheld(relation) {
            Some(why) => Err(w.t(&format!("withheld-{}", why.key()))),
            None => Ok(picture(w, id, wave, relation, &caption, &rows)),
        },
        caption,
        rows,
    }
}

fn sentence(
    w: Words,
    key: &str,
    band_key: &str,
    relation: &str,
    share: &Disclosed<Share>,
    before: Option<(&str, &Disclosed<Share>)>,
) -> (String, Option<String>) {
    let share = match share.shown() {
        Ok(share) => *share,
        Err(why) => return (w.t(&format!("withheld-{}", why.key())), None),
    };
    let say = |share: Share| {
        let half = |halves: u8| w.decimal(f64::from(halves) / 2.0, 1);
        w.t2(band_key, "from", half(share.from), "to", half(share.to))
    };
    let change = before.and_then(|(wave, earlier)| {
        let earlier = *earlier.shown().ok()?;
        Some(if earlier == share {
            w.t1("school-change-same", "wave", wave)
        } else {
            w.t2("school-change-other", "wave", wave, "band", say(earlier))
        })
    });
    (w.t2(key, "relation", relation, "band", say(share)), change)
}

fn picture(
    w: Words,
    id: &str,
    wave: &WavePortrait,
    relation: &RelationPortrait,
    caption: &str,
    rows: &[(String, String, String)],
) -> Figure {
    let within = |index: usize| {
        relation
            .blocks
            .iter()
            .find(|block| block.from == index && block.to == index)
            .and_then(|block| block.share.shown().ok())
    };
    let circles: Vec<Circle> = wave
        .groups
        .iter()
        .enumerate()
        .map(|(index, group)| Circle {
            label: group_lines(w, group),
            lines: vec![
                w.t1("school-group-n", "n", group.n),
                within(index).map_or_else(|| w.t("withheld-short"), |band| cell(w, *band)),
            ],
            n: group.n,
            within: within(index).map(|band| band.level()),
        })
        .collect();
    let arrows: Vec<Arrow> = relation
        .blocks
        .iter()
        .filter(|block| block.from != block.to)
        .filter_map(|block| {
            let band = *block.share.shown().ok()?;
            Some(Arrow {
                from: block.from,
                to: block.to,
                band: band.level(),
                said: cell(w, band),
            })
        })
        .collect();
    let description = rows
        .iter()
        .map(|(from, to, share)| format!("{from} → {to}: {share}"))
        .collect::<Vec<_>>()
        .join("; ");
    let id = format!("{id}-{}", relation.relation);
    group_picture(
        &Heading::new(id, caption, description, w),
        &GroupWords {
            from: w.t("school-table-from"),
            to: w.t("school-table-to"),
            share: w.t("school-table-share"),
            seldom: w.t("figure-seldom"),
            often: w.t("figure-often"),
            within: w.t("school-within"),
            withheld: w.t("withheld-short"),
        },
        &circles,
        &arrows,
    )
}

fn cell(w: Words, band: Band) -> String {
    let (from, to) = band.tenths();
    w.t2("band-cell", "from", from, "to", to)
}

fn group_name(w: Words, group: &Group) -> String {
    let mut names = group.names.iter().cloned();
    let first = names.next().unwrap_or_default();
    names.fold(first, |a, b| w.t2("group-merged", "a", a, "b", b))
}

/// The name over several lines: "onderbouw and" above "middenbouw".
fn group_lines(w: Words, group: &Group) -> Vec<String> {
    let last = group.names.len().saturating_sub(1);
    let line = |(index, name): (usize, &String)| {
        if index < last {
            format!("{name} {}", w.t("group-and"))
        } else {
            name.clone()
        }
    };
    group.names.iter().enumerate().map(line).collect()
}

/// The relation in words; a study's own relation is named as the study names it.
pub fn relation_name(w: Words, relation: &str) -> String {
    let key = format!("relation-{relation}");
    let name = w.t(&key);
    if name == key {
        relation.to_owned()
    } else {
        name
    }
}

/// The newest wave of a portrait, or the one that was asked for.
pub fn chosen_wave(portrait: &Portrait, wave: Option<&str>) -> Option<usize> {
    let asked = wave.and_then(|wave| portrait.waves.iter().position(|known| known.wave == wave));
    asked.or_else(|| portrait.waves.len().checked_sub(1))
}
