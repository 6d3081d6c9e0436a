//! What one school's data are exported from: its lists, invitations and answers as they stand, a school at a time, so that
//! a study of any size takes the memory of one school.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::snapshot::{
    AnswerRow, MemberRow, NominationRow, PageSaveRow, PupilRow, ResponseRow, SchoolRow, ScoreRow,
    Snapshot, WindowRow,
};
use super::windows::Window;
use super::{StorageError, Tx, answers, objections, rosters};
use crate::domain::id::{MemberId, PersonId, StudyId};
use crate::domain::roster::Member;
use crate::domain::study::Objection;

use super::schools::School;

#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct InvitationRow {
    pub invitation_id: Uuid,
    pub member_id: Uuid,
    pub wave: String,
    pub submitted_at: Option<DateTime<Utc>>,
    pub withdrawn_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct BegunRow {
    pub response_id: Uuid,
    pub invitation_id: Uuid,
    pub instrument: String,
    pub version: i64,
    pub hash: String,
    pub started_at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct PageRow {
    pub response_id: Uuid,
    pub page: i64,
    pub first_at: DateTime<Utc>,
    pub last_at: DateTime<Utc>,
}

/// One school, as the database holds it.
#[derive(Debug, Clone, Default)]
pub struct SchoolData {
    /// Everyone who is or was on the list.
    pub members: Vec<Member>,
    pub invitations: Vec<InvitationRow>,
    pub begun: Vec<BegunRow>,
    pub pages: Vec<PageRow>,
    pub objections: BTreeMap<MemberId, Objection>,
    /// Who objects or refused research: their answers are not used.
    pub silent: BTreeSet<MemberId>,
    /// Its closed windows with their lists and answers. What was withdrawn is not in it, nor answers that may not be used,
    /// nor who objects to being listed and is left out for it. Pupils are there when all windows of the cohort are closed.
    pub closed: Snapshot,
}

/// `finished`: every window of its cohort is closed.
pub async fn of_school(
    tx: &mut Tx,
    school: &School,
    windows: &[Window],
    finished: bool,
) -> Result<SchoolData, StorageError> {
    let id = school.school_id.0;
    let mut members = rosters::of_school(tx, school.school_id).await?;
    members.extend(rosters::nameless_of_school(tx, school.school_id).await?);
    let invitations: Vec<InvitationRow> = on!(tx, c => sqlx::query_as(
            "SELECT i.invitation_id, i.member_id, i.wave, i.submitted_at, i.withdrawn_at
             FROM invitations i JOIN members m ON m.member_id = i.member_id WHERE m.school_id = $1")
        .bind(id).fetch_all(c).await)?;
    let begun: Vec<BegunRow> = on!(tx, c => sqlx::query_as(
            "SELECT r.response_id, r.invitation_id, r.instrument, r.version, r.hash, r.started_at
             FROM responses r JOIN invitations i ON i.invitation_id = r.invitation_id
             JOIN members m ON m.member_id = i.member_id WHERE m.school_id = $1")
        .bind(id).fetch_all(c).await)?;
    let pages: Vec<PageRow> = on!(tx, c => sqlx::query_as(
            "SELECT p.response_id, p.page, p.first_at, p.last_at
             FROM page_saves p JOIN responses r ON r.response_id = p.response_id
             JOIN invitations i ON i.invitation_id = r.invitation_id
             JOIN members m ON m.member_id = i.member_id WHERE m.school_id = $1")
        .bind(id).fetch_all(c).await)?;
    let policies = objections::of_list(tx, school.school_id).await?;
    let silent = objections::silent_at(tx, school.school_id).await?;
    let silent: BTreeSet<MemberId> = silent.into_keys().collect();
    let mut data = SchoolData {
        members,
        invitations,
        begun,
        pages,
        objections: policies,
        silent,
        closed: Snapshot::default(),
    };
    data.closed = closed(tx, school, windows, &data).await?;
    if finished {
        (data.closed.pupils, data.closed.scores) = pupils(tx, id).await?;
    }
    Ok(data)
}

async fn closed(
    tx: &mut Tx,
    school: &School,
    windows: &[Window],
    data: &SchoolData,
) -> Result<Snapshot, StorageError> {
    let id = school.school_id.0;
    let own: Vec<&Window> = windows
        .iter()
        .filter(|window| window.cohort == school.cohort)
        .collect();
    let is_closed = |wave: &str| {
        own.iter()
            .any(|window| window.wave == wave && window.closed_at.is_some())
    };
    let listed = |member: Uuid| data.objections.get(&MemberId(member)) != Some(&Objection::C);
    let mut snapshot = Snapshot {
        schools: vec![SchoolRow {
            board: None,
            cohort: school.cohort.clone(),
            key: school.key.clone(),
            school_id: id,
        }],
        windows: own
            .iter()
            .filter_map(|window| {
                Some(WindowRow {
                    closed_at: window.closed_at?,
                    closes_at: window.closes_at,
                    cohort: window.cohort.clone(),
                    opens_at: window.opens_at,
                    wave: window.wave.clone(),
                    window_id: window.window_id.0,
                })
            })
            .collect(),
        ..Snapshot::default()
    };
    let invited: BTreeMap<Uuid, &InvitationRow> = data
        .invitations
        .iter()
        .filter(|row| {
            let used = !data.silent.contains(&MemberId(row.member_id));
            row.withdrawn_at.is_none() && is_closed(&row.wave) && used
        })
        .map(|row| (row.invitation_id, row))
        .collect();
    snapshot.responses = data
        .begun
        .iter()
        .filter_map(|row| {
            let invitation = invited.get(&row.invitation_id)?;
            Some(ResponseRow {
                hash: row.hash.clone(),
                instrument: row.instrument.clone(),
                member_id: invitation.member_id,
                response_id: row.response_id,
                submitted: invitation.submitted_at.is_some(),
                version: row.version,
                wave: invitation.wave.clone(),
            })
        })
        .collect();
    let kept: BTreeMap<Uuid, ()> = snapshot
        .responses
        .iter()
        .map(|row| (row.response_id, ()))
        .collect();
    snapshot.page_saves = data
        .pages
        .iter()
        .filter(|row| kept.contains_key(&row.response_id))
        .map(|row| PageSaveRow {
            first_at: row.first_at,
            last_at: row.last_at,
            page: row.page,
            response_id: row.response_id,
        })
        .collect();
    snapshot.members = rosters::frozen_of_school(tx, school.school_id).await?;
    snapshot.members.retain(|row| listed(row.member_id));
    let given: Vec<(Uuid, String, String, DateTime<Utc>)> = on!(tx, c => sqlx::query_as(
            "SELECT a.response_id, a.item, a.value, a.saved_at FROM answers a
             JOIN responses r ON r.response_id = a.response_id
             JOIN invitations i ON i.invitation_id = r.invitation_id
             JOIN members m ON m.member_id = i.member_id WHERE m.school_id = $1")
        .bind(id).fetch_all(c).await)?;
    snapshot.answers = given
        .into_iter()
        .filter(|row| kept.contains_key(&row.0))
        .map(|(response_id, item, value, saved_at)| {
            Ok(AnswerRow {
                item,
                response_id,
                saved_at,
                value: tx.unseal(answers::VALUE, value)?,
            })
        })
        .collect::<Result<_, StorageError>>()?;
    let nominations: Vec<(Uuid, String, Uuid, i64)> = on!(tx, c => sqlx::query_as(
            "SELECT n.response_id, n.item, n.alter_id, n.strength FROM nominations n
             JOIN responses r ON r.response_id = n.response_id
             JOIN invitations i ON i.invitation_id = r.invitation_id
             JOIN members m ON m.member_id = i.member_id WHERE m.school_id = $1")
        .bind(id).fetch_all(c).await)?;
    snapshot.nominations = nominations
        .into_iter()
        .filter(|row| kept.contains_key(&row.0) && listed(row.2))
        .map(|(response_id, item, alter_id, strength)| NominationRow {
            alter_id,
            item,
            response_id,
            strength,
        })
        .collect();
    Ok(snapshot)
}

async fn pupils(tx: &mut Tx, school: Uuid) -> Result<(Vec<PupilRow>, Vec<ScoreRow>), StorageError> {
    let pupils: Vec<(Uuid, Option<String>)> = on!(tx, c => sqlx::query_as(
            "SELECT pupil_id, weight FROM pupils WHERE school_id = $1")
        .bind(school).fetch_all(c).await)?;
    let mut scores: Vec<(Uuid, NaiveDate, f64, Option<i64>)> = on!(tx, c => sqlx::query_as(
            "SELECT c.pupil_id, c.tested_on, c.score, c.year_group FROM pupil_scores c
             JOIN pupils p ON p.pupil_id = c.pupil_id WHERE p.school_id = $1")
        .bind(school).fetch_all(c).await)?;
    scores.sort_by_key(|row| (row.0, row.1));
    let pupils = pupils
        .into_iter()
        .map(|(pupil_id, weight)| PupilRow {
            // Never the key that the school gave.
            key: super::records::pseudonym(pupil_id),
            pupil_id,
            school_id: school,
            weight,
        })
        .collect();
    let scores = scores
        .into_iter()
        .map(|(pupil_id, tested_on, score, year_group)| ScoreRow {
            pupil_id,
            score,
            tested_on,
            year_group,
        })
        .collect();
    Ok((pupils, scores))
}

/// What someone answered about the network of a board.
#[derive(Debug, Clone, PartialEq)]
pub struct BoardAnswer {
    pub board: String,
    pub person_id: PersonId,
    pub wave: String,
    pub item: String,
    pub named: BTreeMap<PersonId, i64>,
}

/// The answers to these items that may be used, and whom they name.
pub async fn board_answers(
    tx: &mut Tx,
    study_id: StudyId,
    items: &[String],
) -> Result<Vec<BoardAnswer>, StorageError> {
    let silent = objections::silent(tx, study_id).await?;
    let left_out = objections::left_out(tx).await?;
    let given: Vec<(Uuid, String, Uuid, Uuid, String, String)> = on!(tx, c => {
        let mut query = sqlx::QueryBuilder::new(
            "SELECT r.response_id, b.key, m.member_id, m.person_id, i.wave, a.item
             FROM answers a JOIN responses r ON r.response_id = a.response_id
             JOIN invitations i ON i.invitation_id = r.invitation_id
             JOIN members m ON m.member_id = i.member_id
             JOIN schools s ON s.school_id = m.school_id
             JOIN boards b ON b.board_id = s.board_id
             WHERE i.withdrawn_at IS NULL AND m.merged_into IS NULL AND s.study_id = ");
        query.push_bind(study_id.0).push(" AND a.item IN (");
        let mut list = query.separated(", ");
        for item in items {
            list.push_bind(item.clone());
        }
        query.push(")");
        query.build_query_as().fetch_all(c).await
    })?;
    let named: Vec<(Uuid, String, Uuid, Uuid, i64)> = on!(tx, c => {
        let mut query = sqlx::QueryBuilder::new(
            "SELECT n.response_id, n.item, m.member_id, m.person_id, n.strength
             FROM nominations n JOIN members m ON m.member_id = n.alter_id
             JOIN schools s ON s.school_id = m.school_id
             WHERE s.study_id = ");
        query.push_bind(study_id.0).push(" AND n.item IN (");
        let mut list = query.separated(", ");
        for item in items {
            list.push_bind(item.clone());
        }
        query.push(")");
        query.build_query_as().fetch_all(c).await
    })?;
    let mut of: BTreeMap<(Uuid, String), BTreeMap<PersonId, i64>> = BTreeMap::new();
    for (response, item, member, person, strength) in named {
        if !left_out.contains(&MemberId(member)) {
            let known = of.entry((response, item)).or_default();
            known.insert(PersonId(person), strength);
        }
    }
    Ok(given
        .into_iter()
        .filter(|(_, _, member, ..)| !silent.contains_key(&MemberId(*member)))
        .map(|(response, board, _, person, wave, item)| BoardAnswer {
            board,
            person_id: PersonId(person),
            named: of.remove(&(response, item.clone())).unwrap_or_default(),
            wave,
            item,
        })
        .collect())
}

/// Roles and groups of someone who objects to being listed with them are taken away.
pub fn unmarked(mut rows: Vec<MemberRow>, data: &SchoolData) -> Vec<MemberRow> {
    for row in &mut rows {
        if data.objections.get(&MemberId(row.member_id)) == Some(&Objection::B) {
            row.roles.clear();
            row.groups.clear();
        }
    }
    rows
}
