//! A forecast that is given: the planner's own table of medians and ninth deciles by service and time,
//! from a CSV file that is read as the files of series are.

use std::io::BufRead;
use std::path::Path;

use indexmap::IndexMap;

use super::attachment::{self, Loaded, Named};
use super::even::{Even, even};
use super::rows::Lines;
use super::table::{Columns, ROWS_MAX, Row, header, rate, too_many};
use super::times::Times;
use super::{Fault, Gaps, Per, Rates, check_hash};
use crate::scenario::declare::table;
use crate::scenario::form::Form;
use crate::scenario::reader::{Read, Reader};
use crate::scenario::tree::Node;

table! {
    /// The planner's own forecast, from a CSV file with the columns `time`, `service`, `p50` and `p90`; others are passed over.
    #[derive(Clone, Debug)]
    pub struct GivenKeys {
        /// Path of the CSV file, relative to the scenario file that names it. Each service's rows come in order of time and in even steps, hold until the next, and cover the run.
        pub file: String,
        /// Time that the values count over: "/m" if they are requests per minute.
        pub unit: Per = "\"/s\"",
        /// Factor that every value is multiplied by.
        pub scale: f64 = "1.0" where "> 0, <= 1e12",
        /// IANA time zone of times that have no offset of their own; those that have one must agree with it. Without it such times are UTC.
        pub time_zone: Option<String> as Option<crate::scenario::leaf::TimeZoneName>,
        /// What to do about rows that are missing between two others of a service.
        pub gaps: Gaps = "\"refuse\"",
        /// SHA-256 of the file, 64 hexadecimal digits: another content is refused. A result's scenario has it.
        pub sha256: Option<String>,
    } then GivenKeys::checked;
}

/// A forecast that is given: what is written about it, and what its file says.
#[derive(Clone, Debug)]
pub struct Given {
    /// The keys.
    pub keys: GivenKeys,
    /// By service, in the order of the file; none until the scenario's files are read.
    pub services: IndexMap<String, Quantiles>,
}

/// What is expected of a service's rate, per second.
#[derive(Clone, Debug)]
pub struct Quantiles {
    /// What it stays below in half of all cases; it stands for the mean.
    pub p50: Rates,
    /// What it stays below in nine of ten cases.
    pub p90: Rates,
}

impl Read for Given {
    fn form() -> Form {
        GivenKeys::form()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let keys = GivenKeys::read(node, reader)?;
        Some(Self {
            keys,
            services: IndexMap::new(),
        })
    }
}

impl GivenKeys {
    fn checked(mut self, node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        check_hash(&mut self.sha256, node, reader).then_some(self)
    }
}

/// One service's rows, the same times in both.
#[derive(Debug, Default)]
struct Rows {
    p50: Vec<Row>,
    p90: Vec<Row>,
}

impl Given {
    /// Reads the services' rates from the file.
    pub(super) fn read_file(
        &self,
        folder: Option<&Path>,
    ) -> Result<Loaded<IndexMap<String, Quantiles>>, Fault> {
        let keys = &self.keys;
        let named = Named {
            file: &keys.file,
            sha256: keys.sha256.as_deref(),
        };
        let read = |source: &mut dyn BufRead| read(source, keys);
        attachment::read(named, folder, read)?.map(|services| {
            let quantiles = services.into_iter().map(|(service, rows)| {
                let quantiles = Quantiles {
                    p50: rates(&service, &rows.p50, keys.gaps)?,
                    p90: rates(&service, &rows.p90, keys.gaps)?,
                };
                Ok((service, quantiles))
            });
            quantiles.collect()
        })
    }
}

/// One column of a service's rows, in even steps.
fn rates(service: &str, rows: &[Row], gaps: Gaps) -> Result<Rates, Fault> {
    let Even { first, step, rates } = even(rows, gaps).map_err(|mut fault| {
        fault.complaint.message = format!("of `{service}`, {}", fault.complaint.message);
        fault
    })?;
    Ok(Rates::new(first, step, false, rates))
}

fn read(source: &mut dyn BufRead, keys: &GivenKeys) -> Result<IndexMap<String, Rows>, Fault> {
    let mut lines = Lines::new(source);
    let wanted = ["time", "service", "p50", "p90"].map(|name| ("file", name));
    let columns = Columns::find(header(&mut lines)?, wanted)?;
    let times = Times::new(keys.time_zone.as_deref(), None);
    let mut services: IndexMap<String, Rows> = IndexMap::new();
    let mut count = 0;
    while let Some(line) = lines.next()? {
        if count >= ROWS_MAX {
            return Err(too_many().on(line.number));
        }
        count += 1;
        let mut row = || {
            let [time, service, p50, p90] = columns.fields(line)?;
            if !services.contains_key(service.as_ref()) {
                services.insert(service.clone().into_owned(), Rows::default());
            }
            let Some(rows) = services.get_mut(service.as_ref()) else {
                return Ok(());
            };
            let at = times.read_after(&time, rows.p50.last());
            let at = at.map_err(|mut fault| {
                if time.parse::<f64>().is_ok() {
                    let hint = "write dates, such as \"2024-07-01 09:00:00\"";
                    fault.complaint.hint = hint.to_owned();
                }
                fault
            })?;
            let row = |field: &str| {
                Ok(Row {
                    line: line.number,
                    at,
                    rate: rate(field, keys.scale, keys.unit)?,
                })
            };
            let (median, decile) = (row(&p50)?, row(&p90)?);
            if decile.rate < median.rate {
                let message = format!("the p90 of {p90} is less than the p50 of {p50}");
                let hint = "nine cases in ten stay below p90, and only half of them below p50";
                return Err(Fault::new("file", message, hint));
            }
            rows.p50.push(median);
            rows.p90.push(decile);
            Ok(())
        };
        row().map_err(|fault| fault.on(line.number))?;
    }
    if services.is_empty() {
        let hint = "every service has rows that cover the run";
        return Err(Fault::new(
            "file",
            "the file has a header and no rows",
            hint,
        ));
    }
    Ok(services)
}
