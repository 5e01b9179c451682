//! Deliveries against demand: what is installed and what is asked, on one scale.

use super::super::book::{Grid, Series};
use super::super::chart::{Chart, Figure, Layer, Mark, Shape, Time, Tone, amount};
use super::super::detail::Of;
use super::super::run::Run;
use super::{Block, Page, tones};

const WEEK: i64 = 7 * 86_400;

pub fn ask<'a>(run: &'a Run, page: &mut Page<'_, 'a>) -> Vec<Block> {
    let Some(detail) = &run.detail else {
        return Vec::new();
    };
    let tones = tones(run);
    let mut layers = Vec::new();
    for service in detail.services() {
        let of = Of::Service(service, "offered");
        let tone = tones.get(service).copied().unwrap_or(Tone::Muted);
        let layer = page.layer(detail, of, service, tone, Shape::Line);
        let first = detail
            .series(of)
            .and_then(|(grid, series)| first_week(grid, series));
        layers.extend(
            layer
                .zip(first)
                .map(|(layer, first)| relative(layer, first)),
        );
    }
    let first = detail
        .series(Of::Installed)
        .and_then(|(grid, series)| first_week(grid, series));
    let installed = page.layer(detail, Of::Installed, "installed", Tone::Ink, Shape::Line);
    let coming = page.layer(
        detail,
        Of::Coming,
        "installed and on order",
        Tone::Ink,
        Shape::Dash,
    );
    let fleet = [installed, coming].into_iter().flatten();
    layers.extend(
        fleet
            .zip(first.into_iter().cycle())
            .map(|(layer, first)| relative(layer, first)),
    );
    let deliveries = run
        .happenings
        .events
        .iter()
        .filter(|event| event.kind == "delivery");
    let mark = |event: &super::super::happenings::Event| Mark {
        time: event.time,
        text: format!(
            "delivery {}: {} accelerators",
            event.entity,
            amount(event.accelerators as f64)
        ),
    };
    vec![Block::Figure(Figure {
        key: page.key("growth"),
        title: "Capacity and demand".to_owned(),
        note: String::new(),
        chart: Chart::Time(Time {
            unit: "multiple of the first week".to_owned(),
            share: false,
            zero: true,
            layers,
            rule: None,
            marks: deliveries.map(mark).collect(),
        }),
    })]
}

fn relative(layer: Layer, first: f64) -> Layer {
    Layer {
        factor: 1.0 / first,
        ..layer
    }
}

/// The mean of the first week; none where that is nothing.
fn first_week(grid: &Grid, series: &Series) -> Option<f64> {
    let slots = (WEEK / grid.seconds()).max(1) as usize;
    let mean = series.over(0, slots)?.get(1).copied()?;
    (mean > 0.0).then_some(f64::from(mean))
}
