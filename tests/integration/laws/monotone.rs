//! More accelerators never hurt: a service's attainment over a whole run does not fall when its
//! pool grows, whatever the load, the service time's law and the queue. Backlog carries the effect
//! of one step into the next, so whole runs are compared, not single steps.

use proptest::prelude::*;

use super::support::totals;

/// The sums are exact to rounding; requests served are compared relative to those offered.
const TOLERANCE: f64 = 1e-9;

/// A service on one pool of `servers` servers, some of which come only at noon.
#[derive(Clone, Debug)]
struct Case {
    kind: &'static str,
    step: &'static str,
    limit: Option<&'static str>,
    patience: Option<&'static str>,
    arrival_cv: f64,
    cv: f64,
    slo_over_service: f64,
    rho: f64,
    servers: u64,
    more: u64,
}

fn cases() -> impl Strategy<Value = Case> {
    (
        prop::sample::select(vec!["query", "service", "inference"]),
        prop::sample::select(vec!["1h", "5m", "4h", "1d"]),
        prop::sample::select(vec![None, Some("0s"), Some("2s"), Some("60s"), Some("1h")]),
        (
            prop::sample::select(vec![None, None, Some("500ms"), Some("5s"), Some("10m")]),
            prop::sample::select(vec![0.0, 0.5, 1.0, 1.0, 1.5, 4.0]),
        ),
        (0.0..3.0, 0.3..8.0, 0.3..2.0, 1u64..60, 1u64..12),
    )
        .prop_map(
            |(
                kind,
                step,
                limit,
                (patience, arrival_cv),
                (cv, slo_over_service, rho, servers, more),
            )| Case {
                kind,
                step,
                limit,
                patience,
                arrival_cv,
                cv,
                slo_over_service,
                rho,
                servers,
                more,
            },
        )
}

impl Case {
    fn text(&self, servers: u64) -> String {
        let Self {
            kind,
            step,
            limit,
            patience,
            arrival_cv,
            cv,
            slo_over_service,
            rho,
            ..
        } = self;
        let limit = limit.map_or(String::new(), |limit| format!("limit = \"{limit}\", "));
        let patience = patience.map_or(String::new(), |mean| {
            format!("patience = {{ exponential = {{ mean = \"{mean}\" }} }}, ")
        });
        let queue = format!("queue = {{ {limit}{patience}arrival_cv = {arrival_cv:?} }}");
        let lognormal = |mean: &str| format!("{{ lognormal = {{ mean = {mean}, cv = {cv:?} }} }}");
        // Each kind serves about one request a second and server.
        let (table, work, slots) = match *kind {
            "service" => (
                "ranking",
                format!(
                    "service = {{ time = {} }}\nslo = {{ latency = \"{slo_over_service} s\" }}",
                    lognormal("\"1s\"")
                ),
                1.0,
            ),
            "query" => (
                "ranking",
                format!(
                    "query = {{ fixed = \"200ms\", per_item = \"1ms\", items = {}, concurrency = 2 }}\nslo = {{ latency = \"{slo_over_service} s\" }}",
                    lognormal("800")
                ),
                2.0,
            ),
            _ => (
                "inference",
                format!(
                    "model = {{ catalogue = \"llama-3-8b\", precision = \"fp8\" }}\ninput_tokens = {}\noutput_tokens = {}\nslo = {{ ttft = \"{slo_over_service} s\", tpot = \"20ms\" }}",
                    lognormal("900"),
                    lognormal("300")
                ),
                12.0,
            ),
        };
        let rate = rho * slots * self.servers as f64;
        format!(
            "[scenario]\nname = \"more\"\n[run]\nstart = \"2024-01-01\"\nhorizon = \"1d\"\nstep = \"{step}\"\n\
             [hardware.unit]\ncatalogue = \"h100-sxm\"\naccelerators_per_server = 1\nmtbf = \"100000y\"\n[site.here]\n\
             [pool.hall]\nhardware = \"unit\"\nsite = \"here\"\naccelerators = {servers}\n\
             serves = [\"service\"]\ninitial = {{ service = {servers} }}\n\
             [demand.day]\nshape = {{ day = [1,1,1,1,1,1,1,1,2,2,2,2,2,2,2,2,2,2,1,1,1,1,1,1] }}\n\
             [{table}.service]\ndemand = {{ profile = \"day\", base = \"{rate:?} /s\" }}\n{work}\n{queue}\n\
             [policy.dedicated]\n"
        )
    }
}

proptest! {
    #![proptest_config(super::support::cases(250))]

    #[test]
    fn attainment_never_falls_with_more_accelerators(case in cases()) {
        let fewer = totals(&case.text(case.servers)).services[0];
        let more = totals(&case.text(case.servers + case.more)).services[0];
        prop_assert_eq!(fewer.offered, more.offered);
        let gain = (more.served_in_slo - fewer.served_in_slo) / fewer.offered;
        prop_assert!(gain >= -TOLERANCE, "{gain}: {fewer:?} with fewer, {more:?} with more");
        // Nor does it shed more or leave more waiting past its SLO.
        let spared = (fewer.shed - more.shed) / fewer.offered;
        // Those whom more servers admit may still leave: only both together fall.
        let both = spared + (fewer.abandoned - more.abandoned) / fewer.offered;
        let spared = if case.patience.is_some() { both } else { spared };
        prop_assert!(spared >= -TOLERANCE, "sheds {spared}: {fewer:?}, {more:?}");
    }
}

/// A generic service split over two pools of the same servers; the second may be small.
fn two_pools(first: u32, second: u32, rate: f64, slo_s: f64) -> String {
    format!(
        "[scenario]\nname = \"two\"\n[run]\nstart = \"2024-01-01\"\nhorizon = \"1d\"\nstep = \"6h\"\n\
         [hardware.unit]\naccelerators_per_server = 1\n[site.here]\n\
         [pool.one]\nhardware = \"unit\"\nsite = \"here\"\naccelerators = {first}\n\
         serves = [\"service\"]\ninitial = {{ service = {first} }}\n\
         [pool.two]\nhardware = \"unit\"\nsite = \"here\"\naccelerators = 1000\n\
         serves = [\"service\"]\ninitial = {{ service = {second} }}\n\
         [ranking.service]\ndemand = {{ base = \"{rate:?} /s\" }}\n\
         service = {{ time = {{ exponential = {{ mean = \"1s\" }} }} }}\n\
         slo = {{ latency = \"{slo_s} s\" }}\n[policy.dedicated]\n"
    )
}

/// All pools take from one queue: with a queue for each, a lone server in the second would keep a
/// twentieth of the requests waiting long.
#[test]
fn a_second_pool_does_not_hurt_either() {
    for first in [5_u32, 20, 100] {
        for rho in [0.5, 0.8, 0.9, 0.95, 0.99, 1.05] {
            for (less, more) in [(0, 1), (0, 2), (1, 2), (2, 10), (0, 20)] {
                let attainment = |second| {
                    let rate = rho * f64::from(first);
                    let service = totals(&two_pools(first, second, rate, 4.0)).services[0];
                    service.served_in_slo / service.offered
                };
                let (fewer, greater) = (attainment(less), attainment(more));
                assert!(
                    greater - fewer >= -TOLERANCE,
                    "{first} servers at {rho}, {less} then {more} in a second pool: {fewer}, {greater}"
                );
            }
        }
    }
}
