//! Schools that exist nowhere: teams of 4 to 40 people over three waves, who come, leave, move between groups, object and
//! withdraw, and who answer as teams do, or as somebody would who wants the rules of disclosure to fail.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use schakel::domain::records::{
    AnswerSheet, NominationRecord, PersonRecord, PupilRecord, Records, RosterRecord, SchoolRecord,
    ScoreRecord,
};
use schakel::evaluation::scales::ScaleDefinition;

pub const WAVES: [&str; 3] = ["T1", "T2", "T3"];
pub const RELATIONS: [&str; 3] = ["approach", "goals", "progress"];

/// What a member decided after having answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Refused research: on the list with role and groups, without answers.
    A,
    /// Objected: on the list without role and groups, without answers.
    B,
    /// Left out of the list and of every tie.
    C,
}

/// One conclusion: how many waves are closed, and what members have decided by then.
#[derive(Debug, Clone)]
pub struct Version {
    pub n_waves: usize,
    /// By person; nobody decides in a school of which nothing is said.
    pub decided: BTreeMap<String, Decision>,
    /// Whether some pupils have been taken out.
    pub pupils_gone: bool,
}

#[derive(Debug, Clone)]
struct Seat {
    key: String,
    role: &'static str,
    groups: Vec<String>,
    network: bool,
    items: BTreeMap<String, f64>,
    /// Per relation, whom they name.
    names: Vec<BTreeSet<String>>,
}

/// A school as it is, of which only conclusions are ever seen.
#[derive(Debug, Clone)]
struct School {
    waves: Vec<Vec<Seat>>,
}

pub struct World {
    schools: Vec<School>,
    pupils: Vec<PupilRecord>,
    /// Conclusions in the order in which they were drawn.
    pub versions: Vec<Version>,
    pub scales: Vec<ScaleDefinition>,
    pub about_principal: Vec<ScaleDefinition>,
}

fn scale(key: &str, prefix: &str, n: usize, reverse: &[usize], needed: usize) -> ScaleDefinition {
    let item = |i: usize| format!("{prefix}_{:02}", i + 1);
    ScaleDefinition {
        key: key.to_owned(),
        items: (0..n).map(item).collect(),
        reverse: reverse.iter().map(|i| item(*i)).collect(),
        needed,
        min: 1.0,
        max: 5.0,
        ..ScaleDefinition::default()
    }
}

/// The scales of the shipped instruments, and one of a single statement, of which every score is a whole number.
pub fn scales() -> Vec<ScaleDefinition> {
    vec![
        scale("attitude", "att", 4, &[2, 3], 3),
        scale("culture", "cult", 3, &[], 2),
        scale("single", "one", 1, &[], 1),
    ]
}

pub fn about_principal() -> Vec<ScaleDefinition> {
    vec![scale("leadership", "lead", 5, &[], 4)]
}

/// How a team answers rated items.
#[derive(Debug, Clone, Copy)]
enum Mood {
    Ordinary,
    /// Everyone the same, at this answer.
    Unanimous(i32),
    /// All but one.
    Dissenter(i32),
    /// Half at each end.
    Split,
    /// Two at one end, the others in the middle.
    TwoLow,
    /// One group at one end.
    GroupsApart,
    Extreme(bool),
}

/// How a team names.
#[derive(Debug, Clone, Copy)]
enum Talk {
    Ordinary(f64),
    Nobody,
    Everybody,
    /// One or two name everyone, nobody else names anyone.
    Loud(usize),
    /// One or two name nobody, everyone else names everyone.
    Silent(usize),
    /// Everyone names one person.
    Star,
    /// Within the group all, across none.
    Islands,
    /// Only ties that are returned.
    Mutual,
    /// Only ties that are not.
    OneWay,
}

fn one_of<T: Copy>(rng: &mut ChaCha12Rng, of: &[T]) -> T {
    of[rng.random_range(0..of.len())]
}

fn rating(rng: &mut ChaCha12Rng, mood: Mood, place: usize, n: usize, group: usize) -> i32 {
    match mood {
        Mood::Ordinary => (3 + rng.random_range(-1..=1) + rng.random_range(-1..=1)).clamp(1, 5),
        Mood::Unanimous(answer) => answer,
        Mood::Dissenter(answer) if place == n / 2 => 6 - answer,
        Mood::Dissenter(answer) => answer,
        Mood::Split => [1, 5][place % 2],
        Mood::TwoLow if place < 2 => 1,
        Mood::TwoLow => 3,
        Mood::GroupsApart => [5, 1, 3][group % 3],
        Mood::Extreme(high) => {
            let near = i32::from(rng.random_bool(0.15));
            if high { 5 - near } else { 1 + near }
        }
    }
}

fn named(rng: &mut ChaCha12Rng, talk: Talk, ego: (usize, usize), alter: (usize, usize)) -> bool {
    let ((i, own), (j, other)) = (ego, alter);
    match talk {
        Talk::Ordinary(share) => rng.random_bool(if own == other { share } else { share / 2.0 }),
        Talk::Nobody => false,
        Talk::Everybody => true,
        Talk::Loud(n) => i < n,
        Talk::Silent(n) => i >= n,
        Talk::Star => j == 0,
        Talk::Islands => own == other,
        Talk::Mutual => (i * 31 + j * 31 + i * j).is_multiple_of(5),
        Talk::OneWay => i < j && (i + j).is_multiple_of(3),
    }
}

impl World {
    /// `n` schools from a seed. Every third school is as bad as it can be made.
    pub fn new(n: usize, seed: u64) -> Self {
        let mut rng = ChaCha12Rng::seed_from_u64(seed);
        let mut world = Self {
            schools: Vec::new(),
            pupils: Vec::new(),
            versions: Vec::new(),
            scales: scales(),
            about_principal: about_principal(),
        };
        let mut decided: [BTreeMap<String, Decision>; 2] = Default::default();
        for school in 0..n {
            let made = make_school(&mut rng, school);
            let last = made.waves.last().map_or(&[][..], Vec::as_slice);
            let everyone: BTreeSet<&str> = made
                .waves
                .iter()
                .flatten()
                .map(|seat| seat.key.as_str())
                .collect();
            let everyone: Vec<&str> = everyone.into_iter().collect();
            // Two rounds of decisions: of one to five people of two schools in three, later of one more in some.
            if !school.is_multiple_of(3) && !last.is_empty() {
                for _ in 0..rng.random_range(1..=5) {
                    let who = one_of(&mut rng, &everyone).to_owned();
                    let what = one_of(&mut rng, &[Decision::A, Decision::B, Decision::C]);
                    decided[0].insert(who, what);
                }
            }
            if school.is_multiple_of(2) && !last.is_empty() {
                let who = one_of(&mut rng, &everyone).to_owned();
                let what = one_of(&mut rng, &[Decision::A, Decision::B, Decision::C]);
                decided[1].insert(who, what);
            }
            world.pupils.extend(make_pupils(&mut rng, school));
            world.schools.push(made);
        }
        let none = BTreeMap::new();
        let mut both = decided[0].clone();
        both.extend(decided[1].clone());
        // A wave after the other; the first decisions while the second wave is awaited, so that the first wave is told
        // anew; the others when all is closed; and in the end some take their objection back.
        let mut back = both.clone();
        back.retain(|who, _| !who.ends_with('3'));
        world.versions = [
            (1, &none, false),
            (1, &decided[0], false),
            (2, &decided[0], false),
            (3, &decided[0], false),
            (3, &both, true),
            (3, &back, true),
        ]
        .map(|(n_waves, decided, pupils_gone)| Version {
            n_waves,
            decided: decided.clone(),
            pupils_gone,
        })
        .to_vec();
        world
    }

    pub fn n_schools(&self) -> usize {
        self.schools.len()
    }

    pub fn school_key(school: usize) -> String {
        format!("s{school:04}")
    }

    /// All that is there, as if nobody had decided anything: the truth that the attacker is after.
    pub fn truth(&self, schools: Range<usize>) -> Records {
        let all = Version {
            n_waves: WAVES.len(),
            decided: BTreeMap::new(),
            pupils_gone: false,
        };
        self.records(&all, schools)
    }

    /// What a conclusion on some of the schools may use.
    pub fn records(&self, version: &Version, schools: Range<usize>) -> Records {
        let mut records = Records {
            waves: WAVES[..version.n_waves].map_to_owned(),
            relations: RELATIONS.map_to_owned(),
            ..Records::default()
        };
        for (index, school) in self.schools[schools.clone()].iter().enumerate() {
            records.schools.push(SchoolRecord {
                key: Self::school_key(schools.start + index),
                attributes: BTreeMap::from([("cohort".to_owned(), "one".to_owned())]),
            });
            for (wave, seats) in school.waves.iter().enumerate().take(version.n_waves) {
                let decided = |seat: &Seat| version.decided.get(&seat.key).copied();
                let listed: Vec<&Seat> = seats
                    .iter()
                    .filter(|seat| decided(seat) != Some(Decision::C))
                    .collect();
                let mut nominations = vec![Vec::new(); RELATIONS.len()];
                for (ego, seat) in (0..).zip(&listed) {
                    if decided(seat).is_some() || !seat.network {
                        continue;
                    }
                    for (relation, names) in seat.names.iter().enumerate() {
                        let others = (0..).zip(&listed);
                        let others = others.filter(|(_, other)| names.contains(&other.key));
                        nominations[relation].extend(others.map(|(alter, _)| NominationRecord {
                            ego,
                            alter,
                            value: Some(1.0),
                        }));
                    }
                    if !seat.items.is_empty() {
                        records.answers.push(AnswerSheet {
                            respondent: seat.key.clone(),
                            school: index,
                            wave,
                            items: seat.items.clone().into_iter().collect(),
                            seconds_per_item: None,
                        });
                    }
                }
                let person = |seat: &&Seat| {
                    let plain = decided(seat) == Some(Decision::B);
                    PersonRecord {
                        key: seat.key.clone(),
                        role: (!plain).then(|| seat.role.to_owned()),
                        groups: if plain {
                            Vec::new()
                        } else {
                            seat.groups.clone()
                        },
                        responded: seat.network && decided(seat).is_none(),
                        present: true,
                        attributes: BTreeMap::new(),
                    }
                };
                records.rosters.push(RosterRecord {
                    school: index,
                    wave,
                    persons: listed.iter().map(person).collect(),
                    nominations: nominations.into_iter().map(Some).collect(),
                });
            }
        }
        if version.n_waves == WAVES.len() {
            let own = self
                .pupils
                .iter()
                .filter(|pupil| schools.contains(&pupil.school));
            let gone = |pupil: &PupilRecord| version.pupils_gone && pupil.key.ends_with('7');
            records.pupils = own.filter(|pupil| !gone(pupil)).cloned().collect();
            for pupil in &mut records.pupils {
                pupil.school -= schools.start;
            }
        }
        records
    }

    /// The same schools, with the pupils of each standing in another: effects, ranks and groups are others.
    pub fn with_pupils_elsewhere(records: &Records) -> Records {
        let n = records.schools.len();
        let mut other = records.clone();
        for pupil in &mut other.pupils {
            pupil.school = (pupil.school + n / 2 + 1) % n;
        }
        other.pupils.sort_by_key(|pupil| pupil.school);
        other
    }
}

trait Owned {
    fn map_to_owned(&self) -> Vec<String>;
}

impl Owned for [&str] {
    fn map_to_owned(&self) -> Vec<String> {
        self.iter().map(|word| (*word).to_owned()).collect()
    }
}

fn make_school(rng: &mut ChaCha12Rng, school: usize) -> School {
    let bad = school.is_multiple_of(3);
    let size: usize = match school % 4 {
        0 => rng.random_range(4..=12),
        1 => rng.random_range(8..=17),
        _ => rng.random_range(10..=40),
    };
    let n_groups: usize = one_of(rng, &[1, 2, 2, 3, 3, 4]);
    let mut next = size;
    // Place, group and whether there, of everyone who was ever here.
    let mut team: Vec<(usize, usize)> = (0..size)
        .map(|i| {
            // Groups of one person and groups of exactly the threshold are what rules break on.
            let group = match (bad, n_groups) {
                (true, 2..) if i < size.saturating_sub(1) && school.is_multiple_of(2) => {
                    i % (n_groups - 1)
                }
                (true, 2..) if school.is_multiple_of(2) => n_groups - 1,
                (true, 2) => usize::from(i >= 5),
                _ => i * n_groups / size,
            };
            (i, group)
        })
        .collect();
    let mut waves = Vec::new();
    for wave in 0..WAVES.len() {
        if wave > 0 {
            let (leave, join) = (rng.random_range(0..=3), rng.random_range(0..=3));
            for _ in 0..leave {
                if team.len() > 4 {
                    team.remove(rng.random_range(0..team.len()));
                }
            }
            for _ in 0..join {
                if team.len() < 40 {
                    team.push((next, rng.random_range(0..n_groups)));
                    next += 1;
                }
            }
            for member in &mut team {
                if rng.random_bool(0.06) {
                    member.1 = rng.random_range(0..n_groups);
                }
            }
        }
        waves.push(make_wave(rng, school, bad, &team));
    }
    School { waves }
}

fn make_wave(
    rng: &mut ChaCha12Rng,
    school: usize,
    bad: bool,
    team: &[(usize, usize)],
) -> Vec<Seat> {
    let n = team.len();
    let moods = [
        Mood::Unanimous(5),
        Mood::Unanimous(1),
        Mood::Unanimous(3),
        Mood::Dissenter(5),
        Mood::Dissenter(1),
        Mood::Split,
        Mood::TwoLow,
        Mood::GroupsApart,
        Mood::Extreme(true),
        Mood::Extreme(false),
        Mood::Ordinary,
    ];
    let mood = |rng: &mut ChaCha12Rng| {
        if bad {
            one_of(rng, &moods)
        } else {
            Mood::Ordinary
        }
    };
    let moods_now: Vec<Mood> = (0..4).map(|_| mood(rng)).collect();
    let talks: Vec<Talk> = (0..RELATIONS.len())
        .map(|_| {
            let share = rng.random_range(0.1..0.8);
            let bad_ones = [
                Talk::Nobody,
                Talk::Everybody,
                Talk::Loud(1),
                Talk::Loud(2),
                Talk::Silent(1),
                Talk::Silent(2),
                Talk::Star,
                Talk::Islands,
                Talk::Mutual,
                Talk::OneWay,
                Talk::Ordinary(0.05),
                Talk::Ordinary(0.95),
            ];
            if bad {
                one_of(rng, &bad_ones)
            } else {
                Talk::Ordinary(share)
            }
        })
        .collect();
    let response = if bad {
        one_of(rng, &[0.3, 0.6, 0.7, 0.9, 1.0, 1.0])
    } else {
        rng.random_range(0.75..1.0)
    };
    let key = |place: usize| format!("s{school:04}p{place:03}");
    let scales = [scales(), about_principal()].concat();
    let seats: Vec<Seat> = team
        .iter()
        .enumerate()
        .map(|(place, (who, group))| {
            // The oldest member leads, the second coaches where the team is large enough; both are in no group.
            let role = match who {
                0 => "principal",
                1 if n > 9 => "coach",
                _ => "teacher",
            };
            let answers = rng.random_bool(response);
            let mut items = BTreeMap::new();
            for (index, scale) in scales.iter().enumerate() {
                // Questionnaires are for teachers; now and then an item is left open, or a whole scale.
                if !answers || role != "teacher" || rng.random_bool(0.02) {
                    continue;
                }
                for item in &scale.items {
                    if scale.items.len() > 1 && rng.random_bool(0.02) {
                        continue;
                    }
                    let told = rating(rng, moods_now[index], place, n, *group);
                    let given = if scale.reverse.contains(item) {
                        6 - told
                    } else {
                        told
                    };
                    items.insert(item.clone(), f64::from(given));
                }
            }
            let names = talks
                .iter()
                .map(|talk| {
                    let others = team.iter().enumerate().filter(|(other, _)| *other != place);
                    others
                        .filter(|(other, (_, theirs))| {
                            named(rng, *talk, (place, *group), (*other, *theirs))
                        })
                        .map(|(_, (other, _))| key(*other))
                        .collect()
                })
                .collect();
            let mut groups = Vec::new();
            if role == "teacher" {
                groups.push(["boven", "midden", "onder", "plus"][*group].to_owned());
                if rng.random_bool(0.05) {
                    groups.push("extra".to_owned());
                }
            }
            Seat {
                key: key(*who),
                role,
                groups,
                network: answers,
                items,
                names,
            }
        })
        .collect();
    let mut seats = seats;
    seats.sort_by(|a, b| a.key.cmp(&b.key));
    seats
}

fn make_pupils(rng: &mut ChaCha12Rng, school: usize) -> Vec<PupilRecord> {
    let n = one_of(rng, &[4, 12, 29, 30, 35, 60]);
    let gain = rng.random_range(0.0..2.0);
    (0..n)
        .map(|i| PupilRecord {
            key: format!("s{school:04}k{i:03}"),
            school,
            weight: Some(one_of(rng, &["0.0", "0.3", "1.2"]).to_owned()),
            attributes: BTreeMap::new(),
            scores: [-12.0, -6.0, 0.0, 6.0, 12.0, 24.0]
                .iter()
                .map(|month: &f64| ScoreRecord {
                    month: *month,
                    score: 50.0
                        + month * (1.0 + gain * f64::from(u8::from(*month > 0.0)))
                        + rng.random_range(-5.0..5.0),
                    ..ScoreRecord::default()
                })
                .collect(),
        })
        .collect()
}
