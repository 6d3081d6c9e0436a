//! Where a smooth function is smallest.

/// How far the search goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// The search is settled when the best quadratic model of the function promises less than this.
    pub promise: f64,
    pub max_evaluations: usize,
}

/// Where the search ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Minimum {
    pub at: Vec<f64>,
    pub value: f64,
    pub gradient: Vec<f64>,
    pub evaluations: usize,
    /// How much lower the quadratic model would still have gone.
    pub promise: f64,
    pub settled: bool,
}

/// The lowest point downhill from `start`, for a function that writes its gradient and returns its value (`None` where it has none).
///
/// Quasi-Newton with the update of Broyden, Fletcher, Goldfarb and Shanno and a line search for the strong Wolfe conditions (Nocedal & Wright 2006,
/// Numerical Optimization, algorithms 6.1, 3.5 and 3.6). `curvature` guesses the second derivative along each axis, for the first step.
pub fn downhill(
    mut function: impl FnMut(&[f64], &mut [f64]) -> Option<f64>,
    start: &[f64],
    curvature: &[f64],
    limits: Limits,
) -> Option<Minimum> {
    let n = start.len();
    let mut here = Point::empty(n);
    here.x.copy_from_slice(start);
    here.value = function(&here.x, &mut here.gradient)?;
    let mut evaluations = 1;
    let mut model = Inverse::new(curvature);
    let mut fresh = true;
    loop {
        let mut step = model.times(&here.gradient);
        for s in &mut step {
            *s = -*s;
        }
        let slope = dot(&step, &here.gradient);
        let promise = -0.5 * slope;
        let ended = |settled: bool, here: Point, evaluations: usize| {
            Some(Minimum {
                at: here.x,
                value: here.value,
                gradient: here.gradient,
                evaluations,
                promise,
                settled,
            })
        };
        // A model that was never corrected promises nothing.
        if promise <= limits.promise && (!fresh || here.gradient.iter().all(|g| g.abs() < 1e-8)) {
            return ended(true, here, evaluations);
        }
        if evaluations >= limits.max_evaluations {
            return ended(false, here, evaluations);
        }
        let room = limits.max_evaluations - evaluations;
        let longest = dot(&step, &step).sqrt();
        let first = if fresh { (0.5 / longest).min(1.0) } else { 1.0 };
        let mut line = Line {
            from: &here,
            step: &step,
            slope,
            left: room.min(30),
        };
        let (next, used) = line.search(&mut function, first);
        evaluations += used;
        match next {
            Some(next) => {
                let moved: Vec<f64> = next.x.iter().zip(&here.x).map(|(a, b)| a - b).collect();
                let turned: Vec<f64> = next
                    .gradient
                    .iter()
                    .zip(&here.gradient)
                    .map(|(a, b)| a - b)
                    .collect();
                model.learn(&moved, &turned);
                fresh = false;
                here = next;
            }
            // Rounding hides what is left, or the model misleads: ask the first guess once more.
            None if promise <= limits.promise.sqrt() * 1e-2 && !fresh => {
                return ended(true, here, evaluations);
            }
            None if fresh => return ended(false, here, evaluations),
            None => {
                model = Inverse::new(curvature);
                fresh = true;
            }
        }
    }
}

#[derive(Debug, Clone)]
struct Point {
    x: Vec<f64>,
    value: f64,
    gradient: Vec<f64>,
}

impl Point {
    fn empty(n: usize) -> Self {
        Self {
            x: vec![0.0; n],
            value: f64::INFINITY,
            gradient: vec![0.0; n],
        }
    }
}

/// The inverse of the second derivatives as far as it is known.
struct Inverse {
    n: usize,
    h: Vec<f64>,
}

impl Inverse {
    fn new(curvature: &[f64]) -> Self {
        let n = curvature.len();
        let mut h = vec![0.0; n * n];
        for (i, c) in curvature.iter().enumerate() {
            h[i * n + i] = 1.0 / c;
        }
        Self { n, h }
    }

    fn times(&self, x: &[f64]) -> Vec<f64> {
        (0..self.n)
            .map(|i| dot(&self.h[i * self.n..(i + 1) * self.n], x))
            .collect()
    }

    fn learn(&mut self, moved: &[f64], turned: &[f64]) {
        let along = dot(moved, turned);
        if along <= 1e-12 * (dot(moved, moved) * dot(turned, turned)).sqrt() {
            return;
        }
        let ht = self.times(turned);
        let scale = (1.0 + dot(turned, &ht) / along) / along;
        for i in 0..self.n {
            for j in 0..self.n {
                self.h[i * self.n + j] +=
                    scale * moved[i] * moved[j] - (ht[i] * moved[j] + moved[i] * ht[j]) / along;
            }
        }
    }
}

struct Line<'a> {
    from: &'a Point,
    step: &'a [f64],
    slope: f64,
    left: usize,
}

/// A place on the line: how far, how high, how steep.
#[derive(Clone)]
struct Place {
    t: f64,
    slope: f64,
    point: Point,
}

impl Line<'_> {
    const LESS: f64 = 1e-4;
    const FLATTER: f64 = 0.9;

    fn visit(
        &mut self,
        function: &mut impl FnMut(&[f64], &mut [f64]) -> Option<f64>,
        t: f64,
    ) -> Place {
        self.left = self.left.saturating_sub(1);
        let mut point = Point::empty(self.step.len());
        for ((x, from), step) in point.x.iter_mut().zip(&self.from.x).zip(self.step) {
            *x = from + t * step;
        }
        let value = function(&point.x, &mut point.gradient).filter(|v| v.is_finite());
        point.value = value.unwrap_or(f64::INFINITY);
        let slope = dot(&point.gradient, self.step);
        Place { t, slope, point }
    }

    /// What rounding makes of equal values.
    fn noise(&self) -> f64 {
        1e-13 * (1.0 + self.from.value.abs())
    }

    /// Low by the values, or, where rounding hides how low, by the slope.
    fn low_enough(&self, place: &Place) -> bool {
        place.point.value <= self.from.value + Self::LESS * place.t * self.slope
            || (place.point.value <= self.from.value + self.noise()
                && place.slope <= (2.0 * Self::LESS - 1.0) * self.slope)
    }

    fn above(&self, place: &Place, low: &Place) -> bool {
        place.point.value > low.point.value + self.noise()
    }

    fn flat_enough(&self, place: &Place) -> bool {
        place.slope.abs() <= -Self::FLATTER * self.slope
    }

    /// A place that satisfies both conditions (the first approximately where rounding hides it, Hager & Zhang 2005), or at least lies lower; and how often the function was asked.
    fn search(
        &mut self,
        function: &mut impl FnMut(&[f64], &mut [f64]) -> Option<f64>,
        first: f64,
    ) -> (Option<Point>, usize) {
        let before = self.left;
        let found = self.find(function, first);
        let lower = found
            .filter(|place| {
                place.point.value < self.from.value
                    || (place.t > 0.0 && self.low_enough(place) && self.flat_enough(place))
            })
            .map(|place| place.point);
        (lower, before - self.left)
    }

    fn find(
        &mut self,
        function: &mut impl FnMut(&[f64], &mut [f64]) -> Option<f64>,
        first: f64,
    ) -> Option<Place> {
        let mut low = Place {
            t: 0.0,
            slope: self.slope,
            point: self.from.clone(),
        };
        let mut t = first;
        // Outward until the minimum lies between `low` and `high`.
        let mut high = loop {
            if self.left == 0 {
                return Some(low);
            }
            let place = self.visit(function, t);
            if !self.low_enough(&place) || self.above(&place, &low) {
                break place;
            }
            if self.flat_enough(&place) {
                return Some(place);
            }
            if place.slope >= 0.0 {
                break std::mem::replace(&mut low, place);
            }
            t = 2.5 * place.t;
            low = place;
        };
        // Inward: `low` is the lowest place that is low enough, and the function falls from it towards `high`.
        while self.left > 0 {
            let width = high.t - low.t;
            if width.abs() <= 1e-14 * low.t.abs().max(1e-300) {
                break;
            }
            let t = between(&low, &high);
            let place = self.visit(function, t);
            if !self.low_enough(&place) || self.above(&place, &low) {
                high = place;
            } else {
                if self.flat_enough(&place) {
                    return Some(place);
                }
                if place.slope * width >= 0.0 {
                    high = std::mem::replace(&mut low, place);
                } else {
                    low = place;
                }
            }
        }
        Some(low)
    }
}

/// The minimum of the cubic through both places, kept away from the ends.
fn between(low: &Place, high: &Place) -> f64 {
    let width = high.t - low.t;
    let middle = low.t + 0.5 * width;
    if !high.point.value.is_finite() {
        return low.t + 0.1 * width;
    }
    let d1 = low.slope + high.slope - 3.0 * (high.point.value - low.point.value) / width;
    let inside = d1 * d1 - low.slope * high.slope;
    if inside < 0.0 {
        return middle;
    }
    let d2 = inside.sqrt().copysign(width);
    let t = high.t - width * (high.slope + d2 - d1) / (high.slope - low.slope + 2.0 * d2);
    let share = (t - low.t) / width;
    if (0.05..=0.95).contains(&share) {
        t
    } else if share.is_finite() {
        low.t + width * share.clamp(0.05, 0.95)
    } else {
        middle
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        promise: 1e-16,
        max_evaluations: 500,
    };

    #[test]
    fn the_valley_of_rosenbrock() {
        let valley = |x: &[f64], g: &mut [f64]| {
            let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
            g[0] = -2.0 * a - 400.0 * x[0] * b;
            g[1] = 200.0 * b;
            Some(a * a + 100.0 * b * b)
        };
        let found = downhill(valley, &[-1.2, 1.0], &[1.0, 1.0], LIMITS).unwrap();
        assert!(found.settled);
        assert!((found.at[0] - 1.0).abs() < 1e-7 && (found.at[1] - 1.0).abs() < 1e-7);
        assert!(found.evaluations < 80, "{}", found.evaluations);
    }

    #[test]
    fn steep_and_flat_axes() {
        let bowl = |x: &[f64], g: &mut [f64]| {
            g[0] = 2e4 * (x[0] - 3.0);
            g[1] = 2e-2 * (x[1] + 5.0);
            Some(1e4 * (x[0] - 3.0).powi(2) + 1e-2 * (x[1] + 5.0).powi(2))
        };
        let found = downhill(bowl, &[0.0, 0.0], &[1.0, 1.0], LIMITS).unwrap();
        assert!(found.settled);
        assert!((found.at[0] - 3.0).abs() < 1e-6 && (found.at[1] + 5.0).abs() < 1e-4);
    }

    #[test]
    fn outside_where_the_function_exists_the_step_is_shortened() {
        let log = |x: &[f64], g: &mut [f64]| {
            g[0] = 1.0 - 1.0 / x[0];
            (x[0] > 0.0).then(|| x[0] - x[0].ln())
        };
        let found = downhill(log, &[30.0], &[1e-3], LIMITS).unwrap();
        assert!(found.settled && (found.at[0] - 1.0).abs() < 1e-6);
    }

    #[test]
    fn without_a_lowest_point_the_search_does_not_settle() {
        let slope = |x: &[f64], g: &mut [f64]| {
            g[0] = 1.0;
            Some(x[0])
        };
        assert!(!downhill(slope, &[0.0], &[1.0], LIMITS).unwrap().settled);
        assert!(downhill(|_, _| None, &[0.0], &[1.0], LIMITS).is_none());
    }
}
