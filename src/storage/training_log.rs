//! The meetings of a training, as the trainer logged them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use uuid::Uuid;

use super::audit::Act;
use super::{StorageError, Tx};
use crate::domain::id::{MeetingId, SchoolId, StudyId};
use crate::domain::training::{LoggedMeeting, Participation, participation};

fn written(logged: &LoggedMeeting) -> String {
    serde_json::to_string(&logged.meeting).expect("a meeting is plain values")
}

pub async fn insert(
    tx: &mut Tx,
    act: &Act,
    school_id: SchoolId,
    logged: &LoggedMeeting,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query(
            "INSERT INTO training_log (meeting_id, school_id, held_on, content, at, actor)
             VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(logged.meeting_id.0).bind(school_id.0).bind(logged.held_on).bind(written(logged))
        .bind(act.at).bind(&act.actor)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// Puts other content in the place of a meeting's; false if this school has no such meeting.
pub async fn update(
    tx: &mut Tx,
    act: &Act,
    school_id: SchoolId,
    logged: &LoggedMeeting,
) -> Result<bool, StorageError> {
    let changed = on!(tx, c => sqlx::query(
            "UPDATE training_log SET held_on = $3, content = $4, at = $5, actor = $6
             WHERE meeting_id = $1 AND school_id = $2")
        .bind(logged.meeting_id.0).bind(school_id.0).bind(logged.held_on).bind(written(logged))
        .bind(act.at).bind(&act.actor)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

type Row = (Uuid, Uuid, NaiveDate, String);

fn read(rows: Vec<Row>) -> Result<BTreeMap<SchoolId, Vec<LoggedMeeting>>, StorageError> {
    let mut of_school: BTreeMap<SchoolId, Vec<LoggedMeeting>> = BTreeMap::new();
    for (meeting, school, held_on, content) in rows {
        let meeting = LoggedMeeting {
            meeting_id: MeetingId(meeting),
            held_on,
            meeting: serde_json::from_str(&content).map_err(|error| {
                StorageError::Inconsistent {
                    table: "training_log",
                    column: "content",
                    why: error.to_string(),
                }
            })?,
        };
        of_school.entry(SchoolId(school)).or_default().push(meeting);
    }
    for meetings in of_school.values_mut() {
        meetings.sort_by_key(|logged| (logged.held_on, logged.meeting_id));
    }
    Ok(of_school)
}

/// The meetings at one school, oldest first.
pub async fn of_school(
    tx: &mut Tx,
    school_id: SchoolId,
) -> Result<Vec<LoggedMeeting>, StorageError> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(
            "SELECT meeting_id, school_id, held_on, content FROM training_log WHERE school_id = $1")
        .bind(school_id.0).fetch_all(c).await)?;
    Ok(read(rows)?.remove(&school_id).unwrap_or_default())
}

/// The meetings at every school of a study that has any, oldest first.
pub async fn of_study(
    tx: &mut Tx,
    study_id: StudyId,
) -> Result<BTreeMap<SchoolId, Vec<LoggedMeeting>>, StorageError> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(
            "SELECT l.meeting_id, l.school_id, l.held_on, l.content FROM training_log l
             JOIN schools s ON s.school_id = l.school_id WHERE s.study_id = $1")
        .bind(study_id.0).fetch_all(c).await)?;
    read(rows)
}

/// Per school what its training comes to in numbers: the factor "participation of the whole team".
pub async fn participations(
    tx: &mut Tx,
    study_id: StudyId,
) -> Result<BTreeMap<SchoolId, Participation>, StorageError> {
    let logged = of_study(tx, study_id).await?;
    let counted =
        |meetings: Vec<LoggedMeeting>| participation(meetings.iter().map(|logged| &logged.meeting));
    Ok(logged
        .into_iter()
        .map(|(school, meetings)| (school, counted(meetings)))
        .collect())
}
