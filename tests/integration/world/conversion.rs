//! Conversions: what they take, when they are free, and that nothing converts without a reason.

use super::support::{agree, hours, run, world};
use flexcap::id::WorkloadId;

const JOB: usize = 0;
const CHAT: usize = 1;
const FEED: usize = 2;

/// Chat needs far more from the second hour on and takes it from the job.
const RUSH: &str = "event.rush = { at = \"2024-03-01T02:00:00Z\", multiply = 3.0 }";
const INITIAL: &str = "initial = { job = 45, chat = 35, feed = 20 }";
const CHAT_FIRST: &str = "[forecast]\nmethod = { perfect = {} }\n[policy.priority]\norder = [\"chat\", \"feed\", \"job\"]";

fn rush(conversion: &str) -> String {
    world(
        INITIAL,
        &format!("{RUSH}\n[conversion.box]\n{conversion}\n{CHAT_FIRST}"),
    )
}

#[test]
fn a_conversion_takes_its_time_and_its_cost() {
    let (totals, rows) = run(
        &rush("training-to-ranking = { delay = \"30m\", cost = 3.0 }"),
        0,
    );
    let moves: Vec<_> = rows.moves.iter().filter(|row| row.cost > 0.0).collect();
    assert!(!moves.is_empty());
    for row in &moves {
        // From the job, or of what the rest of its broken gang left idle.
        assert!(row.from.is_none_or(|from| from == WorkloadId::new(JOB)));
        assert_ne!(row.to, Some(WorkloadId::new(JOB)));
        agree("cost", row.cost, 3.0 * row.accelerators as f64);
    }
    let converted: u64 = moves.iter().map(|row| row.accelerators).sum();
    agree(
        "cost",
        totals.workloads[CHAT].conversion + totals.workloads[FEED].conversion,
        3.0 * converted as f64,
    );
    agree("hours", totals.pools[0].converting, 0.5 * converted as f64);
    let at_two = rows
        .of(CHAT)
        .into_iter()
        .find(|row| row.time == hours(2))
        .expect("a row");
    assert!(at_two.converting > 0.0, "the row shows it: {at_two:?}");
}

#[test]
fn without_a_rule_it_is_as_if_there_were_none() {
    let plain = run(&world(INITIAL, &format!("{RUSH}\n{CHAT_FIRST}")), 0);
    for rules in [
        "",
        "ranking-to-training = {}",
        "chat-to-feed = { delay = \"2h\" }",
    ] {
        let (totals, rows) = run(&rush(rules), 0);
        if rules.starts_with("chat") {
            // Chat gives nothing to feed here, so the rule never applies.
            assert!(rows.moves.iter().all(|row| row.cost == 0.0));
        }
        assert_eq!((&totals, &rows), (&plain.0, &plain.1), "{rules}");
    }
}

#[test]
fn the_default_is_between_kinds_only_and_rules_are_asymmetric() {
    // Feed gives to chat: both rank, so the default does not apply, a named rule does.
    let initial = "initial = { job = 0, chat = 30, feed = 70 }";
    let text = |rules: &str| {
        world(
            initial,
            &format!("{RUSH}\n[conversion.box]\n{rules}\n{CHAT_FIRST}"),
        )
        .replace("gang = 40", "gang = 100")
    };
    let (totals, rows) = run(&text("default = { delay = \"1h\", cost = 1.0 }"), 0);
    assert!(
        rows.moves
            .iter()
            .any(|row| row.to == Some(WorkloadId::new(CHAT)))
    );
    agree("same kind", totals.pools[0].converting, 0.0);
    for rule in [
        "feed-to-chat",
        "ranking-to-chat",
        "feed-to-ranking",
        "ranking-to-ranking",
    ] {
        let (totals, _) = run(&text(&format!("{rule} = {{ delay = \"1h\" }}")), 0);
        assert!(totals.pools[0].converting > 1.0, "{rule}");
    }
    let (totals, _) = run(&text("chat-to-feed = { delay = \"1h\" }"), 0);
    agree("the other way", totals.pools[0].converting, 0.0);
}

#[test]
fn the_first_binding_of_a_delivery_is_free() {
    let order = "[order.more]\npool = \"hall\"\naccelerators = 60\nplaced = \"2024-03-01\"\n\
                 lead_time = \"90m\"\n";
    let rules = "[conversion.box]\ndefault = { delay = \"1h\", cost = 5.0 }\n";
    let (totals, rows) = run(
        &world(INITIAL, &format!("{RUSH}\n{order}{rules}{CHAT_FIRST}")),
        0,
    );
    let given: u64 = rows
        .moves
        .iter()
        .filter(|row| row.from.is_none() && row.time <= hours(2))
        .map(|row| row.accelerators)
        .sum();
    assert!(given >= 20, "{given}");
    agree("conversion", totals.workloads[CHAT].conversion, 0.0);
    agree("converting", totals.pools[0].converting, 0.0);
}

#[test]
fn an_idle_server_remembers_what_it_was_for() {
    // The job ends and leaves its servers idle; what chat then takes of them must be converted.
    let text = world("initial = { job = 60, chat = 25, feed = 15 }", &format!(
        "{}\n[conversion.box]\ntraining-to-ranking = {{ delay = \"1h\", cost = 2.0 }}\n{CHAT_FIRST}",
        RUSH.replace("T02", "T09")
    ))
    .replace("work = \"1e6 accelerator-hours\"", "work = \"80 accelerator-hours\"");
    let (totals, rows) = run(&text, 0);
    let from_idle = rows
        .moves
        .iter()
        .filter(|row| row.from.is_none() && row.cost > 0.0);
    let converted: u64 = from_idle.map(|row| row.accelerators).sum();
    assert!(converted > 0, "{:?}", rows.moves);
    assert!(totals.workloads[CHAT].conversion >= 2.0 * converted as f64);
}

#[test]
fn dedicated_does_not_convert_on_its_own() {
    let text = world(
        "spares = 10\ninitial = { job = 45, chat = 30, feed = 15 }",
        "[conversion.box]\ndefault = { delay = \"1h\", cost = 2.0 }\nranking-to-ranking = { cost = 1.0 }\n\
         [policy.dedicated]",
    )
    .replace("power =", "mtbf = \"20d\"\nrepair = \"9h\"\npower =")
    .replace("horizon = \"2d\"", "horizon = \"25d\"");
    for replication in 0..2 {
        let (totals, rows) = run(&text, replication);
        assert!(rows.events.len() > 20, "things break");
        agree("converting", totals.pools[0].converting, 0.0);
        let cost: f64 = totals.workloads.iter().map(|of| of.conversion).sum();
        agree("cost", cost, 0.0);
    }
}
