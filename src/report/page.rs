//! The page: one HTML file with its style, script and data. A strict Content-Security-Policy lets in these and nothing
//! else, so that a page of somebody else's result can be opened without fear.

use std::fs;
use std::path::Path;

use askama::Template;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256};

use super::chart::{Atlas, Chart, Figure, Paper, TONES};
use super::error::ReportError;
use super::run::Run;
use super::section::{Answer, Block, Card, Section, SweepResult, cards};
use super::{data, folder};
use crate::results::read::ResultDirectory;
use crate::results::write_whole;

const STYLE: &str = include_str!("page/page.css");
const SCRIPT: [&str; 6] = [
    include_str!("page/data.js"),
    include_str!("page/scale.js"),
    include_str!("page/tip.js"),
    include_str!("page/time.js"),
    include_str!("page/lanes.js"),
    include_str!("page/page.js"),
];
/// By this a page is known to be one of flexcap's.
const MARK: &str = "<meta name=\"generator\" content=\"flexcap ";
/// Where in a page the mark is.
const HEAD_BYTES: usize = 4096;
const PAPER: Paper = Paper {
    on_page: true,
    width: 620.0,
    height: None,
};

/// A chart's width on a narrow screen.
const PHONE: f64 = 340.0;

/// Everything that is to be seen.
#[derive(Debug)]
pub struct Drawn<'a> {
    /// The results.
    pub heads: Vec<Head>,
    /// What is said of them.
    pub sections: Vec<Section>,
    /// The series of the charts.
    pub atlas: Atlas<'a>,
}

/// What a result is.
#[derive(Clone, Debug)]
pub struct Head {
    /// What it is called.
    pub title: String,
    /// What its author says.
    pub description: String,
    /// Names and values of what describes it.
    pub facts: Vec<(&'static str, String)>,
    /// Its headline.
    pub cards: Vec<Card>,
}

impl Head {
    /// Of a run.
    pub fn of_run(run: &Run) -> Self {
        let package = run.result.facts();
        let detail = match &run.detail {
            Some(detail) => format!(
                "replication {} of {}",
                detail.replication, package.replications
            ),
            None => "not recorded for this replication".to_owned(),
        };
        let zones: Vec<&str> = run.plan.time_zones.iter().map(String::as_str).collect();
        let zones = match zones.as_slice() {
            [] => "UTC".to_owned(),
            zones => format!("all times are UTC; demand follows {}", zones.join(", ")),
        };
        Self {
            title: run.title.clone(),
            description: run.plan.description.clone(),
            facts: vec![
                (
                    "period",
                    format!("{} from {}", run.plan.horizon, run.plan.start),
                ),
                ("policy", run.plan.policy.clone()),
                ("seed", package.seed.to_string()),
                ("shown in detail", detail),
                ("time zone", zones),
                ("made by", format!("flexcap {}", package.version)),
                ("folder", folder(run.directory())),
            ],
            cards: cards(run),
        }
    }

    /// Of a sweep.
    pub fn of_sweep(result: &ResultDirectory, swept: &SweepResult) -> Self {
        let facts = result.facts();
        let axes: Vec<_> = swept
            .plan
            .axes
            .iter()
            .map(|axis| format!("{} ({})", axis.name, axis.key))
            .collect();
        let failed = match swept.plan.failed_points {
            0 => String::new(),
            failed => format!(", {failed} of them failed"),
        };
        Self {
            title: facts.name.clone(),
            description: swept.plan.description.clone(),
            facts: vec![
                (
                    "design",
                    format!(
                        "{}, {} points{failed}",
                        swept.plan.design, swept.plan.points
                    ),
                ),
                ("axes", axes.join(", ")),
                (
                    "replications",
                    format!("{} of each point, seed {}", facts.replications, facts.seed),
                ),
                ("made by", format!("flexcap {}", facts.version)),
                ("folder", folder(result.path())),
            ],
            cards: Vec::new(),
        }
    }
}

#[derive(Template)]
#[template(path = "page.html")]
struct Page<'a> {
    title: String,
    version: &'static str,
    policy: String,
    style: &'a str,
    script: &'a str,
    data: &'a str,
    drawn: &'a Drawn<'a>,
}

impl Page<'_> {
    /// The chart as it is first seen; the script draws what moves anew. What does not is there for a phone too.
    fn picture(&self, figure: &&Figure) -> String {
        let paint = |width| figure.paint(&self.drawn.atlas, &Paper { width, ..PAPER });
        match (figure.moves(), wants_width(figure)) {
            (true, true) => paint(1.6 * PAPER.width),
            (true, false) => paint(PAPER.width),
            (false, _) => {
                let small = paint(PHONE);
                format!(
                    "<div class=\"large\">{}</div><div class=\"small\">{small}</div>",
                    paint(PAPER.width)
                )
            }
        }
    }

    fn is_wide(&self, figure: &&Figure) -> bool {
        wants_width(figure)
    }

    fn columns(&self, section: &&Section) -> usize {
        section.answers.len()
    }
}

/// Whether a chart takes the page's whole width.
fn wants_width(figure: &Figure) -> bool {
    matches!(figure.chart, Chart::Lanes(_)) || figure.key.ends_with("growth")
}

pub fn html(drawn: &Drawn<'_>) -> Result<String, ReportError> {
    let style = style();
    let script = format!("'use strict';(() => {{\n{}}})();\n", SCRIPT.join("\n"));
    let figures = drawn
        .sections
        .iter()
        .flat_map(|section| &section.answers)
        .flat_map(|answer: &Answer| &answer.blocks);
    let figures = figures.filter_map(|block| match block {
        Block::Figure(figure) => Some(figure),
        _ => None,
    });
    let data = data::json(&drawn.atlas, figures);
    let titles: Vec<&str> = drawn.heads.iter().map(|head| head.title.as_str()).collect();
    let page = Page {
        title: titles.join(", "),
        version: env!("CARGO_PKG_VERSION"),
        policy: format!(
            "default-src 'none'; style-src '{}'; script-src '{}'; img-src data:; base-uri 'none'; form-action 'none'",
            hash(&style),
            hash(&script)
        ),
        style: &style,
        script: &script,
        data: &data,
        drawn,
    };
    page.render()
        .map_err(|error| ReportError::Mixed(format!("the page's template failed: {error}")))
}

/// The style with the colours of both themes.
fn style() -> String {
    let colors = |of: fn(
        &(super::chart::Tone, &'static str, &'static str, &'static str),
    ) -> &'static str|
     -> String {
        TONES
            .iter()
            .map(|tone| format!("--{}:{};", tone.1, of(tone)))
            .collect()
    };
    STYLE
        .replace("/*light*/", &colors(|tone| tone.2))
        .replace("/*dark*/", &colors(|tone| tone.3))
}

/// As a Content-Security-Policy names what it lets in.
fn hash(text: &str) -> String {
    format!(
        "sha256-{}",
        BASE64_STANDARD.encode(Sha256::digest(text.as_bytes()))
    )
}

pub fn write(path: &Path, html: &str, overwrite: bool) -> Result<(), ReportError> {
    if !overwrite && path.exists() && !is_report(path) {
        return Err(ReportError::Exists(path.to_owned()));
    }
    write_whole(path, html.as_bytes(), true).map_err(ReportError::io("write", path))
}

/// Whether a file is a page that `write` wrote.
fn is_report(path: &Path) -> bool {
    use std::io::Read as _;
    let mut head = Vec::new();
    let file = fs::File::open(path).ok();
    let read = file.and_then(|file| file.take(HEAD_BYTES as u64).read_to_end(&mut head).ok());
    read.is_some() && String::from_utf8_lossy(&head).contains(MARK)
}
