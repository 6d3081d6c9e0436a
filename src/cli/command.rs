//! The command line as a whole: which commands there are.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use super::analyse;

#[derive(Debug, Parser)]
#[command(name = "schakel", version, about)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Measure the networks and scales in a folder of files, and compare two groups of schools.
    Analyse(analyse::Arguments),
}

pub fn run() -> ExitCode {
    match CommandLine::parse().command {
        Command::Analyse(arguments) => analyse::run(&arguments),
    }
}
