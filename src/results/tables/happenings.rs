//! The tables of things that happen: jobs, moves of accelerators, and events of the fleet. Moves and events
//! are numbered from 0 within a replication, in the order in which the simulation told them.

use super::super::number::Precision;
use super::super::unit::{ACCELERATOR_HOURS, ACCELERATORS, Unit};
use super::{Column, Kind, Recorded, Role, Table, replication_column};
use crate::simulation::record::{
    EventEntity, EventKind, EventRow, JobOutcome, JobRow, MoveReason, MoveRow,
};

/// `jobs.csv`: how every training job went.
pub static JOBS: Table<Recorded<JobRow>> = Table {
    name: "jobs",
    description: "Every campaign, and every job of a stream that ended in the counted period or was at hand at its end; its warm-up included.",
    precision: Precision::SixDecimals,
    reference: None,
    columns: &[
        replication_column!(),
        Column::key(
            "job",
            Kind::Text,
            "The workload's name, a slash, and the job's number within it, from 0.",
            |of, line| {
                line.text(line.names.workload(of.row.workload));
                line.text("/");
                line.integer(u64::from(of.row.job));
            },
        ),
        Column::plain("workload", Kind::Text, "Whose job it is.", |of, line| {
            line.text(line.names.workload(of.row.workload))
        }),
        Column::plain(
            "submit",
            Kind::Time,
            "When it asked for capacity, UTC.",
            |of, line| line.time(of.row.submit),
        ),
        Column::new(
            Role::Optional,
            "start",
            Kind::Time,
            Unit::None,
            "When it first computed, UTC; empty if it never did.",
            |of, line| line.maybe_time(of.row.start),
        ),
        Column::new(
            Role::Optional,
            "end",
            Kind::Time,
            Unit::None,
            "When it finished, UTC; empty if it did not.",
            |of, line| line.maybe_time(of.row.end),
        ),
        Column::new(
            Role::Filled,
            "gang",
            Kind::Integer,
            ACCELERATORS,
            "Accelerators that it needs together; of an elastic campaign those that it prefers.",
            |of, line| line.integer(of.row.gang),
        ),
        Column::maybe(
            "priority",
            Unit::None,
            "Its priority in its stream's queue: jobs of a higher one wait before it; empty for a campaign.",
            |of, line| line.maybe(of.row.priority),
        ),
        Column::number(
            "work_accelerator_hours",
            ACCELERATOR_HOURS,
            "Its size.",
            |of, line| line.number(of.row.work_accelerator_hours),
        ),
        Column::number(
            "useful_accelerator_hours",
            ACCELERATOR_HOURS,
            "Work done, and kept.",
            |of, line| line.number(of.row.useful_accelerator_hours),
        ),
        Column::number(
            "lost_accelerator_hours",
            ACCELERATOR_HOURS,
            "Work done, and undone by interruptions.",
            |of, line| line.number(of.row.lost_accelerator_hours),
        ),
        Column::number(
            "overhead_accelerator_hours",
            ACCELERATOR_HOURS,
            "Spent writing checkpoints, restarting, and on what a gang of another size than the preferred does less.",
            |of, line| line.number(of.row.overhead_accelerator_hours),
        ),
        Column::new(
            Role::Filled,
            "interruptions",
            Kind::Integer,
            Unit::Fixed("interruptions"),
            "Times that it was stopped.",
            |of, line| line.integer(u64::from(of.row.interruptions)),
        ),
        Column::plain(
            "outcome",
            Kind::Word(&[
                "completed",
                "running",
                "waiting",
                "not_submitted",
                "cancelled",
            ]),
            "How it stood at the end; cancelled is a job larger than any pool will ever be.",
            |of, line| line.text(outcome(of.row.outcome)),
        ),
    ],
};

/// `moves.csv`: accelerators that changed hands.
pub static MOVES: Table<Recorded<MoveRow>> = Table {
    name: "moves",
    description: "Accelerators that went from one owner to another, and whether it was worth it.",
    precision: Precision::SixDecimals,
    reference: None,
    columns: &[
        replication_column!(),
        Column::key(
            "move_id",
            Kind::Integer,
            "Number of the move within its replication, from 0.",
            |of, line| line.integer(of.number),
        ),
        Column::plain(
            "time",
            Kind::Time,
            "When it was decided, UTC.",
            |of, line| line.time(of.row.time),
        ),
        Column::plain("pool", Kind::Text, "Where.", |of, line| {
            line.text(line.names.pool(of.row.pool))
        }),
        Column::plain(
            "from",
            Kind::Text,
            "The workload that gave; `idle` for the pool's idle stock.",
            |of, line| line.text(line.names.owner(of.row.from)),
        ),
        Column::plain(
            "to",
            Kind::Text,
            "The workload that took; `idle` for the pool's idle stock.",
            |of, line| line.text(line.names.owner(of.row.to)),
        ),
        Column::new(
            Role::Filled,
            "accelerators",
            Kind::Integer,
            ACCELERATORS,
            "How many.",
            |of, line| line.integer(of.row.accelerators),
        ),
        Column::plain(
            "reason",
            Kind::Word(&["decision", "delivery", "outage", "maintenance"]),
            "The policy's decision at a step, or between two steps on what this names.",
            |of, line| line.text(reason(of.row.reason)),
        ),
        Column::maybe(
            "expected_gain_per_hour",
            Unit::MoneyPerHour,
            "What the policy expected to gain: worth of the servers to who takes them less worth to who gives them, at the demand that is forecast. The moves of a decision add up to what all of it is expected to gain. Empty for a policy that does not estimate.",
            |of, line| line.maybe(of.row.expected_gain_per_hour),
        ),
        Column::number("cost", Unit::Money, "What the move cost.", |of, line| {
            line.number(of.row.cost)
        }),
        Column::maybe(
            "realised_gain",
            Unit::Money,
            "The same at the demand that came, from when the servers are ready until the taker gives them away again or the policy's payback time ends, less the work that it undid of a gang; cost not deducted. Servers that stand by for a gang gain it nothing here. Empty where nothing was expected.",
            |of, line| line.maybe(of.row.realised_gain),
        ),
    ],
};

/// `events.csv`: what happened to the fleet.
pub static EVENTS: Table<Recorded<EventRow>> = Table {
    name: "events",
    description: "Failures, repairs, outages and deliveries.",
    precision: Precision::SixDecimals,
    reference: None,
    columns: &[
        replication_column!(),
        Column::key(
            "event_id",
            Kind::Integer,
            "Number of the event within its replication, from 0.",
            |of, line| line.integer(of.number),
        ),
        Column::plain("time", Kind::Time, "When, UTC.", |of, line| {
            line.time(of.row.time)
        }),
        Column::plain(
            "kind",
            Kind::Word(&["failure", "repair", "delivery", "outage"]),
            "What happened.",
            |of, line| line.text(kind(of.row.kind)),
        ),
        Column::plain(
            "entity",
            Kind::Text,
            "To what: the order of a delivery, the pool of anything else.",
            |of, line| match of.row.entity {
                EventEntity::Pool(pool) => line.text(line.names.pool(pool)),
                EventEntity::Order(order) => line.text(line.names.order(order)),
            },
        ),
        Column::new(
            Role::Filled,
            "accelerators",
            Kind::Integer,
            ACCELERATORS,
            "How many it concerned.",
            |of, line| line.integer(of.row.accelerators),
        ),
    ],
};

const fn outcome(outcome: JobOutcome) -> &'static str {
    match outcome {
        JobOutcome::Completed => "completed",
        JobOutcome::Running => "running",
        JobOutcome::Waiting => "waiting",
        JobOutcome::NotSubmitted => "not_submitted",
        JobOutcome::Cancelled => "cancelled",
    }
}

const fn reason(reason: MoveReason) -> &'static str {
    match reason {
        MoveReason::Decision => "decision",
        MoveReason::Delivery => "delivery",
        MoveReason::Outage => "outage",
        MoveReason::Maintenance => "maintenance",
    }
}

const fn kind(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Failure => "failure",
        EventKind::Repair => "repair",
        EventKind::Delivery => "delivery",
        EventKind::Outage => "outage",
    }
}
