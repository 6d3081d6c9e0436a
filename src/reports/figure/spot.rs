//! Where names stand beside their dots: never over another name or a dot, with a thin line where a name had to move away.

use super::svg::{Area, Look, Point};

/// Where a name stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    pub area: Area,
    /// From the dot to the name, where the name is not beside it.
    pub leader: Option<(Point, Point)>,
}

/// From the edge of the dot to the name, nearest first.
const DISTANCES: [f64; 9] = [3.0, 10.0, 18.0, 28.0, 40.0, 55.0, 72.0, 92.0, 120.0];
/// Sideways first: that is where names are looked for.
const DIRECTIONS: [(f64, f64); 16] = [
    (1.0, 0.0),
    (-1.0, 0.0),
    (0.0, 1.0),
    (0.0, -1.0),
    (0.71, -0.71),
    (0.71, 0.71),
    (-0.71, -0.71),
    (-0.71, 0.71),
    (0.92, -0.38),
    (0.92, 0.38),
    (-0.92, -0.38),
    (-0.92, 0.38),
    (0.38, -0.92),
    (0.38, 0.92),
    (-0.38, -0.92),
    (-0.38, 0.92),
];

/// A spot for each name, or nothing where not all of them find one. The same dots and names give the same spots.
pub fn spots(
    dots: &[Point],
    radius: f64,
    names: &[String],
    look: Look,
    frame: &Area,
) -> Option<Vec<Spot>> {
    let crowd = |index: usize| {
        let near = |other: &&Point| {
            (other.0 - dots[index].0).abs() < 90.0 && (other.1 - dots[index].1).abs() < 40.0
        };
        dots.iter().filter(near).count()
    };
    let mut crowded: Vec<usize> = (0..dots.len()).collect();
    crowded.sort_by_key(|&index| (std::cmp::Reverse(crowd(index)), index));
    let mut outside_last: Vec<usize> = (0..dots.len()).collect();
    let centre = (frame.x + frame.width / 2.0, frame.y + frame.height / 2.0);
    let away = |index: usize| {
        let (dx, dy) = (dots[index].0 - centre.0, dots[index].1 - centre.1);
        dx.hypot(dy)
    };
    outside_last.sort_by(|&a, &b| away(a).total_cmp(&away(b)).then(a.cmp(&b)));
    let wide = |index: usize| look.width(&names[index]);
    let mut widest: Vec<usize> = (0..dots.len()).collect();
    widest.sort_by(|&a, &b| wide(b).total_cmp(&wide(a)).then(a.cmp(&b)));
    [crowded, outside_last, widest]
        .iter()
        .find_map(|order| placed(order, dots, radius, names, look, frame))
}

fn placed(
    order: &[usize],
    dots: &[Point],
    radius: f64,
    names: &[String],
    look: Look,
    frame: &Area,
) -> Option<Vec<Spot>> {
    let mut found: Vec<Option<Spot>> = vec![None; dots.len()];
    for &index in order {
        let width = look.width(&names[index]);
        let spot = DISTANCES.iter().find_map(|&distance| {
            DIRECTIONS.iter().find_map(|&direction| {
                let spot = candidate(dots[index], radius + distance, direction, width, look.size);
                let spot = Spot {
                    leader: spot.leader.filter(|_| distance > 5.0),
                    ..spot
                };
                fits(&spot, index, dots, radius, &found, frame).then_some(spot)
            })
        });
        found[index] = Some(spot?);
    }
    found.into_iter().collect()
}

fn candidate(dot: Point, distance: f64, (dx, dy): Point, width: f64, height: f64) -> Spot {
    let touch = (dot.0 + dx * distance, dot.1 + dy * distance);
    // The nearer side of the name is where the line ends; above and below it is centred.
    let x = touch.0 - width / 2.0
        + dx * width / 2.0 * if dx.abs() > 0.5 { 1.0 / dx.abs() } else { 1.0 };
    let y = touch.1 - height / 2.0 + dy * height / 2.0;
    let area = Area::new(x, y, width, height);
    let end = (
        dot.0.clamp(area.x, area.x + width),
        dot.1.clamp(area.y, area.y + height),
    );
    Spot {
        area,
        leader: Some((dot, end)),
    }
}

fn fits(
    spot: &Spot,
    own: usize,
    dots: &[Point],
    radius: f64,
    found: &[Option<Spot>],
    frame: &Area,
) -> bool {
    let room = spot.area.widened(1.5);
    if !room.within(frame) {
        return false;
    }
    let touches = |dot: &Point, by: f64| {
        let near = (
            dot.0.clamp(room.x, room.x + room.width),
            dot.1.clamp(room.y, room.y + room.height),
        );
        (near.0 - dot.0).hypot(near.1 - dot.1) < by
    };
    let on_dot = dots.iter().enumerate().any(|(index, dot)| {
        touches(dot, radius + if index == own { 0.0 } else { 1.0 })
            || spot
                .leader
                .is_some_and(|leader| index != own && near_line(*dot, leader, radius + 1.0))
    });
    if on_dot {
        return false;
    }
    found.iter().flatten().all(|other| {
        !room.meets(&other.area)
            && !spot
                .leader
                .is_some_and(|leader| crosses(leader, &other.area.widened(0.5)))
            && !other.leader.is_some_and(|leader| crosses(leader, &room))
            && match (spot.leader, other.leader) {
                (Some(a), Some(b)) => !segments_cross(a, b),
                _ => true,
            }
    })
}

fn near_line(dot: Point, (a, b): (Point, Point), by: f64) -> bool {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let along = ((dot.0 - a.0) * dx + (dot.1 - a.1) * dy) / (dx * dx + dy * dy).max(1e-9);
    let along = along.clamp(0.0, 1.0);
    (a.0 + along * dx - dot.0).hypot(a.1 + along * dy - dot.1) < by
}

fn segments_cross(one: (Point, Point), two: (Point, Point)) -> bool {
    let side =
        |(a, b): (Point, Point), c: Point| (b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0);
    side(one, two.0) * side(one, two.1) < 0.0 && side(two, one.0) * side(two, one.1) < 0.0
}

fn crosses(line: (Point, Point), area: &Area) -> bool {
    let (left, right) = (area.x, area.x + area.width);
    let (top, bottom) = (area.y, area.y + area.height);
    let inside = |(x, y): Point| x > left && x < right && y > top && y < bottom;
    inside(line.0)
        || inside(line.1)
        || segments_cross(line, ((left, top), (right, bottom)))
        || segments_cross(line, ((left, bottom), (right, top)))
}
