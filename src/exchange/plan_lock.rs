//! `plan.lock`: the analysis plan as it was on a day, with its hash, in JSON.

use std::{fs, io, path::Path};

use crate::domain::fault::{Fault, Faults};
use crate::evaluation::plan_lock::LockedPlan;

/// Its name in the folder of a study.
pub const FILE: &str = "plan.lock";

/// The text of a lock.
pub fn written(locked: &LockedPlan) -> String {
    let text = serde_json::to_string_pretty(locked).expect("a plan is text, numbers and lists");
    text + "\n"
}

/// The lock in this folder, or the one at `path`; `None` where none is asked for and the folder has none.
pub fn find(folder: &Path, path: Option<&Path>) -> Result<Option<LockedPlan>, Faults> {
    let own = folder.join(FILE);
    let place = path.unwrap_or(&own);
    let name = match path {
        Some(path) => path.display().to_string(),
        None => FILE.to_owned(),
    };
    let fault = |code, message: &str, way_out: &str| {
        let mut faults = Faults::default();
        faults.push(Fault::of_file(&name, code, message, way_out));
        faults
    };
    let bytes = match fs::read(place) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound && path.is_none() => return Ok(None),
        Err(error) => {
            let way_out = "check the path given with --lock";
            return Err(fault("file_unreadable", &error.to_string(), way_out));
        }
    };
    let locked: LockedPlan = serde_json::from_slice(&bytes).map_err(|error| {
        let message = format!("this is not a locked plan: {error}");
        fault(
            "plan_lock_invalid",
            &message,
            "restore the file that `schakel plan lock` wrote",
        )
    })?;
    if !locked.is_whole() {
        let message = "the plan in this file is not the one whose hash it carries: it was changed after it was locked";
        let way_out = "restore the file that `schakel plan lock` wrote; what you do differently belongs in plan.toml, and is \
                       listed as a deviation";
        return Err(fault("plan_lock_changed", message, way_out));
    }
    Ok(Some(locked))
}
