//! Five years of a school's pupils: how many are above the mean, and every year group for itself. Accepts disclosed values
//! only; what is not shown says why.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::achievement::{AchievementRow, AchievementText, moment_name, short_name};
use super::figure::trend::{TrendPoint, trend};
use crate::domain::disclosure::{Above, Disclosed, Suppressed};
use crate::evaluation::achievement_trend::FIVE_YEARS;
use crate::evaluation::portrait::{AchievementPortrait, Moment, Reference};
use crate::locale::Words;

/// A board's mean is over so many of its schools at least.
const FEWEST_SCHOOLS: usize = 3;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrendText {
    /// None where no percentage may be shown.
    pub figure: Option<String>,
    /// Year groups, as they head a column.
    pub year_groups: Vec<String>,
    pub rows: Vec<TrendRow>,
    /// What the mean is.
    pub reference: String,
    /// What the words in cells without a number mean.
    pub reasons: Vec<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrendRow {
    pub when: String,
    /// The percentage of the whole school.
    pub above: String,
    /// Mean and percentage of each year group; empty where it was not tested.
    pub cells: Vec<(String, String)>,
}

/// None where year groups are not known.
pub fn trend_text(
    w: Words,
    id: &str,
    title: &str,
    starts_on: NaiveDate,
    portrait: &AchievementPortrait,
) -> Option<TrendText> {
    let reference = portrait.reference?;
    let moments = five_years(portrait);
    let groups: BTreeSet<u8> = moments
        .iter()
        .flat_map(|moment| moment.year_groups.iter().map(|group| group.year_group))
        .collect();
    let mut reasons: BTreeMap<String, String> = BTreeMap::new();
    let mut because = |why: Suppressed| {
        let (word, meaning) = match why {
            Suppressed::TooFewPeople => ("trend-few", "trend-because-few"),
            Suppressed::WouldTellOthers => ("trend-others", "trend-because-others"),
            _ => ("trend-one-side", "trend-because-one-side"),
        };
        let (word, meaning) = (w.t(word), w.t(meaning));
        reasons.insert(word.clone(), meaning);
        word
    };
    let rows = moments
        .iter()
        .map(|moment| TrendRow {
            when: moment_name(w, starts_on, i64::from(moment.month)),
            above: percentage(w, moment.above.as_ref(), &mut because),
            cells: groups
                .iter()
                .map(|key| {
                    let mut own = moment.year_groups.iter();
                    match own.find(|group| group.year_group == *key) {
                        None => Default::default(),
                        Some(group) => {
                            let mean = match group.mean.shown() {
                                Ok(mean) => w.decimal(*mean, 1),
                                Err(why) => because(why),
                            };
                            let shown = group.mean.shown().is_ok();
                            let above = group.above.as_ref().filter(|_| shown);
                            (mean, percentage(w, above, &mut because))
                        }
                    }
                })
                .collect(),
        })
        .collect();
    let drawn: Vec<TrendPoint> = moments
        .iter()
        .map(|moment| TrendPoint {
            month: moment.month,
            label: short_name(w, starts_on, i64::from(moment.month)),
            mean: shown(moment).map(|above| (above.percent(), percent(w, above))),
            goal: None,
        })
        .collect();
    let told: Vec<String> = moments
        .iter()
        .filter_map(|moment| {
            let when = moment_name(w, starts_on, i64::from(moment.month));
            Some(format!("{when}: {}", percent(w, shown(moment)?)))
        })
        .collect();
    let key = match reference {
        Reference::National => "trend-national",
        Reference::Study => "trend-study",
    };
    Some(TrendText {
        figure: (!told.is_empty()).then(|| trend(id, title, &told.join("; "), &drawn)),
        year_groups: groups
            .iter()
            .map(|group| w.t1("trend-year-group", "n", i64::from(*group)))
            .collect(),
        rows,
        reference: w.t(key),
        reasons: reasons.into_iter().collect(),
    })
}

/// The moments of five years up to the last.
fn five_years(portrait: &AchievementPortrait) -> Vec<&Moment> {
    let last = portrait.moments.iter().map(|moment| moment.month).max();
    let last = last.unwrap_or_default();
    let moments = portrait.moments.iter();
    moments
        .filter(|moment| moment.month > last - FIVE_YEARS)
        .collect()
}

fn shown(moment: &Moment) -> Option<Above> {
    moment.above.as_ref()?.shown().ok().copied()
}

fn percentage(
    w: Words,
    above: Option<&Disclosed<Above>>,
    because: &mut impl FnMut(Suppressed) -> String,
) -> String {
    match above.map(Disclosed::shown) {
        None => String::new(),
        Some(Ok(above)) => percent(w, *above),
        Some(Err(why)) => because(why),
    }
}

/// A percentage as it is told: near an end only that it is there.
pub fn percent(w: Words, above: Above) -> String {
    let n = w.decimal(above.percent(), 0);
    let key = if above.is_at_most() {
        "trend-at-most"
    } else if above.is_at_least() {
        "trend-at-least"
    } else {
        "trend-percent"
    };
    w.t1(key, "n", n)
}

/// The last moment with a mean: when, the mean, how many above, and the distance to the goal near it.
pub fn latest(w: Words, text: &AchievementText, trend: Option<&TrendText>) -> Option<String> {
    let row = text.rows.iter().rev().find(|row| !row.n.is_empty())?;
    let mut told = w.t2(
        "trend-latest",
        "when",
        row.when.as_str(),
        "mean",
        row.mean.as_str(),
    );
    if !row.distance.is_empty() {
        told += " ";
        let goal = row.goal.as_str();
        told += &w.t2(
            "trend-latest-goal",
            "goal",
            goal,
            "distance",
            row.distance.as_str(),
        );
    }
    let above = trend.and_then(|trend| trend.rows.iter().find(|one| one.when == row.when));
    if let Some(above) = above.filter(|above| above.above.contains('%')) {
        told += " ";
        told += &w.t1("trend-latest-above", "above", above.above.as_str());
    }
    Some(told)
}

/// The mean over schools, each counting once, at the moments at which enough of them were shown. Reckoned from what is
/// shown of each: it tells nothing besides.
pub fn together(
    w: Words,
    id: &str,
    title: &str,
    schools: &[(NaiveDate, &AchievementPortrait)],
) -> Option<AchievementText> {
    let mut moments: BTreeMap<(i32, u32), (usize, f64)> = BTreeMap::new();
    let mut names: BTreeMap<(i32, u32), (String, String)> = BTreeMap::new();
    for (starts_on, portrait) in schools {
        for moment in five_years(portrait) {
            let Ok(mean) = moment.mean.shown() else {
                continue;
            };
            let month = i64::from(moment.month);
            let when = calendar(*starts_on, moment.month);
            let (n, sum) = moments.entry(when).or_default();
            *n += 1;
            *sum += mean;
            let name = (
                moment_name(w, *starts_on, month),
                short_name(w, *starts_on, month),
            );
            names.insert(when, name);
        }
    }
    moments.retain(|_, (n, _)| *n >= FEWEST_SCHOOLS);
    let first = moments.keys().next().copied()?;
    let rows: Vec<AchievementRow> = moments
        .iter()
        .map(|(when, (n, sum))| AchievementRow {
            when: names[when].0.clone(),
            n: n.to_string(),
            mean: w.decimal(sum / *n as f64, 1),
            goal: String::new(),
            distance: String::new(),
        })
        .collect();
    let drawn: Vec<TrendPoint> = moments
        .iter()
        .map(|(when, (n, sum))| {
            let mean = sum / *n as f64;
            TrendPoint {
                month: (when.0 - first.0) * 12 + when.1 as i32 - first.1 as i32,
                label: names[when].1.clone(),
                mean: Some((mean, w.decimal(mean, 0))),
                goal: None,
            }
        })
        .collect();
    let told: Vec<String> = rows
        .iter()
        .map(|row| format!("{}: {}", row.when, row.mean))
        .collect();
    Some(AchievementText {
        figure: Some(trend(id, title, &told.join("; "), &drawn)),
        rows,
    })
}

/// Year and month of a test moment.
fn calendar(starts_on: NaiveDate, month: i32) -> (i32, u32) {
    use chrono::Datelike;
    let months = starts_on.year() * 12 + starts_on.month0() as i32 + month;
    (months.div_euclid(12), months.rem_euclid(12) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::disclosure::{Ledger, headcount};
    use crate::domain::language::Language;
    use crate::evaluation::portrait::YearGroup;

    fn portrait(shift: f64) -> AchievementPortrait {
        let keys: Vec<String> = (0..40).map(|n| format!("p{n:02}")).collect();
        let moment = |month: i32| {
            let mut ledger = Ledger::default();
            let points = keys.iter().enumerate();
            let points = points
                .map(|(n, key)| (key.as_str(), shift + (n % 2) as f64))
                .collect();
            let side = |range: std::ops::Range<usize>| -> BTreeMap<&str, bool> {
                range.map(|n| (keys[n].as_str(), n % 2 == 0)).collect()
            };
            let (above, groups) =
                ledger.pupils_above("m", Some(&side(0..40)), &[side(0..36), side(36..40)], 10);
            let of_group = groups
                .into_iter()
                .zip([5, 6])
                .map(|(above, year_group)| YearGroup {
                    year_group,
                    n_pupils: headcount(20),
                    mean: Disclosed::withheld(Suppressed::TooFewPeople),
                    above: Some(above),
                });
            Moment {
                month,
                n_pupils: headcount(40),
                mean: ledger.pupil_mean("m", &points, 10),
                above: Some(above),
                year_groups: of_group.collect(),
            }
        };
        AchievementPortrait {
            moments: vec![moment(-60), moment(-6), moment(0)],
            reference: Some(Reference::National),
        }
    }

    #[test]
    fn what_is_withheld_says_why_and_nothing_is_older_than_five_years() {
        let w = Words(Language::Nl);
        let starts_on = NaiveDate::from_ymd_opt(2024, 8, 31).unwrap();
        let told = trend_text(w, "a", "t", starts_on, &portrait(50.0)).unwrap();
        assert_eq!(told.rows.len(), 2);
        assert_eq!(told.rows[0].above, w.t1("trend-percent", "n", "50"));
        assert_eq!(told.rows[0].cells[0].0, w.t("trend-few"));
        assert_eq!(told.reasons.len(), 1, "{:?}", told.reasons);
        let bare = AchievementPortrait::default();
        assert_eq!(trend_text(w, "a", "t", starts_on, &bare), None);
    }

    #[test]
    fn a_board_has_a_mean_of_three_schools_or_none() {
        let w = Words(Language::En);
        let starts_on = NaiveDate::from_ymd_opt(2024, 8, 31).unwrap();
        let later = NaiveDate::from_ymd_opt(2025, 2, 28).unwrap();
        let schools = [portrait(50.0), portrait(52.0), portrait(54.0)];
        let of = |n: usize| -> Vec<(NaiveDate, &AchievementPortrait)> {
            schools[..n].iter().map(|one| (starts_on, one)).collect()
        };
        assert_eq!(together(w, "b", "t", &of(2)), None);
        let told = together(w, "b", "t", &of(3)).unwrap();
        assert_eq!(told.rows.len(), 2);
        assert_eq!(
            (told.rows[0].mean.as_str(), told.rows[0].n.as_str()),
            ("52.5", "3")
        );
        // A school of a later cohort has the same moment by another count of months.
        let mut mixed = of(2);
        mixed.push((later, &schools[2]));
        let told = together(w, "b", "t", &mixed).unwrap();
        assert_eq!(
            told.rows
                .iter()
                .map(|row| row.when.as_str())
                .collect::<Vec<_>>(),
            ["August 2024"]
        );
    }
}
