//! Charts of the tables that pages have: what theory knows against what is simulated, the fluid model against requests, and
//! what the day of an order is worth.
//! They are drawn from the pages' own rows, which tests compare with the program.

use std::collections::BTreeMap;

use flexcap::report::{Chart, Curve, Curves, Figure, Picture, Tone, Whisker, Whiskers};

/// Rows of servers in the tables of the fluid model, each with its colour: few servers light, many dark.
const SERVERS: [(&str, Tone); 6] = [
    ("1", Tone::Training3),
    ("2", Tone::Training1),
    ("4", Tone::Training0),
    ("8", Tone::Inference0),
    ("32", Tone::Inference1),
    ("128", Tone::Inference3),
];
/// The most, in points, that the fluid model is to be off from eight servers on.
const AIM: f64 = 1.0;
/// The loads and the variation of arrivals for which the aim holds.
const RHO_PROMISED: f64 = 0.9;
const ARRIVAL_CV_PROMISED: f64 = 1.5;

/// The cells of a line of a table.
fn cells(line: &str) -> Vec<&str> {
    let inner = line.trim().trim_start_matches('|').trim_end_matches('|');
    inner.split(" | ").map(str::trim).collect()
}

fn number(cell: &str) -> Option<f64> {
    cell.trim_matches('*').parse().ok()
}

/// What is simulated less what is known, in per cent of it, for each row of the page on theory.
pub fn of_theory(page: &str) -> Picture {
    let row = |line: &str| {
        let [what, _, known, simulated, command] = *cells(line) else {
            return None;
        };
        let (mean, half) = simulated.split_once(" ± ")?;
        let (known, mean, half) = (number(known)?, number(mean)?, number(half)?);
        let off = 100.0 * (mean / known - 1.0);
        let half = 100.0 * half / known;
        command.contains("flexcap run ").then(|| Whisker {
            name: what.to_owned(),
            mean: off,
            interval: Some((off - half, off + half)),
            tone: Tone::Training0,
            tip: String::new(),
        })
    };
    Picture::of(&Figure {
        key: "theory".to_owned(),
        title: "What is simulated less what is known".to_owned(),
        note: String::new(),
        chart: Chart::Whiskers(Whiskers {
            unit: "% of what is known, with the 95% interval".to_owned(),
            rows: page.lines().filter_map(row).collect(),
            bars: false,
        }),
    })
}

/// What is earned beyond what the fleet costs, by the day on which more of it is ordered: the first table of its page.
pub fn of_orders(page: &str) -> Picture {
    let rows = page
        .lines()
        .skip_while(|line| !line.starts_with("| `--set "));
    let rows = rows.take_while(|line| line.starts_with("| `--set "));
    let row = |line: &str| {
        let row = cells(line);
        let (_, day) = row.first()?.split_once("placed=")?;
        Some((day.trim_end_matches('`').to_owned(), number(row.last()?)?))
    };
    let (days, worth): (Vec<String>, Vec<f64>) = rows.filter_map(row).unzip();
    // Orders are four weeks apart but for some that are two: a day stands where it is in time.
    let points = worth.iter().zip(&days).filter_map(|(worth, day)| {
        let day: jiff::civil::Date = day.parse().ok()?;
        let weeks = days
            .first()?
            .parse::<jiff::civil::Date>()
            .ok()?
            .until(day)
            .ok()?;
        Some((
            f64::from(weeks.get_days()) / 7.0,
            *worth,
            None,
            String::new(),
        ))
    });
    Picture::of(&Figure {
        key: "llama-4-placed".to_owned(),
        title: "Value less cost by the day of the order".to_owned(),
        note: String::new(),
        chart: Chart::Curves(Curves {
            axis: format!(
                "weeks from {} to the order",
                days.first().map_or("", String::as_str)
            ),
            unit: "value less cost, M USD".to_owned(),
            share: false,
            names: Vec::new(),
            curves: vec![Curve {
                name: String::new(),
                tone: Tone::Training0,
                points: points.collect(),
            }],
            joined: true,
        }),
    })
}

/// A number of the page on validation.
struct Off<'a> {
    servers: &'a str,
    rho: f64,
    arrival_cv: f64,
    points: f64,
}

fn off(page: &str) -> Vec<Off<'_>> {
    let mut columns: Vec<f64> = Vec::new();
    let mut found = Vec::new();
    for line in page.lines().filter(|line| line.starts_with("| ")) {
        let row = cells(line);
        if let ["servers", "rho", variations @ ..] = row.as_slice() {
            let named = variations
                .iter()
                .map(|cell| cell.trim_start_matches("arrival cv "));
            columns = named.filter_map(number).collect();
        } else if let [servers, rho, numbers @ ..] = row.as_slice() {
            let Some(rho) = number(rho) else { continue };
            for (arrival_cv, cell) in columns.iter().zip(numbers) {
                found.extend(number(cell).map(|points| Off {
                    servers,
                    rho,
                    arrival_cv: *arrival_cv,
                    points: points.abs(),
                }));
            }
        }
    }
    found
}

/// How far the fluid model is off at most: along the load, and along the variation of arrivals.
pub fn of_the_fluid_model(page: &str) -> [Picture; 2] {
    let off = off(page);
    [
        worst(
            "validation-load",
            "Largest error of the fluid model along the load",
            "rho, at arrival cvs up to 1.5 and service cvs up to 2",
            off.iter()
                .filter(|one| one.arrival_cv <= ARRIVAL_CV_PROMISED),
            |one| one.rho,
            RHO_PROMISED,
        ),
        worst(
            "validation-arrivals",
            "Largest error of the fluid model along the variation of arrivals",
            "arrival cv, at rho up to 0.9 and service cvs up to 2",
            off.iter().filter(|one| one.rho <= RHO_PROMISED),
            |one| one.arrival_cv,
            ARRIVAL_CV_PROMISED,
        ),
    ]
}

fn worst<'a>(
    key: &str,
    title: &str,
    axis: &str,
    off: impl Iterator<Item = &'a Off<'a>>,
    place: fn(&Off<'a>) -> f64,
    promised: f64,
) -> Picture {
    // Places in thousandths are keys that compare.
    let mut most: BTreeMap<(&str, i64), f64> = BTreeMap::new();
    for one in off {
        let at = (1000.0 * place(one)).round() as i64;
        let worst = most.entry((one.servers, at)).or_default();
        *worst = worst.max(one.points);
    }
    let point = |at: f64, value: f64| (at, value, None, String::new());
    let curve = |(servers, tone): &(&str, Tone)| Curve {
        name: match *servers {
            "1" => "1 server".to_owned(),
            servers => format!("{servers} servers"),
        },
        tone: *tone,
        points: most
            .iter()
            .filter(|((of, _), _)| of == servers)
            .map(|((_, at), worst)| point(*at as f64 / 1000.0, *worst))
            .collect(),
    };
    let first = most.keys().map(|(_, at)| *at).min().unwrap_or(0) as f64 / 1000.0;
    let aim = Curve {
        name: "the aim from 8 servers on".to_owned(),
        tone: Tone::Promise,
        points: vec![point(first, AIM), point(promised, AIM)],
    };
    Picture::of(&Figure {
        key: key.to_owned(),
        title: title.to_owned(),
        note: String::new(),
        chart: Chart::Curves(Curves {
            axis: axis.to_owned(),
            unit: "percentage points of attainment, the largest of all promised latencies"
                .to_owned(),
            share: false,
            names: Vec::new(),
            curves: SERVERS.iter().map(curve).chain([aim]).collect(),
            joined: true,
        }),
    })
}
