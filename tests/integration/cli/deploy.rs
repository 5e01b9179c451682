//! The templates of `deploy/`: the Slurm script against a stand-in for `sbatch` that runs every task at once, on this
//! machine; the Kubernetes manifest by what its numbers say.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use super::sweep::{sandbox, tables};

/// Runs the tasks of an array, or a job, and prints a number as `sbatch --parsable` does.
const SBATCH: &str = r#"#!/bin/sh
echo "$@" >> calls
for last in "$@"; do
    case "$last" in
        --array=*) tasks=${last#--array=} ;;
    esac
done
if [ -n "$tasks" ]; then
    for i in $(seq "${tasks%-*}" "${tasks#*-}"); do
        SLURM_JOB_ID=7 SLURM_ARRAY_TASK_ID=$i sh "$last" >> log 2>&1 || exit 1
    done
else
    SLURM_JOB_ID=8 sh "$last" >> log 2>&1 || exit 1
fi
echo 7
"#;

#[test]
fn the_slurm_script_submits_an_array_and_a_merge_after_it() {
    let sandbox = sandbox();
    let script = include_str!("../../../deploy/slurm-sweep.sh");
    for (name, text) in [("sbatch", SBATCH), ("slurm-sweep.sh", script)] {
        sandbox.write(name, text);
        let executable = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(sandbox.path(name), executable).unwrap();
    }
    let here = sandbox.path(".").display().to_string();
    let output = Command::new("./slurm-sweep.sh")
        .current_dir(sandbox.path("."))
        .env("PATH", format!("{here}:/usr/bin:/bin"))
        .env("FLEXCAP", assert_cmd::cargo::cargo_bin!("flexcap"))
        .envs([("N", "4"), ("SWEEP", "try.toml"), ("OUT", "parts")])
        .output()
        .unwrap();
    let log = if sandbox.exists("log") {
        sandbox.read("log")
    } else {
        String::new()
    };
    assert!(output.status.success(), "{output:?}\n{log}");
    let calls = sandbox.read("calls");
    assert!(
        calls.contains("--array=0-3") && calls.contains("--dependency=afterok:7"),
        "{calls}"
    );
    sandbox
        .flexcap(["sweep", "try.toml", "--out", "whole"])
        .exits(0);
    assert_eq!(tables(&sandbox, "parts"), tables(&sandbox, "whole"));
}

#[test]
fn the_kubernetes_job_has_as_many_pods_as_shards() {
    let manifest = include_str!("../../../deploy/kubernetes-sweep.yaml");
    let number = |before: &str| -> u32 {
        let (_, rest) = manifest.split_once(before).unwrap();
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap()
    };
    assert_eq!(number("\"--shard\", \"auto/"), number("completions: "));
    assert!(manifest.contains("completionMode: Indexed") && manifest.contains("\"--merge\""));
}
