//! Accounts: signing in, what is one's own, and the list of all for the administrator.

pub mod administration;
pub mod home;
pub mod making;
pub mod own;
pub mod passkeys;
pub mod providers;
pub mod sign_in;
mod trying;
