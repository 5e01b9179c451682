//! The series that the charts of a page share, each held once, and the CSV's rows that they are columns of.

use serde::Serialize;

use super::super::book::{Grid, Series};

/// The series that the charts of a page point to.
#[derive(Clone, Debug, Default)]
pub struct Atlas<'a> {
    /// Times that series share.
    pub grids: Vec<&'a Grid>,
    /// Each with the place of its grid.
    pub series: Vec<(usize, &'a Series)>,
    /// Which rows of which files they are columns of.
    pub rows: Vec<RowOf>,
}

/// A CSV's rows of one entity.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RowOf {
    /// The file.
    pub file: String,
    /// The key: columns and cells.
    pub key: Vec<(&'static str, String)>,
    /// The other columns, with the places of their series.
    pub columns: Vec<(&'static str, usize)>,
}

impl<'a> Atlas<'a> {
    /// The place of a series, which is taken in if it is new.
    pub fn add(&mut self, grid: &'a Grid, series: &'a Series) -> usize {
        let known = self
            .series
            .iter()
            .position(|(_, known)| std::ptr::eq(*known, series));
        known.unwrap_or_else(|| {
            let place = self
                .grids
                .iter()
                .position(|known| std::ptr::eq(*known, grid));
            let place = place.unwrap_or_else(|| {
                self.grids.push(grid);
                self.grids.len() - 1
            });
            self.series.push((place, series));
            self.series.len() - 1
        })
    }

    /// The place of a CSV's rows.
    pub fn row(&mut self, row: RowOf) -> usize {
        let known = self.rows.iter().position(|known| *known == row);
        known.unwrap_or_else(|| {
            self.rows.push(row);
            self.rows.len() - 1
        })
    }

    /// A series with its times.
    pub(super) fn get(&self, place: usize) -> Option<(&'a Grid, &'a Series)> {
        let (grid, series) = *self.series.get(place)?;
        Some((self.grids.get(grid)?, series))
    }
}
