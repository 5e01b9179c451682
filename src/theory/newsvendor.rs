//! How much to buy before demand is known, and what ordering late costs.
//!
//! The newsvendor (Arrow, Harris and Marschak 1951): with a unit short at `short_cost` and a unit over at
//! `over_cost`, cover the fractile `short/(short + over)` of demand. Building ahead is the same at the lead time, for
//! demand that walks: mean `now + drift·lead`, variance `volatility²·lead`. Costs are in money per unit and period.

use super::is_positive;
use super::normal::{density, quantile, survival};

/// Normal demand and what misjudging it costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Newsvendor {
    /// Mean demand, units.
    pub mean: f64,
    /// Its standard deviation, units (>= 0).
    pub sd: f64,
    /// Cost of a unit short (> 0).
    pub short_cost: f64,
    /// Cost of a unit over (> 0).
    pub over_cost: f64,
}

impl Newsvendor {
    /// For demand that is `now` at the order and drifts by `drift` units a period as an additive Brownian walk with
    /// `volatility` units per root period, `lead` periods ahead.
    #[must_use]
    pub fn build_ahead(
        now: f64,
        drift: f64,
        volatility: f64,
        lead: f64,
        short_cost: f64,
        over_cost: f64,
    ) -> Self {
        Self {
            mean: now + drift * lead,
            sd: volatility * lead.max(0.0).sqrt(),
            short_cost,
            over_cost,
        }
    }

    /// The quantity with the least expected cost, units. Infinite, of either sign, if one of the costs is 0.
    #[must_use]
    pub fn quantity(&self) -> f64 {
        if !is_positive(self.sd) {
            return self.mean;
        }
        self.mean + self.sd * quantile(self.short_cost / (self.short_cost + self.over_cost))
    }

    /// Expected cost of holding `quantity` units, `over·(Q - mean) + (short + over)·sd·L((Q - mean)/sd)` with the
    /// normal loss `L(z) = density(z) - z·P(Z > z)`.
    #[must_use]
    pub fn expected_cost(&self, quantity: f64) -> f64 {
        let above = quantity - self.mean;
        if !is_positive(self.sd) {
            return self.over_cost * above.max(0.0) + self.short_cost * (-above).max(0.0);
        }
        let z = above / self.sd;
        let short = self.sd * (density(z) - z * survival(z));
        self.over_cost * above + (self.short_cost + self.over_cost) * short
    }
}

/// Units by which capacity stays behind demand that grows by `growth` units a period when it is ordered only as demand
/// appears and comes `lead` periods later.
#[must_use]
pub fn reactive_gap(growth: f64, lead: f64) -> f64 {
    growth * lead
}

/// Unit-periods short until the first such order comes.
#[must_use]
pub fn reactive_shortfall(growth: f64, lead: f64) -> f64 {
    0.5 * growth * lead * lead
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ORACLE: Newsvendor = Newsvendor {
        mean: 1000.0,
        sd: 200.0,
        short_cost: 3.0,
        over_cost: 1.0,
    };

    #[test]
    fn oracles() {
        assert!((ORACLE.quantity() - 1_134.897_950).abs() < 5e-7);
        assert!((ORACLE.expected_cost(ORACLE.quantity()) - 254.221_258).abs() < 5e-7);
        assert!((ORACLE.expected_cost(1000.0) - 319.153_824).abs() < 5e-7);
        let ahead = Newsvendor::build_ahead(1000.0, 20.0, 50.0, 8.0, 3.0, 1.0);
        assert!((ahead.quantity() - 1_255.387_255).abs() < 5e-7);
        assert!((ahead.expected_cost(ahead.quantity()) - 179.761_576).abs() < 5e-7);
        assert_eq!(
            (reactive_gap(20.0, 12.0), reactive_shortfall(20.0, 12.0)),
            (240.0, 1440.0)
        );
    }

    #[test]
    fn edges() {
        let certain = Newsvendor { sd: 0.0, ..ORACLE };
        assert_eq!(certain.quantity(), 1000.0);
        assert_eq!(
            (certain.expected_cost(990.0), certain.expected_cost(1010.0)),
            (30.0, 10.0)
        );
        let free = Newsvendor {
            over_cost: 0.0,
            ..ORACLE
        };
        assert_eq!(free.quantity(), f64::INFINITY);
    }

    proptest! {
        #[test]
        fn nothing_costs_less(short in 0.1f64..20.0, over in 0.1f64..20.0, sd in 1.0f64..500.0, off in -3.0f64..3.0) {
            let demand = Newsvendor { sd, short_cost: short, over_cost: over, ..ORACLE };
            let best = demand.quantity();
            prop_assert!(demand.expected_cost(best) <= demand.expected_cost(best + off * sd) * (1.0 + 1e-12));
        }

        /// The closed form against the integral of the cost over demand.
        #[test]
        fn the_cost_is_the_integral(quantity in 400.0f64..1600.0) {
            let steps = 20_000;
            let width = 20.0 / f64::from(steps);
            let cost: f64 = (0..steps).map(|step| {
                let z = -10.0 + (f64::from(step) + 0.5) * width;
                let short = ORACLE.mean + ORACLE.sd * z - quantity;
                density(z) * width * if short > 0.0 { 3.0 * short } else { -short }
            }).sum();
            prop_assert!((ORACLE.expected_cost(quantity) / cost - 1.0).abs() < 1e-5);
        }
    }
}
