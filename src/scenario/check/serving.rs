//! Checks of services: replicas that fit servers and memory, a promise that an idle replica keeps,
//! hardware whose speed is known.

use super::Checker;
use crate::scenario::tree::Location;
use crate::scenario::{
    Fidelity, Hardware, Inference, Kind, Ranking, RankingWork, ServiceDemand, USABLE_MEMORY,
};
use indexmap::IndexSet;

/// Gigabytes, for messages.
const GB: f64 = 1e9;

/// Most requests of a service that a run serves one by one: minutes of computing.
const REQUESTS_MAX: f64 = 2e9;

pub(super) fn check(checker: &mut Checker<'_>) {
    let inference = checker.scenario.inference.iter();
    let inference =
        inference.map(|(name, of)| ("inference", name, &of.queue, of.fidelity, &of.demand));
    let ranking = checker.scenario.ranking.iter();
    let ranking = ranking.map(|(name, of)| ("ranking", name, &of.queue, of.fidelity, &of.demand));
    for (table, name, queue, fidelity, demand) in inference.chain(ranking) {
        if let Some(patience) = &queue.patience {
            let path = format!("{table}.{name}.queue.patience");
            no_patience(checker, &path, patience.mean());
        }
        if fidelity == Fidelity::Request {
            too_many_requests(checker, &format!("{table}.{name}"), demand);
        }
    }
    for (name, inference) in &checker.scenario.inference {
        for (path, mean) in [
            ("input_tokens", inference.input_tokens.mean()),
            ("output_tokens", inference.output_tokens.mean()),
        ] {
            positive(checker, &format!("inference.{name}.{path}"), mean);
        }
        for (pool_name, pool) in checker.scenario.pools_serving(name, Kind::Inference) {
            let Some(hardware) = checker.scenario.hardware.get(&pool.hardware.name) else {
                continue;
            };
            let replica = ReplicaOn {
                name,
                inference,
                pool: pool_name,
                hardware_name: &pool.hardware.name,
                hardware,
            };
            replica.check(checker);
        }
    }
    for (name, ranking) in &checker.scenario.ranking {
        degrades_sensibly(checker, name, ranking);
        match &ranking.work {
            RankingWork::Service(service) => positive(
                checker,
                &format!("ranking.{name}.service.time"),
                service.time.mean(),
            ),
            RankingWork::Query(query) => {
                let mean = query.fixed.0 + query.per_item.0 * query.items.mean();
                positive(checker, &format!("ranking.{name}.query"), mean);
                too_slow(checker, name, ranking, mean);
            }
        }
    }
}

/// A curve that falls from all items at full value, ever faster.
fn degrades_sensibly(checker: &mut Checker<'_>, name: &str, ranking: &Ranking) {
    let rows = &ranking.degrade;
    let path = format!("ranking.{name}.degrade");
    let Some(first) = rows.first() else {
        return;
    };
    let mut refuse = |message: String, hint: &str| checker.error(checker.at(&path), message, hint);
    if matches!(ranking.work, RankingWork::Service(_)) {
        let message =
            format!("`{name}` has a plain `service` time, which has no items to rank fewer of");
        return refuse(
            message,
            "state its work as a `query` with `fixed`, `per_item` and `items`, or leave `degrade` out",
        );
    }
    if *first != [1.0, 1.0] || rows.len() < 2 {
        let message = format!("`{path}` must begin with [1.0, 1.0] and go on with a smaller share");
        return refuse(
            message,
            "for example `degrade = [[1.0, 1.0], [0.6, 0.93], [0.3, 0.75]]`",
        );
    }
    let mut steepest = 0.0;
    for (&[above, more], &[below, less]) in rows.iter().zip(rows.iter().skip(1)) {
        if below >= above || below <= 0.0 {
            let message = format!(
                "the share {below} of `{path}` must lie between 0 and the {above} before it"
            );
            return refuse(message, "sort the rows from all items down to the fewest");
        }
        let slope = (more - less) / (above - below);
        if slope < 0.0 {
            let message =
                format!("in `{path}` ranking less, {below} instead of {above}, is worth more");
            return refuse(message, "a smaller share of items may not be worth more");
        }
        if slope < steepest - 1e-9 {
            let message = format!(
                "`{path}` is not concave: from {above} to {below} it falls less steeply than before"
            );
            return refuse(
                message,
                "the candidates dropped first must be those that matter least",
            );
        }
        steepest = slope;
    }
}

/// Warns where a mean query, of `mean_s` at speed 1, takes longer than the SLO on some hardware.
fn too_slow(checker: &mut Checker<'_>, name: &str, ranking: &Ranking, mean_s: f64) {
    let pools = checker.scenario.pools_serving(name, Kind::Ranking);
    let hardware: IndexSet<&str> = pools.map(|(_, pool)| pool.hardware.name.as_str()).collect();
    for hardware in hardware {
        let mean_s = mean_s / ranking.speed.get(hardware).copied().unwrap_or(1.0);
        if mean_s > ranking.slo.latency.0 {
            let message = format!(
                "a mean query of `{name}` takes {:.3} ms on `{hardware}`, longer than its latency SLO of {:.3} ms",
                mean_s * 1e3,
                ranking.slo.latency.0 * 1e3
            );
            checker.warn(
                checker.at(&format!("ranking.{name}.slo.latency")),
                message,
                "most queries will miss it however much capacity there is",
            );
        }
    }
}

fn no_patience(checker: &mut Checker<'_>, path: &str, mean_s: f64) {
    if !(mean_s > 0.0 && mean_s.is_finite()) {
        checker.error(
            checker.at(path),
            format!("`{path}` has a mean of {mean_s}; it must be more than 0"),
            "where nobody waits at all, write `limit = \"0s\"` instead",
        );
    }
}

/// Every request costs computing time: so many that a run would not end are refused.
fn too_many_requests(checker: &mut Checker<'_>, service: &str, demand: &ServiceDemand) {
    let run = &checker.scenario.run;
    let seconds = (run.warm_up + run.horizon).as_seconds();
    let requests = demand.mean_rate(&checker.scenario.demand).0 * seconds;
    if requests > REQUESTS_MAX {
        let message = format!(
            "`{service}` would serve about {requests:.1e} requests one by one in each replication; at most {REQUESTS_MAX:.0e} are simulated"
        );
        checker.error(
            checker.at(&format!("{service}.fidelity")),
            message,
            "use `fidelity = \"fluid\"`, a shorter `run.horizon`, or less demand",
        );
    }
}

fn positive(checker: &mut Checker<'_>, path: &str, mean: f64) {
    if !(mean > 0.0 && mean.is_finite()) {
        checker.error(
            checker.at(path),
            format!("`{path}` has a mean of {mean}; it must be more than 0"),
            "a request without any work cannot be served",
        );
    }
}

/// A replica of a language model on one pool's hardware.
struct ReplicaOn<'a> {
    name: &'a str,
    inference: &'a Inference,
    pool: &'a str,
    hardware_name: &'a str,
    hardware: &'a Hardware,
}

impl ReplicaOn<'_> {
    fn check(&self, checker: &mut Checker<'_>) {
        self.fits_servers(checker);
        self.fits_memory(checker);
        self.keeps_pace(checker);
    }

    fn place(&self, checker: &Checker<'_>, key: &str) -> Location {
        checker.at(&format!("inference.{}.{key}", self.name))
    }

    fn fits_servers(&self, checker: &mut Checker<'_>) {
        let (tp, per) = (
            self.inference.model.tensor_parallel,
            self.hardware.accelerators_per_server,
        );
        if tp == 0 || per == 0 || per.is_multiple_of(tp) || tp.is_multiple_of(per) {
            return;
        }
        let message = format!(
            "a replica of `{}` takes {tp} accelerators, which neither divides a server of {per} in pool `{}` nor is whole servers",
            self.name, self.pool
        );
        let fitting: Vec<String> = (1..=per)
            .filter(|size| per.is_multiple_of(*size))
            .map(|size| size.to_string())
            .collect();
        checker.error(
            self.place(checker, "model.tensor_parallel"),
            message,
            format!("use {}, or a multiple of {per}", fitting.join(", ")),
        );
    }

    fn fits_memory(&self, checker: &mut Checker<'_>) {
        let Some(memory) = self.hardware.memory else {
            return self.lacks(checker, "memory", "\"80 GB\"");
        };
        let model = &self.inference.model;
        let (weights, request) = (
            self.inference.weight_bytes(),
            self.inference.kv_bytes_per_request(),
        );
        let usable = memory.0 * USABLE_MEMORY;
        let room = f64::from(model.tensor_parallel) * usable;
        if weights + request <= room {
            return;
        }
        let message = format!(
            "`{}` does not fit a replica in pool `{}`: {:.1}e9 parameters × {} bytes ({}) = {:.1} GB of weights and {:.3} GB for a request's KV cache, but {} × {:.0} GB × {USABLE_MEMORY} usable = {:.1} GB of memory",
            self.name,
            self.pool,
            model.parameters / GB,
            model.precision.bytes(),
            model.precision.word(),
            weights / GB,
            request / GB,
            model.tensor_parallel,
            memory.0 / GB,
            room / GB
        );
        let hint = format!(
            "raise `tensor_parallel` to at least {:.0}, or use a smaller `precision`",
            ((weights + request) / usable).ceil()
        );
        checker.error(self.place(checker, "model.tensor_parallel"), message, hint);
    }

    /// The promise must hold at batch size 1, or it can never hold.
    fn keeps_pace(&self, checker: &mut Checker<'_>) {
        let model = &self.inference.model;
        let word = model.precision.word();
        if self.hardware.bandwidth.is_none() {
            return self.lacks(checker, "bandwidth", "\"3.35 TB/s\"");
        }
        if !self.hardware.peak.contains_key(&model.precision) {
            let known: Vec<&str> = self
                .hardware
                .peak
                .keys()
                .map(|precision| precision.word())
                .collect();
            let message = format!(
                "`{}` computes in {word} and may run in pool `{}`, but `{}` has no peak speed for {word}",
                self.name, self.pool, self.hardware_name
            );
            let hint = format!(
                "`hardware.{}.peak` has {}",
                self.hardware_name,
                if known.is_empty() {
                    "nothing".to_owned()
                } else {
                    known.join(", ")
                }
            );
            return checker.error(self.place(checker, "model.precision"), message, hint);
        }
        if self.hardware.step_cost.is_none() {
            return self.lacks(checker, "step_cost", "{ fixed = \"5.4 ms\", weights = 1.0, kv_cache = 2.0, compute = 1.4, all_reduce = \"4 us\" }");
        }
        let Some(cost) = self.inference.replica_cost(self.hardware) else {
            return;
        };
        let (seconds, slo) = (cost.step_s(1.0), self.inference.slo.tpot.0);
        if seconds > slo {
            let fixed = self.hardware.step_cost.map_or(0.0, |cost| cost.fixed.0);
            let message = format!(
                "`{}` can never keep its TPOT of {:.2} ms in pool `{}`: one request alone takes {:.2} ms a token ({:.2} fixed + {:.2} to read {:.0} GB of weights + {:.2} for the rest)",
                self.name,
                slo * 1e3,
                self.pool,
                seconds * 1e3,
                fixed * 1e3,
                cost.read_weights_s * 1e3,
                self.inference.weight_bytes() / GB,
                (seconds - fixed - cost.read_weights_s) * 1e3
            );
            checker.error(
                self.place(checker, "slo.tpot"),
                message,
                "promise a slower pace, raise `tensor_parallel`, or use a smaller `precision`",
            );
        }
    }

    fn lacks(&self, checker: &mut Checker<'_>, key: &str, example: &str) {
        let message = format!(
            "`{}` may run in pool `{}`, but its hardware `{}` has no `{key}`",
            self.name, self.pool, self.hardware_name
        );
        let hint = format!(
            "add `{key} = {example}` to [hardware.{}], or keep inference off this pool",
            self.hardware_name
        );
        checker.error(
            checker.key_at("hardware", self.hardware_name),
            message,
            hint,
        );
    }
}
