//! Pages: the url map, who is visiting, and one folder per audience.

pub mod app;
mod enter;
mod exports;
mod filled;
mod form;
mod frame;
mod guard;
mod problem;
mod progress;
mod research;
mod respond;
mod response;
mod router;
mod school;
pub mod serve;
mod setup;
pub mod study;
pub mod study_report;
pub mod team_files;
mod trainer;
mod visitor;
