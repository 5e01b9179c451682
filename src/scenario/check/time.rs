//! Checks of the calendar: lengths within the limits, dates in order.

use super::Checker;
use crate::kernel::Span;
use crate::scenario::date;

/// One Julian year, in microseconds.
const YEAR: i64 = 31_557_600_000_000;

pub(super) fn check(checker: &mut Checker<'_>) {
    if checker.damage.touches(&["run"]) {
        return;
    }
    lengths(checker);
    if !checker.damage.touches(&["record"]) {
        recording(checker);
    }
    orders(checker);
    campaigns(checker);
    events(checker);
}

fn lengths(checker: &mut Checker<'_>) {
    let run = &checker.scenario.run;
    let (horizon, step) = (run.horizon, run.step);
    let total = horizon.as_micros().saturating_add(run.warm_up.as_micros());
    if total > 100 * YEAR {
        let years = total as f64 / YEAR as f64;
        let message =
            format!("horizon and warm-up together are {years:.0} years; the limit is 100");
        checker.error(
            checker.at("run.horizon"),
            message,
            "plans reach 5 to 20 years; write a shorter horizon, such as \"10 y\"",
        );
    }
    if horizon < step {
        let message = format!(
            "the horizon of {} is shorter than one step of {}",
            show(horizon),
            show(step)
        );
        checker.error(
            checker.at("run.horizon"),
            message,
            "make `run.horizon` at least `run.step`",
        );
    }
}

fn recording(checker: &mut Checker<'_>) {
    let (every, step) = (checker.scenario.record.every, checker.scenario.run.step);
    // A step of zero has been refused by its own range.
    let is_multiple = every
        .as_micros()
        .checked_rem(step.as_micros())
        .is_some_and(|rest| rest == 0);
    if !is_multiple {
        let message = format!(
            "`record.every` of {} is not a whole multiple of the step of {}",
            show(every),
            show(step)
        );
        checker.error(
            checker.at("record.every"),
            message,
            format!("for example {}", show(step)),
        );
    }
}

fn orders(checker: &mut Checker<'_>) {
    let end = checker.scenario.end();
    for (name, order) in &checker.scenario.order {
        if order.placed >= end {
            let message = format!(
                "order `{name}` is placed on {}, after the run ends on {}",
                date::show(order.placed),
                date::show(end)
            );
            checker.warn(
                checker.at(&format!("order.{name}.placed")),
                message,
                "it has no effect; lengthen `run.horizon` or move the date",
            );
        }
    }
}

fn campaigns(checker: &mut Checker<'_>) {
    let end = checker.scenario.end();
    let start = checker.scenario.run.start;
    for (name, campaign) in checker.scenario.campaigns() {
        let submit = campaign.submit.unwrap_or(start);
        if submit >= end {
            let message = format!(
                "campaign `{name}` is submitted on {}, after the run ends on {}",
                date::show(submit),
                date::show(end)
            );
            checker.warn(
                checker.at(&format!("training.{name}.submit")),
                message,
                "it never runs; lengthen `run.horizon` or move the date",
            );
        }
        if let Some(deadline) = campaign.value.deadline
            && deadline <= submit
        {
            let message = format!(
                "the deadline of `{name}`, {}, is not after its submission on {}",
                date::show(deadline),
                date::show(submit)
            );
            checker.error(
                checker.at(&format!("training.{name}.value.deadline")),
                message,
                "put the deadline after `submit` (without it, after `run.start`)",
            );
        }
    }
}

fn events(checker: &mut Checker<'_>) {
    let end = checker.scenario.end();
    for (profile, demand) in &checker.scenario.demand {
        for (name, event) in &demand.event {
            if event.at >= end {
                let message = format!(
                    "event `{name}` of `{profile}` is on {}, after the run ends on {}",
                    date::show(event.at),
                    date::show(end)
                );
                checker.warn(
                    checker.at(&format!("demand.{profile}.event.{name}.at")),
                    message,
                    "it has no effect; lengthen `run.horizon` or move the date",
                );
            }
        }
    }
}

/// A duration in its largest whole unit.
#[must_use]
pub fn show(span: Span) -> String {
    let micros = span.as_micros();
    let units = [
        ("w", 604_800_000_000),
        ("d", 86_400_000_000),
        ("h", 3_600_000_000),
        ("m", 60_000_000),
        ("s", 1_000_000),
        ("ms", 1000),
    ];
    let unit = units
        .iter()
        .find(|(_, length)| micros != 0 && micros % length == 0);
    unit.map_or_else(
        || format!("{micros} us"),
        |(name, length)| format!("{} {name}", micros / length),
    )
}
