//! The services' request rates: what arrives in the interval under way, and what the policy
//! expects of it.

use crate::demand::{Curve, UnknownTimeZone};
use crate::id::WorkloadId;
use crate::kernel::{Instant, Streams};
use crate::scenario::{ForecastMethod, Profile, Scenario, ServiceDemand};

/// All services' rates. Services of one profile share its curve, and so its draws.
#[derive(Debug)]
pub(super) struct Traffic {
    curves: Vec<Curve>,
    /// The same curves read ahead of time, for a policy that knows the future.
    ahead: Option<Vec<Curve>>,
    /// By profile: what they say of the coming step.
    coming: Vec<f64>,
    /// By profile: what multiplies a base rate in the interval under way.
    multipliers: Vec<f64>,
    /// By workload; none for training.
    services: Vec<Option<Rates>>,
    /// By workload: the mean rate expected until the next step, per second; 0 for training.
    forecasts: Vec<f64>,
}

/// One service's rates, per second.
#[derive(Clone, Copy, Debug)]
struct Rates {
    /// Position of its demand profile; none for a constant rate.
    profile: Option<usize>,
    base: f64,
    /// Mean of the interval under way.
    current: f64,
    /// Mean of the interval before it; none in the first.
    seen: Option<f64>,
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
        let rates = |demand: &ServiceDemand| {
            let profile = demand.profile.as_ref();
            Some(Rates {
                profile: profile.and_then(|name| scenario.demand.get_index_of(name.name.as_str())),
                base: demand.mean_rate(&scenario.demand).0,
                current: 0.0,
                seen: None,
            })
        };
        let inference = scenario.inference.values().map(|service| &service.demand);
        let ranking = scenario.ranking.values().map(|service| &service.demand);
        let training = scenario.training.values().map(|_| None);
        let services: Vec<_> = training
            .chain(inference.chain(ranking).map(rates))
            .collect();
        let curves: Vec<Curve> = scenario
            .demand
            .iter()
            .map(curve)
            .collect::<Result<_, _>>()?;
        let perfect = matches!(scenario.forecast.method, ForecastMethod::Perfect(_));
        Ok(Self {
            ahead: perfect.then(|| curves.clone()),
            multipliers: vec![1.0; curves.len()],
            coming: vec![1.0; curves.len()],
            curves,
            forecasts: vec![0.0; services.len()],
            services,
        })
    }

    /// Begins the interval from `now` to `until`, which follows the one before it.
    pub fn advance(&mut self, now: Instant, until: Instant) {
        // A curve only goes forward, so it is read once however many services share it.
        read(&mut self.curves, &mut self.multipliers, now, until);
        for rates in self.services.iter_mut().flatten() {
            rates.current = rates.at(&self.multipliers);
        }
    }

    /// Ends the interval under way: its rates have been seen.
    pub fn observe(&mut self) {
        for rates in self.services.iter_mut().flatten() {
            rates.seen = Some(rates.current);
        }
    }

    /// Forecasts the mean rates from `now` until the next step: what was seen last (persistence),
    /// or what will be (perfect). Before anything was seen, the interval under way stands for it.
    pub fn forecast(&mut self, now: Instant, next_step: Instant) {
        if let Some(ahead) = &mut self.ahead {
            read(ahead, &mut self.coming, now, next_step);
            for (service, forecast) in self.services.iter().zip(&mut self.forecasts) {
                *forecast = service.map_or(0.0, |rates| rates.at(&self.coming));
            }
            return;
        }
        for (service, forecast) in self.services.iter().zip(&mut self.forecasts) {
            *forecast = service.map_or(0.0, |rates| rates.seen.unwrap_or(rates.current));
        }
    }

    /// Mean rate of a service in the interval under way, per second; none for training.
    pub fn rate_per_s(&self, workload: WorkloadId) -> Option<f64> {
        self.services[workload.index()].map(|rates| rates.current)
    }

    /// What the policy expects, by workload, per second; 0 for training.
    pub fn forecasts(&self) -> &[f64] {
        &self.forecasts
    }
}

fn read(curves: &mut [Curve], multipliers: &mut [f64], from: Instant, to: Instant) {
    for (curve, multiplier) in curves.iter_mut().zip(multipliers) {
        *multiplier = curve.mean_rate(from, to);
    }
}
