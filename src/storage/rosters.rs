//! Persons, how to reach them, and their memberships with roles and groups.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use uuid::Uuid;

use super::snapshot::MemberRow as FrozenMember;
use super::{StorageError, Tx};
use crate::domain::id::{MemberId, PersonId, SchoolId, StudyId, WindowId};
use crate::domain::language::Language;
use crate::domain::roster::{Member, WITH_THE_BOARD};

/// How a person is reached. Kept apart from everything they answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    pub name: String,
    pub email: Option<String>,
    pub language: Language,
}

/// Someone on a list, with the key by which they are recognised and how they are reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub member: Member,
    pub key: String,
    pub email: Option<String>,
    pub language: Language,
}

/// Every membership of a study, by id; not the ones that turned out to be another's.
pub async fn of_study(tx: &mut Tx, study_id: StudyId) -> Result<Vec<Listed>, StorageError> {
    #[derive(sqlx::FromRow)]
    struct Flat {
        member_id: Uuid,
        person_id: Uuid,
        school_id: Uuid,
        joined_on: Option<NaiveDate>,
        left_on: Option<NaiveDate>,
        name: String,
        key: String,
        email: Option<String>,
        language: String,
    }
    let rows: Vec<Flat> = on!(tx, c => sqlx::query_as(
            "SELECT m.member_id, m.person_id, m.school_id, m.joined_on, m.left_on, k.name, p.key, k.email, k.language
             FROM members m JOIN persons p ON p.person_id = m.person_id JOIN contacts k ON k.person_id = m.person_id
             WHERE p.study_id = $1 AND m.merged_into IS NULL")
        .bind(study_id.0).fetch_all(c).await)?;
    let roles: Vec<(Uuid, String, i64)> = on!(tx, c => sqlx::query_as(
            "SELECT r.member_id, r.role, r.rank FROM member_roles r JOIN members m ON m.member_id = r.member_id
             JOIN persons p ON p.person_id = m.person_id WHERE p.study_id = $1")
        .bind(study_id.0).fetch_all(c).await)?;
    let groups: Vec<(Uuid, String)> = on!(tx, c => sqlx::query_as(
            "SELECT g.member_id, g.grouping FROM member_groups g JOIN members m ON m.member_id = g.member_id
             JOIN persons p ON p.person_id = m.person_id WHERE p.study_id = $1")
        .bind(study_id.0).fetch_all(c).await)?;
    let mut reached: BTreeMap<Uuid, (String, Option<String>, String)> = BTreeMap::new();
    let mut plain: Vec<MemberRow> = Vec::with_capacity(rows.len());
    for row in rows {
        plain.push((
            row.member_id,
            row.person_id,
            row.school_id,
            row.joined_on,
            row.left_on,
            row.name,
        ));
        let email = email_of(tx, row.email)?;
        reached.insert(row.member_id, (row.key, email, row.language));
    }
    let mut listed: Vec<Listed> = assemble(tx, plain, roles, groups)?
        .into_iter()
        .filter_map(|member| {
            let (key, email, language) = reached.remove(&member.member_id.0)?;
            Some(Listed {
                member,
                key,
                email,
                language: Language::from_tag(&language).unwrap_or_default(),
            })
        })
        .collect();
    listed.sort_by_key(|listed| listed.member.member_id);
    Ok(listed)
}

/// Every key by which someone is recognised. Where two turned out to be one person, both keys are of the one kept.
pub async fn keys(
    tx: &mut Tx,
    study_id: StudyId,
) -> Result<BTreeMap<String, PersonId>, StorageError> {
    let rows: Vec<(String, Uuid)> = on!(tx, c => sqlx::query_as(
            "SELECT key, person_id FROM persons WHERE study_id = $1")
        .bind(study_id.0).fetch_all(c).await)?;
    let merged: Vec<(Uuid, Uuid)> = on!(tx, c => sqlx::query_as(
            "SELECT d.person_id, k.person_id FROM members d JOIN members k ON k.member_id = d.merged_into
             JOIN persons p ON p.person_id = d.person_id WHERE p.study_id = $1")
        .bind(study_id.0).fetch_all(c).await)?;
    let kept: BTreeMap<Uuid, Uuid> = merged.into_iter().collect();
    Ok(rows
        .into_iter()
        .map(|(key, person)| (key, PersonId(*kept.get(&person).unwrap_or(&person))))
        .collect())
}

pub async fn person_by_key(
    tx: &mut Tx,
    study_id: StudyId,
    key: &str,
) -> Result<Option<PersonId>, StorageError> {
    let row: Option<(Uuid, Option<Uuid>)> = on!(tx, c => sqlx::query_as(
            "SELECT p.person_id, (SELECT k.person_id FROM members d JOIN members k ON k.member_id = d.merged_into
                                  WHERE d.person_id = p.person_id LIMIT 1)
             FROM persons p WHERE p.study_id = $1 AND p.key = $2")
        .bind(study_id.0).bind(key).fetch_optional(c).await)?;
    Ok(row.map(|(person, kept)| PersonId(kept.unwrap_or(person))))
}

pub async fn insert_person(
    tx: &mut Tx,
    study_id: StudyId,
    person_id: PersonId,
    key: &str,
    contact: &Contact,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("INSERT INTO persons (person_id, study_id, key) VALUES ($1, $2, $3)")
        .bind(person_id.0).bind(study_id.0).bind(key).execute(c).await.map(drop))?;
    let name = tx.seal(NAME, &contact.name);
    let email = contact.email.as_deref().map(|email| tx.seal(EMAIL, email));
    on!(tx, c => sqlx::query("INSERT INTO contacts (person_id, name, email, language) VALUES ($1, $2, $3, $4)")
        .bind(person_id.0).bind(&name).bind(&email).bind(contact.language.tag())
        .execute(c).await.map(drop))?;
    Ok(())
}

/// Brings the way to reach a person up to date; what the list does not give is kept.
pub async fn update_contact(
    tx: &mut Tx,
    person_id: PersonId,
    name: &str,
    email: Option<&str>,
    language: Option<Language>,
) -> Result<(), StorageError> {
    let name = tx.seal(NAME, name);
    let email = email.map(|email| tx.seal(EMAIL, email));
    on!(tx, c => sqlx::query(
            "UPDATE contacts SET name = $2, email = COALESCE($3, email), language = COALESCE($4, language)
             WHERE person_id = $1")
        .bind(person_id.0).bind(&name).bind(&email).bind(language.map(Language::tag))
        .execute(c).await.map(drop))?;
    Ok(())
}

pub async fn member_of(
    tx: &mut Tx,
    person_id: PersonId,
    school_id: SchoolId,
) -> Result<Option<MemberId>, StorageError> {
    let id: Option<Uuid> = on!(tx, c => sqlx::query_scalar(
            "SELECT COALESCE(merged_into, member_id) FROM members WHERE person_id = $1 AND school_id = $2")
        .bind(person_id.0).bind(school_id.0).fetch_optional(c).await)?;
    Ok(id.map(MemberId))
}

/// Where someone is or was on the list.
pub async fn schools_of_person(
    tx: &mut Tx,
    person_id: PersonId,
) -> Result<BTreeMap<MemberId, SchoolId>, StorageError> {
    let rows: Vec<(Uuid, Uuid)> = on!(tx, c => sqlx::query_as(
            "SELECT member_id, school_id FROM members WHERE person_id = $1 AND merged_into IS NULL")
        .bind(person_id.0).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(member, school)| (MemberId(member), SchoolId(school)))
        .collect())
}

pub async fn insert_member(tx: &mut Tx, member: &Member) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query(
            "INSERT INTO members (member_id, person_id, school_id, joined_on, left_on) VALUES ($1, $2, $3, $4, $5)")
        .bind(member.member_id.0).bind(member.person_id.0).bind(member.school_id.0)
        .bind(member.joined_on).bind(member.left_on)
        .execute(c).await.map(drop))?;
    put_roles_and_groups(tx, member).await
}

/// Brings a membership that is known already to what the list now says; dates that it does not give are kept, and so
/// are the groups where it has none to give.
pub async fn update_member(
    tx: &mut Tx,
    member: &Member,
    with_groups: bool,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query(
            "UPDATE members SET joined_on = COALESCE($2, joined_on), left_on = COALESCE($3, left_on)
             WHERE member_id = $1")
        .bind(member.member_id.0).bind(member.joined_on).bind(member.left_on)
        .execute(c).await.map(drop))?;
    on!(tx, c => sqlx::query("DELETE FROM member_roles WHERE member_id = $1")
        .bind(member.member_id.0).execute(c).await.map(drop))?;
    if with_groups {
        on!(tx, c => sqlx::query("DELETE FROM member_groups WHERE member_id = $1")
            .bind(member.member_id.0).execute(c).await.map(drop))?;
    }
    put_roles_and_groups(tx, member).await
}

/// The days between which someone is on the list, just as given.
pub async fn set_dates(
    tx: &mut Tx,
    member_id: MemberId,
    joined_on: Option<NaiveDate>,
    left_on: Option<NaiveDate>,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("UPDATE members SET joined_on = $2, left_on = $3 WHERE member_id = $1")
        .bind(member_id.0).bind(joined_on).bind(left_on).execute(c).await.map(drop))?;
    Ok(())
}

async fn put_roles_and_groups(tx: &mut Tx, member: &Member) -> Result<(), StorageError> {
    for (rank, role) in (0_i64..).zip(&member.roles) {
        on!(tx, c => sqlx::query("INSERT INTO member_roles (member_id, role, rank) VALUES ($1, $2, $3)")
            .bind(member.member_id.0).bind(role).bind(rank).execute(c).await.map(drop))?;
    }
    for group in &member.groups {
        on!(tx, c => sqlx::query("INSERT INTO member_groups (member_id, grouping) VALUES ($1, $2)")
            .bind(member.member_id.0).bind(group).execute(c).await.map(drop))?;
    }
    Ok(())
}

type MemberRow = (
    Uuid,
    Uuid,
    Uuid,
    Option<NaiveDate>,
    Option<NaiveDate>,
    String,
);

/// Everyone who is or was on the staff list of this school, by name and then id.
pub async fn of_school(tx: &mut Tx, school_id: SchoolId) -> Result<Vec<Member>, StorageError> {
    let rows: Vec<MemberRow> = on!(tx, c => sqlx::query_as(
            "SELECT m.member_id, m.person_id, m.school_id, m.joined_on, m.left_on, k.name
             FROM members m JOIN contacts k ON k.person_id = m.person_id
             WHERE m.school_id = $1 AND m.merged_into IS NULL")
        .bind(school_id.0).fetch_all(c).await)?;
    // A role has a rank, a group has none.
    let marks: Vec<(Uuid, String, i64)> = on!(tx, c => sqlx::query_as(
            "SELECT r.member_id, r.role, r.rank FROM members m JOIN member_roles r ON r.member_id = m.member_id
             WHERE m.school_id = $1
             UNION ALL
             SELECT g.member_id, g.grouping, CAST(-1 AS BIGINT) FROM members m
             JOIN member_groups g ON g.member_id = m.member_id WHERE m.school_id = $1")
        .bind(school_id.0).fetch_all(c).await)?;
    let (groups, roles): (Vec<_>, Vec<_>) = marks.into_iter().partition(|row| row.2 < 0);
    let groups = groups
        .into_iter()
        .map(|(member, group, _)| (member, group))
        .collect();
    assemble(tx, rows, roles, groups)
}

/// The board's network around a school: everyone at the office of its board, and the principals and coaches (the roles
/// that the design calls `principal` and `coach`) of all its schools, each person once. Empty for a school without a
/// board's office.
pub async fn of_board(tx: &mut Tx, school_id: SchoolId) -> Result<Vec<Member>, StorageError> {
    let board: Option<Uuid> = on!(tx, c => sqlx::query_scalar(
            "SELECT o.board_id FROM schools own JOIN schools o ON o.board_id = own.board_id AND o.kind = 'board'
             WHERE own.school_id = $1")
        .bind(school_id.0).fetch_optional(c).await)?;
    let Some(board) = board else {
        return Ok(Vec::new());
    };
    let offices: Vec<Uuid> = on!(tx, c => sqlx::query_scalar(
            "SELECT school_id FROM schools WHERE board_id = $1 AND kind = 'board'")
        .bind(board).fetch_all(c).await)?;
    let rows: Vec<MemberRow> = on!(tx, c => sqlx::query_as(
            "SELECT m.member_id, m.person_id, m.school_id, m.joined_on, m.left_on, k.name
             FROM members m JOIN contacts k ON k.person_id = m.person_id
             JOIN schools s ON s.school_id = m.school_id
             WHERE s.board_id = $1 AND m.merged_into IS NULL")
        .bind(board).fetch_all(c).await)?;
    let roles: Vec<(Uuid, String, i64)> = on!(tx, c => sqlx::query_as(
            "SELECT r.member_id, r.role, r.rank FROM member_roles r JOIN members m ON m.member_id = r.member_id
             JOIN schools s ON s.school_id = m.school_id WHERE s.board_id = $1")
        .bind(board).fetch_all(c).await)?;
    let mut members = assemble(tx, rows, roles, Vec::new())?;
    let at_office = |member: &Member| offices.contains(&member.school_id.0);
    let belongs = |role: &String| WITH_THE_BOARD.contains(&role.as_str());
    members.retain(|member| at_office(member) || member.roles.iter().any(belongs));
    // Someone with several memberships is named by one: at the office, still there, or made first.
    members.sort_by_key(|member| {
        (
            member.left_on.is_some(),
            !at_office(member),
            member.member_id,
        )
    });
    let mut met = BTreeSet::new();
    members.retain(|member| met.insert(member.person_id));
    members.sort_by(|a, b| (&a.name, a.member_id).cmp(&(&b.name, b.member_id)));
    Ok(members)
}

/// Rows in one statement: well under what either database takes as parameters.
const BATCH: usize = 400;

/// Keeps who is on the list of a window that closes, in which roles and groups.
pub async fn freeze(
    tx: &mut Tx,
    window_id: WindowId,
    members: &[Member],
) -> Result<(), StorageError> {
    let rows: Vec<(Uuid, String, String, Option<NaiveDate>)> = members
        .iter()
        .map(|member| {
            (
                member.member_id.0,
                as_text(&member.roles),
                as_text(&member.groups),
                member.joined_on,
            )
        })
        .collect();
    for batch in rows.chunks(BATCH) {
        on!(tx, c => {
            let mut insert =
                sqlx::QueryBuilder::new("INSERT INTO frozen_members (window_id, member_id, roles, groupings, joined_on) ");
            insert.push_values(batch, |mut row, (member, roles, groups, joined_on)| {
                row.push_bind(window_id.0)
                    .push_bind(*member)
                    .push_bind(roles.clone())
                    .push_bind(groups.clone())
                    .push_bind(*joined_on);
            });
            insert.build().execute(c).await.map(drop)
        })?;
    }
    Ok(())
}

type FrozenRow = (Uuid, Uuid, Uuid, Uuid, String, String, Option<NaiveDate>);

/// The lists of all closed windows of a study's schools. The office of a board is not analysed as one.
pub(super) async fn frozen(
    tx: &mut Tx,
    study_id: StudyId,
) -> Result<Vec<FrozenMember>, StorageError> {
    let rows: Vec<FrozenRow> = on!(tx, c => sqlx::query_as(
            "SELECT f.window_id, m.member_id, m.person_id, m.school_id, f.roles, f.groupings, f.joined_on
             FROM frozen_members f JOIN members m ON m.member_id = f.member_id
             JOIN schools s ON s.school_id = m.school_id
             WHERE s.study_id = $1 AND s.kind = 'school' AND m.merged_into IS NULL")
        .bind(study_id.0).fetch_all(c).await)?;
    read_frozen(rows)
}

/// The lists of all closed windows of a study's other units: classes, raters, open groups.
pub(super) async fn frozen_in_units(
    tx: &mut Tx,
    study_id: StudyId,
) -> Result<Vec<FrozenMember>, StorageError> {
    let rows: Vec<FrozenRow> = on!(tx, c => sqlx::query_as(
            "SELECT f.window_id, m.member_id, m.person_id, m.school_id, f.roles, f.groupings, f.joined_on
             FROM frozen_members f JOIN members m ON m.member_id = f.member_id
             JOIN schools s ON s.school_id = m.school_id
             WHERE s.study_id = $1 AND s.kind <> 'school' AND m.merged_into IS NULL")
        .bind(study_id.0).fetch_all(c).await)?;
    read_frozen(rows)
}

/// The lists of the closed windows of one school.
pub(super) async fn frozen_of_school(
    tx: &mut Tx,
    school_id: SchoolId,
) -> Result<Vec<FrozenMember>, StorageError> {
    let rows: Vec<FrozenRow> = on!(tx, c => sqlx::query_as(
            "SELECT f.window_id, m.member_id, m.person_id, m.school_id, f.roles, f.groupings, f.joined_on
             FROM frozen_members f JOIN members m ON m.member_id = f.member_id
             WHERE m.school_id = $1 AND m.merged_into IS NULL")
        .bind(school_id.0).fetch_all(c).await)?;
    read_frozen(rows)
}

fn read_frozen(rows: Vec<FrozenRow>) -> Result<Vec<FrozenMember>, StorageError> {
    rows.into_iter()
        .map(
            |(window_id, member_id, person_id, school_id, roles, groups, joined_on)| {
                Ok(FrozenMember {
                    groups: from_text("groupings", &groups)?,
                    joined_on,
                    member_id,
                    person_id,
                    roles: from_text("roles", &roles)?,
                    school_id,
                    window_id,
                })
            },
        )
        .collect()
}

/// Takes roles that are not to be kept, and perhaps groups, from someone on the lists of closed windows.
pub(super) async fn unmark_frozen(
    tx: &mut Tx,
    member_id: MemberId,
    keep: impl Fn(&str) -> bool,
    with_groups: bool,
) -> Result<(), StorageError> {
    let rows: Vec<(Uuid, String, String)> = on!(tx, c => sqlx::query_as(
            "SELECT window_id, roles, groupings FROM frozen_members WHERE member_id = $1")
        .bind(member_id.0).fetch_all(c).await)?;
    for (window, roles, groups) in rows {
        let mut roles = from_text("roles", &roles)?;
        roles.retain(|role| keep(role));
        let groups = if with_groups { groups } else { as_text(&[]) };
        on!(tx, c => sqlx::query(
                "UPDATE frozen_members SET roles = $3, groupings = $4 WHERE window_id = $1 AND member_id = $2")
            .bind(window).bind(member_id.0).bind(as_text(&roles)).bind(&groups).execute(c).await.map(drop))?;
    }
    Ok(())
}

/// Who is or was on the list and has no name any more: forgotten at their request, or because names had had their time.
pub async fn nameless_of_school(
    tx: &mut Tx,
    school_id: SchoolId,
) -> Result<Vec<Member>, StorageError> {
    let rows: Vec<MemberRow> = on!(tx, c => sqlx::query_as(
            "SELECT m.member_id, m.person_id, m.school_id, m.joined_on, m.left_on, '' FROM members m
             WHERE m.school_id = $1 AND m.merged_into IS NULL
               AND NOT EXISTS (SELECT 1 FROM contacts k WHERE k.person_id = m.person_id)")
        .bind(school_id.0).fetch_all(c).await)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let roles: Vec<(Uuid, String, i64)> = on!(tx, c => sqlx::query_as(
            "SELECT r.member_id, r.role, r.rank FROM member_roles r JOIN members m ON m.member_id = r.member_id
             WHERE m.school_id = $1")
        .bind(school_id.0).fetch_all(c).await)?;
    let groups: Vec<(Uuid, String)> = on!(tx, c => sqlx::query_as(
            "SELECT g.member_id, g.grouping FROM member_groups g JOIN members m ON m.member_id = g.member_id
             WHERE m.school_id = $1")
        .bind(school_id.0).fetch_all(c).await)?;
    assemble(tx, rows, roles, groups)
}

fn as_text(list: &[String]) -> String {
    serde_json::to_string(list).expect("texts can be written")
}

fn from_text(column: &'static str, text: &str) -> Result<Vec<String>, StorageError> {
    serde_json::from_str(text).map_err(|error| StorageError::Inconsistent {
        table: "frozen_members",
        column,
        why: error.to_string(),
    })
}

/// Members with the names they have, which are sealed in the rows.
fn assemble(
    tx: &Tx,
    rows: Vec<MemberRow>,
    mut roles: Vec<(Uuid, String, i64)>,
    mut groups: Vec<(Uuid, String)>,
) -> Result<Vec<Member>, StorageError> {
    let mut by_id: BTreeMap<Uuid, Member> = rows
        .into_iter()
        .map(
            |(member_id, person_id, school_id, joined_on, left_on, name)| {
                let member = Member {
                    member_id: MemberId(member_id),
                    person_id: PersonId(person_id),
                    school_id: SchoolId(school_id),
                    name: tx.unseal(NAME, name)?,
                    roles: Vec::new(),
                    groups: Vec::new(),
                    joined_on,
                    left_on,
                };
                Ok((member_id, member))
            },
        )
        .collect::<Result<_, StorageError>>()?;
    roles.sort_by_key(|row| (row.0, row.2));
    groups.sort();
    for (id, role, _) in roles {
        if let Some(member) = by_id.get_mut(&id) {
            member.roles.push(role);
        }
    }
    for (id, group) in groups {
        if let Some(member) = by_id.get_mut(&id) {
            member.groups.push(group);
        }
    }
    let mut members: Vec<Member> = by_id.into_values().collect();
    members.sort_by(|a, b| (&a.name, a.member_id).cmp(&(&b.name, b.member_id)));
    Ok(members)
}

/// The columns of `contacts`, as they are sealed.
pub(super) const NAME: &str = "contacts.name";
pub(super) const EMAIL: &str = "contacts.email";

/// An address, readable again.
pub(super) fn email_of(tx: &Tx, sealed: Option<String>) -> Result<Option<String>, StorageError> {
    sealed.map(|sealed| tx.unseal(EMAIL, sealed)).transpose()
}

/// Name, address and language of everyone on a school's list, by membership.
pub async fn contacts_of_school(
    tx: &mut Tx,
    school_id: SchoolId,
) -> Result<BTreeMap<MemberId, Contact>, StorageError> {
    let rows: Vec<(Uuid, String, Option<String>, String)> = on!(tx, c => sqlx::query_as(
            "SELECT m.member_id, k.name, k.email, k.language FROM members m
             JOIN contacts k ON k.person_id = m.person_id WHERE m.school_id = $1 AND m.merged_into IS NULL")
        .bind(school_id.0).fetch_all(c).await)?;
    rows.into_iter()
        .map(|(id, name, email, language)| {
            let contact = Contact {
                name: tx.unseal(NAME, name)?,
                email: email_of(tx, email)?,
                language: Language::from_tag(&language).unwrap_or_default(),
            };
            Ok((MemberId(id), contact))
        })
        .collect()
}
