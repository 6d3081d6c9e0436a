//! What was told of a wave, as plain sentences: the same ones for whoever it is passed on to. Accepts disclosed values
//! only.

use fluent_bundle::FluentArgs;

use super::school::relation_name;
use crate::domain::card::Statement;
use crate::domain::disclosure::{Disclosed, Share, Suppressed};
use crate::evaluation::card_portrait::CardWave;
use crate::evaluation::portrait::{ItemPortrait, Said, ScalePortrait, WavePortrait};
use crate::locale::Words;

/// One scale: its title, the sentence about it, and what was said about each question of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldScale {
    pub title: String,
    pub sentence: String,
    pub items: Vec<(String, String)>,
}

/// What a team was told of one wave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToldTeam {
    pub answered: String,
    /// Per relation: its name, and sentences about it.
    pub relations: Vec<(String, Vec<String>)>,
    pub scales: Vec<ToldScale>,
}

/// Titles of scales and texts of questions, in the reader's language, by key.
pub struct Titles<'t> {
    pub of_scale: &'t dyn Fn(&str) -> String,
    pub of_item: &'t dyn Fn(&str) -> String,
}

fn why(w: Words, reason: Suppressed) -> String {
    w.t(&format!("withheld-{}", reason.key()))
}

pub fn told_scales(w: Words, titles: &Titles<'_>, scales: &[ScalePortrait]) -> Vec<ToldScale> {
    scales
        .iter()
        .map(|scale| ToldScale {
            title: (titles.of_scale)(&scale.scale),
            sentence: mean(w, scale),
            items: scale
                .items
                .iter()
                .map(|item| ((titles.of_item)(&item.item), said(w, item)))
                .collect(),
        })
        .collect()
}

fn mean(w: Words, scale: &ScalePortrait) -> String {
    let mean = match scale.mean.shown() {
        Ok(mean) => *mean,
        Err(reason) => return why(w, reason),
    };
    let mut args = FluentArgs::new();
    args.set("mean", w.decimal(mean, 1));
    args.set("from", w.decimal(scale.minimum, 0));
    args.set("to", w.decimal(scale.maximum, 0));
    match scale.n.shown() {
        Ok(n) => {
            args.set("n", *n);
            w.with("told-mean-of", &args)
        }
        Err(_) => w.with("told-mean", &args),
    }
}

fn said(w: Words, item: &ItemPortrait) -> String {
    match item.said.shown() {
        Ok(Said::MostAgree) => w.t("told-most-agree"),
        Ok(Said::MostDisagree) => w.t("told-most-disagree"),
        Ok(Said::Divided) => w.t("told-divided"),
        Ok(Said::InBetween) => w.t("told-in-between"),
        Err(reason) => why(w, reason),
    }
}

/// One heading of a card: where the principal and the team place it, then each statement.
pub fn told_card(
    w: Words,
    (title, text): (&dyn Fn(usize) -> String, &dyn Fn(Statement) -> String),
    wave: &CardWave,
    heading: usize,
) -> ToldScale {
    let both = |own: Option<f64>, team: Result<f64, Suppressed>, decimals| {
        let own = own.map_or_else(
            || w.t("card-own-none"),
            |own| w.t1("card-own-place", "place", w.decimal(own, decimals)),
        );
        let team = team.map_or_else(
            |reason| w.t1("card-team-none", "why", why(w, reason)),
            |team| w.t1("card-team-place", "place", w.decimal(team, 1)),
        );
        format!("{own} {team}")
    };
    let whole = wave.team(heading).ok_or(Suppressed::TooFewPeople);
    ToldScale {
        title: title(heading),
        sentence: both(wave.own(heading), whole, 1),
        items: wave
            .under(heading)
            .map(|(statement, told)| {
                let own = told.own.and_then(|place| place.position);
                let team = told.team.shown().copied();
                let said = both(own.map(|place| place as f64), team, 0);
                (text(statement), said)
            })
            .collect(),
    }
}

pub fn told_team(w: Words, titles: &Titles<'_>, wave: &WavePortrait) -> ToldTeam {
    let answered = match (wave.n_answered.shown(), wave.n_members.shown()) {
        (Ok(n), Ok(of)) => w.t2("told-answered", "n", *n, "of", *of),
        (Err(reason), _) | (_, Err(reason)) => why(w, reason),
    };
    let relations = wave
        .relations
        .iter()
        .map(|relation| {
            let told = vec![
                share(w, "told-density", &relation.density),
                share(w, "told-reciprocity", &relation.reciprocity),
            ];
            (relation_name(w, &relation.relation), told)
        })
        .collect();
    ToldTeam {
        answered,
        relations,
        scales: told_scales(w, titles, &wave.scales),
    }
}

fn share(w: Words, key: &str, share: &Disclosed<Share>) -> String {
    match share.shown() {
        Ok(share) => {
            let half = |halves: u8| w.decimal(f64::from(halves) / 2.0, 1);
            w.t2(key, "from", half(share.from), "to", half(share.to))
        }
        Err(reason) => why(w, reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::disclosure::{AnswerScale, Ledger, Ratings, headcount};
    use crate::domain::language::Language;

    #[test]
    fn what_is_withheld_is_told_with_its_reason_and_no_number() {
        let keys = ["a", "b", "c", "d", "e", "f", "g"];
        let mean = |scores: &[f64]| {
            Ledger::default().team_mean(&Ratings {
                wave: "T1",
                measure: "m",
                scale: AnswerScale {
                    minimum: 1.0,
                    maximum: 5.0,
                    steps_per_unit: Some(1),
                },
                k: 7,
                scores: keys.into_iter().zip(scores.iter().copied()).collect(),
            })
        };
        let scale = |scores: &[f64]| ScalePortrait {
            scale: "leadership".to_owned(),
            minimum: 1.0,
            maximum: 5.0,
            n: headcount(scores.len()),
            mean: mean(scores),
            change: None,
            usual: Disclosed::withheld(Suppressed::NotDefined),
            groups: Vec::new(),
            items: vec![ItemPortrait {
                item: "q".to_owned(),
                said: Disclosed::withheld(Suppressed::TooFewPeople),
            }],
        };
        let titles = Titles {
            of_scale: &str::to_uppercase,
            of_item: &str::to_uppercase,
        };
        let w = Words(Language::Nl);
        let told = told_scales(
            w,
            &titles,
            &[
                scale(&[2.0, 3.0, 4.0, 3.0, 3.0, 4.0, 2.0]),
                scale(&[3.0; 6]),
            ],
        );
        assert_eq!(told[0].title, "LEADERSHIP");
        assert!(told[0].sentence.contains("3,0") && told[0].sentence.contains("7 "));
        assert_eq!(told[1].sentence, w.t("withheld-too-few-people"));
        assert_eq!(
            told[1].items,
            [("Q".to_owned(), w.t("withheld-too-few-people"))]
        );
    }
}
