//! What a server keeps to itself when it fails: its memory, and what it was about to say. Both may hold names and answers.

use anyhow::Context;
use rustix::process::{Resource, Rlimit, setrlimit};

/// From now on nothing of this process is left behind when it dies, and a failure tells its place alone.
pub fn keep() -> anyhow::Result<()> {
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    setrlimit(Resource::Core, none).context("core dumps cannot be turned off")?;
    std::panic::set_hook(Box::new(|failure| {
        let place = failure.location().map(ToString::to_string);
        tracing::error!(place, "a part of the program failed");
    }));
    Ok(())
}
