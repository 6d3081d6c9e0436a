//! The folder that results go to: all of it or nothing, and never over somebody else's files.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::measures_csv;

/// The file by which a folder is known as an earlier result.
pub const MARK: &str = "findings.json";

/// Whether results may go here: a folder that is not there, is empty, or holds an earlier result.
pub fn may_write(out: &Path) -> io::Result<bool> {
    match fs::read_dir(out) {
        Ok(mut entries) => Ok(entries.next().is_none() || out.join(MARK).is_file()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// Writes every file beside the folder first and moves them in when all are there. Files of an earlier result that this
/// one does not have go away; other files stay.
pub fn write(out: &Path, files: &[(&str, String)]) -> io::Result<()> {
    let name = out
        .file_name()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "not a folder name"))?;
    let parent = match out.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    fs::create_dir_all(&parent)?;
    let beside = parent.join(format!(
        ".{}.{}",
        name.to_string_lossy(),
        std::process::id()
    ));
    let done = fill(&beside, files).and_then(|()| move_in(&beside, out, files));
    // Whatever happened, nothing half-written stays behind.
    let _ = fs::remove_dir_all(&beside);
    done
}

fn fill(folder: &Path, files: &[(&str, String)]) -> io::Result<()> {
    fs::create_dir(folder)?;
    files
        .iter()
        .try_for_each(|(name, text)| fs::write(folder.join(name), text))
}

fn move_in(beside: &Path, out: &Path, files: &[(&str, String)]) -> io::Result<()> {
    if !out.exists() {
        return fs::rename(beside, out);
    }
    for (name, _) in files {
        fs::rename(beside.join(name), out.join(name))?;
    }
    for name in measures_csv::FILES.into_iter().chain(["report.html"]) {
        if !files.iter().any(|(own, _)| *own == name) && out.join(name).exists() {
            fs::remove_file(out.join(name))?;
        }
    }
    Ok(())
}
