//! How far answering is, per instrument, role and school: what the first page of a study counts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;
use uuid::Uuid;

use super::{StorageError, Tx, schools};
use crate::domain::id::{SchoolId, StudyId};

/// One role that answers an instrument in a wave, and the days of its cohort's window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub cohort: String,
    pub wave: String,
    pub instrument: String,
    pub role: String,
    pub first: NaiveDate,
    pub last: NaiveDate,
    /// Submitted apart from the rest.
    pub separate: bool,
    /// The keys of the schools and offices where it is asked; everywhere without.
    pub only: Option<BTreeSet<String>>,
}

/// The people of one school who answer one instrument in one wave by one role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    pub school_id: SchoolId,
    pub wave: String,
    pub instrument: String,
    /// Of several roles by which someone is asked: the one that counts first.
    pub role: String,
    pub counts: Counts,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counts {
    /// On the staff list during the window.
    pub due: i64,
    /// Also who withdrew since.
    pub invited: i64,
    pub started: i64,
    pub finished: i64,
}

impl Counts {
    pub fn add(&mut self, other: Self) {
        self.due += other.due;
        self.invited += other.invited;
        self.started += other.started;
        self.finished += other.finished;
    }
}

/// Someone on a staff list, as far as it tells what they are asked.
struct Person {
    member_id: Uuid,
    school_id: Uuid,
    place: Arc<str>,
    joined_on: Option<NaiveDate>,
    left_on: Option<NaiveDate>,
    /// The role that counts first, first.
    roles: Vec<String>,
}

/// An invitation to a wave.
struct Invited {
    wave: String,
    withdrawn: bool,
    submitted: bool,
}

/// What was done, by member, wave and instrument.
type Done = BTreeSet<(Uuid, String, String)>;

/// Everyone who is asked something, counted once per instrument and wave. The rows are read as they are and counted
/// here: one statement would meet every member once for each instrument, which takes several times as long.
pub async fn cells(
    tx: &mut Tx,
    study_id: StudyId,
    asked: &[Asked],
) -> Result<Vec<Cell>, StorageError> {
    let people = people(tx, study_id).await?;
    let invited = invited(tx, study_id).await?;
    let apart = asked.iter().any(|row| row.separate);
    let begun = begun(tx, study_id, apart).await?;
    let sent = if apart {
        sent(tx, study_id).await?
    } else {
        Done::new()
    };
    let mut ordered: Vec<&Asked> = asked.iter().collect();
    ordered.sort_by_key(|row| (&row.cohort, &row.wave, &row.instrument));
    let mut cells = Vec::new();
    // All roles of an instrument in a wave together: someone with two of them is counted once.
    for group in ordered
        .chunk_by(|a, b| (&a.cohort, &a.wave, &a.instrument) == (&b.cohort, &b.wave, &b.instrument))
    {
        let own = people.get(&group[0].cohort).map_or(&[][..], Vec::as_slice);
        for school in own.chunk_by(|a, b| a.school_id == b.school_id) {
            let mut by_role: BTreeMap<&str, Counts> = BTreeMap::new();
            for person in school {
                let Some(row) = asked_of(person, group) else {
                    continue;
                };
                let mut known = invited.get(&person.member_id).into_iter().flatten();
                let known = known.find(|known| known.wave == row.wave);
                let counts = counts(person, row, known, (&begun, &sent));
                by_role.entry(&row.role).or_default().add(counts);
            }
            cells.extend(by_role.into_iter().map(|(role, counts)| Cell {
                school_id: SchoolId(school[0].school_id),
                wave: group[0].wave.clone(),
                instrument: group[0].instrument.clone(),
                role: role.to_owned(),
                counts,
            }));
        }
    }
    cells.sort();
    Ok(cells)
}

/// By which role someone is asked, if at all: of several the one that counts first.
fn asked_of<'a>(person: &Person, group: &[&'a Asked]) -> Option<&'a Asked> {
    person.roles.iter().find_map(|role| {
        group.iter().copied().find(|row| {
            row.role == *role
                && row
                    .only
                    .as_ref()
                    .is_none_or(|only| only.contains(&*person.place))
                && person.joined_on.is_none_or(|joined| joined <= row.last)
                && person.left_on.is_none_or(|left| left > row.first)
        })
    })
}

fn counts(
    person: &Person,
    row: &Asked,
    known: Option<&Invited>,
    (begun, sent): (&Done, &Done),
) -> Counts {
    let open = known.filter(|known| !known.withdrawn);
    let among = |done: &Done| {
        let key = || (person.member_id, row.wave.clone(), row.instrument.clone());
        open.is_some() && !done.is_empty() && done.contains(&key())
    };
    let finished = if row.separate {
        among(sent)
    } else {
        open.is_some_and(|known| known.submitted)
    };
    Counts {
        due: 1,
        invited: i64::from(known.is_some()),
        started: i64::from(finished || among(begun)),
        finished: i64::from(finished),
    }
}

/// By cohort, the people of one school after the other.
async fn people(
    tx: &mut Tx,
    study_id: StudyId,
) -> Result<BTreeMap<String, Vec<Person>>, StorageError> {
    type Row = (
        Uuid,
        Uuid,
        Option<NaiveDate>,
        Option<NaiveDate>,
        String,
        i64,
    );
    let mut rows: Vec<Row> = on!(tx, c => sqlx::query_as(
            "SELECT m.school_id, m.member_id, m.joined_on, m.left_on, r.role, r.rank
             FROM members m JOIN schools s ON s.school_id = m.school_id
             JOIN member_roles r ON r.member_id = m.member_id
             WHERE s.study_id = $1 AND m.merged_into IS NULL")
        .bind(study_id.0).fetch_all(c).await)?;
    rows.sort_by_key(|row| (row.0, row.1, row.5));
    let units = schools::units_of_study(tx, study_id).await?;
    let unit_of: BTreeMap<Uuid, (String, Arc<str>)> = units
        .into_iter()
        .map(|unit| (unit.school_id.0, (unit.cohort, unit.key.into())))
        .collect();
    let mut people: BTreeMap<String, Vec<Person>> = BTreeMap::new();
    for (school_id, member_id, joined_on, left_on, role, _) in rows {
        let Some((cohort, place)) = unit_of.get(&school_id) else {
            continue;
        };
        let own = people.entry(cohort.clone()).or_default();
        match own.last_mut() {
            Some(last) if last.member_id == member_id => last.roles.push(role),
            _ => own.push(Person {
                member_id,
                school_id,
                place: Arc::clone(place),
                joined_on,
                left_on,
                roles: vec![role],
            }),
        }
    }
    Ok(people)
}

async fn invited(
    tx: &mut Tx,
    study_id: StudyId,
) -> Result<BTreeMap<Uuid, Vec<Invited>>, StorageError> {
    let rows: Vec<(Uuid, String, i64, i64)> = on!(tx, c => sqlx::query_as(
            "SELECT i.member_id, i.wave,
                    CAST(CASE WHEN i.withdrawn_at IS NULL THEN 0 ELSE 1 END AS BIGINT),
                    CAST(CASE WHEN i.submitted_at IS NULL THEN 0 ELSE 1 END AS BIGINT)
             FROM invitations i JOIN members m ON m.member_id = i.member_id
             JOIN schools s ON s.school_id = m.school_id WHERE s.study_id = $1")
        .bind(study_id.0).fetch_all(c).await)?;
    let mut invited: BTreeMap<Uuid, Vec<Invited>> = BTreeMap::new();
    for (member, wave, withdrawn, submitted) in rows {
        invited.entry(member).or_default().push(Invited {
            wave,
            withdrawn: withdrawn == 1,
            submitted: submitted == 1,
        });
    }
    Ok(invited)
}

/// What was begun. Of a questionnaire that was sent it need not be known, unless some part is sent by itself.
async fn begun(tx: &mut Tx, study_id: StudyId, apart: bool) -> Result<Done, StorageError> {
    let rows: Vec<(Uuid, String, String)> = on!(tx, c => sqlx::query_as(
            "SELECT i.member_id, i.wave, p.instrument
             FROM invitations i JOIN responses p ON p.invitation_id = i.invitation_id
             JOIN members m ON m.member_id = i.member_id
             JOIN schools s ON s.school_id = m.school_id
             WHERE s.study_id = $1 AND ($2 OR i.submitted_at IS NULL)")
        .bind(study_id.0).bind(apart).fetch_all(c).await)?;
    Ok(rows.into_iter().collect())
}

/// The parts that were sent by themselves.
async fn sent(tx: &mut Tx, study_id: StudyId) -> Result<Done, StorageError> {
    let rows: Vec<(Uuid, String, String)> = on!(tx, c => sqlx::query_as(
            "SELECT i.member_id, i.wave, t.part
             FROM part_submissions t JOIN invitations i ON i.invitation_id = t.invitation_id
             JOIN members m ON m.member_id = i.member_id
             JOIN schools s ON s.school_id = m.school_id WHERE s.study_id = $1")
        .bind(study_id.0).fetch_all(c).await)?;
    Ok(rows.into_iter().collect())
}
