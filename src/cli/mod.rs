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
mod serve;
mod settings;
mod study;

pub use command::run;
