//! The progress bars over replications and over a sweep's runs, on a terminal only.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flexcap::experiment::{Failure, Progress, SweepProgress};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::best::Best;
use super::terminal::{Terminal, complain};

/// A bar, or nothing where nobody would see it.
pub struct Bar(ProgressBar);

impl Bar {
    /// A bar over `replications` replications of a scenario.
    pub fn new(terminal: &Terminal, scenario: &str, replications: u32) -> Self {
        let target = if terminal.progress {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(u64::from(replications)), target);
        let style = ProgressStyle::with_template(
            "{prefix} [{bar:30}] {pos}/{len} replications, {eta} left",
        )
        .unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style);
        bar.set_prefix(scenario.to_owned());
        Self(bar)
    }

    /// Takes the bar away.
    pub fn clear(&self) {
        self.0.finish_and_clear();
    }
}

impl Progress for Bar {
    fn replication_done(&self) {
        self.0.inc(1);
    }

    fn planned(&self, replications: u32) {
        self.0.set_length(u64::from(replications));
    }
}

/// A bar over the runs of a sweep, which also says what went wrong above it, and which points are best below.
pub struct SweepBar {
    bar: ProgressBar,
    points: AtomicU64,
    points_done: AtomicU64,
    best: Arc<Best>,
    terminal: Terminal,
}

impl SweepBar {
    /// A bar that shows nothing until work begins.
    pub fn new(terminal: &Terminal, sweep: &str) -> Self {
        let target = if terminal.progress {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        let style = ProgressStyle::with_template(
            "{prefix} [{bar:30}] {msg}, {pos}/{len} runs, {per_sec}, {eta} left{best}",
        )
        .unwrap_or_else(|_| ProgressStyle::default_bar());
        let best = Arc::new(Best::default());
        let shown = Arc::clone(&best);
        let lines = move |_: &ProgressState, out: &mut dyn std::fmt::Write| {
            let _ = out.write_str(&shown.lines());
        };
        bar.set_style(style.with_key("best", lines));
        bar.set_prefix(sweep.to_owned());
        Self {
            bar,
            points: AtomicU64::new(0),
            points_done: AtomicU64::new(0),
            best,
            terminal: *terminal,
        }
    }

    /// Takes the bar away.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

impl SweepProgress for SweepBar {
    fn begun(&self, points: u64, runs: u64) {
        self.points.store(points, Ordering::Relaxed);
        self.bar.set_length(runs);
        self.bar.set_message(format!("0/{points} points"));
    }

    fn note(&self, text: &str) {
        self.bar.suspend(|| self.terminal.note(text));
    }

    fn run_done(&self, found: bool) {
        if found {
            // What an earlier run did says nothing about the rate of this one.
            self.bar
                .set_length(self.bar.length().unwrap_or(1).saturating_sub(1));
        } else {
            self.bar.inc(1);
        }
    }

    fn point_done(&self) {
        let done = 1 + self.points_done.fetch_add(1, Ordering::Relaxed);
        if !self.bar.is_hidden() {
            let points = self.points.load(Ordering::Relaxed);
            self.bar.set_message(format!("{done}/{points} points"));
        }
    }

    fn point_valued(&self, overrides: &str, net_value: f64) {
        self.best.add(overrides, net_value);
    }

    fn point_failed(&self, failure: &Failure) {
        let Failure {
            point,
            overrides,
            problem,
        } = failure;
        self.bar.suspend(|| {
            complain(format_args!(
                "point {point} failed ({overrides}): {problem}"
            ))
        });
    }
}
