//! How far replications spread: over the whole run, and day by day.

use super::super::chart::{Chart, Figure, Layer, Shape, Strip, Strips, Time, Tone, amount, share};
use super::super::run::Run;
use super::{Block, Page, tones};

pub fn ask<'a>(run: &'a Run, page: &mut Page<'_, 'a>) -> Vec<Block> {
    let mut blocks = vec![Block::Figure(Figure {
        key: page.key("replications"),
        title: "Replications".to_owned(),
        note:
            "Box: quartiles and median. Dark bar below: 95% interval of the mean. Red: the promise."
                .to_owned(),
        chart: Chart::Strips(strips(run)),
    })];
    blocks.extend(days(
        run,
        page,
        "net_value",
        "fleet",
        "Net value by day",
        Tone::Ranking0,
    ));
    blocks.extend(days(
        run,
        page,
        "utilization",
        "fleet",
        "Utilisation by day",
        Tone::Training0,
    ));
    let of = "idle_accelerator_hours";
    blocks.extend(days(
        run,
        page,
        of,
        "fleet",
        "Idle accelerator-hours by day",
        Tone::Maintenance,
    ));
    let of = "failed_accelerator_hours";
    blocks.extend(days(
        run,
        page,
        of,
        "fleet",
        "Failed accelerator-hours by day",
        Tone::Failed,
    ));
    let tones = tones(run);
    for service in run.plan.promises.keys() {
        let title = format!("{service}: within the SLO, by day");
        let tone = tones.get(service.as_str()).copied().unwrap_or(Tone::Muted);
        blocks.extend(days(run, page, "slo_attainment", service, &title, tone));
    }
    blocks
}

fn strips(run: &Run) -> Strips {
    let tones = tones(run);
    let fleet = [
        ("net_value", Tone::Ranking0),
        ("cost", Tone::Inference1),
        ("utilization", Tone::Training0),
        ("regret", Tone::Changing),
        ("gap_closed", Tone::Changing),
    ];
    let fleet = fleet
        .into_iter()
        .map(|(metric, tone)| (metric, "fleet", tone, None));
    let services = run.plan.promises.iter().map(|(service, promise)| {
        let tone = tones.get(service.as_str()).copied().unwrap_or(Tone::Muted);
        ("slo_attainment", service.as_str(), tone, Some(*promise))
    });
    let campaigns = run.plan.workloads.iter().filter_map(|(name, _)| {
        let tone = tones.get(name.as_str()).copied().unwrap_or(Tone::Muted);
        Some(("goodput", name.as_str(), tone, None))
            .filter(|(metric, name, ..)| run.outcomes.answer(metric, name).is_some())
    });
    let strip = |(metric, entity, tone, promise): (&str, &str, Tone, Option<f64>)| {
        let answer = run.outcomes.answer(metric, entity)?;
        let write = if answer.unit == "1" { share } else { amount };
        let told = |(replication, value): &(u64, f64)| {
            (
                *value,
                format!(
                    "replication {replication}: {} {}",
                    write(*value),
                    unit(&answer.unit)
                ),
            )
        };
        let of = if entity == "fleet" {
            String::new()
        } else {
            format!(" of {entity}")
        };
        Some(Strip {
            name: format!("{}{of}{}", metric.replace('_', " "), in_unit(&answer.unit)),
            tone,
            values: answer.values.iter().map(told).collect(),
            interval: answer.interval(),
            promise,
            write,
        })
    };
    Strips {
        strips: fleet
            .chain(services)
            .chain(campaigns)
            .filter_map(strip)
            .collect(),
    }
}

/// A metric day by day: mean and the span from the 5th to the 95th percentile; none if the days are not recorded.
pub fn days<'a>(
    run: &'a Run,
    page: &mut Page<'_, 'a>,
    metric: &str,
    entity: &str,
    title: &str,
    tone: Tone,
) -> Option<Block> {
    let band = run.outcomes.band(metric, entity)?;
    let [low, mean, high] = &band.series;
    let days = &run.outcomes.days;
    let mut add = |series| page.atlas.add(days, series);
    let (low, mean, high) = (add(low), add(mean), add(high));
    let is_share = band.unit == "1";
    let layer = Layer {
        name: "mean of replications; band: 5th to 95th percentile".to_owned(),
        tone,
        shape: Shape::Line,
        series: mean,
        span: Some((low, high)),
        factor: 1.0,
        row: None,
    };
    Some(Block::Figure(Figure {
        key: page.key(&format!("days-{metric}-{entity}")),
        title: title.to_owned(),
        note: String::new(),
        chart: Chart::Time(Time {
            unit: if is_share {
                "share".to_owned()
            } else {
                format!("{} a day", band.unit)
            },
            share: is_share,
            zero: metric != "slo_attainment",
            layers: vec![layer],
            rule: None,
            marks: Vec::new(),
        }),
    }))
}

fn unit(unit: &str) -> &str {
    if unit == "1" { "" } else { unit }
}

fn in_unit(unit: &str) -> String {
    if unit == "1" {
        String::new()
    } else {
        format!(", {unit}")
    }
}
