//! The best points of a sweep that runs, by net value, so that one can see where it leads before it is done.

use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use super::show::amount;

/// Points that are named.
const NAMED: usize = 3;
/// Letters of a line: a terminal of 80 columns does not break it.
const LETTERS: usize = 78;

/// The best points so far.
#[derive(Debug, Default)]
pub struct Best(Mutex<Vec<(f64, String)>>);

impl Best {
    /// A point is done.
    pub fn add(&self, overrides: &str, net_value: f64) {
        let mut best = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        best.push((net_value, overrides.to_owned()));
        best.sort_by(|one, other| other.0.total_cmp(&one.0));
        best.truncate(NAMED);
    }

    /// A line for each, the best first.
    pub fn lines(&self) -> String {
        let best = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut lines = String::new();
        for ((net_value, overrides), place) in best.iter().zip(1..) {
            let line = format!("  {place}. net value {} at {overrides}", amount(*net_value));
            let cut: String = line.chars().take(LETTERS).collect();
            let _ = write!(lines, "\n{cut}");
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_come_first_and_lines_stay_short() {
        let best = Best::default();
        assert_eq!(best.lines(), "");
        let long = "a.very.long.key = 0.123456789, ".repeat(5);
        for (overrides, value) in [
            ("share = 0.5", 2e6),
            ("share = 0", -1.0),
            (long.as_str(), 3e6),
            ("share = 1", 1.0),
        ] {
            best.add(overrides, value);
        }
        let lines = best.lines();
        let lines: Vec<_> = lines.lines().skip(1).collect();
        assert_eq!(lines.len(), 3);
        assert!(lines[0].starts_with("  1. net value 3.00M at a.very.long"));
        assert_eq!(lines[1], "  2. net value 2.00M at share = 0.5");
        assert!(lines.iter().all(|line| line.chars().count() < 80));
    }
}
