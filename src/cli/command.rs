//! The command line as a whole: which commands there are.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use super::{
    analyse, check, demo, load_test, missing_study, plan, power, qap, report, scales, serve, study,
    verify,
};

#[derive(Debug, Parser)]
#[command(name = "schakel", version, about)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
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
    /// Put a load on a server of its own and read every answer back.
    LoadTest(load_test::Arguments),
    /// Read instrument and study files and tell every fault.
    Check(check::Arguments),
}

pub fn run() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn")),
        )
        .with_writer(std::io::stderr)
        .init();
    let done = match CommandLine::parse().command {
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::LoadTest(arguments) => load_test::run(&arguments),
        Command::Study(command) => return study::run(&command),
        Command::Analyse(arguments) => return analyse::run(&arguments),
        Command::Report(arguments) => return report::run(&arguments),
        Command::Verify(arguments) => return verify::run(&arguments),
        Command::Plan(command) => return plan::run(&command),
        Command::Power(arguments) => return power::run(&arguments),
        Command::Qap(arguments) => return qap::run(&arguments),
        Command::MissingStudy(arguments) => return missing_study::run(&arguments),
        Command::Scales(arguments) => return scales::run(&arguments),
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
