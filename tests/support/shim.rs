//! The shim between the program and the files of its database: built with the C compiler, told what fails, and its journal
//! read.

use std::collections::BTreeMap;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use rand::RngExt;
use rand_chacha::ChaCha12Rng;

use super::skip::skipped;

/// The shim in a folder of the test, or none where there is no C compiler, which is said out loud.
pub fn build(folder: &Path, what: &str) -> Option<PathBuf> {
    let shim = folder.join("shim.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shim/shim.c");
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .args([shim.as_path(), source.as_path()])
        .arg("-ldl")
        .status();
    match built {
        Ok(status) => assert!(status.success(), "the shim does not compile"),
        Err(_) => {
            skipped(what, "there is no C compiler");
            return None;
        }
    }
    Some(shim)
}

/// What the shim lets fail, in a file that it looks at.
pub struct Control {
    file: std::fs::File,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Write = 1,
    Sync = 2,
}

/// As errors are numbered on Linux.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    InputOutput = 5,
    NoSpace = 28,
}

impl Control {
    pub fn create(file: &Path) -> Self {
        let mut control = Self {
            file: std::fs::File::options()
                .read(true)
                .write(true)
                .create_new(true)
                .open(file)
                .expect("a file of control"),
        };
        control.write(&[0; 6]);
        control
    }

    /// From now on the n-th of these operations fails, and so many from there.
    pub fn arm(&mut self, operation: Operation, n: usize, times: usize, failure: Failure) {
        self.write(&[0]);
        let n = i64::try_from(n).expect("a small number");
        let times = i64::try_from(times).expect("a small number");
        self.write(&[0, n, times, failure as i64, 0, 0]);
        self.write(&[operation as i64]);
    }

    pub fn disarm(&mut self) {
        self.write(&[0]);
    }

    /// How many have failed since it was armed.
    pub fn failed(&mut self) -> i64 {
        let mut bytes = [0; 8];
        std::os::unix::fs::FileExt::read_exact_at(&self.file, &mut bytes, 32)
            .expect("the control can be read");
        i64::from_ne_bytes(bytes)
    }

    fn write(&mut self, numbers: &[i64]) {
        let bytes: Vec<u8> = numbers.iter().flat_map(|n| n.to_ne_bytes()).collect();
        self.file
            .seek(SeekFrom::Start(0))
            .and_then(|_| self.file.write_all(&bytes))
            .expect("the control can be written");
    }
}

/// One thing that happened, as the shim saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Opened {
        file: String,
        made_empty: bool,
    },
    Written {
        file: String,
        offset: usize,
        data: Vec<u8>,
    },
    SyncBegins {
        file: String,
    },
    SyncEnds {
        file: String,
        done: bool,
    },
    CutTo {
        file: String,
        length: usize,
    },
    Removed {
        file: String,
    },
    Request {
        connection: i64,
        text: Vec<u8>,
    },
    Answer {
        connection: i64,
        status: i64,
    },
}

const O_TRUNC: i64 = 0o1000;

/// Everything that happened, in order. A record that was being written at the end is left out.
pub fn journal(file: &Path) -> Vec<Event> {
    let bytes = std::fs::read(file).expect("there is a journal");
    let mut rest = bytes.as_slice();
    let mut events = Vec::new();
    while let Some((head, behind)) = rest.split_at_checked(64) {
        let number = |place: usize| {
            let bytes = head[place * 8..place * 8 + 8]
                .try_into()
                .expect("eight bytes");
            i64::from_ne_bytes(bytes)
        };
        let size = |place: usize| usize::try_from(number(place)).expect("no size is negative");
        let Some((name, behind)) = behind.split_at_checked(size(5)) else {
            break;
        };
        let Some((data, behind)) = behind.split_at_checked(size(6)) else {
            break;
        };
        rest = behind;
        let file = String::from_utf8_lossy(name).into_owned();
        let data = data.to_vec();
        events.push(match number(0) {
            1 => Event::Opened {
                file,
                made_empty: number(3) & O_TRUNC != 0,
            },
            2 => Event::Written {
                file,
                offset: size(3),
                data,
            },
            3 => Event::SyncBegins { file },
            4 => Event::SyncEnds {
                file,
                done: number(4) == 0,
            },
            5 => Event::CutTo {
                file,
                length: size(3),
            },
            6 => Event::Removed { file },
            8 => Event::Request {
                connection: number(2),
                text: data,
            },
            9 => Event::Answer {
                connection: number(2),
                status: number(4),
            },
            other => panic!("the journal holds a record of kind {other}"),
        });
    }
    events
}

/// The files of a folder as a disk holds them: what was synced, and what is still on its way.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    files: BTreeMap<String, OnDisk>,
}

#[derive(Debug, Clone, Default)]
struct OnDisk {
    synced: Vec<u8>,
    /// In their order; what a sync that has begun will have covered when it ends comes first.
    waiting: Vec<Change>,
    covered: usize,
}

#[derive(Debug, Clone)]
enum Change {
    Write(usize, Vec<u8>),
    Cut(usize),
}

/// A disk takes or leaves so many bytes at once.
const SECTOR: usize = 512;

/// What becomes of what was not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsynced {
    Kept,
    Dropped,
    /// Of each sector chance decides, and in whatever order.
    Torn,
}

impl Disk {
    /// As the files in this folder are now.
    pub fn of(folder: &Path) -> Self {
        let mut disk = Self::default();
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let synced = std::fs::read(&path).expect("a file");
            let name = path.to_str().expect("a plain name").to_owned();
            disk.files.insert(
                name,
                OnDisk {
                    synced,
                    ..OnDisk::default()
                },
            );
        }
        disk
    }

    pub fn goes_on(&mut self, event: &Event) {
        match event {
            Event::Opened { file, made_empty } => {
                let known = self.files.entry(file.clone()).or_default();
                if *made_empty {
                    known.waiting.push(Change::Cut(0));
                }
            }
            Event::Written { file, offset, data } => {
                let change = Change::Write(*offset, data.clone());
                self.files
                    .entry(file.clone())
                    .or_default()
                    .waiting
                    .push(change);
            }
            Event::CutTo { file, length } => {
                let change = Change::Cut(*length);
                self.files
                    .entry(file.clone())
                    .or_default()
                    .waiting
                    .push(change);
            }
            Event::SyncBegins { file } => {
                let known = self.files.entry(file.clone()).or_default();
                known.covered = known.waiting.len();
            }
            Event::SyncEnds { file, done: true } => {
                let known = self.files.entry(file.clone()).or_default();
                let covered = std::mem::take(&mut known.covered);
                for change in known.waiting.drain(..covered) {
                    apply(&mut known.synced, &change);
                }
            }
            Event::Removed { file } => {
                self.files.remove(file);
            }
            Event::SyncEnds { .. } | Event::Request { .. } | Event::Answer { .. } => {}
        }
    }

    /// Bytes that are not synced.
    pub fn on_the_way(&self) -> usize {
        self.files
            .values()
            .flat_map(|file| &file.waiting)
            .map(|change| match change {
                Change::Write(_, data) => data.len(),
                Change::Cut(_) => 1,
            })
            .sum()
    }

    /// Writes the files into another folder as they are found after the power has come back.
    pub fn after_a_cut(&self, folder: &Path, unsynced: Unsynced, dice: &mut ChaCha12Rng) {
        for (name, file) in &self.files {
            let name = Path::new(name).file_name().expect("files have names");
            // Memory that processes share: no process has outlived the cut.
            if name.to_string_lossy().ends_with("-shm") {
                continue;
            }
            let mut bytes = file.synced.clone();
            for change in &file.waiting {
                match (unsynced, change) {
                    (Unsynced::Dropped, _) => {}
                    (Unsynced::Kept, change) => apply(&mut bytes, change),
                    (Unsynced::Torn, Change::Cut(_)) => {
                        if dice.random_bool(0.5) {
                            apply(&mut bytes, change);
                        }
                    }
                    (Unsynced::Torn, Change::Write(offset, data)) => {
                        tear(&mut bytes, *offset, data, dice);
                    }
                }
            }
            std::fs::write(folder.join(name), bytes).expect("a file is written");
        }
    }
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Write(offset, data) => {
            let end = offset + data.len();
            if bytes.len() < end {
                bytes.resize(end, 0);
            }
            bytes[*offset..end].copy_from_slice(data);
        }
        Change::Cut(length) => bytes.resize(*length, 0),
    }
}

/// Of each sector of the disk that the write lies in chance decides whether it arrived.
fn tear(bytes: &mut Vec<u8>, offset: usize, data: &[u8], dice: &mut ChaCha12Rng) {
    let mut from = 0;
    while from < data.len() {
        let at = offset + from;
        let to = (from + SECTOR - at % SECTOR).min(data.len());
        if dice.random_bool(0.5) {
            apply(bytes, &Change::Write(at, data[from..to].to_vec()));
        }
        from = to;
    }
}

/// Finds the marker of a form, if it has one.
pub type Marked<'a> = &'a dyn Fn(&[u8]) -> Option<(usize, usize)>;

/// An answer of success to a form with a marker: its place in the journal, and the marker.
pub type Answered = (usize, (usize, usize));

/// Every answer of success to a form with a marker, and how many of them were sent too early: before a sync that began
/// after the form had come, or before a sync of what the form asks to be written, where that shows.
pub fn answers(events: &[Event], marked: Marked<'_>) -> (Vec<Answered>, usize) {
    let mut asked: BTreeMap<i64, (usize, (usize, usize))> = BTreeMap::new();
    let mut begun: BTreeMap<&str, usize> = BTreeMap::new();
    // Of what is written to files: the first place of each marker.
    let mut written: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let (mut answered, mut early, mut last_sync) = (Vec::new(), 0, 0);
    for (place, event) in events.iter().enumerate() {
        match event {
            Event::Request { connection, text } => {
                asked.remove(connection);
                if let Some(marker) = marked(text) {
                    asked.insert(*connection, (place, marker));
                }
            }
            Event::Written { data, .. } => {
                let mut rest = data.as_slice();
                while let Some(at) = find(rest, b"mark-") {
                    if let Some(marker) = marked(&rest[at..]) {
                        written.entry(marker).or_insert(place);
                    }
                    rest = &rest[at + 5..];
                }
            }
            Event::SyncBegins { file } => {
                begun.insert(file, place);
            }
            Event::SyncEnds { file, done: true } if file.ends_with("-wal") => {
                last_sync = begun.get(file.as_str()).copied().unwrap_or_default();
            }
            Event::Answer { connection, status } => {
                let Some((from, marker)) = asked.remove(connection) else {
                    continue;
                };
                if !(200..400).contains(status) {
                    continue;
                }
                let from = from.max(written.get(&marker).copied().unwrap_or_default());
                early += usize::from(last_sync < from);
                answered.push((place, marker));
            }
            _ => {}
        }
    }
    (answered, early)
}

fn find(bytes: &[u8], sought: &[u8]) -> Option<usize> {
    bytes
        .windows(sought.len())
        .position(|window| window == sought)
}
