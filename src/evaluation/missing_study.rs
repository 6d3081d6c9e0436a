//! What missing answers would have done: complete networks of a study, of which answers are taken away.

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use schakel_analysis::model::missing_study::{BOUNDED, MissingStudy, Options, missing_study};

use super::findings::Exclusion;
use super::networks::network;
use crate::domain::records::Records;

/// What is taken away, and how often.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Removal {
    pub share: f64,
    pub repeats: usize,
    pub imputations: usize,
    /// A value above this is a tie.
    pub cut: f64,
    pub seed: u64,
}

/// What came of one network.
#[derive(Debug, Clone)]
pub struct Studied {
    pub school: String,
    pub wave: String,
    pub relation: String,
    pub study: MissingStudy,
}

#[derive(Debug, Clone, Default)]
pub struct Study {
    pub networks: Vec<Studied>,
    /// Networks that are not known in full, or too small or too large.
    pub exclusions: Vec<Exclusion>,
}

/// Shares over all networks in which the measure exists.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mean {
    pub name: &'static str,
    pub bounds_coverage: Option<f64>,
    pub interval_coverage: Option<f64>,
}

impl Study {
    pub fn means(&self) -> Vec<Mean> {
        let of = |name: &str,
                  share: fn(
            &schakel_analysis::model::missing_study::MeasureStudy,
        ) -> Option<f64>| {
            let shares: Vec<f64> = self
                .networks
                .iter()
                .flat_map(|network| &network.study.measures)
                .filter(|measure| measure.name == name)
                .filter_map(share)
                .collect();
            (!shares.is_empty()).then(|| shares.iter().sum::<f64>() / shares.len() as f64)
        };
        BOUNDED
            .iter()
            .map(|measure| Mean {
                name: measure.name,
                bounds_coverage: of(measure.name, |study| study.bounds_coverage),
                interval_coverage: of(measure.name, |study| study.interval_coverage),
            })
            .collect()
    }
}

/// The same records, removal and seed give the same numbers, to the last bit. An error says why none could be studied.
pub fn study(records: &Records, removal: &Removal) -> Result<Study, String> {
    let options = Options {
        share: removal.share,
        repeats: removal.repeats,
        imputations: removal.imputations,
    };
    let mut found = Study::default();
    for roster in &records.rosters {
        for (relation, relation_key) in records.relations.iter().enumerate() {
            let Some(net) = network(roster, relation, removal.cut, None) else {
                continue;
            };
            let (school, wave) = (
                &records.schools[roster.school].key,
                &records.waves[roster.wave],
            );
            // Every network begins with the same chance: what comes of one does not hang on the others.
            let mut rng = ChaCha12Rng::seed_from_u64(removal.seed);
            match missing_study(&net, &BOUNDED, &options, &mut rng) {
                Ok(study) => found.networks.push(Studied {
                    school: school.clone(),
                    wave: wave.clone(),
                    relation: relation_key.clone(),
                    study,
                }),
                Err(fault) => found.exclusions.push(Exclusion {
                    what: format!("school {school}, wave {wave}, relation {relation_key}"),
                    reason: fault.to_string(),
                }),
            }
        }
    }
    match found.exclusions.first() {
        Some(first) if found.networks.is_empty() => Err(format!(
            "no network can be studied; the first, {}: {}",
            first.what, first.reason
        )),
        None if found.networks.is_empty() => Err("there are no networks here".to_owned()),
        _ => Ok(found),
    }
}
