//! A census of the requests in a service, every second: each request is entered when it comes and
//! when it goes, and the numbers follow at the interval's end. Two entries a request, however many
//! are there at once.

use crate::workload::serving::Occupancy;

/// The census of an interval, and the law of all before it.
#[derive(Debug, Default)]
pub(super) struct Census {
    /// Counts in a second: one, but for intervals of no whole number of seconds.
    per_s: f64,
    /// By count: who has come since the last one less who has gone.
    changes: Vec<i64>,
    /// Seconds from the interval's end until those go who came in it and wait for nothing any more.
    leaving_s: Vec<f64>,
    law: Occupancy,
}

impl Census {
    /// Begins an interval.
    pub fn open(&mut self, length_s: f64) {
        let counts = length_s.round().max(1.0);
        self.per_s = counts / length_s;
        self.changes.clear();
        self.changes.resize(counts as usize, 0);
        for index in (0..self.leaving_s.len()).rev() {
            let until_s = self.leaving_s[index];
            self.enter(0.0, until_s);
            if until_s > length_s {
                self.leaving_s[index] = until_s - length_s;
            } else {
                self.leaving_s.swap_remove(index);
            }
        }
    }

    /// A request is there from one time to another, in seconds from the interval's start.
    pub fn enter(&mut self, from_s: f64, until_s: f64) {
        let (from, until) = (self.first_after(from_s), self.first_after(until_s));
        if let Some(change) = self.changes.get_mut(from) {
            *change += 1;
        }
        if let Some(change) = self.changes.get_mut(until) {
            *change -= 1;
        }
    }

    /// A request that takes no slot goes at `until_s`, which may lie beyond the interval.
    pub fn leaves(&mut self, from_s: f64, until_s: f64, length_s: f64) {
        self.enter(from_s, until_s);
        if until_s > length_s && until_s.is_finite() {
            self.leaving_s.push(until_s - length_s);
        }
    }

    /// Ends the interval.
    pub fn close(&mut self) {
        let (every_s, mut there) = (self.per_s.recip(), 0_i64);
        for change in &self.changes {
            there += change;
            self.law.add(there.max(0) as u64, every_s);
        }
    }

    /// How long there were how many, since the beginning.
    pub fn law(&self) -> &Occupancy {
        &self.law
    }

    /// The first count after a time, the first of all for a time before; counts are taken in the middle
    /// of their seconds.
    fn first_after(&self, at_s: f64) -> usize {
        (at_s * self.per_s + 0.5) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_there_is_counted_across_intervals() {
        let mut census = Census::default();
        census.open(10.0);
        census.enter(2.0, 5.0);
        census.enter(4.0, f64::INFINITY);
        census.leaves(9.0, 13.0, 10.0);
        census.close();
        // None for 2 s, one for 2, two for 1, one for 4, two for 1.
        assert_eq!(census.law().mean(), Some(0.1 * (2.0 + 2.0 + 4.0 + 2.0)));
        assert_eq!(census.law().share_up_to(0), Some(0.2));
        let first = census.law().clone();
        census.open(2.0);
        census.close();
        census.open(2.0);
        census.close();
        let later = census.law().clone() - &first;
        assert_eq!(later.mean(), Some(0.75));
    }
}
