//! The services' request rates: what arrives in the interval under way, and what the policy
//! expects until the next step. What happened is fed to the forecasters, and how their last
//! forecast turned out is found when its step ends.

use crate::demand::{Curve, Forecasters, Outlook, UnknownTimeZone};
use crate::id::WorkloadId;
use crate::kernel::{Instant, Span, Streams};
use crate::scenario::{Profile, Scenario, ServiceDemand};

/// All services' rates. Services of one profile share its curve, and so its draws.
#[derive(Debug)]
pub(super) struct Traffic {
    curves: Vec<Curve>,
    forecasters: Forecasters,
    /// By profile: what multiplies a base rate in the interval under way.
    multipliers: Vec<f64>,
    /// By profile: its mean since the step began.
    step_means: Vec<f64>,
    /// The step that was forecast last; none before the first.
    step: Option<(Instant, Instant)>,
    /// By workload; none for training.
    services: Vec<Option<Rates>>,
    /// By workload: what is expected until the next step, per second; nothing for training.
    outlooks: Vec<Outlook>,
}

/// One service's rates, per second.
#[derive(Clone, Copy, Debug)]
struct Rates {
    /// Its number among the services.
    number: usize,
    /// Position of its demand profile; none for a constant rate.
    profile: Option<usize>,
    base: f64,
    /// Mean of the interval under way.
    current: f64,
}

impl Rates {
    fn at(&self, multipliers: &[f64]) -> f64 {
        self.base * self.profile.map_or(1.0, |profile| multipliers[profile])
    }
}

impl Traffic {
    /// The rates of a checked scenario's services, read from `opening` on.
    pub fn new(
        scenario: &Scenario,
        streams: &Streams,
        opening: Instant,
    ) -> Result<Self, UnknownTimeZone> {
        let curve = |(name, profile): (&String, &Profile)| {
            Curve::new(name, profile, scenario.run.start, opening, streams)
        };
        let rates = |(number, demand): (usize, &ServiceDemand)| {
            let profile = demand.profile.as_ref();
            Some(Rates {
                number,
                profile: profile.and_then(|name| scenario.demand.get_index_of(name.name.as_str())),
                base: demand.mean_rate(&scenario.demand).0,
                current: 0.0,
            })
        };
        let inference = scenario.inference.values().map(|service| &service.demand);
        let ranking = scenario.ranking.values().map(|service| &service.demand);
        let training = scenario.training.values().map(|_| None);
        let services: Vec<_> = training
            .chain(inference.chain(ranking).enumerate().map(rates))
            .collect();
        let curves: Vec<Curve> = scenario
            .demand
            .iter()
            .map(curve)
            .collect::<Result<_, _>>()?;
        Ok(Self {
            forecasters: Forecasters::new(scenario, &curves),
            multipliers: vec![1.0; curves.len()],
            step_means: vec![1.0; curves.len()],
            step: None,
            curves,
            outlooks: vec![Outlook::default(); services.len()],
            services,
        })
    }

    /// Begins the interval from `now` to `until`, which follows the one before it.
    pub fn advance(&mut self, now: Instant, until: Instant) {
        // A curve only goes forward, so it is read once however many services share it.
        for (curve, multiplier) in self.curves.iter_mut().zip(&mut self.multipliers) {
            *multiplier = curve.mean_rate(now, until);
        }
        for rates in self.services.iter_mut().flatten() {
            rates.current = rates.at(&self.multipliers);
        }
    }

    /// Ends the interval under way: its rates have been seen.
    pub fn observe(&mut self, from: Instant, to: Instant) {
        self.forecasters.observe(from, to, &self.multipliers);
        if let Some((begins, _)) = self.step {
            // A running mean: of one interval it is that interval's rate, to the last bit.
            let share = (to - from) / (to - begins);
            for (mean, multiplier) in self.step_means.iter_mut().zip(&self.multipliers) {
                *mean = if share < 1.0 {
                    *mean + (multiplier - *mean) * share
                } else {
                    *multiplier
                };
            }
        }
    }

    /// Forecasts the rates from `now` until the next step.
    pub fn forecast(&mut self, now: Instant, next_step: Instant) {
        self.step = Some((now, next_step));
        self.forecasters.forecast(now, next_step, &self.multipliers);
        for (rates, outlook) in self.services.iter().zip(&mut self.outlooks) {
            if let Some(rates) = rates {
                *outlook = self.forecasters.of(rates.number, rates.profile, rates.base);
            }
        }
    }

    /// Tells the forecasters how the step turned out if it ends now; then, how long it was.
    pub fn score(&mut self, now: Instant) -> Option<Span> {
        let (begins, ends) = self.step?;
        if now < ends {
            return None;
        }
        self.forecasters.score(&self.step_means);
        Some(ends - begins)
    }

    /// Mean rate of a service since the step began, per second; none for training.
    pub fn mean_rate_per_s(&self, workload: WorkloadId) -> Option<f64> {
        self.services[workload.index()].map(|rates| rates.at(&self.step_means))
    }

    /// What was expected of a service in this step, per second.
    pub fn outlook(&self, workload: WorkloadId) -> Outlook {
        self.outlooks[workload.index()]
    }

    /// Mean rate of a service in the interval under way, per second; none for training.
    pub fn rate_per_s(&self, workload: WorkloadId) -> Option<f64> {
        self.services[workload.index()].map(|rates| rates.current)
    }

    /// The same for all workloads; nothing for training.
    pub fn outlooks(&self) -> &[Outlook] {
        &self.outlooks
    }
}
