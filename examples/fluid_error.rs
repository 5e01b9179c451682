//! How far the fluid model of serving is off: attainment against request fidelity, over loads, servers and
//! variation, as Markdown. `cargo run --release --example fluid_error`
//!
//! Inside the region where the fluid model promises one percentage point (8 servers or more, rho up to 0.9, both
//! coefficients of variation up to 1.5) only the largest errors are shown; outside, every point.

use flexcap::scenario::Scenario;
use rayon::prelude::*;

/// Promised latencies, in mean service times.
const SLOS: [f64; 4] = [1.02, 1.25, 2.0, 5.0];
/// Relaxation times of the queue in a run, in the region and outside: the standard error of a share of a half is a
/// point at most, and two.
const RELAXATIONS: [f64; 2] = [4_000.0, 800.0];

#[derive(Clone, Copy, Debug)]
struct Point {
    servers: u32,
    rho: f64,
    service_cv: f64,
    arrival_cv: f64,
}

impl Point {
    fn is_promised(&self) -> bool {
        self.servers >= 8 && self.rho <= 0.9 && self.service_cv <= 1.5 && self.arrival_cv <= 1.5
    }

    /// Length of a run in hours: so many relaxation times, or 300,000 requests; an hour from an empty start where no
    /// queue is ever at rest.
    fn hours(&self) -> u64 {
        if self.rho >= 1.0 {
            return 1;
        }
        let c = f64::from(self.servers);
        let relaxations = RELAXATIONS[usize::from(!self.is_promised())];
        let variability = self.service_cv.powi(2) + self.arrival_cv.powi(2);
        let relaxation_s = variability / c / (1.0 - self.rho).powi(2);
        let least_s = 3e5 / c;
        ((relaxations * relaxation_s).max(least_s) / 3600.0).ceil() as u64
    }

    fn text(&self, fidelity: &str) -> String {
        let Self {
            servers,
            rho,
            service_cv,
            arrival_cv,
        } = self;
        let rate = rho * f64::from(*servers);
        let hours = self.hours();
        let replications = if *rho >= 1.0 { 20 } else { 1 };
        let mut text = format!(
            "[scenario]\nname = \"error\"\n[run]\nstart = \"2024-01-01\"\nhorizon = \"{hours}h\"\nstep = \"1h\"\nreplications = {replications}\n\
             [hardware.unit]\naccelerators_per_server = 1\n[site.here]\n[policy.dedicated]\n"
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

    /// By SLO: attainment in percent.
    fn attainment(&self, fidelity: &str) -> [f64; SLOS.len()] {
        let scenario = Scenario::parse("error", &self.text(fidelity)).expect("it is right");
        let outcome = flexcap::run(&scenario.scenario).expect("it runs");
        std::array::from_fn(|number| {
            let services = outcome
                .replications
                .iter()
                .map(|totals| totals.services[number]);
            let (met, offered) = services.fold((0.0, 0.0), |(met, offered), service| {
                (met + service.served_in_slo, offered + service.offered)
            });
            100.0 * met / offered
        })
    }

    fn errors(&self) -> [f64; SLOS.len()] {
        let (fluid, request) = (self.attainment("fluid"), self.attainment("request"));
        std::array::from_fn(|number| fluid[number] - request[number])
    }
}

const SERVERS: [u32; 6] = [1, 2, 4, 8, 32, 128];
const RHOS: [f64; 7] = [0.5, 0.7, 0.8, 0.9, 0.95, 1.0, 1.1];
const ARRIVAL_CVS: [f64; 4] = [0.5, 1.0, 1.5, 3.0];
const SERVICE_CVS: [f64; 3] = [0.0, 1.0, 1.5];

fn main() {
    let mut points = Vec::new();
    for servers in SERVERS {
        for rho in RHOS {
            for arrival_cv in ARRIVAL_CVS {
                points.extend(SERVICE_CVS.map(|service_cv| Point {
                    servers,
                    rho,
                    service_cv,
                    arrival_cv,
                }));
            }
        }
    }
    let errors: Vec<_> = points.par_iter().map(Point::errors).collect();
    let found: Vec<_> = points.iter().zip(errors).collect();
    for service_cv in SERVICE_CVS {
        println!("Service cv {service_cv}:\n");
        println!("| servers | rho | arrival cv 0.5 | 1 | 1.5 | 3 |\n|---|---|---|---|---|---|");
        for row in found.chunk_by(|(a, _), (b, _)| a.servers == b.servers && a.rho == b.rho) {
            let (point, _) = row[0];
            print!("| {} | {} |", point.servers, point.rho);
            for (point, errors) in row.iter().filter(|(p, _)| p.service_cv == service_cv) {
                let worst = errors
                    .iter()
                    .copied()
                    .max_by(|a, b| a.abs().total_cmp(&b.abs()));
                let worst = worst.unwrap_or(0.0);
                let mark = if point.is_promised() && worst.abs() > 1.0 {
                    "**"
                } else {
                    ""
                };
                print!(" {mark}{worst:+.1}{mark} |");
            }
            println!();
        }
        println!();
    }
}
