//! Pods that lose servers: to failures, maintenance and outages, in the warm-up and after it.

use super::pods::{IN_POD, IN_POOL, TWO_PODS, busy, hall};
use super::support::{agree, run};
use flexcap::simulation::record::EventKind;

/// Two pods of a hundred and one gang, whose servers break every thousand hours for ten.
fn frail(gang: u64, within: &str) -> String {
    hall(TWO_PODS, &[("one", gang, within)], "")
        .replace(
            "[site.here]",
            "mtbf = \"1000h\"\nrepair = \"10h\"\n[site.here]",
        )
        .replace("horizon = \"2d\"", "horizon = \"2y\"")
        .replace("every = \"1h\"", "every = \"1m\"")
}

#[test]
fn a_gang_that_fills_a_pod_needs_one_that_is_whole() {
    // Per pod one server is down on average, Poisson (M/G/infinity): a pod is whole with probability
    // 1/e, and one of the two with 1 - (1 - 1/e)². What is lost beside that are the half hours that a
    // gang waits for a decision when it stops, and a minute of work: about 2%.
    let share = |gang: u64, within: &str| {
        let text = frail(gang, within);
        let of = |replication| {
            let (totals, _) = run(&text, replication);
            totals.workloads[0].busy / (gang as f64 * totals.hours)
        };
        (of(0) + of(1)) / 2.0
    };
    let whole = 1.0 - (1.0 - (-1.0_f64).exp()).powi(2);
    let found = share(100, IN_POD);
    assert!((found - whole).abs() < 0.03, "{found} instead of {whole}");
    let found = share(100, IN_POOL);
    assert!(found > 0.999, "the pool has others at once: {found}");
    let found = share(92, IN_POD);
    assert!(found > 0.999, "eight to spare are enough: {found}");
}

#[test]
fn pods_do_not_change_what_breaks() {
    let broken = |within: &str, policy: &str| {
        let text = frail(100, within).replace("horizon = \"2y\"", "horizon = \"60d\"");
        let (head, _) = text.split_once("[policy.").expect("a policy");
        let (_, rows) = run(&format!("{head}{policy}"), 0);
        let repairs = rows
            .events
            .iter()
            .filter(|row| row.kind == EventKind::Repair);
        let total: u64 = rows
            .events
            .iter()
            .filter(|row| row.kind == EventKind::Failure)
            .map(|row| row.accelerators)
            .sum();
        (
            total,
            repairs
                .map(|row| (row.time, row.accelerators))
                .collect::<Vec<_>>(),
        )
    };
    let priority = "[policy.priority]\norder = [\"one\"]";
    let (total, repairs) = broken(IN_POD, priority);
    assert!(total > 200, "{total}");
    assert_eq!((total, repairs.clone()), broken(IN_POOL, priority));
    assert_eq!(
        (total, repairs),
        broken(
            IN_POD,
            "[policy.dedicated]\nshares = { hall = { one = 0.6 } }"
        )
    );
}

#[test]
fn maintenance_takes_room_and_goes_round_the_gangs_that_run() {
    let maintenance = "[maintenance.m]\npool = \"hall\"\naccelerators = 50\nstart = \"2024-03-01\"\nduration = \"4h\"\n";
    let gangs = [("one", 60, IN_POD), ("two", 60, IN_POD)];
    // From the start: 50 of the first pod are out, 90 are idle beside the first gang, 40 in a pod.
    let (_, rows) = run(&hall(TWO_PODS, &gangs, maintenance), 0);
    assert_eq!(busy(&rows, 3), [60.0, 0.0]);
    agree("idle", rows.fleet[3].idle, 90.0);
    assert_eq!(busy(&rows, 4), [60.0, 60.0], "it ended");
    // Later: both run on, since there are 80 that nobody uses.
    let later = maintenance.replace("2024-03-01\"", "2024-03-01T06:00Z\"");
    let (totals, rows) = run(&hall(TWO_PODS, &gangs, &later), 0);
    assert_eq!(busy(&rows, 8), [60.0, 60.0]);
    assert!(totals.training.iter().all(|of| of.interruptions == 0.0));
    // More than that stops the last in slot order.
    let larger = later.replace("50", "81");
    let (_, rows) = run(&hall(TWO_PODS, &gangs, &larger), 0);
    assert_eq!(busy(&rows, 8), [60.0, 0.0]);
    assert_eq!(busy(&rows, 10), [60.0, 60.0]);
}

#[test]
fn an_outage_hits_neighbouring_pods() {
    let gangs = [
        ("a", 40, IN_POD),
        ("b", 40, IN_POD),
        ("c", 40, IN_POD),
        ("d", 40, IN_POD),
    ];
    let pool = "accelerators = 200\npod = 50\ninitial = { a = 40, b = 40, c = 40, d = 40 }";
    let outage =
        "[outage.o]\npool = \"hall\"\nshare = 0.2\nat = \"2024-03-01T06:30Z\"\nduration = \"3h\"\n";
    let text = hall(pool, &gangs, outage);
    let (text, _) = text.split_once("[policy.").expect("a policy");
    let mut seen = [false; 5];
    for replication in 0..12 {
        let (_, rows) = run(&format!("{text}[policy.dedicated]"), replication);
        let stops: Vec<u32> = rows.jobs.iter().map(|job| job.interruptions).collect();
        let hit = stops.iter().filter(|stops| **stops > 0).count();
        // Forty in a row: one pod's gang or two neighbours', the last being the first's.
        let neighbours = (0..4).any(|pod| {
            let next = (pod + 1) % 4;
            (0..4).all(|other| stops[other] == 0 || other == pod || other == next)
        });
        assert!((1..=2).contains(&hit) && neighbours, "{stops:?}");
        // Where more than ten of fifty are out a gang of forty has no room.
        let running = busy(&rows, 7).iter().filter(|busy| **busy == 40.0).count();
        assert!((2..=3).contains(&running), "{:?}", busy(&rows, 7));
        assert_eq!(busy(&rows, 10), [40.0; 4], "all are back");
        seen[hit] = true;
    }
    assert!(seen[1] && seen[2], "places differ by replication");
}

#[test]
fn in_the_warm_up_a_gang_waits_for_its_pod_only() {
    // The idle make good what the outage took, but not in its pod: it runs again once that is back.
    let early = "within = \"pod\"\nsubmit = \"2024-02-29\"";
    let pool = "accelerators = 220\npod = 100\ninitial = { one = 90, two = 90 }";
    let outage =
        "[outage.o]\npool = \"hall\"\nshare = 0.1\nat = \"2024-02-29T06:00Z\"\nduration = \"3h\"\n";
    let text = hall(pool, &[("one", 90, early), ("two", 90, early)], outage)
        .replace("horizon", "warm_up = \"1d\"\nhorizon");
    let mut waited = 0;
    for replication in 0..10 {
        let (_, rows) = run(&text, replication);
        for job in &rows.jobs {
            let lost = 72.0 - job.useful_accelerator_hours / 90.0;
            assert!(lost < 3.1, "it stood still for {lost} hours");
            waited += u32::from(lost > 2.9);
        }
    }
    assert!(waited > 3, "some were hit: {waited}");
}

#[test]
fn a_gang_with_servers_to_spare_moves_at_once() {
    // It fills the first pod and holds ten more. If five are hit there, the fifty-five that are left do
    // for it, in the other pod; only an outage across both leaves it none.
    let pool = "accelerators = 100\npod = 50\ninitial = { one = 60 }";
    let outage = "[outage.o]\npool = \"hall\"\nshare = 0.05\nat = \"2024-03-01T06:30Z\"\nduration = \"3h\"\n";
    let text = hall(pool, &[("one", 50, IN_POD)], outage);
    let (text, _) = text.split_once("[policy.").expect("a policy");
    let mut moved = 0;
    for replication in 0..20 {
        let (totals, rows) = run(&format!("{text}[policy.dedicated]"), replication);
        let still = (totals.hours - totals.workloads[0].busy / 50.0).round();
        assert!(still == 0.0 || still == 3.0, "{still} hours");
        moved += u32::from(still == 0.0 && rows.jobs[0].interruptions == 1);
    }
    assert!((1..20).contains(&moved), "{moved}");
}
