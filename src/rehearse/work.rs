//! Students on the work of a teacher: a group is made, its code opened, and each of them comes in and answers.

use std::sync::Arc;

use chrono::TimeDelta;
use futures_util::FutureExt;
use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;

use super::{Asked, REHEARSAL, RehearseError, Sheet, answer};
use crate::domain::language::Language;
use crate::domain::roster::group_key;
use crate::domain::teachers_work::STUDENT;
use crate::domain::token::LinkKey;
use crate::fieldwork::entrance;
use crate::fieldwork::study::Study;
use crate::instrument::check::RawAnswer;
use crate::simulation::work::students;
use crate::storage::audit::Act;
use crate::storage::windows::Window;
use crate::storage::{StorageError, Store, entrances, rosters, schools};

pub(super) async fn students_answer(
    store: &Store,
    key: &LinkKey,
    study: &Arc<Study>,
    seed: u64,
    window: &Window,
) -> Result<(), RehearseError> {
    let (key, study, window) = (key.clone(), study.clone(), window.clone());
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    rng.set_stream(3_000_000);
    store
        .write(move |tx| {
            async move {
                let act = Act {
                    actor: REHEARSAL.to_owned(),
                    at: window.opens_at + TimeDelta::hours(1),
                };
                let named = (
                    window.cohort.as_str(),
                    &*group_key("college"),
                    "Eerstegraads lerarenopleiding",
                );
                let study_id = study.study_id;
                let unit = entrance::make_unit(tx, &act, &mut rng, study_id, None, named).await?;
                let all = schools::all_of_study(tx, study_id).await?;
                let group = all.iter().find(|known| known.school_id == unit);
                let group = group.ok_or(StorageError::Commit)?;
                entrance::open(tx, &act, &mut rng, &key, &study, group, &window.wave).await?;
                let door = entrances::of_unit(tx, unit, &window.wave).await?;
                let door = door.ok_or(StorageError::Commit)?;
                let choices = students(seed);
                for _ in &choices {
                    let who = (STUDENT, Language::Nl);
                    entrance::join_group(tx, &act, &mut rng, &key, &door, who).await?;
                }
                let mut members = rosters::of_school(tx, unit).await?;
                members.sort_by_key(|member| member.member_id);
                let sheets = members.iter().zip(choices).map(|(member, choices)| Sheet {
                    member: member.member_id,
                    raw: choices
                        .into_iter()
                        .map(|(item, code)| {
                            let raw = RawAnswer {
                                value: Some(code.to_string()),
                                ..RawAnswer::default()
                            };
                            (item, raw)
                        })
                        .collect(),
                    answered_on: Some(act.at.date_naive()),
                    minutes: 4,
                    submits: true,
                });
                let sheets = sheets.collect();
                entrance::shut(tx, &act, &door).await?;
                let asked = Asked {
                    school: unit,
                    place: 0,
                    open: true,
                    study,
                    key,
                    window,
                };
                answer(tx, &mut rng, &asked, sheets).await.map(drop)
            }
            .boxed()
        })
        .await
}
