//! A scenario of many pools and workloads, generated.

use std::fmt::Write as _;

/// `pools` pools on ten sites, and `workloads` workloads of which every fourth trains.
pub fn scenario(pools: usize, workloads: usize) -> String {
    let mut text = String::from(
        r#"
[scenario]
name = "crowd"
[run]
start = "2024-01-01"
horizon = "2w"
[hardware.old]
catalogue = "a100-sxm"
[hardware.new]
catalogue = "h100-sxm"
[demand.people]
shape = "azure2024-conversation"
noise = { cv = 0.1, subhourly_cv = 0.1 }
"#,
    );
    for site in 0..10 {
        let _ = writeln!(text, "[site.s{site}]\npower_cap = \"20 MW\"");
    }
    for pool in 0..pools {
        let (site, hardware) = (pool % 10, if pool % 2 == 0 { "old" } else { "new" });
        let _ = writeln!(
            text,
            "[pool.p{pool}]\nhardware = \"{hardware}\"\nsite = \"s{site}\"\naccelerators = 1024\n\
             spares = 16\nserves = [\"training\", \"ranking\"]"
        );
    }
    let mut order = Vec::new();
    for workload in 0..workloads {
        if workload % 4 == 0 {
            order.push(format!("\"job{workload}\""));
            let _ = writeln!(
                text,
                "[training.job{workload}]\nwork = \"5e5 accelerator-hours\"\ngang = 512\n\
                 checkpoint = {{ every = \"30m\", write = \"30s\" }}\nvalue = {{ per_accelerator_hour = 1.0 }}"
            );
        } else {
            order.insert(0, format!("\"feed{workload}\""));
            let _ = writeln!(
                text,
                "[ranking.feed{workload}]\ndemand = {{ profile = \"people\", base = \"20000 /s\" }}\n\
                 query = {{ fixed = \"2ms\", per_item = \"50us\", items = 500, concurrency = 4 }}\n\
                 speed = {{ old = 0.4 }}\nslo = {{ latency = \"200ms\" }}\nqueue = {{ limit = \"1s\" }}"
            );
        }
    }
    let _ = writeln!(text, "[policy.priority]\norder = [{}]", order.join(", "));
    text
}
