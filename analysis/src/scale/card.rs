//! Cards on which a person, and others around this person, place statements on an ordered range and tick what should be developed.

use super::score::{ScaleRule, scale_score};
use crate::numeric::variance_ratio;
use crate::outcome::{Interval, Undefined};

/// One rater's card: where each statement was placed, and whether it was ticked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Card {
    /// The position of each statement; none where it was not placed.
    pub positions: Vec<Option<f64>>,
    /// Whether each statement was ticked for development; statements beyond the list were not.
    pub ticks: Vec<bool>,
}

/// What one group of raters says on one section of the card.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SectionMean {
    pub mean: f64,
    /// Standard error over the raters; none for a single rater.
    pub se: Option<f64>,
    /// Raters who placed enough statements.
    pub n_raters: usize,
}

/// Where a group of raters places someone on one section of the card.
///
/// # Definition
/// mean over raters of their [`scale_score`] on the statements `section`; se = sd over raters / sqrt(raters)
/// # Shape and unit
/// positions, from the lowest to the highest of the rule; `rule.reverse` goes with the statements in the order of `section`
/// # Missing
/// a rater who placed fewer than `rule.needed` statements of the section does not count
/// # Undefined
/// TooFewItems without statements; TooFewUnits below `fewest` raters who count (one at the least); NotFinite if a position is not finite
/// # Source
/// person-mean scoring as in [`scale_score`]; at least three raters a source: London & Smither (1995), Personnel Psychology 48, 803-839
/// # Agrees with
/// by definition
/// # Cost
/// O(raters x statements)
pub fn section_mean(
    cards: &[Card],
    section: &[usize],
    rule: &ScaleRule,
    fewest: usize,
) -> Result<SectionMean, Undefined> {
    let mut scores = Vec::with_capacity(cards.len());
    for card in cards {
        match section_score(card, section, rule) {
            Ok(score) => scores.push(score),
            Err(Undefined::TooFewAnswers) => {}
            Err(reason) => return Err(reason),
        }
    }
    let n = scores.len() as f64;
    if scores.len() < fewest.max(1) {
        return Err(Undefined::TooFewUnits);
    }
    let mean = scores.iter().sum::<f64>() / n;
    let squares: f64 = scores.iter().map(|score| (score - mean).powi(2)).sum();
    Ok(SectionMean {
        mean,
        se: (scores.len() > 1).then(|| (squares / (n - 1.0) / n).sqrt()),
        n_raters: scores.len(),
    })
}

/// One rater's mean position on one section.
fn section_score(card: &Card, section: &[usize], rule: &ScaleRule) -> Result<f64, Undefined> {
    let placed: Vec<Option<f64>> = section
        .iter()
        .map(|&statement| card.positions.get(statement).copied().flatten())
        .collect();
    scale_score(&placed, rule)
}

/// How someone sees herself beside how others see her.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SelfOther {
    pub own: f64,
    pub others: f64,
    /// Own minus others: above 0 = sees herself further along than others do.
    pub difference: f64,
    /// Standard error of the difference.
    pub se: f64,
    /// Of the difference, from Student's t with the raters less one degrees of freedom; the error of the own card is in it only where it is known.
    pub interval: Interval,
    pub n_raters: usize,
}

/// How much further along someone places herself than others do, with the uncertainty that comes from asking few of them.
///
/// # Definition
/// own score - mean of the others; se² = variance over the others / their number + `own_sem`²; interval difference ± t quantile (others - 1) se
/// # Shape and unit
/// positions. `own_sem` is the standard error of measurement of one card, and 0 where the own card is taken as it stands
/// # Missing
/// as in [`section_mean`]; nothing is subtracted from the mean of fewer than `fewest` others, and never of fewer than two
/// # Undefined
/// TooFewAnswers if the own card has too few statements placed; TooFewUnits below `fewest` (at least 2) others; TooFewItems without statements; NotFinite if a position,
/// or `own_sem`, is not a finite number
/// # Source
/// difference of independent means; why unreliable scores are not subtracted in silence: Edwards (1993), Personnel Psychology 46, 641-665
/// # Agrees with
/// stats `t.test(others, mu = own)` 4.2.2 with `own_sem` = 0 (signs turned), 1e-9
/// # Cost
/// O(raters x statements)
pub fn self_minus_others(
    own: &Card,
    others: &[Card],
    section: &[usize],
    rule: &ScaleRule,
    fewest: usize,
    own_sem: f64,
    level: f64,
) -> Result<SelfOther, Undefined> {
    if !(own_sem >= 0.0 && own_sem.is_finite()) {
        return Err(Undefined::NotFinite);
    }
    let own = section_score(own, section, rule)?;
    let seen = section_mean(others, section, rule, fewest.max(2))?;
    let se = seen.se.unwrap_or_default().hypot(own_sem);
    let difference = own - seen.mean;
    let reach = variance_ratio::t_quantile(0.5 * (1.0 + level), seen.n_raters as f64 - 1.0)? * se;
    Ok(SelfOther {
        own,
        others: seen.mean,
        difference,
        se,
        interval: Interval {
            lower: difference - reach,
            upper: difference + reach,
        },
        n_raters: seen.n_raters,
    })
}

/// What raters tick for development.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TickShare {
    pub statement: usize,
    /// Share of the raters who handed in a card.
    pub share: f64,
    pub n_ticks: usize,
    pub n_raters: usize,
}

/// Which statements raters would like to see developed.
///
/// # Definition
/// share of the cards on which the statement is ticked
/// # Shape and unit
/// one per statement of `section`, in its order
/// # Missing
/// a card on which nothing was placed and nothing ticked was not handed in; otherwise no tick is a no
/// # Undefined
/// TooFewItems without statements; TooFewUnits below `fewest` cards (one at the least)
/// # Source
/// a proportion
/// # Agrees with
/// by definition
/// # Cost
/// O(raters x statements)
pub fn development_ticks(
    cards: &[Card],
    section: &[usize],
    fewest: usize,
) -> Result<Vec<TickShare>, Undefined> {
    if section.is_empty() {
        return Err(Undefined::TooFewItems);
    }
    let handed_in: Vec<&Card> = cards
        .iter()
        .filter(|card| card.positions.iter().any(Option::is_some) || card.ticks.contains(&true))
        .collect();
    if handed_in.len() < fewest.max(1) {
        return Err(Undefined::TooFewUnits);
    }
    let n_raters = handed_in.len();
    Ok(section
        .iter()
        .map(|&statement| {
            let ticked = |card: &&&Card| card.ticks.get(statement).copied().unwrap_or(false);
            let n_ticks = handed_in.iter().filter(ticked).count();
            TickShare {
                statement,
                share: n_ticks as f64 / n_raters as f64,
                n_ticks,
                n_raters,
            }
        })
        .collect())
}

/// The placed statements of one section, a row per rater: what the agreement of the others is computed from.
///
/// # Definition
/// the positions of `section`, in its order
/// # Shape and unit
/// positions
/// # Missing
/// a statement that was not placed stays open
/// # Undefined
/// never
/// # Source
/// a selection
/// # Agrees with
/// by definition
/// # Cost
/// O(raters x statements)
pub fn section_rows(cards: &[Card], section: &[usize]) -> Vec<Vec<Option<f64>>> {
    cards
        .iter()
        .map(|card| {
            let position = |&statement: &usize| card.positions.get(statement).copied().flatten();
            section.iter().map(position).collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(positions: &[f64]) -> Card {
        Card {
            positions: positions.iter().copied().map(Some).collect(),
            ticks: vec![false, true],
        }
    }

    fn rule() -> ScaleRule {
        ScaleRule {
            reverse: vec![],
            needed: 2,
            minimum: 1.0,
            maximum: 5.0,
        }
    }

    #[test]
    fn self_beside_three_others() {
        // Others 2, 3, 4: mean 3, se 1 / sqrt 3. R: t.test(c(2, 3, 4), mu = 4)$conf.int is 0.51586229 to 5.48413771.
        let others = [
            card(&[9.0, 1.0, 3.0]),
            card(&[9.0, 3.0, 3.0]),
            card(&[9.0, 4.0, 4.0]),
        ];
        let own = card(&[9.0, 4.0, 4.0]);
        let seen = self_minus_others(&own, &others, &[1, 2], &rule(), 3, 0.0, 0.95).unwrap();
        assert_eq!(
            (seen.own, seen.others, seen.difference, seen.n_raters),
            (4.0, 3.0, 1.0, 3)
        );
        assert!((seen.se - 3.0_f64.sqrt().recip()).abs() < 1e-12);
        assert!((seen.interval.lower - (4.0 - 5.484_137_71)).abs() < 1e-8);
        assert!((seen.interval.upper - (4.0 - 0.515_862_29)).abs() < 1e-8);
        let unsure = self_minus_others(&own, &others, &[1, 2], &rule(), 3, 1.0, 0.95).unwrap();
        assert!((unsure.se - (4.0_f64 / 3.0).sqrt()).abs() < 1e-12);
        // A third rater with one statement placed does not count, and two are too few.
        let mut two = others.to_vec();
        two[2].positions[1] = None;
        let refused = self_minus_others(&own, &two, &[1, 2], &rule(), 3, 0.0, 0.95);
        assert_eq!(refused, Err(Undefined::TooFewUnits));
        assert_eq!(section_mean(&two, &[1, 2], &rule(), 1).unwrap().n_raters, 2);
        assert_eq!(section_rows(&two, &[1])[2], [None]);
    }

    #[test]
    fn what_cannot_be_said_says_why() {
        let own = card(&[1.0]);
        let others = vec![card(&[1.0, 2.0]); 3];
        let said = |own: &Card, others: &[Card], section: &[usize], sem| {
            self_minus_others(own, others, section, &rule(), 3, sem, 0.95)
                .map(|seen| seen.difference)
        };
        assert_eq!(
            said(&own, &others, &[0, 1], 0.0),
            Err(Undefined::TooFewAnswers)
        );
        assert_eq!(said(&own, &others, &[], 0.0), Err(Undefined::TooFewItems));
        assert_eq!(
            said(&others[0], &others, &[0, 1], f64::NAN),
            Err(Undefined::NotFinite)
        );
        assert_eq!(said(&others[0], &others, &[0, 1], 0.0), Ok(0.0));
        let odd = vec![card(&[f64::NAN, 2.0]); 3];
        assert_eq!(
            said(&others[0], &odd, &[0, 1], 0.0),
            Err(Undefined::NotFinite)
        );
        assert_eq!(
            section_mean(&[], &[0], &rule(), 0),
            Err(Undefined::TooFewUnits)
        );
        assert_eq!(
            development_ticks(&others, &[], 1),
            Err(Undefined::TooFewItems)
        );
    }

    #[test]
    fn ticks_are_shares_of_the_cards_handed_in() {
        let cards = [
            card(&[1.0]),
            Card {
                positions: vec![Some(1.0)],
                ticks: vec![],
            },
            Card::default(),
        ];
        let found = development_ticks(&cards, &[1, 0], 2).unwrap();
        assert_eq!((found[0].share, found[0].n_raters), (0.5, 2));
        assert_eq!(found[1].n_ticks, 0);
        assert_eq!(
            development_ticks(&cards, &[1], 3),
            Err(Undefined::TooFewUnits)
        );
    }
}
