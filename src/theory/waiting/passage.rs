//! Time averages of Brownian first-passage probabilities over a unit of time, without cancellation.
//!
//! For a level `b >= 0` and a drift `m` away from it, everything a step needs follows from `P(Z > b + m)`, its
//! mirror image, and `I_j = ∫ s^(j - 1/2)·φ(b/√s + m·√s) ds` over (0, 1), j = 0, 1 (integration by parts of the
//! inverse Gaussian law; Borodin and Salminen 2002, part II). The closed forms of `I_j` divide by m; near m = 0
//! they are replaced by a series in m².

use crate::theory::special::{erfcx, exp};
use std::f64::consts::FRAC_1_SQRT_2;

/// Probabilities and integrals of one level, all times a common factor given by logarithms.
#[derive(Debug, Clone, Copy)]
pub(super) struct Passage {
    /// `P(Z > b + m)`: beyond the level at the end.
    pub ahead: f64,
    /// `e^(-2bm)·P(Z > b - m)`: the same, seen in the mirror of the level.
    pub mirrored: f64,
    /// `φ(b + m)`.
    pub density: f64,
    /// `I_0`, proportional to the expected local time at the level.
    pub i0: f64,
    /// `I_1`.
    pub i1: f64,
}

/// Logarithms of the factors that multiply a [`Passage`]; each in the form that is stable for its term.
#[derive(Debug, Clone, Copy)]
pub(super) struct LogFactors {
    /// Of `ahead`: the logarithm of the common factor.
    pub ahead: f64,
    /// Of `mirrored`: that of the common factor less `2bm`.
    pub mirrored: f64,
    /// Of `density`: that of the common factor less `(b + m)²/2`.
    pub density: f64,
}

/// Below this drift the closed forms have lost up to three digits, and the series six terms deep has not.
const SERIES_DRIFT: f64 = 0.3;

impl Passage {
    /// `level = b >= 0` and `drift = m` in units of the standard deviation over the whole time.
    pub(super) fn new(level: f64, drift: f64, log: LogFactors) -> Self {
        const INV_SQRT_2PI: f64 = 0.398_942_280_401_432_7;
        let gauss = exp(log.density);
        let ahead = tail(gauss, log.ahead, level + drift);
        let mirrored = tail(gauss, log.mirrored, level - drift);
        let density = INV_SQRT_2PI * gauss;
        let (i0, i1) = if drift.abs() < SERIES_DRIFT {
            integrals_by_series(level, drift, density)
        } else {
            let i0 = (mirrored - ahead) / drift;
            let i1 = (i0 + level * (ahead + mirrored) - 2.0 * density) / (drift * drift);
            (i0, i1)
        };
        Self {
            ahead,
            mirrored,
            density,
            i0,
            i1,
        }
    }

    /// A passage without a common factor.
    pub(super) fn plain(level: f64, drift: f64) -> Self {
        let log = LogFactors {
            ahead: 0.0,
            mirrored: -2.0 * level * drift,
            density: -0.5 * (level + drift) * (level + drift),
        };
        Self::new(level, drift, log)
    }

    /// Time average of `ahead` over the unit of time, `∫ P(Z > b/√s + m·√s) ds`.
    pub(super) fn mean_ahead(&self, level: f64, drift: f64) -> f64 {
        self.ahead + 0.5 * (drift * self.i1 - level * self.i0)
    }

    /// Time average of `mirrored`.
    pub(super) fn mean_mirrored(&self, level: f64, drift: f64) -> f64 {
        self.mirrored - 0.5 * (drift * self.i1 + level * self.i0)
    }
}

/// `e^log_factor·P(Z > z)`, given `gauss = e^(log_factor - z²/2)`.
fn tail(gauss: f64, log_factor: f64, z: f64) -> f64 {
    // Where the Gaussian factor is 0, what it would be multiplied with is finite.
    let beyond = if gauss > 0.0 {
        0.5 * gauss * erfcx(z.abs() * FRAC_1_SQRT_2)
    } else {
        0.0
    };
    if z > 0.0 {
        beyond
    } else {
        exp(log_factor) - beyond
    }
}

/// `I_0` and `I_1` from the moments at drift zero, `I_j = e^(-bm)·Σ (-m²/2)^n/n!·M_(j+n)`.
///
/// `M_j·(j + 1/2) = φ(b) - b²/2·M_(j-1)`; the common factor `φ(b)` is put back at the end, inside the density.
fn integrals_by_series(level: f64, drift: f64, density: f64) -> (f64, f64) {
    const TERMS: u32 = 7;
    // Where the density vanishes the moments, which would overflow, are not needed.
    if density == 0.0 {
        return (0.0, 0.0);
    }
    const SQRT_HALF_PI: f64 = 1.253_314_137_315_500_3;
    let half_square = 0.5 * level * level;
    let decay = -0.5 * drift * drift;
    let mut moment = 2.0 - 2.0 * level * SQRT_HALF_PI * erfcx(level * FRAC_1_SQRT_2);
    let (mut i0, mut i1, mut weight) = (0.0, 0.0, 1.0);
    for n in 0..TERMS {
        let next = (1.0 - half_square * moment) / (f64::from(n) + 1.5);
        i0 += weight * moment;
        i1 += weight * next;
        weight *= decay / f64::from(n + 1);
        moment = next;
    }
    let scale = density * (-decay).exp();
    (i0 * scale, i1 * scale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::normal::{density, survival};

    /// Simpson's rule in √s, which removes the singularity at the start.
    fn integral(f: impl Fn(f64) -> f64) -> f64 {
        let panels = 20_000;
        let h = 1.0 / f64::from(panels);
        let g = |u: f64| if u > 0.0 { 2.0 * u * f(u * u) } else { 0.0 };
        let inner: f64 = (1..panels)
            .map(|k| f64::from(2 + 2 * (k % 2)) * g(f64::from(k) * h))
            .sum();
        (g(0.0) + inner + g(1.0)) * h / 3.0
    }

    #[test]
    fn integrals_and_averages() {
        for level in [1e-3, 0.1, 0.7, 3.0, 6.0] {
            for drift in [
                -8.0, -1.0, -0.31, -0.29, -1e-3, 0.0, 1e-9, 0.1, 0.299, 0.301, 2.0, 5.0,
            ] {
                let passage = Passage::plain(level, drift);
                let at = |s: f64| level / s.sqrt() + drift * s.sqrt();
                let i0 = integral(|s| density(at(s)) / s.sqrt());
                let i1 = integral(|s| density(at(s)) * s.sqrt());
                let mean = integral(|s| survival(at(s)));
                let tolerance = 2e-8;
                assert!((passage.i0 - i0).abs() < tolerance, "I0 {level} {drift}");
                assert!((passage.i1 - i1).abs() < tolerance, "I1 {level} {drift}");
                assert!((passage.mean_ahead(level, drift) - mean).abs() < tolerance);
            }
        }
    }

    #[test]
    fn series_meets_closed_form() {
        for level in [0.0, 0.5, 2.0, 5.0, 9.0, 40.0] {
            for sign in [-1.0, 1.0] {
                let below = Passage::plain(level, sign * (SERIES_DRIFT - 1e-15));
                let above = Passage::plain(level, sign * SERIES_DRIFT);
                assert!((below.i0 - above.i0).abs() < 1e-13, "{level}");
                assert!((below.i1 - above.i1).abs() < 1e-13, "{level}");
            }
        }
    }

    #[test]
    fn far_levels_are_zero_not_nan() {
        for drift in [-1e9, -0.1, 0.0, 0.1, 1e9] {
            let passage = Passage::plain(1e30, drift);
            assert_eq!(
                (passage.ahead, passage.i0, passage.i1),
                (0.0, 0.0, 0.0),
                "{drift}"
            );
        }
    }
}
