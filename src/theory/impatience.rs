//! The wait of requests that may leave before service: `c` slots, first come first served, exponential
//! patience, and perhaps a limit beyond which an arrival is refused.
//!
//! The work ahead of an arrival, V, has at rest the density (Baccelli and Hebuterne 1981; Zeltyn and
//! Mandelbaum, Queueing Systems 51, 2005)
//!
//! ```text
//! f(u) ∝ exp((lambda·tau·(1 - e^(-u/tau)) - c·mu·u)/v)   on (0, L],   v = (ca² + cs²)/2
//! ```
//!
//! followed by the exponential of rate `c·mu/v`, since nobody is admitted above L. With Erlang's B for the
//! chance that all slots are busy, it is exact for M/M/c+M at v = 1; without patience's end it is the law of
//! `waiting` at rest. The density is log-concave, so a few Gauss points on each side of its peak integrate it
//! to fourteen digits in every regime, overload included.

use super::erlang::erlang_b;
use super::special::exp;
use super::{is_positive, within};

/// The law at rest of a queue with impatient requests.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ImpatientLaw {
    /// None without slots: whoever comes then is never served.
    density: Option<Density>,
    patience_s: f64,
    /// Share of the arrivals that finds all slots busy.
    delay: f64,
    refused: f64,
    abandoned: f64,
}

/// The density of the work ahead, relative to its peak, and what makes it a probability.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Density {
    arrivals_per_s: f64,
    departures_per_s: f64,
    patience_s: f64,
    variability: f64,
    limit_s: f64,
    peak_s: f64,
    /// Arrivals per second that would stay until the peak.
    staying_per_s: f64,
    /// Outside of these the density is nothing.
    low_s: f64,
    high_s: f64,
    /// Probability per unit of the integral.
    scale: f64,
}

/// A density of e to the minus this, relative to its peak, adds nothing to a sum.
const NOTHING: f64 = 45.0;
/// Parts of each side of the peak, each with its own Gauss points.
const PANELS: u32 = 3;
/// Positive points and weights of Gauss and Legendre's rule of 16 points.
const GAUSS: [(f64, f64); 8] = [
    (0.095_012_509_837_637_44, 0.189_450_610_455_068_5),
    (0.281_603_550_779_258_9, 0.182_603_415_044_923_6),
    (0.458_016_777_657_227_4, 0.169_156_519_395_002_54),
    (0.617_876_244_402_643_7, 0.149_595_988_816_576_73),
    (0.755_404_408_355_003, 0.124_628_971_255_533_87),
    (0.865_631_202_387_831_7, 0.095_158_511_682_492_78),
    (0.944_575_023_073_232_6, 0.062_253_523_938_647_89),
    (0.989_400_934_991_649_9, 0.027_152_459_411_754_096),
];

impl ImpatientLaw {
    /// `servers` and `offered_load = lambda·E[S]` are real; `variability` is `(ca² + cs²)/2`; `patience_s` is
    /// the mean patience and `limit_s` the longest work ahead that an arrival accepts, infinite without a
    /// limit.
    #[must_use]
    pub fn new(
        servers: f64,
        offered_load: f64,
        mean_service_s: f64,
        variability: f64,
        patience_s: f64,
        limit_s: f64,
    ) -> Self {
        let patience_s = within(patience_s, 1e-9, 1e15);
        let mut law = Self {
            density: None,
            patience_s,
            delay: 0.0,
            refused: 0.0,
            abandoned: 0.0,
        };
        if !is_positive(servers) {
            // Without a server the work ahead has no end.
            if limit_s.is_finite() {
                law.refused = 1.0;
            } else {
                law.abandoned = 1.0;
            }
            return law;
        }
        if !is_positive(offered_load) {
            return law;
        }
        let mean_service_s = within(mean_service_s, 1e-12, 1e15);
        let mut density = Density {
            arrivals_per_s: offered_load / mean_service_s,
            departures_per_s: servers / mean_service_s,
            patience_s,
            variability: within(variability, 1e-6, 1e12),
            limit_s: limit_s.max(0.0),
            peak_s: 0.0,
            staying_per_s: 0.0,
            low_s: 0.0,
            high_s: 0.0,
            scale: 0.0,
        };
        density.find_peak();
        let beyond = density.beyond_limit();
        let whole = density.integral(0.0, |_| 1.0) + beyond;
        // A of Palm, whose part of the odds B knows: both relative to the density at no work ahead.
        let palm = density.departures_per_s / density.variability * whole;
        let blocking = erlang_b(servers, offered_load);
        let free_odds = (1.0 - blocking) / blocking * exp(-density.below_peak(0.0)) / palm;
        let delay = (1.0 + free_odds).recip();
        density.scale = delay / whole;
        let leaves = |u_s: f64| -(-u_s / patience_s).exp_m1();
        law.delay = delay;
        law.refused = density.scale * beyond;
        law.abandoned = density.scale * density.integral(0.0, leaves);
        law.density = Some(density);
        law
    }

    /// Share of the arrivals that finds more work ahead than the limit.
    #[must_use]
    pub fn refused(&self) -> f64 {
        self.refused
    }

    /// Share of the arrivals that leaves before service.
    #[must_use]
    pub fn abandoned(&self) -> f64 {
        self.abandoned
    }

    /// Waiting time per arrival in seconds, whatever becomes of it; times the arrival rate it is the mean
    /// number waiting. Patience ends at a constant rate, so it is what they left of it.
    #[must_use]
    pub fn mean_wait_s(&self) -> f64 {
        self.abandoned * self.patience_s
    }

    /// Share of the arrivals that is served after a wait of more than `x_s` seconds.
    #[must_use]
    pub fn served_after(&self, x_s: f64) -> f64 {
        self.density.map_or(0.0, |density| {
            let stays = |u_s: f64| exp(-u_s / density.patience_s);
            let served = density.scale * density.integral(x_s, stays);
            // Other points than for the whole: what they err by must not make more than all of it.
            served.min((self.delay - self.refused - self.abandoned).max(0.0))
        })
    }
}

impl Density {
    /// By how much the logarithm lies below that of the peak. Both may be 10^8, so their difference is not taken: with
    /// `d = u - peak` it is `(lambda·e^(-peak/tau)·tau·(e^(-d/tau) - 1 + d/tau) + (c·mu - lambda·e^(-peak/tau))·d)/v`,
    /// a sum of two terms that are never negative.
    fn below_peak(&self, u_s: f64) -> f64 {
        let beyond_s = u_s - self.peak_s;
        let bent_s = self.patience_s * bend(beyond_s / self.patience_s);
        let slope_per_s = self.departures_per_s - self.staying_per_s;
        (self.staying_per_s * bent_s + slope_per_s * beyond_s).max(0.0) / self.variability
    }

    /// Fills in the peak and the ends of what counts.
    fn find_peak(&mut self) {
        let rho = self.arrivals_per_s / self.departures_per_s;
        self.peak_s = within(self.patience_s * rho.ln(), 0.0, self.limit_s);
        self.staying_per_s = self.arrivals_per_s * exp(-self.peak_s / self.patience_s);
        let counts = |u_s: f64| self.below_peak(u_s) < NOTHING;
        let low_s = if counts(0.0) {
            0.0
        } else {
            border(self.peak_s, 0.0, counts)
        };
        // It never falls faster than with nobody arriving any more.
        let slowest_s = NOTHING * self.variability / self.departures_per_s;
        let mut high_s = self.peak_s + slowest_s;
        while counts(high_s) && high_s < self.limit_s {
            high_s = self.peak_s + 2.0 * (high_s - self.peak_s);
        }
        let high_s = high_s.min(self.limit_s);
        let high_s = if counts(high_s) {
            high_s
        } else {
            border(self.peak_s, high_s, counts)
        };
        (self.low_s, self.high_s) = (low_s, high_s);
    }

    /// Integral of the density beyond the limit.
    fn beyond_limit(&self) -> f64 {
        if self.limit_s.is_infinite() {
            return 0.0;
        }
        self.variability / self.departures_per_s * exp(-self.below_peak(self.limit_s))
    }

    /// Integral of density times `weight` from `x_s` to the limit.
    fn integral(&self, x_s: f64, weight: impl Fn(f64) -> f64) -> f64 {
        let x_s = x_s.max(self.low_s);
        if x_s >= self.high_s {
            return 0.0;
        }
        let middle_s = self.peak_s.max(x_s);
        let mut sum = 0.0;
        let (mut from, mut to) = (x_s, middle_s);
        // Patience may end long before the work ahead does.
        for later in [4.0, 16.0, 40.0, f64::INFINITY] {
            sum += self.segment(from, to, &weight);
            from = to;
            to = self.high_s.min(middle_s + later * self.patience_s);
        }
        sum + self.segment(from, to, &weight)
    }

    /// The same from one point to another between which neither the density nor patience changes
    /// beyond what the points can follow.
    fn segment(&self, from: f64, to: f64, weight: &impl Fn(f64) -> f64) -> f64 {
        let mut sum = 0.0;
        let half = 0.5 * (to - from) / f64::from(PANELS);
        if half > 0.0 {
            for panel in 0..PANELS {
                let centre = from + half * (1.0 + 2.0 * f64::from(panel));
                for (point, gauss) in GAUSS {
                    for u_s in [centre - half * point, centre + half * point] {
                        sum += gauss * half * exp(-self.below_peak(u_s)) * weight(u_s);
                    }
                }
            }
        }
        sum
    }
}

/// `e^(-t) - 1 + t`, to the last digits also where that is next to nothing.
fn bend(t: f64) -> f64 {
    if t.abs() > 0.1 {
        return (-t).exp_m1() + t;
    }
    // t²/2! - t³/3! + …, by Horner's rule from the term of the ninth power on.
    let from = |after: f64, power: f64| 1.0 - t / power * after;
    t * t
        * 0.5
        * [9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0]
            .into_iter()
            .fold(1.0, from)
}

/// Where between `from`, at which `holds` is true, and `outside` it ends, to a hundredth of the way there: however
/// far outside the search begins, the points then lie where the density is.
fn border(from: f64, mut outside: f64, holds: impl Fn(f64) -> bool) -> f64 {
    let mut inside = from;
    for _ in 0..64 {
        if (outside - inside).abs() <= 0.01 * (outside - from).abs() {
            break;
        }
        let middle = 0.5 * (inside + outside);
        if holds(middle) {
            inside = middle;
        } else {
            outside = middle;
        }
    }
    outside
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::erlang::erlang_a;
    use crate::theory::waiting::{Spread, WaitingLaw};
    use proptest::prelude::*;

    #[test]
    fn the_bend_is_smooth_where_its_series_ends() {
        for t in [-0.1, 0.1_f64] {
            let (inside, outside) = (bend(t), bend(t * (1.0 + 1e-15)));
            assert!((inside / outside - 1.0).abs() < 1e-13, "{inside} {outside}");
        }
        for t in [-1e-8, 1e-5, 0.03_f64] {
            let exact = t * t / 2.0 - t.powi(3) / 6.0 + t.powi(4) / 24.0 - t.powi(5) / 120.0
                + t.powi(6) / 720.0;
            assert!((bend(t) / exact - 1.0).abs() < 1e-11, "{t}");
        }
        assert_eq!(bend(0.0), 0.0);
    }

    #[test]
    fn exponential_service_is_erlang_a() {
        for c in [1.0, 8.0, 100.0, 1e4] {
            for rho in [0.3, 0.9, 1.0, 1.3, 3.0] {
                for patience_s in [0.05, 1.0, 2.0, 60.0] {
                    let law = ImpatientLaw::new(c, c * rho, 1.0, 1.0, patience_s, f64::INFINITY);
                    let exact = erlang_a(c, c * rho, 1.0 / patience_s);
                    let off = (law.abandoned() - exact.abandonment_probability).abs();
                    assert!(off < 1e-9, "{c} {rho} {patience_s}: {off:e}");
                    let served = exact.delay_probability - exact.abandonment_probability;
                    let off = (law.served_after(0.0) - served).abs();
                    assert!(off < 1e-9, "{c} {rho} {patience_s}: {off:e}");
                }
            }
        }
    }

    #[test]
    fn without_places_it_is_erlangs_loss_and_without_end_of_patience_a_plain_queue() {
        let loss = ImpatientLaw::new(10.0, 8.0, 1.0, 1.0, 5.0, 0.0);
        assert!((loss.refused() - erlang_b(10.0, 8.0)).abs() < 1e-12);
        assert_eq!(loss.abandoned(), 0.0);
        let patient = ImpatientLaw::new(10.0, 8.0, 1.0, 1.0, 1e9, f64::INFINITY);
        let plain = WaitingLaw::new(10.0, 8.0, 1.0, 1.0, Spread::gamma(1.0), 0.0);
        for x_s in [0.0, 0.1, 1.0] {
            assert!((patient.served_after(x_s) - plain.survival_at_rest(x_s)).abs() < 1e-6);
        }
        let none = ImpatientLaw::new(0.0, 8.0, 1.0, 1.0, 5.0, f64::INFINITY);
        assert_eq!((none.abandoned(), none.mean_wait_s()), (1.0, 5.0));
    }

    /// In overload whoever is served has waited until the others' patience made room: `tau·ln(rho)`.
    #[test]
    fn deep_overload_waits_until_enough_have_left() {
        let law = ImpatientLaw::new(1e4, 1.5e4, 1.0, 1.0, 60.0, f64::INFINITY);
        assert!((law.abandoned() - 1.0 / 3.0).abs() < 1e-4);
        let wait_s = 60.0 * 1.5_f64.ln();
        assert!(law.served_after(wait_s - 3.0) > 0.666);
        assert!(law.served_after(wait_s + 3.0) < 1e-3);
        let limited = ImpatientLaw::new(1e4, 1.5e4, 1.0, 1.0, 60.0, 5.0);
        let leave = 1.0 - (-5.0_f64 / 60.0).exp();
        let admitted = (2.0 / 3.0) / (1.0 - leave);
        assert!(
            (1.0 - limited.refused() - admitted).abs() < 1e-3,
            "{limited:?}"
        );
    }

    /// A peak that is narrow and far out: as a difference of two large numbers the density was noise from its tenth digit on,
    /// and shares came to as much more than one.
    #[test]
    fn a_narrow_peak_far_out_is_integrated_as_well() {
        for (c, rho, patience_s, variability, x) in [
            (
                53_122.070_067_920_58,
                4.289_741_198_067_771,
                253.786_881_659_929_95,
                0.350_928_427_508_070_4,
                1.454_819_819_870_561,
            ),
            (
                3_702.608_691_263_699_7,
                3.280_445_466_167_71,
                4_625.719_377_813_72,
                4.397_187_542_101_824_5,
                1.184_549_844_150_179_2,
            ),
            (
                2_584.053_345_196_546_6,
                2.310_093_277_956_245_7,
                3_519.441_837_745_216,
                5.950_379_052_245_936,
                0.594_269_886_690_988_1,
            ),
        ] {
            let law = ImpatientLaw::new(c, c * rho, 1.0, variability, patience_s, f64::INFINITY);
            let density = law.density.expect("it is busy");
            let stays = |u_s: f64| exp(-u_s / patience_s);
            let [part, whole] =
                [x * patience_s, 0.0].map(|from| density.scale * density.integral(from, stays));
            assert!(part <= whole + 1e-13, "{c}: {part} {whole}");
            assert!(law.abandoned() + law.served_after(x * patience_s) <= 1.0 + 1e-15);
        }
    }

    proptest! {
        #[test]
        fn shares_are_shares_and_more_servers_help(
            log_c in -2.0f64..11.0, log_rho in -3.0f64..1.5, log_patience in -5.0f64..9.0, variability in 0.05f64..6.0,
            log_limit in -5.0f64..9.0, limited: bool, x in 0.0f64..2.0, more in 1e-6f64..0.3,
        ) {
            let (c, patience_s) = (log_c.exp(), log_patience.exp());
            let load = c * log_rho.exp();
            let limit_s = if limited { log_limit.exp() } else { f64::INFINITY };
            let build = |c: f64| ImpatientLaw::new(c, load, 1.0, variability, patience_s, limit_s);
            let (fewer, greater) = (build(c), build(c * (1.0 + more)));
            for law in [&fewer, &greater] {
                let parts = law.refused() + law.abandoned() + law.served_after(0.0);
                prop_assert!((0.0..=1.0 + 1e-12).contains(&parts), "{law:?}");
            }
            let missed = |law: &ImpatientLaw| law.refused() + law.abandoned() + law.served_after(x * patience_s);
            prop_assert!(missed(&greater) <= missed(&fewer) + 1e-11, "{} {}", missed(&fewer), missed(&greater));
            prop_assert!(greater.refused() <= fewer.refused() + 1e-11);
        }
    }
}
