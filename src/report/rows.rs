//! The rows of a CSV, one after the other, with their cells by the column's name. Rows are never kept: a table of
//! any length takes the memory of one row.

use csv::{ByteRecord, Reader, ReaderBuilder};
use jiff::Timestamp;

use super::error::ReportError;
use super::source::{Checked, Source};

/// A table that is being read.
#[derive(Debug)]
pub struct Rows {
    reader: Reader<Checked>,
    names: Vec<&'static str>,
    places: Vec<usize>,
    record: ByteRecord,
    last_time: (Vec<u8>, i64),
}

impl Rows {
    /// Opens a table for the columns `names`; a cell is asked for by its place among them.
    ///
    /// # Errors
    /// If the file cannot be opened or lacks a column.
    pub fn open(source: &Source, table: &str, names: &[&'static str]) -> Result<Self, ReportError> {
        let checked = source.reader(&format!("{table}.csv"))?;
        let path = checked.path.clone();
        let mut reader = ReaderBuilder::new().buffer_capacity(1 << 18).from_reader(checked);
        let refuse = |why: String| ReportError::Table { path: path.clone(), why };
        let header = reader.byte_headers().map_err(|error| refuse(error.to_string()))?;
        let mut places = Vec::new();
        for name in names {
            let place = header.iter().position(|found| found == name.as_bytes());
            places.push(place.ok_or_else(|| refuse(format!("has no column `{name}`")))?);
        }
        Ok(Self {
            reader,
            names: names.to_vec(),
            places,
            record: ByteRecord::new(),
            last_time: (Vec::new(), 0),
        })
    }

    /// The names of all columns.
    pub fn header(&mut self) -> Vec<String> {
        let header = self.reader.byte_headers().ok();
        let cells = header.into_iter().flatten();
        cells.map(|cell| String::from_utf8_lossy(cell).into_owned()).collect()
    }

    /// Moves to the next row; false behind the last.
    ///
    /// # Errors
    /// If the file is no CSV there.
    pub fn next(&mut self) -> Result<bool, ReportError> {
        self.reader.read_byte_record(&mut self.record).map_err(|error| ReportError::Table {
            path: self.reader.get_ref().path.clone(),
            why: error.to_string(),
        })
    }

    /// The cell's text.
    #[must_use]
    pub fn bytes(&self, column: usize) -> &[u8] {
        let place = self.places.get(column).copied().unwrap_or(usize::MAX);
        self.record.get(place).unwrap_or_default()
    }

    /// The cell's text, whatever column of the file it is in.
    #[must_use]
    pub fn any(&self, place: usize) -> String {
        String::from_utf8_lossy(self.record.get(place).unwrap_or_default()).into_owned()
    }

    /// The cell's text as a string.
    #[must_use]
    pub fn text(&self, column: usize) -> String {
        String::from_utf8_lossy(self.bytes(column)).into_owned()
    }

    /// The cell's number; none where it is empty.
    ///
    /// # Errors
    /// If it is something else, `NaN` and infinities included.
    pub fn maybe(&self, column: usize) -> Result<Option<f64>, ReportError> {
        let cell = self.bytes(column);
        if cell.is_empty() {
            return Ok(None);
        }
        let text = std::str::from_utf8(cell).ok();
        let number = text.and_then(|text| text.parse::<f64>().ok());
        match number.filter(|number| number.is_finite()) {
            Some(number) => Ok(Some(number)),
            None => Err(self.refuse(column, "finite number")),
        }
    }

    /// The cell's number.
    ///
    /// # Errors
    /// If there is none.
    pub fn number(&self, column: usize) -> Result<f64, ReportError> {
        self.maybe(column)?.ok_or_else(|| self.refuse(column, "number"))
    }

    /// The cell's whole number.
    ///
    /// # Errors
    /// If there is none.
    pub fn integer(&self, column: usize) -> Result<u64, ReportError> {
        let text = std::str::from_utf8(self.bytes(column)).ok();
        let number = text.and_then(|text| text.parse().ok());
        number.ok_or_else(|| self.refuse(column, "whole number"))
    }

    /// The cell's time in seconds since 1970; none where it is empty.
    ///
    /// # Errors
    /// If it is no time.
    pub fn maybe_time(&mut self, column: usize) -> Result<Option<i64>, ReportError> {
        match self.bytes(column).is_empty() {
            true => Ok(None),
            false => self.time(column).map(Some),
        }
    }

    /// The cell's time in seconds since 1970.
    ///
    /// # Errors
    /// If it is no time.
    pub fn time(&mut self, column: usize) -> Result<i64, ReportError> {
        let cell = self.bytes(column);
        if cell != self.last_time.0 {
            let text = std::str::from_utf8(cell).ok();
            let time = text.and_then(|text| text.parse::<Timestamp>().ok());
            let time = time.ok_or_else(|| self.refuse(column, "UTC time"))?;
            self.last_time = (cell.to_vec(), time.as_second());
        }
        Ok(self.last_time.1)
    }

    /// An error about a cell of this row.
    #[must_use]
    pub fn refuse(&self, column: usize, expected: &'static str) -> ReportError {
        ReportError::Cell {
            path: self.reader.get_ref().path.clone(),
            line: self.record.position().map_or(0, csv::Position::line),
            column: self.names.get(column).copied().unwrap_or_default(),
            cell: self.text(column),
            expected,
        }
    }

    /// Hashes what was not read, and compares with the data package.
    ///
    /// # Errors
    /// If the file was edited.
    pub fn finish(self) -> Result<(), ReportError> {
        self.reader.into_inner().finish()
    }
}
