//! Forecasts: their errors against values by hand and against the rows of a run, what no method may
//! change, and that nobody but `perfect` sees what has not happened.

use proptest::prelude::*;

use super::support::{cases, id, near, run, run_under, scenario, totals_of};
use flexcap::policy::{self, Allocation, Need, Policy, View};
use flexcap::scenario::{Scenario, Set};
use flexcap::simulation::record::ServiceRow;
use flexcap::simulation::totals::ServiceTotals;

/// One service whose demand is this, and what is decided on it by this method.
fn desk(run: &str, demand: &str, method: &str) -> String {
    format!(
        r#"
{}
[run]
start = "2024-01-01"
{run}
[pool.one]
hardware = "unit"
site = "here"
accelerators = 40
serves = ["ranking", "training"]
initial = {{ desk = 30, job = 10 }}
[demand.people]
{demand}
[ranking.desk]
demand = {{ profile = "people", base = "8 /s" }}
service = {{ time = {{ exponential = {{ mean = "1s" }} }} }}
slo = {{ latency = "9s", attainment = 0.9 }}
queue = {{ limit = "60s" }}
[training.job]
work = "1e7 accelerator-hours"
gang = 10
[forecast]
method = {{ {method} }}
[policy.priority]
order = ["desk", "job"]
"#,
        super::support::PRELUDE
    )
}

const SHAPE: &str =
    "shape = { day = [1,1,1,1,1,1,2,2,3,3,3,3,3,3,4,4,4,4,4,3,3,2,1,1], week = [3,3,3,3,3,2,1] }";
const NOISY: &str = "shape = { day = [1,1,1,1,1,1,2,2,3,3,3,3,3,3,4,4,4,4,4,3,3,2,1,1], week = [3,3,3,3,3,2,1] }\ngrowth = { annual = 3.0, slope_sd = 0.5, walk_sd = 0.3 }\nnoise = { cv = 0.3 }";
const METHODS: [&str; 4] = [
    "persistence = {}",
    "seasonal-naive = {}",
    "holt-winters = {}",
    "perfect = {}",
];

/// The sums of a run's only service, and its rows.
fn outcome(text: &str) -> (ServiceTotals, Vec<ServiceRow>) {
    let scenario = scenario(text);
    let (totals, rows) = run(&scenario, 0);
    let desk = id(&scenario, "desk");
    (totals.services[desk.index()], rows.service(desk))
}

fn share(part: f64, of: &ServiceTotals) -> f64 {
    part / of.forecast_actual
}

#[test]
fn errors_by_hand() {
    // Rates of 4 and 12 in turn by the hour, so that persistence is always wrong by 8; the first hour stands for itself.
    let day: Vec<&str> = (0..24).map(|hour| ["1", "3"][hour % 2]).collect();
    let shape = format!("shape = {{ day = [{}] }}", day.join(", "));
    let (sums, _) = outcome(&desk("horizon = \"5h\"", &shape, "persistence = {}"));
    // Actual 4 12 4 12 4, forecast 4 4 12 4 12.
    assert!(near(sums.forecast_actual, 36.0 * 3600.0, 1e-12));
    assert!(near(share(sums.forecast_error, &sums), 0.0, 1e-12));
    assert!(near(
        share(sums.forecast_error_absolute, &sums),
        32.0 / 36.0,
        1e-12
    ));
    // Ratios 1, 3, 1/3, 3 so far: P90 4, 4, 3·12, 3·4, 3·12; losses 0, 0.9·8, 0.1·32, 0, 0.1·32.
    let pinball = share(sums.forecast_pinball_p90, &sums);
    assert!(near(pinball, (7.2 + 3.2 + 3.2) / 36.0, 1e-12), "{pinball}");
}

#[test]
fn a_warm_up_is_seen_and_not_counted() {
    let run = "warm_up = \"1w\"\nhorizon = \"3w\"";
    for method in ["seasonal-naive = {}", "holt-winters = {}"] {
        let (sums, _) = outcome(&desk(run, SHAPE, method));
        assert!(sums.forecast_error_absolute <= 1e-12 * sums.forecast_actual);
        let (cold, _) = outcome(&desk("horizon = \"3w\"", SHAPE, method));
        assert!(share(cold.forecast_error_absolute, &cold) > 0.01);
    }
}

#[test]
fn sums_are_those_of_the_rows_and_of_all_steps() {
    for step in ["30m", "1h", "7h", "1d"] {
        let run = format!("horizon = \"10d\"\nstep = \"{step}\"\nwarm_up = \"36h\"");
        for method in METHODS {
            let (sums, rows) = outcome(&desk(&run, NOISY, method));
            assert!(near(sums.forecast_actual, sums.offered, 1e-12), "{step}");
            let (mut error, mut wrong) = (0.0, 0.0);
            for row in &rows {
                let length_s = match step {
                    "30m" => 1800.0,
                    "1h" => 3600.0,
                    "7h" => 25_200.0_f64,
                    _ => 86_400.0,
                };
                // The horizon cuts the last step.
                let to_end = (240.0 * 3600.0) - (row.time - rows[0].time).as_seconds();
                let of_row = row.forecast_per_s * length_s.min(to_end) - row.offered;
                error += of_row;
                wrong += f64::abs(of_row);
            }
            let scale = 1e-10 * sums.offered;
            assert!((sums.forecast_error - error).abs() < scale, "{step}");
            assert!(
                (sums.forecast_error_absolute - wrong).abs() < scale,
                "{step}"
            );
        }
    }
}

#[test]
fn perfect_has_no_error() {
    for step in ["20m", "1h", "5h", "1d"] {
        let run = format!("horizon = \"10d\"\nstep = \"{step}\"\nwarm_up = \"3d\"");
        let (sums, _) = outcome(&desk(&run, NOISY, "perfect = {}"));
        let error = [
            sums.forecast_error.abs(),
            sums.forecast_error_absolute,
            sums.forecast_pinball_p90,
        ];
        assert!(
            error.iter().all(|error| *error <= 1e-12 * sums.offered),
            "{step} {error:?}"
        );
    }
}

#[test]
fn the_p90_is_exceeded_one_time_in_ten() {
    for method in [
        "persistence = {}",
        "seasonal-naive = {}",
        "holt-winters = {}",
    ] {
        let text = desk(
            "horizon = \"26w\"\nwarm_up = \"2w\"",
            "shape = \"azure2024-conversation\"\nnoise = { cv = 0.2 }",
            method,
        );
        let scenario = scenario(&text);
        let mut asked = Asked::new(&scenario);
        let (_, rows) = run_under(&scenario, 0, &mut asked);
        let rows = rows.service(id(&scenario, "desk"));
        assert_eq!(rows.len(), asked.p90.len());
        let above = rows
            .iter()
            .zip(&asked.p90)
            .filter(|(row, p90)| row.offered / 3600.0 > **p90);
        let share = above.count() as f64 / rows.len() as f64;
        assert!((0.07..0.13).contains(&share), "{method}: {share}");
    }
}

#[test]
fn the_method_changes_no_draw() {
    let run = "horizon = \"10d\"\nwarm_up = \"2d\"";
    let offered = |method: &str| -> Vec<f64> {
        let (_, rows) = outcome(&desk(run, NOISY, method));
        rows.iter().map(|row| row.offered).collect()
    };
    let expected = offered(METHODS[0]);
    for method in METHODS {
        assert_eq!(offered(method), expected, "{method}");
    }
}

/// The scenario's policy, and what it was told.
struct Asked {
    inner: Box<dyn Policy>,
    mean: Vec<f64>,
    p90: Vec<f64>,
    desk: flexcap::id::WorkloadId,
}

impl Asked {
    fn new(scenario: &Scenario) -> Self {
        Self {
            inner: policy::build(scenario),
            mean: Vec::new(),
            p90: Vec::new(),
            desk: id(scenario, "desk"),
        }
    }
}

impl Policy for Asked {
    fn decide(&mut self, view: &View<'_>, allocation: &mut Allocation) {
        if let Need::Service(need) = view.need(self.desk) {
            self.mean.push(need.forecast_per_s);
            self.p90.push(need.forecast_p90_per_s);
        }
        self.inner.decide(view, allocation);
    }
}

proptest! {
    #![proptest_config(cases(24))]

    /// A launch changes no forecast that was made before it, nor at its very moment.
    #[test]
    fn nobody_sees_a_launch_coming(
        day in 1_i64..9, multiply in 0.0..4.0_f64,
        method in proptest::sample::select(METHODS[..3].to_vec()),
        (step, a_day) in proptest::sample::select(vec![("30m", 48), ("1h", 24), ("6h", 4), ("1d", 1)]),
    ) {
        let run = format!("horizon = \"10d\"\nstep = \"{step}\"\nwarm_up = \"8d\"");
        let told = |demand: &str| {
            let scenario = scenario(&desk(&run, demand, method));
            let mut asked = Asked::new(&scenario);
            run_under(&scenario, 0, &mut asked);
            (asked.mean, asked.p90)
        };
        let launch = format!("{NOISY}\nevent.launch = {{ at = \"2024-01-{:02}\", multiply = {multiply} }}", day + 1);
        let (without, with) = (told(NOISY), told(&launch));
        let until = (day * a_day) as usize + 1;
        prop_assert_eq!(&without.0[..until], &with.0[..until]);
        prop_assert_eq!(&without.1[..until], &with.1[..until]);
        if (multiply - 1.0).abs() > 0.01 && method.starts_with("persistence") {
            prop_assert_ne!(&without.0[until..], &with.0[until..]);
        }
    }
}

/// What a better method is worth where it matters: the ranking services of the large scenario, whose mornings are steep.
#[test]
fn ranking_is_forecast_better_by_its_week_than_by_its_last_hour() {
    let wape = |method: &str| -> Vec<f64> {
        let sets = [
            "run.horizon=4w",
            "run.replications=2",
            &format!("forecast.method={{ {method} }}"),
        ]
        .map(Set::new);
        let loaded = Scenario::load("meta-2024", &sets).expect("a valid scenario");
        let scenario = loaded.scenario;
        let runs: Vec<_> = (0..scenario.run.replications)
            .map(|replication| totals_of(&scenario, replication))
            .collect();
        let of_service = |name: &String| {
            let service = id(&scenario, name).index();
            let sum = |read: fn(&ServiceTotals) -> f64| -> f64 {
                runs.iter()
                    .map(|totals| read(&totals.services[service]))
                    .sum()
            };
            sum(|sums| sums.forecast_error_absolute) / sum(|sums| sums.forecast_actual)
        };
        scenario.ranking.keys().map(of_service).collect()
    };
    let (persistence, seasonal, smoothed) = (
        wape("persistence = {}"),
        wape("seasonal-naive = {}"),
        wape("holt-winters = {}"),
    );
    println!("{persistence:?} {seasonal:?} {smoothed:?}");
    assert!(persistence.len() >= 3);
    for ((persistence, seasonal), smoothed) in persistence.iter().zip(&seasonal).zip(&smoothed) {
        assert!(seasonal < persistence, "{seasonal} {persistence}");
        assert!(smoothed < seasonal, "{smoothed} {seasonal}");
    }
}
