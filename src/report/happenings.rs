//! What happened in one replication: jobs, moves and events. Of campaigns every job is kept, of streams only how many
//! there were and how they ended; of moves the largest and the sums; of events the deliveries and outages.

use std::collections::BTreeMap;

use super::plan::Plan;
use super::rows::Rows;
use crate::results::read::{ReadError, ResultDirectory};

/// Moves that are shown one by one.
pub const MOVES_SHOWN: usize = 1500;

/// A training campaign.
#[derive(Clone, Debug)]
pub struct Campaign {
    /// Whose.
    pub workload: String,
    /// When it asked for capacity, in seconds since 1970.
    pub submit: i64,
    /// When it first computed.
    pub start: Option<i64>,
    /// When it finished.
    pub end: Option<i64>,
    /// Accelerators that it prefers.
    pub gang: u64,
    /// Accelerator-hours kept, undone, and spent on checkpoints and restarts.
    pub hours: [f64; 3],
    /// Its size in accelerator-hours.
    pub work: f64,
    /// Times that it was stopped.
    pub interruptions: u64,
    /// How it stood at the end.
    pub outcome: String,
}

/// All jobs of a stream.
#[derive(Clone, Debug, Default)]
pub struct Stream {
    /// How many ended how.
    pub outcomes: BTreeMap<String, u64>,
    /// Accelerator-hours kept, undone, and spent on checkpoints and restarts.
    pub hours: [f64; 3],
    /// Times that jobs were stopped.
    pub interruptions: u64,
}

/// Accelerators that changed hands.
#[derive(Clone, Debug)]
pub struct Move {
    /// Its number in `moves.csv`.
    pub id: u64,
    /// When, in seconds since 1970.
    pub time: i64,
    /// Where.
    pub pool: String,
    /// Who gave.
    pub from: String,
    /// Who took.
    pub to: String,
    /// How many.
    pub accelerators: u64,
    /// Why.
    pub reason: String,
    /// What the policy expected to gain an hour.
    pub expected: Option<f64>,
    /// What it cost.
    pub cost: f64,
    /// What it gained.
    pub realised: Option<f64>,
}

/// All moves from one owner to another.
#[derive(Clone, Debug, Default)]
pub struct Flow {
    /// How many moves.
    pub moves: u64,
    /// Accelerators moved.
    pub accelerators: u64,
    /// What they cost.
    pub cost: f64,
    /// What they gained; none where nothing was expected.
    pub realised: Option<f64>,
}

/// Something that happened to the fleet.
#[derive(Clone, Debug)]
pub struct Event {
    /// When, in seconds since 1970.
    pub time: i64,
    /// `delivery` or `outage`.
    pub kind: String,
    /// The order or pool.
    pub entity: String,
    /// How many accelerators.
    pub accelerators: u64,
}

/// What happened.
#[derive(Clone, Debug, Default)]
pub struct Happenings {
    /// Campaigns, in the file's order.
    pub campaigns: Vec<Campaign>,
    /// Streams by workload.
    pub streams: BTreeMap<String, Stream>,
    /// The largest moves, by time.
    pub moves: Vec<Move>,
    /// All moves by giver and taker.
    pub flows: BTreeMap<(String, String), Flow>,
    /// All moves by reason.
    pub reasons: BTreeMap<String, u64>,
    /// Deliveries and outages.
    pub events: Vec<Event>,
    /// Failures of servers.
    pub failures: u64,
}

impl Happenings {
    /// Reads the three tables.
    ///
    /// # Errors
    /// If a file cannot be read or was edited.
    pub fn read(
        result: &ResultDirectory,
        plan: &Plan,
        replication: u64,
    ) -> Result<Self, ReadError> {
        let mut found = Self::default();
        found.read_jobs(result, plan, replication)?;
        found.read_moves(result, replication)?;
        found.read_events(result, replication)?;
        Ok(found)
    }

    fn read_jobs(
        &mut self,
        result: &ResultDirectory,
        plan: &Plan,
        replication: u64,
    ) -> Result<(), ReadError> {
        let columns = [
            "replication",
            "workload",
            "submit",
            "start",
            "end",
            "gang",
            "work_accelerator_hours",
            "useful_accelerator_hours",
            "lost_accelerator_hours",
            "overhead_accelerator_hours",
            "interruptions",
            "outcome",
        ];
        let mut rows = Rows::open(result, "jobs", &columns)?;
        while let Some(cells) = rows.next()? {
            if cells.integer(0)? != replication {
                continue;
            }
            let workload = cells.text(1)?.to_owned();
            let hours = [cells.filled(7)?, cells.filled(8)?, cells.filled(9)?];
            let interruptions = cells.integer(10)?;
            let outcome = cells.text(11)?.to_owned();
            if plan.streams.contains(&workload) {
                let stream = self.streams.entry(workload).or_default();
                *stream.outcomes.entry(outcome).or_default() += 1;
                for (sum, hours) in stream.hours.iter_mut().zip(hours) {
                    *sum += hours;
                }
                stream.interruptions += interruptions;
                continue;
            }
            self.campaigns.push(Campaign {
                workload,
                submit: cells.time(2)?,
                start: cells.maybe_time(3)?,
                end: cells.maybe_time(4)?,
                gang: cells.integer(5)?,
                work: cells.filled(6)?,
                hours,
                interruptions,
                outcome,
            });
        }
        Ok(())
    }

    fn read_moves(&mut self, result: &ResultDirectory, replication: u64) -> Result<(), ReadError> {
        let columns = [
            "replication",
            "move_id",
            "time",
            "pool",
            "from",
            "to",
            "accelerators",
            "reason",
            "expected_gain_per_hour",
            "cost",
            "realised_gain",
        ];
        let mut rows = Rows::open(result, "moves", &columns)?;
        while let Some(cells) = rows.next()? {
            if cells.integer(0)? != replication {
                continue;
            }
            let one = Move {
                id: cells.integer(1)?,
                time: cells.time(2)?,
                pool: cells.text(3)?.to_owned(),
                from: cells.text(4)?.to_owned(),
                to: cells.text(5)?.to_owned(),
                accelerators: cells.integer(6)?,
                reason: cells.text(7)?.to_owned(),
                expected: cells.number(8)?,
                cost: cells.filled(9)?,
                realised: cells.number(10)?,
            };
            let flow = self
                .flows
                .entry((one.from.clone(), one.to.clone()))
                .or_default();
            flow.moves += 1;
            flow.accelerators += one.accelerators;
            flow.cost += one.cost;
            if let Some(realised) = one.realised {
                *flow.realised.get_or_insert(0.0) += realised;
            }
            *self.reasons.entry(one.reason.clone()).or_default() += 1;
            self.moves.push(one);
            if self.moves.len() >= 2 * MOVES_SHOWN {
                self.keep_largest_moves();
            }
        }
        self.keep_largest_moves();
        self.moves.sort_by_key(|one| one.id);
        Ok(())
    }

    fn keep_largest_moves(&mut self) {
        self.moves
            .sort_by_key(|one| (std::cmp::Reverse(one.accelerators), one.id));
        self.moves.truncate(MOVES_SHOWN);
    }

    fn read_events(&mut self, result: &ResultDirectory, replication: u64) -> Result<(), ReadError> {
        let columns = ["replication", "time", "kind", "entity", "accelerators"];
        let mut rows = Rows::open(result, "events", &columns)?;
        while let Some(cells) = rows.next()? {
            if cells.integer(0)? != replication {
                continue;
            }
            match cells.text(2)? {
                "failure" => self.failures += 1,
                "repair" => {}
                _ => self.events.push(Event {
                    time: cells.time(1)?,
                    kind: cells.text(2)?.to_owned(),
                    entity: cells.text(3)?.to_owned(),
                    accelerators: cells.integer(4)?,
                }),
            }
        }
        Ok(())
    }
}
