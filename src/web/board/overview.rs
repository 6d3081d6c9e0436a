//! The schools of one board in alphabetical order: what pupils scored beside the school's own goals, and what a school
//! passed on. Schools are not compared: no order by result, no common scale, no good and bad.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;
use serde::de::DeserializeOwned;

use super::conversations::path_of;
use crate::domain::opening::{Audience, Part};
use crate::evaluation::card_portrait::CardPortrait;
use crate::evaluation::portrait::{AchievementPortrait, LeadershipPortrait, Portrait};
use crate::fieldwork::open;
use crate::reports::achievement::{AchievementText, achievement_text};
use crate::reports::achievement_trend::{TrendText, together, trend_text};
use crate::reports::told::{ToldScale, ToldTeam};
use crate::storage::openings::{self, Opening};
use crate::storage::part_releases::{self, PartRelease};
use crate::storage::schools::{self, School};
use crate::storage::{StorageError, Tx, conclusions, school_goals};
use crate::web::access::BoardMember;
use crate::web::app::App;
use crate::web::conversation::starts_on;
use crate::web::frame::Frame;
use crate::web::problem::{Problem, show};
use crate::web::told::{self, last_wave};

/// Of fewer schools, one would be told what the other scored by who knows the mean of both.
pub const FEWEST: usize = 3;

#[derive(Template)]
#[template(path = "web/pages/schools_of_board.html")]
struct BoardPage {
    frame: Frame,
    too_few: bool,
    /// What opens with the button.
    new: Vec<String>,
    schools: Vec<SchoolPart>,
    /// The mean of the schools that were opened, each counting once.
    together: Option<AchievementText>,
}

struct SchoolPart {
    name: String,
    /// The page of the conversation with its principal.
    conversation: String,
    trend: Option<TrendText>,
    caption: String,
    achievement: Option<AchievementText>,
    passed: Vec<Passed>,
}

/// A part of a wave that the school passed on.
struct Passed {
    title: String,
    told: Vec<ToldScale>,
    team: Option<ToldTeam>,
}

/// What there is of one school for its board.
struct OfSchool {
    school: School,
    achievement: AchievementPortrait,
    goals: Vec<(i64, f64)>,
    team: Portrait,
    leadership: LeadershipPortrait,
    card: CardPortrait,
    releases: Vec<PartRelease>,
    openings: Vec<Opening>,
}

impl OfSchool {
    async fn load(
        tx: &mut Tx,
        visitor: &BoardMember,
        school: School,
    ) -> Result<Self, StorageError> {
        let id = school.school_id;
        let mut releases = part_releases::of_school(tx, id).await?;
        releases.retain(|release| release.audience == Audience::Board);
        let passes = |part: Part| releases.iter().any(|release| release.part == part);
        // What was not passed on is not even read.
        let team = if passes(Part::Team) {
            kept(tx, visitor, &school, Part::Team).await?
        } else {
            Portrait::default()
        };
        let leadership = if passes(Part::Leadership) {
            kept(tx, visitor, &school, Part::Leadership).await?
        } else {
            LeadershipPortrait::default()
        };
        let card = if passes(Part::Card) {
            kept(tx, visitor, &school, Part::Card).await?
        } else {
            CardPortrait::default()
        };
        let goals = school_goals::of_school(tx, id).await?;
        Ok(Self {
            achievement: kept(tx, visitor, &school, Part::Achievement).await?,
            goals: goals.iter().map(|goal| (goal.month, goal.target)).collect(),
            team,
            leadership,
            card,
            releases,
            openings: openings::of_school(tx, id).await?,
            school,
        })
    }

    /// Every part of every wave that the board may open.
    fn available(&self, visitor: &BoardMember) -> Vec<(Part, String)> {
        let last = last_wave(&visitor.0.study, &self.school.cohort);
        let pupils = last
            .filter(|_| !self.achievement.moments.is_empty())
            .map(|wave| (Part::Achievement, wave.to_owned()));
        let passed = self
            .releases
            .iter()
            .filter(|release| self.has(release))
            .map(|release| (release.part, release.wave.clone()));
        pupils.into_iter().chain(passed).collect()
    }

    fn has(&self, release: &PartRelease) -> bool {
        match release.part {
            Part::Team => self.team.waves.iter().any(|own| own.wave == release.wave),
            Part::Leadership => self
                .leadership
                .waves
                .iter()
                .any(|own| own.wave == release.wave),
            Part::Card => self.card.waves.iter().any(|own| own.wave == release.wave),
            Part::Achievement | Part::Pupils => false,
        }
    }

    fn has_opened(&self, part: Part, wave: &str) -> bool {
        self.openings.iter().any(|opening| {
            opening.part == part && opening.wave == wave && opening.audience == Audience::Board
        })
    }
}

async fn kept<T: DeserializeOwned + Default>(
    tx: &mut Tx,
    visitor: &BoardMember,
    school: &School,
    part: Part,
) -> Result<T, StorageError> {
    let study_id = visitor.0.study.study_id;
    match conclusions::part(tx, study_id, school.school_id, part).await? {
        None => Ok(T::default()),
        Some((text, _)) => {
            serde_json::from_str(&text).map_err(|error| StorageError::Inconsistent {
                table: "school_parts",
                column: "content",
                why: error.to_string(),
            })
        }
    }
}

/// The board's own schools by name; none for a board of fewer than three.
async fn own_schools(app: &App, visitor: &BoardMember) -> Result<Vec<OfSchool>, StorageError> {
    let mut tx = app.store().read().await?;
    let mut schools = schools::of_study(&mut tx, visitor.0.study.study_id).await?;
    schools.retain(|school| visitor.0.link.schools.contains(&school.school_id));
    if schools.len() < FEWEST {
        return Ok(Vec::new());
    }
    schools.sort_by(|a, b| (a.name.to_lowercase(), &a.key).cmp(&(b.name.to_lowercase(), &b.key)));
    let mut own = Vec::new();
    for school in schools {
        own.push(OfSchool::load(&mut tx, visitor, school).await?);
    }
    Ok(own)
}

pub async fn show_board(visitor: BoardMember, State(app): State<App>) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let own = own_schools(&app, &visitor)
        .await
        .map_err(|error| Problem::storage(&app, w, &error))?;
    let new = own
        .iter()
        .flat_map(|of| {
            let unopened = of.available(&visitor).into_iter();
            unopened
                .filter(|(part, wave)| !of.has_opened(*part, wave))
                .map(|(part, wave)| {
                    let what = title(&visitor, part, &wave);
                    format!("{}: {what}", of.school.name)
                })
        })
        .collect();
    Ok(show(&BoardPage {
        frame: Frame::new(&app, w, w.t("board-page-title"), "/board")
            .for_visit(&visitor.0.study.design.contact),
        together: together_of(&visitor, &own),
        too_few: own.is_empty(),
        new,
        schools: own
            .iter()
            .enumerate()
            .map(|(index, of)| school_part(&visitor, index, of))
            .collect(),
    }))
}

/// The mean over those schools of which this board opened the scores.
fn together_of(visitor: &BoardMember, own: &[OfSchool]) -> Option<AchievementText> {
    let (w, study) = (visitor.0.words, &visitor.0.study);
    let opened: Vec<_> = own
        .iter()
        .filter(|of| {
            last_wave(study, &of.school.cohort)
                .is_some_and(|wave| of.has_opened(Part::Achievement, wave))
        })
        .map(|of| (starts_on(study, &of.school), &of.achievement))
        .collect();
    together(w, "together", &w.t("board-together"), &opened)
}

fn title(visitor: &BoardMember, part: Part, wave: &str) -> String {
    let key = format!("board-page-{}", part.key());
    visitor.0.words.t1(&key, "wave", wave)
}

fn school_part(visitor: &BoardMember, index: usize, of: &OfSchool) -> SchoolPart {
    let (w, study) = (visitor.0.words, &visitor.0.study);
    let opened: Vec<(Part, String)> = of
        .available(visitor)
        .into_iter()
        .filter(|(part, wave)| of.has_opened(*part, wave))
        .collect();
    let cohorts = &study.design.cohorts;
    let cohort = cohorts.iter().find(|cohort| cohort.key == of.school.cohort);
    let caption = w.t1("goal-figure", "school", of.school.name.as_str());
    let achievement = cohort
        .filter(|_| opened.iter().any(|(part, _)| *part == Part::Achievement))
        .map(|cohort| {
            let id = format!("school-{index}");
            achievement_text(
                w,
                &id,
                &caption,
                cohort.starts_on,
                &of.achievement,
                &of.goals,
            )
        });
    let passed = opened
        .iter()
        .filter_map(|(part, wave)| {
            let (told, team) = match part {
                Part::Leadership => {
                    let own = of.leadership.waves.iter().find(|own| own.wave == *wave)?;
                    (told::leadership(w, study, own), None)
                }
                Part::Team => {
                    let own = of.team.waves.iter().find(|own| own.wave == *wave)?;
                    (Vec::new(), Some(told::team(w, study, own)))
                }
                Part::Card => {
                    let own = of.card.waves.iter().find(|own| own.wave == *wave)?;
                    (told::card(w, study, own), None)
                }
                Part::Achievement | Part::Pupils => return None,
            };
            Some(Passed {
                title: w.t1("board-page-passed", "what", title(visitor, *part, wave)),
                told,
                team,
            })
        })
        .collect();
    let trend = cohort.filter(|_| achievement.is_some()).and_then(|cohort| {
        let title = w.t1("trend-figure", "school", of.school.name.as_str());
        let id = format!("above-{index}");
        trend_text(w, &id, &title, cohort.starts_on, &of.achievement)
    });
    SchoolPart {
        conversation: path_of(&of.school.key),
        // The whole school: a year group is often one class, with one teacher.
        trend: trend.map(|trend| TrendText {
            year_groups: Vec::new(),
            rows: Vec::new(),
            reasons: Vec::new(),
            ..trend
        }),
        name: of.school.name.clone(),
        caption,
        achievement,
        passed,
    }
}

/// Opens everything that there is for this board now; each is noted the first time.
pub async fn open(visitor: BoardMember, State(app): State<App>) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let own = own_schools(&app, &visitor).await.map_err(failed)?;
    let opening: Vec<_> = own
        .iter()
        .flat_map(|of| {
            let available = of.available(&visitor).into_iter();
            available.map(|(part, wave)| (of.school.school_id, part, [wave]))
        })
        .collect();
    let act = app.act(visitor.0.actor());
    app.store()
        .write::<_, StorageError, _>(move |tx| {
            async move {
                for (school_id, part, wave) in opening {
                    open::open(tx, &act, school_id, part, Audience::Board, &wave).await?;
                }
                Ok(())
            }
            .boxed()
        })
        .await
        .map_err(failed)?;
    Ok(Redirect::to("/board").into_response())
}
