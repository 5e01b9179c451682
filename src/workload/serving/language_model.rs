//! Generative inference: what a language model's replica serves on given hardware. Its slots are
//! the largest batch that still meets the promised time per output token (TPOT) and fits the KV
//! memory; every request is served at that pace, so the time per token never depends on the load
//! and waiting is all that does.

use super::station::{ServiceLatency, Station, spread};
use crate::distribution::Affine;
use crate::scenario::{Hardware, Inference};

/// The station that an inference service finds on a server of this hardware; none where not even
/// one sequence meets TPOT or fits, which the scenario's check refuses.
pub(super) fn station(service: &Inference, hardware: &Hardware) -> Option<Station> {
    let cost = service.replica_cost(hardware)?;
    let batch = cost.largest_batch(service.slo.tpot.0);
    if batch < 1.0 {
        return None;
    }
    let per_server = f64::from(hardware.accelerators_per_server);
    let replicas_per_server = per_server / f64::from(service.model.tensor_parallel);
    let occupancy = Affine::new(0.0, cost.step_s(batch), &service.output_tokens);
    Some(Station {
        slots_per_server: batch * replicas_per_server,
        servers_per_replica: (1.0 / replicas_per_server).ceil() as u64,
        mean_service_s: service.output_tokens.mean() * cost.step_s(batch),
        spread: spread(&occupancy),
        occupancy,
        prompt_apart: true,
        latency: ServiceLatency::new(
            Affine::new(cost.pass_s, cost.per_prompt_token_s, &service.input_tokens),
            service.slo.ttft.0,
        ),
    })
}
