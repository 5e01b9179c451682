//! `flexcap report`: one page that shows results to people, and its charts as pictures.

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use flexcap::experiment::Comparison;
use flexcap::report::{self, Differences, Report};
use flexcap::results::read::{ReadError, ResultDirectory};
use serde_json::json;

use super::answer;
use super::exit::Exit;
use super::terminal::Terminal;

const PAGE: &str = "report.html";

/// Show results on one self-contained page, or as pictures
#[derive(Debug, Args)]
#[command(after_help = "Examples:  flexcap report results/starter\n           \
    flexcap report results/starter results/dedicated --out compared.html\n           \
    flexcap report results/starter --svg charts --png charts")]
pub struct Arguments {
    /// Results of `flexcap run`, shown side by side, or one of `flexcap sweep`
    #[arg(required = true, value_name = "RESULTS")]
    results: Vec<PathBuf>,
    /// The page [default: report.html, unless only pictures are asked for]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write every chart as an SVG into this folder
    #[arg(long, value_name = "DIR")]
    svg: Option<PathBuf>,
    /// Write every chart as a PNG into this folder
    #[arg(long, value_name = "DIR")]
    png: Option<PathBuf>,
    /// The recorded replication that is shown hour by hour
    #[arg(long, value_name = "N", default_value_t = 0)]
    replication: u64,
    /// Replace a file that is no report of flexcap
    #[arg(long)]
    overwrite: bool,
}

pub fn run(arguments: &Arguments, terminal: &Terminal) -> anyhow::Result<Exit> {
    let started = Instant::now();
    let report = Report::read(&arguments.results, arguments.replication)?;
    let mut report = report.with_differences(differences(&arguments.results)?);
    let mut written = Vec::new();
    let only_pictures = arguments.svg.is_some() || arguments.png.is_some();
    let page = match (&arguments.out, only_pictures) {
        (Some(out), _) => Some(out.as_path()),
        (None, false) => Some(Path::new(PAGE)),
        (None, true) => None,
    };
    if let Some(page) = page {
        let html = report.html()?;
        report::write_page(page, &html, arguments.overwrite)?;
        written.push(page.display().to_string());
    }
    if only_pictures {
        let pictures = report.pictures();
        if let Some(folder) = &arguments.svg {
            report::write_svgs(folder, &pictures)?;
            written.push(format!("{} SVG in {}", pictures.len(), folder.display()));
        }
        if let Some(folder) = &arguments.png {
            report::write_pngs(folder, &pictures)?;
            written.push(format!("{} PNG in {}", pictures.len(), folder.display()));
        }
    }
    if terminal.json {
        let told = json!({
            "page": page.map(|page| page.display().to_string()),
            "svg": arguments.svg.as_ref().map(|folder| folder.display().to_string()),
            "png": arguments.png.as_ref().map(|folder| folder.display().to_string()),
        });
        answer(&format!("{told:#}\n"))?;
    }
    terminal.note(format_args!(
        "{} in {:.2} s",
        written.join(", "),
        started.elapsed().as_secs_f64()
    ));
    Ok(Exit::Done)
}

/// How each result after the first differs from it.
fn differences(results: &[PathBuf]) -> Result<Vec<Differences>, ReadError> {
    let [first, others @ ..] = results else {
        return Ok(Vec::new());
    };
    if others.is_empty() {
        return Ok(Vec::new());
    }
    let first = ResultDirectory::open(first)?.replications()?;
    let against = |other: &PathBuf| {
        let other = ResultDirectory::open(other)?.replications()?;
        Ok(Comparison::of(&first, &other).rows)
    };
    others.iter().map(against).collect()
}
