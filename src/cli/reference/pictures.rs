//! The pictures of the pages: `docs/pictures/`. Each is a chart of a run or a sweep, drawn as `flexcap report --svg` draws
//! it. A page tells what is in it, and a test that it is there; CI remakes all and compares them.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use flexcap::experiment::{Quiet, Sweep, SweepOptions, prepare, record};
use flexcap::report::{Picture, Report};
use flexcap::scenario::{Scenario, Set};

use super::charts::{of_orders, of_the_fluid_model, of_theory};
use super::{Silent, write};
use crate::cli::interrupt;
use crate::cli::terminal::Terminal;

const FOLDER: &str = "docs/pictures";

/// What is run, and which of its charts are kept.
struct Shown {
    subject: Subject,
    /// The chart's name among those of `flexcap report --svg`, and its name in the folder.
    charts: &'static [(&'static str, &'static str)],
}

/// A shipped scenario, sweep, or a scenario with axes.
enum Subject {
    /// One replication, because charts over time show one.
    Run(&'static str),
    Sweep(&'static str),
    Axes(&'static str, &'static [&'static str]),
}

const SHOWN: &[Shown] = &[
    Shown {
        subject: Subject::Run("starter"),
        charts: &[("capacity-main", "starter")],
    },
    Shown {
        subject: Subject::Run("meta-2024"),
        charts: &[("capacity-west-h100", "meta-2024")],
    },
    Shown {
        subject: Subject::Run("meta-2024-dedicated"),
        charts: &[("capacity-west-h100", "meta-2024-dedicated")],
    },
    Shown {
        subject: Subject::Run("llama-4"),
        charts: &[("capacity-campus", "llama-4")],
    },
    Shown {
        subject: Subject::Run("launch-in-india"),
        charts: &[("capacity-hall", "launch-in-india")],
    },
    Shown {
        subject: Subject::Run("training-to-ranking"),
        charts: &[("capacity-main", "training-to-ranking")],
    },
    Shown {
        subject: Subject::Axes(
            "square-wave",
            &[
                "policy=[{ dedicated = {} }, { priority = { order = [\"day\", \"night\"], headroom = 0.0 } }]",
                "conversion.unit.*.delay=[\"0h\", \"1h\", \"2h\", \"3h\", \"4h\", \"5h\", \"6h\", \"7h\", \"8h\"]",
            ],
        ),
        charts: &[(
            "curve-slo-attainment-day-conversion-unit---delay",
            "square-wave",
        )],
    },
    Shown {
        subject: Subject::Sweep("sweeps/step-and-delay"),
        charts: &[("curve-slo-attainment-day-delay", "step-and-delay")],
    },
    Shown {
        subject: Subject::Sweep("sweeps/chain"),
        charts: &[("curve-net-value-fleet-north", "chain")],
    },
    Shown {
        subject: Subject::Sweep("sweeps/how-much-flexibility"),
        charts: &[("curve-net-value-fleet-share", "how-much-flexibility")],
    },
    Shown {
        subject: Subject::Sweep("sweeps/growth-and-fleet"),
        charts: &[("map-net-value-fleet-", "growth-and-fleet")],
    },
];

impl Subject {
    /// Runs it and writes its result.
    fn run(&self, out: &Path) -> anyhow::Result<()> {
        let stop = interrupt::flag();
        let swept = |sweep: Sweep| {
            sweep.run(&SweepOptions::new(out), stop, &Quiet)?;
            Ok(())
        };
        match self {
            Self::Run(name) => {
                let loaded = Scenario::load(name, &[Set::new("run.replications=1")])?;
                let writer = prepare(&loaded, out, false, Vec::new())?;
                record(&loaded, writer, stop, &Silent)?;
                Ok(())
            }
            Self::Sweep(name) => swept(Sweep::load(name, &[])?),
            Self::Axes(name, axes) => {
                let axes: Vec<String> = axes.iter().map(|axis| (*axis).to_owned()).collect();
                swept(Sweep::over(name, &axes, &[])?)
            }
        }
    }
}

/// Runs everything that has a picture and draws it; and the charts of the pages' own tables.
pub fn remake(repository: &Path, terminal: &Terminal) -> anyhow::Result<()> {
    let scratch = tempfile::tempdir().context("cannot make a temporary directory")?;
    for (shown, number) in SHOWN.iter().zip(0..) {
        let out = scratch.path().join(format!("{number}"));
        shown.subject.run(&out)?;
        let pictures = Report::read(&[out], 0)?.pictures();
        for (chart, name) in shown.charts {
            let found = pictures.iter().find(|picture| picture.name == *chart);
            let found = found.with_context(|| {
                let names: Vec<&str> = pictures.iter().map(|of| of.name.as_str()).collect();
                format!(
                    "no chart `{chart}` for {name}; there are {}",
                    names.join(", ")
                )
            })?;
            write(&path(repository, name), &text(found), terminal)?;
        }
    }
    for picture in of_tables(repository)? {
        write(&path(repository, &picture.name), &text(&picture), terminal)?;
    }
    Ok(())
}

/// The charts of what pages have in tables, which tests compare with the program.
fn of_tables(repository: &Path) -> anyhow::Result<Vec<Picture>> {
    let page = |name: &str| {
        let path = repository.join("docs").join(name);
        std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    };
    let mut pictures = vec![
        of_theory(&page("theory.md")?),
        of_orders(&page("llama-4.md")?),
    ];
    pictures.extend(of_the_fluid_model(&page("validation.md")?));
    Ok(pictures)
}

fn path(repository: &Path, name: &str) -> PathBuf {
    repository.join(FOLDER).join(format!("{name}.svg"))
}

fn text(picture: &Picture) -> String {
    format!("{}\n", picture.svg)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use flexcap::scenario::shipped;

    use super::super::{REMAKE, committed};
    use super::*;

    /// What a page may load for one picture.
    const BYTES_MAX: usize = 60_000;

    fn names() -> Vec<String> {
        let own = SHOWN.iter().flat_map(|shown| shown.charts);
        let own = own.map(|(_, name)| (*name).to_owned());
        let of_tables = of_tables(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
        own.chain(of_tables.into_iter().map(|picture| picture.name))
            .collect()
    }

    #[test]
    fn every_picture_is_committed_small_and_on_a_page() {
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
        let files = |folder: &Path| {
            let entries = std::fs::read_dir(folder).unwrap();
            entries
                .map(|entry| entry.unwrap().path())
                .collect::<Vec<_>>()
        };
        let pages = files(&docs)
            .into_iter()
            .filter(|path| path.extension().is_some_and(|of| of == "md"));
        let pages: Vec<String> = pages
            .map(|path| std::fs::read_to_string(path).unwrap())
            .collect();
        let names = names();
        for name in &names {
            let picture = committed(&format!("{FOLDER}/{name}.svg"));
            assert!(picture.len() < BYTES_MAX, "{name}: {} bytes", picture.len());
            let link = format!("](pictures/{name}.svg)");
            assert!(
                pages.iter().any(|page| page.contains(&link)),
                "no page has {link}"
            );
        }
        let there = files(&docs.join("pictures")).into_iter();
        let there: BTreeSet<String> = there
            .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(there, names.into_iter().collect::<BTreeSet<_>>());
    }

    /// Those of `theory/` are rows of one chart, that of their page.
    #[test]
    fn every_shipped_scenario_and_sweep_has_a_picture() {
        let subjects: BTreeSet<&str> = SHOWN
            .iter()
            .map(|shown| match shown.subject {
                Subject::Run(name) | Subject::Sweep(name) | Subject::Axes(name, _) => name,
            })
            .collect();
        for name in shipped::names().chain(shipped::sweep_names()) {
            let page = committed("docs/theory.md");
            let of_theory =
                name.starts_with("theory/") && page.contains(&format!("`flexcap run {name}"));
            let of_a_sweep = subjects.contains(format!("sweeps/{name}").as_str());
            assert!(
                of_theory || of_a_sweep || subjects.contains(name),
                "{name} has no picture"
            );
        }
    }

    #[test]
    fn charts_of_tables_are_in_step_with_their_pages() {
        for picture in of_tables(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap() {
            let path = format!("{FOLDER}/{}.svg", picture.name);
            assert!(
                committed(&path) == text(&picture),
                "{path} is old; {REMAKE}"
            );
        }
    }
}
