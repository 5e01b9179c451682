//! Two uses whose demands swap: when does moving capacity between them pay?
//!
//! In one half of the period the first use asks for `high` and the second for `low`, in the other half the
//! reverse. A dedicated fleet splits its capacity evenly for good; a flexible one moves units at every swap,
//! and each moved unit is lost for `conversion_h`. Elementary bookkeeping; the simplest case with an interior
//! break-even.

/// The demand and the fleet; capacity in units, time in hours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SquareWave {
    /// Demand of the use that is at its peak, units (>= 0).
    pub high: f64,
    /// Demand of the other use, units (0 to `high`).
    pub low: f64,
    /// Capacity of the whole fleet, units (>= 0).
    pub capacity: f64,
    /// Time between two swaps, hours (> 0).
    pub half_period_h: f64,
}

impl SquareWave {
    /// Share of demand served by two dedicated halves, in \[0, 1\]; 1 if there is no demand.
    #[must_use]
    pub fn dedicated_share(&self) -> f64 {
        self.share(self.dedicated_units())
    }

    /// Share of demand served when `moved_units` move at every swap and lose `conversion_h` hours each.
    ///
    /// A conversion as long as the half period or longer leaves the moved units useless, not worse.
    #[must_use]
    pub fn flexible_share(&self, conversion_h: f64) -> f64 {
        let lost = (conversion_h / self.half_period_h).clamp(0.0, 1.0);
        self.share(self.flexible_units() - self.moved_units() * lost)
    }

    /// The conversion time in hours at which both serve the same share.
    ///
    /// `None` if the flexible fleet never moves anything, so that both are the same.
    #[must_use]
    pub fn break_even_h(&self) -> Option<f64> {
        let moved = self.moved_units();
        let gain = self.flexible_units() - self.dedicated_units();
        (moved > 0.0).then(|| self.half_period_h * gain / moved)
    }

    /// Units that change sides at a swap: the peak side's beyond an even split, twice over.
    #[must_use]
    pub fn moved_units(&self) -> f64 {
        // The quiet side keeps what it needs, but no more than half when there is too little for both.
        let quiet = self.low.min(0.5 * self.capacity);
        let peak = self.high.min(self.capacity - quiet);
        (2.0 * peak - self.capacity).max(0.0)
    }

    fn dedicated_units(&self) -> f64 {
        let half = 0.5 * self.capacity;
        self.high.min(half) + self.low.min(half)
    }

    fn flexible_units(&self) -> f64 {
        self.capacity.min(self.high + self.low)
    }

    fn share(&self, served: f64) -> f64 {
        let demand = self.high + self.low;
        if demand > 0.0 { served / demand } else { 1.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ORACLE: SquareWave = SquareWave {
        high: 80.0,
        low: 20.0,
        capacity: 100.0,
        half_period_h: 12.0,
    };

    #[test]
    fn oracles() {
        assert!((ORACLE.dedicated_share() - 0.70).abs() < 1e-15);
        for conversion_h in [0.0, 1.0, 4.0, 12.0] {
            let expected = (100.0 - 5.0 * conversion_h) / 100.0;
            assert!((ORACLE.flexible_share(conversion_h) - expected).abs() < 1e-15);
        }
        assert!((ORACLE.break_even_h().expect("units move") - 6.0).abs() < 1e-14);
    }

    #[test]
    fn nothing_to_gain() {
        let flat = SquareWave {
            high: 50.0,
            low: 50.0,
            ..ORACLE
        };
        assert_eq!(flat.break_even_h(), None);
        assert_eq!(flat.flexible_share(3.0), flat.dedicated_share());
        let plenty = SquareWave {
            capacity: 160.0,
            ..ORACLE
        };
        assert_eq!(plenty.dedicated_share(), 1.0);
        assert_eq!(plenty.moved_units(), 0.0);
        assert_eq!(
            SquareWave {
                high: 0.0,
                low: 0.0,
                ..ORACLE
            }
            .dedicated_share(),
            1.0
        );
    }

    proptest! {
        #[test]
        fn shares_cross_at_the_break_even(
            high in 1.0f64..100.0, part in 0.0f64..1.0, capacity in 1.0f64..250.0,
        ) {
            let wave = SquareWave { high, low: high * part, capacity, half_period_h: 12.0 };
            let (dedicated, free) = (wave.dedicated_share(), wave.flexible_share(0.0));
            prop_assert!((0.0..=1.0 + 1e-12).contains(&dedicated) && free >= dedicated - 1e-12);
            if let Some(even) = wave.break_even_h() {
                prop_assert!(even <= 12.0 + 1e-9);
                prop_assert!((wave.flexible_share(even) - dedicated).abs() < 1e-9);
            }
        }
    }
}
