//! What may be said of a comparison in one word.

use crate::outcome::Interval;

/// What a comparison shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The groups differ.
    Different,
    /// Any difference is smaller than the margin agreed beforehand.
    Equivalent,
    /// Neither of the two can be said.
    CannotTell,
}

impl Verdict {
    /// Every verdict, in the order of the declaration.
    pub const ALL: [Self; 3] = [Self::Different, Self::Equivalent, Self::CannotTell];

    /// The name that files carry.
    pub fn name(self) -> &'static str {
        match self {
            Self::Different => "different",
            Self::Equivalent => "equivalent",
            Self::CannotTell => "cannot_tell",
        }
    }

    /// The verdict that carries this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|v| v.name() == name)
    }
}

/// Whether the groups differ, differ too little to matter, or cannot be told apart with so few.
///
/// # Definition
/// different if p < alpha; else equivalent if the 90 % interval of d lies inside (-margin, margin), which is the decision of
/// [`super::equivalence_g`] at .05; else cannot tell. Different says nothing of size: a difference may be shown and yet lie inside the margin
/// # Shape and unit
/// one word; the margin is in standard deviations, as d
/// # Missing
/// without a margin, or with one that is not a finite number, nothing is called equivalent
/// # Undefined
/// never; a p that is not a number is not below alpha
/// # Source
/// Schuirmann (1987), J. Pharmacokinet. Biopharm. 15, 657-680: two one-sided tests at .05 each
/// # Agrees with
/// its definition
/// # Cost
/// O(1)
pub fn verdict(p: f64, alpha: f64, d_interval_90: &Interval, margin: Option<f64>) -> Verdict {
    if p < alpha {
        return Verdict::Different;
    }
    let inside = |margin: f64| {
        margin.is_finite() && -margin < d_interval_90.lower && d_interval_90.upper < margin
    };
    if margin.is_some_and(inside) {
        Verdict::Equivalent
    } else {
        Verdict::CannotTell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_not_agreement() {
        let narrow = Interval {
            lower: -0.2,
            upper: 0.3,
        };
        assert_eq!(verdict(0.01, 0.05, &narrow, Some(0.5)), Verdict::Different);
        assert_eq!(verdict(0.4, 0.05, &narrow, Some(0.5)), Verdict::Equivalent);
        assert_eq!(verdict(0.4, 0.05, &narrow, Some(0.25)), Verdict::CannotTell);
        assert_eq!(verdict(0.4, 0.05, &narrow, None), Verdict::CannotTell);
        for boundless in [f64::INFINITY, f64::NAN, -0.5] {
            let said = verdict(0.4, 0.05, &narrow, Some(boundless));
            assert_eq!(said, Verdict::CannotTell);
        }
        assert_eq!(verdict(f64::NAN, 0.05, &narrow, None), Verdict::CannotTell);
        for verdict in Verdict::ALL {
            assert_eq!(Verdict::from_name(verdict.name()), Some(verdict));
        }
    }
}
