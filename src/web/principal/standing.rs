//! How a school's results stand for its principal: what there is, what was opened and what was passed on.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;

use crate::domain::id::SchoolId;
use crate::domain::opening::{Audience, Part};
use crate::domain::roster::PRINCIPAL;
use crate::domain::time::day_in;
use crate::evaluation::card_portrait::{CardPortrait, CardWave};
use crate::evaluation::portrait::{
    AchievementPortrait, LeadershipPortrait, LeadershipWave, Portrait, WavePortrait,
};
use crate::storage::openings::{self, Opening};
use crate::storage::part_releases::{self, PartRelease};
use crate::storage::records::pseudonym;
use crate::storage::schools::{self, School};
use crate::storage::{StorageError, Tx, conclusions, rosters};
use crate::web::access::Principal;
use crate::web::app::App;
use crate::web::frame::{Frame, PRINCIPAL_MENU};
use crate::web::problem::{Kind, Problem};
use crate::web::visitor::Staff;

pub struct Standing {
    pub school: School,
    /// Newest first; only waves about whoever leads the school now.
    pub leadership: Vec<LeadershipWave>,
    /// Whether there are waves about someone who led the school before.
    pub about_others: bool,
    /// The same of the leadership card.
    pub card: Vec<CardWave>,
    pub team: Portrait,
    pub achievement: AchievementPortrait,
    openings: Vec<Opening>,
    releases: Vec<PartRelease>,
}

pub fn frame(app: &App, staff: &Staff, title: String, path: impl Into<String>) -> Frame {
    Frame::new(app, staff.words, title, path)
        .for_visit(&staff.study.design.contact)
        .with_menu(&PRINCIPAL_MENU)
}

pub fn school_of(app: &App, visitor: &Principal) -> Result<SchoolId, Problem> {
    let gone = || Problem::new(app, visitor.0.words, Kind::NoVisit);
    visitor.0.school().ok_or_else(gone)
}

impl Standing {
    pub async fn load(app: &App, visitor: &Principal) -> Result<Self, Problem> {
        let w = visitor.0.words;
        let school_id = school_of(app, visitor)?;
        let mut tx = app
            .store()
            .read()
            .await
            .map_err(|error| Problem::storage(app, w, &error))?;
        let found = read(app, &mut tx, visitor, school_id)
            .await
            .map_err(|error| Problem::storage(app, w, &error))?;
        let (standing, texts) = found.ok_or_else(|| Problem::new(app, w, Kind::NoVisit))?;
        let [team, leadership, card, achievement] = texts;
        let kept_cards: CardPortrait = parsed(app, visitor, card)?;
        let n_cards = kept_cards.waves.len();
        let mut card = kept_cards.waves;
        card.retain(|wave| is_about(&wave.led_by, &standing.led_by));
        card.reverse();
        let kept: LeadershipPortrait = parsed(app, visitor, leadership)?;
        let n_kept = kept.waves.len();
        let mut own: Vec<LeadershipWave> = kept
            .waves
            .into_iter()
            .filter(|wave| is_about(&wave.led_by, &standing.led_by))
            .collect();
        own.reverse();
        Ok(Self {
            school: standing.school,
            about_others: own.len() < n_kept || card.len() < n_cards,
            leadership: own,
            card,
            team: parsed(app, visitor, team)?,
            achievement: parsed(app, visitor, achievement)?,
            openings: standing.openings,
            releases: standing.releases,
        })
    }

    pub fn has_opened(&self, part: Part, wave: &str) -> bool {
        self.openings.iter().any(|opening| {
            opening.part == part && opening.wave == wave && opening.audience == Audience::Principal
        })
    }

    pub fn release(&self, part: Part, wave: &str, to: Audience) -> Option<&PartRelease> {
        self.releases
            .iter()
            .find(|release| release.part == part && release.wave == wave && release.audience == to)
    }

    /// What the team was told of a wave, once the principal opened it.
    pub fn opened_team(&self, wave: &str) -> Option<&WavePortrait> {
        let known = self.team.waves.iter().find(|known| known.wave == wave);
        known.filter(|_| self.has_opened(Part::Team, wave))
    }

    /// The card of a wave, once the principal opened it.
    pub fn opened_card(&self, wave: &str) -> Option<&CardWave> {
        let known = self.card.iter().find(|known| known.wave == wave);
        known.filter(|_| self.has_opened(Part::Card, wave))
    }

    /// What teachers said in a wave, once the principal opened it.
    pub fn opened_leadership(&self, wave: &str) -> Option<&LeadershipWave> {
        let known = self.leadership.iter().find(|known| known.wave == wave);
        known.filter(|_| self.has_opened(Part::Leadership, wave))
    }
}

/// What teachers said about someone is not for whoever came after: everyone who leads the school now led it then. A
/// school whose lists name no principal says nothing of a change.
fn is_about(led_by: &[String], now: &BTreeSet<String>) -> bool {
    if now.is_empty() {
        led_by.is_empty()
    } else {
        now.iter().all(|principal| led_by.contains(principal))
    }
}

struct Read {
    school: School,
    /// Who leads the school today, as records call them.
    led_by: BTreeSet<String>,
    openings: Vec<Opening>,
    releases: Vec<PartRelease>,
}

async fn read(
    app: &App,
    tx: &mut Tx,
    visitor: &Principal,
    school_id: SchoolId,
) -> Result<Option<(Read, [Option<String>; 4])>, StorageError> {
    let study = &visitor.0.study;
    let schools = schools::of_study(tx, study.study_id).await?;
    let Some(school) = schools
        .into_iter()
        .find(|school| school.school_id == school_id)
    else {
        return Ok(None);
    };
    let today = day_in(study.design.time_zone, app.now());
    let members = rosters::of_school(tx, school_id).await?;
    let led_by = members
        .iter()
        .filter(|member| member.present_between(today, today))
        .filter(|member| member.roles.iter().any(|role| role == PRINCIPAL))
        .map(|member| pseudonym(member.person_id.0))
        .collect();
    let mut texts = [const { None }; 4];
    for (text, part) in
        texts
            .iter_mut()
            .zip([Part::Team, Part::Leadership, Part::Card, Part::Achievement])
    {
        let kept = conclusions::part(tx, study.study_id, school_id, part).await?;
        *text = kept.map(|(content, _)| content);
    }
    let read = Read {
        school,
        led_by,
        openings: openings::of_school(tx, school_id).await?,
        releases: part_releases::of_school(tx, school_id).await?,
    };
    Ok(Some((read, texts)))
}

fn parsed<T: DeserializeOwned + Default>(
    app: &App,
    visitor: &Principal,
    text: Option<String>,
) -> Result<T, Problem> {
    match text {
        None => Ok(T::default()),
        Some(text) => serde_json::from_str(&text)
            .map_err(|error| Problem::failure(app, visitor.0.words, &error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_successor_does_not_read_about_a_predecessor() {
        let wave = |led_by: &[&str]| -> Vec<String> {
            led_by.iter().map(|key| (*key).to_owned()).collect()
        };
        let now = |keys: &[&str]| -> BTreeSet<String> {
            keys.iter().map(|key| (*key).to_owned()).collect()
        };
        assert!(is_about(&wave(&["a"]), &now(&["a"])));
        assert!(!is_about(&wave(&["a"]), &now(&["b"])));
        assert!(!is_about(&wave(&["a"]), &now(&[])));
        assert!(!is_about(&wave(&[]), &now(&["a"])));
        // Of two who led it together one is left; or one of the two came later.
        assert!(is_about(&wave(&["a", "b"]), &now(&["a"])));
        assert!(!is_about(&wave(&["a", "b"]), &now(&["a", "c"])));
        assert!(is_about(&wave(&[]), &now(&[])));
    }
}
