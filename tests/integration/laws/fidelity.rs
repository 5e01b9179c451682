//! The fluid model against its oracle, every request as an event; docs/validation.md has the whole
//! table.

use super::support::{PRELUDE, near, run, scenario, totals};

const WEEK_H: u32 = 168;

fn text(servers: u32, rho: f64, cvs: (f64, f64), slo_s: f64, fidelity: &str, hours: u32) -> String {
    let (service_cv, arrival_cv) = cvs;
    let rate = rho * f64::from(servers);
    format!(
        "{PRELUDE}[run]\nstart = \"2024-01-01\"\nhorizon = \"{hours}h\"\nstep = \"1h\"\n\
         [pool.hall]\nhardware = \"unit\"\nsite = \"here\"\naccelerators = {servers}\n\
         serves = [\"queue\"]\ninitial = {{ queue = {servers} }}\n\
         [ranking.queue]\ndemand = {{ base = \"{rate:?} /s\" }}\nfidelity = \"{fidelity}\"\n\
         service = {{ time = {{ lognormal = {{ mean = \"1s\", cv = {service_cv:?} }} }} }}\n\
         queue = {{ arrival_cv = {arrival_cv:?} }}\nslo = {{ latency = \"{slo_s} s\" }}\n\
         value = {{ per_request = 1.0, miss = 2.0 }}\n[policy.dedicated]\n"
    )
}

fn error(servers: u32, rho: f64, cvs: (f64, f64), slo_s: f64, hours: u32) -> f64 {
    let attainment = |fidelity| {
        let queue = totals(&text(servers, rho, cvs, slo_s, fidelity, hours)).services[0];
        queue.served_in_slo / queue.offered
    };
    attainment("fluid") - attainment("request")
}

#[test]
fn attainment_agrees_to_one_point_where_waits_are_exponential() {
    for slo_s in [1.02, 2.0, 5.0] {
        for (servers, rho, hours) in [
            (8, 0.5, 48),
            (8, 0.7, WEEK_H),
            (32, 0.8, 48),
            (128, 0.9, 24),
        ] {
            let off = error(servers, rho, (1.0, 1.0), slo_s, hours);
            assert!(
                off.abs() < 0.01,
                "c {servers}, rho {rho}, SLO {slo_s} s: {off}"
            );
        }
        for arrival_cv in [0.5, 1.5] {
            let off = error(128, 0.8, (1.0, arrival_cv), slo_s, 12);
            assert!(
                off.abs() < 0.01,
                "arrival cv {arrival_cv}, SLO {slo_s} s: {off}"
            );
        }
    }
}

#[test]
fn requests_are_conserved_and_paid_in_every_interval() {
    let text = text(8, 3.0, (1.5, 1.5), 3.0, "request", 12).replace(
        "arrival_cv",
        "limit = \"40s\", patience = { uniform = { from = \"10s\", to = \"90s\" } }, arrival_cv",
    );
    let (_, rows) = run(&scenario(&text), 0);
    let mut waiting = 0.0;
    for row in &rows.services {
        let ended = row.served_in_slo + row.served_late + row.shed + row.abandoned;
        assert!(
            (row.offered - ended - (row.waiting - waiting)).abs() < 1e-9,
            "{row:?}"
        );
        waiting = row.waiting;
        assert_eq!(row.offered.fract(), 0.0);
    }
    assert!(rows.services.iter().any(|row| row.shed > 0.0));
    assert!(rows.services.iter().any(|row| row.abandoned > 0.0));
    assert!(rows.services.iter().any(|row| row.waiting > 0.0));
}

/// The fluid model's patience is Erlang-A's: the row of Garnett, Mandelbaum and Reiman's example.
#[test]
fn both_fidelities_lose_what_erlang_a_says() {
    for fidelity in ["fluid", "request"] {
        let text = text(100, 1.0, (1.0, 1.0), 3.0, fidelity, 24)
            .replace(
                "{ lognormal = { mean = \"1s\", cv = 1.0 } }",
                "{ exponential = { mean = \"1s\" } }",
            )
            .replace(
                "arrival_cv",
                "patience = { exponential = { mean = \"2s\" } }, arrival_cv",
            );
        let queue = totals(&text).services[0];
        let lost = queue.abandoned / queue.offered;
        assert!(
            near(
                lost,
                0.033_030_152_5,
                if fidelity == "fluid" { 1e-8 } else { 0.03 }
            ),
            "{fidelity}: {lost}"
        );
    }
}

/// A change of servers leaves the requests as they are.
#[test]
fn other_servers_meet_the_same_requests() {
    let offered = |servers: u32| {
        let rate = 9.0 / f64::from(servers);
        totals(&text(servers, rate, (1.0, 1.5), 3.0, "request", 6)).services[0].offered
    };
    assert_eq!(offered(10), offered(12));
}
