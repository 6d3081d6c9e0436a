//! Rows of a whole database on their way: to an archive, from one, or from one database to another.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, bail, ensure};

use crate::domain::archive::{Cell, Table};
use crate::domain::time::{Clock, SystemClock};
use crate::exchange::archive::{ArchiveFault, Contents, FORMAT, Header, Piece, Reader, Writer};
use crate::fieldwork::copies;
use crate::storage::archive::{self, Shape};
use crate::storage::{On, StorageError, Tx, audit};

/// Says what an archive of this database is.
pub async fn header(tx: &mut Tx) -> anyhow::Result<Header> {
    let database = match tx.on {
        On::Sqlite(_) => "sqlite",
        On::Postgres(_) => "postgres",
    };
    Ok(Header {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        form: archive::schema(tx).await?,
        taken_at: SystemClock.now(),
        database: database.to_owned(),
    })
}

/// Writes every table as an archive.
pub async fn write_out<W: Write>(tx: &mut Tx, out: W) -> anyhow::Result<(W, Contents)> {
    let mut writer = Writer::begin(out, &header(tx).await?)?;
    for shape in archive::shapes(tx).await? {
        writer.table(&shape.table)?;
        archive::each_row(tx, &shape, async |cells| anyhow::Ok(writer.row(&cells)?)).await?;
    }
    Ok(writer.finish()?)
}

/// What an archive of this database would hold.
pub async fn contents(tx: &mut Tx) -> anyhow::Result<Contents> {
    Ok(write_out(tx, io::sink()).await?.1)
}

/// Reads an archive to its end and keeps nothing.
pub fn read_over(input: impl io::BufRead) -> Result<Contents, ArchiveFault> {
    let (mut reader, _) = Reader::begin(input)?;
    loop {
        if let Piece::End(contents) = reader.next_piece()? {
            return Ok(contents);
        }
    }
}

/// Tables of a new database that are being filled, in the order in which they come.
pub struct Filling<'t> {
    tx: &'t mut Tx,
    shapes: Vec<Shape>,
    /// Which of them is being filled.
    now: Option<usize>,
    rows: Vec<Vec<Cell>>,
    /// Bytes in the largest of `rows`.
    largest: usize,
}

impl<'t> Filling<'t> {
    pub async fn begin(tx: &'t mut Tx) -> Result<Self, StorageError> {
        archive::defer(tx).await?;
        let shapes = archive::shapes(tx).await?;
        Ok(Self {
            tx,
            shapes,
            now: None,
            rows: Vec::new(),
            largest: 0,
        })
    }

    pub async fn table(&mut self, table: &Table) -> anyhow::Result<()> {
        self.flush().await?;
        let next = self.now.map_or(0, |now| now + 1);
        ensure!(
            self.shapes
                .get(next)
                .is_some_and(|shape| shape.table == *table),
            "the table {} is not as this form of the database has it",
            table.name
        );
        self.now = Some(next);
        Ok(())
    }

    pub async fn row(&mut self, cells: Vec<Cell>) -> anyhow::Result<()> {
        let bytes = cells.iter().map(size).sum();
        self.largest = self.largest.max(bytes);
        self.rows.push(cells);
        let shape = self.now.and_then(|now| self.shapes.get(now));
        let shape = shape.context("a row stands before its table")?;
        if self.rows.len() >= shape.rows_at_once(self.largest) {
            self.flush().await?;
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), StorageError> {
        let rows = std::mem::take(&mut self.rows);
        self.largest = 0;
        match self.now.and_then(|now| self.shapes.get(now)) {
            Some(shape) => copies::put_back(self.tx, shape, rows).await,
            None => Ok(()),
        }
    }

    /// Every table came, every reference holds, and what stands here now is what was to be copied.
    pub async fn end(mut self, wanted: &Contents) -> anyhow::Result<()> {
        self.flush().await?;
        ensure!(
            self.now.map_or(0, |now| now + 1) == self.shapes.len(),
            "a table is missing"
        );
        archive::settle(self.tx).await?;
        let found = contents(self.tx).await?;
        if let Some(table) = found.differs(wanted) {
            bail!("the table {table} did not come over as it was");
        }
        ensure!(
            found == *wanted,
            "the tables did not come over as they were"
        );
        whole_audit(self.tx).await
    }
}

fn size(cell: &Cell) -> usize {
    match cell {
        Cell::Text(text) => text.len(),
        Cell::Bytes(bytes) => bytes.len(),
        _ => 8,
    }
}

/// Lines of the audit in memory at once.
const LINES: i64 = 1_000;

/// Every line of the audit hangs on the one before it.
async fn whole_audit(tx: &mut Tx) -> anyhow::Result<()> {
    let (mut before, mut after, mut chained) = (audit::BEFORE.to_vec(), 0, false);
    loop {
        let lines = audit::lines(tx, after, LINES).await?;
        let Some(last) = lines.last() else {
            return Ok(());
        };
        after = last.audit_id;
        for line in lines {
            let link = line.link(&before);
            chained |= line.chain.is_some();
            ensure!(
                !chained || line.chain.as_ref() == Some(&link),
                "line {} of the audit does not hang on the one before it: it was changed, or one is missing",
                line.audit_id
            );
            before = link;
        }
    }
}

/// Everything that was written to a file, and its name, are on the disk.
pub fn on_disk(file: &Path) -> anyhow::Result<()> {
    let told = || format!("cannot bring {} to the disk", file.display());
    File::open(file)
        .and_then(|file| file.sync_all())
        .with_context(told)?;
    #[cfg(unix)]
    {
        let folder = file
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .with_context(told)?;
    }
    Ok(())
}

/// The same name with something behind it.
pub fn beside(file: &Path, ending: &str) -> std::path::PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}
