//! How far `value` is from the best, over seeded small cases: without gangs from a linear program, with
//! gangs from every allocation there is, tried one after the other. `docs/value.md` publishes the
//! figures, which may not get worse.

use std::fmt::Write as _;

use super::support::{run_under, scenario};
use super::worth::{services, share_of_the_optimum};
use flexcap::id::{PoolId, WorkloadId};
use flexcap::policy::{self, Allocation, Need, Policy, View};
use flexcap::workload::serving::Worth;

/// The published gaps, in percent.
const WITHOUT_GANGS: Gap = Gap {
    mean: 0.01,
    worst: 0.06,
};
const WITH_GANGS: Gap = Gap {
    mean: 0.6,
    worst: 16.0,
};
const WITH_ELASTIC_GANGS: Gap = Gap {
    mean: 0.6,
    worst: 12.0,
};

#[derive(Clone, Copy, Debug)]
struct Gap {
    mean: f64,
    worst: f64,
}

impl Gap {
    fn of(gaps: &[f64]) -> Self {
        Self {
            mean: gaps.iter().sum::<f64>() / gaps.len() as f64 * 100.0,
            worst: gaps.iter().fold(0.0, |worst: f64, gap| worst.max(*gap)) * 100.0,
        }
    }

    /// Whether this is no worse than what `docs/value.md` says, in a line that begins so.
    fn holds(self, published: Self, line: &str) {
        println!("{line} measured: {self:?}");
        assert!(
            self.mean <= published.mean && self.worst <= published.worst,
            "{line}: {self:?}"
        );
        let said = format!("| {line} | {} % | {} % |", published.mean, published.worst);
        let page = std::fs::read_to_string("docs/value.md").expect("the page is there");
        assert!(page.contains(&said), "docs/value.md does not say: {said}");
    }
}

/// A sequence of dice that is the same everywhere (SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn up_to(&mut self, most: u64) -> u64 {
        self.next() % (most + 1)
    }

    fn between(&mut self, least: f64, most: f64) -> f64 {
        least + (most - least) * (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

#[test]
fn the_gap_without_gangs_is_as_published() {
    let gaps: Vec<f64> = (0..40)
        .map(|seed| {
            let mut dice = Dice(seed);
            let pools: Vec<_> = (0..=dice.up_to(3))
                .map(|_| (dice.up_to(1) == 1, 100 + dice.up_to(300) as u32))
                .collect();
            let everywhere = 1 | ((1 << pools.len()) - 1);
            let parts: Vec<_> = (0..2 + dice.up_to(3))
                .map(|number| {
                    let may = if number == 0 {
                        everywhere
                    } else {
                        1 | dice.up_to(15) as u8
                    };
                    let (load, value) = (dice.between(0.2, 2.0), dice.between(0.1, 10.0));
                    (load, value, dice.between(0.3, 0.9), may)
                })
                .collect();
            1.0 - share_of_the_optimum(&services(&pools, &parts))
        })
        .collect();
    Gap::of(&gaps).holds(WITHOUT_GANGS, "services alone, against a linear program");
}

/// One or two pools of a few servers, with services and gangs of random worth, rigid or from one server to
/// as many as they prefer.
fn small(dice: &mut Dice, elastic: bool) -> String {
    let mut text = String::from(
        "[scenario]\nname = \"small\"\n[run]\nstart = \"2024-01-01\"\nhorizon = \"1d\"\nstep = \"3h\"\n\
         [hardware.old]\naccelerators_per_server = 1\n[hardware.new]\naccelerators_per_server = 1\n\
         [site.here]\n[demand.people]\nshape = \"azure2024-conversation\"\n\
         [forecast]\nmethod = { perfect = {} }\n",
    );
    let pools = 1 + dice.up_to(1);
    let mut servers = 0;
    for pool in 0..pools {
        let size = 5 + dice.up_to(3);
        servers += size;
        let hardware = if dice.up_to(1) == 0 { "new" } else { "old" };
        let _ = writeln!(
            text,
            "[pool.p{pool}]\nhardware = \"{hardware}\"\nsite = \"here\"\naccelerators = {size}\n\
             serves = [\"training\", \"ranking\"]"
        );
    }
    let count = 1 + dice.up_to(2);
    for service in 0..count {
        let rate = dice.between(0.1, 0.9) * servers as f64 / count as f64;
        let _ = writeln!(
            text,
            "[ranking.s{service}]\ndemand = {{ profile = \"people\", base = \"{rate:?} /s\" }}\n\
             service = {{ time = \"1s\" }}\nspeed = {{ old = {:?} }}\nslo = {{ latency = \"10s\" }}\n\
             queue = {{ limit = \"5s\" }}\nvalue = {{ per_request = {:?} }}",
            dice.between(0.3, 0.9),
            dice.between(0.1, 3.0)
        );
    }
    for gang in 0..1 + dice.up_to(2) {
        let servers = 1 + dice.up_to(4);
        let sizes = if elastic {
            format!(
                "{{ preferred = {servers}, min = 1, multiple = 1 }}\n\
                 checkpoint = {{ every = \"1h\", write = \"0s\" }}"
            )
        } else {
            servers.to_string()
        };
        let _ = writeln!(
            text,
            "[training.g{gang}]\nwork = \"1e6 accelerator-hours\"\ngang = {sizes}\n\
             value = {{ per_accelerator_hour = {:?} }}",
            dice.between(100.0, 6000.0)
        );
    }
    text.push_str("[policy.value]\nhysteresis = 0.0\npayback = \"1000 y\"\n");
    text
}

/// A policy, and at every decision its gap to the best of all allocations.
struct Exhaustive {
    inner: Box<dyn Policy>,
    worths: Vec<Option<Worth>>,
    gaps: Vec<f64>,
}

/// A gang as it may be: its pool, its servers and what it earns per hour.
type Forms = Vec<(usize, u64, f64)>;

/// A service's value by the servers that it holds in the first pool and in the second.
type Values = Vec<Vec<f64>>;

impl Policy for Exhaustive {
    fn decide(&mut self, view: &View<'_>, allocation: &mut Allocation) {
        self.inner.decide(view, allocation);
        let (mut gangs, mut values) = (Vec::<Forms>::new(), Vec::<Values>::new());
        let mut reached = 0.0;
        let sizes: Vec<u64> = view.pools.iter().map(|pool| pool.offered).collect();
        let second = sizes.get(1).copied().unwrap_or(0);
        for (number, worth) in self.worths.iter_mut().enumerate() {
            let workload = WorkloadId::new(number);
            let held = |pool: usize| {
                let slots = &view.pools[pool].slots;
                let slot = slots.iter().position(|slot| slot.workload == workload);
                allocation.pool(PoolId::new(pool))[slot.expect("all serve all")]
            };
            match view.need(workload) {
                Need::Service(need) => {
                    let worth = worth.get_or_insert_with(|| need.worth());
                    let row = worth.row_for(need.forecast_per_s, 0.0);
                    let curve = worth.curve(row, need.forecast_per_s);
                    let rate = |pool| need.rate_per_server(PoolId::new(pool)).unwrap_or(0.0);
                    let of = |a: u64, b: u64| {
                        let more = if b > 0 { rate(1) * b as f64 } else { 0.0 };
                        curve.value(rate(0) * a as f64 + more)
                    };
                    reached += of(held(0), if sizes.len() > 1 { held(1) } else { 0 });
                    values.push(
                        (0..=sizes[0])
                            .map(|a| (0..=second).map(|b| of(a, b)).collect())
                            .collect(),
                    );
                }
                Need::Gang(campaign) => {
                    let of = |pool: usize| {
                        let id = PoolId::new(pool);
                        let least = campaign.least_servers(id).expect("it may run there");
                        let most = campaign.most_servers(id).expect("it may run there");
                        (least..=most).map(move |servers| {
                            let worth =
                                campaign.worth_per_hour(id, servers, view.now, view.interval);
                            (pool, servers, worth)
                        })
                    };
                    let forms: Forms = (0..sizes.len()).flat_map(of).collect();
                    let runs = forms.iter().filter(|form| held(form.0) >= form.1);
                    reached += runs.fold(0.0, |most: f64, form| most.max(form.2));
                    gangs.push(forms);
                }
                Need::Jobs(_) | Need::Nothing => {}
            }
        }
        let of_services = |a: u64| {
            (0..=second)
                .map(|b| best_of_services(&values, [a, b]))
                .collect()
        };
        let services: Vec<Vec<f64>> = (0..=sizes[0]).map(of_services).collect();
        let best = best_with_gangs(&gangs, &services, [sizes[0], second], 0.0);
        assert!(reached <= best * (1.0 + 1e-9), "{reached} beats {best}");
        self.gaps.push(1.0 - reached / best);
    }
}

/// The best of every place and size for every gang, those that are left out included; `services` has what
/// services earn by what is left them.
fn best_with_gangs(gangs: &[Forms], services: &[Vec<f64>], left: [u64; 2], earned: f64) -> f64 {
    let Some((first, rest)) = gangs.split_first() else {
        return earned + services[left[0] as usize][left[1] as usize];
    };
    let mut best = best_with_gangs(rest, services, left, earned);
    for &(pool, servers, per_hour) in first {
        if servers <= left[pool] {
            let mut left = left;
            left[pool] -= servers;
            best = best.max(best_with_gangs(rest, services, left, earned + per_hour));
        }
    }
    best
}

/// The best of every division of what is left over the services.
fn best_of_services(values: &[Values], left: [u64; 2]) -> f64 {
    let Some((first, rest)) = values.split_first() else {
        return 0.0;
    };
    let mut best = 0.0_f64;
    for a in 0..=left[0] {
        for b in 0..=left[1] {
            let others = best_of_services(rest, [left[0] - a, left[1] - b]);
            best = best.max(first[a as usize][b as usize] + others);
        }
    }
    best
}

/// The gaps of all decisions in so many cases.
fn gaps_with_gangs(cases: u64, elastic: bool) -> Vec<f64> {
    let mut gaps = Vec::new();
    for seed in 0..cases {
        let text = small(&mut Dice(seed), elastic);
        let scenario = scenario(&text);
        let mut exhaustive = Exhaustive {
            inner: policy::build(&scenario),
            worths: scenario.workloads().map(|_| None).collect(),
            gaps: Vec::new(),
        };
        run_under(&scenario, 0, &mut exhaustive);
        let worst = exhaustive
            .gaps
            .iter()
            .fold(0.0, |worst: f64, gap| worst.max(*gap));
        if worst > 0.02 {
            println!("seed {seed}: {worst}");
        }
        gaps.extend(exhaustive.gaps);
    }
    gaps
}

#[test]
fn the_gap_with_gangs_is_as_published() {
    let gaps = gaps_with_gangs(150, false);
    assert!(gaps.len() >= 1000, "{}", gaps.len());
    Gap::of(&gaps).holds(WITH_GANGS, "services and gangs, against every allocation");
}

#[test]
fn the_gap_with_elastic_gangs_is_as_published() {
    let gaps = gaps_with_gangs(60, true);
    assert!(gaps.len() >= 400, "{}", gaps.len());
    Gap::of(&gaps).holds(
        WITH_ELASTIC_GANGS,
        "services and elastic gangs, against every allocation",
    );
}
