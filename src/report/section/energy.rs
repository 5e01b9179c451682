//! Power by pool, and energy by day over all replications.

use super::super::chart::{Chart, Figure, Shape, Time, Tone};
use super::super::detail::Of;
use super::super::run::Run;
use super::{Block, Page, spread};

/// Pools have no kind; they differ in hue as far as hues go.
const TONES: [Tone; 8] = [
    Tone::Training0,
    Tone::Inference0,
    Tone::Ranking0,
    Tone::Training1,
    Tone::Inference1,
    Tone::Ranking1,
    Tone::Changing,
    Tone::Maintenance,
];

pub fn ask<'a>(run: &'a Run, page: &mut Page<'_, 'a>) -> Vec<Block> {
    let mut blocks = Vec::new();
    if let Some(detail) = &run.detail {
        let pools = detail.pools().into_iter().zip(TONES.iter().cycle());
        let layers = pools.filter_map(|(pool, tone)| {
            page.layer(
                detail,
                Of::Fleet(pool, "power_kw"),
                pool,
                *tone,
                Shape::Area,
            )
        });
        let layers: Vec<_> = layers.collect();
        blocks.push(Block::Figure(Figure {
            key: page.key("power"),
            title: "Power by pool".to_owned(),
            note: String::new(),
            chart: Chart::Time(Time {
                unit: "kW".to_owned(),
                share: false,
                zero: true,
                layers,
                rule: None,
                marks: Vec::new(),
            }),
        }));
    }
    blocks.extend(spread::days(
        run,
        page,
        "energy_kwh",
        "fleet",
        "Energy by day",
        Tone::Inference1,
    ));
    blocks
}
