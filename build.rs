//! The fingerprint of the sources that the program is built from: a report carries it, so that whoever checks the report
//! knows whether the same program does the checking.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest, Sha256};

/// What decides what the program does.
const SOURCES: [&str; 6] = [
    "Cargo.lock",
    "Cargo.toml",
    "analysis/Cargo.toml",
    "analysis/src",
    "instruments",
    "src",
];

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut files = Vec::new();
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
        collect(&root, Path::new(source), &mut files)?;
    }
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        let bytes = fs::read(root.join(&file))?;
        // Whatever the machine puts between folders.
        let name = file.to_string_lossy().replace('\\', "/");
        hash.update(format!("{name} {}\n", bytes.len()));
        hash.update(&bytes);
    }
    let hex: String = hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    println!("cargo::rustc-env=SCHAKEL_SOURCES={hex}");
    Ok(())
}

fn collect(root: &Path, place: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if root.join(place).is_dir() {
        for entry in fs::read_dir(root.join(place))? {
            collect(root, &place.join(entry?.file_name()), files)?;
        }
    } else {
        files.push(place.to_owned());
    }
    Ok(())
}
