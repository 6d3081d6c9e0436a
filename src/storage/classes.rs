//! Classes of pupils: to whom their results go, and per pupil a seat, a picture and what the parents said. Pupils are
//! members of the class like any others; they have no name.

use chrono::NaiveDate;
use uuid::Uuid;

use super::{StorageError, Tx};
use crate::domain::id::{MemberId, SchoolId, StudyId};

/// A pupil's place in a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    pub member_id: MemberId,
    pub number: i64,
    /// The key of the picture.
    pub picture: String,
    /// The day on which the parents were informed.
    pub informed_on: Option<NaiveDate>,
    /// What the parents said: yes, no, or nothing.
    pub permitted: Option<bool>,
}

pub async fn insert(
    tx: &mut Tx,
    class: SchoolId,
    year_group: &str,
    teachers: &[MemberId],
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("INSERT INTO classes (school_id, year_group) VALUES ($1, $2)")
        .bind(class.0).bind(year_group).execute(c).await.map(drop))?;
    put_teachers(tx, class, teachers).await
}

/// These teachers, and no others.
pub async fn put_teachers(
    tx: &mut Tx,
    class: SchoolId,
    teachers: &[MemberId],
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("DELETE FROM class_teachers WHERE school_id = $1")
        .bind(class.0).execute(c).await.map(drop))?;
    for teacher in teachers {
        on!(tx, c => sqlx::query(
                "INSERT INTO class_teachers (school_id, member_id) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(class.0).bind(teacher.0).execute(c).await.map(drop))?;
    }
    Ok(())
}

pub async fn insert_seats(
    tx: &mut Tx,
    class: SchoolId,
    seats: &[Seat],
) -> Result<(), StorageError> {
    if seats.is_empty() {
        return Ok(());
    }
    on!(tx, c => {
        let mut insert = sqlx::QueryBuilder::new(
            "INSERT INTO pupil_seats (member_id, school_id, seat, picture, informed_on, permitted) ");
        insert.push_values(seats, |mut row, seat| {
            row.push_bind(seat.member_id.0)
                .push_bind(class.0)
                .push_bind(seat.number)
                .push_bind(seat.picture.clone())
                .push_bind(seat.informed_on)
                .push_bind(seat.permitted);
        });
        insert.build().execute(c).await.map(drop)
    })?;
    Ok(())
}

/// What is known of a pupil's parents.
pub async fn put_permission(
    tx: &mut Tx,
    member: MemberId,
    informed_on: Option<NaiveDate>,
    permitted: Option<bool>,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("UPDATE pupil_seats SET informed_on = $2, permitted = $3 WHERE member_id = $1")
        .bind(member.0).bind(informed_on).bind(permitted).execute(c).await.map(drop))?;
    Ok(())
}

/// The pupils of a class, by seat.
pub async fn seats(tx: &mut Tx, class: SchoolId) -> Result<Vec<Seat>, StorageError> {
    type Row = (Uuid, i64, String, Option<NaiveDate>, Option<bool>);
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(
            "SELECT member_id, seat, picture, informed_on, permitted FROM pupil_seats
             WHERE school_id = $1 ORDER BY seat")
        .bind(class.0).fetch_all(c).await)?;
    let seat = |(id, number, picture, informed_on, permitted)| Seat {
        member_id: MemberId(id),
        number,
        picture,
        informed_on,
        permitted,
    };
    Ok(rows.into_iter().map(seat).collect())
}

pub async fn year_group(tx: &mut Tx, class: SchoolId) -> Result<Option<String>, StorageError> {
    Ok(
        on!(tx, c => sqlx::query_scalar("SELECT year_group FROM classes WHERE school_id = $1")
        .bind(class.0).fetch_optional(c).await)?,
    )
}

/// Of every class of a study: its year group, how many pupils it has, of how many the parents were informed, and of how
/// many they said no.
pub async fn counts(
    tx: &mut Tx,
    study_id: StudyId,
) -> Result<Vec<(SchoolId, String, [i64; 3])>, StorageError> {
    let rows: Vec<(Uuid, String, i64, i64, i64)> = on!(tx, c => sqlx::query_as(
            "SELECT k.school_id, k.year_group, COUNT(p.member_id), COUNT(p.informed_on),
                    COUNT(CASE WHEN p.permitted = FALSE THEN 1 END)
             FROM classes k JOIN schools s ON s.school_id = k.school_id
             LEFT JOIN pupil_seats p ON p.school_id = k.school_id
             WHERE s.study_id = $1 GROUP BY k.school_id, k.year_group")
        .bind(study_id.0).fetch_all(c).await)?;
    let count = |(id, year, n, informed, objected)| (SchoolId(id), year, [n, informed, objected]);
    Ok(rows.into_iter().map(count).collect())
}

pub async fn teachers(tx: &mut Tx, class: SchoolId) -> Result<Vec<MemberId>, StorageError> {
    let rows: Vec<Uuid> = on!(tx, c => sqlx::query_scalar(
            "SELECT member_id FROM class_teachers WHERE school_id = $1 ORDER BY member_id")
        .bind(class.0).fetch_all(c).await)?;
    Ok(rows.into_iter().map(MemberId).collect())
}

/// The classes whose results go to this member, with their names, by name.
pub async fn of_teacher(
    tx: &mut Tx,
    member: MemberId,
) -> Result<Vec<(SchoolId, String)>, StorageError> {
    let mut rows: Vec<(String, Uuid)> = on!(tx, c => sqlx::query_as(
            "SELECT s.name, s.school_id FROM class_teachers t JOIN schools s ON s.school_id = t.school_id
             JOIN members m ON m.member_id = t.member_id
             WHERE t.member_id = $1 AND s.part_of = m.school_id")
        .bind(member.0).fetch_all(c).await)?;
    rows.sort();
    Ok(rows
        .into_iter()
        .map(|(name, id)| (SchoolId(id), name))
        .collect())
}
