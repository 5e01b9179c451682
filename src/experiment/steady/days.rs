//! A scenario at rest: the days of one long replication as the series.

use super::{SteadyError, SteadyMean, WarmUp, steady_mean};
use crate::experiment::precision::UnknownSeries;
use crate::experiment::series_name::SeriesName;
use crate::kernel::Instant;
use crate::policy;
use crate::results::Names;
use crate::results::metrics::{Series, all_series};
use crate::scenario::Scenario;
use crate::simulation::record::Recorder;
use crate::simulation::totals::Totals;
use crate::simulation::{RunError, simulate};

/// Why a scenario has no steady mean.
#[derive(Debug, thiserror::Error)]
pub enum SteadyStateError {
    /// It has no such metric of an entity.
    #[error(transparent)]
    Unknown(#[from] UnknownSeries),
    /// The simulation failed.
    #[error(transparent)]
    Run(#[from] RunError),
    /// On a day the metric has no value, as without traffic.
    #[error("{series} has no value on day {day} of the run")]
    NoValue {
        /// Which metric of which entity.
        series: SeriesName,
        /// The day, from 0.
        day: usize,
    },
    /// The days do not make a mean.
    #[error(transparent)]
    Series(#[from] SteadyError),
}

/// The mean over the days of the scenario's first replication, at rest, of a metric of an entity. Each day weighs the same,
/// so a ratio such as a mean wait should be of days that have about as much to do. The horizon must be long: at
/// least 40 days, and a few hundred for a narrow interval.
///
/// # Errors
/// If the scenario has no such metric, the simulation fails, or the days make no steady mean.
pub fn steady_state(
    scenario: &Scenario,
    name: &SeriesName,
    warm_up: WarmUp,
) -> Result<SteadyMean, SteadyStateError> {
    let all = all_series(&Names::from(scenario));
    let series = all.iter().find(|series| name.is_of(series));
    let series = series.ok_or_else(|| UnknownSeries(name.clone()))?;
    let mut days = Days {
        series,
        before: None,
        values: Vec::new(),
    };
    simulate(scenario, 0, &mut *policy::build(scenario), &mut days)?;
    let mut values = Vec::with_capacity(days.values.len());
    for (day, value) in days.values.into_iter().enumerate() {
        values.push(value.ok_or_else(|| SteadyStateError::NoValue {
            series: name.clone(),
            day,
        })?);
    }
    Ok(steady_mean(&values, warm_up)?)
}

/// Keeps what each day came to.
struct Days<'a> {
    series: &'a Series,
    before: Option<Totals>,
    values: Vec<Option<f64>>,
}

impl Recorder for Days<'_> {
    fn day(&mut self, _day: Instant, totals: &Totals) {
        let of_day = match &self.before {
            Some(before) => totals.since(before),
            None => totals.clone(),
        };
        self.values.push(self.series.read(&of_day));
        self.before = Some(totals.clone());
    }
}
