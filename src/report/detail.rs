//! The detail of one replication: who holds what, what the fleet's state is, and how the services do.

use super::book::{Grid, Series};
use super::sheet::{Layout, Sheet, Sum};
use crate::results::read::{ReadError, ResultDirectory};

const ALLOCATION: Layout = Layout {
    table: "allocation",
    keys: &["pool", "workload"],
    values: &["allocated", "busy", "draining", "converting", "warming"],
    sums: &[
        Sum {
            by: Some(0),
            of: &[2, 3, 4],
        },
        Sum {
            by: Some(1),
            of: &[0],
        },
        Sum {
            by: Some(1),
            of: &[1],
        },
    ],
    ratio: None,
};

const FLEET: Layout = Layout {
    table: "fleet",
    keys: &["pool"],
    values: &[
        "installed",
        "idle",
        "failed",
        "maintenance",
        "on_order",
        "power_kw",
    ],
    sums: &[
        Sum { by: None, of: &[0] },
        Sum {
            by: None,
            of: &[0, 4],
        },
    ],
    ratio: None,
};

const SERVICES: Layout = Layout {
    table: "services",
    keys: &["service"],
    values: &[
        "offered",
        "served_in_slo",
        "served_late",
        "shed",
        "abandoned",
        "waiting",
        "latency_p50_s",
        "latency_p95_s",
        "latency_p99_s",
        "attainment",
        "ranked_share",
        "forecast_per_s",
    ],
    sums: &[Sum {
        by: Some(0),
        of: &[1, 2],
    }],
    ratio: Some(forecast_error),
};

/// Forecast less offered, over offered.
fn forecast_error(values: &[Option<f64>], seconds: f64) -> Option<f64> {
    let offered = values
        .first()
        .copied()
        .flatten()
        .filter(|offered| *offered > 0.0)?;
    let forecast = values.last().copied().flatten()?;
    (seconds > 0.0).then(|| forecast * seconds / offered - 1.0)
}

/// Which series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of<'a> {
    /// A column of `allocation.csv`.
    Allocation(&'a str, &'a str, &'static str),
    /// Draining, converting and warming of a pool.
    Changing(&'a str),
    /// Accelerators that a workload holds in all pools.
    Held(&'a str),
    /// Those of them that work.
    Busy(&'a str),
    /// A column of `fleet.csv`.
    Fleet(&'a str, &'static str),
    /// Accelerators installed in all pools.
    Installed,
    /// Installed and ordered in all pools.
    Coming,
    /// A column of `services.csv`.
    Service(&'a str, &'static str),
    /// Served within the SLO and late.
    Served(&'a str),
    /// How far the forecast was off, as a share of what came.
    ForecastError(&'a str),
}

/// One replication over time.
#[derive(Clone, Debug)]
pub struct Detail {
    /// Which replication.
    pub replication: u64,
    /// `allocation.csv`.
    pub allocation: Sheet,
    /// `fleet.csv`.
    pub fleet: Sheet,
    /// `services.csv`; none of a scenario without services.
    pub services: Option<Sheet>,
}

impl Detail {
    /// Reads one replication; none if it was not recorded.
    ///
    /// # Errors
    /// If a file cannot be read or was edited.
    pub fn read(result: &ResultDirectory, replication: u64) -> Result<Option<Self>, ReadError> {
        let (allocation, (fleet, services)) = rayon::join(
            || Sheet::read(result, &ALLOCATION, replication),
            || {
                rayon::join(
                    || Sheet::read(result, &FLEET, replication),
                    || Sheet::read(result, &SERVICES, replication),
                )
            },
        );
        let services = services?;
        let (Some(allocation), Some(fleet)) = (allocation?, fleet?) else {
            return Ok(None);
        };
        let mut detail = Self {
            replication,
            allocation,
            fleet,
            services,
        };
        // Charts show series of several tables in the same columns.
        let widest = detail
            .sheets()
            .map(|sheet| sheet.grid.width)
            .max()
            .unwrap_or(1);
        let all = [&mut detail.allocation, &mut detail.fleet]
            .into_iter()
            .chain(&mut detail.services);
        for sheet in all {
            while sheet.grid.width < widest {
                sheet.widen();
            }
        }
        Ok(Some(detail))
    }

    /// Its tables.
    pub fn sheets(&self) -> impl Iterator<Item = &Sheet> {
        [&self.allocation, &self.fleet]
            .into_iter()
            .chain(&self.services)
    }

    /// Halves the slots of every table.
    pub fn widen(&mut self) {
        self.allocation.widen();
        self.fleet.widen();
        self.services.iter_mut().for_each(Sheet::widen);
    }

    /// The pools, in the files' order.
    #[must_use]
    pub fn pools(&self) -> Vec<&str> {
        self.fleet
            .entities
            .iter()
            .map(|entity| entity.keys.first().map_or("", String::as_str))
            .collect()
    }

    /// The services, in the files' order.
    #[must_use]
    pub fn services(&self) -> Vec<&str> {
        let entities = self.services.iter().flat_map(|sheet| &sheet.entities);
        entities
            .map(|entity| entity.keys.first().map_or("", String::as_str))
            .collect()
    }

    /// The workloads that may use a pool, in the files' order.
    #[must_use]
    pub fn workloads_of(&self, pool: &str) -> Vec<&str> {
        let entities = self.allocation.entities.iter();
        let of = entities.filter_map(|entity| match entity.keys.as_slice() {
            [of, workload] if of == pool => Some(workload.as_str()),
            _ => None,
        });
        of.collect()
    }

    /// A series with its times; none if there is none such.
    #[must_use]
    pub fn series(&self, of: Of<'_>) -> Option<(&Grid, &Series)> {
        let column = |sheet: &'_ Sheet, keys: &[&str], name: &str| {
            let place = sheet.values.iter().position(|value| *value == name)?;
            Some((sheet.find(keys)?, place))
        };
        let (sheet, series) = match of {
            Of::Allocation(pool, workload, name) => {
                let (entity, place) = column(&self.allocation, &[pool, workload], name)?;
                (
                    &self.allocation,
                    self.allocation.entities.get(entity)?.columns.get(place)?,
                )
            }
            Of::Fleet(pool, name) => {
                let (entity, place) = column(&self.fleet, &[pool], name)?;
                (
                    &self.fleet,
                    self.fleet.entities.get(entity)?.columns.get(place)?,
                )
            }
            Of::Service(service, name) => {
                let sheet = self.services.as_ref()?;
                let (entity, place) = column(sheet, &[service], name)?;
                (sheet, sheet.entities.get(entity)?.columns.get(place)?)
            }
            Of::ForecastError(service) => {
                let sheet = self.services.as_ref()?;
                (sheet, &sheet.entities.get(sheet.find(&[service])?)?.ratio)
            }
            Of::Changing(pool) => sum(&self.allocation, 0, pool)?,
            Of::Held(workload) => sum(&self.allocation, 1, workload)?,
            Of::Busy(workload) => sum(&self.allocation, 2, workload)?,
            Of::Installed => sum(&self.fleet, 0, "")?,
            Of::Coming => sum(&self.fleet, 1, "")?,
            Of::Served(service) => sum(self.services.as_ref()?, 0, service)?,
        };
        Some((&sheet.grid, series))
    }
}

fn sum<'a>(sheet: &'a Sheet, sum: usize, key: &str) -> Option<(&'a Sheet, &'a Series)> {
    Some((sheet, &sheet.groups.get(sheet.group(sum, key)?)?.series))
}
