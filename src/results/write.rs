//! Writing a result, from the first check of its directory to its appearance. The writer is shared by the
//! threads that simulate: each replication has a recorder of its own, and what they leave is put together
//! in the order of replications, so that the bytes do not depend on who was first.
//!
//! ```text
//!   create ──► recorder ──► finish ─┐
//!         ├──► recorder ──► finish ─┼─► statistics ──► ResultWriter::finish ──► DIR
//!         └──► recorder ──► finish ─┘
//! ```

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::directory::PartialDirectory;
use super::error::ResultError;
use super::inputs;
use super::metrics::{Scope, Series, all_series, series_with_bound};
use super::names::Names;
use super::package::{self, Provenance};
use super::recorder::{ReplicationRecorder, ReplicationResult, Shared, part_name};
use super::table_file::TableFile;
use super::tables::{
    ALLOCATION, BANDS, BandRow, COSTS, EVENTS, FLEET, JOBS, MOVES, REPLICATIONS, ReplicationRow,
    SERVICES, SUMMARY, SummaryRow, Table, schemas,
};
use crate::fingerprint::Fingerprint;
use crate::scenario::InputFile;

/// Where part files wait, inside of the hidden directory.
const PARTS: &str = ".parts";

/// Writes one result.
#[derive(Debug)]
pub struct ResultWriter {
    directory: PartialDirectory,
    shared: Shared,
    provenance: Provenance,
}

/// What is known when all replications are done.
#[derive(Clone, Copy, Debug)]
pub struct Findings<'a> {
    /// All replications, in any order.
    pub replications: &'a [ReplicationResult],
    /// The rows of `summary.csv`.
    pub summary: &'a [SummaryRow],
    /// The rows of `bands.csv`.
    pub bands: &'a [BandRow],
    /// The resolved scenario.
    pub scenario_toml: &'a str,
    /// The files that it reads.
    pub inputs: &'a [InputFile],
}

impl ResultWriter {
    /// Checks that the result can be written to `out`, before anything is simulated.
    ///
    /// # Errors
    /// See [`PartialDirectory::create`].
    pub fn create(
        out: &Path,
        overwrite: bool,
        names: Names,
        provenance: Provenance,
    ) -> Result<Self, ResultError> {
        let directory = PartialDirectory::create(out, overwrite)?;
        let parts = directory.path().join(PARTS);
        fs::create_dir(parts).map_err(ResultError::io("write into", out))?;
        let series = all_series(&names);
        let daily = series
            .iter()
            .filter(|series| series.metric.scope == Scope::Daily);
        let shared = Shared {
            daily: daily.cloned().collect(),
            series,
            names,
            failure: OnceLock::new(),
        };
        Ok(Self {
            directory,
            shared,
            provenance,
        })
    }

    /// The same with the metrics of a bound.
    #[must_use]
    pub fn with_bound(mut self) -> Self {
        self.shared.series = series_with_bound(&self.shared.names);
        self
    }

    /// Whether the metrics of a bound are wanted.
    #[must_use]
    pub fn wants_bound(&self) -> bool {
        let mut series = self.shared.series.iter();
        series.any(|series| series.metric.scope == Scope::Bound)
    }

    /// Every metric of every entity: what `ReplicationResult::values` are values of.
    #[must_use]
    pub fn series(&self) -> &[Arc<Series>] {
        &self.shared.series
    }

    /// Those of them that are followed from day to day: what `DayValues::values` are values of.
    #[must_use]
    pub fn daily_series(&self) -> &[Arc<Series>] {
        &self.shared.daily
    }

    /// A recorder for one replication, with detail rows or without. It ends the run when `stop` is set, or when
    /// any replication met a disk error.
    #[must_use]
    pub fn recorder<'a>(
        &'a self,
        replication: u32,
        detail: bool,
        stop: &'a AtomicBool,
    ) -> ReplicationRecorder<'a> {
        let parts = self.directory.path().join(PARTS);
        ReplicationRecorder::new(
            &self.shared,
            replication,
            self.provenance.seed,
            detail.then_some(parts.as_path()),
            self.directory.target(),
            stop,
        )
    }

    /// Writes everything that is left, the data package last, and lets the result appear. Returns where it is.
    ///
    /// # Errors
    /// If the disk fails or is full, or the target came into being meanwhile. No result is left then.
    pub fn finish(self, findings: &Findings<'_>) -> Result<PathBuf, ResultError> {
        if let Some(error) = self.shared.failure.get() {
            return Err(error.clone());
        }
        let mut replications: Vec<_> = findings.replications.iter().collect();
        replications.sort_by_key(|result| result.replication);

        // The allocation is as large as all others together.
        let (allocation, others) = rayon::join(
            || self.put_together(&ALLOCATION, &replications),
            || {
                self.put_together(&FLEET, &replications)?;
                self.put_together(&SERVICES, &replications)?;
                self.put_together(&JOBS, &replications)?;
                self.put_together(&MOVES, &replications)?;
                self.put_together(&EVENTS, &replications)?;
                self.write_table(&SUMMARY, findings.summary.iter())?;
                self.write_table(&BANDS, findings.bands.iter())?;
                self.write_table(&REPLICATIONS, self.replication_rows(&replications))?;
                let costs = replications.iter().flat_map(|result| &result.costs);
                self.write_table(&COSTS, costs)
            },
        );
        allocation.and(others)?;

        let parts = self.directory.path().join(PARTS);
        fs::remove_dir_all(parts).map_err(ResultError::io("write", self.directory.target()))?;
        self.write_file(
            Path::new("scenario.toml"),
            findings.scenario_toml.as_bytes(),
        )?;
        inputs::write(
            self.directory.path(),
            self.directory.target(),
            findings.inputs,
        )?;

        let fingerprints = self.fingerprints()?;
        let detail: Vec<_> = replications.iter().map(|result| result.detail).collect();
        let package = package::describe(
            &self.shared.names,
            &self.provenance,
            &detail,
            &Fingerprint::of(findings.scenario_toml.as_bytes()),
            findings.inputs,
            |name| match fingerprints.get(name) {
                Some(known) => Ok(known.clone()),
                None => self.fingerprint(name),
            },
        )?;
        self.write_file(Path::new(package::FILE_NAME), package.as_bytes())?;
        self.directory.commit()
    }

    /// The fingerprints of all tables, taken side by side.
    fn fingerprints(&self) -> Result<BTreeMap<String, Fingerprint>, ResultError> {
        let tables = schemas().into_par_iter().map(|table| {
            let name = format!("{}.csv", table.name);
            let fingerprint = self.fingerprint(&name)?;
            Ok((name, fingerprint))
        });
        tables.collect()
    }

    fn fingerprint(&self, name: &str) -> Result<Fingerprint, ResultError> {
        Fingerprint::of_file(&self.directory.path().join(name))
            .map_err(ResultError::io("read", &self.directory.target().join(name)))
    }

    /// One table from the parts of all replications that have one.
    fn put_together<R>(
        &self,
        table: &'static Table<R>,
        replications: &[&ReplicationResult],
    ) -> Result<(), ResultError> {
        let mut file = self.table_file(table)?;
        file.write_header();
        let parts = self.directory.path().join(PARTS);
        for result in replications.iter().filter(|result| result.detail) {
            let part = parts.join(part_name(table.name, result.replication));
            file.append(&part)?;
            // Gone at once, so that the disk never holds all of it twice.
            fs::remove_file(&part).map_err(ResultError::io("write", self.directory.target()))?;
        }
        file.flush()
    }

    fn write_table<R>(
        &self,
        table: &'static Table<R>,
        rows: impl Iterator<Item = impl Borrow<R>>,
    ) -> Result<(), ResultError> {
        let mut file = self.table_file(table)?;
        file.write_header();
        for row in rows {
            file.write(row.borrow())?;
        }
        file.flush()
    }

    fn table_file<R>(&self, table: &'static Table<R>) -> Result<TableFile<'_, R>, ResultError> {
        let name = table.file_name();
        let shown = self.directory.target().join(&name);
        let path = self.directory.path().join(name);
        TableFile::create(table, &self.shared.names, &path, shown)
    }

    fn replication_rows<'a>(
        &'a self,
        replications: &'a [&ReplicationResult],
    ) -> impl Iterator<Item = ReplicationRow> + 'a {
        replications.iter().flat_map(move |result| {
            let values = self.shared.series.iter().zip(&result.values);
            values.map(|(series, value)| ReplicationRow {
                replication: result.replication,
                seed: result.seed,
                series: Arc::clone(series),
                value: *value,
            })
        })
    }

    fn write_file(&self, name: &Path, contents: &[u8]) -> Result<(), ResultError> {
        fs::write(self.directory.path().join(name), contents).map_err(ResultError::io(
            "write",
            &self.directory.target().join(name),
        ))
    }
}
