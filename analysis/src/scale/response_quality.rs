//! Signs that a respondent did not read the questions.

use crate::outcome::Undefined;

/// Which way an item is worded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wording {
    With,
    /// Agreeing says little of what the scale measures.
    Against,
}

/// What one respondent did with a page of items that share their answers.
#[derive(Debug, Clone, PartialEq)]
pub struct ResponseQuality {
    pub items: usize,
    pub missing: usize,
    /// Share of the items left open.
    pub share_missing: f64,
    /// Most equal answers in a row, in the order in which they were asked; an open item ends a row.
    pub longest_string: usize,
    /// Standard deviation of the answers as given, before any is reversed. Zero over items worded both ways is a contradiction.
    pub deviation: Result<f64, Undefined>,
    /// Seconds per item answered.
    pub seconds_per_item: Result<f64, Undefined>,
    /// How many times as fast as the others.
    pub relative_speed: Result<f64, Undefined>,
    /// Mean of the items worded with the scale minus that of those worded against it after these are reversed, in units of the items.
    pub reverse_inconsistency: Result<f64, Undefined>,
}

/// When a sign is worth a look; the values of [`QualityThresholds::default`] are those of the literature named there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QualityThresholds {
    /// Equal answers in a row, as a share of the items. One half: Curran (2016), J. Exp. Soc. Psychol. 66, 4-19.
    pub string_share: f64,
    /// Flag equal answers to all items, if some are worded against the scale and none is the middle answer: Schonlau & Toepoel (2015), Surv. Res.
    /// Methods 9, 125-137.
    pub straight_lining: bool,
    /// More than this share of the items left open. One half: the rule of half, Fairclough (2010), Design and analysis of quality of life studies, ch. 2.
    pub missing_share: f64,
    /// Faster than this many seconds per item. Two: Huang et al. (2012), J. Bus. Psychol. 27, 99-114.
    pub seconds_per_item: f64,
    /// This many times as fast as the typical respondent, or more. Two: Leiner (2019), Surv. Res. Methods 13, 229-248.
    pub relative_speed: f64,
    /// Items worded with and against the scale further apart than this share of the range of answers. One half; a convention of ours, in the spirit of
    /// Weijters, Baumgartner & Schillewaert (2013), Psychol. Methods 18, 320-334.
    pub inconsistent_share: f64,
}

impl Default for QualityThresholds {
    fn default() -> Self {
        Self {
            string_share: 0.5,
            straight_lining: true,
            missing_share: 0.5,
            seconds_per_item: 2.0,
            relative_speed: 2.0,
            inconsistent_share: 0.5,
        }
    }
}

/// A sign that an answer sheet is worth a look. None of them alone is a reason to leave a respondent out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QualityFlag {
    LongString,
    StraightLining,
    ManyMissing,
    TooFast,
    FasterThanOthers,
    ReverseInconsistent,
}

impl QualityFlag {
    /// The name that files carry, in snake case.
    pub fn name(self) -> &'static str {
        match self {
            Self::LongString => "long_string",
            Self::StraightLining => "straight_lining",
            Self::ManyMissing => "many_missing",
            Self::TooFast => "too_fast",
            Self::FasterThanOthers => "faster_than_others",
            Self::ReverseInconsistent => "reverse_inconsistent",
        }
    }
}

/// What the items of a page have in common.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<'a> {
    /// Per item, in the order in which they are asked.
    pub wording: &'a [Wording],
    /// The lowest answer the items allow.
    pub minimum: f64,
    /// The highest answer the items allow.
    pub maximum: f64,
    /// What others took per item: see [`typical_seconds_per_item`]. None if nobody's time is known.
    pub typical_seconds: Option<f64>,
}

/// What one respondent did with a page of items: read it, or filled it.
///
/// # Definition
/// share of items open; longest run of equal answers; standard deviation (n - 1) of the answers as given; seconds / items answered; typical seconds per
/// item / own; mean of the items worded with - mean of (minimum + maximum - x) over those worded against
/// # Shape and unit
/// counts, shares in [0, 1], seconds, and differences in units of the items
/// # Missing
/// an open item counts as open, ends a run and enters no mean; `seconds` None if the time is not known
/// # Undefined
/// TooFewItems without items, or if answers and wordings differ in number; NotFinite if an answer, an end or the time is not a finite number (or
/// the time negative). Within: TooFewAnswers for the deviation below two answers; NothingObserved for speed if no time is known or nothing is
/// answered; TooFewItems for the inconsistency unless both kinds of items are answered; NoVariation for the relative speed if no time passed
/// # Source
/// Meade & Craig (2012), Psychol. Methods 17, 437-455; Curran (2016), J. Exp. Soc. Psychol. 66, 4-19; Leiner (2019), Surv. Res. Methods 13, 229-248
/// # Agrees with
/// R base `rle`, `sd` and `mean` 4.2.2 on the same answers, 1e-9 (longest string as careless `longstring` where no item is open)
/// # Cost
/// O(items)
pub fn response_quality(
    answers: &[Option<f64>],
    page: &Page<'_>,
    seconds: Option<f64>,
) -> Result<ResponseQuality, Undefined> {
    let n_items = answers.len();
    if n_items == 0 || n_items != page.wording.len() {
        return Err(Undefined::TooFewItems);
    }
    let given: Vec<f64> = answers.iter().copied().flatten().collect();
    let ends = page.minimum + page.maximum;
    let times = [seconds, page.typical_seconds].into_iter().flatten();
    if given.iter().any(|x| !x.is_finite())
        || !ends.is_finite()
        || times
            .into_iter()
            .any(|time| !time.is_finite() || time < 0.0)
    {
        return Err(Undefined::NotFinite);
    }
    let missing = n_items - given.len();
    let seconds_per_item = match seconds {
        Some(seconds) if !given.is_empty() => Ok(seconds / given.len() as f64),
        _ => Err(Undefined::NothingObserved),
    };
    let relative_speed = seconds_per_item.and_then(|own| match page.typical_seconds {
        None => Err(Undefined::NothingObserved),
        Some(_) if own == 0.0 => Err(Undefined::NoVariation),
        Some(typical) => Ok(typical / own),
    });
    Ok(ResponseQuality {
        items: n_items,
        missing,
        share_missing: missing as f64 / n_items as f64,
        longest_string: longest_string(answers),
        deviation: deviation(&given),
        seconds_per_item,
        relative_speed,
        reverse_inconsistency: inconsistency(answers, page.wording, ends),
    })
}

/// Which signs on this sheet are worth a look.
///
/// # Definition
/// each sign against its threshold: long string at `string_share` of the items or more (of at least three); straight-lining if all items answered alike,
/// both wordings among them, and not with the middle answer; many missing above `missing_share`; too fast below `seconds_per_item`; faster than
/// others at `relative_speed` or more (or no time at all); inconsistent beyond `inconsistent_share` of the range
/// # Shape and unit
/// the flags that are raised, in the order of [`QualityFlag`]
/// # Missing
/// a sign whose value does not exist raises no flag
/// # Undefined
/// never
/// # Source
/// beside each threshold in [`QualityThresholds`]
/// # Agrees with
/// by definition
/// # Cost
/// O(1)
pub fn quality_flags(
    quality: &ResponseQuality,
    page: &Page<'_>,
    thresholds: &QualityThresholds,
) -> Vec<QualityFlag> {
    let range = (page.maximum - page.minimum).abs();
    let items = quality.items as f64;
    let difference = quality.reverse_inconsistency;
    // All alike as given: x with and minimum + maximum - x after reversing, so that only the middle answer contradicts nothing.
    let straight =
        quality.deviation == Ok(0.0) && difference.is_ok_and(|d| d.abs() > 1e-12 * range);
    let raised = [
        (
            QualityFlag::LongString,
            quality.items >= 3 && quality.longest_string as f64 >= thresholds.string_share * items,
        ),
        (
            QualityFlag::StraightLining,
            thresholds.straight_lining && straight,
        ),
        (
            QualityFlag::ManyMissing,
            quality.share_missing > thresholds.missing_share,
        ),
        (
            QualityFlag::TooFast,
            quality
                .seconds_per_item
                .is_ok_and(|own| own < thresholds.seconds_per_item),
        ),
        (
            QualityFlag::FasterThanOthers,
            match quality.relative_speed {
                Ok(speed) => speed >= thresholds.relative_speed,
                Err(reason) => reason == Undefined::NoVariation,
            },
        ),
        (
            QualityFlag::ReverseInconsistent,
            difference.is_ok_and(|d| d.abs() > thresholds.inconsistent_share * range),
        ),
    ];
    raised
        .into_iter()
        .filter(|(_, raised)| *raised)
        .map(|(flag, _)| flag)
        .collect()
}

/// How long a typical respondent took per item.
///
/// # Definition
/// median over the respondents of seconds / items answered
/// # Shape and unit
/// seconds per item
/// # Missing
/// respondents without a time or without an answer are left out by the caller
/// # Undefined
/// NothingObserved without values; NotFinite if one is not a finite number of at least 0
/// # Source
/// Leiner (2019), Surv. Res. Methods 13, 229-248
/// # Agrees with
/// R stats `median` 4.2.2, 1e-9
/// # Cost
/// O(n log n)
pub fn typical_seconds_per_item(seconds_per_item: &[f64]) -> Result<f64, Undefined> {
    if seconds_per_item.is_empty() {
        return Err(Undefined::NothingObserved);
    }
    if seconds_per_item.iter().any(|x| !x.is_finite() || *x < 0.0) {
        return Err(Undefined::NotFinite);
    }
    let mut sorted = seconds_per_item.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len();
    Ok(0.5 * (sorted[(n - 1) / 2] + sorted[n / 2]))
}

fn longest_string(answers: &[Option<f64>]) -> usize {
    let (mut longest, mut run, mut last) = (0, 0, None);
    for &answer in answers {
        run = match answer {
            None => 0,
            Some(_) if answer == last => run + 1,
            Some(_) => 1,
        };
        last = answer;
        longest = longest.max(run);
    }
    longest
}

fn deviation(given: &[f64]) -> Result<f64, Undefined> {
    if given.len() < 2 {
        return Err(Undefined::TooFewAnswers);
    }
    // About the first, so that equal answers deviate by nothing at all.
    let from_first = || given.iter().map(|x| x - given[0]);
    let n = given.len() as f64;
    let mean = from_first().sum::<f64>() / n;
    let squares: f64 = from_first().map(|x| (x - mean).powi(2)).sum();
    Ok((squares / (n - 1.0)).sqrt())
}

fn inconsistency(
    answers: &[Option<f64>],
    wording: &[Wording],
    ends: f64,
) -> Result<f64, Undefined> {
    let mean = |kind: Wording| {
        let of_kind = answers
            .iter()
            .zip(wording)
            .filter(|(_, wording)| **wording == kind);
        let (sum, n) = of_kind
            .filter_map(|(answer, _)| *answer)
            .fold((0.0, 0_u32), |(sum, n), x| (sum + x, n + 1));
        if n == 0 {
            Err(Undefined::TooFewItems)
        } else {
            Ok(sum / f64::from(n))
        }
    };
    Ok(mean(Wording::With)? - (ends - mean(Wording::Against)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Wording::{Against, With};

    const WORDING: [Wording; 6] = [With, With, Against, With, Against, With];

    fn page(typical_seconds: Option<f64>) -> Page<'static> {
        Page {
            wording: &WORDING,
            minimum: 1.0,
            maximum: 5.0,
            typical_seconds,
        }
    }

    fn flags(answers: [f64; 6], seconds: Option<f64>) -> Vec<QualityFlag> {
        let page = page(Some(6.0));
        let quality = response_quality(&answers.map(Some), &page, seconds).unwrap();
        quality_flags(&quality, &page, &QualityThresholds::default())
    }

    #[test]
    fn one_who_reads_raises_no_flag() {
        assert_eq!(flags([4.0, 5.0, 2.0, 4.0, 1.0, 4.0], Some(40.0)), []);
        assert_eq!(flags([4.0, 5.0, 2.0, 4.0, 1.0, 4.0], None), []);
    }

    #[test]
    fn one_who_clicks_down_a_column_contradicts_herself() {
        use QualityFlag::*;
        assert_eq!(
            flags([5.0; 6], Some(9.0)),
            [
                LongString,
                StraightLining,
                TooFast,
                FasterThanOthers,
                ReverseInconsistent
            ]
        );
        // All middle answers agree with themselves, however dull.
        assert_eq!(flags([3.0; 6], Some(40.0)), [LongString]);
        assert_eq!(
            flags([4.0, 5.0, 2.0, 4.0, 1.0, 4.0], Some(0.0)),
            [TooFast, FasterThanOthers]
        );
        // At the thresholds: half of the items, twice as fast.
        assert_eq!(
            flags([4.0, 4.0, 4.0, 5.0, 1.0, 4.0], Some(18.0)),
            [LongString, FasterThanOthers]
        );
    }

    #[test]
    fn open_items_end_a_run_and_are_counted() {
        let answers = [Some(4.0), Some(4.0), None, Some(4.0), None, None];
        let quality = response_quality(&answers, &page(None), Some(12.0)).unwrap();
        assert_eq!((quality.missing, quality.longest_string), (3, 2));
        assert_eq!(quality.seconds_per_item, Ok(4.0));
        assert_eq!(quality.relative_speed, Err(Undefined::NothingObserved));
        assert_eq!(quality.reverse_inconsistency, Err(Undefined::TooFewItems));
        assert_eq!(quality.deviation, Ok(0.0));
        assert_eq!(
            quality_flags(&quality, &page(None), &QualityThresholds::default()),
            []
        );
        let quality = response_quality(&[None; 6], &page(None), Some(1.0)).unwrap();
        assert_eq!(
            quality_flags(&quality, &page(None), &QualityThresholds::default()),
            [QualityFlag::ManyMissing]
        );
    }

    #[test]
    fn what_cannot_be_judged_has_a_reason() {
        let page = page(None);
        assert_eq!(
            response_quality(&[], &page, None),
            Err(Undefined::TooFewItems)
        );
        assert_eq!(
            response_quality(&[None; 5], &page, None),
            Err(Undefined::TooFewItems)
        );
        assert_eq!(
            response_quality(&[Some(f64::NAN); 6], &page, None),
            Err(Undefined::NotFinite)
        );
        assert_eq!(
            response_quality(&[None; 6], &page, Some(-1.0)),
            Err(Undefined::NotFinite)
        );
        assert_eq!(
            typical_seconds_per_item(&[]),
            Err(Undefined::NothingObserved)
        );
        assert_eq!(
            typical_seconds_per_item(&[3.0, f64::NAN]),
            Err(Undefined::NotFinite)
        );
        assert_eq!(typical_seconds_per_item(&[9.0, 1.0, 2.0, 4.0]), Ok(3.0));
    }
}
