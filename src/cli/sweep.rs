//! `flexcap sweep`: one scenario at many points.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use flexcap::experiment::{
    Shard, Sweep, SweepError, SweepOptions, SweepProgress, Swept, default_directory,
};
use serde_json::json;

use super::exit::Exit;
use super::progress::SweepBar;
use super::report_errors::UsageError;
use super::setup::Setup;
use super::terminal::Terminal;
use super::{answer, interrupt, matrix};

/// More points than this are hardly meant.
const POINTS_UNASKED_MAX: u64 = 1_000_000;
/// Where a cluster says which task of an array this is.
const TASK_VARIABLES: [&str; 2] = ["SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX"];

/// Run one scenario at many points: grids, Latin hypercubes, Sobol', Morris
#[derive(Debug, Args)]
#[command(after_help = "Examples:  flexcap sweep how-much.toml\n           \
    flexcap sweep starter --axis 'pool.main.flexible_share=0..1/0.25' --axis 'run.step=[\"1h\", \"6h\"]'\n           \
    flexcap sweep how-much.toml --shard 3/8      (and --merge when all eight are done)\n\n\
    A sweep that was killed goes on where it stopped with the same command.")]
pub struct Arguments {
    /// Sweep file or name of a shipped sweep (`flexcap list sweeps`); with --axis, a scenario
    #[arg(value_name = "SWEEP|SCENARIO")]
    sweep: String,
    /// Vary a key: KEY=FROM..TO/STEP or KEY=[VALUES] (repeatable; every combination is run)
    #[arg(long, value_name = "KEY=VALUES")]
    axis: Vec<String>,
    #[command(flatten)]
    setup: Setup,
    /// Directory of the result and of the store that a sweep goes on from [default: results/<sweep>]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Print the numbered run matrix as CSV; simulates and writes nothing
    #[arg(long)]
    dry_run: bool,
    /// Go on when a point fails, and say so at the end (the default)
    #[arg(long, conflicts_with = "fail_fast")]
    keep_going: bool,
    /// Stop at the first point that fails
    #[arg(long)]
    fail_fast: bool,
    /// Do one of N parts of the runs: I/N with I from 0, or auto/N with I from the cluster's array
    #[arg(long, value_name = "I/N", conflicts_with = "merge")]
    shard: Option<String>,
    /// Make the tables of what the shards have done; runs nothing
    #[arg(long)]
    merge: bool,
    /// Run however many points there are
    #[arg(long)]
    yes: bool,
}

pub fn run(arguments: &Arguments, terminal: &Terminal) -> anyhow::Result<Exit> {
    let shard = match &arguments.shard {
        Some(text) => shard(text)?,
        None => Shard::WHOLE,
    };
    let sweep = load(arguments)?;
    refuse_too_many(&sweep, arguments.yes)?;
    sweep.refuse_empty()?;
    let out = arguments.out.clone();
    let out = out.unwrap_or_else(|| default_directory(&sweep.plan().name));
    if arguments.dry_run {
        return matrix::print(&sweep, shard, terminal);
    }
    let options = SweepOptions {
        out,
        shard,
        merge: arguments.merge,
        fail_fast: arguments.fail_fast,
        argv: std::env::args().collect(),
    };
    let stop = interrupt::flag();
    let pool = arguments.setup.pool()?;
    let bar = SweepBar::new(terminal, &sweep.plan().name);
    let started = Instant::now();
    let swept = pool.install(|| sweep.run(&options, stop, &bar as &dyn SweepProgress));
    bar.clear();
    match swept {
        Ok(swept) => tell(&sweep, &swept, &options, started, terminal),
        Err(SweepError::Failed(_)) => {
            terminal.note("stopped at the first point that failed; what was done is kept");
            Ok(Exit::PointsFailed)
        }
        Err(error) => Err(error.into()),
    }
}

fn load(arguments: &Arguments) -> anyhow::Result<Sweep> {
    let sets = arguments.setup.sets();
    Ok(match arguments.axis.as_slice() {
        [] => Sweep::load(&arguments.sweep, &sets)?,
        axes => Sweep::over(&arguments.sweep, axes, &sets)?,
    })
}

/// `3/8`, or `auto/8` where the environment says which.
fn shard(text: &str) -> Result<Shard, UsageError> {
    let refuse = |why: String| UsageError(format!("--shard {text}: {why}"));
    let form = || refuse("write I/N with I from 0 to N - 1, or auto/N".to_owned());
    let (index, count) = text.split_once('/').ok_or_else(form)?;
    let count: u32 = count.parse().map_err(|_| form())?;
    let index: u32 = if index == "auto" {
        let set = TASK_VARIABLES.iter();
        let found = set.filter_map(|name| Some((*name, std::env::var(name).ok()?)));
        let (name, value) = found
            .into_iter()
            .next()
            .ok_or_else(|| refuse(format!("neither {} is set", TASK_VARIABLES.join(" nor "))))?;
        let index = value.trim().parse();
        index.map_err(|_| refuse(format!("{name} is `{value}`, which is no whole number")))?
    } else {
        index.parse().map_err(|_| form())?
    };
    if index >= count {
        return Err(refuse(format!(
            "there is no shard {index} of {count}; they are numbered from 0"
        )));
    }
    Ok(Shard { index, count })
}

fn refuse_too_many(sweep: &Sweep, yes: bool) -> Result<(), UsageError> {
    let points = sweep.candidates();
    if yes || points.is_some_and(|points| points <= POINTS_UNASKED_MAX) {
        return Ok(());
    }
    let count = points.map_or("more than 10^19".to_owned(), |points| points.to_string());
    let replications = sweep.plan().replications;
    Err(UsageError(format!(
        "this sweep has {count} points of {replications} replications each; --yes runs them all the same"
    )))
}

/// What came of it.
fn tell(
    sweep: &Sweep,
    swept: &Swept,
    options: &SweepOptions,
    started: Instant,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let plan = sweep.plan();
    if terminal.json {
        let told = json!({
            "sweep": plan.name,
            "directory": swept.directory.display().to_string(),
            "points": swept.points,
            "failed_points": swept.failed,
            "runs": swept.runs,
            "found_in_store": swept.found,
        });
        answer(&format!("{told:#}\n"))?;
    }
    let whose = match options.shard {
        Shard::WHOLE => String::new(),
        Shard { index, count } => format!(" of shard {index}/{count}"),
    };
    let found = match swept.found {
        0 => String::new(),
        found => format!(" ({found} of them from the store)"),
    };
    let where_to = match options.shard {
        Shard::WHOLE => format!("result in {}", swept.directory.display()),
        _ => format!(
            "kept in {}; --merge makes the tables when all shards are done",
            swept.directory.display()
        ),
    };
    terminal.note(format_args!(
        "{}: {} points, {} runs{whose}{found} in {:.2} s, {where_to}",
        plan.name,
        swept.points,
        swept.runs,
        started.elapsed().as_secs_f64(),
    ));
    if swept.failed == 0 {
        return Ok(Exit::Done);
    }
    terminal.note(format_args!(
        "{} of {} points failed{whose}",
        swept.failed, swept.points
    ));
    // The shard did its part; were that no success, a cluster would start it again, or never merge.
    Ok(match options.shard {
        Shard::WHOLE => Exit::PointsFailed,
        _ => Exit::Done,
    })
}
