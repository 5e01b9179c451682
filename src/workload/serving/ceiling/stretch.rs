//! What no capacity between two that were tried earns more than.
//!
//! Two things are known of what a level of demand earns, its gain:
//!
//! 1. It **never falls** with capacity. So up to `b` none exceeds what `b` earns.
//! 2. **Nobody is in time who is not served**, and capacity serves only so many: `C` requests per second serve at most
//!    `C·T` in `T` seconds, and a queue in which nobody waits longer than `L` holds `C·L` more at the end.
//!
//! A request that can wait as long as the limit lets it and be in time even so is *punctual*: it misses only where it
//! is refused or leaves. Of the others only the first is known. With `g` for the gain at `b`, `p` for the punctual
//! requests' part of it and lines from the origin with the slopes `s` (punctual) and `S >= s` (all), at any `c <= b`
//!
//! ```text
//! gain(c) <= min(g - (p - s·c)+, S·c)
//! ```
//!
//! which is concave, so the sum over the levels is. On several kinds of hardware `p` and `s` count the smallest punctual
//! share, `S` the largest share that is in time without a wait.
//!
//! # Why the lines hold
//!
//! Patient requests under a limit: with `rho = lambda/C > 1` every motion of the overflow ends at least as high as its
//! drift brings it, so `shed_work >= (rho - 1)T - L`, and `lambda·T` less `C` times that is `C(T + L)`; elsewhere
//! `lambda·T <= C(T + L)` anyhow. Impatient ones, at rest: with the density f of the work ahead, integrating
//! `v·f' = (lambda·e^(-u/tau) - C)·f` gives `served = C·delay - v·f(0) + lambda·(1 - delay)`, and the delay's odds are
//! such that `v·f(0) = C·(1 - delay)·B/(1 - B)`; so `served <= C` wherever Erlang's `lambda·(1 - B) <= C`, which is
//! always. Without a limit and patience there is no line.
//!
//! # Why gains never fall
//!
//! Within a level all but capacity is the same. A request waits beyond x no more often with more of it:
//!
//! - *Patient, at rest or from an empty start.* `P(W > x)` is the chance to be delayed, which falls, times that of a
//!   reflected motion to be beyond x. Divided by its deviation per root second the motion has the drift `-(√c - a/√c)`
//!   and x lies at `x'·√c`: one falls and the other rises with the slots c, at any load a, and a reflected motion is
//!   monotone in its drift. For Poisson arrivals and exponential services `x' = x` and the chance is Erlang's, so that
//!   this is a proof. Else `shape` bends both; from one slot on `x'·√c` is `stretch·(y + k(1 - e^(-y/K)))` at `y = x·√c`
//!   with `k > -K`, which rises in y, but `stretch` and the correction of the chance are fits, and that they undo nothing is
//!   tested, not proven.
//! - *Refused at rest.* `rho/loss = rho·(e^u - 1)/θ + e^u/B`, where `u` rises with c, `rho/θ` is in proportion to `1/u`, and
//!   Erlang's B falls: a proof.
//! - *Refused on the way there.* `C` times the overflow is `E(max over s of √(vC)·B(s) + (lambda - C)·s, less CL)+`, v the
//!   variability. It falls where the noise of what comes, which grows as `√(vCT)`, is small against what is served, `CT`:
//!   at `rho = 1` without places where `CT > 2v/π`. Below that it does rise (a test has the numbers). So **up to `CT = v`,
//!   a request or a few of them in the whole interval, only the lines are relied on**; from there on it is tested.
//! - *Impatient.* More service leaves less work ahead, but through Erlang's B the law joins two: tested.
//!
//! A mean over requests of falling chances, the larger or smaller of two, and a sum over levels fall as well. A **service
//! that degrades** ranks the largest share of its items that keeps its promise. Of the shares that do, with more
//! capacity each still does; so those among which its gain is the best are ever more, and each earns no less.
//!
//! What quadrature and rounding may hide of all this, `ROUNDING` adds.

use super::Corner;
use super::gain::{Gains, Line, Part, Try};

/// The corners of a concave curve above all that capacities from the one to the other earn, descending. Not for one that
/// is below the few of which only the lines are known, and one above.
pub(super) fn corners_between(gains: &Gains<'_>, from: &Try, to: &Try) -> Vec<Corner> {
    let mut bends = Vec::new();
    let mut gain = gains.rounding();
    if to.capacity <= gains.few {
        let ends = [to, from].map(|tried| Corner {
            capacity: tried.capacity,
            gain: gain + gains.by_lines(tried.capacity),
        });
        return ends.to_vec();
    }
    for ((low, high), line) in from.parts.iter().zip(&to.parts).zip(&gains.lines) {
        // What quadrature lets fall is lifted.
        let part = Part {
            gain: high.gain.max(low.gain),
            punctual: high.punctual.max(low.punctual),
        };
        gain += part.gain;
        bend(part, *line, &mut bends);
    }
    bends.retain(|(capacity, _)| *capacity > from.capacity);
    bends.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut corners = vec![Corner {
        capacity: to.capacity,
        gain,
    }];
    let (mut at, mut slope) = (to.capacity, 0.0);
    let ends = bends.into_iter().chain([(from.capacity, 0.0)]);
    for (capacity, steeper) in ends {
        if capacity < at {
            gain -= slope * (at - capacity);
            at = capacity;
            corners.push(Corner { capacity, gain });
        }
        slope += steeper;
    }
    corners
}

/// Adds where a part's curve bends, and how much steeper it is below.
fn bend(part: Part, line: Line, bends: &mut Vec<(f64, f64)>) {
    if !line.all.is_finite() {
        return;
    }
    let punctual = part.punctual.min(part.gain);
    // Without a slope a line says nothing of what the requests earn.
    let few = if line.punctual > 0.0 {
        punctual / line.punctual
    } else {
        0.0
    };
    if line.all * few <= part.gain {
        bends.push((part.gain / line.all, line.all));
    } else {
        bends.push((few, line.punctual));
        let steeper = line.all - line.punctual;
        if steeper > 0.0 {
            bends.push(((part.gain - punctual) / steeper, steeper));
        }
    }
}
