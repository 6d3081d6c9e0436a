//! The folder that results go to: all of it or nothing, and never over somebody else's files.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::measures_csv;

/// The file by which a folder is known as an earlier result.
pub const MARK: &str = "findings.json";

/// Tables of commands of their own, which may stand beside a result.
pub const BESIDE: [&str; 3] = ["qap.csv", "missing_study.csv", "dimensions.csv"];

/// Whether results may go here: a folder that is not there, holds nothing but such tables, or holds an earlier result.
pub fn may_write(out: &Path) -> io::Result<bool> {
    let entries = match fs::read_dir(out) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error),
    };
    let mut others = entries.filter(|entry| {
        let is_table = |name: &&str| matches!(entry, Ok(entry) if entry.file_name() == **name);
        !BESIDE.iter().any(is_table)
    });
    Ok(others.next().is_none() || out.join(MARK).is_file())
}

/// One table into a folder that may hold others: written beside its place first, so that a half-written one is never found.
pub fn write_one(out: &Path, name: &str, text: &str) -> io::Result<()> {
    fs::create_dir_all(out)?;
    let beside = out.join(format!(".{name}.{}", std::process::id()));
    let done = fs::write(&beside, text).and_then(|()| fs::rename(&beside, out.join(name)));
    if done.is_err() {
        // Whatever happened, nothing half-written stays behind.
        let _ = fs::remove_file(&beside);
    }
    done
}

/// A result under way: every file is written beside the folder first, and moved in when all are there. Files of an earlier
/// result that this one does not have go away; other files stay. Unless it is finished, nothing of it stays.
#[derive(Debug)]
pub struct Filling {
    out: PathBuf,
    beside: PathBuf,
    names: Vec<String>,
}

impl Filling {
    pub fn begin(out: &Path) -> io::Result<Self> {
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
        fs::create_dir(&beside)?;
        Ok(Self {
            out: out.to_owned(),
            beside,
            names: Vec::new(),
        })
    }

    /// One more file of the result, empty.
    pub fn file(&mut self, name: &str) -> io::Result<fs::File> {
        self.names.push(name.to_owned());
        fs::File::create(self.beside.join(name))
    }

    /// Moves everything in.
    pub fn finish(self) -> io::Result<()> {
        let out = &self.out;
        if !out.exists() {
            return fs::rename(&self.beside, out);
        }
        for name in &self.names {
            fs::rename(self.beside.join(name), out.join(name))?;
        }
        for name in measures_csv::FILES.into_iter().chain(["report.html"]) {
            if !self.names.iter().any(|own| own == name) && out.join(name).exists() {
                fs::remove_file(out.join(name))?;
            }
        }
        Ok(())
    }
}

impl Drop for Filling {
    fn drop(&mut self) {
        // Whatever happened, nothing half-written stays behind.
        let _ = fs::remove_dir_all(&self.beside);
    }
}
