//! Records and a plan to findings: the whole evaluation, without a file, a clock or a die of its own.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicUsize, Ordering},
};

use crate::domain::records::{Records, RosterRecord};

use super::{
    baseline, catalogue,
    chain::Chain,
    change,
    comparison::{Compared, Ground, compared},
    effect_groups,
    findings::{
        ActorMeasure, BaselineMeasure, BlockMeasure, ChangeMeasure, Contents, CutMeasure,
        EffectGroups, Exclusion, Findings, MultiplexityMeasure, NetworkMeasure, Provenance,
        ScaleMeasure,
    },
    isolation::Isolation,
    layers, networks,
    outcomes::SchoolValue,
    plan::{Grouping, Plan, PlanFault, Uncertainty, UnknownCells},
    plan_lock::PlanBasis,
    scales,
    school_effects::PupilFindings,
    sensitivity, snapshot,
    teacher_models::teacher_models,
};

/// What whoever brought the records knows about where they came from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Origin {
    /// Instrument key and version, or file name, to content hash.
    pub instruments: BTreeMap<String, String>,
    /// What was left out before the records were made.
    pub exclusions: Vec<Exclusion>,
    pub warnings: Vec<String>,
    /// What shows that the plan was there before the data.
    pub plan_basis: PlanBasis,
}

/// Names of everything that a plan can ask to measure.
pub fn measures() -> Vec<&'static str> {
    catalogue::network_names()
        .chain(catalogue::actor_names())
        .chain(change::MEASURES)
        .collect()
}

/// Everything the plan asks for. The same records and plan give the same findings, to the last bit.
pub fn evaluate(records: &Records, plan: &Plan, origin: Origin) -> Result<Findings, PlanFault> {
    evaluate_on(records, plan, origin, 1)
}

/// The same on so many cores at once; the findings do not depend on how many.
pub fn evaluate_on(
    records: &Records,
    plan: &Plan,
    origin: Origin,
    cores: usize,
) -> Result<Findings, PlanFault> {
    let begun = Begun::of(records, plan, || layers::columns(records))?;
    let measured = measured_on(records, plan, cores);
    let values = measured.networks.iter().map(SchoolValue::from);
    let compared = begun.compared(records, plan, &origin.plan_basis, values)?;
    let snapshot = snapshot::of_records(records);
    Ok(begun.findings(records, plan, origin, snapshot, (measured, compared)))
}

/// What is known before any network is measured.
#[derive(Debug)]
pub(super) struct Begun {
    pub pupils: PupilFindings,
    pub groups: Option<EffectGroups>,
    scales: Vec<ScaleMeasure>,
}

impl Begun {
    /// `columns` says which facts about people there are.
    pub fn of(
        records: &Records,
        plan: &Plan,
        columns: impl FnOnce() -> Vec<String>,
    ) -> Result<Self, PlanFault> {
        check(plan, columns)?;
        let pupils = PupilFindings::of(records, plan);
        let groups = effect_groups::groups(records, &pupils.effects, plan)?;
        let scales = scales::measures(records, plan);
        Ok(Self {
            pupils,
            groups,
            scales,
        })
    }

    pub fn compared<'a>(
        &'a self,
        records: &'a Records,
        plan: &'a Plan,
        basis: &'a PlanBasis,
        values: impl Iterator<Item = SchoolValue<'a>>,
    ) -> Result<Compared, PlanFault> {
        let Some(groups) = &self.groups else {
            return Ok(Compared::default());
        };
        let ground = Ground {
            records,
            plan,
            basis,
            effects: &self.pupils.effects,
            groups,
            growth_fit: self.pupils.growth_fit.as_ref(),
        };
        compared(ground, values, &self.scales)
    }

    pub fn findings(
        self,
        records: &Records,
        plan: &Plan,
        origin: Origin,
        snapshot: String,
        (measured, compared): (MeasuredPart, Compared),
    ) -> Findings {
        let Self {
            pupils,
            groups,
            scales,
        } = self;
        let PupilFindings {
            effects,
            by_weight,
            basis,
            mut models,
            influence,
            mut traces,
            weights,
            warnings: of_pupils,
            ..
        } = pupils;
        let Origin {
            mut instruments,
            mut exclusions,
            mut warnings,
            plan_basis,
        } = origin;
        let mut one_step = compared.one_step;
        traces.extend(one_step.iter_mut().filter_map(|row| row.trace.take()));
        warnings.extend(of_pupils);
        if let Some(groups) = &groups {
            let (of_teachers, not_fitted) = teacher_models(records, &plan.scales, groups);
            models.extend(of_teachers);
            warnings.extend(not_fitted);
        }
        instruments.extend(weights);
        exclusions.extend(measured.exclusions);
        exclusions.extend(compared.exclusions);
        exclusions.extend(effects.iter().filter_map(|school| {
            let reason = school.effect.err()?.to_string();
            Some(Exclusion {
                what: format!("school {} from the school effects", school.school),
                reason,
            })
        }));
        if measured.n_flagged > 0 {
            let (n, flag) = (measured.n_flagged, plan.response_flag);
            let (networks, have) = if n == 1 {
                ("network", "has")
            } else {
                ("networks", "have")
            };
            warnings.push(format!(
                "{n} {networks} {have} a response below {flag:.2}: read the bounds before the values"
            ));
        }
        // A study that is read school by school has no rosters left here; its columns were looked at before.
        for column in &plan.layers {
            let mut persons = records.rosters.iter().flat_map(|roster| &roster.persons);
            let nobody = persons.all(|person| layers::fact(person, column).is_none());
            if nobody && !records.rosters.is_empty() {
                warnings.push(format!(
                    "nobody has a value of `{column}`, so there are no layers of it; fill the column in persons.csv"
                ));
            }
        }
        if plan.treatment == UnknownCells::Drawn && plan.uncertainty != Uncertainty::None {
            warnings.push(
                "with the treatment multiple, the standard error and interval of a network with unknown cells are over \
                 its completed networks; jackknife and bootstrap are of networks in which everything is known"
                    .to_owned(),
            );
        }
        Findings {
            achievement: Vec::new(),
            provenance: Provenance {
                snapshot,
                plan: snapshot::of_plan(plan),
                instruments,
                program: concat!("schakel ", env!("CARGO_PKG_VERSION")).to_owned(),
                seed: plan.seed,
                treatment: plan.treatment.name().to_owned(),
                exclusions,
            },
            contents: Contents {
                schools: records.schools.len(),
                persons: measured.n_persons,
                waves: records.waves.clone(),
                relations: records.relations.clone(),
                networks: measured.n_networks,
                answer_sheets: records.answers.len(),
                pupils: records.pupils.len(),
            },
            networks: measured.networks,
            actors: measured.actors,
            changes: measured.changes,
            multiplexity: measured.multiplexity,
            cuts: measured.cuts,
            blocks: measured.blocks,
            baselines: measured.baselines,
            scales,
            effects,
            effects_by_weight: by_weight,
            effect_basis: basis,
            models,
            one_step,
            influence,
            traces,
            groups,
            plan_standing: plan_basis.standing(plan, &records.waves),
            contrasts: compared.contrasts,
            alternatives: compared.alternatives,
            all_schools: compared.all_schools,
            group_sizes: compared.group_sizes,
            cards: Vec::new(),
            work: Vec::new(),
            chain: Chain::default(),
            isolation: Isolation::default(),
            warnings,
            rows_in: Vec::new(),
        }
    }
}

/// Everything measured of some schools, and what is counted of them.
#[derive(Debug, Default)]
pub struct MeasuredPart {
    pub networks: Vec<NetworkMeasure>,
    pub actors: Vec<ActorMeasure>,
    pub changes: Vec<ChangeMeasure>,
    pub multiplexity: Vec<MultiplexityMeasure>,
    pub cuts: Vec<CutMeasure>,
    pub blocks: Vec<BlockMeasure>,
    pub baselines: Vec<BaselineMeasure>,
    pub exclusions: Vec<Exclusion>,
    /// Networks whose response asks the reader to look at the bounds first.
    pub n_flagged: usize,
    /// People who were present in some wave, once per school.
    pub n_persons: usize,
    pub n_networks: usize,
}

impl MeasuredPart {
    /// Of these rosters: all of some schools, in the order of the records.
    pub fn of(records: &Records, rosters: &[RosterRecord], plan: &Plan) -> Self {
        let mut whole = Self::default();
        for of_school in rosters.chunk_by(|a, b| a.school == b.school) {
            whole.append(Self::of_school(records, of_school, plan));
        }
        whole
    }

    fn of_school(records: &Records, rosters: &[RosterRecord], plan: &Plan) -> Self {
        let mut measured = networks::measure_rosters(records, rosters, plan);
        if plan.actors {
            let brokers = layers::brokerage(records, rosters, plan);
            measured.actors.extend(brokers);
        }
        let rows = measured
            .networks
            .chunk_by(|a, b| (&a.relation, &a.wave) == (&b.relation, &b.wave));
        let is_flagged = |row: &NetworkMeasure| {
            row.response_rate
                .is_some_and(|rate| rate < plan.response_flag)
        };
        let n_flagged = rows.filter(|rows| is_flagged(&rows[0])).count();
        let everyone = rosters.iter().flat_map(|roster| &roster.persons);
        let mut keys: Vec<&str> = everyone
            .filter(|person| person.present)
            .map(|person| person.key.as_str())
            .collect();
        keys.sort_unstable();
        keys.dedup();
        Self {
            n_flagged,
            n_persons: keys.len(),
            n_networks: rosters
                .iter()
                .map(|roster| roster.nominations.iter().flatten().count())
                .sum(),
            networks: measured.networks,
            actors: measured.actors,
            changes: change::changes(records, rosters, plan),
            multiplexity: change::multiplexity(records, rosters, plan),
            cuts: if plan.every_cut {
                sensitivity::at_each_cut(records, rosters, plan)
            } else {
                Vec::new()
            },
            blocks: layers::blocks(records, rosters, plan),
            baselines: baseline::baselines(records, rosters, plan),
            exclusions: measured.exclusions,
        }
    }

    /// Lets go of the rows and keeps what is counted.
    pub fn without_rows(self) -> Self {
        Self {
            exclusions: self.exclusions,
            n_flagged: self.n_flagged,
            n_persons: self.n_persons,
            n_networks: self.n_networks,
            ..Self::default()
        }
    }

    /// Puts what was found of the schools that follow behind this.
    pub fn append(&mut self, mut later: Self) {
        self.networks.append(&mut later.networks);
        self.actors.append(&mut later.actors);
        self.changes.append(&mut later.changes);
        self.multiplexity.append(&mut later.multiplexity);
        self.cuts.append(&mut later.cuts);
        self.blocks.append(&mut later.blocks);
        self.baselines.append(&mut later.baselines);
        self.exclusions.append(&mut later.exclusions);
        self.n_flagged += later.n_flagged;
        self.n_persons += later.n_persons;
        self.n_networks += later.n_networks;
    }
}

/// All rosters, in shares of whole schools that the cores take in turn.
fn measured_on(records: &Records, plan: &Plan, cores: usize) -> MeasuredPart {
    let mut shares: Vec<&[RosterRecord]> = Vec::new();
    let wanted = records.rosters.len().div_ceil(cores.max(1) * 8).max(1);
    let mut rest = records.rosters.as_slice();
    while !rest.is_empty() {
        let mut end = wanted.min(rest.len());
        while end < rest.len() && rest[end].school == rest[end - 1].school {
            end += 1;
        }
        let (share, later) = rest.split_at(end);
        shares.push(share);
        rest = later;
    }
    if cores <= 1 || shares.len() <= 1 {
        return MeasuredPart::of(records, &records.rosters, plan);
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(share) = shares.get(place) else {
                return done;
            };
            done.push((place, MeasuredPart::of(records, share, plan)));
        }
    };
    let mut parts = std::thread::scope(|scope| {
        let others: Vec<_> = (1..cores).map(|_| scope.spawn(work)).collect();
        let mut parts = work();
        for other in others {
            match other.join() {
                Ok(done) => parts.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        parts
    });
    parts.sort_by_key(|(place, _)| *place);
    let mut whole = MeasuredPart::default();
    for (_, part) in parts {
        whole.append(part);
    }
    whole
}

fn check(plan: &Plan, columns: impl FnOnce() -> Vec<String>) -> Result<(), PlanFault> {
    let known = measures();
    if let Some(name) = plan
        .measures
        .iter()
        .flatten()
        .find(|name| !known.contains(&name.as_str()))
    {
        return Err(PlanFault::UnknownMeasure {
            name: name.clone(),
            known: known.join(", "),
        });
    }
    if !plan.layers.is_empty() {
        let facts = columns();
        if let Some(column) = plan.layers.iter().find(|column| !facts.contains(column)) {
            return Err(PlanFault::UnknownLayers {
                column: column.clone(),
                known: facts.join(", "),
            });
        }
    }
    let margin = plan.equivalence_margin.unwrap_or(1.0);
    let share = match plan.groups {
        Some(Grouping::ByEffectShare { share }) => share,
        _ => 0.5,
    };
    let limits = [
        (
            "the share of schools in each group",
            "above 0 and at most 0.5",
            share,
            share > 0.0 && share <= 0.5,
        ),
        (
            "alpha",
            "between 0 and 0.5",
            plan.alpha,
            plan.alpha > 0.0 && plan.alpha < 0.5,
        ),
        (
            "the equivalence margin",
            "a positive number",
            margin,
            margin > 0.0 && margin.is_finite(),
        ),
        ("the cut", "a finite number", plan.cut, plan.cut.is_finite()),
    ];
    match limits.into_iter().find(|limit| !limit.3) {
        Some((what, rule, value, _)) => Err(PlanFault::OutOfRange {
            what: what.into(),
            rule: rule.into(),
            value,
        }),
        None => Ok(()),
    }
}
