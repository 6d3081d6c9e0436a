//! A whole study made from a seed, with a planted truth: for the demo, for rehearsals and for tests.
//!
//! Simulated: no school, person or pupil in it exists.

/// The chain from board to class: who sits on boards, and how each layer sees itself and the next.
pub mod chain;
/// Classes, and what their pupils say about the teaching.
pub mod classes;
/// Tests of the monitoring systems.
pub mod knowledge;
/// What is asked for: sizes, dates.
pub mod plan;
/// The verb: plan and seed in, study out.
pub mod simulate;
/// What comes out, as plain values.
pub mod study;

/// Likert answers and the principal's facts about the school.
mod answers;
/// The leadership card: a principal a little further along in her own eyes than in others', whatever the effect.
pub mod cards;
/// Dice that fall the same on every machine.
mod dice;
/// The invented words: names of people, schools and boards.
mod names;
/// Who names whom, per relation and wave.
mod nominations;
/// Pupils and their scores.
mod pupils;
/// Who answers, who stops halfway, how long it takes.
mod response;
/// Schools and boards, their sizes.
mod schools;
/// People, memberships and rosters.
mod staff;
/// What is planted: effects and what goes with them.
mod truth;
/// How students see the work of a teacher.
pub mod work;

#[cfg(test)]
mod measured;
#[cfg(test)]
mod whole_study;

pub use plan::SimulationPlan;
pub use simulate::simulate;
pub use study::SimulatedStudy;
