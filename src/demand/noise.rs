//! Traffic noise: a lognormal first-order autoregression on the hourly grid, with mean 1.
//!
//! The log is z·σ − σ²/2 with σ² = ln(1 + cv²) and z' = ρz + √(1−ρ²)·ε, ρ = exp(−1 h / correlation), started in its
//! stationary law. Hourly values then have mean 1 and exactly this cv, and the autocorrelation at lag k is
//! ((1 + cv²)^(ρ^k) − 1)/cv², which is close to ρ^k for a small cv.

use super::innovations::Innovations;
use crate::kernel::{Span, Streams};
use crate::scenario::Noise;

/// The noise of one cell after the other.
#[derive(Clone, Debug)]
pub(super) struct NoiseWalk {
    variance: f64,
    sigma: f64,
    rho: f64,
    fresh: f64,
    z: f64,
    innovations: Innovations,
}

impl NoiseWalk {
    /// Stands on `cell`. Runs that begin on other cells draw the same ε, so their noise becomes the same after a few
    /// correlation times.
    pub(super) fn new(noise: &Noise, cell: i64, streams: &Streams, entity: &str) -> Self {
        let variance = libm::log1p(noise.cv * noise.cv);
        let correlation = noise.correlation.max(Span::MICROSECOND);
        let rho = libm::exp(-(Span::HOUR / correlation));
        let mut innovations = Innovations::new(streams, entity, "noise");
        let z = if variance > 0.0 {
            innovations.of_cell(cell)
        } else {
            0.0
        };
        let fresh = libm::sqrt(-libm::expm1(-2.0 * (Span::HOUR / correlation)));
        Self {
            variance,
            sigma: libm::sqrt(variance),
            rho,
            fresh,
            z,
            innovations,
        }
    }

    /// Steps on to `cell`, which must be the next one.
    pub(super) fn advance(&mut self, cell: i64) {
        if self.variance > 0.0 {
            self.z = self.rho * self.z + self.fresh * self.innovations.of_cell(cell);
        }
    }

    /// The log of the factor of the cell it stands on.
    pub(super) fn log(&self) -> f64 {
        self.sigma * self.z - 0.5 * self.variance
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 400 replications of 1,000 hours: the interval is over independent replications, so it needs no theory.
    #[test]
    fn mean_cv_and_autocorrelation() {
        for (cv, hours) in [(0.1, 6), (0.5, 6), (0.3, 48), (1.0, 1)] {
            let noise = Noise {
                cv,
                correlation: Span::HOUR * hours,
                subhourly_cv: 0.0,
            };
            let rho = (-1.0 / hours as f64).exp();
            let lag = hours as usize;
            let product = (1.0 + cv * cv).powf(rho.powi(hours as i32));
            let mut estimates: [Vec<f64>; 3] = Default::default();
            for replication in 0..400 {
                let streams = Streams::new(5, replication);
                let mut walk = NoiseWalk::new(&noise, -7, &streams, "test");
                let factors: Vec<f64> = (-6..994)
                    .map(|cell| {
                        let factor = walk.log().exp();
                        walk.advance(cell);
                        factor
                    })
                    .collect();
                let mean_of =
                    |f: &dyn Fn(usize) -> f64, n: usize| (0..n).map(f).sum::<f64>() / n as f64;
                estimates[0].push(mean_of(&|i| factors[i], 1000));
                estimates[1].push(mean_of(&|i| factors[i] * factors[i], 1000));
                estimates[2].push(mean_of(&|i| factors[i] * factors[i + lag], 1000 - lag));
            }
            for (values, expected) in estimates.iter().zip([1.0, 1.0 + cv * cv, product]) {
                let n = values.len() as f64;
                let mean = values.iter().sum::<f64>() / n;
                let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
                let half_width = 4.0 * (variance / n).sqrt();
                assert!(
                    (mean - expected).abs() < half_width,
                    "{cv} {hours}: {mean} {expected}"
                );
            }
        }
    }

    #[test]
    fn an_earlier_start_is_forgotten() {
        let noise = Noise {
            cv: 0.3,
            correlation: Span::HOUR * 6,
            subhourly_cv: 0.0,
        };
        let streams = Streams::new(5, 0);
        let mut early = NoiseWalk::new(&noise, -400, &streams, "test");
        (-399..=0).for_each(|cell| early.advance(cell));
        let mut late = NoiseWalk::new(&noise, 0, &streams, "test");
        assert!((early.log() - late.log()).abs() > 1e-3);
        for cell in 1..=240 {
            early.advance(cell);
            late.advance(cell);
        }
        assert!((early.log() - late.log()).abs() < 1e-14);
    }
}
