//! Closed forms: what queueing, reliability and checkpointing theory already knows.
//!
//! Everything here is a pure function of a few numbers. The simulator uses these functions where theory is
//! exact enough to stand in for events, and its tests hold it against them everywhere else. Nothing in this
//! room knows about simulation, clocks or hardware.
//!
//! Two conventions hold throughout. A probability, a load or a number of servers is a bare `f64`; whatever has
//! a unit says so in its name (`_s` for seconds). Bad input never panics: the limit of the formula is returned
//! where one exists, `None` where there is nothing sensible to return.
//!
//! | module | answers |
//! |---|---|
//! | [`erlang`] | blocking, delay and abandonment with `c` servers, `c` real |
//! | [`waiting`] | how long requests wait during a step that starts with a backlog, on both sides of `rho = 1` |
//! | [`impatience`] | how long they wait when they may leave before service |
//! | [`mg1`], [`mginf`] | one server, and infinitely many |
//! | [`priorities`] | how long each class waits when the urgent go first |
//! | [`fairness`] | who gets what of too little: max-min, dominant resources, water-filling |
//! | [`newsvendor`] | how much to buy before demand is known |
//! | [`checkpoint`] | how often to save, and what is left of the time |
//! | [`spares`] | how many servers to hold so that enough are up |
//! | [`standby`] | what servers that stand by for a gang save until the next restocking |
//! | [`flexibility`] | what a few plants that can make several products sell: dedicated, chain, full |
//! | [`square_wave`] | when moving capacity between two uses pays |
//! | [`normal`], [`special`] | the functions that the others are made of |

pub mod checkpoint;
pub mod erlang;
pub mod fairness;
pub mod flexibility;
pub mod impatience;
pub mod mg1;
pub mod mginf;
pub mod newsvendor;
pub mod normal;
pub mod priorities;
pub mod spares;
pub mod special;
pub mod square_wave;
pub mod standby;
pub mod waiting;

/// Whether `x > 0`; false for NaN, so that undefined input takes the same road as none.
fn is_positive(x: f64) -> bool {
    x > 0.0
}

/// `x` cut to `low..=high`; `low` for NaN, which `clamp` would let through.
fn within(x: f64, low: f64, high: f64) -> f64 {
    if x >= low { x.min(high) } else { low }
}
