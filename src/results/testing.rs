//! A small scenario for this room's tests: two pools on a site of the same name as one of them, a campaign,
//! a service with traffic and one without.

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use super::tables::{BandRow, SummaryRow};
use super::{
    Findings, Names, Provenance, ReplicationResult, ResultWriter, WorkloadKind, WorkloadName,
};
use crate::id::{OrderId, PoolId, WorkloadId};
use crate::kernel::{Instant, Span};
use crate::scenario::InputFile;
use crate::simulation::record::{
    AllocationRow, EventEntity, EventKind, EventRow, FleetRow, JobOutcome, JobRow, MoveReason,
    MoveRow, Recorder, ServiceRow,
};
use crate::simulation::totals::{
    PoolTotals, ServiceTotals, SiteTotals, Totals, TrainingTotals, WorkloadTotals,
};

/// A stop flag that nobody sets.
pub(crate) static GO_ON: AtomicBool = AtomicBool::new(false);

/// 2024-07-01T00:00:00Z.
pub(crate) const START: Instant = Instant::from_micros(1_719_792_000_000_000);

pub(crate) fn hours(count: i64) -> Instant {
    START + Span::HOUR * count
}

pub(crate) fn names() -> Names {
    let workload = |name: &str, kind| WorkloadName {
        name: name.to_owned(),
        kind,
    };
    Names {
        scenario: "tiny".to_owned(),
        currency: "USD".to_owned(),
        sites: vec!["main".to_owned()],
        pools: vec!["main".to_owned(), "edge".to_owned()],
        orders: vec!["more".to_owned()],
        workloads: vec![
            workload("llama", WorkloadKind::Training),
            workload("assistant", WorkloadKind::Service),
            workload("feed", WorkloadKind::Service),
        ],
    }
}

pub(crate) fn totals() -> Totals {
    let pool = |installed, allocated, busy, idle, failed| PoolTotals {
        installed,
        allocated,
        busy,
        idle,
        failed,
        depreciation: installed - 20.0,
        idle_depreciation: idle / 2.0,
        ..PoolTotals::default()
    };
    let workload = |value, penalties, conversion| WorkloadTotals {
        value,
        penalties,
        conversion,
        ..WorkloadTotals::default()
    };
    Totals {
        hours: 1.0,
        pools: vec![
            pool(100.0, 78.0, 60.0, 20.0, 2.0),
            pool(50.0, 40.0, 15.0, 10.0, 0.0),
        ],
        sites: vec![SiteTotals {
            energy_kwh: 100.0,
            energy: 7.0,
            ..SiteTotals::default()
        }],
        workloads: vec![
            workload(1000.0, 0.0, 6.0),
            workload(500.0, 40.0, 0.0),
            workload(0.0, 0.0, 0.0),
        ],
        services: vec![
            ServiceTotals::default(),
            ServiceTotals {
                offered: 1000.0,
                delayed: 250.0,
                served_in_slo: 900.0,
                served_late: 60.0,
                shed: 40.0,
                waiting_time: 240.0,
                admitted: 960.0,
                ..ServiceTotals::default()
            },
            ServiceTotals::default(),
        ],
        training: vec![
            TrainingTotals {
                useful: 40.0,
                lost: 6.0,
                overhead: 4.0,
                interruptions: 2.0,
                jobs_completed: 1.0,
                completion_time: 48.0,
                slowdown: 1.25,
                jobs_started: 2.0,
                queueing_time: 3.0,
            },
            TrainingTotals::default(),
            TrainingTotals::default(),
        ],
        occupancy: Vec::new(),
        yardsticks: None,
    }
}

/// The totals after `periods` periods that each add the same.
pub(crate) fn totals_after(periods: u32) -> Totals {
    let one = totals();
    let nothing = one.since(&one);
    let less_one = nothing.since(&one);
    (0..periods).fold(nothing, |sum, _| sum.since(&less_one))
}

pub(crate) fn provenance() -> Provenance {
    Provenance {
        seed: 42,
        version: "0.1.0".to_owned(),
        argv: vec!["flexcap".to_owned(), "run".to_owned(), "tiny".to_owned()],
    }
}

pub(crate) fn writer(out: &Path) -> ResultWriter {
    ResultWriter::create(out, false, names(), provenance()).unwrap()
}

/// The names in a directory, hidden ones included, sorted.
pub(crate) fn listing(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A replication of two days, the second of which falls into the next quarter.
pub(crate) fn simulate(recorder: &mut impl Recorder) {
    recorder.fleet(&FleetRow {
        time: hours(0),
        pool: PoolId(0),
        installed: 96.0,
        idle: 1.0 / 3.0,
        failed: -0.0,
        maintenance: 0.0,
        on_order: 8.0,
        power_kw: 77.25,
    });
    recorder.allocation(&AllocationRow {
        time: hours(0),
        pool: PoolId(0),
        workload: WorkloadId(1),
        allocated: 64.0,
        busy: 40.123_456_7,
        draining: 0.0,
        converting: 8.0,
        warming: 0.5,
    });
    recorder.service(&ServiceRow {
        time: hours(0),
        service: WorkloadId(1),
        offered: 0.0,
        served_in_slo: 0.0,
        served_late: 0.0,
        shed: 0.0,
        abandoned: 0.0,
        waiting: 0.0,
        latency_p50_s: None,
        latency_p95_s: Some(0.25),
        latency_p99_s: None,
        attainment: None,
        ranked_share: None,
        forecast_per_s: 1500.0,
    });
    recorder.event(&EventRow {
        time: hours(1),
        kind: EventKind::Failure,
        entity: EventEntity::Pool(PoolId(1)),
        accelerators: 8,
    });
    recorder.event(&EventRow {
        time: hours(2),
        kind: EventKind::Delivery,
        entity: EventEntity::Order(OrderId(0)),
        accelerators: 1024,
    });
    recorder.moved(&MoveRow {
        time: hours(3),
        pool: PoolId(0),
        from: None,
        to: Some(WorkloadId(0)),
        accelerators: 16,
        reason: MoveReason::Delivery,
        expected_gain_per_hour: Some(12.5),
        cost: 0.0,
        realised_gain: None,
    });
    recorder.day(hours(0), &totals_after(1));
    recorder.quarter(hours(0), &totals_after(1));
    recorder.day(hours(92 * 24), &totals_after(3));
    recorder.quarter(hours(92 * 24), &totals_after(3));
    recorder.job(&JobRow {
        job: 0,
        workload: WorkloadId(0),
        submit: hours(-24),
        start: Some(hours(0)),
        end: None,
        gang: 2048,
        priority: None,
        work_accelerator_hours: 1e6,
        useful_accelerator_hours: 10.5,
        lost_accelerator_hours: 0.0,
        overhead_accelerator_hours: 0.25,
        interruptions: 3,
        outcome: JobOutcome::Running,
    });
}

pub(crate) fn replication(writer: &ResultWriter, number: u32, detail: bool) -> ReplicationResult {
    let mut recorder = writer.recorder(number, detail, &GO_ON);
    assert_eq!(recorder.wants_detail(), detail);
    assert!(!recorder.interrupted());
    simulate(&mut recorder);
    recorder.finish(&totals_after(3 + number)).unwrap()
}

/// Finishes a result whose summary and bands are made up: statistics are made one floor up.
pub(crate) fn finish(writer: ResultWriter, replications: &[ReplicationResult]) {
    let series = writer.series().iter().cloned();
    let summary: Vec<_> = series
        .map(|series| SummaryRow {
            series,
            replications: 2,
            mean: Some(1.5),
            std_dev: Some(0.5),
            ci95: Some((1.0 / 3.0, 2.5)),
        })
        .collect();
    let daily = writer.daily_series().iter().cloned();
    let bands: Vec<_> = daily
        .map(|series| BandRow {
            day: hours(24),
            series,
            mean: 2.0,
            percentiles: [-0.0, 2.5, 1e20],
        })
        .collect();
    finish_with(writer, replications, &summary, &bands);
}

/// Finishes a result with one input file.
pub(crate) fn finish_with(
    writer: ResultWriter,
    replications: &[ReplicationResult],
    summary: &[SummaryRow],
    bands: &[BandRow],
) {
    let findings = Findings {
        replications,
        summary,
        bands,
        scenario_toml: "[scenario]\nname = \"tiny\"\n",
        inputs: &[InputFile::copied(
            "series.csv".to_owned(),
            b"1,2\n".to_vec(),
        )],
    };
    writer.finish(&findings).unwrap();
}

pub(crate) fn text(directory: &Path, name: &str) -> String {
    fs::read_to_string(directory.join(name)).unwrap()
}
