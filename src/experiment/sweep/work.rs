//! Doing all runs of a sweep: each thread takes the next run, or makes the next point's scenario where no run is
//! ready, so that nobody waits as long as there is work. A point's scenario is in memory only while its runs are.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::super::store::{Entry, Found, Key, Store};
use super::design::{Point, Points};
use super::{Failure, NAMED_MAX, Record, Sweep, SweepError, SweepOptions, SweepProgress};
use crate::policy;
use crate::results::Names;
use crate::results::metrics::{self, Series, all_series, net_value};
use crate::scenario::{Invalid, Scenario};
use crate::simulation::record::Recorder;
use crate::simulation::{Ended, simulate};
use crate::workload::serving::Rows;

/// What came of the work.
pub(super) struct Done {
    pub(super) points: u64,
    pub(super) runs: u64,
    pub(super) found: u64,
    pub(super) failed: u64,
    pub(super) records: Vec<Record>,
    pub(super) layouts: Vec<Arc<[Arc<Series>]>>,
}

/// A point whose runs are under way.
struct Open {
    number: u64,
    overrides: String,
    scenario: Scenario,
    /// What its runs have reckoned.
    rows: Rows,
    key: Key,
    series: Arc<[Arc<Series>]>,
    /// Runs that are not done yet.
    left: AtomicU32,
    /// The sum of net values and of how many runs, for who watches.
    net_value: Mutex<(f64, u32)>,
}

struct State<'a> {
    points: Points<'a>,
    ready: VecDeque<(Arc<Open>, u32)>,
    /// Threads that are making a point.
    preparing: usize,
    records: Vec<Record>,
    layouts: Vec<(Names, Arc<[Arc<Series>]>)>,
    missing: Vec<(u64, u32)>,
    missing_count: u64,
    error: Option<SweepError>,
}

struct Work<'a> {
    sweep: &'a Sweep,
    options: &'a SweepOptions,
    store: &'a Store,
    stop: &'a AtomicBool,
    progress: &'a dyn SweepProgress,
    /// What is measured, and how.
    metrics: String,
    state: Mutex<State<'a>>,
    changed: Condvar,
    /// Set when an error ends the work of all.
    halted: AtomicBool,
    done: AtomicU64,
    found: AtomicU64,
}

/// What a thread does next.
enum Next {
    Run(Arc<Open>, u32),
    Prepare(Point),
    Nothing,
}

/// Does all runs of the shard that are not in the store; in a merge, only looks.
pub(super) fn all(
    sweep: &Sweep,
    options: &SweepOptions,
    store: &Store,
    stop: &AtomicBool,
    progress: &dyn SweepProgress,
) -> Result<Done, SweepError> {
    let plan = sweep.plan();
    let points = match (plan.is_constrained(), sweep.candidates()) {
        (false, Some(candidates)) => candidates,
        _ => sweep.points().count() as u64,
    };
    let every = points.saturating_mul(u64::from(plan.replications));
    let count = u64::from(options.shard.count.max(1));
    let index = u64::from(options.shard.index);
    let runs = every.saturating_sub(index).div_ceil(count);
    progress.begun(points, runs);
    let work = Work {
        sweep,
        options,
        store,
        stop,
        progress,
        metrics: metrics::explain(),
        state: Mutex::new(State {
            points: sweep.points(),
            ready: VecDeque::new(),
            preparing: 0,
            records: Vec::new(),
            layouts: Vec::new(),
            missing: Vec::new(),
            missing_count: 0,
            error: None,
        }),
        changed: Condvar::new(),
        halted: AtomicBool::new(false),
        done: AtomicU64::new(0),
        found: AtomicU64::new(0),
    };
    rayon::broadcast(|_| work.thread());

    let (done, found) = (work.done.into_inner(), work.found.into_inner());
    let state = work.state.into_inner();
    let state = state.unwrap_or_else(PoisonError::into_inner);
    if let Some(error) = state.error {
        return Err(error);
    }
    if stop.load(Ordering::SeqCst) {
        return Err(SweepError::Interrupted { done, runs });
    }
    if state.missing_count > 0 {
        return Err(missing(state.missing, state.missing_count, runs));
    }
    let failed = state
        .records
        .iter()
        .filter(|record| record.problem.is_some());
    Ok(Done {
        points,
        runs,
        found,
        failed: failed.count() as u64,
        layouts: state
            .layouts
            .into_iter()
            .map(|(_, series)| series)
            .collect(),
        records: state.records,
    })
}

fn missing(mut first: Vec<(u64, u32)>, missing: u64, runs: u64) -> SweepError {
    first.sort_unstable();
    let named: Vec<String> = first
        .iter()
        .map(|(point, replication)| format!("point {point} replication {replication}"))
        .collect();
    let rest = missing - named.len() as u64;
    let more = if rest > 0 {
        format!(" and {rest} more")
    } else {
        String::new()
    };
    SweepError::Missing {
        missing,
        runs,
        named: named.join(", ") + &more,
    }
}

impl<'a> Work<'a> {
    fn thread(&self) {
        loop {
            match self.next() {
                Next::Nothing => return,
                Next::Prepare(point) => {
                    self.prepare(&point);
                    self.lock().preparing -= 1;
                    self.changed.notify_all();
                }
                Next::Run(open, replication) => self.run(&open, replication),
            }
        }
    }

    fn next(&self) -> Next {
        let mut state = self.lock();
        loop {
            if self.is_over() {
                self.changed.notify_all();
                return Next::Nothing;
            }
            if let Some((open, replication)) = state.ready.pop_front() {
                return Next::Run(open, replication);
            }
            if let Some(point) = state.points.next() {
                state.preparing += 1;
                state.records.push(Record::default());
                return Next::Prepare(point);
            }
            if state.preparing == 0 {
                return Next::Nothing;
            }
            let waited = self.changed.wait(state);
            state = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Makes a point's scenario and puts its runs where threads find them.
    fn prepare(&self, point: &Point) {
        let replications = self.sweep.plan().replications;
        let mine = self.options.shard.replications(point.number, replications);
        let mine: Vec<u32> = mine.collect();
        if mine.is_empty() {
            return;
        }
        let variant = match self.sweep.plan().variant(&point.coordinates) {
            Ok(variant) => variant,
            Err(invalid) => {
                for _ in &mine {
                    self.finished(false);
                }
                self.progress.point_done();
                let overrides = self.sweep.overrides(&point.coordinates);
                return self.fail(point.number, 0, overrides, messages(&invalid));
            }
        };
        let key = Key::of(&variant.identity, &self.metrics);
        let (layout, series) = self.layout(&variant.scenario);
        self.with_record(point.number, |record| {
            record.key = Some(key);
            record.seed = variant.scenario.run.seed;
            record.layout = layout;
        });
        let (found, left): (Vec<u32>, Vec<u32>) = mine
            .into_iter()
            .partition(|replication| self.store.has(key, *replication, series.len()));
        for _ in &found {
            self.finished(true);
        }
        if left.is_empty() {
            return self.progress.point_done();
        }
        let open = Arc::new(Open {
            number: point.number,
            overrides: self.sweep.overrides(&point.coordinates),
            scenario: variant.scenario,
            rows: Rows::default(),
            key,
            series,
            left: AtomicU32::new(left.len() as u32),
            net_value: Mutex::new((0.0, 0)),
        });
        if self.options.merge {
            return self.look_for(&open, &left);
        }
        let mut state = self.lock();
        let runs = left
            .into_iter()
            .map(|replication| (Arc::clone(&open), replication));
        state.ready.extend(runs);
        drop(state);
        self.changed.notify_all();
    }

    /// Simulates one replication and keeps what it came to.
    fn run(&self, open: &Open, replication: u32) {
        let mut recorder = Stoppable { work: self };
        let mut policy = policy::build_sharing(&open.scenario, &open.rows);
        let ended = simulate(&open.scenario, replication, &mut *policy, &mut recorder);
        let kept = match &ended {
            Ok(Ended::Interrupted) => return,
            Ok(Ended::Horizon(totals)) => {
                let values: Vec<Option<f64>> = open
                    .series
                    .iter()
                    .map(|series| series.read(totals))
                    .collect();
                self.store
                    .put(open.key, replication, &Entry::Values(&values))
            }
            Err(error) => {
                let text = error.to_string();
                let kept = self
                    .store
                    .put(open.key, replication, &Entry::Failure(&text));
                self.fail(open.number, replication, open.overrides.clone(), text);
                kept
            }
        };
        if let Err(error) = kept {
            return self.halt(error.into());
        }
        self.finished(false);
        if let Ok(Ended::Horizon(totals)) = &ended {
            let mut sum = open
                .net_value
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            *sum = (sum.0 + net_value(totals), sum.1 + 1);
        }
        if open.left.fetch_sub(1, Ordering::SeqCst) == 1 {
            let (sum, count) = *open
                .net_value
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            if count > 0 {
                self.progress
                    .point_valued(&open.overrides, sum / f64::from(count));
            }
            self.progress.point_done();
        }
    }

    /// In a merge: what is not there failed, or is missing.
    fn look_for(&self, open: &Open, left: &[u32]) {
        for replication in left {
            match self.store.get(open.key, *replication) {
                Err(error) => return self.halt(error.into()),
                Ok(Some(Found::Failure(text))) => {
                    self.finished(true);
                    self.fail(open.number, *replication, open.overrides.clone(), text);
                }
                Ok(_) => {
                    let mut state = self.lock();
                    state.missing_count += 1;
                    state.missing.push((open.number, *replication));
                    state.missing.sort_unstable();
                    state.missing.truncate(NAMED_MAX);
                }
            }
        }
    }

    /// The series of a scenario, which nearly always are those of the point before.
    fn layout(&self, scenario: &Scenario) -> (u32, Arc<[Arc<Series>]>) {
        let names = Names::from(scenario);
        let mut state = self.lock();
        let known = state.layouts.iter().position(|(of, _)| *of == names);
        let index = known.unwrap_or_else(|| {
            let series = all_series(&names).into();
            state.layouts.push((names, series));
            state.layouts.len() - 1
        });
        let series = state
            .layouts
            .get(index)
            .map(|(_, series)| Arc::clone(series));
        (index as u32, series.unwrap_or_else(|| Arc::new([])))
    }

    fn fail(&self, point: u64, replication: u32, overrides: String, problem: String) {
        let mut is_first = false;
        self.with_record(point, |record| {
            is_first = record.problem.is_none();
            // The least replication speaks for the point, whoever was first.
            if record
                .problem
                .as_ref()
                .is_none_or(|known| known.0 > replication)
            {
                record.problem = Some(Box::new((replication, problem.clone())));
            }
        });
        let failure = Failure {
            point,
            overrides,
            problem,
        };
        if is_first {
            self.progress.point_failed(&failure);
        }
        if self.options.fail_fast {
            self.halt(SweepError::Failed(failure));
        }
    }

    fn finished(&self, found: bool) {
        self.done.fetch_add(1, Ordering::Relaxed);
        self.found.fetch_add(u64::from(found), Ordering::Relaxed);
        self.progress.run_done(found);
    }

    /// Ends the work of all threads; the first error is the answer.
    fn halt(&self, error: SweepError) {
        self.lock().error.get_or_insert(error);
        self.halted.store(true, Ordering::SeqCst);
        self.changed.notify_all();
    }

    fn is_over(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.halted.load(Ordering::Relaxed)
    }

    fn with_record(&self, point: u64, change: impl FnOnce(&mut Record)) {
        let index = usize::try_from(point).unwrap_or(usize::MAX);
        if let Some(record) = self.lock().records.get_mut(index) {
            change(record);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<'a>> {
        // A thread that panicked takes the whole sweep with it; what it held is not read again.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Records nothing, and ends the run when the sweep is over.
struct Stoppable<'w, 'a> {
    work: &'w Work<'a>,
}

impl Recorder for Stoppable<'_, '_> {
    fn interrupted(&self) -> bool {
        self.work.is_over()
    }
}

/// What is wrong with a scenario, on one line.
fn messages(invalid: &Invalid) -> String {
    let messages = invalid.problems.iter().map(|problem| match &problem.hint {
        Some(hint) => format!("{} ({hint})", problem.message),
        None => problem.message.clone(),
    });
    messages.collect::<Vec<_>>().join("; ")
}
