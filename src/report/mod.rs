//! Reports: one page that shows a result to people, and its charts as pictures. The page is a single file that asks no
//! network for anything: data, style and script are in it.
//!
//! ```text
//!   directory ──► run (plan, detail, outcomes, happenings) ──► section ──► chart ──► page.html · *.svg · *.png
//!                  │        series that never outgrow their bound (book, sheet)
//!                  └──► sweep
//! ```
//!
//! This room knows the files of results; it knows neither the simulation nor how runs are made.

mod book;
mod chart;
mod data;
mod detail;
mod error;
mod happenings;
mod outcomes;
mod page;
mod picture;
mod plan;
mod rows;
mod run;
mod section;
mod sheet;

pub use chart::{Chart, Curve, Curves, Figure, Tone, Whisker, Whiskers};
pub use error::ReportError;
pub use picture::{Picture, write_pngs, write_svgs};
pub use section::Differences;

use std::path::{Path, PathBuf};

use chart::Atlas;
use run::Run;
use section::{Section, SweepResult};

use crate::results::read::{ResultDirectory, ResultKind};

/// What a page may weigh at most, in bytes.
pub const PAGE_BYTES_MAX: usize = 2_900_000;
/// Results that fit side by side.
pub const RESULTS_MAX: usize = 6;

/// Results, read and ready to be drawn.
#[derive(Debug)]
pub struct Report {
    subject: Subject,
    differences: Vec<Differences>,
}

#[derive(Debug)]
enum Subject {
    Runs(Vec<Run>),
    Sweep(Box<ResultDirectory>, Box<SweepResult>),
}

impl Report {
    /// Reads results: some of `flexcap run`, or one of `flexcap sweep`. Detail is shown of one replication.
    ///
    /// # Errors
    /// If a result is incomplete, of another version or edited, or they do not go together.
    pub fn read(directories: &[PathBuf], replication: u64) -> Result<Self, ReportError> {
        let mut runs = Vec::new();
        for directory in directories {
            let result = ResultDirectory::open(directory)?;
            if let ResultKind::Sweep(plan) = &result.facts().kind {
                if directories.len() > 1 {
                    return Err(ReportError::Mixed(format!(
                        "{} is a sweep, which has a page of its own; report it alone",
                        directory.display()
                    )));
                }
                let swept = SweepResult::read(&result, plan)?;
                return Ok(Self {
                    subject: Subject::Sweep(Box::new(result), Box::new(swept)),
                    differences: Vec::new(),
                });
            }
            runs.push(Run::read(result, replication)?);
        }
        if runs.len() > RESULTS_MAX {
            return Err(ReportError::Mixed(format!(
                "{} results are too many for one page: at most {RESULTS_MAX}",
                runs.len()
            )));
        }
        name_apart(&mut runs);
        Ok(Self {
            subject: Subject::Runs(runs),
            differences: Vec::new(),
        })
    }

    /// Adds how each result after the first differs from that one, in their order.
    #[must_use]
    pub fn with_differences(mut self, differences: Vec<Differences>) -> Self {
        self.differences = differences;
        self
    }

    /// The page, below [`PAGE_BYTES_MAX`]: series are folded until it is.
    ///
    /// # Errors
    /// If the template fails.
    pub fn html(&mut self) -> Result<String, ReportError> {
        loop {
            let html = self.draw(page::html)?;
            let Subject::Runs(runs) = &mut self.subject else {
                return Ok(html);
            };
            let mut details: Vec<_> = runs
                .iter_mut()
                .filter_map(|run| run.detail.as_mut())
                .collect();
            if html.len() <= PAGE_BYTES_MAX
                || details.iter().all(|detail| detail.fleet.grid.slots() < 64)
            {
                return Ok(html);
            }
            details.iter_mut().for_each(|detail| detail.widen());
        }
    }

    /// Every chart as a picture of its own.
    #[must_use]
    pub fn pictures(&self) -> Vec<Picture> {
        self.draw(picture::all)
    }

    fn draw<T>(&self, then: impl FnOnce(&page::Drawn<'_>) -> T) -> T {
        let mut atlas = Atlas::default();
        let sections = match &self.subject {
            Subject::Runs(runs) => {
                let titles: Vec<String> = runs.iter().map(|run| run.title.clone()).collect();
                let mut all: Vec<Section> = section::difference(&titles, &self.differences)
                    .into_iter()
                    .collect();
                all.extend(section::sections(runs, &mut atlas));
                all
            }
            Subject::Sweep(_, swept) => section::sweep(swept),
        };
        let heads = match &self.subject {
            Subject::Runs(runs) => runs.iter().map(page::Head::of_run).collect(),
            Subject::Sweep(result, swept) => vec![page::Head::of_sweep(result, swept)],
        };
        then(&page::Drawn {
            heads,
            sections,
            atlas,
        })
    }
}

/// Results of the same scenario are called by their folders.
fn name_apart(runs: &mut [Run]) {
    let names: Vec<String> = runs.iter().map(|run| run.title.clone()).collect();
    for run in runs.iter_mut() {
        if names.iter().filter(|name| **name == run.title).count() > 1 {
            run.title = folder(run.directory());
        }
    }
}

fn folder(path: &Path) -> String {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    name.unwrap_or_else(|| path.display().to_string())
}

/// Writes the page beside its name and lets it appear whole. An earlier report is replaced, anything else only where
/// `overwrite` is set.
///
/// # Errors
/// If something else has the name, or the disk fails.
pub fn write_page(path: &Path, html: &str, overwrite: bool) -> Result<(), ReportError> {
    page::write(path, html, overwrite)
}
