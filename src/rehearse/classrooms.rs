//! Classes of a simulated study: made, their parents informed, and answered in, a class in one commit.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt;
use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;

use super::REHEARSAL;
use super::RehearseError;
use crate::domain::consent::Purpose;
use crate::domain::id::{InvitationId, MemberId, SchoolId};
use crate::domain::time::day_in;
use crate::domain::token::LinkKey;
use crate::fieldwork::classes::{self, NewClass};
use crate::fieldwork::pages::{Lists, Part};
use crate::fieldwork::receive;
use crate::fieldwork::study::Study;
use crate::fieldwork::{consent, invite};
use crate::instrument::check::RawAnswer;
use crate::simulation::classes::item;
use crate::simulation::study::{ClassWave, SimulatedStudy};
use crate::storage::audit::Act;
use crate::storage::schools::School;
use crate::storage::windows::Window;
use crate::storage::{Store, Tx, classes as kept, invitations};

/// A class as it stands in the database.
pub struct Room {
    unit: SchoolId,
    cohort: String,
    /// By seat.
    pupils: Vec<MemberId>,
}

/// Makes the classes, in the order of the simulation, and notes that all parents were informed.
pub async fn furnish(
    store: &Store,
    simulated: &SimulatedStudy,
    study: &Arc<Study>,
    (schools, ids): (&[School], &[Option<MemberId>]),
    at: DateTime<Utc>,
) -> Result<Vec<Room>, RehearseError> {
    let mut rng = ChaCha12Rng::seed_from_u64(simulated.seed);
    rng.set_stream(2_000_000);
    let new: Vec<NewClass> = simulated
        .classes
        .iter()
        .filter_map(|class| {
            let key = &simulated.schools[class.school].key;
            let school = schools.iter().find(|school| school.key == *key)?;
            Some(NewClass {
                school: school.clone(),
                name: class.name.clone(),
                year_group: class.year_group.clone(),
                n_pupils: class.n_pupils,
                teachers: class
                    .teacher
                    .and_then(|member| ids[member])
                    .into_iter()
                    .collect(),
            })
        })
        .collect();
    let (study, act) = (
        study.clone(),
        Act {
            actor: REHEARSAL.to_owned(),
            at,
        },
    );
    store
        .write(move |tx| {
            async move {
                let informed = Some(day_in(study.design.time_zone, act.at));
                let mut rooms = Vec::new();
                for class in new {
                    let unit = classes::make(tx, &act, &mut rng, &study, &class).await?;
                    let told = (informed, &BTreeMap::new());
                    classes::settle(tx, &act, &mut rng, &study, unit, told).await?;
                    let seats = kept::seats(tx, unit).await?;
                    rooms.push(Room {
                        unit,
                        cohort: class.school.cohort,
                        pupils: seats.into_iter().map(|seat| seat.member_id).collect(),
                    });
                }
                Ok::<_, RehearseError>(rooms)
            }
            .boxed()
        })
        .await
}

/// What the pupils of a cohort send in a wave, if it asks them.
pub async fn answer(
    store: &Store,
    simulated: &SimulatedStudy,
    study: &Arc<Study>,
    key: &LinkKey,
    (rooms, window): (&Arc<Vec<Room>>, &Window),
) -> Result<(), RehearseError> {
    for (place, class) in simulated.classes.iter().enumerate() {
        let asked = |wave: &&ClassWave| simulated.waves[wave.wave].key == window.wave;
        let Some(wave) = class.waves.iter().find(asked) else {
            continue;
        };
        let Some(room) = rooms.get(place).filter(|room| room.cohort == window.cohort) else {
            continue;
        };
        let mut rng = ChaCha12Rng::seed_from_u64(simulated.seed);
        rng.set_stream(2_000_001 + (place * simulated.waves.len() + wave.wave) as u64);
        let lesson = Lesson {
            study: study.clone(),
            key: key.clone(),
            window: window.clone(),
            unit: room.unit,
            sheets: room
                .pupils
                .iter()
                .zip(&wave.sheets)
                .filter_map(|(pupil, sheet)| Some((*pupil, raw(sheet.as_ref()?))))
                .collect(),
        };
        store
            .write(move |tx| async move { teach(tx, &mut rng, lesson).await }.boxed())
            .await?;
    }
    Ok(())
}

fn raw(sheet: &[u8]) -> BTreeMap<String, RawAnswer> {
    let given = sheet.iter().enumerate().filter(|(_, value)| **value > 0);
    given
        .map(|(place, value)| {
            let answer = RawAnswer {
                value: Some(value.to_string()),
                ..RawAnswer::default()
            };
            (item(place), answer)
        })
        .collect()
}

/// One class in one wave, with what each pupil who is there sends.
struct Lesson {
    study: Arc<Study>,
    key: LinkKey,
    window: Window,
    unit: SchoolId,
    sheets: BTreeMap<MemberId, BTreeMap<String, RawAnswer>>,
}

async fn teach(tx: &mut Tx, rng: &mut ChaCha12Rng, lesson: Lesson) -> Result<(), RehearseError> {
    let Lesson {
        study,
        key,
        window,
        unit,
        mut sheets,
    } = lesson;
    let act = |actor: String, minutes: i64| Act {
        actor,
        at: window.opens_at + TimeDelta::days(2) + TimeDelta::minutes(minutes),
    };
    let visitor = act(REHEARSAL.to_owned(), 0);
    invite::invite(tx, &visitor, rng, &key, &study, unit, &window).await?;
    let lists = Lists::load(tx, unit).await?;
    let invited = invitations::of_school(tx, unit, &window.wave).await?;
    for (minutes, (member, invitation)) in (1..).zip(invited) {
        let Some(raw) = sheets.remove(&member) else {
            continue;
        };
        let id: InvitationId = invitation.invitation_id;
        let act = act(id.to_string(), minutes);
        let mut sitting = super::sat_down(tx, id, &lists, act.at).await?;
        if sitting.opened.research.is_none() {
            let yes = BTreeMap::from([(Purpose::Research, true)]);
            consent::decide_in(tx, &act, rng, &study, &mut sitting, &yes).await?;
        }
        receive::save_whole(tx, &act, rng, &study, &mut sitting, &raw).await?;
        let part = Part::Questionnaire;
        receive::submit_in(tx, &act, &key, &study, &sitting, part).await?;
    }
    Ok(())
}
