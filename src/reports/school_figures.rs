//! The figures of a school over its waves: how often colleagues were named, and what the team thinks. Accepts disclosed
//! values only; what is withheld is a gap that says so.

use std::collections::BTreeMap;

use super::figure::axis::Axis;
use super::figure::scale_profile::{ProfilePoint, ProfileRow, ProfileWords, scale_profile};
use super::figure::sociogram::{Dot, Naming, SociogramWords, sociogram};
use super::figure::wave_strip::{StripWords, Value, WavePoint, wave_strip};
use super::figure::{Figure, Heading};
use super::school::relation_name;
use super::school_scales::ScaleWords;
use super::school_sentences::{about, count, first_upper, halves, withheld};
use crate::domain::disclosure::Suppressed;
use crate::evaluation::portrait::{RelationPortrait, WavePortrait};
use crate::locale::Words;

/// The density of one relation at each wave so far; none where there is one wave only.
pub fn density_strip(w: Words, id: &str, waves: &[WavePortrait], relation: &str) -> Option<Figure> {
    let points: Vec<WavePoint> = waves
        .iter()
        .filter_map(|wave| {
            let mut known = wave.relations.iter();
            let found = known.find(|known| known.relation == relation)?;
            Some(density_point(w, &wave.wave, found))
        })
        .collect();
    let n_told = points.iter().filter(|point| point.value.is_ok()).count();
    if points.len() < 2 || n_told == 0 {
        return None;
    }
    let title = w.t1("strip-title", "relation", about(w, relation));
    let description = described(points.iter().map(|point| {
        let said = match &point.value {
            Ok(value) => value.said.clone(),
            Err(why) => why.clone(),
        };
        (point.wave.as_str(), said)
    }));
    let words = StripWords {
        axis: w.t("strip-axis"),
        wave: w.t("school-wave"),
        value: w.t("strip-value"),
        withheld: w.t("withheld-short"),
        usual: w.t("strip-usual"),
    };
    Some(wave_strip(
        &Heading::new(format!("{id}-strip"), title, description, w),
        &words,
        &Axis::whole(w, 0, 10, 2),
        &points,
    ))
}

fn density_point(w: Words, wave: &str, relation: &RelationPortrait) -> WavePoint {
    let value = match relation.density.shown() {
        Ok(share) => Ok(Value {
            from: f64::from(share.from) / 2.0,
            to: f64::from(share.to) / 2.0,
            about: Some(f64::from(share.about)),
            said: w.t2(
                "strip-said",
                "from",
                halves(w, share.from),
                "to",
                halves(w, share.to),
            ),
        }),
        Err(why) => Err(withheld(w, why)),
    };
    let usual = value.is_ok().then(|| relation.alike.shown().ok()).flatten();
    WavePoint {
        wave: wave.to_owned(),
        value,
        usual: usual.map(|usual| (f64::from(usual.from), f64::from(usual.to))),
    }
}

/// "T1: between 3 and 4; T2a: not shown".
fn described<'a>(points: impl Iterator<Item = (&'a str, String)>) -> String {
    let said: Vec<String> = points
        .map(|(wave, said)| format!("{wave}: {said}"))
        .collect();
    said.join("; ")
}

/// Who agreed to being drawn, with their names, and the ties between them; or why there is no such picture. Whoever took
/// it back since it was made is not in `names`: then nobody is drawn, so that nobody can be missed.
pub fn persons(
    w: Words,
    wave: &str,
    relation: &RelationPortrait,
    names: &BTreeMap<String, String>,
) -> Result<(Figure, Option<String>), String> {
    let picture = relation.persons.shown().map_err(|why| withheld(w, why))?;
    let dots: Option<Vec<Dot>> = picture
        .drawn
        .iter()
        .map(|person| {
            Some(Dot {
                label: names.get(&person.person)?.clone(),
                x: person.x,
                y: person.y,
                group: None,
            })
        })
        .collect();
    let dots = dots.ok_or_else(|| withheld(w, Suppressed::NoConsent))?;
    let title = w.t2(
        "persons-title",
        "relation",
        relation_name(w, &relation.relation),
        "wave",
        wave,
    );
    let description = w.t2(
        "persons-described",
        "n",
        dots.len(),
        "ties",
        picture.ties.len(),
    );
    let words = SociogramWords {
        mutual: w.t("persons-mutual"),
        one_way: w.t("persons-one-way"),
        person: w.t("persons-person"),
        named: w.t("persons-named"),
        people: w.t("persons-people"),
    };
    let heading = Heading::new(
        format!("persons-{}", relation.relation),
        title,
        description,
        w,
    );
    let figure = sociogram(&heading, &words, &[], &dots, &picture.ties, Naming::Names);
    let others = (picture.n_not_drawn > 0).then(|| {
        w.t2(
            "persons-others",
            "n",
            picture.n_not_drawn,
            "many",
            count(w, picture.n_not_drawn),
        )
    });
    Ok((figure, others))
}

/// The mean of the team on each scale at each wave so far.
pub fn profile(w: Words, waves: &[WavePortrait], words: &[ScaleWords]) -> Option<Figure> {
    let newest = waves.last()?;
    let rows: Vec<ProfileRow> = newest
        .scales
        .iter()
        .map(|scale| {
            let of_wave = |wave: &WavePortrait| {
                let mut known = wave.scales.iter();
                let found = known.find(|known| known.scale == scale.scale)?;
                let mean = found.mean.shown().copied();
                Some(ProfilePoint {
                    wave: wave.wave.clone(),
                    usual: mean.ok().and(found.usual.shown().ok().copied()),
                    mean: mean.map_err(|why| withheld(w, why)),
                })
            };
            let known = words.iter().find(|known| known.key == scale.scale);
            ProfileRow {
                label: known.map_or_else(|| scale.scale.clone(), |known| known.title.clone()),
                minimum: scale.minimum,
                maximum: scale.maximum,
                waves: waves.iter().filter_map(of_wave).collect(),
            }
        })
        .collect();
    let is_told = |row: &ProfileRow| row.waves.iter().any(|point| point.mean.is_ok());
    if !rows.iter().any(is_told) {
        return None;
    }
    let description = rows
        .iter()
        .map(|row| {
            let points = row.waves.iter().map(|point| {
                let said = match &point.mean {
                    Ok(mean) => w.decimal(*mean, 1),
                    Err(_) => w.t("withheld-short"),
                };
                (point.wave.as_str(), said)
            });
            format!("{}: {}", first_upper(&row.label), described(points))
        })
        .collect::<Vec<_>>()
        .join(". ");
    let words = ProfileWords {
        scale: w.t("profile-scale"),
        wave: w.t("school-wave"),
        mean: w.t("profile-mean"),
        usual: w.t("profile-usual"),
        withheld: w.t("withheld-short"),
    };
    Some(scale_profile(
        &Heading::new("profile", w.t("profile-title"), description, w),
        &words,
        &rows,
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::language::Language;

    #[test]
    fn a_wave_that_is_withheld_is_a_gap() {
        let wave = |key: &str, density: serde_json::Value| -> WavePortrait {
            serde_json::from_value(json!({
                "wave": key, "grouped": false, "n_members": {"Ok": 17}, "n_answered": {"Ok": 15}, "since": null,
                "groups": [], "scales": [], "relations": [{"relation": "goals", "density": density,
                    "reciprocity": {"Err": "not_defined"}, "blocks": [], "change": null,
                    "alike": {"Ok": {"from": 3, "to": 5, "n_schools": 12}}, "persons": {"Err": "no_consent"}}],
            }))
            .expect("a wave is read back")
        };
        let told = json!({"Ok": {"about": 4, "from": 7, "to": 10}});
        let waves = [
            wave("T1", told.clone()),
            wave("T2a", json!({"Err": "response_too_low"})),
            wave("T3", told),
        ];
        let w = Words(Language::Nl);
        let figure = density_strip(w, "x", &waves, "goals").expect("two waves are told");
        assert_eq!(figure.table.rows.len(), 3);
        assert!(
            figure
                .description
                .starts_with("T1: 3,5 tot 5; T2a: Te weinig collega's")
        );
        assert!(figure.svg.contains("niet getoond"));
        assert!(density_strip(w, "x", &waves[..1], "goals").is_none());
        assert!(profile(w, &waves, &[]).is_none());
    }
}
