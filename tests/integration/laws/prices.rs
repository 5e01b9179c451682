//! What answers earn over time: by hand where growth and events are certain, and by what they must
//! leave alone. The policy `value` follows the price of the day.

use super::support::{PRELUDE, id, near, run, scenario, totals, totals_of};
use flexcap::id::PoolId;

/// One service of ten requests a second, all of them met, for a year; `keys` are of its value.
fn alone(keys: &str) -> String {
    format!(
        "{PRELUDE}[run]\nstart = \"2024-01-01\"\nhorizon = \"1 y\"\nstep = \"1d\"\nwarm_up = \"4w\"\n\
         [pool.hall]\nhardware = \"unit\"\nsite = \"here\"\naccelerators = 40\nserves = [\"app\"]\n\
         initial = {{ app = 40 }}\n[ranking.app]\ndemand = {{ base = \"10 /s\" }}\n\
         service = {{ time = \"1s\" }}\nslo = {{ latency = \"60s\" }}\n\
         value = {{ per_request = 0.01{keys} }}\n[policy.dedicated]\n"
    )
}

/// Value of a request that meets its SLO.
fn earned(keys: &str) -> f64 {
    let totals = totals(&alone(keys));
    totals.workloads[0].value / totals.services[0].served_in_slo / 0.01
}

#[test]
fn growth_is_compounded_from_the_start_of_the_run() {
    assert!(near(earned(""), 1.0, 1e-12));
    for annual in [0.25, 3.0, 20.0_f64] {
        // The mean of annual^y over the first year.
        let mean = (annual - 1.0) / annual.ln();
        let found = earned(&format!(", growth = {{ annual = {annual:?} }}"));
        assert!(near(found, mean, 1e-6), "{annual}: {found} against {mean}");
    }
}

#[test]
fn an_event_changes_it_for_good() {
    // A year of 365.25 days: at noon of the 100th day, 10 days of ramp.
    let at = 99.5;
    for (ramp, days) in [("0s", 0.0), ("10d", 10.0)] {
        let event = format!(
            ", event.ads = {{ at = \"2024-04-09T12:00:00Z\", multiply = 9.0, ramp = \"{ramp}\" }}"
        );
        let mean = (at + 5.0 * days + 9.0 * (365.25 - at - days)) / 365.25;
        let found = earned(&event);
        assert!(near(found, mean, 1e-9), "{ramp}: {found} against {mean}");
    }
}

#[test]
fn inference_earns_more_for_tokens_and_for_answers() {
    let text = |keys: &str| {
        format!(
            "[scenario]\nname = \"chat\"\n[run]\nstart = \"2024-01-01\"\nhorizon = \"1w\"\n\
             [hardware.h100]\ncatalogue = \"h100-sxm\"\n[site.here]\n[pool.hall]\n\
             hardware = \"h100\"\nsite = \"here\"\naccelerators = 80\nserves = [\"chat\"]\n\
             initial = {{ chat = 80 }}\n[inference.chat]\ndemand = {{ base = \"20 /s\" }}\n\
             model = {{ catalogue = \"llama-3-8b\" }}\ninput_tokens = 900.0\noutput_tokens = 300.0\n\
             slo = {{ ttft = \"2s\", tpot = \"40ms\" }}\n\
             value = {{ per_million_output_tokens = 2.0, per_request = 0.001{keys} }}\n\
             [policy.dedicated]\n"
        )
    };
    let value = |keys: &str| totals(&text(keys)).workloads[0].value;
    let half = ", event.ads = { at = \"2024-01-04T12:00:00Z\", multiply = 3.0 }";
    assert!(near(value(half), 2.0 * value(""), 1e-6));
}

/// A penalty is a promise of today; what grows is what answers earn.
#[test]
fn penalties_stay_as_they_are() {
    let crowded = |keys: &str| {
        let text = alone(keys)
            .replace("per_request = 0.01", "per_request = 0.01, miss = 0.02")
            .replace("base = \"10 /s\"", "base = \"80 /s\"")
            .replace("[policy", "[ranking.app.queue]\nlimit = \"1s\"\n[policy");
        totals(&text).workloads[0]
    };
    let (flat, grown) = (crowded(""), crowded(", growth = { annual = 4.0 }"));
    assert!(flat.penalties > 1e6);
    assert_eq!(flat.penalties, grown.penalties);
    assert!(grown.value > 2.0 * flat.value);
}

/// Uncertain growth keeps its mean, and its draws are nobody else's.
#[test]
fn uncertainty_changes_no_request_and_no_mean() {
    let text = alone(", growth = { slope_sd = 0.4, walk_sd = 0.2 }");
    let noisy = text.replace("base = \"10 /s\"", "profile = \"people\", base = \"10 /s\"")
        + "[demand.people]\nnoise = { cv = 0.3 }\ngrowth = { slope_sd = 0.2 }\n";
    let certain = noisy.replace("slope_sd = 0.4, walk_sd = 0.2", "annual = 1.0");
    let (drawn, certain) = (scenario(&noisy), scenario(&certain));
    let mut factors = Vec::new();
    for replication in 0..60 {
        let (drawn, certain) = (
            totals_of(&drawn, replication),
            totals_of(&certain, replication),
        );
        assert_eq!(drawn.services, certain.services);
        factors.push(drawn.workloads[0].value / certain.workloads[0].value);
    }
    let (mean, error) = super::support::mean_and_error(&factors);
    assert!((mean - 1.0).abs() < 3.0 * error, "{mean} ± {error}");
    assert!(error * 60.0_f64.sqrt() > 0.1, "{error}");
}

/// Two services that each could use the whole hall: it goes to the one that earns more on the day.
#[test]
fn the_policy_value_follows_the_price_of_the_day() {
    let service = |name: &str, value: &str| {
        format!(
            "[ranking.{name}]\ndemand = {{ base = \"60 /s\" }}\nservice = {{ time = \"1s\" }}\n\
             slo = {{ latency = \"10s\", attainment = 0.9 }}\nqueue = {{ limit = \"5s\" }}\n\
             value = {{ {value} }}\n"
        )
    };
    let text = format!(
        "{PRELUDE}[run]\nstart = \"2024-01-01\"\nhorizon = \"20d\"\n\
         [pool.hall]\nhardware = \"unit\"\nsite = \"here\"\naccelerators = 60\nserves = [\"ranking\"]\n\
         initial = {{ old = 30, new = 30 }}\n{}{}[forecast]\nmethod = {{ perfect = {{}} }}\n[policy.value]\n",
        service("old", "per_request = 0.01"),
        service(
            "new",
            "per_request = 0.001, event.ads = { at = \"2024-01-11\", multiply = 100.0 }"
        ),
    );
    let scenario = scenario(&text);
    let (_, rows) = run(&scenario, 0);
    let new = rows.held(PoolId::new(0), id(&scenario, "new"));
    let mean = |from: usize, to: usize| {
        new[from..to].iter().map(|row| row.allocated).sum::<f64>() / (to - from) as f64
    };
    assert!(mean(24, 240) < 6.0, "{}", mean(24, 240));
    assert!(mean(264, 480) > 54.0, "{}", mean(264, 480));
}
