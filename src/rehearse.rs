//! Puts a simulated study through the real paths: enrolled, invited, answered page by page, submitted, closed, concluded.

mod afterwards;
mod cards;
mod classrooms;
mod coded;
mod drawn;
mod evidence;
pub mod interviews;
mod scores;
pub mod training;
mod work;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Months, NaiveDate, TimeDelta, TimeZone, Utc};
use futures_util::FutureExt;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;

use self::evidence::Evidence;
use crate::domain::consent::Purpose;
use crate::domain::fault::Fault;
use crate::domain::id::{InvitationId, MemberId, SchoolId};
use crate::domain::language::Language;
use crate::domain::roster::RosterLine;
use crate::domain::study::{Conditions, EffectDesign, StudyDesign, WindowDesign};
use crate::domain::token::LinkKey;
use crate::exchange::study_toml;
use crate::fieldwork::consent::{self, ConsentRefusal};
use crate::fieldwork::pages::{Lists, Part, Sitting};
use crate::fieldwork::receive::{self, PageSent, ReceiveRefusal};
use crate::fieldwork::study::Study;
use crate::fieldwork::{
    agree, classes, close, enrol, found, invite, note_conversation, pages, pass_on, set_goal,
};
use crate::instrument::check::RawAnswer;
use crate::instrument::library::Library;
use crate::simulation::study::{EffectGroup, Nominations, Roster, SimulatedStudy, State};
use crate::storage::audit::Act;
use crate::storage::batch::Batch;
use crate::storage::schools::School;
use crate::storage::windows::Window;
use crate::storage::{StorageError, Store, Tx, invitations, rosters, schools, windows};

/// Who did what is in a simulated study: by this its database is known again.
pub const REHEARSAL: &str = "rehearsal";

/// The design that a simulated study follows, but for its dates.
const TEMPLATE: &str = include_str!("../instruments/studies/focus.toml");

#[derive(Debug, thiserror::Error)]
pub enum RehearseError {
    #[error("the template is not a study: {}", .0.first().map(ToString::to_string).unwrap_or_default())]
    Template(Vec<Fault>),
    #[error(transparent)]
    Found(#[from] found::FoundRefusal),
    #[error(transparent)]
    Enrol(#[from] enrol::EnrolRefusal),
    #[error(transparent)]
    Consent(#[from] ConsentRefusal),
    #[error(transparent)]
    Receive(#[from] ReceiveRefusal),
    #[error(transparent)]
    Class(#[from] classes::ClassRefusal),
    #[error(transparent)]
    Close(#[from] close::CloseRefusal),
    #[error(transparent)]
    Agree(#[from] agree::AgreeRefusal),
    #[error(transparent)]
    PassOn(#[from] pass_on::PassOnRefusal),
    #[error(transparent)]
    Rater(#[from] crate::fieldwork::roster_change::ChangeRefusal),
    #[error(transparent)]
    Entrance(#[from] crate::fieldwork::entrance::EntranceRefusal),
    #[error(transparent)]
    SetGoal(#[from] set_goal::SetGoalRefusal),
    #[error(transparent)]
    Note(#[from] note_conversation::NoteRefusal),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// A rehearsed study, and who can still answer in its open wave.
pub struct Rehearsed {
    pub study: Arc<Study>,
    pub schools: Vec<School>,
    /// Invitations of the open windows on which nothing has been answered yet, with their school.
    pub waiting: Vec<(SchoolId, InvitationId)>,
}

pub async fn rehearse(
    store: &Store,
    key: &LinkKey,
    simulated: &SimulatedStudy,
    now: DateTime<Utc>,
) -> Result<Rehearsed, RehearseError> {
    let library = Library::shipped();
    let mut design =
        study_toml::parse("focus.toml", TEMPLATE, &library).map_err(RehearseError::Template)?;
    date(&mut design, simulated);
    let mut evidence = Evidence::of(simulated);
    evidence.say_where(&mut design, simulated);
    let rng = || ChaCha12Rng::seed_from_u64(simulated.seed);
    let first = design
        .windows
        .iter()
        .map(|window| window.opens_at)
        .min()
        .unwrap_or(now)
        - TimeDelta::days(14);
    let act = |at| Act {
        actor: REHEARSAL.to_owned(),
        at,
    };

    let study_id = {
        let (act, mut rng) = (act(first), rng());
        store
            .write(move |tx| {
                async move { found::found(tx, &act, &mut rng, &design, &library).await }.boxed()
            })
            .await?
    };
    let mut tx = store.read().await?;
    let study = Arc::new(
        Study::load(&mut tx, study_id)
            .await?
            .ok_or(StorageError::Commit)?,
    );
    drop(tx);

    let mut lines = roster_lines(simulated);
    lines.extend(evidence.office_lines(simulated));
    {
        let (act, study, mut rng) = (act(first), study.clone(), rng());
        rng.set_stream(1);
        store
            .write(move |tx| {
                async move { enrol::enrol(tx, &act, &mut rng, &study, &lines).await }.boxed()
            })
            .await?;
    }
    let mut tx = store.read().await?;
    let schools = schools::of_study(&mut tx, study_id).await?;
    let mut stored = windows::of_study(&mut tx, study_id).await?;
    // Which membership each simulated member became.
    let mut members: BTreeMap<(SchoolId, String), MemberId> = BTreeMap::new();
    for school in &schools {
        for (member, contact) in rosters::contacts_of_school(&mut tx, school.school_id).await? {
            members.insert(
                (school.school_id, contact.email.unwrap_or_default()),
                member,
            );
        }
    }
    drop(tx);
    stored.sort_by_key(|window| window.closes_at);
    let id_of = |member: usize| {
        let member = &simulated.members[member];
        let school = schools
            .iter()
            .find(|school| school.key == simulated.schools[member.school].key)?;
        members
            .get(&(
                school.school_id,
                simulated.persons[member.person].email.clone(),
            ))
            .copied()
    };
    let ids: Vec<Option<MemberId>> = (0..simulated.members.len()).map(id_of).collect();

    evidence.meet(store, &study, simulated, &ids).await?;

    let rooms =
        Arc::new(classrooms::furnish(store, simulated, &study, (&schools, &ids), first).await?);
    let asks_staff = |wave: &str| {
        let mut known = simulated.waves.iter();
        known.any(|known| known.key == wave && known.asks_staff)
    };
    let mut waiting = Vec::new();
    for window in &stored {
        let wave = simulated
            .waves
            .iter()
            .position(|wave| wave.key == window.wave);
        let open = window.closes_at > now;
        for school in schools
            .iter()
            .filter(|school| school.cohort == window.cohort)
        {
            let roster = simulated.rosters.iter().find(|roster| {
                Some(roster.wave) == wave && simulated.schools[roster.school].key == school.key
            });
            let Some(roster) = roster else { continue };
            let asked = Asked {
                study: study.clone(),
                key: key.clone(),
                window: window.clone(),
                school: school.school_id,
                place: roster.school,
                open,
            };
            let mut sheets = sheets(&asked.study, simulated, roster, &ids, &evidence);
            let filled = cards::of_school(simulated, roster, &mut sheets, &ids);
            let raters = filled.map(|filled| (asked.clone(), filled));
            let mut rng = rng();
            rng.set_stream(2 + (roster.school * simulated.waves.len() + roster.wave) as u64);
            let unanswered = store
                .write(move |tx| async move { answer(tx, &mut rng, &asked, sheets).await }.boxed())
                .await?;
            if let Some((asked, filled)) = raters {
                cards::board_answers(store, simulated, asked, filled).await?;
            }
            if open {
                waiting.extend(
                    unanswered
                        .into_iter()
                        .map(|invitation| (school.school_id, invitation)),
                );
            }
        }
        if !open && wave == Some(0) && simulated.cohorts[0].key == window.cohort {
            work::students_answer(store, key, &study, simulated.seed, window).await?;
        }
        classrooms::answer(store, simulated, &study, key, (&rooms, window)).await?;
        for office in evidence.offices(store, &study, window, simulated).await? {
            let asked = Asked {
                study: study.clone(),
                key: key.clone(),
                window: window.clone(),
                school: office.school,
                place: office.place,
                open,
            };
            let mut rng = rng();
            rng.set_stream(2_000_000 + office.place as u64);
            store
                .write(move |tx| {
                    async move { answer(tx, &mut rng, &asked, office.sheets).await }.boxed()
                })
                .await?;
        }
        if !open {
            let (act, closing) = (act(window.closes_at + TimeDelta::hours(2)), window.clone());
            store
                .write(move |tx| {
                    async move { close::close(tx, &act, study_id, &closing).await }.boxed()
                })
                .await?;
            if !asks_staff(&window.wave) {
                continue;
            }
            let newest = stored.iter().all(|other| {
                !asks_staff(&other.wave)
                    || other.cohort != window.cohort
                    || other.closes_at <= window.closes_at
                    || other.closes_at > now
            });
            let (study, schools, window) = (study.clone(), schools.clone(), window.clone());
            let seed = simulated.seed;
            store
                .write(move |tx| {
                    async move {
                        afterwards::talk_it_over(tx, &study, &schools, &window, newest, seed).await
                    }
                    .boxed()
                })
                .await?;
        }
    }
    scores::register(store, simulated, &study, first).await?;
    {
        let goals = afterwards::goals(simulated, &schools);
        store
            .write(move |tx| async move { afterwards::set_goals(tx, &goals, first).await }.boxed())
            .await?;
        let (own, seed) = (schools.clone(), simulated.seed);
        store
            .write(move |tx| {
                async move { afterwards::write_notes(tx, &own, first, seed).await }.boxed()
            })
            .await?;
    }
    Ok(Rehearsed {
        study,
        schools,
        waiting,
    })
}

/// The template's windows and starts, moved to the dates of the simulation.
fn date(design: &mut StudyDesign, simulated: &SimulatedStudy) {
    let zone = design.time_zone;
    let at = |day: NaiveDate, hour| {
        let local = day
            .and_hms_opt(hour, 0, 0)
            .expect("the hour is on the clock");
        zone.from_local_datetime(&local)
            .earliest()
            .map_or_else(|| local.and_utc(), |at| at.with_timezone(&Utc))
    };
    for cohort in &mut design.cohorts {
        if let Some(known) = simulated
            .cohorts
            .iter()
            .find(|known| known.key == cohort.key)
        {
            cohort.starts_on = known.starts_on;
        }
    }
    design.conditions = Conditions {
        board_agreement: design.cohorts.first().map(|cohort| cohort.starts_on),
        council_informed: design.cohorts.first().map(|cohort| cohort.starts_on),
        ethics_reference: Some("simulated".to_owned()),
        retention_until: simulated
            .cohorts
            .iter()
            .map(|cohort| cohort.starts_on + Months::new(120))
            .max(),
        withdraw_until: None,
        pupil_consent: Default::default(),
    };
    // As many schools on each side as were planted; never fewer than two.
    let extreme = simulated.truth.schools.iter().zip(&simulated.schools);
    let extreme = extreme
        .filter(|(truth, school)| truth.group == EffectGroup::High && school.cohort == 0)
        .count();
    design.effect = EffectDesign {
        high: extreme.max(2),
        low: extreme.max(2),
    };
    design.windows = simulated
        .cohorts
        .iter()
        .flat_map(|cohort| {
            simulated
                .waves
                .iter()
                .zip(&cohort.windows)
                .map(move |(wave, window)| WindowDesign {
                    cohort: cohort.key.clone(),
                    wave: wave.key.to_owned(),
                    opens_at: at(window.opens_on, 8),
                    closes_at: at(window.closes_on, 18),
                })
        })
        .collect();
}

fn roster_lines(simulated: &SimulatedStudy) -> Vec<RosterLine> {
    simulated
        .members
        .iter()
        .map(|member| {
            let (school, person) = (
                &simulated.schools[member.school],
                &simulated.persons[member.person],
            );
            RosterLine {
                school: school.key.clone(),
                school_name: Some(school.name.clone()),
                cohort: simulated.cohorts[school.cohort].key.clone(),
                board: Some(simulated.boards[school.board].name.clone()),
                person: person.key.clone(),
                name: person.name.clone(),
                email: Some(person.email.clone()),
                language: Language::from_tag(person.language),
                roles: member
                    .roles
                    .iter()
                    .map(|role| role.key().to_owned())
                    .collect(),
                groups: Some(
                    member
                        .groups
                        .iter()
                        .map(|group| (*group).to_owned())
                        .collect(),
                ),
                joined_on: Some(member.joined_on),
                left_on: member.left_on,
            }
        })
        .collect()
}

/// One school in one window.
#[derive(Clone)]
struct Asked {
    study: Arc<Study>,
    key: LinkKey,
    window: Window,
    school: SchoolId,
    place: usize,
    open: bool,
}

/// What one member sends: raw answers by item, on a day, to the end or not.
struct Sheet {
    member: MemberId,
    raw: BTreeMap<String, RawAnswer>,
    answered_on: Option<NaiveDate>,
    minutes: u32,
    submits: bool,
}

fn sheets(
    study: &Study,
    simulated: &SimulatedStudy,
    roster: &Roster,
    ids: &[Option<MemberId>],
    evidence: &Evidence,
) -> Vec<Sheet> {
    let item_of: BTreeMap<String, String> = study
        .relation_of()
        .into_iter()
        .map(|(item, relation)| (relation, item))
        .collect();
    roster
        .seats
        .iter()
        .filter_map(|seat| {
            let mut raw = BTreeMap::new();
            coded::code_answers(&seat.sitting, &mut raw);
            let person = simulated.members[seat.member].person;
            evidence.add((seat.member, person), roster.wave, &mut raw);
            for (relation, nominations) in simulated.relations.iter().zip(&seat.sitting.nominations)
            {
                let Some(item) = item_of.get(*relation) else {
                    continue;
                };
                match nominations {
                    Nominations::Skipped => {}
                    Nominations::Nobody => {
                        raw.insert(
                            item.clone(),
                            RawAnswer {
                                nobody: true,
                                ..RawAnswer::default()
                            },
                        );
                    }
                    Nominations::Named(named) => {
                        let named = named
                            .iter()
                            .filter_map(|n| Some((ids[n.alter]?, "1".to_owned())))
                            .collect();
                        raw.insert(
                            item.clone(),
                            RawAnswer {
                                named,
                                ..RawAnswer::default()
                            },
                        );
                    }
                }
            }
            Some(Sheet {
                member: ids[seat.member]?,
                raw,
                answered_on: seat.sitting.answered_on,
                minutes: seat.sitting.minutes,
                submits: seat.sitting.state == State::Submitted,
            })
        })
        .collect()
}

/// Invites a school, and saves and submits what its members send. Returns the invitations without any answer.
async fn answer(
    tx: &mut Tx,
    rng: &mut ChaCha12Rng,
    asked: &Asked,
    sheets: Vec<Sheet>,
) -> Result<Vec<InvitationId>, RehearseError> {
    let invited = Act {
        actor: REHEARSAL.to_owned(),
        at: asked.window.opens_at,
    };
    let letters = invite::invite(
        tx,
        &invited,
        rng,
        &asked.key,
        &asked.study,
        asked.school,
        &asked.window,
    )
    .await?;
    let mut by_member: BTreeMap<MemberId, InvitationId> = letters
        .into_iter()
        .map(|letter| (letter.member_id, letter.invitation_id))
        .collect();
    // Nobody comes or goes while a school answers here: its lists are read once.
    let lists = Lists::load(tx, asked.school).await?;
    for sheet in sheets {
        let Some(day) = sheet.answered_on.filter(|_| !sheet.raw.is_empty()) else {
            continue;
        };
        let Some(invitation_id) = by_member.remove(&sheet.member) else {
            continue;
        };
        // After the window opened and before it closes, on the day the simulation says.
        let day = day
            .and_hms_opt(12, 0, 0)
            .expect("noon is on the clock")
            .and_utc();
        let at = day
            .max(asked.window.opens_at + TimeDelta::minutes(5))
            .min(asked.window.closes_at - TimeDelta::hours(2));
        let mut act = Act {
            actor: invitation_id.to_string(),
            at,
        };
        let mut sitting = sat_down(tx, invitation_id, &lists, at).await?;
        if sitting.opened.research.is_none() {
            // Everyone who is simulated takes part, most may be drawn by name, and every other may be asked again.
            let most = rng.random_bool(0.85);
            let decisions = BTreeMap::from([
                (Purpose::Research, true),
                (Purpose::PersonPicture, drawn::agrees(asked.place, most)),
                (Purpose::FollowUp, rng.random_bool(0.5)),
            ]);
            let study = &asked.study;
            consent::decide_in(tx, &act, rng, study, &mut sitting, &decisions).await?;
        }
        let n_steps = sitting.steps(&asked.study).len();
        let (mut parts, mut kept) = (BTreeSet::new(), Batch::default());
        for number in 0..n_steps {
            // What is asked on a page may hang on what was answered before it.
            let step = &sitting.steps(&asked.study)[number];
            let raw: BTreeMap<String, RawAnswer> = step
                .ask
                .iter()
                .filter_map(|item| Some((item.clone(), sheet.raw.get(item)?.clone())))
                .collect();
            if raw.is_empty() {
                continue;
            }
            let sent = PageSent {
                invitation_id,
                step: number,
                seen: pages::seen(&sitting.answers, &step.ask),
                raw,
            };
            let study = &asked.study;
            receive::take_page(tx, &mut kept, &act, rng, study, &mut sitting, &sent).await?;
            parts.insert(Part::of(sitting.due(&asked.study)[step.instrument]));
            act.at += TimeDelta::seconds(i64::from(sheet.minutes) * 60 / n_steps.max(1) as i64);
        }
        kept.run(tx).await?;
        // The questionnaire, and the tests that were taken.
        let mut submitted = false;
        for part in parts.into_iter().filter(|_| sheet.submits) {
            // What is submitted with the last test hangs on the parts before it.
            if submitted {
                sitting = sat_down(tx, invitation_id, &lists, at).await?;
            }
            receive::submit_in(tx, &act, &asked.key, &asked.study, &sitting, part).await?;
            submitted = true;
        }
    }
    if drawn::agrees(asked.place, false) && !asked.open {
        drawn::ask(tx, rng, asked, by_member.values()).await?;
    }
    Ok(by_member.into_values().collect())
}

/// A sitting as it stands now, with lists that were read before.
async fn sat_down(
    tx: &mut Tx,
    invitation_id: InvitationId,
    lists: &Lists,
    at: DateTime<Utc>,
) -> Result<Sitting, ReceiveRefusal> {
    let opened = invitations::open(tx, invitation_id)
        .await?
        .ok_or(ReceiveRefusal::Unknown)?;
    Sitting::with_lists(tx, opened, lists, at)
        .await?
        .ok_or(ReceiveRefusal::Unknown)
}
