//! Checks of demand: a share is of something, a series has something to scale, and it covers the run.

use super::Checker;
use super::time::show;
use crate::kernel::{Instant, Span};
use crate::scenario::{Kind, Level, Profile, Series, ServiceDemand, date};

pub(super) fn check(checker: &mut Checker<'_>) {
    let scenario = checker.scenario;
    let inference = scenario
        .inference
        .iter()
        .map(|(name, service)| (Kind::Inference, name, &service.demand));
    let ranking = scenario
        .ranking
        .iter()
        .map(|(name, service)| (Kind::Ranking, name, &service.demand));
    if !checker.damage.touches(&["demand"]) {
        for (kind, name, demand) in inference.chain(ranking) {
            level(checker, &format!("{}.{name}.demand", kind.word()), demand);
        }
    }
    for (name, profile) in &scenario.demand {
        // What could not be read has been told.
        let series = profile.course.series();
        let Some(series) = series.filter(|series| !series.rates.is_empty()) else {
            continue;
        };
        let path = format!("demand.{name}.series");
        if !checker.damage.touches(&["run"]) {
            coverage(checker, &path, series);
        }
        repetition(checker, &path, series);
        time_zone(checker, name, profile, series);
    }
}

/// `share` needs a series, and `base` one that can be scaled.
fn level(checker: &mut Checker<'_>, path: &str, demand: &ServiceDemand) {
    let profile = demand.profile.as_ref();
    let profiles = &checker.scenario.demand;
    let known = profile.and_then(|profile| profiles.get(&profile.name));
    if profile.is_some() && known.is_none() {
        // The name leads nowhere, and that has been told.
        return;
    }
    let series = known.and_then(|profile| profile.course.series());
    match (demand.level, series) {
        (Level::Share(_), None) => {
            let message = match profile {
                Some(profile) => format!(
                    "`{path}.share`: the profile `{}` has no series to take a share of",
                    profile.name
                ),
                None => {
                    format!("`{path}.share`: there is no profile whose series it is a share of")
                }
            };
            checker.error(
                checker.at(&format!("{path}.share")),
                message,
                "a profile with a `series` says rates itself; with a `shape`, write `base = \"900 /s\"`",
            );
        }
        (Level::Base(_), Some(series)) if !series.rates.is_empty() && series.rates.mean == 0.0 => {
            let message = format!(
                "`{path}.base`: all values of {} are zero and cannot be scaled to mean 1",
                series.keys.file
            );
            checker.error(
                checker.at(&format!("{path}.base")),
                message,
                "take a column with values, or write `share = 1.0` for no demand at all",
            );
        }
        _ => {}
    }
}

/// A series that is not repeated must have a rate at every moment of the run.
fn coverage(checker: &mut Checker<'_>, path: &str, series: &Series) {
    let (rates, run) = (&series.rates, &checker.scenario.run);
    let opening = Instant::from_micros(
        run.start
            .as_micros()
            .saturating_sub(run.warm_up.as_micros()),
    );
    let end = checker.scenario.end();
    if rates.repeats || (rates.start <= opening && end <= rates.end()) {
        return;
    }
    let message = format!(
        "`{path}`: {} covers {} to {}, but the run goes from {} (warm-up included) to {}",
        series.keys.file,
        date::show(rates.start),
        date::show(rates.end()),
        date::show(opening),
        date::show(end)
    );
    let hint = if rates.span() < end - opening {
        "`repeat = true` repeats the series end to end, and `starts` says where; or shorten the run"
    } else {
        "`starts` lays the series' first row on another date; or move `run.start`"
    };
    checker.error(checker.at(&format!("{path}.file")), message, hint);
}

/// Repeating what is not whole days shifts the hours of the day.
fn repetition(checker: &mut Checker<'_>, path: &str, series: &Series) {
    let span = series.rates.span();
    if !series.rates.repeats || span.as_micros() % Span::DAY.as_micros() == 0 {
        return;
    }
    let message = format!(
        "`{path}` is {} long, no whole number of days: repeated, its nights move to other hours",
        show(span)
    );
    checker.warn(
        checker.at(&format!("{path}.repeat")),
        message,
        "repeat whole weeks, or at least whole days",
    );
}

/// The profile's zone is of a shape; one who writes it beside a series may have meant the series'. That of a base was
/// meant for what the series replaces.
fn time_zone(checker: &mut Checker<'_>, name: &str, profile: &Profile, series: &Series) {
    let keys = &series.keys;
    if profile.time_zone == "UTC" || keys.time_zone.is_some() || keys.time_unit.is_some() {
        return;
    }
    let at = checker.at(&format!("demand.{name}.time_zone"));
    if at.source != checker.at(&format!("demand.{name}.series")).source {
        return;
    }
    let message = format!(
        "`demand.{name}.time_zone` is {}, which a series does not follow: its times without an offset are UTC",
        profile.time_zone
    );
    checker.warn(
        at,
        message,
        "`series.time_zone` is the zone of a series' times",
    );
}
