//! What explains that effects differ: what was said, counted per school, beside what was measured. Every verdict is by a rule
//! that stands here; silence is counted apart and is never taken for absence.

use std::collections::{BTreeMap, BTreeSet};

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use schakel_analysis::compare::{Options, fisher_exact, hedges_g, trend_exact, two_groups};

use super::findings::{Contrast, EffectGroups};
use super::plan_lock::Standing;
use crate::domain::coding::{Code, Direction, Source};

/// From which p on a difference is called one, on counts of schools.
pub const ALPHA: f64 = 0.05;

/// What was said in one statement, after coding was locked.
#[derive(Debug, Clone)]
pub struct Said {
    pub school: String,
    pub source: Source,
    pub codes: Vec<Code>,
}

/// A column of what was said. A joint conversation counts for both who took part in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Voice {
    Trainer,
    Principal,
    Coach,
}

impl Voice {
    pub const ALL: [Self; 3] = [Self::Trainer, Self::Principal, Self::Coach];

    pub fn key(self) -> &'static str {
        match self {
            Self::Trainer => "trainer",
            Self::Principal => "principal",
            Self::Coach => "coach",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|voice| voice.key() == key)
    }

    pub fn speaks_in(self, source: Source) -> bool {
        match self {
            Self::Trainer => source == Source::Trainer,
            Self::Principal => matches!(source, Source::Principal | Source::Joint),
            Self::Coach => matches!(source, Source::Coach | Source::Joint),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    High,
    Low,
}

/// Schools of one group, by what was said of a factor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Schools of which there is something from this source.
    pub n: usize,
    pub promotes: usize,
    pub hinders: usize,
    pub mixed: usize,
    pub no_influence: usize,
    /// Nothing was said about it: which is not that it was not there.
    pub not_raised: usize,
    /// Among those, schools where it was meant within another factor.
    pub implicit: usize,
}

impl Counts {
    pub fn raised(&self) -> usize {
        self.promotes + self.hinders + self.mixed + self.no_influence
    }

    /// Hinders, neither, promotes.
    fn steps(&self) -> [u64; 3] {
        [
            self.hinders as u64,
            (self.mixed + self.no_influence) as u64,
            self.promotes as u64,
        ]
    }

    fn count(&mut self, of_school: Option<Direction>, implicit: bool) {
        self.n += 1;
        match of_school {
            Some(Direction::Promotes) => self.promotes += 1,
            Some(Direction::Hinders) => self.hinders += 1,
            Some(Direction::Mixed) => self.mixed += 1,
            Some(Direction::NoInfluence) => self.no_influence += 1,
            None => {
                self.not_raised += 1;
                self.implicit += usize::from(implicit);
            }
        }
    }
}

/// One factor according to one source.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Cell {
    pub high: Counts,
    pub low: Counts,
    /// Whether one group raised it more often: Fisher's exact test.
    pub p_raised: Option<f64>,
    /// Among schools that raised it, whether it went the other way: exact trend test on hinders, neither, promotes.
    pub p_direction: Option<f64>,
    /// Mean step of the high group minus that of the low group.
    pub direction: Option<f64>,
}

/// Per school what was said of a factor: its directions together, and whether it was only meant.
fn of_schools<'s>(
    said: &'s [Said],
    factor: &str,
    speaks: impl Fn(Source) -> bool,
) -> BTreeMap<&'s str, (Option<Direction>, bool)> {
    let mut of: BTreeMap<&str, (Option<Direction>, bool)> = BTreeMap::new();
    for one in said.iter().filter(|one| speaks(one.source)) {
        let school = of.entry(&one.school).or_default();
        for code in one.codes.iter().filter(|code| code.factor == factor) {
            if code.implicit {
                school.1 = true;
            } else {
                let known = school
                    .0
                    .map_or(code.direction, |own| own.and(code.direction));
                school.0 = Some(known);
            }
        }
    }
    of
}

fn counted(
    of: &BTreeMap<&str, (Option<Direction>, bool)>,
    groups: &EffectGroups,
) -> (Counts, Counts) {
    let (mut high, mut low) = (Counts::default(), Counts::default());
    for (school, (direction, implicit)) in of {
        let own = |list: &[String]| list.iter().any(|key| key == school);
        if own(&groups.high) {
            high.count(*direction, *implicit);
        } else if own(&groups.low) {
            low.count(*direction, *implicit);
        }
    }
    (high, low)
}

pub fn cell(said: &[Said], factor: &str, voice: Voice, groups: &EffectGroups) -> Cell {
    let of = of_schools(said, factor, |source| voice.speaks_in(source));
    let (high, low) = counted(&of, groups);
    let table = |counts: &Counts| (counts.raised() as u64, counts.n as u64);
    let trend = trend_exact(&high.steps(), &low.steps(), &[-1, 0, 1]).ok();
    Cell {
        high,
        low,
        p_raised: fisher_exact(table(&high), table(&low), 0.95)
            .ok()
            .map(|found| found.p_value),
        p_direction: trend.map(|trend| trend.p_value),
        direction: trend.map(|trend| trend.difference),
    }
}

/// Of how many schools of both groups principal or IB'er said what of a factor: what claims are made of ("16 of 20 schools").
pub fn claim(said: &[Said], factor: &str, groups: &EffectGroups) -> Counts {
    let of = of_schools(said, factor, |source| source != Source::Trainer);
    let (high, low) = counted(&of, groups);
    Counts {
        n: high.n + low.n,
        promotes: high.promotes + low.promotes,
        hinders: high.hinders + low.hinders,
        mixed: high.mixed + low.mixed,
        no_influence: high.no_influence + low.no_influence,
        not_raised: high.not_raised + low.not_raised,
        implicit: high.implicit + low.implicit,
    }
}

/// What was said about a factor, over all sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InWords {
    /// There is nothing from any source.
    NoData,
    /// Nobody raised it.
    Silent,
    /// Raised, and no difference between the groups.
    Same,
    /// Schools of one group raised it and none of the other did.
    OneGroup(Group),
    /// One group raised it more often.
    MoreOften(Group),
    /// It promotes more, or hinders less, at this group, according to these.
    Better(Group, Vec<Voice>),
}

/// The rule, in this order: nobody there, nobody raised it, raised by one group alone (Fisher's p under .05 in a source), other
/// directions (trend's p under .05 in a source), raised more often (Fisher), the same.
pub fn in_words(cells: &[(Voice, Cell)]) -> InWords {
    let sum = |of: fn(&Cell) -> usize| cells.iter().map(|(_, cell)| of(cell)).sum::<usize>();
    if sum(|cell| cell.high.n + cell.low.n) == 0 {
        return InWords::NoData;
    }
    let (high, low) = (
        sum(|cell| cell.high.raised()),
        sum(|cell| cell.low.raised()),
    );
    if high + low == 0 {
        return InWords::Silent;
    }
    let under = |p: Option<f64>| p.is_some_and(|p| p < ALPHA);
    let more = cells.iter().find(|(_, cell)| under(cell.p_raised));
    let larger = |cell: &Cell| {
        let share = |counts: &Counts| counts.raised() as f64 / counts.n.max(1) as f64;
        if share(&cell.high) > share(&cell.low) {
            Group::High
        } else {
            Group::Low
        }
    };
    if let Some((_, cell)) = more
        && (high == 0 || low == 0)
    {
        return InWords::OneGroup(larger(cell));
    }
    let turned: Vec<&(Voice, Cell)> = cells
        .iter()
        .filter(|(_, cell)| under(cell.p_direction))
        .collect();
    if let Some((_, first)) = turned.first() {
        let group = if first.direction.is_some_and(|step| step > 0.0) {
            Group::High
        } else {
            Group::Low
        };
        return InWords::Better(group, turned.iter().map(|(voice, _)| *voice).collect());
    }
    match more {
        Some((_, cell)) => InWords::MoreOften(larger(cell)),
        None => InWords::Same,
    }
}

/// What was measured of a factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InNumbers {
    NoData,
    NoDifference,
    /// Higher at this group; `reversed`: the change goes the other way.
    Higher {
        group: Group,
        reversed: bool,
    },
    /// No difference in level; more change at this group.
    Change(Group),
}

/// One number of a factor, with how it is judged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    pub is_change: bool,
    pub different: bool,
    pub difference: f64,
}

impl Measured {
    pub fn of(row: &Contrast) -> Option<Self> {
        Some(Self {
            is_change: row.is_change,
            different: row.test.as_ref()?.verdict == "different",
            difference: row.difference.ok()?,
        })
    }
}

/// The rule: a level that differs at any wave, by the verdict of its test, decides; the latest such wave where they differ in
/// sign. Then a change that differs. Otherwise no difference.
pub fn in_numbers(rows: &[Measured]) -> InNumbers {
    if rows.is_empty() {
        return InNumbers::NoData;
    }
    let side = |row: &Measured| {
        if row.difference > 0.0 {
            Group::High
        } else {
            Group::Low
        }
    };
    let found = |change: bool| {
        let of = move |row: &&Measured| row.different && row.is_change == change;
        rows.iter().rev().find(of)
    };
    match (found(false), found(true)) {
        (Some(level), change) => InNumbers::Higher {
            group: side(level),
            reversed: change.is_some_and(|change| side(change) != side(level)),
        },
        (None, Some(change)) => InNumbers::Change(side(change)),
        (None, None) => InNumbers::NoDifference,
    }
}

/// How what was said stands to what was measured, about a difference between the groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Convergence {
    /// Both say the same: a difference on the same side, or none.
    Confirms,
    /// One says what the other does not ask.
    Expands,
    /// One says a difference that the other does not show, or the other way round.
    Discordant,
    /// Nobody raised it: what there is, is in the numbers.
    Silent,
}

impl Convergence {
    pub fn key(self) -> &'static str {
        match self {
            Self::Confirms => "confirms",
            Self::Expands => "expands",
            Self::Discordant => "discordant",
            Self::Silent => "silent",
        }
    }
}

/// The rule. `None` where there is nothing from either side.
pub fn converge(words: &InWords, numbers: InNumbers) -> Option<Convergence> {
    use Convergence::{Confirms, Discordant, Expands, Silent};
    Some(match (words, numbers) {
        (InWords::NoData, _) => return None,
        (InWords::Silent, InNumbers::NoData) => return None,
        (InWords::Silent, _) => Silent,
        (_, InNumbers::NoData) => Expands,
        (InWords::OneGroup(_) | InWords::MoreOften(_), _) => Expands,
        (InWords::Same, InNumbers::NoDifference) => Confirms,
        (InWords::Same, _) => Discordant,
        (InWords::Better(..), InNumbers::NoDifference) => Discordant,
        (InWords::Better(said, _), InNumbers::Higher { group, .. } | InNumbers::Change(group)) => {
            if *said == group {
                Confirms
            } else {
                Discordant
            }
        }
    })
}

/// Whether the groups differ, in a word: where, and on which side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Differs {
    Unknown,
    No,
    /// In what was said and in the numbers.
    Both,
    /// Level yes, change the other way.
    Reversed,
    WordsOnly,
    NumbersOnly,
    OneGroup(Group),
    MoreOften(Group),
}

pub fn differs(words: &InWords, numbers: InNumbers) -> Differs {
    let shown = matches!(numbers, InNumbers::Higher { .. } | InNumbers::Change(_));
    if let InNumbers::Higher { reversed: true, .. } = numbers {
        return Differs::Reversed;
    }
    match words {
        InWords::Better(..) if shown => Differs::Both,
        InWords::Better(..) => Differs::WordsOnly,
        InWords::OneGroup(group) if !shown => Differs::OneGroup(*group),
        InWords::MoreOften(group) if !shown => Differs::MoreOften(*group),
        _ if shown => Differs::NumbersOnly,
        InWords::NoData | InWords::Silent if numbers == InNumbers::NoData => Differs::Unknown,
        _ => Differs::No,
    }
}

/// The rows of the comparison that speak of an outcome: those of the plan where it has any, or else all.
pub fn rows_of<'c>(contrasts: &'c [Contrast], outcomes: &BTreeSet<String>) -> Vec<&'c Contrast> {
    let all: Vec<&Contrast> = contrasts
        .iter()
        .filter(|row| outcomes.contains(&row.outcome))
        .collect();
    let planned: Vec<&Contrast> = all
        .iter()
        .copied()
        .filter(|row| row.standing == Standing::Planned)
        .collect();
    if planned.is_empty() { all } else { planned }
}

/// A share per school, such as how many of a team came, compared between the groups.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogComparison {
    pub n_high: usize,
    pub n_low: usize,
    pub mean_high: f64,
    pub mean_low: f64,
    pub g: Option<(f64, (f64, f64))>,
    /// Exact, and on its own.
    pub p_value: Option<f64>,
}

impl LogComparison {
    pub fn measured(&self) -> Measured {
        Measured {
            is_change: false,
            different: self.p_value.is_some_and(|p| p < ALPHA),
            difference: self.mean_high - self.mean_low,
        }
    }
}

/// `None` where a group has no school with a log.
pub fn compare_log(shares: &BTreeMap<String, f64>, groups: &EffectGroups) -> Option<LogComparison> {
    let of = |list: &[String]| -> Vec<f64> {
        let known = list.iter().filter_map(|key| shares.get(key));
        known.copied().collect()
    };
    let (high, low) = (of(&groups.high), of(&groups.low));
    if high.is_empty() || low.is_empty() {
        return None;
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    // Where there are too many assignments to count, always the same are drawn.
    let mut rng = ChaCha12Rng::seed_from_u64(0);
    Some(LogComparison {
        n_high: high.len(),
        n_low: low.len(),
        mean_high: mean(&high),
        mean_low: mean(&low),
        g: hedges_g(&high, &low, 0.95)
            .ok()
            .map(|found| (found.g, (found.interval.lower, found.interval.upper))),
        p_value: two_groups(&high, &low, &Options::default(), &mut rng)
            .ok()
            .map(|found| found.p_value),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups() -> EffectGroups {
        let keys = |letter: &str| (0..10).map(|n| format!("{letter}{n}")).collect();
        EffectGroups {
            high: keys("h"),
            low: keys("l"),
            ..EffectGroups::default()
        }
    }

    /// What trainers said at the first so many schools of each group; of all others there is a statement without codes.
    fn said(of: &[(&str, std::ops::Range<usize>, Direction)]) -> Vec<Said> {
        let mut all: Vec<Said> = ["h", "l"]
            .into_iter()
            .flat_map(|letter| (0..10).map(move |n| format!("{letter}{n}")))
            .map(|school| Said {
                school,
                source: Source::Trainer,
                codes: Vec::new(),
            })
            .collect();
        for (letter, range, direction) in of {
            for n in range.clone() {
                all.push(Said {
                    school: format!("{letter}{n}"),
                    source: Source::Trainer,
                    codes: vec![Code {
                        factor: "f".to_owned(),
                        direction: *direction,
                        implicit: false,
                    }],
                });
            }
        }
        all
    }

    fn words(of: &[(&str, std::ops::Range<usize>, Direction)]) -> InWords {
        let cell = cell(&said(of), "f", Voice::Trainer, &groups());
        in_words(&[(Voice::Trainer, cell)])
    }

    use Direction::{Hinders, Promotes};

    #[test]
    fn schools_are_counted_once_and_silence_is_counted_apart() {
        let of = said(&[
            ("h", 0..6, Promotes),
            ("h", 5..7, Hinders),
            ("l", 0..1, Hinders),
        ]);
        let cell = cell(&of, "f", Voice::Trainer, &groups());
        let high = cell.high;
        assert_eq!(
            (high.n, high.promotes, high.mixed, high.hinders),
            (10, 5, 1, 1)
        );
        assert_eq!((high.not_raised, cell.low.not_raised), (3, 9));
        // 7 of 10 against 1 of 10: R's fisher.test says 0.01977.
        assert!((cell.p_raised.expect("a table") - 0.01977).abs() < 5e-5);
        let none = super::cell(&of, "f", Voice::Principal, &groups());
        assert_eq!((none.high.n, none.p_raised), (0, None));
    }

    #[test]
    fn what_is_only_meant_is_not_raised() {
        let mut all = said(&[]);
        all[0].codes = vec![Code {
            factor: "f".to_owned(),
            direction: Promotes,
            implicit: true,
        }];
        let cell = cell(&all, "f", Voice::Trainer, &groups());
        assert_eq!((cell.high.raised(), cell.high.implicit), (0, 1));
        assert_eq!(in_words(&[(Voice::Trainer, cell)]), InWords::Silent);
    }

    #[test]
    fn the_rule_of_what_was_said() {
        assert_eq!(in_words(&[]), InWords::NoData);
        assert_eq!(words(&[]), InWords::Silent);
        assert_eq!(
            words(&[("h", 0..8, Promotes), ("l", 0..8, Promotes)]),
            InWords::Same
        );
        // Five of ten hinder at one group and all promote at the other: trend p .033.
        let better = words(&[
            ("h", 0..10, Promotes),
            ("l", 0..5, Promotes),
            ("l", 5..10, Hinders),
        ]);
        assert_eq!(better, InWords::Better(Group::High, vec![Voice::Trainer]));
        // Positive and negative, at one group only.
        let one = words(&[("h", 0..3, Promotes), ("h", 3..6, Hinders)]);
        assert_eq!(one, InWords::OneGroup(Group::High));
        // Four of ten against none may be chance.
        assert_eq!(words(&[("l", 0..4, Hinders)]), InWords::Same);
        let more = words(&[("h", 0..9, Promotes), ("l", 0..2, Promotes)]);
        assert_eq!(more, InWords::MoreOften(Group::High));
    }

    #[test]
    fn the_rule_of_the_numbers() {
        let row = |is_change, different, difference| Measured {
            is_change,
            different,
            difference,
        };
        assert_eq!(in_numbers(&[]), InNumbers::NoData);
        assert_eq!(
            in_numbers(&[row(false, false, 2.0)]),
            InNumbers::NoDifference
        );
        let paradox = [row(false, true, 1.0), row(true, true, -1.0)];
        assert_eq!(
            in_numbers(&paradox),
            InNumbers::Higher {
                group: Group::High,
                reversed: true
            }
        );
        assert_eq!(
            in_numbers(&[row(false, false, 1.0), row(true, true, -1.0)]),
            InNumbers::Change(Group::Low)
        );
    }

    #[test]
    fn the_rule_of_convergence() {
        use Convergence::{Confirms, Discordant, Expands, Silent};
        let higher = |group| InNumbers::Higher {
            group,
            reversed: false,
        };
        let better = || InWords::Better(Group::High, vec![Voice::Trainer]);
        for (words, numbers, wanted) in [
            (better(), higher(Group::High), Some(Confirms)),
            (better(), higher(Group::Low), Some(Discordant)),
            (better(), InNumbers::NoDifference, Some(Discordant)),
            (better(), InNumbers::NoData, Some(Expands)),
            (InWords::Same, InNumbers::NoDifference, Some(Confirms)),
            (InWords::Same, higher(Group::High), Some(Discordant)),
            (
                InWords::OneGroup(Group::High),
                InNumbers::NoData,
                Some(Expands),
            ),
            (InWords::Silent, higher(Group::High), Some(Silent)),
            (InWords::Silent, InNumbers::NoData, None),
            (InWords::NoData, higher(Group::High), None),
        ] {
            assert_eq!(converge(&words, numbers), wanted, "{words:?} {numbers:?}");
        }
        assert_eq!(
            differs(&better(), InNumbers::NoDifference),
            Differs::WordsOnly
        );
        assert_eq!(
            differs(&InWords::Silent, higher(Group::High)),
            Differs::NumbersOnly
        );
        assert_eq!(
            differs(&InWords::Same, InNumbers::NoDifference),
            Differs::No
        );
        assert_eq!(
            differs(&InWords::Silent, InNumbers::NoData),
            Differs::Unknown
        );
    }

    #[test]
    fn shares_of_a_log_are_compared_between_the_groups() {
        let groups = groups();
        let all = groups.high.iter().chain(&groups.low).enumerate();
        let shares: BTreeMap<String, f64> = all.map(|(n, key)| (key.clone(), n as f64)).collect();
        let found = compare_log(&shares, &groups).expect("both groups have a log");
        assert_eq!((found.mean_high, found.mean_low), (4.5, 14.5));
        // The one arrangement of 184,756 that is as far out, and its mirror image.
        assert!((found.p_value.expect("counted") - 2.0 / 184_756.0).abs() < 1e-12);
        assert!(found.measured().different);
        assert_eq!(compare_log(&BTreeMap::new(), &groups), None);
    }
}
