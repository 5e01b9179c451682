//! A stream of jobs by itself: a small loop that plays the simulator's part.

mod easy;
mod losses;

use super::arrivals::{Arrival, Arrivals};
use super::{Change, JobReport, JobStream, Place};
use crate::distribution::Distribution;
use crate::id::PoolId;
use crate::kernel::{Calendar, Instant, Phase, Span, Streams};
use crate::scenario::{self, Checkpoint, Discipline};
use crate::units::{Money, PerSecond};

fn pool() -> PoolId {
    PoolId::new(0)
}

fn hours(count: f64) -> Instant {
    Instant::EPOCH + Span::saturating_from_seconds_f64(count * 3600.0)
}

/// A stream of jobs an hour, of sizes of 1 to 8 and durations of one hour on average.
fn keys(jobs_per_hour: f64, discipline: Discipline) -> scenario::JobStream {
    scenario::JobStream {
        arrivals: scenario::Arrivals {
            arrivals: PerSecond(jobs_per_hour / 3600.0),
            profile: None,
            accelerators: Distribution::Empirical {
                values: vec![1.0, 2.0, 3.0, 8.0],
                weights: vec![4.0, 2.0, 2.0, 1.0],
            },
            duration: Distribution::Lognormal {
                mean: 3600.0,
                cv: 1.5,
            },
            priority: Distribution::Constant(0.0),
        },
        discipline,
        backfill_depth: 100,
        checkpoint: None,
        preemption: scenario::Preemption::default(),
        restart: Span::ZERO,
        per_accelerator_hour: Money(1.0),
    }
}

fn stream_of(keys: &scenario::JobStream, seed: u64, pools: usize) -> JobStream {
    let place = Place {
        accelerators_per_server: 1,
        room: 1000,
        mtbf: None,
    };
    let streams = Streams::new(seed, 0);
    JobStream::new(
        "jobs",
        keys,
        1,
        &vec![Some(place); pools],
        None,
        &streams,
        Instant::EPOCH,
    )
}

/// The jobs that such a stream draws, before `end`.
fn jobs_of(keys: &scenario::JobStream, seed: u64, end: Instant) -> Vec<Arrival> {
    let streams = Streams::new(seed, 0);
    let mut arrivals = Arrivals::new("jobs", &keys.arrivals, 1, None, &streams, Instant::EPOCH);
    std::iter::from_fn(|| arrivals.next(end)).collect()
}

/// What happens to the stream in a test.
#[derive(Clone, Copy, Debug)]
enum Event {
    Arrives,
    Completes(u32),
    /// The stream comes to hold so many servers.
    Holds(u64),
    /// It is told that so many of its servers will be taken.
    Withdraws(u64),
    /// One of its servers breaks and is replaced, or not.
    Breaks(bool),
}

/// The simulator's part.
struct Loop {
    stream: JobStream,
    calendar: Calendar<Event>,
    changes: Vec<Change>,
    arrivals_end: Instant,
    held: u64,
    /// For how long servers stay that were taken last.
    stays: Span,
    server_hours: f64,
    finished: Vec<(JobReport, Instant)>,
}

impl Loop {
    fn new(stream: JobStream, held: u64, arrivals_end: Instant) -> Self {
        let mut this = Self {
            stream,
            calendar: Calendar::new(Instant::EPOCH),
            changes: Vec::new(),
            arrivals_end,
            held,
            stays: Span::ZERO,
            server_hours: 0.0,
            finished: Vec::new(),
        };
        this.stream.grant(pool(), held);
        this.next_arrival();
        this
    }

    fn next_arrival(&mut self) {
        if let Some(at) = self.stream.next_arrival(self.arrivals_end) {
            self.calendar.schedule(at, Phase(2), Event::Arrives);
        }
    }

    fn plan(&mut self, at: Instant, event: Event) {
        self.calendar.schedule(at, Phase(1), event);
    }

    /// Lets the next event happen; its instant.
    fn step(&mut self) -> Option<Instant> {
        let (now, event) = self.calendar.pop()?;
        match event {
            Event::Arrives => {
                assert_eq!(self.stream.arrive(), None);
                self.next_arrival();
            }
            Event::Completes(job) => {
                let report = self.stream.complete(job, now).expect("it ran");
                self.finished.push((report, now));
            }
            Event::Holds(servers) => {
                self.held = servers;
                self.stream.grant(pool(), servers);
            }
            Event::Withdraws(servers) => {
                self.stays = self.stream.give_notice(pool(), servers);
                self.held -= servers;
                self.stream.grant(pool(), self.held);
            }
            Event::Breaks(replaced) => {
                self.stream.strike(pool(), self.held, now);
                self.held -= u64::from(!replaced);
                self.stream.grant(pool(), self.held);
            }
        }
        self.stream.settle(now);
        assert!(self.stream.closes(now));
        self.stream.tell(&mut self.changes);
        for change in self.changes.drain(..) {
            match change {
                Change::Started { job, completion } => {
                    let event = Event::Completes(job);
                    let ticket = self.calendar.schedule(completion, Phase(2), event);
                    self.stream.scheduled(job, Some(ticket));
                }
                Change::Ended {
                    server_hours,
                    ticket,
                    ..
                } => {
                    self.server_hours += server_hours;
                    ticket.map(|ticket| self.calendar.cancel(ticket));
                }
            }
        }
        Some(now)
    }

    fn run(mut self) -> Self {
        while self.step().is_some() {}
        self
    }
}

fn checkpoints() -> Option<Checkpoint> {
    Some(Checkpoint {
        every: scenario::Every::Fixed(Span::MINUTE * 20),
        write: Span::MINUTE,
    })
}

#[test]
fn jobs_are_those_of_their_hours() {
    let keys = keys(5.0, Discipline::Fifo);
    let all = jobs_of(&keys, 3, hours(2000.0));
    let n = all.len() as f64;
    // Four standard errors of a Poisson count, of the mean duration, and of the mean size.
    assert!((n - 10_000.0).abs() < 4.0 * 100.0, "{n}");
    let mean_hours = all.iter().map(|job| job.duration.as_hours()).sum::<f64>() / n;
    assert!(
        (mean_hours - 1.0).abs() < 4.0 * 1.5 / n.sqrt(),
        "{mean_hours}"
    );
    let mean_size = all.iter().map(|job| job.accelerators as f64).sum::<f64>() / n;
    assert!(
        (mean_size - 22.0 / 9.0).abs() < 4.0 * 2.2 / n.sqrt(),
        "{mean_size}"
    );
    assert!(all.is_sorted_by(|a, b| a.at <= b.at));

    // A later beginning, even within an hour, changes nothing of the jobs that still come.
    let streams = Streams::new(3, 0);
    let from = hours(100.4);
    let mut late = Arrivals::new("jobs", &keys.arrivals, 1, None, &streams, from);
    let late: Vec<_> = std::iter::from_fn(|| late.next(hours(2000.0))).collect();
    let rest: Vec<_> = all.iter().filter(|job| job.at >= from).copied().collect();
    assert_eq!(late, rest);
}

#[test]
fn a_drained_queue_has_done_all_the_work() {
    for discipline in [Discipline::Fifo, Discipline::EasyBackfill] {
        let keys = keys(4.0, discipline);
        let jobs = jobs_of(&keys, 5, hours(300.0));
        let done = Loop::new(stream_of(&keys, 5, 1), 12, hours(300.0)).run();
        assert_eq!(done.finished.len(), jobs.len());
        let sums = done.stream.sums(done.calendar.now());
        let work: f64 = jobs
            .iter()
            .map(|job| job.accelerators as f64 * job.duration.as_hours())
            .sum();
        for sum in [sums.submitted, sums.useful, done.server_hours] {
            assert!((sum - work).abs() < 1e-9 * work, "{sum} {work}");
        }
        assert_eq!(
            (sums.completed, sums.started),
            (jobs.len() as f64, jobs.len() as f64)
        );
        assert_eq!(
            (sums.lost, sums.overhead, sums.interruptions),
            (0.0, 0.0, 0.0)
        );
        // The table of jobs grew with those at hand, not with all that ever were.
        assert!(
            done.stream.jobs.len() < jobs.len() / 4,
            "{}",
            done.stream.jobs.len()
        );
    }
}

#[test]
fn jobs_too_large_for_every_pool_are_cancelled() {
    let mut keys = keys(4.0, Discipline::EasyBackfill);
    keys.arrivals.accelerators = Distribution::Constant(1001.0);
    let mut stream = stream_of(&keys, 1, 2);
    let at = stream.next_arrival(hours(100.0)).expect("one comes");
    let report = stream.arrive().expect("it fits nowhere");
    assert_eq!((report.accelerators, report.submit), (1001, at));
    stream.settle(at);
    let sums = stream.sums(at);
    assert!(sums.submitted > 0.0);
    assert_eq!(sums.submitted, sums.cancelled);
    assert_eq!(stream.waiting_accelerators(), 0);
}

#[test]
fn the_head_goes_to_the_first_pool_that_has_room() {
    let mut keys = keys(4.0, Discipline::Fifo);
    keys.arrivals.accelerators = Distribution::Constant(3.0);
    let mut stream = stream_of(&keys, 1, 3);
    for (pool, servers) in [(0, 2), (1, 4), (2, 3)] {
        stream.grant(PoolId::new(pool), servers);
    }
    let mut now = Instant::EPOCH;
    for _ in 0..3 {
        now = stream.next_arrival(hours(100.0)).expect("one comes");
        stream.arrive();
        stream.settle(now);
    }
    let running = [0, 1, 2].map(|pool| stream.running_servers(PoolId::new(pool)));
    assert_eq!(running, [0, 3, 3]);
    assert_eq!(stream.waiting_accelerators(), 3);
    assert_eq!(stream.servers_for(pool(), 2), Some(2));
    assert!(stream.closes(now));
}
