//! Importance that comes from being named by those who are important themselves.

use super::contacts::Contacts;
use crate::network::Network;
use crate::outcome::Undefined;

/// Up to this size a part of the network is solved as a full matrix where iteration is slow.
const DENSE: usize = 200;
const ROUNDS: usize = 20_000;
/// How far the lower and the upper bound of the eigenvalue may lie apart, relative.
const SETTLED: f64 = 1e-13;
/// Two parts of which the eigenvalues are nearer than this are taken to be equal.
const TIED: f64 = 1e-10;

/// How important each person is, where being named counts for more the more important the namer is.
///
/// # Definition
/// c_i = (1 / rho) sum_j x_ji c_j, rho the largest eigenvalue of X', scaled so that max c = 1. Found per strong component (each has its own
/// largest eigenvalue by Perron and Frobenius) and carried on along the ties from the dominating one; who cannot be reached from it has 0
/// # Shape and unit
/// one number in \[0, 1\] per position, in roster order
/// # Missing
/// unknown cells are read as absent
/// # Undefined
/// NothingObserved for an absent actor, one whose column is wholly unknown, and for all if no cell is known; NoTies for all without ties;
/// NoConvergence for all if nobody is, by any way round, named back (rho = 0: every answer is 0), if several strong components of equal rho
/// dominate (the answer is not unique), or if the iteration does not settle; TooFewActors below n = 2
/// # Source
/// Bonacich (1972), Journal of Mathematical Sociology 2, 113-120; Rothblum (1975), Linear Algebra and its Applications 12, 281-292
/// # Agrees with
/// igraph `eigen_centrality(directed = TRUE)` 1.3.5, 1e-5, where its vector is an eigenvector to its largest eigenvalue and unique. On acyclic
/// networks and with several dominating parts igraph returns a vector all the same
/// # Cost
/// O(n + m) and per step of the iteration O(m); a strong component of at most 200 actors that settles slowly costs O(size^3)
pub fn actor_eigenvector(net: &Network) -> Vec<Result<f64, Undefined>> {
    let seen = |i: usize| {
        let others = net.n_actors().saturating_sub(1);
        (net.in_unknown()[i] as usize) < others
    };
    let scores = refusal(net).map_or_else(|| principal(net.n_positions(), &Named(net)), Err);
    spread(net, scores, seen)
}

/// How important each person is, where being tied counts for more the more important the other is; who names whom does not matter.
///
/// # Definition
/// c_i = (1 / lambda) sum_j max(x_ij, x_ji) c_j, lambda the largest eigenvalue, scaled so that max c = 1; 0 outside the dominating component
/// # Shape and unit
/// one number in \[0, 1\] per position, in roster order
/// # Missing
/// unknown cells are read as absent
/// # Undefined
/// NothingObserved for an absent actor, one of whom no cell is known, and for all if no cell is known; NoTies for all without ties;
/// NoConvergence for all if several components have the same largest eigenvalue (the answer is not unique), or if the iteration does not
/// settle; TooFewActors below n = 2
/// # Source
/// Bonacich (1972), Journal of Mathematical Sociology 2, 113-120
/// # Agrees with
/// igraph `eigen_centrality` of the collapsed graph 1.3.5 and 1.0.0, sna `evcent` 2.7-1 after scaling, 1e-5, where unique
/// # Cost
/// O(n + m) and per step of the iteration O(m); a component of at most 200 actors that settles slowly costs O(size^3)
pub fn actor_eigenvector_undirected(net: &Network) -> Vec<Result<f64, Undefined>> {
    let seen = |i: usize| {
        let others = net.n_actors().saturating_sub(1);
        net.observed(i) || (net.in_unknown()[i] as usize) < others
    };
    let scores = refusal(net).map_or_else(
        || principal(net.n_positions(), &Tied(Contacts::of(net))),
        Err,
    );
    spread(net, scores, seen)
}

/// How often one would meet each person when following names at random, and starting anew now and then.
///
/// # Definition
/// c_i = (1 - 0.85) / n + 0.85 (sum_j x_ji c_j / d_j + sum over j who name nobody of c_j / n), d_j = out-degree; the c_i sum to 1. Solved as
/// y = 1 + 0.85 sum_j x_ji y_j / d_j and divided by the sum, which gives the same
/// # Shape and unit
/// one share per position, in roster order
/// # Missing
/// unknown cells are read as absent; who did not answer counts as naming nobody and so spreads evenly
/// # Undefined
/// NothingObserved for an absent actor, for one whose column is wholly unknown, and for all if no cell is known
/// # Source
/// Brin & Page (1998), Computer Networks and ISDN Systems 30, 107-117
/// # Agrees with
/// igraph `page_rank(damping = 0.85)` 1.3.5 and 1.0.0, networkx `pagerank(alpha = 0.85)` 3.6.1, 1e-9
/// # Cost
/// O(m) per step, until the steps add less than 1e-15 of the whole: 30 to 200 steps
pub fn actor_page_rank(net: &Network) -> Vec<Result<f64, Undefined>> {
    const FOLLOWED: f64 = 0.85;
    let n = net.n_positions();
    let nothing = net.n_possible_pairs() > 0 && net.n_observed_pairs() == 0;
    let share: Vec<f64> = (0..n)
        .map(|j| FOLLOWED / (net.out_ties()[j].max(1)) as f64)
        .collect();
    let mut scores: Vec<f64> = (0..n)
        .map(|i| if net.is_present(i) { 1.0 } else { 0.0 })
        .collect();
    // What each gives to one whom it names, kept beside the scores so that a step only adds.
    let mut given: Vec<f64> = scores.iter().zip(&share).map(|(y, s)| y * s).collect();
    for _ in 0..ROUNDS {
        let (mut sum, mut moved) = (0.0, 0.0);
        for i in (0..n).filter(|&i| net.is_present(i)) {
            let received: f64 = net.predecessors(i).iter().map(|&j| given[j as usize]).sum();
            let score = 1.0 + received;
            moved += (score - scores[i]).abs();
            sum += score;
            scores[i] = score;
            given[i] = score * share[i];
        }
        if moved <= 1e-15 * sum {
            break;
        }
    }
    let sum: f64 = scores.iter().sum();
    let others = net.n_actors().saturating_sub(1);
    (0..n)
        .map(|i| {
            let seen = others == 0 || (net.in_unknown()[i] as usize) < others;
            if net.is_present(i) && seen && !nothing {
                Ok(scores[i] / sum)
            } else {
                Err(Undefined::NothingObserved)
            }
        })
        .collect()
}

fn refusal(net: &Network) -> Option<Undefined> {
    if net.n_actors() < 2 {
        Some(Undefined::TooFewActors)
    } else if net.n_observed_pairs() == 0 {
        Some(Undefined::NothingObserved)
    } else if net.n_ties() == 0 {
        Some(Undefined::NoTies)
    } else {
        None
    }
}

fn spread(
    net: &Network,
    scores: Result<Vec<f64>, Undefined>,
    seen: impl Fn(usize) -> bool,
) -> Vec<Result<f64, Undefined>> {
    (0..net.n_positions())
        .map(|i| match &scores {
            _ if !net.is_present(i) => Err(Undefined::NothingObserved),
            Err(reason) => Err(*reason),
            Ok(_) if !seen(i) => Err(Undefined::NothingObserved),
            Ok(scores) => Ok(scores[i]),
        })
        .collect()
}

/// From whom importance comes, and to whom it goes on.
trait Flow {
    fn from(&self, actor: usize) -> &[u32];
    fn to(&self, actor: usize) -> &[u32];
}

struct Named<'n>(&'n Network);

impl Flow for Named<'_> {
    fn from(&self, actor: usize) -> &[u32] {
        self.0.predecessors(actor)
    }
    fn to(&self, actor: usize) -> &[u32] {
        self.0.successors(actor)
    }
}

struct Tied(Contacts);

impl Flow for Tied {
    fn from(&self, actor: usize) -> &[u32] {
        self.0.of_actor(actor)
    }
    fn to(&self, actor: usize) -> &[u32] {
        self.0.of_actor(actor)
    }
}

/// One strong component: its members, the largest eigenvalue of its own ties, and the eigenvector to it.
struct Part {
    members: Vec<u32>,
    radius: f64,
    scores: Vec<f64>,
}

fn principal(n: usize, flow: &impl Flow) -> Result<Vec<f64>, Undefined> {
    let (part_of, members) = strong_parts(n, flow);
    let mut parts = Vec::new();
    for members in members {
        let (radius, scores) = if members.len() > 1 {
            perron(&members, &part_of, flow)?
        } else {
            (0.0, vec![1.0])
        };
        parts.push(Part {
            members,
            radius,
            scores,
        });
    }
    let radius = parts.iter().map(|part| part.radius).fold(0.0, f64::max);
    if radius == 0.0 {
        return Err(Undefined::NoConvergence);
    }
    let is_top = |part: &Part| part.radius >= radius * (1.0 - TIED);

    // Parts come with those further along the flow first. A top part that leads to another top part has no say (a vector on it would
    // have to grow without end); of the rest there must be one.
    let mut leads_to_top = vec![false; parts.len()];
    let mut dominating = None;
    for (k, part) in parts.iter().enumerate() {
        let onward = part.members.iter().flat_map(|&i| flow.to(i as usize));
        leads_to_top[k] = onward
            .map(|&j| part_of[j as usize] as usize)
            .any(|next| next != k && (leads_to_top[next] || is_top(&parts[next])));
        if is_top(part) && !leads_to_top[k] && dominating.replace(k).is_some() {
            return Err(Undefined::NoConvergence);
        }
    }
    let dominating = dominating.ok_or(Undefined::NoConvergence)?;

    let mut scores = vec![0.0; n];
    for (&i, &score) in parts[dominating]
        .members
        .iter()
        .zip(&parts[dominating].scores)
    {
        scores[i as usize] = score;
    }
    for k in (0..dominating).rev() {
        carry_on(&parts[k].members, k, radius, &part_of, flow, &mut scores)?;
    }
    let highest = scores.iter().copied().fold(0.0, f64::max);
    if !(highest.is_finite() && highest > 0.0) {
        return Err(Undefined::NoConvergence);
    }
    for score in &mut scores {
        *score /= highest;
    }
    Ok(scores)
}

/// Strong components, each after all that it leads to (Tarjan 1972, without recursion).
fn strong_parts(n: usize, flow: &impl Flow) -> (Vec<u32>, Vec<Vec<u32>>) {
    const NEW: u32 = u32::MAX;
    let mut part_of = vec![NEW; n];
    let mut parts: Vec<Vec<u32>> = Vec::new();
    let mut found = vec![NEW; n];
    let mut low = vec![0_u32; n];
    let mut open: Vec<u32> = Vec::new();
    let mut calls: Vec<(u32, u32)> = Vec::new();
    let mut clock = 0_u32;
    for root in 0..n {
        if found[root] != NEW {
            continue;
        }
        calls.push((root as u32, 0));
        while let Some(&mut (v, ref mut next)) = calls.last_mut() {
            let at = v as usize;
            if *next == 0 {
                found[at] = clock;
                low[at] = clock;
                clock += 1;
                open.push(v);
            }
            if let Some(&w) = flow.to(at).get(*next as usize) {
                *next += 1;
                let to = w as usize;
                if found[to] == NEW {
                    calls.push((w, 0));
                } else if part_of[to] == NEW {
                    low[at] = low[at].min(found[to]);
                }
                continue;
            }
            calls.pop();
            if let Some(&(u, _)) = calls.last() {
                low[u as usize] = low[u as usize].min(low[at]);
            }
            if low[at] == found[at] {
                let begin = open.iter().rposition(|&w| w == v).unwrap_or(0);
                let mut members = open.split_off(begin);
                members.sort_unstable();
                for &w in &members {
                    part_of[w as usize] = parts.len() as u32;
                }
                parts.push(members);
            }
        }
    }
    (part_of, parts)
}

/// Largest eigenvalue and positive eigenvector of one strong component of two or more.
///
/// Power iteration on the matrix plus the identity, which settles also where all circles have a common length; the smallest and the
/// largest ratio of new to old bound the eigenvalue (Collatz). Where that is slow and the part small, Noda's iteration.
fn perron(
    members: &[u32],
    part_of: &[u32],
    flow: &impl Flow,
) -> Result<(f64, Vec<f64>), Undefined> {
    let local = Local::of(members, part_of, flow);
    let size = members.len();
    let mut scores = vec![1.0; size];
    let mut next = vec![0.0; size];
    for round in 0..ROUNDS {
        let (mut least, mut most, mut highest) = (f64::INFINITY, 0.0_f64, 0.0_f64);
        for i in 0..size {
            let received: f64 = local.from(i).iter().map(|&j| scores[j as usize]).sum();
            next[i] = received + scores[i];
            highest = highest.max(next[i]);
            // A score this small no longer has a ratio that means anything.
            if scores[i] > 1e-250 {
                let ratio = next[i] / scores[i];
                least = least.min(ratio);
                most = most.max(ratio);
            }
        }
        for (score, next) in scores.iter_mut().zip(&next) {
            *score = next / highest;
        }
        if most - least <= SETTLED * most {
            return Ok(((most + least) / 2.0 - 1.0, scores));
        }
        if round == 150 && size <= DENSE {
            return noda(&local, scores);
        }
    }
    Err(Undefined::NoConvergence)
}

/// Inverse iteration at the upper bound of the eigenvalue, which falls to it faster and faster; the scores stay positive.
fn noda(local: &Local, mut scores: Vec<f64>) -> Result<(f64, Vec<f64>), Undefined> {
    for _ in 0..60 {
        let (mut least, mut most) = (f64::INFINITY, 0.0_f64);
        for (i, score) in scores.iter().enumerate() {
            let received: f64 = local.from(i).iter().map(|&j| scores[j as usize]).sum();
            least = least.min(received / score);
            most = most.max(received / score);
        }
        if !most.is_finite() {
            break;
        }
        if most - least <= 10.0 * SETTLED * most {
            return Ok(((most + least) / 2.0, scores));
        }
        let mut solved = scores;
        local.solve(most * (1.0 + f64::EPSILON), &mut solved);
        let highest = solved.iter().copied().fold(0.0, f64::max);
        scores = solved.into_iter().map(|score| score / highest).collect();
        if scores.iter().any(|&s| !s.is_finite() || s <= 0.0) {
            break;
        }
    }
    Err(Undefined::NoConvergence)
}

/// The scores of a part further along: c = (own ties c + what comes from outside) / radius, where its own radius is smaller.
fn carry_on(
    members: &[u32],
    part: usize,
    radius: f64,
    part_of: &[u32],
    flow: &impl Flow,
    scores: &mut [f64],
) -> Result<(), Undefined> {
    let outside: Vec<f64> = members
        .iter()
        .map(|&i| {
            let from = flow.from(i as usize).iter();
            from.filter(|&&j| part_of[j as usize] as usize != part)
                .map(|&j| scores[j as usize])
                .sum()
        })
        .collect();
    if outside.iter().all(|&received| received == 0.0) {
        return Ok(());
    }
    if let &[only] = members {
        scores[only as usize] = outside[0] / radius;
        return Ok(());
    }
    let local = Local::of(members, part_of, flow);
    let mut inside = outside.clone();
    if members.len() <= DENSE {
        local.solve(radius, &mut inside);
    } else {
        let mut settled = false;
        for _ in 0..ROUNDS {
            let (mut moved, mut sum) = (0.0, 0.0);
            for i in 0..inside.len() {
                let own: f64 = local.from(i).iter().map(|&j| inside[j as usize]).sum();
                let score = (own + outside[i]) / radius;
                moved += (score - inside[i]).abs();
                sum += score;
                inside[i] = score;
            }
            settled = moved <= 1e-15 * sum;
            if settled {
                break;
            }
        }
        if !settled {
            return Err(Undefined::NoConvergence);
        }
    }
    for (&i, score) in members.iter().zip(inside) {
        scores[i as usize] = score;
    }
    Ok(())
}

/// The ties within one part, its members numbered from 0.
struct Local {
    start: Vec<u32>,
    from: Vec<u32>,
}

impl Local {
    fn of(members: &[u32], part_of: &[u32], flow: &impl Flow) -> Self {
        let mut start = vec![0];
        let mut from = Vec::new();
        for &i in members {
            let own = part_of[i as usize];
            for &j in flow.from(i as usize) {
                if part_of[j as usize] == own {
                    let place = members.partition_point(|&member| member < j);
                    from.push(place as u32);
                }
            }
            start.push(from.len() as u32);
        }
        Self { start, from }
    }

    fn from(&self, member: usize) -> &[u32] {
        &self.from[self.start[member] as usize..self.start[member + 1] as usize]
    }

    /// Solves (shift I - A) x = b in place by elimination; with a shift at or above the eigenvalue no pivoting is needed.
    fn solve(&self, shift: f64, b: &mut [f64]) {
        let size = b.len();
        let mut a = vec![0.0; size * size];
        for i in 0..size {
            a[i * size + i] = shift;
            for &j in self.from(i) {
                a[i * size + j as usize] -= 1.0;
            }
        }
        for k in 0..size {
            let (above, below) = a.split_at_mut((k + 1) * size);
            let pivot_row = &above[k * size..];
            // At the eigenvalue itself the last pivot is 0 but for rounding; any tiny one gives the direction.
            let pivot = pivot_row[k].max(f64::EPSILON * shift);
            let at_pivot = b[k];
            for (row, b) in below.chunks_exact_mut(size).zip(&mut b[k + 1..]) {
                let factor = row[k] / pivot;
                if factor != 0.0 {
                    for (x, p) in row[k + 1..].iter_mut().zip(&pivot_row[k + 1..]) {
                        *x -= factor * p;
                    }
                    *b -= factor * at_pivot;
                }
            }
        }
        for k in (0..size).rev() {
            let row = &a[k * size..(k + 1) * size];
            let known: f64 = row[k + 1..]
                .iter()
                .zip(&b[k + 1..])
                .map(|(a, b)| a * b)
                .sum();
            b[k] = (b[k] - known) / row[k].max(f64::EPSILON * shift);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net(n: usize, ties: &[(usize, usize)]) -> Network {
        let mut builder = Network::builder(n);
        for &(i, j) in ties {
            builder.tie(i, j, 1.0);
        }
        builder.build(0.0).unwrap()
    }

    #[test]
    fn a_circle_settles_and_passes_on() {
        // 0 -> 1 -> 2 -> 0 has period 3; 2 also names 3, who names nobody.
        let scores = actor_eigenvector(&net(4, &[(0, 1), (1, 2), (2, 0), (2, 3)]));
        assert_eq!(scores, [Ok(1.0); 4]);
    }

    #[test]
    fn what_has_no_answer_or_several_is_refused() {
        let no = Err(Undefined::NoConvergence);
        assert_eq!(actor_eigenvector(&net(3, &[(0, 1), (1, 2)])), [no; 3]);
        let twins = net(4, &[(0, 1), (1, 0), (2, 3), (3, 2)]);
        assert_eq!(actor_eigenvector(&twins), [no; 4]);
        assert_eq!(actor_eigenvector_undirected(&twins), [no; 4]);
        let none = net(2, &[]);
        assert_eq!(actor_eigenvector(&none), [Err(Undefined::NoTies); 2]);
        // One of two equal circles leads to the other: only the last one counts.
        let chain = net(4, &[(0, 1), (1, 0), (1, 2), (2, 3), (3, 2)]);
        let scores = actor_eigenvector(&chain);
        assert_eq!(scores, [Ok(0.0), Ok(0.0), Ok(1.0), Ok(1.0)]);
    }

    #[test]
    fn a_long_line_settles_by_solving() {
        let line: Vec<(usize, usize)> = (0..120).flat_map(|i| [(i, i + 1), (i + 1, i)]).collect();
        let scores = actor_eigenvector(&net(121, &line));
        for (i, score) in scores.iter().enumerate() {
            let expected = ((i + 1) as f64 * std::f64::consts::PI / 122.0).sin();
            assert!((score.unwrap() - expected).abs() < 1e-9, "{i}");
        }
    }
}
