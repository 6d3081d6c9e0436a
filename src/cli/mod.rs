//! Command line: one command a file.

mod analyse;
mod check;
mod command;
mod demo;
mod export;
mod load_test;
mod post;
mod serve;
mod settings;
mod study;

pub use command::run;
