//! What a school reads of one relation: a picture of its groups, sentences, and a table. Accepts disclosed values only.

use crate::domain::disclosure::Band;
use crate::evaluation::portrait::{Group, Portrait, RelationPortrait, WavePortrait};
use crate::locale::Words;

use super::figure::Figure;
use super::figure::Heading;
use super::figure::group_picture::{Arrow, Circle, GroupWords, group_picture};
use super::school_figures::density_strip;
use super::school_sentences::{
    Sentence, about, alike, change, density, evenness, group_name, reciprocity, withheld,
};

/// One relation at one wave, ready to be put on a page.
#[derive(Debug, Clone)]
pub struct RelationText {
    pub relation: String,
    pub title: String,
    pub sentences: Vec<Sentence>,
    pub groups: GroupText,
    /// Over the waves so far, where there are more.
    pub strip: Option<Figure>,
}

/// How groups name each other: a figure and the same as a table.
#[derive(Debug, Clone)]
pub struct GroupText {
    pub caption: String,
    /// The figure, or why there is none.
    pub picture: Result<Figure, String>,
    /// From, to, and how often.
    pub rows: Vec<(String, String, String)>,
}

/// `waves` up to the one that is told, and the relation at that one.
pub fn relation_text(
    w: Words,
    waves: &[WavePortrait],
    relation: &RelationPortrait,
) -> Option<RelationText> {
    let wave = waves.last()?;
    let id = format!("r-{}", relation.relation);
    let mut sentences = vec![density(w, &id, relation)];
    sentences.extend(alike(w, relation));
    sentences.extend(reciprocity(w, &id, relation));
    if let Some(since) = &wave.since {
        let before = waves.iter().find(|known| known.wave == since.wave);
        let then = before.and_then(|before| {
            let mut known = before.relations.iter();
            known.find(|known| known.relation == relation.relation)
        });
        sentences.extend(change(w, &id, since, then, relation));
        let moved = relation.change.as_ref();
        let even = |moved| evenness(w, &id, since, &relation.relation, moved);
        sentences.extend(moved.and_then(even));
    }
    Some(RelationText {
        relation: relation.relation.clone(),
        title: w.t1(
            "school-relation-title",
            "relation",
            about(w, &relation.relation),
        ),
        sentences,
        groups: group_text(w, &id, wave, relation),
        strip: density_strip(w, &id, waves, &relation.relation),
    })
}

/// `id` tells the figure from others on the page.
pub fn group_text(
    w: Words,
    id: &str,
    wave: &WavePortrait,
    relation: &RelationPortrait,
) -> GroupText {
    let caption = w.t2(
        "school-picture-caption",
        "relation",
        relation_name(w, &relation.relation),
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
    GroupText {
        picture: match wave.picture_withheld(relation) {
            Some(why) => Err(withheld(w, why)),
            None => Ok(picture(w, id, wave, relation, &caption, &rows)),
        },
        caption,
        rows,
    }
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
    let n_missing = circles.len() * circles.len().saturating_sub(1) - arrows.len();
    let words = GroupWords {
        missing: (n_missing > 0).then(|| w.t1("figure-arrows-missing", "n", n_missing)),
        from: w.t("school-table-from"),
        to: w.t("school-table-to"),
        share: w.t("school-table-share"),
        seldom: w.t("figure-seldom"),
        often: w.t("figure-often"),
        within: w.t("school-within"),
        withheld: w.t("withheld-short"),
    };
    let heading = Heading::new(id, caption, description, w);
    group_picture(&heading, &words, &circles, &arrows)
}

fn cell(w: Words, band: Band) -> String {
    let (from, to) = band.tenths();
    w.t2("band-cell", "from", from, "to", to)
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
