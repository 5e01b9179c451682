//! `flexcap completions`: shell completions and man pages, made from the commands themselves.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Command, CommandFactory as _, ValueEnum};
use clap_complete::Shell;

use super::answer;
use super::exit::Exit;
use super::report_errors::UsageError;
use super::terminal::Terminal;

/// Print completions for a shell, or write man pages
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:  flexcap completions bash > ~/.local/share/bash-completion/completions/flexcap\n           \
    flexcap completions zsh --out ~/.zfunc\n           \
    flexcap completions man --out ~/.local/share/man/man1"
)]
pub struct Arguments {
    /// A shell, or `man` for the man pages
    what: What,
    /// Write files into DIR, under the names that shells and man look for; man pages need it
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
enum What {
    Bash,
    Zsh,
    Fish,
    #[value(name = "powershell")]
    PowerShell,
    Elvish,
    /// Man pages, one a command
    Man,
}

impl What {
    fn shell(self) -> Option<Shell> {
        match self {
            Self::Bash => Some(Shell::Bash),
            Self::Zsh => Some(Shell::Zsh),
            Self::Fish => Some(Shell::Fish),
            Self::PowerShell => Some(Shell::PowerShell),
            Self::Elvish => Some(Shell::Elvish),
            Self::Man => None,
        }
    }
}

pub fn run(arguments: &Arguments, terminal: &Terminal) -> anyhow::Result<Exit> {
    let Some(out) = &arguments.out else {
        return match arguments.what.shell() {
            Some(shell) => answer(&script(shell)),
            None => Err(UsageError(
                "man pages are several files: name a directory with --out DIR".to_owned(),
            )
            .into()),
        };
    };
    let failed = || format!("cannot write into {}", out.display());
    std::fs::create_dir_all(out).with_context(failed)?;
    let written = match arguments.what.shell() {
        Some(shell) => {
            clap_complete::generate_to(shell, &mut visible(), "flexcap", out).map(|_| ())
        }
        None => clap_mangen::generate_to(visible(), out),
    };
    written.with_context(failed)?;
    terminal.note(format_args!("written to {}", out.display()));
    Ok(Exit::Done)
}

/// The completions of a shell.
fn script(shell: Shell) -> String {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut visible(), "flexcap", &mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The commands that users see.
fn visible() -> Command {
    let all = super::Arguments::command();
    let shown: Vec<Command> = all
        .get_subcommands()
        .filter(|command| !command.is_hide_set())
        .cloned()
        .collect();
    Command::new("flexcap")
        .version(env!("CARGO_PKG_VERSION"))
        .propagate_version(true)
        .about(all.get_about().cloned().unwrap_or_default())
        .after_help(all.get_after_help().cloned().unwrap_or_default())
        .args(all.get_arguments().cloned())
        .subcommands(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shell_completes_every_command() {
        for shell in [
            Shell::Bash,
            Shell::Zsh,
            Shell::Fish,
            Shell::PowerShell,
            Shell::Elvish,
        ] {
            let script = script(shell);
            for command in visible().get_subcommands() {
                assert!(
                    script.contains(command.get_name()),
                    "{shell} does not know {command}"
                );
            }
            assert!(script.contains("overwrite"), "{shell} knows no options");
            assert!(
                !script.contains("flexcap__subcmd__reference"),
                "{shell} shows a hidden command"
            );
        }
    }

    #[test]
    fn every_command_has_a_man_page() {
        let folder = tempfile::tempdir().unwrap();
        clap_mangen::generate_to(visible(), folder.path()).unwrap();
        let main = std::fs::read_to_string(folder.path().join("flexcap.1")).unwrap();
        assert!(main.contains("Exit codes"));
        for command in visible().get_subcommands() {
            let page = folder
                .path()
                .join(format!("flexcap-{}.1", command.get_name()));
            assert!(
                std::fs::read_to_string(&page).is_ok_and(|text| text.contains(".SH")),
                "{}",
                page.display()
            );
        }
        assert!(!folder.path().join("flexcap-reference.1").exists());
    }
}
