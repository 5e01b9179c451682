//! Who has the capacity: each pool's accelerators by use.

use super::super::chart::{Chart, Figure, Mark, Shape, Time, Tone, amount};
use super::super::detail::Of;
use super::super::run::Run;
use super::{Block, Page, tones};

pub fn ask<'a>(run: &'a Run, page: &mut Page<'_, 'a>) -> Vec<Block> {
    let Some(detail) = &run.detail else {
        return vec![Block::Words(
            "This replication was not recorded in detail: `record.replications` says how many are."
                .to_owned(),
        )];
    };
    let tones = tones(run);
    let mut blocks = Vec::new();
    for pool in detail.pools() {
        let mut workloads = detail.workloads_of(pool);
        workloads.sort_by_key(|workload| run.plan.kind(workload));
        let mut layers = Vec::new();
        for workload in workloads {
            let of = Of::Allocation(pool, workload, "allocated");
            if detail
                .series(of)
                .is_none_or(|(_, series)| series.is_nothing())
            {
                continue;
            }
            let tone = tones.get(workload).copied().unwrap_or(Tone::Muted);
            layers.extend(page.layer(detail, of, workload, tone, Shape::Area));
        }
        let states = [
            (
                Of::Changing(pool),
                "draining, converting, warming",
                Tone::Changing,
            ),
            (Of::Fleet(pool, "idle"), "idle", Tone::Idle),
            (
                Of::Fleet(pool, "maintenance"),
                "maintenance",
                Tone::Maintenance,
            ),
            (Of::Fleet(pool, "failed"), "failed", Tone::Failed),
        ];
        for (of, name, tone) in states {
            if detail
                .series(of)
                .is_some_and(|(_, series)| !series.is_nothing())
            {
                layers.extend(page.layer(detail, of, name, tone, Shape::Area));
            }
        }
        blocks.push(Block::Figure(Figure {
            key: page.key(&format!("capacity-{pool}")),
            title: format!("Pool {pool}"),
            note: String::new(),
            chart: Chart::Time(Time {
                unit: "accelerators".to_owned(),
                share: false,
                zero: true,
                layers,
                rule: None,
                marks: deliveries(run, pool),
            }),
        }));
    }
    blocks
}

/// Deliveries and outages of a pool.
fn deliveries(run: &Run, pool: &str) -> Vec<Mark> {
    let events = run
        .happenings
        .events
        .iter()
        .filter(|event| match event.kind.as_str() {
            "delivery" => run
                .plan
                .orders
                .get(&event.entity)
                .is_some_and(|of| of == pool),
            _ => event.entity == pool,
        });
    let mark = |event: &super::super::happenings::Event| Mark {
        time: event.time,
        text: format!(
            "{} {}: {} accelerators",
            event.kind,
            event.entity,
            amount(event.accelerators as f64)
        ),
    };
    events.map(mark).collect()
}
