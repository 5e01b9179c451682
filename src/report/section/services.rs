//! Demand against served against capacity, the forecast and its error, and the promise, for each service.

use super::super::chart::{Chart, Figure, Layer, Rule, Shape, Time, Tone, share};
use super::super::detail::{Detail, Of};
use super::super::run::Run;
use super::{Block, Page, tones};

pub fn ask<'a>(run: &'a Run, page: &mut Page<'_, 'a>) -> Vec<Block> {
    let Some(detail) = &run.detail else {
        return Vec::new();
    };
    let tones = tones(run);
    let mut blocks = Vec::new();
    for service in detail.services() {
        let tone = tones.get(service).copied().unwrap_or(Tone::Muted);
        let promise = run.plan.promises.get(service).copied();
        blocks.push(Block::Heading(service.to_owned()));
        for (name, title, time) in [
            (
                "demand",
                "asked and served",
                demand(detail, page, service, tone),
            ),
            ("held", "capacity held", held(detail, page, service, tone)),
            (
                "attainment",
                "within the SLO",
                attainment(detail, page, service, tone, promise),
            ),
            (
                "forecast-error",
                "forecast error",
                forecast_error(detail, page, service),
            ),
        ] {
            blocks.push(Block::Figure(Figure {
                key: page.key(&format!("{name}-{service}")),
                title: format!("{service}: {title}"),
                note: String::new(),
                chart: Chart::Time(time),
            }));
        }
    }
    blocks
}

fn chart(unit: &str, layers: impl IntoIterator<Item = Option<Layer>>) -> Time {
    Time {
        unit: unit.to_owned(),
        share: false,
        zero: true,
        layers: layers.into_iter().flatten().collect(),
        rule: None,
        marks: Vec::new(),
    }
}

/// Requests of an interval become a rate, so that they can be held against the forecast.
fn demand<'a>(detail: &'a Detail, page: &mut Page<'_, 'a>, service: &str, tone: Tone) -> Time {
    let seconds = detail
        .services
        .as_ref()
        .map_or(1, |sheet| sheet.grid.step.max(1));
    let rate = |layer: Layer| Layer {
        factor: 1.0 / seconds as f64,
        ..layer
    };
    let offered = page.layer(
        detail,
        Of::Service(service, "offered"),
        "offered",
        Tone::Ink,
        Shape::Line,
    );
    let served = page.layer(detail, Of::Served(service), "served", tone, Shape::Line);
    let of = Of::Service(service, "forecast_per_s");
    let forecast = page.layer(detail, of, "forecast", Tone::Forecast, Shape::Dash);
    chart(
        "requests/s",
        [offered.map(rate), served.map(rate), forecast],
    )
}

fn held<'a>(detail: &'a Detail, page: &mut Page<'_, 'a>, service: &str, tone: Tone) -> Time {
    let held = page.layer(
        detail,
        Of::Held(service),
        "allocated",
        Tone::Maintenance,
        Shape::Line,
    );
    let busy = page.layer(detail, Of::Busy(service), "busy", tone, Shape::Line);
    chart("accelerators", [held, busy])
}

fn attainment<'a>(
    detail: &'a Detail,
    page: &mut Page<'_, 'a>,
    service: &str,
    tone: Tone,
    promise: Option<f64>,
) -> Time {
    let of = Of::Service(service, "attainment");
    let attainment = page.layer(detail, of, "served within the SLO", tone, Shape::Line);
    Time {
        share: true,
        zero: false,
        rule: promise.map(|value| Rule {
            value,
            name: format!("promised {}", share(value)),
        }),
        ..chart("share of requests offered", [attainment])
    }
}

fn forecast_error<'a>(detail: &'a Detail, page: &mut Page<'_, 'a>, service: &str) -> Time {
    let of = Of::ForecastError(service);
    let error = page.layer(
        detail,
        of,
        "forecast less offered",
        Tone::Forecast,
        Shape::Line,
    );
    Time {
        share: true,
        ..chart("share of requests offered", [error])
    }
}
