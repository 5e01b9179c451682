//! Pods: which gangs fit side by side, who waits for room that the pool has but no pod, who makes way,
//! and that a delivery makes room.

use super::support::{Rows, agree, hours, parsed, run};
use flexcap::id::PoolId;
use flexcap::policy::{Allocation, Policy, View};
use flexcap::scenario::Part;
use flexcap::simulation::record::Ignore;
use flexcap::simulation::{RunError, simulate};

/// A pool of one-accelerator servers for the gangs named, of these sizes, `more` in each; the policy
/// prefers them in this order.
pub fn hall(pool: &str, gangs: &[(&str, u64, &str)], more: &str) -> String {
    let names: Vec<&str> = gangs.iter().map(|(name, _, _)| *name).collect();
    let gangs: String = gangs
        .iter()
        .map(|(name, gang, more)| {
            let work = if more.contains("work =") { "" } else { ENDLESS };
            format!("[training.{name}]\ngang = {gang}\nrestart = \"0s\"\n{more}\n{work}\n")
        })
        .collect();
    format!(
        "[scenario]\nname = \"pods\"\n[run]\nstart = \"2024-03-01\"\nhorizon = \"2d\"\n\
         [hardware.box]\naccelerators_per_server = 1\n[site.here]\n\
         [pool.hall]\nhardware = \"box\"\nsite = \"here\"\nserves = [\"training\"]\n{pool}\n\
         {gangs}{more}\n[policy.priority]\norder = {names:?}\n"
    )
}

const ENDLESS: &str =
    "work = \"1e9 accelerator-hours\"\ncheckpoint = { every = \"1h\", write = \"0s\" }";
pub const IN_POD: &str = "within = \"pod\"";
pub const IN_POOL: &str = "within = \"pool\"";
pub const TWO_PODS: &str = "accelerators = 200\npod = 100";

/// Accelerators of each workload that are at work in this hour.
pub fn busy(rows: &Rows, hour: i64) -> Vec<f64> {
    let rows = rows.allocation.iter();
    rows.filter(|row| row.time == hours(hour))
        .map(|row| row.busy.round())
        .collect()
}

#[test]
fn as_many_gangs_run_side_by_side_as_there_are_pods_for_them() {
    let gangs = |within| {
        [
            ("one", 60, within),
            ("two", 60, within),
            ("three", 60, within),
        ]
    };
    for (pool, within, expected) in [
        (TWO_PODS, IN_POD, [60.0, 60.0, 0.0]),
        (TWO_PODS, IN_POOL, [60.0, 60.0, 60.0]),
        // One pod as large as the two: by its size, and for want of the key.
        ("accelerators = 200\npod = 200", IN_POD, [60.0, 60.0, 60.0]),
        ("accelerators = 200", IN_POD, [60.0, 60.0, 60.0]),
        ("accelerators = 179", IN_POD, [60.0, 60.0, 0.0]),
    ] {
        let (_, rows) = run(&hall(pool, &gangs(within), ""), 0);
        for hour in [0, 1, 20, 47] {
            assert_eq!(busy(&rows, hour), expected, "{pool}, {within}, hour {hour}");
        }
        assert_eq!(
            rows.moves.len(),
            expected.iter().filter(|of| **of > 0.0).count()
        );
    }
}

#[test]
fn a_pod_gang_waits_for_a_pod_where_a_pool_gang_runs() {
    // Eighty are idle, forty in each pod. `short` is done after ten hours.
    let short = "within = \"pod\"\nwork = \"600 accelerator-hours\"";
    let gangs = |within| {
        [
            ("long", 60, IN_POD),
            ("short", 60, short),
            ("late", 70, within),
        ]
    };
    let (_, rows) = run(&hall(TWO_PODS, &gangs(IN_POD), ""), 0);
    assert_eq!(busy(&rows, 9), [60.0, 60.0, 0.0], "late waits");
    agree("nothing is kept for it", rows.fleet[9].idle, 80.0);
    assert_eq!(busy(&rows, 10), [60.0, 0.0, 70.0], "and has the pod then");
    let (_, rows) = run(&hall(TWO_PODS, &gangs(IN_POOL), ""), 0);
    assert_eq!(busy(&rows, 9), [60.0, 60.0, 70.0]);
    assert_eq!(rows.jobs[2].interruptions, 0);
}

#[test]
fn a_pool_gang_leaves_large_rooms_whole() {
    // Into the 40 beside `one`, not into the free pod, where `pod` then fits.
    let gangs = [
        ("one", 60, IN_POD),
        ("pool", 30, IN_POOL),
        ("pod", 100, IN_POD),
    ];
    let (_, rows) = run(&hall(TWO_PODS, &gangs, ""), 0);
    assert_eq!(busy(&rows, 0), [60.0, 30.0, 100.0]);
}

#[test]
fn deliveries_fill_the_last_pod_and_open_new_ones() {
    let order = |name: &str, servers: u64, day: u32| {
        format!(
            "[order.{name}]\npool = \"hall\"\naccelerators = {servers}\nplaced = \"2024-03-0{day}\"\nlead_time = \"6h\"\n"
        )
    };
    // 100 and 50; from hour 6 on 100 and 99; from hour 30 on 100, 100 and 59.
    let orders = order("first", 49, 1) + &order("second", 60, 2);
    let gangs = [
        ("one", 60, IN_POD),
        ("two", 60, IN_POD),
        ("three", 60, IN_POD),
        ("four", 40, IN_POD),
    ];
    let (_, rows) = run(&hall("accelerators = 150\npod = 100", &gangs, &orders), 0);
    assert_eq!(busy(&rows, 5), [60.0, 0.0, 0.0, 40.0]);
    assert_eq!(busy(&rows, 6), [60.0, 60.0, 0.0, 40.0]);
    assert_eq!(busy(&rows, 30), [60.0, 60.0, 0.0, 40.0], "59 are too few");
    let (_, rows) = run(&hall("accelerators = 151\npod = 100", &gangs, &orders), 0);
    assert_eq!(busy(&rows, 30), [60.0, 60.0, 60.0, 40.0]);
}

#[test]
fn the_last_in_order_makes_way_and_nobody_else() {
    let late = "within = \"pod\"\nsubmit = \"2024-03-01T05:00Z\"";
    let gangs = [("late", 60, late), ("one", 60, IN_POD), ("two", 60, IN_POD)];
    let (_, rows) = run(&hall(TWO_PODS, &gangs, ""), 0);
    assert_eq!(busy(&rows, 4), [0.0, 60.0, 60.0]);
    assert_eq!(busy(&rows, 5), [60.0, 60.0, 0.0]);
    let stops: Vec<u32> = rows.jobs.iter().map(|job| job.interruptions).collect();
    assert_eq!(stops, [0, 0, 1]);
}

#[test]
fn a_gang_that_must_move_restarts_in_another_pod() {
    // `short` and `one` fill the first pod. When `late` needs a whole one, `low` has the second, and
    // room beside `one`, since `short` is done.
    let late = "within = \"pod\"\nsubmit = \"2024-03-01T05:00Z\"";
    let short = "within = \"pod\"\nwork = \"120 accelerator-hours\"";
    let gangs = [
        ("late", 100, late),
        ("one", 60, IN_POD),
        ("short", 40, short),
        ("low", 30, IN_POD),
    ];
    let (_, rows) = run(&hall(TWO_PODS, &gangs, ""), 0);
    assert_eq!(busy(&rows, 2), [0.0, 60.0, 40.0, 30.0]);
    assert_eq!(busy(&rows, 5), [100.0, 60.0, 0.0, 30.0]);
    let stops: Vec<u32> = rows.jobs.iter().map(|job| job.interruptions).collect();
    assert_eq!(stops, [0, 0, 0, 1]);
}

#[test]
fn what_the_pools_hold_at_the_start_is_laid_out() {
    // In the order of the file 40, 60, 60 and 40 would not pack; by falling size they do.
    let gangs = [
        ("a", 40, IN_POD),
        ("b", 60, IN_POD),
        ("c", 60, IN_POD),
        ("d", 40, IN_POD),
    ];
    let pool = "accelerators = 200\npod = 100\ninitial = { a = 40, b = 60, c = 60, d = 40 }";
    let text = hall(pool, &gangs, "").replace("horizon", "warm_up = \"1d\"\nhorizon");
    let (totals, rows) = run(&text, 0);
    assert_eq!(busy(&rows, 0), [40.0, 60.0, 60.0, 40.0]);
    assert!(rows.moves.is_empty());
    assert!(totals.training.iter().all(|of| of.interruptions == 0.0));
}

#[test]
fn dedicated_gives_a_gang_nothing_while_no_pod_has_room() {
    let gangs = [
        ("one", 60, IN_POD),
        ("two", 60, IN_POD),
        ("three", 60, IN_POD),
    ];
    let text = hall(TWO_PODS, &gangs, "");
    let (text, _) = text.split_once("[policy.").expect("a policy");
    let shares = "[policy.dedicated]\nshares = { hall = { one = 0.3, two = 0.3, three = 0.3 } }";
    let (_, rows) = run(&format!("{text}{shares}"), 0);
    assert_eq!(busy(&rows, 3), [60.0, 60.0, 0.0]);
    agree("the third's share is idle", rows.fleet[3].idle, 80.0);
}

#[test]
fn what_a_completed_gang_holds_leaves_its_pod_to_others() {
    // `dedicated` leaves it its sixty servers for good, but they need not be neighbours any more.
    let short = "within = \"pod\"\nwork = \"600 accelerator-hours\"";
    let gangs = [
        ("short", 60, short),
        ("two", 60, IN_POD),
        ("three", 60, IN_POD),
    ];
    let text = hall(TWO_PODS, &gangs, "");
    let (text, _) = text.split_once("[policy.").expect("a policy");
    let shares = "[policy.dedicated]\nshares = { hall = { short = 0.3, two = 0.3, three = 0.3 } }";
    let (_, rows) = run(&format!("{text}{shares}"), 0);
    assert_eq!(busy(&rows, 9), [60.0, 60.0, 0.0]);
    assert_eq!(busy(&rows, 10), [0.0, 60.0, 60.0]);
    agree("only twenty are idle", rows.fleet[10].idle, 20.0);
}

/// A policy that places a gang of 60 as it is told.
struct Wilful(Vec<Part>);

impl Policy for Wilful {
    fn decide(&mut self, _: &View<'_>, allocation: &mut Allocation) {
        allocation.pool_mut(PoolId::new(0))[0] = 60;
        allocation.gangs_mut(PoolId::new(0)).clone_from(&self.0);
    }
}

#[test]
fn a_policy_may_place_a_gang_and_is_told_where_it_cannot() {
    let part = |slot, pod, servers| Part { slot, pod, servers };
    let text = hall(TWO_PODS, &[("one", 60, IN_POD)], "");
    let outcome = |parts: &[Part]| {
        let scenario = parsed(&text);
        simulate(&scenario, 0, &mut Wilful(parts.to_vec()), &mut Ignore)
    };
    assert!(outcome(&[part(0, 1, 60)]).is_ok());
    assert!(outcome(&[]).is_ok(), "it goes where there is room");
    for wrong in [
        vec![part(0, 2, 60)],
        vec![part(0, 0, 59)],
        vec![part(0, 0, 30), part(0, 1, 30)],
        vec![part(0, 0, 30), part(0, 0, 30)],
        vec![part(0, 0, 101)],
    ] {
        match outcome(&wrong) {
            Err(error @ RunError::Policy(_)) => {
                let text = error.to_string();
                assert!(text.contains("placed the gang of slot 0 in pod"), "{text}");
            }
            other => panic!("{wrong:?}: {other:?}"),
        }
    }
}

/// A policy that lets a gang of 120 stand in both pods, and from the second decision on in the first alone.
struct Halving(bool);

impl Policy for Halving {
    fn decide(&mut self, _: &View<'_>, allocation: &mut Allocation) {
        allocation.pool_mut(PoolId::new(0))[0] = 120;
        let parts = [(0, 100), (1, 20)].map(|(pod, servers)| Part {
            slot: 0,
            pod,
            servers,
        });
        let gangs = allocation.gangs_mut(PoolId::new(0));
        gangs.clear();
        gangs.extend_from_slice(if self.0 { &parts[..1] } else { &parts });
        self.0 = true;
    }
}

#[test]
fn a_policy_is_told_of_a_part_that_it_left_out() {
    let scenario = parsed(&hall(TWO_PODS, &[("one", 120, "within = \"pool\"")], ""));
    let outcome = simulate(&scenario, 0, &mut Halving(false), &mut Ignore);
    let error = outcome.expect_err("a gang of 120 does not stand with 100");
    assert!(error.to_string().contains("slot 0 in pod 0"), "{error}");
}

#[test]
fn decisions_of_any_length_start_what_was_placed() {
    // `two` gets servers that drain for an hour, and its place is kept for it meanwhile.
    let gangs = [("one", 60, IN_POD), ("two", 60, IN_POD)];
    for step in ["10m", "1h", "12h"] {
        let text = hall(
            "accelerators = 200\npod = 100\ninitial = { feed = 200 }",
            &gangs,
            "",
        )
        .replace(
            "serves = [\"training\"]",
            "serves = [\"training\", \"ranking\"]",
        )
        .replace("horizon", &format!("step = \"{step}\"\nhorizon"))
        .replace(
            "[policy.priority]\norder = [\"one\", \"two\"]",
            "[ranking.feed]\ndemand = { base = \"10 /s\" }\nservice = { time = \"1s\" }\n\
                 slo = { latency = \"4s\" }\nreplica = { drain = \"1h\" }\n\
                 [policy.priority]\norder = [\"one\", \"two\", \"feed\"]",
        );
        let (totals, _) = run(&text, 0);
        let hours = totals.hours - 1.0;
        for gang in 0..2 {
            agree("an hour late", totals.workloads[gang].busy, 60.0 * hours);
        }
    }
}

/// A gang that is held at the start and submitted later asks for nothing yet: others may have its pod.
#[test]
fn a_gang_that_is_yet_to_be_submitted_keeps_no_place() {
    let later = "within = \"pod\"\nsubmit = \"2024-03-01T10:00:00Z\"";
    let pool = "accelerators = 19\npod = 8\nflexible_share = 0.5\ninitial = { later = 9 }";
    let (_, rows) = run(
        &hall(pool, &[("later", 2, later), ("now", 2, IN_POOL)], ""),
        0,
    );
    assert_eq!(busy(&rows, 0), [0.0, 2.0]);
    assert_eq!(busy(&rows, 12), [2.0, 2.0]);
}
