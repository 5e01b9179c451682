//! What one server of a pool gives to a service: how many requests it serves at once (slots), how
//! long one takes, and how much of the SLO a request's own service leaves for waiting.

use crate::distribution::{Affine, Node};
use crate::kernel::Stream;
use crate::theory::waiting::Spread;

/// A service's behaviour on one kind of server.
#[derive(Clone, Debug)]
pub struct Station {
    /// Requests that one server serves at once.
    pub slots_per_server: f64,
    /// Fewest servers that hold a whole replica.
    pub servers_per_replica: u64,
    /// Mean time that a request occupies a slot, in seconds.
    pub mean_service_s: f64,
    /// How unlike each other those times are.
    pub spread: Spread,
    /// The law of that time: an affine function of a request's size, in seconds.
    pub occupancy: Affine,
    /// Whether the latency depends on another draw than the size (a prompt's tokens, not the answer's).
    pub prompt_apart: bool,
    /// The part of the latency that is not waiting.
    pub latency: ServiceLatency,
}

impl Station {
    /// A station of one slot to a server, whose service takes `time` at speed 1 and is the latency.
    #[cfg(test)]
    pub fn of_time(time: &crate::distribution::Distribution, speed: f64, slo_s: f64) -> Self {
        let law = Affine::new(0.0, speed.recip(), time);
        Self {
            slots_per_server: 1.0,
            servers_per_replica: 1,
            mean_service_s: law.mean(),
            spread: spread(&law),
            occupancy: law.clone(),
            prompt_apart: false,
            latency: ServiceLatency::new(law, slo_s),
        }
    }

    /// Requests per second that `servers` servers can serve.
    #[must_use]
    pub fn service_rate(&self, servers: f64) -> f64 {
        servers * self.slots_per_server / self.mean_service_s
    }
}

/// How unlike each other such times are.
pub(super) fn spread(law: &Affine) -> Spread {
    Spread {
        cv2: law.cv2(),
        gini: law.gini(),
    }
}

/// The latency of a request that need not wait, and what the SLO leaves for waiting.
#[derive(Clone, Debug)]
pub struct ServiceLatency {
    law: Affine,
    /// Share of requests that meet the SLO if they never wait.
    within_slo: f64,
    /// Waiting time that the SLO leaves, in seconds, ascending, each with its share of requests;
    /// the shares sum to `within_slo`.
    slacks: Vec<(f64, f64)>,
    /// Equally likely latencies that stand for the whole law, in seconds.
    typical_s: [f64; TYPICAL],
}

/// How many latencies stand for a law where a percentile is looked for.
const TYPICAL: usize = 16;

impl ServiceLatency {
    /// A latency distributed as `law`, in seconds, under an SLO of `slo_s` seconds.
    #[must_use]
    pub fn new(law: Affine, slo_s: f64) -> Self {
        let nodes = law.nodes(slo_s);
        let slack = |node: &Node| (slo_s - node.value, node.weight);
        Self {
            within_slo: nodes.reach(),
            slacks: nodes.as_slice().iter().rev().map(slack).collect(),
            typical_s: std::array::from_fn(|node| {
                law.quantile((node as f64 + 0.5) / TYPICAL as f64)
            }),
            law,
        }
    }

    /// A draw of what a request's own latency depends on.
    pub fn draw(&self, stream: &mut Stream) -> f64 {
        self.law.sample_part(stream)
    }

    /// The latency of a request with this draw if it never waits, in seconds.
    #[must_use]
    pub fn of(&self, draw: f64) -> f64 {
        self.law.at(draw)
    }

    /// Share of requests that meet the SLO if none ever waits.
    #[must_use]
    pub fn within_slo(&self) -> f64 {
        self.within_slo
    }

    /// Share of requests that meet the SLO even if they wait for `wait_s` seconds.
    #[must_use]
    pub fn within_slo_after(&self, wait_s: f64) -> f64 {
        let long = self.slacks.iter().filter(|(slack_s, _)| *slack_s >= wait_s);
        long.map(|(_, share)| share).sum()
    }

    /// Share of requests that meet the SLO when a wait exceeds `x` seconds with probability
    /// `waits_longer(x)`, a function that falls in `x`.
    pub fn attainment(&self, mut waits_longer: impl FnMut(f64) -> f64) -> f64 {
        /// Below this no further, longer slack changes the sum's last digits.
        const NEGLIGIBLE: f64 = 1e-13;
        let mut missed = 0.0;
        for (number, &(slack_s, share)) in self.slacks.iter().enumerate() {
            let longer = waits_longer(slack_s);
            // In deep overload the longest slack is as useless as the shortest.
            if number == 0
                && longer >= 1.0
                && let Some(&(longest_s, _)) = self.slacks.last()
                && waits_longer(longest_s) >= 1.0
            {
                return 0.0;
            }
            missed += share * longer;
            if longer < NEGLIGIBLE {
                break;
            }
        }
        (self.within_slo - missed).max(0.0)
    }

    /// Time within which a share `p` of requests is answered if none waits, in seconds.
    #[must_use]
    pub fn quantile_s(&self, p: f64) -> f64 {
        self.law.quantile(p)
    }

    /// Share of requests that is answered within `latency_s` seconds if none waits.
    #[must_use]
    pub fn cdf(&self, latency_s: f64) -> f64 {
        self.law.cdf(latency_s)
    }

    /// Share of requests that takes longer than `latency_s` seconds, waiting included, when a wait
    /// exceeds `x` seconds with probability `waits_longer(x)`.
    pub fn exceeds(&self, latency_s: f64, waits_longer: impl Fn(f64) -> f64) -> f64 {
        let longer = |&service_s: &f64| {
            let slack_s = latency_s - service_s;
            if slack_s < 0.0 {
                1.0
            } else {
                waits_longer(slack_s)
            }
        };
        self.typical_s.iter().map(longer).sum::<f64>() / TYPICAL as f64
    }
}
