#!/bin/sh
# A sweep as a Slurm array: N tasks that each do one slice of the runs into a shared folder, and a task that makes the
# tables when all have ended well. Submit it from the folder with the sweep file:
#
#   N=32 SWEEP=how-much.toml OUT=results/how-much ./slurm-sweep.sh
#
# A task that was killed is submitted again by its number and does only what is missing:
#
#   sbatch --array=7 --export=ALL,N=32,SWEEP=how-much.toml,OUT=results/how-much slurm-sweep.sh
#
# A task ends well even if some of its points failed, so that the merge runs; the merge then ends with exit code 4, and
# sweep_points.csv says which points and why.
#
# How to choose N: a task should hold at least a minute of work, or starting it costs more than it does.
#SBATCH --job-name=flexcap-sweep
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=2
#SBATCH --time=04:00:00
#SBATCH --output=flexcap-%A_%a.log
set -eu
: "${N:?number of shards}" "${SWEEP:?sweep file}" "${OUT:?shared folder of the results}"
FLEXCAP=${FLEXCAP:-flexcap}

if [ -n "${SLURM_ARRAY_TASK_ID:-}" ]; then
    exec "$FLEXCAP" sweep "$SWEEP" --out "$OUT" --shard "auto/$N" --threads "${SLURM_CPUS_PER_TASK:-1}"
elif [ -n "${SLURM_JOB_ID:-}" ]; then
    exec "$FLEXCAP" sweep "$SWEEP" --out "$OUT" --merge
fi

# Not in a job: submit the array, and the merge after it.
"$FLEXCAP" sweep "$SWEEP" --dry-run > /dev/null          # every problem of the sweep shows here, not in N logs
export N SWEEP OUT FLEXCAP
array=$(sbatch --parsable --array="0-$((N - 1))" "$0")
merge=$(sbatch --parsable --dependency="afterok:$array" --output=flexcap-merge-%j.log "$0")
echo "array $array merge $merge"
