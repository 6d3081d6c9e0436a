//! A test with a key: how hard its questions are, which of them tell who knows from who does not, how reliable the number right is, and what was gained.

use crate::numeric::variance_ratio;
use crate::outcome::{Interval, Undefined};

/// What becomes of a question left open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unanswered {
    /// It counts as not known.
    Wrong,
    /// It does not count.
    Missing,
}

/// The options that were chosen, marked: 1 = right, 0 = wrong.
///
/// # Definition
/// 1 if the chosen option is the right one, else 0
/// # Shape and unit
/// one row per respondent with a mark per question of `right`
/// # Missing
/// an open question is 0 or stays open, as `unanswered` says; someone who left every question open stays open throughout: who did not take the test is not
/// someone who knows nothing
/// # Undefined
/// never
/// # Source
/// number-right scoring, Lord & Novick (1968), Statistical theories of mental test scores, chapter 14
/// # Agrees with
/// by definition
/// # Cost
/// O(answers)
pub fn marks(
    answers: &[Vec<Option<i64>>],
    right: &[i64],
    unanswered: Unanswered,
) -> Vec<Vec<Option<f64>>> {
    answers
        .iter()
        .map(|row| {
            let taken = row.iter().any(Option::is_some);
            let open = (taken && unanswered == Unanswered::Wrong).then_some(0.0);
            right
                .iter()
                .enumerate()
                .map(|(item, right)| match row.get(item).copied().flatten() {
                    Some(chosen) => Some(f64::from(u8::from(chosen == *right))),
                    None => open,
                })
                .collect()
        })
        .collect()
}

/// How one question does its work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ItemQuality {
    /// Share of those who answered it that had it right: an easy question has a high value.
    pub difficulty: f64,
    /// Point-biserial correlation with the number right.
    pub item_total: Result<f64, Undefined>,
    /// The same with the number right on the other questions.
    pub item_rest: Result<f64, Undefined>,
    /// Respondents who answered it.
    pub n: usize,
    /// Respondents who answered every question, on whom the correlations rest.
    pub n_complete: usize,
}

/// How hard each question is, and whether those who know more have it right more often.
///
/// # Definition
/// difficulty = share right; item-total = Pearson correlation of the mark with the number right, item-rest with the number right on the other questions, over
/// respondents with a mark on every question
/// # Shape and unit
/// one per question, in their order; a share, and correlations
/// # Missing
/// the difficulty rests on everyone with a mark on the question, the correlations on complete rows
/// # Undefined
/// per question: NothingObserved if nobody has a mark; NotFinite if some mark is not finite. Per correlation: TooFewItems below two questions; TooFewUnits below three
/// complete rows; NoVariation if everyone, or nobody, has it right, or the number right does not vary
/// # Source
/// Lord & Novick (1968), Statistical theories of mental test scores, chapter 15
/// # Agrees with
/// psych `alpha(check.keys = FALSE)$item.stats` 2.2.9 (mean, raw.r, r.drop), 1e-9
/// # Cost
/// O(rows x questions)
pub fn item_quality(marks: &[Vec<Option<f64>>]) -> Vec<Result<ItemQuality, Undefined>> {
    let n_items = marks.iter().map(Vec::len).max().unwrap_or(0);
    let finite = marks
        .iter()
        .flatten()
        .flatten()
        .all(|mark| mark.is_finite());
    let complete = complete_rows(marks, n_items);
    let totals: Vec<f64> = complete.iter().map(|row| row.iter().sum()).collect();
    (0..n_items)
        .map(|item| {
            if !finite {
                return Err(Undefined::NotFinite);
            }
            let given = || {
                marks
                    .iter()
                    .filter_map(|row| row.get(item).copied().flatten())
            };
            let n = given().count();
            if n == 0 {
                return Err(Undefined::NothingObserved);
            }
            let column: Vec<f64> = complete.iter().map(|row| row[item]).collect();
            let rest: Vec<f64> = totals
                .iter()
                .zip(&column)
                .map(|(total, mark)| total - mark)
                .collect();
            let with = |scores: &[f64]| {
                if n_items < 2 {
                    Err(Undefined::TooFewItems)
                } else {
                    correlation(&column, scores)
                }
            };
            Ok(ItemQuality {
                difficulty: given().sum::<f64>() / n as f64,
                item_total: with(&totals),
                item_rest: with(&rest),
                n,
                n_complete: complete.len(),
            })
        })
        .collect()
}

/// Rows with a mark on every question.
fn complete_rows(marks: &[Vec<Option<f64>>], n_items: usize) -> Vec<Vec<f64>> {
    marks
        .iter()
        .filter(|row| row.len() == n_items)
        .filter_map(|row| row.iter().copied().collect())
        .collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Variance (n - 1).
fn variance(values: &[f64]) -> f64 {
    let centre = mean(values);
    values.iter().map(|x| (x - centre).powi(2)).sum::<f64>() / (values.len() as f64 - 1.0)
}

fn correlation(x: &[f64], y: &[f64]) -> Result<f64, Undefined> {
    if x.len() < 3 {
        return Err(Undefined::TooFewUnits);
    }
    let (mean_x, mean_y) = (mean(x), mean(y));
    let (mut xy, mut xx, mut yy) = (0.0, 0.0, 0.0);
    for (x, y) in x.iter().zip(y) {
        xy += (x - mean_x) * (y - mean_y);
        xx += (x - mean_x).powi(2);
        yy += (y - mean_y).powi(2);
    }
    // Marks and numbers right are small whole numbers: less spread than this is rounding.
    if xx < 1e-12 || yy < 1e-12 {
        return Err(Undefined::NoVariation);
    }
    Ok((xy / (xx * yy).sqrt()).clamp(-1.0, 1.0))
}

/// How often one option was chosen, and by whom.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OptionUse {
    pub option: i64,
    /// Whether it is the right one.
    pub right: bool,
    pub n: usize,
    /// Share of those who chose any option.
    pub share: f64,
    /// Mean number right on the other questions of those who chose it.
    pub mean_rest: Result<f64, Undefined>,
}

/// Which wrong answers attract whom: a wrong option that nobody takes, or that those who know most take, is a fault of the question.
///
/// # Definition
/// per option of one question the number and share who chose it, and their mean number right on the other questions. Every option of `options` is listed, in their
/// order, and after these any other that was chosen
/// # Shape and unit
/// one per option; the shares add up to 1
/// # Missing
/// who left the question open is not counted; other questions left open count as not right
/// # Undefined
/// NothingObserved if nobody answered the question; TooFewItems if `item` is not a question of `right`. Per option: NothingObserved if nobody chose it, TooFewItems if
/// there is no other question
/// # Source
/// Haladyna & Downing (1993), Educational and Psychological Measurement 53, 999-1010
/// # Agrees with
/// base R `table` and `tapply` 4.2.2, 1e-9
/// # Cost
/// O(rows x questions)
pub fn distractors(
    answers: &[Vec<Option<i64>>],
    right: &[i64],
    item: usize,
    options: &[i64],
) -> Result<Vec<OptionUse>, Undefined> {
    let key = *right.get(item).ok_or(Undefined::TooFewItems)?;
    let marks = marks(answers, right, Unanswered::Wrong);
    // What was chosen, and the number right on the other questions.
    let chosen: Vec<(i64, f64)> = answers
        .iter()
        .zip(&marks)
        .filter_map(|(row, marks)| {
            let rest = marks.iter().enumerate().filter(|(other, _)| *other != item);
            Some((
                row.get(item).copied().flatten()?,
                rest.filter_map(|(_, mark)| *mark).sum(),
            ))
        })
        .collect();
    if chosen.is_empty() {
        return Err(Undefined::NothingObserved);
    }
    let mut listed = Vec::new();
    let mut strangers: Vec<i64> = chosen.iter().map(|(option, _)| *option).collect();
    strangers.sort_unstable();
    for option in options.iter().copied().chain(strangers) {
        if !listed.contains(&option) {
            listed.push(option);
        }
    }
    Ok(listed
        .into_iter()
        .map(|option| {
            let rests: Vec<f64> = chosen
                .iter()
                .filter(|(own, _)| *own == option)
                .map(|(_, rest)| *rest)
                .collect();
            let mean_rest = match () {
                () if right.len() < 2 => Err(Undefined::TooFewItems),
                () if rests.is_empty() => Err(Undefined::NothingObserved),
                () => Ok(mean(&rests)),
            };
            OptionUse {
                option,
                right: option == key,
                n: rests.len(),
                share: rests.len() as f64 / chosen.len() as f64,
                mean_rest,
            }
        })
        .collect())
}

/// Whether a question is answered no better than by guessing.
///
/// # Definition
/// P(X >= number right), X binomial with the n who answered and chance 1 / options; at the floor if it is not below `alpha`
/// # Shape and unit
/// the one-sided p-value and the flag: `true` = blind guessing would do as well
/// # Missing
/// who left the question open is not counted
/// # Undefined
/// TooFewUnits without answers, or with more right than answered; TooFewItems below two options; NotFinite if `alpha` is not between 0 and 1
/// # Source
/// exact binomial test, Clopper & Pearson (1934), Biometrika 26, 404-413
/// # Agrees with
/// stats `binom.test(alternative = "greater")` 4.2.2, 1e-9
/// # Cost
/// O(sqrt(n))
pub fn guessing_floor(
    n_right: usize,
    n: usize,
    n_options: usize,
    alpha: f64,
) -> Result<(f64, bool), Undefined> {
    if n == 0 || n_right > n {
        return Err(Undefined::TooFewUnits);
    }
    if n_options < 2 {
        return Err(Undefined::TooFewItems);
    }
    if !(alpha > 0.0 && alpha < 1.0) {
        return Err(Undefined::NotFinite);
    }
    let p_value = if n_right == 0 {
        1.0
    } else {
        variance_ratio::beta_tails(
            n_right as f64,
            (n - n_right) as f64 + 1.0,
            1.0 / n_options as f64,
        )?
        .0
    };
    Ok((p_value, p_value >= alpha))
}

/// How reliable the number right is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TestReliability {
    pub kr_20: f64,
    pub interval: Interval,
    /// Mean number right.
    pub mean: f64,
    /// Standard deviation of the number right.
    pub sd: f64,
    /// Standard error of measurement, in questions right.
    pub sem: f64,
    /// Respondents with a mark on every question.
    pub n: usize,
    pub n_items: usize,
}

/// How reliable the number right is: 1 = the same order of people on another test of this kind, 0 = chance.
///
/// # Definition
/// KR-20 = k / (k - 1) (1 - sum p (1 - p) / variance of the number right), both variances over n; interval 1 - (1 - KR-20) q with q the (1 - level) / 2 and
/// (1 + level) / 2 quantiles of F with n - 1 and (n - 1)(k - 1) degrees of freedom; SEM = sd sqrt(1 - KR-20)
/// # Shape and unit
/// KR-20 at most 1, and it can be negative; mean, sd and SEM in questions right
/// # Missing
/// a row with an open mark is left out
/// # Undefined
/// TooFewItems below two questions; TooFewUnits below two complete rows; NoVariation if the number right does not vary; NotFinite if a mark is not finite, or
/// `level` is not between 0 and 1
/// # Source
/// Kuder & Richardson (1937), Psychometrika 2, 151-160; Feldt (1965), Psychometrika 30, 357-370
/// # Agrees with
/// psych `alpha` and `alpha.ci` 2.2.9 on marks, 1e-9
/// # Cost
/// O(rows x questions)
pub fn kr_20(marks: &[Vec<Option<f64>>], level: f64) -> Result<TestReliability, Undefined> {
    let n_items = marks.iter().map(Vec::len).max().unwrap_or(0);
    if marks
        .iter()
        .flatten()
        .flatten()
        .any(|mark| !mark.is_finite())
    {
        return Err(Undefined::NotFinite);
    }
    if n_items < 2 {
        return Err(Undefined::TooFewItems);
    }
    let complete = complete_rows(marks, n_items);
    if complete.len() < 2 {
        return Err(Undefined::TooFewUnits);
    }
    let (n, k) = (complete.len() as f64, n_items as f64);
    let totals: Vec<f64> = complete.iter().map(|row| row.iter().sum()).collect();
    let total = variance(&totals);
    if total < 1e-12 {
        return Err(Undefined::NoVariation);
    }
    let of_items: f64 = (0..n_items)
        .map(|item| variance(&complete.iter().map(|row| row[item]).collect::<Vec<_>>()))
        .sum();
    let kr_20 = k / (k - 1.0) * (1.0 - of_items / total);
    let outside = 0.5 * (1.0 - level);
    let end = |share| {
        variance_ratio::quantile(share, n - 1.0, (n - 1.0) * (k - 1.0))
            .map(|q| 1.0 - (1.0 - kr_20) * q)
    };
    Ok(TestReliability {
        kr_20,
        interval: Interval {
            lower: end(1.0 - outside)?,
            upper: end(outside)?,
        },
        mean: mean(&totals),
        sd: total.sqrt(),
        sem: (total * (1.0 - kr_20)).sqrt(),
        n: complete.len(),
        n_items,
    })
}

/// What was gained between two occasions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gain {
    /// Mean of after - before.
    pub mean: f64,
    pub interval: Interval,
    /// Standard deviation of the gains.
    pub sd: f64,
    pub se: f64,
    pub t: f64,
    /// Two-sided.
    pub p_value: f64,
    /// Mean gain / sd of the gains.
    pub d_z: f64,
    /// Pairs; for [`gain_over_groups`] groups.
    pub n: usize,
}

/// How much people gained between two occasions.
///
/// # Definition
/// gain = after - before; mean, sd (n - 1), se = sd / sqrt n, t = mean / se, interval mean ± t quantile (n - 1) se
/// # Shape and unit
/// units of the scores; d_z without unit
/// # Missing
/// the caller hands in the pairs of which both are there. Who left between the occasions is not in it: say how many
/// # Undefined
/// TooFewUnits below two pairs; NoVariation if all gain the same, then there is no standard error; NotFinite if a score is not finite, or `level` is not between 0 and 1
/// # Source
/// Student (1908), Biometrika 6, 1-25
/// # Agrees with
/// stats `t.test(after, before, paired = TRUE)` 4.2.2, 1e-9
/// # Cost
/// O(pairs)
pub fn gain(pairs: &[(f64, f64)], level: f64) -> Result<Gain, Undefined> {
    let gains: Vec<f64> = pairs.iter().map(|(before, after)| after - before).collect();
    gain_of(&gains, level)
}

fn gain_of(gains: &[f64], level: f64) -> Result<Gain, Undefined> {
    if gains.iter().any(|gain| !gain.is_finite()) {
        return Err(Undefined::NotFinite);
    }
    if gains.len() < 2 {
        return Err(Undefined::TooFewUnits);
    }
    let n = gains.len() as f64;
    let (mean, variance) = (mean(gains), variance(gains));
    let largest = gains.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
    if variance <= 1e-26 * largest * largest {
        return Err(Undefined::NoVariation);
    }
    let se = (variance / n).sqrt();
    let t = mean / se;
    let reach = variance_ratio::t_quantile(0.5 * (1.0 + level), n - 1.0)? * se;
    Ok(Gain {
        mean,
        interval: Interval {
            lower: mean - reach,
            upper: mean + reach,
        },
        sd: variance.sqrt(),
        se,
        t,
        p_value: variance_ratio::tails(t * t, 1.0, n - 1.0)?.1,
        d_z: mean / variance.sqrt(),
        n: gains.len(),
    })
}

/// How much schools gained between two occasions, each counted once: people of one school are no independent witnesses.
///
/// # Definition
/// as [`gain`], of the mean gains of the groups
/// # Shape and unit
/// units of the scores; `n` counts groups
/// # Missing
/// a group without pairs does not count
/// # Undefined
/// as [`gain`], of groups
/// # Source
/// as [`gain`]; summary measures by cluster, Donner & Klar (2000), Design and analysis of cluster randomization trials, chapter 7
/// # Agrees with
/// stats `t.test` 4.2.2 on the mean gains, 1e-9
/// # Cost
/// O(pairs)
pub fn gain_over_groups(groups: &[Vec<(f64, f64)>], level: f64) -> Result<Gain, Undefined> {
    let means: Vec<f64> = groups
        .iter()
        .filter(|pairs| !pairs.is_empty())
        .map(|pairs| {
            pairs
                .iter()
                .map(|(before, after)| after - before)
                .sum::<f64>()
                / pairs.len() as f64
        })
        .collect();
    gain_of(&means, level)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_question_is_wrong_or_does_not_count() {
        let answers = [vec![Some(2), None], vec![None, None], vec![Some(1)]];
        let wrong = marks(&answers, &[2, 3], Unanswered::Wrong);
        assert_eq!(
            wrong,
            [
                vec![Some(1.0), Some(0.0)],
                vec![None, None],
                vec![Some(0.0), Some(0.0)]
            ]
        );
        let open = marks(&answers, &[2, 3], Unanswered::Missing);
        assert_eq!(
            open,
            [
                vec![Some(1.0), None],
                vec![None, None],
                vec![Some(0.0), None]
            ]
        );
    }

    #[test]
    fn a_wrong_option_that_nobody_takes_is_listed() {
        let answers = [
            vec![Some(1), Some(1)],
            vec![Some(3), Some(2)],
            vec![None, Some(1)],
            vec![Some(9), None],
        ];
        let found = distractors(&answers, &[1, 1], 0, &[1, 2, 3]).unwrap();
        let shown: Vec<_> = found
            .iter()
            .map(|option| (option.option, option.right, option.n, option.mean_rest))
            .collect();
        assert_eq!(
            shown,
            [
                (1, true, 1, Ok(1.0)),
                (2, false, 0, Err(Undefined::NothingObserved)),
                (3, false, 1, Ok(0.0)),
                (9, false, 1, Ok(0.0))
            ]
        );
        assert_eq!(
            distractors(&answers, &[1, 1], 2, &[]),
            Err(Undefined::TooFewItems)
        );
        assert_eq!(
            distractors(&[], &[1], 0, &[]),
            Err(Undefined::NothingObserved)
        );
    }

    #[test]
    fn too_little_to_judge_by() {
        let row = |marks: &[f64]| marks.iter().copied().map(Some).collect::<Vec<_>>();
        assert_eq!(kr_20(&[row(&[1.0])], 0.95), Err(Undefined::TooFewItems));
        assert_eq!(
            kr_20(&[row(&[1.0, 0.0])], 0.95),
            Err(Undefined::TooFewUnits)
        );
        assert_eq!(
            kr_20(&vec![row(&[1.0, 0.0]); 5], 0.95),
            Err(Undefined::NoVariation)
        );
        assert_eq!(
            kr_20(&[row(&[1.0, f64::NAN])], 0.95),
            Err(Undefined::NotFinite)
        );
        let known_by_all = item_quality(&[row(&[1.0, 1.0]), row(&[1.0, 0.0]), row(&[1.0, 1.0])]);
        let first = known_by_all[0].unwrap();
        assert_eq!(
            (first.difficulty, first.item_rest),
            (1.0, Err(Undefined::NoVariation))
        );
        assert_eq!(
            item_quality(&[vec![None, Some(1.0)]])[0],
            Err(Undefined::NothingObserved)
        );
        assert_eq!(gain(&[(1.0, 2.0)], 0.95), Err(Undefined::TooFewUnits));
        assert_eq!(
            gain(&[(1.0, 2.0), (2.0, 3.0)], 0.95),
            Err(Undefined::NoVariation)
        );
        assert_eq!(
            gain(&[(f64::INFINITY, 2.0), (2.0, 3.0)], 0.95),
            Err(Undefined::NotFinite)
        );
        assert_eq!(guessing_floor(0, 0, 4, 0.05), Err(Undefined::TooFewUnits));
        assert_eq!(guessing_floor(0, 3, 4, 0.05), Ok((1.0, true)));
        assert!(!guessing_floor(30, 30, 4, 0.05).unwrap().1);
    }
}
