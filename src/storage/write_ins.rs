//! Colleagues who were missing from the list and were written in, and who they turned out to be.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::answers::{self, Change, MISSING, VALUE, read_value};
use super::audit::Act;
use super::{StorageError, Tx};
use crate::domain::answer::Answer;
use crate::domain::id::{MemberId, PersonId, ResponseId, SchoolId, StudyId};

const NAME: &str = "write_in_matches.name";

/// One name that one respondent wrote in, in answer to one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub response_id: ResponseId,
    /// The question about colleagues.
    pub item: String,
    pub name: String,
    pub school_id: SchoolId,
    pub cohort: String,
    pub wave: String,
    pub instrument: String,
    /// Who wrote it: nobody is told.
    pub person_id: PersonId,
    pub matched: Matched,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matched {
    Open,
    /// Someone looked, and it is nobody on the list.
    Nobody,
    Member(MemberId),
}

pub async fn of_study(tx: &mut Tx, study_id: StudyId) -> Result<Vec<Written>, StorageError> {
    #[derive(sqlx::FromRow)]
    struct Flat {
        response_id: Uuid,
        item: String,
        value: String,
        school_id: Uuid,
        cohort: String,
        wave: String,
        instrument: String,
        person_id: Uuid,
    }
    let mut rows: Vec<Flat> = on!(tx, c => sqlx::query_as(
            "SELECT a.response_id, a.item, a.value, s.school_id, s.cohort, i.wave, r.instrument, m.person_id
             FROM answers a JOIN responses r ON r.response_id = a.response_id
             JOIN invitations i ON i.invitation_id = r.invitation_id
             JOIN members m ON m.member_id = i.member_id
             JOIN schools s ON s.school_id = m.school_id
             WHERE s.study_id = $1 AND a.item LIKE '%.missing'")
        .bind(study_id.0).fetch_all(c).await)?;
    let matches: Vec<(Uuid, String, String, Option<Uuid>)> = on!(tx, c => sqlx::query_as(
            "SELECT w.response_id, w.item, w.name, w.alter_id FROM write_in_matches w
             JOIN responses r ON r.response_id = w.response_id
             JOIN invitations i ON i.invitation_id = r.invitation_id
             JOIN members m ON m.member_id = i.member_id
             JOIN schools s ON s.school_id = m.school_id WHERE s.study_id = $1")
        .bind(study_id.0).fetch_all(c).await)?;
    let matches: BTreeMap<(Uuid, String, String), Option<Uuid>> = matches
        .into_iter()
        .map(|(response, item, name, alter)| Ok(((response, item, tx.unseal(NAME, name)?), alter)))
        .collect::<Result<_, StorageError>>()?;
    rows.sort_by(|a, b| (a.response_id, &a.item).cmp(&(b.response_id, &b.item)));
    let mut all = Vec::new();
    for row in rows {
        let (Answer::Text(names), Some(item)) = (
            read_value(&tx.unseal(VALUE, row.value)?)?,
            row.item.strip_suffix(MISSING),
        ) else {
            continue;
        };
        for name in names.lines() {
            let key = (row.response_id, item.to_owned(), name.to_owned());
            all.push(Written {
                response_id: ResponseId(row.response_id),
                item: item.to_owned(),
                name: name.to_owned(),
                school_id: SchoolId(row.school_id),
                cohort: row.cohort.clone(),
                wave: row.wave.clone(),
                instrument: row.instrument.clone(),
                person_id: PersonId(row.person_id),
                matched: match matches.get(&key) {
                    None => Matched::Open,
                    Some(None) => Matched::Nobody,
                    Some(Some(member)) => Matched::Member(MemberId(*member)),
                },
            });
        }
    }
    Ok(all)
}

/// Keeps who a written name is; none: nobody on the list.
pub async fn put_match(
    tx: &mut Tx,
    act: &Act,
    written: &Written,
    member_id: Option<MemberId>,
) -> Result<(), StorageError> {
    // The same name is sealed the same way: it is found again as a part of the key.
    let name = tx.seal(NAME, &written.name);
    on!(tx, c => sqlx::query(
            "INSERT INTO write_in_matches (response_id, item, name, alter_id, at, actor) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (response_id, item, name) DO UPDATE
             SET alter_id = excluded.alter_id, at = excluded.at, actor = excluded.actor")
        .bind(written.response_id.0).bind(&written.item).bind(&name).bind(member_id.map(|id| id.0))
        .bind(act.at).bind(&act.actor)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// Strikes names from what was written in: the other lines stay, with who they turned out to be. Says how many answers
/// it was.
pub async fn strike(
    tx: &mut Tx,
    act: &Act,
    study_id: StudyId,
    gone: impl Fn(&Written) -> bool,
) -> Result<usize, StorageError> {
    let mut answers: BTreeMap<(ResponseId, String), Vec<Written>> = BTreeMap::new();
    for one in of_study(tx, study_id).await? {
        let key = (one.response_id, one.item.clone());
        answers.entry(key).or_default().push(one);
    }
    answers.retain(|_, written| written.iter().any(&gone));
    let struck = answers.len();
    for ((response_id, item), mut written) in answers {
        on!(tx, c => sqlx::query("DELETE FROM write_in_matches WHERE response_id = $1 AND item = $2")
            .bind(response_id.0).bind(&item).execute(c).await.map(drop))?;
        written.retain(|one| !gone(one));
        for one in &written {
            match one.matched {
                Matched::Open => {}
                Matched::Nobody => put_match(tx, act, one, None).await?,
                Matched::Member(member) => put_match(tx, act, one, Some(member)).await?,
            }
        }
        let names: Vec<&str> = written.iter().map(|one| one.name.as_str()).collect();
        let left = (!names.is_empty()).then(|| Answer::Text(names.join("\n")));
        let change = Change {
            item: &format!("{item}{MISSING}"),
            before: None,
            after: left.as_ref(),
        };
        answers::put(tx, response_id, &[change], act.at).await?;
    }
    Ok(struck)
}

/// Whoever was written in is named, as if there had been a line to tick; who was ticked as well is named once.
pub async fn name(tx: &mut Tx, written: &Written, member_id: MemberId) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query(
            "INSERT INTO nominations (response_id, item, alter_id, strength) VALUES ($1, $2, $3, 1)
             ON CONFLICT (response_id, item, alter_id) DO NOTHING")
        .bind(written.response_id.0).bind(&written.item).bind(member_id.0)
        .execute(c).await.map(drop))?;
    Ok(())
}
