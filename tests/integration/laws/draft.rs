//! Random small scenarios, made by throwing dice. Proptest owns the dice and shrinks them towards
//! zero, and every choice is made so that zero is the simplest: one pool, one site, no failures.

use std::fmt::Write as _;

use flexcap::scenario::Scenario;
use proptest::prelude::*;

/// What a drafted service earns for a request, and pays for a miss.
pub const VALUE: f64 = 0.25;
pub const MISS: f64 = 0.125;

/// A sequence of throws; when it ends, all further ones are zero.
#[derive(Clone, Debug)]
pub struct Dice {
    throws: Vec<u16>,
    next: usize,
}

impl Dice {
    fn up_to(&mut self, most: u64) -> u64 {
        let throw = self.throws.get(self.next).copied().unwrap_or(0);
        self.next += 1;
        u64::from(throw) % (most + 1)
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.up_to(choices.len() as u64 - 1) as usize]
    }
}

/// Texts of random scenarios.
pub fn texts() -> impl Strategy<Value = String> {
    prop::collection::vec(any::<u16>(), 0..120).prop_map(|throws| text(Dice { throws, next: 0 }))
}

/// The same with pods in every pool that the gangs it holds at the start fit into, and gangs that ask
/// for one.
pub fn texts_with_pods() -> impl Strategy<Value = String> {
    let dice = prop::collection::vec(any::<u16>(), 3..6);
    (texts(), dice).prop_map(|(text, throws)| with_pods(&text, &throws))
}

fn with_pods(text: &str, throws: &[u16]) -> String {
    let mut text = text.to_owned();
    let scenario = super::support::scenario(&text);
    for (throw, (name, pool)) in throws.iter().zip(&scenario.pool) {
        let per = u64::from(scenario.hardware[&pool.hardware.name].accelerators_per_server);
        // At least 16 in a pod: the largest gang that is drafted.
        let pod = (16 / per + u64::from(throw % 9)) * per;
        let head = format!("[pool.{name}]\n");
        text = try_instead(text, &head, &format!("{head}pod = {pod}\n"));
    }
    for (position, name) in scenario.training.keys().enumerate() {
        if throws.get(position).is_none_or(|throw| throw % 4 > 0) {
            let head = format!("[training.{name}]\n");
            text = try_instead(text, &head, &format!("{head}within = \"pod\"\n"));
        }
    }
    text
}

/// The same with gangs that may grow and shrink, notice before preemption and the best checkpoints,
/// where the scenario has what these need.
pub fn texts_with_elastic() -> impl Strategy<Value = String> {
    let dice = prop::collection::vec(any::<u16>(), 12..24);
    (texts_with_pods(), dice)
        .prop_map(|(text, throws)| with_elastic(text, Dice { throws, next: 0 }))
}

fn with_elastic(mut text: String, mut dice: Dice) -> String {
    let dice = &mut dice;
    let other = dice.of(&["", "[policy.fair]\n", "[policy.value]\npayback = \"1d\"\n"]);
    if let (Some(at), false) = (text.find("[policy."), other.is_empty()) {
        text.truncate(at);
        text.push_str(other);
    }
    let scenario = super::support::scenario(&text);
    for (name, training) in &scenario.training {
        let head = format!("[training.{name}]\n");
        let notice = dice.of(&["", "3m", "30s"]);
        if !notice.is_empty() {
            let keys = format!("{head}preemption = {{ notice = \"{notice}\" }}\n");
            text = try_instead(text, &head, &keys);
        }
        let Some(campaign) = training.campaign() else {
            continue;
        };
        if campaign.checkpoint.is_none() {
            let optimal = "checkpoint = { every = \"optimal\", write = \"2m\" }\n";
            text = try_instead(text, &head, &format!("{head}{optimal}"));
        }
        let (gang, unit) = (campaign.gang.preferred, scenario.job_unit(name));
        let min = gang - unit * dice.up_to(gang / unit - 1);
        let max = gang + unit * dice.up_to(2);
        let scaling = dice.of(&["", "scaling = [[1, 0.7]], ", "scaling = [[32, 0.9]], "]);
        let reshard = dice.of(&["", "reshard = \"0s\", ", "reshard = \"25m\", "]);
        // The keys of a table are in any order, so the gang goes to its front.
        let from = text.find(&head).map_or(0, |at| at + head.len());
        let rest = text.split_off(from);
        let rigid = format!("gang = {gang}\n");
        let elastic = format!(
            "gang = {{ preferred = {gang}, min = {min}, max = {max}, {scaling}{reshard}multiple = {unit} }}\n"
        );
        let changed = format!("{text}{}", rest.replacen(&rigid, &elastic, 1));
        let valid = Scenario::parse("draft.toml", &changed).is_ok();
        text = if valid { changed } else { text + &rest };
    }
    // Only the jobs of streams have a duration.
    let priority = dice.of(&["", "priority = { uniform = { from = 0, to = 3 } }, "]);
    text.replace(" duration = ", &format!(" {priority}duration = "))
}

/// The text so changed, if that is a valid scenario.
pub fn try_instead(text: String, from: &str, to: &str) -> String {
    let changed = text.replace(from, to);
    let valid = Scenario::parse("draft.toml", &changed).is_ok();
    if valid { changed } else { text }
}

/// The scenario of these dice.
fn text(mut dice: Dice) -> String {
    let dice = &mut dice;
    let mut text = String::new();
    run(&mut text, dice);
    let workloads = 1 + dice.up_to(4);
    let kinds: Vec<&str> = (0..workloads)
        .map(|_| dice.of(&["ranking", "training", "inference"]))
        .collect();
    let names: Vec<String> = (0..workloads).map(|i| format!("w{i}")).collect();
    let mut watts = vec![0; 1 + dice.up_to(2) as usize];
    supply(&mut text, dice, &mut watts, &kinds, &names);
    for (site, watts) in watts.iter().enumerate() {
        // No cap, or one that what is held at first just fits; deliveries then lack power.
        let spare = dice.of(&[None, Some(7001), Some(503)]);
        let cap = spare.map_or(String::new(), |spare| {
            format!("power_cap = \"{} W\"\n", (watts + spare) * 5 / 4)
        });
        let _ = writeln!(
            text,
            "[site.s{site}]\npue = 1.25\nenergy_price_per_kwh = 0.1\n{cap}"
        );
    }
    let _ = writeln!(
        text,
        "[demand.day]\nshape = {{ day = [1,1,1,1,1,2,2,2,4,4,4,4,6,6,6,6,6,4,4,4,2,2,1,1] }}\n\
         noise = {{ cv = 0.2 }}"
    );
    for (kind, name) in kinds.iter().zip(&names) {
        match *kind {
            "training" => training(&mut text, dice, name),
            _ => service(&mut text, dice, kind, name),
        }
    }
    policy(&mut text, dice, names);
    text
}

fn run(text: &mut String, dice: &mut Dice) {
    let (step, every) = dice.of(&[
        ("1h", "1h"),
        ("1d", "1d"),
        ("6h", "6h"),
        ("90m", "3h"),
        ("7m", "7m"),
        ("2m", "2h"),
        ("10m", "1d"),
    ]);
    let horizon = dice.of(&["1d", "50h", "3d", "1537m"]);
    let warm_up = dice.of(&["0h", "5h", "100m", "2d"]);
    let at_horizon = dice.of(&["prorate", "zero"]);
    let seed = dice.up_to(1000);
    let start = dice.of(&["2024-03-31", "2024-03-31T12:00:00Z"]);
    let _ = writeln!(
        text,
        "[scenario]\nname = \"drafted\"\n[run]\nstart = \"{start}\"\nhorizon = \"{horizon}\"\n\
         warm_up = \"{warm_up}\"\nstep = \"{step}\"\nseed = {seed}\nat_horizon = \"{at_horizon}\"\n\
         [record]\nevery = \"{every}\""
    );
}

/// Adds to each site's `watts` what its pools may draw with their initial holdings at work.
fn supply(text: &mut String, dice: &mut Dice, watts: &mut [u64], kinds: &[&str], names: &[String]) {
    let pools = 1 + dice.up_to(2);
    for pool in 0..pools {
        let per = dice.of(&[1, 4, 8]);
        let mtbf = dice.of(&["", "mtbf = \"20d\"\n", "mtbf = \"2d\"\n"]);
        let repair = dice.of(&["\"3h\"", "{ lognormal = { mean = \"9h\", cv = 1.0 } }"]);
        let _ = writeln!(
            text,
            "[hardware.h{pool}]\naccelerators_per_server = {per}\npeak = {{ fp8 = \"2000 TFLOP/s\" }}\n\
             memory = \"80 GB\"\nbandwidth = \"3.35 TB/s\"\nprice = 876.6\nlife = \"1 y\"\n\
             power = {{ idle = \"100 W\", peak = \"500 W\" }}\n{mtbf}repair = {repair}\n\
             step_cost = {{ fixed = \"5 ms\", weights = 1.0, kv_cache = 2.0, compute = 1.4, all_reduce = \"4 us\" }}"
        );
        // Pool 0 takes any gang; the others may be empty until an order comes.
        let least = if pool == 0 { 16 } else { 0 };
        let servers = (least / per) + dice.up_to(24);
        let spares = dice.up_to(2).min(servers.saturating_sub(16 / per));
        let mut left = servers - spares;
        let kind = dice.of(&["", "training", "inference", "ranking"]);
        let all = pool == 0 || kind.is_empty();
        let mut initial = Vec::new();
        for (of, name) in kinds.iter().zip(names) {
            let held = dice.up_to(left);
            if (all || *of == kind) && held > 0 {
                initial.push(format!("{name} = {}", held * per));
                left -= held;
            }
        }
        let site = dice.up_to(watts.len() as u64 - 1) as usize;
        // 100 W idle each; work adds 400 W, of which planning reckons with 90% at most.
        watts[site] += per * (servers * 100 + (servers - spares - left) * 360);
        let serves = if all {
            "\"training\", \"inference\", \"ranking\"".to_owned()
        } else {
            format!("\"{kind}\"")
        };
        let _ = writeln!(
            text,
            "[pool.p{pool}]\nhardware = \"h{pool}\"\nsite = \"s{site}\"\naccelerators = {}\nspares = {}\n\
             serves = [{serves}]\nflexible_share = {:?}\ninitial = {{ {} }}",
            servers * per,
            spares * per,
            dice.of(&[1.0, 0.5, 0.0]),
            initial.join(", ")
        );
        if servers == 0 || dice.up_to(2) > 0 {
            let lead = dice.of(&["\"30h\"", "\"0h\"", "{ exponential = { mean = \"2d\" } }"]);
            let placed = dice.of(&["2024-03-31", "2024-03-30", "2024-03-29T07:30:00Z"]);
            let _ = writeln!(
                text,
                "[order.o{pool}]\npool = \"p{pool}\"\naccelerators = {}\nplaced = \"{placed}\"\n\
                 lead_time = {lead}\npays = {{ placed = 0.25, delivered = 0.75 }}",
                (1 + dice.up_to(9)) * per
            );
        }
    }
}

fn training(text: &mut String, dice: &mut Dice, name: &str) {
    match dice.up_to(2) {
        2 => stream(text, dice, name),
        _ => campaign(text, dice, name),
    }
}

fn stream(text: &mut String, dice: &mut Dice, name: &str) {
    let discipline = dice.of(&["", "discipline = \"fifo\"\n", "backfill_depth = 3\n"]);
    let checkpoint = dice.of(&[
        "checkpoint = { every = \"20m\", write = \"90s\" }\n",
        "checkpoint = { every = \"3h\", write = \"0s\" }\n",
        "",
    ]);
    let profile = dice.of(&["", "profile = \"day\", "]);
    let accelerators = dice.of(&[
        "8",
        "{ empirical = { values = [1, 3, 8, 16], weights = [3, 3, 2, 1] } }",
        "{ lognormal = { mean = 6, cv = 2.0 } }",
    ]);
    let duration = dice.of(&[
        "\"90m\"",
        "{ lognormal = { mean = \"3h\", cv = 2.0 } }",
        "\"1s\"",
    ]);
    let _ = writeln!(
        text,
        "[training.{name}]\nstream = {{ arrivals = \"{} /d\", {profile}accelerators = {accelerators}, \
         duration = {duration} }}\nrestart = \"{}m\"\nvalue = {{ per_accelerator_hour = 2.0 }}\n\
         {discipline}{checkpoint}",
        dice.of(&[6, 24, 200, 0]),
        dice.up_to(30)
    );
}

fn campaign(text: &mut String, dice: &mut Dice, name: &str) {
    let checkpoint = dice.of(&[
        "checkpoint = { every = \"20m\", write = \"90s\" }\n",
        "checkpoint = { every = \"3h\", write = \"0s\" }\n",
        "",
    ]);
    let submit = dice.of(&[
        "",
        "submit = \"2024-03-31T17:11:00Z\"\n",
        "submit = \"2024-03-01\"\n",
    ]);
    let value = dice.of(&[
        "{ per_accelerator_hour = 2.0 }",
        "{ on_completion = 1000.0, deadline = \"2024-04-01\", half_life_after = \"1d\" }",
    ]);
    let _ = writeln!(
        text,
        "[training.{name}]\nwork = \"{} accelerator-hours\"\ngang = {}\nrestart = \"{}m\"\n\
         value = {value}\n{checkpoint}{submit}",
        40 + dice.up_to(400),
        dice.of(&[8, 16]),
        dice.up_to(30)
    );
}

fn service(text: &mut String, dice: &mut Dice, kind: &str, name: &str) {
    let replica = dice.of(&[
        "",
        "replica = { start = \"155s\", drain = \"60s\" }\n",
        "replica = { start = \"3h\", drain = \"2h\" }\n",
    ]);
    let queue = dice.of(&[
        "",
        "queue = { limit = \"60s\" }\n",
        "queue = { limit = \"0s\" }\n",
    ]);
    let profile = dice.of(&["profile = \"day\", ", ""]);
    let rate = dice.of(&[5, 1, 20, 100, 0]);
    let work = match kind {
        "inference" => {
            "model = { catalogue = \"llama-3-8b\", precision = \"fp8\" }\ninput_tokens = 900.0\n\
             output_tokens = { lognormal = { mean = 300, cv = 0.8 } }\n\
             slo = { ttft = \"2s\", tpot = \"40ms\" }\n"
        }
        _ => dice.of(&[
            "service = { time = { exponential = { mean = \"1s\" } } }\nslo = { latency = \"4s\", attainment = 0.95 }\n",
            "query = { fixed = \"100ms\", per_item = \"1ms\", items = { lognormal = { mean = 500, cv = 0.5 } }, concurrency = 2 }\n\
             slo = { latency = \"2s\", attainment = 0.95 }\n",
        ]),
    };
    let _ = writeln!(
        text,
        "[{kind}.{name}]\ndemand = {{ {profile}base = \"{rate} /s\" }}\n\
         value = {{ per_request = {VALUE}, miss = {MISS} }}\n{work}{replica}{queue}"
    );
}

fn policy(text: &mut String, dice: &mut Dice, mut names: Vec<String>) {
    let method = dice.of(&["persistence", "perfect"]);
    let _ = writeln!(text, "[forecast]\nmethod = {{ {method} = {{}} }}");
    if dice.up_to(3) == 0 {
        text.push_str("[policy.dedicated]\n");
        return;
    }
    let turn = dice.up_to(names.len() as u64 - 1) as usize;
    names.rotate_left(turn);
    let headroom = dice.of(&[0.15, 0.0, 1.0]);
    let _ = writeln!(
        text,
        "[policy.priority]\norder = {names:?}\nheadroom = {headroom:?}"
    );
}
