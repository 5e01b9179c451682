//! What is expected of the services' rates until the next step. The simulation feeds what happened
//! and asks; a forecaster sees nothing else, `perfect` aside.
//!
//! ```text
//!  rates of intervals ──► history (by hours) ──► method ──► mean ─┐
//!                                                                 ├──► Outlook
//!  mean of the step that ends ──► spread (of recent errors) ──────┘
//! ```
//!
//! Services of one profile share its forecaster, which knows multiples of a base rate; a table that
//! is given speaks of each service by itself.

mod given;
mod history;
mod holt_winters;
mod perfect;
mod persistence;
mod seasonal_naive;
mod spread;
#[cfg(test)]
mod tests;

use self::given::Given;
use self::holt_winters::HoltWinters;
use self::perfect::Perfect;
use self::persistence::Persistence;
use self::seasonal_naive::SeasonalNaive;
use self::spread::Spread;
use super::Curve;
use crate::kernel::{Grid, Instant};
use crate::scenario::{ForecastMethod, Scenario};

/// The standard normal's ninth decile.
const NINTH_DECILE: f64 = 1.281_551_565_544_600_4;

/// What is expected of a rate until the next step.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Outlook {
    /// Its mean.
    pub mean: f64,
    /// What it stays below in nine of ten cases.
    pub p90: f64,
    /// Whether that is known; until it is, it stands at the mean.
    pub is_p90_known: bool,
}

impl Outlook {
    /// Of a rate that is known.
    #[must_use]
    pub fn certain(rate: f64) -> Self {
        Self {
            mean: rate,
            p90: rate,
            is_p90_known: true,
        }
    }

    /// Of `factor` times the rate.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        Self {
            mean: self.mean * factor,
            p90: self.p90 * factor,
            ..self
        }
    }

    /// Coefficient of variation of what comes around the mean, read off the P90 as if that law were
    /// log-normal: p90 / mean = exp(zσ − σ²/2), cv² = exp(σ²) − 1. A P90 below the mean tells of a
    /// forecast that is too high and not of its uncertainty: 0. None while the P90 is unknown.
    #[must_use]
    pub fn cv(self) -> Option<f64> {
        if !self.is_p90_known {
            return None;
        }
        if self.p90 <= self.mean || self.mean <= 0.0 {
            return Some(0.0);
        }
        let square = NINTH_DECILE.powi(2) - 2.0 * (self.p90 / self.mean).ln();
        let sigma = NINTH_DECILE - square.max(0.0).sqrt();
        Some(sigma.powi(2).exp_m1().sqrt())
    }
}

/// The forecasters of a replication.
#[derive(Clone, Debug)]
pub struct Forecasters {
    /// By profile; none where a table is given.
    profiles: Vec<Forecaster>,
    /// By service, inference before ranking; none where no table is given.
    given: Vec<Given>,
    /// By profile, as multiples of a base rate; by service, per second, where a table is given.
    outlooks: Vec<Outlook>,
}

impl Forecasters {
    /// Those of the scenario's method, `curves` being its profiles' before anything was read.
    #[must_use]
    pub fn new(scenario: &Scenario, curves: &[Curve]) -> Self {
        let mut profiles = Vec::new();
        let mut given = Vec::new();
        if let ForecastMethod::Given(table) = &scenario.forecast.method {
            let services = scenario.inference.keys().chain(scenario.ranking.keys());
            // A checked scenario's table has all services.
            let quantiles = services.filter_map(|name| table.services.get(name));
            given.extend(quantiles.map(Given::new));
        } else {
            profiles.extend(curves.iter().map(|curve| Forecaster::new(scenario, curve)));
        }
        Self {
            outlooks: vec![Outlook::default(); profiles.len() + given.len()],
            profiles,
            given,
        }
    }

    /// Tells what the profiles' multiples were in an interval, which follows the last one.
    pub fn observe(&mut self, from: Instant, to: Instant, multiples: &[f64]) {
        for (forecaster, &multiple) in self.profiles.iter_mut().zip(multiples) {
            forecaster.method.observe(from, to, multiple);
        }
    }

    /// Forecasts from now until the next step; `current` stands for what was seen before anything was.
    pub fn forecast(&mut self, now: Instant, next_step: Instant, current: &[f64]) {
        let profiles = self.profiles.iter_mut().zip(current);
        for ((forecaster, &current), outlook) in profiles.zip(&mut self.outlooks) {
            *outlook = forecaster.outlook(now, next_step, current);
        }
        for (given, outlook) in self.given.iter().zip(&mut self.outlooks) {
            *outlook = given.outlook(now, next_step);
        }
    }

    /// Tells what the profiles' multiples were on average in the step that was forecast last.
    pub fn score(&mut self, multiples: &[f64]) {
        let scored = self.outlooks.iter().zip(multiples);
        for (forecaster, (outlook, &actual)) in self.profiles.iter_mut().zip(scored) {
            forecaster.spread.remember(outlook.mean, actual);
        }
    }

    /// The rate per second that is expected of a service: by its number, its profile and its base.
    #[must_use]
    pub fn of(&self, service: usize, profile: Option<usize>, base_per_s: f64) -> Outlook {
        if self.given.is_empty() {
            let outlook = profile.and_then(|profile| self.outlooks.get(profile));
            outlook.map_or(Outlook::certain(base_per_s), |outlook| {
                outlook.times(base_per_s)
            })
        } else {
            self.outlooks.get(service).copied().unwrap_or_default()
        }
    }
}

/// The forecaster of one profile.
#[derive(Clone, Debug)]
struct Forecaster {
    method: Method,
    spread: Spread,
}

#[derive(Clone, Debug)]
enum Method {
    Persistence(Persistence),
    SeasonalNaive(SeasonalNaive),
    HoltWinters(HoltWinters),
    Perfect(Box<Perfect>),
}

impl Forecaster {
    fn new(scenario: &Scenario, curve: &Curve) -> Self {
        let hours = Grid::hours(scenario.run.start);
        let step = scenario.run.step;
        Self {
            method: match &scenario.forecast.method {
                ForecastMethod::SeasonalNaive(method) => {
                    Method::SeasonalNaive(SeasonalNaive::new(method.period, hours, step))
                }
                ForecastMethod::HoltWinters(method) => {
                    Method::HoltWinters(HoltWinters::new(method, hours, step))
                }
                ForecastMethod::Perfect(_) => Method::Perfect(Box::new(Perfect::new(curve))),
                ForecastMethod::Persistence(_) | ForecastMethod::Given(_) => {
                    Method::Persistence(Persistence::default())
                }
            },
            spread: Spread::default(),
        }
    }

    fn outlook(&mut self, from: Instant, to: Instant, current: f64) -> Outlook {
        let mean = match &mut self.method {
            Method::Persistence(method) => method.mean(),
            Method::SeasonalNaive(method) => method.mean(from, to),
            Method::HoltWinters(method) => method.mean(from, to),
            Method::Perfect(method) => return Outlook::certain(method.mean(from, to)),
        };
        let mean = mean.unwrap_or(current);
        Outlook {
            mean,
            p90: mean * self.spread.p90(),
            is_p90_known: self.spread.is_known(),
        }
    }
}

impl Method {
    fn observe(&mut self, from: Instant, to: Instant, rate: f64) {
        match self {
            Self::Persistence(method) => method.observe(rate),
            Self::SeasonalNaive(method) => method.observe(from, to, rate),
            Self::HoltWinters(method) => method.observe(from, to, rate),
            Self::Perfect(_) => {}
        }
    }
}
