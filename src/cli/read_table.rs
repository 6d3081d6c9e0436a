//! `schakel read-table`: what the server starts for each workbook that somebody uploads. It takes the limits of its own process
//! down before it reads a byte, and tells in a line of JSON what stood in the first sheet, or why it was not read.

use std::io::{Read as _, Write as _};

use anyhow::Context;
use rustix::process::{Resource, Rlimit, setrlimit};

use crate::exchange::roster_csv::{LARGEST_FILE, MOST_ROWS};
use crate::exchange::roster_xlsx::Unpacked;

const LARGEST_MEMORY: u64 = 256 * 1024 * 1024;
const LONGEST_SECONDS: u64 = 20;

pub fn run() -> anyhow::Result<()> {
    for (resource, most) in [
        (Resource::Core, 0),
        (Resource::Fsize, 0),
        (Resource::Cpu, LONGEST_SECONDS),
        (Resource::Data, LARGEST_MEMORY),
        (Resource::As, LARGEST_MEMORY),
    ] {
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        setrlimit(resource, limit).with_context(|| format!("no limit can be set: {resource:?}"))?;
    }
    let mut bytes = Vec::new();
    let most = LARGEST_FILE as u64 + 1;
    std::io::stdin().take(most).read_to_end(&mut bytes)?;
    let told = serde_json::to_vec(&Unpacked::of(&bytes, MOST_ROWS))?;
    std::io::stdout().write_all(&told)?;
    Ok(())
}
