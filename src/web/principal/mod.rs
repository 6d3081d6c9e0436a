//! The principal: what teachers said about leadership, first and alone, and who else sees it.

pub mod card;
pub mod conversations;
pub mod goals;
pub mod home;
pub mod leadership;
pub mod pass_on;
mod standing;
