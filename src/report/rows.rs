//! The rows of a CSV with their cells by place: the columns are named once, in the order in which they are asked for.

use crate::results::read::{ColumnIndex, ReadError, ResultDirectory, Row, TableReader};

const MICROS: i64 = 1_000_000;

/// A table that is being read.
#[derive(Debug)]
pub struct Rows {
    table: TableReader,
    columns: Vec<ColumnIndex>,
}

/// A row's cells.
#[derive(Clone, Copy, Debug)]
pub struct Cells<'a> {
    row: Row<'a>,
    columns: &'a [ColumnIndex],
}

impl Rows {
    /// Opens a table for the columns of those names.
    ///
    /// # Errors
    /// If the table cannot be read, was edited or lacks a column.
    pub fn open(result: &ResultDirectory, table: &str, names: &[&str]) -> Result<Self, ReadError> {
        let table = result.table(table)?;
        let columns: Result<_, _> = names.iter().map(|name| table.column(name)).collect();
        Ok(Self {
            columns: columns?,
            table,
        })
    }

    /// The next row; none behind the last.
    ///
    /// # Errors
    /// If the file is no CSV there.
    pub fn next(&mut self) -> Result<Option<Cells<'_>>, ReadError> {
        let row = self.table.next_row()?;
        Ok(row.map(|row| Cells {
            row,
            columns: &self.columns,
        }))
    }
}

impl<'a> Cells<'a> {
    /// The text of a cell.
    ///
    /// # Errors
    /// If it is no text.
    pub fn text(&self, place: usize) -> Result<&'a str, ReadError> {
        self.row.text(self.column(place)?)
    }

    /// The number of a cell; none where it is empty.
    ///
    /// # Errors
    /// If it is something else.
    pub fn number(&self, place: usize) -> Result<Option<f64>, ReadError> {
        self.row.number(self.column(place)?)
    }

    /// The number of a cell that is never empty.
    ///
    /// # Errors
    /// If it is something else.
    pub fn filled(&self, place: usize) -> Result<f64, ReadError> {
        let found = self.number(place)?;
        found.ok_or_else(|| self.wrong("a number is missing"))
    }

    /// The whole number of a cell.
    ///
    /// # Errors
    /// If it is something else.
    pub fn integer(&self, place: usize) -> Result<u64, ReadError> {
        self.row.integer(self.column(place)?)
    }

    /// The time of a cell in seconds since 1970; none where it is empty.
    ///
    /// # Errors
    /// If it is something else.
    pub fn maybe_time(&self, place: usize) -> Result<Option<i64>, ReadError> {
        let time = self.row.time(self.column(place)?)?;
        Ok(time.map(|time| time.as_micros().div_euclid(MICROS)))
    }

    /// The time of a cell that is never empty.
    ///
    /// # Errors
    /// If it is something else.
    pub fn time(&self, place: usize) -> Result<i64, ReadError> {
        let found = self.maybe_time(place)?;
        found.ok_or_else(|| self.wrong("a time is missing"))
    }

    /// The first second of the day of a cell, since 1970.
    ///
    /// # Errors
    /// If it is something else.
    pub fn day(&self, place: usize) -> Result<i64, ReadError> {
        let day = self.row.day(self.column(place)?)?;
        let second = day.map(|day| day.as_micros().div_euclid(MICROS));
        second.ok_or_else(|| self.wrong("a day is missing"))
    }

    /// An error about this row.
    #[must_use]
    pub fn wrong(&self, why: &str) -> ReadError {
        self.row.error(why.to_owned())
    }

    fn column(&self, place: usize) -> Result<ColumnIndex, ReadError> {
        let column = self.columns.get(place).copied();
        column.ok_or_else(|| self.wrong("a column was not opened"))
    }
}
