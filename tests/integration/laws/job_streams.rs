//! Streams of jobs through the whole simulator: queues that theory solves, draws that stay, and
//! servers that come and go.

use super::support::{PRELUDE, mean_and_error, run, scenario, totals_of};
use flexcap::scenario::Scenario;
use flexcap::simulation::record::JobRow;
use flexcap::theory::{erlang, mg1};

fn queue(servers: u64, per_hour: f64, duration: &str, more: &str) -> Scenario {
    scenario(&format!(
        "{PRELUDE}
[run]
start = \"2024-01-01\"
horizon = \"40w\"
warm_up = \"2w\"
step = \"1d\"
seed = 5
[pool.main]
hardware = \"unit\"
site = \"here\"
accelerators = {servers}
serves = [\"training\"]
initial = {{ jobs = {servers} }}
[training.jobs]
stream = {{ arrivals = \"{per_hour:?} /h\", accelerators = 1, duration = {duration} }}
{more}
[policy.dedicated]
"
    ))
}

/// Mean wait in hours and its standard error, over 12 replications.
fn wait_h(scenario: &Scenario) -> (f64, f64) {
    let wait = |replication| {
        let training = totals_of(scenario, replication).training[0];
        training.queueing_time / training.jobs_started
    };
    mean_and_error(&(0..12).map(wait).collect::<Vec<_>>())
}

#[test]
fn waiting_for_one_of_many_servers_is_erlangs() {
    let hour = "{ exponential = { mean = \"1h\" } }";
    for (servers, rho) in [(1, 0.6), (4, 0.8), (12, 0.9)] {
        for more in ["", "discipline = \"fifo\""] {
            let load = rho * servers as f64;
            let (mean, error) = wait_h(&queue(servers, load, hour, more));
            let theory = erlang::mean_wait_s(servers as f64, load, 3600.0) / 3600.0;
            // The 99.9% quantile of Student's t with 11 degrees of freedom.
            assert!(
                (mean - theory).abs() < 4.44 * error,
                "{servers} at {rho}: {mean} ± {error}, {theory}"
            );
            assert!(error < 0.1 * theory, "{error} says little of {theory}");
        }
    }
}

#[test]
fn waiting_for_one_server_is_pollaczeks_and_khinchines() {
    for (duration, cv2) in [
        ("\"1h\"", 0.0),
        ("{ lognormal = { mean = \"1h\", cv = 2.0 } }", 4.0),
        ("{ uniform = { from = \"0h\", to = \"2h\" } }", 1.0 / 3.0),
    ] {
        let (mean, error) = wait_h(&queue(1, 0.6, duration, ""));
        let theory = mg1::mean_wait_s(0.6, 3600.0, cv2) / 3600.0;
        assert!(
            (mean - theory).abs() < 4.44 * error,
            "{duration}: {mean} ± {error}, {theory}"
        );
    }
}

/// A fleet that breaks, in which jobs compete with a service.
fn fleet(step: &str, warm_up: &str, policy: &str) -> Scenario {
    scenario(&format!(
        "{PRELUDE}
[run]
start = \"2024-01-01\"
horizon = \"9d\"
warm_up = \"{warm_up}\"
step = \"{step}\"
[hardware.frail]
accelerators_per_server = 8
mtbf = \"9d\"
repair = {{ lognormal = {{ mean = \"9h\", cv = 1.0 }} }}
[pool.one]
hardware = \"frail\"
site = \"here\"
accelerators = 160
spares = 8
serves = [\"training\", \"ranking\"]
initial = {{ jobs = 80, feed = 64 }}
[pool.two]
hardware = \"unit\"
site = \"here\"
accelerators = 24
serves = [\"training\"]
initial = {{ jobs = 24 }}
[demand.day]
shape = {{ day = [1,1,1,1,1,2,2,2,4,4,4,4,6,6,6,6,6,4,4,4,2,2,1,1] }}
[ranking.feed]
demand = {{ profile = \"day\", base = \"60 /s\" }}
service = {{ time = {{ exponential = {{ mean = \"1s\" }} }} }}
slo = {{ latency = \"4s\", attainment = 0.95 }}
[training.jobs]
stream = {{ arrivals = \"60 /d\", profile = \"day\", accelerators = {{ empirical = {{ values = [5, 16, 64], weights = [6, 2, 1] }} }}, duration = {{ lognormal = {{ mean = \"3h\", cv = 2.0 }} }} }}
checkpoint = {{ every = \"30m\", write = \"60s\" }}
{policy}
"
    ))
}

const FIRST: &str = "[policy.priority]\norder = [\"jobs\", \"feed\"]";
const LAST: &str = "[policy.priority]\norder = [\"feed\", \"jobs\"]";

/// What was drawn of the jobs that arrived in the counted period, in order.
fn drawn(scenario: &Scenario) -> Vec<(i64, u64, i64)> {
    let (_, rows) = run(scenario, 0);
    let arrived = rows
        .jobs
        .iter()
        .filter(|job| job.submit >= scenario.run.start);
    let of = |job: &JobRow| {
        let work_micros = (job.work_accelerator_hours * 3.6e9).round() as i64;
        (job.submit.as_micros(), job.gang, work_micros)
    };
    let mut drawn: Vec<_> = arrived.map(of).collect();
    drawn.sort_unstable();
    drawn
}

#[test]
fn the_same_jobs_arrive_whoever_decides_and_how_often() {
    let jobs = drawn(&fleet("1h", "2d", "[policy.dedicated]"));
    assert!(jobs.len() > 400, "{}", jobs.len());
    // Sizes are whole servers of both pools.
    assert!(jobs.iter().all(|(_, gang, _)| [8, 16, 64].contains(gang)));
    for other in [
        fleet("7m", "2d", "[policy.dedicated]"),
        fleet("1d", "2d", FIRST),
        fleet("1h", "2d", LAST),
        fleet("1h", "0h", LAST),
        fleet("1h", "5d", FIRST),
    ] {
        assert_eq!(drawn(&other), jobs);
    }
}

#[test]
fn jobs_that_come_first_wait_less_and_are_never_withdrawn() {
    let first = totals_of(&fleet("1h", "0h", FIRST), 0).training[0];
    let last = totals_of(&fleet("1h", "0h", LAST), 0).training[0];
    let wait = |of: flexcap::simulation::totals::TrainingTotals| of.queueing_time / of.jobs_started;
    assert!(wait(first) < 0.8 * wait(last), "{first:?} {last:?}");
    assert!(first.useful >= last.useful);
    // Preemption stops jobs beside failures.
    assert!(
        last.interruptions > first.interruptions + 5.0,
        "{first:?} {last:?}"
    );
}

#[test]
fn a_site_without_power_for_all_slows_its_jobs() {
    let totals = |cap: &str| {
        totals_of(
            &scenario(&format!(
                "{PRELUDE}power_cap = \"{cap}\"
planning_activity = {{ training = 0.5, ranking = 0.1 }}
[run]
start = \"2024-01-01\"
horizon = \"4w\"
step = \"1h\"
[hardware.hot]
accelerators_per_server = 1
power = {{ idle = \"100 W\", peak = \"1100 W\" }}
[pool.main]
hardware = \"hot\"
site = \"here\"
accelerators = 20
serves = [\"training\", \"ranking\"]
initial = {{ jobs = 10, feed = 10 }}
[ranking.feed]
demand = {{ base = \"9 /s\" }}
service = {{ time = \"1s\" }}
slo = {{ latency = \"9s\", attainment = 0.5 }}
[training.jobs]
stream = {{ arrivals = \"14 /d\", accelerators = 1, duration = \"10h\" }}
[policy.dedicated]
"
            )),
            0,
        )
    };
    let (full, capped) = (totals("99 kW"), totals("9 kW"));
    assert_eq!(full.sites[0].throttled, 0.0);
    assert!(capped.sites[0].throttled > 0.0);
    for totals in [&full, &capped] {
        // Who stands still is not at work.
        let useful = totals.training[0].useful;
        let busy = totals.workloads[0].busy;
        assert!((useful - busy).abs() < 1e-6 * useful, "{useful} {busy}");
    }
    // Ten servers at about half speed cannot do the work of six.
    let done = capped.training[0].useful / full.training[0].useful;
    assert!((0.6..0.95).contains(&done), "{done}");
}
