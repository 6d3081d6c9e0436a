//! The evaluation of a study that is never held in memory as a whole: schools come one after another, their rows go to files,
//! and what stays is counts, the fingerprint, and the values that a comparison of schools needs.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::records::Records;

use super::{
    evaluate::{Begun, MeasuredPart, Origin},
    findings::{Findings, NetworkMeasure, Value},
    outcomes::{SchoolValue, is_wanted},
    plan::{Plan, PlanFault},
    snapshot::Fingerprint,
};

/// An evaluation under way.
#[derive(Debug)]
pub struct SchoolBySchool<'a> {
    /// Everything but the rosters.
    frame: &'a Records,
    plan: &'a Plan,
    begun: Begun,
    fingerprint: Fingerprint,
    total: MeasuredPart,
    kept: Kept,
}

impl<'a> SchoolBySchool<'a> {
    /// Begins with all but the rosters: `frame` has every school, in order, and `columns` are the facts about people.
    pub fn begin(
        frame: &'a Records,
        columns: Vec<String>,
        plan: &'a Plan,
    ) -> Result<Self, PlanFault> {
        let begun = Begun::of(frame, plan, || columns)?;
        Ok(Self {
            frame,
            plan,
            kept: Kept::of(&begun),
            begun,
            fingerprint: Fingerprint::of_frame(frame),
            total: MeasuredPart::default(),
        })
    }

    /// Whether schools are compared, so that [`Self::add`] has to see the rows of the networks.
    pub fn compares(&self) -> bool {
        self.begun.groups.is_some()
    }

    /// Takes the schools that follow: what was measured of them, and the lines of their rosters. Rows are not kept.
    pub fn add(&mut self, part: MeasuredPart, roster_lines: &str) {
        self.fingerprint.add(roster_lines);
        if self.compares() {
            for row in &part.networks {
                self.kept.take(row, self.plan);
            }
        }
        self.total.append(part.without_rows());
    }

    /// The findings, with the names of the tables that hold the rows.
    pub fn finish(self, origin: Origin, rows_in: Vec<String>) -> Result<Findings, PlanFault> {
        let values = self.kept.values();
        let compared = self
            .begun
            .compared(self.frame, self.plan, &origin.plan_basis, values)?;
        let snapshot = self.fingerprint.finish(self.frame);
        let found = (self.total, compared);
        let findings = self
            .begun
            .findings(self.frame, self.plan, origin, snapshot, found);
        Ok(Findings {
            achievement: Vec::new(),
            rows_in,
            ..findings
        })
    }
}

/// Values of the compared schools and of those with an effect, a few bytes each.
#[derive(Debug, Default)]
struct Kept {
    schools: BTreeMap<String, u32>,
    keys: Vec<String>,
    /// Measure, wave and relation of each outcome, and its number.
    numbers: BTreeMap<[String; 3], u32>,
    outcomes: Vec<[String; 3]>,
    /// Outcomes of which a value is kept: of one that is not asked for a single one, so that it can be named.
    known: BTreeSet<u32>,
    values: Vec<(u32, u32, u32, Value)>,
}

impl Kept {
    fn of(begun: &Begun) -> Self {
        let mut kept = Self::default();
        let Some(groups) = &begun.groups else {
            return kept;
        };
        let with_effect = begun.pupils.effects.iter().map(|effect| &effect.school);
        for key in groups.high.iter().chain(&groups.low).chain(with_effect) {
            if kept.schools.contains_key(key) {
                continue;
            }
            let number = u32::try_from(kept.keys.len()).unwrap_or(u32::MAX);
            kept.schools.insert(key.clone(), number);
            kept.keys.push(key.clone());
        }
        kept
    }

    fn take(&mut self, row: &NetworkMeasure, plan: &Plan) {
        let Some(&school) = self.schools.get(&row.school) else {
            return;
        };
        let key = [row.measure.clone(), row.wave.clone(), row.relation.clone()];
        let number = match self.numbers.get(&key) {
            Some(&number) => number,
            None => {
                let number = u32::try_from(self.outcomes.len()).unwrap_or(u32::MAX);
                self.outcomes.push(key.clone());
                self.numbers.insert(key, number);
                number
            }
        };
        let [measure, wave, relation] = &self.outcomes[number as usize];
        let asked = is_wanted(plan, measure, wave, relation);
        if self.known.insert(number) || asked {
            let n_actors = u32::try_from(row.n_actors).unwrap_or(u32::MAX);
            self.values.push((school, number, n_actors, row.value));
        }
    }

    fn values(&self) -> impl Iterator<Item = SchoolValue<'_>> {
        self.values
            .iter()
            .map(|&(school, outcome, n_actors, value)| {
                let [measure, wave, relation] = &self.outcomes[outcome as usize];
                SchoolValue {
                    school: &self.keys[school as usize],
                    wave,
                    relation,
                    measure,
                    value,
                    n_actors: n_actors as usize,
                }
            })
    }
}
