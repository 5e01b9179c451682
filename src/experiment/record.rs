//! Running a scenario into a result directory: all replications in parallel, each with a recorder
//! of its own, and the directory appears when all are done.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::bound::measure;
use super::summary::{bands, summarise};
use crate::policy;
use crate::results::tables::SummaryRow;
use crate::results::{Names, Provenance, ReplicationResult, ResultError, ResultWriter};
use crate::scenario::Loaded;
use crate::simulation::{Ended, RunError, simulate};

/// Why no result came of a run.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The simulation failed.
    #[error(transparent)]
    Run(#[from] RunError),
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
}

/// A result that was written.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Where it is.
    pub directory: PathBuf,
    /// The rows of `summary.csv`.
    pub summary: Vec<SummaryRow>,
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
    let scenario = &loaded.scenario;
    let bound = writer.wants_bound();
    let one = |replication: u32| {
        let detail = replication < scenario.record.replications;
        let mut recorder = writer.recorder(replication, detail, stop);
        let mut policy = policy::build(scenario);
        let simulate = if bound { measure } else { simulate };
        let ended = simulate(scenario, replication, &mut *policy, &mut recorder)?;
        progress.replication_done();
        match ended {
            Ended::Horizon(totals) => Ok(Some(recorder.finish(&totals)?)),
            // By Ctrl-C, or because a recorder met a disk error, which `finish` reports.
            Ended::Interrupted => Ok(None),
        }
    };
    let results: Result<Vec<Option<ReplicationResult>>, RecordError> =
        (0..scenario.run.replications)
            .into_par_iter()
            // One at a time, since a recorded replication takes longer than another.
            .with_max_len(1)
            .map(one)
            .collect();
    let replications: Vec<ReplicationResult> = results?.into_iter().flatten().collect();
    // A disk error ends replications early too; `finish` reports it.
    if stop.load(Ordering::SeqCst) {
        return Err(RecordError::Interrupted);
    }
    let summary = summarise(writer.series(), &replications);
    let bands = bands(writer.daily_series(), &replications);
    let directory = writer.finish(&crate::results::Findings {
        replications: &replications,
        summary: &summary,
        bands: &bands,
        scenario_toml: &loaded.resolved_toml,
        inputs: &loaded.inputs,
    })?;
    Ok(Recorded { directory, summary })
}
