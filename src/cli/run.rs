//! `flexcap run`: simulates scenarios and writes their results.

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use flexcap::experiment::{Recorded, prepare, record};
use flexcap::results::ResultWriter;
use flexcap::scenario::{Invalid, Loaded, Scenario};
use serde_json::json;

use super::exit::Exit;
use super::progress::Bar;
use super::report_errors::UsageError;
use super::setup::Setup;
use super::terminal::{Terminal, complain};
use super::{answer, interrupt, summary};

/// Simulate scenarios, write CSVs and print a summary
#[derive(Debug, Args)]
#[command(after_help = "Examples:  flexcap run starter\n           \
    flexcap run mine.toml --set pool.main.accelerators=8192 --out results/bigger\n           \
    flexcap run starter --set 'policy={ dedicated = {} }' --out results/dedicated")]
pub struct Arguments {
    /// Scenario files, or names of shipped scenarios (`flexcap list`)
    #[arg(required = true, value_name = "SCENARIO")]
    scenarios: Vec<String>,
    #[command(flatten)]
    setup: Setup,
    /// Directory of the result [default: results/<scenario>]; with several scenarios, of the
    /// folders below which each gets its own
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replace a result that exists
    #[arg(long)]
    overwrite: bool,
    /// Check everything and say what would run; simulates and writes nothing
    #[arg(long)]
    dry_run: bool,
}

/// A scenario with the place of its result.
struct Task {
    loaded: Loaded,
    out: PathBuf,
}

pub fn run(arguments: &Arguments, terminal: &Terminal) -> anyhow::Result<Exit> {
    let Some(tasks) = load_all(arguments, terminal)? else {
        return Ok(Exit::InvalidScenario);
    };
    // A folder that is there only for results goes away with them.
    let made_for_results = arguments.out.as_ref().filter(|out| !out.exists());
    let done = run_tasks(&tasks, arguments, terminal);
    if let (Err(_), Some(folder)) = (&done, made_for_results) {
        let _ = std::fs::remove_dir(folder);
    }
    done
}

fn run_tasks(tasks: &[Task], arguments: &Arguments, terminal: &Terminal) -> anyhow::Result<Exit> {
    let stop = interrupt::flag();
    let argv: Vec<String> = std::env::args().collect();
    let prepare = |task: &Task| prepare(&task.loaded, &task.out, arguments.overwrite, argv.clone());
    if arguments.dry_run {
        for task in tasks {
            // Dropping the writer takes away what it prepared.
            drop(prepare(task)?);
        }
        return dry_run(tasks, terminal);
    }
    // Every output is checked before the first simulation starts.
    let writers: Result<Vec<ResultWriter>, _> = tasks.iter().map(prepare).collect();
    let pool = arguments.setup.pool()?;
    let mut answers = Vec::new();
    for (task, writer) in tasks.iter().zip(writers?) {
        let started = Instant::now();
        let run = &task.loaded.scenario.run;
        let name = &task.loaded.scenario.scenario.name;
        let bar = Bar::new(terminal, name, run.replications);
        let recorded = pool.install(|| record(&task.loaded, writer, stop, &bar));
        bar.clear();
        let recorded = recorded?;
        if terminal.json {
            answers.push(json_answer(task, &recorded));
        } else {
            let scenario = &task.loaded.scenario;
            answer(&summary::render(
                scenario,
                &recorded.summary,
                &recorded.bands,
            ))?;
        }
        let plural = if run.replications == 1 { "" } else { "s" };
        terminal.note(format_args!(
            "{name}: {} replication{plural} in {:.2} s, result in {}",
            run.replications,
            started.elapsed().as_secs_f64(),
            recorded.directory.display(),
        ));
    }
    if terminal.json {
        answer(&format!("{:#}\n", json!(answers)))?;
    }
    Ok(Exit::Done)
}

/// Loads all scenarios and reports the problems of all; none if any is invalid.
fn load_all(arguments: &Arguments, terminal: &Terminal) -> anyhow::Result<Option<Vec<Task>>> {
    let sets = arguments.setup.sets();
    let loaded: Vec<Result<Loaded, Invalid>> = arguments
        .scenarios
        .iter()
        .map(|name| Scenario::load(name, &sets))
        .collect();
    let mut tasks = Vec::new();
    let mut valid = true;
    for loaded in loaded {
        match loaded {
            Ok(loaded) => {
                terminal.warn(&loaded.warnings);
                let out = output(arguments, &loaded.scenario.scenario.name);
                tasks.push(Task { loaded, out });
            }
            Err(invalid) => {
                complain(invalid.render(terminal.color).trim_end());
                valid = false;
            }
        }
    }
    for (index, task) in tasks.iter().enumerate() {
        if tasks[..index].iter().any(|other| other.out == task.out) {
            let name = &task.loaded.scenario.scenario.name;
            let problem =
                format!("two of the scenarios are called `{name}`: their results would collide");
            return Err(UsageError(problem).into());
        }
    }
    Ok(valid.then_some(tasks))
}

fn output(arguments: &Arguments, scenario: &str) -> PathBuf {
    match &arguments.out {
        Some(out) if arguments.scenarios.len() == 1 => out.clone(),
        Some(out) => out.join(scenario),
        None => Path::new("results").join(scenario),
    }
}

fn dry_run(tasks: &[Task], terminal: &Terminal) -> anyhow::Result<Exit> {
    let plan = |task: &Task| {
        let run = &task.loaded.scenario.run;
        json!({
            "scenario": task.loaded.scenario.scenario.name,
            "replications": run.replications,
            "seed": run.seed,
            "steps": (run.horizon / run.step).ceil() as u64,
            "out": task.out.display().to_string(),
        })
    };
    let plans: Vec<_> = tasks.iter().map(plan).collect();
    if terminal.json {
        return answer(&format!("{:#}\n", json!(plans)));
    }
    let line = |plan: &serde_json::Value| {
        let text = |key: &str| plan[key].as_str().unwrap_or_default().to_owned();
        format!(
            "{}: {} replications of {} steps, seed {}, result in {}\n",
            text("scenario"),
            plan["replications"],
            plan["steps"],
            plan["seed"],
            text("out"),
        )
    };
    answer(&plans.iter().map(line).collect::<String>())
}

fn json_answer(task: &Task, recorded: &Recorded) -> serde_json::Value {
    let row = |row: &flexcap::results::tables::SummaryRow| {
        json!({
            "metric": row.series.metric.name,
            "entity_type": row.series.entity_type.name(),
            "entity": row.series.entity,
            "unit": row.series.unit,
            "replications": row.replications,
            "mean": row.mean,
            "std_dev": row.std_dev,
            "ci95_low": row.ci95.map(|(low, _)| low),
            "ci95_high": row.ci95.map(|(_, high)| high),
        })
    };
    json!({
        "scenario": task.loaded.scenario.scenario.name,
        "directory": recorded.directory.display().to_string(),
        "seed": task.loaded.scenario.run.seed,
        "summary": recorded.summary.iter().map(row).collect::<Vec<_>>(),
    })
}
