//! For the key custodian: who is whom, and nothing of what anybody answered.

pub mod home;
