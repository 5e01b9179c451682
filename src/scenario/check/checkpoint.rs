//! Checks of checkpoints: what needs one has one, and the best interval is one.

use super::Checker;
use super::time::show;
use crate::kernel::Span;
use crate::scenario::{Checkpoint, Every, Kind, Preemption, Training};

pub(super) fn check(checker: &mut Checker<'_>) {
    for (name, training) in &checker.scenario.training {
        let (checkpoint, preemption) = match training {
            Training::Campaign(campaign) => {
                if campaign.gang.is_elastic() && campaign.checkpoint.is_none() {
                    elastic(checker, name);
                }
                (campaign.checkpoint, campaign.preemption)
            }
            Training::Stream(stream) => (stream.checkpoint, stream.preemption),
        };
        if let Some(checkpoint) = checkpoint
            && checkpoint.every == Every::Optimal
        {
            optimal(checker, name, checkpoint);
        }
        notice(checker, name, checkpoint, preemption);
    }
}

/// Every change of size would lose all that was done.
fn elastic(checker: &mut Checker<'_>, name: &str) {
    let message = format!(
        "the gang of `{name}` may change its size, but without a checkpoint a change would lose all its work"
    );
    let hint = "add `checkpoint = { every = \"optimal\", write = \"60s\" }`, or write one number";
    checker.error(checker.at(&format!("training.{name}.gang")), message, hint);
}

/// The best interval follows from what a write takes and how often the hardware fails.
fn optimal(checker: &mut Checker<'_>, name: &str, checkpoint: Checkpoint) {
    let scenario = checker.scenario;
    let at = checker.at(&format!("training.{name}.checkpoint.every"));
    if checkpoint.write == Span::ZERO {
        let message =
            format!("`{name}` writes checkpoints in no time, so there is no best time between two");
        checker.error(at, message, "give `write` a duration, or `every`");
    }
    if checker.damage.touches(&["hardware", "pool"]) {
        return;
    }
    for (pool_name, pool) in scenario.pools_serving(name, Kind::Training) {
        let hardware = scenario.hardware.get(&pool.hardware.name);
        if hardware.is_some_and(|hardware| hardware.mtbf.is_none()) {
            let hardware = &pool.hardware.name;
            let message = format!(
                "`{name}` may run in pool `{pool_name}`, whose `{hardware}` never fails, so there is no best time between checkpoints"
            );
            let hint = format!("give `every` a duration, or [hardware.{hardware}] an `mtbf`");
            checker.error(at, message, hint);
            return;
        }
    }
}

/// Notice is for writing a checkpoint.
fn notice(
    checker: &mut Checker<'_>,
    name: &str,
    checkpoint: Option<Checkpoint>,
    preemption: Preemption,
) {
    let notice = preemption.notice;
    if notice == Span::ZERO {
        return;
    }
    let at = checker.at(&format!("training.{name}.preemption.notice"));
    match checkpoint {
        None => {
            let message =
                format!("`{name}` gets notice, but has no checkpoint to write in that time");
            checker.error(
                at,
                message,
                "add `checkpoint = { every = \"1h\", write = \"60s\" }`, or delete this",
            );
        }
        Some(checkpoint) if checkpoint.write > notice => {
            let (notice, write) = (show(notice), show(checkpoint.write));
            let message = format!(
                "the notice of {notice} is shorter than the write of {write}, so nothing is saved in it"
            );
            checker.warn(at, message, format!("give notice of {write} or more"));
        }
        Some(_) => {}
    }
}
