//! All closed data of a study as rows in one fixed order, and the hash that names them.
//!
//! Only closed windows are in it: while a wave is open nothing of it can be computed, let alone shown. What members
//! objected to or refused is kept out here, so that nothing that reads a snapshot can use it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    StorageError, Tx, answers, consents, erasures, objections, rosters, schools, score_norms,
    windows,
};
use crate::domain::consent::Purpose;
use crate::domain::id::StudyId;
use crate::domain::study::Objection;

/// Rows by id; within a row the keys stand in alphabetical order, as the hash wants them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Snapshot {
    pub schools: Vec<SchoolRow>,
    pub windows: Vec<WindowRow>,
    pub members: Vec<MemberRow>,
    pub responses: Vec<ResponseRow>,
    pub answers: Vec<AnswerRow>,
    pub nominations: Vec<NominationRow>,
    pub page_saves: Vec<PageSaveRow>,
    pub pupils: Vec<PupilRow>,
    pub scores: Vec<ScoreRow>,
    /// Of members on these lists: who objects to being listed, and who of the others refused research.
    pub objections: Vec<ObjectionRow>,
    pub refusals: Vec<RefusalRow>,
    /// Of members on these lists whose answers are used: who agreed to being drawn by name for their own school.
    pub person_pictures: Vec<PersonPictureRow>,
    /// How many people were forgotten at their request.
    pub removed: Vec<RemovedRow>,
    /// Classes, raters and open groups in which somebody was listed when a window was closed, and who.
    pub units: Vec<UnitRow>,
    pub unit_members: Vec<MemberRow>,
    /// What pupils are held against, where a mapping file said it.
    pub norms: Vec<NormRow>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UnitRow {
    /// Of an office, the key of its board.
    pub board: Option<String>,
    pub cohort: String,
    pub key: String,
    pub part_of: Option<Uuid>,
    pub unit_id: Uuid,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SchoolRow {
    /// The key of its board, where somebody was listed at the board's office.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub board: Option<String>,
    pub cohort: String,
    pub key: String,
    pub school_id: Uuid,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WindowRow {
    #[serde(serialize_with = "instant")]
    pub closed_at: DateTime<Utc>,
    #[serde(serialize_with = "instant")]
    pub closes_at: DateTime<Utc>,
    pub cohort: String,
    #[serde(serialize_with = "instant")]
    pub opens_at: DateTime<Utc>,
    pub wave: String,
    pub window_id: Uuid,
}

/// Someone on the list of a window when it was closed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MemberRow {
    pub groups: Vec<String>,
    pub joined_on: Option<NaiveDate>,
    pub member_id: Uuid,
    pub person_id: Uuid,
    pub roles: Vec<String>,
    pub school_id: Uuid,
    pub window_id: Uuid,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ResponseRow {
    pub hash: String,
    pub instrument: String,
    pub member_id: Uuid,
    pub response_id: Uuid,
    pub submitted: bool,
    pub version: i64,
    pub wave: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AnswerRow {
    pub item: String,
    pub response_id: Uuid,
    #[serde(serialize_with = "instant")]
    pub saved_at: DateTime<Utc>,
    pub value: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NominationRow {
    pub alter_id: Uuid,
    pub item: String,
    pub response_id: Uuid,
    pub strength: i64,
}

/// A page that was sent: the first time, and the last.
#[derive(Debug, Clone, PartialEq, Serialize, sqlx::FromRow)]
pub struct PageSaveRow {
    #[serde(serialize_with = "instant")]
    pub first_at: DateTime<Utc>,
    #[serde(serialize_with = "instant")]
    pub last_at: DateTime<Utc>,
    pub page: i64,
    pub response_id: Uuid,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PupilRow {
    pub key: String,
    pub pupil_id: Uuid,
    pub school_id: Uuid,
    pub weight: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScoreRow {
    pub pupil_id: Uuid,
    pub score: f64,
    pub tested_on: NaiveDate,
    /// Came later: where it is not known, data keep the name they always had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year_group: Option<i64>,
}

/// The mean of the country for a year group in the middle or at the end of a school year.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NormRow {
    pub half: String,
    pub mean: f64,
    pub year_group: i64,
}

/// Someone who objects to being listed, and what is done about it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ObjectionRow {
    pub member_id: Uuid,
    pub policy: Objection,
    pub school_id: Uuid,
}

/// Someone whose answers may not be used, and who stays on the list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RefusalRow {
    pub member_id: Uuid,
    pub school_id: Uuid,
}

/// Someone who may be drawn by name in the picture of their own school.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PersonPictureRow {
    pub member_id: Uuid,
    pub school_id: Uuid,
}

/// People who were forgotten, by what became of them in others' answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RemovedRow {
    pub n: i64,
    pub policy: Objection,
}

fn instant<S: Serializer>(at: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&at.format("%Y-%m-%dT%H:%M:%S%.6fZ"))
}

impl Snapshot {
    /// SHA-256 over canonical JSON lines, table by table, each line headed by the name of its table.
    pub fn hash(&self) -> String {
        let mut digest = Sha256::new();
        let mut line = Vec::new();
        absorb(&mut digest, &mut line, "schools", &self.schools);
        absorb(&mut digest, &mut line, "windows", &self.windows);
        absorb(&mut digest, &mut line, "members", &self.members);
        absorb(&mut digest, &mut line, "responses", &self.responses);
        absorb(&mut digest, &mut line, "answers", &self.answers);
        absorb(&mut digest, &mut line, "nominations", &self.nominations);
        absorb(&mut digest, &mut line, "pupils", &self.pupils);
        absorb(&mut digest, &mut line, "pupil_scores", &self.scores);
        // Tables that came later: where they are empty, data keep the name they always had.
        if !self.page_saves.is_empty() {
            absorb(&mut digest, &mut line, "page_saves", &self.page_saves);
        }
        if !self.norms.is_empty() {
            absorb(&mut digest, &mut line, "score_norms", &self.norms);
        }
        if !self.objections.is_empty() {
            absorb(&mut digest, &mut line, "objections", &self.objections);
        }
        if !self.refusals.is_empty() {
            absorb(&mut digest, &mut line, "refusals", &self.refusals);
        }
        if !self.person_pictures.is_empty() {
            let rows = &self.person_pictures;
            absorb(&mut digest, &mut line, "person_pictures", rows);
        }
        if !self.removed.is_empty() {
            absorb(&mut digest, &mut line, "removed", &self.removed);
        }
        if !self.units.is_empty() {
            absorb(&mut digest, &mut line, "units", &self.units);
            absorb(&mut digest, &mut line, "unit_members", &self.unit_members);
        }
        digest
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

fn absorb<T: Serialize>(digest: &mut Sha256, line: &mut Vec<u8>, table: &str, rows: &[T]) {
    digest.update(format!("[\"{table}\",{}]\n", rows.len()));
    for row in rows {
        line.clear();
        serde_json::to_writer(&mut *line, row).expect("rows are plain values with text keys");
        line.push(b'\n');
        digest.update(&*line);
    }
}

/// Of schools of whose board somebody is listed, the board.
async fn boards_with_office(
    tx: &mut Tx,
    study_id: StudyId,
    units: &[UnitRow],
) -> Result<BTreeMap<Uuid, String>, StorageError> {
    let boards: BTreeSet<&String> = units
        .iter()
        .filter_map(|unit| unit.board.as_ref())
        .collect();
    if boards.is_empty() {
        return Ok(BTreeMap::new());
    }
    let lists = schools::lists_of_study(tx, study_id).await?.into_iter();
    Ok(lists
        .filter_map(|list| Some((list.school.school_id.0, list.board?)))
        .filter(|(_, board)| boards.contains(board))
        .collect())
}

/// Reads the closed data of a study, all from the same state of the database.
pub async fn take(tx: &mut Tx, study_id: StudyId) -> Result<Snapshot, StorageError> {
    let schools = schools::of_study(tx, study_id).await?;
    let all_windows = windows::of_study(tx, study_id).await?;
    let closed: BTreeSet<(&str, &str)> = all_windows
        .iter()
        .filter(|window| window.closed_at.is_some())
        .map(|window| (window.cohort.as_str(), window.wave.as_str()))
        .collect();
    // Pupils' scores belong to the intervention as a whole: they are there once its last wave is closed.
    let finished: BTreeSet<&str> = schools
        .iter()
        .map(|school| school.cohort.as_str())
        .filter(|cohort| {
            let mut own = all_windows
                .iter()
                .filter(|window| window.cohort == *cohort)
                .peekable();
            own.peek().is_some() && own.all(|window| window.closed_at.is_some())
        })
        .collect();
    let unit_members = rosters::frozen_in_units(tx, study_id).await?;
    let listed: BTreeSet<Uuid> = unit_members.iter().map(|row| row.school_id).collect();
    let mut units = schools::other_units(tx, study_id).await?;
    units.retain(|row| listed.contains(&row.unit_id));
    let cohort_of: BTreeMap<Uuid, &str> = schools
        .iter()
        .map(|school| (school.school_id.0, school.cohort.as_str()))
        .chain(
            units
                .iter()
                .map(|unit| (unit.unit_id, unit.cohort.as_str())),
        )
        .collect();
    let with_pupils: BTreeSet<Uuid> = schools
        .iter()
        .filter(|school| finished.contains(school.cohort.as_str()))
        .map(|school| school.school_id.0)
        .collect();

    type Responses = (
        Uuid,
        Uuid,
        Uuid,
        String,
        String,
        i64,
        String,
        Option<DateTime<Utc>>,
    );
    let responses: Vec<Responses> = on!(tx, c => sqlx::query_as(
            "SELECT r.response_id, i.member_id, s.school_id, i.wave, r.instrument, r.version, r.hash, i.submitted_at
             FROM responses r
             JOIN invitations i ON i.invitation_id = r.invitation_id
             JOIN members m ON m.member_id = i.member_id
             JOIN schools s ON s.school_id = m.school_id
             WHERE s.study_id = $1")
        .bind(study_id.0).fetch_all(c).await)?;
    let mut board_of = boards_with_office(tx, study_id, &units).await?;
    let mut snapshot = Snapshot {
        schools: schools
            .iter()
            .map(|school| SchoolRow {
                board: board_of.remove(&school.school_id.0),
                cohort: school.cohort.clone(),
                key: school.key.clone(),
                school_id: school.school_id.0,
            })
            .collect(),
        windows: all_windows
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
        responses: responses
            .into_iter()
            .filter(|row| {
                cohort_of
                    .get(&row.2)
                    .is_some_and(|cohort| closed.contains(&(*cohort, row.3.as_str())))
            })
            .map(
                |(response_id, member_id, _, wave, instrument, version, hash, submitted_at)| {
                    ResponseRow {
                        hash,
                        instrument,
                        member_id,
                        response_id,
                        submitted: submitted_at.is_some(),
                        version,
                        wave,
                    }
                },
            )
            .collect(),
        units: units.clone(),
        unit_members,
        ..Snapshot::default()
    };
    let frozen: BTreeSet<Uuid> = snapshot
        .responses
        .iter()
        .map(|row| row.response_id)
        .collect();
    let given: Vec<(Uuid, String, String, DateTime<Utc>)> = on!(tx, c => sqlx::query_as(
            "SELECT a.response_id, a.item, a.value, a.saved_at FROM answers a
             JOIN responses r ON r.response_id = a.response_id
             JOIN invitations i ON i.invitation_id = r.invitation_id
             JOIN members m ON m.member_id = i.member_id
             JOIN schools s ON s.school_id = m.school_id WHERE s.study_id = $1")
        .bind(study_id.0).fetch_all(c).await)?;
    snapshot.answers = given
        .into_iter()
        .filter(|row| frozen.contains(&row.0))
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
             JOIN members m ON m.member_id = n.alter_id
             JOIN schools s ON s.school_id = m.school_id WHERE s.study_id = $1")
        .bind(study_id.0).fetch_all(c).await)?;
    snapshot.nominations = nominations
        .into_iter()
        .filter(|row| frozen.contains(&row.0))
        .map(|(response_id, item, alter_id, strength)| NominationRow {
            alter_id,
            item,
            response_id,
            strength,
        })
        .collect();
    let page_saves: Vec<PageSaveRow> = on!(tx, c => sqlx::query_as(
            "SELECT p.first_at, p.last_at, p.page, p.response_id FROM page_saves p
             JOIN responses r ON r.response_id = p.response_id
             JOIN invitations i ON i.invitation_id = r.invitation_id
             JOIN members m ON m.member_id = i.member_id
             JOIN schools s ON s.school_id = m.school_id WHERE s.study_id = $1")
        .bind(study_id.0).fetch_all(c).await)?;
    snapshot.page_saves = page_saves
        .into_iter()
        .filter(|row| frozen.contains(&row.response_id))
        .collect();
    snapshot.members = rosters::frozen(tx, study_id).await?;
    let pupils: Vec<(Uuid, Uuid, String, Option<String>)> = on!(tx, c => sqlx::query_as(
            "SELECT p.pupil_id, p.school_id, p.key, p.weight FROM pupils p
             JOIN schools s ON s.school_id = p.school_id WHERE s.study_id = $1")
        .bind(study_id.0).fetch_all(c).await)?;
    snapshot.pupils = pupils
        .into_iter()
        .filter(|row| with_pupils.contains(&row.1))
        .map(|(pupil_id, school_id, key, weight)| PupilRow {
            key,
            pupil_id,
            school_id,
            weight,
        })
        .collect();
    let kept: BTreeSet<Uuid> = snapshot.pupils.iter().map(|pupil| pupil.pupil_id).collect();
    let scores: Vec<(Uuid, NaiveDate, f64, Option<i64>)> = on!(tx, c => sqlx::query_as(
            "SELECT c.pupil_id, c.tested_on, c.score, c.year_group FROM pupil_scores c
             JOIN pupils p ON p.pupil_id = c.pupil_id
             JOIN schools s ON s.school_id = p.school_id WHERE s.study_id = $1")
        .bind(study_id.0).fetch_all(c).await)?;
    snapshot.scores = scores
        .into_iter()
        .filter(|row| kept.contains(&row.0))
        .map(|(pupil_id, tested_on, score, year_group)| ScoreRow {
            pupil_id,
            score,
            tested_on,
            year_group,
        })
        .collect();
    if !snapshot.scores.is_empty() {
        let norms = score_norms::of_study(tx, study_id).await?;
        snapshot.norms = norms
            .into_iter()
            .map(|norm| NormRow {
                half: norm.half.key().to_owned(),
                mean: norm.mean,
                year_group: i64::from(norm.year_group),
            })
            .collect();
    }
    let school_of: BTreeMap<Uuid, Uuid> = snapshot
        .members
        .iter()
        .map(|member| (member.member_id, member.school_id))
        .collect();
    // Everyone who objects: someone who was written in may be named without being on a list of a closed window.
    snapshot.objections = objections::of_study(tx, study_id).await?;
    let refused = consents::who_said(tx, study_id, Purpose::Research, false).await?;
    snapshot.refusals = refused
        .into_iter()
        .filter(|member| {
            let objected = |row: &ObjectionRow| row.member_id == *member;
            !snapshot.objections.iter().any(objected)
        })
        .filter_map(|member_id| {
            Some(RefusalRow {
                member_id,
                school_id: *school_of.get(&member_id)?,
            })
        })
        .collect();
    let drawn = consents::who_said(tx, study_id, Purpose::PersonPicture, true).await?;
    snapshot.person_pictures = drawn
        .into_iter()
        .filter(|member| {
            let objected = |row: &ObjectionRow| row.member_id == *member;
            let refused = |row: &RefusalRow| row.member_id == *member;
            !snapshot.objections.iter().any(objected) && !snapshot.refusals.iter().any(refused)
        })
        .filter_map(|member_id| {
            Some(PersonPictureRow {
                member_id,
                school_id: *school_of.get(&member_id)?,
            })
        })
        .collect();
    snapshot.removed = erasures::of_study(tx, study_id).await?;
    snapshot.honour();
    // Kept of those on these lists: of the others nothing is left to be objected to.
    snapshot
        .objections
        .retain(|row| school_of.contains_key(&row.member_id));
    snapshot.sort();
    Ok(snapshot)
}

impl Snapshot {
    /// Takes out what objections and refusals say may not be used: who objects is on no list, or without role and
    /// groups, and neither their own answers nor those of who refused research are there.
    fn honour(&mut self) {
        let who = |policy| -> BTreeSet<Uuid> {
            let rows = self.objections.iter().filter(|row| row.policy == policy);
            rows.map(|row| row.member_id).collect()
        };
        let (plain, left_out) = (who(Objection::B), who(Objection::C));
        let refused = self.refusals.iter().map(|row| row.member_id);
        let silent: BTreeSet<Uuid> = plain
            .iter()
            .chain(&left_out)
            .copied()
            .chain(refused)
            .collect();
        if silent.is_empty() {
            return;
        }
        self.members
            .retain(|row| !left_out.contains(&row.member_id));
        self.unit_members
            .retain(|row| !left_out.contains(&row.member_id));
        for row in self.members.iter_mut().chain(&mut self.unit_members) {
            if plain.contains(&row.member_id) {
                row.roles.clear();
                row.groups.clear();
            }
        }
        self.responses
            .retain(|row| !silent.contains(&row.member_id));
        let used: BTreeSet<Uuid> = self.responses.iter().map(|row| row.response_id).collect();
        self.answers.retain(|row| used.contains(&row.response_id));
        self.nominations
            .retain(|row| used.contains(&row.response_id) && !left_out.contains(&row.alter_id));
        self.page_saves
            .retain(|row| used.contains(&row.response_id));
    }

    fn sort(&mut self) {
        self.schools.sort_by_key(|row| row.school_id);
        self.windows.sort_by_key(|row| row.window_id);
        self.members
            .sort_by_key(|row| (row.window_id, row.member_id));
        self.responses.sort_by_key(|row| row.response_id);
        self.answers
            .sort_by(|a, b| (a.response_id, &a.item).cmp(&(b.response_id, &b.item)));
        self.nominations.sort_by(|a, b| {
            (a.response_id, &a.item, a.alter_id).cmp(&(b.response_id, &b.item, b.alter_id))
        });
        self.page_saves
            .sort_by_key(|row| (row.response_id, row.page));
        self.pupils.sort_by_key(|row| row.pupil_id);
        self.scores.sort_by_key(|row| (row.pupil_id, row.tested_on));
        self.objections.sort_by_key(|row| row.member_id);
        self.refusals.sort_by_key(|row| row.member_id);
        self.person_pictures.sort_by_key(|row| row.member_id);
        self.units.sort_by_key(|row| row.unit_id);
        self.unit_members
            .sort_by_key(|row| (row.window_id, row.member_id));
    }
}
