//! Someone with a link for setting up a study on this server.

pub mod founding;
