//! The accounts close, row by row and in all: every server is somewhere, every request ends
//! somewhere, every accelerator-hour that a gang executed is useful, lost or overhead; days and
//! quarters add up to the run, and rows to the totals.

use proptest::prelude::*;

use super::draft::{MISS, VALUE, texts, texts_with_elastic, texts_with_pods};
use super::support::{Rows, near, run, scenario};
use flexcap::id::{PoolId, WorkloadId};
use flexcap::kernel::Instant;
use flexcap::scenario::{Every, JobStream, Kind, Scenario, Training};
use flexcap::simulation::record::{EventKind, JobOutcome, JobRow};
use flexcap::simulation::totals::{PoolTotals, ServiceTotals, Totals};

/// Sums of at most 10^5 terms of like sign: rounding stays far below this.
const RELATIVE: f64 = 1e-9;

proptest! {
    #![proptest_config(super::support::cases(100))]

    #[test]
    fn every_account_closes(text in texts()) {
        let scenario = scenario(&text);
        let (totals, rows) = run(&scenario, 0);
        servers(&scenario, &totals, &rows);
        requests(&scenario, &totals, &rows);
        gangs(&scenario, &totals, &rows);
        periods(&totals, &rows);
    }

    #[test]
    fn every_account_closes_of_gangs_that_grow_and_shrink(text in texts_with_elastic()) {
        let scenario = scenario(&text);
        let (totals, rows) = run(&scenario, 0);
        servers(&scenario, &totals, &rows);
        gangs(&scenario, &totals, &rows);
        periods(&totals, &rows);
    }

    #[test]
    fn every_account_closes_in_pods(text in texts_with_pods()) {
        let scenario = scenario(&text);
        let (totals, rows) = run(&scenario, 0);
        servers(&scenario, &totals, &rows);
        gangs(&scenario, &totals, &rows);
        periods(&totals, &rows);
    }
}

/// Asserts that a and b agree, naming them.
fn agree(what: &str, a: f64, b: f64) {
    assert!(near(a, b, RELATIVE), "{what}: {a} against {b}");
}

/// Lengths of the record intervals, in hours, by their start.
fn hours(scenario: &Scenario, start: Instant) -> f64 {
    let end = (start + scenario.record.every).min(scenario.run.start + scenario.run.horizon);
    (end - start).as_hours()
}

fn servers(scenario: &Scenario, totals: &Totals, rows: &Rows) {
    let pools = scenario.pool.len();
    let mut sums = vec![PoolTotals::default(); pools];
    let mut kwh = vec![0.0; scenario.site.len()];
    for row in &rows.fleet {
        let (pool, hours) = (row.pool.index(), hours(scenario, row.time));
        let sum = &mut sums[pool];
        let mut held = 0.0;
        for of in rows
            .allocation
            .iter()
            .filter(|of| of.time == row.time && of.pool == row.pool)
        {
            for share in [
                of.allocated,
                of.draining,
                of.converting,
                of.warming,
                of.busy,
            ] {
                // A difference of two running sums may be a rounding below 0.
                assert!(share >= -1e-9, "{of:?}");
            }
            assert!(of.busy <= of.allocated * (1.0 + RELATIVE) + 1e-9, "{of:?}");
            held += of.allocated + of.draining + of.converting + of.warming;
            sum.allocated += of.allocated * hours;
            sum.draining += of.draining * hours;
            sum.converting += of.converting * hours;
            sum.warming += of.warming * hours;
            sum.busy += of.busy * hours;
        }
        for share in [
            row.idle,
            row.failed,
            row.maintenance,
            row.on_order,
            row.power_kw,
        ] {
            assert!(share >= -1e-9, "{row:?}");
        }
        agree(
            "installed",
            row.installed,
            held + row.idle + row.failed + row.maintenance,
        );
        sum.installed += row.installed * hours;
        sum.idle += row.idle * hours;
        sum.failed += row.failed * hours;
        let (_, facts) = scenario.pool.get_index(pool).expect("a row's pool exists");
        let site = scenario
            .site
            .get_index_of(facts.site.name.as_str())
            .expect("checked");
        kwh[site] += row.power_kw * hours;
    }
    for (sum, pool) in sums.iter().zip(&totals.pools) {
        for (what, rows, total) in [
            ("installed", sum.installed, pool.installed),
            ("allocated", sum.allocated, pool.allocated),
            ("busy", sum.busy, pool.busy),
            ("draining", sum.draining, pool.draining),
            ("converting", sum.converting, pool.converting),
            ("warming", sum.warming, pool.warming),
            ("idle", sum.idle, pool.idle),
            ("failed", sum.failed, pool.failed),
        ] {
            agree(what, rows, total);
        }
        closes(pool);
    }
    for (rows, site) in kwh.iter().zip(&totals.sites) {
        agree("energy", *rows, site.energy_kwh);
    }
    ends_as_installed(scenario, totals, rows);
}

fn closes(pool: &PoolTotals) {
    let sum = pool.allocated + pool.draining + pool.converting + pool.warming;
    agree(
        "a pool's hours",
        pool.installed,
        sum + pool.idle + pool.failed + pool.maintenance,
    );
    assert!(pool.idle_depreciation <= pool.depreciation * (1.0 + RELATIVE) + 1e-9);
}

/// What is installed in the last interval is what was there first and what was delivered.
fn ends_as_installed(scenario: &Scenario, totals: &Totals, rows: &Rows) {
    let delivered: u64 = rows
        .events
        .iter()
        .filter(|event| event.kind == EventKind::Delivery)
        .map(|event| event.accelerators)
        .sum();
    let ordered: u64 = scenario
        .order
        .values()
        .map(|order| order.accelerators)
        .sum();
    assert!(delivered <= ordered);
    for (index, pool) in scenario.pool.values().enumerate() {
        let last = rows
            .fleet
            .iter()
            .rfind(|row| row.pool == PoolId::new(index));
        let last = last.expect("every pool has rows").installed;
        assert!(last >= pool.accelerators as f64 * (1.0 - RELATIVE));
    }
    agree("hours", totals.hours, scenario.run.horizon.as_hours());
}

fn requests(scenario: &Scenario, totals: &Totals, rows: &Rows) {
    for (index, (_, kind)) in scenario.workloads().enumerate() {
        if kind == Kind::Training {
            assert_eq!(totals.services[index], ServiceTotals::default());
            continue;
        }
        let total = &totals.services[index];
        let of_service = rows.service(WorkloadId::new(index));
        let last = of_service.last().expect("every service has rows");
        // Rounding of the level that waits is relative to it, not to the interval's requests.
        let scale = total.offered + last.waiting;
        let mut sums = ServiceTotals::default();
        let mut waiting = last.waiting - total.waiting;
        for row in &of_service {
            let ended = row.served_in_slo + row.served_late + row.shed + row.abandoned;
            let off = row.offered - ended - (row.waiting - waiting);
            assert!(
                off.abs() <= RELATIVE * scale + 1e-9,
                "{row:?} after {waiting}: {off}"
            );
            waiting = row.waiting;
            let counts = [
                row.served_in_slo,
                row.served_late,
                row.shed,
                row.abandoned,
                waiting,
            ];
            for count in counts {
                assert!(count >= -RELATIVE * scale, "{row:?}");
            }
            sums.offered += row.offered;
            sums.served_in_slo += row.served_in_slo;
            sums.served_late += row.served_late;
            sums.shed += row.shed;
        }
        for (what, rows, total) in [
            ("offered", sums.offered, total.offered),
            ("served in SLO", sums.served_in_slo, total.served_in_slo),
            ("served late", sums.served_late, total.served_late),
            ("shed", sums.shed, total.shed),
        ] {
            assert!(
                (rows - total).abs() <= RELATIVE * scale + 1e-9,
                "{what}: {rows} {total}"
            );
        }
        assert!(total.waiting_time >= 0.0 && total.admitted >= 0.0);
        let money = &totals.workloads[index];
        agree("value", money.value, total.served_in_slo * VALUE);
        agree(
            "penalties",
            money.penalties,
            (total.offered - total.served_in_slo) * MISS,
        );
    }
}

fn gangs(scenario: &Scenario, totals: &Totals, rows: &Rows) {
    for (index, (_, kind)) in scenario.workloads().enumerate() {
        if kind != Kind::Training {
            continue;
        }
        let training = &totals.training[index];
        let executed = training.useful + training.lost + training.overhead;
        let (_, facts) = scenario
            .training
            .get_index(index)
            .expect("training comes first");
        let notice = match facts {
            Training::Campaign(campaign) => campaign.preemption.notice,
            Training::Stream(stream) => stream.preemption.notice,
        };
        let of = &totals.workloads[index];
        if notice.as_micros() == 0 {
            assert_eq!(of.draining, 0.0);
            agree("executed", of.busy, executed);
        } else {
            // Servers that were told to go write on; at either end of the run they may be on their way.
            let pools = scenario.pool.iter();
            let rooms = pools.map(|(name, pool)| scenario.room(name, pool) + pool.spares);
            let cut = notice.as_hours() * rooms.sum::<u64>() as f64;
            let wrote = executed - of.busy;
            assert!(wrote >= -1e-9 * executed - cut, "{wrote}");
            assert!(
                wrote <= of.draining + cut + 1e-9 * executed,
                "{wrote} of {}",
                of.draining
            );
        }
        for sum in [training.overhead, training.lost, training.interruptions] {
            assert!(sum >= -1e-9, "{training:?}");
        }
        if let Some(stream) = facts.stream() {
            jobs(scenario, stream, WorkloadId::new(index), totals, rows);
            continue;
        }
        let job = rows
            .jobs
            .iter()
            .find(|job| job.workload == WorkloadId::new(index));
        let job = job.expect("every campaign has a row");
        let left = job.work_accelerator_hours - job.useful_accelerator_hours;
        // Completion falls on a whole microsecond.
        let resolution = 2e-6 * job.gang as f64;
        assert!(left >= -resolution, "{job:?}");
        assert_eq!(
            job.outcome == JobOutcome::Completed,
            left <= resolution,
            "{job:?}"
        );
        assert_eq!(job.end.is_some(), job.outcome == JobOutcome::Completed);
        if scenario.run.warm_up.as_micros() == 0 {
            agree("useful", job.useful_accelerator_hours, training.useful);
            agree("lost", job.lost_accelerator_hours, training.lost);
        }
    }
}

/// Every job's row closes; what its stops undid was done since a checkpoint; the rows make the sums.
fn jobs(
    scenario: &Scenario,
    stream: &JobStream,
    workload: WorkloadId,
    totals: &Totals,
    rows: &Rows,
) {
    let of_stream = || rows.jobs.iter().filter(|job| job.workload == workload);
    let training = &totals.training[workload.index()];
    for job in of_stream() {
        let left = job.work_accelerator_hours - job.useful_accelerator_hours;
        assert!(left >= -1e-9 * job.work_accelerator_hours, "{job:?}");
        let completed = job.outcome == JobOutcome::Completed;
        assert_eq!(
            completed,
            left <= 1e-9 * job.work_accelerator_hours,
            "{job:?}"
        );
        assert_eq!(completed, job.end.is_some(), "{job:?}");
        if let Some(checkpoint) = stream.checkpoint {
            let Every::Fixed(every) = checkpoint.every else {
                panic!("streams are drafted with intervals");
            };
            let most = f64::from(job.interruptions) * every.as_hours();
            let most = most * job.gang as f64;
            assert!(
                job.lost_accelerator_hours <= most * (1.0 + RELATIVE),
                "{job:?}"
            );
        }
        if let (Some(start), Some(end)) = (job.start, job.end) {
            // While servers that leave it write, it may already have others.
            let writes = f64::from(job.interruptions) * stream.preemption.notice.as_hours();
            let busy = ((end - start).as_hours() + writes) * job.gang as f64;
            let executed = job.useful_accelerator_hours
                + job.lost_accelerator_hours
                + job.overhead_accelerator_hours;
            assert!(executed <= busy * (1.0 + RELATIVE) + 1e-9, "{job:?}");
            assert!(job.submit <= start);
        }
    }
    let completed = of_stream().filter(|job| job.outcome == JobOutcome::Completed);
    assert_eq!(completed.count() as f64, training.jobs_completed);
    if scenario.run.warm_up.as_micros() == 0 {
        let sum = |of: fn(&JobRow) -> f64| of_stream().map(of).sum::<f64>();
        agree(
            "useful",
            sum(|job| job.useful_accelerator_hours),
            training.useful,
        );
        agree("lost", sum(|job| job.lost_accelerator_hours), training.lost);
        agree(
            "overhead",
            sum(|job| job.overhead_accelerator_hours),
            training.overhead,
        );
        agree(
            "stops",
            sum(|job| f64::from(job.interruptions)),
            training.interruptions,
        );
        agree(
            "value",
            totals.workloads[workload.index()].value,
            2.0 * training.useful,
        );
    }
}

/// Days and quarters are snapshots of running totals: they grow, they close, the last is the whole.
fn periods(totals: &Totals, rows: &Rows) {
    for periods in [&rows.days, &rows.quarters] {
        let (_, last) = periods.last().expect("every run has a day");
        assert_eq!(last, totals);
        assert!(
            periods.is_sorted_by(|a, b| a.0 < b.0),
            "a period came twice"
        );
        let mut before = Totals::default();
        for (_, now) in periods {
            now.pools.iter().for_each(closes);
            if !before.pools.is_empty() {
                let part = now.since(&before);
                part.pools.iter().for_each(closes);
                assert!(part.hours > 0.0);
                assert!(part.services.iter().all(|service| service.offered >= 0.0));
            }
            before = now.clone();
        }
    }
}
