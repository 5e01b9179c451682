//! Sweeps as a whole, against things known: a plain run, additive costs, and Ishigami's function.

use std::f64::consts::PI;
use std::path::Path;

use super::sensitivity::Sensitivity;
use super::*;
use crate::scenario::Scenario;

fn load(sweep: &str) -> Sweep {
    load_with(sweep, &[])
}

fn load_with(sweep: &str, settings: &[&str]) -> Sweep {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("s.toml");
    let text = format!("[sweep]\nname = \"s\"\nscenario = \"starter\"\nreplications = 2\n{sweep}");
    std::fs::write(&path, text).unwrap();
    let sets = ["run.horizon=1w", "run.warm_up=0h"].iter().chain(settings);
    let sets: Vec<Set> = sets.map(|set| Set::new(*set)).collect();
    Sweep::load(path.to_str().unwrap(), &sets).unwrap_or_else(|error| panic!("{error}"))
}

fn swept(sweep: &Sweep, out: &Path) -> Swept {
    let options = SweepOptions::new(out);
    let swept = sweep.run(&options, &AtomicBool::new(false), &Quiet);
    swept.unwrap_or_else(|error| panic!("{error}"))
}

/// A point of a sweep is what a run with its settings is, to the last bit.
#[test]
fn a_point_is_a_run() {
    let home = tempfile::tempdir().unwrap();
    let sweep = load("[axis.share]\nkey = \"pool.main.flexible_share\"\nvalues = [0.25, 1.0]\n");
    let swept = swept(&sweep, home.path());
    let sets = [
        "run.horizon=1w",
        "run.warm_up=0h",
        "run.replications=2",
        "pool.main.flexible_share=0.25",
    ];
    let run = Scenario::load("starter", &sets.map(Set::new)).unwrap();
    let expected = crate::run(&run.scenario).unwrap().summary;
    let found = swept.summary(0).unwrap().unwrap();
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found.series.metric.name, expected.series.metric.name);
        assert_eq!((found.mean, found.ci95), (expected.mean, expected.ci95));
    }
    assert!(swept.metric(1, "net_value", "fleet").unwrap().is_some());
    assert!(swept.metric(1, "net_value", "nobody").unwrap().is_none());
    assert!(swept.summary(2).unwrap().is_none());
    let values = swept
        .replications(0, "net_value", "fleet")
        .unwrap()
        .unwrap();
    let row = swept.metric(0, "net_value", "fleet").unwrap().unwrap();
    assert_eq!(
        (values.len(), row.mean),
        (2, Some((values[0] + values[1]) / 2.0))
    );
    assert!(
        swept
            .replications(0, "net_value", "nobody")
            .unwrap()
            .is_none()
    );
    assert!(
        swept
            .replications(2, "net_value", "fleet")
            .unwrap()
            .is_none()
    );
}

/// Another replication, another value: only what is new is run.
#[test]
fn what_still_applies_is_reused() {
    let home = tempfile::tempdir().unwrap();
    let axis = |values: &str| {
        format!("[axis.share]\nkey = \"pool.main.flexible_share\"\nvalues = {values}\n")
    };
    let first = swept(&load(&axis("[0.5, 1.0]")), home.path());
    assert_eq!((first.runs, first.found), (4, 0));
    drop(first);
    let second = swept(&load(&axis("[0.0, 0.5, 1.0]")), home.path());
    assert_eq!((second.runs, second.found), (6, 4));
}

/// Depreciation and energy add up, so neither axis acts through the other, and together they are all there is.
#[test]
fn sobol_indices_of_an_additive_cost() {
    let home = tempfile::tempdir().unwrap();
    let sweep = load_with(
        "design = { sobol = { points = 128, indices = true } }\n\
         [axis.price]\nkey = \"hardware.h100.price\"\nrange = { from = 20000.0, to = 22000.0 }\n\
         [axis.energy]\nkey = \"site.main.energy_price_per_kwh\"\nrange = { from = 0.05, to = 0.15 }\n\
         [axis.nothing]\nkey = \"inference.assistant.value.miss\"\nrange = { from = 0.0, to = 0.001 }\n",
        &["policy={ dedicated = {} }"],
    );
    swept(&sweep, home.path());
    let table = std::fs::read_to_string(home.path().join("sweep_sensitivity.csv")).unwrap();
    let index = |axis: &str, index: &str| -> f64 {
        let start = format!("{axis},cost,fleet,fleet,{index},1,");
        let line = table.lines().find(|line| line.starts_with(&start)).unwrap();
        line[start.len()..]
            .split(',')
            .next()
            .unwrap()
            .parse()
            .unwrap()
    };
    for axis in ["price", "energy"] {
        let (first, total) = (index(axis, "first_order"), index(axis, "total"));
        assert!(
            (first - total).abs() < 0.05 && first > 0.05,
            "{axis} {first} {total}"
        );
    }
    assert!((index("price", "total") + index("energy", "total") - 1.0).abs() < 0.05);
    assert_eq!(index("nothing", "total"), 0.0);
}

const THREE: &str = "[axis.a]\nkey = \"pool.main.flexible_share\"\nrange = { from = 0.0, to = 1.0 }\n\
    [axis.b]\nkey = \"site.main.pue\"\nrange = { from = 1.0, to = 2.0 }\n\
    [axis.c]\nkey = \"inference.assistant.value.miss\"\nrange = { from = 0.0, to = 1.0 }\n";

/// The estimates of a function of the three axes' shares.
fn estimates(design: &str, function: impl Fn([f64; 3]) -> f64) -> Vec<(String, &'static str, f64)> {
    let sweep = load(&format!("design = {design}\n{THREE}"));
    estimates_of(&sweep, 1, |series, point| {
        let at = |axis: usize| point.coordinates[axis].text.parse::<f64>().unwrap();
        let mean = function([at(0), at(1) - 1.0, at(2)]);
        (series.to_vec(), vec![mean])
    })
}

/// The estimates of what each point says of the first few series, which it may have in any order, or lack.
fn estimates_of(
    sweep: &Sweep,
    count: usize,
    means: impl Fn(&[Arc<Series>], &Point) -> (Vec<Arc<Series>>, Vec<f64>),
) -> Vec<(String, &'static str, f64)> {
    let names = crate::results::Names::from(&sweep.plan().scenario().unwrap().scenario);
    let series = crate::results::metrics::all_series(&names);
    let mut sensitivity = Sensitivity::of(sweep.plan()).unwrap();
    for point in sweep.points() {
        let (series, means) = means(&series[..count], &point);
        sensitivity.add(&series, &means);
    }
    let rows = sensitivity.rows().into_iter();
    rows.map(|row| (row.axis, row.index, row.value)).collect()
}

/// Ishigami and Homma (1990), a = 7, b = 0.1: the indices are known in closed form.
#[test]
fn ishigami() {
    let found = estimates("{ sobol = { points = 8192, indices = true } }", |shares| {
        let [x, y, z] = shares.map(|share| PI * (2.0 * share - 1.0));
        x.sin() + 7.0 * y.sin().powi(2) + 0.1 * z.powi(4) * x.sin()
    });
    let expected = [
        ("a", "first_order", 0.3139),
        ("a", "total", 0.5576),
        ("b", "first_order", 0.4424),
        ("b", "total", 0.4424),
        ("c", "first_order", 0.0),
        ("c", "total", 0.2437),
    ];
    for ((axis, index, value), expected) in found.iter().zip(expected) {
        assert_eq!((axis.as_str(), *index), (expected.0, expected.1));
        assert!((value - expected.2).abs() < 0.02, "{axis} {index} {value}");
    }
}

/// A linear axis has the same effect everywhere, one that does nothing none, and a product's varies.
#[test]
fn morris_effects() {
    let found = estimates("{ morris = { trajectories = 200 } }", |[x, _, z]| {
        3.0 * x + x * z
    });
    let value = |axis: &str, index: &str| {
        let found = found
            .iter()
            .find(|(of, name, _)| of == axis && *name == index);
        found.unwrap().2
    };
    // Of 3x + xz: d/dx = 3 + z with mean 3.5, d/dz = x with mean 0.5; z and x are uniform on four levels.
    assert!((value("a", "mu") - 3.5).abs() < 0.1 && (value("c", "mu_star") - 0.5).abs() < 0.1);
    let spread = (5.0_f64 / 36.0).sqrt();
    assert!(
        (value("a", "sigma") - spread).abs() < 0.05 && (value("c", "sigma") - spread).abs() < 0.05
    );
    assert_eq!((value("b", "mu_star"), value("b", "sigma")), (0.0, 0.0));
}

/// On axes with levels the way between two shares is not the shares' difference: a straight line has one slope all the
/// same, whatever the number of values, listed or whole or in steps.
#[test]
fn morris_effects_on_axes_with_levels() {
    for (values, last) in [
        ("values = [1, 2]", 2.0),
        ("values = [1, 2, 3]", 3.0),
        ("values = [1, 2, 3, 4, 5]", 5.0),
        ("range = { from = 1, to = 4 }", 4.0),
        ("range = { from = 1, to = 7, step = 2 }", 7.0),
    ] {
        let sweep = load(&format!(
            "design = {{ morris = {{ trajectories = 20 }} }}\n[axis.a]\nkey = \"run.seed\"\n{values}\n"
        ));
        let found = estimates_of(&sweep, 1, |series, point| {
            let at: f64 = point.coordinates[0].text.parse().unwrap();
            (series.to_vec(), vec![3.0 * (at - 1.0) / (last - 1.0)])
        });
        for ((_, index, value), expected) in found.iter().zip([3.0, 3.0, 0.0]) {
            assert!(
                (value - expected).abs() < 1e-12,
                "{values}: {index} {value}"
            );
        }
        assert_eq!(found.len(), 3);
    }
}

/// A series is known by its metric and entity: points may have them in another order, or lack one.
#[test]
fn series_are_not_known_by_their_place() {
    let sweep = load(&format!(
        "design = {{ morris = {{ trajectories = 20 }} }}\n{THREE}"
    ));
    let found = |lacking: bool| {
        estimates_of(&sweep, 2, |series, point| {
            let [x, z] = [0, 2].map(|axis| point.coordinates[axis].text.parse::<f64>().unwrap());
            let (mut series, mut means) = (series.to_vec(), vec![x, 5.0 * z]);
            if point.number % 3 == 1 {
                series.reverse();
                means.reverse();
            }
            // The whole first trajectory, which has the first point.
            if lacking && point.number < 4 {
                series.truncate(1);
                means.truncate(1);
            }
            (series, means)
        })
    };
    for lacking in [false, true] {
        let mu = |axis: &str| -> Vec<f64> {
            let found = found(lacking).into_iter();
            let mu = found.filter(|(of, index, _)| of == axis && *index == "mu");
            mu.map(|(_, _, value)| value).collect()
        };
        for (axis, expected) in [("a", [1.0, 0.0]), ("b", [0.0, 0.0]), ("c", [0.0, 5.0])] {
            let found = mu(axis);
            assert_eq!(found.len(), 2, "{axis}");
            let near = found
                .iter()
                .zip(expected)
                .all(|(a, b)| (a - b).abs() < 1e-9);
            assert!(near, "{axis} {found:?}");
        }
    }
}

/// An axis may not be called like a column that its tables have.
#[test]
fn no_axis_is_called_like_a_column() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("s.toml");
    let tables = crate::results::tables::sweep_schemas();
    for column in tables.iter().take(3).flat_map(|table| &table.columns) {
        let name = column.name;
        let text = format!(
            "[sweep]\nname = \"s\"\nscenario = \"starter\"\n[axis.{name}]\nkey = \"run.seed\"\nvalues = [1]\n"
        );
        std::fs::write(&path, text).unwrap();
        let refused = Sweep::load(path.to_str().unwrap(), &[]);
        assert!(
            refused
                .unwrap_err()
                .to_string()
                .contains("the tables have that column"),
            "{name}"
        );
    }
}
