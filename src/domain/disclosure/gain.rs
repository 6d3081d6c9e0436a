//! What became of a mean of pupils between two waves: told where both means are.

use serde::{Deserialize, Serialize};

use super::values::Disclosed;

/// Later less earlier, with the ends of its 95 % interval; all in tenths of a point, outwards.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Gain {
    pub gain: f64,
    pub lower: f64,
    pub upper: f64,
}

/// The difference of two means that are told, and how far chance may have moved it.
pub fn gain(before: &Disclosed<f64>, after: &Disclosed<f64>, half_width: f64) -> Disclosed<Gain> {
    let tenths = |value: f64| (value * 10.0).round() / 10.0;
    let difference = match (&before.0, &after.0) {
        (Ok(before), Ok(after)) => Ok(tenths(after - before)),
        (Err(why), _) | (_, Err(why)) => Err(*why),
    };
    Disclosed(difference.map(|gain| Gain {
        gain,
        lower: ((gain - half_width) * 10.0).floor() / 10.0,
        upper: ((gain + half_width) * 10.0).ceil() / 10.0,
    }))
}
