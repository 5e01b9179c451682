//! Checks of the forecast that is given: it speaks of every service, and of the whole run.

use super::Checker;
use crate::scenario::names::nearest;
use crate::scenario::{ForecastMethod, Given, Kind, date};

const FILE: &str = "forecast.method.given.file";

pub(super) fn check(checker: &mut Checker<'_>) {
    let ForecastMethod::Given(given) = &checker.scenario.forecast.method else {
        return;
    };
    // What could not be read has been told.
    if given.services.is_empty() {
        return;
    }
    if !checker.damage.touches(&super::WORKLOADS) {
        services(checker, given);
    }
    if !checker.damage.touches(&["run"]) {
        coverage(checker, given);
    }
}

fn services(checker: &mut Checker<'_>, given: &Given) {
    let is_service = |kind: Kind| kind != Kind::Training;
    let workloads = checker.scenario.workloads();
    let known: Vec<&str> = workloads
        .filter_map(|(name, kind)| is_service(kind).then_some(name))
        .collect();
    let listed: Vec<&str> = given.services.keys().map(String::as_str).collect();
    let file = &given.keys.file;
    for &name in known.iter().filter(|name| !listed.contains(name)) {
        let others = listed.iter().filter(|listed| !known.contains(listed));
        let hint = match nearest(name, others.copied()) {
            Some(near) => format!("the file has rows for \"{near}\": is it meant?"),
            None => format!("add rows whose `service` is {name}"),
        };
        let message = format!("`forecast.method.given`: {file} has no rows for `{name}`");
        checker.error(checker.at(FILE), message, hint);
    }
    for name in listed.iter().filter(|name| !known.contains(name)) {
        let message =
            format!("`forecast.method.given`: {file} has rows for \"{name}\", which is no service");
        checker.warn(
            checker.at(FILE),
            message,
            format!("they are not used; the services are {}", known.join(", ")),
        );
    }
}

fn coverage(checker: &mut Checker<'_>, given: &Given) {
    let (start, end) = (checker.scenario.run.start, checker.scenario.end());
    for (name, quantiles) in &given.services {
        let (from, to) = (quantiles.p50.start, quantiles.p50.end());
        let is_service = checker.scenario.kind_of(name).is_some();
        if !is_service || (from <= start && end <= to) {
            continue;
        }
        let message = format!(
            "`forecast.method.given`: {} covers {} to {} for `{name}`, but the run goes from {} to {}",
            given.keys.file,
            date::show(from),
            date::show(to),
            date::show(start),
            date::show(end)
        );
        let hint = "a forecast is needed for the whole run, the warm-up aside";
        checker.error(checker.at(FILE), message, hint);
    }
}
