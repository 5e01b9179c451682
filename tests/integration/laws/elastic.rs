//! Elastic gangs and notice, by exact arithmetic: what a failure, a preemption and a change of size
//! take, to the accelerator-hour.

use super::support::{near, run, scenario};
use flexcap::id::{PoolId, WorkloadId};
use flexcap::simulation::record::{JobRow, MoveRow};
use flexcap::simulation::totals::TrainingTotals;

/// A hall of eight servers of one accelerator for a day, for `job` and what else is in `more`. A
/// checkpoint comes every hour: 57 minutes of work, and three of writing.
fn hall(job: &str, more: &str) -> String {
    format!(
        "[scenario]\nname = \"elastic\"\n[run]\nstart = \"2024-03-01\"\nhorizon = \"1d\"\nstep = \"20m\"\n\
         [hardware.box]\naccelerators_per_server = 1\n[site.here]\n\
         [pool.hall]\nhardware = \"box\"\nsite = \"here\"\naccelerators = 8\nserves = [\"training\"]\n\
         initial = {{ job = 8 }}\n\
         [training.job]\nwork = \"1e6 accelerator-hours\"\nrestart = \"10m\"\n\
         checkpoint = {{ every = \"57m\", write = \"3m\" }}\n{job}\n{more}\n"
    )
}

const ALONE: &str = "[policy.priority]\norder = [\"job\"]";
const ELASTIC: &str = "gang = { preferred = 8, min = 4, max = 8, multiple = 2, reshard = \"12m\" }";
const RIGID: &str = "gang = 8";

/// Four servers for three hours from 6:20 on, before all others.
const URGENT: &str = "[training.urgent]\nwork = \"12 accelerator-hours\"\ngang = 4\n\
                      submit = \"2024-03-01T06:20:00Z\"\n\
                      [policy.priority]\norder = [\"urgent\", \"job\"]";

/// A server goes down for five hours from 10:30 on.
const OUTAGE: &str = "[outage.one]\npool = \"hall\"\nshare = 0.125\nat = \"2024-03-01T10:30:00Z\"\n\
                      duration = \"5h\"";

fn job(text: &str) -> (TrainingTotals, Vec<JobRow>, Vec<MoveRow>) {
    let scenario = scenario(text);
    let (totals, rows) = run(&scenario, 0);
    (totals.training[0], rows.jobs, rows.moves)
}

/// Asserts what became of the job, in accelerator-minutes.
fn came_to(found: &TrainingTotals, useful: f64, lost: f64, overhead: f64, interruptions: f64) {
    let minutes = [found.useful, found.lost, found.overhead].map(|hours| hours * 60.0);
    let expected = [useful, lost, overhead];
    let agree = minutes.iter().zip(expected).all(|(a, b)| near(*a, b, 1e-9));
    assert!(agree, "{minutes:?} instead of {expected:?}");
    assert_eq!(found.interruptions, interruptions);
}

#[test]
fn without_a_spare_it_goes_on_smaller_and_grows_when_the_server_is_back() {
    let (found, ..) = job(&hall(ELASTIC, &format!("{OUTAGE}\n{ALONE}")));
    // Ten cycles at 8, and half an hour that is lost. Five hours at 6: resharding, four cycles, 48
    // minutes that a write of three saves. Resharding, and 8:15 at 8: eight cycles and 15 minutes.
    let useful = 8.0 * 10.0 * 57.0 + 6.0 * (4.0 * 57.0 + 48.0) + 8.0 * (8.0 * 57.0 + 15.0);
    let overhead = 8.0 * 30.0 + 6.0 * (12.0 + 12.0) + 8.0 * (15.0 + 24.0);
    came_to(&found, useful, 8.0 * 30.0, overhead, 1.0);

    let (rigid, ..) = job(&hall(RIGID, &format!("{OUTAGE}\n{ALONE}")));
    // It waits for five hours, and restarts: 8:20 are left.
    let useful = 8.0 * 10.0 * 57.0 + 8.0 * (8.0 * 57.0 + 20.0);
    came_to(&rigid, useful, 8.0 * 30.0, 8.0 * (30.0 + 10.0 + 24.0), 1.0);
    assert!(found.useful > rigid.useful);
}

#[test]
fn a_change_of_size_takes_the_restart_where_no_other_time_is_given() {
    let gang = "gang = { preferred = 8, min = 4, multiple = 2 }";
    let (found, ..) = job(&hall(gang, &format!("{OUTAGE}\n{ALONE}")));
    let useful = 8.0 * 10.0 * 57.0 + 6.0 * (4.0 * 57.0 + 50.0) + 8.0 * (8.0 * 57.0 + 17.0);
    let overhead = 8.0 * 30.0 + 6.0 * (10.0 + 12.0) + 8.0 * (13.0 + 24.0);
    came_to(&found, useful, 8.0 * 30.0, overhead, 1.0);
}

#[test]
fn preempted_without_notice_it_loses_what_no_checkpoint_holds() {
    let (found, jobs, _) = job(&hall(RIGID, URGENT));
    // Six cycles, and twenty minutes that are lost; from 9:20 on a restart and 14:30 of computing.
    let useful = 8.0 * (6.0 * 57.0 + 14.0 * 57.0 + 30.0);
    let overhead = 8.0 * (18.0 + 10.0 + 42.0);
    came_to(&found, useful, 8.0 * 20.0, overhead, 1.0);
    let urgent = jobs[1].start.expect("it ran") - jobs[1].submit;
    assert_eq!(urgent.as_micros(), 0, "servers go at once");
}

#[test]
fn with_notice_it_loses_the_write_and_the_restart() {
    let rigid = format!("{RIGID}\npreemption = {{ notice = \"5m\" }}");
    let (found, jobs, _) = job(&hall(&rigid, URGENT));
    // All is kept for three minutes of writing. `urgent` has its servers at 6:23 and ends at 9:23; at
    // 9:40 the job restarts, and computes for 14:10.
    let useful = 8.0 * (6.0 * 57.0 + 20.0 + 14.0 * 57.0 + 10.0);
    let overhead = 8.0 * (18.0 + 3.0 + 10.0 + 42.0);
    came_to(&found, useful, 0.0, overhead, 1.0);
    let urgent = jobs[1].start.expect("it ran") - jobs[1].submit;
    assert_eq!(urgent.as_seconds(), 180.0, "servers go once all is written");
}

#[test]
fn notice_shorter_than_a_write_saves_nothing() {
    let rigid = format!("{RIGID}\npreemption = {{ notice = \"2m\" }}");
    let (found, jobs, _) = job(&hall(&rigid, URGENT));
    let useful = 8.0 * (6.0 * 57.0 + 14.0 * 57.0 + 10.0);
    let overhead = 8.0 * (18.0 + 2.0 + 10.0 + 42.0);
    came_to(&found, useful, 8.0 * 20.0, overhead, 1.0);
    let urgent = jobs[1].start.expect("it ran") - jobs[1].submit;
    assert_eq!(urgent.as_seconds(), 120.0);
}

#[test]
fn notice_does_not_help_against_an_outage() {
    let told = format!("{RIGID}\npreemption = {{ notice = \"5m\" }}");
    let more = format!("{OUTAGE}\n{ALONE}");
    assert_eq!(job(&hall(&told, &more)), job(&hall(RIGID, &more)));
}

#[test]
fn an_elastic_gang_makes_room_and_goes_on_beside() {
    let (found, jobs, _) = job(&hall(ELASTIC, URGENT));
    // Twenty minutes at 8 are lost at 6:20; 3 hours at 4, resharding and two cycles and 48 minutes,
    // which a write saves; from 9:20 on resharding at 8 and 14:25.
    let useful = 8.0 * 6.0 * 57.0 + 4.0 * (2.0 * 57.0 + 48.0) + 8.0 * (14.0 * 57.0 + 25.0);
    let overhead = 8.0 * 18.0 + 4.0 * (12.0 + 6.0) + 8.0 * (15.0 + 42.0);
    came_to(&found, useful, 8.0 * 20.0, overhead, 1.0);
    assert_eq!(
        jobs[1].end.map(|end| (end - jobs[1].submit).as_hours()),
        Some(3.0)
    );
    assert_eq!(jobs[0].gang, 8, "the table names the size that it prefers");
}

#[test]
fn an_elastic_gang_with_notice_loses_no_work() {
    let elastic = format!("{ELASTIC}\npreemption = {{ notice = \"3m\" }}");
    let (found, ..) = job(&hall(&elastic, URGENT));
    // All eight write for three minutes, of which four leave then; the others reshard. At 9:40 they
    // have computed for 3:05 since 6:35, three cycles and 5 minutes; from 9:55 on 14:05 at 8.
    let useful = 8.0 * (6.0 * 57.0 + 20.0) + 4.0 * (3.0 * 57.0 + 5.0) + 8.0 * (14.0 * 57.0 + 5.0);
    let overhead = 8.0 * (18.0 + 3.0) + 4.0 * (12.0 + 9.0) + 8.0 * (15.0 + 42.0);
    came_to(&found, useful, 0.0, overhead, 1.0);
}

#[test]
fn other_sizes_than_the_preferred_work_as_their_scaling_says() {
    for (gang, speed) in [
        ("preferred = 8", 8.0),
        ("preferred = 8, scaling = [[4, 0.5]]", 8.0),
        (
            "preferred = 16, min = 8, scaling = [[4, 0.5], [12, 0.7]]",
            8.0 * 0.6,
        ),
        ("preferred = 16, min = 8", 8.0),
        ("preferred = 4, max = 8, scaling = [[8, 0.9]]", 8.0 * 0.9),
        ("preferred = 4, max = 32, scaling = [[12, 0.8]]", 8.0 * 0.9),
    ] {
        let text = hall(&format!("gang = {{ {gang}, multiple = 4 }}"), ALONE);
        let text = text.replace(
            "1e6 accelerator-hours",
            &format!("{} accelerator-hours", 0.9 * speed),
        );
        let (found, jobs, _) = job(&text);
        // 54 minutes of computing, and no write.
        let took = jobs[0].end.map(|end| (end - jobs[0].submit).as_hours());
        assert!(
            took.is_some_and(|took| near(took, 0.9, 1e-8)),
            "{gang}: {took:?}"
        );
        assert!(near(found.useful, 0.9 * speed, 1e-8), "{gang}: {found:?}");
        assert!(
            near(found.useful + found.overhead, 0.9 * 8.0, 1e-8),
            "{gang}: {found:?}"
        );
    }
}

#[test]
fn beyond_what_it_prefers_it_uses_only_what_nobody_needs() {
    let gang = "gang = { preferred = 4, max = 8, multiple = 2 }";
    let other = "[training.other]\nwork = \"12 accelerator-hours\"\ngang = 4\n\
                 submit = \"2024-03-01T06:20:00Z\"\n\
                 [policy.priority]\norder = [\"job\", \"other\"]";
    for policy in ["priority", "fair"] {
        let other = match policy {
            "fair" => &other.replace(
                "[policy.priority]\norder = [\"job\", \"other\"]",
                "[policy.fair]",
            ),
            _ => other,
        };
        let (found, jobs, _) = job(&hall(gang, other));
        // It runs at 8 until `other` comes, though that stands behind it, and again when that is done.
        let useful = 8.0 * 6.0 * 57.0 + 4.0 * (2.0 * 57.0 + 50.0) + 8.0 * (14.0 * 57.0 + 27.0);
        let overhead = 8.0 * 18.0 + 4.0 * (10.0 + 6.0) + 8.0 * (13.0 + 42.0);
        came_to(&found, useful, 8.0 * 20.0, overhead, 1.0);
        assert_eq!(
            jobs[1].end.map(|end| (end - jobs[1].submit).as_hours()),
            Some(3.0)
        );
    }
}

#[test]
fn it_does_not_grow_where_that_takes_more_than_it_gains() {
    // From 6 to 8 for six hours: with 95 minutes of resharding and writing 8 · 4:25 < 6 · 6.
    for (reshard, grows) in [("84m", true), ("90m", false)] {
        let gang =
            format!("gang = {{ preferred = 8, min = 4, multiple = 2, reshard = \"{reshard}\" }}");
        let scenario = scenario(&hall(&gang, &format!("{OUTAGE}\n{ALONE}")));
        let (_, rows) = run(&scenario, 0);
        let last = rows.allocation.last().expect("it ran").busy;
        assert_eq!(last.round(), if grows { 8.0 } else { 6.0 }, "{reshard}");
    }
}

#[test]
fn a_table_of_one_size_is_that_size() {
    let table = hall(
        "gang = { preferred = 8, multiple = 8 }",
        &format!("{OUTAGE}\n{URGENT}"),
    );
    assert_eq!(
        job(&table),
        job(&hall(RIGID, &format!("{OUTAGE}\n{URGENT}")))
    );
}

/// What the gang leaves goes to small jobs, which are worth a tenth of it to the hour and would keep it.
#[test]
fn under_value_it_grows_again_at_the_cost_of_who_earns_less() {
    let job_worth = format!("{ELASTIC}\nvalue = {{ per_accelerator_hour = 1.0 }}");
    let filler = "[training.filler]\nstream = { arrivals = \"100 /d\", accelerators = 1, duration = \"4h\" }\n\
                  value = { per_accelerator_hour = 0.1 }\n[policy.value]";
    let (found, _, moves) = job(&hall(&job_worth, &format!("{OUTAGE}\n{filler}")));
    // As where nobody else is: from 15:30 on it has eight servers.
    let useful = 8.0 * 10.0 * 57.0 + 6.0 * (4.0 * 57.0 + 48.0) + 8.0 * (8.0 * 57.0 + 15.0);
    let overhead = 8.0 * 30.0 + 6.0 * (12.0 + 12.0) + 8.0 * (15.0 + 24.0);
    came_to(&found, useful, 8.0 * 30.0, overhead, 1.0);
    assert!(moves.iter().any(|row| row.from.is_some()), "{moves:?}");
}

/// A gang of eighty and a feed of ten a second, of forty from eight o'clock on: then the feed needs more
/// than what the gang leaves it, and pays far more for it.
fn rush(gang: &str, more: &str) -> String {
    format!(
        "[scenario]\nname = \"elastic\"\n[run]\nstart = \"2024-03-01\"\nhorizon = \"1d\"\n\
             [hardware.box]\naccelerators_per_server = 1\n[site.here]\n\
             [pool.hall]\nhardware = \"box\"\nsite = \"here\"\naccelerators = 100\n\
             serves = [\"training\", \"ranking\"]\ninitial = {{ job = 80, feed = 20 }}\n\
             [training.job]\nwork = \"1e6 accelerator-hours\"\nrestart = \"10m\"\ngang = {gang}\n\
             checkpoint = {{ every = \"57m\", write = \"3m\" }}\nvalue = {{ per_accelerator_hour = 1.0 }}\n\
             [demand.day]\nevent.rush = {{ at = \"2024-03-01T08:00:00Z\", multiply = 4.0 }}\n{more}\n\
             [ranking.feed]\ndemand = {{ profile = \"day\", base = \"10 /s\" }}\nservice = {{ time = \"1s\" }}\n\
             slo = {{ latency = \"4s\", attainment = 0.9 }}\nqueue = {{ limit = \"10s\" }}\n\
             value = {{ per_request = 0.01 }}\n\
             [forecast]\nmethod = {{ perfect = {{}} }}\n[policy.value]\n"
    )
}

#[test]
fn under_value_it_takes_back_what_a_service_needed_for_two_hours() {
    let over = "event.over = { at = \"2024-03-01T10:00:00Z\", multiply = 0.25 }";
    let text = rush("{ preferred = 80, min = 20, multiple = 10 }", over);
    let (totals, rows) = run(&scenario(&text), 0);
    let feed = &totals.services[1];
    assert!(feed.served_in_slo > 0.99 * feed.offered, "{feed:?}");
    let job = rows.held(PoolId::new(0), WorkloadId::new(0));
    let held: Vec<f64> = job.iter().map(|row| row.allocated.round()).collect();
    assert!(held[8..10].iter().all(|held| *held < 60.0), "{held:?}");
    assert!(held[10..].iter().all(|held| *held == 80.0), "{held:?}");
}

#[test]
fn value_takes_a_part_of_an_elastic_gang_where_it_would_stop_a_rigid_one() {
    let came_to = |gang: &str| run(&scenario(&rush(gang, "")), 0).0;
    let rigid = came_to("80");
    let elastic = came_to("{ preferred = 80, min = 20, multiple = 10 }");
    for totals in [&rigid, &elastic] {
        let feed = &totals.services[1];
        assert!(feed.served_in_slo > 0.99 * feed.offered, "{feed:?}");
    }
    // Eight hours at 80, and for the elastic one sixteen at 40 or 50 more.
    let [rigid, elastic] = [&rigid, &elastic].map(|totals| totals.training[0].useful);
    assert!((600.0..640.0).contains(&rigid), "{rigid}");
    assert!((1150.0..1440.0).contains(&elastic), "{elastic}");
}
