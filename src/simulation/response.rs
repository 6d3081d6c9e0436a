//! Who answers, who stops halfway, who leaves a question open, how long it takes.

use chrono::{Days, NaiveDate};

use super::dice::Dice;
use super::study::{Role, State, Window};

/// How one member dealt with the pages of one wave.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Attendance {
    pub state: State,
    /// Pages saved, out of as many as there were.
    pub n_pages: usize,
    /// Index of a relation whose question was left open.
    pub skipped: Option<usize>,
    pub answered_on: Option<NaiveDate>,
    pub minutes: u32,
}

/// What bears on how one member answers.
#[derive(Debug, Clone, Copy)]
pub struct Occasion {
    pub window: Window,
    pub role: Role,
    /// Chance of not answering at this school.
    pub non_response: f64,
    /// Pages that this member is shown.
    pub n_pages: usize,
    pub n_relations: usize,
    pub n_colleagues: usize,
}

pub fn attend(occasion: &Occasion, dice: &mut Dice) -> Attendance {
    let luck = dice.uniform();
    let skipped = dice.chance(0.025).then(|| dice.below(occasion.n_relations));
    let stopped_after = 1 + dice.below(occasion.n_pages - 1);
    let pace = (1.0 + 0.25 * dice.normal()).max(0.4);
    let delay = dice.uniform() * dice.uniform();

    let (not_answered, started) = chances(occasion);
    let (state, n_pages) = match luck {
        _ if luck < not_answered => (State::NotAnswered, 0),
        _ if luck < not_answered + started => (State::Started, stopped_after),
        _ => (State::Submitted, occasion.n_pages),
    };
    // A page of statements takes a minute and a half, a list of colleagues four seconds a name.
    let whole = 1.5 + 1.5 * occasion.n_pages as f64 + occasion.n_colleagues as f64 * 0.07;
    let share = n_pages as f64 / occasion.n_pages as f64;
    let n_days = (occasion.window.closes_on - occasion.window.opens_on).num_days();
    // An open wave has been open for some nine days.
    let n_days = if occasion.window.open { 9 } else { n_days };
    let day = (delay * n_days as f64) as u64;
    Attendance {
        state,
        n_pages,
        skipped,
        answered_on: (n_pages > 0).then(|| occasion.window.opens_on + Days::new(day)),
        minutes: (whole * pace * share + 0.5) as u32,
    }
}

/// Of not answering, and of starting without finishing.
fn chances(occasion: &Occasion) -> (f64, f64) {
    if occasion.window.open {
        return (0.4, 0.05);
    }
    let by_role = match occasion.role {
        Role::Principal => 0.3,
        Role::Coach => 0.5,
        Role::Teacher | Role::Coordinator => 1.0,
    };
    (occasion.non_response * by_role, 0.012)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulation::dice::Topic;

    fn attendances(open: bool) -> Vec<Attendance> {
        let opens_on = NaiveDate::from_ymd_opt(2024, 9, 2).unwrap();
        let occasion = Occasion {
            window: Window {
                opens_on,
                closes_on: opens_on + Days::new(21),
                open,
            },
            role: Role::Teacher,
            non_response: 0.1,
            n_pages: 6,
            n_relations: 3,
            n_colleagues: 15,
        };
        let mut dice = Dice::for_study(11, Topic::Response);
        (0..4_000).map(|_| attend(&occasion, &mut dice)).collect()
    }

    fn share(of: &[Attendance], state: State) -> f64 {
        of.iter().filter(|a| a.state == state).count() as f64 / of.len() as f64
    }

    #[test]
    fn an_open_wave_is_half_answered() {
        let open = attendances(true);
        assert!((share(&open, State::Submitted) - 0.55).abs() < 0.03);
        assert!((share(&open, State::Started) - 0.05).abs() < 0.015);
        let closed = attendances(false);
        assert!((share(&closed, State::NotAnswered) - 0.1).abs() < 0.02);
    }

    #[test]
    fn who_stopped_saved_some_pages_and_not_all() {
        let all = attendances(false);
        let mut started = all.iter().filter(|a| a.state == State::Started).peekable();
        assert!(started.peek().is_some());
        assert!(started.all(|a| (1..6).contains(&a.n_pages) && a.answered_on.is_some()));
        let silent = all.iter().filter(|a| a.state == State::NotAnswered);
        assert!(
            silent
                .clone()
                .all(|a| a.minutes == 0 && a.answered_on.is_none())
        );
    }

    #[test]
    fn a_submitted_sitting_takes_some_ten_minutes() {
        let all = attendances(false);
        let minutes: Vec<u32> = all
            .iter()
            .filter(|a| a.n_pages == 6)
            .map(|a| a.minutes)
            .collect();
        let mean = minutes.iter().sum::<u32>() as f64 / minutes.len() as f64;
        assert!((8.0..15.0).contains(&mean), "{mean}");
    }
}
