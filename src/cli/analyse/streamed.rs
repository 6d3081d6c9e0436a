//! The streamed half of `analyse`: schools are read, measured and written one after another, on every core, and the rows come
//! out in the order in which they would come from a study that is read at once.

use std::{
    fs::File,
    io::{self, BufWriter, Write as _},
    ops::Range,
    path::Path,
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, sync_channel},
    },
    thread,
};

use anyhow::Context;

use crate::{
    evaluation::{
        evaluate::{MeasuredPart, Origin},
        findings::Findings,
        plan::Plan,
        school_by_school::SchoolBySchool,
        snapshot,
    },
    exchange::{
        measures_csv::{self, Rows},
        result_folder::Filling,
        study_folder::{PartFaults, Source, StudyStream, Tally},
    },
};

/// Bytes of ties that a worker takes at a time.
const SHARE: u64 = 1 << 14;
/// Shares that may be done and not yet written, per worker.
const AHEAD: usize = 3;

/// Evaluates and writes everything, or says why not.
pub fn run(
    stream: &StudyStream,
    plan: &Plan,
    origin: Origin,
    out: &Path,
    cores: usize,
) -> anyhow::Result<Result<Findings, String>> {
    in_small_pages();
    let mut evaluation =
        match SchoolBySchool::begin(&stream.study.records, stream.fact_columns(), plan) {
            Ok(evaluation) => evaluation,
            Err(fault) => return Ok(Err(fault.to_string())),
        };
    let not_written = || format!("cannot write to {}", out.display());
    let mut filling = Filling::begin(out).with_context(not_written)?;
    let mut tables = Tables::default();
    let (mut tally, mut faults) = (Tally::default(), PartFaults::default());
    let workers = Workers {
        stream,
        plan,
        keep_rows: evaluation.compares(),
        stopped: AtomicBool::new(false),
    };
    workers.each_share(cores, |done| {
        tally.add(&done.tally);
        faults.add(done.faults);
        if faults.is_empty() {
            evaluation.add(done.measured, &done.roster_lines);
            tables
                .add(&mut filling, &done.rows)
                .with_context(not_written)?;
        }
        Ok(())
    })?;
    if !faults.is_empty() {
        return Ok(Err(super::refusal(&faults.told())));
    }

    let rows_in = tables.close().with_context(not_written)?;
    let mut warnings = tally.warnings();
    warnings.extend(stream.study.warnings.iter().cloned());
    let origin = Origin { warnings, ..origin };
    let findings = match evaluation.finish(origin, rows_in) {
        Ok(findings) => findings,
        Err(fault) => return Ok(Err(fault.to_string())),
    };
    super::write(&findings, Ok(filling), &measures_csv::tables(&findings))
        .with_context(not_written)?;
    Ok(Ok(findings))
}

/// Memory of a few kilobytes at a time from here on. What is streamed is small and changes all the time: in pages of two
/// megabytes it takes twice the memory and no less time.
fn in_small_pages() {
    // Where the system cannot, it takes more memory, and nothing else changes.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

/// The tables that grow; a table without a row is not made.
#[derive(Default)]
struct Tables([Option<BufWriter<File>>; 7]);

impl Tables {
    fn add(&mut self, filling: &mut Filling, rows: &[String; 7]) -> io::Result<()> {
        for (place, rows) in rows.iter().enumerate().filter(|(_, rows)| !rows.is_empty()) {
            let file = match &mut self.0[place] {
                Some(file) => file,
                none => {
                    let file = filling.file(measures_csv::FILES[place])?;
                    let file = none.insert(BufWriter::new(file));
                    file.write_all(measures_csv::HEADERS[place].as_bytes())?;
                    file
                }
            };
            file.write_all(rows.as_bytes())?;
        }
        Ok(())
    }

    /// The names of those that were made.
    fn close(self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for (name, file) in measures_csv::FILES.into_iter().zip(self.0) {
            if let Some(mut file) = file {
                file.flush()?;
                names.push(name.to_owned());
            }
        }
        Ok(names)
    }
}

/// What came of some schools.
#[derive(Default)]
struct Done {
    roster_lines: String,
    rows: [String; 7],
    measured: MeasuredPart,
    tally: Tally,
    faults: PartFaults,
}

struct Workers<'a> {
    stream: &'a StudyStream,
    plan: &'a Plan,
    /// Rows are wanted after they were written.
    keep_rows: bool,
    /// A fault was met: the rest is read for its faults alone.
    stopped: AtomicBool,
}

impl Workers<'_> {
    /// Hands what came of each share to `take`, in order. Worker w does shares w, w + cores, w + 2 cores and so on, and does not
    /// run far ahead of what was taken.
    fn each_share(
        &self,
        cores: usize,
        mut take: impl FnMut(Done) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let shares = self.shares();
        let not_read = "cannot read ties.csv";
        let cores = cores.clamp(1, shares.len().max(1));
        if cores == 1 {
            let mut source = self.stream.source().context(not_read)?;
            for share in shares {
                take(self.share(share, &mut source).context(not_read)?)?;
            }
            return Ok(());
        }
        thread::scope(|scope| {
            let mut doing: Vec<Receiver<io::Result<Done>>> = Vec::new();
            for worker in 0..cores {
                let (send, receive) = sync_channel(AHEAD);
                doing.push(receive);
                let own = shares.iter().skip(worker).step_by(cores);
                scope.spawn(move || {
                    let mut source = match self.stream.source() {
                        Ok(source) => source,
                        Err(error) => {
                            let _ = send.send(Err(error));
                            return;
                        }
                    };
                    for share in own {
                        // Nobody waits for it any more when writing has failed.
                        if send.send(self.share(share.clone(), &mut source)).is_err() {
                            return;
                        }
                    }
                });
            }
            for place in 0..shares.len() {
                let done = doing[place % cores]
                    .recv()
                    .context("a worker has stopped")?;
                take(done.context(not_read)?)?;
            }
            Ok(())
        })
    }

    /// Schools that lie together, about as much work each.
    fn shares(&self) -> Vec<Range<usize>> {
        let mut shares: Vec<Range<usize>> = Vec::new();
        let (mut begin, mut weight) = (0, 0);
        let schools = self.stream.study.records.schools.len();
        for school in 0..schools {
            weight += self.stream.weight(school) + 64;
            if weight >= SHARE || school + 1 == schools {
                shares.push(begin..school + 1);
                (begin, weight) = (school + 1, 0);
            }
        }
        shares
    }

    fn share(&self, schools: Range<usize>, source: &mut Source) -> io::Result<Done> {
        let mut done = Done::default();
        for school in schools {
            let mut part = self.stream.part(school, source)?;
            done.tally.add(&part.tally);
            let faults = part.take_faults();
            if !faults.is_empty() {
                self.stopped.store(true, Ordering::Relaxed);
            }
            done.faults.add(faults);
            if self.stopped.load(Ordering::Relaxed) {
                continue;
            }
            let rosters = &part.records.rosters;
            for roster in rosters {
                snapshot::roster_lines(roster, school, &mut done.roster_lines);
            }
            done.measured
                .append(MeasuredPart::of(&part.records, rosters, self.plan));
        }
        done.rows = measures_csv::rows(&Rows::from(&done.measured));
        if !self.keep_rows {
            done.measured = std::mem::take(&mut done.measured).without_rows();
        }
        Ok(done)
    }
}
