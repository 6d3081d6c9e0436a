//! For tests alone: what the simulated study as a whole must be, and that what was planted can be found in it.

use std::sync::OnceLock;

use super::measured::*;
use super::plan::{DEFAULT_SEED, SimulationPlan};
use super::simulate::simulate;
use super::study::{Nominations, Person, Role, Roster, Seat, SimulatedStudy, State};

fn study() -> &'static SimulatedStudy {
    static STUDY: OnceLock<SimulatedStudy> = OnceLock::new();
    STUDY.get_or_init(|| simulate(&SimulationPlan::default(), DEFAULT_SEED))
}

fn asked() -> impl Iterator<Item = &'static Roster> {
    study().rosters.iter()
}

fn is_closed(roster: &Roster) -> bool {
    !study().cohorts[study().schools[roster.school].cohort].windows[roster.wave].open
}

fn share<'a>(rosters: impl Iterator<Item = &'a Roster>, state: State) -> f64 {
    let seats: Vec<&Seat> = rosters.flat_map(|roster| &roster.seats).collect();
    assert!(!seats.is_empty());
    seats
        .iter()
        .filter(|seat| seat.sitting.state == state)
        .count() as f64
        / seats.len() as f64
}

#[test]
fn the_seed_decides() {
    let plan = SimulationPlan::small();
    assert_eq!(simulate(&plan, 1), simulate(&plan, 1));
    // All but the seed itself, which is kept with the study.
    let renamed = SimulatedStudy {
        seed: 1,
        ..simulate(&plan, 2)
    };
    assert_ne!(simulate(&plan, 1), renamed);
}

#[test]
fn networks_and_staff_are_blind_to_the_effect() {
    let plan = SimulationPlan::small();
    let mut other_plan = plan.clone();
    other_plan.cohorts[0].mathematics_helps = true;
    let (study, other) = (simulate(&plan, 8), simulate(&other_plan, 8));
    let effects = |of: &SimulatedStudy| {
        of.truth
            .schools
            .iter()
            .map(|s| s.effect)
            .collect::<Vec<_>>()
    };
    assert_ne!(effects(&study), effects(&other));
    assert_eq!(
        (&study.persons, &study.members),
        (&other.persons, &other.members)
    );
    assert!(!study.rosters.is_empty());
    for (roster, twin) in study.rosters.iter().zip(&other.rosters) {
        for (seat, same) in roster.seats.iter().zip(&twin.seats) {
            assert_eq!(seat.sitting.nominations, same.sitting.nominations);
            assert_eq!(seat.sitting.state, same.sitting.state);
        }
    }
}

#[test]
fn the_small_study_has_ten_schools_and_both_effect_groups() {
    let study = simulate(&SimulationPlan::small(), DEFAULT_SEED);
    assert_eq!(
        (schools_of(&study, 0).len(), schools_of(&study, 1).len()),
        (6, 4)
    );
    assert_eq!(true_groups(&study).map(|group| group.len()), [2, 2]);
}

#[test]
fn addresses_are_at_domains_kept_for_examples_and_a_few_read_english() {
    let persons = &study().persons;
    let plain = |email: &str| {
        email
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".@".contains(&b))
    };
    assert!(
        persons
            .iter()
            .all(|p| p.email.ends_with(".example.org") && plain(&p.email))
    );
    let english = persons.iter().filter(|p| p.language == "en").count();
    assert!((10..60).contains(&english), "{english}");
}

#[test]
fn some_skip_a_relation_and_some_name_nobody() {
    let seats = asked().flat_map(|roster| &roster.seats);
    let answers: Vec<&Nominations> = seats.flat_map(|seat| &seat.sitting.nominations).collect();
    let share = |of: Nominations| {
        answers.iter().filter(|&&a| *a == of).count() as f64 / answers.len() as f64
    };
    let (skipped, nobody) = (share(Nominations::Skipped), share(Nominations::Nobody));
    assert!(
        (0.003..0.02).contains(&skipped) && (0.01..0.04).contains(&nobody),
        "{skipped} {nobody}"
    );
}

#[test]
fn names_of_schools_and_boards_are_unique() {
    let mut names: Vec<&str> = study().schools.iter().map(|s| s.name.as_str()).collect();
    names.extend(study().boards.iter().map(|b| b.name.as_str()));
    names.sort();
    let n = names.len();
    names.dedup();
    assert_eq!((names.len(), n), (124, 124));
}

#[test]
fn it_has_the_size_of_focus() {
    let study = study();
    assert_eq!(
        (
            schools_of(study, 0).len(),
            schools_of(study, 1).len(),
            study.boards.len()
        ),
        (53, 51, 20)
    );
    for wave in [0, 1, 3] {
        let here = study.members.iter().filter(|m| m.on_roster(wave));
        let n_teachers = here.filter(|m| m.primary_role() == Role::Teacher).count();
        assert!(
            (1_700..=1_800).contains(&n_teachers),
            "{n_teachers} at {wave}"
        );
    }
    assert!(
        (12_000..=13_000).contains(&study.pupils.len()),
        "{}",
        study.pupils.len()
    );
}

#[test]
fn persons_are_told_apart_by_key_and_address_though_two_share_a_name() {
    let persons = &study().persons;
    let distinct = |of: fn(&Person) -> &str| {
        let mut all: Vec<&str> = persons.iter().map(of).collect();
        all.sort();
        all.dedup();
        all.len()
    };
    assert_eq!(distinct(|p| &p.key), persons.len());
    assert_eq!(distinct(|p| &p.email), persons.len());
    let colleagues = study()
        .members
        .windows(2)
        .filter(|pair| pair[0].school == pair[1].school);
    let namesakes =
        colleagues.filter(|pair| persons[pair[0].person].name == persons[pair[1].person].name);
    assert_eq!(namesakes.count(), 1);
}

#[test]
fn two_principals_lead_two_schools_each_and_every_school_has_one() {
    let principals = study()
        .members
        .iter()
        .filter(|m| m.primary_role() == Role::Principal);
    let mut persons: Vec<usize> = principals.map(|m| m.person).collect();
    assert_eq!(persons.len(), 104);
    persons.sort();
    persons.dedup();
    assert_eq!(persons.len(), 102);
}

#[test]
fn some_leave_between_waves_and_are_replaced() {
    for (last, next) in [(0, 1), (1, 3)] {
        let teachers = study()
            .members
            .iter()
            .filter(|m| m.primary_role() == Role::Teacher && m.on_roster(last));
        let n = teachers.clone().count();
        let left = teachers.filter(|m| !m.on_roster(next)).count();
        let came = study()
            .members
            .iter()
            .filter(|m| m.on_roster(next) && !m.on_roster(last))
            .count();
        assert!(
            (0.04..0.08).contains(&(left as f64 / n as f64)),
            "{left} of {n}"
        );
        assert_eq!(left, came);
    }
}

#[test]
fn dates_agree_with_waves() {
    let study = study();
    assert!(study.members.iter().any(|m| m.left_on.is_some()));
    for member in &study.members {
        let windows = &study.cohorts[study.schools[member.school].cohort].windows;
        for (wave, window) in windows.iter().enumerate() {
            let there = member.joined_on < window.opens_on
                && member.left_on.is_none_or(|d| d > window.closes_on);
            assert_eq!(there, member.on_roster(wave), "{member:?} at {wave}");
        }
    }
}

#[test]
fn every_member_of_a_wave_appears_once_and_names_colleagues_on_the_same_roster() {
    let mut n_named = 0;
    for roster in asked() {
        let members = study().members.iter().enumerate();
        let expected =
            members.filter(|(_, m)| m.school == roster.school && m.on_roster(roster.wave));
        let expected: Vec<usize> = expected.map(|(i, _)| i).collect();
        let seated: Vec<usize> = roster.seats.iter().map(|seat| seat.member).collect();
        assert_eq!(seated, expected);
        for seat in &roster.seats {
            for nominations in &seat.sitting.nominations {
                let Nominations::Named(named) = nominations else {
                    continue;
                };
                assert!(
                    !named.is_empty() && named.windows(2).all(|two| two[0].alter < two[1].alter)
                );
                for nomination in named {
                    assert_ne!(nomination.alter, seat.member);
                    assert!(seated.contains(&nomination.alter));
                    assert!((1..=4).contains(&nomination.frequency));
                    n_named += 1;
                }
            }
        }
    }
    assert!(n_named > 50_000, "{n_named}");
    assert_eq!(asked().count(), 104 * 3);
}

#[test]
fn about_one_in_ten_does_not_answer_and_the_open_wave_is_half_way() {
    let silent = 1.0 - share(asked().filter(|r| is_closed(r)), State::Submitted);
    assert!((0.08..0.15).contains(&silent), "{silent}");
    let submitted = share(asked().filter(|r| !is_closed(r)), State::Submitted);
    assert!((0.5..0.6).contains(&submitted), "{submitted}");
}

#[test]
fn leadership_is_rated_by_teachers_alone_and_background_told_by_principals_at_the_first_wave() {
    let (mut rated, mut told) = (0, 0);
    for roster in asked() {
        for seat in &roster.seats {
            let role = study().members[seat.member].primary_role();
            assert!(seat.sitting.leadership.is_none() || role == Role::Teacher);
            assert!(
                seat.sitting.background.is_none() || (role == Role::Principal && roster.wave == 0)
            );
            rated += usize::from(seat.sitting.leadership.is_some());
            told += usize::from(seat.sitting.background.is_some());
        }
    }
    assert!(rated > 3_500 && told > 90, "{rated} {told}");
}

#[test]
fn culture_differs_at_every_wave_and_attitude_only_after_the_first() {
    let groups = true_groups(study());
    for wave in [0, 1, 3] {
        let (c, l) = (
            difference(study(), &groups, wave, culture),
            difference(study(), &groups, wave, leadership),
        );
        assert!(c >= 2.5, "culture {c} at {wave}");
        assert!(l.abs() < 0.8, "leadership {l} at {wave}");
    }
    let turn = [0, 1, 3].map(|wave| difference(study(), &groups, wave, attitude));
    assert!(
        turn[0].abs() < 0.8 && turn[1] >= 2.5 && turn[2] >= 2.5,
        "{turn:?}"
    );
}

#[test]
fn weak_schools_stay_as_sceptical_as_all_were() {
    let [_, low] = true_groups(study());
    let [before, after] = [0, 3].map(|wave| mean(&school_means(study(), &low, wave, attitude)));
    assert!(
        before < 3.0 && (after - before).abs() < 0.2,
        "{before} {after}"
    );
}

#[test]
fn estimated_effects_follow_the_true_ones() {
    let truth: Vec<f64> = study().truth.schools.iter().map(|s| s.effect).collect();
    let estimated = estimated_effects(study());
    for cohort in [0, 1] {
        let schools = schools_of(study(), cohort);
        let of = |values: &[f64]| ranks(&schools.iter().map(|&s| values[s]).collect::<Vec<_>>());
        let r = correlation(&of(&truth), &of(&estimated));
        assert!(r > 0.85, "{r}");
    }
    let overlap = true_groups(study())
        .iter()
        .zip(&estimated_groups(study(), 10))
        .map(|(a, b)| a.iter().filter(|school| b.contains(school)).count())
        .collect::<Vec<_>>();
    assert!(overlap.iter().all(|&n| n >= 7), "{overlap:?}");
}

#[test]
fn the_middle_weight_gains_least() {
    let gains = pupil_gains(study());
    let of = |weight| {
        let pupils = study()
            .pupils
            .iter()
            .zip(&gains)
            .filter(|(pupil, _)| pupil.weight == weight);
        mean(&pupils.filter_map(|(_, gain)| *gain).collect::<Vec<_>>())
    };
    let (none, some, most) = (of("0.0"), of("0.3"), of("1.2"));
    assert!(
        none > some + 0.5 && most > some + 0.5,
        "{none} {some} {most}"
    );
}

#[test]
fn gains_go_with_the_share_of_1_2_and_in_the_second_cohort_with_mathematics_throughout() {
    let truth = &study().truth.schools;
    let (shares, effects): (Vec<f64>, Vec<f64>) =
        truth.iter().map(|s| (s.share_of_12, s.effect)).unzip();
    assert!(correlation(&shares, &effects) > 0.2);
    let (both, not): (Vec<usize>, Vec<usize>) = schools_of(study(), 1)
        .into_iter()
        .partition(|&s| truth[s].subjects == ["mathematics"; 2]);
    let of =
        |schools: &[usize]| mean(&schools.iter().map(|&s| truth[s].effect).collect::<Vec<_>>());
    assert!(
        both.len() > 10 && of(&both) > of(&not) + 0.8,
        "{} {} {}",
        both.len(),
        of(&both),
        of(&not)
    );
}

#[test]
fn scores_are_mostly_there_before_and_during() {
    let pupils = &study().pupils;
    let with_gain = pupil_gains(study()).iter().flatten().count();
    assert!(with_gain as f64 > 0.97 * pupils.len() as f64, "{with_gain}");
    assert!(pupils.iter().all(|p| {
        p.scores
            .iter()
            .all(|s| s.month % 6 == 0 && s.month.abs() <= 24)
    }));
    let moved = pupils
        .iter()
        .filter_map(|p| p.moved.map(|m| (p.school, m.to_school)));
    assert!(moved.clone().all(|(from, to)| from != to));
    assert!((50..200).contains(&moved.count()));
}

#[test]
fn networks_look_like_networks_of_teams() {
    let mut by_size = [Vec::new(), Vec::new()];
    let (mut density, mut reciprocity) = (Vec::new(), Vec::new());
    for roster in asked().filter(|r| is_closed(r)) {
        for relation in 0..3 {
            let net = Net::of(roster, relation);
            by_size[usize::from(net.n > 18)].push(net.density());
            density.push(net.density());
            reciprocity.push(net.dyadic_reciprocity());
        }
    }
    assert!(mean(&by_size[0]) > mean(&by_size[1]) + 0.05);
    let inside = density.iter().filter(|d| (0.15..0.5).contains(*d)).count();
    assert!(
        inside as f64 > 0.95 * density.len() as f64,
        "{inside} of {}",
        density.len()
    );
    assert!(
        (0.4..0.5).contains(&mean(&reciprocity)),
        "{}",
        mean(&reciprocity)
    );
}

#[test]
fn about_half_of_the_ties_last_from_wave_to_wave_and_half_are_shared_by_two_relations() {
    let (mut lasting, mut shared) = (Vec::new(), Vec::new());
    for school in 0..53 {
        let named = |wave, relation| named_pairs(roster(study(), school, wave), relation);
        lasting.push(jaccard(&named(0, 1), &named(1, 1)));
        shared.push(jaccard(&named(0, 0), &named(0, 2)));
    }
    assert!((0.38..0.52).contains(&mean(&lasting)), "{}", mean(&lasting));
    assert!((0.35..0.65).contains(&mean(&shared)), "{}", mean(&shared));
}

#[test]
fn coaches_and_principals_are_named_more_except_where_the_principal_stands_apart() {
    let mut received = [Vec::new(), Vec::new(), Vec::new()];
    for roster in asked().filter(|r| r.wave == 0) {
        let degrees = Net::of(roster, 1).in_degrees();
        let typical = mean(&degrees);
        for (seat, degree) in roster.seats.iter().zip(&degrees) {
            let apart = study().truth.schools[roster.school].isolated_principal;
            match study().members[seat.member].primary_role() {
                Role::Coach => received[0].push(degree / typical),
                Role::Principal if apart => received[1].push(*degree),
                Role::Principal => received[2].push(degree / typical),
                _ => {}
            }
        }
    }
    let [coach, apart, principal] = received;
    assert!(
        mean(&coach) > 1.15 && mean(&principal) > 1.05,
        "{} {}",
        mean(&coach),
        mean(&principal)
    );
    assert!(apart.len() > 3 && apart.iter().all(|&degree| degree == 0.0));
}

#[test]
fn no_network_index_differs_between_the_effect_groups() {
    for groups in [true_groups(study()), estimated_groups(study(), 10)] {
        let (raw, adjusted) =
            smallest_p_values(&network_outcomes(study(), &groups.concat()), 2_000);
        assert!(raw > 0.05 && adjusted > 0.2, "{raw} {adjusted}");
    }
}

fn named_pairs(roster: &Roster, relation: usize) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for seat in &roster.seats {
        if let Some(Nominations::Named(named)) = seat.sitting.nominations.get(relation) {
            pairs.extend(named.iter().map(|n| (seat.member, n.alter)));
        }
    }
    pairs
}

/// Over pairs whose ego answered both times.
fn jaccard(a: &[(usize, usize)], b: &[(usize, usize)]) -> f64 {
    let answered = |of: &[(usize, usize)], ego| of.iter().any(|pair| pair.0 == ego);
    let a: Vec<_> = a.iter().filter(|pair| answered(b, pair.0)).collect();
    let b: Vec<_> = b
        .iter()
        .filter(|pair| a.iter().any(|other| other.0 == pair.0))
        .collect();
    let both = a.iter().filter(|pair| b.contains(pair)).count();
    both as f64 / (a.len() + b.len() - both) as f64
}
