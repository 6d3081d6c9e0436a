//! The researcher: what there is, what is found by the plan or another choice, and what is taken away; pseudonyms only.

pub mod change;
pub mod contrast;
pub mod data;
pub mod desk;
pub mod effects;
pub mod exports;
pub mod measure;
pub mod networks;
pub mod one_school;
pub mod outcome;
pub mod plan;
pub mod recipe;
pub mod recipes;
pub mod report;
pub mod reports;
pub mod scales;
pub mod seen;
pub mod tables;
