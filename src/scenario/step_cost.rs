//! What one step of a language-model engine costs, from a model's size, a hardware's speed and the
//! step-cost coefficients. The check of a promise and the service that keeps it read the same
//! numbers from here.
//!
//! One decoding step of a batch of B sequences takes, in seconds,
//!
//! ```text
//! fixed + weights·W/(tp·BW) + all_reduce·2L·log2(tp)
//!       + B·( kv_cache·ctx·KV/(tp·BW) + compute·2P(1 + in/out)/(tp·peak) )
//! ```
//!
//! a roofline (weights W and KV cache over bandwidth, arithmetic over peak) whose coefficients are
//! fitted per hardware to measured engines; the catalogue names the data. The term `in/out` spreads
//! the prefill of new requests over the decoding steps.

use super::{Hardware, Inference};

/// Share of a device's memory that weights and KV cache may use; the rest is the engine's own and
/// the activations' (vLLM's default).
pub const USABLE_MEMORY: f64 = 0.9;

/// The costs of a replica's steps on given hardware.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReplicaCost {
    /// Part of a step that is reading the weights, in seconds.
    pub read_weights_s: f64,
    /// A step without any sequence's own cost, in seconds.
    pub pass_s: f64,
    /// What each sequence of the batch adds to a step, in seconds.
    pub per_sequence_s: f64,
    /// What each token of a prompt adds to its prefill, in seconds.
    pub per_prompt_token_s: f64,
    /// Sequences whose KV cache fits beside the weights.
    pub memory_batch: f64,
}

impl ReplicaCost {
    /// Time of a decoding step of `batch` sequences, in seconds.
    #[must_use]
    pub fn step_s(&self, batch: f64) -> f64 {
        self.pass_s + batch * self.per_sequence_s
    }

    /// The largest batch whose step takes at most `tpot_s` seconds and that fits the memory; 0 if
    /// not even one sequence does.
    #[must_use]
    pub fn largest_batch(&self, tpot_s: f64) -> f64 {
        let in_time = ((tpot_s - self.pass_s) / self.per_sequence_s).floor();
        in_time.min(self.memory_batch).max(0.0)
    }
}

impl Inference {
    /// Bytes of the model's weights.
    #[must_use]
    pub fn weight_bytes(&self) -> f64 {
        self.model.parameters * self.model.precision.bytes()
    }

    /// Bytes of a mean request's KV cache, half of its output generated.
    #[must_use]
    pub fn kv_bytes_per_request(&self) -> f64 {
        let context = self.input_tokens.mean() + self.output_tokens.mean() / 2.0;
        context * self.model.kv_bytes_per_token.0 * self.model.precision.bytes()
    }

    /// The costs of a replica on this hardware; none where the hardware lacks a number.
    #[must_use]
    pub fn replica_cost(&self, hardware: &Hardware) -> Option<ReplicaCost> {
        let cost = hardware.step_cost?;
        let accelerators = f64::from(self.model.tensor_parallel);
        let bandwidth = accelerators * hardware.bandwidth?.0;
        let peak = accelerators * hardware.peak.get(&self.model.precision)?.0;
        let memory = accelerators * hardware.memory?.0 * USABLE_MEMORY;

        let read_weights_s = cost.weights * self.weight_bytes() / bandwidth;
        let all_reduces = 2.0 * self.model.layers * accelerators.log2();
        let per_token_s = cost.compute * 2.0 * self.model.parameters / peak;
        let prompt_per_token = self.input_tokens.mean() / self.output_tokens.mean();
        Some(ReplicaCost {
            read_weights_s,
            pass_s: cost.fixed.0 + read_weights_s + cost.all_reduce.0 * all_reduces,
            per_sequence_s: cost.kv_cache * self.kv_bytes_per_request() / bandwidth
                + per_token_s * (1.0 + prompt_per_token),
            per_prompt_token_s: per_token_s,
            memory_batch: ((memory - self.weight_bytes()) / self.kv_bytes_per_request())
                .floor()
                .max(0.0),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::scenario::Scenario;

    /// By hand from the catalogue's numbers for the starter's assistant: 70.6e9 parameters in FP8
    /// on 4 H100 (3.35 TB/s, 1979 TFLOP/s): 5.4 ms fixed + 5.19 ms weights + 1.28 ms all-reduce, and
    /// 0.203 ms a sequence.
    #[test]
    fn the_starters_step_is_what_the_formula_says() {
        let starter = Scenario::load("starter", &[]).expect("the starter is valid");
        let scenario = starter.scenario;
        let cost = scenario.inference["assistant"]
            .replica_cost(&scenario.hardware["h100"])
            .expect("the catalogue has all numbers");
        assert!((cost.pass_s - 11.87e-3).abs() < 0.02e-3, "{cost:?}");
        assert!(
            (cost.per_sequence_s - 0.2030e-3).abs() < 0.001e-3,
            "{cost:?}"
        );
        assert_eq!(cost.largest_batch(0.05), 187.0);
        assert!(cost.step_s(187.0) <= 0.05 && cost.step_s(188.0) > 0.05);
        assert_eq!(cost.largest_batch(0.011), 0.0);
    }
}
