//! Tests of whole results: the directory, golden CSVs, and what holds across files.

mod directory;
mod golden;
mod whole;
