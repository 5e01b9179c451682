//! Sweeps: one scenario at many points, each with the same seeds, so that differences between points are not luck.
//! All replications of all points are one pool of work; each is kept in the store as soon as it is done, and the
//! tables are made from the store when all are.
//!
//! ```text
//!   SweepPlan ─► design (points) ─► work (threads) ─► store ─► tables, sensitivity ─► sweep_*.csv
//! ```

mod design;
mod sensitivity;
mod tables;
#[cfg(test)]
mod tests;
mod work;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::store::{Found, Key, Store, StoreError};
use super::summary::summarise;
use crate::results::metrics::Series;
use crate::results::sweep::{STORE, claim};
use crate::results::tables::SummaryRow;
use crate::results::{ReplicationResult, ResultError};
use crate::scenario::sweep::{Coordinate, SweepPlan};
use crate::scenario::{Invalid, Set};

pub use super::store::Shard;
pub use design::{Point, Points};

/// Missing runs that a message names; the rest it counts.
const NAMED_MAX: usize = 10;

/// A scenario with axes over its keys, ready to run.
///
/// ```no_run
/// use std::sync::atomic::AtomicBool;
/// use flexcap::experiment::{Quiet, Sweep, SweepOptions};
///
/// let axes = ["pool.main.flexible_share=[0.0, 0.5, 1.0]".to_owned()];
/// let sweep = Sweep::over("starter", &axes, &[])?;
/// let swept = sweep.run(&SweepOptions::new("results/flexibility"), &AtomicBool::new(false), &Quiet)?;
/// for point in sweep.points() {
///     let value = swept.metric(point.number, "net_value", "fleet")?;
///     println!("{}: {:?}", point.coordinates[0].text, value.and_then(|row| row.mean));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Sweep {
    plan: SweepPlan,
}

/// How a sweep is run.
#[derive(Clone, Debug)]
pub struct SweepOptions {
    /// The folder of its results and its store; it may be there from an earlier run, which is gone on with.
    pub out: PathBuf,
    /// Which part of the runs is done. Tables are written by [`Shard::WHOLE`] only.
    pub shard: Shard,
    /// Whether nothing is run, and the tables are made of what shards have done.
    pub merge: bool,
    /// Whether the first point that fails ends the sweep.
    pub fail_fast: bool,
    /// The command line, for the data package.
    pub argv: Vec<String>,
}

impl SweepOptions {
    /// All runs, into that folder.
    #[must_use]
    pub fn new(out: impl Into<PathBuf>) -> Self {
        Self {
            out: out.into(),
            shard: Shard::WHOLE,
            merge: false,
            fail_fast: false,
            argv: Vec::new(),
        }
    }
}

/// Told what happens; called from any thread.
pub trait SweepProgress: Sync {
    /// Work begins: so many points with so many runs in this shard.
    fn begun(&self, _points: u64, _runs: u64) {}
    /// Something that the user should know.
    fn note(&self, _text: &str) {}
    /// A run is done, or was found in the store.
    fn run_done(&self, _found: bool) {}
    /// All of this shard's runs of a point are done.
    fn point_done(&self) {}
    /// What those runs of a point came to that were not in the store: the mean of `net_value`.
    fn point_valued(&self, _overrides: &str, _net_value: f64) {}
    /// A point failed.
    fn point_failed(&self, _failure: &Failure) {}
}

/// Nobody listens.
#[derive(Clone, Copy, Debug)]
pub struct Quiet;
impl SweepProgress for Quiet {}

/// A point that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The point's number.
    pub point: u64,
    /// What it set: `share = 0.5, delay = 2h`.
    pub overrides: String,
    /// What was wrong.
    pub problem: String,
}

/// Why a sweep did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The scenario is not valid any more.
    #[error(transparent)]
    Scenario(#[from] Invalid),
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The tables could not be written.
    #[error(transparent)]
    Result(#[from] ResultError),
    /// It was asked to stop.
    #[error("interrupted after {done} of {runs} runs")]
    Interrupted {
        /// Runs that are in the store.
        done: u64,
        /// All runs of the shard.
        runs: u64,
    },
    /// A point failed, and that was to end it.
    #[error("point {} failed", .0.point)]
    Failed(Failure),
    /// Shards have not done all.
    #[error("{missing} of {runs} runs are missing: {named}")]
    Missing {
        /// How many.
        missing: u64,
        /// Of how many.
        runs: u64,
        /// The first of them.
        named: String,
    },
}

/// What is remembered of a point; small, since there is one for each.
#[derive(Clone, Debug, Default)]
struct Record {
    key: Option<Key>,
    seed: u64,
    layout: u32,
    /// The first replication that failed, and why.
    problem: Option<Box<(u32, String)>>,
}

/// A sweep that came to its end.
#[derive(Debug)]
pub struct Swept {
    /// Where its files are.
    pub directory: PathBuf,
    /// Points of the design.
    pub points: u64,
    /// Runs of this shard.
    pub runs: u64,
    /// Those of them that were in the store before.
    pub found: u64,
    /// Points that failed.
    pub failed: u64,
    replications: u32,
    records: Vec<Record>,
    layouts: Vec<Arc<[Arc<Series>]>>,
    store: Store,
}

impl Sweep {
    /// Loads a sweep file by path or shipped name, with the settings of `--set` on top of every point.
    ///
    /// # Errors
    /// Every problem of the sweep and its scenario at once.
    pub fn load(path_or_name: &str, sets: &[Set]) -> Result<Self, Invalid> {
        let plan = SweepPlan::load(path_or_name, sets)?;
        Ok(Self { plan })
    }

    /// A grid over a scenario, with axes as `flexcap sweep --axis` takes them.
    ///
    /// # Errors
    /// Every problem of the scenario and the axes at once.
    pub fn over(scenario: &str, axes: &[String], sets: &[Set]) -> Result<Self, Invalid> {
        let plan = SweepPlan::over(scenario, axes, sets)?;
        Ok(Self { plan })
    }

    /// What is swept.
    #[must_use]
    pub fn plan(&self) -> &SweepPlan {
        &self.plan
    }

    /// The number of points before the constraint drops any; none if there are too many to count.
    #[must_use]
    pub fn candidates(&self) -> Option<u64> {
        design::candidates(&self.plan)
    }

    /// All points, in the order of their numbers.
    #[must_use]
    pub fn points(&self) -> Points<'_> {
        Points::of(&self.plan)
    }

    /// Refuses a sweep whose constraint keeps no point.
    ///
    /// # Errors
    /// If it is one.
    pub fn refuse_empty(&self) -> Result<(), Invalid> {
        match self.points().next() {
            Some(_) => Ok(()),
            None => Err(self.plan.without_points()),
        }
    }

    /// What a point sets, for people.
    #[must_use]
    pub fn overrides(&self, coordinates: &[Coordinate]) -> String {
        let axes = self.plan.axes.iter().zip(coordinates);
        let each: Vec<String> = axes
            .map(|(axis, at)| format!("{} = {}", axis.name, at.text))
            .collect();
        each.join(", ")
    }

    /// Runs what is not in the store yet, in parallel on the threads of the current pool, and writes the tables.
    ///
    /// # Errors
    /// If the disk fails, another process is at it, `stop` is set, or runs are missing in a merge. What was done is
    /// kept, and the same call goes on from there.
    pub fn run(
        &self,
        options: &SweepOptions,
        stop: &AtomicBool,
        progress: &dyn SweepProgress,
    ) -> Result<Swept, SweepError> {
        self.refuse_empty()?;
        claim(&options.out)?;
        let mut store = Store::open(&options.out.join(STORE), options.shard)?;
        for note in &store.notes {
            progress.note(note);
        }
        let done = work::all(self, options, &store, stop, progress);
        let closed = store.close();
        // Whoever stops it is told that what was done is kept; that must be so.
        let done = match (done, closed) {
            (Ok(_) | Err(SweepError::Interrupted { .. }), Err(error)) => return Err(error.into()),
            (done, _) => done?,
        };
        let swept = Swept {
            directory: options.out.clone(),
            points: done.points,
            runs: done.runs,
            found: done.found,
            failed: done.failed,
            replications: self.plan.replications,
            records: done.records,
            layouts: done.layouts,
            store,
        };
        if options.shard == Shard::WHOLE {
            tables::write(self, &swept, &options.argv)?;
        }
        Ok(swept)
    }
}

impl Swept {
    /// A metric of an entity at a point; none if there is no such metric or the point failed.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn metric(
        &self,
        point: u64,
        metric: &str,
        entity: &str,
    ) -> Result<Option<SummaryRow>, SweepError> {
        let rows = self.summary(point)?.unwrap_or_default();
        let mut rows = rows.into_iter();
        Ok(rows.find(|row| row.series.metric.name == metric && row.series.entity == entity))
    }

    /// A metric of an entity in each replication of a point, in their order; none if there is no such metric, the point
    /// failed, or a replication has no value. Two points' are paired: they have the same seeds.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn replications(
        &self,
        point: u64,
        metric: &str,
        entity: &str,
    ) -> Result<Option<Vec<f64>>, SweepError> {
        let Some((series, results)) = self.results(point)? else {
            return Ok(None);
        };
        let mut places = series.iter();
        let place = places.position(|of| of.metric.name == metric && of.entity == entity);
        let Some(place) = place else {
            return Ok(None);
        };
        let values = results.iter().map(|result| *result.values.get(place)?);
        Ok(values.collect())
    }

    /// Every metric of every entity at a point; none if it failed.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn summary(&self, point: u64) -> Result<Option<Vec<SummaryRow>>, SweepError> {
        let results = self.results(point)?;
        Ok(results.map(|(series, results)| summarise(series, &results)))
    }

    /// The replications of a point; none if it failed.
    fn results(&self, point: u64) -> Result<Option<Results<'_>>, SweepError> {
        let index = usize::try_from(point).unwrap_or(usize::MAX);
        let Some(record) = self.records.get(index) else {
            return Ok(None);
        };
        let (Some(key), None) = (record.key, &record.problem) else {
            return Ok(None);
        };
        let Some(series) = self.layouts.get(record.layout as usize) else {
            return Ok(None);
        };
        let mut results = Vec::with_capacity(self.replications as usize);
        for replication in 0..self.replications {
            // In a shard, most runs are somebody else's.
            let found = self.store.get(key, replication)?;
            let Some(Found::Values(values)) = found else {
                return Ok(None);
            };
            if values.len() != series.len() {
                return Ok(None);
            }
            results.push(ReplicationResult {
                replication,
                seed: record.seed,
                detail: false,
                values,
                days: Vec::new(),
                costs: Vec::new(),
            });
        }
        Ok(Some((series, results)))
    }
}

/// What the values are of, and the values.
type Results<'a> = (&'a [Arc<Series>], Vec<ReplicationResult>);

/// The folder of a sweep's results where none is given.
#[must_use]
pub fn default_directory(name: &str) -> PathBuf {
    Path::new("results").join(name)
}
