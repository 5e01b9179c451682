//! A CSV file that is being written: rows go into a buffer that goes to disk when it is full. Memory is one
//! buffer, whatever the number of rows; a row costs no allocation and no system call of its own.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::error::ResultError;
use super::names::Names;
use super::tables::{Line, Recorded, Table};
use super::time::TimeText;

/// The buffer goes to disk when it holds this much.
const BUFFER_BYTES: usize = 1 << 16;
/// Room for the line that fills the buffer, so that it hardly ever grows.
const LINE_BYTES: usize = 1 << 10;

/// A table on its way to disk.
pub(super) struct TableFile<'a, R: 'static> {
    table: &'static Table<R>,
    names: &'a Names,
    file: File,
    shown: PathBuf,
    pending: Vec<u8>,
    times: TimeText,
    rows: u64,
}

impl<'a, R> TableFile<'a, R> {
    /// Creates the file at `path`; errors name it `shown`.
    pub fn create(
        table: &'static Table<R>,
        names: &'a Names,
        path: &Path,
        shown: PathBuf,
    ) -> Result<Self, ResultError> {
        let file = File::create_new(path).map_err(ResultError::io("create", &shown))?;
        Ok(Self {
            table,
            names,
            file,
            shown,
            pending: Vec::with_capacity(BUFFER_BYTES + LINE_BYTES),
            times: TimeText::default(),
            rows: 0,
        })
    }

    /// Writes the first line.
    pub fn write_header(&mut self) {
        self.pending
            .extend_from_slice(self.table.header().as_bytes());
    }

    /// Writes a row.
    pub fn write(&mut self, row: &R) -> Result<(), ResultError> {
        let precision = self.table.precision;
        let mut line = Line::new(&mut self.pending, self.names, &mut self.times, precision);
        self.table.write(row, &mut line);
        self.rows += 1;
        if self.pending.len() < BUFFER_BYTES {
            return Ok(());
        }
        self.flush()
    }

    /// Appends all of a file that was written without a header.
    pub fn append(&mut self, part: &Path) -> Result<(), ResultError> {
        self.flush()?;
        let copied = File::open(part).and_then(|mut part| std::io::copy(&mut part, &mut self.file));
        copied.map_err(ResultError::io("write", &self.shown))?;
        Ok(())
    }

    /// Hands everything to the operating system, so that a full disk shows now.
    pub fn flush(&mut self) -> Result<(), ResultError> {
        let written = self.file.write_all(&self.pending);
        self.pending.clear();
        written.map_err(ResultError::io("write", &self.shown))
    }
}

impl<T: Copy> TableFile<'_, Recorded<T>> {
    /// Writes what the simulation said, with its replication and running number.
    pub fn record(&mut self, replication: u32, row: &T) -> Result<(), ResultError> {
        let number = self.rows;
        self.write(&Recorded {
            replication,
            number,
            row: *row,
        })
    }
}
