//! Erlang's formulas for a *real* number of servers: a step's capacity is a time-weighted average.
//!
//! Blocking (B, no queue), delay (C, endless queue) and abandonment (A, impatient queue) are all ratios of the
//! incomplete gamma function to one of its own terms. `ratio` evaluates the two ratios at a cost that does
//! not grow with the number of servers; `uniform` holds Temme's expansion, which serves where load and servers
//! are comparable. Symbols: `c` servers, `a` offered load in servers, `rho = a/c`.

mod abandonment;
mod blocking;
mod delay;
mod ratio;
mod uniform;

pub use abandonment::{Impatience, erlang_a};
pub use blocking::{erlang_b, servers_for_blocking};
pub use delay::{erlang_c, halfin_whitt, mean_queue, mean_wait_s, servers_for_delay};
pub(super) use ratio::poisson_cdf;

/// The smallest whole number of servers at which a falling measure is at or below `target`.
///
/// `None` if that takes more than 2^53 servers. `start` is a guess that only affects the speed.
pub(super) fn smallest_servers(
    start: f64,
    target: f64,
    measure: impl Fn(f64) -> f64,
) -> Option<u64> {
    const MOST: f64 = 9_007_199_254_740_992.0;
    let mut enough = start.ceil().clamp(1.0, MOST);
    let mut short = -1.0;
    let mut stride = enough.sqrt().ceil();
    while measure(enough) > target {
        if enough >= MOST {
            return None;
        }
        short = enough;
        enough = (enough + stride).min(MOST);
        stride *= 2.0;
    }
    while enough - short > 1.0 {
        let middle = ((enough + short) * 0.5).floor();
        if measure(middle) > target {
            short = middle;
        } else {
            enough = middle;
        }
    }
    Some(enough as u64)
}
