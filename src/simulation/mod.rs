//! A whole study made from a seed, with a planted truth: for the demo, for rehearsals and for tests.
