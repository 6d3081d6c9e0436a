//! Pages: the url map, who is visiting, and one folder per audience.

pub mod app;
mod board;
mod desk_memory;
mod enter;
mod exports;
mod figure;
mod filled;
mod form;
mod frame;
mod guard;
mod principal;
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
mod told;
mod trainer;
mod visitor;
