//! The progress bar over replications, on a terminal only.

use flexcap::experiment::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::terminal::Terminal;

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
}
