//! A demand series: rates over time from a CSV file, which a profile may have in place of a shape; and, of the same kind, the
//! table of a `given` forecast. Here is what the user writes about them, and the stage that reads the files once the keys are
//! known to be right, so that a run does no I/O.
//!
//! ```text
//! keys ─► attachment (the file, its hash) ─► rows (lines, fields) ─► times ─► even (step, gaps) ─► Rates
//! ```

mod attachment;
mod even;
mod files;
mod given;
mod rates;
mod rows;
mod table;
mod times;

use std::io::BufRead;
use std::path::Path;

use self::attachment::{Attached, Loaded, Named};
use self::even::{Even, even};
use super::declare::{table, words};
use super::demand::Course;
use super::form::Form;
use super::input::InputFile;
use super::problem::{Problem, Sources};
use super::quantity::Complaint;
use super::reader::{Read, Reader};
use super::tree::{Node, Value};
use super::{ForecastMethod, Scenario};
use crate::kernel::Instant;

pub use files::DataFiles;
pub use given::{Given, GivenKeys, Quantiles};
pub use rates::Rates;

table! {
    /// Rates over time from a CSV file, each of which holds until the next.
    #[derive(Clone, Debug)]
    pub struct SeriesKeys {
        /// Path of the CSV file, relative to the scenario file that names it. Its first line names the columns.
        pub file: String,
        /// Name of the column of times: dates with a time of day, in even steps and in order, or with `time_unit` plain numbers.
        pub time: String,
        /// Name of the column of values: 0 or more.
        pub value: String,
        /// Time that a value counts over: "/m" if it is requests per minute.
        pub unit: Per,
        /// Factor that every value is multiplied by.
        pub scale: f64 = "1.0" where "> 0, <= 1e12",
        /// IANA time zone of times that have no offset of their own; those that have one must agree with it. Without it such times are UTC.
        pub time_zone: Option<String> as Option<super::leaf::TimeZoneName>,
        /// Unit of times that are plain numbers, which count from `starts`.
        pub time_unit: Option<TimeUnit>,
        /// Date at which the first row is laid; the rest follows. Without it the rows lie where their own dates say.
        pub starts: Option<Instant>,
        /// What to do about rows that are missing between two others.
        pub gaps: Gaps = "\"refuse\"",
        /// Whether the series is repeated end to end, before and after itself. Without it a run that goes beyond the series is refused.
        pub repeat: bool = "false",
        /// SHA-256 of the file, 64 hexadecimal digits: another content is refused. A result's scenario has it.
        pub sha256: Option<String>,
    } then SeriesKeys::checked;
}

words! {
    /// Time that the values of a series count over.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Per {
        /// Per second.
        "/s" => Second,
        /// Per minute.
        "/m" => Minute,
        /// Per hour.
        "/h" => Hour,
        /// Per day.
        "/d" => Day,
    }
}

impl Per {
    /// The time in seconds.
    #[must_use]
    pub fn seconds(self) -> f64 {
        match self {
            Self::Second => 1.0,
            Self::Minute => 60.0,
            Self::Hour => 3600.0,
            Self::Day => 86_400.0,
        }
    }
}

words! {
    /// Unit of times that are plain numbers.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum TimeUnit {
        /// Milliseconds.
        "ms" => Millisecond,
        /// Seconds.
        "s" => Second,
        /// Minutes.
        "m" => Minute,
        /// Hours.
        "h" => Hour,
        /// Days.
        "d" => Day,
    }
}

words! {
    /// What to do about rows that are missing.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Gaps {
        /// Refuse the file, and say where they are missing.
        "refuse" => Refuse,
        /// Fill them in a straight line.
        "interpolate" => Interpolate,
        /// Repeat the row before them.
        "hold" => Hold,
    }
}

/// A series: what is written about it, and the rates of its file.
#[derive(Clone, Debug)]
pub struct Series {
    /// The keys.
    pub keys: SeriesKeys,
    /// The rates; none until the scenario's files are read.
    pub rates: Rates,
}

impl Read for Series {
    fn form() -> Form {
        SeriesKeys::form()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let keys = SeriesKeys::read(node, reader)?;
        Some(Self {
            keys,
            rates: Rates::default(),
        })
    }
}

impl SeriesKeys {
    fn checked(mut self, node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let at = |key: &str| node.get(key).unwrap_or(node).at;
        if self.time_unit.is_some() && self.starts.is_none() {
            let complaint = Complaint::new(
                "times that are plain numbers need a date to count from",
                "for example `starts = \"2024-07-01\"`",
            );
            reader.complain(at("time_unit"), &complaint);
            return None;
        }
        check_hash(&mut self.sha256, node, reader).then_some(self)
    }
}

/// Brings a hash into the form that the program compares; whether it is one.
fn check_hash(hash: &mut Option<String>, node: &Node, reader: &mut Reader<'_>) -> bool {
    let Some(hash) = hash else {
        return true;
    };
    // As data packages and as `sha256sum` write it.
    let digits = hash.trim_start_matches("sha256:").to_ascii_lowercase();
    if digits.len() != 64 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let complaint = Complaint::new(
            format!("`sha256` must be 64 hexadecimal digits, but this is \"{hash}\""),
            "leave it out to take the file as it is; a result's `scenario.toml` has it",
        );
        let at = node.get("sha256").unwrap_or(node).at;
        reader.complain(at, &complaint);
        return false;
    }
    *hash = digits;
    true
}

/// What is wrong with a series, at which of its keys, and on which line of the file.
#[derive(Debug)]
struct Fault {
    key: &'static str,
    line: Option<u64>,
    complaint: Complaint,
}

impl Fault {
    fn new(key: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            key,
            line: None,
            complaint: Complaint::new(message, hint),
        }
    }

    fn on(self, line: u64) -> Self {
        Self {
            line: Some(line),
            ..self
        }
    }
}

/// Reads the files of all series into their profiles, and that of the forecast. The tree then names their copies among
/// the inputs, with their hashes.
pub fn read_files(
    scenario: &mut Scenario,
    tree: &mut Node,
    (files, inputs): (&DataFiles, &mut Vec<InputFile>),
    sources: &Sources,
    problems: &mut Vec<Problem>,
) {
    for (name, profile) in &mut scenario.demand {
        if let Course::Series(series) = &mut profile.course {
            let path = ["demand", name, "series"];
            let file = series.keys.file.clone();
            let read = |table: &Node, folder: Option<&Path>| {
                let loaded = files
                    .rates
                    .get(table, folder, || series.read_file(folder))?;
                series.rates = loaded.content.clone();
                Ok(loaded.attach(inputs))
            };
            attach(tree, path, &file, sources, problems, read);
        }
    }
    if let ForecastMethod::Given(given) = &mut scenario.forecast.method {
        let path = ["forecast", "method", "given"];
        let file = given.keys.file.clone();
        let read = |table: &Node, folder: Option<&Path>| {
            let loaded = files
                .quantiles
                .get(table, folder, || given.read_file(folder))?;
            given.services = loaded.content.clone();
            Ok(loaded.attach(inputs))
        };
        attach(tree, path, &file, sources, problems, read);
    }
}

/// Reads the file that a table names, and writes into the table which it was; or tells what is wrong with it.
fn attach(
    tree: &mut Node,
    path: [&str; 3],
    file: &str,
    sources: &Sources,
    problems: &mut Vec<Problem>,
    read: impl FnOnce(&Node, Option<&Path>) -> Result<Attached, Fault>,
) {
    let Some(node) = node_at(tree, path) else {
        return;
    };
    let at = |key: &str| node.get(key).or(node.get("file")).unwrap_or(node).at;
    // The text that names the file says where its path begins.
    match read(node, sources.folder(at("file").source)) {
        Ok(attached) => attached.write_into(node),
        Err(fault) => {
            let line = fault
                .line
                .map_or(String::new(), |line| format!(", line {line}"));
            let message = format!(
                "`{}`: {file}{line}: {}",
                path.join("."),
                fault.complaint.message
            );
            problems.push(Problem::error(at(fault.key), message).hint(fault.complaint.hint));
        }
    }
}

impl Series {
    fn read_file(&self, folder: Option<&Path>) -> Result<Loaded<Rates>, Fault> {
        let keys = &self.keys;
        let named = Named {
            file: &keys.file,
            sha256: keys.sha256.as_deref(),
        };
        let read = |source: &mut dyn BufRead| table::read(source, keys);
        attachment::read(named, folder, read)?.map(|rows| {
            let Even { first, step, rates } = even(&rows, keys.gaps)?;
            let start = keys.starts.unwrap_or(first);
            Ok(Rates::new(start, step, keys.repeat, rates))
        })
    }
}

/// The table at a path.
fn node_at<'t>(tree: &'t mut Node, path: [&str; 3]) -> Option<&'t mut Node> {
    path.into_iter().try_fold(tree, |node, key| {
        node.as_table_mut()?
            .get_mut(key)
            .map(|entry| &mut entry.node)
    })
}

/// Sets a key of a table to a text, where it stands already.
fn set_text(node: &mut Node, key: &str, text: String) {
    let at = node.get(key).unwrap_or(node).at;
    node.insert(
        key,
        Node {
            value: Value::Text(text),
            at,
        },
    );
}
