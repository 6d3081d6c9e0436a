//! One's own answers, in words, to who gave them and to nobody else; and, once the team opened its results of a wave, what
//! the team was told.
//!
//! Nothing here says who named someone, nor how often: with one's own answers and the figures of the team beside it, a
//! count of one's own would be one more equation about colleagues, and it tells about a person what the study does not
//! judge anybody by. A count is left out, however large it is.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::pupil;
use super::start::frame;
use crate::domain::opening::{Audience, Part};
use crate::evaluation::portrait::Portrait;
use crate::fieldwork::own_words::{self, Asked};
use crate::reports::told::ToldTeam;
use crate::storage::{StorageError, conclusions, openings};
use crate::web::app::App;
use crate::web::frame::Frame;
use crate::web::problem::{Problem, show};
use crate::web::told;
use crate::web::visitor::Respondent;

const PATH: &str = "/answer/own";

#[derive(Template)]
#[template(path = "web/pages/own.html")]
struct OwnPage {
    frame: Frame,
    asked: Vec<Asked>,
    /// What the team was told of this wave, once it opened that.
    team: Option<ToldTeam>,
}

pub async fn show_own(visitor: Respondent, State(app): State<App>) -> Result<Response, Problem> {
    if let Some(away) = pupil::away(&visitor) {
        return Ok(away);
    }
    let sitting = &visitor.sitting;
    if sitting.opened.invitation.withdrawn_at.is_some() {
        return Ok(Redirect::to("/answer").into_response());
    }
    let w = visitor.words;
    let team = team_told(&app, &visitor).await?;
    Ok(show(&OwnPage {
        frame: frame(&app, &visitor, w.t("own-title"), PATH),
        asked: own_words::of_sitting(w, &visitor.study, sitting),
        team,
    }))
}

/// What the team was told of the wave of this invitation: after it closed, and not before the team saw it itself.
async fn team_told(app: &App, visitor: &Respondent) -> Result<Option<ToldTeam>, Problem> {
    let (w, study, opened) = (visitor.words, &visitor.study, &visitor.sitting.opened);
    if visitor.sitting.window.closed_at.is_none() {
        return Ok(None);
    }
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let wave = &opened.invitation.wave;
    let mut tx = app.store().read().await.map_err(failed)?;
    let openings = openings::of_school(&mut tx, opened.school_id)
        .await
        .map_err(failed)?;
    let seen = openings.iter().any(|opening| {
        opening.wave == *wave && opening.part == Part::Team && opening.audience == Audience::Team
    });
    if !seen {
        return Ok(None);
    }
    let kept = conclusions::part(&mut tx, study.study_id, opened.school_id, Part::Team)
        .await
        .map_err(failed)?;
    drop(tx);
    let Some((text, _)) = kept else {
        return Ok(None);
    };
    let portrait: Portrait =
        serde_json::from_str(&text).map_err(|error| Problem::failure(app, w, &error))?;
    let own = portrait.waves.iter().find(|own| own.wave == *wave);
    Ok(own.map(|own| told::team(w, study, own)))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::sync::Arc;

    use chrono::{DateTime, NaiveDate};
    use uuid::Uuid;

    use super::*;
    use crate::domain::answer::Answer;
    use crate::domain::id::{InvitationId, MemberId, PersonId, SchoolId, StudyId, WindowId};
    use crate::domain::language::{Language, Text};
    use crate::domain::roster::Member;
    use crate::domain::study::test_design;
    use crate::fieldwork::pages::Sitting;
    use crate::fieldwork::study::Study;
    use crate::instrument::definition::{Choice, Format, Instrument, Item, Page, Status};
    use crate::instrument::library::Library;
    use crate::instrument::rule::Rule;
    use crate::locale::Words;
    use crate::storage::invitations::{Invitation, Opened};
    use crate::storage::windows::Window;

    fn member(n: u128, name: &str) -> Arc<Member> {
        Arc::new(Member {
            member_id: MemberId(Uuid::from_u128(n)),
            person_id: PersonId(Uuid::from_u128(n)),
            school_id: SchoolId(Uuid::nil()),
            name: name.to_owned(),
            roles: Vec::new(),
            groups: Vec::new(),
            joined_on: None,
            left_on: None,
        })
    }

    fn visitor(answers: BTreeMap<String, Answer>, language: Language) -> Respondent {
        let at = DateTime::UNIX_EPOCH;
        let invitation = Invitation {
            invitation_id: InvitationId(Uuid::nil()),
            member_id: MemberId(Uuid::nil()),
            wave: "T1".to_owned(),
            issue: 1,
            order_seed: 0,
            opened_at: None,
            submitted_at: None,
            receipt: None,
            withdrawn_at: None,
        };
        let window = Window {
            window_id: WindowId(Uuid::nil()),
            cohort: "c".to_owned(),
            wave: "T1".to_owned(),
            opens_at: at,
            closes_at: at,
            closed_at: None,
        };
        let opened = Opened {
            invitation,
            study_id: StudyId(Uuid::nil()),
            revision: 1,
            roster_version: 0,
            any_part_submitted: false,
            given: None,
            visit_ends_at: None,
            school_id: SchoolId(Uuid::nil()),
            school_name: String::new(),
            cohort: "c".to_owned(),
            name: String::new(),
            language,
            research: None,
            objection: None,
            window: Some(window.clone()),
        };
        Respondent {
            study: Arc::new(Study {
                study_id: StudyId(Uuid::nil()),
                revision: 1,
                design: test_design(),
                library: Library::default(),
            }),
            sitting: Sitting {
                place: "school".to_owned(),
                opened,
                window,
                me: member(1, "Ik"),
                colleagues: vec![member(2, "Bo de Wit"), member(3, "Anna Bos")],
                board: Vec::new(),
                answers,
                responses: BTreeMap::new(),
                submitted_parts: BTreeMap::new(),
            },
            words: Words(language),
        }
    }

    #[test]
    fn every_kind_of_answer_is_told_in_words() {
        let options = || -> Vec<Choice> {
            [(1, "een", "one"), (2, "twee", "two")]
                .into_iter()
                .map(|(code, nl, en)| Choice {
                    code,
                    text: Text::new(nl, en),
                })
                .collect()
        };
        let roster = |strengths| Format::Roster {
            relation: "goals".to_owned(),
            strengths,
        };
        let named = || {
            let ids = [(2, 2), (3, 1), (9, 1)];
            let ids = ids.map(|(n, strength)| (MemberId(Uuid::from_u128(n)), strength));
            Answer::Named(BTreeMap::from(ids))
        };
        let text = |text: &str| Answer::Text(text.to_owned());
        let day = NaiveDate::from_ymd_opt(2026, 8, 31);
        // Format, answer, and the lines in Dutch and in English.
        let kinds: Vec<(Format, Option<Answer>, &str, &str)> = vec![
            (
                Format::Rating(options()),
                Some(Answer::Code(2)),
                "twee",
                "two",
            ),
            (
                Format::Single(options()),
                Some(Answer::Code(1)),
                "een",
                "one",
            ),
            (
                Format::Multiple {
                    options: options(),
                    most: None,
                },
                Some(Answer::Codes(BTreeSet::from([1, 2]))),
                "een|twee",
                "one|two",
            ),
            (
                Format::Test {
                    options: options(),
                    key: 1,
                },
                Some(Answer::Code(2)),
                "twee",
                "two",
            ),
            (
                Format::Card {
                    positions: options(),
                    cannot_judge: None,
                },
                Some(Answer::Card {
                    position: Some(1),
                    ticked: true,
                    cannot_judge: false,
                }),
                "een|aangekruist",
                "one|ticked",
            ),
            (
                Format::Card {
                    positions: options(),
                    cannot_judge: Some(Text::new("weet niet", "cannot tell")),
                },
                Some(Answer::Card {
                    position: None,
                    ticked: false,
                    cannot_judge: true,
                }),
                "weet niet",
                "cannot tell",
            ),
            (
                Format::Date {
                    earliest: None,
                    latest: None,
                },
                day.map(Answer::Date),
                "31 augustus 2026",
                "31 August 2026",
            ),
            (
                Format::Number {
                    minimum: 0.0,
                    maximum: 9.0,
                },
                Some(Answer::Number(7.5)),
                "7,5",
                "7.5",
            ),
            (
                Format::Text { longest: 99 },
                Some(text("a\nb")),
                "a|b",
                "a|b",
            ),
            (
                roster(Vec::new()),
                Some(named()),
                "Anna Bos|Bo de Wit|een collega die niet meer op de lijst staat",
                "Anna Bos|Bo de Wit|a colleague who is no longer on the list",
            ),
            (
                roster(options()),
                Some(named()),
                "Anna Bos: een|Bo de Wit: twee|een collega die niet meer op de lijst staat: een",
                "Anna Bos: one|Bo de Wit: two|a colleague who is no longer on the list: one",
            ),
            (
                roster(Vec::new()),
                Some(Answer::Nobody),
                "Met niemand",
                "With nobody",
            ),
            (Format::Text { longest: 99 }, None, "", ""),
        ];
        let mut answers = BTreeMap::from([("q08.missing".to_owned(), text("Jan Jansen"))]);
        let mut items = BTreeMap::new();
        for (n, (format, answer, ..)) in kinds.iter().enumerate() {
            let key = format!("q{n:02}");
            answers.extend(answer.clone().map(|answer| (key.clone(), answer)));
            let item = Item {
                text: Text::new(key.clone(), key.clone()),
                format: format.clone(),
                when: None,
                desk_only: false,
            };
            items.insert(key, item);
        }
        let hidden = Item {
            text: Text::new("hidden", "hidden"),
            format: Format::Text { longest: 9 },
            when: Some(Rule::Answered("nothing".to_owned())),
            desk_only: false,
        };
        let mut ask: Vec<String> = items.keys().cloned().collect();
        items.insert("hidden".to_owned(), hidden);
        ask.push("hidden".to_owned());
        let instrument = Instrument {
            key: "all".to_owned(),
            version: 1,
            title: Text::new("Alles", "All"),
            intro: Text::default(),
            source: String::new(),
            status: Status::Permitted,
            items,
            scales: Vec::new(),
            pages: vec![Page {
                title: Text::default(),
                lead: None,
                ask,
                when: None,
            }],
            separate: false,
            example: None,
            hash: String::new(),
        };
        for language in Language::ALL {
            let visitor = visitor(answers.clone(), language);
            let told =
                own_words::asked(visitor.words, &visitor.study, &visitor.sitting, &instrument);
            assert_eq!(
                told.questions.len(),
                kinds.len(),
                "what a rule hides was not asked"
            );
            for ((question, lines), (.., nl, en)) in told.questions.iter().zip(&kinds) {
                let mut expected = if language == Language::Nl { *nl } else { *en }.to_owned();
                if question == "q08" {
                    expected += if language == Language::Nl {
                        "|Jan Jansen (zelf erbij geschreven)"
                    } else {
                        "|Jan Jansen (added by you)"
                    };
                }
                assert_eq!(lines.join("|"), expected, "{question}");
            }
        }
    }
}
