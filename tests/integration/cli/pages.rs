//! The tables of the scenarios' pages: every number is what the program says. A table's first
//! heading names the scenario that its rows run, their first cell the keys that they set; the other
//! headings name a metric of an entity, or the difference or ratio of two, and their unit. The page on
//! theory has a command and a known number in every row.

use flexcap::experiment::statistics::{half_width, mean, std_dev};
use flexcap::results::Names;
use flexcap::results::metrics::all_series;
use flexcap::scenario::{Scenario, Set};
use flexcap::simulation::totals::Totals;

/// A scenario's runs under some keys, and how to read a metric off them.
struct Results {
    scenario: Scenario,
    replications: Vec<Totals>,
}

impl Results {
    fn of(name: &str, cell: &str) -> Self {
        let sets: Vec<Set> = settings(cell).into_iter().map(Set::new).collect();
        let loaded = Scenario::load(name, &sets).unwrap_or_else(|bad| panic!("{cell}: {bad:?}"));
        let outcome = flexcap::run(&loaded.scenario).expect("it runs");
        Self {
            replications: outcome.replications,
            scenario: loaded.scenario,
        }
    }

    fn metric(&self, cell: &str) -> Vec<f64> {
        let mut words = ticked(cell);
        let metric = words.next().expect("a heading names a metric");
        let entity = words.next().unwrap_or("fleet");
        let series = all_series(&Names::from(&self.scenario));
        let wanted = |of: &&std::sync::Arc<flexcap::results::metrics::Series>| {
            of.metric.name == metric && of.entity == entity
        };
        let series = series.iter().find(wanted).expect(cell);
        let read = |totals| series.read(totals).expect(cell);
        self.replications.iter().map(read).collect()
    }

    /// Mean and half of the 95% interval of what a heading asks for.
    fn estimate(&self, heading: &str) -> (f64, f64) {
        let (expression, unit) = heading.split_once(", ").unwrap_or((heading, ""));
        let pairs = |sign: char, of: fn(f64, f64) -> f64| {
            let (first, second) = expression.split_once(sign)?;
            let values = self.metric(first).into_iter().zip(self.metric(second));
            Some(values.map(|(a, b)| of(a, b)).collect::<Vec<f64>>())
        };
        let values = pairs('−', |a, b| a - b)
            .or_else(|| pairs('÷', |a, b| a / b))
            .unwrap_or_else(|| self.metric(expression));
        let scale = match unit {
            "M USD" => 1e6,
            "%" => 1e-2,
            "d" => 24.0,
            "" | "of 300" => 1.0,
            other => panic!("no unit {other}"),
        };
        let half = std_dev(&values).and_then(|sd| half_width(sd, values.len()));
        let mean = mean(&values).expect("there are replications");
        (mean / scale, half.unwrap_or(0.0) / scale)
    }
}

/// What stands between backticks.
fn ticked(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// The values of `--set` in a cell, quoted or not.
fn settings(cell: &str) -> Vec<String> {
    let text = ticked(cell).find(|text| text.contains("--set "));
    let parts = text.unwrap_or_default().split("--set ").skip(1);
    let unquoted = |part: &str| part.trim().trim_matches('\'').to_owned();
    parts.map(unquoted).collect()
}

fn cells(line: &str) -> Vec<&str> {
    let inner = line.trim().trim_start_matches('|').trim_end_matches('|');
    inner.split(" | ").map(str::trim).collect()
}

/// Whether a printed number is this one, to the digits printed.
fn shows(printed: &str, value: f64) -> bool {
    let decimals = printed.split_once('.').map_or(0, |(_, after)| after.len());
    let found: f64 = printed.parse().expect(printed);
    (found - value).abs() <= 0.501 * 10_f64.powi(-(decimals as i32))
}

/// Compares the tables of a page, and says how many rows it has.
fn check(page: &str) -> usize {
    let mut heading: Option<Vec<&str>> = None;
    let mut rows = 0;
    for line in page.lines() {
        if !line.starts_with('|') {
            heading = None;
            continue;
        }
        let row = cells(line);
        if let Some(head) = heading.as_ref().filter(|_| !line.starts_with("|--")) {
            let name = ticked(head[0])
                .next()
                .and_then(|text| text.split(' ').nth(2));
            let results = Results::of(name.expect("a scenario"), row[0]);
            let counted = head.iter().zip(&row).skip(1);
            for (heading, cell) in counted.filter(|(heading, _)| heading.starts_with('`')) {
                let (value, _) = results.estimate(heading);
                assert!(shows(cell, value), "{line}\n{heading}: {cell}, not {value}");
            }
            rows += 1;
        } else if row[0].starts_with("`flexcap run ") {
            heading = Some(row);
        }
    }
    rows
}

#[test]
fn the_square_wave_page_says_what_comes_out() {
    assert_eq!(check(include_str!("../../../docs/square-wave.md")), 10);
}

#[test]
fn the_page_on_the_chain_says_what_comes_out() {
    assert_eq!(check(include_str!("../../../docs/chain.md")), 5);
}

#[test]
fn the_page_on_llama_4_says_what_comes_out() {
    assert_eq!(check(include_str!("../../../docs/llama-4.md")), 14);
}

#[test]
fn the_page_on_the_launch_says_what_comes_out() {
    assert_eq!(check(include_str!("../../../docs/launch-in-india.md")), 9);
}

#[test]
fn the_page_on_meta_2024_says_what_spares_come_to() {
    assert_eq!(check(include_str!("../../../docs/meta-2024.md")), 4);
}

#[test]
fn what_theory_knows_lies_in_the_intervals_of_its_page() {
    let page = include_str!("../../../docs/theory.md");
    let mut rows = 0;
    let is_row = |line: &&str| line.starts_with("| ") && line.contains("`flexcap run ");
    for line in page.lines().filter(is_row) {
        let row = cells(line);
        let [_, metric, known, simulated, command] = row[..] else {
            panic!("{line}");
        };
        let name = ticked(command)
            .next()
            .and_then(|text| text.split(' ').nth(2));
        let results = Results::of(name.expect("a scenario"), command);
        let (mean, half) = results.estimate(metric);
        let (shown, interval) = simulated.split_once(" ± ").expect(simulated);
        assert!(shows(shown, mean), "{line}\n{mean}");
        assert!(shows(interval, half), "{line}\n{half}");
        let exact: f64 = known.parse().expect(known);
        let near = if command.ends_with('†') {
            (mean / exact - 1.0).abs() < 0.005
        } else {
            (mean - exact).abs() <= half || shows(known, mean)
        };
        assert!(near, "{line}\n{mean} ± {half}");
        rows += 1;
    }
    assert_eq!(rows, 24);
}

/// Mean wait of each class over the replications, with half of the 95% interval, from `jobs.csv`.
fn waits_by_class(jobs: &str, from: &str) -> Vec<(String, f64, f64)> {
    let mut lines = jobs.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().expect("a header");
    let column = |name: &str| header.iter().position(|of| *of == name).expect(name);
    let (replication, priority) = (column("replication"), column("priority"));
    let (submit, start) = (column("submit"), column("start"));
    let time = |cell: &str| cell.parse::<jiff::Timestamp>().expect(cell);
    let mut sums = std::collections::BTreeMap::new();
    for line in lines.filter(|line| line[submit] >= from && !line[start].is_empty()) {
        let wait = time(line[start]).duration_since(time(line[submit]));
        let key = (line[priority].to_owned(), line[replication].to_owned());
        let (sum, count) = sums.entry(key).or_insert((0.0, 0.0));
        *sum += wait.as_secs_f64() / 3600.0;
        *count += 1.0;
    }
    let classes: std::collections::BTreeSet<String> =
        sums.keys().map(|(class, _)| class.clone()).collect();
    let interval = |class: String| {
        let own = sums.iter().filter(|((of, _), _)| *of == class);
        let means: Vec<f64> = own.map(|(_, (sum, count))| sum / count).collect();
        let half = std_dev(&means).and_then(|sd| half_width(sd, means.len()));
        (
            class,
            mean(&means).expect("jobs"),
            half.expect("replications"),
        )
    };
    classes.into_iter().map(interval).collect()
}

#[test]
fn the_classes_wait_as_the_page_on_theory_says() {
    let page = include_str!("../../../docs/theory.md");
    let sandbox = super::Sandbox::new();
    sandbox
        .flexcap(["run", "theory/priorities", "--out", "out"])
        .exits(0);
    let mut rows = 0;
    for (class, mean, half) in waits_by_class(&sandbox.read("out/jobs.csv"), "2024-01-01") {
        let begin = format!("| `priority` {class} |");
        let line = page.lines().find(|line| line.starts_with(&begin));
        let row = cells(line.expect(&begin));
        let (shown, interval) = row[2].split_once(" ± ").expect(row[2]);
        assert!(
            shows(shown, mean) && shows(interval, half),
            "{class}: {mean} ± {half}"
        );
        let exact: f64 = row[1].parse().expect(row[1]);
        assert!(
            (mean - exact).abs() <= half,
            "{class}: {mean} ± {half}, not {exact}"
        );
        rows += 1;
    }
    assert_eq!(rows, 2);
}

/// A scenario that is shipped has a page that shows its command, and the pages' index leads there.
#[test]
fn every_shipped_scenario_has_a_page_with_its_command() {
    let docs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let text = |path: &std::path::Path| std::fs::read_to_string(path).expect("a page");
    let index = text(&docs.join("README.md"));
    let files = std::fs::read_dir(&docs).expect("the docs").flatten();
    let pages: Vec<(String, String)> = files
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "md"))
        .map(|path| {
            (
                path.file_name().expect("a file").to_string_lossy().into(),
                text(&path),
            )
        })
        .filter(|(name, _)| name != "README.md" && name != "SUMMARY.md")
        .collect();
    for (name, _) in &pages {
        assert!(
            index.contains(&format!("({name})")),
            "docs/README.md lacks {name}"
        );
    }
    let sandbox = super::Sandbox::new();
    let listed = sandbox.flexcap(["list", "scenarios"]).exits(0).stdout;
    let mut found = 0;
    for scenario in flexcap::scenario::shipped::names() {
        assert!(listed.contains(scenario), "{scenario}");
        let command = format!("flexcap run {scenario}");
        let shown = |(_, page): &(String, String)| {
            page.match_indices(&command).any(|(at, _)| {
                let next = page[at + command.len()..].chars().next();
                next.is_none_or(|next| " \n`".contains(next))
            })
        };
        assert!(pages.iter().any(shown), "no page shows `{command}`");
        found += 1;
    }
    assert!(found >= 11);
}
