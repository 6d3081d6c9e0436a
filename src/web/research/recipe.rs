//! What a researcher chose: which outcomes, which groups, what is made of missing answers, above which value a nomination is a
//! tie. It stands in the address, so that every state of the desk is a link; what it does not say is as the plan has it.

use crate::evaluation::catalogue;
use crate::evaluation::plan::{Grouping, OutcomePattern, Plan, UnknownCells};
use crate::evaluation::plan_lock::{Deviation, deviations};
use crate::reports::definition;
use crate::web::form::{Fields, field, in_address};

/// Names of what a recipe says in an address.
const NAMES: [&str; 10] = [
    "take", "at", "in", "by", "high", "low", "share", "column", "unknown", "cut",
];

/// More schools than this are in no group.
const MOST_SCHOOLS: usize = 10_000;

#[derive(Debug, Clone, PartialEq)]
pub struct Recipe {
    /// Measures and scales, in the order of the tables; those of the plan when empty.
    pub take: Vec<String>,
    /// A wave, two waves with a hyphen between, or `change`; every wave when empty.
    pub at: String,
    /// A relation; all of them when empty.
    pub within: String,
    /// Those of the plan when `None`.
    pub groups: Option<Grouping>,
    pub unknown: UnknownCells,
    pub cut: f64,
}

/// What can be chosen: measures that have a definition, then scales.
pub fn outcomes(base: &Plan) -> Vec<String> {
    let measures = catalogue::network_names().filter(|name| definition::of(name).is_some());
    let scales = base.scales.iter().map(|scale| scale.key.clone());
    measures.map(str::to_owned).chain(scales).collect()
}

fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 60
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || "_-.".contains(c))
}

/// A fact of a school or one of its values: no control signs, not without end.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= 60 && !text.chars().any(char::is_control)
}

impl Recipe {
    /// Whatever an address says; what means nothing is left out.
    pub fn read(fields: &Fields, base: &Plan) -> Self {
        let given = |name: &str| field(fields, name).map(str::trim).unwrap_or_default();
        let asked: Vec<&str> = fields
            .iter()
            .filter(|(name, _)| name == "take")
            .map(|(_, value)| value.as_str())
            .collect();
        let mut take: Vec<String> = outcomes(base);
        take.retain(|outcome| asked.contains(&outcome.as_str()));
        let mut of_plan: Vec<&str> = base
            .family
            .iter()
            .flatten()
            .map(|pattern| pattern.outcome.as_str())
            .collect();
        of_plan.sort_unstable();
        let mut sorted: Vec<&str> = take.iter().map(String::as_str).collect();
        sorted.sort_unstable();
        if sorted == of_plan {
            take = Vec::new();
        }
        let word = |name: &str| Some(given(name)).filter(|text| is_word(text));
        let groups = grouping(&given).filter(|groups| base.groups.as_ref() != Some(groups));
        let cut = given("cut").replace(',', ".").parse::<f64>();
        Self {
            take,
            at: word("at").unwrap_or_default().to_owned(),
            within: word("in").unwrap_or_default().to_owned(),
            groups,
            unknown: UnknownCells::from_name(given("unknown")).unwrap_or(base.treatment),
            cut: cut
                .ok()
                .filter(|cut| cut.is_finite() && cut.abs() < 1e6)
                .map_or(base.cut, |cut| cut + 0.0),
        }
    }

    /// What differs from the plan, as names and values.
    pub fn fields(&self, base: &Plan) -> Fields {
        let mut fields: Fields = Vec::new();
        let mut say = |name: &str, value: String| fields.push((name.to_owned(), value));
        for outcome in &self.take {
            say("take", outcome.clone());
        }
        if !self.at.is_empty() {
            say("at", self.at.clone());
        }
        if !self.within.is_empty() {
            say("in", self.within.clone());
        }
        match &self.groups {
            None | Some(Grouping::ByHand { .. }) => {}
            Some(Grouping::ByEffect { high, low }) => {
                say("by", "effect".to_owned());
                say("high", high.to_string());
                say("low", low.to_string());
            }
            Some(Grouping::ByEffectShare { share }) => {
                say("by", "share".to_owned());
                say("share", share.to_string());
            }
            Some(Grouping::Column { column, high, low }) => {
                say("by", "column".to_owned());
                say("column", column.clone());
                if let (Some(high), Some(low)) = (high, low) {
                    say("high", high.clone());
                    say("low", low.clone());
                }
            }
        }
        if self.unknown != base.treatment {
            say("unknown", self.unknown.name().to_owned());
        }
        if self.cut != base.cut {
            say("cut", self.cut.to_string());
        }
        fields
    }

    pub fn is_plan(&self, base: &Plan) -> bool {
        self.fields(base).is_empty()
    }

    /// The plan with this choice in it.
    pub fn plan(&self, base: &Plan) -> Plan {
        let mut plan = base.clone();
        let names: Vec<String> = if self.take.is_empty() {
            let family = base.family.iter().flatten();
            family.map(|pattern| pattern.outcome.clone()).collect()
        } else {
            self.take.clone()
        };
        let some = |text: &String| (!text.is_empty()).then(|| text.clone());
        if !(self.take.is_empty() && self.at.is_empty() && self.within.is_empty()) {
            let is_network = |name: &str| catalogue::network_names().any(|known| known == name);
            let patterns: Vec<OutcomePattern> = names
                .into_iter()
                .map(|outcome| OutcomePattern {
                    relation: some(&self.within).filter(|_| is_network(&outcome)),
                    wave: some(&self.at),
                    outcome,
                })
                .collect();
            plan.outcomes = Some(patterns.clone());
            plan.family = Some(patterns);
        }
        if let Some(measures) = &mut plan.measures {
            let networks = catalogue::network_names();
            let more = networks.filter(|name| self.take.iter().any(|own| own == name));
            for name in more {
                if !measures.iter().any(|known| known == name) {
                    measures.push(name.to_owned());
                }
            }
        }
        if let Some(groups) = &self.groups {
            plan.groups = Some(groups.clone());
        }
        plan.treatment = self.unknown;
        plan.cut = self.cut;
        plan
    }

    /// Where this choice departs from the plan.
    pub fn deviations(&self, base: &Plan) -> Vec<Deviation> {
        let locked = serde_json::to_value(base).expect("plans are made of numbers, text and lists");
        let mut found = deviations(&locked, &self.plan(base));
        // What is measured follows from what is compared.
        found.retain(|deviation| deviation.field != "measures");
        found
    }
}

fn grouping<'g>(given: &impl Fn(&str) -> &'g str) -> Option<Grouping> {
    let count = |name: &str| {
        let n = given(name).parse::<usize>().ok()?;
        (1..=MOST_SCHOOLS).contains(&n).then_some(n)
    };
    match given("by") {
        "effect" => Some(Grouping::ByEffect {
            high: count("high")?,
            low: count("low")?,
        }),
        "share" => {
            let share = given("share").replace(',', ".").parse::<f64>().ok()?;
            (share > 0.0 && share <= 0.5).then_some(Grouping::ByEffectShare { share })
        }
        "column" => {
            let column = Some(given("column")).filter(|text| is_word(text))?;
            let value = |name: &str| Some(given(name)).filter(|text| is_plain(text));
            let both = value("high").zip(value("low"));
            Some(Grouping::Column {
                column: column.to_owned(),
                high: both.map(|(high, _)| high.to_owned()),
                low: both.map(|(_, low)| low.to_owned()),
            })
        }
        _ => None,
    }
}

/// The fields of an address that are of no recipe: which wave is looked at, how a table is sorted.
pub fn beside(fields: &Fields) -> Fields {
    let others = fields
        .iter()
        .filter(|(name, _)| !NAMES.contains(&name.as_str()));
    others.take(20).cloned().collect()
}

/// Names and values as an address has them, with the question mark; nothing where there are none.
pub fn query(fields: &Fields) -> String {
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{}={}", in_address(name), in_address(value)))
        .collect();
    if pairs.is_empty() {
        String::new()
    } else {
        format!("?{}", pairs.join("&"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::scales::ScaleDefinition;

    fn base() -> Plan {
        Plan {
            measures: Some(vec!["density".into()]),
            groups: Some(Grouping::ByEffect { high: 10, low: 10 }),
            family: Some(vec![
                OutcomePattern::parse("density").unwrap(),
                OutcomePattern::parse("culture").unwrap(),
            ]),
            scales: vec![ScaleDefinition {
                key: "culture".into(),
                ..ScaleDefinition::default()
            }],
            ..Plan::default()
        }
    }

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        let own = |(a, b): &(&str, &str)| ((*a).to_owned(), (*b).to_owned());
        pairs.iter().map(own).collect()
    }

    #[test]
    fn an_address_and_its_recipe_are_one() {
        let base = base();
        let said = fields(&[
            ("take", "in_degree_centralization"),
            ("take", "culture"),
            ("at", "T1-T3"),
            ("in", "goals"),
            ("by", "column"),
            ("column", "kind"),
            ("high", "a & b"),
            ("low", "c"),
            ("unknown", "null"),
            ("cut", "1.5"),
        ]);
        let recipe = Recipe::read(&said, &base);
        assert_eq!(recipe.fields(&base), said);
        let plan = recipe.plan(&base);
        let told: Vec<String> = plan
            .outcomes
            .unwrap()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            told,
            ["in_degree_centralization@T1-T3/goals", "culture@T1-T3"]
        );
        assert!(
            plan.measures
                .unwrap()
                .contains(&"in_degree_centralization".to_owned())
        );
        assert!(query(&said).contains("high=a%20%26%20b&low=c"));
        let fields: Vec<String> = recipe
            .deviations(&base)
            .into_iter()
            .map(|one| one.field)
            .collect();
        assert_eq!(fields, ["cut", "family", "groups", "outcomes", "treatment"]);
    }

    #[test]
    fn what_means_nothing_or_is_the_plan_anyway_is_the_plan() {
        let base = base();
        for odd in [
            vec![],
            vec![("take", "density"), ("take", "culture")],
            vec![
                ("take", "no such thing"),
                ("cut", "NaN"),
                ("by", "effect"),
                ("high", "-3"),
                ("low", "1"),
            ],
            vec![
                ("by", "effect"),
                ("high", "10"),
                ("low", "10"),
                ("unknown", "available"),
                ("cut", "0"),
            ],
            vec![
                ("by", "share"),
                ("share", "0.7"),
                ("at", "<script>"),
                ("in", "\u{1}"),
            ],
            vec![
                ("by", "column"),
                ("column", ""),
                ("cut", "inf"),
                ("unknown", "zero"),
                ("cut", "-0"),
            ],
        ] {
            let recipe = Recipe::read(&fields(&odd), &base);
            assert!(recipe.is_plan(&base), "{odd:?}: {recipe:?}");
            assert_eq!(recipe.plan(&base), base);
            assert!(recipe.deviations(&base).is_empty());
        }
    }
}
