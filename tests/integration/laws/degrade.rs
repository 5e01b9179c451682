//! Ranking that degrades: the rule, what it earns, and that both fidelities and those who plan see the same.

use super::support::{PRELUDE, near, scenario, totals};
use flexcap::id::WorkloadId;
use flexcap::policy::{self, Allocation, Need, Policy, View};
use flexcap::simulation::record::Ignore;
use flexcap::simulation::simulate;
use flexcap::simulation::totals::ServiceTotals;

const CURVE: &str = "degrade = [[1.0, 1.0], [0.6, 0.93], [0.3, 0.75]]\n";

/// A query takes 10 ms and 90 times `per_item_ms`, 100 ms as a rule; an accelerator serves one at a time.
fn text(accelerators: u32, rate: f64, per_item_ms: f64, more: &str) -> String {
    format!(
        "{PRELUDE}[run]\nstart = \"2024-01-01\"\nhorizon = \"12h\"\nstep = \"1h\"\n\
         [pool.hall]\nhardware = \"unit\"\nsite = \"here\"\naccelerators = {accelerators}\n\
         serves = [\"feed\"]\ninitial = {{ feed = {accelerators} }}\n\
         [policy.dedicated]\n\
         [ranking.feed]\ndemand = {{ base = \"{rate:?} /s\" }}\n\
         query = {{ fixed = \"10 ms\", per_item = \"{per_item_ms} ms\", items = 90 }}\n\
         slo = {{ latency = \"200 ms\", attainment = 0.99 }}\nqueue = {{ limit = \"1s\" }}\n\
         value = {{ per_request = 1.0 }}\n{more}"
    )
}

fn feed(text: &str) -> (ServiceTotals, f64) {
    let totals = totals(text);
    (totals.services[0], totals.workloads[0].value)
}

fn attainment(of: &ServiceTotals) -> f64 {
    of.served_in_slo / of.offered
}

fn share(of: &ServiceTotals) -> f64 {
    of.ranked / of.degradable
}

#[test]
fn with_room_it_ranks_everything() {
    let (plain, worth) = feed(&text(200, 1_000.0, 1.0, ""));
    let (degrading, same) = feed(&text(200, 1_000.0, 1.0, CURVE));
    assert_eq!((share(&degrading), same), (1.0, worth));
    assert_eq!(plain.served_in_slo, degrading.served_in_slo);
    assert_eq!(plain.degradable, 0.0);
}

/// A fifth more than full queries leave room for: the largest share that keeps the promise, and no larger.
#[test]
fn short_of_servers_it_ranks_the_largest_share_that_keeps_its_promise() {
    let (degrading, worth) = feed(&text(200, 2_400.0, 1.0, CURVE));
    let ranked = share(&degrading);
    assert!((0.70..0.815).contains(&ranked), "{ranked}");
    assert!(attainment(&degrading) >= 0.99);
    // As the same service with so much shorter queries fares.
    let (as_short, _) = feed(&text(200, 2_400.0, ranked, ""));
    assert!(near(as_short.served_in_slo, degrading.served_in_slo, 1e-9));
    let (longer, _) = feed(&text(200, 2_400.0, ranked + 0.0101, ""));
    assert!(attainment(&longer) < 0.99, "{}", attainment(&longer));
    let of_full = 1.0 - (1.0 - ranked) * (0.07 / 0.4);
    assert!(near(worth, degrading.served_in_slo * of_full, 1e-9));
    let (_, plain) = feed(&text(200, 2_400.0, 1.0, ""));
    assert!(worth > plain);
}

#[test]
fn when_no_share_is_enough_it_ranks_the_smallest_and_sheds() {
    let (degrading, _) = feed(&text(200, 6_000.0, 1.0, CURVE));
    assert!(near(share(&degrading), 0.3, 1e-12));
    assert!(degrading.shed > 0.0 && attainment(&degrading) < 0.99);
}

#[test]
fn requests_rank_as_many() {
    let of = |fidelity: &str| {
        let more = format!("{CURVE}fidelity = \"{fidelity}\"\n");
        feed(&text(200, 2_400.0, 1.0, &more)).0
    };
    let (fluid, requests) = (of("fluid"), of("request"));
    assert!((share(&fluid) - share(&requests)).abs() < 0.02);
    assert!((attainment(&fluid) - attainment(&requests)).abs() < 0.01);
}

#[test]
fn servers_never_hurt() {
    let mut last = (0.0, 0.0);
    for accelerators in (60..300).step_by(8) {
        let (degrading, worth) = feed(&text(accelerators, 2_000.0, 1.0, CURVE));
        assert!(
            worth >= last.0 * (1.0 - 1e-3),
            "{accelerators}: {worth} {last:?}"
        );
        assert!(share(&degrading) >= last.1 - 1e-9, "{accelerators}");
        last = (worth, share(&degrading));
    }
    assert_eq!(last.1, 1.0);
}

/// What the policy `value` would read, as a part of the most, at parts of the rate.
struct Peek(Vec<f64>);

const PARTS: [f64; 7] = [0.3, 0.5, 0.6, 0.7, 0.85, 1.0, 1.4];

impl Policy for Peek {
    fn decide(&mut self, view: &View<'_>, allocation: &mut Allocation) {
        policy::build(&scenario(&text(200, 2_000.0, 1.0, ""))).decide(view, allocation);
        let Need::Service(need) = view.need(WorkloadId::new(0)) else {
            panic!("it is a service");
        };
        let mut worth = need.worth();
        let row = worth.row_for(need.forecast_per_s, 0.05);
        let curve = worth.curve(row, need.forecast_per_s);
        let part = |part: f64| curve.value(part * need.forecast_per_s) / curve.most_per_hour();
        self.0 = PARTS.map(part).into();
    }
}

#[test]
fn plans_know_that_it_degrades() {
    let read = |more: &str| {
        let mut peek = Peek(Vec::new());
        let scenario = scenario(&text(200, 2_000.0, 1.0, more));
        assert!(simulate(&scenario, 0, &mut peek, &mut Ignore).is_ok());
        peek.0
    };
    let (plain, degrading) = (read(""), read(CURVE));
    let better = plain.iter().zip(&degrading);
    assert!(
        better
            .clone()
            .all(|(plain, degrading)| *degrading >= plain - 1e-9)
    );
    // 85% of the rate: 85 ms each, less some room, so about three quarters of the items.
    assert!((0.93..0.98).contains(&degrading[4]), "{degrading:?}");
    assert!(near(plain[6], degrading[6], 1e-3));
    let points: Vec<_> = PARTS.into_iter().zip(degrading).collect();
    let slopes: Vec<f64> = points
        .windows(2)
        .map(|pair| (pair[1].1 - pair[0].1) / (pair[1].0 - pair[0].0))
        .collect();
    assert!(slopes.is_sorted_by(|a, b| a >= &(b - 1e-9)), "{slopes:?}");
}
