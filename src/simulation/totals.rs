//! What a replication adds up to. Every field is a sum over time that starts at zero when the
//! counted period starts, so that the difference of two snapshots is itself a `Totals`: days,
//! quarters and the whole run are read with the same formulas.

use crate::workload::serving::Occupancy;
use std::ops::Sub;

/// Declares a struct of additive `f64` sums and its field-by-field difference.
macro_rules! sums {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: f64,)+
        }

        impl Sub for $name {
            type Output = Self;
            fn sub(self, earlier: Self) -> Self {
                Self { $($field: self.$field - earlier.$field,)+ }
            }
        }
    )+};
}

sums! {
    /// A pool's accelerator-hours by state, and what owning it cost in the scenario's currency.
    PoolTotals {
        /// Accelerator-hours installed.
        installed,
        /// Accelerator-hours granted to a workload and ready for it.
        allocated,
        /// Accelerator-hours granted and doing work; a part of `allocated`.
        busy,
        /// Accelerator-hours finishing their last work before they leave a workload.
        draining,
        /// Accelerator-hours being converted from one use to another.
        converting,
        /// Accelerator-hours starting up for their new workload.
        warming,
        /// Accelerator-hours that nobody held, spares included.
        idle,
        /// Accelerator-hours broken.
        failed,
        /// Accelerator-hours in planned maintenance.
        maintenance,
        /// Straight-line depreciation.
        depreciation,
        /// The part of `depreciation` that fell on idle accelerators (a memo, not a further cost).
        idle_depreciation,
        /// Payments on order milestones.
        capex,
    }
    /// A site's electricity.
    SiteTotals {
        /// Energy drawn from the grid, PUE included, in kWh.
        energy_kwh,
        /// Its price in the scenario's currency.
        energy,
        /// Accelerator-hours of work that the power cap held back.
        throttled,
    }
    /// A workload's holdings in accelerator-hours over all pools, and its money.
    WorkloadTotals {
        /// Accelerator-hours granted and ready.
        allocated,
        /// Accelerator-hours doing work; a part of `allocated`.
        busy,
        /// Accelerator-hours draining.
        draining,
        /// Accelerator-hours converting towards this workload.
        converting,
        /// Accelerator-hours warming up.
        warming,
        /// Value earned, in the scenario's currency.
        value,
        /// Penalties paid for misses.
        penalties,
        /// Cost of converting accelerators for this workload.
        conversion,
    }
    /// A service's requests (first attempts) by outcome, credited to their arrival's interval.
    ServiceTotals {
        /// Requests that arrived.
        offered,
        /// Of them, served within the SLO.
        served_in_slo,
        /// Offered, but found no slot free: waited, left, or were refused.
        delayed,
        /// Served, but too late for the SLO.
        served_late,
        /// Refused because the queue was full.
        shed,
        /// Left by their users before service.
        abandoned,
        /// Change of the number that still waits (its level, summed from the start).
        waiting,
        /// Sum over the admitted requests of their waiting time, in seconds.
        waiting_time,
        /// Requests admitted: the weight of `waiting_time`.
        admitted,
        /// Of them, those of a service that may degrade: the weight of `ranked`.
        degradable,
        /// Sum over these of the share of their candidate items that was ranked.
        ranked,
        /// Requests that arrived in the steps that have ended, for which there was a forecast.
        forecast_actual,
        /// Requests forecast for these steps less those that arrived.
        forecast_error,
        /// Sum over these steps of the difference between the two, whichever is more.
        forecast_error_absolute,
        /// Sum over these steps of the pinball loss of the forecast's P90, in requests: nine tenths of what came above it, one
        /// tenth of what stayed below.
        forecast_pinball_p90,
    }
    /// Training jobs' progress in accelerator-hours, and their milestones.
    TrainingTotals {
        /// Accelerator-hours of work that count towards completion.
        useful,
        /// Accelerator-hours of work undone by interruptions.
        lost,
        /// Accelerator-hours spent on checkpoint writes and restarts.
        overhead,
        /// Times a running gang was stopped by a failure or taken away.
        interruptions,
        /// Jobs that finished.
        jobs_completed,
        /// Sum over finished jobs of end minus submission, in hours.
        completion_time,
        /// Sum over finished jobs of their bounded slowdown.
        slowdown,
        /// Jobs that started for the first time.
        jobs_started,
        /// Sum over started jobs of first start minus submission, in hours.
        queueing_time,
    }
}

/// All sums of one replication, indexed by the typed ids.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Totals {
    /// Length of the period covered, in hours.
    pub hours: f64,
    /// By `PoolId`.
    pub pools: Vec<PoolTotals>,
    /// By `SiteId`.
    pub sites: Vec<SiteTotals>,
    /// By `WorkloadId`.
    pub workloads: Vec<WorkloadTotals>,
    /// By `WorkloadId`; zero for training.
    pub services: Vec<ServiceTotals>,
    /// By `WorkloadId`; zero for services.
    pub training: Vec<TrainingTotals>,
    /// By `WorkloadId`: for how long there were how many requests; empty but for services whose
    /// requests are simulated one by one.
    pub occupancy: Vec<Occupancy>,
    /// What the whole run is measured against, where that was asked for: no sums.
    pub yardsticks: Option<Yardsticks>,
}

/// What a replication's net value is measured against, in the scenario's currency.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Yardsticks {
    /// What nobody could have beaten.
    pub bound: f64,
    /// What serving and training nothing would have come to.
    pub nothing_served: f64,
    /// What the initial holdings, kept as fixed shares, came to on the same draws; none until that
    /// was simulated.
    pub dedicated: Option<f64>,
}

impl Totals {
    /// What happened since `earlier`, a snapshot of the same replication.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        Self {
            hours: self.hours - earlier.hours,
            pools: difference(&self.pools, &earlier.pools),
            sites: difference(&self.sites, &earlier.sites),
            workloads: difference(&self.workloads, &earlier.workloads),
            services: difference(&self.services, &earlier.services),
            training: difference(&self.training, &earlier.training),
            occupancy: self.occupancy_since(earlier),
            yardsticks: self.yardsticks,
        }
    }
}

impl Totals {
    fn occupancy_since(&self, earlier: &Self) -> Vec<Occupancy> {
        let pairs = self.occupancy.iter().zip(&earlier.occupancy);
        pairs.map(|(now, earlier)| now.clone() - earlier).collect()
    }
}

fn difference<T: Copy + Sub<Output = T>>(now: &[T], earlier: &[T]) -> Vec<T> {
    now.iter().zip(earlier).map(|(&a, &b)| a - b).collect()
}
