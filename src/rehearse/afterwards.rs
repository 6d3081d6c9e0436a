//! What simulated schools do with what they are told, through the real verbs: teams open their results and agree on
//! something, principals open what was said about them and pass some of it on, and set goals for their pupils.
//!
//! After the newest wave of a cohort nobody has opened anything yet: that is left to whoever looks at the demo.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;

use super::RehearseError;
use crate::domain::agreed::{Agreement, Verdict};
use crate::domain::id::SchoolId;
use crate::domain::opening::{Audience, Part};
use crate::fieldwork::note_conversation::{self, NoteRefusal};
use crate::fieldwork::set_goal::SetGoalRefusal;
use crate::fieldwork::study::Study;
use crate::fieldwork::{agree, open, pass_on, set_goal};
use crate::simulation::study::SimulatedStudy;
use crate::storage::audit::Act;
use crate::storage::schools::School;
use crate::storage::windows::Window;
use crate::storage::{Tx, agreed_actions};

/// What a team agrees on: goal, how it will be noticed, who sees to it, and what was seen later.
const AGREED: [[&str; 4]; 6] = [
    [
        "Elke groepsbespreking begint met een doel voor de groep",
        "In het verslag staat bovenaan welk doel we kozen",
        "de intern begeleider",
        "Bij de meeste besprekingen stond het doel er; bij kleuters nog niet altijd",
    ],
    [
        "We kijken twee keer per jaar bij elkaar in de les",
        "Iedereen kan een les noemen waarin iets is afgekeken",
        "onderbouw en bovenbouw om de beurt",
        "De roosters maakten het lastig; vier collega's kwamen er niet aan toe",
    ],
    [
        "Na elke toets bespreken we per bouw wat de opbrengsten betekenen voor de instructie",
        "In de week na de toets staat het op de agenda",
        "de bouwcoördinatoren",
        "Het staat vast op de agenda en de gesprekken gaan over instructie",
    ],
    [
        "Onder- en bovenbouw stemmen de aanpak van rekenen op elkaar af",
        "Groep 4 en 5 gebruiken dezelfde woorden voor strategieën",
        "de rekencoördinator",
        "De woorden liggen vast; nieuwe collega's kennen ze nog niet",
    ],
    [
        "We vertellen leerlingen voor elke les wat ze gaan leren",
        "Leerlingen kunnen zeggen waar de les over ging",
        "alle leerkrachten",
        "Leerlingen noemen het doel zelf; in de ochtend vaker dan in de middag",
    ],
    [
        "Vergaderingen gaan over onderwijs; mededelingen gaan per mail",
        "De agenda heeft geen rondvraag meer",
        "de schoolleider",
        "Vergaderingen zijn korter, maar mededelingen sluipen er weer in",
    ],
];

/// What became of one wave at the schools of a cohort. `newest`: no later wave of it is closed.
pub(super) async fn talk_it_over(
    tx: &mut Tx,
    study: &Arc<Study>,
    schools: &[School],
    window: &Window,
    newest: bool,
    seed: u64,
) -> Result<(), RehearseError> {
    let wave = study
        .design
        .waves
        .iter()
        .position(|known| known.key == window.wave)
        .unwrap_or_default();
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    rng.set_stream(2_000_000 + wave as u64);
    let on = |days: i64| window.closes_at + TimeDelta::days(days);
    let own = schools
        .iter()
        .filter(|school| school.cohort == window.cohort);
    for (number, school) in own.enumerate() {
        let id = school.school_id;
        if newest {
            continue;
        }
        told(tx, study, id, window, number, on(3)).await?;
        // One school in five makes no plans.
        if number % 5 == 4 {
            continue;
        }
        look_back(tx, study, id, number, on(9)).await?;
        let [goal, noticed_by, owner, _] = AGREED[(number + wave) % AGREED.len()];
        let agreement = Agreement {
            goal: goal.to_owned(),
            noticed_by: noticed_by.to_owned(),
            owner: owner.to_owned(),
            due_on: Some(on(120).date_naive()),
        };
        let act = act("team", on(10));
        agree::agree(tx, &act, &mut rng, study, id, &agreement).await?;
    }
    Ok(())
}

fn act(actor: &str, at: DateTime<Utc>) -> Act {
    Act {
        actor: format!("rehearsal: {actor}"),
        at,
    }
}

/// Who opened the results of a wave, and what a principal passed on.
async fn told(
    tx: &mut Tx,
    study: &Study,
    school: SchoolId,
    window: &Window,
    number: usize,
    at: DateTime<Utc>,
) -> Result<(), RehearseError> {
    let wave = std::slice::from_ref(&window.wave);
    let principal = act("principal", at);
    if number % 6 != 5 {
        let team = act("team", at + TimeDelta::days(1));
        open::open(tx, &team, school, Part::Team, Audience::Team, wave).await?;
    }
    if number % 4 != 3 {
        let (part, to) = (Part::Team, Audience::Principal);
        open::open(tx, &principal, school, part, to, wave).await?;
        let (part, to) = (Part::Leadership, Audience::Principal);
        open::open(tx, &principal, school, part, to, wave).await?;
        let to_whom = [
            (number.is_multiple_of(2), Part::Leadership, Audience::Team),
            (number % 8 == 2, Part::Leadership, Audience::Board),
            (number.is_multiple_of(4), Part::Team, Audience::Board),
        ];
        for (_, part, to) in to_whom.into_iter().filter(|(does, ..)| *does) {
            pass_on::pass_on(tx, &principal, study, school, part, &window.wave, to).await?;
        }
    }
    Ok(())
}

/// What a team sees of what it agreed on before.
async fn look_back(
    tx: &mut Tx,
    study: &Study,
    school: SchoolId,
    number: usize,
    at: DateTime<Utc>,
) -> Result<(), RehearseError> {
    for action in agreed_actions::of_school(tx, school).await? {
        let text = AGREED
            .iter()
            .find(|text| text[0] == action.agreement.goal.as_str());
        let Some([.., seen]) = text else { continue };
        let verdict = Verdict::ALL[number % 2];
        let act = act("team", at);
        agree::review(tx, &act, study, school, action.action_id, (verdict, seen)).await?;
    }
    Ok(())
}

/// Goals of two schools in three for the first and the second year: what pupils scored at the beginning, and some
/// points more. School, month and score.
pub(super) fn goals(simulated: &SimulatedStudy, schools: &[School]) -> Vec<(SchoolId, i64, f64)> {
    let mut goals = Vec::new();
    for (index, known) in simulated.schools.iter().enumerate() {
        let Some(school) = schools.iter().find(|school| school.key == known.key) else {
            continue;
        };
        let first: Vec<f64> = simulated
            .pupils
            .iter()
            .filter(|pupil| pupil.school == index)
            .flat_map(|pupil| &pupil.scores)
            .filter(|score| score.month == 0)
            .map(|score| score.score)
            .collect();
        if !first.is_empty() && index % 3 != 2 {
            let mean = first.iter().sum::<f64>() / first.len() as f64;
            let target = |more: f64| (mean + more).round();
            goals.extend([12, 24].map(|month| (school.school_id, month, target(month as f64))));
        }
    }
    goals
}

pub(super) async fn set_goals(
    tx: &mut Tx,
    goals: &[(SchoolId, i64, f64)],
    at: DateTime<Utc>,
) -> Result<(), SetGoalRefusal> {
    let act = act("principal", at);
    for (school, month, target) in goals {
        set_goal::set_goal(tx, &act, *school, *month, Some(*target)).await?;
    }
    Ok(())
}

/// What was written beside the questions of the conversations, at two schools: by whom, beside which, and what.
const NOTES: [(Audience, &str, &str); 6] = [
    (
        Audience::Principal,
        "c1",
        "Groep 5 ligt op koers, groep 7 nog niet. We houden het doel voor volgend jaar vast.",
    ),
    (
        Audience::Principal,
        "c4",
        "Twee middagen per week zonder eigen groep, en tijd om na een bezoek na te praten.",
    ),
    (
        Audience::Principal,
        "b5",
        "In twee jaar 24 punten groei; na het eerste jaar liggen we daar iets boven.",
    ),
    (
        Audience::Team,
        "t1",
        "Na elke zomer is er een kleine dip; in het voorjaar halen we die in.",
    ),
    (
        Audience::Team,
        "t4",
        "Het percentage stijgt in de bovenbouw en blijft in groep 4 gelijk.",
    ),
    (
        Audience::Board,
        "b6",
        "Een gezamenlijke studiedag voor de rekencoördinatoren van al onze scholen.",
    ),
];

pub(super) async fn write_notes(
    tx: &mut Tx,
    schools: &[School],
    at: DateTime<Utc>,
    seed: u64,
) -> Result<(), NoteRefusal> {
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    rng.set_stream(3_000_000);
    for school in schools.iter().take(2) {
        for (audience, question, text) in NOTES {
            let act = act(audience.key(), at);
            let texts = BTreeMap::from([(question.to_owned(), text.to_owned())]);
            let by = (school.school_id, audience);
            note_conversation::note(tx, &act, &mut rng, by, &texts).await?;
        }
    }
    Ok(())
}
