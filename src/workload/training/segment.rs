//! A segment is one uninterrupted stay of a gang on its accelerators: a restart (unless it is the
//! first), then computing for `every`, writing for `write`, and so on. Where it stands at any
//! instant is a closed form, so that nothing needs to happen between its start and its end.

use super::rhythm::Rhythm;
use crate::kernel::{Instant, Span};

/// One stay of a gang on its accelerators.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment {
    /// When the gang was complete.
    pub granted: Instant,
    /// When the restart was over and computing began.
    pub computing: Instant,
    /// Computing time that the rest of the work needs, in hours.
    pub hours_to_go: f64,
    /// The rhythm of checkpoints; none: nothing is ever saved before the end.
    pub checkpoint: Option<Rhythm>,
}

/// How a segment's time was spent so far, in hours.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Spent {
    /// Computing.
    pub work: f64,
    /// The part of `work` that the last complete checkpoint (or the end) made safe.
    pub saved: f64,
    /// Restarting and writing checkpoints.
    pub overhead: f64,
}

impl Segment {
    /// When all the work is done if nothing stops it. No checkpoint is written at the end.
    pub fn completion(&self) -> Instant {
        let write_hours = match self.checkpoint {
            Some(checkpoint) => {
                let writes = (self.hours_to_go / checkpoint.every.as_hours()).ceil() - 1.0;
                writes.max(0.0) * checkpoint.write.as_hours()
            }
            None => 0.0,
        };
        let seconds = (self.hours_to_go + write_hours) * 3600.0;
        self.computing + Span::saturating_from_seconds_f64(seconds)
    }

    /// Stood still for a share of the time since `from`, at most since `granted`; returns for how
    /// long.
    pub fn hold_back(&mut self, share: f64, from: Instant, now: Instant) -> Span {
        let stretch = now - from.max(self.granted);
        let still = Span::saturating_from_seconds_f64(share * stretch.as_seconds()).min(stretch);
        self.granted += still;
        self.computing += still;
        still
    }

    /// How long it takes from `now` on until all work done so far is in a checkpoint: nothing if it is,
    /// the rest of a write under way, or else a whole one. None without checkpoints.
    pub fn write_left(&self, now: Instant) -> Option<Span> {
        let Rhythm { every, write } = self.checkpoint?;
        let elapsed = (now - self.computing).max(Span::ZERO);
        let cycle = (every + write).as_micros().max(1);
        let into = Span::from_micros(elapsed.as_micros() % cycle);
        Some(if into == Span::ZERO {
            Span::ZERO
        } else if into < every {
            write
        } else {
            every + write - into
        })
    }

    /// How the time from `granted` to `now` was spent.
    pub fn spent(&self, now: Instant) -> Spent {
        if now < self.computing {
            return Spent {
                overhead: (now - self.granted).as_hours(),
                ..Spent::default()
            };
        }
        let restart = (self.computing - self.granted).as_hours();
        let elapsed = (now - self.computing).as_hours();
        let Some(checkpoint) = self.checkpoint else {
            let work = elapsed.min(self.hours_to_go);
            return Spent {
                work,
                saved: 0.0,
                overhead: restart + (elapsed - work),
            };
        };
        let every = checkpoint.every.as_hours();
        let cycle = every + checkpoint.write.as_hours();
        let cycles = (elapsed / cycle).floor();
        let saved = (cycles * every).min(self.hours_to_go);
        let work = (saved + (elapsed - cycles * cycle).min(every)).min(self.hours_to_go);
        Spent {
            work,
            saved,
            overhead: restart + (elapsed - work),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(hours_to_go: f64, checkpoint: Option<Rhythm>) -> Segment {
        Segment {
            granted: Instant::EPOCH,
            computing: Instant::EPOCH + Span::HOUR,
            hours_to_go,
            checkpoint,
        }
    }

    fn every_two_hours() -> Option<Rhythm> {
        Some(Rhythm {
            every: Span::HOUR * 2,
            write: Span::MINUTE * 30,
        })
    }

    #[test]
    fn time_splits_into_restart_work_and_writes() {
        let segment = segment(10.0, every_two_hours());
        let at = |minutes: i64| segment.spent(Instant::EPOCH + Span::MINUTE * minutes);
        let spent = |work, saved, overhead| Spent {
            work,
            saved,
            overhead,
        };
        assert_eq!(at(30), spent(0.0, 0.0, 0.5));
        assert_eq!(at(60 + 90), spent(1.5, 0.0, 1.0));
        assert_eq!(
            at(60 + 135),
            spent(2.0, 0.0, 1.25),
            "a torn write saves nothing"
        );
        assert_eq!(at(60 + 150), spent(2.0, 2.0, 1.5));
        assert_eq!(at(60 + 210), spent(3.0, 2.0, 1.5));
    }

    #[test]
    fn a_write_under_way_is_finished() {
        let segment = segment(10.0, every_two_hours());
        let left = |minutes: i64| segment.write_left(Instant::EPOCH + Span::MINUTE * minutes);
        let minutes = |minutes: i64| Some(Span::MINUTE * minutes);
        assert_eq!(left(30), minutes(0), "a restart has nothing to save");
        assert_eq!(left(60 + 90), minutes(30));
        assert_eq!(left(60 + 135), minutes(15));
        assert_eq!(left(60 + 150), minutes(0));
        assert_eq!(left(60 + 151), minutes(30));
    }

    #[test]
    fn completion_pays_for_every_write_but_the_last() {
        let end = |hours, checkpoint| {
            (segment(hours, checkpoint).completion() - Instant::EPOCH).as_hours()
        };
        assert_eq!(end(10.0, None), 11.0);
        assert_eq!(end(10.0, every_two_hours()), 1.0 + 10.0 + 4.0 * 0.5);
        assert_eq!(end(10.5, every_two_hours()), 1.0 + 10.5 + 5.0 * 0.5);
        assert_eq!(end(1.0, every_two_hours()), 2.0);
    }

    #[test]
    fn at_completion_all_the_work_is_done() {
        for hours in [0.5, 2.0, 7.3, 10.0] {
            let segment = segment(hours, every_two_hours());
            let work = segment.spent(segment.completion()).work;
            assert!((work - hours).abs() < 1e-9, "{hours}: {work}");
        }
    }
}
