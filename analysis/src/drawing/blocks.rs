//! Where groups stand in a picture of a team by its parts.

use super::packing::Frame;

/// A group's place in the unit square.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Circle {
    pub x: f64,
    pub y: f64,
    pub radius: f64,
}

/// A circle for each group, its area by the number of members, in a ring, so that the ties between groups can be drawn as lines across.
///
/// # Definition
/// radius r_g = c sqrt(size of g); each circle lies within its own wedge of half-angle asin(r_g / R) seen from the middle of a ring of radius R, the
/// smallest on which all wedges find room; what room is left is shared out evenly. The first group stands on the right, the others follow in order.
/// One group alone fills the square
/// # Shape and unit
/// one circle per group, within the unit square, no two overlapping; none for a group without members
/// # Missing
/// not concerned: sizes are of the roster
/// # Undefined
/// never; empty without groups
/// # Source
/// wedges as in Yee, Fisher, Dhamija & Hearst (2001), Proc. IEEE InfoVis, 43-50
/// # Agrees with
/// no reference; tested for room and order
/// # Cost
/// O(G), G = groups
pub fn block_layout(sizes: &[usize]) -> Vec<Option<Circle>> {
    let largest = sizes.iter().copied().max().unwrap_or(0) as f64;
    // A quarter of the largest radius stays free between two circles of a ring.
    const AIR: f64 = 0.125;
    let radii: Vec<f64> = sizes
        .iter()
        .map(|&size| (size as f64 / largest.max(1.0)).sqrt())
        .collect();
    let wedges: Vec<f64> = radii
        .iter()
        .filter(|&&radius| radius > 0.0)
        .map(|radius| radius + AIR)
        .collect();
    let ring = ring(&wedges);
    let taken: f64 = wedges.iter().map(|room| angle(*room, ring)).sum();
    let free = ((std::f64::consts::TAU - taken) / wedges.len().max(1) as f64).max(0.0);

    let mut turn: Option<f64> = None;
    let circles: Vec<Option<(f64, f64, f64)>> = radii
        .iter()
        .map(|&radius| {
            if radius == 0.0 {
                return None;
            }
            let wedge = angle(radius + AIR, ring);
            let middle = turn.map_or(0.0, |turn| turn + wedge / 2.0);
            turn = Some(middle + wedge / 2.0 + free);
            let (sin, cos) = middle.sin_cos();
            Some((ring * cos, ring * sin, radius))
        })
        .collect();
    let frame = Frame::around(circles.iter().flatten().copied());
    circles
        .into_iter()
        .map(|circle| {
            circle.map(|(x, y, radius)| {
                let radius = radius * frame.scale;
                let (x, y) = frame.place(x, y);
                Circle { x, y, radius }
            })
        })
        .collect()
}

/// The angle under which the middle sees a circle of this radius on the ring.
fn angle(radius: f64, ring: f64) -> f64 {
    if ring == 0.0 {
        return std::f64::consts::TAU;
    }
    2.0 * (radius / ring).min(1.0).asin()
}

/// The smallest ring on which all wedges find room.
fn ring(wedges: &[f64]) -> f64 {
    if wedges.len() < 2 {
        return 0.0;
    }
    let total = |ring: f64| wedges.iter().map(|&room| angle(room, ring)).sum::<f64>();
    let mut low = wedges.iter().copied().fold(0.0, f64::max);
    if total(low) <= std::f64::consts::TAU {
        return low;
    }
    // asin x <= x pi / 2, so the wedges fit on a ring of half the sum of their radii.
    let mut high = wedges.iter().sum::<f64>() / 2.0 + low;
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if total(middle) > std::f64::consts::TAU {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_group_fills_the_square_and_two_stand_side_by_side() {
        assert_eq!(block_layout(&[]), []);
        assert_eq!(block_layout(&[0, 0]), [None, None]);
        let middle = Circle {
            x: 0.5,
            y: 0.5,
            radius: 0.5,
        };
        assert_eq!(block_layout(&[0, 7]), [None, Some(middle)]);
        let pair = block_layout(&[4, 4]);
        let (right, left) = (pair[0].unwrap(), pair[1].unwrap());
        assert!((right.y - left.y).abs() < 1e-12 && right.x > left.x);
        assert_eq!(right.radius, left.radius);
    }
}
