//! What the pages of the research desk share: the findings of the plan or of a recipe, read once and held in memory, and the
//! head that says which of the two is shown.

use std::sync::Arc;

use askama::Template;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use fluent_bundle::FluentArgs;
use serde_json::Value;

use super::menu::MENU;
use super::recipe::{Recipe, beside, outcomes, query};
use crate::conclude::{self, recipe};
use crate::evaluation::findings::{Findings, Provenance};
use crate::evaluation::plan::{Grouping, OutcomePattern, Plan, PlanFault, UnknownCells};
use crate::evaluation::school_networks::SchoolNetworks;
use crate::fieldwork::export::facts;
use crate::fieldwork::jobs::{Kind, MOST};
use crate::locale::Words;
use crate::reports::school::relation_name;
use crate::storage::conclusions::{self, ConclusionKey};
use crate::storage::{StorageError, jobs, recipes, school_networks};
use crate::web::access::Researcher;
use crate::web::app::App;
use crate::web::form::Fields;
use crate::web::frame::{Frame, MenuEntry};
use crate::web::problem::{Problem, show};
use crate::web::research::contrast::outcome_name;
use crate::web::work::{self, Progress};
use crate::work::Trouble;

#[derive(Template)]
#[template(path = "web/pages/notice.html")]
struct NoFindings {
    frame: Frame,
    lead: String,
    receipt: Option<(String, String, String, String)>,
}

/// A recipe of which there are no findings yet.
#[derive(Template)]
#[template(path = "web/pages/desk_compute.html")]
struct NotComputed {
    frame: Frame,
    head: Head,
    lead: String,
    /// Whether it can be asked for now.
    may_ask: bool,
    /// The job that can be called off.
    cancels: Option<String>,
}

/// Findings with what they are of.
pub struct Desk {
    pub findings: Arc<Findings>,
    pub recipe: Recipe,
    pub base: Plan,
    pub key: ConclusionKey,
    /// What the address says besides the recipe.
    pub beside: Fields,
}

/// What stands above every page of the desk: the plan or another choice, and the way to choose.
pub struct Head {
    pub is_plan: bool,
    /// The recipe as an address has it.
    pub query: String,
    pub hidden: Fields,
    /// Field, as locked, as used.
    pub deviations: Vec<[String; 3]>,
    /// What the commands that give the same are.
    pub commands: Vec<String>,
    pub action: String,
    pub beside: Fields,
    pub outcomes: Vec<Tick>,
    pub waves: Vec<Tick>,
    pub relations: Vec<Tick>,
    pub by: Vec<Tick>,
    pub high: String,
    pub low: String,
    pub share: String,
    pub columns: Vec<Tick>,
    pub treatments: Vec<Tick>,
    pub cut: String,
}

/// Something that can be chosen.
pub struct Tick {
    pub key: String,
    pub label: String,
    pub on: bool,
}

impl Tick {
    fn new(key: &str, label: String, on: bool) -> Self {
        Self {
            key: key.to_owned(),
            label,
            on,
        }
    }
}

/// The frame of a page of the desk. `query` is the recipe, which goes along through the menu.
pub fn framed(
    app: &App,
    visitor: &Researcher,
    title: String,
    (path, query): (&str, &str),
) -> Frame {
    let w = visitor.0.words;
    let mut frame = Frame::new(app, w, title, format!("{path}{query}"))
        .for_visit(&visitor.0.study.design.contact);
    let entry = |href: &str, key: &str, current| MenuEntry {
        href: format!("{href}{query}"),
        label: w.t(key),
        current,
    };
    let is_here = |href: &str| path == href || (href != "/research" && path.starts_with(href));
    for (group, pages) in MENU {
        let current = pages.iter().any(|(href, _)| is_here(href));
        frame.menu.push(entry(pages[0].0, group, current));
        if current {
            frame.submenu = pages
                .iter()
                .map(|(href, key)| entry(href, key, is_here(href)))
                .collect();
        }
    }
    frame
}

/// The frame of a page that shows the plan alone.
pub fn frame(app: &App, visitor: &Researcher, title: String, path: &str) -> Frame {
    framed(app, visitor, title, (path, ""))
}

async fn newest(app: &App, visitor: &Researcher) -> Result<Option<ConclusionKey>, StorageError> {
    let mut tx = app.store().read().await?;
    let newest = conclusions::newest(&mut tx, visitor.0.study.study_id).await?;
    Ok(newest.map(|(key, _)| key))
}

/// Findings by their key, from memory or else from what is kept.
async fn kept(
    app: &App,
    w: Words,
    key: &ConclusionKey,
    is_plan: bool,
) -> Result<Option<Arc<Findings>>, Problem> {
    if let Some(found) = app.desk().findings(key) {
        return Ok(Some(found));
    }
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let text = if is_plan {
        conclusions::findings(&mut tx, key).await
    } else {
        recipes::findings(&mut tx, key).await
    };
    drop(tx);
    let Some(text) = text.map_err(failed)? else {
        return Ok(None);
    };
    let findings: Findings =
        serde_json::from_str(&text).map_err(|error| Problem::failure(app, w, &error))?;
    let findings = Arc::new(findings);
    app.desk().hold_findings(key.clone(), findings.clone());
    Ok(Some(findings))
}

/// The findings of the plan, or the page that says that there are none yet.
pub async fn findings(
    app: &App,
    visitor: &Researcher,
) -> Result<Result<Arc<Findings>, Response>, Problem> {
    let desk = open(app, visitor, &Vec::new(), "/research").await?;
    Ok(desk.map(|desk| desk.findings))
}

/// The findings that an address asks for; or the page that says that there are none yet, and what to do about it.
pub async fn open(
    app: &App,
    visitor: &Researcher,
    fields: &Fields,
    path: &str,
) -> Result<Result<Desk, Response>, Problem> {
    let w = visitor.0.words;
    let base = conclude::plan(&visitor.0.study);
    let recipe = Recipe::read(fields, &base);
    let concluded = newest(app, visitor)
        .await
        .map_err(|error| Problem::storage(app, w, &error))?;
    let is_plan = recipe.is_plan(&base);
    let none = || {
        show(&NoFindings {
            frame: frame(app, visitor, w.t("research-none-title"), path),
            lead: w.t("research-none-lead"),
            receipt: None,
        })
    };
    let Some(concluded) = concluded else {
        return Ok(Err(none()));
    };
    let key = if is_plan {
        concluded.clone()
    } else {
        recipe::key(
            &visitor.0.study,
            &concluded.snapshot_hash,
            &recipe.plan(&base),
        )
    };
    let found = kept(app, w, &key, is_plan).await?;
    let Some(findings) = found else {
        if is_plan {
            return Ok(Err(none()));
        }
        // The choice is offered with what the plan found beside it.
        let Some(of_plan) = kept(app, w, &concluded, true).await? else {
            return Ok(Err(none()));
        };
        let desk = Desk {
            findings: of_plan,
            recipe,
            base,
            key,
            beside: beside(fields),
        };
        return not_computed(app, visitor, &desk, path).await.map(Err);
    };
    Ok(Ok(Desk {
        findings,
        recipe,
        base,
        key,
        beside: beside(fields),
    }))
}

async fn not_computed(
    app: &App,
    visitor: &Researcher,
    desk: &Desk,
    path: &str,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let study_id = visitor.0.study.study_id;
    let words = work::words_of(&desk.recipe, &desk.base);
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let standing = work::standing(&mut tx, study_id, Kind::Recipe, &words)
        .await
        .map_err(failed)?;
    let n_open = jobs::count_open(&mut tx, study_id, Kind::Recipe.key())
        .await
        .map_err(failed)?;
    drop(tx);
    let (job, standing) = standing.unzip();
    let open = matches!(standing, Some(Progress::Queued | Progress::Running));
    let busy = !open && n_open >= MOST;
    let lead = match standing {
        _ if busy => w.t("desk-compute-many"),
        None => w.t("desk-compute-lead"),
        Some(Progress::Queued) => w.t("desk-compute-queued"),
        Some(Progress::Running) => w.t("desk-compute-running"),
        Some(Progress::Cancelled) => w.t("desk-compute-cancelled"),
        Some(Progress::Failed(Trouble::TooLong)) => w.t("desk-compute-too-long"),
        Some(Progress::Failed(Trouble::Moved)) => w.t("desk-compute-moved"),
        Some(Progress::Failed(Trouble::Broke(_))) => w.t("desk-compute-broke"),
        Some(Progress::Failed(Trouble::Refused(fault))) => {
            w.t1("desk-compute-refused", "why", refused(w, &fault))
        }
    };
    let title = if open {
        w.t("desk-compute-title-running")
    } else {
        w.t("desk-compute-title")
    };
    let page = NotComputed {
        frame: desk.frame(app, visitor, title, path),
        head: desk.head(visitor, path),
        lead,
        may_ask: !busy && !open,
        cancels: job.filter(|_| open).map(|job| job.to_string()),
    };
    let shown = show(&page);
    if open || busy {
        // Looks again by itself, without a script.
        let again = (header::REFRESH, HeaderValue::from_static("3"));
        return Ok(([again], shown).into_response());
    }
    Ok(shown)
}

/// Why a choice cannot be evaluated, in words.
fn refused(w: Words, fault: &PlanFault) -> String {
    match fault {
        PlanFault::UnknownOutcome { pattern, .. } => {
            w.t1("desk-fault-outcome", "pattern", pattern.as_str())
        }
        PlanFault::TooFewEffects { schools, .. } => w.t1("desk-fault-few", "schools", *schools),
        PlanFault::UnknownColumn { column, .. } => {
            w.t1("desk-fault-column", "column", column.as_str())
        }
        PlanFault::UnclearGroups { column, values } => w.t2(
            "desk-fault-unclear",
            "column",
            column.as_str(),
            "values",
            values.as_str(),
        ),
        PlanFault::EmptyGroup { value, values, .. } => w.t2(
            "desk-fault-empty",
            "value",
            value.as_str(),
            "values",
            values.as_str(),
        ),
        PlanFault::SameGroup { value } => w.t1("desk-fault-same", "value", value.as_str()),
        other => other.to_string(),
    }
}

/// The networks of every school, as they are drawn; none where none were kept.
pub async fn networks(
    app: &App,
    w: Words,
    snapshot_hash: &str,
) -> Result<Arc<Vec<SchoolNetworks>>, Problem> {
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let n = school_networks::n_kept(&mut tx, snapshot_hash)
        .await
        .map_err(failed)?;
    if let Some(held) = app.desk().networks(snapshot_hash, n) {
        return Ok(held);
    }
    let texts = school_networks::of_snapshot(&mut tx, snapshot_hash)
        .await
        .map_err(failed)?;
    drop(tx);
    let read: Result<Vec<SchoolNetworks>, _> = texts
        .iter()
        .map(|text| serde_json::from_str(text))
        .collect();
    let schools = Arc::new(read.map_err(|error| Problem::failure(app, w, &error))?);
    app.desk().hold_networks(snapshot_hash, schools.clone());
    Ok(schools)
}

impl Desk {
    pub fn query(&self) -> String {
        query(&self.recipe.fields(&self.base))
    }

    /// An address of the desk in this state, with more said in it.
    pub fn link(&self, path: &str, more: &[(&str, &str)]) -> String {
        let mut fields = self.recipe.fields(&self.base);
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        fields.extend(more.iter().map(own));
        format!("{path}{}", query(&fields))
    }

    pub fn frame(&self, app: &App, visitor: &Researcher, title: String, path: &str) -> Frame {
        let mut frame = framed(app, visitor, title, (path, &self.query()));
        let mut whole = self.recipe.fields(&self.base);
        whole.extend(self.beside.iter().cloned());
        frame.path = format!("{path}{}", query(&whole));
        frame
    }

    /// A wave or a relation that the address asks for, or else the last there is.
    pub fn pick(&self, name: &str, known: &[String]) -> String {
        self.pick_or(name, known, known.last())
    }

    /// What the address asks for, or else this.
    pub fn pick_or(&self, name: &str, known: &[String], usual: Option<&String>) -> String {
        let asked = self.beside.iter().find(|(own, _)| own == name);
        asked
            .map(|(_, value)| value)
            .filter(|value| known.contains(value))
            .or(usual)
            .cloned()
            .unwrap_or_default()
    }

    pub fn provenance(&self) -> &Provenance {
        &self.findings.provenance
    }

    pub fn head(&self, visitor: &Researcher, path: &str) -> Head {
        let w = visitor.0.words;
        let (recipe, base) = (&self.recipe, &self.base);
        let fields = recipe.fields(base);
        let contents = &self.findings.contents;
        let groups = recipe.groups.as_ref().or(base.groups.as_ref());
        let (by, high, low, share, column) = match groups {
            Some(Grouping::ByEffectShare { share }) => {
                ("share", String::new(), String::new(), share.to_string(), "")
            }
            Some(Grouping::Column { column, high, low }) => (
                "column",
                high.clone().unwrap_or_default(),
                low.clone().unwrap_or_default(),
                String::new(),
                column.as_str(),
            ),
            Some(Grouping::ByEffect { high, low }) => (
                "effect",
                high.to_string(),
                low.to_string(),
                String::new(),
                "",
            ),
            _ => ("effect", String::new(), String::new(), String::new(), ""),
        };
        let is_taken = |outcome: &String| {
            if recipe.take.is_empty() {
                let mut family = base.family.iter().flatten();
                family.any(|pattern| pattern.outcome == *outcome)
            } else {
                recipe.take.contains(outcome)
            }
        };
        let mut waves = vec![Tick::new(
            "",
            w.t("research-all-waves"),
            recipe.at.is_empty(),
        )];
        let mut ats: Vec<String> = contents.waves.clone();
        for (place, from) in contents.waves.iter().enumerate() {
            let later = contents.waves.iter().skip(place + 1);
            ats.extend(later.map(|to| format!("{from}-{to}")));
        }
        waves.extend(ats.iter().map(|at| {
            let label = if at.contains('-') {
                w.t1("research-change", "wave", at.as_str())
            } else {
                at.clone()
            };
            Tick::new(at, label, recipe.at == *at)
        }));
        let mut relations = vec![Tick::new(
            "",
            w.t("desk-every-relation"),
            recipe.within.is_empty(),
        )];
        relations.extend(
            contents
                .relations
                .iter()
                .map(|key| Tick::new(key, relation_name(w, key), recipe.within == *key)),
        );
        let mut columns = vec!["cohort".to_owned()];
        columns.extend(facts(&visitor.0.study));
        if !column.is_empty() && !columns.iter().any(|own| own == column) {
            columns.push(column.to_owned());
        }
        let design = &visitor.0.study.design.key;
        Head {
            is_plan: fields.is_empty(),
            query: query(&fields),
            deviations: recipe
                .deviations(base)
                .into_iter()
                .map(|one| {
                    let [locked, used] = [one.locked, one.used].map(|text| {
                        // What is no list, number or table is a word.
                        let value = serde_json::from_str(&text).unwrap_or(Value::String(text));
                        value_in_words(visitor, &one.field, &value)
                    });
                    [field_name(w, &one.field), locked, used]
                })
                .collect(),
            commands: vec![
                format!("schakel study export {design} --out {design}-data"),
                format!("schakel analyse {design}-data --plan plan.toml --out {design}-result"),
            ],
            hidden: fields,
            action: path.to_owned(),
            beside: self.beside.clone(),
            outcomes: outcomes(base)
                .iter()
                .map(|key| Tick::new(key, outcome_name(visitor, key), is_taken(key)))
                .collect(),
            waves,
            relations,
            by: ["effect", "share", "column"]
                .map(|key| Tick::new(key, w.t(&format!("desk-by-{key}")), key == by))
                .into(),
            high,
            low,
            share,
            columns: columns
                .iter()
                .map(|key| Tick::new(key, key.clone(), key == column))
                .collect(),
            treatments: UnknownCells::ALL
                .iter()
                .map(|known| {
                    Tick::new(
                        known.name(),
                        treatment_name(w, known.name()),
                        recipe.unknown == *known,
                    )
                })
                .collect(),
            cut: recipe.cut.to_string(),
        }
    }
}

pub fn treatment_name(w: Words, treatment: &str) -> String {
    w.t(&format!("treatment-{treatment}"))
}

/// What stands in a field of a plan, on one line.
pub fn value_in_words(visitor: &Researcher, field: &str, value: &Value) -> String {
    let w = visitor.0.words;
    match (field, value) {
        ("treatment", Value::String(name)) => treatment_name(w, name),
        (_, Value::String(text)) if text == "not given" => w.t("plan-not-given"),
        ("groups", Value::Object(rule)) => groups_in_words(w, rule),
        (_, Value::Bool(yes)) => w.t(if *yes { "school-yes" } else { "school-no" }),
        (_, Value::Number(number)) => match (w.tag(), number.as_f64()) {
            ("nl", Some(_)) => number.to_string().replace('.', ","),
            _ => number.to_string(),
        },
        (_, Value::Array(list)) => {
            let named: Vec<String> = list
                .iter()
                .map(|one| {
                    let text = one.get("key").unwrap_or(one);
                    let pattern = text.as_str().and_then(OutcomePattern::parse);
                    pattern.map_or_else(|| text.to_string(), |one| pattern_name(visitor, &one))
                })
                .collect();
            named.join(", ")
        }
        (_, Value::String(text)) => text.clone(),
        (_, other) => other.to_string(),
    }
}

/// An outcome with its wave and relation, where it has them.
fn pattern_name(visitor: &Researcher, pattern: &OutcomePattern) -> String {
    let w = visitor.0.words;
    let mut place: Vec<String> = Vec::new();
    place.extend(pattern.relation.as_ref().map(|key| relation_name(w, key)));
    place.extend(pattern.wave.clone());
    let name = outcome_name(visitor, &pattern.outcome);
    if place.is_empty() {
        name
    } else {
        format!("{name} ({})", place.join(", "))
    }
}

fn groups_in_words(w: Words, rule: &serde_json::Map<String, Value>) -> String {
    let of = |name: &str| {
        let inner = rule.values().next().and_then(|inner| inner.get(name));
        match inner {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) if w.tag() == "nl" => number.to_string().replace('.', ","),
            Some(Value::Null) | None => String::new(),
            Some(other) => other.to_string(),
        }
    };
    let mut args = FluentArgs::new();
    for name in ["high", "low", "share", "column"] {
        args.set(name, of(name));
    }
    match rule.keys().next().map(String::as_str) {
        Some("by_effect") => w.with("plan-groups-effect", &args),
        Some("by_effect_share") => w.with("plan-groups-share", &args),
        Some("column") if of("high").is_empty() => w.with("plan-groups-column", &args),
        Some("column") => w.with("plan-groups-values", &args),
        _ => w.t("plan-groups-hand"),
    }
}

/// What a field of a plan is about, in words; one without words goes by its name.
pub fn field_name(w: Words, field: &str) -> String {
    let key = format!("plan-field-{field}");
    let name = w.t(&key);
    if name == key { field.to_owned() } else { name }
}
