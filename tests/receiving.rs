//! What is taken and what is refused: the decision table of collecting cell by cell, and long random stories of many
//! people with two tabs each, told beside a model that knows nothing of the program.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at whatever is not as it should be"
)]

use std::collections::BTreeMap;

use chrono::TimeDelta;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use schakel::domain::answer::Answer;
use schakel::domain::id::InvitationId;
use schakel::domain::study::Conditions;
use schakel::domain::time::{Clock, FixedClock};
use schakel::fieldwork::door::{self, Class, Door, GRACE, Moment, State, decide};
use schakel::fieldwork::receive::{PageSent, ReceiveRefusal};
use schakel::instrument::check::RawAnswer;
use schakel::storage::windows::Window;
use support::databases::databases;
use support::small_study::{Field, OAK, filled, lines, start};
use support::tables::everything;

use crate::support;

/// What a save or a submission comes to, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Taken,
    Refused(&'static str),
    ReceiptAgain,
}

use Outcome::{ReceiptAgain, Refused, Taken};

/// The table as it was agreed, written down once more: moment, state, save, submission, and what the response counts as
/// when the wave is closed then.
const AGREED: [(&str, &str, Outcome, Outcome, Class); 15] = {
    const EARLY: Outcome = Refused("not yet open");
    const DONE: Outcome = Refused("submitted");
    const SHUT: Outcome = Refused("closed");
    [
        ("before", "nothing", EARLY, EARLY, Class::None),
        ("before", "begun", EARLY, EARLY, Class::Partial),
        ("before", "submitted", DONE, ReceiptAgain, Class::Complete),
        ("open", "nothing", Taken, Taken, Class::None),
        ("open", "begun", Taken, Taken, Class::Partial),
        ("open", "submitted", DONE, ReceiptAgain, Class::Complete),
        ("grace", "nothing", SHUT, SHUT, Class::None),
        ("grace", "begun", Taken, Taken, Class::Partial),
        ("grace", "submitted", DONE, ReceiptAgain, Class::Complete),
        ("after", "nothing", SHUT, SHUT, Class::None),
        ("after", "begun", SHUT, SHUT, Class::Partial),
        ("after", "submitted", DONE, ReceiptAgain, Class::Complete),
        ("closed", "nothing", SHUT, SHUT, Class::None),
        ("closed", "begun", SHUT, SHUT, Class::Partial),
        ("closed", "submitted", DONE, ReceiptAgain, Class::Complete),
    ]
};

#[tokio::test(flavor = "multi_thread")]
async fn every_cell_of_the_decision_table_holds() {
    for moment in ["before", "open", "grace", "after", "closed"] {
        for database in databases("the decision table").await {
            let mut field = Field::found(database.open().await).await;
            let teachers = invited_teachers(&mut field).await;
            // Each state twice: once to be saved in, once to be submitted.
            let states = ["nothing", "begun", "submitted"];
            for (pair, state) in teachers.chunks(2).zip(states) {
                for id in pair {
                    bring(&mut field, *id, state).await;
                }
            }
            let closes_at = field.window("focus2", "T1").await.closes_at;
            field.clock = FixedClock(match moment {
                // Someone can have begun before the opening: when the owner moved it.
                "before" => start() - TimeDelta::hours(1),
                "open" => closes_at - TimeDelta::microseconds(1),
                "grace" => closes_at + GRACE - TimeDelta::microseconds(1),
                _ => closes_at + GRACE,
            });
            if moment == "closed" {
                assert!(field.close("focus2", "T1").await.unwrap());
            }
            for (pair, state) in teachers.chunks(2).zip(states) {
                let cell = AGREED
                    .iter()
                    .find(|cell| (cell.0, cell.1) == (moment, state))
                    .unwrap();
                let name = format!("{moment}, {state}, {}", database.name);
                holds(&mut field, pair[0], pair[1], cell, &name).await;
            }
        }
    }
}

async fn invited_teachers(field: &mut Field) -> Vec<InvitationId> {
    field.enrol(lines()).await;
    let oak = field.school(OAK).await;
    let mut teachers = Vec::new();
    for letter in field.invite(oak, "focus2", "T1").await {
        let sitting = field.sitting(letter.invitation_id).await;
        if sitting.me.primary_role() == "teacher" {
            teachers.push(letter.invitation_id);
        }
    }
    teachers
}

async fn bring(field: &mut Field, id: InvitationId, state: &str) {
    if state != "nothing" {
        let mut page = field.page(id, "att_01").await;
        page.raw = BTreeMap::from([("att_01".to_owned(), filled("5"))]);
        field.save(&page).await.unwrap();
    }
    if state == "submitted" {
        field.submit(id).await.unwrap();
    }
}

async fn holds(
    field: &mut Field,
    save_by: InvitationId,
    submit_by: InvitationId,
    (_, _, save, submit, class): &(&str, &str, Outcome, Outcome, Class),
    name: &str,
) {
    let sitting = field.sitting(save_by).await;
    let window = field.window("focus2", "T1").await;
    let (begun, submitted_at) = (
        !sitting.answers.is_empty(),
        sitting.opened.invitation.submitted_at,
    );
    let counted = door::class(&window, begun, submitted_at, false);
    assert_eq!(counted, *class, "{name}: counts as");

    let before = everything(&field.store).await;
    let mut page = field.page(save_by, "att_01").await;
    page.raw = BTreeMap::from([
        ("att_01".to_owned(), filled("4")),
        ("att_02".to_owned(), filled("2")),
    ]);
    let saved = outcome(field.save(&page).await.map(|_| ()));
    assert_eq!(saved, *save, "{name}: save");
    let after = everything(&field.store).await;
    assert_eq!(
        after != before,
        saved == Taken,
        "{name}: what a save changes"
    );

    let receipt = field.sitting(submit_by).await.opened.invitation.receipt;
    let before = everything(&field.store).await;
    let submitted = match (field.submit(submit_by).await, receipt) {
        (Ok(again), Some(first)) => {
            assert_eq!(again, first, "{name}: the same receipt");
            ReceiptAgain
        }
        (other, _) => outcome(other.map(|_| ())),
    };
    assert_eq!(submitted, *submit, "{name}: submit");
    let after = everything(&field.store).await;
    assert_eq!(
        after != before,
        submitted == Taken,
        "{name}: what it changes"
    );
}

fn outcome(result: Result<(), ReceiveRefusal>) -> Outcome {
    match result {
        Ok(()) => Taken,
        Err(ReceiveRefusal::NotYetOpen) => Refused("not yet open"),
        Err(ReceiveRefusal::Submitted) => Refused("submitted"),
        Err(ReceiveRefusal::Closed) => Refused("closed"),
        Err(ReceiveRefusal::ChangedElsewhere) => Refused("changed elsewhere"),
        Err(other) => panic!("{other}"),
    }
}

/// The table in the program is the table that was agreed; withdrawn is withdrawn at any moment.
#[test]
fn the_table_in_the_program_is_the_agreed_one() {
    let moments = [
        ("before", Moment::Before),
        ("open", Moment::Open),
        ("grace", Moment::Grace),
        ("after", Moment::AfterGrace),
        ("closed", Moment::Closed),
    ];
    for (name, moment) in moments {
        let states = [
            ("nothing", State::Nothing),
            ("begun", State::Begun),
            ("submitted", State::Submitted),
        ];
        for (word, state) in states {
            let (_, _, save, _, class) = AGREED
                .iter()
                .find(|cell| (cell.0, cell.1) == (name, word))
                .unwrap();
            let cell = decide(moment, state);
            let said = match cell.door {
                Door::Open => Taken,
                Door::NotYetOpen => Refused("not yet open"),
                Door::Submitted => Refused("submitted"),
                Door::Closed => Refused("closed"),
                Door::Withdrawn => Refused("withdrawn"),
            };
            assert_eq!((said, cell.class), (*save, *class), "{name}, {word}");
        }
        let cell = decide(moment, State::Withdrawn);
        assert_eq!((cell.door, cell.class), (Door::Withdrawn, Class::Withdrawn));
    }
}

/// The instants around opening, closing and the end of grace, to the microsecond; and a study whose conditions are not
/// recorded, which is not open at any of them.
#[test]
fn moments_change_at_the_microsecond() {
    let at = |micros: i64| start() + TimeDelta::microseconds(micros);
    let (opens_at, closes_at) = (at(0), at(1_000_000));
    let mut window = Window {
        window_id: schakel::domain::id::WindowId(uuid::Uuid::nil()),
        cohort: "c".to_owned(),
        wave: "T1".to_owned(),
        opens_at,
        closes_at,
        closed_at: None,
    };
    let grace = GRACE.num_microseconds().unwrap();
    let table = [
        (-1, Moment::Before),
        (0, Moment::Open),
        (999_999, Moment::Open),
        (1_000_000, Moment::Grace),
        (1_000_000 + grace - 1, Moment::Grace),
        (1_000_000 + grace, Moment::AfterGrace),
    ];
    for (micros, moment) in table {
        assert_eq!(Moment::of(&window, true, at(micros)), moment, "{micros}");
        let shut = Moment::of(&window, false, at(micros));
        assert_eq!(shut, Moment::Before, "{micros}, conditions not recorded");
    }
    window.closed_at = Some(at(5));
    for (micros, _) in table {
        assert_eq!(Moment::of(&window, true, at(micros)), Moment::Closed);
    }
    assert_eq!(
        door::class(&window, true, Some(at(999_999)), false),
        Class::Complete
    );
    assert_eq!(
        door::class(&window, true, Some(at(1_000_000)), false),
        Class::Late
    );
}

/// A wave whose study has not recorded its conditions takes nothing, whatever the clock says.
#[tokio::test(flavor = "multi_thread")]
async fn a_wave_opens_only_when_its_conditions_are_recorded() {
    let database = databases("conditions").await.swap_remove(0);
    let mut field = Field::found(database.open().await).await;
    let id = invited_teachers(&mut field).await[0];
    let mut page = field.page(id, "att_01").await;
    page.raw = BTreeMap::from([("att_01".to_owned(), filled("4"))]);
    let complete = field.study.clone();
    let blank: [fn(&mut Conditions); 4] = [
        |kept| kept.board_agreement = None,
        |kept| kept.council_informed = None,
        |kept| kept.ethics_reference = Some(" ".to_owned()),
        |kept| kept.retention_until = None,
    ];
    for forget in blank {
        let mut study = (*complete).clone();
        forget(&mut study.design.conditions);
        assert_eq!(study.design.unmet().len(), 1);
        field.study = std::sync::Arc::new(study);
        assert_eq!(
            outcome(field.save(&page).await.map(|_| ())),
            Refused("not yet open")
        );
    }
    field.study = complete;
    assert_eq!(outcome(field.save(&page).await.map(|_| ())), Taken);
}

/// The questions on the first page, and how many stories of how many steps.
const STORIES: u64 = 6;
const STEPS: usize = 450;

type Ratings = BTreeMap<String, i64>;

/// What the model knows of one person: what is saved, and whether it was sent.
#[derive(Debug, Clone, Default)]
struct Person {
    saved: Ratings,
    begun: bool,
    receipt: Option<String>,
}

/// A page as one tab shows it.
#[derive(Debug, Clone)]
struct Tab {
    page: PageSent,
    shown: Ratings,
}

#[tokio::test(flavor = "multi_thread")]
async fn long_stories_with_two_tabs_go_as_the_model_says() {
    let mut seen = BTreeMap::<&str, usize>::new();
    for story in 0..STORIES {
        for database in databases("stories with two tabs").await {
            let mut field = Field::found(database.open().await).await;
            let mut dice = ChaCha12Rng::seed_from_u64(story);
            tell(&mut field, &mut dice, &mut seen).await;
        }
    }
    for what in ["taken", "changed elsewhere", "closed", "submitted", "late"] {
        assert!(
            seen.get(what).is_some_and(|n| *n > 0),
            "never {what}: {seen:?}"
        );
    }
}

async fn tell(field: &mut Field, dice: &mut ChaCha12Rng, seen: &mut BTreeMap<&str, usize>) {
    let ids = invited_teachers(field).await;
    let window = field.window("focus2", "T1").await;
    let items: Vec<String> = {
        let sitting = field.sitting(ids[0]).await;
        sitting.steps(&field.study)[0].ask.clone()
    };
    let mut people: BTreeMap<InvitationId, Person> = BTreeMap::new();
    let mut tabs: BTreeMap<(InvitationId, usize), Tab> = BTreeMap::new();
    // The clock jumps so that the story passes closing time and grace.
    let step = (window.closes_at + GRACE * 2 - field.clock.now()) / STEPS as i32;
    for number in 0..STEPS {
        field.clock = FixedClock(field.clock.now() + step);
        if number > STEPS / 2 && number < STEPS * 4 / 5 {
            // Long enough in the hour of grace to see what it does.
            let into = GRACE * (number - STEPS / 2) as i32 / STEPS as i32 * 3;
            field.clock = FixedClock(window.closes_at + into.min(GRACE - TimeDelta::seconds(1)));
        }
        let id = ids[dice.random_range(0..ids.len())];
        let tab = (id, dice.random_range(0..2_usize));
        let known = people.entry(id).or_default();
        match dice.random_range(0..10) {
            0..=3 => {
                let page = field.page(id, &items[0]).await;
                let shown = known.saved.clone();
                tabs.insert(tab, Tab { page, shown });
            }
            4..=8 => {
                let Some(open) = tabs.get(&tab) else { continue };
                let wanted = change(&open.shown, &items, dice);
                let expected = expected_save(known, &window, field.clock.now(), open, &wanted);
                let mut page = open.page.clone();
                page.raw = raw(&wanted);
                let told = field.save(&page).await;
                *seen.entry(word(&told)).or_default() += 1;
                match expected {
                    Ok(stored) => {
                        assert_eq!(told.unwrap().stored, stored);
                        known.begun = true;
                        if wanted != open.shown {
                            known.saved = wanted;
                        }
                    }
                    Err(refused) => assert_eq!(outcome(told.map(|_| ())), Refused(refused)),
                }
            }
            _ => {
                let told = field.submit(id).await;
                let expected = expected_door(known, &window, field.clock.now());
                match (expected, &known.receipt) {
                    (Err("submitted"), Some(receipt)) => assert_eq!(told.unwrap(), *receipt),
                    (Ok(()), _) => {
                        known.receipt = Some(told.unwrap());
                        if field.clock.now() >= window.closes_at {
                            *seen.entry("late").or_default() += 1;
                        }
                    }
                    (Err(refused), _) => assert_eq!(outcome(told.map(|_| ())), Refused(refused)),
                }
            }
        }
        let stored: Ratings = field
            .sitting(id)
            .await
            .answers
            .into_iter()
            .map(|(item, answer)| match answer {
                Answer::Code(code) => (item, code),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(stored, people[&id].saved, "step {number}");
    }
    assert!(field.close("focus2", "T1").await.unwrap());
    for (id, known) in &people {
        let sitting = field.sitting(*id).await;
        assert_eq!(sitting.opened.invitation.receipt, known.receipt);
        assert_eq!(sitting.answers.len(), known.saved.len());
    }
    // Exactly one response per person that began, and one answer per item.
    let tables = everything(&field.store).await;
    let begun = people.values().filter(|known| known.begun).count();
    let answers: usize = people.values().map(|known| known.saved.len()).sum();
    assert_eq!(tables["responses"].len(), begun);
    assert_eq!(tables["answers"].len(), answers);
}

/// Written from the words of the table, not from its code.
fn expected_door(
    known: &Person,
    window: &Window,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), &'static str> {
    if known.receipt.is_some() {
        Err("submitted")
    } else if now < window.closes_at || (known.begun && now < window.closes_at + GRACE) {
        Ok(())
    } else {
        Err("closed")
    }
}

fn expected_save(
    known: &Person,
    window: &Window,
    now: chrono::DateTime<chrono::Utc>,
    open: &Tab,
    wanted: &Ratings,
) -> Result<usize, &'static str> {
    expected_door(known, window, now)?;
    // A page that comes back as it was shown wants nothing changed.
    if *wanted == open.shown {
        return Ok(0);
    }
    let items: std::collections::BTreeSet<&String> =
        wanted.keys().chain(known.saved.keys()).collect();
    let different = items
        .into_iter()
        .filter(|item| wanted.get(*item) != known.saved.get(*item))
        .count();
    if different > 0 && open.shown != known.saved {
        return Err("changed elsewhere");
    }
    Ok(different)
}

/// One answer filled in, changed or taken away.
fn change(shown: &Ratings, items: &[String], dice: &mut impl Rng) -> Ratings {
    let mut wanted = shown.clone();
    let item = &items[dice.random_range(0..items.len())];
    match dice.random_range(0..6) {
        0 => drop(wanted.remove(item)),
        rating => drop(wanted.insert(item.clone(), rating)),
    }
    wanted
}

fn raw(wanted: &Ratings) -> BTreeMap<String, RawAnswer> {
    wanted
        .iter()
        .map(|(item, rating)| (item.clone(), filled(&rating.to_string())))
        .collect()
}

fn word<T>(told: &Result<T, ReceiveRefusal>) -> &'static str {
    match told {
        Ok(_) => "taken",
        Err(ReceiveRefusal::ChangedElsewhere) => "changed elsewhere",
        Err(ReceiveRefusal::Closed) => "closed",
        Err(ReceiveRefusal::Submitted) => "submitted",
        Err(_) => "other",
    }
}
