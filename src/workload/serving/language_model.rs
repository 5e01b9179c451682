//! Generative inference: what a language model's replica serves on given hardware.
//!
//! One decoding step of a batch of B sequences takes, in seconds,
//!
//! ```text
//! fixed + weights·W/(tp·BW) + all_reduce·2L·log2(tp)
//!       + B·( kv_cache·ctx·KV/(tp·BW) + compute·2P(1 + in/out)/(tp·peak) )
//! ```
//!
//! a roofline (weights and KV cache over bandwidth, arithmetic over peak) whose coefficients are
//! fitted per hardware to measured engines (the catalogue names the data). The term `in/out`
//! spreads the prefill of new requests over the decoding steps. A replica's slots are the largest
//! batch that still meets TPOT and fits the KV memory; every request is served at that pace, so
//! the time per token never depends on the load and waiting is all that does.

use super::station::{ServiceLatency, Station};
use crate::distribution::Affine;
use crate::scenario::{Hardware, Inference};

/// Share of a device's memory that weights and KV cache may use; the rest is activations and
/// the engine itself (vLLM's default).
const USABLE_MEMORY: f64 = 0.9;

/// A model's cost of one step on one replica: `constant_s + batch · per_sequence_s`.
struct DecodeStep {
    constant_s: f64,
    per_sequence_s: f64,
}

/// What the formulas need of model and hardware together; none where the hardware lacks a number
/// (the scenario's check has refused such a pair before).
struct Replica<'a> {
    service: &'a Inference,
    step_cost: crate::scenario::StepCost,
    peak_flop_per_s: f64,
    bandwidth: f64,
    memory: f64,
    accelerators: f64,
}

impl<'a> Replica<'a> {
    fn new(service: &'a Inference, hardware: &Hardware) -> Option<Self> {
        Some(Self {
            service,
            step_cost: hardware.step_cost?,
            peak_flop_per_s: hardware.peak.get(&service.model.precision)?.0,
            bandwidth: hardware.bandwidth?.0,
            memory: hardware.memory?.0,
            accelerators: f64::from(service.model.tensor_parallel),
        })
    }

    fn weight_bytes(&self) -> f64 {
        self.service.model.parameters * self.service.model.precision.bytes()
    }

    fn kv_bytes_per_sequence(&self) -> f64 {
        let context = self.service.input_tokens.mean() + self.service.output_tokens.mean() / 2.0;
        context * self.service.model.kv_bytes_per_token.0
    }

    /// Time of a step that reads the weights once, without any sequence's own cost, in seconds.
    fn pass_s(&self) -> f64 {
        let model = &self.service.model;
        let read_weights = self.weight_bytes() / (self.accelerators * self.bandwidth);
        let all_reduces = 2.0 * model.layers * self.accelerators.log2();
        self.step_cost.fixed.0
            + self.step_cost.weights * read_weights
            + self.step_cost.all_reduce.0 * all_reduces
    }

    fn compute_s(&self, tokens: f64) -> f64 {
        let flop = 2.0 * self.service.model.parameters * tokens;
        self.step_cost.compute * flop / (self.accelerators * self.peak_flop_per_s)
    }

    fn decode_step(&self) -> DecodeStep {
        let prefill_per_token =
            self.service.input_tokens.mean() / self.service.output_tokens.mean();
        let read_kv = self.kv_bytes_per_sequence() / (self.accelerators * self.bandwidth);
        DecodeStep {
            constant_s: self.pass_s(),
            per_sequence_s: self.step_cost.kv_cache * read_kv
                + self.compute_s(1.0 + prefill_per_token),
        }
    }

    /// Sequences whose KV cache fits beside the weights.
    fn memory_batch(&self) -> f64 {
        let free = self.accelerators * self.memory * USABLE_MEMORY - self.weight_bytes();
        (free / self.kv_bytes_per_sequence()).floor().max(0.0)
    }
}

/// The station that an inference service finds on a server of this hardware; without a slot where
/// not even one sequence meets TPOT.
pub(super) fn station(service: &Inference, hardware: &Hardware) -> Option<Station> {
    let replica = Replica::new(service, hardware)?;
    let step = replica.decode_step();
    let latency_batch = ((service.slo.tpot.0 - step.constant_s) / step.per_sequence_s).floor();
    let batch = latency_batch.min(replica.memory_batch()).max(0.0);
    let seconds_per_token = step.constant_s + batch * step.per_sequence_s;

    let per_server = f64::from(hardware.accelerators_per_server);
    let replicas_per_server = per_server / replica.accelerators;
    Some(Station {
        slots_per_server: batch * replicas_per_server,
        servers_per_replica: (1.0 / replicas_per_server).ceil() as u64,
        mean_service_s: service.output_tokens.mean() * seconds_per_token,
        service_cv2: service.output_tokens.cv2(),
        latency: ServiceLatency::new(
            Affine::new(
                replica.pass_s(),
                replica.compute_s(1.0),
                &service.input_tokens,
            ),
            service.slo.ttft.0,
        ),
    })
}
