//! `flexcap reference`, for those who change flexcap: remakes what is generated and committed, the
//! pages of `docs/reference/`, the pictures of `docs/pictures/` and the results of `results/reference/`.
//! Tests and CI compare all with what the program would make, so that nothing can drift.

mod charts;
mod pages;
mod pictures;
mod results;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use flexcap::experiment::Progress;

use super::exit::Exit;
use super::terminal::Terminal;

/// What a test says when a committed copy is old.
#[cfg(test)]
const REMAKE: &str = "cargo run --release -- reference";

/// Remake the generated pages and pictures and the reference results of the repository
#[derive(Debug, Args)]
#[command(after_help = "Example:  cargo run --release -- reference")]
pub struct Arguments {
    /// The repository
    #[arg(default_value = ".")]
    repository: PathBuf,
}

pub fn run(arguments: &Arguments, terminal: &Terminal) -> anyhow::Result<Exit> {
    for (path, text) in pages::pages() {
        write(&arguments.repository.join(path), &text, terminal)?;
    }
    pictures::remake(&arguments.repository, terminal)?;
    results::remake(&arguments.repository, terminal)?;
    Ok(Exit::Done)
}

/// Nobody watches.
struct Silent;

impl Progress for Silent {
    fn replication_done(&self) {}
}

fn write(path: &Path, text: &str, terminal: &Terminal) -> anyhow::Result<()> {
    let cannot = || format!("cannot write {}", path.display());
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).with_context(cannot)?;
    std::fs::write(path, text).with_context(cannot)?;
    terminal.note(path.display());
    Ok(())
}

/// The committed copy of a file.
#[cfg(test)]
fn committed(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    match std::fs::read_to_string(&path) {
        // Git may have changed the line ends on the way here.
        Ok(text) => text.replace("\r\n", "\n"),
        Err(error) => panic!("{}: {error}; `{REMAKE}` makes it", path.display()),
    }
}
