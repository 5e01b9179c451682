//! Jobs of several priorities in one queue, against Cobham's law and the law of conservation.

use super::support::{mean_and_error, run};
use flexcap::scenario::{Scenario, Set};
use flexcap::simulation::record::JobRow;
use flexcap::theory::{erlang, priorities};

/// Student's t with 9 degrees of freedom at 0.9995: the shipped scenario has ten replications.
const T: f64 = 4.781;

fn shipped(sets: &[&str]) -> Scenario {
    let long = std::iter::once(&"run.horizon=30w");
    let sets: Vec<Set> = long.chain(sets).map(|text| Set::new(*text)).collect();
    let loaded = Scenario::load("theory/priorities", &sets).expect("it is shipped");
    loaded.scenario
}

/// By priority, least first, how long jobs that arrived in the counted period waited, in hours; and the
/// sum of their waits an hour. For each the mean and half of the 99.9% interval.
fn waits(scenario: &Scenario, classes: &[f64]) -> (Vec<(f64, f64)>, (f64, f64)) {
    let mut by_class = vec![Vec::new(); classes.len()];
    let mut sums = Vec::new();
    for replication in 0..scenario.run.replications {
        let (_, rows) = run(scenario, replication);
        let counted = |job: &&JobRow| job.submit >= scenario.run.start && job.start.is_some();
        let jobs: Vec<&JobRow> = rows.jobs.iter().filter(counted).collect();
        let wait_h = |job: &JobRow| {
            job.start
                .map_or(0.0, |start| (start - job.submit).as_hours())
        };
        for (class, waits) in classes.iter().zip(&mut by_class) {
            let own = || jobs.iter().filter(|job| job.priority == Some(*class));
            waits.push(own().map(|job| wait_h(job)).sum::<f64>() / own().count() as f64);
        }
        let all: f64 = jobs.iter().map(|job| wait_h(job)).sum();
        sums.push(all / scenario.run.horizon.as_hours());
    }
    let interval = |values: &Vec<f64>| {
        let (mean, error) = mean_and_error(values);
        (mean, T * error)
    };
    (by_class.iter().map(interval).collect(), interval(&sums))
}

#[test]
fn two_classes_wait_as_cobham_says() {
    let exact = priorities::mean_waits_s(10.0, &[3.0, 5.0], 1.0);
    for discipline in ["fifo", "easy-backfill"] {
        let scenario = shipped(&[&format!("training.jobs.discipline={discipline}")]);
        let (waits, sum) = waits(&scenario, &[1.0, 0.0]);
        for ((mean, half), exact) in waits.iter().zip(&exact) {
            assert!((mean - exact).abs() < *half, "{mean} ± {half} h, {exact} h");
            assert!(*half < 0.15 * exact, "{half} says little of {exact}");
        }
        let (mean, half) = sum;
        assert!(
            (mean - 1.636_720_6).abs() < half && half < 0.2,
            "{mean} ± {half}"
        );
    }
}

/// Whatever the order, as much waits (Kleinrock 1965); and without classes all wait alike.
#[test]
fn priorities_only_say_who_waits() {
    let (_, (ordered, _)) = waits(&shipped(&[]), &[1.0]);
    let (_, (equal, half)) = waits(&shipped(&["training.jobs.stream.priority=4"]), &[4.0]);
    let fifo = 8.0 * erlang::mean_wait_s(10.0, 8.0, 1.0);
    assert!((equal - fifo).abs() < half, "{equal} ± {half}, {fifo}");
    // The same jobs, so far closer than either is to theory.
    assert!((ordered / equal - 1.0).abs() < 0.02, "{ordered} {equal}");
}

/// Three classes of jobs that are all the same long, on one server: the law holds for any service time
/// (Cobham 1954), with the mean residual of constant hours.
#[test]
fn three_classes_on_one_server() {
    let scenario = shipped(&[
        "pool.servers.accelerators=1",
        "pool.servers.initial={ jobs = 1 }",
        "run.horizon=80w",
        "training.jobs.stream.arrivals=0.6 /h",
        "training.jobs.stream.duration=1h",
        "training.jobs.stream.priority={ empirical = { values = [0, 2, 9], weights = [2, 1, 1] } }",
    ]);
    let residual = 0.6 * 0.5;
    let exact = [
        residual / 0.85,
        residual / (0.85 * 0.7),
        residual / (0.7 * 0.4),
    ];
    let (waits, _) = waits(&scenario, &[9.0, 2.0, 0.0]);
    for ((mean, half), exact) in waits.iter().zip(exact) {
        assert!((mean - exact).abs() < *half, "{mean} ± {half} h, {exact} h");
        assert!(*half < 0.2 * exact, "{half} says little of {exact}");
    }
}
