//! Command line: one command a file.

mod analyse;
mod check;
mod command;
mod demo;
mod difference;
mod ending;
mod export;
mod load_test;
mod missing_study;
mod plan;
mod post;
mod power;
mod qap;
mod report;
mod scales;
mod serve;
mod settings;
mod study;
mod verify;

pub use command::run;
