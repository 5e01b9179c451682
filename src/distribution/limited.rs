//! Limited expected values, E[min(X, x)] = ∫₀ˣ P(X > t) dt, in closed form (Klugman, Panjer & Willmot, Loss Models,
//! appendix A). Their differences say how a duration falls on a grid whose beginning is random.

use super::normal;
use super::sampler::Law;
use super::{Sampler, gamma};

impl Sampler {
    /// E[min(X, x)] for x ≥ 0: rises from 0 to the mean.
    pub fn limited_mean(&self, x: f64) -> f64 {
        let above = 1.0 - self.cdf(x);
        match self.law() {
            Law::Point(value) => value.min(x),
            Law::Lognormal { mu, sigma } => {
                let z = (libm::log(x) - mu) / sigma;
                let mean = libm::exp(mu + 0.5 * sigma * sigma);
                mean * normal::cdf(z - sigma) + x * above
            }
            Law::Normal(normal) => normal.limited_mean(x),
            Law::Uniform { from, width } => {
                let beyond = (x - from).clamp(0.0, *width);
                x.min(from + width) - 0.5 * beyond * beyond / width
            }
            Law::Exponential { mean } => -mean * libm::expm1(-x / mean),
            Law::Gamma { shape, scale, .. } => {
                shape * scale * gamma::cdf(shape + 1.0, x / scale) + x * above
            }
            Law::Weibull { shape, scale } => {
                let (power, more) = (libm::pow(x / scale, *shape), 1.0 + 1.0 / shape);
                scale * libm::tgamma(more) * gamma::cdf(more, power) + x * above
            }
            Law::Pareto(pareto) => pareto.limited_mean(x),
            Law::Empirical(atoms) => atoms.limited_mean(x),
        }
    }
}
