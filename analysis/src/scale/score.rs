//! One respondent's score on one scale.

use crate::outcome::Undefined;

/// How the items of a scale become a score.
#[derive(Debug, Clone, PartialEq)]
pub struct ScaleRule {
    /// Per item, whether it is worded against the scale. Items beyond the list are not reversed.
    pub reverse: Vec<bool>,
    /// The fewest answered items that make a score.
    pub needed: usize,
    /// The lowest answer the items allow.
    pub minimum: f64,
    /// The highest answer the items allow.
    pub maximum: f64,
}

/// What this respondent says on the whole, in the units of the items.
///
/// # Definition
/// mean of the answered items, after x -> minimum + maximum - x for the reversed ones
/// # Shape and unit
/// one number between minimum and maximum
/// # Missing
/// unanswered items are left out if at least `needed` are answered; nothing is filled in
/// # Undefined
/// TooFewItems without items; TooFewAnswers if fewer than `needed`, or none, are answered; NotFinite if an answer or an end of the range is not finite
/// # Source
/// person-mean scoring, Schafer & Graham (2002), Psychological Methods 7, 147-177
/// # Agrees with
/// psych `scoreItems(totals = FALSE, impute = "none")`, by definition
/// # Cost
/// O(items)
pub fn scale_score(items: &[Option<f64>], rule: &ScaleRule) -> Result<f64, Undefined> {
    if items.is_empty() {
        return Err(Undefined::TooFewItems);
    }
    let mut sum = 0.0;
    let mut answered = 0_usize;
    for (place, answer) in items.iter().enumerate() {
        let Some(answer) = *answer else { continue };
        let reversed = rule.reverse.get(place).copied().unwrap_or(false);
        sum += if reversed {
            rule.minimum + rule.maximum - answer
        } else {
            answer
        };
        answered += 1;
    }
    if answered < rule.needed.max(1) {
        return Err(Undefined::TooFewAnswers);
    }
    if !sum.is_finite() {
        return Err(Undefined::NotFinite);
    }
    Ok(sum / answered as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule() -> ScaleRule {
        ScaleRule {
            reverse: vec![false, true, false],
            needed: 2,
            minimum: 1.0,
            maximum: 5.0,
        }
    }

    #[test]
    fn the_mean_of_the_answered_with_the_second_turned_round() {
        assert_eq!(scale_score(&[Some(4.0), Some(2.0), None], &rule()), Ok(4.0));
    }

    #[test]
    fn one_answer_is_too_few() {
        let items = [None, Some(2.0), None];
        assert_eq!(scale_score(&items, &rule()), Err(Undefined::TooFewAnswers));
        let free = ScaleRule {
            needed: 0,
            ..rule()
        };
        assert_eq!(
            scale_score(&[None; 3], &free),
            Err(Undefined::TooFewAnswers)
        );
        assert_eq!(scale_score(&[], &free), Err(Undefined::TooFewItems));
    }
}
