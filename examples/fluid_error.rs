//! How far the fluid model of serving is off: attainment against request fidelity, over loads, servers and
//! variation, as the tables of docs/validation.md. `cargo run --release --example fluid_error` remakes them, and
//! `cargo run --release -- reference` the charts of them.
//!
//! What requests attain takes many minutes to simulate and is kept in tests/data/request_attainment.csv, whole grid
//! with standard errors; `cargo run --release --example fluid_error -- simulate` remakes it.

use flexcap::scenario::Scenario;
use rayon::prelude::*;
use std::fmt::Write;

/// Promised latencies, in mean service times.
const SLOS: [f64; 4] = [1.02, 1.25, 2.0, 5.0];
const FILE: &str = "tests/data/request_attainment.csv";
const PAGE: &str = "docs/validation.md";
/// How the page's tables begin, up to its end.
const TABLES: &str = "Service cv 0:\n";
const SERVERS: [u32; 6] = [1, 2, 4, 8, 32, 128];
const RHOS: [f64; 7] = [0.5, 0.7, 0.8, 0.9, 0.95, 1.0, 1.1];
const ARRIVAL_CVS: [f64; 5] = [0.0, 0.5, 1.0, 1.5, 3.0];
const SERVICE_CVS: [f64; 5] = [0.0, 0.5, 1.0, 1.5, 2.0];

#[derive(Clone, Copy, Debug)]
struct Point {
    servers: u32,
    rho: f64,
    arrival_cv: f64,
    service_cv: f64,
}

/// What a point's requests attain, in percent by SLO, and the largest standard error.
struct Attained {
    percent: [f64; SLOS.len()],
    error: f64,
}

impl Point {
    fn is_promised(&self) -> bool {
        self.servers >= 8 && self.rho <= 0.9 && self.arrival_cv <= 1.5
    }

    /// Where the law comes so close to a whole point that the standard error must be smaller than elsewhere.
    fn is_closest(&self) -> bool {
        self.is_promised() && self.service_cv == 0.0 && self.arrival_cv == 1.0
    }

    /// Replications and the hours of each. Below rho 1 so many relaxation times of the queue in all that the
    /// standard error of a share of a half is about 0.2 points where one point is promised (0.07 for constant services under
    /// Poisson arrivals), and one elsewhere; from
    /// rho 1 on, where no queue is ever at rest, hours from an empty start.
    fn length(&self) -> (u64, u64) {
        if self.rho >= 1.0 {
            return (40, 1);
        }
        const REPLICATIONS: u64 = 8;
        let relaxations = match self {
            point if point.is_closest() => 3.2e5,
            point if point.is_promised() => 4e4,
            _ => 2e3,
        };
        let c = f64::from(self.servers);
        let variability = self.service_cv.powi(2) + self.arrival_cv.powi(2) + 0.2;
        let relaxation_s = variability / c / (1.0 - self.rho).powi(2);
        let seconds = (relaxations * relaxation_s).max(4e5 / c);
        let hours = (seconds / 3600.0 / REPLICATIONS as f64).ceil() as u64;
        (REPLICATIONS, hours)
    }

    fn text(&self, fidelity: &str, (replications, hours): (u64, u64)) -> String {
        let Self {
            servers,
            rho,
            service_cv,
            arrival_cv,
        } = self;
        let rate = rho * f64::from(*servers);
        let warm_up = if *rho < 1.0 { "1h" } else { "0s" };
        let mut text = format!(
            "[scenario]\nname = \"error\"\n[run]\nstart = \"2024-01-01\"\nhorizon = \"{hours}h\"\nstep = \"1h\"\nreplications = {replications}\n\
             warm_up = \"{warm_up}\"\n[hardware.unit]\naccelerators_per_server = 1\n[site.here]\n[policy.dedicated]\n"
        );
        for (number, slo) in SLOS.iter().enumerate() {
            text += &format!(
                "[pool.p{number}]\nhardware = \"unit\"\nsite = \"here\"\naccelerators = {servers}\n\
                 serves = [\"s{number}\"]\ninitial = {{ s{number} = {servers} }}\n\
                 [ranking.s{number}]\ndemand = {{ base = \"{rate:?} /s\" }}\nfidelity = \"{fidelity}\"\n\
                 service = {{ time = {{ lognormal = {{ mean = \"1s\", cv = {service_cv:?} }} }} }}\n\
                 queue = {{ arrival_cv = {arrival_cv:?} }}\nslo = {{ latency = \"{slo} s\" }}\n"
            );
        }
        text
    }

    fn attained(&self, fidelity: &str, length: (u64, u64)) -> Attained {
        let scenario = Scenario::parse("error", &self.text(fidelity, length)).expect("it is right");
        let outcome = flexcap::run(&scenario.scenario).expect("it runs");
        let by_slo = std::array::from_fn(|number| {
            let services = outcome.replications.iter();
            let services = services.map(|totals| totals.services[number]);
            let shares: Vec<f64> = services
                .map(|service| 100.0 * service.served_in_slo / service.offered)
                .collect();
            let n = shares.len() as f64;
            let mean = shares.iter().sum::<f64>() / n;
            let squares: f64 = shares.iter().map(|share| (share - mean).powi(2)).sum();
            (mean, (squares / (n - 1.0).max(1.0) / n).sqrt())
        });
        Attained {
            percent: by_slo.map(|(mean, _): (f64, f64)| mean),
            error: by_slo.iter().map(|(_, error)| *error).fold(0.0, f64::max),
        }
    }
}

fn points() -> Vec<Point> {
    let mut points = Vec::new();
    for servers in SERVERS {
        for rho in RHOS {
            for arrival_cv in ARRIVAL_CVS {
                points.extend(SERVICE_CVS.map(|service_cv| Point {
                    servers,
                    rho,
                    arrival_cv,
                    service_cv,
                }));
            }
        }
    }
    points
}

/// Simulates every point request by request and writes the file.
fn simulate() -> std::io::Result<()> {
    let points = points();
    let simulated = points
        .par_iter()
        .map(|point| point.attained("request", point.length()));
    let simulated: Vec<Attained> = simulated.collect();
    let mut text = String::from(
        "servers,rho,arrival_cv,service_cv,slo_1.02,slo_1.25,slo_2,slo_5,standard_error\n",
    );
    for (point, attained) in points.iter().zip(simulated) {
        let Point {
            servers,
            rho,
            arrival_cv,
            service_cv,
        } = point;
        let [a, b, c, d] = attained.percent;
        let error = attained.error;
        let _ = writeln!(
            text,
            "{servers},{rho},{arrival_cv},{service_cv},{a:.3},{b:.3},{c:.3},{d:.3},{error:.3}"
        );
    }
    std::fs::write(FILE, text)
}

/// The file's rows: what requests attained, in percent by SLO.
fn read() -> std::io::Result<Vec<(Point, [f64; SLOS.len()])>> {
    let text = std::fs::read_to_string(FILE)?;
    let rows = text.lines().skip(1).map(|line| {
        let cells: Vec<f64> = line
            .split(',')
            .map(|cell| cell.parse().expect("a number"))
            .collect();
        let point = Point {
            servers: cells[0] as u32,
            rho: cells[1],
            arrival_cv: cells[2],
            service_cv: cells[3],
        };
        (point, [cells[4], cells[5], cells[6], cells[7]])
    });
    Ok(rows.collect())
}

/// The largest error of each point as a table for each variation of services.
fn tables(found: &[(Point, f64)]) -> String {
    let mut text = String::new();
    for service_cv in SERVICE_CVS {
        let gap = if text.is_empty() { "" } else { "\n" };
        let _ = writeln!(
            text,
            "{gap}Service cv {service_cv}:\n\n| servers | rho | arrival cv 0 | 0.5 | 1 | 1.5 | 3 |\n|---|---|---|---|---|---|---|"
        );
        for row in found.chunk_by(|(a, _), (b, _)| a.servers == b.servers && a.rho == b.rho) {
            let (point, _) = row[0];
            let _ = write!(text, "| {} | {} |", point.servers, point.rho);
            for (point, worst) in row.iter().filter(|(p, _)| p.service_cv == service_cv) {
                let is_bold = point.is_promised() && worst.abs() > 1.0;
                let mark = if is_bold { "**" } else { "" };
                let _ = write!(text, " {mark}{worst:+.1}{mark} |");
            }
            text.push('\n');
        }
    }
    text
}

fn main() -> std::io::Result<()> {
    if std::env::args().any(|argument| argument == "simulate") {
        return simulate();
    }
    let rows = read()?;
    let worst = |(point, requests): &(Point, [f64; SLOS.len()])| {
        let hours = if point.rho < 1.0 { 24 } else { 1 };
        let fluid = point.attained("fluid", (1, hours)).percent;
        let errors = fluid.iter().zip(requests).map(|(a, b)| a - b);
        errors.fold(0.0, |worst: f64, error| {
            if error.abs() > worst.abs() {
                error
            } else {
                worst
            }
        })
    };
    let found: Vec<(Point, f64)> = rows.par_iter().map(|row| (row.0, worst(row))).collect();
    let page = std::fs::read_to_string(PAGE)?;
    let (before, _) = page.split_once(TABLES).expect("the page has tables");
    std::fs::write(PAGE, format!("{before}{}", tables(&found)))?;
    let promised: Vec<_> = found.iter().filter(|(p, _)| p.is_promised()).collect();
    let missed = promised.iter().filter(|(_, worst)| worst.abs() > 1.0);
    println!(
        "{} of {} points beyond one point",
        missed.count(),
        promised.len()
    );
    Ok(())
}
