//! The verb: plan and seed in, study out; the same on every machine and at any time.

use chrono::Days;

use super::answers::{self, Climate, Leanings};
use super::classes;
use super::dice::{Dice, Topic};
use super::nominations::{Bonds, RELATIONS, Talk};
use super::plan::{CohortPlan, LAST_WAVE_OPENS_AFTER, SimulationPlan};
use super::pupils::{self, Planting};
use super::response::{self, Attendance, Occasion};
use super::schools::{self, Frame};
use super::staff::{self, Place};
use super::study::{
    Background, Cohort, Member, Nomination, Nominations, Person, Pupil, Role, Roster, Seat,
    SimulatedStudy, Sitting, State, Truth, Wave, Window,
};
use super::truth::{self, Planted};

const WAVES: [Wave; 4] = [
    Wave {
        key: "T1",
        asks_staff: true,
    },
    Wave {
        key: "T2a",
        asks_staff: true,
    },
    Wave {
        key: "T2b",
        asks_staff: false,
    },
    Wave {
        key: "T3",
        asks_staff: true,
    },
];
/// Days from the start of the intervention to the opening of each wave.
const OPENS_AFTER: [u64; 4] = [14, 294, 301, LAST_WAVE_OPENS_AFTER];
/// The waves in which pupils are asked, as indices.
const ASKED_OF_PUPILS: [usize; 2] = [0, 2];
const DAYS_OPEN: u64 = 21;

/// A whole study. What happens at one school is drawn from its own streams and does not depend on the others, except
/// through what is planted for all of them together (ranks, sizes, shared principals, pupils who move).
pub fn simulate(plan: &SimulationPlan, seed: u64) -> SimulatedStudy {
    let planted = truth::plant(plan, seed);
    let frames = schools::frames(plan, seed);
    let cohorts: Vec<Cohort> = plan.cohorts.iter().map(cohort).collect();
    let mut study = SimulatedStudy {
        seed,
        cohorts,
        waves: WAVES.to_vec(),
        relations: RELATIONS.to_vec(),
        boards: schools::boards(plan, seed),
        schools: frames.iter().map(|frame| frame.school.clone()).collect(),
        persons: Vec::new(),
        members: Vec::new(),
        rosters: Vec::new(),
        pupils: Vec::new(),
        classes: Vec::new(),
        truth: Truth {
            schools: planted.iter().map(|school| school.truth.clone()).collect(),
        },
    };
    let effects: Vec<f64> = planted.iter().map(|school| school.truth.effect).collect();
    let mut principals = Vec::with_capacity(frames.len());
    for (school, frame) in frames.iter().enumerate() {
        let principal = frame.principal_of.map(|earlier| principals[earlier]);
        let cohort = &study.cohorts[frame.school.cohort];
        let (persons, members) =
            people(frame, cohort, school, study.persons.len(), principal, seed);
        principals.push(members[0].person);
        study.rosters.extend(rosters(
            frame,
            cohort,
            &planted[school],
            &members,
            study.members.len(),
            seed,
        ));
        study
            .pupils
            .extend(taught(school, &frames, &planted[school], &effects, seed));
        if asks_pupils(&study, &frames, school) {
            study.classes.extend(classes::classes(
                school,
                planted[school].culture,
                (&members, study.members.len()),
                ASKED_OF_PUPILS,
                &mut Dice::for_school(seed, school, Topic::Classes),
            ));
        }
        study.persons.extend(persons);
        study.members.extend(members);
    }
    study
}

/// Whether the pupils of a school are asked: in the first cohort of every school, later of every fourth.
fn asks_pupils(study: &SimulatedStudy, frames: &[Frame], school: usize) -> bool {
    let cohort = frames[school].school.cohort;
    cohort == 0
        || (school.is_multiple_of(4) && !study.cohorts[cohort].windows[ASKED_OF_PUPILS[1]].open)
}

fn cohort(plan: &CohortPlan) -> Cohort {
    let last = WAVES.len() - 1;
    let windows = OPENS_AFTER.iter().enumerate().map(|(wave, &days)| {
        let opens_on = plan.starts_on + Days::new(days);
        Window {
            opens_on,
            closes_on: opens_on + Days::new(DAYS_OPEN),
            open: plan.last_wave_open && wave == last,
        }
    });
    Cohort {
        key: plan.key.clone(),
        starts_on: plan.starts_on,
        windows: windows.collect(),
    }
}

fn people(
    frame: &Frame,
    cohort: &Cohort,
    school: usize,
    first_person: usize,
    principal: Option<usize>,
    seed: u64,
) -> (Vec<Person>, Vec<Member>) {
    let place = Place {
        school,
        first_person,
        principal,
        n_waves: WAVES.len(),
    };
    staff::staff(
        frame,
        cohort,
        place,
        &mut Dice::for_school(seed, school, Topic::Staff),
    )
}

fn taught(
    school: usize,
    frames: &[Frame],
    planted: &Planted,
    effects: &[f64],
    seed: u64,
) -> Vec<Pupil> {
    let cohort = frames[school].school.cohort;
    let others = 0..frames.len();
    let neighbours: Vec<usize> = others
        .filter(|&other| other != school && frames[other].school.cohort == cohort)
        .collect();
    let planting = Planting {
        school,
        key: &frames[school].school.key,
        n_teachers: frames[school].n_teachers,
        share_of_12: planted.truth.share_of_12,
        effects,
        neighbours: &neighbours,
    };
    pupils::pupils(
        &planting,
        &mut Dice::for_school(seed, school, Topic::Pupils),
    )
}

/// Everything is drawn for everyone and then lost where someone did not answer: who answers changes no answer.
fn rosters(
    frame: &Frame,
    cohort: &Cohort,
    planted: &Planted,
    members: &[Member],
    first_member: usize,
    seed: u64,
) -> Vec<Roster> {
    let school = members[0].school;
    let dice = |topic| Dice::for_school(seed, school, topic);
    let (mut responding, mut answering, mut naming) = (
        dice(Topic::Response),
        dice(Topic::Answers),
        dice(Topic::Nominations),
    );
    let climate = Climate::of_school(
        planted.culture,
        planted.turning,
        WAVES.len(),
        &mut answering,
    );
    let leanings: Vec<Leanings> = members
        .iter()
        .map(|_| Leanings::of_teacher(&mut answering))
        .collect();
    let background = answers::background(planted.truth.subjects, &mut answering);
    let talk = Talk {
        factor: planted.talk,
        isolated_principal: planted.truth.isolated_principal,
    };
    let bonds = Bonds::of_school(members, talk, &mut naming);

    let asked = (0..WAVES.len()).filter(|&wave| WAVES[wave].asks_staff);
    asked
        .map(|wave| {
            let present: Vec<usize> = (0..members.len())
                .filter(|&m| members[m].on_roster(wave))
                .collect();
            let named = bonds.nominations(&present, &mut naming);
            let seats = present.iter().enumerate().map(|(place, &local)| {
                let role = members[local].primary_role();
                let facts = (role == Role::Principal && wave == 0).then_some(background);
                let opinions = (role == Role::Teacher)
                    .then(|| climate.opinions(leanings[local], wave, &mut answering));
                let n_pages =
                    RELATIONS.len() + opinions.as_ref().map_or(0, |_| 3) + facts.map_or(0, |_| 1);
                let occasion = Occasion {
                    window: cohort.windows[wave],
                    role,
                    non_response: frame.non_response,
                    n_pages,
                    n_relations: RELATIONS.len(),
                    n_colleagues: present.len() - 1,
                };
                let attendance = response::attend(&occasion, &mut responding);
                let named = named
                    .iter()
                    .map(|relation| from_member(&relation[place], first_member));
                Seat {
                    member: first_member + local,
                    sitting: sitting(attendance, opinions, named.collect(), facts),
                }
            });
            Roster {
                school,
                wave,
                seats: seats.collect(),
            }
        })
        .collect()
}

fn from_member(nominations: &Nominations, first_member: usize) -> Nominations {
    match nominations {
        Nominations::Named(named) => Nominations::Named(
            named
                .iter()
                .map(|n| Nomination {
                    alter: n.alter + first_member,
                    frequency: n.frequency,
                })
                .collect(),
        ),
        other => other.clone(),
    }
}

/// Pages come in this order: attitude, leadership, culture, the relations, background; who stopped saw the first few.
fn sitting(
    attendance: Attendance,
    opinions: Option<answers::Opinions>,
    named: Vec<Nominations>,
    facts: Option<Background>,
) -> Sitting {
    let mut left = attendance.n_pages;
    let mut reached = |n: usize| {
        let seen = left.min(n);
        left -= seen;
        seen
    };
    let (mut attitude, mut leadership, mut culture) = (None, None, None);
    if let Some(opinions) = opinions {
        attitude = (reached(1) > 0).then_some(opinions.attitude);
        leadership = (reached(1) > 0).then_some(opinions.leadership);
        culture = (reached(1) > 0).then_some(opinions.culture);
    }
    let seen = reached(named.len());
    let mut nominations: Vec<Nominations> = named.into_iter().take(seen).collect();
    if let Some(question) = attendance
        .skipped
        .and_then(|relation| nominations.get_mut(relation))
    {
        *question = Nominations::Skipped;
    }
    Sitting {
        state: attendance.state,
        attitude,
        leadership,
        culture,
        background: facts.filter(|_| attendance.state == State::Submitted),
        nominations,
        answered_on: attendance.answered_on,
        minutes: attendance.minutes,
    }
}
