//! What the product tells of a school: its parts, version after version, each held against what was told before.

use schakel::domain::disclosure::{Ledger, TeamRules};
use schakel::domain::records::Records;
use schakel::domain::study::Subject;
use schakel::evaluation::portrait::{LeadershipPortrait, LeadershipWave};
use schakel::evaluation::portrayal::{Asked, Teams, judged_scale, portrait};
use schakel::evaluation::scales::ScaleDefinition;

/// What a study asks, and the rules it is held to.
pub struct Method {
    pub rules: TeamRules,
    pub scales: Vec<ScaleDefinition>,
    pub about_principal: Vec<ScaleDefinition>,
}

impl Method {
    pub fn new(scales: Vec<ScaleDefinition>, about_principal: Vec<ScaleDefinition>) -> Self {
        let single_roles = vec!["principal".to_owned(), "coach".to_owned()];
        Self { rules: TeamRules { single_roles, ..TeamRules::default() }, scales, about_principal }
    }

    pub fn all_scales(&self) -> Vec<ScaleDefinition> {
        [self.scales.clone(), self.about_principal.clone()].concat()
    }

    /// The parts of the first school of each of these conclusions, one after the other. Without memory, each figure is
    /// judged by itself.
    pub fn tell(&self, conclusions: &[Records], memory: bool) -> Vec<Vec<(&'static str, String)>> {
        let mut before = Vec::new();
        conclusions
            .iter()
            .map(|records| {
                let mut ledger = if memory { Ledger::new(before.clone()) } else { Ledger::without_memory() };
                let parts = self.parts(records, &mut ledger);
                before = ledger.told().to_vec();
                parts
            })
            .collect()
    }

    fn parts(&self, records: &Records, ledger: &mut Ledger) -> Vec<(&'static str, String)> {
        let team = portrait(records, &self.rules, &self.scales, 0, ledger);
        let leadership = LeadershipPortrait {
            waves: records
                .rosters
                .iter()
                .filter(|roster| roster.school == 0)
                .map(|roster| {
                    let asked = Asked { records, roster, rules: &self.rules, about: Subject::Principal };
                    let scales = self.about_principal.iter();
                    LeadershipWave {
                        wave: records.waves[roster.wave].clone(),
                        scales: scales.filter_map(|scale| judged_scale(&asked, scale, &Teams::default(), ledger)).collect(),
                    }
                })
                .collect(),
        };
        let text = "parts are plain values with text keys";
        vec![
            ("team", serde_json::to_string(&team).expect(text)),
            ("leadership", serde_json::to_string(&leadership).expect(text)),
        ]
    }
}
