//! Command line: one command a file.

mod analyse;
mod command;

pub use command::run;
