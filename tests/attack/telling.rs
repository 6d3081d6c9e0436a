//! What the product tells of a school: its parts, version after version, each held against what was told before. In the
//! order in which `conclude` has them judged.

use std::collections::BTreeSet;

use schakel::domain::disclosure::{Ledger, TeamRules};
use schakel::domain::records::Records;
use schakel::evaluation::achievement_portrait::{References, achievement_portrait};
use schakel::evaluation::leadership_portrait::{Leaders, leadership_portrait};
use schakel::evaluation::person_picture::draw_persons;
use schakel::evaluation::portrayal::portrait;
use schakel::evaluation::scales::ScaleDefinition;
use schakel::evaluation::team_change::set_beside_before;
use schakel::evaluation::usual::AllSchools;
use serde::Serialize;

/// Part and text.
pub type Parts = Vec<(&'static str, String)>;

/// What a study asks, and the rules it is held to.
pub struct Method {
    pub rules: TeamRules,
    pub scales: Vec<ScaleDefinition>,
    pub about_principal: Vec<ScaleDefinition>,
    /// Whether four in five have agreed to being drawn.
    pub draws: bool,
}

impl Method {
    pub fn new(scales: Vec<ScaleDefinition>, about_principal: Vec<ScaleDefinition>) -> Self {
        let single_roles = vec!["principal".to_owned(), "coach".to_owned()];
        Self {
            rules: TeamRules {
                single_roles,
                ..TeamRules::default()
            },
            scales,
            about_principal,
            draws: false,
        }
    }

    pub fn all_scales(&self) -> Vec<ScaleDefinition> {
        [self.scales.clone(), self.about_principal.clone()].concat()
    }

    /// The parts of a school in each of these conclusions, one after the other. Without memory, each figure is judged by
    /// itself.
    pub fn tell(
        &self,
        conclusions: &[(Records, AllSchools)],
        school: usize,
        memory: bool,
    ) -> Vec<Parts> {
        let mut before = Vec::new();
        conclusions
            .iter()
            .map(|(records, all_schools)| {
                let mut ledger = if memory {
                    Ledger::new(before.clone())
                } else {
                    Ledger::without_memory()
                };
                let parts = self.judged(records, all_schools, school, &mut ledger);
                before = ledger.told().to_vec();
                parts
            })
            .collect()
    }

    /// A conclusion, with what is gathered of all its schools.
    pub fn gathered(&self, records: Records) -> (Records, AllSchools) {
        let all = AllSchools::of(&records, &self.rules, &self.scales);
        (records, all)
    }

    fn judged(
        &self,
        records: &Records,
        all_schools: &AllSchools,
        school: usize,
        ledger: &mut Ledger,
    ) -> Parts {
        let mut team = portrait(records, &self.rules, &self.scales, school, ledger);
        set_beside_before(
            &mut team,
            records,
            &self.rules,
            &self.scales,
            school,
            ledger,
        );
        all_schools.set_beside(&mut team, school);
        if self.draws {
            let agreed = agreed(records, school);
            draw_persons(&mut team, records, &self.rules, school, &agreed, ledger);
        }
        let mut leaders = Leaders::new();
        for roster in records
            .rosters
            .iter()
            .filter(|roster| roster.school == school)
        {
            let leading = roster
                .persons
                .iter()
                .filter(|person| person.role.as_deref() == Some("principal"));
            let leading: BTreeSet<String> = leading.map(|person| person.key.clone()).collect();
            leaders.insert(records.waves[roster.wave].clone(), leading);
        }
        let leadership = leadership_portrait(
            records,
            &self.rules,
            &self.about_principal,
            (school, &leaders),
            ledger,
        );
        let achievement = achievement_portrait(
            records,
            References::of(records, self.rules.k_distribution).as_ref(),
            self.rules.k_distribution,
            school,
            ledger,
        );
        vec![
            ("team", text(&team)),
            ("leadership", text(&leadership)),
            ("achievement", text(&achievement)),
        ]
    }
}

/// Everyone in half of the schools; in the others all but those whose key ends in 1 or 2.
fn agreed(records: &Records, school: usize) -> BTreeSet<String> {
    let everyone = records.schools[school]
        .key
        .ends_with(['0', '2', '4', '6', '8']);
    let own = records
        .rosters
        .iter()
        .filter(|roster| roster.school == school);
    own.flat_map(|roster| &roster.persons)
        .map(|person| person.key.clone())
        .filter(|key| everyone || !key.ends_with(['1', '2']))
        .collect()
}

fn text(part: &impl Serialize) -> String {
    serde_json::to_string(part).expect("parts are plain values with text keys")
}
