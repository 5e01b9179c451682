//! The recorder of one replication. Detail rows stream into part files; days and quarters are read off the
//! running totals and kept as numbers, because bands and costs need all replications. A disk error cannot
//! be returned through the simulation, so the first one is kept, ends the run, and comes out of `finish`.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use super::error::ResultError;
use super::metrics::Series;
use super::names::Names;
use super::table_file::TableFile;
use super::tables::{ALLOCATION, CostRow, EVENTS, FLEET, JOBS, MOVES, Recorded, SERVICES, Table};
use crate::kernel::Instant;
use crate::simulation::record::{
    AllocationRow, EventRow, FleetRow, JobRow, MoveRow, Recorder, ServiceRow,
};
use crate::simulation::totals::Totals;

/// What one replication came to.
#[derive(Clone, Debug)]
pub struct ReplicationResult {
    /// The replication, from 0.
    pub replication: u32,
    /// The run's seed.
    pub seed: u64,
    /// Whether detail rows were recorded.
    pub detail: bool,
    /// One value for each of the writer's series, over the counted period; none where it has no meaning.
    pub values: Vec<Option<f64>>,
    /// The same for each day, of the writer's daily series.
    pub days: Vec<DayValues>,
    /// Amounts that are not zero, by quarter.
    pub costs: Vec<CostRow>,
}

/// The daily series on one UTC day.
#[derive(Clone, Debug)]
pub struct DayValues {
    /// The first instant of the day.
    pub day: Instant,
    /// One value for each daily series; NaN where it has no meaning, to halve the memory of many days.
    pub values: Box<[f64]>,
}

/// What all recorders of a run share.
#[derive(Debug)]
pub(super) struct Shared {
    pub names: Names,
    pub series: Vec<Arc<Series>>,
    pub daily: Vec<Arc<Series>>,
    /// The first error of any replication, which ends them all.
    pub failure: OnceLock<ResultError>,
}

/// Records one replication; see [`ResultWriter::recorder`](super::ResultWriter::recorder).
pub struct ReplicationRecorder<'a> {
    shared: &'a Shared,
    stop: &'a AtomicBool,
    replication: u32,
    seed: u64,
    detail: Option<Detail<'a>>,
    day_start: Option<Totals>,
    days: Vec<DayValues>,
    quarter_start: Option<Totals>,
    costs: Vec<CostRow>,
}

/// The part files of one replication.
struct Detail<'a> {
    allocation: TableFile<'a, Recorded<AllocationRow>>,
    fleet: TableFile<'a, Recorded<FleetRow>>,
    services: TableFile<'a, Recorded<ServiceRow>>,
    jobs: TableFile<'a, Recorded<JobRow>>,
    moves: TableFile<'a, Recorded<MoveRow>>,
    events: TableFile<'a, Recorded<EventRow>>,
}

impl<'a> Detail<'a> {
    fn create(
        names: &'a Names,
        replication: u32,
        parts: &Path,
        shown: &Path,
    ) -> Result<Self, ResultError> {
        /// The types of the fields decide which table goes where.
        fn part<'a, T>(
            table: &'static Table<Recorded<T>>,
            names: &'a Names,
            replication: u32,
            parts: &Path,
            shown: &Path,
        ) -> Result<TableFile<'a, Recorded<T>>, ResultError> {
            let path = parts.join(part_name(table.name, replication));
            TableFile::create(table, names, &path, shown.join(table.file_name()))
        }
        Ok(Self {
            allocation: part(&ALLOCATION, names, replication, parts, shown)?,
            fleet: part(&FLEET, names, replication, parts, shown)?,
            services: part(&SERVICES, names, replication, parts, shown)?,
            jobs: part(&JOBS, names, replication, parts, shown)?,
            moves: part(&MOVES, names, replication, parts, shown)?,
            events: part(&EVENTS, names, replication, parts, shown)?,
        })
    }

    fn flush(mut self) -> Result<(), ResultError> {
        self.allocation.flush()?;
        self.fleet.flush()?;
        self.services.flush()?;
        self.jobs.flush()?;
        self.moves.flush()?;
        self.events.flush()
    }
}

/// The name of a part file.
pub(super) fn part_name(table: &str, replication: u32) -> String {
    format!("{table}-{replication}.csv")
}

impl<'a> ReplicationRecorder<'a> {
    /// A recorder that writes its part files into `parts`, if given, and names them as if in `shown`.
    pub(super) fn new(
        shared: &'a Shared,
        replication: u32,
        seed: u64,
        parts: Option<&Path>,
        shown: &Path,
        stop: &'a AtomicBool,
    ) -> Self {
        let created = parts
            .map(|parts| Detail::create(&shared.names, replication, parts, shown))
            .transpose();
        let mut recorder = Self {
            shared,
            stop,
            replication,
            seed,
            detail: None,
            day_start: None,
            days: Vec::new(),
            quarter_start: None,
            costs: Vec::new(),
        };
        match created {
            Ok(detail) => recorder.detail = detail,
            Err(error) => recorder.fail(error),
        }
        recorder
    }

    /// What the replication came to, given its totals at the end. Call it only for a run that was not interrupted.
    ///
    /// # Errors
    /// The first disk error of this or any other replication.
    pub fn finish(mut self, totals: &Totals) -> Result<ReplicationResult, ResultError> {
        let detail = self.detail.take();
        let recorded = detail.is_some();
        if let Some(Err(error)) = detail.map(Detail::flush) {
            self.fail(error);
        }
        if let Some(error) = self.shared.failure.get() {
            return Err(error.clone());
        }
        let series = self.shared.series.iter();
        Ok(ReplicationResult {
            replication: self.replication,
            seed: self.seed,
            detail: recorded,
            values: series.map(|series| series.read(totals)).collect(),
            days: self.days,
            costs: self.costs,
        })
    }

    /// Keeps the first error. Without its files, the recorder ignores further rows.
    fn fail(&mut self, error: ResultError) {
        // A second error says nothing that the first did not.
        let _ = self.shared.failure.set(error);
        self.detail = None;
    }

    fn keep(&mut self, write: impl FnOnce(&mut Detail<'a>, u32) -> Result<(), ResultError>) {
        if let Some(detail) = &mut self.detail
            && let Err(error) = write(detail, self.replication)
        {
            self.fail(error);
        }
    }
}

impl Recorder for ReplicationRecorder<'_> {
    fn wants_detail(&self) -> bool {
        self.detail.is_some()
    }

    fn interrupted(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.shared.failure.get().is_some()
    }

    fn allocation(&mut self, row: &AllocationRow) {
        self.keep(|detail, replication| detail.allocation.record(replication, row));
    }

    fn fleet(&mut self, row: &FleetRow) {
        self.keep(|detail, replication| detail.fleet.record(replication, row));
    }

    fn service(&mut self, row: &ServiceRow) {
        self.keep(|detail, replication| detail.services.record(replication, row));
    }

    fn job(&mut self, row: &JobRow) {
        self.keep(|detail, replication| detail.jobs.record(replication, row));
    }

    fn moved(&mut self, row: &MoveRow) {
        self.keep(|detail, replication| detail.moves.record(replication, row));
    }

    fn event(&mut self, row: &EventRow) {
        self.keep(|detail, replication| detail.events.record(replication, row));
    }

    fn day(&mut self, day: Instant, totals: &Totals) {
        let of_day = period(&mut self.day_start, totals);
        let read = |series: &Arc<Series>| series.read(&of_day).unwrap_or(f64::NAN);
        let values = self.shared.daily.iter().map(read).collect();
        self.days.push(DayValues { day, values });
    }

    fn quarter(&mut self, quarter: Instant, totals: &Totals) {
        let of_quarter = period(&mut self.quarter_start, totals);
        for series in self.shared.series.iter().filter(|s| s.is_booked()) {
            if let Some(amount) = series.read(&of_quarter)
                && amount != 0.0
            {
                self.costs.push(CostRow {
                    replication: self.replication,
                    quarter,
                    series: Arc::clone(series),
                    amount,
                });
            }
        }
    }
}

/// What was added since the last call; the first period starts where the totals are zero.
fn period(start: &mut Option<Totals>, now: &Totals) -> Totals {
    let before = start.replace(now.clone());
    before.map_or_else(|| now.clone(), |before| now.since(&before))
}
