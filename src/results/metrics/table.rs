//! The one table of metrics: name, unit, direction, meaning, and where it is read. Adding a metric is adding
//! its row here. Each definition states its formula; rent and maintenance join the sums of money
//! when they exist. All readings take sums over a period, so the same row serves a day, a quarter and a run.

use super::super::names::EntityType::{Fleet, Pool, Service, Site, Workload};
use super::super::unit::{ACCELERATOR_HOURS, HOURS, REQUESTS, SECONDS, SHARE, Unit};
use super::{Better, Level, Metric, Scope};
use crate::simulation::totals::{Totals, Yardsticks};

/// A level and its reading.
macro_rules! level {
    ($entity:ident, $read:expr) => {
        Level {
            entity_type: $entity,
            read: $read,
        }
    };
}

/// A sum over a list of the totals for the fleet, and its parts for the given types of entity.
macro_rules! summed {
    ($list:ident.$field:ident, $($part:ident),+) => {
        &[
            level!(Fleet, |totals, _| Some(sum!(totals.$list.$field))),
            $(level!($part, |totals, i| totals.$list.get(i).map(|of| of.$field)),)+
        ]
    };
}

/// A field of one entity, without a sum over the fleet.
macro_rules! of_each {
    ($list:ident.$field:ident, $entity:ident) => {
        &[level!($entity, |totals, i| totals
            .$list
            .get(i)
            .map(|of| of.$field))]
    };
}

macro_rules! sum {
    ($totals:ident.$list:ident.$field:ident) => {
        $totals.$list.iter().fold(0.0, |sum, of| sum + of.$field)
    };
}

macro_rules! metrics {
    ($($name:ident, $unit:expr, $better:ident, $scope:ident, $levels:expr, $definition:literal;)+) => {
        /// All metrics, in the order in which files and screens list them.
        pub static METRICS: &[Metric] = &[$(Metric {
            name: stringify!($name),
            unit: $unit,
            better: Better::$better,
            definition: $definition,
            scope: Scope::$scope,
            levels: $levels,
        }),+];
    };
}

metrics! {
    net_value, Unit::Money, Higher, Daily, &[level!(Fleet, |totals, _| Some(net_value(totals)))],
        "What allocation earned after the money that it could have avoided: \
         value - penalties - conversion - energy. Depreciation is sunk and not subtracted.";
    value, Unit::Money, Higher, Daily, summed!(workloads.value, Workload, Service),
        "Value earned by useful training and by requests served within their SLO.";
    penalties, Unit::Money, Lower, Daily, summed!(workloads.penalties, Workload, Service),
        "Penalties for requests that missed their SLO and for promises broken.";
    cost, Unit::Money, Lower, Run, &[level!(Fleet, |totals, _| Some(cost(totals)))],
        "What the fleet cost to own and run: depreciation + energy + conversion.";
    conversion, Unit::Money, Lower, Run, summed!(workloads.conversion, Workload, Service),
        "Cost of converting accelerators from one use to another, charged to the taker.";
    energy, Unit::Money, Lower, Run, summed!(sites.energy, Site),
        "Price of the energy drawn from the grid.";
    depreciation, Unit::Money, Lower, Run, summed!(pools.depreciation, Pool),
        "Straight-line depreciation of installed accelerators.";
    idle_depreciation, Unit::Money, Lower, Run, summed!(pools.idle_depreciation, Pool),
        "The part of depreciation that fell on idle accelerators: a memo, not a further cost.";
    capex, Unit::Money, Neutral, Run, summed!(pools.capex, Pool),
        "Payments on the milestones of orders.";
    utilization, SHARE, Higher, Daily, &[
            level!(Fleet, |totals, _| ratio(sum!(totals.pools.busy), sum!(totals.pools.installed))),
            level!(Pool, |totals, i| {
                totals.pools.get(i).and_then(|of| ratio(of.busy, of.installed))
            }),
        ],
        "Accelerator-hours that did work over accelerator-hours installed.";
    installed_accelerator_hours, ACCELERATOR_HOURS, Neutral, Daily, summed!(pools.installed, Pool),
        "Accelerator-hours owned and in place: the sum of all states below, except busy.";
    allocated_accelerator_hours, ACCELERATOR_HOURS, Neutral, Daily, &[
            level!(Fleet, |totals, _| Some(sum!(totals.pools.allocated))),
            level!(Pool, |totals, i| totals.pools.get(i).map(|of| of.allocated)),
            level!(Workload, |totals, i| totals.workloads.get(i).map(|of| of.allocated)),
            level!(Service, |totals, i| totals.workloads.get(i).map(|of| of.allocated)),
        ],
        "Accelerator-hours granted to a workload and ready for it.";
    busy_accelerator_hours, ACCELERATOR_HOURS, Higher, Run, &[
            level!(Fleet, |totals, _| Some(sum!(totals.pools.busy))),
            level!(Pool, |totals, i| totals.pools.get(i).map(|of| of.busy)),
            level!(Workload, |totals, i| totals.workloads.get(i).map(|of| of.busy)),
            level!(Service, |totals, i| totals.workloads.get(i).map(|of| of.busy)),
        ],
        "Allocated accelerator-hours that did work.";
    draining_accelerator_hours, ACCELERATOR_HOURS, Lower, Run, summed!(pools.draining, Pool),
        "Accelerator-hours spent finishing the last work before leaving a workload.";
    converting_accelerator_hours, ACCELERATOR_HOURS, Lower, Daily, summed!(pools.converting, Pool),
        "Accelerator-hours spent in conversion from one use to another.";
    warming_accelerator_hours, ACCELERATOR_HOURS, Lower, Run, summed!(pools.warming, Pool),
        "Accelerator-hours spent starting up for a new workload.";
    idle_accelerator_hours, ACCELERATOR_HOURS, Lower, Daily, summed!(pools.idle, Pool),
        "Accelerator-hours that nobody held, spares included.";
    failed_accelerator_hours, ACCELERATOR_HOURS, Lower, Daily, summed!(pools.failed, Pool),
        "Accelerator-hours broken.";
    maintenance_accelerator_hours, ACCELERATOR_HOURS, Lower, Run, summed!(pools.maintenance, Pool),
        "Accelerator-hours in planned maintenance.";
    energy_kwh, Unit::Fixed("kWh"), Lower, Daily, summed!(sites.energy_kwh, Site),
        "Energy drawn from the grid, cooling and losses (PUE) included.";
    throttled_accelerator_hours, ACCELERATOR_HOURS, Lower, Run, summed!(sites.throttled, Site),
        "Accelerator-hours of work held back so that a site's draw stayed within its power cap.";
    slo_attainment, SHARE, Higher, Daily, &[level!(Service, |totals, i| {
            totals.services.get(i).and_then(|of| ratio(of.served_in_slo, of.offered))
        })],
        "Requests served within their SLO over requests offered; empty without traffic.";
    offered, REQUESTS, Neutral, Daily, of_each!(services.offered, Service),
        "First attempts that arrived: served_in_slo + served_late + shed + abandoned + waiting.";
    served_in_slo, REQUESTS, Higher, Run, of_each!(services.served_in_slo, Service),
        "Offered requests that were served within their SLO.";
    served_late, REQUESTS, Lower, Run, of_each!(services.served_late, Service),
        "Offered requests that were served, but too late for their SLO.";
    shed, REQUESTS, Lower, Daily, of_each!(services.shed, Service),
        "Offered requests that were refused because the queue was full.";
    abandoned, REQUESTS, Lower, Run, of_each!(services.abandoned, Service),
        "Offered requests whose users left before service.";
    waiting, REQUESTS, Lower, Run, of_each!(services.waiting, Service),
        "Requests still waiting at the end, less those waiting at the start.";
    waiting_time_mean, SECONDS, Lower, Daily, &[level!(Service, |totals, i| {
            totals.services.get(i).and_then(|of| ratio(of.waiting_time, of.admitted))
        })],
        "Mean wait before service of admitted requests; empty if none was admitted.";
    delayed_share, SHARE, Lower, Run, &[level!(Service, |totals, i| {
            totals.services.get(i).and_then(|of| ratio(of.delayed, of.offered))
        })],
        "Requests that found nothing free to serve them at once, and so waited, left or were refused, over requests \
         offered; empty without traffic.";
    occupancy_mean, REQUESTS, Neutral, Run, &[level!(Service, |totals, i| {
            totals.occupancy.get(i).and_then(|of| of.mean())
        })],
        "Mean number of requests in the service at once, waiting and being served; only where requests are simulated \
         one by one (`fidelity = \"request\"`).";
    occupancy_p99, REQUESTS, Neutral, Run, &[level!(Service, |totals, i| {
            totals.occupancy.get(i).and_then(|of| of.quantile(0.99))
        })],
        "Number of requests in the service at once that was not exceeded for 99% of the time; only where requests are \
         simulated one by one.";
    ranked_share, SHARE, Higher, Run, &[level!(Service, |totals, i| {
            totals.services.get(i).and_then(|of| ratio(of.ranked, of.degradable))
        })],
        "Mean share of their candidate items that admitted queries were ranked with; empty for services without `degrade`.";
    forecast_bias, SHARE, Neutral, Run, &[level!(Service, |totals, i| {
            totals.services.get(i).and_then(|of| ratio(of.forecast_error, of.forecast_actual))
        })],
        "Requests forecast less requests that came, over those that came, summed over the policy's steps: above 0 too much was expected.";
    forecast_wape, SHARE, Lower, Run, &[level!(Service, |totals, i| {
            totals.services.get(i).and_then(|of| ratio(of.forecast_error_absolute, of.forecast_actual))
        })],
        "Weighted absolute percentage error: the sum over the policy's steps of forecast less actual requests, each without its sign, over the requests that came.";
    forecast_pinball_p90, SHARE, Lower, Run, &[level!(Service, |totals, i| {
            totals.services.get(i).and_then(|of| ratio(of.forecast_pinball_p90, of.forecast_actual))
        })],
        "Pinball loss of the forecast's P90 over the requests that came: the sum over the policy's steps of \
         0.9 (actual - P90) where more came and 0.1 (P90 - actual) where less did.";
    goodput, SHARE, Higher, Run, &[level!(Workload, |totals, i| {
            totals.training.get(i).and_then(|of| ratio(of.useful, of.useful + of.lost + of.overhead))
        })],
        "Useful accelerator-hours over executed ones: useful / (useful + lost + overhead).";
    useful_accelerator_hours, ACCELERATOR_HOURS, Higher, Daily, of_each!(training.useful, Workload),
        "Accelerator-hours of work that counted towards completion.";
    lost_accelerator_hours, ACCELERATOR_HOURS, Lower, Daily, of_each!(training.lost, Workload),
        "Accelerator-hours of work undone by interruptions.";
    overhead_accelerator_hours, ACCELERATOR_HOURS, Lower, Run, of_each!(training.overhead, Workload),
        "Accelerator-hours spent writing checkpoints and restarting.";
    interruptions, Unit::Fixed("interruptions"), Lower, Run, of_each!(training.interruptions, Workload),
        "Times that a running gang was stopped by a failure or taken away.";
    jobs_completed, Unit::Fixed("jobs"), Higher, Run, of_each!(training.jobs_completed, Workload),
        "Jobs that finished.";
    completion_time_mean, HOURS, Lower, Run, &[level!(Workload, |totals, i| {
            totals.training.get(i).and_then(|of| ratio(of.completion_time, of.jobs_completed))
        })],
        "Mean time from submission to end of the jobs that finished; empty if none did.";
    slowdown_mean, SHARE, Lower, Run, &[level!(Workload, |totals, i| {
            totals.training.get(i).and_then(|of| ratio(of.slowdown, of.jobs_completed))
        })],
        "Mean bounded slowdown of the jobs that finished: the time from submission to end over the ideal \
         run time or 10 minutes, whichever is longer, and at least 1; empty if none did.";
    queueing_time_mean, HOURS, Lower, Run, &[level!(Workload, |totals, i| {
            totals.training.get(i).and_then(|of| ratio(of.queueing_time, of.jobs_started))
        })],
        "Mean time from submission to first start of the jobs that started; empty if none did.";
    bound, Unit::Money, Neutral, Bound, &[level!(Fleet, |totals, _| yardstick(totals, |of| Some(of.bound)))],
        "Net value that nobody could have beaten, knowing all demand, jobs and failures beforehand: an upper bound, not \
         always within reach. Only with `run --bound`.";
    regret, SHARE, Lower, Bound, &[level!(Fleet, |totals, _| yardstick(totals, |of| {
            ratio(of.bound - net_value(totals), of.bound - of.nothing_served)
        }))],
        "Share of what could be earned that was not: (bound - net_value) / (bound - nothing_served), where nothing_served \
         is the net value of serving and training nothing. Only with `run --bound`.";
    gap_closed, SHARE, Higher, Bound, &[level!(Fleet, |totals, _| yardstick(totals, |of| {
            let dedicated = of.dedicated?;
            ratio(net_value(totals) - dedicated, of.bound - dedicated)
        }))],
        "Share of the way from fixed shares to the bound: (net_value - dedicated) / (bound - dedicated), where dedicated \
         is the net value of the initial holdings as fixed shares, on the same draws. Only with `run --bound`.";
}

/// A reading of what the run is measured against; none where nothing is.
fn yardstick(totals: &Totals, read: impl Fn(&Yardsticks) -> Option<f64>) -> Option<f64> {
    totals.yardsticks.as_ref().and_then(read)
}

/// Net value of the fleet: value - penalties - conversion - energy.
#[must_use]
pub fn net_value(totals: &Totals) -> f64 {
    sum!(totals.workloads.value)
        - sum!(totals.workloads.penalties)
        - sum!(totals.workloads.conversion)
        - sum!(totals.sites.energy)
}

fn cost(totals: &Totals) -> f64 {
    sum!(totals.pools.depreciation) + sum!(totals.sites.energy) + sum!(totals.workloads.conversion)
}

fn ratio(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}
