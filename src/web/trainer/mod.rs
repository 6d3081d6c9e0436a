//! The trainer: the response of her own schools.

pub mod schools;
