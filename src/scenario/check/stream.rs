//! Checks of streams of jobs: every job has a length, fits somewhere, and the rate is one.

use super::Checker;
use crate::distribution::Distribution;
use crate::scenario::{Arrivals, JobStream, Kind};

pub(super) fn check(checker: &mut Checker<'_>) {
    for (name, stream) in checker.scenario.job_streams() {
        positive(
            checker,
            &format!("training.{name}.stream.duration"),
            &stream.arrivals.duration,
            "a job must take time: give it a duration of more than 0",
        );
        let path = format!("training.{name}.stream.accelerators");
        let hint = "a job needs at least one accelerator";
        if positive(checker, &path, &stream.arrivals.accelerators, hint) {
            size(checker, name, stream, &path);
        }
        rate(checker, name, stream);
    }
}

/// Whether a distribution has a mean above 0, and no value of 0 listed.
fn positive(checker: &mut Checker<'_>, path: &str, of: &Distribution, hint: &str) -> bool {
    let zero = match of {
        Distribution::Empirical { values, weights } => {
            let mut both = values.iter().zip(weights);
            both.any(|(value, weight)| *value <= 0.0 && *weight > 0.0)
        }
        other => other.mean() <= 0.0,
    };
    if zero {
        let message = format!("`{path}` is 0");
        checker.error(checker.at(path), message, hint);
    }
    !zero
}

/// The largest job must fit into a pool; where there is no largest, the mean must.
fn size(checker: &mut Checker<'_>, name: &str, stream: &JobStream, path: &str) {
    if checker.damage.touches(&["hardware", "pool", "order"]) {
        return;
    }
    let scenario = checker.scenario;
    let pools = scenario.pools_serving(name, Kind::Training);
    let rooms = pools.map(|(pool_name, pool)| (scenario.room(pool_name, pool), pool_name));
    let Some((room, pool)) = rooms.reduce(|a, b| if b.0 > a.0 { b } else { a }) else {
        // That no pool serves it has been told.
        return;
    };
    let of = &stream.arrivals.accelerators;
    let (most, which) = match largest(of) {
        Some(most) => (most, "the largest jobs"),
        None => (of.mean(), "the jobs"),
    };
    let unit = scenario.job_unit(name);
    let accelerators = Arrivals::whole(most, unit);
    if accelerators > room {
        let average = if largest(of).is_none() {
            " on average"
        } else {
            ""
        };
        let message = format!(
            "{which} of `{name}` need {most} accelerators{average}, in whole servers of {unit} {accelerators}, but the largest pool that may run them, `{pool}`, has {room}"
        );
        checker.error(
            checker.at(path),
            message,
            "spares do not count, orders do, and a job runs in one pool; make the jobs smaller or the pool larger",
        );
    }
}

/// The largest value, where there is one.
fn largest(of: &Distribution) -> Option<f64> {
    match of {
        Distribution::Constant(value) => Some(*value),
        Distribution::Uniform { to, .. } => Some(*to),
        Distribution::Pareto { max, .. } => Some(*max),
        Distribution::Normal { mean, cv, within } => {
            Some(mean * (1.0 + cv * within)).filter(|most| most.is_finite())
        }
        Distribution::Empirical { values, weights } => {
            let both = values.iter().zip(weights);
            let drawn = both.filter(|(_, weight)| **weight > 0.0);
            drawn.map(|(value, _)| *value).reduce(f64::max)
        }
        Distribution::Lognormal { .. }
        | Distribution::Exponential { .. }
        | Distribution::Gamma { .. }
        | Distribution::Weibull { .. } => None,
    }
}

/// A rate cannot be scaled by a series that is zero throughout.
fn rate(checker: &mut Checker<'_>, name: &str, stream: &JobStream) {
    let profile = stream.arrivals.profile.as_ref();
    let known = profile.and_then(|profile| checker.scenario.demand.get(&profile.name));
    let series = known.and_then(|profile| profile.course.series());
    let Some(series) = series.filter(|series| !series.rates.is_empty()) else {
        return;
    };
    if series.rates.mean == 0.0 {
        let path = format!("training.{name}.stream.profile");
        let message = format!(
            "`{path}`: all values of {} are zero and cannot be scaled to mean 1",
            series.keys.file
        );
        let hint = "take a column with values, or write `arrivals = \"0 /d\"` for no jobs at all";
        checker.error(checker.at(&path), message, hint);
    }
}
