//! Classes of pupils: made without a name of anybody, opened when the parents were heard, and entered by a picture.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rand::Rng;
use rand::seq::SliceRandom;

use super::enter::Visit;
use super::entrance::{self, EntranceRefusal};
use super::study::Study;
use crate::domain::consent::{CONSENT_VERSION, Decision, Purpose};
use crate::domain::id::{MemberId, PersonId, SchoolId, new_uuid};
use crate::domain::language::Language;
use crate::domain::picture::PICTURES;
use crate::domain::roster::{Member, PUPIL, class_key};
use crate::domain::time::day_in;
use crate::domain::token::LinkKey;
use crate::storage::audit::{self, Act};
use crate::storage::batch::Batch;
use crate::storage::classes::{self, Seat};
use crate::storage::entrances::Entrance;
use crate::storage::rosters::{self, Contact};
use crate::storage::schools::{self, School};
use crate::storage::{StorageError, Tx, consents, invitations};

#[derive(Debug, thiserror::Error)]
pub enum ClassRefusal {
    #[error("a class needs a name")]
    NoName,
    #[error("the school has a class of this name already")]
    Exists,
    #[error("a class has from 1 to {} pupils", PICTURES.len())]
    Size,
    #[error("a teacher of a class is somebody on the list of its school")]
    NotATeacher,
    #[error("the day on which parents were informed is still to come")]
    InTheFuture,
    #[error("the parents of {0} pupils were not informed yet")]
    NotInformed(usize),
    #[error("nobody in the class may be asked")]
    NobodyPermitted,
    #[error(transparent)]
    Entrance(#[from] EntranceRefusal),
    #[error(transparent)]
    Failed(#[from] StorageError),
}

impl ClassRefusal {
    /// The words in which a page tells it.
    pub fn key(&self) -> &'static str {
        match self {
            Self::NoName => "class-fault-name",
            Self::Exists => "class-fault-exists",
            Self::Size => "class-fault-size",
            Self::NotATeacher => "class-fault-teacher",
            Self::InTheFuture => "class-fault-future",
            Self::NotInformed(_) => "class-fault-informed",
            Self::NobodyPermitted => "class-fault-nobody",
            Self::Entrance(refusal) => refusal.key(),
            Self::Failed(_) => "problem-failure",
        }
    }
}

/// A class as it is asked for.
#[derive(Debug, Clone)]
pub struct NewClass {
    pub school: School,
    pub name: String,
    pub year_group: String,
    pub n_pupils: usize,
    pub teachers: Vec<MemberId>,
}

/// The part of a key that a name makes: small letters and digits.
fn key_of(name: &str) -> String {
    let letters = name.chars().flat_map(char::to_lowercase);
    letters
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .take(40)
        .collect()
}

/// Makes a class and its pupils, each with a seat and a picture by lot.
pub async fn make(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    study: &Study,
    class: &NewClass,
) -> Result<SchoolId, ClassRefusal> {
    let name = class.name.trim();
    if name.is_empty() || name.chars().count() > 40 {
        return Err(ClassRefusal::NoName);
    }
    if class.n_pupils == 0 || class.n_pupils > PICTURES.len() {
        return Err(ClassRefusal::Size);
    }
    are_staff(tx, class.school.school_id, &class.teachers).await?;
    let key = class_key(&class.school.key, &key_of(name));
    let cohort = class.school.cohort.as_str();
    let known = schools::all_of_study(tx, study.study_id).await?;
    if known.iter().any(|unit| unit.key == key) {
        return Err(ClassRefusal::Exists);
    }
    let part_of = Some(class.school.school_id);
    let unit =
        entrance::make_unit(tx, act, rng, study.study_id, part_of, (cohort, &key, name)).await?;
    classes::insert(tx, unit, class.year_group.trim(), &class.teachers).await?;
    let mut pictures: Vec<&str> = PICTURES.iter().map(|(picture, ..)| *picture).collect();
    pictures.shuffle(rng);
    let mut seats = Vec::with_capacity(class.n_pupils);
    for (number, picture) in (1..).zip(pictures).take(class.n_pupils) {
        let person_id = PersonId::new(act.at, rng);
        let contact = Contact {
            name: String::new(),
            email: None,
            language: Language::Nl,
        };
        let key = format!("pupil-{:032x}", new_uuid(act.at, rng).as_u128());
        rosters::insert_person(tx, study.study_id, person_id, &key, &contact).await?;
        let member = Member {
            member_id: MemberId::new(act.at, rng),
            person_id,
            school_id: unit,
            name: String::new(),
            roles: vec![PUPIL.to_owned()],
            groups: Vec::new(),
            joined_on: None,
            left_on: None,
        };
        rosters::insert_member(tx, &member).await?;
        seats.push(Seat {
            member_id: member.member_id,
            number,
            picture: picture.to_owned(),
            informed_on: None,
            permitted: None,
        });
    }
    classes::insert_seats(tx, unit, &seats).await?;
    let detail = format!("{} pupils", seats.len());
    audit::record(tx, act, "make class", &unit.to_string(), &detail);
    Ok(unit)
}

async fn are_staff(
    tx: &mut Tx,
    school: SchoolId,
    teachers: &[MemberId],
) -> Result<(), ClassRefusal> {
    let staff = rosters::of_school(tx, school).await?;
    let is_staff = |teacher: &MemberId| staff.iter().any(|member| member.member_id == *teacher);
    if teachers.iter().all(is_staff) {
        Ok(())
    } else {
        Err(ClassRefusal::NotATeacher)
    }
}

/// From now on the results of a class go to these teachers, and to nobody else.
pub async fn entrust(
    tx: &mut Tx,
    act: &Act,
    (school, class): (SchoolId, SchoolId),
    teachers: &[MemberId],
) -> Result<(), ClassRefusal> {
    are_staff(tx, school, teachers).await?;
    classes::put_teachers(tx, class, teachers).await?;
    let detail = format!("{} teachers", teachers.len());
    audit::record(tx, act, "entrust class", &class.to_string(), &detail);
    Ok(())
}

/// Keeps when the parents were informed, and what they said, by seat. Where they say no, answers that are there already
/// are used no more.
pub async fn settle(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    study: &Study,
    class: SchoolId,
    (informed_on, said): (Option<NaiveDate>, &BTreeMap<i64, Option<bool>>),
) -> Result<(), ClassRefusal> {
    let today = day_in(study.design.time_zone, act.at);
    if informed_on.is_some_and(|day| day > today) {
        return Err(ClassRefusal::InTheFuture);
    }
    let mut batch = Batch::default();
    let mut n = [0; 2];
    for seat in classes::seats(tx, class).await? {
        let permitted = said.get(&seat.number).copied().unwrap_or(seat.permitted);
        let informed = informed_on.or(seat.informed_on);
        if (permitted, informed) == (seat.permitted, seat.informed_on) {
            continue;
        }
        classes::put_permission(tx, seat.member_id, informed, permitted).await?;
        n[usize::from(permitted == Some(false))] += 1;
        if permitted == Some(false) && seat.permitted != permitted {
            let (id, refused) = (
                new_uuid(act.at, rng),
                Decision {
                    version: CONSENT_VERSION,
                    given: false,
                },
            );
            consents::insert(
                &mut batch,
                id,
                seat.member_id,
                Purpose::Research,
                refused,
                act.at,
            );
        }
    }
    batch.run(tx).await?;
    let detail = format!("{} settled, {} of them no", n[0] + n[1], n[1]);
    audit::record(tx, act, "settle permission", &class.to_string(), &detail);
    Ok(())
}

/// Opens the door of a class for a wave, once it is known of every pupil whether the parents let them take part, and
/// gives the code.
pub async fn open(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    key: &LinkKey,
    study: &Study,
    (class, wave): (&School, &str),
) -> Result<String, ClassRefusal> {
    if study.due(None, wave, &[PUPIL.to_owned()]).is_empty() {
        return Err(EntranceRefusal::NothingDue.into());
    }
    let seats = classes::seats(tx, class.school_id).await?;
    let uninformed = seats.iter().filter(|seat| seat.informed_on.is_none());
    match uninformed.count() {
        0 => {}
        n => return Err(ClassRefusal::NotInformed(n)),
    }
    if !seats.iter().any(|seat| takes_part(study, seat)) {
        return Err(ClassRefusal::NobodyPermitted);
    }
    Ok(entrance::open(tx, act, rng, key, study, class, wave).await?)
}

fn takes_part(study: &Study, seat: &Seat) -> bool {
    let policy = study.design.conditions.pupil_consent;
    seat.informed_on.is_some() && policy.lets_take_part(seat.permitted)
}

/// Who can still be let in by a picture: whose parents let them, and who has not sent the answers.
pub async fn waiting(
    tx: &mut Tx,
    study: &Study,
    entrance: &Entrance,
) -> Result<Vec<Seat>, StorageError> {
    let known = invitations::of_school(tx, entrance.unit, &entrance.wave).await?;
    let is_done = |seat: &Seat| {
        let own = known.get(&seat.member_id);
        own.is_some_and(|own| own.submitted_at.is_some() || own.withdrawn_at.is_some())
    };
    let mut seats = classes::seats(tx, entrance.unit).await?;
    seats.retain(|seat| takes_part(study, seat) && !is_done(seat));
    Ok(seats)
}

/// How many of a class have sent their answers in a wave.
pub async fn n_done(tx: &mut Tx, class: SchoolId, wave: &str) -> Result<usize, StorageError> {
    let known = invitations::of_school(tx, class, wave).await?;
    let sent = known.values().filter(|own| own.submitted_at.is_some());
    Ok(sent.count())
}

/// Lets in the pupil with this picture; none where nobody of the picture is waiting.
pub async fn come_in(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    key: &LinkKey,
    (study, entrance): (&Study, &Entrance),
    picture: &str,
) -> Result<Option<Visit>, StorageError> {
    let waiting = waiting(tx, study, entrance).await?;
    let Some(seat) = waiting.iter().find(|seat| seat.picture == picture) else {
        return Ok(None);
    };
    let visit = entrance::let_in(tx, act, rng, key, entrance, seat.member_id).await?;
    Ok(Some(visit))
}
