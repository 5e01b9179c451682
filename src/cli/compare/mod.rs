//! `flexcap compare`: what changed between results, with the interval of each difference.

mod conditions;
mod filter;
mod json;
mod rows;
mod subject;
mod table;

use std::path::PathBuf;

use clap::Args;
use flexcap::experiment::Condition;

use super::answer;
use super::exit::Exit;
use super::report_errors::UsageError;
use super::terminal::Terminal;
use conditions::Verdict;
use filter::Filter;
use subject::Contrast;

/// Compare results: paired differences with 95% intervals
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:  flexcap compare results/base results/more\n           \
    flexcap compare results/base results/more --metric slo_attainment --all\n           \
    flexcap compare results/base results/new --fail-if 'slo_attainment[assistant] < -0.5%'\n\n\
    Differences are B - A, percentages are of A. Results of the same seed are compared replication\n\
    by replication, so that what both met alike cancels."
)]
pub struct Arguments {
    /// Directories that `flexcap run` wrote: A, and those that are compared with it
    #[arg(required = true, num_args = 2.., value_names = ["A", "B"])]
    results: Vec<PathBuf>,
    /// Show what did not change too
    #[arg(long)]
    all: bool,
    /// Only this metric, of all entities or of one, as in `net_value[fleet]` (repeatable)
    #[arg(long, value_name = "NAME")]
    metric: Vec<String>,
    /// Only this pool, site, workload, or `fleet` (repeatable)
    #[arg(long, value_name = "NAME")]
    entity: Vec<String>,
    /// Print CSV, with every digit
    #[arg(long, conflicts_with = "markdown")]
    csv: bool,
    /// Print Markdown
    #[arg(long)]
    markdown: bool,
    /// Write all rows into FILE too, as CSV
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace FILE if it exists
    #[arg(long, requires = "out")]
    overwrite: bool,
    /// Exit with 5 if the whole interval of a difference lies beyond a limit: METRIC[ENTITY] < NUMBER, or > NUMBER;
    /// with % for percent of A (repeatable)
    #[arg(long, value_name = "CONDITION")]
    fail_if: Vec<Condition>,
}

pub fn run(arguments: &Arguments, terminal: &Terminal) -> anyhow::Result<Exit> {
    if terminal.json && (arguments.csv || arguments.markdown) {
        let problem = "--json, --csv and --markdown are three forms of one answer: choose one";
        return Err(UsageError(problem.to_owned()).into());
    }
    if let Some(out) = &arguments.out {
        rows::check_free(out, arguments.overwrite)?;
    }
    let subjects = subject::read(&arguments.results)?;
    for subject in &subjects {
        if let Some(note) = subject.note_of_version() {
            terminal.note(note);
        }
    }
    let filter = Filter::new(&arguments.metric, &arguments.entity, &subjects)?;
    filter::check_conditions(&arguments.fail_if, &subjects)?;
    let mut contrasts = subject::contrasts(&subjects)?;
    // Conditions see all rows, whatever is shown.
    let verdicts = conditions::judge(&arguments.fail_if, &contrasts);
    for contrast in &mut contrasts {
        filter.apply(&mut contrast.comparison);
    }
    if let Some(out) = &arguments.out {
        rows::write(out, arguments.overwrite, &rows::csv(&contrasts, true))?;
        terminal.note(format_args!("all rows are in {}", out.display()));
    }
    let shown = show(arguments, &contrasts, &verdicts, terminal);
    answer(&shown)?;
    Ok(conditions::tell(&verdicts))
}

fn show(
    arguments: &Arguments,
    contrasts: &[Contrast<'_>],
    verdicts: &[Verdict],
    terminal: &Terminal,
) -> String {
    if terminal.json {
        return json::text(contrasts, verdicts, arguments.all);
    }
    if arguments.csv {
        return rows::csv(contrasts, arguments.all);
    }
    let texts = contrasts
        .iter()
        .map(|contrast| table::text(contrast, arguments.all, arguments.markdown));
    texts.collect::<Vec<String>>().join("\n")
}
