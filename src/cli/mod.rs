//! Command line: one command a file.

mod command;

pub use command::run;
