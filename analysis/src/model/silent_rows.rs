//! Whole rows of actors who did not answer: how many they name is taken from those who did, whom they name from the model.

use rand::{Rng, RngExt};

/// How many respondents the model's own idea of the number named counts for.
const CONCENTRATION: f64 = 1.0;

/// Rounds over the silent rows, each drawn given all others.
const ROUNDS: usize = 4;

/// Redraws the rows of the silent actors in a completed network, n x n by rows; `odds(i, j, x_ji)` says how much i leans to j, up to a factor of i,
/// where x_ji is so, or (`None`) may be either.
///
/// The number named by a silent actor has a Dirichlet process prior (Ferguson 1973, Annals of Statistics 1, 209-230) around the number in the row
/// handed in: it is that one, or, by Blackwell & MacQueen's urn, that of a respondent or of an actor drawn before, each as likely as it makes what
/// the others say of the actor. Given the number, the row of a logistic model is a conditional Bernoulli draw in which the actor's own effect plays
/// no part.
pub(super) fn redraw(
    ties: &mut [bool],
    silent: &[bool],
    odds: impl Fn(usize, usize, Option<bool>) -> f64,
    rng: &mut impl Rng,
) {
    let n = silent.len();
    let number = |i: usize| ties[i * n..(i + 1) * n].iter().filter(|&&tie| tie).count();
    let mut rows: Vec<usize> = (0..n).filter(|&i| silent[i]).collect();
    let mut urn: Vec<usize> = (0..n).filter(|&i| !silent[i]).map(number).collect();
    let most = urn.iter().copied().max().unwrap_or(0);
    let typical = urn.iter().sum::<usize>() / urn.len().max(1);
    for place in 0..rows.len() {
        let other = rng.random_range(place..rows.len());
        rows.swap(place, other);
    }
    let mut weights = vec![0.0; n];
    let mut at_large = vec![0.0; n];
    let mut numbers = Vec::with_capacity(rows.len());
    for &i in &rows {
        for j in (0..n).filter(|&j| j != i) {
            let said = (!silent[j]).then(|| ties[j * n + i]);
            weights[j] = odds(i, j, said);
            at_large[j] = odds(i, j, None);
        }
        (weights[i], at_large[i]) = (0.0, 0.0);
        let drawn = if rng.random::<f64>() * (urn.len() as f64 + CONCENTRATION) < CONCENTRATION {
            number(i)
        } else {
            let tilt = tilt(&at_large, typical);
            let given = exactly(&weights, tilt, most);
            let before = exactly(&at_large, tilt, most);
            let likely = |d: usize| {
                let ratio = given[n * (most + 1) + d] / before[n * (most + 1) + d];
                if ratio.is_finite() { ratio } else { 0.0 }
            };
            let mut ball = rng.random::<f64>() * urn.iter().map(|&d| likely(d)).sum::<f64>();
            let hit = urn.iter().find(|&&d| {
                ball -= likely(d);
                ball < 0.0
            });
            hit.copied().unwrap_or_else(|| number(i))
        };
        numbers.push(drawn);
        if drawn <= most {
            urn.push(drawn);
        }
    }
    for _ in 0..ROUNDS {
        for (&i, &number) in rows.iter().zip(&numbers) {
            for j in (0..n).filter(|&j| j != i) {
                weights[j] = odds(i, j, Some(ties[j * n + i]));
            }
            weights[i] = 0.0;
            draw_row(&mut ties[i * n..(i + 1) * n], &weights, number, rng);
        }
    }
}

/// A row with so many ties, each set of them with a chance proportional to the product of its odds; 0 where no tie can be.
fn draw_row(row: &mut [bool], odds: &[f64], number: usize, rng: &mut impl Rng) {
    let n = row.len();
    row.fill(false);
    // The common factor that makes `number` the expected one keeps the chances below away from 0.
    let tilt = tilt(odds, number);
    let exactly = exactly(odds, tilt, number);
    let width = number + 1;
    let mut left = number;
    for j in (0..n).rev() {
        if left == 0 {
            break;
        }
        let with = exactly[j * width + left - 1] * chance(odds[j], tilt);
        if rng.random::<f64>() * exactly[(j + 1) * width + left] < with {
            row[j] = true;
            left -= 1;
        }
    }
}

fn chance(odds: f64, tilt: f64) -> f64 {
    odds * tilt / (1.0 + odds * tilt)
}

/// At j (most + 1) + k the chance of k ties among the first j cells, k up to `most`.
fn exactly(odds: &[f64], tilt: f64, most: usize) -> Vec<f64> {
    let width = most + 1;
    let mut exactly = vec![0.0; (odds.len() + 1) * width];
    exactly[0] = 1.0;
    for (j, &odds) in odds.iter().enumerate() {
        let p = chance(odds, tilt);
        let (before, after) = exactly.split_at_mut((j + 1) * width);
        let before = &before[j * width..];
        after[0] = before[0] * (1.0 - p);
        for k in 1..width {
            after[k] = before[k] * (1.0 - p) + before[k - 1] * p;
        }
    }
    exactly
}

/// t with sum_j t w_j / (1 + t w_j) = number, nearly.
fn tilt(odds: &[f64], number: usize) -> f64 {
    let possible = odds.iter().filter(|&&w| w > 0.0).count() as f64;
    // Just within the ends, where the solution would be 0 or infinite.
    let wanted = (number as f64).clamp(
        0.5_f64.min(possible / 2.0),
        (possible - 0.5).max(possible / 2.0),
    );
    let mut log_tilt = 0.0_f64;
    for _ in 0..30 {
        let t = log_tilt.exp();
        let (mut sum, mut slope) = (0.0, 0.0);
        for w in odds {
            let p = t * w / (1.0 + t * w);
            sum += p;
            slope += p * (1.0 - p);
        }
        let step = ((wanted - sum) / slope.max(1e-9)).clamp(-3.0, 3.0);
        log_tilt += step;
        if step.abs() < 1e-3 {
            break;
        }
    }
    log_tilt.exp()
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::SeedableRng;

    use super::*;

    #[test]
    fn sets_of_two_come_up_in_proportion_to_their_odds() {
        let odds = [1.0, 0.0, 2.0, 3.0];
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut counts = [0.0_f64; 4];
        let mut row = [false; 4];
        for _ in 0..20_000 {
            draw_row(&mut row, &odds, 2, &mut rng);
            assert_eq!(row.iter().filter(|&&tie| tie).count(), 2);
            // By who is left out: 0, nobody, 2, 3.
            counts[(0..4).find(|&j| j != 1 && !row[j]).unwrap()] += 1.0;
        }
        // Odds 2 x 3, 1 x 3 and 1 x 2 of 11.
        for (count, odds) in counts.iter().zip([6.0, 0.0, 3.0, 2.0]) {
            let expected = 20_000.0 * odds / 11.0;
            assert!((count - expected).abs() < 4.0 * 75.0, "{counts:?}");
        }
    }

    #[test]
    fn nobody_and_everybody_can_be_named() {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let mut row = [true; 3];
        draw_row(&mut row, &[0.0, 1.0, 1e-6], 0, &mut rng);
        assert_eq!(row, [false, false, false]);
        draw_row(&mut row, &[0.0, 1e6, 1e-6], 2, &mut rng);
        assert_eq!(row, [false, true, true]);
    }
}
