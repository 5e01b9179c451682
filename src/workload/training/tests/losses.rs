//! What jobs lose when servers break or are withdrawn.

use super::{Event, Loop, Span, checkpoints, hours, keys, pool, stream_of};
use crate::distribution::Distribution;
use crate::scenario::{Discipline, JobStream};

/// Jobs of so many servers and two hours, with checkpoints of a minute every 20.
fn two_hours(servers: f64) -> JobStream {
    let mut keys = keys(0.5, Discipline::EasyBackfill);
    keys.arrivals.accelerators = Distribution::Constant(servers);
    keys.arrivals.duration = Distribution::Constant(7200.0);
    keys.checkpoint = checkpoints();
    keys.restart = Span::MINUTE * 10;
    keys
}

/// A loop in which the first job has just started, and nobody else comes.
fn begun(keys: &JobStream, servers: u64) -> Loop {
    let mut run = Loop::new(stream_of(keys, 7, 1), servers, hours(1000.0));
    let start = run.calendar.next_time().expect("one comes");
    run.arrivals_end = start;
    run.step();
    assert_eq!(
        run.stream.running_servers(pool()),
        keys.arrivals.accelerators.mean() as u64
    );
    run
}

#[test]
fn a_struck_job_goes_on_from_its_checkpoint_on_the_replacement() {
    let mut run = begun(&two_hours(4.0), 4);
    let start = run.calendar.now();
    // After 50 minutes: 20, a write of 1, 20, a write of 1, and 8 that are lost.
    run.plan(start + Span::MINUTE * 50, Event::Breaks(true));
    let run = run.run();
    let (report, end) = run.finished[0];
    assert_eq!(report.interruptions, 1);
    let minutes = |accelerator_hours: f64| accelerator_hours / 4.0 * 60.0;
    assert!((minutes(report.lost) - 8.0).abs() < 1e-9, "{report:?}");
    assert!((minutes(report.useful) - 120.0).abs() < 1e-9, "{report:?}");
    // Two writes, a restart, and three writes in the 80 minutes that were left.
    assert!(
        (minutes(report.overhead) - (2.0 + 10.0 + 3.0)).abs() < 1e-9,
        "{report:?}"
    );
    assert_eq!(end - start, Span::MINUTE * (120 + 8 + 15));
}

#[test]
fn without_a_replacement_it_waits_at_the_head() {
    let mut run = begun(&two_hours(4.0), 4);
    let start = run.calendar.now();
    run.plan(start + Span::MINUTE * 50, Event::Breaks(false));
    run.plan(start + Span::MINUTE * 90, Event::Holds(4));
    run.step();
    assert_eq!(
        (
            run.stream.running_servers(pool()),
            run.stream.waiting_accelerators()
        ),
        (0, 4)
    );
    let (_, end) = run.run().finished[0];
    assert_eq!(end - start, Span::MINUTE * (40 + 120 + 8 + 15));
}

#[test]
fn a_server_without_a_job_takes_none_along() {
    let mut run = begun(&two_hours(4.0), 400);
    let start = run.calendar.now();
    for minute in 1..20 {
        run.plan(start + Span::MINUTE * minute, Event::Breaks(true));
    }
    let run = run.run();
    // A server in a hundred is at work, so 19 failures hit one of them with a probability of 0.17.
    assert!(run.finished[0].0.interruptions <= 1);
}

#[test]
fn failures_hit_jobs_in_proportion_to_their_servers() {
    let mut keys = two_hours(10.0);
    keys.arrivals.duration = Distribution::Constant(1e7);
    let mut run = begun(&keys, 40);
    let start = run.calendar.now();
    for minute in 1..=1000 {
        run.plan(start + Span::MINUTE * minute, Event::Breaks(true));
    }
    while run
        .calendar
        .next_time()
        .is_some_and(|at| at <= start + Span::MINUTE * 1000)
    {
        run.step();
    }
    let hits = run.stream.sums(run.calendar.now()).interruptions;
    // Binomial: a quarter of 1000, with a standard deviation of 13.7.
    assert!((hits - 250.0).abs() < 55.0, "{hits}");
}

#[test]
fn withdrawn_servers_are_first_idle_ones_then_those_that_lose_least() {
    let mut keys = two_hours(1.0);
    keys.arrivals.arrivals.0 = 6.0 / 3600.0;
    keys.checkpoint = None;
    let mut run = Loop::new(stream_of(&keys, 7, 1), 10, hours(0.9));
    while run.stream.running_servers(pool()) < 3 {
        run.step();
    }
    run.arrivals_end = run.calendar.now();
    let now = run.calendar.now();
    run.plan(now, Event::Holds(3));
    run.step();
    assert_eq!(
        run.stream.sums(now).interruptions,
        0.0,
        "idle servers go first"
    );
    run.plan(now + Span::SECOND, Event::Holds(2));
    while run.stream.sums(run.calendar.now()).interruptions == 0.0 {
        run.step();
    }
    let now = run.calendar.now();
    let stopped = run
        .stream
        .reports(now)
        .find(|report| report.interruptions == 1);
    let stopped = stopped.expect("one was stopped");
    let youngest = run
        .stream
        .reports(now)
        .filter(|report| report.interruptions == 0);
    assert!(
        youngest
            .filter(|report| report.runs)
            .all(|report| report.start < stopped.start)
    );
    assert_eq!(stopped.useful, 0.0, "nothing was saved");
}

/// However often servers come and go: a stop undoes at most what was done since a checkpoint.
#[test]
fn every_stop_undoes_less_than_a_checkpoint_interval() {
    let mut keys = keys(3.0, Discipline::EasyBackfill);
    keys.checkpoint = checkpoints();
    keys.restart = Span::MINUTE * 5;
    let mut run = Loop::new(stream_of(&keys, 9, 1), 12, hours(200.0));
    for hour in 1..200 {
        let at = hours(f64::from(hour));
        run.plan(at, Event::Holds([12, 3, 8, 0, 15][hour as usize % 5]));
        if hour % 5 != 3 {
            run.plan(at + Span::MINUTE * 25, Event::Breaks(hour % 2 == 0));
        }
    }
    let last = hours(201.0);
    run.plan(last, Event::Holds(12));
    let run = run.run();
    let mut interruptions = 0;
    for (report, _) in &run.finished {
        let most = f64::from(report.interruptions) * report.accelerators as f64 * (20.0 / 60.0);
        assert!(report.lost <= most + 1e-9, "{report:?}");
        assert!((report.useful - report.work).abs() < 1e-6, "{report:?}");
        interruptions += report.interruptions;
    }
    assert!(interruptions > 200, "{interruptions}");
    let sums = run.stream.sums(run.calendar.now());
    assert_eq!(sums.interruptions, f64::from(interruptions));
    let executed = sums.useful + sums.lost + sums.overhead;
    assert!((run.server_hours - executed).abs() < 1e-9 * executed);
}

/// After 50 minutes: 20, a write of 1, 20, a write of 1, and 8.
#[test]
fn a_job_that_gets_notice_saves_all_it_has_done() {
    for (notice, lost, wrote) in [(Span::MINUTE * 2, 0, 1.0), (Span::SECOND * 30, 8, 0.5)] {
        let mut keys = two_hours(4.0);
        keys.preemption.notice = notice;
        let mut run = begun(&keys, 4);
        let start = run.calendar.now();
        run.plan(start + Span::MINUTE * 50, Event::Withdraws(4));
        run.plan(start + Span::MINUTE * 90, Event::Holds(4));
        run.step();
        let sums = run.stream.sums(run.calendar.now());
        let minutes = |accelerator_hours: f64| accelerator_hours / 4.0 * 60.0;
        assert!((minutes(sums.lost) - lost as f64).abs() < 1e-9, "{sums:?}");
        assert!(
            (minutes(sums.overhead) - (2.0 + wrote)).abs() < 1e-9,
            "{sums:?}"
        );
        assert_eq!(run.stays, notice.min(Span::MINUTE));
        // 72 minutes are left, with three writes, or 80, also with three; and the restart.
        let (report, end) = run.run().finished[0];
        assert_eq!(end - start, Span::MINUTE * (90 + 10 + 72 + lost + 3));
        assert!((minutes(report.overhead) - (2.0 + wrote + 10.0 + 3.0)).abs() < 1e-9);
    }
}

#[test]
fn idle_servers_leave_without_notice() {
    let mut keys = two_hours(4.0);
    keys.preemption.notice = Span::MINUTE * 2;
    let mut run = begun(&keys, 6);
    let start = run.calendar.now();
    run.plan(start + Span::MINUTE * 50, Event::Withdraws(2));
    run.step();
    assert_eq!(run.stays, Span::ZERO);
    assert_eq!(run.stream.sums(run.calendar.now()).interruptions, 0.0);
    run.plan(start + Span::MINUTE * 51, Event::Withdraws(1));
    run.step();
    assert_eq!(run.stays, Span::MINUTE);
    assert_eq!(run.stream.sums(run.calendar.now()).lost, 0.0);
}

/// Who came last is stopped last, where it is the more urgent, and goes on before those that wait.
#[test]
fn the_lowest_priority_is_withdrawn_first_and_waits_behind_the_higher() {
    let mut keys = two_hours(1.0);
    keys.arrivals.arrivals.0 = 6.0 / 3600.0;
    keys.checkpoint = None;
    keys.arrivals.priority = Distribution::Empirical {
        values: vec![0.0, 1.0],
        weights: vec![1.0, 1.0],
    };
    let mut run = Loop::new(stream_of(&keys, 7, 1), 6, hours(1.0));
    while run.stream.reports(run.calendar.now()).count() < 8 {
        run.step();
    }
    run.arrivals_end = run.calendar.now();
    let count = |run: &Loop, runs: bool, priority: f64| {
        let reports = run.stream.reports(run.calendar.now());
        let these = reports.filter(|of| of.runs == runs && of.priority == priority);
        these.count()
    };
    let (urgent, others) = (count(&run, true, 1.0), count(&run, true, 0.0));
    assert!(urgent > 1 && others > 1, "{urgent} {others}");
    // All but one of the urgent are left servers.
    let now = run.calendar.now() + Span::SECOND;
    run.plan(now, Event::Holds(urgent as u64 - 1));
    while run.calendar.now() < now {
        run.step();
    }
    assert_eq!(
        (count(&run, true, 1.0), count(&run, true, 0.0)),
        (urgent - 1, 0)
    );
    let queue: Vec<f64> = run
        .stream
        .queue
        .iter()
        .map(|job| run.stream.jobs[*job as usize].priority)
        .collect();
    assert!(
        queue.is_sorted_by(|a, b| a >= b) && queue.contains(&1.0),
        "{queue:?}"
    );
    let stopped = |of: &u32| run.stream.jobs[*of as usize].interruptions;
    for class in [0.0, 1.0] {
        let those = run
            .stream
            .queue
            .iter()
            .filter(|job| run.stream.jobs[**job as usize].priority == class);
        let stops: Vec<u32> = those.map(stopped).collect();
        assert!(
            stops.is_sorted_by(|a, b| a >= b),
            "who was stopped waits before who just came: {stops:?}"
        );
    }
    // With what servers are left, all of them come to their end.
    assert_eq!(run.run().finished.len(), 8);
}
