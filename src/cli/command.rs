//! The command line as a whole: which commands there are.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use super::analyse;
use super::audit;
use super::backup;
use super::check;
use super::demo;
use super::load_test;
use super::logs;
use super::migrate;
use super::missing_study;
use super::moving;
use super::openapi;
use super::plan;
use super::power;
use super::qap;
use super::read_table;
use super::report;
use super::restore;
use super::retention;
use super::roles;
use super::scales;
use super::serve;
use super::study;
use super::subject;
use super::verify;
use super::work;

#[derive(Debug, Parser)]
#[command(name = "schakel", version, about)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
    /// How the program says what goes on: for people, or as JSON with fields from a fixed list.
    #[arg(
        long,
        global = true,
        env = "SCHAKEL_LOG",
        default_value = "text",
        value_enum
    )]
    log: logs::Form,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show the whole product on a simulated study.
    Demo(demo::Arguments),
    /// Serve the pages.
    Serve(serve::Arguments),
    /// Set up and run a study: load it, enrol staff, invite, close, hand out links.
    #[command(subcommand)]
    Study(study::Command),
    /// Remove names and addresses whose time has passed.
    #[command(subcommand)]
    Retention(retention::Command),
    /// What the study keeps about one person.
    #[command(subcommand)]
    Subject(subject::Command),
    /// Measure the networks and scales in a folder of files, and compare two groups of schools.
    Analyse(analyse::Arguments),
    /// Write the report of a study, or of each of its schools, as files that stand alone.
    Report(report::Arguments),
    /// Make a report again from its data, and say whether it is the same to the last byte.
    Verify(verify::Arguments),
    /// Lock the analysis plan before the last data come, and check an analysis against it.
    #[command(subcommand)]
    Plan(plan::Command),
    /// Tell which differences a planned study could see, before anybody is asked anything.
    Power(power::Arguments),
    /// Test what goes with a relation: other relations, the same role, a number of the one who names or is named.
    Qap(qap::Arguments),
    /// Take answers away from networks that are known in full, and tell how wrong each treatment of missing answers is.
    MissingStudy(missing_study::Arguments),
    /// Find out what scales measure: how many things, by which items, and whether the same in every group and at every wave.
    Scales(scales::Arguments),
    /// Write everything in the database to one sealed file, while the server goes on.
    Backup(backup::Arguments),
    /// Make a database of a backup again, checked before it takes the place of what was there.
    Restore(restore::Arguments),
    /// Copy a database to another, from a file to a server or back, row for row.
    Move(moving::Arguments),
    /// Bring a database to the form that this program knows, as every start does.
    Migrate(migrate::Arguments),
    /// Put a load on a server of its own and read every answer back.
    LoadTest(load_test::Arguments),
    /// Say whether the audit is as it was written, or print its end to be kept elsewhere.
    #[command(subcommand)]
    Audit(audit::Command),
    /// Print SQL for roles of PostgreSQL that keep names apart from answers.
    Roles,
    /// Read instrument and study files and tell every fault.
    Check(check::Arguments),
    /// Carry out one job, for the server that began it.
    #[command(hide = true)]
    Work(work::Arguments),
    /// Read a workbook of a stranger within narrow limits: started by the server itself.
    #[command(hide = true)]
    ReadTable,
    /// Print the url map as an OpenAPI document.
    Openapi,
}

pub fn run() -> ExitCode {
    let line = CommandLine::parse();
    logs::begin(line.log);
    let done = match line.command {
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Work(arguments) => work::run(&arguments),
        Command::Retention(command) => retention::run(&command),
        Command::Subject(command) => subject::run(&command),
        Command::LoadTest(arguments) => load_test::run(&arguments),
        Command::ReadTable => read_table::run(),
        Command::Migrate(arguments) => migrate::run(&arguments),
        Command::Backup(arguments) => return backup::run(&arguments),
        Command::Restore(arguments) => return restore::run(&arguments),
        Command::Move(arguments) => return moving::run(&arguments),
        Command::Openapi => openapi::run(),
        Command::Study(command) => return study::run(&command),
        Command::Analyse(arguments) => return analyse::run(&arguments),
        Command::Report(arguments) => return report::run(&arguments),
        Command::Verify(arguments) => return verify::run(&arguments),
        Command::Plan(command) => return plan::run(&command),
        Command::Power(arguments) => return power::run(&arguments),
        Command::Qap(arguments) => return qap::run(&arguments),
        Command::MissingStudy(arguments) => return missing_study::run(&arguments),
        Command::Scales(arguments) => return scales::run(&arguments),
        Command::Audit(command) => return audit::run(&command),
        Command::Roles => {
            roles::run();
            Ok(())
        }
        Command::Check(arguments) => return check::run(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("schakel: {error:#}");
            ExitCode::FAILURE
        }
    }
}
