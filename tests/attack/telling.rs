//! What the product tells: the parts of every school, version after version.

use schakel::domain::disclosure::TeamRules;
use schakel::domain::records::Records;
use schakel::evaluation::portrayal::portrait;

use super::world::World;

/// Per version and school, the parts as text.
pub fn tell(world: &World, records: &[Records], _memory: bool) -> Vec<Vec<Vec<(&'static str, String)>>> {
    let rules = TeamRules { single_roles: vec!["principal".to_owned(), "coach".to_owned()], ..TeamRules::default() };
    records
        .iter()
        .map(|records| {
            (0..world.n_schools())
                .map(|school| {
                    let team = portrait(records, &rules, &world.scales, school);
                    vec![("team", serde_json::to_string(&team).expect("a portrait is text"))]
                })
                .collect()
        })
        .collect()
}
