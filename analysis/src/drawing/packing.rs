//! Puts parts of a picture side by side: the largest in the middle, the others in rings around it.

use std::f64::consts::{PI, TAU};

/// Where circles of these radii, largest first, can stand without touching each other.
pub(super) fn rings(radii: &[f64]) -> Vec<(f64, f64)> {
    let mut places = Vec::with_capacity(radii.len());
    let Some(&first) = radii.first() else {
        return places;
    };
    places.push((0.0, 0.0));
    let mut outer = first;
    while places.len() < radii.len() {
        let waiting = &radii[places.len()..];
        let ring = outer + waiting[0];
        let mut angles = Vec::new();
        let mut taken = 0.0;
        for &radius in waiting {
            let angle = 2.0 * (radius / ring).min(1.0).asin();
            if !angles.is_empty() && taken + angle > TAU {
                break;
            }
            taken += angle;
            angles.push(angle);
        }
        // What the ring leaves free is shared out evenly.
        let free = ((TAU - taken) / angles.len() as f64).max(0.0);
        let mut turn = -angles[0] / 2.0;
        for angle in angles {
            let (sin, cos) = (turn + angle / 2.0).sin_cos();
            places.push((ring * cos, ring * sin));
            turn += angle + free;
        }
        outer = ring + waiting[0];
    }
    places
}

/// n places evenly on a circle, a step apart; one alone stands in the middle.
pub(super) fn circle(n: usize) -> Vec<(f64, f64)> {
    if n < 2 {
        return vec![(0.0, 0.0); n];
    }
    let radius = 0.5 / (PI / n as f64).sin();
    (0..n)
        .map(|k| {
            let (sin, cos) = (TAU * k as f64 / n as f64).sin_cos();
            (radius * cos, radius * sin)
        })
        .collect()
}

/// How to bring a picture into the unit square: in the middle, as large as it can be, nothing distorted.
pub(super) struct Frame {
    middle: (f64, f64),
    pub scale: f64,
}

impl Frame {
    /// Around discs (x, y, radius), of which there is at least one.
    pub fn around(discs: impl Iterator<Item = (f64, f64, f64)>) -> Self {
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for (x, y, radius) in discs {
            for (axis, centre) in [x, y].into_iter().enumerate() {
                low[axis] = low[axis].min(centre - radius);
                high[axis] = high[axis].max(centre + radius);
            }
        }
        let extent = (high[0] - low[0]).max(high[1] - low[1]);
        Self {
            middle: ((low[0] + high[0]) / 2.0, (low[1] + high[1]) / 2.0),
            // A single point, or a cloud that rounding alone spreads out, stands in the middle.
            scale: if extent > 1e-9 { 1.0 / extent } else { 0.0 },
        }
    }

    pub fn place(&self, x: f64, y: f64) -> (f64, f64) {
        let into = |value: f64, middle: f64| (0.5 + (value - middle) * self.scale).clamp(0.0, 1.0);
        (into(x, self.middle.0), into(y, self.middle.1))
    }
}
