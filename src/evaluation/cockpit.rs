//! What a trainer reads of a school at a glance: how far its figures carry, and why it asks for attention. Made of
//! counts of answers and of the school's disclosed portrait only; never about a person.

use super::portrait::WavePortrait;

/// How far the figures of a wave carry, by the response rates of the study.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carries {
    Well,
    /// Figures come with the range that missing answers leave open.
    WithCare,
    /// Nothing is said about how the team collaborates.
    TooLittle,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trust {
    pub carries: Carries,
    pub rate: f64,
    /// The share of all pairs of colleagues of whom both answered: what is known from both sides.
    pub pairs: f64,
}

/// `report` and `flag` are the rates from which a network is reported, and from which it is reported with a flag.
pub fn trust(n_answered: usize, n_members: usize, report: f64, flag: f64) -> Option<Trust> {
    let (m, n) = (n_answered.min(n_members) as f64, n_members as f64);
    if n_members < 2 {
        return None;
    }
    let rate = m / n;
    Some(Trust {
        carries: if rate >= report {
            Carries::Well
        } else if rate >= flag {
            Carries::WithCare
        } else {
            Carries::TooLittle
        },
        rate,
        pairs: m * (m - 1.0).max(0.0) / (n * (n - 1.0)),
    })
}

/// How many figures of a wave are withheld, and how many there are: densities, shares of mutual naming, scale means.
pub fn withheld(wave: &WavePortrait) -> (usize, usize) {
    let relations = wave.relations.iter().flat_map(|relation| {
        [
            relation.density.shown().is_err(),
            relation.reciprocity.shown().is_err(),
        ]
    });
    let scales = wave.scales.iter().map(|scale| scale.mean.shown().is_err());
    let all: Vec<bool> = relations.chain(scales).collect();
    (all.iter().filter(|hidden| **hidden).count(), all.len())
}

/// Why a school asks for attention.
#[derive(Debug, Clone, PartialEq)]
pub enum Flag {
    /// The team's mean lies under where the middle half of the schools lies.
    UnderUsual {
        wave: String,
        scale: String,
        mean: f64,
        usual: (f64, f64),
    },
    /// Two groups of the team differ on a scale by more than [`GROUPS_APART`] of its length.
    GroupsApart {
        wave: String,
        scale: String,
        lower: (Vec<String>, f64),
        higher: (Vec<String>, f64),
    },
    /// Fewer answered than in the wave before.
    ResponseFalls {
        wave: String,
        rate: f64,
        before: String,
        before_rate: f64,
    },
    /// Fewer of those invited came to the last two meetings than to those before.
    PresenceFalls { share: f64, before: f64 },
}

/// A fifth of the scale (0.8 on a scale from 1 to 5): about the standard deviation of single answers, and more than two
/// groups of five differ by chance alone. A rule of thumb of this project.
pub const GROUPS_APART: f64 = 0.2;

/// A tenth: less is one or two people in a team of the usual size.
pub const FALLS: f64 = 0.1;

/// Comparing decimals that were rounded to one place.
const TOLERANCE: f64 = 1e-9;

/// The flags of a wave that the trainer has opened.
pub fn flags_of_wave(wave: &WavePortrait) -> Vec<Flag> {
    let mut flags = Vec::new();
    for scale in &wave.scales {
        if let (Ok(mean), Ok(usual)) = (scale.mean.shown(), scale.usual.shown())
            && *mean < usual.0 - TOLERANCE
        {
            flags.push(Flag::UnderUsual {
                wave: wave.wave.clone(),
                scale: scale.scale.clone(),
                mean: *mean,
                usual: *usual,
            });
        }
        let mut means: Vec<(f64, usize)> = scale
            .groups
            .iter()
            .filter_map(|group| Some((*group.mean.shown().ok()?, group.group)))
            .filter(|(_, group)| *group < wave.groups.len())
            .collect();
        means.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        if let [(low, lower), .., (high, higher)] = means.as_slice()
            && high - low >= GROUPS_APART * (scale.maximum - scale.minimum) - TOLERANCE
        {
            let named = |group: usize, mean: f64| (wave.groups[group].names.clone(), mean);
            flags.push(Flag::GroupsApart {
                wave: wave.wave.clone(),
                scale: scale.scale.clone(),
                lower: named(*lower, *low),
                higher: named(*higher, *high),
            });
        }
    }
    flags
}

/// `rates` of the closed waves, oldest first: the newest against the one before it.
pub fn response_falls(rates: &[(String, f64)]) -> Option<Flag> {
    let [.., (before, before_rate), (wave, rate)] = rates else {
        return None;
    };
    (before_rate - rate >= FALLS - TOLERANCE).then(|| Flag::ResponseFalls {
        wave: wave.clone(),
        rate: *rate,
        before: before.clone(),
        before_rate: *before_rate,
    })
}

/// `shares` of those invited who came, oldest meeting first: the last two against those before, from three meetings on.
pub fn presence_falls(shares: &[f64]) -> Option<Flag> {
    let mean = |part: &[f64]| part.iter().sum::<f64>() / part.len() as f64;
    let (before, last) = shares.split_at(shares.len().checked_sub(2)?);
    if before.is_empty() {
        return None;
    }
    let (share, before) = (mean(last), mean(before));
    (before - share >= FALLS - TOLERANCE).then_some(Flag::PresenceFalls { share, before })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A wave as it is kept: three scales, two groups.
    fn wave() -> WavePortrait {
        let json = r#"{
            "wave": "T3", "grouped": true, "n_members": {"Ok": 17}, "n_answered": {"Ok": 15}, "since": null,
            "groups": [{"names": ["onderbouw"], "n": 8}, {"names": ["bovenbouw", "leiding"], "n": 9}],
            "relations": [{"relation": "goals", "density": {"Ok": {"about": 4, "from": 7, "to": 10}},
                "reciprocity": {"Err": "team_too_small"}, "blocks": [], "change": null,
                "alike": {"Err": "not_defined"}, "persons": {"Err": "no_consent"}}],
            "scales": [
                {"scale": "culture", "minimum": 1.0, "maximum": 5.0, "n": {"Ok": 15}, "mean": {"Ok": 3.1},
                 "change": null, "usual": {"Ok": [3.2, 3.9]}, "items": [],
                 "groups": [{"group": 0, "n": {"Ok": 7}, "mean": {"Ok": 2.7}},
                            {"group": 1, "n": {"Ok": 8}, "mean": {"Ok": 3.5}}]},
                {"scale": "attitude", "minimum": 1.0, "maximum": 5.0, "n": {"Ok": 15}, "mean": {"Ok": 3.2},
                 "change": null, "usual": {"Ok": [3.2, 3.9]}, "items": [],
                 "groups": [{"group": 0, "n": {"Ok": 7}, "mean": {"Ok": 2.9}},
                            {"group": 1, "n": {"Ok": 8}, "mean": {"Ok": 3.6}}]},
                {"scale": "withheld", "minimum": 1.0, "maximum": 5.0, "n": {"Ok": 15},
                 "mean": {"Err": "would_tell_others"}, "change": null, "usual": {"Ok": [3.2, 3.9]}, "items": [],
                 "groups": [{"group": 0, "n": {"Ok": 7}, "mean": {"Ok": 1.5}},
                            {"group": 1, "n": {"Ok": 8}, "mean": {"Err": "too_few_people"}}]}
            ]}"#;
        serde_json::from_str(json).expect("a wave is read back")
    }

    #[test]
    fn flags_come_of_disclosed_figures_alone_each_with_its_reason() {
        let names = |name: &[&str]| name.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            flags_of_wave(&wave()),
            [
                Flag::UnderUsual {
                    wave: "T3".into(),
                    scale: "culture".into(),
                    mean: 3.1,
                    usual: (3.2, 3.9),
                },
                Flag::GroupsApart {
                    wave: "T3".into(),
                    scale: "culture".into(),
                    lower: (names(&["onderbouw"]), 2.7),
                    higher: (names(&["bovenbouw", "leiding"]), 3.5),
                },
            ]
        );
        assert_eq!(withheld(&wave()), (2, 5));
    }

    #[test]
    fn what_falls_is_flagged_and_what_wavers_is_not() {
        let rates = |values: &[f64]| -> Vec<(String, f64)> {
            (1..)
                .zip(values)
                .map(|(n, value)| (format!("T{n}"), *value))
                .collect()
        };
        assert!(response_falls(&rates(&[0.9])).is_none());
        assert!(response_falls(&rates(&[0.9, 0.81])).is_none());
        assert!(response_falls(&rates(&[0.5, 0.9, 0.8])).is_some());
        assert!(response_falls(&rates(&[0.9, 0.5, 0.6])).is_none());
        assert!(presence_falls(&[0.9, 0.5]).is_none());
        assert!(presence_falls(&[0.9, 0.8, 0.8]).is_some());
        assert!(presence_falls(&[0.9, 0.9, 0.9, 0.5, 1.0]).is_some());
        assert!(presence_falls(&[0.6, 0.9, 0.9]).is_none());
        assert!(presence_falls(&[]).is_none());
    }

    #[test]
    fn trust_follows_the_rates_of_the_study() {
        let of = |m, n| trust(m, n, 0.8, 0.6).map(|trust| trust.carries);
        assert_eq!(of(8, 10), Some(Carries::Well));
        assert_eq!(of(7, 10), Some(Carries::WithCare));
        assert_eq!(of(6, 10), Some(Carries::WithCare));
        assert_eq!(of(5, 10), Some(Carries::TooLittle));
        assert_eq!(of(1, 1), None);
        let known = trust(8, 10, 0.8, 0.6).expect("ten people");
        assert_eq!(known.pairs, 56.0 / 90.0);
        assert_eq!(trust(0, 10, 0.8, 0.6).map(|trust| trust.pairs), Some(0.0));
    }
}
