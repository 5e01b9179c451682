//! When requests arrive: a renewal process of mean gap 1, run at the clock of the interval's rate.
//! The n-th gap is the n-th draw of a stream of its own, so that neither the servers nor the length
//! of an interval changes when the n-th request comes.
//!
//! Where demand varies within the hour, every minute has a multiple of the rate of its own, drawn
//! by the minute's number from the log-normal law whose levels the fluid model averages over.

use crate::distribution::{Distribution, Sampler};
use crate::kernel::{IndexedStreams, Stream, Streams};
use rand::RngExt;
use rand_distr::{Distribution as _, Exp1};

/// How long demand keeps a level, in seconds.
const BURST_S: f64 = 60.0;

/// The law of the gaps, of mean 1.
#[derive(Debug)]
enum Gaps {
    /// Gamma up to a coefficient of variation of 1: constant at 0, exponential at 1.
    Gamma(Sampler),
    /// Above it a mixture of two exponential laws that share the arrivals' time evenly (balanced
    /// means): the share of the shorter gaps, and both means.
    Mixture { share: f64, short: f64, long: f64 },
}

impl Gaps {
    fn new(cv: f64) -> Self {
        if cv > 1.0 {
            let share = 0.5 * (1.0 + ((cv * cv - 1.0) / (cv * cv + 1.0)).sqrt());
            return Self::Mixture {
                share,
                short: 0.5 / share,
                long: 0.5 / (1.0 - share),
            };
        }
        let law = if cv < 1.0 {
            Distribution::Gamma { mean: 1.0, cv }
        } else {
            Distribution::Exponential { mean: 1.0 }
        };
        Self::Gamma(Sampler::new(&law))
    }

    fn draw(&self, stream: &mut Stream) -> f64 {
        match self {
            Self::Gamma(sampler) => sampler.sample(stream),
            Self::Mixture { share, short, long } => {
                let mean = if stream.random::<f64>() < *share {
                    short
                } else {
                    long
                };
                let unit: f64 = Exp1.sample(stream);
                mean * unit
            }
        }
    }
}

/// A service's arrivals.
#[derive(Debug)]
pub(super) struct Arrivals {
    gaps: Gaps,
    stream: Stream,
    /// What is left of the gap before the next arrival.
    left: f64,
    bursts: Option<Bursts>,
    /// Seconds since the first interval began.
    clock_s: f64,
}

/// Demand that varies from minute to minute.
#[derive(Debug)]
struct Bursts {
    multiples: Sampler,
    streams: IndexedStreams,
}

impl Arrivals {
    /// `cv` is the coefficient of variation of the gaps, `subhourly_cv` that of demand within an
    /// hour.
    pub fn new(cv: f64, subhourly_cv: f64, streams: &Streams, name: &str) -> Self {
        let gaps = Gaps::new(cv);
        let mut stream = streams.stream(name, "arrivals");
        let bursts = (subhourly_cv > 0.0).then(|| Bursts {
            multiples: Sampler::new(&Distribution::Lognormal {
                mean: 1.0,
                cv: subhourly_cv,
            }),
            streams: streams.indexed(name, "bursts"),
        });
        Self {
            left: gaps.draw(&mut stream),
            gaps,
            stream,
            bursts,
            clock_s: 0.0,
        }
    }

    /// Calls `arrive` with every arrival's time within an interval of `length_s` seconds and mean
    /// rate `rate_per_s`, in seconds from its start.
    pub fn during(&mut self, length_s: f64, rate_per_s: f64, mut arrive: impl FnMut(f64)) {
        let mut from_s = 0.0;
        while from_s < length_s {
            let (to_s, multiple) = self.burst(from_s, length_s);
            let rate_per_s = rate_per_s * multiple;
            if rate_per_s > 0.0 {
                let gap_s = rate_per_s.recip();
                let mut at_s = from_s + self.left * gap_s;
                while at_s < to_s {
                    arrive(at_s);
                    at_s += self.gaps.draw(&mut self.stream) * gap_s;
                }
                self.left = (at_s - to_s) * rate_per_s;
            }
            from_s = to_s;
        }
        self.clock_s += length_s;
    }

    /// Until when demand keeps the level that it has at `from_s`, and that level.
    fn burst(&self, from_s: f64, length_s: f64) -> (f64, f64) {
        let Some(bursts) = &self.bursts else {
            return (length_s, 1.0);
        };
        // A millisecond forgives what adding up seconds rounds away.
        let minute = ((self.clock_s + from_s + 1e-3) / BURST_S).floor();
        let to_s = (minute + 1.0) * BURST_S - self.clock_s;
        let multiple = bursts
            .multiples
            .sample(&mut bursts.streams.at(minute as u64));
        (to_s.min(length_s), multiple)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAMS: Streams = Streams::new(3, 0);

    fn arrivals(cv: f64, subhourly_cv: f64, lengths: &[f64]) -> Vec<f64> {
        let mut arrivals = Arrivals::new(cv, subhourly_cv, &STREAMS, "service");
        let (mut times, mut start) = (Vec::new(), 0.0);
        for length_s in lengths {
            arrivals.during(*length_s, 2.0, |at_s| times.push(start + at_s));
            start += length_s;
        }
        times
    }

    #[test]
    fn gaps_have_their_mean_and_variation() {
        for cv in [0.0, 0.5, 1.0, 1.5, 3.0] {
            let times = arrivals(cv, 0.0, &[100_000.0]);
            let gaps: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
            let n = gaps.len() as f64;
            let mean = gaps.iter().sum::<f64>() / n;
            let variance = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / n;
            assert!(
                (mean - 0.5).abs() < 2.5 * (cv + 1e-4) / n.sqrt(),
                "{cv}: {mean}"
            );
            assert!(
                (variance.sqrt() / mean - cv).abs() < 0.03 * cv + 1e-6,
                "{cv}: {variance}"
            );
        }
    }

    #[test]
    fn intervals_do_not_change_when_requests_come() {
        let whole = arrivals(1.5, 0.4, &[600.0]);
        let parts = arrivals(1.5, 0.4, &[90.0, 10.0, 300.0, 200.0]);
        assert_eq!(whole.len(), parts.len());
        assert!(whole.iter().zip(&parts).all(|(a, b)| (a - b).abs() < 1e-6));
    }

    #[test]
    fn minutes_have_levels_of_their_own() {
        let times = arrivals(1.0, 0.5, &[600_000.0]);
        let mut counts = vec![0.0; 10_000];
        for at_s in times {
            counts[(at_s / BURST_S) as usize] += 1.0;
        }
        let mean = counts.iter().sum::<f64>() / 1e4;
        let variance = counts
            .iter()
            .map(|count| (count - mean).powi(2))
            .sum::<f64>()
            / 1e4;
        assert!((mean - 120.0).abs() < 3.0, "{mean}");
        let levels = (variance - mean).sqrt() / mean;
        assert!((levels - 0.5).abs() < 0.03, "{levels}");
    }
}
