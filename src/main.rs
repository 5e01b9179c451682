//! The `flexcap` command: see `cli` for its commands and `flexcap` (the library) for all else.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
