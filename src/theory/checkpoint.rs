//! How often to save a training job's state, and the share of time that is left for work.
//!
//! Failures are Poisson with mean time `mtbf_s` between them, also during saving and restarting. Young (CACM 17,
//! 1974) and Daly (FGCS 22, 2006) approximate the interval that Daly's exact run-time formula makes optimal.

use super::is_positive;
use super::special::drop_below_line;

/// What one job loses to failures and saving; all times in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Checkpointing {
    /// Mean time between failures of the whole job, seconds (> 0).
    pub mtbf_s: f64,
    /// Time to write one checkpoint, seconds (>= 0).
    pub save_s: f64,
    /// Time from a failure until work resumes, seconds (>= 0).
    pub restart_s: f64,
}

impl Checkpointing {
    /// Young's interval of work between checkpoints, `√(2·save·mtbf)`, seconds.
    #[must_use]
    pub fn young_interval_s(&self) -> f64 {
        (2.0 * self.save_s * self.mtbf_s).sqrt()
    }

    /// Daly's higher-order interval, seconds; the mean time between failures itself once saving takes twice that.
    #[must_use]
    pub fn daly_interval_s(&self) -> f64 {
        if self.save_s >= 2.0 * self.mtbf_s {
            return self.mtbf_s;
        }
        let ratio = self.save_s / (2.0 * self.mtbf_s);
        self.young_interval_s() * (1.0 + ratio.sqrt() / 3.0 + ratio / 9.0) - self.save_s
    }

    /// The interval that maximises [`goodput`](Self::goodput), `mtbf·(1 + W0(-e^(-save/mtbf - 1)))`, seconds.
    ///
    /// Relative error about 1e-14. With `y` the interval over the mean time between failures the condition reads
    /// `-ln(1 - y) - y = save/mtbf`, which Newton's method solves without the cancellation that Lambert's W
    /// suffers at its branch point. 0 if saving is free: save all the time.
    #[must_use]
    pub fn optimal_interval_s(&self) -> f64 {
        let save = self.save_s / self.mtbf_s;
        if !is_positive(save) {
            return 0.0;
        }
        // In ln(1 - y) = -z the condition is z - (1 - e^-z) = save: convex and rising, so Newton started to the
        // right of the root comes down to it without overshooting.
        let mut z = save + (2.0 * save).sqrt();
        for _ in 0..60 {
            let y = -(-z).exp_m1();
            // Far out y is 1 to all digits, so there the condition is taken from z instead.
            let excess = if y < 0.3 { drop_below_line(-y) } else { z - y };
            let step = (excess - save) / y;
            z -= step;
            if step.abs() <= 1e-16 * z {
                break;
            }
        }
        -self.mtbf_s * (-z).exp_m1()
    }

    /// Useful share of wall-clock time with `interval_s` of work between checkpoints, in \[0, 1\].
    ///
    /// `tau/[M·e^(R/M)·(e^((tau + save)/M) - 1)]` (Daly 2006, equation 20). 0 for an interval of 0 or less.
    #[must_use]
    pub fn goodput(&self, interval_s: f64) -> f64 {
        if !(interval_s > 0.0 && self.mtbf_s > 0.0) {
            return 0.0;
        }
        let segment = ((interval_s + self.save_s) / self.mtbf_s).exp_m1();
        interval_s / self.mtbf_s * (-self.restart_s / self.mtbf_s).exp() / segment
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ORACLE: Checkpointing = Checkpointing {
        mtbf_s: 10_800.0,
        save_s: 60.0,
        restart_s: 300.0,
    };

    #[test]
    fn oracles() {
        assert!((ORACLE.young_interval_s() - 1_138.420_0).abs() < 5e-5);
        assert!((ORACLE.daly_interval_s() - 1_098.771_3).abs() < 5e-5);
        assert!((ORACLE.optimal_interval_s() - 1_098.776_3).abs() < 5e-5);
        assert!((ORACLE.goodput(ORACLE.optimal_interval_s()) - 0.873_653_11).abs() < 5e-9);
    }

    #[test]
    fn optimum_solves_lamberts_equation() {
        for save_s in [1e-6, 1.0, 60.0, 5_000.0, 40_000.0, 200_000.0] {
            let job = Checkpointing { save_s, ..ORACLE };
            let w = job.optimal_interval_s() / job.mtbf_s - 1.0;
            let right = -(-save_s / job.mtbf_s - 1.0).exp();
            assert!((w * w.exp() - right).abs() < 2e-15, "{save_s}");
        }
        // Lambert's equation is flat at its branch point; there the condition itself is the sharper test.
        for save_s in [1e-9, 1e-3, 60.0, 1_000.0] {
            let job = Checkpointing { save_s, ..ORACLE };
            let y = job.optimal_interval_s() / job.mtbf_s;
            assert!(
                (drop_below_line(-y) / (save_s / job.mtbf_s) - 1.0).abs() < 2e-14,
                "{save_s}"
            );
        }
    }

    #[test]
    fn edges() {
        let free = Checkpointing {
            save_s: 0.0,
            ..ORACLE
        };
        assert_eq!(free.optimal_interval_s(), 0.0);
        assert!((free.goodput(1e-6) - (-300.0_f64 / 10_800.0).exp()).abs() < 1e-9);
        assert_eq!(ORACLE.goodput(0.0), 0.0);
        assert_eq!(ORACLE.goodput(1e9), 0.0);
        let hopeless = Checkpointing {
            save_s: 1e9,
            ..ORACLE
        };
        assert_eq!(hopeless.optimal_interval_s(), 10_800.0);
        assert_eq!(hopeless.daly_interval_s(), 10_800.0);
        assert_eq!(
            Checkpointing {
                mtbf_s: 0.0,
                ..ORACLE
            }
            .goodput(60.0),
            0.0
        );
    }

    proptest! {
        #[test]
        fn nothing_beats_the_optimum(log_save in -8.0f64..2.0, other in 0.05f64..20.0) {
            let job = Checkpointing { save_s: log_save.exp() * 10_800.0, ..ORACLE };
            let best = job.goodput(job.optimal_interval_s());
            prop_assert!((0.0..=1.0).contains(&best));
            prop_assert!(job.goodput(job.optimal_interval_s() * other) <= best * (1.0 + 1e-12));
            prop_assert!(job.goodput(job.young_interval_s()) <= best * (1.0 + 1e-12));
            prop_assert!(job.goodput(job.daly_interval_s()) <= best * (1.0 + 1e-12));
        }
    }
}
