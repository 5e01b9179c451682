//! How many grid hours pass until a broken server is back, drawn a hundred thousand times a run.
//! Quantiles of the repair time are tabulated once; a draw whose cell lies between two grid hours
//! is answered by the table, any other by the law itself. So the law is the declared one, and
//! seldom costs more than two look-ups.

use rand::Rng as _;

use crate::distribution::{Distribution, Sampler};
use crate::kernel::Stream;

/// Cells of equal probability: a power of two, so that the first bits of a draw name the cell.
const CELL_BITS: u32 = 10;

/// A repair time, to be drawn in grid hours.
#[derive(Debug)]
pub(super) struct RepairHours {
    repair: Sampler,
    /// Bounds of the cells, ascending: quantiles of the end of a repair, in hours from the beginning
    /// of the grid hour in whose middle it starts, with 32 binary places.
    bounds: Vec<u64>,
}

impl RepairHours {
    pub fn new(repair: &Distribution) -> Self {
        let repair = Sampler::new(repair);
        let cells = 1_u32 << CELL_BITS;
        let bound = |cell| {
            let hours = end_hours(&repair, f64::from(cell) / f64::from(cells));
            ((hours * PLACES) as u64).min(BEYOND)
        };
        Self {
            bounds: (0..=cells).map(bound).collect(),
            repair,
        }
    }

    /// Draws after how many grid hours, the next being 0, a server that breaks in the hour that
    /// begins is back. The repair is counted from the middle of that hour and its end rounded at
    /// random to a grid hour, so that the mean time is kept (half an hour is the shortest).
    pub fn draw(&self, stream: &mut Stream) -> u64 {
        let bits = stream.next_u64();
        let rounding = bits & u64::from(u32::MAX);
        let cell = (bits >> (64 - CELL_BITS)) as usize;
        let first = (self.bounds[cell] + rounding) >> 32;
        // Bounds were rounded down.
        let last = (self.bounds[cell + 1] + 1 + rounding) >> 32;
        let hour = if first == last {
            first
        } else {
            let share = ((bits >> 32) as f64 + 0.5) / PLACES;
            self.within(first, last, share, rounding as f64 / PLACES)
        };
        hour.max(1) - 1
    }

    /// The hour of a draw whose cell does not settle it.
    fn within(&self, first: u64, last: u64, share: f64, rounding: f64) -> u64 {
        if last - first > 1 {
            return (end_hours(&self.repair, share) + rounding) as u64;
        }
        let reached = self.repair.cdf((last as f64 - rounding - 0.5) * 3600.0);
        if share > reached { last } else { first }
    }
}

/// 2³²: the value of one in fixed-point numbers.
const PLACES: f64 = 4_294_967_296.0;
/// A bound past every horizon, whose sums stay within 64 bits.
const BEYOND: u64 = 1 << 62;

/// A quantile of the end of a repair, in hours from the beginning of the hour in whose middle it
/// starts.
fn end_hours(repair: &Sampler, share: f64) -> f64 {
    repair.quantile(share).max(0.0) / 3600.0 + 0.5
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Streams;

    const DRAWS: u32 = 200_000;

    fn hours(repair: &Distribution) -> Vec<u64> {
        let law = RepairHours::new(repair);
        let mut stream = Streams::new(42, 0).stream("main", "repairs");
        (0..DRAWS).map(|_| law.draw(&mut stream)).collect()
    }

    /// The chance that a repair of `time` hours ends at grid hour `hour` or before is that of
    /// time + 1/2 + U < hour + 2: by integration over U.
    fn expected_share(repair: &Sampler, hour: u64) -> f64 {
        let steps = 2_000;
        let at = |step: i32| {
            let rounding = (f64::from(step) + 0.5) / f64::from(steps);
            repair.cdf((hour as f64 + 1.5 - rounding) * 3600.0)
        };
        (0..steps).map(at).sum::<f64>() / f64::from(steps)
    }

    #[test]
    fn the_law_of_the_grid_hours_is_that_of_the_declared_repair_time() {
        let day = 24.0 * 3600.0;
        for repair in [
            Distribution::Lognormal { mean: day, cv: 1.0 },
            Distribution::Gamma { mean: day, cv: 2.0 },
            Distribution::Exponential { mean: 3600.0 },
            Distribution::Uniform { from: 0.0, to: day },
            Distribution::Empirical {
                values: vec![600.0, 5_400.0, day],
                weights: vec![1.0, 2.0, 1.0],
            },
        ] {
            let drawn = hours(&repair);
            let sampler = Sampler::new(&repair);
            for hour in [0, 1, 2, 5, 12, 23, 24, 30, 60, 120] {
                let share = expected_share(&sampler, hour);
                let within = drawn.iter().filter(|&&drawn| drawn <= hour).count();
                let found = within as f64 / f64::from(DRAWS);
                let error = (share * (1.0 - share) / f64::from(DRAWS)).sqrt();
                assert!(
                    (found - share).abs() <= 4.5 * error + 3e-4,
                    "{repair:?}, hour {hour}: {found} against {share}"
                );
            }
        }
    }

    #[test]
    fn rounding_to_grid_hours_keeps_the_mean() {
        let repair = 24.3 * 3600.0;
        let drawn = hours(&Distribution::Constant(repair));
        // Grid hour k begins k + 1/2 hours after the middle of the hour of the failure.
        let mean = drawn.iter().map(|&hour| hour as f64 + 0.5).sum::<f64>() / f64::from(DRAWS);
        assert!((mean - 24.3).abs() < 0.005, "{mean}");
    }
}
