//! How far answering is, per instrument, role and school: what the first page of a study counts.

use chrono::NaiveDate;
use uuid::Uuid;

use super::{StorageError, Tx};
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

/// Rows of what is asked in one statement: well under what either database takes as parameters.
const BATCH: usize = 400;

/// Everyone who is asked something, counted once per instrument and wave.
pub async fn cells(
    tx: &mut Tx,
    study_id: StudyId,
    asked: &[Asked],
) -> Result<Vec<Cell>, StorageError> {
    type Row = (Uuid, String, String, String, i64, i64, i64, i64);
    // All roles of an instrument in a wave stand in one statement: someone with two of them is counted once.
    let mut ordered: Vec<&Asked> = asked.iter().collect();
    ordered.sort_by_key(|row| (&row.cohort, &row.wave, &row.instrument));
    let groups = ordered.chunk_by(|a, b| {
        (&a.cohort, &a.wave, &a.instrument) == (&b.cohort, &b.wave, &b.instrument)
    });
    let mut batches: Vec<Vec<&Asked>> = Vec::new();
    for group in groups {
        match batches.last_mut() {
            Some(batch) if batch.len() + group.len() <= BATCH => batch.extend(group),
            _ => batches.push(group.to_vec()),
        }
    }
    let mut cells = Vec::new();
    for batch in batches {
        let rows: Vec<Row> = on!(tx, c => {
            let mut query = sqlx::QueryBuilder::new(
                "WITH asked (cohort, wave, instrument, role, first_on, last_on, separate) AS (");
            query.push_values(&batch, |mut row, asked| {
                row.push_bind(asked.cohort.clone()).push_bind(asked.wave.clone())
                    .push_bind(asked.instrument.clone()).push_bind(asked.role.clone())
                    .push_bind(asked.first).push_bind(asked.last).push_bind(i64::from(asked.separate));
            });
            query.push(
                "), held AS (
                    SELECT m.member_id, m.school_id, a.wave, a.instrument, a.separate, MIN(r.rank) AS held_rank
                    FROM schools s
                    JOIN members m ON m.school_id = s.school_id
                    JOIN member_roles r ON r.member_id = m.member_id
                    JOIN asked a ON a.cohort = s.cohort AND a.role = r.role
                    WHERE m.merged_into IS NULL
                      AND (m.joined_on IS NULL OR m.joined_on <= a.last_on)
                      AND (m.left_on IS NULL OR m.left_on > a.first_on)
                      AND s.study_id = ");
            query.push_bind(study_id.0);
            query.push(
                " GROUP BY m.member_id, m.school_id, a.wave, a.instrument, a.separate
                )
                SELECT h.school_id, h.wave, h.instrument, r.role, COUNT(*), COUNT(v.invitation_id),
                       COUNT(CASE WHEN p.response_id IS NOT NULL OR h.separate = 0 AND i.submitted_at IS NOT NULL
                                    OR t.part IS NOT NULL THEN 1 END),
                       COUNT(CASE WHEN h.separate = 0 AND i.submitted_at IS NOT NULL
                                    OR t.part IS NOT NULL THEN 1 END)
                FROM held h
                JOIN member_roles r ON r.member_id = h.member_id AND r.rank = h.held_rank
                LEFT JOIN invitations v ON v.member_id = h.member_id AND v.wave = h.wave
                LEFT JOIN invitations i ON i.invitation_id = v.invitation_id AND i.withdrawn_at IS NULL
                LEFT JOIN responses p ON p.invitation_id = i.invitation_id AND p.instrument = h.instrument
                LEFT JOIN part_submissions t ON t.invitation_id = i.invitation_id AND t.part = h.instrument
                                             AND h.separate = 1
                GROUP BY h.school_id, h.wave, h.instrument, r.role");
            query.build_query_as().fetch_all(c).await
        })?;
        cells.extend(rows.into_iter().map(
            |(school, wave, instrument, role, due, invited, started, finished)| Cell {
                school_id: SchoolId(school),
                wave,
                instrument,
                role,
                counts: Counts {
                    due,
                    invited,
                    started,
                    finished,
                },
            },
        ));
    }
    cells.sort();
    Ok(cells)
}
