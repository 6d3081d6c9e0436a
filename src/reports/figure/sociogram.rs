//! People as dots of one size, ties as lines: thick where two named each other, thin with a head where one named the
//! other. Where not every name finds room, all become numbers with a list.

use super::spot::{Spot, spots};
use super::svg::{Area, Canvas, Figure, Heading, Look, Path, Point, Table, Weight};
use super::text_width::{text_width, wrapped};

/// What stands on the figure, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SociogramWords {
    pub mutual: String,
    pub one_way: String,
    /// Heads the columns of the table: someone, and whom they named.
    pub person: String,
    pub named: String,
    /// How many people there are, where they have no names.
    pub people: String,
}

/// Someone in the picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Dot {
    /// A name or a pseudonym; not drawn where the picture is without names.
    pub label: String,
    /// In the unit square: the same over waves and relations.
    pub x: f64,
    pub y: f64,
    /// Index into the groups; each has a shape of its own.
    pub group: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// Names, or numbers with a list where names do not fit.
    Names,
    /// Numbers with a list.
    Numbers,
    /// Nothing beside the dots.
    Unlabelled,
}

const SIZE: f64 = 12.0;
const RADIUS: f64 = 6.0;
/// Room for a number within the dot.
const WITH_NUMBER: f64 = 11.0;

/// `ties` are indices of who named and who was named; `groups` their names.
pub fn sociogram(
    heading: &Heading,
    words: &SociogramWords,
    groups: &[String],
    dots: &[Dot],
    ties: &[(usize, usize)],
    naming: Naming,
) -> Figure {
    let names: Vec<String> = dots.iter().map(|dot| dot.label.clone()).collect();
    let look = Look::new(SIZE).class("name");
    let width = width_for(dots.len(), naming);
    if naming == Naming::Names {
        let longest = names
            .iter()
            .map(|name| look.width(name))
            .fold(0.0, f64::max);
        // Names that lie beside the outermost dots need room there.
        let side = (longest + 14.0).min(width * 0.22);
        // A picture that is too flat for its names is drawn again with more room above and below.
        for stretch in [1.0, 1.25, 1.55, 1.9] {
            let (places, height) = laid_out(dots, width, side, RADIUS, stretch);
            let frame = Area::new(2.0, 2.0, width - 4.0, height - 4.0);
            if let Some(spots) = spots(&places, RADIUS, &names, look, &frame) {
                let picture = Picture {
                    words,
                    groups,
                    dots,
                    ties,
                    places: &places,
                    radius: RADIUS,
                };
                return picture.drawn(heading, width, height, Names::Beside(&spots, look));
            }
        }
    }
    let radius = match naming {
        Naming::Unlabelled => RADIUS,
        _ => WITH_NUMBER,
    };
    let (places, height) = laid_out(dots, width, radius + 8.0, radius, 1.0);
    let picture = Picture {
        words,
        groups,
        dots,
        ties,
        places: &places,
        radius,
    };
    let names = match naming {
        Naming::Unlabelled => Names::None,
        _ => Names::Listed,
    };
    picture.drawn(heading, width, height, names)
}

fn width_for(n: usize, naming: Naming) -> f64 {
    match (naming, n) {
        (Naming::Unlabelled | Naming::Numbers, 0..=20) => 360.0,
        (Naming::Unlabelled | Naming::Numbers, _) => 480.0,
        (Naming::Names, 0..=8) => 420.0,
        (Naming::Names, 9..=24) => 560.0,
        (Naming::Names, _) => 760.0,
    }
}

/// The places on the picture and its height: as in the unit square, but for dots that would touch.
fn laid_out(dots: &[Dot], width: f64, side: f64, radius: f64, stretch: f64) -> (Vec<Point>, f64) {
    let above = radius + 20.0;
    let room = width - 2.0 * side;
    let ends = |of: fn(&Dot) -> f64| {
        let all = dots.iter().map(of);
        let low = all.clone().fold(f64::INFINITY, f64::min);
        let high = all.fold(f64::NEG_INFINITY, f64::max);
        if low <= high { (low, high) } else { (0.0, 0.0) }
    };
    let ((left, right), (top, bottom)) = (ends(|dot| dot.x), ends(|dot| dot.y));
    let scale = room / (right - left).max((bottom - top) * 0.9).max(1e-6);
    let scale = if dots.len() < 2 { 0.0 } else { scale };
    let middle = (left + right) / 2.0;
    let mut places: Vec<Point> = dots
        .iter()
        .map(|dot| {
            (
                width / 2.0 + (dot.x - middle) * scale,
                (dot.y - top) * scale * stretch,
            )
        })
        .collect();
    apart(
        &mut places,
        2.0 * radius + 7.0,
        (side.min(width / 2.0), width - side),
    );
    let highest = places.iter().map(|at| at.1).fold(f64::INFINITY, f64::min);
    let shift = if highest.is_finite() {
        above - highest
    } else {
        0.0
    };
    for at in &mut places {
        at.1 += shift;
    }
    let lowest = places.iter().map(|at| at.1).fold(above, f64::max);
    (places, (lowest + above).max(120.0))
}

/// Pushes dots that would touch away from each other, in a fixed order.
fn apart(places: &mut [Point], least: f64, (left, right): (f64, f64)) {
    for _ in 0..120 {
        let mut moved = false;
        for i in 0..places.len() {
            for j in i + 1..places.len() {
                let (mut dx, mut dy) = (places[j].0 - places[i].0, places[j].1 - places[i].1);
                let mut length = dx.hypot(dy);
                if length >= least - 0.01 {
                    continue;
                }
                if length < 1e-6 {
                    // Two in one place: each pair parts in a direction of its own.
                    let angle = 2.4 * (i + j) as f64;
                    (dx, dy, length) = (angle.cos(), angle.sin(), 1.0);
                }
                let by = (least - dx.hypot(dy).min(least)).max(0.05) / 2.0;
                let (ux, uy) = (dx / length, dy / length);
                places[i].0 = (places[i].0 - ux * by).clamp(left, right);
                places[j].0 = (places[j].0 + ux * by).clamp(left, right);
                places[i].1 -= uy * by;
                places[j].1 += uy * by;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
}

enum Names<'a> {
    Beside(&'a [Spot], Look),
    /// Numbers in the dots, and whose they are under the picture.
    Listed,
    None,
}

struct Picture<'a> {
    words: &'a SociogramWords,
    groups: &'a [String],
    dots: &'a [Dot],
    ties: &'a [(usize, usize)],
    places: &'a [Point],
    radius: f64,
}

impl Picture<'_> {
    fn drawn(&self, heading: &Heading, width: f64, height: f64, names: Names<'_>) -> Figure {
        let mut canvas = Canvas::new(heading);
        let ties = paired(self.ties);
        for (one, other, mutual) in &ties {
            self.tie(&mut canvas, *one, *other, *mutual);
        }
        if let Names::Beside(spots, _) = names {
            for (from, to) in spots.iter().filter_map(|spot| spot.leader) {
                canvas.line("leader", from, to);
            }
        }
        for (dot, at) in self.dots.iter().zip(self.places) {
            shape(&mut canvas, dot.group, *at, self.radius);
        }
        let mut y = height;
        match names {
            Names::Beside(spots, look) => {
                for (dot, spot) in self.dots.iter().zip(spots) {
                    canvas.text(
                        (spot.area.x, spot.area.y + 0.8 * look.size),
                        look,
                        &dot.label,
                    );
                }
            }
            Names::Listed => {
                let look = Look::new(11.0).middle();
                for (index, at) in self.places.iter().enumerate() {
                    canvas.text((at.0, at.1 + 4.0), look, &(index + 1).to_string());
                }
                y = self.list(&mut canvas, width, y);
            }
            Names::None => {}
        }
        let y = self.legend(&mut canvas, width, y);
        let table = match names {
            Names::None => self.counted(&ties),
            _ => self.listed(),
        };
        canvas.finish(width, y + 6.0, table)
    }

    fn tie(&self, canvas: &mut Canvas, one: usize, other: usize, mutual: bool) {
        let (from, to) = (self.places[one], self.places[other]);
        let bend = self.bend(one, other);
        // Many lines are thinner, so that names stay in front.
        let many = self.dots.len() > 25;
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = dx.hypot(dy).max(1e-6);
        let towards = (
            (from.0 + to.0) / 2.0 - dy / length * bend,
            (from.1 + to.1) / 2.0 + dx / length * bend,
        );
        let edge = |at: Point, by: f64| {
            let (dx, dy) = (towards.0 - at.0, towards.1 - at.1);
            let length = dx.hypot(dy).max(1e-6);
            (at.0 + dx / length * by, at.1 + dy / length * by)
        };
        let start = edge(from, self.radius + 0.5);
        if mutual {
            let end = edge(to, self.radius + 0.5);
            canvas.path(
                if many { "both-many" } else { "both" },
                &Path::new().to(start).bow(towards, end),
            );
            return;
        }
        let tip = edge(to, self.radius + 1.5);
        let back = edge(to, self.radius + 9.0);
        canvas.path(
            if many { "one-many" } else { "one" },
            &Path::new().to(start).bow(towards, back),
        );
        let (ux, uy) = ((tip.0 - back.0) / 7.5, (tip.1 - back.1) / 7.5);
        canvas.path(
            "head",
            &Path::polygon(&[
                tip,
                (back.0 - uy * 3.2, back.1 + ux * 3.2),
                (back.0 + uy * 3.2, back.1 - ux * 3.2),
            ]),
        );
    }

    /// How far a line bows, so that it does not seem to end at someone it passes.
    fn bend(&self, one: usize, other: usize) -> f64 {
        let (from, to) = (self.places[one], self.places[other]);
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = dx.hypot(dy).max(1e-6);
        let clear = |bend: &f64| {
            (1..16).all(|step| {
                let t = f64::from(step) / 16.0;
                let out = 2.0 * t * (1.0 - t) * bend;
                let at = (
                    from.0 + t * dx - dy / length * out,
                    from.1 + t * dy + dx / length * out,
                );
                self.places.iter().enumerate().all(|(index, place)| {
                    index == one
                        || index == other
                        || (place.0 - at.0).hypot(place.1 - at.1) > self.radius + 2.0
                })
            })
        };
        let bends = [0.0_f64, 18.0, -18.0, 34.0, -34.0, 52.0, -52.0];
        let room = length * 0.6;
        let mut possible = bends.into_iter().filter(|bend| bend.abs() <= room);
        possible.find(clear).unwrap_or(0.0)
    }

    /// Whose each number is, in columns.
    fn list(&self, canvas: &mut Canvas, width: f64, top: f64) -> f64 {
        let look = Look::new(SIZE);
        let text: Vec<String> = self
            .dots
            .iter()
            .enumerate()
            .map(|(index, dot)| format!("{}  {}", index + 1, dot.label))
            .collect();
        let widest = text
            .iter()
            .map(|line| look.width(line))
            .fold(60.0, f64::max)
            + 16.0;
        let columns = ((width - 16.0) / widest).floor().max(1.0) as usize;
        let per = self.dots.len().div_ceil(columns).max(1);
        let column = (width - 16.0) / columns as f64;
        let line = 17.0;
        for (index, text) in text.iter().enumerate() {
            let at = (
                8.0 + column * (index / per) as f64,
                top + 14.0 + line * (index % per) as f64,
            );
            let text = super::text_width::shortened(text, SIZE, Weight::Regular, column - 6.0);
            canvas.text(at, look, &text);
        }
        top + line * per.min(self.dots.len()) as f64 + 12.0
    }

    fn legend(&self, canvas: &mut Canvas, width: f64, top: f64) -> f64 {
        let mut place = Placing {
            x: 8.0,
            y: top + 12.0,
            width,
        };
        let at = place.next(&self.words.mutual, 34.0);
        canvas.line("both", (at.0, at.1 - 4.0), (at.0 + 26.0, at.1 - 4.0));
        place.say(canvas, at, 34.0, &self.words.mutual);
        let at = place.next(&self.words.one_way, 34.0);
        canvas.line("one", (at.0, at.1 - 4.0), (at.0 + 19.0, at.1 - 4.0));
        canvas.path(
            "head",
            &Path::polygon(&[
                (at.0 + 26.0, at.1 - 4.0),
                (at.0 + 18.5, at.1 - 7.2),
                (at.0 + 18.5, at.1 - 0.8),
            ]),
        );
        place.say(canvas, at, 34.0, &self.words.one_way);
        for (index, group) in self.groups.iter().enumerate() {
            let at = place.next(group, 20.0);
            shape(canvas, Some(index), (at.0 + 7.0, at.1 - 4.0), RADIUS);
            place.say(canvas, at, 20.0, group);
        }
        place.y + 6.0
    }

    fn listed(&self) -> Table {
        let row = |ego: usize| {
            let named: Vec<&str> = self
                .ties
                .iter()
                .filter(|tie| tie.0 == ego)
                .map(|tie| self.dots[tie.1].label.as_str())
                .collect();
            vec![self.dots[ego].label.clone(), named.join(", ")]
        };
        Table {
            head: vec![self.words.person.clone(), self.words.named.clone()],
            rows: (0..self.dots.len()).map(row).collect(),
        }
    }

    fn counted(&self, ties: &[(usize, usize, bool)]) -> Table {
        let mutual = ties.iter().filter(|tie| tie.2).count();
        Table {
            head: vec![String::new(), "n".to_owned()],
            rows: [
                (&self.words.people, self.dots.len()),
                (&self.words.mutual, mutual),
                (&self.words.one_way, ties.len() - mutual),
            ]
            .map(|(what, n)| vec![what.clone(), n.to_string()])
            .to_vec(),
        }
    }
}

/// Where the next entry of a legend stands.
struct Placing {
    x: f64,
    y: f64,
    width: f64,
}

impl Placing {
    fn next(&mut self, text: &str, before: f64) -> Point {
        let wide = before + text_width(text, SIZE, Weight::Regular);
        if self.x > 8.0 && self.x + wide > self.width - 8.0 {
            (self.x, self.y) = (8.0, self.y + 20.0);
        }
        let at = (self.x, self.y);
        self.x += wide + 20.0;
        at
    }

    fn say(&mut self, canvas: &mut Canvas, at: Point, before: f64, text: &str) {
        let room = self.width - 8.0 - at.0 - before;
        let lines = wrapped(text, SIZE, Weight::Regular, room);
        let end = canvas.lines((at.0 + before, at.1), Look::new(SIZE), &lines);
        if lines.len() > 1 {
            (self.x, self.y) = (8.0, end + 5.0);
        }
    }
}

/// Each two once, in order: who named, who was named, whether both did.
pub(super) fn paired(ties: &[(usize, usize)]) -> Vec<(usize, usize, bool)> {
    let mut sorted: Vec<(usize, usize)> = ties.iter().copied().filter(|(i, j)| i != j).collect();
    sorted.sort_unstable();
    sorted.dedup();
    sorted
        .iter()
        .filter_map(|&(i, j)| {
            let back = sorted.binary_search(&(j, i)).is_ok();
            (!back || i < j).then_some((i, j, back))
        })
        .collect()
}

/// A group is a shape, not a colour.
fn shape(canvas: &mut Canvas, group: Option<usize>, (x, y): Point, r: f64) {
    let around = |corners: &[Point]| {
        let points: Vec<Point> = corners
            .iter()
            .map(|(dx, dy)| (x + dx * r, y + dy * r))
            .collect();
        Path::polygon(&points)
    };
    match group.map(|group| group % 6) {
        None | Some(0) => canvas.circle("node", (x, y), r),
        Some(1) => canvas.path(
            "node",
            &around(&[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]),
        ),
        Some(2) => canvas.path("node", &around(&[(0.0, -1.1), (1.05, 0.8), (-1.05, 0.8)])),
        Some(3) => canvas.path(
            "node",
            &around(&[(0.0, -1.2), (1.2, 0.0), (0.0, 1.2), (-1.2, 0.0)]),
        ),
        Some(4) => canvas.path(
            "node",
            &around(&[
                (-0.5, -1.0),
                (0.5, -1.0),
                (1.05, 0.0),
                (0.5, 1.0),
                (-0.5, 1.0),
                (-1.05, 0.0),
            ]),
        ),
        Some(_) => canvas.path("node", &around(&[(0.0, 1.1), (1.05, -0.8), (-1.05, -0.8)])),
    }
}
