//! A conversation about results as a page: the source's questions, what there are data on beside them, and lines to fill in.
//! Who may see which data is decided by the audience that asks for the page.

use std::collections::BTreeMap;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{Datelike, NaiveDate};

use super::app::App;
use super::form::{Fields, field};
use super::frame::Frame;
use super::problem::{Kind, Problem, show};
use crate::domain::agreed::Verdict;
use crate::domain::id::SchoolId;
use crate::domain::opening::{Audience, Part};
use crate::domain::time::day_in;
use crate::evaluation::portrait::AchievementPortrait;
use crate::fieldwork::note_conversation::LONGEST;
use crate::fieldwork::study::Study;
use crate::instrument::conversations::{Beside, Conversation, Question, conversations};
use crate::locale::Words;
use crate::reports::achievement::{AchievementText, achievement_text};
use crate::reports::achievement_trend::{TrendText, latest, trend_text};
use crate::storage::conversation_notes::{self, Note};
use crate::storage::schools::School;
use crate::storage::{StorageError, Tx, agreed_actions, conclusions, school_goals, training_log};

/// What there is to put beside the questions, as far as this audience may see it.
#[derive(Default)]
pub struct Data {
    pub scores: Option<Scores>,
    /// Why there are no scores, in words.
    pub no_scores: String,
    /// A line for each other school of the board, or one about all of them.
    pub others: Vec<String>,
    pub visits: Option<String>,
    pub secured: Vec<String>,
}

/// What pupils scored, as it was disclosed.
pub struct Scores {
    pub starts_on: NaiveDate,
    pub portrait: AchievementPortrait,
    pub goals: Vec<(i64, f64)>,
    /// A board sees the whole school: a year group is often one class.
    pub by_year_group: bool,
}

/// The day from which months are counted at a school.
pub fn starts_on(study: &Study, school: &School) -> NaiveDate {
    let mut cohorts = study.design.cohorts.iter();
    let own = cohorts.find(|cohort| cohort.key == school.cohort);
    own.map_or(NaiveDate::MIN, |cohort| cohort.starts_on)
}

/// What was told of a school's pupils.
pub async fn kept_scores(
    tx: &mut Tx,
    study: &Study,
    school_id: SchoolId,
) -> Result<AchievementPortrait, StorageError> {
    match conclusions::part(tx, study.study_id, school_id, Part::Achievement).await? {
        None => Ok(AchievementPortrait::default()),
        Some((text, _)) => {
            serde_json::from_str(&text).map_err(|error| StorageError::Inconsistent {
                table: "school_parts",
                column: "content",
                why: error.to_string(),
            })
        }
    }
}

impl Scores {
    pub async fn load(
        tx: &mut Tx,
        study: &Study,
        school: &School,
        by_year_group: bool,
    ) -> Result<Option<Self>, StorageError> {
        let portrait = kept_scores(tx, study, school.school_id).await?;
        let goals = school_goals::of_school(tx, school.school_id).await?;
        Ok((!portrait.moments.is_empty()).then(|| Self {
            starts_on: starts_on(study, school),
            portrait,
            goals: goals.iter().map(|goal| (goal.month, goal.target)).collect(),
            by_year_group,
        }))
    }
}

impl Data {
    /// What the school itself keeps: support in class as its trainer counted it, and agreements that it held on to.
    pub async fn add_own(
        &mut self,
        tx: &mut Tx,
        w: Words,
        school_id: SchoolId,
        today: NaiveDate,
    ) -> Result<(), StorageError> {
        let begins = school_year(today);
        let meetings = training_log::of_school(tx, school_id).await?;
        let own = meetings.iter().filter(|meeting| meeting.held_on >= begins);
        let (n, times) = own.fold((0, 0), |(n, times), logged| {
            (n + 1, times + logged.meeting.class_support)
        });
        if n > 0 {
            self.visits = Some(w.t2("conv-visits", "times", times, "meetings", n));
        }
        for action in agreed_actions::of_school(tx, school_id).await? {
            let secure = action
                .reviews
                .last()
                .filter(|review| review.verdict == Verdict::Secure);
            if let Some(review) = secure {
                let goal = action.agreement.goal.as_str();
                self.secured
                    .push(w.t2("conv-secured", "goal", goal, "seen", review.seen.as_str()));
            }
        }
        Ok(())
    }
}

/// The first of August before.
fn school_year(today: NaiveDate) -> NaiveDate {
    let year = today.year() - i32::from(today.month() < 8);
    NaiveDate::from_ymd_opt(year, 8, 1).unwrap_or(today)
}

#[derive(Template)]
#[template(path = "web/pages/conversation.html")]
struct ConversationPage {
    frame: Frame,
    lead: String,
    source: String,
    saved: String,
    faults: Vec<(String, String)>,
    questions: Vec<Asked>,
    action: String,
    /// Addresses of the other conversations, and what else is under the page.
    links: Vec<(String, String)>,
    /// A form that lets others see the scores: its address, words and button.
    lets: Option<(String, String, String)>,
    longest: usize,
}

/// One question with what is beside it.
struct Asked {
    key: String,
    text: String,
    /// What the source prints, beside our translation of it.
    printed: String,
    slip: String,
    why: String,
    missing: String,
    lines: Vec<String>,
    caption: String,
    achievement: Option<AchievementText>,
    trend: Option<TrendText>,
    note: String,
    noted: String,
}

/// What a page is about besides its questions.
pub struct Setting {
    pub frame: Frame,
    pub conversation: &'static str,
    pub lead: String,
    pub action: String,
    pub links: Vec<(String, String)>,
    pub lets: Option<(String, String, String)>,
    pub saved: bool,
    /// A note that was too long, with all that was sent.
    pub refused: Option<(String, BTreeMap<String, String>)>,
    pub school: String,
}

pub fn conversation_page(
    app: &App,
    w: Words,
    study: &Study,
    (setting, data): (Setting, &Data),
    notes: &BTreeMap<String, Note>,
) -> Result<Response, Problem> {
    let all = conversations();
    let conversation = all
        .find(setting.conversation)
        .ok_or_else(|| Problem::new(app, w, Kind::NotFound))?;
    let scores = data.scores.as_ref();
    let title = w.t1("goal-figure", "school", setting.school.as_str());
    let above_title = w.t1("trend-figure", "school", setting.school.as_str());
    let text_of = |id: &str| {
        let own = scores?;
        let (on, goals) = (own.starts_on, &own.goals);
        Some(achievement_text(w, id, &title, on, &own.portrait, goals))
    };
    let trend_of = |id: &str| {
        let own = scores?;
        let mut trend = trend_text(w, id, &above_title, own.starts_on, &own.portrait)?;
        if !own.by_year_group {
            trend.year_groups.clear();
            trend.rows.iter_mut().for_each(|row| row.cells.clear());
        }
        Some(trend)
    };
    let asked = |question: &Question| {
        let mut asked = plain(w, question, notes, study.design.time_zone);
        if let Some((_, sent)) = &setting.refused {
            asked.note = sent.get(&question.key).cloned().unwrap_or_default();
        }
        let (first, second) = (
            format!("{}-mean", question.key),
            format!("{}-above", question.key),
        );
        asked.caption = title.clone();
        match question.beside {
            None => {}
            Some(Beside::Latest) => {
                let text = text_of(&first);
                let told = text.and_then(|text| latest(w, &text, trend_of(&second).as_ref()));
                asked.lines.extend(told);
            }
            Some(Beside::Goals) => asked.achievement = text_of(&first),
            Some(Beside::Trend) => {
                asked.achievement = text_of(&first);
                asked.trend = trend_of(&second).map(|trend| TrendText {
                    year_groups: Vec::new(),
                    rows: Vec::new(),
                    reasons: Vec::new(),
                    ..trend
                });
            }
            Some(Beside::YearGroups) => {
                asked.trend = trend_of(&second)
                    .filter(|trend| !trend.year_groups.is_empty())
                    .map(|trend| TrendText {
                        figure: None,
                        ..trend
                    });
            }
            Some(Beside::Above) => asked.trend = trend_of(&second),
            Some(Beside::Others) => asked.lines.clone_from(&data.others),
            Some(Beside::Visits) => asked.lines.extend(data.visits.clone()),
            Some(Beside::Secured | Beside::Celebrations) => asked.lines.clone_from(&data.secured),
        }
        let nothing =
            asked.lines.is_empty() && asked.achievement.is_none() && asked.trend.is_none();
        asked.missing = match question.beside {
            _ if !nothing => String::new(),
            None => String::new(),
            Some(Beside::Others) => w.t("conv-no-others"),
            Some(Beside::Visits) => w.t("conv-no-visits"),
            Some(Beside::Secured | Beside::Celebrations) => w.t("conv-no-secured"),
            Some(_) if scores.is_some() => w.t("conv-no-year-groups"),
            Some(_) => data.no_scores.clone(),
        };
        asked
    };
    let faults: Vec<(String, String)> = setting
        .refused
        .iter()
        .map(|(key, _)| (key.clone(), w.t1("conv-too-long", "n", LONGEST)))
        .collect();
    let is_good = faults.is_empty();
    let page = ConversationPage {
        lead: setting.lead,
        source: w.t1("conv-source", "source", all.source(w.0)),
        saved: if setting.saved {
            w.t("filled-saved")
        } else {
            String::new()
        },
        faults,
        questions: conversation.questions.iter().map(asked).collect(),
        frame: setting.frame,
        action: setting.action,
        links: setting.links,
        lets: setting.lets,
        longest: LONGEST,
    };
    let status = if is_good {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    Ok((status, show(&page)).into_response())
}

fn plain(
    w: Words,
    question: &Question,
    notes: &BTreeMap<String, Note>,
    zone: chrono_tz::Tz,
) -> Asked {
    let note = notes.get(&question.key);
    let text = question.say(w.0).to_owned();
    let is_translated = text != question.nl;
    Asked {
        key: question.key.clone(),
        printed: if is_translated {
            question.nl.clone()
        } else {
            String::new()
        },
        slip: if question.printed {
            w.t("conv-slip")
        } else {
            String::new()
        },
        text,
        why: question
            .why
            .as_ref()
            .map(|why| why.say(w.0).to_owned())
            .unwrap_or_default(),
        missing: String::new(),
        lines: Vec::new(),
        caption: String::new(),
        achievement: None,
        trend: None,
        note: note.map(|note| note.content.clone()).unwrap_or_default(),
        noted: note
            .map(|note| w.t1("conv-noted", "day", w.day_and_time(note.at, zone)))
            .unwrap_or_default(),
    }
}

/// What was written, question by question, of this conversation and no other.
pub fn texts(conversation: &str, fields: &Fields) -> BTreeMap<String, String> {
    let known: Option<&Conversation> = conversations().find(conversation);
    let questions = known.into_iter().flat_map(|one| &one.questions);
    questions
        .filter_map(|question| {
            let text = field(fields, &question.key)?;
            Some((question.key.clone(), text.replace("\r\n", "\n")))
        })
        .collect()
}

/// The title of a conversation.
pub fn title(w: Words, conversation: &str) -> String {
    let found = conversations().find(conversation);
    found.map_or_else(String::new, |one| one.title.say(w.0).to_owned())
}

pub async fn notes_of(
    tx: &mut Tx,
    school: SchoolId,
    audience: Audience,
) -> Result<BTreeMap<String, Note>, StorageError> {
    conversation_notes::of_school(tx, school, audience).await
}

/// The day it is where the study is.
pub fn today(app: &App, study: &Study) -> NaiveDate {
    day_in(study.design.time_zone, app.now())
}
