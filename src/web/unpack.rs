//! A workbook is unpacked by a process of its own, with little memory and little time: a file that was made to burst bursts
//! there, and the server tells that it cannot be read.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tokio::sync::Semaphore;

use crate::domain::fault::Faults;
use crate::exchange::roster_csv::MOST_ROWS;
use crate::exchange::roster_xlsx::{self, Unpacked};

/// The command of the program that is started, which says nothing of it in its help.
const COMMAND: &str = "read-table";
/// A list of so many rows as text: what is more is no list.
const LARGEST_TABLE: u64 = MOST_ROWS as u64 * 400;

/// How many workbooks are unpacked at the same time; who comes later waits.
pub static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// What `roster_xlsx::as_csv` gives, from another process. Takes a while: not for the threads that answer.
pub fn as_csv(
    program: Option<&Path>,
    file: &str,
    bytes: &[u8],
    faults: &mut Faults,
) -> Option<Vec<u8>> {
    let told = program
        .ok_or_else(|| std::io::Error::other("there is no program to unpack it"))
        .and_then(|program| told(program, bytes));
    match told {
        Ok(Some(unpacked)) => unpacked.into_csv(file, faults),
        // It ran into its limits.
        Ok(None) => {
            faults.push(roster_xlsx::too_large(file));
            None
        }
        Err(error) => {
            tracing::error!(%error, "a workbook could not be unpacked");
            faults.push(roster_xlsx::unreadable(file, "the server cannot unpack it"));
            None
        }
    }
}

fn told(program: &Path, bytes: &[u8]) -> std::io::Result<Option<Unpacked>> {
    // Nothing that this server knows from its environment is for a process that reads files of strangers.
    let mut child = Command::new(program)
        .arg(COMMAND)
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let told = speak(&mut child, bytes);
    // Whatever it is still doing is of no use any more.
    let _ = child.kill();
    let ended = child.wait()?;
    let told = told?;
    if told.len() as u64 > LARGEST_TABLE || !ended.success() && told.is_empty() {
        return Ok(None);
    }
    Ok(serde_json::from_slice(&told).ok())
}

/// Everything it says, up to what a table could be.
fn speak(child: &mut Child, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let (to, from) = (child.stdin.take(), child.stdout.take());
    std::thread::scope(|scope| {
        scope.spawn(move || {
            if let Some(mut to) = to {
                // A process that has ended does not listen; why it ended is seen from what it said.
                let _ = to.write_all(bytes);
            }
        });
        let mut said = Vec::new();
        if let Some(from) = from {
            from.take(LARGEST_TABLE + 1).read_to_end(&mut said)?;
        }
        Ok(said)
    })
}
