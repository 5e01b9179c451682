//! The headline: value, cost, utilisation and the worst promise, each with its interval; regret where it is known.

use super::super::chart::{amount, share, span};
use super::super::outcomes::Answer;
use super::super::run::Run;

/// One number with what it means.
#[derive(Clone, Debug)]
pub struct Card {
    /// What it is.
    pub name: String,
    /// The mean.
    pub value: String,
    /// Its interval, or why there is none.
    pub interval: String,
    /// `good`, `bad` or empty.
    pub mood: &'static str,
}

/// The headline of a result.
#[must_use]
pub fn cards(run: &Run) -> Vec<Card> {
    let currency = run.currency();
    let of_fleet = [
        ("net_value", format!("Net value, {currency}")),
        ("cost", format!("Cost to own and run, {currency}")),
        ("utilization", "Utilisation".to_owned()),
        ("regret", "Regret against the bound".to_owned()),
        ("gap_closed", "Of the gap to the bound closed".to_owned()),
    ];
    let mut cards = Vec::new();
    for (metric, name) in of_fleet {
        if let Some(answer) = run.outcomes.answer(metric, "fleet") {
            cards.push(card(answer, name, ""));
        }
    }
    cards.extend(worst(run));
    cards
}

/// The service that is furthest below its promise, or closest to it.
fn worst(run: &Run) -> Option<Card> {
    let services = run.plan.promises.iter().filter_map(|(service, promise)| {
        let answer = run.outcomes.answer("slo_attainment", service)?;
        Some((
            answer,
            *promise,
            (1.0 - answer.mean?) / (1.0 - promise).max(1e-9),
        ))
    });
    let (answer, promise, _) = services.max_by(|one, other| one.2.total_cmp(&other.2))?;
    let kept = answer.mean.is_some_and(|mean| mean >= promise);
    let mood = if kept { "good" } else { "bad" };
    let name = format!("Worst SLO: {} (promised {})", answer.entity, share(promise));
    Some(card(answer, name, mood))
}

fn card(answer: &Answer, name: String, mood: &'static str) -> Card {
    let write = if answer.unit == "1" { share } else { amount };
    let interval = match (answer.interval(), answer.values.len()) {
        (Some((low, high)), count) => {
            let text = span(low, high, write);
            format!("{text} (95%, {count} replications)")
        }
        (None, 1) => "one replication: no interval".to_owned(),
        (None, _) => "no interval".to_owned(),
    };
    Card {
        name,
        value: answer.mean.map_or_else(|| "none".to_owned(), write),
        interval,
        mood,
    }
}
