//! Every test of the program, in one binary: it is built and linked once. A file is one subject; `tests/run` gives each a
//! process of its own, and `cargo test --test all jobs::` runs one of them.

mod accounts;
mod achievement;
mod analyse;
mod answering;
mod app;
mod archive;
#[path = "attack/main.rs"]
mod attack;
#[path = "attack_pages/main.rs"]
mod attack_pages;
mod audit_chain;
#[path = "browser/main.rs"]
mod browser;
mod canaries;
mod card;
mod classes;
mod coding;
mod contacts;
mod contrasts;
mod corpora;
mod crash_loop;
mod demo;
mod desk;
mod dimensions;
mod erasure;
mod evidence_desk;
mod exporting;
mod failing_disk;
mod failover;
mod figures;
mod flaky;
mod growth_models;
#[path = "guards/main.rs"]
mod guards;
mod hostile_files;
mod house;
mod injection;
mod instruments;
mod inviting;
mod jobs;
mod leadership;
mod mail_worker;
mod many_writers;
mod measures;
mod midwave;
mod migrations;
mod owner;
mod power_cut;
mod promises;
mod providers;
mod pupils;
mod receiving;
mod relations;
mod releases;
mod report_bytes;
mod reports;
mod retention;
mod rights;
mod rosters;
mod rubbish;
mod scales;
mod scales_page;
mod school_pages;
mod storage;
mod streaming;
mod support;
mod teachers_work;
mod trainer;
mod versions;
mod wave_edges;
