//! How many grid hours pass until a broken server is back, drawn a hundred thousand times a run. The
//! chances of the hours are tabulated once, up to where few repairs last longer; a draw is inverted in
//! the table, and beyond it in the law itself. By inversion a longer repair time never brings a server
//! back sooner, so that the draws stay common when it is swept.

use rand::Rng as _;

use crate::distribution::{Distribution, Sampler};
use crate::kernel::Stream;

/// Draws are shares of the possible, with 32 binary places.
const SHARES: f64 = 4_294_967_296.0;
/// The table ends where fewer repairs last longer, or after as many hours.
const RARE: f64 = 1.0 / 1024.0;
const MOST_HOURS: u64 = 2048;
/// Beyond every horizon.
const LONGEST_HOURS: u64 = 1 << 40;
/// Where the search for a draw begins depends on its first bits.
const GUIDE_BITS: u32 = 10;

/// A repair time, to be drawn in grid hours.
#[derive(Debug)]
pub(super) struct RepairHours {
    repair: Sampler,
    /// By grid hours: up to which draw a server is back after no more.
    within: Vec<u32>,
    /// By the first bits of a draw: the first hour that it can be.
    guide: Vec<u32>,
}

impl RepairHours {
    pub fn new(repair: &Distribution) -> Self {
        let repair = Sampler::new(repair);
        let mut within = Vec::new();
        for hours in 0..MOST_HOURS {
            let later = longer_than(&repair, hours);
            within.push(((1.0 - later) * SHARES) as u32);
            if later < RARE {
                break;
            }
        }
        let first = |bits: u32| {
            let draw = bits << (u32::BITS - GUIDE_BITS);
            within.partition_point(|&most| most <= draw) as u32
        };
        Self {
            guide: (0..1 << GUIDE_BITS).map(first).collect(),
            within,
            repair,
        }
    }

    /// Draws after how many grid hours, the next being 0, a server that breaks in the hour that
    /// begins is back. The repair is counted from the middle of that hour and its end rounded at
    /// random to a grid hour, so that the mean time is kept (half an hour is the shortest).
    pub fn draw(&self, stream: &mut Stream) -> u64 {
        let draw = stream.next_u32();
        let mut hours = self.guide[(draw >> (u32::BITS - GUIDE_BITS)) as usize] as usize;
        while let Some(&most) = self.within.get(hours) {
            if draw < most {
                return hours as u64;
            }
            hours += 1;
        }
        self.beyond(draw)
    }

    /// The hours of a draw that the table does not reach.
    fn beyond(&self, draw: u32) -> u64 {
        let later = 1.0 - (f64::from(draw) + 0.5) / SHARES;
        let (mut least, mut most) = (0, LONGEST_HOURS);
        while least < most {
            let middle = least.midpoint(most);
            if longer_than(&self.repair, middle) < later {
                most = middle;
            } else {
                least = middle + 1;
            }
        }
        least
    }
}

/// The chance that a server is back after more than so many grid hours: that the repair, from the middle
/// of an hour, and a random part of an hour reach the end of the grid hour after. That is the mean of
/// P(repair > t) over the hour that begins half an hour after these.
fn longer_than(repair: &Sampler, hours: u64) -> f64 {
    let limited = |hours: f64| repair.limited_mean(3600.0 * hours) / 3600.0;
    limited(hours as f64 + 1.5) - limited(hours as f64 + 0.5)
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
            // Longer than the table.
            Distribution::Exponential { mean: 90.0 * day },
            Distribution::Uniform { from: 0.0, to: day },
            Distribution::Empirical {
                values: vec![600.0, 5_400.0, day],
                weights: vec![1.0, 2.0, 1.0],
            },
        ] {
            let drawn = hours(&repair);
            let sampler = Sampler::new(&repair);
            for hour in [0, 1, 2, 5, 12, 23, 24, 30, 60, 120, 300, 1500, 4000] {
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
