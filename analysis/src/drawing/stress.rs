//! Where actors stand, so that who is near in the network is near in the picture.

use super::distances::Distances;
use super::packing::{Frame, circle, rings};
use crate::network::Network;
use crate::outcome::Undefined;

/// The most actors that are drawn one by one: the distances of all pairs are kept, and a picture of more shows nothing.
pub const MAX_ACTORS: usize = 2000;

/// A place in the unit square.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    pub x: f64,
    pub y: f64,
}

/// One place for each person, the same in every wave and relation of a school, such that steps along ties look like distances.
///
/// # Definition
/// minimises sum_{i<j} (|p_i - p_j| - D_ij)^2 / D_ij^2 within each component of all ties together. D_ij is the mean, over the networks with ties in which
/// both are actors, of the steps between i and j along ties read in either direction, where a pair without a way counts one step more than the longest way
/// of that network; for two who were never there together, the steps over all ties. The start is classical scaling of D; then four actors at a time
/// move to the minimum of the majorising parabola and up to 0.8 times as far beyond, as far as that surely lowers the stress, until six rounds lower it by
/// less than 6 in 10,000, at most 300 rounds. Components of up to 55 actors are tried from two to six starts (other directions of the scaling, larger
/// displacements), and the least stress wins. Each component is turned so that its long axis lies flat. The largest component stands in the middle, the
/// others in rings around it, isolates outermost;
/// without any tie all stand on one circle
/// # Shape and unit
/// one place per position of the longest network, none for a position that is an actor in no network; the picture touches two opposite sides of the unit
/// square and is not distorted
/// # Missing
/// unknown cells are read as absent; an actor who is absent in one wave keeps the place that the other waves give
/// # Undefined
/// TooManyActors above [`MAX_ACTORS`] actors
/// # Source
/// Gansner, Koren & North (2004), Graph Drawing 2004, LNCS 3383, 239-250; de Leeuw & Heiser (1980) for the step beyond; averaging over networks as in
/// Brandes, Indlekofer & Mader (2012), Social Networks 34, 291-308
/// # Agrees with
/// graphlayouts `layout_with_stress` 0.8.4: on connected networks the stress is at most 2 % higher, mostly lower (`tests/golden/layout_stress.json`). Same bytes in each run, whatever the
/// order of the ties; when actors are renumbered the places go with them bit for bit, except that actors whom their distances cannot tell apart may
/// swap, and a picture that its symmetry lets turn may turn
/// # Cost
/// O(r n^2) for r rounds, n^2 memory; n = 60: a fifth of a millisecond
pub fn stress_layout(networks: &[&Network]) -> Result<Vec<Option<Place>>, Undefined> {
    let positions = networks.iter().map(|net| net.n_positions()).max();
    let mut n = 0;
    let actors: Vec<Option<usize>> = (0..positions.unwrap_or(0))
        .map(|i| {
            let present = networks.iter().any(|net| net.is_present(i));
            n += usize::from(present);
            present.then(|| n - 1)
        })
        .collect();
    if n > MAX_ACTORS {
        return Err(Undefined::TooManyActors);
    }
    if n == 0 {
        return Ok(vec![None; actors.len()]);
    }
    let mut distances = Distances::over(networks, &actors, n);
    let components = std::mem::take(&mut distances.components);
    let places = side_by_side(components, &distances, n);
    let frame = Frame::around(places.iter().map(|&(x, y)| (x, y, 0.0)));
    Ok(actors
        .into_iter()
        .map(|actor| {
            actor.map(|actor| {
                let (x, y) = places[actor];
                let (x, y) = frame.place(x, y);
                Place { x, y }
            })
        })
        .collect())
}

fn side_by_side(components: Vec<Vec<usize>>, distances: &Distances, n: usize) -> Vec<(f64, f64)> {
    if components.len() == n {
        return circle(n);
    }
    let mut parts: Vec<Part> = components
        .into_iter()
        .map(|actors| Part::new(actors, distances))
        .collect();
    parts.sort_by(|a, b| {
        let by_size = b.actors.len().cmp(&a.actors.len());
        let by_radius = b.radius.total_cmp(&a.radius);
        by_size
            .then(by_radius)
            .then_with(|| a.key.cmp(&b.key))
            .then_with(|| a.actors.cmp(&b.actors))
    });
    // Rings want the largest circle first, which is not always the one with most actors.
    parts[1..].sort_by(|a, b| b.radius.total_cmp(&a.radius));
    // Half a step on each side keeps two parts one step apart.
    let radii: Vec<f64> = parts.iter().map(|part| part.radius + 0.5).collect();
    let mut places = vec![(0.0, 0.0); n];
    for (part, (right, up)) in parts.iter().zip(rings(&radii)) {
        for (&actor, &(x, y)) in part.actors.iter().zip(&part.places) {
            places[actor] = (x + right, y + up);
        }
    }
    places
}

/// A component laid out around (0, 0).
struct Part {
    actors: Vec<usize>,
    places: Vec<(f64, f64)>,
    radius: f64,
    key: u64,
}

impl Part {
    fn new(actors: Vec<usize>, distances: &Distances) -> Self {
        let (actors, key) = in_own_order(actors, distances);
        let places = match actors.len() {
            1 => vec![(0.0, 0.0)],
            _ => Stress::new(&actors, distances).settle(),
        };
        let radius = places
            .iter()
            .map(|(x, y)| (x * x + y * y).sqrt())
            .fold(0.0, f64::max);
        Self {
            actors,
            places,
            radius,
            key,
        }
    }
}

/// The actors in an order that does not depend on their numbers, as far as their distances tell them apart, and a key of the whole.
fn in_own_order(actors: Vec<usize>, distances: &Distances) -> (Vec<usize>, u64) {
    // Three rounds of colour refinement: a key is made of the keys of the others and how far away they are.
    let mut keys = vec![0_u64; actors.len()];
    for _ in 0..3 {
        keys = actors
            .iter()
            .zip(&keys)
            .map(|(&i, own)| {
                let others = actors.iter().zip(&keys).filter(|&(&j, _)| j != i);
                let sum = others.fold(0_u64, |sum, (&j, key)| {
                    sum.wrapping_add(scramble(distances.between(i, j).to_bits() ^ key))
                });
                scramble(sum ^ own.rotate_left(17))
            })
            .collect();
    }
    let mut order: Vec<(u64, usize)> = keys.into_iter().zip(actors).collect();
    order.sort_unstable();
    let key = order
        .iter()
        .fold(0_u64, |sum, (key, _)| scramble(sum ^ key));
    (order.into_iter().map(|(_, actor)| actor).collect(), key)
}

/// Mixes bits well enough that unlike sums of keys stay unlike.
fn scramble(bits: u64) -> u64 {
    let bits = (bits ^ (bits >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let bits = (bits ^ (bits >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits ^ (bits >> 32)
}

/// Actors that move together: as many as the narrowest processor pulls at in one instruction.
const LANES: usize = 4;
/// A multiple of the best step; any below 2 lowers the stress of an actor moved alone, and one above 1 saves rounds.
const STRIDE: f32 = 1.8;
const MOST_ROUNDS: usize = 300;
/// The stress is measured in the last of so many rounds.
const SPELL: usize = 6;
/// A spell that lowers the stress by a smaller share is the last.
const SETTLED: f64 = 6e-4;
const SCALING_ROUNDS: usize = 12;
/// Directions of classical scaling of which a start takes two.
const AXES: usize = 3;
const MOST_STARTS: usize = 6;
/// As many starts as take about as long as this many pairs: the smaller the component, the cheaper to look twice, and the oftener it pays.
const START_PAIRS: usize = 6 * 32 * 32;

/// Coordinates and wanted distances of one component; rows are filled up with zeros to whole lanes.
///
/// Single precision: a picture needs no more, and twice as many distances fit in a step of the processor.
struct Stress {
    n: usize,
    width: usize,
    /// D_ij.
    wanted: Vec<f32>,
    /// 1 / D_ij, of which the weights are the squares; 0 on the diagonal. For each group of actors who move together, one entry per actor: how near
    /// that actor is to each of them.
    nearness: Vec<[f32; LANES]>,
    /// By how much a pull moves an actor: the stride over the sum of its weights.
    steps: Vec<f32>,
}

/// Where the actors of a component stand at the moment; filled up with zeros to whole lanes.
struct Places {
    x: Vec<f32>,
    y: Vec<f32>,
    stress: f64,
}

impl Stress {
    fn new(actors: &[usize], distances: &Distances) -> Self {
        let n = actors.len();
        let width = n.div_ceil(LANES) * LANES;
        let mut wanted = vec![0.0; n * width];
        let mut nearness = vec![[0.0; LANES]; n * width / LANES];
        let mut steps = vec![0.0; width];
        let mut among = 0.0_f32;
        for (a, (&i, row)) in actors
            .iter()
            .zip(wanted.chunks_exact_mut(width))
            .enumerate()
        {
            let together = a - a % LANES;
            let (mut all, mut own) = (0.0, 0.0);
            for (b, (&j, wanted)) in actors.iter().zip(row).enumerate() {
                if a != b {
                    let distance = distances.between(i, j) as f32;
                    let near = 1.0 / distance;
                    *wanted = distance;
                    // Distances are the same both ways.
                    nearness[together / LANES * n + b][a % LANES] = near;
                    all += near * near;
                    if b - b % LANES == together {
                        own += near * near;
                    }
                }
            }
            steps[a] = 1.0 / all;
            among = among.max(own / all);
        }
        // Where at most the share `among` of an actor's weight lies with those who move at the same time, the stress falls up to 2 / (1 + among).
        let stride = STRIDE.min(1.9 / (1.0 + among));
        steps.iter_mut().for_each(|step| *step *= stride);
        Self {
            n,
            width,
            wanted,
            nearness,
            steps,
        }
    }

    /// The best of what a few starts lead to, the first of those equally good.
    fn settle(&self) -> Vec<(f64, f64)> {
        let axes = self.axes();
        let starts = (START_PAIRS / (self.n * self.n)).clamp(1, MOST_STARTS);
        let mut best = self.majorised(&axes, 0);
        for start in 1..starts {
            let other = self.majorised(&axes, start);
            if other.stress < best.stress {
                best = other;
            }
        }
        turned(self.n, &best)
    }

    /// Classical scaling: leading directions of the centred squared distances, found by repeated multiplication.
    fn axes(&self) -> [Vec<f32>; AXES] {
        let (n, width) = (self.n, self.width);
        let squares: Vec<f32> = self.wanted.iter().map(|d| -0.5 * d * d).collect();
        let row = |i: usize| &squares[i * width..(i + 1) * width];
        let mut axes = [const { Vec::new() }; AXES];
        // Each direction starts from the actor worst placed by those before it.
        let far: Vec<f32> = (0..n).map(|i| -row(i).iter().sum::<f32>()).collect();
        let total = far.iter().sum::<f32>() / n as f32;
        let mut left: Vec<f32> = far
            .iter()
            .map(|far| (far * 2.0 - total) / n as f32)
            .collect();
        for done in 0..axes.len() {
            let worst = highest(&left);
            let mut axis = row(worst).to_vec();
            centre(&mut axis, n);
            let length = upright(&mut axes[..done], &mut axis);
            let share = if length > 0.0 {
                length / axis[worst]
            } else {
                0.0
            };
            for (left, axis) in left.iter_mut().zip(&axis) {
                *left -= axis * axis * share;
            }
            left[worst] = f32::NEG_INFINITY;
            axes[done] = axis;
        }
        let mut lengths = [0.0_f32; AXES];
        for _ in 0..SCALING_ROUNDS {
            let mut next: [Vec<f32>; AXES] = std::array::from_fn(|_| vec![0.0; width]);
            for i in 0..n {
                for (next, axis) in next.iter_mut().zip(&axes) {
                    next[i] = product(row(i), axis);
                }
            }
            for (k, length) in lengths.iter_mut().enumerate() {
                centre(&mut next[k], n);
                let (done, rest) = next.split_at_mut(k);
                *length = upright(done, &mut rest[0]);
            }
            axes = next;
        }
        for (axis, length) in axes.iter_mut().zip(lengths) {
            axis.iter_mut().for_each(|value| *value *= length.sqrt());
        }
        axes
    }

    /// Two of the directions, and a spiral on top: small at first, to part those whom classical scaling puts on one spot and to leave no balance
    /// on a knife's edge; later large, to fall elsewhere.
    fn start(&self, axes: &[Vec<f32>; AXES], start: usize) -> Places {
        let (across, up) = match start {
            1 => (0, 2),
            2 => (1, 2),
            _ => (0, 1),
        };
        let mut places = Places {
            x: axes[across].clone(),
            y: axes[up].clone(),
            stress: f64::INFINITY,
        };
        let (mut x, mut y) = (if start < AXES { 0.05 } else { 0.5 }, 0.0);
        for _ in 0..start {
            // By the angle of the triangle with sides 3, 4 and 5: no two starts lean the same way.
            (x, y) = (x * 0.8 - y * 0.6, x * 0.6 + y * 0.8);
        }
        for i in 0..self.n {
            places.x[i] += x;
            places.y[i] += y;
            (x, y) = (
                x * GOLDEN_TURN.0 - y * GOLDEN_TURN.1,
                x * GOLDEN_TURN.1 + y * GOLDEN_TURN.0,
            );
        }
        places
    }

    /// Moves all to where the others pull them, until the stress settles.
    fn majorised(&self, axes: &[Vec<f32>; AXES], start: usize) -> Places {
        let mut places = self.start(axes, start);
        for _ in 0..MOST_ROUNDS / SPELL {
            for _ in 1..SPELL {
                self.round::<false>(&mut places);
            }
            let stress = self.round::<true>(&mut places);
            let before = std::mem::replace(&mut places.stress, stress);
            if before - stress <= SETTLED * stress {
                break;
            }
        }
        places
    }

    /// Moves each actor once; what is returned is twice the stress where asked for, each actor counted as it stood before its move.
    fn round<const MEASURED: bool>(&self, places: &mut Places) -> f64 {
        // An actor itself and what fills up a row miss their distance by 1 each.
        let mut stress = -((self.n * (self.width - self.n + 1)) as f64);
        let groups = self.nearness.chunks_exact(self.n);
        for (group, (nearness, steps)) in groups.zip(lanes(&self.steps)).enumerate() {
            let (x, y) = (&places.x[..self.n], &places.y[..self.n]);
            let own = (lanes(&places.x)[group], lanes(&places.y)[group]);
            let pull = pull::<MEASURED>(nearness, x, y, own);
            let here = group * LANES..(group + 1) * LANES;
            for (x, (pull, step)) in places.x[here.clone()]
                .iter_mut()
                .zip(pull.x.iter().zip(steps))
            {
                *x += step * pull;
            }
            for (y, (pull, step)) in places.y[here].iter_mut().zip(pull.y.iter().zip(steps)) {
                *y += step * pull;
            }
            stress += f64::from(pull.stress.iter().sum::<f32>());
        }
        stress
    }
}

/// The places around their mean, the long axis flat, the longer tails to the right and up.
fn turned(n: usize, places: &Places) -> Vec<(f64, f64)> {
    let [x, y] = [&places.x, &places.y].map(|values| {
        let mut values: Vec<f64> = values[..n].iter().map(|&value| f64::from(value)).collect();
        let mean = values.iter().sum::<f64>() / n as f64;
        values.iter_mut().for_each(|value| *value -= mean);
        values
    });
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let (xx, yy, xy) = (product(&x, &x), product(&y, &y), product(&x, &y));
    let length = (xx - yy).hypot(2.0 * xy);
    let (cos, sin) = if length > 1e-6 * (xx + yy) {
        let double = (xx - yy) / length;
        let half = |cosine: f64| (cosine.max(0.0) / 2.0).sqrt();
        (half(1.0 + double), half(1.0 - double).copysign(xy))
    } else {
        (1.0, 0.0)
    };
    let mut places: Vec<(f64, f64)> = x
        .iter()
        .zip(&y)
        .map(|(x, y)| (x * cos + y * sin, y * cos - x * sin))
        .collect();
    let right: f64 = places.iter().map(|(x, _)| x * x * x).sum();
    let up: f64 = places.iter().map(|(_, y)| y * y * y).sum();
    for (x, y) in &mut places {
        *x *= 1_f64.copysign(right);
        *y *= 1_f64.copysign(up);
    }
    places
}

/// Cosine and sine of the golden angle: no two of the points set out by it lie in one direction.
const GOLDEN_TURN: (f32, f32) = (-0.737_368_9, 0.675_490_3);

struct Pull {
    x: [f32; LANES],
    y: [f32; LANES],
    stress: [f32; LANES],
}

/// Where to all others pull the actors at `own`, by weight, and, if asked for, what their pairs add to twice the stress.
///
/// One other after another, so that no sum runs across the lanes. Not inlined: within the loops around it the compiler takes the lanes apart.
#[inline(never)]
fn pull<const MEASURED: bool>(
    nearness: &[[f32; LANES]],
    x: &[f32],
    y: &[f32],
    own: ([f32; LANES], [f32; LANES]),
) -> Pull {
    let (mut sum_x, mut sum_y, mut sum_stress) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
    // One operation at a time on whole lanes, which the compiler turns into wide instructions.
    let each = |of: &dyn Fn(usize) -> f32| -> [f32; LANES] { std::array::from_fn(of) };
    for ((near, &x), &y) in nearness.iter().zip(x).zip(y) {
        let dx = each(&|lane| own.0[lane] - x);
        let dy = each(&|lane| own.1[lane] - y);
        // Far below any distance, so that two on one spot, and the actor itself, divide by something.
        let distance = each(&|lane| (dx[lane] * dx[lane] + dy[lane] * dy[lane] + 1e-20).sqrt());
        // (D / distance - 1) / D^2
        let force = each(&|lane| near[lane] / distance[lane] - near[lane] * near[lane]);
        sum_x = each(&|lane| sum_x[lane] + force[lane] * dx[lane]);
        sum_y = each(&|lane| sum_y[lane] + force[lane] * dy[lane]);
        if MEASURED {
            let miss = each(&|lane| near[lane] * distance[lane] - 1.0);
            sum_stress = each(&|lane| sum_stress[lane] + miss[lane] * miss[lane]);
        }
    }
    Pull {
        x: sum_x,
        y: sum_y,
        stress: sum_stress,
    }
}

/// Rows are whole lanes.
fn lanes(row: &[f32]) -> &[[f32; LANES]] {
    row.as_chunks().0
}

fn product(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0; LANES];
    for (a, b) in lanes(a).iter().zip(lanes(b)) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum()
}

fn highest(values: &[f32]) -> usize {
    let mut best = 0;
    for (i, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = i;
        }
    }
    best
}

/// Subtracts the mean of the first n; the rest stays 0.
fn centre(values: &mut [f32], n: usize) {
    let mean = values[..n].iter().sum::<f32>() / n as f32;
    for value in &mut values[..n] {
        *value -= mean;
    }
}

/// Turns a vector at right angles to unit vectors, makes it one, and returns how long it was; what nearly vanishes becomes 0.
fn upright(others: &mut [Vec<f32>], vector: &mut [f32]) -> f32 {
    let before = product(vector, vector).sqrt();
    for other in others {
        let shared = product(other, vector);
        for (value, other) in vector.iter_mut().zip(other.iter()) {
            *value -= shared * other;
        }
    }
    let length = product(vector, vector).sqrt();
    if length <= 1e-5 * before {
        vector.fill(0.0);
        return 0.0;
    }
    vector.iter_mut().for_each(|value| *value /= length);
    length
}
