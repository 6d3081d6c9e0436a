//! `schakel analyse FOLDER --out OUT`: a folder of files to a folder of findings.

mod streamed;

use std::{
    fs,
    io::{self, BufWriter, Write as _},
    num::NonZeroUsize,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use clap::Args;
use schakel_analysis::model::Condition;

use super::ending::{Answer, ended};
use crate::{
    domain::disclosure::{Ledger, TeamRules},
    domain::fault::Faults,
    domain::language::Language,
    domain::records::{Records, SchoolRecord},
    evaluation::{
        evaluate::{self, Origin},
        findings::Findings,
        model_requests::{IntervalMethod, ModelRequests},
        plan::{Grouping, Plan, Uncertainty, UnknownCells},
        plan_lock::{Basis, PlanBasis},
        portrait::Portrait,
        portrayal::portrait,
    },
    exchange::{
        measures_csv, plan_lock,
        plan_toml::{GroupsFile, GroupsRule, PlanFile},
        result_folder::{self, Filling},
        study_folder::{self, ReadOptions, Study, StudyFolder},
    },
    locale::Words,
    reports::{self, whole_study::WholeStudy},
};

#[derive(Debug, Args)]
pub struct Arguments {
    /// Folder with persons.csv and ties.csv; schools.csv, items.csv, scales.toml, scores.csv, model.toml and plan.toml if there
    /// are any.
    folder: PathBuf,
    /// Folder for the report and the tables; new, empty, or an earlier result.
    #[arg(long)]
    out: PathBuf,
    /// Analysis plan in place of the folder's own plan.toml.
    #[arg(long)]
    plan: Option<PathBuf>,
    /// Locked plan in place of the folder's own plan.lock: departures from it are listed.
    #[arg(long)]
    lock: Option<PathBuf>,
    /// Column of schools.csv that says which schools are compared. Of two numbers the larger is high.
    #[arg(long, value_name = "COLUMN")]
    groups: Option<String>,
    /// Value of that column for the high group.
    #[arg(long, value_name = "A", requires = "low")]
    high: Option<String>,
    /// Value of that column for the low group.
    #[arg(long, value_name = "B", requires = "high")]
    low: Option<String>,
    /// What is made of unknown cells: available, null, reconstruction, profile, multiple or exclusion.
    #[arg(long, value_name = "NAME", value_parser = treatment)]
    treatment: Option<UnknownCells>,
    /// Completed networks that are drawn with --treatment multiple.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u64).range(2..=1000))]
    imputations: u64,
    /// Standard error and interval of each measure: none, jackknife or bootstrap.
    #[arg(long, value_name = "NAME", default_value = "none")]
    uncertainty: UncertaintyName,
    /// Beside chance: reciprocity, transitivity and centralization against networks with the same size, ties, dyad_census or
    /// degrees; several separated by commas.
    #[arg(long, value_name = "CONDITIONS", value_delimiter = ',', value_parser = condition)]
    baseline: Vec<Condition>,
    /// Draws of the bootstrap and of each baseline.
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(20..=100_000))]
    draws: u64,
    /// Columns of persons.csv whose values are layers (role, groups or an attribute), separated by commas: ties within and
    /// between them.
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    layers: Vec<String>,
    /// Leave out the range that the missing answers leave possible; finding it takes about as long as the values.
    #[arg(long)]
    no_bounds: bool,
    /// The principal measures at every value that ties have.
    #[arg(long)]
    every_cut: bool,
    /// A value above this is a tie; 0 when neither this nor the plan says otherwise.
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    cut: Option<f64>,
    /// Measures to compute, separated by commas; all but core_periphery_fit, which takes long, when left out.
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    measures: Option<Vec<String>>,
    /// Intervals of mixed models: wald (standard errors), profile (likelihood) or bootstrap (--draws draws from the model).
    #[arg(long, value_name = "NAME", default_value = "wald", value_parser = intervals)]
    intervals: IntervalMethod,
    /// What becomes of the model of the school effects without each school.
    #[arg(long)]
    influence: bool,
    /// Every step of the search for each mixed model.
    #[arg(long)]
    trace: bool,
    /// Leave out the values of single persons.
    #[arg(long)]
    no_actors: bool,
    /// Leave out report.html.
    #[arg(long)]
    no_html: bool,
    /// Language of report.html: nl or en.
    #[arg(long, value_name = "LANGUAGE", default_value = "en", value_parser = language)]
    language: Language,
    /// Refuse ties with people who are not in persons.csv.
    #[arg(long)]
    strict: bool,
    /// Seed of whatever is drawn by chance.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Cores to work on; all of them when left out. The result is the same.
    #[arg(long, value_name = "N")]
    cores: Option<NonZeroUsize>,
    /// Rows of ties.csv above which the study is read school by school.
    #[arg(long, value_name = "N", default_value_t = study_folder::ROWS_IN_ANY_ORDER, hide = true)]
    stream_above: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum UncertaintyName {
    None,
    Jackknife,
    Bootstrap,
}

pub(super) fn language(name: &str) -> Result<Language, String> {
    Language::from_tag(name).ok_or_else(|| "choose from: nl, en".to_owned())
}

fn condition(name: &str) -> Result<Condition, String> {
    Condition::from_name(name).ok_or_else(|| {
        format!(
            "choose from: {}",
            Condition::ALL.map(Condition::name).join(", ")
        )
    })
}

fn intervals(name: &str) -> Result<IntervalMethod, String> {
    IntervalMethod::from_name(name).ok_or_else(|| {
        format!(
            "choose from: {}",
            IntervalMethod::ALL.map(IntervalMethod::name).join(", ")
        )
    })
}

fn treatment(name: &str) -> Result<UnknownCells, String> {
    UnknownCells::from_name(name).ok_or_else(|| {
        format!(
            "choose from: {}",
            UnknownCells::ALL.map(UnknownCells::name).join(", ")
        )
    })
}

pub fn run(arguments: &Arguments) -> ExitCode {
    ended(analyse(arguments))
}

fn analyse(arguments: &Arguments) -> Answer {
    let out = &arguments.out;
    if !result_folder::may_write(out)
        .with_context(|| format!("cannot look into {}", out.display()))?
    {
        let shown = out.display();
        return Ok(Err(format!(
            "{shown}: this folder holds other files; give --out a new folder, an empty one, or an earlier result"
        )));
    }
    let options = ReadOptions {
        plan: arguments.plan.as_deref(),
        strict: arguments.strict,
        in_any_order: arguments.stream_above,
    };
    let study = match study_folder::open(&arguments.folder, options) {
        Ok(study) => study,
        Err(faults) => return Ok(Err(refusal(&faults))),
    };
    let basis = match plan_lock::find(&arguments.folder, arguments.lock.as_deref()) {
        Ok(locked) => locked.map_or(PlanBasis::None, |locked| {
            PlanBasis::Locked(Box::new(locked))
        }),
        Err(faults) => return Ok(Err(refusal(&faults))),
    };
    let cores = arguments.cores.map_or_else(
        || std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
        NonZeroUsize::get,
    );
    match study {
        Study::Whole(study) => at_once(arguments, *study, basis, cores),
        Study::Stream(mut stream) => {
            let file = std::mem::take(&mut stream.study.plan);
            let scales = std::mem::take(&mut stream.study.scales);
            let models = std::mem::take(&mut stream.study.models);
            let instruments = std::mem::take(&mut stream.study.instruments);
            let plan = match plan_of(arguments, file) {
                Ok(plan) => Plan {
                    scales,
                    models,
                    ..plan
                },
                Err(refusal) => return Ok(Err(refusal)),
            };
            if !arguments.no_html {
                stream.study.warnings.push(
                    "report.html was not written: a study that is read school by school is too large for one page; \
                     the tables hold everything"
                        .to_owned(),
                );
            }
            let origin = Origin {
                instruments,
                plan_basis: basis,
                ..Origin::default()
            };
            let found = streamed::run(&stream, &plan, origin, out, cores)?;
            Ok(found.map(|findings| summary(&findings, out, false)))
        }
    }
}

/// What is said when input is to be changed first.
fn refusal(faults: &Faults) -> String {
    let counted = if faults.count() == 1 {
        "1 fault".to_owned()
    } else {
        format!("{} faults", faults.count())
    };
    format!("{faults}\n{counted}; nothing was written")
}

/// The findings as text, into a file: they may be long.
fn write_json(findings: &Findings, file: fs::File) -> anyhow::Result<()> {
    let mut file = BufWriter::with_capacity(1 << 16, file);
    serde_json::to_writer(&mut file, findings).context("cannot write the findings")?;
    file.write_all(b"\n")?;
    file.flush()?;
    Ok(())
}

fn write(
    findings: &Findings,
    filling: io::Result<Filling>,
    files: &[(&str, String)],
) -> anyhow::Result<()> {
    let mut filling = filling?;
    for (name, text) in files {
        filling.file(name)?.write_all(text.as_bytes())?;
    }
    write_json(findings, filling.file(result_folder::MARK)?)?;
    Ok(filling.finish()?)
}

fn evaluated(
    arguments: &Arguments,
    study: StudyFolder,
    basis: PlanBasis,
    cores: usize,
) -> Result<(Findings, Plan, Records), String> {
    let StudyFolder {
        records,
        scales,
        models,
        plan,
        instruments,
        warnings,
    } = study;
    let plan = Plan {
        scales,
        models,
        ..plan_of(arguments, plan)?
    };
    let origin = Origin {
        instruments,
        exclusions: Vec::new(),
        warnings,
        plan_basis: basis,
    };
    let findings =
        evaluate::evaluate_on(&records, &plan, origin, cores).map_err(|fault| fault.to_string())?;
    Ok((findings, plan, records))
}

/// A study that is held in memory as a whole.
fn at_once(arguments: &Arguments, study: StudyFolder, basis: PlanBasis, cores: usize) -> Answer {
    let out = &arguments.out;
    let (findings, plan, records) = match evaluated(arguments, study, basis, cores) {
        Ok(found) => found,
        Err(refusal) => return Ok(Err(refusal)),
    };

    let mut files = measures_csv::tables(&findings);
    if !arguments.no_html {
        files.push((
            "report.html",
            report(
                &findings,
                &plan,
                &portraits(&records),
                (arguments.language, &arguments.flags()),
            )?,
        ));
    }
    write(&findings, Filling::begin(out), &files)
        .with_context(|| format!("cannot write to {}", out.display()))?;
    Ok(Ok(summary(&findings, out, !arguments.no_html)))
}

fn report(
    findings: &Findings,
    plan: &Plan,
    portraits: &[(String, Portrait)],
    (language, flags): (Language, &[String]),
) -> anyhow::Result<String> {
    let study = WholeStudy {
        words: Words(language),
        findings,
        plan,
        portraits,
        origin: reports::whole_study::Origin::Folder { flags },
    };
    reports::analysis::page(&study).context("cannot write the report")
}

impl Arguments {
    /// The flags that decide what is found, as they would be given again; those that name a place are not among them.
    fn flags(&self) -> Vec<String> {
        let mut flags = Vec::new();
        let mut give = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                flags.push(format!("--{name}={value}"));
            }
        };
        let list = |words: &[String]| (!words.is_empty()).then(|| words.join(","));
        give("groups", self.groups.clone());
        give("high", self.high.clone());
        give("low", self.low.clone());
        give(
            "treatment",
            self.treatment.map(|treatment| treatment.name().to_owned()),
        );
        give(
            "imputations",
            (self.imputations != 20).then(|| self.imputations.to_string()),
        );
        give(
            "uncertainty",
            match self.uncertainty {
                UncertaintyName::None => None,
                UncertaintyName::Jackknife => Some("jackknife".to_owned()),
                UncertaintyName::Bootstrap => Some("bootstrap".to_owned()),
            },
        );
        let baselines: Vec<String> = self
            .baseline
            .iter()
            .map(|own| own.name().to_owned())
            .collect();
        give("baseline", list(&baselines));
        give(
            "draws",
            (self.draws != 1000).then(|| self.draws.to_string()),
        );
        give("layers", list(&self.layers));
        give("cut", self.cut.map(|cut| cut.to_string()));
        give("measures", self.measures.as_deref().and_then(list));
        give(
            "intervals",
            (self.intervals != IntervalMethod::default()).then(|| self.intervals.name().to_owned()),
        );
        give("seed", self.seed.map(|seed| seed.to_string()));
        for (name, is) in [
            ("no-bounds", self.no_bounds),
            ("every-cut", self.every_cut),
            ("influence", self.influence),
            ("trace", self.trace),
            ("no-actors", self.no_actors),
            ("strict", self.strict),
        ] {
            if is {
                flags.push(format!("--{name}"));
            }
        }
        flags
    }
}

/// The report of a folder made again with the flags that it carries; `plan` and `lock` take the place of the folder's own.
pub(super) fn again(
    folder: &Path,
    flags: &[String],
    language: Language,
    (plan, lock): (Option<&Path>, Option<&Path>),
) -> anyhow::Result<Result<(Findings, String), String>> {
    let arguments = match parsed(folder, flags) {
        Ok(arguments) => arguments,
        Err(refusal) => return Ok(Err(refusal)),
    };
    // A flag that names a place would have this program read whatever the report says.
    if arguments.plan.is_some() || arguments.lock.is_some() || arguments.folder != folder {
        return Ok(Err(
            "the report carries flags that it cannot have".to_owned()
        ));
    }
    let options = ReadOptions {
        plan,
        strict: arguments.strict,
        in_any_order: study_folder::ROWS_IN_ANY_ORDER,
    };
    let study = match study_folder::open(folder, options) {
        Ok(Study::Whole(study)) => *study,
        Ok(Study::Stream(_)) => {
            return Ok(Err("this folder is too large to have a report".to_owned()));
        }
        Err(faults) => return Ok(Err(faults.to_string())),
    };
    let basis = match plan_lock::find(folder, lock) {
        Ok(locked) => locked.map_or(PlanBasis::None, |locked| {
            PlanBasis::Locked(Box::new(locked))
        }),
        Err(faults) => return Ok(Err(faults.to_string())),
    };
    let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let (findings, plan, records) = match evaluated(&arguments, study, basis, cores) {
        Ok(found) => found,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let page = report(&findings, &plan, &portraits(&records), (language, flags))?;
    Ok(Ok((findings, page)))
}

/// The group pictures of all schools, by the groups in `persons.csv`.
fn portraits(records: &Records) -> Vec<(String, Portrait)> {
    let rules = TeamRules::default();
    let of = |(index, school): (usize, &SchoolRecord)| {
        (
            school.key.clone(),
            portrait(records, &rules, &[], index, &mut Ledger::default()),
        )
    };
    records.schools.iter().enumerate().map(of).collect()
}

/// The plan of the file, with what the command line says in its place.
fn plan_of(arguments: &Arguments, file: PlanFile) -> Result<Plan, String> {
    let (high, low) = match (&arguments.high, &arguments.low) {
        (Some(high), Some(low)) => (Some(high.clone()), Some(low.clone())),
        // Values belong to a column: those of the plan are not carried over to another.
        _ if arguments.groups.is_some() => (None, None),
        _ => (file.high, file.low),
    };
    let (groups, reason, decided_on) = match (&arguments.groups, file.groups) {
        (Some(column), _) => (Some(GroupsRule::Column(column.clone())), None, None),
        (
            None,
            Some(GroupsFile {
                rule,
                reason,
                decided_on,
            }),
        ) => (Some(rule), reason, decided_on),
        (None, None) => (None, None, None),
    };
    let groups = match groups {
        Some(GroupsRule::Column(column)) => Some(Grouping::Column { column, high, low }),
        _ if high.is_some() || low.is_some() => {
            return Err(
                "high and low are given and the column is not; name it with --groups COLUMN"
                    .to_owned(),
            );
        }
        Some(GroupsRule::Other(grouping)) => Some(grouping),
        None => None,
    };
    let default = Plan::default();
    Ok(Plan {
        measures: arguments.measures.clone(),
        actors: !arguments.no_actors,
        treatment: arguments
            .treatment
            .or(file.treatment)
            .unwrap_or(default.treatment),
        cut: arguments.cut.or(file.cut).unwrap_or(default.cut),
        response_withhold: file.response_withhold.unwrap_or(default.response_withhold),
        response_flag: file.response_flag.unwrap_or(default.response_flag),
        imputations: usize::try_from(arguments.imputations).unwrap_or(usize::MAX),
        uncertainty: match arguments.uncertainty {
            UncertaintyName::None => Uncertainty::None,
            UncertaintyName::Jackknife => Uncertainty::Jackknife,
            UncertaintyName::Bootstrap => Uncertainty::Bootstrap {
                draws: arguments.draws,
            },
        },
        model_requests: ModelRequests {
            intervals: arguments.intervals,
            influence: arguments.influence,
            traces: arguments.trace,
        },
        layers: arguments.layers.clone(),
        baselines: arguments.baseline.clone(),
        draws: arguments.draws,
        every_cut: arguments.every_cut,
        bounds: !arguments.no_bounds,
        groups,
        groups_reason: reason,
        groups_on: decided_on,
        outcomes: file.outcomes,
        family: file.family,
        equivalence_margin: file.equivalence_margin,
        alpha: file.alpha.unwrap_or(default.alpha),
        seed: arguments.seed.or(file.seed).unwrap_or(default.seed),
        ..default
    })
}

/// The plan that `analyse FOLDER` uses when it is given no flags.
pub(super) fn plan_of_file(folder: &Path, file: PlanFile) -> Result<Plan, String> {
    plan_of(&parsed(folder, &[])?, file)
}

/// `analyse FOLDER` with these flags.
fn parsed(folder: &Path, flags: &[String]) -> Result<Arguments, String> {
    #[derive(clap::Parser)]
    struct Given {
        #[command(flatten)]
        arguments: Arguments,
    }
    let line = [
        "analyse".as_ref(),
        folder.as_os_str(),
        "--out".as_ref(),
        folder.as_os_str(),
    ];
    let flags = flags.iter().map(std::ffi::OsStr::new);
    <Given as clap::Parser>::try_parse_from(line.into_iter().chain(flags))
        .map(|given| given.arguments)
        .map_err(|error| error.to_string())
}

/// What shows of the plan that it was there before the data.
fn standing(findings: &Findings) -> String {
    let standing = &findings.plan_standing;
    if findings.contrasts.is_empty() && standing.basis == Basis::None {
        return String::new();
    }
    let text = reports::sentence::plan_standing(Words(Language::En), standing);
    format!("plan      {text}\n")
}

fn summary(findings: &Findings, out: &Path, with_report: bool) -> String {
    let read = &findings.contents;
    let mut text = format!(
        "read      {}, {}, waves {}, relations {}\n",
        counted(read.schools, "school"),
        counted(read.persons, "person"),
        list(&read.waves),
        list(&read.relations)
    );
    text += &format!(
        "measured  {}, {}, {}, {}\n",
        counted(read.networks, "network"),
        counted(findings.scales.len(), "scale value"),
        counted(findings.effects.len(), "school effect"),
        counted(findings.contrasts.len(), "contrast")
    );
    text += &standing(findings);
    for warning in &findings.warnings {
        text += &format!("warning   {warning}\n");
    }
    let result = if with_report {
        out.join("report.html")
    } else {
        out.to_owned()
    };
    text + &format!("written   {}\n", result.display())
}

fn counted(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

fn list(words: &[String]) -> String {
    if words.is_empty() {
        "none".to_owned()
    } else {
        words.join(" ")
    }
}
