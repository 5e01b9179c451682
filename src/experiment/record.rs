//! Running a scenario into a result directory: all replications in parallel, each with a recorder
//! of its own, and the directory appears when all are done.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::bound::measure;
use super::precision::{PrecisionTarget, Reached, UnknownSeries};
use super::summary::{bands, summarise};
use crate::policy;
use crate::results::tables::{BandRow, SummaryRow};
use crate::results::{Names, Provenance, ReplicationResult, ResultError, ResultWriter};
use crate::scenario::Loaded;
use crate::simulation::{Ended, RunError, simulate};
use crate::workload::serving::Rows;

/// Why no result came of a run.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The simulation failed.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A precision was asked for of what the scenario does not have.
    #[error(transparent)]
    Precision(#[from] UnknownSeries),
    /// The result could not be written.
    #[error(transparent)]
    Result(#[from] ResultError),
    /// It was asked to stop.
    #[error("interrupted")]
    Interrupted,
}

/// Told of every replication that is done; called from any thread.
pub trait Progress: Sync {
    /// One more replication is done.
    fn replication_done(&self);
    /// There will be so many replications in all, unless it is said again.
    fn planned(&self, _replications: u32) {}
}

/// A result that was written.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Where it is.
    pub directory: PathBuf,
    /// How many replications it has.
    pub replications: u32,
    /// The rows of `summary.csv`.
    pub summary: Vec<SummaryRow>,
    /// The rows of `bands.csv`, by day.
    pub bands: Vec<BandRow>,
}

/// Checks that the result of a scenario can be written to `out`, before anything is simulated.
///
/// # Errors
/// When `out` exists and may not be replaced, or cannot be written.
pub fn prepare(
    loaded: &Loaded,
    out: &Path,
    overwrite: bool,
    argv: Vec<String>,
) -> Result<ResultWriter, ResultError> {
    let provenance = Provenance {
        seed: loaded.scenario.run.seed,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        argv,
    };
    ResultWriter::create(out, overwrite, Names::from(&loaded.scenario), provenance)
}

/// Runs all replications of a scenario and writes the result; with a bound if the writer wants one, of a
/// scenario that [`can_bound`](crate::simulation::can_bound) has passed.
///
/// # Errors
/// When the simulation fails, the disk does, or `stop` is set; nothing is left behind then.
pub fn record(
    loaded: &Loaded,
    writer: ResultWriter,
    stop: &AtomicBool,
    progress: &dyn Progress,
) -> Result<Recorded, RecordError> {
    let all = 0..loaded.scenario.run.replications;
    let replications = simulate_each(loaded, &Rows::default(), &writer, all, stop, progress)?;
    write(loaded, writer, &replications)
}

/// Runs replications of a scenario until its metrics are as precise as the target says, or there are as many as it
/// allows, and writes the result: the one that [`record`] writes with that number of replications.
///
/// # Errors
/// When the target names no metric of an entity of the scenario, the simulation fails, the disk does, or `stop` is set;
/// nothing is left behind then.
pub fn record_until(
    loaded: &Loaded,
    target: &PrecisionTarget,
    writer: ResultWriter,
    stop: &AtomicBool,
    progress: &dyn Progress,
) -> Result<(Recorded, Vec<Reached>), RecordError> {
    let goals = target.goals(writer.series())?;
    let rows = Rows::default();
    let mut replications: Vec<ReplicationResult> = Vec::new();
    let mut planned = target.first(loaded.scenario.run.replications);
    let reached = loop {
        progress.planned(planned);
        let more = replications.len() as u32..planned;
        replications.extend(simulate_each(loaded, &rows, &writer, more, stop, progress)?);
        let reached = target.reached(&goals, &replications);
        match target.next(&reached, planned) {
            Some(next) => planned = next,
            None => break reached,
        }
    };
    let loaded = loaded.with_replications(planned);
    Ok((write(&loaded, writer, &replications)?, reached))
}

/// The replications of a range, in its order.
fn simulate_each(
    loaded: &Loaded,
    rows: &Rows,
    writer: &ResultWriter,
    range: Range<u32>,
    stop: &AtomicBool,
    progress: &dyn Progress,
) -> Result<Vec<ReplicationResult>, RecordError> {
    let scenario = &loaded.scenario;
    let bound = writer.wants_bound();
    let one = |replication: u32| {
        let detail = replication < scenario.record.replications;
        let mut recorder = writer.recorder(replication, detail, stop);
        let mut policy = policy::build_sharing(scenario, rows);
        let simulate = if bound { measure } else { simulate };
        let ended = simulate(scenario, replication, &mut *policy, &mut recorder)?;
        progress.replication_done();
        match ended {
            Ended::Horizon(totals) => Ok(Some(recorder.finish(&totals)?)),
            // By Ctrl-C, or because a recorder met a disk error, which `finish` reports.
            Ended::Interrupted => Ok(None),
        }
    };
    let results: Result<Vec<Option<ReplicationResult>>, RecordError> = range
        .into_par_iter()
        // One at a time, since a recorded replication takes longer than another.
        .with_max_len(1)
        .map(one)
        .collect();
    let replications: Vec<ReplicationResult> = results?.into_iter().flatten().collect();
    // A disk error ends replications early too; `finish` reports it.
    match stop.load(Ordering::SeqCst) {
        true => Err(RecordError::Interrupted),
        false => Ok(replications),
    }
}

/// Summary, bands and all files.
fn write(
    loaded: &Loaded,
    writer: ResultWriter,
    replications: &[ReplicationResult],
) -> Result<Recorded, RecordError> {
    let summary = summarise(writer.series(), replications);
    let bands = bands(writer.daily_series(), replications);
    let directory = writer.finish(&crate::results::Findings {
        replications,
        summary: &summary,
        bands: &bands,
        scenario_toml: &loaded.resolved_toml,
        inputs: &loaded.inputs,
    })?;
    Ok(Recorded {
        directory,
        replications: replications.len() as u32,
        summary,
        bands,
    })
}
