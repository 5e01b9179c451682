//! What flexibility is worth on `meta-2024`: the policy `value` against the best static split, on the same draws, as the
//! Markdown table of docs/meta-2024.md. `cargo run --release --example headline`, in about a quarter of an hour
//!
//! For every line in which demand or values are changed, a split is searched anew, on draws of another seed, starting
//! from the one shipped in `meta-2024-dedicated`; the first and the conversion lines keep the shipped one. `±` is half of the
//! 95% Student-t interval of the paired differences over the replications.

use std::io::Write;

use flexcap::experiment::{Search, best_split, statistics};
use flexcap::kernel::Span;
use flexcap::results::metrics::net_value;
use flexcap::scenario::{Policy, Reference, Scenario, Set, Training};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Of the searches; the scenario's own is 2024.
const SEED: u64 = 7;

/// A line of the table: what is changed in the scenario, and whether another split may then be the best.
struct Line {
    name: &'static str,
    change: fn(&mut Scenario),
    searched: bool,
}

const LINES: [Line; 10] = [
    Line {
        name: "the scenario as shipped",
        change: |_| {},
        searched: false,
    },
    Line {
        name: "conversion takes 4 times as long",
        change: |scenario| delay(scenario, 4.0),
        searched: false,
    },
    Line {
        name: "conversion takes 24 times as long (6 h to 2 d)",
        change: |scenario| delay(scenario, 24.0),
        searched: false,
    },
    Line {
        name: "the same, and `payback` is a week",
        change: |scenario| {
            delay(scenario, 24.0);
            pays_within_days(scenario, 7);
        },
        searched: false,
    },
    Line {
        name: "conversion takes 96 times as long (1 d to 8 d), and `payback` is a month",
        change: |scenario| {
            delay(scenario, 96.0);
            pays_within_days(scenario, 30);
        },
        searched: false,
    },
    Line {
        name: "all values × 1/4",
        change: |scenario| scale(scenario, 0.25),
        searched: true,
    },
    Line {
        name: "all values × 4",
        change: |scenario| scale(scenario, 4.0),
        searched: true,
    },
    Line {
        name: "one demand profile for all services",
        change: together,
        searched: true,
    },
    Line {
        name: "Reels' demand half a day later",
        change: apart,
        searched: true,
    },
    Line {
        name: "no value on completion: no campaign has an end that pays",
        change: endless,
        searched: true,
    },
];

fn main() -> Outcome<()> {
    println!(
        "| | best static split, net value | `value`, perfect forecast | `value`, seasonal-naive |\n|---|---|---|---|"
    );
    for line in LINES {
        let mut fixed = Scenario::load("meta-2024-dedicated", &[])?.scenario;
        (line.change)(&mut fixed);
        if line.searched {
            let search = Search {
                replications: 1,
                ranking_replications: 6,
                ..Search::new(SEED)
            };
            fixed = best_split(&fixed, &search)?.applied_to(&fixed);
        }
        let base = net_values(&fixed)?;
        let mean = statistics::mean(&base).unwrap_or(f64::NAN);
        print!("| {} | {:.0} M", line.name, mean / 1e6);
        for method in ["perfect", "seasonal-naive"] {
            let set = Set::new(format!("forecast.method={{ {method} = {{}} }}"));
            let mut flexible = Scenario::load("meta-2024", &[set])?.scenario;
            (line.change)(&mut flexible);
            let values = net_values(&flexible)?;
            let more: Vec<f64> = values
                .iter()
                .zip(&base)
                .map(|(ours, base)| ours - base)
                .collect();
            let difference = statistics::mean(&more).unwrap_or(f64::NAN);
            let deviation = statistics::std_dev(&more).unwrap_or(f64::NAN);
            let half = statistics::half_width(deviation, more.len()).unwrap_or(f64::NAN);
            print!(
                " | {:+.0} M ± {:.0} M ({:+.1}%)",
                difference / 1e6,
                half / 1e6,
                100.0 * difference / mean
            );
        }
        println!(" |");
        std::io::stdout().flush()?;
    }
    Ok(())
}

/// By replication.
fn net_values(scenario: &Scenario) -> Outcome<Vec<f64>> {
    Ok(flexcap::run(scenario)?
        .replications
        .iter()
        .map(net_value)
        .collect())
}

/// Multiplies everything that work is worth, penalties too.
fn scale(scenario: &mut Scenario, factor: f64) {
    for training in scenario.training.values_mut() {
        match training {
            Training::Campaign(of) => {
                of.value.per_accelerator_hour.0 *= factor;
                of.value.on_completion.0 *= factor;
            }
            Training::Stream(of) => of.per_accelerator_hour.0 *= factor,
        }
    }
    for service in scenario.inference.values_mut() {
        service.value.per_million_output_tokens.0 *= factor;
        service.value.per_request.0 *= factor;
        service.value.miss.0 *= factor;
    }
    for service in scenario.ranking.values_mut() {
        service.value.per_request.0 *= factor;
        service.value.miss.0 *= factor;
    }
}

/// Leaves the campaigns that are paid by the hour, which run as long as the scenario does.
fn endless(scenario: &mut Scenario) {
    for training in scenario.training.values_mut() {
        if let Training::Campaign(of) = training {
            of.value.on_completion.0 = 0.0;
        }
    }
}

fn delay(scenario: &mut Scenario, factor: f64) {
    for conversion in scenario
        .conversion
        .values_mut()
        .flat_map(|of| of.values_mut())
    {
        conversion.delay =
            Span::saturating_from_seconds_f64(conversion.delay.as_seconds() * factor);
    }
}

/// Lets a move of the policy `value` pay within so many days.
fn pays_within_days(scenario: &mut Scenario, days: i64) {
    if let Policy::Value(value) = &mut scenario.policy {
        value.payback = Span::HOUR * (24 * days);
    }
}

/// Everybody's demand rises and falls as people's on the apps does.
fn together(scenario: &mut Scenario) {
    for service in scenario.inference.values_mut() {
        service.demand.profile = Some(Reference::new("social"));
    }
}

/// Reels is watched where it is day when it is night elsewhere, with noise and growth of its own.
fn apart(scenario: &mut Scenario) {
    let mut profile = scenario.demand["social"].clone();
    profile.time_zone = "Asia/Dhaka".parse().expect("a time zone");
    scenario.demand.insert("social-far".to_owned(), profile);
    scenario.ranking["reels"].demand.profile = Some(Reference::new("social-far"));
}
