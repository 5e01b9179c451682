//! Any CSV of a result, row by row: a column is found by its name once, and then read by its type. One row is in
//! memory at a time. A cell that is not of its type is an error with file and line; `NaN`, which flexcap never writes
//! but other programs do for a cell that is empty, is no value.

use std::fs::File;
use std::path::PathBuf;

use csv::ByteRecord;

use super::error::ReadError;
use crate::kernel::Instant;
use crate::results::time::{parse_day, parse_time};

/// A table being read.
#[derive(Debug)]
pub struct TableReader {
    path: PathBuf,
    csv: csv::Reader<File>,
    header: ByteRecord,
    record: ByteRecord,
}

/// A column's place in its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColumnIndex(usize);

/// One row.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    table: &'a TableReader,
}

impl TableReader {
    pub(super) fn new(file: File, path: PathBuf) -> Result<Self, ReadError> {
        let mut csv = csv::ReaderBuilder::new()
            .buffer_capacity(1 << 16)
            .from_reader(file);
        let header = csv.byte_headers().cloned();
        let header = header.map_err(|error| csv_error(&path, error))?;
        Ok(Self {
            path,
            csv,
            header,
            record: ByteRecord::new(),
        })
    }

    /// The place of the column of that name.
    ///
    /// # Errors
    /// If there is none, as in an older version's table.
    pub fn column(&self, name: &str) -> Result<ColumnIndex, ReadError> {
        let mut names = self.header.iter();
        match names.position(|heading| heading == name.as_bytes()) {
            Some(index) => Ok(ColumnIndex(index)),
            None => Err(ReadError::Column {
                path: self.path.clone(),
                column: name.to_owned(),
            }),
        }
    }

    /// The headings, from left to right.
    pub fn headings(&self) -> impl Iterator<Item = std::borrow::Cow<'_, str>> {
        self.header.iter().map(String::from_utf8_lossy)
    }

    /// The next row; none after the last.
    ///
    /// # Errors
    /// If the line has another number of cells than the header, or the disk fails.
    pub fn next_row(&mut self) -> Result<Option<Row<'_>>, ReadError> {
        match self.csv.read_byte_record(&mut self.record) {
            Ok(true) => Ok(Some(Row { table: self })),
            Ok(false) => Ok(None),
            Err(error) => Err(csv_error(&self.path, error)),
        }
    }
}

impl<'a> Row<'a> {
    /// The cell as text.
    ///
    /// # Errors
    /// If it is not UTF-8.
    pub fn text(&self, column: ColumnIndex) -> Result<&'a str, ReadError> {
        std::str::from_utf8(self.bytes(column)).map_err(|_| self.wrong(column, "UTF-8 text"))
    }

    /// The cell as a number; none if it is empty or `NaN`.
    ///
    /// # Errors
    /// If it is no finite number.
    pub fn number(&self, column: ColumnIndex) -> Result<Option<f64>, ReadError> {
        let text = self.text(column)?;
        if text.is_empty() {
            return Ok(None);
        }
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Some(number)),
            Ok(number) if number.is_nan() => Ok(None),
            _ => Err(self.wrong(column, "a finite number")),
        }
    }

    /// The cell as a whole number from zero up.
    ///
    /// # Errors
    /// If it is none, or above 2^64.
    pub fn integer(&self, column: ColumnIndex) -> Result<u64, ReadError> {
        let text = self.text(column)?;
        text.parse()
            .map_err(|_| self.wrong(column, "a whole number"))
    }

    /// The cell as an instant, such as `2024-07-01T00:00:00Z`; none if it is empty.
    ///
    /// # Errors
    /// If it is no such text.
    pub fn time(&self, column: ColumnIndex) -> Result<Option<Instant>, ReadError> {
        self.instant(column, parse_time, "a UTC time like 2024-07-01T00:00:00Z")
    }

    /// The first instant of the cell's UTC day, such as `2024-07-01`; none if it is empty.
    ///
    /// # Errors
    /// If it is no such text.
    pub fn day(&self, column: ColumnIndex) -> Result<Option<Instant>, ReadError> {
        self.instant(column, parse_day, "a day like 2024-07-01")
    }

    /// An error about this row.
    #[must_use]
    pub fn error(&self, why: String) -> ReadError {
        let position = self.table.record.position();
        ReadError::Cell {
            path: self.table.path.clone(),
            line: position.map_or(0, csv::Position::line),
            why,
        }
    }

    fn instant(
        &self,
        column: ColumnIndex,
        parse: fn(&[u8]) -> Option<Instant>,
        wanted: &str,
    ) -> Result<Option<Instant>, ReadError> {
        let bytes = self.bytes(column);
        if bytes.is_empty() {
            return Ok(None);
        }
        parse(bytes)
            .map(Some)
            .ok_or_else(|| self.wrong(column, wanted))
    }

    /// A record has as many cells as the header, so that a column that was found has one in every row.
    fn bytes(&self, column: ColumnIndex) -> &'a [u8] {
        self.table.record.get(column.0).unwrap_or_default()
    }

    /// An error about a cell that is not what its column holds.
    pub(super) fn wrong(&self, column: ColumnIndex, wanted: &str) -> ReadError {
        let name = self.table.header.get(column.0).unwrap_or_default();
        self.error(format!(
            "{} is `{}`, which is not {wanted}",
            String::from_utf8_lossy(name),
            // A terminal would obey what a cell may hold.
            String::from_utf8_lossy(self.bytes(column)).escape_debug(),
        ))
    }
}

fn csv_error(path: &std::path::Path, error: csv::Error) -> ReadError {
    let line = error.position().map_or(0, csv::Position::line);
    let path = path.to_owned();
    match error.into_kind() {
        csv::ErrorKind::Io(cause) => ReadError::Io { path, cause },
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => ReadError::Cell {
            path,
            line,
            why: format!("{len} cells, where the header has {expected_len}"),
        },
        other => ReadError::Cell {
            path,
            line,
            why: format!("{other:?}"),
        },
    }
}
