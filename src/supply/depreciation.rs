//! Straight-line depreciation: every lot of accelerators loses its price evenly over its life,
//! from the day it entered service, busy or idle.

use crate::kernel::{Instant, Span};

/// Accelerators that entered service together.
#[derive(Clone, Copy, Debug)]
struct Lot {
    in_service: Instant,
    written_off: Instant,
    per_hour: f64,
}

/// A pool's lots.
#[derive(Clone, Debug, Default)]
pub struct Lots {
    lots: Vec<Lot>,
}

impl Lots {
    /// Adds `accelerators` that enter service at `in_service`, each bought at `price` and written
    /// off over `life`.
    pub fn add(&mut self, accelerators: u64, price: f64, life: Span, in_service: Instant) {
        let cost = accelerators as f64 * price;
        if cost > 0.0 {
            self.lots.push(Lot {
                in_service,
                written_off: in_service + life,
                per_hour: cost / life.as_hours(),
            });
        }
    }

    /// Depreciation between two instants, in the scenario's currency.
    #[must_use]
    pub fn between(&self, from: Instant, to: Instant) -> f64 {
        let of_lot = |lot: &Lot| {
            let (from, to) = (from.max(lot.in_service), to.min(lot.written_off));
            if to > from {
                (to - from).as_hours() * lot.per_hour
            } else {
                0.0
            }
        };
        self.lots.iter().map(of_lot).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lot_loses_its_price_over_its_life_and_no_more() {
        let mut lots = Lots::default();
        let bought = Instant::EPOCH + Span::DAY;
        lots.add(10, 500.0, Span::DAY * 4, bought);
        let at = |days: i64| Instant::EPOCH + Span::DAY * days;
        assert_eq!(lots.between(at(0), at(1)), 0.0);
        assert!((lots.between(at(0), at(2)) - 1250.0).abs() < 1e-9);
        assert!((lots.between(at(0), at(100)) - 5000.0).abs() < 1e-9);
        assert_eq!(lots.between(at(5), at(6)), 0.0);
    }
}
