//! What the known cells of a network say of the parameters of a dyad model, unknown cells summed out.

use crate::network::{Cell, Network};

// van Duijn, Snijders & Zijlstra (2004):  mu = density · rho = reciprocity · a_i = sender, b_i = receiver effect; added here g_i = how much i returns
// alpha_i = exp a_i, or 0 for who names nobody · beta_i = exp b_i · gamma_i = exp g_i · m = exp mu · r = exp(rho) gamma_i gamma_j
// u = m alpha_i beta_j for x_ij,  v = m alpha_j beta_i for x_ji;  P(x_ij, x_ji) = u^x_ij v^x_ji r^(x_ij x_ji) / Z,  Z = 1 + u + v + r u v
// Only x_ij unknown:  v^x_ji (1 + u r^x_ji) / Z.  Both unknown: 1.

/// The three effects that each actor has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Sender,
    Receiver,
    Returner,
}

impl Effect {
    pub(super) const ALL: [Self; 3] = [Self::Sender, Self::Receiver, Self::Returner];
}

/// Everything the likelihood is a function of: m, exp rho, and alpha, beta, gamma in the order of [`Effect::ALL`].
#[derive(Clone, Copy)]
pub(super) struct Factors<'a> {
    pub(super) m: f64,
    pub(super) r: f64,
    pub(super) of: [&'a [f64]; 3],
}

/// The known cells, arranged for the likelihood.
pub(super) struct Known {
    /// Positions of the present actors.
    pub(super) actors: Vec<usize>,
    /// For each effect and actor the power it is raised to: known ties sent, received, known mutual dyads.
    pub(super) powers: [Vec<f64>; 3],
    /// Dyads with an unknown cell: (i, j, None) both unknown, (i, j, Some(x_ji)) only x_ij.
    pub(super) open: Vec<(usize, usize, Option<bool>)>,
    /// n x n, by rows: known ties.
    pub(super) ties: Vec<bool>,
    /// Likewise: 1 where at least one cell of the dyad is known.
    counts: Vec<f32>,
    /// 1 where x_ij is unknown and x_ji known to be absent, and to be present; then the transpose of both.
    open_absent: Vec<f32>,
    open_present: Vec<f32>,
    back_absent: Vec<f32>,
    back_present: Vec<f32>,
}

impl Known {
    pub(super) fn of(net: &Network) -> Self {
        let actors: Vec<usize> = (0..net.n_positions())
            .filter(|&i| net.is_present(i))
            .collect();
        let n = actors.len();
        let mut known = Self {
            powers: [vec![0.0; n], vec![0.0; n], vec![0.0; n]],
            open: Vec::new(),
            ties: vec![false; n * n],
            counts: vec![0.0; n * n],
            open_absent: vec![0.0; n * n],
            open_present: vec![0.0; n * n],
            back_absent: vec![0.0; n * n],
            back_present: vec![0.0; n * n],
            actors,
        };
        for i in 0..n {
            for j in i + 1..n {
                let tie = |ego: usize, alter: usize| match net
                    .cell(known.actors[ego], known.actors[alter])
                {
                    Cell::Present(_) => Some(true),
                    Cell::Absent => Some(false),
                    Cell::Unknown | Cell::Impossible => None,
                };
                known.add(i, j, tie(i, j), tie(j, i));
            }
        }
        known
    }

    fn add(&mut self, i: usize, j: usize, forth: Option<bool>, back: Option<bool>) {
        match (forth, back) {
            (None, None) => {
                self.open.push((i, j, None));
                return;
            }
            (Some(true), Some(true)) => {
                self.powers[2][i] += 1.0;
                self.powers[2][j] += 1.0;
            }
            (Some(_), Some(_)) => {}
            (None, Some(known)) => self.half_open(i, j, known),
            (Some(known), None) => self.half_open(j, i, known),
        }
        let n = self.n();
        self.counts[i * n + j] = 1.0;
        self.counts[j * n + i] = 1.0;
        for (ego, alter, cell) in [(i, j, forth), (j, i, back)] {
            if cell == Some(true) {
                self.powers[0][ego] += 1.0;
                self.powers[1][alter] += 1.0;
                self.ties[ego * n + alter] = true;
            }
        }
    }

    /// x_ij is unknown, x_ji is this.
    fn half_open(&mut self, i: usize, j: usize, known: bool) {
        self.open.push((i, j, Some(known)));
        let (here, there) = (i * self.n() + j, j * self.n() + i);
        let (open, back) = if known {
            (&mut self.open_present, &mut self.back_present)
        } else {
            (&mut self.open_absent, &mut self.back_absent)
        };
        open[here] = 1.0;
        back[there] = 1.0;
    }

    pub(super) fn n(&self) -> usize {
        self.actors.len()
    }

    pub(super) fn n_ties(&self) -> f64 {
        self.powers[0].iter().sum()
    }

    pub(super) fn mutual_dyads(&self) -> f64 {
        self.powers[2].iter().sum::<f64>() / 2.0
    }

    /// Log of what the likelihood changes by, without the powers of the known ties, when one factor of one actor goes from `old` to `new`.
    pub(super) fn change_of_one(
        &self,
        factors: Factors<'_>,
        effect: Effect,
        i: usize,
        old: f64,
        new: f64,
    ) -> f64 {
        let n = self.n();
        let row = i * n..(i + 1) * n;
        let counts = &self.counts[row.clone()];
        let open = [
            &self.open_absent[row.clone()],
            &self.open_present[row.clone()],
        ];
        let back = [
            &self.back_absent[row.clone()],
            &self.back_present[row.clone()],
        ];
        let [alpha, beta, gamma] = factors.of.map(|of| &of[..n]);
        let (sends, receives) = (factors.m * alpha[i], factors.m * beta[i]);
        let returns = factors.r * gamma[i];
        // Each dyad contributes (1 + x open) / (fixed + x slope), x the changing factor.
        let fraction = |open: f64, fixed: f64, slope: f64| {
            (
                (1.0 + new * open) * (fixed + old * slope),
                (1.0 + old * open) * (fixed + new * slope),
            )
        };
        match effect {
            Effect::Sender => log_product(n, |j| {
                let (c, v, r) = (factors.m * beta[j], receives * alpha[j], returns * gamma[j]);
                let counts = f64::from(counts[j]);
                let open = c * (f64::from(open[0][j]) + r * f64::from(open[1][j]));
                fraction(open, 1.0 + counts * v, counts * c * (1.0 + r * v))
            }),
            Effect::Receiver => log_product(n, |j| {
                let (c, u, r) = (factors.m * alpha[j], sends * beta[j], returns * gamma[j]);
                let counts = f64::from(counts[j]);
                let open = c * (f64::from(back[0][j]) + r * f64::from(back[1][j]));
                fraction(open, 1.0 + counts * u, counts * c * (1.0 + r * u))
            }),
            Effect::Returner => log_product(n, |j| {
                let (u, v, r) = (sends * beta[j], receives * alpha[j], factors.r * gamma[j]);
                let counts = f64::from(counts[j]);
                // Only one of the two cells can be unknown with the other known.
                let open = r * (u * f64::from(open[1][j]) + v * f64::from(back[1][j]));
                fraction(open, 1.0 + counts * (u + v), counts * r * u * v)
            }),
        }
    }

    /// The same when everything may change.
    pub(super) fn change_of_all(&self, old: Factors<'_>, new: Factors<'_>) -> f64 {
        let n = self.n();
        (0..n)
            .map(|i| {
                let row = i * n + i + 1..(i + 1) * n;
                let counts = &self.counts[row.clone()];
                let open_absent = &self.open_absent[row.clone()];
                let open_present = &self.open_present[row.clone()];
                let back_absent = &self.back_absent[row.clone()];
                let back_present = &self.back_present[row];
                let sums = |side: &Side<'_>, j: usize| {
                    let (u, v) = (side.sends * side.beta[j], side.receives * side.alpha[j]);
                    let r = side.returns * side.gamma[j];
                    let open = f64::from(open_absent[j]) + r * f64::from(open_present[j]);
                    let back = f64::from(back_absent[j]) + r * f64::from(back_present[j]);
                    let z = 1.0 + f64::from(counts[j]) * (u + v + r * u * v);
                    ((1.0 + u * open) * (1.0 + v * back), z)
                };
                let (old, new) = (Side::of(old, i), Side::of(new, i));
                log_product(n - i - 1, |j| {
                    let (open_old, z_old) = sums(&old, j);
                    let (open_new, z_new) = sums(&new, j);
                    (open_new * z_old, open_old * z_new)
                })
            })
            .sum()
    }
}

/// One set of factors, as one actor sees the actors after it.
struct Side<'a> {
    sends: f64,
    receives: f64,
    returns: f64,
    alpha: &'a [f64],
    beta: &'a [f64],
    gamma: &'a [f64],
}

impl<'a> Side<'a> {
    fn of(factors: Factors<'a>, i: usize) -> Self {
        let [alpha, beta, gamma] = factors.of;
        Self {
            sends: factors.m * alpha[i],
            receives: factors.m * beta[i],
            returns: factors.r * gamma[i],
            alpha: &alpha[i + 1..],
            beta: &beta[i + 1..],
            gamma: &gamma[i + 1..],
        }
    }
}

/// Logarithm of the product of fractions (numerator, denominator) 0..n; eight of them share a logarithm.
#[inline(always)]
fn log_product(n: usize, fraction: impl Fn(usize) -> (f64, f64)) -> f64 {
    let mut total = 0.0;
    let mut from = 0;
    while from < n {
        let to = n.min(from + 8);
        let mut product = 1.0;
        for j in from..to {
            let (numerator, denominator) = fraction(j);
            product *= numerator / denominator;
        }
        total += product.ln();
        from = to;
    }
    total
}
