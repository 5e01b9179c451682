//! EASY backfilling against a slow and obvious scheduler, and against what it promises.

use std::collections::BTreeMap;

use super::{Arrival, Instant, Loop, Span, hours, jobs_of, keys, pool, stream_of};
use crate::distribution::Distribution;
use crate::scenario::{Discipline, JobStream};

/// When each job starts, in order of arrival, if before every start of a job behind the head the
/// head's earliest start is found again, with it and without it.
fn slow(jobs: &[Arrival], servers: u64, backfills: bool) -> Vec<Instant> {
    let mut starts: Vec<Option<Instant>> = vec![None; jobs.len()];
    let end = |job: usize, start: Instant| start + jobs[job].duration;
    let mut now = Instant::EPOCH;
    while starts.iter().any(Option::is_none) {
        // The next instant at which anything happens.
        let ends = (0..jobs.len()).filter_map(|job| Some(end(job, starts[job]?)));
        let arrivals = jobs.iter().map(|job| job.at);
        now = ends
            .chain(arrivals)
            .filter(|&at| at > now)
            .min()
            .expect("a job is left");
        let free_at = |at: Instant, starts: &[Option<Instant>]| -> u64 {
            let running = (0..jobs.len())
                .filter(|&job| starts[job].is_some_and(|start| end(job, start) > at));
            servers - running.map(|job| jobs[job].accelerators).sum::<u64>()
        };
        let earliest = |job: usize, starts: &[Option<Instant>]| -> Instant {
            let ends = (0..jobs.len()).filter_map(|job| Some(end(job, starts[job]?)));
            let mut instants: Vec<_> = ends.filter(|&at| at > now).chain([now]).collect();
            instants.sort();
            let fits = |at: &Instant| free_at(*at, starts) >= jobs[job].accelerators;
            instants
                .into_iter()
                .find(fits)
                .expect("it fits an empty pool")
        };
        let mut waiting: Vec<usize> = (0..jobs.len())
            .filter(|&job| starts[job].is_none() && jobs[job].at <= now)
            .collect();
        waiting.sort_by(|&a, &b| jobs[b].priority.total_cmp(&jobs[a].priority));
        for (position, &job) in waiting.iter().enumerate() {
            if free_at(now, &starts) < jobs[job].accelerators {
                continue;
            }
            let mut before = waiting[..position].iter().copied();
            let head = before.find(|&other| starts[other].is_none());
            let mut tried = starts.clone();
            tried[job] = Some(now);
            match head {
                None => starts = tried,
                Some(head) if backfills && earliest(head, &tried) <= earliest(head, &starts) => {
                    starts = tried
                }
                Some(_) => {}
            }
        }
    }
    starts.into_iter().flatten().collect()
}

/// A stream in which all jobs are equal, or of three priorities.
fn ordered(discipline: Discipline, equal: bool) -> JobStream {
    let mut keys = keys(3.0, discipline);
    if !equal {
        keys.arrivals.priority = Distribution::Empirical {
            values: vec![0.0, 1.0, 7.5],
            weights: vec![2.0, 1.0, 1.0],
        };
    }
    keys
}

/// When each job starts in the stream itself.
fn fast(keys: &JobStream, seed: u64, servers: u64, end: Instant) -> Vec<Instant> {
    let mut done = Loop::new(stream_of(keys, seed, 1), servers, end)
        .run()
        .finished;
    done.sort_by_key(|(report, _)| report.number);
    done.iter()
        .map(|(report, _)| report.start.expect("it ran"))
        .collect()
}

#[test]
fn it_starts_the_jobs_that_a_slow_and_obvious_scheduler_starts() {
    let end = hours(14.0);
    for (equal, discipline) in [
        (true, Discipline::Fifo),
        (true, Discipline::EasyBackfill),
        (false, Discipline::Fifo),
        (false, Discipline::EasyBackfill),
    ] {
        let (mut passed, backfills) = (0, discipline == Discipline::EasyBackfill);
        let keys = ordered(discipline, equal);
        for seed in 0..60 {
            for servers in [8, 9, 13] {
                let starts = fast(&keys, seed, servers, end);
                assert_eq!(
                    starts,
                    slow(&jobs_of(&keys, seed, end), servers, backfills),
                    "seed {seed}, {servers} servers, {discipline:?}, equal: {equal}"
                );
                passed += starts.windows(2).filter(|pair| pair[1] < pair[0]).count();
            }
        }
        let fixed = equal && !backfills;
        assert!(
            (passed == 0) == fixed && (fixed || passed > 100),
            "{passed}"
        );
    }
}

#[test]
fn the_head_starts_no_later_than_it_was_promised() {
    let keys = keys(3.3, Discipline::EasyBackfill);
    for seed in 0..10 {
        let mut run = Loop::new(stream_of(&keys, seed, 1), 9, hours(500.0));
        let mut promised: BTreeMap<u32, Instant> = BTreeMap::new();
        let mut kept = 0;
        while run.step().is_some() {
            let stream = &run.stream;
            if let Some(&head) = stream.queue.front() {
                let job = &stream.jobs[head as usize];
                let machine = stream.machines[0].as_ref().expect("there is one pool");
                let reservation = machine.reservation(job.accelerators).expect("it fits");
                // Later promises are never worse than earlier ones.
                let before = promised.insert(job.number, reservation.at);
                assert!(before.is_none_or(|before| reservation.at <= before));
            }
        }
        for (report, _) in &run.finished {
            if let Some(promise) = promised.get(&report.number) {
                assert!(report.start <= Some(*promise), "{report:?}");
                kept += 1;
            }
        }
        assert!(kept > 100, "{kept}");
    }
}

#[test]
fn backfilling_waits_less_and_uses_more() {
    let end = hours(2000.0);
    let wait = |discipline| {
        let mut keys = keys(2.8, discipline);
        keys.backfill_depth = 50;
        let run = Loop::new(stream_of(&keys, 2, 1), 9, end).run();
        let sums = run.stream.sums(run.calendar.now());
        (
            sums.queueing_hours / sums.started,
            sums.slowdown / sums.completed,
        )
    };
    let ((fifo, fifo_slowdown), (easy, easy_slowdown)) =
        (wait(Discipline::Fifo), wait(Discipline::EasyBackfill));
    assert!(easy < 0.6 * fifo, "{easy} h against {fifo} h");
    assert!(
        easy_slowdown < 0.6 * fifo_slowdown,
        "{easy_slowdown} against {fifo_slowdown}"
    );
}

/// An event looks at no more jobs than the depth, and an arrival behind that at none: 50,000 jobs
/// that wait cost an event no more than 100 do.
#[test]
fn a_long_queue_costs_an_event_no_more_than_a_short_one() {
    let mut keys = keys(360_000.0, Discipline::EasyBackfill);
    // Half of the servers run one long job, the head needs all of them, and nobody is over before it.
    keys.arrivals.accelerators = crate::distribution::Distribution::Constant(40.0);
    keys.arrivals.duration = crate::distribution::Distribution::Uniform {
        from: 7200.0,
        to: 10_800.0,
    };
    let mut run = Loop::new(stream_of(&keys, 4, 1), 64, hours(0.14));
    let arrivals_over = hours(0.14);
    let mut events: u64 = 0;
    while run
        .calendar
        .next_time()
        .is_some_and(|at| at < arrivals_over)
    {
        run.step();
        events += 1;
    }
    assert!(
        run.stream.queue.len() > 49_000,
        "{}",
        run.stream.queue.len()
    );
    // Only the first hundred were ever looked at as they arrived.
    assert!(
        run.stream.looks <= 100,
        "{} looks in {events} events",
        run.stream.looks
    );
    let before = run.stream.looks;
    for _ in 0..50 {
        run.step();
    }
    assert!(run.stream.looks - before <= 50 * 100);
    assert_eq!(run.finished.len(), 50);
    assert!(
        run.stream.running_servers(pool()) == 40 && Span::ZERO < run.calendar.now() - arrivals_over
    );
}
