//! A distribution with its parameters solved once: what the simulation keeps where it draws again and again.
//!
//! Draws come from `rand_distr` (ziggurat normals and exponentials, Marsaglia-Tsang gammas) or by inversion; its
//! version is pinned by golden tests. A draw takes a varying number of words from the generator, so whatever must
//! not shift other draws needs a stream of its own.

use super::empirical::Atoms;
use super::normal::{self, TruncatedNormal};
use super::pareto::TruncatedPareto;
use super::{Distribution, gamma, weibull};
use rand::{Rng, RngExt};
use rand_distr::{Distribution as _, Exp1, StandardNormal};

/// A [`Distribution`], ready to draw from (10 to 30 ns) and to evaluate.
#[derive(Clone, Debug)]
pub struct Sampler {
    law: Law,
}

#[derive(Clone, Debug)]
pub(super) enum Law {
    Point(f64),
    /// Mean and standard deviation of ln X.
    Lognormal {
        mu: f64,
        sigma: f64,
    },
    Normal(TruncatedNormal),
    Uniform {
        from: f64,
        width: f64,
    },
    Exponential {
        mean: f64,
    },
    Gamma {
        shape: f64,
        scale: f64,
        draw: rand_distr::Gamma<f64>,
    },
    Weibull {
        shape: f64,
        scale: f64,
    },
    Pareto(TruncatedPareto),
    Empirical(Atoms),
}

impl Sampler {
    /// Solves the parameters (about 1 µs for a Weibull, a sort for an empirical, nanoseconds otherwise).
    pub fn new(distribution: &Distribution) -> Self {
        Self {
            law: Law::of(distribution),
        }
    }

    pub(super) fn law(&self) -> &Law {
        &self.law
    }

    /// One draw, in the base unit.
    pub fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        match &self.law {
            Law::Point(value) => *value,
            Law::Lognormal { mu, sigma } => {
                let z: f64 = StandardNormal.sample(rng);
                libm::exp(mu + sigma * z)
            }
            Law::Normal(normal) => normal.sample(rng),
            Law::Uniform { from, width } => from + width * rng.random::<f64>(),
            Law::Exponential { mean } => {
                let unit: f64 = Exp1.sample(rng);
                mean * unit
            }
            Law::Gamma { draw, .. } => draw.sample(rng),
            Law::Weibull { shape, scale } => {
                let unit: f64 = Exp1.sample(rng);
                scale * libm::exp(libm::log(unit) / shape)
            }
            Law::Pareto(pareto) => pareto.quantile(rng.random()),
            // 1 − u lies in (0, 1], where every atom with a positive probability can be reached and no other.
            Law::Empirical(atoms) => atoms.quantile(1.0 - rng.random::<f64>()),
        }
    }

    /// P(X ≤ x); absolute error below 1e-13 (1e-8 for a gamma with cv below 0.1%).
    pub fn cdf(&self, x: f64) -> f64 {
        if x < 0.0 {
            return 0.0;
        }
        match &self.law {
            Law::Point(value) => f64::from(x >= *value),
            Law::Lognormal { mu, sigma } => normal::cdf((libm::log(x) - mu) / sigma),
            Law::Normal(normal) => normal.cdf(x),
            Law::Uniform { from, width } => ((x - from) / width).clamp(0.0, 1.0),
            Law::Exponential { mean } => -libm::expm1(-x / mean),
            Law::Gamma { shape, scale, .. } => gamma::cdf(*shape, x / scale),
            Law::Weibull { shape, scale } => -libm::expm1(-libm::pow(x / scale, *shape)),
            Law::Pareto(pareto) => pareto.cdf(x),
            Law::Empirical(atoms) => atoms.cdf(x),
        }
    }

    /// The smallest x with P(X ≤ x) ≥ p; `p` is cut to 0..=1. At p = 1 it is infinite for unbounded families.
    pub fn quantile(&self, p: f64) -> f64 {
        let p = p.clamp(0.0, 1.0);
        match &self.law {
            Law::Point(value) => *value,
            Law::Lognormal { mu, sigma } => libm::exp(mu + sigma * normal::quantile(p)),
            Law::Normal(normal) => normal.quantile(p),
            Law::Uniform { from, width } => from + width * p,
            Law::Exponential { mean } => -mean * libm::log1p(-p),
            Law::Gamma { shape, scale, .. } => scale * gamma::quantile(*shape, p),
            Law::Weibull { shape, scale } => scale * libm::pow(-libm::log1p(-p), 1.0 / shape),
            Law::Pareto(pareto) => pareto.quantile(p),
            Law::Empirical(atoms) => atoms.quantile(p),
        }
    }
}

impl Law {
    fn of(distribution: &Distribution) -> Self {
        match distribution {
            Distribution::Constant(value) => Self::Point(*value),
            Distribution::Exponential { mean } if *mean == 0.0 => Self::Point(0.0),
            Distribution::Lognormal { mean, cv }
            | Distribution::Normal { mean, cv, .. }
            | Distribution::Gamma { mean, cv }
            | Distribution::Weibull { mean, cv }
                if *cv == 0.0 || *mean == 0.0 =>
            {
                Self::Point(*mean)
            }
            Distribution::Uniform { from, to }
            | Distribution::Pareto {
                min: from, max: to, ..
            } if from == to => Self::Point(*from),
            Distribution::Lognormal { mean, cv } => {
                let variance = libm::log1p(cv * cv);
                Self::Lognormal {
                    mu: libm::log(*mean) - 0.5 * variance,
                    sigma: libm::sqrt(variance),
                }
            }
            Distribution::Normal { mean, cv, within } => {
                Self::Normal(TruncatedNormal::new(*mean, *cv, *within))
            }
            Distribution::Uniform { from, to } => Self::Uniform {
                from: *from,
                width: to - from,
            },
            Distribution::Exponential { mean } => Self::Exponential { mean: *mean },
            Distribution::Gamma { mean, cv } => {
                let shape = 1.0 / (cv * cv);
                let scale = mean * cv * cv;
                // Refused only where the square of cv leaves the range of an f64, or unchecked input.
                rand_distr::Gamma::new(shape, scale).map_or(Self::Point(*mean), |draw| {
                    Self::Gamma { shape, scale, draw }
                })
            }
            Distribution::Weibull { mean, cv } => {
                let (shape, scale) = weibull::shape_and_scale(*mean, *cv);
                Self::Weibull { shape, scale }
            }
            Distribution::Pareto { shape, min, max } => {
                Self::Pareto(TruncatedPareto::new(*shape, *min, *max))
            }
            Distribution::Empirical { values, weights } => {
                Self::Empirical(Atoms::new(values, weights))
            }
        }
    }
}
